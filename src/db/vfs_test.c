/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Commits through the VFS of our connections, counted and made to fail in one
 * that lies below it. What others see is looked at by connections of the
 * default VFS, and by other processes.
 */
#include "db/db_internal.h"

#include "base/error.h"

#include "child.h"
#include "fault_vfs.h"
#include "memory.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static char dir[SCRATCH_PATH];
static char path[SCRATCH_PATH];
static struct db *db;
static alk_error err;

/* ---- connections ---- */

static struct db *
open_one(const char *vfs)
{
	struct db_options o = { .path = path, .create = true, .vfs = vfs,
		.busy_ms = 1000 };
	struct db *out = NULL;

	if (db_open(&o, NULL, 0, &out, &err) != ALK_OK)
		fail_msg("%s", err.text);
	return out;
}

static int
try_sql(struct db *d, const char *text)
{
	return sqlite3_exec(d->conn, text, NULL, NULL, NULL) & 0xff;
}

static void
sql(struct db *d, const char *text)
{
	if (try_sql(d, text) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(d->conn));
}

static int64_t
ask(struct db *d, const char *text)
{
	sqlite3_stmt *st = NULL;

	assert_int_equal(sqlite3_prepare_v2(d->conn, text, -1, &st, NULL),
	    SQLITE_OK);
	int64_t n = sqlite3_step(st) == SQLITE_ROW ?
	    sqlite3_column_int64(st, 0) : -1;
	if (sqlite3_finalize(st) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(d->conn));
	return n;
}

static int64_t
rows(struct db *d)
{
	return ask(d, "SELECT count(*) FROM t");
}

static bool
is_sound(struct db *d)
{
	return ask(d, "SELECT count(*) FROM pragma_integrity_check "
	    "WHERE integrity_check = 'ok'") == 1;
}

static int
set_up(void **state)
{
	(void)state;
	scratch_make(dir);
	scratch_path(path, dir, "t.db");
	error_clear(&err);
	db = open_one(NULL);
	sql(db, "PRAGMA journal_mode=WAL; CREATE TABLE t (a INTEGER PRIMARY "
	    "KEY, b UNIQUE); INSERT INTO t (b) VALUES (1)");
	fault_vfs_heal();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fault_vfs_heal();
	fault_vfs_sleep(false);
	db_close(db);
	scratch_remove(dir);
	return 0;
}

/* 300 rows of a kilobyte: a hundred pages, most of them spilled. */
#define MANY(first) "INSERT INTO t (b) " \
	"WITH RECURSIVE n(i) AS (VALUES (" first ") UNION ALL " \
	"SELECT i + 1 FROM n LIMIT 300) " \
	"SELECT printf('%d ', i * 7919 % 1009) || hex(zeroblob(500)) FROM n"
#define SMALL_CACHE "PRAGMA cache_size=5; PRAGMA cache_spill=1"

/* ---- commits ---- */

static void
a_commit_of_several_pages_is_one_write(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		fault_vfs_heal();
		sql(db, "INSERT INTO t (b) VALUES (random())");
		assert_int_equal(fault_vfs_count(FAULT_WRITE), 1);
	}
	struct db *other = open_one("unix");
	assert_int_equal(rows(other), 11);
	db_close(other);
}

static void
another_connection_sees_a_commit_at_once(void **state)
{
	(void)state;
	struct db *other = open_one("unix");
	sql(db, SMALL_CACHE);
	for (int i = 0; i < 20; i++) {
		int64_t before = rows(other);
		sql(db, i % 4 != 0 ? "INSERT INTO t (b) VALUES (random())" :
		    "BEGIN; DELETE FROM t WHERE a > 1;" MANY("1") "; COMMIT");
		assert_int_equal(rows(other), i % 4 != 0 ? before + 1 : 301);
		assert_true(is_sound(other));
	}
	db_close(other);
}

