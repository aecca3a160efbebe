/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Consumer groups, as alkstore.h offers them. */
#include "store/store.h"

#include "base/error.h"
#include "events/stream_group.h"
#include "store/kept.h"
#include "store/names.h"

#include <string.h>

static int
check_group(alk_session *s, const char *topic, const char *group,
    alk_error *err)
{
	if (names_check(s, topic, "the topic", err) != ALK_OK)
		return err->code;
	return names_check(s, group, "the group", err);
}

static int
check_consumer(alk_session *s, const char *topic, const char *group,
    const char *consumer, alk_error *err)
{
	if (check_group(s, topic, group, err) != ALK_OK)
		return err->code;
	return names_check(s, consumer, "the consumer", err);
}

static int
check_number(int64_t number, int64_t least, const char *what, alk_error *err)
{
	return number >= least ? ALK_OK : error_set(err, ALK_INVALID,
	    "%s is %lld; at least %lld is possible", what, (long long)number,
	    (long long)least);
}

static int
check_count(alk_session *s, size_t n, const char *what, alk_error *err)
{
	if (n == 0)
		return error_set(err, ALK_INVALID, "no %s asked for (n is 0)",
		    what);
	if (n > s->store->limits.batch_rows)
		return error_set(err, ALK_LIMIT, "%zu %s at once, more than "
		    "%zu (limits.batch_rows)", n, what,
		    s->store->limits.batch_rows);
	return ALK_OK;
}

static struct group_name
name_of(const char *topic, const char *group)
{
	return (struct group_name){ span_of(topic), span_of(group) };
}

/* ---- groups ---- */

int
alk_group_create(alk_session *s, const alk_group_new *g)
{
	struct call c;

	if (call_write(s, &c, false) == ALK_OK &&
	    check_group(s, g->topic, g->name, &c.err) == ALK_OK &&
	    check_number(g->start, -1, "start", &c.err) == ALK_OK &&
	    check_number(g->max_deliveries, 0, "max_deliveries", &c.err) ==
		ALK_OK)
		(void)stream_group_create(s->writer,
		    name_of(g->topic, g->name), g->start, g->max_deliveries,
		    s->graph.now);
	return call_end(s, &c);
}

int
alk_group_delete(alk_session *s, const char *topic, const char *group)
{
	struct call c;

	if (call_write(s, &c, false) == ALK_OK &&
	    check_group(s, topic, group, &c.err) == ALK_OK)
		(void)stream_group_drop(s->writer, name_of(topic, group));
	return call_end(s, &c);
}

/* ---- deliveries kept until the commit ---- */

static alk_delivery
public_of(const struct delivery *d)
{
	return (alk_delivery){ .offset = d->event.offset,
		.topic = d->event.topic.at, .key = d->event.key.at,
		.payload = d->event.payload.at,
		.payload_bytes = d->event.payload.bytes,
		.created_at = d->event.created_at,
		.consumer = d->consumer.bytes > 0 ? d->consumer.at : NULL,
		.delivered_at = d->delivered_at, .deliveries = d->deliveries,
		.died_at = d->died_at };
}

/* A delivery, and the places of its texts. */
struct kept_delivery {
	alk_delivery d;
	size_t key;
	size_t payload;
};

/* Topic and consumer are the caller's. */
struct delivering {
	struct kept kept;
	const char *consumer;
	const char *topic;
};

static int
keep(void *arg, const struct delivery *d)
{
	struct delivering *k = arg;
	struct kept_delivery row = {
		.d = public_of(d),
		.key = kept_text(&k->kept, d->event.key),
		.payload = kept_text(&k->kept, d->event.payload),
	};

	row.d.topic = k->topic;
	row.d.consumer = k->consumer;
	return kept_add(&k->kept, &row, sizeof(row));
}

static void
hand_out(struct kept *k, alk_delivery_fn fn, void *arg)
{
	struct kept_delivery *rows = (void *)k->rows.data;

	for (size_t i = 0; i < k->rows.bytes / sizeof(rows[0]); i++) {
		struct kept_delivery *out = &rows[i];
		out->d.payload = kept_at(k, out->payload);
		if (out->d.key != NULL)
			out->d.key = kept_at(k, out->key);
		if (fn(arg, &out->d) != 0)
			return;
	}
}

/* Ends the call; what it delivered is handed out only if it was committed. */
static int
end_delivering(alk_session *s, struct call *c, struct delivering *k,
    alk_delivery_fn fn, void *arg)
{
	int code = call_end(s, c);

	if (code == ALK_OK)
		hand_out(&k->kept, fn, arg);
	kept_fini(&k->kept);
	return code;
}

static int
check_fn(alk_delivery_fn fn, alk_error *err)
{
	return fn != NULL ? ALK_OK : error_set(err, ALK_INVALID,
	    "no function is given to take the events");
}

