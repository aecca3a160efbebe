/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* JSON Lines in: a line is a row. Memory is one piece of input, one line. */
#include "exchange/reader.h"

#include "base/error.h"
#include "exchange/lines.h"

#include <stdio.h>
#include <string.h>

struct jsonl {
	struct exchange_reader base;
	struct lines lines;
	struct json_reader reader;
	struct buf metadata;
	alk_error *err; /* of the call of next() */
};

static int
wrong_member(struct jsonl *j, const char *name, const char *want)
{
	char pointer[64] = "/";

	(void)strncat(pointer, name, sizeof(pointer) - 2);
	error_pointer(j->err, pointer, strlen(pointer));
	return error_set(j->err, ALK_JSON, "expected %s", want);
}

static int
take_text(struct jsonl *j, yyjson_val *v, const char *name, const char **out)
{
	if (!yyjson_is_str(v))
		return wrong_member(j, name, "string");
	if (strlen(yyjson_get_str(v)) != yyjson_get_len(v))
		return wrong_member(j, name, "string without U+0000");
	*out = yyjson_get_str(v);
	return ALK_OK;
}

static int
take_kind(struct jsonl *j, yyjson_val *v, alk_item *item)
{
	if (yyjson_equals_str(v, "node"))
		item->kind = ALK_NODE;
	else if (yyjson_equals_str(v, "edge"))
		item->kind = ALK_EDGE;
	else if (yyjson_equals_str(v, "graph"))
		item->kind = ALK_GRAPH;
	else
		return wrong_member(j, "kind", "\"node\", \"edge\" or "
		    "\"graph\"");
	return ALK_OK;
}

/* Not to create: then two rows would have the values of a unique index. */
static int
take_by(struct jsonl *j, yyjson_val *v, const char **out)
{
	const unsigned finding = ALK_IMPORT_PUT | ALK_IMPORT_MERGE;

	if (yyjson_is_null(v))
		return ALK_OK;
	if ((j->base.from.options->flags & finding) != 0)
		return take_text(j, v, "by", out);
	error_pointer(j->err, "/by", strlen("/by"));
	return error_set(j->err, ALK_INVALID, "'by' finds a row that is there: "
	    "import with put or merge");
}

static int
take_member(struct jsonl *j, struct exchange_row *p, yyjson_val *key,
    yyjson_val *value)
{
	static const char *const ignored[] = { "type", "createdAt", "updatedAt",
		"graphId", "number", "rev" };
	alk_item *item = &p->item;

	if (yyjson_equals_str(key, "kind"))
		return take_kind(j, value, item);
	if (yyjson_equals_str(key, "key"))
		return yyjson_is_null(value) ? ALK_OK :
		    take_text(j, value, "key", &item->key);
	if (yyjson_equals_str(key, "id"))
		return take_text(j, value, "id", &item->id);
	if (yyjson_equals_str(key, "source") ||
	    yyjson_equals_str(key, "sourceNodeKey"))
		return take_text(j, value, "source", &item->source);
	if (yyjson_equals_str(key, "target") ||
	    yyjson_equals_str(key, "targetNodeKey"))
		return take_text(j, value, "target", &item->target);
	if (yyjson_equals_str(key, "by"))
		return take_by(j, value, &item->by);
	if (yyjson_equals_str(key, "undirected")) {
		if (!yyjson_is_bool(value))
			return wrong_member(j, "undirected", "true or false");
		/* false: as the graph type has it, which others print too. */
		item->direction = yyjson_get_bool(value) ? ALK_UNDIRECTED :
		    ALK_DIRECTION_DEFAULT;
		return ALK_OK;
	}
	if (yyjson_equals_str(key, "attributes")) {
		p->attributes = value;
		return ALK_OK;
	}
	if (yyjson_equals_str(key, "metadata")) {
		buf_clear(&j->metadata);
		json_write(&j->metadata, value);
		item->metadata = buf_text(&j->metadata);
		return item->metadata != NULL ? ALK_OK :
						error_nomem(j->err);
	}
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		if (yyjson_equals_str(key, ignored[i]))
			return ALK_OK;
	error_pointer(j->err, "", 0);
	return error_set(j->err, ALK_JSON,
	    "unexpected member '%.100s'; a line has kind, key, by, source, "
	    "target, undirected, attributes, id, metadata",
	    yyjson_get_str(key));
}

