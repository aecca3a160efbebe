/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "value/testing.h"

static void
assert_canonical(const char *text, const char *expected)
{
	struct json_reader r = { 0 };
	struct buf b = { 0 };
	alk_error err = { 0 };

	assert_int_equal(value_write_canonical(&b, testing_read(&r, text),
	    &err), ALK_OK);
	assert_string_equal(buf_text(&b), expected);
	/* Written again it is the same. */
	yyjson_val *v = testing_read(&r, expected);
	buf_clear(&b);
	assert_int_equal(value_write_canonical(&b, v, &err), ALK_OK);
	assert_string_equal(buf_text(&b), expected);
	buf_fini(&b);
	json_reader_fini(&r);
}

static void
members_stand_in_the_order_of_utf_16(void **state)
{
	(void)state;
	/* The example of RFC 8785, section 3.2.3. */
	assert_canonical("{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"CR\","
	    "\"\\ufb33\":\"Dalet\",\"1\":\"One\",\"\\ud83d\\ude00\":\"Smile\","
	    "\"\\u0080\":\"Control\",\"\\u00f6\":\"o\"}",
	    "{\"\\r\":\"CR\",\"1\":\"One\",\"\xc2\x80\":\"Control\","
	    "\"\xc3\xb6\":\"o\",\"\xe2\x82\xac\":\"Euro Sign\","
	    "\"\xf0\x9f\x98\x80\":\"Smile\",\"\xef\xac\xb3\":\"Dalet\"}");
	assert_canonical("{\"b\":[{\"d\":1,\"c\":2}],\"a\":{}}",
	    "{\"a\":{},\"b\":[{\"c\":2,\"d\":1}]}");
}

static void
a_number_has_one_form(void **state)
{
	(void)state;
	/* Numbers of RFC 8785; other than there, none is rounded. */
	assert_canonical("[333333333.33333329,1E30,4.50,2e-3,1e-27]",
	    "[3.3333333333333329e8,1e30,4.5,0.002,1e-27]");
	assert_canonical("[1.0,-0,100e-2]", "[1,0,1]");
	/* Finer or larger than a double. */
	assert_canonical("[123456789012345678901.5,1.234567890123456789015e20]",
	    "[1.234567890123456789015e20,1.234567890123456789015e20]");
	assert_canonical("[1e400,100e398,0.01e402]",
	    "[1e400,1e400,1e400]");
	assert_canonical("[-1.50E-400,-15e-401]", "[-1.5e-400,-1.5e-400]");
	/* Exponents that fit no integer. */
	assert_canonical("[10e99999999999999999999,1e100000000000000000000]",
	    "[1e100000000000000000000,1e100000000000000000000]");
	assert_canonical("[1e-100000000000000000000,"
	    "0.1e-99999999999999999999]",
	    "[1e-100000000000000000000,1e-100000000000000000000]");
	assert_canonical("[0.01e100000000000000001]",
	    "[1e99999999999999999]");
}

static void
equal_values_have_equal_texts_only(void **state)
{
	static const char *const values[] = {
		"{\"a\":1,\"b\":[1.0,2]}", "{\"b\":[1,2e0],\"a\":10e-1}",
		"{\"a\":1,\"b\":[2,1]}", "{\"a\":1}", "[]", "{}", "null",
		"\"a\"", "1e500", "10e499", "1e501", "-1e500", "0", "0e999",
		"1.5", "15e-1", "true", "false", "[[]]", "[[],[]]"
	};
	struct json_reader ra = { 0 };
	struct json_reader rb = { 0 };
	struct buf a = { 0 };
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++)
		for (size_t j = 0; j < COUNT(values); j++) {
			yyjson_val *x = testing_read(&ra, values[i]);
			yyjson_val *y = testing_read(&rb, values[j]);
			buf_clear(&a);
			buf_clear(&b);
			(void)value_write_canonical(&a, x, NULL);
			(void)value_write_canonical(&b, y, NULL);
			assert_int_equal(json_equal(x, y), strcmp(
			    buf_text(&a), buf_text(&b)) == 0);
		}
	buf_fini(&a);
	buf_fini(&b);
	json_reader_fini(&ra);
	json_reader_fini(&rb);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_stand_in_the_order_of_utf_16),
		cmocka_unit_test(a_number_has_one_form),
		cmocka_unit_test(equal_values_have_equal_texts_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
