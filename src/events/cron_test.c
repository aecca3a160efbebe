/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* When expressions fire, and what is said of those that are none. */
#include "events/testing.h"

#include "base/error.h"

#define EITHER (CRON_EXTENDED | CRON_EITHER_DAY)
#define ELAPSED (CRON_EXTENDED | CRON_ELAPSED)

/* ---- Reading ----------------------------------------------------------- */

static void
what_is_no_expression_is_refused_in_the_words_of_the_contract(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "", "schedule expression requires 5 or 6 cron fields, or "
		    "'@every <n><unit>'; got 0: \"\"" },
		{ " * * * * ", "schedule expression requires 5 or 6 cron "
		    "fields, or '@every <n><unit>'; got 4: \"* * * *\"" },
		{ "* * * * * * *", "schedule expression requires 5 or 6 cron "
		    "fields, or '@every <n><unit>'; got 7: \"* * * * * * *\"" },
		{ "@daily", "schedule expression requires 5 or 6 cron fields, "
		    "or '@every <n><unit>'; got 1: \"@daily\"" },
		{ "a * * * *", "cron field \"a\" not an integer" },
		{ "a/2 * * * *", "cron field \"a/2\" not an integer" },
		{ "1,,2 * * * *", "cron field \"\" not an integer" },
		{ "-5 * * * *", "cron field \"-5\" not an integer" },
		{ "1-2-3 * * * *", "cron field \"1-2-3\" not an integer" },
		{ "+ * * * *", "cron field \"+\" not an integer" },
		{ "4294967296 * * * *",
		    "cron field \"4294967296\" not an integer" },
		{ "\" * * * *", "cron field \"\\\"\" not an integer" },
		{ "\xd9\xa3 * * * *",
		    "cron field \"\xd9\xa3\" not an integer" },
		{ "* * * JAN *", "cron field \"JAN\" not an integer" },
		{ "* * * * MON", "cron field \"MON\" not an integer" },
		{ "60 * * * *", "cron field \"60\" out of range [0,59] or "
		    "inverted" },
		{ "60 * * * * *", "cron field \"60\" out of range [0,59] or "
		    "inverted" },
		{ "* 24 * * *", "cron field \"24\" out of range [0,23] or "
		    "inverted" },
		{ "* * 0 * *", "cron field \"0\" out of range [1,31] or "
		    "inverted" },
		{ "* * * 13/2 *", "cron field \"13/2\" out of range [1,12] or "
		    "inverted" },
		{ "* * * * 7", "cron field \"7\" out of range [0,6] or "
		    "inverted" },
		{ "5-3 * * * *", "cron field \"5-3\" out of range [0,59] or "
		    "inverted" },
		{ "4294967295 * * * *", "cron field \"4294967295\" out of "
		    "range [0,59] or inverted" },
		{ "*/0 * * * *", "cron step must be positive: \"*/0\"" },
		{ "x/0 * * * *", "cron step must be positive: \"x/0\"" },
		{ "*/x * * * *",
		    "cron step must be a positive integer: \"*/x\"" },
		{ "*/ * * * *",
		    "cron step must be a positive integer: \"*/\"" },
		{ "*/5/2 * * * *",
		    "cron step must be a positive integer: \"*/5/2\"" },
		{ "*/-1 * * * *",
		    "cron step must be a positive integer: \"*/-1\"" },
		{ "@every", "interval expression must be '@every <n><unit>'" },
		{ "@every 5", "interval expression must be "
		    "'@every <n><unit>'; got \"5\"" },
		{ "@every -1s", "interval expression must be "
		    "'@every <n><unit>'; got \"-1s\"" },
		{ "@every s", "interval expression must be "
		    "'@every <n><unit>'; got \"s\"" },
		{ "@every 0s", "interval count must be positive: \"0s\"" },
		{ "@every 9223372036854775808s", "interval count must be an "
		    "integer: \"9223372036854775808s\"" },
		{ "@every 1w", "unsupported interval unit \"w\"; expected one "
		    "of s, m, h, d" },
		{ "@every 5 s", "unsupported interval unit \" s\"; expected "
		    "one of s, m, h, d" },
		{ "@every 1.5s", "unsupported interval unit \".5s\"; expected "
		    "one of s, m, h, d" },
		{ "@every 5ss", "unsupported interval unit \"ss\"; expected "
		    "one of s, m, h, d" },
		{ "@every 9223372036854775807d", "interval is too large: "
		    "\"9223372036854775807d\"" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cron c;
		alk_error err = { 0 };
		assert_int_equal(cron_parse(rows[i][0], strlen(rows[i][0]),
		    CRON_HONKER, &c, &err), ALK_INVALID);
		assert_string_equal(err.text, rows[i][1]);
	}
}

