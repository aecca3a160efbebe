/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Tasks: register, change, pause, list. Firing is in schedule_tick.c. */
#include "events/schedule.h"

#include "base/error.h"
#include "events/schedule.sql.h"
#include "events/schedule_parts.h"

#include <string.h>

/* ---- Plans ------------------------------------------------------------- */

static int
open_zone(struct schedule_plan *p, const struct schedule *s, alk_error *err)
{
	char name[ZONE_NAME_MAX + 2] = "";
	struct span zone = s->wishes.zone;

	p->zone = NULL;
	if (p->cron.every_s != 0)
		return ALK_OK;
	if (s->has_wishes && zone.bytes > 0) {
		/* One more than a name may have is enough to be refused. */
		size_t n = zone.bytes < sizeof(name) - 1 ? zone.bytes :
		    sizeof(name) - 1;
		memcpy(name, zone.at, n);
		if (strlen(name) != n)
			return error_set(err, ALK_INVALID,
			    "the name of a time zone has a NUL");
	}
	return zone_open(name, &p->zone, err);
}

int
schedule_plan_init(struct schedule_plan *p, struct db *db,
    const struct schedule *s)
{
	alk_error err = { 0 };
	unsigned dialect = s->has_wishes ? s->wishes.dialect : CRON_HONKER;
	int code = db_failed(db) ? db_error(db)->code :
	    cron_parse(s->expr.at, s->expr.bytes, dialect, &p->cron, &err);

	if (code == ALK_OK)
		code = open_zone(p, s, &err);
	return code == ALK_OK ? ALK_OK : db_fail(db, code, "%s", err.text);
}

void
schedule_plan_fini(struct schedule_plan *p)
{
	zone_close(p->zone);
}

int
schedule_plan_next(const struct schedule_plan *p, struct db *db,
    int64_t from, int64_t *next)
{
	alk_error err = { 0 };
	int code = db_failed(db) ? db_error(db)->code :
	    cron_next(&p->cron, p->zone, from, next, &err);

	return code == ALK_OK ? ALK_OK : db_fail(db, code, "%s", err.text);
}

/* When a task fires first after now. */
static int
first_fire(struct db *db, const struct schedule *s, int64_t now,
    int64_t *next)
{
	struct schedule_plan plan;
	int code = schedule_plan_init(&plan, db, s);

	if (code != ALK_OK)
		return code;
	code = schedule_plan_next(&plan, db, now, next);
	schedule_plan_fini(&plan);
	return code;
}

/* ---- Rows -------------------------------------------------------------- */

void
schedule_read(struct db_rows *rows, struct schedule *s)
{
	*s = (struct schedule){ .name = span_at(rows, 0) };
	s->queue = span_at(rows, 1);
	s->expr = span_at(rows, 2);
	s->payload = span_at(rows, 3);
	s->priority = db_int(rows, 4);
	s->expires = !db_is_null(rows, 5);
	s->expires_s = db_int(rows, 5);
	s->max_attempts = db_int(rows, 6);
	s->is_enabled = db_int(rows, 7) != 0;
	s->next_fire_at = db_int(rows, 8);
	s->has_wishes = !db_is_null(rows, 9);
	if (!s->has_wishes)
		return;
	s->wishes.zone = span_at(rows, 10);
	int64_t dialect = db_int(rows, 11);
	s->wishes.dialect = dialect >= 0 && dialect < CRON_DIALECTS ?
	    (unsigned)dialect : CRON_DIALECTS;
	s->wishes.skip_missed = db_int(rows, 12) != 0;
	s->wishes.skip_if_running = db_int(rows, 13) != 0;
	s->wishes.max_runs = db_int(rows, 14);
	s->wishes.ends = !db_is_null(rows, 15);
	s->wishes.end_at = db_int(rows, 15);
	s->runs = db_int(rows, 16);
	s->has_job = !db_is_null(rows, 17);
	s->job_id = db_int(rows, 17);
}

static int
put_task(struct db *db, const struct schedule *s)
{
	int64_t max_attempts = s->max_attempts < 1 ? 1 : s->max_attempts;

	return s->expires ?
	    db_exec(db, &sql_schedule_put, "ttttiiii", s->name.at,
		s->name.bytes, s->queue.at, s->queue.bytes, s->expr.at,
		s->expr.bytes, s->payload.at, s->payload.bytes, s->priority,
		s->next_fire_at, max_attempts, s->expires_s) :
	    db_exec(db, &sql_schedule_put, "ttttiiin", s->name.at,
		s->name.bytes, s->queue.at, s->queue.bytes, s->expr.at,
		s->expr.bytes, s->payload.at, s->payload.bytes, s->priority,
		s->next_fire_at, max_attempts);
}

