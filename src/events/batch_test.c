/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Batches, whoever ends their jobs. */
#include "scratch.h"

#include "events/batch.h"
#include "events/dead.h"
#include "events/side_testing.h"

SQL(completions, 1, "SELECT id || ' ' || payload || ' ' || run_at || ' ' || "
    "priority || ' ' || max_attempts FROM _honker_live WHERE queue = 'done'");
SQL(rows_beside, 2, "SELECT count(*) FROM _alk_job");

static int64_t
open_batch(const char *payload)
{
	struct batch_new b = { .queue = TEXT("done"), .priority = 4,
		.max_attempts = 2 };
	int64_t id;

	if (payload != NULL)
		b.payload = TEXT(payload);
	OK(batch_open(db, &b, NOW_MS, &id));
	return id;
}

static int64_t
add_to(int64_t batch)
{
	struct job_new j = job_of("q", "p");

	j.batch = batch;
	return add(j);
}

static bool
close_batch(int64_t id)
{
	bool done;

	OK(batch_close(db, id, NOW_MS + 9000, &done));
	return done;
}

/* jobs, completed, dead, cancelled, and whether it has ended. */
static const char *
counts(int64_t id)
{
	static char text[100];
	struct batch b;

	OK(batch_get(db, id, &b));
	snprintf(text, sizeof(text), "%d %d %d %d %s", (int)b.jobs,
	    (int)b.completed, (int)b.dead, (int)b.cancelled,
	    b.is_ended ? "ended" : b.is_closed ? "closed" : "open");
	return text;
}

static void
the_last_end_of_a_closed_batch_enqueues_one_job(void **state)
{
	(void)state;
	bool done;
	int64_t batch = open_batch("{\"a\": 1}");

	for (int i = 0; i < 3; i++)
		add_to(batch);
	claim(2);
	assert_true(ack(1));
	assert_string_equal(counts(batch), "3 1 0 0 open");
	assert_true(close_batch(batch));
	assert_false(close_batch(batch));
	OK(queue_fail(db, 2, TEXT("w"), TEXT("e"), NOW, &done));
	assert_string_equal(counts(batch), "3 1 1 0 closed");
	assert_string_equal(ask(&completions), "");
	OK(queue_cancel(db, 3, &done));
	assert_string_equal(counts(batch), "3 1 1 1 ended");
	assert_string_equal(ask(&completions), "4 {\"batch\":1,\"payload\":"
	    "{\"a\":1},\"jobs\":3,\"completed\":1,\"dead\":1,\"cancelled\":1} "
	    "1000009 4 2\n");
}

static void
an_empty_batch_ends_as_it_is_closed(void **state)
{
	(void)state;
	int64_t batch = open_batch(NULL);
	struct batch b;

	close_batch(batch);
	assert_string_equal(counts(batch), "0 0 0 0 ended");
	OK(batch_get(db, batch, &b));
	assert_int_equal(b.completion_id, 1);
	assert_string_equal(ask(&completions), "1 {\"batch\":1,"
	    "\"payload\":null,\"jobs\":0,\"completed\":0,\"dead\":0,"
	    "\"cancelled\":0} 1000009 4 2\n");
}

static void
jobs_that_ended_before_the_close_count(void **state)
{
	(void)state;
	int64_t batch = open_batch("not json");

	add_to(batch);
	claim(1);
	assert_true(ack(1));
	assert_string_equal(ask(&completions), "");
	close_batch(batch);
	assert_non_null(strstr(ask(&completions), "\"payload\":\"not json\""));
}

static void
a_batch_without_a_queue_only_counts(void **state)
{
	(void)state;
	struct batch_new b = { .max_attempts = 3 };
	struct batch got;
	int64_t id;

	OK(batch_open(db, &b, NOW_MS, &id));
	add_to(id);
	close_batch(id);
	run("DELETE FROM _honker_live");
	assert_string_equal(counts(id), "1 0 0 1 ended");
	OK(batch_get(db, id, &got));
	assert_int_equal(got.completion_id, 0);
}

static void
a_closed_or_unknown_batch_takes_no_job(void **state)
{
	(void)state;
	struct job_new j = job_of("q", "p");
	struct batch b;

	j.batch = open_batch(NULL);
	close_batch(j.batch);
	assert_int_equal(job_enqueue(db, &j, NOW_MS, NULL, NULL),
	    ALK_CONFLICT);
	error_clear(&err);
	j.batch = 9;
	assert_int_equal(job_enqueue(db, &j, NOW_MS, NULL, NULL),
	    ALK_NOTFOUND);
	error_clear(&err);
	assert_int_equal(batch_get(db, 9, &b), ALK_NOTFOUND);
}

