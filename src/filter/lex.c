/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Tokens of the filter language, and what is said when one does not fit.
 *
 *   name     letter, _ or any character beyond ASCII; then also digits and -
 *   string   "JSON string" or 'text', in which '' stands for one '
 *   number   as in JSON
 *   symbol   ( ) [ ] , . $ and the operators that are not words
 */
#include "filter/parts.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#define SHOWN_BYTES_MAX 40 /* of the text in a message */

static const char *const words[] = { "and", "or", "not", "true", "false",
    "null" };
#define WORDS_COUNT (sizeof(words) / sizeof(words[0]))

/* What other languages write, and what it is here. Longer ones first. */
static const struct {
	const char *wrong;
	const char *right;
} habits[] = {
	{ "===", "=" },
	{ "!==", "!=" },
	{ "==", "=" },
	{ "<>", "!=" },
	{ "=<", "<=" },
	{ "=>", ">=" },
	{ "&&", "and" },
	{ "||", "or" },
};

bool
filter_token_is(const struct filter_token *t, const char *text)
{
	return (t->kind == TOKEN_NAME || t->kind == TOKEN_SYMBOL) &&
	    strlen(text) == t->bytes && memcmp(text, t->text, t->bytes) == 0;
}

static bool
is_word(const char *word, const char *text, size_t bytes)
{
	return strlen(word) == bytes && memcmp(word, text, bytes) == 0;
}

bool
filter_is_keyword(const char *text, size_t bytes)
{
	for (size_t i = 0; i < WORDS_COUNT; i++)
		if (is_word(words[i], text, bytes))
			return true;
	for (size_t i = 0; i < filter_operators_count; i++)
		if (filter_operator_is_word(&filter_operators[i]) &&
		    is_word(filter_operators[i].token, text, bytes))
			return true;
	return false;
}

/* ---- Messages ---- */

static int
fail_at(struct filter_lexer *l, size_t at, const char *text)
{
	error_entry(l->err, "byte %zu", at + 1);
	return error_set(l->err, ALK_FILTER, "%s", text);
}

/*
 * Bytes of text that a message shows: whole characters, at most
 * SHOWN_BYTES_MAX.
 */
static int
shown(const char *text, size_t bytes)
{
	if (bytes <= SHOWN_BYTES_MAX)
		return (int)bytes;
	size_t n = SHOWN_BYTES_MAX;
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return (int)n;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t n = a < b ? a : b;

	return n < c ? n : c;
}

/*
 * Changes of single letters that make a of b, case aside; 99 where either is
 * long.
 */
static size_t
distance(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
	size_t row[17];

	if (a_bytes > 16 || b_bytes > 16)
		return 99;
	for (size_t j = 0; j <= b_bytes; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_bytes; i++) {
		size_t before = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b_bytes; j++) {
			size_t change = lower(a[i - 1]) != b[j - 1];
			size_t n = least(before + change, row[j] + 1,
			    row[j - 1] + 1);
			before = row[j];
			row[j] = n;
		}
	}
	return row[b_bytes];
}

static void
nearer(const struct filter_token *t, const char *word, size_t *best,
    const char **name)
{
	size_t n = distance(t->text, t->bytes, word, strlen(word));

	if (n < *best && n < strlen(word) - 1) {
		*best = n;
		*name = word;
	}
}

/* The keyword that a name may have been meant for, or NULL. */
static const char *
nearest(const struct filter_token *t)
{
	size_t best = 3;
	const char *name = NULL;

	for (size_t i = 0; i < WORDS_COUNT; i++)
		nearer(t, words[i], &best, &name);
	for (size_t i = 0; i < filter_operators_count; i++)
		if (filter_operator_is_word(&filter_operators[i]))
			nearer(t, filter_operators[i].token, &best, &name);
	return name;
}

static void
describe(struct filter_lexer *l, char *into, size_t room)
{
	const struct filter_token *t = &l->now;
	int n = shown(t->text, t->bytes);
	const char *cut = (size_t)n < t->bytes ? "..." : "";

	switch (t->kind) {
	case TOKEN_END:
		(void)snprintf(into, room, "the end of the %s", l->what);
		break;
	case TOKEN_STRING:
		(void)snprintf(into, room, "the text %.*s%s", n, t->text, cut);
		break;
	case TOKEN_NUMBER:
		(void)snprintf(into, room, "the number %.*s%s", n, t->text,
		    cut);
		break;
	case TOKEN_NAME:
	case TOKEN_SYMBOL:
		(void)snprintf(into, room, "'%.*s%s'", n, t->text, cut);
		break;
	}
}

