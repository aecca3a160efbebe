/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_EVENTS_H
#define EVENTS_EVENTS_H

#include "db/db.h"

/*
 * Notifications and durable streams in the tables of the Honker contract. Knows
 * neither graphs nor rights. Times are Unix seconds, given by the caller.
 */

/* Bytes that need not end with a NUL and may hold some. at NULL: SQL's NULL. */
struct span {
	const char *at;
	size_t bytes;
};

/*
 * Create the tables of the contract, and ours beside them, where they are
 * missing. Each ends with NULL.
 */
extern const struct sql *const events_scripts[];
extern const struct sql *const events_side_scripts[];

/* The one table that is there as soon as the extension is loaded. */
int events_prepare(struct db *db);
/*
 * Makes all tables in any file, and brings those of older versions of Honker up
 * to date. Writes nothing where nothing is missing. To be wrapped in a unit.
 */
int events_bootstrap(struct db *db);

int events_notify(struct db *db, const char *channel, const char *payload,
    size_t bytes, int64_t now, int64_t *id);
int events_publish(struct db *db, const char *topic, const char *key,
    const char *payload, size_t bytes, int64_t now, int64_t *offset);

struct event {
	int64_t offset;
	const char *topic;
	const char *key; /* NULL: none */
	const char *payload;
	size_t payload_bytes;
	int64_t created_at;
};

/* Returns 0 to go on. The event is borrowed for the call. */
typedef int (*event_fn)(void *arg, const struct event *e);

/*
 * The events of a topic (NULL: all) after an offset, at most limit, in order;
 * *last becomes the offset of the last one that fn saw (or stays `after`).
 */
int events_read(struct db *db, const char *topic, int64_t after, int64_t limit,
    event_fn fn, void *arg, int64_t *last);
/* The newest offset of a topic (NULL: of all), 0 for none. */
int64_t events_last(struct db *db, const char *topic);

#endif
