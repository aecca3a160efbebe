/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "events/lease.h"

#include "base/error.h"
#include "events/lease.sql.h"

/* ---- locks ---- */

static bool
is_mine(struct db *db, struct span name, struct span owner)
{
	return db_number(db, &sql_lock_is_mine, 0, "tt", name.at, name.bytes,
	    owner.at, owner.bytes) != 0;
}

enum lock_state
lock_look(struct db *db, struct span name, struct span owner, int64_t now)
{
	if (db_number(db, &sql_lock_is_held, 0, "ti", name.at, name.bytes, now)
	    == 0)
		return LOCK_FREE;
	return is_mine(db, name, owner) ? LOCK_MINE : LOCK_TAKEN;
}

int
lock_acquire(struct db *db, struct span name, struct span owner,
    int64_t ttl_s, int64_t now, bool *held)
{
	(void)db_exec(db, &sql_lock_drop_expired, "ti", name.at, name.bytes,
	    now);
	(void)db_exec(db, &sql_lock_insert, "tti", name.at, name.bytes,
	    owner.at, owner.bytes, events_later(now, ttl_s));
	*held = is_mine(db, name, owner);
	return db_error(db)->code;
}

int
lock_release(struct db *db, struct span name, struct span owner, bool *done)
{
	(void)db_exec(db, &sql_lock_release, "tt", name.at, name.bytes,
	    owner.at, owner.bytes);
	return events_done(db, done);
}

int
lock_renew(struct db *db, struct span name, struct span owner, int64_t ttl_s,
    int64_t now, bool *done)
{
	/* Twice in one second writes once. */
	(void)db_exec(db, &sql_lock_renew, "tti", name.at, name.bytes,
	    owner.at, owner.bytes, events_later(now, ttl_s));
	*done = is_mine(db, name, owner);
	return db_error(db)->code;
}

int
lock_list(struct db *db, lock_fn fn, void *arg)
{
	struct db_rows *rows = db_query(db, &sql_lock_list, "");
	bool is_stopped = false;

	while (!is_stopped && db_next(db, rows)) {
		struct span name = { 0 };
		struct span owner = { 0 };
		name.at = db_text(rows, 0, &name.bytes);
		owner.at = db_text(rows, 1, &owner.bytes);
		is_stopped = fn(arg, name, owner, db_int(rows, 2)) != 0;
	}
	db_end(db, rows);
	return db_error(db)->code;
}

/* ---- rate limits ---- */

/* Down, not towards zero: times before 1970 have windows too. */
static int64_t
window(int64_t now, int64_t per_s)
{
	int64_t into = now % per_s;

	return now - (into < 0 ? into + per_s : into);
}

bool
rate_is_used_up(struct db *db, struct span name, int64_t limit, int64_t per_s,
    int64_t now)
{
	return db_number(db, &sql_rate_count, 0, "ti", name.at, name.bytes,
	    window(now, per_s)) >= limit;
}

int
rate_try(struct db *db, struct span name, int64_t limit, int64_t per_s,
    int64_t now, bool *allowed)
{
	(void)db_exec(db, &sql_rate_add, "tii", name.at, name.bytes,
	    window(now, per_s), limit);
	return events_done(db, allowed);
}

int
rate_sweep(struct db *db, int64_t older_than_s, int64_t now, int64_t *count)
{
	int code = db_exec(db, &sql_rate_sweep, "i",
	    events_later(now, older_than_s == INT64_MIN ? INT64_MAX :
		-older_than_s));

	*count = code == ALK_OK ? db_changes(db) : 0;
	return code;
}

/* ---- results ---- */

int
result_save(struct db *db, int64_t job_id, struct span value, int64_t ttl_s,
    int64_t now)
{
	if (ttl_s > 0)
		return db_exec(db, &sql_result_save, "itii", job_id, value.at,
		    value.bytes, now, events_later(now, ttl_s));
	return db_exec(db, &sql_result_save, "itin", job_id, value.at,
	    value.bytes, now);
}

int
result_get(struct db *db, int64_t job_id, int64_t now, struct buf *out,
    bool *found)
{
	struct db_rows *rows = db_query(db, &sql_result_get, "ii", job_id,
	    now);

	*found = db_next(db, rows) && !db_is_null(rows, 0);
	if (*found) {
		size_t bytes;
		const char *text = db_text(rows, 0, &bytes);
		buf_add(out, text, bytes);
	}
	db_end(db, rows);
	if (out->failed)
		return error_nomem(db_error(db));
	return db_error(db)->code;
}

int
result_sweep(struct db *db, int64_t now, int64_t *count)
{
	int code = db_exec(db, &sql_result_sweep, "i", now);

	*count = code == ALK_OK ? db_changes(db) : 0;
	return code;
}
