/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Unique jobs, keys, delays in milliseconds, several queues: with the time
 * passed in, and with ends that are made by plain statements as Honker's.
 */
#include "scratch.h"

#include "events/side_testing.h"

SQL(triggers, 1, "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND "
    "tbl_name LIKE '\\_honker%' ESCAPE '\\' ORDER BY name");
SQL(rows_beside, 2, "SELECT (SELECT count(*) FROM _alk_job) || ' ' || "
    "(SELECT count(*) FROM _alk_job_unique) || ' ' || "
    "(SELECT count(*) FROM _alk_job_tag) || ' ' || "
    "(SELECT count(*) FROM _alk_job_due)");
SQL(payloads, 3, "SELECT id || ' ' || payload FROM _honker_live ORDER BY id");
SQL(run_ats, 4, "SELECT id || ' ' || run_at FROM _honker_live ORDER BY id");

static void
limit_keys(int64_t jobs)
{
	struct queue_settings s = { .key_jobs = jobs };

	OK(queue_settings_set(db, TEXT("q"), &s));
}

static void
a_plain_job_leaves_nothing_beside(void **state)
{
	(void)state;
	add(job_of("q", "p"));
	assert_string_equal(ask(&rows_beside), "0 0 0 0\n");
	assert_string_equal(ask(&triggers), "");
	add_keyed("k");
	assert_string_equal(ask(&triggers),
	    "_alk_dead_came\n_alk_dead_gone\n_alk_live_ended\n");
}

/* ---- unique ---- */

static int64_t
add_unique(const char *payload, enum job_unique_scope scope, bool is_replacing,
    int64_t now_ms, enum job_outcome expected)
{
	struct job_new j = job_of("q", payload);
	enum job_outcome outcome;
	int64_t id;

	j.unique = TEXT("u");
	j.scope = scope;
	j.window_ms = 500;
	j.is_replacing = is_replacing;
	OK(job_enqueue(db, &j, now_ms, &id, &outcome));
	assert_int_equal(outcome, expected);
	return id;
}

#define ENDED JOB_UNIQUE_UNTIL_ENDED
#define CLAIMED JOB_UNIQUE_UNTIL_CLAIMED
#define WINDOW JOB_UNIQUE_WINDOW

static void
a_unique_job_is_alone_until_it_ends(void **state)
{
	(void)state;
	assert_int_equal(add_unique("a", ENDED, 0, NOW_MS, JOB_ADDED), 1);
	assert_int_equal(add_unique("b", ENDED, 0, NOW_MS, JOB_EXISTS), 1);
	assert_string_equal(claim(-1), "1");
	assert_int_equal(add_unique("b", ENDED, 0, NOW_MS, JOB_EXISTS), 1);
	assert_true(ack(1));
	assert_string_equal(ask(&rows_beside), "0 0 0 0\n");
	assert_int_equal(add_unique("c", ENDED, 0, NOW_MS, JOB_ADDED), 2);
	run("DELETE FROM _honker_live");
	assert_int_equal(add_unique("d", ENDED, 0, NOW_MS, JOB_ADDED), 3);
	struct job_new other = job_of("r", "p");
	other.unique = TEXT("u");
	assert_int_equal(add(other), 4);
}

static void
a_unique_job_that_waits_may_get_another_payload(void **state)
{
	(void)state;
	add_unique("a", ENDED, 0, NOW_MS, JOB_ADDED);
	assert_int_equal(add_unique("b", ENDED, 1, NOW_MS, JOB_REPLACED), 1);
	assert_string_equal(ask(&payloads), "1 b\n");
	claim(-1);
	assert_int_equal(add_unique("c", ENDED, 1, NOW_MS, JOB_EXISTS), 1);
	assert_string_equal(ask(&payloads), "1 b\n");
}

static void
unique_until_claimed_lets_the_next_in(void **state)
{
	(void)state;
	add_unique("a", CLAIMED, 0, NOW_MS, JOB_ADDED);
	add_unique("b", CLAIMED, 0, NOW_MS, JOB_EXISTS);
	assert_string_equal(claim(-1), "1");
	assert_int_equal(add_unique("b", CLAIMED, 0, NOW_MS, JOB_ADDED), 2);
	assert_true(ack(1));
	/* The end of the first does not free the second's key. */
	assert_int_equal(add_unique("c", CLAIMED, 0, NOW_MS, JOB_EXISTS), 2);
}

