/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Keyword by keyword, whether a change only adds: the table is at the end,
 * additive.c says what it is for.
 */
#include "module/additive_parts.h"

#include <string.h>

/*
 * One keyword; a or b is NULL where it is missing. at are the schemas it stands
 * in.
 */
typedef bool (*rule_fn)(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at);

static bool
rule_free(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	(void)c;
	(void)a;
	(void)b;
	(void)at;
	return true;
}

/* Equal; or gone. */
static bool
rule_equal(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	(void)c;
	(void)at;
	return b == NULL || (a != NULL && json_equal(a, b));
}

/* Equal, also in being there. */
bool
additive_same(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	(void)c;
	(void)at;
	return a != NULL && b != NULL && json_equal(a, b);
}

static int
find_ref(void *arg, yyjson_val *schema, const struct module_place *at)
{
	(void)at;
	bool *found = arg;
	*found |= yyjson_obj_get(schema, "$ref") != NULL ||
	    yyjson_obj_get(schema, "$recursiveRef") != NULL ||
	    yyjson_obj_get(schema, "$dynamicRef") != NULL;
	return ALK_OK;
}

/* Schemas that turn things round: the same, and without references. */
static bool
rule_frozen(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	bool has_ref = false;
	size_t i, count;
	yyjson_val *name, *v;

	if (!additive_same(c, a, b, at))
		return false;
	if (yyjson_is_arr(a)) {
		yyjson_arr_foreach(module_some(a), i, count, v)
			(void)module_walk(v, NULL, find_ref, &has_ref);
		return !has_ref;
	}
	(void)module_walk(a, NULL, find_ref, &has_ref);
	yyjson_obj_foreach(module_some(a), i, count, name, v)
		(void)module_walk(v, NULL, find_ref, &has_ref);
	return !has_ref;
}

static bool
rule_least(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	(void)c;
	(void)at;
	return b == NULL || (a != NULL && json_is_number(a) &&
	    json_is_number(b) && json_compare_numbers(b, a) <= 0);
}

static bool
rule_most(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	(void)c;
	(void)at;
	return b == NULL || (a != NULL && json_is_number(a) &&
	    json_is_number(b) && json_compare_numbers(b, a) >= 0);
}

/* Missing it is 1. */
static bool
rule_min_contains(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	uint64_t before = a == NULL ? 1 : yyjson_get_uint(a);
	uint64_t after = b == NULL ? 1 : yyjson_get_uint(b);

	(void)c;
	(void)at;
	return (a == NULL || yyjson_is_uint(a)) &&
	    (b == NULL || yyjson_is_uint(b)) && after <= before;
}

/* true to false. */
static bool
rule_unique(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	(void)c;
	(void)at;
	return !yyjson_is_true(b) || yyjson_is_true(a);
}

/* Takes one comparison off what is left of the work; false: all is used up. */
bool
additive_may_go_on(struct comparison *c)
{
	return --c->work > 0;
}

/* The element that is equal to wanted, or NULL. */
yyjson_val *
additive_find_equal(struct comparison *c, yyjson_val *list, yyjson_val *wanted)
{
	size_t i, count;
	yyjson_val *v;

	yyjson_arr_foreach(module_some(list), i, count, v)
		if (additive_may_go_on(c) && json_equal(v, wanted))
			return v;
	return NULL;
}

/*
 * Walks along a list beside another one, which most often has the same elements
 * in the same order.
 */
struct follower {
	yyjson_val *list;
	yyjson_val *next; /* NULL: behind the end */
	size_t left;      /* next and those behind it */
};

static void
follower_start(struct follower *f, yyjson_val *list)
{
	*f = (struct follower){ list, yyjson_arr_get_first(list),
		yyjson_arr_size(list) };
}

static void
follower_advance(struct follower *f)
{
	f->next = --f->left > 0 ? unsafe_yyjson_get_next(f->next) : NULL;
}

static bool
is_within(struct comparison *c, yyjson_val *part, yyjson_val *whole)
{
	struct follower f;
	size_t i, count;
	yyjson_val *v;

	follower_start(&f, whole);
	yyjson_arr_foreach(module_some(part), i, count, v) {
		if (f.next != NULL && json_equal(f.next, v))
			follower_advance(&f);
		else if (additive_find_equal(c, whole, v) == NULL)
			return false;
	}
	return true;
}

static bool
rule_required(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	(void)at;
	return is_within(c, b, a);
}

static bool
rule_enum(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	(void)at;
	return b == NULL || (yyjson_is_arr(a) && is_within(c, a, b));
}

