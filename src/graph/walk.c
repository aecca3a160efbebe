/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Walks of k hops: a breadth-first search, whose queue holds the nodes met in
 * the order of their distance. Rows are read for the visitor only. Paths are in
 * walk_paths.c, single hops in neighbors.c.
 */
#include "base/error.h"
#include "base/mem.h"
#include "graph/graph.h"
#include "graph/pick.h"
#include "graph/tell.h"
#include "graph/topo.h"
#include "graph/walk.h"

#include <string.h>

#define HINT_NEAR 4 /* nodes ahead of the one that is gone through */
#define HINT_FAR 8
#define ARCS_MANY 4096 /* a look after each node that has more */

struct walk {
	struct topo t;
	struct tell to;
	struct pick pick;
	uint32_t *queue; /* in the order met; the start first */
	size_t count;
	size_t room;
	bool is_edges;
	struct intmap edges; /* those told */
};

static bool
reserve(struct walk *w, size_t more)
{
	size_t room = w->room == 0 ? 256 : w->room;

	while (room < w->count + more)
		room *= 2;
	if (room == w->room)
		return true;
	uint32_t *q = mem_resize(w->queue, room * sizeof(q[0]));
	if (q == NULL) {
		error_nomem(w->t.g->err);
		return false;
	}
	w->queue = q;
	w->room = room;
	return true;
}

static bool
meet(struct walk *w, const struct topo_arcs *arcs)
{
	return reserve(w, arcs->count) && topo_mark_arcs(&w->t, arcs,
	    w->queue + w->count, &w->count);
}

/* By an undirected edge one comes back, and in both directions by any. */
static bool
meet_edge(struct walk *w, uint32_t edge, int64_t hop)
{
	int added = intmap_add(&w->edges, topo_eid(&w->t, edge), 0);

	if (added < 0)
		error_nomem(w->t.g->err);
	return added < 0 || added == 0 || tell_edge(&w->to, edge, hop);
}

/*
 * One more hop: the nodes met since `from`, up to `to`, are gone through.
 */
static int
step(struct walk *w, size_t from, size_t to, int64_t hop)
{
	struct topo_arcs arcs;

	for (size_t i = from; i < to; i++) {
		if (i + HINT_FAR < to)
			topo_hint(&w->t, w->queue[i + HINT_NEAR],
			    w->queue[i + HINT_FAR]);
		if (topo_arcs(&w->t, w->queue[i], false, &arcs) != ALK_OK)
			break;
		if (!meet(w, &arcs))
			break;
		/* The visitor may call again: the arcs are read before. */
		for (size_t j = 0; w->is_edges && j < arcs.count; j++)
			if (!meet_edge(w, arcs.edge[j], hop))
				return w->t.g->err->code;
		if (((i & 63) == 0 || arcs.count > ARCS_MANY ||
			w->count > w->t.visited_max) &&
		    topo_check(&w->t, w->count) != ALK_OK)
			break;
	}
	return topo_check(&w->t, w->count);
}

/* Nodes of the last hop, told or put in order. false: no more. */
static bool
take_level(struct walk *w, size_t from, int64_t hops)
{
	for (size_t i = from; i < w->count; i++)
		if (pick_is_ordered(&w->pick) ?
			!pick_add(&w->pick, 0, w->queue[i], hops) :
			!tell_node(&w->to, w->queue[i], hops))
			return false;
	return true;
}

static void
search(struct walk *w, size_t depth_max)
{
	size_t from = 0;

	for (size_t depth = 1; depth <= depth_max; depth++) {
		size_t to = w->count;
		int64_t hops = (int64_t)depth;
		if (from == to || step(w, from, to, hops) != ALK_OK ||
		    w->to.is_stopped)
			return;
		from = to;
		if (w->to.fn != NULL && !w->is_edges &&
		    !take_level(w, from, hops))
			return;
	}
}

static void
walk_from(struct walk *w, const char *key, const alk_walk_options *o,
    size_t *found)
{
	size_t depth_max = o == NULL || o->depth_max == 0 ? 1 : o->depth_max;
	uint32_t node = topo_node(&w->t, key);
	size_t count = 0;

	if (node == TOPO_NONE)
		return;
	if (o != NULL && (o->flags & ALK_WALK_PATHS) != 0) {
		walk_paths(&w->t, node, depth_max, &w->to, &count);
	} else if (reserve(w, 1) && topo_mark(&w->t, node) == 1) {
		w->queue[w->count++] = node;
		w->is_edges = o != NULL && (o->flags & ALK_WALK_EDGES) != 0;
		search(w, depth_max);
		if (w->t.g->err->code == ALK_OK && pick_is_ordered(&w->pick))
			pick_tell(&w->pick, &w->to, false);
		count = w->is_edges ? w->edges.count : w->count - 1;
		topo_unmark_all(&w->t, w->queue, w->count);
	}
	if (w->t.g->err->code == ALK_OK && found != NULL)
		*found = count;
}

static int
open_walk(struct walk *w, struct graph *g, const char *name, const char *key,
    const alk_walk_options *o)
{
	/* What is only counted needs no row. */
	if (w->to.fn == NULL && topo_open_unchanged(&w->t, g, name, key, o))
		return ALK_OK;
	if (g->err->code != ALK_OK)
		return g->err->code;
	return o == NULL || o->depth_max <= 1 ?
	    topo_open_near(&w->t, g, name, o) : topo_open(&w->t, g, name, o);
}

static int
check_order(struct graph *g, const alk_walk_options *o)
{
	bool is_asked = o->order != NULL || o->descending != 0 || o->limit != 0;

	if (o->order_edges != 0)
		return error_set(g->err, ALK_INVALID,
		    "order_edges is for neighbours; a walk tells nodes");
	if (is_asked && (o->flags & (ALK_WALK_EDGES | ALK_WALK_PATHS)) != 0)
		return error_set(g->err, ALK_INVALID,
		    "order and limit are for walks that tell nodes");
	return g->err->code;
}

int
graph_walk(struct graph *g, const char *name, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg, size_t *found)
{
	static const alk_walk_options all;
	alk_walk_options plain;
	struct walk w;

	if (o == NULL)
		o = &all;
	memset(&w, 0, sizeof(w));
	w.t.g = g;
	w.to = (struct tell){ .t = &w.t, .fn = fn, .arg = arg,
		.is_keys = (o->flags & ALK_WALK_KEYS) != 0, .limit = o->limit };
	if (walk_check_flags(g, o->flags, WALK_FLAGS) != ALK_OK ||
	    check_order(g, o) != ALK_OK)
		return g->err->code;
	if (pick_init(&w.pick, &w.t, o, &plain) == ALK_OK) {
		if (open_walk(&w, g, name, key, &plain) == ALK_OK &&
		    pick_check(&w.pick) == ALK_OK)
			walk_from(&w, key, &plain, found);
		topo_close(&w.t);
	}
	pick_fini(&w.pick);
	intmap_fini(&w.edges);
	mem_release(w.queue);
	return g->err->code;
}
