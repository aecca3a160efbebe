/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * alk changes: the change feed, a change a row. A signal ends it; so does
 * nobody reading its output any more.
 */
#include "cli/cli.h"
#include "cli/signals.h"

#include "base/clock.h"

#include <poll.h>
#include <string.h>

#define LOOK_MS 1000 /* between looks whether anybody reads our output */
#define CELLS 13

static const struct column columns[CELLS] = { { "offset", true },
	{ "rev", true }, { "graphId", false }, { "op", false },
	{ "kind", false }, { "key", false }, { "type", false },
	{ "id", false }, { "sourceNodeKey", false },
	{ "targetNodeKey", false }, { "nodes", true }, { "edges", true },
	{ "createdAt", false } };

struct listing {
	struct cli *cli;
	int64_t left; /* until --limit; -1 without */
	bool is_following;
};

static const char *
op_name(int op)
{
	return op == ALK_CREATE ? "create" : op == ALK_DELETE ? "delete" :
	    op == 0		? "load" : "update";
}

static const char *
kind_name(int kind)
{
	static const char *const names[] = { NULL, "node", "edge", "graph",
		"type" };

	return names[kind];
}

/* Below 0: it could not be printed. */
static int
show(void *arg, const alk_feed_change *c)
{
	struct listing *l = arg;
	struct output *out = &l->cli->out;
	char created[CLOCK_ISO];
	const struct cell none = cell_text(NULL);
	bool is_load = c->op == 0;

	clock_iso(c->created_at, created);
	const struct cell cells[CELLS] = { cell_number(c->offset),
		c->graph != NULL ? cell_number(c->rev) : none,
		cell_text(c->graph), cell_text(op_name(c->op)),
		cell_text(kind_name(c->kind)), cell_text(c->key),
		cell_text(c->type), cell_text(c->id), cell_text(c->source),
		cell_text(c->target), is_load ? cell_number(c->nodes) : none,
		is_load ? cell_number(c->edges) : none, cell_text(created) };
	if (output_row(out, cells, NULL, 0) != 0)
		return -1;
	if (l->is_following && c->is_last)
		output_flush(out);
	return l->left > 0 && --l->left == 0;
}

static bool
is_alone(struct cli *c)
{
	struct pollfd p = { .fd = fileno(c->out.file), .events = 0 };

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLERR | POLLNVAL)) != 0;
}

/* ---- options ---- */

/* The bits of an option that may be given several times. */
static unsigned
bits_of(const struct args *a, const char *option, const char *const *names)
{
	const char *given[16];
	size_t count = args_list(a, option, given, 16);
	unsigned bits = 0;

	for (size_t i = 0; i < count && i < 16; i++)
		for (unsigned n = 0; names[n] != NULL; n++)
			if (strcmp(given[i], names[n]) == 0)
				bits |= 1u << n;
	return bits;
}

static alk_feed
feed_of(const struct args *a)
{
	static const char *const kinds[] = { "node", "edge", "graph", "type",
		NULL };
	static const char *const ops[] = { "create", "update", "delete",
		NULL };

	return (alk_feed){ .graph = args_text(a, "graph"),
		.type = args_text(a, "type"),
		.kinds = bits_of(a, "kind", kinds),
		.ops = bits_of(a, "op", ops),
		.after = args_has(a, "now") ? ALK_FEED_NOW :
		    args_count(a, "from", ALK_FEED_KEPT),
		.after_rev = args_count(a, "from-rev", 0) };
}

/* Each call goes on where the one before has ended. */
static int
follow(struct listing *l, alk_feed *f)
{
	struct cli *c = l->cli;
	int rc;

	do {
		rc = alk_feed_follow(c->session, f, show, l, &f->after);
		f->after_rev = 0;
	} while (rc == ALK_TIMEOUT && f->wait_ms > 0 &&
	    signals_caught() == 0 && !is_alone(c));
	return rc == ALK_TIMEOUT ? ALK_OK : rc;
}

static int
run_changes(struct cli *c)
{
	const struct args *a = &c->args;
	alk_feed f = feed_of(a);
	struct listing l = { .cli = c, .left = args_count(a, "limit", -1),
		.is_following = args_has(a, "follow") };

	if (args_has(a, "from") + args_has(a, "from-rev") +
	    args_has(a, "now") > 1)
		return report_usage(c,
		    "--from, --from-rev and --now exclude each other");
	if (f.after_rev != 0 && f.graph == NULL)
		return report_usage(c, "--from-rev is a revision of a graph: "
		    "add --graph");
	if (l.is_following) {
		f.wait_ms = LOOK_MS;
		if (!c->is_format_given || c->out.format == FORMAT_JSON)
			c->out.format = FORMAT_JSONL;
		if (c->out.format == FORMAT_TABLE ||
		    c->out.format == FORMAT_BOX || c->out.format == FORMAT_MD)
			return report_usage(c, "this has no end, and so no "
			    "table: -o jsonl, tsv, csv or id");
	}
	output_list(&c->out, columns, CELLS, 0);
	int rc = follow(&l, &f);
	if (rc == ALK_OK && !l.is_following)
		output_list_end(&c->out);
	if (signals_caught() != 0)
		return EXIT_SIGNAL + signals_caught();
	if (l.is_following && is_alone(c))
		return EXIT_PIPE;
	return rc == ALK_OK ? EXIT_OK : report_session(c);
}

static const struct option options[] = {
	{ "graph", 'g', OPTION_TEXT, "GRAPH", false,
	  "only changes of this graph" },
	{ "type", 't', OPTION_TEXT, "TYPE", false,
	  "only nodes and edges of this type" },
	{ "kind", 'k', OPTION_CHOICE, "node|edge|graph|type", true,
	  "only these; may be given several times" },
	{ "op", 0, OPTION_CHOICE, "create|update|delete", true,
	  "only these; may be given several times" },
	{ "from", 0, OPTION_COUNT, "N", false,
	  "begin behind this offset; the oldest that is kept" },
	{ "from-rev", 0, OPTION_NUMBER, "N", false,
	  "begin behind this revision of the graph" },
	{ "now", 0, OPTION_FLAG, NULL, false,
	  "begin with the next change" },
	{ "follow", 'f', OPTION_FLAG, NULL, false,
	  "go on, as further changes are committed" },
	{ "limit", 0, OPTION_NUMBER, "N", false, "end after N changes" },
	OPTION_END
};

static const char *const examples[] = {
	"alk changes work.db --graph plan --kind node --op create",
	"alk changes work.db --from 120 -f",
	"alk changes work.db --graph plan --from-rev 7 --json",
	NULL
};

const struct command cmd_changes[] = {
	{ "changes", "FILE", "list what was changed in graphs and types",
	  "One row a change, whoever made it. An import is one row a batch, op "
	  "load, and a deleted graph is one row: these pass every filter but "
	  "--graph.\n\n"
	  "Exit 3 where changes behind the place to begin were deleted by "
	  "retention. To keep a place under a name: alk event follow FILE "
	  "changes CONSUMER.",
	  examples, options, ACCESS_READ, false, run_changes },
	COMMAND_END
};
