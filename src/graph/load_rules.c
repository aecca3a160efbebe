/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The rules that a load breaks only together with others: parallel edges, which
 * stand side by side once they are sorted, and those that are in the file
 * already, for which one statement asks.
 */
#include "base/error.h"
#include "base/mem.h"
#include "db/bulk.h"
#include "graph/edge.sql.h"
#include "graph/index.h"
#include "graph/load.h"
#include "graph/load.sql.h"
#include "graph/node.sql.h"

#include <stdio.h>
#include <string.h>

#define ORDER_SHARE 8  /* of all edges; more, and all are ordered anew */
#define ORDER_NODE 4   /* a node that is met costs as much as so many edges */

/* ---- rules ---- */

/* Looks for edges that are alike in their order, chunk after chunk. */
struct search {
	struct load_edge last;
	bool has_last;
	uint32_t first; /* the first, by eid, that is one too many; 0: none */
};

static void
note_first(struct search *s, uint32_t eid)
{
	if (s->first == 0 || eid < s->first)
		s->first = eid;
}

static bool
are_parallel(const struct load_edge *a, const struct load_edge *b)
{
	return a->src == b->src && a->dst == b->dst && a->kind == b->kind;
}

/* In the order of load_sort_out(): side by side, the first to come first. */
static void
look_at(struct search *s, const struct load_edge *edges, size_t count)
{
	if (count == 0)
		return;
	if (s->has_last && are_parallel(&s->last, &edges[0]))
		note_first(s, edges[0].eid);
	for (size_t i = 1; i < count; i++)
		if (are_parallel(&edges[i - 1], &edges[i]))
			note_first(s, edges[i].eid);
	s->last = edges[count - 1];
	s->has_last = true;
}

/* The same of a list of its own. */
static void
look_among(struct search *s, const struct load_edge *edges, size_t count)
{
	s->has_last = false;
	look_at(s, edges, count);
}

/* Undirected ones once more, from the smaller end to the larger. */
static int
find_among_undirected(struct load *l, struct search *s)
{
	size_t count = 0;
	struct load_edge *list;

	for (size_t i = 0; i < l->edges_count; i++)
		count += l->edges[i].kind & 1;
	if (count == 0)
		return ALK_OK;
	list = mem_alloc(count * sizeof(list[0]));
	if (list == NULL)
		return error_nomem(l->g->err);
	(void)load_turn_undirected(l->edges, l->edges_count, list);
	/* Turned round, they are no more in the order of their eid. */
	if (load_sort_by_eid(&list, count, count) != ALK_OK ||
	    load_sort_out(&list, count, count) != ALK_OK)
		error_nomem(l->g->err);
	else
		look_among(s, list, count);
	mem_release(list);
	return l->g->err->code;
}

/* ---- edges of the file ---- */

/* The other way round; of directed ones no row fits. */
static void
give_turned(const void *arg, size_t i, int column, struct db_answer *to)
{
	const struct load_edge *e = (const struct load_edge *)arg + i;

	if (column == 0 && (e->kind & 1) == 0)
		return;
	load_give_edge(arg, i, column == 0 ? 2 : column == 2 ? 0 : column, to);
}

static int
find_in_file(struct load *l, struct search *s, struct db_feed *feed)
{
	struct db *db = l->g->db;
	struct db_rows *rows = db_query_feed(db, &sql_load_parallel, feed, "");

	while (db_next(db, rows))
		note_first(s, (uint32_t)db_int(rows, 0));
	db_end(db, rows);
	return l->g->err->code;
}

static int
find_pending_in_file(struct load *l, struct search *s)
{
	struct db_feed feed = { .count = l->edges_count, .give = load_give_edge,
		.arg = l->edges };

	if (!l->has_file_edges || find_in_file(l, s, &feed) != ALK_OK)
		return l->g->err->code;
	feed.give = give_turned;
	return find_in_file(l, s, &feed);
}

/* ---- the same of runs ---- */

static int
look_through(struct load *l, enum load_order order, struct search *s)
{
	struct load_merge m;
	size_t count;

	s->has_last = false;
	if (load_merge_begin(&m, l, order) == ALK_OK)
		while ((count = load_merge_next(&m)) > 0)
			look_at(s, m.edges, count);
	load_merge_end(&m);
	return l->g->err->code;
}

static int
find_runs_in_file(struct load *l, struct search *s)
{
	struct load_merge m;
	struct db_feed feed;

	for (int turned = 0; turned < 2 && l->has_file_edges; turned++) {
		if (load_edges_begin(l, &m, &feed, LOAD_OUT) == ALK_OK) {
			if (turned)
				feed.give = give_turned;
			(void)find_in_file(l, s, &feed);
		}
		load_merge_end(&m);
	}
	return l->g->err->code;
}

