/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * alk import. A signal stops an import between two batches: what was committed
 * stays, and the command to go on with is printed. Where an import was killed
 * and could not print it, the next one does: the change feed has the number of
 * lines that each batch committed.
 */
#include "cli/hints.h"
#include "cli/signals.h"
#include "cli/transfer.h"

#include "base/error.h"
#include "json/json.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static long
read_input(void *arg, char *into, size_t room)
{
	struct transfer *t = arg;
	ssize_t n;

	do
		n = read(t->fd, into, room);
	while (n < 0 && errno == EINTR && signals_caught() == 0);
	if (n < 0) {
		t->error = errno;
	} else {
		size_t left = sizeof(t->first) - t->first_bytes;
		size_t more = (size_t)n < left ? (size_t)n : left;

		memcpy(t->first + t->first_bytes, into, more);
		t->first_bytes += more;
	}
	return (long)n;
}

static int
import_progress(void *arg, int64_t done, int64_t total)
{
	struct transfer *t = arg;

	progress_update(&t->progress, done, total);
	return signals_caught() != 0;
}

/* The command line once more, without --skip-lines; input: instead of INPUT. */
static void
add_command(struct buf *b, const struct args *a, const char *input)
{
	size_t at = table_operand_index(a->command, "INPUT"), i;
	const struct args_option *o;

	buf_str(b, "alk import");
	for (i = a->is_file_put ? 1 : 0; i < a->operands_count; i++)
		if (i != at || input == NULL)
			hints_word(b, a->operands[i]);
	if (input != NULL)
		hints_word(b, input);
	for (i = 0; i < a->options_count; i++) {
		o = &a->options[i];
		if (strcmp(o->option->name, "skip-lines") == 0)
			continue;
		buf_printf(b, " --%s", o->option->name);
		if (o->text != NULL)
			hints_word(b, o->text);
	}
}

/* A note that ends in the command to go on with after that many lines. */
static void
note_resume(struct cli *c, const char *format, int64_t lines)
{
	struct buf b = { 0 };

	buf_printf(&b, format, (long long)lines);
	add_command(&b, &c->args, NULL);
	buf_printf(&b, " --skip-lines %lld", (long long)lines);
	if (buf_text(&b) != NULL)
		report_note(c, "%s", buf_text(&b));
	buf_fini(&b);
}

/* All of the import is one transaction. */
static bool
is_at_once(const struct transfer *t)
{
	return args_has(&t->cli->args, "atomic") || write_is_dry(t->cli) ||
	    (t->format != ALK_FORMAT_JSONL && t->format != ALK_FORMAT_CSV);
}

static void
say_how_to_resume(const struct transfer *t, int64_t lines)
{
	struct cli *c = t->cli;

	if (is_at_once(t))
		report_note(c, "nothing was changed");
	else
		note_resume(c, "%lld lines are committed; go on with: ", lines);
}

static void
print_import(struct cli *c, const alk_import_result *r)
{
	static const struct column columns[] = {
		{ "nodes", true }, { "edges", true }, { "unchanged", true },
		{ "lines", true }
	};
	struct cell cells[4];

	cells[0] = cell_number(r->nodes);
	cells[1] = cell_number(r->edges);
	cells[2] = cell_number(r->unchanged);
	cells[3] = cell_number(r->lines);
	if (!c->is_quiet || write_is_dry(c))
		output_record(&c->out, columns, 4, 0, cells);
	if (write_is_dry(c))
		report_note(c, "dry run: nothing was changed");
}

static void
fill_flags(const struct transfer *t, alk_import_options *o)
{
	const struct args *a = &t->cli->args;

	if (args_has(a, "put"))
		o->flags |= ALK_IMPORT_PUT;
	if (args_has(a, "merge"))
		o->flags |= ALK_IMPORT_MERGE;
	if (args_has(a, "strict"))
		o->flags |= ALK_IMPORT_STRICT;
	if (args_has(a, "no-edge-keys"))
		o->flags |= ALK_IMPORT_NO_EDGE_KEYS;
	if (args_has(a, "atomic") && !t->is_joined)
		o->flags |= ALK_IMPORT_ATOMIC;
	if (write_is_dry(t->cli) && !t->is_joined)
		o->flags |= ALK_IMPORT_DRY_RUN;
}

static void
fill_import(struct transfer *t, alk_import_options *o)
{
	const struct args *a = &t->cli->args;
	struct stat st;

	fill_flags(t, o);
	o->batch_rows = (size_t)args_count(a, "batch", 0);
	o->skip_lines = args_count(a, "skip-lines", 0);
	if (fstat(t->fd, &st) == 0 && S_ISREG(st.st_mode))
		o->total_bytes = st.st_size;
	o->progress = import_progress;
	o->progress_arg = t;
	o->format = t->format;
	o->create_type = args_text(a, "create");
	o->loss = transfer_loss;
	o->loss_arg = t;
}

