/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Rules for strings, numbers, arrays, objects, and how schemas combine. */
#include "schema/compile.h"

#include "base/error.h"
#include "schema/format.h"
#include "schema/text.h"

#define EXACT_MAX 9007199254740992 /* 2^53 */

static int
add_pattern(struct compile *c, yyjson_val *text, const struct pattern **out)
{
	int rc = patterns_add(&c->s->patterns, &c->s->pool,
	    yyjson_get_str(text), yyjson_get_len(text), out, c->err);

	return rc == ALK_OK ? rc : compile_place(c, text, rc);
}

int
build_string(struct compile *c, struct node *n, yyjson_val **kv)
{
	struct string_rules *r = build_alloc(c, sizeof(*r));
	int rc = ALK_OK;

	if (r == NULL)
		return ALK_NOMEM;
	r->min_length = build_count(kv[KW_MIN_LENGTH], 0);
	r->max_length = build_count(kv[KW_MAX_LENGTH], UINT64_MAX);
	if (kv[KW_FORMAT] != NULL &&
	    c->resources[n->resource].dialect->asserts_format)
		r->format = format_find(yyjson_get_str(kv[KW_FORMAT]),
		    yyjson_get_len(kv[KW_FORMAT]));
	if (kv[KW_PATTERN] != NULL)
		rc = add_pattern(c, kv[KW_PATTERN], &r->pattern);
	n->string = r;
	return rc;
}

static struct bound
make_bound(yyjson_val *value)
{
	struct bound b = { .value = value };

	if (yyjson_is_real(value)) {
		b.exact = yyjson_get_real(value);
		b.is_exact = true;
	} else if (yyjson_is_int(value)) {
		b.exact = yyjson_get_num(value);
		b.is_exact = b.exact > -(double)EXACT_MAX &&
		    b.exact < (double)EXACT_MAX;
	}
	return b;
}

/* In draft 4 `exclusive` says true or false of the limit. */
static void
make_bounds(yyjson_val *limit, yyjson_val *exclusive, struct bound *at,
    struct bound *beyond)
{
	if (yyjson_is_true(exclusive)) {
		*beyond = make_bound(limit);
		return;
	}
	*at = make_bound(limit);
	if (!yyjson_is_bool(exclusive))
		*beyond = make_bound(exclusive);
}

int
build_number(struct compile *c, struct node *n, yyjson_val **kv)
{
	struct number_rules *r = build_alloc(c, sizeof(*r));

	if (r == NULL)
		return ALK_NOMEM;
	make_bounds(kv[KW_MINIMUM], kv[KW_EXCLUSIVE_MINIMUM], &r->minimum,
	    &r->exclusive_minimum);
	make_bounds(kv[KW_MAXIMUM], kv[KW_EXCLUSIVE_MAXIMUM], &r->maximum,
	    &r->exclusive_maximum);
	if (kv[KW_MULTIPLE_OF] != NULL)
		(void)multiple_init(&r->multiple_of, kv[KW_MULTIPLE_OF]);
	n->number = r;
	return ALK_OK;
}

/* ---- Arrays ------------------------------------------------------------ */

/* prefixItems, or items as an array; then what holds behind them. */
static int
build_items(struct compile *c, struct array_rules *r, yyjson_val **kv)
{
	yyjson_val *prefix = kv[KW_PREFIX_ITEMS];
	yyjson_val *rest = kv[KW_ITEMS];

	r->prefix_keyword = KW_PREFIX_ITEMS;
	r->rest_keyword = KW_ITEMS;
	if (yyjson_is_arr(rest)) {
		if (prefix != NULL)
			return compile_fail(c, rest, ALK_SCHEMA,
			    "'items' as an array and 'prefixItems' exclude "
			    "each other");
		prefix = rest;
		rest = kv[KW_ADDITIONAL_ITEMS];
		r->prefix_keyword = KW_ITEMS;
		r->rest_keyword = KW_ADDITIONAL_ITEMS;
	}
	r->has_rest = rest != NULL;
	int rc = rest != NULL ? build_child(c, rest, &r->rest) : ALK_OK;
	if (rc == ALK_OK && prefix != NULL)
		rc = build_list(c, prefix, &r->prefix);
	return rc;
}

int
build_array(struct compile *c, struct node *n, yyjson_val **kv)
{
	struct array_rules *r = build_alloc(c, sizeof(*r));
	int rc = ALK_OK;

	if (r == NULL)
		return ALK_NOMEM;
	n->array = r;
	r->min_items = build_count(kv[KW_MIN_ITEMS], 0);
	r->max_items = build_count(kv[KW_MAX_ITEMS], UINT64_MAX);
	r->unique = yyjson_is_true(kv[KW_UNIQUE_ITEMS]);
	rc = build_items(c, r, kv);
	if (rc != ALK_OK || kv[KW_CONTAINS] == NULL)
		return rc;
	r->has_contains = true;
	r->contains_marks = c->resources[n->resource].dialect->draft ==
	    SCHEMA_2020_12;
	r->min_contains = build_count(kv[KW_MIN_CONTAINS], 1);
	r->max_contains = build_count(kv[KW_MAX_CONTAINS], UINT64_MAX);
	return build_child(c, kv[KW_CONTAINS], &r->contains);
}

