/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * graphology's serialised JSON in:
 *
 *   {"options":{"type":"mixed","multi":false,"allowSelfLoops":true},
 *    "attributes":{},
 *    "nodes":[{"key":"a","attributes":{}}, ...],
 *    "edges":[{"key":"e","source":"a","target":"b","attributes":{},
 *              "undirected":true}, ...]}
 *
 * Members may come in any order and all of them may be left out. Nodes and
 * edges are read one at a time: memory is the largest of them. Members that
 * mean nothing here are read over and told as losses.
 *
 * Keys are strings; numbers are taken as JavaScript writes them. What else
 * JavaScript would make a string of (null, true, {}) is refused, but that an
 * edge whose key is null has none.
 */
#include "exchange/reader.h"

#include "base/error.h"
#include "exchange/pieces.h"
#include "graph/write.h"

#include <stdio.h>
#include <string.h>

enum part { PART_NONE, PART_NODES, PART_EDGES, PART_ATTRIBUTES, PART_OPTIONS };

struct graphology {
	struct exchange_reader base;
	struct pieces pieces;
	struct json_reader reader;
	struct buf keys[3]; /* numbers as text: key, source, target */
	alk_error *err;     /* of the call of next() */
	bool is_begun;
	bool is_ended;
	bool has_member;    /* a comma is due before the next */
	enum part in;       /* PART_NODES, PART_EDGES: inside of that array */
	bool was_seen[PART_OPTIONS + 1];
	int64_t index;      /* of the element given last, in its array */
};

/* ---- errors and losses ---- */

/* An error of a piece: line and column, and the pointer of the whole. */
static int
place_piece(struct graphology *g, const char *pointer)
{
	alk_error *e = g->err;
	char inner[sizeof(e->pointer)];
	struct buf whole = { 0 };

	error_entry(e, "line %lld, column %lld",
	    (long long)g->pieces.piece_line, (long long)g->pieces.piece_column);
	memcpy(inner, e->pointer, sizeof(inner));
	e->pointer[0] = '\0';
	buf_str(&whole, pointer);
	buf_str(&whole, inner);
	if (whole.bytes > 0 && !whole.failed)
		error_pointer(e, whole.data, whole.bytes);
	buf_fini(&whole);
	return e->code;
}

static void
element_pointer(const struct graphology *g, char *out, size_t room)
{
	(void)snprintf(out, room, "/%s/%lld",
	    g->in == PART_NODES ? "nodes" : "edges", (long long)g->index);
}

static int
wrong(struct graphology *g, const char *pointer, const char *want)
{
	error_pointer(g->err, pointer, strlen(pointer));
	return error_set(g->err, ALK_JSON, "expected %s", want);
}

/* ---- pieces as values ---- */

/* The next value, parsed; NULL with err filled, its place not yet. */
static yyjson_val *
take_value(struct graphology *g)
{
	const alk_limits *limits = g->base.from.limits;
	struct json_bounds bounds = {
		.bytes_max = limits->attributes_bytes +
		    EXCHANGE_ENVELOPE_BYTES,
		.depth_max = limits->depth + 1,
		.bytes_name = "limits.attributes_bytes",
		.depth_name = "limits.depth",
	};
	const char *text;
	size_t bytes;

	if (pieces_value(&g->pieces, &text, &bytes, g->err) != ALK_OK)
		return NULL;
	return json_read(&g->reader, text, bytes, &bounds, g->err);
}

/* ---- an element as a row ---- */

static int
take_key(struct graphology *g, yyjson_val *v, const char *pointer,
    struct buf *room, const char **out)
{
	if (yyjson_is_str(v)) {
		if (strlen(yyjson_get_str(v)) != yyjson_get_len(v))
			return wrong(g, pointer, "string without U+0000");
		*out = yyjson_get_str(v);
		return ALK_OK;
	}
	if (!json_is_number(v))
		return wrong(g, pointer, "string or number: a key");
	buf_clear(room);
	json_write_number(room, v);
	*out = buf_text(room);
	return *out != NULL ? ALK_OK : error_nomem(g->err);
}

