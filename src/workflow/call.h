/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef WORKFLOW_CALL_H
#define WORKFLOW_CALL_H

#include "exchange/exchange.h"
#include "graph/graph.h"

#include <alkstore.h>

/*
 * Call graphs: graphs whose type has the node type CallNode and the edge type
 * TriggeredEdge. A call is the node with its requestId as key. All of these
 * work within the transaction or the read that the caller has begun; the code
 * is that of g->err.
 */

/* What has the tables of this room; of tenant files. */
extern const struct sql *const workflow_scripts[];

/* ---- writing (call_ingest.c) ---- */

/* Events as one JSON text: an event or an array of them. */
int calls_ingest(struct graph *g, const char *graph, const char *text,
    size_t bytes, const alk_call_options *o, alk_call_result *result);
/* Events as JSON Lines, a transaction a batch. *result is right on errors. */
int calls_import(struct graph *g, const char *graph,
    const alk_call_options *o, alk_read_fn read, void *read_arg,
    const struct exchange_runner *runner, alk_call_result *result);
/* Ends a call and what it has made; now. */
int calls_abort(struct graph *g, const char *graph, const char *request,
    alk_call_result *result);

/* ---- looking (call_look.c) ---- */

int calls_get(struct graph *g, const char *graph, const char *request,
    alk_call_fn fn, void *arg);
int calls_list(struct graph *g, const char *graph, const alk_call_query *q,
    alk_call_fn fn, void *arg, alk_page *page);
int calls_lineage(struct graph *g, const char *graph, const char *request,
    int direction, size_t depth_max, alk_call_fn fn, void *arg);
int calls_stats(struct graph *g, const char *graph, alk_call_stats *out);

#endif