static void
two_writers_take_turns_in_one_file(void **state)
{
	(void)state;
	struct db *theirs[] = { open_one("unix"), open_one(NULL) };
	for (int i = 0; i < 60; i++) {
		sql(i % 3 != 0 ? theirs[i % 2] : db,
		    "INSERT INTO t (b) VALUES (random())");
		if (i % 17 == 0)
			sql(theirs[1], "PRAGMA wal_checkpoint(TRUNCATE)");
		assert_int_equal(rows(db), i + 2);
	}
	assert_true(is_sound(db));
	db_close(theirs[0]);
	db_close(theirs[1]);
}

static void
spilled_pages_are_read_back(void **state)
{
	(void)state;
	sql(db, SMALL_CACHE);
	sql(db, "BEGIN;" MANY("1"));
	assert_int_equal(ask(db, "SELECT count(*) FROM t WHERE b > ''"), 300);
	sql(db, "UPDATE t SET b = b || 'x' WHERE a % 3 = 0");
	sql(db, "SAVEPOINT s; DELETE FROM t WHERE a % 2 = 0; ROLLBACK TO s");
	assert_true(is_sound(db));
	sql(db, "COMMIT");
	struct db *other = open_one("unix");
	assert_int_equal(rows(other), 301);
	assert_int_equal(ask(other, "SELECT count(*) FROM t WHERE b LIKE '%x'"),
	    100);
	assert_true(is_sound(other));
	db_close(other);
}

/* Held frames of a transaction that is given up lie where others write. */
static void
what_is_rolled_back_never_comes_behind_others(void **state)
{
	(void)state;
	struct db *other = open_one("unix");
	sql(db, SMALL_CACHE);
	for (int i = 0; i < 10; i++) {
		/* No more pages than are held. */
		sql(db, "SAVEPOINT a; INSERT INTO t (b) "
		    "SELECT hex(zeroblob(9000)); ROLLBACK TO a; RELEASE a");
		sql(db, i % 2 == 0 ? "BEGIN; INSERT INTO t (b) "
		    "SELECT hex(zeroblob(9000)) || b FROM t; ROLLBACK" :
		    "BEGIN;" MANY("1") "; ROLLBACK");
		sql(other, "INSERT INTO t (b) VALUES (random())");
		sql(db, "INSERT INTO t (b) VALUES (random())");
		assert_int_equal(ask(db, "PRAGMA wal_checkpoint"), 0);
		assert_int_equal(rows(db), 2 * i + 3);
		assert_true(is_sound(db));
	}
	db_close(other);
}

static void
a_connection_that_has_the_file_alone_rolls_back_too(void **state)
{
	(void)state;
	sql(db, SMALL_CACHE "; PRAGMA locking_mode=EXCLUSIVE");
	for (int i = 0; i < 5; i++) {
		sql(db, "BEGIN;" MANY("1") "; ROLLBACK");
		sql(db, "INSERT INTO t (b) VALUES (random())");
		sql(db, "BEGIN;" MANY("1") "; ROLLBACK");
		if (i == 3)
			sql(db, "PRAGMA wal_checkpoint(TRUNCATE)");
	}
	assert_true(is_sound(db));
	db_close(db);
	db = open_one("unix");
	assert_int_equal(rows(db), 6);
	assert_true(is_sound(db));
}

/* A frame of no commit, behind the last one of this connection. */
static sqlite3_file *
hold_a_frame(void)
{
	unsigned char header[24] = { 0 }, page[4096] = { 0 };
	sqlite3_file *wal = NULL;
	sqlite3_int64 bytes;

	sql(db, "PRAGMA wal_checkpoint(TRUNCATE)");
	sql(db, "INSERT INTO t (b) VALUES (random())");
	assert_int_equal(sqlite3_file_control(db->conn, "main",
	    SQLITE_FCNTL_JOURNAL_POINTER, &wal), SQLITE_OK);
	assert_int_equal(wal->pMethods->xFileSize(wal, &bytes), SQLITE_OK);
	fault_vfs_heal();
	assert_int_equal(wal->pMethods->xWrite(wal, header, sizeof(header),
	    bytes), SQLITE_OK);
	assert_int_equal(wal->pMethods->xWrite(wal, page, sizeof(page),
	    bytes + (sqlite3_int64)sizeof(header)), SQLITE_OK);
	assert_int_equal(fault_vfs_count(FAULT_WRITE), 0);
	return wal;
}

