/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Instants to text and back. Days are counted by the civil calendar (Howard
 * Hinnant, "chrono-compatible low-level date algorithms", 2013).
 */
#include "base/instant.h"

#include "base/clock.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define DAY_S 86400

void
instant_write(int64_t ms, char out[INSTANT_TEXT])
{
	char whole[CLOCK_ISO];

	assert(ms >= INSTANT_MIN && ms <= INSTANT_MAX);
	int64_t part = ms % 1000;
	if (part < 0)
		part += 1000;
	clock_iso((ms - part) / 1000, whole);
	if (part == 0) {
		memcpy(out, whole, strlen(whole) + 1);
		return;
	}
	whole[strlen(whole) - 1] = '\0';
	(void)snprintf(out, INSTANT_TEXT, "%.20s.%03dZ", whole, (int)part);
}

struct reading {
	const char *at;
	const char *end;
	bool is_bad;
};

/* So many digits. */
static int
digits(struct reading *r, int count)
{
	int n = 0;

	for (int i = 0; i < count; i++) {
		if (r->at == r->end || *r->at < '0' || *r->at > '9') {
			r->is_bad = true;
			return 0;
		}
		n = 10 * n + (*r->at++ - '0');
	}
	return n;
}

static char
next(const struct reading *r)
{
	return r->at < r->end ? *r->at : '\0';
}

/* One character out of those that may stand here. */
static char
one_of(struct reading *r, const char *set)
{
	char c = next(r);

	if (c == '\0' || strchr(set, c) == NULL) {
		r->is_bad = true;
		return '\0';
	}
	r->at++;
	return c;
}

static int
month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && is_leap);
}

static int64_t
days_from_civil(int64_t year, int month, int day)
{
	int64_t y = year - (month <= 2);
	int64_t era = y / 400; /* years are from 0 on */
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

static int64_t
read_date(struct reading *r)
{
	int year = digits(r, 4);
	one_of(r, "-");
	int month = digits(r, 2);
	one_of(r, "-");
	int day = digits(r, 2);

	r->is_bad |= year < 1 || month < 1 || month > 12 || day < 1;
	if (r->is_bad || day > month_days(year, month)) {
		r->is_bad = true;
		return 0;
	}
	return days_from_civil(year, month, day);
}

/* Of a second, after the point. */
static int64_t
read_fraction(struct reading *r)
{
	int64_t ms = 0;
	int64_t unit = 100;

	if (next(r) != '.')
		return 0;
	r->at++;
	ms = digits(r, 1) * unit;
	while (next(r) >= '0' && next(r) <= '9') {
		unit /= 10;
		ms += (*r->at++ - '0') * unit;
	}
	return ms;
}

/* Seconds to take away. */
static int64_t
read_offset(struct reading *r)
{
	char sign = one_of(r, "Zz+-");

	if (sign != '+' && sign != '-')
		return 0;
	int hours = digits(r, 2);
	one_of(r, ":");
	int minutes = digits(r, 2);
	r->is_bad |= hours > 23 || minutes > 59;
	int64_t s = hours * 3600 + minutes * 60;
	return sign == '+' ? s : -s;
}

bool
instant_read(const char *text, size_t bytes, int64_t *ms)
{
	struct reading r = { text, text + bytes, false };
	int64_t days = read_date(&r);

	one_of(&r, "Tt");
	int hour = digits(&r, 2);
	one_of(&r, ":");
	int minute = digits(&r, 2);
	one_of(&r, ":");
	int second = digits(&r, 2);
	int64_t part = read_fraction(&r);
	int64_t offset = read_offset(&r);
	r.is_bad |= hour > 23 || minute > 59 || second > 60 || r.at != r.end;
	if (r.is_bad)
		return false;
	int64_t s = days * DAY_S + hour * 3600 + minute * 60 + second - offset;
	int64_t made = s * 1000 + part;
	if (made < INSTANT_MIN || made > INSTANT_MAX)
		return false;
	*ms = made;
	return true;
}
