/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Modules: shapes, what cannot be used, warnings, size and memory. */
#include "module/testing.h"

#include "memory.h"

/* ---- Shapes ---- */

static const char people[] = JSON({
	"$defs": {
		"Config": {
			"type": "object",
			"description": "Who knows whom",
			"required": ["type", "multi", "allowSelfLoops", "name"],
			"properties": {
				"type": { "const": "directed",
				    "type": "string" },
				"multi": { "const": true, "type": "boolean" },
				"allowSelfLoops": { "const": false },
				"name": { "type": "string" }
			},
			"$id": "Config"
		},
		"Id": { "pattern": "^[a-z]+_[0-9]+$", "type": "string",
		    "$id": "Id" },
		"KnowsEdge": {
			"type": "object",
			"properties": { "since": { "type": "integer" } },
			"$id": "KnowsEdge"
		},
		"PersonNode": {
			"type": "object",
			"description": "Somebody",
			"required": ["id"],
			"properties": {
				"id": { "$ref": "Id" },
				"best": { "$ref": "PersonNode" }
			},
			"$id": "PersonNode"
		},
		"Unused": { "type": "string", "$id": "Unused" },
		"DocNode": {
			"type": "object",
			"properties": {
				"parts": { "type": "array", "items": { "$ref":
				    "Part" } }
			},
			"$id": "DocNode"
		},
		"Part": {
			"type": "object",
			"properties": {
				"id": { "$ref": "Id" },
				"parts": { "type": "array", "items": { "$ref":
				    "Part" } }
			},
			"$id": "Part"
		},
		"KnowsEdgeConstraints": {
			"type": "object",
			"properties": {
				"edgeType": { "const": "KnowsEdge" },
				"allowedSourceTypes": {
					"type": "array",
					"items": [{ "const": "PersonNode",
					    "type": "string" }],
					"additionalItems": false,
					"minItems": 1,
					"maxItems": 1
				},
				"allowedTargetTypes": {
					"default": ["PersonNode", "DocNode"],
					"type": "array",
					"items": { "type": "string" }
				}
			},
			"$id": "KnowsEdgeConstraints"
		}
	}
});

static void
a_module_gives_node_types_then_edge_types_as_written(void **state)
{
	(void)state;
	load(people);
	assert_int_equal(m.count, 3);
	assert_string_equal(m.types[0].name, "PersonNode");
	assert_int_equal(m.types[0].kind, ALK_NODE);
	assert_string_equal(m.types[0].description, "Somebody");
	assert_string_equal(m.types[1].name, "DocNode");
	assert_string_equal(m.types[1].description, "");
	assert_string_equal(m.types[2].name, "KnowsEdge");
	assert_int_equal(m.types[2].kind, ALK_EDGE);
	assert_string_equal(m.types[0].sources, "[]");
	assert_int_equal(m.warnings_count, 0);
}

static void
config_is_read_from_constants(void **state)
{
	(void)state;
	load(people);
	assert_int_equal(m.config.direction, MODULE_DIRECTED);
	assert_true(m.config.multi);
	assert_false(m.config.allow_self_loops);
	assert_false(m.config.acyclic);
	assert_string_equal(m.description, "Who knows whom");
}

static void
constraints_are_read_from_tuples_and_defaults(void **state)
{
	(void)state;
	load(people);
	assert_string_equal(type_named("KnowsEdge")->sources,
	    "[\"PersonNode\"]");
	assert_string_equal(type_named("KnowsEdge")->targets,
	    "[\"PersonNode\",\"DocNode\"]");
}

static void
a_stored_schema_holds_what_it_reaches_and_no_more(void **state)
{
	(void)state;
	load(people);
	assert_string_equal(type_named("KnowsEdge")->schema,
	    "{\"type\":\"object\",\"properties\":{\"since\":{\"type\":"
	    "\"integer\"}},\"$id\":\"KnowsEdge\"}");
	assert_string_equal(type_named("PersonNode")->schema,
	    "{\"type\":\"object\",\"description\":\"Somebody\",\"required\":["
	    "\"id\"],\"properties\":{\"id\":{\"$ref\":\"Id\"},\"best\":{"
	    "\"$ref\":\"PersonNode\"}},\"$id\":\"PersonNode\",\"$defs\":{"
	    "\"Id\":{\"pattern\":\"^[a-z]+_[0-9]+$\",\"type\":\"string\","
	    "\"$id\":\"Id\"}}}");
	const char *doc = type_named("DocNode")->schema;
	const char *id = strstr(doc, "\"Id\":{");
	const char *part = strstr(doc, "\"Part\":{");
	assert_true(id != NULL && part != NULL && id < part);
	assert_null(strstr(doc, "Unused"));
}

