/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "schema/testing.h"

static void
types_are_the_seven_of_json(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"integer\"}", "1", true },
		{ NULL, "1.0", true },
		{ NULL, "1e20", true },
		{ NULL, "12345678901234567890123", true },
		{ NULL, "1.5", false },
		{ NULL, "0.12345678901234567890123", false },
		{ NULL, "\"1\"", false },
		{ "{\"type\":\"number\"}", "1.5", true },
		{ NULL, "1e999", true },
		{ NULL, "true", false },
		{ "{\"type\":[\"null\",\"object\"]}", "null", true },
		{ NULL, "{}", true },
		{ NULL, "[]", false },
		{ NULL, "false", false }
	};

	TESTING_ROWS(rows);
}

static void
undefined_and_void_never_match(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"undefined\"}", "null", false },
		{ "{\"type\":\"void\"}", "{}", false },
		{ "{\"type\":[\"undefined\",\"string\"]}", "\"\"", true },
		{ NULL, "null", false }
	};

	TESTING_ROWS(rows);
}

static void
lengths_count_code_points(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"minLength\":2,\"maxLength\":3}", "\"a\"", false },
		{ NULL, "\"\xf0\x9f\x98\x80\"", false },
		{ NULL, "\"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\"", true },
		{ NULL, "\"\xc3\xa9\xc3\xa9\xc3\xa9\"", true },
		{ NULL, "\"abcd\"", false },
		{ "{\"minLength\":12}",
		    "\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
		    "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\"", false },
		{ NULL, "\"abcdefghijkl\"", true },
		{ "{\"minLength\":1e30}", "\"a\"", false },
		{ "{\"maxLength\":2.0}", "\"abc\"", false }
	};

	TESTING_ROWS(rows);
}

static void
bounds_compare_by_mathematical_value(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"minimum\":9007199254740993}", "9007199254740992", false },
		{ NULL, "9007199254740993", true },
		{ NULL, "9007199254740993.0", true },
		{ "{\"maximum\":18446744073709551615}", "1e20", false },
		{ NULL, "18446744073709551615", true },
		{ NULL, "18446744073709551616", false },
		{ "{\"exclusiveMaximum\":1.5,\"exclusiveMinimum\":-1}", "1.5",
		    false },
		{ NULL, "-1", false },
		{ NULL, "-0.5", true },
		{ "{\"maximum\":0.1}", "0.1", true },
		{ NULL, "0.10000000000000000000001", false },
		{ "{\"maximum\":9007199254740993}", "9007199254740992", true },
		{ NULL, "9007199254740994", false }
	};

	TESTING_ROWS(rows);
}

static void
arrays_have_prefixes_and_a_rest(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"items\":[{\"type\":\"number\"},{\"type\":\"string\"}],"
		    "\"additionalItems\":false,\"minItems\":2}", "[1,\"a\"]",
		    true },
		{ NULL, "[1]", false },
		{ NULL, "[1,\"a\",2]", false },
		{ NULL, "[\"a\",1]", false },
		{ "{\"prefixItems\":[{\"type\":\"number\"}],"
		    "\"items\":{\"type\":\"string\"}}", "[1,\"a\",\"b\"]",
		    true },
		{ NULL, "[1,2]", false },
		{ "{\"items\":[true],\"additionalItems\":{\"type\":\"null\"}}",
		    "[1,null]", true },
		{ NULL, "[1,2]", false },
		/* Without an array in items, additionalItems says nothing. */
		{ "{\"additionalItems\":false}", "[1,2]", true },
		{ "{\"items\":false}", "[]", true },
		{ NULL, "[1]", false }
	};

	TESTING_ROWS(rows);
}

static void
contains_counts_its_matches(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"contains\":{\"const\":1}}", "[]", false },
		{ NULL, "[2,1]", true },
		{ "{\"contains\":{\"const\":1},\"minContains\":0}", "[]",
		    true },
		{ "{\"contains\":{\"const\":1},\"minContains\":2,"
		    "\"maxContains\":3}", "[1,2]", false },
		{ NULL, "[1,1.0]", true },
		{ NULL, "[1,1,1,1]", false },
		{ "{\"minContains\":5}", "[]", true }
	};

	TESTING_ROWS(rows);
}

