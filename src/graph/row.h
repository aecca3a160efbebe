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

/* A node or an edge by its number. ALK_CORRUPT if it is not there. */
int row_node(struct graph *g, const struct graph_type *gt, int64_t nid,
    struct buf *text, alk_row *row);
int row_edge(struct graph *g, const struct graph_type *gt, int64_t eid,
    struct buf *text, alk_row *row);

#endif
