/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Queues, as alkstore.h offers them. */
#include "store/store.h"

#include "base/error.h"
#include "events/job_info.h"
#include "events/lease.h"
#include "events/queue.h"
#include "store/kept.h"
#include "store/names.h"

#include <string.h>

#define MAX_ATTEMPTS 3
#define TIME_MAX INT64_C(1000000000000) /* 31,000 years in seconds */

int
names_check_seconds(int64_t s, int64_t least, const char *what, alk_error *err)
{
	if (s >= least && s <= TIME_MAX)
		return ALK_OK;
	return error_set(err, ALK_INVALID, "%s is %lld; seconds from %lld to "
	    "%lld are possible", what, (long long)s, (long long)least,
	    (long long)TIME_MAX);
}

/* ---- enqueue ---- */

static int
read_new(alk_session *s, const alk_job_new *n, struct queue_new *j,
    alk_error *err)
{
	int64_t now = s->graph.now;
	size_t bytes = n->bytes;

	if (names_check(s, n->queue, "the queue", err) != ALK_OK ||
	    names_check_payload(s, n->payload, &bytes, err) != ALK_OK ||
	    names_check_seconds(n->delay_s, 0, "delay_s", err) != ALK_OK ||
	    names_check_seconds(n->run_at, 0, "run_at", err) != ALK_OK ||
	    names_check_seconds(n->expires_s, 0, "expires_s", err) != ALK_OK)
		return err->code;
	if (n->max_attempts < 0)
		return error_set(err, ALK_INVALID,
		    "max_attempts is %lld; at least 1, or 0 for %d",
		    (long long)n->max_attempts, MAX_ATTEMPTS);
	*j = (struct queue_new){ .queue = span_of(n->queue),
		.payload = { n->payload, bytes }, .priority = n->priority,
		.max_attempts = n->max_attempts != 0 ? n->max_attempts :
		MAX_ATTEMPTS, .run_at = n->run_at != 0 ? n->run_at : now,
		.expires = n->expires_s != 0,
		.expires_at = now + n->expires_s };
	if (n->delay_s != 0)
		j->run_at = now + n->delay_s;
	return ALK_OK;
}

static bool
has_more(const alk_job_new *n)
{
	return n->delay_ms != 0 || n->key != NULL || n->unique != NULL ||
	    n->tags_count != 0 || n->metadata != NULL || n->batch != 0;
}

static int
check_more(const alk_job_new *n, alk_error *err)
{
	if (n->tags_count > JOB_TAGS_MAX)
		return error_set(err, ALK_INVALID, "%zu tags; %d are possible",
		    n->tags_count, JOB_TAGS_MAX);
	if (n->unique_scope < ALK_UNIQUE_UNTIL_ENDED ||
	    n->unique_scope > ALK_UNIQUE_WINDOW)
		return error_set(err, ALK_INVALID, "unique_scope is %d, none "
		    "of ALK_UNIQUE_...", n->unique_scope);
	return names_check_seconds(n->delay_ms, 0, "delay_ms", err);
}

static enum job_unique_scope
scope_of(int unique_scope)
{
	switch (unique_scope) {
	case ALK_UNIQUE_UNTIL_CLAIMED:
		return JOB_UNIQUE_UNTIL_CLAIMED;
	case ALK_UNIQUE_WINDOW:
		return JOB_UNIQUE_WINDOW;
	default:
		return JOB_UNIQUE_UNTIL_ENDED;
	}
}

/* A job with something that Honker lacks. */
static int
enqueue_more(alk_session *s, const alk_job_new *n, const struct queue_new *base,
    int64_t *id, alk_error *err)
{
	struct span tags[JOB_TAGS_MAX];
	struct job_new j = { .base = *base, .key = span_of(n->key),
		.unique = span_of(n->unique),
		.scope = scope_of(n->unique_scope), .window_ms = n->unique_ms,
		.is_replacing = n->replaces != 0, .tags = tags,
		.tag_count = n->tags_count, .metadata = span_of(n->metadata),
		.batch = n->batch };

	if (check_more(n, err) != ALK_OK)
		return err->code;
	if (n->delay_ms != 0)
		j.due_ms = s->graph.now_ms + n->delay_ms;
	for (size_t i = 0; i < n->tags_count; i++)
		tags[i] = span_of(n->tags[i]);
	return job_enqueue(s->writer, &j, s->graph.now_ms, id, NULL);
}

