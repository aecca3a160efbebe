/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Pools of workers: jobs end as their handlers say, once; a pool that has
 * nothing to do sleeps and is woken; one that stops gives back what it has.
 * Handlers count what went wrong; the test's own thread asserts.
 */
#include "fixture_each.h"
#include "pause.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TEST(f) \
	cmocka_unit_test_setup_teardown(f, set_up, fixture_tear_down)
#define START INT64_C(1000000)
#define PATIENCE_MS 20000

static atomic_int wrong;
static atomic_int begun;
static atomic_int ran;
static atomic_bool is_released; /* handlers that hold on may return */
static atomic_int said;         /* by alk_work_check() */

static int
set_up(void **state)
{
	(void)state;
	wrong = begun = ran = 0;
	said = ALK_OK;
	is_released = false;
	return fixture_set_up_at(1000 * START);
}

/* Until a count is reached, or patience is at an end. */
static void
await(atomic_int *count, int wanted)
{
	for (int i = 0; i < PATIENCE_MS && *count < wanted; i++)
		pause_ms(1);
	assert_int_equal(*count, wanted);
}

static int64_t
enqueue(const char *queue, const char *payload, int64_t delay_s)
{
	alk_job_new j = { .queue = queue, .payload = payload,
		.bytes = ALK_NUL, .delay_s = delay_s };
	int64_t id = 0;

	fixture_ok(f.session, alk_queue_enqueue(f.session, &j, 1, &id),
	    "enqueue");
	return id;
}

static const char *const queues[] = { "first", "second" };

static alk_workers *
start(alk_handler_fn handler, int threads, int64_t timeout_s)
{
	alk_workers_options o = { .queues = queues, .queues_count = 2,
		.handler = handler, .threads = threads,
		.timeout_s = timeout_s, .poll_ms = 20,
		.backoff = { .base_s = 10 } };
	alk_workers *w = NULL;
	alk_error err;

	assert_int_equal(alk_workers_start(f.store, &o, &w, &err), ALK_OK);
	return w;
}

static void
stop(alk_workers *w)
{
	assert_int_equal(alk_workers_stop(w, PATIENCE_MS), ALK_OK);
}

/* When `completed` and the like are counted, the job has ended. */
static alk_workers_stats
look_until(alk_workers *w, uint64_t ended)
{
	alk_workers_stats s;

	for (int i = 0; i < PATIENCE_MS; i++) {
		alk_workers_look(w, &s);
		if (s.completed + s.ended + s.retried + s.failed + s.late >=
		    ended && s.running == 0)
			break;
		pause_ms(1);
	}
	assert_int_equal(s.completed + s.ended + s.retried + s.failed + s.late,
	    ended);
	return s;
}

static int
keep_attempts(void *arg, const alk_job *job)
{
	*(int64_t *)arg = job->attempts;
	return 0;
}

static bool
is_gone(int64_t id)
{
	int64_t attempts;

	return alk_job_get(f.session, id, keep_attempts, &attempts) ==
	    ALK_NOTFOUND;
}

static int64_t
attempts_of(int64_t id)
{
	int64_t attempts = -1;

	assert_int_equal(alk_job_get(f.session, id, keep_attempts, &attempts),
	    ALK_OK);
	return attempts;
}

/* ---- how jobs end ---- */

static int
write_once(alk_session *s, void *arg)
{
	const alk_job *job = arg;
	int rc = alk_node_create(s, "g", job->payload, "{\"n\":1}");

	return rc != ALK_OK ? rc :
	    alk_job_complete(s, job->id, job->worker, NULL, 0, 0);
}

static int
as_it_says(void *arg, alk_session *s, const alk_job *job, alk_work *w)
{
	(void)arg;
	ran++;
	if (strcmp(job->state, "processing") != 0 || job->attempts != 1 ||
	    strncmp(job->worker, "worker-", 7) != 0 ||
	    strcmp(job->queue, "first") != 0 || alk_work_check(w) != ALK_OK)
		wrong++;
	if (strcmp(job->payload, "retry") == 0)
		return alk_work_retry(w, 77, "not yet");
	if (strcmp(job->payload, "fail") == 0)
		return alk_work_fail(w, "never");
	if (strcmp(job->payload, "error") == 0)
		return alk_node_create(s, "none", "k", NULL);
	if (strcmp(job->payload, "odd") == 0)
		return 99;
	if (strcmp(job->payload, "bad result") == 0)
		return alk_work_result(w, "\xff", 1, 0);
	if (strcmp(job->payload, "result") == 0)
		return alk_work_result(w, "[1]", ALK_NUL, 60);
	if (strcmp(job->payload, "once") != 0)
		return ALK_OK;
	int rc = alk_transact(s, 0, write_once, (void *)(size_t)job);
	return rc == ALK_OK ? ALK_WORK_ENDED : rc;
}

