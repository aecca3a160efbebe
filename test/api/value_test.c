/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What is done to values: comparing, patching, hashing, and TypeBox's Value. */
#include "memory.h"

#include <alkstore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

/* What one test works with; ended by end(). */
struct bench {
	alk_schema *s;
	alk_json *values[8];
	int count;
	char *text;
	alk_error err;
};

static const alk_json *
value(struct bench *b, const char *text)
{
	alk_json **j = &b->values[b->count++];

	assert_true(b->count <= 8);
	if (alk_json_read(text, ALK_NUL, j, &b->err) != ALK_OK)
		fail_msg("%s: %s", text, b->err.text);
	return *j;
}

/* The place for what a function makes. */
static alk_json **
place(struct bench *b)
{
	assert_true(b->count < 8);
	return &b->values[b->count++];
}

static const char *
text_of(struct bench *b, const alk_json *j)
{
	alk_free(b->text);
	b->text = NULL;
	if (alk_json_write(j, 0, &b->text, NULL, &b->err) != ALK_OK)
		fail_msg("%s", b->err.text);
	return b->text;
}

static void
compile(struct bench *b, const char *text)
{
	if (alk_schema_compile(text, ALK_NUL, NULL, &b->s, &b->err) != ALK_OK)
		fail_msg("%s: %s", text, b->err.text);
}

static void
end(struct bench *b)
{
	int i;

	alk_schema_free(b->s);
	alk_free(b->text);
	for (i = 0; i < b->count; i++)
		alk_json_free(b->values[i]);
	memset(b, 0, sizeof(*b));
}

/* ---- Without a schema -------------------------------------------------- */

static void
equal_is_by_value(void **state)
{
	struct bench b = { 0 };

	(void)state;
	const alk_json *one = value(&b, "{\"a\":[1.0,\"x\"],\"b\":{}}");
	const alk_json *same = value(&b, "{\"b\":{},\"a\":[1,\"x\"]}");
	const alk_json *other = value(&b, "{\"b\":[],\"a\":[1,\"x\"]}");
	assert_int_equal(alk_value_equal(one, same), 1);
	assert_int_equal(alk_value_equal(one, other), 0);
	assert_int_equal(alk_value_equal(one, NULL), 0);
	assert_int_equal(alk_value_equal(NULL, NULL), 1);
	end(&b);
}

static void
edits_lead_from_one_value_to_the_next(void **state)
{
	struct bench b = { 0 };

	(void)state;
	const alk_json *one = value(&b, "{\"a/b\":1,\"l\":[1,2,3],\"n\":null}");
	const alk_json *two = value(&b, "{\"a/b\":2,\"l\":[1],\"m\":true}");
	alk_json **edits = place(&b), **made = place(&b);
	assert_int_equal(alk_value_diff(one, two, edits, &b.err), ALK_OK);
	assert_string_equal(text_of(&b, *edits),
	    "[{\"type\":\"insert\",\"path\":\"/m\",\"value\":true},"
	    "{\"type\":\"update\",\"path\":\"/a~1b\",\"value\":2},"
	    "{\"type\":\"delete\",\"path\":\"/l/2\"},"
	    "{\"type\":\"delete\",\"path\":\"/l/1\"},"
	    "{\"type\":\"delete\",\"path\":\"/n\"}]");
	assert_int_equal(alk_value_patch(one, *edits, made, &b.err), ALK_OK);
	assert_int_equal(alk_value_equal(*made, two), 1);
	assert_int_equal(alk_value_diff(one, NULL, edits, &b.err),
	    ALK_INVALID);
	assert_int_equal(alk_value_diff(NULL, two, edits, NULL), ALK_INVALID);
	end(&b);
}

static void
an_edit_that_does_not_fit_says_which(void **state)
{
	struct bench b = { 0 };
	alk_json *made = NULL;

	(void)state;
	const alk_json *v = value(&b, "{\"a\":1}");
	const alk_json *edits = value(&b, "[{\"type\":\"delete\",\"path\":"
	    "\"/a\"},{\"type\":\"delete\",\"path\":\"/b\"}]");
	const alk_json *bad = value(&b, "[{\"type\":\"move\",\"path\":\"/a\"}]");
	assert_int_equal(alk_value_patch(v, edits, &made, &b.err),
	    ALK_CONFLICT);
	assert_string_equal(b.err.pointer, "/1/path");
	assert_int_equal(alk_value_patch(v, bad, &made, &b.err), ALK_INVALID);
	assert_int_equal(alk_value_patch(NULL, edits, &made, &b.err),
	    ALK_INVALID);
	assert_int_equal(alk_value_patch(v, NULL, &made, &b.err),
	    ALK_INVALID);
	assert_null(made);
	end(&b);
}