int
alk_queue_enqueue(alk_session *s, const alk_job_new *jobs, size_t count,
    int64_t *ids)
{
	struct call c;
	struct queue_new j;

	if (call_write(s, &c, false) == ALK_OK &&
	    count > s->store->limits.batch_rows)
		error_set(&c.err, ALK_LIMIT, "%zu jobs at once, more than %zu "
		    "(limits.batch_rows)", count, s->store->limits.batch_rows);
	for (size_t i = 0; i < count && c.err.code == ALK_OK; i++) {
		int64_t id = 0;
		if (read_new(s, &jobs[i], &j, &c.err) != ALK_OK)
			;
		else if (has_more(&jobs[i]))
			(void)enqueue_more(s, &jobs[i], &j, &id, &c.err);
		else
			(void)queue_enqueue(s->writer, &j, s->graph.now, &id);
		if (c.err.code != ALK_OK && c.err.entry[0] == '\0')
			error_entry(&c.err, "job %zu", i);
		if (ids != NULL)
			ids[i] = id;
	}
	return call_end(s, &c);
}

/* ---- jobs kept until the commit ---- */

/* A job, and the places of its texts. */
struct kept_job {
	alk_job job;
	size_t queue;
	size_t payload;
	size_t state;
	size_t worker;
};

static int
keep(void *arg, const struct queue_job *j)
{
	struct kept *k = arg;
	struct kept_job row = {
		.job = { .id = j->id, .payload_bytes = j->payload.bytes,
		    .priority = j->priority, .run_at = j->run_at,
		    .claim_expires_at = j->is_claimed ?
			j->claim_expires_at : 0,
		    .attempts = j->attempts, .max_attempts = j->max_attempts,
		    .created_at = j->created_at,
		    .expires_at = j->expires ? j->expires_at : 0,
		    /* told apart from NULL below */
		    .worker = j->worker.at },
		.queue = kept_text(k, j->queue),
		.payload = kept_text(k, j->payload),
		.state = kept_text(k, j->state),
		.worker = kept_text(k, j->worker),
	};

	return kept_add(k, &row, sizeof(row));
}

static void
hand_out(struct kept *k, alk_job_fn fn, void *arg)
{
	struct kept_job *jobs = (void *)k->rows.data;

	for (size_t i = 0; i < k->rows.bytes / sizeof(jobs[0]); i++) {
		struct kept_job *j = &jobs[i];
		j->job.queue = kept_at(k, j->queue);
		j->job.payload = kept_at(k, j->payload);
		j->job.state = kept_at(k, j->state);
		if (j->job.worker != NULL)
			j->job.worker = kept_at(k, j->worker);
		if (fn(arg, &j->job) != 0)
			return;
	}
}

/* ---- claim ---- */

static int
check_claim(alk_session *s, const char *queue, const char *worker, size_t n,
    int64_t timeout_s, alk_job_fn fn, alk_error *err)
{
	if (names_check(s, queue, "the queue", err) != ALK_OK ||
	    names_check(s, worker, "the worker", err) != ALK_OK ||
	    names_check_seconds(timeout_s, 1, "timeout_s", err) != ALK_OK)
		return err->code;
	if (fn == NULL || n == 0)
		return error_set(err, ALK_INVALID, fn == NULL ?
		    "no function is given to take the jobs" :
		    "no job is asked for (n is 0)");
	if (n > s->store->limits.batch_rows)
		return error_set(err, ALK_LIMIT, "%zu jobs at once, more than "
		    "%zu (limits.batch_rows)", n, s->store->limits.batch_rows);
	return ALK_OK;
}

static bool
has_work(alk_session *s, const char *queue)
{
	return queue_has_work_ms(s->graph.db, span_of(queue), s->graph.now_ms);
}

static bool
has_expired(alk_session *s, const char *queue)
{
	return queue_has_expired(s->graph.db, span_of(queue), s->graph.now);
}

