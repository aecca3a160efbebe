/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One path of the least cost, or all of them.
 *
 * All: the search keeps, for each node, every arc by which it is reached at its
 * least cost. From the end these arcs lead back to the start along the paths
 * wanted and no others, but for cycles of edges that cost nothing: a node that
 * is on the way already is passed over. Time O(1) a step of a path where no
 * edge costs nothing.
 */
#include "algorithm/paths.h"

#include "algorithm/algorithm.h"
#include "base/error.h"
#include "base/mem.h"

#include <string.h>

#define LIMIT_USUAL 100

/* ---- routes ---- */

struct route *
route_new(struct paths *p, uint32_t count)
{
	size_t nodes = (size_t)count + 1;
	struct route *r = tour_alloc(&p->tour, 1, sizeof(*r) +
	    nodes * (sizeof(r->costs[0]) + sizeof(r->nodes[0]) +
		sizeof(r->edges[0])));

	if (r == NULL)
		return NULL;
	r->count = count;
	r->branch = 0;
	r->costs = (double *)(void *)(r + 1);
	r->nodes = (uint32_t *)(void *)(r->costs + nodes);
	r->edges = r->nodes + nodes;
	return r;
}

struct route *
route_found(struct paths *p, uint32_t place, const struct route *before,
    uint32_t skip)
{
	const struct met *met = p->search.met;
	struct route *r = route_new(p, met[place].hops);
	uint32_t at = place;

	if (r == NULL)
		return NULL;
	for (uint32_t i = met[place].hops; i > skip; i--) {
		r->nodes[i] = met[at].node;
		r->costs[i] = met[at].cost;
		r->edges[i - 1] = met[at].edge;
		at = met[at].parent;
	}
	r->nodes[skip] = met[at].node;
	r->costs[skip] = met[at].cost;
	for (uint32_t i = 0; i < skip; i++) {
		r->nodes[i] = before->nodes[i];
		r->costs[i] = before->costs[i];
		r->edges[i] = before->edges[i];
	}
	r->branch = skip;
	return r;
}

void
route_tell(struct paths *p, const struct route *r)
{
	struct topo *t = &p->tour.topo;
	size_t group = p->result.paths++;

	for (uint32_t i = 0; i <= r->count; i++) {
		struct said edge = { .kind = ALK_EDGE, .hops = i,
			.group = group, .value = r->costs[i] };
		struct said node = { .kind = ALK_NODE, .hops = i,
			.group = group, .value = r->costs[i] };
		if (i > 0) {
			edge.number = topo_eid(t, r->edges[i - 1]);
			if (!tour_tell(&p->tour, &edge))
				return;
		}
		node.number = topo_nid(t, r->nodes[i]);
		if (!tour_tell(&p->tour, &node))
			return;
	}
}

/* ---- all ---- */

/* Where a way back from the end has come to. */
struct step {
	uint32_t place;
	uint32_t tie;   /* to go on by, after those gone by already */
	uint32_t edge;  /* to the step before this one */
};

struct back {
	struct paths *p;
	struct step *steps; /* from the end on */
	size_t count;
	size_t room;
	bool *is_on; /* by place: among the steps */
	size_t looked; /* ties, for checks */
};

static void
step_to(struct back *b, uint32_t place, uint32_t edge)
{
	struct search *s = &b->p->search;
	struct step *list = tour_grow(&b->p->tour, b->steps, b->count, &b->room,
	    sizeof(list[0]));

	if (list == NULL)
		return;
	b->steps = list;
	list[b->count++] = (struct step){ place, s->met[place].ties, edge };
	b->is_on[place] = true;
}

static void
step_back(struct back *b)
{
	b->is_on[b->steps[--b->count].place] = false;
}

static void
tell_steps(struct back *b)
{
	struct paths *p = b->p;
	uint32_t count = (uint32_t)b->count - 1;
	struct route *r = route_new(p, count);

	if (r == NULL)
		return;
	for (uint32_t i = 0; i <= count; i++) {
		const struct step *at = &b->steps[count - i];
		r->nodes[i] = p->search.met[at->place].node;
		r->costs[i] = p->search.met[at->place].cost;
		if (i < count)
			r->edges[i] = at->edge;
	}
	route_tell(p, r);
	mem_release(r);
}

/* One way further back, or by another way. */
static void
advance(struct back *b)
{
	struct paths *p = b->p;
	struct step *top = &b->steps[b->count - 1];

	if ((++b->looked & 1023) == 0)
		(void)topo_check(&p->tour.topo, 0);
	if (top->place == 0) {
		if (p->result.paths == p->limit)
			p->result.has_more = 1;
		else
			tell_steps(b);
		step_back(b);
		return;
	}
	if (top->tie == SEARCH_NONE) {
		step_back(b);
		return;
	}
	struct tie t = p->search.ties[top->tie];
	top->tie = t.next;
	if (!b->is_on[t.from])
		step_to(b, t.from, t.edge);
}

