/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What wakes, and what does not. */
#define _DEFAULT_SOURCE
#include "events/watch.h"

#include "base/clock.h"
#include "events/watch_internal.h"

#include "watched.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#ifdef __linux__
#include <sys/inotify.h>
#endif

#include <cmocka.h>

static void
wakes_with(const char *create, const char *backend, int64_t poll_ms)
{
	watched_write(create);
	struct watch *w = watched_open(backend, poll_ms);
	assert_int_equal(watch_wait(w, 0), WATCH_TIMEOUT);
	for (int i = 0; i < 5; i++) {
		watched_write("c");
		assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	}
	watch_close(w);
}

static void
a_commit_of_another_process_wakes(void **state)
{
	(void)state;
	wakes_with("w", NULL, 0);
}

static void
a_commit_wakes_who_polls(void **state)
{
	(void)state;
	wakes_with("w", "polling", 0);
}

static void
a_commit_wakes_who_polls_as_told(void **state)
{
	(void)state;
	wakes_with("w", "poll", 3);
}

static void
a_commit_wakes_who_asks_the_kernel(void **state)
{
	(void)state;
	wakes_with("w", "kernel", 0);
}

static void
a_commit_wakes_who_looks_at_shared_memory(void **state)
{
	(void)state;
	wakes_with("w", "shm", 0);
}

static void
shared_memory_is_had_in_wal_mode_only(void **state)
{
	(void)state;
	char shm[SCRATCH_PATH + 8];

	(void)snprintf(shm, sizeof(shm), "%s-shm", watched.path);
	watched_write("d");
	assert_int_equal(watched_refused("shm", 0), ALK_INVALID);
	assert_non_null(strstr(watched.err.text, "-shm unavailable"));
	assert_false(scratch_exists(shm));
	struct db *db = watched_db();
	assert_int_equal(db_script(db, &watched_wal), ALK_OK);
	watch_close(watched_open("shm-fast-path", 1));
	db_close(db);
}

static void
a_file_with_a_rollback_journal_wakes(void **state)
{
	(void)state;
	wakes_with("d", NULL, 0);
}

static void
a_journal_that_is_kept_wakes(void **state)
{
	(void)state;
	wakes_with("p", "kernel", 0);
}

/* The thread alone must notice it: nobody else looks meanwhile. */
static void
a_commit_is_noticed_while_waiting(void **state)
{
	(void)state;
	static const char *const backends[] = { "kernel", "polling", "shm" };

	watched_write("w");
	for (int i = 0; i < 3; i++) {
		struct watch *w = watched_open(backends[i], 0);
		int quick = 0;
		for (int j = 0; j < 8; j++) {
			/* Until it looks far more seldom than it is to wake. */
			clock_sleep_us(100000);
			watched_tell('c');
			int64_t before = clock_steady_ms();
			assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
			quick += clock_steady_ms() - before < 40;
			assert_int_equal(watched_answer(), '+');
		}
		/* The others were this machine's. */
		assert_in_range(quick, 5, 8);
		watch_close(w);
	}
}

#ifdef __linux__
static void
a_commit_whose_event_is_lost_is_noticed(void **state)
{
	(void)state;
	watched_write("w");
	struct watch *w = watched_open("kernel", 0);
	/* The folder, the file and its WAL: numbers are given from 1. */
	for (int wd = 1; wd <= 8; wd++)
		(void)inotify_rm_watch(w->watcher->source.fd, wd);
	clock_sleep_us(300000);
	watched_write("c");
	int64_t before = clock_steady_ms();
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	assert_in_range(clock_steady_ms() - before, 0, 3000);
	watch_close(w);
}
#endif

static int64_t
most_us(struct watch *w)
{
	(void)pthread_mutex_lock(&w->watcher->lock);
	int64_t us = w->watcher->pace.most_us;
	(void)pthread_mutex_unlock(&w->watcher->lock);
	return us;
}

static void
the_most_eager_says_how_often_it_is_looked(void **state)
{
	(void)state;
	watched_write("w");
	struct watch *calm = watched_open("polling", 5000);
	assert_int_equal(most_us(calm), 5000000);
	struct watch *eager = watched_open("polling", 2);
	assert_ptr_equal(calm->watcher, eager->watcher);
	assert_int_equal(most_us(calm), 2000);
	watch_close(watched_open(NULL, 0));
	assert_int_equal(most_us(calm), 2000);
	/* It is the calm one that is woken, at the other's pace. */
	watched_write("c");
	assert_int_equal(watch_wait(calm, 3000), WATCH_UPDATE);
	watch_close(eager);
	assert_int_equal(most_us(calm), 5000000);
	watch_close(calm);
}

static void
a_commit_of_this_process_wakes(void **state)
{
	(void)state;
	watched_write("w");
	struct db *db = watched_db();
	struct watch *w = watched_open(NULL, 0);
	assert_int_equal(db_exec(db, &watched_insert, ""), ALK_OK);
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	assert_int_equal(watch_wait(w, 0), WATCH_TIMEOUT);
	watch_close(w);
	db_close(db);
}

static void
a_commit_right_behind_the_opening_is_seen(void **state)
{
	(void)state;
	watched_write("w");
	for (int i = 0; i < 20; i++) {
		struct watch *w = watched_open(NULL, 0);
		watched_write("c");
		assert_int_equal(watch_wait(w, 0), WATCH_UPDATE);
		watch_close(w);
	}
}

