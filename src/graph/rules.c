/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The structural rules of a graph type, checked for each new edge: direction,
 * self loop, types of the end points, parallel edge, cycle. (The triggers of
 * views.sql keep the same rules for other SQLite clients.)
 */
#include "graph/write.h"

#include "base/error.h"
#include "base/mem.h"
#include "graph/edge.sql.h"
#include "graph/node.sql.h"
#include "graph/order.h"

#include <string.h>

bool
rules_direction(struct write *w, int direction, bool *undirected)
{
	const struct graph_type *t = w->ref->type;

	if (direction == ALK_UNDIRECTED &&
	    t->config.direction == MODULE_DIRECTED) {
		error_set(w->g->err, ALK_STRUCTURE,
		    "graph type '%s' allows directed edges only", t->name);
		return false;
	}
	if (direction == ALK_DIRECTED &&
	    t->config.direction == MODULE_UNDIRECTED) {
		error_set(w->g->err, ALK_STRUCTURE,
		    "graph type '%s' allows undirected edges only", t->name);
		return false;
	}
	*undirected = direction == ALK_UNDIRECTED ||
	    t->config.direction == MODULE_UNDIRECTED;
	return true;
}

/* ---- end points ---- */

static int
refuse_end(struct write *w, const struct entry_type *type, const char *what,
    const char *key, int64_t tid, const int64_t *tids, size_t count)
{
	const struct graph_type *gt = w->ref->type;
	const struct entry_type *has = type_entry(gt, tid);
	char names[200] = "";

	for (size_t i = 0; i < count; i++) {
		const struct entry_type *e = type_entry(gt, tids[i]);
		if (e == NULL || strlen(names) + strlen(e->name) + 3 >
		    sizeof(names))
			continue;
		if (names[0] != '\0')
			(void)strcat(names, ", ");
		(void)strcat(names, e->name);
	}
	return error_set(w->g->err, ALK_STRUCTURE,
	    "'%s' does not allow %s '%s' of type '%s'; allowed: %s",
	    type->name, what, key, has != NULL ? has->name : "none", names);
}

static int
check_ends(struct write *w, const struct entry_type *type,
    const struct edge_ends *e)
{
	if (!type_allows(type->sources, type->sources_count, e->source.type))
		return refuse_end(w, type, "source", e->source_key,
		    e->source.type, type->sources, type->sources_count);
	if (!type_allows(type->targets, type->targets_count, e->target.type))
		return refuse_end(w, type, "target", e->target_key,
		    e->target.type, type->targets, type->targets_count);
	return ALK_OK;
}

/* ---- parallel edges ---- */

static bool
has_edge(struct graph *g, int64_t src, int64_t type, int64_t dst,
    bool undirected)
{
	return db_number(g->db, &sql_edge_between, 0, "iiii", src, type, dst,
	    (int64_t)undirected) != 0;
}

int
rules_refuse_parallel(struct graph *g, const struct graph_type *gt,
    const struct entry_type *type, const char *source, const char *target)
{
	return error_set(g->err, ALK_EXISTS,
	    "a '%s' edge from '%s' to '%s' is already there, and graph type "
	    "'%s' allows no parallel edges", type->name, source, target,
	    gt->name);
}

static int
check_parallel(struct write *w, const struct entry_type *type,
    const struct edge_ends *e)
{
	struct graph *g = w->g;
	int64_t a = e->source.nid;
	int64_t b = e->target.nid;
	bool found = has_edge(g, a, type->tid, b, e->undirected) ||
	    (e->undirected && has_edge(g, b, type->tid, a, true));

	if (g->err->code != ALK_OK || !found)
		return g->err->code;
	return rules_refuse_parallel(g, w->ref->type, type, e->source_key,
	    e->target_key);
}

/* ---- cycles ---- */

static void
add_key(struct graph *g, int64_t nid, struct buf *out)
{
	struct db_rows *rows = db_query(g->db, &sql_node_show_nid, "i", nid);

	if (db_next(g->db, rows))
		buf_str(out, db_text(rows, 2, NULL));
	db_end(g->db, rows);
}

/* "a -> b -> c -> a": source and target of the new edge, then the way back. */
int
rules_refuse_cycle(struct graph *g, const struct graph_type *gt,
    const struct order_cycle *cycle)
{
	struct buf text = { 0 };

	for (size_t i = 0; i <= cycle->count; i++) {
		if (i > 0)
			buf_str(&text, " -> ");
		add_key(g, cycle->nodes[i % cycle->count], &text);
	}
	if (buf_text(&text) == NULL)
		error_nomem(g->err);
	else
		error_set(g->err, ALK_STRUCTURE,
		    "graph type '%s' is acyclic, and the edge closes the cycle "
		    "%s", gt->name, buf_text(&text));
	buf_fini(&text);
	return g->err->code;
}

static int
check_cycle(struct write *w, const struct edge_ends *e)
{
	struct order_cycle cycle;
	int code = order_add(w->g, w->ref->gid, e->source.nid, e->target.nid,
	    &cycle);

	if (code == ALK_OK && cycle.count > 0)
		code = rules_refuse_cycle(w->g, w->ref->type, &cycle);
	mem_release(cycle.nodes);
	return code;
}

int
rules_check_ends(struct write *w, const struct entry_type *type,
    const struct edge_ends *ends)
{
	if (!w->ref->type->config.allow_self_loops &&
	    ends->source.nid == ends->target.nid)
		return error_set(w->g->err, ALK_STRUCTURE,
		    "graph type '%s' allows no self loops",
		    w->ref->type->name);
	return check_ends(w, type, ends);
}

int
rules_check_stored(struct write *w, const struct entry_type *type,
    const struct edge_ends *ends)
{
	const struct module_config *c = &w->ref->type->config;

	if (!c->multi && check_parallel(w, type, ends) != ALK_OK)
		return w->g->err->code;
	return c->acyclic ? check_cycle(w, ends) : ALK_OK;
}
