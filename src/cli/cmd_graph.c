/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk graph: add, get, set, list, rm; see also graph_algorithms.c. */
#include "cli/cli.h"
#include "cli/rows.h"

#include "base/error.h"
#include "cli/graph_algorithms.h"
#include "cli/hints.h"

#include <string.h>

struct work {
	struct cli *cli;
	alk_graph_new graph;
	struct buf id;   /* of what was made or changed */
	alk_error error; /* that is not the session's */
};

static void
fill(struct cli *c, alk_graph_new *g)
{
	const struct args *a = &c->args;

	memset(g, 0, sizeof(*g));
	g->description = args_text(a, "description");
	g->status = args_text(a, "status");
	g->owner_id = args_text(a, "owner");
	g->project_id = args_text(a, "project");
	g->metadata = args_text(a, "metadata");
}

static int
show(struct cli *c, const char *graph)
{
	alk_row row;

	if (alk_graph_get(c->session, graph, &row) != ALK_OK)
		return report_session(c);
	rows_print(c, ROWS_GRAPHS, &row);
	return EXIT_OK;
}

/*
 * The store allows a name twice; but then no name says which graph is meant,
 * and that is seldom wanted. own: id of the graph that is given the name, or
 * "".
 */
static int
check_name(alk_session *s, struct work *w, const char *own)
{
	const struct args *a = &w->cli->args;
	struct buf store = { 0 };
	alk_row row;
	int rc;

	if (w->graph.name == NULL || args_has(a, "same-name"))
		return ALK_OK;
	rc = alk_graph_get(s, w->graph.name, &row);
	if (rc == ALK_NOTFOUND ||
	    (rc == ALK_OK && strcmp(row.id, own) == 0))
		return ALK_OK;
	if (rc != ALK_OK && rc != ALK_CONFLICT)
		return rc;
	hints_store(&store, a);
	rc = error_set(&w->error, ALK_EXISTS, "there is a graph '%.150s' "
	    "already: choose another name, or insist with --same-name; then "
	    "only ids tell them apart: alk graph list%.150s", w->graph.name,
	    buf_text(&store) != NULL ? buf_text(&store) : "");
	buf_fini(&store);
	return rc;
}

static int
work_add(alk_session *s, void *arg)
{
	struct work *w = arg;
	alk_row row;
	int rc;

	rc = check_name(s, w, "");
	if (rc == ALK_OK)
		rc = alk_graph_create(s, &w->graph, &row);
	buf_clear(&w->id);
	if (rc == ALK_OK)
		buf_str(&w->id, row.id);
	return rc;
}

static int
run_add(struct cli *c)
{
	struct work w = { .cli = c };
	int status;

	fill(c, &w.graph);
	w.graph.name = args_operand(&c->args, "NAME");
	w.graph.type = args_text(&c->args, "type");
	w.graph.id = args_text(&c->args, "id");
	if (w.graph.type == NULL)
		return report_usage(c, "--type is missing; alk schema list %s "
		    "names the graph types", args_operand(&c->args, "FILE"));
	status = write_run(c, work_add, &w, &w.error);
	if (status == EXIT_OK && !write_is_dry(c) && !c->is_quiet &&
	    buf_text(&w.id) != NULL)
		status = show(c, buf_text(&w.id));
	buf_fini(&w.id);
	return status;
}

static int
run_get(struct cli *c)
{
	return show(c, args_operand(&c->args, "GRAPH"));
}

/* Puts the id of GRAPH into w; it must be at the revision of --if-rev. */
static int
find_graph(alk_session *s, struct work *w)
{
	const struct args *a = &w->cli->args;
	int64_t rev = args_count(a, "if-rev", 0);
	alk_row row;
	int rc;

	rc = alk_graph_get(s, args_operand(a, "GRAPH"), &row);
	if (rc != ALK_OK)
		return rc;
	if (rev != 0 && row.number != rev)
		return error_set(&w->error, ALK_CONFLICT, "the graph is at "
		    "revision %lld, not %lld: read it again",
		    (long long)row.number, (long long)rev);
	buf_clear(&w->id);
	buf_str(&w->id, row.id);
	return buf_text(&w->id) != NULL ? ALK_OK : error_nomem(&w->error);
}

static int
work_set(alk_session *s, void *arg)
{
	struct work *w = arg;
	int rc;

	rc = find_graph(s, w);
	if (rc == ALK_OK)
		rc = check_name(s, w, buf_text(&w->id));
	if (rc == ALK_OK)
		rc = alk_graph_update(s, buf_text(&w->id), &w->graph);
	return rc;
}

static int
work_rm(alk_session *s, void *arg)
{
	struct work *w = arg;
	int rc;

	rc = find_graph(s, w);
	if (rc == ALK_OK)
		rc = alk_graph_delete(s, buf_text(&w->id));
	return rc;
}

