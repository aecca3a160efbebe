/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "base/forklock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define THREADS 4
#define ROUNDS 20000

static struct forklock lock;
static int count;
static atomic_int firsts;

static void *
count_up(void *arg)
{
	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		if (forklock_enter(&lock))
			atomic_fetch_add(&firsts, 1);
		count++;
		forklock_leave(&lock);
	}
	return NULL;
}

static void
run_threads(void)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, count_up,
		    NULL), 0);
	for (int i = 0; i < THREADS; i++)
		(void)pthread_join(threads[i], NULL);
}

static void
one_thread_at_a_time_and_one_is_the_first(void **state)
{
	(void)state;
	run_threads();
	assert_int_equal(count, THREADS * ROUNDS);
	assert_int_equal(atomic_load(&firsts), 1);
}

/* In the child nobody is left to let go of it. */
static void
a_child_enters_what_its_parent_holds(void **state)
{
	(void)state;
	int status = -1;

	(void)forklock_enter(&lock);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)alarm(20);
		bool is_first = forklock_enter(&lock);
		forklock_leave(&lock);
		bool is_again = forklock_enter(&lock);
		forklock_leave(&lock);
		_exit(is_first && !is_again ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	forklock_leave(&lock);
	assert_false(forklock_enter(&lock));
	forklock_leave(&lock);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_thread_at_a_time_and_one_is_the_first),
		cmocka_unit_test(a_child_enters_what_its_parent_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
