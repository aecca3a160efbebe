/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk dead: list, retry, rm, purge: jobs that failed for good. */
#include "cli/jobs.h"

#include "base/clock.h"

#include <stdlib.h>

#define COLUMNS 8

struct work {
	struct cli *cli;
	const char *queue; /* NULL: all */
	int64_t id;        /* or new_id, or a count */
	int64_t before;
};

/* ---- list ---- */

static int
show(void *arg, const alk_dead *d)
{
	struct jobs *l = arg;
	struct cell cells[COLUMNS];
	char created[CLOCK_ISO];
	char died[CLOCK_ISO];

	clock_iso(d->created_at, created);
	clock_iso(d->died_at, died);
	cells[0] = cell_number(d->id);
	cells[1] = cell_text(d->queue);
	cells[2] = cell_number(d->attempts);
	cells[3] = cell_number(d->max_attempts);
	cells[4] = cell_text(created);
	cells[5] = cell_text(died);
	cells[6] = cell_text(d->error);
	cells[7] = jobs_payload(&l->reader, d->payload, d->payload_bytes);
	l->seen++;
	l->last = d->id;
	return output_row(&l->cli->out, cells, NULL, 0);
}

static int
run_list(struct cli *c)
{
	static const struct column columns[COLUMNS] = { { "id", true },
		{ "queue", false }, { "attempts", true },
		{ "maxAttempts", true }, { "createdAt", false },
		{ "diedAt", false }, { "error", false },
		{ "payload", false } };
	const struct args *a = &c->args;
	int64_t limit = args_count(a, "limit", 1000);
	struct jobs l = { .cli = c };

	output_list(&c->out, columns, COLUMNS, 0);
	int status = jobs_end(&l, alk_dead_list(c->session,
	    args_operand(a, "QUEUE"), args_count(a, "after", 0),
	    (size_t)limit, show, &l));
	if (status == EXIT_OK)
		jobs_note_more(&l, limit);
	return status;
}

/* ---- retry ---- */

static int
work_retry(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_dead_redrive(s, w->id, &w->id);
}

static int
work_retry_all(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_dead_redrive_all(s, w->queue,
	    (size_t)args_count(&w->cli->args, "limit", 0), &w->id);
}

static int
run_retry(struct cli *c)
{
	const char *word = args_operand(&c->args, "ID");
	struct work w = { .cli = c, .queue = args_text(&c->args, "queue") };
	bool is_all = args_has(&c->args, "all") || w.queue != NULL;
	int status = EXIT_OK;

	if ((word != NULL) == is_all)
		return report_usage(c, "either ID, or --queue or --all");
	if (word != NULL)
		status = jobs_number(c, "ID", 1, &w.id);
	if (status == EXIT_OK)
		status = write_plain(c, is_all ? work_retry_all : work_retry,
		    &w);
	if (status == EXIT_OK && !c->is_quiet)
		output_count(&c->out, is_all ? "retried" : "id", w.id);
	return status;
}

/* ---- rm, purge ---- */

static int
work_rm(alk_session *s, void *arg)
{
	return alk_dead_delete(s, ((struct work *)arg)->id);
}

static int
run_rm(struct cli *c)
{
	struct work w = { .cli = c };
	int status = jobs_number(c, "ID", 1, &w.id);

	return status == EXIT_OK ? write_plain(c, work_rm, &w) : status;
}

static int
work_purge(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_dead_purge(s, w->queue, w->before, &w->id);
}

static int
run_purge(struct cli *c)
{
	struct work w = { .cli = c, .queue = args_operand(&c->args, "QUEUE") };
	int64_t now = clock_wall_ms(NULL) / 1000;
	int64_t older_s = args_count(&c->args, "older", 0);
	int status = write_confirm(c, "delete dead letters of %.200s for ever?",
	    w.queue != NULL ? w.queue : "all queues");

	/* One that died in this second is older than 0 seconds all the same. */
	if (older_s > 0)
		w.before = older_s < now ? now - older_s : 1;
	if (status == EXIT_OK)
		status = write_plain(c, work_purge, &w);
	if (status == EXIT_OK && !c->is_quiet)
		output_count(&c->out, "purged", w.id);
	return status;
}

/* ---- the table ---- */

static const struct option list_options[] = {
	{ "after", 0, OPTION_COUNT, "ID", false,
	  "only those with a higher id; 0" },
	{ "limit", 0, OPTION_NUMBER, "N", false, "rows at most; 1000" },
	OPTION_END
};
static const struct option retry_options[] = {
	{ "queue", 0, OPTION_TEXT, "QUEUE", false, "those of a queue" },
	{ "all", 0, OPTION_FLAG, NULL, false, "those of all queues" },
	{ "limit", 0, OPTION_NUMBER, "N", false,
	  "with --queue or --all: so many at most" },
	OPTION_DRY_RUN, OPTION_END
};
static const struct option rm_options[] = { OPTION_DRY_RUN, OPTION_END };
static const struct option purge_options[] = {
	{ "older", 0, OPTION_COUNT, "S", false,
	  "only those that died more than S seconds ago; 0: all" },
	OPTION_YES, OPTION_DRY_RUN, OPTION_END
};

static const char *const list_examples[] = {
	"alk dead list work.db",
	"alk dead list work.db mail --limit 20 -o jsonl",
	NULL
};
static const char *const retry_examples[] = {
	"alk dead retry work.db 17",
	"alk dead retry work.db --queue mail --limit 100",
	NULL
};
static const char *const rm_examples[] = {
	"alk dead rm work.db 17",
	"alk dead rm work.db 17 --dry-run",
	NULL
};
static const char *const purge_examples[] = {
	"alk dead purge work.db mail --older 604800 --yes",
	"alk dead purge work.db --dry-run",
	NULL
};

const struct command cmd_dead[] = {
	{ "dead list", "FILE [QUEUE]", "list jobs that failed for good",
	  "By id, with their last error. Without QUEUE, those of all queues.",
	  list_examples, list_options, ACCESS_READ, false, run_list },
	{ "dead retry", "FILE [ID]", "enqueue dead letters again",
	  "They are due now, with no attempt used and no expiry. Prints the "
	  "job's id, which is mostly the same, or with --queue or --all how "
	  "many there were.",
	  retry_examples, retry_options, ACCESS_WRITE, false, run_retry },
	{ "dead rm", "FILE ID", "delete a dead letter for ever", NULL,
	  rm_examples, rm_options, ACCESS_WRITE, false, run_rm },
	{ "dead purge", "FILE [QUEUE]", "delete dead letters for ever",
	  "Without QUEUE, those of all queues.",
	  purge_examples, purge_options, ACCESS_WRITE, false, run_purge },
	COMMAND_END
};
