/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A lock that knows its process. The first thread of a process to find another
 * process's number makes the mutex anew; those that come meanwhile look on.
 */
#define _POSIX_C_SOURCE 200809L
#include "base/forklock.h"

#include <sched.h>
#include <unistd.h>

bool
forklock_enter(struct forklock *l)
{
	int me = (int)getpid();
	int seen = atomic_load(&l->pid);

	while (seen != me) {
		if (seen != -me &&
		    atomic_compare_exchange_strong(&l->pid, &seen, -me)) {
			(void)pthread_mutex_init(&l->lock, NULL);
			(void)pthread_mutex_lock(&l->lock);
			atomic_store(&l->pid, me);
			return true;
		}
		(void)sched_yield();
		seen = atomic_load(&l->pid);
	}
	(void)pthread_mutex_lock(&l->lock);
	return false;
}

void
forklock_leave(struct forklock *l)
{
	(void)pthread_mutex_unlock(&l->lock);
}