static void
stored_schemas_check_values(void **state)
{
	(void)state;
	load(people);
	assert_true(accepts("PersonNode",
	    "{\"id\":\"a_1\",\"best\":{\"id\":\"b_2\"}}"));
	assert_false(accepts("PersonNode",
	    "{\"id\":\"a_1\",\"best\":{\"id\":\"B\"}}"));
	assert_true(accepts("DocNode",
	    "{\"parts\":[{\"parts\":[{\"id\":\"a_1\"}]}]}"));
	assert_false(accepts("DocNode",
	    "{\"parts\":[{\"parts\":[{\"id\":1}]}]}"));
}

static void
the_same_text_gives_the_same_bytes(void **state)
{
	struct module again;

	(void)state;
	load(people);
	assert_int_equal(module_load(people, strlen(people), &limits, &again,
	    NULL), ALK_OK);
	for (size_t i = 0; i < m.count; i++)
		assert_string_equal(m.types[i].schema, again.types[i].schema);
	module_fini(&again);
}

static void
a_map_of_names_is_a_module(void **state)
{
	(void)state;
	load(JSON({
		"CityNode": { "type": "object", "properties": {
			"name": { "type": "string" } } },
		"RoadEdge": { "type": "object", "properties": {} }
	}));
	assert_int_equal(m.count, 2);
	assert_true(accepts("CityNode", "{\"name\":\"Ulm\"}"));
	assert_int_equal(m.config.direction, MODULE_MIXED);
	assert_false(m.config.multi);
	assert_true(m.config.allow_self_loops);
}

static void
an_import_is_a_module(void **state)
{
	(void)state;
	load(JSON({
		"$defs": {
			"ANode": { "$id": "ANode", "type": "object" },
			"BNode": { "$id": "BNode", "type": "object" }
		},
		"$ref": "ANode"
	}));
	assert_int_equal(m.count, 2);
	assert_refused(JSON({ "$defs": { "ANode": {} }, "$ref": "CNode" }), "",
	    "/$ref", "names no entry of $defs");
}

static void
an_entry_of_a_map_may_bring_its_own_definitions(void **state)
{
	(void)state;
	load(JSON({
		"ListNode": {
			"$defs": {
				"ListNode": {
					"type": "object",
					"required": ["v"],
					"properties": {
						"v": { "type": "number" },
						"next": { "$ref": "ListNode" }
					},
					"$id": "ListNode"
				}
			},
			"$ref": "ListNode"
		},
		"HolderNode": {
			"type": "object",
			"properties": { "list": { "$ref": "ListNode" } }
		}
	}));
	assert_true(accepts("ListNode", "{\"v\":1,\"next\":{\"v\":2}}"));
	assert_false(accepts("ListNode", "{\"v\":1,\"next\":{}}"));
	assert_true(accepts("HolderNode", "{\"list\":{\"v\":1}}"));
	assert_false(accepts("HolderNode", "{\"list\":{}}"));
}

static void
a_schema_alone_is_named_by_its_id_or_title(void **state)
{
	(void)state;
	load(JSON({ "$id": "PersonNode", "type": "object" }));
	assert_string_equal(m.types[0].name, "PersonNode");
	load(JSON({ "title": "PersonNode", "type": "object",
		"properties": { "next": { "$ref": "#" } } }));
	assert_string_equal(m.types[0].name, "PersonNode");
	assert_refused(JSON({ "type": "object" }), "", "", "needs a name");
	assert_refused(JSON({ "$id": "Person", "type": "object" }), "", "",
	    "no node type");
}

static void
names_decide_what_an_entry_is(void **state)
{
	(void)state;
	load(JSON({
		"BaseNode": { "type": "object" },
		"BaseEdge": { "type": "object" },
		"Node": { "type": "object" },
		"Edge": { "type": "object" },
		"Nodes": { "type": "object" },
		"anode": { "type": "object" },
		"EdgeConstraints": { "type": "object" }
	}));
	assert_int_equal(m.count, 2);
	assert_string_equal(m.types[0].name, "Node");
	assert_string_equal(m.types[1].name, "Edge");
}

