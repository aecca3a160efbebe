/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A look at the header of the WAL's index. SQLite has it in shared memory for
 * as long as the connection is open; its VFS is asked for that place, and hands
 * out the mapping that is there. So no descriptor is opened or closed, and no
 * lock of the process is lost.
 *
 *   0  version 3007000    4  unused    8  changes    12  kinds
 *   16 frames of the log  20  pages of the file      24 ... 47  checksums
 *
 * Numbers are in the order of the machine. A writer changes it without a lock
 * that readers would see: what is read may be half of it, and says only that
 * something goes on.
 */
#include "base/error.h"
#include "db/db.sql.h"
#include "db/db_internal.h"

#include <string.h>

#define REGION_BYTES 32768 /* SQLite's own */

static bool
is_wal(struct db *db)
{
	struct db_rows *rows = db_query(db, &sql_journal_mode, "");
	const char *mode = db_next(db, rows) ? db_text(rows, 0, NULL) : NULL;
	bool is = mode != NULL && strcmp(mode, "wal") == 0;

	db_end(db, rows);
	return is;
}

static const volatile uint32_t *
find(struct db *db)
{
	sqlite3_file *file = NULL;
	volatile void *at = NULL;

	if (sqlite3_file_control(db->conn, "main", SQLITE_FCNTL_FILE_POINTER,
		&file) != SQLITE_OK || file == NULL ||
	    file->pMethods == NULL || file->pMethods->iVersion < 2 ||
	    file->pMethods->xShmMap == NULL)
		return NULL;
	if (file->pMethods->xShmMap(file, 0, REGION_BYTES, 0, &at) !=
	    SQLITE_OK)
		return NULL;
	return at;
}

int
db_wal_header(struct db *db, const volatile uint32_t **out)
{
	/* In another mode the question alone would make the -shm. */
	if (!is_wal(db))
		return db_failed(db) ? db->err->code : db_fail(db, ALK_INVALID,
		    "-shm unavailable: the file is not in WAL mode");
	const volatile uint32_t *header = find(db);
	if (header == NULL)
		return db_fail(db, ALK_INVALID,
		    "-shm unavailable: the VFS shares no memory");
	uint32_t words[DB_WAL_WORDS];
	db_wal_read(header, words);
	if (words[0] != DB_WAL_VERSION)
		return db_fail(db, ALK_INVALID, "unsupported SQLite layout: "
		    "version %u of the -shm", (unsigned)words[0]);
	*out = header;
	return ALK_OK;
}

/* Thread sanitizers would tell of what is meant to be: see above. */
__attribute__((no_sanitize_thread)) void
db_wal_read(const volatile uint32_t *header, uint32_t out[DB_WAL_WORDS])
{
	for (int i = 0; i < DB_WAL_WORDS; i++)
		out[i] = header[i];
}

/* Not at the first read: many connections read once. */
static void
look_for_header(struct db *db)
{
	if (!db->has_read || db->is_host) {
		db->has_read = true;
		return;
	}
	bool is = is_wal(db);

	db->has_looked = !db_failed(db);
	if (is)
		db->wal = find(db);
}

bool
db_wal_look(struct db *db, struct db_state *out)
{
	if (!db->has_looked && db->reading != NULL)
		look_for_header(db);
	if (db->wal == NULL)
		return false;
	db_wal_read(db->wal, out->words);
	return out->words[0] == DB_WAL_VERSION;
}

bool
db_state(struct db *db, struct db_state *out)
{
	*out = db->state;
	return out->words[0] != 0;
}

bool
db_is_unchanged(struct db *db, const struct db_state *known)
{
	struct db_state now;

	return known->words[0] != 0 && db_wal_look(db, &now) &&
	    memcmp(&now, known, sizeof(now)) == 0;
}
