/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * CSV out, nodes or edges, with the header that csv_read.c reads. A column for
 * each attribute, typed as all rows allow; what the types cannot hold, null
 * too, is JSON text. Lost: the order of a row's attributes where it is another
 * than that of the columns, and the attributes of the graph.
 */
#include "exchange/columns.h"
#include "exchange/csv.h"
#include "exchange/export.h"

#include "base/error.h"
#include "base/mem.h"

#include <string.h>

struct csv_out {
	struct columns columns;
	struct json_reader reader;
	struct buf bare;
	struct buf value;
	yyjson_val **values; /* of the row, by column; NULL: it has none */
	char separator;
	bool has_ids;
	bool has_metadata;
	bool has_keys;
	bool has_undirected;
};

static int
csv_open(struct export *e)
{
	struct csv_out *c = e->own;
	char separator = e->o->separator;

	c->separator = separator != '\0' ? separator : ',';
	if (separator == '"' || separator == '\n' || separator == '\r')
		return error_set(e->err, ALK_INVALID,
		    "a quote or a line end is no separator");
	if (e->o->kind != ALK_NODE && e->o->kind != ALK_EDGE)
		return error_set(e->err, ALK_INVALID, "a CSV file has nodes "
		    "or edges: kind is ALK_NODE or ALK_EDGE");
	return columns_declare(&c->columns, e->g, e->ref.type, e->o->kind,
	    export_has_type(e, e->o->kind));
}

static int
csv_look(struct export *e, const alk_row *row)
{
	struct csv_out *c = e->own;
	const char *attributes;
	size_t bytes;
	bool is_ordered;

	c->has_ids |= export_has_id(row);
	c->has_metadata |= export_has_metadata(row);
	c->has_keys |= row->key != NULL;
	c->has_undirected |= row->undirected != 0;
	export_attributes(e, row, &attributes, &bytes, &c->bare);
	if (columns_look(&c->columns, attributes, bytes, &is_ordered,
		e->err) != ALK_OK || is_ordered)
		return e->err->code;
	return losses_add(&e->losses, LOSS_ORDER, e->err, "%s %s",
	    row->kind == ALK_EDGE ? "edge" : "node",
	    row->key != NULL ? row->key : row->id);
}

/* ---- the header ---- */

static void
separate(struct export *e)
{
	struct csv_out *c = e->own;
	size_t n = e->out.bytes;

	if (n > 0 && !e->out.failed && e->out.data[n - 1] != '\n')
		buf_char(&e->out, c->separator);
}

static void
write_cell(struct export *e, const char *name, size_t bytes, const char *type)
{
	struct csv_out *c = e->own;

	separate(e);
	buf_clear(&c->value);
	buf_add(&c->value, name, bytes);
	buf_char(&c->value, ':');
	buf_str(&c->value, type);
	if (c->value.failed)
		e->out.failed = true;
	else
		csv_write(&e->out, c->value.data, c->value.bytes,
		    c->separator);
}

static void
write_column_cell(struct export *e, const struct column *column)
{
	static const char *const names[] = { [COLUMN_BOOLEAN] = "boolean",
		[COLUMN_LONG] = "int", [COLUMN_DOUBLE] = "double",
		[COLUMN_STRING] = "string", [COLUMN_JSON] = "json" };
	const char *type = module_type_member(e->o->kind);

	if (column->type == COLUMN_STRING &&
	    column->name_bytes == strlen(type) &&
	    memcmp(column->name, type, column->name_bytes) == 0)
		write_cell(e, "", 0, e->o->kind == ALK_NODE ? "LABEL" :
		    "TYPE");
	else
		write_cell(e, column->name, column->name_bytes,
		    names[column->type]);
}