static void
what_was_committed_before_wakes_nobody(void **state)
{
	(void)state;
	watched_write("w");
	struct watch *first = watched_open("polling", 1000);
	watched_write("c");
	/* The thread has not looked yet; the new watch is not woken by it. */
	struct watch *second = watched_open("polling", 1000);
	assert_int_equal(watch_wait(second, 0), WATCH_TIMEOUT);
	assert_int_equal(watch_wait(first, 0), WATCH_UPDATE);
	watch_close(first);
	watch_close(second);
}

static void
a_rollback_wakes_nobody(void **state)
{
	(void)state;
	watched_write("w");
	struct watch *w = watched_open(NULL, 0);
	watched_write("br");
	assert_int_equal(watch_wait(w, SHORT_MS), WATCH_TIMEOUT);
	watched_write("sr");
	assert_int_equal(watch_wait(w, SHORT_MS), WATCH_TIMEOUT);
	watch_close(w);
}

static void
a_rollback_by_journal_wakes_nobody(void **state)
{
	(void)state;
	watched_write("d");
	struct watch *w = watched_open(NULL, 0);
	watched_write("br");
	assert_int_equal(watch_wait(w, SHORT_MS), WATCH_TIMEOUT);
	watch_close(w);
}

static void
a_transaction_wakes_when_it_commits(void **state)
{
	(void)state;
	watched_write("w");
	struct watch *w = watched_open(NULL, 0);
	watched_write("s");
	assert_int_equal(watch_wait(w, SHORT_MS), WATCH_TIMEOUT);
	watched_write("e");
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	watch_close(w);
}

static void
a_burst_is_one_wake(void **state)
{
	(void)state;
	watched_write("w");
	struct watch *w = watched_open(NULL, 0);
	watched_write("cccccccccc");
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	/* The last of them may have come behind that look. */
	int more = 0;
	while (watch_wait(w, 100) == WATCH_UPDATE)
		more++;
	assert_in_range(more, 0, 1);
	watch_close(w);
}

static void
a_checkpoint_loses_no_wake(void **state)
{
	(void)state;
	watched_write("w");
	struct watch *w = watched_open(NULL, 0);
	for (int i = 0; i < 5; i++) {
		watched_write("ct");
		assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
		while (watch_wait(w, 50) == WATCH_UPDATE)
			continue;
		watched_write("c");
		assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	}
	watch_close(w);
}

static void
the_journal_may_become_a_wal(void **state)
{
	(void)state;
	watched_write("d");
	struct watch *w = watched_open("kernel", 0);
	struct db *db = watched_db();
	assert_int_equal(db_script(db, &watched_wal), ALK_OK);
	while (watch_wait(w, 100) == WATCH_UPDATE)
		continue;
	watched_write("c");
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	db_close(db);
	watch_close(w);
}

static void
a_locked_file_is_looked_at_later(void **state)
{
	(void)state;
	static const struct sql exclusive = { "exclusive", "BEGIN EXCLUSIVE",
		0 };

	watched_write("d");
	struct watch *w = watched_open(NULL, 0);
	struct db *db = watched_db();
	assert_int_equal(db_script(db, &exclusive), ALK_OK);
	assert_int_equal(db_exec(db, &watched_insert, ""), ALK_OK);
	assert_int_equal(watch_wait(w, 0), WATCH_TIMEOUT);
	assert_int_equal(watch_wait(w, SHORT_MS), WATCH_TIMEOUT);
	assert_int_equal(db_commit(db), ALK_OK);
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	db_close(db);
	watch_close(w);
}

static void
outlives_its_writer(const char *create)
{
	watched_write(create);
	struct watch *w = watched_open(NULL, 0);
	watched_write("s");
	assert_int_equal(kill(watched.writer_pid, SIGKILL), 0);
	watched_end_writer();
	/* Undoing what it left in the file may be a wake for nothing. */
	while (watch_wait(w, SHORT_MS) == WATCH_UPDATE)
		assert_string_equal(create, "d");
	struct db *db = watched_db();
	assert_int_equal(db_exec(db, &watched_insert, ""), ALK_OK);
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	db_close(db);
	watch_close(w);
}

static void
a_killed_writer_stops_nobody(void **state)
{
	(void)state;
	outlives_its_writer("w");
}

static void
a_journal_left_by_a_killed_writer_stops_nobody(void **state)
{
	(void)state;
	outlives_its_writer("d");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_commit_of_another_process_wakes),
		TEST(a_commit_wakes_who_polls),
		TEST(a_commit_wakes_who_polls_as_told),
		TEST(a_commit_wakes_who_asks_the_kernel),
		TEST(a_commit_wakes_who_looks_at_shared_memory),
		TEST(shared_memory_is_had_in_wal_mode_only),
		TEST(a_file_with_a_rollback_journal_wakes),
		TEST(a_journal_that_is_kept_wakes),
		TEST(a_commit_is_noticed_while_waiting),
#ifdef __linux__
		TEST(a_commit_whose_event_is_lost_is_noticed),
#endif
		TEST(the_most_eager_says_how_often_it_is_looked),
		TEST(a_commit_of_this_process_wakes),
		TEST(a_commit_right_behind_the_opening_is_seen),
		TEST(what_was_committed_before_wakes_nobody),
		TEST(a_rollback_wakes_nobody),
		TEST(a_rollback_by_journal_wakes_nobody),
		TEST(a_transaction_wakes_when_it_commits),
		TEST(a_burst_is_one_wake),
		TEST(a_checkpoint_loses_no_wake),
		TEST(the_journal_may_become_a_wal),
		TEST(a_locked_file_is_looked_at_later),
		TEST(a_killed_writer_stops_nobody),
		TEST(a_journal_left_by_a_killed_writer_stops_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
