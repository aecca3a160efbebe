/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Every allocation fails once: the answer is ALK_NOMEM or, where memory only
 * saves time, as ever; and nothing leaks.
 */
#include "value/testing.h"

#include "memory.h"

/* Something of everything that takes memory. */
static const char schema_text[] =
    "{\"$defs\":{\"N\":{\"$id\":\"N\",\"type\":\"object\",\"required\":"
    "[\"s\",\"l\",\"w\"],\"properties\":{\"o\":{\"type\":\"object\","
    "\"default\":{\"d\":1},\"properties\":{\"e\":{\"default\":2},\"g\":{"
    "\"type\":\"number\"}}},\"s\":{\"type\":"
    "\"string\",\"minLength\":2},\"l\":{\"type\":\"array\",\"uniqueItems\":"
    "true,\"default\":[],\"items\":{\"type\":\"integer\"}},\"w\":{\"type\":"
    "\"string\"},\"u\":{\"anyOf\":[{\"type\":\"object\",\"required\":[\"k\"],"
    "\"properties\":{\"k\":{\"const\":1}}},{\"$ref\":\"N\"}]},\"i\":{"
    "\"unevaluatedProperties\":{\"type\":\"string\"},\"allOf\":[{\"type\":"
    "\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":"
    "\"string\"}}},{\"type\":\"object\",\"required\":[\"b\"],\"properties\":{"
    "\"b\":{\"type\":\"number\"}}}]}},\"patternProperties\":{\"^p\":{"
    "\"type\":\"number\"}}}},\"$ref\":\"N\",\"type\":\"object\","
    "\"properties\":{\"z\":{}}}";

static const char value_text[] =
    "{\"s\":\"x\",\"l\":[1,1,2],\"w\":123456789012345678901234567890.5,"
    "\"u\":{\"k\":2,\"w\":1},\"i\":{\"a\":5,\"b\":\"6.5\",\"c\":\"d\"},"
    "\"p1\":\"1234567890123456789012345678.25\",\"z\":3,"
    "\"q\":4,\"o\":{\"g\":\"1\"}}";

static void
planning_without_memory_gives_nomem(void **state)
{
	(void)state;
	struct json_reader r = { 0 };
	struct schema *s = NULL;
	alk_error err = { 0 };
	int64_t n = 0;

	assert_int_equal(schema_compile(testing_read(&r, schema_text), &s,
	    &err), ALK_OK);
	int64_t before = memory_live();
	for (;; n++) {
		struct value_plan *p = NULL;
		error_clear(&err);
		memory_fail_at(n, false);
		int rc = value_plan_new(s, &p, &err);
		bool fired = memory_fired();
		memory_heal();
		assert_int_equal(rc, fired ? ALK_NOMEM : ALK_OK);
		assert_int_equal(rc, err.code);
		value_plan_free(p);
		assert_int_equal(memory_live(), before);
		if (!fired)
			break;
	}
	assert_true(n > 3);
	schema_free(s);
	json_reader_fini(&r);
}

static void
making_values_without_memory_gives_nomem(void **state)
{
	(void)state;
	static const testing_call calls[] = {
		value_default, value_clean, value_convert, value_cast,
		testing_create
	};
	struct testing t;

	testing_begin(&t, schema_text);
	for (size_t i = 0; i < COUNT(calls); i++) {
		yyjson_val *v = testing_read(&t.reader, value_text);
		struct buf usual = { 0 };
		yyjson_val *out = NULL;
		int64_t before = memory_live();
		int64_t n = 0;
		assert_int_equal(calls[i](&t.work, t.plan, v, &out, &t.err),
		    ALK_OK);
		json_write(&usual, out);
		value_work_fini(&t.work);
		for (bool fired = true; fired; n++) {
			struct value_work work = { 0 };
			struct buf text = { 0 };
			alk_error err = { 0 };
			out = NULL;
			memory_fail_at(n, false);
			int rc = calls[i](&work, t.plan, v, &out, &err);
			fired = memory_fired();
			memory_heal();
			assert_int_equal(rc, err.code);
			assert_true(rc == ALK_OK || (fired &&
			    rc == ALK_NOMEM && out == NULL));
			/* What failed once can be used again. */
			if (rc != ALK_OK)
				assert_int_equal(calls[i](&work, t.plan, v,
				    &out, NULL), ALK_OK);
			json_write(&text, out);
			assert_string_equal(buf_text(&text), buf_text(&usual));
			buf_fini(&text);
			value_work_fini(&work);
		}
		assert_true(n > 1);
		buf_fini(&usual);
		assert_int_equal(memory_live(), before);
	}
	testing_end(&t);
}

/* Objects large enough for indexes. */
static void
write_large(struct buf *text, int count, int step, int value)
{
	for (int i = 0; i < count; i++)
		buf_printf(text, "%s\"k%d\":%d", i == 0 ? "{" : ",",
		    i * step % count, value);
	buf_char(text, '}');
}

static int
ignore(void *arg, const struct value_step *step)
{
	(void)arg;
	(void)step;
	return 0;
}

static int
all_without_schema(yyjson_val *a, yyjson_val *b, yyjson_val *edits)
{
	struct value_work work = { 0 };
	struct buf out = { 0 };
	yyjson_val *made = NULL;
	uint8_t hash[VALUE_HASH_BYTES];
	uint64_t other;
	int rc = value_diff(&out, a, b, NULL);

	if (rc == ALK_OK)
		rc = value_patch(&work, a, edits, &made, NULL);
	if (rc == ALK_OK)
		assert_true(json_equal(made, b));
	if (rc == ALK_OK)
		rc = value_hash(a, hash, NULL);
	if (rc == ALK_OK)
		rc = value_hash_typebox(a, &other, NULL);
	if (rc == ALK_OK)
		rc = value_report(a, b, ignore, NULL, NULL);
	buf_fini(&out);
	value_work_fini(&work);
	return rc;
}

static void
comparing_without_memory_gives_nomem(void **state)
{
	(void)state;
	struct json_reader readers[3] = { 0 };
	struct buf a = { 0 };
	struct buf b = { 0 };
	struct buf edits = { 0 };
	int64_t n = 0;

	write_large(&a, 101, 1, 1);
	write_large(&b, 100, 3, 2);
	yyjson_val *from = testing_read(&readers[0], buf_text(&a));
	yyjson_val *to = testing_read(&readers[1], buf_text(&b));
	assert_int_equal(value_diff(&edits, from, to, NULL), ALK_OK);
	yyjson_val *list = testing_read(&readers[2], buf_text(&edits));
	int64_t before = memory_live();
	for (bool fired = true; fired; n++) {
		memory_fail_at(n, false);
		int rc = all_without_schema(from, to, list);
		fired = memory_fired();
		memory_heal();
		assert_true(rc == ALK_OK || (fired && rc == ALK_NOMEM));
		assert_int_equal(memory_live(), before);
	}
	assert_true(n > 8);
	for (size_t i = 0; i < 3; i++)
		json_reader_fini(&readers[i]);
	buf_fini(&a);
	buf_fini(&b);
	buf_fini(&edits);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(planning_without_memory_gives_nomem),
		cmocka_unit_test(making_values_without_memory_gives_nomem),
		cmocka_unit_test(comparing_without_memory_gives_nomem)
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
