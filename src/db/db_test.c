/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Connections and statements. The statements of these tests take the slots of
 * rooms that are not in use here, from the end.
 */
#include "db/db_internal.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"

#include "memory.h"
#include "scratch.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define SQL(noun, n, text) \
	static const struct sql noun = { #noun, text, SQL_SLOTS - (n) }

SQL(make_t, 1, "CREATE TABLE t (a INTEGER PRIMARY KEY, b UNIQUE)");
SQL(insert, 2, "INSERT INTO t (b) VALUES (?1)");
SQL(insert_both, 3, "INSERT INTO t (a, b) VALUES (?1, ?2)");
SQL(list, 4, "SELECT a, b FROM t WHERE a > ?1 ORDER BY a");
SQL(count, 5, "SELECT count(*) FROM t");
SQL(type_of, 6, "SELECT typeof(?1), length(CAST(?1 AS BLOB)), hex(?1)");
SQL(endless, 7, "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL "
    "SELECT i + 1 FROM n) SELECT count(*) FROM n");
SQL(numbers, 8, "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL "
    "SELECT i + 1 FROM n) SELECT i FROM n");
SQL(two_inserts, 9, "INSERT INTO t (b) VALUES (1); "
    "INSERT INTO t (b) VALUES (2)");
SQL(half_bad, 10, "INSERT INTO t (b) VALUES (8); INSERT INTO none VALUES (1)");
SQL(bad, 11, "SELECT nothing FROM nowhere");
SQL(update_all, 12, "UPDATE t SET b = -a - 1");
SQL(huge, 13, "SELECT zeroblob(2000000000)");
SQL(no_growth, 14, "PRAGMA max_page_count=1");
SQL(add_many, 15, "INSERT INTO t (b) SELECT hex(zeroblob(?1))");
SQL(two_columns, 16, "SELECT NULL, 'x'");
SQL(make_wal, 17, "PRAGMA journal_mode=WAL");
SQL(empty_t, 18, "DELETE FROM t");

static char dir[SCRATCH_PATH];
static char path[SCRATCH_PATH];
static struct db *db;
static alk_error err;

static struct db *
open_again(int busy_ms)
{
	struct db_options o = { .path = path, .create = true,
		.busy_ms = busy_ms };
	struct db *out = NULL;
	alk_error e = { 0 };

	if (db_open(&o, NULL, 0, &out, &e) != ALK_OK)
		fail_msg("%s", e.text);
	return out;
}

static int
set_up(void **state)
{
	(void)state;
	scratch_make(dir);
	scratch_path(path, dir, "t.db");
	db = open_again(0);
	error_clear(&err);
	db_use(db, &err, NULL);
	return db_script(db, &make_t);
}

static int
tear_down(void **state)
{
	(void)state;
	db_close(db);
	scratch_remove(dir);
	return 0;
}

static int64_t
rows_of_t(void)
{
	return db_number(db, &count, -1, "");
}

static void
insert_numbers(int64_t n)
{
	for (int64_t i = 1; i <= n; i++)
		assert_int_equal(db_exec(db, &insert, "i", i), ALK_OK);
}

/* ---- statements ---- */

static int
prepared(void)
{
	int n = 0;

	for (sqlite3_stmt *st = sqlite3_next_stmt(db->conn, NULL); st != NULL;
	     st = sqlite3_next_stmt(db->conn, st))
		n++;
	return n;
}

static void
a_statement_is_prepared_once(void **state)
{
	(void)state;
	insert_numbers(1);
	assert_int_equal(rows_of_t(), 1);
	int n = prepared();
	insert_numbers(0);
	for (int64_t i = 10; i < 100; i++) {
		assert_int_equal(db_exec(db, &insert, "i", i), ALK_OK);
		assert_int_equal(rows_of_t(), i - 8);
	}
	assert_int_equal(prepared(), n);
}

static void
a_query_that_ends_early_begins_anew(void **state)
{
	(void)state;
	insert_numbers(5);
	for (int i = 0; i < 3; i++) {
		struct db_rows *rows = db_query(db, &list, "i", (int64_t)2);
		assert_true(db_next(db, rows));
		assert_int_equal(db_int(rows, 0), 3);
		db_end(db, rows);
	}
}

/* Lists within the list, as deep as asked; counts the rows of all lists. */
static int
count_nested(int depth)
{
	struct db_rows *rows = db_query(db, &list, "i", (int64_t)0);
	int64_t expected = 1;
	int n = 0;

	while (db_next(db, rows)) {
		assert_int_equal(db_int(rows, 0), expected++);
		n += 1 + (depth > 0 ? count_nested(depth - 1) : 0);
	}
	db_end(db, rows);
	return n;
}

static void
a_query_within_itself_sees_all_rows(void **state)
{
	(void)state;
	insert_numbers(3);
	int n = prepared();
	assert_int_equal(count_nested(3), 3 + 9 + 27 + 81);
	assert_int_equal(err.code, ALK_OK);
	assert_int_equal(db->extras_count, 0);
	assert_int_equal(prepared(), n + 1);
}

static void
copies_of_a_query_may_end_in_any_order(void **state)
{
	(void)state;
	struct db_rows *rows[4];

	insert_numbers(5);
	for (int64_t i = 0; i < 4; i++) {
		rows[i] = db_query(db, &list, "i", i);
		assert_true(db_next(db, rows[i]));
	}
	db_end(db, rows[1]);
	db_end(db, rows[0]);
	assert_true(db_next(db, rows[3]));
	assert_int_equal(db_int(rows[3], 0), 5);
	db_end(db, rows[3]);
	assert_true(db_next(db, rows[2]));
	assert_int_equal(db_int(rows[2], 0), 4);
	db_end(db, rows[2]);
	assert_int_equal(db->extras_count, 0);
}

static void
queries_nested_too_deep_are_misuse(void **state)
{
	(void)state;
	insert_numbers(1);
	(void)count_nested(DB_EXTRAS + 1);
	assert_int_equal(err.code, ALK_MISUSE);
	assert_int_equal(db->extras_count, 0);
	error_clear(&err);
	assert_int_equal(count_nested(DB_EXTRAS), DB_EXTRAS + 1);
	assert_int_equal(err.code, ALK_OK);
}

/* ---- parameters ---- */

static void
check_bound(struct db_rows *rows, const char *type, int64_t bytes,
    const char *hex)
{
	assert_true(db_next(db, rows));
	assert_string_equal(db_text(rows, 0, NULL), type);
	if (bytes >= 0)
		assert_int_equal(db_int(rows, 1), bytes);
	else
		assert_true(db_is_null(rows, 1));
	assert_string_equal(db_text(rows, 2, NULL), hex);
	assert_false(db_next(db, rows));
	db_end(db, rows);
}

static void
integers_are_bound_with_64_bits(void **state)
{
	(void)state;
	static const int64_t all[] = { INT64_MIN, -1, 0, INT64_MAX };

	for (int i = 0; i < 4; i++) {
		assert_int_equal(db_exec(db, &insert_both, "ii", (int64_t)i + 1,
		    all[i]), ALK_OK);
		struct db_rows *rows = db_query(db, &list, "i", (int64_t)i);
		assert_true(db_next(db, rows));
		assert_true(db_int(rows, 1) == all[i]);
		db_end(db, rows);
	}
}

static void
text_is_bound_up_to_its_nul(void **state)
{
	(void)state;
	check_bound(db_query(db, &type_of, "s", "a\xc3\xa9"), "text", 3,
	    "61C3A9");
	check_bound(db_query(db, &type_of, "s", ""), "text", 0, "");
}

static void
text_with_a_length_keeps_its_nuls(void **state)
{
	(void)state;
	size_t bytes;

	check_bound(db_query(db, &type_of, "t", "a\0b", (size_t)3), "text", 3,
	    "610062");
	check_bound(db_query(db, &type_of, "t", "abc", (size_t)0), "text", 0,
	    "");
	assert_int_equal(db_exec(db, &insert, "t", "x\0y", (size_t)3), ALK_OK);
	struct db_rows *rows = db_query(db, &list, "i", (int64_t)0);
	assert_true(db_next(db, rows));
	assert_memory_equal(db_text(rows, 1, &bytes), "x\0y", 4);
	assert_int_equal(bytes, 3);
	db_end(db, rows);
}

static void
blobs_are_blobs_even_when_empty(void **state)
{
	(void)state;
	check_bound(db_query(db, &type_of, "b", "\0\xff", (size_t)2), "blob", 2,
	    "00FF");
	check_bound(db_query(db, &type_of, "b", "", (size_t)0), "blob", 0, "");
}

static void
null_is_bound_as_null_in_each_kind(void **state)
{
	(void)state;
	check_bound(db_query(db, &type_of, "n"), "null", -1, "");
	check_bound(db_query(db, &type_of, "s", (const char *)NULL), "null", -1,
	    "");
	check_bound(db_query(db, &type_of, "t", (const char *)NULL, (size_t)5),
	    "null", -1, "");
}

static void
null_columns_are_told_from_text(void **state)
{
	(void)state;
	size_t bytes = 9;
	struct db_rows *rows = db_query(db, &two_columns, "");

	assert_true(db_next(db, rows));
	assert_true(db_is_null(rows, 0));
	assert_null(db_text(rows, 0, &bytes));
	assert_int_equal(bytes, 0);
	assert_int_equal(db_int(rows, 0), 0);
	assert_false(db_is_null(rows, 1));
	assert_string_equal(db_text(rows, 1, &bytes), "x");
	assert_int_equal(bytes, 1);
	db_end(db, rows);
}

/* ---- answers ---- */

static void
a_number_is_the_first_column_or_otherwise(void **state)
{
	(void)state;
	assert_int_equal(db_number(db, &list, -7, "i", (int64_t)0), -7);
	insert_numbers(3);
	assert_int_equal(db_number(db, &list, -7, "i", (int64_t)1), 2);
	db_fail(db, ALK_INVALID, "failed");
	assert_int_equal(db_number(db, &list, -7, "i", (int64_t)1), -7);
}

static void
changes_and_last_id_are_those_of_the_last_statement(void **state)
{
	(void)state;
	insert_numbers(3);
	assert_int_equal(db_last_id(db), 3);
	assert_int_equal(db_changes(db), 1);
	db_exec(db, &update_all, "");
	assert_int_equal(db_changes(db), 3);
	assert_int_equal(db_last_id(db), 3);
}

static void
a_script_runs_all_its_statements(void **state)
{
	(void)state;
	assert_int_equal(db_script(db, &two_inserts), ALK_OK);
	assert_int_equal(rows_of_t(), 2);
	assert_int_equal(db_script(db, &half_bad), ALK_IO);
	assert_non_null(strstr(err.text, "none"));
	error_clear(&err);
	assert_int_equal(rows_of_t(), 3);
}

/* ---- errors ---- */

static void
after_a_failure_nothing_is_done(void **state)
{
	(void)state;
	insert_numbers(2);
	assert_int_equal(db_exec(db, &insert, "i", (int64_t)1), ALK_EXISTS);
	assert_true(db_failed(db));
	alk_error first = err;
	assert_int_equal(db_exec(db, &insert, "i", (int64_t)9), ALK_EXISTS);
	assert_int_equal(db_script(db, &two_inserts), ALK_EXISTS);
	assert_null(db_query(db, &list, "i", (int64_t)0));
	assert_false(db_next(db, NULL));
	db_end(db, NULL);
	assert_int_equal(db_begin_write(db), ALK_EXISTS);
	assert_false(db_in_transaction(db));
	assert_int_equal(db_fail(db, ALK_INVALID, "later"), ALK_EXISTS);
	assert_memory_equal(&first, &err, sizeof(err));
	error_clear(&err);
	assert_int_equal(rows_of_t(), 2);
}

static void
a_failure_ends_the_rows_of_a_running_query(void **state)
{
	(void)state;
	insert_numbers(3);
	struct db_rows *rows = db_query(db, &list, "i", (int64_t)0);
	assert_true(db_next(db, rows));
	assert_int_equal(db_fail(db, ALK_LIMIT, "enough: %d", 1), ALK_LIMIT);
	assert_false(db_next(db, rows));
	db_end(db, rows);
	assert_string_equal(err.text, "enough: 1");
}

static void
the_next_call_begins_without_the_failure_of_the_last(void **state)
{
	(void)state;
	alk_error next = { 0 };

	db_exec(db, &bad, "");
	assert_int_equal(err.code, ALK_IO);
	db_use(db, &next, NULL);
	assert_int_equal(rows_of_t(), 0);
	assert_int_equal(next.code, ALK_OK);
	db_use(db, NULL, NULL);
	db_exec(db, &bad, "");
	assert_true(db_failed(db));
	db_use(db, NULL, NULL);
	assert_false(db_failed(db));
	assert_int_equal(err.code, ALK_IO);
}

static void
a_long_message_is_cut_at_a_character(void **state)
{
	(void)state;
	char text[1000];

	for (size_t shift = 0; shift < 4; shift++) {
		memset(text, 'x', shift);
		for (size_t i = shift; i + 3 < sizeof(text); i += 3)
			memcpy(text + i, "\xe2\x82\xac", 4);
		error_clear(&err);
		db_fail(db, ALK_INVALID, "%s", text);
		size_t n = strlen(err.text);
		assert_true(utf8_is_valid(err.text, n));
		assert_string_equal(err.text + n - 3, "...");
	}
}

static void
result_codes_of_sqlite_have_codes_of_ours(void **state)
{
	(void)state;
	static const int codes[][2] = {
		{ SQLITE_NOMEM, ALK_NOMEM },
		{ SQLITE_IOERR_NOMEM, ALK_NOMEM },
		{ SQLITE_BUSY, ALK_BUSY },
		{ SQLITE_BUSY_SNAPSHOT, ALK_BUSY },
		{ SQLITE_BUSY_RECOVERY, ALK_BUSY },
		{ SQLITE_LOCKED, ALK_BUSY },
		{ SQLITE_PROTOCOL, ALK_BUSY },
		{ SQLITE_FULL, ALK_FULL },
		{ SQLITE_CORRUPT, ALK_CORRUPT },
		{ SQLITE_CORRUPT_INDEX, ALK_CORRUPT },
		{ SQLITE_NOTADB, ALK_NOTSTORE },
		{ SQLITE_READONLY, ALK_READONLY },
		{ SQLITE_READONLY_DIRECTORY, ALK_READONLY },
		{ SQLITE_INTERRUPT, ALK_CANCELLED },
		{ SQLITE_CONSTRAINT_UNIQUE, ALK_EXISTS },
		{ SQLITE_CONSTRAINT_PRIMARYKEY, ALK_EXISTS },
		{ SQLITE_TOOBIG, ALK_LIMIT },
		{ SQLITE_IOERR_WRITE, ALK_IO },
		{ SQLITE_CANTOPEN, ALK_IO },
		{ SQLITE_ERROR, ALK_IO },
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		assert_int_equal(db_code(codes[i][0]), codes[i][1]);
}

static void
a_row_that_is_there_is_told_with_its_column(void **state)
{
	(void)state;
	insert_numbers(1);
	assert_int_equal(db_exec(db, &insert, "i", (int64_t)1), ALK_EXISTS);
	assert_int_equal(err.sub, SQLITE_CONSTRAINT_UNIQUE);
	assert_non_null(strstr(err.text, "t.b"));
}

static void
a_second_writer_is_busy(void **state)
{
	(void)state;
	struct db *other = open_again(0);
	alk_error e = { 0 };

	assert_int_equal(db_begin_write(db), ALK_OK);
	db_use(other, &e, NULL);
	assert_int_equal(db_begin_write(other), ALK_BUSY);
	assert_int_equal(e.sub & 0xff, SQLITE_BUSY);
	assert_non_null(strstr(e.text, "0 ms"));
	db_rollback(db);
	error_clear(&e);
	assert_int_equal(db_begin_write(other), ALK_OK);
	db_rollback(other);
	db_close(other);
}

static void
a_second_writer_waits_as_long_as_it_was_told(void **state)
{
	(void)state;
	struct db *other = open_again(0);
	alk_error e = { 0 };

	assert_int_equal(db_begin_write(db), ALK_OK);
	db_use(other, &e, NULL);
	db_set_busy(other, 120);
	int64_t before = clock_steady_ms();
	assert_int_equal(db_begin_write(other), ALK_BUSY);
	assert_in_range(clock_steady_ms() - before, 100, 5000);
	assert_non_null(strstr(e.text, "120 ms"));
	db_set_busy(other, -1);
	error_clear(&e);
	before = clock_steady_ms();
	assert_int_equal(db_begin_write(other), ALK_BUSY);
	assert_in_range(clock_steady_ms() - before, 0, 1000);
	db_rollback(db);
	db_close(other);
}

static void
a_reading_connection_refuses_to_write(void **state)
{
	(void)state;
	struct db_options o = { .path = path, .readonly = true };
	struct db *reader = NULL;
	alk_error e = { 0 };

	insert_numbers(2);
	assert_int_equal(db_open(&o, NULL, 0, &reader, &e), ALK_OK);
	db_use(reader, &e, NULL);
	assert_int_equal(db_number(reader, &count, -1, ""), 2);
	assert_int_equal(db_exec(reader, &insert, "i", (int64_t)5),
	    ALK_READONLY);
	db_close(reader);
}

static void
a_file_of_other_bytes_is_no_store(void **state)
{
	(void)state;
	char other[SCRATCH_PATH];
	char bytes[4096];
	struct db_options o = { .path = other };
	struct db *none = NULL;
	alk_error e = { 0 };

	memset(bytes, 'x', sizeof(bytes));
	scratch_path(other, dir, "other.db");
	scratch_write(other, bytes, sizeof(bytes));
	int code = db_open(&o, NULL, 0, &none, &e);
	if (code == ALK_OK) {
		db_use(none, &e, NULL);
		code = db_exec(none, &count, "");
		db_close(none);
	}
	assert_int_equal(code, ALK_NOTSTORE);
}

static void
a_file_that_is_not_there_is_not_made_unasked(void **state)
{
	(void)state;
	char other[SCRATCH_PATH];
	struct db_options o = { .path = other };
	struct db *none = NULL;
	alk_error e = { 0 };

	scratch_path(other, dir, "none.db");
	assert_int_equal(db_open(&o, NULL, 0, &none, &e), ALK_IO);
	assert_null(none);
	assert_false(scratch_exists(other));
	assert_int_equal(db_open(&o, NULL, 0, &none, NULL), ALK_IO);
}

static void
a_value_too_large_reaches_a_limit(void **state)
{
	(void)state;
	assert_int_equal(db_exec(db, &huge, ""), ALK_LIMIT);
}

static void
a_file_that_may_not_grow_is_full(void **state)
{
	(void)state;
	assert_int_equal(db_exec(db, &no_growth, ""), ALK_OK);
	assert_int_equal(db_exec(db, &add_many, "i", (int64_t)100000),
	    ALK_FULL);
	error_clear(&err);
	assert_int_equal(rows_of_t(), 0);
}

/* ---- cancelling ---- */

static atomic_int cancel;

static void *
cancel_soon(void *arg)
{
	(void)arg;
	clock_sleep_us(30000);
	atomic_store(&cancel, 1);
	return NULL;
}

static void
a_query_that_runs_long_is_cancelled(void **state)
{
	(void)state;
	pthread_t thread;

	atomic_store(&cancel, 0);
	db_use(db, &err, &cancel);
	assert_int_equal(pthread_create(&thread, NULL, cancel_soon, NULL), 0);
	assert_int_equal(db_number(db, &endless, -1, ""), -1);
	assert_int_equal(err.code, ALK_CANCELLED);
	assert_string_equal(err.text, "cancelled");
	(void)pthread_join(thread, NULL);
	error_clear(&err);
	atomic_store(&cancel, 0);
	assert_int_equal(rows_of_t(), 0);
}

static void
a_query_with_quick_rows_is_cancelled_between_them(void **state)
{
	(void)state;
	int seen = 0;

	atomic_store(&cancel, 0);
	db_use(db, &err, &cancel);
	struct db_rows *rows = db_query(db, &numbers, "");
	while (db_next(db, rows))
		if (++seen == 3)
			atomic_store(&cancel, 1);
	db_end(db, rows);
	assert_int_equal(seen, 3);
	assert_int_equal(err.code, ALK_CANCELLED);
}

static void
undoing_is_not_cancelled(void **state)
{
	(void)state;
	atomic_store(&cancel, 0);
	db_use(db, &err, &cancel);
	assert_int_equal(db_begin_write(db), ALK_OK);
	for (int64_t i = 0; i < 3000; i++)
		db_exec(db, &insert, "i", i);
	assert_int_equal(db_savepoint(db), ALK_OK);
	db_exec(db, &update_all, "");
	atomic_store(&cancel, 1);
	db_savepoint_rollback(db);
	db_rollback(db);
	assert_false(db_in_transaction(db));
	assert_int_equal(err.code, ALK_OK);
	atomic_store(&cancel, 0);
	assert_int_equal(rows_of_t(), 0);
}

/* ---- transactions ---- */

static void
a_commit_keeps_and_a_rollback_undoes(void **state)
{
	(void)state;
	assert_int_equal(db_begin_write(db), ALK_OK);
	assert_true(db_in_transaction(db));
	insert_numbers(2);
	assert_int_equal(db_commit(db), ALK_OK);
	assert_false(db_in_transaction(db));
	assert_int_equal(db_begin_write(db), ALK_OK);
	db_exec(db, &insert, "i", (int64_t)3);
	db_rollback(db);
	assert_false(db_in_transaction(db));
	assert_int_equal(rows_of_t(), 2);
	db_rollback(db); /* where none is open it is nothing */
	assert_int_equal(err.code, ALK_OK);
}

static void
a_rollback_leaves_the_error_as_it_was(void **state)
{
	(void)state;
	assert_int_equal(db_begin_write(db), ALK_OK);
	insert_numbers(1);
	assert_int_equal(db_exec(db, &insert, "i", (int64_t)1), ALK_EXISTS);
	alk_error first = err;
	db_rollback(db);
	assert_false(db_in_transaction(db));
	assert_memory_equal(&first, &err, sizeof(err));
}

static void
a_rollback_ends_queries_that_still_run(void **state)
{
	(void)state;
	insert_numbers(5);
	assert_int_equal(db_begin_write(db), ALK_OK);
	struct db_rows *rows = db_query(db, &list, "i", (int64_t)0);
	assert_true(db_next(db, rows));
	db_exec(db, &insert, "i", (int64_t)77);
	db_rollback(db);
	assert_false(db_in_transaction(db));
	db_end(db, rows);
	assert_int_equal(rows_of_t(), 5);
}

static void
savepoints_nest(void **state)
{
	(void)state;
	assert_int_equal(db_begin_write(db), ALK_OK);
	db_exec(db, &insert, "i", (int64_t)1);
	assert_int_equal(db_savepoint(db), ALK_OK);
	db_exec(db, &insert, "i", (int64_t)2);
	assert_int_equal(db_savepoint(db), ALK_OK);
	db_exec(db, &insert, "i", (int64_t)3);
	db_savepoint_rollback(db); /* 3 */
	assert_int_equal(rows_of_t(), 2);
	assert_int_equal(db_savepoint(db), ALK_OK);
	db_exec(db, &insert, "i", (int64_t)4);
	assert_int_equal(db_savepoint_release(db), ALK_OK);
	assert_int_equal(rows_of_t(), 3);
	db_savepoint_rollback(db); /* 2, and 4 that was released into it */
	assert_int_equal(rows_of_t(), 1);
	assert_true(db_in_transaction(db));
	assert_int_equal(db_commit(db), ALK_OK);
	assert_int_equal(rows_of_t(), 1);
}

static void
a_savepoint_is_rolled_back_after_a_failure_too(void **state)
{
	(void)state;
	assert_int_equal(db_begin_write(db), ALK_OK);
	insert_numbers(1);
	assert_int_equal(db_savepoint(db), ALK_OK);
	db_exec(db, &insert, "i", (int64_t)2);
	assert_int_equal(db_exec(db, &insert, "i", (int64_t)1), ALK_EXISTS);
	db_savepoint_rollback(db);
	assert_int_equal(err.code, ALK_EXISTS);
	error_clear(&err);
	assert_int_equal(rows_of_t(), 1);
	assert_int_equal(db_commit(db), ALK_OK);
}

static void
a_read_transaction_sees_one_state(void **state)
{
	(void)state;
	struct db *other = open_again(0);
	alk_error e = { 0 };

	assert_int_equal(db_number(db, &(const struct sql){ "wal",
	    "PRAGMA journal_mode=WAL", SQL_SLOTS - 30 }, 0, ""), 0);
	insert_numbers(1);
	db_use(other, &e, NULL);
	assert_int_equal(db_begin_read(other), ALK_OK);
	assert_int_equal(db_number(other, &count, -1, ""), 1);
	db_exec(db, &insert, "i", (int64_t)2);
	assert_int_equal(err.code, ALK_OK);
	assert_int_equal(db_number(other, &count, -1, ""), 1);
	db_rollback(other);
	assert_int_equal(db_number(other, &count, -1, ""), 2);
	db_close(other);
}

static void
the_data_version_changes_with_commits_of_others(void **state)
{
	(void)state;
	struct db *other = open_again(0);
	alk_error e = { 0 };
	int64_t before = db_data_version(db);

	insert_numbers(1);
	assert_int_equal(db_data_version(db), before);
	db_use(other, &e, NULL);
	assert_int_equal(db_exec(other, &insert, "i", (int64_t)2), ALK_OK);
	assert_int_not_equal(db_data_version(db), before);
	db_close(other);
}

/* ---- connections ---- */

static int64_t
pragma(const char *name)
{
	char text[100] = "PRAGMA ";
	sqlite3_stmt *st;

	assert_int_equal(sqlite3_prepare_v2(db->conn, strcat(text, name), -1,
	    &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	return n;
}

static void
a_connection_has_the_pragmas_of_the_data_model(void **state)
{
	(void)state;
	assert_int_equal(pragma("synchronous"), 1); /* NORMAL */
	assert_int_equal(pragma("foreign_keys"), 1);
	assert_int_equal(pragma("cache_size"), -32000);
	assert_int_equal(pragma("temp_store"), 2); /* MEMORY */
	assert_int_equal(pragma("wal_autocheckpoint"), 10000);
	assert_int_equal(pragma("trusted_schema"), 0);
	assert_int_equal(pragma("recursive_triggers"), 1);
}

static void
full_synchronisation_is_a_choice(void **state)
{
	(void)state;
	struct db_options o = { .path = path, .full_sync = true };

	db_close(db);
	db = NULL;
	assert_int_equal(db_open(&o, NULL, 0, &db, &err), ALK_OK);
	assert_int_equal(pragma("synchronous"), 2);
}

static void
closing_null_is_nothing(void **state)
{
	(void)state;
	db_close(NULL);
}

/* One run of everything that takes memory. */
static int
use_it_all(void)
{
	struct db_options o = { .path = path, .create = true };
	struct db *d = NULL;
	alk_error e = { 0 };

	if (db_open(&o, NULL, 0, &d, &e) != ALK_OK)
		return e.code;
	db_use(d, &e, NULL);
	db_begin_write(d);
	db_exec(d, &insert, "s", "a text");
	db_savepoint(d);
	struct db_rows *rows = db_query(d, &list, "i", (int64_t)0);
	while (db_next(d, rows)) {
		struct db_rows *inner = db_query(d, &list, "i", (int64_t)0);
		while (db_next(d, inner))
			(void)db_text(inner, 1, NULL);
		db_end(d, inner);
	}
	db_end(d, rows);
	db_savepoint_rollback(d);
	db_rollback(d);
	assert_false(db_in_transaction(d));
	db_close(d);
	return e.code;
}

static void
each_missing_allocation_is_told_and_none_is_lost(void **state)
{
	(void)state;
	bool is_done = false;

	insert_numbers(2);
	assert_int_equal(rows_of_t(), 2);
	(void)use_it_all(); /* what SQLite keeps for good is there then */
	int64_t before = memory_live();
	for (int64_t n = 0; !is_done; n++) {
		memory_fail_at(n, false);
		int code = use_it_all();
		is_done = !memory_fired();
		memory_heal();
		/* Now and then SQLite does without. */
		if (code != ALK_OK)
			assert_int_equal(code, ALK_NOMEM);
		else if (is_done)
			assert_true(n > 100);
		assert_int_equal(memory_live(), before);
		assert_int_equal(rows_of_t(), 2);
	}
}

/* ---- the version behind a commit ---- */

static void
the_next_version_is_told_at_the_commit(void **state)
{
	(void)state;
	assert_int_equal(db_script(db, &make_wal), ALK_OK);
	struct db *other = open_again(1000);
	for (int i = 0; i < 6; i++) {
		(void)db_begin_write(db);
		if (i % 3 != 2) /* else nothing is changed */
			insert_numbers(1);
		assert_true(db_version_next(db) == 0 || i > 0);
		assert_int_equal(db_commit(db), ALK_OK);
		uint64_t next = db_version_next(db);
		assert_true(next != 0);
		if (i % 2 == 1) { /* somebody commits before us */
			(void)db_exec(i == 1 ? db : other, &insert, "i",
			    (int64_t)100 + i);
			(void)db_begin_write(db);
			assert_true(db_version(db) != next);
		} else {
			(void)db_begin_write(db);
			assert_true(db_version(db) == next);
		}
		assert_int_equal(db_script(db, &empty_t), ALK_OK);
		assert_int_equal(db_commit(db), ALK_OK);
	}
	/* Only behind a commit that wrote. */
	(void)db_begin_read(db);
	assert_int_equal(rows_of_t(), 0);
	assert_int_equal(db_commit(db), ALK_OK);
	assert_true(db_version_next(db) == 0);
	db_close(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_statement_is_prepared_once),
		TEST(a_query_that_ends_early_begins_anew),
		TEST(a_query_within_itself_sees_all_rows),
		TEST(copies_of_a_query_may_end_in_any_order),
		TEST(queries_nested_too_deep_are_misuse),
		TEST(integers_are_bound_with_64_bits),
		TEST(text_is_bound_up_to_its_nul),
		TEST(text_with_a_length_keeps_its_nuls),
		TEST(blobs_are_blobs_even_when_empty),
		TEST(null_is_bound_as_null_in_each_kind),
		TEST(null_columns_are_told_from_text),
		TEST(a_number_is_the_first_column_or_otherwise),
		TEST(changes_and_last_id_are_those_of_the_last_statement),
		TEST(a_script_runs_all_its_statements),
		TEST(after_a_failure_nothing_is_done),
		TEST(a_failure_ends_the_rows_of_a_running_query),
		TEST(the_next_call_begins_without_the_failure_of_the_last),
		TEST(a_long_message_is_cut_at_a_character),
		TEST(result_codes_of_sqlite_have_codes_of_ours),
		TEST(a_row_that_is_there_is_told_with_its_column),
		TEST(a_second_writer_is_busy),
		TEST(a_second_writer_waits_as_long_as_it_was_told),
		TEST(a_reading_connection_refuses_to_write),
		TEST(a_file_of_other_bytes_is_no_store),
		TEST(a_file_that_is_not_there_is_not_made_unasked),
		TEST(a_value_too_large_reaches_a_limit),
		TEST(a_file_that_may_not_grow_is_full),
		TEST(a_query_that_runs_long_is_cancelled),
		TEST(a_query_with_quick_rows_is_cancelled_between_them),
		TEST(undoing_is_not_cancelled),
		TEST(a_commit_keeps_and_a_rollback_undoes),
		TEST(a_rollback_leaves_the_error_as_it_was),
		TEST(a_rollback_ends_queries_that_still_run),
		TEST(savepoints_nest),
		TEST(a_savepoint_is_rolled_back_after_a_failure_too),
		TEST(a_read_transaction_sees_one_state),
		TEST(the_data_version_changes_with_commits_of_others),
		TEST(a_connection_has_the_pragmas_of_the_data_model),
		TEST(full_synchronisation_is_a_choice),
		TEST(closing_null_is_nothing),
		TEST(each_missing_allocation_is_told_and_none_is_lost),
		TEST(the_next_version_is_told_at_the_commit),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
