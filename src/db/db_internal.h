/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef DB_DB_INTERNAL_H
#define DB_DB_INTERNAL_H

/* What the files of this room share. Only they include it. */

#include "db/db.h"

#include "db/slots.h"
#include "db/sqlite.h"

#include <stdarg.h>
#include <sys/types.h>

#define DB_EXTRAS 8 /* queries that run within one of the same name */

/* A file in the list of those that this process has open (pool.c). */
struct db_listing {
	dev_t dev;
	ino_t ino;
	bool is_listed;
	struct db_listing *next;
};

/* A statement made at run time, kept by its name (made.c). */
struct db_made_slot {
	char *name;
	sqlite3_stmt *st;
	uint64_t used; /* the greatest was used last */
};

struct db {
	sqlite3 *conn;
	alk_error *err;           /* of the call that uses it; never NULL */
	alk_error own;            /* when nobody does */
	const atomic_int *cancel;
	int busy_ms;
	bool readonly;
	bool is_settled;
	bool full_sync;
	size_t cache_bytes;
	bool is_host;             /* the connection is a host's */
	bool is_dirty;            /* and may see what is not committed */
	uint64_t version_next;    /* db_version_next() */
	sqlite3_stmt *reading;    /* at its row: holds a read transaction */
	bool is_due;              /* one begins with the next statement */
	bool has_read;            /* once before */
	bool has_looked;          /* for wal */
	const volatile uint32_t *wal; /* header of the WAL's index, or NULL */
	struct db_state state;    /* that the read transaction shows */
	sqlite3_stmt *extras[DB_EXTRAS]; /* prepared for one use */
	int extras_count;
	struct buf scratch;       /* answers of SQL functions */
	struct db_listing listing; /* of one that is in no pool */
	struct db_feed *feed;     /* rows of alk_feed, in the call that runs */
	bool has_trees;           /* of names given by db_trees_begin() */
	bool is_schema_new;       /* read anew within the transaction */
	bool has_long_log;        /* by db_set_long_log() */
	bool is_lost;             /* a transaction that could not be ended */
	char message[256];        /* SQLite's own, of the last failure */
	sqlite3_stmt *cache[SQL_SLOTS];
	struct db_made_slot made[DB_MADE_MAX];
	int made_count;
	uint64_t made_uses;
};

#define DB_CHECKPOINT_PAGES 10000    /* of the log */

/* Of the header of the WAL's index, in words (wal.c). */
#define DB_WAL_VERSION 3007000 /* the first */
#define DB_WAL_FRAMES 4
#define DB_WAL_PAGES 5

/*
 * Where the connection sees the header of the WAL's index, it is read; false
 * where not. Within a read transaction it is looked for.
 */
bool db_wal_look(struct db *db, struct db_state *out);

int db_exec_va(struct db *db, const struct sql *q, const char *format,
    va_list *ap);
struct db_rows *db_query_va(struct db *db, const struct sql *q,
    const char *format, va_list *ap);
/* The table alk_feed (bulk.c). */
void db_feed_register(struct db *db);
/* What has been undone may have changed the schema (bulk.c). */
void db_trees_undone(struct db *db);

/* Notes SQLite's error; what says what was being done, or NULL. */
int db_fail_sqlite(struct db *db, int rc);
/* The alk code of a SQLite result code. */
int db_code(int rc);

/* The statement kept for q, or where that is at a row, one for one use. */
sqlite3_stmt *db_statement(struct db *db, const struct sql *q);
/* A statement for one use, ended by db_end(). NULL and the error noted. */
sqlite3_stmt *db_prepare_extra(struct db *db, const char *text);
sqlite3_stmt *db_prepare_text(struct db *db, const char *text, unsigned flags);
/* Drops the statements of made.c. */
void db_made_drop(struct db *db);

/* The VFS of connections that name none; NULL: the default one (vfs.c). */
const char *db_vfs(void);

/* Registers one SQL function on a connection (function.c). */
int db_function_register(struct db *db, const struct db_function *f);

#endif
