/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Neighbours and walks told in an order. What the same call tells without one
 * is put in order here, by values that the test has given, and has to be equal.
 */
#include "fixture_each.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODES 60
#define EDGES 400
#define VALUES 9 /* few: there are equals */
#define NONE (-1)

static int of_node[NODES];
static int of_edge[EDGES];

static const char *
attributes(char text[32], int value)
{
	if (value == NONE)
		return "{}";
	(void)snprintf(text, 32, "{\"a\":{\"n\":%d}}", value - 4);
	return text;
}

static int
fill(alk_session *s, void *arg)
{
	char key[16], from[16], to[16], text[32];
	int code = ALK_OK;

	(void)arg;
	for (int i = 0; i < NODES && code == ALK_OK; i++) {
		of_node[i] = below(VALUES + 1) - 1;
		(void)snprintf(key, sizeof(key), "%d", i);
		code = alk_node_create(s, "g", key, attributes(text,
		    of_node[i]));
	}
	for (int i = 0; i < EDGES && code == ALK_OK; i++) {
		of_edge[i] = below(VALUES + 1) - 1;
		(void)snprintf(key, sizeof(key), "e%d", i);
		/* The first nodes have many. */
		(void)snprintf(from, sizeof(from), "%d", below(below(NODES) +
		    1));
		(void)snprintf(to, sizeof(to), "%d", below(NODES));
		code = alk_edge_create(s, "g", key, from, to, attributes(text,
		    of_edge[i]));
	}
	return code;
}

static int
write_rows(void)
{
	fixture_ok(f.session, alk_transact(f.session, 0, fill, NULL), "rows");
	return 0;
}

static int
set_up(void **state)
{
	return fixture_set_up(state) || write_rows();
}

static int
set_up_file(void **state)
{
	return fixture_set_up_file(state) || write_rows();
}

/* ---- what is told ---- */

struct told {
	struct one {
		int edge; /* NONE for nodes alone */
		int node;
		int hops;
	} list[EDGES];
	size_t count;
	int edge; /* told last, for the node behind it */
	size_t stop_after; /* 0: never */
};

static int
see(void *arg, const alk_row *row)
{
	struct told *t = arg;

	if (row->kind == ALK_EDGE) {
		t->edge = atoi(row->key + 1);
		return 0;
	}
	assert_true(t->count < EDGES);
	t->list[t->count++] = (struct one){ t->edge, atoi(row->key),
		(int)row->number };
	t->edge = NONE;
	return t->count == t->stop_after;
}

static void
ask(bool is_hop, const char *key, const alk_walk_options *o, struct told *t)
{
	size_t found = 0;

	*t = (struct told){ .edge = NONE };
	fixture_ok(f.session, is_hop ?
	    alk_neighbors(f.session, "g", key, o, see, t) :
	    alk_walk(f.session, "g", key, o, see, t, &found), "ask");
}

static int
value(const struct one *a, bool is_of_edges)
{
	return is_of_edges ? of_edge[a->edge] : of_node[a->node];
}

/* Moves each to its place from behind: equals stay as they are. */
static void
put_in_order(struct told *t, bool is_of_edges)
{
	for (size_t i = 1; i < t->count; i++) {
		struct one moved = t->list[i];
		size_t j = i;
		for (; j > 0 && value(&t->list[j - 1], is_of_edges) >
		     value(&moved, is_of_edges); j--)
			t->list[j] = t->list[j - 1];
		t->list[j] = moved;
	}
}

static void
turn(struct told *t)
{
	for (size_t i = 0; i < t->count / 2; i++) {
		struct one swapped = t->list[i];
		t->list[i] = t->list[t->count - 1 - i];
		t->list[t->count - 1 - i] = swapped;
	}
}

static void
compare(bool is_hop, alk_walk_options o)
{
	static struct told want, got;
	bool has_edges = is_hop && (o.flags & ALK_WALK_KEYS) == 0;
	alk_walk_options plain = o;
	char key[16];

	(void)snprintf(key, sizeof(key), "%d", below(8));
	plain.limit = 0;
	ask(is_hop, key, &plain, &want);
	o.order = "a.n";
	o.order_edges = has_edges && below(2) == 0;
	o.descending = below(2);
	put_in_order(&want, o.order_edges);
	if (o.descending)
		turn(&want);
	if (o.limit != 0 && want.count > o.limit)
		want.count = o.limit;
	ask(is_hop, key, &o, &got);
	assert_int_equal(got.count, want.count);
	assert_memory_equal(got.list, want.list,
	    got.count * sizeof(got.list[0]));
}

