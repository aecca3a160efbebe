/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Settings of queues, with the time passed in. */
#include "scratch.h"

#include "events/side_testing.h"

static void
set(struct queue_settings s)
{
	OK(queue_settings_set(db, TEXT("q"), &s));
}

static int
enqueue(const char *payload)
{
	struct queue_new j = { .queue = TEXT("q"), .payload = TEXT(payload),
		.max_attempts = 3, .run_at = NOW };

	return queue_enqueue(db, &j, NOW, NULL);
}

static void
a_queue_without_settings_has_none_of_them(void **state)
{
	(void)state;
	struct queue_settings s = { .depth_max = 7 };

	OK(queue_settings_get(db, TEXT("q"), &s));
	assert_int_equal(s.depth_max, 0);
	assert_false(s.is_paused);
}

static int
show(void *arg, struct span queue, const struct queue_settings *s)
{
	(void)arg;
	size_t used = strlen(seen);

	snprintf(seen + used, sizeof(seen) - used,
	    "%.*s %d %d %d %d %d %d %d %d %d\n", (int)queue.bytes, queue.at,
	    s->is_paused, (int)s->depth_max, (int)s->payload_bytes_max,
	    (int)s->rate_jobs, (int)s->rate_per_ms, (int)s->key_jobs,
	    (int)s->history_s, s->has_metrics, s->has_events);
	return 0;
}

static void
settings_are_kept_and_listed_by_name(void **state)
{
	(void)state;
	set((struct queue_settings){ true, 1, 2, 3, 4, 5, 6, true,
	    true });
	OK(queue_settings_set(db, TEXT("a"), &(struct queue_settings){ 0 }));
	seen[0] = '\0';
	OK(queue_settings_list(db, show, NULL));
	assert_string_equal(seen, "a 0 0 0 0 0 0 0 0 0\n"
	    "q 1 1 2 3 4 5 6 1 1\n");
}

static void
assert_refused(struct queue_settings s, const char *name)
{
	assert_int_equal(queue_settings_set(db, TEXT("q"), &s), ALK_INVALID);
	assert_non_null(strstr(err.text, name));
	error_clear(&err);
}

static void
settings_out_of_range_are_refused(void **state)
{
	(void)state;
	assert_refused((struct queue_settings){ .depth_max = -1 },
	    "depth_max is -1");
	assert_refused((struct queue_settings){ .key_jobs = INT64_MAX },
	    "key_jobs");
	assert_refused((struct queue_settings){ .rate_jobs = 1 },
	    "rate_per_ms is 0");
	assert_refused((struct queue_settings){ .rate_per_ms = 1 },
	    "rate_jobs is 0");
	assert_refused((struct queue_settings){ .rate_jobs = 1000001,
	    .rate_per_ms = 1 }, "rate_jobs");
	assert_refused((struct queue_settings){ .rate_jobs = 1,
	    .rate_per_ms = QUEUE_RATE_PER_MS_MAX + 1 }, "rate_per_ms");
}

static void
a_paused_queue_takes_jobs_and_gives_none(void **state)
{
	(void)state;
	bool done;

	OK(enqueue("p"));
	OK(queue_pause(db, TEXT("q"), true, &done));
	assert_true(done);
	OK(queue_pause(db, TEXT("q"), true, &done));
	assert_false(done);
	OK(enqueue("p"));
	assert_false(queue_has_work(db, TEXT("q"), NOW));
	assert_string_equal(claim(-1), "");
	assert_int_equal(job_next_claim_ms(db, TEXT("q"), NOW_MS), 0);
	OK(queue_pause(db, TEXT("q"), false, &done));
	assert_true(done);
	assert_true(queue_has_work(db, TEXT("q"), NOW));
	assert_string_equal(claim(-1), "1 2");
}

static void
pausing_leaves_the_other_settings(void **state)
{
	(void)state;
	struct queue_settings s;
	bool done;

	set((struct queue_settings){ .depth_max = 5 });
	OK(queue_pause(db, TEXT("q"), true, &done));
	OK(queue_settings_get(db, TEXT("q"), &s));
	assert_true(s.is_paused);
	assert_int_equal(s.depth_max, 5);
}

static void
a_full_queue_refuses_until_a_job_ends(void **state)
{
	(void)state;
	OK(enqueue("before"));
	set((struct queue_settings){ .depth_max = 2 });
	OK(enqueue("p"));
	assert_int_equal(enqueue("p"), ALK_LIMIT);
	assert_string_equal(err.text, "queue q: it holds 2 jobs and depth_max "
	    "is 2; try again when workers have caught up, or raise the limit");
	error_clear(&err);
	struct job_new j = job_of("q", "p");
	assert_int_equal(job_enqueue(db, &j, NOW_MS, NULL, NULL), ALK_LIMIT);
	error_clear(&err);
	j = job_of("other", "p");
	add(j);
	(void)db_begin_write(db);
	assert_int_equal(enqueue("p"), ALK_LIMIT);
	error_clear(&err);
	(void)db_commit(db);
	/* Whoever ends it: here a statement of Honker's. */
	run("DELETE FROM _honker_live WHERE id = 1");
	OK(enqueue("p"));
	assert_int_equal(enqueue("p"), ALK_LIMIT);
}