int
alk_queue_claim(alk_session *s, const char *queue, const char *worker,
    size_t n, int64_t timeout_s, alk_job_fn fn, void *arg)
{
	struct call c;
	struct kept k = { .s = s };
	bool is_some;

	call_begin(s, &c);
	if (c.err.code == ALK_OK)
		(void)check_claim(s, queue, worker, n, timeout_s, fn, &c.err);
	if (call_end(s, &c) != ALK_OK ||
	    call_probe(s, has_work, queue, &is_some) != ALK_OK || !is_some)
		return s->err.code;
	if (call_write(s, &c, false) == ALK_OK)
		(void)queue_claim_ms(s->writer, span_of(queue),
		    span_of(worker), (int64_t)n, timeout_s, s->graph.now_ms,
		    keep, &k);
	int code = call_end(s, &c);
	if (code == ALK_OK)
		hand_out(&k, fn, arg);
	kept_fini(&k);
	return code;
}

/* ---- several queues ---- */

#define SHARES_MAX 64

static int
read_shares(alk_session *s, const alk_queue_share *shares, size_t count,
    struct queue_share *out, alk_error *err)
{
	if (shares == NULL || count == 0 || count > SHARES_MAX)
		return error_set(err, ALK_INVALID,
		    "%zu queues; 1 to %d are possible", count, SHARES_MAX);
	for (size_t i = 0; i < count; i++) {
		if (names_check(s, shares[i].queue, "the queue", err) !=
		    ALK_OK)
			return err->code;
		out[i] = (struct queue_share){ span_of(shares[i].queue),
			shares[i].weight, shares[i].credit };
	}
	return ALK_OK;
}

/* As call_probe(), of any of them. */
static int
probe_shares(alk_session *s, const alk_queue_share *shares, size_t count,
    bool *is_some)
{
	int code = ALK_OK;

	*is_some = false;
	for (size_t i = 0; i < count && code == ALK_OK && !*is_some; i++)
		code = call_probe(s, has_work, shares[i].queue, is_some);
	return code;
}

int
alk_queue_claim_several(alk_session *s, alk_queue_share *shares, size_t count,
    int is_strict, const char *worker, size_t n, int64_t timeout_s,
    alk_job_fn fn, void *arg)
{
	struct call c;
	struct kept k = { .s = s };
	struct queue_share own[SHARES_MAX];
	bool is_some;

	call_begin(s, &c);
	if (c.err.code == ALK_OK &&
	    read_shares(s, shares, count, own, &c.err) == ALK_OK &&
	    check_claim(s, shares[0].queue, worker, n, timeout_s, fn,
		&c.err) == ALK_OK && !is_strict)
		(void)job_check_shares(own, count, &c.err);
	if (call_end(s, &c) != ALK_OK ||
	    probe_shares(s, shares, count, &is_some) != ALK_OK || !is_some)
		return s->err.code;
	if (call_write(s, &c, false) == ALK_OK)
		(void)job_claim_several(s->writer, own, count, is_strict != 0,
		    span_of(worker), (int64_t)n, timeout_s, s->graph.now_ms,
		    keep, &k);
	int code = call_end(s, &c);
	if (code == ALK_OK) {
		for (size_t i = 0; i < count; i++)
			shares[i].credit = own[i].credit;
		hand_out(&k, fn, arg);
	}
	kept_fini(&k);
	return code;
}

/* ---- one job ---- */

static void
refuse_late(struct call *c, int64_t id, bool done)
{
	if (c->err.code == ALK_OK && !done)
		error_set(&c->err, ALK_CONFLICT, "job %lld is not this "
		    "worker's: its claim is over, or it has ended",
		    (long long)id);
}

int
alk_job_complete(alk_session *s, int64_t id, const char *worker,
    const char *result, size_t bytes, int64_t result_s)
{
	struct call c;
	bool done = false;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check(s, worker, "the worker", &c.err) == ALK_OK &&
	    names_check_seconds(result_s, 0, "result_s", &c.err) == ALK_OK &&
	    (result == NULL ||
		names_check_payload(s, result, &bytes, &c.err) == ALK_OK)) {
		if (result == NULL)
			(void)queue_ack(s->writer, id, span_of(worker),
			    s->graph.now, &done);
		else
			(void)job_complete(s->writer, id, span_of(worker),
			    (struct span){ result, bytes }, result_s,
			    s->graph.now_ms, &done);
		refuse_late(&c, id, done);
	}
	return call_end(s, &c);
}

