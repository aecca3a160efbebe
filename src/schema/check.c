/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The walk of a program over a value (see walk.h).
 *
 * Every node entered costs a step, and so does each member or item that is
 * looked at; long texts cost more. Steps or depth used up, or a pattern given
 * up, make the value invalid whatever else holds: under `not` a failure must
 * not turn into a pass.
 */
#include "schema/walk.h"

#include "schema/length.h"
#include "schema/schema.h"
#include "schema/unique.h"

bool
walk_give_up(struct walk *w, const struct node *n, yyjson_val *v,
    enum walk_stop why)
{
	if (w->stop == STOP_NONE) {
		w->stop = why;
		w->stop_node = n;
		w->stop_value = v;
	}
	w->steps = -1;
	return false;
}

static void
mark(struct marks *m, size_t i)
{
	if (i - m->from < MARKS_MEMBERS)
		m->bits[(i - m->from) / 64] |=
		    UINT64_C(1) << ((i - m->from) % 64);
}

static bool
is_marked(const struct marks *m, size_t i)
{
	return (m->bits[(i - m->from) / 64] >> ((i - m->from) % 64) & 1) != 0;
}

static void
mark_all(struct marks *m)
{
	memset(m->bits, 0xff, sizeof(m->bits));
}

/* ---- Strings ----------------------------------------------------------- */

static bool
walk_pattern(struct walk *w, const struct node *n, const struct pattern *p,
    yyjson_val *v)
{
	const char *text = unsafe_yyjson_get_str(v);
	size_t bytes = unsafe_yyjson_get_len(v);

	w->steps -= (int64_t)(bytes / 16);
	switch (pattern_match(p, &w->matcher, text, bytes)) {
	case PATTERN_YES:
		return true;
	case PATTERN_COSTLY:
		return walk_give_up(w, n, v, STOP_PATTERN);
	case PATTERN_NO_MEMORY:
		return walk_give_up(w, n, v, STOP_MEMORY);
	default:
		return false;
	}
}

/* A character has one to four bytes, so that most texts need no counting. */
static bool
is_surely_long(const struct string_rules *r, size_t bytes)
{
	if (bytes > r->max_length)
		return false;
	return r->min_length <= 1 ? bytes >= r->min_length :
	    bytes / 4 >= r->min_length;
}

static NOINLINE bool
walk_string(struct walk *w, const struct node *n, yyjson_val *v)
{
	const struct string_rules *r = n->string;
	const char *text = unsafe_yyjson_get_str(v);
	size_t bytes = unsafe_yyjson_get_len(v);
	bool ok = true;

	if (!is_surely_long(r, bytes)) {
		uint64_t count = length_count(text, bytes);
		DEMAND(count >= r->min_length, KW_MIN_LENGTH, v, NULL);
		DEMAND(count <= r->max_length, KW_MAX_LENGTH, v, NULL);
	}
	if (r->pattern != NULL)
		DEMAND(walk_pattern(w, n, r->pattern, v), KW_PATTERN, v, NULL);
	if (r->format != NULL) {
		w->steps -= (int64_t)(bytes / 16);
		DEMAND(r->format(text, bytes), KW_FORMAT, v, NULL);
	}
	return ok;
}

/* ---- Numbers ----------------------------------------------------------- */

/* <0, 0, >0: v against a bound that is there. */
static int
compare(yyjson_val *v, const struct bound *b)
{
	if (b->is_exact && yyjson_is_num(v)) {
		double x = yyjson_get_num(v);
		/* Integers up to 2^53 are doubles; larger ones may not be. */
		if (yyjson_is_real(v) ||
		    (x > -9007199254740992.0 && x < 9007199254740992.0))
			return (x > b->exact) - (x < b->exact);
	}
	return json_compare_numbers(v, b->value);
}

static NOINLINE bool
walk_number(struct walk *w, const struct node *n, yyjson_val *v)
{
	const struct number_rules *r = n->number;
	bool ok = true;

	if (r->minimum.value != NULL)
		DEMAND(compare(v, &r->minimum) >= 0, KW_MINIMUM, v, NULL);
	if (r->maximum.value != NULL)
		DEMAND(compare(v, &r->maximum) <= 0, KW_MAXIMUM, v, NULL);
	if (r->exclusive_minimum.value != NULL)
		DEMAND(compare(v, &r->exclusive_minimum) > 0,
		    KW_EXCLUSIVE_MINIMUM, v, NULL);
	if (r->exclusive_maximum.value != NULL)
		DEMAND(compare(v, &r->exclusive_maximum) < 0,
		    KW_EXCLUSIVE_MAXIMUM, v, NULL);
	if (r->multiple_of.mantissa != 0)
		DEMAND(multiple_has(&r->multiple_of, v), KW_MULTIPLE_OF, v,
		    NULL);
	return ok;
}

