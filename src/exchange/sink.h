/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_SINK_H
#define EXCHANGE_SINK_H

#include "exchange/reader.h"
#include "exchange/spool.h"
#include "graph/graph.h"

/*
 * Where the rows of every format go into the graph: the one place that knows
 * how a row is written. Used within the transaction of a batch. Inside the room
 * only.
 *
 *   sink_begin()  at the start of each transaction
 *   sink_put()    each row
 *   sink_finish() after the last row of the input
 *   sink_end()    before each commit
 */
struct sink {
	struct graph *g;
	const char *graph;
	const alk_import_options *options;
	struct exchange_head *head;
	struct losses *losses;
	bool may_defer;
	/* Of the batch: */
	struct graph_ref ref;
	alk_write_result written;
	int64_t nodes;
	int64_t edges;
	/* Of all: */
	int64_t expected_rev; /* what the last batch left; -1 at first */
	bool is_new;
	struct spool spool;
};

void sink_fini(struct sink *k);
/* All return ALK_OK or the code in g->err, its place filled as far as known. */
int sink_begin(struct sink *k);
int sink_put(struct sink *k, const struct exchange_reader *r,
    struct exchange_row *row);
int sink_finish(struct sink *k);
int sink_end(struct sink *k, int64_t lines);

#endif
