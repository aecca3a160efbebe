/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The nodes with the most edges. */
#include "base/error.h"
#include "base/mem.h"
#include "graph/graph.h"
#include "graph/tell.h"
#include "graph/topo.h"

#include <stdlib.h>

struct ranked {
	size_t degree;
	int64_t nid;
	uint32_t node;
};

/* Higher degree first, then the older node. */
static int
compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a;
	const struct ranked *y = b;

	if (x->degree != y->degree)
		return x->degree < y->degree ? 1 : -1;
	return x->nid < y->nid ? -1 : x->nid > y->nid;
}

/* Keeps the best `limit` of list, which has room for twice as many. */
static size_t
keep_best(struct ranked *list, size_t count, size_t limit)
{
	qsort(list, count, sizeof(list[0]), compare_ranked);
	return count < limit ? count : limit;
}

static size_t
rank(struct topo *t, struct ranked *list, size_t limit)
{
	size_t count = 0;
	struct topo_arcs arcs;

	if (topo_all(t) != ALK_OK)
		return 0;
	for (uint32_t i = 0; i < topo_count(t); i++) {
		if (!topo_admits(t, i))
			continue;
		if (topo_arcs(t, i, false, &arcs) != ALK_OK)
			return 0;
		if (arcs.count > 0)
			list[count++] = (struct ranked){ arcs.count,
				topo_nid(t, i), i };
		if (count == 2 * limit)
			count = keep_best(list, count, limit);
		if ((i & 255) == 0 && topo_check(t, 0) != ALK_OK)
			return 0;
	}
	return keep_best(list, count, limit);
}

static void
rank_and_tell(struct topo *t, size_t limit, struct tell *to)
{
	struct ranked *list = mem_alloc(2 * limit * sizeof(list[0]));

	if (list == NULL) {
		error_nomem(t->g->err);
		return;
	}
	size_t count = rank(t, list, limit);
	for (size_t i = 0; i < count; i++)
		if (!tell_node(to, list[i].node, (int64_t)list[i].degree))
			break;
	mem_release(list);
}

int
graph_degree_top(struct graph *g, const char *name, const alk_walk_options *o,
    size_t limit, alk_row_fn fn, void *arg)
{
	struct topo t;
	struct tell to = { .t = &t, .fn = fn, .arg = arg,
		.is_keys = o != NULL && (o->flags & ALK_WALK_KEYS) != 0 };

	if (limit == 0 || limit > g->limits->batch_rows)
		return error_set(g->err, ALK_LIMIT,
		    "limit must be 1 to %zu (limits.batch_rows)",
		    g->limits->batch_rows);
	if (topo_open(&t, g, name, o) == ALK_OK)
		rank_and_tell(&t, limit, &to);
	topo_close(&t);
	return g->err->code;
}
