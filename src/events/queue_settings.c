/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Settings. The rate is a bucket of tokens, kept as one number: the time at
 * which it will be full again (the theoretical arrival time of GCRA). In units
 * of a millisecond divided by rate_jobs a token takes rate_per_ms to come in,
 * so that no rounding loses any.
 */
#include "events/queue_settings.h"

#include "base/error.h"
#include "events/queue_parts.h"
#include "events/queue_settings.sql.h"
#include "events/side.h"

/* Of a message. */
#define NAME_BYTES 80
#define NAME(s) (int)((s).bytes < NAME_BYTES ? (s).bytes : NAME_BYTES), (s).at

static void
read_settings(struct db_rows *rows, struct queue_settings *s)
{
	s->is_paused = db_int(rows, 0) != 0;
	s->depth_max = db_int(rows, 1);
	s->payload_bytes_max = db_int(rows, 2);
	s->rate_jobs = db_int(rows, 3);
	s->rate_per_ms = db_int(rows, 4);
	s->key_jobs = db_int(rows, 5);
	s->history_s = db_int(rows, 6);
	s->has_metrics = db_int(rows, 7) != 0;
	s->has_events = db_int(rows, 8) != 0;
}

bool
queue_rules_find(struct db *db, struct span queue, struct queue_rules *out)
{
	*out = (struct queue_rules){ 0 };
	struct db_rows *rows = db_query(db, &sql_queue_rules, "t", queue.at,
	    queue.bytes);
	bool is_found = db_next(db, rows);
	if (is_found) {
		read_settings(rows, &out->set);
		out->has_due = db_int(rows, 9) != 0;
		out->rate_tat = db_int(rows, 10);
		out->live = db_int(rows, 11);
	}
	db_end(db, rows);
	(void)side_lacks(db);
	return is_found && !db_failed(db);
}

int
queue_admit(struct db *db, const struct queue_rules *r, struct span queue,
    struct span payload)
{
	const struct queue_settings *s = &r->set;

	if (s->payload_bytes_max > 0 &&
	    payload.bytes > (uint64_t)s->payload_bytes_max)
		return db_fail(db, ALK_LIMIT, "queue %.*s: the payload has %zu "
		    "bytes and payload_bytes_max is %lld; store it elsewhere "
		    "and enqueue where, or raise the limit", NAME(queue),
		    payload.bytes, (long long)s->payload_bytes_max);
	if (s->depth_max > 0 && r->live >= s->depth_max)
		return db_fail(db, ALK_LIMIT, "queue %.*s: it holds %lld jobs "
		    "and depth_max is %lld; try again when workers have "
		    "caught up, or raise the limit", NAME(queue),
		    (long long)r->live, (long long)s->depth_max);
	return db_error(db)->code;
}

/* ---- the rate ---- */

/* When the bucket is full, never further off than one that is empty now. */
static int64_t
full_at(const struct queue_rules *r, int64_t now)
{
	int64_t empty = now + r->set.rate_jobs * r->set.rate_per_ms;

	if (r->rate_tat < now)
		return now;
	return r->rate_tat < empty ? r->rate_tat : empty;
}

int64_t
queue_rate_tokens(const struct queue_rules *r, int64_t now_ms)
{
	if (r->set.rate_jobs == 0)
		return INT64_MAX;
	int64_t now = now_ms * r->set.rate_jobs;
	int64_t room = r->set.rate_jobs * r->set.rate_per_ms;
	return (now + room - full_at(r, now)) / r->set.rate_per_ms;
}

int64_t
queue_rate_next_ms(const struct queue_rules *r, int64_t now_ms)
{
	if (queue_rate_tokens(r, now_ms) > 0)
		return 0;
	int64_t now = now_ms * r->set.rate_jobs;
	int64_t at = full_at(r, now) -
	    (r->set.rate_jobs - 1) * r->set.rate_per_ms;
	return (at + r->set.rate_jobs - 1) / r->set.rate_jobs;
}

int
queue_rate_spend(struct db *db, struct span queue,
    const struct queue_rules *r, int64_t jobs, int64_t now_ms)
{
	int64_t tat = full_at(r, now_ms * r->set.rate_jobs) +
	    jobs * r->set.rate_per_ms;

	return db_exec(db, &sql_queue_rate_spend, "ti", queue.at, queue.bytes,
	    tat);
}

/* ---- for the owner ---- */

int
queue_settings_get(struct db *db, struct span queue,
    struct queue_settings *out)
{
	struct queue_rules r;