/* ---- Arrays ------------------------------------------------------------ */

static bool
walk_items(struct walk *w, const struct node *n, yyjson_val *v,
    struct marks *marks)
{
	const struct array_rules *r = n->array;
	size_t count = unsafe_yyjson_get_len(v);
	yyjson_val *item = unsafe_yyjson_get_first(v);
	bool ok = true;

	if (marks != NULL && r->has_rest)
		mark_all(marks);
	if (r->rest == NODE_ANY && count > r->prefix.count)
		count = r->prefix.count;
	w->steps -= (int64_t)count;
	for (size_t i = 0; i < count; i++) {
		uint32_t node = r->rest;
		if (i < r->prefix.count) {
			node = r->prefix.nodes[i];
			if (marks != NULL)
				mark(marks, i);
		}
		if (node == NODE_ANY)
			;
		else if (i >= r->prefix.count &&
		    (w->nodes[node].flags & NODE_IS_NEVER) != 0)
			DEMAND(false, r->rest_keyword, item, NULL);
		else
			PASS(walk_node(w, node, item, NULL));
		item = unsafe_yyjson_get_next(item);
	}
	return ok;
}

static bool
walk_contains(struct walk *w, const struct node *n, yyjson_val *v,
    struct marks *marks)
{
	const struct array_rules *r = n->array;
	size_t i, count;
	yyjson_val *item;
	uint64_t found = 0;
	bool ok = true;

	if (!r->contains_marks)
		marks = NULL;
	yyjson_arr_foreach(v, i, count, item) {
		bool is_one = r->contains == NODE_ANY ||
		    walk_attempt(w, r->contains, item, NULL);
		found += is_one;
		if (marks != NULL && is_one)
			mark(marks, i);
		else if (marks != NULL)
			continue;
		else if (found > r->max_contains || (found >= r->min_contains &&
		    r->max_contains == UINT64_MAX))
			break;
	}
	DEMAND(found >= r->min_contains, r->min_contains == 1 ? KW_CONTAINS :
	    KW_MIN_CONTAINS, v, NULL);
	DEMAND(found <= r->max_contains, KW_MAX_CONTAINS, v, NULL);
	return ok;
}

static bool
walk_unique(struct walk *w, const struct node *n, yyjson_val *v)
{
	yyjson_val *twin = NULL;
	bool ok = true;
	enum unique_answer a = unique_check(v, &w->steps, &twin);

	if (a == UNIQUE_COSTLY)
		return walk_give_up(w, n, v, STOP_STEPS);
	DEMAND(a == UNIQUE_YES, KW_UNIQUE_ITEMS, v, twin);
	return ok;
}

static bool
walk_array(struct walk *w, const struct node *n, yyjson_val *v,
    struct marks *marks)
{
	const struct array_rules *r = n->array;
	size_t count = unsafe_yyjson_get_len(v);
	bool ok = true;

	DEMAND(count >= r->min_items, KW_MIN_ITEMS, v, NULL);
	DEMAND(count <= r->max_items, KW_MAX_ITEMS, v, NULL);
	if (r->has_rest || r->prefix.count > 0)
		PASS(walk_items(w, n, v, marks));
	if (r->has_contains)
		PASS(walk_contains(w, n, v, marks));
	if (r->unique)
		PASS(walk_unique(w, n, v));
	return ok;
}

/* ---- Objects ----------------------------------------------------------- */

/*
 * A member that `properties` does not name, or that has more rules on its name.
 */
static NOINLINE bool
walk_other(struct walk *w, const struct node *n, yyjson_val *key,
    bool declared, bool *evaluated)
{
	const struct object_rules *r = n->object;
	yyjson_val *member = key + 1;
	bool matched = declared;
	bool ok = true;

	if (r->has_property_names && r->property_names != NODE_ANY)
		PASS(walk_node(w, r->property_names, key, NULL));
	for (uint32_t i = 0; i < r->patterns_count; i++) {
		w->steps--;
		w->slot = i;
		if (!walk_pattern(w, n, r->patterns[i].pattern, key)) {
			if (w->steps < 0)
				return walk_give_up(w, n, key, STOP_STEPS);
			continue;
		}
		matched = true;
		if (r->patterns[i].node != NODE_ANY)
			PASS(walk_node(w, r->patterns[i].node, member, NULL));
	}
	*evaluated = matched || r->has_additional;
	if (matched || r->additional == NODE_ANY)
		return ok;
	if ((w->nodes[r->additional].flags & NODE_IS_NEVER) != 0)
		DEMAND(false, KW_ADDITIONAL_PROPERTIES, member, key);
	else
		PASS(walk_node(w, r->additional, member, NULL));
	return ok;
}

