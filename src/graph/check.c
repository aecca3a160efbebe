/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Checking a file against docs/INVARIANTS.md: structure by SQL (check.sql),
 * then for each graph what needs the compiled types: end points that the edge
 * types allow, cycles in acyclic graphs, attributes.
 */
#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "graph/attributes.h"
#include "graph/check.sql.h"
#include "graph/graph.h"

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
	&sql_check_type_row, &sql_check_graph_type,
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

static bool
is_allowed(const int64_t *tids, size_t count, int64_t tid)
{
	for (size_t i = 0; i < count; i++)
		if (tids[i] == tid)
			return true;
	return count == 0;
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
		if (t == NULL || (is_allowed(t->sources, t->sources_count,
			db_int(rows, 2)) && is_allowed(t->targets,
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

/* ---- cycles ---- */

/*
 * Kahn's algorithm (1962): nodes without edges coming in are taken away one by
 * one; what is left has a cycle.
 */
struct order {
	struct intmap degree; /* nid -> edges coming in that are left */
	int64_t *edges;       /* src, dst, src, dst, ... */
	size_t count;
};

static int
read_edges(struct check *c, const struct graph_ref *ref, struct order *o)
{
	struct db *db = c->g->db;
	struct db_rows *rows = db_query(db, &sql_check_acyclic_edges, "i",
	    ref->gid);
	size_t room = 0;

	while (db_next(db, rows)) {
		if (o->count + 2 > room) {
			room = room == 0 ? 256 : room * 2;
			int64_t *e = mem_resize(o->edges, room * sizeof(e[0]));
			if (e == NULL) {
				error_nomem(c->g->err);
				break;
			}
			o->edges = e;
		}
		int64_t src = db_int(rows, 0);
		int64_t dst = db_int(rows, 1);
		o->edges[o->count++] = src;
		o->edges[o->count++] = dst;
		if (intmap_add(&o->degree, src, 0) < 0 ||
		    intmap_add(&o->degree, dst, 0) < 0) {
			error_nomem(c->g->err);
			break;
		}
		(*intmap_find(&o->degree, dst))++;
	}
	db_end(db, rows);
	return c->g->err->code;
}

/*
 * The edges come sorted by src, so that those of a node are found by halving.
 */
static size_t
first_edge(const struct order *o, int64_t src)
{
	size_t low = 0;
	size_t high = o->count / 2;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (o->edges[2 * middle] < src)
			low = middle + 1;
		else
			high = middle;
	}
	return 2 * low;
}

/* How many nodes can be taken away; queue has room for all. */
static size_t
take_away(struct order *o, int64_t *queue)
{
	size_t taken = 0;
	size_t count = 0;

	for (size_t i = 0; i < o->degree.room; i++)
		if (o->degree.slots[i].key != INT64_MIN &&
		    o->degree.slots[i].value == 0)
			queue[count++] = o->degree.slots[i].key;
	for (; taken < count; taken++) {
		int64_t src = queue[taken];
		for (size_t e = first_edge(o, src);
		     e < o->count && o->edges[e] == src; e += 2)
			if (--*intmap_find(&o->degree, o->edges[e + 1]) == 0)
				queue[count++] = o->edges[e + 1];
	}
	return taken;
}

static void
check_acyclic(struct check *c, const struct graph_ref *ref)
{
	struct order o = { 0 };
	int64_t *queue = NULL;

	if (read_edges(c, ref, &o) == ALK_OK && o.count > 0) {
		queue = mem_alloc(o.degree.count * sizeof(queue[0]));
		if (queue == NULL)
			error_nomem(c->g->err);
		else if (take_away(&o, queue) < o.degree.count)
			tell_text(c, ref->id, "the graph has a cycle, and its "
			    "type is acyclic");
	}
	mem_release(queue);
	mem_release(o.edges);
	intmap_fini(&o.degree);
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
	c.total = db_number(g->db, &sql_check_total, 0, "") *
	    ((flags & ALK_CHECK_ATTRIBUTES) != 0 ? 2 : 1);
	if (!c.is_stopped && g->err->code == ALK_OK)
		(void)each_graph(&c);
	if (g->err->code == ALK_OK)
		*problems += c.found;
	return g->err->code;
}
