/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Schemas and values made to exhaust time, stack or memory. */
#include "schema/program.h"
#include "schema/text_testing.h"
#include "schema/unique.h"

/* The text is refused as a schema, and the error says which limit it was. */
static void
expect_too_large(const char *words)
{
	alk_error err = { 0 };

	assert_null(testing_try(take(), &err));
	assert_int_equal(err.code, ALK_LIMIT);
	assert_non_null(strstr(err.text, words));
}

/* The value is refused, and the text says which limit it was. */
static void
expect_limit(const struct schema *s, const char *value, const char *words)
{
	struct json_reader r = { 0 };
	alk_error err = { 0 };

	assert_int_equal(schema_explain(s, testing_read(&r, value), &err),
	    ALK_VALUE);
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
	json_reader_fini(&r);
}

static void
values_as_deep_as_json_may_be_are_checked(void **state)
{
	(void)state;
	struct schema *s = testing_compile("{\"$defs\":{\"N\":{\"$id\":\"N\","
	    "\"anyOf\":[{\"type\":\"null\"},{\"type\":\"array\",\"items\":"
	    "{\"$ref\":\"N\"}}]}},\"$ref\":\"N\"}");

	buf_clear(&text);
	repeat("[", 999);
	repeat("]", 999);
	assert_true(testing_accepts(s, take()));
	buf_clear(&text);
	repeat("[", 999);
	buf_str(&text, "1");
	repeat("]", 999);
	assert_false(testing_accepts(s, take()));
	schema_free(s);
}

static void
deeper_checks_end_with_a_limit(void **state)
{
	(void)state;
	struct schema *s = testing_compile(
	    "{\"allOf\":[{\"allOf\":[{\"allOf\":["
	    "{\"items\":{\"$ref\":\"#\"}}]}]}]}");

	buf_clear(&text);
	repeat("[", 999);
	repeat("]", 999);
	expect_limit(s, take(), "check depth");
	schema_free(s);
}

static void
schemas_nest_only_so_deep(void **state)
{
	(void)state;
	buf_clear(&text);
	repeat("{\"not\":", SCHEMA_NESTING_MAX);
	buf_str(&text, "{}");
	repeat("}", SCHEMA_NESTING_MAX);
	schema_free(testing_compile(take()));
	buf_clear(&text);
	repeat("{\"not\":", SCHEMA_NESTING_MAX + 1);
	buf_str(&text, "{}");
	repeat("}", SCHEMA_NESTING_MAX + 1);
	expect_too_large("schema nesting");
}

static void
schemas_hold_only_so_many(void **state)
{
	(void)state;
	buf_clear(&text);
	buf_str(&text, "{\"anyOf\":[{}");
	repeat(",{}", SCHEMA_NODES_MAX);
	buf_str(&text, "]}");
	expect_too_large("schema nodes");
}

static void
patterns_are_limited_in_number(void **state)
{
	(void)state;
	buf_clear(&text);
	buf_str(&text, "{\"allOf\":[{}");
	for (int i = 0; i <= SCHEMA_PATTERNS_MAX; i++)
		buf_printf(&text, ",{\"pattern\":\"%d\"}", i);
	buf_str(&text, "]}");
	expect_too_large("schema patterns");
}

/* Each definition uses the next one twice: 2^40 nodes to enter. */
static void
doubling_references_end_with_a_limit(void **state)
{
	(void)state;
	buf_clear(&text);
	buf_str(&text, "{\"$defs\":{");
	for (int i = 0; i < 40; i++)
		buf_printf(&text, "\"d%d\":{\"allOf\":[{\"$ref\":"
		    "\"#/$defs/d%d\"},{\"$ref\":\"#/$defs/d%d\"}]},", i, i + 1,
		    i + 1);
	buf_str(&text, "\"d40\":{\"minimum\":0}},\"$ref\":\"#/$defs/d0\"}");
	struct schema *s = testing_compile(take());
	expect_limit(s, "1", "check steps");
	assert_true(schema_declares(s, "a") == false);
	schema_free(s);
	/* It must not pass under a negation either. */
	char *ref = strstr(text.data, "},\"$ref\":\"#/$defs/d0\"");
	assert_non_null(ref);
	text.bytes = (size_t)(ref - text.data);
	buf_str(&text, "},\"not\":{\"$ref\":\"#/$defs/d0\"}}");
	s = testing_compile(take());
	expect_limit(s, "1", "check steps");
	schema_free(s);
}

static void
long_chains_of_references_are_linked_without_recursion(void **state)
{
	(void)state;
	buf_clear(&text);
	buf_str(&text, "{\"$defs\":{");
	for (int i = 0; i < 20000; i++)
		buf_printf(&text, "\"d%d\":{\"minimum\":0,\"$ref\":"
		    "\"#/$defs/d%d\"},", i, i + 1);
	buf_str(&text, "\"d20000\":{}},\"$ref\":\"#/$defs/d0\"}");
	struct schema *s = testing_compile(take());
	expect_limit(s, "1", "check depth");
	schema_free(s);
}

