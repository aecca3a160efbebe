/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The k paths of the least cost that come by no node twice: Yen, "Finding the k
 * shortest loopless paths in a network", Management Science 17 (1971), with
 * Lawler's improvement (Management Science 18, 1972): a path branches off only
 * at or behind the node where it had itself branched off, so that none is found
 * twice.
 *
 * Each path taken is followed again; at each of its nodes a search looks for
 * the best way on that does not go by the nodes before it, nor begin as a path
 * taken with the same nodes before it does. What it finds waits in a heap, from
 * which the next path comes. Time: a search for each node of each path taken.
 * Weights are read once.
 */
#include "algorithm/paths.h"

#include "base/mem.h"

struct yen {
	struct paths *p;
	struct route **told;
	size_t told_count;
	size_t told_room;
	struct route **heap; /* those that wait, least cost at the top */
	size_t heap_count;
	size_t heap_room;
	uint32_t *banned;
	size_t banned_room;
	uint32_t *common; /* edges that a path told shares with the newest */
	size_t common_room;
};

static double
cost(const struct route *r)
{
	return r->costs[r->count];
}

/* By cost, then edges, then as they differ: the same each time. */
static bool
is_less(const struct route *a, const struct route *b)
{
	if (cost(a) < cost(b) || cost(a) > cost(b))
		return cost(a) < cost(b);
	if (a->count != b->count)
		return a->count < b->count;
	for (uint32_t i = 0; i < a->count; i++)
		if (a->edges[i] != b->edges[i])
			return a->edges[i] < b->edges[i];
	return false;
}

static void
wait_for_turn(struct yen *y, struct route *r)
{
	struct route **heap = tour_grow(&y->p->tour, y->heap, y->heap_count,
	    &y->heap_room, sizeof(heap[0]));

	if (heap == NULL) {
		mem_release(r);
		return;
	}
	y->heap = heap;
	size_t at = y->heap_count++;
	while (at > 0 && is_less(r, heap[(at - 1) / 2])) {
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = r;
}

static struct route *
take_least(struct yen *y)
{
	struct route *top = y->heap[0];
	struct route *last = y->heap[--y->heap_count];
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;
		if (child >= y->heap_count)
			break;
		if (child + 1 < y->heap_count &&
		    is_less(y->heap[child + 1], y->heap[child]))
			child++;
		if (!is_less(y->heap[child], last))
			break;
		y->heap[at] = y->heap[child];
		at = child;
	}
	y->heap[at] = last;
	return top;
}

/* How many steps two paths share from the start on. */
static uint32_t
shared(const struct search *s, const struct route *a, const struct route *b)
{
	uint32_t i = 0;

	while (i < a->count && i < b->count &&
	    (s->has_parallel ? a->edges[i] == b->edges[i] :
		a->nodes[i + 1] == b->nodes[i + 1]))
		i++;
	return i;
}

static void
compare_with_told(struct yen *y, const struct route *r)
{
	for (size_t i = 0; i < y->told_count; i++) {
		uint32_t *list = tour_grow(&y->p->tour, y->common, i,
		    &y->common_room, sizeof(list[0]));
		if (list == NULL)
			return;
		y->common = list;
		list[i] = shared(&y->p->search, y->told[i], r);
	}
}

/* How the paths told that are the same up to node `at` go on from there. */
static size_t
ban_known(struct yen *y, uint32_t at)
{
	bool by_edge = y->p->search.has_parallel;
	size_t count = 0;

	for (size_t i = 0; i < y->told_count; i++) {
		const struct route *r = y->told[i];
		if (y->common[i] < at || r->count <= at)
			continue;
		uint32_t *list = tour_grow(&y->p->tour, y->banned, count,
		    &y->banned_room, sizeof(list[0]));
		if (list == NULL)
			return 0;
		y->banned = list;
		list[count++] = by_edge ? r->edges[at] : r->nodes[at + 1];
	}
	return count;
}

static void
branch_at(struct yen *y, const struct route *r, uint32_t at)
{
	struct paths *p = y->p;
	struct search *s = &p->search;
	size_t banned = ban_known(y, at);
	uint32_t place;

	search_start(s, r->nodes[at], r->costs[at], at);
	for (uint32_t i = 0; i < at; i++)
		search_ban(s, r->nodes[i]);
	s->banned = y->banned;
	s->banned_count = banned;
	place = search_to(s, p->to);
	if (place == SEARCH_NONE)
		return;
	struct route *found = route_found(p, place, r, at);
	if (found != NULL)
		wait_for_turn(y, found);
}

/* Keeps a path, and looks for those that branch off it. */
static void
take(struct yen *y, struct route *r)
{
	struct paths *p = y->p;
	struct route **told = tour_grow(&p->tour, y->told, y->told_count,
	    &y->told_room, sizeof(told[0]));

	if (told == NULL) {
		mem_release(r);
		return;
	}
	y->told = told;
	told[y->told_count++] = r;
	compare_with_told(y, r);
	for (uint32_t at = r->branch; at < r->count && !tour_failed(&p->tour);
	    at++)
		branch_at(y, r, at);
}

static void
find_all(struct yen *y)
{
	struct paths *p = y->p;
	uint32_t place;

	search_start(&p->search, p->from, 0, 0);
	place = search_to(&p->search, p->to);
	if (place == SEARCH_NONE)
		return;
	struct route *r = route_found(p, place, NULL, 0);
	if (r != NULL)
		take(y, r);
	while (y->heap_count > 0 && y->told_count < p->limit &&
	    !tour_failed(&p->tour))
		take(y, take_least(y));
	p->result.has_more = y->heap_count > 0;
}

void
paths_next(struct paths *p)
{
	struct yen y = { .p = p };

	p->search.is_caching = p->search.weight != NULL;
	find_all(&y);
	for (size_t i = 0; i < y.told_count && !tour_failed(&p->tour) &&
	    !p->tour.is_done; i++)
		route_tell(p, y.told[i]);
	while (y.heap_count > 0)
		mem_release(y.heap[--y.heap_count]);
	while (y.told_count > 0)
		mem_release(y.told[--y.told_count]);
	mem_release(y.heap);
	mem_release(y.told);
	mem_release(y.banned);
	mem_release(y.common);
}
