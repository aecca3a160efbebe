/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Commands on queues, locks, rate limits and consumers.
 */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

#define JOBS_MAX 100

static int64_t
number(struct args *a, int i)
{
	const char *word = args_word(a, i);

	return word != NULL ? strtoll(word, NULL, 10) : 0;
}

/*
 * enqueue QUEUE PAYLOAD [times=N] [priority=] [attempts=] [delay=] [at=]
 *         [delay_ms=] [expires=] [key=] [unique=] [metadata=] [batch=] [tag=]
 */
static int
run_enqueue(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_job_new jobs[JOBS_MAX] = { { 0 } };
	int64_t ids[JOBS_MAX];
	const char *tag;
	size_t times = (size_t)args_number(a, "times", 1);
	int rc;

	if (s == NULL || times > JOBS_MAX)
		return scene_slip(sc, "enqueue QUEUE PAYLOAD [times=1..100]");
	jobs[0].queue = args_word(a, 1);
	jobs[0].payload = args_word(a, 2);
	jobs[0].bytes = ALK_NUL;
	jobs[0].priority = args_number(a, "priority", 0);
	jobs[0].max_attempts = args_number(a, "attempts", 0);
	jobs[0].delay_s = args_number(a, "delay", 0);
	jobs[0].run_at = args_number(a, "at", 0);
	jobs[0].expires_s = args_number(a, "expires", 0);
	jobs[0].key = args_get(a, "key");
	jobs[0].unique = args_get(a, "unique");
	jobs[0].metadata = args_get(a, "metadata");
	jobs[0].batch = args_number(a, "batch", 0);
	jobs[0].delay_ms = args_number(a, "delay_ms", 0);
	tag = args_get(a, "tag");
	jobs[0].tags = &tag;
	jobs[0].tags_count = tag != NULL;
	for (size_t i = 1; i < times; i++)
		jobs[i] = jobs[0];
	rc = scene_told(sc, alk_queue_enqueue(s, jobs, times, ids));
	for (size_t i = 0; rc == ALK_OK && i < times; i++)
		text_printf(&sc->out, "job %lld\n", (long long)ids[i]);
	return rc;
}

/* Times are shown as seconds from now. */
static int
show_job(void *arg, const alk_job *j)
{
	struct scene *sc = arg;
	int64_t now = sc->now_ms / 1000;

	text_printf(&sc->out, "job %lld %s %s %s", (long long)j->id, j->queue,
	    j->payload, j->state);
	if (j->worker != NULL)
		text_printf(&sc->out, " by %s until %+lld", j->worker,
		    (long long)(j->claim_expires_at - now));
	text_printf(&sc->out, " attempt %lld/%lld priority %lld at %+lld\n",
	    (long long)j->attempts, (long long)j->max_attempts,
	    (long long)j->priority, (long long)(j->run_at - now));
	return 0;
}

/* claim QUEUE WORKER N TIMEOUT */
static int
run_claim(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_queue_claim(s, args_word(a, 1),
	    args_word(a, 2), (size_t)number(a, 3), number(a, 4), show_job,
	    sc));
}

/*
 * several WORKER N QUEUE WEIGHT [QUEUE WEIGHT] [strict=1]; the credits are
 * forgotten behind it.
 */
static int
run_several(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_queue_share shares[2] = { { NULL, 0, 0 } };
	size_t count = args_word(a, 5) != NULL ? 2 : 1;

	if (s == NULL)
		return SCENE_SLIP;
	for (size_t i = 0; i < count; i++) {
		shares[i].queue = args_word(a, 3 + 2 * (int)i);
		shares[i].weight = number(a, 4 + 2 * (int)i);
	}
	return scene_told(sc, alk_queue_claim_several(s, shares, count,
	    (int)args_number(a, "strict", 0), args_word(a, 1),
	    (size_t)number(a, 2), 30, show_job, sc));
}

/* queue drain QUEUE | job cancel_tagged TAG [QUEUE] */
static int
run_away(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	int64_t n = 0;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, strcmp(args_word(a, 1), "drain") == 0 ?
	    alk_queue_drain(s, args_word(a, 2), &n) :
	    alk_job_cancel_tagged(s, args_word(a, 3), args_word(a, 2), &n));
	if (rc == ALK_OK)
		text_printf(&sc->out, "%lld gone\n", (long long)n);
	return rc;
}

