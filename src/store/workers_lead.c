/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The lead of a pool: the one thread of it that claims, extends claims and
 * waits for the file, so that a commit wakes one thread a pool and many
 * handlers do not race for one job. Jobs for all places that are idle are one
 * claim and one commit.
 */
#include "store/workers.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

#define PAUSE_MIN_MS 50
#define PAUSE_MAX_MS 5000

/* ---- claiming ---- */

static int
count_idle(struct alk_workers *p)
{
	int count = 0;

	(void)pthread_mutex_lock(&p->lock);
	for (int i = 0; i < p->threads && !p->is_stopping; i++)
		count += p->places[i].state == WORK_IDLE;
	(void)pthread_mutex_unlock(&p->lock);
	return count;
}

/* None but the lead makes a place anything else than idle. */
static struct alk_work *
find_idle(struct alk_workers *p)
{
	struct alk_work *found = NULL;

	(void)pthread_mutex_lock(&p->lock);
	for (int i = 0; i < p->threads && found == NULL; i++)
		if (p->places[i].state == WORK_IDLE)
			found = &p->places[i];
	(void)pthread_mutex_unlock(&p->lock);
	return found;
}

static bool
copy_job(struct alk_work *w, const alk_job *job)
{
	size_t payload = strlen(job->queue) + 1;
	size_t worker = payload + job->payload_bytes + 1;

	buf_clear(&w->texts);
	w->job = *job;
	buf_add(&w->texts, job->queue, payload);
	buf_add(&w->texts, job->payload, job->payload_bytes + 1);
	buf_str(&w->texts, job->worker);
	const char *texts = buf_text(&w->texts);
	if (texts == NULL)
		return false;
	w->job.queue = texts;
	w->job.payload = texts + payload;
	w->job.worker = texts + worker;
	w->job.state = "processing";
	return true;
}

static int64_t
third_ms(const struct alk_workers *p)
{
	return p->o.timeout_s * 1000 / 3;
}

struct claiming {
	struct alk_workers *pool;
	int taken;
};

static int
on_job(void *arg, const alk_job *job)
{
	struct claiming *c = arg;
	struct alk_workers *p = c->pool;
	struct alk_work *w = find_idle(p);

	bool is_kept = copy_job(w, job);
	w->begun_ms = clock_steady_ms();
	w->extend_at_ms = w->begun_ms + third_ms(p);
	atomic_store(&w->until, job->claim_expires_at);
	atomic_store(&w->is_lost, false);
	c->taken++;
	(void)pthread_mutex_lock(&p->lock);
	w->state = is_kept ? WORK_GIVEN : WORK_UNKEPT;
	p->stats.running += is_kept;
	(void)pthread_cond_signal(&w->given);
	(void)pthread_mutex_unlock(&p->lock);
	return 0;
}

static void
note_session(struct alk_workers *p)
{
	p->has_failed = true;
	workers_note(p, alk_session_error(p->session));
}

/* Jobs for whose texts there was no memory. */
static void
release_unkept(struct alk_workers *p)
{
	for (int i = 0; i < p->threads; i++) {
		struct alk_work *w = &p->places[i];
		(void)pthread_mutex_lock(&p->lock);
		bool is_unkept = w->state == WORK_UNKEPT;
		if (is_unkept)
			w->state = WORK_IDLE;
		(void)pthread_mutex_unlock(&p->lock);
		if (!is_unkept)
			continue;
		if (alk_job_release(p->session, w->job.id, p->name) != ALK_OK)
			note_session(p); /* its claim will lapse */
		else
			workers_count(p, &p->stats.released);
		p->has_failed = true;
	}
}

/* Returns how many jobs were claimed, -1 on an error. */
static int
claim(struct alk_workers *p, int idle)
{
	struct claiming c = { p, 0 };

	for (size_t i = 0; i < p->o.queues_count && c.taken < idle; i++) {
		(void)snprintf(p->name + p->name_fixed,
		    p->name_room - p->name_fixed, "%llu",
		    (unsigned long long)++p->claims);
		int code = alk_queue_claim(p->session, p->queues[i], p->name,
		    (size_t)(idle - c.taken), p->o.timeout_s, on_job, &c);
		release_unkept(p);
		if (code == ALK_OK)
			continue;
		if (code != ALK_CANCELLED)
			note_session(p);
		return -1;
	}
	if (c.taken == 0)
		workers_count(p, &p->stats.empty);
	return c.taken;
}

/* ---- extending and giving up ---- */

/* Whether something is to be done for a place; only the lead refills it. */
static bool
is_busy(struct alk_work *w)
{
	(void)pthread_mutex_lock(&w->pool->lock);
	bool answer = w->state >= WORK_GIVEN;
	(void)pthread_mutex_unlock(&w->pool->lock);
	return answer && !atomic_load(&w->is_lost);
}

static bool
may_extend(const struct alk_work *w, int64_t now_ms)
{
	int64_t run_s = w->pool->o.run_s;

	return run_s == 0 || now_ms - w->begun_ms < run_s * 1000;
}

