/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_WATCH_INTERNAL_H
#define EVENTS_WATCH_INTERNAL_H

/* What the files watch*.c share. Only they include it. */

#include "db/db.h"
#include "events/watch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

/* ---- bells: descriptors that wake (watch_bell.c) ---- */

struct watch_bell {
	int from; /* readable when rung; -1: none */
	int to;
};

int watch_bell_open(struct watch_bell *b, alk_error *err);
void watch_bell_close(struct watch_bell *b);
/* May be called from a signal handler. */
void watch_bell_ring(const struct watch_bell *b);
void watch_bell_still(const struct watch_bell *b);

/* ---- backends and how often they look (watch_backend.c) ---- */

enum watch_backend {
	WATCH_BEST, /* kernel where it can be trusted, else polling */
	WATCH_POLLING,
	WATCH_KERNEL,
	WATCH_SHM,
};

struct watch_pace {
	int64_t first_us; /* to the next look, after a change or an event */
	int64_t most_us;  /* where nothing happens */
	bool is_gentle;   /* grows by a 16th a look; else twofold */
};

/* ALK_INVALID, with the messages of the contract. */
int watch_backend_parse(const char *name, enum watch_backend *out,
    alk_error *err);
struct watch_pace watch_pace_of(enum watch_backend backend, int64_t poll_ms);
/* One that is often enough for both. */
struct watch_pace watch_pace_merge(struct watch_pace a, struct watch_pace b);
int64_t watch_pace_next(const struct watch_pace *p, int64_t delay_us);

/* ---- events of the kernel (watch_source.c) ---- */

#define WATCH_SOURCE_URGENT 1u /* a commit is likely to be seen now */
#define WATCH_SOURCE_SOON 2u   /* one may be under way */
#define WATCH_SOURCE_PLACE 4u  /* the file may have gone from its place */

struct watch_source {
	int fd; /* -1: none */
	int wal; /* the watch on FILE-wal; -1 */
	char *file; /* borrowed from the watcher */
};

/* Whether this system has such events at all. */
bool watch_source_is_here(void);
/* Whether the file lies where every write makes an event. */
bool watch_source_is_complete(const char *file);
int watch_source_open(struct watch_source *s, char *file, alk_error *err);
void watch_source_close(struct watch_source *s);
/* Takes what has happened: WATCH_SOURCE_... */
unsigned watch_source_take(struct watch_source *s);

/* ---- watchers: one a file (watch_registry.c, watch_thread.c) ---- */

struct watcher {
	/* Fixed once made. */
	char *path;        /* absolute, as it was named */
	char *file;        /* the same, links followed */
	char *vfs;
	dev_t dev;
	ino_t ino;
	bool has_identity; /* else a file of a VFS of its own */
	struct watch_bell bell;
	pthread_t thread;
	/* Under the lock of the registry. */
	struct watcher *next;
	int refs;
	/* Under its own lock. */
	pthread_mutex_t lock;
	struct db *db;
	int64_t version;   /* as seen last; VERSION_UNKNOWN */
	uint64_t generation; /* changes seen */
	struct watch *watches;
	int callbacks;     /* watches that have one */
	struct watch *calling; /* whose callback runs */
	struct watch_source source;
	struct watch_pace pace;
	int64_t delay_us;  /* to the look after the next */
	int64_t next_us;   /* when the next look is due */
	int64_t looked_us;
	const volatile uint32_t *wal; /* header of its index, or NULL */
	uint32_t wal_seen[DB_WAL_WORDS]; /* before the last look */
	int64_t placed_us; /* when its place was looked at */
	int64_t failing_us; /* since when looks fail; 0: they do not */
	int events;        /* taken since the last change */
	bool is_stopping;
	bool is_dead;
	alk_error reason;
};

#define VERSION_UNKNOWN (-1)

struct watch {
	struct watcher *watcher;
	int pid;
	enum watch_backend backend;
	struct watch_pace pace;
	void (*on_wake)(void *arg);
	void *arg;
	atomic_int is_cancelled;
	/* Under the watcher's lock. */
	struct watch *next;
	pthread_cond_t cond;
	struct watch_bell bell; /* once watch_fd() was asked for */
	uint64_t seen;     /* generation */
	uint64_t called;   /* generation that on_wake was told of */
	bool end_is_called;
	bool is_closed;
	int waiters;
	alk_error err;
};

/* A watcher of the file, new or shared. Give it back. */
int watcher_get(const struct watch_options *o, struct watcher **out,
    alk_error *err);
void watcher_give_back(struct watcher *r);

/* The rest with the watcher's lock held. */

/*
 * Looks now. ALK_BUSY when a writer has the file to itself, another code when
 * it cannot be read; nothing is lost by either.
 */
int watcher_look(struct watcher *r, alk_error *err);
/* After watches came or went: how often, from where. */
void watcher_adjust(struct watcher *r);
void *watcher_run(void *watcher);

#endif
