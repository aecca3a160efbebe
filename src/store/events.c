/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Streams, notifications and waiting, as alkstore.h offers them. */
#include "store/store.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/utf8.h"
#include "events/stream_trim.h"
#include "events/watch.h"
#include "store/names.h"

#include <string.h>

int
names_check(alk_session *s, const char *name, const char *what, alk_error *err)
{
	if (utf8_name(name, name != NULL ? strlen(name) : 0,
		s->store->limits.name_bytes, what, "limits.name_bytes", err) !=
	    ALK_OK)
		return err->code;
	if (strncmp(name, "__", 2) == 0)
		return error_set(err, ALK_INVALID,
		    "names that begin with __ are reserved");
	return ALK_OK;
}

int
names_check_payload(alk_session *s, const char *payload, size_t *bytes,
    alk_error *err)
{
	if (payload == NULL)
		return error_set(err, ALK_INVALID, "no payload given");
	if (*bytes == ALK_NUL)
		*bytes = strlen(payload);
	if (*bytes > s->store->limits.attributes_bytes)
		return error_set(err, ALK_LIMIT, "the payload has %zu bytes, "
		    "more than %zu (limits.attributes_bytes)", *bytes,
		    s->store->limits.attributes_bytes);
	if (!utf8_is_valid(payload, *bytes))
		return error_set(err, ALK_INVALID, "the payload is not UTF-8");
	return ALK_OK;
}

static int
publish(alk_session *s, const char *topic, const char *key,
    struct span payload, int64_t *offset)
{
	(void)events_publish(s->writer, span_of(topic), span_of(key), payload,
	    s->graph.now, offset);
	return stream_trim_due(s->writer, span_of(topic), s->graph.now);
}

int
alk_stream_publish(alk_session *s, const char *topic, const char *key,
    const char *payload, size_t bytes, int64_t *offset)
{
	struct call c;
	int64_t made = 0;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check(s, topic, "the topic", &c.err) == ALK_OK &&
	    names_check_payload(s, payload, &bytes, &c.err) == ALK_OK) {
		if (strcmp(topic, "changes") == 0)
			error_set(&c.err, ALK_INVALID,
			    "the topic \"changes\" is the store's own");
		else if (key == NULL || utf8_name(key, strlen(key),
			s->store->limits.key_bytes, "the event key",
			"limits.key_bytes", &c.err) == ALK_OK)
			(void)publish(s, topic, key,
			    (struct span){ payload, bytes }, &made);
	}
	int code = call_end(s, &c);
	if (code == ALK_OK && offset != NULL)
		*offset = made;
	return code;
}

int
alk_notify(alk_session *s, const char *channel, const char *payload,
    size_t bytes, int64_t *id)
{
	struct call c;
	int64_t made = 0;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check(s, channel, "the channel", &c.err) == ALK_OK &&
	    names_check_payload(s, payload, &bytes, &c.err) == ALK_OK)
		(void)events_notify(s->writer, span_of(channel),
		    (struct span){ payload, bytes }, s->graph.now, &made);
	int code = call_end(s, &c);
	if (code == ALK_OK && id != NULL)
		*id = made;
	return code;
}

struct reading {
	alk_row_fn fn;
	void *arg;
};

static int
on_event(void *arg, const struct event *e)
{
	struct reading *r = arg;
	alk_row row = { .kind = ALK_EVENT, .id = "", .key = e->topic.at,
		.type = e->key.at != NULL ? e->key.at : "",
		.attributes = e->payload.at,
		.attributes_bytes = e->payload.bytes, .metadata = "{}",
		.created_at = e->created_at, .updated_at = e->created_at,
		.number = e->offset };

	return r->fn(r->arg, &row);
}

