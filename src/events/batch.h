/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_BATCH_H
#define EVENTS_BATCH_H

#include "events/events.h"

/*
 * Batches: jobs that belong together, and one that is enqueued when the last of
 * them has ended. A batch is opened, filled (job_new.batch), and closed; from
 * then on it waits for its jobs, whoever ends them. "Several" as in queue.h.
 */

struct batch_new {
	/*
	 * Of the completion job; queue.at NULL: none, only counts. Its payload
	 * is a JSON object: batch, payload (this one, inlined where it is
	 * JSON), jobs, completed, dead, cancelled.
	 */
	struct span queue;
	struct span payload; /* at NULL: null */
	int64_t priority;
	int64_t max_attempts;
};

struct batch {
	int64_t id;
	int64_t opened_at;
	bool is_closed;
	int64_t closed_at;
	bool is_ended;          /* closed, and all jobs have ended */
	int64_t jobs;
	int64_t completed;      /* acknowledged */
	int64_t dead;
	int64_t cancelled;
	int64_t completion_id;  /* 0: none (yet) */
};

/* Several. */
int batch_open(struct db *db, const struct batch_new *b, int64_t now_ms,
    int64_t *id);
/*
 * Several. Of an empty batch, or one whose jobs have all ended, the completion
 * job is enqueued at once. *done is false for one that was closed already.
 * ALK_NOTFOUND.
 */
int batch_close(struct db *db, int64_t id, int64_t now_ms, bool *done);
/* ALK_NOTFOUND. */
int batch_get(struct db *db, int64_t id, struct batch *out);
/* Returns 0 to go on. */
typedef int (*batch_fn)(void *arg, const struct batch *b);
/* The latest first, before an id (INT64_MAX: all), at most limit. */
int batch_list(struct db *db, int64_t before, int64_t limit, batch_fn fn,
    void *arg);
/* Several. Cancels the jobs that have not ended, and closes it. */
int batch_cancel(struct db *db, int64_t id, int64_t now_ms, int64_t *count);
/* Several. Forgets ended batches that were closed before a time. */
int batch_purge(struct db *db, int64_t closed_before, int64_t *count);

#endif