static void
what_is_no_module_is_refused(void **state)
{
	(void)state;
	assert_refused("[]", "", "", "a module is a JSON object");
	assert_refused("{}", "", "", "no node type");
	assert_refused("{\"$defs\":[]}", "", "/$defs", "must be an object");
	assert_refused(JSON({ "Person": { "type": "object" } }), "", "",
	    "ends in Node");
	assert_refused(JSON({ "ANode": {}, "version": 3 }), "version",
	    "/version", "must be a schema");
	assert_refused(JSON({ "$defs": { "ANode": 7 } }), "ANode",
	    "/$defs/ANode", "must be a schema");
}

static void
bad_json_and_limits_are_told_as_such(void **state)
{
	struct module none = { .count = 0 };
	struct module_limits few = limits;
	static const char two[] = JSON({ "ANode": {}, "BNode": {} });

	(void)state;
	assert_int_equal(module_load("{", 1, &limits, &none, NULL), ALK_JSON);
	assert_int_equal(module_load("{\"a\":1,\"a\":2}", 13, &limits, &none,
	    NULL), ALK_JSON);
	few.types_max = 1;
	error_clear(&err);
	assert_int_equal(module_load(two, strlen(two), &few, &none, &err),
	    ALK_LIMIT);
	assert_non_null(strstr(err.text, "limits.types"));
	few = limits;
	few.name_bytes_max = 4;
	error_clear(&err);
	assert_int_equal(module_load(two, strlen(two), &few, &none, &err),
	    ALK_LIMIT);
	assert_non_null(strstr(err.text, "limits.name_bytes"));
	assert_string_equal(err.entry, "ANode");
	few = limits;
	few.schema_bytes_max = 10;
	error_clear(&err);
	assert_int_equal(module_load(two, strlen(two), &few, &none, &err),
	    ALK_LIMIT);
	few = limits;
	few.depth_max = 1;
	error_clear(&err);
	assert_int_equal(module_load(two, strlen(two), &few, &none, &err),
	    ALK_LIMIT);
}

/* ---- Schemas that cannot be used ---- */

static void
a_bad_keyword_is_shown_where_it_stands_in_the_module(void **state)
{
	(void)state;
	assert_refused(JSON({ "$defs": { "PersonNode": { "$id": "PersonNode",
		"type": "object", "properties": {
			"age": { "type": "integer", "minimum": "x" } } } } }),
	    "PersonNode", "/$defs/PersonNode/properties/age/minimum", "");
	assert_refused(JSON({ "ANode": { "$ref": "S" },
		"S": { "properties": { "a": { "pattern": {} } } } }), "S",
	    "/S/properties/a/pattern", "");
	assert_refused(JSON({ "$id": "ANode", "minLength": -1 }), "ANode",
	    "/minLength", "");
}

static void
a_type_without_json_form_is_refused(void **state)
{
	(void)state;
	assert_refused(JSON({ "$defs": { "ANode": { "type": "object",
		"properties": { "at": { "type": "Date" } } } } }), "ANode",
	    "/$defs/ANode/properties/at/type", "Date");
}

static void
a_bad_entry_that_is_not_used_is_a_warning(void **state)
{
	(void)state;
	load(JSON({ "$defs": { "ANode": { "type": "object" },
		"Stamp": { "type": "Date" } } }));
	assert_int_equal(m.count, 1);
	assert_true(has_warning("Stamp is not valid at /$defs/Stamp/type"));
}

/* ---- Warnings ---- */

static void
a_lost_base_is_a_warning(void **state)
{
	(void)state;
	load(JSON({ "$defs": {
		"BaseNode": { "type": "object", "required": ["id"],
			"properties": { "id": { "type": "string" } } },
		"LostNode": { "type": "object", "required": ["name"],
			"properties": { "name": { "type": "string" } } },
		"EmptyNode": { "type": "object", "properties": {} },
		"WholeNode": { "type": "object", "required": ["id"],
			"properties": { "id": { "type": "string" } } },
		"MixedNode": { "allOf": [{ "$ref": "BaseNode" }] }
	} }));
	assert_int_equal(m.count, 4);
	assert_int_equal(m.warnings_count, 2);
	assert_true(has_warning("LostNode has no property of BaseNode"));
	assert_true(has_warning("EmptyNode has no property of BaseNode"));
}

