/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_DEAD_H
#define EVENTS_DEAD_H

#include "events/events.h"

/* Dead letters: looking at them, sending them again. "Several": queue.h. */

struct dead_letter {
	int64_t id;
	struct span queue;
	struct span payload;
	int64_t priority;
	int64_t run_at;
	int64_t attempts;
	int64_t max_attempts;
	struct span error; /* at NULL: none */
	int64_t created_at;
	int64_t died_at;
};

/* Returns 0 to go on. Borrowed for the call. */
typedef int (*dead_fn)(void *arg, const struct dead_letter *d);

/* Of a queue (at NULL: all), by id, after an id, at most limit. */
int dead_list(struct db *db, struct span queue, int64_t after, int64_t limit,
    dead_fn fn, void *arg);
int64_t dead_count(struct db *db, struct span queue);

/*
 * Several. Enqueues it again, due now, with no attempt used (max_attempts
 * becomes at least 1) and no expiry; it keeps its id, its key (and may be held
 * back for it), its tags, its errors, its batch while that has not ended, and
 * its uniqueness where no other has taken it. Only where a live job has its id
 * it gets another, and none of these. *new_id may be NULL. The queue's limits
 * do not refuse it.
 */
int dead_redrive(struct db *db, int64_t id, int64_t now_ms, int64_t *new_id,
    bool *done);
/* Several. Of a queue, or (at NULL) of all; at most limit (below 0: all). */
int dead_redrive_all(struct db *db, struct span queue, int64_t limit,
    int64_t now_ms, int64_t *count);
/* Several. For ever, with its errors. */
int dead_delete(struct db *db, int64_t id, bool *done);
/*
 * Several. Those of a queue (at NULL: of all) that died before a time, with
 * their errors; INT64_MAX: all.
 */
int dead_purge(struct db *db, struct span queue, int64_t died_before,
    int64_t *count);

#endif
