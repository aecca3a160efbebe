/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Progress, errors, history and batches of jobs, as alkstore.h offers them. */
#include "store/store.h"

#include "base/error.h"
#include "events/batch.h"
#include "events/job_info.h"
#include "store/names.h"

#include <string.h>

#define MAX_ATTEMPTS 3

static int
check_visitor(bool is_given, alk_error *err)
{
	return is_given ? ALK_OK : error_set(err, ALK_INVALID,
	    "no function is given to take what is found");
}

/* ---- progress, info ---- */

int
alk_job_progress(alk_session *s, int64_t id, const char *worker, int percent,
    const char *text)
{
	struct call c;
	bool done = false;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check(s, worker, "the worker", &c.err) == ALK_OK) {
		(void)job_progress(s->writer, id, span_of(worker), percent,
		    span_of(text), s->graph.now_ms, &done);
		if (c.err.code == ALK_OK && !done)
			error_set(&c.err, ALK_CONFLICT, "job %lld is not this "
			    "worker's: its claim is over, or it has ended",
			    (long long)id);
	}
	return call_end(s, &c);
}

struct info_visit {
	alk_job_info_fn fn;
	void *arg;
	bool found;
};

static const char *
standing_name(enum job_standing standing)
{
	static const char *const names[] = { [JOB_IN_QUEUE] = "queued",
		[JOB_HELD] = "held", [JOB_ACKNOWLEDGED] = "completed",
		[JOB_DEAD] = "dead", [JOB_CANCELLED] = "cancelled" };

	return names[standing];
}

static void
show_info(void *arg, const struct job_info *i)
{
	struct info_visit *v = arg;
	alk_job_info out = { .id = i->id, .queue = i->queue.at,
		.standing = standing_name(i->standing), .key = i->key.at,
		.unique = i->unique.at, .metadata = i->metadata.at,
		.progress_text = i->progress_text.at,
		.progress = (int)i->progress, .batch = i->batch };

	v->found = true;
	(void)v->fn(v->arg, &out);
}

int
alk_job_info_get(alk_session *s, int64_t id, alk_job_info_fn fn, void *arg)
{
	struct call c;
	struct info_visit v = { .fn = fn, .arg = arg };

	if (call_read(s, &c) == ALK_OK &&
	    check_visitor(fn != NULL, &c.err) == ALK_OK) {
		(void)job_info_get(s->graph.db, id, show_info, &v);
		if (c.err.code == ALK_OK && !v.found)
			error_set(&c.err, ALK_NOTFOUND, "there is no job %lld "
			    "with more than its row", (long long)id);
	}
	return call_end(s, &c);
}

/* ---- attempts, history ---- */

struct attempt_visit {
	alk_attempt_fn fn;
	void *arg;
};

static int
show_attempt(void *arg, const struct job_attempt *a)
{
	struct attempt_visit *v = arg;
	alk_attempt out = { .attempt = a->attempt,
		.worker = a->worker.at != NULL ? a->worker.at : "",
		.error = a->error.at != NULL ? a->error.at : "",
		.ended_at = a->ended_at };

	return v->fn(v->arg, &out);
}

int
alk_job_attempts(alk_session *s, int64_t id, alk_attempt_fn fn, void *arg)
{
	struct call c;
	struct attempt_visit v = { fn, arg };

	if (call_read(s, &c) == ALK_OK &&
	    check_visitor(fn != NULL, &c.err) == ALK_OK)
		(void)job_attempts(s->graph.db, id, show_attempt, &v);
	return call_end(s, &c);
}

int
alk_job_cancel_tagged(alk_session *s, const char *queue, const char *tag,
    int64_t *count)
{
	struct call c;
	int64_t n = 0;

	if (call_write(s, &c, false) == ALK_OK && tag == NULL)
		error_set(&c.err, ALK_INVALID, "no tag is given");
	if (c.err.code == ALK_OK &&
	    names_check_any(s, queue, "the queue", &c.err) == ALK_OK)
		(void)job_cancel_tagged(s->writer, span_of(queue),
		    span_of(tag), &n);
	int code = call_end(s, &c);
	if (code == ALK_OK && count != NULL)
		*count = n;
	return code;
}

struct tag_visit {
	alk_tag_fn fn;
	void *arg;
};

static int
show_tag(void *arg, struct span tag)
{
	struct tag_visit *v = arg;

	return v->fn(v->arg, tag.at);
}

int
alk_job_tags(alk_session *s, int64_t id, alk_tag_fn fn, void *arg)
{
	struct call c;
	struct tag_visit v = { fn, arg };

	if (call_read(s, &c) == ALK_OK &&
	    check_visitor(fn != NULL, &c.err) == ALK_OK)
		(void)job_tags(s->graph.db, id, show_tag, &v);
	return call_end(s, &c);
}

struct done_visit {
	alk_job_done_fn fn;
	void *arg;
};

static int
show_done(void *arg, const struct job_done *d)
{
	struct done_visit *v = arg;
	alk_job_done out = { .id = d->id, .queue = d->queue.at,
		.payload = d->payload.at, .payload_bytes = d->payload.bytes,
		.worker = d->worker.at, .result = d->result.at,
		.attempts = d->attempts, .created_at = d->created_at,
		.started_ms = d->started_ms, .ended_ms = d->ended_ms };

	return v->fn(v->arg, &out);
}

