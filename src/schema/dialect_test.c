/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the drafts say differently, and how one is chosen. */
#include "schema/testing.h"

#define D4 "http://json-schema.org/draft-04/schema#"
#define D6 "http://json-schema.org/draft-06/schema#"
#define D7 "http://json-schema.org/draft-07/schema#"
#define D2019 "https://json-schema.org/draft/2019-09/schema"
#define D2020 "https://json-schema.org/draft/2020-12/schema"
#define V2020 "https://json-schema.org/draft/2020-12/vocab/"
#define V2019 "https://json-schema.org/draft/2019-09/vocab/"

static const struct schema_options options_of[] = {
	{ .dialect = SCHEMA_TYPEBOX }, { .dialect = SCHEMA_2020_12 },
	{ .dialect = SCHEMA_2019_09 }, { .dialect = SCHEMA_7 },
	{ .dialect = SCHEMA_6 }, { .dialect = SCHEMA_4 }
};

#define DRAFTS (sizeof(options_of) / sizeof(options_of[0]))

/* Where a value is valid, by dialects in the order of the enum. */
struct difference {
	const char *schema;
	const char *value;
	const char *valid; /* 1 or 0 for each */
};

static void
each_draft_has_its_keywords(void **state)
{
	(void)state;
	static const struct difference rows[] = {
		/* TypeBox, 2020-12, 2019-09, 7, 6, 4 */
		{ "{\"const\":1}", "2", "000001" },
		{ "{\"contains\":{\"type\":\"null\"}}", "[1]", "000001" },
		{ "{\"propertyNames\":{\"maxLength\":1}}", "{\"ab\":1}",
		    "000001" },
		{ "{\"if\":{\"type\":\"null\"},\"then\":{\"enum\":[]}}",
		    "null", "000011" },
		{ "{\"dependentRequired\":{\"a\":[\"b\"]}}", "{\"a\":1}",
		    "000111" },
		{ "{\"dependencies\":{\"a\":[\"b\"]}}", "{\"a\":1}",
		    "000000" },
		{ "{\"prefixItems\":[{\"type\":\"null\"}]}", "[1]", "001111" },
		{ "{\"contains\":{\"type\":\"null\"},\"minContains\":0}",
		    "[1]", "111001" },
		{ "{\"contains\":{\"type\":\"null\"},\"maxContains\":1}",
		    "[null,null]", "000111" },
		{ "{\"unevaluatedProperties\":{\"type\":\"null\"}}",
		    "{\"a\":1}", "000111" },
		{ "{\"contains\":{\"type\":\"null\"},"
		    "\"unevaluatedItems\":{\"type\":\"string\"}}",
		    "[null,\"a\",null]", "010111" },
		{ "{\"allOf\":[{\"contains\":{\"minimum\":1}},"
		    "{\"contains\":{\"maximum\":-1}}],"
		    "\"unevaluatedItems\":{\"type\":\"null\"}}",
		    "[1,0,-1]", "000111" },
		{ "{\"definitions\":{\"a\":{\"type\":\"null\"}},"
		    "\"$ref\":\"#/definitions/a\",\"maximum\":1}", "2",
		    "000000" },
		{ "{\"definitions\":{\"a\":{\"type\":\"integer\"}},"
		    "\"$ref\":\"#/definitions/a\",\"maximum\":1}", "2",
		    "000111" },
		{ "{\"$recursiveAnchor\":true,\"properties\":{\"a\":"
		    "{\"$recursiveRef\":\"#\"}},\"required\":[\"b\"]}",
		    "{\"b\":1,\"a\":{}}", "010111" },
		{ "{\"type\":\"integer\"}", "1e2", "111111" }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t d = 0; d < DRAFTS; d++) {
			alk_error err = { 0 };
			struct schema *s = testing_try_with(rows[i].schema,
			    &options_of[d], &err);
			if (s == NULL)
				fail_msg("%s in %zu: %s", rows[i].schema, d,
				    err.text);
			assert_int_equal(schema_dialect_of(s), d);
			if (testing_accepts(s, rows[i].value) !=
			    (rows[i].valid[d] == '1'))
				fail_msg("%s: %s in dialect %zu",
				    rows[i].schema, rows[i].value, d);
			schema_free(s);
		}
}

