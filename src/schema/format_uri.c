/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * RFC 3986 (URI), 3987 (IRI) and 6570 (templates), as grammars: nothing is
 * decoded.
 */
#include "schema/format.h"

#include "schema/text.h"

#define UNRESERVED "-._~"
#define SUB_DELIMS "!$&'()*+,;="
#define PATH_CHARACTERS UNRESERVED SUB_DELIMS ":@/"
#define QUERY_CHARACTERS PATH_CHARACTERS "?"

/*
 * Characters beyond ASCII that an IRI may hold; private ones only in its query.
 */
static bool
is_iri_character(uint32_t c, bool private)
{
	if ((c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef))
		return false;
	if ((c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000)
		return private;
	return c >= 0xa0 && !(c >= 0xfff0 && c <= 0xffff) &&
	    !(c >= 0xe0000 && c <= 0xe0fff);
}

static bool
is_escape(const char *p)
{
	return p[0] == '%' && text_hex(p[1]) >= 0 && text_hex(p[2]) >= 0;
}

/* Whether all of [p, end) is letters, digits, %XX and of `also`. */
static bool
consists_of(const char *p, const char *end, const char *also, bool iri,
    bool private)
{
	while (p < end) {
		if ((unsigned char)*p >= 0x80) {
			if (!iri || !is_iri_character(text_next(&p), private))
				return false;
			continue;
		}
		if (*p == '%') {
			if (end - p < 3 || !is_escape(p))
				return false;
			p += 3;
			continue;
		}
		if (!text_is_letter(*p) && !text_is_digit(*p) &&
		    (*p == '\0' || strchr(also, *p) == NULL))
			return false;
		p++;
	}
	return true;
}

static const char *
find_any(const char *p, const char *end, const char *set)
{
	while (p < end && (*p == '\0' || strchr(set, *p) == NULL))
		p++;
	return p;
}

/* vHEX.anything */
static bool
is_future_address(const char *p, const char *end)
{
	if (p == end || (*p != 'v' && *p != 'V'))
		return false;
	const char *dot = find_any(++p, end, ".");
	if (dot == p || end - dot < 2)
		return false;
	for (; p < dot; p++)
		if (text_hex(*p) < 0)
			return false;
	return memchr(dot, '%', (size_t)(end - dot)) == NULL &&
	    consists_of(dot + 1, end, UNRESERVED SUB_DELIMS ":", false, false);
}

/* What stands between brackets. */
static bool
is_address(const char *p, const char *end)
{
	char inside[48];
	size_t bytes = (size_t)(end - p);

	if (is_future_address(p, end))
		return true;
	if (bytes >= sizeof(inside))
		return false;
	memcpy(inside, p, bytes);
	inside[bytes] = '\0';
	return format_ipv6(inside, bytes);
}

/* [userinfo@]host[:port] */
static bool
is_authority(const char *p, const char *end, bool iri)
{
	const char *at = find_any(p, end, "@");

	if (at < end) {
		if (!consists_of(p, at, UNRESERVED SUB_DELIMS ":", iri, false))
			return false;
		p = at + 1;
	}
	const char *port;
	if (p < end && *p == '[') {
		const char *close = find_any(p, end, "]");
		if (close == end || !is_address(p + 1, close))
			return false;
		port = close + 1;
		if (port < end && *port != ':')
			return false;
	} else {
		port = find_any(p, end, ":");
		if (!consists_of(p, port, UNRESERVED SUB_DELIMS, iri, false))
			return false;
	}
	for (port++; port < end; port++)
		if (!text_is_digit(*port))
			return false;
	return true;
}

/* Behind a scheme's ':', or where there is none NULL. */
static const char *
behind_scheme(const char *p, const char *end)
{
	if (p == end || !text_is_letter(*p))
		return NULL;
	while (p < end && (text_is_letter(*p) || text_is_digit(*p) ||
	    *p == '+' || *p == '-' || *p == '.'))
		p++;
	return p < end && *p == ':' ? p + 1 : NULL;
}

static bool
is_reference(const char *text, size_t bytes, bool iri, bool absolute)
{
	const char *end = text + bytes;
	const char *p = behind_scheme(text, end);

	if (p == NULL && absolute)
		return false;
	bool relative = p == NULL;
	if (relative)
		p = text;
	const char *hash = find_any(p, end, "#");
	const char *query = find_any(p, hash, "?");
	if (hash < end &&
	    !consists_of(hash + 1, end, QUERY_CHARACTERS, iri, false))
		return false;
	if (query < hash &&
	    !consists_of(query + 1, hash, QUERY_CHARACTERS, iri, true))
		return false;
	if (query - p >= 2 && p[0] == '/' && p[1] == '/') {
		const char *path = find_any(p + 2, query, "/");
		if (!is_authority(p + 2, path, iri))
			return false;
		p = path;
	} else if (relative &&
	    find_any(p, query, ":") < find_any(p, query, "/")) {
		return false;
	}
	return consists_of(p, query, PATH_CHARACTERS, iri, false);
}

bool
format_uri(const char *text, size_t bytes)
{
	return is_reference(text, bytes, false, true);
}

bool
format_uri_reference(const char *text, size_t bytes)
{
	return is_reference(text, bytes, false, false);
}

bool
format_iri(const char *text, size_t bytes)
{
	return is_reference(text, bytes, true, true);
}

bool
format_iri_reference(const char *text, size_t bytes)
{
	return is_reference(text, bytes, true, false);
}

/* A variable's name: letters, digits, _ and %XX, with single dots between. */
static bool
read_variable(const char **p)
{
	const char *from = *p;

	for (;;) {
		if (text_is_letter(**p) || text_is_digit(**p) || **p == '_')
			++*p;
		else if (is_escape(*p))
			*p += 3;
		else if (**p == '.' && *p > from && (*p)[-1] != '.')
			++*p;
		else
			break;
	}
	return *p > from && (*p)[-1] != '.';
}

/* name, name:3 or name* */
static bool
read_specification(const char **p)
{
	if (!read_variable(p))
		return false;
	if (**p == '*') {
		++*p;
	} else if (**p == ':') {
		const char *from = ++*p;
		while (text_is_digit(**p) && *p - from < 4)
			++*p;
		return *p > from && *from != '0';
	}
	return true;
}

/* Behind '{'; moves *p behind '}'. */
static bool
read_expression(const char **p)
{
	if (**p != '\0' && strchr("+#./;?&=,!@|", **p) != NULL)
		++*p;
	for (;;) {
		if (!read_specification(p))
			return false;
		char c = *(*p)++;
		if (c == '}')
			return true;
		if (c != ',')
			return false;
	}
}

bool
format_uri_template(const char *text, size_t bytes)
{
	const char *p = text;
	const char *end = text + bytes;

	while (p < end) {
		if (*p == '{') {
			p++;
			if (!read_expression(&p))
				return false;
			continue;
		}
		if (*p == '%') {
			if (!is_escape(p))
				return false;
			p += 3;
			continue;
		}
		uint32_t c = text_next(&p);
		if (c <= 0x20 || c == 0x7f ||
		    (c < 0x80 && strchr("\"'<>\\^`|}", (int)c) != NULL) ||
		    (c >= 0x80 && !is_iri_character(c, true)))
			return false;
	}
	return true;
}
