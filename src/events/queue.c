/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Jobs: enqueue, acknowledge, give back, bury. Claiming is in claim.c. */
#include "events/queue.h"

#include "base/error.h"
#include "events/queue.sql.h"
#include "events/queue_parts.h"
#include "events/side.h"

#include <string.h>

int
queue_lock(struct db *db)
{
	return db_exec(db, &sql_queue_lock, "");
}

static int
insert(struct db *db, const struct sql *q, const struct queue_new *j,
    int64_t now)
{
	return j->expires ?
	    db_exec(db, q, "ttiiiii", j->queue.at, j->queue.bytes,
		j->payload.at, j->payload.bytes, j->priority, j->run_at,
		j->max_attempts, now, j->expires_at) :
	    db_exec(db, q, "ttiiiin", j->queue.at, j->queue.bytes,
		j->payload.at, j->payload.bytes, j->priority, j->run_at,
		j->max_attempts, now);
}

int
queue_insert(struct db *db, const struct queue_new *j, int64_t now,
    int64_t *id)
{
	int code = insert(db, &sql_queue_insert, j, now);

	if (code == ALK_OK && id != NULL)
		*id = db_last_id(db);
	return code;
}

/* Looks and inserts: for who has the write lock. */
static int
enqueue_locked(struct db *db, const struct queue_new *j, int64_t now,
    int64_t *id)
{
	struct queue_rules rules;

	if (queue_rules_find(db, j->queue, &rules))
		(void)queue_admit(db, &rules, j->queue, j->payload);
	return queue_insert(db, j, now, id);
}

/*
 * Without the write lock a read before the write would let it fail where
 * another has written in between: then one statement does both, more slowly.
 */
int
queue_enqueue(struct db *db, const struct queue_new *j, int64_t now,
    int64_t *id)
{
	if (db_is_writing(db))
		return enqueue_locked(db, j, now, id);
	(void)insert(db, &sql_queue_insert_admitted, j, now);
	if (side_lacks(db))
		return queue_insert(db, j, now, id);
	if (db_failed(db))
		return db_error(db)->code;
	/* Refused; or no more, which is then found out with the reason. */
	if (db_changes(db) == 0)
		return enqueue_locked(db, j, now, id);
	if (id != NULL)
		*id = db_last_id(db);
	return ALK_OK;
}

static int
tell(struct db *db, struct db_rows *rows, queue_job_fn fn, void *arg)
{
	bool is_stopped = false;

	while (!is_stopped && db_next(db, rows)) {
		struct queue_job j = { .id = db_int(rows, 0) };
		j.queue = span_at(rows, 1);
		j.payload = span_at(rows, 2);
		j.state = span_at(rows, 3);
		j.priority = db_int(rows, 4);
		j.run_at = db_int(rows, 5);
		j.worker = span_at(rows, 6);
		j.is_claimed = !db_is_null(rows, 7);
		j.claim_expires_at = db_int(rows, 7);
		j.attempts = db_int(rows, 8);
		j.max_attempts = db_int(rows, 9);
		j.created_at = db_int(rows, 10);
		j.expires = !db_is_null(rows, 11);
		j.expires_at = db_int(rows, 11);
		is_stopped = fn(arg, &j) != 0;
	}
	db_end(db, rows);
	return db_error(db)->code;
}

int
queue_get(struct db *db, int64_t id, queue_job_fn fn, void *arg)
{
	return tell(db, db_query(db, &sql_queue_get, "i", id), fn, arg);
}

int
queue_list(struct db *db, struct span queue, int64_t after, int64_t limit,
    queue_job_fn fn, void *arg)
{
	return tell(db, db_query(db, &sql_queue_list, "iti", after, queue.at,
	    queue.bytes, limit), fn, arg);
}

/* A statement that changes one job or none. */
int
queue_ack(struct db *db, int64_t id, struct span worker, int64_t now,
    bool *done)
{
	(void)db_exec(db, &sql_queue_ack, "iti", id, worker.at, worker.bytes,
	    now);
	return events_done(db, done);
}

int
queue_ack_json(struct db *db, struct span ids, struct span worker,
    int64_t now, int64_t *count)
{
	int code = db_exec(db, &sql_queue_ack_json, "tti", ids.at, ids.bytes,
	    worker.at, worker.bytes, now);

	*count = code == ALK_OK ? db_changes(db) : 0;
	return code;
}