static void
edits_of_what_is_nested_deepest_are_refused(void **state)
{
	char text[2 * ALK_JSON_DEPTH_MAX + 1];
	struct bench b = { 0 };
	alk_json *edits = NULL;

	(void)state;
	memset(text, '[', ALK_JSON_DEPTH_MAX);
	memset(text + ALK_JSON_DEPTH_MAX, ']', ALK_JSON_DEPTH_MAX);
	text[2 * ALK_JSON_DEPTH_MAX] = '\0';
	assert_int_equal(alk_value_diff(value(&b, "1"), value(&b, text),
	    &edits, &b.err), ALK_LIMIT);
	assert_null(edits);
	end(&b);
}

static void
a_merge_patch_is_merged(void **state)
{
	struct bench b = { 0 };
	alk_json **made = place(&b), **new = place(&b), *none = NULL;

	(void)state;
	const alk_json *v = value(&b, "{\"a\":1,\"b\":{\"c\":2,\"d\":3}}");
	const alk_json *patch = value(&b, "{\"a\":null,\"b\":{\"c\":4}}");
	assert_int_equal(alk_value_merge(v, patch, made, &b.err), ALK_OK);
	assert_string_equal(text_of(&b, *made), "{\"b\":{\"c\":4,\"d\":3}}");
	assert_int_equal(alk_value_merge(NULL, patch, new, &b.err), ALK_OK);
	assert_string_equal(text_of(&b, *new), "{\"b\":{\"c\":4}}");
	assert_int_equal(alk_value_merge(v, NULL, &none, &b.err),
	    ALK_INVALID);
	end(&b);
}

static void
equal_values_have_equal_hashes(void **state)
{
	uint8_t one[ALK_HASH_BYTES], two[ALK_HASH_BYTES];
	struct bench b = { 0 };
	uint64_t n = 0;

	(void)state;
	const alk_json *v = value(&b, "{\"a\":1.0,\"b\":[]}");
	assert_int_equal(alk_value_hash(v, one, &b.err), ALK_OK);
	assert_int_equal(alk_value_hash(value(&b, "{\"b\":[],\"a\":1}"), two,
	    &b.err), ALK_OK);
	assert_memory_equal(one, two, ALK_HASH_BYTES);
	assert_int_equal(alk_value_hash(value(&b, "{\"b\":{},\"a\":1}"), two,
	    &b.err), ALK_OK);
	assert_memory_not_equal(one, two, ALK_HASH_BYTES);
	assert_int_equal(alk_value_hash(NULL, two, &b.err), ALK_INVALID);
	/* FNV-1a of the one byte that stands for null. */
	assert_int_equal(alk_value_hash_typebox(value(&b, "null"), &n, &b.err),
	    ALK_OK);
	assert_true(n == (UINT64_C(14695981039346656037) ^ 1) *
	    UINT64_C(1099511628211));
	assert_int_equal(alk_value_hash_typebox(NULL, &n, &b.err),
	    ALK_INVALID);
	end(&b);
}

/* ---- With a schema ----------------------------------------------------- */

static const char task[] =
    "{\"type\":\"object\",\"required\":[\"name\",\"hours\"],\"properties\":{"
    "\"name\":{\"type\":\"string\"},\"hours\":{\"type\":\"integer\","
    "\"minimum\":1},\"state\":{\"enum\":[\"open\",\"done\"],"
    "\"default\":\"open\"},\"tags\":{\"type\":\"array\","
    "\"items\":{\"type\":\"string\"}}},\"additionalProperties\":false}";

typedef int (*make_fn)(const alk_schema *s, const alk_json *j, alk_json **out,
    alk_error *err);

static const char *
made_of(struct bench *b, make_fn fn, const char *text)
{
	alk_json **made = place(b);

	assert_int_equal(fn(b->s, value(b, text), made, &b->err), ALK_OK);
	return text_of(b, *made);
}

static void
values_take_the_form_of_the_schema(void **state)
{
	struct bench b = { 0 };

	(void)state;
	compile(&b, task);
	assert_string_equal(made_of(&b, alk_value_default, "{\"name\":\"a\"}"),
	    "{\"name\":\"a\",\"state\":\"open\"}");
	assert_string_equal(made_of(&b, alk_value_clean,
	    "{\"name\":\"a\",\"x\":1}"), "{\"name\":\"a\"}");
	assert_string_equal(made_of(&b, alk_value_convert,
	    "{\"name\":1,\"hours\":\"3\",\"tags\":\"t\"}"),
	    "{\"name\":\"1\",\"hours\":3,\"tags\":[\"t\"]}");
	assert_string_equal(made_of(&b, alk_value_cast,
	    "{\"name\":\"a\",\"hours\":\"x\",\"y\":0}"),
	    "{\"name\":\"a\",\"hours\":1}");
	end(&b);
}

