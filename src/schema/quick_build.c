/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Makes the quick forms (quick.h). Nodes with rules that have none stay open:
 * nothing passes at once, whatever the types allow is looked at, and without
 * a part to look with check.c does it. So what is not understood here is slower
 * and never wrong.
 *
 * Nodes are taken from the last to the first: those within a schema come behind
 * it, so that unions and tables find them done. One that is not yet done counts
 * as open, which is right too.
 */
#include "schema/compile.h"
#include "schema/quick.h"

#include "base/error.h"

#include <math.h>

#define KIND_RAW QUICK_BIT(YYJSON_TYPE_RAW)
#define KIND_NULL QUICK_BIT(YYJSON_TYPE_NULL)
#define KIND_BOOLEAN (QUICK_BIT(YYJSON_TYPE_BOOL | YYJSON_SUBTYPE_FALSE) | \
	QUICK_BIT(YYJSON_TYPE_BOOL | YYJSON_SUBTYPE_TRUE))
#define KIND_INTEGER (QUICK_BIT(YYJSON_TYPE_NUM | YYJSON_SUBTYPE_UINT) | \
	QUICK_BIT(YYJSON_TYPE_NUM | YYJSON_SUBTYPE_SINT))
#define KIND_REAL QUICK_BIT(YYJSON_TYPE_NUM | YYJSON_SUBTYPE_REAL)
#define KIND_STRING (QUICK_BIT(YYJSON_TYPE_STR | YYJSON_SUBTYPE_NONE) | \
	QUICK_BIT(YYJSON_TYPE_STR | YYJSON_SUBTYPE_NOESC))
#define KIND_ARRAY QUICK_BIT(YYJSON_TYPE_ARR)
#define KIND_OBJECT QUICK_BIT(YYJSON_TYPE_OBJ)
#define KIND_NUMBER (KIND_INTEGER | KIND_REAL | KIND_RAW)

#define EXACT_MAX 9007199254740992.0 /* 2^53 */
#define NEEDS_MAX 64   /* names that the variants of a union need: bits */
#define MERGED_MAX 128 /* names in a table put together; compared in pairs */

/* Kinds of values that have one of these types for sure. */
static uint32_t
sure_kinds(unsigned types)
{
	uint32_t kinds = 0;

	kinds |= (types & TYPE_NULL) != 0 ? KIND_NULL : 0;
	kinds |= (types & TYPE_BOOLEAN) != 0 ? KIND_BOOLEAN : 0;
	kinds |= (types & TYPE_INTEGER) != 0 ? KIND_INTEGER : 0;
	kinds |= (types & TYPE_NUMBER) == TYPE_NUMBER ? KIND_NUMBER : 0;
	kinds |= (types & TYPE_STRING) != 0 ? KIND_STRING : 0;
	kinds |= (types & TYPE_ARRAY) != 0 ? KIND_ARRAY : 0;
	kinds |= (types & TYPE_OBJECT) != 0 ? KIND_OBJECT : 0;
	return kinds;
}

/* Kinds of values that may have one of these types: 1e20 is an integer. */
static uint32_t
possible_kinds(unsigned types)
{
	return sure_kinds(types) |
	    ((types & TYPE_NUMBER) != 0 ? KIND_REAL | KIND_RAW : 0);
}

/* ---- Leaves -------------------------------------------------------------- */

/* Matches without ever giving up. */
static bool
is_linear(const struct pattern *p)
{
	return p->way == PATTERN_RUNS || p->way == PATTERN_DFA;
}

static void
set_string(struct quick_leaf *l, const struct string_rules *r)
{
	l->is_length = r->pattern == NULL && r->format == NULL;
	l->is_string = r->pattern == NULL || is_linear(r->pattern);
	l->pattern = r->pattern;
	l->format = r->format;
	l->length_min = r->min_length;
	l->length_max = r->max_length;
	l->bytes_max = r->max_length;
	l->bytes_min = r->min_length;
	/* Four bytes at most make one character. */
	if (r->min_length > 1)
		l->bytes_min = r->min_length > SIZE_MAX / 4 ? SIZE_MAX :
		    (r->min_length - 1) * 4 + 1;
}

static bool
is_small(const struct bound *b)
{
	return b->value == NULL || (b->is_exact && fabs(b->exact) < EXACT_MAX);
}

