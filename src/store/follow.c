/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Listening for notifications and following a stream, as alkstore.h offers
 * them:
 *
 *   subscribe to the wake -> where to begin -> read until nothing is new
 *          ^                                            |
 *          +---- keep the offset, when it is due <---- wait
 *
 * The wake comes first, so that a commit between two steps is noticed by the
 * next wait. Each reading is a call of its own: while it waits nothing is open.
 */
#include "store/store.h"

#include "base/clock.h"
#include "base/error.h"
#include "events/stream_trim.h"
#include "store/feed_take.h"
#include "store/follow.h"
#include "store/names.h"

#include <limits.h>

#define SAVE_EVENTS 1000
#define SAVE_MS 1000

struct follow {
	alk_session *s;
	const char *topic;    /* or channel */
	bool is_notification;
	struct feed_taking *feed; /* instead of fn; or NULL */
	alk_row_fn fn;
	void *arg;
	int64_t wait_ms;
	int64_t end;          /* of waiting, by the steady clock */
	int64_t last;         /* fn has done with it */
	size_t seen;          /* in this reading */
	bool is_stopped;
	/* What the consumer keeps; without one nothing is ever unsaved. */
	const char *consumer;
	size_t save_events;
	int64_t save_ms;
	size_t unsaved;
	int64_t unsaved_since;
};

int
follow_end_with(alk_session *s, int code, const char *text)
{
	struct call c;

	call_begin(s, &c);
	if (c.err.code == ALK_OK)
		error_set(&c.err, code, "%s", text);
	return call_end(s, &c);
}

/* ---- reading ---- */

static bool
is_save_due(const struct follow *f)
{
	return f->unsaved >= f->save_events || (f->unsaved > 0 &&
	    clock_steady_ms() - f->unsaved_since >= f->save_ms);
}

/* fn has done with an event; whether to stop reading. */
static int
done_with(struct follow *f, int64_t number)
{
	f->last = number;
	if (f->consumer != NULL && f->unsaved++ == 0)
		f->unsaved_since = clock_steady_ms();
	return f->is_stopped || (f->consumer != NULL && is_save_due(f));
}

/* A record of the change feed. One not told to its end comes again. */
static int
on_record(struct follow *f, const struct event *e)
{
	bool is_whole;
	int answer = feed_take(f->feed, e, false, &is_whole);

	f->seen++;
	f->is_stopped = answer != 0;
	return !is_whole || answer < 0 ? 1 : done_with(f, e->offset);
}

static int
on_event(void *arg, const struct event *e)
{
	struct follow *f = arg;

	if (f->feed != NULL)
		return on_record(f, e);
	alk_row row = { .kind = ALK_EVENT, .id = "", .key = e->topic.at,
		.type = e->key.at != NULL ? e->key.at : "",
		.attributes = e->payload.at,
		.attributes_bytes = e->payload.bytes, .metadata = "{}",
		.created_at = e->created_at, .updated_at = e->created_at,
		.number = e->offset };
	int answer = f->fn(f->arg, &row);

	f->seen++;
	f->is_stopped = answer != 0;
	if (answer < 0 && !f->is_notification)
		return 1;
	return done_with(f, row.number);
}

static int
read_some(struct follow *f)
{
	struct call c;
	alk_session *s = f->s;
	int64_t limit = (int64_t)s->store->limits.page_rows;

	f->seen = 0;
	if (call_read(s, &c) == ALK_OK) {
		if (f->is_notification)
			(void)events_notified(s->graph.db, span_of(f->topic),
			    f->last, limit, on_event, f, NULL);
		else if (f->feed == NULL ||
		    feed_check_kept(s, f->last) == ALK_OK)
			(void)events_read(s->graph.db, span_of(f->topic),
			    f->last, limit, on_event, f, NULL);
	}
	return call_end(s, &c);
}

/* ---- the offset of a consumer ---- */

