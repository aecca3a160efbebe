/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "exchange/xml_export.h"

#include "base/error.h"

#include <string.h>

/* ---- what both keep ---- */

int
xml_export_kind(const alk_row *row)
{
	return row->kind == ALK_EDGE ? OF_EDGE : OF_NODE;
}

bool
xml_export_is_undirected(const struct export *e)
{
	return e->ref.type != NULL &&
	    e->ref.type->config.direction == MODULE_UNDIRECTED;
}

int
xml_export_open(struct export *e)
{
	struct xml_out *x = e->own;

	if (columns_declare(&x->columns[OF_NODE], e->g, e->ref.type, ALK_NODE,
		export_has_type(e, ALK_NODE)) != ALK_OK)
		return e->err->code;
	return columns_declare(&x->columns[OF_EDGE], e->g, e->ref.type,
	    ALK_EDGE, export_has_type(e, ALK_EDGE));
}

int
xml_export_look(struct export *e, const alk_row *row)
{
	struct xml_out *x = e->own;
	int kind = xml_export_kind(row);
	const char *attributes;
	size_t bytes;
	bool is_ordered;

	x->has_ids[kind] |= export_has_id(row);
	x->has_metadata[kind] |= export_has_metadata(row);
	export_attributes(e, row, &attributes, &bytes, &x->bare);
	return columns_look(&x->columns[kind], attributes, bytes, &is_ordered,
	    e->err);
}

yyjson_val *
xml_export_root(struct export *e, const alk_row *row)
{
	struct xml_out *x = e->own;
	const char *attributes;
	size_t bytes;

	export_attributes(e, row, &attributes, &bytes, &x->bare);
	return json_read_own(&x->reader, attributes, bytes, e->err);
}

void
xml_export_close(struct export *e)
{
	struct xml_out *x = e->own;

	for (int kind = 0; kind < XML_KINDS; kind++)
		columns_fini(&x->columns[kind]);
	json_reader_fini(&x->reader);
	buf_fini(&x->bare);
	buf_fini(&x->value);
}

/* ---- pieces of text ---- */

int
xml_export_check(struct export *e, const char *text)
{
	if (xml_has(text, strlen(text)))
		return ALK_OK;
	return error_set(e->err, ALK_LOSS,
	    "'%s' has a character that XML has not; JSON Lines hold it", text);
}

int
xml_export_attribute(struct export *e, const char *name, const char *text)
{
	if (xml_export_check(e, text) != ALK_OK)
		return e->err->code;
	buf_char(&e->out, ' ');
	buf_str(&e->out, name);
	buf_str(&e->out, "=\"");
	xml_write_value(&e->out, text, strlen(text));
	buf_char(&e->out, '"');
	return ALK_OK;
}

void
xml_export_name(struct buf *out, const char *name, const struct column *c)
{
	struct buf json = { 0 };

	buf_printf(out, " %s=\"", name);
	if (xml_has(c->name, c->name_bytes)) {
		xml_write_value(out, c->name, c->name_bytes);
	} else {
		buf_str(out, "\" alk:name=\"");
		json_write_string(&json, c->name, c->name_bytes);
		if (json.failed)
			out->failed = true;
		else
			xml_write_json(out, json.data, json.bytes,
			    xml_write_value);
		buf_fini(&json);
	}
	buf_char(out, '"');
}

const char *
xml_export_type(const struct column *c)
{
	static const char *const types[] = {
		[COLUMN_BOOLEAN] = "boolean\"", [COLUMN_LONG] = "long\"",
		[COLUMN_DOUBLE] = "double\"", [COLUMN_STRING] = "string\"",
		[COLUMN_JSON] = "string\" alk:type=\"json\"" };

	return types[c->type];
}

void
xml_export_value(struct buf *out, struct buf *room, enum column_type type,
    yyjson_val *v,
    void (*write)(struct buf *out, const char *text, size_t bytes))
{
	buf_clear(room);
	columns_value(room, type, v);
	if (room->failed)
		out->failed = true;
	else if (type == COLUMN_JSON)
		xml_write_json(out, room->data, room->bytes, write);
	else if (room->bytes > 0)
		write(out, room->data, room->bytes);
}
