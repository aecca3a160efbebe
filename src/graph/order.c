/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The topological order of an acyclic graph, kept while edges come: order.h.
 */
#include "graph/order.h"

#include "base/error.h"
#include "base/mem.h"
#include "graph/order.sql.h"

#include <stdlib.h>
#include <string.h>

/* ---- Searching ---- */

struct place {
	int64_t nid;
	int64_t ord;
};

/* Nodes met, in the order of meeting; from tells from where. */
struct search {
	struct graph *g;
	size_t most;        /* nodes; more and it is over */
	bool is_over;
	int64_t low;        /* of the order: what lies beyond is not met */
	int64_t high;
	struct buf met;     /* of struct place */
	struct intmap from; /* nid -> nid before it, 0 the first */
};

static struct place *
places(const struct search *s)
{
	return (struct place *)(void *)s->met.data;
}

static size_t
met_count(const struct search *s)
{
	return s->met.bytes / sizeof(struct place);
}

static void
search_fini(struct search *s)
{
	buf_fini(&s->met);
	intmap_fini(&s->from);
}

static int
meet(struct search *s, struct place p, int64_t from)
{
	int added = intmap_add(&s->from, p.nid, from);

	if (added > 0)
		buf_add(&s->met, &p, sizeof(p));
	if (added < 0 || s->met.failed)
		return error_nomem(s->g->err);
	return ALK_OK;
}

/*
 * Meets all that is reached from start within a bound of the order, or stops at
 * `wanted`; whether that was met.
 */
static bool
search(struct search *s, const struct sql *q, struct place start,
    int64_t bound, int64_t wanted)
{
	struct graph *g = s->g;
	bool found = start.nid == wanted;

	(void)meet(s, start, 0);
	for (size_t i = 0; !found && !s->is_over && g->err->code == ALK_OK &&
	     i < met_count(s); i++) {
		int64_t at = places(s)[i].nid;
		struct db_rows *rows = db_query(g->db, q, "ii", at, bound);
		while (!found && db_next(g->db, rows)) {
			struct place next = { db_int(rows, 0),
				db_int(rows, 1) };
			if (next.ord < s->low || next.ord > s->high)
				continue;
			if (meet(s, next, at) != ALK_OK)
				break;
			found = next.nid == wanted;
		}
		db_end(g->db, rows);
		if ((i & 255) == 255 && graph_is_cancelled(g))
			break;
		s->is_over = met_count(s) > s->most;
	}
	g->order_visited += met_count(s);
	return found && !s->is_over;
}

static struct search
search_all_nodes(struct graph *g)
{
	return (struct search){ .g = g, .most = g->limits->visited,
		.low = INT64_MIN, .high = INT64_MAX };
}

static int
refuse_long(struct graph *g, bool is_over)
{
	return !is_over ? g->err->code : error_set(g->err, ALK_LIMIT,
	    "the edge would order anew more than %zu nodes (limits.visited)",
	    g->limits->visited);
}

/* The way from the start of the search to its last node. */
static int
take_cycle(const struct search *s, int64_t last, struct order_cycle *cycle)
{
	size_t count = 0;

	for (int64_t at = last; at != 0; at = *intmap_find(&s->from, at))
		count++;
	cycle->nodes = mem_alloc(count * sizeof(cycle->nodes[0]));
	if (cycle->nodes == NULL)
		return error_nomem(s->g->err);
	cycle->count = count;
	/* last is the source of the new edge, which leads to the start. */
	cycle->nodes[0] = last;
	size_t i = count;
	for (int64_t at = *intmap_find(&s->from, last); at != 0;
	     at = *intmap_find(&s->from, at))
		cycle->nodes[--i] = at;
	return ALK_OK;
}

/* ---- Ordering anew what lies between ---- */

static int
by_ord(const void *a, const void *b)
{
	const struct place *x = a;
	const struct place *y = b;

	return (x->ord > y->ord) - (x->ord < y->ord);
}

static int
by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/*
 * Those that lead to the source come first, then those that the target leads
 * to, each in the order that they had; they share the places that they had.
 */
