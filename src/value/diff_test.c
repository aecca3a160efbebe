/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "value/testing.h"

/* The edits are as expected, and lead from the one to the other. */
static void
expect(const char *current, const char *next, const char *edits)
{
	struct json_reader a = { 0 };
	struct json_reader b = { 0 };
	struct json_reader c = { 0 };
	struct value_work work = { 0 };
	struct buf out = { 0 };
	alk_error err = { 0 };
	yyjson_val *from = testing_read(&a, current);
	yyjson_val *to = testing_read(&b, next);
	yyjson_val *made = NULL;

	assert_int_equal(value_diff(&out, from, to, &err), ALK_OK);
	if (edits != NULL)
		assert_string_equal(buf_text(&out), edits);
	assert_int_equal(value_patch(&work, from, testing_read(&c,
	    buf_text(&out)), &made, &err), ALK_OK);
	assert_true(json_equal(made, to));
	value_work_fini(&work);
	buf_fini(&out);
	json_reader_fini(&a);
	json_reader_fini(&b);
	json_reader_fini(&c);
}

static void
objects_give_inserts_then_updates_then_deletes(void **state)
{
	(void)state;
	expect("{\"a\":1,\"b\":2,\"c\":{\"d\":[1]}}",
	    "{\"z\":null,\"c\":{\"d\":[2]},\"a\":\"1\"}",
	    "[{\"type\":\"insert\",\"path\":\"/z\",\"value\":null},"
	    "{\"type\":\"update\",\"path\":\"/a\",\"value\":\"1\"},"
	    "{\"type\":\"update\",\"path\":\"/c/d/0\",\"value\":2},"
	    "{\"type\":\"delete\",\"path\":\"/b\"}]");
}

static void
arrays_grow_and_shrink_at_their_end(void **state)
{
	(void)state;
	expect("[1]", "[2,[],3]",
	    "[{\"type\":\"update\",\"path\":\"/0\",\"value\":2},"
	    "{\"type\":\"insert\",\"path\":\"/1\",\"value\":[]},"
	    "{\"type\":\"insert\",\"path\":\"/2\",\"value\":3}]");
	expect("[1,null,null]", "[1]",
	    "[{\"type\":\"delete\",\"path\":\"/2\"},"
	    "{\"type\":\"delete\",\"path\":\"/1\"}]");
}

static void
equal_values_need_no_edit(void **state)
{
	(void)state;
	expect("{\"a\":1.0,\"b\":[1e400]}", "{\"b\":[10e399],\"a\":1}", "[]");
	expect("null", "null", "[]");
}

static void
another_type_is_one_update(void **state)
{
	(void)state;
	expect("{\"a\":{}}", "{\"a\":[]}",
	    "[{\"type\":\"update\",\"path\":\"/a\",\"value\":[]}]");
	expect("{}", "null",
	    "[{\"type\":\"update\",\"path\":\"\",\"value\":null}]");
	expect("{\"a\":true}", "{\"a\":1}",
	    "[{\"type\":\"update\",\"path\":\"/a\",\"value\":1}]");
}

static void
pointers_are_escaped_twice(void **state)
{
	(void)state;
	expect("{\"a/b\":1,\"m~n\":1,\"\":1}",
	    "{\"a/b\":2,\"m~n\":2,\"\":2,\"\\\"\\n\":3}",
	    "[{\"type\":\"insert\",\"path\":\"/\\\"\\n\",\"value\":3},"
	    "{\"type\":\"update\",\"path\":\"/a~1b\",\"value\":2},"
	    "{\"type\":\"update\",\"path\":\"/m~0n\",\"value\":2},"
	    "{\"type\":\"update\",\"path\":\"/\",\"value\":2}]");
}

/* Large objects in other orders; members are looked up by an index. */
static void
large_objects_in_reverse_take_a_moment(void **state)
{
	(void)state;
	struct buf a = { 0 };
	struct buf b = { 0 };
	const int count = 100000;

	for (int i = 0; i < count; i++) {
		buf_printf(&a, "%s\"k%d\":%d", i == 0 ? "{" : ",", i, i);
		buf_printf(&b, "%s\"k%d\":%d", i == 0 ? "{" : ",",
		    count - i, count - i - (i % 100 == 0));
	}
	buf_char(&a, '}');
	buf_char(&b, '}');
	expect(buf_text(&a), buf_text(&b), NULL);
	expect(buf_text(&b), "{\"k1\":1}", NULL);
	buf_fini(&a);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    objects_give_inserts_then_updates_then_deletes),
		cmocka_unit_test(arrays_grow_and_shrink_at_their_end),
		cmocka_unit_test(equal_values_need_no_edit),
		cmocka_unit_test(another_type_is_one_update),
		cmocka_unit_test(pointers_are_escaped_twice),
		cmocka_unit_test(large_objects_in_reverse_take_a_moment)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
