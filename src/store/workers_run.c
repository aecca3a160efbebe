/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The threads of a pool that run handlers, and how their jobs end. */
#include "store/workers.h"

#include "base/clock.h"
#include "base/random.h"

#include <stdio.h>
#include <string.h>

#define AGAIN_US 10000

int64_t
workers_backoff_s(const alk_backoff *b, int64_t attempts, double chance)
{
	double delay = (double)b->base_s;
	double most = (double)b->max_s;

	if (b->base_s < 0)
		return 0;
	for (int64_t i = 1; i < attempts && i < 1000 && delay < most; i++)
		delay *= b->factor;
	if (delay > most)
		delay = most;
	return (int64_t)(delay * (1 - b->jitter * chance) + 0.5);
}

static int64_t
delay_of(struct alk_work *w)
{
	const alk_backoff *b = &w->pool->o.backoff;
	uint32_t chance = 0;

	if (w->delay_s >= 0)
		return w->delay_s;
	if (b->jitter > 0)
		(void)random_bytes(&chance, sizeof(chance));
	return workers_backoff_s(b, w->job.attempts,
	    (double)chance / (double)UINT32_MAX);
}

/* What is kept with the attempt. */
static const char *
error_of(struct alk_work *w, int answer, char *room, size_t bytes)
{
	const alk_error *err = alk_session_error(w->session);

	if (w->has_error)
		return buf_text(&w->error);
	if (answer < 0 && err->code == answer)
		return err->text;
	if (answer < 0)
		return alk_error_text(answer);
	(void)snprintf(room, bytes, "the handler answered %d", answer);
	return room;
}

static int
give_back(struct alk_work *w, bool for_good, const char *error)
{
	return for_good ?
	    alk_job_fail(w->session, w->job.id, w->job.worker, error) :
	    alk_job_retry(w->session, w->job.id, w->job.worker, delay_of(w),
		error);
}

/* Ends the job in one of the ways; *field is what is to be counted. */
static int
end_once(struct alk_work *w, int answer, uint64_t **field)
{
	alk_workers_stats *stats = &w->pool->stats;
	char room[64];
	int code = answer;

	if (answer == ALK_CANCELLED && workers_is_stopping(w->pool)) {
		*field = &stats->released;
		return alk_job_release(w->session, w->job.id, w->job.worker);
	}
	if (answer == ALK_OK) {
		*field = &stats->completed;
		code = alk_job_complete(w->session, w->job.id, w->job.worker,
		    w->has_result ? buf_text(&w->result) : NULL,
		    w->result.bytes, w->result_s);
		if (code != ALK_INVALID && code != ALK_LIMIT)
			return code; /* else the result is no good */
	}
	bool for_good = answer == ALK_WORK_FAIL;
	*field = for_good ? &stats->failed : &stats->retried;
	const char *error = error_of(w, code, room, sizeof(room));
	code = give_back(w, for_good, error);
	if (code == ALK_INVALID || code == ALK_LIMIT)
		code = give_back(w, for_good, alk_error_text(code));
	return code;
}

/*
 * A file that is locked is asked again while the claim holds; for anything else
 * that fails the claim lapses, and the job is run again.
 */
static void
end_job(struct alk_work *w, int answer)
{
	struct alk_workers *p = w->pool;
	uint64_t *field = &p->stats.ended;
	int code = ALK_OK;

	if (answer != ALK_WORK_ENDED)
		code = end_once(w, answer, &field);
	while ((code == ALK_BUSY || code == ALK_CANCELLED) &&
	    alk_work_check(w) != ALK_CONFLICT) {
		clock_sleep_us(AGAIN_US);
		code = end_once(w, answer, &field);
	}
	if (code == ALK_CONFLICT)
		field = &p->stats.late;
	else if (code != ALK_OK)
		workers_note(p, alk_session_error(w->session));
	if (code == ALK_OK || code == ALK_CONFLICT)
		workers_count(p, field);
}

static void
run(struct alk_work *w)
{
	w->has_result = w->has_error = false;
	w->delay_s = -1;
	buf_clear(&w->result);
	buf_clear(&w->error);
	end_job(w, w->pool->o.handler(w->pool->o.arg, w->session, &w->job, w));
}

void *
workers_run(void *place)
{
	struct alk_work *w = place;
	struct alk_workers *p = w->pool;

	(void)pthread_mutex_lock(&p->lock);
	for (;;) {
		while (w->state != WORK_GIVEN && !p->is_over)
			(void)pthread_cond_wait(&w->given, &p->lock);
		if (w->state != WORK_GIVEN)
			break;
		w->state = WORK_RUNNING;
		(void)pthread_mutex_unlock(&p->lock);
		run(w);
		(void)pthread_mutex_lock(&p->lock);
		w->state = WORK_IDLE;
		p->stats.running--;
		(void)pthread_cond_signal(&p->changed);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}
