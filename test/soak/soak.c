/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * soak SECONDS
 *
 * Threads that enqueue, work, publish, read, notify, wait, lock and count
 * against limits, open and close sessions, stores and pools, all on one file,
 * for so long. What they have left behind is deleted meanwhile, so that the file
 * stays small; then nothing may grow: blocks, resident memory, descriptors,
 * threads. In the end every block that the store took is given back.
 */
#include "fixture.h"
#include "memory.h"
#include "pause.h"
#include "soak_look.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_MS 200

static struct fixture f;
static atomic_bool is_over;
static atomic_long wrong;
static atomic_long jobs_in;
static atomic_long jobs_run;
static atomic_long events_read;
static atomic_long wakes;
static atomic_long held;
static atomic_long rounds; /* of opening and closing */

static void
expect(alk_session *s, int rc, const char *what)
{
	if (rc == ALK_OK || rc == ALK_BUSY)
		return;
	fprintf(stderr, "%s: %s %s\n", what, alk_error_name(rc),
	    alk_session_error(s)->text);
	wrong++;
}

static alk_session *
begin(void)
{
	alk_session *s = NULL;

	if (alk_session_open(f.store, NULL, &s, NULL) != ALK_OK) {
		wrong++;
		is_over = true;
	}
	return s;
}

/* ---- what threads do ---- */

static int
send_all(alk_session *s, void *arg)
{
	alk_job_new jobs[4];
	int64_t ids[4];
	const int *n = arg;

	for (int i = 0; i < 4; i++)
		jobs[i] = (alk_job_new){ .queue = "q", .payload = "{\"n\":1}",
			.bytes = ALK_NUL, .priority = i,
			.delay_s = i == 3 ? 1 : 0, .expires_s = 600 };
	int rc = alk_queue_enqueue(s, jobs, 4, ids);
	if (rc == ALK_OK && *n % 8 == 0)
		rc = alk_job_cancel(s, ids[2]);
	if (rc == ALK_OK)
		rc = alk_stream_publish(s, "t", "k", "{}", 2, NULL);
	return rc == ALK_OK ? alk_notify(s, "c", "{}", 2, NULL) : rc;
}

static void *
produce(void *arg)
{
	alk_session *s = begin();

	(void)arg;
	for (int n = 0; !is_over; n++) {
		expect(s, alk_transact(s, 0, send_all, &n), "send");
		jobs_in += 4;
		pause_ms(3);
	}
	alk_session_close(s);
	return NULL;
}

static int
complete(alk_session *s, void *arg)
{
	const alk_job *job = arg;
	int rc = alk_node_put(s, "g", "last", "{\"n\":2}");

	return rc != ALK_OK ? rc :
	    alk_job_complete(s, job->id, job->worker, "1", 1, 1);
}

static int
handle(void *arg, alk_session *s, const alk_job *job, alk_work *w)
{
	(void)arg;
	jobs_run++;
	switch (job->id % 5) {
	case 0:
		return alk_work_result(w, "{\"done\":true}", ALK_NUL, 1);
	case 1:
		return job->attempts < 2 ? alk_work_retry(w, 0, "again") :
		    ALK_OK;
	case 2:
		return alk_work_fail(w, "for good");
	case 3:
		return alk_transact(s, 0, complete, (void *)(size_t)job) ==
		    ALK_OK ? ALK_WORK_ENDED : ALK_WORK_RETRY;
	default:
		return alk_work_check(w);
	}
}

static alk_workers *
start_pool(alk_store *st, int threads)
{
	static const char *const queues[] = { "q", "none" };
	alk_workers_options o = { .queues = queues, .queues_count = 2,
		.handler = handle, .threads = threads, .timeout_s = 30,
		.poll_ms = 500 };
	alk_workers *w = NULL;
	alk_error err;

	if (alk_workers_start(st, &o, &w, &err) != ALK_OK) {
		fprintf(stderr, "workers: %s\n", err.text);
		wrong++;
	}
	return w;
}

static int
on_event(void *arg, const alk_row *row)
{
	(void)row;
	++*(long *)arg;
	return 0;
}

static void *
consume(void *arg)
{
	alk_session *s = begin();

	(void)arg;
	while (!is_over) {
		int64_t at = 0;
		long count = 0;
		int rc = alk_wait(s, 50);
		if (rc == ALK_OK)
			wakes++;
		else if (rc != ALK_TIMEOUT)
			expect(s, rc, "wait");
		expect(s, alk_stream_saved(s, "me", "t", &at), "saved");
		expect(s, alk_stream_read(s, "t", at, 50, on_event, &count,
		    &at), "read");
		events_read += count;
		expect(s, alk_stream_save(s, "me", "t", at), "save");
	}
	alk_session_close(s);
	return NULL;
}

