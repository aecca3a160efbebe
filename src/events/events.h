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

/* Of a text that ends with a NUL, or NULL. */
struct span span_of(const char *text);
/* Of a column, borrowed until the next row. */
struct span span_at(struct db_rows *rows, int i);

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
/* Makes ours in a file that Honker has made. To be wrapped in a unit. */
int events_add_side_tables(struct db *db);

int events_notify(struct db *db, struct span channel, struct span payload,
    int64_t now, int64_t *id);
/* key.at NULL: none. */
int events_publish(struct db *db, struct span topic, struct span key,
    struct span payload, int64_t now, int64_t *offset);

struct event {
	int64_t offset;
	struct span topic;
	struct span key; /* at NULL: none */
	struct span payload;
	int64_t created_at;
};

/* Returns 0 to go on. The event is borrowed for the call. */
typedef int (*event_fn)(void *arg, const struct event *e);

/*
 * The events of a topic (at NULL: all) after an offset, at most limit, in
 * order; *last becomes the offset of the last that fn saw (or stays `after`).
 */
int events_read(struct db *db, struct span topic, int64_t after, int64_t limit,
    event_fn fn, void *arg, int64_t *last);
/*
 * The same of a query's rows, which it ends: offset, topic, key, payload,
 * created_at. For the files of this room.
 */
int events_visit(struct db *db, struct db_rows *rows, int64_t after,
    event_fn fn, void *arg, int64_t *last);
/* The events of a topic that have this key, the newest first. */
int events_read_back(struct db *db, struct span topic, struct span key,
    event_fn fn, void *arg);
/* The newest offset of a topic (at NULL: of all), 0 for none. */
int64_t events_last(struct db *db, struct span topic);

/* Unix seconds, from SQL: what the defaults of the columns would write. */
int64_t events_now(struct db *db);
/*
 * Whether the statement that ran last changed a row; false after an error,
 * whose code is returned.
 */
int events_done(struct db *db, bool *done);
/*
 * Times are what a caller of SQL says, of any size: sums and milliseconds that
 * do not fit are the first or the last time there is.
 */
int64_t events_later(int64_t at, int64_t by);
int64_t events_ms(int64_t seconds);

/* *done: the offset was kept, being above the one that was kept so far. */
int events_save_offset(struct db *db, struct span consumer, struct span topic,
    int64_t offset, bool *done);
/* 0 where none was kept. */
int64_t events_offset(struct db *db, struct span consumer, struct span topic);

#endif