int
alk_queue_history(alk_session *s, const char *queue,
    const alk_history_query *q, alk_job_done_fn fn, void *arg)
{
	static const alk_history_query all;
	struct call c;
	struct done_visit v = { fn, arg };

	if (q == NULL)
		q = &all;
	struct job_history_page page = { .before_id = q->before_id,
		.before_ms = q->before_ms != 0 ? q->before_ms : INT64_MAX };
	if (call_read(s, &c) == ALK_OK &&
	    check_visitor(fn != NULL, &c.err) == ALK_OK &&
	    names_check(s, queue, "the queue", &c.err) == ALK_OK) {
		page.limit = names_limit(s, q->limit);
		(void)job_history(s->graph.db, span_of(queue), &page,
		    show_done, &v);
	}
	return call_end(s, &c);
}

int
alk_queue_history_purge(alk_session *s, const char *queue, int64_t before_ms,
    int64_t *count)
{
	struct call c;
	int64_t n = 0;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check_any(s, queue, "the queue", &c.err) == ALK_OK)
		(void)job_history_purge(s->writer, span_of(queue),
		    before_ms != 0 ? before_ms : INT64_MAX, &n);
	int code = call_end(s, &c);
	if (code == ALK_OK && count != NULL)
		*count = n;
	return code;
}

int
alk_queue_history_sweep(alk_session *s, const char *queue, int64_t *count)
{
	struct call c;
	int64_t n = 0;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check_any(s, queue, "the queue", &c.err) == ALK_OK)
		(void)job_history_sweep(s->writer, span_of(queue),
		    s->graph.now_ms, &n);
	int code = call_end(s, &c);
	if (code == ALK_OK && count != NULL)
		*count = n;
	return code;
}

/* ---- batches ---- */

int
alk_batch_open(alk_session *s, const alk_batch_new *batch, int64_t *id)
{
	struct call c;
	struct batch_new b = { .queue = span_of(batch->queue),
		.priority = batch->priority,
		.max_attempts = batch->max_attempts != 0 ?
		batch->max_attempts : MAX_ATTEMPTS };
	size_t bytes = batch->bytes;
	int64_t made = 0;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check_any(s, batch->queue, "the queue", &c.err) == ALK_OK &&
	    (batch->payload == NULL || names_check_payload(s, batch->payload,
		&bytes, &c.err) == ALK_OK)) {
		if (batch->payload != NULL)
			b.payload = (struct span){ batch->payload, bytes };
		(void)batch_open(s->writer, &b, s->graph.now_ms, &made);
	}
	int code = call_end(s, &c);
	if (code == ALK_OK)
		*id = made;
	return code;
}

int
alk_batch_close(alk_session *s, int64_t id)
{
	struct call c;
	bool done;

	if (call_write(s, &c, false) == ALK_OK)
		(void)batch_close(s->writer, id, s->graph.now_ms, &done);
	return call_end(s, &c);
}

static alk_batch
public_batch(const struct batch *b)
{
	return (alk_batch){ .id = b->id, .opened_at = b->opened_at,
		.closed_at = b->is_closed ? b->closed_at : 0,
		.is_ended = b->is_ended, .jobs = b->jobs,
		.completed = b->completed, .dead = b->dead,
		.cancelled = b->cancelled, .completion_id = b->completion_id };
}

int
alk_batch_get(alk_session *s, int64_t id, alk_batch *out)
{
	struct call c;
	struct batch b = { 0 };

	if (call_read(s, &c) == ALK_OK)
		(void)batch_get(s->graph.db, id, &b);
	int code = call_end(s, &c);
	if (code == ALK_OK)
		*out = public_batch(&b);
	return code;
}

struct batch_visit {
	alk_batch_fn fn;
	void *arg;
};

static int
show_batch(void *arg, const struct batch *b)
{
	struct batch_visit *v = arg;
	alk_batch out = public_batch(b);

	return v->fn(v->arg, &out);
}

int
alk_batch_list(alk_session *s, int64_t before, size_t limit, alk_batch_fn fn,
    void *arg)
{
	struct call c;
	struct batch_visit v = { fn, arg };

	if (call_read(s, &c) == ALK_OK &&
	    check_visitor(fn != NULL, &c.err) == ALK_OK)
		(void)batch_list(s->graph.db, before != 0 ? before : INT64_MAX,
		    names_limit(s, limit), show_batch, &v);
	return call_end(s, &c);
}

int
alk_batch_purge(alk_session *s, int64_t before, int64_t *count)
{
	struct call c;
	int64_t n = 0;

	if (call_write(s, &c, false) == ALK_OK)
		(void)batch_purge(s->writer, before != 0 ? before : INT64_MAX,
		    &n);
	int code = call_end(s, &c);
	if (code == ALK_OK && count != NULL)
		*count = n;
	return code;
}

int
alk_batch_cancel(alk_session *s, int64_t id, int64_t *count)
{
	struct call c;
	int64_t n = 0;

	if (call_write(s, &c, false) == ALK_OK)
		(void)batch_cancel(s->writer, id, s->graph.now_ms, &n);
	int code = call_end(s, &c);
	if (code == ALK_OK && count != NULL)
		*count = n;
	return code;
}
