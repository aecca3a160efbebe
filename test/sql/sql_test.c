/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Every statement of every .sql file, on a fresh store of the kind that has its
 * tables: it can be prepared, it scans no table without saying why, and it
 * writes to no table of another room. What a trigger writes is counted for the
 * room whose script made the trigger.
 */
#include "db/all.sql.h"

#include "graph/graph.h"
#include "scratch.h"

#include <alkstore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct shelf {
	char dir[SCRATCH_PATH];
	sqlite3 *tenant;
	sqlite3 *system;
};

/* ---- Fresh files ------------------------------------------------------- */

/* The statements name functions of ours; here they need only exist. */
static void
stand_in(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	(void)values;
	sqlite3_result_null(context);
}

/*
 * The feed of rows, and the trees that a load names (graph/load.sql), as tables
 * of the connection: neither is in the file.
 */
static void
stand_in_tables(sqlite3 *db)
{
	static const char feed[] = "CREATE TEMP TABLE alk_feed (c0, c1, c2, "
	    "c3, c4, c5, c6, c7)";
	char text[1024];

	assert_int_equal(sqlite3_exec(db, feed, NULL, NULL, NULL), SQLITE_OK);
	for (const struct sql_entry *e = sql_all; e->room != NULL; e++) {
		if (strncmp(e->sql.name, "load_tree_", 10) != 0)
			continue;
		snprintf(text, sizeof(text), "CREATE TEMP %s",
		    e->sql.text + strlen("CREATE "));
		assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL),
		    SQLITE_OK);
	}
}

static sqlite3 *
open_fresh(const char *dir, const char *name, int kind)
{
	char path[SCRATCH_PATH];
	alk_options o = { 0 };
	alk_store *st;
	alk_error err = { 0 };
	sqlite3 *db;

	o.flags = ALK_OPEN_CREATE;
	o.kind = kind;
	scratch_path(path, dir, name);
	if (alk_open(path, &o, &st, &err) != ALK_OK)
		fail_msg("%s", err.text);
	assert_int_equal(alk_close(st), ALK_OK);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	for (size_t i = 0; i < graph_functions_count; i++)
		sqlite3_create_function(db, graph_functions[i].name, 2,
		    SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, stand_in, NULL,
		    NULL);
	if (kind == ALK_FILE_TENANT)
		stand_in_tables(db);
	return db;
}

static int
open_shelf(void **state)
{
	struct shelf *shelf = calloc(1, sizeof(*shelf));

	assert_non_null(shelf);
	scratch_make(shelf->dir);
	shelf->tenant = open_fresh(shelf->dir, "t.db", ALK_FILE_TENANT);
	shelf->system = open_fresh(shelf->dir, "s.db", ALK_FILE_SYSTEM);
	*state = shelf;
	return 0;
}

static int
close_shelf(void **state)
{
	struct shelf *shelf = *state;

	sqlite3_close(shelf->tenant);
	sqlite3_close(shelf->system);
	scratch_remove(shelf->dir);
	free(shelf);
	return 0;
}

/*
 * Prepares on the tenant file, or on the system file where only that has the
 * table.
 */
static sqlite3_stmt *
prepare(struct shelf *shelf, const char *text, sqlite3 **db)
{
	sqlite3_stmt *st = NULL;

	*db = shelf->tenant;
	if (sqlite3_prepare_v2(*db, text, -1, &st, NULL) == SQLITE_OK)
		return st;
	*db = shelf->system;
	if (sqlite3_prepare_v2(*db, text, -1, &st, NULL) == SQLITE_OK)
		return st;
	return NULL;
}

static int
tell(const struct sql_entry *e, const char *what, const char *more)
{
	fprintf(stderr, "src/%s/%s.sql: %s: %s %s\n", e->room, e->noun,
	    e->sql.name, what, more);
	return 1;
}

/* ---- One statement each, and it can be prepared ------------------------ */

static void
every_statement_can_be_prepared(void **state)
{
	struct shelf *shelf = *state;
	int wrong = 0;

	for (const struct sql_entry *e = sql_all; e->room != NULL; e++) {
		sqlite3 *db;
		sqlite3_stmt *st;

		if (e->is_script)
			continue;
		st = prepare(shelf, e->sql.text, &db);
		if (st == NULL)
			wrong += tell(e, "cannot be prepared:",
			    sqlite3_errmsg(shelf->tenant));
		sqlite3_finalize(st);
	}
	assert_int_equal(wrong, 0);
	assert_true(SQL_ALL_COUNT > 50);
}

/* ---- Scans ------------------------------------------------------------- */

/* A row of the plan like "SCAN alk_nodes"; not of a subquery, a constant row, a
 * function used as a table. */
