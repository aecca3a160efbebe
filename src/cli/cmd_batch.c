/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk batch: open, close, get, list, cancel, purge. */
#include "cli/jobs.h"

#include "base/clock.h"

struct work {
	struct cli *cli;
	const char *payload;
	size_t bytes;
	int64_t id;
	int64_t count;
};

/* ---- open ---- */

static int
work_open(alk_session *s, void *arg)
{
	struct work *w = arg;
	const struct args *a = &w->cli->args;
	alk_batch_new n = { .queue = args_operand(a, "QUEUE"),
		.payload = w->payload, .bytes = w->bytes,
		.priority = args_count(a, "priority", 0),
		.max_attempts = args_count(a, "attempts", 0) };

	return alk_batch_open(s, &n, &w->id);
}

static int
run_open(struct cli *c)
{
	static const struct column columns[] = { { "id", true } };
	struct work w = { .cli = c };
	struct buf input = { 0 };
	alk_error err = { 0 };
	const char *payload = args_operand(&c->args, "PAYLOAD");
	struct cell cell;

	if (payload != NULL && input_operand(payload, &input, &w.payload,
	    &w.bytes, &err) != ALK_OK)
		return report_error(c, &err);
	int status = write_plain(c, work_open, &w);
	if (status == EXIT_OK && !c->is_quiet && !write_is_dry(c)) {
		cell = cell_number(w.id);
		output_record(&c->out, columns, 1, 0, &cell);
	}
	buf_fini(&input);
	return status;
}

/* ---- close, cancel ---- */

static int
work_close(alk_session *s, void *arg)
{
	return alk_batch_close(s, ((struct work *)arg)->id);
}

static int
work_cancel(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_batch_cancel(s, w->id, &w->count);
}

static int
run_close(struct cli *c)
{
	struct work w = { .cli = c };
	int status = jobs_number(c, "ID", 1, &w.id);

	return status == EXIT_OK ? write_plain(c, work_close, &w) : status;
}

static int
run_cancel(struct cli *c)
{
	struct work w = { .cli = c };
	int status = jobs_number(c, "ID", 1, &w.id);

	if (status == EXIT_OK)
		status = write_plain(c, work_cancel, &w);
	if (status == EXIT_OK && !c->is_quiet)
		output_count(&c->out, "cancelled", w.count);
	return status;
}

/* ---- get ---- */

#define COLUMNS 9

static const struct column columns[COLUMNS] = { { "id", true },
	{ "openedAt", false }, { "closedAt", false }, { "ended", false },
	{ "jobs", true }, { "completed", true }, { "dead", true },
	{ "cancelled", true }, { "completionId", true } };

/* Texts of cells. */
struct times {
	char opened[CLOCK_ISO];
	char closed[CLOCK_ISO];
};

static void
fill_cells(const alk_batch *b, struct times *t, struct cell cells[COLUMNS])
{
	clock_iso(b->opened_at, t->opened);
	clock_iso(b->closed_at, t->closed);
	cells[0] = cell_number(b->id);
	cells[1] = cell_text(t->opened);
	cells[2] = cell_text(b->closed_at != 0 ? t->closed : NULL);
	cells[3] = cell_bool(b->is_ended != 0);
	cells[4] = cell_number(b->jobs);
	cells[5] = cell_number(b->completed);
	cells[6] = cell_number(b->dead);
	cells[7] = cell_number(b->cancelled);
	cells[8] = b->completion_id != 0 ? cell_number(b->completion_id) :
	    cell_text(NULL);
}

static int
run_get(struct cli *c)
{
	struct cell cells[COLUMNS];
	struct times times;
	alk_batch b;
	int64_t id = 0;
	int status = jobs_number(c, "ID", 1, &id);

	if (status != EXIT_OK)
		return status;
	if (alk_batch_get(c->session, id, &b) != ALK_OK)
		return report_session(c);
	fill_cells(&b, &times, cells);
	output_record(&c->out, columns, COLUMNS, 0, cells);
	return EXIT_OK;
}

static int
show(void *arg, const alk_batch *b)
{
	struct jobs *l = arg;
	struct cell cells[COLUMNS];
	struct times times;

	fill_cells(b, &times, cells);
	l->seen++;
	l->last = b->id;
	return output_row(&l->cli->out, cells, NULL, 0);
}