static void
unique_in_a_window_outlives_the_job(void **state)
{
	(void)state;
	add_unique("a", WINDOW, 0, NOW_MS, JOB_ADDED);
	claim(-1);
	assert_true(ack(1));
	assert_int_equal(add_unique("b", WINDOW, 1, NOW_MS + 499,
	    JOB_EXISTS), 1);
	assert_int_equal(add_unique("b", WINDOW, 0, NOW_MS + 500, JOB_ADDED),
	    2);
}

/* ---- keys ---- */

static void
a_key_of_one_is_first_in_first_out(void **state)
{
	(void)state;
	limit_keys(1);
	add_keyed("a");
	add_keyed("a");
	add_keyed("b");
	add_keyed("a");
	assert_string_equal(ask(&run_ats), "1 1000000\n2 253402300799\n"
	    "3 1000000\n4 253402300799\n");
	assert_int_equal(queue_next_claim_at(db, TEXT("q"), NOW - 1), NOW);
	assert_string_equal(claim(-1), "1 3");
	assert_int_equal(job_next_claim_ms(db, TEXT("q"), NOW_MS),
	    NOW_MS + 61000);
	assert_true(ack(1));
	assert_string_equal(claim(-1), "2");
	assert_true(ack(2));
	assert_true(ack(3));
	assert_string_equal(claim(-1), "4");
	assert_true(ack(4));
	assert_string_equal(ask(&rows_beside), "0 0 0 0\n");
}

static void
a_retried_job_keeps_the_place_of_its_key(void **state)
{
	(void)state;
	bool done;

	limit_keys(1);
	add_keyed("a");
	add_keyed("a");
	claim(-1);
	OK(queue_retry(db, 1, TEXT("w"), 5, TEXT("e"), NOW, &done));
	assert_string_equal(claim(-1), "");
	assert_string_equal(claim_ms(-1, NOW_MS + 5000), "1");
	OK(queue_fail(db, 1, TEXT("w"), TEXT("e"), NOW + 5, &done));
	assert_true(done);
	assert_string_equal(claim_ms(-1, NOW_MS + 5000), "2");
}

static void
a_key_of_two_lets_two_run(void **state)
{
	(void)state;
	limit_keys(2);
	for (int i = 0; i < 4; i++)
		add_keyed("a");
	assert_string_equal(claim(-1), "1 2");
	assert_true(ack(2));
	assert_string_equal(claim(-1), "3");
	/* A held one that is cancelled frees no place. */
	add_keyed("a");
	run("DELETE FROM _honker_live WHERE id = 4");
	assert_string_equal(claim(-1), "");
	assert_true(ack(1));
	assert_string_equal(claim(-1), "5");
}

static void
honkers_own_statements_let_keys_go(void **state)
{
	(void)state;
	limit_keys(1);
	for (int i = 0; i < 4; i++)
		add_keyed("a");
	/* An ack, a cancel, a death: as the reference makes them. */
	run("UPDATE _honker_live SET state = 'processing', worker_id = 'h', "
	    "claim_expires_at = 2000000, attempts = 1 WHERE id = 1");
	run("DELETE FROM _honker_live WHERE id = 1 AND worker_id = 'h'");
	assert_string_equal(ask(&run_ats), "2 1000000\n3 253402300799\n"
	    "4 253402300799\n");
	run("DELETE FROM _honker_live WHERE id = 2");
	run("DELETE FROM _honker_live WHERE id = 3; INSERT INTO _honker_dead "
	    "(id, queue, payload, attempts) VALUES (3, 'q', 'p', 1)");
	assert_string_equal(claim(-1), "4");
}

static void
many_deaths_in_one_statement_let_many_keys_go(void **state)
{
	(void)state;
	limit_keys(1);
	for (int i = 0; i < 6; i++)
		add_keyed(i % 2 ? "a" : "b");
	run("DELETE FROM _honker_live WHERE id < 3");
	assert_string_equal(claim(-1), "3 4");
	run("DELETE FROM _honker_live WHERE id < 5");
	assert_string_equal(claim(-1), "5 6");
}

static void
a_held_job_keeps_its_own_time(void **state)
{
	(void)state;
	struct job_new j = job_of("q", "p");

	limit_keys(1);
	add_keyed("a");
	j.key = TEXT("a");
	j.base.run_at = NOW + 50;
	add(j);
	claim(-1);
	assert_true(ack(1));
	assert_string_equal(claim_ms(-1, NOW_MS + 49999), "");
	assert_string_equal(claim_ms(-1, NOW_MS + 50000), "2");
}

