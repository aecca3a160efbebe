/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "schema/testing.h"

#include "schema/keyword.h"

static void
the_table_of_keywords_is_in_order(void **state)
{
	(void)state;
	const struct dialect d = dialect_of_draft(SCHEMA_TYPEBOX,
	    SCHEMA_FORMAT_BY_DIALECT);

	for (size_t i = 0; i < KW_COUNT; i++) {
		const struct keyword_row *row = &keyword_rows[i];
		assert_int_equal(row->id, i);
		assert_ptr_equal(keyword_find(&d, row->name,
		    strlen(row->name)), row);
	}
	assert_null(keyword_find(&d, "typ", 3));
	assert_null(keyword_find(&d, "types", 5));
	assert_null(keyword_find(&d, "", 0));
}

static void
a_wrong_keyword_value_says_where_and_why(void **state)
{
	(void)state;
	static const struct {
		const char *schema;
		const char *pointer;
		const char *words;
	} rows[] = {
		{ "{\"properties\":{\"a\":{\"pattern\":{}}}}",
		    "/properties/a/pattern", "give its source" },
		{ "{\"maximum\":null}", "/maximum",
		    "Infinity has no JSON form" },
		{ "{\"minLength\":-1}", "/minLength", "not negative" },
		{ "{\"minLength\":1.5}", "/minLength", "an integer" },
		{ "{\"multipleOf\":0}", "/multipleOf", "above 0" },
		{ "{\"multipleOf\":-2}", "/multipleOf", "above 0" },
		{ "{\"multipleOf\":1.00000000000000000001}", "/multipleOf",
		    "19 digits" },
		{ "{\"required\":\"a\"}", "/required", "array of strings" },
		{ "{\"required\":[1]}", "/required/0", "array of strings" },
		{ "{\"required\":[\"a\",\"b\",\"a\"]}", "/required/2",
		    "'a' twice" },
		{ "{\"properties\":[]}", "/properties", "an object" },
		{ "{\"properties\":{\"a\":[]}}", "/properties/a",
		    "object, true or false" },
		{ "{\"items\":[true,5]}", "/items/1",
		    "object, true or false" },
		{ "{\"items\":5}", "/items", "object, true or false" },
		{ "{\"additionalProperties\":null}", "/additionalProperties",
		    "object, true or false" },
		{ "{\"anyOf\":{}}", "/anyOf", "an array" },
		{ "{\"uniqueItems\":1}", "/uniqueItems", "true or false" },
		{ "{\"enum\":{}}", "/enum", "an array" },
		{ "{\"$id\":5}", "/$id", "a string" },
		{ "{\"$ref\":5}", "/$ref", "a string" },
		{ "{\"title\":5}", "/title", "a string" },
		{ "{\"format\":null}", "/format", "a string" },
		{ "{\"dependentRequired\":{\"a\":\"b\"}}",
		    "/dependentRequired/a", "array of strings" },
		{ "{\"dependencies\":{\"a\":5}}", "/dependencies/a",
		    "object, true or false" },
		{ "{\"type\":[]}", "/type", "names no type" },
		{ "{\"type\":null}", "/type", "a type or an array of types" },
		{ "{\"type\":\"strng\"}", "/type", "no type 'strng'" },
		{ "{\"type\":[\"null\",5]}", "/type/1", "type names" },
		{ "{\"prefixItems\":[],\"items\":[]}", "/items", "exclude" },
		{ "{\"$recursiveRef\":\"#/a\"}", "/$recursiveRef",
		    "must be '#'" },
		{ "5", "", "object, true or false" },
		{ "{\"a~/b\":1,\"$defs\":{\"a~/b\":{\"minimum\":\"1\"}}}",
		    "/$defs/a~0~1b/minimum", "a number, not string" }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		testing_refused(rows[i].schema, ALK_SCHEMA, rows[i].pointer,
		    rows[i].words);
}

static void
definitions_that_nobody_uses_are_checked_too(void **state)
{
	(void)state;
	testing_refused("{\"$defs\":{\"a\":{\"type\":\"x\"}}}", ALK_SCHEMA,
	    "/$defs/a/type", "no type 'x'");
	testing_refused("{\"$defs\":{\"a\":{\"$ref\":\"#/nowhere\"}}}",
	    ALK_SCHEMA, "/$defs/a/$ref", "leads nowhere");
	testing_refused("{\"$defs\":{\"a\":{\"pattern\":\"(\"}}}", ALK_SCHEMA,
	    "/$defs/a/pattern", "ECMA-262");
	testing_refused("{\"patternProperties\":{\"a{\":true}}", ALK_SCHEMA,
	    "/patternProperties/a{", "ECMA-262");
}

static void
types_without_json_form_come_with_a_remedy(void **state)
{
	(void)state;
	static const char *const types[] = { "Date", "Uint8Array", "RegExp",
		"bigint", "symbol", "Function", "Constructor", "Promise",
		"Iterator", "AsyncIterator" };
	char schema[80];

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		(void)snprintf(schema, sizeof(schema), "{\"type\":\"%s\"}",
		    types[i]);
		testing_refused(schema, ALK_SCHEMA, "/type",
		    "has no JSON form; ");
	}
	testing_refused("{\"properties\":{\"at\":{\"type\":\"Date\"}}}",
	    ALK_SCHEMA, "/properties/at/type", "type 'Date' has no JSON form; "
	    "use Type.String({format:'date-time'})");
}

