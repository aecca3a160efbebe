/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The wake. Writers are other processes, started before this one has opened
 * anything and told by single letters what to do; so is the one that looks at
 * the locks.
 */
#define _DEFAULT_SOURCE
#include "events/watch.h"

#include "base/clock.h"
#include "base/error.h"
#include "db/db.h"
#include "db/slots.h"
#include "events/watch_internal.h"

#include "fault_vfs.h"
#include "memory.h"
#include "scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/inotify.h>
#endif
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define LONG_MS 10000 /* what comes comes sooner */
#define SHORT_MS 250  /* what does not come has not come by then */
#define SHARED_FIRST 0x40000002
#define SHARED_SIZE 510
#define DEAD_MAN 128 /* of FILE-shm */

static const struct sql wal = { "wal", "PRAGMA journal_mode=WAL", 0 };
static const struct sql persist = { "persist", "PRAGMA journal_mode=PERSIST",
	0 };
static const struct sql make = { "make",
	"CREATE TABLE t (a); INSERT INTO t VALUES (1);", 0 };
static const struct sql insert = { "insert", "INSERT INTO t VALUES (1)",
	SQL_SLOTS - 1 };
static const struct sql truncate_wal = { "truncate_wal",
	"PRAGMA wal_checkpoint(TRUNCATE)", 0 };
static const struct sql spill = { "spill", "PRAGMA cache_size=5; "
	"INSERT INTO t SELECT randomblob(900) FROM t, "
	"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
	"WHERE i < 2000) SELECT i FROM n) LIMIT 2000", 0 };

struct helper {
	pid_t pid;
	int to;
};

static char dir[SCRATCH_PATH];
static char path[SCRATCH_PATH];
static struct helper writer;
static struct helper prober;
static alk_error err;

/* ---- the other processes ---- */

static struct db *
open_db(void)
{
	struct db_options o = { .path = path, .create = true, .busy_ms = 5000 };
	struct db *db = NULL;
	alk_error e = { 0 };

	if (db_open(&o, NULL, 0, &db, &e) != ALK_OK) {
		fprintf(stderr, "%s\n", e.text);
		_exit(2);
	}
	db_use(db, NULL, NULL);
	return db;
}

static bool
write_as_told(struct db *db, char what)
{
	switch (what) {
	case 'w': /* a file in WAL mode */
		return db_script(db, &wal) == ALK_OK &&
		    db_script(db, &make) == ALK_OK;
	case 'd': /* one with a rollback journal */
		return db_script(db, &make) == ALK_OK;
	case 'p':
		return db_script(db, &persist) == ALK_OK &&
		    db_script(db, &make) == ALK_OK;
	case 'c':
		return db_exec(db, &insert, "") == ALK_OK;
	case 'b':
		return db_begin_write(db) == ALK_OK &&
		    db_exec(db, &insert, "") == ALK_OK;
	case 's': /* so much that it is in the file before the commit */
		return db_begin_write(db) == ALK_OK &&
		    db_script(db, &spill) == ALK_OK;
	case 'e':
		return db_commit(db) == ALK_OK;
	case 'r':
		db_rollback(db);
		return true;
	case 't':
		return db_script(db, &truncate_wal) == ALK_OK;
	default:
		return false;
	}
}

static void
run_writer(int to)
{
	struct db *db = NULL;
	char what;

	while (read(to, &what, 1) == 1) {
		if (db == NULL)
			db = open_db();
		char ok = write_as_told(db, what) ? '+' : '-';
		if (ok != '+')
			fprintf(stderr, "writer, %c: %s\n", what,
			    db_error(db)->text);
		db_use(db, NULL, NULL);
		if (write(to, &ok, 1) != 1)
			break;
	}
	db_close(db);
}

/* Whether another process holds a lock there. */
static bool
is_locked(const char *suffix, off_t start, off_t bytes)
{
	char at[SCRATCH_PATH + 8];
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
		.l_start = start, .l_len = bytes };

	(void)snprintf(at, sizeof(at), "%s%s", path, suffix);
	int fd = open(at, O_RDWR);
	bool is = fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 &&
	    lock.l_type != F_UNLCK;
	(void)close(fd);
	return is;
}

