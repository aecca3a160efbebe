/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The virtual table alk_feed, and names for single B-trees.
 *
 * Trees are named by imposter tables, as SQLite calls them: a CREATE TABLE that
 * is read as a part of the schema and bound to a root page that is there. An
 * index is such a table WITHOUT ROWID. Nothing of it is written to the file.
 * SQLite's own extension for bulk updates (ext/rbu) fills tables and indexes by
 * the same way: each B-tree for itself, in the order of its keys.
 */
#include "db/bulk.h"

#include "base/error.h"
#include "base/mem.h"
#include "db/bulk.sql.h"
#include "db/db.sql.h"
#include "db/db_internal.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LONG_LOG_PAGES_MIN 60000
#define LONG_LOG_PAGES_MAX 150000

/* ---- alk_feed ---- */

struct feed_table {
	sqlite3_vtab base;
	struct db *db;
};

struct feed_cursor {
	sqlite3_vtab_cursor base;
	struct db *db;
	struct db_feed *feed; /* NULL: no rows */
};

static int
feed_connect(sqlite3 *conn, void *db, int argc, const char *const *argv,
    sqlite3_vtab **out, char **message)
{
	(void)argc;
	(void)argv;
	(void)message;
	int rc = sqlite3_declare_vtab(conn,
	    "CREATE TABLE alk_feed (c0, c1, c2, c3, c4, c5, c6, c7)");
	if (rc != SQLITE_OK)
		return rc;
	struct feed_table *t = mem_zero(sizeof(*t));
	if (t == NULL)
		return SQLITE_NOMEM;
	t->db = db;
	*out = &t->base;
	return SQLITE_OK;
}

static int
feed_disconnect(sqlite3_vtab *t)
{
	mem_release(t);
	return SQLITE_OK;
}

static int
feed_plan(sqlite3_vtab *t, sqlite3_index_info *info)
{
	(void)t;
	info->estimatedCost = 1e4;
	info->estimatedRows = 10000;
	return SQLITE_OK;
}

static int
feed_open(sqlite3_vtab *t, sqlite3_vtab_cursor **out)
{
	(void)t;
	struct feed_cursor *c = mem_zero(sizeof(*c));

	if (c == NULL)
		return SQLITE_NOMEM;
	*out = &c->base;
	return SQLITE_OK;
}

static int
feed_close(sqlite3_vtab_cursor *c)
{
	mem_release(c);
	return SQLITE_OK;
}

/* The first of the rows given, or of the next ones of a source. */
static int
refill(struct feed_cursor *c)
{
	struct db_feed *f = c->feed;

	f->at = 0;
	if (f->more == NULL)
		return SQLITE_OK;
	f->count = f->more(f->source);
	/* The source has noted what failed. */
	return db_failed(c->db) ? SQLITE_ERROR : SQLITE_OK;
}

static int
feed_filter(sqlite3_vtab_cursor *cursor, int number, const char *text,
    int argc, sqlite3_value **argv)
{
	struct feed_cursor *c = (struct feed_cursor *)cursor;

	(void)number;
	(void)text;
	(void)argc;
	(void)argv;
	c->db = ((struct feed_table *)cursor->pVtab)->db;
	c->feed = c->db->feed;
	return c->feed == NULL ? SQLITE_OK : refill(c);
}

static int
feed_next(sqlite3_vtab_cursor *cursor)
{
	struct feed_cursor *c = (struct feed_cursor *)cursor;

	if (++c->feed->at < c->feed->count || c->feed->more == NULL)
		return SQLITE_OK;
	return refill(c);
}

static int
feed_eof(sqlite3_vtab_cursor *cursor)
{
	const struct db_feed *f = ((struct feed_cursor *)cursor)->feed;

	return f == NULL || f->at >= f->count;
}

static int
feed_column(sqlite3_vtab_cursor *cursor, sqlite3_context *ctx, int column)
{
	const struct db_feed *f = ((struct feed_cursor *)cursor)->feed;

	f->give(f->arg, f->at, column, (struct db_answer *)ctx);
	return SQLITE_OK;
}

static int
feed_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out)
{
	*out = (sqlite3_int64)((struct feed_cursor *)cursor)->feed->at;
	return SQLITE_OK;
}

void
db_answer_int(struct db_answer *to, int64_t n)
{
	sqlite3_result_int64((sqlite3_context *)to, n);
}

void
db_answer_text(struct db_answer *to, const char *text, size_t bytes)
{
	if (text != NULL)
		sqlite3_result_text64((sqlite3_context *)to, text, bytes,
		    SQLITE_STATIC, SQLITE_UTF8);
}

void
db_feed_register(struct db *db)
{
	/* No xCreate: it is there without being made. */
	static const sqlite3_module module = {
		.xConnect = feed_connect,
		.xBestIndex = feed_plan,
		.xDisconnect = feed_disconnect,
		.xOpen = feed_open,
		.xClose = feed_close,
		.xFilter = feed_filter,
		.xNext = feed_next,
		.xEof = feed_eof,
		.xColumn = feed_column,
		.xRowid = feed_rowid,
	};

	if (db_failed(db))
		return;
	int rc = sqlite3_create_module_v2(db->conn, "alk_feed", &module, db,
	    NULL);
	if (rc != SQLITE_OK)
		db_fail_sqlite(db, rc);
}