static int
take_undirected(struct graphology *g, yyjson_val *v, alk_item *item)
{
	if (!yyjson_is_bool(v))
		return wrong(g, "/undirected", "true or false");
	item->direction = yyjson_get_bool(v) ? ALK_UNDIRECTED : ALK_DIRECTED;
	return ALK_OK;
}

static int
take_edge_member(struct graphology *g, struct exchange_row *row,
    yyjson_val *key, yyjson_val *value, bool *is_known)
{
	alk_item *item = &row->item;

	if (yyjson_equals_str(key, "source"))
		return take_key(g, value, "/source", &g->keys[1],
		    &item->source);
	if (yyjson_equals_str(key, "target"))
		return take_key(g, value, "/target", &g->keys[2],
		    &item->target);
	if (yyjson_equals_str(key, "undirected"))
		return take_undirected(g, value, item);
	*is_known = false;
	return ALK_OK;
}

static int
take_member(struct graphology *g, struct exchange_row *row, yyjson_val *key,
    yyjson_val *value)
{
	bool is_known = false;

	if (yyjson_equals_str(key, "key"))
		return yyjson_is_null(value) && row->item.kind == ALK_EDGE ?
		    ALK_OK :
		    take_key(g, value, "/key", &g->keys[0], &row->item.key);
	if (yyjson_equals_str(key, "attributes")) {
		row->attributes = value;
		return yyjson_is_obj(value) ? ALK_OK :
		    wrong(g, "/attributes", "object");
	}
	if (row->item.kind == ALK_EDGE) {
		is_known = true;
		if (take_edge_member(g, row, key, value, &is_known) != ALK_OK)
			return g->err->code;
	}
	return is_known ? ALK_OK : losses_add(g->base.from.losses, LOSS_MEMBER,
	    g->err, "%s %lld: %.60s",
	    row->item.kind == ALK_NODE ? "node" : "edge", (long long)g->index,
	    yyjson_get_str(key));
}

static int
need_members(struct graphology *g, struct exchange_row *row)
{
	alk_item *item = &row->item;
	int64_t number;

	if (item->kind == ALK_NODE)
		return item->key != NULL ? ALK_OK :
		    wrong(g, "", "key: a node has one");
	if (item->source == NULL)
		return wrong(g, "", "source: an edge has one");
	if (item->target == NULL)
		return wrong(g, "", "target: an edge has one");
	/* What was written for an edge that has no key. */
	if (item->key != NULL && write_is_derived(item->key, "edge-", &number))
		item->key = NULL;
	return ALK_OK;
}

static int
take_element(struct graphology *g, struct exchange_row *row)
{
	yyjson_val *root = take_value(g), *key, *value;
	size_t i, max;
	char pointer[64];

	*row = (struct exchange_row){ 0 };
	row->item.kind = g->in == PART_NODES ? ALK_NODE : ALK_EDGE;
	element_pointer(g, pointer, sizeof(pointer));
	if (root != NULL && !yyjson_is_obj(root))
		(void)wrong(g, "", row->item.kind == ALK_NODE ?
		    "object: a node" : "object: an edge");
	if (root != NULL && g->err->code == ALK_OK)
		yyjson_obj_foreach(root, i, max, key, value)
			if (take_member(g, row, key, value) != ALK_OK)
				break;
	if (g->err->code == ALK_OK)
		(void)need_members(g, row);
	g->base.lines++;
	return g->err->code == ALK_OK ? 1 : place_piece(g, pointer);
}

/* ---- the members of the whole ---- */

static int
take_bool_option(struct graphology *g, yyjson_val *v, const char *pointer,
    int *out)
{
	if (!yyjson_is_bool(v))
		return wrong(g, pointer, "true or false");
	*out = yyjson_get_bool(v);
	return ALK_OK;
}

