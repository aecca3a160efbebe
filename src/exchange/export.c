/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * An export, within one read: rows as the lists of the graph give them, nodes,
 * then edges, each type in the order of writing.
 */
#include "exchange/export.h"

#include "base/error.h"
#include "base/mem.h"
#include "exchange/exchange.h"
#include "graph/write.h"

#include <string.h>

#define PIECE_BYTES ((size_t)64 * 1024)

/* ---- what writers ask ---- */

bool
export_has_id(const alk_row *row)
{
	int64_t number;

	return !write_is_derived(row->id, row->kind == ALK_EDGE ? "edge-" :
	    "node-", &number);
}

bool
export_has_metadata(const alk_row *row)
{
	return strcmp(row->metadata, "{}") != 0;
}

/* The type of a kind of rows, if its member may be left out. */
static const struct entry_type *
bare_type(const struct export *e, int kind)
{
	const struct graph_type *gt = e->ref.type;

	if ((e->o->flags & ALK_EXPORT_BARE) == 0 || gt == NULL)
		return NULL;
	const struct entry_type *only = type_entry_only(gt, kind);
	return only == NULL || only->declares_member ? NULL : only;
}

bool
export_has_type(const struct export *e, int kind)
{
	return bare_type(e, kind) == NULL;
}

void
export_attributes(const struct export *e, const alk_row *row,
    const char **text, size_t *bytes, struct buf *room)
{
	const struct entry_type *t = bare_type(e, row->kind);

	*text = row->attributes;
	*bytes = row->attributes_bytes;
	if (t == NULL || strcmp(t->name, row->type) != 0)
		return;
	/* What is put on where there is nothing else: {"nodeType":"A"} */
	buf_clear(room);
	attributes_write(room, t, row->kind, "{}", 2);
	if (room->failed || *bytes < room->bytes ||
	    memcmp(*text, room->data, room->bytes - 1) != 0)
		return;
	size_t head = room->bytes - 1;
	size_t left = *bytes - head;
	buf_clear(room);
	buf_char(room, '{');
	buf_add(room, *text + head + (left > 1), left - (left > 1));
	if (room->failed)
		return;
	*text = room->data;
	*bytes = room->bytes;
}

/* ---- losses ---- */

static int
note_losses(struct export *e, const alk_row *row)
{
	const char *noun = row->kind == ALK_EDGE ? "edge" : "node";
	const char *name = row->key != NULL ? row->key : row->id;

	if (!e->form->holds_ids && export_has_id(row) && losses_add(&e->losses,
		LOSS_ID, e->err, "%s %s", noun, name) != ALK_OK)
		return e->err->code;
	if (!e->form->holds_metadata && export_has_metadata(row))
		return losses_add(&e->losses, LOSS_METADATA, e->err, "%s %s",
		    noun, name);
	return ALK_OK;
}

/* ---- pieces of output, progress ---- */

static int
hand_over(struct export *e)
{
	if (e->out.failed)
		return error_nomem(e->err);
	if (e->err->code == ALK_OK && e->out.bytes > 0 &&
	    e->write(e->write_arg, e->out.data, e->out.bytes) != 0)
		return error_set(e->err, ALK_IO,
		    "the output could not be written");
	buf_clear(&e->out);
	return e->err->code;
}

static int
tell_progress(struct export *e)
{
	const alk_export_options *o = e->o;

	if ((++e->done & 4095) != 0 || o->progress == NULL)
		return ALK_OK;
	return o->progress(o->progress_arg, e->done, e->total) == 0 ? ALK_OK :
	    error_set(e->err, ALK_CANCELLED, "stopped by the caller");
}

static int
on_row(void *arg, const alk_row *row)
{
	struct export *e = arg;
	int code = e->is_quiet ? ALK_OK : note_losses(e, row);

	if (code == ALK_OK && !e->is_looking)
		code = e->form->row(e, row);
	else if (code == ALK_OK && e->form->look != NULL)
		code = e->form->look(e, row);
	if (code == ALK_OK && (e->out.failed || e->out.bytes >= PIECE_BYTES))
		code = hand_over(e);
	return code != ALK_OK || tell_progress(e) != ALK_OK;
}

