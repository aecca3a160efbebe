/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Connected components.
 *
 * Strong: Tarjan, "Depth-first search and linear graph algorithms", SIAM J.
 * Comput. 1 (1972). The depth-first search keeps its place in each node's arcs
 * in an array instead of on the C stack. Time O(n + m), 28 bytes a node beside
 * the net.
 *
 * Weak: union by size with path halving (Tarjan and van Leeuwen, J. ACM 31,
 * 1984). Time O((n + m) a(n)), 12 bytes a node beside the net.
 */
#include "algorithm/components.h"

#include "algorithm/algorithm.h"
#include "base/error.h"
#include "base/mem.h"

#include <stdlib.h>

void
parts_fini(struct parts *p)
{
	mem_release(p->of);
}

/* ---- strong ---- */

struct tarjan {
	const struct net *n;
	struct tour *r;
	struct parts *parts;
	uint32_t *order; /* of discovery, from 1; 0: not met */
	uint32_t *low;   /* lowest order known to be reachable */
	size_t *next;    /* arc to look at next */
	uint32_t *way;   /* the nodes that the search is in */
	size_t way_count;
	uint32_t *open;  /* met, and of no component yet */
	size_t open_count;
	uint32_t last;   /* order given last */
};

static void
enter(struct tarjan *t, uint32_t node)
{
	t->order[node] = t->low[node] = ++t->last;
	t->next[node] = t->n->first[node];
	t->way[t->way_count++] = node;
	t->open[t->open_count++] = node;
	if ((t->last & 1023) == 0)
		(void)topo_check(&t->r->topo, t->n->count);
}

/* All arcs of the node were looked at. */
static void
leave(struct tarjan *t, uint32_t node)
{
	uint32_t member;

	t->way_count--;
	if (t->way_count > 0) {
		uint32_t above = t->way[t->way_count - 1];
		if (t->low[node] < t->low[above])
			t->low[above] = t->low[node];
	}
	if (t->low[node] != t->order[node])
		return;
	do {
		member = t->open[--t->open_count];
		t->parts->of[member] = t->parts->count;
	} while (member != node);
	t->parts->count++;
}

static void
search_from(struct tarjan *t, uint32_t start)
{
	enter(t, start);
	while (t->way_count > 0 && !tour_failed(t->r)) {
		uint32_t node = t->way[t->way_count - 1];
		if (t->next[node] == t->n->first[node + 1]) {
			leave(t, node);
			continue;
		}
		uint32_t to = t->n->to[t->next[node]++];
		if (t->order[to] == 0)
			enter(t, to);
		else if (t->parts->of[to] == UINT32_MAX &&
		    t->order[to] < t->low[node])
			t->low[node] = t->order[to];
	}
}

int
parts_strong(struct parts *p, const struct net *n, struct tour *r)
{
	struct tarjan t = { .n = n, .r = r, .parts = p };

	p->of = tour_alloc(r, n->count, sizeof(p->of[0]));
	t.order = tour_zero(r, n->count, sizeof(t.order[0]));
	t.low = tour_alloc(r, n->count, sizeof(t.low[0]));
	t.next = tour_alloc(r, n->count, sizeof(t.next[0]));
	t.way = tour_alloc(r, n->count, sizeof(t.way[0]));
	t.open = tour_alloc(r, n->count, sizeof(t.open[0]));
	if (!tour_failed(r)) {
		for (uint32_t i = 0; i < n->count; i++)
			p->of[i] = UINT32_MAX;
		for (uint32_t i = 0; i < n->count && !tour_failed(r); i++)
			if (t.order[i] == 0)
				search_from(&t, i);
	}
	mem_release(t.order);
	mem_release(t.low);
	mem_release(t.next);
	mem_release(t.way);
	mem_release(t.open);
	return r->g->err->code;
}

/* ---- weak ---- */

static uint32_t
find(uint32_t *above, uint32_t node)
{
	while (above[node] != node) {
		above[node] = above[above[node]];
		node = above[node];
	}
	return node;
}

static void
unite(uint32_t *above, uint32_t *size, uint32_t a, uint32_t b)
{
	a = find(above, a);
	b = find(above, b);
	if (a == b)
		return;
	if (size[a] < size[b]) {
		uint32_t c = a;
		a = b;
		b = c;
	}
	above[b] = a;
	size[a] += size[b];
}

static void
unite_all(const struct net *n, uint32_t *above, uint32_t *size)
{
	for (uint32_t i = 0; i < n->count; i++)
		for (size_t j = n->first[i]; j < n->first[i + 1]; j++)
			unite(above, size, i, n->to[j]);
}