static void
set_range(struct quick_leaf *l, const struct number_rules *r, unsigned types)
{
	l->least = l->above = -INFINITY;
	l->most = l->below = INFINITY;
	l->low = INT64_MIN;
	l->high = INT64_MAX;
	l->integers_only = (types & TYPE_FRACTION) == 0;
	l->is_range = (types & TYPE_INTEGER) != 0 &&
	    r->multiple_of.mantissa == 0 && is_small(&r->minimum) &&
	    is_small(&r->maximum) && is_small(&r->exclusive_minimum) &&
	    is_small(&r->exclusive_maximum);
	if (!l->is_range)
		return;
	if (r->minimum.value != NULL) {
		l->least = r->minimum.exact;
		l->low = (int64_t)ceil(l->least);
	}
	if (r->maximum.value != NULL) {
		l->most = r->maximum.exact;
		l->high = (int64_t)floor(l->most);
	}
	if (r->exclusive_minimum.value != NULL) {
		l->above = r->exclusive_minimum.exact;
		int64_t low = (int64_t)floor(l->above) + 1;
		l->low = low > l->low ? low : l->low;
	}
	if (r->exclusive_maximum.value != NULL) {
		l->below = r->exclusive_maximum.exact;
		int64_t high = (int64_t)ceil(l->below) - 1;
		l->high = high < l->high ? high : l->high;
	}
}

static int
build_leaf(struct compile *c, const struct node *n, struct quick *q)
{
	const struct literal_rules *only = n->literal;

	if (n->string == NULL && n->number == NULL && only == NULL)
		return ALK_OK;
	struct quick_leaf *l = build_alloc(c, sizeof(*l));
	if (l == NULL)
		return ALK_NOMEM;
	q->leaf = l;
	if (only != NULL) {
		/* All parts say no, or leave it to check.c. */
		q->pass = 0;
		if (only->next == NULL && n->string == NULL)
			l->strings = &only->strings;
		if (only->strings.count == 0)
			q->look &= ~KIND_STRING;
		if (only->others_count == 0)
			q->look &= KIND_STRING;
		return ALK_OK;
	}
	if (n->string != NULL) {
		q->pass &= ~KIND_STRING;
		set_string(l, n->string);
	}
	if (n->number != NULL) {
		q->pass &= ~KIND_NUMBER;
		set_range(l, n->number, n->types);
	}
	return ALK_OK;
}

/* ---- Arrays and objects -------------------------------------------------- */

static int
build_array_form(struct compile *c, const struct node *n, struct quick *q)
{
	const struct array_rules *r = n->array;

	if (r == NULL)
		return ALK_OK;
	q->pass &= ~KIND_ARRAY;
	if (r->has_contains || r->unique || n->literal != NULL)
		return ALK_OK;
	struct quick_array *a = build_alloc(c, sizeof(*a));
	if (a == NULL)
		return ALK_NOMEM;
	a->count_min = r->min_items;
	a->count_max = r->max_items;
	struct quick_item *prefix =
	    build_alloc(c, r->prefix.count * sizeof(prefix[0]));
	if (prefix == NULL)
		return ALK_NOMEM;
	for (uint32_t i = 0; i < r->prefix.count; i++) {
		prefix[i].node = r->prefix.nodes[i];
		prefix[i].pass = c->s->quick[prefix[i].node].pass;
	}
	a->prefix = prefix;
	a->prefix_count = r->prefix.count;
	a->rest = r->rest;
	q->array = a;
	return ALK_OK;
}

static void
set_name(struct quick_property *p, const struct name *name)
{
	size_t bytes = name->bytes;

	p->text = name->text;
	p->tag = (uint64_t)bytes << YYJSON_TAG_BIT;
	if (bytes >= 8) {
		p->last = (uint32_t)bytes - 8;
		p->name = names_load8(name->text);
		p->tail = names_load8(name->text + p->last);
	} else if (bytes >= 3) {
		p->last = bytes == 3 ? 0 : (uint32_t)bytes - 4;
		p->name = names_load4(name->text);
		p->tail = names_load4(name->text + p->last);
	}
}

/* Nothing but properties, what is required, and what others must be. */
static bool
is_simple(const struct object_rules *r)
{
	return r->patterns_count == 0 && !r->has_property_names &&
	    r->dependents_count == 0;
}

