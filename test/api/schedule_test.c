/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Schedules from C: what scenarios cannot say. Fires are told behind the
 * commit; of several schedulers one leads, another takes over, and one that has
 * lost the lock without knowing fires nothing.
 */
#include "fixture_each.h"
#include "pause.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define TEST(f) \
	cmocka_unit_test_setup_teardown(f, set_up, fixture_tear_down)
#define START 1000000

static int
set_up(void **state)
{
	(void)state;
	return fixture_set_up_at(INT64_C(1000) * START);
}

static void
put(const char *name, const char *expr)
{
	alk_schedule_new n = { .name = name, .queue = "q", .expr = expr,
		.payload = "{}", .bytes = ALK_NUL };

	fixture_ok(f.session, alk_schedule_put(f.session, &n), "put");
}

/* ---- one session ---- */

static int
complete_it(void *arg, const alk_job *j)
{
	(void)arg;
	return alk_job_complete(f.session, j->id, "w", NULL, 0, 0);
}

static int
take_fire(void *arg, const alk_fire *fire)
{
	int *count = arg;

	assert_string_equal(fire->name, "s");
	assert_string_equal(fire->queue, "q");
	assert_int_equal(fire->at, START + 10);
	++*count;
	/* Outside of the tick's transaction: another is possible. */
	assert_int_equal(alk_queue_claim(f.session, "q", "w", 1, 30,
	    complete_it, NULL), ALK_OK);
	assert_int_equal(alk_job_cancel(f.session, fire->job_id), ALK_NOTFOUND);
	return 0;
}

static int
see(void *arg, const alk_schedule *s)
{
	assert_string_equal(s->name, "s");
	assert_int_equal(s->payload_bytes, 2);
	assert_null(s->zone);
	assert_int_equal(s->runs, 0);
	*(int64_t *)arg = s->next_at;
	return 1;
}

static void
fires_are_told_behind_the_commit(void **state)
{
	int count = 0;
	int64_t at = 0;

	(void)state;
	put("s", "@every 10s");
	put("t", "@every 90s");
	assert_int_equal(alk_schedule_tick(f.session, take_fire, &count),
	    ALK_OK);
	assert_int_equal(count, 0);
	now_ms += 10000;
	assert_int_equal(alk_schedule_tick(f.session, take_fire, &count),
	    ALK_OK);
	assert_int_equal(count, 1);
	assert_int_equal(alk_schedule_soonest(f.session, &at), ALK_OK);
	assert_int_equal(at, START + 20);
	at = 0;
	assert_int_equal(alk_schedule_get(f.session, "s", see, &at), ALK_OK);
	assert_int_equal(at, START + 20);
	at = 0;
	assert_int_equal(alk_schedule_list(f.session, see, &at), ALK_OK);
	assert_int_equal(at, START + 20); /* stopped before "t" */
	assert_int_equal(alk_schedule_pause(f.session, "s"), ALK_OK);
	assert_int_equal(alk_schedule_soonest(f.session, &at), ALK_OK);
	assert_int_equal(at, START + 90);
	assert_int_equal(alk_schedule_resume(f.session, "s"), ALK_OK);
	now_ms += 10000;
	assert_int_equal(alk_schedule_tick(f.session, NULL, NULL), ALK_OK);
	assert_int_equal(alk_schedule_delete(f.session, "s"), ALK_OK);
	assert_int_equal(alk_schedule_list(f.session, NULL, NULL), ALK_INVALID);
}

struct times {
	int64_t at[4];
	size_t count;
	size_t stop;
};

static int
take_time(void *arg, int64_t at)
{
	struct times *t = arg;

	t->at[t->count++] = at;
	return t->count == t->stop;
}

static void
times_of_an_expression_need_no_store(void **state)
{
	struct times t = { .stop = 2 };
	alk_error err;

	(void)state;
	/* Clocks in Berlin are set forward on 2026-03-29 at 01:00 UTC. */
	assert_int_equal(alk_cron_next("30 2 * * *", 0, "Europe/Berlin",
	    1774656000, 4, take_time, &t, &err), ALK_OK);
	assert_int_equal(t.count, 2);
	assert_int_equal(t.at[0], 1774661400); /* 28th, 01:30 UTC */
	assert_int_equal(t.at[1], 1774746000); /* 29th, 01:00 UTC */
	assert_int_equal(alk_cron_next("x", 0, NULL, 0, 1, take_time, &t,
	    NULL), ALK_INVALID);
	assert_int_equal(alk_cron_next(NULL, 0, NULL, 0, 1, take_time, &t,
	    &err), ALK_INVALID);
	assert_int_equal(alk_cron_next("@every 1s", 0, NULL, 0, 1, NULL, NULL,
	    &err), ALK_INVALID);
	assert_int_equal(alk_cron_next("0 0 30 2 *", 0, "UTC", 0, 1, take_time,
	    &t, &err), ALK_INVALID);
	assert_int_equal(t.count, 2);
}