static void *
hold(void *arg)
{
	alk_session *s = begin();
	const char *me = arg;

	while (!is_over) {
		int allowed = 0;
		int rc = alk_lock_acquire(s, "l", me, 30);
		if (rc == ALK_OK) {
			held++;
			expect(s, alk_lock_renew(s, "l", me, 30), "renew");
			expect(s, alk_lock_release(s, "l", me), "release");
		} else if (rc != ALK_CONFLICT) {
			expect(s, rc, "lock");
		}
		expect(s, alk_rate_try(s, "r", 100, 1, &allowed), "limit");
		pause_ms(5);
	}
	alk_session_close(s);
	return NULL;
}

/* Sessions, a second store on the file and a pool of it, made and closed. */
static void *
come_and_go(void *arg)
{
	(void)arg;
	while (!is_over) {
		alk_store *st;
		alk_session *s;
		int64_t swept;
		fixture_open(f.path, NULL, &st, &s);
		alk_workers *w = start_pool(st, 3);
		pause_ms(20);
		expect(s, alk_queue_sweep(s, "q", &swept), "sweep");
		if (alk_workers_stop(w, -1) != ALK_OK)
			wrong++;
		fixture_close(st, s);
		rounds++;
		pause_ms(50);
	}
	return NULL;
}

/*
 * The library keeps what was sent until it is told otherwise. This connection
 * uses the library's own SQLite, as it must.
 */
static void *
delete_old(void *arg)
{
	sqlite3 *db = NULL;

	(void)arg;
	if (sqlite3_open(f.path, &db) != SQLITE_OK)
		wrong++;
	sqlite3_busy_timeout(db, 20000);
	while (!is_over) {
		if (sqlite3_exec(db, "BEGIN IMMEDIATE;"
		    "DELETE FROM _honker_stream WHERE offset < (SELECT "
		    "max(offset) FROM _honker_stream) - 500;"
		    "DELETE FROM _honker_notifications WHERE id < (SELECT "
		    "max(id) FROM _honker_notifications) - 500;"
		    "DELETE FROM _honker_dead;"
		    "DELETE FROM _honker_results;"
		    "DELETE FROM _honker_rate_limits;"
		    "DELETE FROM _alk_attempt; COMMIT", NULL, NULL, NULL) !=
		    SQLITE_OK) {
			fprintf(stderr, "delete: %s\n", sqlite3_errmsg(db));
			wrong++;
			break;
		}
		pause_ms(100);
	}
	sqlite3_close(db);
	return NULL;
}

/* ---- the run ---- */

static const struct {
	void *(*run)(void *);
	const char *arg;
} threads[] = {
	{ produce, NULL }, { produce, NULL }, { consume, NULL },
	{ hold, "a" }, { hold, "b" }, { come_and_go, NULL },
	{ delete_old, NULL },
};

#define THREADS (sizeof(threads) / sizeof(threads[0]))

/* The first third is to get warm; then an early part, and the last third. */
static void
look_on(struct look *l, long seconds)
{
	long looks = seconds * 1000 / LOOK_MS;

	for (long i = 0; i < looks && wrong == 0; i++) {
		pause_ms(LOOK_MS);
		if (i >= looks / 3)
			look_add(l, i >= looks * 2 / 3);
	}
}

static void
run(struct look *l, long seconds)
{
	pthread_t ids[THREADS];
	alk_workers *w = start_pool(f.store, 4);

	for (size_t i = 0; i < THREADS; i++)
		if (pthread_create(&ids[i], NULL, threads[i].run,
		    (void *)(size_t)threads[i].arg) != 0)
			exit(2);
	look_on(l, seconds);
	is_over = true;
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(ids[i], NULL);
	if (alk_workers_stop(w, -1) != ALK_OK)
		wrong++;
}

int
main(int argc, char **argv)
{
	long seconds = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
	struct look l;
	int failed = 0;

	if (seconds < 1) {
		fputs("usage: soak SECONDS\n", stderr);
		return 2;
	}
	memset(&l, 0, sizeof(l));
	memory_install();
	sqlite3_initialize();
	fixture_init(&f, NULL);
	fixture_fini(&f);
	int64_t before = memory_live();
	fixture_init(&f, NULL);
	run(&l, seconds);
	fixture_fini(&f);
	printf("%ld jobs in, %ld runs, %ld events, %ld wakes, %ld locks, "
	    "%ld pools\n", (long)jobs_in, (long)jobs_run, (long)events_read,
	    (long)wakes, (long)held, (long)rounds);
	failed += look_check(&l);
	if (memory_live() != before) {
		fprintf(stderr, "%lld blocks are left\n",
		    (long long)(memory_live() - before));
		failed++;
	}
	if (jobs_in == 0 || jobs_run == 0 || events_read == 0 || wakes == 0 ||
	    held == 0 || rounds == 0) {
		fputs("something was never done\n", stderr);
		failed++;
	}
	return failed != 0 || wrong != 0;
}