static void
a_message_is_one_line_whatever_it_quotes(void **state)
{
	(void)state;
	char text[900];
	struct cron c;
	alk_error err = { 0 };

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i % 32);
	assert_int_equal(cron_parse(text, sizeof(text), CRON_HONKER, &c, &err),
	    ALK_INVALID);
	assert_null(strpbrk(err.text, "\n\t\r\x01\x1f"));
	memset(text, '9', sizeof(text));
	error_clear(&err);
	assert_int_equal(cron_parse(text, sizeof(text), CRON_HONKER, &c, &err),
	    ALK_INVALID);
	assert_in_range(strlen(err.text), 100, sizeof(err.text) - 1);
}

static void
what_is_too_long_or_of_no_dialect_is_refused(void **state)
{
	(void)state;
	char text[CRON_BYTES_MAX + 1];
	struct cron c;
	alk_error err = { 0 };

	memset(text, ' ', sizeof(text));
	memcpy(text, "* * * * *", 9);
	assert_int_equal(cron_parse(text, sizeof(text), CRON_HONKER, &c, &err),
	    ALK_INVALID);
	assert_string_equal(err.text, "schedule expression has 1025 bytes, "
	    "more than 1024");
	error_clear(&err);
	assert_int_equal(cron_parse(text, sizeof(text) - 1, CRON_HONKER, &c,
	    &err), ALK_OK);
	static const unsigned none[] = { CRON_EITHER_DAY, CRON_ELAPSED,
		CRON_EITHER_DAY | CRON_ELAPSED, CRON_DIALECTS, 99 };
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		error_clear(&err);
		assert_int_equal(cron_parse(text, 9, none[i], &c, &err),
		    ALK_INVALID);
	}
}

static bool
is_same(const char *a, unsigned a_dialect, const char *b, unsigned b_dialect)
{
	struct cron one;
	struct cron two;
	alk_error err = { 0 };

	if (cron_parse(a, strlen(a), a_dialect, &one, &err) != ALK_OK ||
	    cron_parse(b, strlen(b), b_dialect, &two, &err) != ALK_OK)
		fail_msg("'%s' or '%s': %s", a, b, err.text);
	return one.every_s == two.every_s && one.seconds == two.seconds &&
	    one.minutes == two.minutes && one.hours == two.hours &&
	    one.days == two.days && one.months == two.months &&
	    one.weekdays == two.weekdays &&
	    one.is_either_day == two.is_either_day &&
	    one.is_elapsed == two.is_elapsed;
}

static void
the_contract_allows_several_ways_to_write(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "5/15 * * * *", "5 * * * *" },
		{ "*/70 * * * *", "0 * * * *" },
		{ "*/4294967295 * * * *", "0 * * * *" },
		{ "+5 * * * *", "5 * * * *" },
		{ "1-+5/+2 * * * *", "1,3,5 * * * *" },
		{ "00005 * * * *", "5 * * * *" },
		{ "5,1,5 * * * *", "1,5 * * * *" },
		{ "*,7 * * * *", "0-59 * * * *" },
		{ "0 * * * * *", "* * * * *" },
		{ "\t*\n*\v*\f*\r*\xc2\xa0", "* * * * *" },
		{ "*\xe3\x80\x80*\xe2\x80\x83* *\xe1\x9a\x80*", "* * * * *" },
		{ "@every5s", "@every 5s" },
		{ " @every\t  60s ", "@every 1m" },
		{ "@every 48h", "@every 2d" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!is_same(rows[i][0], CRON_HONKER, rows[i][1], CRON_HONKER))
			fail_msg("'%s' is not '%s'", rows[i][0], rows[i][1]);
		assert_true(is_same(rows[i][0], CRON_EXTENDED, rows[i][1],
		    CRON_HONKER));
	}
	assert_false(is_same("1 * * * *", CRON_HONKER, "2 * * * *",
	    CRON_HONKER));
}

