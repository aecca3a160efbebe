/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Rows on their way to the tables: a chunk of nodes and one of edges, each
 * written by one statement. Small enough to stay in the processor's cache.
 */
#include "base/error.h"
#include "base/mem.h"
#include "db/bulk.h"
#include "graph/load.h"
#include "graph/load.sql.h"

#include <string.h>

#define TEXTS_BYTES ((size_t)256 * 1024)

static size_t
keep(struct load *l, const char *text, size_t bytes)
{
	size_t at = l->texts.bytes;

	buf_add(&l->texts, text, bytes);
	return at;
}

static struct load_chunk *
chunk_of(struct load *l, int kind)
{
	return kind == ALK_NODE ? &l->node_rows : &l->edge_rows;
}

int
load_row_add(struct load *l, int kind, struct load_row row,
    const alk_item *item, const char *metadata)
{
	struct graph *g = l->g;
	struct load_chunk *c = chunk_of(l, kind);

	if ((c->count == LOAD_CHUNK_ROWS || l->texts.bytes > TEXTS_BYTES) &&
	    load_rows_write(l) != ALK_OK)
		return g->err->code;
	if (c->rows == NULL)
		c->rows = mem_alloc(LOAD_CHUNK_ROWS * sizeof(c->rows[0]));
	row.has_key = item->key != NULL;
	if (row.has_key) {
		row.key_bytes = strlen(item->key);
		row.key = keep(l, item->key, row.key_bytes);
	}
	row.attributes_bytes = g->attributes.bytes;
	row.attributes = keep(l, g->attributes.data, g->attributes.bytes);
	row.has_metadata = metadata != NULL;
	if (row.has_metadata) {
		row.metadata_bytes = strlen(metadata);
		row.metadata = keep(l, metadata, row.metadata_bytes);
	}
	if (c->rows == NULL || l->texts.failed)
		return error_nomem(g->err);
	c->rows[c->count++] = row;
	return ALK_OK;
}

/* ---- columns, as load.sql has them ---- */

static void
give_text(const struct load *l, struct db_answer *to, bool is_there, size_t at,
    size_t bytes)
{
	if (is_there)
		db_answer_text(to, l->texts.data + at, bytes);
}

static void
give_node(const void *arg, size_t i, int column, struct db_answer *to)
{
	const struct load *l = arg;
	const struct load_row *r = &l->node_rows.rows[i];

	switch (column) {
	case 0:
		db_answer_int(to, r->number);
		break;
	case 1:
		db_answer_int(to, r->type);
		break;
	case 2:
		give_text(l, to, true, r->key, r->key_bytes);
		break;
	case 3:
		give_text(l, to, true, r->attributes, r->attributes_bytes);
		break;
	default:
		give_text(l, to, r->has_metadata, r->metadata,
		    r->metadata_bytes);
	}
}

static void
give_edge(const void *arg, size_t i, int column, struct db_answer *to)
{
	const struct load *l = arg;
	const struct load_row *r = &l->edge_rows.rows[i];

	switch (column) {
	case 0:
		db_answer_int(to, r->number);
		break;
	case 1:
		db_answer_int(to, r->type);
		break;
	case 2:
		db_answer_int(to, r->src);
		break;
	case 3:
		db_answer_int(to, r->dst);
		break;
	case 4:
		db_answer_int(to, r->undirected);
		break;
	case 5:
		give_text(l, to, true, r->attributes, r->attributes_bytes);
		break;
	case 6:
		give_text(l, to, r->has_key, r->key, r->key_bytes);
		break;
	default:
		give_text(l, to, r->has_metadata, r->metadata,
		    r->metadata_bytes);
	}
}

/* ---- writing ---- */

static int
write_chunk(struct load *l, struct load_chunk *c, const struct sql *q,
    void (*give)(const void *, size_t, int, struct db_answer *))
{
	struct graph *g = l->g;
	struct db_feed feed = { .count = c->count, .give = give, .arg = l };

	if (c->count == 0)
		return ALK_OK;
	c->count = 0;
	return db_exec_feed(g->db, q, &feed, "ii", l->ref->gid, g->now);
}

int
load_rows_write(struct load *l)
{
	int code = write_chunk(l, &l->node_rows, l->has_trees ?
	    l->sql->nodes : l->sql->nodes_plain, give_node);

	/* Where the indexes are kept with each row, the rules come first. */
	if (code == ALK_OK && !l->has_trees && l->is_failing)
		return code;
	if (code == ALK_OK && !l->has_trees)
		code = load_settle(l);
	if (code == ALK_OK)
		code = write_chunk(l, &l->edge_rows, l->has_trees ?
		    l->sql->edges : l->sql->edges_plain, give_edge);
	buf_clear(&l->texts);
	return code;
}

void
load_rows_fini(struct load *l)
{
	mem_release(l->node_rows.rows);
	mem_release(l->edge_rows.rows);
	buf_fini(&l->texts);
}
