/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Sort keys: the order of values as the order of bytes (memcmp). No key is the
 * beginning of another, so that keys may be put one behind the other.
 *
 *   10                       missing, null
 *   20 ~POINT ~DIGITS ~00    a number below zero, every byte turned round
 *   21                       0
 *   22 POINT DIGITS 00       a number above zero, 0.DIGITS * 10^POINT
 *   30 BYTES 00 00           a string; 00 in it is 00 FF
 *   40, 41                   false, true
 *   50 TEXT 00 00            an array or object, as JSON text
 *
 * POINT is one byte, 80 + point, where that is from 01 to FE; else 00 or FF and
 * eight bytes, the highest first. DIGITS is two digits a byte, 1 to 100, the
 * first not 0 and no zeros at the end. Being decimal it is exact for int64,
 * uint64, doubles (by their shortest form) and numbers that are kept as
 * written. BYTES and TEXT are cut at 1,024 bytes, DIGITS at 512 digits, and
 * points stop at +-10^17; what is alike up to there has one key.
 */
#include "filter/filter.h"

#include <string.h>

#define CUT_BYTES 1024 /* as many as 256 characters have: index.h */
#define CUT_DIGITS 512
#define POINT_MAX ((int64_t)100000000000000000)

enum tag {
	TAG_NULL = 0x10,
	TAG_BELOW = 0x20,
	TAG_ZERO = 0x21,
	TAG_ABOVE = 0x22,
	TAG_STRING = 0x30,
	TAG_FALSE = 0x40,
	TAG_TRUE = 0x41,
	TAG_TEXT = 0x50
};

/* ---- Numbers ---- */

/* A number's text: where its parts are. */
struct decimal_text {
	const char *first; /* first digit that is not 0; end: it is 0 */
	const char *end;   /* of the digits, trailing zeros cut off */
	int64_t point;     /* value = 0.DIGITS * 10^point */
	bool is_negative;
};

static int64_t
read_exponent(const char *p, const char *end)
{
	bool is_negative = p < end && *p == '-';
	int64_t n = 0;

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	for (; p < end && n < POINT_MAX; p++)
		n = n * 10 + (*p - '0');
	if (n > POINT_MAX)
		n = POINT_MAX;
	return is_negative ? -n : n;
}

static int64_t
limit_point(int64_t point)
{
	if (point > POINT_MAX)
		return POINT_MAX;
	return point < -POINT_MAX ? -POINT_MAX : point;
}

static void
take_apart(struct decimal_text *d, const char *p, const char *end)
{
	d->is_negative = p < end && *p == '-';
	p += d->is_negative;
	const char *e = p;
	while (e < end && *e != 'e' && *e != 'E')
		e++;
	const char *dot = memchr(p, '.', (size_t)(e - p));
	const char *whole_end = dot != NULL ? dot : e;

	d->first = p;
	while (d->first < e && (*d->first == '0' || *d->first == '.'))
		d->first++;
	d->end = e;
	while (d->end > d->first && (d->end[-1] == '0' || d->end[-1] == '.'))
		d->end--;
	int64_t point = whole_end - d->first;
	if (d->first > whole_end)
		point++; /* the dot itself was passed */
	if (e < end)
		point += read_exponent(e + 1, end);
	d->point = limit_point(point);
}

static void
put(struct buf *out, unsigned byte, unsigned turn)
{
	buf_char(out, (char)(unsigned char)(byte ^ turn));
}

static void
put_point(struct buf *out, int64_t point, unsigned turn)
{
	if (point > -0x80 && point < 0x7f) {
		put(out, (unsigned)(0x80 + point), turn);
		return;
	}
	put(out, point < 0 ? 0x00 : 0xff, turn);
	uint64_t biased = (uint64_t)point ^ (uint64_t)1 << 63;
	for (int shift = 56; shift >= 0; shift -= 8)
		put(out, (unsigned)(biased >> shift & 0xff), turn);
}

static void
put_digits(struct buf *out, const struct decimal_text *d, unsigned turn)
{
	unsigned pair = 0;
	unsigned count = 0;

	for (const char *p = d->first; p < d->end && count < CUT_DIGITS; p++) {
		if (*p == '.')
			continue;
		unsigned digit = (unsigned)(*p - '0');
		if (count++ % 2 == 0)
			pair = digit * 10;
		else
			put(out, pair + digit + 1, turn);
	}
	if (count % 2 == 1)
		put(out, pair + 1, turn);
	put(out, 0x00, turn);
}

static void
put_number(struct buf *out, yyjson_val *v)
{
	size_t from = out->bytes;
	struct decimal_text d;
	char text[64];

	/* The text is written where the key will stand, then moved away. */
	json_write_number(out, v);
	if (out->failed)
		return;
	struct buf far = { 0 };
	size_t bytes = out->bytes - from;
	const char *p = text;
	if (bytes <= sizeof(text)) {
		memcpy(text, out->data + from, bytes);
	} else {
		buf_add(&far, out->data + from, bytes);
		p = buf_text(&far);
	}
	out->bytes = from;
	if (p == NULL) {
		out->failed = true;
		return;
	}
	take_apart(&d, p, p + bytes);
	if (d.first == d.end) {
		put(out, TAG_ZERO, 0);
	} else {
		unsigned turn = d.is_negative ? 0xff : 0x00;
		put(out, d.is_negative ? TAG_BELOW : TAG_ABOVE, 0);
		put_point(out, d.point, turn);
		put_digits(out, &d, turn);
	}
	buf_fini(&far);
}

/* ---- The others ---- */

static void
put_string(struct buf *out, const char *text, size_t bytes)
{
	buf_char(out, TAG_STRING);
	for (size_t i = 0; i < bytes && i < CUT_BYTES; i++) {
		buf_char(out, text[i]);
		if (text[i] == '\0')
			put(out, 0xff, 0);
	}
	buf_add(out, "\0", 2);
}

/* JSON text has no byte 00. */
static void
put_text(struct buf *out, yyjson_val *v)
{
	buf_char(out, TAG_TEXT);
	size_t from = out->bytes;
	json_write(out, v);
	if (out->bytes - from > CUT_BYTES)
		out->bytes = from + CUT_BYTES;
	buf_add(out, "\0", 2);
}

void
filter_sort_key(struct buf *out, yyjson_val *v)
{
	if (v == NULL || yyjson_is_null(v))
		buf_char(out, TAG_NULL);
	else if (json_is_number(v))
		put_number(out, v);
	else if (yyjson_is_str(v))
		put_string(out, yyjson_get_str(v), yyjson_get_len(v));
	else if (yyjson_is_bool(v))
		buf_char(out, yyjson_get_bool(v) ? TAG_TRUE : TAG_FALSE);
	else
		put_text(out, v);
}
