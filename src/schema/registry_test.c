/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Documents that schemas refer to, and those that mean harm. */
#include "schema/testing.h"

#include "memory.h"
#include "schema/program.h"

#define D2020 "https://json-schema.org/draft/2020-12/schema"

static struct schema *
compile(const struct schema_registry *r, const char *text, alk_error *err)
{
	const struct schema_options o = { .dialect = SCHEMA_2020_12,
		.registry = r };

	return testing_try_with(text, &o, err);
}

/* The registry is gone before the program is used. */
static struct schema *
compile_and_free(struct schema_registry *r, const char *text)
{
	alk_error err = { 0 };
	struct schema *s = compile(r, text, &err);

	if (s == NULL)
		fail_msg("%s %s: %s", err.entry, err.pointer, err.text);
	schema_registry_free(r);
	return s;
}

static void
assert_refused(const struct schema_registry *r, const char *text, int code,
    const char *entry, const char *pointer, const char *words)
{
	alk_error err = { 0 };

	assert_null(compile(r, text, &err));
	assert_int_equal(err.code, code);
	assert_string_equal(err.entry, entry);
	assert_string_equal(err.pointer, pointer);
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
}

/* ---- Finding ----------------------------------------------------------- */

static void
references_lead_to_other_documents(void **state)
{
	(void)state;
	struct schema_registry *r = testing_registry();

	testing_add(r, "http://a/item", "{\"type\":\"string\",\"$defs\":"
	    "{\"n\":{\"$anchor\":\"num\",\"type\":\"number\"}}}");
	testing_add(r, NULL, "{\"$id\":\"http://a/list\",\"items\":"
	    "{\"$ref\":\"item\"}}");
	testing_add(r, "bare", "{\"type\":\"null\"}");
	testing_add(r, "http://a/true", "true");
	struct schema *s = compile_and_free(r, "{\"properties\":{"
	    "\"l\":{\"$ref\":\"http://a/list#\"},"
	    "\"n\":{\"$ref\":\"http://a/item#num\"},"
	    "\"p\":{\"$ref\":\"http://a/item#/$defs/n\"},"
	    "\"b\":{\"$ref\":\"bare\"},\"t\":{\"$ref\":\"http://a/true\"}}}");
	assert_true(testing_accepts(s,
	    "{\"l\":[\"a\"],\"n\":1,\"p\":2,\"b\":null,\"t\":1}"));
	assert_false(testing_accepts(s, "{\"l\":[1]}"));
	assert_false(testing_accepts(s, "{\"n\":\"\"}"));
	assert_false(testing_accepts(s, "{\"p\":\"\"}"));
	assert_false(testing_accepts(s, "{\"b\":1}"));
	schema_free(s);
}

static void
a_document_is_known_by_its_uri_and_its_id(void **state)
{
	(void)state;
	struct schema_registry *r = testing_registry();

	testing_add(r, "http://a/place", "{\"$id\":\"http://b/name\","
	    "\"type\":\"null\",\"$defs\":{\"x\":{\"$id\":\"inner\","
	    "\"type\":\"string\",\"$defs\":{\"y\":{\"$anchor\":\"y\","
	    "\"type\":\"number\"}}}}}");
	struct schema *s = compile_and_free(r, "{\"prefixItems\":["
	    "{\"$ref\":\"http://b/inner#y\"},{\"$ref\":\"http://a/place\"},"
	    "{\"$ref\":\"http://b/name\"},{\"$ref\":\"http://b/inner\"}]}");
	assert_true(testing_accepts(s, "[1,null,null,\"s\"]"));
	assert_false(testing_accepts(s, "[1,1]"));
	assert_false(testing_accepts(s, "[1,null,1]"));
	assert_false(testing_accepts(s, "[\"\"]"));
	assert_false(testing_accepts(s, "[1,null,null,1]"));
	schema_free(s);
}

