/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Stores that another program has damaged, one invariant at a time: alk_check()
 * finds each, and so do the statements of test/lib/invariants.c, which were
 * written apart from it.
 */
#include "fixture.h"
#include "invariants.h"

#include <alkstore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static char dir[SCRATCH_PATH];
static char good[SCRATCH_PATH];
static char bad[SCRATCH_PATH];

static const char strict_module[] =
    "{\"Config\":{\"properties\":{\"type\":{\"const\":\"directed\"},"
    "\"multi\":{\"const\":false},\"allowSelfLoops\":{\"const\":false},"
    "\"acyclic\":{\"const\":true}}},"
    "\"ANode\":{\"type\":\"object\"},\"BNode\":{\"type\":\"object\"},"
    "\"JoinEdge\":{\"type\":\"object\"},"
    "\"JoinEdgeConstraints\":{\"properties\":{"
    "\"edgeType\":{\"const\":\"JoinEdge\"},"
    "\"allowedSourceTypes\":{\"const\":[\"ANode\"]}}}}";

/* a -> b -> c in graph "s", with keys ab and bc; b2 is of the other type. */
static void
fill(alk_session *s)
{
	alk_type_options o = { .scope = "tenant" };
	alk_graph_new g = { .name = "s", .id = "s", .type = "strict" };
	static const char a[] = "{\"nodeType\":\"ANode\"}";

	fixture_ok(s, alk_types_load(s, "strict", &o, strict_module, ALK_NUL,
	    NULL), "types");
	fixture_ok(s, alk_graph_create(s, &g, NULL), "graph");
	fixture_ok(s, alk_node_create(s, "s", "a", a), "a");
	fixture_ok(s, alk_node_create(s, "s", "b", a), "b");
	fixture_ok(s, alk_node_create(s, "s", "c", a), "c");
	fixture_ok(s, alk_node_create(s, "s", "b2",
	    "{\"nodeType\":\"BNode\"}"), "b2");
	fixture_ok(s, alk_edge_create(s, "s", "ab", "a", "b", NULL), "ab");
	fixture_ok(s, alk_edge_create(s, "s", "bc", "b", "c", NULL), "bc");
	fixture_ok(s, alk_node_create(s, "g", "x", NULL), "x");
}

static int
make_good(void **state)
{
	alk_store *st;
	alk_session *s;

	(void)state;
	scratch_make(dir);
	scratch_path(good, dir, "good.db");
	scratch_path(bad, dir, "bad.db");
	fixture_make(good);
	fixture_open(good, NULL, &st, &s);
	fill(s);
	fixture_close(st, s);
	return 0;
}

static int
remove_all(void **state)
{
	(void)state;
	scratch_remove(dir);
	return 0;
}

/* What alk_check() finds. */
static size_t
library_finds(const char *path)
{
	alk_store *st;
	alk_session *s;
	size_t problems = 0;

	fixture_open(path, NULL, &st, &s);
	fixture_ok(s, alk_check(s, ALK_CHECK_ATTRIBUTES, NULL, NULL, NULL,
	    NULL, &problems), "check");
	fixture_close(st, s);
	return problems;
}

