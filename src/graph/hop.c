/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A hop with whole rows: one statement for each side and edge type finds arcs,
 * edges and the nodes behind them, and they are told from its rows. A statement
 * for each edge would have to be started as often.
 *
 * The statement is at a row while the visitor runs. That is for a connection
 * that only reads: in a transaction that writes, the visitor may change what
 * the statement has before it. A hop within a hop's visitor goes edge by edge.
 */
#include "graph/hop.h"

#include "base/error.h"
#include "graph/row.h"
#include "graph/topo_parts.h"
#include "graph/walk.sql.h"

bool
hop_is_joined(const struct tell *to)
{
	const struct topo *t = to->t;

	return to->fn != NULL && !to->is_keys && !t->g->is_streaming &&
	    (t->g->is_collecting || db_is_reading(t->g->db)) &&
	    t->edge_filter == NULL &&
	    !topo_has_filter(t);
}

/* The node behind an edge is not there. */
static void
fail(struct tell *to, struct db_rows *rows)
{
	struct topo *t = to->t;
	alk_row row;

	(void)row_node(t->g, t->ref.type, db_int(rows, ROW_HOP_COLUMNS),
	    &t->g->row, &row);
}

static void
run(struct tell *to, struct db_rows *rows)
{
	struct topo *t = to->t;
	struct db *db = t->g->db;

	for (size_t i = 1; !to->is_stopped && db_next(db, rows); i++) {
		if (db_is_null(rows, ROW_EDGE_COLUMNS)) {
			fail(to, rows);
			break;
		}
		if (!tell_joined(to, rows) ||
		    ((i & 255) == 0 && topo_check(t, 0) != ALK_OK))
			break;
	}
	db_end(db, rows);
}

/* Those of one side: but to the node `but`; undirected ones alone. */
struct side {
	bool is_out;
	bool is_undirected;
	int64_t but;
};

static void
run_side(struct tell *to, int64_t nid, const struct side *s)
{
	const struct topo *t = to->t;
	struct db *db = t->g->db;
	const struct topo_tids *tids = &t->edge_tids;
	int64_t least = s->is_undirected;

	if (tids->list == NULL)
		run(to, db_query(db, s->is_out ? &sql_hop_rows_out :
		    &sql_hop_rows_in, "isii", nid, to->from_key, s->but,
		    least));
	for (size_t i = 0; i < tids->count && !to->is_stopped; i++)
		run(to, db_query(db, s->is_out ? &sql_hop_rows_out_type :
		    &sql_hop_rows_in_type, "isiii", nid, to->from_key,
		    s->but, least, tids->list[i]));
}

void
hop_tell(struct tell *to, uint32_t node)
{
	const struct topo *t = to->t;
	int64_t nid = topo_nid(t, node);
	bool is_in = t->direction == ALK_IN;
	bool is_out = t->direction == ALK_OUT;
	/* As in topo_file.c: a loop belongs to the first side that tells it. */
	const struct side along = { .is_out = true, .is_undirected = is_in,
		.but = is_in ? nid : 0 };
	const struct side against = { .is_undirected = is_out,
		.but = is_in ? 0 : nid };

	t->g->is_streaming = true;
	if (!is_in || t->has_undirected)
		run_side(to, nid, &along);
	if (!is_out || t->has_undirected)
		run_side(to, nid, &against);
	t->g->is_streaming = false;
}
