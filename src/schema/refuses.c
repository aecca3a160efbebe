/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Which paths lead nowhere in a value that a schema accepts, because an object
 * on the way is closed to the member, or is none. Says no where it is not sure:
 * names by pattern, conditions, dynamic references.
 */
#include "schema/declares.h"
#include "schema/program.h"
#include "schema/schema.h"

#define DEPTH_MAX 64    /* of $ref, allOf and the like, and of the path */
#define VISITS_MAX 4096 /* of nodes in all; then nothing is refused */

struct refusal {
	const struct schema *s;
	const struct schema_step *steps;
	size_t count;
	size_t step; /* the furthest that was refused */
	int visits;
};

static bool refuses(struct refusal *r, uint32_t index, size_t at, int depth);

static bool
refuse(struct refusal *r, size_t at)
{
	if (at > r->step)
		r->step = at;
	return true;
}

static bool
object_refuses(struct refusal *r, const struct object_rules *o, size_t at,
    int depth)
{
	const struct schema_step *step = &r->steps[at];
	uint32_t i = names_find(&o->names, step->name, step->bytes);

	if (i != NAMES_NONE && o->properties[i].declared)
		return refuses(r, o->properties[i].node, at + 1, depth + 1);
	if (o->patterns_count > 0 || !o->has_additional)
		return false;
	if ((r->s->nodes[o->additional].flags & NODE_IS_NEVER) != 0)
		return refuse(r, at);
	return refuses(r, o->additional, at + 1, depth + 1);
}

static bool
one_refuses(struct refusal *r, const struct node_list *list, size_t at,
    int depth)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (refuses(r, list->nodes[i], at, depth + 1))
			return true;
	return false;
}

static bool
each_refuses(struct refusal *r, const struct node_list *list, size_t at,
    int depth)
{
	size_t step = r->step;

	for (uint32_t i = 0; i < list->count; i++)
		if (!refuses(r, list->nodes[i], at, depth + 1)) {
			r->step = step;
			return false;
		}
	return list->count > 0;
}

/* unevaluatedProperties: false, and nothing that evaluates such a member. */
static bool
unevaluated_refuses(struct refusal *r, uint32_t index, size_t at)
{
	const struct node *n = &r->s->nodes[index];
	const struct unevaluated_rules *u = n->more->unevaluated;
	const struct schema_step *step = &r->steps[at];

	return u != NULL && u->has_properties &&
	    (r->s->nodes[u->properties].flags & NODE_IS_NEVER) != 0 &&
	    !declares_evaluates(r->s, index, step->name, step->bytes) &&
	    refuse(r, at);
}

static bool
compose_refuses(struct refusal *r, const struct compose_rules *c, size_t at,
    int depth)
{
	return (c->has_ref && refuses(r, c->ref, at, depth + 1)) ||
	    one_refuses(r, &c->all_of, at, depth) ||
	    each_refuses(r, &c->any_of, at, depth) ||
	    each_refuses(r, &c->one_of, at, depth);
}

/* Whether nothing is at the rest of the path, from `at` on, of a value here. */
static bool
refuses(struct refusal *r, uint32_t index, size_t at, int depth)
{
	const struct node *n = &r->s->nodes[index];

	if (depth > DEPTH_MAX || ++r->visits > VISITS_MAX)
		return false;
	if ((n->flags & NODE_IS_NEVER) != 0)
		return at > 0 && refuse(r, at - 1);
	if (at == r->count)
		return false;
	bool is_member = r->steps[at].name != NULL;
	if ((n->types & (is_member ? TYPE_OBJECT : TYPE_ARRAY)) == 0)
		return refuse(r, at);
	if (!is_member)
		return false;
	if (n->object != NULL && object_refuses(r, n->object, at, depth))
		return true;
	return n->more != NULL && ((n->more->compose != NULL &&
	    compose_refuses(r, n->more->compose, at, depth)) ||
	    unevaluated_refuses(r, index, at));
}

bool
schema_refuses(const struct schema *s, const struct schema_step *steps,
    size_t count, size_t *step)
{
	struct refusal r = { .s = s, .steps = steps, .count = count };

	if (!refuses(&r, s->root, 0, 0))
		return false;
	*step = r.step;
	return true;
}

/* ---- The types at the end ---- */

static unsigned types_at(struct refusal *r, uint32_t index, size_t at,
    int depth);

