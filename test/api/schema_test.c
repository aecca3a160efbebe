/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* JSON values and schemas as a program without a store uses them. */
#include "memory.h"

#include <alkstore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const char person[] =
    "{\"type\":\"object\",\"required\":[\"id\",\"age\"],\"properties\":{"
    "\"id\":{\"type\":\"string\",\"pattern\":\"^[a-z]+$\"},"
    "\"age\":{\"type\":\"integer\",\"minimum\":0},"
    "\"mail\":{\"type\":\"string\",\"format\":\"email\"}},"
    "\"additionalProperties\":false}";

static alk_schema *
compile(const char *text)
{
	alk_schema *s = NULL;
	alk_error err;

	if (alk_schema_compile(text, ALK_NUL, NULL, &s, &err) != ALK_OK)
		fail_msg("%s: %s %s", text, err.pointer, err.text);
	return s;
}

static alk_json *
read_json(const char *text)
{
	alk_json *j = NULL;
	alk_error err;

	if (alk_json_read(text, ALK_NUL, &j, &err) != ALK_OK)
		fail_msg("%s: %s", text, err.text);
	return j;
}

/* ---- JSON values ------------------------------------------------------- */

static void
a_value_is_read_and_written(void **state)
{
	alk_json *j = read_json(" {\"b\" : [1.0, 1e400, \"\\u00e9\\n\"] , "
	    "\"a\":null}");
	alk_error err;
	char *text = NULL;
	size_t bytes = 0;

	(void)state;
	assert_int_equal(alk_json_write(j, 0, &text, &bytes, &err), ALK_OK);
	assert_string_equal(text,
	    "{\"b\":[1,1e400,\"\xc3\xa9\\n\"],\"a\":null}");
	assert_int_equal(bytes, strlen(text));
	alk_free(text);
	assert_int_equal(alk_json_write(j, ALK_JSON_PRETTY, &text, NULL, NULL),
	    ALK_OK);
	assert_non_null(strstr(text, "{\n  \"b\": [\n    1,"));
	alk_free(text);
	assert_int_equal(alk_json_write(j, ALK_JSON_CANONICAL, &text, NULL,
	    NULL), ALK_OK);
	assert_string_equal(text,
	    "{\"a\":null,\"b\":[1,1e400,\"\xc3\xa9\\n\"]}");
	alk_free(text);
	assert_int_equal(alk_json_write(j,
	    ALK_JSON_CANONICAL | ALK_JSON_PRETTY, &text, NULL, &err),
	    ALK_INVALID);
	assert_int_equal(alk_json_write(j, 64, &text, NULL, &err),
	    ALK_INVALID);
	assert_int_equal(alk_json_write(NULL, 0, &text, NULL, &err),
	    ALK_INVALID);
	alk_json_free(j);
	alk_json_free(NULL);
	alk_free(NULL);
}

static void
a_part_is_found_by_its_pointer(void **state)
{
	alk_json *j = read_json("{\"a/b\":[1,{\"c\":\"x\"}],\"\":2}");
	alk_json *part = NULL, *none = NULL;
	char *text = NULL;
	alk_error err;

	(void)state;
	assert_int_equal(alk_json_get(j, "/a~1b/1", &part, &err), ALK_OK);
	assert_int_equal(alk_json_write(part, 0, &text, NULL, &err), ALK_OK);
	assert_string_equal(text, "{\"c\":\"x\"}");
	alk_free(text);
	alk_json_free(part);
	assert_int_equal(alk_json_get(j, "", &part, &err), ALK_OK);
	assert_int_equal(alk_value_equal(j, part), 1);
	alk_json_free(part);
	assert_int_equal(alk_json_get(j, "/", &part, &err), ALK_OK);
	alk_json_free(part);
	assert_int_equal(alk_json_get(j, "/a~1b/2", &none, &err),
	    ALK_NOTFOUND);
	assert_string_equal(err.pointer, "/a~1b/2");
	assert_int_equal(alk_json_get(j, "/x", &none, NULL), ALK_NOTFOUND);
	assert_int_equal(alk_json_get(j, "x", &none, &err), ALK_INVALID);
	assert_int_equal(alk_json_get(j, NULL, &none, &err), ALK_INVALID);
	assert_int_equal(alk_json_get(NULL, "", &none, &err), ALK_INVALID);
	assert_null(none);
	alk_json_free(j);
}

