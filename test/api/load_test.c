/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Bulk load as a stranger uses it: results, batches and going on, any order,
 * what can be asked wrongly. That it does what single writes do is tested in
 * src/graph/load_test.c.
 */
#include "fixture_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `nodes` nodes and then `edges` edges, or the edges first; all in a ring. */
struct ring {
	int64_t nodes;
	int64_t edges;
	int64_t at;
	bool is_edges_first;
	int64_t wrong; /* the item that is no JSON; -1: none */
	char key[24];
	char other[24];
};

static int
next_of_ring(void *arg, alk_item *item)
{
	struct ring *r = arg;
	int64_t i = r->at++;
	int64_t all = r->nodes + r->edges;

	if (i >= all)
		return 0;
	if (i == r->wrong)
		item->attributes = "{";
	if (r->is_edges_first)
		i = i < r->edges ? r->nodes + i : i - r->edges;
	item->kind = i < r->nodes ? ALK_NODE : ALK_EDGE;
	if (item->kind == ALK_NODE) {
		snprintf(r->key, sizeof(r->key), "n%lld", (long long)i);
		item->key = r->key;
		return 1;
	}
	i -= r->nodes;
	snprintf(r->key, sizeof(r->key), "n%lld", (long long)i);
	snprintf(r->other, sizeof(r->other), "n%lld",
	    (long long)((i + 1) % r->nodes));
	item->source = r->key;
	item->target = r->other;
	return 1;
}

static int
count_row(void *arg, const alk_row *row)
{
	(void)row;
	++*(int64_t *)arg;
	return 0;
}

static int64_t
count(int (*list)(alk_session *, const char *, const alk_query *, alk_row_fn,
    void *, alk_page *))
{
	alk_query q = { .limit = SIZE_MAX };
	int64_t n = 0;

	assert_int_equal(list(s, "g", &q, count_row, &n, NULL), ALK_OK);
	return n;
}

static void
a_load_tells_what_it_did(void **state)
{
	struct ring r = { .nodes = 3000, .edges = 3000, .wrong = -1 };
	alk_load_result result;
	alk_row row;

	(void)state;
	assert_int_equal(alk_load(s, "g", NULL, next_of_ring, &r, &result),
	    ALK_OK);
	assert_int_equal(result.nodes, 3000);
	assert_int_equal(result.edges, 3000);
	assert_int_equal(result.items, 6000);
	assert_int_equal(alk_graph_get(s, "g", &row), ALK_OK);
	assert_int_equal(result.rev, row.number);
	assert_int_equal(count(alk_node_list), 3000);
	assert_int_equal(count(alk_edge_list), 3000);
}

static void
after_an_error_nothing_is_there(void **state)
{
	struct ring r = { .nodes = 3000, .edges = 3000, .wrong = 5999 };
	alk_load_result result;

	(void)state;
	assert_int_equal(alk_load(s, "g", NULL, next_of_ring, &r, &result),
	    ALK_JSON);
	assert_string_equal(alk_session_error(s)->entry,
	    "item 5999: edge n2999 -> n0");
	assert_int_equal(result.items, 0);
	assert_int_equal(count(alk_node_list), 0);
}

static void
batches_stay_and_a_load_goes_on_behind_them(void **state)
{
	struct ring r = { .nodes = 3000, .edges = 3000, .wrong = 4321 };
	alk_load_options o = { .batch_items = 1000 };
	alk_load_result result;

	(void)state;
	assert_int_equal(alk_load(s, "g", &o, next_of_ring, &r, &result),
	    ALK_JSON);
	assert_string_equal(alk_session_error(s)->entry,
	    "item 4321: edge n1321 -> n1322");
	assert_int_equal(result.items, 4000);
	assert_int_equal(count(alk_edge_list), 1000);

	r.at = 0;
	r.wrong = -1;
	o.skip_items = result.items;
	assert_int_equal(alk_load(s, "g", &o, next_of_ring, &r, &result),
	    ALK_OK);
	assert_int_equal(result.items, 6000);
	assert_int_equal(result.nodes, 0);
	assert_int_equal(result.edges, 2000);
	assert_int_equal(count(alk_node_list), 3000);
	assert_int_equal(count(alk_edge_list), 3000);
}

static void
edges_may_wait_for_their_nodes(void **state)
{
	struct ring r = { .nodes = 500, .edges = 500, .wrong = -1,
		.is_edges_first = true };
	alk_load_options o = { .flags = ALK_LOAD_ANY_ORDER };

	(void)state;
	assert_int_equal(alk_load(s, "g", NULL, next_of_ring, &r, NULL),
	    ALK_NOTFOUND);
	assert_string_equal(alk_session_error(s)->entry,
	    "item 0: edge n0 -> n1");
	r.at = 0;
	assert_int_equal(alk_load(s, "g", &o, next_of_ring, &r, NULL), ALK_OK);
	assert_int_equal(count(alk_edge_list), 500);
}

