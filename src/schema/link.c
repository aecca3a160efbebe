/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What needs all nodes: chains of schemas for one and the same value that come
 * back to where they began are refused, because checking them would never end;
 * and unions of objects that a property tells apart get a table.
 */
#include "schema/compile.h"
#include "schema/quick.h"

#include "base/error.h"
#include "base/mem.h"

/* ---- Cycles ------------------------------------------------------------ */

static bool
take(uint32_t *i, uint32_t count)
{
	if (*i < count)
		return true;
	*i -= count;
	return false;
}

static bool
compose_edge(const struct compose_rules *r, uint32_t i, uint32_t *out)
{
	const uint32_t single[] = {
		r->ref, r->dynamic, r->not_node, r->if_node, r->then_node,
		r->else_node
	};
	const uint32_t count = sizeof(single) / sizeof(single[0]);

	if (take(&i, count)) {
		*out = single[i];
		return true;
	}
	const struct node_list *lists[] = {
		&r->all_of, &r->any_of, &r->one_of
	};
	for (size_t l = 0; l < 3; l++) {
		if (take(&i, lists[l]->count)) {
			*out = lists[l]->nodes[i];
			return true;
		}
	}
	return false;
}

/* The i-th node that n applies to the same value; false: there are no more. */
static bool
edge(const struct node *n, uint32_t i, uint32_t *out)
{
	if (n->object != NULL && take(&i, n->object->dependents_count)) {
		*out = n->object->dependents[i].node;
		return true;
	}
	return n->more != NULL && n->more->compose != NULL &&
	    compose_edge(n->more->compose, i, out);
}

enum {
	NEW,
	OPEN, /* on the way */
	DONE
};

struct way {
	uint32_t node;
	uint32_t next; /* edge to look at */
};

/* Depth first from one node, with a stack of its own: chains may be long. */
static int
visit(struct compile *c, uint32_t from, uint8_t *state, struct way *stack)
{
	const struct node *nodes = c->s->nodes;
	uint32_t depth = 1;
	uint32_t to;

	stack[0] = (struct way){ .node = from };
	state[from] = OPEN;
	while (depth > 0) {
		struct way *w = &stack[depth - 1];
		if (!edge(&nodes[w->node], w->next++, &to)) {
			state[w->node] = DONE;
			depth--;
			continue;
		}
		if (to == NODE_ANY || state[to] == DONE)
			continue;
		if (state[to] == OPEN)
			return compile_fail(c, nodes[w->node].source,
			    ALK_SCHEMA, "this schema leads back to itself for "
			    "the same value: checking it would never end");
		state[to] = OPEN;
		stack[depth++] = (struct way){ .node = to };
	}
	return ALK_OK;
}

static int
refuse_cycles(struct compile *c)
{
	uint32_t count = c->s->count;
	uint8_t *state = mem_zero(count);
	struct way *stack = mem_alloc(count * sizeof(stack[0]));
	int rc = ALK_OK;

	if (state == NULL || stack == NULL)
		rc = error_nomem(c->err);
	for (uint32_t i = 0; i < count && rc == ALK_OK; i++)
		if (state[i] == NEW)
			rc = visit(c, i, state, stack);
	mem_release(state);
	mem_release(stack);
	return rc;
}

/* ---- Unions told apart by a property ----------------------------------- */

/* The one string that property i of a variant may be, if it must be there. */
static const struct name *
only_string(const struct schema *s, const struct object_rules *r, uint32_t i)
{
	const struct property *p = &r->properties[i];
	const struct node *n = &s->nodes[p->node];

	if (!p->declared || !p->required || n->literal == NULL ||
	    n->literal->strings.count != 1 || n->literal->others_count != 0)
		return NULL;
	return &n->literal->strings.list[0];
}

static const struct object_rules *
variant(const struct schema *s, const struct node_list *list, uint32_t i)
{
	const struct node *n = &s->nodes[list->nodes[i]];

	return n->types == TYPE_OBJECT ? n->object : NULL;
}

/*
 * Fills values with what `name` must be in each variant; false: not everywhere.
 */
static bool
collect(const struct schema *s, const struct node_list *list,
    const struct name *name, struct name *values)
{
	for (uint32_t i = 0; i < list->count; i++) {
		const struct object_rules *r = variant(s, list, i);
		uint32_t at = r == NULL ? NAMES_NONE :
		    names_find(&r->names, name->text, name->bytes);
		const struct name *v = at == NAMES_NONE ? NULL :
		    only_string(s, r, at);
		if (v == NULL)
			return false;
		values[i] = *v;
		values[i].value = i;
		for (uint32_t j = 0; j < i; j++)
			if (names_is(&values[j], v->text, v->bytes))
				return false;
	}
	return true;
}

#define VARIANTS_MAX 256 /* collect() compares them with each other */
#define CANDIDATES_MAX 8

/*
 * Makes the table if `name` tells all variants apart; *out stays NULL if not.
 */
static int
try_name(struct compile *c, const struct node_list *list,
    const struct name *name, const struct discriminator **out)
{
	struct name *values = build_alloc(c, list->count * sizeof(values[0]));
	struct discriminator *d;

	if (values == NULL)
		return ALK_NOMEM;
	if (!collect(c->s, list, name, values))
		return ALK_OK;
	d = build_alloc(c, sizeof(*d));
	if (d == NULL)
		return ALK_NOMEM;
	d->name = name->text;
	d->bytes = name->bytes;
	d->values.list = values;
	d->values.count = list->count;
	*out = d;
	return names_build(&d->values, &c->s->pool) ? ALK_OK :
	    error_nomem(c->err);
}

static int
find_discriminator(struct compile *c, const struct node_list *list,
    const struct discriminator **out)
{
	int tried = 0;
	int rc = ALK_OK;

	if (list->count < 2 || list->count > VARIANTS_MAX)
		return ALK_OK;
	const struct object_rules *first = variant(c->s, list, 0);
	uint32_t count = first != NULL ? first->names.count : 0;
	for (uint32_t i = 0; i < count && rc == ALK_OK && *out == NULL; i++) {
		if (only_string(c->s, first, i) == NULL)
			continue;
		if (++tried > CANDIDATES_MAX)
			break;
		rc = try_name(c, list, &first->names.list[i], out);
	}
	return rc;
}

static int
tell_apart(struct compile *c)
{
	int rc = ALK_OK;

	for (uint32_t i = 0; i < c->s->count && rc == ALK_OK; i++) {
		struct more_rules *more = c->s->nodes[i].more;
		if (more == NULL || more->compose == NULL)
			continue;
		struct compose_rules *r = more->compose;
		rc = find_discriminator(c, &r->any_of, &r->any_by);
		if (rc == ALK_OK)
			rc = find_discriminator(c, &r->one_of, &r->one_by);
	}
	return rc;
}

int
link_program(struct compile *c)
{
	int rc = refuse_cycles(c);

	if (rc == ALK_OK)
		rc = tell_apart(c);
	return rc == ALK_OK ? quick_build(c) : rc;
}
