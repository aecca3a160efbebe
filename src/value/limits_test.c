/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Hostile schemas end in ALK_LIMIT that names the limit, and soon: within
 * SECONDS_MAX of processor time, sanitizers included.
 */
#include "value/testing.h"

#include <time.h>

#define SECONDS_MAX 5

static void
expect_soon(clock_t began)
{
	assert_true(clock() - began < (clock_t)SECONDS_MAX * CLOCKS_PER_SEC);
}

static void
expect_limit(const char *schema, testing_call call, const char *value,
    const char *limit)
{
	struct testing t;

	testing_begin(&t, schema);
	clock_t began = clock();
	const char *got = testing_answer(&t, call, value);
	expect_soon(began);
	if (strncmp(got, "ALK_LIMIT", 9) != 0 ||
	    strstr(t.err.text, limit) == NULL)
		fail_msg("%.200s: %.200s (%s), not limit %s", schema, got,
		    t.err.text, limit);
	testing_end(&t);
}

static void
few_keywords_cannot_ask_for_much(void **state)
{
	(void)state;
	expect_limit("{\"type\":\"array\",\"minItems\":1000000000000,"
	    "\"items\":{\"type\":\"null\"}}", testing_create, "nothing",
	    "value count");
	expect_limit("{\"type\":\"array\",\"minItems\":1e300}", value_cast,
	    "[]", "value count");
	expect_limit("{\"type\":\"string\",\"minLength\":1000000000000}",
	    testing_create, "nothing", "value text");
	expect_limit("{\"type\":\"string\",\"minLength\":1e300}",
	    testing_create, "nothing", "value text");
	/* A string is made once for each item. */
	expect_limit("{\"type\":\"array\",\"minItems\":100000,\"items\":{"
	    "\"type\":\"string\",\"minLength\":1000000}}", testing_create,
	    "nothing", "value text");
}

/* Ten levels of ten times the one below. */
static void
defaults_cannot_multiply_without_bound(void **state)
{
	(void)state;
	struct buf schema = { 0 };

	buf_str(&schema, "{\"$defs\":{\"D0\":{\"$id\":\"D0\",\"const\":1}");
	for (int i = 1; i <= 10; i++)
		buf_printf(&schema, ",\"D%d\":{\"$id\":\"D%d\",\"type\":"
		    "\"array\",\"minItems\":10,\"items\":{\"$ref\":\"D%d\"}}",
		    i, i, i - 1);
	buf_str(&schema, "},\"$ref\":\"D10\"}");
	expect_limit(buf_text(&schema), testing_create, "nothing",
	    "value count");
	buf_fini(&schema);
}

/* Each variant leads to two more: 2^40 ways, none of which fits. */
static void
unions_cannot_try_without_bound(void **state)
{
	(void)state;
	struct buf schema = { 0 };

	buf_str(&schema, "{\"$defs\":{\"D0\":{\"$id\":\"D0\",\"type\":"
	    "\"object\",\"required\":[\"x\"]}");
	for (int i = 1; i <= 40; i++)
		buf_printf(&schema, ",\"D%d\":{\"$id\":\"D%d\",\"anyOf\":[{"
		    "\"$ref\":\"D%d\"},{\"$ref\":\"D%d\"}]}", i, i, i - 1,
		    i - 1);
	buf_str(&schema, "},\"$ref\":\"D40\"}");
	static const testing_call calls[] = {
		value_default, value_clean, value_convert, value_cast
	};
	for (size_t i = 0; i < COUNT(calls); i++)
		expect_limit(buf_text(&schema), calls[i], "[1]",
		    "value steps");
	buf_fini(&schema);
}

static void
recursion_is_bounded(void **state)
{
	(void)state;
	static const char schema[] = "{\"$id\":\"T\",\"type\":\"object\","
	    "\"required\":[\"x\"],\"properties\":{\"x\":{\"$ref\":\"T\"}}}";
	static const char endless[] = "{\"$id\":\"T\",\"type\":\"object\","
	    "\"default\":{},\"properties\":{\"x\":{\"$ref\":\"T\"}}}";

	expect_limit(schema, testing_create, "nothing", "value depth");
	expect_limit(schema, value_cast, "{}", "value depth");
	expect_limit(endless, value_default, "nothing", "value depth");
}

/* What is made can be written and read again. */
static void
results_are_not_deeper_than_can_be_read(void **state)
{
	(void)state;
	struct buf schema = { 0 };
	struct testing t;

	for (int i = 0; i < 500; i++)
		buf_str(&schema, "{\"type\":\"array\",\"items\":");
	buf_str(&schema, "{\"default\":");
	for (int i = 0; i < 400; i++)
		buf_char(&schema, '[');
	for (int i = 0; i < 400; i++)
		buf_char(&schema, ']');
	buf_char(&schema, '}');
	for (int i = 0; i < 500; i++)
		buf_char(&schema, '}');
	testing_begin(&t, buf_text(&schema));
	/* 500 arrays around what is 600 deep already. */
	struct buf value = { 0 };
	for (int i = 0; i < 600; i++)
		buf_str(&value, "{\"a\":");
	buf_char(&value, '1');
	for (int i = 0; i < 600; i++)
		buf_char(&value, '}');
	assert_memory_equal(testing_answer(&t, value_convert,
	    buf_text(&value)), "ALK_LIMIT", 9);
	assert_memory_equal(testing_answer(&t, value_convert, "1"), "[[[", 3);
	testing_end(&t);
	buf_fini(&schema);
	buf_fini(&value);
}

/* Members by the hundred thousand, in another order than the schema's. */
static void
large_values_take_a_moment(void **state)
{
	(void)state;
	struct buf schema = { 0 };
	struct buf value = { 0 };
	struct testing t;

	buf_str(&schema, "{\"type\":\"object\",\"required\":[\"k1\"],"
	    "\"properties\":{\"k0\":{}");
	for (int i = 1; i < 1000; i++)
		buf_printf(&schema, ",\"k%d\":{\"type\":\"string\"}", i);
	buf_str(&schema, "}}");
	for (int i = 300000; i-- > 0;)
		buf_printf(&value, "%s\"k%d\":%d", value.bytes == 0 ? "{" :
		    ",", i, i);
	buf_char(&value, '}');
	testing_begin(&t, buf_text(&schema));
	static const testing_call calls[] = {
		value_default, value_clean, value_convert, value_cast
	};
	for (size_t i = 0; i < COUNT(calls); i++) {
		clock_t began = clock();
		assert_int_equal(testing_answer(&t, calls[i],
		    buf_text(&value))[0], '{');
		expect_soon(began);
	}
	testing_end(&t);
	buf_fini(&schema);
	buf_fini(&value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_keywords_cannot_ask_for_much),
		cmocka_unit_test(defaults_cannot_multiply_without_bound),
		cmocka_unit_test(unions_cannot_try_without_bound),
		cmocka_unit_test(recursion_is_bounded),
		cmocka_unit_test(results_are_not_deeper_than_can_be_read),
		cmocka_unit_test(large_values_take_a_moment)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
