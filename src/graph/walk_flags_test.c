/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a walk tells: edges, paths, keys; against the model. */
#include "child.h"
#include "fixture.h"

#include "graph/model_test.h"

/* ---- edges ---- */

struct told_edges {
	int hop[MODEL_EDGES]; /* 0: not told */
	size_t count;
};

static int
see_edge(void *arg, const alk_row *row)
{
	struct told_edges *t = arg;
	int n = atoi(row->key + 1);

	assert_int_equal(row->kind, ALK_EDGE);
	assert_int_equal(t->hop[n], 0);
	t->hop[n] = (int)row->number;
	t->count++;
	return 0;
}

/* The hop by which an edge is gone along first, or MODEL_FAR. */
static int
first_hop(const struct model_edge *e, int from, const alk_walk_options *o)
{
	int hop = MODEL_FAR;

	if (model_goes_along(e, o))
		hop = m.far[from][e->source] + 1;
	if (model_goes_against(e, o) && m.far[from][e->target] + 1 < hop)
		hop = m.far[from][e->target] + 1;
	return hop;
}

static void
check_edges(int from, alk_walk_options o)
{
	struct told_edges t = { .count = 0 };
	char key[16];
	size_t found = 0, counted = 0;
	int most = o.depth_max == 0 ? 1 : (int)o.depth_max;

	o.flags = ALK_WALK_EDGES;
	(void)snprintf(key, sizeof(key), "%d", from);
	fixture_ok(m.f.session, alk_walk(m.f.session, m.graph, key, &o,
	    see_edge, &t, &found), "edges");
	for (int i = 0; i < m.edges_count; i++) {
		int hop = first_hop(&m.edges[i], from, &o);
		assert_int_equal(t.hop[i], hop <= most ? hop : 0);
	}
	assert_int_equal(found, t.count);
	fixture_ok(m.f.session, alk_walk(m.f.session, m.graph, key, &o, NULL,
	    NULL, &counted), "count");
	assert_int_equal(counted, found);
}

static void
a_walk_tells_each_edge_once_at_its_first_hop(void **state)
{
	const char *types[3];

	(void)state;
	for (int i = 0; i < 18; i++) {
		model_make(&m, i, model_kinds[i % 3], 1 + model_below(&m, 20),
		    model_below(&m, 60));
		for (int j = 0; j < 12; j++) {
			alk_walk_options o = model_options(&m, types);
			model_measure(&m, &o);
			o.depth_max = (size_t)model_below(&m, 5);
			check_edges(model_below(&m, m.nodes), o);
		}
	}
}

/* ---- paths ---- */

struct told_paths {
	size_t count;
	int64_t hops; /* of the path that is told */
	bool is_edge; /* the row before was one */
};

static int
see_path(void *arg, const alk_row *row)
{
	struct told_paths *t = arg;

	if (row->kind == ALK_NODE && row->number == 0) {
		t->count++;
		t->hops = 0;
		t->is_edge = false;
		return 0;
	}
	assert_int_equal(row->kind, t->is_edge ? ALK_NODE : ALK_EDGE);
	if (row->kind == ALK_EDGE)
		t->hops++;
	assert_int_equal(row->number, t->hops);
	t->is_edge = row->kind == ALK_EDGE;
	return 0;
}

/* All ways on from a node, by trying. */
static size_t
count_paths(int at, int depth, const alk_walk_options *o, bool *on_path)
{
	size_t sum = 0;

	if (depth == 0)
		return 0;
	on_path[at] = true;
	for (int i = 0; i < m.edges_count; i++) {
		const struct model_edge *e = &m.edges[i];
		int to = e->source == at && model_goes_along(e, o) ?
		    e->target : e->target == at && model_goes_against(e, o) ?
		    e->source : at;
		if (!on_path[to])
			sum += 1 + count_paths(to, depth - 1, o, on_path);
	}
	on_path[at] = false;
	return sum;
}

static void
check_paths(int from, alk_walk_options o)
{
	struct told_paths t = { .count = 0 };
	bool on_path[MODEL_NODES] = { false };
	char key[16];
	size_t found = 0;
	int depth = o.depth_max == 0 ? 1 : (int)o.depth_max;
	size_t want = count_paths(from, depth, &o, on_path);

	o.flags = ALK_WALK_PATHS | (unsigned)model_below(&m, 2);
	(void)snprintf(key, sizeof(key), "%d", from);
	fixture_ok(m.f.session, alk_walk(m.f.session, m.graph, key, &o,
	    see_path, &t, &found), "paths");
	assert_int_equal(t.count, want);
	assert_int_equal(found, want);
	assert_false(t.is_edge);
}

