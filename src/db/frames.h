/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef DB_FRAMES_H
#define DB_FRAMES_H

/* The frames of a WAL, gathered so that a commit is written by one call. */

#include "db/sqlite.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * SQLite's own VFS cuts what it writes at once to 17 bits; as many frames of
 * 4,096 bytes as that has room for.
 */
#define FRAMES_BYTES_MAX ((size_t)31 * (24 + 4096))

/*
 * All zero but `file` is a good beginning; frames_end() frees. What it holds
 * is a part of a transaction that is not committed: it may be dropped when that
 * is given up, and must be when others may write to the file.
 */
struct frames {
	sqlite3_file *file;      /* the real one */
	unsigned char *gathered; /* FRAMES_BYTES_MAX, from the first write on */
	size_t used;
	sqlite3_int64 start;     /* where in the file the gathered belong */
	sqlite3_int64 header_at; /* where the next frame's header may be held
	                            back; 0: nowhere */
	sqlite3_int64 page_at;   /* where the page of the last header belongs;
	                            0: nowhere */
	size_t page_bytes;       /* of the last page */
	bool is_commit;          /* the last header ends a commit */
};

/*
 * xWrite of the WAL. A frame that ends a commit is in the file when this
 * returns SQLITE_OK, and so is all before it. When it fails, nothing is held
 * any more.
 */
int frames_write(struct frames *f, const void *from, int bytes,
    sqlite3_int64 at);
/* Writes what is held; on failure it stays held, for the next try. */
int frames_flush(struct frames *f);
/* Whether a read of these bytes would miss what is held. */
bool frames_overlap(const struct frames *f, int bytes, sqlite3_int64 at);
/* Forgets what is held. */
void frames_drop(struct frames *f);
void frames_end(struct frames *f);

#endif
