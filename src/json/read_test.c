/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "json/testing.h"

#include "memory.h"

static struct json_reader reader;
static alk_error err;

static yyjson_val *
read_bytes(const char *text, size_t bytes)
{
	error_clear(&err);
	return json_read(&reader, text, bytes, &testing_bounds, &err);
}

static yyjson_val *
read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static void
assert_refused(const char *text, int code, const char *part)
{
	assert_null(read_text(text));
	assert_int_equal(err.code, code);
	if (strstr(err.text, part) == NULL)
		fail_msg("%s: \"%s\" lacks \"%s\"", text, err.text, part);
}

static int
teardown(void **state)
{
	(void)state;
	json_reader_fini(&reader);
	return 0;
}

static void
members_keep_their_order(void **state)
{
	(void)state;
	yyjson_val *v = read_text("{\"b\":1,\"a\":{\"d\":[],\"c\":null}}");
	struct buf out = { 0 };

	assert_non_null(v);
	json_write(&out, v);
	assert_string_equal(buf_text(&out),
	    "{\"b\":1,\"a\":{\"d\":[],\"c\":null}}");
	buf_fini(&out);
}

static void
the_text_need_not_end_with_a_nul(void **state)
{
	(void)state;
	yyjson_val *v = read_bytes("[12]3", 4);

	assert_non_null(v);
	assert_int_equal(yyjson_get_int(yyjson_arr_get_first(v)), 12);
	v = read_bytes("123", 2);
	assert_int_equal(yyjson_get_int(v), 12);
}

static void
a_nul_inside_a_string_is_kept(void **state)
{
	(void)state;
	yyjson_val *v = read_text("\"a\\u0000b\"");

	assert_int_equal(yyjson_get_len(v), 3);
	assert_memory_equal(yyjson_get_str(v), "a\0b", 3);
}

static void
bad_syntax_is_told_with_byte_and_line(void **state)
{
	(void)state;
	assert_refused("{\n\"a\": 1,\n}", ALK_JSON, "at byte 8, line 2");
	assert_refused("[1, x]", ALK_JSON, "at byte 4, line 1");
	assert_null(strchr(err.text, '\n'));
}

static void
what_ends_too_early_is_refused(void **state)
{
	(void)state;
	assert_refused("", ALK_JSON, "there is no value");
	assert_refused(" \n ", ALK_JSON, "there is no value");
	assert_refused("[1", ALK_JSON, "end of data");
	assert_refused("\"abc", ALK_JSON, "at byte 4");
}

static void
brackets_without_end_are_bad_syntax(void **state)
{
	(void)state;
	static char text[100000];

	memset(text, '[', sizeof(text));
	assert_null(read_bytes(text, sizeof(text)));
	assert_int_equal(err.code, ALK_JSON);
}

