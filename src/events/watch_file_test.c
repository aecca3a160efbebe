/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The file that is watched, the locks on it, other processes, faults. */
#define _DEFAULT_SOURCE
#include "events/watch.h"

#include "base/clock.h"
#include "base/error.h"

#include "watched.h"

#include "fault_vfs.h"
#include "memory.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- the file ---- */

static void
a_missing_file_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(watched_refused(NULL, 0), ALK_NOTFOUND);
	assert_non_null(strstr(watched.err.text, "no file"));
	assert_false(scratch_exists(watched.path));
}

static void
what_is_no_database_is_an_error(void **state)
{
	(void)state;
	char text[512];

	memset(text, 'x', sizeof(text));
	scratch_write(watched.path, text, sizeof(text));
	assert_int_equal(watched_refused(NULL, 0), ALK_NOTSTORE);
	(void)unlink(watched.path);
	assert_int_equal(mkdir(watched.path, 0700), 0);
	assert_int_equal(watched_refused(NULL, 0), ALK_NOTSTORE);
	(void)rmdir(watched.path);
}

static void
the_names_of_backends_are_those_of_the_contract(void **state)
{
	(void)state;
	static const char *const good[] = { "", "poll", "polling", "kernel",
		"kernel-watcher", "shm", "shm-fast-path" };

	watched_write("w");
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		watch_close(watched_open(good[i], 0));
	assert_int_equal(watched_refused("Polling", 0), ALK_INVALID);
	assert_string_equal(watched.err.text,
	    "unknown watcher backend \"Polling\"; "
	    "valid: None, 'polling', 'kernel', 'shm'");
	assert_int_equal(watched_refused("polling", -1), ALK_INVALID);
	assert_string_equal(watched.err.text,
	    "watcher poll interval must be positive");
}

static void
dies_when(const char *backend, bool is_replaced)
{
	char away[SCRATCH_PATH];

	watched_write("w");
	scratch_path(away, watched.dir, "away.db");
	struct watch *w = watched_open(backend, 0);
	struct watch *other = watched_open(backend, 0);
	if (is_replaced) {
		scratch_copy(watched.path, away);
		assert_int_equal(rename(away, watched.path), 0);
	} else {
		assert_int_equal(unlink(watched.path), 0);
	}
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_CLOSED);
	assert_string_equal(watch_error(w)->text, "database file replaced or "
	    "removed; close it and open it again");
	assert_int_equal(watch_error(w)->code, ALK_IO);
	assert_int_equal(watch_wait(other, LONG_MS), WATCH_CLOSED);
	assert_int_equal(watch_wait(other, 0), WATCH_CLOSED);
	if (is_replaced) {
		struct watch *fresh = watched_open(backend, 0);
		assert_int_equal(watch_wait(fresh, 0), WATCH_TIMEOUT);
		watch_close(fresh);
	}
	watch_close(w);
	watch_close(other);
}

static void
a_replaced_file_ends_every_watch(void **state)
{
	(void)state;
	dies_when("kernel", true);
}

static void
a_replaced_file_ends_every_watch_that_polls(void **state)
{
	(void)state;
	dies_when("polling", true);
}

static void
a_replaced_file_ends_every_watch_of_shared_memory(void **state)
{
	(void)state;
	dies_when("shm", true);
}

static void
a_removed_file_ends_every_watch(void **state)
{
	(void)state;
	dies_when(NULL, false);
}

static void
leaving_the_folder_changes_nothing(void **state)
{
	(void)state;
	char here[4096];
	struct watch_options o = { .path = "t.db" };
	struct watch *w = NULL;

	watched_write("w");
	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(watched.dir), 0);
	int code = watch_open(&o, &w, &watched.err);
	assert_int_equal(chdir(here), 0);
	assert_int_equal(code, ALK_OK);
	assert_int_equal(watch_wait(w, SHORT_MS), WATCH_TIMEOUT);
	watched_write("c");
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	watch_close(w);
}

/* ---- processes ---- */

