/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "schema/uri.h"

#include "schema/text.h"

struct span {
	const char *at;
	size_t bytes;
};

/* scheme and authority with their delimiters, "http:" and "//host". */
struct parts {
	struct span scheme;
	struct span authority;
	struct span path;
	struct span query;
};

size_t
uri_without_fragment(const char *text, size_t bytes)
{
	const char *hash = memchr(text, '#', bytes);

	return hash != NULL ? (size_t)(hash - text) : bytes;
}

static size_t
scheme_bytes(const char *p, size_t bytes)
{
	if (bytes == 0 || !text_is_letter(p[0]))
		return 0;
	for (size_t i = 1; i < bytes; i++) {
		if (p[i] == ':')
			return i + 1;
		if (!text_is_letter(p[i]) && !text_is_digit(p[i]) &&
		    p[i] != '+' && p[i] != '-' && p[i] != '.')
			return 0;
	}
	return 0;
}

static size_t
until(const char *p, size_t bytes, char a, char b)
{
	size_t i = 0;

	while (i < bytes && p[i] != a && p[i] != b)
		i++;
	return i;
}

static struct parts
split(const char *text, size_t bytes)
{
	struct parts u;
	const char *end = text + bytes;

	u.scheme = (struct span){ text, scheme_bytes(text, bytes) };
	text += u.scheme.bytes;
	u.authority = (struct span){ text, 0 };
	if (end - text >= 2 && text[0] == '/' && text[1] == '/')
		u.authority.bytes = 2 + until(text + 2,
		    (size_t)(end - text) - 2, '/', '?');
	text += u.authority.bytes;
	u.path = (struct span){ text,
		until(text, (size_t)(end - text), '?', '?') };
	text += u.path.bytes;
	u.query = (struct span){ text, (size_t)(end - text) };
	return u;
}

static void
add(struct buf *out, struct span s)
{
	buf_add(out, s.at, s.bytes);
}

/* Takes "." and ".." out of the path that begins at out->data[from]. */
static void
remove_dots(struct buf *out, size_t from)
{
	if (out->failed)
		return;
	size_t to = from;
	size_t at = from;
	while (at < out->bytes) {
		/* One segment, with the '/' before it if there is one. */
		size_t slash = out->data[at] == '/';
		size_t bytes = slash + until(out->data + at + slash,
		    out->bytes - at - slash, '/', '/');
		const char *name = out->data + at + slash;
		bool last = at + bytes == out->bytes;
		if (text_is(name, bytes - slash, "..")) {
			while (to > from && out->data[--to] != '/')
				;
			if (last && slash != 0)
				out->data[to++] = '/';
		} else if (text_is(name, bytes - slash, ".")) {
			if (last && slash != 0)
				out->data[to++] = '/';
		} else {
			memmove(out->data + to, out->data + at, bytes);
			to += bytes;
		}
		at += bytes;
	}
	out->bytes = to;
}

/* The base's path up to its last '/', then the reference's. */
static void
merge(struct buf *out, const struct parts *base, struct span path)
{
	size_t keep = base->path.bytes;

	while (keep > 0 && base->path.at[keep - 1] != '/')
		keep--;
	if (base->path.bytes == 0 && base->authority.bytes > 0)
		buf_char(out, '/');
	buf_add(out, base->path.at, keep);
	add(out, path);
}

void
uri_resolve(struct buf *out, const char *base_text, size_t base_bytes,
    const char *reference, size_t bytes)
{
	struct parts base = split(base_text, base_bytes);
	struct parts r = split(reference, bytes);
	bool own = r.scheme.bytes > 0;

	add(out, own ? r.scheme : base.scheme);
	own = own || r.authority.bytes > 0;
	add(out, own ? r.authority : base.authority);
	size_t from = out->bytes;
	if (own || (r.path.bytes > 0 && r.path.at[0] == '/'))
		add(out, r.path);
	else if (r.path.bytes > 0)
		merge(out, &base, r.path);
	else
		add(out, base.path);
	remove_dots(out, from);
	if (own || r.path.bytes > 0 || r.query.bytes > 0)
		add(out, r.query);
	else
		add(out, base.query);
}

void
uri_decode(struct buf *out, const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		if (text[i] == '%' && bytes - i > 2 &&
		    text_hex(text[i + 1]) >= 0 && text_hex(text[i + 2]) >= 0) {
			buf_char(out, (char)(text_hex(text[i + 1]) << 4 |
			    text_hex(text[i + 2])));
			i += 2;
		} else {
			buf_char(out, text[i]);
		}
	}
}
