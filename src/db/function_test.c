/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "scratch.h"

#include "base/mem.h"
#include "db/file_testing.h"

#include <stdlib.h>

SQL(make_t, 1, "CREATE TABLE t (a); "
    "INSERT INTO t VALUES ('x'), ('xy'), (NULL), ('z')");
SQL(begins, 2, "SELECT count(*) FROM t WHERE begins(?1, a)");
SQL(twice, 3, "SELECT typeof(twice(?1, a)), hex(twice(?1, a)) FROM t");
SQL(view, 4, "CREATE VIEW v AS SELECT begins('x', a) AS b FROM t");
SQL(from_view, 5, "SELECT b FROM v");
SQL(one_argument, 6, "SELECT begins('x')");
SQL(nested, 7, "SELECT hex(twice('-', twice('+', 'a')))");
SQL(either, 8, "SELECT count(*) FROM t WHERE begins('x', a) OR begins('z', a)");

static int compiled;
static int released;
static int compile_code;  /* what compile() answers */
static bool is_memory_out; /* apply() finds none */

static int
compile(const char *text, size_t bytes, void **out, alk_error *e)
{
	if (compile_code == ALK_NOMEM)
		return error_nomem(e);
	if (compile_code != ALK_OK)
		return error_set(e, compile_code, "bad constant '%s'", text);
	compiled++;
	*out = mem_copy(text, bytes);
	return ALK_OK;
}

static void
release(void *c)
{
	released++;
	mem_release(c);
}

static bool
apply_begins(void *c, const char *text, size_t bytes, struct buf *out)
{
	const char *begin = c;

	if (is_memory_out)
		out->failed = true;
	return text != NULL && bytes >= strlen(begin) &&
	    memcmp(text, begin, strlen(begin)) == 0;
}

/* The text, the constant, the text; nothing for NULL. */
static bool
apply_twice(void *c, const char *text, size_t bytes, struct buf *out)
{
	if (text == NULL)
		return true;
	buf_add(out, text, bytes);
	buf_str(out, c);
	buf_add(out, text, bytes);
	return true;
}

static int
set_up(void **state)
{
	(void)state;
	static const struct db_function functions[] = {
		{ "begins", true, compile, release, apply_begins },
		{ "twice", false, compile, release, apply_twice },
	};

	compiled = released = 0;
	compile_code = ALK_OK;
	is_memory_out = false;
	if (open_file_with(functions, 2) != ALK_OK)
		return err.code;
	return db_script(db, &make_t);
}

static void
a_condition_is_true_or_false(void **state)
{
	(void)state;
	assert_int_equal(db_number(db, &begins, -1, "s", "x"), 2);
	assert_int_equal(db_number(db, &begins, -1, "s", "xy"), 1);
	assert_int_equal(db_number(db, &begins, -1, "s", "q"), 0);
	assert_int_equal(err.code, ALK_OK);
}

static void
the_constant_is_compiled_once_a_run(void **state)
{
	(void)state;
	for (int i = 1; i <= 5; i++) {
		assert_int_equal(db_number(db, &begins, -1, "s", "x"), 2);
		assert_int_equal(compiled, i);
	}
}

static void
each_call_in_a_statement_has_its_own_constant(void **state)
{
	(void)state;
	assert_int_equal(db_number(db, &either, -1, ""), 3);
	assert_int_equal(compiled, 2);
}

static void
what_was_compiled_is_released_once(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		(void)db_number(db, &begins, -1, "s", "x");
	db_close(db);
	db = NULL;
	assert_int_equal(compiled, 3);
	assert_int_equal(released, 3);
}

static void
another_answer_is_a_blob(void **state)
{
	(void)state;
	static const char *const want[] = { "782D78", "78792D7879", "",
		"7A2D7A" };
	struct db_rows *rows = db_query(db, &twice, "s", "-");

	for (int i = 0; i < 4; i++) {
		assert_true(db_next(db, rows));
		assert_string_equal(db_text(rows, 0, NULL), "blob");
		assert_string_equal(db_text(rows, 1, NULL), want[i]);
	}
	db_end(db, rows);
}

static void
an_answer_of_no_bytes_is_a_blob_from_the_first(void **state)
{
	(void)state;
	static const struct sql of_null = { "of_null",
		"SELECT typeof(twice('-', NULL))", SQL_SLOTS - 9 };
	struct db_rows *rows = db_query(db, &of_null, "");

	assert_true(db_next(db, rows));
	assert_string_equal(db_text(rows, 0, NULL), "blob");
	db_end(db, rows);
}

static void
calls_within_calls_do_not_share_their_answers(void **state)
{
	(void)state;
	struct db_rows *rows = db_query(db, &nested, "");

	assert_true(db_next(db, rows));
	assert_string_equal(db_text(rows, 0, NULL), "612B612D612B61");
	db_end(db, rows);
}

static void
a_constant_that_does_not_compile_is_told(void **state)
{
	(void)state;
	compile_code = ALK_FILTER;
	assert_int_equal(db_number(db, &begins, -1, "s", "<>"), -1);
	assert_true(db_failed(db));
	assert_non_null(strstr(err.text, "bad constant '<>'"));
	assert_int_equal(released, 0);
}

static void
missing_memory_is_told(void **state)
{
	(void)state;
	compile_code = ALK_NOMEM;
	(void)db_number(db, &begins, -1, "s", "x");
	assert_int_equal(err.code, ALK_NOMEM);
	error_clear(&err);
	compile_code = ALK_OK;
	is_memory_out = true;
	(void)db_number(db, &begins, -1, "s", "x");
	assert_int_equal(err.code, ALK_NOMEM);
}

static void
views_and_triggers_may_not_call_it(void **state)
{
	(void)state;
	/* A file from elsewhere shall not run our functions. */
	assert_int_equal(db_script(db, &view), ALK_OK);
	(void)db_number(db, &from_view, -1, "");
	assert_true(db_failed(db));
	assert_non_null(strstr(err.text, "unsafe use of begins"));
}

static void
it_takes_two_arguments(void **state)
{
	(void)state;
	(void)db_number(db, &one_argument, -1, "");
	assert_non_null(strstr(err.text, "wrong number of arguments"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_condition_is_true_or_false),
		TEST(the_constant_is_compiled_once_a_run),
		TEST(each_call_in_a_statement_has_its_own_constant),
		TEST(what_was_compiled_is_released_once),
		TEST(another_answer_is_a_blob),
		TEST(an_answer_of_no_bytes_is_a_blob_from_the_first),
		TEST(calls_within_calls_do_not_share_their_answers),
		TEST(a_constant_that_does_not_compile_is_told),
		TEST(missing_memory_is_told),
		TEST(views_and_triggers_may_not_call_it),
		TEST(it_takes_two_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
