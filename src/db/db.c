/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Connections and statements. Each statement is prepared once a connection and
 * kept; a query that starts while one of the same name still runs (a visitor
 * that lists within a list) gets a copy for that one use.
 */
#include "db/db.h"

#include "base/error.h"
#include "base/mem.h"
#include "db/bulk.h"
#include "db/db.sql.h"
#include "db/db_internal.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PROGRESS_STEPS 20000 /* virtual machine steps between looks at cancel */

/* ---- errors ---- */

int
db_code(int rc)
{
	static const struct {
		int sqlite;
		int alk;
	} codes[] = {
		{ SQLITE_NOMEM, ALK_NOMEM },
		{ SQLITE_BUSY, ALK_BUSY },
		{ SQLITE_LOCKED, ALK_BUSY },
		{ SQLITE_PROTOCOL, ALK_BUSY },
		{ SQLITE_FULL, ALK_FULL },
		{ SQLITE_CORRUPT, ALK_CORRUPT },
		{ SQLITE_NOTADB, ALK_NOTSTORE },
		{ SQLITE_READONLY, ALK_READONLY },
		{ SQLITE_PERM, ALK_READONLY },
		{ SQLITE_INTERRUPT, ALK_CANCELLED },
		{ SQLITE_CONSTRAINT, ALK_EXISTS },
		{ SQLITE_TOOBIG, ALK_LIMIT },
	};

	if (rc == SQLITE_IOERR_NOMEM)
		return ALK_NOMEM;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].sqlite == (rc & 0xff))
			return codes[i].alk;
	return ALK_IO;
}

static int
fail_damaged(struct db *db, const char *why)
{
	const char *path = sqlite3_db_filename(db->conn, "main");

	return error_set(db->err, ALK_CORRUPT, "the file '%.150s' is damaged: "
	    "%s; restore a copy, or export what can still be read (a check "
	    "tells where, if it gets that far)", path != NULL ? path : "",
	    why);
}

static int
fail_with(struct db *db, int rc, const char *why)
{
	if (db->err->code == ALK_OK) {
		db->err->sub = rc;
		(void)snprintf(db->message, sizeof(db->message), "%s", why);
	}
	int code = db_code(rc);
	if (code == ALK_NOMEM)
		return error_nomem(db->err);
	if (code == ALK_BUSY)
		return error_set(db->err, code,
		    "another writer held the file for %d ms; try again, or "
		    "wait longer (busy_ms)", db->busy_ms);
	if (code == ALK_CANCELLED)
		return error_set(db->err, code, "cancelled");
	if (code == ALK_CORRUPT)
		return fail_damaged(db, why);
	return error_set(db->err, code, "%s: %s", alk_error_text(code), why);
}

int
db_fail_sqlite(struct db *db, int rc)
{
	assert(rc != SQLITE_OK);
	return fail_with(db, sqlite3_extended_errcode(db->conn) == SQLITE_OK ?
	    rc : sqlite3_extended_errcode(db->conn), sqlite3_errmsg(db->conn));
}

int
db_fail(struct db *db, int code, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	int first = error_set_va(db->err, code, format, ap);
	va_end(ap);
	return first;
}

bool
db_failed(const struct db *db)
{
	return db->err->code != ALK_OK;
}

alk_error *
db_error(struct db *db)
{
	return db->err;
}

void
db_use(struct db *db, alk_error *err, const atomic_int *cancel)
{
	db->err = err != NULL ? err : &db->own;
	if (err == NULL)
		error_clear(&db->own);
	db->cancel = cancel;
}

/* ---- statements ---- */

sqlite3_stmt *
db_prepare_text(struct db *db, const char *text, unsigned flags)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v3(db->conn, text, -1, flags, &st, NULL);

	if (rc != SQLITE_OK) {
		db_fail_sqlite(db, rc);
		return NULL;
	}
	return st;
}

sqlite3_stmt *
db_prepare_extra(struct db *db, const char *text)
{
	if (db->extras_count == DB_EXTRAS) {
		db_fail(db, ALK_MISUSE, "visitors are nested more than %d deep",
		    DB_EXTRAS);
		return NULL;
	}
	sqlite3_stmt *st = db_prepare_text(db, text, 0);
	if (st != NULL)
		db->extras[db->extras_count++] = st;
	return st;
}

sqlite3_stmt *
db_statement(struct db *db, const struct sql *q)
{
	assert(q->slot >= 0 && q->slot < SQL_SLOTS);
	sqlite3_stmt **st = &db->cache[q->slot];

	if (*st == NULL)
		*st = db_prepare_text(db, q->text, SQLITE_PREPARE_PERSISTENT);
	else if (sqlite3_stmt_busy(*st))
		return db_prepare_extra(db, q->text);
	return *st;
}

