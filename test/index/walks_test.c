/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Traversals with filters on a graph whose types have indexes against the same
 * graph of types that have none: they have to tell the same. Hubs, so that there
 * are enough rows for indexes to be asked.
 */
#include "fixture_each.h"

#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODES 400
#define EDGES 1600
#define TOLD_BYTES 200000

#define MODULE(node, other, edge) \
	"{\"$defs\":{\"Config\":{\"type\":\"object\",\"properties\":{" \
	"\"type\":{\"const\":\"mixed\"},\"multi\":{\"const\":true}," \
	"\"allowSelfLoops\":{\"const\":true}}}," \
	"\"ANode\":{\"type\":\"object\"" node "}," \
	"\"BNode\":{\"type\":\"object\"" other "}," \
	"\"LEdge\":{\"type\":\"object\"" edge "}}}"
#define INDEX(where) ",\"x-indexes\":[{\"name\":\"byN\",\"on\":[\"/n\"]" \
	where "},{\"name\":\"byS\",\"on\":[\"/s\",\"/n\"]}]"

static const char *const modules[] = { MODULE("", "", ""),
	MODULE(INDEX(""), "", INDEX("")), MODULE(INDEX(""), INDEX(""), ""),
	MODULE(INDEX(",\"where\":\"exists(n)\""), INDEX(""), INDEX("")) };
#define MODULES 4

static const char *const filters[] = { "n = 3", "n < 2", "n in (1, 7)",
	"s = \"b\"", "s = \"c\" and n > 4", "n = null", "n = 3 or s = \"a\"",
	"not n = 3", "n = 3 and not s = \"a\"", "s >= \"b\"", "n = \"3\"",
	"n > 100", NULL };
#define FILTERS 13

static bool is_snapshot;
static char told[2][TOLD_BYTES];

static const char *
attributes(char text[64])
{
	static const char *const n[] = { "0", "1", "2", "3", "7", "3.5", "null",
		"\"3\"", "9" };
	static const char *const s[] = { "\"a\"", "\"b\"", "\"c\"", "4" };

	if (below(6) == 0)
		return "{}";
	(void)snprintf(text, 64, "{\"n\":%s,\"s\":%s}", n[below(9)],
	    s[below(4)]);
	return text;
}

/* The same rows into all graphs. */
static int
fill(alk_session *s, void *arg)
{
	char key[16], from[16], to[16], text[64], graph[16];
	int code = ALK_OK;

	(void)arg;
	for (int i = 0; i < NODES + EDGES; i++) {
		bool is_node = i < NODES;
		alk_item item = { .op = ALK_CREATE,
			.kind = is_node ? ALK_NODE : ALK_EDGE, .key = key,
			.type = !is_node ? "LEdge" :
			    below(2) == 0 ? "ANode" : "BNode",
			.attributes = attributes(text),
			.attributes_bytes = ALK_NUL };
		(void)snprintf(key, sizeof(key), is_node ? "%d" : "e%d", i);
		(void)snprintf(from, sizeof(from), "%d", below(3) == 0 ?
		    below(NODES) : below(4));
		(void)snprintf(to, sizeof(to), "%d", below(NODES));
		if (!is_node) {
			item.source = from;
			item.target = to;
			item.direction = below(4) == 0 ? ALK_UNDIRECTED :
							 ALK_DIRECTED;
		}
		for (int k = 0; k < MODULES && code == ALK_OK; k++) {
			(void)snprintf(graph, sizeof(graph), "t%d", k);
			code = alk_write(s, graph, &item, 1, NULL, NULL);
		}
	}
	return code;
}

static int
make_graphs(void)
{
	for (int k = 0; k < MODULES; k++) {
		char name[16];
		(void)snprintf(name, sizeof(name), "t%d", k);
		fixture_graph(f.session, name, modules[k]);
	}
	fixture_ok(f.session, alk_transact(f.session, 0, fill, NULL), "rows");
	return 0;
}

static int
set_up(void **state)
{
	is_snapshot = true;
	return fixture_set_up(state) || make_graphs();
}

static int
set_up_file(void **state)
{
	is_snapshot = false;
	return fixture_set_up_file(state) || make_graphs();
}

