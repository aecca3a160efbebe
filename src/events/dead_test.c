/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Dead letters: looking, sending again, forgetting. */
#include "scratch.h"

#include "events/dead.h"
#include "events/job_info.h"
#include "events/side_testing.h"

SQL(live_rows, 1, "SELECT id || ' ' || state || ' ' || attempts || ' ' || "
    "max_attempts || ' ' || run_at FROM _honker_live ORDER BY id");
SQL(beside, 2, "SELECT (SELECT count(*) FROM _alk_job) || ' ' || "
    "(SELECT count(*) FROM _alk_job_tag) || ' ' || "
    "(SELECT count(*) FROM _alk_job_unique) || ' ' || "
    "(SELECT count(*) FROM _alk_attempt)");

static void
kill_job(int64_t id)
{
	bool done;

	OK(queue_fail(db, id, TEXT("w"), TEXT("broken"), NOW, &done));
	assert_true(done);
}

static int64_t
add_dead(struct job_new j)
{
	int64_t id = add(j);

	claim(-1);
	kill_job(id);
	return id;
}

static int
show(void *arg, const struct dead_letter *d)
{
	size_t used = strlen(seen);

	(void)arg;
	snprintf(seen + used, sizeof(seen) - used, "%lld %.*s %.*s %.*s %d\n",
	    (long long)d->id, (int)d->queue.bytes, d->queue.at,
	    (int)d->payload.bytes, d->payload.at, (int)d->error.bytes,
	    d->error.at, (int)d->died_at);
	return 0;
}

static void
dead_letters_are_listed_in_pages_and_counted(void **state)
{
	(void)state;
	struct span all = { 0 };

	for (int i = 0; i < 3; i++)
		add_dead(job_of("q", "p"));
	run("INSERT INTO _honker_dead (id, queue, payload, last_error, "
	    "died_at) VALUES (9, 'r', 'x', '', 5)");
	seen[0] = '\0';
	OK(dead_list(db, TEXT("q"), 1, 1, show, NULL));
	assert_string_equal(seen, "2 q p broken 1000000\n");
	seen[0] = '\0';
	OK(dead_list(db, all, 2, -1, show, NULL));
	assert_string_equal(seen, "3 q p broken 1000000\n9 r x  5\n");
	assert_int_equal(dead_count(db, TEXT("q")), 3);
	assert_int_equal(dead_count(db, all), 4);
}

static void
one_is_sent_again_with_its_id_and_no_attempt(void **state)
{
	(void)state;
	int64_t id = 0;
	bool done;

	add_dead(job_of("q", "p"));
	OK(dead_redrive(db, 1, NOW_MS + 5000, &id, &done));
	assert_true(done);
	assert_int_equal(id, 1);
	assert_string_equal(ask(&live_rows), "1 pending 0 3 1000005\n");
	assert_int_equal(dead_count(db, TEXT("q")), 0);
	OK(dead_redrive(db, 1, NOW_MS, &id, &done));
	assert_false(done);
	run("UPDATE _honker_live SET max_attempts = 0");
	claim_ms(-1, NOW_MS + 5000);
	OK(dead_redrive(db, 1, NOW_MS, &id, &done));
	assert_string_equal(claim(-1), "1");
}

static void
a_taken_id_is_made_anew(void **state)
{
	(void)state;
	int64_t id = 0;
	bool done;

	add_dead(job_of("q", "p"));
	run("INSERT INTO _honker_live (id, queue, payload, run_at) VALUES "
	    "(1, 'q', 'new', 5)");
	OK(dead_redrive(db, 1, NOW_MS, &id, &done));
	assert_true(done);
	assert_int_equal(id, 2);
	assert_string_equal(ask(&live_rows),
	    "1 pending 0 3 5\n2 pending 0 3 1000000\n");
}

static int
show_attempt(void *arg, const struct job_attempt *a)
{
	size_t used = strlen(seen);

	(void)arg;
	snprintf(seen + used, sizeof(seen) - used, "%d %.*s %.*s\n",
	    (int)a->attempt, (int)a->worker.bytes, a->worker.at,
	    (int)a->error.bytes, a->error.at);
	return 0;
}

static void
errors_of_every_life_are_kept_in_order(void **state)
{
	(void)state;
	bool done;

	add(job_of("q", "p"));
	for (int life = 0; life < 3; life++) {
		claim(1);
		OK(queue_retry(db, 1, TEXT("w"), 0, TEXT("first"), NOW,
		    &done));
		claim(1);
		kill_job(1);
		OK(dead_redrive(db, 1, NOW_MS, NULL, &done));
	}
	claim(1);
	kill_job(1);
	seen[0] = '\0';
	OK(job_attempts(db, 1, show_attempt, NULL));
	char *last = strstr(seen, "1 w broken\n");
	assert_non_null(last);
	assert_int_equal(strlen(last), strlen("1 w broken\n"));
	for (const char *at = seen; at < last; at = strchr(at, '\n') + 1) {
		assert_non_null(strstr(at, "w first"));
		at = strchr(at, '\n') + 1;
		assert_true(strstr(at, "w broken") < strchr(at, '\n'));
	}
	assert_string_equal(ask(&beside), "0 0 0 7\n");
}

