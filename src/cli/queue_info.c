/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * alk queue info, attempts, history, forget, progress, drain: what is known of
 * jobs beside their rows. Their rows are in cmd_queue.c.
 */
#include "cli/jobs.h"

#include "base/clock.h"
#include "json/push.h"

#include <string.h>

/* ---- info ---- */

struct info {
	struct jobs list;
	struct buf tags; /* JSON */
};

static int
show_info(void *arg, const alk_job_info *i)
{
	static const struct column columns[] = { { "id", true },
		{ "queue", false }, { "standing", false }, { "key", false },
		{ "unique", false }, { "batch", true }, { "progress", true },
		{ "progressText", false }, { "metadata", false },
		{ "tags", false } };
	struct info *info = arg;
	struct jobs *l = &info->list;
	struct cell cells[10];

	cells[0] = cell_number(i->id);
	cells[1] = cell_text(i->queue);
	cells[2] = cell_text(i->standing);
	cells[3] = cell_text(i->key);
	cells[4] = cell_text(i->unique);
	cells[5] = i->batch != 0 ? cell_number(i->batch) : cell_text(NULL);
	cells[6] = i->progress >= 0 ? cell_number(i->progress) :
	    cell_text(NULL);
	cells[7] = cell_text(i->progress_text);
	cells[8] = i->metadata != NULL ? jobs_payload(&l->reader, i->metadata,
	    strlen(i->metadata)) : cell_text(NULL);
	cells[9] = info->tags.bytes > 2 ? cell_json(info->tags.data,
	    info->tags.bytes) : cell_text(NULL);
	output_record(&l->cli->out, columns, 10, 0, cells);
	return 0;
}

static int
add_tag(void *arg, const char *tag)
{
	json_out_string(arg, tag, strlen(tag));
	return 0;
}

int
queue_run_info(struct cli *c)
{
	struct info info = { .list = { .cli = c } };
	struct json_out o = { .out = &info.tags };
	int64_t id = 0;
	int status = jobs_number(c, "ID", 1, &id);

	if (status != EXIT_OK)
		return status;
	json_out_begin_array(&o);
	int rc = alk_job_tags(c->session, id, add_tag, &o);
	json_out_end_array(&o);
	if (info.tags.failed)
		c->out.is_nomem = true;
	else if (rc != ALK_OK || alk_job_info_get(c->session, id, show_info,
	    &info) != ALK_OK)
		status = report_session(c);
	json_reader_fini(&info.list.reader);
	buf_fini(&info.tags);
	return status;
}

/* ---- attempts ---- */

static int
show_attempt(void *arg, const alk_attempt *a)
{
	struct jobs *l = arg;
	struct cell cells[4];
	char ended[CLOCK_ISO];

	clock_iso(a->ended_at, ended);
	cells[0] = cell_number(a->attempt);
	cells[1] = cell_text(a->worker);
	cells[2] = cell_text(ended);
	cells[3] = cell_text(a->error);
	return output_row(&l->cli->out, cells, NULL, 0);
}

int
queue_run_attempts(struct cli *c)
{
	static const struct column columns[] = { { "attempt", true },
		{ "worker", false }, { "endedAt", false },
		{ "error", false } };
	struct jobs l = { .cli = c };
	int64_t id = 0;
	int status = jobs_number(c, "ID", 1, &id);

	if (status != EXIT_OK)
		return status;
	output_list(&c->out, columns, 4, 0);
	return jobs_end(&l, alk_job_attempts(c->session, id, show_attempt,
	    &l));
}

/* ---- history ---- */

#define DONE_COLUMNS 9

struct history {
	struct jobs list;
	int64_t ended_ms; /* of the last one */
};

static int
show_done(void *arg, const alk_job_done *d)
{
	struct history *h = arg;
	struct jobs *l = &h->list;
	struct cell cells[DONE_COLUMNS];
	char created[CLOCK_ISO];
	char ended[CLOCK_ISO];

	clock_iso(d->created_at, created);
	clock_iso(d->ended_ms / 1000, ended);
	cells[0] = cell_number(d->id);
	cells[1] = cell_text(d->worker);
	cells[2] = cell_number(d->attempts);
	cells[3] = cell_text(created);
	cells[4] = cell_text(ended);
	cells[5] = cell_number(d->ended_ms);
	cells[6] = d->started_ms != 0 ? cell_number(d->ended_ms -
	    d->started_ms) : cell_text(NULL);
	cells[7] = jobs_payload(&l->reader, d->payload, d->payload_bytes);
	cells[8] = d->result != NULL ? jobs_payload(&l->reader, d->result,
	    strlen(d->result)) : cell_text(NULL);
	l->seen++;
	l->last = d->id;
	h->ended_ms = d->ended_ms;
	return output_row(&l->cli->out, cells, NULL, 0);
}