/* ---- the edge that fails ---- */

static int
add_key(struct graph *g, int64_t nid, struct buf *out)
{
	struct db_rows *rows = db_query(g->db, &sql_node_show_nid, "i", nid);

	if (db_next(g->db, rows))
		buf_str(out, db_text(rows, 2, NULL));
	db_end(g->db, rows);
	if (buf_text(out) == NULL)
		return error_nomem(g->err);
	return g->err->code;
}

/* What the error tells of an edge. */
struct told_edge {
	uint32_t type;
	struct buf source;
	struct buf target;
	struct buf key; /* without bytes: none */
};

static void
tell_key(const struct load *l, uint32_t eid, struct buf *out)
{
	for (size_t i = 0; i < l->edge_keys.count; i++) {
		if (l->edge_keys.pending[i].number != eid)
			continue;
		const struct keymap_entry *e = keymap_at(&l->edge_keys.map,
		    l->edge_keys.pending[i].place);
		buf_add(out, e->text, e->bytes);
	}
}

/* One of those pending, in any order. */
static int
tell_pending(struct load *l, uint32_t eid, struct told_edge *t)
{
	const struct load_edge *e = l->edges;

	while (e->eid != eid)
		e++;
	t->type = e->kind >> 1;
	tell_key(l, eid, &t->key);
	if (add_key(l->g, e->src, &t->source) == ALK_OK)
		(void)add_key(l->g, e->dst, &t->target);
	return l->g->err->code;
}

/* One of the runs: its row is written. */
static int
tell_written(struct load *l, uint32_t eid, struct told_edge *t)
{
	struct graph *g = l->g;
	struct db_rows *rows = db_query(g->db, &sql_edge_stored, "i",
	    (int64_t)eid);

	if (db_next(g->db, rows)) {
		t->type = (uint32_t)db_int(rows, 0);
		if (!db_is_null(rows, 3))
			buf_str(&t->key, db_text(rows, 3, NULL));
		buf_str(&t->source, db_text(rows, 5, NULL));
		buf_str(&t->target, db_text(rows, 6, NULL));
	}
	db_end(g->db, rows);
	return g->err->code;
}

static void
tell_broken(struct load *l, const struct load_fault *f,
    const struct told_edge *t)
{
	struct graph *g = l->g;
	const struct graph_type *type = l->ref->type;

	if (f->rule == LOAD_PARALLEL)
		rules_refuse_parallel(g, type, type_entry(type, t->type),
		    t->source.data, t->target.data);
	else if (f->rule == LOAD_CYCLE)
		rules_refuse_cycle(g, type, &f->cycle);
	else
		index_refuse(g, f->type, f->index, f->holder.data);
}

static int
refuse_edge(struct load *l, const struct load_fault *f)
{
	struct graph *g = l->g;
	struct told_edge t = { 0 };
	int code = load_has_runs(l) ? tell_written(l, f->number, &t) :
				      tell_pending(l, f->number, &t);
	const char *source = buf_text(&t.source);
	const char *target = buf_text(&t.target);

	if (code == ALK_OK && (source == NULL || target == NULL ||
		t.key.failed))
		code = error_nomem(g->err);
	if (code == ALK_OK) {
		l->failed_item = f->item;
		if (t.key.bytes > 0)
			(void)snprintf(l->failed_name, sizeof(l->failed_name),
			    "edge %s", buf_text(&t.key));
		else
			(void)snprintf(l->failed_name, sizeof(l->failed_name),
			    "edge %s -> %s", source, target);
		tell_broken(l, f, &t);
	}
	buf_fini(&t.source);
	buf_fini(&t.target);
	buf_fini(&t.key);
	return g->err->code;
}

static int
refuse(struct load *l, struct load_fault *f)
{
	const char *name = buf_text(&f->name);
	const char *holder = buf_text(&f->holder);

	if (name == NULL || holder == NULL)
		return error_nomem(l->g->err);
	if (f->kind == ALK_EDGE)
		return refuse_edge(l, f);
	l->failed_item = f->item;
	(void)snprintf(l->failed_name, sizeof(l->failed_name), "node %s", name);
	return index_refuse(l->g, f->type, f->index, holder);
}

static int64_t
item_of(struct load *l, int kind, uint32_t number)
{
	if (load_has_runs(l))
		return load_run_item(l, kind, number);
	return kind == ALK_NODE ? (int64_t)l->node_items[number -
	    l->first_nid] : (int64_t)l->items[number - l->first_eid];
}

bool
load_note_fault(struct load *l, struct load_fault *f, enum load_rule rule,
    int kind, uint32_t number)
{
	int64_t item = item_of(l, kind, number);

	if (item < 0 || (f->item >= 0 && (item > f->item ||
		(item == f->item && rule >= f->rule))))
		return false;
	f->item = item;
	f->rule = rule;
	f->kind = kind;
	f->number = number;
	return true;
}

