/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What can be reached, lineages, subgraphs and their copies, of random graphs,
 * against distances that the model computes.
 */
#include "child.h"
#include "fixture.h"

#include "algorithm/both_test.h"

/* Runs check() on random graphs of each kind, from none to many edges. */
static void
on_random_graphs(void (*check)(void))
{
	for (int i = 0; i < 18; i++) {
		make_random_graph(i);
		check();
	}
}

/* ---- some nodes as starts ---- */

struct starts {
	int nodes[4];
	int count;
	char texts[4][16];
	const char *keys[4];
	int far[MODEL_NODES]; /* from the nearest of them */
};

static void
choose_starts(struct starts *s, int count)
{
	s->count = count;
	for (int i = 0; i < count; i++) {
		s->nodes[i] = model_below(&m, m.nodes);
		(void)snprintf(s->texts[i], sizeof(s->texts[i]), "%d",
		    s->nodes[i]);
		s->keys[i] = s->texts[i];
	}
}

static void
measure(struct starts *s, const alk_walk_options *o)
{
	model_measure(&m, o);
	for (int i = 0; i < m.nodes; i++) {
		s->far[i] = MODEL_FAR;
		for (int j = 0; j < s->count; j++)
			if (m.far[s->nodes[j]][i] < s->far[i])
				s->far[i] = m.far[s->nodes[j]][i];
	}
}

/* ---- what is told ---- */

struct seen {
	int nodes[MODEL_NODES]; /* hops, or -1 */
	int nodes_count;
	int edges[MODEL_EDGES];
	int edges_count;
	int last;      /* number told last */
	int last_edge;
	int stop_after;
};

static void
seen_init(struct seen *s)
{
	memset(s, 0, sizeof(*s));
	memset(s->nodes, -1, sizeof(s->nodes));
	memset(s->edges, -1, sizeof(s->edges));
	s->last_edge = -1;
}

static int
see(void *arg, const alk_row *row)
{
	struct seen *s = arg;
	int n = atoi(row->kind == ALK_EDGE ? row->key + 1 : row->key);
	int *at = row->kind == ALK_EDGE ? &s->edges[n] : &s->nodes[n];

	assert_int_equal(*at, -1);
	*at = (int)row->number;
	if (row->kind == ALK_NODE) {
		assert_int_equal(s->edges_count, 0); /* nodes come first */
		assert_true(row->number >= s->last);
		s->last = (int)row->number;
		s->nodes_count++;
	} else {
		s->edges_count++;
		s->last_edge = n;
	}
	return s->nodes_count + s->edges_count == s->stop_after;
}

/* ---- reachable ---- */

static void
check_reachable(void)
{
	const char *types[3];

	for (int i = 0; i < 12; i++) {
		alk_walk_options o = model_options(&m, types);
		struct starts st;
		struct seen s;
		size_t found = 0, counted = 0;
		int expected = 0;

		o.depth_max = (size_t)model_below(&m, 4);
		choose_starts(&st, 1 + model_below(&m, 4));
		measure(&st, &o);
		seen_init(&s);
		fixture_ok(m.f.session, alk_reachable(m.f.session, m.graph,
		    st.keys, (size_t)st.count, &o, see, &s, &found), "reach");
		for (int n = 0; n < m.nodes; n++) {
			bool is_in = st.far[n] > 0 && st.far[n] < MODEL_FAR &&
			    (o.depth_max == 0 || st.far[n] <= (int)o.depth_max);
			assert_int_equal(s.nodes[n], is_in ? st.far[n] : -1);
			expected += is_in;
		}
		assert_int_equal(found, expected);
		fixture_ok(m.f.session, alk_reachable(m.f.session, m.graph,
		    st.keys, (size_t)st.count, &o, NULL, NULL, &counted),
		    "count");
		assert_int_equal(counted, expected);
	}
}

static void
reachable_are_those_that_the_model_reaches(void **state)
{
	(void)state;
	on_random_graphs(check_reachable);
}