int
db_exec_feed(struct db *db, const struct sql *q, struct db_feed *feed,
    const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	db->feed = feed;
	int code = db_exec_va(db, q, format, &ap);
	db->feed = NULL;
	va_end(ap);
	return code;
}

struct db_rows *
db_query_feed(struct db *db, const struct sql *q, struct db_feed *feed,
    const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	db->feed = feed;
	struct db_rows *rows = db_query_va(db, q, format, &ap);
	va_end(ap);
	return rows;
}

/* ---- trees ---- */

#ifdef ALK_HOST_SQLITE

bool
db_trees_begin(struct db *db, const struct db_tree *trees, size_t count)
{
	(void)db;
	(void)trees;
	(void)count;
	return false;
}

void
db_trees_end(struct db *db)
{
	(void)db;
}

void
db_trees_undone(struct db *db)
{
	(void)db;
}

#else

static const char *
text_of(const struct db_tree *tree)
{
	return tree->make != NULL ? tree->make->text : tree->text;
}

/* The name that the CREATE TABLE gives. */
static bool
is_named(struct db *db, const struct db_tree *tree)
{
	char name[64];

	if (sscanf(text_of(tree), "CREATE TABLE %63[a-z_0-9]", name) != 1)
		return false;
	int rc = sqlite3_table_column_metadata(db->conn, "main", name, NULL,
	    NULL, NULL, NULL, NULL, NULL);
	if (rc != SQLITE_OK && rc != SQLITE_ERROR)
		db_fail_sqlite(db, rc);
	return rc == SQLITE_OK;
}

static bool
name_tree(struct db *db, const struct db_tree *tree)
{
	int root = (int)db_number(db, &sql_tree_root, 0, "s", tree->name);

	if (root == 0)
		return false;
	(void)sqlite3_test_control(SQLITE_TESTCTRL_IMPOSTER, db->conn, "main",
	    1, root);
	int rc = sqlite3_exec(db->conn, text_of(tree), NULL, NULL, NULL);
	(void)sqlite3_test_control(SQLITE_TESTCTRL_IMPOSTER, db->conn, "main",
	    0, 0);
	if (rc != SQLITE_OK)
		db_fail_sqlite(db, rc);
	return rc == SQLITE_OK;
}

bool
db_trees_begin(struct db *db, const struct db_tree *trees, size_t count)
{
	if (db->is_host || sqlite3_compileoption_used("UNTESTABLE"))
		return false;
	for (size_t i = 0; i < count && !db_failed(db); i++) {
		if (is_named(db, &trees[i]) || db_failed(db))
			continue;
		db->has_trees = true;
		if (!name_tree(db, &trees[i]))
			break;
		if (i + 1 == count)
			return !db_failed(db);
	}
	if (db_failed(db))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!is_named(db, &trees[i]))
			return false;
	return true;
}

static void
read_schema_anew(struct db *db)
{
	(void)sqlite3_test_control(SQLITE_TESTCTRL_IMPOSTER, db->conn, "main",
	    0, 1);
}

void
db_trees_end(struct db *db)
{
	if (!db->has_trees)
		return;
	db->has_trees = false;
	db->is_schema_new = db_in_transaction(db);
	read_schema_anew(db);
}

/* SQLite forgets, with the names, that the transaction had changed the schema,
   and would go on with what it read when that is undone. */
void
db_trees_undone(struct db *db)
{
	if (db->is_schema_new)
		read_schema_anew(db);
}

#endif

void
db_set_cache(struct db *db, size_t bytes)
{
	char text[64];
	size_t kib = (bytes == 0 ? db->cache_bytes : bytes) / 1024;

	if (kib > INT_MAX)
		kib = INT_MAX;
	(void)snprintf(text, sizeof(text), "PRAGMA cache_size=-%zu",
	    kib == 0 ? 1 : kib);
	int rc = sqlite3_exec(db->conn, text, NULL, NULL, NULL);
	/* SQLite ends the transaction where it lacks memory for this. */
	if (rc != SQLITE_OK)
		db_fail_sqlite(db, rc);
}

void
db_set_long_log(struct db *db, bool is_long)
{
	char text[64];
	int64_t pages = DB_CHECKPOINT_PAGES;

	if (is_long) {
		pages = db_number(db, &sql_page_count, 0, "");
		if (pages > LONG_LOG_PAGES_MAX)
			pages = LONG_LOG_PAGES_MAX;
		if (pages < LONG_LOG_PAGES_MIN)
			pages = LONG_LOG_PAGES_MIN;
	}
	(void)snprintf(text, sizeof(text), "PRAGMA wal_autocheckpoint=%d",
	    (int)pages);
	db->has_long_log = is_long;
	int rc = sqlite3_exec(db->conn, text, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		db_fail_sqlite(db, rc);
}

void
db_set_sort_file(struct db *db, bool is_file)
{
	/* Refused while there are temporary tables: then memory it is. */
	(void)sqlite3_exec(db->conn, is_file ? "PRAGMA temp_store=FILE" :
	    "PRAGMA temp_store=MEMORY", NULL, NULL, NULL);
}