int
filter_expected(struct filter_lexer *l, const char *what)
{
	char found[96];
	char text[384];

	describe(l, found, sizeof(found));
	const char *word = NULL;
	if (l->now.kind == TOKEN_NAME &&
	    !filter_is_keyword(l->now.text, l->now.bytes))
		word = nearest(&l->now);
	(void)snprintf(text, sizeof(text), "expected %s, found %s%s%s%s", what,
	    found, word != NULL ? "; did you mean '" : "",
	    word != NULL ? word : "", word != NULL ? "'" : "");
	return fail_at(l, (size_t)(l->now.text - l->text), text);
}

/* ---- Tokens ---- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_name_start(char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' ||
	    (unsigned char)c >= 0x80;
}

static bool
is_name(char c)
{
	return is_name_start(c) || is_digit(c) || c == '-';
}

/* The byte at i, 0 behind the end. */
static char
look(const struct filter_lexer *l, size_t i)
{
	return i < l->bytes ? l->text[i] : '\0';
}

static int
take(struct filter_lexer *l, enum filter_token_kind kind, size_t end)
{
	l->now = (struct filter_token){ kind, l->text + l->at, end - l->at };
	l->at = end;
	return ALK_OK;
}

/* Four hexadecimal digits at i, or -1. */
static long
hex4(const struct filter_lexer *l, size_t i)
{
	long n = 0;

	for (size_t k = i; k < i + 4; k++) {
		char c = lower(look(l, k));
		if (is_digit(c))
			n = n * 16 + (c - '0');
		else if (c >= 'a' && c <= 'f')
			n = n * 16 + (c - 'a' + 10);
		else
			return -1;
	}
	return n;
}

/* Bytes of the escape whose \ is at i; 0 if it is none of JSON's. */
static size_t
escape_bytes(const struct filter_lexer *l, size_t i)
{
	char c = look(l, i + 1);

	if (c != '\0' && strchr("\"\\/bfnrt", c) != NULL)
		return 2;
	if (c != 'u')
		return 0;
	long unit = hex4(l, i + 2);
	if (unit < 0 || (unit >= 0xdc00 && unit <= 0xdfff))
		return 0;
	if (unit < 0xd800 || unit > 0xdbff)
		return 6;
	long low = hex4(l, i + 8);
	bool is_pair = look(l, i + 6) == '\\' && look(l, i + 7) == 'u' &&
	    low >= 0xdc00 && low <= 0xdfff;
	return is_pair ? 12 : 0;
}

static int
lex_string(struct filter_lexer *l)
{
	char quote = l->text[l->at];
	size_t i = l->at + 1;

	while (i < l->bytes) {
		unsigned char c = (unsigned char)l->text[i];
		if (c < 0x20)
			return fail_at(l, i, "a control character in a text; "
			    "write it as \\n or \\u0001 between double quotes");
		if (quote == '"' && c == '\\') {
			size_t n = escape_bytes(l, i);
			if (n == 0)
				return fail_at(l, i, "not an escape of JSON; "
				    "write \\\\ for a backslash, or use single "
				    "quotes");
			i += n;
		} else if (c != (unsigned char)quote) {
			i++;
		} else if (quote == '\'' && look(l, i + 1) == '\'') {
			i += 2;
		} else {
			return take(l, TOKEN_STRING, i + 1);
		}
	}
	return fail_at(l, l->at, quote == '"' ?
	    "the text that begins here has no closing \"" :
	    "the text that begins here has no closing '");
}

static size_t
digits(const struct filter_lexer *l, size_t i)
{
	while (is_digit(look(l, i)))
		i++;
	return i;
}

static int
lex_number(struct filter_lexer *l)
{
	size_t from = l->at + (look(l, l->at) == '-');
	size_t i = digits(l, from);
	bool is_right = i > from && (l->text[from] != '0' || i == from + 1);

	if (look(l, i) == '.' && is_right) {
		size_t end = digits(l, i + 1);
		is_right = end > i + 1;
		i = end;
	}
	if (lower(look(l, i)) == 'e' && is_right) {
		size_t sign = look(l, i + 1) == '+' || look(l, i + 1) == '-';
		size_t end = digits(l, i + 1 + sign);
		is_right = end > i + 1 + sign;
		i = end;
	}
	if (!is_right || is_name_start(look(l, i)))
		return fail_at(l, l->at, "not a number of JSON; write text "
		    "between quotes");
	return take(l, TOKEN_NUMBER, i);
}

/* Bytes of the longest operator at i that is not a word, or 0. */
static size_t
operator_bytes(const struct filter_lexer *l, size_t i)
{
	size_t best = 0;

	for (size_t k = 0; k < filter_operators_count; k++) {
		const struct filter_operator *o = &filter_operators[k];
		size_t n = strlen(o->token);
		if (!filter_operator_is_word(o) && n > best && n <=
		    l->bytes - i && memcmp(l->text + i, o->token, n) == 0)
			best = n;
	}
	return best;
}

