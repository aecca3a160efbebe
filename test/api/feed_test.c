/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The change feed from C: filters, places to begin, consumers whose offset is
 * kept with what they write, readers that wait for a revision.
 */
#include "fixture_session.h"
#include "pause.h"
#include "text.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static alk_session *other;

static int
set_up(void **state)
{
	alk_graph_new g = { .name = "h", .type = "plain", .id = "h" };

	(void)session_set_up(state);
	fixture_ok(s, alk_graph_create(s, &g, NULL), "graph");
	return alk_session_open(f.store, NULL, &other, NULL);
}

static int
tear_down(void **state)
{
	alk_session_close(other);
	return fixture_tear_down(state);
}

static void
put(const char *graph, const char *key)
{
	fixture_ok(s, alk_node_put(s, graph, key, NULL), "put");
}

static int64_t
now(void)
{
	alk_feed at = { .after = ALK_FEED_NOW };
	int64_t offset = -1;

	fixture_ok(s, alk_feed_read(s, &at, 0, NULL, NULL, &offset), "now");
	return offset;
}

/* ---- what passes ---- */

static int
show(void *arg, const alk_feed_change *c)
{
	static const char *const ops[] = { "load", "+", "?", "?", "~", "-" };
	static const char *const kinds[] = { "", "n", "e", "g", "t" };

	text_printf(arg, "%s%s:%s%s", ops[c->op], kinds[c->kind],
	    c->key != NULL ? c->key : "", c->is_last ? "; " : " ");
	assert_true(c->offset > 0 && c->created_at > 0);
	if (c->kind == ALK_EDGE) {
		assert_non_null(c->source);
		assert_non_null(c->target);
		assert_non_null(c->id);
	}
	if (c->op == 0)
		assert_int_equal(c->nodes, 1);
	return 0;
}

static void
reads(alk_feed feed, const char *wanted)
{
	struct text t = { 0 };

	fixture_ok(s, alk_feed_read(s, &feed, 0, show, &t, NULL), "read");
	assert_string_equal(text_get(&t), wanted);
	text_fini(&t);
}

static long
one_line(void *arg, char *into, size_t room)
{
	const char **from = arg;
	size_t n = strlen(*from);

	(void)room;
	memcpy(into, *from, n);
	*from += n;
	return (long)n;
}

static void
filters_leave_out_what_is_not_asked_for(void **state)
{
	static const alk_item items[] = {
		{ .op = ALK_CREATE, .kind = ALK_NODE, .key = "a" },
		{ .op = ALK_CREATE, .kind = ALK_NODE, .key = "b" },
		{ .op = ALK_CREATE, .kind = ALK_EDGE, .key = "e",
		    .source = "a", .target = "b" },
	};
	const char *line = "{\"kind\":\"node\",\"key\":\"i\"}\n";
	int64_t at = now();

	(void)state;
	fixture_ok(s, alk_write(s, "g", items, 3, NULL, NULL), "write");
	put("h", "x");
	fixture_ok(s, alk_node_merge(s, "g", "a", "{\"n\":1}"), "merge");
	fixture_ok(s, alk_import(s, "g", NULL, one_line, &line, NULL), "load");
	fixture_ok(s, alk_node_delete(s, "g", "a"), "delete");
	fixture_ok(s, alk_graph_delete(s, "h"), "drop");
	reads((alk_feed){ .after = at }, "+n:a +n:b +e:e; +n:x; ~n:a; load:; "
	    "-e:e -n:a; -g:h; ");
	reads((alk_feed){ .after = at, .graph = "g" }, "+n:a +n:b +e:e; "
	    "~n:a; load:; -e:e -n:a; ");
	reads((alk_feed){ .after = at, .kinds = ALK_FEED_EDGES },
	    "+e:e; load:; -e:e; -g:h; ");
	reads((alk_feed){ .after = at, .type = "LinkEdge", .graph = "g" },
	    "+e:e; load:; -e:e; ");
	reads((alk_feed){ .after = at, .graph = "g",
	    .ops = ALK_FEED_UPDATE | ALK_FEED_DELETE,
	    .kinds = ALK_FEED_NODES, .type = "ThingNode" },
	    "~n:a; load:; -n:a; ");
	reads((alk_feed){ .kinds = ALK_FEED_TYPES, .graph = NULL,
	    .ops = ALK_FEED_CREATE }, "+t:plain; load:; -g:h; ");
	reads((alk_feed){ .after = ALK_FEED_NOW }, "");
}

