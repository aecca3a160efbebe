/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Algorithms over whole graphs, on random graphs, against slow models: orders
 * by longest ways, cycles by trying every way, components by distances.
 */
#include "child.h"
#include "fixture.h"

#include "algorithm/whole_test.h"

static bool
is_two_way(const struct model_edge *e, const alk_walk_options *o)
{
	return model_goes_along(e, o) && model_goes_against(e, o);
}

/* ---- cycles ---- */

struct trail {
	const alk_walk_options *o;
	int start;
	bool is_on[MODEL_NODES];
	bool is_used[MODEL_EDGES];
};

static bool
comes_back(struct trail *t, int at)
{
	t->is_on[at] = true;
	for (int i = 0; i < m.edges_count; i++) {
		int to = far_end(i, at, t->o);
		if (to == -1 || t->is_used[i])
			continue;
		t->is_used[i] = true;
		if (to == t->start || (!t->is_on[to] && comes_back(t, to)))
			return true;
		t->is_used[i] = false;
	}
	t->is_on[at] = false;
	return false;
}

static bool
has_cycle(const alk_walk_options *o)
{
	for (int i = 0; i < m.nodes; i++) {
		struct trail t = { .o = o, .start = i };
		if (comes_back(&t, i))
			return true;
	}
	return false;
}

struct round {
	const alk_walk_options *o;
	int rows;
	int first;
	int at;
	int edge;
	bool is_on[MODEL_NODES];
	bool is_used[MODEL_EDGES];
	bool is_closed;
	int stop_after;
};

static int
go_round(void *arg, const alk_row *row)
{
	struct round *r = arg;
	int n = atoi(row->kind == ALK_EDGE ? row->key + 1 : row->key);

	assert_false(r->is_closed);
	assert_int_equal(row->kind, r->rows % 2 == 0 ? ALK_NODE : ALK_EDGE);
	assert_int_equal(row->number, (r->rows + 1) / 2);
	if (row->kind == ALK_EDGE) {
		assert_false(r->is_used[n]);
		r->is_used[n] = true;
		r->edge = n;
	} else if (r->rows == 0) {
		r->first = r->at = n;
		r->is_on[n] = true;
	} else {
		assert_int_equal(far_end(r->edge, r->at, r->o), n);
		r->is_closed = n == r->first;
		assert_true(r->is_closed || !r->is_on[n]);
		r->is_on[n] = true;
		r->at = n;
	}
	return ++r->rows == r->stop_after;
}

static int with_cycle, without_cycle;

static void
check_cycle(const alk_walk_options *o)
{
	struct round r = { .o = o };
	int code = alk_cycle(m.f.session, m.graph, o, go_round, &r);

	if (!has_cycle(o)) {
		without_cycle++;
		assert_int_equal(code, ALK_NOTFOUND);
		assert_int_equal(r.rows, 0);
		return;
	}
	with_cycle++;
	fixture_ok(m.f.session, code, "cycle");
	assert_true(r.is_closed);
}

static void
a_cycle_is_found_where_there_is_one(void **state)
{
	const char *types[3];

	(void)state;
	with_cycle = without_cycle = 0;
	for (int i = 0; i < 300; i++) {
		int nodes = 2 + model_below(&m, 8);
		model_make(&m, i, model_kinds[i % 3], nodes,
		    model_below(&m, 1 + nodes * 4 / 3));
		for (int j = 0; j < 3; j++) {
			alk_walk_options o = model_options(&m, types);
			check_cycle(&o);
		}
	}
	assert_true(with_cycle > 200);
	assert_true(without_cycle > 200);
}

