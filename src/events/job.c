/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Enqueueing. A job beyond what its key may have at once is stored as one of
 * the year 9999: so no claim, ours or Honker's, has to look at keys. When a job
 * of the key ends a trigger (side.sql) gives the next its own time.
 */
#include "events/job.h"

#include "base/error.h"
#include "events/job.sql.h"
#include "events/job_parts.h"
#include "events/queue_parts.h"
#include "events/side.h"

#include <string.h>

/* One call of job_enqueue(). */
struct adding {
	struct db *db;
	const struct job_new *new;
	int64_t now_ms;
	struct queue_rules rules;
	int64_t run_at; /* its own, whether held or not */
	int64_t due_ms; /* not a full second, and to come; else 0 */
	bool is_held;
};

static bool
has_row(const struct job_new *j)
{
	return j->key.at != NULL || j->unique.at != NULL ||
	    j->metadata.at != NULL || j->tag_count > 0 || j->batch != 0;
}

/* ---- arguments ---- */

static void
check_bytes(struct db *db, const char *what, struct span s, size_t max)
{
	if (s.at != NULL && s.bytes > max)
		(void)db_fail(db, ALK_INVALID, "%s has %zu bytes; at most "
		    "%zu are kept", what, s.bytes, max);
}

static int
check(struct db *db, const struct job_new *j)
{
	check_bytes(db, "the key", j->key, JOB_KEY_BYTES_MAX);
	check_bytes(db, "the unique key", j->unique, JOB_KEY_BYTES_MAX);
	check_bytes(db, "the metadata", j->metadata, JOB_METADATA_BYTES_MAX);
	if (j->tag_count > JOB_TAGS_MAX)
		return db_fail(db, ALK_INVALID, "%zu tags; at most %d are "
		    "kept", j->tag_count, JOB_TAGS_MAX);
	for (size_t i = 0; i < j->tag_count; i++)
		check_bytes(db, "a tag", j->tags[i], JOB_TAG_BYTES_MAX);
	if (j->unique.at != NULL && j->scope == JOB_UNIQUE_WINDOW &&
	    j->window_ms < 1)
		return db_fail(db, ALK_INVALID, "a window of %lld ms; give 1 "
		    "or more", (long long)j->window_ms);
	return db_error(db)->code;
}

/* ---- unique jobs ---- */

/* Whether the job that has the key still stands in the way; its id. */
static bool
find_other(struct adding *a, int64_t *id)
{
	const struct span *key = &a->new->unique;
	struct db_rows *rows = db_query(a->db, &sql_job_unique_find, "tt",
	    a->new->base.queue.at, a->new->base.queue.bytes, key->at,
	    key->bytes);
	bool stands = false;

	if (db_next(a->db, rows)) {
		const char *state = db_text(rows, 3, NULL);
		*id = db_int(rows, 0);
		if (db_int(rows, 1) == JOB_UNIQUE_WINDOW)
			stands = db_int(rows, 2) > a->now_ms;
		else if (db_int(rows, 1) == JOB_UNIQUE_UNTIL_CLAIMED)
			stands = state != NULL && strcmp(state, "pending") == 0;
		else
			stands = state != NULL;
	}
	db_end(a->db, rows);
	return stands && !db_failed(a->db);
}

static enum job_outcome
meet_other(struct adding *a, int64_t id)
{
	if (!a->new->is_replacing)
		return JOB_EXISTS;
	(void)db_exec(a->db, &sql_job_replace_payload, "it", id,
	    a->new->base.payload.at, a->new->base.payload.bytes);
	return !db_failed(a->db) && db_changes(a->db) > 0 ? JOB_REPLACED :
	    JOB_EXISTS;
}

static void
save_unique(struct adding *a, int64_t id)
{
	const struct job_new *j = a->new;

	if (j->unique.at == NULL)
		return;
	if (j->scope != JOB_UNIQUE_WINDOW) {
		(void)db_exec(a->db, &sql_job_unique_save, "ttiin",
		    j->base.queue.at, j->base.queue.bytes, j->unique.at,
		    j->unique.bytes, id, (int64_t)j->scope);
		return;
	}
	(void)db_exec(a->db, &sql_job_unique_forget, "i", a->now_ms);
	(void)db_exec(a->db, &sql_job_unique_save, "ttiii", j->base.queue.at,
	    j->base.queue.bytes, j->unique.at, j->unique.bytes, id,
	    (int64_t)j->scope, a->now_ms + j->window_ms);
}

