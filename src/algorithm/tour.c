/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the algorithms share: opening, memory, telling rows. */
#include "algorithm/tour.h"

#include "base/error.h"
#include "base/mem.h"
#include "graph/tell.h"

#include <string.h>

int
tour_open(struct tour *r, struct graph *g, const char *graph,
    const alk_walk_options *o)
{
	r->g = g;
	r->is_done = false;
	r->is_keys = o != NULL && (o->flags & ALK_WALK_KEYS) != 0;
	if (o != NULL && (o->flags & ~ALK_WALK_KEYS) != 0)
		return error_set(g->err, ALK_INVALID, "flags %#x: of those of "
		    "a walk, algorithms know ALK_WALK_KEYS only", o->flags);
	return topo_open(&r->topo, g, graph, o);
}

void
tour_close(struct tour *r)
{
	topo_close(&r->topo);
}

/* ---- memory ---- */

void *
tour_alloc(struct tour *r, size_t count, size_t bytes)
{
	void *p = tour_failed(r) ? NULL : mem_alloc(count * bytes);

	if (p == NULL)
		error_nomem(r->g->err);
	return p;
}

void *
tour_zero(struct tour *r, size_t count, size_t bytes)
{
	void *p = tour_alloc(r, count, bytes);

	if (p != NULL)
		memset(p, 0, count * bytes);
	return p;
}

void *
tour_grow(struct tour *r, void *list, size_t count, size_t *room, size_t bytes)
{
	if (count < *room)
		return list;
	size_t wanted = *room == 0 ? 64 : 2 * *room;
	void *p = mem_resize(list, wanted * bytes);
	if (p == NULL)
		error_nomem(r->g->err);
	else
		*room = wanted;
	return p;
}

/* ---- telling ---- */

bool
tour_tell(struct tour *r, const struct said *t)
{
	alk_row row;

	if (r->is_done || tour_failed(r) ||
	    tell_read(&r->topo, t->kind, t->number, r->is_keys, &r->g->row,
		&row) != ALK_OK)
		return false;
	row.number = t->hops;
	if (r->fn != NULL)
		r->is_done = r->fn(r->arg, &row) != 0;
	if (r->visit != NULL) {
		alk_visit v = { &row, t->group, t->value };
		r->is_done = r->visit(r->arg, &v) != 0;
	}
	if (!r->is_done)
		r->is_done = topo_check(&r->topo, 0) != ALK_OK;
	return !r->is_done;
}

bool
tour_tell_hops(struct tour *r, int kind, int64_t number, int64_t hops)
{
	struct said t = { .kind = kind, .number = number, .hops = hops };

	return tour_tell(r, &t);
}
