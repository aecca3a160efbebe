/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Every allocation fails once: the answer is ALK_NOMEM, and nothing leaks. */
#include "schema/testing.h"

#include "memory.h"

/* Something of everything that takes memory. */
static const char schema_text[] =
    "{\"$id\":\"http://a/b\",\"$defs\":{"
    "\"P\":{\"$id\":\"P\",\"type\":\"object\",\"required\":[\"k\",\"q\"],"
    "\"properties\":{\"k\":{\"const\":\"a\"},"
    "\"q\":{\"pattern\":\"^(a)\\\\1$\"}},"
    "\"patternProperties\":{\"^x\":true,\"w|v\":true,"
    "\"^y\":{\"format\":\"date\"}},"
    "\"dependentRequired\":{\"k\":[\"q\"]},\"additionalProperties\":false},"
    "\"Q\":{\"$id\":\"Q\",\"$defs\":{\"T\":{\"$dynamicAnchor\":\"t\","
    "\"multipleOf\":0.1}},\"type\":\"object\",\"required\":[\"k\"],"
    "\"properties\":{\"k\":{\"const\":\"b\"},\"d\":{\"$dynamicRef\":\"#t\"}}},"
    "\"E\":{\"$anchor\":\"e\",\"enum\":[1,2,3,4,5,6,7,8,9,\"a\",null]}},"
    "\"unevaluatedProperties\":false,\"unevaluatedItems\":false,"
    "\"properties\":{\"u\":{\"anyOf\":[{\"$ref\":\"P\"},{\"$ref\":\"Q\"}]},"
    "\"l\":{\"items\":[{\"$ref\":\"#e\"}],\"contains\":{\"minimum\":1},"
    "\"additionalItems\":{\"anyOf\":[{\"const\":\"v\"},{\"const\":\"w\"}]}},"
    "\"i\":{\"if\":{\"type\":\"null\"},\"then\":false,\"not\":{\"const\":5}},"
    "\"r\":{\"$ref\":\"#/$defs/E\"}}}";

static int
ignore(void *arg, const struct schema_failure *f)
{
	(void)f;
	++*(int *)arg;
	return 0;
}

static void
compiling_without_memory_gives_nomem(void **state)
{
	(void)state;
	struct json_reader r = { 0 };
	yyjson_val *v = testing_read(&r, schema_text);
	int64_t before = memory_live();
	int64_t n = 0;

	for (;; n++) {
		struct schema *s = NULL;
		alk_error err = { 0 };
		memory_fail_at(n, false);
		int rc = schema_compile(v, &s, &err);
		bool fired = memory_fired();
		memory_heal();
		if (!fired) {
			assert_int_equal(rc, ALK_OK);
			schema_free(s);
			break;
		}
		assert_int_equal(rc, ALK_NOMEM);
		assert_int_equal(err.code, ALK_NOMEM);
		assert_null(s);
		assert_int_equal(memory_live(), before);
	}
	assert_true(n > 20);
	assert_int_equal(memory_live(), before);
	json_reader_fini(&r);
}

static void
a_refusal_without_memory_leaks_nothing(void **state)
{
	(void)state;
	static const char *const schemas[][2] = {
		{ "{\"allOf\":[{\"$id\":\"X\"},{\"$id\":\"X\",\"not\":{}}]}",
		    "/allOf/1" },
		{ "{\"items\":{\"pattern\":\"(\"}}", "/items/pattern" },
		{ "{\"items\":{\"pattern\":\"(?<=a*)b\"}}",
		    "/items/pattern" },
		{ "{\"items\":{\"allOf\":[{\"$ref\":\"#/items\"}]}}",
		    "/items" },
		{ "{\"items\":{\"$ref\":\"nowhere\"}}", "/items/$ref" }
	};

	for (size_t i = 0; i < sizeof(schemas) / sizeof(schemas[0]); i++) {
		struct json_reader r = { 0 };
		yyjson_val *v = testing_read(&r, schemas[i][0]);
		int64_t before = memory_live();
		for (int64_t n = 0, fired = 1; fired; n++) {
			struct schema *s = NULL;
			alk_error err = { 0 };
			memory_fail_at(n, false);
			int rc = schema_compile(v, &s, &err);
			fired = memory_fired();
			memory_heal();
			assert_int_equal(err.code, rc);
			/* A refusal is a whole one, with its place. */
			if (rc == ALK_SCHEMA)
				assert_string_equal(err.pointer, schemas[i][1]);
			else
				assert_true(fired && rc == ALK_NOMEM);
			assert_int_equal(memory_live(), before);
		}
		json_reader_fini(&r);
	}
}