static void
objects_split_members_by_name(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"properties\":{\"a\":{\"type\":\"number\"}},"
		    "\"patternProperties\":{\"^x\":{\"type\":\"string\"}},"
		    "\"additionalProperties\":{\"type\":\"null\"}}",
		    "{\"a\":1,\"xy\":\"\",\"b\":null}", true },
		{ NULL, "{\"a\":\"\"}", false },
		{ NULL, "{\"x\":1}", false },
		{ NULL, "{\"b\":1}", false },
		{ "{\"properties\":{\"xa\":{\"minimum\":1}},"
		    "\"patternProperties\":{\"^x\":{\"maximum\":3},"
		    "\"a$\":{\"multipleOf\":2}}}", "{\"xa\":2}", true },
		{ NULL, "{\"xa\":0}", false },
		{ NULL, "{\"xa\":4}", false },
		{ NULL, "{\"xa\":3}", false },
		{ "{\"required\":[\"b\",\"a\"],\"properties\":{\"a\":true},"
		    "\"additionalProperties\":false}", "{\"a\":1,\"b\":1}",
		    false },
		{ "{\"propertyNames\":{\"maxLength\":2}}", "{\"abc\":1}",
		    false },
		{ NULL, "{\"ab\":1}", true },
		{ "{\"minProperties\":1,\"maxProperties\":2}", "{}", false },
		{ NULL, "{\"a\":1,\"b\":1}", true },
		{ NULL, "{\"a\":1,\"b\":1,\"c\":1}", false },
		/* Only own members count. */
		{ "{\"properties\":{\"constructor\":{\"type\":\"string\"}},"
		    "\"required\":[\"__proto__\"]}", "{\"__proto__\":1}",
		    true },
		{ NULL, "{}", false }
	};

	TESTING_ROWS(rows);
}

static void
members_in_any_order_are_found(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"additionalProperties\":false,\"properties\":{"
		    "\"abcdefgh_1_abcdefgh\":{\"const\":1},"
		    "\"abcdefgh_2_abcdefgh\":{\"const\":2},"
		    "\"\":{\"const\":3},\"abc\":{\"const\":4},"
		    "\"abd\":{\"const\":5}}}",
		    "{\"abd\":5,\"abc\":4,\"\":3,\"abcdefgh_2_abcdefgh\":2,"
		    "\"abcdefgh_1_abcdefgh\":1}", true },
		{ NULL, "{\"abcdefgh_3_abcdefgh\":1}", false },
		{ NULL, "{\"abcdefgh_1_abcdefgh\":2}", false },
		{ NULL, "{\"abe\":4}", false }
	};

	TESTING_ROWS(rows);
}

static void
more_than_64_required_names_are_all_required(void **state)
{
	(void)state;
	struct buf schema = { 0 };
	struct buf value = { 0 };

	buf_str(&schema, "{\"required\":[\"p0\"");
	buf_str(&value, "{\"p0\":0");
	for (int i = 1; i < 200; i++) {
		buf_printf(&schema, ",\"p%d\"", i);
		if (i < 199)
			buf_printf(&value, ",\"p%d\":0", i);
	}
	buf_str(&schema, "]}");
	struct schema *s = testing_compile(buf_text(&schema));
	buf_str(&value, ",\"q\":0}");
	assert_false(testing_accepts(s, buf_text(&value)));
	value.bytes -= strlen("q\":0}");
	buf_str(&value, "p199\":0}");
	assert_true(testing_accepts(s, buf_text(&value)));
	schema_free(s);
	buf_fini(&schema);
	buf_fini(&value);
}

static void
dependents_follow_their_trigger(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"dependentRequired\":{\"a\":[\"b\"]}}", "{\"a\":1}",
		    false },
		{ NULL, "{\"b\":1}", true },
		{ NULL, "{\"a\":1,\"b\":1}", true },
		{ "{\"dependentSchemas\":{\"a\":{\"required\":[\"c\"]}}}",
		    "{\"a\":1}", false },
		{ NULL, "{\"a\":1,\"c\":1}", true },
		{ "{\"dependencies\":{\"a\":[\"b\"],\"c\":false}}",
		    "{\"a\":1}", false },
		{ NULL, "{\"c\":1}", false },
		{ NULL, "{\"a\":1,\"b\":1}", true }
	};

	TESTING_ROWS(rows);
}

