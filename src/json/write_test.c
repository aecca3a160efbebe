/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "json/check.h"
#include "json/testing.h"

#include "memory.h"

static struct json_reader reader;
static struct buf out;

static int
teardown(void **state)
{
	(void)state;
	json_reader_fini(&reader);
	buf_fini(&out);
	return 0;
}

static yyjson_val *
read_text(const char *text)
{
	return testing_read(&reader, text);
}

static void
assert_written(const char *text, const char *expected)
{
	buf_clear(&out);
	json_write(&out, read_text(text));
	assert_string_equal(buf_text(&out), expected);
}

static void
blanks_are_left_out(void **state)
{
	(void)state;
	assert_written(" { \"a\" : [ 1 , true , false , null , \"x\" , { } , "
		       "[ ] ] , \"b\" :\t{\n\"c\" : [ [ ] ] } } ",
	    "{\"a\":[1,true,false,null,\"x\",{},[]],\"b\":{\"c\":[[]]}}");
}

static void
a_value_of_any_kind_may_stand_alone(void **state)
{
	(void)state;
	static const char *const texts[] = { "null", "true", "false", "0",
		"-1.5", "\"\"", "[]", "{}", "1e400" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_written(texts[i], texts[i]);
}

static void
only_quotes_backslashes_and_controls_are_escaped(void **state)
{
	(void)state;
	assert_written("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f\"",
	    "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\"");
	assert_written("\"\\u00e9\\u2028\\ud83d\\ude00<>&'\"",
	    "\"\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80<>&'\"");
}

static void
an_escape_is_written_at_every_place_of_a_string(void **state)
{
	(void)state;
	char text[80];
	char expected[100];

	for (size_t bytes = 1; bytes < 70; bytes++) {
		for (size_t at = 0; at < bytes; at++) {
			memset(text, 'x', bytes);
			text[at] = '\n';
			memset(expected, 'x', bytes + 3);
			expected[0] = expected[bytes + 2] = '"';
			memcpy(expected + 1 + at, "\\n", 2);
			buf_clear(&out);
			json_write_string(&out, text, bytes);
			assert_int_equal(out.bytes, bytes + 3);
			assert_memory_equal(out.data, expected, bytes + 3);
		}
	}
}

static void
strings_of_every_length_are_copied(void **state)
{
	(void)state;
	char text[200];

	for (size_t bytes = 0; bytes < 100; bytes++) {
		text[0] = '"';
		for (size_t i = 0; i < bytes; i++)
			text[1 + i] = (char)('a' + i % 26);
		text[1 + bytes] = '"';
		text[2 + bytes] = '\0';
		assert_written(text, text);
	}
}

static void
writing_appends_to_what_is_there(void **state)
{
	(void)state;
	buf_clear(&out);
	buf_str(&out, "x=");
	json_write(&out, read_text("[1]"));
	json_write(&out, read_text("2"));
	assert_string_equal(buf_text(&out), "x=[1]2");
}

static void
a_member_can_be_left_out(void **state)
{
	(void)state;
	static const char *const expected[] = {
		"{\"b\":[{\"a\":1}],\"c\":2}",
		"{\"a\":1,\"c\":2}",
		"{\"a\":1,\"b\":[{\"a\":1}]}",
		"{\"a\":1,\"b\":[{\"a\":1}],\"c\":2}",
	};
	static const char *const names[] = { "a", "b", "c", "d" };

	for (int i = 0; i < 4; i++) {
		buf_clear(&out);
		json_write_without(&out,
		    read_text("{\"a\":1,\"b\":[{\"a\":1}],\"c\":2}"), names[i]);
		assert_string_equal(buf_text(&out), expected[i]);
	}
	buf_clear(&out);
	json_write_without(&out, read_text("{\"a\":1}"), "a");
	json_write_without(&out, read_text("{}"), "a");
	assert_string_equal(buf_text(&out), "{}{}");
}

static void
pretty_text_has_a_line_for_each_value(void **state)
{
	(void)state;
	buf_clear(&out);
	json_write_pretty(&out,
	    read_text("{\"a\":[1,{}],\"b\":{\"c\":\"x\\ny\"},\"d\":[]}"));
	assert_string_equal(buf_text(&out),
	    "{\n"
	    "  \"a\": [\n"
	    "    1,\n"
	    "    {}\n"
	    "  ],\n"
	    "  \"b\": {\n"
	    "    \"c\": \"x\\ny\"\n"
	    "  },\n"
	    "  \"d\": []\n"
	    "}");
	buf_clear(&out);
	json_write_pretty(&out, read_text("7"));
	assert_string_equal(buf_text(&out), "7");
}

static void
the_deepest_text_is_written_back(void **state)
{
	(void)state;
	char text[2 * JSON_DEPTH_MAX + 1] = "";

	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	assert_written(text, text);
}

static void
a_value_deeper_than_any_reader_gives_just_fails(void **state)
{
	(void)state;
	static char text[2 * JSON_DEPTH_OWN + 3];

	memset(text, '[', JSON_DEPTH_OWN + 1);
	memset(text + JSON_DEPTH_OWN + 1, ']', JSON_DEPTH_OWN + 1);
	yyjson_doc *doc = yyjson_read(text, sizeof(text) - 1, 0);
	assert_non_null(doc);
	buf_clear(&out);
	json_write(&out, yyjson_doc_get_root(doc));
	assert_true(out.failed);
	assert_false(json_equal(yyjson_doc_get_root(doc),
	    yyjson_doc_get_root(doc)));
	yyjson_doc_free(doc);
}

/* ---- no memory ---- */

static void
missing_memory_makes_the_buffer_fail(void **state)
{
	(void)state;
	static const char text[] =
	    "{\"a\":[1,2.5,1e400,\"a string that takes room in the buffer\","
	    "[[[[[[[[]]]]]]]],{\"x\\ny\":\"\\u0001 escaped, and again \\n\"}],"
	    "\"b\":{\"c\":[[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]]}}";
	yyjson_val *v = read_text(text);

	buf_clear(&out);
	json_write(&out, v);
	for (int way = 0; way < 3; way++) {
		struct buf b = { 0 };
		int64_t before = memory_live();
		int granted = -1;
		do {
			buf_fini(&b);
			memory_fail_at(++granted, true);
			if (way == 0)
				json_write(&b, v);
			else if (way == 1)
				json_write_without(&b, v, "");
			else
				json_write_pretty(&b, v);
			memory_heal();
			assert_true(b.failed == (buf_text(&b) == NULL));
		} while (b.failed && granted < 20);
		assert_in_range(granted, 2, 19);
		if (way < 2)
			assert_string_equal(buf_text(&b), buf_text(&out));
		buf_fini(&b);
		assert_int_equal(memory_live(), before);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blanks_are_left_out),
		cmocka_unit_test(a_value_of_any_kind_may_stand_alone),
		cmocka_unit_test(
		    only_quotes_backslashes_and_controls_are_escaped),
		cmocka_unit_test(
		    an_escape_is_written_at_every_place_of_a_string),
		cmocka_unit_test(strings_of_every_length_are_copied),
		cmocka_unit_test(writing_appends_to_what_is_there),
		cmocka_unit_test(a_member_can_be_left_out),
		cmocka_unit_test(pretty_text_has_a_line_for_each_value),
		cmocka_unit_test(the_deepest_text_is_written_back),
		cmocka_unit_test(
		    a_value_deeper_than_any_reader_gives_just_fails),
		cmocka_unit_test(missing_memory_makes_the_buffer_fail),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, teardown);
}
