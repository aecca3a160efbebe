/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Hostile input, and the work that it may make: steps are counted, as check.c
 * takes them, not time. The README of the room has the table with times.
 */
#include "schema/errors.h"
#include "schema/text_testing.h"

enum verdict {
	VALID,
	INVALID,
	LIMIT /* refused, because it cost too much */
};

static int
count(void *arg, const struct schema_failure *f, struct way *way)
{
	(void)f;
	(void)way;
	++*(int *)arg;
	return 0;
}

#define TOLD_MAX 1000

/* Checking takes at most so many steps; telling no more than the budget. */
static void
expect_of(const struct schema *s, yyjson_val *v, enum verdict expected,
    int64_t steps_max)
{
	struct walk w;
	int told = 0;
	int64_t spent = 0;

	walk_begin(&w, s, v);
	bool ok = walk_node(&w, s->root, v, NULL);
	int64_t steps = walk_steps(v) - w.steps;
	enum verdict got = w.stop != STOP_NONE ? LIMIT : ok ? VALID : INVALID;
	walk_end(&w);
	assert_int_equal(got, expected);
	if (steps > steps_max + 100)
		fail_msg("%lld steps, not %lld", (long long)steps,
		    (long long)steps_max);
	const struct errors_options o = { .fn = count, .arg = &told,
		.failures_max = TOLD_MAX, .spent = &spent };
	int rc = errors_walk(s, v, &o);
	assert_int_equal(rc, told);
	assert_int_equal(told == 0, expected == VALID);
	assert_true(expected != LIMIT || told == 1);
	/* What is begun is finished: one search, one value's members. */
	assert_true(spent <= 17 * walk_steps(v));
}

static void
expect_work(const struct schema *s, const char *value, enum verdict expected,
    int64_t steps_max)
{
	struct json_reader r = { 0 };

	expect_of(s, testing_read(&r, value), expected, steps_max);
	json_reader_fini(&r);
}

/* {"k0":VALUE,...}, or [VALUE,...]. */
static const char *
many(bool in_object, int times, const char *value)
{
	buf_clear(&text);
	buf_char(&text, in_object ? '{' : '[');
	for (int i = 0; i < times; i++) {
		buf_str(&text, i > 0 ? "," : "");
		if (in_object)
			buf_printf(&text, "\"k%d\":", i);
		buf_str(&text, value);
	}
	buf_char(&text, in_object ? '}' : ']');
	return take();
}

#define MILLION 1000000