static int
is_table_scan(sqlite3 *db, const char *detail)
{
	char name[128];
	sqlite3_stmt *st;
	int is_table;

	if (sscanf(detail, "SCAN %127s", name) != 1
	    || strstr(detail, "VIRTUAL TABLE") != NULL
	    || strstr(detail, "CONSTANT ROW") != NULL)
		return 0;
	if (sqlite3_prepare_v2(db, "SELECT 1 FROM sqlite_schema WHERE name = "
	    "?1 AND type = 'table' UNION ALL SELECT 1 WHERE ?1 IN "
	    "('sqlite_schema', 'sqlite_master')", -1, &st, NULL)
	    != SQLITE_OK)
		return 1;
	sqlite3_bind_text(st, 1, name, -1, SQLITE_TRANSIENT);
	is_table = sqlite3_step(st) == SQLITE_ROW;
	sqlite3_finalize(st);
	/* Anything short is an alias of a table, and named so in the plan. */
	return is_table || strlen(name) <= 2;
}

static int
find_scans(struct shelf *shelf, const struct sql_entry *e)
{
	char *text = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", e->sql.text);
	sqlite3 *db;
	sqlite3_stmt *st = prepare(shelf, text, &db);
	int wrong = 0;
	int scans = 0;

	while (st != NULL && sqlite3_step(st) == SQLITE_ROW) {
		const char *detail = (const char *)sqlite3_column_text(st, 3);

		if (!is_table_scan(db, detail))
			continue;
		scans++;
		if (e->scan == NULL)
			wrong += tell(e, "no reason is given for", detail);
	}
	if (e->scan != NULL && scans == 0)
		wrong += tell(e, "gives a reason but scans nothing:", e->scan);
	sqlite3_finalize(st);
	sqlite3_free(text);
	return wrong;
}

static void
no_statement_scans_a_table_without_a_reason(void **state)
{
	struct shelf *shelf = *state;
	int wrong = 0;

	for (const struct sql_entry *e = sql_all; e->room != NULL; e++)
		if (!e->is_script)
			wrong += find_scans(shelf, e);
	assert_int_equal(wrong, 0);
}

/* ---- Owners ------------------------------------------------------------ */

struct watch {
	const struct sql_entry *entry;
	int wrong;
};

/* Whether the list "a, b" has the name. */
static int
has_name(const char *list, const char *name)
{
	size_t bytes = strlen(name);

	for (const char *at = list; (at = strstr(at, name)) != NULL; at++) {
		int is_start = at == list || at[-1] == ' ' || at[-1] == ',';

		if (is_start && (at[bytes] == ',' || at[bytes] == ' '
		    || at[bytes] == '\0'))
			return 1;
	}
	return 0;
}

/* Whether a .sql file of the room owns the table. */
static int
room_owns(const char *room, const char *table)
{
	for (const struct sql_entry *e = sql_all; e->room != NULL; e++)
		if (strcmp(e->room, room) == 0 && has_name(e->owns, table))
			return 1;
	return 0;
}

static int
authorize(void *arg, int op, const char *table, const char *column,
    const char *schema, const char *trigger)
{
	struct watch *w = arg;

	(void)schema;
	if (op == SQLITE_CREATE_INDEX)
		table = column;
	else if (strcmp(table != NULL ? table : "", "sqlite_master") == 0 &&
	    strncmp(w->entry->sql.text, "CREATE INDEX", 12) == 0)
		return SQLITE_OK; /* what making an index does */
	else if (op != SQLITE_INSERT && op != SQLITE_UPDATE &&
	    op != SQLITE_DELETE)
		return SQLITE_OK;
	if (trigger == NULL && !room_owns(w->entry->room, table))
		w->wrong += tell(w->entry, "writes to another room's", table);
	return SQLITE_OK;
}

static void
no_statement_writes_to_a_table_of_another_room(void **state)
{
	struct shelf *shelf = *state;
	struct watch w = { NULL, 0 };

	sqlite3_set_authorizer(shelf->tenant, authorize, &w);
	for (const struct sql_entry *e = sql_all; e->room != NULL; e++) {
		sqlite3_stmt *st = NULL;

		w.entry = e;
		if (e->is_script)
			continue;
		sqlite3_prepare_v2(shelf->tenant, e->sql.text, -1, &st, NULL);
		sqlite3_finalize(st);
	}
	sqlite3_set_authorizer(shelf->tenant, NULL, NULL);
	assert_int_equal(w.wrong, 0);
}

/* ---- The tables themselves --------------------------------------------- */

static int
count_unowned(sqlite3 *db)
{
	sqlite3_stmt *st;
	int wrong = 0;

	assert_int_equal(sqlite3_prepare_v2(db, "SELECT name FROM "
	    "sqlite_schema WHERE type IN ('table', 'view') AND name NOT "
	    "LIKE 'sqlite_%'", -1, &st, NULL), SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(st, 0);
		int owners = 0;

		/* Entries stand together by room. */
		for (size_t i = 0; i < SQL_ALL_COUNT; i++)
			owners += (i == 0 || strcmp(sql_all[i].room,
			    sql_all[i - 1].room) != 0)
			    && room_owns(sql_all[i].room, table);
		if (owners != 1) {
			fprintf(stderr, "%s: %d rooms own it\n", table,
			    owners);
			wrong++;
		}
	}
	sqlite3_finalize(st);
	return wrong;
}

