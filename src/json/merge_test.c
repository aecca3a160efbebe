/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "json/testing.h"

#include "memory.h"

static struct json_reader readers[2];
static struct buf out;

static int
teardown(void **state)
{
	(void)state;
	json_reader_fini(&readers[0]);
	json_reader_fini(&readers[1]);
	buf_fini(&out);
	return 0;
}

/* target may be NULL. NULL: too deep. */
static const char *
merged(const char *target, const char *patch, size_t depth_max)
{
	yyjson_val *t = target == NULL ? NULL :
	    testing_read(&readers[0], target);
	yyjson_val *p = testing_read(&readers[1], patch);

	buf_clear(&out);
	if (!json_merge(&out, t, p, depth_max)) {
		assert_int_equal(out.bytes, 0);
		return NULL;
	}
	return buf_text(&out);
}

static void
the_examples_of_the_rfc_give_what_it_says(void **state)
{
	(void)state;
	/* RFC 7396, appendix A: target, patch, result. */
	static const char *const cases[][3] = {
		{ "{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
		{ "{\"a\":\"b\"}", "{\"b\":\"c\"}",
		    "{\"a\":\"b\",\"b\":\"c\"}" },
		{ "{\"a\":\"b\"}", "{\"a\":null}", "{}" },
		{ "{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}",
		    "{\"b\":\"c\"}" },
		{ "{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
		{ "{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}" },
		{ "{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}",
		    "{\"a\":{\"b\":\"d\"}}" },
		{ "{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}" },
		{ "[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]" },
		{ "{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]" },
		{ "{\"a\":\"foo\"}", "null", "null" },
		{ "{\"a\":\"foo\"}", "\"bar\"", "\"bar\"" },
		{ "{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}" },
		{ "[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}" },
		{ "{}", "{\"a\":{\"bb\":{\"ccc\":null}}}",
		    "{\"a\":{\"bb\":{}}}" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(merged(cases[i][0], cases[i][1], 10),
		    cases[i][2]);
}

static void
without_a_target_nulls_of_the_patch_vanish(void **state)
{
	(void)state;
	assert_string_equal(
	    merged(NULL, "{\"a\":null,\"b\":{\"c\":null,\"d\":[null]}}", 10),
	    "{\"b\":{\"d\":[null]}}");
	assert_string_equal(merged(NULL, "7", 10), "7");
}

static void
the_order_of_the_target_is_kept_and_new_members_follow(void **state)
{
	(void)state;
	assert_string_equal(
	    merged("{\"c\":1,\"a\":2,\"b\":{\"y\":1,\"x\":2}}",
		"{\"z\":0,\"b\":{\"w\":0,\"x\":3},\"c\":4,\"d\":5}", 10),
	    "{\"c\":4,\"a\":2,\"b\":{\"y\":1,\"x\":3,\"w\":0},\"z\":0,"
	    "\"d\":5}");
}

static void
values_are_written_as_the_writer_writes_them(void **state)
{
	(void)state;
	assert_string_equal(
	    merged("{\"a\":1.0,\"b\":\"\\u0041\\n\"}", "{\"c\":1e400}", 10),
	    "{\"a\":1,\"b\":\"A\\n\",\"c\":1e400}");
}

static void
depth_of_the_outcome_is_bounded(void **state)
{
	(void)state;
	assert_non_null(merged("{\"a\":{\"b\":1}}", "{\"a\":{\"c\":2}}", 2));
	assert_null(merged("{\"a\":{\"b\":1}}", "{\"a\":{\"c\":{}}}", 2));
	assert_null(merged("{\"a\":{\"b\":[]}}", "{\"c\":1}", 2));
	assert_null(merged("{}", "[[[]]]", 2));
	assert_non_null(merged("{}", "[[]]", 2));
	assert_null(merged(NULL, "{}", 0));
	assert_non_null(merged("{\"a\":{\"b\":[]}}", "{\"a\":null}", 2));
}

static void
what_is_there_before_is_left_alone(void **state)
{
	(void)state;
	buf_clear(&out);
	buf_str(&out, "x");
	yyjson_val *v = testing_read_bytes(&readers[0], "{\"a\":[[]]}", 10);
	assert_false(json_merge(&out, v, v, 2));
	assert_true(json_merge(&out, v, v, 3));
	assert_string_equal(buf_text(&out), "x{\"a\":[[]]}");
}

/* Members from `from` down, each "kN":value. */
static void
write_members(struct buf *b, int from, int to, int value)
{
	buf_clear(b);
	buf_char(b, '{');
	for (int i = from; i < to; i++)
		buf_printf(b, "%s\"k%d\":%d", i > from ? "," : "",
		    from + to - 1 - i, value);
	buf_char(b, '}');
}

static void
large_objects_take_no_time_by_the_square(void **state)
{
	(void)state;
	struct buf a = { 0 };
	struct buf b = { 0 };
	struct buf expected = { 0 };

	for (int count = 10; count <= 200000; count *= 20) {
		write_members(&a, 0, count, 1);
		write_members(&b, count / 2, count * 2, 2);
		yyjson_val *t = testing_read(&readers[0], buf_text(&a));
		yyjson_val *p = testing_read(&readers[1], buf_text(&b));
		buf_clear(&out);
		assert_true(json_merge(&out, t, p, 5));
		buf_clear(&expected);
		for (int i = count - 1; i >= 0; i--)
			buf_printf(&expected, "%c\"k%d\":%d",
			    i == count - 1 ? '{' : ',', i,
			    1 + (i >= count / 2));
		for (int i = count * 2 - 1; i >= count; i--)
			buf_printf(&expected, ",\"k%d\":2", i);
		buf_char(&expected, '}');
		assert_string_equal(buf_text(&out), buf_text(&expected));
	}
	buf_fini(&a);
	buf_fini(&b);
	buf_fini(&expected);
}

static void
a_patch_of_the_greatest_depth_is_merged(void **state)
{
	(void)state;
	struct buf text = { 0 };

	for (int i = 0; i < JSON_DEPTH_MAX; i++)
		buf_str(&text, i + 1 < JSON_DEPTH_MAX ? "{\"a\":" : "{");
	for (int i = 0; i < JSON_DEPTH_MAX; i++)
		buf_char(&text, '}');
	assert_string_equal(merged(buf_text(&text), buf_text(&text), 100000),
	    buf_text(&text));
	buf_fini(&text);
}

/* ---- no memory ---- */

static void
missing_memory_makes_the_buffer_fail(void **state)
{
	(void)state;
	struct buf a = { 0 };

	write_members(&a, 0, 100, 1);
	yyjson_val *t = testing_read_bytes(&readers[0], a.data, a.bytes);
	yyjson_val *p = testing_read_bytes(&readers[1], a.data, a.bytes);
	struct buf b = { 0 };
	int64_t before = memory_live();
	int granted = -1;
	do {
		buf_fini(&b);
		memory_fail_at(++granted, true);
		assert_true(json_merge(&b, t, p, 5));
		memory_heal();
		assert_int_equal(memory_live(), before + (b.data != NULL));
	} while (b.failed && granted < 20);
	assert_in_range(granted, 4, 19); /* two indexes, the buffer grows */
	assert_string_equal(buf_text(&b), buf_text(&a));
	buf_fini(&b);
	buf_fini(&a);
}

static void
assigning_takes_values_whole_and_null_is_one(void **state)
{
	(void)state;
	static const char *const cases[][3] = {
		{ "{}", "{}", "{}" },
		{ "{\"a\":1,\"b\":2}", "{\"b\":{\"x\":null},\"c\":null}",
		    "{\"a\":1,\"b\":{\"x\":null},\"c\":null}" },
		{ "{\"a\":{\"p\":1}}", "{\"a\":{\"q\":1}}",
		    "{\"a\":{\"q\":1}}" },
		{ "{\"a\":1}", "{\"a\":null}", "{\"a\":null}" },
		{ "{}", "{\"b\":1,\"a\":[]}", "{\"b\":1,\"a\":[]}" },
	};
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&b);
		assert_true(json_assign(&b,
		    testing_read(&readers[0], cases[i][0]),
		    testing_read(&readers[1], cases[i][1]), 5));
		assert_string_equal(buf_text(&b), cases[i][2]);
	}
	buf_clear(&b);
	assert_false(json_assign(&b, testing_read_bytes(&readers[0], "{}", 2),
	    testing_read_bytes(&readers[1], "{\"a\":[[]]}", 10), 2));
	assert_int_equal(b.bytes, 0);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_the_rfc_give_what_it_says),
		cmocka_unit_test(without_a_target_nulls_of_the_patch_vanish),
		cmocka_unit_test(
		    the_order_of_the_target_is_kept_and_new_members_follow),
		cmocka_unit_test(values_are_written_as_the_writer_writes_them),
		cmocka_unit_test(depth_of_the_outcome_is_bounded),
		cmocka_unit_test(what_is_there_before_is_left_alone),
		cmocka_unit_test(large_objects_take_no_time_by_the_square),
		cmocka_unit_test(a_patch_of_the_greatest_depth_is_merged),
		cmocka_unit_test(missing_memory_makes_the_buffer_fail),
		cmocka_unit_test(assigning_takes_values_whole_and_null_is_one),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, teardown);
}
