/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "module/testing.h"

/* ---- Config ---- */

static void
config_takes_defaults_enums_and_unions_of_one(void **state)
{
	(void)state;
	load(JSON({ "ANode": {}, "Config": { "type": "object", "properties": {
		"type": { "enum": ["undirected"] },
		"multi": { "type": "boolean", "default": true },
		"allowSelfLoops": { "anyOf": [{ "const": false }] } } } }));
	assert_int_equal(m.config.direction, MODULE_UNDIRECTED);
	assert_true(m.config.multi);
	assert_false(m.config.allow_self_loops);
}

static void
config_may_be_composed(void **state)
{
	(void)state;
	load(JSON({ "ANode": {},
		"Shared": { "type": "object", "properties": {
			"type": { "const": "mixed" }, "acyclic": { "const":
			    true } } },
		"Config": { "allOf": [ { "$ref": "Shared" },
			{ "properties": { "type": { "const":
			    "directed" } } } ] } }));
	assert_int_equal(m.config.direction, MODULE_DIRECTED);
	assert_true(m.config.acyclic);
}

static void
config_that_refers_to_itself_ends(void **state)
{
	(void)state;
	load(JSON({ "ANode": {}, "Config": { "allOf": [ { "$ref": "Config" },
		{ "$ref": "Config" }, { "$ref": "Config" } ] } }));
	assert_int_equal(m.config.direction, MODULE_MIXED);
}

static void
config_that_is_left_open_warns(void **state)
{
	(void)state;
	load(JSON({ "ANode": {}, "Config": { "properties": {
		"type": { "type": "string" } } } }));
	assert_int_equal(m.config.direction, MODULE_MIXED);
	assert_true(has_warning("type has neither const nor default"));
}

static void
bad_config_is_refused(void **state)
{
	(void)state;
	assert_refused(JSON({ "ANode": {}, "Config": { "properties": {
		"type": { "const": "both" } } } }), "Config",
	    "/Config/properties/type", "\"directed\"");
	assert_refused(JSON({ "ANode": {}, "Config": { "properties": {
		"multi": { "const": "yes" } } } }), "Config",
	    "/Config/properties/multi", "true or false");
	assert_refused(JSON({ "ANode": {}, "Config": { "properties": {
		"acyclic": { "const": true } } } }), "Config",
	    "/Config/properties/acyclic", "\"directed\"");
}

static void
config_is_written_and_read_back(void **state)
{
	struct buf text = { 0 };

	(void)state;
	for (unsigned bits = 0; bits < 24; bits++) {
		const struct module_config c = {
			(enum module_direction)(bits / 8), bits & 1, bits & 2,
			bits & 4 };
		struct module_config back;
		buf_clear(&text);
		module_config_write(&text, &c);
		assert_int_equal(module_config_read(buf_text(&text), &back,
		    &err), ALK_OK);
		assert_int_equal(back.direction, c.direction);
		assert_int_equal(back.multi, c.multi);
		assert_int_equal(back.allow_self_loops, c.allow_self_loops);
		assert_int_equal(back.acyclic, c.acyclic);
	}
	assert_string_equal(buf_text(&text), "{\"type\":\"undirected\","
	    "\"multi\":true,\"allowSelfLoops\":true,\"acyclic\":true}");
	buf_fini(&text);
}

static void
stored_config_without_acyclic_is_read(void **state)
{
	struct module_config c = { .acyclic = true };

	(void)state;
	assert_int_equal(module_config_read("{\"type\":\"mixed\","
	    "\"multi\":true,\"allowSelfLoops\":false}", &c, &err),
	    ALK_OK);
	assert_true(c.multi);
}

static void
damaged_config_is_corrupt(void **state)
{
	static const char *const texts[] = { "", "{", "[]", "{\"type\":\"x\"}",
		"{\"type\":\"mixed\",\"multi\":1}", "{\"acyclic\":null}" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct module_config c;
		error_clear(&err);
		assert_int_equal(module_config_read(texts[i], &c, &err),
		    ALK_CORRUPT);
	}
}

/* ---- Constraints ---- */

#define CONSTRAIN(...) JSON({ \
	"ANode": {}, "BNode": {}, "BaseNode": {}, "REdge": {}, \
	"REdgeConstraints": { \
		"type": "object", \
		"properties": { __VA_ARGS__ } \
	} \
})

