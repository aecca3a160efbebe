/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Shortest path by number of edges: a breadth-first search from both ends,
 * always going on from the side with fewer nodes at its edge (Pohl 1971,
 * bi-directional search).
 *
 * Each side remembers for a node the edge and the node by which it was met. The
 * search ends at the first node that both sides know: the side that goes on
 * finishes a level before it begins the next, so that no path is shorter.
 */
#include "base/error.h"
#include "base/mem.h"
#include "graph/graph.h"
#include "graph/hop.h"
#include "graph/row.h"

struct side {
	struct hops *h;
	struct intmap from; /* nid -> place in met */
	struct met {
		int64_t nid;
		int64_t eid;   /* by which it was met; 0: the end itself */
		size_t parent; /* place in met */
	} *met;
	size_t count;
	size_t room;
	size_t begin; /* of the last level in met */
	size_t current; /* the node that hops_each() is at */
	struct side *other;
	int64_t meeting; /* node that both sides know; 0: none */
};

static int
add(struct side *s, int64_t nid, int64_t eid, size_t parent)
{
	int added = intmap_add(&s->from, nid, (int64_t)s->count);

	if (added == 0)
		return 0;
	if (added > 0 && s->count == s->room) {
		size_t room = s->room == 0 ? 256 : s->room * 2;
		struct met *m = mem_resize(s->met, room * sizeof(m[0]));
		if (m == NULL)
			added = ALK_NOMEM;
		else
			s->met = m;
		s->room = m != NULL ? room : s->room;
	}
	if (added < 0) {
		error_nomem(s->h->g->err);
		return 1;
	}
	s->met[s->count++] = (struct met){ nid, eid, parent };
	if (s->meeting == 0 && intmap_find(&s->other->from, nid) != NULL)
		s->meeting = nid;
	return (s->count & 1023) == 0 &&
	    hops_check(s->h, s->count + s->other->count) != ALK_OK;
}

static int
on_hop(void *arg, int64_t nid, int64_t eid)
{
	struct side *s = arg;

	return add(s, nid, eid, s->current) != 0 || s->meeting != 0;
}

/* One more level on this side. */
static void
advance(struct side *s)
{
	size_t end = s->count;

	for (size_t i = s->begin; i < end && s->meeting == 0; i++) {
		s->current = i;
		if (hops_each(s->h, s->met[i].nid, on_hop, s) != ALK_OK)
			return;
		if ((i & 63) == 0 && hops_check(s->h, s->count +
			s->other->count) != ALK_OK)
			return;
	}
	s->begin = end;
}

static bool
is_exhausted(const struct side *s)
{
	return s->begin == s->count;
}

/* ---- telling ---- */

struct teller {
	struct graph *g;
	const struct graph_type *gt;
	alk_row_fn fn;
	void *arg;
	int64_t hops;
	bool is_stopped;
};

static void
tell_node(struct teller *t, int64_t nid)
{
	alk_row row;

	if (t->is_stopped ||
	    row_node(t->g, t->gt, nid, &t->g->row, &row) != ALK_OK)
		return;
	row.number = t->hops;
	t->is_stopped = t->fn(t->arg, &row) != 0;
}

static void
tell_edge(struct teller *t, int64_t eid)
{
	alk_row row;

	if (t->is_stopped ||
	    row_edge(t->g, t->gt, eid, &t->g->row, &row) != ALK_OK)
		return;
	row.number = ++t->hops;
	t->is_stopped = t->fn(t->arg, &row) != 0;
}

/* From the start to the meeting: the way there, turned round. */
static void
tell_first_half(struct teller *t, const struct side *s, size_t place)
{
	size_t n = 0;

	for (size_t at = place; s->met[at].eid != 0; at = s->met[at].parent)
		n++;
	/*
	 * Turned round without memory: parents are pointed the other way, once.
	 */
	size_t next = place;
	size_t at = place;
	struct met *m = s->met;
	size_t after = SIZE_MAX;
	for (size_t i = 0; i <= n; i++) {
		next = m[at].parent;
		m[at].parent = after;
		after = at;
		at = next;
	}
	at = after; /* the start */
	tell_node(t, m[at].nid);
	while (m[at].parent != SIZE_MAX) {
		at = m[at].parent;
		tell_edge(t, m[at].eid);
		tell_node(t, m[at].nid);
	}
}

static void
tell_second_half(struct teller *t, const struct side *s, size_t place)
{
	for (size_t at = place; s->met[at].eid != 0;) {
		tell_edge(t, s->met[at].eid);
		at = s->met[at].parent;
		tell_node(t, s->met[at].nid);
	}
}

static void
search(struct side *a, struct side *b, size_t depth_max)
{
	size_t depth = 0;
	struct graph *g = a->h->g;

	while (a->meeting == 0 && b->meeting == 0 && g->err->code == ALK_OK &&
	    !is_exhausted(a) && !is_exhausted(b)) {
		if (depth_max != 0 && depth++ == depth_max)
			break;
		advance(a->count - a->begin <= b->count - b->begin ? a : b);
	}
}

static void
side_fini(struct side *s)
{
	intmap_fini(&s->from);
	mem_release(s->met);
}

static void
find_path(struct hops *h, int64_t from, int64_t to, size_t depth_max,
    struct teller *t, const char *from_key, const char *to_key)
{
	struct hops back = hops_reversed(h);
	struct side a = { .h = h };
	struct side b = { .h = &back };

	a.other = &b;
	b.other = &a;
	if (add(&a, from, 0, 0) == 0 && add(&b, to, 0, 0) == 0)
		search(&a, &b, depth_max);
	int64_t meeting = a.meeting != 0 ? a.meeting : b.meeting;
	if (t->g->err->code == ALK_OK && meeting == 0)
		error_set(t->g->err, ALK_NOTFOUND, depth_max != 0 ?
		    "no path from '%s' to '%s' within %zu hops" :
		    "no path from '%s' to '%s'", from_key, to_key, depth_max);
	if (t->g->err->code == ALK_OK) {
		tell_first_half(t, &a, (size_t)*intmap_find(&a.from, meeting));
		tell_second_half(t, &b, (size_t)*intmap_find(&b.from, meeting));
	}
	side_fini(&a);
	side_fini(&b);
}

int
graph_path(struct graph *g, const char *name, const char *from,
    const char *to, const alk_walk_options *o, alk_row_fn fn, void *arg)
{
	struct hops h;
	struct teller t = { .g = g, .fn = fn, .arg = arg };

	if (hops_init(&h, g, name, o) == ALK_OK) {
		int64_t a = hops_node(&h, from);
		int64_t b = a != 0 ? hops_node(&h, to) : 0;
		t.gt = h.ref.type;
		if (b != 0)
			find_path(&h, a, b, o != NULL ? o->depth_max : 0, &t,
			    from, to);
	}
	hops_fini(&h);
	return g->err->code;
}
