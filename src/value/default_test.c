/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "value/testing.h"

static void
defaults_fill_what_is_missing(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{"
		    "\"a\":{\"default\":1},\"b\":{\"default\":[2]},"
		    "\"c\":{\"type\":\"string\"},\"o\":{\"type\":\"object\","
		    "\"properties\":{\"x\":{\"default\":null}}}}}",
		    "{}", "{\"a\":1,\"b\":[2]}" },
		{ NULL, "{\"a\":null,\"o\":{},\"z\":3}",
		    "{\"a\":null,\"o\":{\"x\":null},\"z\":3,\"b\":[2]}" },
		{ NULL, "[]", "[]" },
		{ NULL, "null", "null" },
		{ NULL, "nothing", "nothing" },
		{ "{\"default\":false,\"type\":\"boolean\"}", "nothing",
		    "false" },
		{ NULL, "1", "1" }
	};

	TESTING_ROWS(value_default, rows);
}

static void
a_default_object_lies_under_the_object(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"default\":{\"b\":2,\"c\":{\"d\":1}},\"type\":\"object\","
		    "\"properties\":{\"a\":{\"default\":1}}}", "{\"a\":5}",
		    "{\"b\":2,\"c\":{\"d\":1},\"a\":5}" },
		{ NULL, "{\"c\":{}}", "{\"b\":2,\"c\":{},\"a\":1}" },
		{ NULL, "nothing", "{\"b\":2,\"c\":{\"d\":1},\"a\":1}" },
		{ NULL, "[1]", "[1]" }
	};

	TESTING_ROWS(value_default, rows);
}

static void
items_and_slots_are_filled(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"array\",\"items\":{\"type\":\"object\","
		    "\"properties\":{\"x\":{\"default\":7}}}}", "[{},1]",
		    "[{\"x\":7},1]" },
		{ "{\"type\":\"array\",\"items\":[{\"default\":1},{},"
		    "{\"default\":\"q\"}],\"additionalItems\":false}", "[5]",
		    "[5,null,\"q\"]" },
		{ NULL, "[1,2,3,4]", "[1,2,3,4]" },
		{ NULL, "nothing", "nothing" }
	};

	TESTING_ROWS(value_default, rows);
}

static void
other_members_get_a_default_of_their_own_schema_only(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"object\",\"patternProperties\":{\"^o\":{"
		    "\"type\":\"object\",\"properties\":{\"x\":{\"default\":1}}"
		    "},\"^d\":{\"type\":\"object\",\"default\":{},"
		    "\"properties\":{\"x\":{\"default\":1}}}},"
		    "\"additionalProperties\":{\"type\":\"object\",\"default\":"
		    "{\"y\":2}}}", "{\"o\":{},\"d\":{},\"e\":{}}",
		    "{\"o\":{},\"d\":{\"x\":1},\"e\":{\"y\":2}}" }
	};

	TESTING_ROWS(value_default, rows);
}

static void
a_union_takes_the_first_variant_that_becomes_valid(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"anyOf\":[{\"type\":\"object\",\"required\":[\"k\",\"x\"],"
		    "\"properties\":{\"k\":{\"const\":\"a\"},\"x\":{\"default\""
		    ":1}}},{\"type\":\"object\",\"required\":[\"k\",\"y\"],"
		    "\"properties\":{\"k\":{\"const\":\"b\"},\"y\":{\"default\""
		    ":2}}}]}", "{\"k\":\"b\"}", "{\"k\":\"b\",\"y\":2}" },
		{ NULL, "{\"k\":\"c\"}", "{\"k\":\"c\"}" },
		{ NULL, "nothing", "nothing" },
		{ "{\"anyOf\":[{\"default\":\"s\",\"type\":\"string\"},"
		    "{\"default\":1}]}", "nothing", "\"s\"" }
	};

	TESTING_ROWS(value_default, rows);
}

static void
members_of_an_intersection_are_filled_and_merged(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"allOf\":[{\"type\":\"object\",\"properties\":{\"a\":{"
		    "\"default\":1},\"n\":{\"type\":\"object\",\"properties\":{"
		    "\"p\":{\"default\":1}}}}},{\"type\":\"object\","
		    "\"properties\":{\"b\":{\"default\":2},\"n\":{\"type\":"
		    "\"object\",\"properties\":{\"q\":{\"default\":2}}}}}]}",
		    "{\"n\":{}}",
		    "{\"n\":{\"p\":1,\"q\":2},\"a\":1,\"b\":2}" },
		{ NULL, "3", "3" },
		{ NULL, "nothing", "nothing" }
	};

	TESTING_ROWS(value_default, rows);
}

static void
references_are_followed_with_their_own_default(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"$defs\":{\"N\":{\"$id\":\"N\",\"type\":\"object\","
		    "\"properties\":{\"w\":{\"$ref\":\"W\"},\"n\":{\"$ref\":"
		    "\"N\"},\"v\":{\"$ref\":\"W\",\"default\":9}}},\"W\":{"
		    "\"$id\":\"W\",\"default\":1}},\"$ref\":\"N\"}",
		    "{\"n\":{}}",
		    "{\"n\":{\"w\":1,\"v\":9},\"w\":1,\"v\":9}" },
		{ "{\"$defs\":{\"T\":{\"type\":\"object\",\"default\":{},"
		    "\"properties\":{\"t\":{\"$ref\":\"#/$defs/T\"}}}},"
		    "\"$ref\":\"#/$defs/T\"}", "nothing",
		    "ALK_LIMIT" }
	};

	struct testing t;
	testing_begin(&t, rows[0].schema);
	assert_string_equal(testing_answer(&t, value_default, rows[0].value),
	    rows[0].answer);
	testing_end(&t);
	/* A default that needs itself without end: the place is long. */
	testing_begin(&t, rows[1].schema);
	assert_memory_equal(testing_answer(&t, value_default, rows[1].value),
	    rows[1].answer, 9);
	testing_end(&t);
}

/* Not TypeBox's, but plain JSON Schema. */
static void
a_schema_of_several_kinds_is_filled_by_all(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"$defs\":{\"B\":{\"type\":\"object\",\"properties\":{"
		    "\"b\":{\"default\":2}}}},\"$ref\":\"#/$defs/B\",\"type\":"
		    "\"object\",\"properties\":{\"a\":{\"default\":1}},"
		    "\"allOf\":[{\"type\":\"object\",\"properties\":{\"c\":{"
		    "\"default\":3}}}]}", "{}", "{\"a\":1,\"b\":2,\"c\":3}" }
	};

	TESTING_ROWS(value_default, rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_fill_what_is_missing),
		cmocka_unit_test(a_default_object_lies_under_the_object),
		cmocka_unit_test(items_and_slots_are_filled),
		cmocka_unit_test(
		    other_members_get_a_default_of_their_own_schema_only),
		cmocka_unit_test(
		    a_union_takes_the_first_variant_that_becomes_valid),
		cmocka_unit_test(
		    members_of_an_intersection_are_filled_and_merged),
		cmocka_unit_test(
		    references_are_followed_with_their_own_default),
		cmocka_unit_test(a_schema_of_several_kinds_is_filled_by_all)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
