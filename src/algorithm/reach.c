/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What can be reached from some nodes, and the part of a graph that this is:
 * reachable set, lineage, subgraph and its copy. One breadth-first search for
 * all of them.
 *
 * The topology is opened outwards whatever direction was asked for, and read
 * turned round where needed: the edges between the nodes found are those that
 * leave them.
 */
#include "algorithm/algorithm.h"
#include "algorithm/tour.h"

#include "base/error.h"
#include "base/mem.h"
#include "graph/row.h"

#include <stdlib.h>
#include <string.h>

/* An edge, and the hops of the end that it leads to. */
struct followed {
	int64_t eid;
	uint32_t hops;
};

struct reach {
	struct tour tour;
	int direction;
	size_t depth_max;   /* ALK_NUL: none */
	uint32_t *hops;     /* of a node, plus 1; 0: not met */
	size_t hops_room;
	uint32_t *queue;    /* nodes in the order met, the starts first */
	size_t count;
	size_t room;
	size_t starts;
	bool keeps_edges;
	struct followed *edges;
	size_t edges_count;
	size_t edges_room;
};

/* The topology may have met more nodes since. */
static int
fit(struct reach *s)
{
	size_t wanted = topo_count(&s->tour.topo);

	if (wanted <= s->hops_room)
		return ALK_OK;
	if (s->hops_room > 0)
		wanted *= 2;
	uint32_t *p = mem_resize(s->hops, wanted * sizeof(p[0]));
	if (p == NULL)
		return error_nomem(s->tour.g->err);
	memset(p + s->hops_room, 0, (wanted - s->hops_room) * sizeof(p[0]));
	s->hops = p;
	s->hops_room = wanted;
	return ALK_OK;
}

static void
meet(struct reach *s, uint32_t node, uint32_t hops)
{
	if (s->hops[node] != 0)
		return;
	uint32_t *q = tour_grow(&s->tour, s->queue, s->count, &s->room,
	    sizeof(q[0]));
	if (q == NULL)
		return;
	s->queue = q;
	s->queue[s->count++] = node;
	s->hops[node] = hops + 1;
	/* A hub may have a million edges: look within a node too. */
	if ((s->count & 1023) == 0)
		(void)topo_check(&s->tour.topo, s->count);
}

static void
keep_edge(struct reach *s, uint32_t edge, uint32_t hops)
{
	struct followed *list = tour_grow(&s->tour, s->edges, s->edges_count,
	    &s->edges_room, sizeof(list[0]));

	if (list == NULL)
		return;
	s->edges = list;
	list[s->edges_count++] = (struct followed){
		topo_eid(&s->tour.topo, edge), hops };
}

/* The arcs of a node on one side. */
static void
follow(struct reach *s, uint32_t node, bool turned)
{
	uint32_t hops = s->hops[node]; /* of the ends: one more than its own */
	struct topo_arcs a;

	if (tour_failed(&s->tour) ||
	    topo_arcs(&s->tour.topo, node, turned, &a) != ALK_OK ||
	    fit(s) != ALK_OK)
		return;
	for (size_t i = 0; i < a.count && !tour_failed(&s->tour); i++) {
		meet(s, a.to[i], hops);
		if (s->keeps_edges)
			keep_edge(s, a.edge[i], hops);
	}
}

static int
search(struct reach *s)
{
	for (size_t i = 0; i < s->count && !tour_failed(&s->tour); i++) {
		uint32_t node = s->queue[i];
		if (s->depth_max != ALK_NUL &&
		    s->hops[node] - 1 >= s->depth_max)
			break;
		if (s->direction != ALK_IN)
			follow(s, node, false);
		if (s->direction != ALK_OUT)
			follow(s, node, true);
		if ((i & 63) == 0)
			(void)topo_check(&s->tour.topo, s->count);
	}
	if (!tour_failed(&s->tour))
		(void)topo_check(&s->tour.topo, s->count);
	return s->tour.g->err->code;
}

static int
add_starts(struct reach *s, const char *const *keys, size_t count)
{
	if (keys == NULL || count == 0)
		return error_set(s->tour.g->err, ALK_INVALID,
		    "no node key given");
	for (size_t i = 0; i < count && !tour_failed(&s->tour); i++) {
		uint32_t node = topo_node(&s->tour.topo, keys[i]);
		if (node != TOPO_NONE && fit(s) == ALK_OK)
			meet(s, node, 0);
	}
	s->starts = s->count;
	return s->tour.g->err->code;
}

