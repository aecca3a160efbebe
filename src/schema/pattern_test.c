/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "schema/testing.h"

#include "schema/ecma.h"
#include "schema/program.h"

struct row {
	const char *pattern;
	const char *text;
	size_t bytes; /* 0: up to the NUL */
	bool matches;
};

static bool
is_match(const char *pattern, const char *text, size_t bytes)
{
	struct patterns all = { 0 };
	struct pool pool = { 0 };
	const struct pattern *p;
	struct matcher m;
	alk_error err = { 0 };

	if (patterns_add(&all, &pool, pattern, strlen(pattern), &p, &err) !=
	    ALK_OK)
		fail_msg("%s: %s", pattern, err.text);
	patterns_seal(&all);
	int64_t steps = SCHEMA_STEPS;
	pattern_begin(&m, &steps);
	int answer = pattern_match(p, &m, text, bytes);
	assert_int_equal(pattern_match(p, &m, text, bytes), answer);
	pattern_end(&m);
	patterns_fini(&all);
	pool_fini(&pool);
	assert_true(answer == PATTERN_YES || answer == PATTERN_NO);
	return answer == PATTERN_YES;
}

static void
check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *r = &rows[i];
		size_t bytes = r->bytes != 0 ? r->bytes : strlen(r->text);
		if (is_match(r->pattern, r->text, bytes) != r->matches)
			fail_msg("%s should%s match \"%s\"", r->pattern,
			    r->matches ? "" : " not", r->text);
	}
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void
classes_mean_what_ecma_says(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "^\\s$", "\xef\xbb\xbf", 0, true },
		{ "^\\s$", "\xc2\xa0", 0, true },
		{ "^\\s$", "\xe2\x80\xa8", 0, true },
		{ "^\\s$", "\v", 0, true },
		{ "^\\s$", "\xe1\xa0\x8e", 0, false },
		{ "^\\S$", "\xe1\xa0\x8e", 0, true },
		{ "^\\S$", "\xe3\x80\x80", 0, false },
		{ "^[\\s\\d]+$", "1 \xc2\xa0" "2", 0, true },
		{ "^[^\\S]$", "\xc2\xa0", 0, true },
		{ "^\\d$", "\xd9\xa3", 0, false },
		{ "^\\D$", "\xd9\xa3", 0, true },
		{ "^[\\D]$", "5", 0, false },
		{ "^\\w$", "\xc3\xa9", 0, false },
		{ "^\\W$", "\xc3\xa9", 0, true },
		{ "^[\\W_]$", "_", 0, true },
		{ "^[\\W]$", "_", 0, false },
		{ "^[\\w-]+$", "a-b", 0, true },
		{ "^[^]$", "\n", 0, true },
		{ "^[]$", "", 0, false },
		{ "[]", "a", 0, false },
		{ "^[a\\]\\\\]+$", "a]\\", 0, true },
		{ "^[[:alph]+$", "[:p", 0, true },
		{ "^[\\b]$", "\b", 0, true }
	};

	CHECK_ROWS(rows);
}

static void
anchors_and_dots_mean_what_ecma_says(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "^a$", "a\n", 0, false },
		{ "^a$", "b\na", 0, false },
		{ "^.$", "\xf0\x9f\x98\x80", 0, true },
		{ "^.$", "\r", 0, false },
		{ "^.$", "\xe2\x80\xa9", 0, false },
		{ "^.$", "\xc2\x85", 0, true },
		{ "^(.*)$", "any \xc3\xa9 line", 0, true },
		{ "^(.*)$", "two\nlines", 0, false },
		{ "^.*$", "two\xe2\x80\xa8lines", 0, false },
		{ "^.*$", "\xe2\x80\xa7", 0, true },
		{ "^.*$", "", 0, true },
		{ "\\bfoo\\b", "a foo b", 0, true },
		{ "\\bfoo\\b", "afoo", 0, false },
		{ "b", "abc", 0, true }
	};

	CHECK_ROWS(rows);
}

static void
escapes_are_ecma_s(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "^\\uD83D\\uDE00$", "\xf0\x9f\x98\x80", 0, true },
		{ "^\\u{1F600}$", "\xf0\x9f\x98\x80", 0, true },
		{ "^[\\uD83D\\uDE00-\\uD83D\\uDE02]$", "\xf0\x9f\x98\x81", 0,
		    true },
		{ "^\\uD83D$", "\xf0\x9f\x98\x80", 0, false },
		{ "^[^\\uD83D]$", "a", 0, true },
		{ "^[a-\\uDFFF]$", "\xed\x9f\xbf", 0, true },
		{ "^[\\uD800-\\uFFFF]$", "\xee\x80\x80", 0, true },
		{ "^[\\uD800-\\uDFFF]$", "\xee\x80\x80", 0, false },
		{ "^\\x41\\cJ\\t\\v\\f\\r\\n\\0$", "A\n\t\v\f\r\n", 8, true },
		{ "^\\/\\.[\\-]$", "/.-", 0, true },
		{ "^\\u00e9$", "\xc3\xa9", 0, true },
		{ "^ #$", " #", 0, true }
	};

	CHECK_ROWS(rows);
}