static void
check_relatives(void)
{
	const char *types[3];

	for (int i = 0; i < 8; i++) {
		alk_walk_options o = model_options(&m, types);
		struct starts st;
		struct seen down, up;
		size_t below = 0, above = 0;

		choose_starts(&st, 1);
		seen_init(&down);
		seen_init(&up);
		/* Whatever direction the options say. */
		fixture_ok(m.f.session, alk_descendants(m.f.session, m.graph,
		    st.keys[0], &o, see, &down, &below), "descendants");
		fixture_ok(m.f.session, alk_ancestors(m.f.session, m.graph,
		    st.keys[0], &o, see, &up, &above), "ancestors");
		o.direction = ALK_OUT;
		measure(&st, &o);
		for (int n = 0; n < m.nodes; n++) {
			int far = m.far[n][st.nodes[0]];
			assert_int_equal(down.nodes[n], st.far[n] > 0 &&
			    st.far[n] < MODEL_FAR ? st.far[n] : -1);
			assert_int_equal(up.nodes[n],
			    far > 0 && far < MODEL_FAR ? far : -1);
		}
		assert_int_equal(below, down.nodes_count);
		assert_int_equal(above, up.nodes_count);
	}
}

static void
ancestors_and_descendants_are_the_two_directions(void **state)
{
	(void)state;
	on_random_graphs(check_relatives);
}

/* ---- lineage ---- */

/* At which hops an edge is first gone along, or -1. */
static int
first_along(const struct starts *st, int edge, const alk_walk_options *o)
{
	const struct model_edge *e = &m.edges[edge];
	int most = o->depth_max == 0 ? MODEL_FAR : (int)o->depth_max;
	int hops = MODEL_FAR;

	if (model_goes_along(e, o) && st->far[e->source] < most)
		hops = st->far[e->source] + 1;
	if (model_goes_against(e, o) && st->far[e->target] < most &&
	    st->far[e->target] + 1 < hops)
		hops = st->far[e->target] + 1;
	return hops >= MODEL_FAR ? -1 : hops;
}

static void
check_lineage(void)
{
	const char *types[3];

	for (int i = 0; i < 12; i++) {
		alk_walk_options o = model_options(&m, types);
		struct starts st;
		struct seen s;

		o.depth_max = (size_t)model_below(&m, 4);
		choose_starts(&st, 1);
		measure(&st, &o);
		seen_init(&s);
		fixture_ok(m.f.session, alk_lineage(m.f.session, m.graph,
		    st.keys[0], &o, see, &s), "lineage");
		for (int n = 0; n < m.nodes; n++) {
			bool is_in = st.far[n] < MODEL_FAR &&
			    (o.depth_max == 0 || st.far[n] <= (int)o.depth_max);
			assert_int_equal(s.nodes[n], is_in ? st.far[n] : -1);
		}
		for (int e = 0; e < m.edges_count; e++)
			assert_int_equal(s.edges[e], first_along(&st, e, &o));
	}
}

static void
a_lineage_has_nodes_and_the_edges_to_them(void **state)
{
	(void)state;
	on_random_graphs(check_lineage);
}

/* ---- subgraphs ---- */

static void
check_part(const struct starts *st, const alk_walk_options *o, int most,
    const struct seen *s)
{
	for (int n = 0; n < m.nodes; n++) {
		bool is_in = st->far[n] < MODEL_FAR && st->far[n] <= most;
		assert_int_equal(s->nodes[n], is_in ? st->far[n] : -1);
	}
	for (int e = 0; e < m.edges_count; e++) {
		bool is_in = s->nodes[m.edges[e].source] != -1 &&
		    s->nodes[m.edges[e].target] != -1 &&
		    model_has_type(o, m.edges[e].type);
		assert_int_equal(s->edges[e], is_in ? 0 : -1);
	}
}

static void
check_subgraph(void)
{
	static const alk_walk_options all;
	const char *types[3];

	for (int i = 0; i < 12; i++) {
		alk_walk_options o = model_options(&m, types);
		struct starts st;
		struct seen s;
		bool is_plain = i % 4 == 0;

		o.depth_max = (size_t)model_below(&m, 3);
		if (i % 4 == 1)
			o.depth_max = ALK_NUL;
		choose_starts(&st, 1 + model_below(&m, 4));
		measure(&st, is_plain ? &all : &o);
		seen_init(&s);
		fixture_ok(m.f.session, alk_subgraph(m.f.session, m.graph,
		    st.keys, (size_t)st.count, is_plain ? NULL : &o, see, &s),
		    "subgraph");
		check_part(&st, is_plain ? &all : &o, is_plain ? 0 :
		    o.depth_max == ALK_NUL ? MODEL_FAR : (int)o.depth_max,
		    &s);
	}
}

static void
a_subgraph_has_every_edge_between_its_nodes(void **state)
{
	(void)state;
	on_random_graphs(check_subgraph);
}

