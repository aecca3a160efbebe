/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * JSON Lines in. A batch of lines is one transaction; what a batch committed
 * stays, and the number of lines committed says where to go on. Memory: one
 * piece of the input, one line, the map of keys that graph/write.c bounds.
 */
#include "exchange/exchange.h"

#include "base/error.h"
#include "exchange/lines.h"
#include "graph/write.h"

#include <string.h>

#define BATCH_ROWS 10000
#define ENVELOPE_BYTES 16384 /* of a line beside its attributes */

struct import {
	struct graph *g;
	const char *graph;
	const alk_import_options *o;
	struct lines lines;
	struct json_reader reader;
	alk_error *err;          /* of the whole call */
	alk_import_result *result;
	size_t batch_rows;
	bool is_ended;
	int64_t expected_rev;    /* what the last batch left */
	/* Of the batch: */
	struct graph_ref ref;
	alk_write_result written;
	int64_t nodes;
	int64_t edges;
};

/* ---- a line as an item ---- */

struct parsed {
	alk_item item;
	yyjson_val *attributes;
	struct buf metadata;
};

static int
wrong_member(struct import *im, const char *name, const char *want)
{
	char pointer[64] = "/";

	(void)strncat(pointer, name, sizeof(pointer) - 2);
	error_pointer(im->g->err, pointer, strlen(pointer));
	return error_set(im->g->err, ALK_JSON, "expected %s", want);
}

static int
take_text(struct import *im, yyjson_val *v, const char *name, const char **out)
{
	if (!yyjson_is_str(v))
		return wrong_member(im, name, "string");
	if (strlen(yyjson_get_str(v)) != yyjson_get_len(v))
		return wrong_member(im, name, "string without U+0000");
	*out = yyjson_get_str(v);
	return ALK_OK;
}

static int
take_kind(struct import *im, yyjson_val *v, alk_item *item)
{
	if (yyjson_equals_str(v, "node"))
		item->kind = ALK_NODE;
	else if (yyjson_equals_str(v, "edge"))
		item->kind = ALK_EDGE;
	else
		return wrong_member(im, "kind", "\"node\" or \"edge\"");
	return ALK_OK;
}

static int
take_member(struct import *im, struct parsed *p, yyjson_val *key,
    yyjson_val *value)
{
	static const char *const ignored[] = { "type", "createdAt", "updatedAt",
		"graphId", "number", "rev" };
	alk_item *item = &p->item;

	if (yyjson_equals_str(key, "kind"))
		return take_kind(im, value, item);
	if (yyjson_equals_str(key, "key"))
		return yyjson_is_null(value) ? ALK_OK :
		    take_text(im, value, "key", &item->key);
	if (yyjson_equals_str(key, "id"))
		return take_text(im, value, "id", &item->id);
	if (yyjson_equals_str(key, "source") ||
	    yyjson_equals_str(key, "sourceNodeKey"))
		return take_text(im, value, "source", &item->source);
	if (yyjson_equals_str(key, "target") ||
	    yyjson_equals_str(key, "targetNodeKey"))
		return take_text(im, value, "target", &item->target);
	if (yyjson_equals_str(key, "undirected")) {
		if (!yyjson_is_bool(value))
			return wrong_member(im, "undirected", "true or false");
		item->direction = yyjson_get_bool(value) ? ALK_UNDIRECTED :
		    ALK_DIRECTED;
		return ALK_OK;
	}
	if (yyjson_equals_str(key, "attributes")) {
		p->attributes = value;
		return ALK_OK;
	}
	if (yyjson_equals_str(key, "metadata")) {
		json_write(&p->metadata, value);
		item->metadata = buf_text(&p->metadata);
		return item->metadata != NULL ? ALK_OK :
						error_nomem(im->g->err);
	}
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		if (yyjson_equals_str(key, ignored[i]))
			return ALK_OK;
	error_pointer(im->g->err, "", 0);
	return error_set(im->g->err, ALK_JSON,
	    "unexpected member '%.100s'; a line has kind, key, source, target, "
	    "undirected, attributes, id, metadata", yyjson_get_str(key));
}

static int
parse_line(struct import *im, const char *line, size_t bytes, struct parsed *p)
{
	struct graph *g = im->g;
	struct json_bounds bounds = {
		.bytes_max = g->limits->attributes_bytes + ENVELOPE_BYTES,
		.depth_max = g->limits->depth + 1,
		.bytes_name = "limits.attributes_bytes",
		.depth_name = "limits.depth",
	};
	yyjson_val *root = json_read(&im->reader, line, bytes, &bounds, g->err);
	size_t i, max;
	yyjson_val *key, *value;
	int64_t number;

	if (root == NULL)
		return g->err->code;
	if (!yyjson_is_obj(root))
		return error_set(g->err, ALK_JSON,
		    "expected object: a line is one node or edge");
	yyjson_obj_foreach(root, i, max, key, value)
		if (take_member(im, p, key, value) != ALK_OK)
			return g->err->code;
	if (p->item.kind == 0)
		return wrong_member(im, "kind", "\"node\" or \"edge\"");
	/* Ids that the library derives are not given again. */
	if (p->item.id != NULL && write_is_derived(p->item.id,
		p->item.kind == ALK_NODE ? "node-" : "edge-", &number))
		p->item.id = NULL;
	if (im->ref.type->config.direction == MODULE_UNDIRECTED &&
	    p->item.direction == ALK_DIRECTED)
		p->item.direction = ALK_DIRECTION_DEFAULT;
	return ALK_OK;
}

