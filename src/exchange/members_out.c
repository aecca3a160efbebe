/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Text of a declared type as JSON. Others write numbers in more ways than JSON
 * has: +1, 007, .5, 5., NaN, Infinity, 1E5; and truths as True, TRUE, 1.
 */
#include "exchange/columns.h"

#include "base/error.h"

#include <string.h>
#include <strings.h>

void
members_fini(struct members_out *m)
{
	buf_fini(&m->text);
	json_reader_fini(&m->reader);
}

void
members_begin(struct members_out *m)
{
	buf_clear(&m->text);
	buf_char(&m->text, '{');
	m->comma = false;
}

const char *
members_end(struct members_out *m)
{
	buf_char(&m->text, '}');
	return buf_text(&m->text);
}

static void
begin_member(struct members_out *m, const char *name, size_t bytes)
{
	if (m->comma)
		buf_char(&m->text, ',');
	m->comma = true;
	json_write_string(&m->text, name, bytes);
	buf_char(&m->text, ':');
}

void
members_null(struct members_out *m, const char *name, size_t bytes)
{
	begin_member(m, name, bytes);
	buf_str(&m->text, "null");
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_word(const char *text, size_t bytes, const char *word)
{
	return bytes == strlen(word) && strncasecmp(text, word, bytes) == 0;
}

static int
wrong(const char *text, size_t bytes, const char *want, alk_error *err)
{
	return error_set(err, ALK_SYNTAX, "expected %s, not '%.*s'", want,
	    bytes < 60 ? (int)bytes : 60, text);
}

static int
add_boolean(struct members_out *m, const char *text, size_t bytes,
    alk_error *err)
{
	bool yes = is_word(text, bytes, "true") || is_word(text, bytes, "1");

	if (!yes && !is_word(text, bytes, "false") &&
	    !is_word(text, bytes, "0"))
		return wrong(text, bytes, "true or false", err);
	buf_str(&m->text, yes ? "true" : "false");
	return 1;
}

static size_t
count_digits(const char *text, size_t bytes)
{
	size_t n = 0;

	while (n < bytes && text[n] >= '0' && text[n] <= '9')
		n++;
	return n;
}

/* A number taken apart. The texts are borrowed. */
struct number {
	bool is_negative;
	const char *whole; /* digits, without leading zeros */
	size_t whole_bytes;
	const char *part; /* digits behind the point */
	size_t part_bytes;
	const char *exponent; /* with its e, or nothing */
	size_t exponent_bytes;
};

static bool
take_apart(const char *text, size_t bytes, struct number *n)
{
	const char *end = text + bytes;

	*n = (struct number){ .is_negative = bytes > 0 && *text == '-' };
	if (bytes > 0 && (*text == '-' || *text == '+'))
		text++;
	size_t digits = count_digits(text, (size_t)(end - text));
	n->whole = text;
	n->whole_bytes = digits;
	text += digits;
	if (text < end && *text == '.') {
		n->part = ++text;
		n->part_bytes = count_digits(text, (size_t)(end - text));
		text += n->part_bytes;
	}
	if (n->whole_bytes + n->part_bytes == 0)
		return false;
	while (n->whole_bytes > 0 && *n->whole == '0') {
		n->whole++;
		n->whole_bytes--;
	}
	n->exponent = text;
	if (text < end && (*text == 'e' || *text == 'E')) {
		text++;
		if (text < end && (*text == '+' || *text == '-'))
			text++;
		digits = count_digits(text, (size_t)(end - text));
		if (digits == 0)
			return false;
		text += digits;
	}
	n->exponent_bytes = (size_t)(text - n->exponent);
	return text == end;
}

static void
write_number(struct buf *out, const struct number *n)
{
	if (n->is_negative)
		buf_char(out, '-');
	if (n->whole_bytes > 0)
		buf_add(out, n->whole, n->whole_bytes);
	else
		buf_char(out, '0');
	if (n->part_bytes > 0) {
		buf_char(out, '.');
		buf_add(out, n->part, n->part_bytes);
	}
	buf_add(out, n->exponent, n->exponent_bytes);
}

static bool
is_no_number(const char *text, size_t bytes)
{
	if (bytes > 0 && (*text == '-' || *text == '+')) {
		text++;
		bytes--;
	}
	return is_word(text, bytes, "nan") || is_word(text, bytes, "inf") ||
	    is_word(text, bytes, "infinity");
}

static bool
is_whole(const struct number *n)
{
	if (n->exponent_bytes > 0)
		return false;
	for (size_t i = 0; i < n->part_bytes; i++)
		if (n->part[i] != '0')
			return false;
	return true;
}

static int
add_number(struct members_out *m, enum column_type type, const char *text,
    size_t bytes, alk_error *err)
{
	struct number n;

	if (!take_apart(text, bytes, &n))
		return wrong(text, bytes, type == COLUMN_LONG ?
		    "an integer" : "a number", err);
	if (type == COLUMN_LONG && !is_whole(&n))
		return wrong(text, bytes, "an integer", err);
	write_number(&m->text, &n);
	return 1;
}

/* On its own, so that it is one value and nothing more. */
static int
add_json(struct members_out *m, const char *text, size_t bytes,
    const alk_limits *limits, alk_error *err)
{
	struct json_bounds bounds = { .bytes_max = limits->attributes_bytes,
		.depth_max = limits->depth,
		.bytes_name = "limits.attributes_bytes",
		.depth_name = "limits.depth" };
	yyjson_val *v = json_read(&m->reader, text, bytes, &bounds, err);

	if (v == NULL)
		return err->code;
	json_write(&m->text, v);
	return 1;
}

int
members_add(struct members_out *m, const char *name, size_t name_bytes,
    enum column_type type, const char *text, size_t bytes,
    const alk_limits *limits, alk_error *err)
{
	if (type == COLUMN_STRING) {
		begin_member(m, name, name_bytes);
		json_write_string(&m->text, text, bytes);
		return 1;
	}
	while (bytes > 0 && is_blank(text[bytes - 1]))
		bytes--;
	while (bytes > 0 && is_blank(*text)) {
		text++;
		bytes--;
	}
	if (bytes == 0 && type != COLUMN_JSON)
		return 1; /* as if it were not there */
	if (type == COLUMN_DOUBLE && is_no_number(text, bytes))
		return 0;
	begin_member(m, name, name_bytes);
	if (type == COLUMN_BOOLEAN)
		return add_boolean(m, text, bytes, err);
	if (type == COLUMN_JSON)
		return add_json(m, text, bytes, limits, err);
	return add_number(m, type, text, bytes, err);
}
