/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* PageRank on random graphs, against its equations, solved by elimination. */
#include "child.h"
#include "fixture.h"

#include "algorithm/whole_test.h"

#include <math.h>

static double equations[MODEL_NODES][MODEL_NODES + 1];

/* rank = (1 - d) / n + d * (what flows in), solved by elimination. */
static void
solve(double damping, const alk_walk_options *o, double ranks[MODEL_NODES])
{
	int n = m.nodes;

	for (int i = 0; i < n; i++) {
		for (int j = 0; j < n; j++)
			equations[i][j] = i == j;
		equations[i][n] = (1 - damping) / n;
	}
	for (int j = 0; j < n; j++) {
		int out = 0;
		for (int e = 0; e < m.edges_count; e++)
			out += far_end(e, j, o) != -1;
		for (int e = 0; e < m.edges_count; e++) {
			int i = far_end(e, j, o);
			if (i != -1)
				equations[i][j] -= damping / out;
		}
		for (int i = 0; i < n && out == 0; i++)
			equations[i][j] -= damping / n;
	}
	/* Diagonally dominant by columns: no pivots are needed. */
	for (int k = 0; k < n; k++)
		for (int i = 0; i < n; i++) {
			double f = equations[i][k] / equations[k][k];
			for (int j = k; j <= n && i != k; j++)
				equations[i][j] -= f * equations[k][j];
		}
	for (int i = 0; i < n; i++)
		ranks[i] = equations[i][n] / equations[i][i];
}

struct ranking {
	double ranks[MODEL_NODES];
	double sum;
	double last;
	int last_node;
	int count;
};

static int
take_rank(void *arg, const alk_visit *v)
{
	struct ranking *r = arg;
	int n = atoi(v->row->key);

	assert_int_equal(v->row->number, ++r->count);
	assert_true(fabs(v->value - r->ranks[n]) < 1e-10);
	assert_true(r->count == 1 || v->value < r->last ||
	    (v->value <= r->last && n > r->last_node));
	r->last = v->value;
	r->last_node = n;
	r->sum += v->value;
	return 0;
}

static void
check_ranks(const alk_walk_options *o)
{
	alk_pagerank_options p = { .walk = *o, .tolerance = 1e-13,
		.iterations = 1000, .damping = 0.05 * (1 +
		model_below(&m, 18)) };
	alk_pagerank_result result = { 0 };
	struct ranking r = { .count = 0 };

	solve(p.damping, o, r.ranks);
	fixture_ok(m.f.session, alk_pagerank(m.f.session, m.graph, &p,
	    take_rank, &r, &result), "pagerank");
	assert_int_equal(r.count, m.nodes);
	assert_true(fabs(r.sum - 1) < 1e-12);
	assert_int_equal(result.nodes, m.nodes);
	assert_int_equal(result.has_converged, 1);
	assert_true(result.change <= p.tolerance);
}

static void
ranks_solve_their_equations(void **state)
{
	(void)state;
	on_random_graphs(check_ranks);
}

static int
keep_bits(void *arg, const alk_visit *v)
{
	double *ranks = arg;

	ranks[atoi(v->row->key)] = v->value;
	return 0;
}

static void
ranks_are_the_same_bits_each_time(void **state)
{
	double first[MODEL_NODES] = { 0 }, second[MODEL_NODES] = { 0 };
	alk_pagerank_result a, b;

	(void)state;
	model_make(&m, 0, "mixed", MODEL_NODES, MODEL_EDGES);
	fixture_ok(m.f.session, alk_pagerank(m.f.session, m.graph, NULL,
	    keep_bits, first, &a), "pagerank");
	fixture_ok(m.f.session, alk_pagerank(m.f.session, m.graph, NULL,
	    keep_bits, second, &b), "pagerank");
	assert_memory_equal(first, second, sizeof(first));
	assert_int_equal(a.iterations, b.iterations);
}

static int
count_visits(void *arg, const alk_visit *v)
{
	(void)v;
	++*(int *)arg;
	return 0;
}

static int
look_at_keys(void *arg, const alk_visit *v)
{
	(void)arg;
	assert_non_null(v->row->key);
	assert_string_equal(v->row->type, "ThingNode");
	assert_null(v->row->attributes);
	return 0;
}

static void
rows_may_be_keys_alone(void **state)
{
	alk_pagerank_options o = { .walk = { .flags = ALK_WALK_KEYS } };

	(void)state;
	model_make(&m, 0, "directed", 10, 20);
	fixture_ok(m.f.session, alk_pagerank(m.f.session, m.graph, &o,
	    look_at_keys, NULL, NULL), "pagerank");
}

static void
too_few_iterations_are_told(void **state)
{
	alk_pagerank_options o = { .iterations = 1, .limit = 7 };
	alk_pagerank_result r;
	int rows = 0;

	(void)state;
	model_make(&m, 0, "directed", MODEL_NODES, MODEL_EDGES);
	fixture_ok(m.f.session, alk_pagerank(m.f.session, m.graph, &o,
	    count_visits, &rows, &r), "pagerank");
	assert_int_equal(rows, 7);
	assert_int_equal(r.iterations, 1);
	assert_int_equal(r.has_converged, 0);
	assert_true(r.change > 1e-9);
}

static void
options_that_are_none_are_refused(void **state)
{
	static const double wrong[] = { 1, 1.5, -0.1 };
	alk_walk_options o = { .direction = 5 };

	(void)state;
	model_make(&m, 0, "directed", 4, 4);
	for (int i = 0; i < 3; i++) {
		alk_pagerank_options p = { .damping = wrong[i] };
		assert_int_equal(alk_pagerank(m.f.session, m.graph, &p, NULL,
		    NULL, NULL), ALK_INVALID);
	}
	alk_pagerank_options p = { .tolerance = -1 };
	assert_int_equal(alk_pagerank(m.f.session, m.graph, &p, NULL, NULL,
	    NULL), ALK_INVALID);
	p = (alk_pagerank_options){ .damping = (double)NAN };
	assert_int_equal(alk_pagerank(m.f.session, m.graph, &p, NULL, NULL,
	    NULL), ALK_INVALID);
	assert_int_equal(alk_components(m.f.session, m.graph, 2, NULL, NULL,
	    NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_components(m.f.session, m.graph, 0, &o, NULL,
	    NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_order(m.f.session, m.graph, &o, pass, NULL),
	    ALK_INVALID);
	o = (alk_walk_options){ .flags = ALK_WALK_EDGES };
	assert_int_equal(alk_order(m.f.session, m.graph, &o, pass, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_cycle(m.f.session, "none", NULL, pass, NULL),
	    ALK_NOTFOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ranks_solve_their_equations),
		FROM_FILE(ranks_solve_their_equations),
		TEST(ranks_are_the_same_bits_each_time),
		TEST(rows_may_be_keys_alone),
		TEST(too_few_iterations_are_told),
		TEST(options_that_are_none_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
