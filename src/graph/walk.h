/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_WALK_H
#define GRAPH_WALK_H

#include "graph/tell.h"

#define WALK_FLAGS (ALK_WALK_KEYS | ALK_WALK_EDGES | ALK_WALK_PATHS)

/* Refuses flags that are not known, or do not go together. */
int walk_check_flags(struct graph *g, unsigned flags, unsigned known);

/*
 * Every path of 1 to depth_max hops from a node that meets no node twice, told
 * as node, edge, node, ... *count is how many there are, or were before the
 * visitor stopped.
 */
void walk_paths(struct topo *t, uint32_t node, size_t depth_max,
    struct tell *to, size_t *count);

#endif
