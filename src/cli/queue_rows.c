/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alk queue stats, show, set, pause, resume. Their rows are in cmd_queue.c. */
#include "cli/jobs.h"

#include <string.h>

/* ---- stats ---- */

#define STATS_COLUMNS 16

static struct cell
total(const alk_queue_stats *q, int64_t number)
{
	return q->has_totals ? cell_number(number) : cell_text(NULL);
}

static int
show_stats(void *arg, const alk_queue_stats *q)
{
	struct cli *c = arg;
	struct cell cells[STATS_COLUMNS];

	cells[0] = cell_text(q->queue);
	cells[1] = cell_bool(q->is_paused != 0);
	cells[2] = cell_number(q->ready);
	cells[3] = cell_number(q->delayed);
	cells[4] = cell_number(q->held);
	cells[5] = cell_number(q->in_flight);
	cells[6] = cell_number(q->dead);
	cells[7] = cell_number(q->oldest_ready_s);
	cells[8] = total(q, q->enqueued);
	cells[9] = total(q, q->claimed);
	cells[10] = total(q, q->completed);
	cells[11] = total(q, q->failed);
	cells[12] = total(q, q->died);
	cells[13] = total(q, q->cancelled);
	cells[14] = total(q, q->wait_ms);
	cells[15] = total(q, q->run_ms);
	return output_row(&c->out, cells, NULL, 0);
}

static int
print_prometheus(struct cli *c)
{
	const char *text;
	size_t bytes;

	if (alk_queue_metrics(c->session, &text, &bytes) != ALK_OK)
		return report_session(c);
	output_text(&c->out, text, bytes);
	return EXIT_OK;
}

int
queue_run_stats(struct cli *c)
{
	static const struct column columns[STATS_COLUMNS] = {
		{ "queue", false }, { "paused", false }, { "ready", true },
		{ "delayed", true }, { "held", true }, { "inFlight", true },
		{ "dead", true }, { "oldestReadySeconds", true },
		{ "enqueued", true }, { "claimed", true },
		{ "completed", true }, { "failed", true }, { "died", true },
		{ "cancelled", true }, { "waitMs", true }, { "runMs", true } };

	if (args_has(&c->args, "prometheus"))
		return print_prometheus(c);
	output_list(&c->out, columns, STATS_COLUMNS, 0);
	if (alk_queue_stats_list(c->session, show_stats, c) != ALK_OK)
		return report_session(c);
	output_list_end(&c->out);
	return EXIT_OK;
}

/* ---- settings ---- */

#define SET_COLUMNS 10

static void
print_settings(struct cli *c, const char *queue, const alk_queue_settings *s)
{
	static const struct column columns[SET_COLUMNS] = {
		{ "queue", false }, { "paused", false },
		{ "depthMax", true }, { "payloadBytesMax", true },
		{ "rateJobs", true }, { "ratePerMs", true },
		{ "keyJobs", true }, { "historySeconds", true },
		{ "metrics", false }, { "events", false } };
	struct cell cells[SET_COLUMNS];

	cells[0] = cell_text(queue);
	cells[1] = cell_bool(s->is_paused != 0);
	cells[2] = cell_number(s->depth_max);
	cells[3] = cell_number(s->payload_bytes_max);
	cells[4] = cell_number(s->rate_jobs);
	cells[5] = cell_number(s->rate_per_ms);
	cells[6] = cell_number(s->key_jobs);
	cells[7] = cell_number(s->history_s);
	cells[8] = cell_bool(s->has_metrics != 0);
	cells[9] = cell_bool(s->has_events != 0);
	output_record(&c->out, columns, SET_COLUMNS, 0, cells);
}

int
queue_run_show(struct cli *c)
{
	const char *queue = args_operand(&c->args, "QUEUE");
	alk_queue_settings s;

	if (alk_queue_settings_get(c->session, queue, &s) != ALK_OK)
		return report_session(c);
	print_settings(c, queue, &s);
	return EXIT_OK;
}

struct setting {
	struct cli *cli;
	const char *queue;
	alk_queue_settings s;
};

static int
work_set(alk_session *session, void *arg)
{
	struct setting *w = arg;
	const struct args *a = &w->cli->args;
	alk_queue_settings *s = &w->s;
	int rc = alk_queue_settings_get(session, w->queue, s);

	if (rc != ALK_OK)
		return rc;
	s->depth_max = args_count(a, "depth", s->depth_max);
	s->payload_bytes_max = args_count(a, "payload-bytes",
	    s->payload_bytes_max);
	s->rate_jobs = args_count(a, "rate", s->rate_jobs);
	s->rate_per_ms = args_count(a, "per", s->rate_per_ms);
	if (s->rate_jobs == 0)
		s->rate_per_ms = 0;
	else if (s->rate_per_ms == 0)
		s->rate_per_ms = 1000;
	s->key_jobs = args_count(a, "key-jobs", s->key_jobs);
	s->history_s = args_count(a, "history", s->history_s);
	if (args_has(a, "metrics"))
		s->has_metrics = strcmp(args_text(a, "metrics"), "on") == 0;
	if (args_has(a, "events"))
		s->has_events = strcmp(args_text(a, "events"), "on") == 0;
	return alk_queue_settings_set(session, w->queue, s);
}

int
queue_run_set(struct cli *c)
{
	struct setting w = { .cli = c,
		.queue = args_operand(&c->args, "QUEUE") };
	int status = write_plain(c, work_set, &w);

	if (status == EXIT_OK && !c->is_quiet)
		print_settings(c, w.queue, &w.s);
	return status;
}

static int
work_pause(alk_session *s, void *arg)
{
	return alk_queue_pause(s, ((struct setting *)arg)->queue);
}

static int
work_resume(alk_session *s, void *arg)
{
	return alk_queue_resume(s, ((struct setting *)arg)->queue);
}

static int
set_paused(struct cli *c, alk_work_fn work)
{
	struct setting w = { .cli = c,
		.queue = args_operand(&c->args, "QUEUE") };

	return write_plain(c, work, &w);
}

int
queue_run_pause(struct cli *c)
{
	return set_paused(c, work_pause);
}

int
queue_run_resume(struct cli *c)
{
	return set_paused(c, work_resume);
}