static int
keep_run_at(void *arg, const alk_job *job)
{
	*(int64_t *)arg = job->run_at;
	return 0;
}

static int64_t
run_at(int64_t id)
{
	int64_t at = 0;

	assert_int_equal(alk_job_get(f.session, id, keep_run_at, &at), ALK_OK);
	return at - START;
}

static void
a_job_ends_as_its_handler_says(void **state)
{
	const char *text;
	alk_row row;
	alk_workers *w = start(as_it_says, 3, 0);

	(void)state;
	int64_t done = enqueue("first", "done", 0);
	int64_t result = enqueue("first", "result", 0);
	int64_t once = enqueue("first", "once", 0);
	int64_t fail = enqueue("first", "fail", 0);
	alk_workers_stats s = look_until(w, 4);
	assert_int_equal(s.completed, 2);
	assert_int_equal(s.ended, 1);
	assert_int_equal(s.failed, 1);
	assert_int_equal(s.last.code, ALK_OK);
	for (int64_t id = done; id <= fail; id++)
		assert_true(is_gone(id));
	assert_int_equal(alk_result_get(f.session, result, &text, NULL),
	    ALK_OK);
	assert_string_equal(text, "[1]");
	assert_int_equal(alk_result_get(f.session, once, &text, NULL),
	    ALK_NOTFOUND);
	assert_int_equal(alk_node_get(f.session, "g", "once", &row), ALK_OK);
	enqueue("first", "", 0);
	look_until(w, 5);
	stop(w);
	assert_int_equal(wrong, 0);
}

static void
a_job_that_failed_waits_for_its_backoff(void **state)
{
	static const struct {
		const char *payload;
		int64_t delay_s;
	} cases[] = { { "retry", 77 }, { "error", 10 }, { "odd", 10 },
		{ "bad result", 10 } };
	alk_workers *w = start(as_it_says, 1, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t id = enqueue("first", cases[i].payload, 0);
		alk_workers_stats s = look_until(w, i + 1);
		assert_int_equal(s.retried, i + 1);
		assert_int_equal(run_at(id), cases[i].delay_s);
		assert_int_equal(alk_job_cancel(f.session, id), ALK_OK);
	}
	stop(w);
	assert_int_equal(wrong, 0);
}

static int
count_it(void *arg, alk_session *s, const alk_job *job, alk_work *w)
{
	(void)arg;
	(void)s;
	(void)w;
	if (strcmp(job->queue, "second") == 0 && ran < 3)
		wrong++;
	ran++;
	return ALK_OK;
}

static void
jobs_of_an_earlier_queue_come_first(void **state)
{
	(void)state;
	enqueue("second", "2", 0);
	for (int i = 0; i < 3; i++)
		enqueue("first", "1", 0);
	alk_workers *w = start(count_it, 1, 0);
	await(&ran, 4);
	stop(w);
	assert_int_equal(wrong, 0);
}

/* ---- waiting ---- */

static void
a_pool_that_sleeps_is_woken_by_another_store(void **state)
{
	alk_workers_options o = { .queues = queues, .queues_count = 1,
		.handler = count_it, .threads = 4 };
	alk_job_new j = { .queue = "first", .payload = "1", .bytes = 1 };
	alk_options so = { .clock = { .now_ms = fixture_now } };
	alk_workers *w = NULL;
	alk_workers_stats s;
	alk_store *st;
	alk_session *other;

	(void)state;
	assert_int_equal(alk_workers_start(f.store, &o, &w, NULL), ALK_OK);
	fixture_open(f.path, &so, &st, &other);
	pause_ms(100);
	alk_workers_look(w, &s);
	assert_in_range(s.empty, 1, 5); /* it sleeps */
	for (int i = 1; i <= 5; i++) {
		fixture_ok(other, alk_queue_enqueue(other, &j, 1, NULL),
		    "enqueue");
		await(&ran, i); /* far sooner than its own look */
	}
	stop(w);
	fixture_close(st, other);
}

static void
a_job_that_is_not_due_is_run_when_it_is(void **state)
{
	alk_workers *w = start(count_it, 2, 0);
	alk_workers_stats s;

	(void)state;
	enqueue("first", "1", 5);
	pause_ms(60);
	assert_int_equal(ran, 0);
	now_ms += 4999;
	pause_ms(60);
	assert_int_equal(ran, 0);
	now_ms += 1;
	await(&ran, 1);
	s = look_until(w, 1);
	assert_int_equal(s.completed, 1);
	stop(w);
}

/* ---- claims ---- */

