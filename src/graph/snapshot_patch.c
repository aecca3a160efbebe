/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Changing a snapshot in place: the first change at a node copies its run of
 * that side into a patch, which is then kept in the order of the index: by
 * type, other end, undirected, number.
 */
#include "graph/snapshot.h"

#include "base/mem.h"

#include <string.h>

static bool
reserve(struct snapshot_patch *p, size_t count)
{
	if (count <= p->room)
		return true;
	size_t room = count + count / 2 + 4;
	uint32_t *to = mem_resize(p->to, room * sizeof(to[0]));
	if (to != NULL)
		p->to = to;
	uint32_t *edge = mem_resize(p->edge, room * sizeof(edge[0]));
	if (edge != NULL)
		p->edge = edge;
	uint16_t *kind = mem_resize(p->kind, room * sizeof(kind[0]));
	if (kind != NULL)
		p->kind = kind;
	if (to == NULL || edge == NULL || kind == NULL)
		return false;
	p->room = room;
	return true;
}

static bool
copy_run(struct snapshot *s, struct snapshot_patch *p, uint32_t node, int side)
{
	struct snapshot_run run = snapshot_run(s, side, node);

	if (!reserve(p, run.count + 1))
		return false;
	if (run.count > 0) {
		memcpy(p->to, run.to, run.count * sizeof(run.to[0]));
		memcpy(p->edge, run.edge, run.count * sizeof(run.edge[0]));
		memcpy(p->kind, run.kind, run.count * sizeof(run.kind[0]));
	}
	p->count = run.count;
	s->patched_arcs += run.count;
	return true;
}

static struct snapshot_patch *
find_patch(struct snapshot *s, uint32_t node, int side)
{
	int64_t *at = intmap_find(&s->patched, 2 * (int64_t)node + side);

	return at != NULL ? &s->patches[*at] : NULL;
}

/* The patch of a node's side, made if need be; NULL without memory. */
static struct snapshot_patch *
patch(struct snapshot *s, uint32_t node, int side)
{
	struct snapshot_patch *p = find_patch(s, node, side);

	if (p != NULL)
		return p;
	if (s->patches_count == s->patches_room) {
		size_t room = s->patches_room == 0 ? 16 : 2 * s->patches_room;
		p = mem_resize(s->patches, room * sizeof(p[0]));
		if (p == NULL)
			return NULL;
		s->patches = p;
		s->patches_room = room;
	}
	p = &s->patches[s->patches_count];
	*p = (struct snapshot_patch){ 0 };
	bool is_made = copy_run(s, p, node, side);
	s->patches_count++; /* whatever it holds is freed with the rest */
	if (!is_made || intmap_add(&s->patched, 2 * (int64_t)node + side,
		(int64_t)s->patches_count - 1) < 0)
		return NULL;
	return p;
}

static size_t
place_of(const struct snapshot_run *run, uint32_t edge)
{
	size_t i = 0;

	while (i < run->count && run->edge[i] != edge)
		i++;
	return i;
}

static bool
remove_arc(struct snapshot *s, uint32_t node, int side, uint32_t edge)
{
	struct snapshot_patch *p = patch(s, node, side);

	if (p == NULL)
		return false;
	struct snapshot_run run = { p->to, p->edge, p->kind, p->count };
	size_t i = place_of(&run, edge);
	if (i == p->count)
		return true;
	size_t behind = p->count - i - 1;
	memmove(p->to + i, p->to + i + 1, behind * sizeof(p->to[0]));
	memmove(p->edge + i, p->edge + i + 1, behind * sizeof(p->edge[0]));
	memmove(p->kind + i, p->kind + i + 1, behind * sizeof(p->kind[0]));
	p->count--;
	return true;
}

bool
snapshot_remove_edge(struct snapshot *s, uint32_t node, int side,
    uint32_t edge, bool *found)
{
	struct snapshot_run run = snapshot_run(s, side, node);
	size_t i = place_of(&run, edge);

	*found = i < run.count;
	if (!*found)
		return true;
	uint32_t other = run.to[i];
	return remove_arc(s, node, side, edge) &&
	    remove_arc(s, other, 1 - side, edge);
}

/* Whether the arc at i comes before one of this kind to that node. New edges
   have the greatest numbers. */
static bool
is_before(const struct snapshot *s, const struct snapshot_patch *p, size_t i,
    uint32_t to, uint16_t kind)
{
	int64_t a = s->tids[p->kind[i] & SNAPSHOT_KINDS_MAX];
	int64_t b = s->tids[kind & SNAPSHOT_KINDS_MAX];

	if (a != b)
		return a < b;
	if (p->to[i] != to)
		return p->to[i] < to;
	return (p->kind[i] & SNAPSHOT_UNDIRECTED) <=
	    (kind & SNAPSHOT_UNDIRECTED);
}

static bool
add_arc(struct snapshot *s, uint32_t node, int side, uint32_t to,
    uint32_t edge, uint16_t kind)
{
	struct snapshot_patch *p = patch(s, node, side);
	size_t low = 0;

	if (p == NULL || !reserve(p, p->count + 1))
		return false;
	for (size_t high = p->count; low < high;) {
		size_t middle = low + (high - low) / 2;
		if (is_before(s, p, middle, to, kind))
			low = middle + 1;
		else
			high = middle;
	}
	size_t behind = p->count - low;
	memmove(p->to + low + 1, p->to + low, behind * sizeof(p->to[0]));
	memmove(p->edge + low + 1, p->edge + low, behind * sizeof(p->edge[0]));
	memmove(p->kind + low + 1, p->kind + low, behind * sizeof(p->kind[0]));
	p->to[low] = to;
	p->edge[low] = edge;
	p->kind[low] = kind;
	p->count++;
	s->patched_arcs++;
	return true;
}

bool
snapshot_add_edge(struct snapshot *s, uint32_t source, uint32_t target,
    uint32_t edge, uint16_t kind)
{
	if ((kind & SNAPSHOT_UNDIRECTED) != 0)
		s->has_undirected = true;
	return add_arc(s, source, SNAPSHOT_OUT, target, edge, kind) &&
	    add_arc(s, target, SNAPSHOT_IN, source, edge, kind);
}
