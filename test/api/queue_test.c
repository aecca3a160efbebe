/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Queues, locks and limits from C: what scenarios cannot say. Jobs come behind
 * the commit, may be ended from within the visitor, and exclude each other.
 */
#include "queues.h"

static int
complete_it(void *arg, const alk_job *j)
{
	int *count = arg;

	assert_string_equal(j->queue, "q");
	assert_string_equal(j->worker, "w");
	assert_string_equal(j->state, "processing");
	assert_int_equal(j->claim_expires_at, START + 30);
	assert_int_equal(j->created_at, START);
	assert_int_equal(j->expires_at, 0);
	++*count;
	return alk_job_complete(f.session, j->id, "w", j->payload,
	    j->payload_bytes, 0);
}

static void
a_visitor_may_end_the_job(void **state)
{
	const char *text;
	size_t bytes;
	int count = 0;
	int64_t first = enqueue("{\"n\":1}");

	(void)state;
	enqueue("two");
	assert_int_equal(alk_queue_claim(f.session, "q", "w", 10, 30,
	    complete_it, &count), ALK_OK);
	assert_int_equal(count, 2);
	assert_int_equal(alk_result_get(f.session, first, &text, &bytes),
	    ALK_OK);
	assert_string_equal(text, "{\"n\":1}");
	assert_int_equal(bytes, 7);
	assert_int_equal(alk_job_get(f.session, first, complete_it, NULL),
	    ALK_NOTFOUND);
}

static void
a_result_is_swept_when_its_time_is_over(void **state)
{
	const char *text;
	int64_t n = -1;
	int64_t id = enqueue("one");
	int64_t claimed = 0;

	(void)state;
	assert_int_equal(alk_queue_claim(f.session, "q", "w", 1, 30, stop_it,
	    &claimed), ALK_OK);
	assert_int_equal(alk_job_complete(f.session, id, "w", "r", 1, 60),
	    ALK_OK);
	assert_int_equal(alk_result_sweep(f.session, &n), ALK_OK);
	assert_int_equal(n, 0);
	now_ms += 60000;
	assert_int_equal(alk_result_get(f.session, id, &text, NULL),
	    ALK_NOTFOUND);
	assert_int_equal(alk_result_sweep(f.session, &n), ALK_OK);
	assert_int_equal(n, 1);
	assert_int_equal(alk_result_sweep(f.session, NULL), ALK_OK);
}

static void
jobs_behind_a_stop_stay_claimed(void **state)
{
	int64_t id = 0;
	int64_t at = 0;

	(void)state;
	enqueue("1");
	enqueue("2");
	assert_int_equal(alk_queue_claim(f.session, "q", "w", 10, 30, stop_it,
	    &id), ALK_OK);
	assert_int_equal(id, 1);
	id = 0;
	assert_int_equal(alk_queue_claim(f.session, "q", "w", 10, 30, stop_it,
	    &id), ALK_OK);
	assert_int_equal(id, 0);
	assert_int_equal(alk_queue_next(f.session, "q", &at), ALK_OK);
	assert_int_equal(at, 1000 * (START + 31));
}

static int
claim_inside(alk_session *s, void *arg)
{
	int rc = alk_queue_claim(s, "q", "w", 1, 30, stop_it, arg);

	return rc != ALK_OK ? rc : 7; /* undo */
}

static void
a_claim_that_was_undone_did_not_happen(void **state)
{
	int64_t id = 0;

	(void)state;
	enqueue("1");
	assert_int_equal(alk_transact(f.session, 0, claim_inside, &id), 7);
	assert_int_equal(id, 1);
	id = 0;
	assert_int_equal(alk_queue_claim(f.session, "q", "v", 1, 30, stop_it,
	    &id), ALK_OK);
	assert_int_equal(id, 1);
	assert_int_equal(alk_job_retry(f.session, 1, "v", 0, "again"), ALK_OK);
	assert_int_equal(alk_queue_claim(f.session, "q", "v", 1, 30, stop_it,
	    &id), ALK_OK);
	assert_int_equal(alk_job_extend(f.session, 1, "v", 5), ALK_OK);
	assert_int_equal(alk_job_fail(f.session, 1, "v", "no"), ALK_OK);
	assert_int_equal(alk_job_cancel(f.session, 1), ALK_NOTFOUND);
	assert_int_equal(alk_queue_sweep(f.session, "q", NULL), ALK_OK);
}

