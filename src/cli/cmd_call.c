/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * alk call: ingest, abort, get, list, down, up, stats: graphs of calls, from
 * the events of the call protocol.
 */
#include "cli/cli.h"
#include "cli/signals.h"

#include "base/error.h"
#include "base/instant.h"
#include "json/push.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* ---- ingest: the input ---- */

#define LOOK_AHEAD 4096

/* JSON Lines, or one JSON array: the first byte that is not blank says. */
struct source {
	struct cli *cli;
	int fd;
	int error; /* errno, or 0 */
	char ahead[LOOK_AHEAD];
	size_t ahead_bytes;
	size_t ahead_at;
};

static long
read_some(struct source *from, char *into, size_t room)
{
	ssize_t n;

	do
		n = read(from->fd, into, room);
	while (n < 0 && errno == EINTR && signals_caught() == 0);
	if (n < 0)
		from->error = errno;
	return (long)n;
}

/* An alk_read_fn. */
static long
give(void *arg, char *into, size_t room)
{
	struct source *from = arg;
	size_t left = from->ahead_bytes - from->ahead_at;

	if (left == 0)
		return read_some(from, into, room);
	if (left > room)
		left = room;
	memcpy(into, from->ahead + from->ahead_at, left);
	from->ahead_at += left;
	return (long)left;
}

static bool
is_array(struct source *from)
{
	long n = read_some(from, from->ahead, sizeof(from->ahead));

	from->ahead_bytes = n > 0 ? (size_t)n : 0;
	for (size_t i = 0; i < from->ahead_bytes; i++)
		if (strchr(" \t\r\n", from->ahead[i]) == NULL)
			return from->ahead[i] == '[';
	return false;
}

static int
read_all(struct source *from, struct buf *b, alk_error *err)
{
	for (;;) {
		if (!buf_reserve(b, 65536))
			return error_nomem(err);
		long n = give(from, b->data + b->bytes, 65536);
		if (n < 0)
			return error_set(err, ALK_IO, "cannot read: %s",
			    strerror(from->error));
		if (n == 0)
			return ALK_OK;
		b->bytes += (size_t)n;
		if (b->bytes > INPUT_BYTES_MAX)
			return error_set(err, ALK_LIMIT, "an array may have "
			    "%zu bytes; more may come as JSON Lines",
			    INPUT_BYTES_MAX);
	}
}

/* ---- ingest: what is told ---- */

static const struct column told_columns[] = { { "index", true },
	{ "type", false }, { "requestId", false }, { "outcome", false },
	{ "why", false } };

static int
show_told(void *arg, const alk_call_told *t)
{
	static const char *const outcomes[] = { "", "applied", "duplicate",
		"late", "waiting", "differs", "foreign" };
	struct source *from = arg;
	struct cell cells[5];

	cells[0] = cell_number(t->index);
	cells[1] = cell_text(t->type);
	cells[2] = cell_text(t->request);
	cells[3] = cell_text(outcomes[t->outcome]);
	cells[4] = cell_text(t->why);
	return output_row(&from->cli->out, cells, NULL, 0);
}

static void
print_result(struct cli *c, const alk_call_result *r)
{
	static const struct column columns[] = { { "applied", true },
		{ "duplicate", true }, { "late", true }, { "waiting", true },
		{ "differing", true }, { "foreign", true }, { "calls", true },
		{ "edges", true }, { "aborted", true }, { "rev", true } };
	const size_t counts[] = { r->applied, r->duplicate, r->late,
		r->waiting, r->differing, r->foreign, r->calls, r->edges,
		r->aborted };
	struct cell cells[10];

	for (size_t i = 0; i < 9; i++)
		cells[i] = cell_number((int64_t)counts[i]);
	cells[9] = cell_number(r->rev);
	if (!c->is_quiet || write_is_dry(c))
		output_record(&c->out, columns, 10, 0, cells);
}

static int
ingest(struct source *from, const alk_call_options *o, alk_call_result *r)
{
	struct cli *c = from->cli;
	const char *graph = args_operand(&c->args, "GRAPH");
	alk_error err = { 0 };
	struct buf b = { 0 };

	if (!is_array(from)) {
		if (alk_call_import(c->session, graph, o, give, from, r) ==
		    ALK_OK)
			return EXIT_OK;
		int status = report_session(c);
		if (r->lines > 0 && !write_is_dry(c))
			report_note(c, "%lld lines are committed; all of the "
			    "input may be read again", (long long)r->lines);
		return status;
	}
	int rc = read_all(from, &b, &err);
	int status = rc != ALK_OK ? report_error(c, &err) : EXIT_OK;
	if (rc == ALK_OK && alk_call_ingest(c->session, graph, b.data, b.bytes,
		o, r) != ALK_OK)
		status = report_session(c);
	buf_fini(&b);
	return status;
}

