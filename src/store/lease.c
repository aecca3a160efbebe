/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Locks and rate limits, as alkstore.h offers them. */
#include "store/store.h"

#include "base/error.h"
#include "events/lease.h"
#include "store/names.h"

static int
check_positive(int64_t n, const char *what, alk_error *err)
{
	return n > 0 ? ALK_OK : error_set(err, ALK_INVALID,
	    "%s is %lld; at least 1 is possible", what, (long long)n);
}

static int
check_lock(alk_session *s, const char *name, const char *owner, int64_t ttl_s,
    alk_error *err)
{
	if (names_check(s, name, "the lock", err) != ALK_OK ||
	    names_check(s, owner, "the owner", err) != ALK_OK)
		return err->code;
	return check_positive(ttl_s, "ttl_s", err);
}

static int
refuse(struct call *c, const char *name, bool is_mine)
{
	if (c->err.code == ALK_OK && !is_mine)
		error_set(&c->err, ALK_CONFLICT,
		    "the lock '%s' is not this owner's", name);
	return c->err.code;
}

/* What a look says, before anything is locked. */
static int
look(alk_session *s, const char *name, const char *owner, int64_t ttl_s,
    enum lock_state *state)
{
	struct call c;

	*state = LOCK_FREE;
	call_begin(s, &c);
	if (c.err.code == ALK_OK)
		(void)check_lock(s, name, owner, ttl_s, &c.err);
	if (call_end(s, &c) != ALK_OK || s->writer != NULL)
		return s->err.code;
	if (call_read(s, &c) == ALK_OK) {
		*state = lock_look(s->graph.db, span_of(name), span_of(owner),
		    s->graph.now);
		(void)refuse(&c, name, *state != LOCK_TAKEN);
	}
	return call_end(s, &c);
}

int
alk_lock_acquire(alk_session *s, const char *name, const char *owner,
    int64_t ttl_s)
{
	struct call c;
	enum lock_state state;
	bool held = false;

	if (look(s, name, owner, ttl_s, &state) != ALK_OK ||
	    state == LOCK_MINE)
		return s->err.code;
	if (call_write(s, &c, false) == ALK_OK) {
		(void)lock_acquire(s->writer, span_of(name), span_of(owner),
		    ttl_s, s->graph.now, &held);
		(void)refuse(&c, name, held);
	}
	return call_end(s, &c);
}

int
alk_lock_renew(alk_session *s, const char *name, const char *owner,
    int64_t ttl_s)
{
	struct call c;
	bool done = false;

	if (call_write(s, &c, false) == ALK_OK &&
	    check_lock(s, name, owner, ttl_s, &c.err) == ALK_OK) {
		(void)lock_renew(s->writer, span_of(name), span_of(owner),
		    ttl_s, s->graph.now, &done);
		(void)refuse(&c, name, done);
	}
	return call_end(s, &c);
}

int
alk_lock_release(alk_session *s, const char *name, const char *owner)
{
	struct call c;
	bool done = false;

	if (call_write(s, &c, false) == ALK_OK &&
	    check_lock(s, name, owner, 1, &c.err) == ALK_OK) {
		(void)lock_release(s->writer, span_of(name), span_of(owner),
		    &done);
		(void)refuse(&c, name, done);
	}
	return call_end(s, &c);
}

int
alk_rate_try(alk_session *s, const char *name, int64_t limit, int64_t per_s,
    int *allowed)
{
	struct call c;
	bool is_full = false;
	bool is_allowed = false;
	bool is_inside = s->writer != NULL;

	if ((is_inside ? call_write(s, &c, false) : call_read(s, &c)) ==
	    ALK_OK &&
	    names_check(s, name, "the limit's name", &c.err) == ALK_OK &&
	    check_positive(limit, "limit", &c.err) == ALK_OK &&
	    check_positive(per_s, "per_s", &c.err) == ALK_OK && !is_inside)
		is_full = rate_is_used_up(s->graph.db, span_of(name), limit,
		    per_s, s->graph.now);
	if (is_inside && c.err.code == ALK_OK)
		(void)rate_try(s->writer, span_of(name), limit, per_s,
		    s->graph.now, &is_allowed);
	int code = call_end(s, &c);
	if (code == ALK_OK && !is_inside && !is_full) {
		if (call_write(s, &c, false) == ALK_OK)
			(void)rate_try(s->writer, span_of(name), limit, per_s,
			    s->graph.now, &is_allowed);
		code = call_end(s, &c);
	}
	if (code == ALK_OK)
		*allowed = is_allowed;
	return code;
}

struct lock_visit {
	alk_lock_fn fn;
	void *arg;
};

static int
show_lock(void *arg, struct span name, struct span owner, int64_t expires_at)
{
	struct lock_visit *v = arg;
	alk_lock out = { name.at, owner.at, expires_at };

	return v->fn(v->arg, &out);
}

int
alk_lock_list(alk_session *s, alk_lock_fn fn, void *arg)
{
	struct call c;
	struct lock_visit v = { fn, arg };

	if (call_read(s, &c) == ALK_OK && fn == NULL)
		error_set(&c.err, ALK_INVALID,
		    "no function is given to take the locks");
	if (c.err.code == ALK_OK)
		(void)lock_list(s->graph.db, show_lock, &v);
	return call_end(s, &c);
}

int
alk_rate_sweep(alk_session *s, int64_t older_than_s, int64_t *count)
{
	struct call c;
	int64_t n = 0;

	if (call_write(s, &c, false) == ALK_OK &&
	    names_check_seconds(older_than_s, 0, "older_than_s", &c.err) ==
	    ALK_OK)
		(void)rate_sweep(s->writer, older_than_s, s->graph.now, &n);
	int code = call_end(s, &c);
	if (code == ALK_OK && count != NULL)
		*count = n;
	return code;
}