static void
run_prober(int to)
{
	char what;

	while (read(to, &what, 1) == 1) {
		char is = (what == 'd' ?
		    is_locked("", SHARED_FIRST, SHARED_SIZE) :
		    is_locked("-shm", DEAD_MAN, 1)) ? '+' : '-';
		if (write(to, &is, 1) != 1)
			break;
	}
}

static void
start_helper(struct helper *h, void (*run)(int to))
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	h->pid = fork();
	assert_true(h->pid >= 0);
	if (h->pid == 0) {
		(void)close(ends[0]);
		(void)close(prober.to);
		run(ends[1]);
		_exit(0);
	}
	(void)close(ends[1]);
	h->to = ends[0];
}

static void
tell(struct helper *h, char what)
{
	if (write(h->to, &what, 1) != 1)
		fail_msg("the helper is gone");
}

static char
answer(struct helper *h)
{
	char c = '?';

	if (read(h->to, &c, 1) != 1)
		fail_msg("no answer");
	return c;
}

static void
let_write(const char *what)
{
	for (; *what != '\0'; what++) {
		tell(&writer, *what);
		assert_int_equal(answer(&writer), '+');
	}
}

static bool
has_lock(char what)
{
	tell(&prober, what);
	return answer(&prober) == '+';
}

static void
end_helper(struct helper *h)
{
	(void)close(h->to);
	(void)waitpid(h->pid, NULL, 0);
	h->to = -1;
}

/* ---- fixture ---- */

static int
set_up(void **state)
{
	(void)state;
	prober.to = -1;
	scratch_make(dir);
	scratch_path(path, dir, "t.db");
	start_helper(&prober, run_prober);
	start_helper(&writer, run_writer);
	error_clear(&err);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	end_helper(&writer);
	end_helper(&prober);
	scratch_remove(dir);
	return 0;
}

static struct watch *
open_watch(const char *backend, int64_t poll_ms)
{
	struct watch_options o = { .path = path, .backend = backend,
		.poll_ms = poll_ms };
	struct watch *w = NULL;

	if (watch_open(&o, &w, &err) != ALK_OK)
		fail_msg("%s", err.text);
	return w;
}

static int
refused(const char *backend, int64_t poll_ms)
{
	struct watch_options o = { .path = path, .backend = backend,
		.poll_ms = poll_ms };
	struct watch *w = NULL;

	error_clear(&err);
	int code = watch_open(&o, &w, &err);
	assert_null(w);
	return code;
}

static int
count_in(const char *folder)
{
	DIR *d = opendir(folder);
	int count = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		count++;
	(void)closedir(d);
	return count;
}

/* ---- what wakes ---- */