static void
the_extended_dialect_has_names_and_sunday_twice(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "* * * JAN,feb-Mar,DEC *", "* * * 1-3,12 *" },
		{ "* * * jan-dec/3 *", "* * * 1,4,7,10 *" },
		{ "* * * * MON-FRI", "* * * * 1-5" },
		{ "* * * * 7", "* * * * 0" },
		{ "* * * * 5-7", "* * * * 0,5,6" },
		{ "* * * * 0-7", "* * * * *" },
		{ "* * * * FRI-SUN", "* * * * 0,5,6" },
		{ "* * * * 1-7/2", "* * * * 0,1,3,5" },
		{ "* * * * SUN-SAT", "* * * * *" },
		{ "* * * * */2", "* * * * 0,2,4,6" },
		{ "@yearly", "0 0 1 1 *" }, { "@annually", "0 0 1 1 *" },
		{ "@monthly", "0 0 1 * *" }, { "@weekly", "0 0 * * 0" },
		{ "@daily", "0 0 * * *" }, { " @midnight ", "0 0 * * *" },
		{ "@hourly", "0 * * * *" },
	};
	static const char *const wrong[] = { "* * * * MONDAY", "* * * * JAN",
		"* * * MON *", "* * * * 8", "* * * * 7-1", "* * * * SAT-MON",
		"* * JAN * *", "@Daily", "@never", "@daily x", "* * L * *" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!is_same(rows[i][0], CRON_EXTENDED, rows[i][1],
		    CRON_HONKER))
			fail_msg("'%s' is not '%s'", rows[i][0], rows[i][1]);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct cron c;
		alk_error err = { 0 };
		assert_int_equal(cron_parse(wrong[i], strlen(wrong[i]),
		    CRON_EXTENDED, &c, &err), ALK_INVALID);
	}
}

/* ---- Firing ------------------------------------------------------------ */

struct firing {
	const char *zone;
	unsigned dialect;
	const char *text;
	const char *from; /* UTC, as next */
	const char *next;
};

static int
next_of(const struct firing *f, int64_t from, int64_t *next, alk_error *err)
{
	struct zone *z = testing_zone(f->zone);
	struct cron c;
	int code = cron_parse(f->text, strlen(f->text), f->dialect, &c, err);

	if (code == ALK_OK)
		code = cron_next(&c, z, from, next, err);
	zone_close(z);
	return code;
}

static void
check_firings(const struct firing *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int64_t next;
		alk_error err = { 0 };
		if (next_of(&rows[i], testing_time(rows[i].from), &next,
		    &err) != ALK_OK)
			fail_msg("%s: %s", rows[i].text, err.text);
		if (next != testing_time(rows[i].next))
			fail_msg("%s '%s' after %s: %s, not %s", rows[i].zone,
			    rows[i].text, rows[i].from, testing_text(next),
			    rows[i].next);
	}
}

#define CHECK_FIRINGS(rows) \
	check_firings(rows, sizeof(rows) / sizeof((rows)[0]))

static void
the_next_match_is_strictly_later(void **state)
{
	(void)state;
	static const struct firing rows[] = {
		{ "UTC", 0, "* * * * *", "2026-01-01 00:00:00",
		    "2026-01-01 00:01:00" },
		{ "UTC", 0, "* * * * *", "2026-01-01 00:00:59",
		    "2026-01-01 00:01:00" },
		{ "UTC", 0, "* * * * * *", "2026-12-31 23:59:59",
		    "2027-01-01 00:00:00" },
		{ "UTC", 0, "30 15 10 * * *", "2026-01-01 10:15:30",
		    "2026-01-02 10:15:30" },
		{ "UTC", 0, "30 15 10 * * *", "2026-01-01 10:15:29",
		    "2026-01-01 10:15:30" },
		{ "UTC", 0, "10,50 30 * * * *", "2026-01-01 10:30:20",
		    "2026-01-01 10:30:50" },
		{ "UTC", 0, "10 30,40 * * * *", "2026-01-01 10:30:20",
		    "2026-01-01 10:40:10" },
		{ "UTC", 0, "0 9-17/4 * * *", "2026-01-01 17:00:00",
		    "2026-01-02 09:00:00" },
		{ "UTC", 0, "0 0 31 * *", "2026-01-31 00:00:00",
		    "2026-03-31 00:00:00" },
		{ "UTC", 0, "0 5 * 3 *", "2026-01-05 17:00:00",
		    "2026-03-01 05:00:00" },
		{ "UTC", 0, "0 5 * 3 *", "2026-03-31 05:00:00",
		    "2027-03-01 05:00:00" },
		{ "UTC", 0, "59 23 31 12 *", "2026-12-31 23:59:00",
		    "2027-12-31 23:59:00" },
		{ "UTC", 0, "0 0 * * 1", "1969-12-25 00:00:00",
		    "1969-12-29 00:00:00" },
		{ "UTC", 0, "@every 90m", "2026-01-01 00:00:07",
		    "2026-01-01 01:30:07" },
	};

	CHECK_FIRINGS(rows);
}

