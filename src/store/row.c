/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Rows as JSON, with the names of the JSON surfaces. */
#include "base/clock.h"
#include "base/utf8.h"
#include "json/push.h"
#include "store/store.h"

static void
write_times(struct json_out *o, const alk_row *row)
{
	char iso[CLOCK_ISO];

	clock_iso(row->created_at, iso);
	json_out_member(o, "createdAt", iso);
	clock_iso(row->updated_at, iso);
	json_out_member(o, "updatedAt", iso);
}

static void
write_node_or_edge(struct json_out *o, const alk_row *row)
{
	json_out_member(o, "kind", row->kind == ALK_EDGE ? "edge" : "node");
	json_out_member(o, "id", row->id);
	json_out_member(o, "key", row->key);
	if (row->kind == ALK_EDGE) {
		json_out_member(o, "sourceNodeKey", row->source);
		json_out_member(o, "targetNodeKey", row->target);
		json_out_key(o, "undirected");
		json_out_bool(o, row->undirected != 0);
	}
	json_out_member_raw(o, "attributes", row->attributes,
	    row->attributes_bytes);
	json_out_member_raw(o, "metadata", row->metadata, ALK_NUL);
	write_times(o, row);
	if (row->number != 0)
		json_out_member_int(o, "number", row->number);
	if (row->status != ALK_OK)
		json_out_member(o, "problem", row->problem);
}

static void
write_graph(struct json_out *o, const alk_row *row)
{
	json_out_member(o, "kind", "graph");
	json_out_member(o, "id", row->id);
	json_out_member(o, "name", row->key);
	json_out_member(o, "graphType", row->type);
	json_out_splice(o, row->attributes, row->attributes_bytes);
	json_out_member_int(o, "rev", row->number);
	json_out_member_raw(o, "metadata", row->metadata, ALK_NUL);
	write_times(o, row);
}

static void
write_type(struct json_out *o, const alk_row *row)
{
	json_out_member(o, "kind", "type");
	json_out_splice(o, row->attributes, row->attributes_bytes);
	write_times(o, row);
}

/* A payload that is JSON is shown as it is, other text as a string. */
static void
write_payload(struct json_out *o, const alk_row *row)
{
	struct json_bounds bounds = {
		.bytes_max = row->attributes_bytes + 1,
		.depth_max = JSON_DEPTH_MAX,
	};
	struct json_reader reader = { 0 };
	alk_error ignored = { 0 };

	json_out_key(o, "payload");
	if (json_read(&reader, row->attributes, row->attributes_bytes, &bounds,
		&ignored) != NULL)
		json_out_raw(o, row->attributes, row->attributes_bytes);
	else if (ignored.code == ALK_NOMEM)
		o->out->failed = true;
	else if (utf8_is_valid(row->attributes, row->attributes_bytes))
		json_out_string(o, row->attributes, row->attributes_bytes);
	else
		json_out_null(o); /* written by another program */
	json_reader_fini(&reader);
}

static void
write_event(struct json_out *o, const alk_row *row)
{
	char iso[CLOCK_ISO];

	json_out_member_int(o, "offset", row->number);
	json_out_member(o, "topic", row->key);
	json_out_member(o, "key", row->type[0] != '\0' ? row->type : NULL);
	write_payload(o, row);
	clock_iso(row->created_at, iso);
	json_out_member(o, "createdAt", iso);
}

int
alk_row_json(alk_session *s, const alk_row *row, const char **json,
    size_t *bytes)
{
	struct json_out o = { .out = &s->json };

	buf_clear(&s->json);
	json_out_begin_object(&o);
	if (row->kind == ALK_GRAPH)
		write_graph(&o, row);
	else if (row->kind == ALK_TYPE)
		write_type(&o, row);
	else if (row->kind == ALK_EVENT)
		write_event(&o, row);
	else
		write_node_or_edge(&o, row);
	json_out_end_object(&o);
	if (buf_text(&s->json) == NULL)
		return ALK_NOMEM;
	*json = buf_text(&s->json);
	if (bytes != NULL)
		*bytes = s->json.bytes;
	return ALK_OK;
}
