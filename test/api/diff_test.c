/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* In what modules differ: two texts, or a stored graph type and a text. */
#include "fixture.h"
#include "memory.h"

#include <alkstore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

/* Changes as "+n TaskNode; " with ! for breaking ones. */
struct told {
	char text[600];
	int count;
	int stop;
};

static int
keep(void *arg, const alk_type_change *c)
{
	struct told *t = arg;
	size_t at = strlen(t->text);
	char op = c->op == ALK_CREATE ? '+' : c->op == ALK_DELETE ? '-' : '~';
	char kind = c->kind == ALK_NODE ? 'n' : c->kind == ALK_EDGE ? 'e' :
	    c->kind == ALK_GRAPH ? 'g' : 't';

	assert_true((c->op == ALK_CREATE) == (c->before == NULL));
	assert_true((c->op == ALK_DELETE) == (c->after == NULL));
	assert_true(strlen(c->text) > 4);
	snprintf(t->text + at, sizeof(t->text) - at, "%c%c%s%s; ", op, kind,
	    c->name, c->is_breaking ? "!" : "");
	return ++t->count == t->stop;
}

static const char *
compare(struct told *t, const char *a, const char *b)
{
	alk_error err;

	memset(t, 0, sizeof(*t));
	if (alk_types_compare(a, ALK_NUL, b, ALK_NUL, keep, t, &err) != ALK_OK)
		fail_msg("%s / %s: %s", a, b, err.text);
	return t->text;
}

static const char module_a[] = "{\"Config\":{\"type\":\"object\","
    "\"properties\":{\"multi\":{\"const\":true}}},"
    "\"ANode\":{\"type\":\"object\"},\"BNode\":{\"type\":\"object\","
    "\"required\":[\"x\"],\"properties\":{\"x\":{\"type\":\"string\"}}},"
    "\"GoneNode\":{\"type\":\"object\"},\"LEdge\":{\"type\":\"object\"}}";
static const char module_b[] = "{"
    "\"ANode\":{\"type\":\"object\",\"required\":[\"x\"],"
    "\"properties\":{\"x\":{\"type\":\"string\"}}},"
    "\"BNode\":{\"type\":\"object\","
    "\"properties\":{\"x\":{\"type\":\"string\"}}},"
    "\"NewNode\":{\"type\":\"object\"},\"LEdge\":{\"type\":\"object\"},"
    "\"LEdgeConstraints\":{\"type\":\"object\",\"properties\":{"
    "\"edgeType\":{\"const\":\"LEdge\"},"
    "\"allowedSourceTypes\":{\"const\":[\"ANode\"]}}}}";

static void
modules_are_compared_entry_by_entry(void **state)
{
	struct told t;

	(void)state;
	assert_string_equal(compare(&t, module_a, module_b),
	    "~gConfig!; ~nANode!; ~nBNode; +nNewNode; ~eLEdge!; "
	    "-nGoneNode!; ");
	assert_string_equal(compare(&t, module_b, module_a),
	    "~gConfig; ~nANode!; ~nBNode!; +nGoneNode; ~eLEdge; "
	    "-nNewNode!; ");
	assert_string_equal(compare(&t, module_a, module_a), "");
}

static void
schemas_are_compared_as_a_whole(void **state)
{
	struct told t;

	(void)state;
	assert_string_equal(compare(&t, "{\"maximum\":1}", "{\"maximum\":2}"),
	    "~t; ");
	assert_string_equal(compare(&t, "{\"$id\":\"N\",\"maximum\":2}",
	    "{\"$id\":\"N\",\"maximum\":1}"), "~tN!; ");
	assert_string_equal(compare(&t, "false", "{\"type\":\"string\"}"),
	    "~t; ");
	assert_string_equal(compare(&t, "{\"maximum\":1.0}",
	    "{\"maximum\":1}"), "");
}