/* ---- Objects ----------------------------------------------------------- */

struct table {
	struct object_rules *rules;
	struct property *properties;
	struct name *names;
};

static void
add_name(struct table *t, yyjson_val *text, struct property p)
{
	uint32_t i = t->rules->names.count++;

	t->names[i] = (struct name){ .text = yyjson_get_str(text),
		.bytes = (uint32_t)yyjson_get_len(text) };
	t->properties[i] = p;
}

static int
add_properties(struct compile *c, struct table *t, yyjson_val *map)
{
	size_t i, count;
	yyjson_val *key, *member;

	yyjson_obj_foreach(map, i, count, key, member) {
		struct property p = { .declared = true };
		int rc = build_child(c, member, &p.node);
		if (rc != ALK_OK)
			return rc;
		add_name(t, key, p);
	}
	return ALK_OK;
}

/* Marks what is required, and adds names that are that only. */
static void
add_required(struct table *t, yyjson_val *list)
{
	size_t i, count;
	yyjson_val *item;
	const struct names declared = t->rules->names;

	yyjson_arr_foreach(list, i, count, item) {
		uint32_t at = names_find(&declared, yyjson_get_str(item),
		    yyjson_get_len(item));
		if (at == NAMES_NONE) {
			at = t->rules->names.count;
			add_name(t, item, (struct property){ 0 });
		}
		t->properties[at].required = true;
		t->rules->required_count++;
		if (at < 64)
			t->rules->required |= UINT64_C(1) << at;
	}
}

static int
build_table(struct compile *c, struct object_rules *r, yyjson_val *properties,
    yyjson_val *required)
{
	struct table t = { .rules = r };
	size_t most = yyjson_obj_size(properties) + yyjson_arr_size(required);

	t.names = build_alloc(c, most * sizeof(t.names[0]));
	t.properties = build_alloc(c, most * sizeof(t.properties[0]));
	if (t.names == NULL || t.properties == NULL)
		return ALK_NOMEM;
	r->names.list = t.names;
	r->properties = t.properties;
	int rc = properties != NULL ? add_properties(c, &t, properties) :
	    ALK_OK;
	if (rc != ALK_OK)
		return rc;
	uint32_t declared = r->names.count;
	if (!names_build(&r->names, &c->s->pool))
		return error_nomem(c->err);
	add_required(&t, required);
	if (r->names.count > declared &&
	    !names_build(&r->names, &c->s->pool))
		return error_nomem(c->err);
	return ALK_OK;
}

static int
build_patterns(struct compile *c, struct object_rules *r, yyjson_val *map)
{
	size_t i, count = yyjson_obj_size(map);
	yyjson_val *key, *member;
	struct pattern_property *list =
	    build_alloc(c, count * sizeof(list[0]));
	int rc;

	if (list == NULL)
		return ALK_NOMEM;
	r->patterns = list;
	r->patterns_count = (uint32_t)count;
	yyjson_obj_foreach(map, i, count, key, member) {
		rc = add_pattern(c, key, &list[i].pattern);
		if (rc == ALK_OK)
			rc = build_child(c, member, &list[i].node);
		if (rc != ALK_OK)
			return rc;
	}
	return ALK_OK;
}

static int
add_dependents(struct compile *c, struct dependent **next, enum keyword k,
    yyjson_val *map)
{
	size_t i, count;
	yyjson_val *key, *member;

	yyjson_obj_foreach(map, i, count, key, member) {
		struct dependent *d = (*next)++;
		d->trigger = key;
		d->keyword = k;
		if (yyjson_is_arr(member)) {
			d->required = member;
			continue;
		}
		int rc = build_child(c, member, &d->node);
		if (rc != ALK_OK)
			return rc;
	}
	return ALK_OK;
}

static int
build_dependents(struct compile *c, struct object_rules *r, yyjson_val **kv)
{
	static const enum keyword keywords[] = {
		KW_DEPENDENT_REQUIRED, KW_DEPENDENT_SCHEMAS, KW_DEPENDENCIES
	};
	size_t count = 0;

	for (size_t i = 0; i < 3; i++)
		count += yyjson_obj_size(kv[keywords[i]]);
	if (count == 0)
		return ALK_OK;
	struct dependent *list = build_alloc(c, count * sizeof(list[0]));
	int rc = ALK_OK;
	if (list == NULL)
		return ALK_NOMEM;
	r->dependents = list;
	r->dependents_count = (uint32_t)count;
	for (size_t i = 0; i < 3 && rc == ALK_OK; i++)
		if (kv[keywords[i]] != NULL)
			rc = add_dependents(c, &list, keywords[i],
			    kv[keywords[i]]);
	return rc;
}

