/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Reads that begin late or not at all: what is known of the file without a
 * transaction, and statements that are one by themselves.
 */
#include "scratch.h"

#include "db/testing.h"

SQL(insert_one, 32, "INSERT INTO t (b) VALUES (NULL)");
SQL(checkpoint, 33, "PRAGMA wal_checkpoint(TRUNCATE)");
SQL(plain_mode, 34, "PRAGMA journal_mode=DELETE");

static struct db *other;
static alk_error other_err;

static int
set_up_two(void **state)
{
	(void)state;
	scratch_make(dir);
	scratch_path(path, dir, "t.db");
	other = open_again(0);
	db_use(other, &other_err, NULL);
	error_clear(&other_err);
	assert_int_equal(db_script(other, &make_wal), ALK_OK);
	assert_int_equal(db_script(other, &make_t), ALK_OK);
	db = open_again(0);
	error_clear(&err);
	db_use(db, &err, NULL);
	return 0;
}

static int
tear_down_two(void **state)
{
	db_close(other);
	return tear_down(state);
}

static void
commit_elsewhere(void)
{
	assert_int_equal(db_exec(other, &insert_one, ""), ALK_OK);
}

static bool
is_in_transaction(void)
{
	return sqlite3_txn_state(db->conn, "main") != SQLITE_TXN_NONE;
}

/* What a transaction sees: the first does not look, the second finds. */
static struct db_state
see(void)
{
	struct db_state s;

	for (int i = 0; i < 3; i++) {
		assert_int_equal(db_read_begin(db), ALK_OK);
		bool is_known = db_state(db, &s);
		assert_true(is_known || i < 2);
		db_read_end(db);
	}
	return s;
}

static void
what_is_due_begins_with_the_first_statement(void **state)
{
	(void)state;
	db_read_due(db);
	assert_true(db_is_due(db));
	assert_true(db_is_reading(db));
	assert_false(is_in_transaction());
	assert_int_equal(db_number(db, &count, -1, ""), 0);
	assert_false(db_is_due(db));
	assert_true(is_in_transaction());
	commit_elsewhere();
	assert_int_equal(db_number(db, &count, -1, ""), 0);
	db_read_end(db);
	assert_false(is_in_transaction());
	assert_false(db_is_reading(db));
	assert_int_equal(db_number(db, &count, -1, ""), 1);
}

static void
what_is_due_and_not_needed_never_begins(void **state)
{
	(void)state;
	db_read_due(db);
	db_read_end(db);
	assert_false(db_is_due(db));
	assert_false(is_in_transaction());
}

static void
a_query_alone_begins_nothing_that_outlives_it(void **state)
{
	(void)state;
	commit_elsewhere();
	db_read_due(db);
	struct db_rows *rows = db_query_alone(db, &list, "i", INT64_C(0));
	assert_true(db_next(db, rows));
	uint64_t version = db_version(db);
	assert_true(version != 0);
	db_end(db, rows);
	assert_false(is_in_transaction());
	assert_true(db_is_due(db));
	assert_true(db_version(db) == 0);
	commit_elsewhere();
	rows = db_query_alone(db, &list, "i", INT64_C(0));
	assert_true(db_next(db, rows));
	assert_true(db_version(db) != version);
	db_end(db, rows);
	db_read_end(db);
}

static void
nothing_is_known_before_anything_was_read(void **state)
{
	struct db_state s;

	(void)state;
	assert_false(db_state(db, &s));
	assert_false(db_is_unchanged(db, &s));
}

static void
a_state_stays_until_anyone_commits(void **state)
{
	struct db_state s = see();

	(void)state;
	assert_true(db_is_unchanged(db, &s));
	assert_false(db_is_unchanged(other, &s)); /* it has not looked */
	commit_elsewhere();
	assert_false(db_is_unchanged(db, &s));
	s = see();
	assert_true(db_is_unchanged(db, &s));
	assert_int_equal(db_exec(db, &insert_one, ""), ALK_OK);
	assert_false(db_is_unchanged(db, &s));
}

static void
what_is_undone_changes_no_state(void **state)
{
	struct db_state s = see();

	(void)state;
	assert_int_equal(db_begin_write(other), ALK_OK);
	commit_elsewhere();
	db_rollback(other);
	assert_true(db_is_unchanged(db, &s));
}

static void
a_transaction_knows_the_state_that_it_sees(void **state)
{
	struct db_state before = see(), s;

	(void)state;
	assert_int_equal(db_read_begin(db), ALK_OK);
	commit_elsewhere();
	assert_true(db_state(db, &s));
	assert_memory_equal(&s, &before, sizeof(s));
	assert_false(db_is_unchanged(db, &s));
	db_read_end(db);
	assert_false(db_state(db, &s));
}

static void
a_change_is_seen_behind_a_checkpoint(void **state)
{
	struct db_state s = see();

	(void)state;
	commit_elsewhere();
	struct db_rows *rows = db_query(other, &checkpoint, "");
	assert_true(db_next(other, rows));
	db_end(other, rows);
	assert_false(db_is_unchanged(db, &s));
	commit_elsewhere();
	assert_false(db_is_unchanged(db, &s));
}

static void
without_a_wal_nothing_is_known(void **state)
{
	struct db_state s;

	(void)state;
	db_close(db);
	struct db_rows *rows = db_query(other, &plain_mode, "");
	assert_true(db_next(other, rows));
	db_end(other, rows);
	db = open_again(0);
	db_use(db, &err, NULL);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(db_read_begin(db), ALK_OK);
		assert_false(db_state(db, &s));
		db_read_end(db);
	}
	assert_false(db_is_unchanged(db, &s));
}

#undef TEST
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up_two, tear_down_two)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_due_begins_with_the_first_statement),
		TEST(what_is_due_and_not_needed_never_begins),
		TEST(a_query_alone_begins_nothing_that_outlives_it),
		TEST(nothing_is_known_before_anything_was_read),
		TEST(a_state_stays_until_anyone_commits),
		TEST(what_is_undone_changes_no_state),
		TEST(a_transaction_knows_the_state_that_it_sees),
		TEST(a_change_is_seen_behind_a_checkpoint),
		TEST(without_a_wal_nothing_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
