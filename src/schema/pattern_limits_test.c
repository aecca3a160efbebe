/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Patterns made to be costly: compiling and matching stay within named limits.
 * What is bounded is work, not time.
 */
#include "schema/testing.h"

#include "schema/ways.h"

struct set {
	struct patterns all;
	struct pool pool;
	alk_error err;
};

/* NULL: it was refused, see err. */
static const struct pattern *
add(struct set *s, const char *text)
{
	const struct pattern *p = NULL;
	size_t bytes = strlen(text);
	const char *own = pool_text(&s->pool, text, bytes);

	error_clear(&s->err);
	(void)patterns_add(&s->all, &s->pool, own, bytes, &p, &s->err);
	return p;
}

static void
fini(struct set *s)
{
	patterns_fini(&s->all);
	pool_fini(&s->pool);
}

static struct buf *
repeated(const char *piece, int count)
{
	static struct buf b;

	buf_clear(&b);
	for (int i = 0; i < count; i++)
		buf_str(&b, piece);
	assert_false(b.failed);
	return &b;
}

static void
patterns_go_the_cheapest_way(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum pattern_way way;
	} rows[] = {
		{ "^[a-z]+_[0-9]+$", PATTERN_RUNS },
		{ "^[^@\\s]+@[^@\\s]+$", PATTERN_RUNS },
		{ "^(.*)$", PATTERN_RUNS }, { "^.{1,64}$", PATTERN_RUNS },
		{ "^x-", PATTERN_RUNS }, { "^", PATTERN_RUNS },
		{ "^[a-z]+a$", PATTERN_DFA }, { "foo", PATTERN_DFA },
		{ "", PATTERN_DFA }, { "\\bfoo\\b", PATTERN_DFA },
		{ "^(0|[1-9][0-9]*)$", PATTERN_DFA },
		{ "^(a|b)*a(a|b){12}$", PATTERN_NFA },
		{ "^\\p{L}$", PATTERN_PCRE2 }, { "^(?=a)", PATTERN_PCRE2 },
		{ "^(a)\\1$", PATTERN_PCRE2 }, { "a{2000}", PATTERN_PCRE2 }
	};
	struct set s = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct pattern *p = add(&s, rows[i].text);
		if (p == NULL || p->way != rows[i].way)
			fail_msg("%s", rows[i].text);
		assert_int_equal(p->code != NULL, p->way == PATTERN_PCRE2);
	}
	fini(&s);
}

static void
a_table_that_would_be_too_large_is_not_made(void **state)
{
	(void)state;
	struct set s = { 0 };
	const struct pattern *p = add(&s, "(a|b)*a(a|b){40}c");

	assert_non_null(p);
	assert_int_equal(p->way, PATTERN_NFA);
	assert_true(s.all.code_bytes < 16384);
	struct buf *text = repeated("ab", 2000);
	assert_int_equal(ways_match(p, text->data, text->bytes), 0);
	buf_str(text, "ac");
	assert_int_equal(ways_match(p, text->data, text->bytes), 1);
	fini(&s);
}

/* Linear: twice the text is about twice the steps. */
static void
sets_of_states_cost_steps_by_the_byte(void **state)
{
	(void)state;
	struct set s = { 0 };
	const struct pattern *p = add(&s, "(a|b)*a(a|b){40}c");
	int64_t used[2];

	for (int i = 0; i < 2; i++) {
		int64_t steps = SCHEMA_STEPS;
		struct matcher m;
		struct buf *text = repeated("ab", 1000 << i);
		pattern_begin(&m, &steps);
		assert_int_equal(pattern_match(p, &m, text->data,
		    text->bytes), PATTERN_NO);
		used[i] = SCHEMA_STEPS - steps;
		assert_true(used[i] <= (int64_t)text->bytes *
		    NFA_STATES_MAX / 4);
	}
	assert_in_range(used[1], used[0] * 19 / 10, used[0] * 21 / 10);
	int64_t steps = used[1] / 2;
	struct matcher m;
	pattern_begin(&m, &steps);
	assert_int_equal(pattern_match(p, &m, repeated("ab", 2000)->data,
	    4000), PATTERN_COSTLY);
	fini(&s);
}

static void
huge_repetitions_end_soon(void **state)
{
	(void)state;
	static const char *const refused[] = {
		"((a{1,1000}){1,1000}){1,1000}", "((a{1000}){1000}){1000}",
		"(((a?){0,9000}){0,9000}){0,9000}"
	};
	static const char *const empty[] = {
		"^((((){65535}){65535}){65535}){65535}$",
		"^(((|){0,65535}){0,65535}){0,65535}$"
	};
	struct set s = { 0 };

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (add(&s, refused[i]) != NULL)
			fail_msg("%s was not refused", refused[i]);
		assert_int_equal(s.err.code, ALK_SCHEMA);
		assert_non_null(strstr(s.err.text, "cannot be used"));
	}
	const struct pattern *p = add(&s, empty[0]);
	assert_non_null(p);
	assert_int_equal(p->way, PATTERN_DFA);
	assert_int_equal(ways_match(p, "", 0), 1);
	assert_int_equal(ways_match(p, "a", 1), 0);
	(void)add(&s, empty[1]);
	fini(&s);
}

