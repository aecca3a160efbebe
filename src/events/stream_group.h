/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_STREAM_GROUP_H
#define EVENTS_STREAM_GROUP_H

#include "events/events.h"

/*
 * Consumer groups. A group goes through a topic once, its consumers share the
 * events:
 *
 *   new --read--> pending, of a consumer --ack--> done
 *                  |    ^
 *                  +----+ claim: another's now, one delivery more
 *                  |
 *                  +--> dead: claimed when its deliveries are used up
 *
 * An entry has one consumer at a time; what another says of it is refused: that
 * is the fence. Reading and claiming n cost O(n), however long the stream or
 * the list of pending entries.
 *
 * All calls but the lists take a group by topic and name, fail with
 * ALK_NOTFOUND where there is none, make several statements and take the write
 * lock before they read: their caller wraps them in a transaction or a db_unit.
 * Times are Unix seconds. Returns are the sticky code of db.
 */

struct group_name {
	struct span topic;
	struct span name;
};

/* An event in a consumer's hands. */
struct delivery {
	struct event event;
	struct span consumer;  /* empty: nobody's, anybody may claim it */
	int64_t delivered_at;  /* 0: nobody's */
	int64_t deliveries;    /* this one included */
	int64_t died_at;       /* of dead ones, else 0 */
};

/* Returns 0 to go on. The delivery is borrowed for the call. */
typedef int (*delivery_fn)(void *arg, const struct delivery *d);

/*
 * From the event behind start on; -1: from now. max_deliveries 0: no bound.
 * ALK_EXISTS.
 */
int stream_group_create(struct db *db, struct group_name g, int64_t start,
    int64_t max_deliveries, int64_t now);
/* With all that it remembers. */
int stream_group_drop(struct db *db, struct group_name g);

/* Whether a read would find something; reads only. */
bool stream_group_has_new(struct db *db, struct group_name g);
/*
 * Delivers the next n events to a consumer, which need not be made before: fn
 * is told each in order; stopping it delivers no more.
 */
int stream_group_read(struct db *db, struct group_name g,
    struct span consumer, int64_t n, int64_t now, delivery_fn fn, void *arg);

/*
 * *done: the entry was the consumer's, and is none any more. Returns also where
 * it was not.
 */
int stream_group_ack(struct db *db, struct group_name g,
    struct span consumer, int64_t offset, bool *done);

struct stream_claim {
	struct group_name group;
	struct span consumer; /* who gets them */
	struct span from;     /* only of this one; at NULL: of any */
	int64_t idle_s;       /* delivered at least so long ago */
	int64_t n;            /* entries at most */
};

/* Dead letters that one claim makes at most. */
#define STREAM_CLAIM_BURIES 1000

/* Whether a claim would find something; reads only. */
bool stream_group_has_idle(struct db *db, const struct stream_claim *c,
    int64_t now);
/*
 * Gives idle entries to another consumer (or to the same once more), those that
 * are idle longest first, or with `from` in the order of the stream. Entries
 * whose deliveries are used up are put with the dead letters instead; those
 * whose event is gone are dropped. fn as in stream_group_read().
 */
int stream_group_claim(struct db *db, const struct stream_claim *c,
    int64_t now, delivery_fn fn, void *arg);

/* Its entries become nobody's. *done: the group knew it. */
int stream_group_leave(struct db *db, struct group_name g,
    struct span consumer, bool *done);

struct stream_look {
	struct group_name group;
	struct span consumer; /* at NULL: of any */
	int64_t after;        /* offset */
	int64_t idle_s;       /* at least */
	int64_t limit;
};

/* Pending entries in the order of the stream; changes nothing. */
int stream_group_pending(struct db *db, const struct stream_look *l,
    int64_t now, delivery_fn fn, void *arg);
/* Dead letters likewise; of any consumer, however idle. */
int stream_group_dead(struct db *db, const struct stream_look *l,
    delivery_fn fn, void *arg);
/* Makes one pending again, nobody's; *done is false where the event is gone. */
int stream_group_revive(struct db *db, struct group_name g, int64_t offset,
    bool *done);
/* Forgets one. */
int stream_group_discard(struct db *db, struct group_name g, int64_t offset,
    bool *done);

struct group_info {
	struct group_name group;
	int64_t delivered;      /* offset of the newest event read */
	int64_t max_deliveries;
	int64_t created_at;
	int64_t lag;            /* events not read yet */
	int64_t pending;
	int64_t consumers;
	int64_t dead;
	int64_t oldest;         /* offset of the first pending one, or 0 */
};

/* Lists: topic.at NULL is all. They count; changes nothing. */
typedef int (*group_info_fn)(void *arg, const struct group_info *i);
int stream_group_list(struct db *db, struct span topic, group_info_fn fn,
    void *arg);

struct consumer_info {
	struct span topic;
	struct span group; /* at NULL: a consumer that keeps an offset */
	struct span name;
	int64_t offset;    /* the one it keeps, or its group has read */
	int64_t lag;       /* 0 in a group */
	int64_t pending;   /* 0 without a group */
	int64_t seen_at;   /* when it last read or claimed; 0 without one */
};

typedef int (*consumer_info_fn)(void *arg, const struct consumer_info *i);
int stream_consumer_list(struct db *db, struct span topic,
    consumer_info_fn fn, void *arg);
/* Forgets the offset that a consumer without a group keeps. */
int stream_consumer_drop(struct db *db, struct span consumer,
    struct span topic, bool *done);

#endif
