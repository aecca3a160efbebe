/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Slips in modules: refused where nothing else can be meant, else told. */
#include "module/testing.h"

/* Refused, with every text that follows, up to NULL, in the message. */
static void
assert_slip(const char *text, const char *entry, const char *pointer, ...)
{
	struct module none = { .count = 0 };
	const char *part;
	va_list ap;

	error_clear(&err);
	assert_int_equal(module_load(text, strlen(text), &limits, &none, &err),
	    ALK_SCHEMA);
	assert_string_equal(err.entry, entry);
	assert_string_equal(err.pointer, pointer);
	va_start(ap, pointer);
	while ((part = va_arg(ap, const char *)) != NULL)
		if (strstr(err.text, part) == NULL)
			fail_msg("no \"%s\" in \"%s\"", part, err.text);
	va_end(ap);
}

static void
assert_warned(const char *text, const char *part, const char *hint)
{
	load(text);
	assert_int_equal(m.warnings_count, 1);
	if (strstr(m.warnings[0], part) == NULL ||
	    strstr(m.warnings[0], hint) == NULL)
		fail_msg("\"%s\"", m.warnings[0]);
}

static void
assert_silent(const char *text)
{
	load(text);
	if (m.warnings_count != 0)
		fail_msg("\"%s\"", m.warnings[0]);
}

/* ---- Config ---- */

static void
config_of_plain_values_is_refused_with_what_to_write(void **state)
{
	(void)state;
	assert_slip(JSON({ "ANode": {}, "Config": { "acyclic": true,
	    "multi": true } }), "Config", "/Config/acyclic",
	    "Type.Object({ acyclic: Type.Literal(true) }), in JSON",
	    JSON({"type":"object","properties":{"acyclic":{"const":true}}}),
	    NULL);
	assert_slip(JSON({ "$defs": { "ANode": {}, "Config": {
	    "type": "directed" } } }), "Config", "/$defs/Config/type",
	    "Type.Literal(\"directed\")", "{\"const\":\"directed\"}", NULL);
	assert_slip(JSON({ "ANode": {}, "Config": { "type": "object",
	    "multi": { "const": true }, "properties": {} } }), "Config",
	    "/Config/multi", "\"properties\":{\"multi\":{\"const\":true}}",
	    NULL);
}

static void
an_annotation_that_is_misspelt_is_a_warning(void **state)
{
	(void)state;
	assert_warned(JSON({ "ANode": { "type": "object", "x-index": [
	    { "name": "byA", "on": "/a" }] } }),
	    "'x-index' of 'ANode' declares nothing",
	    "did you mean 'x-indexes'?");
	assert_warned(JSON({ "ANode": { "type": "object", "indexes": [] } }),
	    "'indexes' of 'ANode'", "did you mean 'x-indexes'?");
	load(JSON({ "ANode": { "type": "object", "x-icon": "a" } }));
	assert_int_equal(m.warnings_count, 0);
	assert_slip(JSON({ "ANode": { "x-indexes": [
	    { "name": "byA", "fields": ["/a"] }] } }), "ANode",
	    "/ANode/x-indexes/0", "'fields'", "name, on, unique and where",
	    NULL);
}

static void
a_setting_that_is_misspelt_is_a_warning(void **state)
{
	(void)state;
	assert_warned(JSON({ "ANode": {}, "Config": { "properties": {
	    "mulit": { "const": true } } } }), "'mulit' is no setting",
	    "did you mean 'multi'?");
	assert_warned(JSON({ "ANode": {}, "Config": { "properties": {
	    "allow_self_loops": { "const": true } } } }),
	    "'allow_self_loops'", "did you mean 'allowSelfLoops'?");
	assert_warned(JSON({ "ANode": {}, "Config": { "properties": {
	    "directed": { "const": true } } } }), "'directed'",
	    "there are type, multi, allowSelfLoops and acyclic");
}

static void
a_setting_is_looked_for_in_all_that_config_is_made_of(void **state)
{
	(void)state;
	assert_warned(JSON({ "ANode": {},
	    "Shared": { "properties": { "aciclic": { "const": true } } },
	    "Config": { "allOf": [{ "$ref": "Shared" }, {}] } }), "'aciclic'",
	    "'acyclic'");
}

static void
other_members_of_config_are_left_alone(void **state)
{
	(void)state;
	assert_silent(JSON({ "ANode": {}, "Config": { "type": "object",
	    "description": "x", "properties": {
		"$schema": { "type": "string" },
		"name": { "const": "people" },
		"description": { "type": "string" },
		"time": { "type": "string" },
		"version": { "const": 3 } } } }));
}

/* ---- Constraints ---- */

#define CONSTRAIN(...) JSON({ \
	"ANode": {}, "REdge": {}, \
	"REdgeConstraints": { "properties": { __VA_ARGS__ } } \
})

