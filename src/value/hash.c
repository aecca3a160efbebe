/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Hashes of values. Ours is over this encoding, in which every part tells its
 * length (a COUNT is 8 bytes, least first), so that no two values share one:
 *
 *   null, false, true   n, f, t
 *   string              s COUNT bytes
 *   array               a COUNT items
 *   object              o COUNT (COUNT key, value)..., keys in the order of
 *                       their bytes
 *   zero                z
 *   other numbers       + or -, COUNT digits, COUNT exponent
 *
 * A number is 0.DIGITS * 10^EXPONENT: the first and the last digit are not 0,
 * the exponent is in decimal without leading zeros, "-" before it when it is
 * below zero. So 1, 1.0 and 10e-1 are the same, as they are to json_equal().
 */
#include "value/parts.h"

#include "base/error.h"
#include "json/decimal.h"
#include "schema/text.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- Ours -------------------------------------------------------------- */

static void
add_count(struct sip *s, size_t count)
{
	uint8_t bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)((uint64_t)count >> 8 * i);
	sip_add(s, bytes, sizeof(bytes));
}

static void
add_text(struct sip *s, const char *text, size_t bytes)
{
	add_count(s, bytes);
	sip_add(s, text, bytes);
}

static void
add_digits(struct sip *s, const struct decimal *d)
{
	const char *point = memchr(d->digits, '.', d->bytes);
	size_t before = point == NULL ? d->bytes :
	    (size_t)(point - d->digits);

	add_count(s, d->count);
	sip_add(s, d->digits, before);
	if (point != NULL)
		sip_add(s, point + 1, d->bytes - before - 1);
}

static bool
add_exponent(struct sip *s, const struct decimal *d)
{
	struct buf text = { 0 };

	decimal_write_exponent(d, 0, &text);
	bool ok = buf_text(&text) != NULL;
	if (ok)
		add_text(s, text.data, text.bytes);
	buf_fini(&text);
	return ok;
}

static bool
add_number(struct sip *s, yyjson_val *v)
{
	struct decimal d;
	struct digits room;

	decimal_of(&d, &room, v);
	if (d.bytes == 0) {
		sip_add(s, "z", 1);
		return true;
	}
	sip_add(s, d.negative ? "-" : "+", 1);
	add_digits(s, &d);
	return add_exponent(s, &d);
}

static bool add_value(struct sip *s, yyjson_val *v);

static bool
add_array(struct sip *s, yyjson_val *v)
{
	size_t i, count = unsafe_yyjson_get_len(v);
	yyjson_val *item;

	sip_add(s, "a", 1);
	add_count(s, count);
	yyjson_arr_foreach(v, i, count, item)
		if (!add_value(s, item))
			return false;
	return true;
}

static bool
add_object(struct sip *s, yyjson_val *v)
{
	size_t count = unsafe_yyjson_get_len(v);
	struct sorted sorted;

	if (!sorted_begin(&sorted, v, false))
		return false;
	bool ok = true;
	sip_add(s, "o", 1);
	add_count(s, count);
	for (size_t i = 0; i < count && ok; i++) {
		yyjson_val *key = sorted.keys[i];
		add_text(s, unsafe_yyjson_get_str(key),
		    unsafe_yyjson_get_len(key));
		ok = add_value(s, key + 1);
	}
	sorted_end(&sorted);
	return ok;
}

static bool
add_value(struct sip *s, yyjson_val *v)
{
	switch (unsafe_yyjson_get_type(v)) {
	case YYJSON_TYPE_OBJ:
		return add_object(s, v);
	case YYJSON_TYPE_ARR:
		return add_array(s, v);
	case YYJSON_TYPE_STR:
		sip_add(s, "s", 1);
		add_text(s, unsafe_yyjson_get_str(v),
		    unsafe_yyjson_get_len(v));
		return true;
	case YYJSON_TYPE_BOOL:
		sip_add(s, unsafe_yyjson_get_bool(v) ? "t" : "f", 1);
		return true;
	case YYJSON_TYPE_NULL:
		sip_add(s, "n", 1);
		return true;
	default:
		return add_number(s, v);
	}
}