/* ---- milliseconds ---- */

static int64_t
add_due(const char *key, int64_t due_ms)
{
	struct job_new j = job_of("q", "p");

	j.key = key != NULL ? TEXT(key) : (struct span){ 0 };
	j.due_ms = due_ms;
	return add(j);
}

static void
a_job_is_due_to_the_millisecond(void **state)
{
	(void)state;
	add_due(NULL, NOW_MS + 250);
	add_due(NULL, NOW_MS + 2000);
	add_due(NULL, NOW_MS - 1);
	assert_string_equal(ask(&run_ats), "1 1000001\n2 1000002\n3 999999\n");
	assert_string_equal(claim(-1), "3");
	assert_int_equal(job_next_claim_ms(db, TEXT("q"), NOW_MS),
	    NOW_MS + 250);
	assert_false(queue_has_work_ms(db, TEXT("q"), NOW_MS + 249));
	assert_string_equal(claim_ms(-1, NOW_MS + 249), "");
	assert_true(queue_has_work_ms(db, TEXT("q"), NOW_MS + 250));
	assert_string_equal(claim_ms(-1, NOW_MS + 250), "1");
	assert_int_equal(job_next_claim_ms(db, TEXT("q"), NOW_MS + 250),
	    NOW_MS + 2000);
	assert_string_equal(ask(&rows_beside), "1 0 0 0\n");
	assert_true(ack(1));
	assert_string_equal(ask(&rows_beside), "0 0 0 0\n");
}

static void
a_claim_in_seconds_sees_it_in_the_next_second(void **state)
{
	(void)state;
	add_due(NULL, NOW_MS + 250);
	assert_false(queue_has_work(db, TEXT("q"), NOW));
	run("UPDATE _honker_live SET state = 'processing', worker_id = 'w', "
	    "claim_expires_at = 2000000 WHERE run_at <= 1000001");
	assert_true(ack(1));
	assert_string_equal(ask(&rows_beside), "0 0 0 0\n");
}

static void
a_held_job_whose_time_comes_is_due_when_let_go(void **state)
{
	(void)state;
	limit_keys(1);
	add_due("a", NOW_MS - 1);
	add_due("a", NOW_MS + 250);
	add_due("a", NOW_MS + 750);
	assert_string_equal(claim_ms(-1, NOW_MS + 300), "1");
	assert_true(ack(1));
	assert_string_equal(claim_ms(-1, NOW_MS + 300), "2");
	assert_true(ack(2));
	assert_string_equal(claim_ms(-1, NOW_MS + 749), "");
	assert_string_equal(claim_ms(-1, NOW_MS + 750), "3");
}

static void
a_retry_may_wait_for_milliseconds(void **state)
{
	(void)state;
	bool done;

	add(job_of("q", "p"));
	for (int i = 1; i < 3; i++) {
		assert_string_equal(claim(-1), "1");
		OK(job_retry(db, 1, TEXT("w"), 1500, TEXT("e"), NOW_MS,
		    &done));
		assert_true(done);
		assert_string_equal(claim_ms(-1, NOW_MS + 1499), "");
		assert_string_equal(claim_ms(-1, NOW_MS + 1500), "1");
		OK(job_retry(db, 1, TEXT("w"), -2000, TEXT("e"),
		    NOW_MS + 1500, &done));
		run("UPDATE _honker_live SET attempts = 0");
	}
	OK(job_retry(db, 1, TEXT("other"), 1500, TEXT("e"), NOW_MS, &done));
	assert_false(done);
}

/* ---- several ---- */

static const char *
claim_several(struct queue_share *shares, bool is_strict, int64_t n)
{
	seen[0] = '\0';
	OK(job_claim_several(db, shares, 3, is_strict, TEXT("w"), n, 60,
	    NOW_MS, see, NULL));
	return seen;
}

