/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * alk queue take --exec: a worker. One job after the other is claimed, its
 * command is run, and how that ended answers the job:
 *
 *   0        done
 *   65       dead at once (EX_DATAERR: the payload is no good)
 *   other, a signal, over --run-timeout     retry after --delay
 *   we were told to end                     given back, the attempt not counted
 */
#include "cli/exec.h"
#include "cli/queue_take.h"
#include "cli/signals.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define STATUS_DEAD 65
#define WHY_BYTES 200

struct worker {
	struct queue_take *take;
	struct exec_job job;
	struct buf texts; /* of job */
	size_t payload;   /* in texts */
	bool has_job;
};

static int
keep_job(void *arg, const alk_job *j)
{
	struct worker *w = arg;

	buf_clear(&w->texts);
	buf_str(&w->texts, j->queue);
	buf_char(&w->texts, '\0');
	w->payload = w->texts.bytes;
	buf_add(&w->texts, j->payload, j->payload_bytes);
	w->job.id = j->id;
	w->job.attempt = j->attempts;
	w->job.payload_bytes = j->payload_bytes;
	w->has_job = true;
	return 0;
}

static int
retry(struct worker *w, const char *why)
{
	struct cli *c = w->take->cli;

	report_note(c, "job %lld: %s; it is to be run again",
	    (long long)w->job.id, why);
	return alk_job_retry(c->session, w->job.id, w->job.worker,
	    args_count(&c->args, "delay", 0), why);
}

static int
answer_ended(struct worker *w, int status)
{
	struct cli *c = w->take->cli;
	char why[WHY_BYTES];

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		report_note(c, "job %lld: done", (long long)w->job.id);
		return alk_job_complete(c->session, w->job.id, w->job.worker,
		    NULL, 0, 0);
	}
	if (!WIFEXITED(status)) {
		(void)snprintf(why, sizeof(why), "ended by signal %d",
		    WTERMSIG(status));
		return retry(w, why);
	}
	(void)snprintf(why, sizeof(why), "exit status %d",
	    WEXITSTATUS(status));
	if (WEXITSTATUS(status) != STATUS_DEAD)
		return retry(w, why);
	report_note(c, "job %lld: %s; it is dead", (long long)w->job.id, why);
	return alk_job_fail(c->session, w->job.id, w->job.worker, why);
}

/* The signal may have cancelled the next call of the session. */
static int
give_back(struct worker *w)
{
	alk_session *s = w->take->cli->session;
	int rc = alk_job_release(s, w->job.id, w->job.worker);

	if (rc == ALK_CANCELLED)
		rc = alk_job_release(s, w->job.id, w->job.worker);
	if (rc == ALK_OK)
		report_note(w->take->cli, "job %lld: given back",
		    (long long)w->job.id);
	return rc;
}

static int
answer(struct worker *w, enum exec_why why, int status)
{
	char text[WHY_BYTES];

	switch (why) {
	case EXEC_LOST:
		return ALK_CONFLICT;
	case EXEC_STOPPED:
		return give_back(w);
	case EXEC_OVERRAN:
		(void)snprintf(text, sizeof(text), "it ran longer than %lld "
		    "seconds", (long long)w->job.run_s);
		return retry(w, text);
	case EXEC_NEVER:
		(void)snprintf(text, sizeof(text), "cannot be started: %s",
		    strerror(errno));
		return retry(w, text);
	default:
		return answer_ended(w, status);
	}
}

/* A job that another has by now is not ours to answer, and no failure. */
static int
run_one(struct worker *w)
{
	struct cli *c = w->take->cli;
	const char *texts = buf_text(&w->texts);
	int status = 0;

	if (texts == NULL) {
		c->out.is_nomem = true; /* the claim lapses */
		return EXIT_FAILED;
	}
	w->job.queue = texts;
	w->job.payload = texts + w->payload;
	output_flush(&c->out);
	enum exec_why why = exec_run(c, &w->job, &status);
	int rc = answer(w, why, status);
	if (rc == ALK_CONFLICT)
		report_note(c, "job %lld: its claim was over, another may have "
		    "it", (long long)w->job.id);
	else if (rc != ALK_OK)
		return report_session(c);
	return EXIT_OK;
}

/*
 * A signal ends the wait for jobs at once; while a command runs it is passed on
 * to that, and the job is given back.
 */
static int
work(struct worker *w, int64_t limit)
{
	struct cli *c = w->take->cli;
	int status = EXIT_OK;

	for (int64_t i = 0; i < limit && status == EXIT_OK; i++) {
		w->has_job = false;
		signals_watch(c->session, false);
		if (signals_caught() != 0)
			break;
		int rc = queue_take_waiting(w->take);
		signals_watch(c->session, true);
		if (rc != ALK_OK && signals_caught() == 0)
			return report_session(c);
		if (!w->has_job)
			break;
		status = run_one(w);
	}
	return status == EXIT_OK && signals_caught() != 0 ?
	    EXIT_SIGNAL + signals_caught() : status;
}

int
queue_take_exec(struct queue_take *t)
{
	const struct args *a = &t->cli->args;
	struct worker w = { .take = t,
		.job = { .command = args_text(a, "exec"),
		    .file = args_operand(a, "FILE"), .worker = t->worker,
		    .timeout_s = t->timeout_s,
		    .run_s = args_count(a, "run-timeout", 0) } };
	int64_t limit = args_count(a, "limit", INT64_MAX);

	t->limit = 1;
	t->fn = keep_job;
	t->arg = &w;
	int status = work(&w, limit);
	buf_fini(&w.texts);
	return status;
}
