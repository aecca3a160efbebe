/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_SCHEDULE_H
#define EVENTS_SCHEDULE_H

#include "events/cron.h"
#include "events/events.h"

/*
 * Tasks that put a job into a queue when an expression of cron.h says so. A
 * task without wishes is one of Honker's, in every respect.
 *
 * Calls marked "several" make several statements: their caller wraps them in a
 * transaction or a savepoint. Each takes the write lock before it reads.
 * Returns are the sticky code of db.
 */

/* Of a task in one tick; then what else was missed is left out. */
#define SCHEDULE_FIRES_MAX 64
/* With skip_missed: what is later than this, in seconds, was missed. */
#define SCHEDULE_GRACE_S 60

/* What Honker lacks; kept beside the contract's table. */
struct schedule_wishes {
	struct span zone; /* empty: this process's, as Honker's; see zone.h */
	unsigned dialect; /* CRON_... */
	/* Of the times due at a tick only the last fires, if not missed. */
	bool skip_missed;
	/* Nothing fires while the last job is not acknowledged or dead. */
	bool skip_if_running;
	int64_t max_runs; /* after so many fires the task is paused; 0: never */
	bool ends;
	int64_t end_at;   /* after that time nothing fires: it is paused */
};

struct schedule {
	struct span name;
	struct span queue;
	struct span expr;
	struct span payload;
	int64_t priority;
	bool expires;
	int64_t expires_s;    /* its jobs do, so long after they were put */
	int64_t max_attempts; /* below 1 counts as 1 */
	bool has_wishes;
	struct schedule_wishes wishes;
	/* Only told: */
	bool is_enabled;
	int64_t next_fire_at;
	int64_t runs;         /* with wishes: fires since it was registered */
	bool has_job;
	int64_t job_id;       /* with wishes: the last one */
};

/*
 * Several. A task by that name is replaced but for its being paused and, where
 * it has wishes, for its count of runs. ALK_INVALID, ALK_NOTFOUND: see
 * cron_parse(), cron_next(), zone_open().
 */
int schedule_register(struct db *db, const struct schedule *s, int64_t now);
/* Several. *done: there was one. */
int schedule_unregister(struct db *db, struct span name, bool *done);

struct schedule_fire {
	struct span name;
	struct span queue;
	int64_t fire_at; /* the time that was due */
	int64_t job_id;
};

/* Borrowed for the call. */
typedef void (*schedule_fire_fn)(void *arg, const struct schedule_fire *f);

/* Whether a tick would find something; reads only. */
bool schedule_has_due(struct db *db, int64_t now);
/*
 * Several. Fires what is due by `now`; the jobs may run from `clock` on, which
 * is the real time. fn (may be NULL) is told each. A task that cannot be read
 * fails the call, as in Honker; the error names it. What the settings of a
 * queue refuse (queue_settings.h) does not fire.
 */
int schedule_tick(struct db *db, int64_t now, int64_t clock,
    schedule_fire_fn fn, void *arg);
/* When something is due next; 0: never. */
int64_t schedule_soonest(struct db *db);

/* *done: it was not so before. */
int schedule_pause(struct db *db, struct span name, bool *done);
/*
 * Several. What fell into the pause is caught up with, unless the task wishes
 * to skip what it missed.
 */
int schedule_resume(struct db *db, struct span name, int64_t now, bool *done);

/* Returns 0 to go on. The task is borrowed for the call. */
typedef int (*schedule_fn)(void *arg, const struct schedule *s);

/* Every task, by name. */
int schedule_list(struct db *db, schedule_fn fn, void *arg);
/* fn is not called where there is none. */
int schedule_get(struct db *db, struct span name, schedule_fn fn, void *arg);

/* What is to be another; the rest stays. */
struct schedule_change {
	struct span expr;    /* at NULL: stays */
	struct span payload; /* at NULL: stays */
	bool sets_priority;
	int64_t priority;
	bool sets_expires;
	bool expires;
	int64_t expires_s;
	bool sets_max_attempts;
	int64_t max_attempts; /* below 1 counts as 1 */
	const struct schedule_wishes *wishes; /* NULL: stay */
};

/*
 * Several. A new expression or new wishes count from now. *done: there is such
 * a task, and something to change.
 */
int schedule_update(struct db *db, struct span name,
    const struct schedule_change *change, int64_t now, bool *done);

#endif