/* Edges as "ab", or "a-b" for an undirected one; a letter a node. */
static void
make_by_hand(const char *edges)
{
	static int number = 1000;
	char copy[200], *rest = NULL;

	model_make(&m, number++, "mixed", 10, 0);
	(void)snprintf(copy, sizeof(copy), "%s", edges);
	for (char *t = strtok_r(copy, " ", &rest); t != NULL;
	    t = strtok_r(NULL, " ", &rest)) {
		bool is_two = t[1] == '-';
		char a[2] = { (char)(t[0] - 'a' + '0'), '\0' };
		char b[2] = { (char)(t[is_two ? 2 : 1] - 'a' + '0'), '\0' };
		char key[16];
		(void)snprintf(key, sizeof(key), "e%d", m.edges_count);
		m.edges[m.edges_count++] = (struct model_edge){ a[0] - '0',
			b[0] - '0', 0, is_two };
		alk_item item = { .op = ALK_CREATE, .kind = ALK_EDGE,
			.key = key, .type = "XEdge", .source = a, .target = b,
			.direction = is_two ? ALK_UNDIRECTED : ALK_DIRECTED };
		fixture_ok(m.f.session, alk_write(m.f.session, m.graph, &item,
		    1, NULL, NULL), "edge");
	}
}

static void
check_by_hand(const char *edges, int length)
{
	alk_walk_options o = { .direction = ALK_OUT };
	struct round r = { .o = &o };

	make_by_hand(edges);
	int code = alk_cycle(m.f.session, m.graph, &o, go_round, &r);
	assert_int_equal(code, length == 0 ? ALK_NOTFOUND : ALK_OK);
	assert_int_equal(r.rows, length == 0 ? 0 : 2 * length + 1);
}

static void
undirected_edges_make_cycles_only_with_others(void **state)
{
	(void)state;
	check_by_hand("", 0);
	check_by_hand("aa", 1);
	check_by_hand("a-a", 1);
	check_by_hand("a-b", 0);
	check_by_hand("a-b a-b", 2);
	check_by_hand("ab ba", 2);
	check_by_hand("a-b ab", 2);
	check_by_hand("a-b b-c c-d b-e", 0);
	check_by_hand("a-b b-c c-a", 3);
	check_by_hand("ab bc a-c", 3); /* a b c a */
	check_by_hand("ab bc ac", 0);
	/* The depth-first search from a by its undirected edge misses it. */
	check_by_hand("a-c ab bc", 3);
	check_by_hand("a-b bc c-d de e-f", 0);
	check_by_hand("a-b bc c-d da", 4);
}

/* ---- order ---- */

/* Levels by longest ways; false where there is none. */
static bool
find_levels(const alk_walk_options *o, int levels[MODEL_NODES])
{
	memset(levels, 0, MODEL_NODES * sizeof(levels[0]));
	for (int round = 0; round <= m.nodes; round++) {
		bool is_done = true;
		for (int i = 0; i < m.edges_count; i++) {
			const struct model_edge *e = &m.edges[i];
			int a = model_goes_along(e, o) ? e->source : e->target;
			int b = model_goes_along(e, o) ? e->target : e->source;
			if (!model_has_type(o, e->type))
				continue;
			if (a == b || is_two_way(e, o))
				return false;
			if (levels[b] <= levels[a]) {
				levels[b] = levels[a] + 1;
				is_done = false;
			}
		}
		if (is_done)
			return true;
	}
	return false;
}

struct line {
	int levels[MODEL_NODES];
	int count;
	int last;
	int last_level;
};

static int
stand_in_line(void *arg, const alk_row *row)
{
	struct line *l = arg;
	int n = atoi(row->key);

	assert_int_equal(row->kind, ALK_NODE);
	assert_int_equal(row->number, l->levels[n]);
	assert_true(row->number > l->last_level ||
	    (row->number == l->last_level && n > l->last));
	l->last_level = (int)row->number;
	l->last = n;
	l->count++;
	return 0;
}

static int with_order;

static void
check_order(const alk_walk_options *o)
{
	struct line l = { .last = -1 };

	if (o->direction != ALK_BOTH && find_levels(o, l.levels)) {
		fixture_ok(m.f.session, alk_order(m.f.session, m.graph, o,
		    stand_in_line, &l), "order");
		assert_int_equal(l.count, m.nodes);
		with_order++;
		return;
	}
	assert_int_equal(alk_order(m.f.session, m.graph, o, pass, NULL),
	    o->direction == ALK_BOTH ? ALK_INVALID : ALK_STRUCTURE);
}