static void
what_is_compiled_comes_before_the_registry(void **state)
{
	(void)state;
	struct schema_registry *r = testing_registry();

	testing_add(r, "http://a/x", "{\"type\":\"null\"}");
	struct schema *s = compile_and_free(r, "{\"$id\":\"http://a/x\","
	    "\"type\":[\"string\",\"array\"],\"items\":"
	    "{\"$ref\":\"http://a/x\"}}");
	assert_true(testing_accepts(s, "[\"a\"]"));
	assert_false(testing_accepts(s, "[null]"));
	schema_free(s);
}

static void
documents_have_drafts_of_their_own(void **state)
{
	(void)state;
	struct schema_registry *r = testing_registry();

	testing_add(r, "http://a/four", "{\"$schema\":"
	    "\"http://json-schema.org/draft-04/schema#\",\"minimum\":1,"
	    "\"exclusiveMinimum\":true,\"const\":5}");
	testing_add(r, "http://a/none", "{\"prefixItems\":[false]}");
	struct schema *s = compile_and_free(r, "{\"prefixItems\":["
	    "{\"$ref\":\"http://a/four\"},{\"$ref\":\"http://a/none\"}]}");
	assert_true(testing_accepts(s, "[2]"));
	assert_false(testing_accepts(s, "[1]"));
	assert_false(testing_accepts(s, "[2,[0]]"));
	schema_free(s);
}

/* ---- Adding ------------------------------------------------------------ */

static void
an_unequal_document_of_one_uri_is_refused(void **state)
{
	(void)state;
	struct schema_registry *r = testing_registry();
	alk_error err = { 0 };

	testing_add(r, "http://a/x", "{\"a\":1,\"b\":2}");
	testing_add(r, "http://a/x", "{\"b\":2,\"a\":1.0}");
	assert_int_equal(testing_try_add(r, "http://a/x", "true", &err),
	    ALK_EXISTS);
	assert_int_equal(testing_try_add(r, "http://a/y",
	    "{\"$id\":\"x\"}", &err), ALK_EXISTS);
	assert_non_null(strstr(err.text, "http://a/x"));
	/* Nothing of it was kept. */
	testing_add(r, "http://a/y", "{}");
	assert_int_equal(testing_try_add(r, D2020, "{}", &err), ALK_EXISTS);
	assert_non_null(strstr(err.text, "meta-schema"));
	schema_registry_free(r);
}

static void
a_document_needs_a_uri_and_must_be_a_schema(void **state)
{
	(void)state;
	struct schema_registry *r = testing_registry();
	alk_error err = { 0 };

	assert_int_equal(testing_try_add(r, NULL, "{}", &err), ALK_INVALID);
	assert_int_equal(testing_try_add(r, NULL, "{\"$id\":\"a/b\"}", &err),
	    ALK_INVALID);
	assert_int_equal(testing_try_add(r, NULL, "true", &err), ALK_INVALID);
	assert_int_equal(testing_try_add(r, "", "{}", &err), ALK_INVALID);
	assert_int_equal(testing_try_add(r, "http://a/#b", "{}", &err),
	    ALK_INVALID);
	assert_int_equal(testing_try_add(r, "http://a/", "[]", &err),
	    ALK_SCHEMA);
	assert_int_equal(schema_registry_add(r, "http://a/", NULL, &err),
	    ALK_SCHEMA);
	testing_add(r, NULL, "{\"id\":\"urn:x:y#\"}");
	schema_registry_free(r);
	schema_registry_free(NULL);
}

/* ---- Failures ---------------------------------------------------------- */

static void
an_error_names_the_document(void **state)
{
	(void)state;
	struct schema_registry *r = testing_registry();

	testing_add(r, "http://a/x", "{\"items\":{\"pattern\":\"(\"}}");
	testing_add(r, "http://a/y", "{\"not\":{\"$ref\":\"gone\"}}");
	testing_add(r, "http://a/z", "{\"not\":{\"minimum\":\"1\"}}");
	testing_add(r, "http://a/s", "{\"$schema\":\"http://a/gone\"}");
	assert_refused(r, "{\"$ref\":\"http://a/x\"}", ALK_SCHEMA,
	    "http://a/x", "/items/pattern", "");
	assert_refused(r, "{\"$ref\":\"http://a/y\"}", ALK_SCHEMA,
	    "http://a/y", "/not/$ref", "or in the registry");
	assert_refused(r, "{\"$ref\":\"http://a/z\"}", ALK_SCHEMA,
	    "http://a/z", "/not/minimum", "a number");
	assert_refused(r, "{\"$ref\":\"http://a/s\"}", ALK_SCHEMA,
	    "http://a/s", "/$schema", "http://a/gone");
	assert_refused(r, "{\"items\":{\"$ref\":\"http://a/x#/nowhere\"}}",
	    ALK_SCHEMA, "", "/items/$ref", "nothing is at that place");
	schema_registry_free(r);
}