/* ---- all rules ---- */

static int
find_parallel_pending(struct load *l, struct search *s)
{
	if (l->edges_count == 0)
		return ALK_OK;
	if (load_sort_out(&l->edges, l->edges_count, l->edges_room) != ALK_OK)
		return error_nomem(l->g->err);
	if (l->ref->type->config.multi)
		return ALK_OK;
	look_at(s, l->edges, l->edges_count);
	if (find_among_undirected(l, s) == ALK_OK)
		(void)find_pending_in_file(l, s);
	return l->g->err->code;
}

/* What was pending is a run too. */
static int
find_parallel(struct load *l, struct search *s)
{
	if (!load_has_runs(l))
		return find_parallel_pending(l, s);
	if (load_spill_all(l) != ALK_OK || l->ref->type->config.multi)
		return l->g->err->code;
	if (look_through(l, LOAD_OUT, s) == ALK_OK &&
	    look_through(l, LOAD_UNDIRECTED, s) == ALK_OK)
		(void)find_runs_in_file(l, s);
	return l->g->err->code;
}

/* Of few edges beside those that are there, in an order that is kept. */
static bool
are_few(struct load *l)
{
	return !load_has_runs(l) && l->has_file_edges &&
	    l->edges_count < (size_t)write_peek_eid(l->g) / ORDER_SHARE &&
	    order_is_valid(l->g, l->ref->gid);
}

static int
order_pending(struct load *l, bool *is_cyclic)
{
	struct graph *g = l->g;
	size_t count = l->edges_count;
	struct order_edge *edges = mem_alloc(count * sizeof(edges[0]));

	if (edges == NULL)
		return error_nomem(g->err);
	for (size_t i = 0; i < count; i++)
		edges[i] = (struct order_edge){ l->edges[i].src,
			l->edges[i].dst };
	if (load_settle_in(l) == ALK_OK)
		(void)order_add_many(g, l->ref->gid, edges, count,
		    (size_t)write_peek_eid(g) / ORDER_NODE, is_cyclic);
	mem_release(edges);
	return g->err->code;
}

static int
order_edges(struct load *l, bool *is_cyclic)
{
	if (load_settle_nodes(l) != ALK_OK || load_settle_out(l) != ALK_OK)
		return l->g->err->code;
	return are_few(l) ? order_pending(l, is_cyclic) :
			    order_rebuild(l->g, l->ref->gid, is_cyclic);
}

/* Brings an acyclic graph in order, or finds the edge for which that cannot
   be. */
static int
find_cycle(struct load *l, struct load_fault *f)
{
	struct graph *g = l->g;
	struct order_cycle cycle = { NULL, 0 };
	int64_t eid = 0;
	bool is_cyclic = false;

	if (!l->ref->type->config.acyclic || l->edges_from == 0 ||
	    order_edges(l, &is_cyclic) != ALK_OK || !is_cyclic)
		return g->err->code;
	if (order_first(g, l->ref->gid, l->edges_from, &eid, &cycle) == ALK_OK
	    && eid != 0 && load_note_fault(l, f, LOAD_CYCLE, ALK_EDGE,
		(uint32_t)eid)) {
		mem_release(f->cycle.nodes);
		f->cycle = cycle;
	} else {
		mem_release(cycle.nodes);
	}
	return g->err->code;
}

static int
find_fault(struct load *l, struct load_fault *f, bool is_failing)
{
	struct search s = { .first = 0 };

	if (find_parallel(l, &s) != ALK_OK)
		return l->g->err->code;
	if (s.first != 0)
		(void)load_note_fault(l, f, LOAD_PARALLEL, ALK_EDGE, s.first);
	if (find_cycle(l, f) != ALK_OK)
		return l->g->err->code;
	/* Else the index itself refuses. */
	return f->item >= 0 || is_failing ? load_index_find_fault(l, f) :
					    ALK_OK;
}

int
load_check_rules(struct load *l)
{
	struct load_fault f = { .item = -1 };

	if (find_fault(l, &f, l->is_failing) == ALK_OK && f.item >= 0)
		(void)refuse(l, &f);
	mem_release(f.cycle.nodes);
	buf_fini(&f.name);
	buf_fini(&f.holder);
	return l->g->err->code;
}

int
load_explain(struct load *l)
{
	struct load_fault f = { .item = -1 };
	alk_error told = *l->g->err;

	error_clear(l->g->err);
	if (load_index_find_fault(l, &f) == ALK_OK) {
		if (f.item >= 0)
			(void)refuse(l, &f);
		else
			*l->g->err = told;
	}
	buf_fini(&f.name);
	buf_fini(&f.holder);
	return l->g->err->code;
}
