/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * alk queue: add, done, retry, fail, extend, cancel, get, list, result, sweep;
 * the rows of the rest, whose handlers are in queue_rows.c, queue_info.c and
 * queue_take.c.
 */
#include "cli/jobs.h"

#include <string.h>

#define TAGS_MAX 32

struct work {
	struct cli *cli;
	const char *queue;
	const char *worker;
	const char *text;  /* payload, error or result */
	size_t bytes;
	int64_t id;
	int64_t number;    /* of seconds, or of jobs */
	const char *tags[TAGS_MAX];
	size_t tags_count;
	struct jobs list;
};

/* ---- add ---- */

static int
work_add(alk_session *s, void *arg)
{
	struct work *w = arg;
	const struct args *a = &w->cli->args;
	alk_job_new j = { .queue = w->queue, .payload = w->text,
		.bytes = w->bytes,
		.priority = args_count(a, "priority", 0),
		.max_attempts = args_count(a, "attempts", 0),
		.delay_s = args_count(a, "delay", 0),
		.run_at = args_count(a, "at", 0),
		.expires_s = args_count(a, "expires", 0),
		.delay_ms = args_count(a, "delay-ms", 0),
		.key = args_text(a, "key"), .unique = args_text(a, "unique"),
		.unique_ms = args_count(a, "unique-ms", 0),
		.replaces = args_has(a, "replace"), .tags = w->tags,
		.tags_count = w->tags_count,
		.metadata = args_text(a, "metadata"),
		.batch = args_count(a, "batch", 0) };

	if (j.unique_ms != 0)
		j.unique_scope = ALK_UNIQUE_WINDOW;
	return alk_queue_enqueue(s, &j, 1, &w->id);
}

static void
print_added(struct cli *c, struct work *w)
{
	static const struct column columns[] = { { "id", true },
		{ "queue", false }, { "payload", false } };
	struct cell cells[3];

	cells[0] = write_is_dry(c) ? cell_text(NULL) : cell_number(w->id);
	cells[1] = cell_text(w->queue);
	cells[2] = jobs_payload(&w->list.reader, w->text, w->bytes);
	if (!c->is_quiet || write_is_dry(c))
		output_record(&c->out, columns, 3, 0, cells);
	if (write_is_dry(c))
		report_note(c, "dry run: nothing was changed");
	json_reader_fini(&w->list.reader);
}

static int
run_add(struct cli *c)
{
	struct work w = { .cli = c, .queue = args_operand(&c->args, "QUEUE") };
	struct buf input = { 0 };
	alk_error err = { 0 };
	int status = EXIT_OK;

	if (args_has(&c->args, "delay") && args_has(&c->args, "at"))
		return report_usage(c, "--delay or --at, not both");
	w.tags_count = args_list(&c->args, "tag", w.tags, TAGS_MAX);
	if (w.tags_count > TAGS_MAX)
		return report_usage(c, "--tag: at most %d", TAGS_MAX);
	if (input_operand(args_operand(&c->args, "PAYLOAD"), &input, &w.text,
	    &w.bytes, &err) != ALK_OK)
		return report_error(c, &err);
	if (alk_transact(c->session, write_is_dry(c) ? ALK_TX_DRY_RUN : 0,
	    work_add, &w) != ALK_OK)
		status = report_session(c);
	else
		print_added(c, &w);
	buf_fini(&input);
	return status;
}

/* ---- one job ---- */

static int
work_done(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_job_complete(s, w->id, w->worker, w->text, w->bytes,
	    args_count(&w->cli->args, "keep", 0));
}

static int
work_retry(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_job_retry(s, w->id, w->worker,
	    args_count(&w->cli->args, "delay", 0), w->text);
}

static int
work_fail(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_job_fail(s, w->id, w->worker, w->text);
}

static int
work_extend(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_job_extend(s, w->id, w->worker, w->number);
}