struct place {
	char path[200];
	char location[200];
};

static int
note_place(void *arg, const struct schema_failure *f)
{
	struct place *p = arg;

	(void)snprintf(p->path, sizeof(p->path), "%s", f->path);
	(void)snprintf(p->location, sizeof(p->location), "%s", f->location);
	return 1;
}

static void
a_failure_names_the_document(void **state)
{
	(void)state;
	static const char *const uris[][2] = {
		{ "http://a/x", "http://a/x#/items/type" },
		{ "bare", "bare#/items/type" }
	};

	for (size_t i = 0; i < 2; i++) {
		struct schema_registry *r = testing_registry();
		struct json_reader reader = { 0 };
		struct place p = { 0 };
		char text[100];
		testing_add(r, uris[i][0], "{\"items\":{\"type\":\"null\"}}");
		(void)snprintf(text, sizeof(text), "{\"properties\":{\"a\":"
		    "{\"$ref\":\"%s\"}}}", uris[i][0]);
		struct schema *s = compile_and_free(r, text);
		yyjson_val *v = testing_read(&reader, "{\"a\":[null,1]}");
		assert_int_equal(schema_errors(s, v, 5, note_place, &p), 1);
		assert_string_equal(p.path, "/properties/a/$ref/items/type");
		assert_string_equal(p.location, uris[i][1]);
		json_reader_fini(&reader);
		schema_free(s);
	}
}

/* ---- Harm -------------------------------------------------------------- */

static void
documents_may_refer_to_each_other(void **state)
{
	(void)state;
	struct schema_registry *r = testing_registry();

	testing_add(r, "http://a/x", "{\"items\":{\"$ref\":\"y\"}}");
	testing_add(r, "http://a/y", "{\"type\":\"array\",\"items\":"
	    "{\"$ref\":\"x\"}}");
	struct schema *s = compile_and_free(r, "{\"$ref\":\"http://a/x\"}");
	assert_true(testing_accepts(s, "[[[[]]]]"));
	assert_true(testing_accepts(s, "[[1]]"));
	assert_false(testing_accepts(s, "[1]"));
	assert_false(testing_accepts(s, "[[[1]]]"));
	schema_free(s);
}

static void
a_circle_without_progress_is_refused(void **state)
{
	(void)state;
	struct schema_registry *r = testing_registry();

	testing_add(r, "http://a/x", "{\"$ref\":\"y\"}");
	testing_add(r, "http://a/y", "{\"$ref\":\"x\"}");
	testing_add(r, "http://a/p", "{\"allOf\":[{\"$ref\":\"q\"}]}");
	testing_add(r, "http://a/q", "{\"anyOf\":[{\"$ref\":\"p\"}]}");
	assert_refused(r, "{\"$ref\":\"http://a/x\"}", ALK_SCHEMA,
	    "http://a/x", "", "lead to each other");
	assert_refused(r, "{\"not\":{\"$ref\":\"http://a/p\"}}", ALK_SCHEMA,
	    "http://a/q", "", "leads back to itself");
	schema_registry_free(r);
}

