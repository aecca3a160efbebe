/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Rows into the graph. An edge whose nodes are not there yet is put by where
 * the format lets edges stand before nodes, and written after the last row.
 */
#include "exchange/sink.h"

#include "base/error.h"
#include "exchange/exchange.h"
#include "graph/write.h"

#include <stdio.h>
#include <string.h>

void
sink_init(struct sink *k, bool is_nested, bool names_lines,
    bool has_batches)
{
	struct load_settings settings = { .is_nested = is_nested,
		.has_batches = has_batches, .may_assign = true };

	load_init(&k->load, k->g, &settings);
	k->load.is_single = !names_lines;
}

void
sink_fini(struct sink *k)
{
	load_fini(&k->load);
	spool_fini(&k->spool);
}

/* ---- the graph ---- */

static int
create_graph(struct sink *k)
{
	alk_graph_new n = { .name = k->graph, .type = k->options->create_type };
	char id[257];

	error_clear(k->g->err);
	k->is_new = true;
	return graph_create(k->g, &n, id);
}

static int
find_graph(struct sink *k)
{
	struct graph *g = k->g;
	const char *type = k->options->create_type;

	if (graph_find_to_write(g, k->graph, &k->ref) == ALK_NOTFOUND &&
	    type != NULL && !k->has_begun && k->graph != NULL &&
	    create_graph(k) == ALK_OK)
		(void)graph_find_to_write(g, k->graph, &k->ref);
	if (g->err->code == ALK_OK && type != NULL &&
	    strcmp(k->ref.type->name, type) != 0)
		return error_set(g->err, ALK_CONFLICT, "graph '%s' is there, "
		    "and of type '%s'", k->graph, k->ref.type->name);
	return g->err->code;
}

int
sink_begin(struct sink *k)
{
	struct graph *g = k->g;

	if (find_graph(k) != ALK_OK)
		return g->err->code;
	k->has_begun = true;
	return load_begin(&k->load, &k->ref);
}

/* ---- a row ---- */

static int
op_of(const struct sink *k, const alk_item *item)
{
	bool can_find = item->kind == ALK_NODE || item->key != NULL ||
	    item->id != NULL || item->by != NULL || !k->ref.type->config.multi;

	if ((k->options->flags & ALK_IMPORT_MERGE) != 0)
		return can_find ? WRITE_ASSIGN : ALK_CREATE;
	return (k->options->flags & ALK_IMPORT_PUT) != 0 && can_find ?
	    ALK_PUT : ALK_CREATE;
}

static int
write_row(struct sink *k, struct exchange_row *row)
{
	alk_item *item = &row->item;
	int64_t number;

	/* Ids that the library derives are not given again. */
	if (item->id != NULL && write_is_derived(item->id,
		item->kind == ALK_NODE ? "node-" : "edge-", &number))
		item->id = NULL;
	if (item->kind == ALK_EDGE &&
	    (k->options->flags & ALK_IMPORT_NO_EDGE_KEYS) != 0)
		item->key = NULL;
	item->op = op_of(k, item);
	return load_item(&k->load, item, row->attributes);
}

/* The pointer is within the attributes; that of the whole input is asked for.*/
static int
place_error(struct sink *k, const struct exchange_place *place)
{
	alk_error *e = k->g->err;
	char inner[sizeof(e->pointer)];
	struct buf whole = { 0 };

	error_entry(e, "%s", place->entry);
	bool is_within = e->code == ALK_VALUE || e->pointer[0] != '\0';
	if (!is_within || place->pointer[0] == '\0')
		return e->code;
	memcpy(inner, e->pointer, sizeof(inner));
	e->pointer[0] = '\0';
	buf_str(&whole, place->pointer);
	buf_str(&whole, inner);
	if (!whole.failed)
		error_pointer(e, whole.data, whole.bytes);
	buf_fini(&whole);
	return e->code;
}

