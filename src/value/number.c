/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Numbers out of texts and back, as JavaScript's Number() and String() do it,
 * but exactly: what a double cannot hold is kept as the decimal that was
 * written. "Infinity" is no number here, and neither is "".
 */
#include "value/parts.h"

#include "base/error.h"
#include "json/decimal.h"
#include "schema/text.h"

#include <math.h>

/* A text that is being read; bytes may be 0. */
struct text {
	const char *at;
	const char *end;
};

/* The bytes of the blank at p, by ECMA-262's WhiteSpace and LineTerminator. */
static size_t
blank_bytes(const char *p, const char *end)
{
	static const char *const wide[] = {
		"\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9",
		"\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80", "\xef\xbb\xbf"
	};
	size_t left = (size_t)(end - p);

	if (left > 0 && (*p == ' ' || (*p >= '\t' && *p <= '\r')))
		return 1;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		size_t bytes = strlen(wide[i]);
		if (left >= bytes && memcmp(p, wide[i], bytes) == 0)
			return bytes;
	}
	/* U+2000 to U+200A */
	return left >= 3 && memcmp(p, "\xe2\x80", 2) == 0 &&
	    (unsigned char)p[2] >= 0x80 && (unsigned char)p[2] <= 0x8a ? 3 : 0;
}

static struct text
trim(struct text t)
{
	size_t bytes;

	while ((bytes = blank_bytes(t.at, t.end)) > 0)
		t.at += bytes;
	for (bool more = true; more && t.at < t.end;) {
		more = false;
		for (size_t n = 1; n <= 3 && !more; n++) {
			if ((size_t)(t.end - t.at) < n ||
			    blank_bytes(t.end - n, t.end) != n)
				continue;
			t.end -= n;
			more = true;
		}
	}
	return t;
}

/* 0x1f, 0o17, 0b11 of up to 64 bits. */
static bool
read_based(struct text t, yyjson_val *out)
{
	uint64_t n = 0;
	unsigned base;

	if (t.end - t.at < 3 || t.at[0] != '0')
		return false;
	switch (t.at[1] | 0x20) {
	case 'x': base = 16; break;
	case 'o': base = 8; break;
	case 'b': base = 2; break;
	default: return false;
	}
	for (t.at += 2; t.at < t.end; t.at++) {
		int digit = text_hex(*t.at);
		if (digit < 0 || (unsigned)digit >= base ||
		    n > UINT64_MAX / base)
			return false;
		n = n * base + (unsigned)digit;
	}
	*out = (yyjson_val){ .tag = YYJSON_TYPE_NUM | YYJSON_SUBTYPE_UINT,
		.uni.u64 = n };
	return true;
}

static struct text
take_digits(struct text *t)
{
	struct text digits = { t->at, t->at };

	while (t->at < t->end && text_is_digit(*t->at))
		t->at++;
	digits.end = t->at;
	return digits;
}

/* A decimal literal as JSON writes it, appended to out; false: it is none. */
static bool
read_decimal(struct text t, struct buf *out)
{
	struct text whole;
	struct text part = { 0 };
	struct text exponent = { 0 };
	bool is_negative = t.at < t.end && *t.at == '-';
	bool is_tiny = false;

	if (t.at < t.end && (*t.at == '-' || *t.at == '+'))
		t.at++;
	whole = take_digits(&t);
	if (t.at < t.end && *t.at == '.') {
		t.at++;
		part = take_digits(&t);
	}
	if (whole.at == whole.end && part.at == part.end)
		return false;
	if (t.at < t.end && (*t.at | 0x20) == 'e') {
		t.at++;
		is_tiny = t.at < t.end && *t.at == '-';
		if (t.at < t.end && (*t.at == '-' || *t.at == '+'))
			t.at++;
		exponent = take_digits(&t);
		if (exponent.at == exponent.end)
			return false;
	}
	if (t.at != t.end)
		return false;
	while (whole.end - whole.at > 1 && *whole.at == '0')
		whole.at++;
	if (is_negative)
		buf_char(out, '-');
	if (whole.at == whole.end)
		buf_char(out, '0');
	buf_add(out, whole.at, (size_t)(whole.end - whole.at));
	if (part.at != part.end) {
		buf_char(out, '.');
		buf_add(out, part.at, (size_t)(part.end - part.at));
	}
	if (exponent.at != exponent.end) {
		buf_str(out, is_tiny ? "e-" : "e");
		buf_add(out, exponent.at,
		    (size_t)(exponent.end - exponent.at));
	}
	return true;
}