static void
literals_compare_by_value(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"const\":{\"a\":[1,2.0],\"b\":null}}",
		    "{\"b\":null,\"a\":[1.0,2]}", true },
		{ NULL, "{\"b\":null,\"a\":[2,1]}", false },
		{ "{\"enum\":[1,2,3,4,5,6,7,8,9,10,[],{\"x\":1},false,\"s\"]}",
		    "1e1", true },
		{ NULL, "{\"x\":1.0}", true },
		{ NULL, "false", true },
		{ NULL, "0", false },
		{ NULL, "\"s\"", true },
		{ NULL, "\"t\"", false },
		{ NULL, "11", false },
		{ "{\"enum\":[]}", "null", false },
		{ "{\"enum\":[\"a\",\"b\"],\"const\":\"b\"}", "\"a\"", false },
		{ NULL, "\"b\"", true },
		{ "{\"anyOf\":[{\"const\":\"a\",\"type\":\"string\"},"
		    "{\"const\":2,\"type\":\"number\"}]}", "2", true },
		{ NULL, "\"a\"", true },
		{ NULL, "\"2\"", false },
		/* A constant that its own type excludes matches nothing. */
		{ "{\"anyOf\":[{\"const\":\"a\",\"type\":\"number\"},"
		    "{\"const\":1}]}", "\"a\"", false },
		{ NULL, "1", true }
	};

	TESTING_ROWS(rows);
}

static void
composition_combines_schemas(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"allOf\":[{\"minimum\":1},{\"maximum\":2}]}", "3", false },
		{ NULL, "2", true },
		{ "{\"anyOf\":[{\"minimum\":5},{\"maximum\":2}]}", "3", false },
		{ NULL, "6", true },
		{ "{\"oneOf\":[{\"minimum\":2},{\"maximum\":5}]}", "3", false },
		{ NULL, "6", true },
		{ "{\"oneOf\":[{\"type\":\"null\"},{\"type\":\"string\"}]}",
		    "1", false },
		{ "{\"not\":{}}", "1", false },
		{ "{\"not\":{\"type\":\"string\"}}", "1", true },
		{ "{\"anyOf\":[]}", "1", false },
		{ "{\"allOf\":[]}", "1", true },
		{ "{\"if\":{\"minimum\":5},\"then\":{\"multipleOf\":5},"
		    "\"else\":{\"multipleOf\":2}}", "7", false },
		{ NULL, "10", true },
		{ NULL, "4", true },
		{ NULL, "3", false },
		{ "{\"then\":false,\"else\":false}", "1", true },
		{ "false", "1", false },
		{ "true", "1", true }
	};

	TESTING_ROWS(rows);
}

static void
a_discriminated_union_checks_one_variant(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"anyOf\":[{\"type\":\"object\",\"required\":[\"k\",\"x\"],"
		    "\"properties\":{\"k\":{\"const\":\"a\"},"
		    "\"x\":{\"type\":\"number\"}}},"
		    "{\"type\":\"object\",\"required\":[\"k\"],"
		    "\"properties\":{\"k\":{\"const\":\"b\"}},"
		    "\"additionalProperties\":false}]}",
		    "{\"x\":1,\"k\":\"a\"}", true },
		{ NULL, "{\"k\":\"a\"}", false },
		{ NULL, "{\"k\":\"b\"}", true },
		{ NULL, "{\"k\":\"b\",\"x\":1}", false },
		{ NULL, "{\"k\":\"c\"}", false },
		{ NULL, "{\"k\":1}", false },
		{ NULL, "{}", false },
		{ NULL, "[]", false },
		/* Not required in one of them: it tells nothing. */
		{ "{\"oneOf\":[{\"type\":\"object\",\"required\":[\"k\"],"
		    "\"properties\":{\"k\":{\"const\":\"a\"}}},"
		    "{\"type\":\"object\","
		    "\"properties\":{\"k\":{\"const\":\"b\"}}}]}", "{}", true },
		{ NULL, "{\"k\":\"a\"}", true },
		{ NULL, "{\"k\":\"c\"}", false }
	};

	TESTING_ROWS(rows);
}

