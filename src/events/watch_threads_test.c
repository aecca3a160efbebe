/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Watches and threads: waiting, ending, descriptors, callbacks, how many. */
#define _DEFAULT_SOURCE
#include "events/watch.h"

#include "base/clock.h"

#include "watched.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <unistd.h>

#include <cmocka.h>

struct waiting {
	struct watch *w;
	pthread_t thread;
	atomic_int answer;
	int64_t timeout_ms;
};

static void *
wait_for_it(void *arg)
{
	struct waiting *x = arg;

	atomic_store(&x->answer, watch_wait(x->w, x->timeout_ms));
	return NULL;
}

static void
start_waiting(struct waiting *x, struct watch *w)
{
	x->w = w;
	x->timeout_ms = -1;
	atomic_store(&x->answer, 99);
	assert_int_equal(pthread_create(&x->thread, NULL, wait_for_it, x), 0);
}

static void
closing_wakes_who_waits(void **state)
{
	(void)state;
	watched_write("w");
	for (int i = 0; i < 20; i++) {
		struct waiting x;
		start_waiting(&x, watched_open(NULL, 0));
		clock_sleep_us(i * 500);
		watch_stop(x.w);
		(void)pthread_join(x.thread, NULL);
		assert_int_equal(atomic_load(&x.answer), WATCH_CLOSED);
		watch_close(x.w);
	}
	/* The same without watch_stop(), once the other is sure to wait. */
	struct waiting x;
	start_waiting(&x, watched_open(NULL, 0));
	clock_sleep_us(50000);
	watch_close(x.w);
	(void)pthread_join(x.thread, NULL);
	assert_int_equal(atomic_load(&x.answer), WATCH_CLOSED);
}

static void
several_threads_wait_on_one_watch(void **state)
{
	(void)state;
	struct waiting x[4];

	watched_write("w");
	struct watch *w = watched_open(NULL, 0);
	for (int i = 0; i < 4; i++)
		start_waiting(&x[i], w);
	clock_sleep_us(50000);
	watched_write("c");
	for (int i = 0; i < 4; i++) {
		(void)pthread_join(x[i].thread, NULL);
		assert_int_equal(atomic_load(&x[i].answer), WATCH_UPDATE);
	}
	watch_close(w);
}

static struct watch *interrupted;

static void
on_signal(int number)
{
	(void)number;
	watch_cancel(interrupted);
}

static void
a_signal_handler_may_cancel(void **state)
{
	(void)state;
	struct sigaction act = { .sa_handler = on_signal };
	struct sigaction kept;
	struct waiting x;

	watched_write("w");
	interrupted = watched_open(NULL, 0);
	assert_int_equal(sigaction(SIGUSR1, &act, &kept), 0);
	start_waiting(&x, interrupted);
	clock_sleep_us(20000);
	assert_int_equal(pthread_kill(x.thread, SIGUSR1), 0);
	(void)pthread_join(x.thread, NULL);
	assert_int_equal(atomic_load(&x.answer), WATCH_CANCELLED);
	/* Once, and also before the wait. */
	assert_int_equal(watch_wait(interrupted, 0), WATCH_TIMEOUT);
	assert_int_equal(raise(SIGUSR1), 0);
	assert_int_equal(watch_wait(interrupted, LONG_MS), WATCH_CANCELLED);
	assert_int_equal(sigaction(SIGUSR1, &kept, NULL), 0);
	watch_close(interrupted);
}

static void
the_thread_of_a_watcher_takes_no_signals(void **state)
{
	(void)state;
	sigset_t one;
	sigset_t kept;

	watched_write("w");
	(void)sigemptyset(&one);
	(void)sigaddset(&one, SIGUSR2);
	struct watch *w = watched_open(NULL, 0);
	/* Blocked here: if the thread took it, it would end the program. */
	(void)pthread_sigmask(SIG_BLOCK, &one, &kept);
	assert_int_equal(kill(getpid(), SIGUSR2), 0);
	clock_sleep_us(50000);
	int taken = 0;
	assert_int_equal(sigwait(&one, &taken), 0);
	assert_int_equal(taken, SIGUSR2);
	(void)pthread_sigmask(SIG_SETMASK, &kept, NULL);
	watch_close(w);
}

static bool
is_readable(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) == 1;
}

