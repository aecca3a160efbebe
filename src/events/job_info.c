/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "events/job_info.h"

#include "base/error.h"
#include "events/job_info.sql.h"
#include "events/job_parts.h"
#include "events/queue.sql.h"
#include "events/side.h"

/* What has no table has no rows. */
static int
end(struct db *db, struct db_rows *rows)
{
	db_end(db, rows);
	(void)side_lacks(db);
	return db_error(db)->code;
}

int
job_info_get(struct db *db, int64_t id, job_info_fn fn, void *arg)
{
	struct db_rows *rows = db_query(db, &sql_job_info, "i", id);

	if (db_next(db, rows)) {
		struct job_info info = { .id = id, .queue = span_at(rows, 0),
			.standing = (enum job_standing)db_int(rows, 1),
			.key = span_at(rows, 2), .unique = span_at(rows, 3),
			.metadata = span_at(rows, 4),
			.due_ms = db_int(rows, 6), .batch = db_int(rows, 7),
			.progress = db_is_null(rows, 8) ? -1 :
			    db_int(rows, 8),
			.progress_text = span_at(rows, 9) };
		if (info.standing == JOB_HELD)
			info.held_run_at = db_int(rows, 5);
		fn(arg, &info);
	}
	return end(db, rows);
}

int
job_progress(struct db *db, int64_t id, struct span worker,
    int64_t progress, struct span text, int64_t now_ms, bool *done)
{
	if (progress < 0 || progress > 100)
		return db_fail(db, ALK_INVALID, "the progress is %lld; it must "
		    "be 0 to 100", (long long)progress);
	if (text.at != NULL && text.bytes > JOB_PROGRESS_BYTES_MAX)
		return db_fail(db, ALK_INVALID, "the text of the progress has "
		    "%zu bytes; at most %d are kept", text.bytes,
		    JOB_PROGRESS_BYTES_MAX);
	(void)queue_lock(db);
	(void)side_use(db, SIDE_JOBS);
	(void)db_exec(db, &sql_job_progress, "iitti", id, progress, text.at,
	    text.bytes, worker.at, worker.bytes, now_ms / 1000);
	return events_done(db, done);
}

int
job_tags(struct db *db, int64_t id, job_text_fn fn, void *arg)
{
	struct db_rows *rows = db_query(db, &sql_job_tags, "i", id);

	while (db_next(db, rows))
		if (fn(arg, span_at(rows, 0)) != 0)
			break;
	return end(db, rows);
}

/* Passes on, and remembers whether to go on. */
struct told {
	queue_job_fn fn;
	void *arg;
	bool is_stopped;
};

static int
tell(void *arg, const struct queue_job *j)
{
	struct told *t = arg;

	t->is_stopped = t->fn(t->arg, j) != 0;
	return 0;
}

int
job_find(struct db *db, struct span queue, struct span tag, int64_t after,
    int64_t limit, queue_job_fn fn, void *arg)
{
	struct told t = { fn, arg, false };
	struct db_rows *rows = db_query(db, &sql_job_find, "titi", tag.at,
	    tag.bytes, after, queue.at, queue.bytes, limit);

	while (!t.is_stopped && db_next(db, rows))
		(void)queue_get(db, db_int(rows, 0), tell, &t);
	return end(db, rows);
}

int
job_cancel_tagged(struct db *db, struct span queue, struct span tag,
    int64_t *count)
{
	int code = db_exec(db, &sql_job_cancel_tagged, "tt", tag.at,
	    tag.bytes, queue.at, queue.bytes);

	*count = code == ALK_OK ? db_changes(db) : 0;
	(void)side_lacks(db);
	return db_error(db)->code;
}

int
job_attempts(struct db *db, int64_t id, job_attempt_fn fn, void *arg)
{
	struct db_rows *rows = db_query(db, &sql_queue_attempts, "i", id);

	while (db_next(db, rows)) {
		struct job_attempt a = { db_int(rows, 0), span_at(rows, 1),
			db_int(rows, 2), span_at(rows, 3) };
		if (fn(arg, &a) != 0)
			break;
	}
	return end(db, rows);
}

int
job_history(struct db *db, struct span queue, const struct job_history_page *p,
    job_done_fn fn, void *arg)
{
	struct db_rows *rows = db_query(db, &sql_job_history, "tiii", queue.at,
	    queue.bytes, p->before_ms, p->before_id, p->limit);

	while (db_next(db, rows)) {
		struct job_done d = { db_int(rows, 0), span_at(rows, 1),
			span_at(rows, 2), span_at(rows, 3), db_int(rows, 4),
			db_int(rows, 5), db_int(rows, 6), db_int(rows, 7),
			span_at(rows, 8) };
		if (fn(arg, &d) != 0)
			break;
	}
	return end(db, rows);
}

int
job_history_sweep(struct db *db, struct span queue, int64_t now_ms,
    int64_t *count)
{
	int code = db_exec(db, &sql_job_history_sweep, "it", now_ms, queue.at,
	    queue.bytes);

	*count = code == ALK_OK ? db_changes(db) : 0;
	if (queue.at == NULL)
		(void)db_exec(db, &sql_job_attempts_sweep, "i", now_ms / 1000);
	(void)side_lacks(db);
	return db_error(db)->code;
}

int
job_history_purge(struct db *db, struct span queue, int64_t before_ms,
    int64_t *count)
{
	int code;

	if (queue.at == NULL) {
		(void)db_exec(db, &sql_job_history_purge_all_attempts, "i",
		    before_ms);
		code = db_exec(db, &sql_job_history_purge_all, "i", before_ms);
	} else {
		(void)db_exec(db, &sql_job_history_purge_attempts, "ti",
		    queue.at, queue.bytes, before_ms);
		code = db_exec(db, &sql_job_history_purge, "ti", queue.at,
		    queue.bytes, before_ms);
	}
	*count = code == ALK_OK ? db_changes(db) : 0;
	(void)side_lacks(db);
	return db_error(db)->code;
}
