/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
/* Pools of workers: starting, stopping, and what a handler may ask and say. */
#include "store/workers.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/random.h"
#include "store/names.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NAME_MORE 40 /* what is put behind o.name, with a NUL */
#define SECONDS_MAX INT64_C(1000000000)

/* ---- what all of a pool use ---- */

void
workers_note(struct alk_workers *p, const alk_error *err)
{
	(void)pthread_mutex_lock(&p->lock);
	p->stats.last = *err;
	(void)pthread_mutex_unlock(&p->lock);
	if (p->store->log != NULL)
		p->store->log(p->store->log_arg, err->code, err->text);
}

void
workers_count(struct alk_workers *p, uint64_t *field)
{
	(void)pthread_mutex_lock(&p->lock);
	++*field;
	(void)pthread_mutex_unlock(&p->lock);
}

bool
workers_is_stopping(struct alk_workers *p)
{
	(void)pthread_mutex_lock(&p->lock);
	bool answer = p->is_stopping;
	(void)pthread_mutex_unlock(&p->lock);
	return answer;
}

void
workers_wait(struct alk_workers *p, pthread_cond_t *c, int64_t ms)
{
	struct timespec t;

	if (ms < 0) {
		(void)pthread_cond_wait(c, &p->lock);
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &t);
	int64_t ns = t.tv_nsec + ms % 1000 * 1000000;
	t.tv_sec += (time_t)(ms / 1000 + ns / 1000000000);
	t.tv_nsec = (long)(ns % 1000000000);
	(void)pthread_cond_timedwait(c, &p->lock, &t);
}

/* ---- options ---- */

static int
out_of(const char *what, const char *range, alk_error *err)
{
	return error_set(err, ALK_INVALID, "%s: %s", what, range);
}

/* A number of options: 0 is its default, anything else within bounds. */
static int64_t
number(int64_t n, int64_t by_default, int64_t most, const char *what,
    alk_error *err)
{
	if (n < 0 || n > most)
		(void)error_set(err, ALK_INVALID, "%s is %lld; 0 to %lld are "
		    "possible", what, (long long)n, (long long)most);
	return n != 0 ? n : by_default;
}

static void
read_backoff(alk_backoff *b, alk_error *err)
{
	if (b->base_s != -1)
		b->base_s = number(b->base_s, 1, SECONDS_MAX,
		    "backoff.base_s", err);
	b->max_s = number(b->max_s, 3600, SECONDS_MAX, "backoff.max_s", err);
	if (b->factor == 0)
		b->factor = 2;
	if (!(b->factor >= 1 && b->factor <= 1000))
		(void)out_of("backoff.factor", "1 to 1000, or 0 for 2", err);
	if (!(b->jitter >= 0 && b->jitter <= 1))
		(void)out_of("backoff.jitter", "0 to 1", err);
}

static void
read_options(struct alk_workers *p, const alk_workers_options *o,
    alk_error *err)
{
	p->o = *o;
	if (o->handler == NULL)
		(void)error_set(err, ALK_INVALID, "no handler is given");
	if (o->queues == NULL || o->queues_count == 0 ||
	    o->queues_count > WORKERS_QUEUES)
		(void)out_of("queues_count", "1 to 64 queues", err);
	p->o.threads = (int)number(o->threads, 1, WORKERS_THREADS, "threads",
	    err);
	p->o.timeout_s = number(o->timeout_s, 300, SECONDS_MAX, "timeout_s",
	    err);
	p->o.run_s = number(o->run_s, 0, SECONDS_MAX, "run_s", err);
	p->o.poll_ms = (int)number(o->poll_ms, 15000, 86400000, "poll_ms", err);
	read_backoff(&p->o.backoff, err);
	if (p->o.name == NULL)
		p->o.name = "worker";
}

/*
 * Names of claims are o.name, something by chance that tells processes apart,
 * and the number of the claim.
 */
static int
make_name(struct alk_workers *p, alk_error *err)
{
	uint32_t chance;
	size_t bytes = strlen(p->o.name);

	p->name_room = bytes + NAME_MORE;
	p->name = mem_zero(p->name_room);
	if (p->name == NULL)
		return error_nomem(err);
	if (random_bytes(&chance, sizeof(chance)) != ALK_OK)
		return error_set(err, ALK_IO, "there are no random bytes");
	p->name_fixed = (size_t)snprintf(p->name, p->name_room, "%s-%08x-",
	    p->o.name, (unsigned)chance);
	memset(p->name + p->name_fixed, '9', 20);
	p->o.name = NULL;
	return names_check(p->session, p->name, "the worker's name", err);
}

