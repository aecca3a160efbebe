/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk walk. */
#include "cli/cli.h"
#include "cli/rows.h"
#include "cli/steps.h"
#include "cli/walks.h"

#include "base/mem.h"

#include <string.h>

/* The values of an option that may be given several times; NULL for none. */
static int
read_types(struct cli *c, const char *option, const char ***list,
    size_t *count)
{
	*count = args_list(&c->args, option, NULL, 0);
	if (*count == 0)
		return EXIT_OK;
	*list = mem_zero(*count * sizeof(**list));
	if (*list == NULL) {
		c->out.is_nomem = true;
		return EXIT_FAILED;
	}
	args_list(&c->args, option, *list, *count);
	return EXIT_OK;
}

int
walks_options(struct cli *c, struct walks *w)
{
	const struct args *a = &c->args;
	bool in = args_has(a, "in"), both = args_has(a, "both");
	int64_t depth = args_count(a, "depth", 0);

	memset(w, 0, sizeof(*w));
	if (in + both + args_has(a, "out") > 1)
		return report_usage(c,
		    "--out, --in and --both exclude each other");
	w->options.direction = in ? ALK_IN : both ? ALK_BOTH : ALK_OUT;
	w->options.depth_max = depth == INT64_MAX ? ALK_NUL : (size_t)depth;
	w->options.node_filter = args_text(a, "where");
	w->options.edge_filter = args_text(a, "edge-where");
	if (read_types(c, "edge-type", &w->edge_types,
		&w->options.edge_types_count) != EXIT_OK ||
	    read_types(c, "node-type", &w->node_types,
		&w->options.node_types_count) != EXIT_OK) {
		walks_fini(w);
		return EXIT_FAILED;
	}
	w->options.edge_types = w->edge_types;
	w->options.node_types = w->node_types;
	return EXIT_OK;
}

void
walks_fini(struct walks *w)
{
	mem_release(w->edge_types);
	mem_release(w->node_types);
}

/* The rows that are told are the first by a value, not those met first. */
static void
read_order(struct cli *c, struct walks *w)
{
	const struct args *a = &c->args;
	const char *of_edges = args_text(a, "edge-order");

	w->options.order = of_edges != NULL ? of_edges : args_text(a, "order");
	w->options.order_edges = of_edges != NULL;
	w->options.descending = args_has(a, "desc");
	if (w->options.order != NULL)
		w->options.limit = (size_t)args_count(a, "limit", 0);
}

static int
print_rows(struct cli *c, struct walks *w)
{
	const char *graph = args_operand(&c->args, "GRAPH");
	const char *key = args_operand(&c->args, "KEY");
	bool with_edges = args_has(&c->args, "edges");
	bool is_hop = with_edges && w->options.depth_max == 1;
	bool is_paths = args_has(&c->args, "paths");
	struct rows rows;
	int rc;

	rows_start(&rows, c, is_hop || is_paths ? ROWS_MIXED :
	    with_edges ? ROWS_TRACED : ROWS_HOPS);
	read_order(c, w);
	if (w->options.order == NULL)
		rows.limit = (size_t)args_count(&c->args, "limit", 0);
	if (is_hop)
		w->options.flags = 0; /* the nodes as well */
	if (is_hop)
		rc = alk_neighbors(c->session, graph, key, &w->options,
		    rows_visit, &rows);
	else
		rc = alk_walk(c->session, graph, key, &w->options, rows_visit,
		    &rows, NULL);
	rows_end(&rows, rc == ALK_OK);
	if (rc != ALK_OK)
		return report_session(c);
	steps_note_walk(c, &w->options, rows.seen == 0);
	return EXIT_OK;
}

static int
explain(struct cli *c, struct walks *w)
{
	read_order(c, w);
	return steps_walk(c, &w->options);
}

static int
print_count(struct cli *c, struct walks *w)
{
	size_t found = 0;

	if (alk_walk(c->session, args_operand(&c->args, "GRAPH"),
	    args_operand(&c->args, "KEY"), &w->options, NULL, NULL,
	    &found) != ALK_OK)
		return report_session(c);
	output_count(&c->out, "count", (int64_t)found);
	return EXIT_OK;
}

static int
run_walk(struct cli *c)
{
	const struct args *a = &c->args;
	struct walks w;
	int status;
	bool is_paths = args_has(a, "paths");
	bool is_edges = args_has(a, "edges");

	if (is_edges && is_paths)
		return report_usage(c,
		    "--edges and --paths exclude each other");
	if (args_has(a, "edge-order") && (!is_edges || args_has(a, "order")))
		return report_usage(c, "--edge-order takes the place of "
		    "--order, and needs --edges");
	status = walks_options(c, &w);
	if (status != EXIT_OK)
		return status;
	if (w.options.depth_max == 0)
		w.options.depth_max = 1;
	w.options.flags = is_paths ? ALK_WALK_PATHS :
	    is_edges ? ALK_WALK_EDGES : 0;
	status = args_has(a, "explain") ? explain(c, &w) :
	    args_has(a, "count") ? print_count(c, &w) : print_rows(c, &w);
	walks_fini(&w);
	return status;
}

static const struct option walk_options[] = {
	{ "depth", 'd', OPTION_BOUND, "N|all", false,
	  "hops at most, or as far as edges lead; 1" },
	OPTIONS_DIRECTION, OPTION_EDGE_TYPES, OPTIONS_PASS,
	{ "edges", 0, OPTION_FLAG, NULL, false,
	  "each edge by which one goes, with its hop; of one hop also the "
	  "node at its other end" },
	{ "paths", 0, OPTION_FLAG, NULL, false,
	  "every path that meets no node twice: node, edge, node and so on" },
	{ "count", 0, OPTION_FLAG, NULL, false,
	  "only how many nodes, edges or paths" },
	{ "order", 0, OPTION_TEXT, "PATH", false,
	  "by this attribute of the nodes, the least first" },
	{ "edge-order", 0, OPTION_TEXT, "PATH", false,
	  "by this attribute of the edges; with --edges of one hop" },
	{ "desc", 0, OPTION_FLAG, NULL, false, "greatest first" },
	{ "limit", 0, OPTION_NUMBER, "N", false,
	  "rows at most; with an order nodes, each with its edge" },
	OPTION_EXPLAIN_WALK, OPTION_END
};
static const char *const walk_examples[] = {
	"alk walk work.db plan t1 --edges -d 2",
	"alk walk work.db plan t1 --in --depth all --count",
	"alk walk work.db plan t1 -d 3 --where 'status = \"pending\"'",
	NULL
};
const struct command cmd_walk[] = {
	{ "walk", "FILE GRAPH KEY",
	  "list the neighbours of a node, or all nodes some hops away",
	  "Each node once, the nearest first, the start not among them. Nodes "
	  "that --node-type or --where leaves out are not walked through "
	  "either. "
	  "--depth all goes on until there is no further node; like any walk "
	  "it ends with an error where it meets more nodes than --max visited "
	  "allows (1000000).",
	  walk_examples, walk_options, ACCESS_READ, false, run_walk },
	COMMAND_END
};
