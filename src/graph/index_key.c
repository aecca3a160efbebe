/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The keys of index_sql.c, of constants and of places where a page begins, made
 * here: test/index compares the two.
 *
 * A number goes by its decimal digits, as SQLite's expression does, and never
 * through a conversion from decimal to binary: see index_sql.c.
 */
#include "graph/index.h"

#include "base/error.h"

#include <string.h>

#define CHARACTERS 256
#define DIGITS_KEPT 512
#define FRACTION 1125899906842624.0 /* 2^50, more than 10^15 */
#define WHOLE_DIGITS 15 /* beyond it there is no fraction in the key */

/* 0.DIGITS * 10^point; no zeros at either end. */
struct decimal {
	bool is_negative;
	char digits[DIGITS_KEPT];
	size_t count;
	int64_t point;
};

static struct db_value
blob(const char *byte)
{
	return (struct db_value){ .kind = 'b', .text = byte, .bytes = 1 };
}

/* The digits from place `from` on, `count` of them; zeros where none are. */
static uint64_t
take(const struct decimal *d, int64_t from, int count)
{
	uint64_t n = 0;

	for (int64_t i = from; i < from + count; i++) {
		bool is_there = i >= 0 && (uint64_t)i < d->count;
		n = n * 10 + (is_there ? (uint64_t)(d->digits[i] - '0') : 0);
	}
	return n;
}

static struct db_value
key_of_decimal(const struct decimal *d)
{
	int64_t point = d->point < -15 ? -15 : d->point;
	uint64_t whole = point > 19 ? UINT64_MAX : point <= 0 ? 0 :
	    take(d, 0, (int)point);
	struct db_value v = { .kind = 'i' };

	if (d->is_negative)
		v.number = whole >= (uint64_t)1 << 63 ? INT64_MIN :
		    -(int64_t)whole;
	else
		v.number = whole > INT64_MAX ? INT64_MAX : (int64_t)whole;
	if (d->point > WHOLE_DIGITS)
		return v;
	uint64_t fraction = take(d, point, 15);
	if (fraction == 0)
		return v;
	v.kind = 'd';
	v.real = (double)v.number + (d->is_negative ? -(double)fraction :
	    (double)fraction) / FRACTION;
	return v;
}

/* ---- Numbers ---- */

static int64_t
read_exponent(const char *p, const char *end)
{
	bool is_negative = p < end && *p == '-';
	int64_t n = 0;

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	for (; p < end && n < INT64_MAX / 100; p++)
		n = n * 10 + (*p - '0');
	return is_negative ? -n : n;
}

static void
read_decimal(struct decimal *d, const char *p, const char *end)
{
	bool is_behind = false; /* the point */

	*d = (struct decimal){ .is_negative = p < end && *p == '-' };
	for (p += d->is_negative; p < end && *p != 'e' && *p != 'E'; p++) {
		if (*p == '.') {
			is_behind = true;
		} else if (d->count == 0 && *p == '0') {
			d->point -= is_behind; /* 0.00123 is 0.123e-2 */
		} else {
			d->point += !is_behind;
			if (d->count < DIGITS_KEPT)
				d->digits[d->count++] = *p;
		}
	}
	if (p < end)
		d->point += read_exponent(p + 1, end);
	while (d->count > 0 && d->digits[d->count - 1] == '0')
		d->count--;
	if (d->count == 0)
		*d = (struct decimal){ .point = 0 };
}

static bool
key_of_number(yyjson_val *v, struct db_value *out)
{
	struct buf text = { 0 };
	struct decimal d;

	json_write_number(&text, v);
	bool is_there = buf_text(&text) != NULL;
	if (is_there) {
		read_decimal(&d, text.data, text.data + text.bytes);
		*out = key_of_decimal(&d);
	}
	buf_fini(&text);
	return is_there;
}

/* ---- Strings ---- */

static struct db_value
key_of_string(const char *text, size_t bytes)
{
	const char *nul = memchr(text, '\0', bytes);
	size_t characters = 0;
	size_t at = 0;

	if (nul != NULL)
		bytes = (size_t)(nul - text);
	while (at < bytes) {
		bool begins = ((unsigned char)text[at] & 0xc0) != 0x80;
		if (begins && characters++ == CHARACTERS)
			break;
		at++;
	}
	return (struct db_value){ .kind = 't', .text = text, .bytes = at };
}

bool
index_key(yyjson_val *v, struct db_value *out)
{
	if (v == NULL || yyjson_is_null(v))
		*out = (struct db_value){ .kind = 0 };
	else if (yyjson_is_sint(v) ||
	    (yyjson_is_uint(v) && yyjson_get_uint(v) <= INT64_MAX))
		*out = (struct db_value){ .kind = 'i',
			.number = yyjson_get_sint(v) };
	else if (json_is_number(v))
		return key_of_number(v, out);
	else if (yyjson_is_str(v))
		*out = key_of_string(yyjson_get_str(v), yyjson_get_len(v));
	else if (yyjson_is_bool(v))
		*out = blob(yyjson_get_bool(v) ? "\1" : "\0");
	else
		*out = blob("\2");
	return true;
}

/* ---- Sort keys (filter/key.c) ---- */

static struct db_value
key_of_sort_number(const unsigned char *key, size_t bytes)
{
	struct decimal d = { .is_negative = key[0] == 0x20 };
	unsigned turn = d.is_negative ? 0xff : 0x00;
	size_t at = 2;

	if (key[0] == 0x21 || bytes < 2)
		return (struct db_value){ .kind = 'i' };
	unsigned point = key[1] ^ turn;
	d.point = (int64_t)point - 0x80;
	if (point == 0x00 || point == 0xff) {
		uint64_t biased = 0;
		for (; at < bytes && at < 10; at++)
			biased = biased << 8 | (key[at] ^ turn);
		d.point = (int64_t)(biased ^ (uint64_t)1 << 63);
	}
	for (; at < bytes && (key[at] ^ turn) != 0 &&
	     d.count + 2 <= DIGITS_KEPT; at++) {
		unsigned pair = (key[at] ^ turn) - 1;
		d.digits[d.count++] = (char)('0' + pair / 10);
		d.digits[d.count++] = (char)('0' + pair % 10);
	}
	while (d.count > 0 && d.digits[d.count - 1] == '0')
		d.count--;
	return key_of_decimal(&d);
}

bool
index_key_of_sort_key(const char *key, size_t bytes, struct buf *scratch,
    struct db_value *out)
{
	const unsigned char *k = (const unsigned char *)key;

	*out = (struct db_value){ .kind = 0 };
	if (bytes == 0 || k[0] <= 0x10)
		return true;
	if (k[0] < 0x30) {
		*out = key_of_sort_number(k, bytes);
		return true;
	}
	if (k[0] != 0x30) {
		*out = blob(k[0] == 0x40 ? "\0" : k[0] == 0x41 ? "\1" : "\2");
		return true;
	}
	buf_clear(scratch);
	for (size_t i = 1; i < bytes && k[i] != '\0'; i++)
		buf_char(scratch, key[i]);
	const char *text = buf_text(scratch);
	if (text == NULL)
		return false;
	*out = key_of_string(text, scratch->bytes);
	return true;
}