static void
several_queues_are_claimed_strictly_or_by_weight(void **state)
{
	(void)state;
	struct queue_share shares[] = { { TEXT("a"), 2, 0 },
		{ TEXT("b"), 1, 0 }, { TEXT("c"), 1, 0 } };

	for (int i = 0; i < 5; i++)
		add(job_of("a", "p")); /* 1 to 5 */
	for (int i = 0; i < 5; i++)
		add(job_of("b", "p")); /* 6 to 10 */
	assert_string_equal(claim_several(shares, false, 3), "1 6 2");
	/* c has none: its part goes to the others. */
	assert_string_equal(claim_several(shares, false, 3), "3 7 4");
	assert_string_equal(claim_several(shares, true, 3), "5 8 9");
	assert_string_equal(claim_several(shares, false, 9), "10");
	shares[1].weight = 0;
	assert_int_equal(job_claim_several(db, shares, 3, false, TEXT("w"), 1,
	    60, NOW_MS, see, NULL), ALK_INVALID);
}

static void
many_jobs_are_enqueued_in_one_call_or_none(void **state)
{
	(void)state;
	struct job_new jobs[] = { job_of("q", "a"), job_of("q", "b"),
		job_of("q", "c") };
	struct db_unit u;
	int64_t ids[3];

	OK(job_enqueue_all(db, jobs, 3, NOW_MS, ids));
	assert_int_equal(ids[2], 3);
	jobs[1].batch = 77;
	(void)db_unit_begin(db, &u);
	assert_int_equal(job_enqueue_all(db, jobs, 3, NOW_MS, ids),
	    ALK_NOTFOUND);
	assert_string_equal(err.entry, "jobs[1]");
	(void)db_unit_end(db, &u);
	error_clear(&err);
	assert_string_equal(ask(&payloads), "1 a\n2 b\n3 c\n");
}

static void
what_is_too_long_is_refused(void **state)
{
	(void)state;
	static char text[JOB_KEY_BYTES_MAX + 1];
	struct job_new j = job_of("q", "p");

	j.key = (struct span){ text, sizeof(text) };
	assert_int_equal(job_enqueue(db, &j, NOW_MS, NULL, NULL), ALK_INVALID);
	error_clear(&err);
	j.key = TEXT("k");
	j.tag_count = JOB_TAGS_MAX + 1;
	assert_int_equal(job_enqueue(db, &j, NOW_MS, NULL, NULL), ALK_INVALID);
	error_clear(&err);
	j.tag_count = 0;
	j.unique = TEXT("u");
	j.scope = JOB_UNIQUE_WINDOW;
	assert_int_equal(job_enqueue(db, &j, NOW_MS, NULL, NULL), ALK_INVALID);
	error_clear(&err);
	assert_string_equal(ask(&payloads), "");
}

static void
a_file_of_honker_alone_gets_what_it_needs(void **state)
{
	(void)state;
	run("DROP TABLE _alk_queue; DROP TABLE _alk_feature; "
	    "DROP TABLE _alk_job; DROP TABLE _alk_queue_total; "
	    "DROP TABLE _alk_job_unique; DROP TABLE _alk_job_tag");
	add(job_of("q", "p"));
	assert_int_equal(add_unique("a", ENDED, 0, NOW_MS, JOB_ADDED), 2);
	assert_int_equal(add_unique("a", ENDED, 0, NOW_MS, JOB_EXISTS), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_plain_job_leaves_nothing_beside),
		TEST(a_unique_job_is_alone_until_it_ends),
		TEST(a_unique_job_that_waits_may_get_another_payload),
		TEST(unique_until_claimed_lets_the_next_in),
		TEST(unique_in_a_window_outlives_the_job),
		TEST(a_key_of_one_is_first_in_first_out),
		TEST(a_retried_job_keeps_the_place_of_its_key),
		TEST(a_key_of_two_lets_two_run),
		TEST(honkers_own_statements_let_keys_go),
		TEST(many_deaths_in_one_statement_let_many_keys_go),
		TEST(a_held_job_keeps_its_own_time),
		TEST(a_job_is_due_to_the_millisecond),
		TEST(a_claim_in_seconds_sees_it_in_the_next_second),
		TEST(a_held_job_whose_time_comes_is_due_when_let_go),
		TEST(a_retry_may_wait_for_milliseconds),
		TEST(several_queues_are_claimed_strictly_or_by_weight),
		TEST(many_jobs_are_enqueued_in_one_call_or_none),
		TEST(what_is_too_long_is_refused),
		TEST(a_file_of_honker_alone_gets_what_it_needs),
	};

	return cmocka_run_group_tests_name("events/job", tests, NULL, NULL);
}
