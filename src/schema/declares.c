/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Which properties a schema names, and which it leaves room for by name. */
#include "schema/declares.h"
#include "schema/schema.h"

#define DEPTH_MAX 64    /* of $ref and allOf */
#define VISITS_MAX 4096 /* of nodes in all; more do not name more */

struct search {
	const struct schema *s;
	const char *name;
	size_t bytes;
	int visits;
	bool is_wide; /* alternatives and names by pattern count too */
	bool is_any;  /* and members that are let pass as they are */
};

static bool declares(struct search *q, uint32_t index, int depth);

static bool
one_declares(struct search *q, const struct node_list *list, int depth)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (declares(q, list->nodes[i], depth + 1))
			return true;
	return false;
}

static bool
an_alternative_declares(struct search *q, const struct compose_rules *r,
    int depth)
{
	return one_declares(q, &r->any_of, depth) ||
	    one_declares(q, &r->one_of, depth) ||
	    (r->has_if && declares(q, r->if_node, depth + 1)) ||
	    (r->has_then && declares(q, r->then_node, depth + 1)) ||
	    (r->has_else && declares(q, r->else_node, depth + 1));
}

/* Names that are not written down: patterns, or a schema for all others. */
static bool
has_room(const struct search *q, const struct object_rules *o)
{
	return o->patterns_count > 0 || o->dependents_count > 0 ||
	    (o->has_additional &&
		(q->is_any || o->additional != NODE_ANY) &&
		(q->s->nodes[o->additional].flags & NODE_IS_NEVER) == 0);
}

/* Of a node within, which so says that it evaluates all members. */
static bool
evaluates_all(const struct search *q, const struct node *n)
{
	const struct unevaluated_rules *u = n->more != NULL ?
	    n->more->unevaluated : NULL;

	return q->is_any && u != NULL && u->has_properties &&
	    (q->s->nodes[u->properties].flags & NODE_IS_NEVER) == 0;
}

static bool
declares(struct search *q, uint32_t index, int depth)
{
	const struct node *n = &q->s->nodes[index];

	if (depth > DEPTH_MAX || ++q->visits > VISITS_MAX)
		return q->is_wide;
	if (n->object != NULL) {
		uint32_t at = names_find(&n->object->names, q->name, q->bytes);
		if (at != NAMES_NONE && (q->is_wide ||
		    n->object->properties[at].declared))
			return true;
		if (q->is_wide && has_room(q, n->object))
			return true;
	}
	if (evaluates_all(q, n))
		return true;
	const struct compose_rules *r = n->more != NULL ? n->more->compose :
	    NULL;
	if (r == NULL)
		return false;
	if (r->has_ref && declares(q, r->ref, depth + 1))
		return true;
	if (r->has_dynamic && declares(q, r->dynamic, depth + 1))
		return true;
	return one_declares(q, &r->all_of, depth) ||
	    (q->is_wide && an_alternative_declares(q, r, depth));
}

bool
schema_declares(const struct schema *s, const char *property)
{
	struct search q = { .s = s, .name = property,
		.bytes = strlen(property) };

	return declares(&q, s->root, 0);
}

bool
schema_has_room_for(const struct schema *s, const char *property)
{
	struct search q = { .s = s, .name = property,
		.bytes = strlen(property), .is_wide = true };

	return declares(&q, s->root, 0);
}

bool
declares_evaluates(const struct schema *s, uint32_t index, const char *name,
    size_t bytes)
{
	struct search q = { .s = s, .name = name, .bytes = bytes,
		.is_wide = true, .is_any = true };

	return declares(&q, index, 0);
}
