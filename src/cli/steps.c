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

/* Whether all steps of a list lack an attribute, and which it is. */
struct unnamed {
	struct buf name;
	bool is_named;
};

/* An alk_step_fn. */
static int
look_in_list(void *arg, const alk_step *step)
{
	struct unnamed *u = arg;
	const char *name = step->unnamed;

	u->is_named = name == NULL || (u->name.bytes > 0 &&
	    buf_text(&u->name) != NULL && strcmp(u->name.data, name) != 0);
	if (!u->is_named && u->name.bytes == 0)
		buf_str(&u->name, name);
	return u->is_named;
}

/* An alk_step_fn: of a traversal, a step is enough. */
static int
look_in_walk(void *arg, const alk_step *step)
{
	struct unnamed *u = arg;

	if (step->unnamed == NULL)
		return 0;
	buf_str(&u->name, step->unnamed);
	return 1;
}

static void
note(struct cli *c, struct unnamed *u, const char *noun, bool is_empty)
{
	if (!u->is_named && u->name.bytes > 0 && buf_text(&u->name) != NULL)
		report_note(c, "%s the schema of no %stype here names "
		    "'%.100s'", is_empty ? "nothing found, and" :
		    "the order says little:", noun, u->name.data);
	buf_fini(&u->name);
}

void
steps_note_list(struct cli *c, int kind, const alk_query *asked, bool is_empty)
{
	struct unnamed u = { { 0 }, false };
	alk_query q = *asked;

	if (!is_empty)
		q.filter = NULL;
	if (c->is_quiet || (q.filter == NULL && q.order == NULL))
		return;
	if (alk_explain(c->session, kind, args_operand(&c->args, "GRAPH"), &q,
	    look_in_list, &u) != ALK_OK)
		u.is_named = true;
	note(c, &u, kind == ALK_NODE ? "node " : "edge ", is_empty);
}

void
steps_note_walk(struct cli *c, const alk_walk_options *asked, bool is_empty)
{
	struct unnamed u = { { 0 }, false };
	alk_walk_options o = *asked;

	if (!is_empty)
		o.edge_filter = o.node_filter = NULL;
	if (c->is_quiet || (o.edge_filter == NULL && o.node_filter == NULL &&
	    o.order == NULL))
		return;
	if (alk_walk_explain(c->session, args_operand(&c->args, "GRAPH"), &o,
	    look_in_walk, &u) != ALK_OK)
		u.is_named = true;
	note(c, &u, "", is_empty);
}
