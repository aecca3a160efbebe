/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "value/testing.h"

static void
unknown_members_go(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"object\",\"properties\":{\"a\":{},\"b\":{"
		    "\"type\":\"object\",\"properties\":{\"c\":{}}}}}",
		    "{\"z\":1,\"a\":{\"y\":1},\"b\":{\"d\":2,\"c\":1}}",
		    "{\"a\":{\"y\":1},\"b\":{\"c\":1}}" },
		{ NULL, "{\"b\":5}", "{\"b\":5}" },
		{ NULL, "[{\"z\":1}]", "[{\"z\":1}]" },
		{ NULL, "{}", "{}" },
		{ "{\"type\":\"array\",\"items\":{\"type\":\"object\","
		    "\"properties\":{}}}", "[{\"a\":1},[{\"a\":1}]]",
		    "[{},[{\"a\":1}]]" }
	};

	TESTING_ROWS(value_clean, rows);
}

static void
members_stay_that_additional_properties_accepts(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"object\",\"properties\":{\"a\":{}},"
		    "\"additionalProperties\":{\"type\":\"object\","
		    "\"properties\":{\"k\":{}}}}",
		    "{\"a\":1,\"b\":2,\"c\":{\"k\":1,\"l\":2}}",
		    "{\"a\":1,\"c\":{\"k\":1}}" },
		{ "{\"type\":\"object\",\"properties\":{\"a\":{}},"
		    "\"additionalProperties\":true}", "{\"a\":1,\"b\":2}",
		    "{\"a\":1,\"b\":2}" },
		{ "{\"type\":\"object\",\"properties\":{\"a\":{}},"
		    "\"additionalProperties\":false}", "{\"a\":1,\"b\":2}",
		    "{\"a\":1}" },
		{ "{\"type\":\"object\",\"patternProperties\":{\"^x-\":{"
		    "\"type\":\"object\",\"properties\":{\"k\":{}}}}}",
		    "{\"x-a\":{\"k\":1,\"z\":2},\"b\":1}",
		    "{\"x-a\":{\"k\":1}}" },
		{ "{\"type\":\"object\",\"properties\":{\"a\":{}},"
		    "\"patternProperties\":{\"^x-\":{}}}",
		    "{\"x-a\":1,\"b\":2,\"a\":3}", "{\"x-a\":1,\"a\":3}" }
	};

	TESTING_ROWS(value_clean, rows);
}

static void
tuples_lose_what_is_behind_them(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"array\",\"items\":[{},{}],\"additionalItems\":"
		    "false}", "[1,2,3]", "[1,2]" },
		{ NULL, "[1]", "[1]" },
		{ "{\"type\":\"array\",\"maxItems\":0}", "[1]", "[]" },
		{ "{\"type\":\"array\",\"items\":[{}],\"additionalItems\":{"
		    "\"type\":\"object\",\"properties\":{}}}",
		    "[{\"a\":1},{\"a\":1}]", "[{\"a\":1},{}]" }
	};

	TESTING_ROWS(value_clean, rows);
}

static void
unions_clean_by_the_variant_that_accepts(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"anyOf\":[{\"type\":\"object\",\"required\":[\"a\"],"
		    "\"properties\":{\"a\":{}}},{\"type\":\"object\","
		    "\"required\":[\"b\"],\"properties\":{\"b\":{}}}]}",
		    "{\"b\":1,\"z\":1}", "{\"b\":1}" },
		{ NULL, "{\"z\":1}", "{\"z\":1}" }
	};

	TESTING_ROWS(value_clean, rows);
}

static void
intersections_keep_what_any_member_knows(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"allOf\":[{\"type\":\"object\",\"properties\":{\"a\":{},"
		    "\"n\":{\"type\":\"object\",\"properties\":{\"p\":{}}}}},{"
		    "\"type\":\"object\",\"properties\":{\"b\":{},\"n\":{"
		    "\"type\":\"object\",\"properties\":{\"q\":{}}}}}]}",
		    "{\"a\":1,\"z\":0,\"b\":2,\"n\":{\"p\":1,\"q\":2,\"r\":3}}",
		    "{\"a\":1,\"n\":{\"p\":1,\"q\":2},\"b\":2}" },
		{ NULL, "7", "7" },
		{ "{\"unevaluatedProperties\":{\"type\":\"boolean\"},\"allOf\":"
		    "[{\"type\":\"object\",\"properties\":{\"a\":{}}}]}",
		    "{\"a\":1,\"c\":true,\"d\":5}", "{\"a\":1,\"c\":true}" }
	};

	TESTING_ROWS(value_clean, rows);
}

/* Better too much than to lose what a keyword allows that is not known here. */
static void
what_other_keywords_may_know_stays(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"object\",\"properties\":{\"a\":{}},\"oneOf\":[{"
		    "\"properties\":{\"b\":{}}},false]}", "{\"a\":1,\"b\":2}",
		    "{\"a\":1,\"b\":2}" },
		{ "{\"type\":[\"object\",\"null\"],\"properties\":{}}",
		    "{\"a\":1}", "{\"a\":1}" },
		{ "{\"$defs\":{\"B\":{\"type\":\"object\",\"properties\":{"
		    "\"b\":{}}}},\"$ref\":\"#/$defs/B\",\"type\":\"object\","
		    "\"properties\":{\"a\":{}}}", "{\"b\":1,\"a\":2,\"c\":3}",
		    "{\"a\":2,\"b\":1}" }
	};

	TESTING_ROWS(value_clean, rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_members_go),
		cmocka_unit_test(
		    members_stay_that_additional_properties_accepts),
		cmocka_unit_test(tuples_lose_what_is_behind_them),
		cmocka_unit_test(unions_clean_by_the_variant_that_accepts),
		cmocka_unit_test(intersections_keep_what_any_member_knows),
		cmocka_unit_test(what_other_keywords_may_know_stays)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