static void
a_redriven_job_has_its_key_tags_and_uniqueness(void **state)
{
	(void)state;
	struct queue_settings s = { .key_jobs = 1 };
	struct span tags[] = { TEXT("red"), TEXT("blue") };
	struct job_new j = job_of("q", "p");
	enum job_outcome outcome;
	bool done;

	OK(queue_settings_set(db, TEXT("q"), &s));
	j.key = TEXT("k");
	j.unique = TEXT("u");
	j.tags = tags;
	j.tag_count = 2;
	add_dead(j);
	add_keyed("k");
	assert_string_equal(ask(&beside), "2 2 0 1\n");
	OK(dead_redrive(db, 1, NOW_MS, NULL, &done));
	/* The key is the other's now. */
	assert_string_equal(claim(-1), "2");
	OK(job_enqueue(db, &j, NOW_MS, NULL, &outcome));
	assert_int_equal(outcome, JOB_EXISTS);
	assert_true(ack(2));
	assert_string_equal(claim(-1), "1");
	assert_true(ack(1));
	assert_string_equal(ask(&beside), "0 0 0 1\n");
}

static void
a_redriven_job_does_not_take_uniqueness_away(void **state)
{
	(void)state;
	struct job_new j = job_of("q", "p");
	enum job_outcome outcome;
	int64_t id;
	bool done;

	j.unique = TEXT("u");
	add_dead(j);
	assert_int_equal(add(j), 2);
	OK(dead_redrive(db, 1, NOW_MS, NULL, &done));
	OK(job_enqueue(db, &j, NOW_MS, &id, &outcome));
	assert_int_equal(outcome, JOB_EXISTS);
	assert_int_equal(id, 2);
}

static void
all_of_a_queue_are_sent_again(void **state)
{
	(void)state;
	struct span all = { 0 };
	int64_t count;

	run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
	    "WHERE i < 600) INSERT INTO _honker_dead (id, queue, payload) "
	    "SELECT i, CASE WHEN i % 2 THEN 'q' ELSE 'r' END, 'p' FROM n");
	OK(dead_redrive_all(db, TEXT("q"), 7, NOW_MS, &count));
	assert_int_equal(count, 7);
	OK(dead_redrive_all(db, TEXT("q"), -1, NOW_MS, &count));
	assert_int_equal(count, 293);
	assert_int_equal(dead_count(db, all), 300);
	OK(dead_redrive_all(db, all, -1, NOW_MS, &count));
	assert_int_equal(count, 300);
	assert_int_equal(dead_count(db, all), 0);
}

static void
a_purge_goes_by_age_and_takes_all_beside(void **state)
{
	(void)state;
	struct span tags[] = { TEXT("red") };
	struct job_new j = job_of("q", "p");
	int64_t count;
	bool done;

	j.tags = tags;
	j.tag_count = 1;
	add_dead(j);
	add_dead(j);
	add_dead(j);
	run("UPDATE _honker_dead SET died_at = 50 WHERE id = 2");
	OK(dead_purge(db, TEXT("r"), INT64_MAX, &count));
	assert_int_equal(count, 0);
	OK(dead_purge(db, TEXT("q"), 51, &count));
	assert_int_equal(count, 1);
	assert_string_equal(ask(&beside), "2 2 0 2\n");
	OK(dead_delete(db, 3, &done));
	assert_true(done);
	assert_string_equal(ask(&beside), "1 1 0 1\n");
	OK(dead_purge(db, (struct span){ 0 }, INT64_MAX, &count));
	assert_int_equal(count, 1);
	assert_string_equal(ask(&beside), "0 0 0 0\n");
	OK(dead_delete(db, 3, &done));
	assert_false(done);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(dead_letters_are_listed_in_pages_and_counted),
		TEST(one_is_sent_again_with_its_id_and_no_attempt),
		TEST(a_taken_id_is_made_anew),
		TEST(errors_of_every_life_are_kept_in_order),
		TEST(a_redriven_job_has_its_key_tags_and_uniqueness),
		TEST(a_redriven_job_does_not_take_uniqueness_away),
		TEST(all_of_a_queue_are_sent_again),
		TEST(a_purge_goes_by_age_and_takes_all_beside),
	};

	return cmocka_run_group_tests_name("events/dead", tests, NULL, NULL);
}
