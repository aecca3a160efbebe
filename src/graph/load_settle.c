/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Settling: what is pending is sorted once, and in that order checked against
 * the rules and put into the indexes. Parallel edges stand side by side then;
 * whether one is in the file already is asked for all of them by one statement.
 * Where memory was short the rows come from runs that are merged (load_runs.h),
 * else from memory as they are.
 */
#include "base/error.h"
#include "base/mem.h"
#include "db/bulk.h"
#include "graph/edge.sql.h"
#include "graph/load.h"
#include "graph/load.sql.h"
#include "graph/node.sql.h"

#include <stdio.h>
#include <string.h>

/* ---- what is pending ---- */

int
load_edge_add(struct load *l, const struct load_edge *e)
{
	if (l->edges_count == l->edges_room) {
		size_t room = l->edges_room == 0 ? 1024 : l->edges_room * 2;
		struct load_edge *edges = mem_resize(l->edges,
		    room * sizeof(edges[0]));
		if (edges == NULL)
			return error_nomem(l->g->err);
		l->edges = edges;
		uint32_t *items = mem_resize(l->items, room * sizeof(items[0]));
		if (items == NULL)
			return error_nomem(l->g->err);
		l->items = items;
		l->edges_room = room;
	}
	if (l->edges_count == 0)
		l->first_eid = e->eid;
	l->items[l->edges_count] = (uint32_t)l->item;
	l->edges[l->edges_count++] = *e;
	return ALK_OK;
}

int
load_key_add(struct load *l, struct load_keys *k, uint32_t place,
    uint32_t number)
{
	if (k->count == k->room) {
		size_t room = k->room == 0 ? 1024 : k->room * 2;
		struct load_key *keys = mem_resize(k->pending,
		    room * sizeof(keys[0]));
		if (keys == NULL)
			return error_nomem(l->g->err);
		k->pending = keys;
		k->room = room;
	}
	k->pending[k->count++] = (struct load_key){ .place = place,
		.number = number };
	return ALK_OK;
}

/* Sorting takes as much again. What is in use counts: room stays for more. */
size_t
load_pending_bytes(const struct load *l)
{
	return l->edges_count * (2 * sizeof(l->edges[0]) +
	    sizeof(l->items[0])) +
	    (l->nodes.count + l->edge_keys.count) * 2 * sizeof(struct load_key);
}

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
	count = 0;
	for (size_t i = 0; i < l->edges_count; i++) {
		struct load_edge e = l->edges[i];
		if ((e.kind & 1) == 0)
			continue;
		if (e.src > e.dst) {
			e.src = l->edges[i].dst;
			e.dst = l->edges[i].src;
		}
		list[count++] = e;
	}
	/* Turned round, they are no more in the order of their eid. */
	if (load_sort_by_eid(&list, count, count) != ALK_OK ||
	    load_sort_out(&list, count, count) != ALK_OK)
		error_nomem(l->g->err);
	else
		look_among(s, list, count);
	mem_release(list);
	return l->g->err->code;
}

/* ---- columns of pending edges, as load.sql has them ---- */

static void
give_edge(const void *arg, size_t i, int column, struct db_answer *to)
{
	const struct load_edge *e = (const struct load_edge *)arg + i;

	switch (column) {
	case 0:
		db_answer_int(to, e->src);
		break;
	case 1:
		db_answer_int(to, e->kind >> 1);
		break;
	case 2:
		db_answer_int(to, e->dst);
		break;
	case 3:
		db_answer_int(to, e->kind & 1);
		break;
	default:
		db_answer_int(to, e->eid);
	}
}

/* The other way round; of directed ones no row fits. */
static void
give_turned(const void *arg, size_t i, int column, struct db_answer *to)
{
	const struct load_edge *e = (const struct load_edge *)arg + i;

	if (column == 0 && (e->kind & 1) == 0)
		return;
	give_edge(arg, i, column == 0 ? 2 : column == 2 ? 0 : column, to);
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
	struct db_feed feed = { .count = l->edges_count, .give = give_edge,
		.arg = l->edges };

	if (!l->has_file_edges || find_in_file(l, s, &feed) != ALK_OK)
		return l->g->err->code;
	feed.give = give_turned;
	return find_in_file(l, s, &feed);
}

/* ---- the same of runs ---- */

/* A feed of what is merged. */
struct merged {
	struct load_merge merge;
	struct search *search; /* if it looks on; NULL */
	struct db_feed feed;
};

static size_t
next_edges(void *source)
{
	struct merged *m = source;
	size_t count = load_merge_next(&m->merge);

	if (m->search != NULL)
		look_at(m->search, m->merge.edges, count);
	return count;
}

