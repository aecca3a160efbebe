/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Counts are made when they are asked for, over indexes that hold only what is
 * counted; totals cannot be, and are kept by triggers for queues that ask.
 */
#include "events/queue_stats.h"

#include "base/error.h"
#include "events/queue_stats.sql.h"
#include "events/side.h"

static void
read_stats(struct db_rows *rows, struct queue_stats *s)
{
	s->queue.at = db_text(rows, 0, &s->queue.bytes);
	s->is_paused = db_int(rows, 1) != 0;
	s->ready = db_int(rows, 2);
	s->delayed = db_int(rows, 3);
	s->held = db_int(rows, 4);
	s->in_flight = db_int(rows, 5);
	s->dead = db_int(rows, 6);
	s->oldest_ready_s = db_int(rows, 7);
	s->has_totals = db_int(rows, 8) != 0;
	s->enqueued = db_int(rows, 9);
	s->claimed = db_int(rows, 10);
	s->completed = db_int(rows, 11);
	s->failed = db_int(rows, 12);
	s->died = db_int(rows, 13);
	s->cancelled = db_int(rows, 14);
	s->wait_ms = db_int(rows, 15);
	s->run_ms = db_int(rows, 16);
}

static void
list(struct db *db, const struct sql *q, int64_t now, queue_stats_fn fn,
    void *arg)
{
	struct db_rows *rows = db_query(db, q, "i", now);

	while (db_next(db, rows)) {
		struct queue_stats s;
		read_stats(rows, &s);
		if (fn(arg, &s) != 0)
			break;
	}
	db_end(db, rows);
}

int
queue_stats_list(struct db *db, int64_t now, queue_stats_fn fn, void *arg)
{
	list(db, &sql_queue_stats, now, fn, arg);
	if (side_lacks(db))
		list(db, &sql_queue_stats_plain, now, fn, arg);
	return db_error(db)->code;
}

/* ---- Prometheus ---- */

enum value {
	READY, DELAYED, HELD, IN_FLIGHT, DEAD, OLDEST, PAUSED, ENQUEUED,
	CLAIMED, COMPLETED, FAILED, DIED, CANCELLED, WAIT, RUN, VALUES,
};

/* A metric: samples of the same name, of which some have a label more. */
static const struct metric {
	const char *name;
	const char *help;
	bool is_total; /* a counter, only of queues that keep totals */
	bool is_ms;    /* told in seconds */
	enum value first;
	int count;
} metrics[] = {
	{ "alk_queue_jobs", "Jobs by state.", false, false, READY, 5 },
	{ "alk_queue_oldest_ready_seconds",
	    "How long the oldest ready job has been due.", false, false,
	    OLDEST, 1 },
	{ "alk_queue_paused", "Whether the queue is paused.", false, false,
	    PAUSED, 1 },
	{ "alk_queue_enqueued_total", "Jobs enqueued.", true, false, ENQUEUED,
	    1 },
	{ "alk_queue_claimed_total", "Claims given out.", true, false, CLAIMED,
	    1 },
	{ "alk_queue_completed_total", "Jobs acknowledged.", true, false,
	    COMPLETED, 1 },
	{ "alk_queue_failed_total", "Attempts that told an error.", true,
	    false, FAILED, 1 },
	{ "alk_queue_dead_total", "Jobs that became dead letters.", true,
	    false, DIED, 1 },
	{ "alk_queue_cancelled_total", "Jobs cancelled.", true, false,
	    CANCELLED, 1 },
	{ "alk_queue_wait_seconds_total",
	    "Sum over claims of the time since the job was due.", true, true,
	    WAIT, 1 },
	{ "alk_queue_run_seconds_total",
	    "Sum over ended jobs of the time since their last claim.", true,
	    true, RUN, 1 },
};

#define METRICS (sizeof(metrics) / sizeof(metrics[0]))

static const char *const states[] = { "ready", "delayed", "held", "in_flight",
	"dead" };

/* In labels a backslash, a quote and a line break are escaped. */
static void
add_label(struct buf *b, struct span text)
{
	for (size_t i = 0; i < text.bytes; i++) {
		char c = text.at[i];
		if (c == '\\' || c == '"' || c == '\n')
			buf_char(b, '\\');
		buf_char(b, c == '\n' ? 'n' : c);
	}
}

static void
add_sample(struct buf *b, const struct metric *m, struct span queue,
    enum value v, int64_t n)
{
	buf_printf(b, "%s{queue=\"", m->name);
	add_label(b, queue);
	if (m->count > 1)
		buf_printf(b, "\",state=\"%s", states[v]);
	buf_str(b, "\"} ");
	buf_int(b, m->is_ms ? n / 1000 : n);
	if (m->is_ms)
		buf_printf(b, ".%03d", (int)(n % 1000));
	buf_char(b, '\n');
}

/* Samples of one name must stand together, so each name has a text. */
static int
add_queue(void *arg, const struct queue_stats *s)
{
	const int64_t values[VALUES] = { s->ready, s->delayed, s->held,
		s->in_flight, s->dead, s->oldest_ready_s, s->is_paused,
		s->enqueued, s->claimed, s->completed, s->failed, s->died,
		s->cancelled, s->wait_ms, s->run_ms };
	struct buf *texts = arg;

	for (size_t i = 0; i < METRICS; i++) {
		const struct metric *m = &metrics[i];
		for (int k = 0; k < m->count; k++) {
			enum value v = (enum value)((int)m->first + k);
			if (!m->is_total || s->has_totals)
				add_sample(&texts[i], m, s->queue, v,
				    values[v]);
		}
	}
	return 0;
}

static void
add_metric(struct buf *out, const struct metric *m, const struct buf *samples)
{
	if (samples->failed)
		out->failed = true;
	if (samples->bytes == 0)
		return;
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help,
	    m->name, m->is_total ? "counter" : "gauge");
	buf_add(out, samples->data, samples->bytes);
}

int
queue_stats_prometheus(struct db *db, int64_t now, struct buf *out)
{
	struct buf texts[METRICS] = { 0 };

	(void)queue_stats_list(db, now, add_queue, texts);
	for (size_t i = 0; i < METRICS; i++) {
		add_metric(out, &metrics[i], &texts[i]);
		buf_fini(&texts[i]);
	}
	return out->failed ? error_nomem(db_error(db)) : db_error(db)->code;
}