static int
run_list(struct cli *c)
{
	const struct args *a = &c->args;
	int64_t limit = args_count(a, "limit", 1000);
	struct jobs l = { .cli = c };

	output_list(&c->out, columns, COLUMNS, 0);
	int status = jobs_end(&l, alk_batch_list(c->session,
	    args_count(a, "before", 0), (size_t)limit, show, &l));
	if (status == EXIT_OK && (int64_t)l.seen == limit)
		report_note(c, "there may be more: --before %lld",
		    (long long)l.last);
	return status;
}

/* ---- purge ---- */

static int
work_purge(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_batch_purge(s, w->id, &w->count);
}

static int
run_purge(struct cli *c)
{
	struct work w = { .cli = c };
	int64_t now = clock_wall_ms(NULL) / 1000;
	int64_t older_s = args_count(&c->args, "older", 0);
	int status = write_confirm(c, "delete batches that have ended?");

	if (older_s > 0)
		w.id = older_s < now ? now - older_s : 1;
	if (status == EXIT_OK)
		status = write_plain(c, work_purge, &w);
	if (status == EXIT_OK && !c->is_quiet)
		output_count(&c->out, "purged", w.count);
	return status;
}

/* ---- the table ---- */

static const struct option begin_options[] = {
	{ "priority", 'p', OPTION_COUNT, "N", false,
	  "of the job that follows; 0" },
	{ "attempts", 0, OPTION_NUMBER, "N", false,
	  "of the job that follows, at most; 3" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option dry_options[] = { OPTION_DRY_RUN, OPTION_END };
static const struct option list_options[] = {
	{ "before", 0, OPTION_NUMBER, "ID", false,
	  "only batches with a lower id" },
	{ "limit", 0, OPTION_NUMBER, "N", false, "batches at most; 1000" },
	OPTION_END
};
static const struct option purge_options[] = {
	{ "older", 0, OPTION_COUNT, "S", false,
	  "only those that were closed more than S seconds ago; 0: all" },
	OPTION_YES, OPTION_DRY_RUN, OPTION_END
};

static const char *const open_examples[] = {
	"alk batch open work.db report '{\"month\":\"2026-11\"}' -o id",
	"alk batch open work.db -o id",
	NULL
};
static const char *const close_examples[] = {
	"alk batch close work.db 3",
	"alk batch close work.db 3 --dry-run",
	NULL
};
static const char *const get_examples[] = {
	"alk batch get work.db 3",
	"alk batch get work.db 3 --json",
	NULL
};
static const char *const list_examples[] = {
	"alk batch list work.db",
	"alk batch list work.db --limit 20 -o jsonl",
	NULL
};
static const char *const purge_examples[] = {
	"alk batch purge work.db --older 604800 --yes",
	"alk batch purge work.db --dry-run",
	NULL
};
static const char *const cancel_examples[] = {
	"alk batch cancel work.db 3",
	"alk batch cancel work.db 3 --dry-run",
	NULL
};

const struct command cmd_batch[] = {
	{ "batch open", "FILE [QUEUE] [PAYLOAD]", "open a batch of jobs",
	  "Prints its id, which queue add takes as --batch. When it is closed "
	  "and the last of its jobs has ended, a job is added to QUEUE, whose "
	  "payload holds PAYLOAD (text, by custom JSON, read from standard "
	  "input for -) and how the jobs ended. Without QUEUE none is.",
	  open_examples, begin_options, ACCESS_WRITE, false, run_open },
	{ "batch close", "FILE ID", "let a batch end with its jobs",
	  "No job can be added to it any more.",
	  close_examples, dry_options, ACCESS_WRITE, false, run_close },
	{ "batch get", "FILE ID", "show a batch and how its jobs ended", NULL,
	  get_examples, NULL, ACCESS_READ, false, run_get },
	{ "batch list", "FILE", "list batches",
	  "The latest first.",
	  list_examples, list_options, ACCESS_READ, false, run_list },
	{ "batch cancel", "FILE ID",
	  "cancel the jobs of a batch that have not ended, and close it", NULL,
	  cancel_examples, dry_options, ACCESS_WRITE, false, run_cancel },
	{ "batch purge", "FILE", "delete batches that have ended",
	  "Nothing else deletes them. Dead letters of their jobs stay.",
	  purge_examples, purge_options, ACCESS_WRITE, false, run_purge },
	COMMAND_END
};
