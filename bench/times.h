/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BENCH_TIMES_H
#define BENCH_TIMES_H

#include <stddef.h>

/*
 * What bench/graph and bench/ldbc print, a line each: "name<TAB>value" is a
 * measure, "=name<TAB>value" an answer, in which all systems must agree.
 */
struct times {
	double *us; /* a call each */
	size_t count;
	size_t room;
};

void times_add(struct times *t, double begin_s); /* began then, ends now */
void times_put(struct times *t, double us);
/* Puts them in order; 0 without any. */
double times_percentile(struct times *t, unsigned percent);
/* Prints NAME_p50, NAME_p95 and NAME_p99 in microseconds, and frees. */
void times_print(struct times *t, const char *name);

/* Kilobytes that the process uses now, or has used at most. */
long memory_now_kb(void);
long memory_peak_kb(void);
/* Bytes of a store with its -wal and -shm. */
long store_bytes(const char *path);

#endif
