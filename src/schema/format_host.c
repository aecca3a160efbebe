/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Addresses of machines and people: RFC 2673, 4291, 1123, 5321 and 6531. */
#include "schema/format.h"

#include "schema/text.h"

#define HOST_BYTES_MAX 253
#define LABEL_BYTES_MAX 63

bool
format_ipv4(const char *text, size_t bytes)
{
	const char *p = text;

	for (int part = 0; part < 4; part++) {
		const char *from = p;
		int n = 0;
		while (text_is_digit(*p) && p - from < 3)
			n = n * 10 + (*p++ - '0');
		if (p == from || n > 255 || (*from == '0' && p - from > 1))
			return false;
		if (part < 3 && *p++ != '.')
			return false;
	}
	return p == text + bytes;
}

/* One to four hexadecimal digits; moves *p behind them. */
static bool
read_group(const char **p)
{
	const char *from = *p;

	while (*p - from < 4 && text_hex(**p) >= 0)
		++*p;
	return *p > from;
}

bool
format_ipv6(const char *text, size_t bytes)
{
	const char *p = text;
	const char *end = text + bytes;
	int groups = 0;
	bool squeezed = false;

	if (bytes >= 2 && p[0] == ':' && p[1] == ':') {
		squeezed = true;
		p += 2;
	}
	while (p < end) {
		const char *from = p;
		if (groups == 8 || !read_group(&p))
			return false;
		if (*p == '.') {
			groups += 2;
			return (squeezed ? groups < 8 : groups == 8) &&
			    format_ipv4(from, (size_t)(end - from));
		}
		groups++;
		if (p == end)
			break;
		if (*p++ != ':' || p == end)
			return false;
		if (*p == ':') {
			if (squeezed)
				return false;
			squeezed = true;
			p++;
		}
	}
	return squeezed ? groups < 8 : groups == 8;
}

static bool
is_label(const char *p, size_t bytes)
{
	if (bytes == 0 || bytes > LABEL_BYTES_MAX || p[0] == '-' ||
	    p[bytes - 1] == '-')
		return false;
	for (size_t i = 0; i < bytes; i++)
		if (!text_is_letter(p[i]) && !text_is_digit(p[i]) &&
		    p[i] != '-')
			return false;
	if (bytes >= 4 && p[2] == '-' && p[3] == '-')
		return format_is_a_label(p, bytes);
	return true;
}

bool
format_hostname(const char *text, size_t bytes)
{
	const char *p = text;
	const char *end = text + bytes;

	if (bytes > HOST_BYTES_MAX)
		return false;
	for (;;) {
		const char *dot = memchr(p, '.', (size_t)(end - p));
		if (!is_label(p, (size_t)((dot != NULL ? dot : end) - p)))
			return false;
		if (dot == NULL)
			return true;
		p = dot + 1;
	}
}

static bool
is_atom(char c, bool international)
{
	if ((unsigned char)c >= 0x80)
		return international;
	return c != '\0' && (text_is_letter(c) || text_is_digit(c) ||
	    strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool
is_dot_atom(const char *p, size_t bytes, bool international)
{
	if (bytes == 0 || p[0] == '.' || p[bytes - 1] == '.')
		return false;
	for (size_t i = 0; i < bytes; i++) {
		if (p[i] == '.' ? p[i - 1] == '.' :
		    !is_atom(p[i], international))
			return false;
	}
	return true;
}

static bool
is_quoted(const char *p, size_t bytes, bool international)
{
	if (bytes < 2 || p[0] != '"' || p[bytes - 1] != '"')
		return false;
	for (size_t i = 1; i < bytes - 1; i++) {
		unsigned char c = (unsigned char)p[i];
		if (c == '\\' && ++i == bytes - 1)
			return false;
		if (c == '"' || c < 0x20 || c == 0x7f ||
		    (c >= 0x80 && !international))
			return false;
	}
	return true;
}

/* [127.0.0.1] or [IPv6:::1]; p is behind the '['. */
static bool
is_address(const char *p, size_t bytes)
{
	char inside[64];

	if (bytes == 0 || bytes > sizeof(inside) || p[bytes - 1] != ']')
		return false;
	memcpy(inside, p, bytes - 1);
	inside[bytes - 1] = '\0';
	if (bytes > 6 && text_is_nocase(inside, 5, "ipv6:"))
		return format_ipv6(inside + 5, bytes - 6);
	return format_ipv4(inside, bytes - 1);
}

static bool
is_email(const char *text, size_t bytes, bool international)
{
	const char *at = NULL;

	for (size_t i = bytes; i > 0 && at == NULL; i--)
		if (text[i - 1] == '@')
			at = text + i - 1;
	if (at == NULL)
		return false;
	size_t local = (size_t)(at - text);
	size_t domain = bytes - local - 1;
	if (!is_dot_atom(text, local, international) &&
	    !is_quoted(text, local, international))
		return false;
	if (at[1] == '[')
		return is_address(at + 2, domain - 1);
	return international ? format_idn_hostname(at + 1, domain) :
	    format_hostname(at + 1, domain);
}

bool
format_email(const char *text, size_t bytes)
{
	return is_email(text, bytes, false);
}

bool
format_idn_email(const char *text, size_t bytes)
{
	return is_email(text, bytes, true);
}
