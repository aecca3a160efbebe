/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A recursive descent over the grammar of ECMA-262, "Patterns", with the u flag
 * and without Annex B: what a browser refuses in new RegExp(text, "u") is
 * refused here, so that nothing of PCRE2's own syntax gets through.
 *
 * Surrogates do not occur in UTF-8: alone they match nothing, as ends of a
 * range they are moved to the nearest character that is none.
 */
#include "schema/ecma.h"

#include "base/mem.h"
#include "schema/ecma_property.h"
#include "schema/text.h"

#define DEPTH_MAX 200      /* of groups; PCRE2 has a limit of 250 */
#define NAMES_MAX 64       /* named groups */
#define REPEAT_MAX 65535   /* PCRE2's */
#define CODE_POINT_MAX 0x10ffff

struct group_name {
	const char *text;
	size_t bytes;
	unsigned number;
};

struct ecma {
	const char *start;
	const char *at;
	const char *end;
	struct ecma_pattern *out; /* NULL: only looking */
	const char *why;
	unsigned groups;
	int depth;
	size_t names_count;
	struct group_name names[NAMES_MAX];
};

static bool
refuse(struct ecma *e, const char *why)
{
	if (e->why == NULL)
		e->why = why;
	return false;
}

/* Room for one more; false: nobody wants them, or no memory. */
static bool
may_add(struct ecma_pattern *p)
{
	if (p == NULL || p->failed)
		return false;
	if (p->count < p->room)
		return true;
	size_t room = p->room == 0 ? 64 : p->room * 2;
	struct ecma_token *more = mem_resize(p->tokens,
	    room * sizeof(more[0]));
	if (more == NULL) {
		p->failed = true;
		return false;
	}
	p->tokens = more;
	p->room = room;
	return true;
}

/* Returns its place, which is 0 if it was not kept. */
static size_t
emit(struct ecma *e, struct ecma_token token)
{
	if (!may_add(e->out))
		return 0;
	e->out->tokens[e->out->count] = token;
	return e->out->count++;
}

/* The last token closes what was opened at `opening`. */
static void
link_end(struct ecma *e, size_t opening)
{
	if (e->out != NULL && !e->out->failed)
		e->out->tokens[opening].b = (uint32_t)(e->out->count - 1);
}

static void
note(struct ecma *e, unsigned what)
{
	if (e->out != NULL)
		e->out->has |= what;
}

static bool
next_is(const struct ecma *e, const char *word)
{
	size_t bytes = strlen(word);

	return (size_t)(e->end - e->at) >= bytes &&
	    memcmp(e->at, word, bytes) == 0;
}

static bool
skip(struct ecma *e, const char *word)
{
	if (!next_is(e, word))
		return false;
	e->at += strlen(word);
	return true;
}

static bool
is_surrogate(uint32_t c)
{
	return c >= 0xd800 && c <= 0xdfff;
}

static void
emit_character(struct ecma *e, uint32_t c)
{
	emit(e, (struct ecma_token){ .op = ECMA_CHAR, .a = c });
}

/* A class of one set, or of nothing at all. */
static void
emit_set(struct ecma *e, char set)
{
	size_t opening = emit(e, (struct ecma_token){ .op = ECMA_CLASS });

	if (set != '\0')
		emit(e, (struct ecma_token){ .op = ECMA_SET,
			.flag = (uint8_t)set });
	emit(e, (struct ecma_token){ .op = ECMA_CLASS_END });
	link_end(e, opening);
}

/* ---- Escapes ----------------------------------------------------------- */

static bool
read_hex(struct ecma *e, int digits, uint32_t *out)
{
	uint32_t value = 0;

	if (e->end - e->at < digits)
		return false;
	for (int i = 0; i < digits; i++) {
		int d = text_hex(e->at[i]);
		if (d < 0)
			return false;
		value = value << 4 | (uint32_t)d;
	}
	e->at += digits;
	*out = value;
	return true;
}

