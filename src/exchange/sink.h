/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EXCHANGE_SINK_H
#define EXCHANGE_SINK_H

#include "exchange/reader.h"
#include "exchange/spool.h"
#include "graph/graph.h"
#include "graph/load.h"

/*
 * Where the rows of every format go into the graph: the one place that knows
 * how a row is written. Used within the transaction of a batch. Inside the room
 * only.
 *
 *   sink_begin()  at the start of each transaction
 *   sink_put()    each row
 *   sink_finish() after the last row of the input
 *   sink_end()    before each commit
 *   sink_release() in the last transaction, or in the one that fails
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
	/* Of all: */
	struct load load;
	bool has_begun;
	bool is_new;
	struct spool spool;
};

/* is_nested: within a transaction of the caller's; names_lines: form->;
   has_batches: not all in one transaction. */
void sink_init(struct sink *k, bool is_nested, bool names_lines,
    bool has_batches);
void sink_fini(struct sink *k);
/* All return ALK_OK or the code in g->err, its place filled as far as known. */
int sink_begin(struct sink *k);
int sink_put(struct sink *k, const struct exchange_reader *r,
    struct exchange_row *row);
int sink_finish(struct sink *k);
int sink_end(struct sink *k, int64_t lines);
/* The row after the last could not be read: an earlier one may be wrong too. */
int sink_fail(struct sink *k);
void sink_release(struct sink *k);

#endif
