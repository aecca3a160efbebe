/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Retention: what goes and what stays. A stream is shown by its offsets.
 */
#include "scratch.h"

#include "events/stream_testing.h"

#define T INT64_C(100000)

SQL(fill, 1, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
    "FROM n WHERE i < ?1) INSERT INTO _honker_stream (topic, payload, "
    "created_at) SELECT 't', i, ?2 FROM n");
SQL(count_events, 2, "SELECT count(*) FROM _honker_stream "
    "WHERE topic = 't'");
SQL(delete_first, 3, "DELETE FROM _honker_stream WHERE offset <= ?1");
SQL(pending_rows, 4, "SELECT count(*) FROM _alk_stream_pending");
SQL(due_at, 5, "SELECT next_at FROM _alk_stream_policy");

static int
on_offset(void *arg, const struct event *e)
{
	char text[32];

	(void)arg;
	snprintf(text, sizeof(text), "%lld ", (long long)e->offset);
	show(text);
	return 0;
}

static const char *
left(const char *topic)
{
	shown[0] = '\0';
	assert_int_equal(events_read(db, span_of(topic), 0, -1, on_offset,
	    NULL, NULL), ALK_OK);
	return shown;
}

static int64_t
trim(struct stream_policy p, int64_t max, int64_t now)
{
	int64_t count = -1;

	p.topic = span_of("t");
	assert_int_equal(stream_trim(db, &p, max, now, &count), ALK_OK);
	return count;
}

static const struct stream_policy by_age = { .by_age = true, .keep_s = 60 };
static const struct stream_policy by_count = { .by_count = true,
	.keep_events = 2 };
static const struct stream_policy seen = { .drop_seen = true };

static void
old_events_go(void **state)
{
	(void)state;
	publish("t", 2, T);
	publish("other", 1, T);
	publish("t", 2, T + 30);
	assert_int_equal(trim(by_age, 100, T + 60), 0);
	assert_int_equal(trim(by_age, 100, T + 61), 2);
	assert_string_equal(left("t"), "4 5 ");
	assert_string_equal(left("other"), "3 ");
	assert_int_equal(stream_trimmed(db, span_of("t")), 2);
	assert_int_equal(stream_trimmed(db, span_of("other")), 0);
}

static void
all_but_the_newest_go(void **state)
{
	(void)state;
	publish("t", 3, T);
	publish("other", 3, T);
	publish("t", 2, T);
	assert_int_equal(trim(by_count, 100, T), 3);
	assert_string_equal(left("t"), "7 8 ");
	assert_int_equal(trim(by_count, 100, T), 0);
}

static void
a_call_deletes_no_more_than_it_is_told(void **state)
{
	(void)state;
	publish("t", 10, T);
	assert_int_equal(trim(by_count, 3, T), 3);
	assert_int_equal(trim(by_count, 3, T), 3);
	assert_int_equal(trim(by_count, 3, T), 2);
	assert_string_equal(left("t"), "9 10 ");
}

static void
offsets_are_never_given_again(void **state)
{
	struct stream_policy none_stays = { .by_count = true };

	(void)state;
	publish("t", 5, T);
	assert_int_equal(trim(none_stays, 100, T), 5);
	assert_string_equal(left("t"), "");
	assert_int_equal(publish("t", 1, T), 6);
}

static void
a_slow_consumer_keeps_events(void **state)
{
	struct stream_policy hard = by_count;
	bool done;

	(void)state;
	publish("t", 6, T);
	events_save_offset(db, span_of("slow"), span_of("t"), 1, &done);
	events_save_offset(db, span_of("quick"), span_of("t"), 6, &done);
	events_save_offset(db, span_of("else"), span_of("other"), 0, &done);
	assert_int_equal(trim(by_count, 100, T), 1);
	assert_int_equal(trim(by_age, 100, T + 1000), 0);
	hard.past_readers = true;
	assert_int_equal(trim(hard, 100, T), 3);
	assert_string_equal(left("t"), "5 6 ");
}

static int
take(void *arg, const struct delivery *d)
{
	(void)arg;
	(void)d;
	return 0;
}

