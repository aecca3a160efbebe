/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_LEASE_H
#define EVENTS_LEASE_H

#include "events/events.h"

/*
 * What is held or counted for a time: locks, rate limits, results. Times are
 * Unix seconds. Returns are the sticky code of db. "Several" as in queue.h.
 */

/* Who has the lock; reads only. */
enum lock_state { LOCK_FREE, LOCK_MINE, LOCK_TAKEN };
enum lock_state lock_look(struct db *db, struct span name, struct span owner,
    int64_t now);
/*
 * Several. *held: the lock is the owner's now, which may have been so before;
 * then its time is not extended. Outside of a transaction lock_look() first, so
 * that a contended lock costs no write lock; within one a read before the first
 * write would let it fail (SQLITE_BUSY_SNAPSHOT).
 */
int lock_acquire(struct db *db, struct span name, struct span owner,
    int64_t ttl_s, int64_t now, bool *held);
int lock_release(struct db *db, struct span name, struct span owner,
    bool *done);
/* Also of a lock whose time is over, if nobody took it. */
int lock_renew(struct db *db, struct span name, struct span owner,
    int64_t ttl_s, int64_t now, bool *done);

/* Returns 0 to go on. */
typedef int (*lock_fn)(void *arg, struct span name, struct span owner,
    int64_t expires_at);
int lock_list(struct db *db, lock_fn fn, void *arg);

/* Whether a call now would be refused; reads only, before rate_try(). */
bool rate_is_used_up(struct db *db, struct span name, int64_t limit,
    int64_t per_s, int64_t now);
/*
 * *allowed: fewer than limit were counted in this window of per_s seconds, and
 * this one was counted. limit and per_s are above 0. A refusal writes nothing.
 */
int rate_try(struct db *db, struct span name, int64_t limit, int64_t per_s,
    int64_t now, bool *allowed);
/* Forgets windows that began more than older_than_s ago. */
int rate_sweep(struct db *db, int64_t older_than_s, int64_t now,
    int64_t *count);

/* ttl_s below 1: kept for ever. */
int result_save(struct db *db, int64_t job_id, struct span value,
    int64_t ttl_s, int64_t now);
/* Appends the value; *found is false where there is none any more. */
int result_get(struct db *db, int64_t job_id, int64_t now, struct buf *out,
    bool *found);
int result_sweep(struct db *db, int64_t now, int64_t *count);

#endif
