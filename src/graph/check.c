/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Checking a file against docs/INVARIANTS.md: structure by SQL (check.sql),
 * then for each graph what needs the compiled types: end points that the edge
 * types allow, cycles in acyclic graphs, attributes.
 */
#include "base/error.h"
#include "base/utf8.h"
#include "graph/attributes.h"
#include "graph/check.sql.h"
#include "graph/graph.h"
#include "graph/order.h"
#include "graph/order.sql.h"

#include <string.h>

struct check {
	struct graph *g;
	unsigned flags;
	alk_problem_fn fn;
	void *arg;
	alk_progress_fn progress;
	void *progress_arg;
	int64_t done;
	int64_t total;
	size_t found;
	bool is_stopped;
};

static const struct sql *const structure[] = {
	&sql_check_node_graph, &sql_check_graph_row, &sql_check_graph_number,
	&sql_check_edge_ends, &sql_check_node_type, &sql_check_edge_type,
	&sql_check_self_loop, &sql_check_parallel, &sql_check_direction,
	&sql_check_numbers, &sql_check_feed, &sql_check_type_number,
	&sql_check_type_row, &sql_check_graph_type, &sql_order_is_broken,
	&sql_check_index_made,
};

static void
tell(struct check *c, const alk_error *problem)
{
	c->found++;
	if (c->fn != NULL && c->fn(c->arg, problem) != 0)
		c->is_stopped = true;
}

static void
tell_text(struct check *c, const char *place, const char *text)
{
	alk_error problem = { 0 };

	error_entry(&problem, "%s", place);
	error_set(&problem, ALK_CORRUPT, "%s", text);
	tell(c, &problem);
}

/* false: enough. */
static bool
goes_on(struct check *c)
{
	if (c->is_stopped || graph_is_cancelled(c->g))
		return false;
	if ((++c->done & 1023) != 0 || c->progress == NULL)
		return true;
	if (c->progress(c->progress_arg, c->done, c->total) != 0)
		error_set(c->g->err, ALK_CANCELLED, "cancelled");
	return c->g->err->code == ALK_OK;
}

static void
check_structure(struct check *c, const struct sql *q)
{
	struct db *db = c->g->db;
	struct db_rows *rows = db_query(db, q, "");

	while (!c->is_stopped && db_next(db, rows))
		tell_text(c, db_text(rows, 0, NULL), db_text(rows, 1, NULL));
	db_end(db, rows);
}

static int
tell_found(void *arg, const alk_error *problem)
{
	struct check *c = arg;

	tell(c, problem);
	return c->is_stopped;
}

/* SQLite itself holds every row against the indexes on its attributes. */
static void
check_indexes(struct check *c, const struct sql *q)
{
	if (!c->is_stopped)
		(void)db_check(c->g->db, q, tell_found, c);
}

static void
check_ends(struct check *c, const struct graph_ref *ref)
{
	struct db *db = c->g->db;
	struct db_rows *rows = db_query(db, &sql_check_graph_edge_ends, "i",
	    ref->gid);

	while (db_next(db, rows) && goes_on(c)) {
		const struct entry_type *t = type_entry(ref->type,
		    db_int(rows, 1));
		if (t == NULL || (type_allows(t->sources, t->sources_count,
			db_int(rows, 2)) && type_allows(t->targets,
			t->targets_count, db_int(rows, 3))))
			continue;
		alk_error problem = { 0 };
		error_entry(&problem, "edge-%lld: %s -> %s",
		    (long long)db_int(rows, 0), db_text(rows, 4, NULL),
		    db_text(rows, 5, NULL));
		error_set(&problem, ALK_CORRUPT,
		    "'%s' does not allow these node types", t->name);
		tell(c, &problem);
	}
	db_end(db, rows);
}

