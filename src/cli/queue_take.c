/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * alk queue take: jobs of one queue or several, now or when there are some. Its
 * row is in cmd_queue.c; what --exec does, in queue_exec.c.
 */
#include "cli/queue_take.h"

#include "base/clock.h"
#include "cli/signals.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_S 300

/* "QUEUE" or "QUEUE=WEIGHT". */
static int
read_also(struct queue_take *t, const char *word)
{
	alk_queue_share *share = &t->shares[t->count];
	const char *equals = strrchr(word, '=');
	struct buf *names = &t->names;
	char *end;

	share->weight = 1;
	if (equals != NULL) {
		errno = 0;
		share->weight = strtoll(equals + 1, &end, 10);
		if (errno != 0 || end == equals + 1 || *end != '\0' ||
		    share->weight < 1)
			return report_usage(t->cli, "--also %.100s: behind the "
			    "= is to be a whole number from 1 on", word);
	}
	t->places[t->count++] = names->bytes;
	buf_add(names, word, equals != NULL ? (size_t)(equals - word) :
	    strlen(word));
	buf_char(names, '\0');
	return EXIT_OK;
}

int
queue_take_init(struct queue_take *t, struct cli *c)
{
	const char *words[QUEUE_TAKE_SHARES - 1];
	size_t count = args_list(&c->args, "also", words,
	    QUEUE_TAKE_SHARES - 1);
	int status = EXIT_OK;

	*t = (struct queue_take){ .cli = c, .count = 1,
		.worker = args_operand(&c->args, "WORKER"),
		.limit = args_count(&c->args, "limit", 1),
		.timeout_s = args_count(&c->args, "timeout", TIMEOUT_S) };
	t->shares[0].queue = args_operand(&c->args, "QUEUE");
	t->shares[0].weight = args_count(&c->args, "weight", 1);
	if (count > QUEUE_TAKE_SHARES - 1)
		return report_usage(c, "--also: at most %d queues",
		    QUEUE_TAKE_SHARES - 1);
	for (size_t i = 0; i < count && status == EXIT_OK; i++)
		status = read_also(t, words[i]);
	if (t->names.failed)
		c->out.is_nomem = true;
	const char *names = buf_text(&t->names);
	for (size_t i = 1; i < t->count && names != NULL; i++)
		t->shares[i].queue = names + t->places[i];
	return names == NULL ? EXIT_FAILED : status;
}

void
queue_take_fini(struct queue_take *t)
{
	buf_fini(&t->names);
}

static int
count_and_tell(void *arg, const alk_job *job)
{
	struct queue_take *t = arg;

	t->taken++;
	return t->fn(t->arg, job);
}

int
queue_take_once(alk_session *s, void *arg)
{
	struct queue_take *t = arg;

	t->taken = 0;
	return alk_queue_claim_several(s, t->shares, t->count,
	    args_has(&t->cli->args, "strict"), t->worker, (size_t)t->limit,
	    t->timeout_s, count_and_tell, t);
}

/* Until something is committed or due, or the time is over. */
static int
wait_for_work(struct queue_take *t, int64_t left_ms)
{
	alk_session *s = t->cli->session;
	int64_t now_ms = clock_wall_ms(NULL);

	for (size_t i = 0; i < t->count; i++) {
		int64_t at = 0;
		int rc = alk_queue_next(s, t->shares[i].queue, &at);
		if (rc != ALK_OK)
			return rc;
		if (at != 0 && at - now_ms < left_ms)
			left_ms = at - now_ms;
	}
	if (left_ms < 0)
		left_ms = 0;
	return alk_wait(s, left_ms > INT_MAX ? INT_MAX : (int)left_ms);
}

int
queue_take_waiting(struct queue_take *t)
{
	alk_session *s = t->cli->session;
	int64_t wait_ms = args_count(&t->cli->args, "wait", 0);
	int64_t now_ms = clock_steady_ms();
	int64_t end = wait_ms > INT64_MAX - now_ms ? INT64_MAX :
	    now_ms + wait_ms;
	int rc = ALK_OK;

	if (wait_ms == 0)
		return queue_take_once(s, t);
	rc = alk_wait(s, 0); /* begins to watch */
	for (;;) {
		if (rc != ALK_OK && rc != ALK_TIMEOUT)
			return rc;
		bool is_over = clock_steady_ms() >= end;
		rc = queue_take_once(s, t);
		if (rc != ALK_OK || t->taken > 0 || is_over)
			return rc;
		rc = wait_for_work(t, end - clock_steady_ms());
	}
}

static int
show_taken(struct cli *c, struct queue_take *t)
{
	struct jobs l;

	jobs_start(&l, c);
	t->fn = jobs_show;
	t->arg = &l;
	int rc = !write_is_dry(c) ? queue_take_waiting(t) :
	    alk_transact(c->session, ALK_TX_DRY_RUN, queue_take_once, t);
	int status = jobs_end(&l, rc);
	if (status == EXIT_OK && write_is_dry(c))
		report_note(c, "dry run: nothing was changed");
	return status;
}

int
queue_run_take(struct cli *c)
{
	struct queue_take t;
	bool is_exec = args_has(&c->args, "exec");

	if (is_exec && write_is_dry(c))
		return report_usage(c, "--exec or --dry-run, not both");
	if (!is_exec && (args_has(&c->args, "run-timeout") ||
	    args_has(&c->args, "delay")))
		return report_usage(c,
		    "--run-timeout and --delay are for --exec");
	int status = queue_take_init(&t, c);
	if (status == EXIT_OK)
		status = is_exec ? queue_take_exec(&t) : show_taken(c, &t);
	queue_take_fini(&t);
	return status;
}