static void
a_lock_drops_what_is_held_and_all_else_writes_it(void **state)
{
	(void)state;
	static const int dropped[][3] = {
		{ 0, SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE, 0 },
		{ 0, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE, 0 },
		{ 4, SQLITE_SHM_LOCK | SQLITE_SHM_SHARED, 0 },
		{ 4, SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED, 1 },
	};
	sqlite3_file *file = NULL, *wal;

	assert_int_equal(sqlite3_file_control(db->conn, "main",
	    SQLITE_FCNTL_FILE_POINTER, &file), SQLITE_OK);
	for (int i = 0; i < 4; i++) {
		wal = hold_a_frame();
		assert_int_equal(file->pMethods->xShmLock(file, dropped[i][0],
		    1, dropped[i][1]), SQLITE_OK);
		assert_int_equal(wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL),
		    SQLITE_OK);
		assert_int_equal(fault_vfs_count(FAULT_WRITE), dropped[i][2]);
		if (i == 0)
			(void)file->pMethods->xShmLock(file, 0, 1,
			    dropped[1][1]);
	}
	(void)hold_a_frame();
	file->pMethods->xShmBarrier(file);
	assert_int_equal(fault_vfs_count(FAULT_WRITE), 1);
	wal = hold_a_frame();
	sqlite3_int64 bytes;
	assert_int_equal(wal->pMethods->xFileSize(wal, &bytes), SQLITE_OK);
	assert_int_equal(fault_vfs_count(FAULT_WRITE), 1);
	(void)hold_a_frame();
	db_close(db); /* nobody committed it */
	db = open_one("unix");
	assert_true(is_sound(db));
}

/* ---- synchronous=FULL ---- */

static void
a_synced_commit_is_one_write_and_a_sync(void **state)
{
	(void)state;
	sql(db, "PRAGMA synchronous=FULL");
	for (int i = 0; i < 5; i++) {
		fault_vfs_heal();
		sql(db, "INSERT INTO t (b) VALUES (random())");
		assert_int_equal(fault_vfs_count(FAULT_WRITE), 1);
		assert_int_equal(fault_vfs_count(FAULT_SYNC), 1);
	}
}

/* Without powersafe overwriting frames are repeated up to a sector's end. */
static void
padded_commits_are_whole(void **state)
{
	(void)state;
	db_drop_statements(db);
	char uri[SCRATCH_PATH + 32];
	(void)snprintf(uri, sizeof(uri), "file:%s?psow=0", path);
	assert_int_equal(sqlite3_close(db->conn), SQLITE_OK);
	assert_int_equal(sqlite3_open_v2(uri, &db->conn, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_URI, db_vfs()), SQLITE_OK);
	sql(db, "PRAGMA synchronous=FULL");
	struct db *other = open_one("unix");
	fault_vfs_heal();
	for (int i = 0; i < 20; i++) {
		sql(db, "INSERT INTO t (b) VALUES (random())");
		assert_int_equal(rows(other), i + 2);
	}
	/* Each in parts, before its sync and behind it. */
	assert_true(fault_vfs_count(FAULT_WRITE) > 60);
	assert_true(is_sound(other));
	db_close(other);
}

/* ---- failures ---- */

/* A copy as it would be behind a crash: without what shared memory knows. */
static void
assert_after_crash(int64_t wanted)
{
	char copy[SCRATCH_PATH], from[SCRATCH_PATH], to[SCRATCH_PATH];
	sqlite3 *conn = NULL;

	scratch_path(copy, dir, "copy.db");
	scratch_path(from, dir, "t.db-wal");
	scratch_path(to, dir, "copy.db-wal");
	scratch_copy(path, copy);
	scratch_copy(from, to);
	assert_int_equal(sqlite3_open_v2(copy, &conn, SQLITE_OPEN_READWRITE,
	    "unix"), SQLITE_OK);
	struct db reopened = { .conn = conn };
	assert_int_equal(rows(&reopened), wanted);
	assert_true(is_sound(&reopened));
	assert_int_equal(sqlite3_close(conn), SQLITE_OK);
	(void)remove(copy);
	(void)remove(to);
}

