/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Neighbours: one hop, told edge and node by turns, or keys alone. Rows that
 * are told as they are met come from a statement (hop.c). Keys can be had in
 * three ways, the quickest that answers:
 *
 *   1  the snapshot and the keys that it holds, nothing committed since it was
 *      looked at: no transaction
 *   2  one statement, which is the transaction; there is no snapshot
 *   3  the topology, and a look for each key that is not held; also where
 *      they are told in an order
 *
 * The first two tell nothing until they know all: where they cannot answer, the
 * next one begins anew.
 */
#include "base/error.h"
#include "graph/graph.h"
#include "graph/hop.h"
#include "graph/pick.h"
#include "graph/tell.h"
#include "graph/topo.h"
#include "graph/walk.h"
#include "graph/walk.sql.h"

#include <string.h>

#define ROWS_AT_ONCE 4096 /* more are told as they are read */

int
walk_check_flags(struct graph *g, unsigned flags, unsigned known)
{
	const unsigned both = ALK_WALK_EDGES | ALK_WALK_PATHS;

	if ((flags & ~(unsigned)WALK_FLAGS) != 0)
		return error_set(g->err, ALK_INVALID,
		    "flags %#x: not known to this version", flags);
	if ((flags & ~known) != 0 || (flags & both) == both)
		return error_set(g->err, ALK_INVALID,
		    "flags %#x do not go together here", flags);
	return g->err->code;
}

/* What a call asks for. */
struct near {
	struct graph *g;
	const char *name;
	const char *key;
	const alk_walk_options *o; /* without order and limit */
	struct pick *pick;
	struct tell to;
};

static void
tell_arcs(struct topo *t, const struct topo_arcs *arcs, struct tell *to)
{
	to->t = t;
	for (size_t i = 0; i < arcs->count; i++)
		if (!tell_hop(to, arcs->edge[i], arcs->to[i], 1) ||
		    ((i & 255) == 255 && topo_check(t, 0) != ALK_OK))
			return;
}

/* ---- 1: from memory ---- */

static bool
has_keys(const struct topo *t, const struct topo_arcs *arcs)
{
	for (size_t i = 0; i < arcs->count; i++)
		if (snapshot_kept_key(t->snapshot, arcs->to[i]) == NULL)
			return false;
	return true;
}

/* Whether it is done, or the call has failed. */
static bool
from_memory(struct near *n)
{
	struct topo t;
	struct topo_arcs arcs;

	if (!topo_open_unchanged(&t, n->g, n->name, n->key, n->o))
		return n->g->err->code != ALK_OK;
	uint32_t node = topo_node(&t, n->key);
	bool is_done = node == TOPO_NONE ||
	    topo_arcs(&t, node, false, &arcs) != ALK_OK;
	if (!is_done && has_keys(&t, &arcs)) {
		tell_arcs(&t, &arcs, &n->to);
		is_done = true;
	}
	topo_close(&t);
	return is_done;
}

/* ---- 2: by one statement ---- */

static bool
has_snapshot(const struct graph *g, int64_t gid)
{
	const struct snapshot *s = g->snapshots.first;

	while (s != NULL && s->gid != gid)
		s = s->next;
	return s != NULL;
}

/* All edges of a directed graph, or those of one type, on one side. */
static bool
is_plain(const alk_walk_options *o, const struct graph_type *gt)
{
	return gt != NULL && gt->config.direction == MODULE_DIRECTED &&
	    o->edge_types_count <= 1 && o->node_types_count == 0 &&
	    o->edge_filter == NULL && o->node_filter == NULL &&
	    (o->direction == ALK_OUT || o->direction == ALK_IN) &&
	    o->time_ms >= 0;
}

static struct db_rows *
query(struct near *n, const struct graph_ref *ref)
{
	const alk_walk_options *o = n->o;
	bool is_out = o->direction == ALK_OUT;
	struct db *db = n->g->db;

	if (o->edge_types == NULL || o->edge_types_count == 0)
		return db_query_alone(db, is_out ? &sql_hop_keys_out :
		    &sql_hop_keys_in, "is", ref->gid, n->key);
	const char *type = o->edge_types[0];
	const struct entry_type *e = type == NULL ? NULL :
	    type_entry_named(ref->type, ALK_EDGE, type, strlen(type));
	if (e == NULL)
		return NULL;
	return db_query_alone(db, is_out ? &sql_hop_keys_out_type :
	    &sql_hop_keys_in_type, "isi", ref->gid, n->key, e->tid);
}

