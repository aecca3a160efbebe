/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One text for each value: members in the order of their names as RFC 8785 has
 * it, and numbers in one form. What json_write() writes is that already but for
 * numbers that are kept as text; those become D.DDDeN, without zeros behind.
 */
#include "value/parts.h"

#include "base/error.h"
#include "json/decimal.h"

static bool write_value(struct buf *out, yyjson_val *v);

static bool
write_object(struct buf *out, yyjson_val *v)
{
	size_t count = unsafe_yyjson_get_len(v);
	struct sorted sorted;
	bool ok = true;

	if (!sorted_begin(&sorted, v, true))
		return false;
	buf_char(out, '{');
	for (size_t i = 0; i < count && ok; i++) {
		yyjson_val *key = sorted.keys[i];
		if (i > 0)
			buf_char(out, ',');
		json_write_string(out, unsafe_yyjson_get_str(key),
		    unsafe_yyjson_get_len(key));
		buf_char(out, ':');
		ok = write_value(out, key + 1);
	}
	sorted_end(&sorted);
	buf_char(out, '}');
	return ok;
}

static bool
write_array(struct buf *out, yyjson_val *v)
{
	size_t i, count;
	yyjson_val *item;

	buf_char(out, '[');
	yyjson_arr_foreach(v, i, count, item) {
		if (i > 0)
			buf_char(out, ',');
		if (!write_value(out, item))
			return false;
	}
	buf_char(out, ']');
	return true;
}

static void
write_raw(struct buf *out, yyjson_val *v)
{
	struct decimal d;
	struct digits room;

	decimal_of(&d, &room, v);
	if (d.bytes == 0) {
		buf_char(out, '0');
		return;
	}
	if (d.negative)
		buf_char(out, '-');
	buf_char(out, d.digits[0]);
	if (d.count > 1)
		buf_char(out, '.');
	for (size_t i = 1; i < d.bytes; i++)
		if (d.digits[i] != '.')
			buf_char(out, d.digits[i]);
	buf_char(out, 'e');
	decimal_write_exponent(&d, -1, out);
}

static bool
write_value(struct buf *out, yyjson_val *v)
{
	if (unsafe_yyjson_is_obj(v))
		return write_object(out, v);
	if (unsafe_yyjson_is_arr(v))
		return write_array(out, v);
	if (unsafe_yyjson_is_raw(v))
		write_raw(out, v);
	else
		json_write(out, v);
	return !out->failed;
}

int
value_write_canonical(struct buf *out, yyjson_val *v, alk_error *err)
{
	if (write_value(out, v) && !out->failed)
		return ALK_OK;
	out->failed = true;
	return error_nomem(err);
}