static bool
read_braced(struct ecma *e, uint32_t *out)
{
	uint32_t value = 0;
	const char *from = e->at;

	while (e->at < e->end && text_hex(*e->at) >= 0) {
		value = value << 4 | (uint32_t)text_hex(*e->at++);
		if (value > CODE_POINT_MAX)
			return false;
	}
	if (e->at == from || !skip(e, "}"))
		return false;
	*out = value;
	return true;
}

/* Behind \u: four digits, twice that for a surrogate pair, or braces. */
static bool
read_unicode(struct ecma *e, uint32_t *out)
{
	uint32_t high, low;

	if (skip(e, "{"))
		return read_braced(e, out);
	if (!read_hex(e, 4, &high))
		return false;
	*out = high;
	if (high < 0xd800 || high > 0xdbff || !next_is(e, "\\u"))
		return true;
	const char *back = e->at;
	e->at += 2;
	if (read_hex(e, 4, &low) && low >= 0xdc00 && low <= 0xdfff)
		*out = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
	else
		e->at = back;
	return true;
}

/* Behind the backslash, what stands for one character. */
static bool
read_character_escape(struct ecma *e, bool in_class, uint32_t *out)
{
	static const char controls[] = "f\fn\nr\rt\tv\v";
	char c = *e->at;

	for (const char *p = controls; *p != '\0'; p += 2) {
		if (c == *p) {
			e->at++;
			*out = (uint32_t)(unsigned char)p[1];
			return true;
		}
	}
	if (c != '\0' && (strchr("^$\\.*+?()[]{}|/", c) != NULL ||
	    (in_class && c == '-'))) {
		e->at++;
		*out = (uint32_t)(unsigned char)c;
		return true;
	}
	e->at++;
	if (c == 'x')
		return read_hex(e, 2, out) ||
		    refuse(e, "\\x takes two hexadecimal digits");
	if (c == 'u')
		return read_unicode(e, out) || refuse(e,
		    "\\u takes four hexadecimal digits or \\u{...}");
	if (c == 'c') {
		if (e->at == e->end || !text_is_letter(*e->at))
			return refuse(e, "\\c takes a letter");
		*out = (uint32_t)(*e->at++ & 31);
		return true;
	}
	if (c == '0' && (e->at == e->end || !text_is_digit(*e->at))) {
		*out = 0;
		return true;
	}
	e->at--;
	return refuse(e, "no such escape in ECMA-262's unicode mode; "
	    "characters that need none stand alone");
}

/* Behind \p or \P. */
static bool
read_property(struct ecma *e, bool negated)
{
	const char *from = e->at + 1;
	const char *close = e->at < e->end && *e->at == '{' ?
	    memchr(e->at, '}', (size_t)(e->end - e->at)) : NULL;

	if (close == NULL || !ecma_property(from, (size_t)(close - from),
	    negated, true, NULL))
		return refuse(e, "\\p{...} does not name a property of "
		    "Unicode; write \\p{L}, \\p{Script=Greek} or "
		    "\\p{Alphabetic}");
	emit(e, (struct ecma_token){ .op = ECMA_PROPERTY, .flag = negated,
		.a = (uint32_t)(from - e->start),
		.b = (uint32_t)(close - from) });
	e->at = close + 1;
	return true;
}

/*
 * \d \D \s \S \w \W \p{} \P{}, the inside of a class: returns 1 done, 0 not one
 * of these, -1 refused.
 */
static int
read_set(struct ecma *e)
{
	char c = *e->at;

	if (c == 'p' || c == 'P') {
		e->at++;
		return read_property(e, c == 'P') ? 1 : -1;
	}
	if (c == '\0' || strchr("dDsSwW", c) == NULL)
		return 0;
	e->at++;
	emit(e, (struct ecma_token){ .op = ECMA_SET, .flag = (uint8_t)c });
	return 1;
}

/* ---- Classes ----------------------------------------------------------- */