static int
save(struct follow *f)
{
	if (f->unsaved == 0)
		return ALK_OK;
	int code = alk_stream_save(f->s, f->consumer, f->topic, f->last);
	if (code == ALK_OK)
		f->unsaved = 0;
	return code;
}

/* At the end; what went wrong before counts for more than what does here. */
static int
save_last(struct follow *f, int code)
{
	alk_error first = f->s->err;
	int own = save(f);

	if (own != ALK_OK && (code == ALK_OK || code == ALK_TIMEOUT ||
		code == ALK_CANCELLED))
		return own;
	f->s->err = first;
	return code;
}

/* ---- waiting ---- */

int
follow_wait_until(alk_session *s, int64_t at)
{
	int64_t left = at - clock_steady_ms();

	if (at == INT64_MAX)
		return alk_wait(s, -1);
	if (left < 0)
		left = 0;
	return alk_wait(s, left < INT_MAX ? (int)left : INT_MAX);
}

/* ALK_OK to read again. */
static int
wait_for_more(struct follow *f)
{
	int64_t at = f->end;

	if (clock_steady_ms() >= at)
		return follow_end_with(f->s, ALK_TIMEOUT,
		    "nothing came in time");
	if (f->unsaved > 0 && f->unsaved_since + f->save_ms < at)
		at = f->unsaved_since + f->save_ms;
	int code = follow_wait_until(f->s, at);
	if (code != ALK_TIMEOUT || at == f->end)
		return code;
	return ALK_OK;
}

static void
wait_anew(struct follow *f)
{
	f->end = f->wait_ms < 0 ? INT64_MAX : clock_steady_ms() + f->wait_ms;
}

static int
go_on(struct follow *f)
{
	int64_t limit = (int64_t)f->s->store->limits.page_rows;
	int code = ALK_OK;

	wait_anew(f);
	while (code == ALK_OK) {
		code = read_some(f);
		if (code != ALK_OK || f->is_stopped)
			break;
		bool is_due = is_save_due(f);
		if (is_due)
			code = save(f);
		if (f->seen > 0)
			wait_anew(f);
		if (code == ALK_OK && !is_due && (int64_t)f->seen < limit)
			code = wait_for_more(f);
	}
	return code;
}

int
follow_subscribe(alk_session *s)
{
	int code = alk_wait(s, 0);

	return code == ALK_TIMEOUT ? ALK_OK : code;
}

/* ---- notifications ---- */

static int
begin_listening(struct follow *f, int64_t after)
{
	struct call c;
	alk_session *s = f->s;

	if (call_read(s, &c) == ALK_OK) {
		if (after < -1)
			error_set(&c.err, ALK_INVALID,
			    "after is an id, 0, or -1 for now");
		else if (f->fn == NULL)
			error_set(&c.err, ALK_INVALID,
			    "no function is given to take the notifications");
		else if (f->topic == NULL || names_check(s, f->topic,
			"the channel", &c.err) == ALK_OK)
			f->last = after >= 0 ? after : events_notified_last(
			    s->graph.db, span_of(f->topic));
	}
	return call_end(s, &c);
}

int
alk_listen(alk_session *s, const char *channel, int64_t after, int wait_ms,
    alk_row_fn fn, void *arg, int64_t *last)
{
	struct follow f = { .s = s, .topic = channel, .is_notification = true,
		.fn = fn, .arg = arg, .wait_ms = wait_ms,
		.save_events = SAVE_EVENTS };
	int code = follow_subscribe(s);

	if (code == ALK_OK)
		code = begin_listening(&f, after);
	if (code == ALK_OK) {
		code = go_on(&f);
		if (last != NULL)
			*last = f.last;
	}
	return code;
}

/* ---- streams ---- */