/* An error of an earlier row that was found now only, or of this one. */
static int
fail(struct sink *k, const struct exchange_place *place)
{
	sink_fail(k);
	return k->load.failed_item < 0 ? place_error(k, place) :
					 k->g->err->code;
}

/* How many end points are missing, after NOTFOUND; or a code. */
static int
missing_ends(struct sink *k, const alk_item *item, bool make)
{
	const char *ends[2] = { item->source, item->target };
	alk_error told = *k->g->err;
	int missing = 0;

	error_clear(k->g->err);
	for (int i = 0; i < 2; i++) {
		if (ends[i] == NULL || ends[i][0] == '\0')
			continue;
		int there = load_has_node(&k->load, ends[i]);
		struct exchange_row row = { .item.kind = ALK_NODE,
			.item.key = ends[i] };
		if (there < 0)
			return there;
		missing += there == 0;
		if (there == 0 && make && write_row(k, &row) != ALK_OK)
			return k->g->err->code;
	}
	if (missing == 0)
		*k->g->err = told;
	return missing;
}

/* An edge that failed for want of its nodes, once more or put by. */
static int
without_ends(struct sink *k, struct exchange_row *row,
    const struct exchange_place *place, bool may_defer)
{
	bool makes = !may_defer && (k->options->flags & ALK_IMPORT_MERGE) != 0;
	alk_error told = *k->g->err;
	int missing = missing_ends(k, &row->item, makes);

	if (missing <= 0)
		return k->g->err->code;
	if (may_defer)
		return spool_add(&k->spool, row, place, k->g->err);
	if (makes)
		return write_row(k, row);
	*k->g->err = told;
	return told.code;
}

static int
put(struct sink *k, struct exchange_row *row,
    const struct exchange_place *place, bool may_defer)
{
	int code = write_row(k, row);

	if (code == ALK_NOTFOUND && row->item.kind == ALK_EDGE)
		code = without_ends(k, row, place, may_defer);
	return code == ALK_OK ? ALK_OK : fail(k, place);
}

int
sink_put(struct sink *k, const struct exchange_reader *r,
    struct exchange_row *row)
{
	struct exchange_place place = { "", "" };

	k->load.item = r->lines;
	int code = write_row(k, row);
	if (code == ALK_OK)
		return ALK_OK;
	r->form->place(r, row, &place);
	if (code == ALK_NOTFOUND && row->item.kind == ALK_EDGE)
		code = without_ends(k, row, &place, k->may_defer);
	return code == ALK_OK ? ALK_OK : fail(k, &place);
}

/* ---- the end ---- */

int
sink_finish(struct sink *k)
{
	struct graph *g = k->g;
	size_t bytes_max = g->limits->attributes_bytes +
	    EXCHANGE_ENVELOPE_BYTES;
	struct exchange_place place;
	struct exchange_row row;
	int more = 1;

	for (int64_t n = 1; k->spool.count > 0; n++) {
		more = spool_next(&k->spool, bytes_max, &row, &place, g->err);
		if (more <= 0)
			return more;
		if (put(k, &row, &place, false) != ALK_OK ||
		    ((n & 255) == 0 && graph_is_cancelled(g)))
			return g->err->code;
	}
	return ALK_OK;
}

/* One option that the file tells and the type has. */
static int
compare_option(struct sink *k, const char *name, bool is_same,
    const char *told, const char *has)
{
	if (is_same)
		return ALK_OK;
	if (!k->is_new)
		return losses_add(k->losses, LOSS_OPTIONS, k->g->err,
		    "%s %s", name, told);
	error_entry(k->g->err, "options");
	return error_set(k->g->err, ALK_CONFLICT,
	    "the file tells %s %s, and graph type '%s' has %s; make a type "
	    "that has the same, or make the graph before", name, told,
	    k->ref.type->name, has);
}

static const char *
yes(bool is)
{
	return is ? "true" : "false";
}