static int
op_of(const struct import *im, const alk_item *item)
{
	bool can_find = item->kind == ALK_NODE || item->key != NULL ||
	    item->id != NULL || !im->ref.type->config.multi;

	return (im->o->flags & ALK_IMPORT_PUT) != 0 && can_find ? ALK_PUT :
								  ALK_CREATE;
}

/* The pointer is within the attributes; the line's pointer is asked for. */
static void
place_in_line(struct import *im)
{
	alk_error *e = im->g->err;
	char inner[sizeof(e->pointer)];

	error_entry(e, "line %lld", (long long)im->lines.number);
	if (e->code != ALK_VALUE)
		return;
	memcpy(inner, e->pointer, sizeof(inner));
	e->pointer[0] = '\0';
	struct buf whole = { 0 };
	buf_str(&whole, "/attributes");
	buf_str(&whole, inner);
	if (!whole.failed)
		error_pointer(e, whole.data, whole.bytes);
	buf_fini(&whole);
}

static int
import_line(struct import *im, const char *line, size_t bytes)
{
	struct parsed p = { 0 };
	size_t unchanged = im->written.unchanged;
	int code = parse_line(im, line, bytes, &p);

	if (code == ALK_OK) {
		p.item.op = op_of(im, &p.item);
		if (p.attributes != NULL)
			code = graph_write_parsed(im->g, &im->ref, &p.item,
			    p.attributes, &im->written);
		else
			code = graph_write_parsed(im->g, &im->ref, &p.item,
			    NULL, &im->written);
	}
	bool is_written = im->written.unchanged == unchanged;
	if (code != ALK_OK)
		place_in_line(im);
	else if (is_written && p.item.kind == ALK_NODE)
		im->nodes++;
	else if (is_written)
		im->edges++;
	buf_fini(&p.metadata);
	return code;
}

/* ---- batches ---- */

static bool
is_blank(const char *line, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if (line[i] != ' ' && line[i] != '\t')
			return false;
	return true;
}

static int
import_rows(struct import *im)
{
	struct graph *g = im->g;
	size_t rows = 0;

	while (rows < im->batch_rows) {
		const char *line;
		size_t bytes;
		int more = lines_next(&im->lines, &line, &bytes, g->err);
		if (more < 0)
			return g->err->code;
		if (more == 0) {
			im->is_ended = true;
			break;
		}
		if (im->lines.number <= im->o->skip_lines ||
		    is_blank(line, bytes))
			continue;
		if (import_line(im, line, bytes) != ALK_OK)
			return g->err->code;
		if ((++rows & 255) == 0 && graph_is_cancelled(g))
			return g->err->code;
	}
	return ALK_OK;
}

/* One batch, within a transaction. */
static int
batch(void *arg)
{
	struct import *im = arg;
	struct graph *g = im->g;

	im->nodes = im->edges = 0;
	im->written = (alk_write_result){ 0 };
	if (graph_find_to_write(g, im->graph, &im->ref) != ALK_OK)
		return g->err->code;
	/* Another writer came in between: what is remembered may be gone. */
	if (im->ref.rev != im->expected_rev)
		textmap_fini(&g->keys);
	g->is_bulk = true;
	int code = import_rows(im);
	g->is_bulk = false;
	int64_t changed = (int64_t)(im->written.created + im->written.updated);
	if (code == ALK_OK && changed > 0)
		code = graph_note_load(g, &im->ref, im->nodes, im->edges,
		    im->lines.number);
	im->expected_rev = im->ref.rev + (changed > 0 ? 1 : 0);
	return code;
}

static int
all_batches(void *arg)
{
	struct import *im = arg;

	im->batch_rows = SIZE_MAX;
	return batch(im);
}

static void
note_committed(struct import *im)
{
	im->result->nodes += im->nodes;
	im->result->edges += im->edges;
	im->result->unchanged += (int64_t)im->written.unchanged;
	im->result->lines = im->lines.number;
}

static int
tell_progress(struct import *im)
{
	const alk_import_options *o = im->o;

	if (o->progress == NULL || o->progress(o->progress_arg,
		im->lines.bytes, o->total_bytes) == 0)
		return ALK_OK;
	return im->is_ended ? ALK_OK :
	    error_set(im->err, ALK_CANCELLED, "stopped after line %lld; "
		"go on with skip_lines", (long long)im->result->lines);
}

int
exchange_import_jsonl(struct graph *g, const char *graph,
    const alk_import_options *o, alk_read_fn read, void *read_arg,
    const struct exchange_runner *runner, alk_error *err,
    alk_import_result *result)
{
	struct import im = { .g = g, .graph = graph, .o = o, .err = err,
		.result = result, .expected_rev = -1 };
	bool at_once = (o->flags & (ALK_IMPORT_ATOMIC | ALK_IMPORT_DRY_RUN)) !=
	    0;
	int code = ALK_OK;

	im.batch_rows = o->batch_rows != 0 ? o->batch_rows : BATCH_ROWS;
	lines_init(&im.lines, read, read_arg, g->limits->attributes_bytes +
	    ENVELOPE_BYTES);
	g->keeps_keys = true;
	while (code == ALK_OK && !im.is_ended) {
		code = runner->run(runner->store, at_once ? all_batches : batch,
		    &im);
		if (code == ALK_OK) {
			note_committed(&im);
			code = tell_progress(&im);
		}
	}
	g->keeps_keys = false;
	textmap_fini(&g->keys);
	lines_fini(&im.lines);
	json_reader_fini(&im.reader);
	return code;
}
