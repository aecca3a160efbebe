/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Neighbours, walks and degrees of random graphs against the model. */
#include "child.h"
#include "fixture.h"

#include "graph/model_test.h"

/* Runs check() on random graphs of each kind, from none to many edges. */
static void
on_random_graphs(void (*check)(void))
{
	for (int i = 0; i < 24; i++) {
		make_random_graph(i);
		check();
	}
}

/* ---- walks ---- */

struct walked {
	int hops[MODEL_NODES]; /* 0: not seen */
	int count;
	int last;
};

static int
walk_on(void *arg, const alk_row *row)
{
	struct walked *w = arg;
	int n = atoi(row->key);

	assert_int_equal(row->kind, ALK_NODE);
	assert_int_equal(w->hops[n], 0);
	assert_true(row->number >= w->last); /* nearest first */
	w->last = w->hops[n] = (int)row->number;
	w->count++;
	return 0;
}

static void
check_walk(int from, const alk_walk_options *o)
{
	struct walked w = { .count = 0 };
	char key[16];
	size_t found = 0;
	size_t counted = 0;
	int most = o->depth_max == 0 ? 1 : (int)o->depth_max;

	(void)snprintf(key, sizeof(key), "%d", from);
	fixture_ok(m.f.session, alk_walk(m.f.session, m.graph, key, o, walk_on,
	    &w, &found), "walk");
	for (int i = 0; i < m.nodes; i++) {
		int far = m.far[from][i];
		assert_int_equal(w.hops[i], far > most ? 0 : far);
	}
	assert_int_equal(found, w.count);
	fixture_ok(m.f.session, alk_walk(m.f.session, m.graph, key, o, NULL,
	    NULL, &counted), "count");
	assert_int_equal(counted, found);
}

static void
check_walks(void)
{
	const char *types[3];

	for (int i = 0; i < 12; i++) {
		alk_walk_options o = model_options(&m, types);
		model_measure(&m, &o);
		for (int j = 0; j < 6; j++) {
			o.depth_max = (size_t)(j < 5 ? j : 100);
			check_walk(model_below(&m, m.nodes), &o);
		}
	}
}

static void
a_walk_meets_what_the_model_says_in_as_many_hops(void **state)
{
	(void)state;
	on_random_graphs(check_walks);
}

static int
count_until(void *arg, const alk_row *row)
{
	int *left = arg;

	(void)row;
	assert_true(*left > 0);
	return --*left == 0;
}

static void
a_visitor_may_stop_the_walk(void **state)
{
	(void)state;
	alk_walk_options o = { .direction = ALK_BOTH, .depth_max = 10 };

	model_make(&m, 0, "directed", MODEL_NODES, MODEL_EDGES);
	for (int n = 1; n < 10; n++) {
		int left = n;
		fixture_ok(m.f.session, alk_walk(m.f.session, m.graph, "0", &o,
		    count_until, &left, NULL), "walk");
		assert_int_equal(left, 0);
	}
}

static int
walk_within(void *arg, const alk_row *row)
{
	struct walked inner = { .count = 0 };
	alk_walk_options o = { .direction = ALK_BOTH, .depth_max = 2 };
	int *sum = arg;

	assert_int_equal(alk_walk(m.f.session, m.graph, row->key, &o, walk_on,
	    &inner, NULL), ALK_OK);
	*sum += inner.count;
	return 0;
}

static void
a_visitor_may_walk_too(void **state)
{
	(void)state;
	alk_walk_options o = { .direction = ALK_BOTH, .depth_max = 2 };
	int sum = 0;
	int want = 0;

	model_make(&m, 0, "mixed", MODEL_NODES, 60);
	model_measure(&m, &o);
	fixture_ok(m.f.session, alk_walk(m.f.session, m.graph, "3", &o,
	    walk_within, &sum, NULL), "walk");
	for (int i = 0; i < m.nodes; i++)
		for (int j = 0; j < m.nodes && i != 3 && m.far[3][i] <= 2; j++)
			want += i != j && m.far[i][j] <= 2;
	assert_int_equal(sum, want);
	assert_true(want > 0);
}

static int
cancel(void *arg, const alk_row *row)
{
	(void)arg;
	(void)row;
	alk_session_cancel(m.f.session);
	return 0;
}

