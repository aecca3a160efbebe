/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Gathered frames, called as SQLite's WAL calls its file: beside each call the
 * same bytes go to a plain image, which the file has to equal when it counts.
 */
#include "db/frames.h"

#include "child.h"
#include "memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define IMAGE_BYTES ((size_t)8 << 20)
#define HEADER 24

/* ---- a file in memory, which may fail ---- */

static struct {
	sqlite3_file base;
	unsigned char image[IMAGE_BYTES];
	int writes;
	int fails_in; /* 0: not */
	int failure;  /* what the write then answers, half of it done */
	bool stays;
	sqlite3_int64 at; /* of the last write */
	int bytes;
} file;

static int
file_write(sqlite3_file *f, const void *from, int bytes, sqlite3_int64 at)
{
	(void)f;
	assert_true(bytes > 0 && bytes < 1 << 17);
	assert_true((size_t)(at + bytes) <= IMAGE_BYTES);
	bool fails = file.fails_in > 0 && --file.fails_in == 0;
	if (fails && file.stays)
		file.fails_in = 1;
	memcpy(file.image + at, from, (size_t)(fails ? bytes / 2 : bytes));
	file.writes++;
	file.at = at;
	file.bytes = bytes;
	return fails ? file.failure : SQLITE_OK;
}

static const sqlite3_io_methods file_methods = { .iVersion = 1,
	.xWrite = file_write };

static struct frames frames;
static unsigned char plain[IMAGE_BYTES];
static uint64_t seed;

static int
set_up(void **state)
{
	(void)state;
	memset(&file, 0, sizeof(file));
	memset(plain, 0, sizeof(plain));
	file.base.pMethods = &file_methods;
	frames = (struct frames){ .file = &file.base };
	seed = 1;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	frames_end(&frames);
	assert_null(frames.gathered);
	return 0;
}

/* ---- what SQLite writes ---- */

static unsigned char bytes_of_frame[HEADER + 65536];

/* Random, but for the four bytes that tell of a commit. */
static const unsigned char *
some_bytes(int bytes, bool is_commit)
{
	for (int i = 0; i < bytes; i++)
		bytes_of_frame[i] = (unsigned char)(child_random(&seed) >> 8);
	memset(bytes_of_frame + 4, 0, 4);
	bytes_of_frame[7] = is_commit;
	return bytes_of_frame;
}

static int
put(const void *from, int bytes, sqlite3_int64 at)
{
	memcpy(plain + at, from, (size_t)bytes);
	return frames_write(&frames, from, bytes, at);
}

static int
put_header(sqlite3_int64 at, bool is_commit)
{
	return put(some_bytes(HEADER, is_commit), HEADER, at);
}

static int
put_frame(sqlite3_int64 at, int page, bool is_commit)
{
	int rc = put_header(at, is_commit);

	if (rc != SQLITE_OK)
		return rc;
	return put(some_bytes(page, true), page, at + HEADER);
}

/* A commit of so many frames; where the next one begins, or 0. */
static sqlite3_int64
put_commit(sqlite3_int64 at, int page, int count)
{
	for (int i = 0; i < count; i++, at += HEADER + page)
		if (put_frame(at, page, i == count - 1) != SQLITE_OK)
			return 0;
	return at;
}

static sqlite3_int64
put_wal_header(void)
{
	assert_int_equal(put(some_bytes(32, false), 32, 0), SQLITE_OK);
	return 32;
}

static void
assert_written(sqlite3_int64 until)
{
	assert_int_equal(frames.used, 0);
	assert_memory_equal(file.image, plain, (size_t)until);
}

/* ---- how many writes ---- */

static void
a_commit_is_one_write(void **state)
{
	(void)state;
	sqlite3_int64 at = put_wal_header();
	for (int i = 1; i <= 31; i++) {
		file.writes = 0;
		at = put_commit(at, 4096, i);
		assert_int_equal(file.writes, 1);
		assert_written(at);
	}
}