static int
parse_line(struct jsonl *j, const char *line, size_t bytes,
    struct exchange_row *p)
{
	const alk_limits *limits = j->base.from.limits;
	struct json_bounds bounds = {
		.bytes_max = limits->attributes_bytes +
		    EXCHANGE_ENVELOPE_BYTES,
		.depth_max = limits->depth + 1,
		.bytes_name = "limits.attributes_bytes",
		.depth_name = "limits.depth",
	};
	yyjson_val *root = json_read(&j->reader, line, bytes, &bounds, j->err);
	size_t i, max;
	yyjson_val *key, *value;

	if (root == NULL)
		return j->err->code;
	if (!yyjson_is_obj(root))
		return error_set(j->err, ALK_JSON,
		    "expected object: a line is one node or edge");
	yyjson_obj_foreach(root, i, max, key, value)
		if (take_member(j, p, key, value) != ALK_OK)
			return j->err->code;
	if (p->item.kind == 0)
		return wrong_member(j, "kind", "\"node\" or \"edge\"");
	if (p->item.kind == ALK_NODE && p->item.key == NULL &&
	    p->item.by == NULL)
		return error_set(j->err, ALK_INVALID,
		    "a node has the member \"key\", which is not there");
	if (p->item.kind == ALK_GRAPH)
		return exchange_take_head(j->base.from.head, p->attributes,
		    j->err);
	return ALK_OK;
}

/* The next line that has something, as lines_next(). */
static int
next_line(struct jsonl *j, const char **line, size_t *bytes)
{
	struct exchange_reader *r = &j->base;
	int more;

	do {
		more = lines_next(&j->lines, line, bytes, j->err);
		r->lines = j->lines.number;
		r->bytes = j->lines.bytes;
	} while (more == 1 && (r->lines <= r->from.options->skip_lines ||
	    lines_is_blank(*line, *bytes)));
	return more;
}

static int
jsonl_next(struct exchange_reader *r, struct exchange_row *row, alk_error *err)
{
	struct jsonl *j = (struct jsonl *)r;
	const char *line;
	size_t bytes;

	j->err = err;
	do {
		*row = (struct exchange_row){ 0 };
		int more = next_line(j, &line, &bytes);
		if (more != 1)
			return more;
		if (parse_line(j, line, bytes, row) != ALK_OK) {
			error_entry(err, "line %lld", (long long)r->lines);
			return err->code;
		}
	} while (row->item.kind == ALK_GRAPH);
	return 1;
}

static void
jsonl_place(const struct exchange_reader *r, const struct exchange_row *row,
    struct exchange_place *place)
{
	(void)row;
	(void)snprintf(place->entry, sizeof(place->entry), "line %lld",
	    (long long)r->lines);
	(void)snprintf(place->pointer, sizeof(place->pointer), "/attributes");
}

static int
jsonl_open(struct exchange_reader *r, alk_error *err)
{
	struct jsonl *j = (struct jsonl *)r;

	(void)err;
	lines_init(&j->lines, r->from.read, r->from.read_arg,
	    r->from.limits->attributes_bytes + EXCHANGE_ENVELOPE_BYTES);
	return ALK_OK;
}

static void
jsonl_close(struct exchange_reader *r)
{
	struct jsonl *j = (struct jsonl *)r;

	lines_fini(&j->lines);
	json_reader_fini(&j->reader);
	buf_fini(&j->metadata);
}

const struct exchange_form exchange_form_jsonl = {
	.name = "JSON Lines",
	.bytes = sizeof(struct jsonl),
	.open = jsonl_open,
	.close = jsonl_close,
	.next = jsonl_next,
	.place = jsonl_place,
	.names_lines = true,
};