/* Whether a type, or list of them, takes the type `name`. */
static bool
takes_type(yyjson_val *type, yyjson_val *name)
{
	size_t i, count;
	yyjson_val *v;

	if (yyjson_is_str(type))
		return yyjson_equals(type, name) ||
		    (yyjson_equals_str(type, "number") &&
		    yyjson_equals_str(name, "integer"));
	yyjson_arr_foreach(module_some(type), i, count, v)
		if (yyjson_is_str(v) && takes_type(v, name))
			return true;
	return false;
}

static bool
rule_type(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	size_t i, count;
	yyjson_val *v;

	(void)c;
	(void)at;
	if (b == NULL || yyjson_is_str(a))
		return b == NULL || takes_type(b, a);
	if (!yyjson_is_arr(a))
		return false;
	yyjson_arr_foreach(module_some(a), i, count, v)
		if (!takes_type(b, v))
			return false;
	return true;
}

/* A schema in a place where less refused is more allowed. */
static bool
rule_schema(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	(void)at;
	return b == NULL || (a != NULL && additive_holds(c, a, b));
}

/* additional..., unevaluated...: missing it is true. */
static bool
rule_rest(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	(void)at;
	if (a != NULL && b != NULL && json_equal(a, b) && yyjson_is_bool(a))
		return true;
	if (c->is_counting && (a == NULL || b == NULL))
		return false;
	if (b == NULL || yyjson_is_true(b))
		return true;
	return a != NULL && additive_holds(c, a, b);
}

/* Members by name; those that are new only where grows says so. */
static bool
compare_maps(struct comparison *c, yyjson_val *a, yyjson_val *b, bool grows)
{
	size_t i, count;
	yyjson_val *name, *v;
	yyjson_obj_iter others; /* goes on from where it found the last one */

	if (!grows && yyjson_obj_size(a) != yyjson_obj_size(b))
		return false;
	if (!yyjson_obj_iter_init(b, &others))
		return yyjson_obj_size(a) == 0;
	yyjson_obj_foreach(module_some(a), i, count, name, v) {
		yyjson_val *other = yyjson_obj_iter_getn(&others,
		    yyjson_get_str(name), yyjson_get_len(name));
		if (other == NULL || !additive_holds(c, v, other))
			return false;
	}
	return true;
}

static bool
rule_properties(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	(void)at;
	return compare_maps(c, a, b, true);
}

static bool
rule_map(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	(void)at;
	return a != NULL && b != NULL && compare_maps(c, a, b, false);
}

static bool
compare_lists(struct comparison *c, yyjson_val *a, yyjson_val *b)
{
	size_t i, count;
	yyjson_val *v;
	yyjson_val *other = yyjson_arr_get_first(b);

	if (yyjson_arr_size(a) != yyjson_arr_size(b))
		return false;
	yyjson_arr_foreach(module_some(a), i, count, v) {
		if (!additive_holds(c, v, other))
			return false;
		other = unsafe_yyjson_get_next(other);
	}
	return true;
}

static bool
rule_list(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	(void)at;
	return yyjson_is_arr(a) && yyjson_is_arr(b) && compare_lists(c, a, b);
}

static bool
rule_items(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	if (yyjson_is_arr(a) || yyjson_is_arr(b))
		return rule_list(c, a, b, at);
	if (b == NULL && c->is_counting)
		return false;
	return rule_schema(c, a, b, at);
}

/*
 * With an upper bound on how many match, more that match is less that is valid.
 */
static bool
rule_contains(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	if (yyjson_obj_get(at->b, "maxContains") != NULL || c->is_counting)
		return rule_frozen(c, a, b, at);
	return rule_schema(c, a, b, at);
}

bool
additive_has_variant(struct comparison *c, yyjson_val *a, yyjson_val *variants)
{
	size_t i, count;
	yyjson_val *v = additive_find_equal(c, variants, a);

	if (v != NULL && additive_holds(c, a, v))
		return true;
	yyjson_arr_foreach(module_some(variants), i, count, v)
		if (additive_may_go_on(c) && additive_holds(c, a, v))
			return true;
	return false;
}

static bool
rule_any(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	struct follower f;
	size_t i, count;
	yyjson_val *v;

	(void)at;
	if (!yyjson_is_arr(a) || !yyjson_is_arr(b))
		return false;
	follower_start(&f, b);
	yyjson_arr_foreach(module_some(a), i, count, v) {
		if (f.next != NULL && additive_holds(c, v, f.next))
			follower_advance(&f);
		else if (!additive_has_variant(c, v, b))
			return false;
	}
	return true;
}

