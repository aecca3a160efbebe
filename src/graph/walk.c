/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Neighbours, walks of k hops, degrees. A walk is a breadth-first search: the
 * nodes met are kept as numbers in a set and a queue; rows are read only for
 * the visitor.
 */
#include "base/error.h"
#include "base/mem.h"
#include "graph/graph.h"
#include "graph/hop.h"
#include "graph/row.h"
#include "graph/walk.sql.h"

#include <stdlib.h>

/* ---- neighbours ---- */

struct neighbors {
	struct hops *h;
	alk_row_fn fn;
	void *arg;
};

static int
tell_neighbor(void *arg, int64_t nid, int64_t eid)
{
	struct neighbors *n = arg;
	struct graph *g = n->h->g;
	const struct graph_type *gt = n->h->ref.type;
	alk_row edge, node;

	if (row_edge(g, gt, eid, &g->row, &edge) != ALK_OK ||
	    row_node(g, gt, nid, &g->peer, &node) != ALK_OK)
		return 1;
	edge.number = node.number = 1;
	if (n->fn(n->arg, &edge) != 0 || n->fn(n->arg, &node) != 0)
		return 1;
	return hops_check(n->h, 0) != ALK_OK;
}

int
graph_neighbors(struct graph *g, const char *name, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg)
{
	struct hops h;
	struct neighbors n = { .h = &h, .fn = fn, .arg = arg };
	int64_t nid = 0;

	if (hops_init(&h, g, name, o) == ALK_OK)
		nid = hops_node(&h, key);
	if (nid != 0)
		(void)hops_each(&h, nid, tell_neighbor, &n);
	hops_fini(&h);
	return g->err->code;
}

/* ---- k hops ---- */

struct walk {
	struct hops h;
	struct intmap met;
	int64_t *queue; /* in the order met; the start first */
	size_t count;
	size_t room;
};

static int
meet(void *arg, int64_t nid, int64_t eid)
{
	struct walk *w = arg;
	int added = intmap_add(&w->met, nid, 0);

	(void)eid;
	if (added == 0)
		return 0;
	if (w->count == w->room) {
		size_t room = w->room == 0 ? 256 : w->room * 2;
		int64_t *q = mem_resize(w->queue, room * sizeof(q[0]));
		if (q == NULL)
			added = ALK_NOMEM;
		else
			w->queue = q;
		w->room = q != NULL ? room : w->room;
	}
	if (added < 0) {
		error_nomem(w->h.g->err);
		return 1;
	}
	w->queue[w->count++] = nid;
	/* A hub may have a million edges: look within a node too. */
	return (w->count & 1023) == 0 && hops_check(&w->h, w->count) != ALK_OK;
}

/*
 * The nodes of one more hop: those met since `from`, up to `to`, are gone
 * through.
 */
static int
step(struct walk *w, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (hops_each(&w->h, w->queue[i], meet, w) != ALK_OK)
			break;
		if ((i & 63) == 0 && hops_check(&w->h, w->count) != ALK_OK)
			break;
	}
	return hops_check(&w->h, w->count);
}

/* false when the visitor wants no more, or on an error. */
static bool
tell(struct walk *w, size_t from, size_t to, int64_t hops, alk_row_fn fn,
    void *arg)
{
	struct graph *g = w->h.g;

	for (size_t i = from; i < to && fn != NULL; i++) {
		alk_row row;
		if (row_node(g, w->h.ref.type, w->queue[i], &g->row, &row) !=
		    ALK_OK)
			return false;
		row.number = hops;
		if (fn(arg, &row) != 0)
			return false;
	}
	return true;
}

static void
search(struct walk *w, size_t depth_max, alk_row_fn fn, void *arg,
    size_t *found)
{
	size_t from = 0;

	for (size_t depth = 1; depth <= depth_max; depth++) {
		size_t to = w->count;
		if (from == to || step(w, from, to) != ALK_OK)
			break;
		from = to;
		if (!tell(w, from, w->count, (int64_t)depth, fn, arg))
			break;
	}
	if (w->h.g->err->code == ALK_OK && found != NULL)
		*found = w->count - 1;
}

int
graph_walk(struct graph *g, const char *name, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg, size_t *found)
{
	struct walk w = { 0 };
	int64_t nid = 0;

	if (hops_init(&w.h, g, name, o) == ALK_OK)
		nid = hops_node(&w.h, key);
	if (nid != 0 && meet(&w, nid, 0) == 0)
		search(&w, o == NULL || o->depth_max == 0 ? 1 :
		    o->depth_max, fn, arg, found);
	hops_fini(&w.h);
	intmap_fini(&w.met);
	mem_release(w.queue);
	return g->err->code;
}

/* ---- degrees ---- */

struct ranked {
	int64_t degree;
	int64_t nid;
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
rank(struct hops *h, struct ranked *list, size_t limit)
{
	struct graph *g = h->g;
	struct db_rows *rows = db_query(g->db, &sql_degree_nodes, "i",
	    h->ref.gid);
	size_t count = 0;

	for (size_t i = 0; db_next(g->db, rows); i++) {
		int64_t nid = db_int(rows, 0);
		int64_t degree = hops_degree(h, nid);
		if (degree > 0)
			list[count++] = (struct ranked){ degree, nid };
		if (count == 2 * limit)
			count = keep_best(list, count, limit);
		if ((i & 255) == 0 && hops_check(h, 0) != ALK_OK)
			break;
	}
	db_end(g->db, rows);
	return keep_best(list, count, limit);
}

static void
tell_ranked(struct hops *h, const struct ranked *list, size_t count,
    alk_row_fn fn, void *arg)
{
	struct graph *g = h->g;

	for (size_t i = 0; i < count && g->err->code == ALK_OK; i++) {
		alk_row row;
		if (row_node(g, h->ref.type, list[i].nid, &g->row, &row) !=
		    ALK_OK)
			return;
		row.number = list[i].degree;
		if (fn(arg, &row) != 0)
			return;
	}
}

int
graph_degree_top(struct graph *g, const char *name, const alk_walk_options *o,
    size_t limit, alk_row_fn fn, void *arg)
{
	struct hops h;
	struct ranked *list = NULL;

	if (limit == 0 || limit > g->limits->batch_rows)
		return error_set(g->err, ALK_LIMIT,
		    "limit must be 1 to %zu (limits.batch_rows)",
		    g->limits->batch_rows);
	if (hops_init(&h, g, name, o) == ALK_OK) {
		list = mem_alloc(2 * limit * sizeof(list[0]));
		if (list == NULL)
			error_nomem(g->err);
	}
	if (g->err->code == ALK_OK)
		tell_ranked(&h, list, rank(&h, list, limit), fn, arg);
	mem_release(list);
	hops_fini(&h);
	return g->err->code;
}