static void
ids_that_clash_between_documents_are_refused(void **state)
{
	(void)state;
	struct schema_registry *r = testing_registry();

	testing_add(r, "http://a/x", "{\"$defs\":{\"i\":"
	    "{\"$id\":\"http://a/i\",\"type\":\"null\"}}}");
	testing_add(r, "http://a/y", "{\"$defs\":{\"i\":"
	    "{\"$id\":\"http://a/i\",\"type\":\"string\"}}}");
	testing_add(r, "http://a/z", "{\"$defs\":{\"i\":"
	    "{\"$anchor\":\"n\"},\"j\":{\"$anchor\":\"n\",\"not\":{}}}}");
	assert_refused(r, "{\"allOf\":[{\"$ref\":\"http://a/x\"},"
	    "{\"$ref\":\"http://a/y\"}]}", ALK_SCHEMA, "http://a/y",
	    "/$defs/i", "http://a/x#/$defs/i");
	assert_refused(r, "{\"$ref\":\"http://a/z\"}", ALK_SCHEMA,
	    "http://a/z", "/$defs/j", "anchor 'n'");
	schema_registry_free(r);
}

/* Each document refers to the next one ten times over. */
static void
a_bomb_of_references_is_one_program(void **state)
{
	(void)state;
	struct schema_registry *r = testing_registry();
	struct buf text = { 0 };
	char uri[40];

	for (int i = 0; i < 100; i++) {
		buf_clear(&text);
		buf_str(&text, "{\"allOf\":[true");
		for (int j = 0; i < 99 && j < 10; j++)
			buf_printf(&text, ",{\"$ref\":\"d%d\"}", i + 1);
		buf_str(&text, "],\"type\":\"null\"}");
		(void)snprintf(uri, sizeof(uri), "http://a/d%d", i);
		testing_add(r, uri, buf_text(&text));
	}
	buf_fini(&text);
	struct schema *s = compile_and_free(r, "{\"$ref\":\"http://a/d0\"}");
	assert_true(s->count < 1500);
	assert_int_equal(s->documents_count, 101);
	/* Ten to the hundredth: given up, which is not a pass. */
	assert_false(testing_accepts(s, "null"));
	schema_free(s);
}

static void
the_documents_of_a_program_are_limited(void **state)
{
	(void)state;
	struct schema_registry *r = testing_registry();
	char uri[40], text[80];

	for (int i = 0; i < SCHEMA_DOCUMENTS_MAX; i++) {
		(void)snprintf(uri, sizeof(uri), "http://a/d%d", i);
		(void)snprintf(text, sizeof(text), "{\"items\":"
		    "{\"$ref\":\"d%d\"}}", i + 1);
		testing_add(r, uri, text);
	}
	(void)snprintf(uri, sizeof(uri), "http://a/d%d",
	    SCHEMA_DOCUMENTS_MAX - 2);
	assert_refused(r, "{\"$ref\":\"http://a/d0\"}", ALK_LIMIT, uri,
	    "/items/$ref", "limit schema documents");
	schema_registry_free(r);
}

static void
a_chain_of_dynamic_references_is_bounded(void **state)
{
	(void)state;
	struct schema_registry *r = testing_registry();
	struct buf text = { 0 };
	struct buf value = { 0 };

	/* 500 resources that all have the anchor, each within the other. */
	buf_str(&text, "{\"$id\":\"http://a/root\",\"$dynamicAnchor\":\"n\","
	    "\"type\":[\"array\",\"null\"],\"items\":{\"$ref\":\"r0\"},"
	    "\"$defs\":{");
	for (int i = 0; i < 500; i++)
		buf_printf(&text, "%s\"r%d\":{\"$id\":\"r%d\","
		    "\"$dynamicAnchor\":\"n\",\"prefixItems\":"
		    "[{\"$ref\":\"r%d\"}],\"items\":"
		    "{\"$dynamicRef\":\"#n\"}}", i > 0 ? "," : "", i, i,
		    (i + 1) % 500);
	buf_str(&text, "}}");
	struct schema *s = compile_and_free(r, buf_text(&text));
	for (int i = 0; i < 300; i++)
		buf_char(&value, '[');
	for (int i = 0; i < 300; i++)
		buf_str(&value, i > 0 ? ",null]" : "null]");
	assert_true(testing_accepts(s, buf_text(&value)));
	buf_clear(&value);
	buf_str(&value, "[[null,1]]");
	assert_false(testing_accepts(s, buf_text(&value)));
	buf_fini(&value);
	buf_fini(&text);
	schema_free(s);
}

