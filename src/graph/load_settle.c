/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Settling: what is pending is sorted once, and in that order checked against
 * the rules (load_rules.c) and put into the indexes. Where memory was short the
 * rows come from runs that are merged (load_runs.h), else from memory as they
 * are.
 */
#include "base/error.h"
#include "base/mem.h"
#include "db/bulk.h"
#include "graph/load.h"
#include "graph/load.sql.h"

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

struct load_edge
load_turned(const struct load_edge *e)
{
	struct load_edge t = *e;

	if ((e->kind & 1) != 0 && e->src > e->dst) {
		t.src = e->dst;
		t.dst = e->src;
	}
	return t;
}

size_t
load_turn_undirected(const struct load_edge *edges, size_t count,
    struct load_edge *out)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if ((edges[i].kind & 1) != 0)
			out[kept++] = load_turned(&edges[i]);
	return kept;
}

int
load_node_item_add(struct load *l, uint32_t nid)
{
	size_t at = l->nodes.count;

	if (at >= l->node_items_room) {
		size_t room = l->node_items_room == 0 ? 1024 :
		    l->node_items_room * 2;
		uint32_t *items = mem_resize(l->node_items,
		    room * sizeof(items[0]));
		if (items == NULL)
			return error_nomem(l->g->err);
		l->node_items = items;
		l->node_items_room = room;
	}
	if (at == 0)
		l->first_nid = nid;
	l->node_items[at] = (uint32_t)l->item;
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
	    (l->nodes.count + l->edge_keys.count) * 2 *
	    sizeof(struct load_key) +
	    (l->has_unique ? l->nodes.count * sizeof(l->node_items[0]) : 0);
}

/* ---- what is merged ---- */

static void
release_pending(struct load *l)
{
	mem_release(l->edges);
	mem_release(l->items);
	mem_release(l->node_items);
	l->node_items = NULL;
	l->node_items_room = 0;
	mem_release(l->nodes.pending);
	mem_release(l->edge_keys.pending);
	l->edges = NULL;
	l->items = NULL;
	l->nodes.pending = l->edge_keys.pending = NULL;
	l->edges_room = l->nodes.room = l->edge_keys.room = 0;
}

/* Merging takes the room that what is pending had. */
int
load_spill_all(struct load *l)
{
	if (load_spill(l) != ALK_OK)
		return l->g->err->code;
	release_pending(l);
	return ALK_OK;
}

/* ---- columns of pending edges, as load.sql has them ---- */

void
load_give_edge(const void *arg, size_t i, int column, struct db_answer *to)
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

/* ---- edges that are merged ---- */

static size_t
next_edges(void *source)
{
	return load_merge_next(source);
}

int
load_edges_begin(struct load *l, struct load_merge *m, struct db_feed *feed,
    enum load_order order)
{
	if (load_merge_begin(m, l, order) != ALK_OK)
		return l->g->err->code;
	*feed = (struct db_feed){ .give = load_give_edge, .more = next_edges,
		.arg = m->edges, .source = m };
	return ALK_OK;
}

/* ---- indexes ---- */

/* arg: behind the last of them. */
static void
give_edge_back(const void *arg, size_t i, int column, struct db_answer *to)
{
	load_give_edge((const struct load_edge *)arg - 1 - i, 0, column, to);
}

static int
write_edges(struct load *l, const struct sql *q, bool is_backwards)
{
	struct db_feed feed = { .count = l->edges_count, .give = load_give_edge,
		.arg = l->edges };

	if (is_backwards) {
		feed.give = give_edge_back;
		feed.arg = l->edges + l->edges_count;
	}
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
	return db_exec_feed(l->g->db, l->sql->node_types, &feed, "i",
	    l->ref->gid);
}

static int
write_in(struct load *l, bool is_backwards)
{
	if (l->has_in)
		return l->g->err->code;
	l->has_in = true;
	if (load_sort_in(&l->edges, l->edges_count, l->edges_room) != ALK_OK)
		return error_nomem(l->g->err);
	return write_edges(l, l->sql->edges_in, is_backwards);
}

