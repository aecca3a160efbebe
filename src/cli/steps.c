/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "cli/steps.h"

#include <string.h>

/* ---- --explain ---- */

/* An alk_step_fn. */
static int
print_step(void *arg, const alk_step *step)
{
	struct cli *c = arg;
	struct cell cells[6];

	cells[0] = cell_text(step->type);
	cells[1] = cell_text(step->index);
	cells[2] = cell_text(step->bounds);
	cells[3] = cell_bool(step->is_sorted != 0);
	cells[4] = step->rows < 0 ? cell_text(NULL) : cell_number(step->rows);
	cells[5] = cell_text(step->text);
	return output_row(&c->out, cells, NULL, 0);
}

static void
start(struct cli *c)
{
	static const struct column columns[] = {
		{ "type", false }, { "index", false }, { "bounds", false },
		{ "sorted", false }, { "rows", true }, { "plan", false }
	};

	output_list(&c->out, columns, 6, 5);
}

static int
end(struct cli *c, int rc)
{
	if (rc != ALK_OK)
		return report_session(c);
	output_list_end(&c->out);
	return EXIT_OK;
}

int
steps_list(struct cli *c, int kind, const alk_query *q)
{
	start(c);
	return end(c, alk_explain(c->session, kind, args_operand(&c->args,
	    "GRAPH"), q, print_step, c));
}

int
steps_walk(struct cli *c, const alk_walk_options *o)
{
	start(c);
	return end(c, alk_walk_explain(c->session, args_operand(&c->args,
	    "GRAPH"), o, print_step, c));
}

/* ---- notes ---- */

/* What all steps say, or nothing where one does not. */
struct doubts {
	struct buf name;     /* that no schema names */
	struct buf mismatch; /* of types */
	bool is_named;
	bool is_matched;
};

static void
take_doubt(struct buf *b, const char *text, bool *is_dispelled)
{
	if (text == NULL || (b->bytes > 0 && buf_text(b) != NULL &&
	    strcmp(b->data, text) != 0))
		*is_dispelled = true;
	else if (b->bytes == 0)
		buf_str(b, text);
}

/* An alk_step_fn: of a list, all types are to be in doubt. */
static int
look_in_list(void *arg, const alk_step *step)
{
	struct doubts *d = arg;

	take_doubt(&d->name, step->unnamed, &d->is_named);
	take_doubt(&d->mismatch, step->mismatch, &d->is_matched);
	return d->is_named && d->is_matched;
}

/* An alk_step_fn: of a traversal, a step is enough. */
static int
look_in_walk(void *arg, const alk_step *step)
{
	struct doubts *d = arg;

	if (step->unnamed != NULL && d->name.bytes == 0)
		buf_str(&d->name, step->unnamed);
	if (step->mismatch != NULL && d->mismatch.bytes == 0)
		buf_str(&d->mismatch, step->mismatch);
	return 0;
}

static void
note(struct cli *c, struct doubts *d, const char *noun, bool is_empty)
{
	const char *name = d->is_named || d->name.bytes == 0 ? NULL :
	    buf_text(&d->name);
	const char *mismatch = d->is_matched || d->mismatch.bytes == 0 ? NULL :
	    buf_text(&d->mismatch);

	if (name != NULL)
		report_note(c, "%s the schema of no %stype here names "
		    "'%.100s'", is_empty ? "nothing found, and" :
		    "the order says little:", noun, name);
	else if (mismatch != NULL)
		report_note(c, "nothing found, and %.300s", mismatch);
	buf_fini(&d->name);
	buf_fini(&d->mismatch);
}

void
steps_note_list(struct cli *c, int kind, const alk_query *asked, bool is_empty)
{
	struct doubts d = { .is_named = false };
	alk_query q = *asked;

	if (!is_empty)
		q.filter = NULL;
	if (c->is_quiet || (q.filter == NULL && q.order == NULL))
		return;
	if (alk_explain(c->session, kind, args_operand(&c->args, "GRAPH"), &q,
	    look_in_list, &d) != ALK_OK)
		d.is_named = d.is_matched = true;
	note(c, &d, kind == ALK_NODE ? "node " : "edge ", is_empty);
}

void
steps_note_walk(struct cli *c, const alk_walk_options *asked, bool is_empty)
{
	struct doubts d = { .is_named = false };
	alk_walk_options o = *asked;

	if (!is_empty)
		o.edge_filter = o.node_filter = NULL;
	if (c->is_quiet || (o.edge_filter == NULL && o.node_filter == NULL &&
	    o.order == NULL))
		return;
	if (alk_walk_explain(c->session, args_operand(&c->args, "GRAPH"), &o,
	    look_in_walk, &d) != ALK_OK)
		d.is_named = d.is_matched = true;
	note(c, &d, "", is_empty);
}
