/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Dates and times of RFC 3339, section 5.6 and appendix A. */
#include "schema/format.h"

#include "schema/text.h"

/* Exactly `digits` digits at *p. */
static bool
read_digits(const char **p, int digits, int *out)
{
	int n = 0;

	for (int i = 0; i < digits; i++) {
		if (!text_is_digit((*p)[i]))
			return false;
		n = n * 10 + ((*p)[i] - '0');
	}
	*p += digits;
	*out = n;
	return true;
}

static bool
read_char(const char **p, char c)
{
	if (**p != c)
		return false;
	++*p;
	return true;
}

static int
days_of(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : days[month - 1];
}

static bool
read_date(const char **p)
{
	int year, month, day;

	return read_digits(p, 4, &year) && read_char(p, '-') &&
	    read_digits(p, 2, &month) && read_char(p, '-') &&
	    read_digits(p, 2, &day) && month >= 1 && month <= 12 && day >= 1 &&
	    day <= days_of(year, month);
}

/* Z or +hh:mm; minutes receives the distance from UTC. */
static bool
read_offset(const char **p, int *minutes)
{
	int hour, minute;
	int sign = **p == '-' ? -1 : 1;

	*minutes = 0;
	if (read_char(p, 'Z') || read_char(p, 'z'))
		return true;
	if (!read_char(p, '+') && !read_char(p, '-'))
		return false;
	if (!read_digits(p, 2, &hour) || !read_char(p, ':') ||
	    !read_digits(p, 2, &minute) || hour > 23 || minute > 59)
		return false;
	*minutes = sign * (hour * 60 + minute);
	return true;
}

static bool
read_time(const char **p)
{
	int hour, minute, second, offset;

	if (!read_digits(p, 2, &hour) || !read_char(p, ':') ||
	    !read_digits(p, 2, &minute) || !read_char(p, ':') ||
	    !read_digits(p, 2, &second))
		return false;
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	if (read_char(p, '.')) {
		if (!text_is_digit(**p))
			return false;
		while (text_is_digit(**p))
			++*p;
	}
	if (!read_offset(p, &offset))
		return false;
	/* A leap second is the last one of a day in UTC. */
	int utc = (hour * 60 + minute - offset + 2 * 1440) % 1440;
	return second < 60 || utc == 1439;
}

bool
format_date(const char *text, size_t bytes)
{
	const char *p = text;

	return read_date(&p) && p == text + bytes;
}

bool
format_time(const char *text, size_t bytes)
{
	const char *p = text;

	return read_time(&p) && p == text + bytes;
}

bool
format_date_time(const char *text, size_t bytes)
{
	const char *p = text;

	return read_date(&p) && (read_char(&p, 'T') || read_char(&p, 't')) &&
	    read_time(&p) && p == text + bytes;
}

/* Numbers with the given units, each unit followed only by the one after it. */
static bool
read_units(const char **p, const char *units)
{
	const char *expected = NULL;

	while (text_is_digit(**p)) {
		while (text_is_digit(**p))
			++*p;
		const char *unit = **p != '\0' ? strchr(units, **p) : NULL;
		if (unit == NULL || (expected != NULL && unit != expected))
			return false;
		++*p;
		expected = unit + 1;
	}
	return expected != NULL;
}

bool
format_duration(const char *text, size_t bytes)
{
	const char *p = text;

	if (!read_char(&p, 'P'))
		return false;
	bool has_date = text_is_digit(*p);
	if (has_date && !read_units(&p, "YMD")) {
		p = text + 1;
		return read_units(&p, "W") && p == text + bytes;
	}
	if (read_char(&p, 'T'))
		return read_units(&p, "HMS") && p == text + bytes;
	return has_date && p == text + bytes;
}
