/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Sessions that write one graph in turns: two of one store, and one of another
 * store on the same file. What a session keeps from one transaction to the
 * next (the graph, keys, next numbers) must be right whoever wrote in between.
 */
#include "child.h"
#include "fixture.h"

#include <alkstore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SESSIONS 3
#define NODES 10

static struct fixture f;
static alk_store *other;
static alk_session *s[SESSIONS]; /* the last is of the other store */

static int
set_up(void **state)
{
	(void)state;
	fixture_init(&f, NULL);
	s[0] = f.session;
	assert_int_equal(alk_session_open(f.store, NULL, &s[1], NULL), ALK_OK);
	fixture_open(f.path, NULL, &other, &s[2]);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	alk_session_close(s[1]);
	fixture_close(other, s[2]);
	fixture_fini(&f);
	return 0;
}

static int
edge(alk_session *session, const char *source, const char *target)
{
	return alk_edge_create(session, "g", NULL, source, target, NULL);
}

static int64_t
rev_of(alk_session *session)
{
	alk_row row;

	fixture_ok(session, alk_graph_get(session, "g", &row), "graph");
	return row.number;
}

/* ---- each thing that is kept ---- */

static void
a_node_that_another_deleted_is_missed(void **state)
{
	(void)state;
	for (int by = 1; by < SESSIONS; by++) {
		fixture_ok(s[0], alk_node_put(s[0], "g", "a", NULL), "a");
		fixture_ok(s[0], alk_node_put(s[0], "g", "b", NULL), "b");
		fixture_ok(s[0], edge(s[0], "a", "b"), "edge");
		fixture_ok(s[by], alk_node_delete(s[by], "g", "b"), "delete");
		assert_int_equal(edge(s[0], "a", "b"), ALK_NOTFOUND);
		fixture_ok(s[by], alk_node_create(s[by], "g", "b", NULL), "b");
		fixture_ok(s[0], edge(s[0], "a", "b"), "edge");
		/* To the new node, not to the number of the old one. */
		fixture_ok(s[by], alk_node_delete(s[by], "g", "b"), "delete");
		alk_row row;
		assert_int_equal(alk_node_get(s[0], "g", "b", &row),
		    ALK_NOTFOUND);
	}
}

static void
a_node_of_a_transaction_undone_is_missed(void **state)
{
	(void)state;
	alk_item items[2] = {
		{ .op = ALK_CREATE, .kind = ALK_NODE, .key = "x" },
		{ .op = ALK_CREATE, .kind = ALK_EDGE, .source = "x",
		    .target = "none" },
	};
	alk_write_options dry = { .flags = ALK_TX_DRY_RUN };
	fixture_ok(s[0], alk_node_create(s[0], "g", "a", NULL), "a");
	assert_int_equal(alk_write(s[0], "g", items, 2, NULL, NULL),
	    ALK_NOTFOUND);
	assert_int_equal(edge(s[0], "a", "x"), ALK_NOTFOUND);
	items[1].target = "a";
	assert_int_equal(alk_write(s[0], "g", items, 2, &dry, NULL), ALK_OK);
	assert_int_equal(edge(s[0], "a", "x"), ALK_NOTFOUND);
	fixture_ok(s[0], alk_write(s[0], "g", items, 2, NULL, NULL), "write");
	fixture_ok(s[0], edge(s[0], "a", "x"), "edge");
}

