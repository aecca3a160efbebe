/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk cron: add, list, get, pause, resume, rm, next, run. */
#include "cli/jobs.h"

#include "base/clock.h"
#include "cli/signals.h"

#include <string.h>

struct work {
	struct cli *cli;
	const char *name;
	const char *payload;
	size_t bytes;
	struct jobs list;
};

static unsigned
dialect_of(const struct args *a)
{
	return (args_has(a, "extended") ? ALK_CRON_EXTENDED : 0) |
	    (args_has(a, "either-day") ? ALK_CRON_EITHER_DAY : 0) |
	    (args_has(a, "elapsed") ? ALK_CRON_ELAPSED : 0);
}

/* ---- add ---- */

static int
work_add(alk_session *s, void *arg)
{
	struct work *w = arg;
	const struct args *a = &w->cli->args;
	alk_schedule_new n = { .name = w->name,
		.queue = args_operand(a, "QUEUE"),
		.expr = args_operand(a, "EXPR"), .payload = w->payload,
		.bytes = w->bytes, .priority = args_count(a, "priority", 0),
		.max_attempts = args_count(a, "attempts", 0),
		.expires_s = args_count(a, "expires", 0),
		.dialect = dialect_of(a), .zone = args_text(a, "tz"),
		.max_runs = args_count(a, "max-runs", 0),
		.end_at = args_count(a, "end", 0) };

	if (args_has(a, "skip-missed"))
		n.flags |= ALK_SCHEDULE_SKIP_MISSED;
	if (args_has(a, "skip-running"))
		n.flags |= ALK_SCHEDULE_SKIP_IF_RUNNING;
	return alk_schedule_put(s, &n);
}

static int
run_add(struct cli *c)
{
	const char *payload = args_operand(&c->args, "PAYLOAD");
	struct work w = { .cli = c, .name = args_operand(&c->args, "NAME") };
	struct buf input = { 0 };
	alk_error err = { 0 };
	int status;

	if (input_operand(payload != NULL ? payload : "null", &input,
	    &w.payload, &w.bytes, &err) != ALK_OK)
		return report_error(c, &err);
	status = write_plain(c, work_add, &w);
	buf_fini(&input);
	return status;
}

/* ---- pause, resume, rm ---- */

static int
work_pause(alk_session *s, void *arg)
{
	return alk_schedule_pause(s, ((struct work *)arg)->name);
}

static int
work_resume(alk_session *s, void *arg)
{
	return alk_schedule_resume(s, ((struct work *)arg)->name);
}

static int
work_rm(alk_session *s, void *arg)
{
	return alk_schedule_delete(s, ((struct work *)arg)->name);
}

static int
run_named(struct cli *c, alk_work_fn work)
{
	struct work w = { .cli = c, .name = args_operand(&c->args, "NAME") };

	return write_plain(c, work, &w);
}

static int
run_pause(struct cli *c)
{
	return run_named(c, work_pause);
}

static int
run_resume(struct cli *c)
{
	return run_named(c, work_resume);
}

static int
run_rm(struct cli *c)
{
	return run_named(c, work_rm);
}

/* ---- list, get ---- */

#define COLUMNS 11

static const struct column columns[COLUMNS] = { { "name", false },
	{ "queue", false }, { "expr", false }, { "zone", false },
	{ "paused", false }, { "nextAt", false }, { "runs", true },
	{ "maxRuns", true }, { "skipMissed", false },
	{ "skipIfRunning", false }, { "payload", false } };

static int
show(void *arg, const alk_schedule *s)
{
	struct jobs *l = arg;
	struct cell cells[COLUMNS];
	char next[CLOCK_ISO];

	clock_iso(s->next_at, next);
	cells[0] = cell_text(s->name);
	cells[1] = cell_text(s->queue);
	cells[2] = cell_text(s->expr);
	cells[3] = cell_text(s->zone);
	cells[4] = cell_bool(s->is_paused != 0);
	cells[5] = cell_text(next);
	cells[6] = s->runs != 0 ? cell_number(s->runs) : cell_text(NULL);
	cells[7] = s->max_runs != 0 ? cell_number(s->max_runs) :
	    cell_text(NULL);
	cells[8] = cell_bool((s->flags & ALK_SCHEDULE_SKIP_MISSED) != 0);
	cells[9] = cell_bool((s->flags & ALK_SCHEDULE_SKIP_IF_RUNNING) != 0);
	cells[10] = jobs_payload(&l->reader, s->payload, s->payload_bytes);
	return output_row(&l->cli->out, cells, NULL, 0);
}

