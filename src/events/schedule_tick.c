/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Firing what is due, task by task in the order of their times. Each step makes
 * its task be due later or never, so that the next step finds another.
 */
#include "events/schedule.h"

#include "base/error.h"
#include "events/civil.h"
#include "events/queue.h"
#include "events/schedule.sql.h"
#include "events/schedule_parts.h"

struct tick {
	struct db *db;
	int64_t now;
	int64_t clock;
	schedule_fire_fn fn;
	void *arg;
};

bool
schedule_has_due(struct db *db, int64_t now)
{
	return db_number(db, &sql_schedule_has_due, 0, "i", now) != 0;
}

/* Whether nothing fires any more: neither at that time nor after it. */
bool
schedule_is_over(const struct schedule *s, int64_t fire_at)
{
	const struct schedule_wishes *w = &s->wishes;

	return s->has_wishes && ((w->max_runs > 0 && s->runs >= w->max_runs) ||
	    (w->ends && fire_at > w->end_at));
}

static bool
is_running(struct tick *t, const struct schedule *s)
{
	return s->has_wishes && s->wishes.skip_if_running && s->has_job &&
	    db_number(t->db, &sql_schedule_is_running, 0, "i", s->job_id) != 0;
}

static void
fire(struct tick *t, struct schedule *s, int64_t fire_at)
{
	struct queue_new job = { .queue = s->queue, .payload = s->payload,
		.priority = s->priority, .max_attempts = s->max_attempts,
		.run_at = t->clock, .expires = s->expires };
	struct schedule_fire f = { .name = s->name, .queue = s->queue,
		.fire_at = fire_at };

	if (is_running(t, s))
		return;
	/* Times beyond all clocks never come. */
	job.expires_at = s->expires_s > INT64_MAX - t->clock ? INT64_MAX :
	    t->clock + s->expires_s;
	switch (queue_enqueue(t->db, &job, t->clock, &f.job_id)) {
	case ALK_OK:
		break;
	case ALK_LIMIT: /* the queue is full: nothing was written */
		error_clear(db_error(t->db));
		return;
	default:
		return;
	}
	s->runs++;
	s->has_job = true;
	s->job_id = f.job_id;
	if (t->fn != NULL)
		t->fn(t->arg, &f);
}

/* The last time that is due, if it was not missed; else the next to come. */
static int
skip_missed(struct tick *t, const struct schedule_plan *p, int64_t *at)
{
	int64_t every_s = p->cron.every_s;
	int64_t next;

	if (every_s != 0) {
		*at += (t->now - *at) / every_s * every_s;
		return t->now - *at > SCHEDULE_GRACE_S ?
		    schedule_plan_next(p, t->db, *at, at) : ALK_OK;
	}
	if (t->now - *at > SCHEDULE_GRACE_S &&
	    schedule_plan_next(p, t->db, t->now - SCHEDULE_GRACE_S - 1, at) !=
	    ALK_OK)
		return db_error(t->db)->code;
	while (*at <= t->now) {
		if (schedule_plan_next(p, t->db, *at, &next) != ALK_OK)
			return db_error(t->db)->code;
		if (next > t->now)
			break;
		*at = next;
	}
	return ALK_OK;
}

/* Fires a task that is due; its next time becomes one after now. */
static void
fire_due(struct tick *t, struct schedule *s, const struct schedule_plan *p)
{
	/* What another program wrote may be anything. */
	int64_t at = s->next_fire_at > -CIVIL_SECONDS_MAX ? s->next_fire_at :
	    -CIVIL_SECONDS_MAX;

	if (s->has_wishes && s->wishes.skip_missed)
		(void)skip_missed(t, p, &at);
	for (int i = 0; i < SCHEDULE_FIRES_MAX && at <= t->now &&
	    !db_failed(t->db) && !schedule_is_over(s, at); i++) {
		fire(t, s, at);
		(void)schedule_plan_next(p, t->db, at, &at);
	}
	if (at <= t->now && !schedule_is_over(s, at))
		(void)schedule_plan_next(p, t->db, t->now, &at);
	s->next_fire_at = at;
}

static void
run_task(struct tick *t, struct schedule *s)
{
	struct schedule_plan plan;
	int64_t runs = s->runs;

	if (schedule_plan_init(&plan, t->db, s) != ALK_OK)
		return;
	fire_due(t, s, &plan);
	schedule_plan_fini(&plan);
	(void)db_exec(t->db, &sql_schedule_advance, "tii", s->name.at,
	    s->name.bytes, s->next_fire_at,
	    (int64_t)!schedule_is_over(s, s->next_fire_at));
	if (s->has_wishes && s->runs != runs)
		(void)db_exec(t->db, &sql_schedule_note, "tii", s->name.at,
		    s->name.bytes, s->runs, s->job_id);
}

int
schedule_tick(struct db *db, int64_t now, int64_t clock,
    schedule_fire_fn fn, void *arg)
{
	struct tick t = { .db = db, .now = now, .clock = clock, .fn = fn,
		.arg = arg };
	bool has_more = true;

	(void)db_exec(db, &sql_schedule_lock, "");
	while (has_more && !db_failed(db)) {
		struct schedule s;
		struct db_rows *rows = db_query(db, &sql_schedule_due, "i",
		    now);
		has_more = db_next(db, rows);
		if (has_more) {
			schedule_read(rows, &s);
			run_task(&t, &s);
			if (db_failed(db))
				error_entry(db_error(db), "task %.*s",
				    (int)(s.name.bytes < 200 ? s.name.bytes :
				    200), s.name.at);
		}
		db_end(db, rows);
	}
	return db_error(db)->code;
}
