/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * An import: rows are pulled from the reader of the format and put into the
 * sink, a batch of them in one transaction. What a batch committed stays, and
 * the number of lines committed says where to go on. Formats that cannot be
 * taken up in the middle are one transaction.
 */
#include "exchange/exchange.h"

#include "base/error.h"
#include "base/mem.h"
#include "exchange/sink.h"

#include <stdio.h>
#include <string.h>

#define BATCH_ROWS 10000
#define PROGRESS_ROWS 4096 /* within a transaction */

struct import {
	const alk_import_options *o;
	struct exchange_reader *reader;
	struct exchange_head head;
	struct losses losses;
	struct sink sink;
	alk_error *err; /* of the whole call */
	alk_import_result *result;
	size_t batch_rows;
	bool is_at_once;
	bool is_ended;
};

void
exchange_name_row(char *entry, size_t room, const alk_item *item)
{
	size_t at = strlen(entry);

	if (at > 0 && at + 2 < room) {
		(void)snprintf(entry + at, room - at, ": ");
		at += 2;
	}
	const char *name = item->key != NULL ? item->key : item->id;
	if (item->kind == ALK_NODE)
		(void)snprintf(entry + at, room - at, "node %s",
		    name != NULL ? name : "");
	else if (name != NULL)
		(void)snprintf(entry + at, room - at, "edge %s", name);
	else
		(void)snprintf(entry + at, room - at, "edge %s -> %s",
		    item->source != NULL ? item->source : "",
		    item->target != NULL ? item->target : "");
}

int
exchange_take_head(struct exchange_head *head, yyjson_val *value,
    alk_error *err)
{
	if (value != NULL && !yyjson_is_obj(value)) {
		error_pointer(err, "/attributes", strlen("/attributes"));
		return error_set(err, ALK_JSON,
		    "expected object: attributes of the graph");
	}
	buf_clear(&head->attributes);
	if (value != NULL)
		json_write(&head->attributes, value);
	else
		buf_str(&head->attributes, "{}");
	if (head->attributes.failed)
		return error_nomem(err);
	head->has_attributes = true;
	return ALK_OK;
}

/* ---- batches ---- */

/* false: the caller said stop, or nothing was to be told. */
static bool
may_go_on(const struct import *im)
{
	return im->o->progress == NULL || im->o->progress(im->o->progress_arg,
	    im->reader->bytes, im->o->total_bytes) == 0;
}

static int
import_rows(struct import *im)
{
	struct graph *g = im->sink.g;

	for (size_t rows = 1; rows <= im->batch_rows; rows++) {
		struct exchange_row row;
		int more = im->reader->form->next(im->reader, &row, g->err);
		if (more < 0)
			return sink_fail(&im->sink);
		if (more == 0) {
			im->is_ended = true;
			return sink_finish(&im->sink);
		}
		if (sink_put(&im->sink, im->reader, &row) != ALK_OK)
			return g->err->code;
		if ((rows & 255) == 0 && graph_is_cancelled(g))
			return g->err->code;
		if (im->is_at_once && rows % PROGRESS_ROWS == 0 &&
		    !may_go_on(im))
			return error_set(g->err, ALK_CANCELLED,
			    "stopped by the caller; nothing was changed");
	}
	return ALK_OK;
}

/* One batch, within a transaction. */
static int
batch(void *arg)
{
	struct import *im = arg;
	struct sink *k = &im->sink;

	int code = sink_begin(k);

	if (code == ALK_OK)
		code = import_rows(im);
	if (code == ALK_OK)
		code = sink_end(k, im->reader->lines);
	if (code != ALK_OK || im->is_ended)
		sink_release(k);
	return code;
}

static void
note_committed(struct import *im)
{
	alk_import_result *r = im->result;

	r->nodes += im->sink.load.nodes_count;
	r->edges += im->sink.load.edges_total;
	r->unchanged += (int64_t)im->sink.load.written.unchanged;
	r->lines = im->reader->lines;
	r->is_new = im->sink.is_new;
}

