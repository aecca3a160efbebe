/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Terminals. The widths are those of the East Asian Width property in coarse
 * blocks: enough to keep the columns of a table straight.
 */
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct block {
	uint32_t first;
	uint32_t last;
};

static const struct block wide[] = {
	{ 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0xa4cf },
	{ 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe6f },
	{ 0xff01, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f },
	{ 0x1f680, 0x1f6ff }, { 0x1f900, 0x1faff }, { 0x20000, 0x3fffd }
};

static const struct block narrow[] = { /* no column of their own */
	{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd },
	{ 0x064b, 0x065f }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
	{ 0x200b, 0x200d }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f },
	{ 0xfe20, 0xfe2f }, { 0xe0100, 0xe01ef }
};

static const struct block unsafe[] = {
	{ 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x061c, 0x061c },
	{ 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 },
	{ 0xdc80, 0xdcff }, { 0xfeff, 0xfeff }
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool
is_in(const struct block *list, size_t count, uint32_t c)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (c >= list[i].first && c <= list[i].last)
			return true;
	return false;
}

bool
term_is_tty(FILE *file)
{
	int fd = fileno(file);

	return fd >= 0 && isatty(fd) == 1;
}

bool
term_is_capable(void)
{
	const char *term = getenv("TERM");

	return term == NULL || strcmp(term, "dumb") != 0;
}

static bool
is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL && value[0] != '\0';
}

bool
term_is_coloured(FILE *file, enum term_colour choice)
{
	const char *force = getenv("CLICOLOR_FORCE");

	if (choice != COLOUR_AUTO)
		return choice == COLOUR_ALWAYS;
	if (is_set("NO_COLOR"))
		return false;
	if (is_set("CLICOLOR_FORCE") && strcmp(force, "0") != 0)
		return true;
	return term_is_capable() && term_is_tty(file);
}

size_t
term_columns(FILE *file)
{
	const char *given = getenv("COLUMNS");
	struct winsize size;
	long n;

	memset(&size, 0, sizeof(size));
	if (ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	n = given != NULL ? strtol(given, NULL, 10) : 0;
	return n >= 20 && n <= 10000 ? (size_t)n : 80;
}

/* How many bytes a first byte announces; 0 for one that cannot be first. */
static size_t
announced(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

size_t
term_next(const char *text, size_t bytes, uint32_t *c)
{
	static const unsigned char mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)text;
	size_t n = announced(s[0]), i;
	uint32_t value;

	if (n == 0 || n > bytes)
		goto not_utf8;
	value = s[0] & mask[n];
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			goto not_utf8;
		value = value << 6 | (s[i] & 0x3fu);
	}
	if (value < least[n] || value > 0x10ffff ||
	    (value >= 0xd800 && value <= 0xdfff))
		goto not_utf8;
	*c = value;
	return n;
not_utf8:
	*c = 0xdc00u + s[0];
	return 1;
}

static size_t
width_of(uint32_t c)
{
	if (c < 0x300)
		return 1;
	if (is_in(narrow, COUNT(narrow), c))
		return 0;
	return is_in(wide, COUNT(wide), c) ? 2 : 1;
}

size_t
term_cut(const char *text, size_t bytes, size_t columns)
{
	size_t at = 0, n, used = 0;
	uint32_t c;

	while (at < bytes) {
		n = term_next(text + at, bytes - at, &c);
		used += width_of(c);
		if (used > columns)
			break;
		at += n;
	}
	return at;
}

size_t
term_width(const char *text, size_t bytes)
{
	size_t at = 0, used = 0;
	uint32_t c;

	while (at < bytes) {
		at += term_next(text + at, bytes - at, &c);
		used += width_of(c);
	}
	return used;
}

bool
term_is_unsafe(uint32_t c)
{
	return is_in(unsafe, COUNT(unsafe), c);
}

/* The short escape of c, or NULL. */
static const char *
short_escape(uint32_t c, unsigned how)
{
	if ((how & ESCAPE_BACKSLASH) != 0 && c == '\\')
		return "\\\\";
	if ((how & ESCAPE_LINES) == 0)
		return NULL;
	return c == '\t' ? "\\t" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : NULL;
}

static bool
is_line(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r';
}

static void
escape_byte(struct buf *out, unsigned byte, unsigned how)
{
	if ((how & ESCAPE_JSON) != 0)
		buf_str(out, "\\ufffd");
	else
		buf_printf(out, "\\x%02x", byte);
}

void
term_escape(struct buf *out, const char *text, size_t bytes, unsigned how)
{
	const char *escape;
	size_t at, n;
	uint32_t c;

	for (at = 0; at < bytes; at += n) {
		n = term_next(text + at, bytes - at, &c);
		escape = short_escape(c, how);
		if (escape != NULL)
			buf_str(out, escape);
		else if ((how & ESCAPE_UNSAFE) == 0 || is_line(c) ||
		    !term_is_unsafe(c))
			buf_add(out, text + at, n);
		else if (c >= 0xdc80 && c <= 0xdcff)
			escape_byte(out, (unsigned)(c - 0xdc00), how);
		else
			buf_printf(out, "\\u%04x", (unsigned)c);
	}
}