static void
leap_days_come_when_they_come(void **state)
{
	(void)state;
	static const struct firing rows[] = {
		{ "UTC", 0, "0 0 29 2 *", "2026-01-01 00:00:00",
		    "2028-02-29 00:00:00" },
		{ "UTC", 0, "0 0 29 2 *", "2096-02-29 00:00:00",
		    "2104-02-29 00:00:00" },
		{ "UTC", 0, "0 0 29 2 *", "1999-01-01 00:00:00",
		    "2000-02-29 00:00:00" },
		{ "UTC", 0, "0 0 29 2 1", "2023-11-14 22:13:20",
		    "2044-02-29 00:00:00" },
		/* Across 2100, which has none: 40 years. */
		{ "UTC", 0, "0 0 29 2 3", "2080-01-01 00:00:00",
		    "2096-02-29 00:00:00" },
		{ "UTC", 0, "0 0 29 2 3", "2096-02-29 00:00:00",
		    "2108-02-29 00:00:00" },
		{ "UTC", 0, "0 0 29 2 0", "2088-02-29 00:00:00",
		    "2128-02-29 00:00:00" },
	};

	CHECK_FIRINGS(rows);
}

static void
days_match_both_fields_or_with_the_flag_either(void **state)
{
	(void)state;
	static const struct firing rows[] = {
		{ "UTC", 0, "0 0 13 * 5", "2026-01-01 00:00:00",
		    "2026-02-13 00:00:00" },
		{ "UTC", CRON_EXTENDED, "0 0 13 * FRI", "2026-01-01 00:00:00",
		    "2026-02-13 00:00:00" },
		{ "UTC", EITHER, "0 0 13 * FRI", "2026-01-01 00:00:00",
		    "2026-01-02 00:00:00" },
		{ "UTC", EITHER, "0 0 13 * FRI", "2026-01-09 00:00:00",
		    "2026-01-13 00:00:00" },
		{ "UTC", EITHER, "0 0 13 * *", "2026-01-01 00:00:00",
		    "2026-01-13 00:00:00" },
		{ "UTC", EITHER, "0 0 * * 5", "2026-01-02 00:00:00",
		    "2026-01-09 00:00:00" },
		/* A field that begins with a star restricts. */
		{ "UTC", EITHER, "0 0 */2 * 5", "2026-01-02 00:00:00",
		    "2026-01-09 00:00:00" },
		{ "UTC", EITHER, "0 0 */2 * 5", "2026-01-09 00:00:00",
		    "2026-01-23 00:00:00" },
	};

	CHECK_FIRINGS(rows);
}

static void
what_clocks_jump_over_fires_behind_the_jump(void **state)
{
	(void)state;
	static const struct firing rows[] = {
		{ "America/New_York", 0, "30 2 * * *", "2026-03-07 07:30:00",
		    "2026-03-08 07:00:00" },
		{ "America/New_York", 0, "30 2 * * *", "2026-03-08 07:00:00",
		    "2026-03-09 06:30:00" },
		{ "America/New_York", 0, "0,30 2 * * *", "2026-03-08 06:59:59",
		    "2026-03-08 07:00:00" },
		{ "America/New_York", 0, "0,30 2,3 * * *",
		    "2026-03-08 07:00:00", "2026-03-08 07:30:00" },
		{ "Europe/Berlin", 0, "30 2 29 3 *", "2026-01-01 00:00:00",
		    "2026-03-29 01:00:00" },
		{ "Australia/Lord_Howe", 0, "15 2 * * *", "2026-10-03 00:00:00",
		    "2026-10-03 15:30:00" },
		{ "Australia/Lord_Howe", 0, "45 2 * * *", "2026-10-03 00:00:00",
		    "2026-10-03 15:45:00" },
		/* A whole day is left out: it fires as the next begins. */
		{ "Pacific/Apia", 0, "0 12 * * *", "2011-12-29 22:00:00",
		    "2011-12-30 10:00:00" },
		{ "Pacific/Apia", 0, "0 12 * * *", "2011-12-30 10:00:00",
		    "2011-12-30 22:00:00" },
		/* Midnight itself did not exist. */
		{ "America/Sao_Paulo", 0, "0 0 * * *", "2018-11-03 12:00:00",
		    "2018-11-04 03:00:00" },
		{ "Asia/Kathmandu", 0, "5 0 1 1 *", "1985-06-01 00:00:00",
		    "1985-12-31 18:30:00" },
	};

	CHECK_FIRINGS(rows);
}

