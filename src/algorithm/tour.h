/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ALGORITHM_TOUR_H
#define ALGORITHM_TOUR_H

#include "graph/graph.h"
#include "graph/topo.h"

#include <alkstore.h>
#include <stdbool.h>

/*
 * One tour of an algorithm: the topology it goes through, and whom it tells
 * what it found. All memory of a run is in dense arrays; a failure is noted in
 * g->err and sticks, so that whoever has asked looks once.
 */
struct tour {
	struct graph *g;
	struct topo topo;
	alk_row_fn fn;       /* one of the two, or neither */
	alk_visit_fn visit;
	void *arg;
	bool is_keys; /* ALK_WALK_KEYS */
	bool is_done; /* the visitor wants no more, or there was an error */
};

/* tour_close() is due in any case. */
int tour_open(struct tour *r, struct graph *g, const char *graph,
    const alk_walk_options *o);
void tour_close(struct tour *r);

static inline bool
tour_failed(const struct tour *r)
{
	return r->g->err->code != ALK_OK;
}

/* NULL with ALK_NOMEM noted. */
void *tour_alloc(struct tour *r, size_t count, size_t bytes);
void *tour_zero(struct tour *r, size_t count, size_t bytes);
/*
 * Room for one more in a list that has count of `room`, at twice the size; the
 * list as it is now, or NULL with ALK_NOMEM noted (then it is as it was).
 */
void *tour_grow(struct tour *r, void *list, size_t count, size_t *room,
    size_t bytes);

/* Which row, and what is said of it. */
struct said {
	int kind;       /* ALK_NODE or ALK_EDGE */
	int64_t number; /* nid or eid */
	int64_t hops;   /* row.number */
	size_t group;
	double value;
};

/* false when there is no more to be told. */
bool tour_tell(struct tour *r, const struct said *t);
bool tour_tell_hops(struct tour *r, int kind, int64_t number, int64_t hops);

/*
 * A whole graph, copied: the nodes that types and filters admit, the oldest
 * first, and the arcs between them. For going through it more than once.
 */
struct net {
	uint32_t count;
	int64_t *nids;
	size_t *first;  /* count + 1: where a node's arcs begin */
	uint32_t *to;
	uint32_t *edge; /* handles; NULL where they were not asked for */
};

/* net_fini() is due in any case. */
int net_read(struct net *n, struct tour *r, bool has_edges);
void net_fini(struct net *n);

#endif
