/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * POSIX rules, as in $TZ and at the end of a TZif file:
 *
 *     std offset [dst [offset] [,start[/time],end[/time]]]
 *     <+1030>-10:30<+11>-11,M10.1.0,M4.1.0
 *
 * Offsets count west of Greenwich. Times may have a sign and reach 167 hours
 * (RFC 8536, 3.3.1). A rule is worked out for 400 years at once, after which it
 * repeats: then a look-up in a rule is one in a table.
 */
#include "events/zone_parts.h"

#include "events/civil.h"

#include <string.h>

#define HOURS_MAX 167
/* Where dst is named without dates, they are those of New York. */
#define DATES_ASSUMED ",M3.2.0,M11.1.0"

/* ---- Reading ----------------------------------------------------------- */

struct reader {
	const char *at;
	const char *end;
	bool failed;
};

static bool
is_alpha(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
take(struct reader *r, char c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

static void
need(struct reader *r, char c)
{
	if (!take(r, c))
		r->failed = true;
}

static int
number(struct reader *r, int low, int high)
{
	const char *from = r->at;
	int n = 0;

	while (r->at < r->end && is_digit(*r->at) && n <= high)
		n = n * 10 + (*r->at++ - '0');
	if (r->at == from || n < low || n > high)
		r->failed = true;
	return n;
}

/* "CET", or anything of letters, digits and signs as in "<+0530>". */
static void
skip_name(struct reader *r)
{
	bool is_quoted = take(r, '<');
	const char *from = r->at;

	while (r->at < r->end && (is_alpha(*r->at) || (is_quoted &&
	    (is_digit(*r->at) || *r->at == '+' || *r->at == '-'))))
		r->at++;
	if (r->at - from < 3)
		r->failed = true;
	if (is_quoted)
		need(r, '>');
}

/* [+-]h[:m[:s]] in seconds. */
static int32_t
clock_time(struct reader *r, int hours_max)
{
	int sign = take(r, '-') ? -1 : 1;

	if (sign > 0)
		(void)take(r, '+');
	int32_t seconds = number(r, 0, hours_max) * 3600;
	if (take(r, ':')) {
		seconds += number(r, 0, 59) * 60;
		if (take(r, ':'))
			seconds += number(r, 0, 59);
	}
	return sign * seconds;
}

static void
read_day(struct reader *r, struct zone_day *d)
{
	*d = (struct zone_day){ .second = 2 * 3600 };
	if (take(r, 'M')) {
		d->kind = ZONE_WEEKDAY;
		d->month = number(r, 1, 12);
		need(r, '.');
		d->week = number(r, 1, 5);
		need(r, '.');
		d->day = number(r, 0, 6);
	} else if (take(r, 'J')) {
		d->kind = ZONE_JULIAN;
		d->day = number(r, 1, 365);
	} else {
		d->kind = ZONE_ORDINAL;
		d->day = number(r, 0, 365);
	}
	if (take(r, '/'))
		d->second = clock_time(r, HOURS_MAX);
}

static void
read_dates(struct reader *r, struct zone_rule *rule)
{
	need(r, ',');
	read_day(r, &rule->start);
	need(r, ',');
	read_day(r, &rule->end);
}

static void
read_summer(struct reader *r, struct zone_rule *rule)
{
	struct reader assumed = { .at = DATES_ASSUMED };

	assumed.end = assumed.at + strlen(DATES_ASSUMED);
	rule->has_summer = true;
	skip_name(r);
	rule->summer.is_dst = true;
	rule->summer.offset = rule->standard.offset + 3600;
	if (r->at < r->end && *r->at != ',')
		rule->summer.offset = -clock_time(r, 24);
	if (r->at == r->end)
		read_dates(&assumed, rule);
	else
		read_dates(r, rule);
}

bool
zone_rule_parse(const char *text, size_t bytes, struct zone_rule *out)
{
	struct reader r = { .at = text, .end = text + bytes };
	struct zone_rule rule = { .has_summer = false };

	skip_name(&r);
	rule.standard.offset = -clock_time(&r, 24);
	if (r.at < r.end && !r.failed)
		read_summer(&r, &rule);
	if (r.failed || r.at != r.end)
		return false;
	*out = rule;
	return true;
}

/* ---- Working out ------------------------------------------------------- */

/* The day, as civil_days() counts. */
static int64_t
day_in(const struct zone_day *d, int64_t year)
{
	if (d->kind == ZONE_ORDINAL)
		return civil_days(year, 1, 1 + d->day);
	if (d->kind == ZONE_JULIAN)
		return civil_days(year, 1, d->day) +
		    (d->day > 59 && civil_month_days(year, 2) == 29);
	int first = civil_weekday(civil_days(year, d->month, 1));
	int day = 1 + (d->day - first + 7) % 7 + (d->week - 1) * 7;
	if (day > civil_month_days(year, d->month))
		day -= 7;
	return civil_days(year, d->month, day);
}

/*
 * Puts a change into a short list by time. Of two at the same instant the one
 * into summer time counts: so "all the year" is written.
 */
static void
insert(struct zone_span *list, size_t *count, struct zone_span span)
{
	size_t i = (*count)++;

	for (; i > 0 && (list[i - 1].from > span.from ||
	    (list[i - 1].from == span.from && list[i - 1].is_dst)); i--)
		list[i] = list[i - 1];
	list[i] = span;
}

/*
 * Dates lie at most a week outside of their year, so that what the year before
 * left over goes before all but the first changes of this one.
 */
static void
add_years(struct zone *z, const struct zone_rule *rule, int64_t year,
    int64_t after)
{
	struct zone_span held[6];
	size_t count = 0;

	for (int i = 0; i < ZONE_RULE_YEARS; i++, year++) {
		struct zone_span on = rule->summer;
		struct zone_span off = rule->standard;

		on.from = day_in(&rule->start, year) * CIVIL_DAY_SECONDS +
		    rule->start.second - rule->standard.offset;
		off.from = day_in(&rule->end, year) * CIVIL_DAY_SECONDS +
		    rule->end.second - rule->summer.offset;
		insert(held, &count, off);
		insert(held, &count, on);
		size_t done = count > 4 ? count - 4 : 0;
		for (size_t k = 0; k < done; k++)
			if (held[k].from > after)
				zone_add(z, held[k]);
		count -= done;
		memmove(held, held + done, count * sizeof(held[0]));
	}
}

/* Before this there are no changes but the beginning of all time. */
#define LONG_AGO (-(INT64_C(1) << 40))

void
zone_rule_add(struct zone *z, const struct zone_rule *rule, int64_t last)
{
	struct civil date = { .year = 1970 };
	int second;

	z->is_endless = last < LONG_AGO;
	if (z->is_endless) {
		z->count = 1;
		z->spans[0] = rule->standard;
		z->spans[0].from = INT64_MIN;
	} else if (last > CIVIL_SECONDS_MAX) {
		return; /* nobody will live to see the rule */
	} else {
		civil_date(civil_split(last, &second), &date);
	}
	if (!rule->has_summer)
		return;
	z->has_cycle = true;
	z->cycle_from = civil_days(date.year + 2, 1, 1) * CIVIL_DAY_SECONDS;
	add_years(z, rule, date.year - 1, last);
}
