/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The loop that runs schedules, made of public calls.
 *
 *   standing by --the lock is free--> leading
 *   leading:  something is due, or a third of the lock's time is over:
 *             renew and tick, one transaction
 *   leading  --renewing says it is another's--> standing by
 *   either   --cancelled, an error, fn says stop--> released, end
 *
 * Between these it sleeps until the next such time or a commit, behind which it
 * only looks when something is due. A commit of its own wakes it once.
 */
#include "store/store.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "events/lease.h"
#include "store/fires.h"

#include <limits.h>
#include <string.h>

#define LOCK "honker-scheduler"
#define TTL_S 60
#define TTL_LEAST_S 3
#define STAND_BY_MS 5000
#define AGAIN_MS 1000 /* behind a busy file, a full queue */

struct scheduler {
	alk_session *s;
	const char *lock;
	const char *owner;
	int64_t ttl_s;
	void (*leads)(void *arg, int does);
	alk_fire_fn fn;
	void *arg;
	bool is_leading;
	bool is_stopped;    /* fn said so */
	int64_t renew_at;   /* by the steady clock */
	char made[UUID_TEXT + 4];
};

static int
read_options(struct scheduler *r, const alk_scheduler_options *o,
    alk_error *err)
{
	static const alk_scheduler_options none;

	if (o == NULL)
		o = &none;
	r->lock = o->lock != NULL ? o->lock : LOCK;
	r->owner = o->owner;
	r->ttl_s = o->ttl_s != 0 ? o->ttl_s : TTL_S;
	r->leads = o->leads;
	if (r->ttl_s < TTL_LEAST_S || r->ttl_s > INT_MAX / 1000)
		return error_set(err, ALK_INVALID, "ttl_s is %lld; %d to %d "
		    "seconds are possible", (long long)r->ttl_s, TTL_LEAST_S,
		    INT_MAX / 1000);
	if (r->owner == NULL) {
		memcpy(r->made, "alk-", 4);
		if (random_uuid7(r->s->graph.now_ms, r->made + 4) != ALK_OK)
			return error_set(err, ALK_IO,
			    "the system gives no random bytes");
		r->owner = r->made;
	}
	return ALK_OK;
}

static void
set_leading(struct scheduler *r, bool is_leading)
{
	if (r->is_leading == is_leading)
		return;
	r->is_leading = is_leading;
	r->renew_at = 0; /* at once: acquiring extends nothing */
	if (r->leads != NULL)
		r->leads(r->arg, is_leading);
}

static int
tell_fire(void *arg, const alk_fire *f)
{
	struct scheduler *r = arg;

	r->is_stopped = r->fn != NULL && r->fn(r->arg, f) != 0;
	return r->is_stopped;
}

/*
 * Renewing and firing are one transaction: whoever lost the lock fires nothing,
 * however long it slept between the two.
 */
static int
renew_and_tick(struct scheduler *r)
{
	alk_session *s = r->s;
	struct call c;
	struct fires kept = { .err = &c.err };
	bool is_mine = false;

	if (call_write(s, &c, false) == ALK_OK) {
		(void)lock_renew(s->writer, span_of(r->lock),
		    span_of(r->owner), r->ttl_s, s->graph.now, &is_mine);
		if (c.err.code == ALK_OK && !is_mine)
			error_set(&c.err, ALK_CONFLICT,
			    "the lock '%s' is another's by now", r->lock);
		(void)schedule_tick(s->writer, s->graph.now, s->graph.now,
		    fires_keep, &kept);
	}
	int code = call_end(s, &c);
	if (code == ALK_OK)
		fires_tell(&kept, tell_fire, r);
	fires_fini(&kept);
	return code;
}

/* How long to sleep, at most, with something due at that time (0: never). */
static int
sleep_ms(const struct scheduler *r, int64_t at)
{
	int64_t now_ms = clock_wall_ms(&r->s->store->clock);
	int64_t ms = r->renew_at - clock_steady_ms();

	/* Far off times are not multiplied: another program wrote them. */
	if (at != 0 && at <= now_ms / 1000)
		ms = 0;
	else if (at != 0 && at - now_ms / 1000 <= r->ttl_s &&
	    at * 1000 - now_ms < ms)
		ms = at * 1000 - now_ms;
	return ms < 0 ? 0 : (int)ms;
}

static int
lead(struct scheduler *r, int *wait_ms)
{
	int64_t at = 0;
	int code = alk_schedule_soonest(r->s, &at);

	if (code != ALK_OK)
		return code;
	*wait_ms = sleep_ms(r, at);
	if (*wait_ms > 0)
		return ALK_OK;
	int64_t next = clock_steady_ms() + r->ttl_s * 1000 / 3;
	code = renew_and_tick(r);
	if (code == ALK_CONFLICT) {
		set_leading(r, false);
		*wait_ms = STAND_BY_MS;
		return ALK_OK;
	}
	if (code == ALK_OK) {
		r->renew_at = next;
		code = alk_schedule_soonest(r->s, &at);
		*wait_ms = sleep_ms(r, at);
	}
	return code;
}

static int
contend(struct scheduler *r, int *wait_ms)
{
	int code = alk_lock_acquire(r->s, r->lock, r->owner, r->ttl_s);

	if (code == ALK_OK)
		set_leading(r, true);
	*wait_ms = code == ALK_OK ? 0 : STAND_BY_MS;
	return code == ALK_CONFLICT ? ALK_OK : code;
}

static int
run(struct scheduler *r)
{
	int wait_ms = 0;
	int code = ALK_OK;

	for (;;) {
		code = alk_wait(r->s, wait_ms);
		if (code != ALK_OK && code != ALK_TIMEOUT)
			return code;
		code = r->is_leading ? lead(r, &wait_ms) :
		    contend(r, &wait_ms);
		if (code == ALK_BUSY)
			wait_ms = AGAIN_MS;
		else if (code != ALK_OK || r->is_stopped)
			return code;
	}
}

int
alk_scheduler_run(alk_session *s, const alk_scheduler_options *o,
    alk_fire_fn fn, void *arg)
{
	struct scheduler r = { .s = s, .fn = fn, .arg = arg };
	struct call c;

	call_begin(s, &c);
	if (c.err.code == ALK_OK && c.outer != NULL)
		error_set(&c.err, ALK_MISUSE,
		    "running schedules inside another call would never end");
	if (c.err.code == ALK_OK)
		(void)read_options(&r, o, &c.err);
	if (call_end(s, &c) != ALK_OK)
		return s->err.code;
	int code = run(&r);
	alk_error kept = s->err;
	if (r.is_leading)
		(void)alk_lock_release(s, r.lock, r.owner);
	s->err = kept;
	return code;
}
