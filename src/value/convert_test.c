/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "value/testing.h"

static void
to_numbers(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"number\"}", "\"4.5e2\"", "450" },
		{ NULL, "\" \\t7\\u00a0\\ufeff\"", "7" },
		{ NULL, "\"+.5\"", "0.5" },
		{ NULL, "\"5.\"", "5" },
		{ NULL, "\"007\"", "7" },
		{ NULL, "\"-0\"", "0" },
		{ NULL, "\"0x1F\"", "31" },
		{ NULL, "\"0b101\"", "5" },
		{ NULL, "\"-0x10\"", "\"-0x10\"" },
		{ NULL, "\"0x1ffffffffffffffff\"", "\"0x1ffffffffffffffff\"" },
		{ NULL, "\"18446744073709551615\"", "18446744073709551615" },
		{ NULL, "\"1e400\"", "1e400" },
		{ NULL, "\"\"", "\"\"" },
		{ NULL, "\".\"", "\".\"" },
		{ NULL, "\"1e\"", "\"1e\"" },
		{ NULL, "\"12abc\"", "\"12abc\"" },
		{ NULL, "\"Infinity\"", "\"Infinity\"" },
		{ NULL, "\"True\"", "1" },
		{ NULL, "false", "0" },
		{ NULL, "null", "null" },
		{ NULL, "[1]", "[1]" }
	};

	TESTING_ROWS(value_convert, rows);
}

static void
to_integers_without_the_fraction(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"integer\"}", "\"4.9\"", "4" },
		{ NULL, "-4.9", "-4" },
		{ NULL, "-0.5", "0" },
		{ NULL, "1e300", "1e300" },
		{ NULL, "12345678901234567890123.75",
		    "12345678901234567890123" },
		{ NULL, "-1234567890123456789.0123456789e2",
		    "-123456789012345678901" },
		{ NULL, "1e-400", "0" },
		{ NULL, "0.00012345678901234567890123e5", "12" },
		{ NULL, "\"1e3\"", "1000" },
		{ NULL, "\"9007199254740993\"", "9007199254740993" },
		{ NULL, "true", "1" },
		{ NULL, "\"x\"", "\"x\"" }
	};

	TESTING_ROWS(value_convert, rows);
}

static void
to_strings_as_javascript_writes_them(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"string\"}", "42", "\"42\"" },
		{ NULL, "1e21", "\"1e+21\"" },
		{ NULL, "1e-7", "\"1e-7\"" },
		{ NULL, "1.50", "\"1.5\"" },
		{ NULL, "true", "\"true\"" },
		{ NULL, "null", "null" },
		{ NULL, "{}", "{}" }
	};

	TESTING_ROWS(value_convert, rows);
}

static void
to_booleans_and_null(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"boolean\"}", "\"TRUE\"", "true" },
		{ NULL, "\"-0\"", "false" },
		{ NULL, "1", "true" },
		{ NULL, "0.0", "false" },
		{ NULL, "2", "2" },
		{ NULL, "\"yes\"", "\"yes\"" },
		{ "{\"type\":\"null\"}", "\"Null\"", "null" },
		{ NULL, "0", "0" }
	};

	TESTING_ROWS(value_convert, rows);
}

static void
to_constants_only_when_equal(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"const\":1}", "\"1\"", "1" },
		{ NULL, "true", "1" },
		{ NULL, "\"2\"", "\"2\"" },
		{ "{\"const\":\"5\"}", "5", "\"5\"" },
		{ "{\"const\":true}", "\"false\"", "\"false\"" },
		{ "{\"enum\":[\"a\",7,true]}", "\"7\"", "7" },
		{ NULL, "1", "true" },
		{ NULL, "7", "7" },
		{ NULL, "\"b\"", "\"b\"" }
	};

	TESTING_ROWS(value_convert, rows);
}

static void
containers_convert_what_they_hold(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"array\",\"items\":{\"type\":\"number\"}}",
		    "[\"1\",[]]", "[1,[]]" },
		{ NULL, "\"3\"", "[3]" },
		{ NULL, "null", "[null]" },
		{ NULL, "{}", "[{}]" },
		{ "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":"
		    "\"number\"}},\"patternProperties\":{\"^x\":{\"type\":"
		    "\"boolean\"}},\"additionalProperties\":{\"type\":"
		    "\"string\"}}", "{\"b\":1,\"x\":1,\"a\":\"1\"}",
		    "{\"b\":\"1\",\"x\":true,\"a\":1}" },
		{ NULL, "[\"1\"]", "[\"1\"]" },
		{ "{\"type\":\"array\",\"items\":[{\"type\":\"number\"}]}",
		    "[\"1\",\"2\"]", "[1,\"2\"]" },
		{ NULL, "\"1\"", "\"1\"" }
	};

	TESTING_ROWS(value_convert, rows);
}

static void
unions_keep_what_is_valid_and_try_in_turn(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"anyOf\":[{\"type\":\"number\"},{\"type\":\"string\"}]}",
		    "\"5\"", "\"5\"" },
		{ NULL, "true", "1" },
		{ NULL, "null", "null" },
		{ "{\"allOf\":[{\"type\":\"object\",\"properties\":{\"a\":{"
		    "\"type\":\"string\"}}},{\"type\":\"object\","
		    "\"properties\":{\"b\":{\"type\":\"number\"}}}]}",
		    "{\"a\":5,\"b\":\"6\"}", "{\"a\":\"5\",\"b\":6}" }
	};

	TESTING_ROWS(value_convert, rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(to_numbers),
		cmocka_unit_test(to_integers_without_the_fraction),
		cmocka_unit_test(to_strings_as_javascript_writes_them),
		cmocka_unit_test(to_booleans_and_null),
		cmocka_unit_test(to_constants_only_when_equal),
		cmocka_unit_test(containers_convert_what_they_hold),
		cmocka_unit_test(unions_keep_what_is_valid_and_try_in_turn)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