static void
dollar_schema_chooses_the_draft(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"$schema\":\"" D4 "\",\"const\":1,\"minimum\":2,"
		    "\"exclusiveMinimum\":true}", "2", false },
		{ NULL, "3", true },
		{ "{\"$schema\":\"" D4 "\",\"maximum\":2,"
		    "\"exclusiveMaximum\":false}", "2", true },
		{ "{\"$schema\":\"" D4 "\",\"exclusiveMaximum\":true}", "2",
		    true },
		{ "{\"$schema\":\"" D6 "\",\"const\":1,\"if\":true,"
		    "\"then\":false}", "1", true },
		{ "{\"$schema\":\"" D7 "\",\"if\":true,\"then\":false}", "1",
		    false },
		{ "{\"$schema\":\"" D2020 "\",\"format\":\"date\"}", "\"x\"",
		    true },
		{ "{\"$schema\":\"" D2019 "#\",\"format\":\"date\"}", "\"x\"",
		    true },
		{ "{\"$schema\":\"" D7 "\",\"format\":\"date\"}", "\"x\"",
		    false },
		{ "{\"format\":\"date\"}", "\"x\"", false },
		/* Without an $id it says nothing within a schema ... */
		{ "{\"items\":{\"$schema\":\"" D4 "\",\"const\":1}}", "[2]",
		    false },
		{ "{\"items\":{\"$schema\":\"nobody\",\"const\":1}}", "[2]",
		    false },
		/* ... and `id` is not one in draft 7. */
		{ "{\"items\":{\"id\":\"a\",\"$schema\":\"" D7 "\","
		    "\"dependentRequired\":{\"a\":[\"b\"]}}}", "[{\"a\":1}]",
		    false },
		{ "{\"items\":{\"$id\":\"a\",\"$schema\":\"" D7 "\","
		    "\"dependentRequired\":{\"a\":[\"b\"]}}}", "[{\"a\":1}]",
		    true },
		{ "{\"$schema\":\"" D2020 "\",\"items\":{\"$schema\":\"" D4
		    "\",\"id\":\"a\",\"definitions\":{\"b\":{\"id\":\"#c\","
		    "\"minimum\":1,\"exclusiveMinimum\":true}},"
		    "\"allOf\":[{\"$ref\":\"a#c\"}]}}", "[1]", false },
		{ NULL, "[2]", true }
	};

	TESTING_ROWS(rows);
}

static void
what_a_draft_does_not_allow_is_refused(void **state)
{
	(void)state;
	testing_refused("{\"$schema\":\"" D2020 "\",\"items\":[true]}",
	    ALK_SCHEMA, "/items", "prefixItems");
	testing_refused("{\"$schema\":\"" D4 "\",\"not\":true}", ALK_SCHEMA,
	    "/not", "{\"not\": {}}");
	testing_refused("{\"$schema\":\"" D4 "\",\"exclusiveMinimum\":1}",
	    ALK_SCHEMA, "/exclusiveMinimum", "true or false");
	testing_refused("{\"$schema\":\"" D6 "\",\"exclusiveMinimum\":true}",
	    ALK_SCHEMA, "/exclusiveMinimum", "a number");
	testing_refused("{\"$schema\":\"" D2019 "\",\"$defs\":{\"a\":"
	    "{\"$id\":\"#a\"}}}", ALK_SCHEMA, "/$defs/a/$id", "$anchor");
	testing_refused("{\"$schema\":\"" D7 "\",\"type\":\"undefined\"}",
	    ALK_SCHEMA, "/type", "no type");
	/* The exact $id is TypeBox's alone. */
	testing_refused("{\"$schema\":\"" D2020 "\",\"$id\":\"http://a/b/\","
	    "\"$defs\":{\"A\":{\"$id\":\"x/y\",\"$ref\":\"z\"},"
	    "\"Z\":{\"$id\":\"z\"}}}", ALK_SCHEMA, "/$defs/A/$ref",
	    "leads nowhere");
}

static void
a_schema_that_is_not_known_says_what_helps(void **state)
{
	(void)state;
	testing_refused("{\"$schema\":\"http://example.com/mine\"}",
	    ALK_SCHEMA, "/$schema", "add it to the registry");
	testing_refused("{\"$schema\":\"http://json-schema.org/schema\"}",
	    ALK_SCHEMA, "/$schema", "name a draft");
	testing_refused("{\"$schema\":\"" D2020 "#a\"}", ALK_SCHEMA,
	    "/$schema", "no fragment");
	testing_refused("{\"items\":{\"$id\":\"a\",\"$schema\":\"x\"}}",
	    ALK_SCHEMA, "/items/$schema", "'x'");
}

