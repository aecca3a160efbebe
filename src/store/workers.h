/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef STORE_WORKERS_H
#define STORE_WORKERS_H

#include "base/buf.h"
#include "store/store.h"

#include <pthread.h>

/*
 * A pool of workers: the lead, a thread that claims, extends and waits, and for
 * each handler a thread that runs it and ends the job.
 *
 *   idle --claimed by the lead--> given --> running --ended--> idle
 *                                           (or given up: is_lost, then ended)
 *
 * What a job says is written by the lead while its place is idle, and read by
 * the place's thread and the lead until it is idle again.
 */

#define WORKERS_QUEUES 64
#define WORKERS_THREADS 256

enum work_state { WORK_IDLE, WORK_UNKEPT, WORK_GIVEN, WORK_RUNNING };

/* The place of one handler. */
struct alk_work {
	struct alk_workers *pool;
	pthread_t thread;
	pthread_cond_t given;
	alk_session *session;
	enum work_state state;    /* under the pool's lock */

	alk_job job;
	struct buf texts;         /* of job */
	int64_t begun_ms;         /* steady, as the next */
	int64_t extend_at_ms;
	_Atomic int64_t until;    /* the claim holds; Unix seconds */
	atomic_bool is_lost;

	/* What the handler has said. Of the place's thread. */
	struct buf result;
	bool has_result;
	int64_t result_s;
	struct buf error;
	bool has_error;
	int64_t delay_s;          /* -1: by the backoff */
};

struct alk_workers {
	alk_store *store;
	alk_workers_options o;    /* all set; queues are our own */
	char *queues[WORKERS_QUEUES];
	char *name;               /* of the claim made last */
	size_t name_fixed;        /* bytes of it that stay */
	size_t name_room;
	uint64_t claims;
	alk_session *session;     /* the lead's */
	pthread_t lead;
	bool has_lead;
	struct alk_work *places;
	int threads;              /* that were started */
	int64_t pause_ms;         /* after an error; the lead's, as the next */
	bool has_failed;

	pthread_mutex_t lock;
	pthread_cond_t changed;   /* a place is idle, or the pool is to stop */
	pthread_cond_t told;      /* the lead has given up or ended */
	bool is_stopping;
	bool gives_up;            /* give back what still runs */
	bool has_given_up;
	bool is_over;             /* nothing runs, nothing will */
	alk_workers_stats stats;
};

/* ---- workers_lead.c ---- */

void *workers_lead(void *pool);

/* ---- workers_run.c ---- */

void *workers_run(void *place);
/* chance: 0 to 1. */
int64_t workers_backoff_s(const alk_backoff *b, int64_t attempts,
    double chance);

/* ---- workers.c ---- */

/* Keeps and logs the error of a call of the pool's own. */
void workers_note(struct alk_workers *p, const alk_error *err);
/* Counts one more in a field of p->stats. */
void workers_count(struct alk_workers *p, uint64_t *field);
bool workers_is_stopping(struct alk_workers *p);
/* Waits on a condition of the pool, whose lock is held; ms below 0: no end. */
void workers_wait(struct alk_workers *p, pthread_cond_t *c, int64_t ms);

#endif
