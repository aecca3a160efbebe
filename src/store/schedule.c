/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Schedules, as alkstore.h offers them. Running them is in scheduler.c. */
#include "store/store.h"

#include "base/error.h"
#include "events/cron.h"
#include "store/fires.h"
#include "store/names.h"

#include <string.h>

#define MAX_ATTEMPTS 3
#define FLAGS (ALK_SCHEDULE_SKIP_MISSED | ALK_SCHEDULE_SKIP_IF_RUNNING)

_Static_assert(ALK_CRON_EXTENDED == CRON_EXTENDED &&
    ALK_CRON_EITHER_DAY == CRON_EITHER_DAY &&
    ALK_CRON_ELAPSED == CRON_ELAPSED, "dialects have one number each");

/* ---- put ---- */

static int
check_new(alk_session *s, const alk_schedule_new *n, size_t *bytes,
    alk_error *err)
{
	if (names_check(s, n->name, "the schedule", err) != ALK_OK ||
	    names_check(s, n->queue, "the queue", err) != ALK_OK ||
	    names_check_payload(s, n->payload, bytes, err) != ALK_OK ||
	    names_check_seconds(n->expires_s, 0, "expires_s", err) != ALK_OK ||
	    names_check_seconds(n->end_at, 0, "end_at", err) != ALK_OK)
		return err->code;
	if (n->expr == NULL)
		return error_set(err, ALK_INVALID, "no expression is given");
	if (n->max_attempts < 0 || n->max_runs < 0)
		return error_set(err, ALK_INVALID, "%s is below 0",
		    n->max_runs < 0 ? "max_runs" : "max_attempts");
	return ALK_OK;
}

static void
read_new(const alk_schedule_new *n, size_t bytes, struct schedule *out)
{
	*out = (struct schedule){ .name = span_of(n->name),
		.queue = span_of(n->queue), .expr = span_of(n->expr),
		.payload = { n->payload, bytes }, .priority = n->priority,
		.expires = n->expires_s != 0, .expires_s = n->expires_s,
		.max_attempts = n->max_attempts != 0 ? n->max_attempts :
		MAX_ATTEMPTS };
	out->has_wishes = n->dialect != 0 || n->flags != 0 ||
	    n->zone != NULL || n->max_runs != 0 || n->end_at != 0;
	out->wishes = (struct schedule_wishes){ .zone = span_of(n->zone),
		.dialect = n->dialect,
		.skip_missed = (n->flags & ALK_SCHEDULE_SKIP_MISSED) != 0,
		.skip_if_running = (n->flags &
		    ALK_SCHEDULE_SKIP_IF_RUNNING) != 0,
		.max_runs = n->max_runs, .ends = n->end_at != 0,
		.end_at = n->end_at };
}

int
alk_schedule_put(alk_session *s, const alk_schedule_new *schedule)
{
	struct call c;
	struct schedule task;
	size_t bytes = schedule->bytes;

	if (call_write(s, &c, false) == ALK_OK &&
	    call_check_flags(&c, schedule->flags, FLAGS) == ALK_OK &&
	    check_new(s, schedule, &bytes, &c.err) == ALK_OK) {
		read_new(schedule, bytes, &task);
		(void)schedule_register(s->writer, &task, s->graph.now);
	}
	return call_end(s, &c);
}

/* ---- delete, pause, resume ---- */

static int
note_there(void *arg, const struct schedule *task)
{
	(void)task;
	*(bool *)arg = true;
	return 1;
}

static void
refuse_missing(struct call *c, const char *name, bool is_there)
{
	if (c->err.code == ALK_OK && !is_there)
		error_set(&c->err, ALK_NOTFOUND, "there is no schedule '%s'",
		    name);
}

int
alk_schedule_delete(alk_session *s, const char *name)
{
	struct call c;
	bool done = false;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check(s, name, "the schedule", &c.err) == ALK_OK) {
		(void)schedule_unregister(s->writer, span_of(name), &done);
		refuse_missing(&c, name, done);
	}
	return call_end(s, &c);
}

static int
set_paused(alk_session *s, const char *name, bool is_paused)
{
	struct call c;
	bool done = false;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check(s, name, "the schedule", &c.err) == ALK_OK) {
		if (is_paused)
			(void)schedule_pause(s->writer, span_of(name), &done);
		else
			(void)schedule_resume(s->writer, span_of(name),
			    s->graph.now, &done);
		if (!done) /* it may have been so before */
			(void)schedule_get(s->writer, span_of(name),
			    note_there, &done);
		refuse_missing(&c, name, done);
	}
	return call_end(s, &c);
}

int
alk_schedule_pause(alk_session *s, const char *name)
{
	return set_paused(s, name, true);
}

int
alk_schedule_resume(alk_session *s, const char *name)
{
	return set_paused(s, name, false);
}

/* ---- get, list ---- */

struct showing {
	alk_schedule_fn fn;
	void *arg;
	bool found;
};