static int
put_anew(struct graph *g, struct search *before, struct search *behind)
{
	size_t a = met_count(before);
	size_t count = a + met_count(behind);
	int64_t *ords = mem_alloc(count * sizeof(ords[0]));

	if (ords == NULL)
		return error_nomem(g->err);
	qsort(places(before), a, sizeof(struct place), by_ord);
	qsort(places(behind), count - a, sizeof(struct place), by_ord);
	for (size_t i = 0; i < count; i++)
		ords[i] = i < a ? places(before)[i].ord :
				  places(behind)[i - a].ord;
	qsort(ords, count, sizeof(ords[0]), by_number);
	for (size_t i = 0; i < count && g->err->code == ALK_OK; i++) {
		const struct place *p = i < a ? &places(before)[i] :
						&places(behind)[i - a];
		if (p->ord != ords[i])
			db_exec(g->db, &sql_order_put, "ii", p->nid, ords[i]);
	}
	mem_release(ords);
	return g->err->code;
}

static int
turn(struct graph *g, struct place src, struct place dst, size_t most,
    struct order_cycle *cycle, bool *is_over)
{
	struct search behind = { .g = g, .most = most, .low = dst.ord,
		.high = src.ord };
	struct search before = behind;

	if (search(&behind, &sql_order_forward, dst, src.ord, src.nid))
		(void)take_cycle(&behind, src.nid, cycle);
	else if (g->err->code == ALK_OK && !behind.is_over)
		(void)search(&before, &sql_order_backward, src, dst.ord, 0);
	*is_over = behind.is_over || before.is_over;
	if (g->err->code == ALK_OK && cycle->count == 0 && !*is_over)
		(void)put_anew(g, &before, &behind);
	search_fini(&behind);
	search_fini(&before);
	return g->err->code;
}

/* ---- Building ---- */

/*
 * Kahn's algorithm (1962): nodes without edges coming in are taken away one by
 * one; what is left has a cycle.
 */
struct sorter {
	struct graph *g;
	struct intmap degree; /* nid -> edges coming in that are left */
	int64_t *edges;       /* src, dst, src, dst, ... */
	size_t count;
	int64_t *eids;        /* of each, if they are wanted */
	bool wants_eids;
	int64_t limit;        /* edges up to this one count */
	int64_t *taken;       /* nodes, in topological order */
	size_t taken_count;
};

static bool
enlarge(struct sorter *o, size_t *room)
{
	size_t more = *room == 0 ? 256 : *room * 2;
	int64_t *edges = mem_resize(o->edges, more * sizeof(edges[0]));

	if (edges != NULL)
		o->edges = edges;
	int64_t *eids = edges != NULL && o->wants_eids ?
	    mem_resize(o->eids, more / 2 * sizeof(eids[0])) : NULL;
	if (eids != NULL)
		o->eids = eids;
	if (edges == NULL || (o->wants_eids && eids == NULL)) {
		error_nomem(o->g->err);
		return false;
	}
	*room = more;
	return true;
}

static int
read_edges(struct sorter *o, int64_t gid)
{
	struct graph *g = o->g;
	struct db_rows *rows = db_query(g->db, &sql_order_edges, "i", gid);
	size_t room = 0;

	while (db_next(g->db, rows)) {
		if (o->count + 2 > room && !enlarge(o, &room))
			break;
		if (o->wants_eids)
			o->eids[o->count / 2] = db_int(rows, 2);
		int64_t src = db_int(rows, 0);
		int64_t dst = db_int(rows, 1);
		o->edges[o->count++] = src;
		o->edges[o->count++] = dst;
		if (intmap_add(&o->degree, src, 0) < 0 ||
		    intmap_add(&o->degree, dst, 0) < 0) {
			error_nomem(g->err);
			break;
		}
		(*intmap_find(&o->degree, dst))++;
	}
	db_end(g->db, rows);
	return g->err->code;
}

/* Edges come sorted by src, so that those of a node are found by halving. */
static size_t
first_edge(const struct sorter *o, int64_t src)
{
	size_t low = 0;
	size_t high = o->count / 2;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (o->edges[2 * middle] < src)
			low = middle + 1;
		else
			high = middle;
	}
	return 2 * low;
}

/* Whether the edge at a place of edges is one of those that count. */
static bool
has_edge(const struct sorter *o, size_t at)
{
	return !o->wants_eids || o->eids[at / 2] <= o->limit;
}