/* Each is as large as an automaton may be; then PCRE2 takes the rest. */
static void
all_patterns_share_the_work_of_compiling(void **state)
{
	(void)state;
	struct set s = { 0 };
	int automata = 0;
	int others = 0;

	for (int i = 0; i < 400; i++) {
		struct buf text = { 0 };
		buf_printf(&text, "(a|b)*a(a|b){12}%d", i);
		const struct pattern *p = add(&s, buf_text(&text));
		buf_fini(&text);
		assert_non_null(p);
		automata += p->way == PATTERN_NFA;
		others += p->way == PATTERN_PCRE2;
	}
	assert_in_range(automata, 1, 4 * PATTERNS_WORK_MAX / PATTERN_WORK_MAX);
	assert_true(others > 300);
	/* Runs are not bought with it. */
	assert_int_equal(add(&s, "^[a-z]+$")->way, PATTERN_RUNS);
	fini(&s);
}

static void
a_long_pattern_of_everything_is_bounded(void **state)
{
	(void)state;
	static const char *const pieces[] = {
		"[^\\W\\d]|", "(a|b)*", "\\b|", "[\xc3\xa9-\xe2\x82\xac]", "(",
		"a?", "()"
	};

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct set s = { 0 };
		struct buf *text = repeated(pieces[i], (int)
		    (PATTERN_BYTES_MAX / strlen(pieces[i])));
		const struct pattern *p = add(&s, buf_text(text));
		assert_true(p != NULL || s.err.code == ALK_SCHEMA ||
		    s.err.code == ALK_LIMIT);
		assert_true(s.all.code_bytes <= PATTERN_CODE_MAX ||
		    s.err.code == ALK_LIMIT);
		if (p != NULL)
			(void)ways_match(p, "a\xc3\xa9", 3);
		fini(&s);
	}
}

/*
 * A match that backtracks some 30,000 times is under PCRE2's limit; so it is
 * paid for: 10,000,000 steps are worth less than 1,000 of them.
 */
static void
what_backtracks_is_paid_for(void **state)
{
	(void)state;
	struct set s = { 0 };
	const struct pattern *p = add(&s, "^(?!b)(a|aa)+$");
	int64_t steps = SCHEMA_STEPS;
	struct matcher m;
	int count = 0;
	int answer;

	assert_non_null(p);
	pattern_begin(&m, &steps);
	do {
		answer = pattern_match(p, &m, "aaaaaaaaaaaaaaaaaaab", 20);
		assert_true(answer == PATTERN_NO || answer == PATTERN_COSTLY);
		count++;
	} while (answer == PATTERN_NO && count <= 20000);
	pattern_end(&m);
	assert_int_equal(answer, PATTERN_COSTLY);
	assert_in_range(count, 100, 9000);
	fini(&s);
}

/* PCRE2's own limit does not see these: it counts anew at each start. */
static void
searches_are_paid_for_by_the_length(void **state)
{
	(void)state;
	static const struct {
		const char *pattern;
		int bytes;
		int at_most; /* matches */
	} rows[] = {
		{ "(?=.*z)", 10000, 20 }, { "(?=.*.*.*z)", 200, 20 },
		{ "^(?=.*z)", 10000, 40000 }
	};
	struct set s = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct pattern *p = add(&s, rows[i].pattern);
		int64_t steps = SCHEMA_STEPS;
		struct matcher m;
		struct buf *text = repeated("a", rows[i].bytes);
		assert_non_null(p);
		pattern_begin(&m, &steps);
		assert_int_equal(pattern_match(p, &m, text->data,
		    text->bytes), PATTERN_NO);
		pattern_end(&m);
		assert_true(SCHEMA_STEPS - steps >=
		    SCHEMA_STEPS / rows[i].at_most);
	}
	fini(&s);
}

static void
a_thousand_costly_patterns_on_a_thousand_keys_end(void **state)
{
	(void)state;
	struct buf text = { 0 };
	struct buf value = { 0 };
	struct json_reader r = { 0 };
	alk_error err = { 0 };

	buf_str(&text, "{\"patternProperties\":{\"^q\":true");
	for (int i = 0; i < 1000; i++)
		buf_printf(&text, ",\"^(?!b)(a|aa)+%d$\":false", i);
	buf_str(&text, "}}");
	buf_str(&value, "{\"k\":0");
	for (int i = 0; i < 1000; i++)
		buf_printf(&value, ",\"aaaaaaaaaaaaaaaab%d\":0", i);
	buf_str(&value, "}");
	struct schema *s = testing_compile(buf_text(&text));
	yyjson_val *v = testing_read(&r, buf_text(&value));
	assert_false(schema_check(s, v));
	assert_int_equal(schema_explain(s, v, &err), ALK_VALUE);
	assert_string_equal(err.text, "pattern too costly");
	schema_free(s);
	json_reader_fini(&r);
	buf_fini(&text);
	buf_fini(&value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_go_the_cheapest_way),
		cmocka_unit_test(a_table_that_would_be_too_large_is_not_made),
		cmocka_unit_test(sets_of_states_cost_steps_by_the_byte),
		cmocka_unit_test(huge_repetitions_end_soon),
		cmocka_unit_test(all_patterns_share_the_work_of_compiling),
		cmocka_unit_test(a_long_pattern_of_everything_is_bounded),
		cmocka_unit_test(what_backtracks_is_paid_for),
		cmocka_unit_test(searches_are_paid_for_by_the_length),
		cmocka_unit_test(
		    a_thousand_costly_patterns_on_a_thousand_keys_end)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
