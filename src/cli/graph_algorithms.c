/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * alk graph: order, cycle, components, pagerank, degree, ancestors,
 * descendants, lineage, subgraph, copy. Each is one call of the library.
 */
#include "cli/graph_algorithms.h"

#include "cli/cli.h"
#include "cli/rows.h"
#include "cli/walks.h"

#include <stdlib.h>

/* A list under way with the options of a walk. */
struct listing {
	struct cli *c;
	struct walks w;
	struct rows rows;
	const char *graph;
};

static int
start(struct listing *l, struct cli *c, enum rows_kind kind)
{
	int status = walks_options(c, &l->w);

	l->c = c;
	l->graph = args_operand(&c->args, "GRAPH");
	if (status != EXIT_OK)
		return status;
	rows_start(&l->rows, c, kind);
	l->rows.limit = (size_t)args_count(&c->args, "limit", 0);
	return EXIT_OK;
}

static int
finish(struct listing *l, int rc)
{
	rows_end(&l->rows, rc == ALK_OK);
	walks_fini(&l->w);
	return rc == ALK_OK ? EXIT_OK : report_session(l->c);
}

/* The keys that end the operands. */
static const char *const *
keys_of(struct cli *c, size_t *count)
{
	const struct args *a = &c->args;
	size_t first = table_operand_index(a->command, "KEY");

	*count = a->operands_count - first;
	return a->operands + first;
}

/* ---- whole graphs ---- */

int
graph_order(struct cli *c)
{
	struct listing l;
	int status = start(&l, c, ROWS_LEVELS);

	if (status != EXIT_OK)
		return status;
	return finish(&l, alk_order(c->session, l.graph, &l.w.options,
	    rows_visit, &l.rows));
}

int
graph_cycle(struct cli *c)
{
	struct listing l;
	int status = start(&l, c, ROWS_MIXED);

	if (status != EXIT_OK)
		return status;
	return finish(&l, alk_cycle(c->session, l.graph, &l.w.options,
	    rows_visit, &l.rows));
}

/* Components come by size: behind --min there is no more to see. */
static int
visit_component(void *arg, const alk_visit *v)
{
	struct listing *l = arg;

	if (v->row->number < args_count(&l->c->args, "min", 1))
		return 1;
	return rows_visit_more(&l->rows, v);
}

int
graph_components(struct cli *c)
{
	int kind = args_has(&c->args, "weak") ? ALK_WEAK : ALK_STRONG;
	struct listing l;
	size_t found = 0;
	int status;

	if (args_has(&c->args, "count") && args_has(&c->args, "min"))
		return report_usage(c, "--count counts all: leave out --min");
	status = start(&l, c, ROWS_PARTS);
	if (status != EXIT_OK)
		return status;
	if (!args_has(&c->args, "count"))
		return finish(&l, alk_components(c->session, l.graph, kind,
		    &l.w.options, visit_component, &l, NULL));
	status = alk_components(c->session, l.graph, kind, &l.w.options, NULL,
	    NULL, &found);
	rows_end(&l.rows, false);
	walks_fini(&l.w);
	if (status != ALK_OK)
		return report_session(c);
	output_count(&c->out, "count", (int64_t)found);
	return EXIT_OK;
}

/* A number of an option; 0 where it was not given. */
static int
read_number(struct cli *c, const char *name, double *out)
{
	const char *text = args_text(&c->args, name);
	char *end = NULL;

	*out = 0;
	if (text == NULL)
		return EXIT_OK;
	*out = strtod(text, &end);
	if (end == text || *end != '\0' || !(*out > 0))
		return report_usage(c, "--%s wants a number above 0, not '%s'",
		    name, text);
	return EXIT_OK;
}

int
graph_pagerank(struct cli *c)
{
	alk_pagerank_options o = { .damping = 0 };
	alk_pagerank_result result = { 0 };
	struct listing l;
	int status = read_number(c, "damping", &o.damping);

	if (status == EXIT_OK)
		status = read_number(c, "tolerance", &o.tolerance);
	if (status == EXIT_OK)
		status = start(&l, c, ROWS_RANKS);
	if (status != EXIT_OK)
		return status;
	o.walk = l.w.options;
	o.iterations = (size_t)args_count(&c->args, "iterations", 0);
	o.limit = l.rows.limit;
	status = finish(&l, alk_pagerank(c->session, l.graph, &o,
	    rows_visit_more, &l.rows, &result));
	if (status == EXIT_OK && !result.has_converged)
		report_note(c, "after %zu iterations the ranks still changed "
		    "by %g in sum: more --iterations", result.iterations,
		    result.change);
	return status;
}

