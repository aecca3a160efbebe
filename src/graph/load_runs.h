/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_LOAD_RUNS_H
#define GRAPH_LOAD_RUNS_H

#include "base/buf.h"
#include "db/temp.h"

#include <stdint.h>

/*
 * The external sort of a load (D. E. Knuth, The Art of Computer Programming 3,
 * 5.4). Each time that memory is full of what is pending it is sorted for each
 * index and written behind the runs that are in a temporary file; at the end
 * the runs of an index are merged, once, into it.
 *
 * A record is a struct load_edge; of types its src is the type, its eid the
 * node. That of a key is its number (4 bytes), its length (2) and its text.
 */
struct load;
struct load_edge;

enum load_order {
	LOAD_OUT,        /* as the index by source wants edges */
	LOAD_IN,         /* by target */
	LOAD_UNDIRECTED, /* undirected ones, from the smaller end */
	LOAD_TYPES,      /* nodes by type */
	LOAD_NODE_KEYS,
	LOAD_EDGE_KEYS,
	LOAD_ORDERS
};

struct load_runs {
	struct db_temp *file;
	struct buf of[LOAD_ORDERS]; /* of struct load_run */
	struct buf items;           /* of struct load_items */
};

/* What is pending becomes a run of each order. */
int load_spill(struct load *l);
bool load_has_runs(const struct load *l);
/* The item that a row of a run was (kind as alk_item's); -1: of none. */
int64_t load_run_item(struct load *l, int kind, uint32_t number);
/* Forgets the runs of one order. */
void load_runs_clear(struct load *l, enum load_order order);
/* Forgets all and the file. */
void load_runs_fini(struct load *l);

/* A key of those that a merge gives. */
struct load_merged_key {
	size_t at; /* in texts */
	uint32_t bytes;
	uint32_t number;
};

#define LOAD_MERGE_ROWS ((size_t)1024)

/*
 * Runs of one order, merged: rows come by chunks. Records that are alike keep
 * the order of their numbers, as later runs have greater ones.
 */
struct load_merge {
	struct load *l;
	enum load_order order;
	struct load_source *sources;
	uint32_t *tree; /* of losers; [0] is the winner */
	size_t count;   /* of sources */
	char *room;     /* that they read into */
	size_t source_bytes;
	struct load_edge *edges; /* the chunk, of edges and types */
	struct load_merged_key *keys; /* of keys */
	struct buf texts;
};

/* Fails as the call does; load_merge_end() is due in any case. */
int load_merge_begin(struct load_merge *m, struct load *l,
    enum load_order order);
/* Rows of the next chunk; 0: the end, or the error is noted. */
size_t load_merge_next(struct load_merge *m);
void load_merge_end(struct load_merge *m);

#endif
