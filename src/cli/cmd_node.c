/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk node: add, put, get, set, merge, list, rm. */
#include "cli/cli.h"
#include "cli/items.h"
#include "cli/rows.h"

#include "base/mem.h"

#include <string.h>

static int
write_one(struct cli *c, int op)
{
	struct items_text text = { { 0 } };
	alk_item item;
	int status;

	memset(&item, 0, sizeof(item));
	item.op = op;
	item.kind = ALK_NODE;
	item.key = args_operand(&c->args, "KEY");
	item.by = args_text(&c->args, "by");
	status = items_fill(c, &item, args_operand(&c->args, "ATTRIBUTES"),
	    &text);
	if (status == EXIT_OK)
		status = items_write(c, &item, 1, NULL);
	items_text_fini(&text);
	return status;
}

static int
run_add(struct cli *c)
{
	return write_one(c, ALK_CREATE);
}

static int
run_put(struct cli *c)
{
	return write_one(c, ALK_PUT);
}

static int
run_set(struct cli *c)
{
	return write_one(c, ALK_REPLACE);
}

static int
run_merge(struct cli *c)
{
	return write_one(c, ALK_MERGE);
}

static int
run_get(struct cli *c)
{
	alk_row row;

	if (alk_node_get(c->session, args_operand(&c->args, "GRAPH"),
	    args_operand(&c->args, "KEY"), &row) != ALK_OK)
		return report_session(c);
	rows_print(c, ROWS_NODES, &row);
	return EXIT_OK;
}

static int
run_list(struct cli *c)
{
	return items_list(c, ALK_NODE);
}

static int
run_rm(struct cli *c)
{
	const struct args *a = &c->args;
	size_t first = table_operand_index(a->command, "KEY");
	size_t count = a->operands_count - first, i;
	alk_item *items = mem_zero(count * sizeof(*items));
	int status;

	if (items == NULL) {
		c->out.is_nomem = true;
		return EXIT_FAILED;
	}
	for (i = 0; i < count; i++) {
		items[i].op = ALK_DELETE;
		items[i].kind = ALK_NODE;
		items[i].key = a->operands[first + i];
	}
	status = items_write(c, items, count, NULL);
	mem_release(items);
	return status;
}

#define OPTION_TYPE \
	{ "type", 't', OPTION_TEXT, "TYPE", false, \
	  "node type; not needed where the graph type has one only" }

static const struct option add_options[] = {
	OPTION_TYPE, OPTION_ID, OPTION_METADATA, OPTION_IF_REV, OPTION_DRY_RUN,
	OPTION_END
};
static const struct option change_options[] = {
	OPTION_TYPE, OPTION_METADATA, OPTION_IF_REV, OPTION_DRY_RUN, OPTION_END
};
static const struct option put_options[] = {
	OPTION_TYPE, OPTION_ID, OPTION_METADATA, OPTION_BY, OPTION_IF_REV,
	OPTION_DRY_RUN, OPTION_END
};
static const struct option merge_options[] = {
	OPTION_TYPE, OPTION_METADATA, OPTION_BY, OPTION_IF_REV, OPTION_DRY_RUN,
	OPTION_END
};
static const struct option list_options[] = {
	{ "type", 't', OPTION_TEXT, "TYPE", false, "only nodes of this type" },
	OPTIONS_LIST("by type, as written"), OPTION_END
};
static const struct option rm_options[] = {
	OPTION_IF_REV, OPTION_DRY_RUN, OPTION_END
};

static const char *const add_examples[] = {
	"alk node add work.db plan t1 '{\"name\":\"dig\"}'",
	"alk node add work.db plan t1 - --type TaskNode < attributes.json",
	NULL
};
static const char *const put_examples[] = {
	"alk node put work.db plan t1 '{\"name\":\"dig\",\"risk\":\"low\"}'",
	"alk node put work.db plan t1 '{\"name\":\"dig\"}' --dry-run",
	NULL
};
static const char *const get_examples[] = {
	"alk node get work.db plan t1",
	"alk node get work.db plan t1 --json",
	NULL
};
static const char *const set_examples[] = {
	"alk node set work.db plan t1 '{\"name\":\"fill\"}'",
	"alk node set work.db plan t1 - --if-rev 7 < attributes.json",
	NULL
};
static const char *const merge_examples[] = {
	"alk node merge work.db plan t1 '{\"status\":\"completed\"}'",
	"alk node merge work.db plan t1 '{\"due\":null}'",
	NULL
};
static const char *const list_examples[] = {
	"alk node list work.db plan --where 'status = \"pending\"'",
	"alk node list work.db plan --type TaskNode --order name --limit 20",
	"alk node list work.db plan --all -o id",
	NULL
};
static const char *const rm_examples[] = {
	"alk node rm work.db plan t1",
	"alk node rm work.db plan t1 t2 t3 --dry-run",
	NULL
};

const struct command cmd_node[] = {
	{ "node add", "FILE GRAPH KEY [ATTRIBUTES]", "add a node",
	  "Attributes are a JSON object, {} if left out, read from standard "
	  "input for -. It is an error if the key is there (exit 5).",
	  add_examples, add_options, ACCESS_WRITE, false, run_add },
	{ "node put", "FILE GRAPH KEY [ATTRIBUTES]",
	  "add a node or replace its attributes",
	  "What is already as asked is counted as unchanged and not written.",
	  put_examples, put_options, ACCESS_WRITE, false, run_put },
	{ "node get", "FILE GRAPH KEY", "show a node", NULL,
	  get_examples, NULL, ACCESS_READ, false, run_get },
	{ "node set", "FILE GRAPH KEY ATTRIBUTES",
	  "replace the attributes of a node", NULL,
	  set_examples, change_options, ACCESS_WRITE, false, run_set },
	{ "node merge", "FILE GRAPH KEY ATTRIBUTES",
	  "change some attributes of a node",
	  "JSON Merge Patch (RFC 7396): members given replace those that are "
	  "there, null takes one away, the others stay.",
	  merge_examples, merge_options, ACCESS_WRITE, false, run_merge },
	{ "node list", "FILE GRAPH", "list nodes",
	  "A list ends after 1000 rows and says, on standard error, how to go "
	  "on. With -o id it prints keys.",
	  list_examples, list_options, ACCESS_READ, false, run_list },
	{ "node rm", "FILE GRAPH KEY...", "delete nodes with their edges",
	  "All of them or none.",
	  rm_examples, rm_options, ACCESS_WRITE, false, run_rm },
	COMMAND_END
};
