/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Events of the call protocol in: as one JSON text, or as JSON Lines in
 * batches. What one of them does is in call_apply.c.
 */
#include "workflow/call_parts.h"

#include "base/error.h"
#include "exchange/lines.h"
#include "workflow/call.sql.h"

#include <stdio.h>
#include <string.h>

#define TEXT_BYTES_MAX ((size_t)64 << 20)
#define ENVELOPE_BYTES 16384 /* of an event beside input or output */
#define ENVELOPE_DEPTH 3
#define BATCH_EVENTS 1000

const struct sql *const workflow_scripts[] = { &sql_call_tables, NULL };

/* ---- the graph ---- */

int
calls_types(struct graph *g, const struct graph_ref *ref, int64_t *node_type,
    int64_t *edge_type)
{
	const struct entry_type *node = ref->type == NULL ? NULL :
	    type_entry_named(ref->type, ALK_NODE, CALL_NODE,
		strlen(CALL_NODE));
	const struct entry_type *edge = ref->type == NULL ? NULL :
	    type_entry_named(ref->type, ALK_EDGE, CALL_EDGE,
		strlen(CALL_EDGE));

	if (node == NULL || edge == NULL)
		return error_set(g->err, ALK_INVALID, "'%s' is no call graph: "
		    "its type has no %s", ref->name, node == NULL ?
		    "node type " CALL_NODE : "edge type " CALL_EDGE);
	*node_type = node->tid;
	*edge_type = edge->tid;
	return ALK_OK;
}

int
calls_open(struct calls *c, struct graph *g, const char *graph,
    const alk_call_options *o)
{
	static const alk_call_options usual;

	*c = (struct calls){ .g = g, .o = o != NULL ? o : &usual };
	if (graph_find_to_write(g, graph, &c->ref) != ALK_OK)
		return g->err->code;
	return calls_types(g, &c->ref, &c->node_type, &c->edge_type);
}

void
calls_fini(struct calls *c)
{
	json_reader_fini(&c->stored);
	json_reader_fini(&c->waiting);
	buf_fini(&c->text);
	buf_fini(&c->kept);
}

/* ---- events ---- */

static void
count(struct calls *c, int outcome)
{
	alk_call_result *r = &c->result;
	size_t *const counts[] = { NULL, &r->applied, &r->duplicate, &r->late,
		&r->waiting, &r->differing, &r->foreign };

	++*counts[outcome];
}

/* The pointer of the graph's own complaint is one into the attributes. */
static void
place_error(struct calls *c, const struct call_event *e)
{
	alk_error *err = c->g->err;
	char inner[sizeof(err->pointer)];
	bool is_attributes = strncmp(err->entry, "node ", 5) == 0 ||
	    strncmp(err->entry, "edge ", 5) == 0;

	err->entry[0] = '\0';
	if (!is_attributes || err->pointer[0] == '\0')
		return;
	memcpy(inner, err->pointer, sizeof(inner));
	(void)snprintf(err->pointer, sizeof(err->pointer), "%s%.260s",
	    e->place, inner);
}

/* An event; its place is for the caller to set. */
static int
take_event(struct calls *c, yyjson_val *root, int64_t index)
{
	struct graph *g = c->g;
	struct call_event e;
	int outcome = ALK_CALL_FOREIGN;
	const char *why = NULL;

	if (call_event_read(root, &e, g->err) != ALK_OK)
		return g->err->code;
	if (e.at_ms == CALL_NEVER && (c->o->flags & ALK_CALL_STAMP) != 0)
		e.at_ms = g->now_ms;
	if (e.kind != CALL_FOREIGN &&
	    calls_apply(c, &e, &outcome, &why) != ALK_OK) {
		place_error(c, &e);
		return g->err->code;
	}
	count(c, outcome);
	if (c->o->fn != NULL && !c->is_quiet) {
		alk_call_told t = { index, e.type, e.request, outcome, why };
		c->is_quiet = c->o->fn(c->o->arg, &t) != 0;
	}
	return (index & 255) == 255 && graph_is_cancelled(g) ? g->err->code :
	    ALK_OK;
}

/* ---- one text ---- */

static int
take_all(struct calls *c, yyjson_val *root)
{
	struct graph *g = c->g;
	size_t most = g->limits->batch_rows;
	yyjson_val *v;
	size_t i, max;

	if (!yyjson_is_arr(root)) {
		if (take_event(c, root, 0) != ALK_OK)
			error_entry(g->err, "event 0");
		return g->err->code;
	}
	if (yyjson_arr_size(root) > most)
		return error_set(g->err, ALK_LIMIT, "%zu events in one call, "
		    "more than %zu (limits.batch_rows)",
		    yyjson_arr_size(root), most);
	yyjson_arr_foreach(root, i, max, v)
		if (take_event(c, v, (int64_t)i) != ALK_OK) {
			error_entry(g->err, "event %zu", i);
			break;
		}
	return g->err->code;
}

static void
set_rev(struct calls *c)
{
	c->result.rev = c->ref.rev + (c->changed > 0);
}

