/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_POOL_H
#define SCHEMA_POOL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Memory that is given piece by piece and taken back at once. Zeroed it is
 * empty and ready; whoever holds it calls pool_fini(). When memory is missing
 * it stays failed, so that a builder may look once, at the end.
 */
struct pool {
	struct pool_chunk *chunks; /* newest first */
	bool failed;
};

void pool_fini(struct pool *p);
/* Zeroed, fit for any type. NULL when there is none. */
void *pool_alloc(struct pool *p, size_t bytes);
/* A copy with a NUL behind it. */
char *pool_text(struct pool *p, const char *text, size_t bytes);

#endif
