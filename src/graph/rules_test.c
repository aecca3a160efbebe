/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The rules of graph types: every combination of a small type against what the
 * words of the rules say, and cycles against reachability in a model.
 */
#include "fixture_each.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODES 12

static int
set_up(void **state)
{
	seed = 9;
	return fixture_set_up(state);
}

/* ---- graphs of a type ---- */

struct rules {
	const char *kind; /* "directed", ... */
	bool multi;
	bool loops;
	bool acyclic;
};

/*
 * Loads a type "t<number>" with node types ANode, BNode, CNode and edges XEdge
 * and ABEdge (from A and B to C only), and makes a graph "g<number>" of it.
 */
static const char *
make_graph(const struct rules *r, int number)
{
	static char graph[16];
	char type[16];
	char module[1200];
	alk_type_options o = { .scope = "tenant" };
	alk_graph_new g = { .name = graph, .id = graph, .type = type };

	(void)snprintf(type, sizeof(type), "t%d", number);
	(void)snprintf(graph, sizeof(graph), "g%d", number);
	(void)snprintf(module, sizeof(module),
	    "{\"Config\":{\"type\":\"object\",\"properties\":{"
	    "\"type\":{\"const\":\"%s\"},\"multi\":{\"const\":%s},"
	    "\"allowSelfLoops\":{\"const\":%s},\"acyclic\":{\"const\":%s}}},"
	    "\"ANode\":{\"type\":\"object\"},\"BNode\":{\"type\":\"object\"},"
	    "\"CNode\":{\"type\":\"object\"},\"XEdge\":{\"type\":\"object\"},"
	    "\"ABEdge\":{\"type\":\"object\"},\"ABEdgeConstraints\":{"
	    "\"type\":\"object\",\"properties\":{"
	    "\"edgeType\":{\"const\":\"ABEdge\"},\"allowedSourceTypes\":{"
	    "\"const\":[\"ANode\",\"BNode\"]},\"allowedTargetTypes\":{"
	    "\"const\":[\"CNode\"]}}}}", r->kind,
	    r->multi ? "true" : "false", r->loops ? "true" : "false",
	    r->acyclic ? "true" : "false");
	fixture_ok(f.session, alk_types_load(f.session, type, &o, module,
	    ALK_NUL, NULL), "types");
	fixture_ok(f.session, alk_graph_create(f.session, &g, NULL), "graph");
	return graph;
}

static void
make_nodes(const char *graph, int count)
{
	static const char *const attributes[] = { "{\"nodeType\":\"ANode\"}",
		"{\"nodeType\":\"BNode\"}", "{\"nodeType\":\"CNode\"}" };
	char key[16];

	for (int i = 0; i < count; i++) {
		(void)snprintf(key, sizeof(key), "%d", i);
		fixture_ok(f.session, alk_node_create(f.session, graph, key,
		    attributes[i % 3]), "node");
	}
}

static int
join(const char *graph, const char *type, int a, int b, int direction)
{
	char source[16], target[16];

	(void)snprintf(source, sizeof(source), "%d", a);
	(void)snprintf(target, sizeof(target), "%d", b);
	alk_item item = { .op = ALK_CREATE, .kind = ALK_EDGE, .type = type,
		.source = source, .target = target, .direction = direction };
	return alk_write(f.session, graph, &item, 1, NULL, NULL);
}

/* ---- direction, loops, parallel edges ---- */

struct joined {
	int a;
	int b;
	bool undirected;
};

/* What the rules say of one more edge. */
static int
wanted(const struct rules *r, const struct joined *all, int count, int a, int b,
    int direction, bool *undirected)
{
	bool directed_only = strcmp(r->kind, "directed") == 0;
	bool undirected_only = strcmp(r->kind, "undirected") == 0;

	if (direction == ALK_UNDIRECTED && directed_only)
		return ALK_STRUCTURE;
	if (direction == ALK_DIRECTED && undirected_only)
		return ALK_STRUCTURE;
	*undirected = direction == ALK_UNDIRECTED || undirected_only;
	if (a == b && !r->loops)
		return ALK_STRUCTURE;
	for (int i = 0; i < count && !r->multi; i++) {
		if (all[i].undirected != *undirected)
			continue;
		if (all[i].a == a && all[i].b == b)
			return ALK_EXISTS;
		if (*undirected && all[i].a == b && all[i].b == a)
			return ALK_EXISTS;
	}
	return ALK_OK;
}