static void
a_million_members_take_a_few_steps_each(void **state)
{
	(void)state;
	static const struct {
		const char *schema;
		enum verdict expected;
		int steps; /* for each member */
	} rows[] = {
		{ "{\"properties\":{\"k1\":{}},\"required\":[\"k999999\"]}",
		    VALID, 1 },
		{ "{\"required\":[\"k999999\",\"z\"]}", INVALID, 1 },
		{ "{\"additionalProperties\":{\"type\":\"number\"}}", VALID,
		    2 },
		{ "{\"additionalProperties\":{\"type\":\"null\"}}", INVALID,
		    2 },
		{ "{\"additionalProperties\":false}", INVALID, 2 },
		{ "{\"propertyNames\":{\"pattern\":\"^k[0-9]+$\"}}", VALID,
		    3 },
		{ "{\"propertyNames\":{\"pattern\":\"^(k+[0-9]*)+$\"}}",
		    VALID, 3 },
		{ "{\"patternProperties\":{\"^k\":true,\"7$\":true,"
		    "\"(0+|1+)+z\":true,\"^(a+)+$\":true}}", VALID, 6 },
		{ "{\"maxProperties\":10}", INVALID, 1 },
		{ "{\"minProperties\":2,\"dependentRequired\":{\"k0\":["
		    "\"k999999\"]}}", VALID, 2 }
	};

	struct json_reader r = { 0 };
	yyjson_val *v = testing_read(&r, many(true, MILLION, "1"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct schema *s = testing_compile(rows[i].schema);
		expect_of(s, v, rows[i].expected,
		    (int64_t)MILLION * rows[i].steps);
		schema_free(s);
	}
	json_reader_fini(&r);
}

/* Part by part, each of which looks at the whole: n * n / 512 steps. */
static void
unevaluated_members_are_checked_or_too_many(void **state)
{
	(void)state;
	struct schema *s = testing_compile("{\"allOf\":[{\"properties\":{"
	    "\"k0\":true}}],\"unevaluatedProperties\":{\"type\":\"number\"}}");

	expect_work(s, many(true, 40000, "1"), VALID, 5000000);
	expect_work(s, many(true, MILLION, "1"), LIMIT,
	    SCHEMA_STEPS + (2 * MILLION + 2) * SCHEMA_STEPS_A_VALUE +
	    2 * MILLION);
	schema_free(s);
}

static void
a_million_items_are_told_apart_or_too_many(void **state)
{
	(void)state;
	struct schema *s = testing_compile("{\"uniqueItems\":true}");

	buf_clear(&text);
	buf_str(&text, "[-1");
	for (int i = 0; i < MILLION; i++)
		buf_printf(&text, ",%d", i);
	buf_char(&text, ']');
	expect_work(s, take(), LIMIT, SCHEMA_STEPS +
	    (MILLION + 3) * SCHEMA_STEPS_A_VALUE + 4 * MILLION);
	schema_free(s);
}

/* Each variant leads to two more: 2^40 ways, none of which fits. */
static void
unions_in_unions_end_with_a_limit(void **state)
{
	(void)state;
	static const char *const keywords[] = { "anyOf", "oneOf", "allOf" };

	for (size_t k = 0; k < 3; k++) {
		buf_clear(&text);
		buf_str(&text, "{\"$defs\":{\"d0\":{\"required\":[\"x\"],"
		    "\"type\":[\"array\",\"object\"]}");
		for (int i = 1; i <= 40; i++)
			buf_printf(&text, ",\"d%d\":{\"%s\":[{\"$ref\":"
			    "\"#/$defs/d%d\"},{\"$ref\":\"#/$defs/d%d\"}]}",
			    i, keywords[k], i - 1, i - 1);
		buf_str(&text, "},\"$ref\":\"#/$defs/d40\"}");
		struct schema *s = testing_compile(take());
		/* allOf ends at the first failure, if there is one. */
		expect_work(s, k < 2 ? "{}" : "[]", LIMIT,
		    SCHEMA_STEPS + 2 * SCHEMA_STEPS_A_VALUE);
		expect_work(s, k < 2 ? "1" : "{}", k < 2 ? LIMIT : INVALID,
		    SCHEMA_STEPS + 2 * SCHEMA_STEPS_A_VALUE);
		schema_free(s);
	}
}

/* A tree of 2^15 leaves is what it is: each is looked at once. */
static void
a_tree_of_schemas_is_walked_once(void **state)
{
	(void)state;
	buf_clear(&text);
	repeat("{\"allOf\":[", 15);
	buf_str(&text, "{\"minimum\":0}");
	for (int i = 0; i < 15; i++) {
		size_t bytes = text.bytes;
		size_t begin = (size_t)(15 - i) * 10;
		char *copy = test_malloc(bytes - begin);
		memcpy(copy, text.data + begin, bytes - begin);
		buf_char(&text, ',');
		buf_add(&text, copy, bytes - begin);
		buf_str(&text, "]}");
		test_free(copy);
	}
	struct schema *s = testing_compile(take());
	expect_work(s, "1", VALID, 70000);
	expect_work(s, "-1", INVALID, 70000);
	schema_free(s);
}

/* Backtracking without end, in each of ten thousand strings. */
static void
costly_patterns_end_with_a_limit(void **state)
{
	(void)state;
	static const char value[] =
	    "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"";
	static const char *const regular[] = {
		"^(a+)+$", "^(a|aa)+$", "^(.*a){12}$", "(a*)*c", "^(a?){40}b$"
	};

	for (size_t i = 0; i < 5; i++) {
		buf_clear(&text);
		buf_printf(&text, "{\"items\":{\"pattern\":\"%s\"}}",
		    regular[i]);
		struct schema *s = testing_compile(take());
		expect_work(s, many(false, 10000, value), INVALID, 200000);
		schema_free(s);
	}
	/* A back-reference is none of these. */
	struct schema *s = testing_compile(
	    "{\"items\":{\"not\":{\"pattern\":\"^(a+)+\\\\1[^b]$\"}}}");
	(void)many(false, 10000, value);
	expect_work(s, take(), LIMIT, SCHEMA_STEPS +
	    10001 * SCHEMA_STEPS_A_VALUE + 200000);
	schema_free(s);
}

/* As many failures as values: told in one pass over the document. */
static void
a_million_failures_are_told_in_one_pass(void **state)
{
	(void)state;
	static const char *const schemas[] = {
		"{\"items\":{\"type\":\"null\"}}",
		"{\"additionalProperties\":{\"type\":\"null\"}}"
	};

	for (int i = 0; i < 2; i++) {
		struct json_reader r = { 0 };
		struct schema *s = testing_compile(schemas[i]);
		yyjson_val *v = testing_read(&r, many(i == 1, MILLION, "1"));
		int told = 0;
		int64_t spent = 0;
		const struct errors_options o = { .fn = count, .arg = &told,
			.failures_max = MILLION, .spent = &spent };
		assert_int_equal(errors_walk(s, v, &o), MILLION);
		assert_true(spent < 8 * (int64_t)MILLION);
		schema_free(s);
		json_reader_fini(&r);
	}
}

/* Names by the thousand that a large object has not. */
static void
missing_names_are_searched_for_with_a_bound(void **state)
{
	(void)state;
	buf_clear(&text);
	buf_str(&text, "{\"required\":[\"z\"");
	for (int i = 0; i < 50000; i++)
		buf_printf(&text, ",\"k%d\"", 200000 + i);
	buf_str(&text, "]}");
	struct schema *s = testing_compile(take());
	expect_work(s, many(true, 250000, "1"), INVALID, 2 * MILLION);
	schema_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_million_members_take_a_few_steps_each),
		cmocka_unit_test(unevaluated_members_are_checked_or_too_many),
		cmocka_unit_test(a_million_items_are_told_apart_or_too_many),
		cmocka_unit_test(unions_in_unions_end_with_a_limit),
		cmocka_unit_test(a_tree_of_schemas_is_walked_once),
		cmocka_unit_test(costly_patterns_end_with_a_limit),
		cmocka_unit_test(a_million_failures_are_told_in_one_pass),
		cmocka_unit_test(missing_names_are_searched_for_with_a_bound)
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
