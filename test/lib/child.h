/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_CHILD_H
#define TEST_CHILD_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Child processes that say through a pipe how far they have come, to be killed
 * or waited for. The parent may have no store open when it forks.
 */
struct child {
	pid_t pid;
	int from;    /* what the child says */
	int64_t said; /* the last number that came whole; -1: none yet */
	int status;  /* of waitpid(), behind child_kill() and child_wait() */
	char tail[32]; /* of a number not yet whole */
	int tail_bytes;
};

/* Runs in the child and ends with its exit status; `to` is for child_say(). */
typedef int (*child_fn)(void *arg, int to);

void child_start(struct child *c, child_fn fn, void *arg);
/* From within the child: one number, in one write. */
void child_say(int to, int64_t number);
/* Listens for so long; returns early when the child ends. */
void child_listen(struct child *c, long us);
/* kill -9, then all that it said before. */
void child_kill(struct child *c);
/* Until it ends by itself. Returns its exit status, or -1 after a signal. */
int child_wait(struct child *c);

/*
 * A small generator of numbers (splitmix64), so that a seed makes a run again.
 */
uint64_t child_random(uint64_t *state);

#endif