static void
properties_are_named_as_in_ecma(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "^\\p{L}+$", "a\xc3\xa9", 0, true },
		{ "^\\p{Letter}$", "1", 0, false },
		{ "^\\P{L}$", "1", 0, true },
		{ "^\\p{digit}$", "\xd9\xa3", 0, true },
		{ "^\\p{gc=Decimal_Number}$", "5", 0, true },
		{ "^\\p{Script=Greek}$", "\xce\xb1", 0, true },
		{ "^\\p{sc=Greek}$", "a", 0, false },
		{ "^\\p{scx=Grek}$", "\xce\xb1", 0, true },
		{ "^\\p{Alpha}$", "a", 0, true },
		{ "^\\p{ASCII}$", "\xc3\xa9", 0, false },
		{ "^\\p{Any}$", "\n", 0, true },
		{ "^\\P{Any}$", "a", 0, false },
		{ "^[^\\P{Any}]$", "a", 0, true },
		{ "^\\p{Assigned}$", "a", 0, true },
		{ "^\\P{Assigned}$", "a", 0, false },
		{ "^[\\p{Lu}\\p{Nd}]+$", "A1", 0, true },
		{ "^\\p{Emoji_Presentation}$", "\xf0\x9f\x98\x80", 0, true },
		{ "^\\p{White_Space}$", " ", 0, true },
		{ "^\\p{LC}$", "a", 0, true }
	};

	CHECK_ROWS(rows);
}

static void
groups_and_back_references_work(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "^(a|b)\\1$", "aa", 0, true },
		{ "^(a|b)\\1$", "ab", 0, false },
		{ "^(?<q>['\"]).*\\k<q>$", "'x'", 0, true },
		{ "^(?<q>['\"]).*\\k<q>$", "'x\"", 0, false },
		{ "^\\k<n>(?<n>a)$", "a", 0, true },
		{ "^(?:(a)|b)\\1$", "b", 0, true },
		{ "^(?=a)(?!b)\\w$", "a", 0, true },
		{ "(?<=a)b", "ab", 0, true },
		{ "(?<!a)b", "ab", 0, false },
		{ "^a{2,3}?$", "aaa", 0, true },
		{ "^(?:ab){0}c{1,}$", "cc", 0, true },
		{ "^a|b|$", "", 0, true },
		{ "", "anything", 0, true }
	};

	CHECK_ROWS(rows);
}

static void
what_is_not_ecma_is_refused(void **state)
{
	(void)state;
	static const char *const patterns[] = {
		"a++", "\\A", "\\Z", "\\z", "(?i)a", "(?i:a)", "(?>a)", "\\h",
		"\\Q.\\E", "(?R)", "(*UTF)a", "\\K", "\\G", "\\R", "\\X",
		"(?#x)", "(?P<n>a)", "(?'n'a)", "\\g{1}", "\\N", "\\a", "\\e",
		"{", "}", "]", "a{,3}", "a{1", "a{2,1}", "a{1}{2}", "a**",
		"*", "?", "(", ")", "(a", "a)", "[", "[a", "[b-a]", "[\\d-a]",
		"[a-\\w]", "\\", "[\\", "\\u12", "\\u{110000}", "\\u{}", "\\x1",
		"\\c1", "\\_", "\\@", "\\-", "\\01", "\\1", "(a)\\2", "\\k<a>",
		"(?<a>x)\\k<b>", "(?<a>x)(?<a>y)", "(?<1>x)", "(?<>x)",
		"[[:alpha:]]", "(?=a)*", "^*", "\\b+", "\\p{Foo}",
		"\\p{letter}", "\\pL",
		"\\p{Greek}", "\\p{Script=greek}", "\\p{L", "\\p{gc=Foo}",
		"[\\1]", "a{65536}", "\\p{foo=L}", "\\p", "\\u", "(?"
	};
	struct ecma_pattern out = { 0 };

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		const char *why = NULL;
		size_t where = SIZE_MAX;
		size_t bytes = strlen(patterns[i]);
		if (ecma_parse(patterns[i], bytes, &out, &why, &where))
			fail_msg("%s was not refused", patterns[i]);
		assert_non_null(why);
		assert_true(where <= bytes);
		assert_false(ecma_parse(patterns[i], bytes, NULL, NULL, NULL));
	}
	ecma_fini(&out);
}