static int
copy_queues(struct alk_workers *p, alk_error *err)
{
	for (size_t i = 0; i < p->o.queues_count; i++) {
		if (names_check(p->session, p->o.queues[i], "the queue", err) !=
		    ALK_OK)
			return err->code;
		p->queues[i] = mem_text(p->o.queues[i]);
		if (p->queues[i] == NULL)
			return error_nomem(err);
	}
	p->o.queues = NULL;
	return ALK_OK;
}

/* ---- starting ---- */

static void
init_cond(pthread_cond_t *c)
{
	pthread_condattr_t attr;

	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(c, &attr);
	(void)pthread_condattr_destroy(&attr);
}

static int
make_places(struct alk_workers *p, alk_error *err)
{
	p->places = mem_zero((size_t)p->o.threads * sizeof(*p->places));
	if (p->places == NULL)
		return error_nomem(err);
	for (int i = 0; i < p->o.threads; i++) {
		struct alk_work *w = &p->places[i];
		w->pool = p;
		init_cond(&w->given);
	}
	for (int i = 0; i < p->o.threads; i++)
		if (alk_session_open(p->store, NULL, &p->places[i].session,
		    err) != ALK_OK)
			break;
	return err->code;
}

static int
start_thread(pthread_t *t, void *(*run)(void *), void *arg, alk_error *err)
{
	sigset_t all;
	sigset_t kept;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &kept);
	int failed = pthread_create(t, NULL, run, arg);
	(void)pthread_sigmask(SIG_SETMASK, &kept, NULL);
	return failed == 0 ? ALK_OK : error_set(err, ALK_LIMIT,
	    "the system gives no more threads");
}

static void
start_threads(struct alk_workers *p, alk_error *err)
{
	while (p->threads < p->o.threads && err->code == ALK_OK) {
		struct alk_work *w = &p->places[p->threads];
		if (start_thread(&w->thread, workers_run, w, err) == ALK_OK)
			p->threads++;
	}
	if (err->code == ALK_OK)
		p->has_lead = start_thread(&p->lead, workers_lead, p, err) ==
		    ALK_OK;
}

/* From here on no commit is missed. */
static int
begin_waiting(struct alk_workers *p, alk_error *err)
{
	int code = alk_wait(p->session, 0);

	if (code != ALK_OK && code != ALK_TIMEOUT)
		*err = *alk_session_error(p->session);
	return err->code;
}

/* Nothing runs. Ends the threads that wait, and frees all. */
static void
workers_free(struct alk_workers *p)
{
	(void)pthread_mutex_lock(&p->lock);
	p->is_over = true;
	for (int i = 0; i < p->threads; i++)
		(void)pthread_cond_signal(&p->places[i].given);
	(void)pthread_mutex_unlock(&p->lock);
	if (p->has_lead)
		(void)pthread_join(p->lead, NULL);
	for (int i = 0; i < p->threads; i++)
		(void)pthread_join(p->places[i].thread, NULL);
	for (int i = 0; p->places != NULL && i < p->o.threads; i++) {
		struct alk_work *w = &p->places[i];
		alk_session_close(w->session);
		buf_fini(&w->texts);
		buf_fini(&w->result);
		buf_fini(&w->error);
		(void)pthread_cond_destroy(&w->given);
	}
	alk_session_close(p->session);
	for (size_t i = 0; i < WORKERS_QUEUES; i++)
		mem_release(p->queues[i]);
	mem_release(p->places);
	mem_release(p->name);
	(void)pthread_cond_destroy(&p->changed);
	(void)pthread_cond_destroy(&p->told);
	(void)pthread_mutex_destroy(&p->lock);
	mem_release(p);
}

