/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Graph types as JSON, for people and for other programs. */
#include "base/clock.h"
#include "base/error.h"
#include "graph/graph.h"
#include "graph/type.sql.h"
#include "json/push.h"

#include <string.h>

/* The columns of a row of type_list or type_show. */
static void
write_columns(struct json_out *o, struct db_rows *rows)
{
	json_out_member(o, "id", db_text(rows, 0, NULL));
	json_out_member(o, "name", db_text(rows, 1, NULL));
	json_out_member(o, "description", db_text(rows, 5, NULL));
	json_out_member(o, "scope", db_text(rows, 2, NULL));
	json_out_member_int(o, "version", db_int(rows, 3));
	json_out_member_raw(o, "config", db_text(rows, 4, NULL), ALK_NUL);
}

int
types_list(struct graph *g, alk_row_fn fn, void *arg)
{
	struct db_rows *rows = db_query(g->db, &sql_type_list, "");
	bool is_stopped = false;

	while (!is_stopped && db_next(g->db, rows)) {
		buf_clear(&g->row);
		struct json_out o = { .out = &g->row };
		json_out_begin_object(&o);
		write_columns(&o, rows);
		json_out_end_object(&o);
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
write_entries(struct graph *g, int kind, const char *id, struct json_out *o)
{
	struct db_rows *rows = db_query(g->db, kind == ALK_NODE ?
	    &sql_type_show_nodes : &sql_type_show_edges, "s", id);

	json_out_begin_array(o);
	while (db_next(g->db, rows)) {
		json_out_begin_object(o);
		json_out_member(o, "id", db_text(rows, 0, NULL));
		json_out_member(o, "name", db_text(rows, 1, NULL));
		json_out_member(o, "description", db_text(rows, 2, NULL));
		if (kind == ALK_EDGE) {
			json_out_member_raw(o, "allowedSourceTypes",
			    db_text(rows, 4, NULL), ALK_NUL);
			json_out_member_raw(o, "allowedTargetTypes",
			    db_text(rows, 5, NULL), ALK_NUL);
		}
		json_out_member_raw(o, "schema", db_text(rows, 3, NULL),
		    ALK_NUL);
		json_out_end_object(o);
	}
	json_out_end_array(o);
	db_end(g->db, rows);
}

static void
write_type(struct graph *g, struct db_rows *rows, struct buf *out)
{
	struct json_out o = { .out = out };

	json_out_begin_object(&o);
	write_columns(&o, rows);
	char iso[CLOCK_ISO];
	clock_iso(db_int(rows, 6), iso);
	json_out_member(&o, "createdAt", iso);
	clock_iso(db_int(rows, 7), iso);
	json_out_member(&o, "updatedAt", iso);
	json_out_key(&o, "nodeTypes");
	write_entries(g, ALK_NODE, db_text(rows, 0, NULL), &o);
	json_out_key(&o, "edgeTypes");
	write_entries(g, ALK_EDGE, db_text(rows, 0, NULL), &o);
	json_out_end_object(&o);
}

int
types_write(struct graph *g, const char *name, struct buf *out)
{
	if (name == NULL)
		return error_set(g->err, ALK_INVALID, "no graph type given");
	struct db_rows *rows = db_query(g->db, &sql_type_show, "s", name);
	if (db_next(g->db, rows))
		write_type(g, rows, out);
	else if (!db_failed(g->db))
		error_set(g->err, ALK_NOTFOUND, "no graph type '%s'", name);
	db_end(g->db, rows);
	if (out->failed)
		error_nomem(g->err);
	return g->err->code;
}

int
types_schema(struct graph *g, const char *name, int kind, const char *type,
    struct schema **out)
{
	const struct graph_type *t = type_get_named(g, name);

	if (t == NULL)
		return g->err->code;
	struct db_rows *rows = db_query(g->db, kind == ALK_NODE ?
	    &sql_node_type_find : &sql_edge_type_find, "ss", t->id, type);
	if (db_next(g->db, rows)) {
		size_t bytes;
		const char *text = db_text(rows, 1, &bytes);
		yyjson_val *root = json_read_own(&g->stored, text, bytes,
		    g->err);
		if (root == NULL ||
		    module_compile(root, out, g->err) != ALK_OK)
			error_entry(g->err, "%s", type);
	} else if (!db_failed(g->db)) {
		type_entry_unknown(t, kind, type, strlen(type), g->err);
	}
	db_end(g->db, rows);
	return g->err->code;
}