/* One end of a range. 1 a character, 0 a set (emitted already), -1 refused. */
static int
read_class_atom(struct ecma *e, uint32_t *out)
{
	if (*e->at != '\\') {
		*out = text_next(&e->at);
		return 1;
	}
	e->at++;
	if (e->at == e->end) {
		refuse(e, "a backslash ends the pattern");
		return -1;
	}
	int set = read_set(e);
	if (set != 0)
		return set == 1 ? 0 : -1;
	if (*e->at == 'b') {
		e->at++;
		*out = '\b';
		return 1;
	}
	return read_character_escape(e, true, out) ? 1 : -1;
}

static void
emit_range(struct ecma *e, uint32_t low, uint32_t high)
{
	if (is_surrogate(low))
		low = 0xe000;
	if (is_surrogate(high))
		high = 0xd7ff;
	if (low > high)
		return;
	emit(e, (struct ecma_token){ .op = ECMA_RANGE, .a = low, .b = high });
}

static bool
read_class_range(struct ecma *e)
{
	uint32_t low, high;
	int first = read_class_atom(e, &low);

	if (first < 0)
		return false;
	bool is_range = e->end - e->at >= 2 && e->at[0] == '-' &&
	    e->at[1] != ']';
	if (!is_range) {
		if (first == 1)
			emit_range(e, low, low);
		return true;
	}
	e->at++;
	int second = read_class_atom(e, &high);
	if (second < 0)
		return false;
	if (first == 0 || second == 0)
		return refuse(e, "a set cannot be the end of a range");
	if (low > high)
		return refuse(e, "a range in a class goes backwards");
	emit_range(e, low, high);
	return true;
}

/* Behind the '['. */
static bool
read_class(struct ecma *e)
{
	bool negated = skip(e, "^");
	size_t opening = emit(e, (struct ecma_token){ .op = ECMA_CLASS,
		.flag = negated });

	while (e->at < e->end && *e->at != ']')
		if (!read_class_range(e))
			return false;
	if (!skip(e, "]"))
		return refuse(e, "a class is not closed: ']' is missing");
	emit(e, (struct ecma_token){ .op = ECMA_CLASS_END });
	link_end(e, opening);
	return true;
}

/* ---- Groups ------------------------------------------------------------ */

static bool
is_name_character(char c, bool first)
{
	return text_is_letter(c) || c == '_' || c == '$' ||
	    (unsigned char)c >= 0x80 || (!first && text_is_digit(c));
}

/* A group's name and the '>' behind it; 0 when there is none. */
static size_t
name_bytes(const char *at, const char *end)
{
	const char *p = at;

	while (p < end && is_name_character(*p, p == at))
		p++;
	return p > at && p < end && *p == '>' ? (size_t)(p - at) : 0;
}

static const struct group_name *
find_name(const struct ecma *e, const char *text, size_t bytes)
{
	for (size_t i = 0; i < e->names_count; i++)
		if (e->names[i].bytes == bytes &&
		    memcmp(e->names[i].text, text, bytes) == 0)
			return &e->names[i];
	return NULL;
}

static bool
note_name(struct ecma *e, const char *at)
{
	size_t bytes = name_bytes(at, e->end);

	e->at = at;
	if (bytes == 0)
		return refuse(e, "a group's name is a word and ends in '>'");
	if (find_name(e, at, bytes) != NULL)
		return refuse(e, "two groups have the same name");
	if (e->names_count == NAMES_MAX)
		return refuse(e, "more than 64 named groups");
	e->names[e->names_count++] = (struct group_name){ .text = at,
		.bytes = bytes, .number = e->groups };
	return true;
}

/* Where a class that opens at p ends. */
static const char *
behind_class(const char *p, const char *end)
{
	for (p++; p < end && *p != ']'; p++)
		if (*p == '\\')
			p++;
	return p;
}

