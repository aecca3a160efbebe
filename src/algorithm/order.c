/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * An order of all nodes, and cycles, which are why there is none.
 *
 * Order: Kahn, "Topological sorting of large networks", Comm. ACM 5 (1962), a
 * level at a time. Time O(n + m), and O(n log n) to sort by age.
 *
 * Cycle: a cycle lies within a strongly connected component, but where there
 * are undirected edges not each of these has one: an undirected tree is
 * strongly connected. Take a breadth-first tree of the component. If each arc
 * in it is of an edge by which one of its ends was met, there are no more edges
 * than in a tree, and no cycle. Otherwise take an arc from u to v by an edge e
 * that is not in the tree. Without e there is still a way from v to u, or one
 * from u to v:
 *
 * The tree leads from the root to both without e. If from v a way without e
 * leads to the root, go on from there to u. Else every way from v to the root
 * takes e, and e is undirected: the rest of such a way leads from u to the root
 * without e; go on from there to v.
 *
 * That way and e are the cycle. Time O(n + m).
 */
#include "algorithm/algorithm.h"
#include "algorithm/components.h"
#include "algorithm/tour.h"

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "graph/row.h"

#include <stdlib.h>

#define NONE UINT32_MAX
#define NAMED_MAX 8 /* nodes of a cycle in an error's text */

/* Nodes and the edges that lead to the next one, the last one's to the first.
 */
struct cycle {
	uint32_t *nodes;
	uint32_t *edges;
	size_t count; /* 0: there is none */
};

struct finder {
	struct tour *r;
	const struct net *n;
	struct parts parts;
	uint32_t *parent; /* node by which it was met */
	uint32_t *by;     /* edge by which it was met */
	uint32_t *met_in; /* number of the search that met it last */
	uint32_t *queue;
	uint32_t search;  /* number of the search */
	struct cycle *out;
};

/*
 * Breadth first from a node, within its component and not by the edge `but`,
 * until `until` is met. How many nodes were met.
 */
static size_t
spread(struct finder *f, uint32_t from, uint32_t until, uint32_t but)
{
	size_t count = 0;

	f->search++;
	f->queue[count++] = from;
	f->met_in[from] = f->search;
	f->parent[from] = f->by[from] = NONE;
	for (size_t i = 0; i < count; i++) {
		uint32_t node = f->queue[i];
		if (node == until)
			break;
		for (size_t j = f->n->first[node]; j < f->n->first[node + 1];
		    j++) {
			uint32_t to = f->n->to[j];
			if (f->parts.of[to] != f->parts.of[from] ||
			    f->met_in[to] == f->search || f->n->edge[j] == but)
				continue;
			f->met_in[to] = f->search;
			f->parent[to] = node;
			f->by[to] = f->n->edge[j];
			f->queue[count++] = to;
		}
	}
	return count;
}

static int
add_step(struct finder *f, size_t *room, uint32_t node, uint32_t edge)
{
	struct cycle *c = f->out;
	size_t edges_room = *room;
	uint32_t *list = tour_grow(f->r, c->nodes, c->count, room,
	    sizeof(list[0]));

	if (list == NULL)
		return ALK_NOMEM;
	c->nodes = list;
	list = tour_grow(f->r, c->edges, c->count, &edges_room,
	    sizeof(list[0]));
	if (list == NULL)
		return ALK_NOMEM;
	c->edges = list;
	c->nodes[c->count] = node;
	c->edges[c->count++] = edge;
	return ALK_OK;
}

/* The way that the last search took from `from` to `to`, and back by edge. */
static void
close_cycle(struct finder *f, uint32_t to, uint32_t edge)
{
	struct cycle *c = f->out;
	size_t room = 0;

	for (uint32_t at = to; at != NONE; at = f->parent[at]) {
		if (add_step(f, &room, at, edge) != ALK_OK)
			return;
		edge = f->by[at];
	}
	/* It was found from its end. */
	for (size_t i = 0, j = c->count - 1; i < j; i++, j--) {
		uint32_t node = c->nodes[i];
		uint32_t by = c->edges[i];
		c->nodes[i] = c->nodes[j];
		c->edges[i] = c->edges[j];
		c->nodes[j] = node;
		c->edges[j] = by;
	}
}

/* An arc from u to v by an edge that is not in the tree. */
static void
take_arc(struct finder *f, uint32_t u, uint32_t v, uint32_t edge)
{
	(void)spread(f, v, u, edge);
	if (f->met_in[u] == f->search) {
		close_cycle(f, u, edge);
		return;
	}
	(void)spread(f, u, v, edge);
	close_cycle(f, v, edge);
}