/* ---- schedulers ---- */

struct running {
	alk_session *session;
	alk_scheduler_options o;
	pthread_t thread;
	atomic_int leads; /* 1, 0; -1 never told */
	atomic_int fires;
	int code;
};

static void
note_leads(void *arg, int does)
{
	atomic_store(&((struct running *)arg)->leads, does);
}

static int
count_fire(void *arg, const alk_fire *fire)
{
	(void)fire;
	atomic_fetch_add(&((struct running *)arg)->fires, 1);
	return 0;
}

static void *
run(void *arg)
{
	struct running *r = arg;

	r->code = alk_scheduler_run(r->session, &r->o, count_fire, r);
	return NULL;
}

static void
start(struct running *r, const char *owner)
{
	*r = (struct running){ .o = { .owner = owner,
	    .leads = note_leads }, .leads = -1 };
	fixture_ok(f.session, alk_session_open(f.store, NULL, &r->session,
	    NULL), "session");
	assert_int_equal(pthread_create(&r->thread, NULL, run, r), 0);
}

static void
stop(struct running *r)
{
	alk_session_cancel(r->session);
	pthread_join(r->thread, NULL);
	assert_int_equal(r->code, ALK_CANCELLED);
	alk_session_close(r->session);
}

static void
wait_for(atomic_int *what, int value)
{
	for (int i = 0; i < 5000 && atomic_load(what) != value; i++)
		pause_ms(2);
	assert_int_equal(atomic_load(what), value);
}

static void
one_leads_and_another_takes_over(void **state)
{
	struct running a;
	struct running b;

	(void)state;
	put("s", "@every 10s");
	start(&a, "a");
	wait_for(&a.leads, 1);
	start(&b, "b");
	assert_int_equal(alk_lock_acquire(f.session, "honker-scheduler", "c",
	    3), ALK_CONFLICT);
	now_ms += 10000;
	/* A commit wakes whoever sleeps; the lock holds a while longer. */
	assert_int_equal(alk_notify(f.session, "x", "{}", 2, NULL), ALK_OK);
	wait_for(&a.fires, 1);
	stop(&a);
	wait_for(&b.leads, 1); /* released: at once */
	now_ms += 10000;
	assert_int_equal(alk_notify(f.session, "x", "{}", 2, NULL), ALK_OK);
	wait_for(&b.fires, 1);
	stop(&b);
	assert_int_equal(alk_lock_acquire(f.session, "honker-scheduler", "c",
	    3), ALK_OK);
}

/* Nobody else writes between the clock's step and the theft. */
static int
steal(alk_session *s, void *arg)
{
	(void)arg;
	now_ms += 100000;
	return alk_lock_acquire(s, "honker-scheduler", "thief", 60);
}

/* As if it had slept until its time had run out, and another came. */
static void
one_that_lost_the_lock_fires_nothing(void **state)
{
	struct running a;

	(void)state;
	put("s", "@every 10s");
	start(&a, NULL);
	wait_for(&a.leads, 1);
	assert_int_equal(alk_transact(f.session, 0, steal, NULL), ALK_OK);
	wait_for(&a.leads, 0);
	assert_int_equal(atomic_load(&a.fires), 0);
	stop(&a);
}

static int
stop_at_once(void *arg, const alk_fire *fire)
{
	(void)arg;
	(void)fire;
	return 1;
}

static int
run_inside(alk_session *s, void *arg)
{
	(void)arg;
	return alk_scheduler_run(s, NULL, NULL, NULL);
}

static void
a_run_ends_as_it_is_told(void **state)
{
	alk_scheduler_options o = { .ttl_s = 1 };

	(void)state;
	put("s", "@every 10s");
	now_ms += 10000;
	assert_int_equal(alk_scheduler_run(f.session, NULL, stop_at_once,
	    NULL), ALK_OK);
	assert_int_equal(alk_session_error(f.session)->code, ALK_OK);
	assert_int_equal(alk_transact(f.session, 0, run_inside, NULL),
	    ALK_MISUSE);
	assert_int_equal(alk_scheduler_run(f.session, &o, NULL, NULL),
	    ALK_INVALID);
	alk_session_cancel(f.session);
	assert_int_equal(alk_scheduler_run(f.session, NULL, NULL, NULL),
	    ALK_CANCELLED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fires_are_told_behind_the_commit),
		TEST(times_of_an_expression_need_no_store),
		TEST(one_leads_and_another_takes_over),
		TEST(one_that_lost_the_lock_fires_nothing),
		TEST(a_run_ends_as_it_is_told),
	};

	return cmocka_run_group_tests_name("api/schedule", tests, NULL, NULL);
}
