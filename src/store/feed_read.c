/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Readers of the change feed, as alkstore.h offers them; those that follow it
 * are in follow.c.
 *
 *   consume: new records? --yes--> transaction: offset, records, fn, offset
 *               ^   |                                                |
 *               |   no: wait for a commit                            |
 *               +---+------------------------------------------------+
 */
#include "base/clock.h"
#include "base/error.h"
#include "store/feed_take.h"
#include "store/follow.h"

#define RECORDS 100

/* ---- reading ---- */

struct reading {
	struct feed_taking t;
	int64_t last;
};

static int
on_record(void *arg, const struct event *e)
{
	struct reading *r = arg;
	bool is_whole;
	int answer = feed_take(&r->t, e, false, &is_whole);

	if (is_whole && answer >= 0)
		r->last = e->offset;
	return answer;
}

int
alk_feed_read(alk_session *s, const alk_feed *f, size_t limit, alk_feed_fn fn,
    void *arg, int64_t *last)
{
	static const alk_feed all;
	struct reading r = { .t = { .fn = fn, .arg = arg } };
	struct call c;
	size_t most = limit != 0 ? limit : s->store->limits.page_rows;

	if (call_read(s, &c) == ALK_OK &&
	    feed_taking_init(s, &r.t, f != NULL ? f : &all, &r.last, NULL) ==
		ALK_OK && fn != NULL)
		(void)events_read(s->graph.db, span_of("changes"), r.last,
		    most > INT64_MAX ? INT64_MAX : (int64_t)most, on_record,
		    &r, NULL);
	feed_taking_fini(&r.t);
	int code = call_end(s, &c);
	if (code == ALK_OK && last != NULL)
		*last = r.last;
	return code;
}

/* ---- consuming ---- */

struct consuming {
	alk_session *s;
	const alk_feed *o;
	struct feed_taking t;
	int64_t start;  /* of a consumer that has kept nothing yet */
	int64_t last;
	int64_t end;    /* of waiting, by the steady clock */
	int answer;     /* of fn, if not 0 */
	alk_error why;  /* what its own calls had left when it was below 0 */
};

static int
consume_record(void *arg, const struct event *e)
{
	struct consuming *c = arg;
	bool is_whole;

	c->last = e->offset;
	c->answer = feed_take(&c->t, e, true, &is_whole);
	if (c->answer < 0)
		c->why = c->s->err;
	return c->answer;
}

/* Where the consumer is now: another process may go by its name too. */
static int64_t
place_of(struct consuming *c)
{
	int64_t kept = events_offset(c->s->graph.db, span_of(c->o->consumer),
	    span_of("changes"));

	return kept > 0 ? kept : c->start;
}

/* An alk_work_fn. */
static int
consume_some(alk_session *s, void *arg)
{
	struct consuming *c = arg;
	struct call call;
	size_t most = c->o->records != 0 ? c->o->records : RECORDS;

	c->answer = 0;
	if (call_read(s, &call) == ALK_OK) {
		c->last = place_of(c);
		if (feed_check_kept(s, c->last) == ALK_OK)
			(void)events_read(s->graph.db, span_of("changes"),
			    c->last, most > INT64_MAX ? INT64_MAX :
			    (int64_t)most, consume_record, c, NULL);
	}
	int code = call_end(s, &call);
	if (code != ALK_OK)
		return code;
	if (c->answer < 0) {
		s->err = c->why;
		return c->answer;
	}
	return alk_stream_save(s, c->o->consumer, "changes", c->last);
}

/* Whether there is a record that the consumer has not done with; reads only. */
static int
look(struct consuming *c, bool *is_some)
{
	struct call call;
	alk_session *s = c->s;

	if (call_read(s, &call) == ALK_OK) {
		int64_t at = place_of(c);
		(void)feed_check_kept(s, at);
		*is_some = events_last(s->graph.db, span_of("changes")) > at;
	}
	return call_end(s, &call);
}

static int
begin(struct consuming *c, alk_feed_fn fn)
{
	struct call call;
	alk_session *s = c->s;
	bool was_kept = false;

	if (call_read(s, &call) == ALK_OK) {
		if (fn == NULL)
			error_set(&call.err, ALK_INVALID,
			    "no function is given to take the changes");
		else if (c->o->consumer == NULL)
			error_set(&call.err, ALK_INVALID,
			    "a consumer needs a name to keep its place by");
		else
			(void)feed_taking_init(s, &c->t, c->o, &c->start,
			    &was_kept);
	}
	int code = call_end(s, &call);
	/* A new one would begin later if it were started again. */
	if (code == ALK_OK && !was_kept && c->start > 0)
		code = alk_stream_save(s, c->o->consumer, "changes",
		    c->start);
	return code;
}

static void
wait_anew(struct consuming *c)
{
	c->end = c->o->wait_ms < 0 ? INT64_MAX :
	    clock_steady_ms() + c->o->wait_ms;
}

static int
go_on(struct consuming *c)
{
	int code = ALK_OK;

	wait_anew(c);
	while (code == ALK_OK) {
		bool is_some = false;
		code = look(c, &is_some);
		if (code != ALK_OK)
			break;
		if (is_some) {
			code = alk_transact(c->s, 0, consume_some, c);
			if (code == ALK_OK && c->answer > 0)
				break;
			wait_anew(c);
		} else if (clock_steady_ms() >= c->end) {
			code = follow_end_with(c->s, ALK_TIMEOUT,
			    "nothing came in time");
		} else {
			code = follow_wait_until(c->s, c->end);
		}
	}
	return code;
}

int
alk_feed_consume(alk_session *s, const alk_feed *f, alk_feed_fn fn, void *arg)
{
	static const alk_feed all;
	struct consuming c = { .s = s, .o = f != NULL ? f : &all,
		.t = { .fn = fn, .arg = arg } };
	int code = follow_subscribe(s);

	if (code == ALK_OK)
		code = begin(&c, fn);
	if (code == ALK_OK)
		code = go_on(&c);
	feed_taking_fini(&c.t);
	return code;
}

/* ---- at least a revision ---- */

static int
look_at_rev(alk_session *s, const char *graph, int64_t rev, bool *is_there)
{
	struct call c;
	struct graph_ref ref;

	if (call_read(s, &c) == ALK_OK &&
	    graph_find(&s->graph, graph, &ref) == ALK_OK)
		*is_there = ref.rev >= rev;
	return call_end(s, &c);
}

int
alk_wait_rev(alk_session *s, const char *graph, int64_t rev, int wait_ms)
{
	int64_t end = wait_ms < 0 ? INT64_MAX : clock_steady_ms() + wait_ms;
	bool is_there = false;
	int code = look_at_rev(s, graph, rev, &is_there);

	if (code != ALK_OK || is_there)
		return code;
	code = follow_subscribe(s);
	while (code == ALK_OK) {
		code = look_at_rev(s, graph, rev, &is_there);
		if (code != ALK_OK || is_there)
			break;
		if (clock_steady_ms() >= end)
			code = follow_end_with(s, ALK_TIMEOUT,
			    "the graph did not come to the revision in time");
		else
			code = follow_wait_until(s, end);
	}
	return code;
}