static void
a_large_commit_is_written_in_parts_of_whole_frames(void **state)
{
	(void)state;
	static const int pages[] = { 512, 1024, 4096, 8192, 32768, 65536 };

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		int fit = (int)FRAMES_BYTES_MAX / (HEADER + pages[i]);
		(void)set_up(NULL);
		/* The first teaches the size of a page. */
		sqlite3_int64 at = put_commit(put_wal_header(), pages[i], 1);
		file.writes = 0;
		at = put_commit(at, pages[i], 2 * fit + 1);
		assert_int_equal(file.writes, 3);
		assert_int_equal(file.bytes, HEADER + pages[i]);
		assert_written(at);
		frames_end(&frames);
	}
}

static void
the_first_frame_behind_another_connections_is_not_held(void **state)
{
	(void)state;
	sqlite3_int64 at = put_commit(put_wal_header(), 4096, 2);
	at += 3 * (HEADER + 4096); /* theirs */
	memcpy(file.image, plain, IMAGE_BYTES);
	file.writes = 0;
	at = put_commit(at, 4096, 5);
	assert_int_equal(file.writes, 3);
	assert_written(at);
}

static void
without_memory_frames_are_written_one_by_one(void **state)
{
	(void)state;
	memory_fail_at(0, true);
	sqlite3_int64 at = put_commit(put_wal_header(), 4096, 3);
	memory_heal();
	assert_int_equal(file.writes, 7);
	assert_written(at);
	at = put_commit(at, 4096, 3);
	assert_int_equal(file.writes, 8);
	assert_written(at);
}

/* ---- what is held, and until when ---- */

static void
no_frame_of_a_commit_is_held_behind_it(void **state)
{
	(void)state;
	sqlite3_int64 at = put_wal_header();
	assert_int_equal(put_frame(at, 4096, false), SQLITE_OK);
	assert_int_equal(frames.used, HEADER + 4096);
	assert_int_equal(put_frame(at + HEADER + 4096, 4096, true), SQLITE_OK);
	assert_written(at + (sqlite3_int64)2 * (HEADER + 4096));
}

static void
a_header_written_again_is_not_held(void **state)
{
	(void)state;
	sqlite3_int64 at = put_wal_header();
	sqlite3_int64 end = put_commit(at, 4096, 4);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(put_header(at, i == 3), SQLITE_OK);
		assert_written(end);
		at += HEADER + 4096;
	}
}

static void
a_page_written_again_is_not_held(void **state)
{
	(void)state;
	sqlite3_int64 at = put_wal_header();
	sqlite3_int64 next = at + HEADER + 4096;
	assert_int_equal(put_frame(at, 4096, false), SQLITE_OK);
	assert_int_equal(put(some_bytes(4096, true), 4096, at + HEADER),
	    SQLITE_OK);
	assert_written(next);
	/* It ends where the next header would have been held. */
	assert_int_equal(put_header(next, false), SQLITE_OK);
	assert_written(next + HEADER);
}

/* SQLite repeats the last frame and syncs where a sector ends within it. */
static void
a_frame_cut_in_two_is_written_before_the_sync_and_after(void **state)
{
	(void)state;
	for (int cut = 1; cut < HEADER + 512; cut++) {
		(void)set_up(NULL);
		sqlite3_int64 at = put_commit(put_wal_header(), 512, 2);
		const unsigned char *from = some_bytes(HEADER + 512, true);
		unsigned char frame[HEADER + 512];
		memcpy(frame, from, sizeof(frame));
		int first = cut < HEADER ? cut : HEADER;
		assert_int_equal(put(frame, first, at), SQLITE_OK);
		if (cut > HEADER)
			assert_int_equal(put(frame + HEADER, cut - HEADER,
			    at + HEADER), SQLITE_OK);
		assert_int_equal(frames_flush(&frames), SQLITE_OK);
		assert_written(at + cut);
		if (cut < HEADER)
			assert_int_equal(put(frame + cut, HEADER - cut,
			    at + cut), SQLITE_OK);
		first = cut < HEADER ? HEADER : cut;
		assert_int_equal(put(frame + first, HEADER + 512 - first,
		    at + first), SQLITE_OK);
		assert_written(at + HEADER + 512);
		at = put_commit(at + HEADER + 512, 512, 3);
		assert_written(at);
		frames_end(&frames);
	}
}

