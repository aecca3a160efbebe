/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Processes that run schedules are killed and stopped at random, the leader
 * among them, and started again; their clock goes twenty times as fast as the
 * true one. Each time of a schedule has to fire once: as many jobs are there as
 * the schedule has stepped on, no process was told a time that another was
 * told, and most were told to one.
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

#define FACTOR 20
#define TTL_S 3
#define SCHEDULES 3
#define TIMES_MAX 100000
#define PAUSE_MS 300 /* between two kills at most */
#define LIMITED 10   /* runs of the schedule that has a limit */

/* The periods let what is missed while nobody leads be caught up with. */
static const struct {
	const char *name;
	const char *expr;
	int64_t period_s;
} kinds[SCHEDULES] = {
	{ "every", "@every 5s", 5 },
	{ "cron", "*/10 * * * * *", 10 },
	{ "limited", "@every 5s", 5 },
};

/* Seen by all processes; it survives a kill. */
struct seen {
	int64_t begun_ms;
	int64_t first[SCHEDULES]; /* times that were due first */
	atomic_uchar told[SCHEDULES][TIMES_MAX];
	atomic_long leads;
	atomic_long odd;          /* told a time that is none */
};

struct schedules {
	struct crash *crash;
	struct seen *seen;
	struct child children[16];
	long kills;
	long stops;
};

static int64_t
tell_time(void *arg)
{
	const struct seen *seen = arg;

	return seen->begun_ms + (clock_wall_ms(NULL) - seen->begun_ms) * FACTOR;
}

static void
open_store(struct schedules *t, alk_store **st, alk_session **s)
{
	alk_options o = { .busy_ms = 60000,
		.clock = { tell_time, t->seen } };

	fixture_open(t->crash->path, &o, st, s);
}

/* ---- a process that runs schedules ---- */

static int
on_fire(void *arg, const alk_fire *f)
{
	struct seen *seen = arg;

	for (int i = 0; i < SCHEDULES; i++) {
		int64_t since = f->at - seen->first[i];
		int64_t n = since / kinds[i].period_s;
		if (strcmp(f->name, kinds[i].name) != 0)
			continue;
		if (since < 0 || since % kinds[i].period_s != 0 ||
		    n >= TIMES_MAX)
			seen->odd++;
		else
			seen->told[i][n]++;
	}
	return 0;
}

static void
on_lead(void *arg, int does)
{
	((struct seen *)arg)->leads += does != 0;
}

static int
run(void *arg, int to)
{
	struct schedules *t = arg;
	alk_scheduler_options o = { .ttl_s = TTL_S, .leads = on_lead };
	alk_store *st;
	alk_session *s;

	(void)to;
	open_store(t, &st, &s);
	fixture_ok(s, alk_scheduler_run(s, &o, on_fire, t->seen), "run");
	fixture_close(st, s);
	return 0;
}

/* ---- the disturber ---- */

static void
put_all(struct schedules *t)
{
	alk_store *st;
	alk_session *s;
	char sql[200];

	open_store(t, &st, &s);
	for (int i = 0; i < SCHEDULES; i++) {
		alk_schedule_new n = { .name = kinds[i].name,
			.queue = kinds[i].name, .expr = kinds[i].expr,
			.payload = "{}", .bytes = 2, .zone = "UTC",
			.max_runs = i == 2 ? LIMITED : 0 };
		fixture_ok(s, alk_schedule_put(s, &n), "put");
	}
	fixture_close(st, s);
	for (int i = 0; i < SCHEDULES; i++) {
		snprintf(sql, sizeof(sql), "SELECT next_fire_at FROM "
		    "_honker_scheduler_tasks WHERE name = '%s'",
		    kinds[i].name);
		t->seen->first[i] = invariants_number(t->crash->path, sql);
	}
}

static void
disturb(struct schedules *t)
{
	struct crash *c = t->crash;
	int number = (int)crash_below(c, c->processes);
	struct child *child = &t->children[number];

	if (crash_below(c, 4) == 0) {
		kill(child->pid, SIGSTOP);
		pause_ms(crash_below(c, PAUSE_MS));
		kill(child->pid, SIGCONT);
		t->stops++;
		return;
	}
	child_kill(child);
	t->kills++;
	child_start(child, run, t);
}

/* ---- what came of it ---- */

static long long
number(struct schedules *t, const char *format, const char *name)
{
	char sql[300];

	snprintf(sql, sizeof(sql), format, name);
	return invariants_number(t->crash->path, sql);
}

static int
check_told(const struct schedules *t, int i, long long times)
{
	long long untold = 0;
	int failed = 0;

	for (long long n = 0; n < TIMES_MAX; n++) {
		int told = t->seen->told[i][n];
		failed += n < times ? told > 1 : told > 0;
		untold += n < times && told == 0;
	}
	failed = crash_differs("times told twice, or not fired", failed, 0);
	/* A kill comes seldom just between a commit and its telling. */
	printf("  told to nobody: %lld\n", untold);
	return failed + crash_differs("most times were told",
	    2 * untold < times, 1);
}

static int
check_one(struct schedules *t, int i)
{
	const char *name = kinds[i].name;
	long long next = number(t, "SELECT next_fire_at FROM "
	    "_honker_scheduler_tasks WHERE name = '%s'", name);
	long long jobs = number(t, "SELECT count(*) FROM _honker_live "
	    "WHERE queue = '%s'", name);
	long long times = (next - t->seen->first[i]) / kinds[i].period_s;
	int failed = 0;

	printf("%s: %lld times, %lld jobs\n", name, times, jobs);
	if (i == 2)
		times = LIMITED;
	failed += crash_differs("jobs", jobs, times);
	failed += crash_differs("some times came", times >= LIMITED / 2, 1);
	return failed + check_told(t, i, times);
}

int
crash_schedule(struct crash *c)
{
	static struct schedules t;
	int failed = 0;

	t = (struct schedules){ .crash = c, .seen = crash_share(c, sizeof(struct seen)) };
	if (t.seen == NULL)
		return 1;
	t.seen->begun_ms = clock_wall_ms(NULL);
	fixture_make(c->path);
	put_all(&t);
	for (int i = 0; i < c->processes; i++)
		child_start(&t.children[i], run, &t);
	for (int i = 0; i < c->rounds; i++) {
		pause_ms(crash_below(c, PAUSE_MS));
		disturb(&t);
	}
	for (int i = 0; i < c->processes; i++)
		child_kill(&t.children[i]);
	printf("%ld kills, %ld stops, %ld times a process began to lead\n",
	    t.kills, t.stops, (long)t.seen->leads);
	for (int i = 0; i < SCHEDULES; i++)
		failed += check_one(&t, i);
	failed += crash_differs("times that are none", t.seen->odd, 0);
	failed += crash_differs("the lead was handed over",
	    t.seen->leads >= 3, 1);
	failed += aftermath_check(c->path, "crash schedule", NULL);
	(void)munmap(t.seen, sizeof(*t.seen));
	return failed;
}