/* The reference deletes a job before it inserts its dead letter. */
static void
honkers_own_statements_end_a_batch_and_are_told_apart(void **state)
{
	(void)state;
	int64_t batch = open_batch(NULL);

	for (int i = 0; i < 4; i++)
		add_to(batch);
	close_batch(batch);
	run("UPDATE _honker_live SET state = 'processing', worker_id = 'h', "
	    "claim_expires_at = 2000000, attempts = 3 WHERE id < 4");
	run("DELETE FROM _honker_live WHERE id = 1; "
	    "DELETE FROM _honker_live WHERE id = 4");
	assert_string_equal(counts(batch), "4 1 0 1 closed");
	run("DELETE FROM _honker_live WHERE id IN (2, 3)");
	assert_string_equal(counts(batch), "4 3 0 1 ended");
	run("INSERT INTO _honker_dead (id, queue, payload, attempts, "
	    "last_error) VALUES (2, 'q', 'p', 3, 'max attempts exceeded'), "
	    "(3, 'q', 'p', 3, 'max attempts exceeded')");
	assert_string_equal(counts(batch), "4 1 2 1 ended");
	/* And the job that was enqueued too early tells it right. */
	assert_non_null(strstr(ask(&completions),
	    "\"completed\":1,\"dead\":2,\"cancelled\":1}"));
}

static void
a_redriven_job_belongs_to_its_batch_again(void **state)
{
	(void)state;
	int64_t batch = open_batch(NULL);
	bool done;

	add_to(batch);
	add_to(batch);
	close_batch(batch);
	claim(1);
	OK(queue_fail(db, 1, TEXT("w"), TEXT("e"), NOW, &done));
	OK(dead_redrive(db, 1, NOW_MS, NULL, &done));
	assert_string_equal(counts(batch), "2 0 0 0 closed");
	claim(2);
	assert_true(ack(1));
	OK(queue_fail(db, 2, TEXT("w"), TEXT("e"), NOW, &done));
	assert_string_equal(counts(batch), "2 1 1 0 ended");
	/* Too late: it goes alone. */
	OK(dead_redrive(db, 2, NOW_MS, NULL, &done));
	claim(1);
	assert_true(ack(2));
	assert_string_equal(counts(batch), "2 1 1 0 ended");
}

static void
a_batch_is_cancelled_with_what_is_left(void **state)
{
	(void)state;
	int64_t batch = open_batch(NULL);
	int64_t count;

	for (int i = 0; i < 3; i++)
		add_to(batch);
	claim(1);
	assert_true(ack(1));
	OK(batch_cancel(db, batch, NOW_MS, &count));
	assert_int_equal(count, 2);
	assert_string_equal(counts(batch), "3 1 0 2 ended");
}

static int
note(void *arg, const struct batch *b)
{
	size_t used = strlen(seen);

	snprintf(seen + used, sizeof(seen) - used, "%lld ", (long long)b->id);
	return arg != NULL;
}

static void
batches_are_listed_and_purged(void **state)
{
	(void)state;
	int64_t count;
	bool done;

	for (int i = 0; i < 3; i++)
		add_to(open_batch(NULL));
	close_batch(1);
	close_batch(2);
	claim(2);
	OK(queue_fail(db, 1, TEXT("w"), TEXT("e"), NOW, &done));
	assert_true(ack(2));
	seen[0] = '\0';
	OK(batch_list(db, INT64_MAX, 2, note, NULL));
	assert_string_equal(seen, "3 2 ");
	OK(batch_purge(db, NOW + 9, &count));
	assert_int_equal(count, 0);
	OK(batch_purge(db, NOW + 10, &count));
	assert_int_equal(count, 2);
	seen[0] = '\0';
	OK(batch_list(db, INT64_MAX, 9, note, NULL));
	assert_string_equal(seen, "3 ");
	/* That of the dead letter and of the open one. */
	assert_string_equal(ask(&rows_beside), "2\n");
	OK(dead_delete(db, 1, &done));
	assert_string_equal(ask(&rows_beside), "1\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_last_end_of_a_closed_batch_enqueues_one_job),
		TEST(an_empty_batch_ends_as_it_is_closed),
		TEST(jobs_that_ended_before_the_close_count),
		TEST(a_batch_without_a_queue_only_counts),
		TEST(a_closed_or_unknown_batch_takes_no_job),
		TEST(honkers_own_statements_end_a_batch_and_are_told_apart),
		TEST(a_redriven_job_belongs_to_its_batch_again),
		TEST(a_batch_is_cancelled_with_what_is_left),
		TEST(batches_are_listed_and_purged),
	};

	return cmocka_run_group_tests_name("events/batch", tests, NULL, NULL);
}