static void
overlap_is_told_to_the_byte(void **state)
{
	(void)state;
	sqlite3_int64 at = put_wal_header();
	assert_false(frames_overlap(&frames, 1 << 20, 0));
	assert_int_equal(put_frame(at, 512, false), SQLITE_OK);
	assert_false(frames_overlap(&frames, 32, 0));
	assert_true(frames_overlap(&frames, 33, 0));
	assert_true(frames_overlap(&frames, 1, at));
	assert_true(frames_overlap(&frames, 1, at + HEADER + 511));
	assert_false(frames_overlap(&frames, 1, at + HEADER + 512));
}

/* ---- failures ---- */

static void
a_failing_commit_tells_and_is_dropped(void **state)
{
	(void)state;
	static const int failures[][2] = { { SQLITE_FULL, SQLITE_FULL },
		{ SQLITE_IOERR_WRITE, SQLITE_IOERR_WRITE },
		{ SQLITE_IOERR_NOMEM, SQLITE_IOERR_NOMEM },
		{ SQLITE_BUSY, SQLITE_IOERR_WRITE },
		{ SQLITE_ERROR, SQLITE_IOERR_WRITE } };
	sqlite3_int64 at = put_commit(put_wal_header(), 4096, 1);

	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		sqlite3_int64 last = at + (sqlite3_int64)4 * (HEADER + 4096);
		file.fails_in = 1;
		file.failure = failures[i][0];
		for (sqlite3_int64 to = at; to < last; to += HEADER + 4096)
			assert_int_equal(put_frame(to, 4096, false), SQLITE_OK);
		assert_int_equal(put_frame(last, 4096, true), failures[i][1]);
		assert_int_equal(frames.used, 0);
		int writes = file.writes;
		assert_int_equal(frames_flush(&frames), SQLITE_OK);
		assert_int_equal(file.writes, writes);
		/* Made again it is whole. */
		at = put_commit(at, 4096, 5);
		assert_written(at);
	}
}

static void
a_failing_flush_is_made_good_by_the_next(void **state)
{
	(void)state;
	sqlite3_int64 at = put_wal_header();
	sqlite3_int64 next = at + HEADER + 4096;
	file.fails_in = 1;
	file.failure = SQLITE_FULL;
	file.stays = true;
	assert_int_equal(put(some_bytes(32, false), 32, 0), SQLITE_FULL);
	file.fails_in = 0;
	at = put_wal_header();
	assert_int_equal(put_frame(at, 4096, false), SQLITE_OK);
	file.fails_in = 1;
	assert_int_equal(frames_flush(&frames), SQLITE_FULL);
	assert_int_equal(frames_flush(&frames), SQLITE_FULL);
	file.fails_in = 0;
	assert_true(frames_overlap(&frames, 1, at));
	assert_int_equal(put_frame(next, 4096, true), SQLITE_OK);
	assert_written(next + HEADER + 4096);
}

/* ---- a model of SQLite's transactions, with everything that they do ---- */

#define PAGE 512
#define FRAME (HEADER + PAGE)
#define FRAMES_MAX 4000 /* then the WAL begins again */

struct model {
	sqlite3_int64 committed; /* frames */
	sqlite3_int64 last;      /* and those of the transaction */
	sqlite3_int64 again;     /* the first whose checksum is to be made */
	bool has_failed;         /* SQLite's pager is in the error state */
};

static sqlite3_int64
frame_at(sqlite3_int64 n)
{
	return 32 + (n - 1) * FRAME;
}

static sqlite3_int64
below(sqlite3_int64 bound)
{
	return (sqlite3_int64)(child_random(&seed) % (uint64_t)bound);
}

static void
model_read(struct model *m, sqlite3_int64 at, int bytes)
{
	int rc = frames_overlap(&frames, bytes, at) ? frames_flush(&frames) :
	    SQLITE_OK;

	if (rc == SQLITE_OK)
		assert_memory_equal(file.image + at, plain + at, (size_t)bytes);
	else if (below(2) == 0)
		m->has_failed = true; /* else the statement was ended alone */
}

static void
model_note(struct model *m, int rc)
{
	m->has_failed |= rc != SQLITE_OK;
}

