/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Random regular patterns over random texts: all ways of matching agree with
 * PCRE2. The texts are made of what the patterns are made of, so that about as
 * many match as do not.
 */
#include "schema/testing.h"

#include "schema/ways.h"

#define PATTERNS 4500
#define TEXTS 50 /* a pattern */

static uint64_t seed;

static unsigned
roll(unsigned sides)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % sides;
}

static const char *
one_of(const char *const *list, size_t count)
{
	return list[roll((unsigned)count)];
}

#define ONE_OF(list) one_of(list, sizeof(list) / sizeof((list)[0]))

static const char *const characters[] = {
	"a", "b", "ab", "_", "0", "-", "\xc3\xa9", "\xe2\x82\xac",
	"\xf0\x9f\x98\x80", " ", "\xef\xbb\xbf", "\\n", "\\.", "\\u2028"
};

static const char *const classes[] = {
	".", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "[a-c]", "[^a]", "[]",
	"[^]", "[\\w\\-]", "[^\\s@]", "[\xc3\xa0-\xc3\xbf]", "[^\\d\\W]",
	"[\\u07f0-\\u0810]", "[\\uffff-\\u{10001}]", "[\\u{1f600}-\\u{1f64f}]",
	"[a\xe2\x82\xac-\xe2\x82\xaf]", "\\p{ASCII}", "\\P{Any}",
	"[\\S\\n]", "[^\xc3\xa9\\u{1f600}]"
};

static const char *const repeats[] = {
	"*", "+", "?", "*?", "{2}", "{0,2}", "{1,}", "{2,4}", "{0}", "+?"
};

static const char *const places[] = { "^", "$", "\\b", "\\B" };

static void write_choice(struct buf *out, int depth);

static void
write_atom(struct buf *out, int depth)
{
	unsigned kind = roll(depth > 0 ? 10 : 7);

	if (kind >= 7) {
		buf_str(out, roll(2) == 0 ? "(" : "(?:");
		write_choice(out, depth - 1);
		buf_char(out, ')');
	} else {
		buf_str(out, kind < 4 ? ONE_OF(characters) : ONE_OF(classes));
	}
	if (roll(5) < 2)
		buf_str(out, ONE_OF(repeats));
}

static void
write_choice(struct buf *out, int depth)
{
	for (;;) {
		unsigned terms = roll(4);
		if (roll(12) == 0)
			buf_str(out, ONE_OF(places));
		for (unsigned i = 0; i < terms; i++)
			write_atom(out, depth);
		if (roll(12) == 0)
			buf_str(out, ONE_OF(places));
		if (roll(4) != 0)
			return;
		buf_char(out, '|');
	}
}

static void
write_pattern(struct buf *out)
{
	if (roll(2) == 0)
		buf_char(out, '^');
	for (;;) {
		write_choice(out, 2);
		if (roll(5) != 0)
			break;
		buf_char(out, '|');
	}
	if (roll(2) == 0)
		buf_char(out, '$');
}

static void
write_text(struct buf *out)
{
	static const char *const pieces[] = {
		"a", "b", "c", "_", "0", "7", "-", ".", " ", "\n", "\r", "@",
		"ab", "aa", "\xc2\xa0", "\xc3\xa0", "\xc3\xa9", "\xdf\xbf",
		"\xe0\xa0\x80", "\xe2\x80\xa8", "\xe2\x82\xac", "\xe2\x82\xad",
		"\xed\x9f\xbf", "\xef\xbb\xbf", "\xef\xbf\xbf",
		"\xf0\x90\x80\x80", "\xf0\x90\x80\x81", "\xf0\x9f\x98\x80",
		"\xf4\x8f\xbf\xbf"
	};
	unsigned count = roll(8);

	for (unsigned i = 0; i < count; i++)
		buf_str(out, ONE_OF(pieces));
}

static void
all_ways_agree(void **state)
{
	(void)state;
	struct buf pattern = { 0 };
	struct buf text = { 0 };
	unsigned used[WAYS] = { 0 };
	unsigned matched = 0;

	seed = 1;
	for (int i = 0; i < PATTERNS; i++) {
		struct ways w;
		buf_clear(&pattern);
		write_pattern(&pattern);
		ways_init(&w, buf_text(&pattern), pattern.bytes);
		if (!w.is_pattern || w.list[PATTERN_PCRE2] == NULL)
			fail_msg("%s is no pattern", buf_text(&pattern));
		for (int k = 0; k < WAYS; k++)
			used[k] += w.list[k] != NULL;
		for (int k = 0; k < TEXTS; k++) {
			buf_clear(&text);
			write_text(&text);
			unsigned others = ways_disagree(&w, buf_text(&text),
			    text.bytes);
			if (others != 0)
				fail_msg("%s: ways %x on \"%s\"",
				    buf_text(&pattern), others,
				    buf_text(&text));
			matched += ways_match(w.list[PATTERN_DFA] != NULL ?
			    w.list[PATTERN_DFA] : w.list[PATTERN_PCRE2],
			    buf_text(&text), text.bytes) == 1;
		}
		ways_fini(&w);
	}
	/* The test is worth nothing if they go one way or never match. */
	assert_true(used[PATTERN_RUNS] > PATTERNS / 20);
	assert_true(used[PATTERN_DFA] > PATTERNS * 9 / 10);
	assert_true(used[PATTERN_NFA] > PATTERNS * 9 / 10);
	assert_in_range(matched, PATTERNS * TEXTS / 8,
	    PATTERNS * TEXTS / 8 * 7);
	buf_fini(&pattern);
	buf_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_ways_agree)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
