/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Dijkstra, "A note on two problems in connexion with graphs", Numer. Math. 1
 * (1959), with a binary heap whose entries know their place, so that one moves
 * up when a cheaper way is found. Time O((n + m) log n) over what is met;
 * without weights nodes are settled in the order in which they are met, O(n +
 * m). 4 bytes for each node of the graph, 44 for each one met.
 *
 * A weight is read from the edge's row when an arc to a node that is not
 * settled is looked at.
 */
#include "algorithm/search.h"

#include "base/error.h"
#include "base/mem.h"
#include "graph/row.h"

#include <math.h>
#include <string.h>

#define BANNED SEARCH_NONE

void
search_init(struct search *s, struct tour *r)
{
	*s = (struct search){ .r = r, .hops_max = UINT32_MAX };
}

void
search_fini(struct search *s)
{
	mem_release(s->place);
	mem_release(s->met);
	mem_release(s->heap);
	mem_release(s->ties);
	intmap_fini(&s->weights);
}

/* ---- the heap ---- */

static bool
is_less(const struct search *s, uint32_t a, uint32_t b)
{
	const struct met *x = &s->met[a];
	const struct met *y = &s->met[b];

	if (x->cost < y->cost || x->cost > y->cost)
		return x->cost < y->cost;
	return a < b; /* met earlier: the same each time */
}

static void
put(struct search *s, size_t at, uint32_t place)
{
	s->heap[at] = place;
	s->met[place].heap_at = (uint32_t)at;
}

