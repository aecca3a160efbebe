/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/buf.h"
#include "db/sql.h"

#include <alkstore.h>
#include <stdatomic.h>
#include <stdbool.h>

/*
 * One connection to one file, with its prepared statements. Nothing above this
 * room sees SQLite.
 *
 * The error is sticky: once a call has failed, the calls after it do nothing
 * and return nothing, until db_use() starts the next one. So callers read
 * straight down and look once.
 */
struct db;      /* made by db_open(), freed by db_close() */
struct db_rows; /* a running query, from db_query() to db_end() */

#define DB_CACHE_BYTES ((size_t)32000 * 1024)

struct db_options {
	const char *path;
	const char *vfs;  /* NULL: ours, over the default (vfs.c) */
	bool readonly;
	bool create;
	bool full_sync;
	int busy_ms;      /* -1: do not wait */
	size_t cache_bytes; /* of pages; 0: DB_CACHE_BYTES */
	bool is_bare;     /* no pragmas: a file of whatever kind, left alone */
	bool is_late;     /* db_settle() is due before it is used */
};

/*
 * A function for SQL: name(constant text, text). The constant is compiled once
 * a statement; apply() appends its answer, a blob, and returns true, or appends
 * nothing and returns the truth of a condition.
 */
struct db_function {
	const char *name;
	bool is_condition; /* the answer is 1 or 0; else the blob in out */
	int (*compile)(const char *text, size_t bytes, void **compiled,
	    alk_error *err);
	void (*release)(void *compiled);
	bool (*apply)(void *compiled, const char *text, size_t bytes,
	    struct buf *out);
};

/*
 * Opens a connection and sets the pragmas of the data model, but neither
 * creates tables nor looks whether the file is a store. err as alk_open().
 */
int db_open(const struct db_options *o, const struct db_function *functions,
    size_t count, struct db **out, alk_error *err);
void db_close(struct db *db);
/*
 * The settings that need the schema, which SQLite then reads whole: of a
 * connection that is_late, when it is first needed. Else nothing. Returns the
 * sticky code.
 */
int db_settle(struct db *db);

/*
 * From now on db belongs to a call: its errors go to err, and it stops with
 * ALK_CANCELLED when *cancel becomes non-zero (cancel may be NULL).
 */
