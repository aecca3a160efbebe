/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The memory that a session's snapshots take, and the keys kept with them. */
#include "child.h"
#include "fixture.h"

#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

static struct fixture f;

/* A chain of nodes: "0" to "1" and so on. */
static void
make_chain(alk_session *s, const char *graph, int nodes)
{
	alk_graph_new g = { .name = graph, .id = graph, .type = "plain" };

	if (strcmp(graph, "g") != 0)
		fixture_ok(s, alk_graph_create(s, &g, NULL), "graph");
	for (int i = 0; i < nodes; i++) {
		char key[16], before[16];
		(void)snprintf(key, sizeof(key), "%d", i);
		(void)snprintf(before, sizeof(before), "%d", i - 1);
		fixture_ok(s, alk_node_create(s, graph, key, NULL), "node");
		alk_item item = { .op = ALK_CREATE, .kind = ALK_EDGE,
			.source = before, .target = key };
		if (i > 0)
			fixture_ok(s, alk_write(s, graph, &item, 1, NULL,
			    NULL), "edge");
	}
}

static void
walk_chain(alk_session *s, const char *graph, size_t nodes)
{
	alk_walk_options o = { .depth_max = 1000 };
	size_t found = 0;

	fixture_ok(s, alk_walk(s, graph, "0", &o, NULL, NULL, &found), "walk");
	assert_int_equal(found, nodes - 1);
}

static size_t
held(const alk_session *s, size_t *count)
{
	size_t sum = 0;

	*count = 0;
	for (const struct snapshot *at = s->graph.snapshots.first; at != NULL;
	     at = at->next) {
		sum += snapshot_bytes(at);
		++*count;
	}
	return sum;
}

static void
a_graph_that_does_not_fit_is_read_from_the_file(void **state)
{
	alk_options o = { .limits.snapshot_bytes = 4096 };
	size_t count;

	(void)state;
	fixture_init(&f, &o);
	make_chain(f.session, "g", 300);
	for (int i = 0; i < 3; i++)
		walk_chain(f.session, "g", 300);
	(void)held(f.session, &count);
	assert_int_equal(count, 0);
	assert_int_equal(f.session->graph.snapshots.built, 0);
	fixture_fini(&f);
}

static void
the_least_recently_used_goes_first(void **state)
{
	static const char *const graphs[] = { "g", "h", "i", "j" };
	alk_options o = { .limits.snapshot_bytes = 45000 };
	size_t count;
	int64_t newest = 0;

	(void)state;
	fixture_init(&f, &o);
	for (int i = 0; i < 4; i++)
		make_chain(f.session, graphs[i], 400);
	for (int i = 0; i < 40; i++) {
		walk_chain(f.session, graphs[i % 4], 400);
		assert_true(held(f.session, &count) <= 45000);
		assert_in_range(count, i < 3 ? 1 : 2, 3);
		assert_int_not_equal(f.session->graph.snapshots.first->gid,
		    newest);
		newest = f.session->graph.snapshots.first->gid;
	}
	/* Two in turn both stay. */
	walk_chain(f.session, "g", 400);
	walk_chain(f.session, "h", 400);
	size_t built = f.session->graph.snapshots.built;
	for (int i = 0; i < 10; i++)
		walk_chain(f.session, graphs[i % 2], 400);
	assert_int_equal(f.session->graph.snapshots.built, built);
	fixture_fini(&f);
}

/* ---- keys ---- */

static int
see_key(void *arg, const alk_row *row)
{
	(void)snprintf(arg, 16, "%s", row->key);
	return 0;
}

static void
expect_neighbor(const char *key, const char *want)
{
	alk_walk_options o = { .flags = ALK_WALK_KEYS };
	char seen[16] = "";

	fixture_ok(f.session, alk_neighbors(f.session, "g", key, &o, see_key,
	    seen), "neighbors");
	assert_string_equal(seen, want);
}

static void
a_key_that_is_changed_by_the_view_is_told(void **state)
{
	sqlite3 *raw;

	(void)state;
	fixture_init(&f, NULL);
	make_chain(f.session, "g", 5);
	walk_chain(f.session, "g", 5);
	expect_neighbor("1", "2");
	assert_int_equal(sqlite3_open(f.path, &raw), SQLITE_OK);
	for (int i = 0; i < 3; i++) {
		char sql[100], want[16];
		(void)snprintf(want, sizeof(want), i < 2 ? "new%d" : "2", i);
		(void)snprintf(sql, sizeof(sql), "UPDATE nodes SET key = '%s' "
		    "WHERE key IN ('2', 'new0', 'new1')", want);
		assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL),
		    SQLITE_OK);
		if (i == 1)
			walk_chain(f.session, "g", 5);
		expect_neighbor("1", want);
	}
	assert_int_equal(f.session->graph.snapshots.built, 1);
	(void)sqlite3_close(raw);
	fixture_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_graph_that_does_not_fit_is_read_from_the_file),
		cmocka_unit_test(the_least_recently_used_goes_first),
		cmocka_unit_test(a_key_that_is_changed_by_the_view_is_told),
	};

	return cmocka_run_group_tests_name("snapshots", tests, NULL, NULL);
}
