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
#include "graph/tell.h"
#include "graph/topo.h"

#define NO_EDGE TOPO_NONE /* of the end itself */

struct side {
	struct topo *t;
	bool is_turned;     /* goes against the direction asked */
	struct intmap from; /* node -> place in met */
	struct met {
		uint32_t node;
		uint32_t edge; /* by which it was met */
		size_t parent; /* place in met */
	} *met;
	size_t count;
	size_t room;
	size_t begin; /* of the last level in met */
	struct side *other;
	uint32_t meeting; /* node that both sides know, or TOPO_NONE */
};

static int
add(struct side *s, uint32_t node, uint32_t edge, size_t parent)
{
	alk_error *err = s->t->g->err;
	int added = intmap_add(&s->from, node, (int64_t)s->count);

	if (added == 0)
		return ALK_OK;
	if (added < 0)
		return error_nomem(err);
	if (s->count == s->room) {
		size_t room = s->room == 0 ? 256 : s->room * 2;
		struct met *m = mem_resize(s->met, room * sizeof(m[0]));
		if (m == NULL)
			return error_nomem(err);
		s->met = m;
		s->room = room;
	}
	s->met[s->count++] = (struct met){ node, edge, parent };
	if (s->meeting == TOPO_NONE &&
	    intmap_find(&s->other->from, node) != NULL)
		s->meeting = node;
	return (s->count & 1023) == 0 ?
	    topo_check(s->t, s->count + s->other->count) : ALK_OK;
}

/* One more level on this side. */
static void
advance(struct side *s)
{
	size_t end = s->count;
	struct topo_arcs arcs;

	for (size_t i = s->begin; i < end && s->meeting == TOPO_NONE; i++) {
		if (topo_arcs(s->t, s->met[i].node, s->is_turned, &arcs) !=
		    ALK_OK)
			return;
		for (size_t j = 0; j < arcs.count && s->meeting == TOPO_NONE;
		     j++)
			if (add(s, arcs.to[j], arcs.edge[j], i) != ALK_OK)
				return;
		if ((i & 63) == 0 && topo_check(s->t, s->count +
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

/* From the start to the meeting: the way there, turned round. */
static bool
tell_first_half(struct tell *to, struct side *s, size_t place, int64_t *hops)
{
	struct met *m = s->met;
	size_t after = SIZE_MAX;

	/* Turned round without memory: parents point the other way, once. */
	for (size_t at = place; at != SIZE_MAX;) {
		size_t next = m[at].edge == NO_EDGE ? SIZE_MAX : m[at].parent;
		m[at].parent = after;
		after = at;
		at = next;
	}
	for (size_t at = after; at != SIZE_MAX; at = m[at].parent)
		if ((m[at].edge != NO_EDGE &&
			!tell_edge(to, m[at].edge, ++*hops)) ||
		    !tell_node(to, m[at].node, *hops))
			return false;
	return true;
}

static void
tell_second_half(struct tell *to, const struct side *s, size_t place,
    int64_t hops)
{
	const struct met *m = s->met;

	for (size_t at = place; m[at].edge != NO_EDGE;) {
		if (!tell_edge(to, m[at].edge, ++hops))
			return;
		at = m[at].parent;
		if (!tell_node(to, m[at].node, hops))
			return;
	}
}

static void
search(struct side *a, struct side *b, size_t depth_max)
{
	size_t depth = 0;
	const alk_error *err = a->t->g->err;

	while (a->meeting == TOPO_NONE && b->meeting == TOPO_NONE &&
	    err->code == ALK_OK && !is_exhausted(a) && !is_exhausted(b)) {
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

struct ends {
	const char *from_key;
	const char *to_key;
	uint32_t from;
	uint32_t to;
};

static void
find_path(struct topo *t, const struct ends *e, size_t depth_max,
    struct tell *to)
{
	struct side a = { .t = t, .meeting = TOPO_NONE };
	struct side b = { .t = t, .meeting = TOPO_NONE, .is_turned = true };
	alk_error *err = t->g->err;
	int64_t hops = 0;

	a.other = &b;
	b.other = &a;
	if (add(&a, e->from, NO_EDGE, 0) == ALK_OK &&
	    add(&b, e->to, NO_EDGE, 0) == ALK_OK)
		search(&a, &b, depth_max);
	uint32_t meeting = a.meeting != TOPO_NONE ? a.meeting : b.meeting;
	if (err->code == ALK_OK && meeting == TOPO_NONE)
		error_set(err, ALK_NOTFOUND, depth_max != 0 ?
		    "no path from '%s' to '%s' within %zu hops" :
		    "no path from '%s' to '%s'", e->from_key, e->to_key,
		    depth_max);
	if (err->code == ALK_OK && tell_first_half(to, &a,
		(size_t)*intmap_find(&a.from, meeting), &hops))
		tell_second_half(to, &b,
		    (size_t)*intmap_find(&b.from, meeting), hops);
	side_fini(&a);
	side_fini(&b);
}

int
graph_path(struct graph *g, const char *name, const char *from,
    const char *to, const alk_walk_options *o, alk_row_fn fn, void *arg)
{
	struct topo t;
	struct tell tell = { .t = &t, .fn = fn, .arg = arg,
		.is_keys = o != NULL && (o->flags & ALK_WALK_KEYS) != 0 };

	if (topo_open(&t, g, name, o) == ALK_OK) {
		struct ends e = { .from_key = from, .to_key = to };
		e.from = topo_node(&t, from);
		e.to = e.from != TOPO_NONE ? topo_node(&t, to) : TOPO_NONE;
		if (e.to != TOPO_NONE)
			find_path(&t, &e, o != NULL ? o->depth_max : 0, &tell);
	}
	topo_close(&t);
	return g->err->code;
}