/* ---- around nodes ---- */

int
graph_degree(struct cli *c)
{
	struct walks w;
	size_t degree = 0;
	int rc = walks_options(c, &w);

	if (rc != EXIT_OK)
		return rc;
	rc = alk_degree(c->session, args_operand(&c->args, "GRAPH"),
	    args_operand(&c->args, "KEY"), &w.options, &degree);
	walks_fini(&w);
	if (rc != ALK_OK)
		return report_session(c);
	output_count(&c->out, "degree", (int64_t)degree);
	return EXIT_OK;
}

static int
relatives(struct cli *c, int direction)
{
	bool is_count = args_has(&c->args, "count");
	struct listing l;
	size_t count, found = 0;
	const char *const *keys = keys_of(c, &count);
	int status = start(&l, c, ROWS_HOPS);

	if (status != EXIT_OK)
		return status;
	l.w.options.direction = direction;
	if (l.w.options.depth_max == ALK_NUL)
		l.w.options.depth_max = 0; /* no bound, here */
	status = alk_reachable(c->session, l.graph, keys, count, &l.w.options,
	    is_count ? NULL : rows_visit, &l.rows, &found);
	if (!is_count)
		return finish(&l, status);
	rows_end(&l.rows, false);
	walks_fini(&l.w);
	if (status != ALK_OK)
		return report_session(c);
	output_count(&c->out, "count", (int64_t)found);
	return EXIT_OK;
}

int
graph_ancestors(struct cli *c)
{
	return relatives(c, ALK_IN);
}

int
graph_descendants(struct cli *c)
{
	return relatives(c, ALK_OUT);
}

int
graph_lineage(struct cli *c)
{
	struct listing l;
	int status = start(&l, c, ROWS_TRACED);

	if (status != EXIT_OK)
		return status;
	if (l.w.options.depth_max == ALK_NUL)
		l.w.options.depth_max = 0; /* no bound, here */
	return finish(&l, alk_lineage(c->session, l.graph,
	    args_operand(&c->args, "KEY"), &l.w.options, rows_visit,
	    &l.rows));
}

/* ---- parts ---- */

int
graph_subgraph(struct cli *c)
{
	struct listing l;
	size_t count;
	const char *const *keys = keys_of(c, &count);
	int status = start(&l, c, ROWS_MIXED);

	if (status != EXIT_OK)
		return status;
	return finish(&l, alk_subgraph(c->session, l.graph, keys, count,
	    &l.w.options, rows_visit, &l.rows));
}

struct copy {
	struct cli *c;
	struct walks w;
	alk_write_result result;
};

static int
work_copy(alk_session *s, void *arg)
{
	struct copy *k = arg;
	const struct args *a = &k->c->args;
	size_t count;
	const char *const *keys = keys_of(k->c, &count);

	return alk_subgraph_copy(s, args_operand(a, "GRAPH"), keys, count,
	    &k->w.options, args_operand(a, "TO"),
	    args_has(a, "put") ? ALK_PUT : ALK_CREATE, &k->result);
}

int
graph_copy(struct cli *c)
{
	static const struct column columns[] = {
		{ "rev", true }, { "created", true }, { "updated", true },
		{ "unchanged", true }
	};
	struct copy k = { .c = c };
	int status = walks_options(c, &k.w);

	if (status != EXIT_OK)
		return status;
	status = write_run(c, work_copy, &k, NULL);
	walks_fini(&k.w);
	if (status != EXIT_OK || write_is_dry(c) || c->is_quiet)
		return status;
	struct cell cells[] = { cell_number(k.result.rev),
		cell_number((int64_t)k.result.created),
		cell_number((int64_t)k.result.updated),
		cell_number((int64_t)k.result.unchanged) };
	output_record(&c->out, columns, 4, 0, cells);
	return EXIT_OK;
}

/* ---- the table ---- */

#define OPTION_LIMIT \
	{ "limit", 0, OPTION_NUMBER, "N", false, "rows at most" }
#define OPTION_COUNT_ONLY(what) \
	{ "count", 0, OPTION_FLAG, NULL, false, "only how many " what }