/* What others have published there is passed over. */
static void
slips_are_told(void **state)
{
	alk_feed bad[] = { { .after = -3 }, { .kinds = 64 }, { .ops = 64 },
		{ .after_rev = -1 }, { .after_rev = 1 } };
	alk_feed consumer = { .consumer = "__x" };
	struct text t = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(alk_feed_read(s, &bad[i], 0, show, &t, NULL),
		    ALK_INVALID);
	assert_int_equal(alk_feed_read(s, &(alk_feed){ .graph = "none" }, 0,
	    show, &t, NULL), ALK_NOTFOUND);
	assert_int_equal(alk_feed_follow(s, NULL, NULL, NULL, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_feed_consume(s, NULL, show, &t), ALK_INVALID);
	assert_int_equal(alk_feed_consume(s, &consumer, show, &t),
	    ALK_INVALID);
	consumer.consumer = "x";
	assert_int_equal(alk_feed_consume(s, &consumer, NULL, NULL),
	    ALK_INVALID);
	text_fini(&t);
}

/* ---- where to begin ---- */

static int
count_to_two(void *arg, const alk_feed_change *c)
{
	(void)c;
	return ++*(int *)arg == 2;
}

static void
a_record_not_told_to_its_end_comes_again(void **state)
{
	static const alk_item items[] = {
		{ .op = ALK_CREATE, .kind = ALK_NODE, .key = "a" },
		{ .op = ALK_CREATE, .kind = ALK_NODE, .key = "b" },
		{ .op = ALK_CREATE, .kind = ALK_NODE, .key = "c" },
	};
	alk_feed feed = { .after = now() };
	int seen = 0;
	int64_t last = 0;

	(void)state;
	fixture_ok(s, alk_write(s, "g", items, 3, NULL, NULL), "write");
	fixture_ok(s, alk_feed_read(s, &feed, 0, count_to_two, &seen, &last),
	    "read");
	assert_int_equal(seen, 2);
	assert_int_equal(last, feed.after);
	seen = -1; /* stops at the last one */
	fixture_ok(s, alk_feed_read(s, &feed, 0, count_to_two, &seen, &last),
	    "read");
	assert_int_equal(last, feed.after + 1);
	put("g", "d");
	put("g", "e");
	fixture_ok(s, alk_feed_read(s, &feed, 1, count_to_two, &seen, &last),
	    "read");
	assert_int_equal(last, feed.after + 1);
}

static void
a_place_may_be_a_revision(void **state)
{
	alk_feed at = { .graph = "g" };
	alk_row row;

	(void)state;
	put("g", "a");
	fixture_ok(s, alk_graph_get(s, "g", &row), "get");
	at.after_rev = row.number;
	put("h", "x");
	put("g", "b");
	put("g", "c");
	reads(at, "+n:b; +n:c; ");
	at.after_rev += 2;
	reads(at, "");
	at.after_rev++;
	assert_int_equal(alk_feed_read(s, &at, 0, show, NULL, NULL),
	    ALK_CONFLICT);
	at.after_rev = 1;
	reads(at, "+n:a; +n:b; +n:c; ");
}

static void
trim(int64_t keep)
{
	alk_stream_policy p = { .topic = "changes", .keep_events = keep,
		.past_readers = 1 };

	fixture_ok(s, alk_stream_trim(s, &p, 0, NULL), "trim");
}

static void
who_fell_behind_is_told(void **state)
{
	alk_feed lost = { .consumer = "c", .graph = "g", .after_rev = 1 };
	alk_feed all = { .after = 0 };
	struct text t = { 0 };
	alk_row row;

	(void)state;
	fixture_ok(s, alk_stream_save(s, "c", "changes", 1), "save");
	put("g", "a");
	put("g", "b");
	put("g", "c");
	trim(1);
	assert_int_equal(alk_feed_follow(s, &lost, show, &t, NULL),
	    ALK_TRIMMED);
	assert_non_null(strstr(alk_session_error(s)->text, "read the graph"));
	assert_int_equal(alk_feed_consume(s, &lost, show, &t), ALK_TRIMMED);
	assert_int_equal(alk_feed_read(s, &lost, 0, show, &t, NULL),
	    ALK_TRIMMED);
	assert_int_equal(alk_feed_read(s, &all, 0, show, &t, NULL),
	    ALK_TRIMMED);
	assert_string_equal(text_get(&t), "");
	text_fini(&t);
	reads((alk_feed){ .after = ALK_FEED_KEPT }, "+n:c; ");
	fixture_ok(s, alk_graph_get(s, "g", &row), "get");
	reads((alk_feed){ .graph = "g", .after_rev = row.number }, "");
	/* Nothing of the graph is left, and nothing is missing but before. */
	put("h", "x");
	trim(1);
	lost = (alk_feed){ .graph = "g", .after_rev = row.number };
	reads(lost, "");
	lost.after_rev--;
	assert_int_equal(alk_feed_read(s, &lost, 0, show, NULL, NULL),
	    ALK_TRIMMED);
}

/* ---- consuming ---- */

struct worker {
	int fails_at;  /* changes from here */
	int stops_at;
	int seen;
};

/* Writes a copy of each node to the graph "h". */
static int
copy(void *arg, const alk_feed_change *c)
{
	struct worker *w = arg;

	w->seen++;
	if (c->kind != ALK_NODE)
		return 0;
	/* Creating, not putting: twice would fail. */
	int rc = alk_node_create(s, "h", c->key, NULL);
	if (rc != ALK_OK)
		return rc;
	if (w->seen == w->fails_at)
		return alk_node_delete(s, "h", "nobody");
	return w->seen == w->stops_at;
}

static int
count_one(void *arg, const alk_row *row)
{
	(void)row;
	++*(size_t *)arg;
	return 0;
}

static size_t
count_copies(void)
{
	size_t count = 0;

	fixture_ok(s, alk_node_list(s, "h", NULL, count_one, &count, NULL),
	    "list");
	return count;
}

static void
what_a_consumer_writes_is_kept_with_its_place(void **state)
{
	alk_feed feed = { .consumer = "copier", .graph = "g", .records = 2,
		.after = now() };
	struct worker w = { .fails_at = 4 };
	int64_t kept = 0;

	(void)state;
	for (const char *key = "abcdefg"; *key != '\0'; key++) {
		const char text[] = { *key, '\0' };
		put("g", text);
	}
	/* The second pair is undone, the first stays. */
	assert_int_equal(alk_feed_consume(s, &feed, copy, &w), ALK_NOTFOUND);
	assert_non_null(strstr(alk_session_error(s)->text, "nobody"));
	assert_int_equal(count_copies(), 2);
	fixture_ok(s, alk_stream_saved(s, "copier", "changes", &kept),
	    "saved");
	assert_int_equal(kept, feed.after + 2);
	w = (struct worker){ .stops_at = 3 };
	fixture_ok(s, alk_feed_consume(s, &feed, copy, &w), "stop");
	assert_int_equal(count_copies(), 5);
	w = (struct worker){ .seen = 0 };
	assert_int_equal(alk_feed_consume(s, &feed, copy, &w), ALK_TIMEOUT);
	assert_int_equal(w.seen, 2);
	assert_int_equal(count_copies(), 7);
	assert_int_equal(alk_feed_consume(s, &feed, copy, &w), ALK_TIMEOUT);
	assert_int_equal(w.seen, 2);
}

/* One that begins with what comes keeps that place before anything came. */
static void
a_new_consumer_keeps_where_it_began(void **state)
{
	alk_feed feed = { .consumer = "late", .after = ALK_FEED_NOW };
	struct text t = { 0 };

	(void)state;
	put("g", "a");
	assert_int_equal(alk_feed_consume(s, &feed, show, &t), ALK_TIMEOUT);
	put("g", "b");
	assert_int_equal(alk_feed_consume(s, &feed, show, &t), ALK_TIMEOUT);
	assert_string_equal(text_get(&t), "+n:b; ");
	feed.consumer = "later";
	assert_int_equal(alk_feed_follow(s, &feed, show, &t, NULL),
	    ALK_TIMEOUT);
	put("g", "c");
	assert_int_equal(alk_feed_follow(s, &feed, show, &t, NULL),
	    ALK_TIMEOUT);
	assert_string_equal(text_get(&t), "+n:b; +n:c; ");
	text_fini(&t);
}

static int
consume_within(alk_session *session, void *arg)
{
	alk_feed feed = { .consumer = "x" };

	return alk_feed_consume(session, &feed, show, arg);
}

static void
consuming_within_a_transaction_is_refused(void **state)
{
	struct text t = { 0 };

	(void)state;
	assert_int_equal(alk_transact(s, 0, consume_within, &t), ALK_MISUSE);
	text_fini(&t);
}

/* ---- at least a revision ---- */

static void *
write_later(void *arg)
{
	for (int i = 0; i < 3; i++) {
		char key[16];
		pause_ms(50);
		snprintf(key, sizeof(key), "k%d", i);
		if (alk_node_put(other, arg, key, NULL) != ALK_OK)
			return arg;
	}
	return NULL;
}

static void
a_reader_may_wait_for_a_revision(void **state)
{
	pthread_t thread;
	void *failed = NULL;
	alk_row row;

	(void)state;
	fixture_ok(s, alk_graph_get(s, "g", &row), "get");
	int64_t rev = row.number;
	fixture_ok(s, alk_wait_rev(s, "g", rev, 0), "there");
	assert_int_equal(alk_wait_rev(s, "g", rev + 1, 20), ALK_TIMEOUT);
	assert_int_equal(alk_wait_rev(s, "none", 1, 0), ALK_NOTFOUND);
	assert_int_equal(pthread_create(&thread, NULL, write_later, "g"), 0);
	fixture_ok(s, alk_wait_rev(s, "g", rev + 3, 10000), "wait");
	fixture_ok(s, alk_node_get(s, "g", "k2", &row), "get");
	pthread_join(thread, &failed);
	assert_null(failed);
}

static int
wait_within(alk_session *session, void *arg)
{
	const int64_t *rev = arg;

	return alk_wait_rev(session, "g", *rev, 0);
}

static void
waiting_within_a_snapshot_never_ends_and_is_refused(void **state)
{
	int64_t rev = 1;

	(void)state;
	fixture_ok(s, alk_snapshot(s, wait_within, &rev), "there");
	rev = 1000;
	assert_int_equal(alk_snapshot(s, wait_within, &rev), ALK_MISUSE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(filters_leave_out_what_is_not_asked_for),
		TEST(slips_are_told),
		TEST(a_record_not_told_to_its_end_comes_again),
		TEST(a_place_may_be_a_revision),
		TEST(who_fell_behind_is_told),
		TEST(what_a_consumer_writes_is_kept_with_its_place),
		TEST(a_new_consumer_keeps_where_it_began),
		TEST(consuming_within_a_transaction_is_refused),
		TEST(a_reader_may_wait_for_a_revision),
		TEST(waiting_within_a_snapshot_never_ends_and_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
