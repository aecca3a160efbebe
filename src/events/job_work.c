/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Working: claiming from several queues, ending jobs, when to come again. */
#include "events/job.h"

#include "base/error.h"
#include "base/mem.h"
#include "events/job.sql.h"
#include "events/job_parts.h"
#include "events/lease.h"
#include "events/side.h"

#define WEIGHT_MAX 1000000

/* ---- when to come again ---- */

static int64_t
sooner(int64_t a, int64_t b)
{
	if (a == 0 || b == 0)
		return a + b;
	return a < b ? a : b;
}

int64_t
job_next_claim_ms(struct db *db, struct span queue, int64_t now_ms)
{
	struct queue_rules r;

	(void)queue_rules_find(db, queue, &r);
	if (db_failed(db) || r.set.is_paused)
		return 0;
	int64_t next = events_ms(queue_next_claim_at(db, queue,
	    now_ms / 1000));
	if (r.has_due)
		next = sooner(next, db_number(db, &sql_job_next_due, 0, "ti",
		    queue.at, queue.bytes, now_ms));
	int64_t token = queue_rate_next_ms(&r, now_ms);
	if (token == 0)
		return next;
	/* Something may lie ready that the rate keeps back. */
	r.set.rate_jobs = 0;
	bool has_ready = queue_rules_have_work(db, queue, &r, now_ms);
	if (has_ready)
		return token;
	return next != 0 && next < token ? token : next;
}

/* ---- several queues ---- */

struct turn {
	struct db *db;
	struct span worker;
	int64_t timeout_s;
	int64_t now_ms;
	queue_job_fn fn;
	void *arg;
	int64_t given;
	bool is_stopped;
};

static int
count_job(void *arg, const struct queue_job *j)
{
	struct turn *t = arg;

	t->given++;
	t->is_stopped = t->fn(t->arg, j) != 0;
	return t->is_stopped;
}

/* How many of n the queue gave. */
static int64_t
claim_from(struct turn *t, struct span queue, int64_t n)
{
	t->given = 0;
	(void)queue_claim_ms(t->db, queue, t->worker, n, t->timeout_s,
	    t->now_ms, count_job, t);
	return t->given;
}

/*
 * Whose turn it is: everyone's credit grows by its weight, and who has the most
 * pays for all. So turns are spread evenly, not in runs.
 */
static size_t
next_share(struct queue_share *shares, size_t count, const bool *is_empty)
{
	int64_t sum = 0;
	size_t best = count;

	for (size_t i = 0; i < count; i++) {
		if (is_empty[i])
			continue;
		shares[i].credit += shares[i].weight;
		sum += shares[i].weight;
		if (best == count || shares[i].credit > shares[best].credit)
			best = i;
	}
	if (best < count)
		shares[best].credit -= sum;
	return best;
}

/* One job a turn, so that they come in the order of the turns. */
static void
claim_in_turns(struct turn *t, struct queue_share *shares, size_t count,
    int64_t n)
{
	bool *is_empty = mem_zero(count * sizeof(*is_empty));

	if (is_empty == NULL) {
		(void)error_nomem(db_error(t->db));
		return;
	}
	while (n > 0 && !t->is_stopped && !db_failed(t->db)) {
		size_t i = next_share(shares, count, is_empty);
		if (i == count)
			break;
		if (claim_from(t, shares[i].queue, 1) > 0) {
			n--;
			continue;
		}
		is_empty[i] = true;
		shares[i].credit = 0;
	}
	mem_release(is_empty);
}

int
job_check_shares(const struct queue_share *shares, size_t count,
    alk_error *err)
{
	for (size_t i = 0; i < count; i++)
		if (shares[i].weight < 1 || shares[i].weight > WEIGHT_MAX)
			return error_set(err, ALK_INVALID, "the weight of "
			    "queue %zu is %lld; it must be 1 to %d", i,
			    (long long)shares[i].weight, WEIGHT_MAX);
	return ALK_OK;
}

int
job_claim_several(struct db *db, struct queue_share *shares, size_t count,
    bool is_strict, struct span worker, int64_t n, int64_t timeout_s,
    int64_t now_ms, queue_job_fn fn, void *arg)
{
	struct turn t = { .db = db, .worker = worker, .timeout_s = timeout_s,
		.now_ms = now_ms, .fn = fn, .arg = arg };

	if (!is_strict && job_check_shares(shares, count, db_error(db)) !=
	    ALK_OK)
		return db_error(db)->code;
	if (!is_strict) {
		claim_in_turns(&t, shares, count, n);
		return db_error(db)->code;
	}
	for (size_t i = 0; i < count && n > 0 && !t.is_stopped; i++)
		n -= claim_from(&t, shares[i].queue, n);
	return db_error(db)->code;
}

/* ---- ends ---- */

int
job_complete(struct db *db, int64_t id, struct span worker,
    struct span result, int64_t ttl_s, int64_t now_ms, bool *done)
{
	(void)queue_ack(db, id, worker, now_ms / 1000, done);
	if (!*done)
		return db_error(db)->code;
	if (result.at != NULL)
		(void)result_save(db, id, result, ttl_s, now_ms / 1000);
	(void)db_exec(db, &sql_job_done_result, "iti", id, result.at,
	    result.bytes, now_ms);
	(void)side_lacks(db);
	return db_error(db)->code;
}

/* The job is pending again; not due before a time within a second. */
static void
set_due(struct db *db, int64_t id, int64_t due_ms)
{
	(void)db_exec(db, &sql_job_put_back, "ii", id, due_ms / 1000 + 1);
	if (db_failed(db) || db_changes(db) == 0)
		return;
	(void)side_use(db, SIDE_JOBS);
	(void)db_exec(db, &sql_job_due_drop, "i", id);
	(void)db_exec(db, &sql_job_due_of, "ii", id, due_ms);
	(void)db_exec(db, &sql_job_due_copy, "i", id);
	(void)db_exec(db, &sql_job_due_mark_of, "i", id);
}

int
job_retry(struct db *db, int64_t id, struct span worker, int64_t delay_ms,
    struct span error, int64_t now_ms, bool *done)
{
	int64_t due_ms = now_ms + delay_ms;
	int64_t now = now_ms / 1000;

	(void)queue_retry(db, id, worker, due_ms / 1000 - now, error, now,
	    done);
	if (*done && delay_ms > 0 && due_ms % 1000 != 0)
		set_due(db, id, due_ms);
	return db_error(db)->code;
}