static int
work_cancel(alk_session *s, void *arg)
{
	return alk_job_cancel(s, ((struct work *)arg)->id);
}

static int
work_cancel_tagged(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_job_cancel_tagged(s, w->queue, w->text, &w->number);
}

static int
run_on_job(struct cli *c, alk_work_fn work, const char *text)
{
	struct work w = { .cli = c, .text = text, .bytes = ALK_NUL };
	int status = jobs_number(c, "ID", 1, &w.id);

	if (table_operand_index(c->args.command, "WORKER") != ALK_NUL)
		w.worker = args_operand(&c->args, "WORKER");
	if (status == EXIT_OK && work == work_extend)
		status = jobs_number(c, "SECONDS", 1, &w.number);
	return status == EXIT_OK ? write_plain(c, work, &w) : status;
}

static int
run_done(struct cli *c)
{
	return run_on_job(c, work_done, args_text(&c->args, "result"));
}

static int
run_retry(struct cli *c)
{
	return run_on_job(c, work_retry, args_operand(&c->args, "ERROR"));
}

static int
run_fail(struct cli *c)
{
	return run_on_job(c, work_fail, args_operand(&c->args, "ERROR"));
}

static int
run_extend(struct cli *c)
{
	return run_on_job(c, work_extend, NULL);
}

static int
cancel_tagged(struct cli *c)
{
	struct work w = { .cli = c, .queue = args_text(&c->args, "queue"),
		.text = args_text(&c->args, "tag") };
	int status = write_plain(c, work_cancel_tagged, &w);

	if (status == EXIT_OK && !c->is_quiet)
		output_count(&c->out, "cancelled", w.number);
	return status;
}

static int
run_cancel(struct cli *c)
{
	const struct args *a = &c->args;

	if ((args_operand(a, "ID") != NULL) == args_has(a, "tag"))
		return report_usage(c, "ID or --tag, one of them");
	if (args_has(a, "queue") && !args_has(a, "tag"))
		return report_usage(c, "--queue is for --tag");
	return args_has(a, "tag") ? cancel_tagged(c) :
	    run_on_job(c, work_cancel, NULL);
}

/* ---- looking ---- */

static int
run_get(struct cli *c)
{
	struct jobs l;
	int64_t id = 0;
	int status = jobs_number(c, "ID", 1, &id);

	if (status != EXIT_OK)
		return status;
	jobs_start(&l, c);
	return jobs_end(&l, alk_job_get(c->session, id, jobs_show, &l));
}

static int
run_list(struct cli *c)
{
	const struct args *a = &c->args;
	const char *queue = args_operand(a, "QUEUE");
	const char *tag = args_text(a, "tag");
	int64_t after = args_count(a, "after", 0);
	int64_t limit = args_count(a, "limit", 1000);
	struct jobs l;

	jobs_start(&l, c);
	int status = jobs_end(&l, tag != NULL ? alk_job_find(c->session,
	    queue, tag, after, (size_t)limit, jobs_show, &l) :
	    alk_queue_list(c->session, queue, after, (size_t)limit, jobs_show,
		&l));
	if (status == EXIT_OK)
		jobs_note_more(&l, limit);
	return status;
}

static int
run_result(struct cli *c)
{
	const char *text;
	size_t bytes;
	int64_t id = 0;
	int status = jobs_number(c, "ID", 1, &id);

	if (status != EXIT_OK)
		return status;
	if (alk_result_get(c->session, id, &text, &bytes) != ALK_OK)
		return report_session(c);
	output_text(&c->out, text, bytes);
	output_text(&c->out, "\n", 1);
	return EXIT_OK;
}

static int
work_sweep(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_queue_sweep(s, w->queue, &w->number);
}

static int
run_sweep(struct cli *c)
{
	struct work w = { .cli = c, .queue = args_operand(&c->args, "QUEUE") };
	int status = write_plain(c, work_sweep, &w);

	if (status == EXIT_OK && !c->is_quiet)
		output_count(&c->out, "swept", w.number);
	return status;
}

