/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_QUEUE_STATS_H
#define EVENTS_QUEUE_STATS_H

#include "events/events.h"

/* What stands in the queues, and what has gone through them. */

struct queue_stats {
	struct span queue;
	bool is_paused;
	int64_t ready;          /* pending and due */
	int64_t delayed;        /* pending, due later */
	int64_t held;           /* back for their keys */
	int64_t in_flight;      /* claimed, lapsed claims too */
	int64_t dead;
	int64_t oldest_ready_s; /* how long that one has been due; 0: none */
	/*
	 * Totals since queue_settings.has_metrics was set; else false and
	 * zeros. claimed and the times count what our claims gave out.
	 */
	bool has_totals;
	int64_t enqueued;
	int64_t claimed;
	int64_t completed;      /* acknowledged */
	int64_t failed;         /* attempts that told an error */
	int64_t died;
	int64_t cancelled;
	int64_t wait_ms;        /* sum over claims: from due to claimed */
	int64_t run_ms;         /* sum over ends: from the last claim */
};

/* Returns 0 to go on. Borrowed for the call. */
typedef int (*queue_stats_fn)(void *arg, const struct queue_stats *s);

/* Every queue that has jobs, dead letters or settings, by name. Reads only. */
int queue_stats_list(struct db *db, int64_t now, queue_stats_fn fn,
    void *arg);
/*
 * The same, appended in the text format of Prometheus, version 0.0.4: gauges
 * and counters named alk_queue_..., a label "queue" each.
 */
int queue_stats_prometheus(struct db *db, int64_t now, struct buf *out);

#endif