static void
what_clocks_show_twice_fires_the_second_time(void **state)
{
	(void)state;
	static const struct firing rows[] = {
		{ "America/New_York", 0, "30 1 * * *", "2026-11-01 00:00:00",
		    "2026-11-01 06:30:00" },
		{ "America/New_York", 0, "30 1 * * *", "2026-11-01 06:30:00",
		    "2026-11-02 06:30:00" },
		{ "America/New_York", 0, "0 * * * *", "2026-11-01 04:00:00",
		    "2026-11-01 06:00:00" },
		{ "America/New_York", 0, "* * * * *", "2026-11-01 04:59:00",
		    "2026-11-01 06:00:00" },
		/* From within the first time. */
		{ "America/New_York", 0, "* * * * *", "2026-11-01 05:30:00",
		    "2026-11-01 06:31:00" },
		{ "Europe/Berlin", 0, "30 2 * * *", "2026-10-24 12:00:00",
		    "2026-10-25 01:30:00" },
		{ "Australia/Lord_Howe", 0, "45 1 * * *", "2026-04-04 12:00:00",
		    "2026-04-04 15:15:00" },
		{ "America/Sao_Paulo", 0, "30 23 * * *", "2018-02-17 12:00:00",
		    "2018-02-18 02:30:00" },
		{ "America/New_York", 0, "@every 1h", "2026-11-01 05:30:00",
		    "2026-11-01 06:30:00" },
		{ "America/New_York", 0, "30 1 * * *", "2437-11-01 00:00:00",
		    "2437-11-01 06:30:00" },
	};

	CHECK_FIRINGS(rows);
}

static void
with_the_flag_every_hour_is_an_hour(void **state)
{
	(void)state;
	static const struct firing rows[] = {
		{ "America/New_York", ELAPSED, "0 * * * *",
		    "2026-11-01 04:00:00", "2026-11-01 05:00:00" },
		{ "America/New_York", ELAPSED, "0 * * * *",
		    "2026-11-01 05:00:00", "2026-11-01 06:00:00" },
		{ "America/New_York", ELAPSED, "0 * * * *",
		    "2026-11-01 06:00:00", "2026-11-01 07:00:00" },
		{ "America/New_York", ELAPSED, "* * * * *",
		    "2026-11-01 05:59:00", "2026-11-01 06:00:00" },
		{ "America/New_York", ELAPSED, "30 * * * *",
		    "2026-03-08 06:30:00", "2026-03-08 07:30:00" },
		/* Only where the hour is free. */
		{ "America/New_York", ELAPSED, "30 1 * * *",
		    "2026-11-01 00:00:00", "2026-11-01 06:30:00" },
		{ "America/New_York", ELAPSED, "30 2 * * *",
		    "2026-03-08 00:00:00", "2026-03-08 07:00:00" },
		{ "America/New_York", ELAPSED, "0 * 1 1 *",
		    "2026-03-08 00:00:00", "2027-01-01 05:00:00" },
	};

	CHECK_FIRINGS(rows);
}

/* A day forth and back within an hour: what comes next may lie behind us. */
static void
no_match_lies_behind_where_clocks_go_mad(void **state)
{
	(void)state;
	static const char mad[] = "TZif\0" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\3\0\0\0\3\0\0\0\4"
	    "\0\0\16\20" "\0\0\34\40" "\0\0\52\60" "\1\0\1"
	    "\0\0\0\0\0\0" "\377\377\343\340\0\0" "\0\0\34\40\0\0" "AAA\0";
	struct zone *z;
	struct cron c;
	alk_error err = { 0 };
	int64_t at = 0;

	assert_int_equal(zone_read(mad, sizeof(mad) - 1, &z, &err), ALK_OK);
	assert_int_equal(cron_parse("* * * * *", 9, 0, &c, &err), ALK_OK);
	for (int i = 0; i < 2000; i++) {
		int64_t next = INT64_MIN;
		assert_int_equal(cron_next(&c, z, at, &next, &err), ALK_OK);
		assert_true(next > at);
		at += 7;
	}
	zone_close(z);
}

