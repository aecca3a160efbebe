/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ALGORITHM_WHOLE_TEST_H
#define ALGORITHM_WHOLE_TEST_H

/* For tests of algorithms over whole graphs: random ones, and their edges.
   After fixture.h. */

#include "algorithm/both_test.h"

static inline void
on_random_graphs(void (*check)(const alk_walk_options *o))
{
	const char *types[3];

	for (int i = 0; i < 24; i++) {
		make_random_graph(i);
		for (int j = 0; j < 8; j++) {
			alk_walk_options o = model_options(&m, types);
			check(&o);
		}
	}
}

/* The node that an edge leads to from `at`, or -1. */
static inline int
far_end(int edge, int at, const alk_walk_options *o)
{
	const struct model_edge *e = &m.edges[edge];

	if (e->source == at && model_goes_along(e, o))
		return e->target;
	if (e->target == at && model_goes_against(e, o))
		return e->source;
	return -1;
}

static inline int
pass(void *arg, const alk_row *row)
{
	(void)arg;
	(void)row;
	return 0;
}

#endif
