/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Getting one node or edge by its key. Lists are in list.c. */
#include "base/error.h"
#include "graph/edge.sql.h"
#include "graph/graph.h"
#include "graph/node.sql.h"
#include "graph/row.h"
#include "graph/write.h"

/* A row that another program wrote and that does not match is reported. */
static int
refuse_untrusted(struct graph *g, const alk_row *row)
{
	if (row->status == ALK_OK)
		return ALK_OK;
	error_entry(g->err, "%s %s", type_noun(row->kind),
	    row->key != NULL ? row->key : row->id);
	return error_set(g->err, ALK_VALUE, "attributes that another program "
	    "wrote do not match the type: %s", row->problem);
}

/*
 * By one statement, which is the read transaction: where the graph is known and
 * nothing has been committed since. false: not found so, or the call failed.
 */
static bool
get_at_once(struct graph *g, const char *name, const char *key, alk_row *row)
{
	struct graph_ref ref;
	bool found = false;

	if (!graph_assume(g, name, &ref))
		return false;
	struct db_rows *rows = db_query_alone(g->db, &sql_node_show, "is",
	    ref.gid, key);
	if (db_next(g->db, rows) && graph_is_confirmed(g))
		found = row_take(g, ref.type, ALK_NODE, rows, &g->row, row) ==
		    ALK_OK;
	db_end(g->db, rows);
	return found;
}

int
graph_node_get(struct graph *g, const char *name, const char *key,
    alk_row *row)
{
	struct graph_ref ref;

	if (get_at_once(g, name, key, row))
		return refuse_untrusted(g, row);
	if (graph_find(g, name, &ref) != ALK_OK)
		return g->err->code;
	struct db_rows *rows = db_query(g->db, &sql_node_show, "is", ref.gid,
	    key);
	if (db_next(g->db, rows))
		row_take(g, ref.type, ALK_NODE, rows, &g->row, row);
	else if (!db_failed(g->db))
		error_set(g->err, ALK_NOTFOUND, "node '%s' is not there", key);
	db_end(g->db, rows);
	return g->err->code != ALK_OK ? g->err->code : refuse_untrusted(g, row);
}

static int64_t
find_edge(struct graph *g, int64_t gid, const char *key)
{
	int64_t eid = db_number(g->db, &sql_edge_by_key, 0, "is", gid, key);

	int64_t n;
	if (eid == 0 && write_is_derived(key, "edge-", &n))
		eid = db_number(g->db, &sql_edge_by_eid, 0, "ii", gid, n);
	if (eid == 0)
		eid = db_number(g->db, &sql_edge_by_id, 0, "is", gid, key);
	return eid;
}

int
graph_edge_get(struct graph *g, const char *name, const char *key,
    alk_row *row)
{
	struct graph_ref ref;

	if (graph_find(g, name, &ref) != ALK_OK)
		return g->err->code;
	int64_t eid = find_edge(g, ref.gid, key);
	if (g->err->code != ALK_OK)
		return g->err->code;
	if (eid == 0)
		return error_set(g->err, ALK_NOTFOUND,
		    "edge '%s' is not there", key);
	if (row_edge(g, ref.type, eid, &g->row, row) != ALK_OK)
		return g->err->code;
	return refuse_untrusted(g, row);
}