int
calls_ingest(struct graph *g, const char *graph, const char *text,
    size_t bytes, const alk_call_options *o, alk_call_result *result)
{
	struct calls c;
	struct json_reader reader = { 0 };
	struct json_bounds bounds = { .bytes_max = TEXT_BYTES_MAX,
		.depth_max = g->limits->depth + ENVELOPE_DEPTH,
		.depth_name = "limits.depth" };
	yyjson_val *root = NULL;

	if (calls_open(&c, g, graph, o) == ALK_OK) {
		if (text == NULL)
			error_set(g->err, ALK_INVALID, "no events given");
		else
			root = json_read(&reader, text, bytes == ALK_NUL ?
			    strlen(text) : bytes, &bounds, g->err);
	}
	if (root != NULL && take_all(&c, root) == ALK_OK) {
		set_rev(&c);
		*result = c.result;
	}
	calls_fini(&c);
	json_reader_fini(&reader);
	return g->err->code;
}

int
calls_abort(struct graph *g, const char *graph, const char *request,
    alk_call_result *result)
{
	struct calls c;
	struct call_event e = { .kind = CALL_ABORTED, .type = "call.aborted",
		.request = request, .place = "", .at_ms = g->now_ms };
	int outcome = 0;
	const char *why = NULL;

	if (calls_open(&c, g, graph, NULL) == ALK_OK) {
		if (request == NULL)
			error_set(g->err, ALK_INVALID, "no request id given");
		else
			(void)calls_apply(&c, &e, &outcome, &why);
	}
	if (outcome == ALK_CALL_WAITING ||
	    (outcome == ALK_CALL_DUPLICATE && why != NULL))
		error_set(g->err, ALK_NOTFOUND, "call '%s' is not there",
		    request);
	else if (outcome == ALK_CALL_LATE)
		error_set(g->err, ALK_CONFLICT, "call '%s' is not aborted: %s",
		    request, why);
	if (g->err->code == ALK_OK) {
		count(&c, outcome);
		set_rev(&c);
		*result = c.result;
	}
	calls_fini(&c);
	return g->err->code;
}

/* ---- lines ---- */

struct import {
	struct graph *g;
	const char *graph;
	const alk_call_options *o;
	struct lines lines;
	struct json_reader reader;
	size_t batch_events;
	bool is_ended;
	bool is_quiet;
	alk_call_result made; /* by the batch */
};

static int
take_line(struct import *im, struct calls *c, const char *line, size_t bytes)
{
	struct graph *g = im->g;
	struct json_bounds bounds = {
		.bytes_max = g->limits->attributes_bytes + ENVELOPE_BYTES,
		.depth_max = g->limits->depth + ENVELOPE_DEPTH,
		.bytes_name = "limits.attributes_bytes",
		.depth_name = "limits.depth" };
	yyjson_val *root = json_read(&im->reader, line, bytes, &bounds,
	    g->err);

	if (root != NULL)
		(void)take_event(c, root, im->lines.number);
	if (g->err->code != ALK_OK)
		error_entry(g->err, "line %lld", (long long)im->lines.number);
	return g->err->code;
}

static int
take_lines(struct import *im, struct calls *c)
{
	struct graph *g = im->g;

	for (size_t i = 0; i < im->batch_events; i++) {
		const char *line;
		size_t bytes;
		int more = lines_next(&im->lines, &line, &bytes, g->err);
		if (more < 0)
			return g->err->code;
		if (more == 0) {
			im->is_ended = true;
			break;
		}
		if (!lines_is_blank(line, bytes) &&
		    take_line(im, c, line, bytes) != ALK_OK)
			break;
	}
	return g->err->code;
}

/* One batch, within a transaction. */
static int
batch(void *arg)
{
	struct import *im = arg;
	struct calls c;

	if (calls_open(&c, im->g, im->graph, im->o) == ALK_OK) {
		c.is_quiet = im->is_quiet;
		if (take_lines(im, &c) == ALK_OK)
			set_rev(&c);
		im->is_quiet = c.is_quiet;
		im->made = c.result;
	}
	calls_fini(&c);
	return im->g->err->code;
}

static void
add_batch(const struct import *im, alk_call_result *r)
{
	const alk_call_result *m = &im->made;

	r->rev = m->rev;
	r->applied += m->applied;
	r->duplicate += m->duplicate;
	r->late += m->late;
	r->waiting += m->waiting;
	r->differing += m->differing;
	r->foreign += m->foreign;
	r->calls += m->calls;
	r->edges += m->edges;
	r->aborted += m->aborted;
	r->lines = im->lines.number;
}

int
calls_import(struct graph *g, const char *graph, const alk_call_options *o,
    alk_read_fn read, void *read_arg, const struct exchange_runner *runner,
    alk_call_result *result)
{
	struct import im = { .g = g, .graph = graph, .o = o };
	int code = ALK_OK;

	im.batch_events = (o->flags & ALK_TX_DRY_RUN) != 0 ? SIZE_MAX :
	    o->batch_events != 0 ? o->batch_events : BATCH_EVENTS;
	lines_init(&im.lines, read, read_arg, g->limits->attributes_bytes +
	    ENVELOPE_BYTES);
	while (code == ALK_OK && !im.is_ended) {
		code = runner->run(runner->store, batch, &im);
		if (code == ALK_OK)
			add_batch(&im, result);
	}
	lines_fini(&im.lines);
	json_reader_fini(&im.reader);
	return code;
}
