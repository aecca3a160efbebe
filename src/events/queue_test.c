/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Queues, second by second: `now` is a parameter, so no test waits. */
#include "scratch.h"

#include "events/file_testing.h"
#include "events/queue.h"
#include "events/queue.sql.h"

#define NOW 1000000

SQL(dead_rows, 1, "SELECT id || ' ' || attempts || ' ' || "
    "COALESCE(last_error, 'NULL') || ' ' || died_at FROM _honker_dead "
    "ORDER BY id");
SQL(errors, 2, "SELECT job_id || ' ' || attempt || ' ' || worker_id || ' ' || "
    "error FROM _alk_attempt ORDER BY job_id, attempt");
SQL(live_count, 3, "SELECT count(*) FROM _honker_live");

static int64_t
enqueue_with(int64_t priority, int64_t run_at, int64_t max_attempts)
{
	struct queue_new j = { .queue = TEXT("q"), .payload = TEXT("p"),
		.priority = priority, .max_attempts = max_attempts,
		.run_at = run_at };
	int64_t id = 0;

	assert_int_equal(queue_enqueue(db, &j, NOW, &id), ALK_OK);
	return id;
}

static int64_t
enqueue(void)
{
	return enqueue_with(0, NOW, 3);
}

static char seen[400];

static int
see(void *arg, const struct queue_job *j)
{
	size_t used = strlen(seen);
	int *left = arg;

	snprintf(seen + used, sizeof(seen) - used, "%s%lld", used ? " " : "",
	    (long long)j->id);
	return left != NULL && --*left == 0;
}

/* The ids that a claim gives, in its order. */
static const char *
claim_at(const char *worker, int64_t n, int64_t now)
{
	seen[0] = '\0';
	assert_int_equal(queue_claim(db, TEXT("q"), TEXT(worker), n, 10, now,
	    see, NULL), ALK_OK);
	return seen;
}

static bool
ack_at(int64_t id, const char *worker, int64_t now)
{
	bool done;

	assert_int_equal(queue_ack(db, id, TEXT(worker), now, &done), ALK_OK);
	return done;
}

static bool
retry_at(int64_t id, const char *worker, int64_t now)
{
	bool done;

	assert_int_equal(queue_retry(db, id, TEXT(worker), 5, TEXT("oops"),
	    now, &done), ALK_OK);
	return done;
}

static void
a_claim_takes_priority_then_time_then_id(void **state)
{
	(void)state;
	enqueue_with(0, NOW, 3);
	enqueue_with(10, NOW, 3);
	enqueue_with(5, NOW, 3);
	enqueue_with(10, NOW - 5, 3);
	enqueue_with(-3, NOW, 3);
	assert_string_equal(claim_at("w", 4, NOW), "4 2 3 1");
	assert_string_equal(claim_at("w", -1, NOW), "5");
}

static void
what_is_not_due_waits(void **state)
{
	(void)state;
	enqueue_with(100, NOW + 1, 3);
	enqueue_with(0, NOW, 3);
	assert_string_equal(claim_at("w", 10, NOW), "2");
	assert_string_equal(claim_at("w", 10, NOW + 1), "1");
}

static void
none_are_claimed_for_zero_or_where_there_are_none(void **state)
{
	(void)state;
	assert_false(queue_has_work(db, TEXT("q"), NOW));
	assert_string_equal(claim_at("w", 5, NOW), "");
	enqueue();
	assert_string_equal(claim_at("w", 0, NOW), "");
	assert_true(queue_has_work(db, TEXT("q"), NOW));
	assert_false(queue_has_work(db, TEXT("other"), NOW));
}

static void
a_late_worker_is_refused_and_another_has_the_job(void **state)
{
	(void)state;
	int64_t id = enqueue();

	assert_string_equal(claim_at("a", 1, NOW), "1");
	/* At the very second the holder may still end it, nobody claim it. */
	assert_string_equal(claim_at("b", 1, NOW + 10), "");
	assert_string_equal(claim_at("b", 1, NOW + 11), "1");
	assert_false(ack_at(id, "a", NOW + 11));
	assert_false(retry_at(id, "a", NOW + 11));
	assert_true(ack_at(id, "b", NOW + 21));
	assert_string_equal(ask(&live_count), "0\n");
}

