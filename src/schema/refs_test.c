/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "schema/testing.h"

static void
an_id_is_found_as_it_stands(void **state)
{
	(void)state;
	static const char *const ids[] = { "Person", "a/b", "x y",
		"http://example.com/s", "#h", "a#b", "../up", "urn:x:y" };
	char schema[200];

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		(void)snprintf(schema, sizeof(schema),
		    "{\"$defs\":{\"n\":{\"$id\":\"%s\",\"type\":\"null\"}},"
		    "\"items\":{\"$ref\":\"%s\"}}", ids[i], ids[i]);
		struct schema *s = testing_compile(schema);
		assert_true(testing_accepts(s, "[null]"));
		assert_false(testing_accepts(s, "[1]"));
		schema_free(s);
	}
}

static void
an_id_is_found_from_under_another_base(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"$defs\":{\"A\":{\"$id\":\"http://a/x/y\",\"items\":"
		    "{\"$ref\":\"B\"}},"
		    "\"B\":{\"$id\":\"B\",\"type\":\"null\"}},"
		    "\"$ref\":\"http://a/x/y\"}", "[null]", true },
		{ NULL, "[1]", false }
	};

	TESTING_ROWS(rows);
}

static void
the_uri_decides_where_an_id_is_ambiguous(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"$id\":\"http://a/\",\"$defs\":{"
		    "\"x\":{\"$id\":\"n\",\"type\":\"null\"},"
		    "\"y\":{\"$id\":\"http://b/\",\"$defs\":{"
		    "\"z\":{\"$id\":\"n\",\"type\":\"string\"}},"
		    "\"items\":{\"$ref\":\"n\"}}},"
		    "\"properties\":{\"p\":{\"$ref\":\"n\"},"
		    "\"q\":{\"$ref\":\"http://b/\"}}}",
		    "{\"p\":null,\"q\":[\"s\"]}", true },
		{ NULL, "{\"p\":\"s\"}", false },
		{ NULL, "{\"q\":[null]}", false }
	};

	TESTING_ROWS(rows);
}

static void
equal_definitions_of_one_id_are_merged(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"$defs\":{\"A\":{\"$id\":\"A\",\"type\":\"null\"},"
		    "\"B\":{\"$id\":\"B\",\"$defs\":{\"A\":{\"type\":\"null\","
		    "\"$id\":\"A\"}},\"items\":{\"$ref\":\"A\"}}},"
		    "\"$ref\":\"B\"}", "[null]", true },
		{ NULL, "[1]", false }
	};

	TESTING_ROWS(rows);
}

static void
different_definitions_of_one_id_are_refused(void **state)
{
	(void)state;
	testing_refused("{\"$defs\":{\"A\":{\"$id\":\"A\",\"type\":\"null\"},"
	    "\"B\":{\"$defs\":{\"A\":{\"$id\":\"A\"}}}}}", ALK_SCHEMA,
	    "/$defs/B/$defs/A", "different schema at '/$defs/A'");
	testing_refused("{\"$defs\":{\"A\":{\"$anchor\":\"A\",\"not\":{}},"
	    "\"B\":{\"$anchor\":\"A\"}}}", ALK_SCHEMA,
	    "/$defs/B", "different schema at '/$defs/A'");
}

static void
a_reference_that_leads_nowhere_says_where_it_stands(void **state)
{
	(void)state;
	testing_refused("{\"properties\":{\"a\":{\"$ref\":\"Nobody\"}}}",
	    ALK_SCHEMA, "/properties/a/$ref", "'Nobody' leads nowhere");
	/* With the URI that it was taken for. */
	testing_refused("{\"$id\":\"http://a/b/c\",\"$ref\":\"../d#/e\"}",
	    ALK_SCHEMA, "/$ref", "the $id 'http://a/d'");
	testing_refused("{\"$ref\":\"#/$defs/a\",\"$defs\":{}}", ALK_SCHEMA,
	    "/$ref", "nothing is at that place");
	testing_refused("{\"$ref\":\"#a\"}", ALK_SCHEMA, "/$ref",
	    "no such $anchor");
	testing_refused("{\"$ref\":\"#/items/01\",\"items\":[{},{}]}",
	    ALK_SCHEMA, "/$ref", "nothing is at that place");
	testing_refused("{\"$ref\":\"#/title\",\"title\":\"a\"}", ALK_SCHEMA,
	    "/title", "object, true or false");
}

