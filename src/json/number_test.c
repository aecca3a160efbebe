/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "json/testing.h"

#include <math.h>
#include <stdlib.h>

static struct json_reader reader;
static struct json_reader other_reader;
static struct buf out;

static int
teardown(void **state)
{
	(void)state;
	json_reader_fini(&reader);
	json_reader_fini(&other_reader);
	buf_fini(&out);
	return 0;
}

static const char *
written(yyjson_val *v)
{
	buf_clear(&out);
	json_write_number(&out, v);
	return buf_text(&out);
}

struct example {
	const char *text;
	const char *written;
};

static void
assert_written(const struct example *examples, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_string_equal(
		    written(testing_read(&reader, examples[i].text)),
		    examples[i].written);
}

#define ASSERT_WRITTEN(...) \
	do { \
		static const struct example examples[] = { __VA_ARGS__ }; \
		assert_written(examples, \
		    sizeof(examples) / sizeof(examples[0])); \
	} while (0)

static void
integers_of_64_bits_are_exact(void **state)
{
	(void)state;
	ASSERT_WRITTEN({ "0", "0" }, { "-1", "-1" },
	    { "9007199254740993", "9007199254740993" },
	    { "9223372036854775807", "9223372036854775807" },
	    { "-9223372036854775808", "-9223372036854775808" },
	    { "18446744073709551615", "18446744073709551615" });
	assert_true(yyjson_is_uint(testing_read(&reader,
	    "18446744073709551615")));
	assert_true(yyjson_is_sint(testing_read(&reader,
	    "-9223372036854775808")));
}

static void
minus_zero_is_zero(void **state)
{
	(void)state;
	ASSERT_WRITTEN({ "-0", "0" }, { "-0.0", "0" }, { "-0e5", "0" },
	    { "0.000", "0" }, { "-0e-999999999999999999999", "0" });
	assert_true(yyjson_is_uint(testing_read(&reader, "-0.0")));
}

static void
whole_numbers_are_integers_however_they_are_written(void **state)
{
	(void)state;
	ASSERT_WRITTEN({ "1.0", "1" }, { "-2.50e1", "-25" }, { "1e3", "1000" },
	    { "1000e-3", "1" }, { "1e18", "1000000000000000000" },
	    { "9007199254740993.0", "9007199254740993" },
	    { "1.152921504606847e18", "1152921504606847000" },
	    { "1152921504606846976.0", "1152921504606846976" },
	    { "-9223372036854775808.0", "-9223372036854775808" },
	    { "0.18446744073709551615e20", "18446744073709551615" });
	assert_true(yyjson_is_uint(testing_read(&reader, "1.0")));
	assert_true(yyjson_is_sint(testing_read(&reader, "-1e18")));
}

static void
doubles_are_written_as_javascript_does(void **state)
{
	(void)state;
	ASSERT_WRITTEN({ "0.1", "0.1" }, { "1.50", "1.5" },
	    { "0.30000000000000004", "0.30000000000000004" },
	    { "0.000001", "0.000001" }, { "0.0000012", "0.0000012" },
	    { "0.0000001", "1e-7" }, { "0.00000012", "1.2e-7" },
	    { "-1.25E-10", "-1.25e-10" }, { "1e20", "100000000000000000000" },
	    { "123456789012345680000", "123456789012345680000" },
	    { "1e21", "1e21" }, { "1E+21", "1e21" },
	    { "-1.5e300", "-1.5e300" }, { "5e-324", "5e-324" },
	    { "1.7976931348623157e308", "1.7976931348623157e308" },
	    { "2.2250738585072014e-308", "2.2250738585072014e-308" },
	    { "38.8783", "38.8783" }, { "123456789.125", "123456789.125" },
	    { "9007199254740.5", "9007199254740.5" },
	    { "18446744073709552000", "18446744073709552000" });
	assert_true(yyjson_is_real(testing_read(&reader, "1e20")));
}

static void
what_no_double_holds_is_kept_as_written(void **state)
{
	(void)state;
	ASSERT_WRITTEN({ "0.10000000000000001", "0.10000000000000001" },
	    { "1e400", "1e400" }, { "-1E+400", "-1E+400" },
	    { "1e-400", "1e-400" }, { "4.9e-324", "4.9e-324" },
	    { "18446744073709551616", "18446744073709551616" },
	    { "-9223372036854775809", "-9223372036854775809" },
	    { "123456789012345678901234567890",
		"123456789012345678901234567890" },
	    { "3.14159265358979323846", "3.14159265358979323846" },
	    { "0.1234567890123456789012345678901234567890e-5",
		"0.1234567890123456789012345678901234567890e-5" });
	assert_true(yyjson_is_raw(testing_read(&reader, "1e-400")));
}