static void
lapsed_and_pending_jobs_are_merged_in_order(void **state)
{
	(void)state;
	enqueue_with(5, NOW, 3);
	enqueue_with(0, NOW, 3);
	assert_string_equal(claim_at("a", 2, NOW), "1 2");
	enqueue_with(9, NOW, 3);
	enqueue_with(3, NOW, 3);
	assert_string_equal(claim_at("b", -1, NOW + 20), "3 1 4 2");
}

static void
very_many_lapsed_claims_come_in_order_too(void **state)
{
	(void)state;
	for (int i = 0; i < 600; i++)
		enqueue_with(i % 7, NOW, 3);
	seen[0] = '\0';
	int left = 600;
	(void)db_begin_write(db);
	assert_int_equal(queue_claim(db, TEXT("q"), TEXT("a"), -1, 10, NOW,
	    see, &left), ALK_OK);
	(void)db_commit(db);
	assert_string_equal(claim_at("b", 3, NOW + 20), "7 14 21");
}

static void
a_job_out_of_attempts_is_dead_with_its_reason(void **state)
{
	(void)state;
	enqueue_with(0, NOW, 1);
	enqueue_with(0, NOW, 0);
	assert_string_equal(claim_at("w", 5, NOW), "1");
	assert_string_equal(claim_at("w", 5, NOW + 11), "");
	assert_string_equal(ask(&dead_rows),
	    "1 1 max attempts exceeded 1000011\n"
	    "2 0 max attempts exceeded 1000000\n");
}

static void
a_retry_waits_and_then_buries_and_keeps_every_error(void **state)
{
	(void)state;
	int64_t id = enqueue_with(0, NOW, 2);

	claim_at("w", 1, NOW);
	assert_false(retry_at(id, "other", NOW));
	assert_true(retry_at(id, "w", NOW));
	assert_false(retry_at(id, "w", NOW));
	assert_string_equal(claim_at("w", 1, NOW + 4), "");
	assert_string_equal(claim_at("w", 1, NOW + 5), "1");
	assert_true(retry_at(id, "w", NOW + 5));
	assert_string_equal(ask(&dead_rows), "1 2 oops 1000005\n");
	assert_string_equal(ask(&errors), "1 1 w oops\n1 2 w oops\n");
}

static void
fail_buries_at_once(void **state)
{
	(void)state;
	int64_t id = enqueue();
	bool done;

	claim_at("w", 1, NOW);
	assert_int_equal(queue_fail(db, id, TEXT("w"), TEXT("no"), NOW, &done),
	    ALK_OK);
	assert_true(done);
	assert_string_equal(ask(&dead_rows), "1 1 no 1000000\n");
	assert_string_equal(ask(&live_count), "0\n");
}

static void
a_heartbeat_gives_more_time(void **state)
{
	(void)state;
	int64_t id = enqueue();
	bool done;

	claim_at("w", 1, NOW);
	(void)queue_heartbeat(db, id, TEXT("w"), 30, NOW + 5, &done);
	assert_true(done);
	assert_string_equal(claim_at("b", 1, NOW + 20), "");
	assert_true(ack_at(id, "w", NOW + 35));
	(void)queue_heartbeat(db, id, TEXT("w"), 30, NOW + 5, &done);
	assert_false(done);
}

static void
an_expired_job_is_not_claimed_but_swept_also_in_flight(void **state)
{
	(void)state;
	struct queue_new j = { .queue = TEXT("q"), .payload = TEXT("p"),
		.max_attempts = 3, .run_at = NOW, .expires = true,
		.expires_at = NOW + 5 };
	int64_t count;

	(void)queue_enqueue(db, &j, NOW, NULL);
	(void)queue_enqueue(db, &j, NOW, NULL);
	assert_string_equal(claim_at("w", 1, NOW), "1");
	assert_false(queue_has_expired(db, TEXT("q"), NOW + 4));
	assert_string_equal(claim_at("w", 1, NOW + 5), "");
	(void)queue_sweep(db, TEXT("q"), NOW + 6, &count);
	assert_int_equal(count, 1); /* the other is still claimed */
	(void)queue_sweep(db, TEXT("q"), NOW + 11, &count);
	assert_int_equal(count, 1);
	assert_string_equal(ask(&dead_rows),
	    "1 1 expired 1000011\n2 0 expired 1000006\n");
}

