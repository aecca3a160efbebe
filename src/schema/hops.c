/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * References as they were written. The program jumps past schemas that only
 * refer on; whoever tells by which way a keyword was reached needs them all.
 */
#include "schema/compile.h"

#include "base/error.h"
#include "base/mem.h"
#include "schema/trail.h"

#include <stdlib.h>

int
hops_add(struct compile *c, yyjson_val *from, yyjson_val *to)
{
	struct schema *s = c->s;

	if (s->hops_count == c->hops_room) {
		uint32_t room = c->hops_room == 0 ? 8 : c->hops_room * 2;
		struct hop *list = mem_resize(s->hops, room * sizeof(list[0]));
		if (list == NULL)
			return error_nomem(c->err);
		s->hops = list;
		c->hops_room = room;
	}
	s->hops[s->hops_count++] = (struct hop){ .from = from, .to = to };
	return ALK_OK;
}

static int
compare(const void *a, const void *b)
{
	const struct hop *x = a;
	const struct hop *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

void
hops_sort(struct schema *s)
{
	if (s->hops_count > 1)
		qsort(s->hops, s->hops_count, sizeof(s->hops[0]), compare);
}

yyjson_val *
hops_find(const struct schema *s, yyjson_val *from)
{
	uint32_t low = 0;
	uint32_t high = s->hops_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (s->hops[middle].from < from)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->hops_count && s->hops[low].from == from ?
	    s->hops[low].to : NULL;
}