/* A document brings the first dynamic reference when half is built. */
static void
a_dynamic_reference_may_come_with_a_document(void **state)
{
	(void)state;
	struct schema_registry *r = testing_registry();

	testing_add(r, "http://a/tree", "{\"$dynamicAnchor\":\"node\","
	    "\"type\":\"object\",\"properties\":{\"kids\":{\"items\":"
	    "{\"$dynamicRef\":\"#node\"}}}}");
	struct schema *s = compile_and_free(r, "{\"$id\":\"http://a/strict\","
	    "\"$dynamicAnchor\":\"node\",\"$ref\":\"tree\","
	    "\"unevaluatedProperties\":false,\"anyOf\":"
	    "[{\"const\":{\"kids\":[{}]}},true]}");
	assert_true(testing_accepts(s, "{\"kids\":[{\"kids\":[{}]}]}"));
	assert_false(testing_accepts(s, "{\"kids\":[{\"kid\":[]}]}"));
	schema_free(s);
}

/* ---- Memory ------------------------------------------------------------ */

static int
build_all(struct schema_registry **r, struct schema **s)
{
	static const char *const documents[][2] = {
		{ "http://a/x", "{\"$defs\":{\"i\":{\"$id\":\"i\",\"$ref\":"
		    "\"https://json-schema.org/draft/2019-09/schema\"}}}" },
		{ "http://a/m", "{\"$vocabulary\":{"
		    "\"https://json-schema.org/draft/2020-12/vocab/core\":"
		    "true}}" }
	};
	const char *text = "{\"$schema\":\"http://a/m\","
	    "\"$ref\":\"http://a/i\"}";
	struct json_reader reader = { 0 };
	int rc = schema_registry_new(r, NULL);

	for (size_t i = 0; i < 2 && rc == ALK_OK; i++) {
		yyjson_val *v = json_read_own(&reader, documents[i][1],
		    strlen(documents[i][1]), NULL);
		rc = v == NULL ? ALK_NOMEM : schema_registry_add(*r,
		    documents[i][0], v, NULL);
	}
	if (rc == ALK_OK) {
		const struct schema_options o = { .registry = *r };
		yyjson_val *v = json_read_own(&reader, text, strlen(text),
		    NULL);
		rc = v == NULL ? ALK_NOMEM :
		    schema_compile_with(v, &o, s, NULL);
	}
	json_reader_fini(&reader);
	return rc;
}

static void
without_memory_it_is_nomem_and_nothing_leaks(void **state)
{
	(void)state;
	int64_t before = memory_live();
	bool fired = true;

	for (int64_t n = 0; fired; n++) {
		struct schema_registry *r = NULL;
		struct schema *s = NULL;
		memory_fail_at(n, false);
		int rc = build_all(&r, &s);
		fired = memory_fired();
		memory_heal();
		assert_int_equal(rc, fired ? ALK_NOMEM : ALK_OK);
		assert_int_equal(s == NULL, fired);
		schema_free(s);
		schema_registry_free(r);
		assert_int_equal(memory_live(), before);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_lead_to_other_documents),
		cmocka_unit_test(a_document_is_known_by_its_uri_and_its_id),
		cmocka_unit_test(what_is_compiled_comes_before_the_registry),
		cmocka_unit_test(documents_have_drafts_of_their_own),
		cmocka_unit_test(an_unequal_document_of_one_uri_is_refused),
		cmocka_unit_test(a_document_needs_a_uri_and_must_be_a_schema),
		cmocka_unit_test(an_error_names_the_document),
		cmocka_unit_test(a_failure_names_the_document),
		cmocka_unit_test(documents_may_refer_to_each_other),
		cmocka_unit_test(a_circle_without_progress_is_refused),
		cmocka_unit_test(
		    ids_that_clash_between_documents_are_refused),
		cmocka_unit_test(a_bomb_of_references_is_one_program),
		cmocka_unit_test(the_documents_of_a_program_are_limited),
		cmocka_unit_test(a_chain_of_dynamic_references_is_bounded),
		cmocka_unit_test(a_dynamic_reference_may_come_with_a_document),
		cmocka_unit_test(without_memory_it_is_nomem_and_nothing_leaks)
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
