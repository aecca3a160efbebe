/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Chunks of 4 KiB and more, filled from the front. */
#include "schema/pool.h"

#include "base/mem.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#define CHUNK_BYTES 4000
#define ALIGNMENT alignof(max_align_t)

struct pool_chunk {
	struct pool_chunk *next;
	size_t used;
	size_t room;
	alignas(max_align_t) char data[];
};

void
pool_fini(struct pool *p)
{
	struct pool_chunk *c = p->chunks;

	while (c != NULL) {
		struct pool_chunk *next = c->next;
		mem_release(c);
		c = next;
	}
	*p = (struct pool){ 0 };
}

static struct pool_chunk *
add_chunk(struct pool *p, size_t bytes)
{
	size_t room = bytes > CHUNK_BYTES / 4 ? bytes : CHUNK_BYTES;
	struct pool_chunk *c = mem_alloc(sizeof(*c) + room);

	if (c == NULL)
		return NULL;
	c->used = 0;
	c->room = room;
	if (room != CHUNK_BYTES && p->chunks != NULL) {
		/* A large piece must not end the filling of a small chunk. */
		c->next = p->chunks->next;
		p->chunks->next = c;
	} else {
		c->next = p->chunks;
		p->chunks = c;
	}
	return c;
}

void *
pool_alloc(struct pool *p, size_t bytes)
{
	struct pool_chunk *c = p->chunks;

	if (p->failed || bytes > SIZE_MAX / 2) {
		p->failed = true;
		return NULL;
	}
	bytes = (bytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (c == NULL || c->room - c->used < bytes) {
		c = add_chunk(p, bytes);
		if (c == NULL) {
			p->failed = true;
			return NULL;
		}
	}
	void *at = c->data + c->used;
	c->used += bytes;
	memset(at, 0, bytes);
	return at;
}

char *
pool_text(struct pool *p, const char *text, size_t bytes)
{
	char *copy = pool_alloc(p, bytes + 1);

	if (copy != NULL)
		memcpy(copy, text, bytes);
	return copy;
}