static void
finish_object(const struct compile *c, struct quick_object *o,
    struct quick_property *list)
{
	const struct names *names = o->names;

	for (uint32_t i = 0; i < names->count; i++) {
		struct quick_property *p = &list[i];
		set_name(p, &names->list[i]);
		p->pass = c->s->quick[p->node].pass;
		o->required_count += p->required;
		if (p->required && i < 64)
			p->bit = UINT64_C(1) << i;
		o->required |= p->bit;
	}
	o->properties = list;
	if (o->count_min < o->required_count)
		o->count_min = o->required_count;
}

/* Nothing but one pattern, and what members must be that do not match. */
static bool
is_record(const struct object_rules *r)
{
	return r->names.count == 0 && r->patterns_count == 1 &&
	    !r->has_property_names && r->dependents_count == 0 &&
	    is_linear(r->patterns[0].pattern);
}

static int
build_record(struct compile *c, const struct object_rules *rules,
    struct quick *q)
{
	struct quick_record *r = build_alloc(c, sizeof(*r));

	if (r == NULL)
		return ALK_NOMEM;
	r->pattern = rules->patterns[0].pattern;
	r->node = rules->patterns[0].node;
	r->pass = c->s->quick[r->node].pass;
	r->others = rules->additional;
	r->count_min = rules->min_properties;
	r->count_max = rules->max_properties;
	q->record = r;
	return ALK_OK;
}

static int
build_object_form(struct compile *c, const struct node *n, struct quick *q)
{
	const struct object_rules *r = n->object;

	if (r == NULL)
		return ALK_OK;
	q->pass &= ~KIND_OBJECT;
	if (n->literal == NULL && is_record(r))
		return build_record(c, r, q);
	if (!is_simple(r) || n->literal != NULL)
		return ALK_OK;
	struct quick_object *o = build_alloc(c, sizeof(*o));
	struct quick_property *list =
	    build_alloc(c, (r->names.count + 1) * sizeof(list[0]));
	if (o == NULL || list == NULL)
		return ALK_NOMEM;
	for (uint32_t i = 0; i < r->names.count; i++) {
		const struct property *p = &r->properties[i];
		list[i].node = p->declared ? p->node : r->additional;
		list[i].required = p->required;
	}
	o->names = &r->names;
	o->others = r->additional;
	o->count_min = r->min_properties;
	o->count_max = r->max_properties;
	finish_object(c, o, list);
	q->object = o;
	return ALK_OK;
}

/* ---- Objects put together with allOf ------------------------------------- */

/* Says nothing but that it applies others, by allOf or by anyOf alone. */
static bool
is_only(const struct compose_rules *r, bool all)
{
	return !r->has_ref && !r->has_dynamic && !r->has_one_of &&
	    !r->has_not && !r->has_if &&
	    (all ? !r->has_any_of : r->has_any_of && r->all_of.count == 0);
}

static bool
has_leaf(const struct node *n)
{
	return n->string != NULL || n->number != NULL || n->array != NULL ||
	    n->literal != NULL;
}

/* An object that leaves others room beside it. */
static bool
is_open(const struct object_rules *r)
{
	return r == NULL || (is_simple(r) && !r->has_additional);
}

/* Nothing that is not evaluated may be there, or nothing is said of it. */
static bool
is_closed_or_open(const struct compile *c, const struct unevaluated_rules *u)
{
	return u == NULL || (u->has_properties && !u->has_items &&
	    (c->s->nodes[u->properties].flags & NODE_IS_NEVER) != 0);
}

static bool
can_merge(const struct compile *c, const struct node *n)
{
	if (n->more == NULL || n->more->compose == NULL || has_leaf(n) ||
	    !is_only(n->more->compose, true) || !is_open(n->object) ||
	    !is_closed_or_open(c, n->more->unevaluated))
		return false;
	const struct node_list *list = &n->more->compose->all_of;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct node *part = &c->s->nodes[list->nodes[i]];
		if (has_leaf(part) || part->more != NULL ||
		    !is_open(part->object))
			return false;
	}
	return list->count > 0;
}

struct merge {
	struct quick_object *object;
	struct quick_property *properties;
	struct names *names;
	struct name *list;
};

