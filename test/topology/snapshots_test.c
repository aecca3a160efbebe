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

static void
run(sqlite3 *raw, const char *sql)
{
	if (sqlite3_exec(raw, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(raw));
}

/* Between two looks of a session that holds the keys 0 to 4. */
static void
expect_after(const char *sql, const char *key, int code, const char *want)
{
	alk_walk_options o = { .flags = ALK_WALK_KEYS };
	char seen[16] = "";
	sqlite3 *raw;

	fixture_init(&f, NULL);
	make_chain(f.session, "g", 5);
	walk_chain(f.session, "g", 5);
	for (int i = 0; i < 8; i++)
		expect_neighbor(i % 2 == 0 ? "1" : "2", i % 2 == 0 ? "2" : "3");
	assert_int_equal(sqlite3_open(f.path, &raw), SQLITE_OK);
	run(raw, "PRAGMA recursive_triggers=ON");
	run(raw, sql);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(alk_neighbors(f.session, "g", key, &o,
		    see_key, seen), code);
		assert_string_equal(seen, want);
		walk_chain(f.session, "g", 2);
	}
	(void)sqlite3_close(raw);
	fixture_fini(&f);
}

#define SET_KEY(to, from) "UPDATE nodes SET key = '" to "' WHERE key = '" from \
	"';"
#define CUT "DELETE FROM edges WHERE target_node_key = '2';"

static void
a_key_that_is_held_is_not_found_when_its_node_is_gone(void **state)
{
	(void)state;
	expect_after(CUT "DELETE FROM nodes WHERE key = '2'", "2",
	    ALK_NOTFOUND, "");
}

static void
a_key_that_is_held_is_of_the_node_that_has_it_now(void **state)
{
	(void)state;
	expect_after(CUT SET_KEY("x", "2") SET_KEY("2", "3"), "2", ALK_OK, "4");
	expect_after(CUT SET_KEY("x", "2") SET_KEY("2", "3"), "x", ALK_OK, "2");
}

static void
a_node_that_had_another_key_when_it_went_is_gone(void **state)
{
	(void)state;
	expect_after(CUT SET_KEY("x", "2") "DELETE FROM nodes WHERE key = 'x';"
	    SET_KEY("x", "4"), "2", ALK_NOTFOUND, "");
	expect_after(CUT SET_KEY("x", "2") "DELETE FROM nodes WHERE key = 'x';"
	    SET_KEY("2", "3"), "2", ALK_OK, "4");
}

static int
get_and_see(void *arg, const alk_row *row)
{
	alk_row other;

	(void)see_key(arg, row);
	return alk_node_get(f.session, "g", "0", &other);
}

static void
a_visitor_of_keys_may_read(void **state)
{
	alk_walk_options o = { .flags = ALK_WALK_KEYS };
	char seen[16] = "";

	(void)state;
	fixture_init(&f, NULL);
	make_chain(f.session, "g", 5);
	for (int i = 0; i < 6; i++) {
		if (i == 3)
			walk_chain(f.session, "g", 5);
		fixture_ok(f.session, alk_neighbors(f.session, "g", "1", &o,
		    get_and_see, seen), "neighbors");
		assert_string_equal(seen, "2");
	}
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
		cmocka_unit_test(
		    a_key_that_is_held_is_not_found_when_its_node_is_gone),
		cmocka_unit_test(
		    a_key_that_is_held_is_of_the_node_that_has_it_now),
		cmocka_unit_test(
		    a_node_that_had_another_key_when_it_went_is_gone),
		cmocka_unit_test(a_visitor_of_keys_may_read),
	};

	return cmocka_run_group_tests_name("snapshots", tests, NULL, NULL);
}
