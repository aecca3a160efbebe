/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Edges that are put without a key: where there can be one only, its type and
 * ends tell which it is. The index knows those that are settled; the others
 * stand in a hash table, with linear probing, from the first such item on until
 * they are settled.
 */
#include "base/error.h"
#include "base/mem.h"
#include "graph/load.h"

#include <string.h>

#define SLOTS_MIN ((size_t)1024)

static bool
are_alike(const struct load_edge *a, const struct load_edge *b)
{
	return a->src == b->src && a->dst == b->dst && a->kind == b->kind;
}

/* The slot that has the edge, or the empty one where it would go. */
static struct load_edge *
slot_of(const struct load_ends *t, const struct load_edge *e)
{
	uint64_t h = ((uint64_t)e->src << 32 | e->dst) *
	    UINT64_C(0x9e3779b97f4a7c15);
	h = (h ^ h >> 32 ^ e->kind) * UINT64_C(0xbf58476d1ce4e5b9);
	size_t at = (size_t)(h >> 32) & (t->room - 1);

	while (t->slots[at].eid != 0 && !are_alike(&t->slots[at], e))
		at = (at + 1) & (t->room - 1);
	return &t->slots[at];
}

static bool
is_crowded(const struct load_ends *t)
{
	return t->count * 4 >= t->room * 3;
}

static int
enlarge(struct load *l)
{
	struct load_ends *t = &l->ends;
	struct load_ends larger = { .count = t->count, .is_used = true,
		.room = t->room == 0 ? SLOTS_MIN : t->room * 2 };

	larger.slots = mem_zero(larger.room * sizeof(larger.slots[0]));
	if (larger.slots == NULL)
		return error_nomem(l->g->err);
	for (size_t i = 0; i < t->room; i++)
		if (t->slots[i].eid != 0)
			*slot_of(&larger, &t->slots[i]) = t->slots[i];
	mem_release(t->slots);
	*t = larger;
	return ALK_OK;
}

int
load_ends_add(struct load *l, const struct load_edge *e)
{
	if (!l->ends.is_used)
		return ALK_OK;
	struct load_edge own = load_turned(e);
	if (is_crowded(&l->ends) && enlarge(l) != ALK_OK)
		return l->g->err->code;
	struct load_edge *slot = slot_of(&l->ends, &own);
	l->ends.count += slot->eid == 0;
	*slot = own;
	return ALK_OK;
}

int
load_ends_begin(struct load *l)
{
	if (l->ends.is_used)
		return l->g->err->code;
	l->ends.is_used = true;
	for (size_t i = 0; i < l->edges_count; i++)
		if (load_ends_add(l, &l->edges[i]) != ALK_OK)
			break;
	return l->g->err->code;
}

bool
load_ends_have(const struct load *l, const struct load_edge *e)
{
	struct load_edge own = load_turned(e);

	return l->ends.room > 0 && slot_of(&l->ends, &own)->eid != 0;
}

bool
load_ends_are_full(const struct load *l)
{
	const struct load_ends *t = &l->ends;

	return t->room > 0 && is_crowded(t) && 2 * t->room *
	    sizeof(t->slots[0]) > l->settings.memory_bytes / 8;
}

void
load_ends_clear(struct load *l)
{
	bool is_used = l->ends.is_used;

	mem_release(l->ends.slots);
	l->ends = (struct load_ends){ .is_used = is_used };
}
