/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ALGORITHM_SEARCH_H
#define ALGORITHM_SEARCH_H

#include "algorithm/tour.h"

/*
 * The search for paths of the least cost, from one node until another is
 * settled: by Dijkstra's rule where edges have weights, breadth first where
 * each costs 1. What it met stays until the next search_start().
 */

#define SEARCH_NONE UINT32_MAX

/* A node that was met. Places in `met` stand for nodes everywhere here. */
struct met {
	uint32_t node;
	uint32_t parent; /* place of the node before it; SEARCH_NONE: start */
	uint32_t edge;   /* by which it was met */
	uint32_t heap_at;
	uint32_t ties;   /* last of its ways in, where ties are kept */
	uint32_t hops;
	double cost;
	bool is_settled;
};

/* One of the ways of the least cost into a node. */
struct tie {
	uint32_t from; /* place */
	uint32_t edge;
	uint32_t next; /* or SEARCH_NONE */
};

struct search {
	struct tour *r;
	struct filter_path *weight; /* borrowed; NULL: every edge costs 1 */
	const char *weight_text;
	bool has_parallel; /* ties may be parallel edges */
	bool keeps_ties;
	uint32_t hops_max; /* UINT32_MAX: none */

	uint32_t *place;   /* of a node, plus 1; 0: not met, SEARCH_NONE:
	                      banned */
	size_t place_room;
	struct met *met;
	size_t count;
	size_t room;
	uint32_t *heap;    /* places, least cost at the top */
	size_t heap_count;
	size_t heap_room;
	size_t next;       /* without weights: place to settle next */
	struct tie *ties;
	size_t ties_count;
	size_t ties_room;
	/* Arcs that may not leave the start: edges, or nodes they lead to. */
	const uint32_t *banned;
	size_t banned_count;
	/* Weights read, by edge, where is_caching. */
	struct intmap weights;
	bool is_caching;
	size_t visited;    /* over all searches */
};

/* search_fini() is due in any case. */
void search_init(struct search *s, struct tour *r);
void search_fini(struct search *s);

/* Forgets what was met and banned. cost and hops: of the way to `from`. */
void search_start(struct search *s, uint32_t from, double cost, uint32_t hops);
/* Behind search_start(): the node may not be met. */
void search_ban(struct search *s, uint32_t node);
/*
 * Searches; where ties are kept, until all ways of the least cost to `to` are
 * known. The place of `to`; SEARCH_NONE: no way, or an error.
 */
uint32_t search_to(struct search *s, uint32_t to);

#endif