/* complete ID WORKER [result=TEXT] [keep=S] */
static int
run_complete(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_job_complete(s, number(a, 1),
	    args_word(a, 2), args_get(a, "result"), ALK_NUL,
	    args_number(a, "keep", 0)));
}

/* retry ID WORKER DELAY ERROR */
static int
run_retry(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_job_retry(s, number(a, 1), args_word(a, 2),
	    number(a, 3), args_word(a, 4)));
}

/* fail ID WORKER ERROR */
static int
run_fail(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_job_fail(s, number(a, 1), args_word(a, 2),
	    args_word(a, 3)));
}

/* extend ID WORKER SECONDS */
static int
run_extend(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_job_extend(s, number(a, 1), args_word(a, 2),
	    number(a, 3)));
}

/* job cancel ID | job get ID */
static int
run_job(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	int64_t id = number(a, 2);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, strcmp(args_word(a, 1), "cancel") == 0 ?
	    alk_job_cancel(s, id) : alk_job_get(s, id, show_job, sc));
}

/* queue sweep QUEUE | queue next QUEUE */
static int
run_queue(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	bool is_sweep = strcmp(args_word(a, 1), "sweep") == 0;
	const char *queue = args_word(a, 2);
	int64_t n = 0;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, is_sweep ? alk_queue_sweep(s, queue, &n) :
	    alk_queue_next(s, queue, &n));
	if (rc != ALK_OK)
		return rc;
	if (is_sweep)
		text_printf(&sc->out, "swept %lld\n", (long long)n);
	else if (n == 0)
		text_printf(&sc->out, "never\n");
	else
		text_printf(&sc->out, "in %lld ms\n",
		    (long long)(n - sc->now_ms));
	return rc;
}

/* result_sweep */
static int
run_result_sweep(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	int64_t count = 0;

	(void)a;
	if (s == NULL)
		return SCENE_SLIP;
	int rc = scene_told(sc, alk_result_sweep(s, &count));
	if (rc == ALK_OK)
		text_printf(&sc->out, "%lld\n", (long long)count);
	return rc;
}

/* result ID */
static int
run_result(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *text;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, alk_result_get(s, number(a, 1), &text, NULL));
	if (rc == ALK_OK)
		text_printf(&sc->out, "%s\n", text);
	return rc;
}

/* lock acquire|renew NAME OWNER TTL | lock release NAME OWNER */
static int
run_lock(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *what = args_word(a, 1);
	const char *name = args_word(a, 2);
	const char *owner = args_word(a, 3);

	if (s == NULL)
		return SCENE_SLIP;
	if (strcmp(what, "release") == 0)
		return scene_told(sc, alk_lock_release(s, name, owner));
	return scene_told(sc, strcmp(what, "renew") == 0 ?
	    alk_lock_renew(s, name, owner, number(a, 4)) :
	    alk_lock_acquire(s, name, owner, number(a, 4)));
}

/* rate NAME LIMIT PER */
static int
run_rate(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	int allowed = 0;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, alk_rate_try(s, args_word(a, 1), number(a, 2),
	    number(a, 3), &allowed));
	if (rc == ALK_OK)
		text_printf(&sc->out, allowed ? "allowed\n" : "full\n");
	return rc;
}

/* consumer save CONSUMER TOPIC OFFSET | consumer saved CONSUMER TOPIC */
static int
run_consumer(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	int64_t offset = 0;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	if (strcmp(args_word(a, 1), "save") == 0)
		return scene_told(sc, alk_stream_save(s, args_word(a, 2),
		    args_word(a, 3), number(a, 4)));
	rc = scene_told(sc, alk_stream_saved(s, args_word(a, 2),
	    args_word(a, 3), &offset));
	if (rc == ALK_OK)
		text_printf(&sc->out, "offset %lld\n", (long long)offset);
	return rc;
}

static int
show_dead(void *arg, const alk_dead *d)
{
	struct scene *sc = arg;

	text_printf(&sc->out, "dead %lld %s %s %s attempt %lld/%lld\n",
	    (long long)d->id, d->queue, d->payload,
	    d->error != NULL ? d->error : "-", (long long)d->attempts,
	    (long long)d->max_attempts);
	return 0;
}