static int
bind_text(sqlite3_stmt *st, int i, const char *text, size_t bytes)
{
	if (text == NULL)
		return sqlite3_bind_null(st, i);
	return sqlite3_bind_text64(st, i, text, bytes, SQLITE_STATIC,
	    SQLITE_UTF8);
}

static int
bind_one(sqlite3_stmt *st, int i, char kind, va_list *ap)
{
	const char *text;

	switch (kind) {
	case 'i':
		return sqlite3_bind_int64(st, i, va_arg(*ap, int64_t));
	case 's':
		text = va_arg(*ap, const char *);
		return bind_text(st, i, text, text != NULL ? strlen(text) : 0);
	case 't':
		text = va_arg(*ap, const char *);
		return bind_text(st, i, text, va_arg(*ap, size_t));
	case 'b':
		text = va_arg(*ap, const char *);
		return sqlite3_bind_blob64(st, i, text, va_arg(*ap, size_t),
		    SQLITE_STATIC);
	default:
		assert(kind == 'n');
		return sqlite3_bind_null(st, i);
	}
}

static void
finish(struct db *db, sqlite3_stmt *st)
{
	for (int i = db->extras_count - 1; i >= 0; i--) {
		if (db->extras[i] != st)
			continue;
		(void)sqlite3_finalize(st);
		db->extras[i] = db->extras[--db->extras_count];
		return;
	}
	(void)sqlite3_reset(st);
}

static sqlite3_stmt *
start(struct db *db, const struct sql *q, const char *format, va_list *ap)
{
	sqlite3_stmt *st = db_failed(db) ? NULL : db_statement(db, q);

	if (st == NULL)
		return NULL;
	for (int i = 0; format[i] != '\0'; i++) {
		int rc = bind_one(st, i + 1, format[i], ap);
		if (rc == SQLITE_OK)
			continue;
		db_fail_sqlite(db, rc);
		finish(db, st);
		return NULL;
	}
	return st;
}

int
db_exec_va(struct db *db, const struct sql *q, const char *format, va_list *ap)
{
	sqlite3_stmt *st = db_read_now(db) ? start(db, q, format, ap) : NULL;

	if (st == NULL)
		return db->err->code;
	int rc;
	do
		rc = sqlite3_step(st);
	while (rc == SQLITE_ROW);
	if (rc != SQLITE_DONE)
		db_fail_sqlite(db, rc);
	finish(db, st);
	return db->err->code;
}

int
db_exec(struct db *db, const struct sql *q, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	int code = db_exec_va(db, q, format, &ap);
	va_end(ap);
	return code;
}

struct db_rows *
db_query_va(struct db *db, const struct sql *q, const char *format, va_list *ap)
{
	return db_read_now(db) ?
	    (struct db_rows *)start(db, q, format, ap) : NULL;
}

struct db_rows *
db_query(struct db *db, const struct sql *q, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	struct db_rows *rows = db_query_va(db, q, format, &ap);
	va_end(ap);
	return rows;
}

struct db_rows *
db_query_alone(struct db *db, const struct sql *q, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	struct db_rows *rows = (struct db_rows *)start(db, q, format, &ap);
	va_end(ap);
	return rows;
}

bool
db_next(struct db *db, struct db_rows *rows)
{
	if (rows == NULL || db_failed(db))
		return false;
	/* Few steps a row: SQLite alone would look too seldom. */
	if (db->cancel != NULL && atomic_load(db->cancel) != 0) {
		db_fail(db, ALK_CANCELLED, "cancelled");
		return false;
	}
	int rc = sqlite3_step((sqlite3_stmt *)rows);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		db_fail_sqlite(db, rc);
	return rc == SQLITE_ROW;
}

void
db_end(struct db *db, struct db_rows *rows)
{
	if (rows != NULL)
		finish(db, (sqlite3_stmt *)rows);
}

int64_t
db_int(struct db_rows *rows, int column)
{
	return sqlite3_column_int64((sqlite3_stmt *)rows, column);
}

const char *
db_text(struct db_rows *rows, int column, size_t *bytes)
{
	sqlite3_stmt *st = (sqlite3_stmt *)rows;
	const char *text = (const char *)sqlite3_column_text(st, column);

	if (bytes != NULL)
		*bytes = (size_t)sqlite3_column_bytes(st, column);
	return text;
}

bool
db_is_null(struct db_rows *rows, int column)
{
	return sqlite3_column_type((sqlite3_stmt *)rows, column) == SQLITE_NULL;
}

int64_t
db_number(struct db *db, const struct sql *q, int64_t otherwise,
    const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	struct db_rows *rows = db_query_va(db, q, format, &ap);
	va_end(ap);
	int64_t n = db_next(db, rows) ? db_int(rows, 0) : otherwise;
	db_end(db, rows);
	return n;
}

int64_t
db_changes(struct db *db)
{
	return sqlite3_changes64(db->conn);
}