static void
model_rewrite(struct model *m)
{
	model_read(m, m->again == 1 ? 24 : frame_at(m->again - 1), 8);
	for (sqlite3_int64 n = m->again; n <= m->last && !m->has_failed; n++) {
		model_read(m, frame_at(n), FRAME);
		if (!m->has_failed)
			model_note(m, put_header(frame_at(n), n == m->last));
	}
}

static bool
model_commit(struct model *m)
{
	sqlite3_int64 count = 1 + below(below(10) == 0 ? 400 : 6);

	for (sqlite3_int64 i = 1; i <= count && !m->has_failed; i++) {
		m->last++;
		model_note(m, put_frame(frame_at(m->last), PAGE, i == count));
	}
	if (!m->has_failed && m->again != 0)
		model_rewrite(m);
	if (!m->has_failed && below(4) == 0)
		model_note(m, frames_flush(&frames)); /* a sync */
	return !m->has_failed;
}

static void
model_step(struct model *m)
{
	sqlite3_int64 own = m->last - m->committed;

	switch (below(5)) {
	case 0:
	case 1:
		m->last++;
		model_note(m, put_frame(frame_at(m->last), PAGE, false));
		break;
	case 2: /* a page spilled again */
		if (own == 0)
			break;
		own = m->last - below(own);
		model_note(m, put(some_bytes(PAGE, true), PAGE,
		    frame_at(own) + HEADER));
		if (m->again == 0 || own < m->again)
			m->again = own;
		break;
	case 3: /* back to a savepoint */
		m->last -= own > 0 ? below(own + 1) : 0;
		if (m->again > m->last)
			m->again = 0;
		break;
	default:
		if (m->last > 0)
			model_read(m, frame_at(1 + below(m->last)), FRAME);
	}
}

/* Another connection's commit: straight to the file. */
static void
model_others(struct model *m)
{
	sqlite3_int64 end = m->committed + 1 + below(3);

	for (; m->committed < end; m->committed++) {
		sqlite3_int64 at = frame_at(m->committed + 1);
		memcpy(plain + at, some_bytes(FRAME, true), FRAME);
		memcpy(file.image + at, plain + at, FRAME);
	}
}

static void
model_transaction(struct model *m)
{
	if (m->committed > FRAMES_MAX)
		m->committed = 0;
	m->last = m->committed;
	m->again = 0;
	m->has_failed = false;
	if (m->committed == 0)
		model_note(m, put(some_bytes(32, false), 32, 0));
	for (sqlite3_int64 i = below(12); i > 0 && !m->has_failed; i--)
		model_step(m);
	bool is_done = !m->has_failed && below(5) != 0 && model_commit(m);
	if (is_done)
		m->committed = m->last;
	/* The lock is given back. */
	if (frames.used > 0) {
		assert_false(is_done);
		frames_drop(&frames);
	}
	if (m->committed > 0)
		assert_memory_equal(file.image, plain,
		    (size_t)frame_at(m->committed + 1));
}

static void
what_is_committed_is_in_the_file(void **state)
{
	(void)state;
	struct model m = { 0 };
	int failed = 0;

	for (int i = 0; i < 3000; i++) {
		seed = (uint64_t)i * 977 + 5;
		file.fails_in = below(4) == 0 ? (int)(1 + below(8)) : 0;
		file.failure = below(2) == 0 ? SQLITE_FULL : SQLITE_IOERR_WRITE;
		file.stays = below(2) == 0;
		model_transaction(&m);
		failed += m.has_failed;
		if (below(5) == 0)
			model_others(&m);
	}
	assert_in_range(failed, 100, 1500);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_commit_is_one_write),
		TEST(a_large_commit_is_written_in_parts_of_whole_frames),
		TEST(the_first_frame_behind_another_connections_is_not_held),
		TEST(without_memory_frames_are_written_one_by_one),
		TEST(no_frame_of_a_commit_is_held_behind_it),
		TEST(a_header_written_again_is_not_held),
		TEST(a_page_written_again_is_not_held),
		TEST(a_frame_cut_in_two_is_written_before_the_sync_and_after),
		TEST(overlap_is_told_to_the_byte),
		TEST(a_failing_commit_tells_and_is_dropped),
		TEST(a_failing_flush_is_made_good_by_the_next),
		TEST(what_is_committed_is_in_the_file),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
