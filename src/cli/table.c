/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The groups of commands in the order of the help, the options that every
 * command has, and how to find one's way in both.
 */
#include "cli/table.h"

#include <string.h>

const struct group table_groups[] = {
	{ "init", "make a store", cmd_init },
	{ "info", "describe a store", cmd_info },
	{ "check", "check a store for damage", cmd_check },
	{ "stats", "count rows; find the best connected nodes", cmd_stats },
	{ "schema", "graph types; schemas: validate, test, diff", cmd_schema },
	{ "value", "values: diff, patch, clean, cast, hash", cmd_value },
	{ "graph", "graphs: add, list, rm; order, components, lineage",
	    cmd_graph },
	{ "node", "nodes: add, put, get, set, merge, list, rm", cmd_node },
	{ "edge", "edges: add, put, get, set, merge, list, rm", cmd_edge },
	{ "walk", "neighbours, and nodes some hops away", cmd_walk },
	{ "path", "the best paths between two nodes", cmd_path },
	{ "call", "calls: ingest, abort, list, down, up, stats", cmd_call },
	{ "task", "plans: order, critical, ready, blocked", cmd_task },
	{ "import", "read nodes and edges into a graph", cmd_import },
	{ "export", "write a graph to a file", cmd_export },
	{ "event", "events: publish, read, notify, listen, trim", cmd_event },
	{ "group", "consumers that share a stream", cmd_group },
	{ "queue", "jobs: add, take, done, retry, list, stats", cmd_queue },
	{ "batch", "jobs that belong together: open, close, list", cmd_batch },
	{ "dead", "jobs that failed for good: list, retry, rm", cmd_dead },
	{ "cron", "schedules: add, list, next, run", cmd_cron },
	{ "lock", "locks: acquire, renew, release, list", cmd_lock },
	{ "rate", "rate limits: try, sweep", cmd_rate },
	{ "tail", "print events as they are committed", cmd_tail },
	{ "changes", "changes of graphs, by graph, type, kind", cmd_changes },
	{ "help", "help on a command or topic", cmd_help },
	{ "completion", "completion script of a shell", cmd_completion },
	{ "__complete", "words that may stand next", cmd_complete },
	{ "__man", "write the man pages", cmd_man },
	{ "__commands", "print the table of commands", cmd_commands },
	{ NULL, NULL, NULL }
};

const struct option table_global_options[] = {
	{ "output", 'o', OPTION_CHOICE, "table|box|json|jsonl|csv|tsv|md|id",
	  false, "format of the answer; table on a terminal, else tsv" },
	{ "json", 0, OPTION_FLAG, NULL, false, "as --output json" },
	{ "db", 0, OPTION_TEXT, "FILE", false,
	  "the store; then FILE is left out of the operands" },
	{ "quiet", 'q', OPTION_FLAG, NULL, false,
	  "no notes, no progress, no counts of what was written" },
	{ "verbose", 'v', OPTION_FLAG, NULL, false,
	  "more columns; names of errors" },
	{ "color", 0, OPTION_CHOICE, "auto|always|never", false,
	  "colour; auto: on a terminal" },
	{ "log-format", 0, OPTION_CHOICE, "text|json", false,
	  "form of errors and notes on standard error" },
	{ "full-sync", 0, OPTION_FLAG, NULL, false,
	  "a commit survives a power cut; slower" },
	{ "busy", 0, OPTION_COUNT, "MS", false,
	  "how long to wait for another writer; 5000" },
	{ "max", 0, OPTION_TEXT, "NAME=N", true,
	  "raise or lower a limit, as visited=5000000" },
	{ "help", 'h', OPTION_FLAG, NULL, false, "help on the command" },
	{ "version", 0, OPTION_FLAG, NULL, false,
	  "versions of alk and of what it is built with" },
	OPTION_END
};

const struct group *
table_group(const char *name)
{
	const struct group *g;

	for (g = table_groups; g->name != NULL; g++)
		if (strcmp(g->name, name) == 0)
			return g;
	return NULL;
}

const struct command *
table_verb(const struct group *g, const char *verb)
{
	size_t skip = strlen(g->name) + 1;
	const struct command *c;

	if (table_is_single(g))
		return NULL;
	for (c = g->commands; c->name != NULL; c++)
		if (strcmp(c->name + skip, verb) == 0)
			return c;
	return NULL;
}

bool
table_is_single(const struct group *g)
{
	return strchr(g->commands[0].name, ' ') == NULL;
}

static void
operand_read(const char *word, size_t bytes, struct operand *out)
{
	out->is_optional = word[0] == '[';
	if (out->is_optional) {
		word++;
		bytes -= 2;
	}
	out->repeats = bytes > 3 && memcmp(word + bytes - 3, "...", 3) == 0;
	if (out->repeats)
		bytes -= 3;
	out->name = word;
	out->name_bytes = bytes;
}

bool
table_operand(const struct command *c, size_t index, struct operand *out)
{
	const char *word = c->operands;
	size_t bytes;

	for (;;) {
		word += strspn(word, " ");
		bytes = strcspn(word, " ");
		if (bytes == 0)
			return false;
		if (index-- == 0)
			break;
		word += bytes;
	}
	operand_read(word, bytes, out);
	return true;
}

size_t
table_operand_index(const struct command *c, const char *name)
{
	struct operand o;
	size_t i;

	for (i = 0; table_operand(c, i, &o); i++)
		if (strlen(name) == o.name_bytes &&
		    memcmp(name, o.name, o.name_bytes) == 0)
			return i;
	return ALK_NUL;
}

bool
table_takes_file(const struct command *c)
{
	return table_operand_index(c, "FILE") == 0;
}
