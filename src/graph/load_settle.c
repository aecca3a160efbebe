/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Settling: what is pending is sorted once, and in that order checked against
 * the rules and put into the indexes. Parallel edges stand side by side then;
 * whether one is in the file already is asked for all of them by one statement.
 */
#include "base/error.h"
#include "base/mem.h"
#include "db/bulk.h"
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

/* The first edge, by eid, that breaks the rule; 0: none. */
static void
note_first(uint32_t *first, uint32_t eid)
{
	if (*first == 0 || eid < *first)
		*first = eid;
}

static bool
are_parallel(const struct load_edge *a, const struct load_edge *b)
{
	return a->src == b->src && a->dst == b->dst && a->kind == b->kind;
}

/* In the order of load_sort_out(): side by side, the first to come first. */
static void
find_among_sorted(const struct load_edge *edges, size_t count, uint32_t *first)
{
	for (size_t i = 1; i < count; i++)
		if (are_parallel(&edges[i - 1], &edges[i]))
			note_first(first, edges[i].eid);
}

/* Undirected ones once more, from the smaller end to the larger. */
static int
find_among_undirected(struct load *l, uint32_t *first)
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
	if (load_sort_by_eid(&list, count) != ALK_OK ||
	    load_sort_out(&list, count, count) != ALK_OK)
		error_nomem(l->g->err);
	else
		find_among_sorted(list, count, first);
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
find_in_file(struct load *l, uint32_t *first,
    void (*give)(const void *, size_t, int, struct db_answer *))
{
	struct db *db = l->g->db;
	struct db_feed feed = { .count = l->edges_count, .give = give,
		.arg = l->edges };
	struct db_rows *rows = db_query_feed(db, &sql_load_parallel, &feed, "");

	while (db_next(db, rows))
		note_first(first, (uint32_t)db_int(rows, 0));
	db_end(db, rows);
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

static const char *
key_of_edge(const struct load *l, uint32_t eid, size_t *bytes)
{
	for (size_t i = 0; i < l->edge_keys.count; i++) {
		if (l->edge_keys.pending[i].number != eid)
			continue;
		const struct keymap_entry *e = keymap_at(&l->edge_keys.map,
		    l->edge_keys.pending[i].place);
		*bytes = e->bytes;
		return e->text;
	}
	return NULL;
}

static int
refuse_parallel(struct load *l, uint32_t eid)
{
	struct graph *g = l->g;
	struct buf source = { 0 };
	struct buf target = { 0 };
	const struct load_edge *e = l->edges;
	size_t bytes;

	while (e->eid != eid)
		e++;
	if (add_key(g, e->src, &source) == ALK_OK &&
	    add_key(g, e->dst, &target) == ALK_OK) {
		const char *key = key_of_edge(l, eid, &bytes);
		l->failed_item = l->items[eid - l->first_eid];
		if (key != NULL)
			(void)snprintf(l->failed_name, sizeof(l->failed_name),
			    "edge %.*s", (int)bytes, key);
		else
			(void)snprintf(l->failed_name, sizeof(l->failed_name),
			    "edge %s -> %s", buf_text(&source),
			    buf_text(&target));
		rules_refuse_parallel(g, l->ref->type, type_entry(l->ref->type,
		    e->kind >> 1), buf_text(&source), buf_text(&target));
	}
	buf_fini(&source);
	buf_fini(&target);
	return g->err->code;
}

static int
check_parallel(struct load *l)
{
	uint32_t first = 0;

	find_among_sorted(l->edges, l->edges_count, &first);
	if (find_among_undirected(l, &first) != ALK_OK ||
	    (l->has_file_edges &&
		(find_in_file(l, &first, give_edge) != ALK_OK ||
		    find_in_file(l, &first, give_turned) != ALK_OK)))
		return l->g->err->code;
	return first == 0 ? ALK_OK : refuse_parallel(l, first);
}

int
load_check_rules(struct load *l)
{
	if (l->edges_count == 0)
		return ALK_OK;
	if (load_sort_out(&l->edges, l->edges_count, l->edges_room) != ALK_OK)
		return error_nomem(l->g->err);
	return l->ref->type->config.multi ? ALK_OK : check_parallel(l);
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

static int
compare_types(const void *a, const void *b)
{
	const struct load_key *x = a;
	const struct load_key *y = b;

	if (x->head != y->head)
		return x->head < y->head ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
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
	for (size_t i = 0; i < k->count; i++)
		k->pending[i].head = keymap_at(&k->map,
		    k->pending[i].place)->tag;
	qsort(k->pending, k->count, sizeof(k->pending[0]), compare_types);
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

int
load_settle(struct load *l)
{
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