/* false: two rules for one property, or too many. */
static bool
merge_property(struct merge *m, const struct name *name,
    const struct property *p)
{
	uint32_t i = 0;

	while (i < m->names->count &&
	    !names_is(&m->list[i], name->text, name->bytes))
		i++;
	struct quick_property *at = &m->properties[i];
	if (i == m->names->count) {
		if (m->names->count++ == MERGED_MAX)
			return false;
		m->list[i] = *name;
		m->list[i].value = 0; /* 1: declared */
		at->node = m->object->others;
	}
	if (p->declared && m->list[i].value == 0) {
		at->node = p->node;
		m->list[i].value = 1;
	} else if (p->declared && at->node == NODE_ANY) {
		at->node = p->node;
	} else if (p->declared && p->node != NODE_ANY && at->node != p->node) {
		return false;
	}
	at->required |= p->required;
	return true;
}

static bool
merge_rules(struct merge *m, const struct object_rules *r)
{
	if (r == NULL)
		return true;
	if (m->object->count_min < r->min_properties)
		m->object->count_min = r->min_properties;
	if (m->object->count_max > r->max_properties)
		m->object->count_max = r->max_properties;
	for (uint32_t i = 0; i < r->names.count; i++)
		if (!merge_property(m, &r->names.list[i], &r->properties[i]))
			return false;
	return true;
}

/* ALK_OK also where it cannot be done, and q stays as it is. */
static int
build_merged(struct compile *c, const struct node *n, struct quick *q)
{
	const struct node_list *parts = &n->more->compose->all_of;
	unsigned types = n->types;
	struct merge m = {
		.object = build_alloc(c, sizeof(*m.object)),
		.properties = build_alloc(c,
		    (MERGED_MAX + 1) * sizeof(m.properties[0])),
		.names = build_alloc(c, sizeof(*m.names)),
		.list = build_alloc(c, (MERGED_MAX + 1) * sizeof(m.list[0]))
	};

	if (m.object == NULL || m.properties == NULL || m.names == NULL ||
	    m.list == NULL)
		return ALK_NOMEM;
	m.object->count_max = SIZE_MAX;
	if (n->more->unevaluated != NULL)
		m.object->others = n->more->unevaluated->properties;
	bool can = merge_rules(&m, n->object);
	for (uint32_t i = 0; can && i < parts->count; i++) {
		const struct node *part = &c->s->nodes[parts->nodes[i]];
		types &= part->types;
		can = merge_rules(&m, part->object);
	}
	if (!can)
		return ALK_OK;
	m.names->list = m.list;
	if (!names_build(m.names, &c->s->pool))
		return error_nomem(c->err);
	m.object->names = m.names;
	finish_object(c, m.object, m.properties);
	q->object = m.object;
	q->pass = sure_kinds(types) & ~KIND_OBJECT;
	q->look = possible_kinds(types) & ~q->pass;
	return ALK_OK;
}

/* ---- Unions -------------------------------------------------------------- */

static bool
is_union(const struct node *n)
{
	unsigned numbers = n->types & TYPE_NUMBER;

	return n->more != NULL && n->more->compose != NULL &&
	    n->more->unevaluated == NULL && !has_leaf(n) &&
	    n->object == NULL && is_only(n->more->compose, false) &&
	    (numbers == 0 || numbers == TYPE_NUMBER);
}

/* The variants that a value of some type may be, in their order. */
static int
build_types(struct compile *c, struct quick_union *u)
{
	for (unsigned type = 0; type < QUICK_TYPES; type++) {
		uint32_t kinds = 0;
		for (unsigned sub = 0; sub < 4; sub++)
			kinds |= QUICK_BIT(sub << 3 | type);
		uint32_t *nodes =
		    build_alloc(c, u->list->count * sizeof(nodes[0]));
		if (nodes == NULL)
			return ALK_NOMEM;
		u->of[type].nodes = nodes;
		for (uint32_t i = 0; i < u->list->count; i++) {
			const struct quick *v =
			    &c->s->quick[u->list->nodes[i]];
			if (((v->pass | v->look) & kinds) != 0)
				nodes[u->of[type].count++] = u->list->nodes[i];
		}
	}
	return ALK_OK;
}

/* The bit of a name among those that variants need; 0: there is no room. */
static uint64_t
need_bit(struct names *names, const struct name *name)
{
	uint32_t i = 0;

	while (i < names->count && !names_is(&names->list[i], name->text,
	    name->bytes))
		i++;
	if (i == NEEDS_MAX)
		return 0;
	if (i == names->count)
		names->list[names->count++] = *name;
	return UINT64_C(1) << i;
}

