/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Whether going from one schema to another only adds: what was valid stays
 * valid.
 *
 * It is decided keyword by keyword, from the table in additive_rules.c. These
 * are additive:
 *
 * - new optional members (members of that name that an open type let through
 *   before are not looked at, as the specification decides);
 * - new enum values, new variants of an anyOf, one literal that becomes
 *   several, a type that becomes one variant of an anyOf;
 * - bounds that are relaxed or gone, members that are no longer required, a
 *   type list that grows, integer to number;
 * - changes of descriptions, titles, defaults, examples and other annotations.
 *
 * What no rule allows is not additive, though it may be in truth. Keywords that
 * turn things round (not, if, oneOf and the like) must stay as they are and
 * hold no reference, since what is behind it may have grown.
 *
 * References are compared by name, and what they lead to is put on a list of
 * pairs to be compared, each once. So recursive types end, and the stack grows
 * with the nesting of the text only.
 */
#include "module/additive_parts.h"

#include <string.h>

#define WORK_MAX 4000000L /* comparisons; beyond, the answer is no */

/* ---- Shapes that differ ---- */

/*
 * Whether a schema has no other members than these (NULL: none) and
 * annotations.
 */
static bool
has_only(yyjson_val *schema, const char *one, const char *two,
    const char *three)
{
	size_t i, count;
	yyjson_val *name, *v;

	yyjson_obj_foreach(module_some(schema), i, count, name, v)
		if (!additive_is_annotation(name) &&
		    !yyjson_equals_str(name, one) &&
		    (two == NULL || !yyjson_equals_str(name, two)) &&
		    (three == NULL || !yyjson_equals_str(name, three)))
			return false;
	return true;
}

static bool
has_type(yyjson_val *v, yyjson_val *type)
{
	static const char *const names[] = { "null", "boolean", "string",
		"object", "array", "number", "integer" };
	const bool is_it[] = { yyjson_is_null(v), yyjson_is_bool(v),
		yyjson_is_str(v), yyjson_is_obj(v), yyjson_is_arr(v),
		json_is_number(v), json_is_number(v) && json_is_integral(v) };
	size_t i, count;
	yyjson_val *t;

	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
		if (is_it[k] && yyjson_equals_str(type, names[k]))
			return true;
	if (!yyjson_is_arr(type))
		return false;
	yyjson_arr_foreach(module_some(type), i, count, t)
		if (yyjson_is_str(t) && has_type(v, t))
			return true;
	return false;
}

/*
 * Whether a schema of types, literals and anyOf takes v; false also for any
 * other.
 */
static bool
accepts(struct comparison *c, yyjson_val *schema, yyjson_val *v)
{
	yyjson_val *type = yyjson_obj_get(schema, "type");
	yyjson_val *fixed = yyjson_obj_get(schema, "const");
	yyjson_val *list = yyjson_obj_get(schema, "enum");
	yyjson_val *any = yyjson_obj_get(schema, "anyOf");
	size_t i, count;
	yyjson_val *variant;

	if (yyjson_is_bool(schema))
		return yyjson_get_bool(schema);
	if (any != NULL) {
		if (!has_only(schema, "anyOf", "type", NULL) ||
		    (type != NULL && !has_type(v, type)))
			return false;
		yyjson_arr_foreach(module_some(any), i, count, variant)
			if (additive_may_go_on(c) && accepts(c, variant, v))
				return true;
		return false;
	}
	return has_only(schema, "type", "const", "enum") &&
	    (type == NULL || has_type(v, type)) &&
	    (fixed == NULL || json_equal(fixed, v)) &&
	    (list == NULL || additive_find_equal(c, list, v) != NULL);
}

/* Whether a is a set of literals, each of which b accepts. */
static bool
is_accepted(struct comparison *c, yyjson_val *a, yyjson_val *b)
{
	yyjson_val *fixed = yyjson_obj_get(a, "const");
	yyjson_val *any = yyjson_obj_get(a, "anyOf");
	yyjson_val *list = yyjson_obj_get(a, "enum");
	size_t i, count;
	yyjson_val *v;

	if (fixed != NULL)
		return accepts(c, b, fixed);
	if (list == NULL && any == NULL)
		return false;
	yyjson_arr_foreach(module_some(list), i, count, v)
		if (!accepts(c, b, v))
			return false;
	if (list != NULL)
		return true;
	yyjson_arr_foreach(module_some(any), i, count, v)
		if (!is_accepted(c, v, b))
			return false;
	return true;
}

/* ---- Comparing ---- */