static void
schemas_that_never_end_are_refused(void **state)
{
	(void)state;
	testing_refused("{\"$ref\":\"#\"}", ALK_SCHEMA, "", "lead");
	testing_refused("{\"allOf\":[{\"$ref\":\"#\"}]}", ALK_SCHEMA, "",
	    "itself");
	testing_refused("{\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},"
	    "\"b\":{\"$ref\":\"#/$defs/a\"}},\"$ref\":\"#/$defs/a\"}",
	    ALK_SCHEMA, "/$defs/a", "each other");
	testing_refused("{\"$defs\":{\"a\":{\"not\":{\"$ref\":\"#/$defs/b\"}},"
	    "\"b\":{\"if\":{\"$ref\":\"#/$defs/a\"}}}}", ALK_SCHEMA,
	    "/$defs/b", "itself");
	testing_refused("{\"dependentSchemas\":{\"a\":{\"$ref\":\"#\"}}}",
	    ALK_SCHEMA, "", "itself");
	testing_refused("{\"$recursiveRef\":\"#\"}", ALK_SCHEMA, "", "itself");
}

static void
recursion_through_members_and_items_is_fine(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"type\":\"object\",\"properties\":{\"next\":"
		    "{\"$ref\":\"#\"}},\"additionalProperties\":false}",
		    "{\"next\":{\"next\":{}}}", true },
		{ NULL, "{\"next\":{\"next\":1}}", false },
		{ "{\"$id\":\"T0\",\"type\":\"array\",\"items\":"
		    "{\"$ref\":\"T0\"}}", "[[],[[]]]", true },
		{ NULL, "[[],[[1]]]", false }
	};

	TESTING_ROWS(rows);
}

static void
the_document_is_not_needed_after_compiling(void **state)
{
	(void)state;
	struct json_reader r = { 0 };
	alk_error err = { 0 };
	struct schema *s;
	char text[] = "{\"enum\":[\"abc\",0.1],\"title\":\"def\"}";

	yyjson_val *v = testing_read(&r, text);
	assert_int_equal(schema_compile(v, &s, &err), ALK_OK);
	(void)testing_read(&r, "[\"xxxxxxxxxxxxx\",9.9,\"yyyyyyyyyyyyy\"]");
	assert_true(testing_accepts(s, "\"abc\""));
	assert_true(testing_accepts(s, "0.1"));
	schema_free(s);
	json_reader_fini(&r);
}