/* A changes only through what it refers to: B is told, A is not. */
static void
maps_of_schemas_are_compared_by_name(void **state)
{
	struct told t;

	(void)state;
	assert_string_equal(compare(&t,
	    "{\"$defs\":{\"A\":{\"$ref\":\"#/$defs/B\"},"
	    "\"B\":{\"maximum\":1},\"C\":{},"
	    "\"D\":{\"maximum\":9,\"allOf\":[{\"$ref\":\"#/$defs/B\"}]}}}",
	    "{\"$defs\":{\"A\":{\"$ref\":\"#/$defs/B\"},"
	    "\"B\":{\"maximum\":0},\"E\":{},"
	    "\"D\":{\"maximum\":10,\"allOf\":[{\"$ref\":\"#/$defs/B\"}]}}}"),
	    "~tB!; +tE; ~tD!; -tC!; ");
	assert_string_equal(compare(&t, "{\"A\":{\"type\":\"string\"}}",
	    "{\"A\":{\"type\":[\"string\",\"null\"]}}"), "~tA; ");
}

static void
what_cannot_be_compared_says_which(void **state)
{
	struct told t = { 0 };
	alk_error err;

	(void)state;
	assert_int_equal(alk_types_compare("{", 1, "{}", 2, keep, &t, &err),
	    ALK_JSON);
	assert_non_null(strstr(err.text, "before: "));
	assert_int_equal(alk_types_compare("{}", 2, "{", 1, keep, &t, &err),
	    ALK_JSON);
	assert_non_null(strstr(err.text, "after: "));
	assert_int_equal(alk_types_compare(module_a, ALK_NUL, "{}", 2, keep,
	    &t, &err), ALK_SCHEMA);
	assert_non_null(strstr(err.text, "after: "));
	assert_int_equal(alk_types_compare("{}", 2,
	    "{\"ANode\":{\"type\":\"x\"}}", ALK_NUL, keep, &t, &err),
	    ALK_SCHEMA);
	assert_int_equal(alk_types_compare(module_a, ALK_NUL,
	    "{\"ANode\":{\"type\":\"x\"}}", ALK_NUL, keep, &t, &err),
	    ALK_SCHEMA);
	assert_string_equal(err.entry, "ANode");
	assert_int_equal(alk_types_compare("1", 1, "{}", 2, keep, &t, NULL),
	    ALK_SCHEMA);
	assert_int_equal(alk_types_compare("{\"A\":{}}", ALK_NUL,
	    "{\"A\":true,\"B\":\"x\"}", ALK_NUL, keep, &t, &err), ALK_SCHEMA);
	assert_non_null(strstr(err.text, "after: entry 'B' is no schema"));
	assert_int_equal(alk_types_compare(NULL, 1, "{}", 2, keep, &t, &err),
	    ALK_INVALID);
	assert_int_equal(alk_types_compare("{}", 2, NULL, 2, keep, &t, &err),
	    ALK_INVALID);
	assert_int_equal(alk_types_compare("{}", 2, "{}", 2, NULL, NULL,
	    &err), ALK_INVALID);
	assert_int_equal(t.count, 0);
}

static void
a_stored_type_is_compared_with_a_module(void **state)
{
	alk_type_options o = { .scope = "tenant" };
	struct told t = { 0 };
	struct fixture f;

	(void)state;
	fixture_init(&f, NULL);
	fixture_ok(f.session, alk_types_load(f.session, "t", &o, module_a,
	    ALK_NUL, NULL), "load");
	assert_int_equal(alk_types_diff(f.session, "t", module_b, ALK_NUL,
	    keep, &t), ALK_OK);
	assert_string_equal(t.text, "~gConfig!; ~nANode!; ~nBNode; "
	    "+nNewNode; ~eLEdge!; -nGoneNode!; ");
	memset(&t, 0, sizeof(t));
	t.stop = 2;
	assert_int_equal(alk_types_diff(f.session, "t", module_b,
	    strlen(module_b), keep, &t), ALK_OK);
	assert_int_equal(t.count, 2);
	memset(&t, 0, sizeof(t));
	assert_int_equal(alk_types_diff(f.session, "t", module_a, ALK_NUL,
	    keep, &t), ALK_OK);
	assert_int_equal(t.count, 0);
	assert_int_equal(alk_types_diff(f.session, "u", module_a, ALK_NUL,
	    keep, &t), ALK_NOTFOUND);
	assert_int_equal(alk_types_diff(f.session, "t", "{}", 2, keep, &t),
	    ALK_SCHEMA);
	assert_int_equal(alk_types_diff(f.session, "t", NULL, 2, keep, &t),
	    ALK_INVALID);
	assert_int_equal(alk_types_diff(f.session, "t", module_a, ALK_NUL,
	    NULL, NULL), ALK_INVALID);
	fixture_fini(&f);
}

