/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "base/error.h"

#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void
the_first_failure_stays(void **state)
{
	(void)state;
	alk_error err = { 0 };

	assert_int_equal(error_set(&err, ALK_BUSY, "first %d", 1), ALK_BUSY);
	assert_int_equal(error_set(&err, ALK_IO, "second"), ALK_BUSY);
	assert_int_equal(error_nomem(&err), ALK_BUSY);
	assert_int_equal(err.code, ALK_BUSY);
	assert_string_equal(err.text, "first 1");
}

static void
the_first_place_stays(void **state)
{
	(void)state;
	alk_error err = { 0 };

	error_entry(&err, "item %d", 1);
	error_entry(&err, "item %d", 2);
	error_pointer(&err, "/a/b", 2);
	error_pointer(&err, "/c", 2);
	assert_string_equal(err.entry, "item 1");
	assert_string_equal(err.pointer, "/a");
}

static void
a_cleared_error_takes_the_next(void **state)
{
	(void)state;
	alk_error err = { 0 };

	error_set(&err, ALK_IO, "old");
	error_entry(&err, "old");
	error_pointer(&err, "/old", 4);
	err.sub = 10;
	error_clear(&err);
	assert_int_equal(err.code, ALK_OK);
	assert_int_equal(err.sub, 0);
	assert_string_equal(err.text, "");
	assert_string_equal(err.entry, "");
	assert_string_equal(err.pointer, "");
	assert_int_equal(error_nomem(&err), ALK_NOMEM);
	assert_string_equal(err.text, "out of memory");
}

static void
without_an_error_only_the_code_is_given(void **state)
{
	(void)state;
	assert_int_equal(error_set(NULL, ALK_IO, "%s", "text"), ALK_IO);
	assert_int_equal(error_nomem(NULL), ALK_NOMEM);
	error_entry(NULL, "x");
	error_pointer(NULL, "/x", 2);
	error_clear(NULL);
}

/* Characters of 1 to 4 bytes, over and over. */
static void
fill(char *into, size_t bytes)
{
	static const char *const some[] = { "a", "\xc3\xa9", "\xe2\x82\xac",
		"\xf0\x9f\x98\x80" };
	size_t at = 0;

	for (size_t i = 0; at + 4 <= bytes; i++) {
		memcpy(into + at, some[i % 4], strlen(some[i % 4]));
		at += strlen(some[i % 4]);
	}
	memset(into + at, 'z', bytes - at);
	into[bytes] = '\0';
}

/* Whether cut is the longest beginning of whole with "..." that room holds. */
static void
check_cut(const char *cut, const char *whole, size_t room)
{
	size_t n = strlen(cut);

	assert_true(n < room);
	assert_true(utf8_is_valid(cut, n));
	if (strlen(whole) < room) {
		assert_string_equal(cut, whole);
		return;
	}
	assert_true(n + 4 >= room); /* a character has at most 4 bytes */
	assert_string_equal(cut + n - 3, "...");
	assert_memory_equal(cut, whole, n - 3);
}

static void
long_text_is_cut_at_a_character(void **state)
{
	(void)state;
	char text[600];
	alk_error err = { 0 };

	for (size_t bytes = 200; bytes < sizeof(text); bytes++) {
		fill(text, bytes);
		error_clear(&err);
		error_set(&err, ALK_IO, "%s", text);
		check_cut(err.text, text, sizeof(err.text));
		error_entry(&err, "%s", text);
		check_cut(err.entry, text, sizeof(err.entry));
		error_pointer(&err, text, bytes);
		check_cut(err.pointer, text, sizeof(err.pointer));
	}
}

static void
text_is_cut_at_each_offset_of_a_character(void **state)
{
	(void)state;
	char text[600];
	alk_error err = { 0 };

	for (size_t shift = 0; shift < 16; shift++) {
		memset(text, 'x', shift);
		fill(text + shift, 500);
		error_clear(&err);
		error_set(&err, ALK_IO, "%s", text);
		check_cut(err.text, text, sizeof(err.text));
	}
}

static void
a_message_is_one_line(void **state)
{
	(void)state;
	alk_error err = { 0 };

	error_set(&err, ALK_IO, "%s", "a\nb\tc\x1b[1md\x7f" "e\x01");
	error_entry(&err, "%s", "two\r\nlines");
	error_pointer(&err, "/a\nb", 4);
	assert_string_equal(err.text, "a b c [1md e ");
	assert_string_equal(err.entry, "two  lines");
	assert_string_equal(err.pointer, "/a b");
}

static void
every_code_has_one_name_text_and_exit_status(void **state)
{
	(void)state;
	for (int code = ALK_OK; code >= ALK_TRIMMED; code--) {
		const char *text = alk_error_text(code);
		assert_memory_equal(alk_error_name(code), "ALK_", 4);
		assert_true(utf8_is_valid(text, strlen(text)));
		assert_int_not_equal(text[strlen(text) - 1], '.');
		assert_null(strchr(text, '\n'));
		assert_in_range(alk_error_exit(code), 0, 255);
		for (int other = ALK_OK; other > code; other--)
			assert_string_not_equal(alk_error_name(other),
			    alk_error_name(code));
	}
}

static void
other_numbers_are_unknown_errors(void **state)
{
	(void)state;
	static const int codes[] = { 1, 42, ALK_TRIMMED - 1, -1000 };

	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(alk_error_name(codes[i]), "ALK_UNKNOWN");
		assert_string_equal(alk_error_text(codes[i]), "unknown error");
		assert_int_equal(alk_error_exit(codes[i]), 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_failure_stays),
		cmocka_unit_test(the_first_place_stays),
		cmocka_unit_test(a_cleared_error_takes_the_next),
		cmocka_unit_test(without_an_error_only_the_code_is_given),
		cmocka_unit_test(long_text_is_cut_at_a_character),
		cmocka_unit_test(text_is_cut_at_each_offset_of_a_character),
		cmocka_unit_test(a_message_is_one_line),
		cmocka_unit_test(every_code_has_one_name_text_and_exit_status),
		cmocka_unit_test(other_numbers_are_unknown_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
