/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "module/module.h"

#include "memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define JSON(...) #__VA_ARGS__

static bool
is_additive(const char *a, const char *b)
{
	struct json_reader ra = { 0 };
	struct json_reader rb = { 0 };
	alk_error err = { .code = ALK_OK };
	yyjson_val *va = json_read_own(&ra, a, strlen(a), &err);
	yyjson_val *vb = json_read_own(&rb, b, strlen(b), &err);

	if (va == NULL || vb == NULL)
		fail_msg("%s %s: %s", a, b, err.text);
	bool is_yes = module_is_additive(va, vb) == 1;
	json_reader_fini(&ra);
	json_reader_fini(&rb);
	return is_yes;
}

struct change {
	const char *a;
	const char *b;
};

/* Each goes from a to b only. */
static void
assert_one_way(const struct change *changes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!is_additive(changes[i].a, changes[i].a))
			fail_msg("not additive to itself: %s", changes[i].a);
		if (!is_additive(changes[i].b, changes[i].b))
			fail_msg("not additive to itself: %s", changes[i].b);
		if (!is_additive(changes[i].a, changes[i].b))
			fail_msg("not additive: %s to %s", changes[i].a,
			    changes[i].b);
		if (is_additive(changes[i].b, changes[i].a))
			fail_msg("additive: %s to %s", changes[i].b,
			    changes[i].a);
	}
}

static void
assert_both_ways(const struct change *changes, size_t count, bool expected)
{
	for (size_t i = 0; i < count; i++) {
		if (is_additive(changes[i].a, changes[i].b) != expected)
			fail_msg("not %d: %s to %s", expected, changes[i].a,
			    changes[i].b);
		if (is_additive(changes[i].b, changes[i].a) != expected)
			fail_msg("not %d: %s to %s", expected, changes[i].b,
			    changes[i].a);
	}
}

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void
new_optional_members_are_additive(void **state)
{
	static const struct change changes[] = {
		{ JSON({ "type": "object" }),
		  JSON({ "type": "object", "properties": { "a": {} } }) },
		{ JSON({ "properties": { "a": { "type": "string" } },
		      "required": ["a"], "additionalProperties": false }),
		  JSON({ "properties": { "b": { "type": "number" },
		      "a": { "type": "string" } },
		      "required": ["a"], "additionalProperties": false }) },
		{ JSON({ "properties": { "o": { "type": "object" } } }),
		  JSON({ "properties": { "o": { "type": "object",
		      "properties": { "deep": { "type": "null" } } } } }) },
	};

	(void)state;
	assert_one_way(changes, COUNT(changes));
}

static void
required_members_only_become_fewer(void **state)
{
	static const struct change changes[] = {
		{ JSON({ "required": ["a", "b"] }), JSON({ "required":
		    ["b"] }) },
		{ JSON({ "required": ["a"] }), JSON({}) },
		{ JSON({ "properties": { "a": {} }, "required": ["a"] }),
		  JSON({ "properties": { "a": {} } }) },
	};
	static const struct change breaking[] = {
		{ JSON({ "properties": { "a": {} } }),
		  JSON({ "properties": { "a": {}, "b": {} },
		    "required": ["b"] }) },
	};

	(void)state;
	assert_one_way(changes, COUNT(changes));
	assert_both_ways(breaking, COUNT(breaking), false);
	assert_true(is_additive(JSON({ "required": ["a", "b"] }),
	    JSON({ "required": ["b", "a"] })));
}