static void
a_walk_is_cancelled(void **state)
{
	(void)state;
	alk_walk_options o = { .direction = ALK_BOTH, .depth_max = 10 };

	model_make(&m, 0, "directed", MODEL_NODES, MODEL_EDGES);
	assert_int_equal(alk_walk(m.f.session, m.graph, "0", &o, cancel, NULL,
	    NULL), ALK_CANCELLED);
	fixture_ok(m.f.session, alk_walk(m.f.session, m.graph, "0", &o, NULL,
	    NULL, NULL), "afterwards");
}

static void
what_is_not_there_is_told(void **state)
{
	(void)state;
	static const char *const none[] = { "NoneEdge" };
	alk_walk_options o = { .edge_types = none, .edge_types_count = 1 };
	struct walked w = { .count = 0 };

	model_make(&m, 0, "directed", 3, 3);
	assert_int_equal(alk_walk(m.f.session, "no graph", "0", NULL, walk_on,
	    &w, NULL), ALK_NOTFOUND);
	assert_int_equal(alk_walk(m.f.session, m.graph, "no node", NULL,
	    walk_on, &w, NULL), ALK_NOTFOUND);
	assert_int_equal(alk_walk(m.f.session, m.graph, "0", &o, walk_on, &w,
	    NULL), ALK_NOTFOUND);
	o = (alk_walk_options){ .direction = 3 };
	assert_int_equal(alk_walk(m.f.session, m.graph, "0", &o, walk_on, &w,
	    NULL), ALK_INVALID);
	assert_int_equal(w.count, 0);
}

/* ---- limits ---- */

static void
a_walk_that_meets_too_many_nodes_reaches_a_limit(void **state)
{
	(void)state;
	alk_options so = { .limits = { .visited = 10 } };
	alk_walk_options o = { .direction = ALK_BOTH, .depth_max = 20 };
	struct walked w = { .count = 0 };
	alk_store *st;
	alk_session *s;

	model_make(&m, 0, "directed", MODEL_NODES, MODEL_EDGES);
	fixture_open(m.f.path, &so, &st, &s);
	assert_int_equal(alk_walk(s, m.graph, "0", &o, walk_on, &w, NULL),
	    ALK_LIMIT);
	assert_non_null(strstr(alk_session_error(s)->text, "limits.visited"));
	assert_true(w.count <= 10);
	fixture_close(st, s);
}

/* ---- neighbours ---- */

struct neighbors {
	int told[MODEL_EDGES][2]; /* edge i: with its target, its source */
	int from;
	int edge; /* the row before, or -1 */
};

static int
see_neighbor(void *arg, const alk_row *row)
{
	struct neighbors *n = arg;

	assert_int_equal(row->number, 1);
	if (row->kind == ALK_EDGE) {
		const struct model_edge *e = &m.edges[atoi(row->key + 1)];
		assert_int_equal(n->edge, -1);
		n->edge = atoi(row->key + 1);
		assert_int_equal(atoi(row->source), e->source);
		assert_int_equal(atoi(row->target), e->target);
		assert_int_equal(row->undirected, e->undirected);
		assert_string_equal(row->type, model_types[e->type]);
		return 0;
	}
	assert_int_equal(row->kind, ALK_NODE);
	assert_int_not_equal(n->edge, -1);
	const struct model_edge *e = &m.edges[n->edge];
	int node = atoi(row->key);
	bool is_along = e->source == n->from && node == e->target;
	if (!is_along)
		assert_true(e->target == n->from && node == e->source);
	n->told[n->edge][!is_along]++;
	n->edge = -1;
	return 0;
}

static void
check_neighbors(int from, const alk_walk_options *o)
{
	struct neighbors n = { .from = from, .edge = -1 };
	char key[16];

	(void)snprintf(key, sizeof(key), "%d", from);
	fixture_ok(m.f.session, alk_neighbors(m.f.session, m.graph, key, o,
	    see_neighbor, &n), "neighbors");
	for (int i = 0; i < m.edges_count; i++) {
		const struct model_edge *e = &m.edges[i];
		int along = e->source == from && model_goes_along(e, o);
		int against = e->target == from && model_goes_against(e, o);
		/* A loop is one edge, whichever way it is gone. */
		if (e->source == e->target) {
			along = along || against;
			against = 0;
		}
		assert_int_equal(n.told[i][0], along);
		assert_int_equal(n.told[i][1], against);
	}
}

static void
check_all_neighbors(void)
{
	const char *types[3];

	for (int i = 0; i < 20; i++) {
		alk_walk_options o = model_options(&m, types);
		check_neighbors(model_below(&m, m.nodes), &o);
	}
}