int
queue_run_history(struct cli *c)
{
	static const struct column columns[DONE_COLUMNS] = { { "id", true },
		{ "worker", false }, { "attempts", true },
		{ "createdAt", false }, { "endedAt", false },
		{ "endedMs", true }, { "runMs", true },
		{ "payload", false }, { "result", false } };
	const struct args *a = &c->args;
	alk_history_query q = {
		.before_ms = args_count(a, "before", 0),
		.before_id = args_count(a, "before-id", 0),
		.limit = (size_t)args_count(a, "limit", 1000) };
	struct history h = { .list = { .cli = c } };

	if (q.before_id != 0 && q.before_ms == 0)
		return report_usage(c, "--before-id goes with --before");
	output_list(&c->out, columns, DONE_COLUMNS, 0);
	int status = jobs_end(&h.list, alk_queue_history(c->session,
	    args_operand(a, "QUEUE"), &q, show_done, &h));
	if (status == EXIT_OK && h.list.seen == q.limit)
		report_note(c, "there may be more: --before %lld "
		    "--before-id %lld", (long long)h.ended_ms,
		    (long long)h.list.last);
	return status;
}

/* ---- forget ---- */

struct forget {
	const char *queue;
	bool is_sweep;
	bool is_results; /* those, instead of jobs */
	int64_t before_ms;
	int64_t count;
};

static int
work_forget(alk_session *s, void *arg)
{
	struct forget *w = arg;

	if (w->is_results)
		return alk_result_sweep(s, &w->count);
	return w->is_sweep ?
	    alk_queue_history_sweep(s, w->queue, &w->count) :
	    alk_queue_history_purge(s, w->queue, w->before_ms, &w->count);
}

int
queue_run_forget(struct cli *c)
{
	const struct args *a = &c->args;
	struct forget w = { .queue = args_operand(a, "QUEUE"),
		.is_sweep = !args_has(a, "older"),
		.is_results = args_has(a, "results") };
	int64_t now = clock_wall_ms(NULL);
	int64_t older_s = args_count(a, "older", 0);

	if (w.is_results && (w.queue != NULL || !w.is_sweep))
		return report_usage(c, "--results stands alone: a result has "
		    "its own time, and no queue");
	int status = w.is_sweep ? EXIT_OK : write_confirm(c,
	    "forget completed jobs of %.200s for ever?",
	    w.queue != NULL ? w.queue : "all queues");

	if (older_s > 0)
		w.before_ms = older_s < now / 1000 ? now - older_s * 1000 : 1;
	if (status == EXIT_OK)
		status = write_plain(c, work_forget, &w);
	if (status == EXIT_OK && !c->is_quiet)
		output_count(&c->out, "forgotten", w.count);
	return status;
}

/* ---- progress, drain ---- */

struct work {
	struct cli *cli;
	int64_t id;
	int64_t percent;
	int64_t count;
};

static int
work_progress(alk_session *s, void *arg)
{
	struct work *w = arg;
	const struct args *a = &w->cli->args;

	return alk_job_progress(s, w->id, args_operand(a, "WORKER"),
	    (int)w->percent, args_operand(a, "TEXT"));
}

int
queue_run_progress(struct cli *c)
{
	struct work w = { .cli = c };
	int status = jobs_number(c, "ID", 1, &w.id);

	if (status == EXIT_OK)
		status = jobs_number(c, "PERCENT", 0, &w.percent);
	if (status == EXIT_OK && w.percent > 100)
		status = report_usage(c, "PERCENT is 0 to 100");
	return status == EXIT_OK ? write_plain(c, work_progress, &w) : status;
}

static int
work_drain(alk_session *s, void *arg)
{
	struct work *w = arg;

	return alk_queue_drain(s, args_operand(&w->cli->args, "QUEUE"),
	    &w->count);
}

int
queue_run_drain(struct cli *c)
{
	struct work w = { .cli = c };
	int status = write_confirm(c, "cancel all jobs that wait in queue "
	    "%.200s?", args_operand(&c->args, "QUEUE"));

	if (status == EXIT_OK)
		status = write_plain(c, work_drain, &w);
	if (status == EXIT_OK && !c->is_quiet)
		output_count(&c->out, "cancelled", w.count);
	return status;
}