static void
a_walk_tells_every_path_that_meets_no_node_twice(void **state)
{
	const char *types[3];

	(void)state;
	for (int i = 0; i < 18; i++) {
		model_make(&m, i, model_kinds[i % 3], 1 + model_below(&m, 10),
		    model_below(&m, 20));
		for (int j = 0; j < 12; j++) {
			alk_walk_options o = model_options(&m, types);
			o.depth_max = (size_t)model_below(&m, 5);
			check_paths(model_below(&m, m.nodes), o);
		}
	}
}

static void
paths_count_against_the_nodes_that_may_be_met(void **state)
{
	alk_walk_options o = { .direction = ALK_BOTH, .depth_max = 12,
		.flags = ALK_WALK_PATHS, .visited_max = 500 };

	(void)state;
	model_make(&m, 0, "directed", 20, 150);
	assert_int_equal(alk_walk(m.f.session, m.graph, "0", &o, NULL, NULL,
	    NULL), ALK_LIMIT);
	assert_non_null(strstr(alk_session_error(m.f.session)->text,
	    "visited_max"));
}

/* ---- keys and flags ---- */

static int
see_keys(void *arg, const alk_row *row)
{
	int *kinds = arg;

	kinds[row->kind == ALK_EDGE]++;
	assert_non_null(row->key);
	assert_null(row->attributes);
	assert_null(row->metadata);
	assert_string_equal(row->type, row->kind == ALK_NODE ? "ThingNode" :
	    model_types[m.edges[atoi(row->key + 1)].type]);
	if (row->kind == ALK_EDGE)
		assert_memory_equal(row->id, "edge-", 5);
	return 0;
}

static void
keys_alone_are_told(void **state)
{
	alk_walk_options o = { .direction = ALK_BOTH, .depth_max = 3,
		.flags = ALK_WALK_KEYS };
	alk_session *s = m.f.session;
	int kinds[2] = { 0, 0 };
	size_t found;

	(void)state;
	model_make(&m, 0, "mixed", 20, 60);
	fixture_ok(s, alk_walk(s, m.graph, "1", &o, see_keys, kinds, &found),
	    "walk");
	assert_int_equal(kinds[0], found);
	/* With the snapshot that there is now, from memory, twice. */
	for (int i = 0; i < 2; i++) {
		kinds[0] = kinds[1] = 0;
		fixture_ok(s, alk_neighbors(s, m.graph, "1", &o, see_keys,
		    kinds), "neighbors");
		assert_true(kinds[0] > 0);
		assert_int_equal(kinds[1], 0);
	}
	o.flags |= ALK_WALK_EDGES;
	fixture_ok(s, alk_walk(s, m.graph, "1", &o, see_keys, kinds, &found),
	    "edges");
	assert_int_equal(kinds[1], found);
}

static void
flags_and_limits_that_make_no_sense_are_refused(void **state)
{
	static const unsigned flags[] = { 8, ALK_WALK_EDGES | ALK_WALK_PATHS };
	alk_session *s = m.f.session;
	alk_walk_options o = { .time_ms = -1 };

	(void)state;
	model_make(&m, 0, "directed", 3, 3);
	assert_int_equal(alk_walk(s, m.graph, "0", &o, NULL, NULL, NULL),
	    ALK_INVALID);
	for (int i = 0; i < 2; i++) {
		o = (alk_walk_options){ .flags = flags[i] };
		assert_int_equal(alk_walk(s, m.graph, "0", &o, NULL, NULL,
		    NULL), ALK_INVALID);
	}
	o = (alk_walk_options){ .flags = ALK_WALK_PATHS };
	assert_int_equal(alk_neighbors(s, m.graph, "0", &o, NULL, NULL),
	    ALK_INVALID);
	o = (alk_walk_options){ .node_filter = "n <" };
	assert_int_equal(alk_walk(s, m.graph, "0", &o, NULL, NULL, NULL),
	    ALK_FILTER);
	assert_memory_equal(alk_session_error(s)->entry, "node filter, ", 13);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_walk_tells_each_edge_once_at_its_first_hop, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    a_walk_tells_every_path_that_meets_no_node_twice, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    paths_count_against_the_nodes_that_may_be_met, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(keys_alone_are_told, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    flags_and_limits_that_make_no_sense_are_refused, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests_name("walk_flags", tests, NULL, NULL);
}