static bool
has_member(yyjson_val *v, const char *name, size_t bytes)
{
	return yyjson_obj_getn(v, name, bytes) != NULL;
}

#define REQUIRED_PART (64 * 64) /* names that are looked for at one time */

/* Marks those of the names from the from-th on that v has. */
static void
see_names(const struct object_rules *r, yyjson_val *v, uint32_t from,
    uint64_t *seen)
{
	size_t i, count;
	yyjson_val *key, *member;

	memset(seen, 0, REQUIRED_PART / 8);
	yyjson_obj_foreach(v, i, count, key, member) {
		uint32_t at = names_find(&r->names, unsafe_yyjson_get_str(key),
		    unsafe_yyjson_get_len(key));
		if (at != NAMES_NONE && at >= from && at - from < REQUIRED_PART)
			seen[(at - from) / 64] |=
			    UINT64_C(1) << (at - from) % 64;
	}
}

/* Required names beyond the first 64, part by part. */
static bool
has_required(const struct object_rules *r, yyjson_val *v)
{
	uint64_t seen[REQUIRED_PART / 64];

	for (uint32_t from = 64; from < r->names.count;
	    from += REQUIRED_PART) {
		see_names(r, v, from, seen);
		for (uint32_t at = from; at < r->names.count &&
		    at - from < REQUIRED_PART; at++)
			if (r->properties[at].required &&
			    (seen[(at - from) / 64] >> (at - from) % 64 & 1)
			    == 0)
				return false;
	}
	return true;
}

/* With a teller, each missing name, mostly in the order of `required`. */
static NOINLINE bool
tell_required(struct walk *w, const struct node *n, yyjson_val *v)
{
	const struct object_rules *r = n->object;
	yyjson_val *list = yyjson_obj_get(n->source, "required");
	uint64_t seen[REQUIRED_PART / 64];
	size_t i, count;
	yyjson_val *name;

	for (uint32_t from = 0; from < r->names.count && w->teller != NULL;
	    from += REQUIRED_PART) {
		w->steps -= (int64_t)(unsafe_yyjson_get_len(v) +
		    yyjson_arr_size(list)) / 8;
		if (w->steps < 0)
			return walk_give_up(w, n, v, STOP_STEPS);
		see_names(r, v, from, seen);
		yyjson_arr_foreach(list, i, count, name) {
			uint32_t at = names_find(&r->names,
			    yyjson_get_str(name), yyjson_get_len(name));
			if (at >= from && at - from < REQUIRED_PART &&
			    (seen[(at - from) / 64] >> (at - from) % 64 & 1)
			    == 0)
				tell(w, n, KW_REQUIRED, v, name);
		}
	}
	return false;
}

static bool
walk_required(struct walk *w, const struct node *n, yyjson_val *v,
    uint64_t seen)
{
	const struct object_rules *r = n->object;

	if ((seen & r->required) != r->required)
		return tell_required(w, n, v);
	if (r->names.count <= 64)
		return true;
	w->steps -= r->names.count / 8;
	return has_required(r, v) || tell_required(w, n, v);
}

static bool
walk_dependents(struct walk *w, const struct node *n, yyjson_val *v,
    struct marks *marks)
{
	const struct object_rules *r = n->object;
	size_t j, count;
	yyjson_val *name;
	bool ok = true;

	for (uint32_t i = 0; i < r->dependents_count; i++) {
		const struct dependent *d = &r->dependents[i];
		w->steps -= 1 + (int64_t)unsafe_yyjson_get_len(v) / 8;
		if (!has_member(v, yyjson_get_str(d->trigger),
		    yyjson_get_len(d->trigger)))
			continue;
		yyjson_arr_foreach(d->required, j, count, name) {
			w->steps -= 1 + (int64_t)unsafe_yyjson_get_len(v) / 8;
			DEMAND(has_member(v, yyjson_get_str(name),
			    yyjson_get_len(name)), d->keyword, v, name);
		}
		if (d->node != NODE_ANY)
			PASS(walk_node(w, d->node, v, marks));
	}
	return ok;
}

static bool
walk_object(struct walk *w, const struct node *n, yyjson_val *v,
    struct marks *marks)
{
	const struct object_rules *r = n->object;
	const struct names *names = &r->names;
	size_t count = unsafe_yyjson_get_len(v);
	yyjson_val *key = unsafe_yyjson_get_first(v);
	bool others = r->patterns_count > 0 || r->has_property_names;
	uint64_t seen = 0;
	uint32_t guess = 0;
	bool ok = true;

