/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Acyclic graphs, edge by edge, against a matrix of who reaches whom: edges at
 * random, by the library and by the views in turn, single and in batches, some
 * taken away again, nodes deleted; every answer and every cycle that is named.
 * And how many nodes are looked at.
 */
#include "child.h"
#include "fixture.h"

#include "graph/order.h"
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#define NODES 24
#define ROUNDS 12
#define STEPS 120

static const char module[] =
    "{\"Config\":{\"type\":\"object\",\"properties\":{"
    "\"type\":{\"const\":\"directed\"},\"acyclic\":{\"const\":true}}},"
    "\"TaskNode\":{\"type\":\"object\"},\"BeforeEdge\":{\"type\":\"object\"}}";

static struct fixture f;
static sqlite3 *db;
static uint64_t seed;
static bool edges[NODES][NODES];
static bool is_there[NODES];

static uint64_t
below(uint64_t n)
{
	return child_random(&seed) % n;
}

static int
set_up(void **state)
{
	(void)state;
	fixture_init(&f, NULL);
	fixture_graph(f.session, "d", module);
	assert_int_equal(sqlite3_open(f.path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL,
	    NULL, NULL), SQLITE_OK);
	memset(edges, 0, sizeof(edges));
	memset(is_there, 0, sizeof(is_there));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	fixture_fini(&f);
	return 0;
}

/* ---- The model ---- */

static bool
reaches(int from, int to, bool *seen)
{
	if (from == to)
		return true;
	seen[from] = true;
	for (int i = 0; i < NODES; i++)
		if (edges[from][i] && !seen[i] && reaches(i, to, seen))
			return true;
	return false;
}

static bool
closes_cycle(int from, int to)
{
	bool seen[NODES] = { false };

	return reaches(to, from, seen);
}

/* The error's cycle: from -> to -> ... -> from, over edges that there are. */
static void
assert_cycle(const char *text, int from, int to)
{
	const char *at = strstr(text, "closes the cycle ");
	int nodes[NODES + 3];
	int count = 0;

	assert_non_null(at);
	at += strlen("closes the cycle ");
	for (; at != NULL && count < NODES + 3; at = strstr(at, "-> ")) {
		if (at[0] == '-')
			at += 3;
		assert_int_equal(sscanf(at, "n%d", &nodes[count]), 1);
		count++;
	}
	assert_true(count >= 2);
	assert_int_equal(nodes[0], from);
	assert_int_equal(nodes[1], to);
	assert_int_equal(nodes[count - 1], from);
	for (int i = 1; i + 1 < count; i++)
		assert_true(edges[nodes[i]][nodes[i + 1]]);
}

/* ---- Steps ---- */

static void
name(char out[16], int n)
{
	(void)snprintf(out, 16, "n%d", n);
}

static void
make_node(int n)
{
	char key[16];

	if (is_there[n])
		return;
	name(key, n);
	fixture_ok(f.session, alk_node_create(f.session, "d", key, NULL),
	    "node");
	is_there[n] = true;
}

static bool
sql(const char *format, const char *a, const char *b)
{
	char *text = sqlite3_mprintf(format, a, b);
	int rc = sqlite3_exec(db, text, NULL, NULL, NULL);

	sqlite3_free(text);
	if (rc != SQLITE_OK && strstr(sqlite3_errmsg(db), "cycle") == NULL)
		fail_msg("%s", sqlite3_errmsg(db));
	return rc == SQLITE_OK;
}

static void
add_edge(int from, int to, bool by_view)
{
	char a[16], b[16];
	bool is_cycle = closes_cycle(from, to);

	name(a, from);
	name(b, to);
	if (by_view) {
		assert_int_equal(sql("INSERT INTO edges (graph_id, "
		    "source_node_key, target_node_key) VALUES ('d', %Q, %Q)",
		    a, b), !is_cycle);
	} else {
		alk_item item = { .op = ALK_CREATE, .kind = ALK_EDGE,
			.source = a, .target = b };
		int rc = alk_write(f.session, "d", &item, 1, NULL, NULL);
		assert_int_equal(rc, is_cycle ? ALK_STRUCTURE : ALK_OK);
		if (is_cycle)
			assert_cycle(alk_session_error(f.session)->text, from,
			    to);
	}
	edges[from][to] = edges[from][to] || !is_cycle;
}

static void
remove_edge(int from, int to, bool by_view)
{
	char a[16], b[16];

	name(a, from);
	name(b, to);
	if (by_view) {
		(void)sql("DELETE FROM edges WHERE graph_id = 'd' AND "
		    "source_node_key = %Q AND target_node_key = %Q", a, b);
	} else {
		alk_item item = { .op = ALK_DELETE, .kind = ALK_EDGE,
			.source = a, .target = b };
		fixture_ok(f.session, alk_write(f.session, "d", &item, 1, NULL,
		    NULL), "delete");
	}
	edges[from][to] = false;
}