static int
run_ingest(struct cli *c)
{
	const struct args *a = &c->args;
	const char *path = args_operand(a, "INPUT");
	struct source from = { .cli = c, .fd = STDIN_FILENO };
	bool tells_each = args_has(a, "each");
	alk_call_options o = { .batch_events =
	    (size_t)args_count(a, "batch", 0), .arg = &from,
		.fn = tells_each ? show_told : NULL,
		.flags = (args_has(a, "stamp") ? ALK_CALL_STAMP : 0) |
		    (write_is_dry(c) ? ALK_TX_DRY_RUN : 0) };
	alk_call_result r = { 0 };
	alk_error err = { 0 };

	if (path != NULL && strcmp(path, "-") != 0) {
		from.fd = open(path, O_RDONLY | O_CLOEXEC);
		if (from.fd < 0) {
			error_set(&err, errno == ENOENT ? ALK_NOTFOUND :
			    ALK_IO, "cannot read %.200s: %s", path,
			    strerror(errno));
			return report_error(c, &err);
		}
	}
	if (tells_each)
		output_list(&c->out, told_columns, 5, 2);
	int status = ingest(&from, &o, &r);
	if (status == EXIT_OK && tells_each)
		output_list_end(&c->out);
	else if (status == EXIT_OK)
		print_result(c, &r);
	if (status == EXIT_OK && write_is_dry(c))
		report_note(c, "dry run: nothing was changed");
	if (from.fd != STDIN_FILENO)
		close(from.fd);
	return status;
}

/* ---- abort ---- */

static int
work_abort(alk_session *s, void *arg)
{
	struct cli *c = arg;
	alk_call_result r;

	return alk_call_abort(s, args_operand(&c->args, "GRAPH"),
	    args_operand(&c->args, "CALL"), &r);
}

static int
run_abort(struct cli *c)
{
	alk_call_result r;

	if (write_is_dry(c))
		return write_run(c, work_abort, c, NULL);
	if (alk_call_abort(c->session, args_operand(&c->args, "GRAPH"),
		args_operand(&c->args, "CALL"), &r) != ALK_OK)
		return report_session(c);
	print_result(c, &r);
	return EXIT_OK;
}

/* ---- showing calls ---- */

#define COLUMNS 9

static const struct column columns[COLUMNS] = { { "hops", true },
	{ "requestId", false }, { "operationId", false }, { "status", false },
	{ "parentRequestId", false }, { "startedAt", false },
	{ "durationMs", true }, { "deadline", false }, { "error", false } };

struct listing {
	struct cli *cli;
	size_t first; /* column: 0 with the hops, 1 without */
	size_t limit;
	size_t seen;
	struct buf json;
};

static struct cell
time_cell(int64_t ms, char text[INSTANT_TEXT])
{
	if (ms == 0)
		return cell_text(NULL);
	instant_write(ms, text);
	return cell_text(text);
}

/* The attributes, and what is made of them. */
static const char *
call_json(struct listing *l, const alk_call *call, size_t *bytes)
{
	struct json_out o = { .out = &l->json };

	buf_clear(&l->json);
	json_out_begin_object(&o);
	if (l->first == 0)
		json_out_member_int(&o, "hops", call->hops);
	json_out_splice(&o, call->attributes, call->attributes_bytes);
	if (call->duration_ms >= 0)
		json_out_member_int(&o, "durationMs", call->duration_ms);
	json_out_key(&o, "isOverdue");
	json_out_bool(&o, call->is_overdue != 0);
	json_out_end_object(&o);
	*bytes = l->json.bytes;
	l->cli->out.is_nomem |= l->json.failed;
	return buf_text(&l->json);
}

static void
make_cells(struct cell cells[COLUMNS], const alk_call *call,
    char started[INSTANT_TEXT], char deadline[INSTANT_TEXT])
{
	cells[0] = cell_number(call->hops);
	cells[1] = cell_text(call->request);
	cells[2] = cell_text(call->operation);
	cells[3] = cell_text(call->status);
	cells[4] = cell_text(call->parent);
	cells[5] = time_cell(call->started_ms, started);
	cells[6] = call->duration_ms >= 0 ? cell_number(call->duration_ms) :
					    cell_text(NULL);
	cells[7] = time_cell(call->deadline_ms, deadline);
	cells[8] = cell_text(call->error);
}

static int
show(void *arg, const alk_call *call)
{
	struct listing *l = arg;
	struct cell cells[COLUMNS];
	char started[INSTANT_TEXT];
	char deadline[INSTANT_TEXT];
	size_t bytes;
	const char *json = call_json(l, call, &bytes);

	make_cells(cells, call, started, deadline);
	return output_row(&l->cli->out, cells + l->first, json, bytes) != 0 ||
	    ++l->seen == l->limit;
}