static void
take_away(struct sorter *o)
{
	int64_t *queue = o->taken;
	size_t count = 0;

	o->taken_count = 0;

	for (size_t i = 0; i < o->degree.room; i++)
		if (o->degree.slots[i].key != INT64_MIN &&
		    o->degree.slots[i].value == 0)
			queue[count++] = o->degree.slots[i].key;
	for (; o->taken_count < count; o->taken_count++) {
		int64_t src = queue[o->taken_count];
		for (size_t e = first_edge(o, src);
		     e < o->count && o->edges[e] == src; e += 2)
			if (has_edge(o, e) &&
			    --*intmap_find(&o->degree, o->edges[e + 1]) == 0)
				queue[count++] = o->edges[e + 1];
	}
}

static void
sorter_fini(struct sorter *o)
{
	mem_release(o->taken);
	mem_release(o->edges);
	mem_release(o->eids);
	intmap_fini(&o->degree);
}

static int
sort(struct sorter *o, int64_t gid, bool *is_cyclic)
{
	if (read_edges(o, gid) != ALK_OK)
		return o->g->err->code;
	o->taken = mem_alloc((o->degree.count + 1) * sizeof(o->taken[0]));
	if (o->taken == NULL)
		return error_nomem(o->g->err);
	take_away(o);
	*is_cyclic = o->taken_count < o->degree.count;
	return ALK_OK;
}

int
order_look(struct graph *g, int64_t gid, bool *is_cyclic)
{
	struct sorter o = { .g = g };

	(void)sort(&o, gid, is_cyclic);
	sorter_fini(&o);
	return g->err->code;
}

static int
by_nid(const void *a, const void *b)
{
	const struct place *x = a;
	const struct place *y = b;

	return (x->nid > y->nid) - (x->nid < y->nid);
}

/* Rows go in by rising number, which a table takes fastest. */
static int
store(struct graph *g, int64_t gid, const int64_t *nodes, size_t count)
{
	struct place *p = mem_alloc((count + 1) * sizeof(p[0]));

	if (p == NULL)
		return error_nomem(g->err);
	for (size_t i = 0; i < count; i++)
		p[i] = (struct place){ nodes[i], (int64_t)i };
	qsort(p, count, sizeof(p[0]), by_nid);
	db_exec(g->db, &sql_order_clear, "i", gid);
	for (size_t i = 0; i < count && g->err->code == ALK_OK; i++)
		db_exec(g->db, &sql_order_put, "ii", p[i].nid, p[i].ord);
	db_exec(g->db, &sql_order_set, "iii", gid, (int64_t)0, (int64_t)count);
	mem_release(p);
	return g->err->code;
}

int
order_rebuild(struct graph *g, int64_t gid, bool *is_cyclic)
{
	struct sorter o = { .g = g };

	*is_cyclic = false;
	if (sort(&o, gid, is_cyclic) == ALK_OK) {
		if (*is_cyclic)
			(void)order_forget(g, gid);
		else
			(void)store(g, gid, o.taken, o.taken_count);
	}
	sorter_fini(&o);
	return g->err->code;
}

/* Whether the edges up to the limit have a cycle. */
static bool
is_cyclic_to(struct sorter *o, int64_t limit)
{
	for (size_t i = 0; i < o->degree.room; i++)
		o->degree.slots[i].value = 0;
	o->limit = limit;
	for (size_t e = 0; e < o->count; e += 2)
		if (has_edge(o, e))
			(*intmap_find(&o->degree, o->edges[e + 1]))++;
	take_away(o);
	return o->taken_count < o->degree.count;
}

/* By halving: a cycle stays one as edges are added. */
static int64_t
first_cyclic(struct sorter *o, int64_t from)
{
	int64_t low = from;
	int64_t high = 0;

	for (size_t i = 0; i < o->count / 2; i++)
		if (o->eids[i] > high)
			high = o->eids[i];
	if (!is_cyclic_to(o, high))
		return 0;
	while (low < high && !graph_is_cancelled(o->g)) {
		int64_t middle = low + (high - low) / 2;
		if (is_cyclic_to(o, middle))
			high = middle;
		else
			low = middle + 1;
	}
	return high;
}

/* The way from the end of an edge to its beginning, over those before it. */
static int
find_way_back(struct sorter *o, int64_t eid, struct order_cycle *cycle)
{
	struct search s = search_all_nodes(o->g);
	size_t at = 0;

	while (o->eids[at] != eid)
		at++;
	int64_t src = o->edges[2 * at];
	int64_t dst = o->edges[2 * at + 1];
	if (search(&s, &sql_order_targets_before, (struct place){ dst, 0 },
		eid, src) && o->g->err->code == ALK_OK)
		(void)take_cycle(&s, src, cycle);
	(void)refuse_long(o->g, s.is_over);
	search_fini(&s);
	return o->g->err->code;
}