static void
remove_node(int n, bool by_view)
{
	char key[16];

	name(key, n);
	if (by_view)
		(void)sql("DELETE FROM nodes WHERE graph_id = 'd' AND key = "
		    "%Q", key, "");
	else
		fixture_ok(f.session, alk_node_delete(f.session, "d", key),
		    "delete");
	is_there[n] = false;
	for (int i = 0; i < NODES; i++)
		edges[n][i] = edges[i][n] = false;
}

/* A batch that fails in its middle: nothing of it stays. */
static void
add_and_fail(void)
{
	alk_item items[6];
	char keys[6][2][16];

	for (int i = 0; i < 6; i++) {
		int a = (int)below(NODES);
		int b = (int)below(NODES);
		make_node(a);
		make_node(b);
		name(keys[i][0], a);
		name(keys[i][1], b);
		items[i] = (alk_item){ .op = ALK_CREATE, .kind = ALK_EDGE,
			.source = keys[i][0], .target = keys[i][1] };
	}
	items[5].source = "nobody";
	assert_true(alk_write(f.session, "d", items, 6, NULL, NULL) != ALK_OK);
}

static int
count_rows(const char *text)
{
	sqlite3_stmt *st;

	assert_int_equal(sqlite3_prepare_v2(db, text, -1, &st, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	int n = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return n;
}

static void
assert_sound(void)
{
	size_t problems = 0;

	fixture_ok(f.session, alk_check(f.session, 0, NULL, NULL, NULL, NULL,
	    &problems), "check");
	assert_int_equal(problems, 0);
	assert_int_equal(count_rows("SELECT count(*) FROM alk_order WHERE nid "
	    "NOT IN (SELECT nid FROM alk_nodes)"), 0);
}

static void
edges_are_refused_where_they_close_a_cycle(void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		seed = (uint64_t)round + 1;
		if (round > 0) {
			(void)tear_down(state);
			(void)set_up(state);
		}
		for (int step = 0; step < STEPS; step++) {
			int a = (int)below(NODES);
			int b = (int)below(NODES);
			bool by_view = round % 3 != 0 && below(3) == 0;
			uint64_t what = below(20);
			make_node(a);
			make_node(b);
			if (what == 0)
				remove_node(a, by_view);
			else if (what == 1)
				add_and_fail();
			else if (edges[a][b])
				remove_edge(a, b, by_view);
			else
				add_edge(a, b, by_view);
		}
		assert_sound();
	}
}

/* ---- Cost ---- */

static size_t
visited(void)
{
	size_t n = f.session->graph.order_visited;

	f.session->graph.order_visited = 0;
	return n;
}

static void
add_path(int from, int count)
{
	for (int i = from; i + 1 < from + count; i++) {
		make_node(i);
		make_node(i + 1);
		add_edge(i, i + 1, false);
	}
}

static void
an_edge_along_the_order_looks_at_no_node(void **state)
{
	(void)state;
	add_path(0, 12);
	assert_int_equal(visited(), 0);
	add_edge(0, 11, false);
	add_edge(3, 7, false);
	assert_int_equal(visited(), 0);
	/* A node without edges goes to either end. */
	make_node(20);
	add_edge(20, 0, false);
	make_node(21);
	add_edge(11, 21, false);
	assert_int_equal(visited(), 0);
	assert_sound();
}

static void
an_edge_against_the_order_looks_at_what_lies_between(void **state)
{
	(void)state;
	add_path(0, 12);
	add_path(12, 12);
	assert_int_equal(visited(), 0);
	/* 12..15 and 8..11 lie between 8 and 15: 15 -> 8 reads those. */
	add_edge(15, 8, false);
	assert_int_equal(visited(), 8);
	assert_sound();
	/* 15 stands before 8 now. */
	add_edge(14, 9, false);
	assert_int_equal(visited(), 0);
	/* A cycle is looked for no further than its edge spans. */
	add_edge(11, 12, false);
	assert_int_equal(visited(), 8);
	assert_sound();
}

static void
an_edge_of_the_views_keeps_the_order_where_it_can(void **state)
{
	(void)state;
	add_path(0, 8);
	add_edge(0, 7, true);
	make_node(9);
	add_edge(9, 3, true);
	make_node(10);
	add_edge(7, 10, true);
	assert_int_equal(visited(), 0);
	add_edge(9, 10, false);
	assert_int_equal(visited(), 0);
	assert_sound();
	fixture_ok(f.session, alk_graph_delete(f.session, "d"), "delete");
	assert_int_equal(count_rows("SELECT (SELECT count(*) FROM alk_order) + "
	    "(SELECT count(*) FROM alk_orders)"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    edges_are_refused_where_they_close_a_cycle, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    an_edge_along_the_order_looks_at_no_node, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    an_edge_against_the_order_looks_at_what_lies_between,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    an_edge_of_the_views_keeps_the_order_where_it_can, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