static void
an_edge_that_waits_in_vain_is_named(void **state)
{
	struct ring r = { .nodes = 500, .edges = 502, .wrong = -1,
		.is_edges_first = true };
	alk_load_options o = { .flags = ALK_LOAD_ANY_ORDER };

	(void)state;
	assert_int_equal(alk_load(s, "g", &o, next_of_ring, &r, NULL),
	    ALK_NOTFOUND);
	assert_string_equal(alk_session_error(s)->entry,
	    "item 500: edge n500 -> n1");
	assert_non_null(strstr(alk_session_error(s)->text, "'n500'"));
	assert_int_equal(count(alk_node_list), 0);
}

static void
a_dry_run_leaves_nothing(void **state)
{
	struct ring r = { .nodes = 50, .edges = 50, .wrong = -1 };
	alk_load_options o = { .flags = ALK_LOAD_DRY_RUN };
	alk_load_result result;

	(void)state;
	assert_int_equal(alk_load(s, "g", &o, next_of_ring, &r, &result),
	    ALK_OK);
	assert_int_equal(result.nodes, 50);
	assert_int_equal(count(alk_node_list), 0);
}

static void
little_memory_is_enough(void **state)
{
	struct ring r = { .nodes = 60000, .edges = 60000, .wrong = -1 };
	alk_load_options o = { .memory_bytes = (size_t)4 << 20 };

	(void)state;
	assert_int_equal(alk_load(s, "g", &o, next_of_ring, &r, NULL), ALK_OK);
	assert_int_equal(count(alk_node_list), 60000);
	assert_int_equal(count(alk_edge_list), 60000);
	size_t problems = 1;
	assert_int_equal(alk_check(s, 0, NULL, NULL, NULL, NULL, &problems),
	    ALK_OK);
	assert_int_equal(problems, 0);
}

/* Says stop at the second call. */
static int
stop(void *arg, int64_t done, int64_t total)
{
	assert_int_equal(total, 77);
	assert_true(done > 0);
	return ++*(int *)arg == 2;
}

static void
progress_can_stop_a_load(void **state)
{
	struct ring r = { .nodes = 30000, .wrong = -1 };
	int calls = 0;
	alk_load_options o = { .progress = stop, .progress_arg = &calls,
		.total_items = 77 };
	alk_load_result result;

	(void)state;
	assert_int_equal(alk_load(s, "g", &o, next_of_ring, &r, &result),
	    ALK_CANCELLED);
	assert_int_equal(calls, 2);
	assert_int_equal(result.items, 0);
	assert_int_equal(count(alk_node_list), 0);

	r.at = calls = 0;
	o.batch_items = 100;
	assert_int_equal(alk_load(s, "g", &o, next_of_ring, &r, &result),
	    ALK_CANCELLED);
	assert_int_equal(result.items, 200);
	assert_int_equal(count(alk_node_list), 200);
}

static int
cancel_inside(void *arg, alk_item *item)
{
	struct ring *r = arg;

	if (r->at == 1000)
		alk_session_cancel(s);
	return next_of_ring(arg, item);
}

static void
a_load_can_be_cancelled(void **state)
{
	struct ring r = { .nodes = 1000000000, .wrong = -1 };

	(void)state;
	assert_int_equal(alk_load(s, "g", NULL, cancel_inside, &r, NULL),
	    ALK_CANCELLED);
	assert_true(r.at < 2000);
	assert_int_equal(count(alk_node_list), 0);
}

static int
answer(void *arg, alk_item *item)
{
	(void)item;
	return *(int *)arg;
}

static void
the_code_of_the_source_ends_it(void **state)
{
	int code = ALK_DENIED;

	(void)state;
	assert_int_equal(alk_load(s, "g", NULL, answer, &code, NULL),
	    ALK_DENIED);
	code = 0;
	assert_int_equal(alk_load(s, "g", NULL, answer, &code, NULL), ALK_OK);
}

static void
what_is_asked_wrongly_is_refused(void **state)
{
	struct ring r = { .nodes = 10, .wrong = -1 };
	alk_load_options o = { .flags = 1u << 20 };
	alk_load_options any = { .flags = ALK_LOAD_ANY_ORDER,
		.batch_items = 10 };
	alk_load_options little = { .memory_bytes = 1000 };

	(void)state;
	assert_int_equal(alk_load(s, "g", NULL, NULL, NULL, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_load(s, "g", &o, next_of_ring, &r, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_load(s, "g", &any, next_of_ring, &r, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_load(s, "g", &little, next_of_ring, &r, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_load(s, "none", NULL, next_of_ring, &r, NULL),
	    ALK_NOTFOUND);
	assert_int_equal(alk_load(s, NULL, NULL, next_of_ring, &r, NULL),
	    ALK_INVALID);
	assert_int_equal(r.at, 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, session_set_up, fixture_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_load_tells_what_it_did),
		TEST(after_an_error_nothing_is_there),
		TEST(batches_stay_and_a_load_goes_on_behind_them),
		TEST(edges_may_wait_for_their_nodes),
		TEST(an_edge_that_waits_in_vain_is_named),
		TEST(a_dry_run_leaves_nothing),
		TEST(little_memory_is_enough),
		TEST(progress_can_stop_a_load),
		TEST(a_load_can_be_cancelled),
		TEST(the_code_of_the_source_ends_it),
		TEST(what_is_asked_wrongly_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