/* ---- the table ---- */

static const struct option add_options[] = {
	{ "priority", 'p', OPTION_COUNT, "N", false,
	  "higher ones come first; 0" },
	{ "attempts", 0, OPTION_NUMBER, "N", false, "attempts at most; 3" },
	{ "delay", 'd', OPTION_COUNT, "S", false, "seconds until it is due" },
	{ "at", 0, OPTION_NUMBER, "T", false,
	  "when it is due, in Unix seconds" },
	{ "expires", 0, OPTION_NUMBER, "S", false,
	  "seconds after which nobody may take it any more" },
	{ "delay-ms", 0, OPTION_NUMBER, "MS", false,
	  "milliseconds until it is due" },
	{ "key", 'k', OPTION_TEXT, "KEY", false,
	  "jobs of one key run so many at once as queue set --key-jobs says" },
	{ "unique", 'u', OPTION_TEXT, "NAME", false,
	  "nothing is added where the queue has a job by that name" },
	{ "unique-ms", 0, OPTION_NUMBER, "MS", false,
	  "the name is taken so long; else until the job has ended" },
	{ "replace", 0, OPTION_FLAG, NULL, false,
	  "the other job of that name gets this payload, if it still waits" },
	{ "tag", 't', OPTION_TEXT, "TAG", true,
	  "a tag of the job; may be given several times" },
	{ "metadata", 'm', OPTION_TEXT, "TEXT", false,
	  "kept with the job and shown by queue info" },
	{ "batch", 'b', OPTION_NUMBER, "ID", false,
	  "an open batch that it belongs to" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option take_options[] = {
	{ "limit", 0, OPTION_NUMBER, "N", false,
	  "jobs at most; 1, with --exec no limit" },
	{ "timeout", 't', OPTION_NUMBER, "S", false,
	  "how long the claim holds; 300" },
	{ "wait", 'w', OPTION_NUMBER, "MS", false,
	  "wait so long for a job" },
	{ "also", 'a', OPTION_TEXT, "QUEUE[=N]", true,
	  "take jobs of this queue too, with weight N; 1" },
	{ "weight", 0, OPTION_NUMBER, "N", false,
	  "with --also: of QUEUE itself; 1" },
	{ "strict", 0, OPTION_FLAG, NULL, false,
	  "with --also: what an earlier queue has comes first" },
	{ "exec", 'x', OPTION_TEXT, "CMD", false,
	  "run CMD for each job, and answer it by its exit status" },
	{ "run-timeout", 0, OPTION_NUMBER, "S", false,
	  "with --exec: end a CMD that runs for so long" },
	{ "delay", 'd', OPTION_COUNT, "S", false,
	  "with --exec: seconds until one that failed is due again; 0" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option done_options[] = {
	{ "result", 0, OPTION_TEXT, "TEXT", false,
	  "kept for alk queue result" },
	{ "keep", 0, OPTION_NUMBER, "S", false,
	  "how long the result is kept; for ever" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option retry_options[] = {
	{ "delay", 'd', OPTION_COUNT, "S", false,
	  "seconds until it is due again; 0" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option dry_options[] = { OPTION_DRY_RUN, OPTION_END };
static const struct option cancel_options[] = {
	{ "tag", 't', OPTION_TEXT, "TAG", false,
	  "all jobs that have this tag" },
	{ "queue", 0, OPTION_TEXT, "QUEUE", false,
	  "with --tag: only those of a queue" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option drain_options[] = {
	OPTION_YES, OPTION_DRY_RUN, OPTION_END
};
static const struct option history_options[] = {
	{ "before", 0, OPTION_NUMBER, "MS", false,
	  "only those that ended before, in Unix milliseconds" },
	{ "before-id", 0, OPTION_NUMBER, "ID", false,
	  "with --before: of those that ended then, only lower ids" },
	{ "limit", 0, OPTION_NUMBER, "N", false, "jobs at most; 1000" },
	OPTION_END
};
static const struct option forget_options[] = {
	{ "older", 0, OPTION_COUNT, "S", false,
	  "those that ended more than S seconds ago, whatever the settings; "
	  "0: all" },
	{ "results", 0, OPTION_FLAG, NULL, false,
	  "instead, results of queue done whose --keep is over" },
	OPTION_YES, OPTION_DRY_RUN, OPTION_END
};
static const struct option list_options[] = {
	{ "tag", 't', OPTION_TEXT, "TAG", false,
	  "only jobs that have this tag" },
	{ "after", 0, OPTION_COUNT, "ID", false,
	  "only jobs with a higher id; 0" },
	{ "limit", 0, OPTION_NUMBER, "N", false, "jobs at most; 1000" },
	OPTION_END
};
static const struct option stats_options[] = {
	{ "prometheus", 0, OPTION_FLAG, NULL, false,
	  "in the text format of Prometheus" },
	OPTION_END
};
static const struct option set_options[] = {
	{ "depth", 0, OPTION_COUNT, "N", false,
	  "jobs that it holds at most; 0: no limit" },
	{ "payload-bytes", 0, OPTION_COUNT, "N", false,
	  "bytes of a payload at most; 0: no limit" },
	{ "rate", 0, OPTION_COUNT, "N", false,
	  "claims at most in the time of --per; 0: no limit" },
	{ "per", 0, OPTION_NUMBER, "MS", false,
	  "milliseconds that --rate counts in; 1000" },
	{ "key-jobs", 0, OPTION_COUNT, "N", false,
	  "jobs of one key at once; 1: first in, first out; 0: no limit" },
	{ "history", 0, OPTION_COUNT, "S", false,
	  "seconds that completed jobs are kept; 0: not" },
	{ "metrics", 0, OPTION_CHOICE, "on|off", false,
	  "count totals and times" },
	{ "events", 0, OPTION_CHOICE, "on|off", false,
	  "notify what becomes of its jobs: event listen queue:QUEUE" },
	OPTION_DRY_RUN, OPTION_END
};

static const char *const add_examples[] = {
	"alk queue add work.db mail '{\"to\":\"ada@example.org\"}'",
	"alk queue add work.db mail - --delay 60 --attempts 5 < mail.json",
	NULL
};
static const char *const take_examples[] = {
	"alk queue take work.db mail worker-1 -o jsonl",
	"alk queue take work.db mail worker-1 --wait 60000 --exec ./send",
	"alk queue take work.db mail worker-1 --weight 3 --also bulk=1",
	NULL
};
static const char *const done_examples[] = {
	"alk queue done work.db 17 worker-1",
	"alk queue done work.db 17 worker-1 --result '{\"sent\":true}'",
	NULL
};
static const char *const retry_examples[] = {
	"alk queue retry work.db 17 worker-1 'no answer' --delay 30",
	"alk queue retry work.db 17 worker-1 'no answer' --dry-run",
	NULL
};
static const char *const fail_examples[] = {
	"alk queue fail work.db 17 worker-1 'no such address'",
	"alk queue fail work.db 17 worker-1 'no such address' --dry-run",
	NULL
};
static const char *const extend_examples[] = {
	"alk queue extend work.db 17 worker-1 300",
	"alk queue extend work.db 17 worker-1 300 --dry-run",
	NULL
};
static const char *const cancel_examples[] = {
	"alk queue cancel work.db 17",
	"alk queue cancel work.db --tag tenant-7 --queue mail",
	NULL
};
static const char *const drain_examples[] = {
	"alk queue drain work.db mail --dry-run",
	"alk queue drain work.db mail --yes",
	NULL
};
static const char *const info_examples[] = {
	"alk queue info work.db 17",
	"alk queue info work.db 17 --json",
	NULL
};
static const char *const attempts_examples[] = {
	"alk queue attempts work.db 17",
	"alk queue attempts work.db 17 -o jsonl",
	NULL
};
static const char *const forget_examples[] = {
	"alk queue forget work.db",
	"alk queue forget work.db mail --older 86400 --yes",
	"alk queue forget work.db --results",
	NULL
};
static const char *const history_examples[] = {
	"alk queue history work.db mail --limit 20",
	"alk queue history work.db mail -o jsonl",
	NULL
};
static const char *const progress_examples[] = {
	"alk queue progress work.db 17 worker-1 40 'page 4 of 10'",
	"alk queue progress work.db 17 worker-1 100 --dry-run",
	NULL
};
static const char *const get_examples[] = {
	"alk queue get work.db 17",
	"alk queue get work.db 17 --json",
	NULL
};
static const char *const list_examples[] = {
	"alk queue list work.db",
	"alk queue list work.db mail --limit 20 -o jsonl",
	NULL
};
static const char *const result_examples[] = {
	"alk queue result work.db 17",
	"alk queue result work.db 17 -q",
	NULL
};
static const char *const sweep_examples[] = {
	"alk queue sweep work.db mail",
	"alk queue sweep work.db mail --dry-run",
	NULL
};
static const char *const stats_examples[] = {
	"alk queue stats work.db",
	"alk queue stats work.db --prometheus",
	NULL
};
static const char *const show_examples[] = {
	"alk queue show work.db mail",
	"alk queue show work.db mail --json",
	NULL
};
static const char *const set_examples[] = {
	"alk queue set work.db mail --depth 10000 --metrics on",
	"alk queue set work.db mail --rate 10 --per 1000",
	NULL
};
static const char *const pause_examples[] = {
	"alk queue pause work.db mail",
	"alk queue pause work.db mail --dry-run",
	NULL
};
static const char *const resume_examples[] = {
	"alk queue resume work.db mail",
	"alk queue resume work.db mail --dry-run",
	NULL
};

#define FENCE "Exit 5 where the claim is over, or was another's: what the " \
	"job has done is then not to be kept."

const struct command cmd_queue[] = {
	{ "queue add", "FILE QUEUE PAYLOAD", "enqueue a job",
	  "PAYLOAD is text, by custom JSON, read from standard input for -. "
	  "Prints the job's id; with --unique that of the job that is there.",
	  add_examples, add_options, ACCESS_WRITE, false, run_add },
	{ "queue take", "FILE QUEUE WORKER", "claim jobs for a worker",
	  "The claim holds for --timeout seconds; then another may take the "
	  "job. End it by queue done, queue retry or queue fail under the same "
	  "WORKER, a name that no other worker has. Where there is no job, the "
	  "list is empty and the exit status 0.\n\n"
	  "With --exec it works: CMD is run by sh for one job after the other, "
	  "with the payload on its standard input, and ALK_DB, ALK_JOB_ID, "
	  "ALK_JOB_QUEUE, ALK_JOB_WORKER and ALK_JOB_ATTEMPT in its "
	  "environment. While it runs the claim is extended. Exit status 0 "
	  "ends the job, 65 puts it with the dead letters, any other, a signal "
	  "or --run-timeout gives it back to be run again. SIGTERM and SIGINT "
	  "are passed on to CMD, and the job is given back, the attempt not "
	  "counted. It ends when --limit jobs were run, or none came within "
	  "--wait.",
	  take_examples, take_options, ACCESS_WRITE, false, queue_run_take },
	{ "queue done", "FILE ID WORKER", "end a job that is done", FENCE,
	  done_examples, done_options, ACCESS_WRITE, false, run_done },
	{ "queue retry", "FILE ID WORKER ERROR",
	  "give a job back, to be run again",
	  "One whose attempts are used up goes to the dead letters. " FENCE,
	  retry_examples, retry_options, ACCESS_WRITE, false, run_retry },
	{ "queue fail", "FILE ID WORKER ERROR",
	  "put a job with the dead letters at once", FENCE,
	  fail_examples, dry_options, ACCESS_WRITE, false, run_fail },
	{ "queue extend", "FILE ID WORKER SECONDS",
	  "hold a claim until so many seconds from now", FENCE,
	  extend_examples, dry_options, ACCESS_WRITE, false, run_extend },
	{ "queue cancel", "FILE [ID]", "take jobs away, whoever has them",
	  "One job, or with --tag all that have a tag. A worker that runs it "
	  "is not interrupted; it learns of it when it ends the job.",
	  cancel_examples, cancel_options, ACCESS_WRITE, false, run_cancel },
	{ "queue drain", "FILE QUEUE", "cancel all jobs that wait in a queue",
	  "Due or not. Those that were taken go on.",
	  drain_examples, drain_options, ACCESS_WRITE, false,
	  queue_run_drain },
	{ "queue progress", "FILE ID WORKER PERCENT [TEXT]",
	  "tell how far a job has come", FENCE,
	  progress_examples, dry_options, ACCESS_WRITE, false,
	  queue_run_progress },
	{ "queue info", "FILE ID",
	  "show a job's key, unique name, batch, progress, metadata, tags",
	  "Exit 3 where it has none of these.",
	  info_examples, NULL, ACCESS_READ, false, queue_run_info },
	{ "queue attempts", "FILE ID", "list the failed attempts of a job",
	  "Also of one that has ended.",
	  attempts_examples, NULL, ACCESS_READ, false, queue_run_attempts },
	{ "queue history", "FILE QUEUE", "list the jobs that were completed",
	  "The latest first. Kept where queue set --history says so.",
	  history_examples, history_options, ACCESS_READ, false,
	  queue_run_history },
	{ "queue forget", "FILE [QUEUE]",
	  "delete completed jobs from the history",
	  "Those whose time, as queue set --history has it, is over: a queue "
	  "in use forgets them by itself, one at rest does not. With --older, "
	  "whatever the settings. Without QUEUE, those of all queues.",
	  forget_examples, forget_options, ACCESS_WRITE, false,
	  queue_run_forget },
	{ "queue get", "FILE ID", "show a job that has not ended", NULL,
	  get_examples, NULL, ACCESS_READ, false, run_get },
	{ "queue list", "FILE [QUEUE]", "list jobs that have not ended",
	  "By id. Without QUEUE, those of all queues.",
	  list_examples, list_options, ACCESS_READ, false, run_list },
	{ "queue result", "FILE ID", "print the result of a job",
	  "What queue done was given with --result.",
	  result_examples, NULL, ACCESS_READ, false, run_result },
	{ "queue sweep", "FILE QUEUE",
	  "put expired jobs with the dead letters", NULL,
	  sweep_examples, dry_options, ACCESS_WRITE, false, run_sweep },
	{ "queue stats", "FILE", "count what stands in each queue",
	  "Totals are there for queues with metrics; see queue set.",
	  stats_examples, stats_options, ACCESS_READ, false,
	  queue_run_stats },
	{ "queue show", "FILE QUEUE", "show the settings of a queue", NULL,
	  show_examples, NULL, ACCESS_READ, false, queue_run_show },
	{ "queue set", "FILE QUEUE", "change settings of a queue",
	  "Those that are not named stay. They hold for all who use the queue, "
	  "but bindings that carry Honker's own core do not know of them.",
	  set_examples, set_options, ACCESS_WRITE, false, queue_run_set },
	{ "queue pause", "FILE QUEUE", "let nobody take jobs of a queue",
	  "Jobs are enqueued all the same; those that were taken go on.",
	  pause_examples, dry_options, ACCESS_WRITE, false,
	  queue_run_pause },
	{ "queue resume", "FILE QUEUE", "end the pause of a queue", NULL,
	  resume_examples, dry_options, ACCESS_WRITE, false,
	  queue_run_resume },
	COMMAND_END
};
