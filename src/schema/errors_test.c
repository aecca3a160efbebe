/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "schema/testing.h"

/* All failures as "instance|keyword|message" lines. */
static int
collect(void *arg, const struct schema_failure *f)
{
	buf_printf(arg, "%s|%s|%s\n", f->instance, f->location, f->message);
	return 0;
}

static void
expect(const char *schema, const char *value, const char *expected)
{
	testing_tells(schema, value, collect, expected);
}

static void
each_keyword_has_its_message(void **state)
{
	(void)state;
	static const char *const rows[][3] = {
		{ "{\"type\":\"string\"}", "1",
		    "|#/type|expected string, not a number\n" },
		{ "{\"type\":[\"string\",\"null\",\"integer\"]}", "1.5",
		    "|#/type|expected string, integer or null, not 1.5\n" },
		{ "{\"type\":\"integer\"}", "\"1\"",
		    "|#/type|expected integer, not a string\n" },
		{ "{\"type\":\"null\"}", "[]",
		    "|#/type|expected null, not an array\n" },
		{ "{\"type\":\"object\"}", "null",
		    "|#/type|expected object, not null\n" },
		{ "{\"type\":\"undefined\"}", "1",
		    "|#/type|expected no value\n" },
		{ "{\"const\":\"x\"}", "1",
		    "|#/const|expected 'x', not 1\n" },
		{ "{\"const\":{\"a\":1.5}}", "1",
		    "|#/const|expected {\"a\":1.5}, not 1\n" },
		{ "{\"type\":\"string\",\"const\":\"x\"}", "{}",
		    "|#/type|expected 'x', not an object\n" },
		{ "{\"enum\":[\"a\",2,null]}", "\"b\"",
		    "|#/enum|expected one of 'a', 2, null, not 'b'\n" },
		{ "{\"anyOf\":[{\"const\":\"a\"},{\"const\":\"b\"}]}", "true",
		    "|#/anyOf|expected one of 'a', 'b', not true\n" },
		{ "{\"minLength\":2}", "\"\\u00e9\"",
		    "|#/minLength|expected string length greater or equal "
		    "to 2, not 1\n" },
		{ "{\"maxLength\":0}", "\"a\"",
		    "|#/maxLength|expected string length less or equal to "
		    "0, not 1\n" },
		{ "{\"pattern\":\"^b\"}", "\"a\"",
		    "|#/pattern|expected string to match '^b', not 'a'\n" },
		{ "{\"format\":\"date\"}", "\"a\"",
		    "|#/format|expected string to match 'date' format, not "
		    "'a'\n" },
		{ "{\"minimum\":2}", "1",
		    "|#/minimum|expected number to be greater or equal to "
		    "2, not 1\n" },
		{ "{\"type\":\"integer\",\"exclusiveMaximum\":1}", "1",
		    "|#/exclusiveMaximum|expected integer to be less than "
		    "1, not 1\n" },
		{ "{\"multipleOf\":0.5}", "0.3",
		    "|#/multipleOf|expected number to be a multiple of "
		    "0.5, not 0.3\n" },
		{ "{\"minItems\":1}", "[]",
		    "|#/minItems|expected array length to be greater or "
		    "equal to 1, not 0\n" },
		{ "{\"maxItems\":1}", "[0,0]",
		    "|#/maxItems|expected array length to be less or equal "
		    "to 1, not 2\n" },
		{ "{\"uniqueItems\":true}", "[0,1,1.0]",
		    "|#/uniqueItems|expected array elements to be unique, "
		    "but item 2 is there twice\n" },
		{ "{\"contains\":false}", "[1]",
		    "|#/contains|expected array to contain at least one "
		    "matching value\n" },
		{ "{\"contains\":true,\"maxContains\":1}", "[1,2]",
		    "|#/maxContains|expected array to contain at most 1 "
		    "matching values\n" },
		{ "{\"items\":[true],\"additionalItems\":false}", "[1,2]",
		    "/1|#/additionalItems|unexpected item\n" },
		{ "{\"required\":[\"n/a\"]}", "{}",
		    "|#/required|expected required property 'n/a'\n" },
		{ "{\"additionalProperties\":false}", "{\"a/b\":1}",
		    "/a~1b|#/additionalProperties|unexpected property "
		    "'a/b'\n" },
		{ "{\"unevaluatedProperties\":false}", "{\"a\":1}",
		    "/a|#/unevaluatedProperties|unexpected property 'a'\n" },
		{ "{\"dependentRequired\":{\"c\":[\"b\"],\"a\":[\"b\"]}}",
		    "{\"a\":1}",
		    "|#/dependentRequired|expected property 'b', which 'a' "
		    "requires\n" },
		{ "{\"minProperties\":1}", "{}",
		    "|#/minProperties|expected object to have at least 1 "
		    "properties, not 0\n" },
		{ "{\"maxProperties\":0}", "{\"a\":1}",
		    "|#/maxProperties|expected object to have at most 0 "
		    "properties, not 1\n" },
		{ "{\"not\":true}", "1",
		    "|#/not|value should not match\n" },
		{ "{\"oneOf\":[true,true]}", "1",
		    "|#/oneOf|expected exactly one variant to match, not "
		    "more\n" },
		{ "false", "1",
		    "|#|no value is expected here\n" },
		{ "{\"propertyNames\":{\"maxLength\":1}}", "{\"ab\":1}",
		    "/ab|#/propertyNames/maxLength|expected string length "
		    "less or equal to 1, not 2\n" }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(rows[i][0], rows[i][1], rows[i][2]);
}

static void
all_failures_are_told_with_their_places(void **state)
{
	(void)state;
	expect("{\"$defs\":{\"T\":{\"type\":\"string\"}},\"type\":\"object\","
	    "\"required\":[\"id\",\"n\"],\"properties\":{\"n\":{\"minimum\":1,"
	    "\"multipleOf\":2},\"tags\":{\"items\":{\"$ref\":\"#/$defs/T\"}}},"
	    "\"additionalProperties\":false}",
	    "{\"n\":-1,\"tags\":[\"a\",1,null],\"x\":0}",
	    "/n|#/properties/n/minimum|expected number to be greater or equal "
	    "to 1, not -1\n"
	    "/n|#/properties/n/multipleOf|expected number to be a multiple of "
	    "2, not -1\n"
	    "/tags/1|#/$defs/T/type|expected string, not a number\n"
	    "/tags/2|#/$defs/T/type|expected string, not null\n"
	    "/x|#/additionalProperties|unexpected property 'x'\n"
	    "|#/required|expected required property 'id'\n");
}

static void
no_more_than_asked_for_are_told(void **state)
{
	(void)state;
	struct json_reader r = { 0 };
	struct buf got = { 0 };
	struct schema *s = testing_compile("{\"items\":{\"type\":\"null\"}}");
	yyjson_val *v = testing_read(&r, "[1,2,3,4]");

	assert_int_equal(schema_errors(s, v, 2, collect, &got), 2);
	assert_int_equal(schema_errors(s, v, 0, collect, &got), 1);
	assert_int_equal(schema_errors(s, v, 9, collect, &got), 4);
	schema_free(s);
	s = testing_compile("{\"required\":[\"a\",\"b\"],\"not\":{}}");
	v = testing_read(&r, "{}");
	assert_int_equal(schema_errors(s, v, 1, collect, &got), 1);
	assert_int_equal(schema_errors(s, v, 2, collect, &got), 2);
	assert_int_equal(schema_errors(s, v, 9, collect, &got), 3);
	buf_fini(&got);
	schema_free(s);
	json_reader_fini(&r);
}

static int
stop(void *arg, const struct schema_failure *f)
{
	(void)f;
	++*(int *)arg;
	return 1;
}

static void
the_listener_may_stop(void **state)
{
	(void)state;
	struct json_reader r = { 0 };
	struct schema *s = testing_compile("{\"items\":{\"type\":\"null\"}}");
	int calls = 0;

	assert_int_equal(schema_errors(s, testing_read(&r, "[1,2,3]"), 9, stop,
	    &calls), 1);
	assert_int_equal(calls, 1);
	schema_free(s);
	json_reader_fini(&r);
}

#define SHAPES "{\"anyOf\":[" \
	"{\"type\":\"object\",\"required\":[\"kind\",\"r\"],\"properties\":{" \
	"\"kind\":{\"const\":\"circle\"},\"r\":{\"type\":\"number\"}}}," \
	"{\"type\":\"object\",\"required\":[\"kind\",\"box\"]," \
	"\"properties\":{\"kind\":{\"const\":\"box\"},\"box\":{" \
	"\"properties\":{\"w\":{\"type\":\"number\"}}}}}," \
	"{\"type\":\"null\"}]}"

static void
a_union_tells_the_variant_that_came_nearest(void **state)
{
	(void)state;
	/* By its constant, though the failure of the other is as shallow. */
	expect(SHAPES, "{\"kind\":\"circle\"}",
	    "|#/anyOf/0/required|expected required property 'r'\n");
	/* By depth. */
	expect(SHAPES, "{\"kind\":\"box\",\"box\":{\"w\":\"1\"}}",
	    "/box/w|#/anyOf/1/properties/box/properties/w/type|"
	    "expected number, not a string\n");
	/* By type. */
	expect("{\"anyOf\":[{\"type\":\"string\",\"minLength\":3},"
	    "{\"type\":\"number\"}]}", "\"a\"",
	    "|#/anyOf/0/minLength|expected string length greater or equal to "
	    "3, not 1\n");
	/* By the number of failures. */
	expect("{\"oneOf\":[{\"type\":\"object\",\"required\":[\"a\",\"b\"]},"
	    "{\"type\":\"object\",\"required\":[\"c\"]}]}", "{}",
	    "|#/oneOf/1/required|expected required property 'c'\n");
	/* By its constant, where the others are of another type. */
	expect("{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"object\","
	    "\"properties\":{\"k\":{\"const\":1}}}]}", "{\"k\":2}",
	    "/k|#/anyOf/1/properties/k/const|expected 1, not 2\n");
	/* A union of one is no union. */
	expect("{\"anyOf\":[{\"type\":\"string\"}]}", "1",
	    "|#/anyOf/0/type|expected string, not a number\n");
}

static void
a_union_that_is_far_off_tells_what_it_is(void **state)
{
	(void)state;
	expect(SHAPES, "5", "|#/anyOf|expected object or null, not a number\n");
	expect("{\"anyOf\":[]}", "5",
	    "|#/anyOf|expected no value\n");
	expect("{\"anyOf\":[{\"const\":\"auto\"},{\"type\":\"number\"}]}",
	    "\"x\"", "|#/anyOf|expected 'auto' or number, not 'x'\n");
	/* Two constants are as wrong. */
	expect("{\"anyOf\":[{\"type\":\"null\"},{\"properties\":{\"k\":"
	    "{\"const\":1}}},{\"properties\":{\"k\":{\"const\":2},"
	    "\"l\":{\"const\":1}}}]}", "{\"k\":3,\"l\":2}",
	    "|#/anyOf|expected a match with one of 3 variants\n");
	expect("{\"anyOf\":[{\"type\":\"object\",\"required\":[\"k\"],"
	    "\"properties\":{\"k\":{\"const\":\"a\"}}},{\"type\":\"object\","
	    "\"required\":[\"k\"],\"properties\":{\"k\":{\"const\":\"b\"}}}]}",
	    "{\"k\":\"c\"}",
	    "|#/anyOf|expected property 'k' to be one of 'a', 'b', not 'c'\n");
}

static void
a_discriminated_union_tells_about_its_variant(void **state)
{
	(void)state;
	expect("{\"anyOf\":[{\"type\":\"object\",\"required\":[\"k\",\"x\"],"
	    "\"properties\":{\"k\":{\"const\":\"a\"}}},{\"type\":\"object\","
	    "\"required\":[\"k\"],\"properties\":{\"k\":{\"const\":\"b\"}}}]}",
	    "{\"k\":\"a\"}",
	    "|#/anyOf/0/required|expected required property 'x'\n");
}

static void
unions_within_unions_are_told_too(void **state)
{
	(void)state;
	expect("{\"$defs\":{\"N\":{\"$id\":\"N\",\"anyOf\":[{\"type\":"
	    "\"number\"},{\"type\":\"array\",\"items\":{\"$ref\":\"N\"}}]}},"
	    "\"$ref\":\"N\"}", "[1,[2,[3,[4,[5,[6,[\"x\"]]]]]]]",
	    "/1/1/1/1/1/1/0|#/$defs/N/anyOf|expected number or array, not a "
	    "string\n");
}

static void
explain_gives_the_first_failure(void **state)
{
	(void)state;
	struct json_reader r = { 0 };
	alk_error err = { 0 };
	struct schema *s = testing_compile(
	    "{\"properties\":{\"a~b\":{\"items\":{\"type\":\"null\"}}}}");

	assert_int_equal(schema_explain(s, testing_read(&r, "{\"a~b\":[1,2]}"),
	    &err), ALK_VALUE);
	assert_int_equal(err.code, ALK_VALUE);
	assert_string_equal(err.pointer, "/a~0b/0");
	assert_string_equal(err.text, "expected null, not a number");
	error_clear(&err);
	assert_int_equal(schema_explain(s, testing_read(&r, "{}"), &err),
	    ALK_OK);
	assert_int_equal(err.code, ALK_OK);
	schema_free(s);
	json_reader_fini(&r);
}

static void
messages_stay_short_and_on_one_line(void **state)
{
	(void)state;
	struct buf schema = { 0 };
	struct buf got = { 0 };
	struct json_reader r = { 0 };

	buf_str(&schema, "{\"enum\":[\"a\\nb\"");
	for (int i = 0; i < 1000; i++)
		buf_printf(&schema, ",\"value number %d %0100d\"", i, 0);
	buf_str(&schema, "]}");
	struct schema *s = testing_compile(buf_text(&schema));
	assert_int_equal(schema_errors(s, testing_read(&r, "1"), 9, collect,
	    &got), 1);
	assert_non_null(strstr(buf_text(&got), "'a b'"));
	assert_non_null(strstr(buf_text(&got), "... (1001 values), not 1\n"));
	assert_true(got.bytes < 1200);
	schema_free(s);
	buf_fini(&schema);
	buf_fini(&got);
	json_reader_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_keyword_has_its_message),
		cmocka_unit_test(all_failures_are_told_with_their_places),
		cmocka_unit_test(no_more_than_asked_for_are_told),
		cmocka_unit_test(the_listener_may_stop),
		cmocka_unit_test(a_union_tells_the_variant_that_came_nearest),
		cmocka_unit_test(a_union_that_is_far_off_tells_what_it_is),
		cmocka_unit_test(a_discriminated_union_tells_about_its_variant),
		cmocka_unit_test(unions_within_unions_are_told_too),
		cmocka_unit_test(explain_gives_the_first_failure),
		cmocka_unit_test(messages_stay_short_and_on_one_line)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