static void
one_long_number_does_not_change_the_others(void **state)
{
	(void)state;
	static const char text[] = "[1,-2,0.5,1e20,1.0,\"1.00\",{\"3\":-4.5},"
				   "0.10000000000000001]";

	buf_clear(&out);
	json_write(&out, testing_read(&reader, text));
	assert_string_equal(buf_text(&out),
	    "[1,-2,0.5,100000000000000000000,1,\"1.00\",{\"3\":-4.5},"
	    "0.10000000000000001]");
}

static void
a_long_number_is_found_at_every_place_of_the_text(void **state)
{
	(void)state;
	static const char *const texts[] = { "0.10000000000000001",
		"9007199254740993.5", "1234567890123456.7", "4.9e-324",
		"1E-400", "90071992547409931e5", "9.007199254740993123E5" };
	char text[200];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		for (int blanks = 0; blanks < 70; blanks++) {
			snprintf(text, sizeof(text), "[0.5,%*s%s%*s]", blanks,
			    "", texts[i], 70 - blanks, "");
			yyjson_val *root = testing_read(&reader, text);
			yyjson_val *v = yyjson_arr_get(root, 1);
			assert_true(yyjson_is_raw(v));
			assert_string_equal(written(v), texts[i]);
		}
	}
}

static void
long_digits_in_strings_take_no_time_by_the_square(void **state)
{
	(void)state;
	size_t bytes = (size_t)8 << 20;
	char *text = test_malloc(bytes);

	memset(text, '1', bytes);
	memcpy(text, "[0.5,\"x.", 8);
	memcpy(text + bytes - 2, "\"]", 2);
	(void)testing_read_bytes(&reader, text, bytes);
	test_free(text);
}

static void
one_number_of_a_million_digits_is_kept(void **state)
{
	(void)state;
	size_t bytes = 1000000;
	char *text = test_malloc(bytes);

	memset(text, '7', bytes);
	yyjson_val *v = testing_read_bytes(&reader, text, bytes);
	assert_true(json_is_integral(v));
	assert_int_equal(json_compare_numbers(v, v), 0);
	buf_clear(&out);
	json_write(&out, v);
	assert_int_equal(out.bytes, bytes);
	assert_memory_equal(out.data, text, bytes);
	test_free(text);
}

/* ---- properties, over numbers made up by a fixed rule ---- */

static uint64_t seed = 20240517;

static uint32_t
next(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

static void
make_number(char *into)
{
	char *p = into;
	int whole = (int)next(5) == 0 ? (int)next(25) : (int)next(6);
	int places = (int)next(3) == 0 ? 0 : (int)next(22);

	if (next(3) == 0)
		*p++ = '-';
	*p++ = (char)('0' + next(10));
	if (p[-1] != '0')
		while (whole-- > 0)
			*p++ = (char)('0' + (next(3) == 0 ? 0 : next(10)));
	if (places > 0)
		*p++ = '.';
	while (places-- > 0)
		*p++ = (char)('0' + (next(3) == 0 ? 0 : next(10)));
	*p = '\0';
	if (next(3) == 0)
		sprintf(p, "%c%s%u", "eE"[next(2)],
		    (const char *[]){ "", "+", "-" }[next(3)],
		    next(2) == 0 ? next(25) : next(400));
}

static void
both_ways_of_reading_agree(void **state)
{
	(void)state;
	char number[128];
	char text[256];

	for (int i = 0; i < 30000; i++) {
		make_number(number);
		yyjson_val *a = testing_read(&reader, number);
		/* The last number makes the reader parse all as text. */
		sprintf(text, "[%s,0.10000000000000001]", number);
		yyjson_val *root = testing_read(&other_reader, text);
		yyjson_val *b = yyjson_arr_get_first(root);
		if (yyjson_get_tag(a) != yyjson_get_tag(b) ||
		    (yyjson_is_raw(a) ?
			    strcmp(yyjson_get_raw(a), yyjson_get_raw(b)) != 0 :
			    yyjson_get_uint(a) != yyjson_get_uint(b)) ||
		    (yyjson_is_real(a) &&
			yyjson_get_real(a) != yyjson_get_real(b)))
			fail_msg("%s is read in two ways", number);
	}
}

static void
what_is_written_is_read_as_the_same_and_written_the_same(void **state)
{
	(void)state;
	char number[128];
	char text[160];

	for (int i = 0; i < 30000; i++) {
		make_number(number);
		yyjson_val *a = testing_read(&reader, number);
		strcpy(text, written(a));
		yyjson_val *b = testing_read(&other_reader, text);
		assert_int_equal(yyjson_get_tag(a), yyjson_get_tag(b));
		assert_int_equal(json_compare_numbers(a, b), 0);
		assert_string_equal(written(b), text);
	}
}

static void
every_double_is_written_with_digits_that_read_back(void **state)
{
	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint64_t bits = (uint64_t)next(1u << 31) << 33 ^
		    (uint64_t)next(1u << 31) << 11 ^ next(1u << 31);
		yyjson_val v;
		double x;
		memcpy(&x, &bits, sizeof(x));
		if (!isfinite(x))
			continue;
		v.tag = YYJSON_TYPE_NUM | YYJSON_SUBTYPE_REAL;
		v.uni.f64 = i % 2 == 0 ? x : (double)next(1u << 31) / 1e5;
		assert_true(strtod(written(&v), NULL) == v.uni.f64);
	}
}

