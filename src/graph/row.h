/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_ROW_H
#define GRAPH_ROW_H

#include "graph/graph.h"

/*
 * From a row of a query to an alk_row: type member put on, id derived,
 * attributes that another program wrote checked. Columns of the query, in this
 * order:
 *   nodes: nid type key attributes unchecked id metadata created_at updated_at
 *   edges: eid type key attributes unchecked id metadata created_at updated_at
 *          source key, target key, undirected
 */

/*
 * Makes row from the current row of rows; everything it points at is in `text`
 * until that is used again. Returns the sticky code.
 */
int row_take(struct graph *g, const struct graph_type *gt, int kind,
    struct db_rows *rows, struct buf *text, alk_row *row);

/* The same of a node whose columns stand behind those of an edge. */
int row_take_behind(struct graph *g, const struct graph_type *gt,
    struct db_rows *rows, struct buf *text, alk_row *row);
#define ROW_EDGE_COLUMNS 12
#define ROW_HOP_COLUMNS 21

/* A node or an edge by its number. ALK_CORRUPT if it is not there. */
int row_node(struct graph *g, const struct graph_type *gt, int64_t nid,
    struct buf *text, alk_row *row);
int row_edge(struct graph *g, const struct graph_type *gt, int64_t eid,
    struct buf *text, alk_row *row);

/* An edge and the node behind it, in one: the other end's key is known. */
struct row_hop {
	int64_t eid;
	int64_t nid;
	const char *from_key;
};

/* Texts are in g->row and g->peer. The node's is there as long as g->peers
   stays what it is. */
int row_hop(struct graph *g, const struct graph_type *gt,
    const struct row_hop *h, alk_row *edge, alk_row *node);

#endif
