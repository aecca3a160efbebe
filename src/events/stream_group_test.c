/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Groups: what is delivered to whom, and what a consumer may say about it. A
 * delivery is shown as offset:consumer*deliveries.
 */
#include "scratch.h"

#include "events/stream_testing.h"

#define T INT64_C(1000)

SQL(forget_event, 1, "DELETE FROM _honker_stream WHERE offset = ?1");
SQL(pending_rows, 2, "SELECT count(*) FROM _alk_stream_pending");
SQL(dead_rows, 3, "SELECT count(*) FROM _alk_stream_dead");
SQL(member_rows, 4, "SELECT count(*) FROM _alk_stream_member");

static struct group_name g;

static int
told(void *arg, const struct delivery *d)
{
	char text[100];
	int *left = arg;

	snprintf(text, sizeof(text), "%lld:%.*s*%lld ",
	    (long long)d->event.offset, (int)d->consumer.bytes,
	    d->consumer.at, (long long)d->deliveries);
	show(text);
	return left != NULL && --*left == 0;
}

static int
set_up_group(void **state)
{
	int rc = set_up(state);

	g = (struct group_name){ span_of("t"), span_of("g") };
	if (rc == ALK_OK)
		rc = stream_group_create(db, g, 0, 0, T);
	return rc;
}

static const char *
take(const char *consumer, int64_t n, int64_t now)
{
	shown[0] = '\0';
	assert_int_equal(stream_group_read(db, g, span_of(consumer), n, now,
	    told, NULL), ALK_OK);
	return shown;
}

static const char *
claim(const char *consumer, const char *from, int64_t idle_s, int64_t n,
    int64_t now)
{
	struct stream_claim c = { g, span_of(consumer), span_of(from), idle_s,
		n };

	shown[0] = '\0';
	assert_int_equal(stream_group_claim(db, &c, now, told, NULL), ALK_OK);
	return shown;
}

static const char *
pending(const char *consumer, int64_t idle_s, int64_t now)
{
	struct stream_look l = { g, span_of(consumer), 0, idle_s, 100 };

	shown[0] = '\0';
	assert_int_equal(stream_group_pending(db, &l, now, told, NULL),
	    ALK_OK);
	return shown;
}

static const char *
dead(void)
{
	struct stream_look l = { .group = g, .limit = 100 };

	shown[0] = '\0';
	assert_int_equal(stream_group_dead(db, &l, told, NULL), ALK_OK);
	return shown;
}

static bool
ack(const char *consumer, int64_t offset)
{
	bool done;

	assert_int_equal(stream_group_ack(db, g, span_of(consumer), offset,
	    &done), ALK_OK);
	return done;
}

static void
each_event_goes_to_one_consumer(void **state)
{
	(void)state;
	publish("t", 3, T);
	publish("other", 1, T);
	publish("t", 2, T);
	assert_true(stream_group_has_new(db, g));
	assert_string_equal(take("a", 2, T), "1:a*1 2:a*1 ");
	assert_string_equal(take("b", 10, T), "3:b*1 5:b*1 6:b*1 ");
	assert_false(stream_group_has_new(db, g));
	assert_string_equal(take("a", 10, T), "");
	assert_string_equal(pending(NULL, 0, T),
	    "1:a*1 2:a*1 3:b*1 5:b*1 6:b*1 ");
	assert_string_equal(pending("b", 0, T), "3:b*1 5:b*1 6:b*1 ");
}

static void
a_reader_that_stops_takes_no_more(void **state)
{
	int left = 2;

	(void)state;
	publish("t", 5, T);
	shown[0] = '\0';
	assert_int_equal(stream_group_read(db, g, span_of("a"), 5, T, told,
	    &left), ALK_OK);
	assert_string_equal(shown, "1:a*1 2:a*1 ");
	assert_string_equal(take("b", 1, T), "3:b*1 ");
}

static void
groups_go_their_own_ways(void **state)
{
	struct group_name mine = g;
	struct group_name late = { span_of("t"), span_of("late") };
	struct group_name from_two = { span_of("t"), span_of("two") };

	(void)state;
	publish("t", 3, T);
	assert_int_equal(stream_group_create(db, late, -1, 0, T), ALK_OK);
	assert_int_equal(stream_group_create(db, from_two, 2, 0, T), ALK_OK);
	publish("t", 1, T);
	g = late;
	assert_string_equal(take("a", 10, T), "4:a*1 ");
	g = from_two;
	assert_string_equal(take("a", 10, T), "3:a*1 4:a*1 ");
	g = mine;
	assert_string_equal(take("a", 10, T), "1:a*1 2:a*1 3:a*1 4:a*1 ");
}

