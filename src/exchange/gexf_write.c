/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * GEXF out, of version 1.2, which all programs read. Attributes are declared,
 * typed as all rows allow; what the types cannot hold, null too, is a string of
 * JSON and marked so (xml_row.h).
 * Members label (a string) and weight (a number) are told a second time where
 * viewers look for them. Lost: the attributes of the graph.
 */
#include "exchange/xml_export.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

/* ---- what is declared ---- */

static void
write_declared(struct buf *out, const struct xml_out *g, int kind)
{
	const struct columns *c = &g->columns[kind];

	buf_printf(out, "<attributes class=\"%s\" mode=\"static\">\n",
	    kind == OF_NODE ? "node" : "edge");
	for (size_t i = 0; i < c->count; i++) {
		buf_printf(out, "<attribute id=\"%zu\"", i);
		xml_export_name(out, "title", &c->all[i]);
		buf_printf(out, " type=\"%s/>\n",
		    xml_export_type(&c->all[i]));
	}
	if (g->has_ids[kind])
		buf_str(out, "<attribute id=\"id\" title=\"alk id\" "
		    "type=\"string\" alk:role=\"id\"/>\n");
	if (g->has_metadata[kind])
		buf_str(out, "<attribute id=\"metadata\" title=\"alk metadata\""
		    " type=\"string\" alk:role=\"metadata\"/>\n");
	buf_str(out, "</attributes>\n");
}

static int
gexf_begin(struct export *e)
{
	struct xml_out *g = e->own;

	columns_settle(&g->columns[OF_NODE], false);
	columns_settle(&g->columns[OF_EDGE], false);
	buf_str(&e->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<gexf xmlns=\"http://www.gexf.net/1.2draft\" xmlns:alk=\"" XML_ALK
	    "\" version=\"1.2\">\n");
	buf_printf(&e->out, "<graph defaultedgetype=\"%s\" idtype=\"string\" "
	    "mode=\"static\">\n", xml_export_is_undirected(e) ? "undirected" :
	    "directed");
	write_declared(&e->out, g, OF_NODE);
	write_declared(&e->out, g, OF_EDGE);
	buf_str(&e->out, "<nodes>\n");
	return ALK_OK;
}

/* ---- rows ---- */

static void
write_label(struct export *e, yyjson_val *root)
{
	yyjson_val *v = yyjson_obj_get(root, "label");

	if (!yyjson_is_str(v) || !xml_has(yyjson_get_str(v),
		yyjson_get_len(v)))
		return;
	buf_str(&e->out, " label=\"");
	xml_write_value(&e->out, yyjson_get_str(v), yyjson_get_len(v));
	buf_char(&e->out, '"');
}

static int
begin_edge(struct export *e, const alk_row *row, yyjson_val *root)
{
	yyjson_val *weight = yyjson_obj_get(root, "weight");

	if (xml_export_attribute(e, "source", row->source) != ALK_OK ||
	    xml_export_attribute(e, "target", row->target) != ALK_OK)
		return e->err->code;
	if (row->undirected && !xml_export_is_undirected(e))
		buf_str(&e->out, " type=\"undirected\"");
	if (yyjson_is_num(weight)) {
		buf_str(&e->out, " weight=\"");
		json_write_number(&e->out, weight);
		buf_char(&e->out, '"');
	}
	return ALK_OK;
}

static int
begin_row(struct export *e, const alk_row *row, yyjson_val *root)
{
	const char *id = row->key != NULL ? row->key : row->id;
	char derived[32];

	/*
	 * Edges must have one. An id that was chosen would be a key when it is
	 * read again; one of derived form is none, and that of no edge begins
	 * with 0.
	 */
	if (row->key == NULL && export_has_id(row)) {
		(void)snprintf(derived, sizeof(derived), "edge-0%lld",
		    (long long)e->done);
		id = derived;
	}
	buf_str(&e->out, row->kind == ALK_EDGE ? "<edge" : "<node");
	if (xml_export_attribute(e, "id", id) != ALK_OK)
		return e->err->code;
	write_label(e, root);
	if (row->kind == ALK_EDGE && begin_edge(e, row, root) != ALK_OK)
		return e->err->code;
	buf_str(&e->out, "><attvalues>");
	return ALK_OK;
}

static void
write_value(struct export *e, int kind, yyjson_val *name, yyjson_val *v)
{
	struct xml_out *g = e->own;
	size_t index = columns_find(&g->columns[kind], name);
	enum column_type type = g->columns[kind].all[index].type;

	buf_str(&e->out, "<attvalue for=\"");
	buf_int(&e->out, (int64_t)index);
	buf_str(&e->out, "\" value=\"");
	xml_export_value(&e->out, &g->value, type, v, xml_write_value);
	buf_str(&e->out, "\"/>");
}

static int
write_ours(struct export *e, const alk_row *row)
{
	if (export_has_id(row)) {
		if (xml_export_check(e, row->id) != ALK_OK)
			return e->err->code;
		buf_str(&e->out, "<attvalue for=\"id\" value=\"");
		xml_write_value(&e->out, row->id, strlen(row->id));
		buf_str(&e->out, "\"/>");
	}
	if (export_has_metadata(row)) {
		buf_str(&e->out, "<attvalue for=\"metadata\" value=\"");
		xml_write_json(&e->out, row->metadata, strlen(row->metadata),
		    xml_write_value);
		buf_str(&e->out, "\"/>");
	}
	return ALK_OK;
}

static int
gexf_row(struct export *e, const alk_row *row)
{
	yyjson_val *root = xml_export_root(e, row);

	if (root == NULL || begin_row(e, row, root) != ALK_OK)
		return e->err->code;
	yyjson_obj_iter at = yyjson_obj_iter_with(root);
	yyjson_val *name;
	while ((name = yyjson_obj_iter_next(&at)) != NULL)
		write_value(e, xml_export_kind(row), name,
		    yyjson_obj_iter_get_val(name));
	if (write_ours(e, row) != ALK_OK)
		return e->err->code;
	buf_str(&e->out, row->kind == ALK_EDGE ? "</attvalues></edge>\n" :
	    "</attvalues></node>\n");
	return ALK_OK;
}

static int
gexf_between(struct export *e)
{
	buf_str(&e->out, "</nodes>\n<edges>\n");
	return ALK_OK;
}

static int
gexf_end(struct export *e)
{
	buf_str(&e->out, "</edges>\n</graph>\n</gexf>\n");
	return ALK_OK;
}

const struct export_form export_form_gexf = {
	.bytes = sizeof(struct xml_out),
	.looks = true,
	.open = xml_export_open,
	.look = xml_export_look,
	.begin = gexf_begin,
	.row = gexf_row,
	.between = gexf_between,
	.end = gexf_end,
	.close = xml_export_close,
	.holds_ids = true,
	.holds_metadata = true,
};
