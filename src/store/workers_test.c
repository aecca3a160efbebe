/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Pools of workers where memory is missing: starting fails whole, and a job is
 * run in the end whatever failed on its way. And the backoff.
 */
#include "store/workers.h"

#include "fixture_each.h"
#include "memory.h"
#include "pause.h"

#include <stdlib.h>

static atomic_int ran;

static int
set_up(void **state)
{
	(void)state;
	return fixture_set_up_at(INT64_C(1000000000));
}

static int
run_it(void *arg, alk_session *s, const alk_job *job, alk_work *w)
{
	(void)arg;
	(void)s;
	(void)job;
	ran++;
	return alk_work_result(w, "{}", ALK_NUL, 1);
}

static const char *const queues[] = { "q" };
static const alk_workers_options options = { .queues = queues,
	.queues_count = 1, .handler = run_it, .threads = 2, .timeout_s = 60,
	.poll_ms = 20 };

/* Behind two looks it has prepared all that it ever will. */
static void
look_and_stop(alk_workers *w)
{
	alk_workers_stats s;

	do {
		pause_ms(1);
		alk_workers_look(w, &s);
	} while (s.empty < 2);
	assert_int_equal(alk_workers_stop(w, -1), ALK_OK);
}

static void
a_pool_starts_whole_or_not_at_all(void **state)
{
	alk_workers *w = NULL;
	alk_error err;
	int rc = ALK_NOMEM;

	(void)state;
	/* What the store keeps for good is there behind the first. */
	assert_int_equal(alk_workers_start(f.store, &options, &w, &err),
	    ALK_OK);
	look_and_stop(w);
	for (int n = 0; rc != ALK_OK && n < 2000; n++) {
		int64_t before = memory_live();
		memory_fail_at(n, false);
		rc = alk_workers_start(f.store, &options, &w, &err);
		memory_heal();
		if (rc == ALK_OK)
			look_and_stop(w);
		else
			assert_int_equal(rc, ALK_NOMEM);
		assert_int_equal(err.code, rc);
		assert_int_equal(memory_live(), before);
	}
	assert_int_equal(rc, ALK_OK);
}

static uint64_t
completed(alk_workers *w)
{
	alk_workers_stats s;

	alk_workers_look(w, &s);
	return s.completed;
}

/* Where ending it failed, the claim has to lapse before it runs again. */
static void
await(alk_workers *w, uint64_t count)
{
	for (int i = 1; i < 20000 && completed(w) < count; i++) {
		pause_ms(1);
		if (i % 200 == 0)
			now_ms += 1000 * 3600;
	}
	assert_int_equal(completed(w), count);
}

static void
a_job_is_run_whatever_memory_was_missing(void **state)
{
	alk_job_new j = { .queue = "q", .payload = "1", .bytes = 1,
		.max_attempts = 1000, .delay_s = 1 };
	alk_workers *w = NULL;
	int step = getenv("ALK_TEST_FULL") != NULL ? 1 : 7;
	bool has_fired = true;

	(void)state;
	ran = 0;
	assert_int_equal(alk_workers_start(f.store, &options, &w, NULL),
	    ALK_OK);
	for (uint64_t i = 1; has_fired && i < 5000; i++) {
		assert_int_equal(alk_queue_enqueue(f.session, &j, 1, NULL),
		    ALK_OK);
		memory_fail_at((int64_t)(i - 1) * step, false);
		now_ms += 1000; /* due, and found at the next look */
		await(w, i);
		has_fired = memory_fired();
		memory_heal();
	}
	assert_false(has_fired); /* the last was done without a failure */
	assert_int_equal(alk_workers_stop(w, -1), ALK_OK);
}

static void
a_backoff_grows_up_to_its_bound(void **state)
{
	alk_backoff b = { .base_s = 2, .factor = 3, .max_s = 100 };

	(void)state;
	assert_int_equal(workers_backoff_s(&b, 1, 1), 2);
	assert_int_equal(workers_backoff_s(&b, 2, 1), 6);
	assert_int_equal(workers_backoff_s(&b, 4, 1), 54);
	assert_int_equal(workers_backoff_s(&b, 5, 1), 100);
	assert_int_equal(workers_backoff_s(&b, INT64_MAX, 1), 100);
	b.jitter = 0.5;
	assert_int_equal(workers_backoff_s(&b, 5, 1), 50);
	assert_int_equal(workers_backoff_s(&b, 5, 0.5), 75);
	assert_int_equal(workers_backoff_s(&b, 5, 0), 100);
	b.base_s = -1;
	assert_int_equal(workers_backoff_s(&b, 5, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_pool_starts_whole_or_not_at_all, set_up,
		    fixture_tear_down),
		cmocka_unit_test_setup_teardown(
		    a_job_is_run_whatever_memory_was_missing, set_up,
		    fixture_tear_down),
		cmocka_unit_test(a_backoff_grows_up_to_its_bound),
	};

	memory_install();
	return cmocka_run_group_tests_name("store/workers", tests, NULL, NULL);
}
