/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How long events and notifications are kept, as alkstore.h offers it. */
#include "store/store.h"

#include "base/error.h"
#include "events/stream_trim.h"
#include "store/names.h"

static int
read_policy(alk_session *s, const alk_stream_policy *p,
    struct stream_policy *out, alk_error *err)
{
	if (names_check(s, p->topic, "the topic", err) != ALK_OK)
		return err->code;
	if (p->keep_s < 0 || p->keep_events < 0)
		return error_set(err, ALK_INVALID, "%s is below 0",
		    p->keep_s < 0 ? "keep_s" : "keep_events");
	*out = (struct stream_policy){ .topic = span_of(p->topic),
		.by_age = p->keep_s > 0, .keep_s = p->keep_s,
		.by_count = p->keep_events > 0,
		.keep_events = p->keep_events, .drop_seen = p->drop_seen != 0,
		.past_readers = p->past_readers != 0 };
	return ALK_OK;
}

int
alk_stream_policy_set(alk_session *s, const alk_stream_policy *p)
{
	struct call c;
	struct stream_policy policy;

	if (call_write(s, &c, false) == ALK_OK &&
	    read_policy(s, p, &policy, &c.err) == ALK_OK)
		(void)stream_policy_set(s->writer, &policy);
	return call_end(s, &c);
}

struct listing {
	alk_stream_policy_fn fn;
	void *arg;
};

static int
on_policy(void *arg, const struct stream_policy *p)
{
	const struct listing *l = arg;
	alk_stream_policy out = { .topic = p->topic.at,
		.keep_s = p->by_age ? p->keep_s : 0,
		.keep_events = p->by_count ? p->keep_events : 0,
		.drop_seen = p->drop_seen, .past_readers = p->past_readers };

	return l->fn(l->arg, &out);
}

int
alk_stream_policy_list(alk_session *s, const char *topic,
    alk_stream_policy_fn fn, void *arg)
{
	struct call c;
	struct listing l = { fn, arg };

	if (call_read(s, &c) == ALK_OK && (topic == NULL ||
		names_check(s, topic, "the topic", &c.err) == ALK_OK))
		(void)stream_policy_list(s->graph.db, span_of(topic),
		    on_policy, &l);
	return call_end(s, &c);
}

struct found {
	struct stream_policy policy;
	bool is_there;
};

static int
on_kept(void *arg, const struct stream_policy *p)
{
	struct found *f = arg;

	f->policy = *p;
	f->is_there = true;
	return 1;
}

/* A policy without a rule stands for the one that the topic has. */
static int
fill_in(alk_session *s, struct stream_policy *p)
{
	struct found f = { .is_there = false };
	alk_error *err = &s->call->err;

	if (p->by_age || p->by_count || p->drop_seen)
		return ALK_OK;
	if (stream_policy_list(s->writer, p->topic, on_kept, &f) != ALK_OK)
		return err->code;
	if (!f.is_there)
		return error_set(err, ALK_NOTFOUND, "the topic has no policy; "
		    "say what may go");
	f.policy.topic = p->topic;
	f.policy.past_readers |= p->past_readers;
	*p = f.policy;
	return ALK_OK;
}

int
alk_stream_trim(alk_session *s, const alk_stream_policy *p, size_t max,
    int64_t *count)
{
	struct call c;
	struct stream_policy policy;
	size_t most = s->store->limits.batch_rows;
	int64_t gone = 0;

	if (call_write(s, &c, false) == ALK_OK && max > most)
		error_set(&c.err, ALK_LIMIT, "%zu events at once, more than "
		    "%zu (limits.batch_rows)", max, most);
	if (c.err.code == ALK_OK &&
	    read_policy(s, p, &policy, &c.err) == ALK_OK &&
	    fill_in(s, &policy) == ALK_OK)
		(void)stream_trim(s->writer, &policy,
		    (int64_t)(max != 0 ? max : most), s->graph.now, &gone);
	int code = call_end(s, &c);
	if (code == ALK_OK && count != NULL)
		*count = gone;
	return code;
}

int
alk_notify_prune(alk_session *s, int64_t older_than_s, int64_t keep,
    int64_t *count)
{
	struct call c;
	int64_t gone = 0;

	if (call_write(s, &c, false) == ALK_OK) {
		if (older_than_s < -1 || keep < -1)
			error_set(&c.err, ALK_INVALID, "%s is below -1",
			    keep < -1 ? "keep" : "older_than_s");
		else if (older_than_s == -1 && keep == -1)
			error_set(&c.err, ALK_INVALID,
			    "say how old or how many may stay");
		else
			(void)events_prune(s->writer, older_than_s, keep,
			    s->graph.now, &gone);
	}
	int code = call_end(s, &c);
	if (code == ALK_OK && count != NULL)
		*count = gone;
	return code;
}