/* false: too many names. */
static bool
add_needs(struct quick_needs *needs, const struct quick_object *o,
    uint64_t *bits)
{
	for (uint32_t i = 0; i < o->names->count; i++) {
		if (!o->properties[i].required)
			continue;
		uint64_t bit = need_bit(&needs->names, &o->names->list[i]);
		if (bit == 0)
			return false;
		*bits |= bit;
	}
	return true;
}

static int
build_needs(struct compile *c, struct quick_union *u)
{
	const struct node_list *list = &u->of[YYJSON_TYPE_OBJ];

	if (list->count < 2)
		return ALK_OK;
	struct quick_needs *needs = build_alloc(c,
	    sizeof(*needs) + list->count * sizeof(needs->bits[0]));
	struct name *names = build_alloc(c, NEEDS_MAX * sizeof(names[0]));
	if (needs == NULL || names == NULL)
		return ALK_NOMEM;
	needs->names.list = names;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct quick *q = &c->s->quick[list->nodes[i]];
		if (q->object != NULL &&
		    !add_needs(needs, q->object, &needs->bits[i]))
			return ALK_OK;
	}
	if (!names_build(&needs->names, &c->s->pool))
		return error_nomem(c->err);
	u->needs = needs->names.count > 0 ? needs : NULL;
	return ALK_OK;
}

static int
build_union_form(struct compile *c, const struct node *n, struct quick *q)
{
	const struct compose_rules *r = n->more->compose;
	struct quick_union *u = build_alloc(c, sizeof(*u));
	uint32_t pass = 0;
	uint32_t look = 0;
	uint32_t any = 0;

	if (u == NULL)
		return ALK_NOMEM;
	u->by = r->any_by;
	u->list = &r->any_of;
	for (uint32_t i = 0; i < r->any_of.count; i++) {
		const struct quick *variant =
		    &c->s->quick[r->any_of.nodes[i]];
		/* One before it may give up, which fails whatever follows. */
		pass |= variant->pass & ~look;
		look |= variant->look;
		any |= variant->look | variant->pass;
	}
	q->pass &= pass;
	q->look = sure_kinds(n->types) & any & ~q->pass;
	q->any_of = u;
	if (u->by != NULL)
		return ALK_OK;
	int rc = build_types(c, u);
	return rc == ALK_OK ? build_needs(c, u) : rc;
}

/* ---- Nodes --------------------------------------------------------------- */

/* What became a set of literals leaves that. */
static bool
says_nothing(const struct more_rules *more)
{
	return more->unevaluated == NULL && (more->compose == NULL ||
	    (is_only(more->compose, true) &&
	    more->compose->all_of.count == 0));
}

static int
build_form(struct compile *c, const struct node *n, struct quick *q)
{
	if ((n->flags & NODE_IS_SCOPED) != 0)
		return ALK_OK;
	if (can_merge(c, n))
		return build_merged(c, n, q);
	if (is_union(n)) {
		q->pass = sure_kinds(n->types);
		return build_union_form(c, n, q);
	}
	if (n->more != NULL && !says_nothing(n->more))
		return ALK_OK;
	q->pass = sure_kinds(n->types);
	int rc = build_leaf(c, n, q);
	if (rc == ALK_OK)
		rc = build_array_form(c, n, q);
	/* Last: a property may be this very node, with all that passes. */
	if (rc == ALK_OK)
		rc = build_object_form(c, n, q);
	q->look &= ~q->pass;
	return rc;
}

int
quick_build(struct compile *c)
{
	uint32_t count = c->s->count;
	struct quick *list = build_alloc(c, count * sizeof(list[0]));
	int rc = ALK_OK;

	if (list == NULL)
		return ALK_NOMEM;
	c->s->quick = list;
	for (uint32_t i = 0; i < count; i++)
		list[i].look = possible_kinds(c->s->nodes[i].types);
	list[NODE_ANY].pass = QUICK_ALL;
	for (uint32_t i = count; i > 1 && rc == ALK_OK; i--)
		rc = build_form(c, &c->s->nodes[i - 1], &list[i - 1]);
	return rc;
}