static void
a_failing_write_loses_its_commit_and_no_other(void **state)
{
	(void)state;
	int64_t wanted = 1;
	struct db *other = open_one("unix");
	for (int i = 0; i < 24; i++) {
		enum fault_kind kind = i % 2 == 0 ? FAULT_IO : FAULT_FULL;
		const char *text = i % 3 == 0 ?
		    "BEGIN; DELETE FROM t WHERE a > 9;" MANY("1") "; COMMIT" :
		    "INSERT INTO t (b) VALUES (random())";
		if (i == 12)
			sql(db, SMALL_CACHE);
		fault_vfs_fail_at(FAULT_WRITE, i % 3 == 0 ? i / 4 : 0, false,
		    kind);
		int rc = try_sql(db, text);
		assert_true(fault_vfs_fired());
		assert_int_equal(rc, kind == FAULT_IO ? SQLITE_IOERR :
							SQLITE_FULL);
		fault_vfs_heal();
		if (db_in_transaction(db))
			sql(db, "ROLLBACK");
		assert_int_equal(rows(other), wanted);
		assert_after_crash(wanted);
		sql(db, "INSERT INTO t (b) VALUES (random())");
		wanted++;
		assert_int_equal(rows(other), wanted);
		assert_after_crash(wanted);
	}
	assert_true(is_sound(db));
	db_close(other);
}

/* A spilled page that cannot be written when it is to be read back. */
static void
a_failing_write_within_a_read_ends_the_transaction(void **state)
{
	(void)state;
	sql(db, SMALL_CACHE);
	int failed = 0;
	for (int i = 0; i < 40; i++) {
		sql(db, "BEGIN");
		fault_vfs_fail_at(FAULT_WRITE, i, i % 2 == 0, FAULT_FULL);
		int rc = try_sql(db, MANY("1"));
		if (rc == SQLITE_OK)
			rc = try_sql(db, "UPDATE t SET b = b || 'y'");
		if (rc == SQLITE_OK)
			rc = try_sql(db, "COMMIT");
		failed += rc != SQLITE_OK;
		fault_vfs_heal();
		if (db_in_transaction(db))
			sql(db, rc == SQLITE_FULL ? "COMMIT" : "ROLLBACK");
		assert_true(is_sound(db));
		int64_t left = rows(db);
		assert_after_crash(left);
		sql(db, "DELETE FROM t WHERE a > 1");
	}
	assert_in_range(failed, 10, 40);
}

static void
commits_do_without_the_memory_for_it(void **state)
{
	(void)state;
	db_close(db);
	db = open_one(NULL);
	assert_int_equal(rows(db), 1);
	sqlite3_stmt *st = NULL;
	assert_int_equal(sqlite3_prepare_v2(db->conn, "INSERT INTO t (b) "
	    "VALUES (2)", -1, &st, NULL), SQLITE_OK);
	int ended = 0;
	for (int64_t n = 0; n < 200 && ended == 0; n++) {
		memory_fail_at(n, false);
		int rc = sqlite3_step(st);
		bool fired = memory_fired();
		memory_heal();
		(void)sqlite3_reset(st);
		ended = !fired;
		if (rc == SQLITE_DONE)
			sql(db, "DELETE FROM t WHERE b = 2");
	}
	assert_int_equal(sqlite3_finalize(st), SQLITE_OK);
	assert_int_equal(ended, 1);
	assert_true(is_sound(db));
}

/* ---- other processes ---- */

#define PAIRS 300

/* Adds two rows a transaction and says how many there are behind each. */
static int
write_pairs(void *arg, int to)
{
	(void)arg;
	struct db *d = open_one(NULL);
	sql(d, SMALL_CACHE);
	for (int i = 1; i <= PAIRS; i++) {
		sql(d, "BEGIN IMMEDIATE; INSERT INTO t (b) VALUES (random());"
		    "INSERT INTO t (b) VALUES (random()); COMMIT");
		child_say(to, (int64_t)2 * i + 1);
		if (i % 50 == 0)
			sql(d, "PRAGMA wal_checkpoint");
	}
	db_close(d);
	return 0;
}