	(void)queue_rules_find(db, queue, &r);
	if (!db_failed(db))
		*out = r.set;
	return db_error(db)->code;
}

static int
refuse(struct db *db, struct span queue, const char *name, int64_t value,
    const char *range)
{
	return db_fail(db, ALK_INVALID, "queue %.*s: %s is %lld; it must be %s",
	    NAME(queue), name, (long long)value, range);
}

static int
look_at(struct db *db, struct span queue, const struct queue_settings *s)
{
	const struct {
		const char *name;
		int64_t value;
	} counts[] = {
		{ "depth_max", s->depth_max },
		{ "payload_bytes_max", s->payload_bytes_max },
		{ "key_jobs", s->key_jobs },
		{ "history_s", s->history_s },
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		if (counts[i].value < 0 || counts[i].value > INT32_MAX)
			return refuse(db, queue, counts[i].name,
			    counts[i].value, "0 (none) to 2147483647");
	if (s->rate_jobs == 0 && s->rate_per_ms == 0)
		return ALK_OK;
	if (s->rate_jobs < 1 || s->rate_jobs > QUEUE_RATE_JOBS_MAX)
		return refuse(db, queue, "rate_jobs", s->rate_jobs,
		    "1 to 1000000, or 0 with rate_per_ms 0");
	if (s->rate_per_ms < 1 || s->rate_per_ms > QUEUE_RATE_PER_MS_MAX)
		return refuse(db, queue, "rate_per_ms", s->rate_per_ms,
		    "1 to 2678400000 (31 days), or 0 with rate_jobs 0");
	return ALK_OK;
}

/* Totals stand for the depth too. */
static void
keep_totals(struct db *db, struct span queue, const struct queue_settings *s,
    bool had_metrics)
{
	if (!s->has_metrics && s->depth_max == 0) {
		(void)db_exec(db, &sql_queue_total_stop, "t", queue.at,
		    queue.bytes);
		return;
	}
	(void)side_use(db, SIDE_METRICS);
	(void)db_exec(db, &sql_queue_total_start, "t", queue.at, queue.bytes);
	if (had_metrics != s->has_metrics)
		(void)db_exec(db, &sql_queue_total_zero, "t", queue.at,
		    queue.bytes);
}

int
queue_settings_set(struct db *db, struct span queue,
    const struct queue_settings *s)
{
	struct queue_settings old = { 0 };

	if (look_at(db, queue, s) != ALK_OK)
		return db_error(db)->code;
	(void)queue_lock(db);
	(void)side_make(db);
	(void)queue_settings_get(db, queue, &old);
	(void)db_exec(db, &sql_queue_settings_save, "tiiiiiiiii", queue.at,
	    queue.bytes, (int64_t)s->is_paused, s->depth_max,
	    s->payload_bytes_max, s->rate_jobs, s->rate_per_ms, s->key_jobs,
	    s->history_s, (int64_t)s->has_metrics, (int64_t)s->has_events);
	keep_totals(db, queue, s, old.has_metrics);
	if (s->history_s > 0)
		(void)side_use(db, SIDE_JOBS);
	if (s->has_events)
		(void)side_use(db, SIDE_EVENTS);
	if (s->key_jobs != old.key_jobs)
		(void)db_exec(db, &sql_queue_let_go, "ti", queue.at,
		    queue.bytes, s->key_jobs);
	return db_error(db)->code;
}

int
queue_pause(struct db *db, struct span queue, bool is_paused, bool *done)
{
	(void)queue_lock(db);
	(void)side_make(db);
	bool was_paused = db_number(db, &sql_queue_is_paused, 0, "t", queue.at,
	    queue.bytes) != 0;
	*done = !db_failed(db) && was_paused != is_paused;
	if (*done)
		(void)db_exec(db, &sql_queue_pause, "ti", queue.at,
		    queue.bytes, (int64_t)is_paused);
	return db_error(db)->code;
}

int
queue_settings_list(struct db *db, queue_settings_fn fn, void *arg)
{
	struct db_rows *rows = db_query(db, &sql_queue_settings_all, "");

	while (db_next(db, rows)) {
		struct queue_settings s;
		struct span name;
		read_settings(rows, &s);
		name.at = db_text(rows, 9, &name.bytes);
		if (fn(arg, name, &s) != 0)
			break;
	}
	db_end(db, rows);
	(void)side_lacks(db);
	return db_error(db)->code;
}