static void
an_error_names_the_job_of_a_batch(void **state)
{
	alk_job_new jobs[3] = { { .queue = "q", .payload = "1", .bytes = 1 },
		{ .queue = "q", .payload = "2", .bytes = 1 },
		{ .queue = "q", .bytes = 1 } };
	int64_t id = 0;

	(void)state;
	assert_int_equal(alk_queue_enqueue(f.session, jobs, 3, NULL),
	    ALK_INVALID);
	assert_string_equal(alk_session_error(f.session)->entry, "job 2");
	assert_int_equal(alk_queue_claim(f.session, "q", "w", 1, 30, stop_it,
	    &id), ALK_OK);
	assert_int_equal(id, 0); /* none was enqueued */
}

/* Within a transaction of the first session. */
static int
claim_by_another(alk_session *s, void *arg)
{
	alk_session *other = arg;
	int64_t id = 0;
	int64_t at;

	(void)s;
	assert_int_equal(alk_queue_claim(other, "none", "w", 1, 30, stop_it,
	    &id), ALK_OK);
	assert_int_equal(alk_queue_sweep(other, "none", NULL), ALK_OK);
	assert_int_equal(alk_queue_next(other, "none", &at), ALK_OK);
	assert_int_equal(alk_job_cancel(other, 1), ALK_BUSY);
	return ALK_OK;
}

static void
a_claim_that_finds_nothing_waits_for_no_writer(void **state)
{
	alk_options o = { .busy_ms = -1 };
	alk_store *st;
	alk_session *other;

	(void)state;
	fixture_open(f.path, &o, &st, &other);
	assert_int_equal(alk_transact(f.session, 0, claim_by_another, other),
	    ALK_OK);
	fixture_close(st, other);
}

static void
locks_and_limits_hold_between_sessions(void **state)
{
	alk_session *other;
	int allowed = -1;
	int64_t offset = -1;

	(void)state;
	fixture_ok(f.session, alk_session_open(f.store, NULL, &other, NULL),
	    "session");
	assert_int_equal(alk_lock_acquire(f.session, "l", "a", 10), ALK_OK);
	assert_int_equal(alk_lock_acquire(other, "l", "b", 10), ALK_CONFLICT);
	assert_int_equal(alk_lock_renew(other, "l", "b", 10), ALK_CONFLICT);
	assert_int_equal(alk_lock_release(f.session, "l", "a"), ALK_OK);
	assert_int_equal(alk_lock_acquire(other, "l", "b", 10), ALK_OK);
	assert_int_equal(alk_rate_try(f.session, "r", 1, 60, &allowed), ALK_OK);
	assert_int_equal(allowed, 1);
	assert_int_equal(alk_rate_try(other, "r", 1, 60, &allowed), ALK_OK);
	assert_int_equal(allowed, 0);
	assert_int_equal(alk_stream_save(other, "c", "t", 5), ALK_OK);
	assert_int_equal(alk_stream_saved(f.session, "c", "t", &offset),
	    ALK_OK);
	assert_int_equal(offset, 5);
	alk_session_close(other);
}

static int
see_stats(void *arg, const alk_queue_stats *q)
{
	assert_string_equal(q->queue, "q");
	*(alk_queue_stats *)arg = *q;
	return 0;
}