/* dead list|redrive_all|purge [queue=] | dead redrive|delete ID */
static int
run_dead(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *what = args_word(a, 1);
	const char *queue = args_get(a, "queue");
	int64_t n = -1;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	if (strcmp(what, "list") == 0)
		rc = alk_dead_list(s, queue, 0, 0, show_dead, sc);
	else if (strcmp(what, "redrive_all") == 0)
		rc = alk_dead_redrive_all(s, queue, 0, &n);
	else if (strcmp(what, "purge") == 0)
		rc = alk_dead_purge(s, queue, 0, &n);
	else if (strcmp(what, "delete") == 0)
		rc = alk_dead_delete(s, number(a, 2));
	else
		rc = alk_dead_redrive(s, number(a, 2), &n);
	rc = scene_told(sc, rc);
	if (rc == ALK_OK && n >= 0)
		text_printf(&sc->out, "%lld\n", (long long)n);
	return rc;
}

/* settings QUEUE [depth=] [payload=] [keys=] [history=] [metrics=] [events=] */
static int
run_settings(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_queue_settings set = {
		.depth_max = args_number(a, "depth", 0),
		.payload_bytes_max = args_number(a, "payload", 0),
		.key_jobs = args_number(a, "keys", 0),
		.history_s = args_number(a, "history", 0),
		.has_metrics = (int)args_number(a, "metrics", 0),
		.has_events = (int)args_number(a, "events", 0) };

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_queue_settings_set(s, args_word(a, 1),
	    &set));
}

static int
show_stats(void *arg, const alk_queue_stats *q)
{
	struct scene *sc = arg;

	text_printf(&sc->out, "%s:%s ready %lld delayed %lld held %lld "
	    "in flight %lld dead %lld oldest %lld", q->queue,
	    q->is_paused ? " paused" : "", (long long)q->ready,
	    (long long)q->delayed, (long long)q->held,
	    (long long)q->in_flight, (long long)q->dead,
	    (long long)q->oldest_ready_s);
	if (q->has_totals)
		text_printf(&sc->out, " enqueued %lld completed %lld died %lld",
		    (long long)q->enqueued, (long long)q->completed,
		    (long long)q->died);
	text_printf(&sc->out, "\n");
	return 0;
}

/* queue pause|resume QUEUE | queue list [QUEUE] | queue stats */
static int
run_queues(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *what = args_word(a, 1);
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	if (strcmp(what, "pause") == 0)
		rc = alk_queue_pause(s, args_word(a, 2));
	else if (strcmp(what, "resume") == 0)
		rc = alk_queue_resume(s, args_word(a, 2));
	else if (strcmp(what, "list") == 0)
		rc = alk_queue_list(s, args_word(a, 2), 0, 0, show_job, sc);
	else
		rc = alk_queue_stats_list(s, show_stats, sc);
	return scene_told(sc, rc);
}

static int
show_batch(void *arg, const alk_batch *b)
{
	struct scene *sc = arg;

	text_printf(&sc->out, "%lld: jobs %lld completed %lld dead %lld "
	    "cancelled %lld ended %d then %lld\n", (long long)b->id,
	    (long long)b->jobs, (long long)b->completed, (long long)b->dead,
	    (long long)b->cancelled, b->is_ended, (long long)b->completion_id);
	return 0;
}

static int
show_done(void *arg, const alk_job_done *d)
{
	struct scene *sc = arg;

	text_printf(&sc->out, "job %lld %s %s by %s attempt %lld%s%s\n",
	    (long long)d->id, d->queue, d->payload, d->worker,
	    (long long)d->attempts, d->result != NULL ? ": " : "",
	    d->result != NULL ? d->result : "");
	return 0;
}

/* batch list [before=ID] [limit=N] | history QUEUE [limit=N] */
static int
run_lists(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	int64_t before = args_number(a, "before", 0);
	size_t limit = (size_t)args_number(a, "limit", 0);
	alk_history_query q = { .limit = limit };

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, strcmp(args_word(a, 0), "batch") == 0 ?
	    alk_batch_list(s, before, limit, show_batch, sc) :
	    alk_queue_history(s, args_word(a, 1), &q, show_done, sc));
}

/* batch purge [before=S] | history_purge|history_sweep [QUEUE] [before=MS] */
static int
run_purge(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	int64_t before = args_number(a, "before", 0);
	int64_t count = 0;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	if (strcmp(args_word(a, 0), "batch") == 0)
		rc = alk_batch_purge(s, before, &count);
	else if (strcmp(args_word(a, 0), "history_purge") == 0)
		rc = alk_queue_history_purge(s, args_word(a, 1), before,
		    &count);
	else
		rc = alk_queue_history_sweep(s, args_word(a, 1), &count);
	if (scene_told(sc, rc) == ALK_OK)
		text_printf(&sc->out, "%lld\n", (long long)count);
	return rc;
}