static int
lex_symbol(struct filter_lexer *l)
{
	const char *at = l->text + l->at;
	size_t left = l->bytes - l->at;
	char text[160];

	for (size_t k = 0; k < sizeof(habits) / sizeof(habits[0]); k++) {
		size_t n = strlen(habits[k].wrong);
		if (n > left || memcmp(at, habits[k].wrong, n) != 0)
			continue;
		(void)snprintf(text, sizeof(text), "'%s' is not an operator; "
		    "write '%s'", habits[k].wrong, habits[k].right);
		return fail_at(l, l->at, text);
	}
	size_t n = operator_bytes(l, l->at);
	if (n == 0 && *at != '\0' && strchr("()[],.$", *at) != NULL)
		n = 1;
	if (n > 0)
		return take(l, TOKEN_SYMBOL, l->at + n);
	if (*at == '!')
		return fail_at(l, l->at, "'!' is not an operator; write 'not'");
	if ((unsigned char)*at < 0x20 || *at == 0x7f)
		(void)snprintf(text, sizeof(text), "a control character, "
		    "0x%02x", (unsigned)*at);
	else
		(void)snprintf(text, sizeof(text), "'%c' means nothing here; "
		    "names and texts with such characters go between quotes",
		    *at);
	return fail_at(l, l->at, text);
}

int
filter_lexer_next(struct filter_lexer *l)
{
	while (look(l, l->at) != '\0' && strchr(" \t\r\n", l->text[l->at]) !=
	    NULL)
		l->at++;
	if (l->at == l->bytes)
		return take(l, TOKEN_END, l->at);
	char c = l->text[l->at];
	if (c == '"' || c == '\'')
		return lex_string(l);
	if (is_digit(c) || c == '-')
		return lex_number(l);
	if (!is_name_start(c))
		return lex_symbol(l);
	size_t i = l->at;
	while (is_name(look(l, i)))
		i++;
	return take(l, TOKEN_NAME, i);
}

int
filter_lexer_start(struct filter_lexer *l, const char *text, size_t bytes,
    const char *what, alk_error *err)
{
	*l = (struct filter_lexer){ .text = text, .bytes = bytes, .what = what,
		.err = err };
	if (bytes > FILTER_BYTES_MAX)
		return error_set(err, ALK_LIMIT, "the %s has %zu bytes, %d are "
		    "allowed", what, bytes, FILTER_BYTES_MAX);
	if (!utf8_is_valid(text, bytes))
		return error_set(err, ALK_FILTER, "the %s is not UTF-8", what);
	return filter_lexer_next(l);
}

/* ---- Constants ---- */

/* 'it''s' as JSON. */
static void
add_single_quoted(struct buf *out, const struct filter_token *t)
{
	buf_char(out, '"');
	for (size_t i = 1; i + 1 < t->bytes; i++) {
		char c = t->text[i];
		if (c == '\'')
			i++;
		else if (c == '"' || c == '\\')
			buf_char(out, '\\');
		buf_char(out, c);
	}
	buf_char(out, '"');
}

static void
begin_constant(struct filter_constants *c)
{
	buf_char(&c->text, c->count == 0 ? '[' : ',');
	c->count++;
}

void
filter_constants_add(struct filter_constants *c, const struct filter_token *t)
{
	begin_constant(c);
	bool is_word = t->kind == TOKEN_NAME && !filter_token_is(t, "true") &&
	    !filter_token_is(t, "false") && !filter_token_is(t, "null");
	if (t->kind == TOKEN_STRING && t->text[0] == '\'')
		add_single_quoted(&c->text, t);
	else if (is_word)
		json_write_string(&c->text, t->text, t->bytes);
	else
		buf_add(&c->text, t->text, t->bytes);
}

int
filter_constants_read(struct filter_constants *c, struct json_reader *reader,
    yyjson_val ***values, alk_error *err)
{
	if (c->count == 0)
		buf_char(&c->text, '[');
	buf_char(&c->text, ']');
	const char *text = buf_text(&c->text);
	yyjson_val **list = mem_alloc(c->count * sizeof(yyjson_val *));
	if (text == NULL || list == NULL) {
		mem_release(list);
		return error_nomem(err);
	}
	/* The tokens were checked, so that only memory can be missing. */
	const struct json_bounds bounds = { SIZE_MAX, 2, NULL, NULL };
	yyjson_val *all = json_read(reader, text, c->text.bytes, &bounds, err);
	if (all == NULL) {
		mem_release(list);
		return err != NULL && err->code != ALK_OK ? err->code :
		    ALK_NOMEM;
	}
	size_t i, count;
	yyjson_val *v;
	yyjson_arr_foreach(all, i, count, v)
		list[i] = v;
	*values = list;
	return ALK_OK;
}
