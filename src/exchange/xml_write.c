/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* XML out: what has to be escaped, and what XML cannot say at all. */
#include "exchange/xml.h"

#include <string.h>

static const char *
escape_of(char c, bool is_value)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\r':
		return "&#13;"; /* else it is read as a line feed */
	case '"':
		return is_value ? "&quot;" : NULL;
	case '\t':
		return is_value ? "&#9;" : NULL; /* else read as a blank */
	case '\n':
		return is_value ? "&#10;" : NULL;
	default:
		return NULL;
	}
}

static void
write_escaped(struct buf *out, const char *text, size_t bytes, bool is_value)
{
	size_t from = 0;

	for (size_t i = 0; i < bytes; i++) {
		const char *escape = escape_of(text[i], is_value);
		if (escape == NULL)
			continue;
		buf_add(out, text + from, i - from);
		buf_str(out, escape);
		from = i + 1;
	}
	if (bytes > from)
		buf_add(out, text + from, bytes - from);
}

void
xml_write_text(struct buf *out, const char *text, size_t bytes)
{
	write_escaped(out, text, bytes, false);
}

void
xml_write_value(struct buf *out, const char *text, size_t bytes)
{
	write_escaped(out, text, bytes, true);
}

/* U+FFFE or U+FFFF: the last byte of it, or 0. */
static unsigned char
noncharacter(const char *text, size_t bytes)
{
	const unsigned char *b = (const unsigned char *)text;

	return bytes >= 3 && b[0] == 0xef && b[1] == 0xbf && b[2] >= 0xbe ?
	    b[2] : 0;
}

bool
xml_has(const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		unsigned char c = (unsigned char)text[i];
		if ((c < ' ' && c != '\t' && c != '\n' && c != '\r') ||
		    noncharacter(text + i, bytes - i) != 0)
			return false;
	}
	return true;
}

void
xml_write_json(struct buf *out, const char *json, size_t bytes,
    void (*write)(struct buf *out, const char *text, size_t bytes))
{
	size_t from = 0;

	for (size_t i = 0; i < bytes; i++) {
		unsigned char last = noncharacter(json + i, bytes - i);
		if (last == 0)
			continue;
		write(out, json + from, i - from);
		buf_str(out, last == 0xbe ? "\\ufffe" : "\\uffff");
		i += 2;
		from = i + 1;
	}
	if (bytes > from)
		write(out, json + from, bytes - from);
}
