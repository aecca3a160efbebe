/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk edge: add, put, get, set, merge, list, rm. */
#include "cli/cli.h"
#include "cli/items.h"
#include "cli/rows.h"

#include <string.h>

static int
write_new(struct cli *c, int op)
{
	struct items_text text = { { 0 } };
	const struct args *a = &c->args;
	alk_item item;
	int status;

	memset(&item, 0, sizeof(item));
	item.op = op;
	item.kind = ALK_EDGE;
	item.key = args_text(a, "key");
	item.by = args_text(a, "by");
	item.source = args_operand(a, "SOURCE");
	item.target = args_operand(a, "TARGET");
	if (args_has(a, "undirected"))
		item.direction = ALK_UNDIRECTED;
	status = items_fill(c, &item, args_operand(a, "ATTRIBUTES"), &text);
	if (status == EXIT_OK)
		status = items_write(c, &item, 1, NULL);
	items_text_fini(&text);
	return status;
}

static int
run_add(struct cli *c)
{
	return write_new(c, ALK_CREATE);
}

static int
run_put(struct cli *c)
{
	return write_new(c, ALK_PUT);
}

/*
 * Which edge: KEY (a key or an id), or --from, --to and --edge-type. Takes the
 * operand from the front of *words. Returns an exit status; *key stays NULL for
 * the latter.
 */
static int
which_edge(struct cli *c, alk_item *item, const char ***words, size_t *count,
    const char **key)
{
	const struct args *a = &c->args;

	item->source = args_text(a, "from");
	item->target = args_text(a, "to");
	if ((item->source == NULL) != (item->target == NULL))
		return report_usage(c, "--from and --to stand together");
	if (item->source != NULL)
		return EXIT_OK;
	if (*count == 0)
		return report_usage(c,
		    "which edge? give its KEY, or --from A --to B");
	*key = (*words)[0];
	*words += 1;
	*count -= 1;
	return EXIT_OK;
}

static int
write_old(struct cli *c, int op)
{
	struct items_text text = { { 0 } };
	const char **words = c->args.operands + 2, *key = NULL;
	size_t count = c->args.operands_count - 2;
	alk_item item;
	int status;

	memset(&item, 0, sizeof(item));
	item.op = op;
	item.kind = ALK_EDGE;
	status = which_edge(c, &item, &words, &count, &key);
	if (status == EXIT_OK && count != (op == ALK_DELETE ? 0 : 1))
		status = report_usage(c, count > 0 ? "an operand is too much"
		    : "ATTRIBUTES is missing");
	if (status == EXIT_OK)
		status = items_fill(c, &item, count > 0 ? words[0] : NULL,
		    &text);
	if (status == EXIT_OK)
		status = items_write(c, &item, 1, key != NULL ? &key : NULL);
	items_text_fini(&text);
	return status;
}

static int
run_set(struct cli *c)
{
	return write_old(c, ALK_REPLACE);
}

static int
run_merge(struct cli *c)
{
	return write_old(c, ALK_MERGE);
}

static int
run_rm(struct cli *c)
{
	return write_old(c, ALK_DELETE);
}

static int
run_get(struct cli *c)
{
	alk_row row;

	if (alk_edge_get(c->session, args_operand(&c->args, "GRAPH"),
	    args_operand(&c->args, "KEY"), &row) != ALK_OK)
		return report_session(c);
	rows_print(c, ROWS_EDGES, &row);
	return EXIT_OK;
}

static int
run_list(struct cli *c)
{
	return items_list(c, ALK_EDGE);
}

#define OPTION_TYPE \
	{ "edge-type", 't', OPTION_TEXT, "TYPE", false, \
	  "edge type; not needed where the graph type has one only" }
#define OPTIONS_NEW \
	OPTION_TYPE, \
	{ "key", 'k', OPTION_TEXT, "KEY", false, "key of the edge" }, \
	{ "undirected", 0, OPTION_FLAG, NULL, false, "goes both ways" }, \
	OPTION_ID, OPTION_METADATA
#define OPTIONS_ENDS \
	{ "from", 0, OPTION_TEXT, "NODE", false, "the edge from this node" }, \
	{ "to", 0, OPTION_TEXT, "NODE", false, "the edge to this node" }