static int
compare_row(void *arg, const alk_row *row)
{
	const struct seen *s = arg;
	alk_row other;
	int n = atoi(row->kind == ALK_EDGE ? row->key + 1 : row->key);

	assert_true((row->kind == ALK_EDGE ? s->edges : s->nodes)[n] != -1);
	fixture_ok(m.f.session, row->kind == ALK_EDGE ?
	    alk_edge_get(m.f.session, m.graph, row->key, &other) :
	    alk_node_get(m.f.session, m.graph, row->key, &other), "get");
	assert_string_equal(row->type, other.type);
	if (row->kind == ALK_EDGE)
		assert_int_equal(row->undirected,
		    m.edges[n].undirected ? 1 : 0);
	return 0;
}

/* A graph of the same kind. */
static void
make_empty(const char *name, const char *kind)
{
	alk_graph_new g = { .name = name, .id = name, .type = kind };

	fixture_ok(m.f.session, alk_graph_create(m.f.session, &g, NULL),
	    "graph");
}

static size_t
copy_one(int number, const char *kind)
{
	const char *types[3];
	alk_walk_options o = model_options(&m, types);
	alk_write_result r = { 0 };
	struct starts st;
	struct seen s;
	char name[24];
	alk_page page;

	(void)snprintf(name, sizeof(name), "copy %d", number);
	make_empty(name, kind);
	o.depth_max = (size_t)model_below(&m, 3);
	choose_starts(&st, 2);
	seen_init(&s);
	fixture_ok(m.f.session, alk_subgraph(m.f.session, m.graph, st.keys, 2,
	    &o, see, &s), "subgraph");
	fixture_ok(m.f.session, alk_subgraph_copy(m.f.session, m.graph,
	    st.keys, 2, &o, name, ALK_CREATE, &r), "copy");
	assert_int_equal(r.created, s.nodes_count + s.edges_count);
	assert_int_equal(r.rev, 2);
	fixture_ok(m.f.session, alk_node_list(m.f.session, name, NULL,
	    compare_row, &s, &page), "nodes");
	assert_int_equal(page.rows, s.nodes_count);
	fixture_ok(m.f.session, alk_edge_list(m.f.session, name, NULL,
	    compare_row, &s, &page), "edges");
	assert_int_equal(page.rows, s.edges_count);
	/* Once more: there already, and nothing to change. */
	assert_int_equal(alk_subgraph_copy(m.f.session, m.graph, st.keys, 2,
	    &o, name, ALK_CREATE, &r), ALK_EXISTS);
	fixture_ok(m.f.session, alk_subgraph_copy(m.f.session, m.graph,
	    st.keys, 2, &o, name, ALK_PUT, &r), "put");
	assert_int_equal(r.unchanged, s.nodes_count + s.edges_count);
	assert_int_equal(r.rev, 2);
	return (size_t)s.edges_count;
}

static void
a_copy_is_the_subgraph(void **state)
{
	size_t edges = 0;

	(void)state;
	for (int i = 0; i < 12; i++) {
		model_make(&m, i, model_kinds[i % 3], 12, 30);
		edges += copy_one(i, model_kinds[i % 3]);
	}
	assert_true(edges > 20);
}

static void
a_copy_that_cannot_be_made_leaves_nothing(void **state)
{
	const char *keys[] = { "0", "1" };
	alk_write_result r = { 0 };
	alk_walk_options o = { .depth_max = ALK_NUL };
	alk_row row;

	(void)state;
	model_make(&m, 0, "mixed", 20, 80);
	make_empty("taken", "directed");
	fixture_ok(m.f.session, alk_node_create(m.f.session, "taken", "7",
	    NULL), "node");
	assert_int_equal(alk_subgraph_copy(m.f.session, m.graph, keys, 2, &o,
	    "taken", ALK_CREATE, &r), ALK_EXISTS);
	/* Undirected edges do not go into a directed graph. */
	assert_int_equal(alk_subgraph_copy(m.f.session, m.graph, keys, 2, &o,
	    "taken", ALK_PUT, &r), ALK_STRUCTURE);
	assert_int_equal(alk_node_get(m.f.session, "taken", "0", &row),
	    ALK_NOTFOUND);
	assert_int_equal(alk_subgraph_copy(m.f.session, m.graph, keys, 2, &o,
	    m.graph, ALK_PUT, &r), ALK_INVALID);
	assert_int_equal(alk_subgraph_copy(m.f.session, m.graph, keys, 2, &o,
	    "taken", ALK_MERGE, &r), ALK_INVALID);
	assert_int_equal(alk_subgraph_copy(m.f.session, m.graph, keys, 2, &o,
	    "nowhere", ALK_PUT, &r), ALK_NOTFOUND);
	assert_int_equal(r.created, 0);
}