static void
rows_are_told_in_the_order_that_is_asked_for(void **state)
{
	(void)state;
	for (int i = 0; i < 400; i++) {
		alk_walk_options o = { .direction = below(3),
			.flags = below(2) == 0 ? ALK_WALK_KEYS : 0,
			.depth_max = (size_t)below(4),
			.limit = (size_t)(below(3) == 0 ? 0 : 1 + below(12)),
			.node_filter = below(4) == 0 ? "a.n < 2" : NULL };
		bool is_hop = below(2) == 0;
		compare(is_hop, o);
	}
}

static void
without_an_order_the_first_are_told(void **state)
{
	static struct told all, some;

	(void)state;
	for (int i = 0; i < 200; i++) {
		alk_walk_options o = { .direction = below(3),
			.flags = below(2) == 0 ? ALK_WALK_KEYS : 0,
			.depth_max = (size_t)below(4) };
		bool is_hop = below(2) == 0;
		ask(is_hop, "1", &o, &all);
		o.limit = 1 + (size_t)below(20);
		ask(is_hop, "1", &o, &some);
		assert_int_equal(some.count, all.count < o.limit ? all.count :
		    o.limit);
		assert_memory_equal(some.list, all.list,
		    some.count * sizeof(some.list[0]));
	}
}

static void
all_that_are_met_are_counted_whatever_is_told(void **state)
{
	alk_walk_options o = { .depth_max = 3 };
	struct told t = { .edge = NONE };
	size_t all = 0, found = 0;

	(void)state;
	fixture_ok(f.session, alk_walk(f.session, "g", "0", &o, NULL, NULL,
	    &all), "count");
	o.order = "a.n";
	o.limit = 2;
	fixture_ok(f.session, alk_walk(f.session, "g", "0", &o, see, &t,
	    &found), "walk");
	assert_int_equal(t.count, 2);
	assert_int_equal(found, all);
}

static void
a_visitor_ends_the_telling(void **state)
{
	alk_walk_options o = { .depth_max = 3, .order = "a.n" };
	struct told t = { .edge = NONE, .stop_after = 3 };

	(void)state;
	fixture_ok(f.session, alk_walk(f.session, "g", "0", &o, see, &t, NULL),
	    "walk");
	assert_int_equal(t.count, 3);
}

static void
refuses(int code, bool is_hop, const alk_walk_options *o)
{
	assert_int_equal(is_hop ?
	    alk_neighbors(f.session, "g", "0", o, NULL, NULL) :
	    alk_walk(f.session, "g", "0", o, NULL, NULL, NULL), code);
}

static void
an_order_that_makes_no_sense_is_refused(void **state)
{
	alk_walk_options bad = { .order = "a.[" };
	alk_walk_options half = { .descending = 1 };
	alk_walk_options edges = { .order = "a", .order_edges = 1 };
	alk_walk_options paths = { .limit = 1, .flags = ALK_WALK_PATHS };
	alk_walk_options told = { .order = "a", .flags = ALK_WALK_EDGES };
	size_t n;

	(void)state;
	refuses(ALK_FILTER, true, &bad);
	assert_memory_equal(alk_session_error(f.session)->entry, "order, ", 7);
	refuses(ALK_INVALID, true, &half);
	refuses(ALK_INVALID, false, &edges);
	refuses(ALK_INVALID, false, &paths);
	refuses(ALK_INVALID, false, &told);
	assert_int_equal(alk_degree(f.session, "g", "0", &paths, &n),
	    ALK_INVALID);
	edges.order_edges = 0;
	assert_int_equal(alk_path(f.session, "g", "0", "1", &edges, see, NULL),
	    ALK_INVALID);
}

#define BOTH(name) \
	cmocka_unit_test_setup_teardown(name, set_up, fixture_tear_down), \
	cmocka_unit_test_setup_teardown(name, set_up_file, fixture_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(rows_are_told_in_the_order_that_is_asked_for),
		BOTH(without_an_order_the_first_are_told),
		BOTH(all_that_are_met_are_counted_whatever_is_told),
		BOTH(a_visitor_ends_the_telling),
		BOTH(an_order_that_makes_no_sense_is_refused),
	};

	seed = 3;
	return cmocka_run_group_tests_name("walk_order", tests, NULL, NULL);
}
