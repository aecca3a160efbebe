/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ALGORITHM_ALGORITHM_H
#define ALGORITHM_ALGORITHM_H

#include "graph/graph.h"

#include <alkstore.h>

/*
 * What the room gives: the algorithms of alkstore.h, within a call that the
 * store has begun. Each returns the code that is in g->err.
 */

int algorithm_paths(struct graph *g, const char *graph, const char *from,
    const char *to, const alk_paths_options *o, alk_visit_fn fn, void *arg,
    alk_paths_result *result);

int algorithm_reachable(struct graph *g, const char *graph,
    const char *const *keys, size_t count, const alk_walk_options *o,
    alk_row_fn fn, void *arg, size_t *found);
int algorithm_lineage(struct graph *g, const char *graph, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg);
int algorithm_subgraph(struct graph *g, const char *graph,
    const char *const *keys, size_t count, const alk_walk_options *o,
    alk_row_fn fn, void *arg);
int algorithm_subgraph_copy(struct graph *g, const char *graph,
    const char *const *keys, size_t count, const alk_walk_options *o,
    const char *to, int op, alk_write_result *result);

int algorithm_order(struct graph *g, const char *graph,
    const alk_walk_options *o, alk_row_fn fn, void *arg);
int algorithm_cycle(struct graph *g, const char *graph,
    const alk_walk_options *o, alk_row_fn fn, void *arg);
int algorithm_components(struct graph *g, const char *graph, int kind,
    const alk_walk_options *o, alk_visit_fn fn, void *arg, size_t *found);

int algorithm_degree(struct graph *g, const char *graph, const char *key,
    const alk_walk_options *o, size_t *degree);
int algorithm_pagerank(struct graph *g, const char *graph,
    const alk_pagerank_options *o, alk_visit_fn fn, void *arg,
    alk_pagerank_result *result);

#endif
