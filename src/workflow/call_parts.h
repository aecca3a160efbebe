/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef WORKFLOW_CALL_PARTS_H
#define WORKFLOW_CALL_PARTS_H

#include "workflow/call.h"
#include "workflow/call_event.h"

/*
 * What the files of writing share: call_ingest.c, which reads events and tells
 * of them, and call_apply.c, which changes the graph.
 */

#define CALL_NODE "CallNode"
#define CALL_EDGE "TriggeredEdge"

struct calls {
	struct graph *g;
	struct graph_ref ref;
	int64_t node_type;
	int64_t edge_type;
	const alk_call_options *o;
	alk_call_result result;
	size_t changed;             /* rows, for the revision */
	bool is_quiet;              /* o->fn wants no more */
	struct json_reader stored;  /* attributes of a node */
	struct json_reader waiting; /* an event that was kept */
	struct buf text;            /* attributes to be written */
	struct buf kept;            /* an event to be kept */
};

/* Finds graph and types; calls_fini() in any case. */
int calls_open(struct calls *c, struct graph *g, const char *graph,
    const alk_call_options *o);
void calls_fini(struct calls *c);

/* Finds the two types of a graph; ALK_INVALID: it is no call graph. */
int calls_types(struct graph *g, const struct graph_ref *ref,
    int64_t *node_type, int64_t *edge_type);

/* One event, changes and all. *outcome is ALK_CALL_..., *why a text or NULL. */
int calls_apply(struct calls *c, const struct call_event *e, int *outcome,
    const char **why);

#endif