static void
what_is_no_json_says_where(void **state)
{
	alk_json *j = NULL;
	alk_error err;

	(void)state;
	assert_int_equal(alk_json_read("[1,\n2,]", ALK_NUL, &j, &err),
	    ALK_JSON);
	assert_non_null(strstr(err.text, "line 2"));
	assert_int_equal(alk_json_read("{\"a\":{\"b\":1,\"b\":2}}", ALK_NUL, &j,
	    &err), ALK_JSON);
	assert_string_equal(err.pointer, "/a/b");
	assert_int_equal(alk_json_read("1 2", 1, &j, NULL), ALK_OK);
	alk_json_free(j);
	j = NULL;
	assert_int_equal(alk_json_read("1 2", 3, &j, NULL), ALK_JSON);
	assert_int_equal(alk_json_read(NULL, 0, &j, &err), ALK_INVALID);
	assert_int_equal(alk_json_read("", 0, &j, &err), ALK_JSON);
	assert_null(j);
}

static void
nesting_is_bounded(void **state)
{
	char text[2 * ALK_JSON_DEPTH_MAX + 2];
	alk_json *j = NULL;
	alk_error err;

	(void)state;
	memset(text, '[', ALK_JSON_DEPTH_MAX);
	memset(text + ALK_JSON_DEPTH_MAX, ']', ALK_JSON_DEPTH_MAX);
	assert_int_equal(alk_json_read(text, 2 * ALK_JSON_DEPTH_MAX, &j, &err),
	    ALK_OK);
	alk_json_free(j);
	memset(text, '[', ALK_JSON_DEPTH_MAX + 1);
	memset(text + ALK_JSON_DEPTH_MAX + 1, ']', ALK_JSON_DEPTH_MAX + 1);
	assert_int_equal(alk_json_read(text, sizeof(text), &j, &err),
	    ALK_LIMIT);
}

/* ---- Schemas ----------------------------------------------------------- */

static void
a_schema_says_what_is_valid(void **state)
{
	alk_schema *s = compile(person);
	alk_json *j = read_json("{\"id\":\"ada\",\"age\":36}");
	alk_error err;

	(void)state;
	assert_int_equal(alk_schema_check_json(s, j, &err), ALK_OK);
	assert_int_equal(err.code, ALK_OK);
	alk_json_free(j);
	assert_int_equal(alk_schema_check(s, "{\"id\":\"a\",\"age\":0}", ALK_NUL,
	    NULL), ALK_OK);
	assert_int_equal(alk_schema_check(s, "{\"id\":\"a\",\"age\":-1}",
	    ALK_NUL, &err), ALK_VALUE);
	assert_string_equal(err.pointer, "/age");
	assert_int_equal(alk_schema_check(s, "{\"id\":", ALK_NUL, &err),
	    ALK_JSON);
	/* The error of the call before is gone. */
	assert_string_equal(err.pointer, "");
	assert_int_equal(alk_schema_check(s, "7", ALK_NUL, NULL), ALK_VALUE);
	assert_int_equal(alk_schema_check(NULL, "7", 1, &err), ALK_INVALID);
	assert_int_equal(alk_schema_check(s, NULL, 1, &err), ALK_INVALID);
	assert_int_equal(alk_schema_check_json(NULL, NULL, &err), ALK_INVALID);
	assert_int_equal(alk_schema_check_json(s, NULL, &err), ALK_INVALID);
	alk_schema_free(s);
	alk_schema_free(NULL);
}

static void
a_wrong_schema_says_where(void **state)
{
	alk_schema_options o;
	alk_schema *s = NULL;
	alk_error err;

	(void)state;
	assert_int_equal(alk_schema_compile("{\"items\":{\"type\":\"strin\"}}",
	    ALK_NUL, NULL, &s, &err), ALK_SCHEMA);
	assert_string_equal(err.pointer, "/items/type");
	assert_int_equal(alk_schema_compile("{\"$ref\":\"#/x\"}", ALK_NUL,
	    NULL, &s, &err), ALK_SCHEMA);
	assert_string_equal(err.pointer, "/$ref");
	assert_int_equal(alk_schema_compile("{", ALK_NUL, NULL, &s, &err),
	    ALK_JSON);
	assert_int_equal(alk_schema_compile("[]", ALK_NUL, NULL, &s, NULL),
	    ALK_SCHEMA);
	memset(&o, 0, sizeof(o));
	o.dialect = 99;
	assert_int_equal(alk_schema_compile("{}", ALK_NUL, &o, &s, &err),
	    ALK_INVALID);
	assert_null(s);
}

