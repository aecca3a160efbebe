/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Writing: like the check, a loop over yyjson's array of values. Of each
 * container that is open the stack holds how many values are still to come.
 */
#include "json/write.h"

#include "json/check.h"
#include "json/decimal.h"
#include "json/json.h"

#include <math.h>
#include <string.h>

#define WORD_ONES 0x0101010101010101u
#define WORD_HIGHS 0x8080808080808080u

/*
 * The writing functions hand on where the next byte goes. There is always room
 * for SLACK bytes; whoever uses some sees to it again. NULL: no memory, out has
 * failed.
 */
#define SLACK ((size_t)64)

static char *
grow(struct buf *out, char *at, size_t bytes)
{
	out->bytes = (size_t)(at - out->data);
	if (!buf_reserve(out, bytes))
		return NULL;
	return out->data + out->bytes;
}

static inline char *
reserve(struct buf *out, char *at, size_t bytes)
{
	if ((size_t)(out->data + out->room - at) > bytes)
		return at;
	return grow(out, at, bytes);
}

static inline char *
begin(struct buf *out)
{
	return buf_reserve(out, SLACK) ? out->data + out->bytes : NULL;
}

static inline void
end(struct buf *out, const char *at)
{
	if (at != NULL)
		out->bytes = (size_t)(at - out->data);
}

/* memcpy() without a call for what is short. Reads no byte beyond. */
static inline void
copy(char *to, const char *from, size_t bytes)
{
	if (bytes > 32) {
		memcpy(to, from, bytes);
	} else if (bytes >= 8) {
		for (size_t i = 0; i + 8 < bytes; i += 8)
			memcpy(to + i, from + i, 8);
		memcpy(to + bytes - 8, from + bytes - 8, 8);
	} else if (bytes >= 4) {
		memcpy(to, from, 4);
		memcpy(to + bytes - 4, from + bytes - 4, 4);
	} else {
		for (size_t i = 0; i < bytes; i++)
			to[i] = from[i];
	}
}

/* ---- strings ---- */

/* Not zero: some byte of the word is " or \ or a control character. */
static uint64_t
odd_bytes(uint64_t word)
{
	uint64_t quote = word ^ WORD_ONES * '"';
	uint64_t slash = word ^ WORD_ONES * '\\';

	return ((word - WORD_ONES * 0x20) | (quote - WORD_ONES) |
		   (slash - WORD_ONES)) &
	    ~word & WORD_HIGHS;
}

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\';
}

/* How many bytes from the front need no escape. */
static size_t
plain_length(const char *text, size_t bytes)
{
	size_t n = 0;
	uint64_t word;

	for (; n + sizeof(word) <= bytes; n += sizeof(word)) {
		memcpy(&word, text + n, sizeof(word));
		if (odd_bytes(word) != 0)
			break;
	}
	while (n < bytes && is_plain((unsigned char)text[n]))
		n++;
	return n;
}

static char *
put_escape(char *to, unsigned char c)
{
	static const char names[] = "\"\\\b\f\n\r\t";
	const char *at = memchr(names, c, sizeof(names) - 1);

	*to++ = '\\';
	if (at != NULL) {
		*to++ = "\"\\bfnrt"[at - names];
		return to;
	}
	memcpy(to, "u00", 3);
	to[3] = "01"[c >> 4];
	to[4] = "0123456789abcdef"[c & 15];
	return to + 5;
}

static inline char *
put_plain(struct buf *out, char *to, const char *text, size_t bytes)
{
	to = reserve(out, to, bytes + SLACK);
	if (to == NULL)
		return NULL;
	copy(to, text, bytes);
	return to + bytes;
}

static char *
put_escaped(struct buf *out, char *to, const char *text, size_t bytes)
{
	for (;;) {
		size_t n = plain_length(text, bytes);
		to = put_plain(out, to, text, n);
		if (to == NULL || n == bytes)
			return to;
		to = put_escape(to, (unsigned char)text[n]);
		text += n + 1;
		bytes -= n + 1;
	}
}