static int
take_option(struct graphology *g, yyjson_val *key, yyjson_val *v)
{
	static const char *const types[] = { "mixed", "directed",
		"undirected" };
	struct exchange_head *head = g->base.from.head;

	if (yyjson_equals_str(key, "multi"))
		return take_bool_option(g, v, "/multi", &head->multi);
	if (yyjson_equals_str(key, "allowSelfLoops"))
		return take_bool_option(g, v, "/allowSelfLoops",
		    &head->self_loops);
	if (!yyjson_equals_str(key, "type"))
		return losses_add(g->base.from.losses, LOSS_MEMBER, g->err,
		    "options: %.60s", yyjson_get_str(key));
	for (int i = 0; i < 3; i++) {
		if (yyjson_equals_str(v, types[i])) {
			head->direction = i;
			return ALK_OK;
		}
	}
	return wrong(g, "/type", "mixed, directed or undirected");
}

static int
take_options(struct graphology *g)
{
	yyjson_val *root = take_value(g), *key, *value;
	size_t i, max;

	if (root != NULL && !yyjson_is_obj(root))
		(void)wrong(g, "", "object");
	if (root != NULL && g->err->code == ALK_OK)
		yyjson_obj_foreach(root, i, max, key, value)
			if (take_option(g, key, value) != ALK_OK)
				break;
	return g->err->code == ALK_OK ? ALK_OK : place_piece(g, "/options");
}

static int
take_attributes(struct graphology *g)
{
	yyjson_val *root = take_value(g);

	if (root == NULL)
		return place_piece(g, "/attributes");
	if (exchange_take_head(g->base.from.head, root, g->err) != ALK_OK)
		return place_piece(g, "");
	return ALK_OK;
}

static int
begin_array(struct graphology *g, enum part part, const char *pointer)
{
	int c = pieces_peek(&g->pieces, g->err);

	if (c < 0)
		return c;
	if (c != '[') {
		error_pointer(g->err, pointer, strlen(pointer));
		return pieces_unexpected(&g->pieces, "array", g->err);
	}
	pieces_take(&g->pieces);
	g->in = part;
	g->index = -1;
	return ALK_OK;
}

/* A member that means nothing here. */
static int
read_over(struct graphology *g, const char *name)
{
	if (take_value(g) == NULL)
		return place_piece(g, "");
	return losses_add(g->base.from.losses, LOSS_MEMBER, g->err,
	    "member %.60s", name);
}

static int
take_part(struct graphology *g, enum part part, const char *name)
{
	switch (part) {
	case PART_NODES:
		return begin_array(g, part, "/nodes");
	case PART_EDGES:
		return begin_array(g, part, "/edges");
	case PART_ATTRIBUTES:
		return take_attributes(g);
	case PART_OPTIONS:
		return take_options(g);
	default:
		return read_over(g, name);
	}
}

static enum part
part_named(yyjson_val *name)
{
	static const char *const names[] = { [PART_NODES] = "nodes",
		[PART_EDGES] = "edges", [PART_ATTRIBUTES] = "attributes",
		[PART_OPTIONS] = "options" };

	for (enum part p = PART_NODES; p <= PART_OPTIONS; p++)
		if (yyjson_equals_str(name, names[p]))
			return p;
	return PART_NONE;
}

/* A name, its colon and, but for the arrays, its value. */
static int
take_top_member(struct graphology *g)
{
	yyjson_val *name = take_value(g);
	char copy[64];

	if (name == NULL || !yyjson_is_str(name)) {
		(void)wrong(g, "", "the name of a member");
		return place_piece(g, "");
	}
	enum part part = part_named(name);
	(void)snprintf(copy, sizeof(copy), "%.60s", yyjson_get_str(name));
	if (part != PART_NONE && g->was_seen[part]) {
		error_set(g->err, ALK_JSON, "'%s' is there twice", copy);
		return place_piece(g, "");
	}
	g->was_seen[part] = true;
	int c = pieces_peek(&g->pieces, g->err);
	if (c != ':')
		return c < 0 ? c : pieces_unexpected(&g->pieces, "':'", g->err);
	pieces_take(&g->pieces);
	return take_part(g, part, copy);
}

