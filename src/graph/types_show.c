/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Graph types as JSON, for people and for other programs. */
#include "base/error.h"
#include "graph/graph.h"
#include "graph/type.sql.h"

#include <string.h>

static void
member(struct buf *out, const char *name, const char *text)
{
	buf_char(out, '"');
	buf_str(out, name);
	buf_str(out, "\":");
	json_write_string(out, text != NULL ? text : "",
	    text != NULL ? strlen(text) : 0);
}

/* The columns of a row of type_list or type_show, without the braces. */
static void
write_columns(struct buf *out, struct db_rows *rows)
{
	member(out, "id", db_text(rows, 0, NULL));
	buf_char(out, ',');
	member(out, "name", db_text(rows, 1, NULL));
	buf_char(out, ',');
	member(out, "description", db_text(rows, 5, NULL));
	buf_char(out, ',');
	member(out, "scope", db_text(rows, 2, NULL));
	buf_str(out, ",\"version\":");
	buf_int(out, db_int(rows, 3));
	buf_str(out, ",\"config\":");
	buf_str(out, db_text(rows, 4, NULL));
}

int
types_list(struct graph *g, alk_row_fn fn, void *arg)
{
	struct db_rows *rows = db_query(g->db, &sql_type_list, "");
	bool is_stopped = false;

	while (!is_stopped && db_next(g->db, rows)) {
		buf_clear(&g->row);
		buf_char(&g->row, '{');
		write_columns(&g->row, rows);
		buf_char(&g->row, '}');
		if (g->row.failed) {
			error_nomem(g->err);
			break;
		}
		alk_row row = { .kind = ALK_TYPE, .type = "" };
		row.id = db_text(rows, 0, NULL);
		row.key = db_text(rows, 1, NULL);
		row.number = db_int(rows, 3);
		row.attributes = buf_text(&g->row);
		row.attributes_bytes = g->row.bytes;
		row.metadata = db_text(rows, 8, NULL);
		row.created_at = db_int(rows, 6);
		row.updated_at = db_int(rows, 7);
		is_stopped = fn(arg, &row) != 0;
	}
	db_end(g->db, rows);
	return g->err->code;
}

static void
write_entries(struct graph *g, int kind, const char *id, struct buf *out)
{
	struct db_rows *rows = db_query(g->db, kind == ALK_NODE ?
	    &sql_type_show_nodes : &sql_type_show_edges, "s", id);

	for (int i = 0; db_next(g->db, rows); i++) {
		buf_str(out, i == 0 ? "{" : ",{");
		member(out, "id", db_text(rows, 0, NULL));
		buf_char(out, ',');
		member(out, "name", db_text(rows, 1, NULL));
		buf_char(out, ',');
		member(out, "description", db_text(rows, 2, NULL));
		if (kind == ALK_EDGE) {
			buf_str(out, ",\"allowedSourceTypes\":");
			buf_str(out, db_text(rows, 4, NULL));
			buf_str(out, ",\"allowedTargetTypes\":");
			buf_str(out, db_text(rows, 5, NULL));
		}
		buf_str(out, ",\"schema\":");
		buf_str(out, db_text(rows, 3, NULL));
		buf_char(out, '}');
	}
	db_end(g->db, rows);
}

int
types_write(struct graph *g, const char *name, struct buf *out)
{
	struct db_rows *rows = db_query(g->db, &sql_type_show, "s", name);

	if (!db_next(g->db, rows)) {
		if (!db_failed(g->db))
			error_set(g->err, ALK_NOTFOUND, "no graph type '%s'",
			    name);
		db_end(g->db, rows);
		return g->err->code;
	}
	buf_char(out, '{');
	write_columns(out, rows);
	buf_str(out, ",\"createdAt\":");
	buf_int(out, db_int(rows, 6));
	buf_str(out, ",\"updatedAt\":");
	buf_int(out, db_int(rows, 7));
	buf_str(out, ",\"nodeTypes\":[");
	write_entries(g, ALK_NODE, db_text(rows, 0, NULL), out);
	buf_str(out, "],\"edgeTypes\":[");
	write_entries(g, ALK_EDGE, db_text(rows, 0, NULL), out);
	buf_str(out, "]}");
	db_end(g->db, rows);
	if (out->failed)
		error_nomem(g->err);
	return g->err->code;
}