static void
dates_that_never_come_are_refused(void **state)
{
	(void)state;
	static const char *const texts[] = { "* * 30 2 *", "0 0 31 4,6,9,11 *",
		"0 0 31 2 1" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct firing f = { "America/New_York", i == 2 ?
			CRON_HONKER : CRON_EXTENDED, texts[i], NULL, NULL };
		int64_t next = 5;
		alk_error err = { 0 };
		assert_int_equal(next_of(&f, 1700000000, &next, &err),
		    ALK_INVALID);
		assert_string_equal(err.text, "no schedule match found within "
		    "100 years after local datetime 2023-11-14T17:13:20");
		assert_int_equal(next, 5);
	}
}

static void
times_out_of_range_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t from;
		const char *error;
	} rows[] = {
		{ "* * * * *", INT64_MAX,
		    "invalid timestamp: 9223372036854775807" },
		{ "* * * * *", -CIVIL_SECONDS_MAX - 1,
		    "invalid timestamp: -8200000000001" },
		{ "@every 5s", INT64_MAX - 4, "next interval overflows unix "
		    "timestamp for \"@every 5s\"" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct firing f = { "UTC", 0, rows[i].text, NULL, NULL };
		int64_t next;
		alk_error err = { 0 };
		assert_int_equal(next_of(&f, rows[i].from, &next, &err),
		    ALK_INVALID);
		assert_string_equal(err.text, rows[i].error);
	}
	struct firing f = { "=CET-1CEST", 0, "* * * * *", NULL, NULL };
	int64_t next;
	alk_error err = { 0 };
	assert_int_equal(next_of(&f, CIVIL_SECONDS_MAX, &next, &err), ALK_OK);
	assert_int_equal(next_of(&f, -CIVIL_SECONDS_MAX, &next, &err), ALK_OK);
}

/* The search against one that looks at every minute of 400 days. */
static void
jumping_finds_what_walking_finds(void **state)
{
	(void)state;
	static const char *const texts[] = { "*/7 3-5 * * *", "0 0 1 * *",
		"15 10 * 2,11 1-5", "59 23 31 * *", "5,10 */11 */9 * 0",
		"30 2 * * *", "0 12 28-31 2 *", "1 1 1-7 * 1" };
	int64_t begin = testing_time("2027-12-15 00:00:00");

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct zone *z = testing_zone("UTC");
		struct cron c;
		alk_error err = { 0 };
		int64_t next = begin;
		assert_int_equal(cron_parse(texts[i], strlen(texts[i]), 0, &c,
		    &err), ALK_OK);
		for (int64_t at = begin + 60; at < begin + 400 * 86400;
		    at += 60) {
			struct civil d;
			int s;
			int64_t day = civil_split(at, &s);
			civil_date(day, &d);
			if (next < at)
				assert_int_equal(cron_next(&c, z, next, &next,
				    &err), ALK_OK);
			bool fires = (c.months >> d.month & 1) != 0 &&
			    (c.days >> d.day & 1) != 0 &&
			    (c.weekdays >> civil_weekday(day) & 1) != 0 &&
			    (c.hours >> s / 3600 & 1) != 0 &&
			    (c.minutes >> s / 60 % 60 & 1) != 0;
			assert_true(fires == (next == at));
		}
		zone_close(z);
	}
}

#define TEST(name) cmocka_unit_test(name)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	TEST(what_is_no_expression_is_refused_in_the_words_of_the_contract),
		TEST(a_message_is_one_line_whatever_it_quotes),
		TEST(what_is_too_long_or_of_no_dialect_is_refused),
		TEST(the_contract_allows_several_ways_to_write),
		TEST(the_extended_dialect_has_names_and_sunday_twice),
		TEST(the_next_match_is_strictly_later),
		TEST(leap_days_come_when_they_come),
		TEST(days_match_both_fields_or_with_the_flag_either),
		TEST(what_clocks_jump_over_fires_behind_the_jump),
		TEST(what_clocks_show_twice_fires_the_second_time),
		TEST(with_the_flag_every_hour_is_an_hour),
		TEST(no_match_lies_behind_where_clocks_go_mad),
		TEST(dates_that_never_come_are_refused),
		TEST(times_out_of_range_are_refused),
		TEST(jumping_finds_what_walking_finds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