/* Numbers the sets as their first nodes come. */
static void
number_sets(struct parts *p, uint32_t *above, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		p->of[i] = UINT32_MAX;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t top = find(above, i);
		if (p->of[top] == UINT32_MAX)
			p->of[top] = p->count++;
		p->of[i] = p->of[top];
	}
}

static int
parts_weak(struct parts *p, const struct net *n, struct tour *r)
{
	uint32_t count = n->count;
	uint32_t *above = tour_alloc(r, count, sizeof(above[0]));
	uint32_t *size = tour_alloc(r, count, sizeof(size[0]));

	p->of = tour_alloc(r, count, sizeof(p->of[0]));
	if (!tour_failed(r)) {
		for (uint32_t i = 0; i < count; i++) {
			above[i] = i;
			size[i] = 1;
		}
		unite_all(n, above, size);
		number_sets(p, above, count);
	}
	mem_release(above);
	mem_release(size);
	return r->g->err->code;
}

/* ---- telling ---- */

/* A component as it is told: the largest first, then the oldest. */
struct ranked {
	uint32_t size;
	uint32_t first; /* its oldest node */
	uint32_t part;
};

static int
compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a;
	const struct ranked *y = b;

	if (x->size != y->size)
		return x->size < y->size ? 1 : -1;
	return x->first < y->first ? -1 : x->first > y->first;
}

struct listing {
	struct ranked *ranked; /* by component, then sorted */
	size_t *end;           /* of each component in nodes */
	uint32_t *nodes;       /* component after component */
};

static void
rank(struct listing *l, const struct parts *p, uint32_t count)
{
	size_t sum = 0;

	for (uint32_t i = 0; i < p->count; i++)
		l->ranked[i] = (struct ranked){ .part = i };
	for (uint32_t i = 0; i < count; i++) {
		struct ranked *k = &l->ranked[p->of[i]];
		if (k->size++ == 0)
			k->first = i;
	}
	for (uint32_t i = 0; i < p->count; i++) {
		l->end[i] = sum; /* where it begins: moved on below */
		sum += l->ranked[i].size;
	}
	for (uint32_t i = 0; i < count; i++)
		l->nodes[l->end[p->of[i]]++] = i;
	if (p->count > 0)
		qsort(l->ranked, p->count, sizeof(l->ranked[0]),
		    compare_ranked);
}

static void
tell_ranked(struct tour *r, const struct net *n, const struct listing *l,
    uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct ranked *k = &l->ranked[i];
		size_t end = l->end[k->part];
		for (size_t j = end - k->size; j < end; j++) {
			struct said t = { .kind = ALK_NODE, .group = i,
				.number = n->nids[l->nodes[j]],
				.hops = k->size };
			if (!tour_tell(r, &t))
				return;
		}
	}
}

static void
tell_parts(struct tour *r, const struct net *n, const struct parts *p)
{
	struct listing l = { 0 };

	l.ranked = tour_alloc(r, p->count, sizeof(l.ranked[0]));
	l.end = tour_alloc(r, p->count, sizeof(l.end[0]));
	l.nodes = tour_alloc(r, n->count, sizeof(l.nodes[0]));
	if (!tour_failed(r)) {
		rank(&l, p, n->count);
		tell_ranked(r, n, &l, p->count);
	}
	mem_release(l.ranked);
	mem_release(l.end);
	mem_release(l.nodes);
}

int
algorithm_components(struct graph *g, const char *graph, int kind,
    const alk_walk_options *o, alk_visit_fn fn, void *arg, size_t *found)
{
	struct tour r = { .visit = fn, .arg = arg };
	struct parts p = { 0 };
	struct net n = { 0 };

	if (kind != ALK_STRONG && kind != ALK_WEAK)
		return error_set(g->err, ALK_INVALID,
		    "components %d are none of ALK_STRONG, ALK_WEAK", kind);
	if (tour_open(&r, g, graph, o) == ALK_OK &&
	    net_read(&n, &r, false) == ALK_OK) {
		if (kind == ALK_STRONG)
			(void)parts_strong(&p, &n, &r);
		else
			(void)parts_weak(&p, &n, &r);
	}
	if (g->err->code == ALK_OK && fn != NULL)
		tell_parts(&r, &n, &p);
	if (g->err->code == ALK_OK && found != NULL)
		*found = p.count;
	parts_fini(&p);
	net_fini(&n);
	tour_close(&r);
	return g->err->code;
}