static void
a_queue_does_as_its_settings_say(void **state)
{
	alk_queue_settings set = { .depth_max = 2, .has_metrics = 1 };
	alk_queue_settings got;
	alk_queue_stats q = { 0 };
	alk_job_new j = { .queue = "q", .payload = "3", .bytes = 1 };
	const char *text;
	size_t bytes;
	int64_t id = 0;

	(void)state;
	assert_int_equal(alk_queue_settings_set(f.session, "q", &set), ALK_OK);
	enqueue("1");
	enqueue("2");
	assert_int_equal(alk_queue_enqueue(f.session, &j, 1, NULL), ALK_LIMIT);
	assert_int_equal(alk_queue_pause(f.session, "q"), ALK_OK);
	assert_int_equal(alk_queue_pause(f.session, "q"), ALK_OK);
	assert_int_equal(alk_queue_claim(f.session, "q", "w", 1, 30, stop_it,
	    &id), ALK_OK);
	assert_int_equal(id, 0);
	assert_int_equal(alk_queue_settings_get(f.session, "q", &got), ALK_OK);
	assert_int_equal(got.is_paused, 1);
	assert_int_equal(got.depth_max, 2);
	assert_int_equal(got.has_metrics, 1);
	assert_int_equal(alk_queue_resume(f.session, "q"), ALK_OK);
	assert_int_equal(alk_queue_claim(f.session, "q", "w", 1, 30, stop_it,
	    &id), ALK_OK);
	assert_int_equal(id, 1);
	assert_int_equal(alk_queue_stats_list(f.session, see_stats, &q),
	    ALK_OK);
	assert_int_equal(q.ready, 1);
	assert_int_equal(q.in_flight, 1);
	assert_int_equal(q.has_totals, 1);
	assert_int_equal(q.enqueued, 2);
	assert_int_equal(alk_queue_metrics(f.session, &text, &bytes), ALK_OK);
	assert_int_equal(bytes, strlen(text));
	assert_non_null(strstr(text, "queue=\"q\""));
	set.depth_max = -1;
	assert_int_equal(alk_queue_settings_set(f.session, "q", &set),
	    ALK_INVALID);
	assert_int_equal(alk_queue_stats_list(f.session, NULL, NULL),
	    ALK_INVALID);
}

static void
unique_jobs_and_jobs_of_a_key(void **state)
{
	const char *const tags[] = { "a", "b" };
	alk_queue_settings set = { .key_jobs = 1 };
	alk_job_new j = { .queue = "q", .payload = "1", .bytes = 1,
		.unique = "u", .tags = tags, .tags_count = 2,
		.metadata = "{}" };
	alk_job_new two[2] = { { .queue = "q", .payload = "2", .bytes = 1,
	    .key = "k" }, { .queue = "q", .payload = "3", .bytes = 1,
	    .key = "k" } };
	int64_t ids[2] = { 0 };
	int64_t id = 0;

	(void)state;
	assert_int_equal(alk_queue_settings_set(f.session, "q", &set), ALK_OK);
	assert_int_equal(alk_queue_enqueue(f.session, &j, 1, &id), ALK_OK);
	assert_int_equal(id, 1);
	id = 0;
	assert_int_equal(alk_queue_enqueue(f.session, &j, 1, &id), ALK_OK);
	assert_int_equal(id, 1); /* the one that is there */
	assert_int_equal(alk_job_cancel(f.session, 1), ALK_OK);
	assert_int_equal(alk_queue_enqueue(f.session, &j, 1, &id), ALK_OK);
	assert_int_equal(id, 2);
	assert_int_equal(alk_job_cancel(f.session, 2), ALK_OK);
	assert_int_equal(alk_queue_enqueue(f.session, two, 2, ids), ALK_OK);
	assert_int_equal(alk_queue_claim(f.session, "q", "w", 1, 30, stop_it,
	    &id), ALK_OK);
	assert_int_equal(id, ids[0]);
	id = 0;
	assert_int_equal(alk_queue_claim(f.session, "q", "w", 1, 30, stop_it,
	    &id), ALK_OK);
	assert_int_equal(id, 0); /* held back for its key */
	assert_int_equal(alk_job_complete(f.session, ids[0], "w", NULL, 0, 0),
	    ALK_OK);
	assert_int_equal(alk_queue_claim(f.session, "q", "w", 1, 30, stop_it,
	    &id), ALK_OK);
	assert_int_equal(id, ids[1]);
	j.unique_scope = 7;
	assert_int_equal(alk_queue_enqueue(f.session, &j, 1, &id), ALK_INVALID);
	j.unique_scope = ALK_UNIQUE_UNTIL_ENDED;
	j.tags_count = 33;
	assert_int_equal(alk_queue_enqueue(f.session, &j, 1, &id), ALK_INVALID);
}

