/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_HOP_H
#define GRAPH_HOP_H

#include "graph/graph.h"

/*
 * One hop: the edges at a node in a direction, of some types or all. What every
 * traversal is made of.
 */
struct hops {
	struct graph *g;
	struct graph_ref ref;
	int direction;     /* ALK_OUT, ALK_IN, ALK_BOTH */
	int64_t *tids;     /* edge types; NULL: all */
	size_t tids_count;
	bool has_undirected; /* the graph type allows undirected edges */
	int64_t until_ms;  /* steady clock; 0: no bound */
	size_t visited_max;
};

/* Reads options (NULL: out, all types). The caller always calls hops_fini(). */
int hops_init(struct hops *h, struct graph *g, const char *name,
    const alk_walk_options *o);
void hops_fini(struct hops *h);
/*
 * The same with the direction turned round. Shares the types: not to be freed.
 */
struct hops hops_reversed(const struct hops *h);

/* The node with this key; 0 with the error noted. */
int64_t hops_node(struct hops *h, const char *key);

/* Returns 0 to go on. */
typedef int (*hop_fn)(void *arg, int64_t nid, int64_t eid);

/* Each edge at nid, once, with the node at its other end. */
int hops_each(struct hops *h, int64_t nid, hop_fn fn, void *arg);
/* How many there are. */
int64_t hops_degree(struct hops *h, int64_t nid);

/* Now and then: cancelled, out of time, too many nodes. ALK_OK to go on. */
int hops_check(struct hops *h, size_t visited);

#endif