static void
an_order_has_the_levels_of_the_model(void **state)
{
	const char *types[3];

	(void)state;
	with_order = 0;
	for (int i = 0; i < 60; i++) {
		int nodes = 1 + model_below(&m, 20);
		model_make(&m, i, model_kinds[i % 2 * 2], nodes,
		    model_below(&m, 1 + nodes));
		for (int j = 0; j < 6; j++) {
			alk_walk_options o = model_options(&m, types);
			check_order(&o);
		}
	}
	assert_true(with_order > 60);
}

static void
what_is_in_the_way_of_an_order_is_named(void **state)
{
	(void)state;
	make_by_hand("ab bc cd db");
	assert_int_equal(alk_order(m.f.session, m.graph, NULL, pass, NULL),
	    ALK_STRUCTURE);
	assert_non_null(strstr(alk_session_error(m.f.session)->text,
	    "'1' -> '2' -> '3' -> '1'"));
	make_by_hand("ab b-c");
	assert_int_equal(alk_order(m.f.session, m.graph, NULL, pass, NULL),
	    ALK_STRUCTURE);
	assert_non_null(strstr(alk_session_error(m.f.session)->text,
	    "undirected edge between '1' and '2'"));
	make_by_hand("ab bc cd de ef fg gh hi ij ja");
	assert_int_equal(alk_order(m.f.session, m.graph, NULL, pass, NULL),
	    ALK_STRUCTURE);
	assert_non_null(strstr(alk_session_error(m.f.session)->text,
	    "2 more -> '0'"));
}

/* ---- components ---- */

struct parts {
	int part[MODEL_NODES];
	int size[MODEL_NODES]; /* of the part, as told */
	int count;
	int nodes;
	int last;      /* node told last of this part */
	int last_size;
	int last_first;
};

static int
take_part(void *arg, const alk_visit *v)
{
	struct parts *p = arg;
	int n = atoi(v->row->key);

	if ((int)v->group == p->count) {
		/* The larger first, then that of the older first node. */
		assert_true(p->count == 0 || v->row->number < p->last_size ||
		    (v->row->number == p->last_size && n > p->last_first));
		p->count++;
		p->last_size = (int)v->row->number;
		p->last_first = n;
	} else {
		assert_int_equal(v->group, p->count - 1);
		assert_true(n > p->last);
	}
	assert_int_equal(v->row->number, p->last_size);
	p->last = n;
	p->part[n] = p->count;
	p->size[n] = (int)v->row->number;
	p->nodes++;
	return 0;
}

static void
check_parts(int kind, const alk_walk_options *o)
{
	struct parts p = { 0 };
	size_t found = 0, counted = 0;

	fixture_ok(m.f.session, alk_components(m.f.session, m.graph, kind, o,
	    take_part, &p, &found), "components");
	assert_int_equal(found, p.count);
	assert_int_equal(p.nodes, m.nodes);
	for (int i = 0; i < m.nodes; i++) {
		int size = 0;
		for (int j = 0; j < m.nodes; j++) {
			bool is_same = m.far[i][j] < MODEL_FAR &&
			    m.far[j][i] < MODEL_FAR;
			assert_int_equal(p.part[i] == p.part[j], is_same);
			size += is_same;
		}
		assert_int_equal(p.size[i], size);
	}
	fixture_ok(m.f.session, alk_components(m.f.session, m.graph, kind, o,
	    NULL, NULL, &counted), "count");
	assert_int_equal(counted, found);
}

static void
check_components(const alk_walk_options *o)
{
	alk_walk_options both = *o;

	model_measure(&m, o);
	check_parts(ALK_STRONG, o);
	both.direction = ALK_BOTH;
	model_measure(&m, &both);
	check_parts(ALK_WEAK, o);
}

static void
components_are_those_that_reach_each_other(void **state)
{
	(void)state;
	on_random_graphs(check_components);
}

/* ---- degrees ---- */