static void
one_dialect_for_all_reads_over_dollar_schema(void **state)
{
	(void)state;
	const struct schema_options o = { .dialect = SCHEMA_7,
		.is_fixed = true };
	alk_error err = { 0 };
	struct schema *s = testing_try_with("{\"$schema\":\"" D4 "\","
	    "\"const\":1,\"items\":{\"$id\":\"a\",\"$schema\":\"nobody\"}}",
	    &o, &err);

	assert_non_null(s);
	assert_int_equal(schema_dialect_of(s), SCHEMA_7);
	assert_false(testing_accepts(s, "2"));
	schema_free(s);
}

static void
format_is_asserted_as_asked(void **state)
{
	(void)state;
	static const char *const names[] = { D4, D6, D7, D2019, D2020 };
	static const enum schema_format formats[] = {
		SCHEMA_FORMAT_ASSERT, SCHEMA_FORMAT_ANNOTATE
	};
	char text[200];

	for (size_t i = 0; i < 10; i++) {
		const struct schema_options o = { .format = formats[i % 2] };
		alk_error err = { 0 };
		(void)snprintf(text, sizeof(text),
		    "{\"$schema\":\"%s\",\"format\":\"ipv4\"}", names[i / 2]);
		struct schema *s = testing_try_with(text, &o, &err);
		assert_non_null(s);
		assert_int_equal(testing_accepts(s, "\"x\""), i % 2);
		schema_free(s);
	}
}

/* ---- Meta-schemas of somebody's own ------------------------------------ */

/* The verdict on value of a schema in the dialect of meta, -1: refused. */
static int
ask(const char *meta, const char *schema, const char *value, alk_error *err)
{
	struct schema_registry *r = testing_registry();
	const struct schema_options o = { .registry = r };

	testing_add(r, "http://m/meta", meta);
	error_clear(err);
	struct schema *s = testing_try_with(schema, &o, err);
	schema_registry_free(r);
	int verdict = s != NULL ? testing_accepts(s, value) : -1;
	schema_free(s);
	return verdict;
}

#define CORE "\"" V2020 "core\":true"
#define META(list) "{\"$schema\":\"" D2020 "\",\"$vocabulary\":{" list "}}"

static void
vocabularies_switch_keywords_off(void **state)
{
	(void)state;
	alk_error err = { 0 };
	const char *applicator =
	    META(CORE ",\"" V2020 "applicator\":true");
	const char *schema = "{\"$schema\":\"http://m/meta\","
	    "\"properties\":{\"a\":{\"minimum\":5},\"b\":false},"
	    "\"required\":[\"c\"],\"unevaluatedProperties\":false}";

	assert_int_equal(ask(applicator, schema, "{\"a\":1,\"d\":2}", &err),
	    1);
	assert_int_equal(ask(applicator, schema, "{\"b\":1}", &err), 0);
	assert_int_equal(ask(META(CORE), schema, "{\"b\":1}", &err), 1);
	/* One that is unknown, and optional, says nothing. */
	assert_int_equal(ask(META(CORE ",\"http://x/y\":false"), schema,
	    "{\"b\":1}", &err), 1);
	/* A meta-schema without a list is of its own draft. */
	assert_int_equal(ask("{\"$schema\":\"" D7 "\"}", "{\"$schema\":"
	    "\"http://m/meta#\",\"dependentRequired\":{\"a\":[\"b\"]},"
	    "\"const\":{\"a\":1}}", "{\"a\":1}", &err), 1);
}

static void
format_is_asserted_where_the_vocabulary_wants_it(void **state)
{
	(void)state;
	static const struct {
		const char *meta;
		int valid;
	} rows[] = {
		{ META(CORE ",\"" V2020 "format-assertion\":true"), 0 },
		{ META(CORE ",\"" V2020 "format-assertion\":false"), 0 },
		{ META(CORE ",\"" V2020 "format-annotation\":true"), 1 },
		{ META(CORE), 1 },
		{ "{\"$vocabulary\":{\"" V2019 "core\":true,\"" V2019
		    "format\":true}}", 0 },
		{ "{\"$vocabulary\":{\"" V2019 "core\":true,\"" V2019
		    "format\":false}}", 1 }
	};
	alk_error err = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(ask(rows[i].meta, "{\"$schema\":"
		    "\"http://m/meta\",\"format\":\"date\"}", "\"x\"", &err),
		    rows[i].valid);
}

