/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Temporary files, as SQLite's own sorter opens them. */
#include "db/temp.h"

#include "base/error.h"
#include "base/mem.h"
#include "db/db_internal.h"

/* Of one call of the VFS: SQLite's own takes less than 2^17 bytes. */
#define PIECE_BYTES ((size_t)1 << 16)

struct db_temp {
	struct db *db;
	int64_t bytes;
	sqlite3_file *file; /* behind this struct */
};

static int
fail(struct db *db, int rc, const char *what, int64_t bytes)
{
	int code = db_code(rc);

	if (code == ALK_NOMEM)
		return error_nomem(db->err);
	db->err->sub = rc;
	if (code == ALK_FULL)
		return db_fail(db, code, "a temporary file of %lld MB to sort "
		    "in: the disk is full; SQLITE_TMPDIR says where it lies, "
		    "batch_items keeps it small", (long long)(bytes / 1000000) +
		    1);
	return db_fail(db, ALK_IO, "a temporary file to sort in: %s failed; "
	    "SQLITE_TMPDIR says where it lies", what);
}

int
db_temp_open(struct db *db, struct db_temp **out)
{
	sqlite3_vfs *vfs = NULL;

	if (db_failed(db))
		return db->err->code;
	(void)sqlite3_file_control(db->conn, "main", SQLITE_FCNTL_VFS_POINTER,
	    &vfs);
	if (vfs == NULL)
		return fail(db, SQLITE_CANTOPEN, "the VFS", 0);
	struct db_temp *t = mem_zero(sizeof(*t) + (size_t)vfs->szOsFile);
	if (t == NULL)
		return error_nomem(db->err);
	t->db = db;
	t->file = (sqlite3_file *)(void *)(t + 1);
	int flags = 0;
	int rc = vfs->xOpen(vfs, NULL, t->file, SQLITE_OPEN_TEMP_JOURNAL |
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE |
	    SQLITE_OPEN_DELETEONCLOSE, &flags);
	if (rc != SQLITE_OK) {
		db_temp_close(t);
		return fail(db, rc, "opening it", 0);
	}
	*out = t;
	return ALK_OK;
}

void
db_temp_close(struct db_temp *t)
{
	if (t == NULL)
		return;
	if (t->file->pMethods != NULL)
		(void)t->file->pMethods->xClose(t->file);
	mem_release(t);
}

int
db_temp_add(struct db_temp *t, const void *data, size_t bytes)
{
	const char *from = data;

	while (bytes > 0 && !db_failed(t->db)) {
		size_t piece = bytes < PIECE_BYTES ? bytes : PIECE_BYTES;
		int rc = t->file->pMethods->xWrite(t->file, from, (int)piece,
		    t->bytes);
		if (rc != SQLITE_OK)
			return fail(t->db, rc, "writing", t->bytes);
		t->bytes += (int64_t)piece;
		from += piece;
		bytes -= piece;
	}
	return t->db->err->code;
}

int
db_temp_read(struct db_temp *t, int64_t at, void *into, size_t bytes)
{
	char *to = into;

	while (bytes > 0 && !db_failed(t->db)) {
		size_t piece = bytes < PIECE_BYTES ? bytes : PIECE_BYTES;
		int rc = t->file->pMethods->xRead(t->file, to, (int)piece, at);
		if (rc != SQLITE_OK)
			return fail(t->db, rc, "reading", t->bytes);
		at += (int64_t)piece;
		to += piece;
		bytes -= piece;
	}
	return t->db->err->code;
}

int64_t
db_temp_bytes(const struct db_temp *t)
{
	return t->bytes;
}