/* Counts groups and notes their names, as back-references may lead forward. */
static bool
look_ahead(struct ecma *e)
{
	for (const char *p = e->start; p < e->end; p++) {
		if (*p == '\\') {
			p++;
		} else if (*p == '[') {
			p = behind_class(p, e->end);
		} else if (*p == '(') {
			bool plain = p + 1 == e->end || p[1] != '?';
			bool named = e->end - p >= 3 && p[1] == '?' &&
			    p[2] == '<' && (e->end - p == 3 ||
			    (p[3] != '=' && p[3] != '!'));
			if (plain || named)
				e->groups++;
			if (named && !note_name(e, p + 3))
				return false;
		}
	}
	e->at = e->start;
	return true;
}

static bool read_disjunction(struct ecma *e);

/*
 * What opens a group: ECMA_AHEAD and so on, ECMA_GROUP, ECMA_CAPTURE, or -1.
 * ECMA-262 lets no quantifier follow a look-around.
 */
static int
read_opening(struct ecma *e, bool *quantifiable)
{
	static const char *const arounds[] = { "?=", "?!", "?<=", "?<!" };

	for (int i = 0; i < 4; i++) {
		if (skip(e, arounds[i])) {
			*quantifiable = false;
			note(e, ECMA_HAS_AROUND);
			return ECMA_AHEAD + i;
		}
	}
	if (skip(e, "?:"))
		return ECMA_GROUP;
	if (skip(e, "?<"))
		e->at += name_bytes(e->at, e->end) + 1;
	else if (next_is(e, "?"))
		return -1;
	return ECMA_CAPTURE;
}

/* Behind the '('. */
static bool
read_group(struct ecma *e, bool *quantifiable)
{
	int kind = read_opening(e, quantifiable);

	if (kind < 0)
		return refuse(e, "no such group in ECMA-262");
	size_t opening = emit(e, (struct ecma_token){ .op = ECMA_OPEN,
		.flag = (uint8_t)kind });
	if (++e->depth > DEPTH_MAX)
		return refuse(e, "groups are nested too deeply");
	if (!read_disjunction(e))
		return false;
	if (!skip(e, ")"))
		return refuse(e, "a group is not closed: ')' is missing");
	e->depth--;
	emit(e, (struct ecma_token){ .op = ECMA_CLOSE });
	link_end(e, opening);
	return true;
}

/* ---- Terms ------------------------------------------------------------- */

static bool
read_number(struct ecma *e, unsigned *out)
{
	const char *from = e->at;
	unsigned n = 0;

	while (e->at < e->end && text_is_digit(*e->at)) {
		if (n <= REPEAT_MAX)
			n = n * 10 + (unsigned)(*e->at - '0');
		e->at++;
	}
	*out = n;
	return e->at > from;
}

static bool
read_back_reference(struct ecma *e)
{
	unsigned number;

	if (skip(e, "k")) {
		size_t bytes = skip(e, "<") ? name_bytes(e->at, e->end) : 0;
		const struct group_name *n = find_name(e, e->at, bytes);
		if (n == NULL)
			return refuse(e, "\\k<name> names no group");
		e->at += bytes + 1;
		number = n->number;
	} else {
		read_number(e, &number);
		if (number > e->groups)
			return refuse(e,
			    "a back-reference to a group that is not there");
	}
	note(e, ECMA_HAS_BACK);
	emit(e, (struct ecma_token){ .op = ECMA_BACK, .a = number });
	return true;
}

/* Behind a backslash outside of a class. */
static bool
read_escape(struct ecma *e, bool *quantifiable)
{
	uint32_t c;

	if (e->at == e->end)
		return refuse(e, "a backslash ends the pattern");
	if (next_is(e, "b") || next_is(e, "B")) {
		*quantifiable = false;
		emit(e, (struct ecma_token){ .op = *e->at++ == 'b' ?
			ECMA_EDGE : ECMA_NO_EDGE });
		return true;
	}
	if (*e->at == 'k' || (*e->at >= '1' && *e->at <= '9'))
		return read_back_reference(e);
	if (strchr("dDsSwWpP", *e->at) != NULL && *e->at != '\0') {
		size_t opening = emit(e,
		    (struct ecma_token){ .op = ECMA_CLASS });
		if (read_set(e) < 0)
			return false;
		emit(e, (struct ecma_token){ .op = ECMA_CLASS_END });
		link_end(e, opening);
		return true;
	}
	if (!read_character_escape(e, false, &c))
		return false;
	if (is_surrogate(c))
		emit_set(e, '\0');
	else
		emit_character(e, c);
	return true;
}

