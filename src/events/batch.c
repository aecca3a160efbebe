/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Batches. Counting and completing is done by triggers: side.sql. */
#include "events/batch.h"

#include "base/error.h"
#include "events/batch.sql.h"
#include "events/queue_parts.h"
#include "events/side.h"

int
batch_open(struct db *db, const struct batch_new *b, int64_t now_ms,
    int64_t *id)
{
	(void)queue_lock(db);
	(void)side_use(db, SIDE_JOBS);
	int code = db_exec(db, &sql_batch_open, "ttiii", b->queue.at,
	    b->queue.bytes, b->payload.at, b->payload.bytes, b->priority,
	    b->max_attempts, now_ms / 1000);
	if (code == ALK_OK)
		*id = db_last_id(db);
	return code;
}

static void
read_batch(struct db_rows *rows, struct batch *b)
{
	b->id = db_int(rows, 0);
	b->opened_at = db_int(rows, 1);
	b->is_closed = !db_is_null(rows, 2);
	b->closed_at = db_int(rows, 2);
	b->is_ended = db_int(rows, 3) != 0;
	b->jobs = db_int(rows, 4);
	b->completed = db_int(rows, 5);
	b->dead = db_int(rows, 6);
	b->cancelled = db_int(rows, 7);
	b->completion_id = db_int(rows, 8);
}

static int
lacks(struct db *db, int64_t id)
{
	return db_fail(db, ALK_NOTFOUND, "there is no batch %lld",
	    (long long)id);
}

int
batch_get(struct db *db, int64_t id, struct batch *out)
{
	struct db_rows *rows = db_query(db, &sql_batch_get, "i", id);
	bool is_found = db_next(db, rows);

	if (is_found)
		read_batch(rows, out);
	db_end(db, rows);
	(void)side_lacks(db);
	return is_found || db_failed(db) ? db_error(db)->code : lacks(db, id);
}

int
batch_close(struct db *db, int64_t id, int64_t now_ms, bool *done)
{
	struct batch b;

	(void)queue_lock(db);
	if (batch_get(db, id, &b) != ALK_OK)
		return db_error(db)->code;
	*done = !b.is_closed;
	return db_exec(db, &sql_batch_close, "ii", id, now_ms / 1000);
}

int
batch_list(struct db *db, int64_t before, int64_t limit, batch_fn fn,
    void *arg)
{
	struct db_rows *rows = db_query(db, &sql_batch_list, "ii", before,
	    limit);

	while (db_next(db, rows)) {
		struct batch b;
		read_batch(rows, &b);
		if (fn(arg, &b) != 0)
			break;
	}
	db_end(db, rows);
	(void)side_lacks(db);
	return db_error(db)->code;
}

int
batch_cancel(struct db *db, int64_t id, int64_t now_ms, int64_t *count)
{
	bool is_closing;

	if (batch_close(db, id, now_ms, &is_closing) != ALK_OK)
		return db_error(db)->code;
	int code = db_exec(db, &sql_batch_cancel_jobs, "i", id);
	*count = code == ALK_OK ? db_changes(db) : 0;
	return code;
}

int
batch_purge(struct db *db, int64_t closed_before, int64_t *count)
{
	(void)queue_lock(db);
	(void)db_exec(db, &sql_batch_purge_tags, "i", closed_before);
	(void)db_exec(db, &sql_batch_purge_jobs, "i", closed_before);
	(void)db_exec(db, &sql_batch_purge_leave, "i", closed_before);
	int code = db_exec(db, &sql_batch_purge, "i", closed_before);
	*count = code == ALK_OK ? db_changes(db) : 0;
	(void)side_lacks(db);
	return db_error(db)->code;
}