static void
revisions_count_on_whoever_writes(void **state)
{
	(void)state;
	int64_t rev = rev_of(s[0]);
	alk_write_result result;
	alk_item item = { .op = ALK_PUT, .kind = ALK_NODE, .key = "a",
		.attributes_bytes = ALK_NUL };

	for (int i = 0; i < 60; i++) {
		char attributes[40];
		(void)snprintf(attributes, sizeof(attributes), "{\"n\":%d}", i);
		item.attributes = attributes;
		alk_session *by = s[i % 7 == 0 ? 2 : i % 5 == 0];
		alk_write_options o = { .if_rev = rev };
		alk_write_options old = { .if_rev = rev > 1 ? rev - 1 : 99 };
		assert_int_equal(alk_write(by, "g", &item, 1, &old, &result),
		    ALK_CONFLICT);
		fixture_ok(by, alk_write(by, "g", &item, 1, &o, &result), "w");
		assert_int_equal(result.rev, ++rev);
		/* The same again changes nothing, also not the revision. */
		fixture_ok(by, alk_write(by, "g", &item, 1, NULL, &result),
		    "same");
		assert_int_equal(result.rev, rev);
		assert_int_equal(rev_of(s[(i + 1) % SESSIONS]), rev);
	}
}

static void
a_graph_that_another_renamed_is_missed(void **state)
{
	(void)state;
	alk_graph_new name = { .name = "first", .id = "id", .type = "plain" };
	alk_graph_new renamed = { .name = "second" };

	fixture_ok(s[0], alk_graph_create(s[0], &name, NULL), "create");
	for (int by = 0; by < SESSIONS; by++) {
		fixture_ok(s[0], alk_node_put(s[0], "first", "a", NULL), "a");
		fixture_ok(s[by], alk_graph_update(s[by], "id", &renamed),
		    "update");
		assert_int_equal(alk_node_put(s[0], "first", "a", NULL),
		    ALK_NOTFOUND);
		fixture_ok(s[0], alk_node_put(s[0], "second", "a", NULL), "a");
		renamed.name = "first";
		fixture_ok(s[by], alk_graph_update(s[by], "id", &renamed),
		    "update");
		renamed.name = "second";
	}
	fixture_ok(s[2], alk_graph_delete(s[2], "id"), "delete");
	assert_int_equal(alk_node_put(s[0], "first", "a", NULL), ALK_NOTFOUND);
	fixture_ok(s[2], alk_graph_create(s[2], &name, NULL), "create");
	assert_int_equal(alk_edge_create(s[0], "first", NULL, "a", "a", NULL),
	    ALK_NOTFOUND);
	fixture_ok(s[0], alk_node_create(s[0], "first", "a", NULL), "a");
}

/* A type may only grow: one member more each time. */
static void
a_type_that_another_changed_holds_at_once(void **state)
{
	(void)state;
	static const char format[] =
	    "{\"Config\":{\"type\":\"object\",\"properties\":{"
	    "\"type\":{\"const\":\"mixed\"},\"multi\":{\"const\":true},"
	    "\"allowSelfLoops\":{\"const\":true}}},"
	    "\"ThingNode\":{\"type\":\"object\",\"properties\":{%s"
	    "\"n\":{\"type\":\"integer\"}}},"
	    "\"LinkEdge\":{\"type\":\"object\",\"properties\":{"
	    "\"n\":{\"type\":\"integer\"}}}}";
	alk_type_options o = { .scope = "tenant" };
	char members[200] = "", module[800];

	for (int by = 0; by < SESSIONS; by++) {
		size_t used = strlen(members);
		char text[40];
		(void)snprintf(text, sizeof(text), "{\"m%d\":2}", by);
		(void)snprintf(members + used, sizeof(members) - used,
		    "\"m%d\":{\"type\":\"string\"},", by);
		(void)snprintf(module, sizeof(module), format, members);
		fixture_ok(s[0], alk_node_put(s[0], "g", "a", text), "a");
		fixture_ok(s[by], alk_types_load(s[by], "plain", &o, module,
		    ALK_NUL, NULL), "types");
		assert_int_equal(alk_node_put(s[0], "g", "b", text), ALK_VALUE);
		fixture_ok(s[0], alk_node_put(s[0], "g", "a", "{}"), "a");
	}
}

/* ---- all of it, at random, beside a model ---- */

static struct {
	bool has[NODES];
	int edges[NODES][NODES];
	int64_t rev;
	uint64_t seed;
} model, kept;