static void
a_large_payload_is_refused(void **state)
{
	(void)state;
	set((struct queue_settings){ .payload_bytes_max = 4 });
	OK(enqueue("1234"));
	OK(enqueue("\xc3\xa4\xc3\xb6"));
	assert_int_equal(enqueue("12345"), ALK_LIMIT);
	assert_non_null(strstr(err.text, "5 bytes"));
}

static void
a_rate_gives_a_bucket_full_and_then_evenly(void **state)
{
	(void)state;
	for (int i = 0; i < 9; i++)
		OK(enqueue("p"));
	set((struct queue_settings){ .rate_jobs = 3, .rate_per_ms = 1000 });
	assert_string_equal(claim_ms(2, NOW_MS), "1 2");
	assert_string_equal(claim_ms(-1, NOW_MS), "3");
	assert_string_equal(claim_ms(-1, NOW_MS + 333), "");
	assert_false(queue_has_work_ms(db, TEXT("q"), NOW_MS + 333));
	assert_int_equal(job_next_claim_ms(db, TEXT("q"), NOW_MS + 1),
	    NOW_MS + 334);
	assert_true(queue_has_work_ms(db, TEXT("q"), NOW_MS + 334));
	assert_string_equal(claim_ms(-1, NOW_MS + 334), "4");
	assert_string_equal(claim_ms(-1, NOW_MS + 1000), "5 6");
	assert_string_equal(claim_ms(-1, NOW_MS + 9000), "7 8 9");
}

static void
an_idle_claim_takes_no_token(void **state)
{
	(void)state;
	set((struct queue_settings){ .rate_jobs = 1, .rate_per_ms = 1000 });
	assert_string_equal(claim(-1), "");
	OK(enqueue("p"));
	OK(enqueue("p"));
	assert_string_equal(claim(-1), "1");
	/* The clock goes back: at most a period is waited. */
	assert_string_equal(claim_ms(-1, NOW_MS - 5000), "");
	assert_string_equal(claim_ms(-1, NOW_MS + 1000), "2");
}

static void
another_rate_starts_with_a_full_bucket(void **state)
{
	(void)state;
	struct queue_settings s = { .rate_jobs = 1, .rate_per_ms = 1000 };

	for (int i = 0; i < 3; i++)
		OK(enqueue("p"));
	set(s);
	assert_string_equal(claim(-1), "1");
	s.depth_max = 9;
	set(s);
	assert_string_equal(claim(-1), "");
	s.rate_jobs = 2;
	set(s);
	assert_string_equal(claim(-1), "2 3");
}

static void
a_higher_limit_of_a_key_lets_held_jobs_go(void **state)
{
	(void)state;
	set((struct queue_settings){ .key_jobs = 1 });
	for (int i = 0; i < 4; i++)
		add_keyed("a");
	add_keyed("b");
	assert_string_equal(claim(-1), "1 5");
	set((struct queue_settings){ .key_jobs = 3 });
	assert_string_equal(claim(-1), "2 3");
	set((struct queue_settings){ 0 });
	assert_string_equal(claim(-1), "4");
}

static void
a_file_of_honker_alone_works_as_without_settings(void **state)
{
	(void)state;
	struct queue_settings s = { .is_paused = true };

	run("DROP TABLE _alk_queue; DROP TABLE _alk_feature; "
	    "DROP TABLE _alk_job; DROP TABLE _alk_queue_total");
	OK(enqueue("p"));
	assert_true(queue_has_work(db, TEXT("q"), NOW));
	assert_string_equal(claim(-1), "1");
	OK(queue_settings_get(db, TEXT("q"), &s));
	assert_false(s.is_paused);
	OK(queue_settings_list(db, show, NULL));
	/* And has them from the first use on. */
	set((struct queue_settings){ .is_paused = true });
	OK(enqueue("p"));
	assert_string_equal(claim(-1), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_queue_without_settings_has_none_of_them),
		TEST(settings_are_kept_and_listed_by_name),
		TEST(settings_out_of_range_are_refused),
		TEST(a_paused_queue_takes_jobs_and_gives_none),
		TEST(pausing_leaves_the_other_settings),
		TEST(a_full_queue_refuses_until_a_job_ends),
		TEST(a_large_payload_is_refused),
		TEST(a_rate_gives_a_bucket_full_and_then_evenly),
		TEST(an_idle_claim_takes_no_token),
		TEST(another_rate_starts_with_a_full_bucket),
		TEST(a_higher_limit_of_a_key_lets_held_jobs_go),
		TEST(a_file_of_honker_alone_works_as_without_settings),
	};

	return cmocka_run_group_tests_name("events/queue_settings", tests,
	    NULL, NULL);
}