static void
options_say_how_to_understand_a_schema(void **state)
{
	static const char tuple[] = "{\"items\":[{\"type\":\"string\"}],"
	    "\"additionalItems\":false}";
	static const char date[] = "{\"format\":\"date\"}";
	alk_schema_options o;
	alk_schema *s = NULL;
	alk_error err;

	(void)state;
	memset(&o, 0, sizeof(o));
	o.dialect = ALK_DIALECT_7;
	assert_int_equal(alk_schema_compile(tuple, ALK_NUL, &o, &s, &err),
	    ALK_OK);
	assert_int_equal(alk_schema_check(s, "[\"a\",1]", ALK_NUL, &err),
	    ALK_VALUE);
	alk_schema_free(s);
	o.dialect = ALK_DIALECT_2020_12;
	assert_int_equal(alk_schema_compile(tuple, ALK_NUL, &o, &s, &err),
	    ALK_SCHEMA);
	assert_string_equal(err.pointer, "/items");
	assert_int_equal(alk_schema_compile(date, ALK_NUL, &o, &s, &err),
	    ALK_OK);
	assert_int_equal(alk_schema_check(s, "\"x\"", 3, &err), ALK_OK);
	alk_schema_free(s);
	o.format = ALK_FORMAT_ASSERT;
	assert_int_equal(alk_schema_compile(date, ALK_NUL, &o, &s, &err),
	    ALK_OK);
	assert_int_equal(alk_schema_check(s, "\"x\"", 3, &err), ALK_VALUE);
	alk_schema_free(s);
	o.dialect = ALK_DIALECT_4 + 1;
	assert_int_equal(alk_schema_compile(date, ALK_NUL, &o, &s, &err),
	    ALK_INVALID);
	o.dialect = ALK_DIALECT_4;
	o.format = 3;
	assert_int_equal(alk_schema_compile(date, ALK_NUL, &o, &s, &err),
	    ALK_INVALID);
}

static void
schemas_refer_to_documents_of_a_set(void **state)
{
	static const char uses[] = "{\"$ref\":\"http://a/b#/$defs/t\"}";
	static const char used[] = "{\"$defs\":{\"t\":{\"maximum\":1}}}";
	alk_schema_options o;
	alk_schemas *r = NULL;
	alk_schema *s = NULL;
	alk_error err;

	(void)state;
	memset(&o, 0, sizeof(o));
	assert_int_equal(alk_schemas_new(&r, &err), ALK_OK);
	o.schemas = r;
	assert_int_equal(alk_schema_compile(uses, ALK_NUL, &o, &s, &err),
	    ALK_SCHEMA);
	assert_string_equal(err.pointer, "/$ref");
	assert_int_equal(alk_schemas_add(r, "http://a/b", used, ALK_NUL,
	    &err), ALK_OK);
	assert_int_equal(alk_schemas_add(r, "http://a/b", used, strlen(used),
	    NULL), ALK_OK);
	assert_int_equal(alk_schemas_add(r, "http://a/b", "true", ALK_NUL,
	    &err), ALK_EXISTS);
	assert_int_equal(alk_schemas_add(r, NULL, used, ALK_NUL, &err),
	    ALK_INVALID);
	assert_int_equal(alk_schemas_add(r, "http://a/c", "[", 1, &err),
	    ALK_JSON);
	assert_int_equal(alk_schemas_add(r, "http://a/c", "[]", 2, &err),
	    ALK_SCHEMA);
	assert_int_equal(alk_schemas_add(r, "http://a/c", NULL, 2, &err),
	    ALK_INVALID);
	assert_int_equal(alk_schemas_add(NULL, "http://a/c", "{}", 2, &err),
	    ALK_INVALID);
	assert_int_equal(alk_schema_compile(uses, ALK_NUL, &o, &s, &err),
	    ALK_OK);
	/* The schema does not need them any more. */
	alk_schemas_free(r);
	alk_schemas_free(NULL);
	assert_int_equal(alk_schema_check(s, "1", 1, &err), ALK_OK);
	assert_int_equal(alk_schema_check(s, "2", 1, &err), ALK_VALUE);
	alk_schema_free(s);
}

