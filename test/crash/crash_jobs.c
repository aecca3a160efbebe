/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Processes with pools of workers are killed, stopped for longer than a claim
 * holds and let go on, and the clocks of half of them are set forward and back,
 * while a process that is killed too enqueues jobs. In the end every job was
 * done, once: its completion makes a node with the job's id for a key, in one
 * transaction.
 */
#include "crash.h"

#include "aftermath.h"
#include "fixture.h"
#include "invariants.h"
#include "pause.h"

#include "base/clock.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PROCESSES_MAX 16
#define THREADS 3
#define TIMEOUT_S 1
#define BATCH 100
#define STEP_MS 3000  /* a clock is set by so much at most */
#define STOP_MS 3000  /* a process is stopped for so long at most */

/* Seen by all processes; it survives a kill. */
struct seen {
	_Atomic int64_t offset_ms[PROCESSES_MAX];
	atomic_int is_over;
	atomic_int is_fed;
	atomic_long slow_every; /* so many jobs one takes long */
	atomic_long done;
	atomic_long late;     /* ends that were refused */
	atomic_long wrong;    /* ends that should have been */
	atomic_long twice;
	atomic_long failed;   /* anything else */
};

struct jobs {
	struct crash *crash;
	struct seen *seen;
	struct child children[PROCESSES_MAX];
	struct child feeder;
	int64_t goes_on_ms[PROCESSES_MAX]; /* 0: runs */
	int number;           /* of the child that starts */
	uint64_t random;      /* of that child */
	long kills;
	long stops;
	long steps;
};

static int64_t
tell_time(void *arg)
{
	return clock_wall_ms(NULL) + *(_Atomic int64_t *)arg;
}

/* ---- a worker's process ---- */

struct ending {
	struct seen *seen;
	const alk_job *job;
	bool is_mine;
};

static int
on_job(void *arg, const alk_job *now)
{
	struct ending *e = arg;

	e->is_mine = now->worker != NULL && now->attempts ==
	    e->job->attempts && strcmp(now->worker, e->job->worker) == 0;
	return 0;
}

static int
end_job(alk_session *s, void *arg)
{
	struct ending *e = arg;
	char key[32];

	e->is_mine = false;
	(void)alk_job_get(s, e->job->id, on_job, e);
	int rc = alk_job_complete(s, e->job->id, e->job->worker, NULL, 0, 0);
	if (rc != ALK_OK)
		return rc;
	if (!e->is_mine)
		e->seen->wrong++;
	snprintf(key, sizeof(key), "j%lld", (long long)e->job->id);
	return alk_node_create(s, "g", key, NULL);
}

/*
 * Some are in hand for so long that their process is stopped meanwhile, and
 * one that was claimed again for so long that the first is back by then.
 */
static void
take_time(struct seen *seen, const alk_job *job)
{
	if (job->attempts > 1)
		pause_us(job->id % 7 * 100000);
	else if (job->id % seen->slow_every == 0)
		pause_us(200000 + job->id % 5 * 100000);
	else if (job->id % 16 == 0)
		pause_us(job->id % 4096);
}

static int
handle(void *arg, alk_session *s, const alk_job *job, alk_work *w)
{
	struct seen *seen = arg;
	struct ending e = { seen, job, false };
	int rc;

	(void)w;
	take_time(seen, job);
	do
		rc = alk_transact(s, 0, end_job, &e);
	while (rc == ALK_BUSY);
	if (rc == ALK_OK)
		seen->done++;
	else if (rc == ALK_CONFLICT)
		seen->late++;
	else if (rc == ALK_EXISTS)
		seen->twice++;
	else
		seen->failed++;
	return ALK_WORK_ENDED;
}

static int
work(void *arg, int to)
{
	static const char *const queues[] = { "q" };
	struct jobs *j = arg;
	alk_options o = { .busy_ms = 60000 };
	alk_workers_options wo = { .queues = queues, .queues_count = 1,
		.handler = handle, .arg = j->seen, .threads = THREADS,
		.timeout_s = TIMEOUT_S, .poll_ms = 200 };
	alk_workers *w;
	alk_store *st;
	alk_session *s;
	alk_error err;

	(void)to;
	if (j->number % 2 != 0)
		o.clock = (alk_clock){ tell_time,
			&j->seen->offset_ms[j->number] };
	fixture_open(j->crash->path, &o, &st, &s);
	if (alk_workers_start(st, &wo, &w, &err) != ALK_OK) {
		fprintf(stderr, "workers: %s\n", err.text);
		return 1;
	}
	while (!j->seen->is_over)
		pause_us(2000);
	if (alk_workers_stop(w, -1) != ALK_OK)
		return 1;
	fixture_close(st, s);
	return 0;
}

/* ---- the process that enqueues ---- */

static int
feed(alk_session *s, void *arg)
{
	alk_job_new jobs[BATCH];
	char key[32];
	const long *batch = arg;

	for (int i = 0; i < BATCH; i++)
		jobs[i] = (alk_job_new){ .queue = "q", .payload = "{}",
			.bytes = 2, .priority = i % 3,
			.max_attempts = 1000000 };
	int rc = alk_queue_enqueue(s, jobs, BATCH, NULL);
	snprintf(key, sizeof(key), "f%ld", *batch);
	return rc == ALK_OK ? alk_node_create(s, "g", key, NULL) : rc;
}

