/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What schemas of a module refer to. */
#include "module/testing.h"

static void
a_reference_that_leads_nowhere_is_refused(void **state)
{
	(void)state;
	assert_refused(JSON({ "$defs": { "ANode": { "type": "object",
		"properties": { "a/b": { "$ref": "Nope" } } } } }), "ANode",
	    "/$defs/ANode/properties/a~1b/$ref", "'Nope' leads nowhere");
	assert_refused(JSON({ "ANode": { "type": "array",
		"items": [{}, { "$ref": "Nope" }] } }), "ANode",
	    "/ANode/items/1/$ref", "'Nope' leads nowhere");
}

static void
what_looks_like_a_reference_in_data_is_data(void **state)
{
	(void)state;
	load(JSON({ "ANode": { "type": "object", "properties": {
		"$ref": { "const": { "$ref": "Nope" } },
		"b": { "default": { "$id": "x", "$ref": "Nope" } },
		"c": { "enum": [{ "$ref": "Nope" }] }
	} } }));
	assert_true(accepts("ANode", "{\"$ref\":{\"$ref\":\"Nope\"}}"));
}

static void
an_entry_without_id_is_found_by_its_name(void **state)
{
	(void)state;
	load(JSON({
		"ANode": { "type": "object", "properties": {
			"next": { "$ref": "ANode" }, "s": { "$ref":
			    "Short" } } },
		"Short": { "type": "string", "maxLength": 2 }
	}));
	assert_true(accepts("ANode", "{\"next\":{\"s\":\"ab\"}}"));
	assert_false(accepts("ANode", "{\"next\":{\"s\":\"abc\"}}"));
}

static void
references_by_pointer_are_followed(void **state)
{
	(void)state;
	load(JSON({ "$defs": {
		"ANode": { "type": "object", "properties": {
			"next": { "$ref": "#/$defs/ANode" },
			"s": { "$ref": "#/$defs/Short" } } },
		"Short": { "$ref": "#/$defs/Text" },
		"Text": { "type": "string" },
		"Other": { "type": "number" }
	} }));
	assert_true(accepts("ANode", "{\"next\":{\"s\":\"ab\"}}"));
	assert_false(accepts("ANode", "{\"next\":{\"s\":1}}"));
	assert_null(strstr(m.types[0].schema, "Other"));
}

static void
a_recursive_type_has_its_own_id(void **state)
{
	(void)state;
	load(JSON({ "$defs": { "ANode": { "$id": "ANode", "type": "object",
		"properties": { "list": { "$id": "T0", "type": "object",
			"required": ["v"], "properties": {
				"v": { "type": "number" },
				"next": { "$ref": "T0" } } } } } } }));
	assert_true(accepts("ANode",
	    "{\"list\":{\"v\":1,\"next\":{\"v\":2}}}"));
	assert_false(accepts("ANode", "{\"list\":{\"v\":1,\"next\":{}}}"));
}

static void
equal_definitions_of_modules_within_are_one(void **state)
{
	(void)state;
	load(JSON({ "$defs": {
		"ANode": { "$id": "ANode", "allOf": [
			{ "$defs": { "Base": { "type": "object",
			    "required": ["id"],
				"$id": "Base" } }, "$ref": "Base" },
			{ "type": "object" } ] },
		"BNode": { "$id": "BNode", "$ref": "Base" },
		"Base": { "$id": "Base", "type": "object", "required": ["id"] }
	} }));
	assert_true(accepts("ANode", "{\"id\":1}"));
	assert_false(accepts("ANode", "{}"));
	assert_false(accepts("BNode", "{}"));
}

static void
a_type_that_is_defined_twice_still_refers_to_itself(void **state)
{
	(void)state;
	load(JSON({ "$defs": {
		"ANode": { "$id": "ANode", "type": "object",
			"required": ["v"], "properties": { "v": {} } },
		"BNode": { "type": "object", "properties": { "a": {
			"$defs": { "ANode": { "$id": "ANode", "type": "object",
				"required": ["v"], "properties": { "v":
				    {} } } },
			"$ref": "ANode" } } }
	} }));
	assert_true(accepts("ANode", "{\"v\":1}"));
	assert_false(accepts("ANode", "{}"));
	assert_false(accepts("BNode", "{\"a\":{}}"));
}

static void
unequal_definitions_of_one_id_are_refused_with_both_places(void **state)
{
	(void)state;
	assert_refused(JSON({ "$defs": {
		"A": { "type": "number", "$id": "A" },
		"CNode": { "type": "object", "properties": { "b": {
			"$defs": {
				"A": { "type": "string", "$id": "A" },
				"B": { "$id": "B", "properties": {
					"a": { "$ref": "A" } } }
			},
			"$ref": "B" } }, "$id": "CNode" }
	}, "$ref": "CNode" }), "CNode", "/$defs/CNode/properties/b/$defs/A",
	    "the one at /$defs/A have the same $id but differ");
}

static void
an_id_that_is_not_the_name_is_refused(void **state)
{
	(void)state;
	assert_refused(JSON({ "ANode": { "$id": "BNode" } }), "ANode",
	    "/ANode/$id", "differs from the entry's name");
}

static void
own_definitions_must_not_contradict_the_module(void **state)
{
	(void)state;
	assert_refused(JSON({
		"ANode": { "$defs": { "S": { "type": "string" } },
			"properties": { "s": { "$ref": "#/$defs/S" },
				"t": { "$ref": "S" } } },
		"S": { "type": "number" }
	}), "ANode", "/ANode/$defs", "both define 'S', but not equally");
}

#define T(name) cmocka_unit_test(name)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_reference_that_leads_nowhere_is_refused),
		T(what_looks_like_a_reference_in_data_is_data),
		T(an_entry_without_id_is_found_by_its_name),
		T(references_by_pointer_are_followed),
		T(a_recursive_type_has_its_own_id),
		T(equal_definitions_of_modules_within_are_one),
		T(a_type_that_is_defined_twice_still_refers_to_itself),
		T(unequal_definitions_of_one_id_are_refused_with_both_places),
		T(an_id_that_is_not_the_name_is_refused),
		T(own_definitions_must_not_contradict_the_module),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
