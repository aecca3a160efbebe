/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* JSON Lines out: nodes, then edges, each type in the order of writing. */
#include "exchange/exchange.h"

#include "base/error.h"
#include "graph/write.h"
#include "json/push.h"

#include <string.h>

#define PIECE_BYTES ((size_t)64 * 1024)

struct export {
	struct graph *g;
	struct buf out;
	alk_write_fn write;
	void *write_arg;
	alk_progress_fn progress;
	void *progress_arg;
	int64_t done;
	int64_t total;
	alk_error *err;
};

static int
hand_over(struct export *e)
{
	if (e->out.failed)
		return error_nomem(e->err);
	if (e->out.bytes > 0 && e->write(e->write_arg, e->out.data,
		e->out.bytes) != 0)
		return error_set(e->err, ALK_IO,
		    "the output could not be written");
	buf_clear(&e->out);
	return ALK_OK;
}

static int
tell_progress(struct export *e)
{
	if ((++e->done & 4095) != 0 || e->progress == NULL)
		return ALK_OK;
	return e->progress(e->progress_arg, e->done, e->total) == 0 ? ALK_OK :
	    error_set(e->err, ALK_CANCELLED, "stopped by the caller");
}

static int
on_row(void *arg, const alk_row *row)
{
	struct export *e = arg;
	struct buf *out = &e->out;
	struct json_out o = { .out = out };
	bool is_edge = row->kind == ALK_EDGE;
	int64_t number;

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
	if (!write_is_derived(row->id, is_edge ? "edge-" : "node-", &number))
		json_out_member(&o, "id", row->id);
	json_out_member_raw(&o, "attributes", row->attributes,
	    row->attributes_bytes);
	if (strcmp(row->metadata, "{}") != 0)
		json_out_member_raw(&o, "metadata", row->metadata, ALK_NUL);
	json_out_end_object(&o);
	buf_char(out, '\n');
	if (out->failed || out->bytes >= PIECE_BYTES)
		(void)hand_over(e);
	return e->err->code != ALK_OK || tell_progress(e) != ALK_OK;
}

static int
count_row(void *arg, const alk_row *row)
{
	int64_t *total = arg;

	*total += row->number;
	return 0;
}

int
exchange_export_jsonl(struct graph *g, const char *graph, alk_write_fn write,
    void *write_arg, alk_progress_fn progress, void *progress_arg)
{
	alk_query all = { .limit = ALK_NUL };
	struct export e = { .g = g, .write = write, .write_arg = write_arg,
		.progress = progress, .progress_arg = progress_arg,
		.err = g->err };

	if (progress != NULL)
		(void)graph_stats(g, graph, count_row, &e.total);
	if (g->err->code == ALK_OK)
		(void)graph_rows_list(g, ALK_NODE, graph, &all, on_row, &e,
		    NULL);
	if (g->err->code == ALK_OK)
		(void)graph_rows_list(g, ALK_EDGE, graph, &all, on_row, &e,
		    NULL);
	if (g->err->code == ALK_OK)
		(void)hand_over(&e);
	buf_fini(&e.out);
	return g->err->code;
}
