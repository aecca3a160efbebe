/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef DB_TEMP_H
#define DB_TEMP_H

#include "db/db.h"

/*
 * A temporary file for what a call sorts and memory does not hold. It lies
 * where SQLite puts its own (SQLITE_TMPDIR, then TMPDIR, say where), is opened
 * through the connection's VFS, and is gone when it is closed. It is written
 * behind what there is and read anywhere.
 */
struct db_temp;

/* Fails as the call does; free with db_temp_close(). */
int db_temp_open(struct db *db, struct db_temp **out);
/* NULL is allowed. */
void db_temp_close(struct db_temp *t);
/* ALK_FULL says how much room was needed, and where. */
int db_temp_add(struct db_temp *t, const void *data, size_t bytes);
/* All of them are there, or it fails. */
int db_temp_read(struct db_temp *t, int64_t at, void *into, size_t bytes);
/* What has been written. */
int64_t db_temp_bytes(const struct db_temp *t);

#endif