static void
extend(struct alk_work *w, int64_t now_ms)
{
	struct alk_workers *p = w->pool;
	int64_t until = clock_wall_ms(&p->store->clock) / 1000 +
	    p->o.timeout_s;
	int code = alk_job_extend(p->session, w->job.id, w->job.worker,
	    p->o.timeout_s);

	w->extend_at_ms = now_ms + third_ms(p);
	if (code == ALK_OK) {
		atomic_store(&w->until, until);
		workers_count(p, &p->stats.extended);
	} else if (code == ALK_CONFLICT) {
		atomic_store(&w->is_lost, true);
	} else {
		w->extend_at_ms = now_ms + third_ms(p) / 8;
		if (code != ALK_CANCELLED)
			workers_note(p, alk_session_error(p->session));
	}
}

static void
extend_due(struct alk_workers *p)
{
	for (int i = 0; i < p->threads; i++) {
		struct alk_work *w = &p->places[i];
		int64_t now_ms = clock_steady_ms();
		if (is_busy(w) && w->extend_at_ms <= now_ms &&
		    may_extend(w, now_ms))
			extend(w, now_ms);
	}
}

/* Until the next claim is to be extended; `most` where there is none. */
static int64_t
until_extend(struct alk_workers *p, int64_t most)
{
	int64_t now_ms = clock_steady_ms();

	for (int i = 0; i < p->threads; i++) {
		struct alk_work *w = &p->places[i];
		if (!is_busy(w) || !may_extend(w, now_ms))
			continue;
		int64_t left = w->extend_at_ms - now_ms;
		if (most < 0 || left < most)
			most = left > 0 ? left : 0;
	}
	return most;
}

static void
give_up(struct alk_workers *p)
{
	for (int i = 0; i < p->threads; i++) {
		struct alk_work *w = &p->places[i];
		int code = ALK_CANCELLED;
		while (is_busy(w) && code == ALK_CANCELLED)
			code = alk_job_release(p->session, w->job.id,
			    w->job.worker);
		if (code == ALK_OK || code == ALK_CONFLICT)
			atomic_store(&w->is_lost, true);
		if (code == ALK_OK)
			workers_count(p, &p->stats.released);
		else if (code != ALK_CONFLICT && code != ALK_CANCELLED)
			workers_note(p, alk_session_error(p->session));
	}
	(void)pthread_mutex_lock(&p->lock);
	p->gives_up = false;
	p->has_given_up = true;
	(void)pthread_cond_broadcast(&p->told);
	(void)pthread_mutex_unlock(&p->lock);
}

/* ---- waiting ---- */

/* Every place is busy, or the pool stops, or something failed. */
static void
rest(struct alk_workers *p, int64_t most_ms)
{
	int64_t ms = until_extend(p, most_ms);

	(void)pthread_mutex_lock(&p->lock);
	int idle = 0;
	for (int i = 0; i < p->threads; i++)
		idle += p->places[i].state == WORK_IDLE;
	bool is_news = p->gives_up || (p->is_stopping ? p->stats.running == 0 :
	    most_ms < 0 && idle > 0);
	if (!is_news && ms != 0)
		workers_wait(p, &p->changed, ms);
	(void)pthread_mutex_unlock(&p->lock);
}

/* When the first of the queues has something that is not due yet. */
static int64_t
until_due(struct alk_workers *p, int64_t most)
{
	for (size_t i = 0; i < p->o.queues_count; i++) {
		int64_t at = 0;
		int code = alk_queue_next(p->session, p->queues[i], &at);
		if (code != ALK_OK && code != ALK_CANCELLED)
			note_session(p);
		if (code != ALK_OK)
			return 0;
		int64_t left = at - clock_wall_ms(&p->store->clock);
		if (at != 0 && left < most)
			most = left > 1 ? left : 1;
	}
	return most;
}

static void
idle(struct alk_workers *p)
{
	int64_t ms = until_extend(p, p->o.poll_ms);

	ms = until_due(p, ms);
	int code = alk_wait(p->session, (int)ms);
	if (code != ALK_OK && code != ALK_TIMEOUT && code != ALK_CANCELLED)
		note_session(p);
}

static bool
is_over(struct alk_workers *p, bool *gives_up)
{
	(void)pthread_mutex_lock(&p->lock);
	bool answer = p->is_stopping && p->stats.running == 0;
	*gives_up = p->gives_up;
	(void)pthread_mutex_unlock(&p->lock);
	return answer;
}

/* After an error it goes on, each time in vain a little later. */
static void
pause_if_failed(struct alk_workers *p)
{
	if (!p->has_failed) {
		p->pause_ms = 0;
		return;
	}
	p->has_failed = false;
	p->pause_ms = p->pause_ms == 0 ? PAUSE_MIN_MS : 2 * p->pause_ms;
	if (p->pause_ms > PAUSE_MAX_MS)
		p->pause_ms = PAUSE_MAX_MS;
	rest(p, p->pause_ms);
}

void *
workers_lead(void *pool)
{
	struct alk_workers *p = pool;
	bool gives_up;

	while (!is_over(p, &gives_up)) {
		if (gives_up)
			give_up(p);
		extend_due(p);
		pause_if_failed(p);
		int places = count_idle(p);
		if (places == 0)
			rest(p, -1);
		else if (claim(p, places) == 0)
			idle(p);
	}
	(void)pthread_mutex_lock(&p->lock);
	p->is_over = true;
	(void)pthread_cond_broadcast(&p->told);
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}