static int
tell_progress(struct import *im)
{
	if (may_go_on(im) || im->is_ended)
		return ALK_OK;
	return error_set(im->err, ALK_CANCELLED, "stopped after line %lld; "
	    "go on with skip_lines", (long long)im->result->lines);
}

static int
run_batches(struct import *im, const struct exchange_runner *runner)
{
	struct graph *g = im->sink.g;
	int code = ALK_OK;

	g->keeps_keys = true;
	while (code == ALK_OK && !im->is_ended) {
		code = runner->run(runner->store, batch, im);
		if (code == ALK_OK) {
			note_committed(im);
			code = tell_progress(im);
		}
	}
	g->keeps_keys = false;
	textmap_fini(&g->keys);
	return code;
}

/* ---- readers ---- */

int
exchange_check_format(int format, alk_error *err)
{
	return format >= ALK_FORMAT_JSONL && format <= ALK_FORMAT_CSV ? ALK_OK :
	    error_set(err, ALK_INVALID, "format %d is none of ALK_FORMAT_JSONL "
		"to ALK_FORMAT_CSV", format);
}

static const struct exchange_form *
form_of(int format, alk_error *err)
{
	static const struct exchange_form *const forms[] = {
		[ALK_FORMAT_JSONL] = &exchange_form_jsonl,
		[ALK_FORMAT_GRAPHOLOGY] = &exchange_form_graphology,
		[ALK_FORMAT_GRAPHML] = &exchange_form_graphml,
		[ALK_FORMAT_GEXF] = &exchange_form_gexf,
		[ALK_FORMAT_CSV] = &exchange_form_csv,
	};

	return exchange_check_format(format, err) == ALK_OK ? forms[format] :
	    NULL;
}

static struct exchange_reader *
reader_new(const struct exchange_form *form, const struct exchange_source *from,
    alk_error *err)
{
	struct exchange_reader *r = mem_zero(form->bytes);

	if (r == NULL) {
		error_nomem(err);
		return NULL;
	}
	r->form = form;
	r->from = *from;
	(void)form->open(r, err);
	return r;
}

static void
reader_free(struct exchange_reader *r)
{
	if (r == NULL)
		return;
	r->form->close(r);
	mem_release(r);
}

int
exchange_import(struct graph *g, const struct exchange_request *q,
    const struct exchange_runner *runner, alk_error *err,
    alk_import_result *result)
{
	const alk_import_options *o = q->options;
	struct import im = { .o = o, .err = err, .result = result,
		.head = { .direction = -1, .multi = -1, .self_loops = -1 },
		.losses.is_strict = (o->flags & ALK_IMPORT_STRICT) != 0 };
	struct exchange_source from = { q->read, q->read_arg, g->limits, o,
		&im.losses, &im.head };
	const struct exchange_form *form = form_of(o->format, err);

	if (form == NULL)
		return err->code;
	im.sink = (struct sink){ .g = g, .graph = q->graph, .options = o,
		.head = &im.head, .losses = &im.losses,
		.may_defer = form->is_atomic };
	im.is_at_once = form->is_atomic || (o->flags & (ALK_IMPORT_ATOMIC |
	    ALK_IMPORT_DRY_RUN)) != 0;
	im.batch_rows = im.is_at_once ? SIZE_MAX :
	    o->batch_rows != 0 ? o->batch_rows : BATCH_ROWS;
	sink_init(&im.sink, q->is_nested, form->names_lines, !im.is_at_once);
	im.reader = reader_new(form, &from, err);
	int code = im.reader == NULL || err->code != ALK_OK ? err->code :
	    run_batches(&im, runner);
	result->losses = losses_total(&im.losses);
	if (code == ALK_OK)
		losses_tell(&im.losses, o->loss, o->loss_arg);
	reader_free(im.reader);
	sink_fini(&im.sink);
	buf_fini(&im.head.attributes);
	return code;
}
