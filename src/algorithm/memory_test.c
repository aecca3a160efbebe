/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Each algorithm again and again on a graph that makes its arrays grow, with
 * the n-th allocation failing: an error or the answer, no block left over, and
 * the answer the next time.
 */
#include "fixture_session.h"
#include "memory.h"

#include <stdio.h>
#include <string.h>

#define NODES 90
#define EDGES 180

static const char *const keys[] = { "0", "7" };

static int
fill(alk_session *session, void *arg)
{
	char key[16], from[16], to[16], text[32];
	int code = ALK_OK;

	(void)arg;
	seed = 11;
	for (int i = 0; i < NODES && code == ALK_OK; i++) {
		snprintf(key, sizeof(key), "%d", i);
		code = alk_node_create(session, "g", key, NULL);
	}
	for (int i = 0; i < EDGES && code == ALK_OK; i++) {
		int a = below(NODES);
		int b = below(NODES);
		snprintf(key, sizeof(key), "e%d", i);
		snprintf(from, sizeof(from), "%d", a);
		snprintf(to, sizeof(to), "%d", b);
		snprintf(text, sizeof(text), "{\"n\":%d}", i % 5);
		code = alk_edge_create(session, "g", key, from, to, text);
	}
	/* One without cycles, for an order. */
	for (int i = 0; i < NODES && code == ALK_OK; i++) {
		snprintf(from, sizeof(from), "%d", i);
		snprintf(to, sizeof(to), "%d", i / 2);
		code = alk_node_create(session, "tree", from, NULL);
		if (code == ALK_OK && i > 0)
			code = alk_edge_create(session, "tree", NULL, from,
			    to, NULL);
	}
	return code;
}

static int
make_graphs(void)
{
	alk_graph_new tree = { .name = "tree", .type = "plain" };

	fixture_ok(s, alk_graph_create(s, &tree, NULL), "graph");
	fixture_ok(s, alk_transact(s, 0, fill, NULL), "rows");
	return 0;
}

static int
set_up(void **state)
{
	return session_set_up(state) || make_graphs();
}

/* Without a snapshot of the topology: from the file's indexes. */
static int
set_up_file(void **state)
{
	return with_session(fixture_set_up_file(state)) || make_graphs();
}

/* ---- the calls; each adds what it is told to a sum ---- */

typedef int (*call_fn)(uint64_t *sum);

static void
add(uint64_t *sum, uint64_t n)
{
	*sum = (*sum ^ n) * 0x100000001b3u;
}

static int
see(void *arg, const alk_row *row)
{
	add(arg, (uint64_t)row->number);
	for (const char *c = row->key; c != NULL && *c != '\0'; c++)
		add(arg, (unsigned char)*c);
	return 0;
}

static int
see_visit(void *arg, const alk_visit *v)
{
	uint64_t bits;

	memcpy(&bits, &v->value, sizeof(bits));
	add(arg, bits);
	add(arg, v->group);
	return see(arg, v->row);
}

static int
paths(uint64_t *sum, int which, const char *weight)
{
	alk_paths_options o = { .which = which, .weight = weight,
		.limit = 20 };

	return alk_paths(s, "g", "0", "7", &o, see_visit, sum, NULL);
}

static int
best_path(uint64_t *sum)
{
	return paths(sum, ALK_PATHS_BEST, "n");
}

static int
all_paths(uint64_t *sum)
{
	return paths(sum, ALK_PATHS_ALL, NULL);
}

static int
next_paths(uint64_t *sum)
{
	return paths(sum, ALK_PATHS_NEXT, "n");
}

static int
reachable(uint64_t *sum)
{
	return alk_reachable(s, "g", keys, 2, NULL, see, sum, NULL);
}

static int
lineage(uint64_t *sum)
{
	alk_walk_options both = { .direction = ALK_BOTH };

	return alk_lineage(s, "g", "3", &both, see, sum);
}

static int
subgraph(uint64_t *sum)
{
	alk_walk_options far = { .depth_max = ALK_NUL };

	return alk_subgraph(s, "g", keys, 2, &far, see, sum);
}

static int
order(uint64_t *sum)
{
	return alk_order(s, "tree", NULL, see, sum);
}

static int
no_order(uint64_t *sum)
{
	int code = alk_order(s, "g", NULL, see, sum);

	return code == ALK_STRUCTURE ? ALK_OK : code;
}

static int
cycle(uint64_t *sum)
{
	return alk_cycle(s, "g", NULL, see, sum);
}

static int
strong(uint64_t *sum)
{
	return alk_components(s, "g", ALK_STRONG, NULL, see_visit, sum, NULL);
}

static int
weak(uint64_t *sum)
{
	return alk_components(s, "g", ALK_WEAK, NULL, see_visit, sum, NULL);
}

static int
pagerank(uint64_t *sum)
{
	return alk_pagerank(s, "g", NULL, see_visit, sum, NULL);
}

static int
degree(uint64_t *sum)
{
	/* Without a filter the snapshot has the answer, and needs no memory.
	 */
	alk_walk_options small = { .edge_filter = "n < 4" };
	size_t n = 0;
	int code = alk_degree(s, "g", "0", &small, &n);

	add(sum, n);
	return code;
}

static int
copy_and_undo(alk_session *session, void *arg)
{
	alk_walk_options far = { .depth_max = 2 };
	alk_graph_new h = { .name = "h", .type = "plain" };
	alk_write_result r = { 0 };
	int code = alk_graph_create(session, &h, NULL);

	if (code == ALK_OK)
		code = alk_subgraph_copy(session, "g", keys, 2, &far, "h",
		    ALK_CREATE, &r);
	add(arg, r.created);
	return code;
}

static int
copy(uint64_t *sum)
{
	return alk_transact(s, ALK_TX_DRY_RUN, copy_and_undo, sum);
}

static void
fail_each(call_fn call)
{
	const uint64_t start = 0xcbf29ce484222325u;
	uint64_t expected = start;
	bool has_fired = true;
	int errors = 0;

	/* Twice: caches are filled then. */
	fixture_ok(s, call(&expected), "call");
	expected = start;
	fixture_ok(s, call(&expected), "call");
	/* Most allocations are SQLite's: less densely the further on. */
	for (int64_t n = 0; has_fired; n += 1 + n / 40) {
		uint64_t sum = start;
		memory_fail_at(n, false);
		int code = call(&sum);
		has_fired = memory_fired();
		memory_heal();
		if (code != ALK_OK) {
			assert_true(has_fired);
			assert_int_equal(code, ALK_NOMEM);
			errors++;
		} else {
			assert_true(sum == expected);
		}
		sum = start;
		fixture_ok(s, call(&sum), "call again");
		assert_true(sum == expected);
	}
	assert_true(errors > 0);
	int64_t live = memory_live();
	fixture_ok(s, call(&expected), "call");
	assert_int_equal(memory_live(), live);
}

static void
a_failed_allocation_is_an_error_or_none_at_all(void **state)
{
	static const call_fn calls[] = { best_path, all_paths, next_paths,
		reachable, lineage, subgraph, order, no_order, cycle, strong,
		weak, pagerank, degree, copy };

	(void)state;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		fail_each(calls[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_failed_allocation_is_an_error_or_none_at_all, set_up,
		    fixture_tear_down),
		cmocka_unit_test_setup_teardown(
		    a_failed_allocation_is_an_error_or_none_at_all,
		    set_up_file, fixture_tear_down),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