static int
below(int bound)
{
	return (int)(child_random(&model.seed) % (uint64_t)bound);
}

static int
act(alk_session *by, bool *changed)
{
	char a[8], b[8];
	int i = below(NODES), j = below(NODES);

	(void)snprintf(a, sizeof(a), "n%d", i);
	(void)snprintf(b, sizeof(b), "n%d", j);
	int what = below(8);
	if (what > 1) {
		bool is_there = model.has[i] && model.has[j];
		assert_int_equal(edge(by, a, b), is_there ? ALK_OK :
							    ALK_NOTFOUND);
		model.edges[i][j] += is_there;
		*changed |= is_there;
		return is_there ? ALK_OK : ALK_NOTFOUND;
	}
	bool was = model.has[i];
	if (what == 1 && was) {
		fixture_ok(by, alk_node_delete(by, "g", a), "delete");
		for (j = 0; j < NODES; j++)
			model.edges[i][j] = model.edges[j][i] = 0;
	} else if (!was) {
		fixture_ok(by, alk_node_create(by, "g", a, NULL), "create");
	} else {
		return ALK_OK;
	}
	model.has[i] = !was;
	*changed = true;
	return ALK_OK;
}

struct turn {
	alk_session *by;
	bool changed;
	bool fails;
};

/* Some actions, and at times a failure at the end. */
static int
work(alk_session *by, void *arg)
{
	struct turn *t = arg;

	for (int i = 1 + below(4); i > 0; i--)
		(void)act(by, &t->changed);
	return t->fails ? ALK_CANCELLED : ALK_OK;
}

static int
count(void *arg, const alk_row *row)
{
	(void)row;
	++*(int *)arg;
	return 0;
}

static void
compare(alk_session *by)
{
	int edges = 0, wanted = 0;
	size_t problems = 1;

	for (int i = 0; i < NODES; i++) {
		char key[16];
		alk_row row;
		(void)snprintf(key, sizeof(key), "n%d", i);
		assert_int_equal(alk_node_get(by, "g", key, &row),
		    model.has[i] ? ALK_OK : ALK_NOTFOUND);
		for (int j = 0; j < NODES; j++)
			wanted += model.edges[i][j];
	}
	fixture_ok(by, alk_edge_list(by, "g", NULL, count, &edges, NULL), "list");
	assert_int_equal(edges, wanted);
	assert_int_equal(rev_of(by), model.rev);
	fixture_ok(by, alk_check(by, 0, NULL, NULL, NULL, NULL, &problems),
	    "check");
	assert_int_equal(problems, 0);
}

static void
sessions_in_turns_agree_with_a_model(void **state)
{
	(void)state;
	memset(&model, 0, sizeof(model));
	model.rev = rev_of(s[0]);
	model.seed = 7;
	for (int i = 0; i < 1500; i++) {
		/* Mostly the same one, so that something is kept. */
		struct turn t = { .by = s[below(4) == 0 ? below(SESSIONS) :
			i / 50 % SESSIONS] };
		t.fails = below(6) == 0;
		kept = model;
		if (below(3) != 0) {
			(void)act(t.by, &t.changed);
			t.fails = false;
		} else {
			assert_int_equal(alk_transact(t.by, 0, work, &t),
			    t.fails ? ALK_CANCELLED : ALK_OK);
		}
		if (t.fails) {
			kept.seed = model.seed;
			model = kept;
		} else {
			model.rev += t.changed;
		}
		if (i % 50 == 0)
			compare(s[below(SESSIONS)]);
	}
	compare(s[0]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_node_that_another_deleted_is_missed),
		TEST(a_node_of_a_transaction_undone_is_missed),
		TEST(revisions_count_on_whoever_writes),
		TEST(a_graph_that_another_renamed_is_missed),
		TEST(a_type_that_another_changed_holds_at_once),
		TEST(sessions_in_turns_agree_with_a_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