static int
run_set(struct cli *c)
{
	struct work w = { .cli = c };
	int status;

	fill(c, &w.graph);
	w.graph.name = args_text(&c->args, "name");
	if (c->args.options_count == 0)
		return report_usage(c, "nothing to set: --name, --status, "
		    "--description, --owner, --project or --metadata");
	status = write_run(c, work_set, &w, &w.error);
	if (status == EXIT_OK && !write_is_dry(c) && !c->is_quiet)
		status = show(c, buf_text(&w.id));
	buf_fini(&w.id);
	return status;
}

static int
run_list(struct cli *c)
{
	struct rows rows;
	int rc;

	rows_start(&rows, c, ROWS_GRAPHS);
	rc = alk_graph_list(c->session, args_text(&c->args, "type"), rows_visit,
	    &rows);
	rows_end(&rows, rc == ALK_OK);
	return rc == ALK_OK ? EXIT_OK : report_session(c);
}

static int
run_rm(struct cli *c)
{
	struct work w = { .cli = c };
	int status;

	status = write_confirm(c,
	    "delete the graph %.200s with its nodes and edges?",
	    args_operand(&c->args, "GRAPH"));
	if (status == EXIT_OK)
		status = write_run(c, work_rm, &w, &w.error);
	buf_fini(&w.id);
	return status;
}

#define OPTIONS_COLUMNS \
	{ "description", 0, OPTION_TEXT, "TEXT", false, "what it is" }, \
	{ "status", 0, OPTION_CHOICE, "active|archived|draft", false, \
	  "its state; draft" }, \
	{ "owner", 0, OPTION_TEXT, "ID", false, "account that owns it" }, \
	{ "project", 0, OPTION_TEXT, "ID", false, "project it belongs to" }, \
	OPTION_METADATA

#define OPTION_SAME_NAME \
	{ "same-name", 0, OPTION_FLAG, NULL, false, \
	  "also if another graph has the name" }

static const struct option add_options[] = {
	{ "type", 't', OPTION_TEXT, "TYPE", false,
	  "graph type; must be given" },
	OPTION_ID, OPTION_SAME_NAME, OPTIONS_COLUMNS, OPTION_DRY_RUN, OPTION_END
};
static const struct option set_options[] = {
	{ "name", 0, OPTION_TEXT, "NAME", false, "another name" },
	OPTION_SAME_NAME,
	OPTIONS_COLUMNS, OPTION_IF_REV, OPTION_DRY_RUN, OPTION_END
};
static const struct option list_options[] = {
	{ "type", 't', OPTION_TEXT, "TYPE", false, "only of this graph type" },
	OPTION_END
};
static const struct option rm_options[] = {
	OPTION_YES, OPTION_IF_REV, OPTION_DRY_RUN, OPTION_END
};

static const char *const add_examples[] = {
	"alk graph add work.db plan --type task",
	"alk graph add work.db plan --type task --status active --json",
	NULL
};
static const char *const get_examples[] = {
	"alk graph get work.db plan",
	"alk graph get work.db plan --json",
	NULL
};
static const char *const set_examples[] = {
	"alk graph set work.db plan --status archived",
	"alk graph set work.db plan --name old-plan --if-rev 12",
	NULL
};
static const char *const list_examples[] = {
	"alk graph list work.db",
	"alk graph list work.db --type task -o id",
	NULL
};
static const char *const rm_examples[] = {
	"alk graph rm work.db plan --yes",
	"alk graph rm work.db plan --dry-run",
	NULL
};

const struct command cmd_graph[] = {
	{ "graph add", "FILE NAME", "add a graph of a loaded graph type",
	  "A name that another graph has is refused (exit 5), unless "
	  "--same-name insists; then only ids tell the two apart.",
	  add_examples, add_options, ACCESS_WRITE, false, run_add },
	{ "graph get", "FILE GRAPH", "show a graph",
	  "GRAPH is an id, or a name that one graph only has; so everywhere.",
	  get_examples, NULL, ACCESS_READ, false, run_get },
	{ "graph set", "FILE GRAPH", "change a graph's own columns",
	  "What is not given stays as it is.",
	  set_examples, set_options, ACCESS_WRITE, false, run_set },
	{ "graph list", "FILE", "list graphs", NULL,
	  list_examples, list_options, ACCESS_READ, false, run_list },
	{ "graph rm", "FILE GRAPH", "delete a graph with its nodes and edges",
	  "Asks first; where nobody can be asked, --yes is needed (exit 2).",
	  rm_examples, rm_options, ACCESS_WRITE, false, run_rm },
	GRAPH_ALGORITHMS,
	COMMAND_END
};