static const struct option add_options[] = {
	OPTIONS_NEW, OPTION_IF_REV, OPTION_DRY_RUN, OPTION_END
};
static const struct option put_options[] = {
	OPTIONS_NEW, OPTION_BY, OPTION_IF_REV, OPTION_DRY_RUN, OPTION_END
};
static const struct option change_options[] = {
	OPTIONS_ENDS, OPTION_TYPE, OPTION_METADATA, OPTION_IF_REV,
	OPTION_DRY_RUN, OPTION_END
};
static const struct option list_options[] = {
	{ "edge-type", 't', OPTION_TEXT, "TYPE", false,
	  "only edges of this type" },
	{ "from", 0, OPTION_TEXT, "NODE", false, "only from this node" },
	{ "to", 0, OPTION_TEXT, "NODE", false, "only to this node" },
	OPTIONS_LIST("by source, as written"), OPTION_END
};
static const struct option rm_options[] = {
	OPTIONS_ENDS, OPTION_TYPE, OPTION_IF_REV, OPTION_DRY_RUN, OPTION_END
};

static const char *const add_examples[] = {
	"alk edge add work.db plan t1 t2",
	"alk edge add work.db plan t1 t2 '{\"qualityRetention\":0.8}' "
	"--key first --edge-type DependencyEdge",
	NULL
};
static const char *const put_examples[] = {
	"alk edge put work.db plan t1 t2 '{\"qualityRetention\":0.5}'",
	"alk edge put work.db plan t1 t2 --key first --dry-run",
	NULL
};
static const char *const get_examples[] = {
	"alk edge get work.db plan first",
	"alk edge get work.db plan first --json",
	NULL
};
static const char *const set_examples[] = {
	"alk edge set work.db plan first '{\"qualityRetention\":1}'",
	"alk edge set work.db plan --from t1 --to t2 '{}' "
	"--edge-type DependencyEdge",
	NULL
};
static const char *const merge_examples[] = {
	"alk edge merge work.db plan first '{\"qualityRetention\":null}'",
	"alk edge merge work.db plan --from t1 --to t2 - < patch.json",
	NULL
};
static const char *const list_examples[] = {
	"alk edge list work.db plan --from t1",
	"alk edge list work.db plan --where 'qualityRetention < 0.9' --all",
	NULL
};
static const char *const rm_examples[] = {
	"alk edge rm work.db plan first",
	"alk edge rm work.db plan --from t1 --to t2 --dry-run",
	NULL
};

const struct command cmd_edge[] = {
	{ "edge add", "FILE GRAPH SOURCE TARGET [ATTRIBUTES]", "add an edge",
	  "SOURCE and TARGET are node keys. Attributes are a JSON object, {} "
	  "if "
	  "left out, read from standard input for -.",
	  add_examples, add_options, ACCESS_WRITE, false, run_add },
	{ "edge put", "FILE GRAPH SOURCE TARGET [ATTRIBUTES]",
	  "add an edge or replace its attributes",
	  "The edge is found by --key or --id or, where the graph type allows "
	  "one edge of a type between two nodes, by these; with --by by the "
	  "values that ATTRIBUTES have in a unique index of the type.",
	  put_examples, put_options, ACCESS_WRITE, false, run_put },
	{ "edge get", "FILE GRAPH KEY", "show an edge",
	  "KEY is the edge's key or id.",
	  get_examples, NULL, ACCESS_READ, false, run_get },
	{ "edge set", "FILE GRAPH [KEY] [ATTRIBUTES]",
	  "replace the attributes of an edge",
	  "KEY is the edge's key or id. It is left out with --from and --to, "
	  "which need --edge-type where there are several edge types.",
	  set_examples, change_options, ACCESS_WRITE, false, run_set },
	{ "edge merge", "FILE GRAPH [KEY] [ATTRIBUTES]",
	  "change some attributes of an edge",
	  "JSON Merge Patch (RFC 7396): members given replace those that are "
	  "there, null takes one away, the others stay. KEY as in edge set.",
	  merge_examples, change_options, ACCESS_WRITE, false, run_merge },
	{ "edge list", "FILE GRAPH", "list edges",
	  "A list ends after 1000 rows and says, on standard error, how to go "
	  "on. With -o id it prints ids.",
	  list_examples, list_options, ACCESS_READ, false, run_list },
	{ "edge rm", "FILE GRAPH [KEY]", "delete an edge",
	  "KEY as in edge set.",
	  rm_examples, rm_options, ACCESS_WRITE, false, run_rm },
	COMMAND_END
};
