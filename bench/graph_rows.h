/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BENCH_GRAPH_ROWS_H
#define BENCH_GRAPH_ROWS_H

#include <alkstore.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * A graph that is the same on every machine: nodes "n1", "n2", ... with three
 * attributes, edges with two, no self loops, no two edges from one node to the
 * same. Uniform, or skewed as R-MAT makes it (Chakrabarti, Zhan, Faloutsos,
 * 2004: a 0.57, b 0.19, c 0.19).
 */
struct graph_rows {
	uint32_t nodes;
	uint32_t edges;
	uint32_t *source; /* of edge i: 1 to nodes */
	uint32_t *target;
	uint32_t at;      /* of graph_rows_next() */
	bool is_forward;  /* from the smaller number to the larger: no cycle */
	char key[16];
	char other[16];
	char attributes[96];
};

extern const char graph_rows_module[];
/* With a unique index and one of two paths on nodes; and without cycles. */
extern const char graph_rows_indexed[];
extern const char graph_rows_acyclic[];
#define GRAPH_ROWS_TYPE "social"

/* is_forward is set before, the rest is made. */
void graph_rows_make(struct graph_rows *g, uint32_t nodes, uint32_t edges,
    bool is_skewed);
void graph_rows_free(struct graph_rows *g);
/* An alk_item_fn: nodes first, then edges. */
int graph_rows_next(void *rows, alk_item *item);
/* The same as JSON Lines: an alk_read_fn. */
long graph_rows_read(void *rows, char *into, size_t room);

#endif
