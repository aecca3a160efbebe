/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "graph/hop.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "graph/node.sql.h"
#include "graph/walk.sql.h"

#include <string.h>

/* The statements of one side: all types, one type. */
struct hop_sql {
	const struct sql *each;
	const struct sql *each_type;
	const struct sql *count;
	const struct sql *count_type;
};

static const struct hop_sql along = { &sql_hop_out, &sql_hop_out_type,
	&sql_degree_out, &sql_degree_out_type };
static const struct hop_sql against = { &sql_hop_in, &sql_hop_in_type,
	&sql_degree_in, &sql_degree_in_type };
static const struct hop_sql along_undirected = { &sql_hop_out_undirected,
	&sql_hop_out_undirected_type, &sql_degree_out_undirected,
	&sql_degree_out_undirected_type };
static const struct hop_sql against_undirected = { &sql_hop_in_undirected,
	&sql_hop_in_undirected_type, &sql_degree_in_undirected,
	&sql_degree_in_undirected_type };

static bool
is_chosen(const struct hops *h, int64_t tid)
{
	for (size_t i = 0; i < h->tids_count; i++)
		if (h->tids[i] == tid)
			return true;
	return false;
}

static int
read_types(struct hops *h, const alk_walk_options *o)
{
	struct graph *g = h->g;

	if (o->edge_types == NULL || o->edge_types_count == 0)
		return ALK_OK;
	h->tids = mem_alloc(o->edge_types_count * sizeof(h->tids[0]));
	if (h->tids == NULL)
		return error_nomem(g->err);
	for (size_t i = 0; i < o->edge_types_count; i++) {
		const char *name = o->edge_types[i];
		if (name == NULL)
			return error_set(g->err, ALK_INVALID,
			    "edge type %zu of those given is NULL", i);
		const struct entry_type *t = h->ref.type == NULL ? NULL :
		    type_entry_named(h->ref.type, ALK_EDGE, name, strlen(name));
		if (t == NULL)
			return type_entry_unknown(h->ref.type, ALK_EDGE, name,
			    strlen(name), g->err);
		if (!is_chosen(h, t->tid))
			h->tids[h->tids_count++] = t->tid;
	}
	return ALK_OK;
}

int
hops_init(struct hops *h, struct graph *g, const char *name,
    const alk_walk_options *o)
{
	static const alk_walk_options all;

	if (o == NULL)
		o = &all;
	*h = (struct hops){ .g = g, .direction = o->direction,
		.visited_max = g->limits->visited };
	if (g->limits->traverse_ms > 0)
		h->until_ms = clock_steady_ms() + g->limits->traverse_ms;
	if (o->direction < ALK_OUT || o->direction > ALK_BOTH)
		return error_set(g->err, ALK_INVALID,
		    "direction %d is none of ALK_OUT, ALK_IN, ALK_BOTH",
		    o->direction);
	if (graph_find(g, name, &h->ref) != ALK_OK)
		return g->err->code;
	h->has_undirected = h->ref.type == NULL ||
	    h->ref.type->config.direction != MODULE_DIRECTED;
	return read_types(h, o);
}

void
hops_fini(struct hops *h)
{
	mem_release(h->tids);
}

struct hops
hops_reversed(const struct hops *h)
{
	struct hops r = *h;

	if (h->direction != ALK_BOTH)
		r.direction = h->direction == ALK_OUT ? ALK_IN : ALK_OUT;
	return r;
}

int64_t
hops_node(struct hops *h, const char *key)
{
	struct graph *g = h->g;
	int64_t nid;

	if (key == NULL) {
		error_set(g->err, ALK_INVALID, "no node key given");
		return 0;
	}
	nid = db_number(g->db, &sql_node_find, 0, "is", h->ref.gid, key);
	if (nid == 0 && g->err->code == ALK_OK)
		error_set(g->err, ALK_NOTFOUND, "node '%s' is not there", key);
	return nid;
}

/* ---- one side ---- */

/* 0 to go on. Leaves out edges from and to the node `but`. */
static int
run(struct hops *h, struct db_rows *rows, int64_t but, hop_fn fn, void *arg)
{
	int stop = 0;

	while (stop == 0 && db_next(h->g->db, rows))
		if (db_int(rows, 0) != but)
			stop = fn(arg, db_int(rows, 0), db_int(rows, 1));
	db_end(h->g->db, rows);
	return stop != 0 || db_failed(h->g->db);
}

static int
each_side(struct hops *h, const struct hop_sql *q, int64_t nid, hop_fn fn,
    void *arg)
{
	struct db *db = h->g->db;
	bool is_second = h->direction == ALK_BOTH && q == &against;
	int64_t but = is_second ? nid : 0;
	int stop = 0;

	if (h->tids == NULL)
		return run(h, db_query(db, q->each, "i", nid), but, fn, arg);
	for (size_t i = 0; i < h->tids_count && stop == 0; i++)
		stop = run(h, db_query(db, q->each_type, "ii", nid,
		    h->tids[i]), but, fn, arg);
	return stop;
}

/* The sides of a direction, at most two. */
static int
sides(const struct hops *h, const struct hop_sql *out[2])
{
	int n = 0;

	if (h->direction != ALK_IN)
		out[n++] = &along;
	else if (h->has_undirected)
		out[n++] = &along_undirected;
	if (h->direction != ALK_OUT)
		out[n++] = &against;
	else if (h->has_undirected)
		out[n++] = &against_undirected;
	return n;
}

int
hops_each(struct hops *h, int64_t nid, hop_fn fn, void *arg)
{
	const struct hop_sql *q[2];
	int n = sides(h, q);

	for (int i = 0; i < n; i++)
		if (each_side(h, q[i], nid, fn, arg) != 0)
			break;
	return h->g->err->code;
}

/* Edges from nid to itself. */
static int64_t
loops(struct hops *h, int64_t nid)
{
	struct db *db = h->g->db;
	int64_t sum = 0;

	if (h->tids == NULL)
		return db_number(db, &sql_degree_loops, 0, "i", nid);
	for (size_t t = 0; t < h->tids_count; t++)
		sum += db_number(db, &sql_degree_loops_type, 0, "ii", nid,
		    h->tids[t]);
	return sum;
}

int64_t
hops_degree(struct hops *h, int64_t nid)
{
	const struct hop_sql *q[2];
	int n = sides(h, q);
	struct db *db = h->g->db;
	int64_t sum = 0;

	for (int i = 0; i < n; i++) {
		if (h->tids == NULL)
			sum += db_number(db, q[i]->count, 0, "i", nid);
		for (size_t t = 0; t < h->tids_count; t++)
			sum += db_number(db, q[i]->count_type, 0, "ii", nid,
			    h->tids[t]);
	}
	return h->direction == ALK_BOTH ? sum - loops(h, nid) : sum;
}

int
hops_check(struct hops *h, size_t visited)
{
	struct graph *g = h->g;

	if (visited > h->visited_max)
		return error_set(g->err, ALK_LIMIT, "the traversal met more "
		    "than %zu nodes (limits.visited)", h->visited_max);
	if (graph_is_cancelled(g))
		return g->err->code;
	if (h->until_ms != 0 && clock_steady_ms() > h->until_ms)
		return error_set(g->err, ALK_TIMEOUT, "the traversal took "
		    "longer than %d ms (limits.traverse_ms)",
		    g->limits->traverse_ms);
	return g->err->code;
}
