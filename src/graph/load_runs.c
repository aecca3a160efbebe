/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Sorted runs in a temporary file: writing them. */
#include "graph/load_runs.h"

#include "base/error.h"
#include "base/mem.h"
#include "graph/load.h"
#include "graph/load_runs_parts.h"

#include <stdlib.h>
#include <string.h>

#define WRITE_BYTES ((size_t)256 * 1024)

bool
load_has_runs(const struct load *l)
{
	return l->runs.file != NULL;
}

void
load_runs_clear(struct load *l, enum load_order order)
{
	buf_clear(&l->runs.of[order]);
}

void
load_runs_fini(struct load *l)
{
	for (int i = 0; i < LOAD_ORDERS; i++)
		buf_fini(&l->runs.of[i]);
	buf_fini(&l->runs.items);
	db_temp_close(l->runs.file);
	l->runs = (struct load_runs){ 0 };
}

/* Notes what has been written since `at` as a run. */
static int
note_run(struct load *l, enum load_order order, int64_t at)
{
	struct load_run run = { at, db_temp_bytes(l->runs.file) };

	buf_add(&l->runs.of[order], &run, sizeof(run));
	return l->runs.of[order].failed ? error_nomem(l->g->err) :
					  l->g->err->code;
}

static int
write_edges(struct load *l, enum load_order order)
{
	int64_t at = db_temp_bytes(l->runs.file);

	if (db_temp_add(l->runs.file, l->edges, l->edges_count *
		sizeof(l->edges[0])) != ALK_OK)
		return l->g->err->code;
	return note_run(l, order, at);
}

static int
write_items(struct load *l, int kind, uint32_t first, const uint32_t *items,
    size_t count)
{
	struct load_items list = { kind, first, (uint32_t)count,
		db_temp_bytes(l->runs.file) };

	buf_add(&l->runs.items, &list, sizeof(list));
	if (l->runs.items.failed)
		return error_nomem(l->g->err);
	return db_temp_add(l->runs.file, items, count * sizeof(items[0]));
}

static int
spill_edges(struct load *l)
{
	if (l->edges_count == 0)
		return ALK_OK;
	if (write_items(l, ALK_EDGE, l->first_eid, l->items, l->edges_count) !=
	    ALK_OK)
		return l->g->err->code;
	if (load_sort_out(&l->edges, l->edges_count, l->edges_room) != ALK_OK)
		return error_nomem(l->g->err);
	if (write_edges(l, LOAD_OUT) != ALK_OK)
		return l->g->err->code;
	if (load_sort_in(&l->edges, l->edges_count, l->edges_room) != ALK_OK)
		return error_nomem(l->g->err);
	if (write_edges(l, LOAD_IN) != ALK_OK)
		return l->g->err->code;
	if (!l->ref->type->config.multi) {
		l->edges_count = load_turn_undirected(l->edges,
		    l->edges_count, l->edges);
		/* Turned round, they are no more in the order of their eid. */
		if (l->edges_count > 0 &&
		    (load_sort_by_eid(&l->edges, l->edges_count,
			 l->edges_room) != ALK_OK ||
			load_sort_out(&l->edges, l->edges_count,
			    l->edges_room) != ALK_OK))
			return error_nomem(l->g->err);
		if (l->edges_count > 0 &&
		    write_edges(l, LOAD_UNDIRECTED) != ALK_OK)
			return l->g->err->code;
	}
	l->edges_count = 0;
	return ALK_OK;
}

/* ---- keys ---- */

static int
flush(struct load *l, struct buf *out, size_t bytes_max)
{
	if (out->failed)
		return error_nomem(l->g->err);
	if (out->bytes <= bytes_max)
		return ALK_OK;
	int code = db_temp_add(l->runs.file, out->data, out->bytes);
	buf_clear(out);
	return code;
}

static int
spill_types(struct load *l, struct buf *out)
{
	struct load_keys *k = &l->nodes;
	int64_t at = db_temp_bytes(l->runs.file);

	load_sort_types(k);
	for (size_t i = 0; i < k->count; i++) {
		struct load_edge e = { .src = (uint32_t)k->pending[i].head,
			.eid = k->pending[i].number };
		buf_add(out, &e, sizeof(e));
		if (flush(l, out, WRITE_BYTES) != ALK_OK)
			return l->g->err->code;
	}
	return flush(l, out, 0) != ALK_OK ? l->g->err->code :
					    note_run(l, LOAD_TYPES, at);
}

static int
spill_keys(struct load *l, struct load_keys *k, enum load_order order,
    struct buf *out)
{
	int64_t at = db_temp_bytes(l->runs.file);

	if (load_sort_keys(k) != ALK_OK)
		return error_nomem(l->g->err);
	for (size_t i = 0; i < k->count; i++) {
		const struct keymap_entry *e = keymap_at(&k->map,
		    k->pending[i].place);
		buf_add(out, &k->pending[i].number, sizeof(uint32_t));
		buf_add(out, &e->bytes, sizeof(e->bytes));
		buf_add(out, e->text, e->bytes);
		if (flush(l, out, WRITE_BYTES) != ALK_OK)
			return l->g->err->code;
	}
	k->count = 0;
	return flush(l, out, 0) != ALK_OK ? l->g->err->code :
					    note_run(l, order, at);
}

int
load_spill(struct load *l)
{
	struct graph *g = l->g;
	struct buf out = { 0 };

	if (l->runs.file == NULL && db_temp_open(g->db, &l->runs.file) !=
	    ALK_OK)
		return g->err->code;
	(void)spill_edges(l);
	if (g->err->code == ALK_OK && l->nodes.count > 0 && l->has_unique)
		(void)write_items(l, ALK_NODE, l->first_nid, l->node_items,
		    l->nodes.count);
	if (g->err->code == ALK_OK && l->nodes.count > 0 &&
	    spill_types(l, &out) == ALK_OK)
		(void)spill_keys(l, &l->nodes, LOAD_NODE_KEYS, &out);
	if (g->err->code == ALK_OK && l->edge_keys.count > 0)
		(void)spill_keys(l, &l->edge_keys, LOAD_EDGE_KEYS, &out);
	buf_fini(&out);
	return g->err->code;
}

/* ---- the item of a row ---- */

int64_t
load_run_item(struct load *l, int kind, uint32_t number)
{
	const struct load_items *at = (const void *)l->runs.items.data;
	size_t count = l->runs.items.bytes / sizeof(*at);
	uint32_t item;

	for (size_t i = 0; i < count; i++) {
		if (at[i].kind != kind || number < at[i].first ||
		    number - at[i].first >= at[i].count)
			continue;
		return db_temp_read(l->runs.file, at[i].at + (int64_t)(number -
		    at[i].first) * 4, &item, sizeof(item)) == ALK_OK ?
		    (int64_t)item : -1;
	}
	return -1;
}