static void
a_group_keeps_what_is_pending(void **state)
{
	struct group_name g = { span_of("t"), span_of("g") };
	struct stream_policy hard = by_count;
	bool done;

	(void)state;
	publish("t", 6, T);
	stream_group_create(db, g, 0, 0, T);
	assert_int_equal(trim(by_count, 100, T), 0);
	stream_group_read(db, g, span_of("a"), 5, T, take, NULL);
	assert_int_equal(trim(by_count, 100, T), 0);
	stream_group_ack(db, g, span_of("a"), 1, &done);
	stream_group_ack(db, g, span_of("a"), 3, &done);
	assert_int_equal(trim(by_count, 100, T), 1);
	assert_string_equal(left("t"), "2 3 4 5 6 ");
	/* Told to, it goes past them, and takes the entries along. */
	hard.past_readers = true;
	assert_int_equal(trim(hard, 100, T), 3);
	assert_int_equal(db_number(db, &pending_rows, -1, ""), 1);
	assert_string_equal(left("t"), "5 6 ");
}

static void
what_all_have_seen_goes(void **state)
{
	struct group_name g = { span_of("t"), span_of("g") };
	bool done;

	(void)state;
	publish("t", 5, T);
	assert_int_equal(trim(seen, 100, T), 0);
	events_save_offset(db, span_of("a"), span_of("t"), 4, &done);
	stream_group_create(db, g, 2, 0, T);
	assert_int_equal(trim(seen, 100, T), 2);
	stream_group_read(db, g, span_of("x"), 5, T, take, NULL);
	stream_group_ack(db, g, span_of("x"), 3, &done);
	assert_int_equal(trim(seen, 100, T), 1);
	assert_string_equal(left("t"), "4 5 ");
}

/* ---- what publishing does ---- */

static void
set(struct stream_policy p)
{
	p.topic = span_of("t");
	assert_int_equal(stream_policy_set(db, &p), ALK_OK);
}

static void
due(int64_t now)
{
	assert_int_equal(stream_trim_due(db, span_of("t"), now), ALK_OK);
}

static void
publishing_trims_now_and_then(void **state)
{
	(void)state;
	publish("t", 5, T);
	due(T);
	assert_string_equal(left("t"), "1 2 3 4 5 ");
	set(by_count);
	assert_true(stream_trim_is_due(db, span_of("t"), T));
	due(T);
	assert_string_equal(left("t"), "4 5 ");
	publish("t", 2, T);
	assert_false(stream_trim_is_due(db, span_of("t"), T + 9));
	due(T + 9);
	assert_string_equal(left("t"), "4 5 6 7 ");
	due(T + 10);
	assert_string_equal(left("t"), "6 7 ");
}

static void
a_look_is_bounded_and_goes_on_at_the_next(void **state)
{
	(void)state;
	db_begin_write(db);
	db_exec(db, &fill, "ii", INT64_C(25000), T);
	set(by_count);
	due(T);
	assert_int_equal(db_number(db, &count_events, -1, ""),
	    25000 - STREAM_TRIM_EVENTS);
	assert_int_equal(db_number(db, &due_at, -1, ""), T);
	for (int i = 0; i < 24; i++)
		due(T);
	assert_int_equal(db_number(db, &count_events, -1, ""), 2);
	due(T);
	assert_int_equal(db_number(db, &due_at, -1, ""),
	    T + STREAM_TRIM_EVERY_S);
	assert_int_equal(db_commit(db), ALK_OK);
}

static void
a_count_that_lags_behind_deletes_nothing_too_much(void **state)
{
	struct stream_policy many = { .by_count = true,
		.keep_events = 15000 };

	(void)state;
	db_begin_write(db);
	db_exec(db, &fill, "ii", INT64_C(15100), T);
	set(many);
	due(T); /* counts 10,000 of them */
	assert_int_equal(db_number(db, &count_events, -1, ""), 15100);
	due(T);
	assert_int_equal(db_number(db, &count_events, -1, ""), 15000);
	/* Somebody deletes by hand: it is counted anew. */
	db_exec(db, &delete_first, "i", INT64_C(5100));
	assert_int_equal(db_number(db, &count_events, -1, ""), 10000);
	for (int i = 1; i < 5; i++)
		due(T + 100 * i);
	assert_int_equal(db_number(db, &count_events, -1, ""), 10000);
	db_exec(db, &fill, "ii", INT64_C(5007), T);
	for (int i = 5; i < 9; i++)
		due(T + 100 * i);
	assert_int_equal(db_number(db, &count_events, -1, ""), 15000);
	assert_int_equal(db_commit(db), ALK_OK);
}