static int
show_one(void *arg, const alk_call *call)
{
	struct listing *l = arg;
	struct cell cells[COLUMNS];
	char started[INSTANT_TEXT];
	char deadline[INSTANT_TEXT];
	enum format f = l->cli->out.format;
	size_t bytes;
	const char *json = call_json(l, call, &bytes);

	make_cells(cells, call, started, deadline);
	if (f == FORMAT_JSON || f == FORMAT_JSONL)
		output_object(&l->cli->out, json != NULL ? json : "{}", bytes,
		    "requestId", false);
	else
		output_record(&l->cli->out, columns + 1, COLUMNS - 1, 0,
		    cells + 1);
	return 0;
}

static void
listing_start(struct listing *l, struct cli *c, bool has_hops)
{
	*l = (struct listing){ .cli = c, .first = has_hops ? 0 : 1,
		.limit = (size_t)args_count(&c->args, "limit", 0) };
	output_list(&c->out, columns + l->first, COLUMNS - l->first,
	    has_hops ? 1 : 0);
}

static int
listing_end(struct listing *l, int rc)
{
	buf_fini(&l->json);
	if (rc != ALK_OK)
		return report_session(l->cli);
	output_list_end(&l->cli->out);
	return EXIT_OK;
}

/* ---- get, list, down, up, stats ---- */

static int
run_get(struct cli *c)
{
	struct listing l = { .cli = c, .first = 1 };
	int rc = alk_call_get(c->session, args_operand(&c->args, "GRAPH"),
	    args_operand(&c->args, "CALL"), show_one, &l);

	buf_fini(&l.json);
	return rc == ALK_OK ? EXIT_OK : report_session(c);
}

static int
run_list(struct cli *c)
{
	const struct args *a = &c->args;
	struct listing l;
	alk_page page = { 0 };
	alk_call_query q = { .status = args_text(a, "status"),
		.operation = args_text(a, "operation"),
		.is_root = args_has(a, "root"),
		.is_overdue = args_has(a, "overdue"),
		.stuck_ms = args_count(a, "stuck", 0) * 1000,
		.cursor = args_text(a, "cursor") };

	if (q.stuck_ms < 0 || args_count(a, "stuck", 0) > INT64_MAX / 1000)
		return report_usage(c, "--stuck is too long");
	listing_start(&l, c, false);
	q.limit = l.limit;
	l.limit = 0;
	int status = listing_end(&l, alk_call_list(c->session,
	    args_operand(a, "GRAPH"), &q, show, &l, &page));
	if (status == EXIT_OK && page.cursor != NULL)
		report_note(c, "there may be more: --cursor %s", page.cursor);
	return status;
}

static int
run_lineage(struct cli *c, int direction)
{
	int64_t depth = args_count(&c->args, "depth", INT64_MAX);
	struct listing l;

	listing_start(&l, c, true);
	return listing_end(&l, alk_call_lineage(c->session,
	    args_operand(&c->args, "GRAPH"), args_operand(&c->args, "CALL"),
	    direction, depth == INT64_MAX ? 0 : (size_t)depth, show, &l));
}

static int
run_down(struct cli *c)
{
	return run_lineage(c, ALK_OUT);
}

static int
run_up(struct cli *c)
{
	return run_lineage(c, ALK_IN);
}

static int
run_stats(struct cli *c)
{
	static const struct column info[] = { { "calls", true },
		{ "pending", true }, { "running", true },
		{ "completed", true }, { "failed", true }, { "aborted", true },
		{ "overdue", true }, { "waitingParents", true },
		{ "waitingOutcomes", true }, { "oldestOpen", false } };
	char oldest[INSTANT_TEXT];
	struct cell cells[10];
	alk_call_stats st;

	if (alk_call_stats_get(c->session, args_operand(&c->args, "GRAPH"),
		&st) != ALK_OK)
		return report_session(c);
	const int64_t counts[] = { st.calls, st.pending, st.running,
		st.completed, st.failed, st.aborted, st.overdue,
		st.waiting_parents, st.waiting_outcomes };
	for (size_t i = 0; i < 9; i++)
		cells[i] = cell_number(counts[i]);
	cells[9] = time_cell(st.oldest_open_ms, oldest);
	output_record(&c->out, info, 10, 0, cells);
	return EXIT_OK;
}

/* ---- the table ---- */