static void
relaxed_bounds_are_additive(void **state)
{
	static const struct change changes[] = {
		{ JSON({ "minimum": 5 }), JSON({ "minimum": 4.5 }) },
		{ JSON({ "maximum": 5 }), JSON({ "maximum": 6 }) },
		{ JSON({ "exclusiveMinimum": 0 }), JSON({ "exclusiveMinimum":
		    -1 }) },
		{ JSON({ "exclusiveMaximum": 1 }), JSON({}) },
		{ JSON({ "minLength": 2 }), JSON({ "minLength": 1 }) },
		{ JSON({ "maxLength": 2 }), JSON({ "maxLength": 3 }) },
		{ JSON({ "minItems": 2 }), JSON({}) },
		{ JSON({ "maxItems": 2 }), JSON({ "maxItems": 3 }) },
		{ JSON({ "minProperties": 2 }), JSON({ "minProperties": 1 }) },
		{ JSON({ "maxProperties": 2 }), JSON({}) },
		{ JSON({ "uniqueItems": true }), JSON({ "uniqueItems":
		    false }) },
		{ JSON({ "uniqueItems": true }), JSON({}) },
		{ JSON({ "pattern": "^a$" }), JSON({}) },
		{ JSON({ "format": "uuid" }), JSON({}) },
		{ JSON({ "multipleOf": 2 }), JSON({}) },
		{ JSON({ "contains": { "const": 1 }, "minContains": 2 }),
		  JSON({ "contains": { "const": 1 } }) },
		{ JSON({ "contains": { "const": 1 } }),
		  JSON({ "contains": { "const": 1 }, "minContains": 0 }) },
		{ JSON({ "contains": { "const": 1 } }),
		  JSON({ "contains": { "enum": [1, 2] } }) },
		{ JSON({ "contains": { "const": 1 }, "maxContains": 2 }),
		  JSON({ "contains": { "const": 1 }, "maxContains": 3 }) },
	};
	static const struct change breaking[] = {
		{ JSON({ "pattern": "^a$" }), JSON({ "pattern": "^b$" }) },
		{ JSON({ "format": "uuid" }), JSON({ "format": "uri" }) },
		{ JSON({ "minimum": 1, "maximum": 2 }),
		  JSON({ "minimum": 0, "maximum": 1 }) },
		{ JSON({ "contains": { "const": 1 }, "maxContains": 2 }),
		  JSON({ "contains": { "enum": [1, 2] }, "maxContains": 2 }) },
	};

	(void)state;
	assert_one_way(changes, COUNT(changes));
	assert_both_ways(breaking, COUNT(breaking), false);
}

static void
new_literals_are_additive(void **state)
{
	static const struct change changes[] = {
		{ JSON({ "enum": ["a"] }), JSON({ "enum": ["b", "a"] }) },
		{ JSON({ "anyOf": [{ "const": "a" }, { "const": "b" }] }),
		  JSON({ "anyOf": [{ "const": "c" }, { "const": "b" },
		      { "const": "a" }] }) },
		{ JSON({ "const": "a", "type": "string" }),
		  JSON({ "anyOf": [{ "const": "a", "type": "string" },
		      { "const": "b", "type": "string" }] }) },
		{ JSON({ "const": "a" }), JSON({ "enum": ["a", "b"] }) },
		{ JSON({ "$id": "S", "const": "a" }),
		  JSON({ "$id": "S", "anyOf": [{ "const": "a" },
		      { "const": "b" }] }) },
		{ JSON({ "anyOf": [{ "const": "a" }, { "const": "b" }] }),
		  JSON({ "type": "string" }) },
		{ JSON({ "enum": [1, 2] }), JSON({ "type": "integer" }) },
		{ JSON({ "const": 1 }), JSON({ "type": ["null", "number"] }) },
	};
	static const struct change same[] = {
		{ JSON({ "enum": ["a", "b"] }),
		  JSON({ "anyOf": [{ "const": "b" }, { "const": "a" }] }) },
		{ JSON({ "const": "a" }), JSON({ "enum": ["a"] }) },
	};
	static const struct change breaking[] = {
		{ JSON({ "const": "a" }), JSON({ "const": "b" }) },
		{ JSON({ "$id": "S", "const": "a" }),
		  JSON({ "$id": "T", "const": "a" }) },
		{ JSON({ "const": "a" }), JSON({ "type": "number" }) },
		{ JSON({ "enum": ["a", "b"] }), JSON({ "enum": ["b", "c"] }) },
	};

	(void)state;
	assert_one_way(changes, COUNT(changes));
	assert_both_ways(same, COUNT(same), true);
	assert_both_ways(breaking, COUNT(breaking), false);
}

