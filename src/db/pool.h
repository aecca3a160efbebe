/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef DB_POOL_H
#define DB_POOL_H

#include "db/db.h"

/*
 * The connections of one file, opened when there is need of one more: of those
 * that are out at a time one may write, up to `readers` read. The same is given
 * for either while nobody else needs one: its cache has the pages that it
 * wrote, where another's would have to read them anew. Shared by the threads of
 * a process.
 */
struct db_pool; /* made by db_pool_open(), freed by db_pool_close() */

struct db_pool_options {
	struct db_options db;
	int readers_max;
	bool is_shared; /* other descriptors in the process are no danger */
	const struct db_function *functions;
	size_t functions_count;
};

/*
 * Opens the first connection and prepares the file. Refuses with ALK_COPY a
 * file that this process already has open through something else than alkstore.
 */
int db_pool_open(const struct db_pool_options *o,
    const struct db_format *format,
    struct db_pool **out, alk_error *err);
/* All connections must have been given back. */
void db_pool_close(struct db_pool *p);

/*
 * A connection for a call, waiting at most busy_ms for one to come free
 * (ALK_BUSY). The writer is the only one; a read-only store has none
 * (ALK_READONLY).
 */
int db_pool_writer(struct db_pool *p, int busy_ms, struct db **out,
    alk_error *err);
int db_pool_reader(struct db_pool *p, int busy_ms, struct db **out,
    alk_error *err);
/* One more connection, outside of the pool and its bound; db_close() it. */
int db_pool_extra(struct db_pool *p, struct db **out, alk_error *err);
void db_pool_give_back(struct db_pool *p, struct db *db);

/*
 * A connection without a pool, listed so that a pool which is opened on the
 * file later knows the descriptor for ours. For one that others than its opener
 * use too, in turn: ALK_MISUSE with a SQLite that knows no threads. err is not
 * NULL.
 */
int db_alone_open(const struct db_options *o, struct db **out, alk_error *err);
/* NULL is allowed. */
void db_alone_close(struct db *db);

/* The VFS by name, or NULL. Borrowed. */
const char *db_pool_vfs(const struct db_pool *p);
/* Whether the path still leads to the file that was opened. */
bool db_pool_is_in_place(const struct db_pool *p);

#endif