static void
neighbors_are_the_edges_at_a_node_with_its_other_ends(void **state)
{
	(void)state;
	on_random_graphs(check_all_neighbors);
}

static void
a_type_named_twice_is_gone_along_once(void **state)
{
	(void)state;
	static const char *const types[] = { "XEdge", "YEdge", "XEdge" };
	const alk_walk_options o = { .direction = ALK_BOTH,
		.edge_types = types, .edge_types_count = 3 };

	model_make(&m, 0, "mixed", 10, 60);
	for (int i = 0; i < 10; i++)
		check_neighbors(i, &o);
}

/* ---- degrees ---- */

struct ranks {
	int64_t degree[MODEL_NODES];
	int node[MODEL_NODES];
	int count;
};

static int
take_rank(void *arg, const alk_row *row)
{
	struct ranks *r = arg;

	r->degree[r->count] = row->number;
	r->node[r->count++] = atoi(row->key);
	return 0;
}

static void
check_degrees(void)
{
	const char *types[3];
	int degree[MODEL_NODES];

	for (int round = 0; round < 10; round++) {
		struct ranks r = { .count = 0 };
		alk_walk_options o = model_options(&m, types);
		int limit = 1 + model_below(&m, MODEL_NODES);
		int with_edges = 0;
		for (int i = 0; i < m.nodes; i++) {
			degree[i] = 0;
			for (int j = 0; j < m.edges_count; j++) {
				const struct model_edge *e = &m.edges[j];
				bool along = e->source == i &&
				    model_goes_along(e, &o);
				bool against = e->target == i &&
				    model_goes_against(e, &o);
				degree[i] += e->source == e->target ?
				    along || against : along + against;
			}
			with_edges += degree[i] > 0;
		}
		fixture_ok(m.f.session, alk_degree_top(m.f.session, m.graph, &o,
		    (size_t)limit, take_rank, &r), "degrees");
		assert_int_equal(r.count,
		    limit < with_edges ? limit : with_edges);
		/* Most first, none left out that has more than the last. */
		for (int i = 0; i < r.count; i++) {
			assert_int_equal(r.degree[i], degree[r.node[i]]);
			degree[r.node[i]] = -1;
			if (i > 0)
				assert_true(r.degree[i - 1] >= r.degree[i]);
		}
		for (int i = 0; i < m.nodes && r.count > 0; i++)
			assert_true(degree[i] <= r.degree[r.count - 1]);
	}
}

static void
the_nodes_with_most_edges_are_those_of_the_model(void **state)
{
	(void)state;
	on_random_graphs(check_degrees);
}

/* ---- counts by type ---- */

struct counts {
	int nodes;
	int edges[3];
};

static int
take_count(void *arg, const alk_row *row)
{
	struct counts *c = arg;

	if (row->kind == ALK_NODE) {
		assert_string_equal(row->type, "ThingNode");
		c->nodes = (int)row->number;
		return 0;
	}
	for (int i = 0; i < 3; i++)
		if (strcmp(row->type, model_types[i]) == 0)
			c->edges[i] = (int)row->number;
	return 0;
}

static void
check_counts(void)
{
	struct counts c = { .nodes = -1, .edges = { -1, -1, -1 } };
	int edges[3] = { 0 };

	for (int i = 0; i < m.edges_count; i++)
		edges[m.edges[i].type]++;
	fixture_ok(m.f.session, alk_stats(m.f.session, m.graph, take_count, &c),
	    "stats");
	assert_int_equal(c.nodes, m.nodes);
	for (int i = 0; i < 3; i++)
		assert_int_equal(c.edges[i], edges[i]);
}

static void
each_type_is_counted_even_when_there_are_none(void **state)
{
	(void)state;
	on_random_graphs(check_counts);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_walk_meets_what_the_model_says_in_as_many_hops),
		TEST(a_visitor_may_stop_the_walk),
		TEST(a_visitor_may_walk_too),
		TEST(a_walk_is_cancelled),
		TEST(what_is_not_there_is_told),
		TEST(a_walk_that_meets_too_many_nodes_reaches_a_limit),
		TEST(neighbors_are_the_edges_at_a_node_with_its_other_ends),
		TEST(a_type_named_twice_is_gone_along_once),
		TEST(the_nodes_with_most_edges_are_those_of_the_model),
		TEST(each_type_is_counted_even_when_there_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
