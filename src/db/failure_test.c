/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What fails, with which code; what lasts too long, cancelled. */
#include "memory.h"
#include "scratch.h"

#include "db/testing.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <pthread.h>
#include <sys/stat.h>

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
