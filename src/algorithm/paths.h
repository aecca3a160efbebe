/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ALGORITHM_PATHS_H
#define ALGORITHM_PATHS_H

#include "algorithm/tour.h"
#include "algorithm/search.h"

/* One call of alk_paths(). */
struct paths {
	struct tour tour;
	struct search search;
	struct filter_path *weight;
	uint32_t from;
	uint32_t to;
	size_t limit;     /* paths at most */
	size_t hops_max;  /* 0: none */
	alk_paths_result result;
};

/* A path: count edges, one node more; edges[i] leads from nodes[i] on. */
struct route {
	uint32_t count;
	uint32_t branch; /* place of the node where it left an earlier path */
	uint32_t *nodes;
	uint32_t *edges;
	double *costs;   /* from the start up to each node */
};

/* NULL with ALK_NOMEM noted. Freed by mem_release(). */
struct route *route_new(struct paths *p, uint32_t count);
/*
 * The way that the search found to a place, behind the first `skip` edges of
 * another route (NULL: none).
 */
struct route *route_found(struct paths *p, uint32_t place,
    const struct route *before, uint32_t skip);
/* Tells it, as the next path. */
void route_tell(struct paths *p, const struct route *r);

/* Yen's. */
void paths_next(struct paths *p);

#endif
