/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_PICK_H
#define GRAPH_PICK_H

#include "graph/tell.h"

/*
 * The rows of a walk in an order, or the first of them: of each that is met the
 * one value is read that it is ordered by, and the rows themselves when it is
 * known which will be told. Zeroed it is one that picks nothing.
 */
struct pick {
	struct topo *t;
	struct filter_path *path; /* NULL: as they are met */
	bool is_of_edges;         /* in the attributes of the edge */
	bool is_down;
	size_t limit;             /* 0: all */
	struct pick_row *rows;
	size_t count;
	size_t room;
	size_t met;               /* in all */
	size_t bound;             /* place in rows of the last that counts, */
	bool is_bounded;          /* where there are enough already */
	struct buf keys;          /* sort keys of rows */
	struct buf spare;
};

/*
 * Reads order, order_edges, descending and limit, and gives the options without
 * them, which a topology takes. Returns the code; pick_fini() is due.
 */
int pick_init(struct pick *p, struct topo *t, const alk_walk_options *o,
    alk_walk_options *rest);
void pick_fini(struct pick *p);
/* Once the topology is open: whether rows can have a value there. */
int pick_check(struct pick *p);
/* The path of an order, also of lists; an error's entry is "order, byte N". */
int pick_read_order(const char *text, struct filter_path **out,
    alk_error *err);

bool pick_is_ordered(const struct pick *p);
/* One that was met; false with the error noted. */
bool pick_add(struct pick *p, uint32_t edge, uint32_t node, int64_t hops);
/* Tells them: nodes, or hops with their edges where is_hops. */
void pick_tell(struct pick *p, struct tell *to, bool is_hops);

#endif
