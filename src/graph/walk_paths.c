/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * All paths of some hops: a depth-first search with a stack of its own. The
 * arcs that a node on the path has still to offer lie in one run, those of the
 * deepest node last.
 */
#include "graph/walk.h"

#include "base/error.h"
#include "base/mem.h"

struct frame {
	uint32_t node;
	uint32_t edge;  /* by which it was come to */
	size_t next;    /* of its arcs in the run */
	size_t end;
};

struct paths {
	struct topo *t;
	struct tell *to;
	struct frame *frames;
	size_t depth; /* frames in use */
	size_t room;
	uint32_t *run; /* pairs of node and edge */
	size_t run_count;
	size_t run_room;
	size_t count;
	size_t steps;
};

static int
add_arcs(struct paths *p, const struct topo_arcs *arcs)
{
	size_t count = p->run_count + 2 * arcs->count;

	if (count > p->run_room) {
		size_t room = 2 * count;
		uint32_t *run = mem_resize(p->run, room * sizeof(run[0]));
		if (run == NULL)
			return error_nomem(p->t->g->err);
		p->run = run;
		p->run_room = room;
	}
	for (size_t i = 0; i < arcs->count; i++) {
		p->run[p->run_count++] = arcs->to[i];
		p->run[p->run_count++] = arcs->edge[i];
	}
	return ALK_OK;
}

/* Goes to a node; its arcs are read where the path may go on. */
static int
enter(struct paths *p, uint32_t node, uint32_t edge, bool may_go_on)
{
	struct topo_arcs arcs;

	if (p->depth == p->room) {
		size_t room = p->room == 0 ? 16 : 2 * p->room;
		struct frame *f = mem_resize(p->frames, room * sizeof(f[0]));
		if (f == NULL)
			return error_nomem(p->t->g->err);
		p->frames = f;
		p->room = room;
	}
	size_t begin = p->run_count;
	if (may_go_on && (topo_arcs(p->t, node, false, &arcs) != ALK_OK ||
	    add_arcs(p, &arcs) != ALK_OK))
		return p->t->g->err->code;
	p->frames[p->depth++] = (struct frame){ node, edge, begin,
		p->run_count };
	return ALK_OK;
}

static void
leave(struct paths *p)
{
	p->depth--;
	topo_unmark(p->t, p->frames[p->depth].node);
	p->run_count = p->depth == 0 ? 0 : p->frames[p->depth - 1].end;
}

static bool
tell_path(struct paths *p)
{
	p->count++;
	if (p->to->fn == NULL)
		return true;
	for (size_t i = 0; i < p->depth; i++) {
		const struct frame *f = &p->frames[i];
		if ((i > 0 && !tell_edge(p->to, f->edge, (int64_t)i)) ||
		    !tell_node(p->to, f->node, (int64_t)i))
			return false;
	}
	return true;
}

/* Every step counts, also one that meets a node of the path. */
static int
check(struct paths *p)
{
	struct topo *t = p->t;

	p->steps++;
	if (p->count > t->visited_max || (p->steps & 255) == 0)
		return topo_check(t, p->count);
	return t->g->err->code;
}

static void
search(struct paths *p, size_t depth_max)
{
	while (p->depth > 0 && check(p) == ALK_OK) {
		struct frame *f = &p->frames[p->depth - 1];
		if (f->next == f->end) {
			leave(p);
			continue;
		}
		uint32_t node = p->run[f->next];
		uint32_t edge = p->run[f->next + 1];
		f->next += 2;
		int is_new = topo_mark(p->t, node);
		if (is_new == 0)
			continue;
		if (is_new < 0 || enter(p, node, edge, p->depth < depth_max) !=
		    ALK_OK || !tell_path(p))
			return;
	}
}

void
walk_paths(struct topo *t, uint32_t node, size_t depth_max, struct tell *to,
    size_t *count)
{
	struct paths p = { .t = t, .to = to };

	if (topo_mark(t, node) == 1 && enter(&p, node, 0, true) == ALK_OK)
		search(&p, depth_max);
	*count = p.count;
	mem_release(p.frames);
	mem_release(p.run);
}
