/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * GraphML out. Each attribute is a key, typed as all rows allow: boolean, long,
 * double, string; what these cannot hold is a string of JSON and marked so
 * (graphml_read.c has the marks). The data of a row stand in the order of its
 * attributes. Nothing is lost.
 */
#include "exchange/xml_export.h"

#include "base/error.h"

#include <string.h>

static const char letters[XML_KINDS] = { 'n', 'e', 'g' };
static const char *const kind_names[XML_KINDS] = { "node", "edge", "graph" };

/* ---- before the first row ---- */

static int
graphml_open(struct export *e)
{
	struct xml_out *x = e->own;
	bool is_ordered;

	if (xml_export_open(e) != ALK_OK || e->graph_attributes == NULL)
		return e->err->code;
	return columns_look_value(&x->columns[OF_GRAPH], e->graph_attributes,
	    &is_ordered, e->err);
}

static void
write_keys(struct buf *out, const struct xml_out *g, int kind)
{
	const struct columns *c = &g->columns[kind];

	for (size_t i = 0; i < c->count; i++) {
		buf_printf(out, "<key id=\"%c%zu\" for=\"%s\"", letters[kind],
		    i, kind_names[kind]);
		xml_export_name(out, "attr.name", &c->all[i]);
		buf_printf(out, " attr.type=\"%s/>\n",
		    xml_export_type(&c->all[i]));
	}
	if (g->has_ids[kind])
		buf_printf(out, "<key id=\"%cid\" for=\"%s\" attr.name=\"alk id"
		    "\" attr.type=\"string\" alk:role=\"id\"/>\n",
		    letters[kind], kind_names[kind]);
	if (g->has_metadata[kind])
		buf_printf(out, "<key id=\"%cmeta\" for=\"%s\" attr.name=\"alk "
		    "metadata\" attr.type=\"string\" alk:role=\"metadata\""
		    "/>\n", letters[kind], kind_names[kind]);
}

/* ---- data ---- */

static void
write_data(struct buf *out, struct xml_out *g, int kind, yyjson_val *name,
    yyjson_val *v)
{
	size_t index = columns_find(&g->columns[kind], name);
	enum column_type type = g->columns[kind].all[index].type;

	buf_str(out, "<data key=\"");
	buf_char(out, letters[kind]);
	buf_int(out, (int64_t)index);
	buf_char(out, '"');
	if (yyjson_is_null(v) && type != COLUMN_JSON) {
		buf_str(out, " alk:null=\"true\"/>");
		return;
	}
	buf_char(out, '>');
	xml_export_value(out, &g->value, type, v, xml_write_text);
	buf_str(out, "</data>");
}

static void
write_object(struct buf *out, struct xml_out *g, int kind,
    yyjson_val *object)
{
	yyjson_obj_iter at = yyjson_obj_iter_with(object);
	yyjson_val *name;

	while ((name = yyjson_obj_iter_next(&at)) != NULL)
		write_data(out, g, kind, name, yyjson_obj_iter_get_val(name));
}

static int
graphml_begin(struct export *e)
{
	struct xml_out *g = e->own;
	struct buf *out = &e->out;

	for (int kind = 0; kind < XML_KINDS; kind++)
		columns_settle(&g->columns[kind], true);
	buf_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" "
	    "xmlns:alk=\"" XML_ALK "\">\n");
	for (int kind = 0; kind < XML_KINDS; kind++)
		write_keys(out, g, kind);
	buf_printf(out, "<graph edgedefault=\"%s\">\n",
	    xml_export_is_undirected(e) ? "undirected" : "directed");
	if (e->graph_attributes != NULL) {
		write_object(out, g, OF_GRAPH, e->graph_attributes);
		buf_char(out, '\n');
	}
	return ALK_OK;
}

/* ---- rows ---- */

static int
begin_row(struct export *e, const alk_row *row)
{
	bool is_edge = row->kind == ALK_EDGE;

	buf_str(&e->out, is_edge ? "<edge" : "<node");
	if (row->key != NULL)
		(void)xml_export_attribute(e, "id", row->key);
	if (is_edge) {
		(void)xml_export_attribute(e, "source", row->source);
		(void)xml_export_attribute(e, "target", row->target);
	}
	if (is_edge && row->undirected && !xml_export_is_undirected(e))
		buf_str(&e->out, " directed=\"false\"");
	buf_char(&e->out, '>');
	return e->err->code;
}

static int
write_ours(struct export *e, const alk_row *row)
{
	char letter = letters[xml_export_kind(row)];
	struct buf *out = &e->out;

	if (export_has_id(row)) {
		if (xml_export_check(e, row->id) != ALK_OK)
			return e->err->code;
		buf_printf(out, "<data key=\"%cid\">", letter);
		xml_write_text(out, row->id, strlen(row->id));
		buf_str(out, "</data>");
	}
	if (export_has_metadata(row)) {
		buf_printf(out, "<data key=\"%cmeta\">", letter);
		xml_write_json(out, row->metadata, strlen(row->metadata),
		    xml_write_text);
		buf_str(out, "</data>");
	}
	return ALK_OK;
}

static int
graphml_row(struct export *e, const alk_row *row)
{
	struct xml_out *g = e->own;

	if (begin_row(e, row) != ALK_OK)
		return e->err->code;
	yyjson_val *root = xml_export_root(e, row);
	if (root == NULL)
		return e->err->code;
	write_object(&e->out, g, xml_export_kind(row), root);
	if (write_ours(e, row) != ALK_OK)
		return e->err->code;
	buf_str(&e->out, row->kind == ALK_EDGE ? "</edge>\n" : "</node>\n");
	return ALK_OK;
}

static int
graphml_end(struct export *e)
{
	buf_str(&e->out, "</graph>\n</graphml>\n");
	return ALK_OK;
}

const struct export_form export_form_graphml = {
	.bytes = sizeof(struct xml_out),
	.looks = true,
	.open = graphml_open,
	.look = xml_export_look,
	.begin = graphml_begin,
	.row = graphml_row,
	.end = graphml_end,
	.close = xml_export_close,
	.holds_ids = true,
	.holds_metadata = true,
	.holds_graph = true,
};