static void
a_constraint_that_nobody_reads_is_refused(void **state)
{
	(void)state;
	assert_slip(CONSTRAIN("edgeType": { "const": "REdge" },
	    "allowedSources": { "const": ["ANode"] }), "REdgeConstraints",
	    "/REdgeConstraints/properties/allowedSources",
	    "did you mean 'allowedSourceTypes'?", NULL);
	assert_slip(CONSTRAIN("edgeType": { "const": "REdge" },
	    "a/b": {}), "REdgeConstraints",
	    "/REdgeConstraints/properties/a~1b", "there are edgeType", NULL);
	assert_slip(JSON({ "ANode": {}, "REdge": {},
	    "Shared": { "properties": { "target": {} } },
	    "REdgeConstraints": { "allOf": [{ "$ref": "Shared" },
		{ "properties": { "edgeType": { "const": "REdge" } } }] } }),
	    "REdgeConstraints", "/REdgeConstraints", "'target'", NULL);
}

static void
plain_constraints_are_refused_with_what_to_write(void **state)
{
	(void)state;
	assert_slip(JSON({ "ANode": {}, "REdge": {}, "REdgeConstraints": {
	    "allowedSourceTypes": ["ANode"], "properties": {
		"edgeType": { "const": "REdge" } } } }), "REdgeConstraints",
	    "/REdgeConstraints/allowedSourceTypes",
	    "{\"allowedSourceTypes\":{\"const\":[\"ANode\"]}}", NULL);
}

static void
notes_on_constraints_are_left_alone(void **state)
{
	(void)state;
	assert_silent(CONSTRAIN("edgeType": { "const": "REdge" },
	    "name": {}, "description": { "type": "string" }, "$schema": {}));
}

static void
a_name_that_is_not_there_comes_with_the_nearest(void **state)
{
	(void)state;
	assert_slip(CONSTRAIN("edgeType": { "const": "RedgeEdge" }),
	    "REdgeConstraints", "/REdgeConstraints/properties/edgeType",
	    "did you mean 'REdge'?", NULL);
	assert_slip(JSON({ "PersonNode": {}, "REdge": {},
	    "REdgeConstraints": { "properties": {
		"edgeType": { "const": "REdge" },
		"allowedTargetTypes": { "const": ["PresonNode"] } } } }),
	    "REdgeConstraints",
	    "/REdgeConstraints/properties/allowedTargetTypes",
	    "did you mean 'PersonNode'?", NULL);
	assert_slip(JSON({ "ANode": { "$ref": "Adress" }, "Address": {} }),
	    "ANode", "/ANode/$ref", "did you mean 'Address'?", NULL);
}

/* ---- Keywords ---- */

static void
a_keyword_that_is_misspelt_is_a_warning(void **state)
{
	(void)state;
	assert_warned(JSON({ "$defs": { "ANode": { "type": "object",
	    "propertys": {} } } }), "'propertys', at /$defs/ANode/propertys",
	    "did you mean 'properties'?");
	assert_warned(JSON({ "ANode": { "properties": { "a": { "items": [{
	    "minlength": 1 }] } } } }), "at /ANode/properties/a/items/0/min",
	    "did you mean 'minLength'?");
	assert_warned(JSON({ "ANode": {}, "Spare": { "anyof": [] } }),
	    "at /Spare/anyof", "did you mean 'anyOf'?");
}

static void
names_of_members_and_data_are_no_keywords(void **state)
{
	(void)state;
	assert_silent(JSON({ "ANode": { "type": "object",
	    "required": ["propertys"],
	    "properties": { "propertys": {}, "requird": { "default": {
		"propertys": 1 } } },
	    "patternProperties": { "formt": {} },
	    "dependentSchemas": { "itmes": {} },
	    "const": { "anyof": 1 }, "enum": [{ "anyof": 1 }] },
	    "Itmes": {}, "formatt": {} }));
}

static void
keywords_that_resemble_none_are_left_alone(void **state)
{
	(void)state;
	assert_silent(JSON({ "ANode": { "kind": "x", "note": "x", "id": "x",
	    "time": 1, "example": 1, "nullable": true, "discriminator": {},
	    "errorMessage": "x", "x-order": 3 } }));
}

static void
another_draft_is_one_warning(void **state)
{
	(void)state;
	assert_warned(JSON({ "$schema":
	    "https://json-schema.org/draft/2020-12/schema",
	    "$defs": { "ANode": { "$schema":
		"http://json-schema.org/draft-07/schema#" } } }),
	    "draft/2020-12/schema' is another draft", "2019-09");
	assert_warned(JSON({ "ANode": { "$schema":
	    "http://json-schema.org/draft-07/schema#" } }), "draft-07", "");
	assert_silent(JSON({ "$schema":
	    "https://json-schema.org/draft/2019-09/schema",
	    "$defs": { "ANode": { "$schema": "https://example.org/x" } } }));
}

/* ---- Types that nothing can have ---- */

