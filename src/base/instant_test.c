/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Instants against the C library's own calendar. */
#define _DEFAULT_SOURCE
#include "base/instant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void
check(const char *text, int64_t wanted)
{
	int64_t ms = 0;

	if (!instant_read(text, strlen(text), &ms))
		fail_msg("%s is refused", text);
	assert_int_equal(ms, wanted);
}

static void
a_date_time_is_read(void **state)
{
	(void)state;
	check("1970-01-01T00:00:00Z", 0);
	check("2026-11-25T12:00:00Z", INT64_C(1795608000000));
	check("2026-11-25t12:00:00.25z", INT64_C(1795608000250));
	check("2026-11-25T12:00:00.0019Z", INT64_C(1795608000001));
	check("2026-11-25T13:30:00+01:30", INT64_C(1795608000000));
	check("2026-11-25T10:00:00-02:00", INT64_C(1795608000000));
	check("2016-12-31T23:59:60Z", INT64_C(1483228800000));
	check("0001-01-01T00:00:00Z", INSTANT_MIN);
	check("9999-12-31T23:59:59.999Z", INSTANT_MAX);
}

static void
what_is_no_date_time_is_refused(void **state)
{
	static const char *const texts[] = { "", "2026", "2026-11-25",
		"2026-11-25T12:00:00", "2026-11-25 12:00:00Z",
		"2026-13-25T12:00:00Z", "2026-00-25T12:00:00Z",
		"2026-02-29T12:00:00Z", "2026-11-31T12:00:00Z",
		"2026-11-00T12:00:00Z", "2026-11-25T24:00:00Z",
		"2026-11-25T12:60:00Z", "2026-11-25T12:00:61Z",
		"2026-11-25T12:00:00.Z", "2026-11-25T12:00:00Z ",
		"2026-11-25T12:00:00+24:00", "2026-11-25T12:00:00+01",
		"2026-11-25T12:00:00+01:60", "02026-11-25T12:00:00Z",
		"0000-11-25T12:00:00Z", "0001-01-01T00:00:00+00:01",
		"9999-12-31T23:59:59-00:01", "2026-11-25T12:00Z" };
	int64_t ms = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (instant_read(texts[i], strlen(texts[i]), &ms))
			fail_msg("'%s' is read", texts[i]);
	assert_int_equal(ms, 7);
}

static void
random_instants_come_back_and_agree_with_the_library(void **state)
{
	char text[INSTANT_TEXT];
	char theirs[INSTANT_TEXT];

	(void)state;
	srandom(7);
	for (int i = 0; i < 100000; i++) {
		uint64_t wide = (uint64_t)random() << 31 ^ (uint64_t)random();
		int64_t ms = INSTANT_MIN + (int64_t)(wide %
		    (uint64_t)(INSTANT_MAX - INSTANT_MIN + 1));
		int64_t back = 0;
		if (i % 2 == 0)
			ms -= ms % 1000;
		instant_write(ms, text);
		check(text, ms);
		int64_t whole = (ms - (ms % 1000 + 1000) % 1000) / 1000;
		time_t t = (time_t)whole;
		struct tm tm;
		assert_non_null(gmtime_r(&t, &tm));
		assert_int_equal(timegm(&tm), t);
		/* glibc fills %Y with no zeros. */
		assert_true(strftime(theirs, sizeof(theirs),
		    "-%m-%dT%H:%M:%S", &tm) > 0);
		assert_memory_equal(text + 4, theirs, strlen(theirs));
		assert_int_equal(atoi(text), tm.tm_year + 1900);
		assert_true(instant_read(text, strlen(text), &back));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_date_time_is_read),
		cmocka_unit_test(what_is_no_date_time_is_refused),
		cmocka_unit_test(
		    random_instants_come_back_and_agree_with_the_library),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
