/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_STREAM_TRIM_H
#define EVENTS_STREAM_TRIM_H

#include "events/events.h"

/*
 * Retention. An event may go when one of its topic's rules says so; it stays,
 * whatever they say, while a consumer that keeps an offset or a group has not
 * done with it, unless the policy goes past them. Events go from the oldest on,
 * without holes. Offsets are never given again.
 *
 * Times are Unix seconds. Returns are the sticky code of db. "Several" as in
 * queue.h.
 */

struct stream_policy {
	struct span topic;
	bool by_age;
	int64_t keep_s;      /* older ones may go */
	bool by_count;
	int64_t keep_events; /* all but the newest so many may go */
	bool drop_seen;      /* those that every reader has done with may go;
	                        where there is no reader, none */
	bool past_readers;   /* also where a reader has not done with it */
};

/* Several. Without a rule there is no policy any more. */
int stream_policy_set(struct db *db, const struct stream_policy *p);

/* Returns 0 to go on. The policy is borrowed for the call. */
typedef int (*stream_policy_fn)(void *arg, const struct stream_policy *p);
/* topic.at NULL: all. */
int stream_policy_list(struct db *db, struct span topic, stream_policy_fn fn,
    void *arg);

/*
 * Several. Deletes at most max events as the policy says, which need not be
 * that of the topic; *count: how many. Counts the topic's events once where
 * there is a rule by count.
 */
int stream_trim(struct db *db, const struct stream_policy *p, int64_t max,
    int64_t now, int64_t *count);

/*
 * What publishing does about a topic's policy: nothing if there is none, or if
 * the last look was less than STREAM_TRIM_EVERY_S ago and left nothing to do.
 * A look deletes and counts no more than this.
 */
#define STREAM_TRIM_EVERY_S 10
#define STREAM_TRIM_EVENTS 1000
#define STREAM_TRIM_COUNTS 10000

/* Whether stream_trim_due() would look; reads only. */
bool stream_trim_is_due(struct db *db, struct span topic, int64_t now);
/* Several, behind a write. */
int stream_trim_due(struct db *db, struct span topic, int64_t now);

/* Up to which offset events of the topic were deleted; 0: none. */
int64_t stream_trimmed(struct db *db, struct span topic);

/*
 * Notifications older than older_than_s, or all but the newest `keep`; below 0
 * such a rule is left out. *count: how many went.
 */
int events_prune(struct db *db, int64_t older_than_s, int64_t keep,
    int64_t now, int64_t *count);

/*
 * Notifications of a channel (at NULL: all) above an id, in order; the
 * channel is the event's topic, the id its offset. As events_read().
 */
int events_notified(struct db *db, struct span channel, int64_t after,
    int64_t limit, event_fn fn, void *arg, int64_t *last);
/* The newest id of a channel (at NULL: of all), 0 for none. */
int64_t events_notified_last(struct db *db, struct span channel);

#endif