static void
every_table_has_one_owner(void **state)
{
	struct shelf *shelf = *state;

	assert_int_equal(count_unowned(shelf->tenant), 0);
	assert_int_equal(count_unowned(shelf->system), 0);
}

static void
our_own_tables_are_strict(void **state)
{
	struct shelf *shelf = *state;
	sqlite3_stmt *st;
	int wrong = 0;

	assert_int_equal(sqlite3_prepare_v2(shelf->tenant, "SELECT name FROM "
	    "pragma_table_list WHERE schema = 'main' AND type = 'table' "
	    "AND NOT strict AND name "
	    "NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_honker%' ESCAPE '\\'",
	    -1, &st, NULL), SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		fprintf(stderr, "%s is not STRICT\n",
		    (const char *)sqlite3_column_text(st, 0));
		wrong++;
	}
	sqlite3_finalize(st);
	assert_int_equal(wrong, 0);
}

/* Columns of a table or index of the file, by position. */
static int
count_columns(sqlite3 *db, const char *name)
{
	sqlite3_stmt *st;
	int count = 0;

	assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM "
	    "pragma_table_info(?1, 'main')", -1, &st, NULL), SQLITE_OK);
	sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	if (sqlite3_step(st) == SQLITE_ROW)
		count = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return count;
}

/* The names of all columns, "a,b,c". pragma: pragma_table_info or the like. */
static void
list_columns(sqlite3 *db, const char *pragma, const char *name,
    const char *schema, char out[400])
{
	char text[200];
	sqlite3_stmt *st;

	out[0] = '\0';
	snprintf(text, sizeof(text), "SELECT COALESCE(name, 'rowid') "
	    "FROM %s('%s', '%s')", pragma, name, schema);
	assert_int_equal(sqlite3_prepare_v2(db, text, -1, &st, NULL),
	    SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		strncat(out, (const char *)sqlite3_column_text(st, 0), 60);
		strncat(out, ",", 2);
	}
	sqlite3_finalize(st);
}

static void
a_tree_has_the_columns_of_its_table_or_index(void **state)
{
	static const struct {
		const char *tree;
		const char *of;
		const char *number; /* an index's rowid */
	} trees[] = {
		{ "alk_load_nodes", "alk_nodes", NULL },
		{ "alk_load_edges", "alk_edges", NULL },
		{ "alk_load_node_keys", "alk_nodes_key", "nid" },
		{ "alk_load_node_types", "alk_nodes_type", "nid" },
		{ "alk_load_edges_out", "alk_edges_out", "eid" },
		{ "alk_load_edges_in", "alk_edges_in", "eid" },
		{ "alk_load_edge_keys", "alk_edges_key", "eid" },
	};
	struct shelf *shelf = *state;
	char tree[400], of[400];

	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		bool is_table = count_columns(shelf->tenant, trees[i].of) > 0;

		list_columns(shelf->tenant, "pragma_table_info", trees[i].tree,
		    "temp", tree);
		list_columns(shelf->tenant, is_table ? "pragma_table_info" :
		    "pragma_index_xinfo", trees[i].of, "main", of);
		if (!is_table) {
			char *end = strstr(of, "rowid,");
			assert_non_null(end);
			snprintf(end, 40, "%s,", trees[i].number);
		}
		assert_string_equal(tree, of);
	}
}

/* Rules that keep the way to many machines open (docs/ARCHITECTURE.md). */
static void
no_statement_attaches_or_returns_rows_of_a_write(void **state)
{
	int wrong = 0;

	(void)state;
	for (const struct sql_entry *e = sql_all; e->room != NULL; e++) {
		if (sqlite3_strlike("%attach %", e->sql.text, 0) == 0)
			wrong += tell(e, "uses", "ATTACH");
		if (sqlite3_strlike("%returning%", e->sql.text, 0) == 0)
			wrong += tell(e, "uses", "RETURNING");
	}
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_statement_can_be_prepared),
		cmocka_unit_test(no_statement_scans_a_table_without_a_reason),
		cmocka_unit_test(
		    no_statement_writes_to_a_table_of_another_room),
		cmocka_unit_test(every_table_has_one_owner),
		cmocka_unit_test(our_own_tables_are_strict),
		cmocka_unit_test(a_tree_has_the_columns_of_its_table_or_index),
		cmocka_unit_test(
		    no_statement_attaches_or_returns_rows_of_a_write),
	};

	return cmocka_run_group_tests(tests, open_shelf, close_shelf);
}