static void
check_rules(const struct rules *r, int number)
{
	struct joined all[60];
	int count = 0;
	const char *graph = make_graph(r, number);

	make_nodes(graph, 3);
	for (int i = 0; i < 60; i++) {
		bool undirected = false;
		int a = below(3);
		int b = below(3);
		int direction = below(3);
		int want = wanted(r, all, count, a, b, direction, &undirected);
		assert_int_equal(join(graph, "XEdge", a, b, direction), want);
		if (want == ALK_OK)
			all[count++] = (struct joined){ a, b, undirected };
	}
	assert_true(count >= (r->multi ? 10 : 2));
}

static void
direction_loops_and_parallels_are_as_the_type_says(void **state)
{
	(void)state;
	static const char *const kinds[] = { "directed", "undirected",
		"mixed" };

	for (int i = 0; i < 12; i++) {
		struct rules r = { .kind = kinds[i % 3], .multi = i / 3 % 2,
			.loops = i / 6 };
		check_rules(&r, i);
	}
}

static void
edges_of_two_types_are_not_parallel(void **state)
{
	(void)state;
	struct rules r = { .kind = "directed" };
	const char *graph = make_graph(&r, 0);

	make_nodes(graph, 3);
	assert_int_equal(join(graph, "XEdge", 0, 2, 0), ALK_OK);
	assert_int_equal(join(graph, "ABEdge", 0, 2, 0), ALK_OK);
	assert_int_equal(join(graph, "ABEdge", 0, 2, 0), ALK_EXISTS);
}

/* ---- end points ---- */

static void
end_points_have_the_types_that_the_edge_type_allows(void **state)
{
	(void)state;
	struct rules r = { .kind = "directed", .multi = true, .loops = true };
	const char *graph = make_graph(&r, 0);

	make_nodes(graph, 3); /* 0 A, 1 B, 2 C */
	for (int a = 0; a < 3; a++)
		for (int b = 0; b < 3; b++) {
			assert_int_equal(join(graph, "XEdge", a, b, 0), ALK_OK);
			assert_int_equal(join(graph, "ABEdge", a, b, 0),
			    a < 2 && b == 2 ? ALK_OK : ALK_STRUCTURE);
		}
	assert_int_equal(join(graph, "ABEdge", 2, 2, 0), ALK_STRUCTURE);
	const char *text = alk_session_error(f.session)->text;
	assert_non_null(strstr(text, "source '2' of type 'CNode'"));
	assert_non_null(strstr(text, "allowed: ANode, BNode"));
	assert_int_equal(join(graph, "ABEdge", 0, 1, 0), ALK_STRUCTURE);
	text = alk_session_error(f.session)->text;
	assert_non_null(strstr(text, "target '1' of type 'BNode'"));
	assert_non_null(strstr(text, "allowed: CNode"));
}

/* ---- cycles ---- */

static bool reaches[NODES][NODES];
static bool has_edge[NODES][NODES];

static void
measure(void)
{
	memcpy(reaches, has_edge, sizeof(reaches));
	for (int k = 0; k < NODES; k++)
		for (int i = 0; i < NODES; i++)
			for (int j = 0; j < NODES; j++)
				reaches[i][j] |= reaches[i][k] && reaches[k][j];
}

/* The cycle in a message: "... the cycle a -> b -> a", all edges but the first
   of the model. */
static void
check_cycle_told(int a, int b)
{
	const char *at = strstr(alk_session_error(f.session)->text, "cycle ");
	int before = -1;
	int n = 0;

	assert_non_null(at);
	at += strlen("cycle ");
	for (;; n++) {
		char *end;
		int node = (int)strtol(at, &end, 10);
		assert_ptr_not_equal(at, end);
		if (n == 0)
			assert_int_equal(node, a);
		else if (n == 1)
			assert_int_equal(node, b);
		else
			assert_true(has_edge[before][node]);
		before = node;
		if (*end == '\0')
			break;
		assert_memory_equal(end, " -> ", 4);
		at = end + 4;
	}
	assert_int_equal(before, a);
	assert_true(n >= 2 || a == b);
}

static void
remove_edge(const char *graph, int a, int b)
{
	char source[16], target[16];

	(void)snprintf(source, sizeof(source), "%d", a);
	(void)snprintf(target, sizeof(target), "%d", b);
	alk_item item = { .op = ALK_DELETE, .kind = ALK_EDGE, .type = "XEdge",
		.source = source, .target = target };
	fixture_ok(f.session, alk_write(f.session, graph, &item, 1, NULL, NULL),
	    "delete");
	has_edge[a][b] = false;
}