static void
wider_types_are_additive(void **state)
{
	static const struct change changes[] = {
		{ JSON({ "type": "integer" }), JSON({ "type": "number" }) },
		{ JSON({ "type": "string" }), JSON({ "type": ["null",
		    "string"] }) },
		{ JSON({ "type": ["integer", "null"] }),
		  JSON({ "type": ["null", "number", "string"] }) },
		{ JSON({ "type": "string" }), JSON({}) },
		{ JSON({ "type": "string", "minLength": 1 }),
		  JSON({ "anyOf": [{ "type": "null" },
		      { "type": "string" }] }) },
		{ JSON({ "anyOf": [{ "type": "integer" }, { "const": "a" }] }),
		  JSON({ "anyOf": [{ "type": "number" },
		      { "type": "string" }] }) },
		{ JSON({ "anyOf": [{ "type": "integer" },
		    { "type": "number" }] }),
		  JSON({ "anyOf": [{ "type": "number" }] }) },
	};

	(void)state;
	/* The last one goes both ways but for its shape. */
	assert_one_way(changes, COUNT(changes) - 1);
	assert_true(is_additive(changes[COUNT(changes) - 1].a,
	    changes[COUNT(changes) - 1].b));
}

static void
schemas_within_are_compared(void **state)
{
	static const struct change changes[] = {
		{ JSON({ "items": { "type": "integer" } }),
		  JSON({ "items": { "type": "number" } }) },
		{ JSON({ "items": [{ "type": "integer" }] }),
		  JSON({ "items": [{ "type": "number" }] }) },
		{ JSON({ "items": { "type": "integer" } }), JSON({}) },
		{ JSON({ "patternProperties": { "^a": { "minimum": 1 } } }),
		  JSON({ "patternProperties": { "^a": { "minimum": 0 } } }) },
		{ JSON({ "additionalProperties": false }),
		  JSON({ "additionalProperties": { "type": "string" } }) },
		{ JSON({ "additionalProperties": false }), JSON({}) },
		{ JSON({ "additionalProperties": { "type": "string" } }),
		  JSON({ "additionalProperties": true }) },
		{ JSON({ "allOf": [{ "minimum": 1 }, { "maximum": 3 }] }),
		  JSON({ "allOf": [{ "minimum": 0 }, { "maximum": 3 }] }) },
		{ JSON({ "propertyNames": { "maxLength": 1 } }),
		  JSON({ "propertyNames": { "maxLength": 2 } }) },
		{ JSON({ "unevaluatedProperties": false }),
		  JSON({ "unevaluatedProperties": { "type": "string" } }) },
		{ JSON({ "not": {} }), JSON({ "not": {}, "title": "t",
		    "properties": { "a": {} } }) },
	};
	static const struct change breaking[] = {
		{ JSON({ "items": [{}] }), JSON({ "items": [{}, {}] }) },
		{ JSON({ "patternProperties": { "^a": {} } }), JSON({}) },
		{ JSON({ "not": { "minimum": 1 } }), JSON({ "not": { "minimum":
		    2 } }) },
		{ JSON({ "oneOf": [{ "minimum": 1 }] }),
		  JSON({ "oneOf": [{ "minimum": 2 }] }) },
		{ JSON({ "allOf": [{}] }), JSON({ "allOf": [{}, {}] }) },
		{ JSON({ "additionalProperties": false,
		      "unevaluatedProperties": false }),
		  JSON({ "unevaluatedProperties": false }) },
		{ JSON({ "x-mine": 1 }), JSON({ "x-mine": 2 }) },
		{ JSON({ "$id": "a" }), JSON({ "$id": "b" }) },
		{ JSON({ "if": { "minimum": 1 }, "then": false }),
		  JSON({ "if": { "minimum": 2 }, "then": false }) },
	};

	(void)state;
	assert_one_way(changes, COUNT(changes));
	assert_both_ways(breaking, COUNT(breaking), false);
}

static void
members_that_go_are_breaking(void **state)
{
	(void)state;
	assert_false(is_additive(JSON({ "properties": { "a": {}, "b": {} } }),
	    JSON({ "properties": { "a": {} } })));
}

static void
annotations_do_not_matter(void **state)
{
	static const struct change changes[] = {
		{ JSON({ "description": "a", "default": 1, "examples": [1] }),
		  JSON({ "description": "b", "title": "c",
		    "deprecated": true }) },
		{ JSON({ "properties": { "a": { "title": "x" } } }),
		  JSON({ "properties": { "a": { "$comment": "y" } } }) },
	};

	(void)state;
	assert_both_ways(changes, COUNT(changes), true);
}

