/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * graphology's serialised JSON out, a node or an edge a line. The options are
 * those of the graph type. Every edge has a key, as graphology wants it: its
 * own, or its id; one that the library derives an import takes for none.
 */
#include "exchange/export.h"

#include "graph/type.h"

struct graphology_out {
	struct buf bare;
	bool comma; /* one is due before the next element */
};

static int
graphology_begin(struct export *e)
{
	static const char *const types[] = { "mixed", "directed",
		"undirected" };
	static const struct module_config loose = { MODULE_MIXED, true, true,
		false };
	const struct module_config *c = e->ref.type != NULL ?
	    &e->ref.type->config : &loose;
	struct json_out o = { .out = &e->out };

	buf_str(&e->out, "{\"options\":");
	json_out_begin_object(&o);
	json_out_member(&o, "type", types[c->direction]);
	json_out_key(&o, "multi");
	json_out_bool(&o, c->multi);
	json_out_key(&o, "allowSelfLoops");
	json_out_bool(&o, c->allow_self_loops);
	json_out_end_object(&o);
	buf_str(&e->out, ",\n\"attributes\":");
	if (e->graph_attributes != NULL)
		json_write(&e->out, e->graph_attributes);
	else
		buf_str(&e->out, "{}");
	buf_str(&e->out, ",\n\"nodes\":[");
	return ALK_OK;
}

static void
write_ends(struct json_out *o, const alk_row *row)
{
	json_out_member(o, "key", row->key != NULL ? row->key : row->id);
	json_out_member(o, "source", row->source);
	json_out_member(o, "target", row->target);
}

static int
graphology_row(struct export *e, const alk_row *row)
{
	struct graphology_out *own = e->own;
	struct json_out o = { .out = &e->out };
	const struct graph_type *t = e->ref.type;
	const char *attributes;
	size_t bytes;

	buf_str(&e->out, own->comma ? ",\n" : "\n");
	own->comma = true;
	json_out_begin_object(&o);
	if (row->kind == ALK_EDGE)
		write_ends(&o, row);
	else
		json_out_member(&o, "key", row->key);
	export_attributes(e, row, &attributes, &bytes, &own->bare);
	if (bytes > 2)
		json_out_member_raw(&o, "attributes", attributes, bytes);
	if (row->undirected && (t == NULL ||
		t->config.direction != MODULE_UNDIRECTED)) {
		json_out_key(&o, "undirected");
		json_out_bool(&o, true);
	}
	json_out_end_object(&o);
	return ALK_OK;
}

static int
graphology_between(struct export *e)
{
	struct graphology_out *own = e->own;

	own->comma = false;
	buf_str(&e->out, "],\n\"edges\":[");
	return ALK_OK;
}

static int
graphology_end(struct export *e)
{
	buf_str(&e->out, "]}\n");
	return ALK_OK;
}

static void
graphology_close(struct export *e)
{
	struct graphology_out *own = e->own;

	buf_fini(&own->bare);
}

const struct export_form export_form_graphology = {
	.bytes = sizeof(struct graphology_out),
	.begin = graphology_begin,
	.row = graphology_row,
	.between = graphology_between,
	.end = graphology_end,
	.close = graphology_close,
	.holds_graph = true,
};