/* A text of its own for what is in b; the type may be RAW. */
static bool
keep_text(struct run *r, struct buf *b, yyjson_type type, yyjson_val *out)
{
	const char *text = buf_text(b);
	char *copy;

	if (text == NULL) {
		run_nomem(r);
		return false;
	}
	copy = run_text(r, b->bytes);
	if (copy == NULL)
		return false;
	memcpy(copy, text, b->bytes);
	*out = value_of_text(copy, b->bytes, type);
	return true;
}

/* The number that JSON text is, with the type that json.h gives it. */
static bool
read_json(struct run *r, struct buf *b, yyjson_val *out)
{
	const struct json_bounds bounds = { .bytes_max = SIZE_MAX,
		.depth_max = 1 };
	alk_error err = { 0 };
	const char *text = buf_text(b);
	yyjson_val *v = text == NULL ? NULL :
	    json_read(&r->work->reader, text, b->bytes, &bounds, &err);

	if (v == NULL) {
		run_nomem(r);
		return false;
	}
	*out = *v;
	if (!unsafe_yyjson_is_raw(v))
		return true;
	buf_clear(b);
	buf_add(b, unsafe_yyjson_get_raw(v), unsafe_yyjson_get_len(v));
	return keep_text(r, b, YYJSON_TYPE_RAW, out);
}

bool
number_of_text(struct run *r, const char *text, size_t bytes, yyjson_val *out)
{
	struct text t = trim((struct text){ text, text + bytes });
	struct buf json = { 0 };

	run_spend(r, bytes / 16);
	if (read_based(t, out))
		return true;
	bool is_number = read_decimal(t, &json) && read_json(r, &json, out);
	buf_fini(&json);
	return is_number;
}

/* A decimal that is no double: its digits before the point. */
static bool
truncate_decimal(struct run *r, yyjson_val *v, yyjson_val *out)
{
	struct decimal d;
	struct digits room;
	struct buf json = { 0 };
	int64_t exponent = 0;

	decimal_of(&d, &room, v);
	/* It has a fraction, so an exponent above zero is not long. */
	for (size_t i = 0; i < d.exponent_bytes && exponent < INT32_MAX; i++)
		exponent = exponent * 10 + (d.exponent[i] - '0');
	int64_t before = d.point +
	    (d.exponent_negative ? -exponent : exponent);
	if (d.negative && before > 0)
		buf_char(&json, '-');
	if (before <= 0)
		buf_char(&json, '0');
	for (size_t i = 0; i < d.bytes && before > 0; i++) {
		if (d.digits[i] == '.')
			continue;
		buf_char(&json, d.digits[i]);
		before--;
	}
	bool is_done = read_json(r, &json, out);
	buf_fini(&json);
	return is_done;
}

bool
number_truncate(struct run *r, yyjson_val *v, yyjson_val *out)
{
	if (json_is_integral(v))
		return false;
	if (!unsafe_yyjson_is_real(v))
		return truncate_decimal(r, v, out);
	/* A double with a fraction is below 2^53. */
	*out = value_of_int((int64_t)trunc(unsafe_yyjson_get_real(v)));
	return true;
}

bool
number_to_text(struct run *r, yyjson_val *v, yyjson_val *out)
{
	struct buf json = { 0 };
	struct buf text = { 0 };

	/* JSON leaves out the plus of "1e+21". */
	json_write_number(&json, v);
	for (size_t i = 0; i < json.bytes; i++) {
		buf_char(&text, json.data[i]);
		if ((json.data[i] | 0x20) == 'e' &&
		    text_is_digit(json.data[i + 1]))
			buf_char(&text, '+');
	}
	text.failed = text.failed || json.failed;
	buf_fini(&json);
	bool is_done = keep_text(r, &text, YYJSON_TYPE_STR, out);
	buf_fini(&text);
	return is_done;
}
