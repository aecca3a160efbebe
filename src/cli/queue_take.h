/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_QUEUE_TAKE_H
#define CLI_QUEUE_TAKE_H

#include "cli/jobs.h"

#define QUEUE_TAKE_SHARES 64

/* What alk queue take was asked for. */
struct queue_take {
	struct cli *cli;
	const char *worker;
	alk_queue_share shares[QUEUE_TAKE_SHARES];
	size_t places[QUEUE_TAKE_SHARES]; /* in names */
	size_t count;
	struct buf names;
	int64_t limit;     /* jobs of a claim */
	int64_t timeout_s;
	alk_job_fn fn;
	void *arg;
	size_t taken;      /* by the last claim */
};

/* Reads the arguments. An exit status; queue_take_fini() in any case. */
int queue_take_init(struct queue_take *t, struct cli *c);
void queue_take_fini(struct queue_take *t);
/* One claim; arg is the struct queue_take. */
int queue_take_once(alk_session *s, void *arg);
/* Once, or with --wait until there is something. ALK_... */
int queue_take_waiting(struct queue_take *t);
/* Runs --exec for job after job. An exit status. queue_exec.c */
int queue_take_exec(struct queue_take *t);

#endif
