/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Shortest paths of random graphs against the model. */
#include "child.h"
#include "fixture.h"

#include "graph/model_test.h"

/* What a path told so far; checked against the edges of the model. */
struct path {
	const alk_walk_options *o;
	int rows;
	int at;   /* node told last, or -1 */
	int edge; /* edge told last */
	int stop_after;
};

static int
follow(void *arg, const alk_row *row)
{
	struct path *p = arg;

	p->rows++;
	if (p->rows % 2 == 0) {
		assert_int_equal(row->kind, ALK_EDGE);
		assert_int_equal(row->number, p->rows / 2);
		p->edge = atoi(row->key + 1);
		return p->rows == p->stop_after;
	}
	assert_int_equal(row->kind, ALK_NODE);
	assert_int_equal(row->number, p->rows / 2);
	int node = atoi(row->key);
	if (p->at != -1) {
		const struct model_edge *e = &m.edges[p->edge];
		assert_true((e->source == p->at && e->target == node &&
				model_goes_along(e, p->o)) ||
		    (e->target == p->at && e->source == node &&
			model_goes_against(e, p->o)));
	}
	p->at = node;
	return p->rows == p->stop_after;
}

static void
check_path(int from, int to, const alk_walk_options *o)
{
	struct path p = { .o = o, .at = -1 };
	char a[16], b[16];
	int far = m.far[from][to];

	(void)snprintf(a, sizeof(a), "%d", from);
	(void)snprintf(b, sizeof(b), "%d", to);
	int code = alk_path(m.f.session, m.graph, a, b, o, follow, &p);
	if (far == MODEL_FAR || (o->depth_max != 0 &&
		far > (int)o->depth_max)) {
		assert_int_equal(code, ALK_NOTFOUND);
		assert_int_equal(p.rows, 0);
		assert_non_null(strstr(alk_session_error(m.f.session)->text,
		    "no path"));
		return;
	}
	fixture_ok(m.f.session, code, "path");
	assert_int_equal(p.rows, 2 * far + 1);
	assert_int_equal(p.at, to);
}

/* Every pair of nodes of a random graph. */
static void
check_all_pairs(int nodes, int edges, int number)
{
	const char *types[3];

	model_make(&m, number, model_kinds[number % 3], nodes, edges);
	for (int i = 0; i < 3; i++) {
		alk_walk_options o = model_options(&m, types);
		model_measure(&m, &o);
		for (int from = 0; from < nodes; from++)
			for (int to = 0; to < nodes; to++) {
				o.depth_max = (size_t)model_below(&m, 6);
				check_path(from, to, &o);
			}
	}
}

static void
paths_in_sparse_graphs_are_as_short_as_the_model_says(void **state)
{
	(void)state;
	for (int i = 0; i < 9; i++)
		check_all_pairs(20, 22 + i, i);
}

static void
paths_in_dense_graphs_are_as_short_as_the_model_says(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++)
		check_all_pairs(16, 60 + 10 * i, i);
}

static void
paths_along_a_line_are_as_long_as_the_line(void **state)
{
	(void)state;
	alk_walk_options o = { .direction = ALK_OUT };

	model_make(&m, 0, "directed", MODEL_NODES, 0);
	for (int i = 0; i + 1 < MODEL_NODES; i++) {
		char a[16], b[16], key[16];
		(void)snprintf(a, sizeof(a), "%d", i);
		(void)snprintf(b, sizeof(b), "%d", i + 1);
		(void)snprintf(key, sizeof(key), "e%d", i);
		m.edges[m.edges_count++] = (struct model_edge){ i, i + 1, 0,
			false };
		fixture_ok(m.f.session, alk_edge_create(m.f.session, m.graph,
		    key, a, b, "{\"edgeType\":\"XEdge\"}"), "edge");
	}
	for (int direction = ALK_OUT; direction <= ALK_BOTH; direction++) {
		o.direction = direction;
		model_measure(&m, &o);
		for (int to = 0; to < MODEL_NODES; to += 3) {
			check_path(0, to, &o);
			check_path(MODEL_NODES - 1, to, &o);
			check_path(to, to / 2, &o);
		}
	}
}