static void
groups_capture_only_for_back_references(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "(a)(?<n>b)", "(?:a)(?:b)" },
		{ "(a)[(](?<n>b)\\k<n>", "(a)[\\x{28}](b)\\g{2}" }
	};
	struct ecma_pattern p = { 0 };
	struct buf out = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(ecma_parse(rows[i][0], strlen(rows[i][0]), &p,
		    NULL, NULL));
		buf_clear(&out);
		ecma_write_pcre(&p, &out);
		assert_string_equal(buf_text(&out), rows[i][1]);
	}
	buf_fini(&out);
	ecma_fini(&p);
}

static void
a_costly_pattern_is_never_a_pass(void **state)
{
	(void)state;
	static const char value[] = "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"";
	static const char *const schemas[] = {
		"{\"pattern\":\"^(?=(a+)+$)\"}",
		"{\"pattern\":\"^(?!b)(a|aa)+$\"}",
		"{\"not\":{\"pattern\":\"^(?=(a+)+$)\"}}",
		"{\"anyOf\":[{\"pattern\":\"^(?=(a+)+$)\"},true]}"
	};

	for (size_t i = 0; i < sizeof(schemas) / sizeof(schemas[0]); i++) {
		struct json_reader r = { 0 };
		alk_error err = { 0 };
		struct schema *s = testing_compile(schemas[i]);
		assert_false(testing_accepts(s, value));
		assert_int_equal(schema_explain(s, testing_read(&r, value),
		    &err), ALK_VALUE);
		assert_string_equal(err.text, "pattern too costly");
		schema_free(s);
		json_reader_fini(&r);
	}
}

static void
long_texts_have_stack_enough(void **state)
{
	(void)state;
	struct buf text = { 0 };

	for (int i = 0; i < 20000; i++)
		buf_str(&text, "ab-");
	buf_str(&text, "ab");
	assert_true(is_match("^(?=a)([a-z]+-)*[a-z]+$", buf_text(&text),
	    text.bytes));
	text.data[text.bytes - 1] = '!';
	struct schema *s = testing_compile(
	    "{\"pattern\":\"^(?=a)([a-z]+-)*[a-z]+$\"}");
	struct buf value = { 0 };
	json_write_string(&value, buf_text(&text), text.bytes);
	assert_false(testing_accepts(s, buf_text(&value)));
	schema_free(s);
	buf_fini(&value);
	buf_fini(&text);
}

static void
too_long_a_pattern_is_a_limit(void **state)
{
	(void)state;
	struct buf schema = { 0 };

	buf_str(&schema, "{\"pattern\":\"");
	for (int i = 0; i <= PATTERN_BYTES_MAX; i++)
		buf_char(&schema, 'a');
	buf_str(&schema, "\"}");
	testing_refused(buf_text(&schema), ALK_LIMIT, "/pattern",
	    "pattern bytes");
	buf_fini(&schema);
	testing_refused("{\"pattern\":\"((a{1000}){1000}){1000}\"}", ALK_SCHEMA,
	    "/pattern", "cannot be used");
}

static void
one_text_is_compiled_once(void **state)
{
	(void)state;
	struct patterns all = { 0 };
	struct pool pool = { 0 };
	const struct pattern *a, *b, *c;
	alk_error err = { 0 };

	assert_int_equal(patterns_add(&all, &pool, "a", 1, &a, &err), ALK_OK);
	assert_int_equal(patterns_add(&all, &pool, "b", 1, &b, &err), ALK_OK);
	assert_int_equal(patterns_add(&all, &pool, "a", 1, &c, &err), ALK_OK);
	assert_ptr_equal(a, c);
	assert_ptr_not_equal(a, b);
	patterns_fini(&all);
	pool_fini(&pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes_mean_what_ecma_says),
		cmocka_unit_test(anchors_and_dots_mean_what_ecma_says),
		cmocka_unit_test(escapes_are_ecma_s),
		cmocka_unit_test(properties_are_named_as_in_ecma),
		cmocka_unit_test(groups_and_back_references_work),
		cmocka_unit_test(what_is_not_ecma_is_refused),
		cmocka_unit_test(groups_capture_only_for_back_references),
		cmocka_unit_test(a_costly_pattern_is_never_a_pass),
		cmocka_unit_test(long_texts_have_stack_enough),
		cmocka_unit_test(too_long_a_pattern_is_a_limit),
		cmocka_unit_test(one_text_is_compiled_once)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
