/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_LIST_H
#define GRAPH_LIST_H

#include "graph/index_plan.h"

/*
 * What the files of lists share: list.c, list_index.c, list_explain.c. Nobody
 * else includes this.
 */

enum list_order { BY_WRITING, BY_KEY, BY_VALUE };

struct list {
	struct graph *g;
	int kind;
	const alk_query *q;
	struct graph_ref ref;
	struct filter *filter;      /* of q; NULL: none */
	struct filter_path *path;   /* to order by, where order is BY_VALUE */
	enum list_order order;
	const struct entry_type *entry; /* the only type that rows can have */
	int64_t type;   /* or -1 */
	int64_t source; /* or -1 */
	int64_t target;
	uint64_t hash;
	size_t limit;
	/* Where the page begins: behind this row. */
	int64_t at_type;
	int64_t at_number;
	struct buf at_key;   /* bound while a query runs */
	struct buf last_key; /* of the row visited last */
	bool is_begun; /* the place is that of a row */
	alk_row_fn fn;
	void *arg;
	size_t rows;
	bool is_stopped;
	bool has_more;
	/* Of the index that answers, while it does. */
	struct index_plan plan;
	struct buf scratch;
	const struct type_index *passed; /* not taken: its bounds are wide */
	int64_t probed;  /* rows within its bounds that were counted, or -1 */
	int64_t probe_max;
};

/* Graph, types, filter, order of the query. list_fini() in any case. */
int list_prepare(struct list *l, const char *graph);
void list_fini(struct list *l);
/* Rows to ask for: those that the page still takes, and one more. */
int64_t list_rows_wanted(const struct list *l);

/* ---- By an index (list_index.c) ---- */

/*
 * Whether an index of the type answers the list better than without; then
 * l->plan is it, to be freed with plan_fini().
 */
bool list_choose(struct list *l, const struct entry_type *t);
/* Whether its rows come as the list wants them. */
bool list_is_in_order(const struct list *l);

#endif