/* Opens, and goes as far as o says. reach_close() is due in any case. */
static int
reach_open(struct reach *s, struct graph *g, const char *graph,
    const char *const *keys, size_t count, const alk_walk_options *o)
{
	alk_walk_options out = o != NULL ? *o : (alk_walk_options){ 0 };

	s->direction = out.direction;
	if (s->direction >= ALK_OUT && s->direction <= ALK_BOTH)
		out.direction = ALK_OUT;
	if (tour_open(&s->tour, g, graph, &out) == ALK_OK &&
	    add_starts(s, keys, count) == ALK_OK)
		(void)search(s);
	return g->err->code;
}

static void
reach_close(struct reach *s)
{
	mem_release(s->hops);
	mem_release(s->queue);
	mem_release(s->edges);
	tour_close(&s->tour);
}

static void
tell_nodes(struct reach *s, size_t from)
{
	for (size_t i = from; i < s->count; i++) {
		uint32_t node = s->queue[i];
		if (!tour_tell_hops(&s->tour, ALK_NODE,
			topo_nid(&s->tour.topo, node), s->hops[node] - 1))
			return;
	}
}

int
algorithm_reachable(struct graph *g, const char *graph,
    const char *const *keys, size_t count, const alk_walk_options *o,
    alk_row_fn fn, void *arg, size_t *found)
{
	struct reach s = { .tour = { .fn = fn, .arg = arg } };

	s.depth_max = o == NULL || o->depth_max == 0 ? ALK_NUL : o->depth_max;
	if (reach_open(&s, g, graph, keys, count, o) == ALK_OK && fn != NULL)
		tell_nodes(&s, s.starts);
	if (g->err->code == ALK_OK && found != NULL)
		*found = s.count - s.starts;
	reach_close(&s);
	return g->err->code;
}

/* ---- edges ---- */

static int
compare_by_edge(const void *a, const void *b)
{
	const struct followed *x = a;
	const struct followed *y = b;

	if (x->eid != y->eid)
		return x->eid < y->eid ? -1 : 1;
	return x->hops < y->hops ? -1 : x->hops > y->hops;
}

static int
compare_by_hops(const void *a, const void *b)
{
	const struct followed *x = a;
	const struct followed *y = b;

	if (x->hops != y->hops)
		return x->hops < y->hops ? -1 : 1;
	return x->eid < y->eid ? -1 : x->eid > y->eid;
}

/* An undirected edge was followed from both ends: the first time counts. */
static void
sort_edges(struct reach *s)
{
	size_t kept = 0;

	if (s->edges_count == 0)
		return;
	qsort(s->edges, s->edges_count, sizeof(s->edges[0]), compare_by_edge);
	for (size_t i = 0; i < s->edges_count; i++)
		if (kept == 0 || s->edges[kept - 1].eid != s->edges[i].eid)
			s->edges[kept++] = s->edges[i];
	s->edges_count = kept;
}

static void
tell_edges(struct reach *s)
{
	for (size_t i = 0; i < s->edges_count; i++)
		if (!tour_tell_hops(&s->tour, ALK_EDGE, s->edges[i].eid,
			s->edges[i].hops))
			return;
}

int
algorithm_lineage(struct graph *g, const char *graph, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg)
{
	struct reach s = { .tour = { .fn = fn, .arg = arg },
		.keeps_edges = true };

	s.depth_max = o == NULL || o->depth_max == 0 ? ALK_NUL : o->depth_max;
	if (reach_open(&s, g, graph, &key, 1, o) == ALK_OK) {
		sort_edges(&s);
		if (s.edges_count > 0)
			qsort(s.edges, s.edges_count, sizeof(s.edges[0]),
			    compare_by_hops);
		tell_nodes(&s, 0);
		tell_edges(&s);
	}
	reach_close(&s);
	return g->err->code;
}

/* ---- subgraphs ---- */