static void
damage(const char *sql)
{
	sqlite3 *db;

	scratch_copy(good, bad);
	assert_int_equal(sqlite3_open(bad, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void
a_good_store_has_no_findings(void **state)
{
	(void)state;
	assert_int_equal(invariants_check(good, stderr), 0);
	assert_int_equal(library_finds(good), 0);
}

/* Numbers of the edge ab are taken, so that the rows are otherwise as good. */
#define COPY_EDGE(src, dst) \
	"INSERT INTO alk_edges (eid, gid, type, src, dst, attributes, " \
	"created_at) SELECT 1000, gid, type, " src ", " dst ", '{}', 0 " \
	"FROM alk_edges WHERE key = 'ab';" \
	"UPDATE sqlite_sequence SET seq = 2000 WHERE name = 'alk_edges'"
#define NID(key) "(SELECT nid FROM alk_nodes WHERE key = '" key "')"

static const struct {
	const char *what;
	const char *sql;
} damages[] = {
	{ "an edge without its target",
	    "DELETE FROM alk_nodes WHERE key = 'c'" },
	{ "an edge into another graph", COPY_EDGE(NID("a"), NID("x")) },
	{ "a self loop", COPY_EDGE(NID("c"), NID("c")) },
	{ "a parallel edge", COPY_EDGE(NID("a"), NID("b")) },
	{ "a source that is not allowed", COPY_EDGE(NID("b2"), NID("a")) },
	{ "a cycle", COPY_EDGE(NID("c"), NID("a")) },
	{ "an undirected edge in a directed graph",
	    "UPDATE alk_edges SET undirected = 1 WHERE key = 'ab'" },
	{ "a node of no type",
	    "UPDATE alk_nodes SET type = 0 WHERE key = 'b2'" },
	{ "a node of another graph type's type",
	    "UPDATE alk_nodes SET type = (SELECT tid FROM alk_types "
	    "WHERE name = 'ThingNode') WHERE key = 'b2'" },
	{ "an edge with a node type",
	    "UPDATE alk_edges SET type = (SELECT tid FROM alk_types "
	    "WHERE name = 'ANode') WHERE key = 'ab'" },
	{ "a node in no graph",
	    "UPDATE alk_nodes SET gid = 999 WHERE key = 'b2'" },
	{ "attributes that are no object",
	    "UPDATE alk_nodes SET attributes = '[1]' WHERE key = 'b2'" },
	{ "attributes that are no JSON",
	    "UPDATE alk_edges SET attributes = '{' WHERE key = 'ab'" },
	{ "a revision that no record has",
	    "UPDATE alk_graphs SET rev = rev + 1 WHERE graph_id = 's'" },
	{ "the newest record is gone",
	    "DELETE FROM _honker_stream WHERE offset = (SELECT max(offset) "
	    "FROM _honker_stream WHERE topic = 'changes' AND key = 's')" },
	{ "all records of a graph are gone",
	    "DELETE FROM _honker_stream WHERE key = 's'" },
	{ "a number that was given already",
	    "UPDATE sqlite_sequence SET seq = 0 WHERE name = 'alk_nodes'" },
	{ "no number to go on from",
	    "DELETE FROM sqlite_sequence WHERE name = 'alk_edges'" },
	{ "a graph without its number",
	    "DELETE FROM alk_graphs WHERE graph_id = 'g'" },
	{ "a number without its type",
	    "INSERT INTO alk_types (type_id, graph_type_id, kind, name) "
	    "VALUES ('none', 'none', 1, 'GhostNode')" },
};

static void
each_damage_is_found_by_both(void **state)
{
	int missed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		int by_sql;
		size_t by_library;

		damage(damages[i].sql);
		by_sql = invariants_check(bad, NULL);
		by_library = library_finds(bad);
		if (by_sql > 0 && by_library > 0)
			continue;
		fprintf(stderr, "%s: %d findings by SQL, %zu by alk_check\n",
		    damages[i].what, by_sql, by_library);
		missed++;
	}
	assert_int_equal(missed, 0);
}

/* An index that is forgotten: what only SQLite itself can see. */
static void
a_damaged_index_is_found_by_both(void **state)
{
	(void)state;
	damage("PRAGMA writable_schema = ON;"
	    "DELETE FROM sqlite_schema WHERE name = 'alk_nodes_key';");
	assert_true(invariants_check(bad, NULL) > 0);
	assert_true(library_finds(bad) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_store_has_no_findings),
		cmocka_unit_test(each_damage_is_found_by_both),
		cmocka_unit_test(a_damaged_index_is_found_by_both),
	};

	return cmocka_run_group_tests(tests, make_good, remove_all);
}
