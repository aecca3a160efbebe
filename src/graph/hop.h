/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_HOP_H
#define GRAPH_HOP_H

#include "graph/tell.h"

/* Whether the rows of a hop may be told as a statement joins them. */
bool hop_is_joined(const struct tell *to);
/* Tells them: what topo_arcs() and tell_hop() would, in the same order. */
void hop_tell(struct tell *to, uint32_t node);

#endif