static const struct option ingest_options[] = {
	{ "stamp", 0, OPTION_FLAG, NULL, false,
	  "events without timestamp get the time of now" },
	{ "each", 0, OPTION_FLAG, NULL, false,
	  "print what became of each event, instead of the counts" },
	{ "batch", 0, OPTION_NUMBER, "N", false,
	  "lines a transaction; 1000" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option abort_options[] = { OPTION_DRY_RUN, OPTION_END };
static const struct option list_options[] = {
	{ "status", 's', OPTION_CHOICE,
	  "pending|running|completed|failed|aborted|open|ended", false,
	  "only those; open: pending or running; ended: the others" },
	{ "operation", 0, OPTION_TEXT, "ID", false,
	  "only calls of this operation" },
	{ "root", 0, OPTION_FLAG, NULL, false,
	  "only those that no call has made" },
	{ "overdue", 0, OPTION_FLAG, NULL, false,
	  "only open ones whose deadline is past" },
	{ "stuck", 0, OPTION_NUMBER, "S", false,
	  "only those that are open for so many seconds" },
	{ "limit", 0, OPTION_NUMBER, "N", false, "calls at most; 1000" },
	{ "cursor", 0, OPTION_TEXT, "CURSOR", false,
	  "go on where a page ended" },
	OPTION_END
};
static const struct option lineage_options[] = {
	{ "depth", 'd', OPTION_BOUND, "N|all", false, "so far at most; all" },
	{ "limit", 0, OPTION_NUMBER, "N", false, "calls at most" },
	OPTION_END
};

static const char *const ingest_examples[] = {
	"alk call ingest work.db calls events.jsonl",
	"tail -f events.jsonl | alk call ingest work.db calls - --batch 1",
	"alk call ingest work.db calls events.jsonl --each --dry-run",
	NULL
};
static const char *const abort_examples[] = {
	"alk call abort work.db calls r1",
	"alk call abort work.db calls r1 --dry-run",
	NULL
};
static const char *const get_examples[] = {
	"alk call get work.db calls r1",
	"alk call get work.db calls r1 --json",
	NULL
};
static const char *const list_examples[] = {
	"alk call list work.db calls --status open",
	"alk call list work.db calls --overdue -o id",
	"alk call list work.db calls --root --status failed --json",
	NULL
};
static const char *const down_examples[] = {
	"alk call down work.db calls r1",
	"alk call down work.db calls r1 --depth 1 --json",
	NULL
};
static const char *const up_examples[] = {
	"alk call up work.db calls r7",
	"alk call up work.db calls r7 --depth 1 -o id",
	NULL
};
static const char *const stats_examples[] = {
	"alk call stats work.db calls",
	"alk call stats work.db calls --json",
	NULL
};

const struct command cmd_call[] = {
	{ "call ingest", "FILE GRAPH [INPUT]",
	  "apply events of the call protocol to a call graph",
	  "INPUT holds JSON Lines, an event each, or one JSON array; standard "
	  "input if left out or -. Lines are applied a batch a transaction, "
	  "an array as one. The same events may come again, and in another "
	  "order.\n\n"
	  "An event:\n\n"
	  "  {\"type\":\"call.requested\",\"id\":\"r2\",\n"
	  "  \"payload\":{\"operationId\":\"read\","
	  "\"parentRequestId\":\"r1\"}}\n"
	  "  {\"type\":\"call.responded\",\"requestId\":\"r2\","
	  "\"output\":[1,2]}",
	  ingest_examples, ingest_options, ACCESS_WRITE, false, run_ingest },
	{ "call abort", "FILE GRAPH CALL",
	  "abort a call with all that it has made",
	  "Calls that have ended stay as they are. Exit 5 where CALL itself "
	  "has ended otherwise.",
	  abort_examples, abort_options, ACCESS_WRITE, false, run_abort },
	{ "call get", "FILE GRAPH CALL", "show a call", NULL,
	  get_examples, NULL, ACCESS_READ, false, run_get },
	{ "call list", "FILE GRAPH", "list calls by what became of them",
	  "In the order in which they were requested. durationMs is until now "
	  "where a call has not ended.",
	  list_examples, list_options, ACCESS_READ, false, run_list },
	{ "call down", "FILE GRAPH CALL", "list the calls that a call has made",
	  "Directly or not, the nearest first.",
	  down_examples, lineage_options, ACCESS_READ, false, run_down },
	{ "call up", "FILE GRAPH CALL", "list the calls that led to a call",
	  "Its parent first.",
	  up_examples, lineage_options, ACCESS_READ, false, run_up },
	{ "call stats", "FILE GRAPH", "count calls by what became of them",
	  "waitingParents counts the calls whose parent was not requested "
	  "yet, waitingOutcomes what came of such calls.",
	  stats_examples, NULL, ACCESS_READ, false, run_stats },
	COMMAND_END
};