/* An error to keep: a text that is not too long. */
static int
check_error(alk_session *s, const char *error, size_t *bytes, alk_error *err)
{
	if (error == NULL)
		return error_set(err, ALK_INVALID, "no error is given");
	*bytes = ALK_NUL;
	return names_check_payload(s, error, bytes, err);
}

int
alk_job_retry(alk_session *s, int64_t id, const char *worker, int64_t delay_s,
    const char *error)
{
	struct call c;
	size_t bytes;
	bool done = false;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check(s, worker, "the worker", &c.err) == ALK_OK &&
	    names_check_seconds(delay_s, 0, "delay_s", &c.err) == ALK_OK &&
	    check_error(s, error, &bytes, &c.err) == ALK_OK) {
		(void)queue_retry(s->writer, id, span_of(worker), delay_s,
		    (struct span){ error, bytes }, s->graph.now, &done);
		refuse_late(&c, id, done);
	}
	return call_end(s, &c);
}

int
alk_job_fail(alk_session *s, int64_t id, const char *worker,
    const char *error)
{
	struct call c;
	size_t bytes;
	bool done = false;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check(s, worker, "the worker", &c.err) == ALK_OK &&
	    check_error(s, error, &bytes, &c.err) == ALK_OK) {
		(void)queue_fail(s->writer, id, span_of(worker),
		    (struct span){ error, bytes }, s->graph.now, &done);
		refuse_late(&c, id, done);
	}
	return call_end(s, &c);
}

int
alk_job_release(alk_session *s, int64_t id, const char *worker)
{
	struct call c;
	bool done = false;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check(s, worker, "the worker", &c.err) == ALK_OK) {
		(void)queue_release(s->writer, id, span_of(worker),
		    s->graph.now, &done);
		refuse_late(&c, id, done);
	}
	return call_end(s, &c);
}

int
alk_job_extend(alk_session *s, int64_t id, const char *worker,
    int64_t extend_s)
{
	struct call c;
	bool done = false;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check(s, worker, "the worker", &c.err) == ALK_OK &&
	    names_check_seconds(extend_s, 1, "extend_s", &c.err) == ALK_OK) {
		(void)queue_heartbeat(s->writer, id, span_of(worker),
		    extend_s, s->graph.now, &done);
		refuse_late(&c, id, done);
	}
	return call_end(s, &c);
}

static void
refuse_missing(struct call *c, int64_t id, bool is_there)
{
	if (c->err.code == ALK_OK && !is_there)
		error_set(&c->err, ALK_NOTFOUND,
		    "there is no job %lld, or it has ended", (long long)id);
}

int
alk_job_cancel(alk_session *s, int64_t id)
{
	struct call c;
	bool done = false;

	if (call_write(s, &c, false) == ALK_OK) {
		(void)queue_cancel(s->writer, id, &done);
		refuse_missing(&c, id, done);
	}
	return call_end(s, &c);
}

int
alk_job_get(alk_session *s, int64_t id, alk_job_fn fn, void *arg)
{
	struct call c;
	struct kept k = { .s = s };

	if (call_read(s, &c) == ALK_OK) {
		(void)queue_get(s->graph.db, id, keep, &k);
		refuse_missing(&c, id, k.rows.bytes != 0);
	}
	if (c.err.code == ALK_OK && fn == NULL)
		error_set(&c.err, ALK_INVALID,
		    "no function is given to take the job");
	int code = call_end(s, &c);
	if (code == ALK_OK)
		hand_out(&k, fn, arg);
	kept_fini(&k);
	return code;
}

struct job_visit {
	alk_job_fn fn;
	void *arg;
};

