/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "events/dead.h"

#include "base/error.h"
#include "events/dead.sql.h"
#include "events/job_parts.h"
#include "events/side.h"

#define REDRIVE_AT_ONCE 256

/* ---- looking ---- */

static struct db_rows *
list(struct db *db, struct span queue, int64_t after, int64_t limit)
{
	if (queue.at == NULL)
		return db_query(db, &sql_dead_list_all, "ii", after, limit);
	return db_query(db, &sql_dead_list, "tii", queue.at, queue.bytes,
	    after, limit);
}

int
dead_list(struct db *db, struct span queue, int64_t after, int64_t limit,
    dead_fn fn, void *arg)
{
	struct db_rows *rows = list(db, queue, after, limit);

	while (db_next(db, rows)) {
		struct dead_letter d = { .id = db_int(rows, 0),
			.queue = span_at(rows, 1), .payload = span_at(rows, 2),
			.priority = db_int(rows, 3),
			.run_at = db_int(rows, 4),
			.attempts = db_int(rows, 5),
			.max_attempts = db_int(rows, 6),
			.error = span_at(rows, 7),
			.created_at = db_int(rows, 8),
			.died_at = db_int(rows, 9) };
		if (fn(arg, &d) != 0)
			break;
	}
	db_end(db, rows);
	return db_error(db)->code;
}

int64_t
dead_count(struct db *db, struct span queue)
{
	if (queue.at == NULL)
		return db_number(db, &sql_dead_count_all, 0, "");
	return db_number(db, &sql_dead_count, 0, "t", queue.at, queue.bytes);
}

/* ---- sending again ---- */

/* What lies with the dead, and whether it may have its id again. */
struct found {
	bool is_found;
	bool is_full;   /* its key: it is held back */
	bool has_row;   /* beside */
	bool is_taken;  /* the id */
};

static void
look(struct db *db, int64_t id, struct found *f)
{
	struct db_rows *rows = db_query(db, &sql_dead_look, "i", id);

	f->is_found = db_next(db, rows);
	if (f->is_found) {
		struct span queue = span_at(rows, 0);
		struct queue_rules rules;
		f->has_row = db_int(rows, 4) != 0;
		f->is_taken = db_int(rows, 5) != 0;
		(void)queue_rules_find(db, queue, &rules);
		f->is_full = !f->is_taken &&
		    job_is_key_full(db, &rules, queue, span_at(rows, 1));
	}
	db_end(db, rows);
}

/* The rows beside it come back to life with it. */
static void
revive_beside(struct db *db, int64_t id, bool is_held, int64_t now)
{
	(void)db_exec(db, &sql_dead_batch_rejoin, "i", id);
	(void)db_exec(db, &sql_dead_batch_leave, "i", id);
	(void)db_exec(db, &sql_dead_job_revive, "iii", id, (int64_t)is_held,
	    now);
	(void)db_exec(db, &sql_dead_unique_retake, "i", id);
}

int
dead_redrive(struct db *db, int64_t id, int64_t now_ms, int64_t *new_id,
    bool *done)
{
	struct found f = { 0 };
	int64_t now = now_ms / 1000;

	*done = false;
	(void)queue_lock(db);
	(void)side_make(db);
	look(db, id, &f);
	if (!f.is_found || db_failed(db))
		return db_error(db)->code;
	(void)db_exec(db, &sql_dead_revive, "iii", id,
	    f.is_full ? JOB_HELD_RUN_AT : now, (int64_t)f.is_taken);
	if (!db_failed(db) && new_id != NULL)
		*new_id = db_last_id(db);
	if (f.has_row && !f.is_taken)
		revive_beside(db, id, f.is_full, now);
	if (!f.is_taken)
		(void)db_exec(db, &sql_dead_errors_renumber, "i", id);
	(void)db_exec(db, &sql_dead_delete, "i", id);
	*done = !db_failed(db);
	return db_error(db)->code;
}

static int
page(struct db *db, struct span queue, int64_t after, int64_t limit,
    int64_t ids[REDRIVE_AT_ONCE])
{
	int n = 0;

	if (limit < 0 || limit > REDRIVE_AT_ONCE)
		limit = REDRIVE_AT_ONCE;
	struct db_rows *rows = list(db, queue, after, limit);
	while (n < REDRIVE_AT_ONCE && db_next(db, rows))
		ids[n++] = db_int(rows, 0);
	db_end(db, rows);
	return n;
}

int
dead_redrive_all(struct db *db, struct span queue, int64_t limit,
    int64_t now_ms, int64_t *count)
{
	int64_t ids[REDRIVE_AT_ONCE];
	int64_t after = INT64_MIN;
	int64_t sent = 0;
	int n = 1;

	(void)queue_lock(db);
	while (n > 0 && sent != limit && !db_failed(db)) {
		n = page(db, queue, after, limit < 0 ? -1 : limit - sent, ids);
		for (int i = 0; i < n; i++) {
			bool done;
			(void)dead_redrive(db, ids[i], now_ms, NULL, &done);
			sent += done;
			after = ids[i];
		}
	}
	if (!db_failed(db))
		*count = sent;
	return db_error(db)->code;
}

/* ---- forgetting ---- */

int
dead_delete(struct db *db, int64_t id, bool *done)
{
	(void)queue_lock(db);
	(void)side_make(db);
	(void)db_exec(db, &sql_dead_delete, "i", id);
	if (events_done(db, done) == ALK_OK && *done)
		(void)db_exec(db, &sql_dead_errors_delete, "i", id);
	return db_error(db)->code;
}

int
dead_purge(struct db *db, struct span queue, int64_t died_before,
    int64_t *count)
{
	(void)queue_lock(db);
	(void)side_make(db);
	if (queue.at != NULL) {
		(void)db_exec(db, &sql_dead_purge_errors, "ti", queue.at,
		    queue.bytes, died_before);
		(void)db_exec(db, &sql_dead_purge, "ti", queue.at,
		    queue.bytes, died_before);
	} else {
		(void)db_exec(db, &sql_dead_purge_errors_all, "i",
		    died_before);
		(void)db_exec(db, &sql_dead_purge_all, "i", died_before);
	}
	*count = db_failed(db) ? 0 : db_changes(db);
	return db_error(db)->code;
}
