/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * yyjson leaves a document as one array of values in the order of the text,
 * keys before their values, so that a plain loop meets each of them. The
 * containers that are open are on a stack by the address where they end.
 *
 * Numbers: yyjson gives integers as they are, numbers that no double reaches as
 * text, and all others as a double. That double is what was written if the text
 * had at most 15 digits and the double is not subnormal; where this is in doubt
 * the reader parses again with all numbers as text, and each is settled here by
 * comparing decimals.
 */
#include "json/check.h"

#include "json/decimal.h"
#include "json/json.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define DOUBLE_EXACT 9007199254740992.0 /* 2^53: all integers to here */
#define DIGITS_SURE 15 /* so many digits any normal double can hold */

static void
set_integer(yyjson_val *v, uint64_t magnitude, bool negative)
{
	if (negative && magnitude != 0)
		unsafe_yyjson_set_sint(v, (int64_t)(0 - magnitude));
	else
		unsafe_yyjson_set_uint(v, magnitude);
}

static bool
set_if_integer(yyjson_val *v, const struct decimal *d)
{
	uint64_t magnitude;

	if (!decimal_get_uint(d, &magnitude))
		return false;
	if (d->negative && magnitude > (uint64_t)INT64_MAX + 1)
		return false;
	set_integer(v, magnitude, d->negative);
	return true;
}

void
check_settle_text(yyjson_val *v)
{
	struct decimal written;
	struct decimal held;
	struct digits room;
	yyjson_val number;

	decimal_of(&written, &room, v);
	if (set_if_integer(v, &written))
		return;
	if (yyjson_read_number(unsafe_yyjson_get_raw(v), &number,
		YYJSON_READ_NOFLAG, NULL, NULL) == NULL)
		return; /* no double is that large */
	double x = unsafe_yyjson_get_real(&number);
	if (written.count > DIGITS_SURE || fabs(x) < DBL_MIN) {
		decimal_of(&held, &room, &number);
		if (decimal_compare(&written, &held) != 0)
			return;
	}
	unsafe_yyjson_set_real(v, x);
}

/* A double that is whole becomes an integer where one holds it. */
static void
settle_real(struct check *c, yyjson_val *v)
{
	double x = unsafe_yyjson_get_real(v);
	double size = fabs(x);

	c->has_real = true;
	if (size < DBL_MIN)
		c->has_tiny = true;
	if (size <= DOUBLE_EXACT) {
		if (x == (double)(int64_t)x)
			set_integer(v, (uint64_t)size, x < 0);
	} else if (size < 1e20) {
		struct decimal d;
		struct digits room;
		decimal_of(&d, &room, v);
		(void)set_if_integer(v, &d);
	}
}

static void
settle(struct check *c, yyjson_val *v)
{
	if (unsafe_yyjson_is_real(v))
		settle_real(c, v);
	else if (unsafe_yyjson_is_raw(v))
		check_settle_text(v);
	else if (unsafe_yyjson_is_sint(v) && unsafe_yyjson_get_sint(v) == 0)
		unsafe_yyjson_set_uint(v, 0); /* -0 */
}

static int
check_members(struct check *c, yyjson_val *object)
{
	if (unsafe_yyjson_get_len(object) <= MEMBERS_FEW)
		c->bad = members_twice(object);
	else if (!members_index(c->members, object, &c->bad))
		return ALK_NOMEM;
	return c->bad == NULL ? ALK_OK : ALK_JSON;
}

int
check_values(struct check *c, yyjson_doc *doc)
{
	yyjson_val *ends[JSON_DEPTH_OWN];
	size_t depth = 0;
	yyjson_val *v = yyjson_doc_get_root(doc);
	yyjson_val *end = v + yyjson_doc_get_val_count(doc);

	for (; v < end; v++) {
		if (unsafe_yyjson_is_str(v))
			continue;
		if (!unsafe_yyjson_is_ctn(v)) {
			settle(c, v);
			continue;
		}
		while (depth > 0 && ends[depth - 1] <= v)
			depth--;
		if (depth == c->depth_max) {
			c->bad = v;
			return ALK_LIMIT;
		}
		ends[depth++] = unsafe_yyjson_get_next(v);
		if (c->members == NULL || unsafe_yyjson_is_arr(v))
			continue;
		int rc = check_members(c, v);
		if (rc != ALK_OK)
			return rc;
	}
	return ALK_OK;
}

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Or a point. */
static inline bool
is_digit_at(const char *text, size_t bytes, size_t at)
{
	return at < bytes && (is_digit(text[at]) || text[at] == '.');
}

/*
 * Whether the digits around text[*at] look like a long number with a fraction
 * or an exponent. *at moves behind them.
 */
static bool
is_long_number(const char *text, size_t bytes, size_t *at)
{
	size_t from = *at;
	size_t digits = 0;
	bool fraction = false;

	while (from > 0 && is_digit_at(text, bytes, from - 1))
		from--;
	size_t first = from;
	for (; is_digit_at(text, bytes, from); from++) {
		fraction |= text[from] == '.';
		digits += text[from] != '.' &&
		    (text[from] != '0' || digits > 0);
	}
	if (from < bytes && (text[from] == 'e' || text[from] == 'E'))
		fraction = true;
	*at = from;
	if (!fraction || digits <= DIGITS_SURE)
		return false;
	/* Behind anything else it is part of a string. */
	return first == 0 || strchr(",:[- \t\r\n", text[first - 1]) != NULL;
}

static bool
has_negative_exponent(const char *text, size_t bytes)
{
	const char *p = text;
	const char *end = text + bytes;

	while ((p = memchr(p, '-', (size_t)(end - p))) != NULL) {
		if (p - text >= 2 && (p[-1] == 'e' || p[-1] == 'E') &&
		    is_digit(p[-2]))
			return true;
		p++;
	}
	return false;
}

bool
check_text_is_finer(const char *text, size_t bytes, bool tiny)
{
	/* More than 15 digits in a row cover every 16th byte. */
	for (size_t at = DIGITS_SURE; at < bytes; at += DIGITS_SURE + 1) {
		if (!is_digit_at(text, bytes, at))
			continue;
		/* It goes on for eight bytes to one side at least. */
		if (!is_digit_at(text, bytes, at - 8) &&
		    !is_digit_at(text, bytes, at + 8))
			continue;
		if (is_long_number(text, bytes, &at))
			return true;
	}
	return tiny && has_negative_exponent(text, bytes);
}