static void
a_type_that_no_object_can_have_is_refused(void **state)
{
	static const char *const schemas[] = {
		"false", "{\"type\":\"string\"}",
		"{\"type\":[\"array\",\"null\"]}", "{\"const\":\"a\"}",
		"{\"enum\":[1,[],\"a\"]}", "{\"not\":{}}", "{\"not\":true}",
		"{\"anyOf\":[{\"type\":\"string\"},{\"const\":1}]}",
		"{\"oneOf\":[false]}", "{\"allOf\":[{},{\"type\":\"null\"}]}",
		"{\"$ref\":\"Text\"}",
		"{\"type\":\"object\",\"$ref\":\"Text\"}",
		"{\"allOf\":[{\"$ref\":\"Text\"}]}",
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(schemas) / sizeof(schemas[0]); i++) {
		(void)snprintf(text, sizeof(text), "{\"ANode\":{},\"BEdge\":%s,"
		    "\"Text\":{\"type\":\"string\"}}", schemas[i]);
		assert_slip(text, "BEdge", "/BEdge",
		    "no object is valid by it", "end in Edge", NULL);
	}
}

static void
a_type_that_some_object_may_have_is_taken(void **state)
{
	static const char *const schemas[] = {
		"true", "{}", "{\"type\":[\"null\",\"object\"]}",
		"{\"const\":{}}", "{\"enum\":[1,{}]}",
		"{\"not\":{\"type\":\"null\"}}",
		"{\"anyOf\":[{\"type\":\"string\"},{\"$ref\":\"Thing\"}]}",
		"{\"allOf\":[{},{\"type\":\"object\"}]}",
		"{\"oneOf\":[true,false]}", "{\"$ref\":\"Thing\"}",
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(schemas) / sizeof(schemas[0]); i++) {
		(void)snprintf(text, sizeof(text), "{\"ANode\":{},\"BEdge\":%s,"
		    "\"Thing\":{\"type\":\"object\"}}", schemas[i]);
		load(text);
	}
}

static void
a_type_member_that_is_not_the_name_is_refused(void **state)
{
	(void)state;
	assert_slip(JSON({ "$defs": { "ANode": { "type": "object",
	    "properties": { "nodeType": { "const": "Anode" } } } } }),
	    "ANode", "/$defs/ANode/properties/nodeType", "'ANode'", NULL);
	assert_slip(JSON({ "ANode": {}, "REdge": { "properties": {
	    "edgeType": { "enum": ["SEdge", "TEdge"] } } } }), "REdge",
	    "/REdge/properties/edgeType", "'REdge'", NULL);
	assert_slip(JSON({ "ANode": { "properties": { "nodeType": {
	    "anyOf": [{ "const": "BNode" }, { "const": 1 }] } } } }), "ANode",
	    "/ANode/properties/nodeType", "'ANode'", NULL);
	/* By reference: everything has the name of the entry that refers. */
	assert_slip(JSON({ "ANode": { "properties": { "nodeType": {
	    "const": "ANode" } } }, "BNode": { "$ref": "ANode" } }), "BNode",
	    "/BNode", "'BNode'", NULL);
}

static void
a_type_member_that_can_be_the_name_is_taken(void **state)
{
	(void)state;
	assert_silent(JSON({
	    "ANode": { "properties": { "nodeType": { "const": "ANode" },
		"edgeType": { "const": "x" } } },
	    "BNode": { "properties": { "nodeType": { "type": "string" } } },
	    "CNode": { "properties": { "nodeType": { "enum": ["BNode",
		"CNode"] } } },
	    "DNode": { "properties": { "nodeType": { "anyOf": [
		{ "const": "BNode" }, { "const": "DNode" }] } } },
	    "Node": { "anyOf": [{ "$ref": "ANode" }, { "$ref":
		"BNode" }] } }));
}

#define T(name) cmocka_unit_test(name)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(config_of_plain_values_is_refused_with_what_to_write),
		T(a_setting_that_is_misspelt_is_a_warning),
		T(an_annotation_that_is_misspelt_is_a_warning),
		T(a_setting_is_looked_for_in_all_that_config_is_made_of),
		T(other_members_of_config_are_left_alone),
		T(a_constraint_that_nobody_reads_is_refused),
		T(plain_constraints_are_refused_with_what_to_write),
		T(notes_on_constraints_are_left_alone),
		T(a_name_that_is_not_there_comes_with_the_nearest),
		T(a_keyword_that_is_misspelt_is_a_warning),
		T(names_of_members_and_data_are_no_keywords),
		T(keywords_that_resemble_none_are_left_alone),
		T(another_draft_is_one_warning),
		T(a_type_that_no_object_can_have_is_refused),
		T(a_type_that_some_object_may_have_is_taken),
		T(a_type_member_that_is_not_the_name_is_refused),
		T(a_type_member_that_can_be_the_name_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