/* Looks at the component of `root`, and marks its nodes as seen. */
static void
look_at_part(struct finder *f, uint32_t root, bool *is_seen)
{
	size_t count = spread(f, root, NONE, NONE);

	for (size_t i = 0; i < count; i++)
		is_seen[f->queue[i]] = true;
	for (size_t i = 0; i < count; i++) {
		uint32_t u = f->queue[i];
		for (size_t j = f->n->first[u]; j < f->n->first[u + 1]; j++) {
			uint32_t v = f->n->to[j];
			uint32_t edge = f->n->edge[j];
			if (f->parts.of[v] != f->parts.of[u] ||
			    edge == f->by[u] || edge == f->by[v])
				continue;
			take_arc(f, u, v, edge);
			return;
		}
	}
}

static void
find_in_parts(struct finder *f)
{
	uint32_t count = f->n->count;
	bool *is_seen = tour_zero(f->r, count, sizeof(is_seen[0]));

	f->parent = tour_alloc(f->r, count, sizeof(f->parent[0]));
	f->by = tour_alloc(f->r, count, sizeof(f->by[0]));
	f->met_in = tour_zero(f->r, count, sizeof(f->met_in[0]));
	f->queue = tour_alloc(f->r, count, sizeof(f->queue[0]));
	for (uint32_t i = 0; i < count && !tour_failed(f->r) &&
	    f->out->count == 0; i++) {
		if (!is_seen[i])
			look_at_part(f, i, is_seen);
		if ((i & 1023) == 0)
			(void)topo_check(&f->r->topo, count);
	}
	mem_release(is_seen);
	mem_release(f->parent);
	mem_release(f->by);
	mem_release(f->met_in);
	mem_release(f->queue);
}

static void
find_loop(struct finder *f)
{
	for (uint32_t i = 0; i < f->n->count; i++)
		for (size_t j = f->n->first[i]; j < f->n->first[i + 1]; j++)
			if (f->n->to[j] == i) {
				size_t room = 0;
				(void)add_step(f, &room, i, f->n->edge[j]);
				return;
			}
}

/* cycle_fini() is due in any case. */
static void
cycle_find(struct cycle *c, const struct net *n, struct tour *r)
{
	struct finder f = { .r = r, .n = n, .out = c };

	find_loop(&f);
	if (c->count == 0 && parts_strong(&f.parts, n, r) == ALK_OK)
		find_in_parts(&f);
	parts_fini(&f.parts);
}

static void
cycle_fini(struct cycle *c)
{
	mem_release(c->nodes);
	mem_release(c->edges);
}

static void
tell_cycle(struct tour *r, const struct net *n, const struct cycle *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (!tour_tell_hops(r, ALK_NODE, n->nids[c->nodes[i]],
			(int64_t)i) ||
		    !tour_tell_hops(r, ALK_EDGE,
			topo_eid(&r->topo, c->edges[i]), (int64_t)i + 1))
			return;
	(void)tour_tell_hops(r, ALK_NODE, n->nids[c->nodes[0]],
	    (int64_t)c->count);
}

int
algorithm_cycle(struct graph *g, const char *graph, const alk_walk_options *o,
    alk_row_fn fn, void *arg)
{
	struct tour r = { .fn = fn, .arg = arg };
	struct net n = { 0 };
	struct cycle c = { 0 };

	if (tour_open(&r, g, graph, o) == ALK_OK &&
	    net_read(&n, &r, true) == ALK_OK)
		cycle_find(&c, &n, &r);
	if (g->err->code == ALK_OK && c.count == 0)
		error_set(g->err, ALK_NOTFOUND, "there is no cycle");
	if (g->err->code == ALK_OK)
		tell_cycle(&r, &n, &c);
	cycle_fini(&c);
	net_fini(&n);
	tour_close(&r);
	return g->err->code;
}

/* ---- order ---- */

struct order {
	struct tour *r;
	const struct net *n;
	uint32_t *left; /* arcs to a node from nodes that have no place yet */
	struct placed {
		uint32_t node;
		uint32_t level;
	} *nodes; /* in order */
	uint32_t count;
};

static void
count_arcs(struct order *k)
{
	for (size_t j = 0; j < k->n->first[k->n->count]; j++)
		k->left[k->n->to[j]]++;
}

static void
place(struct order *k, uint32_t node, uint32_t level)
{
	k->nodes[k->count++] = (struct placed){ node, level };
}

/*
 * The nodes of a level stand from `from` to `to`; the next one's are those that
 * wait for none any more. A node's level is that of its last arc, plus 1.
 */