/* One of the rows, collected: its key lies behind it. */
struct kept {
	int64_t type;
	size_t bytes; /* of the key and its NUL */
};

/* Appends types and keys; how many, or 0 where that is not the answer. */
static size_t
collect(struct near *n, struct db_rows *rows, struct buf *out)
{
	struct graph *g = n->g;
	size_t count = 0;

	while (db_next(g->db, rows)) {
		size_t bytes;
		const char *key = db_text(rows, 1, &bytes);
		struct kept row = { db_int(rows, 0), bytes + 1 };
		if ((count == 0 && db_is_due(g->db) &&
			!graph_is_confirmed(g)) || ++count > ROWS_AT_ONCE)
			return 0;
		buf_add(out, &row, sizeof(row));
		buf_add(out, key, row.bytes);
	}
	if (out->failed)
		error_nomem(g->err);
	return g->err->code == ALK_OK ? count : 0;
}

static void
tell_collected(struct near *n, const struct graph_ref *ref,
    const struct buf *rows)
{
	for (size_t at = 0; at < rows->bytes && !n->to.is_stopped;) {
		struct kept kept;
		memcpy(&kept, rows->data + at, sizeof(kept));
		const struct entry_type *e = type_entry(ref->type, kept.type);
		alk_row row = { .kind = ALK_NODE, .number = 1,
			.key = rows->data + at + sizeof(kept),
			.type = e != NULL ? e->name : "" };
		n->to.is_stopped = n->to.fn(n->to.arg, &row) != 0 ||
		    ++n->to.told == n->to.limit;
		at += sizeof(kept) + kept.bytes;
	}
}

/* Whether it is done, or the call has failed. */
static bool
by_statement(struct near *n)
{
	struct graph *g = n->g;
	struct graph_ref ref;
	struct buf rows = { 0 };

	if (n->key == NULL || n->to.fn == NULL ||
	    (!graph_assume(g, n->name, &ref) &&
		graph_find(g, n->name, &ref) != ALK_OK))
		return g->err->code != ALK_OK;
	if (has_snapshot(g, ref.gid) || !is_plain(n->o, ref.type))
		return false;
	struct db_rows *found = query(n, &ref);
	size_t count = collect(n, found, &rows);
	db_end(g->db, found);
	if (count > 0 && !graph_is_cancelled(g))
		tell_collected(n, &ref, &rows);
	buf_fini(&rows);
	return count > 0 || g->err->code != ALK_OK;
}

/* ---- 3: from the topology ---- */

static void
tell_in_order(struct near *n, const struct topo_arcs *arcs)
{
	struct topo *t = n->pick->t;

	n->to.t = t;
	for (size_t i = 0; i < arcs->count; i++)
		if (!pick_add(n->pick, arcs->edge[i], arcs->to[i], 1) ||
		    ((i & 255) == 255 && topo_check(t, 0) != ALK_OK))
			return;
	pick_tell(n->pick, &n->to, true);
}

static void
from_topology(struct near *n, struct topo *t)
{
	struct topo_arcs arcs;

	if (topo_open_near(t, n->g, n->name, n->o) == ALK_OK &&
	    pick_check(n->pick) == ALK_OK) {
		uint32_t node = topo_node(t, n->key);
		n->to.t = t;
		if (node == TOPO_NONE)
			;
		else if (!pick_is_ordered(n->pick) && hop_is_joined(&n->to))
			hop_tell(&n->to, node);
		else if (topo_arcs(t, node, false, &arcs) != ALK_OK)
			;
		else if (pick_is_ordered(n->pick))
			tell_in_order(n, &arcs);
		else
			tell_arcs(t, &arcs, &n->to);
	}
	topo_close(t);
}

int
graph_neighbors(struct graph *g, const char *name, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg)
{
	static const alk_walk_options all;
	alk_walk_options plain;
	struct topo t = { .g = g };
	struct pick pick;

	if (o == NULL)
		o = &all;
	struct near n = { .g = g, .name = name, .key = key, .o = &plain,
		.pick = &pick,
		.to = { .fn = fn, .arg = arg, .from_key = key,
			.limit = o->limit,
			.is_keys = (o->flags & ALK_WALK_KEYS) != 0 } };
	(void)walk_check_flags(g, o->flags, ALK_WALK_KEYS);
	(void)pick_init(&pick, &t, o, &plain);
	bool is_quick = n.to.is_keys && !pick_is_ordered(&pick);
	if (g->err->code == ALK_OK &&
	    !(is_quick && (from_memory(&n) || by_statement(&n))))
		from_topology(&n, &t);
	pick_fini(&pick);
	return g->err->code;
}