static int
show_tag(void *arg, const char *tag)
{
	struct scene *sc = arg;

	text_printf(&sc->out, "%s\n", tag);
	return 0;
}

/* tags ID */
static int
run_tags(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	return s == NULL ? SCENE_SLIP :
	    scene_told(sc, alk_job_tags(s, number(a, 1), show_tag, sc));
}

/* batch open [QUEUE PAYLOAD] | batch close|get|cancel ID */
static int
run_batch(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *what = args_word(a, 1);
	alk_batch_new n = { .bytes = ALK_NUL };
	alk_batch b;
	int64_t id = 0;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	if (strcmp(what, "close") == 0)
		return scene_told(sc, alk_batch_close(s, number(a, 2)));
	if (strcmp(what, "get") == 0) {
		rc = scene_told(sc, alk_batch_get(s, number(a, 2), &b));
		if (rc == ALK_OK)
			text_printf(&sc->out, "jobs %lld completed %lld "
			    "dead %lld cancelled %lld ended %d then %lld\n",
			    (long long)b.jobs, (long long)b.completed,
			    (long long)b.dead, (long long)b.cancelled,
			    b.is_ended, (long long)b.completion_id);
		return rc;
	}
	if (strcmp(what, "cancel") == 0) {
		rc = scene_told(sc, alk_batch_cancel(s, number(a, 2), &id));
	} else {
		n.queue = args_word(a, 2);
		n.payload = args_word(a, 3);
		rc = scene_told(sc, alk_batch_open(s, &n, &id));
	}
	if (rc == ALK_OK)
		text_printf(&sc->out, "%lld\n", (long long)id);
	return rc;
}

static int
show_attempt(void *arg, const alk_attempt *v)
{
	struct scene *sc = arg;

	text_printf(&sc->out, "attempt %lld by %s: %s\n",
	    (long long)v->attempt, v->worker, v->error);
	return 0;
}

/* progress ID WORKER PERCENT [TEXT] | attempts ID */
static int
run_progress(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	if (strcmp(args_word(a, 0), "attempts") == 0)
		return scene_told(sc, alk_job_attempts(s, number(a, 1),
		    show_attempt, sc));
	return scene_told(sc, alk_job_progress(s, number(a, 1),
	    args_word(a, 2), (int)number(a, 3), args_word(a, 4)));
}

const struct command queue_commands[] = {
	{ "batch open", 2, run_batch },
	{ "batch close", 2, run_batch },
	{ "batch get", 2, run_batch },
	{ "batch cancel", 2, run_batch },
	{ "batch list", 2, run_lists },
	{ "batch purge", 2, run_purge },
	{ "history", 1, run_lists },
	{ "history_purge", 1, run_purge },
	{ "history_sweep", 1, run_purge },
	{ "tags", 1, run_tags },
	{ "progress", 1, run_progress },
	{ "attempts", 1, run_progress },
	{ "dead list", 2, run_dead },
	{ "dead redrive", 2, run_dead },
	{ "dead redrive_all", 2, run_dead },
	{ "dead delete", 2, run_dead },
	{ "dead purge", 2, run_dead },
	{ "settings", 1, run_settings },
	{ "queue pause", 2, run_queues },
	{ "queue resume", 2, run_queues },
	{ "queue list", 2, run_queues },
	{ "queue stats", 2, run_queues },
	{ "enqueue", 1, run_enqueue },
	{ "claim", 1, run_claim },
	{ "several", 1, run_several },
	{ "queue drain", 2, run_away },
	{ "job cancel_tagged", 2, run_away },
	{ "complete", 1, run_complete },
	{ "retry", 1, run_retry },
	{ "fail", 1, run_fail },
	{ "extend", 1, run_extend },
	{ "job cancel", 2, run_job },
	{ "job get", 2, run_job },
	{ "queue sweep", 2, run_queue },
	{ "queue next", 2, run_queue },
	{ "result", 1, run_result },
	{ "result_sweep", 1, run_result_sweep },
	{ "lock acquire", 2, run_lock },
	{ "lock renew", 2, run_lock },
	{ "lock release", 2, run_lock },
	{ "rate", 1, run_rate },
	{ "consumer save", 2, run_consumer },
	{ "consumer saved", 2, run_consumer },
	{ NULL, 0, NULL }
};
