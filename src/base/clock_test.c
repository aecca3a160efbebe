/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "base/clock.h"

#include "child.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* What the C library makes of it. */
static void
check_iso(int64_t seconds)
{
	char got[CLOCK_ISO];
	char want[64];
	time_t t = (time_t)seconds;
	struct tm tm;

	assert_non_null(gmtime_r(&t, &tm));
	(void)snprintf(want, sizeof(want), "%04lld-%02d-%02dT%02d:%02d:%02dZ",
	    (long long)tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
	    tm.tm_hour, tm.tm_min, tm.tm_sec);
	clock_iso(seconds, got);
	assert_string_equal(got, want);
}

static void
known_moments_are_written_as_known(void **state)
{
	(void)state;
	char got[CLOCK_ISO];

	clock_iso(0, got);
	assert_string_equal(got, "1970-01-01T00:00:00Z");
	clock_iso(-1, got);
	assert_string_equal(got, "1969-12-31T23:59:59Z");
	clock_iso(951782400, got);
	assert_string_equal(got, "2000-02-29T00:00:00Z");
	clock_iso(253402300799, got);
	assert_string_equal(got, "9999-12-31T23:59:59Z");
	clock_iso(253402300800, got);
	assert_string_equal(got, "10000-01-01T00:00:00Z");
}

static void
random_seconds_are_those_of_gmtime(void **state)
{
	(void)state;
	uint64_t seed = 7;
	const int64_t span = 300000LL * 31556952; /* 300,000 years */

	for (int i = 0; i < 200000; i++) {
		uint64_t r = child_random(&seed);
		check_iso((int64_t)(r % 4102444800u)); /* to 2100 */
		check_iso((int64_t)(r % (2 * (uint64_t)span)) - span);
	}
}

static void
the_ends_of_every_day_for_800_years_are_those_of_gmtime(void **state)
{
	(void)state;
	/* Two turns of the calendar, with leap centuries and negative days. */
	for (int64_t day = -146097; day <= 146097; day++) {
		check_iso(day * 86400);
		check_iso(day * 86400 - 1);
	}
}

static void
any_number_of_seconds_fits(void **state)
{
	(void)state;
	static const int64_t far[] = { INT64_MIN, INT64_MIN + 1, INT64_MAX - 1,
		INT64_MAX };

	for (size_t i = 0; i < 4; i++) {
		char got[CLOCK_ISO + 1];
		memset(got, '#', sizeof(got));
		clock_iso(far[i], got);
		size_t n = strlen(got);
		assert_true(n >= 20 && n < CLOCK_ISO);
		assert_int_equal(got[n - 1], 'Z');
		assert_int_equal(got[CLOCK_ISO], '#');
	}
}

static int64_t
fixed(void *arg)
{
	return *(int64_t *)arg;
}

static void
a_clock_of_ones_own_is_asked(void **state)
{
	(void)state;
	int64_t now = -12345;
	const alk_clock own = { fixed, &now };

	assert_int_equal(clock_wall_ms(&own), -12345);
	now = 99;
	assert_int_equal(clock_wall_ms(&own), 99);
}

static void
without_one_the_machine_is_asked(void **state)
{
	(void)state;
	const alk_clock none = { 0 };
	int64_t before = (int64_t)time(NULL) * 1000;
	int64_t a = clock_wall_ms(NULL);
	int64_t b = clock_wall_ms(&none);

	assert_in_range(a - before, 0, 60000);
	assert_in_range(b - a, 0, 60000);
}

static void
the_steady_clock_goes_on_while_one_sleeps(void **state)
{
	(void)state;
	int64_t before = clock_steady_ms();

	clock_sleep_us(20000);
	assert_true(clock_steady_ms() >= before + 19);
	clock_sleep_us(0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_moments_are_written_as_known),
		cmocka_unit_test(random_seconds_are_those_of_gmtime),
		cmocka_unit_test(
		    the_ends_of_every_day_for_800_years_are_those_of_gmtime),
		cmocka_unit_test(any_number_of_seconds_fits),
		cmocka_unit_test(a_clock_of_ones_own_is_asked),
		cmocka_unit_test(without_one_the_machine_is_asked),
		cmocka_unit_test(the_steady_clock_goes_on_while_one_sleeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
