/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "graph/row.h"

#include "base/error.h"
#include "graph/attributes.h"
#include "graph/edge.sql.h"
#include "graph/node.sql.h"

#include <string.h>

/* Those of one row: a query may have an edge's and, behind them, a node's. */
struct columns {
	struct db_rows *rows;
	int first;
};

/* Appends a text and its NUL; where it begins. */
static size_t
add(struct buf *b, const char *text, size_t bytes)
{
	size_t at = b->bytes;

	buf_add(b, text, bytes);
	buf_char(b, '\0');
	return at;
}

static size_t
add_column(struct buf *b, const struct columns *c, int column)
{
	size_t bytes;
	const char *text = db_text(c->rows, c->first + column, &bytes);

	return text != NULL ? add(b, text, bytes) : CHANGE_NONE;
}

static const char *
at(const struct buf *b, size_t offset)
{
	return offset == CHANGE_NONE ? NULL : b->data + offset;
}

static int64_t
int_of(const struct columns *c, int column)
{
	return db_int(c->rows, c->first + column);
}

static size_t
add_id(struct buf *b, const struct columns *c, int kind)
{
	if (!db_is_null(c->rows, c->first + 5))
		return add_column(b, c, 5);
	size_t begin = b->bytes;
	buf_str(b, kind == ALK_NODE ? "node-" : "edge-");
	buf_int(b, int_of(c, 0));
	buf_char(b, '\0');
	return begin;
}

/*
 * Why the attributes do not match, as "/pointer: text"; CHANGE_NONE if they do.
 */
static size_t
add_problem(struct graph *g, struct entry_type *t, const struct columns *c,
    struct buf *b)
{
	alk_error err = { 0 };
	size_t bytes;
	const char *text = db_text(c->rows, c->first + 3, &bytes);

	if (attributes_check_stored(g, t, text, bytes, &err) == ALK_OK)
		return CHANGE_NONE;
	if (err.code == ALK_NOMEM)
		error_nomem(g->err);
	size_t begin = b->bytes;
	if (err.pointer[0] != '\0') {
		buf_str(b, err.pointer);
		buf_str(b, ": ");
	}
	buf_str(b, err.text);
	buf_char(b, '\0');
	return begin;
}

static int
take(struct graph *g, const struct graph_type *gt, int kind,
    const struct columns *c, struct buf *text, alk_row *row)
{
	struct entry_type *t = type_entry(gt, int_of(c, 1));
	size_t bytes;
	const char *stored = db_text(c->rows, c->first + 3, &bytes);
	bool is_edge = kind == ALK_EDGE;

	buf_clear(text);
	attributes_write(text, t, kind, stored, bytes);
	size_t attributes_bytes = text->bytes;
	buf_char(text, '\0');
	size_t key = add_column(text, c, 2);
	size_t id = add_id(text, c, kind);
	size_t metadata = add_column(text, c, 6);
	size_t source = is_edge ? add_column(text, c, 9) : CHANGE_NONE;
	size_t target = is_edge ? add_column(text, c, 10) : CHANGE_NONE;
	size_t problem = int_of(c, 4) != 0 ?
	    add_problem(g, t, c, text) : CHANGE_NONE;
	if (text->failed)
		return error_nomem(g->err);
	*row = (alk_row){ .kind = kind, .id = at(text, id),
		.key = at(text, key), .type = t != NULL ? t->name : "",
		.source = at(text, source), .target = at(text, target),
		.undirected = is_edge ? (int)int_of(c, 11) : 0,
		.attributes = text->data, .attributes_bytes = attributes_bytes,
		.metadata = metadata != CHANGE_NONE ? at(text, metadata) : "{}",
		.created_at = int_of(c, 7), .updated_at = int_of(c, 8),
		.status = problem != CHANGE_NONE ? ALK_VALUE : ALK_OK,
		.problem = at(text, problem) };
	return g->err->code;
}

int
row_take(struct graph *g, const struct graph_type *gt, int kind,
    struct db_rows *rows, struct buf *text, alk_row *row)
{
	const struct columns all = { rows, 0 };

	return take(g, gt, kind, &all, text, row);
}

int
row_take_behind(struct graph *g, const struct graph_type *gt,
    struct db_rows *rows, struct buf *text, alk_row *row)
{
	const struct columns behind = { rows, ROW_EDGE_COLUMNS };

	return take(g, gt, ALK_NODE, &behind, text, row);
}

static int
by_number(struct graph *g, const struct graph_type *gt, int kind, int64_t n,
    struct buf *text, alk_row *row)
{
	struct db_rows *rows = db_query(g->db, kind == ALK_NODE ?
	    &sql_node_show_nid : &sql_edge_show_eid, "i", n);

	if (db_next(g->db, rows))
		row_take(g, gt, kind, rows, text, row);
	else if (!db_failed(g->db))
		error_set(g->err, ALK_CORRUPT,
		    "%s-%lld is referred to but not there; run a check",
		    type_noun(kind), (long long)n);
	db_end(g->db, rows);
	return g->err->code;
}

int
row_node(struct graph *g, const struct graph_type *gt, int64_t nid,
    struct buf *text, alk_row *row)
{
	return by_number(g, gt, ALK_NODE, nid, text, row);
}

int
row_edge(struct graph *g, const struct graph_type *gt, int64_t eid,
    struct buf *text, alk_row *row)
{
	return by_number(g, gt, ALK_EDGE, eid, text, row);
}

int
row_hop(struct graph *g, const struct graph_type *gt, const struct row_hop *h,
    alk_row *edge, alk_row *node)
{
	struct db_rows *rows = db_query(g->db, &sql_edge_show_hop, "iis",
	    h->eid, h->nid, h->from_key);
	bool found = db_next(g->db, rows);

	g->peers++;
	if (found && row_take(g, gt, ALK_EDGE, rows, &g->row, edge) == ALK_OK)
		(void)row_take_behind(g, gt, rows, &g->peer, node);
	db_end(g->db, rows);
	/* Which of the two is not there, these tell. */
	if (!found && row_edge(g, gt, h->eid, &g->row, edge) == ALK_OK)
		(void)row_node(g, gt, h->nid, &g->peer, node);
	return g->err->code;
}
