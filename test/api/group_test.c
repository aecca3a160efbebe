/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Groups, retention and listening from C: what scenarios cannot say. Events
 * come behind the commit, offsets are kept while one follows, and whoever waits
 * can be told to stop.
 */
#include "fixture_session.h"
#include "pause.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static alk_session *other;

static int
set_up(void **state)
{
	(void)session_set_up(state);
	return alk_session_open(f.store, NULL, &other, NULL);
}

static int
tear_down(void **state)
{
	alk_session_close(other);
	return fixture_tear_down(state);
}

/* Returns the offset before the first of them. */
static int64_t
publish(int count)
{
	int64_t offset = 0;

	for (int i = 0; i < count; i++)
		fixture_ok(s, alk_stream_publish(s, "t", "k", "{}", ALK_NUL,
		    &offset), "publish");
	return offset - count;
}

static void
make_group(int64_t max_deliveries)
{
	alk_group_new g = { "t", "g", 0, max_deliveries };

	fixture_ok(s, alk_group_create(s, &g), "group");
}

/* ---- groups ---- */

static int
count_delivery(void *arg, const alk_delivery *d)
{
	assert_string_equal(d->topic, "t");
	assert_string_equal(d->key, "k");
	assert_string_equal(d->payload, "{}");
	assert_int_equal(d->payload_bytes, 2);
	++*(int *)arg;
	return 0;
}

/* The lock is free already, and what was delivered can be acknowledged. */
static int
ack_it(void *arg, const alk_delivery *d)
{
	++*(int *)arg;
	assert_int_equal(alk_stream_publish(other, "done", NULL, "x", 1,
	    NULL), ALK_OK);
	assert_int_equal(alk_group_ack(s, "t", "g", d->consumer, &d->offset,
	    1), ALK_OK);
	return *(int *)arg == 2;
}

static void
events_come_behind_the_commit(void **state)
{
	int count = 0;

	(void)state;
	make_group(0);
	publish(4);
	assert_int_equal(alk_group_read(s, "t", "g", "a", 3, ack_it, &count),
	    ALK_OK);
	assert_int_equal(count, 2);
	/* Where the visitor stopped, the rest stays its consumer's. */
	count = 0;
	assert_int_equal(alk_group_pending(s, "t", "g", NULL, count_delivery,
	    &count), ALK_OK);
	assert_int_equal(count, 1);
}

struct undone {
	int count;
	int answer;
};

static int
read_within(alk_session *session, void *arg)
{
	struct undone *u = arg;

	assert_int_equal(alk_group_read(session, "t", "g", "a", 10,
	    count_delivery, &u->count), ALK_OK);
	return u->answer;
}

static void
what_is_undone_is_delivered_again(void **state)
{
	struct undone u = { 0, 77 };

	(void)state;
	make_group(0);
	publish(3);
	assert_int_equal(alk_transact(s, 0, read_within, &u), 77);
	assert_int_equal(alk_transact(s, ALK_TX_DRY_RUN, read_within, &u),
	    77);
	u.answer = ALK_OK;
	assert_int_equal(alk_transact(s, 0, read_within, &u), ALK_OK);
	assert_int_equal(u.count, 9);
	assert_int_equal(alk_transact(s, 0, read_within, &u), ALK_OK);
	assert_int_equal(u.count, 9);
}

static int
keep_info(void *arg, const alk_group_info *g)
{
	*(alk_group_info *)arg = *g;
	return 0;
}

static int
count_consumer(void *arg, const alk_consumer *c)
{
	*(int *)arg += c->group == NULL ? 1 : 100;
	return 0;
}