#define OPTION_DEPTH(what) \
	{ "depth", 'd', OPTION_BOUND, "N|all", false, "hops at most; " what }

const struct option graph_order_options[] = {
	{ "out", 0, OPTION_FLAG, NULL, false,
	  "sources before targets; as if --in were not given" },
	{ "in", 0, OPTION_FLAG, NULL, false, "targets before sources" },
	OPTION_EDGE_TYPES, OPTION_LIMIT, OPTION_END
};
const struct option graph_cycle_options[] = {
	OPTIONS_DIRECTION, OPTION_EDGE_TYPES, OPTION_END
};
const struct option graph_components_options[] = {
	{ "weak", 0, OPTION_FLAG, NULL, false,
	  "as if all edges were undirected" },
	{ "min", 0, OPTION_NUMBER, "N", false,
	  "only components of N nodes or more" },
	OPTION_EDGE_TYPES, OPTION_COUNT_ONLY("components"), OPTION_LIMIT,
	OPTION_END
};
const struct option graph_pagerank_options[] = {
	OPTIONS_DIRECTION, OPTION_EDGE_TYPES, OPTION_LIMIT,
	{ "damping", 0, OPTION_TEXT, "X", false,
	  "share of rank that goes along edges; 0.85" },
	{ "tolerance", 0, OPTION_TEXT, "X", false,
	  "sum of changes to stop at; 1e-9" },
	{ "iterations", 0, OPTION_NUMBER, "N", false, "at most; 200" },
	OPTION_END
};
const struct option graph_degree_options[] = {
	OPTIONS_DIRECTION, OPTION_EDGE_TYPES, OPTION_END
};
const struct option graph_relatives_options[] = {
	OPTION_DEPTH("all"), OPTION_EDGE_TYPES, OPTION_COUNT_ONLY("nodes"),
	OPTION_LIMIT, OPTION_END
};
const struct option graph_lineage_options[] = {
	OPTION_DEPTH("all"), OPTIONS_DIRECTION, OPTION_EDGE_TYPES,
	OPTION_LIMIT, OPTION_END
};
const struct option graph_subgraph_options[] = {
	OPTION_DEPTH("these nodes alone"), OPTIONS_DIRECTION,
	OPTION_EDGE_TYPES, OPTION_LIMIT, OPTION_END
};
const struct option graph_copy_options[] = {
	OPTION_DEPTH("these nodes alone"), OPTIONS_DIRECTION,
	OPTION_EDGE_TYPES,
	{ "put", 0, OPTION_FLAG, NULL, false,
	  "overwrite what is there, instead of exit 5" },
	OPTION_DRY_RUN, OPTION_END
};

const char *const graph_order_examples[] = {
	"alk graph order work.db plan",
	"alk graph order work.db plan --in -t DependencyEdge -o id",
	NULL
};
const char *const graph_cycle_examples[] = {
	"alk graph cycle work.db plan",
	"alk graph cycle work.db plan -t DependencyEdge --json",
	NULL
};
const char *const graph_components_examples[] = {
	"alk graph components work.db plan --min 2",
	"alk graph components work.db plan --weak --count",
	NULL
};
const char *const graph_pagerank_examples[] = {
	"alk graph pagerank work.db plan --limit 20",
	"alk graph pagerank work.db plan --damping 0.9 --json",
	NULL
};
const char *const graph_degree_examples[] = {
	"alk graph degree work.db plan t1",
	"alk graph degree work.db plan t1 --in -t DependencyEdge",
	NULL
};
const char *const graph_ancestors_examples[] = {
	"alk graph ancestors work.db plan t9",
	"alk graph ancestors work.db plan t8 t9 --depth 3 --count",
	NULL
};
const char *const graph_descendants_examples[] = {
	"alk graph descendants work.db plan t1",
	"alk graph descendants work.db plan t1 -t DependencyEdge -o id",
	NULL
};
const char *const graph_lineage_examples[] = {
	"alk graph lineage work.db plan t9 --in",
	"alk graph lineage work.db plan t1 --depth 2 --json",
	NULL
};
const char *const graph_subgraph_examples[] = {
	"alk graph subgraph work.db plan t1 t2 t3",
	"alk graph subgraph work.db plan t1 --depth all",
	NULL
};
const char *const graph_copy_examples[] = {
	"alk graph copy work.db plan part t1 --depth all",
	"alk graph copy work.db plan part t1 t2 --put --dry-run",
	NULL
};
