/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The thread of a watcher: waits for an event or for time to pass, looks
 * whether the file has changed, tells.
 *
 *   wait --bell---> watches came or went, or one is cancelled
 *        --event--> a look soon, and more of them behind it
 *        --time---> a look; the next one later, if nothing was found
 *
 * What counts is `PRAGMA data_version` on the watcher's own connection: an
 * event alone wakes nobody. The version seen last is kept through every error,
 * so that a commit behind one is found by the look after it.
 */
#ifdef __linux__
#define _GNU_SOURCE /* ppoll() */
#else
#define _DEFAULT_SOURCE
#endif
#include "events/watch_internal.h"

#include "base/clock.h"
#include "base/error.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define GAP_US 100        /* between looks that events ask for */
#define VAIN_EVENTS 8     /* so many that nothing came of: a long write */
#define VAIN_GAP_US 1000  /* between looks that its events ask for */
#define SOON_US 1000      /* behind an event that is no commit yet */
#define BUSY_US_MAX 20000 /* between looks at a file that is locked */
#define PLACE_US 100000   /* between looks whether the file is in place */
#define FAILING_US_MAX 5000000
#define TRUST_US 100000   /* in shared memory, between looks at the file */

/* ---- telling ---- */

static void
tell(struct watch *w)
{
	if (w->waiters > 0)
		(void)pthread_cond_broadcast(&w->cond);
	watch_bell_ring(&w->bell);
}

static void
tell_all(struct watcher *r)
{
	for (struct watch *w = r->watches; w != NULL; w = w->next)
		tell(w);
}

static void
tell_cancelled(struct watcher *r)
{
	for (struct watch *w = r->watches; w != NULL; w = w->next)
		if (atomic_load(&w->is_cancelled) != 0)
			tell(w);
}

static void
die(struct watcher *r, int code, const char *why)
{
	error_clear(&r->reason);
	error_set(&r->reason, code, "%s; close it and open it again", why);
	r->is_dead = true;
	tell_all(r);
}

static struct watch *
first_to_call(const struct watcher *r)
{
	struct watch *w = r->watches;

	while (w != NULL && (w->on_wake == NULL || w->is_closed ||
		(w->called == r->generation && w->end_is_called == r->is_dead)))
		w = w->next;
	return w;
}

/* Runs them without the lock; watch_close() waits for one that runs. */
static void
run_callbacks(struct watcher *r)
{
	struct watch *w;

	while (r->callbacks > 0 && (w = first_to_call(r)) != NULL) {
		w->called = r->generation;
		w->end_is_called = r->is_dead;
		r->calling = w;
		(void)pthread_mutex_unlock(&r->lock);
		w->on_wake(w->arg);
		(void)pthread_mutex_lock(&r->lock);
		r->calling = NULL;
		(void)pthread_cond_broadcast(&w->cond);
	}
}

/* ---- looking ---- */

int
watcher_look(struct watcher *r, alk_error *err)
{
	alk_error local = { 0 };

	db_use(r->db, &local, NULL);
	int64_t version = db_data_version(r->db);
	db_use(r->db, NULL, NULL);
	r->looked_us = clock_steady_us();
	if (local.code != ALK_OK) {
		if (err != NULL && err->code == ALK_OK)
			*err = local;
		return local.code;
	}
	bool is_changed = version != r->version;
	r->version = version;
	if (is_changed) {
		r->generation++;
		tell_all(r);
		if (r->callbacks > 0)
			watch_bell_ring(&r->bell);
	}
	return ALK_OK;
}

static void
look_at_place(struct watcher *r)
{
	struct stat s;

	r->placed_us = clock_steady_us();
	if (!r->has_identity)
		return;
	int failed = stat(r->path, &s);
	if (failed != 0 ? errno == ENOENT || errno == ENOTDIR :
			  s.st_dev != r->dev || s.st_ino != r->ino)
		die(r, ALK_IO, "database file replaced or removed");
}

/* A file that cannot be read for long will not come back by itself. */
static void
note_failure(struct watcher *r, const alk_error *err)
{
	if (r->failing_us == 0)
		r->failing_us = r->looked_us;
	else if (r->looked_us - r->failing_us > FAILING_US_MAX)
		die(r, err->code, err->text);
}

static void
plan(struct watcher *r, int64_t now, int code, bool is_changed)
{
	if (is_changed) {
		r->delay_us = r->pace.first_us;
		r->events = 0;
	} else {
		r->delay_us = watch_pace_next(&r->pace, r->delay_us);
	}
	int64_t delay = r->delay_us;
	if (code != ALK_OK && delay > BUSY_US_MAX)
		delay = BUSY_US_MAX;
	r->next_us = now + delay;
}