static void
extensions_of_json_are_refused(void **state)
{
	(void)state;
	static const char *const texts[] = { "\xef\xbb\xbf{}", "[1,]", "{}//",
		"{} {}", "NaN", "[Infinity]", "01", "+1", ".5", "1.", "'a'",
		"{a:1}", "\"\t\"", "\"\\x41\"", "[0x10]", "true false" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_refused(texts[i], ALK_JSON, "not JSON, at byte");
}

static void
another_encoding_is_named(void **state)
{
	(void)state;
	assert_null(read_bytes("\xff\xfe{\0}\0", 6));
	assert_int_equal(err.code, ALK_JSON);
	assert_non_null(strstr(err.text, "iconv -f UTF-16 -t UTF-8"));
	assert_null(read_bytes("{\0}\0", 4));
	assert_non_null(strstr(err.text, "iconv -f UTF-16LE -t UTF-8"));
}

static void
text_that_is_not_utf8_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = { "\"\xff\"", "\"\xc0\xaf\"",
		"\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\\ud800\"",
		"\"\\udc00\"", "{\"\xc3\":1}" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_refused(texts[i], ALK_JSON, "not JSON");
}

static void
too_many_bytes_name_their_limit(void **state)
{
	(void)state;
	struct json_bounds b = { .bytes_max = 4, .depth_max = 9,
		.bytes_name = "limits.attributes_bytes" };

	error_clear(&err);
	assert_non_null(json_read(&reader, "[12]", 4, &b, &err));
	assert_null(json_read(&reader, "[123]", 5, &b, &err));
	assert_int_equal(err.code, ALK_LIMIT);
	assert_string_equal(err.text,
	    "JSON has 5 bytes, more than 4; raise limits.attributes_bytes");
}

static void
depth_is_bounded_and_names_its_limit(void **state)
{
	(void)state;
	struct json_bounds b = { .bytes_max = 99, .depth_max = 3,
		.depth_name = "limits.depth" };

	error_clear(&err);
	assert_non_null(json_read(&reader, "[[],{\"a\":[1]},[[]]]", 19, &b,
	    &err));
	assert_null(json_read(&reader, "[[],{\"a\":[1,[]]}]", 17, &b, &err));
	assert_int_equal(err.code, ALK_LIMIT);
	assert_string_equal(err.pointer, "/1/a/1");
	assert_string_equal(err.text,
	    "nested deeper than 3 levels; raise limits.depth (at most 1000)");
}

static void
no_caller_can_allow_more_than_the_depth_of_the_library(void **state)
{
	(void)state;
	struct json_bounds b = { .bytes_max = 9999, .depth_max = 100000 };
	char text[2 * (JSON_DEPTH_MAX + 1)];

	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	error_clear(&err);
	assert_non_null(json_read(&reader, text + 1, sizeof(text) - 2, &b,
	    &err));
	assert_null(json_read(&reader, text, sizeof(text), &b, &err));
	assert_int_equal(err.code, ALK_LIMIT);
}

static void
a_member_twice_is_refused_with_its_place(void **state)
{
	(void)state;
	assert_refused("{\"a\":[0,{\"x/y\":1,\"z\":2,\"x/y\":1}]}", ALK_JSON,
	    "member \"x/y\" is there twice");
	assert_string_equal(err.pointer, "/a/1/x~1y");
	assert_refused("{\"\":1,\"\":2}", ALK_JSON, "twice");
	assert_string_equal(err.pointer, "/");
}

static void
a_member_twice_is_found_behind_an_escape(void **state)
{
	(void)state;
	assert_refused("{\"a\":1,\"\\u0061\":2}", ALK_JSON, "twice");
	assert_non_null(read_text("{\"a\":1,\"a\\u0000\":2}"));
}

static void
names_alike_are_no_duplicates(void **state)
{
	(void)state;
	/* Same length, same first and last four bytes. */
	assert_non_null(read_text("{\"abcd1wxyz\":1,\"abcd2wxyz\":2,"
				  "\"abcd3wxyz\":3,\"A\":1,\"a\":2}"));
}

static void
equal_names_in_different_objects_are_no_duplicates(void **state)
{
	(void)state;
	assert_non_null(read_text("{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},"
				  "{\"a\":1}]}"));
}

/* {"k0":0,"k1":1,...} and at the end the member `again`, unless negative. */
static void
write_many(struct buf *out, int count, int again)
{
	buf_clear(out);
	buf_char(out, '{');
	for (int i = 0; i < count; i++)
		buf_printf(out, "\"k%d\":%d,", i, i);
	buf_printf(out, "\"k%d\":0}", again < 0 ? count : again);
}

static void
a_member_twice_is_found_in_objects_of_every_size(void **state)
{
	(void)state;
	struct buf text = { 0 };

	for (int count = 1; count < 200; count++) {
		write_many(&text, count, -1);
		assert_non_null(read_bytes(text.data, text.bytes));
		for (int again = 0; again < count; again += 1 + count / 8) {
			write_many(&text, count, again);
			assert_null(read_bytes(text.data, text.bytes));
			char pointer[16];
			snprintf(pointer, sizeof(pointer), "/k%d", again);
			assert_string_equal(err.pointer, pointer);
		}
	}
	buf_fini(&text);
}

static void
a_million_members_are_checked(void **state)
{
	(void)state;
	struct buf text = { 0 };

	write_many(&text, 1000000, -1);
	assert_non_null(read_bytes(text.data, text.bytes));
	write_many(&text, 1000000, 0);
	assert_null(read_bytes(text.data, text.bytes));
	assert_string_equal(err.pointer, "/k0");
	buf_fini(&text);
}

static void
memory_of_a_large_text_is_given_back(void **state)
{
	(void)state;
	struct buf text = { 0 };

	write_many(&text, 100000, -1);
	assert_non_null(read_bytes(text.data, text.bytes));
	assert_true(reader.pool_bytes > (size_t)1 << 20);
	assert_true(reader.scratch.room > (size_t)1 << 20);
	assert_non_null(read_text("[1]"));
	assert_true(reader.pool_bytes < (size_t)1 << 20);
	assert_true(reader.scratch.room < (size_t)1 << 20);
	buf_fini(&text);
}

static void
long_names_are_cut_in_messages_at_a_character(void **state)
{
	(void)state;
	struct buf text = { 0 };

	for (int half = 0; half < 2; half++) {
		buf_str(&text, half == 0 ? "{" : ",");
		buf_str(&text, "\"a");
		for (int i = 0; i < 50; i++)
			buf_str(&text, "\xc3\xa9");
		buf_str(&text, "\":0");
	}
	buf_char(&text, '}');
	assert_null(read_bytes(text.data, text.bytes));
	assert_non_null(strstr(err.text, "\xc3\xa9...\" is there twice"));
	buf_fini(&text);
}

static void
own_text_is_read_without_a_check_of_members(void **state)
{
	(void)state;
	error_clear(&err);
	yyjson_val *v = json_read_own(&reader, "{\"a\":1,\"a\":2}", 13, &err);

	assert_non_null(v);
	assert_int_equal(yyjson_obj_size(v), 2);
}

static void
own_text_that_is_broken_is_corrupt(void **state)
{
	(void)state;
	error_clear(&err);
	assert_null(json_read_own(&reader, "{\"a\":", 5, &err));
	assert_int_equal(err.code, ALK_CORRUPT);
	assert_string_equal(err.text,
	    "stored JSON is damaged, at byte 5, line 1: "
	    "unexpected end of data");
}

static void
own_text_may_be_a_little_deeper_than_a_caller_may(void **state)
{
	(void)state;
	char text[4 * JSON_DEPTH_MAX];
	size_t depth = JSON_DEPTH_MAX + 10;

	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	error_clear(&err);
	assert_non_null(json_read_own(&reader, text, 2 * depth, &err));
	depth = 2 * JSON_DEPTH_MAX;
	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	assert_null(json_read_own(&reader, text, 2 * depth, &err));
	assert_int_equal(err.code, ALK_CORRUPT);
}

static void
no_error_structure_is_needed(void **state)
{
	(void)state;
	assert_null(json_read(&reader, "{\"a\":1,\"a\":2}", 13,
	    &testing_bounds, NULL));
	assert_null(json_read(&reader, "{", 1, &testing_bounds, NULL));
	assert_null(json_read_own(&reader, "{", 1, NULL));
}

/* ---- no memory: the n-th request fails ---- */

/* Reads text with 0, 1, 2, ... requests granted; the last outcome is `code`. */
static void
read_with_little_memory(const char *text, size_t bytes, int code)
{
	int64_t before = memory_live();
	int got = ALK_NOMEM;

	for (int granted = 0; got == ALK_NOMEM; granted++) {
		struct json_reader r = { 0 };
		error_clear(&err);
		assert_true(granted < 50);
		memory_fail_at(granted, true);
		yyjson_val *v = json_read(&r, text, bytes, &testing_bounds,
		    &err);
		got = err.code;
		assert_int_equal(v != NULL, got == ALK_OK);
		json_reader_fini(&r);
		memory_heal();
		assert_int_equal(memory_live(), before);
	}
	assert_int_equal(got, code);
}

static void
missing_memory_is_told_and_nothing_leaks(void **state)
{
	(void)state;
	struct buf many = { 0 };
	struct buf twice = { 0 };

	write_many(&many, 100, -1);
	write_many(&twice, 100, 5);
	read_with_little_memory("[0.10000000000000001,1e400]", 27, ALK_OK);
	read_with_little_memory("{\"a\":1,\"a\":2}", 13, ALK_JSON);
	read_with_little_memory("{\"a\":", 5, ALK_JSON);
	read_with_little_memory(many.data, many.bytes, ALK_OK);
	read_with_little_memory(twice.data, twice.bytes, ALK_JSON);
	buf_fini(&many);
	buf_fini(&twice);
}

static void
missing_memory_for_own_text_is_not_taken_for_damage(void **state)
{
	(void)state;
	struct json_reader r = { 0 };

	error_clear(&err);
	memory_fail_at(0, true);
	assert_null(json_read_own(&r, "{}", 2, &err));
	memory_heal();
	assert_int_equal(err.code, ALK_NOMEM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_keep_their_order),
		cmocka_unit_test(the_text_need_not_end_with_a_nul),
		cmocka_unit_test(a_nul_inside_a_string_is_kept),
		cmocka_unit_test(bad_syntax_is_told_with_byte_and_line),
		cmocka_unit_test(what_ends_too_early_is_refused),
		cmocka_unit_test(brackets_without_end_are_bad_syntax),
		cmocka_unit_test(extensions_of_json_are_refused),
		cmocka_unit_test(another_encoding_is_named),
		cmocka_unit_test(text_that_is_not_utf8_is_refused),
		cmocka_unit_test(too_many_bytes_name_their_limit),
		cmocka_unit_test(depth_is_bounded_and_names_its_limit),
		cmocka_unit_test(
		    no_caller_can_allow_more_than_the_depth_of_the_library),
		cmocka_unit_test(a_member_twice_is_refused_with_its_place),
		cmocka_unit_test(a_member_twice_is_found_behind_an_escape),
		cmocka_unit_test(names_alike_are_no_duplicates),
		cmocka_unit_test(
		    equal_names_in_different_objects_are_no_duplicates),
		cmocka_unit_test(
		    a_member_twice_is_found_in_objects_of_every_size),
		cmocka_unit_test(a_million_members_are_checked),
		cmocka_unit_test(memory_of_a_large_text_is_given_back),
		cmocka_unit_test(long_names_are_cut_in_messages_at_a_character),
		cmocka_unit_test(own_text_is_read_without_a_check_of_members),
		cmocka_unit_test(own_text_that_is_broken_is_corrupt),
		cmocka_unit_test(
		    own_text_may_be_a_little_deeper_than_a_caller_may),
		cmocka_unit_test(no_error_structure_is_needed),
		cmocka_unit_test(missing_memory_is_told_and_nothing_leaks),
		cmocka_unit_test(
		    missing_memory_for_own_text_is_not_taken_for_damage),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, teardown);
}