static void
telling_without_memory_gives_nomem(void **state)
{
	(void)state;
	struct json_reader r = { 0 };
	struct json_reader q = { 0 };
	struct schema *s = NULL;
	alk_error err = { 0 };
	int64_t n = 0;

	assert_int_equal(schema_compile(
	    testing_read(&q, schema_text), &s, &err), ALK_OK);
	yyjson_val *v = testing_read(&r, "{\"u\":{\"k\":\"a\",\"q\":\"ab\","
	    "\"z\":1},\"l\":[11,\"x\"],\"i\":null,\"w\":0,\"r\":\"s\"}");
	int64_t before = memory_live();
	for (;; n++) {
		int told = 0;
		memory_fail_at(n, false);
		int rc = schema_errors(s, v, 99, ignore, &told);
		bool fired = memory_fired();
		memory_heal();
		assert_int_equal(memory_live(), before);
		if (!fired) {
			assert_int_equal(rc, told);
			assert_true(told > 5);
			break;
		}
		assert_int_equal(rc, ALK_NOMEM);
	}
	assert_true(n > 2);
	memory_fail_at(0, false);
	assert_int_equal(schema_explain(s, v, &err), ALK_NOMEM);
	memory_heal();
	assert_int_equal(err.code, ALK_NOMEM);
	schema_free(s);
	json_reader_fini(&q);
	json_reader_fini(&r);
}

/* One form, with the n-th allocation failing; false: there is no n-th. */
static bool
write_without(const struct schema *s, yyjson_val *v, enum schema_form form,
    int64_t n)
{
	struct buf out = { 0 };
	alk_error err = { 0 };
	int64_t before = memory_live();

	memory_fail_at(n, false);
	int rc = schema_output(s, v, form, 99, &out, &err);
	bool fired = memory_fired();
	memory_heal();
	assert_int_equal(rc, fired ? ALK_NOMEM : ALK_VALUE);
	assert_int_equal(err.code, rc);
	assert_true(fired || strstr(buf_text(&out), "false") != NULL);
	buf_fini(&out);
	assert_int_equal(memory_live(), before);
	return fired;
}

static void
output_without_memory_gives_nomem(void **state)
{
	(void)state;
	struct json_reader r = { 0 };
	struct schema *s = testing_compile(schema_text);
	yyjson_val *v = testing_read(&r, "{\"u\":{\"k\":\"a\",\"q\":\"ab\","
	    "\"z\":1},\"l\":[11,\"x\"],\"i\":null,\"w\":0,\"r\":\"s\"}");

	for (int form = SCHEMA_FLAG; form <= SCHEMA_DETAILED; form++) {
		int64_t n = 0;
		while (write_without(s, v, (enum schema_form)form, n))
			n++;
		assert_true(n > 2);
	}
	schema_free(s);
	json_reader_fini(&r);
}

static void
checking_allocates_nothing(void **state)
{
	(void)state;
	struct json_reader r = { 0 };
	struct json_reader q = { 0 };
	struct schema *s = NULL;
	alk_error err = { 0 };

	assert_int_equal(schema_compile(
	    testing_read(&q, schema_text), &s, &err), ALK_OK);
	static const char *const values[] = {
		"{\"u\":{\"k\":\"a\",\"q\":\"aa\",\"x\":1}}",
		"{\"u\":{\"k\":\"b\",\"d\":0.3},\"l\":[1,\"v\"],\"i\":1}",
		"{\"u\":{\"k\":\"a\",\"q\":\"aa\",\"y\":1,\"z\":1}}"
	};
	for (size_t i = 0; i < 3; i++) {
		yyjson_val *v = testing_read(&r, values[i]);
		memory_fail_at(0, true);
		assert_int_equal(schema_check(s, v), i < 2);
		assert_int_equal(memory_count(), 0);
		memory_heal();
	}
	schema_free(s);
	json_reader_fini(&q);
	json_reader_fini(&r);
}

/*
 * A pattern on a long text asks for a larger stack, the one time it allocates.
 */
static void
a_larger_stack_that_is_not_there_is_no_pass(void **state)
{
	(void)state;
	struct json_reader r = { 0 };
	struct buf value = { 0 };
	int told = 0;
	struct schema *s = testing_compile(
	    "{\"pattern\":\"^(?=a)([a-z]+-)*[a-z]+$\"}");

	buf_char(&value, '"');
	for (int i = 0; i < 20000; i++)
		buf_str(&value, "ab-");
	buf_str(&value, "ab\"");
	yyjson_val *v = testing_read(&r, buf_text(&value));
	int64_t before = memory_live();
	assert_true(schema_check(s, v));
	for (int64_t n = 0; n < 4; n++) {
		memory_fail_at(n, true);
		bool passed = schema_check(s, v);
		bool fired = memory_fired();
		memory_fail_at(n, true);
		int rc = schema_errors(s, v, 1, ignore, &told);
		memory_heal();
		assert_int_equal(passed, !fired);
		assert_int_equal(rc, fired ? ALK_NOMEM : 0);
		assert_int_equal(memory_live(), before);
	}
	assert_int_equal(told, 0);
	schema_free(s);
	buf_fini(&value);
	json_reader_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compiling_without_memory_gives_nomem),
		cmocka_unit_test(a_refusal_without_memory_leaks_nothing),
		cmocka_unit_test(telling_without_memory_gives_nomem),
		cmocka_unit_test(output_without_memory_gives_nomem),
		cmocka_unit_test(checking_allocates_nothing),
		cmocka_unit_test(a_larger_stack_that_is_not_there_is_no_pass)
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