int
value_hash(yyjson_val *v, uint8_t out[VALUE_HASH_BYTES], alk_error *err)
{
	static const uint8_t key[16];
	struct sip s;

	sip_begin(&s, key);
	if (!add_value(&s, v))
		return error_nomem(err);
	sip_end(&s, out);
	return ALK_OK;
}

/* ---- TypeBox's --------------------------------------------------------- */

#define FNV_OFFSET 14695981039346656037u
#define FNV_PRIME 1099511628211u

enum {
	MARK_NULL = 1,
	MARK_BOOLEAN,
	MARK_NUMBER,
	MARK_STRING,
	MARK_OBJECT,
	MARK_ARRAY
};

static uint64_t
fnv(uint64_t hash, unsigned byte)
{
	return (hash ^ byte) * FNV_PRIME;
}

static uint64_t
fnv_unit(uint64_t hash, uint32_t unit)
{
	if (unit > 0xff)
		hash = fnv(hash, unit >> 8);
	return fnv(hash, unit & 0xff);
}

static uint64_t
fnv_string(uint64_t hash, yyjson_val *v)
{
	const char *at = unsafe_yyjson_get_str(v);
	const char *end = at + unsafe_yyjson_get_len(v);

	hash = fnv(hash, MARK_STRING);
	while (at < end) {
		uint32_t c = text_next(&at);
		if (c > 0xffff) {
			hash = fnv_unit(hash, 0xd800 + ((c - 0x10000) >> 10));
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		hash = fnv_unit(hash, c);
	}
	return hash;
}

static uint64_t
fnv_number(uint64_t hash, yyjson_val *v)
{
	double x = unsafe_yyjson_is_raw(v) ?
	    strtod(unsafe_yyjson_get_raw(v), NULL) : unsafe_yyjson_get_num(v);
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	hash = fnv(hash, MARK_NUMBER);
	for (int shift = 56; shift >= 0; shift -= 8)
		hash = fnv(hash, bits >> shift & 0xff);
	return hash;
}

static bool
fnv_value(uint64_t *hash, yyjson_val *v)
{
	struct sorted sorted;
	size_t i, count;
	yyjson_val *item;
	bool ok = true;

	switch (unsafe_yyjson_get_type(v)) {
	case YYJSON_TYPE_OBJ:
		if (!sorted_begin(&sorted, v, true))
			return false;
		*hash = fnv(*hash, MARK_OBJECT);
		count = unsafe_yyjson_get_len(v);
		for (i = 0; i < count && ok; i++) {
			*hash = fnv_string(*hash, sorted.keys[i]);
			ok = fnv_value(hash, sorted.keys[i] + 1);
		}
		sorted_end(&sorted);
		return ok;
	case YYJSON_TYPE_ARR:
		*hash = fnv(*hash, MARK_ARRAY);
		yyjson_arr_foreach(v, i, count, item)
			if (!fnv_value(hash, item))
				return false;
		return true;
	case YYJSON_TYPE_STR:
		*hash = fnv_string(*hash, v);
		return true;
	case YYJSON_TYPE_BOOL:
		*hash = fnv(fnv(*hash, MARK_BOOLEAN),
		    unsafe_yyjson_get_bool(v));
		return true;
	case YYJSON_TYPE_NULL:
		*hash = fnv(*hash, MARK_NULL);
		return true;
	default:
		*hash = fnv_number(*hash, v);
		return true;
	}
}

int
value_hash_typebox(yyjson_val *v, uint64_t *out, alk_error *err)
{
	uint64_t hash = FNV_OFFSET;

	if (!fnv_value(&hash, v))
		return error_nomem(err);
	*out = hash;
	return ALK_OK;
}
