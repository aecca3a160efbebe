/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk path: one path, all of the least cost, or the k best. */
#include "cli/cli.h"
#include "cli/rows.h"
#include "cli/steps.h"
#include "cli/walks.h"

/* With the fewest edges: the library searches from both ends. */
static int
print_shortest(struct cli *c, const struct walks *w)
{
	struct rows rows;
	int rc;

	rows_start(&rows, c, ROWS_MIXED);
	rc = alk_path(c->session, args_operand(&c->args, "GRAPH"),
	    args_operand(&c->args, "FROM"), args_operand(&c->args, "TO"),
	    &w->options, rows_visit, &rows);
	rows_end(&rows, rc == ALK_OK);
	return rc == ALK_OK ? EXIT_OK : report_session(c);
}

static int
print_paths(struct cli *c, const struct walks *w)
{
	const struct args *a = &c->args;
	int64_t k = args_count(a, "paths", 0);
	alk_paths_options o = { .walk = w->options,
		.weight = args_text(a, "weight"),
		.limit = (size_t)args_count(a, "limit", k),
		.flags = args_has(a, "parallel") ? ALK_PATHS_PARALLEL : 0,
		.which = k > 0 ? ALK_PATHS_NEXT :
		    args_has(a, "all") ? ALK_PATHS_ALL : ALK_PATHS_BEST };
	alk_paths_result result = { 0 };
	struct rows rows;
	int rc;

	rows_start(&rows, c, ROWS_STEPS);
	rc = alk_paths(c->session, args_operand(a, "GRAPH"),
	    args_operand(a, "FROM"), args_operand(a, "TO"), &o,
	    rows_visit_more, &rows, &result);
	rows_end(&rows, rc == ALK_OK);
	if (rc != ALK_OK)
		return report_session(c);
	if (o.which == ALK_PATHS_ALL && result.has_more)
		report_note(c, "there are more than %zu paths: --limit",
		    result.paths);
	return EXIT_OK;
}

static int
explain(struct cli *c, alk_walk_options *o)
{
	if (o->depth_max == 0)
		o->depth_max = ALK_NUL; /* no bound, of a path */
	return steps_walk(c, o);
}

static int
run_path(struct cli *c)
{
	const struct args *a = &c->args;
	bool all = args_has(a, "all"), next = args_has(a, "paths");
	struct walks w;
	int status;

	if (all && next)
		return report_usage(c, "--all and --paths exclude each other");
	if (!all && args_has(a, "limit"))
		return report_usage(c, "--limit goes with --all");
	if (!all && !next && args_has(a, "parallel"))
		return report_usage(c,
		    "--parallel goes with --all or --paths");
	status = walks_options(c, &w);
	if (status != EXIT_OK)
		return status;
	if (args_has(a, "explain")) {
		status = explain(c, &w.options);
		walks_fini(&w);
		return status;
	}
	if (w.options.depth_max == ALK_NUL)
		w.options.depth_max = 0; /* no bound, of a path */
	status = all || next || args_has(a, "weight") ? print_paths(c, &w) :
	    print_shortest(c, &w);
	walks_fini(&w);
	return status;
}

static const struct option options[] = {
	OPTIONS_DIRECTION, OPTION_EDGE_TYPES, OPTIONS_PASS,
	{ "depth", 'd', OPTION_BOUND, "N|all", false,
	  "edges at most; all" },
	{ "weight", 'w', OPTION_TEXT, "PATH", false,
	  "attribute of the edges to add up, as distance or cost.time; else "
	  "edges are counted" },
	{ "all", 'a', OPTION_FLAG, NULL, false, "every path that is as good" },
	{ "limit", 0, OPTION_NUMBER, "N", false, "of all paths at most; 100" },
	{ "paths", 'k', OPTION_NUMBER, "N", false,
	  "the N best paths that come by no node twice" },
	{ "parallel", 0, OPTION_FLAG, NULL, false,
	  "also paths that differ in parallel edges alone" },
	OPTION_EXPLAIN_WALK, OPTION_END
};

static const char *const examples[] = {
	"alk path work.db plan t1 t9",
	"alk path work.db plan t1 t9 --both --json",
	"alk path work.db roads here there --weight length -k 3",
	NULL
};

const struct command cmd_path[] = {
	{ "path", "FILE GRAPH FROM TO", "find the best paths to a node",
	  "The path with the fewest edges, or with the least sum of an "
	  "attribute of its edges, which must be there and not negative. "
	  "Prints node, edge, node and so on; with --weight, --all or --paths "
	  "also the number of the path and its cost so far. No path is exit "
	  "3.",
	  examples, options, ACCESS_READ, false, run_path },
	COMMAND_END
};
