/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#define _DEFAULT_SOURCE
#include "watched.h"

#include "base/error.h"
#include "db/slots.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where SQLite has its locks: the bytes of SHARED, and the dead man's. */
#define SHARED_FIRST 0x40000002
#define SHARED_SIZE 510
#define DEAD_MAN 128 /* of FILE-shm */

const struct sql watched_wal = { "wal", "PRAGMA journal_mode=WAL", 0 };
const struct sql watched_insert = { "insert", "INSERT INTO t VALUES (1)",
	SQL_SLOTS - 1 };

static const struct sql persist = { "persist", "PRAGMA journal_mode=PERSIST",
	0 };
static const struct sql make = { "make",
	"CREATE TABLE t (a); INSERT INTO t VALUES (1);", 0 };
static const struct sql truncate_wal = { "truncate_wal",
	"PRAGMA wal_checkpoint(TRUNCATE)", 0 };
static const struct sql spill = { "spill", "PRAGMA cache_size=5; "
	"INSERT INTO t SELECT randomblob(900) FROM t, "
	"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
	"WHERE i < 2000) SELECT i FROM n) LIMIT 2000", 0 };

struct helper {
	pid_t pid;
	int to; /* -1: it has ended */
};

struct watched watched;

static struct helper writer;
static struct helper prober;

/* ---- the other processes ---- */

struct db *
watched_db(void)
{
	struct db_options o = { .path = watched.path, .create = true,
		.busy_ms = 5000 };
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
		return db_script(db, &watched_wal) == ALK_OK &&
		    db_script(db, &make) == ALK_OK;
	case 'd': /* one with a rollback journal */
		return db_script(db, &make) == ALK_OK;
	case 'p':
		return db_script(db, &persist) == ALK_OK &&
		    db_script(db, &make) == ALK_OK;
	case 'c':
		return db_exec(db, &watched_insert, "") == ALK_OK;
	case 'b':
		return db_begin_write(db) == ALK_OK &&
		    db_exec(db, &watched_insert, "") == ALK_OK;
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
			db = watched_db();
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

	(void)snprintf(at, sizeof(at), "%s%s", watched.path, suffix);
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

void
watched_write(const char *what)
{
	for (; *what != '\0'; what++) {
		watched_tell(*what);
		assert_int_equal(watched_answer(), '+');
	}
}

void
watched_tell(char what)
{
	tell(&writer, what);
}

char
watched_answer(void)
{
	return answer(&writer);
}

bool
watched_has_lock(char what)
{
	tell(&prober, what);
	return answer(&prober) == '+';
}

static void
end_helper(struct helper *h)
{
	if (h->to < 0)
		return;
	(void)close(h->to);
	(void)waitpid(h->pid, NULL, 0);
	h->to = -1;
}

void
watched_end_writer(void)
{
	end_helper(&writer);
}

/* ---- fixture ---- */

int
watched_set_up(void **state)
{
	(void)state;
	prober.to = -1;
	scratch_make(watched.dir);
	scratch_path(watched.path, watched.dir, "t.db");
	start_helper(&prober, run_prober);
	start_helper(&writer, run_writer);
	watched.writer_pid = writer.pid;
	(void)signal(SIGPIPE, SIG_IGN);
	error_clear(&watched.err);
	return 0;
}

int
watched_tear_down(void **state)
{
	(void)state;
	end_helper(&writer);
	end_helper(&prober);
	scratch_remove(watched.dir);
	return 0;
}

struct watch *
watched_open(const char *backend, int64_t poll_ms)
{
	struct watch_options o = { .path = watched.path, .backend = backend,
		.poll_ms = poll_ms };
	struct watch *w = NULL;

	if (watch_open(&o, &w, &watched.err) != ALK_OK)
		fail_msg("%s", watched.err.text);
	return w;
}

int
watched_refused(const char *backend, int64_t poll_ms)
{
	struct watch_options o = { .path = watched.path, .backend = backend,
		.poll_ms = poll_ms };
	struct watch *w = NULL;

	error_clear(&watched.err);
	int code = watch_open(&o, &w, &watched.err);
	assert_null(w);
	return code;
}

int
watched_count(const char *folder)
{
	DIR *d = opendir(folder);
	int count = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		count++;
	(void)closedir(d);
	return count;
}
