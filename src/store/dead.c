/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Dead letters, as alkstore.h offers them. */
#include "store/store.h"

#include "base/error.h"
#include "events/dead.h"
#include "store/names.h"

struct dead_visit {
	alk_dead_fn fn;
	void *arg;
};

static int
show(void *arg, const struct dead_letter *d)
{
	struct dead_visit *v = arg;
	alk_dead out = { .id = d->id, .queue = d->queue.at,
		.payload = d->payload.at, .payload_bytes = d->payload.bytes,
		.error = d->error.at, .priority = d->priority,
		.attempts = d->attempts, .max_attempts = d->max_attempts,
		.created_at = d->created_at, .died_at = d->died_at };

	return v->fn(v->arg, &out);
}

int
alk_dead_list(alk_session *s, const char *queue, int64_t after, size_t limit,
    alk_dead_fn fn, void *arg)
{
	struct call c;
	struct dead_visit v = { fn, arg };

	if (call_read(s, &c) == ALK_OK && fn == NULL)
		error_set(&c.err, ALK_INVALID,
		    "no function is given to take the dead letters");
	if (c.err.code == ALK_OK &&
	    names_check_any(s, queue, "the queue", &c.err) == ALK_OK)
		(void)dead_list(s->graph.db, span_of(queue), after,
		    names_limit(s, limit), show, &v);
	return call_end(s, &c);
}

static void
refuse_missing(struct call *c, int64_t id, bool done)
{
	if (c->err.code == ALK_OK && !done)
		error_set(&c->err, ALK_NOTFOUND,
		    "there is no dead letter %lld", (long long)id);
}

int
alk_dead_redrive(alk_session *s, int64_t id, int64_t *new_id)
{
	struct call c;
	bool done = false;
	int64_t made = 0;

	if (call_write(s, &c, false) == ALK_OK) {
		(void)dead_redrive(s->writer, id, s->graph.now_ms, &made,
		    &done);
		refuse_missing(&c, id, done);
	}
	int code = call_end(s, &c);
	if (code == ALK_OK && new_id != NULL)
		*new_id = made;
	return code;
}

int
alk_dead_redrive_all(alk_session *s, const char *queue, size_t limit,
    int64_t *count)
{
	struct call c;
	int64_t most = limit == 0 || limit > INT64_MAX ? -1 : (int64_t)limit;
	int64_t n = 0;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check_any(s, queue, "the queue", &c.err) == ALK_OK)
		(void)dead_redrive_all(s->writer, span_of(queue), most,
		    s->graph.now_ms, &n);
	int code = call_end(s, &c);
	if (code == ALK_OK && count != NULL)
		*count = n;
	return code;
}

int
alk_dead_delete(alk_session *s, int64_t id)
{
	struct call c;
	bool done = false;

	if (call_write(s, &c, false) == ALK_OK) {
		(void)dead_delete(s->writer, id, &done);
		refuse_missing(&c, id, done);
	}
	return call_end(s, &c);
}

int
alk_dead_purge(alk_session *s, const char *queue, int64_t before,
    int64_t *count)
{
	struct call c;
	int64_t n = 0;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check_any(s, queue, "the queue", &c.err) == ALK_OK &&
	    names_check_seconds(before, 0, "before", &c.err) == ALK_OK)
		(void)dead_purge(s->writer, span_of(queue),
		    before != 0 ? before : INT64_MAX, &n);
	int code = call_end(s, &c);
	if (code == ALK_OK && count != NULL)
		*count = n;
	return code;
}
