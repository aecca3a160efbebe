/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Watches: what each has seen of the changes that its watcher counts. All state
 * is under the watcher's lock but is_cancelled, which a signal handler sets.
 *
 *   seen < generation   WATCH_UPDATE, at once
 *   equal               wait, until it is not, or closed, cancelled, too late
 */
#define _POSIX_C_SOURCE 200809L
#include "events/watch_internal.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FRESH_US 1000 /* a look of others that is new enough for a wait */
#define WAIT_MS_MAX 31536000000 /* longer is without end */

/* ---- opening ---- */

static struct watch *
watch_new(const struct watch_options *o)
{
	struct watch *w = mem_zero(sizeof(*w));
	pthread_condattr_t attr;

	if (w == NULL)
		return NULL;
	w->pid = (int)getpid();
	w->on_wake = o->on_wake;
	w->arg = o->arg;
	w->bell = (struct watch_bell){ -1, -1 };
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&w->cond, &attr);
	(void)pthread_condattr_destroy(&attr);
	return w;
}

static void
watch_free(struct watch *w)
{
	watch_bell_close(&w->bell);
	mem_release(w);
}

/* Looks at shared memory, for all who watch the file. */
static int
choose_shm(struct watcher *r, alk_error *err)
{
	alk_error local = { 0 };

	if (r->wal != NULL)
		return ALK_OK;
	db_use(r->db, &local, NULL);
	int code = db_wal_header(r->db, &r->wal);
	db_use(r->db, NULL, NULL);
	return code == ALK_OK ? ALK_OK : error_set(err, code,
	    "watcher backend 'shm': %s", local.text);
}

/* Events, if they are asked for and to be had. */
static int
choose_source(struct watcher *r, struct watch *w, int64_t poll_ms,
    alk_error *err)
{
	enum watch_backend backend = w->backend;

	if (backend == WATCH_BEST && !(r->has_identity &&
	    watch_source_is_complete(r->file)))
		backend = WATCH_POLLING;
	if (backend == WATCH_SHM && choose_shm(r, err) != ALK_OK)
		return err->code;
	bool has_events = backend == WATCH_BEST || backend == WATCH_KERNEL;
	if (has_events && r->source.fd < 0) {
		alk_error local = { 0 };
		int code = watch_source_open(&r->source, r->file, &local);
		if (code != ALK_OK && backend == WATCH_KERNEL)
			return error_set(err, code, "%s", local.text);
		if (code != ALK_OK)
			backend = WATCH_POLLING;
	}
	w->pace = watch_pace_of(backend == WATCH_BEST ? WATCH_KERNEL : backend,
	    poll_ms);
	return ALK_OK;
}

static int
join_in(struct watcher *r, struct watch *w, int64_t poll_ms, alk_error *err)
{
	/* What was committed before is no news to this one. */
	int code = watcher_look(r, err);
	if (code == ALK_BUSY)
		error_clear(err);
	else if (code != ALK_OK)
		return code;
	if (choose_source(r, w, poll_ms, err) != ALK_OK)
		return err->code;
	w->seen = r->generation;
	w->called = r->generation;
	w->next = r->watches;
	r->watches = w;
	watcher_adjust(r);
	return ALK_OK;
}

static int
open_checked(const struct watch_options *o, struct watch *w, alk_error *err)
{
	struct watcher *r = NULL;

	if (watcher_get(o, &r, err) != ALK_OK)
		return err->code;
	w->watcher = r;
	(void)pthread_mutex_lock(&r->lock);
	int code = join_in(r, w, o->poll_ms, err);
	(void)pthread_mutex_unlock(&r->lock);
	if (code != ALK_OK)
		watcher_give_back(r);
	else
		watch_bell_ring(&r->bell);
	return code;
}

int
watch_open(const struct watch_options *o, struct watch **out, alk_error *err)
{
	enum watch_backend backend;
	alk_error local = { 0 };

	if (err == NULL)
		err = &local;
	error_clear(err);
	if (o->path == NULL || o->path[0] == '\0')
		return error_set(err, ALK_INVALID, "no path given");
	if (watch_backend_parse(o->backend, &backend, err) != ALK_OK)
		return err->code;
	if (o->poll_ms < 0)
		return error_set(err, ALK_INVALID,
		    "watcher poll interval must be positive");
	struct watch *w = watch_new(o);
	if (w == NULL)
		return error_nomem(err);
	w->backend = backend;
	if (open_checked(o, w, err) != ALK_OK) {
		watch_free(w);
		return err->code;
	}
	*out = w;
	return ALK_OK;
}

/* ---- waiting ---- */

static struct timespec
deadline(int64_t timeout_ms)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += (time_t)(timeout_ms / 1000);
	t.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* A look of its own, for an answer that holds without the thread's help. */
static bool
look(struct watch *w)
{
	alk_error err = { 0 };
	int code = watcher_look(w->watcher, &err);

	if (code == ALK_OK || code == ALK_BUSY)
		return true;
	w->err = err;
	return false;
}