static int
put_wishes(struct db *db, const struct schedule *s)
{
	const struct schedule_wishes *w = &s->wishes;
	const char *zone = w->zone.at != NULL ? w->zone.at : "";

	return w->ends ?
	    db_exec(db, &sql_schedule_wish_put, "tttiiiii", s->name.at,
		s->name.bytes, s->expr.at, s->expr.bytes, zone, w->zone.bytes,
		(int64_t)w->dialect, (int64_t)w->skip_missed,
		(int64_t)w->skip_if_running, w->max_runs, w->end_at) :
	    db_exec(db, &sql_schedule_wish_put, "tttiiiin", s->name.at,
		s->name.bytes, s->expr.at, s->expr.bytes, zone, w->zone.bytes,
		(int64_t)w->dialect, (int64_t)w->skip_missed,
		(int64_t)w->skip_if_running, w->max_runs);
}

static int
put(struct db *db, const struct schedule *s)
{
	(void)put_task(db, s);
	return s->has_wishes ? put_wishes(db, s) :
	    db_exec(db, &sql_schedule_wish_drop, "t", s->name.at,
		s->name.bytes);
}

/* ---- Calls ------------------------------------------------------------- */

int
schedule_register(struct db *db, const struct schedule *s, int64_t now)
{
	struct schedule task = *s;

	if (first_fire(db, s, now, &task.next_fire_at) != ALK_OK)
		return db_error(db)->code;
	return put(db, &task);
}

int
schedule_unregister(struct db *db, struct span name, bool *done)
{
	(void)db_exec(db, &sql_schedule_wish_drop, "t", name.at, name.bytes);
	(void)db_exec(db, &sql_schedule_drop, "t", name.at, name.bytes);
	return events_done(db, done);
}

int
schedule_pause(struct db *db, struct span name, bool *done)
{
	(void)db_exec(db, &sql_schedule_enable, "ti", name.at, name.bytes,
	    (int64_t)0);
	return events_done(db, done);
}

/* A task that skips what it missed fires next after the pause. */
static void
skip_pause(struct db *db, struct span name, int64_t now)
{
	struct schedule s;
	struct db_rows *rows = db_query(db, &sql_schedule_get, "t", name.at,
	    name.bytes);
	int64_t next;

	if (db_next(db, rows)) {
		schedule_read(rows, &s);
		if (s.has_wishes && s.wishes.skip_missed &&
		    s.next_fire_at <= now &&
		    first_fire(db, &s, now, &next) == ALK_OK)
			(void)db_exec(db, &sql_schedule_advance, "tii", name.at,
			    name.bytes, next, (int64_t)1);
	}
	db_end(db, rows);
}

int
schedule_resume(struct db *db, struct span name, int64_t now, bool *done)
{
	(void)db_exec(db, &sql_schedule_enable, "ti", name.at, name.bytes,
	    (int64_t)1);
	if (events_done(db, done) == ALK_OK && *done)
		skip_pause(db, name, now);
	return db_error(db)->code;
}

static int
tell(struct db *db, struct db_rows *rows, schedule_fn fn, void *arg)
{
	struct schedule s;
	bool is_stopped = false;

	while (!is_stopped && db_next(db, rows)) {
		schedule_read(rows, &s);
		is_stopped = fn(arg, &s) != 0;
	}
	db_end(db, rows);
	return db_error(db)->code;
}

int
schedule_list(struct db *db, schedule_fn fn, void *arg)
{
	return tell(db, db_query(db, &sql_schedule_list, ""), fn, arg);
}

int
schedule_get(struct db *db, struct span name, schedule_fn fn, void *arg)
{
	return tell(db, db_query(db, &sql_schedule_get, "t", name.at,
	    name.bytes), fn, arg);
}

int64_t
schedule_soonest(struct db *db)
{
	return db_number(db, &sql_schedule_soonest, 0, "");
}

static void
apply(const struct schedule_change *change, struct schedule *s)
{
	if (change->expr.at != NULL)
		s->expr = change->expr;
	if (change->payload.at != NULL)
		s->payload = change->payload;
	if (change->sets_priority)
		s->priority = change->priority;
	if (change->sets_expires) {
		s->expires = change->expires;
		s->expires_s = change->expires_s;
	}
	if (change->sets_max_attempts)
		s->max_attempts = change->max_attempts;
	if (change->wishes != NULL) {
		s->has_wishes = true;
		s->wishes = *change->wishes;
	}
}

int
schedule_update(struct db *db, struct span name,
    const struct schedule_change *change, int64_t now, bool *done)
{
	bool is_replanned = change->expr.at != NULL || change->wishes != NULL;
	struct schedule s;

	*done = false;
	if (!is_replanned && change->payload.at == NULL &&
	    !change->sets_priority && !change->sets_expires &&
	    !change->sets_max_attempts)
		return db_error(db)->code;
	(void)db_exec(db, &sql_schedule_lock, "");
	struct db_rows *rows = db_query(db, &sql_schedule_get, "t", name.at,
	    name.bytes);
	if (db_next(db, rows)) {
		schedule_read(rows, &s);
		apply(change, &s);
		if (!is_replanned ||
		    first_fire(db, &s, now, &s.next_fire_at) == ALK_OK)
			*done = put(db, &s) == ALK_OK;
	}
	db_end(db, rows);
	return db_error(db)->code;
}
