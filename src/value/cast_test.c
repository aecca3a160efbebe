/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "value/testing.h"

static void
what_is_valid_stays_the_same_value(void **state)
{
	(void)state;
	struct testing t;
	yyjson_val *out = NULL;

	testing_begin(&t, "{\"type\":\"object\",\"properties\":{}}");
	yyjson_val *v = testing_read(&t.reader, "{\"z\":[1,2]}");
	assert_int_equal(value_cast(&t.work, t.plan, v, &out, &t.err), ALK_OK);
	assert_ptr_equal(out, v);
	testing_end(&t);
}

static void
objects_are_cast_member_by_member(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"object\",\"required\":[\"a\",\"d\"],"
		    "\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{"
		    "\"type\":\"integer\",\"minimum\":5},\"d\":{\"default\":"
		    "[1],\"type\":\"array\"}}}",
		    "{\"a\":\"x\",\"b\":1,\"z\":1}",
		    "{\"a\":\"x\",\"b\":5,\"d\":[1]}" },
		{ NULL, "5", "{\"a\":\"\",\"d\":[1]}" },
		{ NULL, "[]", "{\"a\":\"\",\"d\":[1]}" },
		{ NULL, "nothing", "{\"a\":\"\",\"d\":[1]}" },
		{ NULL, "{\"a\":\"x\",\"d\":[],\"z\":1}",
		    "{\"a\":\"x\",\"d\":[],\"z\":1}" },
		{ "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{"
		    "\"a\":{\"type\":\"string\"}},\"additionalProperties\":{"
		    "\"type\":\"number\"}}", "{\"a\":5,\"q\":\"n\",\"r\":2}",
		    "{\"a\":\"\",\"q\":0,\"r\":2}" },
		{ "{\"type\":\"object\",\"properties\":{},"
		    "\"additionalProperties\":false}", "{\"a\":1}", "{}" },
		{ "{\"type\":\"object\",\"patternProperties\":{\"^x\":{"
		    "\"type\":\"number\"}}}", "{\"x\":\"1\",\"y\":\"1\"}",
		    "{\"x\":0,\"y\":\"1\"}" }
	};

	TESTING_ROWS(value_cast, rows);
}

static void
arrays_are_padded_cut_and_made_unique(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"array\",\"minItems\":2,\"maxItems\":3,\"items\":"
		    "{\"type\":\"number\"}}", "[\"1\"]", "[0,0]" },
		{ NULL, "[1,2,3,4]", "[1,2,3]" },
		{ NULL, "null", "[0,0]" },
		{ "{\"type\":\"array\",\"uniqueItems\":true,\"items\":{"
		    "\"type\":\"number\"}}", "[1,1.0,2,1]", "[1,2]" },
		{ NULL, "null", "ALK_VALUE " },
		{ "{\"type\":\"array\",\"uniqueItems\":true}",
		    "[{\"x\":1},{\"x\":1}]", "ALK_VALUE " },
		{ "{\"type\":\"array\",\"items\":[{\"type\":\"string\"},{"
		    "\"type\":\"number\"}],\"additionalItems\":false,"
		    "\"minItems\":2}", "[\"a\",\"b\",3]", "[\"a\",0]" },
		{ NULL, "[]", "[\"\",0]" },
		{ NULL, "1", "[\"\",0]" }
	};

	TESTING_ROWS(value_cast, rows);
}

static void
unions_go_to_the_nearest_variant(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"anyOf\":[{\"type\":\"object\",\"required\":[\"k\",\"r\"],"
		    "\"properties\":{\"k\":{\"const\":\"c\"},\"r\":{\"type\":"
		    "\"number\"}}},{\"type\":\"object\",\"required\":[\"k\","
		    "\"w\"],\"properties\":{\"k\":{\"const\":\"r\"},\"w\":{"
		    "\"type\":\"number\"}}}]}", "{\"k\":\"r\",\"r\":1}",
		    "{\"k\":\"r\",\"w\":0}" },
		{ NULL, "{\"w\":3}", "{\"k\":\"r\",\"w\":3}" },
		{ NULL, "5", "{\"k\":\"c\",\"r\":0}" },
		{ "{\"default\":7,\"anyOf\":[{\"type\":\"string\"},{\"type\":"
		    "\"number\"}]}", "null", "7" },
		{ "{\"anyOf\":[{\"anyOf\":[{\"const\":\"a\"},{\"const\":\"b\"}"
		    "]},{\"type\":\"number\"}]}", "true", "\"a\"" },
		{ "{\"enum\":[\"a\",\"b\"]}", "\"c\"", "\"a\"" }
	};

	TESTING_ROWS(value_cast, rows);
}

static void
intersections_keep_members_of_the_same_type(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"unevaluatedProperties\":false,\"allOf\":[{\"type\":"
		    "\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{"
		    "\"type\":\"string\"}}},{\"type\":\"object\",\"required\":"
		    "[\"b\"],\"properties\":{\"b\":{\"type\":\"number\","
		    "\"maximum\":9}}}]}", "{\"a\":\"x\",\"b\":1,\"c\":2}",
		    "{\"a\":\"x\",\"b\":1}" },
		{ NULL, "{\"a\":1,\"b\":1}", "{\"a\":\"\",\"b\":1}" },
		{ NULL, "{\"a\":\"x\",\"b\":10}", "{\"a\":\"\",\"b\":0}" },
		{ NULL, "7", "{\"a\":\"\",\"b\":0}" }
	};

	TESTING_ROWS(value_cast, rows);
}

