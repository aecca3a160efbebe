/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Arcs from a snapshot. Sides as in topo_file.c: along the edges that leave the
 * node, against those that come in, and on the other side the undirected ones
 * alone. Where one side is all that is asked for, its run is lent as it is.
 */
#include "base/error.h"
#include "base/mem.h"
#include "graph/topo_parts.h"

/* Which of the interned types are among those asked for. */
static bool *
kinds_of(struct topo *t, const struct topo_tids *tids)
{
	const struct snapshot *s = t->snapshot;

	if (tids->list == NULL)
		return NULL;
	bool *kinds = mem_alloc((s->tids_count + 1) * sizeof(kinds[0]));
	if (kinds == NULL) {
		error_nomem(t->g->err);
		return NULL;
	}
	for (size_t i = 0; i < s->tids_count; i++)
		kinds[i] = topo_has_tid(tids, s->tids[i]);
	return kinds;
}

int
topo_memory_use(struct topo *t, struct snapshot *s)
{
	mem_release(t->edge_kinds);
	mem_release(t->node_kinds);
	t->edge_kinds = t->node_kinds = NULL;
	t->snapshot = s;
	t->nids = NULL;
	t->count = 0;
	if (s == NULL)
		return t->g->err->code;
	t->nids = s->nids;
	t->count = s->nodes;
	t->edge_kinds = kinds_of(t, &t->edge_tids);
	t->node_kinds = kinds_of(t, &t->node_tids);
	t->is_plain = t->edge_kinds == NULL && t->edge_filter == NULL &&
	    !s->has_undirected;
	return t->g->err->code;
}

/*
 * Adds what of a run is asked for, but arcs to the node `but`, where there are
 * neither filters nor types of nodes: without a branch for each arc. One that
 * is not wanted is written over by the next.
 */
static void
add_unfiltered(struct topo *t, const struct snapshot_run *run, unsigned must,
    uint32_t but)
{
	static const bool any[1] = { true };
	bool is_any = t->edge_kinds == NULL;
	const bool *kinds = is_any ? any : t->edge_kinds;
	unsigned mask = is_any ? 0 : SNAPSHOT_KINDS_MAX;

	if (!topo_reserve_arcs(t, run->count))
		return;
	uint32_t *to = t->to + t->arcs_count;
	uint32_t *edge = t->edge + t->arcs_count;
	size_t count = 0;
	for (size_t i = 0; i < run->count; i++) {
		unsigned kind = run->kind[i];
		to[count] = run->to[i];
		edge[count] = run->edge[i];
		count += (run->to[i] != but) & ((kind & must) == must) &
		    kinds[kind & mask];
	}
	t->arcs_count += count;
}

/* The same with filters. */
static void
add_run(struct topo *t, const struct snapshot_run *run, unsigned must,
    uint32_t but)
{
	for (size_t i = 0; i < run->count; i++) {
		unsigned kind = run->kind[i];
		uint32_t to = run->to[i];
		if (to == but || (kind & must) != must ||
		    (t->edge_kinds != NULL &&
			!t->edge_kinds[kind & SNAPSHOT_KINDS_MAX]))
			continue;
		if (!topo_admits_edge(t, run->edge[i]) || !topo_admits(t, to))
			continue;
		if (!topo_add_arc(t, to, run->edge[i]))
			return;
		if ((i & 4095) == 4095 && topo_check(t, 0) != ALK_OK)
			return;
	}
}

static void
add_side(struct topo *t, uint32_t node, int side, bool is_other, bool is_both)
{
	struct snapshot_run run = snapshot_run(t->snapshot, side, node);
	bool is_second = is_other || (is_both && side == SNAPSHOT_IN);

	if (is_other && !t->snapshot->has_undirected)
		return;
	if (t->edge_filter == NULL && !topo_has_filter(t))
		add_unfiltered(t, &run, is_other ? SNAPSHOT_UNDIRECTED : 0,
		    is_second ? node : TOPO_NONE);
	else
		add_run(t, &run, is_other ? SNAPSHOT_UNDIRECTED : 0,
		    is_second ? node : TOPO_NONE);
}

void
topo_memory_arcs(struct topo *t, uint32_t node, int direction,
    struct topo_arcs *out)
{
	bool is_both = direction == ALK_BOTH;

	if (t->is_plain && !is_both && !topo_has_filter(t)) {
		struct snapshot_run run = snapshot_run(t->snapshot,
		    direction == ALK_IN ? SNAPSHOT_IN : SNAPSHOT_OUT, node);
		*out = (struct topo_arcs){ run.to, run.edge, run.count };
		return;
	}
	add_side(t, node, SNAPSHOT_OUT, direction == ALK_IN, is_both);
	add_side(t, node, SNAPSHOT_IN, direction == ALK_OUT, is_both);
	*out = (struct topo_arcs){ t->to, t->edge, t->arcs_count };
}