static void
a_group_is_made_once_and_has_to_be_there(void **state)
{
	struct group_name none = { span_of("t"), span_of("none") };
	bool done;

	(void)state;
	assert_int_equal(stream_group_create(db, g, 0, 0, T), ALK_EXISTS);
	error_clear(&err);
	assert_int_equal(stream_group_ack(db, none, span_of("a"), 1, &done),
	    ALK_NOTFOUND);
	assert_non_null(strstr(err.text, "\"none\""));
	assert_false(done);
}

static void
an_ack_ends_an_entry_once(void **state)
{
	(void)state;
	publish("t", 2, T);
	take("a", 2, T);
	assert_true(ack("a", 2));
	assert_false(ack("a", 2));
	assert_false(ack("a", 7));
	assert_string_equal(pending(NULL, 0, T), "1:a*1 ");
}

static void
who_lost_an_entry_cannot_ack_it(void **state)
{
	(void)state;
	publish("t", 2, T);
	take("a", 2, T);
	assert_false(ack("b", 1));
	assert_string_equal(claim("b", NULL, 30, 1, T + 30), "1:b*2 ");
	assert_false(ack("a", 1));
	assert_true(ack("b", 1));
	assert_true(ack("a", 2));
}

static void
only_what_is_idle_is_claimed_the_longest_first(void **state)
{
	struct stream_claim c = { g, span_of("b"), { 0 }, 30, 1 };

	(void)state;
	publish("t", 4, T);
	take("a", 2, T + 5);
	take("c", 1, T);
	take("a", 1, T + 20);
	c.group = g;
	assert_false(stream_group_has_idle(db, &c, T + 29));
	assert_true(stream_group_has_idle(db, &c, T + 30));
	assert_string_equal(claim("b", NULL, 30, 10, T + 29), "");
	assert_string_equal(claim("b", NULL, 30, 10, T + 35),
	    "3:b*2 1:b*2 2:b*2 ");
	assert_string_equal(pending(NULL, 30, T + 50), "4:a*1 ");
}

static void
a_consumer_gets_back_its_own(void **state)
{
	(void)state;
	publish("t", 4, T);
	take("a", 2, T);
	take("b", 2, T);
	assert_string_equal(claim("a", "a", 0, 10, T), "1:a*2 2:a*2 ");
	assert_string_equal(claim("a", "b", 0, 1, T), "3:a*2 ");
}

static void
a_claim_without_idle_time_takes_each_once(void **state)
{
	(void)state;
	publish("t", 3, T);
	take("a", 3, T);
	assert_string_equal(claim("b", NULL, 0, 10, T), "1:b*2 2:b*2 3:b*2 ");
	assert_string_equal(claim("b", NULL, 0, 2, T), "1:b*3 2:b*3 ");
}

static void
what_was_delivered_too_often_is_put_aside(void **state)
{
	bool done;

	(void)state;
	g.name = span_of("h");
	assert_int_equal(stream_group_create(db, g, 0, 2, T), ALK_OK);
	publish("t", 2, T);
	take("a", 1, T);
	assert_string_equal(claim("b", NULL, 10, 5, T + 10), "1:b*2 ");
	take("a", 1, T + 15);
	assert_string_equal(claim("c", NULL, 5, 5, T + 20), "2:c*2 ");
	assert_string_equal(dead(), "1:b*2 ");
	assert_false(ack("b", 1));
	/* Both ways out of the dead letters. */
	claim("d", NULL, 0, 5, T + 30);
	assert_string_equal(dead(), "1:b*2 2:c*2 ");
	assert_int_equal(stream_group_discard(db, g, 1, &done), ALK_OK);
	assert_true(done);
	assert_int_equal(stream_group_revive(db, g, 2, &done), ALK_OK);
	assert_true(done);
	assert_string_equal(dead(), "");
	assert_string_equal(claim("e", NULL, 1000, 5, T + 31), "2:e*1 ");
	assert_int_equal(stream_group_revive(db, g, 1, &done), ALK_OK);
	assert_false(done);
}

static void
dead_letters_outlive_their_events(void **state)
{
	bool done;

	(void)state;
	g.name = span_of("h");
	assert_int_equal(stream_group_create(db, g, 0, 1, T), ALK_OK);
	publish("t", 1, T);
	take("a", 1, T);
	claim("b", NULL, 0, 1, T);
	db_exec(db, &forget_event, "i", INT64_C(1));
	assert_string_equal(dead(), "1:a*1 ");
	assert_int_equal(stream_group_revive(db, g, 1, &done), ALK_OK);
	assert_false(done);
	assert_string_equal(dead(), "1:a*1 ");
}