static void
no_shorter_digits_would_do(void **state)
{
	(void)state;
	char shorter[64];

	for (int i = 0; i < 20000; i++) {
		double x = (double)next(1u << 31) /
		    (double[]){ 7, 1e3, 1e5, 3e9 }[i % 4];
		yyjson_val v = { .tag = YYJSON_TYPE_NUM | YYJSON_SUBTYPE_REAL,
			.uni = { .f64 = x } };
		int digits = 0;
		for (const char *p = written(&v); *p != '\0' && *p != 'e'; p++)
			digits += *p != '.' && (digits > 0 || *p != '0');
		if (digits < 2 || strchr(written(&v), '.') == NULL)
			continue;
		snprintf(shorter, sizeof(shorter), "%.*e", digits - 2, x);
		assert_true(strtod(shorter, NULL) != x);
	}
}

/* ---- order ---- */

/* From the least to the greatest; equal ones on one line. */
static const char *const ladder[][4] = {
	{ "-1e999999999999999999999999999999" },
	{ "-1e999999999", "-10e999999998" },
	{ "-1e309" },
	{ "-1.7976931348623157e308" },
	{ "-9223372036854775809", "-9.223372036854775809e18" },
	{ "-9223372036854775808", "-9223372036854775808.0" },
	{ "-9007199254740993", "-9007199254740993.0" },
	{ "-9007199254740992", "-9007199254740992e0" },
	{ "-2.5", "-25e-1" },
	{ "-2" },
	{ "-1e-400" },
	{ "0", "-0", "0.0", "0e999" },
	{ "1e-999999999999999999999999999999" },
	{ "1e-400", "0.1e-399" },
	{ "5e-324" },
	{ "0.1", "1e-1", "0.100000000000000000000" },
	{ "0.10000000000000001" },
	{ "0.10000000000000002" },
	{ "1", "1.0", "10e-1", "0.00001e5" },
	{ "1.5" },
	{ "2" },
	{ "9007199254740992", "9007199254740992.0" },
	{ "9007199254740992.5" },
	{ "9007199254740993" },
	{ "1152921504606846976" },
	{ "1152921504606847000", "1.152921504606847e18" },
	{ "9223372036854775807" },
	{ "9223372036854775808" },
	{ "18446744073709551615" },
	{ "18446744073709551616" },
	{ "18446744073709552000", "1.8446744073709552e19" },
	{ "99999999999999991611392" },
	{ "1e23", "100000000000000000000000" },
	{ "1.7976931348623157e308" },
	{ "1e309", "10e308" },
	{ "1e999999999", "0.00001e1000000004" },
	{ "1e999999999999999999999999999998" },
	{ "1e999999999999999999999999999999",
	    "0.1e1000000000000000000000000000000" },
};

#define RUNGS (sizeof(ladder) / sizeof(ladder[0]))