static inline char *
put_string(struct buf *out, char *to, yyjson_val *v)
{
	const char *text = unsafe_yyjson_get_str(v);
	size_t bytes = unsafe_yyjson_get_len(v);

	*to++ = '"';
	/* NOESC: the parser saw no escape in it. */
	if (unsafe_yyjson_get_subtype(v) == YYJSON_SUBTYPE_NOESC)
		to = put_plain(out, to, text, bytes);
	else
		to = put_escaped(out, to, text, bytes);
	if (to != NULL)
		*to++ = '"';
	return to;
}

void
json_write_string(struct buf *out, const char *text, size_t bytes)
{
	char *to = begin(out);

	if (to == NULL)
		return;
	*to++ = '"';
	to = put_escaped(out, to, text, bytes);
	if (to != NULL)
		*to++ = '"';
	end(out, to);
}

/* ---- numbers ---- */

static char *
put_integer(char *to, yyjson_val *v)
{
	uint64_t n = unsafe_yyjson_get_uint(v);

	if (unsafe_yyjson_is_sint(v) && unsafe_yyjson_get_sint(v) < 0) {
		*to++ = '-';
		n = 0 - n;
	}
	return to + digits_of_uint(to, n);
}

static char *
put_zeros(char *to, int count)
{
	for (; count > 0; count--)
		*to++ = '0';
	return to;
}

static char *
put_digits(char *to, const char *from, int count)
{
	while (count-- > 0)
		*to++ = *from++;
	return to;
}

/* d1.d2d3e-7 */
static char *
put_with_exponent(char *to, const struct digits *d)
{
	int exponent = d->point - 1;

	*to++ = d->text[0];
	if (d->count > 1) {
		*to++ = '.';
		to = put_digits(to, d->text + 1, d->count - 1);
	}
	*to++ = 'e';
	if (exponent < 0)
		*to++ = '-';
	uint64_t size = (uint64_t)(exponent < 0 ? -exponent : exponent);
	return to + digits_of_uint(to, size);
}

/* The form that JavaScript chooses, by where the point stands. */
static char *
put_decimal(char *to, const struct digits *d)
{
	if (d->point > 21 || d->point < -5)
		return put_with_exponent(to, d);
	if (d->point <= 0) {
		*to++ = '0';
		*to++ = '.';
		to = put_zeros(to, -d->point);
		return put_digits(to, d->text, d->count);
	}
	if (d->count <= d->point) {
		to = put_digits(to, d->text, d->count);
		return put_zeros(to, d->point - d->count);
	}
	to = put_digits(to, d->text, d->point);
	*to++ = '.';
	return put_digits(to, d->text + d->point, d->count - d->point);
}

static char *
put_real(char *to, double x)
{
	struct digits d;

	if (!isfinite(x)) {
		memcpy(to, "null", 4); /* no JSON was read to give this */
		return to + 4;
	}
	if (x == 0) {
		*to = '0';
		return to + 1;
	}
	if (x < 0)
		*to++ = '-';
	digits_of(&d, fabs(x));
	return put_decimal(to, &d);
}

static inline char *
put_number(struct buf *out, char *to, yyjson_val *v)
{
	if (unsafe_yyjson_is_raw(v))
		return put_plain(out, to, unsafe_yyjson_get_raw(v),
		    unsafe_yyjson_get_len(v));
	if (unsafe_yyjson_is_real(v))
		return put_real(to, unsafe_yyjson_get_real(v));
	return put_integer(to, v);
}

void
json_write_number(struct buf *out, yyjson_val *v)
{
	char *to = begin(out);

	if (to != NULL)
		end(out, put_number(out, to, v));
}

/* ---- values ---- */

static inline char *
put_scalar(struct buf *out, char *to, yyjson_val *v)
{
	switch (unsafe_yyjson_get_type(v)) {
	case YYJSON_TYPE_STR:
		return put_string(out, to, v);
	case YYJSON_TYPE_NUM:
	case YYJSON_TYPE_RAW:
		return put_number(out, to, v);
	case YYJSON_TYPE_BOOL:
		if (unsafe_yyjson_is_true(v)) {
			memcpy(to, "true", 4);
			return to + 4;
		}
		memcpy(to, "false", 5);
		return to + 5;
	default:
		memcpy(to, "null", 4);
		return to + 4;
	}
}