static void
booleans_are_schemas(void **state)
{
	static const struct change changes[] = {
		{ "false", "true" }, { "false", JSON({ "type": "string" }) },
		{ JSON({ "type": "string" }), "true" },
	};

	(void)state;
	assert_one_way(changes, COUNT(changes));
	assert_true(is_additive("true", "{}"));
	assert_true(is_additive("{}", "true"));
}

static void
definitions_are_compared_where_they_are_used(void **state)
{
	static const struct change changes[] = {
		{ JSON({ "$ref": "A", "$defs": { "A": { "$id": "A",
		    "minimum": 2 } } }),
		  JSON({ "$ref": "A", "$defs": { "A": { "$id": "A",
		      "minimum": 1 } } }) },
		{ JSON({ "$ref": "#/$defs/A", "$defs": { "A": { "enum":
		    [1] } } }),
		  JSON({ "$ref": "#/$defs/A",
		      "$defs": { "A": { "enum": [1, 2] } } }) },
	};
	static const struct change unused[] = {
		{ JSON({ "$defs": { "A": { "minimum": 2 } } }),
		  JSON({ "$defs": { "A": { "minimum": 1 }, "B": {} } }) },
		{ JSON({ "$ref": "A", "$defs": { "A": { "$id": "A" } } }),
		  JSON({ "allOf": [{ "$ref": "A" }],
		      "$defs": { "A": { "$id": "A" } } }) },
	};

	(void)state;
	assert_one_way(changes, COUNT(changes));
	assert_both_ways(unused, 1, true);
	assert_both_ways(unused + 1, 1, false);
}

static void
recursive_types_are_compared(void **state)
{
	static const struct change changes[] = {
		{ JSON({ "$id": "T", "properties": { "next": { "$ref": "T" },
		      "v": { "minimum": 1 } } }),
		  JSON({ "$id": "T", "properties": { "next": { "$ref": "T" },
		      "v": { "minimum": 0 } } }) },
		{ JSON({ "properties": { "next": { "$ref": "#" },
		      "v": { "enum": [1] } } }),
		  JSON({ "properties": { "next": { "$ref": "#" },
		      "v": { "enum": [1, 2] } } }) },
		{ JSON({ "properties": { "a": { "$ref": "A" } }, "$defs": {
		      "A": { "$id": "A", "properties": { "b": { "$ref":
		    "B" } } },
		      "B": { "$id": "B", "properties": { "a": { "$ref": "A" } },
		          "maxProperties": 1 } } }),
		  JSON({ "properties": { "a": { "$ref": "A" } }, "$defs": {
		      "A": { "$id": "A", "properties": { "b": { "$ref":
		    "B" } } },
		      "B": { "$id": "B", "properties": {
		          "a": { "$ref": "A" } } } } }) },
	};

	(void)state;
	assert_one_way(changes, COUNT(changes));
}

/* What is more in "not" is less outside, also behind a reference. */
static void
references_that_are_turned_round_are_breaking(void **state)
{
	static const struct change changes[] = {
		{ JSON({ "not": { "$ref": "A" },
		      "$defs": { "A": { "$id": "A", "minimum": 2 } } }),
		  JSON({ "not": { "$ref": "A" },
		      "$defs": { "A": { "$id": "A", "minimum": 1 } } }) },
		{ JSON({ "oneOf": [{ "items": { "$ref": "#" } }],
		    "minimum": 2 }),
		  JSON({ "oneOf": [{ "items": { "$ref": "#" } }],
		    "minimum": 1 }) },
	};

	(void)state;
	assert_both_ways(changes, COUNT(changes), false);
}

