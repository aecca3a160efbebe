/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BASE_FORKLOCK_H
#define BASE_FORKLOCK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/*
 * The lock of something that a process has once. A child that was forked while
 * another thread held it would wait for ever; here it finds a lock of its own.
 * Zeroed, as a static is, it is ready.
 */
struct forklock {
	atomic_int pid; /* whose it is; 0 nobody's; negative: being made */
	pthread_mutex_t lock;
};

/*
 * Takes it. True when this process takes it for the first time: what it guards
 * is then empty, or a parent's and to be forgotten.
 */
bool forklock_enter(struct forklock *l);
void forklock_leave(struct forklock *l);

#endif