static void
a_wrong_document_of_a_set_is_named(void **state)
{
	alk_schema_options o;
	alk_schemas *r = NULL;
	alk_schema *s = NULL;
	alk_error err;

	(void)state;
	memset(&o, 0, sizeof(o));
	assert_int_equal(alk_schemas_new(&r, NULL), ALK_OK);
	o.schemas = r;
	assert_int_equal(alk_schemas_add(r, "http://a/b", "{\"type\":\"x\"}",
	    ALK_NUL, &err), ALK_OK);
	assert_int_equal(alk_schema_compile("{\"$ref\":\"http://a/b\"}",
	    ALK_NUL, &o, &s, &err), ALK_SCHEMA);
	assert_string_equal(err.entry, "http://a/b");
	assert_string_equal(err.pointer, "/type");
	alk_schemas_free(r);
}

struct told {
	int count;
	int stop;
	char instance[8][32];
	char path[8][64];
};

static int
keep(void *arg, const alk_failure *f)
{
	struct told *t = arg;

	assert_true(t->count < 8);
	strncpy(t->instance[t->count], f->instance, 31);
	strncpy(t->path[t->count], f->path, 63);
	/* This schema refers to nothing: both ways are the same. */
	assert_string_equal(f->location + 1, f->path);
	assert_true(f->code >= 0);
	assert_true(strlen(f->name) > 4);
	assert_string_equal(strrchr(f->path, '/') + 1, f->keyword);
	assert_true(strlen(f->message) > 4);
	t->count++;
	return t->count == t->stop;
}

static void
all_failures_are_told(void **state)
{
	alk_schema *s = compile(person);
	alk_json *j = read_json("{\"id\":\"A\",\"mail\":\"x\",\"z\":1}");
	struct told t = { 0 };
	alk_error err;

	(void)state;
	assert_int_equal(alk_schema_errors(s, j, 0, keep, &t, &err),
	    ALK_VALUE);
	assert_int_equal(t.count, 4);
	assert_string_equal(err.pointer, t.instance[0]);
	assert_string_equal(t.path[0], "/properties/id/pattern");
	memset(&t, 0, sizeof(t));
	assert_int_equal(alk_schema_errors(s, j, 2, keep, &t, NULL),
	    ALK_VALUE);
	assert_int_equal(t.count, 2);
	memset(&t, 0, sizeof(t));
	t.stop = 1;
	assert_int_equal(alk_schema_errors(s, j, (size_t)-1, keep, &t, &err),
	    ALK_VALUE);
	assert_int_equal(t.count, 1);
	assert_int_equal(alk_schema_errors(s, j, 0, NULL, NULL, &err),
	    ALK_INVALID);
	assert_int_equal(alk_schema_errors(NULL, j, 0, keep, &t, &err),
	    ALK_INVALID);
	assert_int_equal(alk_schema_errors(s, NULL, 0, keep, &t, &err),
	    ALK_INVALID);
	alk_json_free(j);
	j = read_json("{\"id\":\"a\",\"age\":1}");
	memset(&t, 0, sizeof(t));
	assert_int_equal(alk_schema_errors(s, j, 0, keep, &t, &err), ALK_OK);
	assert_int_equal(t.count, 0);
	alk_json_free(j);
	alk_schema_free(s);
}

