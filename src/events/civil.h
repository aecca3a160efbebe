/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_CIVIL_H
#define EVENTS_CIVIL_H

#include <stdint.h>

/*
 * Days and dates of the proleptic Gregorian calendar. Day 0 is 1970-01-01;
 * months and days count from 1, weekdays from Sunday, which is 0. Nothing here
 * fails as long as the seconds of a day stay within CIVIL_SECONDS_MAX.
 */

#define CIVIL_DAY_SECONDS 86400
/* Some 260,000 years on both sides of 1970. */
#define CIVIL_SECONDS_MAX INT64_C(8200000000000)

struct civil {
	int64_t year;
	int month;
	int day;
};

/* day may lie outside of the month. */
int64_t civil_days(int64_t year, int month, int64_t day);
void civil_date(int64_t days, struct civil *date);
int civil_weekday(int64_t days);
int civil_month_days(int64_t year, int month);

/* Of seconds: the day, rounded down, and the second within it. */
int64_t civil_split(int64_t seconds, int *second);

#define CIVIL_TEXT 80 /* "2026-11-25T12:00:00", and room for any numbers */

/* Seconds of a wall clock as "2026-11-25T12:00:00". */
void civil_text(int64_t seconds, char out[CIVIL_TEXT]);

#endif