static void
place_next(struct order *k, uint32_t from, uint32_t to)
{
	const struct net *n = k->n;

	for (uint32_t i = from; i < to; i++) {
		uint32_t node = k->nodes[i].node;
		for (size_t j = n->first[node]; j < n->first[node + 1]; j++)
			if (--k->left[n->to[j]] == 0)
				place(k, n->to[j], k->nodes[i].level + 1);
		if ((i & 1023) == 0)
			(void)topo_check(&k->r->topo, n->count);
	}
}

static void
place_all(struct order *k)
{
	uint32_t from = 0;

	count_arcs(k);
	for (uint32_t i = 0; i < k->n->count; i++)
		if (k->left[i] == 0)
			place(k, i, 0);
	while (from < k->count && !tour_failed(k->r)) {
		uint32_t to = k->count;
		place_next(k, from, to);
		from = to;
	}
}

static void
name_node(struct tour *r, int64_t nid, struct buf *out)
{
	alk_row row;

	if (row_node(r->g, r->topo.ref.type, nid, &r->g->row, &row) == ALK_OK)
		buf_printf(out, "'%s'", row.key);
}

static void
name_cycle(struct tour *r, const struct net *n, const struct cycle *c,
    struct buf *out)
{
	buf_str(out, "there is no order, because of the cycle ");
	for (size_t i = 0; i < c->count && i < NAMED_MAX; i++) {
		name_node(r, n->nids[c->nodes[i]], out);
		buf_str(out, " -> ");
	}
	if (c->count > NAMED_MAX)
		buf_printf(out, "%zu more -> ", c->count - NAMED_MAX);
	name_node(r, n->nids[c->nodes[0]], out);
}

/*
 * No cycle takes an edge twice, but some nodes have no place: they, or nodes
 * before them, have an undirected edge.
 */
static void
name_undirected(struct tour *r, const struct net *n, struct buf *out)
{
	struct parts p = { 0 };

	buf_str(out, "there is no order, because of the undirected edge "
	    "between ");
	if (parts_strong(&p, n, r) == ALK_OK)
		for (uint32_t i = 0; i < n->count; i++)
			for (size_t j = n->first[i]; j < n->first[i + 1]; j++)
				if (p.of[i] == p.of[n->to[j]]) {
					name_node(r, n->nids[i], out);
					buf_str(out, " and ");
					name_node(r, n->nids[n->to[j]], out);
					parts_fini(&p);
					return;
				}
	parts_fini(&p);
}

static void
explain(struct tour *r, const struct net *n)
{
	struct cycle c = { 0 };
	struct buf text = { 0 };

	cycle_find(&c, n, r);
	if (!tour_failed(r) && c.count > 0)
		name_cycle(r, n, &c, &text);
	else if (!tour_failed(r))
		name_undirected(r, n, &text);
	if (text.failed)
		error_nomem(r->g->err);
	if (!tour_failed(r))
		error_set(r->g->err, ALK_STRUCTURE, "%s", buf_text(&text));
	buf_fini(&text);
	cycle_fini(&c);
}

static int
compare_placed(const void *a, const void *b)
{
	const struct placed *x = a;
	const struct placed *y = b;

	if (x->level != y->level)
		return x->level < y->level ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

static void
tell_order(struct order *k)
{
	for (uint32_t i = 0; i < k->count; i++)
		if (!tour_tell_hops(k->r, ALK_NODE,
			k->n->nids[k->nodes[i].node], k->nodes[i].level))
			break;
}

static void
find_order(struct tour *r, const struct net *n)
{
	struct order k = { .r = r, .n = n };

	k.left = tour_zero(r, n->count, sizeof(k.left[0]));
	k.nodes = tour_alloc(r, n->count, sizeof(k.nodes[0]));
	if (!tour_failed(r))
		place_all(&k);
	if (!tour_failed(r) && k.count < n->count)
		explain(r, n);
	if (!tour_failed(r) && k.count > 0) {
		qsort(k.nodes, k.count, sizeof(k.nodes[0]), compare_placed);
		tell_order(&k);
	}
	mem_release(k.left);
	mem_release(k.nodes);
}

int
algorithm_order(struct graph *g, const char *graph, const alk_walk_options *o,
    alk_row_fn fn, void *arg)
{
	struct tour r = { .fn = fn, .arg = arg };
	struct net n = { 0 };

	if (o != NULL && o->direction == ALK_BOTH)
		return error_set(g->err, ALK_INVALID,
		    "there is no order in both directions");
	if (tour_open(&r, g, graph, o) == ALK_OK &&
	    net_read(&n, &r, true) == ALK_OK)
		find_order(&r, &n);
	net_fini(&n);
	tour_close(&r);
	return g->err->code;
}