static void
a_delay_may_be_in_milliseconds(void **state)
{
	alk_job_new j = { .queue = "q", .payload = "1", .bytes = 1,
		.delay_ms = 250 };
	int64_t id = 0;

	(void)state;
	assert_int_equal(alk_queue_enqueue(f.session, &j, 1, NULL), ALK_OK);
	now_ms += 249;
	assert_int_equal(alk_queue_claim(f.session, "q", "w", 1, 30, stop_it,
	    &id), ALK_OK);
	assert_int_equal(id, 0);
	now_ms += 1;
	assert_int_equal(alk_queue_claim(f.session, "q", "w", 1, 30, stop_it,
	    &id), ALK_OK);
	assert_int_equal(id, 1);
}

static int
see_lock(void *arg, const alk_lock *l)
{
	assert_string_equal(l->name, "l");
	assert_string_equal(l->owner, "a");
	assert_int_equal(l->expires_at, START + 10);
	++*(int *)arg;
	return 0;
}

static void
locks_are_listed_and_counts_forgotten(void **state)
{
	int count = 0;
	int allowed;
	int64_t n = -1;

	(void)state;
	assert_int_equal(alk_lock_acquire(f.session, "l", "a", 10), ALK_OK);
	assert_int_equal(alk_lock_list(f.session, see_lock, &count), ALK_OK);
	assert_int_equal(count, 1);
	assert_int_equal(alk_lock_list(f.session, NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_rate_try(f.session, "r", 1, 60, &allowed), ALK_OK);
	assert_int_equal(alk_rate_sweep(f.session, 3600, &n), ALK_OK);
	assert_int_equal(n, 0);
	now_ms += 7200 * 1000;
	assert_int_equal(alk_rate_sweep(f.session, 3600, &n), ALK_OK);
	assert_int_equal(n, 1);
	assert_int_equal(alk_rate_sweep(f.session, -1, NULL), ALK_INVALID);
}

static int
count_queue(void *arg, const alk_job *j)
{
	((int *)arg)[j->queue[0] - 'a']++;
	return 0;
}

static void
several_queues_give_by_weight_over_many_claims(void **state)
{
	alk_queue_share shares[] = { { "a", 3, 0 }, { "b", 1, 0 } };
	int counts[2] = { 0, 0 };
	alk_session *s = f.session;
	int64_t n = 0;

	(void)state;
	for (int i = 0; i < 60; i++) {
		alk_job_new j = { .queue = i % 2 == 0 ? "a" : "b",
			.payload = "1", .bytes = 1 };
		assert_int_equal(alk_queue_enqueue(s, &j, 1, NULL), ALK_OK);
	}
	for (int i = 0; i < 20; i++)
		assert_int_equal(alk_queue_claim_several(s, shares, 2, 0, "w",
		    1, 30, count_queue, counts), ALK_OK);
	assert_int_equal(counts[0], 15);
	assert_int_equal(counts[1], 5);
	assert_int_equal(alk_queue_claim_several(s, shares, 0, 0, "w", 1, 30,
	    count_queue, counts), ALK_INVALID);
	assert_int_equal(alk_queue_claim_several(s, shares, 2, 0, "w", 1, 30,
	    NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_queue_drain(s, "a", &n), ALK_OK);
	assert_int_equal(n, 15);
	assert_int_equal(alk_queue_drain(s, "a", NULL), ALK_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_queue_does_as_its_settings_say),
		TEST(unique_jobs_and_jobs_of_a_key),
		TEST(a_delay_may_be_in_milliseconds),
		TEST(locks_are_listed_and_counts_forgotten),
		TEST(a_visitor_may_end_the_job),
		TEST(a_result_is_swept_when_its_time_is_over),
		TEST(jobs_behind_a_stop_stay_claimed),
		TEST(a_claim_that_was_undone_did_not_happen),
		TEST(an_error_names_the_job_of_a_batch),
		TEST(a_claim_that_finds_nothing_waits_for_no_writer),
		TEST(locks_and_limits_hold_between_sessions),
		TEST(several_queues_give_by_weight_over_many_claims),
	};

	return cmocka_run_group_tests_name("api/queue", tests, NULL, NULL);
}