static void
the_outcome_is_told_in_the_forms_of_the_specification(void **state)
{
	alk_schema *s = compile(person);
	alk_json *good = read_json("{\"id\":\"a\",\"age\":1}");
	alk_json *bad = read_json("{\"id\":\"A\",\"z\":1}");
	char *text = NULL;
	alk_error err;
	size_t bytes;

	(void)state;
	assert_int_equal(alk_schema_output(s, good, ALK_OUTPUT_FLAG, 0, &text,
	    &bytes, &err), ALK_OK);
	assert_string_equal(text, "{\"valid\":true}");
	assert_int_equal(bytes, strlen(text));
	alk_free(text);
	assert_int_equal(alk_schema_output(s, bad, ALK_OUTPUT_FLAG, 0, &text,
	    NULL, &err), ALK_VALUE);
	assert_string_equal(text, "{\"valid\":false}");
	assert_string_equal(err.pointer, "/id");
	alk_free(text);
	assert_int_equal(alk_schema_output(s, bad, ALK_OUTPUT_BASIC, 0, &text,
	    NULL, NULL), ALK_VALUE);
	assert_non_null(strstr(text, "\"instanceLocation\":\"/id\""));
	assert_non_null(strstr(text, "\"instanceLocation\":\"/z\""));
	alk_free(text);
	assert_int_equal(alk_schema_output(s, bad, ALK_OUTPUT_DETAILED, 1,
	    &text, NULL, &err), ALK_VALUE);
	assert_null(strstr(text, "\"instanceLocation\":\"/z\""));
	alk_free(text);
	assert_int_equal(alk_schema_output(s, bad, 3, 0, &text, NULL, &err),
	    ALK_INVALID);
	assert_int_equal(alk_schema_output(NULL, bad, 0, 0, &text, NULL,
	    &err), ALK_INVALID);
	assert_int_equal(alk_schema_output(s, NULL, 0, 0, &text, NULL, &err),
	    ALK_INVALID);
	alk_json_free(good);
	alk_json_free(bad);
	alk_schema_free(s);
}

/* ---- Memory ------------------------------------------------------------ */

static void
a_short_text_is_checked_without_memory(void **state)
{
	alk_schema *s = compile(person);
	char text[2400];
	alk_error err;

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text, "{\"id\":\"ada\",\"age\":36}", 21);
	memory_fail_at(0, true);
	assert_int_equal(alk_schema_check(s, text, sizeof(text), &err),
	    ALK_OK);
	assert_int_equal(memory_count(), 0);
	memory_heal();
	alk_schema_free(s);
}

/* The densest text there is: two bytes a value. */
static void
a_long_text_takes_memory_and_gives_it_back(void **state)
{
	alk_schema *s = compile("{\"items\":{\"maximum\":1}}");
	size_t bytes = 200001, i;
	char *text = malloc(bytes);
	int64_t live = memory_live();
	alk_error err;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < bytes; i++)
		text[i] = i % 2 == 0 ? ',' : '1';
	text[0] = '[';
	text[bytes - 1] = ']';
	assert_int_equal(alk_schema_check(s, text, bytes, &err), ALK_OK);
	assert_int_equal(memory_live(), live);
	memory_fail_at(0, true);
	assert_int_equal(alk_schema_check(s, text, bytes, &err), ALK_NOMEM);
	memory_heal();
	text[1001] = '2';
	assert_int_equal(alk_schema_check(s, text, bytes, &err), ALK_VALUE);
	assert_string_equal(err.pointer, "/500");
	assert_int_equal(memory_live(), live);
	free(text);
	alk_schema_free(s);
}

static int
ignore(void *arg, const alk_failure *f)
{
	(void)arg;
	(void)f;
	return 0;
}

/* All of what this file calls, once; the code of the first that failed. */
static int
run_all(alk_error *err)
{
	alk_schema_options o;
	alk_schemas *r = NULL;
	alk_schema *s = NULL;
	alk_json *j = NULL, *part = NULL;
	char *text = NULL;
	int rc;

	memset(&o, 0, sizeof(o));
	rc = alk_schemas_new(&r, err);
	if (rc == ALK_OK)
		rc = alk_schemas_add(r, "http://a/b", person, ALK_NUL, err);
	o.schemas = r;
	if (rc == ALK_OK)
		rc = alk_schema_compile("{\"$ref\":\"http://a/b\"}", ALK_NUL,
		    &o, &s, err);
	alk_schemas_free(r);
	if (rc == ALK_OK)
		rc = alk_schema_check(s, "{\"id\":\"ada\"}", ALK_NUL, err);
	if (rc == ALK_VALUE)
		rc = alk_json_read("{\"id\":\"Ada\",\"mail\":[]}", ALK_NUL, &j,
		    err);
	if (rc == ALK_OK)
		rc = alk_schema_check_json(s, j, err);
	if (rc == ALK_VALUE)
		rc = alk_schema_errors(s, j, 0, ignore, NULL, err);
	if (rc == ALK_VALUE)
		rc = alk_schema_output(s, j, ALK_OUTPUT_DETAILED, 0, &text,
		    NULL, err);
	if (rc == ALK_VALUE) {
		alk_free(text);
		text = NULL;
		rc = alk_json_write(j, 0, &text, NULL, err);
	}
	if (rc == ALK_OK) {
		alk_free(text);
		text = NULL;
		rc = alk_json_write(j, ALK_JSON_CANONICAL, &text, NULL, err);
	}
	if (rc == ALK_OK)
		rc = alk_json_get(j, "/mail", &part, err);
	alk_json_free(part);
	alk_free(text);
	alk_json_free(j);
	alk_schema_free(s);
	return rc;
}