static inline char *
put_line(struct buf *out, char *to, size_t depth)
{
	to = reserve(out, to, 1 + 2 * depth + SLACK);
	if (to == NULL)
		return NULL;
	*to++ = '\n';
	memset(to, ' ', 2 * depth);
	return to + 2 * depth;
}

/* Before a value or an end: a new line for people, or nothing but room. */
static inline char *
put_room(struct buf *out, char *to, size_t depth, bool pretty)
{
	return pretty ? put_line(out, to, depth) : reserve(out, to, SLACK);
}

/* One open container. */
struct level {
	size_t left; /* values still to come */
	bool object;
};

/* Behind a value: ends of what is complete, and the comma before the next. */
static inline char *
put_ends(struct buf *out, char *to, struct level *levels, size_t *depth,
    bool pretty)
{
	while (to != NULL && *depth > 0 && --levels[*depth].left == 0) {
		char mark = levels[(*depth)--].object ? '}' : ']';
		to = put_room(out, to, *depth, pretty);
		if (to != NULL)
			*to++ = mark;
	}
	if (to == NULL || *depth == 0)
		return to;
	*to++ = ',';
	return put_room(out, to, *depth, pretty);
}

/* What one writing does. */
struct manner {
	size_t depth_max;
	bool pretty;
	yyjson_val *skip; /* key of a member of the root, left out; or NULL */
};

/* false: deeper than depth_max. */
static inline bool
write_values(struct buf *out, yyjson_val *v, struct manner how)
{
	struct level levels[JSON_DEPTH_OWN + 1];
	size_t depth = 0;
	char *to = begin(out);

	for (; to != NULL; v++) {
		if (depth > 0 && levels[depth].object) {
			if (v == how.skip)
				v = members_next(v);
			to = put_string(out, to, v++);
			if (to == NULL)
				break;
			*to++ = ':';
			if (how.pretty)
				*to++ = ' ';
		}
		if (!unsafe_yyjson_is_ctn(v)) {
			to = put_scalar(out, to, v);
		} else {
			size_t count = unsafe_yyjson_get_len(v);
			bool object = unsafe_yyjson_is_obj(v);
			if (depth == how.depth_max)
				return false;
			if (depth == 0 && how.skip != NULL)
				count--;
			*to++ = object ? '{' : '[';
			if (count > 0) {
				levels[++depth] =
				    (struct level){ count, object };
				to = put_room(out, to, depth, how.pretty);
				continue;
			}
			*to++ = object ? '}' : ']';
		}
		to = put_ends(out, to, levels, &depth, how.pretty);
		if (depth == 0)
			break;
	}
	end(out, to);
	return true;
}

bool
write_bounded(struct buf *out, yyjson_val *v, size_t depth_max)
{
	return write_values(out, v, (struct manner){ .depth_max = depth_max });
}

void
json_write(struct buf *out, yyjson_val *v)
{
	if (!write_bounded(out, v, JSON_DEPTH_OWN))
		out->failed = true; /* no reader gives such a value */
}

void
json_write_pretty(struct buf *out, yyjson_val *v)
{
	struct manner how = { .depth_max = JSON_DEPTH_OWN, .pretty = true };

	if (!write_values(out, v, how))
		out->failed = true;
}

void
json_write_without(struct buf *out, yyjson_val *object, const char *name)
{
	struct manner how = { .depth_max = JSON_DEPTH_OWN };

	yyjson_val *left_out = yyjson_obj_get(object, name);
	if (left_out != NULL)
		how.skip = left_out - 1;
	if (!write_values(out, object, how))
		out->failed = true;
}

void
write_key(struct buf *out, yyjson_val *key)
{
	char *to = begin(out);

	if (to != NULL)
		to = put_string(out, to, key);
	if (to != NULL)
		*to++ = ':';
	end(out, to);
}
