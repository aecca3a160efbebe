/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "exchange/lines.h"

#include "base/error.h"
#include "base/utf8.h"

#include <string.h>

#define PIECE_BYTES ((size_t)256 * 1024)

void
lines_init(struct lines *l, alk_read_fn read, void *arg, size_t line_bytes_max)
{
	*l = (struct lines){ .read = read, .arg = arg,
		.line_bytes_max = line_bytes_max };
}

void
lines_fini(struct lines *l)
{
	buf_fini(&l->held);
}

/* Drops what was given and reads a piece more. */
static int
refill(struct lines *l, alk_error *err)
{
	size_t left = l->held.bytes - l->at;

	if (l->at > 0) {
		memmove(l->held.data, l->held.data + l->at, left);
		l->held.bytes = left;
		l->at = 0;
	}
	if (!buf_reserve(&l->held, PIECE_BYTES))
		return error_nomem(err);
	long n = l->read(l->arg, l->held.data + left, PIECE_BYTES);
	if (n < 0 || (size_t)n > PIECE_BYTES) {
		error_entry(err, "line %lld", (long long)l->number + 1);
		return error_set(err, ALK_IO, "the input could not be read");
	}
	l->held.bytes += (size_t)n;
	l->is_ended = n == 0;
	const char *other = l->bytes > 0 ? NULL :
	    utf8_other(l->held.data, l->held.bytes);
	if (other == NULL)
		return ALK_OK;
	error_entry(err, "line 1");
	return utf8_refuse_other(err, ALK_JSON, other);
}

static int
give(struct lines *l, const char **line, size_t *bytes, size_t length,
    size_t with_end)
{
	const char *text = l->held.data + l->at;
	size_t mark = l->number == 0 && length >= strlen(LINES_MARK) &&
	    memcmp(text, LINES_MARK, strlen(LINES_MARK)) == 0 ?
	    strlen(LINES_MARK) : 0;
	bool has_return = length > mark && text[length - 1] == '\r';

	*line = text + mark;
	*bytes = length - mark - (has_return ? 1 : 0);
	l->at += with_end;
	l->bytes += (int64_t)with_end;
	l->number++;
	return 1;
}

int
lines_next(struct lines *l, const char **line, size_t *bytes, alk_error *err)
{
	size_t searched = 0;

	for (;;) {
		size_t have = l->held.bytes - l->at;
		const char *end = have > searched ?
		    memchr(l->held.data + l->at + searched, '\n',
			have - searched) : NULL;
		if (end != NULL) {
			size_t n = (size_t)(end - (l->held.data + l->at));
			return give(l, line, bytes, n, n + 1);
		}
		if (l->is_ended)
			return have == 0 ? 0 : give(l, line, bytes, have, have);
		if (have > l->line_bytes_max) {
			error_entry(err, "line %lld", (long long)l->number + 1);
			return error_set(err, ALK_LIMIT,
			    "the line has more than %zu bytes "
			    "(limits.attributes_bytes and some)",
			    l->line_bytes_max);
		}
		searched = have;
		int code = refill(l, err);
		if (code != ALK_OK)
			return code;
	}
}

bool
lines_is_blank(const char *line, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if (line[i] != ' ' && line[i] != '\t')
			return false;
	return true;
}