	DEMAND(count >= r->min_properties, KW_MIN_PROPERTIES, v, NULL);
	DEMAND(count <= r->max_properties, KW_MAX_PROPERTIES, v, NULL);
	w->steps -= (int64_t)count;
	for (size_t i = 0; i < count; i++) {
		const char *text = unsafe_yyjson_get_str(key);
		size_t bytes = unsafe_yyjson_get_len(key);
		/* Mostly members come in the order of the schema. */
		uint32_t at = guess < names->count &&
		    names_is(&names->list[guess], text, bytes) ? guess :
		    names_find(names, text, bytes);
		bool declared = false;
		if (at != NAMES_NONE) {
			const struct property *p = &r->properties[at];
			guess = at + 1;
			if (at < 64)
				seen |= UINT64_C(1) << at;
			declared = p->declared;
			if (p->node != NODE_ANY)
				PASS(walk_node(w, p->node, key + 1, NULL));
		}
		bool evaluated = declared;
		if (!declared || others)
			PASS(walk_other(w, n, key, declared, &evaluated));
		if (marks != NULL && evaluated)
			mark(marks, i);
		key = unsafe_yyjson_get_next(key + 1);
	}
	if (r->required_count > 0)
		PASS(walk_required(w, n, v, seen));
	if (r->dependents_count > 0)
		PASS(walk_dependents(w, n, v, marks));
	return ok;
}

/* ---- Nodes ------------------------------------------------------------- */

static bool
wrong_type(struct walk *w, const struct node *n, yyjson_val *v)
{
	if (w->teller != NULL)
		tell(w, n, (n->flags & NODE_IS_NEVER) != 0 ? KW_NEVER : KW_TYPE,
		    v, NULL);
	return false;
}

static inline bool
has_type(const struct node *n, yyjson_val *v)
{
	return (n->kinds >> unsafe_yyjson_get_type(v) & 1) != 0 ||
	    (n->types & program_type(v)) != 0;
}

static NOINLINE bool walk_told(struct walk *w, const struct node *n,
    yyjson_val *v, struct marks *marks);

/* Whatever may go deeper; apart, so that leaves stay cheap. */
static NOINLINE bool
walk_deep(struct walk *w, const struct node *n, yyjson_val *v,
    struct marks *marks)
{
	bool ok = true;

	if (w->teller != NULL && (w->trail == NULL || w->trail->node != n ||
	    w->trail->value != v))
		return walk_told(w, n, v, marks);
	if (++w->frames > SCHEMA_FRAMES_MAX)
		ok = walk_give_up(w, n, v, STOP_FRAMES);
	else if (unsafe_yyjson_is_obj(v))
		ok = n->object == NULL || walk_object(w, n, v, marks);
	else if (unsafe_yyjson_is_arr(v))
		ok = n->array == NULL || walk_array(w, n, v, marks);
	if (n->more != NULL && n->more->compose != NULL &&
	    (ok || w->teller != NULL))
		ok = walk_compose(w, n, v, marks) && ok;
	w->frames--;
	return ok;
}

/* The same, with the schema on the trail. */
static NOINLINE bool
walk_told(struct walk *w, const struct node *n, yyjson_val *v,
    struct marks *marks)
{
	const struct trail *outer = w->trail;
	struct trail own;

	trail_enter(w, &own, n, v);
	bool ok = walk_deep(w, n, v, marks);
	w->trail = outer;
	return ok;
}

static inline bool
walk_body(struct walk *w, const struct node *n, yyjson_val *v,
    struct marks *marks)
{
	bool ok = true;

	if (!has_type(n, v))
		return wrong_type(w, n, v);
	if (n->literal != NULL)
		PASS(walk_literals(w, n, v));
	switch (unsafe_yyjson_get_type(v)) {
	case YYJSON_TYPE_STR:
		if (n->string != NULL)
			PASS(walk_string(w, n, v));
		break;
	case YYJSON_TYPE_NUM:
	case YYJSON_TYPE_RAW:
		if (n->number != NULL)
			PASS(walk_number(w, n, v));
		break;
	case YYJSON_TYPE_ARR:
	case YYJSON_TYPE_OBJ:
		return walk_deep(w, n, v, marks) && ok;
	default:
		break;
	}
	if ((n->flags & NODE_IS_COMPOSED) == 0)
		return ok;
	return walk_deep(w, n, v, marks) && ok;
}