/* ---- read and claim ---- */

int
alk_group_read(alk_session *s, const char *topic, const char *group,
    const char *consumer, size_t n, alk_delivery_fn fn, void *arg)
{
	struct call c;
	struct delivering k = { .kept = { .s = s }, .consumer = consumer,
		.topic = topic };
	struct group_name g = name_of(topic, group);
	bool is_some = true;

	/* Looks first, so that who finds nothing is in nobody's way. */
	if (call_read(s, &c) == ALK_OK &&
	    check_consumer(s, topic, group, consumer, &c.err) == ALK_OK &&
	    check_count(s, n, "events", &c.err) == ALK_OK &&
	    check_fn(fn, &c.err) == ALK_OK)
		is_some = stream_group_has_new(s->graph.db, g);
	if (call_end(s, &c) != ALK_OK || !is_some)
		return s->err.code;
	if (call_write(s, &c, false) == ALK_OK)
		(void)stream_group_read(s->writer, g, span_of(consumer),
		    (int64_t)n, s->graph.now, keep, &k);
	return end_delivering(s, &c, &k, fn, arg);
}

int
alk_group_claim(alk_session *s, const char *topic, const char *group,
    const char *consumer, const alk_group_claim_options *o,
    alk_delivery_fn fn, void *arg)
{
	struct call c;
	struct delivering k = { .kept = { .s = s }, .consumer = consumer,
		.topic = topic };
	struct stream_claim claim = { name_of(topic, group),
		span_of(consumer), span_of(o->from), o->idle_s,
		(int64_t)o->n };
	bool is_some = true;

	if (call_read(s, &c) == ALK_OK &&
	    check_consumer(s, topic, group, consumer, &c.err) == ALK_OK &&
	    (o->from == NULL ||
		names_check(s, o->from, "from", &c.err) == ALK_OK) &&
	    check_number(o->idle_s, 0, "idle_s", &c.err) == ALK_OK &&
	    check_count(s, o->n, "events", &c.err) == ALK_OK &&
	    check_fn(fn, &c.err) == ALK_OK)
		is_some = stream_group_has_idle(s->graph.db, &claim,
		    s->graph.now);
	if (call_end(s, &c) != ALK_OK || !is_some)
		return s->err.code;
	if (call_write(s, &c, false) == ALK_OK)
		(void)stream_group_claim(s->writer, &claim, s->graph.now,
		    keep, &k);
	return end_delivering(s, &c, &k, fn, arg);
}

int
alk_group_ack(alk_session *s, const char *topic, const char *group,
    const char *consumer, const int64_t *offsets, size_t count)
{
	struct call c;
	bool done;

	if (call_write(s, &c, false) == ALK_OK &&
	    check_consumer(s, topic, group, consumer, &c.err) == ALK_OK)
		(void)check_count(s, count, "events", &c.err);
	for (size_t i = 0; i < count && c.err.code == ALK_OK; i++) {
		if (stream_group_ack(s->writer, name_of(topic, group),
			span_of(consumer), offsets[i], &done) != ALK_OK ||
		    done)
			continue;
		error_set(&c.err, ALK_CONFLICT, "the event is not this "
		    "consumer's: it was claimed by another, or acknowledged "
		    "before");
		error_entry(&c.err, "offset %lld", (long long)offsets[i]);
	}
	return call_end(s, &c);
}

int
alk_group_leave(alk_session *s, const char *topic, const char *group,
    const char *consumer)
{
	struct call c;
	bool done = false;

	if (call_write(s, &c, false) == ALK_OK &&
	    check_consumer(s, topic, group, consumer, &c.err) == ALK_OK &&
	    stream_group_leave(s->writer, name_of(topic, group),
		span_of(consumer), &done) == ALK_OK && !done)
		error_set(&c.err, ALK_NOTFOUND, "the group \"%s\" has no "
		    "consumer \"%s\"", group, consumer);
	return call_end(s, &c);
}

/* ---- lists ---- */

struct listing {
	alk_delivery_fn fn;
	void *arg;
};

static int
on_delivery(void *arg, const struct delivery *d)
{
	const struct listing *l = arg;
	alk_delivery out = public_of(d);

	return l->fn(l->arg, &out);
}

