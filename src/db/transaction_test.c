/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Transactions, savepoints, and the version behind a commit. */
#include "memory.h"
#include "scratch.h"

#include "db/testing.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_commit_keeps_and_a_rollback_undoes),
		TEST(a_rollback_leaves_the_error_as_it_was),
		TEST(a_rollback_ends_queries_that_still_run),
		TEST(savepoints_nest),
		TEST(a_savepoint_is_rolled_back_after_a_failure_too),
		TEST(a_read_transaction_sees_one_state),
		TEST(the_data_version_changes_with_commits_of_others),
		TEST(the_next_version_is_told_at_the_commit),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