static void
the_descriptor_tells_of_wakes_and_the_end(void **state)
{
	(void)state;
	watched_write("w");
	struct watch *w = watched_open(NULL, 0);
	int fd = watch_fd(w);
	assert_true(fd >= 0);
	assert_int_equal(watch_fd(w), fd);
	assert_false(is_readable(fd, 50));
	for (int i = 0; i < 3; i++) {
		watched_write("c");
		assert_true(is_readable(fd, LONG_MS));
		assert_int_equal(watch_wait(w, 0), WATCH_UPDATE);
		assert_false(is_readable(fd, 50));
	}
	watch_cancel(w);
	assert_true(is_readable(fd, LONG_MS));
	assert_int_equal(watch_wait(w, 0), WATCH_CANCELLED);
	assert_false(is_readable(fd, 50));
	assert_int_equal(unlink(watched.path), 0);
	assert_true(is_readable(fd, LONG_MS));
	assert_int_equal(watch_wait(w, 0), WATCH_CLOSED);
	assert_true(is_readable(fd, 0));
	watch_close(w);
}

static void
a_descriptor_asked_for_late_tells_of_what_was(void **state)
{
	(void)state;
	watched_write("w");
	struct watch *w = watched_open(NULL, 0);
	struct watch *other = watched_open(NULL, 0);
	watched_write("c");
	/* So that the change has been counted. */
	assert_int_equal(watch_wait(other, LONG_MS), WATCH_UPDATE);
	assert_true(is_readable(watch_fd(w), 0));
	watch_close(w);
	watch_close(other);
}

static void
count_wakes(void *arg)
{
	atomic_fetch_add((atomic_int *)arg, 1);
}

static bool
reaches(atomic_int *count, int wanted)
{
	for (int i = 0; i < LONG_MS && atomic_load(count) < wanted; i++)
		clock_sleep_us(1000);
	return atomic_load(count) >= wanted;
}

static void
a_callback_is_told_of_wakes_and_the_end(void **state)
{
	(void)state;
	atomic_int wakes = 0;
	struct watch_options o = { .path = watched.path, .on_wake = count_wakes,
		.arg = &wakes };
	struct watch *w = NULL;
	struct watch *other = NULL;

	watched_write("w");
	assert_int_equal(watch_open(&o, &w, &watched.err), ALK_OK);
	assert_int_equal(watch_open(&o, &other, &watched.err), ALK_OK);
	watched_write("c");
	assert_true(reaches(&wakes, 2));
	assert_int_equal(watch_wait(w, 0), WATCH_UPDATE);
	/* Also when a waiting thread was the first to see it. */
	atomic_store(&wakes, 0);
	watched_write("c");
	assert_int_equal(watch_wait(w, 0), WATCH_UPDATE);
	assert_true(reaches(&wakes, 2));
	atomic_store(&wakes, 0);
	assert_int_equal(unlink(watched.path), 0);
	assert_true(reaches(&wakes, 2));
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_CLOSED);
	watch_close(w);
	watch_close(other);
}

#define MANY 1000

static void
a_thousand_watches_share_a_thread(void **state)
{
	(void)state;
	static struct watch *many[MANY];

	watched_write("w");
	int threads = watched_count("/proc/self/task");
	int fds = watched_count("/proc/self/fd");
	many[0] = watched_open(NULL, 0);
	int fds_one = watched_count("/proc/self/fd");
	for (int i = 1; i < MANY; i++)
		many[i] = watched_open(NULL, 0);
	assert_int_equal(watched_count("/proc/self/task"), threads + 1);
	assert_int_equal(watched_count("/proc/self/fd"), fds_one);
	watched_write("c");
	for (int i = 0; i < MANY; i++)
		assert_int_equal(watch_wait(many[i], LONG_MS), WATCH_UPDATE);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(watch_wait(many[i], 0), WATCH_TIMEOUT);
	for (int i = 0; i < MANY; i++)
		watch_close(many[i]);
	assert_int_equal(watched_count("/proc/self/task"), threads);
	assert_int_equal(watched_count("/proc/self/fd"), fds);
}

static void
opening_and_closing_leaves_nothing(void **state)
{
	(void)state;
	watched_write("w");
	int threads = watched_count("/proc/self/task");
	int fds = watched_count("/proc/self/fd");
	for (int i = 0; i < MANY; i++) {
		/* Linux takes 10 ms to end the events of a watcher. */
		struct watch *w = watched_open(i % 10 == 0 ? NULL : "poll", 0);
		assert_true(watch_fd(w) >= 0);
		watch_close(w);
	}
	assert_int_equal(watched_count("/proc/self/task"), threads);
	assert_int_equal(watched_count("/proc/self/fd"), fds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(closing_wakes_who_waits),
		TEST(several_threads_wait_on_one_watch),
		TEST(a_signal_handler_may_cancel),
		TEST(the_thread_of_a_watcher_takes_no_signals),
		TEST(the_descriptor_tells_of_wakes_and_the_end),
		TEST(a_descriptor_asked_for_late_tells_of_what_was),
		TEST(a_callback_is_told_of_wakes_and_the_end),
		TEST(a_thousand_watches_share_a_thread),
		TEST(opening_and_closing_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