static void
values_are_made_of_nothing(void **state)
{
	struct bench b = { 0 };
	alk_json **created = place(&b), **cast = place(&b);
	alk_json *nothing = NULL;

	(void)state;
	compile(&b, task);
	assert_int_equal(alk_value_create(b.s, created, &b.err), ALK_OK);
	assert_string_equal(text_of(&b, *created),
	    "{\"name\":\"\",\"hours\":1}");
	assert_int_equal(alk_value_cast(b.s, NULL, cast, &b.err), ALK_OK);
	assert_int_equal(alk_schema_check_json(b.s, *cast, &b.err), ALK_OK);
	alk_schema_free(b.s);
	compile(&b, "{\"type\":\"string\"}");
	nothing = *created;
	assert_int_equal(alk_value_default(b.s, NULL, &nothing, &b.err),
	    ALK_OK);
	assert_null(nothing);
	alk_schema_free(b.s);
	compile(&b, "{\"type\":\"string\",\"default\":\"d\"}");
	assert_int_equal(alk_value_default(b.s, NULL, &nothing, &b.err),
	    ALK_OK);
	assert_string_equal(text_of(&b, nothing), "\"d\"");
	alk_json_free(nothing);
	end(&b);
}

static void
what_cannot_be_made_says_why(void **state)
{
	struct bench b = { 0 };
	alk_json *made = NULL;

	(void)state;
	compile(&b, "{\"type\":\"object\",\"required\":[\"p\"],\"properties\":"
	    "{\"p\":{\"type\":\"string\",\"pattern\":\"^x\"}}}");
	assert_int_equal(alk_value_create(b.s, &made, &b.err), ALK_VALUE);
	assert_string_equal(b.err.pointer, "/p");
	assert_int_equal(alk_value_cast(b.s, value(&b, "[]"), &made, &b.err),
	    ALK_VALUE);
	assert_int_equal(alk_value_clean(b.s, NULL, &made, &b.err),
	    ALK_INVALID);
	assert_int_equal(alk_value_convert(b.s, NULL, &made, &b.err),
	    ALK_INVALID);
	assert_int_equal(alk_value_clean(NULL, value(&b, "1"), &made, &b.err),
	    ALK_INVALID);
	assert_int_equal(alk_value_create(NULL, &made, &b.err), ALK_INVALID);
	assert_null(made);
	end(&b);
}

static int
keep_steps(void *arg, const alk_value_step *step)
{
	char *text = arg;
	size_t at = strlen(text);

	snprintf(text + at, 400 - at, "%s %s>%s %d %d; ", step->pointer,
	    step->before != NULL ? step->before : "-",
	    step->after != NULL ? step->after : "-", step->change,
	    step->is_lossy);
	return strcmp(step->pointer, "/stop") == 0;
}

static void
a_report_tells_what_was_lost(void **state)
{
	struct bench b = { 0 };
	char text[400] = "";

	(void)state;
	const alk_json *before = value(&b, "{\"a\":\"3\",\"b\":1.5,\"c\":1,"
	    "\"d\":\"x\"}");
	const alk_json *after = value(&b, "{\"a\":3,\"b\":1,\"d\":\"y\","
	    "\"e\":0}");
	assert_int_equal(alk_value_report(before, after, keep_steps, text,
	    &b.err), ALK_OK);
	assert_non_null(strstr(text, "/a \"3\">3 1 0; "));
	assert_non_null(strstr(text, "/b 1.5>1 2 1; "));
	assert_non_null(strstr(text, "/c 1>- 4 1; "));
	assert_non_null(strstr(text, "/d \"x\">\"y\" 3 1; "));
	assert_non_null(strstr(text, "/e ->0 0 0; "));
	text[0] = '\0';
	assert_int_equal(alk_value_report(value(&b, "{\"stop\":1,\"z\":2}"),
	    value(&b, "{}"), keep_steps, text, &b.err), ALK_OK);
	assert_string_equal(text, "/stop 1>- 4 1; ");
	assert_int_equal(alk_value_report(before, after, NULL, NULL, &b.err),
	    ALK_INVALID);
	assert_int_equal(alk_value_report(NULL, after, keep_steps, text,
	    &b.err), ALK_INVALID);
	assert_int_equal(alk_value_report(before, NULL, keep_steps, text,
	    &b.err), ALK_INVALID);
	end(&b);
}

/* ---- Memory ------------------------------------------------------------ */

static int
ignore(void *arg, const alk_value_step *step)
{
	(void)arg;
	(void)step;
	return 0;
}