int
order_first(struct graph *g, int64_t gid, int64_t from, int64_t *eid,
    struct order_cycle *cycle)
{
	struct sorter o = { .g = g, .wants_eids = true, .limit = INT64_MAX };
	bool is_cyclic = false;
	int64_t first = 0;

	if (sort(&o, gid, &is_cyclic) == ALK_OK && is_cyclic)
		first = first_cyclic(&o, from);
	if (first != 0 && g->err->code == ALK_OK &&
	    find_way_back(&o, first, cycle) == ALK_OK)
		*eid = first;
	sorter_fini(&o);
	return g->err->code;
}

bool
order_is_valid(struct graph *g, int64_t gid)
{
	return db_number(g->db, &sql_order_valid, 0, "i", gid) != 0;
}

int
order_forget(struct graph *g, int64_t gid)
{
	return db_exec(g->db, &sql_order_forget, "i", gid);
}

/* ---- One edge ---- */

struct state {
	bool is_valid;
	int64_t low;
	int64_t high;
	bool has_src;
	bool has_dst;
	struct place src;
	struct place dst;
};

static int
read_state(struct graph *g, int64_t gid, struct state *s)
{
	struct db_rows *rows = db_query(g->db, &sql_order_state, "iii", gid,
	    s->src.nid, s->dst.nid);

	s->is_valid = db_next(g->db, rows);
	if (s->is_valid) {
		s->low = db_int(rows, 0);
		s->high = db_int(rows, 1);
		s->has_src = !db_is_null(rows, 2);
		s->src.ord = db_int(rows, 2);
		s->has_dst = !db_is_null(rows, 3);
		s->dst.ord = db_int(rows, 3);
	}
	db_end(g->db, rows);
	return g->err->code;
}

/* A node that has no edge may stand anywhere. */
static int
place_new(struct graph *g, int64_t gid, struct state *s)
{
	if (!s->has_src && s->has_dst) {
		db_exec(g->db, &sql_order_put, "ii", s->src.nid, s->low - 1);
		return db_exec(g->db, &sql_order_low, "ii", gid, s->low - 1);
	}
	if (!s->has_src)
		db_exec(g->db, &sql_order_put, "ii", s->src.nid, ++s->high);
	if (!s->has_dst)
		db_exec(g->db, &sql_order_put, "ii", s->dst.nid, ++s->high);
	return db_exec(g->db, &sql_order_high, "ii", gid, s->high);
}

/* Of a graph that has cycles already, as another program may make one. */
static int
search_all(struct graph *g, int64_t src, int64_t dst,
    struct order_cycle *cycle)
{
	struct search s = search_all_nodes(g);

	if (search(&s, &sql_order_targets, (struct place){ dst, 0 }, 0, src) &&
	    g->err->code == ALK_OK)
		(void)take_cycle(&s, src, cycle);
	(void)refuse_long(g, s.is_over);
	search_fini(&s);
	return g->err->code;
}

int
order_try(struct graph *g, int64_t gid, struct order_edge e, size_t most,
    struct order_cycle *cycle, bool *is_over)
{
	struct state s = { .src = { .nid = e.src }, .dst = { .nid = e.dst } };
	bool is_cyclic = false;

	*cycle = (struct order_cycle){ NULL, 0 };
	*is_over = false;
	if (e.src == e.dst)
		return search_all(g, e.src, e.dst, cycle);
	if (read_state(g, gid, &s) != ALK_OK)
		return g->err->code;
	if (!s.is_valid && (order_rebuild(g, gid, &is_cyclic) != ALK_OK ||
		(!is_cyclic && read_state(g, gid, &s) != ALK_OK)))
		return g->err->code;
	if (is_cyclic)
		return search_all(g, e.src, e.dst, cycle);
	if (!s.has_src || !s.has_dst)
		return place_new(g, gid, &s);
	return s.src.ord < s.dst.ord ? ALK_OK :
	    turn(g, s.src, s.dst, most, cycle, is_over);
}

int
order_add(struct graph *g, int64_t gid, int64_t src, int64_t dst,
    struct order_cycle *cycle)
{
	bool is_over;
	int code = order_try(g, gid, (struct order_edge){ src, dst },
	    g->limits->visited, cycle, &is_over);

	return code == ALK_OK ? refuse_long(g, is_over) : code;
}
