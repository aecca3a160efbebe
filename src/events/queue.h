/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_QUEUE_H
#define EVENTS_QUEUE_H

#include "events/events.h"

/*
 * Queues. A job is pending until a worker claims it; the claim holds for a
 * time, in which the worker acknowledges the job, gives it back or asks for
 * longer. When the time is over another may claim it, and every later word of
 * the first is refused: that is the fence. A job that used up its attempts goes
 * to the dead letters.
 *
 * Calls marked "several" make several statements: their caller wraps them in a
 * transaction or a db_unit. Each takes the write lock before it reads. Returns
 * are the sticky code of db.
 */

struct queue_new {
	struct span queue;
	struct span payload;
	int64_t priority;     /* more comes first */
	int64_t max_attempts;
	int64_t run_at;
	bool expires;
	int64_t expires_at;   /* from then on nobody may claim it */
};

struct queue_job {
	int64_t id;
	struct span queue;
	struct span payload;
	struct span state;    /* "pending" or "processing" */
	struct span worker;   /* at is NULL: nobody's */
	int64_t priority;
	int64_t run_at;
	bool is_claimed;      /* claim_expires_at is set */
	int64_t claim_expires_at;
	int64_t attempts;
	int64_t max_attempts;
	int64_t created_at;
	bool expires;
	int64_t expires_at;
};

/* Returns 0 to go on. The job is borrowed for the call. */
typedef int (*queue_job_fn)(void *arg, const struct queue_job *j);

/* ALK_LIMIT where the queue's settings refuse it (queue_settings.h). */
int queue_enqueue(struct db *db, const struct queue_new *j, int64_t now,
    int64_t *id);

/*
 * Whether a claim would find something to do; reads only. Not where the queue
 * is paused or its rate used up.
 */
bool queue_has_work(struct db *db, struct span queue, int64_t now);
bool queue_has_work_ms(struct db *db, struct span queue, int64_t now_ms);

/*
 * Several. Claims at most n jobs (below 0: all) for timeout_s seconds, in the
 * order priority, due time, id; fn is told each in that order, and stopping it
 * claims no more. First, what is spent goes to the dead letters.
 */
int queue_claim(struct db *db, struct span queue, struct span worker,
    int64_t n, int64_t timeout_s, int64_t now, queue_job_fn fn, void *arg);
/* The same to the millisecond: of due times, rates and what is counted. */
int queue_claim_ms(struct db *db, struct span queue, struct span worker,
    int64_t n, int64_t timeout_s, int64_t now_ms, queue_job_fn fn, void *arg);
/*
 * The same for a transaction that has not begun to read: takes the write lock
 * only where something is found. Fails with ALK_BUSY, without waiting, where
 * another writes or has written meanwhile: then nothing is changed, and after a
 * rollback one of those above is to be called.
 */
int queue_claim_reading(struct db *db, struct span queue, struct span worker,
    int64_t n, int64_t timeout_s, int64_t now_ms, queue_job_fn fn, void *arg);

/* *done: the job was the worker's, and its time was not over. */
int queue_ack(struct db *db, int64_t id, struct span worker, int64_t now,
    bool *done);
/* ids: JSON, whatever json_each() makes ids of. */
int queue_ack_json(struct db *db, struct span ids, struct span worker,
    int64_t now, int64_t *count);
/*
 * Several. Back to pending after delay_s, or to the dead letters where the
 * attempts are used up; the error is kept either way.
 */
int queue_retry(struct db *db, int64_t id, struct span worker,
    int64_t delay_s, struct span error, int64_t now, bool *done);
/* Several. To the dead letters at once. */
int queue_fail(struct db *db, int64_t id, struct span worker,
    struct span error, int64_t now, bool *done);
/* The claim ends extend_s from now. */
int queue_heartbeat(struct db *db, int64_t id, struct span worker,
    int64_t extend_s, int64_t now, bool *done);
/* Back as if it had not been claimed: the attempt does not count. */
int queue_release(struct db *db, int64_t id, struct span worker, int64_t now,
    bool *done);
/* Whoever holds it. */
int queue_cancel(struct db *db, int64_t id, bool *done);
/* All of a queue that wait. */
int queue_drain(struct db *db, struct span queue, int64_t *count);
/* Tells the job; fn is not called where there is none. */
int queue_get(struct db *db, int64_t id, queue_job_fn fn, void *arg);
/* Of a queue (at NULL: all), by id, after an id, at most limit. */
int queue_list(struct db *db, struct span queue, int64_t after, int64_t limit,
    queue_job_fn fn, void *arg);
/* Whether a sweep would find something; reads only. */
bool queue_has_expired(struct db *db, struct span queue, int64_t now);
/* Several. What expired goes to the dead letters, also out of lapsed claims. */
int queue_sweep(struct db *db, struct span queue, int64_t now,
    int64_t *count);
/* When a claim will find something that it does not find now; 0: never. */
int64_t queue_next_claim_at(struct db *db, struct span queue, int64_t now);

#endif
