/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_JOB_INFO_H
#define EVENTS_JOB_INFO_H

#include "events/job.h"

/* What is known of a job beside its row in the queue; tags; errors. */

enum job_standing {
	JOB_IN_QUEUE,
	JOB_HELD,         /* back for its key */
	JOB_ACKNOWLEDGED, /* only of jobs of a batch, until that is purged */
	JOB_DEAD,
	JOB_CANCELLED,
};

struct job_info {
	int64_t id;
	struct span queue;
	enum job_standing standing;
	struct span key;           /* at NULL: none; so the others */
	struct span unique;
	struct span metadata;
	int64_t held_run_at;       /* of a held job: when it would be due */
	int64_t due_ms;            /* 0: not given in milliseconds */
	int64_t batch;             /* 0: none */
	int64_t progress;          /* -1: never set */
	struct span progress_text;
};

/* Borrowed for the call. */
typedef void (*job_info_fn)(void *arg, const struct job_info *info);
/* fn is not called for a job that has only its row in the queue, or none. */
int job_info_get(struct db *db, int64_t id, job_info_fn fn, void *arg);

/*
 * Several. By the worker who holds the job: 0 to 100 and a text (at NULL:
 * none). *done: the job was the worker's, and its time was not over.
 */
int job_progress(struct db *db, int64_t id, struct span worker,
    int64_t progress, struct span text, int64_t now_ms, bool *done);

/* Returns 0 to go on. */
typedef int (*job_text_fn)(void *arg, struct span text);
int job_tags(struct db *db, int64_t id, job_text_fn fn, void *arg);
/*
 * Live jobs that have a tag, of one queue or (at NULL) of all, by id, after an
 * id, at most limit.
 */
int job_find(struct db *db, struct span queue, struct span tag, int64_t after,
    int64_t limit, queue_job_fn fn, void *arg);
/* Several. Whoever holds them. */
int job_cancel_tagged(struct db *db, struct span queue, struct span tag,
    int64_t *count);

struct job_attempt {
	int64_t attempt;     /* below 1: before it was sent on its way again */
	struct span worker;
	int64_t ended_at;
	struct span error;
};
/* Returns 0 to go on. */
typedef int (*job_attempt_fn)(void *arg, const struct job_attempt *a);
/* The failed attempts of a live, dead or ended job, in order. */
int job_attempts(struct db *db, int64_t id, job_attempt_fn fn, void *arg);

struct job_done {
	int64_t id;
	struct span queue;
	struct span payload;
	struct span worker;
	int64_t attempts;
	int64_t created_at;
	int64_t started_ms;  /* 0: claimed by a binding of Honker */
	int64_t ended_ms;
	struct span result;  /* at NULL: none was given with the end */
};
/* Returns 0 to go on. */
typedef int (*job_done_fn)(void *arg, const struct job_done *d);
struct job_history_page {
	int64_t before_ms; /* INT64_MAX: from the latest */
	int64_t before_id; /* of those that ended then, only lower ids */
	int64_t limit;
};
/*
 * Acknowledged jobs of a queue with queue_settings.history_s, the latest first,
 * of one millisecond the highest id.
 */
int job_history(struct db *db, struct span queue,
    const struct job_history_page *p, job_done_fn fn, void *arg);
/*
 * Several. Forgets what ended more than its queue's history_s ago (all of a
 * queue that keeps none), and of all queues (at NULL) also the failed attempts,
 * so old, of jobs that neither live nor lie with the dead. A queue in use
 * forgets by itself, two old ones with each new one; this is for one at rest.
 * *count: jobs forgotten.
 */
int job_history_sweep(struct db *db, struct span queue, int64_t now_ms,
    int64_t *count);
/*
 * Several. Forgets what ended before a time, with its failed attempts, of one
 * queue or (at NULL) of all, whatever the settings.
 */
int job_history_purge(struct db *db, struct span queue, int64_t before_ms,
    int64_t *count);

#endif