static void
a_group_from_its_making_to_its_end(void **state)
{
	alk_group_claim_options o = { NULL, 0, 10 };
	alk_group_info info = { 0 };
	int count = 0;
	int consumers = 0;

	(void)state;
	int64_t base = publish(2);
	make_group(1);
	fixture_ok(s, alk_group_read(s, "t", "g", "a", 2, count_delivery,
	    &count), "read");
	fixture_ok(s, alk_group_claim(s, "t", "g", "b", &o, count_delivery,
	    &count), "claim");
	assert_int_equal(count, 2);
	fixture_ok(s, alk_group_dead(s, "t", "g", NULL, count_delivery,
	    &count), "dead");
	assert_int_equal(count, 4);
	fixture_ok(s, alk_group_revive(s, "t", "g", base + 1), "revive");
	fixture_ok(s, alk_group_discard(s, "t", "g", base + 2), "discard");
	fixture_ok(s, alk_stream_save(s, "c", "t", 1), "save");
	fixture_ok(s, alk_stream_consumers(s, NULL, count_consumer,
	    &consumers), "consumers");
	assert_int_equal(consumers, 101);
	fixture_ok(s, alk_group_list(s, "t", keep_info, &info), "list");
	assert_int_equal(info.pending, 1);
	assert_int_equal(info.max_deliveries, 1);
	fixture_ok(s, alk_group_leave(s, "t", "g", "a"), "leave");
	fixture_ok(s, alk_stream_forget(s, "c", "t"), "forget");
	fixture_ok(s, alk_group_delete(s, "t", "g"), "delete");
	assert_int_equal(alk_group_read(s, "t", "g", "a", 1, NULL, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_group_delete(s, "t", NULL), ALK_INVALID);
}

/* ---- retention ---- */

static int
keep_policy(void *arg, const alk_stream_policy *p)
{
	assert_string_equal(p->topic, "t");
	*(int64_t *)arg = p->keep_events;
	return 0;
}

static void
a_policy_is_acted_on_by_publishing(void **state)
{
	alk_stream_policy p = { .topic = "t", .keep_events = 2 };
	int64_t count = 0;
	int64_t kept = 0;

	(void)state;
	publish(5);
	fixture_ok(s, alk_stream_policy_set(s, &p), "policy");
	fixture_ok(s, alk_stream_policy_list(s, NULL, keep_policy, &kept),
	    "list");
	assert_int_equal(kept, 2);
	publish(1);
	fixture_ok(s, alk_stream_trim(s, &p, 0, &count), "trim");
	assert_int_equal(count, 0);
	p.keep_events = 1;
	fixture_ok(s, alk_stream_trim(s, &p, 10, &count), "trim");
	assert_int_equal(count, 1);
	fixture_ok(s, alk_notify(s, "c", "x", 1, NULL), "notify");
	fixture_ok(s, alk_notify_prune(s, -1, 0, &count), "prune");
	assert_true(count >= 1);
}

/* ---- listening ---- */

struct heard {
	atomic_int count;
	int stop; /* at this one */
	int64_t first;
	int64_t number; /* of the last */
	int64_t saved; /* as another session saw it at the last event */
};

static int
hear(void *arg, const alk_row *row)
{
	struct heard *h = arg;

	h->number = row->number;
	assert_int_equal(alk_stream_saved(other, "c", "t", &h->saved),
	    ALK_OK);
	return ++h->count == h->stop;
}

static void
an_offset_is_kept_each_so_many_events(void **state)
{
	struct heard h = { .stop = 25 };
	alk_follow o = { .topic = "t", .consumer = "c", .save_events = 10,
		.save_ms = 100000, .wait_ms = -1 };
	int64_t last = 0;

	(void)state;
	int64_t base = publish(30);
	assert_int_equal(alk_stream_follow(s, &o, hear, &h, &last), ALK_OK);
	assert_int_equal(last, base + 25);
	assert_int_equal(h.saved, base + 20);
	assert_int_equal(alk_stream_saved(s, "c", "t", &h.saved), ALK_OK);
	assert_int_equal(h.saved, base + 25);
	/* Goes on from there, to where there is no more. */
	h = (struct heard){ .stop = -1 };
	o.wait_ms = 0;
	assert_int_equal(alk_stream_follow(s, &o, hear, &h, &last),
	    ALK_TIMEOUT);
	assert_int_equal(h.count, 5);
	assert_int_equal(last, base + 30);
}

/* Three times, or until somebody has heard enough. */
static void *
speak(void *arg)
{
	const atomic_bool *is_enough = arg;

	for (int i = 0; is_enough != NULL ? !atomic_load(is_enough) : i < 3;
	    i++) {
		pause_ms(20);
		fixture_ok(other, alk_stream_publish(other, "t", NULL, "x", 1,
		    NULL), "publish");
		fixture_ok(other, alk_notify(other, "room", "x", 1, NULL),
		    "notify");
	}
	return NULL;
}

static int
count_row(void *arg, const alk_row *row)
{
	struct heard *h = arg;

	if (h->count == 0)
		h->first = row->number;
	h->number = row->number;
	return ++h->count == h->stop;
}

/*
 * From now on (-1): what stands there is not seen, and behind the first event
 * that is seen none is missed. Which one is first says who was faster.
 */
static void
what_another_commits_is_followed(void **state)
{
	struct heard h = { .stop = 3 };
	alk_follow o = { .topic = "t", .after = -1, .wait_ms = 60000 };
	atomic_bool is_enough = false;
	pthread_t thread;

	(void)state;
	int64_t base = publish(3);
	assert_int_equal(pthread_create(&thread, NULL, speak, &is_enough), 0);
	int code = alk_stream_follow(s, &o, count_row, &h, NULL);
	atomic_store(&is_enough, true);
	pthread_join(thread, NULL);
	assert_int_equal(code, ALK_OK);
	assert_int_equal(h.count, 3);
	assert_true(h.first > base + 3);
	assert_int_equal(h.number, h.first + 2);
}

static void
one_listens_on_without_missing_any(void **state)
{
	struct heard h = { .stop = 2 };
	int64_t last = 0;
	pthread_t thread;

	(void)state;
	fixture_ok(s, alk_notify(s, "room", "before", ALK_NUL, NULL), "one");
	assert_int_equal(alk_listen(s, "room", -1, 0, count_row, &h, &last),
	    ALK_TIMEOUT);
	assert_int_equal(h.count, 0);
	assert_int_equal(pthread_create(&thread, NULL, speak, NULL), 0);
	pthread_join(thread, NULL);
	assert_int_equal(alk_listen(s, "room", last, -1, count_row, &h,
	    &last), ALK_OK);
	h.stop = 3;
	assert_int_equal(alk_listen(s, "room", last, -1, count_row, &h,
	    &last), ALK_OK);
	assert_int_equal(h.count, 3);
	assert_int_equal(last, h.number);
}

/* Behind two events that the other has heard; NULL: it waits for none. */
static void *
cancel(void *arg)
{
	const struct heard *h = arg;

	while (h != NULL && h->count < 2)
		pause_ms(1);
	pause_ms(50);
	alk_session_cancel(s);
	return NULL;
}

static void
who_waits_can_be_told_to_stop(void **state)
{
	struct heard h = { .stop = -1 };
	alk_follow o = { .topic = "t", .consumer = "c", .save_ms = 100000,
		.wait_ms = -1 };
	int64_t last = 0;
	pthread_t thread;

	(void)state;
	int64_t base = publish(2);
	assert_int_equal(pthread_create(&thread, NULL, cancel, &h), 0);
	assert_int_equal(alk_stream_follow(s, &o, count_row, &h, &last),
	    ALK_CANCELLED);
	pthread_join(thread, NULL);
	assert_int_equal(alk_session_error(s)->code, ALK_CANCELLED);
	assert_int_equal(last, base + 2);
	assert_int_equal(alk_stream_saved(s, "c", "t", &last), ALK_OK);
	assert_int_equal(last, base + 2);
	assert_int_equal(pthread_create(&thread, NULL, cancel, NULL), 0);
	assert_int_equal(alk_listen(s, NULL, -1, -1, count_row, &h, NULL),
	    ALK_CANCELLED);
	pthread_join(thread, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(events_come_behind_the_commit),
		TEST(what_is_undone_is_delivered_again),
		TEST(a_group_from_its_making_to_its_end),
		TEST(a_policy_is_acted_on_by_publishing),
		TEST(an_offset_is_kept_each_so_many_events),
		TEST(what_another_commits_is_followed),
		TEST(one_listens_on_without_missing_any),
		TEST(who_waits_can_be_told_to_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
