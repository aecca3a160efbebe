/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk export. */
#include "cli/signals.h"
#include "cli/transfer.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
write_output(void *arg, const char *data, size_t bytes)
{
	struct transfer *t = arg;
	ssize_t n;

	if (t->is_stdout)
		return output_text(&t->cli->out, data, bytes);
	while (bytes > 0) {
		n = write(t->fd, data, bytes);
		if (n < 0 && errno == EINTR && signals_caught() == 0)
			continue;
		if (n < 0) {
			t->error = errno;
			return 1;
		}
		data += n;
		bytes -= (size_t)n;
	}
	return 0;
}

static int
export_progress(void *arg, int64_t done, int64_t total)
{
	struct transfer *t = arg;

	progress_update(&t->progress, done, total);
	return signals_caught() != 0;
}

static int
export_to(struct transfer *t)
{
	struct cli *c = t->cli;
	alk_export_options o = { .format = t->format, .loss = transfer_loss,
		.loss_arg = t, .progress = export_progress, .progress_arg = t };
	int rc;

	o.kind = t->kind;
	if (transfer_separator(c, t->path, &o.separator) != EXIT_OK)
		return EXIT_USAGE;
	if (args_has(&c->args, "strict"))
		o.flags |= ALK_EXPORT_STRICT;
	if (args_has(&c->args, "bare"))
		o.flags |= ALK_EXPORT_BARE;
	report_progress(c, &t->progress, "export", false);
	rc = alk_export(c->session, args_operand(&c->args, "GRAPH"), &o,
	    write_output, t);
	progress_end(&t->progress);
	if (c->out.error != 0 || c->out.is_nomem)
		return EXIT_FAILED; /* told at the end, as for every command */
	if (t->error == 0 && rc != ALK_OK)
		return report_session(c);
	return EXIT_OK;
}

static int
export_failed(struct cli *c, const char *path, int number)
{
	alk_error err;

	memset(&err, 0, sizeof(err));
	error_set(&err, number == ENOENT ? ALK_NOTFOUND : number == EEXIST ?
	    ALK_EXISTS : number == EACCES ? ALK_DENIED : number == ENOSPC ?
	    ALK_FULL : ALK_IO, "cannot write %.200s: %s%s", path,
	    strerror(number), number == EEXIST ? "; --force writes over it"
	    : "");
	return report_error(c, &err);
}

/* A part of an export looks like the whole of a smaller one. */
static void
remove_part(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISREG(st.st_mode))
		(void)unlink(path);
}

static int
export_path(struct transfer *t)
{
	struct cli *c = t->cli;
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC, status;

	if (t->path == NULL || strcmp(t->path, "-") == 0) {
		t->is_stdout = true;
		return export_to(t);
	}
	/* Before a file is emptied the graph must be there. */
	if (alk_graph_get(c->session, args_operand(&c->args, "GRAPH"),
	    &(alk_row){ 0 }) != ALK_OK)
		return report_session(c);
	flags |= args_has(&c->args, "force") ? O_TRUNC : O_EXCL;
	t->fd = open(t->path, flags, 0666);
	if (t->fd < 0)
		return export_failed(c, t->path, errno);
	if (t->format == ALK_FORMAT_JSONL)
		transfer_note_format(c, t->path);
	status = export_to(t);
	if (close(t->fd) != 0 && t->error == 0)
		t->error = errno;
	if (t->error != 0 || status != EXIT_OK)
		remove_part(t->path);
	return t->error != 0 && status == EXIT_OK ?
	    export_failed(c, t->path, t->error) : status;
}

struct both {
	struct cli *cli;
	int status;
};

/* An alk_work_fn: nodes and edges from one state of the store. */
static int
export_both(alk_session *s, void *arg)
{
	static const struct {
		const char *option;
		int kind;
	} files[] = { { "nodes", ALK_NODE }, { "edges", ALK_EDGE } };
	struct both *both = arg;

	(void)s;
	for (size_t i = 0; i < 2 && both->status == EXIT_OK; i++) {
		struct transfer t = { .cli = both->cli, .fd = -1,
			.format = ALK_FORMAT_CSV, .kind = files[i].kind };
		t.path = args_text(&both->cli->args, files[i].option);
		if (t.path != NULL)
			both->status = export_path(&t);
	}
	return ALK_OK;
}

static int
run_export(struct cli *c)
{
	struct both both = { c, EXIT_OK };
	struct transfer t = { .cli = c, .fd = -1 };
	bool has_files = args_has(&c->args, "nodes") ||
	    args_has(&c->args, "edges");

	t.path = args_operand(&c->args, "OUTPUT");
	t.format = transfer_format(&c->args, t.path);
	if (has_files && t.path != NULL)
		return report_usage(c, "OUTPUT is left out with --nodes and "
		    "--edges");
	if (!has_files && t.format == ALK_FORMAT_CSV)
		return report_usage(c, "CSV is a file of nodes and one of "
		    "edges: --nodes PATH --edges PATH");
	if (!has_files)
		return export_path(&t);
	if (alk_snapshot(c->session, export_both, &both) != ALK_OK &&
	    both.status == EXIT_OK)
		return report_session(c);
	return both.status;
}

static const struct option export_options[] = {
	{ "force", 0, OPTION_FLAG, NULL, false, "write over OUTPUT" },
	{ "format", 'f', OPTION_CHOICE, TRANSFER_FORMATS, false,
	  "what to write; else the name of OUTPUT tells (.jsonl, .json, "
	  ".graphml, .gexf, .csv), else jsonl" },
	{ "nodes", 0, OPTION_TEXT, "PATH", false,
	  "write the nodes as CSV, instead of OUTPUT; - is standard output" },
	{ "edges", 0, OPTION_TEXT, "PATH", false, "write the edges as CSV" },
	{ "separator", 0, OPTION_TEXT, "CHAR", false,
	  "between fields of CSV: ',' (a tab for .tsv)" },
	{ "bare", 0, OPTION_FLAG, NULL, false,
	  "leave nodeType and edgeType out where the graph type has one only" },
	{ "strict", 0, OPTION_FLAG, NULL, false,
	  "fail where the format cannot hold all, before a byte is written" },
	OPTION_END
};

static const char *const export_examples[] = {
	"alk export work.db plan > plan.jsonl",
	"alk export work.db plan plan.jsonl --force",
	"alk export work.db plan --nodes n.csv --edges e.csv",
	NULL
};

const struct command cmd_export[] = {
	{ "export", "FILE GRAPH [OUTPUT]", "write a graph to a file",
	  "All of it from one state of the store; alk import reads it. OUTPUT "
	  "is standard output if left out or -. JSON Lines hold all that a "
	  "graph has; what another format cannot hold is told, by kind, on "
	  "standard error.\n\n"
	  "graphology is the serialised JSON of that library, with the "
	  "options of the graph type; graphml and gexf are what Gephi, yEd and "
	  "networkx read. docs/EXCHANGE.md says what each holds.",
	  export_examples, export_options, ACCESS_READ, false, run_export },
	COMMAND_END
};