/* ---- What helps after an import that failed ---- */

struct loads {
	const char *graph; /* id */
	int64_t end;       /* offset of the last event to look at */
	int64_t lines;     /* of the last record seen; -1 for none */
	struct json_reader reader;
};

/* An alk_row_fn for the stream "changes". */
static int
look_for_load(void *arg, const alk_row *row)
{
	struct loads *l = arg;
	yyjson_val *root, *change;
	yyjson_arr_iter at;

	if (row->number > l->end)
		return 1;
	if (strcmp(row->type, l->graph) != 0)
		return 0;
	root = json_read_own(&l->reader, row->attributes, row->attributes_bytes,
	    NULL);
	at = yyjson_arr_iter_with(yyjson_obj_get(root, "changes"));
	while ((change = yyjson_arr_iter_next(&at)) != NULL) {
		yyjson_val *lines = yyjson_obj_get(change, "lines");

		if (yyjson_equals_str(yyjson_obj_get(change, "op"), "load") &&
		    yyjson_is_int(lines))
			l->lines = yyjson_get_sint(lines);
	}
	return 0;
}

/*
 * How many lines the last import into the graph had committed at its last
 * batch; -1 if the feed has none. Looks at the newest part of the feed first.
 */
static int64_t
lines_committed(struct cli *c)
{
	struct loads l = { .lines = -1 };
	struct buf id = { 0 };
	int64_t start, part = 1000;
	alk_row row;
	int rc;

	signals_watch(c->session, false);
	rc = alk_graph_get(c->session, args_operand(&c->args, "GRAPH"), &row);
	if (rc == ALK_OK)
		buf_str(&id, row.id);
	l.graph = buf_text(&id);
	if (rc == ALK_OK && l.graph != NULL)
		rc = alk_stream_read(c->session, "changes", -1, 0, NULL, NULL,
		    &l.end);
	for (; rc == ALK_OK && l.lines < 0 && l.end > 0; l.end = start) {
		start = l.end > part ? l.end - part : 0;
		rc = alk_stream_read(c->session, "changes", start,
		    (size_t)part, look_for_load, &l, NULL);
		part *= 2;
	}
	json_reader_fini(&l.reader);
	buf_fini(&id);
	return rc == ALK_OK ? l.lines : -1;
}

/*
 * Rows that are there although this run committed none: perhaps an earlier run
 * was killed. Its lines then reach at least to the one that failed.
 */
static void
hint_exists(struct cli *c, const alk_error *err)
{
	int64_t lines = lines_committed(c);
	long long failed = 1;

	if (sscanf(err->entry, "line %lld", &failed) == 1 && lines >= failed)
		note_resume(c, "rows of an earlier run may be there: the last "
		    "import into this graph committed %lld lines; if they were "
		    "of the same input, go on with: ", lines);
	else
		report_note(c, "--put replaces rows that are there");
}

static void
hint_gzip(struct cli *c)
{
	const char *path = args_operand(&c->args, "INPUT");
	struct buf b = { 0 };

	buf_str(&b, "the input looks like gzip: zcat");
	hints_word(&b, path != NULL && strcmp(path, "-") != 0 ? path : "INPUT");
	buf_str(&b, " | ");
	add_command(&b, &c->args, "-");
	if (buf_text(&b) != NULL)
		report_note(c, "%s", buf_text(&b));
	buf_fini(&b);
}

/* The input is one JSON text over several lines, or begins as an array. */
static bool
is_one_text(const struct transfer *t)
{
	const char *s = t->first, *end = s + t->first_bytes;

	while (s < end && strchr(" \t\r\n", *s) != NULL && *s != '\0')
		s++;
	if (s == end || *s == '[')
		return s != end;
	if (*s++ != '{')
		return false;
	while (s < end && (*s == ' ' || *s == '\t' || *s == '\r'))
		s++;
	return s == end ? t->first_bytes < sizeof(t->first) : *s == '\n';
}

static void
hint_import(struct transfer *t, const alk_error *err, int64_t lines)
{
	struct cli *c = t->cli;

	if (t->first_bytes > 1 && memcmp(t->first, "\x1f\x8b", 2) == 0)
		hint_gzip(c);
	else if (err->code == ALK_JSON && t->format == ALK_FORMAT_JSONL &&
	    is_one_text(t))
		report_note(c, "one object a line, as {\"kind\":\"node\",...}: "
		    "JSON Lines; alk help import has examples, and --format "
		    "reads others");
	else if (err->code == ALK_EXISTS && t->format != ALK_FORMAT_JSONL &&
	    strstr(err->text, "an edge with key") != NULL)
		report_note(c, "--no-edge-keys leaves keys of edges aside, "
		    "which some programs repeat");
	else if (err->code == ALK_EXISTS && lines == 0 && !c->is_quiet &&
	    !args_has(&c->args, "skip-lines"))
		hint_exists(c, err);
}

