/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_TELL_H
#define GRAPH_TELL_H

#include "graph/topo.h"

/* Handing nodes and edges of a topology to a visitor, as rows. */
struct tell {
	struct topo *t;
	alk_row_fn fn; /* NULL: nothing is told */
	void *arg;
	const char *from_key; /* of the node whose hops are told, or NULL */
	bool is_keys;    /* ALK_WALK_KEYS */
	bool is_stopped; /* the visitor wants no more, or enough is told */
	size_t limit;    /* nodes told at most, each with its edge; 0: all */
	size_t told;
};

/*
 * A row by its number, with key, type and number only where is_keys; everything
 * it points at is in `text` until that is used again. Returns the code.
 */
int tell_read(struct topo *t, int kind, int64_t number, bool is_keys,
    struct buf *text, alk_row *row);

/* false when the visitor wants no more, or on an error. number as in alk_row.
 */
bool tell_node(struct tell *to, uint32_t node, int64_t number);
bool tell_edge(struct tell *to, uint32_t edge, int64_t number);
/* The edge, then the node behind it; both rows are there at once. */
bool tell_hop(struct tell *to, uint32_t edge, uint32_t node, int64_t number);
/* The same from a row that has the columns of both (row.h). */
bool tell_joined(struct tell *to, struct db_rows *rows);

#endif