static void
a_meta_schema_that_cannot_be_followed_is_refused(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ META(CORE ",\"http://x/y\":true"), "'http://x/y'" },
		{ META("\"" V2020 "validation\":true"), "core vocabulary" },
		{ META(CORE ",\"" V2019 "validation\":true"), "two drafts" },
		{ META("\"" V2020 "core\":1"), "true or false" },
		{ "{\"$vocabulary\":[]}", "an object" },
		{ "{}", "neither $vocabulary nor $schema" },
		{ "true", "neither" },
		{ "{\"$schema\":\"http://m/meta\"}", "leads to no draft" },
		{ "{\"$schema\":\"http://m/other\"}", "'http://m/other'" }
	};
	alk_error err;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(ask(rows[i][0],
		    "{\"$schema\":\"http://m/meta\"}", "1", &err), -1);
		assert_int_equal(err.code, ALK_SCHEMA);
		assert_string_equal(err.pointer, "/$schema");
		if (strstr(err.text, rows[i][1]) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", err.text,
			    rows[i][1]);
	}
}

/* ---- The drafts' own meta-schemas -------------------------------------- */

static void
a_schema_is_held_against_the_meta_schema_of_its_draft(void **state)
{
	(void)state;
	static const struct {
		const char *uri;
		const char *schema;
		bool valid;
	} rows[] = {
		{ D2020, "{\"allOf\":[{\"items\":{\"type\":\"nul\"}}]}",
		    false },
		{ D2020, "{\"allOf\":[{\"items\":{\"type\":\"null\"}}]}",
		    true },
		{ D2020, "{\"$defs\":{\"a\":{\"items\":[{}]}}}", false },
		{ D2019, "{\"$defs\":{\"a\":{\"items\":[{}]}}}", true },
		{ D2019, "{\"not\":{\"not\":{\"minItems\":-1}}}", false },
		{ D7, "{\"if\":{\"minItems\":-1}}", false },
		{ D6, "{\"if\":{\"minItems\":-1}}", true },
		{ D6, "{\"exclusiveMinimum\":true}", false },
		{ D4, "{\"minimum\":1,\"exclusiveMinimum\":true}", true },
		{ D4, "{\"exclusiveMinimum\":true}", false },
		{ D4, "{\"items\":{\"required\":[]}}", false },
		{ D7, "{\"items\":{\"required\":[]}}", true }
	};
	char text[200];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(text, sizeof(text), "{\"$ref\":\"%s\"}",
		    rows[i].uri);
		struct schema *s = testing_compile(text);
		if (testing_accepts(s, rows[i].schema) != rows[i].valid)
			fail_msg("%s: %s", rows[i].uri, rows[i].schema);
		assert_int_equal(schema_dialect_of(s), SCHEMA_TYPEBOX);
		schema_free(s);
	}
}

static void
a_large_schema_can_be_held_against_its_meta_schema(void **state)
{
	(void)state;
	struct schema *s = testing_compile("{\"$ref\":\"" D2020 "\"}");
	struct buf text = { 0 };

	/* 40,000 schemas, each 40 deep. */
	for (int i = 0; i < 39; i++)
		buf_str(&text, "{\"items\":");
	buf_str(&text, "{\"properties\":{");
	for (int i = 0; i < 40000; i++)
		buf_printf(&text, "%s\"p%d\":{\"type\":\"string\"}",
		    i > 0 ? "," : "", i);
	buf_str(&text, "}}");
	for (int i = 0; i < 39; i++)
		buf_char(&text, '}');
	assert_true(testing_accepts(s, buf_text(&text)));
	buf_fini(&text);
	schema_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_draft_has_its_keywords),
		cmocka_unit_test(dollar_schema_chooses_the_draft),
		cmocka_unit_test(what_a_draft_does_not_allow_is_refused),
		cmocka_unit_test(a_schema_that_is_not_known_says_what_helps),
		cmocka_unit_test(one_dialect_for_all_reads_over_dollar_schema),
		cmocka_unit_test(format_is_asserted_as_asked),
		cmocka_unit_test(vocabularies_switch_keywords_off),
		cmocka_unit_test(
		    format_is_asserted_where_the_vocabulary_wants_it),
		cmocka_unit_test(
		    a_meta_schema_that_cannot_be_followed_is_refused),
		cmocka_unit_test(
		    a_schema_is_held_against_the_meta_schema_of_its_draft),
		cmocka_unit_test(
		    a_large_schema_can_be_held_against_its_meta_schema)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
