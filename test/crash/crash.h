/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_CRASH_H
#define TEST_CRASH_H

#include "child.h"
#include "scratch.h"

#include <stddef.h>
#include <stdint.h>

/* What every mode of the crash test is given. */
struct crash {
	char dir[SCRATCH_PATH];  /* empty at the start */
	char path[SCRATCH_PATH]; /* of the store in it */
	uint64_t random;         /* state of child_random() */
	int rounds;              /* kills, or repetitions */
	long jobs;               /* for crash_jobs(), as the next */
	int processes;           /* that work; at most 16 */
};

/* Each returns how much went wrong, told on stderr. */
int crash_create(struct crash *c);
int crash_import(struct crash *c);
int crash_load(struct crash *c);
int crash_single(struct crash *c);
int crash_race(struct crash *c);
int crash_transfer(struct crash *c);
int crash_jobs(struct crash *c);
int crash_stream(struct crash *c);
int crash_feed(struct crash *c);
int crash_schedule(struct crash *c);

/*
 * Zeroed memory that the children that are started afterwards share, and that
 * survives when they are killed; NULL where there is none. Ends by munmap().
 */
void *crash_share(const struct crash *c, size_t bytes);
/* A number below bound. */
long crash_below(struct crash *c, long bound);
/* Tells that a count is not as it should be; returns 1 then, else 0. */
int crash_differs(const char *what, long long got, long long wanted);
/* The member n of a row's attributes, -1 when there is none. */
long long crash_n_of(const char *attributes);

#endif