/*
 * Every other batch goes the way back: then it begins with the pages that were
 * met last, which are still in memory. One that always went through more pages
 * than memory has in the same order would find none of them.
 */
static int
write_edges_back(struct load *l)
{
	if (write_in(l, true) != ALK_OK)
		return l->g->err->code;
	if (load_sort_out(&l->edges, l->edges_count, l->edges_room) != ALK_OK)
		return error_nomem(l->g->err);
	return write_edges(l, l->sql->edges_out, true);
}

static int
write_indexes(struct load *l)
{
	if (load_settle_nodes(l) != ALK_OK ||
	    write_keys(l, &l->edge_keys, l->sql->edge_keys) != ALK_OK ||
	    l->edges_count == 0)
		return l->g->err->code;
	bool is_backwards = l->settings.has_batches && l->is_backwards;
	l->is_backwards = !l->is_backwards;
	if (is_backwards && !l->has_out)
		return write_edges_back(l);
	if (load_settle_out(l) != ALK_OK)
		return l->g->err->code;
	return write_in(l, false);
}

/* ---- indexes, of runs ---- */

static int
merge_edges(struct load *l, enum load_order order, const struct sql *q)
{
	struct load_merge m;
	struct db_feed feed;

	if (load_edges_begin(l, &m, &feed, order) == ALK_OK)
		(void)db_exec_feed(l->g->db, q, &feed, "");
	load_merge_end(&m);
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

int
load_settle_nodes(struct load *l)
{
	if (l->has_nodes)
		return l->g->err->code;
	l->has_nodes = true;
	if (!load_has_runs(l))
		return write_keys(l, &l->nodes, l->sql->node_keys) != ALK_OK ?
		    l->g->err->code : write_types(l);
	if (merge_nodes(l, LOAD_NODE_KEYS, l->sql->node_keys) != ALK_OK)
		return l->g->err->code;
	return merge_nodes(l, LOAD_TYPES, l->sql->node_types);
}

static int
merge_keys(struct load *l)
{
	if (load_settle_nodes(l) != ALK_OK)
		return l->g->err->code;
	return merge_nodes(l, LOAD_EDGE_KEYS, l->sql->edge_keys);
}

int
load_settle_keys(struct load *l)
{
	if (load_spill_all(l) != ALK_OK || merge_keys(l) != ALK_OK)
		return l->g->err->code;
	l->has_nodes = false; /* there may come more */
	return ALK_OK;
}

int
load_settle_out(struct load *l)
{
	if (l->has_out)
		return l->g->err->code;
	l->has_out = true;
	return load_has_runs(l) ?
	    merge_edges(l, LOAD_OUT, l->sql->edges_out) :
	    write_edges(l, l->sql->edges_out, false);
}

int
load_settle_in(struct load *l)
{
	return write_in(l, false);
}

static int
merge_indexes(struct load *l)
{
	if (merge_keys(l) != ALK_OK || load_settle_out(l) != ALK_OK)
		return l->g->err->code;
	return merge_edges(l, LOAD_IN, l->sql->edges_in);
}

static int
fill_indexes(struct load *l)
{
	if ((load_has_runs(l) ? merge_indexes(l) : write_indexes(l)) != ALK_OK)
		return l->g->err->code;
	return load_index_fill(l) == ALK_EXISTS ? load_explain(l) :
						  l->g->err->code;
}

int
load_settle(struct load *l)
{
	if (load_check_rules(l) != ALK_OK ||
	    (l->has_trees && fill_indexes(l) != ALK_OK))
		return l->g->err->code;
	if (l->edges_from != 0)
		l->has_file_edges = true;
	load_runs_fini(l);
	load_ends_clear(l);
	l->edges_count = 0;
	l->nodes.count = 0;
	l->edge_keys.count = 0;
	l->nodes_from = l->edges_from = 0;
	l->has_nodes = l->has_out = l->has_in = false;
	return ALK_OK;
}
