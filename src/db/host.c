/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What a call needs that does not own its connection: working on a host's, and
 * units of statements where it cannot be known whether a transaction is open.
 */
#include "db/db.h"

#include "base/error.h"
#include "base/mem.h"
#include "db/db.sql.h"
#include "db/db_internal.h"

#include <string.h>

int
db_attach(void *connection, struct db **out, alk_error *err)
{
	struct db *db = mem_zero(sizeof(*db));

	if (db == NULL)
		return error_nomem(err);
	db->conn = connection;
	db->is_host = true;
	db->err = &db->own;
	*out = db;
	return ALK_OK;
}

void
db_detach(struct db *db)
{
	if (db == NULL)
		return;
	db_drop_statements(db);
	buf_fini(&db->scratch);
	mem_release(db);
}

void
db_host_look(struct db *db)
{
	db->is_dirty = db_number(db, &sql_read_uncommitted, 1, "") != 0;
}

/*
 * "cannot open savepoint - SQL statements in progress": the host's statement
 * writes, and this call is a part of it.
 */
static bool
is_refused(const struct db *db)
{
	return (db->err->sub & 0xff) == SQLITE_BUSY &&
	    sqlite3_txn_state(db->conn, "main") == SQLITE_TXN_WRITE;
}

int
db_unit_begin(struct db *db, struct db_unit *u)
{
	u->has_savepoint = false;
	if (db_failed(db))
		return db->err->code;
	if (db_savepoint(db) == ALK_OK)
		u->has_savepoint = true;
	else if (is_refused(db))
		error_clear(db->err);
	return db->err->code;
}

int
db_unit_end(struct db *db, struct db_unit *u)
{
	if (!u->has_savepoint)
		return db->err->code;
	if (!db_failed(db))
		(void)db_savepoint_release(db);
	if (db_failed(db) && db_in_transaction(db))
		db_savepoint_rollback(db);
	return db->err->code;
}

const char *
db_message(const struct db *db)
{
	return db->message;
}

bool
db_lacks_table(const struct db *db)
{
	static const char lacks[] = "no such table";

	return db->err->sub == SQLITE_ERROR &&
	    strncmp(db->message, lacks, sizeof(lacks) - 1) == 0;
}

bool
db_is_writing(struct db *db)
{
	return sqlite3_txn_state(db->conn, "main") == SQLITE_TXN_WRITE;
}