static void
the_path_from_a_node_to_itself_is_the_node(void **state)
{
	(void)state;
	alk_walk_options o = { .direction = ALK_OUT, .depth_max = 1 };

	model_make(&m, 0, "mixed", 5, 30);
	model_measure(&m, &o);
	for (int i = 0; i < 5; i++)
		check_path(i, i, &o);
}

static void
a_visitor_may_stop_the_path(void **state)
{
	(void)state;
	alk_walk_options o = { .direction = ALK_BOTH };

	model_make(&m, 0, "directed", MODEL_NODES, 45);
	model_measure(&m, &o);
	for (int to = 0; to < MODEL_NODES; to++) {
		int rows = m.far[0][to] == MODEL_FAR ? 0 :
		    2 * m.far[0][to] + 1;
		for (int n = 1; n <= rows; n++) {
			struct path p = { .o = &o, .at = -1, .stop_after = n };
			char key[16];
			(void)snprintf(key, sizeof(key), "%d", to);
			fixture_ok(m.f.session, alk_path(m.f.session, m.graph,
			    "0", key, &o, follow, &p), "path");
			assert_int_equal(p.rows, n);
		}
	}
}

static void
a_node_that_is_not_there_is_named(void **state)
{
	(void)state;
	struct path p = { .at = -1 };

	model_make(&m, 0, "directed", 3, 0);
	assert_int_equal(alk_path(m.f.session, m.graph, "who", "0", NULL,
	    follow, &p), ALK_NOTFOUND);
	assert_non_null(strstr(alk_session_error(m.f.session)->text, "'who'"));
	assert_int_equal(alk_path(m.f.session, m.graph, "0", "what", NULL,
	    follow, &p), ALK_NOTFOUND);
	assert_non_null(strstr(alk_session_error(m.f.session)->text,
	    "'what'"));
	assert_int_equal(alk_path(m.f.session, m.graph, "0", NULL, NULL,
	    follow, &p), ALK_INVALID);
	assert_int_equal(alk_path(m.f.session, m.graph, NULL, "0", NULL,
	    follow, &p), ALK_INVALID);
	assert_int_equal(p.rows, 0);
}

static void
a_search_that_meets_too_many_nodes_reaches_a_limit(void **state)
{
	(void)state;
	alk_options so = { .limits = { .visited = 15 } };
	alk_walk_options o = { .direction = ALK_BOTH };
	struct path p = { .o = &o, .at = -1 };
	alk_store *st;
	alk_session *s;

	/* Two stars, 0 and 1 their middle, with no way between. */
	model_make(&m, 0, "directed", MODEL_NODES, 0);
	for (int i = 2; i < MODEL_NODES; i++) {
		char key[16];
		(void)snprintf(key, sizeof(key), "%d", i);
		fixture_ok(m.f.session, alk_edge_create(m.f.session, m.graph,
		    NULL, i % 2 == 0 ? "0" : "1", key,
		    "{\"edgeType\":\"XEdge\"}"), "edge");
	}
	assert_int_equal(alk_path(m.f.session, m.graph, "0", "1", &o, follow,
	    &p), ALK_NOTFOUND);
	fixture_open(m.f.path, &so, &st, &s);
	assert_int_equal(alk_path(s, m.graph, "0", "1", &o, follow, &p),
	    ALK_LIMIT);
	assert_int_equal(p.rows, 0);
	fixture_close(st, s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(paths_in_sparse_graphs_are_as_short_as_the_model_says),
		TEST(paths_in_dense_graphs_are_as_short_as_the_model_says),
		TEST(paths_along_a_line_are_as_long_as_the_line),
		TEST(the_path_from_a_node_to_itself_is_the_node),
		TEST(a_visitor_may_stop_the_path),
		TEST(a_node_that_is_not_there_is_named),
		TEST(a_search_that_meets_too_many_nodes_reaches_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
