/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "value/testing.h"

static void
the_simplest_value_is_made(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"string\"}", "nothing", "\"\"" },
		{ "{\"type\":\"string\",\"minLength\":3}", "nothing",
		    "\"   \"" },
		{ "{\"type\":\"number\"}", "nothing", "0" },
		{ "{\"type\":\"integer\",\"minimum\":-5}", "nothing", "-5" },
		{ "{\"type\":\"boolean\"}", "nothing", "false" },
		{ "{\"type\":\"null\"}", "nothing", "null" },
		{ "{\"const\":{\"a\":[1]}}", "nothing", "{\"a\":[1]}" },
		{ "{\"enum\":[\"a\",2]}", "nothing", "\"a\"" },
		{ "{}", "nothing", "{}" },
		{ "true", "nothing", "{}" },
		{ "{\"type\":\"array\",\"minItems\":2,\"items\":{\"type\":"
		    "\"null\"}}", "nothing", "[null,null]" },
		{ "{\"type\":\"array\",\"items\":[{\"type\":\"null\"},{}]}",
		    "nothing", "[null,{}]" },
		{ "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{"
		    "\"a\":{\"type\":\"null\"},\"b\":{}}}", "nothing",
		    "{\"a\":null}" },
		{ "{\"anyOf\":[{\"type\":\"null\"},{}]}", "nothing", "null" },
		{ "{\"allOf\":[{\"type\":\"object\",\"required\":[\"a\"],"
		    "\"properties\":{\"a\":{\"type\":\"null\"}}},{\"type\":"
		    "\"object\",\"required\":[\"b\"],\"properties\":{\"b\":{"
		    "\"type\":\"null\"}}}]}", "nothing",
		    "{\"a\":null,\"b\":null}" },
		{ "{\"$defs\":{\"A\":{\"type\":\"null\"}},\"$ref\":"
		    "\"#/$defs/A\"}", "nothing", "null" }
	};

	TESTING_ROWS(testing_create, rows);
}

static void
a_default_goes_first(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"string\",\"pattern\":\"^a\",\"default\":\"aa\"}",
		    "nothing", "\"aa\"" },
		{ "{\"not\":{},\"default\":1}", "nothing", "1" },
		{ "{\"type\":\"array\",\"uniqueItems\":true,\"default\":[1]}",
		    "nothing", "[1]" }
	};

	TESTING_ROWS(testing_create, rows);
}

static void
some_types_need_one(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"string\",\"pattern\":\"^a\"}", "nothing",
		    "ALK_VALUE " },
		{ "{\"type\":\"string\",\"format\":\"date\"}", "nothing",
		    "ALK_VALUE " },
		{ "{\"type\":\"array\",\"uniqueItems\":true}", "nothing",
		    "ALK_VALUE " },
		{ "{\"type\":\"array\",\"contains\":{}}", "nothing",
		    "ALK_VALUE " },
		{ "false", "nothing", "ALK_VALUE " },
		{ "{\"not\":{\"type\":\"null\"}}", "nothing", "ALK_VALUE " },
		{ "{\"type\":[\"string\",\"null\"]}", "nothing",
		    "ALK_VALUE " },
		{ "{\"allOf\":[{\"const\":1},{\"const\":2}]}", "nothing",
		    "ALK_VALUE " },
		{ "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{"
		    "\"a\":{\"type\":\"array\",\"minItems\":2,\"items\":{"
		    "\"not\":{}}}}}", "nothing", "ALK_VALUE /a/0" }
	};

	TESTING_ROWS(testing_create, rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_simplest_value_is_made),
		cmocka_unit_test(a_default_goes_first),
		cmocka_unit_test(some_types_need_one)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
