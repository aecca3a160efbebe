/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef DB_DB_INTERNAL_H
#define DB_DB_INTERNAL_H

/* What the files of this room share. Only they include it. */

#include "db/db.h"

#include "db/slots.h"
#include "db/sqlite.h"

#include <sys/types.h>

#define DB_EXTRAS 8 /* queries that run within one of the same name */

/* A file in the list of those that this process has open (pool.c). */
struct db_listing {
	dev_t dev;
	ino_t ino;
	bool is_listed;
	struct db_listing *next;
};

struct db {
	sqlite3 *conn;
	alk_error *err;           /* of the call that uses it; never NULL */
	alk_error own;            /* when nobody does */
	const atomic_int *cancel;
	int busy_ms;
	bool readonly;
	bool is_host;             /* the connection is a host's */
	sqlite3_stmt *extras[DB_EXTRAS]; /* prepared for one use */
	int extras_count;
	struct buf scratch;       /* answers of SQL functions */
	struct db_listing listing; /* of one that is in no pool */
	char message[256];        /* SQLite's own, of the last failure */
	sqlite3_stmt *cache[SQL_SLOTS];
};

/* Notes SQLite's error; what says what was being done, or NULL. */
int db_fail_sqlite(struct db *db, int rc);
/* The alk code of a SQLite result code. */
int db_code(int rc);

/* Registers one SQL function on a connection (function.c). */
int db_function_register(struct db *db, const struct db_function *f);

#endif