static int
run_list(struct cli *c)
{
	struct jobs l = { .cli = c };

	output_list(&c->out, columns, COLUMNS, 0);
	return jobs_end(&l, alk_schedule_list(c->session, show, &l));
}

static int
run_get(struct cli *c)
{
	struct jobs l = { .cli = c };

	output_list(&c->out, columns, COLUMNS, 0);
	return jobs_end(&l, alk_schedule_get(c->session,
	    args_operand(&c->args, "NAME"), show, &l));
}

/* ---- next ---- */

static int
show_time(void *arg, int64_t at)
{
	struct cli *c = arg;
	struct cell cells[2];
	char text[CLOCK_ISO];

	clock_iso(at, text);
	cells[0] = cell_text(text);
	cells[1] = cell_number(at);
	return output_row(&c->out, cells, NULL, 0);
}

static int
run_next(struct cli *c)
{
	static const struct column times[] = { { "at", false },
		{ "seconds", true } };
	const struct args *a = &c->args;
	alk_error err;
	int64_t from = args_count(a, "from", clock_wall_ms(NULL) / 1000);

	output_list(&c->out, times, 2, 0);
	if (alk_cron_next(args_operand(a, "EXPR"), dialect_of(a),
		args_text(a, "tz"), from, (size_t)args_count(a, "count", 10),
		show_time, c, &err) != ALK_OK)
		return report_error(c, &err);
	output_list_end(&c->out);
	return EXIT_OK;
}

/* ---- run ---- */

static int
show_fire(void *arg, const alk_fire *f)
{
	struct work *w = arg;
	struct cell cells[4];
	char at[CLOCK_ISO];

	clock_iso(f->at, at);
	cells[0] = cell_text(f->name);
	cells[1] = cell_text(f->queue);
	cells[2] = cell_text(at);
	cells[3] = write_is_dry(w->cli) ? cell_text(NULL) :
	    cell_number(f->job_id);
	output_row(&w->cli->out, cells, NULL, 0);
	output_flush(&w->cli->out);
	return w->cli->out.error != 0;
}

static void
note_leads(void *arg, int does)
{
	struct work *w = arg;

	report_note(w->cli, does ? "this process runs the schedules" :
	    "another process runs the schedules; standing by");
}

static int
work_tick(alk_session *s, void *arg)
{
	return alk_schedule_tick(s, show_fire, arg);
}

static int
run_once(struct cli *c, struct work *w)
{
	int rc = !write_is_dry(c) ? work_tick(c->session, w) :
	    alk_transact(c->session, ALK_TX_DRY_RUN, work_tick, w);
	int status = jobs_end(&w->list, rc);

	if (status == EXIT_OK && write_is_dry(c))
		report_note(c, "dry run: nothing was changed");
	return status;
}

static int
run_run(struct cli *c)
{
	static const struct column fired[] = { { "name", false },
		{ "queue", false }, { "at", false }, { "jobId", true } };
	struct work w = { .cli = c, .list = { .cli = c } };
	alk_scheduler_options o = { .owner = args_text(&c->args, "owner"),
		.ttl_s = args_count(&c->args, "ttl", 0), .leads = note_leads };
	bool is_once = args_has(&c->args, "once") || write_is_dry(c);

	if (!is_once && (!c->is_format_given || c->out.format == FORMAT_JSON))
		c->out.format = FORMAT_JSONL;
	output_list(&c->out, fired, 4, 0);
	if (is_once)
		return run_once(c, &w);
	int rc = alk_scheduler_run(c->session, &o, show_fire, &w);
	if (signals_caught() != 0)
		return EXIT_SIGNAL + signals_caught();
	return rc == ALK_OK ? EXIT_OK : report_session(c);
}

/* ---- the table ---- */

#define DIALECT_OPTIONS \
	{ "tz", 'z', OPTION_TEXT, "ZONE", false, \
	  "time zone, as Europe/Berlin; else that of the process" }, \
	{ "extended", 'x', OPTION_FLAG, NULL, false, \
	  "names as MON and JAN, 7 for Sunday, @daily and its kin" }, \
	{ "either-day", 0, OPTION_FLAG, NULL, false, \
	  "day of month or of week, as Unix cron, not both" }, \
	{ "elapsed", 0, OPTION_FLAG, NULL, false, \
	  "with * hours count as they pass, also where clocks are set" }