static void
patterns_are_limited_in_size(void **state)
{
	(void)state;
	buf_clear(&text);
	buf_str(&text, "{\"allOf\":[{}");
	for (int i = 0; i < 1000; i++)
		buf_printf(&text,
		    ",{\"pattern\":\"(?:(?:ab|c%d){50}){10}\"}", i);
	buf_str(&text, "]}");
	expect_too_large("pattern code");
}

static void
large_enumerations_are_searched_fast(void **state)
{
	(void)state;
	buf_clear(&text);
	buf_str(&text, "{\"items\":{\"enum\":[-1");
	for (int i = 0; i < 50000; i++)
		buf_printf(&text, ",%d,\"s%d\",[%d]", i, i, i);
	buf_str(&text, "]}}");
	struct schema *s = testing_compile(take());
	buf_clear(&text);
	buf_str(&text, "[-1");
	for (int i = 0; i < 50000; i++)
		buf_printf(&text, ",%d.0,\"s%d\",[%d]", i, i, i);
	buf_str(&text, "]");
	assert_true(testing_accepts(s, take()));
	text.bytes--;
	buf_str(&text, ",50000]");
	assert_false(testing_accepts(s, take()));
	schema_free(s);
}

static void
unique_items_are_found_among_many(void **state)
{
	(void)state;
	struct schema *s = testing_compile("{\"uniqueItems\":true}");

	buf_clear(&text);
	buf_str(&text, "[{\"a\":1,\"b\":[0]}");
	for (int i = 0; i < 30000; i++)
		buf_printf(&text, ",%d,\"%d\",[%d]", i, i, i);
	size_t bytes = text.bytes;
	buf_str(&text, "]");
	assert_true(testing_accepts(s, take()));
	text.bytes = bytes;
	buf_str(&text, ",{\"b\":[0.0],\"a\":1.0}]");
	assert_false(testing_accepts(s, take()));
	schema_free(s);
}

static void
unique_items_without_end_are_a_limit(void **state)
{
	(void)state;
	struct schema *s = testing_compile("{\"uniqueItems\":true}");

	buf_clear(&text);
	buf_str(&text, "[-1");
	for (int i = 0; i < 500000; i++)
		buf_printf(&text, ",%d", i);
	buf_str(&text, "]");
	expect_limit(s, take(), "check steps");
	schema_free(s);
}

static void
equal_values_have_equal_hashes(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {
		{ "1", "1.0" }, { "0", "-0.0" }, { "1e3", "1000" },
		{ "18446744073709551616", "1.8446744073709551616e19" },
		{ "{\"a\":1,\"b\":[true,null]}",
		    "{\"b\":[true,null],\"a\":1}" },
		{ "9007199254740993", "9007199254740993.0" }
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct json_reader a = { 0 };
		struct json_reader b = { 0 };
		yyjson_val *v = testing_read(&a, pairs[i][0]);
		yyjson_val *w = testing_read(&b, pairs[i][1]);
		assert_true(json_equal(v, w));
		assert_true(unique_hash(v) == unique_hash(w));
		json_reader_fini(&a);
		json_reader_fini(&b);
	}
}

static void
many_properties_are_told_apart(void **state)
{
	(void)state;
	buf_clear(&text);
	buf_str(&text, "{\"additionalProperties\":false,\"properties\":{");
	for (int i = 0; i < 5000; i++)
		buf_printf(&text, "%s\"prefix__%d__suffix__\":{\"const\":%d}",
		    i > 0 ? "," : "", i, i);
	buf_str(&text, "}}");
	struct schema *s = testing_compile(take());
	buf_clear(&text);
	for (int i = 4999; i >= 0; i--)
		buf_printf(&text, "%s\"prefix__%d__suffix__\":%d",
		    i < 4999 ? "," : "{", i, i);
	size_t bytes = text.bytes;
	buf_str(&text, "}");
	assert_true(testing_accepts(s, take()));
	text.bytes = bytes;
	buf_str(&text, ",\"prefix__x__suffix__\":1}");
	assert_false(testing_accepts(s, take()));
	schema_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_as_deep_as_json_may_be_are_checked),
		cmocka_unit_test(deeper_checks_end_with_a_limit),
		cmocka_unit_test(schemas_nest_only_so_deep),
		cmocka_unit_test(schemas_hold_only_so_many),
		cmocka_unit_test(patterns_are_limited_in_number),
		cmocka_unit_test(patterns_are_limited_in_size),
		cmocka_unit_test(doubling_references_end_with_a_limit),
		cmocka_unit_test(
		    long_chains_of_references_are_linked_without_recursion),
		cmocka_unit_test(large_enumerations_are_searched_fast),
		cmocka_unit_test(unique_items_are_found_among_many),
		cmocka_unit_test(unique_items_without_end_are_a_limit),
		cmocka_unit_test(equal_values_have_equal_hashes),
		cmocka_unit_test(many_properties_are_told_apart)
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