/* The edges that leave a node found for a node found. */
static int
collect_between(struct reach *s)
{
	for (size_t i = 0; i < s->count && !tour_failed(&s->tour); i++) {
		struct topo_arcs a;
		if (topo_arcs(&s->tour.topo, s->queue[i], false, &a) !=
			ALK_OK || fit(s) != ALK_OK)
			break;
		for (size_t j = 0; j < a.count && !tour_failed(&s->tour); j++)
			if (s->hops[a.to[j]] != 0)
				keep_edge(s, a.edge[j], 0);
		if ((i & 63) == 0)
			(void)topo_check(&s->tour.topo, s->count);
	}
	sort_edges(s);
	return s->tour.g->err->code;
}

int
algorithm_subgraph(struct graph *g, const char *graph,
    const char *const *keys, size_t count, const alk_walk_options *o,
    alk_row_fn fn, void *arg)
{
	struct reach s = { .tour = { .fn = fn, .arg = arg } };

	s.depth_max = o == NULL ? 0 : o->depth_max;
	if (reach_open(&s, g, graph, keys, count, o) == ALK_OK &&
	    collect_between(&s) == ALK_OK) {
		tell_nodes(&s, 0);
		tell_edges(&s);
	}
	reach_close(&s);
	return g->err->code;
}

/* ---- copies ---- */

struct copy {
	struct reach s;
	struct graph_ref to;
	int op;
	struct buf text; /* of the row that is copied */
	alk_write_result *result;
};

static int
copy_row(struct copy *c, int kind, int64_t number)
{
	struct graph *g = c->s.tour.g;
	const struct graph_type *gt = c->s.tour.topo.ref.type;
	alk_row row;
	int code = kind == ALK_NODE ?
	    row_node(g, gt, number, &c->text, &row) :
	    row_edge(g, gt, number, &c->text, &row);

	if (code != ALK_OK)
		return code;
	alk_item item = { .op = row.key == NULL ? ALK_CREATE : c->op,
		.kind = kind, .key = row.key, .source = row.source,
		.target = row.target, .attributes = row.attributes,
		.attributes_bytes = row.attributes_bytes,
		.metadata = row.metadata };
	if (kind == ALK_EDGE)
		item.direction = row.undirected ? ALK_UNDIRECTED :
						  ALK_DIRECTED;
	alk_write_result made = { 0 };
	(void)graph_write(g, &c->to, &item, 1, &made);
	c->result->created += made.created;
	c->result->updated += made.updated;
	c->result->unchanged += made.unchanged;
	return g->err->code;
}

static void
copy_all(struct copy *c)
{
	struct reach *s = &c->s;
	struct topo *t = &s->tour.topo;
	int code = ALK_OK;

	for (size_t i = 0; i < s->count && code == ALK_OK; i++) {
		code = copy_row(c, ALK_NODE, topo_nid(t, s->queue[i]));
		if (code == ALK_OK && (i & 63) == 0)
			code = topo_check(t, 0);
	}
	for (size_t i = 0; i < s->edges_count && code == ALK_OK; i++) {
		code = copy_row(c, ALK_EDGE, s->edges[i].eid);
		if (code == ALK_OK && (i & 63) == 0)
			code = topo_check(t, 0);
	}
}

int
algorithm_subgraph_copy(struct graph *g, const char *graph,
    const char *const *keys, size_t count, const alk_walk_options *o,
    const char *to, int op, alk_write_result *result)
{
	struct copy c = { .op = op, .result = result };

	if (op != ALK_CREATE && op != ALK_PUT)
		return error_set(g->err, ALK_INVALID,
		    "operation %d: a copy is ALK_CREATE or ALK_PUT", op);
	if (graph_find_to_write(g, to, &c.to) != ALK_OK)
		return g->err->code;
	c.s.depth_max = o == NULL ? 0 : o->depth_max;
	if (reach_open(&c.s, g, graph, keys, count, o) == ALK_OK &&
	    c.s.tour.topo.ref.gid == c.to.gid)
		error_set(g->err, ALK_INVALID,
		    "a copy goes into another graph, not into its own");
	if (g->err->code == ALK_OK && collect_between(&c.s) == ALK_OK)
		copy_all(&c);
	result->rev = c.to.rev + (result->created + result->updated > 0);
	buf_fini(&c.text);
	reach_close(&c.s);
	return g->err->code;
}
