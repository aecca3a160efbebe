/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The file as a whole: is it a store, of which kind and version; creating it,
 * bringing it up to date.
 *
 *   empty --create--> version 1 --migrate--> ... --> newest
 *   other application, newer version: refused before anything is changed
 *
 * Several processes may do this to one file at once: each looks again under the
 * write lock, and all steps are one transaction.
 */
#include "base/clock.h"
#include "base/error.h"
#include "db/bulk.h"
#include "db/db.sql.h"
#include "db/db_internal.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
note_mode(void *is_wal, int columns, char **values, char **names)
{
	(void)columns;
	(void)names;
	*(bool *)is_wal = sqlite3_stricmp(values[0], "wal") == 0;
	return 0;
}

/*
 * What the file's first page says, where the schema begins: versions 2 at 18,
 * and at 100 the kind of a page of a table. Then the pragma is not needed,
 * which would have SQLite read the whole schema. Nobody can leave WAL mode
 * while we have the file open.
 */
static bool
is_wal_file(struct db *db)
{
	sqlite3_file *file = NULL;
	unsigned char page[101] = { 0 };

	return sqlite3_file_control(db->conn, "main",
	    SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK && file != NULL &&
	    file->pMethods != NULL && file->pMethods->xRead(file, page,
		sizeof(page), 0) == SQLITE_OK &&
	    page[18] == 2 && page[19] == 2 &&
	    (page[100] == 5 || page[100] == 13);
}

/* Turning a file to WAL needs it alone for a moment; SQLite does not retry. */
static int
set_wal(struct db *db)
{
	int64_t until = clock_steady_ms() + db->busy_ms;
	bool is_wal = false;
	int rc;

	for (;;) {
		rc = sqlite3_exec(db->conn, "PRAGMA journal_mode=WAL",
		    note_mode, &is_wal, NULL);
		if ((rc & 0xff) != SQLITE_BUSY || clock_steady_ms() >= until)
			break;
		clock_sleep_us(2000);
	}
	if (rc != SQLITE_OK)
		return db_fail_sqlite(db, rc);
	return is_wal ? ALK_OK : db_fail(db, ALK_IO,
	    "the file system cannot share memory, which WAL mode needs; put "
	    "the store on a local disk");
}

enum file_state { FILE_EMPTY, FILE_OLD, FILE_CURRENT, FILE_REFUSED };

static enum file_state
refuse_foreign(struct db *db, const struct db_format *f, int64_t id)
{
	if (id == f->other_id)
		db_fail(db, ALK_NOTSTORE, "the file is a %s, not a %s",
		    f->other_name, f->name);
	else
		db_fail(db, ALK_NOTSTORE,
		    "the file is an SQLite database of another program "
		    "(application_id %lld)", (long long)id);
	return FILE_REFUSED;
}

static enum file_state
look(struct db *db, const struct db_format *f)
{
	int newest = f->migrations[f->count - 1].version;
	int64_t id = db_number(db, &sql_application_id, 0, "");
	int64_t version = db_number(db, &sql_user_version, 0, "");
	/* The schema is read only where it matters. */
	bool is_empty = id == 0 && version == 0 &&
	    db_number(db, &sql_schema_size, 0, "") == 0;

	if (db_failed(db))
		return FILE_REFUSED;
	if (is_empty)
		return FILE_EMPTY;
	if (id != f->application_id)
		return refuse_foreign(db, f, id);
	if (version > newest) {
		db_fail(db, ALK_NEWER,
		    "the file has format %lld, this version reads up to %d; "
		    "use a newer alkstore", (long long)version, newest);
		return FILE_REFUSED;
	}
	return version == newest ? FILE_CURRENT : FILE_OLD;
}

static void
set_number(struct db *db, const char *pragma, int n)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "PRAGMA %s=%d", pragma, n);
	int rc = db_failed(db) ? SQLITE_OK :
	    sqlite3_exec(db->conn, text, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		db_fail_sqlite(db, rc);
}

static void
apply(struct db *db, const struct db_format *f, const struct db_migration *m)
{
	for (const struct sql *const *s = m->scripts; *s != NULL; s++)
		db_script(db, *s);
	if (!db_failed(db) && m->fill != NULL)
		(void)m->fill(db, f->arg);
	set_number(db, "user_version", m->version);
}

