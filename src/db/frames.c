/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * SQLite writes a frame of the WAL by two calls, one for its header of 24 bytes
 * and one for its page, and a commit of ten pages by twenty. Here they are
 * gathered and written by one.
 *
 *   WAL    header (32 bytes), frame, frame, ...
 *   frame  page number, size of the database | salts, checksums | page
 *          0            4: not 0 ends a commit  8 ... 23          24 ...
 *
 * What is held back is known to be the next frame: a header of 24 bytes where
 * the last frame ended, and behind it its page. Everything else - the header of
 * the WAL, a frame after those of another connection, a page or a checksum
 * written over within the transaction, the parts of a frame that SQLite cuts in
 * two for a sync between them - is written at once, behind what is held. So a
 * header is held only until the very next write, and a commit only within it:
 * an error reaches SQLite before it tells others of the commit.
 *
 * When a write fails, SQLite ends the transaction (its pager is in the error
 * state), so what is held is dropped. In any other call it may go on, and what
 * could not be written is held until it can.
 */
#include "db/frames.h"

#ifndef ALK_HOST_SQLITE

#include "base/mem.h"

#include <assert.h>
#include <string.h>

#define WAL_HEADER_BYTES 32
#define FRAME_HEADER_BYTES 24
#define PAGE_BYTES_MIN 512

void
frames_drop(struct frames *f)
{
	f->used = 0;
	f->header_at = 0;
	f->page_at = 0;
}

void
frames_end(struct frames *f)
{
	frames_drop(f);
	mem_release(f->gathered);
	f->gathered = NULL;
}

bool
frames_overlap(const struct frames *f, int bytes, sqlite3_int64 at)
{
	return f->used > 0 && at < f->start + (sqlite3_int64)f->used &&
	    at + bytes > f->start;
}

int
frames_flush(struct frames *f)
{
	if (f->used == 0)
		return SQLITE_OK;
	int rc = f->file->pMethods->xWrite(f->file, f->gathered, (int)f->used,
	    f->start);
	/* Only these two end the transaction whatever it is at. */
	if (rc == SQLITE_OK)
		f->used = 0;
	else if (rc != SQLITE_FULL && (rc & 0xff) != SQLITE_IOERR)
		rc = SQLITE_IOERR_WRITE;
	return rc;
}

/* All that is held, and then this. */
static int
write_through(struct frames *f, const void *from, int bytes, sqlite3_int64 at)
{
	int rc = frames_flush(f);

	if (rc == SQLITE_OK)
		rc = f->file->pMethods->xWrite(f->file, from, bytes, at);
	return rc;
}

static void
hold(struct frames *f, const void *from, int bytes, sqlite3_int64 at)
{
	assert(f->used + (size_t)bytes <= FRAMES_BYTES_MAX);
	if (f->used == 0)
		f->start = at;
	assert(f->start + (sqlite3_int64)f->used == at);
	memcpy(f->gathered + f->used, from, (size_t)bytes);
	f->used += (size_t)bytes;
}

/* Whether a header may be held, with room behind it for its page. */
static bool
may_hold(struct frames *f, int bytes, sqlite3_int64 at)
{
	if (bytes != FRAME_HEADER_BYTES || at != f->header_at)
		return false;
	/* Without memory the frames are written one by one. */
	if (f->gathered == NULL)
		f->gathered = mem_alloc(FRAMES_BYTES_MAX);
	return f->gathered != NULL &&
	    FRAME_HEADER_BYTES + f->page_bytes <= FRAMES_BYTES_MAX;
}

static int
write_header(struct frames *f, const unsigned char *from, sqlite3_int64 at)
{
	int rc = SQLITE_OK;

	if (f->used + FRAME_HEADER_BYTES + f->page_bytes > FRAMES_BYTES_MAX)
		rc = frames_flush(f);
	if (rc != SQLITE_OK)
		return rc;
	hold(f, from, FRAME_HEADER_BYTES, at);
	f->is_commit = (from[4] | from[5] | from[6] | from[7]) != 0;
	f->page_at = at + FRAME_HEADER_BYTES;
	f->header_at = 0;
	return SQLITE_OK;
}

/* What stands behind a header: its page, or a part of it. */
static int
write_page(struct frames *f, const void *from, int bytes, sqlite3_int64 at)
{
	bool is_whole = bytes >= PAGE_BYTES_MIN && (bytes & (bytes - 1)) == 0;
	bool is_held = f->used > 0 && is_whole &&
	    f->used + (size_t)bytes <= FRAMES_BYTES_MAX;
	int rc = SQLITE_OK;

	f->page_at = 0;
	if (!is_held)
		rc = write_through(f, from, bytes, at);
	else
		hold(f, from, bytes, at);
	if (is_held && f->is_commit)
		rc = frames_flush(f);
	if (is_whole) {
		f->page_bytes = (size_t)bytes;
		f->header_at = at + bytes;
	}
	return rc;
}

static int
write_other(struct frames *f, const void *from, int bytes, sqlite3_int64 at)
{
	int rc = write_through(f, from, bytes, at);

	f->header_at = 0;
	f->page_at = 0;
	if (bytes == FRAME_HEADER_BYTES)
		f->page_at = at + bytes;
	else if (bytes == WAL_HEADER_BYTES && at == 0)
		f->header_at = WAL_HEADER_BYTES;
	return rc;
}

int
frames_write(struct frames *f, const void *from, int bytes, sqlite3_int64 at)
{
	int rc;

	if (f->page_at != 0 && at == f->page_at)
		rc = write_page(f, from, bytes, at);
	else if (may_hold(f, bytes, at))
		rc = write_header(f, from, at);
	else
		rc = write_other(f, from, bytes, at);
	if (rc != SQLITE_OK)
		frames_drop(f);
	return rc;
}

#endif