static void
compare_rungs(size_t i, size_t j)
{
	int expected = (i > j) - (i < j);

	for (int k = 0; k < 4 && ladder[i][k] != NULL; k++) {
		for (int l = 0; l < 4 && ladder[j][l] != NULL; l++) {
			yyjson_val *a = testing_read(&reader, ladder[i][k]);
			yyjson_val *b = testing_read(&other_reader,
			    ladder[j][l]);
			int got = json_compare_numbers(a, b);
			if ((got > 0) - (got < 0) != expected)
				fail_msg("%s against %s: %d", ladder[i][k],
				    ladder[j][l], got);
			assert_int_equal(json_equal(a, b), expected == 0);
		}
	}
}

static void
numbers_compare_by_their_exact_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < RUNGS; i++)
		for (size_t j = 0; j < RUNGS; j++)
			compare_rungs(i, j);
}

static void
doubles_made_by_hand_compare_with_integers(void **state)
{
	(void)state;
	yyjson_val one = { .tag = YYJSON_TYPE_NUM | YYJSON_SUBTYPE_REAL,
		.uni = { .f64 = 1.0 } };
	yyjson_val large = { .tag = YYJSON_TYPE_NUM | YYJSON_SUBTYPE_REAL,
		.uni = { .f64 = 9007199254740994.0 } };

	assert_int_equal(
	    json_compare_numbers(&one, testing_read(&reader, "1")), 0);
	assert_true(json_compare_numbers(&large,
			testing_read(&reader, "9007199254740993")) > 0);
	assert_int_equal(json_compare_numbers(&large,
			     testing_read(&reader, "9007199254740994")), 0);
	assert_true(json_is_integral(&one));
	assert_string_equal(written(&one), "1");
}

static void
doubles_made_by_hand_are_written_as_javascript_does(void **state)
{
	(void)state;
	static const double doubles[] = { 0.0, -0.0, INFINITY, -INFINITY, NAN,
		-2.0 };
	static const char *const expected[] = { "0", "0", "null", "null",
		"null", "-2" };

	for (size_t i = 0; i < sizeof(doubles) / sizeof(doubles[0]); i++) {
		yyjson_val v = { .tag = YYJSON_TYPE_NUM | YYJSON_SUBTYPE_REAL,
			.uni = { .f64 = doubles[i] } };
		assert_string_equal(written(&v), expected[i]);
	}
}

static void
a_number_without_fraction_is_integral(void **state)
{
	(void)state;
	static const char *const yes[] = { "2", "-2", "2.0", "1e3", "0", "0.0",
		"12345678901234567890123", "1e400", "1.5e400", "0.5e1",
		"1e99999999999999999999999", "120000000000000000000000e-5" };
	static const char *const no[] = { "0.5", "-1.25", "1e-1", "1e-400",
		"12345678901234567890123.5", "0.10000000000000001",
		"12345678901234567890123e-1", "1e-99999999999999999999999",
		"\"2\"", "null", "[]" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (!json_is_integral(testing_read(&reader, yes[i])))
			fail_msg("%s is integral", yes[i]);
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (json_is_integral(testing_read(&reader, no[i])))
			fail_msg("%s is not integral", no[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_of_64_bits_are_exact),
		cmocka_unit_test(minus_zero_is_zero),
		cmocka_unit_test(
		    whole_numbers_are_integers_however_they_are_written),
		cmocka_unit_test(doubles_are_written_as_javascript_does),
		cmocka_unit_test(what_no_double_holds_is_kept_as_written),
		cmocka_unit_test(one_long_number_does_not_change_the_others),
		cmocka_unit_test(
		    a_long_number_is_found_at_every_place_of_the_text),
		cmocka_unit_test(
		    long_digits_in_strings_take_no_time_by_the_square),
		cmocka_unit_test(one_number_of_a_million_digits_is_kept),
		cmocka_unit_test(both_ways_of_reading_agree),
		cmocka_unit_test(
		    what_is_written_is_read_as_the_same_and_written_the_same),
		cmocka_unit_test(
		    every_double_is_written_with_digits_that_read_back),
		cmocka_unit_test(no_shorter_digits_would_do),
		cmocka_unit_test(numbers_compare_by_their_exact_value),
		cmocka_unit_test(doubles_made_by_hand_compare_with_integers),
		cmocka_unit_test(
		    doubles_made_by_hand_are_written_as_javascript_does),
		cmocka_unit_test(a_number_without_fraction_is_integral),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