static void
a_part_of_a_document_compiles_by_itself(void **state)
{
	(void)state;
	struct json_reader r = { 0 };
	alk_error err = { 0 };
	struct schema *s = NULL;
	yyjson_val *v = testing_read(&r,
	    "{\"a\":[1,{\"items\":{\"type\":5}}]}");

	v = yyjson_arr_get(yyjson_obj_get(v, "a"), 1);
	assert_int_equal(schema_compile(v, &s, &err), ALK_SCHEMA);
	assert_string_equal(err.pointer, "/items/type");
	assert_null(s);
	json_reader_fini(&r);
}

static void
an_error_may_be_ignored(void **state)
{
	(void)state;
	struct json_reader r = { 0 };
	struct schema *s = NULL;

	assert_int_equal(schema_compile(testing_read(&r, "5"), &s, NULL),
	    ALK_SCHEMA);
	assert_null(s);
	schema_free(NULL);
	s = testing_compile("{\"type\":\"null\"}");
	assert_int_equal(schema_explain(s, testing_read(&r, "5"), NULL),
	    ALK_VALUE);
	schema_free(s);
	json_reader_fini(&r);
}

static void
declares_looks_through_references_and_allof(void **state)
{
	(void)state;
	struct schema *s = testing_compile(
	    "{\"$defs\":{\"B\":{\"properties\":{\"id\":true},"
	    "\"required\":[\"only\"]}},\"properties\":{\"a\":true},"
	    "\"allOf\":[{\"$ref\":\"#/$defs/B\"},"
	    "{\"properties\":{\"b\":true}}],"
	    "\"anyOf\":[{\"properties\":{\"c\":true}}]}");

	assert_true(schema_declares(s, "a"));
	assert_true(schema_declares(s, "b"));
	assert_true(schema_declares(s, "id"));
	assert_false(schema_declares(s, "c"));
	assert_false(schema_declares(s, "only"));
	assert_false(schema_declares(s, ""));
	schema_free(s);
	s = testing_compile("true");
	assert_false(schema_declares(s, "a"));
	schema_free(s);
}

static void
check_room(const char *text, const char *property, bool expected)
{
	struct schema *s = testing_compile(text);

	assert_int_equal(schema_has_room_for(s, property), expected);
	schema_free(s);
}

static void
room_for_a_property_is_wherever_something_names_it(void **state)
{
	(void)state;
	check_room("{\"properties\":{\"a\":true}}", "a", true);
	check_room("{\"properties\":{\"a\":true}}", "b", false);
	check_room("{\"required\":[\"a\"]}", "a", true);
	check_room("{\"anyOf\":[{},{\"properties\":{\"a\":true}}]}", "a",
	    true);
	check_room("{\"oneOf\":[{\"allOf\":[{\"properties\":{\"a\":true}}]"
	    "}]}", "a", true);
	check_room("{\"if\":{},\"then\":{\"properties\":{\"a\":true}}}", "a",
	    true);
	check_room("{\"if\":{},\"else\":{\"properties\":{\"a\":true}}}", "b",
	    false);
	check_room("{\"patternProperties\":{\"^x\":true}}", "a", true);
	check_room("{\"additionalProperties\":{\"type\":\"string\"}}", "a",
	    true);
	check_room("{\"additionalProperties\":false}", "a", false);
	check_room("{\"additionalProperties\":true}", "a", false);
	check_room("true", "a", false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_of_keywords_is_in_order),
		cmocka_unit_test(a_wrong_keyword_value_says_where_and_why),
		cmocka_unit_test(definitions_that_nobody_uses_are_checked_too),
		cmocka_unit_test(types_without_json_form_come_with_a_remedy),
		cmocka_unit_test(schemas_that_never_end_are_refused),
		cmocka_unit_test(recursion_through_members_and_items_is_fine),
		cmocka_unit_test(the_document_is_not_needed_after_compiling),
		cmocka_unit_test(a_part_of_a_document_compiles_by_itself),
		cmocka_unit_test(an_error_may_be_ignored),
		cmocka_unit_test(declares_looks_through_references_and_allof),
		cmocka_unit_test(
		    room_for_a_property_is_wherever_something_names_it)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