static int
check_follow(alk_session *s, const alk_follow *o, alk_row_fn fn,
    alk_error *err)
{
	if (o->topic != NULL &&
	    names_check(s, o->topic, "the topic", err) != ALK_OK)
		return err->code;
	if (o->consumer != NULL && o->topic == NULL)
		return error_set(err, ALK_INVALID, "a consumer keeps the "
		    "offset of one topic; name it");
	if (o->consumer != NULL &&
	    names_check(s, o->consumer, "the consumer", err) != ALK_OK)
		return err->code;
	if (o->after < -1 || o->save_ms < 0)
		return error_set(err, ALK_INVALID, o->save_ms < 0 ?
		    "save_ms is below 0" :
		    "after is an offset, 0, or -1 for now");
	if (fn == NULL)
		return error_set(err, ALK_INVALID,
		    "no function is given to take the events");
	return ALK_OK;
}

/*
 * Where to begin. A consumer that is new and begins with what comes next keeps
 * that place at once: it would else begin later if it were started again before
 * its first event.
 */
static int
begin_following(struct follow *f, const alk_follow *o)
{
	struct call c;
	alk_session *s = f->s;
	bool is_new = false;

	if (call_read(s, &c) == ALK_OK &&
	    check_follow(s, o, f->fn, &c.err) == ALK_OK) {
		if (o->consumer != NULL)
			f->last = events_offset(s->graph.db,
			    span_of(o->consumer), span_of(o->topic));
		is_new = f->last == 0;
		if (is_new)
			f->last = o->after >= 0 ? o->after :
			    events_last(s->graph.db, span_of(o->topic));
	}
	int code = call_end(s, &c);
	if (code == ALK_OK && o->consumer != NULL && is_new && f->last > 0)
		code = alk_stream_save(s, o->consumer, o->topic, f->last);
	return code;
}

int
alk_stream_follow(alk_session *s, const alk_follow *o, alk_row_fn fn,
    void *arg, int64_t *last)
{
	struct follow f = { .s = s, .topic = o->topic, .fn = fn, .arg = arg,
		.wait_ms = o->wait_ms, .consumer = o->consumer,
		.save_events = o->save_events != 0 ? o->save_events :
		SAVE_EVENTS, .save_ms = o->save_ms != 0 ? o->save_ms :
		SAVE_MS };
	int code = follow_subscribe(s);

	if (code == ALK_OK)
		code = begin_following(&f, o);
	if (code == ALK_OK) {
		code = go_on(&f);
		if (last != NULL)
			*last = f.last;
		code = save_last(&f, code);
	}
	return code;
}

/* ---- the change feed ---- */

static int
begin_feed(struct follow *f, const alk_feed *o)
{
	struct call c;
	alk_session *s = f->s;
	bool was_kept = false;

	if (call_read(s, &c) == ALK_OK) {
		if (f->feed->fn == NULL)
			error_set(&c.err, ALK_INVALID,
			    "no function is given to take the changes");
		else
			(void)feed_taking_init(s, f->feed, o, &f->last,
			    &was_kept);
	}
	int code = call_end(s, &c);
	if (code == ALK_OK && o->consumer != NULL && !was_kept && f->last > 0)
		code = alk_stream_save(s, o->consumer, f->topic, f->last);
	return code;
}

int
alk_feed_follow(alk_session *s, const alk_feed *f, alk_feed_fn fn, void *arg,
    int64_t *last)
{
	static const alk_feed all;
	const alk_feed *o = f != NULL ? f : &all;
	struct feed_taking feed = { .fn = fn, .arg = arg };
	struct follow w = { .s = s, .topic = "changes", .feed = &feed,
		.wait_ms = o->wait_ms, .consumer = o->consumer,
		.save_events = SAVE_EVENTS, .save_ms = SAVE_MS };
	int code = follow_subscribe(s);

	if (code == ALK_OK)
		code = begin_feed(&w, o);
	if (code == ALK_OK) {
		code = go_on(&w);
		if (last != NULL)
			*last = w.last;
		code = save_last(&w, code);
	}
	feed_taking_fini(&feed);
	return code;
}