static void
tell_all(struct paths *p, uint32_t place)
{
	struct back b = { .p = p };

	b.is_on = tour_zero(&p->tour, p->search.count, sizeof(b.is_on[0]));
	if (!tour_failed(&p->tour))
		step_to(&b, place, SEARCH_NONE);
	while (b.count > 0 && !tour_failed(&p->tour) && !p->tour.is_done &&
	    !p->result.has_more)
		advance(&b);
	mem_release(b.steps);
	mem_release(b.is_on);
}

/* ---- the call ---- */

static void
tell_best(struct paths *p, uint32_t place)
{
	struct route *r = route_found(p, place, NULL, 0);

	if (r != NULL)
		route_tell(p, r);
	mem_release(r);
}

static void
find(struct paths *p, int which)
{
	struct search *s = &p->search;
	uint32_t place;

	if (which == ALK_PATHS_NEXT) {
		paths_next(p);
		return;
	}
	s->keeps_ties = which == ALK_PATHS_ALL;
	search_start(s, p->from, 0, 0);
	place = search_to(s, p->to);
	if (place == SEARCH_NONE)
		return;
	if (which == ALK_PATHS_ALL)
		tell_all(p, place);
	else
		tell_best(p, place);
}

static int
check_options(struct graph *g, const alk_paths_options *o)
{
	if (o->which < ALK_PATHS_BEST || o->which > ALK_PATHS_NEXT)
		return error_set(g->err, ALK_INVALID, "paths %d are none of "
		    "ALK_PATHS_BEST, ALK_PATHS_ALL, ALK_PATHS_NEXT",
		    o->which);
	if ((o->flags & ~ALK_PATHS_PARALLEL) != 0)
		return error_set(g->err, ALK_INVALID,
		    "flags %#x: not known to this version", o->flags);
	if (o->limit > g->limits->batch_rows)
		return error_set(g->err, ALK_LIMIT,
		    "limit must be at most %zu (limits.batch_rows)",
		    g->limits->batch_rows);
	if (o->weight != NULL && o->walk.depth_max != 0)
		return error_set(g->err, ALK_INVALID, "a bound on the edges "
		    "of a path does not go together with weights");
	return ALK_OK;
}

static int
open_search(struct paths *p, const alk_paths_options *o, const char *from,
    const char *to)
{
	struct search *s = &p->search;
	alk_error *err = p->tour.g->err;

	if (o->weight != NULL && filter_path_parse(o->weight,
		strlen(o->weight), &p->weight, err) != ALK_OK)
		return err->code;
	s->weight = p->weight;
	s->weight_text = o->weight;
	s->has_parallel = (o->flags & ALK_PATHS_PARALLEL) != 0;
	if (o->walk.depth_max != 0 && o->walk.depth_max < UINT32_MAX)
		s->hops_max = (uint32_t)o->walk.depth_max;
	p->limit = o->limit == 0 ? LIMIT_USUAL : o->limit;
	p->from = topo_node(&p->tour.topo, from);
	p->to = p->from == TOPO_NONE ? TOPO_NONE :
	    topo_node(&p->tour.topo, to);
	return err->code;
}

int
algorithm_paths(struct graph *g, const char *graph, const char *from,
    const char *to, const alk_paths_options *o, alk_visit_fn fn, void *arg,
    alk_paths_result *result)
{
	static const alk_paths_options usual;
	struct paths p = { .tour = { .visit = fn, .arg = arg } };

	if (o == NULL)
		o = &usual;
	if (check_options(g, o) != ALK_OK)
		return g->err->code;
	search_init(&p.search, &p.tour);
	if (tour_open(&p.tour, g, graph, &o->walk) == ALK_OK &&
	    open_search(&p, o, from, to) == ALK_OK)
		find(&p, o->which);
	if (g->err->code == ALK_OK && p.result.paths == 0)
		error_set(g->err, ALK_NOTFOUND, o->walk.depth_max != 0 ?
		    "no path from '%s' to '%s' within %zu hops" :
		    "no path from '%s' to '%s'", from, to,
		    o->walk.depth_max);
	p.result.visited = p.search.visited;
	if (g->err->code == ALK_OK && result != NULL)
		*result = p.result;
	search_fini(&p.search);
	filter_path_free(p.weight);
	tour_close(&p.tour);
	return g->err->code;
}