static int
list(alk_session *s, bool is_dead, const char *topic, const char *group,
    const alk_group_query *q, struct listing l)
{
	static const alk_group_query all = { 0 };
	struct call c;

	if (q == NULL)
		q = &all;
	size_t most = q->limit != 0 ? q->limit : s->store->limits.page_rows;
	struct stream_look look = { name_of(topic, group),
		span_of(q->consumer), q->after, q->idle_s,
		most > INT64_MAX ? INT64_MAX : (int64_t)most };
	if (call_read(s, &c) == ALK_OK &&
	    check_group(s, topic, group, &c.err) == ALK_OK &&
	    check_fn(l.fn, &c.err) == ALK_OK &&
	    check_number(q->after, 0, "after", &c.err) == ALK_OK &&
	    check_number(q->idle_s, 0, "idle_s", &c.err) == ALK_OK)
		(void)(is_dead ?
		    stream_group_dead(s->graph.db, &look, on_delivery, &l) :
		    stream_group_pending(s->graph.db, &look, s->graph.now,
			on_delivery, &l));
	return call_end(s, &c);
}

int
alk_group_pending(alk_session *s, const char *topic, const char *group,
    const alk_group_query *q, alk_delivery_fn fn, void *arg)
{
	return list(s, false, topic, group, q, (struct listing){ fn, arg });
}

int
alk_group_dead(alk_session *s, const char *topic, const char *group,
    const alk_group_query *q, alk_delivery_fn fn, void *arg)
{
	return list(s, true, topic, group, q, (struct listing){ fn, arg });
}

/* ---- dead letters ---- */

typedef int (*dead_fn)(struct db *db, struct group_name g, int64_t offset,
    bool *done);

static int
change_dead(alk_session *s, const char *topic, const char *group,
    int64_t offset, dead_fn fn, const char *problem)
{
	struct call c;
	bool done = false;

	if (call_write(s, &c, false) == ALK_OK &&
	    check_group(s, topic, group, &c.err) == ALK_OK &&
	    fn(s->writer, name_of(topic, group), offset, &done) == ALK_OK &&
	    !done)
		error_set(&c.err, ALK_NOTFOUND, "%s", problem);
	return call_end(s, &c);
}

int
alk_group_revive(alk_session *s, const char *topic, const char *group,
    int64_t offset)
{
	return change_dead(s, topic, group, offset, stream_group_revive,
	    "the group has no such dead letter, or its event is not in the "
	    "stream any more");
}

int
alk_group_discard(alk_session *s, const char *topic, const char *group,
    int64_t offset)
{
	return change_dead(s, topic, group, offset, stream_group_discard,
	    "the group has no such dead letter");
}

/* ---- groups and consumers ---- */

struct group_listing {
	alk_group_fn fn;
	void *arg;
};

static int
on_group(void *arg, const struct group_info *i)
{
	const struct group_listing *l = arg;
	alk_group_info out = { .topic = i->group.topic.at,
		.name = i->group.name.at, .delivered = i->delivered,
		.max_deliveries = i->max_deliveries,
		.created_at = i->created_at, .lag = i->lag,
		.pending = i->pending, .oldest = i->oldest,
		.consumers = i->consumers, .dead = i->dead };

	return l->fn(l->arg, &out);
}

int
alk_group_list(alk_session *s, const char *topic, alk_group_fn fn, void *arg)
{
	struct call c;
	struct group_listing l = { fn, arg };

	if (call_read(s, &c) == ALK_OK && (topic == NULL ||
		names_check(s, topic, "the topic", &c.err) == ALK_OK))
		(void)stream_group_list(s->graph.db, span_of(topic), on_group,
		    &l);
	return call_end(s, &c);
}

struct consumer_listing {
	alk_consumer_fn fn;
	void *arg;
};

static int
on_consumer(void *arg, const struct consumer_info *i)
{
	const struct consumer_listing *l = arg;
	alk_consumer out = { .topic = i->topic.at, .group = i->group.at,
		.name = i->name.at, .offset = i->offset, .lag = i->lag,
		.pending = i->pending, .seen_at = i->seen_at };

	return l->fn(l->arg, &out);
}

int
alk_stream_consumers(alk_session *s, const char *topic, alk_consumer_fn fn,
    void *arg)
{
	struct call c;
	struct consumer_listing l = { fn, arg };

	if (call_read(s, &c) == ALK_OK && (topic == NULL ||
		names_check(s, topic, "the topic", &c.err) == ALK_OK))
		(void)stream_consumer_list(s->graph.db, span_of(topic),
		    on_consumer, &l);
	return call_end(s, &c);
}

int
alk_stream_forget(alk_session *s, const char *consumer, const char *topic)
{
	struct call c;
	bool done = false;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check(s, consumer, "the consumer", &c.err) == ALK_OK &&
	    names_check(s, topic, "the topic", &c.err) == ALK_OK &&
	    stream_consumer_drop(s->writer, span_of(consumer), span_of(topic),
		&done) == ALK_OK && !done)
		error_set(&c.err, ALK_NOTFOUND, "the consumer \"%s\" keeps no "
		    "offset of the topic \"%s\"", consumer, topic);
	return call_end(s, &c);
}