static void
check_degrees(const alk_walk_options *o)
{
	for (int n = 0; n < m.nodes; n++) {
		size_t degree = 99, expected = 0;
		char key[16];
		for (int i = 0; i < m.edges_count; i++)
			expected += far_end(i, n, o) != -1;
		(void)snprintf(key, sizeof(key), "%d", n);
		fixture_ok(m.f.session, alk_degree(m.f.session, m.graph, key,
		    o, &degree), "degree");
		assert_int_equal(degree, expected);
	}
}

static void
a_degree_counts_the_edges_of_a_direction(void **state)
{
	(void)state;
	on_random_graphs(check_degrees);
	assert_int_equal(alk_degree(m.f.session, m.graph, "who", NULL, NULL),
	    ALK_NOTFOUND);
	assert_int_equal(alk_degree(m.f.session, m.graph, NULL, NULL, NULL),
	    ALK_INVALID);
}

/* ---- limits ---- */

static void
a_graph_of_too_many_nodes_reaches_a_limit(void **state)
{
	alk_options so = { .limits = { .visited = 15 } };
	alk_store *st;
	alk_session *s;

	(void)state;
	model_make(&m, 0, "directed", 16, 0);
	fixture_open(m.f.path, &so, &st, &s);
	assert_int_equal(alk_order(s, m.graph, NULL, pass, NULL), ALK_LIMIT);
	assert_int_equal(alk_cycle(s, m.graph, NULL, pass, NULL), ALK_LIMIT);
	assert_int_equal(alk_pagerank(s, m.graph, NULL, NULL, NULL, NULL),
	    ALK_LIMIT);
	for (int kind = ALK_STRONG; kind <= ALK_WEAK; kind++)
		assert_int_equal(alk_components(s, m.graph, kind, NULL, NULL,
		    NULL, NULL), ALK_LIMIT);
	alk_session_cancel(s);
	assert_int_equal(alk_pagerank(s, m.graph, NULL, NULL, NULL, NULL),
	    ALK_CANCELLED);
	fixture_close(st, s);
	fixture_ok(m.f.session, alk_order(m.f.session, m.graph, NULL, pass,
	    NULL), "order");
}

static int
stop_at(void *arg, const alk_row *row)
{
	(void)row;
	return --*(int *)arg == 0;
}

static int
stop_visits_at(void *arg, const alk_visit *v)
{
	(void)v;
	return --*(int *)arg == 0;
}

static void
a_visitor_may_stop(void **state)
{
	struct round r = { .stop_after = 2 };
	alk_walk_options o = { .direction = ALK_BOTH };
	int left = 3;

	(void)state;
	model_make(&m, 0, "directed", 10, 0);
	fixture_ok(m.f.session, alk_order(m.f.session, m.graph, NULL, stop_at,
	    &left), "order");
	assert_int_equal(left, 0);
	left = 4;
	fixture_ok(m.f.session, alk_pagerank(m.f.session, m.graph, NULL,
	    stop_visits_at, &left, NULL), "pagerank");
	assert_int_equal(left, 0);
	left = 4;
	fixture_ok(m.f.session, alk_components(m.f.session, m.graph, ALK_WEAK,
	    NULL, stop_visits_at, &left, NULL), "components");
	assert_int_equal(left, 0);
	model_make(&m, 1, "directed", 10, 90);
	r.o = &o;
	fixture_ok(m.f.session, alk_cycle(m.f.session, m.graph, &o, go_round,
	    &r), "cycle");
	assert_int_equal(r.rows, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_cycle_is_found_where_there_is_one),
		FROM_FILE(a_cycle_is_found_where_there_is_one),
		TEST(undirected_edges_make_cycles_only_with_others),
		TEST(an_order_has_the_levels_of_the_model),
		FROM_FILE(an_order_has_the_levels_of_the_model),
		TEST(what_is_in_the_way_of_an_order_is_named),
		TEST(components_are_those_that_reach_each_other),
		FROM_FILE(components_are_those_that_reach_each_other),
		TEST(a_degree_counts_the_edges_of_a_direction),
		TEST(a_graph_of_too_many_nodes_reaches_a_limit),
		TEST(a_visitor_may_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