static int
begin(struct graphology *g)
{
	struct pieces *p = &g->pieces;
	int c = pieces_pass(p, EXCHANGE_BOM, strlen(EXCHANGE_BOM), g->err);

	if (c != ALK_OK)
		return c;
	c = pieces_peek(p, g->err);
	if (c != '{')
		return c < 0 ? c : pieces_unexpected(p,
		    "object: a graph as graphology serialises it", g->err);
	pieces_take(p);
	g->is_begun = true;
	return ALK_OK;
}

static int
end(struct graphology *g)
{
	int c;

	pieces_take(&g->pieces);
	g->is_ended = true;
	c = pieces_peek(&g->pieces, g->err);
	return c <= 0 ? c :
	    pieces_unexpected(&g->pieces, "nothing behind the graph", g->err);
}

/* Between members, and elements: 1 there is one more, 0 it ends, or a code. */
static int
has_next(struct graphology *g, char closing, bool has_one)
{
	int c = pieces_peek(&g->pieces, g->err);

	if (c == closing || c < 0)
		return c < 0 ? c : 0;
	if (!has_one)
		return 1;
	if (c != ',')
		return pieces_unexpected(&g->pieces, closing == '}' ?
		    "',' or '}'" : "',' or ']'", g->err);
	pieces_take(&g->pieces);
	return 1;
}

static int
graphology_next(struct exchange_reader *r, struct exchange_row *row,
    alk_error *err)
{
	struct graphology *g = (struct graphology *)r;
	int code = ALK_OK;

	g->err = err;
	if (!g->is_begun)
		code = begin(g);
	while (code == ALK_OK && !g->is_ended) {
		bool is_inside = g->in != PART_NONE;
		int more = has_next(g, is_inside ? ']' : '}',
		    is_inside ? g->index >= 0 : g->has_member);
		r->bytes = g->pieces.bytes;
		if (more < 0)
			return more;
		if (more == 1 && is_inside) {
			g->index++;
			return take_element(g, row);
		}
		if (more == 1) {
			g->has_member = true;
			code = take_top_member(g);
		} else if (is_inside) {
			pieces_take(&g->pieces);
			g->in = PART_NONE;
		} else {
			code = end(g);
		}
	}
	return code;
}

static void
graphology_place(const struct exchange_reader *r,
    const struct exchange_row *row, struct exchange_place *place)
{
	const struct graphology *g = (const struct graphology *)r;

	(void)snprintf(place->entry, sizeof(place->entry), "line %lld",
	    (long long)g->pieces.piece_line);
	exchange_name_row(place->entry, sizeof(place->entry), &row->item);
	(void)snprintf(place->pointer, sizeof(place->pointer),
	    "/%s/%lld/attributes", row->item.kind == ALK_NODE ? "nodes" :
	    "edges", (long long)g->index);
}

static int
graphology_open(struct exchange_reader *r, alk_error *err)
{
	struct graphology *g = (struct graphology *)r;

	(void)err;
	pieces_init(&g->pieces, r->from.read, r->from.read_arg,
	    r->from.limits->attributes_bytes + EXCHANGE_ENVELOPE_BYTES);
	return ALK_OK;
}

static void
graphology_close(struct exchange_reader *r)
{
	struct graphology *g = (struct graphology *)r;

	pieces_fini(&g->pieces);
	json_reader_fini(&g->reader);
	for (int i = 0; i < 3; i++)
		buf_fini(&g->keys[i]);
}

const struct exchange_form exchange_form_graphology = {
	.name = "graphology JSON",
	.is_atomic = true,
	.bytes = sizeof(struct graphology),
	.open = graphology_open,
	.close = graphology_close,
	.next = graphology_next,
	.place = graphology_place,
};