static int
hold_on(void *arg, alk_session *s, const alk_job *job, alk_work *w)
{
	(void)arg;
	(void)s;
	(void)job;
	begun++;
	for (int i = 0; i < PATIENCE_MS && !is_released; i++) {
		said = alk_work_check(w);
		pause_ms(1);
	}
	ran++;
	return ALK_OK;
}

static void
a_claim_is_extended_while_its_handler_runs(void **state)
{
	alk_workers *w = start(hold_on, 1, 1);
	alk_workers_stats s;

	(void)state;
	enqueue("first", "1", 0);
	await(&begun, 1);
	for (int i = 0; i < 3; i++) { /* a second passes in half a second */
		pause_ms(500);
		now_ms += 1000;
	}
	assert_int_equal(said, ALK_OK);
	is_released = true;
	s = look_until(w, 1);
	assert_int_equal(s.completed, 1);
	assert_true(s.extended >= 3);
	stop(w);
}

static void
a_handler_that_outlives_its_claim_is_told_and_refused(void **state)
{
	alk_workers *w = start(hold_on, 1, 1);
	alk_workers_stats s;

	(void)state;
	int64_t id = enqueue("first", "1", 0);
	await(&begun, 1);
	now_ms += 100000; /* the clock is set */
	for (int i = 0; i < PATIENCE_MS && said != ALK_CONFLICT; i++)
		pause_ms(1);
	assert_int_equal(said, ALK_CONFLICT);
	is_released = true;
	await(&ran, 2); /* again, and now in time */
	s = look_until(w, 2);
	assert_int_equal(s.late, 1);
	assert_int_equal(s.completed, 1);
	assert_true(is_gone(id));
	stop(w);
}

static void
a_claim_is_not_extended_beyond_the_longest_run(void **state)
{
	alk_workers_options o = { .queues = queues, .queues_count = 1,
		.handler = hold_on, .timeout_s = 1, .run_s = 1,
		.name = "short", .poll_ms = 20 };
	alk_workers *w = NULL;

	(void)state;
	assert_int_equal(alk_workers_start(f.store, &o, &w, NULL), ALK_OK);
	enqueue("first", "1", 0);
	await(&begun, 1);
	pause_ms(1300);
	now_ms += 3000;
	for (int i = 0; i < PATIENCE_MS && said != ALK_CONFLICT; i++)
		pause_ms(1);
	assert_int_equal(said, ALK_CONFLICT);
	is_released = true;
	stop(w);
}

/* ---- stopping ---- */

static int
stop_inside(void *arg, alk_session *s, const alk_job *job, alk_work *w)
{
	alk_workers *_Atomic *pool = arg;

	(void)s;
	(void)job;
	(void)w;
	while (*pool == NULL)
		pause_ms(1);
	if (alk_workers_stop(*pool, 0) != ALK_MISUSE)
		wrong++;
	ran++;
	return ALK_OK;
}

static void
a_handler_cannot_stop_its_pool(void **state)
{
	static alk_workers *_Atomic pool;
	alk_workers_options o = { .queues = queues, .queues_count = 1,
		.handler = stop_inside, .arg = &pool };
	alk_workers *w = NULL;

	(void)state;
	pool = NULL;
	enqueue("first", "1", 0);
	assert_int_equal(alk_workers_start(f.store, &o, &w, NULL), ALK_OK);
	pool = w;
	await(&ran, 1);
	stop(w);
	assert_int_equal(wrong, 0);
	assert_int_equal(alk_workers_stop(NULL, 0), ALK_OK);
}

static int
until_told(void *arg, alk_session *s, const alk_job *job, alk_work *w)
{
	int rc = ALK_OK;

	(void)arg;
	(void)s;
	(void)job;
	begun++;
	for (int i = 0; i < PATIENCE_MS && rc == ALK_OK; i++) {
		rc = alk_work_check(w);
		pause_ms(1);
	}
	return rc;
}

static void
a_handler_that_is_told_to_stop_may_give_its_job_back(void **state)
{
	alk_workers *w = start(until_told, 2, 0);
	int64_t at = -1;

	(void)state;
	int64_t id = enqueue("first", "1", 0);
	enqueue("first", "2", 0);
	enqueue("first", "3", 0);
	await(&begun, 2);
	assert_int_equal(alk_workers_stop(w, -1), ALK_OK);
	assert_int_equal(begun, 2);
	for (int i = 0; i < 3; i++)
		assert_int_equal(attempts_of(id + i), 0);
	assert_int_equal(alk_queue_next(f.session, "first", &at), ALK_OK);
	assert_int_equal(at, 0); /* none is claimed, none is put off */
}