static int
count_row(void *arg, const alk_row *row)
{
	struct export *e = arg;

	if (e->o->format != ALK_FORMAT_CSV || row->kind == e->o->kind)
		e->total += row->number;
	return 0;
}

/* ---- passes over the graph ---- */

static int
call(struct export *e, int (*step)(struct export *e))
{
	if (e->err->code == ALK_OK && step != NULL)
		(void)step(e);
	return e->err->code;
}

static int
list(struct export *e, int kind)
{
	alk_query all = { .limit = ALK_NUL };

	/* A CSV file has one kind; the other is none of its losses. */
	if (e->err->code != ALK_OK || (e->o->format == ALK_FORMAT_CSV &&
		kind != e->o->kind))
		return e->err->code;
	return graph_rows_list(e->g, kind, e->ref.id, &all, on_row, e, NULL);
}

static int
look(struct export *e)
{
	e->is_looking = true;
	(void)list(e, ALK_NODE);
	(void)list(e, ALK_EDGE);
	e->is_looking = false;
	e->is_quiet = true;
	return e->err->code;
}

static int
read_head(struct export *e)
{
	alk_row row;

	if (graph_get(e->g, e->ref.id, &row) != ALK_OK)
		return e->err->code;
	yyjson_val *root = json_read_own(&e->head_reader, row.metadata,
	    strlen(row.metadata), e->err);
	if (root == NULL)
		return e->err->code;
	yyjson_val *v = yyjson_obj_get(root, EXCHANGE_GRAPH_ATTRIBUTES);
	if (!yyjson_is_obj(v) || yyjson_obj_size(v) == 0)
		return ALK_OK;
	e->graph_attributes = v;
	return e->form->holds_graph ? ALK_OK : losses_add(&e->losses,
	    LOSS_GRAPH, e->err, "graph %s", e->ref.name);
}

static int
run(struct export *e)
{
	bool looks = e->form->looks || e->losses.is_strict;

	/* A graph that has no type is not counted. */
	if (e->o->progress != NULL && e->ref.type != NULL)
		(void)graph_stats(e->g, e->ref.id, count_row, e);
	e->total *= looks ? 2 : 1;
	(void)call(e, e->form->open);
	if (looks && e->err->code == ALK_OK)
		(void)look(e);
	(void)call(e, e->form->begin);
	(void)list(e, ALK_NODE);
	(void)call(e, e->form->between);
	(void)list(e, ALK_EDGE);
	(void)call(e, e->form->end);
	if (e->err->code == ALK_OK)
		(void)hand_over(e);
	if (e->err->code == ALK_OK)
		losses_tell(&e->losses, e->o->loss, e->o->loss_arg);
	return e->err->code;
}

static const struct export_form *
form_of(int format, alk_error *err)
{
	static const struct export_form *const forms[] = {
		[ALK_FORMAT_JSONL] = &export_form_jsonl,
		[ALK_FORMAT_GRAPHOLOGY] = &export_form_graphology,
		[ALK_FORMAT_GRAPHML] = &export_form_graphml,
		[ALK_FORMAT_GEXF] = &export_form_gexf,
		[ALK_FORMAT_CSV] = &export_form_csv,
	};

	return exchange_check_format(format, err) == ALK_OK ? forms[format] :
	    NULL;
}

int
exchange_export(struct graph *g, const char *graph, const alk_export_options *o,
    alk_write_fn write, void *write_arg)
{
	struct export e = { .g = g, .o = o, .write = write,
		.write_arg = write_arg, .err = g->err,
		.form = form_of(o->format, g->err),
		.losses.is_strict = (o->flags & ALK_EXPORT_STRICT) != 0 };

	if (e.form == NULL || graph_find(g, graph, &e.ref) != ALK_OK)
		return g->err->code;
	e.own = mem_zero(e.form->bytes);
	if (e.own == NULL)
		return error_nomem(g->err);
	if (read_head(&e) == ALK_OK)
		(void)run(&e);
	if (e.form->close != NULL)
		e.form->close(&e);
	mem_release(e.own);
	json_reader_fini(&e.head_reader);
	buf_fini(&e.out);
	return g->err->code;
}
