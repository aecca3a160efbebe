/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Tokens as PCRE2's text. What differs in meaning is written out: \s, \d, \w
 * and "." become classes, every escape \x{...}.
 *
 * Groups capture only if the pattern has back-references: those that do not are
 * cheaper. Not carried over: ECMA-262 forgets a group's capture when a
 * quantifier around it begins anew, PCRE2 keeps it.
 */
#include "schema/ecma.h"

#include "schema/ecma_property.h"
#include "schema/text.h"

/* The sets, as the inside of a class. */
#define DIGIT "0-9"
#define NOT_DIGIT "\\x{0}-\\/:-\\x{10ffff}"
#define WORD "A-Za-z0-9_"
#define NOT_WORD "\\x{0}-\\/:-@\\[-\\^`\\{-\\x{10ffff}"
#define SPACE "\\x{9}-\\x{d} \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}" \
	"\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}"
#define NOT_SPACE "\\x{0}-\\x{8}\\x{e}-\\x{1f}!-\\x{9f}\\x{a1}-\\x{167f}" \
	"\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}" \
	"\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}" \
	"\\x{ff00}-\\x{10ffff}"
#define NO_LINE_BREAK "\\x{0}-\\x{9}\\x{b}\\x{c}\\x{e}-\\x{2027}" \
	"\\x{202a}-\\x{10ffff}"
#define NOTHING "[^\\x{0}-\\x{10ffff}]"
#define ANYTHING "[\\x{0}-\\x{10ffff}]"

static void
write_character(struct buf *out, uint32_t c)
{
	if (c < 0x80 && (text_is_digit((char)c) || text_is_letter((char)c)))
		buf_char(out, (char)c);
	else
		buf_printf(out, "\\x{%x}", (unsigned)c);
}

static void
write_set(struct buf *out, char set)
{
	static const char letters[] = "dDsSwW.";
	static const char *const sets[] = {
		DIGIT, NOT_DIGIT, SPACE, NOT_SPACE, WORD, NOT_WORD,
		NO_LINE_BREAK
	};

	buf_str(out, sets[strchr(letters, set) - letters]);
}

static void
write_member(const struct ecma_pattern *p, const struct ecma_token *t,
    bool in_class, struct buf *out)
{
	if (t->op == ECMA_SET) {
		write_set(out, (char)t->flag);
	} else if (t->op == ECMA_PROPERTY) {
		(void)ecma_property(p->text + t->a, t->b, t->flag, in_class,
		    out);
	} else {
		write_character(out, t->a);
		if (t->a != t->b) {
			buf_char(out, '-');
			write_character(out, t->b);
		}
	}
}

/* Returns the last token of the class at t. */
static const struct ecma_token *
write_class(const struct ecma_pattern *p, const struct ecma_token *t,
    struct buf *out)
{
	const struct ecma_token *end = &p->tokens[t->b];
	size_t mark = out->bytes;

	if (end == t + 2 && t->flag == 0 && t[1].op == ECMA_PROPERTY) {
		write_member(p, t + 1, false, out);
		return end;
	}
	buf_str(out, t->flag != 0 ? "[^" : "[");
	size_t empty = out->bytes;
	for (const struct ecma_token *m = t + 1; m < end; m++)
		write_member(p, m, true, out);
	if (out->bytes == empty) {
		out->bytes = mark;
		buf_str(out, t->flag != 0 ? ANYTHING : NOTHING);
	} else {
		buf_char(out, ']');
	}
	return end;
}

static void
write_repeat(const struct ecma_token *t, struct buf *out)
{
	if (t->b == ECMA_OPEN_END && t->a <= 1)
		buf_char(out, t->a == 0 ? '*' : '+');
	else if (t->b == ECMA_OPEN_END)
		buf_printf(out, "{%u,}", (unsigned)t->a);
	else
		buf_printf(out, "{%u,%u}", (unsigned)t->a, (unsigned)t->b);
	if (t->flag != 0)
		buf_char(out, '?');
}

static void
write_open(const struct ecma_pattern *p, unsigned kind, struct buf *out)
{
	static const char *const openings[] = {
		"(?:", "(", "(?=", "(?!", "(?<=", "(?<!"
	};

	if (kind == ECMA_CAPTURE && (p->has & ECMA_HAS_BACK) == 0)
		kind = ECMA_GROUP;
	buf_str(out, openings[kind]);
}

static void
write_simple(const struct ecma_token *t, struct buf *out)
{
	static const char *const words[] = {
		[ECMA_CLOSE] = ")", [ECMA_OR] = "|", [ECMA_START] = "^",
		[ECMA_FINISH] = "$", [ECMA_EDGE] = "\\b",
		[ECMA_NO_EDGE] = "\\B"
	};

	buf_str(out, words[t->op]);
}

void
ecma_write_pcre(const struct ecma_pattern *p, struct buf *out)
{
	const struct ecma_token *end = p->tokens + p->count;

	for (const struct ecma_token *t = p->tokens; t < end; t++) {
		switch (t->op) {
		case ECMA_CHAR:
			write_character(out, t->a);
			break;
		case ECMA_CLASS:
			t = write_class(p, t, out);
			break;
		case ECMA_OPEN:
			write_open(p, t->flag, out);
			break;
		case ECMA_REPEAT:
			write_repeat(t, out);
			break;
		case ECMA_BACK:
			buf_printf(out, "\\g{%u}", (unsigned)t->a);
			break;
		default:
			write_simple(t, out);
		}
	}
}
