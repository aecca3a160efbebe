/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_QUEUE_SETTINGS_H
#define EVENTS_QUEUE_SETTINGS_H

#include "events/events.h"

/*
 * What a queue's owner decides for all who use it. Enforced by our enqueue and
 * claim (library and extension); a binding that carries Honker's own core
 * neither pauses nor waits, but what it ends is counted and lets keys go.
 * "Several" as in queue.h.
 */

#define QUEUE_RATE_JOBS_MAX 1000000
#define QUEUE_RATE_PER_MS_MAX (INT64_C(31) * 86400 * 1000)

/* Zero everywhere: as if the queue had no settings. */
struct queue_settings {
	bool is_paused;            /* claims find nothing */
	int64_t depth_max;         /* live jobs, in flight too; 0: no limit */
	int64_t payload_bytes_max; /* 0: no limit */
	/*
	 * A bucket of rate_jobs tokens that fills evenly in rate_per_ms; a
	 * claim takes one a job. Both 0: no limit.
	 */
	int64_t rate_jobs;
	int64_t rate_per_ms;
	/*
	 * Jobs of one key that may be in the queue's hands at once; 1 makes
	 * each key first in, first out. Others are held back. 0: no limit.
	 */
	int64_t key_jobs;
	int64_t history_s;         /* acknowledged jobs are kept; 0: not */
	bool has_metrics;          /* totals and times are kept */
	/*
	 * Each job that is enqueued, claimed, retried, released, completed,
	 * cancelled or dead is notified on the channel "queue:NAME".
	 */
	bool has_events;
};

/* *out is zeroed where the queue has none. Reads only. */
int queue_settings_get(struct db *db, struct span queue,
    struct queue_settings *out);
/*
 * Several. ALK_INVALID for what is out of range. A higher key_jobs lets held
 * jobs go at once; a lower one holds for those that come later. Other rates
 * start with a full bucket. Switching metrics off forgets the totals.
 */
int queue_settings_set(struct db *db, struct span queue,
    const struct queue_settings *s);
/* Several. *done: it was not so before. Everything else stays as it is. */
int queue_pause(struct db *db, struct span queue, bool is_paused, bool *done);

/* Returns 0 to go on. Borrowed for the call. */
typedef int (*queue_settings_fn)(void *arg, struct span queue,
    const struct queue_settings *s);
/* Of all queues that have some, by name. */
int queue_settings_list(struct db *db, queue_settings_fn fn, void *arg);

#endif