int
alk_stream_read(alk_session *s, const char *topic, int64_t after,
    size_t limit, alk_row_fn fn, void *arg, int64_t *last)
{
	struct call c;
	struct reading r = { fn, arg };
	int64_t seen = after;
	size_t most = limit != 0 ? limit : s->store->limits.page_rows;

	if (call_read(s, &c) == ALK_OK) {
		if (after < -1)
			error_set(&c.err, ALK_INVALID,
			    "after is an offset, 0, or -1 for now");
		else if (after == -1)
			seen = events_last(s->graph.db, span_of(topic));
		else
			(void)events_read(s->graph.db, span_of(topic), after,
			    most > INT64_MAX ? INT64_MAX : (int64_t)most,
			    on_event, &r, &seen);
	}
	int code = call_end(s, &c);
	if (code == ALK_OK && last != NULL)
		*last = seen;
	return code;
}

/* ---- consumers ---- */

int
alk_stream_save(alk_session *s, const char *consumer, const char *topic,
    int64_t offset)
{
	struct call c;
	bool done;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check(s, consumer, "the consumer", &c.err) == ALK_OK &&
	    names_check(s, topic, "the topic", &c.err) == ALK_OK)
		(void)events_save_offset(s->writer, span_of(consumer),
		    span_of(topic), offset, &done);
	return call_end(s, &c);
}

int
alk_stream_saved(alk_session *s, const char *consumer, const char *topic,
    int64_t *offset)
{
	struct call c;
	int64_t kept = 0;

	if (call_read(s, &c) == ALK_OK &&
	    names_check(s, consumer, "the consumer", &c.err) == ALK_OK &&
	    names_check(s, topic, "the topic", &c.err) == ALK_OK)
		kept = events_offset(s->graph.db, span_of(consumer),
		    span_of(topic));
	int code = call_end(s, &c);
	if (code == ALK_OK)
		*offset = kept;
	return code;
}

/* ---- waiting ---- */

static int
start_watching(alk_session *s, struct call *c)
{
	if (atomic_load(&s->watch) != NULL)
		return ALK_OK;
	struct watch_options o = { .path = s->store->path,
		.vfs = db_pool_vfs(s->store->pool) };
	struct watch *w = NULL;
	if (watch_open(&o, &w, &c->err) == ALK_OK)
		atomic_store(&s->watch, w);
	return c->err.code;
}

static int
not_in_place(struct call *c)
{
	return error_set(&c->err, ALK_IO, "the file was replaced or removed; "
	    "close the store and open it again");
}

/* A cancelling that came for a call before this one is no news. */
static int
watch(alk_session *s, struct call *c, int wait_ms)
{
	struct watch *w = atomic_load(&s->watch);
	int64_t end = clock_steady_ms() + wait_ms;
	int64_t left = wait_ms;

	/* One that came while the watch was opened could not reach it. */
	if (atomic_load(&s->cancel) != 0)
		return error_set(&c->err, ALK_CANCELLED, "cancelled");
	for (;;) {
		int answer = watch_wait(w, left);
		if (answer == WATCH_UPDATE)
			return ALK_OK;
		if (atomic_load(&s->cancel) != 0)
			return error_set(&c->err, ALK_CANCELLED, "cancelled");
		if (answer == WATCH_TIMEOUT)
			return error_set(&c->err, ALK_TIMEOUT,
			    "nothing was committed for %d ms", wait_ms);
		if (answer != WATCH_CANCELLED) {
			c->err = *watch_error(w);
			return c->err.code;
		}
		if (wait_ms >= 0)
			left = end - clock_steady_ms();
		if (wait_ms >= 0 && left < 0)
			left = 0;
	}
}

int
alk_wait(alk_session *s, int wait_ms)
{
	struct call c;

	call_begin(s, &c);
	if (c.err.code == ALK_OK && c.outer != NULL)
		error_set(&c.err, ALK_MISUSE,
		    "waiting inside another call would never end");
	if (c.err.code == ALK_OK && !db_pool_is_in_place(s->store->pool))
		(void)not_in_place(&c);
	if (c.err.code == ALK_OK && start_watching(s, &c) == ALK_OK)
		(void)watch(s, &c, wait_ms);
	return call_end(s, &c);
}