/* What a child has said to be committed is seen, and nothing by half. */
static void
another_process_sees_a_commit_at_once(void **state)
{
	(void)state;
	struct child c;
	db_close(db);
	db = NULL;
	fault_vfs_sleep(true);
	child_start(&c, write_pairs, NULL);
	struct db *other = open_one(NULL);
	while (c.said < (int64_t)2 * PAIRS + 1) {
		child_listen(&c, 1000);
		int64_t said = c.said, seen = rows(other);
		assert_true(seen >= said);
		assert_int_equal(seen % 2, 1);
	}
	assert_int_equal(child_wait(&c), 0);
	assert_int_equal(rows(other), (int64_t)2 * PAIRS + 1);
	assert_true(is_sound(other));
	db_close(other);
}

static void
a_killed_writer_leaves_what_it_committed(void **state)
{
	(void)state;
	db_close(db);
	db = NULL;
	fault_vfs_sleep(true);
	for (int i = 0; i < 8; i++) {
		struct child c;
		child_start(&c, write_pairs, NULL);
		child_listen(&c, 4000 + i * 3000);
		child_kill(&c);
		struct db *other = open_one(NULL);
		assert_true(rows(other) >= c.said);
		assert_int_equal(rows(other) % 2, 1);
		assert_true(is_sound(other));
		sql(other, "DELETE FROM t WHERE a > 1");
		db_close(other);
	}
}

/* ---- the VFS ---- */

static void
a_vfs_that_is_named_is_used_alone(void **state)
{
	(void)state;
	struct db *other = open_one(FAULT_VFS);
	fault_vfs_heal();
	sql(other, "INSERT INTO t (b) VALUES (random())");
	assert_in_range(fault_vfs_count(FAULT_WRITE), 4, 20);
	db_close(other);
}

static void
a_default_vfs_that_was_changed_is_used_alone(void **state)
{
	(void)state;
	assert_string_equal(db_vfs(), "alk-frames");
	assert_int_equal(sqlite3_vfs_register(sqlite3_vfs_find("unix"), 1),
	    SQLITE_OK);
	assert_null(db_vfs());
	struct db *other = open_one(NULL);
	sql(other, "INSERT INTO t (b) VALUES (random())");
	db_close(other);
	assert_int_equal(sqlite3_vfs_register(sqlite3_vfs_find(FAULT_VFS), 1),
	    SQLITE_OK);
	assert_non_null(db_vfs());
	assert_int_equal(rows(db), 2);
}

static void
other_journals_are_left_alone(void **state)
{
	(void)state;
	sql(db, "PRAGMA journal_mode=DELETE");
	sql(db, "INSERT INTO t (b) VALUES (random())");
	sql(db, "PRAGMA journal_mode=WAL");
	fault_vfs_heal();
	sql(db, "INSERT INTO t (b) VALUES (random())");
	sql(db, "INSERT INTO t (b) VALUES (random())");
	/* The header of the WAL, and two commits. */
	assert_int_equal(fault_vfs_count(FAULT_WRITE), 3);
	sql(db, "VACUUM");
	assert_int_equal(rows(db), 4);
	assert_true(is_sound(db));
}

static void
the_rest_of_the_vfs_is_the_default_ones(void **state)
{
	(void)state;
	sqlite3_vfs *v = sqlite3_vfs_find(db_vfs());
	char name[SCRATCH_PATH] = "", text[64] = "";
	sqlite3_int64 ms = 0;
	int is_there = 0;

	assert_int_equal(v->xFullPathname(v, path, sizeof(name), name),
	    SQLITE_OK);
	assert_string_equal(name, path);
	assert_int_equal(v->xAccess(v, path, SQLITE_ACCESS_EXISTS, &is_there),
	    SQLITE_OK);
	assert_int_equal(is_there, 1);
	assert_int_equal(v->xRandomness(v, sizeof(text), text), sizeof(text));
	assert_int_equal(v->xCurrentTimeInt64(v, &ms), SQLITE_OK);
	assert_true(ms / 86400000 > 2460000); /* days of Julius */
	assert_int_equal(v->xSleep(v, 1), 1);
	assert_int_equal(v->xDelete(v, path, 0), SQLITE_OK);
	(void)v->xGetLastError(v, sizeof(text), text);
	assert_false(scratch_exists(path));
}