static void
pointers_are_decoded(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"$defs\":{\"a/b~c%d \":{\"type\":\"null\"}},"
		    "\"items\":{\"$ref\":\"#/$defs/a~1b~0c%25d%20\"}}",
		    "[null]", true },
		{ NULL, "[1]", false },
		{ "{\"items\":[{\"type\":\"null\"},{\"$ref\":\"#/items/0\"}]}",
		    "[null,null]", true },
		{ NULL, "[null,1]", false },
		/* A schema where none is expected, reached by a pointer. */
		{ "{\"x\":{\"y\":{\"type\":\"null\",\"items\":{}}},"
		    "\"items\":{\"$ref\":\"#/x/y\"}}", "[1]", false },
		{ NULL, "[null]", true }
	};

	TESTING_ROWS(rows);
}

static void
anchors_belong_to_their_resource(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"$id\":\"http://a/r\",\"$defs\":{"
		    "\"n\":{\"$anchor\":\"t\",\"type\":\"null\"},"
		    "\"s\":{\"$id\":\"s\",\"$defs\":{\"u\":{\"$anchor\":\"t\","
		    "\"type\":\"string\"}},\"$ref\":\"#t\"}},"
		    "\"items\":[{\"$ref\":\"#t\"},{\"$ref\":\"s\"},"
		    "{\"$ref\":\"http://a/s#t\"},"
		    "{\"$ref\":\"s#/$defs/u\"}]}",
		    "[null,\"\",\"\",\"\"]", true },
		{ NULL, "[\"\"]", false },
		{ NULL, "[null,null]", false },
		{ NULL, "[null,\"\",null]", false },
		{ NULL, "[null,\"\",\"\",null]", false }
	};

	TESTING_ROWS(rows);
}

static void
siblings_of_a_reference_count(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"$defs\":{\"a\":{\"minimum\":1}},"
		    "\"$ref\":\"#/$defs/a\",\"maximum\":2}", "3", false },
		{ NULL, "0", false },
		{ NULL, "1", true }
	};

	TESTING_ROWS(rows);
}

static void
a_recursive_reference_goes_to_the_outermost_anchor(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"$id\":\"http://a/closed\",\"$recursiveAnchor\":true,"
		    "\"$ref\":\"tree\",\"unevaluatedProperties\":false,"
		    "\"$defs\":{\"t\":{\"$id\":\"tree\","
		    "\"$recursiveAnchor\":true,\"type\":\"object\","
		    "\"properties\":{\"kids\":{\"type\":\"array\",\"items\":"
		    "{\"$recursiveRef\":\"#\"}}}}}}",
		    "{\"kids\":[{\"kids\":[]}]}", true },
		{ NULL, "{\"kids\":[{\"x\":1}]}", false },
		{ NULL, "{\"kids\":[1]}", false }
	};

	TESTING_ROWS(rows);
}

static void
a_dynamic_reference_goes_to_the_outermost_anchor(void **state)
{
	(void)state;
	static const struct testing_row rows[] = {
		{ "{\"$id\":\"http://a/strings\",\"$ref\":\"list\",\"$defs\":{"
		    "\"t\":{\"$dynamicAnchor\":\"item\",\"type\":\"string\"},"
		    "\"l\":{\"$id\":\"list\",\"items\":"
		    "{\"$dynamicRef\":\"#item\"},\"$defs\":{\"d\":"
		    "{\"$dynamicAnchor\":\"item\"}}}}}", "[\"a\"]", true },
		{ NULL, "[1]", false },
		/* Led to a plain anchor at first, it stays there. */
		{ "{\"$id\":\"http://a/strings\",\"$ref\":\"list\",\"$defs\":{"
		    "\"t\":{\"$dynamicAnchor\":\"item\",\"type\":\"string\"},"
		    "\"l\":{\"$id\":\"list\",\"items\":"
		    "{\"$dynamicRef\":\"#item\"},\"$defs\":{\"d\":"
		    "{\"$anchor\":\"item\"}}}}}", "[1]", true }
	};

	TESTING_ROWS(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_is_found_as_it_stands),
		cmocka_unit_test(an_id_is_found_from_under_another_base),
		cmocka_unit_test(the_uri_decides_where_an_id_is_ambiguous),
		cmocka_unit_test(equal_definitions_of_one_id_are_merged),
		cmocka_unit_test(
		    different_definitions_of_one_id_are_refused),
		cmocka_unit_test(
		    a_reference_that_leads_nowhere_says_where_it_stands),
		cmocka_unit_test(pointers_are_decoded),
		cmocka_unit_test(anchors_belong_to_their_resource),
		cmocka_unit_test(siblings_of_a_reference_count),
		cmocka_unit_test(
		    a_recursive_reference_goes_to_the_outermost_anchor),
		cmocka_unit_test(
		    a_dynamic_reference_goes_to_the_outermost_anchor)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