/* Fields of a row beside its attributes, and their cells, in this order. */
static void
write_row_cells(struct export *e)
{
	const struct csv_out *c = e->own;

	if (e->o->kind == ALK_NODE) {
		write_cell(e, "key", 3, "ID");
	} else {
		write_cell(e, "", 0, "START_ID");
		write_cell(e, "", 0, "END_ID");
		if (c->has_keys)
			write_cell(e, "key", 3, "ID");
		if (c->has_undirected)
			write_cell(e, "", 0, "UNDIRECTED");
	}
	if (c->has_ids)
		write_cell(e, "", 0, "ROW_ID");
	if (c->has_metadata)
		write_cell(e, "", 0, "METADATA");
}

static int
csv_begin(struct export *e)
{
	struct csv_out *c = e->own;

	columns_settle(&c->columns, false);
	c->values = mem_zero(c->columns.count * sizeof(c->values[0]));
	if (c->values == NULL)
		return error_nomem(e->err);
	write_row_cells(e);
	for (size_t i = 0; i < c->columns.count; i++)
		write_column_cell(e, &c->columns.all[i]);
	buf_char(&e->out, '\n');
	return ALK_OK;
}

/* ---- rows ---- */

/* NULL: an empty field. first: of the row. */
static void
write_field(struct export *e, const char *text, bool is_first)
{
	struct csv_out *c = e->own;

	if (!is_first)
		buf_char(&e->out, c->separator);
	if (text != NULL)
		csv_write(&e->out, text, strlen(text), c->separator);
}

static void
write_row_fields(struct export *e, const alk_row *row)
{
	const struct csv_out *c = e->own;

	if (row->kind == ALK_NODE) {
		write_field(e, row->key, true);
	} else {
		write_field(e, row->source, true);
		write_field(e, row->target, false);
		if (c->has_keys)
			write_field(e, row->key, false);
		if (c->has_undirected)
			write_field(e, row->undirected ? "true" : "false",
			    false);
	}
	if (c->has_ids)
		write_field(e, export_has_id(row) ? row->id : NULL, false);
	if (c->has_metadata)
		write_field(e, export_has_metadata(row) ? row->metadata : NULL,
		    false);
}

static void
write_value(struct export *e, enum column_type type, yyjson_val *v)
{
	struct csv_out *c = e->own;

	buf_char(&e->out, c->separator);
	if (v == NULL)
		return;
	buf_clear(&c->value);
	columns_value(&c->value, type, v);
	if (c->value.failed)
		e->out.failed = true;
	else
		csv_write(&e->out, c->value.data, c->value.bytes,
		    c->separator);
}

static int
csv_row(struct export *e, const alk_row *row)
{
	struct csv_out *c = e->own;
	const char *attributes;
	size_t bytes;

	export_attributes(e, row, &attributes, &bytes, &c->bare);
	yyjson_val *root = json_read_own(&c->reader, attributes, bytes, e->err);
	if (root == NULL)
		return e->err->code;
	write_row_fields(e, row);
	yyjson_obj_iter at = yyjson_obj_iter_with(root);
	yyjson_val *name;
	while ((name = yyjson_obj_iter_next(&at)) != NULL)
		c->values[columns_find(&c->columns, name)] =
		    yyjson_obj_iter_get_val(name);
	for (size_t i = 0; i < c->columns.count; i++) {
		write_value(e, c->columns.all[i].type, c->values[i]);
		c->values[i] = NULL;
	}
	buf_char(&e->out, '\n');
	return ALK_OK;
}

static void
csv_close(struct export *e)
{
	struct csv_out *c = e->own;

	columns_fini(&c->columns);
	json_reader_fini(&c->reader);
	buf_fini(&c->bare);
	buf_fini(&c->value);
	mem_release(c->values);
}

const struct export_form export_form_csv = {
	.bytes = sizeof(struct csv_out),
	.looks = true,
	.open = csv_open,
	.look = csv_look,
	.begin = csv_begin,
	.row = csv_row,
	.close = csv_close,
	.holds_ids = true,
	.holds_metadata = true,
};