/*
 * Whether the WAL's index says that a look would find nothing. It is believed
 * for so long only: after a crash its counter of changes begins anew.
 */
static bool
is_as_seen(struct watcher *r, uint32_t words[DB_WAL_WORDS], int64_t now)
{
	if (r->wal == NULL)
		return false;
	db_wal_read(r->wal, words);
	return now - r->looked_us < TRUST_US &&
	    memcmp(words, r->wal_seen, sizeof(r->wal_seen)) == 0;
}

static void
look(struct watcher *r)
{
	alk_error err = { 0 };
	uint64_t before = r->generation;
	uint32_t words[DB_WAL_WORDS] = { 0 };
	int64_t now = clock_steady_us();

	if (is_as_seen(r, words, now)) {
		plan(r, now, ALK_OK, false);
		return;
	}
	int code = watcher_look(r, &err);
	if (code == ALK_OK)
		memcpy(r->wal_seen, words, sizeof(words));

	if (code == ALK_OK || code == ALK_BUSY)
		r->failing_us = 0;
	else
		note_failure(r, &err);
	plan(r, r->looked_us, code, r->generation != before);
}

/* ---- waiting ---- */

static void
heed_events(struct watcher *r, unsigned what)
{
	if ((what & (WATCH_SOURCE_URGENT | WATCH_SOURCE_SOON)) == 0)
		return;
	int64_t now = clock_steady_us();
	int64_t due = (what & WATCH_SOURCE_URGENT) != 0 ? now : now + SOON_US;
	int64_t gap = r->events < VAIN_EVENTS ? GAP_US : VAIN_GAP_US;
	if (r->events < VAIN_EVENTS)
		r->events++;
	if (due < r->looked_us + gap)
		due = r->looked_us + gap;
	if (due < r->next_us)
		r->next_us = due;
	/* As if a look had just found something: others follow the next. */
	r->delay_us = 0;
}

void
watcher_adjust(struct watcher *r)
{
	const struct watch *w = r->watches;

	r->callbacks = 0;
	if (w == NULL)
		return;
	r->pace = w->pace;
	for (; w != NULL; w = w->next) {
		r->pace = watch_pace_merge(r->pace, w->pace);
		r->callbacks += w->on_wake != NULL;
	}
	if (r->delay_us > r->pace.most_us)
		r->delay_us = r->pace.most_us;
	if (r->next_us > r->looked_us + r->pace.most_us)
		r->next_us = r->looked_us + r->pace.most_us;
}

static int
poll_us(struct pollfd *p, nfds_t count, int64_t us)
{
#ifdef __linux__
	struct timespec t = { us / 1000000, us % 1000000 * 1000 };

	return ppoll(p, count, &t, NULL);
#else
	return poll(p, count, (int)((us + 999) / 1000));
#endif
}

/* Gives the lock back meanwhile. */
static void
wait_for_some(struct watcher *r)
{
	struct pollfd p[2] = {
		{ .fd = r->bell.from, .events = POLLIN },
		{ .fd = r->source.fd, .events = POLLIN },
	};
	int64_t us = r->next_us - clock_steady_us();

	if (us > 0) {
		(void)pthread_mutex_unlock(&r->lock);
		int count = poll_us(p, p[1].fd >= 0 ? 2 : 1, us);
		(void)pthread_mutex_lock(&r->lock);
		if (count <= 0)
			return;
	}
	if (p[0].revents != 0) {
		watch_bell_still(&r->bell);
		tell_cancelled(r);
	}
}

static void
step(struct watcher *r)
{
	unsigned what = watch_source_take(&r->source);

	heed_events(r, what);
	if ((what & WATCH_SOURCE_PLACE) != 0 ||
	    clock_steady_us() - r->placed_us >= PLACE_US)
		look_at_place(r);
	if (!r->is_dead && clock_steady_us() >= r->next_us)
		look(r);
	run_callbacks(r);
}

void *
watcher_run(void *watcher)
{
	struct watcher *r = watcher;

	(void)pthread_mutex_lock(&r->lock);
	while (!r->is_stopping && !r->is_dead) {
		wait_for_some(r);
		if (!r->is_stopping)
			step(r);
	}
	(void)pthread_mutex_unlock(&r->lock);
	return NULL;
}