/* The first variant that fits by its look may not fit behind its reference. */
static void
a_hash_means_the_schema_with_the_id_around_it(void **state)
{
	(void)state;
	assert_true(is_additive(
	    JSON({ "minimum": 5, "properties": { "a": { "$ref": "A" } },
	        "$defs": { "A": { "$id": "A", "properties": {
	        "self": { "$ref": "#" } } } } }),
	    JSON({ "minimum": 4, "properties": { "a": { "$ref": "A" } },
	        "$defs": { "A": { "$id": "A", "properties": {
	        "self": { "$ref": "#" } } } } })));
	assert_false(is_additive(
	    JSON({ "properties": { "a": { "$ref": "A" } },
	        "$defs": { "A": { "$id": "A", "minimum": 1, "properties": {
	        "self": { "$ref": "#" } } } } }),
	    JSON({ "properties": { "a": { "$ref": "A" } },
	        "$defs": { "A": { "$id": "A", "minimum": 2, "properties": {
	        "self": { "$ref": "#" } } } } })));
}

static void
long_chains_of_references_do_not_use_the_stack(void **state)
{
	enum { LINKS = 20000 };
	struct buf texts[2] = { { 0 }, { 0 } };

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct buf *b = &texts[side];
		buf_str(b, "{\"$ref\":\"A0\",\"$defs\":{");
		for (int i = 0; i < LINKS; i++)
			buf_printf(b,
			    "\"A%d\":{\"$id\":\"A%d\",\"items\":"
			    "{\"$ref\":\"A%d\"}},", i, i, i + 1);
		buf_printf(b, "\"A%d\":{\"$id\":\"A%d\",\"minimum\":%d}}}",
		    LINKS, LINKS, 2 - side);
	}
	assert_true(is_additive(buf_text(&texts[0]), buf_text(&texts[1])));
	assert_false(is_additive(buf_text(&texts[1]), buf_text(&texts[0])));
	buf_fini(&texts[0]);
	buf_fini(&texts[1]);
}

/* Far more than the work allowed, were each compared with each. */
static void
long_lists_are_compared_side_by_side(void **state)
{
	static const char *const heads[] = { "{\"enum\":[", "{\"anyOf\":[",
		"{\"anyOf\":[" };
	static const char *const parts[] = { "\"v%d\",", "{\"const\":%d},",
		"{\"minLength\":%d}," };
	struct buf a = { 0 };
	struct buf b = { 0 };

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		buf_clear(&a);
		buf_str(&a, heads[k]);
		for (int i = 40000; i > 0; i--)
			buf_printf(&a, parts[k], i);
		buf_clear(&b);
		buf_add(&b, a.data, a.bytes);
		buf_str(&a, "true]}");
		buf_str(&b, "true,false]}");
		assert_true(is_additive(buf_text(&a), buf_text(&b)));
	}
	buf_fini(&a);
	buf_fini(&b);
}

static void
without_memory_there_is_no_answer(void **state)
{
	static const char a[] = JSON({ "$ref": "A",
		"$defs": { "A": { "$id": "A", "minimum": 2 } } });
	static const char b[] = JSON({ "$ref": "A",
		"$defs": { "A": { "$id": "A", "minimum": 1 } } });
	struct json_reader ra = { 0 };
	struct json_reader rb = { 0 };
	yyjson_val *va = json_read_own(&ra, a, strlen(a), NULL);
	yyjson_val *vb = json_read_own(&rb, b, strlen(b), NULL);
	int64_t before = memory_live();
	int64_t n = 0;

	(void)state;
	do {
		memory_fail_at(n++, true);
		int answer = module_is_additive(va, vb);
		memory_heal();
		assert_int_equal(answer, memory_fired() ? ALK_NOMEM : 1);
		assert_int_equal(memory_live(), before);
	} while (memory_fired());
	assert_true(n > 2);
	json_reader_fini(&ra);
	json_reader_fini(&rb);
}

#define T(name) cmocka_unit_test(name)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(new_optional_members_are_additive),
		T(required_members_only_become_fewer),
		T(relaxed_bounds_are_additive),
		T(new_literals_are_additive),
		T(wider_types_are_additive),
		T(schemas_within_are_compared),
		T(members_that_go_are_breaking),
		T(annotations_do_not_matter),
		T(booleans_are_schemas),
		T(definitions_are_compared_where_they_are_used),
		T(recursive_types_are_compared),
		T(references_that_are_turned_round_are_breaking),
		T(a_hash_means_the_schema_with_the_id_around_it),
		T(long_chains_of_references_do_not_use_the_stack),
		T(long_lists_are_compared_side_by_side),
		T(without_memory_there_is_no_answer),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
