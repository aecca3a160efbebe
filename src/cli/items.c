/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Writing and listing nodes and edges. */
#include "cli/items.h"

#include "base/error.h"
#include "base/mem.h"
#include "cli/rows.h"
#include "cli/steps.h"

#include <string.h>

struct work {
	struct cli *cli;
	alk_item *items;
	size_t count;
	const char *const *edges;
	struct buf ids;
	alk_write_options options;
	alk_write_result result;
};

int
items_fill(struct cli *c, alk_item *item, const char *attributes,
    struct items_text *t)
{
	alk_error err;

	memset(&err, 0, sizeof(err));
	item->type = args_text(&c->args,
	    item->kind == ALK_EDGE ? "edge-type" : "type");
	item->id = args_text(&c->args, "id");
	item->metadata = args_text(&c->args, "metadata");
	if (input_operand(attributes, &t->input, &item->attributes,
	    &item->attributes_bytes, &err) != ALK_OK)
		return report_error(c, &err);
	return EXIT_OK;
}

void
items_text_fini(struct items_text *t)
{
	buf_fini(&t->input);
}

/* Items say which edge by id; people by key or id. */
static int
find_edges(alk_session *s, struct work *w, const char *graph)
{
	alk_row row;
	size_t i, *at;
	int rc = ALK_OK;

	at = mem_alloc(w->count * sizeof(*at));
	if (at == NULL)
		return ALK_NOMEM;
	buf_clear(&w->ids);
	for (i = 0; rc == ALK_OK && i < w->count; i++) {
		rc = alk_edge_get(s, graph, w->edges[i], &row);
		if (rc != ALK_OK)
			break;
		at[i] = w->ids.bytes;
		buf_str(&w->ids, row.id);
		buf_char(&w->ids, '\0');
		if (w->ids.failed)
			rc = ALK_NOMEM;
	}
	for (i = 0; rc == ALK_OK && i < w->count; i++)
		w->items[i].id = w->ids.data + at[i];
	mem_release(at);
	return rc;
}

static int
work_write(alk_session *s, void *arg)
{
	struct work *w = arg;
	const char *graph = args_operand(&w->cli->args, "GRAPH");
	int rc = ALK_OK;

	if (w->edges != NULL)
		rc = find_edges(s, w, graph);
	if (rc == ALK_OK)
		rc = alk_write(s, graph, w->items, w->count, &w->options,
		    &w->result);
	return rc;
}

static void
print_result(struct cli *c, const alk_write_result *w)
{
	static const struct column columns[] = {
		{ "rev", true }, { "created", true }, { "updated", true },
		{ "unchanged", true }, { "deleted", true }
	};
	struct cell cells[5];

	cells[0] = cell_number(w->rev);
	cells[1] = cell_number((int64_t)w->created);
	cells[2] = cell_number((int64_t)w->updated);
	cells[3] = cell_number((int64_t)w->unchanged);
	cells[4] = cell_number((int64_t)w->deleted);
	if (!c->is_quiet)
		output_record(&c->out, columns, 5, 0, cells);
}

int
items_write(struct cli *c, alk_item *items, size_t count,
    const char *const *edges)
{
	struct work w = { .cli = c, .items = items, .count = count,
		.edges = edges };
	int status;

	w.options.if_rev = args_count(&c->args, "if-rev", 0);
	status = write_run(c, work_write, &w, NULL);
	if (status == EXIT_OK && !write_is_dry(c))
		print_result(c, &w.result);
	buf_fini(&w.ids);
	return status;
}

static void
fill_query(const struct args *a, int kind, alk_query *q)
{
	memset(q, 0, sizeof(*q));
	q->type = args_text(a, kind == ALK_EDGE ? "edge-type" : "type");
	q->source = args_text(a, "from");
	q->target = args_text(a, "to");
	q->filter = args_text(a, "where");
	q->order = args_text(a, "order");
	q->descending = args_has(a, "desc");
	q->cursor = args_text(a, "cursor");
	q->limit = (size_t)args_count(a, "limit", 0);
	if (args_has(a, "all"))
		q->limit = ALK_NUL;
}

int
items_list(struct cli *c, int kind)
{
	const char *graph = args_operand(&c->args, "GRAPH");
	struct rows rows;
	alk_page page = { 0, NULL };
	alk_query q;
	int rc;

	fill_query(&c->args, kind, &q);
	if (args_has(&c->args, "limit") && args_has(&c->args, "all"))
		return report_usage(c, "--limit and --all exclude each other");
	if (args_has(&c->args, "explain"))
		return steps_list(c, kind, &q);
	rows_start(&rows, c, kind == ALK_EDGE ? ROWS_EDGES : ROWS_NODES);
	if (kind == ALK_EDGE)
		rc = alk_edge_list(c->session, graph, &q, rows_visit, &rows,
		    &page);
	else
		rc = alk_node_list(c->session, graph, &q, rows_visit, &rows,
		    &page);
	rows_end(&rows, rc == ALK_OK);
	if (rc != ALK_OK)
		return report_session(c);
	if (q.cursor == NULL)
		steps_note_list(c, kind, &q, page.rows == 0);
	if (page.cursor != NULL)
		report_note(c, "%zu row%s shown, there are more: --all, or "
		    "--cursor '%s'", page.rows, page.rows == 1 ? "" : "s",
		    page.cursor);
	return EXIT_OK;
}