static bool
compare_members(struct comparison *c, const struct pair *at)
{
	size_t i, count;
	yyjson_val *name, *v;

	yyjson_obj_foreach(module_some(at->a), i, count, name, v) {
		yyjson_val *other = yyjson_obj_getn(at->b, yyjson_get_str(name),
		    yyjson_get_len(name));
		if (!additive_member(c, name, v, other, at))
			return false;
	}
	yyjson_obj_foreach(module_some(at->b), i, count, name, v) {
		if (yyjson_obj_getn(at->a, yyjson_get_str(name),
			yyjson_get_len(name)) == NULL &&
		    !additive_member(c, name, NULL, v, at))
			return false;
	}
	return true;
}

static bool
compare_shapes(struct comparison *c, const struct pair *at)
{
	yyjson_val *any = yyjson_obj_get(at->a, "anyOf");
	bool a_is_any = any != NULL && has_only(at->a, "anyOf", NULL, NULL);
	bool b_is_any = yyjson_obj_get(at->b, "anyOf") != NULL &&
	    has_only(at->b, "anyOf", NULL, NULL);
	size_t i, count;
	yyjson_val *v;

	/* Two lists of one kind are better compared side by side. */
	bool is_alike = yyjson_obj_get(at->a, "enum") != NULL ?
	    yyjson_obj_get(at->b, "enum") != NULL : any != NULL &&
	    yyjson_obj_get(at->b, "anyOf") != NULL;
	if (!is_alike && is_accepted(c, at->a, at->b))
		return true;
	if (b_is_any && !a_is_any)
		return additive_has_variant(c, at->a,
		    yyjson_obj_get(at->b, "anyOf"));
	if (!a_is_any || b_is_any)
		return compare_members(c, at);
	yyjson_arr_foreach(module_some(any), i, count, v)
		if (!additive_holds(c, v, at->b))
			return false;
	return true;
}

bool
additive_holds(struct comparison *c, yyjson_val *a, yyjson_val *b)
{
	const struct pair at = { a, b };
	const struct pair base = c->base;
	size_t mark = c->targets.bytes;

	if (!additive_may_go_on(c))
		return false;
	if (yyjson_is_true(b) || yyjson_is_false(a))
		return true;
	if (yyjson_is_false(b))
		return false;
	yyjson_val *id = yyjson_obj_get(a, "$id");
	yyjson_val *other_id = yyjson_obj_get(b, "$id");
	if ((id != NULL || other_id != NULL) &&
	    !additive_same(c, id, other_id, &at))
		return false;
	if (id != NULL)
		c->base = at;
	bool is_yes = compare_shapes(c, &at);
	c->base = base;
	if (!is_yes)
		c->targets.bytes = mark; /* another variant may yet do */
	return is_yes;
}

/* ---- The whole ---- */

struct indexer {
	struct comparison *c;
	int64_t side;
};

static int
index_schema(void *arg, yyjson_val *schema, const struct module_place *at)
{
	struct indexer *x = arg;
	yyjson_val *id = module_text(schema, "$id");

	(void)at;
	if (yyjson_obj_get(schema, "unevaluatedProperties") != NULL ||
	    yyjson_obj_get(schema, "unevaluatedItems") != NULL)
		x->c->is_counting = true;
	if (id == NULL)
		return ALK_OK;
	int rc = textmap_add(&x->c->ids, x->side, yyjson_get_str(id),
	    yyjson_get_len(id), (int64_t)(intptr_t)schema);
	return rc < 0 ? ALK_NOMEM : ALK_OK;
}

/* Compares what is on the list until it is empty. */
static bool
compare_targets(struct comparison *c)
{
	while (c->targets.bytes > 0) {
		struct target t;
		c->targets.bytes -= sizeof(t);
		memcpy(&t, c->targets.data + c->targets.bytes, sizeof(t));
		int rc = textmap_add(&c->seen, 0, (const char *)&t.pair,
		    sizeof(t.pair), 0);
		if (rc < 0) {
			c->is_nomem = true;
			return false;
		}
		c->base = t.base;
		if (rc == 1 && !additive_holds(c, t.pair.a, t.pair.b))
			return false;
	}
	return true;
}

int
module_is_additive(yyjson_val *a, yyjson_val *b)
{
	struct comparison c = { .work = WORK_MAX };
	struct indexer x = { &c, 0 };
	struct target whole = { { a, b }, { a, b } };

	if (json_equal(a, b))
		return 1;
	bool is_indexed = module_walk(a, NULL, index_schema, &x) == ALK_OK;
	x.side = 1;
	is_indexed = is_indexed &&
	    module_walk(b, NULL, index_schema, &x) == ALK_OK;
	buf_add(&c.targets, &whole, sizeof(whole));
	c.is_nomem = !is_indexed || c.targets.failed;
	bool is_yes = !c.is_nomem && compare_targets(&c);
	textmap_fini(&c.ids);
	textmap_fini(&c.seen);
	buf_fini(&c.targets);
	return c.is_nomem ? ALK_NOMEM : is_yes;
}
