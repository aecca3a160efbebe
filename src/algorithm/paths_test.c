/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Paths of random graphs against all paths that there are: the model goes every
 * way that comes by no node twice, and sorts.
 */
#include "child.h"
#include "fixture.h"

#include "algorithm/both_test.h"

#include <math.h>

#define WAYS_MAX 60000

static double weights[MODEL_EDGES];

/* Halves, so that sums are exact; zero now and then. */
static int
write_weights(alk_session *s, void *arg)
{
	int most = *(int *)arg;
	int code = ALK_OK;

	for (int i = 0; i < m.edges_count && code == ALK_OK; i++) {
		char key[16], text[64];
		weights[i] = model_below(&m, most) / 2.0;
		(void)snprintf(key, sizeof(key), "e%d", i);
		(void)snprintf(text, sizeof(text), "{\"cost\":{\"of way\":"
		    "%.1f}}", weights[i]);
		alk_item item = { .op = ALK_MERGE, .kind = ALK_EDGE,
			.key = key, .attributes = text };
		code = alk_write(s, m.graph, &item, 1, NULL, NULL);
	}
	return code;
}

static void
make(int number, int nodes, int edges, int most)
{
	model_make(&m, number, model_kinds[number % 3], nodes, edges);
	fixture_ok(m.f.session, alk_transact(m.f.session, 0, write_weights,
	    &most), "weights");
}

/* ---- the model ---- */

struct ways {
	const alk_paths_options *o;
	int to;
	bool is_on[MODEL_NODES];
	int edges[MODEL_NODES];
	double costs[WAYS_MAX]; /* of the ways found */
	int count;
};

static double
price(const struct ways *w, int edge)
{
	return w->o->weight != NULL ? weights[edge] : 1;
}

/* The node that an edge leads to from `at`, or -1. */
static int
far_end(const struct ways *w, int edge, int at)
{
	const struct model_edge *e = &m.edges[edge];

	if (e->source == at && model_goes_along(e, &w->o->walk))
		return e->target;
	if (e->target == at && model_goes_against(e, &w->o->walk))
		return e->source;
	return -1;
}

/* Whether a parallel edge before this one, or a cheaper one, stands for it. */
static bool
is_stood_for(const struct ways *w, int edge, int at)
{
	if ((w->o->flags & ALK_PATHS_PARALLEL) != 0)
		return false;
	for (int i = 0; i < m.edges_count; i++)
		if (i != edge && far_end(w, i, at) == far_end(w, edge, at) &&
		    (price(w, i) < price(w, edge) ||
			(i < edge && price(w, i) <= price(w, edge))))
			return true;
	return false;
}

static void
go_all_ways(struct ways *w, int at, double cost, int hops)
{
	size_t most = w->o->walk.depth_max;

	if (at == w->to) {
		assert_true(w->count < WAYS_MAX);
		w->costs[w->count++] = cost;
		return;
	}
	if (most != 0 && hops == (int)most)
		return;
	w->is_on[at] = true;
	for (int i = 0; i < m.edges_count; i++) {
		int to = far_end(w, i, at);
		if (to == -1 || w->is_on[to] || is_stood_for(w, i, at))
			continue;
		go_all_ways(w, to, cost + price(w, i), hops + 1);
	}
	w->is_on[at] = false;
}