static int
see(void *arg, const alk_row *row)
{
	char *to = arg;
	size_t bytes = strlen(to);

	(void)snprintf(to + bytes, TOLD_BYTES - bytes, "%s@%lld ", row->key,
	    (long long)row->number);
	return 0;
}

static void
ask(int k, const char *key, const alk_walk_options *o, char *to)
{
	char graph[16];

	to[0] = '\0';
	(void)snprintf(graph, sizeof(graph), "t%d", k);
	fixture_ok(f.session, o->depth_max == 0 ?
	    alk_neighbors(f.session, graph, key, o, see, to) :
	    alk_walk(f.session, graph, key, o, see, to, NULL), "ask");
}

static void
indexes_change_no_answer(void **state)
{
	static const char *const only_a[] = { "ANode" };

	(void)state;
	for (int i = 0; i < 300; i++) {
		bool is_typed = below(3) == 0;
		alk_walk_options o = { .direction = below(3),
			.depth_max = (size_t)below(4),
			.node_filter = filters[below(FILTERS)],
			.edge_filter = filters[below(3) == 0 ? below(FILTERS) :
			    FILTERS - 1],
			.node_types = is_typed ? only_a : NULL,
			.node_types_count = is_typed };
		char key[16];
		(void)snprintf(key, sizeof(key), "%d", below(6));
		ask(0, key, &o, told[0]);
		for (int k = 1; k < MODULES; k++) {
			ask(k, key, &o, told[1]);
			assert_string_equal(told[1], told[0]);
		}
	}
	assert_true(f.session->graph.narrowed > 100);
}

static void
few_rows_are_looked_at_without_indexes(void **state)
{
	alk_walk_options o = { .depth_max = 1, .node_filter = "n = 3" };

	(void)state;
	f.session->graph.narrowed = 0;
	for (int i = 10; i < 60; i++) {
		char key[16];
		(void)snprintf(key, sizeof(key), "%d", i);
		ask(2, key, &o, told[0]);
	}
	assert_int_equal(f.session->graph.narrowed, 0);
	ask(2, "1", &o, told[0]);
	assert_int_equal(f.session->graph.narrowed, 2);
}

static int
count_indexes(void *arg, const alk_step *step)
{
	*(size_t *)arg += step->index != NULL;
	return 0;
}

/* Where an index is told of, it is asked; where none, none helps. */
static void
what_is_told_is_what_is_done(void **state)
{
	const alk_walk_options far = { .direction = ALK_BOTH,
		.depth_max = 5 };
	size_t told_of = 0;

	(void)state;
	/* So much is read that there are snapshots, if they may be made. */
	for (int i = 0; i < 5 * MODULES; i++)
		ask(i % MODULES, "1", &far, told[0]);
	for (int i = 0; i < 2 * FILTERS; i++) {
		alk_walk_options o = { .direction = ALK_BOTH,
			.depth_max = 3,
			.node_filter = i < FILTERS ? filters[i] : NULL,
			.edge_filter = i < FILTERS ? NULL :
			    filters[i - FILTERS] };
		for (int k = 0; k < MODULES; k++) {
			size_t count = 0;
			char graph[16];
			(void)snprintf(graph, sizeof(graph), "t%d", k);
			fixture_ok(f.session, alk_walk_explain(f.session,
			    graph, &o, count_indexes, &count), "explain");
			f.session->graph.narrowed = 0;
			ask(k, "1", &o, told[0]);
			if (f.session->graph.narrowed < count ||
			    (count == 0 && is_snapshot &&
				f.session->graph.narrowed > 0))
				fail_msg("t%d, %s: %zu told, %zu done", k,
				    i < FILTERS ? o.node_filter :
				    o.edge_filter, count,
				    f.session->graph.narrowed);
			told_of += count;
		}
	}
	assert_true(told_of > 20);
}

#define BOTH(name) \
	cmocka_unit_test_setup_teardown(name, set_up, fixture_tear_down), \
	cmocka_unit_test_setup_teardown(name, set_up_file, fixture_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(indexes_change_no_answer),
		BOTH(few_rows_are_looked_at_without_indexes),
		BOTH(what_is_told_is_what_is_done),
	};

	seed = 9;
	return cmocka_run_group_tests_name("index_walks", tests, NULL, NULL);
}