static void
check_acyclic(int number)
{
	struct rules r = { .kind = "directed", .acyclic = true,
		.loops = number % 2 };
	const char *graph = make_graph(&r, number);
	int refused = 0;
	int made = 0;

	memset(has_edge, 0, sizeof(has_edge));
	make_nodes(graph, NODES);
	for (int i = 0; i < 150; i++) {
		int a = below(NODES);
		int b = below(NODES);
		if (has_edge[a][b]) {
			remove_edge(graph, a, b);
			continue;
		}
		measure();
		bool closes = a == b || reaches[b][a];
		int code = join(graph, "XEdge", a, b, 0);
		assert_int_equal(code, closes ? ALK_STRUCTURE : ALK_OK);
		if (!closes)
			has_edge[a][b] = true;
		else if (a != b || r.loops)
			check_cycle_told(a, b);
		refused += closes;
		made += !closes;
	}
	assert_true(refused > 10);
	assert_true(made > 20);
}

static void
just_the_edges_that_close_a_cycle_are_refused(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++)
		check_acyclic(i);
}

static void
edges_of_one_batch_close_a_cycle_together(void **state)
{
	(void)state;
	struct rules r = { .kind = "directed", .acyclic = true };
	const char *graph = make_graph(&r, 0);
	alk_item items[] = {
		{ .op = ALK_CREATE, .kind = ALK_EDGE, .type = "XEdge",
		    .source = "0", .target = "1" },
		{ .op = ALK_CREATE, .kind = ALK_EDGE, .type = "XEdge",
		    .source = "1", .target = "2" },
		{ .op = ALK_CREATE, .kind = ALK_EDGE, .type = "XEdge",
		    .source = "2", .target = "0" },
	};

	make_nodes(graph, 3);
	assert_int_equal(alk_write(f.session, graph, items, 3, NULL, NULL),
	    ALK_STRUCTURE);
	assert_string_equal(alk_session_error(f.session)->entry,
	    "item 2: edge 2 -> 0");
	assert_int_equal(alk_write(f.session, graph, items, 2, NULL, NULL),
	    ALK_OK);
	/* Put again it is there already, and closes nothing. */
	items[0].op = items[1].op = ALK_PUT;
	alk_write_result result = { 0 };
	assert_int_equal(alk_write(f.session, graph, items, 2, NULL, &result),
	    ALK_OK);
	assert_int_equal(result.unchanged, 2);
}

static void
a_long_cycle_is_told_as_far_as_there_is_room(void **state)
{
	(void)state;
	struct rules r = { .kind = "directed", .acyclic = true };
	const char *graph = make_graph(&r, 0);

	make_nodes(graph, 300);
	for (int i = 0; i + 1 < 300; i++)
		assert_int_equal(join(graph, "XEdge", i, i + 1, 0), ALK_OK);
	assert_int_equal(join(graph, "XEdge", 299, 0, 0), ALK_STRUCTURE);
	const char *text = alk_session_error(f.session)->text;
	assert_non_null(strstr(text, "cycle 299 -> 0 -> 1 -> 2"));
	assert_string_equal(text + strlen(text) - 3, "...");
}

static void
looking_for_a_cycle_has_a_limit(void **state)
{
	(void)state;
	struct rules r = { .kind = "directed", .acyclic = true };
	const char *graph = make_graph(&r, 0);
	alk_options o = { .limits = { .visited = 20 } };
	alk_store *st;
	alk_session *s;

	make_nodes(graph, 60);
	/* Two ways of 30 nodes: the search goes both from 0 and from 59. */
	for (int i = 0; i + 1 < 60; i++)
		if (i != 29)
			assert_int_equal(join(graph, "XEdge", i, i + 1, 0),
			    ALK_OK);
	fixture_open(f.path, &o, &st, &s);
	alk_item item = { .op = ALK_CREATE, .kind = ALK_EDGE, .type = "XEdge",
		.source = "59", .target = "0" };
	assert_int_equal(alk_write(s, graph, &item, 1, NULL, NULL), ALK_LIMIT);
	assert_non_null(strstr(alk_session_error(s)->text, "limits.visited"));
	item.source = "5";
	item.target = "45";
	assert_int_equal(alk_write(s, graph, &item, 1, NULL, NULL), ALK_OK);
	fixture_close(st, s);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, fixture_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(direction_loops_and_parallels_are_as_the_type_says),
		TEST(edges_of_two_types_are_not_parallel),
		TEST(end_points_have_the_types_that_the_edge_type_allows),
		TEST(just_the_edges_that_close_a_cycle_are_refused),
		TEST(edges_of_one_batch_close_a_cycle_together),
		TEST(a_long_cycle_is_told_as_far_as_there_is_room),
		TEST(looking_for_a_cycle_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
