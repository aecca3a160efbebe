/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The change feed: the last step of a transaction. For each graph that it
 * changed one more revision, a notification on "graph:<id>", and records of at
 * most RECORD_CHANGES changes on the stream "changes". Changes of graph types
 * go to the stream without a graph, and are notified on "graph-types".
 */
#include "feed/feed.h"

#include "base/error.h"
#include "events/events.h"
#include "events/stream_trim.h"
#include "json/push.h"

#define RECORD_CHANGES 1000

struct feed {
	struct graph *g;
	const struct changes *c;
	struct buf payload;
	struct json_out json; /* into payload */
};

static const char *
op_name(int op)
{
	switch (op) {
	case 0:
		return "load";
	case ALK_CREATE:
		return "create";
	case ALK_DELETE:
		return "delete";
	default:
		return "update";
	}
}

static const char *
kind_name(int kind)
{
	static const char *const names[] = { "", "node", "edge", "graph",
		"type" };

	return names[kind];
}

static void
write_change(struct feed *f, const struct change *c)
{
	struct json_out *o = &f->json;

	json_out_begin_object(o);
	json_out_member(o, "op", op_name(c->op));
	if (c->op == 0) {
		json_out_member_int(o, "nodes", c->nodes);
		json_out_member_int(o, "edges", c->edges);
		json_out_member_int(o, "lines", c->lines);
	} else {
		json_out_member(o, "kind", kind_name(c->kind));
		json_out_member(o, "key", changes_text(f->c, c->key));
		json_out_member(o, "type", changes_text(f->c, c->type));
	}
	if (c->kind == ALK_EDGE) {
		json_out_member(o, "id", changes_text(f->c, c->id));
		json_out_member(o, "source", changes_text(f->c, c->source));
		json_out_member(o, "target", changes_text(f->c, c->target));
	}
	json_out_end_object(o);
}

/* Begins a payload: revision and graph. */
static void
write_head(struct feed *f, const struct change *c)
{
	buf_clear(&f->payload);
	f->json = (struct json_out){ .out = &f->payload };
	json_out_begin_object(&f->json);
	json_out_member_int(&f->json, "rev", c->rev);
	json_out_member(&f->json, "graphId", changes_text(f->c, c->graph_id));
}

/* Ends the record that was begun and publishes it. */
static int
publish(struct feed *f, const char *graph_id)
{
	struct graph *g = f->g;

	json_out_end_array(&f->json);
	json_out_end_object(&f->json);
	if (f->payload.failed)
		return error_nomem(g->err);
	return events_publish(g->db, span_of("changes"), span_of(graph_id),
	    (struct span){ f->payload.data, f->payload.bytes }, g->now, NULL);
}

/* Writes the records of one graph, from its first change on. */
static int
write_records(struct feed *f, size_t first)
{
	const struct change *head = &f->c->list[first];
	const char *id = changes_text(f->c, head->graph_id);
	size_t in_record = 0;

	for (size_t i = first; i < f->c->count; i++) {
		const struct change *c = &f->c->list[i];
		if (c->gid != head->gid)
			continue;
		if (in_record == 0) {
			write_head(f, head);
			json_out_key(&f->json, "changes");
			json_out_begin_array(&f->json);
		}
		write_change(f, c);
		if (++in_record < RECORD_CHANGES)
			continue;
		if (publish(f, id) != ALK_OK)
			return f->g->err->code;
		in_record = 0;
	}
	return in_record == 0 ? ALK_OK : publish(f, id);
}

static int
notify(struct feed *f, const struct change *c)
{
	struct graph *g = f->g;
	struct buf channel = { 0 };

	if (c->gid == 0) {
		buf_str(&channel, "graph-types");
	} else {
		buf_str(&channel, "graph:");
		buf_str(&channel, changes_text(f->c, c->graph_id));
	}
	write_head(f, c);
	json_out_end_object(&f->json);
	if (buf_text(&channel) == NULL || f->payload.failed)
		error_nomem(g->err);
	else
		events_notify(g->db,
		    (struct span){ channel.data, channel.bytes },
		    (struct span){ f->payload.data, f->payload.bytes },
		    g->now, NULL);
	buf_fini(&channel);
	return g->err->code;
}

/* Whether the change is the first of its graph in the transaction. */
static int
is_first(struct intmap *seen, const struct change *c)
{
	return intmap_add(seen, c->gid, 0);
}

int
feed_flush(struct graph *g)
{
	struct feed f = { .g = g, .c = &g->changes };
	struct intmap seen = { 0 };

	for (size_t i = 0; i < f.c->count && g->err->code == ALK_OK;
	     i++) {
		const struct change *c = &f.c->list[i];
		int first = is_first(&seen, c);
		if (first < 0)
			error_nomem(g->err);
		if (first != 1)
			continue;
		if (c->gid != 0)
			(void)graph_set_rev(g, c->gid, c->rev);
		if (g->err->code == ALK_OK && write_records(&f, i) ==
		    ALK_OK)
			(void)notify(&f, c);
	}
	if (f.c->count > 0 && g->err->code == ALK_OK)
		(void)stream_trim_due(g->db, span_of("changes"),
		    g->now);
	intmap_fini(&seen);
	buf_fini(&f.payload);
	return g->err->code;
}
