/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Commands on schedules. Times are shown as seconds from now.
 */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

static int64_t
from_now(const struct scene *sc, int64_t at)
{
	return at - sc->now_ms / 1000;
}

/*
 * schedule put NAME QUEUE EXPR PAYLOAD [skip_missed] [skip_if_running]
 *              [zone=] [dialect=N] [runs=N] [end=SECONDS] [priority=]
 *              [attempts=] [expires=]
 */
static int
run_put(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_schedule_new n = { .name = args_word(a, 2),
		.queue = args_word(a, 3), .expr = args_word(a, 4),
		.payload = args_word(a, 5), .bytes = ALK_NUL,
		.priority = args_number(a, "priority", 0),
		.max_attempts = args_number(a, "attempts", 0),
		.expires_s = args_number(a, "expires", 0),
		.dialect = (unsigned)args_number(a, "dialect", 0),
		.zone = args_get(a, "zone"),
		.max_runs = args_number(a, "runs", 0) };

	if (s == NULL)
		return SCENE_SLIP;
	if (args_has(a, 6, "skip_missed"))
		n.flags |= ALK_SCHEDULE_SKIP_MISSED;
	if (args_has(a, 6, "skip_if_running"))
		n.flags |= ALK_SCHEDULE_SKIP_IF_RUNNING;
	if (args_get(a, "end") != NULL)
		n.end_at = sc->now_ms / 1000 + args_number(a, "end", 0);
	return scene_told(sc, alk_schedule_put(s, &n));
}

static int
show_schedule(void *arg, const alk_schedule *v)
{
	struct scene *sc = arg;

	text_printf(&sc->out, "%s: %s -> %s %s at %+lld%s", v->name, v->expr,
	    v->queue, v->payload, (long long)from_now(sc, v->next_at),
	    v->is_paused ? " paused" : "");
	if (v->zone != NULL)
		text_printf(&sc->out, " zone %s", v->zone);
	if (v->dialect != 0 || v->flags != 0)
		text_printf(&sc->out, " dialect %u flags %u", v->dialect,
		    v->flags);
	if (v->max_runs != 0 || v->runs != 0)
		text_printf(&sc->out, " runs %lld/%lld job %lld",
		    (long long)v->runs, (long long)v->max_runs,
		    (long long)v->last_job);
	if (v->end_at != 0)
		text_printf(&sc->out, " end %+lld",
		    (long long)from_now(sc, v->end_at));
	text_printf(&sc->out, " priority %lld attempts %lld expires %lld\n",
	    (long long)v->priority, (long long)v->max_attempts,
	    (long long)v->expires_s);
	return 0;
}

/* schedule delete|pause|resume|get NAME | schedule list */
static int
run_one(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *what = args_word(a, 1);
	const char *name = args_word(a, 2);
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	if (strcmp(what, "delete") == 0)
		rc = alk_schedule_delete(s, name);
	else if (strcmp(what, "pause") == 0)
		rc = alk_schedule_pause(s, name);
	else if (strcmp(what, "resume") == 0)
		rc = alk_schedule_resume(s, name);
	else if (strcmp(what, "get") == 0)
		rc = alk_schedule_get(s, name, show_schedule, sc);
	else
		rc = alk_schedule_list(s, show_schedule, sc);
	return scene_told(sc, rc);
}

static int
show_fire(void *arg, const alk_fire *f)
{
	struct scene *sc = arg;

	text_printf(&sc->out, "%s fired for %+lld: job %lld in %s\n", f->name,
	    (long long)from_now(sc, f->at), (long long)f->job_id, f->queue);
	return 0;
}

/* schedule tick */
static int
run_tick(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	(void)a;
	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_schedule_tick(s, show_fire, sc));
}

/* schedule soonest */
static int
run_soonest(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	int64_t at = 0;
	int rc;

	(void)a;
	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, alk_schedule_soonest(s, &at));
	if (rc != ALK_OK)
		return rc;
	if (at == 0)
		text_printf(&sc->out, "never\n");
	else
		text_printf(&sc->out, "in %lld\n", (long long)from_now(sc, at));
	return rc;
}

static int
show_time(void *arg, int64_t at)
{
	struct scene *sc = arg;

	text_printf(&sc->out, "%+lld\n", (long long)from_now(sc, at));
	return 0;
}

/* cron next EXPR [zone=] [dialect=N] [n=N] */
static int
run_next(struct scene *sc, struct args *a)
{
	int rc = alk_cron_next(args_word(a, 2),
	    (unsigned)args_number(a, "dialect", 0), args_get(a, "zone"),
	    sc->now_ms / 1000, (size_t)args_number(a, "n", 1), show_time, sc,
	    &sc->err);

	return rc;
}

const struct command schedule_commands[] = {
	{ "schedule put", 2, run_put },
	{ "schedule delete", 2, run_one },
	{ "schedule pause", 2, run_one },
	{ "schedule resume", 2, run_one },
	{ "schedule get", 2, run_one },
	{ "schedule list", 2, run_one },
	{ "schedule tick", 2, run_tick },
	{ "schedule soonest", 2, run_soonest },
	{ "cron next", 2, run_next },
	{ NULL, 0, NULL }
};