void db_use(struct db *db, alk_error *err, const atomic_int *cancel);
alk_error *db_error(struct db *db);
bool db_failed(const struct db *db);
/* Notes a failure of a caller's own; returns the code. */
int db_fail(struct db *db, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void db_set_busy(struct db *db, int busy_ms);

/*
 * Runs a statement that changes and has no rows. format has a letter for each
 * parameter: i int64_t; s text with NUL or NULL; t text and size_t (text NULL:
 * NULL); b blob and size_t; n NULL (no argument). Returns the sticky code.
 */
int db_exec(struct db *db, const struct sql *q, const char *format, ...);
/* Rows that the last db_exec() changed itself. */
int64_t db_changes(struct db *db);
int64_t db_last_id(struct db *db);
/* A script of several statements (DDL). */
int db_script(struct db *db, const struct sql *q);

/*
 * A statement that reads. NULL when the call has failed; db_end(db, NULL) is
 * fine. A query may start while another of the same name is at one of its rows,
 * not between that one's db_query() and its first db_next().
 */
struct db_rows *db_query(struct db *db, const struct sql *q, const char *format,
    ...);
/* The next row. false at the end and on failure. */
bool db_next(struct db *db, struct db_rows *rows);
void db_end(struct db *db, struct db_rows *rows);
int64_t db_int(struct db_rows *rows, int column);
/* Borrowed until the next db_next(). NULL for NULL; bytes may be NULL. */
const char *db_text(struct db_rows *rows, int column, size_t *bytes);
bool db_is_null(struct db_rows *rows, int column);
/* The first column of the first row, or otherwise. */
int64_t db_number(struct db *db, const struct sql *q, int64_t otherwise,
    const char *format, ...);

/* ---- Statements made at run time (made.c) ---- */

/* What a parameter of such a statement is; kind as the letters above, or d. */
struct db_value {
	char kind; /* i, d, t, b; 0: left NULL */
	int64_t number;
	double real;
	const char *text; /* t, b: borrowed while the query runs */
	size_t bytes;
};

/*
 * A statement whose text depends on what a file holds, as an index that a type
 * declares. The connection keeps the newest DB_MADE_MAX of them by name, so
 * that the text is written once; the name says all that the text depends on.
 */
struct db_made {
	const char *name;
	void (*write)(void *arg, struct buf *text);
	void *arg;
};

#define DB_MADE_MAX 64

/* db_query() with values: values[0] is ?1. */
struct db_rows *db_query_values(struct db *db, const struct sql *q,
    const struct db_value *values, size_t count);
/* As db_query(). values[0] is ?1; those of kind 0 and behind count are NULL. */
struct db_rows *db_query_made(struct db *db, const struct db_made *m,
    const struct db_value *values, size_t count);
/* Forgets the statement of that name, whose text is to be another. */
void db_made_forget(struct db *db, const char *name);
/* Runs a statement that nobody needs again: making and dropping an index. */
int db_exec_text(struct db *db, const char *text);

/* Transactions. Savepoints nest; each is ended by release or rollback. */
int db_begin_read(struct db *db);
int db_begin_write(struct db *db);
int db_commit(struct db *db);
/*
 * A read transaction that begins at once, where BEGIN would wait for the first
 * statement: it is one, and stays at its row. db_read_end() always ends it; the
 * sticky error stays as it was.
 */
int db_read_begin(struct db *db);
void db_read_end(struct db *db);
/* Whether it still is held, or is due: an error of SQLite's may have ended it.
 */
bool db_is_reading(struct db *db);
/*
 * The same, but it begins with the first statement: a call that finds what it
 * needs in memory (db_is_unchanged()), or by db_query_alone(), is spared it.
 */
void db_read_due(struct db *db);
bool db_is_due(const struct db *db);
/* Begins what is due, if it is. false when the call has failed. */
bool db_read_now(struct db *db);
/*
 * db_query() that does not begin what is due: until db_end() it is a read
 * transaction by itself. What it read may be newer than what the caller knows:
 * db_version() tells while it is at a row.
 */
struct db_rows *db_query_alone(struct db *db, const struct sql *q,
    const char *format, ...);
/*
 * Always ends the transaction; never fails; the sticky error stays as it was.
 */
void db_rollback(struct db *db);
bool db_in_transaction(struct db *db);
int db_savepoint(struct db *db);
int db_savepoint_release(struct db *db);
/* Where it cannot be done, the whole transaction is rolled back. */
void db_savepoint_rollback(struct db *db);

/*
 * Changes whenever what this connection sees of the file is committed anew, by
 * itself or by others. 0 outside of a transaction that has read, and on a
 * host's connection while that writes, where others change and undo what we do
 * not see: not known. No statement is run.
 */
uint64_t db_version(struct db *db);
/*
 * Behind db_commit(): what db_version() will be in the next transaction, unless
 * somebody commits before it, this connection included. 0: not known.
 */
uint64_t db_version_next(const struct db *db);
/* Changes whenever any connection but this one commits; 0 on failure. */
int64_t db_data_version(struct db *db);

/*
 * What is committed to the file, told from all that is committed later: the
 * header of the WAL's index. It may be compared by another connection.
 */
#define DB_WAL_WORDS 12
struct db_state {
	uint32_t words[DB_WAL_WORDS]; /* all 0: not known */
};
/* What the running read transaction sees; false if that is not known. */
bool db_state(struct db *db, struct db_state *out);
/* Whether nothing was committed since, by anyone. Neither a statement nor a
   call of the system. */
bool db_is_unchanged(struct db *db, const struct db_state *known);

/*
 * The header of the WAL's index, where SQLite has it mapped for this connection
 * (which has read already): until that is closed. It changes with every commit.
 * ALK_INVALID where there is none.
 */
int db_wal_header(struct db *db, const volatile uint32_t **out);
/* What it says now, maybe half of it new. */
void db_wal_read(const volatile uint32_t *header, uint32_t out[DB_WAL_WORDS]);

/* The file with its whole path, links followed. Borrowed from db. */
const char *db_file(struct db *db);

/*
 * Several statements, all or none, in a transaction or outside of one. Within a
 * transaction a savepoint; outside of it a transaction of its own. Inside of a
 * host's statement that writes SQLite allows neither: then that statement, when
 * it fails, takes back what was done. Used by calls that cannot know where they
 * are called; nests.
 */
struct db_unit {
	bool has_savepoint;
};

int db_unit_begin(struct db *db, struct db_unit *u);
/* Keeps or undoes, by whether the call has failed; returns its code. */
int db_unit_end(struct db *db, struct db_unit *u);
/* Whether this connection holds the file's write lock. */
bool db_is_writing(struct db *db);

/* ---- A host's connection (host.c) ---- */

/*
 * Works on a connection (sqlite3 *) that somebody else opened, and changes none
 * of its settings. It must outlive the result; db_detach() before it is closed.
 */
int db_attach(void *connection, struct db **out, alk_error *err);
/*
 * At the beginning of a call on it: whether the host lets it see what others
 * have not committed (a shared cache). Then db_version() is never known.
 */
void db_host_look(struct db *db);
/* SQLite's own words for the failure, which err->text may put in others. */
const char *db_message(const struct db *db);
/* Whether the call failed for a table that is not there. */
bool db_lacks_table(const struct db *db);
/* Finalizes every statement. The connection stays open. NULL is allowed. */
void db_detach(struct db *db);
/* The same, and the next call prepares anew: for a host that is to close. */
void db_drop_statements(struct db *db);

/* ---- The file as a whole (file.c) ---- */

struct db_migration {
	int version;                      /* user_version after it; 1, 2, ... */
	const struct sql *const *scripts; /* ends with NULL */
	int (*fill)(struct db *db, void *arg); /* after scripts; may be NULL */
};

struct db_format {
	int application_id;
	int other_id;           /* of the other kind of file, for the message */
	const char *name;       /* "tenant file" */
	const char *other_name;
	const struct db_migration *migrations;
	size_t count;
	/* Fills a new file, after its last migration; may be NULL. It may use
	   the statements of today, which a migration may not. */
	int (*seed)(struct db *db, void *arg);
	void *arg;              /* for fill() and seed() */
};

/*
 * Makes sure that the file is a store of this format and version: creates the
 * tables in an empty file (if create), migrates an older one in one
 * transaction, refuses others: ALK_NOTSTORE, ALK_NEWER, ALK_READONLY (old and
 * open for reading).
 */
int db_prepare(struct db *db, const struct db_format *format, bool create);

/* Pragmas and sizes in force, appended as members of a JSON object. */
void db_describe(struct db *db, struct buf *json);
/* PRAGMA quick_check; fn is told each finding. Returns how many. */
size_t db_quick_check(struct db *db, alk_problem_fn fn, void *arg);
/* The same by another pragma that tells "ok" or findings. */
size_t db_check(struct db *db, const struct sql *q, alk_problem_fn fn,
    void *arg);

#endif