static void
upgrade(struct db *db, const struct db_format *f)
{
	if (db_begin_write(db) != ALK_OK)
		return;
	/* Somebody else may have been quicker. */
	enum file_state state = look(db, f);
	int64_t version = db_number(db, &sql_user_version, 0, "");
	if (state == FILE_EMPTY)
		set_number(db, "application_id", f->application_id);
	for (size_t i = 0; i < f->count && state != FILE_REFUSED; i++)
		if (f->migrations[i].version > version)
			apply(db, f, &f->migrations[i]);
	if (state == FILE_EMPTY && f->seed != NULL && !db_failed(db))
		(void)f->seed(db, f->arg);
	if (!db_failed(db))
		(void)db_commit(db);
	db_rollback(db);
}

/* In one read: a file that is just being made is seen whole or empty. */
static enum file_state
look_at_once(struct db *db, const struct db_format *f)
{
	enum file_state state = FILE_REFUSED;

	if (db_begin_read(db) == ALK_OK)
		state = look(db, f);
	db_rollback(db);
	return state;
}

int
db_prepare(struct db *db, const struct db_format *f, bool create)
{
	enum file_state state = look_at_once(db, f);

	if (state == FILE_EMPTY && !create)
		return db_fail(db, ALK_NOTSTORE,
		    "the file is empty; make a store with ALK_OPEN_CREATE "
		    "(alk init)");
	if (state == FILE_REFUSED || (state == FILE_CURRENT && db->readonly))
		return db->err->code;
	if (db->readonly)
		return db_fail(db, ALK_READONLY,
		    "the file has an older format; open it once for writing");
	if (state == FILE_CURRENT && is_wal_file(db))
		return ALK_OK;
	if (db_settle(db) == ALK_OK && set_wal(db) == ALK_OK &&
	    state != FILE_CURRENT)
		upgrade(db, f);
	return db->err->code;
}

void
db_describe(struct db *db, struct buf *json)
{
	static const struct {
		const char *member;
		const struct sql *q;
	} numbers[] = {
		{ "applicationId", &sql_application_id },
		{ "format", &sql_user_version },
		{ "pageCount", &sql_page_count },
		{ "pageSize", &sql_page_size },
		{ "freePages", &sql_freelist_count },
		{ "synchronous", &sql_synchronous },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		buf_printf(json, "\"%s\":%lld,", numbers[i].member,
		    (long long)db_number(db, numbers[i].q, 0, ""));
	struct db_rows *rows = db_query(db, &sql_journal_mode, "");
	if (db_next(db, rows))
		buf_printf(json, "\"journalMode\":\"%s\"",
		    db_text(rows, 0, NULL));
	db_end(db, rows);
}

/*
 * SQLite tells a page that it could not read as a finding, though the page may
 * be as good as ever. Notes the error then.
 */
static bool
is_failed_read(struct db *db, const char *text)
{
	const char *at = strstr(text, "error code=");
	int rc = at != NULL ? atoi(at + strlen("error code=")) : SQLITE_OK;

	/* Of a page whose number was looked at before. */
	if (strstr(text, "failed to get page") != NULL)
		rc = SQLITE_IOERR_READ;
	if (rc == SQLITE_OK || db_code(rc) == ALK_CORRUPT)
		return false;
	db_fail(db, db_code(rc), "%s: %s", alk_error_text(db_code(rc)), text);
	return true;
}

size_t
db_quick_check(struct db *db, alk_problem_fn fn, void *arg)
{
	return db_check(db, &sql_quick_check, fn, arg);
}

size_t
db_check(struct db *db, const struct sql *q, alk_problem_fn fn, void *arg)
{
	db_trees_end(db); /* else their pages have two owners */
	struct db_rows *rows = db_query(db, q, "");
	size_t found = 0;

	while (db_next(db, rows)) {
		const char *text = db_text(rows, 0, NULL);
		if (text == NULL || sqlite3_stricmp(text, "ok") == 0)
			continue;
		if (is_failed_read(db, text))
			break;
		alk_error problem = { 0 };
		error_entry(&problem, "file");
		error_set(&problem, ALK_CORRUPT, "%s", text);
		found++;
		if (fn != NULL && fn(arg, &problem) != 0)
			break;
	}
	db_end(db, rows);
	return found;
}

static char version_text[128];
static pthread_once_t version_once = PTHREAD_ONCE_INIT;

static void
join_version(void)
{
	(void)snprintf(version_text, sizeof(version_text), "%s %s",
	    sqlite3_libversion(), sqlite3_sourceid());
}

const char *
alk_sqlite_version(void)
{
	(void)pthread_once(&version_once, join_version);
	return version_text;
}