int
queue_heartbeat(struct db *db, int64_t id, struct span worker,
    int64_t extend_s, int64_t now, bool *done)
{
	(void)db_exec(db, &sql_queue_heartbeat, "itii", id, worker.at,
	    worker.bytes, now, events_later(now, extend_s));
	return events_done(db, done);
}

int
queue_release(struct db *db, int64_t id, struct span worker, int64_t now,
    bool *done)
{
	(void)db_exec(db, &sql_queue_release, "iti", id, worker.at,
	    worker.bytes, now);
	return events_done(db, done);
}

int
queue_cancel(struct db *db, int64_t id, bool *done)
{
	(void)db_exec(db, &sql_queue_cancel, "i", id);
	return events_done(db, done);
}

int
queue_drain(struct db *db, struct span queue, int64_t *count)
{
	int code = db_exec(db, &sql_queue_drain, "t", queue.at, queue.bytes);

	*count = code == ALK_OK ? db_changes(db) : 0;
	return code;
}

int
queue_bury(struct db *db, int64_t id, struct span error, int64_t now)
{
	(void)db_exec(db, &sql_queue_bury, "iti", id, error.at, error.bytes,
	    now);
	return db_exec(db, &sql_queue_cancel, "i", id);
}

/* A job in a worker's hands. */
struct held {
	int64_t attempts;
	int64_t max_attempts;
	bool is_processing;
};

static bool
find_held(struct db *db, int64_t id, struct span worker, int64_t now,
    struct held *out)
{
	(void)queue_lock(db);
	struct db_rows *rows = db_query(db, &sql_queue_held, "iti", id,
	    worker.at, worker.bytes, now);
	bool is_found = db_next(db, rows);

	if (is_found) {
		struct span state = span_at(rows, 2);
		out->attempts = db_int(rows, 0);
		out->max_attempts = db_int(rows, 1);
		out->is_processing = state.bytes == strlen("processing") &&
		    memcmp(state.at, "processing", state.bytes) == 0;
	}
	db_end(db, rows);
	return is_found && !db_failed(db);
}

static void
keep_error(struct db *db, int64_t id, const struct held *h,
    struct span worker, struct span error, int64_t now)
{
	if (db_failed(db))
		return;
	(void)db_exec(db, &sql_queue_attempt_insert, "iitit", id,
	    h->attempts, worker.at, worker.bytes, now, error.at, error.bytes);
	/* Made by Honker alone the file has no place for it. */
	(void)side_lacks(db);
}

int
queue_retry(struct db *db, int64_t id, struct span worker, int64_t delay_s,
    struct span error, int64_t now, bool *done)
{
	struct held h;

	*done = find_held(db, id, worker, now, &h) && h.is_processing;
	if (!*done)
		return db_error(db)->code;
	keep_error(db, id, &h, worker, error, now);
	if (h.attempts >= h.max_attempts)
		return queue_bury(db, id, error, now);
	return db_exec(db, &sql_queue_put_back, "ii", id,
	    events_later(now, delay_s));
}

int
queue_fail(struct db *db, int64_t id, struct span worker, struct span error,
    int64_t now, bool *done)
{
	struct held h;

	*done = find_held(db, id, worker, now, &h);
	if (!*done)
		return db_error(db)->code;
	keep_error(db, id, &h, worker, error, now);
	return queue_bury(db, id, error, now);
}

bool
queue_has_expired(struct db *db, struct span queue, int64_t now)
{
	return db_number(db, &sql_queue_has_expired, 0, "ti", queue.at,
	    queue.bytes, now) != 0;
}

int
queue_sweep(struct db *db, struct span queue, int64_t now, int64_t *count)
{
	(void)db_exec(db, &sql_queue_sweep_copy, "ti", queue.at, queue.bytes,
	    now);
	int code = db_exec(db, &sql_queue_sweep_delete, "ti", queue.at,
	    queue.bytes, now);

	*count = code == ALK_OK ? db_changes(db) : 0;
	return code;
}

int64_t
queue_next_claim_at(struct db *db, struct span queue, int64_t now)
{
	int64_t pending = db_number(db, &sql_queue_next_pending, 0, "ti",
	    queue.at, queue.bytes, now);
	int64_t lapse = db_number(db, &sql_queue_next_lapse, 0, "ti",
	    queue.at, queue.bytes, now);

	if (pending == 0 || (lapse != 0 && lapse < pending))
		return lapse;
	return pending;
}