static void
each_allocation_may_fail(void **state)
{
	int64_t live = memory_live(), n = 0;
	alk_error err;

	(void)state;
	for (;; n++) {
		memory_fail_at(n, false);
		int rc = run_all(&err);
		bool fired = memory_fired();
		memory_heal();
		assert_int_equal(memory_live(), live);
		if (!fired) {
			assert_int_equal(rc, ALK_OK);
			break;
		}
		assert_int_equal(rc, ALK_NOMEM);
		assert_int_equal(err.code, ALK_NOMEM);
	}
	assert_true(n > 20);
}

/* ---- Threads ----------------------------------------------------------- */

#define THREADS 4
#define ROUNDS 500

struct job {
	alk_schema *s;
	alk_json *j;
	int wrong;
};

static void *
work(void *arg)
{
	struct job *job = arg;
	alk_json *made;
	alk_error err;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		job->wrong += alk_schema_check(job->s,
		    "{\"id\":\"ada\",\"age\":36}", ALK_NUL, &err) != ALK_OK;
		job->wrong += alk_schema_check_json(job->s, job->j, &err) !=
		    ALK_VALUE;
		job->wrong += alk_schema_errors(job->s, job->j, 0, ignore,
		    NULL, &err) != ALK_VALUE;
		made = NULL;
		job->wrong += alk_value_cast(job->s, job->j, &made, &err) !=
		    ALK_OK;
		job->wrong += alk_schema_check_json(job->s, made, &err) !=
		    ALK_OK;
		alk_json_free(made);
	}
	return NULL;
}

static void
threads_share_a_schema_and_a_value(void **state)
{
	static const char text[] = "{\"type\":\"object\",\"required\":[\"id\"],"
	    "\"properties\":{\"id\":{\"type\":\"string\",\"minLength\":1}}}";
	pthread_t threads[THREADS];
	struct job jobs[THREADS];
	int round, i;

	(void)state;
	/* Several times, since the plan is made once a schema. */
	for (round = 0; round < 4; round++) {
		alk_schema *s = compile(text);
		alk_json *j = read_json("{\"id\":\"\",\"x\":1}");

		for (i = 0; i < THREADS; i++) {
			jobs[i].s = s;
			jobs[i].j = j;
			jobs[i].wrong = 0;
			assert_int_equal(pthread_create(&threads[i], NULL,
			    work, &jobs[i]), 0);
		}
		for (i = 0; i < THREADS; i++) {
			assert_int_equal(pthread_join(threads[i], NULL), 0);
			assert_int_equal(jobs[i].wrong, 0);
		}
		alk_json_free(j);
		alk_schema_free(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_read_and_written),
		cmocka_unit_test(a_part_is_found_by_its_pointer),
		cmocka_unit_test(what_is_no_json_says_where),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(a_schema_says_what_is_valid),
		cmocka_unit_test(a_wrong_schema_says_where),
		cmocka_unit_test(options_say_how_to_understand_a_schema),
		cmocka_unit_test(schemas_refer_to_documents_of_a_set),
		cmocka_unit_test(a_wrong_document_of_a_set_is_named),
		cmocka_unit_test(all_failures_are_told),
		cmocka_unit_test(
		    the_outcome_is_told_in_the_forms_of_the_specification),
		cmocka_unit_test(a_short_text_is_checked_without_memory),
		cmocka_unit_test(a_long_text_takes_memory_and_gives_it_back),
		cmocka_unit_test(each_allocation_may_fail),
		cmocka_unit_test(threads_share_a_schema_and_a_value),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