static int
import_failed(struct transfer *t, const alk_import_options *o,
    const alk_import_result *result)
{
	struct cli *c = t->cli;
	alk_error err = *alk_session_error(c->session);

	if (t->error != 0 && signals_caught() == 0) {
		error_clear(&err);
		error_set(&err, ALK_IO, "cannot read the input: %s",
		    strerror(t->error));
	}
	if (signals_caught() != 0)
		err.code = ALK_CANCELLED;
	int status = report_error(c, &err);
	if (result->lines > o->skip_lines || err.code == ALK_CANCELLED)
		say_how_to_resume(t, result->lines);
	if (err.code != ALK_CANCELLED)
		hint_import(t, &err, result->lines);
	return status;
}

static int
import_from(struct transfer *t, const char *path, alk_import_result *sum)
{
	struct cli *c = t->cli;
	alk_import_options o;
	alk_import_result result;
	int rc, status;

	memset(&result, 0, sizeof(result));
	memset(&o, 0, sizeof(o));
	status = transfer_separator(c, path, &o.separator);
	if (status != EXIT_OK)
		return status;
	fill_import(t, &o);
	report_progress(c, &t->progress, "import", true);
	/* One transaction has no edge to stop at: it is cancelled. */
	signals_watch(c->session, !is_at_once(t));
	rc = alk_import(c->session, args_operand(&c->args, "GRAPH"), &o,
	    read_input, t, &result);
	progress_end(&t->progress);
	if (rc != ALK_OK)
		return import_failed(t, &o, &result);
	sum->nodes += result.nodes;
	sum->edges += result.edges;
	sum->unchanged += result.unchanged;
	sum->lines += result.lines;
	return EXIT_OK;
}

static int
import_path(struct cli *c, const char *path, bool is_joined,
    alk_import_result *sum)
{
	struct transfer t = { .cli = c, .fd = STDIN_FILENO,
		.format = transfer_format(&c->args, path),
		.is_joined = is_joined };
	int status;

	if (args_has(&c->args, "nodes") || args_has(&c->args, "edges"))
		t.format = ALK_FORMAT_CSV;
	if (path != NULL && strcmp(path, "-") != 0) {
		t.fd = open(path, O_RDONLY | O_CLOEXEC);
		if (t.fd < 0) {
			alk_error err;

			memset(&err, 0, sizeof(err));
			error_set(&err, errno == ENOENT ? ALK_NOTFOUND
			    : errno == EACCES ? ALK_DENIED : ALK_IO,
			    "cannot read %.200s: %s", path, strerror(errno));
			return report_error(c, &err);
		}
	} else if (isatty(t.fd) == 1) {
		report_note(c, "reading %s from the terminal; Ctrl-D ends it",
		    t.format == ALK_FORMAT_JSONL ? "JSON Lines" :
		    args_text(&c->args, "format"));
	}
	status = import_from(&t, path, sum);
	if (t.fd != STDIN_FILENO)
		close(t.fd);
	return status;
}

/* ---- Several files ---- */

#define FILES_MAX 256

struct files {
	struct cli *cli;
	const char *paths[2 * FILES_MAX]; /* of nodes, then of edges */
	size_t count;
	bool is_joined;
	int status;
	alk_import_result sum;
};

/* An alk_work_fn. */
static int
import_files(alk_session *s, void *arg)
{
	struct files *f = arg;

	(void)s;
	memset(&f->sum, 0, sizeof(f->sum));
	f->status = EXIT_OK;
	for (size_t i = 0; i < f->count && f->status == EXIT_OK; i++) {
		f->status = import_path(f->cli, f->paths[i], f->is_joined,
		    &f->sum);
		if (f->status != EXIT_OK)
			report_note(f->cli, "%s: the file was %s", f->paths[i],
			    f->is_joined || i == 0 ? "not read" : "not read, "
			    "those before it were");
	}
	return f->status == EXIT_OK ? ALK_OK : 1;
}

