/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "base/utf8.h"

#include "base/error.h"

#include <string.h>

/* Bytes of the well-formed sequence at p, 0 if there is none. */
static size_t
sequence(const unsigned char *p, const unsigned char *end)
{
	size_t left = (size_t)(end - p);

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2)
		return 0;
	if (p[0] < 0xe0)
		return left >= 2 && (p[1] & 0xc0) == 0x80 ? 2 : 0;
	if (p[0] < 0xf0) {
		if (left < 3 || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
			return 0;
		if (p[0] == 0xe0 && p[1] < 0xa0)
			return 0;
		return p[0] == 0xed && p[1] > 0x9f ? 0 : 3;
	}
	if (p[0] > 0xf4 || left < 4 || (p[1] & 0xc0) != 0x80 ||
	    (p[2] & 0xc0) != 0x80 || (p[3] & 0xc0) != 0x80)
		return 0;
	if (p[0] == 0xf0 && p[1] < 0x90)
		return 0;
	return p[0] == 0xf4 && p[1] > 0x8f ? 0 : 4;
}

bool
utf8_is_valid(const char *text, size_t bytes)
{
	const unsigned char *p = (const unsigned char *)text;
	const unsigned char *end = p + bytes;

	while (p < end) {
		uint64_t word;
		while ((size_t)(end - p) >= sizeof(word)) {
			memcpy(&word, p, sizeof(word));
			if ((word & 0x8080808080808080u) != 0)
				break;
			p += sizeof(word);
		}
		if (p == end)
			break;
		size_t n = sequence(p, end);
		if (n == 0)
			return false;
		p += n;
	}
	return true;
}

size_t
utf8_length(const char *text, size_t bytes)
{
	size_t n = 0;

	for (size_t i = 0; i < bytes; i++)
		n += (text[i] & 0xc0) != 0x80;
	return n;
}

static bool
has_control(const char *text, size_t bytes)
{
	const unsigned char *p = (const unsigned char *)text;

	for (size_t i = 0; i < bytes; i++) {
		if (p[i] < 0x20 || p[i] == 0x7f)
			return true;
		if (p[i] == 0xc2 && i + 1 < bytes && p[i + 1] < 0xa0)
			return true;
	}
	return false;
}

int
utf8_name(const char *text, size_t bytes, size_t bytes_max, const char *what,
    const char *limit, alk_error *err)
{
	if (text == NULL || bytes == 0)
		return error_set(err, ALK_INVALID, "%s is empty", what);
	if (bytes > bytes_max)
		return error_set(err, ALK_LIMIT,
		    "%s has %zu bytes, more than %zu (limit %s)", what, bytes,
		    bytes_max, limit != NULL ? limit : "of the format");
	if (!utf8_is_valid(text, bytes))
		return error_set(err, ALK_INVALID, "%s is not UTF-8", what);
	if (has_control(text, bytes))
		return error_set(err, ALK_INVALID,
		    "%s holds a control character", what);
	return ALK_OK;
}

size_t
utf8_put(char *into, uint32_t c)
{
	if (c < 0x80) {
		into[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		into[0] = (char)(0xc0 | c >> 6);
		into[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		into[0] = (char)(0xe0 | c >> 12);
		into[1] = (char)(0x80 | (c >> 6 & 0x3f));
		into[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	into[0] = (char)(0xf0 | c >> 18);
	into[1] = (char)(0x80 | (c >> 12 & 0x3f));
	into[2] = (char)(0x80 | (c >> 6 & 0x3f));
	into[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static bool
begins_with(const char *text, size_t bytes, const char *mark, size_t length)
{
	return bytes >= length && memcmp(text, mark, length) == 0;
}

const char *
utf8_other(const char *text, size_t bytes)
{
	if (begins_with(text, bytes, "\xff\xfe\0\0", 4) ||
	    begins_with(text, bytes, "\0\0\xfe\xff", 4))
		return "UTF-32";
	if (begins_with(text, bytes, "\xff\xfe", 2) ||
	    begins_with(text, bytes, "\xfe\xff", 2))
		return "UTF-16";
	if (bytes < 4 || (text[0] == '\0') == (text[1] == '\0') ||
	    (text[0] == '\0') != (text[2] == '\0') ||
	    (text[1] == '\0') != (text[3] == '\0'))
		return NULL;
	return text[0] == '\0' ? "UTF-16BE" : "UTF-16LE";
}

int
utf8_refuse_other(alk_error *err, int code, const char *encoding)
{
	return error_set(err, code, "the text is %s, and only UTF-8 is read; "
	    "convert it first: iconv -f %s -t UTF-8", encoding, encoding);
}
