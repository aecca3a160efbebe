/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "exchange/pieces.h"

#include "base/error.h"
#include "base/utf8.h"

#include <string.h>

#define PIECE_BYTES ((size_t)256 * 1024)

void
pieces_init(struct pieces *p, alk_read_fn read, void *arg,
    size_t piece_bytes_max)
{
	*p = (struct pieces){ .read = read, .arg = arg, .line = 1, .column = 1,
		.piece_bytes_max = piece_bytes_max };
}

void
pieces_fini(struct pieces *p)
{
	buf_fini(&p->held);
}

static void
entry_here(const struct pieces *p, alk_error *err)
{
	error_entry(err, "line %lld, column %lld", (long long)p->line,
	    (long long)p->column);
}

/* Drops what was taken and reads more. */
static int
refill(struct pieces *p, alk_error *err)
{
	size_t left = p->held.bytes - p->at;

	if (p->at > 0) {
		memmove(p->held.data, p->held.data + p->at, left);
		p->held.bytes = left;
		p->at = 0;
	}
	if (!buf_reserve(&p->held, PIECE_BYTES))
		return error_nomem(err);
	long n = p->read(p->arg, p->held.data + left, PIECE_BYTES);
	if (n < 0 || (size_t)n > PIECE_BYTES) {
		entry_here(p, err);
		return error_set(err, ALK_IO, "the input could not be read");
	}
	p->held.bytes += (size_t)n;
	p->is_ended = n == 0;
	const char *other = p->bytes > 0 ? NULL :
	    utf8_other(p->held.data, p->held.bytes);
	if (other == NULL)
		return ALK_OK;
	entry_here(p, err);
	return utf8_refuse_other(err, ALK_JSON, other);
}

/* So many bytes are taken. */
static void
pass(struct pieces *p, size_t bytes)
{
	const char *text = p->held.data + p->at, *end = text + bytes, *newline;

	p->at += bytes;
	p->bytes += (int64_t)bytes;
	while ((newline = memchr(text, '\n', (size_t)(end - text))) != NULL) {
		p->line++;
		p->column = 1;
		text = newline + 1;
	}
	p->column += end - text;
}

int
pieces_peek(struct pieces *p, alk_error *err)
{
	for (;;) {
		size_t n = p->at;
		while (n < p->held.bytes && (p->held.data[n] == ' ' ||
		    p->held.data[n] == '\n' || p->held.data[n] == '\t' ||
		    p->held.data[n] == '\r'))
			n++;
		if (n > p->at)
			pass(p, n - p->at);
		/* A NUL is no byte of JSON: not to be taken for the end. */
		if (n < p->held.bytes)
			return p->held.data[n] != '\0' ?
			    (unsigned char)p->held.data[n] : 1;
		if (p->is_ended)
			return 0;
		int code = refill(p, err);
		if (code != ALK_OK)
			return code;
	}
}

void
pieces_take(struct pieces *p)
{
	pass(p, 1);
}

int
pieces_pass(struct pieces *p, const char *text, size_t bytes, alk_error *err)
{
	while (p->held.bytes - p->at < bytes && !p->is_ended) {
		int code = refill(p, err);
		if (code != ALK_OK)
			return code;
	}
	if (p->held.bytes - p->at >= bytes &&
	    memcmp(p->held.data + p->at, text, bytes) == 0)
		pass(p, bytes);
	return ALK_OK;
}

int
pieces_unexpected(struct pieces *p, const char *want, alk_error *err)
{
	entry_here(p, err);
	if (p->at >= p->held.bytes)
		return error_set(err, ALK_JSON,
		    "expected %s, and the input ends", want);
	unsigned char c = (unsigned char)p->held.data[p->at];
	if (c < ' ' || c >= 127)
		return error_set(err, ALK_JSON, "expected %s, not byte 0x%02x",
		    want, c);
	return error_set(err, ALK_JSON, "expected %s, not '%c'", want, c);
}

/* How far a value was looked through. */
struct look {
	size_t at; /* bytes behind its begin */
	size_t depth;
	bool is_string; /* inside of one */
	bool is_escape; /* behind a backslash */
	bool is_bracket; /* the value is an array or object */
	bool is_quote;   /* the value is a string */
	bool is_done;
};

static void
look_at(struct look *l, char c)
{
	l->at++;
	if (l->is_string) {
		if (l->is_escape)
			l->is_escape = false;
		else if (c == '\\')
			l->is_escape = true;
		else if (c == '"') {
			l->is_string = false;
			l->is_done = l->is_quote;
		}
		return;
	}
	if (c == '"')
		l->is_string = true;
	else if (c == '{' || c == '[')
		l->depth++;
	else if (c == '}' || c == ']')
		l->is_done = --l->depth == 0;
}

/* A number or word ends before one of these. */
static bool
ends_word(char c)
{
	return c == ',' || c == '}' || c == ']' || c == ':' || c == ' ' ||
	    c == '\n' || c == '\t' || c == '\r' || c == '"' || c == '[' ||
	    c == '{';
}

static void
look_further(struct look *l, const char *text, size_t bytes)
{
	if (l->is_bracket || l->is_quote) {
		while (l->at < bytes && !l->is_done)
			look_at(l, text[l->at]);
		return;
	}
	while (l->at < bytes && !ends_word(text[l->at]))
		l->at++;
	l->is_done = l->at < bytes;
}

int
pieces_value(struct pieces *p, const char **text, size_t *bytes, alk_error *err)
{
	int c = pieces_peek(p, err);
	struct look l = { .is_bracket = c == '{' || c == '[',
		.is_quote = c == '"' };

	if (c < 0)
		return c;
	if (c == 0 || (!l.is_bracket && !l.is_quote && ends_word((char)c)))
		return pieces_unexpected(p, "a value", err);
	p->piece_line = p->line;
	p->piece_column = p->column;
	for (;;) {
		look_further(&l, p->held.data + p->at, p->held.bytes - p->at);
		if (l.is_done)
			break;
		if (p->is_ended && (l.is_bracket || l.is_quote)) {
			entry_here(p, err);
			return error_set(err, ALK_JSON, "the input ends within "
			    "the value that begins here");
		}
		if (p->is_ended)
			break;
		if (l.at > p->piece_bytes_max) {
			entry_here(p, err);
			return error_set(err, ALK_LIMIT, "the value that "
			    "begins here has more than %zu bytes "
			    "(limits.attributes_bytes and some)",
			    p->piece_bytes_max);
		}
		int code = refill(p, err);
		if (code != ALK_OK)
			return code;
	}
	*text = p->held.data + p->at;
	*bytes = l.at;
	pass(p, l.at);
	return ALK_OK;
}
