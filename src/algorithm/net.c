/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A whole graph in arrays of its own: 4 bytes an arc, 8 with the handles of the
 * edges, 16 a node. An algorithm that goes through all arcs many times, or
 * needs those of several nodes at once, has types and filters looked at once
 * only.
 */
#include "algorithm/tour.h"

#include "base/error.h"
#include "base/mem.h"

#include <string.h>

struct reader {
	struct net *n;
	struct tour *r;
	uint32_t *place; /* of a node of the topology; TOPO_NONE: left out */
	uint32_t *node;  /* the other way */
	size_t used;     /* arcs */
	size_t room;
};

/* Room for so many arcs more. */
static int
fit(struct reader *a, size_t count)
{
	struct net *n = a->n;
	size_t wanted = 2 * (a->used + count);

	if (a->used + count <= a->room)
		return ALK_OK;
	uint32_t *to = mem_resize(n->to, wanted * sizeof(to[0]));
	if (to == NULL)
		return error_nomem(a->r->g->err);
	n->to = to;
	if (n->edge != NULL) {
		uint32_t *edge = mem_resize(n->edge, wanted * sizeof(edge[0]));
		if (edge == NULL)
			return error_nomem(a->r->g->err);
		n->edge = edge;
	}
	a->room = wanted;
	return ALK_OK;
}

static void
read_arcs(struct reader *a, uint32_t node)
{
	struct net *n = a->n;
	struct topo_arcs arcs;

	if (topo_arcs(&a->r->topo, node, false, &arcs) != ALK_OK ||
	    fit(a, arcs.count) != ALK_OK)
		return;
	for (size_t i = 0; i < arcs.count; i++) {
		uint32_t to = a->place[arcs.to[i]];
		if (to == TOPO_NONE)
			continue;
		if (n->edge != NULL)
			n->edge[a->used] = arcs.edge[i];
		n->to[a->used++] = to;
	}
}

/* Which nodes are in it. */
static void
read_nodes(struct reader *a)
{
	struct topo *t = &a->r->topo;
	uint32_t count = topo_count(t);

	a->place = tour_alloc(a->r, count, sizeof(a->place[0]));
	a->node = tour_alloc(a->r, count, sizeof(a->node[0]));
	a->n->nids = tour_alloc(a->r, count, sizeof(a->n->nids[0]));
	for (uint32_t i = 0; i < count && !tour_failed(a->r); i++) {
		a->place[i] = TOPO_NONE;
		if ((i & 255) == 0)
			(void)topo_check(t, count);
		if (!topo_admits(t, i))
			continue;
		a->place[i] = a->n->count;
		a->node[a->n->count] = i;
		a->n->nids[a->n->count++] = topo_nid(t, i);
	}
}

int
net_read(struct net *n, struct tour *r, bool has_edges)
{
	struct reader a = { .n = n, .r = r };

	if (topo_all(&r->topo) != ALK_OK)
		return r->g->err->code;
	read_nodes(&a);
	a.room = n->count;
	n->first = tour_alloc(r, (size_t)n->count + 1, sizeof(n->first[0]));
	n->to = tour_alloc(r, a.room, sizeof(n->to[0]));
	n->edge = !has_edges ? NULL :
	    tour_alloc(r, a.room, sizeof(n->edge[0]));
	for (uint32_t i = 0; i < n->count && !tour_failed(r); i++) {
		n->first[i] = a.used;
		read_arcs(&a, a.node[i]);
		if ((i & 255) == 0)
			(void)topo_check(&r->topo, n->count);
	}
	if (!tour_failed(r))
		n->first[n->count] = a.used;
	mem_release(a.place);
	mem_release(a.node);
	return r->g->err->code;
}

void
net_fini(struct net *n)
{
	mem_release(n->nids);
	mem_release(n->first);
	mem_release(n->to);
	mem_release(n->edge);
}