static int
compare_options(struct sink *k)
{
	static const char *const types[] = { "mixed", "directed",
		"undirected" };
	const struct exchange_head *h = k->head;
	const struct module_config *c = &k->ref.type->config;

	if (h->direction >= 0 && compare_option(k, "type",
		h->direction == (int)c->direction, types[h->direction],
		types[c->direction]) != ALK_OK)
		return k->g->err->code;
	if (h->multi >= 0 && compare_option(k, "multi",
		(h->multi != 0) == c->multi, yes(h->multi != 0),
		yes(c->multi)) != ALK_OK)
		return k->g->err->code;
	if (h->self_loops < 0)
		return ALK_OK;
	return compare_option(k, "allowSelfLoops",
	    (h->self_loops != 0) == c->allow_self_loops,
	    yes(h->self_loops != 0), yes(c->allow_self_loops));
}

/* The metadata with the attributes of the graph replaced or merged. */
static void
write_metadata(struct sink *k, yyjson_val *old, yyjson_val *given,
    struct buf *out)
{
	const char *name = EXCHANGE_GRAPH_ATTRIBUTES;
	yyjson_val *kept = yyjson_obj_get(old, name);
	struct buf rest = { 0 };

	json_write_without(&rest, old, name);
	if (rest.failed) {
		out->failed = true;
	} else {
		/* {"a":1} is {"a":1,"_graph.attributes":{...}} then. */
		buf_add(out, rest.data, rest.bytes - 1);
		buf_str(out, rest.bytes > 2 ? ",\"" : "\"");
		buf_str(out, name);
		buf_str(out, "\":");
		if ((k->options->flags & ALK_IMPORT_MERGE) != 0 &&
		    yyjson_is_obj(kept))
			(void)json_assign(out, kept, given, JSON_DEPTH_MAX);
		else
			json_write(out, given);
		buf_char(out, '}');
	}
	buf_fini(&rest);
}

static int
set_attributes(struct sink *k)
{
	struct graph *g = k->g;
	struct json_reader kept = { 0 }, given = { 0 };
	struct buf out = { 0 };
	alk_row row;
	yyjson_val *old = NULL, *now = NULL;

	if (graph_get(g, k->ref.id, &row) == ALK_OK)
		old = json_read_own(&kept, row.metadata, strlen(row.metadata),
		    g->err);
	if (old != NULL)
		now = json_read_own(&given, k->head->attributes.data,
		    k->head->attributes.bytes, g->err);
	bool is_needed = yyjson_obj_size(now) > 0 ||
	    yyjson_obj_get(old, EXCHANGE_GRAPH_ATTRIBUTES) != NULL;
	if (now != NULL && is_needed) {
		write_metadata(k, old, now, &out);
		alk_graph_new n = { .metadata = buf_text(&out) };
		if (n.metadata == NULL)
			error_nomem(g->err);
		else if (strcmp(n.metadata, row.metadata) != 0)
			(void)graph_update(g, k->ref.id, &n);
	}
	json_reader_fini(&kept);
	json_reader_fini(&given);
	buf_fini(&out);
	return g->err->code;
}

int
sink_end(struct sink *k, int64_t lines)
{
	struct graph *g = k->g;

	if (compare_options(k) != ALK_OK)
		return g->err->code;
	k->head->direction = k->head->multi = k->head->self_loops = -1;
	if (k->head->has_attributes && set_attributes(k) != ALK_OK)
		return g->err->code;
	k->head->has_attributes = false;
	if (load_flush(&k->load, lines) != ALK_OK && k->load.failed_item >= 0)
		error_entry(g->err, "line %lld",
		    (long long)k->load.failed_item);
	return g->err->code;
}

void
sink_release(struct sink *k)
{
	load_release(&k->load);
}

int
sink_fail(struct sink *k)
{
	load_fail(&k->load);
	if (k->load.failed_item >= 0)
		error_entry(k->g->err, "line %lld",
		    (long long)k->load.failed_item);
	return k->g->err->code;
}
