/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "schema/testing.h"

static void
multiples_are_exact_in_decimal(void **state)
{
	(void)state;
	static const struct {
		const char *of;
		const char *value;
		bool is_multiple;
	} rows[] = {
		{ "0.1", "0.3", true },
		{ "0.1", "1", true },
		{ "0.1", "0.35", false },
		{ "0.01", "4.02", true },
		{ "0.01", "19.99", true },
		{ "0.01", "0.0075", false },
		{ "0.0001", "0.0075", true },
		{ "0.0001", "0.00751", false },
		{ "1e-8", "12391239123", true },
		{ "1e-8", "1.5", true },
		{ "0.123456789", "1e308", false },
		{ "0.5", "1e308", true },
		{ "3", "1e308", false },
		{ "7", "-21", true },
		{ "7", "-22", false },
		{ "7", "0", true },
		{ "7", "0.0", true },
		{ "10", "1e2", true },
		{ "1e2", "150", false },
		{ "1e2", "1500", true },
		{ "1e20", "300000000000000000000", true },
		{ "1e20", "10", false },
		{ "2.5", "5", true },
		{ "2.5", "6", false },
		{ "0.5", "-0.5", true },
		{ "5", "0.5", false },
		{ "1", "18446744073709551615", true },
		{ "2", "18446744073709551615", false },
		{ "2", "-9223372036854775808", true },
		{ "3", "123456789012345678901234567890", true },
		{ "4", "123456789012345678901234567890", false },
		{ "0.3", "0.123456789012345678901234567890", false },
		{ "1e-30", "0.123456789012345678901234567891", true },
		{ "1e999", "1e1000", true },
		{ "1e1000", "1e999", false },
		{ "3", "1e400", false },
		{ "1e-5", "1234567.00001", true },
		{ "0.3", "123456789012345.3", true },
		{ "1e-320", "1e-310", true },
		{ "1234567890.123456789", "2469135780.246913578", true },
		{ "1234567890.123456789", "2469135780.246913579", false }
	};
	char schema[100];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(schema, sizeof(schema), "{\"multipleOf\":%s}",
		    rows[i].of);
		struct schema *s = testing_compile(schema);
		if (testing_accepts(s, rows[i].value) != rows[i].is_multiple)
			fail_msg("%s should%s be a multiple of %s",
			    rows[i].value, rows[i].is_multiple ? "" : " not",
			    rows[i].of);
		schema_free(s);
	}
}

/* k / 100 as a double, for every k, against the integers. */
static void
hundredths_agree_with_integers(void **state)
{
	(void)state;
	struct schema *s = testing_compile("{\"multipleOf\":0.05}");
	char value[40];

	for (int k = 0; k < 3000; k++) {
		(void)snprintf(value, sizeof(value), "%d.%02d", k / 100,
		    k % 100);
		if (testing_accepts(s, value) != (k % 5 == 0))
			fail_msg("%s", value);
	}
	schema_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(multiples_are_exact_in_decimal),
		cmocka_unit_test(hundredths_agree_with_integers)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
