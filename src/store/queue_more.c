/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Settings and counts of queues, as alkstore.h offers them. */
#include "store/store.h"

#include "base/error.h"
#include "events/queue.h"
#include "events/queue_settings.h"
#include "events/queue_stats.h"
#include "store/names.h"

int
names_check_any(alk_session *s, const char *name, const char *what,
    alk_error *err)
{
	return name == NULL ? ALK_OK : names_check(s, name, what, err);
}

int64_t
names_limit(alk_session *s, size_t limit)
{
	if (limit == 0)
		limit = s->store->limits.page_rows;
	return limit > INT64_MAX ? INT64_MAX : (int64_t)limit;
}

/* ---- settings ---- */

int
alk_queue_settings_get(alk_session *s, const char *queue,
    alk_queue_settings *out)
{
	struct call c;
	struct queue_settings set = { 0 };

	if (call_read(s, &c) == ALK_OK &&
	    names_check(s, queue, "the queue", &c.err) == ALK_OK)
		(void)queue_settings_get(s->graph.db, span_of(queue), &set);
	int code = call_end(s, &c);
	if (code == ALK_OK)
		*out = (alk_queue_settings){ .is_paused = set.is_paused,
			.depth_max = set.depth_max,
			.payload_bytes_max = set.payload_bytes_max,
			.rate_jobs = set.rate_jobs,
			.rate_per_ms = set.rate_per_ms,
			.key_jobs = set.key_jobs, .history_s = set.history_s,
			.has_metrics = set.has_metrics,
			.has_events = set.has_events };
	return code;
}

int
alk_queue_settings_set(alk_session *s, const char *queue,
    const alk_queue_settings *settings)
{
	struct call c;
	struct queue_settings set = { .is_paused = settings->is_paused != 0,
		.depth_max = settings->depth_max,
		.payload_bytes_max = settings->payload_bytes_max,
		.rate_jobs = settings->rate_jobs,
		.rate_per_ms = settings->rate_per_ms,
		.key_jobs = settings->key_jobs,
		.history_s = settings->history_s,
		.has_metrics = settings->has_metrics != 0,
		.has_events = settings->has_events != 0 };

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check(s, queue, "the queue", &c.err) == ALK_OK)
		(void)queue_settings_set(s->writer, span_of(queue), &set);
	return call_end(s, &c);
}

static int
set_paused(alk_session *s, const char *queue, bool is_paused)
{
	struct call c;
	bool done;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check(s, queue, "the queue", &c.err) == ALK_OK)
		(void)queue_pause(s->writer, span_of(queue), is_paused, &done);
	return call_end(s, &c);
}

int
alk_queue_pause(alk_session *s, const char *queue)
{
	return set_paused(s, queue, true);
}

int
alk_queue_resume(alk_session *s, const char *queue)
{
	return set_paused(s, queue, false);
}

int
alk_queue_drain(alk_session *s, const char *queue, int64_t *count)
{
	struct call c;
	int64_t n = 0;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check(s, queue, "the queue", &c.err) == ALK_OK)
		(void)queue_drain(s->writer, span_of(queue), &n);
	int code = call_end(s, &c);
	if (code == ALK_OK && count != NULL)
		*count = n;
	return code;
}

/* ---- counts ---- */

struct stats_visit {
	alk_queue_stats_fn fn;
	void *arg;
};

static int
show_stats(void *arg, const struct queue_stats *q)
{
	struct stats_visit *v = arg;
	alk_queue_stats out = { .queue = q->queue.at,
		.is_paused = q->is_paused, .ready = q->ready,
		.delayed = q->delayed, .held = q->held,
		.in_flight = q->in_flight, .dead = q->dead,
		.oldest_ready_s = q->oldest_ready_s,
		.has_totals = q->has_totals, .enqueued = q->enqueued,
		.claimed = q->claimed, .completed = q->completed,
		.failed = q->failed, .died = q->died,
		.cancelled = q->cancelled, .wait_ms = q->wait_ms,
		.run_ms = q->run_ms };

	return v->fn(v->arg, &out);
}

int
alk_queue_stats_list(alk_session *s, alk_queue_stats_fn fn, void *arg)
{
	struct call c;
	struct stats_visit v = { fn, arg };

	if (call_read(s, &c) == ALK_OK && fn == NULL)
		error_set(&c.err, ALK_INVALID,
		    "no function is given to take the counts");
	if (c.err.code == ALK_OK)
		(void)queue_stats_list(s->graph.db, s->graph.now, show_stats,
		    &v);
	return call_end(s, &c);
}

int
alk_queue_metrics(alk_session *s, const char **text, size_t *bytes)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK) {
		buf_clear(&s->text);
		(void)queue_stats_prometheus(s->graph.db, s->graph.now,
		    &s->text);
		if (c.err.code == ALK_OK && s->text.failed)
			error_nomem(&c.err);
	}
	int code = call_end(s, &c);
	if (code == ALK_OK) {
		*text = buf_text(&s->text);
		if (bytes != NULL)
			*bytes = s->text.bytes;
	}
	return code;
}