static void
errors_tell_the_place_in_the_value(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"$defs\":{\"N\":{\"$id\":\"N\",\"type\":\"object\","
		    "\"required\":[\"id\",\"l\"],\"properties\":{\"id\":{"
		    "\"type\":\"string\",\"pattern\":\"^a\"},\"l\":{\"type\":"
		    "\"array\",\"items\":{\"$ref\":\"N\"}}}}},\"$ref\":\"N\"}",
		    "{\"id\":\"a\",\"l\":[{\"id\":\"ab\",\"l\":[]},"
		    "{\"id\":\"b\",\"l\":[]}]}", "ALK_VALUE /l/1/id" },
		{ "{\"type\":\"array\",\"items\":{\"type\":\"string\","
		    "\"format\":\"date\"}}", "[1]", "ALK_VALUE /0" },
		{ "{\"not\":{}}", "1", "ALK_VALUE " },
		{ "{\"not\":{\"type\":\"string\"}}", "\"\"", "ALK_VALUE " }
	};

	TESTING_ROWS(value_cast, rows);
}

/* 0.34 gives these out all the same. */
static void
a_result_that_is_not_valid_is_refused(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"number\",\"exclusiveMinimum\":0}", "-1",
		    "ALK_VALUE " },
		{ "{\"type\":\"array\",\"contains\":{\"const\":5}}", "[1]",
		    "ALK_VALUE " },
		{ "{\"type\":\"string\",\"default\":5}", "true",
		    "ALK_VALUE " },
		{ "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":"
		    "{\"a\":{\"type\":\"object\",\"required\":[\"id\"]}}}",
		    "{\"a\":{}}", "ALK_VALUE /a" }
	};

	TESTING_ROWS(value_cast, rows);
}

static void
a_type_without_end_is_refused(void **state)
{
	(void)state;
	struct testing t;

	testing_begin(&t, "{\"$id\":\"T\",\"type\":\"object\",\"required\":"
	    "[\"x\"],\"properties\":{\"x\":{\"$ref\":\"T\"}}}");
	assert_memory_equal(testing_answer(&t, value_cast, "{}"),
	    "ALK_LIMIT /x/x", 14);
	testing_end(&t);
}

/* The steps of an evolution, each from the result of the one before. */
static void
clean_default_convert_cast_follow_each_other(void **state)
{
	(void)state;
	struct testing t;

	testing_begin(&t, "{\"type\":\"object\",\"required\":[\"id\",\"title\","
	    "\"weight\",\"pos\",\"meta\"],\"properties\":{\"id\":{\"type\":"
	    "\"string\"},\"title\":{\"default\":\"untitled\",\"type\":"
	    "\"string\"},\"weight\":{\"type\":\"number\"},\"pos\":{\"type\":"
	    "\"array\",\"items\":[{\"type\":\"number\"},{\"type\":\"string\"},"
	    "{\"type\":\"number\"}],\"additionalItems\":false,\"minItems\":3},"
	    "\"meta\":{\"type\":\"object\",\"patternProperties\":{\"^(.*)$\":"
	    "{}}}}}");
	yyjson_val *v = testing_read(&t.reader, "{\"id\":\"n1\",\"label\":"
	    "\"Old\",\"weight\":\"3\",\"pos\":[1,2]}");
	assert_int_equal(value_clean(&t.work, t.plan, v, &v, &t.err), ALK_OK);
	assert_int_equal(value_default(&t.work, t.plan, v, &v, &t.err),
	    ALK_OK);
	assert_int_equal(value_convert(&t.work, t.plan, v, &v, &t.err),
	    ALK_OK);
	assert_int_equal(value_cast(&t.work, t.plan, v, &v, &t.err), ALK_OK);
	assert_int_equal(value_cast(&t.work, t.plan, v, &v, &t.err), ALK_OK);
	json_write(&t.text, v);
	assert_string_equal(buf_text(&t.text), "{\"id\":\"n1\",\"title\":"
	    "\"untitled\",\"weight\":3,\"pos\":[1,\"2\",0],\"meta\":{}}");
	testing_end(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_valid_stays_the_same_value),
		cmocka_unit_test(objects_are_cast_member_by_member),
		cmocka_unit_test(arrays_are_padded_cut_and_made_unique),
		cmocka_unit_test(unions_go_to_the_nearest_variant),
		cmocka_unit_test(intersections_keep_members_of_the_same_type),
		cmocka_unit_test(errors_tell_the_place_in_the_value),
		cmocka_unit_test(a_result_that_is_not_valid_is_refused),
		cmocka_unit_test(a_type_without_end_is_refused),
		cmocka_unit_test(clean_default_convert_cast_follow_each_other)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