static void
sift_up(struct search *s, uint32_t place)
{
	size_t at = s->met[place].heap_at;

	while (at > 0 && is_less(s, place, s->heap[(at - 1) / 2])) {
		put(s, at, s->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	put(s, at, place);
}

static void
push(struct search *s, uint32_t place)
{
	uint32_t *heap = tour_grow(s->r, s->heap, s->heap_count, &s->heap_room,
	    sizeof(heap[0]));

	if (heap == NULL)
		return;
	s->heap = heap;
	put(s, s->heap_count++, place);
	sift_up(s, place);
}

static uint32_t
pop(struct search *s)
{
	uint32_t top = s->heap[0];
	uint32_t last = s->heap[--s->heap_count];
	size_t at = 0;

	if (s->heap_count == 0)
		return top;
	for (;;) {
		size_t child = 2 * at + 1;
		if (child >= s->heap_count)
			break;
		if (child + 1 < s->heap_count &&
		    is_less(s, s->heap[child + 1], s->heap[child]))
			child++;
		if (!is_less(s, s->heap[child], last))
			break;
		put(s, at, s->heap[child]);
		at = child;
	}
	put(s, at, last);
	return top;
}

/* ---- weights ---- */

static int
wrong_weight(struct search *s, uint32_t edge, const char *what)
{
	struct graph *g = s->r->g;
	alk_row row;

	if (row_edge(g, s->r->topo.ref.type, topo_eid(&s->r->topo, edge),
		&g->row, &row) != ALK_OK)
		return g->err->code;
	error_entry(g->err, "edge %s", row.key != NULL ? row.key : row.id);
	return error_set(g->err, ALK_VALUE, "edge from '%.100s' to '%.100s': "
	    "the weight at '%.100s' %s", row.source, row.target,
	    s->weight_text, what);
}

static int
read_weight(struct search *s, uint32_t edge, double *out)
{
	double weight = -HUGE_VAL; /* no JSON number */
	int64_t bits;

	if (topo_number(&s->r->topo, edge, s->weight, &weight) != ALK_OK) {
		if (s->r->g->err->code == ALK_VALUE)
			error_entry(s->r->g->err, "edge-%lld",
			    (long long)topo_eid(&s->r->topo, edge));
		return s->r->g->err->code;
	}
	if (isinf(weight) && weight < 0)
		return wrong_weight(s, edge, "is missing");
	if (weight < 0)
		return wrong_weight(s, edge, "is negative");
	*out = weight;
	if (!s->is_caching)
		return ALK_OK;
	memcpy(&bits, &weight, sizeof(bits));
	return intmap_add(&s->weights, edge, bits) == ALK_NOMEM ?
	    error_nomem(s->r->g->err) : ALK_OK;
}

static int
weigh(struct search *s, uint32_t edge, double *out)
{
	const int64_t *known;

	*out = 1;
	if (s->weight == NULL)
		return ALK_OK;
	known = s->is_caching ? intmap_find(&s->weights, edge) : NULL;
	if (known == NULL)
		return read_weight(s, edge, out);
	memcpy(out, known, sizeof(*out));
	return ALK_OK;
}

/* ---- meeting nodes ---- */

/* The topology may have met more nodes since. */
static int
fit(struct search *s)
{
	size_t wanted = topo_count(&s->r->topo);

	if (wanted <= s->place_room)
		return s->r->g->err->code;
	if (s->place_room > 0)
		wanted *= 2;
	uint32_t *p = mem_resize(s->place, wanted * sizeof(p[0]));
	if (p == NULL)
		return error_nomem(s->r->g->err);
	memset(p + s->place_room, 0, (wanted - s->place_room) * sizeof(p[0]));
	s->place = p;
	s->place_room = wanted;
	return ALK_OK;
}

static void
add_tie(struct search *s, struct met *m, uint32_t from, uint32_t edge)
{
	/* The arcs of a node come together: its last tie tells. */
	if (!s->has_parallel && m->ties != SEARCH_NONE &&
	    s->ties[m->ties].from == from)
		return;
	struct tie *t = tour_grow(s->r, s->ties, s->ties_count, &s->ties_room,
	    sizeof(t[0]));
	if (t == NULL)
		return;
	s->ties = t;
	t[s->ties_count] = (struct tie){ from, edge, m->ties };
	m->ties = (uint32_t)s->ties_count++;
}

static void
add_met(struct search *s, uint32_t node, const struct met *m)
{
	struct met *list = tour_grow(s->r, s->met, s->count, &s->room,
	    sizeof(list[0]));

	if (list == NULL)
		return;
	s->met = list;
	list[s->count] = *m;
	s->place[node] = (uint32_t)s->count + 1;
	s->count++;
	s->visited++;
	if ((s->count & 1023) == 0)
		(void)topo_check(&s->r->topo, s->count);
	if (s->weight != NULL && !tour_failed(s->r))
		push(s, (uint32_t)s->count - 1);
}

static bool
is_banned(const struct search *s, uint32_t node, uint32_t edge)
{
	uint32_t what = s->has_parallel ? edge : node;

	for (size_t i = 0; i < s->banned_count; i++)
		if (s->banned[i] == what)
			return true;
	return false;
}

/* An arc that leaves the node at place `from`. */
static void
look_along(struct search *s, uint32_t from, uint32_t node, uint32_t edge)
{
	uint32_t place = s->place[node];
	struct met m = { .node = node, .parent = from, .edge = edge,
		.ties = SEARCH_NONE, .hops = s->met[from].hops + 1 };
	double cost = s->met[from].cost;

	if (place == BANNED || place == from + 1 ||
	    (from == 0 && is_banned(s, node, edge)))
		return;
	/* Into a settled node no way is cheaper, and few cost the same. */
	if (place != 0 && s->met[place - 1].is_settled &&
	    (!s->keeps_ties || s->met[place - 1].cost < cost))
		return;
	if (weigh(s, edge, &m.cost) != ALK_OK)
		return;
	m.cost += cost;
	if (place == 0) {
		add_met(s, node, &m);
		place = s->place[node];
	} else if (m.cost < s->met[place - 1].cost) {
		m.heap_at = s->met[place - 1].heap_at;
		s->met[place - 1] = m;
		sift_up(s, place - 1);
	} else if (m.cost > s->met[place - 1].cost) {
		return;
	}
	if (s->keeps_ties && !tour_failed(s->r))
		add_tie(s, &s->met[place - 1], from, edge);
}

/* ---- searching ---- */

void
search_start(struct search *s, uint32_t from, double cost, uint32_t hops)
{
	struct met m = { .node = from, .parent = SEARCH_NONE,
		.edge = SEARCH_NONE, .ties = SEARCH_NONE, .hops = hops,
		.cost = cost };

	if (fit(s) != ALK_OK)
		return;
	memset(s->place, 0, s->place_room * sizeof(s->place[0]));
	s->count = s->heap_count = s->ties_count = s->next = 0;
	s->banned_count = 0;
	add_met(s, from, &m);
}

void
search_ban(struct search *s, uint32_t node)
{
	if (!tour_failed(s->r))
		s->place[node] = BANNED;
}

static void
look_around(struct search *s, uint32_t place)
{
	struct topo_arcs a;

	if (s->met[place].hops >= s->hops_max)
		return;
	if (topo_arcs(&s->r->topo, s->met[place].node, false, &a) != ALK_OK ||
	    fit(s) != ALK_OK)
		return;
	for (size_t i = 0; i < a.count && !tour_failed(s->r); i++) {
		look_along(s, place, a.to[i], a.edge[i]);
		if ((i & 1023) == 1023)
			(void)topo_check(&s->r->topo, s->count);
	}
}

/* The place to settle next, or SEARCH_NONE. */
static uint32_t
take_next(struct search *s)
{
	if (s->weight != NULL)
		return s->heap_count > 0 ? pop(s) : SEARCH_NONE;
	return s->next < s->count ? (uint32_t)s->next++ : SEARCH_NONE;
}

/* Nothing that is settled from here on changes the ways to `to`. */
static bool
is_complete(const struct search *s, uint32_t place, uint32_t to)
{
	if (s->place[to] == 0)
		return false;
	if (s->met[place].node == to && !s->keeps_ties)
		return true;
	double least = s->met[s->place[to] - 1].cost;
	/* An edge that costs nothing may still tie. */
	return s->weight == NULL ? s->met[place].cost >= least :
	    s->met[place].cost > least;
}

uint32_t
search_to(struct search *s, uint32_t to)
{
	for (size_t i = 0; !tour_failed(s->r); i++) {
		uint32_t place = take_next(s);
		if (place == SEARCH_NONE || is_complete(s, place, to))
			break;
		s->met[place].is_settled = true;
		look_around(s, place);
		if ((i & 63) == 0)
			(void)topo_check(&s->r->topo, s->count);
	}
	if (tour_failed(s->r) ||
	    topo_check(&s->r->topo, s->count) != ALK_OK ||
	    s->place[to] == 0)
		return SEARCH_NONE;
	return s->place[to] - 1;
}