int
build_object(struct compile *c, struct node *n, yyjson_val **kv)
{
	struct object_rules *r = build_alloc(c, sizeof(*r));
	int rc = ALK_OK;

	if (r == NULL)
		return ALK_NOMEM;
	n->object = r;
	r->min_properties = build_count(kv[KW_MIN_PROPERTIES], 0);
	r->max_properties = build_count(kv[KW_MAX_PROPERTIES], UINT64_MAX);
	rc = build_table(c, r, kv[KW_PROPERTIES], kv[KW_REQUIRED]);
	if (rc == ALK_OK && kv[KW_PATTERN_PROPERTIES] != NULL)
		rc = build_patterns(c, r, kv[KW_PATTERN_PROPERTIES]);
	if (rc == ALK_OK && kv[KW_ADDITIONAL_PROPERTIES] != NULL) {
		r->has_additional = true;
		rc = build_child(c, kv[KW_ADDITIONAL_PROPERTIES],
		    &r->additional);
	}
	if (rc == ALK_OK && kv[KW_PROPERTY_NAMES] != NULL) {
		r->has_property_names = true;
		rc = build_child(c, kv[KW_PROPERTY_NAMES], &r->property_names);
	}
	return rc == ALK_OK ? build_dependents(c, r, kv) : rc;
}

/* ---- Composition ------------------------------------------------------- */

static int
build_optional(struct compile *c, yyjson_val *v, bool *has, uint32_t *out)
{
	*has = v != NULL;
	return v != NULL ? build_child(c, v, out) : ALK_OK;
}

static int
build_ref(struct compile *c, const struct node *n, yyjson_val *reference,
    uint32_t *out)
{
	yyjson_val *target;
	int rc = refs_resolve(c, reference, n->resource, &target);

	if (rc == ALK_OK)
		rc = hops_add(c, n->source, target);
	return rc == ALK_OK ? build_child(c, target, out) : rc;
}

/* $dynamicRef, or $recursiveRef, which is one to the anchor without a name. */
static int
build_dynamic(struct compile *c, const struct node *n,
    struct compose_rules *r, yyjson_val **kv)
{
	yyjson_val *reference = kv[KW_DYNAMIC_REF];
	const char *name = "";
	yyjson_val *target;

	r->dynamic_keyword = KW_DYNAMIC_REF;
	if (reference == NULL) {
		reference = kv[KW_RECURSIVE_REF];
		r->dynamic_keyword = KW_RECURSIVE_REF;
		if (!yyjson_equals_str(reference, "#"))
			return compile_fail(c, reference, ALK_SCHEMA,
			    "'$recursiveRef' must be '#'");
	} else {
		const char *hash = strchr(yyjson_get_str(reference), '#');
		name = hash != NULL && hash[1] != '/' ? hash + 1 : "";
	}
	int rc = refs_resolve(c, reference, n->resource, &target);
	if (rc == ALK_OK)
		rc = build_child(c, target, &r->dynamic);
	if (rc != ALK_OK)
		return rc;
	r->has_dynamic = true;
	bool is_anchor = kv[KW_DYNAMIC_REF] == NULL || *name != '\0';
	if (is_anchor && refs_is_dynamic(c, target, name, strlen(name))) {
		r->dynamic_name = name;
		r->dynamic_bytes = (uint32_t)strlen(name);
	}
	return ALK_OK;
}

static int
build_lists(struct compile *c, struct node *n, struct compose_rules *r,
    yyjson_val **kv)
{
	bool done = false;
	int rc = ALK_OK;

	if (kv[KW_ALL_OF] != NULL)
		rc = build_list(c, kv[KW_ALL_OF], &r->all_of);
	if (rc == ALK_OK && kv[KW_ANY_OF] != NULL)
		rc = build_union(c, n, kv[KW_ANY_OF], &done);
	if (rc == ALK_OK && kv[KW_ANY_OF] != NULL && !done) {
		r->has_any_of = true;
		rc = build_list(c, kv[KW_ANY_OF], &r->any_of);
	}
	if (rc == ALK_OK && kv[KW_ONE_OF] != NULL) {
		r->has_one_of = true;
		rc = build_list(c, kv[KW_ONE_OF], &r->one_of);
	}
	return rc;
}

int
build_compose(struct compile *c, struct node *n, yyjson_val **kv)
{
	struct compose_rules *r = build_alloc(c, sizeof(*r));

	if (r == NULL)
		return ALK_NOMEM;
	int rc = build_lists(c, n, r, kv);
	if (rc == ALK_OK && kv[KW_REF] != NULL) {
		r->has_ref = true;
		rc = build_ref(c, n, kv[KW_REF], &r->ref);
	}
	if (rc == ALK_OK && (kv[KW_DYNAMIC_REF] != NULL ||
	    kv[KW_RECURSIVE_REF] != NULL))
		rc = build_dynamic(c, n, r, kv);
	if (rc == ALK_OK)
		rc = build_optional(c, kv[KW_NOT], &r->has_not, &r->not_node);
	if (rc == ALK_OK)
		rc = build_optional(c, kv[KW_IF], &r->has_if, &r->if_node);
	if (rc == ALK_OK)
		rc = build_optional(c, kv[KW_THEN], &r->has_then,
		    &r->then_node);
	if (rc == ALK_OK)
		rc = build_optional(c, kv[KW_ELSE], &r->has_else,
		    &r->else_node);
	if (rc == ALK_OK)
		n->more->compose = r;
	return rc;
}
