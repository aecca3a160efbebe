/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Rows as JSON, with the names of the JSON surfaces. */
#include "base/clock.h"
#include "base/utf8.h"
#include "store/store.h"

#include <string.h>

static void
member(struct buf *out, const char *name, const char *text)
{
	buf_str(out, name);
	if (text == NULL)
		buf_str(out, "null");
	else
		json_write_string(out, text, strlen(text));
}

static void
times(struct buf *out, const alk_row *row)
{
	char iso[CLOCK_ISO];

	clock_iso(row->created_at, iso);
	member(out, ",\"createdAt\":", iso);
	clock_iso(row->updated_at, iso);
	member(out, ",\"updatedAt\":", iso);
}

static void
write_node_or_edge(struct buf *out, const alk_row *row)
{
	bool is_edge = row->kind == ALK_EDGE;

	buf_str(out, is_edge ? "{\"kind\":\"edge\"" : "{\"kind\":\"node\"");
	member(out, ",\"id\":", row->id);
	member(out, ",\"key\":", row->key);
	if (is_edge) {
		member(out, ",\"sourceNodeKey\":", row->source);
		member(out, ",\"targetNodeKey\":", row->target);
		buf_str(out, row->undirected ? ",\"undirected\":true" :
					       ",\"undirected\":false");
	}
	buf_str(out, ",\"attributes\":");
	buf_add(out, row->attributes, row->attributes_bytes);
	buf_str(out, ",\"metadata\":");
	buf_str(out, row->metadata);
	times(out, row);
	if (row->number != 0) {
		buf_str(out, ",\"number\":");
		buf_int(out, row->number);
	}
	if (row->status != ALK_OK)
		member(out, ",\"problem\":", row->problem);
	buf_char(out, '}');
}

/* The members of a JSON object without its braces, with a comma before. */
static void
splice(struct buf *out, const char *object, size_t bytes)
{
	if (bytes > 2) {
		buf_char(out, ',');
		buf_add(out, object + 1, bytes - 2);
	}
}

static void
write_graph(struct buf *out, const alk_row *row)
{
	buf_str(out, "{\"kind\":\"graph\"");
	member(out, ",\"id\":", row->id);
	member(out, ",\"name\":", row->key);
	member(out, ",\"graphType\":", row->type);
	splice(out, row->attributes, row->attributes_bytes);
	buf_str(out, ",\"metadata\":");
	buf_str(out, row->metadata);
	times(out, row);
	buf_char(out, '}');
}

static void
write_type(struct buf *out, const alk_row *row)
{
	buf_str(out, "{\"kind\":\"type\"");
	splice(out, row->attributes, row->attributes_bytes);
	times(out, row);
	buf_char(out, '}');
}

/* A payload that is JSON is shown as it is, other text as a string. */
static void
write_payload(alk_session *s, struct buf *out, const alk_row *row)
{
	struct json_bounds bounds = {
		.bytes_max = row->attributes_bytes + 1,
		.depth_max = JSON_DEPTH_MAX,
	};
	struct json_reader reader = { 0 };
	alk_error ignored = { 0 };

	(void)s;
	if (json_read(&reader, row->attributes, row->attributes_bytes,
		&bounds, &ignored) != NULL)
		buf_add(out, row->attributes, row->attributes_bytes);
	else if (ignored.code == ALK_NOMEM)
		out->failed = true;
	else if (utf8_is_valid(row->attributes, row->attributes_bytes))
		json_write_string(out, row->attributes, row->attributes_bytes);
	else
		buf_str(out, "null"); /* written by another program */
	json_reader_fini(&reader);
}

static void
write_event(alk_session *s, struct buf *out, const alk_row *row)
{
	char iso[CLOCK_ISO];

	buf_str(out, "{\"offset\":");
	buf_int(out, row->number);
	member(out, ",\"topic\":", row->key);
	member(out, ",\"key\":", row->type[0] != '\0' ? row->type : NULL);
	buf_str(out, ",\"payload\":");
	write_payload(s, out, row);
	clock_iso(row->created_at, iso);
	member(out, ",\"createdAt\":", iso);
	buf_char(out, '}');
}

int
alk_row_json(alk_session *s, const alk_row *row, const char **json,
    size_t *bytes)
{
	struct buf *out = &s->json;

	buf_clear(out);
	switch (row->kind) {
	case ALK_GRAPH:
		write_graph(out, row);
		break;
	case ALK_TYPE:
		write_type(out, row);
		break;
	case ALK_EVENT:
		write_event(s, out, row);
		break;
	default:
		write_node_or_edge(out, row);
		break;
	}
	if (buf_text(out) == NULL)
		return ALK_NOMEM;
	*json = buf_text(out);
	if (bytes != NULL)
		*bytes = out->bytes;
	return ALK_OK;
}