static void
a_property_that_nothing_can_be_is_a_warning(void **state)
{
	(void)state;
	load(JSON({ "ANode": { "type": "object", "required": ["a"],
		"properties": { "a": { "not": {} } } } }));
	assert_int_equal(m.warnings_count, 1);
	assert_true(has_warning("/ANode/properties/a"));
}

static void
warnings_are_bounded(void **state)
{
	struct buf text = { 0 };

	(void)state;
	buf_str(&text, "{\"ANode\":{\"properties\":{");
	for (int i = 0; i < 100; i++)
		buf_printf(&text, "%s\"p%d\":{\"not\":{}}", i == 0 ? "" : ",",
		    i);
	buf_str(&text, "}}}");
	load(buf_text(&text));
	assert_int_equal(m.warnings_count, MODULE_WARNINGS_MAX);
	buf_fini(&text);
}

/* ---- Size and memory ---- */

/* Many types that all reach one large definition: refused, not multiplied. */
static void
what_is_stored_is_bounded(void **state)
{
	struct buf text = { 0 };
	struct module none;

	(void)state;
	buf_str(&text, "{\"Large\":{\"description\":\"");
	for (int i = 0; i < 50000; i++)
		buf_str(&text, "0123456789");
	buf_str(&text, "\"}");
	for (int i = 0; i < 200; i++)
		buf_printf(&text, ",\"A%dNode\":{\"$ref\":\"Large\"}", i);
	buf_char(&text, '}');
	error_clear(&err);
	assert_int_equal(module_load(buf_text(&text), text.bytes, &limits,
	    &none, &err), ALK_LIMIT);
	assert_non_null(strstr(err.text, "limits.schema_bytes"));
	buf_fini(&text);
}

static void
missing_memory_is_told_at_every_allocation(void **state)
{
	int64_t before = memory_live();
	int64_t n = 0;

	(void)state;
	do {
		struct module none = { .count = 0 };
		error_clear(&err);
		memory_fail_at(n++, true);
		int rc = module_load(people, strlen(people), &limits, &none,
		    &err);
		memory_heal();
		module_fini(&none);
		if (rc != (memory_fired() ? ALK_NOMEM : ALK_OK))
			fail_msg("allocation %lld: %d %s", (long long)n, rc,
			    err.text);
		assert_int_equal(memory_live(), before);
	} while (memory_fired());
	assert_true(n > 20);
}

static void
missing_memory_in_an_error_is_no_worse(void **state)
{
	static const char text[] = JSON({ "$defs": { "ANode": { "type":
	    "object",
		"properties": { "a": { "$ref": "Nope" } } } } });
	int64_t before = memory_live();
	int64_t n = 0;

	(void)state;
	do {
		struct module none = { .count = 0 };
		error_clear(&err);
		memory_fail_at(n++, true);
		int rc = module_load(text, strlen(text), &limits, &none, &err);
		memory_heal();
		assert_true(rc == ALK_NOMEM || rc == ALK_SCHEMA);
		assert_true(memory_fired() || rc == ALK_SCHEMA);
		assert_int_equal(memory_live(), before);
	} while (memory_fired());
}

#define T(name) cmocka_unit_test(name)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_module_gives_node_types_then_edge_types_as_written),
		T(config_is_read_from_constants),
		T(constraints_are_read_from_tuples_and_defaults),
		T(a_stored_schema_holds_what_it_reaches_and_no_more),
		T(stored_schemas_check_values),
		T(the_same_text_gives_the_same_bytes),
		T(a_map_of_names_is_a_module),
		T(an_import_is_a_module),
		T(an_entry_of_a_map_may_bring_its_own_definitions),
		T(a_schema_alone_is_named_by_its_id_or_title),
		T(names_decide_what_an_entry_is),
		T(what_is_no_module_is_refused),
		T(bad_json_and_limits_are_told_as_such),
		T(a_bad_keyword_is_shown_where_it_stands_in_the_module),
		T(a_type_without_json_form_is_refused),
		T(a_bad_entry_that_is_not_used_is_a_warning),
		T(a_lost_base_is_a_warning),
		T(a_property_that_nothing_can_be_is_a_warning),
		T(warnings_are_bounded),
		T(what_is_stored_is_bounded),
		T(missing_memory_is_told_at_every_allocation),
		T(missing_memory_in_an_error_is_no_worse),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, teardown);
}