static const struct option add_options[] = {
	DIALECT_OPTIONS,
	{ "skip-missed", 0, OPTION_FLAG, NULL, false,
	  "do not catch up with what was missed" },
	{ "skip-running", 0, OPTION_FLAG, NULL, false,
	  "not while the last job has not ended" },
	{ "max-runs", 0, OPTION_NUMBER, "N", false, "pause after N runs" },
	{ "end", 0, OPTION_NUMBER, "T", false,
	  "pause after that time, in Unix seconds" },
	{ "priority", 'p', OPTION_COUNT, "N", false,
	  "priority of its jobs; 0" },
	{ "attempts", 0, OPTION_NUMBER, "N", false,
	  "attempts of its jobs at most; 3" },
	{ "expires", 0, OPTION_NUMBER, "S", false,
	  "seconds after which nobody may take its jobs any more" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option dry_options[] = { OPTION_DRY_RUN, OPTION_END };
static const struct option next_options[] = {
	DIALECT_OPTIONS,
	{ "count", 'n', OPTION_NUMBER, "N", false, "so many times; 10" },
	{ "from", 0, OPTION_COUNT, "T", false,
	  "after that time, in Unix seconds; now" },
	OPTION_END
};
static const struct option run_options[] = {
	{ "once", 0, OPTION_FLAG, NULL, false,
	  "fire what is due now, and end; asks for no lock" },
	{ "ttl", 't', OPTION_NUMBER, "S", false,
	  "how long the lock holds without this process; 60" },
	{ "owner", 0, OPTION_TEXT, "NAME", false,
	  "owner of the lock; a name is made" },
	OPTION_DRY_RUN, OPTION_END
};

static const char *const add_examples[] = {
	"alk cron add work.db nightly reports '0 3 * * *' '{\"kind\":\"all\"}' "
	"--tz Europe/Berlin",
	"alk cron add work.db beat checks '@every 5m' --skip-missed "
	"--skip-running",
	NULL
};
static const char *const list_examples[] = {
	"alk cron list work.db",
	"alk cron list work.db --json",
	NULL
};
static const char *const get_examples[] = {
	"alk cron get work.db nightly",
	"alk cron get work.db nightly --json",
	NULL
};
static const char *const pause_examples[] = {
	"alk cron pause work.db nightly",
	"alk cron pause work.db nightly --dry-run",
	NULL
};
static const char *const resume_examples[] = {
	"alk cron resume work.db nightly",
	"alk cron resume work.db nightly --dry-run",
	NULL
};
static const char *const rm_examples[] = {
	"alk cron rm work.db nightly",
	"alk cron rm work.db nightly --dry-run",
	NULL
};
static const char *const next_examples[] = {
	"alk cron next '0 3 * * *' --tz Europe/Berlin",
	"alk cron next '@daily' --extended -n 3 --json",
	NULL
};
static const char *const run_examples[] = {
	"alk cron run work.db",
	"alk cron run work.db --once",
	"alk cron run work.db --dry-run",
	NULL
};

const struct command cmd_cron[] = {
	{ "cron add", "FILE NAME QUEUE EXPR [PAYLOAD]",
	  "enqueue a job whenever an expression says so",
	  "EXPR is five fields as in cron, six with seconds first, or '@every "
	  "5m'. Without --extended and --either-day it is read as Honker reads "
	  "it: numbers only, Sunday is 0, and a day must match both day "
	  "fields. PAYLOAD is text, by custom JSON, read from standard input "
	  "for -; null without. One of that NAME is replaced.",
	  add_examples, add_options, ACCESS_WRITE, false, run_add },
	{ "cron list", "FILE", "list schedules", NULL,
	  list_examples, NULL, ACCESS_READ, false, run_list },
	{ "cron get", "FILE NAME", "show a schedule", NULL,
	  get_examples, NULL, ACCESS_READ, false, run_get },
	{ "cron pause", "FILE NAME", "let a schedule not fire", NULL,
	  pause_examples, dry_options, ACCESS_WRITE, false, run_pause },
	{ "cron resume", "FILE NAME", "let a schedule fire again",
	  "What fell into the pause is caught up with, unless the schedule "
	  "has --skip-missed.",
	  resume_examples, dry_options, ACCESS_WRITE, false, run_resume },
	{ "cron rm", "FILE NAME", "take a schedule away", "Its jobs stay.",
	  rm_examples, dry_options, ACCESS_WRITE, false, run_rm },
	{ "cron next", "EXPR", "print the next times of an expression",
	  "Needs no store. Times are in UTC.",
	  next_examples, next_options, ACCESS_NONE, false, run_next },
	{ "cron run", "FILE", "run the schedules until a signal comes",
	  "Any number of processes may do so; the one that has the lock "
	  "honker-scheduler fires, also among Honker's own, and the others "
	  "stand by. Each job is printed when it has been enqueued. --dry-run "
	  "shows what is due now.",
	  run_examples, run_options, ACCESS_WRITE, false, run_run },
	COMMAND_END
};