/* ---- slips ---- */

static void
a_visitor_may_stop(void **state)
{
	const char *key = "0";
	alk_walk_options o = { .direction = ALK_BOTH, .depth_max = ALK_NUL };

	(void)state;
	model_make(&m, 0, "mixed", 20, 100);
	for (int n = 1; n < 40; n += 3) {
		struct seen s;
		seen_init(&s);
		s.stop_after = n;
		fixture_ok(m.f.session, alk_subgraph(m.f.session, m.graph,
		    &key, 1, &o, see, &s), "subgraph");
		assert_int_equal(s.nodes_count + s.edges_count, n);
		seen_init(&s);
		s.stop_after = n;
		fixture_ok(m.f.session, alk_lineage(m.f.session, m.graph, key,
		    &o, see, &s), "lineage");
		assert_int_equal(s.nodes_count + s.edges_count, n);
	}
}

static void
nodes_that_are_not_there_are_named(void **state)
{
	const char *keys[] = { "0", "who", NULL };
	struct seen s;

	(void)state;
	model_make(&m, 0, "mixed", 3, 3);
	seen_init(&s);
	assert_int_equal(alk_reachable(m.f.session, m.graph, keys, 2, NULL,
	    see, &s, NULL), ALK_NOTFOUND);
	assert_non_null(strstr(alk_session_error(m.f.session)->text,
	    "'who'"));
	assert_int_equal(alk_reachable(m.f.session, m.graph, keys, 0, NULL,
	    see, &s, NULL), ALK_INVALID);
	assert_int_equal(alk_reachable(m.f.session, m.graph, NULL, 2, NULL,
	    see, &s, NULL), ALK_INVALID);
	assert_int_equal(alk_subgraph(m.f.session, m.graph, keys + 2, 1, NULL,
	    see, &s), ALK_INVALID);
	assert_int_equal(alk_lineage(m.f.session, m.graph, NULL, NULL, see,
	    &s), ALK_INVALID);
	assert_int_equal(alk_ancestors(m.f.session, "none", "0", NULL, see,
	    &s, NULL), ALK_NOTFOUND);
	alk_walk_options o = { .direction = 3 };
	assert_int_equal(alk_reachable(m.f.session, m.graph, keys, 1, &o, see,
	    &s, NULL), ALK_INVALID);
	assert_int_equal(s.nodes_count, 0);
}

static void
too_many_nodes_reach_a_limit(void **state)
{
	alk_options so = { .limits = { .visited = 15 } };
	alk_walk_options o = { .direction = ALK_BOTH, .depth_max = ALK_NUL };
	const char *key = "0";
	alk_store *st;
	alk_session *s;
	struct seen seen;

	(void)state;
	model_make(&m, 0, "mixed", MODEL_NODES, MODEL_EDGES);
	fixture_open(m.f.path, &so, &st, &s);
	seen_init(&seen);
	assert_int_equal(alk_reachable(s, m.graph, &key, 1, &o, see, &seen,
	    NULL), ALK_LIMIT);
	assert_int_equal(alk_lineage(s, m.graph, key, &o, see, &seen),
	    ALK_LIMIT);
	assert_int_equal(alk_subgraph(s, m.graph, &key, 1, &o, see, &seen),
	    ALK_LIMIT);
	assert_int_equal(seen.nodes_count, 0);
	alk_session_cancel(s);
	assert_int_equal(alk_reachable(s, m.graph, &key, 1, &o, see, &seen,
	    NULL), ALK_CANCELLED);
	fixture_close(st, s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reachable_are_those_that_the_model_reaches),
		FROM_FILE(reachable_are_those_that_the_model_reaches),
		TEST(ancestors_and_descendants_are_the_two_directions),
		TEST(a_lineage_has_nodes_and_the_edges_to_them),
		FROM_FILE(a_lineage_has_nodes_and_the_edges_to_them),
		TEST(a_subgraph_has_every_edge_between_its_nodes),
		FROM_FILE(a_subgraph_has_every_edge_between_its_nodes),
		TEST(a_copy_is_the_subgraph),
		FROM_FILE(a_copy_is_the_subgraph),
		TEST(a_copy_that_cannot_be_made_leaves_nothing),
		TEST(a_visitor_may_stop),
		TEST(nodes_that_are_not_there_are_named),
		TEST(too_many_nodes_reach_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