/* Where a reference leads, from schemas in base; NULL: not known. */
static yyjson_val *
follow(struct comparison *c, int side, const char *ref, size_t bytes)
{
	static const char *const places[] = { "$defs", "definitions" };
	yyjson_val *base = side == 0 ? c->base.a : c->base.b;
	const int64_t *at = textmap_find(&c->ids, side, ref, bytes);

	if (at != NULL)
		return (yyjson_val *)(intptr_t)*at;
	if (bytes == 1 && ref[0] == '#')
		return base;
	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(places[i]);
		if (bytes < n + 4 || memcmp(ref, "#/", 2) != 0 ||
		    memcmp(ref + 2, places[i], n) != 0 || ref[n + 2] != '/' ||
		    strpbrk(ref + n + 3, "/~%") != NULL)
			continue;
		yyjson_val *map = yyjson_obj_get(base, places[i]);
		return yyjson_obj_getn(map, ref + n + 3, bytes - n - 3);
	}
	return NULL;
}

/* The same reference; what it leads to goes on the list. */
static bool
rule_ref(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at)
{
	if (!additive_same(c, a, b, at) || !yyjson_is_str(a))
		return false;
	struct target t = { .base = c->base };
	t.pair.a = follow(c, 0, yyjson_get_str(a), yyjson_get_len(a));
	t.pair.b = follow(c, 1, yyjson_get_str(b), yyjson_get_len(b));
	if (t.pair.a == NULL || t.pair.b == NULL)
		return false;
	buf_add(&c->targets, &t, sizeof(t));
	c->is_nomem |= c->targets.failed;
	return !c->targets.failed;
}

struct rule {
	const char *keyword;
	rule_fn fn;
};

static const struct rule rules[] = {
	{ "$comment", rule_free },
	{ "$defs", rule_free }, /* compared where they are referred to */
	{ "$id", rule_free }, /* compared before all others */
	{ "$ref", rule_ref },
	{ "additionalItems", rule_rest },
	{ "additionalProperties", rule_rest },
	{ "allOf", rule_list },
	{ "anyOf", rule_any },
	{ "const", rule_equal },
	{ "contains", rule_contains },
	{ "contentEncoding", rule_free },
	{ "contentMediaType", rule_free },
	{ "default", rule_free },
	{ "definitions", rule_free },
	{ "dependencies", rule_frozen },
	{ "dependentRequired", rule_equal },
	{ "dependentSchemas", rule_frozen },
	{ "deprecated", rule_free },
	{ "description", rule_free },
	{ "else", rule_frozen },
	{ "enum", rule_enum },
	{ "examples", rule_free },
	{ "exclusiveMaximum", rule_most },
	{ "exclusiveMinimum", rule_least },
	{ "format", rule_equal },
	{ "if", rule_frozen },
	{ "items", rule_items },
	{ "maxContains", rule_most },
	{ "maxItems", rule_most },
	{ "maxLength", rule_most },
	{ "maxProperties", rule_most },
	{ "maximum", rule_most },
	{ "minContains", rule_min_contains },
	{ "minItems", rule_least },
	{ "minLength", rule_least },
	{ "minProperties", rule_least },
	{ "minimum", rule_least },
	{ "multipleOf", rule_equal },
	{ "not", rule_frozen },
	{ "oneOf", rule_frozen },
	{ "pattern", rule_equal },
	{ "patternProperties", rule_map },
	{ "prefixItems", rule_list },
	{ "properties", rule_properties },
	{ "propertyNames", rule_schema },
	{ "readOnly", rule_free },
	{ "required", rule_required },
	{ "then", rule_frozen },
	{ "title", rule_free },
	{ "type", rule_type },
	{ "unevaluatedItems", rule_rest },
	{ "unevaluatedProperties", rule_rest },
	{ "uniqueItems", rule_unique },
	{ "writeOnly", rule_free },
	{ "x-indexes", rule_free }, /* of rows, not of what is valid */
};

static rule_fn
find_rule(yyjson_val *keyword)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (yyjson_equals_str(keyword, rules[i].keyword))
			return rules[i].fn;
	return NULL;
}

bool
additive_member(struct comparison *c, yyjson_val *keyword, yyjson_val *a,
    yyjson_val *b, const struct pair *at)
{
	rule_fn fn = find_rule(keyword);

	return (fn != NULL ? fn : additive_same)(c, a, b, at);
}

bool
additive_is_annotation(yyjson_val *keyword)
{
	return find_rule(keyword) == rule_free;
}
