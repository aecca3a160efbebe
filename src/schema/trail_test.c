/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* By which way a keyword was reached, and where it stands. */
#include "schema/testing.h"

#include "schema/codes.h"

static int
collect(void *arg, const struct schema_failure *f)
{
	buf_printf(arg, "%s %s %s\n", f->instance, f->path, f->location);
	return 0;
}

static void
expect(const char *schema, const char *value, const char *expected)
{
	testing_tells(schema, value, collect, expected);
}

static void
a_path_goes_through_references(void **state)
{
	(void)state;
	expect("{\"$defs\":{\"T\":{\"type\":\"string\"}},\"properties\":{"
	    "\"a\":{\"$ref\":\"#/$defs/T\"}}}", "{\"a\":1}",
	    "/a /properties/a/$ref/type #/$defs/T/type\n");
	/* Several that only refer on. */
	expect("{\"$defs\":{\"A\":{\"$ref\":\"#/$defs/B\"},\"B\":{\"$ref\":"
	    "\"#/$defs/C\"},\"C\":{\"minimum\":1}},\"items\":{\"$ref\":"
	    "\"#/$defs/A\"}}", "[1,0]",
	    "/1 /items/$ref/$ref/$ref/minimum #/$defs/C/minimum\n");
	/* From the root on, and beside other keywords. */
	expect("{\"$defs\":{\"A\":{\"type\":\"array\",\"$ref\":\"#/$defs/B\"},"
	    "\"B\":{\"minItems\":1}},\"$ref\":\"#/$defs/A\"}", "[]",
	    " /$ref/$ref/minItems #/$defs/B/minItems\n");
	expect("{\"$defs\":{\"N\":{\"$id\":\"N\",\"properties\":{\"x\":{"
	    "\"type\":\"null\"},\"n\":{\"$ref\":\"N\"}}}},\"$ref\":\"N\"}",
	    "{\"n\":{\"n\":{\"x\":0}}}",
	    "/n/n/x /$ref/properties/n/$ref/properties/n/$ref/properties/x/"
	    "type #/$defs/N/properties/x/type\n");
}

static void
each_way_in_has_its_name(void **state)
{
	(void)state;
	static const char *const rows[][3] = {
		{ "{\"patternProperties\":{\"^a\":true,\"b/$\":{\"type\":"
		    "\"null\"}}}", "{\"ab/\":1}",
		    "/ab~1 /patternProperties/b~1$/type "
		    "#/patternProperties/b~1$/type\n" },
		{ "{\"additionalProperties\":{\"type\":\"null\"}}",
		    "{\"b\":1}", "/b /additionalProperties/type "
		    "#/additionalProperties/type\n" },
		{ "{\"propertyNames\":{\"allOf\":[{},{\"maxLength\":1}]}}",
		    "{\"bb\":1}", "/bb /propertyNames/allOf/1/maxLength "
		    "#/propertyNames/allOf/1/maxLength\n" },
		{ "{\"items\":[{},{\"type\":\"null\"}],\"additionalItems\":"
		    "{\"type\":\"null\"}}", "[1,2,3]",
		    "/1 /items/1/type #/items/1/type\n"
		    "/2 /additionalItems/type #/additionalItems/type\n" },
		{ "{\"prefixItems\":[{}],\"items\":{\"type\":\"null\"}}",
		    "[1,2]", "/1 /items/type #/items/type\n" },
		{ "{\"unevaluatedItems\":{\"type\":\"null\"}}", "[1]",
		    "/0 /unevaluatedItems/type #/unevaluatedItems/type\n" },
		{ "{\"properties\":{\"a\":{}},\"unevaluatedProperties\":{"
		    "\"required\":[\"x\"]}}", "{\"a\":{},\"b\":{}}",
		    "/b /unevaluatedProperties/required "
		    "#/unevaluatedProperties/required\n" },
		{ "{\"if\":{\"minimum\":5},\"then\":{\"maximum\":7},"
		    "\"else\":{\"maximum\":3}}", "8",
		    " /then/maximum #/then/maximum\n" },
		{ NULL, "4", " /else/maximum #/else/maximum\n" },
		{ "{\"dependentSchemas\":{\"a\":{\"maxProperties\":0},"
		    "\"b/\":{\"maxProperties\":1}}}", "{\"b/\":1,\"c\":2}",
		    " /dependentSchemas/b~1/maxProperties "
		    "#/dependentSchemas/b~1/maxProperties\n" },
		{ "{\"oneOf\":[{\"type\":\"number\",\"minimum\":5},{\"type\":"
		    "\"string\"}]}", "1",
		    " /oneOf/0/minimum #/oneOf/0/minimum\n" },
		{ "{\"properties\":{\"a\":false}}", "{\"a\":1}",
		    "/a /properties/a #/properties/a\n" },
		{ "{\"$recursiveAnchor\":true,\"type\":\"array\",\"items\":{"
		    "\"$recursiveRef\":\"#\"}}", "[[1]]",
		    "/0/0 /items/$recursiveRef/items/$recursiveRef/type "
		    "#/type\n" },
		{ "{\"$defs\":{\"x\":{\"$dynamicAnchor\":\"x\",\"type\":"
		    "\"null\"}},\"$dynamicRef\":\"#x\"}", "1",
		    " /$dynamicRef/type #/$defs/x/type\n" }
	};
	const char *schema = NULL;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		schema = rows[i][0] != NULL ? rows[i][0] : schema;
		expect(schema, rows[i][1], rows[i][2]);
	}
}

