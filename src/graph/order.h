/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_ORDER_H
#define GRAPH_ORDER_H

#include "graph/graph.h"

/*
 * Acyclic graphs, edge by edge: D. J. Pearce and P. H. J. Kelly, "A dynamic
 * topological sort algorithm for directed acyclic graphs", ACM Journal of
 * Experimental Algorithmics 11 (2006). The order is kept in the file, so that a
 * process that adds one edge reads no more than that edge concerns:
 *
 *   the edge goes along the order       nothing to do
 *   an end point has no edge yet        it is put at the end, or before all
 *   it goes against the order           what lies between the two, and hangs
 *                                       together with one of them, is read and
 *                                       put in order anew; or it is a cycle
 *
 * Taking edges away needs nothing. Who writes edges in another way calls
 * order_rebuild() behind it, or order_forget(): then the next edge rebuilds.
 */

/* The nodes of a cycle, in the order of its edges, without the first again. */
struct order_cycle {
	int64_t *nodes; /* mem_release() */
	size_t count;
};

struct order_edge {
	int64_t src;
	int64_t dst;
};

/*
 * Makes room in the order for an edge that is to be written. ALK_OK; where it
 * closes a cycle too, and then cycle has it, from src on; ALK_LIMIT.
 * Adds the nodes that were looked at to g->order_visited.
 */
int order_add(struct graph *g, int64_t gid, int64_t src, int64_t dst,
    struct order_cycle *cycle);
/* The same; or *is_over, and nothing is done, where that takes looking at more
   than `most` nodes. */
int order_try(struct graph *g, int64_t gid, struct order_edge e, size_t most,
    struct order_cycle *cycle, bool *is_over);
/*
 * Takes edges that are written already into an order that is valid: it has all
 * others. Where it would look at more than `most` nodes it orders the graph
 * anew. *is_cyclic: it cannot be, and then the order is not to be used.
 * (order_many.c)
 */
int order_add_many(struct graph *g, int64_t gid, const struct order_edge *edges,
    size_t count, size_t most, bool *is_cyclic);
/*
 * Orders a graph anew, by one pass over its edges. *is_cyclic: it cannot be,
 * and keeps no order; every edge is then looked at by a full search.
 */
int order_rebuild(struct graph *g, int64_t gid, bool *is_cyclic);
/*
 * The first edge, by number, that closes a cycle with those before it, and that
 * cycle as order_add() gives it; edges before `from` have none. *eid 0: none.
 */
int order_first(struct graph *g, int64_t gid, int64_t from, int64_t *eid,
    struct order_cycle *cycle);
/* Whether the order is kept and right. */
bool order_is_valid(struct graph *g, int64_t gid);
/* The order is not to be trusted: edges were written without it. */
int order_forget(struct graph *g, int64_t gid);

/* Whether a graph has a cycle, by its edges alone (of a check). */
int order_look(struct graph *g, int64_t gid, bool *is_cyclic);

#endif