static void
wakes_with(const char *create, const char *backend, int64_t poll_ms)
{
	let_write(create);
	struct watch *w = open_watch(backend, poll_ms);
	assert_int_equal(watch_wait(w, 0), WATCH_TIMEOUT);
	for (int i = 0; i < 5; i++) {
		let_write("c");
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

	(void)snprintf(shm, sizeof(shm), "%s-shm", path);
	let_write("d");
	assert_int_equal(refused("shm", 0), ALK_INVALID);
	assert_non_null(strstr(err.text, "-shm unavailable"));
	assert_false(scratch_exists(shm));
	struct db *db = open_db();
	assert_int_equal(db_script(db, &wal), ALK_OK);
	watch_close(open_watch("shm-fast-path", 1));
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

	let_write("w");
	for (int i = 0; i < 3; i++) {
		struct watch *w = open_watch(backends[i], 0);
		int quick = 0;
		for (int j = 0; j < 8; j++) {
			/* Until it looks far more seldom than it is to wake. */
			clock_sleep_us(100000);
			tell(&writer, 'c');
			int64_t before = clock_steady_ms();
			assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
			quick += clock_steady_ms() - before < 30;
			assert_int_equal(answer(&writer), '+');
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
	let_write("w");
	struct watch *w = open_watch("kernel", 0);
	/* The folder, the file and its WAL: numbers are given from 1. */
	for (int wd = 1; wd <= 8; wd++)
		(void)inotify_rm_watch(w->watcher->source.fd, wd);
	clock_sleep_us(300000);
	let_write("c");
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
	let_write("w");
	struct watch *calm = open_watch("polling", 5000);
	assert_int_equal(most_us(calm), 5000000);
	struct watch *eager = open_watch("polling", 2);
	assert_ptr_equal(calm->watcher, eager->watcher);
	assert_int_equal(most_us(calm), 2000);
	watch_close(open_watch(NULL, 0));
	assert_int_equal(most_us(calm), 2000);
	/* It is the calm one that is woken, at the other's pace. */
	let_write("c");
	assert_int_equal(watch_wait(calm, 3000), WATCH_UPDATE);
	watch_close(eager);
	assert_int_equal(most_us(calm), 5000000);
	watch_close(calm);
}

static void
a_commit_of_this_process_wakes(void **state)
{
	(void)state;
	let_write("w");
	struct db *db = open_db();
	struct watch *w = open_watch(NULL, 0);
	assert_int_equal(db_exec(db, &insert, ""), ALK_OK);
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	assert_int_equal(watch_wait(w, 0), WATCH_TIMEOUT);
	watch_close(w);
	db_close(db);
}

static void
a_commit_right_behind_the_opening_is_seen(void **state)
{
	(void)state;
	let_write("w");
	for (int i = 0; i < 20; i++) {
		struct watch *w = open_watch(NULL, 0);
		let_write("c");
		assert_int_equal(watch_wait(w, 0), WATCH_UPDATE);
		watch_close(w);
	}
}

static void
what_was_committed_before_wakes_nobody(void **state)
{
	(void)state;
	let_write("w");
	struct watch *first = open_watch("polling", 1000);
	let_write("c");
	/* The thread has not looked yet; the new watch is not woken by it. */
	struct watch *second = open_watch("polling", 1000);
	assert_int_equal(watch_wait(second, 0), WATCH_TIMEOUT);
	assert_int_equal(watch_wait(first, 0), WATCH_UPDATE);
	watch_close(first);
	watch_close(second);
}

static void
a_rollback_wakes_nobody(void **state)
{
	(void)state;
	let_write("w");
	struct watch *w = open_watch(NULL, 0);
	let_write("br");
	assert_int_equal(watch_wait(w, SHORT_MS), WATCH_TIMEOUT);
	let_write("sr");
	assert_int_equal(watch_wait(w, SHORT_MS), WATCH_TIMEOUT);
	watch_close(w);
}

static void
a_rollback_by_journal_wakes_nobody(void **state)
{
	(void)state;
	let_write("d");
	struct watch *w = open_watch(NULL, 0);
	let_write("br");
	assert_int_equal(watch_wait(w, SHORT_MS), WATCH_TIMEOUT);
	watch_close(w);
}

static void
a_transaction_wakes_when_it_commits(void **state)
{
	(void)state;
	let_write("w");
	struct watch *w = open_watch(NULL, 0);
	let_write("s");
	assert_int_equal(watch_wait(w, SHORT_MS), WATCH_TIMEOUT);
	let_write("e");
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	watch_close(w);
}

static void
a_burst_is_one_wake(void **state)
{
	(void)state;
	let_write("w");
	struct watch *w = open_watch(NULL, 0);
	let_write("cccccccccc");
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
	let_write("w");
	struct watch *w = open_watch(NULL, 0);
	for (int i = 0; i < 5; i++) {
		let_write("ct");
		assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
		while (watch_wait(w, 50) == WATCH_UPDATE)
			continue;
		let_write("c");
		assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	}
	watch_close(w);
}

static void
the_journal_may_become_a_wal(void **state)
{
	(void)state;
	let_write("d");
	struct watch *w = open_watch("kernel", 0);
	struct db *db = open_db();
	assert_int_equal(db_script(db, &wal), ALK_OK);
	while (watch_wait(w, 100) == WATCH_UPDATE)
		continue;
	let_write("c");
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

	let_write("d");
	struct watch *w = open_watch(NULL, 0);
	struct db *db = open_db();
	assert_int_equal(db_script(db, &exclusive), ALK_OK);
	assert_int_equal(db_exec(db, &insert, ""), ALK_OK);
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
	let_write(create);
	struct watch *w = open_watch(NULL, 0);
	let_write("s");
	assert_int_equal(kill(writer.pid, SIGKILL), 0);
	end_helper(&writer);
	/* Undoing what it left in the file may be a wake for nothing. */
	while (watch_wait(w, SHORT_MS) == WATCH_UPDATE)
		assert_string_equal(create, "d");
	struct db *db = open_db();
	assert_int_equal(db_exec(db, &insert, ""), ALK_OK);
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

/* ---- the file ---- */

static void
a_missing_file_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(refused(NULL, 0), ALK_NOTFOUND);
	assert_non_null(strstr(err.text, "no file"));
	assert_false(scratch_exists(path));
}

static void
what_is_no_database_is_an_error(void **state)
{
	(void)state;
	char text[512];

	memset(text, 'x', sizeof(text));
	scratch_write(path, text, sizeof(text));
	assert_int_equal(refused(NULL, 0), ALK_NOTSTORE);
	(void)unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(refused(NULL, 0), ALK_NOTSTORE);
	(void)rmdir(path);
}

static void
the_names_of_backends_are_those_of_the_contract(void **state)
{
	(void)state;
	static const char *const good[] = { "", "poll", "polling", "kernel",
		"kernel-watcher", "shm", "shm-fast-path" };

	let_write("w");
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		watch_close(open_watch(good[i], 0));
	assert_int_equal(refused("Polling", 0), ALK_INVALID);
	assert_string_equal(err.text, "unknown watcher backend \"Polling\"; "
	    "valid: None, 'polling', 'kernel', 'shm'");
	assert_int_equal(refused("polling", -1), ALK_INVALID);
	assert_string_equal(err.text,
	    "watcher poll interval must be positive");
}

static void
dies_when(const char *backend, bool is_replaced)
{
	char away[SCRATCH_PATH];

	let_write("w");
	scratch_path(away, dir, "away.db");
	struct watch *w = open_watch(backend, 0);
	struct watch *other = open_watch(backend, 0);
	if (is_replaced) {
		scratch_copy(path, away);
		assert_int_equal(rename(away, path), 0);
	} else {
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_CLOSED);
	assert_string_equal(watch_error(w)->text, "database file replaced or "
	    "removed; close it and open it again");
	assert_int_equal(watch_error(w)->code, ALK_IO);
	assert_int_equal(watch_wait(other, LONG_MS), WATCH_CLOSED);
	assert_int_equal(watch_wait(other, 0), WATCH_CLOSED);
	if (is_replaced) {
		struct watch *fresh = open_watch(backend, 0);
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

	let_write("w");
	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(dir), 0);
	int code = watch_open(&o, &w, &err);
	assert_int_equal(chdir(here), 0);
	assert_int_equal(code, ALK_OK);
	assert_int_equal(watch_wait(w, SHORT_MS), WATCH_TIMEOUT);
	let_write("c");
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	watch_close(w);
}

/* ---- threads ---- */

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
	let_write("w");
	for (int i = 0; i < 20; i++) {
		struct waiting x;
		start_waiting(&x, open_watch(NULL, 0));
		clock_sleep_us(i * 500);
		watch_stop(x.w);
		(void)pthread_join(x.thread, NULL);
		assert_int_equal(atomic_load(&x.answer), WATCH_CLOSED);
		watch_close(x.w);
	}
	/* The same without watch_stop(), once the other is sure to wait. */
	struct waiting x;
	start_waiting(&x, open_watch(NULL, 0));
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

	let_write("w");
	struct watch *w = open_watch(NULL, 0);
	for (int i = 0; i < 4; i++)
		start_waiting(&x[i], w);
	clock_sleep_us(50000);
	let_write("c");
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

	let_write("w");
	interrupted = open_watch(NULL, 0);
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

	let_write("w");
	(void)sigemptyset(&one);
	(void)sigaddset(&one, SIGUSR2);
	struct watch *w = open_watch(NULL, 0);
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
	let_write("w");
	struct watch *w = open_watch(NULL, 0);
	int fd = watch_fd(w);
	assert_true(fd >= 0);
	assert_int_equal(watch_fd(w), fd);
	assert_false(is_readable(fd, 50));
	for (int i = 0; i < 3; i++) {
		let_write("c");
		assert_true(is_readable(fd, LONG_MS));
		assert_int_equal(watch_wait(w, 0), WATCH_UPDATE);
		assert_false(is_readable(fd, 50));
	}
	watch_cancel(w);
	assert_true(is_readable(fd, LONG_MS));
	assert_int_equal(watch_wait(w, 0), WATCH_CANCELLED);
	assert_false(is_readable(fd, 50));
	assert_int_equal(unlink(path), 0);
	assert_true(is_readable(fd, LONG_MS));
	assert_int_equal(watch_wait(w, 0), WATCH_CLOSED);
	assert_true(is_readable(fd, 0));
	watch_close(w);
}

static void
a_descriptor_asked_for_late_tells_of_what_was(void **state)
{
	(void)state;
	let_write("w");
	struct watch *w = open_watch(NULL, 0);
	struct watch *other = open_watch(NULL, 0);
	let_write("c");
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
	struct watch_options o = { .path = path, .on_wake = count_wakes,
		.arg = &wakes };
	struct watch *w = NULL;
	struct watch *other = NULL;

	let_write("w");
	assert_int_equal(watch_open(&o, &w, &err), ALK_OK);
	assert_int_equal(watch_open(&o, &other, &err), ALK_OK);
	let_write("c");
	assert_true(reaches(&wakes, 2));
	assert_int_equal(watch_wait(w, 0), WATCH_UPDATE);
	/* Also when a waiting thread was the first to see it. */
	atomic_store(&wakes, 0);
	let_write("c");
	assert_int_equal(watch_wait(w, 0), WATCH_UPDATE);
	assert_true(reaches(&wakes, 2));
	atomic_store(&wakes, 0);
	assert_int_equal(unlink(path), 0);
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

	let_write("w");
	int threads = count_in("/proc/self/task");
	int fds = count_in("/proc/self/fd");
	many[0] = open_watch(NULL, 0);
	int fds_one = count_in("/proc/self/fd");
	for (int i = 1; i < MANY; i++)
		many[i] = open_watch(NULL, 0);
	assert_int_equal(count_in("/proc/self/task"), threads + 1);
	assert_int_equal(count_in("/proc/self/fd"), fds_one);
	let_write("c");
	for (int i = 0; i < MANY; i++)
		assert_int_equal(watch_wait(many[i], LONG_MS), WATCH_UPDATE);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(watch_wait(many[i], 0), WATCH_TIMEOUT);
	for (int i = 0; i < MANY; i++)
		watch_close(many[i]);
	assert_int_equal(count_in("/proc/self/task"), threads);
	assert_int_equal(count_in("/proc/self/fd"), fds);
}

static void
opening_and_closing_leaves_nothing(void **state)
{
	(void)state;
	let_write("w");
	int threads = count_in("/proc/self/task");
	int fds = count_in("/proc/self/fd");
	for (int i = 0; i < MANY; i++) {
		/* Linux takes 10 ms to end the events of a watcher. */
		struct watch *w = open_watch(i % 10 == 0 ? NULL : "poll", 0);
		assert_true(watch_fd(w) >= 0);
		watch_close(w);
	}
	assert_int_equal(count_in("/proc/self/task"), threads);
	assert_int_equal(count_in("/proc/self/fd"), fds);
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
		watch_close(open_watch(NULL, 0));
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

	let_write("w");
	struct watch *w = open_watch(NULL, 0);
	assert_int_equal(pthread_create(&thread, NULL, churn, &ends), 0);
	/* Whatever locks others hold at that moment. */
	for (int i = 0; i < 50; i++)
		assert_int_equal(fork_with(w), 0);
	atomic_store(&ends, 1);
	(void)pthread_join(thread, NULL);
	while (watch_wait(w, 50) == WATCH_UPDATE)
		continue;
	let_write("c");
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	watch_close(w);
}

static void
the_locks_of_the_process_are_kept(void **state)
{
	(void)state;
	static const char *const backends[] = { NULL, "polling", "kernel", "shm" };

	let_write("w");
	struct db *db = open_db();
	assert_int_equal(db_exec(db, &insert, ""), ALK_OK);
	/* The writer's own would be taken for ours. */
	end_helper(&writer);
	assert_true(has_lock('d'));
	assert_true(has_lock('s'));
	for (int i = 0; i < 40; i++) {
		struct watch *w = open_watch(backends[i % 4], 0);
		assert_int_equal(db_exec(db, &insert, ""), ALK_OK);
		assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
		assert_true(has_lock('d') && has_lock('s'));
		watch_close(w);
		assert_true(has_lock('d') && has_lock('s'));
	}
	assert_true(has_lock('d') && has_lock('s'));
	/* What would have been seen: that any descriptor is closed. */
	(void)close(open(path, O_RDONLY));
	assert_false(has_lock('d'));
	assert_true(has_lock('s'));
	char shm[SCRATCH_PATH + 8];
	(void)snprintf(shm, sizeof(shm), "%s-shm", path);
	(void)close(open(shm, O_RDONLY));
	assert_false(has_lock('s'));
	db_close(db);
}

/* ---- faults ---- */

/* How often an allocation was refused before all went well. */
static int
open_with_faults(bool is_persistent)
{
	int faults = 0;

	for (int64_t n = 0;; n++) {
		struct watch_options o = { .path = path };
		struct watch *w = NULL;
		int64_t live = memory_live();

		error_clear(&err);
		memory_fail_at(n, is_persistent);
		int code = watch_open(&o, &w, &err);
		bool has_fired = memory_fired();
		memory_heal();
		if (code == ALK_OK) {
			assert_int_equal(watch_wait(w, 0), WATCH_TIMEOUT);
			let_write("c");
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
	let_write("w");
	watch_close(open_watch(NULL, 0)); /* what SQLite keeps */
	assert_in_range(open_with_faults(false), 10, 1000);
	assert_in_range(open_with_faults(true), 10, 1000);
}

static void
want_of_memory_loses_no_wake(void **state)
{
	(void)state;
	static const char *const backends[] = { "kernel", "polling", "shm" };

	let_write("w");
	for (int i = 0; i < 3; i++) {
		struct waiting x;
		start_waiting(&x, open_watch(backends[i], 0));
		clock_sleep_us(20000);
		memory_fail_at(0, true);
		let_write("c");
		clock_sleep_us(50000);
		memory_heal();
		(void)pthread_join(x.thread, NULL);
		assert_int_equal(atomic_load(&x.answer), WATCH_UPDATE);
		watch_close(x.w);
	}
}

static struct watch *
open_on_faults(void)
{
	struct watch_options o = { .path = path, .vfs = FAULT_VFS };
	struct watch *w = NULL;

	if (watch_open(&o, &w, &err) != ALK_OK)
		fail_msg("%s", err.text);
	return w;
}

static void
a_failing_look_loses_no_wake(void **state)
{
	(void)state;
	let_write("w");
	struct watch *w = open_on_faults();
	fault_vfs_fail_at(FAULT_SHM_LOCK, 0, true, FAULT_IO);
	let_write("c");
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
	let_write("w");
	struct watch *w = open_on_faults();
	let_write("c");
	assert_int_equal(watch_wait(w, LONG_MS), WATCH_UPDATE);
	fault_vfs_fail_at(FAULT_SHM_LOCK, 0, true, FAULT_IO);
	let_write("c");
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
	struct watch_options o = { .path = path, .vfs = FAULT_VFS };

	let_write("w");
	int threads = count_in("/proc/self/task");
	int fds = count_in("/proc/self/fd");
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		struct watch *w = NULL;
		int64_t live = memory_live();
		error_clear(&err);
		fault_vfs_fail_at(ops[i], 0, true, FAULT_IO);
		assert_int_equal(watch_open(&o, &w, &err), ALK_IO);
		fault_vfs_heal();
		assert_null(w);
		assert_int_equal(memory_live(), live);
		assert_int_equal(count_in("/proc/self/task"), threads);
		assert_int_equal(count_in("/proc/self/fd"), fds);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
		TEST(a_missing_file_is_an_error),
		TEST(what_is_no_database_is_an_error),
		TEST(the_names_of_backends_are_those_of_the_contract),
		TEST(a_replaced_file_ends_every_watch),
		TEST(a_replaced_file_ends_every_watch_that_polls),
		TEST(a_replaced_file_ends_every_watch_of_shared_memory),
		TEST(a_removed_file_ends_every_watch),
		TEST(leaving_the_folder_changes_nothing),
		TEST(closing_wakes_who_waits),
		TEST(several_threads_wait_on_one_watch),
		TEST(a_signal_handler_may_cancel),
		TEST(the_thread_of_a_watcher_takes_no_signals),
		TEST(the_descriptor_tells_of_wakes_and_the_end),
		TEST(a_descriptor_asked_for_late_tells_of_what_was),
		TEST(a_callback_is_told_of_wakes_and_the_end),
		TEST(a_thousand_watches_share_a_thread),
		TEST(opening_and_closing_leaves_nothing),
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
	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