static void
the_next_claim_is_a_due_time_or_a_lapse(void **state)
{
	(void)state;
	assert_int_equal(queue_next_claim_at(db, TEXT("q"), NOW), 0);
	enqueue();
	assert_int_equal(queue_next_claim_at(db, TEXT("q"), NOW), 0);
	claim_at("w", 1, NOW);
	assert_int_equal(queue_next_claim_at(db, TEXT("q"), NOW), NOW + 11);
	enqueue_with(0, NOW + 7, 3);
	assert_int_equal(queue_next_claim_at(db, TEXT("q"), NOW), NOW + 7);
}

static void
acks_of_a_json_list_are_counted(void **state)
{
	(void)state;
	int64_t count;

	enqueue();
	enqueue();
	enqueue();
	claim_at("w", 3, NOW);
	(void)queue_ack_json(db, TEXT("[1,\"2\",99]"), TEXT("w"), NOW, &count);
	assert_int_equal(count, 2);
	assert_string_equal(ask(&live_count), "1\n");
	assert_true(queue_ack_json(db, TEXT("[1,"), TEXT("w"), NOW, &count)
	    != ALK_OK);
	assert_non_null(strstr(err.text, "malformed JSON"));
}

static void
a_unit_undoes_all_when_the_dead_letters_refuse(void **state)
{
	(void)state;
	static const struct sql refuse = { "refuse",
		"CREATE TRIGGER no BEFORE INSERT ON _honker_dead BEGIN "
		"SELECT RAISE(ABORT, 'no'); END", SQL_SLOTS - 4 };
	struct db_unit u;
	int64_t id = enqueue();
	bool done;

	claim_at("w", 1, NOW);
	(void)db_script(db, &refuse);
	(void)db_unit_begin(db, &u);
	assert_true(queue_fail(db, id, TEXT("w"), TEXT("x"), NOW, &done) !=
	    ALK_OK);
	(void)db_unit_end(db, &u);
	assert_false(db_in_transaction(db));
	error_clear(&err);
	assert_string_equal(ask(&live_count), "1\n");
}

SQL(ready_index, 5, "SELECT name FROM sqlite_schema "
    "WHERE name = '_alk_live_ready'");

/* How SQLite goes about a statement. */
static const char *
plan_of(const struct sql *q)
{
	static char text[1000];
	static char plan[1000];
	const struct sql explain = { "explain", text, SQL_SLOTS - 6 };

	snprintf(text, sizeof(text), "EXPLAIN QUERY PLAN %s", q->text);
	struct db_rows *rows = db_query(db, &explain, "");
	plan[0] = '\0';
	while (db_next(db, rows)) {
		strcat(plan, db_text(rows, 3, NULL));
		strcat(plan, "\n");
	}
	db_end(db, rows);
	return plan;
}

static void
an_index_of_ours_is_made_when_there_are_two_priorities(void **state)
{
	(void)state;
	assert_non_null(strstr(plan_of(&sql_queue_ready_all),
	    "USING INDEX _honker_live_pending_deadline (queue=? AND run_at<?"));
	assert_null(strstr(plan_of(&sql_queue_ready_all), "TEMP"));
	enqueue_with(7, NOW, 3);
	enqueue_with(7, NOW, 3);
	assert_string_equal(claim_at("w", 1, NOW), "1");
	assert_string_equal(ask(&ready_index), "");
	enqueue_with(8, NOW, 3);
	assert_string_equal(claim_at("w", 1, NOW), "3");
	assert_string_equal(ask(&ready_index), "_alk_live_ready\n");
	assert_string_equal(claim_at("w", 1, NOW), "2");
}

static void
a_claim_that_reads_first_locks_only_what_it_finds(void **state)
{
	(void)state;
	struct db_options o = { .path = path, .busy_ms = 0 };
	struct db *other;
	alk_error theirs = { 0 };

	assert_int_equal(db_open(&o, NULL, 0, &other, &theirs), ALK_OK);
	db_use(other, &theirs, NULL);
	assert_int_equal(db_begin_read(other), ALK_OK);
	seen[0] = '\0';
	enqueue();
	assert_int_equal(db_begin_write(db), ALK_OK);
	assert_int_equal(queue_claim_reading(other, TEXT("none"), TEXT("w"),
	    1, 10, NOW * INT64_C(1000), see, NULL), ALK_OK);
	assert_int_equal(queue_claim_reading(other, TEXT("q"), TEXT("w"), 1,
	    10, NOW * INT64_C(1000), see, NULL), ALK_BUSY);
	assert_string_equal(seen, "");
	db_rollback(other);
	db_rollback(db);
	error_clear(&theirs);
	assert_int_equal(db_begin_read(other), ALK_OK);
	assert_int_equal(queue_claim_reading(other, TEXT("q"), TEXT("w"), 1,
	    10, NOW * INT64_C(1000), see, NULL), ALK_OK);
	assert_int_equal(db_commit(other), ALK_OK);
	assert_string_equal(seen, "1");
	db_use(other, NULL, NULL);
	db_close(other);
}

