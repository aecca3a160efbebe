/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* JSON Lines out: a row is a line. */
#include "exchange/export.h"

struct jsonl_out {
	struct buf bare;
};

static int
jsonl_begin(struct export *e)
{
	struct json_out o = { .out = &e->out };

	if (e->graph_attributes == NULL)
		return ALK_OK;
	json_out_begin_object(&o);
	json_out_member(&o, "kind", "graph");
	json_out_key(&o, "attributes");
	json_out_value(&o, e->graph_attributes);
	json_out_end_object(&o);
	buf_char(&e->out, '\n');
	return ALK_OK;
}

static int
jsonl_row(struct export *e, const alk_row *row)
{
	struct jsonl_out *own = e->own;
	struct json_out o = { .out = &e->out };
	bool is_edge = row->kind == ALK_EDGE;
	const char *attributes;
	size_t bytes;

	json_out_begin_object(&o);
	json_out_member(&o, "kind", is_edge ? "edge" : "node");
	if (row->key != NULL)
		json_out_member(&o, "key", row->key);
	if (is_edge) {
		json_out_member(&o, "source", row->source);
		json_out_member(&o, "target", row->target);
	}
	if (row->undirected) {
		json_out_key(&o, "undirected");
		json_out_bool(&o, true);
	}
	if (export_has_id(row))
		json_out_member(&o, "id", row->id);
	export_attributes(e, row, &attributes, &bytes, &own->bare);
	json_out_member_raw(&o, "attributes", attributes, bytes);
	if (export_has_metadata(row))
		json_out_member_raw(&o, "metadata", row->metadata, ALK_NUL);
	json_out_end_object(&o);
	buf_char(&e->out, '\n');
	return ALK_OK;
}

static void
jsonl_close(struct export *e)
{
	struct jsonl_out *own = e->own;

	buf_fini(&own->bare);
}

const struct export_form export_form_jsonl = {
	.bytes = sizeof(struct jsonl_out),
	.begin = jsonl_begin,
	.row = jsonl_row,
	.close = jsonl_close,
	.holds_ids = true,
	.holds_metadata = true,
	.holds_graph = true,
};