/* Goes on behind the last batch that a killed one has made. */
static int
feed_all(void *arg, int to)
{
	struct jobs *j = arg;
	alk_options o = { .busy_ms = 60000 };
	alk_store *st;
	alk_session *s;
	alk_row row;
	char key[32];
	long batch = 0;

	(void)to;
	fixture_open(j->crash->path, &o, &st, &s);
	for (;; batch++) {
		snprintf(key, sizeof(key), "f%ld", batch);
		if (alk_node_get(s, "g", key, &row) != ALK_OK)
			break;
	}
	for (; batch < j->crash->jobs / BATCH; batch++)
		fixture_ok(s, alk_transact(s, 0, feed, &batch), "enqueue");
	j->seen->is_fed = 1;
	fixture_close(st, s);
	return 0;
}

/* ---- the disturber ---- */

static void
start_worker(struct jobs *j, int number)
{
	j->number = number;
	j->goes_on_ms[number] = 0;
	child_start(&j->children[number], work, j);
}

static void
kill_one(struct jobs *j, int number)
{
	child_kill(&j->children[number]);
	j->kills++;
	start_worker(j, number);
}

static void
stop_one(struct jobs *j, int number)
{
	if (j->goes_on_ms[number] != 0)
		return;
	kill(j->children[number].pid, SIGSTOP);
	j->goes_on_ms[number] = clock_wall_ms(NULL) + crash_below(j->crash, STOP_MS);
	j->stops++;
}

static void
let_go_on(struct jobs *j, int64_t now_ms)
{
	for (int i = 0; i < j->crash->processes; i++) {
		if (j->goes_on_ms[i] == 0 || j->goes_on_ms[i] > now_ms)
			continue;
		kill(j->children[i].pid, SIGCONT);
		j->goes_on_ms[i] = 0;
	}
}

static void
disturb(struct jobs *j)
{
	struct crash *c = j->crash;
	int number = (int)crash_below(c, c->processes);
	long what = crash_below(c, 100);

	if (what < 15) {
		kill_one(j, number);
	} else if (what < 50) {
		stop_one(j, number);
	} else if (what < 80) {
		j->seen->offset_ms[number] = crash_below(c, 2 * STEP_MS) -
		    STEP_MS;
		j->steps++;
	} else if (what < 82 && !j->seen->is_fed) {
		child_kill(&j->feeder);
		j->kills++;
		child_start(&j->feeder, feed_all, j);
	}
}

static long long
left(struct jobs *j)
{
	return invariants_number(j->crash->path,
	    "SELECT count(*) FROM _honker_live");
}

/* The last of the jobs are left in peace, so that a run has an end. */
static void
disturb_until_done(struct jobs *j)
{
	long jobs = j->crash->jobs;

	while (!j->seen->is_fed || j->seen->done < jobs - jobs / 20) {
		pause_us(30000);
		disturb(j);
		let_go_on(j, clock_wall_ms(NULL));
	}
	let_go_on(j, INT64_MAX);
	for (int i = 0; i < PROCESSES_MAX; i++)
		j->seen->offset_ms[i] = 0;
	while (left(j) > 0)
		pause_us(50000);
}

static int
end_all(struct jobs *j)
{
	int failed = crash_differs("exit status of the one that enqueues",
	    child_wait(&j->feeder), 0);

	j->seen->is_over = 1;
	for (int i = 0; i < j->crash->processes; i++)
		failed += crash_differs("exit status",
		    child_wait(&j->children[i]), 0);
	return failed;
}

static int
check(struct jobs *j)
{
	struct seen *seen = j->seen;
	const char *path = j->crash->path;
	int failed = 0;

	printf("%ld jobs, %d processes: %ld kills, %ld stops, %ld clocks set; "
	    "%ld late ends refused\n", j->crash->jobs, j->crash->processes,
	    j->kills, j->stops, j->steps, (long)seen->late);
	failed += crash_differs("jobs done", invariants_number(path,
	    "SELECT count(*) FROM nodes WHERE key GLOB 'j*'"), j->crash->jobs);
	failed += crash_differs("jobs left", left(j), 0);
	failed += crash_differs("dead letters", invariants_number(path,
	    "SELECT count(*) FROM _honker_dead"), 0);
	failed += crash_differs("ended twice", seen->twice, 0);
	failed += crash_differs("late ends accepted", seen->wrong, 0);
	failed += crash_differs("ends that failed", seen->failed, 0);
	failed += crash_differs("some were killed and stopped",
	    j->kills > 0 && j->stops > 0 && j->steps > 0, 1);
	failed += crash_differs("some ends came late", seen->late > 0, 1);
	return failed + aftermath_check(path, "crash jobs", NULL);
}

int
crash_jobs(struct crash *c)
{
	static struct jobs j;
	int failed;

	j = (struct jobs){ .crash = c, .seen = crash_share(c, sizeof(struct seen)) };
	if (j.seen == NULL)
		return 1;
	c->jobs -= c->jobs % BATCH;
	j.seen->slow_every = c->jobs > 10000 ? 499 : 61;
	fixture_make(c->path);
	child_start(&j.feeder, feed_all, &j);
	for (int i = 0; i < c->processes; i++)
		start_worker(&j, i);
	disturb_until_done(&j);
	failed = end_all(&j);
	failed += check(&j);
	(void)munmap(j.seen, sizeof(*j.seen));
	return failed;
}
