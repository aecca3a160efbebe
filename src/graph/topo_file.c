/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Arcs from the adjacency indexes of the file: one statement for each side and
 * edge type. A direction is made of sides: along the edges that leave the node,
 * against those that come in, and on the other side the undirected ones alone.
 */
#include "graph/topo_parts.h"
#include "graph/walk.sql.h"

/* The statements of one side: all types, one type. */
struct side {
	const struct sql *each;
	const struct sql *each_type;
};

static const struct side along = { &sql_hop_out, &sql_hop_out_type };
static const struct side against = { &sql_hop_in, &sql_hop_in_type };
static const struct side along_undirected = { &sql_hop_out_undirected,
	&sql_hop_out_undirected_type };
static const struct side against_undirected = { &sql_hop_in_undirected,
	&sql_hop_in_undirected_type };

/* Leaves out arcs to the node `but`. */
static void
run(struct topo *t, struct db_rows *rows, int64_t but)
{
	struct db *db = t->g->db;

	for (size_t i = 1; db_next(db, rows); i++) {
		t->work++; /* also of those that a filter leaves out */
		int64_t nid = db_int(rows, 0);
		int64_t eid = db_int(rows, 1);
		if (nid == but || !topo_admits_edge(t, eid))
			continue;
		uint32_t to = topo_meet(t, nid);
		if (to == TOPO_NONE)
			break;
		uint32_t edge = topo_admits(t, to) ? topo_edge(t, eid) :
						     TOPO_NONE;
		if (edge != TOPO_NONE && !topo_add_arc(t, to, edge))
			break;
		/* A hub may have a million edges. */
		if ((i & 4095) == 0 && topo_check(t, 0) != ALK_OK)
			break;
	}
	db_end(db, rows);
}

static void
run_side(struct topo *t, const struct side *s, int64_t nid, int64_t but)
{
	struct db *db = t->g->db;

	if (t->edge_tids.list == NULL)
		run(t, db_query(db, s->each, "i", nid), but);
	for (size_t i = 0; i < t->edge_tids.count; i++)
		run(t, db_query(db, s->each_type, "ii", nid,
		    t->edge_tids.list[i]), but);
}

void
topo_file_arcs(struct topo *t, int64_t nid, int direction)
{
	if (direction != ALK_IN)
		run_side(t, &along, nid, 0);
	else if (t->has_undirected)
		run_side(t, &along_undirected, nid, 0);
	if (direction != ALK_OUT)
		run_side(t, &against, nid, direction == ALK_BOTH ? nid : 0);
	else if (t->has_undirected)
		run_side(t, &against_undirected, nid, 0);
}
