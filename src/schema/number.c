/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * v = a * 10^x is a multiple of m = b * 10^y exactly if b divides a * 10^(x -
 * y). With x >= y that is arithmetic modulo b, however large the exponents are.
 * With x < y, and trailing zeros of a moved to its exponent first, 10 would
 * have to divide a: never.
 *
 * A double counts as the shortest decimal that reads back as it, which is what
 * JSON text it came from.
 */
#include "schema/number.h"

#include "schema/text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define EXPONENT_MAX INT64_C(1000000000000) /* beyond it, all are the same */
#define MANTISSA_DIGITS 19

__extension__ typedef unsigned __int128 u128;

/* Digits of a number with the point taken out, trailing zeros dropped. */
struct digits {
	const char *text; /* one character may be no digit: the point */
	size_t bytes;
	int64_t exponent;
};

static int64_t
read_exponent(const char *p, const char *end)
{
	bool negative = p < end && *p == '-';
	int64_t n = 0;

	if (p < end && !text_is_digit(*p))
		p++;
	for (; p < end && n < EXPONENT_MAX; p++)
		n = n * 10 + (*p - '0');
	return negative ? -n : n;
}

/* text: a number by JSON's grammar, its point being any character. */
static struct digits
read_digits(const char *text, size_t bytes)
{
	const char *end = text + bytes;
	const char *p = text + (*text == '-');
	struct digits d = { .text = p };
	const char *point = NULL;

	for (; p < end && *p != 'e' && *p != 'E'; p++)
		if (!text_is_digit(*p))
			point = p;
	const char *last = p;
	if (p < end)
		d.exponent = read_exponent(p + 1, end);
	if (point != NULL)
		d.exponent -= (last - point) - 1;
	while (last > d.text && (last[-1] == '0' || last - 1 == point)) {
		if (last - 1 != point)
			d.exponent++;
		last--;
	}
	d.bytes = (size_t)(last - d.text);
	return d;
}

/* The digits modulo b; count receives how many are significant. */
static uint64_t
remainder_of(const struct digits *d, uint64_t b)
{
	uint64_t r = 0;

	for (size_t i = 0; i < d->bytes; i++)
		if (text_is_digit(d->text[i]))
			r = (uint64_t)(((u128)r * 10 +
			    (unsigned)(d->text[i] - '0')) % b);
	return r;
}

static uint64_t
power_of_ten(int64_t exponent, uint64_t b)
{
	u128 base = 10 % b;
	u128 result = 1 % b;

	for (; exponent > 0; exponent >>= 1) {
		if ((exponent & 1) != 0)
			result = result * base % b;
		base = base * base % b;
	}
	return (uint64_t)result;
}

static bool
divides(uint64_t b, uint64_t a_mod_b, int64_t power)
{
	return (u128)a_mod_b * power_of_ten(power, b) % b == 0;
}

static bool
has_digits(const struct multiple *m, const struct digits *d)
{
	uint64_t r = remainder_of(d, m->mantissa);
	bool is_zero = true;

	for (size_t i = 0; i < d->bytes && is_zero; i++)
		is_zero = d->text[i] == '0' || !text_is_digit(d->text[i]);
	if (is_zero)
		return true;
	return d->exponent >= m->exponent &&
	    divides(m->mantissa, r, d->exponent - m->exponent);
}

static bool
has_integer(const struct multiple *m, uint64_t n)
{
	int64_t power = -m->exponent;

	if (n == 0)
		return true;
	for (; power < 0; power++) {
		if (n % 10 != 0)
			return false;
		n /= 10;
	}
	if (power == 0)
		return n % m->mantissa == 0;
	return divides(m->mantissa, n % m->mantissa, power);
}

/*
 * The shortest decimal that reads back as x, as d.ddde+x; returns its length.
 */
static size_t
print_shortest(double x, char into[40])
{
	int bytes = 0;
	/* Up to 15 digits survive a double, unless it is a subnormal one. */
	int first = fabs(x) < DBL_MIN ? 1 : 15;

	for (int digits = first; digits <= 17; digits++) {
		bytes = snprintf(into, 40, "%.*e", digits - 1, x);
		if (strtod(into, NULL) == x)
			break;
	}
	return (size_t)bytes;
}

/*
 * If x is n / 10^places with n below 10^15, then that is its shortest decimal,
 * and x is what that division rounds to. Returns 1 a multiple, 0 none, -1
 * cannot tell.
 */
static int
has_short_double(const struct multiple *m, double x)
{
	static const double powers[] = {
		1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
		1e12, 1e13, 1e14, 1e15
	};
	int64_t places = -m->exponent;

	if (places < 0 || places > 15)
		return -1;
	double scaled = rint(x * powers[places]);
	if (!(scaled < 1e15))
		return -1;
	return scaled / powers[places] == x &&
	    (uint64_t)scaled % m->mantissa == 0;
}

static bool
has_double(const struct multiple *m, double x)
{
	char text[40];

	x = fabs(x);
	if (!isfinite(x))
		return false;
	int known = has_short_double(m, x);
	if (known >= 0)
		return known == 1;
	struct digits d = read_digits(text, print_shortest(x, text));
	return has_digits(m, &d);
}

static struct digits
digits_of(yyjson_val *v, char room[40])
{
	if (yyjson_is_raw(v))
		return read_digits(yyjson_get_raw(v), yyjson_get_len(v));
	if (yyjson_is_real(v))
		return read_digits(room,
		    print_shortest(yyjson_get_real(v), room));
	int bytes = snprintf(room, 40, "%llu",
	    (unsigned long long)yyjson_get_uint(v));
	return read_digits(room, (size_t)bytes);
}

bool
multiple_init(struct multiple *m, yyjson_val *v)
{
	char room[40];
	struct digits d = digits_of(v, room);
	int count = 0;
	uint64_t n = 0;

	for (size_t i = 0; i < d.bytes; i++) {
		if (!text_is_digit(d.text[i]) || (n == 0 && d.text[i] == '0'))
			continue;
		if (++count > MANTISSA_DIGITS)
			return false;
		n = n * 10 + (uint64_t)(d.text[i] - '0');
	}
	m->mantissa = n;
	m->exponent = d.exponent;
	return n != 0;
}

bool
multiple_has(const struct multiple *m, yyjson_val *v)
{
	if (yyjson_is_uint(v))
		return has_integer(m, yyjson_get_uint(v));
	if (yyjson_is_sint(v))
		return has_integer(m, 0 - (uint64_t)yyjson_get_sint(v));
	if (yyjson_is_real(v))
		return has_double(m, yyjson_get_real(v));
	struct digits d = read_digits(yyjson_get_raw(v), yyjson_get_len(v));
	return has_digits(m, &d);
}