/* The key of a row, which another program may have made of anything. */
static int
check_key(struct check *c, struct db_rows *rows, int kind, alk_error *problem)
{
	size_t bytes;
	const char *key = db_text(rows, 3, &bytes);

	if (key == NULL && kind == ALK_EDGE)
		return ALK_OK;
	if (utf8_name(key, bytes, c->g->limits->key_bytes, "the key",
		"limits.key_bytes", problem) != ALK_OK)
		problem->code = ALK_CORRUPT;
	return problem->code;
}

static void
check_rows(struct check *c, const struct graph_ref *ref, int kind)
{
	struct db *db = c->g->db;
	bool all = (c->flags & ALK_CHECK_ATTRIBUTES) != 0;
	const struct sql *q = kind == ALK_NODE ?
	    (all ? &sql_check_graph_nodes : &sql_check_graph_nodes_unchecked) :
	    (all ? &sql_check_graph_edges : &sql_check_graph_edges_unchecked);
	struct db_rows *rows = db_query(db, q, "i", ref->gid);

	while (db_next(db, rows) && goes_on(c)) {
		alk_error problem = { 0 };
		size_t bytes;
		const char *text = db_text(rows, 2, &bytes);
		if (check_key(c, rows, kind, &problem) == ALK_OK &&
		    attributes_check_stored(c->g, type_entry(ref->type,
			db_int(rows, 1)), text, bytes, &problem) == ALK_OK)
			continue;
		if (problem.code == ALK_NOMEM) {
			error_nomem(c->g->err);
			break;
		}
		error_entry(&problem, "%s-%lld %s", type_noun(kind),
		    (long long)db_int(rows, 0), db_is_null(rows, 3) ? "" :
		    db_text(rows, 3, NULL));
		tell(c, &problem);
	}
	db_end(db, rows);
}

static void
check_acyclic(struct check *c, const struct graph_ref *ref)
{
	bool is_cyclic = false;

	if (order_look(c->g, ref->gid, &is_cyclic) == ALK_OK && is_cyclic)
		tell_text(c, ref->id, "the graph has a cycle, and its type is "
		    "acyclic");
}

static void
check_graph(struct check *c, const char *id)
{
	struct graph_ref ref;

	if (graph_find(c->g, id, &ref) != ALK_OK || ref.type == NULL)
		return;
	check_ends(c, &ref);
	check_rows(c, &ref, ALK_NODE);
	check_rows(c, &ref, ALK_EDGE);
	if (ref.type->config.acyclic)
		check_acyclic(c, &ref);
}

static int
each_graph(struct check *c)
{
	struct db *db = c->g->db;
	struct db_rows *rows = db_query(db, &sql_check_graphs, "");

	while (!c->is_stopped && c->g->err->code == ALK_OK &&
	    db_next(db, rows))
		check_graph(c, db_text(rows, 0, NULL));
	db_end(db, rows);
	return c->g->err->code;
}

int
graph_check(struct graph *g, unsigned flags, alk_problem_fn fn, void *arg,
    alk_progress_fn progress, void *progress_arg, size_t *problems)
{
	struct check c = { .g = g, .flags = flags, .fn = fn, .arg = arg,
		.progress = progress, .progress_arg = progress_arg };

	for (size_t i = 0; i < sizeof(structure) / sizeof(structure[0]) &&
	     !c.is_stopped && g->err->code == ALK_OK; i++)
		check_structure(&c, structure[i]);
	if (!c.is_stopped && db_number(g->db, &sql_check_index_count, 0, "") >
	    0) {
		check_indexes(&c, &sql_check_index_nodes);
		check_indexes(&c, &sql_check_index_edges);
	}
	c.total = db_number(g->db, &sql_check_total, 0, "") *
	    ((flags & ALK_CHECK_ATTRIBUTES) != 0 ? 2 : 1);
	if (!c.is_stopped && g->err->code == ALK_OK)
		(void)each_graph(&c);
	if (g->err->code == ALK_OK)
		*problems += c.found;
	return g->err->code;
}