static int
on_policy(void *arg, const struct stream_policy *p)
{
	char text[100];

	(void)arg;
	snprintf(text, sizeof(text), "%.*s %d/%lld %d/%lld %d %d\n",
	    (int)p->topic.bytes, p->topic.at, p->by_age,
	    (long long)p->keep_s, p->by_count, (long long)p->keep_events,
	    p->drop_seen, p->past_readers);
	show(text);
	return 0;
}

static const char *
policies(void)
{
	shown[0] = '\0';
	assert_int_equal(stream_policy_list(db, span_of(NULL), on_policy,
	    NULL), ALK_OK);
	return shown;
}

static void
policies_are_kept_and_taken_away(void **state)
{
	struct stream_policy both = { .by_age = true, .keep_s = 9,
		.by_count = true, .keep_events = 8, .past_readers = true };

	(void)state;
	set(by_age);
	assert_string_equal(policies(), "t 1/60 0/0 0 0\n");
	set(by_count);
	assert_string_equal(policies(), "t 0/0 1/2 0 0\n");
	set(both);
	assert_string_equal(policies(), "t 1/9 1/8 0 1\n");
	set(seen);
	assert_string_equal(policies(), "t 0/0 0/0 1 0\n");
	set((struct stream_policy){ .past_readers = true });
	assert_string_equal(policies(), "");
}

/* ---- notifications ---- */

static const char *
notified(const char *channel)
{
	int64_t last;

	shown[0] = '\0';
	assert_int_equal(events_notified(db, span_of(channel), 0, -1,
	    on_offset, NULL, &last), ALK_OK);
	return shown;
}

static int64_t
prune(int64_t older_than_s, int64_t keep, int64_t now)
{
	int64_t count = -1;

	assert_int_equal(events_prune(db, older_than_s, keep, now, &count),
	    ALK_OK);
	return count;
}

static void
notifications_are_pruned_by_age_or_count(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++)
		events_notify(db, span_of(i % 2 == 0 ? "a" : "b"),
		    span_of("x"), T + 10 * i, NULL);
	assert_int_equal(prune(-1, -1, T + 1000), 0);
	assert_int_equal(prune(100, -1, T + 110), 1);
	assert_string_equal(notified(NULL), "2 3 4 5 6 ");
	assert_int_equal(prune(-1, 4, T), 1);
	assert_string_equal(notified("a"), "3 5 ");
	/* Whichever says so first. */
	assert_int_equal(prune(100, 1, T + 130), 3);
	assert_string_equal(notified(NULL), "6 ");
	assert_int_equal(events_notified_last(db, span_of("a")), 0);
	assert_int_equal(events_notified_last(db, span_of(NULL)), 6);
	assert_int_equal(prune(-1, 0, T), 1);
	assert_string_equal(notified(NULL), "");
	events_notify(db, span_of("a"), span_of("x"), T, NULL);
	assert_string_equal(notified(NULL), "7 ");
	assert_int_equal(prune(1000, 0, T), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(old_events_go),
		TEST(all_but_the_newest_go),
		TEST(a_call_deletes_no_more_than_it_is_told),
		TEST(offsets_are_never_given_again),
		TEST(a_slow_consumer_keeps_events),
		TEST(a_group_keeps_what_is_pending),
		TEST(what_all_have_seen_goes),
		TEST(publishing_trims_now_and_then),
		TEST(a_look_is_bounded_and_goes_on_at_the_next),
		TEST(a_count_that_lags_behind_deletes_nothing_too_much),
		TEST(policies_are_kept_and_taken_away),
		TEST(notifications_are_pruned_by_age_or_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
