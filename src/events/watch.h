/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_WATCH_H
#define EVENTS_WATCH_H

#include <alkstore.h>

/*
 * The wake: who watches a file is woken by every commit to it, of any
 * connection and any process. A wake means "look again": commits in a burst
 * are one wake, a rollback is none, a checkpoint may be one for nothing.
 *
 * Watches of one file share a thread and a connection. All calls may be made
 * from any thread, but after watch_close() none. After a fork() the child's
 * watches are closed: it opens its own, behind exec().
 */
struct watch; /* made by watch_open(), freed by watch_close() */

#define WATCH_UPDATE 1     /* something was committed */
#define WATCH_TIMEOUT 0    /* nothing was, for so long */
#define WATCH_CLOSED (-1)  /* for good: watch_error() says why */
#define WATCH_CANCELLED (-2) /* by watch_cancel(), once a call of it */
#define WATCH_FAILED (-3)  /* the file could not be read just now */

struct watch_options {
	const char *path;    /* of a file that is there */
	/* Names of the Honker contract; NULL or "": what serves best here. */
	const char *backend;
	int64_t poll_ms;     /* between looks of "polling"; 0: adaptive */
	const char *vfs;     /* SQLite VFS by name; NULL: the default */
	/*
	 * Told of a wake and of the end, by the watcher's thread: short, and
	 * without watch_open() and watch_close(). May be NULL.
	 */
	void (*on_wake)(void *arg);
	void *arg;
};

/*
 * A commit after this returns is noticed. ALK_NOTFOUND no such file;
 * ALK_INVALID backend or poll_ms; ALK_NOTSTORE no database; ALK_IO; ALK_NOMEM.
 */
int watch_open(const struct watch_options *o, struct watch **out,
    alk_error *err);

/*
 * Waits for a commit since the last wake (or the opening); timeout_ms 0 looks
 * only, negative waits without end. Several threads may wait on one watch.
 */
int watch_wait(struct watch *w, int64_t timeout_ms);

/*
 * Readable while watch_wait(w, 0) would answer at once: for poll() and its
 * kin, not to be read. Owned by the watch. -1 when there is none to be had.
 */
int watch_fd(struct watch *w);

/*
 * One wait, the one that runs or else the next, answers WATCH_CANCELLED.
 * May be called from a signal handler.
 */
void watch_cancel(struct watch *w);

/* All waits, now and later, answer WATCH_CLOSED. */
void watch_stop(struct watch *w);

/* Stops it, waits until no other thread is in it, frees it. NULL is allowed. */
void watch_close(struct watch *w);

/*
 * Why the last wait answered WATCH_CLOSED or WATCH_FAILED. Borrowed until the
 * next call.
 */
const alk_error *watch_error(const struct watch *w);

#endif