/* ---- times and keys ---- */

static void
set_times(struct adding *a)
{
	int64_t due = a->new->due_ms;

	a->run_at = a->new->base.run_at;
	if (due <= 0)
		return;
	a->run_at = due / 1000 + (due % 1000 != 0);
	if (due <= a->now_ms)
		a->run_at = due / 1000;
	else if (due % 1000 != 0)
		a->due_ms = due;
}

bool
job_is_key_full(struct db *db, const struct queue_rules *r,
    struct span queue, struct span key)
{
	if (key.at == NULL || r->set.key_jobs == 0)
		return false;
	return db_number(db, &sql_job_key_active, 0, "tt", queue.at,
	    queue.bytes, key.at, key.bytes) >= r->set.key_jobs;
}

static void
join_batch(struct adding *a)
{
	struct db *db = a->db;
	int64_t batch = a->new->batch;

	if (batch == 0)
		return;
	(void)db_exec(db, &sql_job_batch_add, "i", batch);
	if (db_failed(db) || db_changes(db) > 0)
		return;
	if (db_number(db, &sql_job_batch_exists, 0, "i", batch) == 0)
		(void)db_fail(db, ALK_NOTFOUND, "there is no batch %lld; open "
		    "one first", (long long)batch);
	else
		(void)db_fail(db, ALK_CONFLICT, "batch %lld is closed; open "
		    "another for further jobs", (long long)batch);
}

/* ---- the rows ---- */

static void
insert_beside(struct adding *a, int64_t id)
{
	const struct job_new *j = a->new;
	struct db *db = a->db;

	(void)db_exec(db, &sql_job_insert, "ititiitit", id,
	    j->base.queue.at, j->base.queue.bytes, (int64_t)a->is_held,
	    j->key.at, j->key.bytes, a->run_at, a->due_ms, j->unique.at,
	    j->unique.bytes, j->batch, j->metadata.at, j->metadata.bytes);
	for (size_t i = 0; i < j->tag_count; i++)
		(void)db_exec(db, &sql_job_tag_insert, "ti", j->tags[i].at,
		    j->tags[i].bytes, id);
	if (a->due_ms == 0)
		return;
	(void)db_exec(db, &sql_job_due_insert, "tii", j->base.queue.at,
	    j->base.queue.bytes, a->due_ms, id);
	if (!a->rules.has_due)
		(void)db_exec(db, &sql_job_due_mark, "t", j->base.queue.at,
		    j->base.queue.bytes);
}

static int64_t
add(struct adding *a)
{
	struct queue_new base = a->new->base;
	int64_t id = 0;

	(void)queue_admit(a->db, &a->rules, base.queue, base.payload);
	a->is_held = job_is_key_full(a->db, &a->rules, base.queue,
	    a->new->key);
	join_batch(a);
	base.run_at = a->is_held ? JOB_HELD_RUN_AT : a->run_at;
	(void)queue_insert(a->db, &base, a->now_ms / 1000, &id);
	if (a->due_ms != 0 || has_row(a->new))
		insert_beside(a, id);
	save_unique(a, id);
	return id;
}

int
job_enqueue(struct db *db, const struct job_new *j, int64_t now_ms,
    int64_t *id, enum job_outcome *outcome)
{
	struct adding a = { .db = db, .new = j, .now_ms = now_ms };
	enum job_outcome result = JOB_ADDED;
	int64_t which = 0;

	if (check(db, j) != ALK_OK)
		return db_error(db)->code;
	(void)queue_lock(db);
	set_times(&a);
	if (a.due_ms != 0 || has_row(j))
		(void)side_use(db, SIDE_JOBS);
	(void)queue_rules_find(db, j->base.queue, &a.rules);
	if (j->unique.at != NULL && find_other(&a, &which))
		result = meet_other(&a, which);
	else
		which = add(&a);
	if (db_failed(db))
		return db_error(db)->code;
	if (id != NULL)
		*id = which;
	if (outcome != NULL)
		*outcome = result;
	return ALK_OK;
}

int
job_enqueue_all(struct db *db, const struct job_new *jobs, size_t count,
    int64_t now_ms, int64_t *ids)
{
	for (size_t i = 0; i < count; i++) {
		int64_t *id = ids != NULL ? &ids[i] : NULL;
		if (job_enqueue(db, &jobs[i], now_ms, id, NULL) == ALK_OK)
			continue;
		error_entry(db_error(db), "jobs[%zu]", i);
		break;
	}
	return db_error(db)->code;
}