/* Of the step at `at`, by what the node itself says. */
static unsigned
types_below(struct refusal *r, const struct node *n, size_t at, int depth)
{
	const struct schema_step *step = &r->steps[at];
	const struct object_rules *o = n->object;
	const struct array_rules *a = n->array;

	if (step->name == NULL)
		return a != NULL && a->prefix.count == 0 && a->has_rest ?
		    types_at(r, a->rest, at + 1, depth + 1) : TYPE_ALL;
	if (o == NULL)
		return TYPE_ALL;
	uint32_t i = names_find(&o->names, step->name, step->bytes);
	if (i != NAMES_NONE && o->properties[i].declared)
		return types_at(r, o->properties[i].node, at + 1, depth + 1);
	return o->patterns_count == 0 && o->has_additional ?
	    types_at(r, o->additional, at + 1, depth + 1) : TYPE_ALL;
}

static unsigned
types_of_some(struct refusal *r, const struct node_list *list, size_t at,
    int depth)
{
	unsigned types = list->count == 0 ? TYPE_ALL : 0;

	for (uint32_t i = 0; i < list->count; i++)
		types |= types_at(r, list->nodes[i], at, depth + 1);
	return types;
}

static unsigned
types_at(struct refusal *r, uint32_t index, size_t at, int depth)
{
	const struct node *n = &r->s->nodes[index];
	const struct compose_rules *c = n->more != NULL ? n->more->compose :
	    NULL;

	if (depth > DEPTH_MAX || ++r->visits > VISITS_MAX)
		return TYPE_ALL;
	unsigned types = at == r->count ? n->types :
	    types_below(r, n, at, depth);
	if (c == NULL)
		return types;
	if (c->has_ref)
		types &= types_at(r, c->ref, at, depth + 1);
	for (uint32_t i = 0; i < c->all_of.count; i++)
		types &= types_at(r, c->all_of.nodes[i], at, depth + 1);
	return types & types_of_some(r, &c->any_of, at, depth) &
	    types_of_some(r, &c->one_of, at, depth);
}

unsigned
schema_types_at(const struct schema *s, const struct schema_step *steps,
    size_t count)
{
	static const struct {
		unsigned ours;
		unsigned types;
	} kinds[] = { { SCHEMA_NULL, TYPE_NULL },
		{ SCHEMA_BOOLEAN, TYPE_BOOLEAN },
		{ SCHEMA_NUMBER, TYPE_NUMBER }, { SCHEMA_STRING, TYPE_STRING },
		{ SCHEMA_ARRAY, TYPE_ARRAY }, { SCHEMA_OBJECT, TYPE_OBJECT } };
	struct refusal r = { .s = s, .steps = steps, .count = count };
	unsigned types = types_at(&r, s->root, 0, 0);
	unsigned ours = 0;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if ((types & kinds[i].types) != 0)
			ours |= kinds[i].ours;
	return ours;
}

/* ---- The names that there are instead ---- */

struct naming {
	const struct schema *s;
	const struct schema_step *steps;
	size_t count;
	int visits;
	schema_name_fn fn;
	void *arg;
};

static void name_members(struct naming *q, uint32_t index, size_t at,
    int depth);

static void
name_list(struct naming *q, const struct node_list *list, size_t at, int depth)
{
	for (uint32_t i = 0; i < list->count; i++)
		name_members(q, list->nodes[i], at, depth + 1);
}

static void
name_object(struct naming *q, const struct object_rules *o, size_t at,
    int depth)
{
	for (uint32_t i = 0; i < o->names.count && at == q->count; i++) {
		const struct property *p = &o->properties[i];
		if (p->declared &&
		    (q->s->nodes[p->node].flags & NODE_IS_NEVER) == 0)
			q->fn(q->arg, o->names.list[i].text);
	}
	if (at == q->count || q->steps[at].name == NULL)
		return;
	uint32_t i = names_find(&o->names, q->steps[at].name,
	    q->steps[at].bytes);
	if (i != NAMES_NONE && o->properties[i].declared)
		name_members(q, o->properties[i].node, at + 1, depth + 1);
}

static void
name_members(struct naming *q, uint32_t index, size_t at, int depth)
{
	const struct node *n = &q->s->nodes[index];

	if (depth > DEPTH_MAX || ++q->visits > VISITS_MAX)
		return;
	if (n->object != NULL)
		name_object(q, n->object, at, depth);
	const struct compose_rules *c = n->more != NULL ? n->more->compose :
	    NULL;
	if (c == NULL)
		return;
	if (c->has_ref)
		name_members(q, c->ref, at, depth + 1);
	name_list(q, &c->all_of, at, depth);
	name_list(q, &c->any_of, at, depth);
	name_list(q, &c->one_of, at, depth);
}

void
schema_name_members(const struct schema *s, const struct schema_step *steps,
    size_t count, schema_name_fn fn, void *arg)
{
	struct naming q = { .s = s, .steps = steps, .count = count, .fn = fn,
		.arg = arg };

	name_members(&q, s->root, 0, 0);
}