static int
show(void *arg, const struct schedule *t)
{
	struct showing *v = arg;
	const struct schedule_wishes *w = &t->wishes;
	alk_schedule out = { .name = t->name.at, .queue = t->queue.at,
		.expr = t->expr.at, .payload = t->payload.at,
		.payload_bytes = t->payload.bytes, .priority = t->priority,
		.max_attempts = t->max_attempts,
		.expires_s = t->expires ? t->expires_s : 0,
		.is_paused = !t->is_enabled, .next_at = t->next_fire_at };

	v->found = true;
	if (t->has_wishes) {
		out.dialect = w->dialect;
		out.flags = (w->skip_missed ? ALK_SCHEDULE_SKIP_MISSED : 0) |
		    (w->skip_if_running ? ALK_SCHEDULE_SKIP_IF_RUNNING : 0);
		out.zone = w->zone.bytes > 0 ? w->zone.at : NULL;
		out.max_runs = w->max_runs;
		out.end_at = w->ends ? w->end_at : 0;
		out.runs = t->runs;
		out.last_job = t->has_job ? t->job_id : 0;
	}
	return v->fn(v->arg, &out);
}

static int
check_visitor(alk_schedule_fn fn, alk_error *err)
{
	return fn != NULL ? ALK_OK : error_set(err, ALK_INVALID,
	    "no function is given to take the schedules");
}

int
alk_schedule_get(alk_session *s, const char *name, alk_schedule_fn fn,
    void *arg)
{
	struct call c;
	struct showing v = { .fn = fn, .arg = arg };

	if (call_read(s, &c) == ALK_OK &&
	    check_visitor(fn, &c.err) == ALK_OK &&
	    names_check(s, name, "the schedule", &c.err) == ALK_OK) {
		(void)schedule_get(s->graph.db, span_of(name), show, &v);
		refuse_missing(&c, name, v.found);
	}
	return call_end(s, &c);
}

int
alk_schedule_list(alk_session *s, alk_schedule_fn fn, void *arg)
{
	struct call c;
	struct showing v = { .fn = fn, .arg = arg };

	if (call_read(s, &c) == ALK_OK && check_visitor(fn, &c.err) == ALK_OK)
		(void)schedule_list(s->graph.db, show, &v);
	return call_end(s, &c);
}

int
alk_schedule_soonest(alk_session *s, int64_t *at)
{
	struct call c;
	int64_t soonest = 0;

	if (call_read(s, &c) == ALK_OK)
		soonest = schedule_soonest(s->graph.db);
	int code = call_end(s, &c);
	if (code == ALK_OK)
		*at = soonest;
	return code;
}

/* ---- tick ---- */

void
fires_keep(void *arg, const struct schedule_fire *f)
{
	struct fires *kept = arg;
	alk_fire out = { .at = f->fire_at, .job_id = f->job_id };

	buf_add(&kept->texts, f->name.at, f->name.bytes);
	buf_char(&kept->texts, '\0');
	buf_add(&kept->texts, f->queue.at, f->queue.bytes);
	buf_char(&kept->texts, '\0');
	buf_add(&kept->list, &out, sizeof(out));
	if (kept->texts.failed || kept->list.failed)
		error_nomem(kept->err);
}

void
fires_tell(const struct fires *kept, alk_fire_fn fn, void *arg)
{
	const char *text = kept->texts.data;

	for (size_t i = 0; i < kept->list.bytes; i += sizeof(alk_fire)) {
		alk_fire f;
		memcpy(&f, kept->list.data + i, sizeof(f));
		f.name = text;
		text += strlen(text) + 1;
		f.queue = text;
		text += strlen(text) + 1;
		if (fn != NULL && fn(arg, &f) != 0)
			return;
	}
}

void
fires_fini(struct fires *kept)
{
	buf_fini(&kept->texts);
	buf_fini(&kept->list);
}

static bool
has_due(alk_session *s, const char *name)
{
	(void)name;
	return schedule_has_due(s->graph.db, s->graph.now);
}

int
alk_schedule_tick(alk_session *s, alk_fire_fn fn, void *arg)
{
	struct call c;
	struct fires kept = { .err = &c.err };
	bool is_due;

	if (call_probe(s, has_due, NULL, &is_due) != ALK_OK || !is_due)
		return s->err.code;
	if (call_write(s, &c, false) == ALK_OK)
		(void)schedule_tick(s->writer, s->graph.now, s->graph.now,
		    fires_keep, &kept);
	int code = call_end(s, &c);
	if (code == ALK_OK)
		fires_tell(&kept, fn, arg);
	fires_fini(&kept);
	return code;
}

/* ---- without a store ---- */

int
alk_cron_next(const char *expr, unsigned dialect, const char *zone,
    int64_t from, size_t n, alk_time_fn fn, void *arg, alk_error *err)
{
	struct cron cron;
	struct zone *z = NULL;
	alk_error ignored;
	int code;

	if (err == NULL)
		err = &ignored;
	error_clear(err);
	if (expr == NULL || fn == NULL)
		return error_set(err, ALK_INVALID, expr == NULL ?
		    "no expression is given" :
		    "no function is given to take the times");
	code = cron_parse(expr, strlen(expr), dialect, &cron, err);
	if (code == ALK_OK)
		code = zone_open(zone, &z, err);
	for (; n > 0 && code == ALK_OK; n--) {
		code = cron_next(&cron, z, from, &from, err);
		if (code == ALK_OK && fn(arg, from) != 0)
			break;
	}
	zone_close(z);
	return code;
}