static void
unevaluated_sees_through_everything_in_place(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"$defs\":{\"B\":{\"$id\":\"B\",\"type\":\"object\","
		    "\"required\":[\"id\"],\"properties\":{\"id\":"
		    "{\"type\":\"string\"}}}},\"allOf\":[{\"$ref\":\"B\"},"
		    "{\"properties\":{\"name\":true}}],"
		    "\"unevaluatedProperties\":false}",
		    "{\"id\":\"a\",\"name\":1}", true },
		{ NULL, "{\"id\":\"a\",\"x\":1}", false },
		/* What a failed variant evaluated does not count. */
		{ "{\"anyOf\":[{\"properties\":{\"a\":{\"const\":1},"
		    "\"b\":true},\"required\":[\"b\"]},"
		    "{\"properties\":{\"a\":true}}],"
		    "\"unevaluatedProperties\":false}", "{\"a\":1,\"b\":1}",
		    true },
		{ NULL, "{\"a\":2,\"b\":1}", false },
		{ NULL, "{\"a\":2}", true },
		{ "{\"not\":{\"not\":{\"properties\":{\"a\":true}}},"
		    "\"unevaluatedProperties\":false}", "{\"a\":1}", false },
		{ "{\"if\":{\"properties\":{\"a\":{\"const\":1}},"
		    "\"required\":[\"a\"]},\"else\":{\"properties\":"
		    "{\"b\":true}},\"unevaluatedProperties\":false}",
		    "{\"a\":1}", true },
		{ NULL, "{\"b\":1}", true },
		{ NULL, "{\"a\":1,\"b\":1}", false },
		{ "{\"allOf\":[{\"items\":[true]}],"
		    "\"unevaluatedItems\":{\"type\":\"null\"}}", "[1,null]",
		    true },
		{ NULL, "[1,2]", false },
		/* contains evaluates nothing in 2019-09. */
		{ "{\"contains\":{\"const\":1},\"unevaluatedItems\":false}",
		    "[1]", false },
		/* A cousin does not see what another one evaluated. */
		{ "{\"allOf\":[{\"properties\":{\"a\":true}},"
		    "{\"unevaluatedProperties\":false}]}", "{\"a\":1}", false },
		{ "{\"properties\":{\"a\":true},\"allOf\":"
		    "[{\"unevaluatedProperties\":true}],"
		    "\"unevaluatedProperties\":false}", "{\"b\":1}", true }
	};

	TESTING_ROWS(rows);
}

static void
unevaluated_works_on_values_of_any_size(void **state)
{
	(void)state;
	struct buf value = { 0 };
	struct schema *s = testing_compile(
	    "{\"allOf\":[{\"patternProperties\":{\"^a\":true}}],"
	    "\"unevaluatedProperties\":{\"const\":1}}");

	buf_str(&value, "{\"b\":1");
	for (int i = 0; i < 2000; i++)
		buf_printf(&value, ",\"a%d\":0", i);
	size_t bytes = value.bytes;
	buf_str(&value, ",\"c\":1}");
	assert_true(testing_accepts(s, buf_text(&value)));
	value.bytes = bytes;
	buf_str(&value, ",\"c\":0}");
	assert_false(testing_accepts(s, buf_text(&value)));
	schema_free(s);
	buf_fini(&value);
}

static void
formats_are_asserted_and_unknown_ones_ignored(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"format\":\"ipv4\"}", "\"1.2.3\"", false },
		{ NULL, "\"1.2.3.4\"", true },
		{ NULL, "5", true },
		{ "{\"format\":\"colour\"}", "\"1.2.3\"", true }
	};

	TESTING_ROWS(rows);
}

static void
unknown_keywords_are_ignored(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"colour\":{\"type\":5},\"x-y\":null}", "1", true },
		{ "{\"ite\":false,\"itemsx\":false,\"Type\":\"null\"}", "[1]",
		    true }
	};

	TESTING_ROWS(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_are_the_seven_of_json),
		cmocka_unit_test(undefined_and_void_never_match),
		cmocka_unit_test(lengths_count_code_points),
		cmocka_unit_test(bounds_compare_by_mathematical_value),
		cmocka_unit_test(arrays_have_prefixes_and_a_rest),
		cmocka_unit_test(contains_counts_its_matches),
		cmocka_unit_test(objects_split_members_by_name),
		cmocka_unit_test(members_in_any_order_are_found),
		cmocka_unit_test(more_than_64_required_names_are_all_required),
		cmocka_unit_test(dependents_follow_their_trigger),
		cmocka_unit_test(literals_compare_by_value),
		cmocka_unit_test(composition_combines_schemas),
		cmocka_unit_test(a_discriminated_union_checks_one_variant),
		cmocka_unit_test(unevaluated_sees_through_everything_in_place),
		cmocka_unit_test(unevaluated_works_on_values_of_any_size),
		cmocka_unit_test(
		    formats_are_asserted_and_unknown_ones_ignored),
		cmocka_unit_test(unknown_keywords_are_ignored)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
