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

enum { OF_NODE, OF_EDGE, OF_GRAPH, KINDS };

struct graphml_out {
	struct columns columns[KINDS];
	struct json_reader reader;
	struct buf bare;
	struct buf value;
	bool has_ids[KINDS];
	bool has_metadata[KINDS];
};

static const char letters[KINDS] = { 'n', 'e', 'g' };
static const char *const kind_names[KINDS] = { "node", "edge", "graph" };

static int
kind_of(const alk_row *row)
{
	return row->kind == ALK_EDGE ? OF_EDGE : OF_NODE;
}

/* ---- before the first row ---- */

static int
graphml_open(struct export *e)
{
	struct graphml_out *g = e->own;
	bool is_ordered;

	if (columns_declare(&g->columns[OF_NODE], e->g, e->ref.type, ALK_NODE,
		export_has_type(e, ALK_NODE)) != ALK_OK ||
	    columns_declare(&g->columns[OF_EDGE], e->g, e->ref.type, ALK_EDGE,
		export_has_type(e, ALK_EDGE)) != ALK_OK)
		return e->err->code;
	return e->graph_attributes == NULL ? ALK_OK :
	    columns_look_value(&g->columns[OF_GRAPH], e->graph_attributes,
		&is_ordered, e->err);
}

static int
graphml_look(struct export *e, const alk_row *row)
{
	struct graphml_out *g = e->own;
	int kind = kind_of(row);
	const char *attributes;
	size_t bytes;
	bool is_ordered;

	g->has_ids[kind] |= export_has_id(row);
	g->has_metadata[kind] |= export_has_metadata(row);
	export_attributes(e, row, &attributes, &bytes, &g->bare);
	return columns_look(&g->columns[kind], attributes, bytes, &is_ordered,
	    e->err);
}

static void
write_keys(struct buf *out, const struct graphml_out *g, int kind)
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
write_data(struct buf *out, struct graphml_out *g, int kind, yyjson_val *name,
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
write_object(struct buf *out, struct graphml_out *g, int kind,
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
	struct graphml_out *g = e->own;
	struct buf *out = &e->out;
	bool is_undirected = e->ref.type != NULL &&
	    e->ref.type->config.direction == MODULE_UNDIRECTED;

	for (int kind = 0; kind < KINDS; kind++)
		columns_settle(&g->columns[kind], true);
	buf_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" "
	    "xmlns:alk=\"" XML_ALK "\">\n");
	for (int kind = 0; kind < KINDS; kind++)
		write_keys(out, g, kind);
	buf_printf(out, "<graph edgedefault=\"%s\">\n",
	    is_undirected ? "undirected" : "directed");
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
	bool is_mixed = e->ref.type == NULL ||
	    e->ref.type->config.direction != MODULE_UNDIRECTED;

	buf_str(&e->out, is_edge ? "<edge" : "<node");
	if (row->key != NULL)
		(void)xml_export_attribute(e, "id", row->key);
	if (is_edge) {
		(void)xml_export_attribute(e, "source", row->source);
		(void)xml_export_attribute(e, "target", row->target);
	}
	if (is_edge && row->undirected && is_mixed)
		buf_str(&e->out, " directed=\"false\"");
	buf_char(&e->out, '>');
	return e->err->code;
}

static int
write_ours(struct export *e, const alk_row *row)
{
	char letter = letters[kind_of(row)];
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
	struct graphml_out *g = e->own;
	const char *attributes;
	size_t bytes;

	if (begin_row(e, row) != ALK_OK)
		return e->err->code;
	export_attributes(e, row, &attributes, &bytes, &g->bare);
	yyjson_val *root = json_read_own(&g->reader, attributes, bytes, e->err);
	if (root == NULL)
		return e->err->code;
	write_object(&e->out, g, kind_of(row), root);
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

static void
graphml_close(struct export *e)
{
	struct graphml_out *g = e->own;

	for (int kind = 0; kind < KINDS; kind++)
		columns_fini(&g->columns[kind]);
	json_reader_fini(&g->reader);
	buf_fini(&g->bare);
	buf_fini(&g->value);
}

const struct export_form export_form_graphml = {
	.bytes = sizeof(struct graphml_out),
	.looks = true,
	.open = graphml_open,
	.look = graphml_look,
	.begin = graphml_begin,
	.row = graphml_row,
	.end = graphml_end,
	.close = graphml_close,
	.holds_ids = true,
	.holds_metadata = true,
	.holds_graph = true,
};