/* ---- against a model ---- */

#define MODEL_JOBS 400

struct model_job {
	int64_t priority;
	int64_t run_at;
	int64_t lapses_at; /* 0: pending */
	bool is_there;
};

static struct model_job model[MODEL_JOBS + 1]; /* by id */
static int model_count;

static bool
model_is_ready(const struct model_job *j, int64_t now)
{
	return j->is_there && (j->lapses_at == 0 ? j->run_at <= now :
	    j->lapses_at < now);
}

/* The job that a claim has to give next; 0: none. */
static int
model_next(int64_t now)
{
	int best = 0;

	for (int i = 1; i <= model_count; i++) {
		const struct model_job *j = &model[i];
		const struct model_job *b = &model[best];
		if (model_is_ready(j, now) && (best == 0 ||
		    j->priority > b->priority || (j->priority == b->priority &&
			j->run_at < b->run_at)))
			best = i;
	}
	return best;
}

static void
model_claim(int64_t n, int64_t now)
{
	char wanted[400] = "";
	size_t used = 0;
	int64_t asked = n;

	for (int id; n > 0 && (id = model_next(now)) != 0; n--) {
		used += (size_t)snprintf(wanted + used, sizeof(wanted) - used,
		    "%s%d", used ? " " : "", id);
		model[id].lapses_at = now + 10;
	}
	assert_string_equal(claim_at("w", asked, now), wanted);
}

static unsigned seed;

static int
dice(int sides)
{
	seed = seed * 1103515245 + 12345;
	return (int)(seed >> 16) % sides;
}

static void
model_step(int priorities, int64_t now)
{
	int id = model_count == 0 ? 0 : 1 + dice(model_count);

	if (dice(2) == 0 && model_count < MODEL_JOBS) {
		model[++model_count] = (struct model_job){
			dice(priorities) - priorities / 2, now + dice(8), 0,
			true };
		assert_int_equal(enqueue_with(model[model_count].priority,
		    model[model_count].run_at, 1000), model_count);
	} else if (dice(2) == 0) {
		model_claim(5, now);
	} else if (id != 0 && model[id].is_there &&
	    model[id].lapses_at >= now) {
		assert_true(ack_at(id, "w", now));
		model[id].is_there = false;
	}
}

static void
claims_give_what_a_model_gives(void **state)
{
	(void)state;
	for (int priorities = 1; priorities <= 3; priorities++) {
		model_count = 0;
		seed = (unsigned)priorities;
		assert_int_equal(db_begin_write(db), ALK_OK);
		for (int64_t i = 0; i < 2000; i++)
			model_step(priorities, NOW + i / 20);
		db_rollback(db);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_claim_takes_priority_then_time_then_id),
		TEST(what_is_not_due_waits),
		TEST(none_are_claimed_for_zero_or_where_there_are_none),
		TEST(a_late_worker_is_refused_and_another_has_the_job),
		TEST(lapsed_and_pending_jobs_are_merged_in_order),
		TEST(very_many_lapsed_claims_come_in_order_too),
		TEST(a_job_out_of_attempts_is_dead_with_its_reason),
		TEST(a_retry_waits_and_then_buries_and_keeps_every_error),
		TEST(fail_buries_at_once),
		TEST(a_heartbeat_gives_more_time),
		TEST(an_expired_job_is_not_claimed_but_swept_also_in_flight),
		TEST(the_next_claim_is_a_due_time_or_a_lapse),
		TEST(acks_of_a_json_list_are_counted),
		TEST(a_unit_undoes_all_when_the_dead_letters_refuse),
		TEST(an_index_of_ours_is_made_when_there_are_two_priorities),
		TEST(a_claim_that_reads_first_locks_only_what_it_finds),
		TEST(claims_give_what_a_model_gives),
	};

	return cmocka_run_group_tests_name("events/queue", tests, NULL, NULL);
}