/* Members or items of one part of v that nothing has evaluated. */
static bool
walk_rest(struct walk *w, const struct node *n, yyjson_val *v,
    const struct marks *marks)
{
	const struct unevaluated_rules *u = n->more->unevaluated;
	bool in_object = unsafe_yyjson_is_obj(v);
	uint32_t node = in_object ? u->properties : u->items;
	enum keyword k = in_object ? KW_UNEVALUATED_PROPERTIES :
	    KW_UNEVALUATED_ITEMS;
	size_t count = unsafe_yyjson_get_len(v);
	yyjson_val *at = unsafe_yyjson_get_first(v);
	bool ok = true;

	w->steps -= (int64_t)count / 4;
	for (size_t i = 0; i < count && i < marks->from + MARKS_MEMBERS; i++) {
		yyjson_val *key = in_object ? at : NULL;
		yyjson_val *member = in_object ? at + 1 : at;
		at = unsafe_yyjson_get_next(member);
		if (i < marks->from || is_marked(marks, i) || node == NODE_ANY)
			continue;
		if ((w->nodes[node].flags & NODE_IS_NEVER) != 0)
			DEMAND(false, k, member, key);
		else
			PASS(walk_node(w, node, member, NULL));
	}
	return ok;
}

/* All of v, part by part. */
static bool
walk_parts(struct walk *w, const struct node *n, yyjson_val *v)
{
	struct marks own;

	own.from = 0;
	do {
		memset(own.bits, 0, sizeof(own.bits));
		/* What is left over says nothing while the rest is wrong. */
		if (!walk_body(w, n, v, &own) || !walk_rest(w, n, v, &own))
			return false;
		own.from += MARKS_MEMBERS;
	} while (own.from < unsafe_yyjson_get_len(v));
	return true;
}

static bool
walk_unevaluated(struct walk *w, const struct node *n, yyjson_val *v,
    struct marks *marks)
{
	const struct unevaluated_rules *u = n->more->unevaluated;
	const struct trail *outer = w->trail;
	struct trail own;
	bool asked = (unsafe_yyjson_is_obj(v) && u->has_properties) ||
	    (unsafe_yyjson_is_arr(v) && u->has_items);

	if (!asked)
		return walk_body(w, n, v, marks);
	if (w->teller != NULL)
		trail_enter(w, &own, n, v);
	bool ok = walk_parts(w, n, v);
	w->trail = outer;
	if (ok && marks != NULL)
		mark_all(marks);
	return ok;
}

static NOINLINE bool
walk_special(struct walk *w, const struct node *n, yyjson_val *v,
    struct marks *marks)
{
	struct scope *outer = w->scope;
	struct scope own = { .resource = n->resource };
	bool enters = (n->flags & NODE_IS_SCOPED) != 0 &&
	    (outer == NULL || outer->resource != n->resource);

	if (enters) {
		w->scope = &own;
		if (outer == NULL)
			w->outermost = &own;
		else
			outer->inner = &own;
	}
	bool ok = (n->flags & NODE_HAS_UNEVALUATED) != 0 ?
	    walk_unevaluated(w, n, v, marks) : walk_body(w, n, v, marks);
	w->scope = outer;
	return ok;
}

bool
walk_slowly(struct walk *w, uint32_t index, yyjson_val *v, struct marks *marks)
{
	const struct node *n = &w->nodes[index];

	if (--w->steps < 0)
		return walk_give_up(w, n, v, STOP_STEPS);
	if ((n->flags & (NODE_HAS_UNEVALUATED | NODE_IS_SCOPED)) != 0)
		return walk_special(w, n, v, marks);
	return walk_body(w, n, v, marks);
}

int64_t
walk_steps(yyjson_val *v)
{
	return SCHEMA_STEPS +
	    SCHEMA_STEPS_A_VALUE * (unsafe_yyjson_get_next(v) - v);
}

void
walk_begin(struct walk *w, const struct schema *s, yyjson_val *v)
{
	w->s = s;
	w->nodes = s->nodes;
	w->quick = s->quick;
	w->root = v;
	w->steps = walk_steps(v);
	w->frames = 0;
	w->stop = STOP_NONE;
	w->scope = NULL;
	w->teller = NULL;
	w->trail = NULL;
	w->slot = 0;
	pattern_begin(&w->matcher, &w->steps);
}

void
walk_end(struct walk *w)
{
	pattern_end(&w->matcher);
}

bool
schema_check(const struct schema *s, yyjson_val *v)
{
	struct walk w;

	walk_begin(&w, s, v);
	bool ok = walk_node(&w, s->root, v, NULL);
	walk_end(&w);
	return ok && w.stop == STOP_NONE;
}
