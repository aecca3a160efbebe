/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "json/testing.h"

#include "memory.h"

static struct json_reader readers[2];

static int
teardown(void **state)
{
	(void)state;
	json_reader_fini(&readers[0]);
	json_reader_fini(&readers[1]);
	return 0;
}

static bool
equal(const char *a, const char *b)
{
	yyjson_val *v = testing_read(&readers[0], a);
	yyjson_val *w = testing_read(&readers[1], b);
	bool same = json_equal(v, w);

	assert_int_equal(json_equal(w, v), same);
	return same;
}

static void
values_of_different_kinds_differ(void **state)
{
	(void)state;
	static const char *const texts[] = { "null", "true", "false", "0",
		"\"\"", "\"0\"", "[]", "{}", "0.5", "1e400", "[null]",
		"{\"\":null}" };
	size_t count = sizeof(texts) / sizeof(texts[0]);

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++)
			assert_int_equal(equal(texts[i], texts[j]), i == j);
}

static void
members_may_stand_in_any_order(void **state)
{
	(void)state;
	assert_true(equal("{\"a\":1,\"b\":{\"c\":2,\"d\":3},\"e\":4}",
	    "{\"e\":4,\"b\":{\"d\":3,\"c\":2},\"a\":1}"));
	assert_true(equal("{\"a\":1,\"b\":2,\"c\":3}",
	    "{\"b\":2,\"c\":3,\"a\":1}"));
}

static void
elements_must_stand_in_order(void **state)
{
	(void)state;
	assert_true(equal("[1,[2,3]]", "[1,[2,3]]"));
	assert_false(equal("[1,2]", "[2,1]"));
	assert_false(equal("[1,2]", "[1,2,3]"));
	assert_false(equal("[[],[1]]", "[[],[2]]"));
}

static void
a_member_more_or_another_name_or_value_differs(void **state)
{
	(void)state;
	assert_false(equal("{\"a\":1}", "{\"a\":1,\"b\":1}"));
	assert_false(equal("{\"a\":1,\"b\":1}", "{\"a\":1,\"c\":1}"));
	assert_false(equal("{\"a\":1,\"b\":1}", "{\"b\":2,\"a\":1}"));
	assert_false(equal("{\"a\":null}", "{\"b\":null}"));
}

static void
numbers_are_equal_by_value(void **state)
{
	(void)state;
	assert_true(equal("[1,0,1000,1e400]", "[1.0,-0.0,1e3,10e399]"));
	assert_false(equal("0.1", "0.10000000000000001"));
	assert_false(equal("9007199254740992", "9007199254740993"));
	assert_false(equal("9007199254740992.0", "9007199254740993"));
}

static void
strings_are_equal_by_bytes_not_by_how_they_were_written(void **state)
{
	(void)state;
	assert_true(equal("\"\\u00e9/\"", "\"\xc3\xa9\\/\""));
	assert_false(equal("\"\xc3\xa9\"", "\"e\xcc\x81\""));
	assert_false(equal("\"a\\u0000b\"", "\"a\\u0000c\""));
}

static void
write_members(struct buf *b, int count, bool backwards, int changed)
{
	buf_clear(b);
	buf_char(b, '{');
	for (int i = 0; i < count; i++) {
		int n = backwards ? count - 1 - i : i;
		buf_printf(b, "%s\"k%d\":%d", i > 0 ? "," : "", n,
		    n == changed ? -1 : n);
	}
	buf_char(b, '}');
}

static void
large_objects_in_another_order_take_no_time_by_the_square(void **state)
{
	(void)state;
	struct buf a = { 0 };
	struct buf b = { 0 };

	static const int counts[] = { 31, 32, 33, 64, 65, 1000, 300000 };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		write_members(&a, counts[i], false, -1);
		yyjson_val *v = testing_read_bytes(&readers[0], a.data,
		    a.bytes);
		write_members(&b, counts[i], true, -1);
		assert_true(json_equal(v,
		    testing_read_bytes(&readers[1], b.data, b.bytes)));
		write_members(&b, counts[i], true, counts[i] / 2);
		assert_false(json_equal(v,
		    testing_read_bytes(&readers[1], b.data, b.bytes)));
	}
	buf_fini(&a);
	buf_fini(&b);
}

static void
large_objects_are_compared_without_memory_too(void **state)
{
	(void)state;
	struct buf a = { 0 };
	struct buf b = { 0 };

	write_members(&a, 500, false, -1);
	write_members(&b, 500, true, -1);
	yyjson_val *v = testing_read_bytes(&readers[0], a.data, a.bytes);
	yyjson_val *w = testing_read_bytes(&readers[1], b.data, b.bytes);
	memory_fail_at(0, true);
	bool same = json_equal(v, w);
	memory_heal();
	assert_true(same);
	buf_fini(&a);
	buf_fini(&b);
}

static void
the_deepest_values_are_compared(void **state)
{
	(void)state;
	char a[2 * JSON_DEPTH_MAX + 1] = "";

	memset(a, '[', JSON_DEPTH_MAX);
	memset(a + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	assert_true(equal(a, a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_different_kinds_differ),
		cmocka_unit_test(members_may_stand_in_any_order),
		cmocka_unit_test(elements_must_stand_in_order),
		cmocka_unit_test(
		    a_member_more_or_another_name_or_value_differs),
		cmocka_unit_test(numbers_are_equal_by_value),
		cmocka_unit_test(
		    strings_are_equal_by_bytes_not_by_how_they_were_written),
		cmocka_unit_test(
		    large_objects_in_another_order_take_no_time_by_the_square),
		cmocka_unit_test(large_objects_are_compared_without_memory_too),
		cmocka_unit_test(the_deepest_values_are_compared),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, teardown);
}