static int
run_files(struct cli *c)
{
	struct files f = { .cli = c };
	size_t edges;
	int rc;

	if (args_operand(&c->args, "INPUT") != NULL)
		return report_usage(c, "INPUT is left out with --nodes and "
		    "--edges");
	if (args_has(&c->args, "skip-lines"))
		return report_usage(c, "--skip-lines goes with one INPUT");
	f.count = args_list(&c->args, "nodes", f.paths, FILES_MAX);
	if (f.count <= FILES_MAX) {
		edges = args_list(&c->args, "edges", f.paths + f.count,
		    FILES_MAX);
		f.count = edges > FILES_MAX ? edges : f.count + edges;
	}
	if (f.count > 2 * FILES_MAX)
		return report_usage(c, "at most %d files", FILES_MAX);
	f.is_joined = args_has(&c->args, "atomic") || write_is_dry(c);
	if (!f.is_joined) {
		(void)import_files(c->session, &f);
	} else {
		rc = alk_transact(c->session, write_is_dry(c) ?
		    ALK_TX_DRY_RUN : 0, import_files, &f);
		if (rc != ALK_OK && f.status == EXIT_OK)
			return report_session(c);
	}
	if (f.status == EXIT_OK)
		print_import(c, &f.sum);
	return f.status;
}

static int
run_import(struct cli *c)
{
	alk_import_result sum;
	int status;

	if (args_has(&c->args, "put") && args_has(&c->args, "merge"))
		return report_usage(c, "--put and --merge exclude each other");
	if (args_has(&c->args, "nodes") || args_has(&c->args, "edges"))
		return run_files(c);
	memset(&sum, 0, sizeof(sum));
	status = import_path(c, args_operand(&c->args, "INPUT"), false, &sum);
	if (status == EXIT_OK)
		print_import(c, &sum);
	return status;
}

static const struct option import_options[] = {
	{ "put", 0, OPTION_FLAG, NULL, false,
	  "replace rows that are found, instead of refusing them" },
	{ "merge", 0, OPTION_FLAG, NULL, false,
	  "put attributes over those of rows that are found, and make nodes "
	  "that edges miss" },
	{ "format", 'f', OPTION_CHOICE, TRANSFER_FORMATS, false,
	  "what INPUT is; else its name tells (.jsonl, .json, .graphml, .gexf, "
	  ".csv), else jsonl" },
	{ "nodes", 0, OPTION_TEXT, "PATH", true,
	  "nodes as CSV, instead of INPUT; may be given several times" },
	{ "edges", 0, OPTION_TEXT, "PATH", true,
	  "edges as CSV, read after the nodes" },
	{ "separator", 0, OPTION_TEXT, "CHAR", false,
	  "between fields of CSV: ',' (a tab for .tsv)" },
	{ "no-edge-keys", 0, OPTION_FLAG, NULL, false,
	  "do not take keys of edges: others repeat them" },
	{ "create", 0, OPTION_TEXT, "TYPE", false,
	  "make the graph if it is not there, of this graph type" },
	{ "strict", 0, OPTION_FLAG, NULL, false,
	  "fail where something of INPUT would be lost" },
	{ "atomic", 0, OPTION_FLAG, NULL, false,
	  "one transaction for all, instead of one a batch" },
	{ "batch", 0, OPTION_NUMBER, "N", false, "rows a transaction; 10000" },
	{ "skip-lines", 0, OPTION_COUNT, "N", false,
	  "go on: lines that an earlier run committed" },
	{ "dry-run", 'n', OPTION_FLAG, NULL, false,
	  "check all of it in one transaction, then undo it" },
	OPTION_END
};
static const char *const import_examples[] = {
	"alk import work.db plan plan.jsonl",
	"zcat plan.jsonl.gz | alk import work.db plan --put",
	"alk import work.db web --nodes n.csv --edges e.csv --create web",
	NULL
};
const struct command cmd_import[] = {
	{ "import", "FILE GRAPH [INPUT]", "read nodes and edges into a graph",
	  "INPUT is standard input if left out or -. JSON Lines have one "
	  "object a line, nodes before the edges that join them. Each row is "
	  "checked like any write, and each batch of lines is one "
	  "transaction: after an error or Ctrl-C, what earlier batches "
	  "committed stays, and the command to go on with is printed. After a "
	  "crash the next run prints it, when it meets the rows that are "
	  "there. So it is with CSV. The other formats are one transaction: "
	  "all of the file or nothing.\n\n"
	  "What the store has no place for is told, by kind, on standard "
	  "error; with --strict it is an error.\n\n"
	  "--put finds a node by its key, an edge by its key or id or, where "
	  "the graph type allows one edge of a type between two nodes, by its "
	  "ends. Where it allows parallel edges, an edge with neither key nor "
	  "id cannot be found, and each run creates it again. A line with "
	  "\"by\", the name of a unique index of its type, is the row that has "
	  "these values there, whatever its key: with --put or --merge. Where "
	  "there is none it is made, with the key of the line.\n\n"
	  "A node and an edge:\n\n"
	  "  {\"kind\":\"node\",\"key\":\"t1\","
	  "\"attributes\":{\"name\":\"dig\"}}\n"
	  "  {\"kind\":\"edge\",\"source\":\"t1\",\"target\":\"t2\"}",
	  import_examples, import_options, ACCESS_WRITE, false, run_import },
	COMMAND_END
};
