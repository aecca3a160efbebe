/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "exchange/csv.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <string.h>

#define PIECE_BYTES ((size_t)256 * 1024)
#define FIELDS_MAX 20000

void
csv_init(struct csv *c, alk_read_fn read, void *arg, char separator,
    size_t record_bytes_max)
{
	*c = (struct csv){ .read = read, .arg = arg, .separator = separator,
		.record_bytes_max = record_bytes_max, .next_line = 1 };
}

void
csv_fini(struct csv *c)
{
	buf_fini(&c->held);
	mem_release(c->fields);
	c->fields = NULL;
}

static int
refill(struct csv *c, alk_error *err)
{
	size_t left = c->held.bytes - c->at;

	if (c->at > 0) {
		memmove(c->held.data, c->held.data + c->at, left);
		c->held.bytes = left;
		c->at = 0;
	}
	if (!buf_reserve(&c->held, PIECE_BYTES))
		return error_nomem(err);
	long n = c->read(c->arg, c->held.data + left, PIECE_BYTES);
	if (n < 0 || (size_t)n > PIECE_BYTES) {
		error_entry(err, "line %lld", (long long)c->next_line);
		return error_set(err, ALK_IO, "the input could not be read");
	}
	c->held.bytes += (size_t)n;
	c->is_ended = n == 0;
	const char *other = c->bytes > 0 ? NULL :
	    utf8_other(c->held.data, c->held.bytes);
	if (other == NULL)
		return ALK_OK;
	error_entry(err, "line 1");
	return utf8_refuse_other(err, ALK_SYNTAX, other);
}

/* ---- where a record ends ---- */

struct search {
	size_t at;      /* bytes behind the begin of the record */
	bool is_quoted; /* inside of quotes */
	bool is_begin;  /* of a field */
	bool was_quote; /* the byte before was a quote inside of quotes */
	int64_t lines;  /* line ends inside of the record */
};

/* Goes on to the line end; false: it is not among these bytes. */
static bool
search_end(struct search *s, const char *text, size_t bytes, char separator)
{
	for (; s->at < bytes; s->at++) {
		char c = text[s->at];
		if (s->is_quoted && !s->was_quote) {
			s->was_quote = c == '"';
			s->lines += c == '\n';
			continue;
		}
		if (s->was_quote) {
			s->was_quote = false;
			if (c == '"')
				continue; /* doubled: still inside */
			s->is_quoted = false;
		}
		if (c == '\n')
			return true;
		if (c == '"' && s->is_begin)
			s->is_quoted = true;
		s->is_begin = c == separator;
	}
	return false;
}

/* ---- fields ---- */

static int
add_field(struct csv *c, struct csv_field field, alk_error *err)
{
	if (c->fields_count == FIELDS_MAX) {
		error_entry(err, "line %lld", (long long)c->line);
		return error_set(err, ALK_LIMIT,
		    "a record has more than %d fields", FIELDS_MAX);
	}
	if (c->fields_count == c->fields_room) {
		size_t room = c->fields_room == 0 ? 32 : 2 * c->fields_room;
		struct csv_field *f = mem_resize(c->fields,
		    room * sizeof(f[0]));
		if (f == NULL)
			return error_nomem(err);
		c->fields = f;
		c->fields_room = room;
	}
	c->fields[c->fields_count++] = field;
	return ALK_OK;
}

/* A field in quotes, from behind the first; doubled ones are made one. */
static char *
unquote(char *from, char *end, size_t *bytes)
{
	char *to = from, *begin = from;

	for (; from < end; from++) {
		if (*from == '"') {
			if (from + 1 == end || from[1] != '"')
				break;
			from++;
		}
		*to++ = *from;
	}
	*bytes = (size_t)(to - begin);
	return from < end ? from + 1 : NULL;
}

static int
split(struct csv *c, char *text, size_t bytes, alk_error *err)
{
	char *end = text + bytes, *at = text;

	c->fields_count = 0;
	for (;;) {
		struct csv_field field = { .text = at };
		if (at < end && *at == '"') {
			field.text = at + 1;
			field.is_quoted = true;
			at = unquote(at + 1, end, &field.bytes);
		} else {
			char *next = memchr(at, c->separator,
			    (size_t)(end - at));
			at = next != NULL ? next : end;
			field.bytes = (size_t)(at - field.text);
		}
		if (at == NULL || (at < end && *at != c->separator)) {
			error_entry(err, "line %lld", (long long)c->line);
			return error_set(err, ALK_SYNTAX, at == NULL ?
			    "field %zu begins with a quote that does not end" :
			    "field %zu goes on behind its closing quote",
			    c->fields_count + 1);
		}
		if (add_field(c, field, err) != ALK_OK)
			return err->code;
		if (at == end)
			return ALK_OK;
		at++;
	}
}

/* ---- records ---- */

/* The bytes of the next record, its line end included; 0 at the end. */
static int
find_record(struct csv *c, size_t *bytes, struct search *s, alk_error *err)
{
	*s = (struct search){ .is_begin = true };
	for (;;) {
		size_t have = c->held.bytes - c->at;
		if (have > 0 && search_end(s, c->held.data + c->at, have,
			c->separator)) {
			*bytes = s->at + 1;
			return ALK_OK;
		}
		if (c->is_ended) {
			*bytes = have;
			return ALK_OK;
		}
		if (have > c->record_bytes_max) {
			error_entry(err, "line %lld", (long long)c->next_line);
			return error_set(err, ALK_LIMIT, "the record has more "
			    "than %zu bytes (limits.attributes_bytes and "
			    "some); is a quote not closed?",
			    c->record_bytes_max);
		}
		if (refill(c, err) != ALK_OK)
			return err->code;
	}
}

int
csv_next(struct csv *c, alk_error *err)
{
	struct search s;
	size_t bytes = 0;

	for (;;) {
		if (find_record(c, &bytes, &s, err) != ALK_OK)
			return err->code;
		if (bytes == 0)
			return 0;
		char *text = c->held.data + c->at;
		bool has_end = text[bytes - 1] == '\n' &&
		    s.at + 1 == bytes;
		size_t length = has_end ? bytes - 1 : bytes;
		if (length > 0 && text[length - 1] == '\r')
			length--;
		c->at += bytes;
		c->bytes += (int64_t)bytes;
		c->line = c->next_line;
		c->next_line += s.lines + 1;
		if (length == 0)
			continue;
		c->records++;
		return split(c, text, length, err) == ALK_OK ? 1 : err->code;
	}
}

void
csv_write(struct buf *out, const char *text, size_t bytes, char separator)
{
	size_t from = 0;
	bool needs = bytes == 0 || text[0] == ' ' || text[bytes - 1] == ' ';

	for (size_t i = 0; i < bytes && !needs; i++)
		needs = text[i] == separator || text[i] == '"' ||
		    text[i] == '\n' || text[i] == '\r';
	if (!needs) {
		buf_add(out, text, bytes);
		return;
	}
	buf_char(out, '"');
	for (size_t i = 0; i < bytes; i++) {
		if (text[i] != '"')
			continue;
		buf_add(out, text + from, i + 1 - from);
		from = i; /* and once more */
	}
	buf_add(out, text + from, bytes - from);
	buf_char(out, '"');
}