/* The descriptor says again what remains to be said. */
static void
set_bell(struct watch *w)
{
	const struct watcher *r = w->watcher;

	watch_bell_still(&w->bell);
	if (w->seen != r->generation || r->is_dead || w->is_closed ||
	    atomic_load(&w->is_cancelled) != 0)
		watch_bell_ring(&w->bell);
}

static int
end_of(struct watch *w)
{
	const struct watcher *r = w->watcher;

	error_clear(&w->err);
	if (w->is_closed)
		error_set(&w->err, ALK_MISUSE, "the watch was closed");
	else
		w->err = r->reason;
	return WATCH_CLOSED;
}

/* Whether there is an answer; without looking at the file. */
static bool
has_answer(struct watch *w, uint64_t since, int *answer)
{
	const struct watcher *r = w->watcher;

	if (w->is_closed || (r->is_dead && r->generation == since)) {
		*answer = end_of(w);
		return true;
	}
	if (r->generation != since) {
		w->seen = r->generation;
		set_bell(w);
		*answer = WATCH_UPDATE;
		return true;
	}
	if (atomic_exchange(&w->is_cancelled, 0) != 0) {
		set_bell(w);
		*answer = WATCH_CANCELLED;
		return true;
	}
	return false;
}

static int
wait_here(struct watch *w, int64_t timeout_ms)
{
	struct watcher *r = w->watcher;
	uint64_t since = w->seen;
	bool has_end = timeout_ms >= 0 && timeout_ms < WAIT_MS_MAX;
	struct timespec until = deadline(has_end ? timeout_ms : 0);
	bool is_late = timeout_ms == 0;
	bool looks = is_late || clock_steady_us() - r->looked_us >= FRESH_US;
	int answer;

	for (;;) {
		if (has_answer(w, since, &answer))
			return answer;
		/* Else the thread looks again, until the time is up. */
		if (looks && !look(w) && is_late)
			return WATCH_FAILED;
		if (looks && has_answer(w, since, &answer))
			return answer;
		if (is_late)
			return WATCH_TIMEOUT;
		int rc = has_end ?
		    pthread_cond_timedwait(&w->cond, &r->lock, &until) :
		    pthread_cond_wait(&w->cond, &r->lock);
		is_late = rc == ETIMEDOUT;
		looks = is_late;
	}
}

static bool
is_forked(struct watch *w)
{
	if (w->pid == (int)getpid())
		return false;
	error_clear(&w->err);
	error_set(&w->err, ALK_MISUSE, "the watch belongs to the process that "
	    "this one was forked from; open one behind exec()");
	return true;
}

int
watch_wait(struct watch *w, int64_t timeout_ms)
{
	if (is_forked(w))
		return WATCH_CLOSED;
	struct watcher *r = w->watcher;
	(void)pthread_mutex_lock(&r->lock);
	w->waiters++;
	int answer = wait_here(w, timeout_ms);
	w->waiters--;
	if (w->is_closed)
		(void)pthread_cond_broadcast(&w->cond);
	(void)pthread_mutex_unlock(&r->lock);
	return answer;
}

int
watch_fd(struct watch *w)
{
	if (is_forked(w))
		return -1;
	struct watcher *r = w->watcher;
	(void)pthread_mutex_lock(&r->lock);
	if (w->bell.from < 0) {
		error_clear(&w->err);
		(void)watch_bell_open(&w->bell, &w->err);
		set_bell(w);
	}
	int fd = w->bell.from;
	(void)pthread_mutex_unlock(&r->lock);
	return fd;
}

const alk_error *
watch_error(const struct watch *w)
{
	return &w->err;
}

/* ---- ending ---- */

void
watch_cancel(struct watch *w)
{
	if (w->pid != (int)getpid())
		return;
	atomic_store(&w->is_cancelled, 1);
	watch_bell_ring(&w->watcher->bell);
}

void
watch_stop(struct watch *w)
{
	if (is_forked(w))
		return;
	struct watcher *r = w->watcher;
	(void)pthread_mutex_lock(&r->lock);
	w->is_closed = true;
	(void)pthread_cond_broadcast(&w->cond);
	watch_bell_ring(&w->bell);
	(void)pthread_mutex_unlock(&r->lock);
}

void
watch_close(struct watch *w)
{
	if (w == NULL)
		return;
	if (is_forked(w)) {
		watch_free(w);
		return;
	}
	struct watcher *r = w->watcher;
	watch_stop(w);
	(void)pthread_mutex_lock(&r->lock);
	while (w->waiters > 0 || r->calling == w)
		(void)pthread_cond_wait(&w->cond, &r->lock);
	struct watch **at = &r->watches;
	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	watcher_adjust(r);
	(void)pthread_mutex_unlock(&r->lock);
	(void)pthread_cond_destroy(&w->cond);
	watcher_give_back(r);
	watch_free(w);
}
