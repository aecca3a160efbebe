/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ALGORITHM_COMPONENTS_H
#define ALGORITHM_COMPONENTS_H

#include "algorithm/tour.h"

/* Which component each node of a net belongs to. */
struct parts {
	uint32_t *of;    /* node -> component, from 0 */
	uint32_t count;
};

/* Strongly connected components. parts_fini() is due in any case. */
int parts_strong(struct parts *p, const struct net *n, struct tour *r);
void parts_fini(struct parts *p);

#endif
