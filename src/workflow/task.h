/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef WORKFLOW_TASK_H
#define WORKFLOW_TASK_H

#include "graph/graph.h"

#include <alkstore.h>

/*
 * Task graphs: graphs whose type has the node type TaskNode and the edge type
 * DependencyEdge, from a task to one that it waits for. All of these read the
 * tasks of the graph once; the code is that of g->err.
 */

int tasks_order(struct graph *g, const char *graph, const alk_task_options *o,
    alk_task_fn fn, void *arg);
int tasks_critical(struct graph *g, const char *graph,
    const alk_task_options *o, alk_task_fn fn, void *arg, double *length);
int tasks_ready(struct graph *g, const char *graph, alk_task_fn fn, void *arg);
/* What keeps a task from being done: not completed, and waited for. */
int tasks_blockers(struct graph *g, const char *graph, const char *key,
    alk_task_fn fn, void *arg);
/* What waits for a task; key NULL: for any that has failed. */
int tasks_blocked(struct graph *g, const char *graph, const char *key,
    alk_task_fn fn, void *arg);

#endif