static int
try_in_child(struct watch *w)
{
	int64_t before = clock_steady_ms();

	if (watch_wait(w, -1) != WATCH_CLOSED || watch_fd(w) != -1)
		return 1;
	if (strstr(watch_error(w)->text, "forked") == NULL)
		return 2;
	watch_cancel(w);
	watch_stop(w);
	watch_close(w);
	return clock_steady_ms() - before < 5000 ? 0 : 3;
}

static void *
churn(void *arg)
{
	atomic_int *ends = arg;

	while (atomic_load(ends) == 0)
		watch_close(watched_open(NULL, 0));
	return NULL;
}

static int
fork_with(struct watch *w)
{
	int status = -1;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(try_in_child(w));
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
a_forked_child_finds_its_watches_closed(void **state)
{
	(void)state;
	atomic_int ends = 0;
	pthread_t thread;

	watched_write("w");
	struct watch *w = watched_open(NULL, 0);
	assert_int_equal(pthread_create(&thread, NULL, churn, &ends), 0);
	/* Whatever locks others hold at that moment. */
	for (int i = 0; i < 50; i++)
		assert_int_equal(fork_with(w), 0);
	atomic_store(&ends, 1);
	(void)pthread_join(thread, NULL);
	while (watch_wait(w, 50) == WATCH_UPDATE)
		continue;
	watched_write("c");
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	watch_close(w);
}

static void
the_locks_of_the_process_are_kept(void **state)
{
	(void)state;
	static const char *const backends[] = { NULL, "polling", "kernel",
		"shm" };

	watched_write("w");
	struct db *db = watched_db();
	assert_int_equal(db_exec(db, &watched_insert, ""), ALK_OK);
	/* The writer's own would be taken for ours. */
	watched_end_writer();
	assert_true(watched_has_lock('d'));
	assert_true(watched_has_lock('s'));
	for (int i = 0; i < 40; i++) {
		struct watch *w = watched_open(backends[i % 4], 0);
		assert_int_equal(db_exec(db, &watched_insert, ""), ALK_OK);
		assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
		assert_true(watched_has_lock('d') && watched_has_lock('s'));
		watch_close(w);
		assert_true(watched_has_lock('d') && watched_has_lock('s'));
	}
	assert_true(watched_has_lock('d') && watched_has_lock('s'));
	/* What would have been seen: that any descriptor is closed. */
	(void)close(open(watched.path, O_RDONLY));
	assert_false(watched_has_lock('d'));
	assert_true(watched_has_lock('s'));
	char shm[SCRATCH_PATH + 8];
	(void)snprintf(shm, sizeof(shm), "%s-shm", watched.path);
	(void)close(open(shm, O_RDONLY));
	assert_false(watched_has_lock('s'));
	db_close(db);
}

/* ---- faults ---- */

/* How often an allocation was refused before all went well. */
static int
open_with_faults(bool is_persistent)
{
	int faults = 0;

	for (int64_t n = 0;; n++) {
		struct watch_options o = { .path = watched.path };
		struct watch *w = NULL;
		int64_t live = memory_live();

		error_clear(&watched.err);
		memory_fail_at(n, is_persistent);
		int code = watch_open(&o, &w, &watched.err);
		bool has_fired = memory_fired();
		memory_heal();
		if (code == ALK_OK) {
			assert_int_equal(watch_wait(w, 0), WATCH_TIMEOUT);
			watched_write("c");
			assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
			watch_close(w);
		} else {
			assert_int_equal(code, ALK_NOMEM);
			assert_null(w);
		}
		assert_int_equal(memory_live(), live);
		if (!has_fired)
			return faults;
		faults++;
	}
}

static void
every_allocation_of_an_opening_may_fail(void **state)
{
	(void)state;
	watched_write("w");
	watch_close(watched_open(NULL, 0)); /* what SQLite keeps */
	assert_in_range(open_with_faults(false), 10, 1000);
	assert_in_range(open_with_faults(true), 10, 1000);
}

static void
want_of_memory_loses_no_wake(void **state)
{
	(void)state;
	static const char *const backends[] = { "kernel", "polling", "shm" };

	watched_write("w");
	for (int i = 0; i < 3; i++) {
		struct watch *w = watched_open(backends[i], 0);
		struct pollfd p = { .fd = watch_fd(w), .events = POLLIN };
		memory_fail_at(0, true);
		watched_write("c");
		clock_sleep_us(50000);
		memory_heal();
		/* Seen by the thread, not by a look of this one. */
		assert_int_equal(poll(&p, 1, LONG_MS), 1);
		assert_int_equal(watch_wait(w, 0), WATCH_UPDATE);
		watch_close(w);
	}
}

static struct watch *
open_on_faults(void)
{
	struct watch_options o = { .path = watched.path, .vfs = FAULT_VFS };
	struct watch *w = NULL;

	if (watch_open(&o, &w, &watched.err) != ALK_OK)
		fail_msg("%s", watched.err.text);
	return w;
}

static void
a_failing_look_loses_no_wake(void **state)
{
	(void)state;
	watched_write("w");
	struct watch *w = open_on_faults();
	fault_vfs_fail_at(FAULT_SHM_LOCK, 0, true, FAULT_IO);
	watched_write("c");
	assert_int_equal(watch_wait(w, 0), WATCH_FAILED);
	assert_int_equal(watch_error(w)->code, ALK_IO);
	int64_t before = clock_steady_ms();
	assert_int_equal(watch_wait(w, 100), WATCH_FAILED);
	assert_in_range(clock_steady_ms() - before, 95, LONG_MS);
	fault_vfs_heal();
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	assert_int_equal(watch_wait(w, 0), WATCH_TIMEOUT);
	watch_close(w);
}

static void
a_file_that_cannot_be_read_for_long_ends_the_watch(void **state)
{
	(void)state;
	watched_write("w");
	struct watch *w = open_on_faults();
	watched_write("c");
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	fault_vfs_fail_at(FAULT_SHM_LOCK, 0, true, FAULT_IO);
	watched_write("c");
	assert_int_equal(watch_wait(w, 2 * LONG_MS), WATCH_CLOSED);
	assert_int_equal(watch_error(w)->code, ALK_IO);
	fault_vfs_heal();
	watch_close(w);
}

static void
an_opening_that_fails_leaves_nothing(void **state)
{
	(void)state;
	static const enum fault_op ops[] = { FAULT_OPEN, FAULT_READ,
		FAULT_LOCK, FAULT_SHM_MAP, FAULT_SHM_LOCK };
	struct watch_options o = { .path = watched.path, .vfs = FAULT_VFS };

	watched_write("w");
	int threads = watched_count("/proc/self/task");
	int fds = watched_count("/proc/self/fd");
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		struct watch *w = NULL;
		int64_t live = memory_live();
		error_clear(&watched.err);
		fault_vfs_fail_at(ops[i], 0, true, FAULT_IO);
		assert_int_equal(watch_open(&o, &w, &watched.err), ALK_IO);
		fault_vfs_heal();
		assert_null(w);
		assert_int_equal(memory_live(), live);
		assert_int_equal(watched_count("/proc/self/task"), threads);
		assert_int_equal(watched_count("/proc/self/fd"), fds);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_missing_file_is_an_error),
		TEST(what_is_no_database_is_an_error),
		TEST(the_names_of_backends_are_those_of_the_contract),
		TEST(a_replaced_file_ends_every_watch),
		TEST(a_replaced_file_ends_every_watch_that_polls),
		TEST(a_replaced_file_ends_every_watch_of_shared_memory),
		TEST(a_removed_file_ends_every_watch),
		TEST(leaving_the_folder_changes_nothing),
		TEST(a_forked_child_finds_its_watches_closed),
		TEST(the_locks_of_the_process_are_kept),
		TEST(every_allocation_of_an_opening_may_fail),
		TEST(want_of_memory_loses_no_wake),
		TEST(a_failing_look_loses_no_wake),
		TEST(a_file_that_cannot_be_read_for_long_ends_the_watch),
		TEST(an_opening_that_fails_leaves_nothing),
	};

	memory_install();
	fault_vfs_register(false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