static int
show(void *arg, const struct queue_job *j)
{
	struct job_visit *v = arg;
	alk_job out = { .id = j->id, .queue = j->queue.at,
		.payload = j->payload.at, .payload_bytes = j->payload.bytes,
		.state = j->state.at, .worker = j->worker.at,
		.priority = j->priority, .run_at = j->run_at,
		.claim_expires_at = j->is_claimed ? j->claim_expires_at : 0,
		.attempts = j->attempts, .max_attempts = j->max_attempts,
		.created_at = j->created_at,
		.expires_at = j->expires ? j->expires_at : 0 };

	return v->fn(v->arg, &out);
}

int
alk_queue_list(alk_session *s, const char *queue, int64_t after, size_t limit,
    alk_job_fn fn, void *arg)
{
	struct call c;
	struct job_visit v = { fn, arg };

	if (call_read(s, &c) == ALK_OK && fn == NULL)
		error_set(&c.err, ALK_INVALID,
		    "no function is given to take the jobs");
	if (c.err.code == ALK_OK &&
	    names_check_any(s, queue, "the queue", &c.err) == ALK_OK)
		(void)queue_list(s->graph.db, span_of(queue), after,
		    names_limit(s, limit), show, &v);
	return call_end(s, &c);
}

int
alk_job_find(alk_session *s, const char *queue, const char *tag,
    int64_t after, size_t limit, alk_job_fn fn, void *arg)
{
	struct call c;
	struct job_visit v = { fn, arg };

	if (call_read(s, &c) == ALK_OK && (fn == NULL || tag == NULL))
		error_set(&c.err, ALK_INVALID, fn == NULL ?
		    "no function is given to take the jobs" :
		    "no tag is given");
	if (c.err.code == ALK_OK &&
	    names_check_any(s, queue, "the queue", &c.err) == ALK_OK)
		(void)job_find(s->graph.db, span_of(queue), span_of(tag),
		    after, names_limit(s, limit), show, &v);
	return call_end(s, &c);
}

/* ---- queues ---- */

int
alk_queue_sweep(alk_session *s, const char *queue, int64_t *count)
{
	struct call c;
	int64_t swept = 0;
	bool is_some = false;

	call_begin(s, &c);
	if (c.err.code == ALK_OK)
		(void)names_check(s, queue, "the queue", &c.err);
	int code = call_end(s, &c);
	if (code == ALK_OK)
		code = call_probe(s, has_expired, queue, &is_some);
	if (code == ALK_OK && is_some) {
		if (call_write(s, &c, false) == ALK_OK)
			(void)queue_sweep(s->writer, span_of(queue),
			    s->graph.now, &swept);
		code = call_end(s, &c);
	}
	if (code == ALK_OK && count != NULL)
		*count = swept;
	return code;
}

int
alk_queue_next(alk_session *s, const char *queue, int64_t *at_ms)
{
	struct call c;
	int64_t next = 0;

	if (call_read(s, &c) == ALK_OK &&
	    names_check(s, queue, "the queue", &c.err) == ALK_OK)
		next = job_next_claim_ms(s->graph.db, span_of(queue),
		    s->graph.now_ms);
	int code = call_end(s, &c);
	if (code == ALK_OK)
		*at_ms = next;
	return code;
}

int
alk_result_get(alk_session *s, int64_t job_id, const char **text,
    size_t *bytes)
{
	struct call c;
	bool found = false;

	if (call_read(s, &c) == ALK_OK) {
		buf_clear(&s->text);
		(void)result_get(s->graph.db, job_id, s->graph.now, &s->text,
		    &found);
		if (c.err.code == ALK_OK && !found)
			error_set(&c.err, ALK_NOTFOUND, "there is no result "
			    "of job %lld", (long long)job_id);
	}
	int code = call_end(s, &c);
	if (code == ALK_OK) {
		*text = buf_text(&s->text);
		if (bytes != NULL)
			*bytes = s->text.bytes;
	}
	return code;
}

int
alk_result_sweep(alk_session *s, int64_t *count)
{
	struct call c;
	int64_t n = 0;

	if (call_write(s, &c, false) == ALK_OK)
		(void)result_sweep(s->writer, s->graph.now, &n);
	int code = call_end(s, &c);
	if (code == ALK_OK && count != NULL)
		*count = n;
	return code;
}
