/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef FEED_FEED_H
#define FEED_FEED_H

#include "graph/graph.h"

/*
 * Writes change records, notifications and revisions of the open transaction,
 * whose changes g has noted, by g's connection. Its last step but for the
 * numbers. Returns the code.
 */
int feed_flush(struct graph *g);

#endif
