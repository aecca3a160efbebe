/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_WATCHED_H
#define TEST_WATCHED_H

#include "scratch.h"

#include "db/db.h"
#include "events/watch.h"

#include <sys/types.h>

/*
 * A file to be watched, for cmocka tests. Two other processes are started
 * before this one has opened anything: one writes, told by letters what; one
 * looks at the locks of the others. What fails here fails the test.
 */
struct watched {
	char dir[SCRATCH_PATH];
	char path[SCRATCH_PATH]; /* not there yet */
	pid_t writer_pid;
	alk_error err;
};

extern struct watched watched;

int watched_set_up(void **state);
int watched_tear_down(void **state);

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, watched_set_up, watched_tear_down)
#define LONG_MS 10000 /* what comes comes sooner */
#define SHORT_MS 250  /* what does not come has not come by then */

/*
 * Lets the writer do this, letter by letter, and waits until it is done:
 * w d p  make the file: with WAL, rollback journal, journal that is kept
 * c      commit a row
 * b s e r  begin with a row, with much; commit, roll back
 * t      checkpoint, truncating
 */
void watched_write(const char *what);
/* The two halves of one letter. */
void watched_tell(char what);
char watched_answer(void); /* '+' or '-' */
void watched_end_writer(void);

/* Whether a process that is not the prober has its lock on d FILE, s -shm. */
bool watched_has_lock(char what);

/* A connection of this process. */
struct db *watched_db(void);
extern const struct sql watched_insert; /* commits a row with it */
extern const struct sql watched_wal;    /* a script */

struct watch *watched_open(const char *backend, int64_t poll_ms);
/* The code of an opening that must fail. */
int watched_refused(const char *backend, int64_t poll_ms);
/* Entries of a folder, as of /proc/self/fd. */
int watched_count(const char *folder);

#endif
