/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk stats: counts by type, and the nodes with the most edges. */
#include "cli/cli.h"
#include "cli/rows.h"
#include "cli/walks.h"

#include <string.h>

/* The names or ids of all graphs, for one list over all of them. */
struct graphs {
	struct buf ids;
	struct buf names;
	size_t count;
};

static int
keep_graph(void *arg, const alk_row *row)
{
	struct graphs *g = arg;

	buf_str(&g->ids, row->id);
	buf_char(&g->ids, '\0');
	buf_str(&g->names, row->key);
	buf_char(&g->names, '\0');
	g->count++;
	return g->ids.failed || g->names.failed;
}

static int
count_all(struct cli *c, const struct graphs *g)
{
	const char *id = g->ids.data, *name = g->names.data;
	struct rows rows;
	size_t i;
	int rc = ALK_OK;

	rows_start_counts(&rows, c, "");
	for (i = 0; rc == ALK_OK && i < g->count; i++) {
		rows.graph = name;
		rc = alk_stats(c->session, id, rows_visit, &rows);
		if (rc == ALK_NOTFOUND) /* deleted meanwhile */
			rc = ALK_OK;
		id += strlen(id) + 1;
		name += strlen(name) + 1;
	}
	rows_end(&rows, rc == ALK_OK);
	return rc == ALK_OK ? EXIT_OK : report_session(c);
}

static int
stats_store(struct cli *c)
{
	struct graphs g = { { 0 }, { 0 }, 0 };
	int status;

	if (alk_graph_list(c->session, NULL, keep_graph, &g) != ALK_OK)
		status = report_session(c);
	else
		status = count_all(c, &g);
	c->out.is_nomem |= g.ids.failed || g.names.failed;
	buf_fini(&g.ids);
	buf_fini(&g.names);
	return status;
}

static int
stats_graph(struct cli *c, const char *graph)
{
	struct rows rows;
	int rc;

	rows_start_counts(&rows, c, NULL);
	rc = alk_stats(c->session, graph, rows_visit, &rows);
	rows_end(&rows, rc == ALK_OK);
	return rc == ALK_OK ? EXIT_OK : report_session(c);
}

static int
stats_top(struct cli *c, const char *graph, const char *option)
{
	int64_t limit = args_count(&c->args, option, 0);
	struct walks w;
	struct rows rows;
	int rc;

	if (graph == NULL)
		return report_usage(c, "--%s needs a GRAPH", option);
	rc = walks_options(c, &w);
	if (rc != EXIT_OK)
		return rc;
	w.options.direction = option[4] == 'i' ? ALK_IN : ALK_OUT;
	rows_start(&rows, c, ROWS_DEGREES);
	rc = alk_degree_top(c->session, graph, &w.options, (size_t)limit,
	    rows_visit, &rows);
	rows_end(&rows, rc == ALK_OK);
	walks_fini(&w);
	return rc == ALK_OK ? EXIT_OK : report_session(c);
}

static int
run_stats(struct cli *c)
{
	const char *graph = args_operand(&c->args, "GRAPH");
	bool in = args_has(&c->args, "top-in");
	bool out = args_has(&c->args, "top-out");

	if (in && out)
		return report_usage(c,
		    "--top-in and --top-out exclude each other");
	if (in || out)
		return stats_top(c, graph, in ? "top-in" : "top-out");
	if (args_has(&c->args, "edge-type"))
		return report_usage(c,
		    "--edge-type goes with --top-in or --top-out");
	return graph != NULL ? stats_graph(c, graph) : stats_store(c);
}

static const struct option options[] = {
	{ "top-in", 0, OPTION_NUMBER, "N", false,
	  "instead, the N nodes that most edges point at" },
	{ "top-out", 0, OPTION_NUMBER, "N", false,
	  "instead, the N nodes with the most edges" },
	OPTION_EDGE_TYPES, OPTION_END
};

static const char *const examples[] = {
	"alk stats work.db",
	"alk stats work.db plan",
	"alk stats work.db plan --top-in 10 --edge-type DependencyEdge",
	NULL
};

const struct command cmd_stats[] = {
	{ "stats", "FILE [GRAPH]",
	  "count rows by type; find the best connected nodes",
	  "Without GRAPH, all graphs of the store.",
	  examples, options, ACCESS_READ, false, run_stats },
	COMMAND_END
};
