/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_SOAK_LOOK_H
#define TEST_SOAK_LOOK_H

/* What a process has, as numbers that must not grow. */
enum { LOOK_BLOCKS, LOOK_RSS_KB, LOOK_DESCRIPTORS, LOOK_THREADS, LOOK_COUNT };

struct look {
	long most[2][LOOK_COUNT]; /* of an early and of a late part */
	long looks[2];
};

extern const char *const look_names[LOOK_COUNT];

void look_now(long out[LOOK_COUNT]);
/* part: 0 or 1. */
void look_add(struct look *l, int part);
/* How many have grown, told on stderr. */
int look_check(const struct look *l);

#endif