static bool
read_atom(struct ecma *e, bool *quantifiable)
{
	char c = *e->at;

	*quantifiable = true;
	switch (c) {
	case '^':
	case '$':
		e->at++;
		*quantifiable = false;
		emit(e, (struct ecma_token){ .op = c == '^' ? ECMA_START :
			ECMA_FINISH });
		return true;
	case '.':
		e->at++;
		emit_set(e, '.');
		return true;
	case '(':
		e->at++;
		return read_group(e, quantifiable);
	case '[':
		e->at++;
		return read_class(e);
	case '\\':
		e->at++;
		return read_escape(e, quantifiable);
	case '*':
	case '+':
	case '?':
		return refuse(e, "nothing that could be repeated");
	case '{':
	case '}':
	case ']':
		return refuse(e, "'{', '}' and ']' as characters are written "
		    "with a backslash");
	default:
		emit_character(e, text_next(&e->at));
		return true;
	}
}

/* Behind the '{' of a quantifier. */
static bool
read_counts(struct ecma *e, struct ecma_token *repeat)
{
	unsigned low, high;

	if (!read_number(e, &low))
		return refuse(e, "'{' as a character is written '\\{'");
	bool open = false;
	high = low;
	if (skip(e, ","))
		open = !read_number(e, &high);
	if (!skip(e, "}"))
		return refuse(e, "a quantifier is not closed: '}' is missing");
	if (open)
		high = low;
	if (low > high)
		return refuse(e, "a quantifier's numbers go backwards");
	if (high > REPEAT_MAX)
		return refuse(e, "a quantifier goes over 65535");
	repeat->a = low;
	repeat->b = open ? ECMA_OPEN_END : high;
	return true;
}

static bool
read_quantifier(struct ecma *e, bool quantifiable)
{
	char c = e->at < e->end ? *e->at : '\0';
	struct ecma_token repeat = { .op = ECMA_REPEAT, .a = c == '+',
		.b = c == '?' ? 1 : ECMA_OPEN_END };

	if (c != '*' && c != '+' && c != '?' && c != '{')
		return true;
	if (!quantifiable)
		return refuse(e, "nothing that could be repeated");
	e->at++;
	if (c == '{' && !read_counts(e, &repeat))
		return false;
	repeat.flag = skip(e, "?");
	emit(e, repeat);
	return true;
}

static bool
read_disjunction(struct ecma *e)
{
	bool quantifiable;

	while (e->at < e->end && *e->at != ')') {
		if (skip(e, "|")) {
			emit(e, (struct ecma_token){ .op = ECMA_OR });
			continue;
		}
		if (!read_atom(e, &quantifiable) ||
		    !read_quantifier(e, quantifiable))
			return false;
	}
	return true;
}

bool
ecma_parse(const char *text, size_t bytes, struct ecma_pattern *out,
    const char **why, size_t *where)
{
	struct ecma e;

	e.start = e.at = text;
	e.end = text + bytes;
	e.out = out;
	e.why = NULL;
	e.groups = 0;
	e.depth = 0;
	e.names_count = 0;
	if (out != NULL) {
		out->text = text;
		out->count = 0;
		out->has = 0;
	}
	bool ok = look_ahead(&e) && read_disjunction(&e);
	if (ok && e.at < e.end)
		ok = refuse(&e, "')' without '('");
	if (!ok && why != NULL)
		*why = e.why;
	if (!ok && where != NULL)
		*where = (size_t)(e.at - text);
	return ok;
}

void
ecma_fini(struct ecma_pattern *p)
{
	mem_release(p->tokens);
	*p = (struct ecma_pattern){ 0 };
}
