/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_JOB_H
#define EVENTS_JOB_H

#include "events/queue.h"

/*
 * Jobs with more than the contract gives them: unique ones, keys that limit how
 * many run at once, delays in milliseconds, tags, metadata, progress. Such a
 * job has a row of its own beside that of the contract, which triggers take
 * away when the job ends, whoever ends it. Times with _ms are in Unix
 * milliseconds.
 * "Several" as in queue.h.
 */

/* 9999-12-31 23:59:59: a job held back for its key is due then. */
#define JOB_HELD_RUN_AT INT64_C(253402300799)

#define JOB_KEY_BYTES_MAX 1024
#define JOB_TAGS_MAX 32
#define JOB_TAG_BYTES_MAX 255
#define JOB_METADATA_BYTES_MAX 65536
#define JOB_PROGRESS_BYTES_MAX 1024

enum job_unique_scope {
	JOB_UNIQUE_UNTIL_ENDED,   /* acknowledged, dead or cancelled */
	JOB_UNIQUE_UNTIL_CLAIMED, /* waiting, also again after a retry */
	JOB_UNIQUE_WINDOW,        /* for a time, whatever becomes of it */
};

struct job_new {
	struct queue_new base;
	/*
	 * Above 0: when it is due, in place of base.run_at. A claim that counts
	 * in seconds (Honker's) sees the job from the next full second on.
	 */
	int64_t due_ms;
	/*
	 * at NULL: none. Jobs of a key beyond queue_settings.key_jobs are held
	 * back, in the order of their ids; one that waits for its time, or to
	 * be tried again, keeps its place, so those behind it wait too.
	 */
	struct span key;
	/* at NULL: none. Within the queue. */
	struct span unique;
	enum job_unique_scope scope;
	int64_t window_ms;     /* with JOB_UNIQUE_WINDOW, above 0 */
	bool is_replacing;     /* the payload of one that is still pending */
	const struct span *tags;
	size_t tag_count;
	struct span metadata;  /* at NULL: none. Not looked into. */
	int64_t batch;         /* an open one (batch.h); 0: none */
};

enum job_outcome {
	JOB_ADDED,
	JOB_EXISTS,   /* nothing was changed; the id is that of the other */
	JOB_REPLACED, /* the other has this payload now */
};

/*
 * Several. *id and *outcome (which may be NULL) are set on success. ALK_LIMIT:
 * the queue is full, or the payload too large, by its settings. ALK_INVALID: a
 * key, tag, metadata or window out of range. ALK_NOTFOUND, ALK_CONFLICT: no
 * such batch; it is closed. The one that exists already need not fit any limit.
 */
int job_enqueue(struct db *db, const struct job_new *j, int64_t now_ms,
    int64_t *id, enum job_outcome *outcome);
/*
 * Several. All or (in the caller's unit) none: the first that fails is named in
 * the error's entry ("jobs[3]"). ids may be NULL, else it has room for count.
 */
int job_enqueue_all(struct db *db, const struct job_new *jobs, size_t count,
    int64_t now_ms, int64_t *ids);

/*
 * When a claim will find something that it does not find now; 0: never, as far
 * as is known. Knows of milliseconds, rates and pauses. Reads only.
 */
int64_t job_next_claim_ms(struct db *db, struct span queue, int64_t now_ms);

/* A queue among several, and its part of what is claimed. */
struct queue_share {
	struct span queue;
	int64_t weight;  /* 1 to 1,000,000 */
	int64_t credit;  /* 0 at first; kept by the caller between claims */
};

/* Whether the weights are in range. */
int job_check_shares(const struct queue_share *shares, size_t count,
    alk_error *err);
/*
 * Several. Claims up to n jobs (n above 0) out of some queues. Strict: what an
 * earlier queue has comes first. Else in turns, by weight: over many claims
 * each gets its part, and what one does not have goes to the others.
 */
int job_claim_several(struct db *db, struct queue_share *shares, size_t count,
    bool is_strict, struct span worker, int64_t n, int64_t timeout_s,
    int64_t now_ms, queue_job_fn fn, void *arg);

/*
 * Several. Acknowledges and, where result.at is not NULL, saves the result, for
 * ttl_s seconds (below 1: for ever). In the caller's transaction it is all one
 * with what the job wrote. *done as with queue_ack(); nothing is saved without.
 */
int job_complete(struct db *db, int64_t id, struct span worker,
    struct span result, int64_t ttl_s, int64_t now_ms, bool *done);
/* Several. queue_retry() with a delay in milliseconds. */
int job_retry(struct db *db, int64_t id, struct span worker,
    int64_t delay_ms, struct span error, int64_t now_ms, bool *done);

#endif