static void
what_still_runs_when_a_pool_stops_is_given_back(void **state)
{
	alk_workers *w = start(hold_on, 2, 0);
	alk_workers_stats s;

	(void)state;
	int64_t id = enqueue("first", "1", 0);
	await(&begun, 1);
	assert_int_equal(alk_workers_stop(w, 50), ALK_TIMEOUT);
	assert_int_equal(attempts_of(id), 0);
	assert_int_equal(alk_job_release(f.session, id, "me"), ALK_CONFLICT);
	assert_int_equal(alk_close(f.store), ALK_MISUSE);
	is_released = true;
	await(&ran, 1);
	s = look_until(w, 1);
	assert_int_equal(s.late, 1);
	assert_int_equal(s.released, 1);
	assert_int_equal(alk_workers_stop(w, 0), ALK_OK);
	assert_int_equal(attempts_of(id), 0);
}

/* ---- options ---- */

static void
options_are_checked(void **state)
{
	alk_workers_options good = { .queues = queues, .queues_count = 1,
		.handler = count_it };
	alk_workers_options o[10];
	static const char *const no_queue[] = { "" };
	char name[300];
	alk_workers *w = NULL;
	alk_error err;

	(void)state;
	memset(name, 'x', sizeof(name));
	name[250] = '\0';
	for (int i = 0; i < 10; i++)
		o[i] = good;
	o[0].handler = NULL;
	o[1].queues_count = 0;
	o[2].queues = no_queue;
	o[3].threads = -1;
	o[4].timeout_s = -5;
	o[5].backoff.factor = 0.5;
	o[6].backoff.jitter = 1.5;
	o[7].backoff.base_s = -2;
	o[8].name = name;
	o[9].queues_count = 65;
	for (int i = 0; i < 10; i++) {
		int rc = alk_workers_start(f.store, &o[i], &w, &err);
		assert_int_equal(rc, i == 8 ? ALK_LIMIT : ALK_INVALID);
		assert_int_equal(err.code, rc);
		assert_true(err.text[0] != '\0');
	}
	assert_int_equal(alk_workers_start(NULL, &good, &w, NULL),
	    ALK_INVALID);
	assert_null(w);
}

#define SOON 8

static _Atomic int64_t due[SOON];
static _Atomic int64_t late[SOON];

static int64_t
wall_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
note_lateness(void *arg, alk_session *s, const alk_job *job, alk_work *w)
{
	int i = job->payload[0] - '0';

	(void)arg;
	(void)s;
	(void)w;
	late[i] = wall_ms() - due[i];
	ran++;
	return ALK_OK;
}

static int
by_value(const void *left, const void *right)
{
	const int64_t *a = left;
	const int64_t *b = right;

	return *a < *b ? -1 : *a > *b;
}

/* By the clock of the system: spread over a second, they would be half late. */
static void
a_job_runs_within_the_second_in_which_it_is_due(void **state)
{
	alk_options o = { 0 };
	alk_workers_options wo = { .queues = queues, .queues_count = 1,
		.handler = note_lateness, .threads = SOON };
	alk_workers *w = NULL;
	int64_t sorted[SOON];
	char payload[] = "0";
	struct fixture own;

	(void)state;
	fixture_init(&own, &o);
	assert_int_equal(alk_workers_start(own.store, &wo, &w, NULL), ALK_OK);
	for (int i = 0; i < SOON; i++) {
		alk_job_new j = { .queue = queues[0], .payload = payload,
			.bytes = 1, .delay_ms = 300 + 125 * i };
		payload[0] = (char)('0' + i);
		due[i] = wall_ms() + j.delay_ms;
		assert_int_equal(alk_queue_enqueue(own.session, &j, 1, NULL),
		    ALK_OK);
	}
	await(&ran, SOON);
	stop(w);
	fixture_fini(&own);
	for (int i = 0; i < SOON; i++)
		sorted[i] = late[i];
	qsort(sorted, SOON, sizeof(sorted[0]), by_value);
	assert_true(sorted[0] >= 0);
	assert_true(sorted[SOON / 2] < 250);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_job_ends_as_its_handler_says),
		TEST(a_job_that_failed_waits_for_its_backoff),
		TEST(jobs_of_an_earlier_queue_come_first),
		TEST(a_pool_that_sleeps_is_woken_by_another_store),
		TEST(a_job_that_is_not_due_is_run_when_it_is),
		TEST(a_claim_is_extended_while_its_handler_runs),
		TEST(a_handler_that_outlives_its_claim_is_told_and_refused),
		TEST(a_claim_is_not_extended_beyond_the_longest_run),
		TEST(a_handler_cannot_stop_its_pool),
		TEST(a_handler_that_is_told_to_stop_may_give_its_job_back),
		TEST(what_still_runs_when_a_pool_stops_is_given_back),
		TEST(options_are_checked),
		TEST(a_job_runs_within_the_second_in_which_it_is_due),
	};

	return cmocka_run_group_tests_name("api/workers", tests, NULL, NULL);
}