static int
begin_edges(struct load *l, struct merged *m, enum load_order order)
{
	*m = (struct merged){ .search = NULL };
	if (load_merge_begin(&m->merge, l, order) != ALK_OK)
		return l->g->err->code;
	m->feed = (struct db_feed){ .give = give_edge, .more = next_edges,
		.arg = m->merge.edges, .source = m };
	return ALK_OK;
}

static int
look_through(struct load *l, enum load_order order, struct search *s)
{
	struct merged m;
	size_t count;

	s->has_last = false;
	if (begin_edges(l, &m, order) == ALK_OK)
		while ((count = load_merge_next(&m.merge)) > 0)
			look_at(s, m.merge.edges, count);
	load_merge_end(&m.merge);
	return l->g->err->code;
}

static int
find_runs_in_file(struct load *l, struct search *s)
{
	struct merged m;

	for (int turned = 0; turned < 2 && l->has_file_edges; turned++) {
		if (begin_edges(l, &m, LOAD_OUT) == ALK_OK) {
			if (turned)
				m.feed.give = give_turned;
			(void)find_in_file(l, s, &m.feed);
		}
		load_merge_end(&m.merge);
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
	int64_t item;
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
	t->item = l->items[eid - l->first_eid];
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
	t->item = load_item_of(l, eid);
	return g->err->code;
}

static int
refuse_parallel(struct load *l, uint32_t eid)
{
	struct graph *g = l->g;
	struct told_edge t = { 0 };
	int code = load_has_runs(l) ? tell_written(l, eid, &t) :
				      tell_pending(l, eid, &t);
	const char *source = buf_text(&t.source);
	const char *target = buf_text(&t.target);

	if (code == ALK_OK && (source == NULL || target == NULL ||
		t.key.failed))
		code = error_nomem(g->err);
	if (code == ALK_OK) {
		l->failed_item = t.item;
		if (t.key.bytes > 0)
			(void)snprintf(l->failed_name, sizeof(l->failed_name),
			    "edge %s", buf_text(&t.key));
		else
			(void)snprintf(l->failed_name, sizeof(l->failed_name),
			    "edge %s -> %s", source, target);
		rules_refuse_parallel(g, l->ref->type, type_entry(l->ref->type,
		    t.type), source, target);
	}
	buf_fini(&t.source);
	buf_fini(&t.target);
	buf_fini(&t.key);
	return g->err->code;
}

static int
check_pending(struct load *l)
{
	struct search s = { .first = 0 };

	if (l->edges_count == 0)
		return ALK_OK;
	if (load_sort_out(&l->edges, l->edges_count, l->edges_room) != ALK_OK)
		return error_nomem(l->g->err);
	if (l->ref->type->config.multi)
		return ALK_OK;
	look_at(&s, l->edges, l->edges_count);
	if (find_among_undirected(l, &s) != ALK_OK ||
	    find_pending_in_file(l, &s) != ALK_OK)
		return l->g->err->code;
	return s.first == 0 ? ALK_OK : refuse_parallel(l, s.first);
}

/* What was pending is a run too. */
static int
check_runs(struct load *l)
{
	struct search s = { .first = 0 };

	if (l->ref->type->config.multi)
		return ALK_OK;
	if (look_through(l, LOAD_OUT, &s) != ALK_OK ||
	    look_through(l, LOAD_UNDIRECTED, &s) != ALK_OK ||
	    find_runs_in_file(l, &s) != ALK_OK)
		return l->g->err->code;
	return s.first == 0 ? ALK_OK : refuse_parallel(l, s.first);
}

static void
release_pending(struct load *l)
{
	mem_release(l->edges);
	mem_release(l->items);
	mem_release(l->nodes.pending);
	mem_release(l->edge_keys.pending);
	l->edges = NULL;
	l->items = NULL;
	l->nodes.pending = l->edge_keys.pending = NULL;
	l->edges_room = l->nodes.room = l->edge_keys.room = 0;
}

/* Merging takes the room that what is pending had. */
static int
spill_all(struct load *l)
{
	if (load_spill(l) != ALK_OK)
		return l->g->err->code;
	release_pending(l);
	return ALK_OK;
}

int
load_check_rules(struct load *l)
{
	if (!load_has_runs(l))
		return check_pending(l);
	return spill_all(l) != ALK_OK ? l->g->err->code : check_runs(l);
}

/* ---- indexes ---- */

static int
write_edges(struct load *l, const struct sql *q)
{
	struct db_feed feed = { .count = l->edges_count, .give = give_edge,
		.arg = l->edges };

	return db_exec_feed(l->g->db, q, &feed, "");
}

static void
give_key(const void *arg, size_t i, int column, struct db_answer *to)
{
	const struct load_keys *k = arg;
	const struct load_key *key = &k->pending[i];

	if (column == 0) {
		const struct keymap_entry *e = keymap_at(&k->map, key->place);
		db_answer_text(to, e->text, e->bytes);
	} else {
		db_answer_int(to, key->number);
	}
}

static int
write_keys(struct load *l, struct load_keys *k, const struct sql *q)
{
	struct db_feed feed = { .count = k->count, .give = give_key,
		.arg = k };

	if (k->count == 0)
		return ALK_OK;
	if (load_sort_keys(k) != ALK_OK)
		return error_nomem(l->g->err);
	return db_exec_feed(l->g->db, q, &feed, "i", l->ref->gid);
}

static void
give_type(const void *arg, size_t i, int column, struct db_answer *to)
{
	const struct load_key *key = (const struct load_key *)arg + i;

	db_answer_int(to, column == 0 ? (int64_t)key->head : key->number);
}

/* Types of the nodes that have just been put into the index of keys. */
static int
write_types(struct load *l)
{
	struct load_keys *k = &l->nodes;
	struct db_feed feed = { .count = k->count, .give = give_type,
		.arg = k->pending };

	if (k->count == 0)
		return ALK_OK;
	load_sort_types(k);
	return db_exec_feed(l->g->db, &sql_load_node_types, &feed, "i",
	    l->ref->gid);
}

static int
write_indexes(struct load *l)
{
	struct graph *g = l->g;

	if (write_keys(l, &l->nodes, &sql_load_node_keys) != ALK_OK ||
	    write_types(l) != ALK_OK ||
	    write_keys(l, &l->edge_keys, &sql_load_edge_keys) != ALK_OK ||
	    l->edges_count == 0 || write_edges(l, &sql_load_edges_out) !=
		ALK_OK)
		return g->err->code;
	if (load_sort_in(&l->edges, l->edges_count, l->edges_room) != ALK_OK)
		return error_nomem(g->err);
	return write_edges(l, &sql_load_edges_in);
}

/* ---- indexes, of runs ---- */

static int
merge_edges(struct load *l, enum load_order order, const struct sql *q)
{
	struct merged m;

	if (begin_edges(l, &m, order) == ALK_OK)
		(void)db_exec_feed(l->g->db, q, &m.feed, "");
	load_merge_end(&m.merge);
	load_runs_clear(l, order);
	return l->g->err->code;
}

static void
give_merged_key(const void *arg, size_t i, int column, struct db_answer *to)
{
	const struct load_merge *m = arg;

	if (column == 0)
		db_answer_text(to, m->texts.data + m->keys[i].at,
		    m->keys[i].bytes);
	else
		db_answer_int(to, m->keys[i].number);
}

static void
give_merged_type(const void *arg, size_t i, int column, struct db_answer *to)
{
	const struct load_edge *e = (const struct load_edge *)arg + i;

	db_answer_int(to, column == 0 ? e->src : e->eid);
}

static size_t
next_rows(void *source)
{
	return load_merge_next(source);
}

static int
merge_nodes(struct load *l, enum load_order order, const struct sql *q)
{
	struct load_merge m;

	if (load_merge_begin(&m, l, order) == ALK_OK) {
		struct db_feed feed = { .more = next_rows, .source = &m };
		feed.give = order == LOAD_TYPES ? give_merged_type :
						  give_merged_key;
		feed.arg = order == LOAD_TYPES ? (const void *)m.edges : &m;
		(void)db_exec_feed(l->g->db, q, &feed, "i", l->ref->gid);
	}
	load_merge_end(&m);
	load_runs_clear(l, order);
	return l->g->err->code;
}

static int
merge_keys(struct load *l)
{
	if (merge_nodes(l, LOAD_NODE_KEYS, &sql_load_node_keys) != ALK_OK ||
	    merge_nodes(l, LOAD_TYPES, &sql_load_node_types) != ALK_OK)
		return l->g->err->code;
	return merge_nodes(l, LOAD_EDGE_KEYS, &sql_load_edge_keys);
}

int
load_settle_keys(struct load *l)
{
	return spill_all(l) != ALK_OK ? l->g->err->code : merge_keys(l);
}

static int
settle_runs(struct load *l)
{
	if (load_check_rules(l) != ALK_OK || merge_keys(l) != ALK_OK ||
	    merge_edges(l, LOAD_OUT, &sql_load_edges_out) != ALK_OK ||
	    merge_edges(l, LOAD_IN, &sql_load_edges_in) != ALK_OK)
		return l->g->err->code;
	if (l->runs.items.bytes > 0)
		l->has_file_edges = true;
	load_runs_fini(l);
	return ALK_OK;
}

int
load_settle(struct load *l)
{
	if (load_has_runs(l))
		return settle_runs(l);
	if (load_check_rules(l) != ALK_OK ||
	    (l->has_trees && write_indexes(l) != ALK_OK))
		return l->g->err->code;
	if (l->edges_count > 0)
		l->has_file_edges = true;
	l->edges_count = 0;
	l->nodes.count = 0;
	l->edge_keys.count = 0;
	return ALK_OK;
}