static void
an_entry_without_its_event_is_dropped(void **state)
{
	(void)state;
	publish("t", 2, T);
	take("a", 2, T);
	db_exec(db, &forget_event, "i", INT64_C(1));
	assert_string_equal(claim("b", NULL, 0, 10, T), "2:b*2 ");
	assert_int_equal(db_number(db, &pending_rows, -1, ""), 1);
}

static void
what_a_consumer_leaves_is_anybodys_at_once(void **state)
{
	bool done;

	(void)state;
	publish("t", 3, T);
	take("a", 2, T);
	take("b", 1, T);
	assert_int_equal(stream_group_leave(db, g, span_of("a"), &done),
	    ALK_OK);
	assert_true(done);
	assert_int_equal(stream_group_leave(db, g, span_of("a"), &done),
	    ALK_OK);
	assert_false(done);
	assert_false(ack("a", 1));
	assert_string_equal(claim("b", NULL, 600, 10, T), "1:b*2 2:b*2 ");
}

static void
a_dropped_group_leaves_nothing(void **state)
{
	(void)state;
	publish("t", 3, T);
	take("a", 2, T);
	assert_int_equal(stream_group_drop(db, g), ALK_OK);
	assert_int_equal(db_number(db, &pending_rows, -1, ""), 0);
	assert_int_equal(db_number(db, &dead_rows, -1, ""), 0);
	assert_int_equal(db_number(db, &member_rows, -1, ""), 0);
	assert_int_equal(stream_group_drop(db, g), ALK_NOTFOUND);
}

static int
on_info(void *arg, const struct group_info *i)
{
	*(struct group_info *)arg = *i;
	return 0;
}

static int
on_consumer(void *arg, const struct consumer_info *i)
{
	char text[200];

	(void)arg;
	snprintf(text, sizeof(text), "%.*s %.*s at %lld lag %lld pending "
	    "%lld seen %lld\n", (int)i->group.bytes,
	    i->group.at != NULL ? i->group.at : "", (int)i->name.bytes,
	    i->name.at, (long long)i->offset, (long long)i->lag,
	    (long long)i->pending, (long long)i->seen_at);
	show(text);
	return 0;
}

static void
a_group_says_how_far_it_is(void **state)
{
	struct group_info i = { .lag = -1 };

	(void)state;
	publish("t", 5, T);
	take("a", 2, T);
	take("b", 1, T + 1);
	ack("a", 1);
	assert_int_equal(stream_group_list(db, span_of("t"), on_info, &i),
	    ALK_OK);
	assert_int_equal(i.delivered, 3);
	assert_int_equal(i.lag, 2);
	assert_int_equal(i.pending, 2);
	assert_int_equal(i.oldest, 2);
	assert_int_equal(i.consumers, 2);
	assert_int_equal(i.dead, 0);
	assert_int_equal(i.created_at, T);
}

static void
consumers_are_listed_with_and_without_a_group(void **state)
{
	bool done;

	(void)state;
	publish("t", 3, T);
	take("a", 2, T);
	events_save_offset(db, span_of("z"), span_of("t"), 1, &done);
	shown[0] = '\0';
	assert_int_equal(stream_consumer_list(db, span_of(NULL), on_consumer,
	    NULL), ALK_OK);
	assert_string_equal(shown, " z at 1 lag 2 pending 0 seen 0\n"
	    "g a at 2 lag 0 pending 2 seen 1000\n");
	stream_consumer_drop(db, span_of("z"), span_of("t"), &done);
	assert_true(done);
	assert_int_equal(events_offset(db, span_of("z"), span_of("t")), 0);
}

int
main(void)
{
#define GROUP_TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up_group, tear_down)
	const struct CMUnitTest tests[] = {
		GROUP_TEST(each_event_goes_to_one_consumer),
		GROUP_TEST(a_reader_that_stops_takes_no_more),
		GROUP_TEST(groups_go_their_own_ways),
		GROUP_TEST(a_group_is_made_once_and_has_to_be_there),
		GROUP_TEST(an_ack_ends_an_entry_once),
		GROUP_TEST(who_lost_an_entry_cannot_ack_it),
		GROUP_TEST(only_what_is_idle_is_claimed_the_longest_first),
		GROUP_TEST(a_consumer_gets_back_its_own),
		GROUP_TEST(a_claim_without_idle_time_takes_each_once),
		GROUP_TEST(what_was_delivered_too_often_is_put_aside),
		GROUP_TEST(dead_letters_outlive_their_events),
		GROUP_TEST(an_entry_without_its_event_is_dropped),
		GROUP_TEST(what_a_consumer_leaves_is_anybodys_at_once),
		GROUP_TEST(a_dropped_group_leaves_nothing),
		GROUP_TEST(a_group_says_how_far_it_is),
		GROUP_TEST(consumers_are_listed_with_and_without_a_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