static void
one_schema_used_twice_is_told_by_both_ways(void **state)
{
	(void)state;
	expect("{\"$defs\":{\"T\":{\"minimum\":1},\"U\":{\"type\":\"object\","
	    "\"required\":[\"x\"]}},\"allOf\":[{\"$ref\":\"#/$defs/T\"},"
	    "{\"$ref\":\"#/$defs/T\"}],\"$ref\":\"#/$defs/T\"}", "0",
	    " /$ref/minimum #/$defs/T/minimum\n"
	    " /allOf/0/$ref/minimum #/$defs/T/minimum\n"
	    " /allOf/1/$ref/minimum #/$defs/T/minimum\n");
	expect("{\"$defs\":{\"U\":{\"type\":\"object\",\"required\":[\"x\"]}},"
	    "\"patternProperties\":{\"b\":{\"$ref\":\"#/$defs/U\"},\"^a\":{"
	    "\"$ref\":\"#/$defs/U\"},\"a$\":{\"$ref\":\"#/$defs/U\"}}}",
	    "{\"a\":{}}",
	    "/a /patternProperties/^a/$ref/required #/$defs/U/required\n"
	    "/a /patternProperties/a$/$ref/required #/$defs/U/required\n");
}

static void
a_place_names_the_resource_it_is_in(void **state)
{
	(void)state;
	expect("{\"$id\":\"https://x.org/s\",\"$defs\":{\"a\":{\"type\":"
	    "\"null\"}},\"items\":{\"$ref\":\"#/$defs/a\"}}", "[1]",
	    "/0 /items/$ref/type https://x.org/s#/$defs/a/type\n");
	/* Within one that has its own, from there on. */
	expect("{\"$id\":\"https://x.org/s\",\"$defs\":{\"a\":{\"$id\":"
	    "\"t\",\"items\":{\"type\":\"null\"}}},\"$ref\":\"t\"}", "[1]",
	    "/0 /$ref/items/type https://x.org/t#/items/type\n");
	/* A bare name is no URI: the place is in the document. */
	expect("{\"$defs\":{\"A\":{\"$id\":\"A\",\"type\":\"null\"}},"
	    "\"$ref\":\"A\"}", "1", " /$ref/type #/$defs/A/type\n");
	/* Pointers are URI fragments there. */
	expect("{\"properties\":{\"a %\\u00e9\\\"\":{\"type\":\"null\"}}}",
	    "{\"a %\\u00e9\\\"\":1}",
	    "/a %\xc3\xa9\" /properties/a %\xc3\xa9\"/type "
	    "#/properties/a%20%25%C3%A9%22/type\n");
}

/* What else a failure holds. */
static int
look(void *arg, const struct schema_failure *f)
{
	buf_printf(arg, "%s %d %s ", f->keyword, f->code,
	    schema_code_name(f->code));
	json_write(arg, f->value);
	buf_char(arg, ' ');
	if (f->expected != NULL)
		json_write(arg, f->expected);
	if (f->property != NULL)
		buf_printf(arg, " %s", yyjson_get_str(f->property));
	buf_char(arg, '\n');
	return 0;
}

static void
a_failure_holds_what_was_expected_and_what_stands_there(void **state)
{
	(void)state;
	struct json_reader r = { 0 };
	struct buf got = { 0 };
	struct schema *s = testing_compile("{\"required\":[\"id\"],"
	    "\"additionalProperties\":false,\"properties\":{\"n\":{\"type\":"
	    "\"integer\",\"minimum\":2},\"m\":false}}");

	(void)schema_errors(s, testing_read(&r,
	    "{\"n\":1,\"x\":[0],\"m\":0}"), 50, look, &got);
	assert_string_equal(buf_text(&got),
	    "minimum 25 IntegerMinimum 1 2\n"
	    "additionalProperties 42 ObjectAdditionalProperties [0] false x\n"
	    " 33 Never 0 \n"
	    "required 45 ObjectRequiredProperty {\"n\":1,\"x\":[0],\"m\":0} "
	    "[\"id\"] id\n");
	buf_fini(&got);
	schema_free(s);
	json_reader_fini(&r);
}

static void
codes_have_the_names_of_typebox(void **state)
{
	(void)state;
	assert_int_equal(SCHEMA_CODES_COUNT, 64);
	assert_int_equal(SCHEMA_CODE_UNION, 62);
	assert_string_equal(schema_code_name(0), "ArrayContains");
	assert_string_equal(schema_code_name(35), "Null");
	assert_string_equal(schema_code_name(63), "Void");
	assert_string_equal(schema_code_name(SCHEMA_CODE_NONE), "");
	assert_string_equal(schema_code_name(64), "");
	for (int i = 0; i < SCHEMA_CODES_COUNT; i++)
		assert_true(schema_code_name(i)[0] != '\0');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_goes_through_references),
		cmocka_unit_test(each_way_in_has_its_name),
		cmocka_unit_test(one_schema_used_twice_is_told_by_both_ways),
		cmocka_unit_test(a_place_names_the_resource_it_is_in),
		cmocka_unit_test(
		    a_failure_holds_what_was_expected_and_what_stands_there),
		cmocka_unit_test(codes_have_the_names_of_typebox)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
