/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_NAMING_H
#define GRAPH_NAMING_H

#include "filter/parts.h"
#include "graph/graph.h"

/*
 * The attributes that filters and orders name, held against the schemas of the
 * types whose rows can be met. Where a schema is open, any name can be right.
 */
struct naming {
	struct graph *g;
	struct graph_type *type; /* NULL: the graph has none */
	int kind;                /* ALK_NODE, ALK_EDGE */
	const int64_t *tids;     /* types that can be met; NULL: all */
	size_t tids_count;
	const char *remedy;      /* what asks for types: "type (--type)" */
};

/*
 * Refuses (ALK_FILTER) a path that no row can have: of closed schemas, and that
 * of the type itself, which is no attribute. What exists() asks is let pass: so
 * are rows found that were written past the schemas. Either may be NULL. The
 * error's entry is "byte N" or "order".
 */
int naming_check(const struct naming *n, const struct filter *filter,
    const struct filter_path *order);

/*
 * The first attribute that no schema of the types names, though they may let it
 * pass; NULL: none, or they name no attribute at all. NULL, too, with the error
 * noted.
 */
const char *naming_unnamed(const struct naming *n, const struct filter *filter,
    const struct filter_path *order);

/*
 * Writes of the first comparison that no value which the schemas accept can
 * pass, for its type: "'size' is a number in the schemas here, never text".
 */
void naming_mismatch(const struct naming *n, const struct filter *filter,
    struct buf *out);

#endif