int64_t
db_last_id(struct db *db)
{
	return sqlite3_last_insert_rowid(db->conn);
}

int
db_script(struct db *db, const struct sql *q)
{
	if (db_failed(db))
		return db->err->code;
	int rc = sqlite3_exec(db->conn, q->text, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		db_fail_sqlite(db, rc);
	return db->err->code;
}

/* ---- transactions ---- */

/* One that could not be ended for want of memory is ended now. */
static void
end_leftover(struct db *db)
{
	if (!db_failed(db) && !sqlite3_get_autocommit(db->conn))
		db_rollback(db);
}

int
db_begin_read(struct db *db)
{
	end_leftover(db);
	return db_exec(db, &sql_begin_read, "");
}

int
db_begin_write(struct db *db)
{
	end_leftover(db);
	if (db->has_long_log && !db_failed(db))
		db_set_long_log(db, false);
	return db_exec(db, &sql_begin_write, "");
}

int
db_commit(struct db *db)
{
	uint64_t version = db_version(db);
	bool is_writing = db_is_writing(db);
	int code = db_exec(db, &sql_commit, "");

	/* A commit of its own counts one on, also one that changed nothing. */
	db->version_next = code == ALK_OK && is_writing && version != 0 ?
	    version + 1 : 0;
	if (code == ALK_OK)
		db->is_schema_new = false;
	return code;
}

int
db_read_begin(struct db *db)
{
	struct db_state before = { 0 };
	bool is_told = db_wal_look(db, &before);

	end_leftover(db);
	db->is_due = false;
	struct db_rows *rows = db_query(db, &sql_data_version, "");
	if (db_next(db, rows))
		db->reading = (sqlite3_stmt *)rows;
	else
		db_end(db, rows);
	/* The same before and after: the transaction sees that. */
	if (db->reading != NULL && db_wal_look(db, &db->state) &&
	    (!is_told || memcmp(&before, &db->state, sizeof(before)) != 0))
		db->state = (struct db_state){ 0 };
	return db->err->code;
}

void
db_read_due(struct db *db)
{
	end_leftover(db);
	db->is_due = true;
}

bool
db_is_due(const struct db *db)
{
	return db->is_due;
}

bool
db_read_now(struct db *db)
{
	if (db->is_due && !db_failed(db))
		(void)db_read_begin(db);
	return !db_failed(db);
}

void
db_read_end(struct db *db)
{
	db->is_due = false;
	db->state.words[0] = 0;
	if (db->reading != NULL)
		finish(db, db->reading);
	db->reading = NULL;
}

bool
db_is_reading(struct db *db)
{
	return db->is_due || (db->reading != NULL &&
	    sqlite3_txn_state(db->conn, "main") != SQLITE_TXN_NONE);
}

/* Runs one of the statements that undo, whatever has failed before. */
static bool
undo(struct db *db, const struct sql *q)
{
	alk_error *kept = db->err;
	const atomic_int *cancel = db->cancel;
	alk_error ignored = { 0 };

	db->err = &ignored;
	db->cancel = NULL; /* undoing is not cancelled */
	(void)db_exec(db, q, "");
	db->err = kept;
	db->cancel = cancel;
	return ignored.code == ALK_OK;
}

void
db_rollback(struct db *db)
{
	if (!sqlite3_get_autocommit(db->conn))
		(void)undo(db, &sql_rollback);
	if (!sqlite3_get_autocommit(db->conn)) /* no memory for it */
		(void)sqlite3_exec(db->conn, "ROLLBACK", NULL, NULL, NULL);
	/* What of it was to be undone must not be committed. */
	db->is_lost = !sqlite3_get_autocommit(db->conn);
	db_trees_undone(db);
	db->is_schema_new = false;
}

bool
db_in_transaction(struct db *db)
{
	return !db->is_lost && !sqlite3_get_autocommit(db->conn);
}

int
db_savepoint(struct db *db)
{
	return db_exec(db, &sql_savepoint, "");
}

int
db_savepoint_release(struct db *db)
{
	return db_exec(db, &sql_savepoint_release, "");
}

void
db_savepoint_rollback(struct db *db)
{
	/* What cannot be undone by half is undone as a whole. */
	if (!undo(db, &sql_savepoint_rollback) ||
	    !undo(db, &sql_savepoint_release))
		db_rollback(db);
	db_trees_undone(db);
}

uint64_t
db_version(struct db *db)
{
	unsigned version = 0;
	int state = sqlite3_txn_state(db->conn, "main");

	if (state == SQLITE_TXN_NONE ||
	    (db->is_host && (state != SQLITE_TXN_READ || db->is_dirty)) ||
	    sqlite3_file_control(db->conn, "main", SQLITE_FCNTL_DATA_VERSION,
		&version) != SQLITE_OK)
		return 0;
	return (uint64_t)version + 1;
}

uint64_t
db_version_next(const struct db *db)
{
	return db->version_next;
}

int64_t
db_data_version(struct db *db)
{
	return db_number(db, &sql_data_version, 0, "");
}

const char *
db_file(struct db *db)
{
	return sqlite3_db_filename(db->conn, "main");
}

/* ---- open and close ---- */

static int
on_progress(void *arg)
{
	const struct db *db = arg;

	return db->cancel != NULL && atomic_load(db->cancel) != 0;
}

void
db_set_busy(struct db *db, int busy_ms)
{
	db->busy_ms = busy_ms < 0 ? 0 : busy_ms;
	(void)sqlite3_busy_timeout(db->conn, db->busy_ms);
}

int
db_settle(struct db *db)
{
	if (db->is_settled || db_failed(db))
		return db->err->code;
	db_set_cache(db, 0);
	int rc = sqlite3_exec(db->conn, db->full_sync ?
	    "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL", NULL,
	    NULL, NULL);
	if (rc != SQLITE_OK)
		db_fail_sqlite(db, rc);
	db->is_settled = !db_failed(db);
	return db->err->code;
}

/* Those that do not need the schema. */
static void
set_pragmas(struct db *db)
{
	static const char *const pragmas[] = {
		"PRAGMA foreign_keys=ON",
		"PRAGMA temp_store=MEMORY",
		"PRAGMA wal_autocheckpoint=10000",
		"PRAGMA trusted_schema=OFF",
		"PRAGMA recursive_triggers=ON",
	};
	int rc = SQLITE_OK;

	for (size_t i = 0; rc == SQLITE_OK &&
	     i < sizeof(pragmas) / sizeof(pragmas[0]); i++)
		rc = sqlite3_exec(db->conn, pragmas[i], NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		db_fail_sqlite(db, rc);
}

/* A host's SQLite may lack it (SQLITE_OMIT_PROGRESS_CALLBACK). */
static void
set_progress(struct db *db)
{
#ifdef ALK_HOST_SQLITE
	if (sqlite3_api->progress_handler == NULL)
		return;
#endif
	sqlite3_progress_handler(db->conn, PROGRESS_STEPS, on_progress, db);
}

static void
connect(struct db *db, const struct db_options *o)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
	    (o->readonly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
	    (o->create ? SQLITE_OPEN_CREATE : 0);
	int rc = sqlite3_open_v2(o->path, &db->conn, flags,
	    o->vfs != NULL ? o->vfs : db_vfs());

	if (db->conn == NULL) {
		error_nomem(db->err);
		return;
	}
	if (rc != SQLITE_OK) {
		fail_with(db, rc, sqlite3_errmsg(db->conn));
		return;
	}
	db_set_busy(db, o->busy_ms);
	set_progress(db);
	db->full_sync = o->full_sync;
	db->cache_bytes = o->cache_bytes != 0 ? o->cache_bytes :
						DB_CACHE_BYTES;
	db->is_settled = o->is_bare;
	if (!o->is_bare)
		set_pragmas(db);
	if (!o->is_late)
		(void)db_settle(db);
}

/* Made ready now, so that undoing needs no memory later. */
static void
prepare_undo(struct db *db)
{
	static const struct sql *const undos[] = { &sql_rollback,
		&sql_savepoint_rollback, &sql_savepoint_release };

	for (size_t i = 0; i < sizeof(undos) / sizeof(undos[0]) &&
	     !db_failed(db); i++)
		(void)db_statement(db, undos[i]);
}

int
db_open(const struct db_options *o, const struct db_function *functions,
    size_t count, struct db **out, alk_error *err)
{
	struct db *db = mem_zero(sizeof(*db));

	if (db == NULL)
		return error_nomem(err);
	alk_error local = { 0 };
	db_use(db, err != NULL ? err : &local, NULL);
	db->readonly = o->readonly;
	connect(db, o);
	for (size_t i = 0; i < count && !db_failed(db); i++)
		db_function_register(db, &functions[i]);
	if (!o->is_bare) {
		db_feed_register(db);
		prepare_undo(db);
	}
	int code = db->err->code;
	db->err = &db->own;
	if (code != ALK_OK)
		db_close(db);
	else
		*out = db;
	return code;
}

void
db_drop_statements(struct db *db)
{
	assert(db->extras_count == 0);
	for (int i = 0; i < SQL_SLOTS; i++) {
		(void)sqlite3_finalize(db->cache[i]);
		db->cache[i] = NULL;
	}
	db_made_drop(db);
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	assert(!db->is_host);
	db_drop_statements(db);
	int rc = sqlite3_close(db->conn);
	assert(rc == SQLITE_OK);
	(void)rc;
	buf_fini(&db->scratch);
	mem_release(db);
}