static int
compare_costs(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static struct ways ways;

static void
find_ways(const alk_paths_options *o, int from, int to)
{
	memset(&ways, 0, offsetof(struct ways, costs));
	ways.count = 0;
	ways.o = o;
	ways.to = to;
	go_all_ways(&ways, from, 0, 0);
	qsort(ways.costs, (size_t)ways.count, sizeof(ways.costs[0]),
	    compare_costs);
}

/* ---- what is told ---- */

struct told {
	int from;
	int to;
	int stop_after; /* rows; 0: never */
	int rows;
	int paths;      /* begun */
	int hops;       /* of the path under way */
	int at;
	double cost;
	bool is_on[MODEL_NODES];
	int edges[MODEL_NODES]; /* of the path */
	double costs[200];      /* of the paths */
	unsigned long long sums[200]; /* that tell paths apart */
};

static void
begin_path(struct told *t, const alk_visit *v)
{
	assert_int_equal(v->group, t->paths);
	if (t->paths > 0)
		assert_int_equal(t->at, t->to);
	t->at = atoi(v->row->key);
	assert_int_equal(t->at, t->from);
	assert_true(v->value <= 0 && v->value >= 0);
	memset(t->is_on, 0, sizeof(t->is_on));
	t->is_on[t->at] = true;
	t->hops = 0;
	t->cost = 0;
	t->sums[t->paths] = 1;
	t->costs[t->paths++] = 0;
}

static int
follow(void *arg, const alk_visit *v)
{
	struct told *t = arg;

	if (v->row->kind == ALK_NODE && v->row->number == 0) {
		begin_path(t, v);
		return ++t->rows == t->stop_after;
	}
	assert_int_equal(v->group, t->paths - 1);
	if (v->row->kind == ALK_EDGE) {
		int edge = atoi(v->row->key + 1);
		int to = far_end(&ways, edge, t->at);
		assert_int_not_equal(to, -1);
		assert_false(t->is_on[to]);
		t->is_on[to] = true;
		t->at = to;
		t->cost += price(&ways, edge);
		t->hops++;
		t->sums[t->paths - 1] = t->sums[t->paths - 1] * 1000003 +
		    (unsigned long long)(ways.o->flags != 0 ? edge : to);
		t->costs[t->paths - 1] = t->cost;
	} else {
		assert_int_equal(atoi(v->row->key), t->at);
	}
	assert_int_equal(v->row->number, t->hops);
	assert_true(fabs(v->value - t->cost) < 1e-9);
	return ++t->rows == t->stop_after;
}

static void
check_told(const struct told *t, int expected)
{
	assert_int_equal(t->paths, expected);
	if (expected > 0)
		assert_int_equal(t->at, t->to);
	for (int i = 0; i < t->paths; i++) {
		assert_true(fabs(t->costs[i] - ways.costs[i]) < 1e-9);
		for (int j = 0; j < i; j++)
			assert_true(t->sums[i] != t->sums[j]);
	}
}

static int
least_ways(void)
{
	int n = 0;

	while (n < ways.count && ways.costs[n] - ways.costs[0] < 1e-9)
		n++;
	return n;
}

static void
check_pair(const alk_paths_options *o, int from, int to)
{
	struct told t = { .from = from, .to = to };
	alk_paths_result r = { 0 };
	char a[16], b[16];
	int limit = (int)o->limit;

	find_ways(o, from, to);
	int all = o->which == ALK_PATHS_BEST ? ways.count > 0 :
	    o->which == ALK_PATHS_ALL ? least_ways() : ways.count;
	(void)snprintf(a, sizeof(a), "%d", from);
	(void)snprintf(b, sizeof(b), "%d", to);
	int code = alk_paths(m.f.session, m.graph, a, b, o, follow, &t, &r);
	if (all == 0) {
		assert_int_equal(code, ALK_NOTFOUND);
		assert_int_equal(t.rows, 0);
		return;
	}
	fixture_ok(m.f.session, code, "paths");
	check_told(&t, all < limit ? all : limit);
	assert_int_equal(r.paths, t.paths);
	assert_int_equal(r.has_more, all > limit);
	assert_true(r.visited > 0);
}

static void
check_pairs(int which, unsigned flags, const char *weight)
{
	const char *types[3];
	alk_paths_options o = { .which = which, .flags = flags,
		.weight = weight };

	for (int i = 0; i < 3; i++) {
		o.walk = model_options(&m, types);
		for (int from = 0; from < m.nodes; from++)
			for (int to = 0; to < m.nodes; to++) {
				o.limit = (size_t)model_below(&m, 40) + 1;
				if (weight == NULL)
					o.walk.depth_max =
					    (size_t)model_below(&m, 5);
				check_pair(&o, from, to);
			}
	}
}

static void
check_kind_of_path(int which, unsigned flags)
{
	for (int i = 0; i < 9; i++) {
		make(i, 5 + i % 3, 6 + 2 * i, i < 6 ? 9 : 3);
		check_pairs(which, flags, NULL);
		check_pairs(which, flags, "cost[\"of way\"]");
	}
}

static void
the_best_path_costs_what_the_model_says(void **state)
{
	(void)state;
	check_kind_of_path(ALK_PATHS_BEST, 0);
}

static void
all_best_paths_are_told_and_no_others(void **state)
{
	(void)state;
	check_kind_of_path(ALK_PATHS_ALL, 0);
}

static void
all_best_paths_may_differ_in_parallel_edges(void **state)
{
	(void)state;
	check_kind_of_path(ALK_PATHS_ALL, ALK_PATHS_PARALLEL);
}

static void
the_next_paths_are_those_of_the_model_in_order(void **state)
{
	(void)state;
	check_kind_of_path(ALK_PATHS_NEXT, 0);
}

static void
the_next_paths_may_differ_in_parallel_edges(void **state)
{
	(void)state;
	check_kind_of_path(ALK_PATHS_NEXT, ALK_PATHS_PARALLEL);
}

static void
a_visitor_may_stop_the_paths(void **state)
{
	(void)state;
	alk_paths_options o = { .walk = { .direction = ALK_BOTH } };

	make(0, 8, 24, 4);
	for (int which = ALK_PATHS_BEST; which <= ALK_PATHS_NEXT; which++)
		for (int n = 1; n < 12; n++) {
			struct told t = { .to = 5, .stop_after = n };
			o.which = which;
			find_ways(&o, 0, 5);
			fixture_ok(m.f.session, alk_paths(m.f.session,
			    m.graph, "0", "5", &o, follow, &t, NULL),
			    "paths");
			assert_true(t.rows <= n);
		}
}

/* ---- slips ---- */

static int
refuse(void *arg, const alk_visit *v)
{
	(void)arg;
	(void)v;
	fail();
	return 1;
}

static int
ask(const char *from, const char *to, const alk_paths_options *o)
{
	return alk_paths(m.f.session, m.graph, from, to, o, refuse, NULL,
	    NULL);
}

static const char *
text(void)
{
	return alk_session_error(m.f.session)->text;
}

static void
edge(const char *key, const char *from, const char *to, const char *attributes)
{
	fixture_ok(m.f.session, alk_edge_create(m.f.session, m.graph, key,
	    from, to, attributes), "edge");
}

static void
a_weight_that_is_none_names_its_edge(void **state)
{
	(void)state;
	alk_paths_options o = { .weight = "w" };

	model_make(&m, 0, "directed", 6, 0);
	edge("good", "0", "1", "{\"edgeType\":\"XEdge\",\"w\":1}");
	edge("less", "1", "2", "{\"edgeType\":\"XEdge\",\"w\":-0.5}");
	edge("none", "0", "3", "{\"edgeType\":\"XEdge\",\"v\":1}");
	edge("word", "4", "5", "{\"edgeType\":\"XEdge\",\"w\":\"1\"}");
	assert_int_equal(ask("1", "2", &o), ALK_VALUE);
	assert_non_null(strstr(alk_session_error(m.f.session)->entry,
	    "less"));
	assert_non_null(strstr(text(), "negative"));
	assert_int_equal(ask("0", "2", &o), ALK_VALUE);
	assert_non_null(strstr(text(), "missing"));
	alk_row row;
	char id[64];
	fixture_ok(m.f.session, alk_edge_get(m.f.session, m.graph, "word",
	    &row), "edge");
	(void)snprintf(id, sizeof(id), "%s", row.id);
	assert_int_equal(ask("4", "5", &o), ALK_VALUE);
	assert_string_equal(alk_session_error(m.f.session)->entry, id);
	assert_non_null(strstr(text(), "no number"));
}

static void
options_that_are_none_are_refused(void **state)
{
	(void)state;
	alk_paths_options o = { .which = 3 };

	model_make(&m, 0, "directed", 3, 0);
	assert_int_equal(ask("0", "1", &o), ALK_INVALID);
	o.which = -1;
	assert_int_equal(ask("0", "1", &o), ALK_INVALID);
	o = (alk_paths_options){ .flags = 2 };
	assert_int_equal(ask("0", "1", &o), ALK_INVALID);
	o = (alk_paths_options){ .limit = 100001 };
	assert_int_equal(ask("0", "1", &o), ALK_LIMIT);
	o = (alk_paths_options){ .weight = "w", .walk = { .depth_max = 1 } };
	assert_int_equal(ask("0", "1", &o), ALK_INVALID);
	o = (alk_paths_options){ .weight = "w[" };
	assert_int_equal(ask("0", "1", &o), ALK_FILTER);
	o = (alk_paths_options){ .walk = { .direction = 7 } };
	assert_int_equal(ask("0", "1", &o), ALK_INVALID);
	assert_int_equal(ask("0", "who", NULL), ALK_NOTFOUND);
	assert_non_null(strstr(text(), "'who'"));
	assert_int_equal(ask("what", "0", NULL), ALK_NOTFOUND);
	assert_non_null(strstr(text(), "'what'"));
	assert_int_equal(ask(NULL, "0", NULL), ALK_INVALID);
	assert_int_equal(ask("0", NULL, NULL), ALK_INVALID);
	assert_int_equal(ask("0", "1", NULL), ALK_NOTFOUND);
	assert_non_null(strstr(text(), "no path"));
}

static void
a_search_that_meets_too_many_nodes_reaches_a_limit(void **state)
{
	(void)state;
	alk_options so = { .limits = { .visited = 15 } };
	alk_paths_options o = { .weight = "w" };
	alk_store *st;
	alk_session *s;

	model_make(&m, 0, "directed", MODEL_NODES, 0);
	for (int i = 2; i < 20; i++) {
		char key[16];
		(void)snprintf(key, sizeof(key), "%d", i);
		edge(NULL, "0", key, "{\"edgeType\":\"XEdge\",\"w\":2}");
	}
	edge(NULL, "0", "21", "{\"edgeType\":\"XEdge\",\"w\":1}");
	fixture_open(m.f.path, &so, &st, &s);
	for (int which = ALK_PATHS_BEST; which <= ALK_PATHS_NEXT; which++) {
		o.which = which;
		assert_int_equal(ask("0", "1", &o), ALK_NOTFOUND);
		assert_int_equal(alk_paths(s, m.graph, "0", "1", &o, refuse,
		    NULL, NULL), ALK_LIMIT);
	}
	fixture_close(st, s);
}

static void
the_search_for_very_many_paths_runs_out_of_time(void **state)
{
	(void)state;
	alk_options so = { .limits = { .traverse_ms = 1 } };
	alk_paths_options o = { .which = ALK_PATHS_NEXT, .limit = 100000,
		.walk = { .direction = ALK_BOTH } };
	alk_store *st;
	alk_session *s;

	model_make(&m, 0, "mixed", MODEL_NODES, MODEL_EDGES);
	fixture_open(m.f.path, &so, &st, &s);
	assert_int_equal(alk_paths(s, m.graph, "0", "1", &o, refuse, NULL,
	    NULL), ALK_TIMEOUT);
	fixture_close(st, s);
}

static void
a_cancelled_search_ends(void **state)
{
	(void)state;
	model_make(&m, 0, "mixed", 5, 20);
	alk_session_cancel(m.f.session);
	assert_int_equal(ask("0", "1", NULL), ALK_CANCELLED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_best_path_costs_what_the_model_says),
		FROM_FILE(the_best_path_costs_what_the_model_says),
		TEST(all_best_paths_are_told_and_no_others),
		FROM_FILE(all_best_paths_are_told_and_no_others),
		TEST(all_best_paths_may_differ_in_parallel_edges),
		TEST(the_next_paths_are_those_of_the_model_in_order),
		FROM_FILE(the_next_paths_are_those_of_the_model_in_order),
		TEST(the_next_paths_may_differ_in_parallel_edges),
		TEST(a_visitor_may_stop_the_paths),
		TEST(a_weight_that_is_none_names_its_edge),
		TEST(options_that_are_none_are_refused),
		TEST(a_search_that_meets_too_many_nodes_reaches_a_limit),
		TEST(the_search_for_very_many_paths_runs_out_of_time),
		TEST(a_cancelled_search_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
