/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Days to dates and back. Years are taken to begin in March, so that the leap
 * day ends a year, and in groups of 400, after which the calendar repeats
 * (Howard Hinnant, "chrono-compatible low-level date algorithms", 2013).
 */
#include "events/civil.h"

#include <stdbool.h>
#include <stdio.h>

#define GROUP_DAYS 146097 /* of 400 years */
#define MARCH_0000 719468 /* days from 0000-03-01 to 1970-01-01 */

static int64_t
divide_down(int64_t n, int64_t by)
{
	return n / by - (n % by < 0);
}

int64_t
civil_days(int64_t year, int month, int64_t day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t group = divide_down(y, 400);
	int64_t of_group = y - group * 400;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;

	return group * GROUP_DAYS + of_group * 365 + of_group / 4 -
	    of_group / 100 + of_year + day - 1 - MARCH_0000;
}

void
civil_date(int64_t days, struct civil *date)
{
	int64_t d = days + MARCH_0000;
	int64_t group = divide_down(d, GROUP_DAYS);
	int64_t in = d - group * GROUP_DAYS;
	int64_t year = (in - in / 1460 + in / 36524 - in / 146096) / 365;
	int64_t of_year = in - (365 * year + year / 4 - year / 100);
	int month = (int)((5 * of_year + 2) / 153);

	date->day = (int)(of_year - (153 * month + 2) / 5 + 1);
	date->month = month < 10 ? month + 3 : month - 9;
	date->year = year + group * 400 + (date->month <= 2);
}

int
civil_weekday(int64_t days)
{
	int64_t n = (days + 4) % 7; /* 1970-01-01 was a Thursday */

	return (int)(n < 0 ? n + 7 : n);
}

int
civil_month_days(int64_t year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && is_leap ? 29 : days[month - 1];
}

int64_t
civil_split(int64_t seconds, int *second)
{
	int64_t days = divide_down(seconds, CIVIL_DAY_SECONDS);

	*second = (int)(seconds - days * CIVIL_DAY_SECONDS);
	return days;
}

void
civil_text(int64_t seconds, char out[CIVIL_TEXT])
{
	struct civil date;
	int second;

	civil_date(civil_split(seconds, &second), &date);
	(void)snprintf(out, CIVIL_TEXT, "%04lld-%02d-%02dT%02d:%02d:%02d",
	    (long long)date.year, date.month, date.day, second / 3600,
	    second / 60 % 60, second % 60);
}