static void
a_stored_type_gives_its_schema(void **state)
{
	alk_type_options o = { .scope = "tenant" };
	alk_schema *s = NULL, *none = NULL;
	struct fixture f;
	alk_error err;

	(void)state;
	fixture_init(&f, NULL);
	fixture_ok(f.session, alk_types_load(f.session, "t", &o, module_b,
	    ALK_NUL, NULL), "load");
	assert_int_equal(alk_types_schema(f.session, "t", ALK_NODE, "CNode",
	    &none), ALK_NOTFOUND);
	assert_int_equal(alk_types_schema(f.session, "t", ALK_EDGE, "ANode",
	    &none), ALK_NOTFOUND);
	assert_int_equal(alk_types_schema(f.session, "u", ALK_NODE, "ANode",
	    &none), ALK_NOTFOUND);
	assert_int_equal(alk_types_schema(f.session, "t", 3, "ANode", &none),
	    ALK_INVALID);
	assert_int_equal(alk_types_schema(f.session, "t", ALK_NODE, NULL,
	    &none), ALK_INVALID);
	assert_int_equal(alk_types_schema(f.session, NULL, ALK_NODE, "ANode",
	    &none), ALK_INVALID);
	assert_null(none);
	assert_int_equal(alk_types_schema(f.session, "t", ALK_NODE, "ANode",
	    &s), ALK_OK);
	fixture_fini(&f);
	assert_int_equal(alk_schema_check(s, "{\"x\":\"\"}", ALK_NUL, &err),
	    ALK_OK);
	assert_int_equal(alk_schema_check(s, "{}", ALK_NUL, &err), ALK_VALUE);
	alk_schema_free(s);
}

static void
comparing_without_memory_gives_nomem(void **state)
{
	static const char *const pairs[][2] = {
		{ module_a, module_b },
		{ "{\"$defs\":{\"A\":{\"$id\":\"A\",\"maximum\":1},\"B\":{}}}",
		    "{\"$defs\":{\"A\":{\"$id\":\"A\",\"maximum\":2},"
		    "\"C\":{}}}" },
		{ "{\"maximum\":1}", "{\"maximum\":2}" }
	};
	int64_t live = memory_live(), n;
	struct told all, t;
	alk_error err;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		(void)compare(&all, pairs[i][0], pairs[i][1]);
		for (n = 0;; n++) {
			memset(&t, 0, sizeof(t));
			memory_fail_at(n, false);
			int rc = alk_types_compare(pairs[i][0], ALK_NUL,
			    pairs[i][1], ALK_NUL, keep, &t, &err);
			bool fired = memory_fired();
			memory_heal();
			assert_int_equal(memory_live(), live);
			if (!fired) {
				assert_int_equal(rc, ALK_OK);
				break;
			}
			assert_int_equal(rc, ALK_NOMEM);
			assert_int_equal(err.code, ALK_NOMEM);
		}
		assert_true(n > 5);
		assert_string_equal(t.text, all.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modules_are_compared_entry_by_entry),
		cmocka_unit_test(schemas_are_compared_as_a_whole),
		cmocka_unit_test(maps_of_schemas_are_compared_by_name),
		cmocka_unit_test(what_cannot_be_compared_says_which),
		cmocka_unit_test(a_stored_type_is_compared_with_a_module),
		cmocka_unit_test(a_stored_type_gives_its_schema),
		cmocka_unit_test(comparing_without_memory_gives_nomem),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