/* ---- the size of the main file ---- */

/* What the file of a connection says, held against the system. */
static void
check_size(struct db *d)
{
	sqlite3_file *f = NULL;
	sqlite3_int64 bytes = -1;
	struct stat there;

	assert_int_equal(sqlite3_file_control(d->conn, "main",
	    SQLITE_FCNTL_FILE_POINTER, &f), SQLITE_OK);
	assert_int_equal(f->pMethods->xFileSize(f, &bytes), SQLITE_OK);
	assert_int_equal(stat(path, &there), 0);
	assert_int_equal(bytes, there.st_size);
}

static void
begin_with_an_empty_log(void)
{
	char log[SCRATCH_PATH];

	db_close(db);
	scratch_path(log, dir, "t.db-wal");
	assert_false(scratch_exists(log));
	db = open_one(NULL);
	assert_int_equal(rows(db), 1);
}

static void
reads_of_an_empty_log_ask_once_for_the_size(void **state)
{
	(void)state;
	begin_with_an_empty_log();
	fault_vfs_heal();
	for (int i = 0; i < 10; i++)
		assert_int_equal(rows(db), 1);
	assert_int_equal(fault_vfs_count(FAULT_SIZE), 0);
	check_size(db);
}

/* It may be idle while others write, checkpoint and empty the log. */
static void
the_size_is_asked_for_anew_when_others_have_written(void **state)
{
	(void)state;
	for (int i = 0; i < 8; i++) {
		begin_with_an_empty_log();
		int64_t before = rows(db);
		check_size(db);
		struct db *other = open_one(i % 2 == 0 ? "unix" : NULL);
		sql(other, MANY("1"));
		if (i % 4 < 2)
			sql(other, "PRAGMA wal_checkpoint(TRUNCATE)");
		else
			assert_int_equal(rows(db), before + 300);
		assert_int_equal(rows(db), before + 300);
		check_size(db);
		sql(other, "DELETE FROM t WHERE a > 1; VACUUM;"
		    "PRAGMA wal_checkpoint(TRUNCATE)");
		check_size(db);
		assert_int_equal(rows(db), 1);
		db_close(other);
		check_size(db);
		sql(db, "INSERT INTO t (b) VALUES (random())");
		sql(db, "DELETE FROM t WHERE a > 1");
		assert_true(is_sound(db));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_commit_of_several_pages_is_one_write),
		TEST(another_connection_sees_a_commit_at_once),
		TEST(two_writers_take_turns_in_one_file),
		TEST(spilled_pages_are_read_back),
		TEST(what_is_rolled_back_never_comes_behind_others),
		TEST(a_connection_that_has_the_file_alone_rolls_back_too),
		TEST(a_lock_drops_what_is_held_and_all_else_writes_it),
		TEST(a_synced_commit_is_one_write_and_a_sync),
		TEST(padded_commits_are_whole),
		TEST(a_failing_write_loses_its_commit_and_no_other),
		TEST(a_failing_write_within_a_read_ends_the_transaction),
		TEST(commits_do_without_the_memory_for_it),
		TEST(another_process_sees_a_commit_at_once),
		TEST(a_killed_writer_leaves_what_it_committed),
		TEST(a_vfs_that_is_named_is_used_alone),
		TEST(a_default_vfs_that_was_changed_is_used_alone),
		TEST(other_journals_are_left_alone),
		TEST(reads_of_an_empty_log_ask_once_for_the_size),
		TEST(the_size_is_asked_for_anew_when_others_have_written),
		TEST(the_rest_of_the_vfs_is_the_default_ones),
	};

	memory_install();
	fault_vfs_register(true);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