/* Calls that take memory, numbered; each makes *out or leaves it alone. */
static int
call(struct bench *b, int which, const alk_json *v, const alk_json *w,
    alk_json **out)
{
	uint8_t hash[ALK_HASH_BYTES];
	uint64_t n;

	switch (which) {
	case 0:
		return alk_value_diff(v, w, out, &b->err);
	case 1:
		return alk_value_merge(v, w, out, &b->err);
	case 2:
		return alk_value_default(b->s, v, out, &b->err);
	case 3:
		return alk_value_clean(b->s, v, out, &b->err);
	case 4:
		return alk_value_convert(b->s, v, out, &b->err);
	case 5:
		return alk_value_cast(b->s, v, out, &b->err);
	case 6:
		return alk_value_create(b->s, out, &b->err);
	case 7:
		return alk_value_report(v, w, ignore, NULL, &b->err);
	case 8:
		return alk_value_hash(v, hash, &b->err);
	case 9:
		return alk_value_hash_typebox(v, &n, &b->err);
	default:
		return alk_value_patch(v, w, out, &b->err);
	}
}

static void
fail_each(int which, const char *v_text, const char *w_text)
{
	struct bench b = { 0 };
	const alk_json *v = value(&b, v_text), *w = value(&b, w_text);
	int64_t n;

	for (n = 0;; n++) {
		alk_json *made = NULL;
		/* A new schema, so that the plan is made too. */
		compile(&b, task);
		int64_t live = memory_live();
		memory_fail_at(n, false);
		int rc = call(&b, which, v, w, &made);
		bool fired = memory_fired();
		memory_heal();
		assert_int_equal(b.err.code, rc);
		assert_int_equal(rc, fired ? ALK_NOMEM : ALK_OK);
		alk_json_free(made);
		if (fired) {
			assert_null(made);
			/* But the plan, which may stay with the schema. */
			assert_true(memory_live() - live <= 8);
		}
		alk_schema_free(b.s);
		b.s = NULL;
		if (!fired)
			break;
	}
	assert_true(n > 0);
	end(&b);
}

static void
each_allocation_may_fail(void **state)
{
	char large[2000] = "{", patch[] = "[{\"type\":\"update\",\"path\":"
	    "\"/name\",\"value\":\"b\"}]";
	int64_t live = memory_live();
	int i;

	(void)state;
	for (i = 0; i < 40; i++)
		snprintf(large + strlen(large), 40, "\"k%d\":%d,", i, i);
	strcat(large, "\"hours\":\"3\"}");
	for (i = 0; i < 8; i++)
		fail_each(i, "{\"name\":1,\"hours\":\"2\",\"tags\":[1,2],"
		    "\"x\":0}", "{\"name\":\"b\",\"hours\":2,\"y\":[true]}");
	for (i = 8; i < 10; i++)
		fail_each(i, large, "0");
	fail_each(10, large, "[{\"type\":\"insert\",\"path\":\"/name\","
	    "\"value\":\"b\"}]");
	fail_each(10, "{\"name\":\"a\"}", patch);
	assert_int_equal(memory_live(), live);
}

static void
a_place_for_the_answer_is_needed(void **state)
{
	alk_schema *schema = NULL;
	alk_json *v = NULL;

	(void)state;
	assert_int_equal(alk_schema_compile("true", ALK_NUL, NULL, &schema,
	    NULL), ALK_OK);
	assert_int_equal(alk_json_read("[1]", ALK_NUL, &v, NULL), ALK_OK);
	assert_int_equal(alk_json_read("1", 1, NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_json_write(v, 0, NULL, NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_json_get(v, "/0", NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_schemas_new(NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_schema_compile("true", ALK_NUL, NULL, NULL, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_schema_output(schema, v, ALK_OUTPUT_FLAG, 0, NULL,
	    NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_value_diff(v, v, NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_value_merge(v, v, NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_value_hash(v, NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_value_hash_typebox(v, NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_value_clean(schema, v, NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_value_default(schema, NULL, NULL, NULL),
	    ALK_INVALID);
	alk_json_free(v);
	alk_schema_free(schema);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_is_by_value),
		cmocka_unit_test(edits_lead_from_one_value_to_the_next),
		cmocka_unit_test(an_edit_that_does_not_fit_says_which),
		cmocka_unit_test(edits_of_what_is_nested_deepest_are_refused),
		cmocka_unit_test(a_merge_patch_is_merged),
		cmocka_unit_test(equal_values_have_equal_hashes),
		cmocka_unit_test(values_take_the_form_of_the_schema),
		cmocka_unit_test(values_are_made_of_nothing),
		cmocka_unit_test(what_cannot_be_made_says_why),
		cmocka_unit_test(a_report_tells_what_was_lost),
		cmocka_unit_test(a_place_for_the_answer_is_needed),
		cmocka_unit_test(each_allocation_may_fail),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
