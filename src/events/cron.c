/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * When an expression fires next. Each field is a row of bits, so that a search
 * goes from set bit to set bit: the months, the days of a month at once, then
 * hour, minute and second. A century without a match is 1200 such steps.
 */
#include "events/cron.h"

#include "base/error.h"
#include "events/civil.h"

#define NONE 64

/* The first bit set from `from` on, or NONE. */
static int
first_bit(uint64_t bits, int from)
{
	if (from > 63)
		return NONE;
	bits &= UINT64_MAX << from;
	return bits != 0 ? __builtin_ctzll(bits) : NONE;
}

/* The days of a month, as bits from 1, that match. */
static uint32_t
days_of(const struct cron *c, int64_t year, int month)
{
	int first = civil_weekday(civil_days(year, month, 1));
	uint64_t week = c->weekdays;
	uint64_t weeks = week | week << 7 | week << 14 | week << 21 |
	    week << 28 | week << 35;
	uint32_t by_week = (uint32_t)(weeks >> first) << 1;
	uint32_t all = (uint32_t)(UINT64_MAX >>
	    (63 - civil_month_days(year, month)));

	return all & (c->is_either_day ? c->days | by_week :
	    c->days & by_week);
}

/* The first second of a day from `second` on that matches, or -1. */
static int
time_of_day(const struct cron *c, int second)
{
	int h = first_bit(c->hours, second / 3600);

	if (h == NONE)
		return -1;
	int rest = h > second / 3600 ? 0 : second % 3600;
	int m = first_bit(c->minutes, rest / 60);
	int s = m == NONE ? NONE :
	    first_bit(c->seconds, m > rest / 60 ? 0 : rest % 60);
	if (s == NONE && m != NONE) {
		m = first_bit(c->minutes, m + 1);
		s = first_bit(c->seconds, 0);
	}
	if (m == NONE) {
		h = first_bit(c->hours, h + 1);
		m = first_bit(c->minutes, 0);
		s = first_bit(c->seconds, 0);
	}
	return h == NONE ? -1 : h * 3600 + m * 60 + s;
}

/* The first wall time from `from` on that matches. */
static bool
next_wall(const struct cron *c, int64_t from, int64_t *out)
{
	struct civil date;
	int second;

	civil_date(civil_split(from, &second), &date);
	int64_t last = date.year + CRON_YEARS_MAX;
	int at = time_of_day(c, second);
	if (at < 0) {
		date.day++;
		at = time_of_day(c, 0);
	} else if (((c->months >> date.month) & 1) == 0 ||
	    ((days_of(c, date.year, date.month) >> date.day) & 1) == 0) {
		at = time_of_day(c, 0);
	}
	while (date.year <= last) {
		int month = first_bit(c->months, date.month);
		if (month != date.month)
			date.day = 1;
		if (month != NONE) {
			date.month = month;
			int day = first_bit(days_of(c, date.year, month),
			    date.day);
			if (day != NONE) {
				*out = civil_days(date.year, month, day) *
				    CIVIL_DAY_SECONDS + at;
				return true;
			}
			date.month++;
		}
		if (month == NONE || date.month > 12) {
			date.month = 1;
			date.year++;
		}
		date.day = 1;
	}
	return false;
}

static int
no_match(int64_t wall, alk_error *err)
{
	char text[CIVIL_TEXT];

	civil_text(wall, text);
	return error_set(err, ALK_INVALID, "no schedule match found within %d "
	    "years after local datetime %s", CRON_YEARS_MAX, text);
}

static int
next_interval(const struct cron *c, int64_t from, int64_t *next,
    alk_error *err)
{
	if (from > INT64_MAX - c->every_s)
		return error_set(err, ALK_INVALID, "next interval overflows "
		    "unix timestamp for \"@every %llds\"",
		    (long long)c->every_s);
	*next = from + c->every_s;
	return ALK_OK;
}

/*
 * As time passes: within a span of one offset a match is what the clocks show;
 * where it lies behind the span's end, the search begins anew with the next.
 */
static int
next_elapsed(const struct cron *c, const struct zone *z, int64_t from,
    int64_t *next, alk_error *err)
{
	int64_t at = from + 1;
	int64_t begin = at + zone_offset(z, at, NULL);
	int64_t wall;

	for (;;) {
		int32_t offset = zone_offset(z, at, NULL);
		int64_t end = zone_change(z, at);
		if (!next_wall(c, at + offset, &wall) ||
		    wall - begin > CRON_YEARS_MAX * INT64_C(366) *
		    CIVIL_DAY_SECONDS)
			return no_match(begin - 1, err);
		if (wall - offset < end) {
			*next = wall - offset;
			return ALK_OK;
		}
		at = end;
	}
}

/*
 * By what clocks show: each wall time once, the second time where there are
 * two, behind the jump where there is none.
 */
static int
next_shown(const struct cron *c, const struct zone *z, int64_t from,
    int64_t *next, alk_error *err)
{
	int64_t begin = from + zone_offset(z, from, NULL);
	int64_t wall = begin;
	struct zone_instants at;

	do {
		if (!next_wall(c, wall + 1, &wall))
			return no_match(begin, err);
		zone_instants(z, wall, &at);
		/* Set back, then forward again: it may all lie behind us. */
	} while (at.last <= from);
	*next = at.last;
	return ALK_OK;
}

int
cron_next(const struct cron *c, const struct zone *z, int64_t from,
    int64_t *next, alk_error *err)
{
	if (c->every_s != 0)
		return next_interval(c, from, next, err);
	if (from < -CIVIL_SECONDS_MAX || from > CIVIL_SECONDS_MAX)
		return error_set(err, ALK_INVALID, "invalid timestamp: %lld",
		    (long long)from);
	return c->is_elapsed ? next_elapsed(c, z, from, next, err) :
	    next_shown(c, z, from, next, err);
}