static void
lists_of_types_have_several_forms(void **state)
{
	static const char *const texts[] = {
		CONSTRAIN("edgeType": { "const": "REdge" },
		    "allowedSourceTypes": { "const": ["ANode", "BNode"] }),
		CONSTRAIN("edgeType": { "default": "REdge" },
		    "allowedSourceTypes": { "default": ["ANode", "BNode"] }),
		CONSTRAIN("edgeType": { "enum": ["REdge"] },
		    "allowedSourceTypes": {
		    "items": [{ "const": "ANode" }, { "const": "BNode" }] }),
		CONSTRAIN("edgeType": { "const": "REdge" },
		    "allowedSourceTypes": {
		    "prefixItems": [{ "const": "ANode" },
		    { "enum": ["BNode"] }] }),
		CONSTRAIN("edgeType": { "const": "REdge" },
		    "allowedSourceTypes": {
		    "items": { "anyOf": [{ "const": "ANode" },
		    { "const": "BNode" }] } }),
		CONSTRAIN("edgeType": { "const": "REdge" },
		    "allowedSourceTypes": {
		    "items": { "enum": ["ANode", "BNode"] } }),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		load(texts[i]);
		assert_string_equal(type_named("REdge")->sources,
		    "[\"ANode\",\"BNode\"]");
		assert_string_equal(type_named("REdge")->targets, "[]");
	}
}

static void
an_empty_list_is_no_restriction(void **state)
{
	static const char *const texts[] = {
		CONSTRAIN("edgeType": { "const": "REdge" },
		    "allowedTargetTypes": { "const": [] }),
		CONSTRAIN("edgeType": { "const": "REdge" },
		    "allowedTargetTypes": { "type": "array", "maxItems": 0 }),
		CONSTRAIN("edgeType": { "const": "REdge" },
		    "allowedTargetTypes": { "type": "array", "items": [] }),
		CONSTRAIN("edgeType": { "const": "REdge" }),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		load(texts[i]);
		assert_string_equal(type_named("REdge")->targets, "[]");
	}
}

static void
bad_constraints_are_refused(void **state)
{
	(void)state;
	assert_refused(CONSTRAIN("edgeType": { "const": "SEdge" }),
	    "REdgeConstraints", "/REdgeConstraints/properties/edgeType",
	    "'SEdge', which is no edge type");
	assert_refused(CONSTRAIN("edgeType": { "const": "ANode" }),
	    "REdgeConstraints", "/REdgeConstraints/properties/edgeType",
	    "no edge type");
	assert_refused(CONSTRAIN("x": {}), "REdgeConstraints",
	    "/REdgeConstraints", "edgeType must be the name of an edge type");
	assert_refused(CONSTRAIN("edgeType": { "const": "REdge" },
	    "allowedSourceTypes": { "const": ["CNode"] }), "REdgeConstraints",
	    "/REdgeConstraints/properties/allowedSourceTypes", "'CNode'");
	assert_refused(CONSTRAIN("edgeType": { "const": "REdge" },
	    "allowedTargetTypes": { "const": ["BaseNode"] }),
	    "REdgeConstraints",
	    "/REdgeConstraints/properties/allowedTargetTypes", "no node type");
	assert_refused(CONSTRAIN("edgeType": { "const": "REdge" },
	    "allowedTargetTypes": { "const": "ANode" }), "REdgeConstraints",
	    "/REdgeConstraints/properties/allowedTargetTypes", "a list");
	assert_refused(JSON({ "ANode": {}, "REdge": {},
		"AEdgeConstraints": { "properties": {
			"edgeType": { "const": "REdge" } } },
		"BEdgeConstraints": { "properties": {
			"edgeType": { "const": "REdge" } } } }),
	    "BEdgeConstraints", "/BEdgeConstraints/properties/edgeType",
	    "already, in the entry 'AEdgeConstraints'");
}

#define T(name) cmocka_unit_test(name)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(config_takes_defaults_enums_and_unions_of_one),
		T(config_may_be_composed),
		T(config_that_refers_to_itself_ends),
		T(config_that_is_left_open_warns),
		T(bad_config_is_refused),
		T(config_is_written_and_read_back),
		T(stored_config_without_acyclic_is_read),
		T(damaged_config_is_corrupt),
		T(lists_of_types_have_several_forms),
		T(an_empty_list_is_no_restriction),
		T(bad_constraints_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
