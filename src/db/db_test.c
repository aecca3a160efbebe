/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Connections and statements: preparing, binding, what is answered. */
#include "memory.h"
#include "scratch.h"

#include "db/bulk.h"
#include "db/testing.h"

#include <limits.h>

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
the_memory_for_pages_is_a_choice(void **state)
{
	(void)state;
	static const struct {
		size_t bytes;
		int64_t kib;
	} choices[] = { { 1, 1 }, { 65536, 64 }, { 1 << 28, 1 << 18 },
		{ SIZE_MAX, INT_MAX } };

	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		struct db_options o = { .path = path,
			.cache_bytes = choices[i].bytes };
		db_close(db);
		db = NULL;
		assert_int_equal(db_open(&o, NULL, 0, &db, &err), ALK_OK);
		assert_int_equal(pragma("cache_size"), -choices[i].kib);
		/* A load takes another, and puts it back. */
		db_set_cache(db, 1 << 20);
		assert_int_equal(pragma("cache_size"), -1024);
		db_set_cache(db, 0);
		assert_int_equal(pragma("cache_size"), -choices[i].kib);
	}
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
		TEST(a_connection_has_the_pragmas_of_the_data_model),
		TEST(the_memory_for_pages_is_a_choice),
		TEST(full_synchronisation_is_a_choice),
		TEST(closing_null_is_nothing),
		TEST(each_missing_allocation_is_told_and_none_is_lost),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
