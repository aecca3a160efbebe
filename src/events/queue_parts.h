/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_QUEUE_PARTS_H
#define EVENTS_QUEUE_PARTS_H

/* What the files of queues share. Only they include it. */

#include "events/queue.h"
#include "events/queue_settings.h"

/* Takes the write lock, and changes nothing. */
int queue_lock(struct db *db);
/* To the dead letters. An id that lies there already is an error. */
int queue_bury(struct db *db, int64_t id, struct span error, int64_t now);

/* What enqueue and claim need to know of a queue, in one look-up. */
struct queue_rules {
	struct queue_settings set;
	bool has_due;     /* some job has a due time in milliseconds */
	int64_t rate_tat; /* see side.sql */
	int64_t live;     /* jobs; 0 where set.depth_max is 0 */
};

/* false, and zeroed, where the queue has none. */
bool queue_rules_find(struct db *db, struct span queue,
    struct queue_rules *out);
/* Whether a claim by these rules would find something; reads only. */
bool queue_rules_have_work(struct db *db, struct span queue,
    const struct queue_rules *r, int64_t now_ms);
/* Fails where the queue is full or the payload too large. */
int queue_admit(struct db *db, const struct queue_rules *r,
    struct span queue, struct span payload);
/* The insertion alone. */
int queue_insert(struct db *db, const struct queue_new *j, int64_t now,
    int64_t *id);

/* Tokens in the bucket; INT64_MAX where there is no rate. */
int64_t queue_rate_tokens(const struct queue_rules *r, int64_t now_ms);
/* When the next comes in; 0 where one is there. */
int64_t queue_rate_next_ms(const struct queue_rules *r, int64_t now_ms);
int queue_rate_spend(struct db *db, struct span queue,
    const struct queue_rules *r, int64_t jobs, int64_t now_ms);

#endif