int
alk_workers_start(alk_store *st, const alk_workers_options *o,
    alk_workers **out, alk_error *err)
{
	alk_error own;

	error_clear(&own);
	if (st == NULL || o == NULL || out == NULL)
		(void)error_set(&own, ALK_INVALID, "no store or options given");
	else if (st->is_readonly)
		(void)error_set(&own, ALK_READONLY,
		    "the store is open for reading only");
	alk_workers *p = own.code == ALK_OK ? mem_zero(sizeof(*p)) : NULL;
	if (p == NULL) {
		if (own.code == ALK_OK)
			(void)error_nomem(&own);
	} else {
		p->store = st;
		(void)pthread_mutex_init(&p->lock, NULL);
		init_cond(&p->changed);
		init_cond(&p->told);
		read_options(p, o, &own);
		if (own.code == ALK_OK &&
		    alk_session_open(st, NULL, &p->session, &own) == ALK_OK &&
		    copy_queues(p, &own) == ALK_OK &&
		    make_name(p, &own) == ALK_OK &&
		    make_places(p, &own) == ALK_OK &&
		    begin_waiting(p, &own) == ALK_OK)
			start_threads(p, &own);
	}
	if (own.code == ALK_OK)
		*out = p;
	else if (p != NULL)
		workers_free(p);
	if (err != NULL)
		*err = own;
	return own.code;
}

/* ---- stopping ---- */

static bool
is_within(const struct alk_workers *p)
{
	for (int i = 0; i < p->threads; i++)
		if (pthread_equal(pthread_self(), p->places[i].thread))
			return true;
	return false;
}

/* The lead looks again, wherever it waits. */
static void
wake_lead(struct alk_workers *p)
{
	(void)pthread_cond_signal(&p->changed);
	alk_session_cancel(p->session);
}

int
alk_workers_stop(alk_workers *p, int grace_ms)
{
	if (p == NULL)
		return ALK_OK;
	if (is_within(p))
		return ALK_MISUSE;
	int64_t end = clock_steady_ms() + grace_ms;
	int64_t left = grace_ms;
	(void)pthread_mutex_lock(&p->lock);
	p->is_stopping = true;
	wake_lead(p);
	while (!p->is_over && (grace_ms < 0 || left > 0)) {
		workers_wait(p, &p->told, grace_ms < 0 ? -1 : left);
		left = end - clock_steady_ms();
	}
	if (!p->is_over) {
		p->gives_up = true;
		p->has_given_up = false;
		wake_lead(p);
	}
	while (!p->is_over && !p->has_given_up)
		workers_wait(p, &p->told, -1);
	bool is_over = p->is_over;
	(void)pthread_mutex_unlock(&p->lock);
	if (!is_over)
		return ALK_TIMEOUT;
	workers_free(p);
	return ALK_OK;
}

void
alk_workers_look(alk_workers *p, alk_workers_stats *out)
{
	(void)pthread_mutex_lock(&p->lock);
	*out = p->stats;
	(void)pthread_mutex_unlock(&p->lock);
}

/* ---- what a handler asks and says ---- */

int
alk_work_check(const alk_work *w)
{
	if (atomic_load(&w->is_lost) || atomic_load(&w->until) <
	    clock_wall_ms(&w->pool->store->clock) / 1000)
		return ALK_CONFLICT;
	return workers_is_stopping(w->pool) ? ALK_CANCELLED : ALK_OK;
}

int
alk_work_result(alk_work *w, const char *text, size_t bytes, int64_t keep_s)
{
	buf_clear(&w->result);
	w->has_result = false;
	w->result_s = keep_s;
	if (text == NULL)
		return ALK_OK;
	buf_add(&w->result, text, bytes == ALK_NUL ? strlen(text) : bytes);
	w->has_result = !w->result.failed;
	return w->has_result ? ALK_OK : ALK_NOMEM;
}

static bool
keep_error(alk_work *w, const char *error)
{
	buf_clear(&w->error);
	if (error != NULL)
		buf_str(&w->error, error);
	w->has_error = error != NULL && !w->error.failed;
	return !w->error.failed;
}

int
alk_work_retry(alk_work *w, int64_t delay_s, const char *error)
{
	w->delay_s = delay_s < -1 ? -1 : delay_s;
	return keep_error(w, error) ? ALK_WORK_RETRY : ALK_NOMEM;
}

int
alk_work_fail(alk_work *w, const char *error)
{
	return keep_error(w, error) ? ALK_WORK_FAIL : ALK_NOMEM;
}
