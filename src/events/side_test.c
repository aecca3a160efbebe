/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * All features at once, at random, beside a model in C that knows nothing of
 * SQL: keys, uniqueness, milliseconds and batches stay right whether our calls
 * or Honker's statements end the jobs. Then the same with memory failing.
 */
#include "memory.h"
#include "scratch.h"

#include "events/batch.h"
#include "events/dead.h"
#include "events/job_info.h"
#include "events/queue_stats.h"
#include "events/side_testing.h"

#include <stdlib.h>

#define STEPS 10000
#define QUEUES 3
#define KEYS 4    /* 0: none */
#define UNIQUES 5 /* 0: none */
#define JOBS_MAX 20000
#define BATCHES_MAX 2000
#define LIVE_MAX 120
#define CLAIMED_MAX 8

SQL(live_state, 1, "SELECT id, state = 'processing', run_at FROM _honker_live "
    "WHERE queue <> 'done' ORDER BY id");
SQL(completion_count, 2, "SELECT count(*) FROM _honker_live "
    "WHERE queue = 'done'");
SQL(row_count, 3, "SELECT count(*) FROM _alk_job");
SQL(due_count, 4, "SELECT count(*) FROM _alk_job_due");
SQL(unique_count, 5, "SELECT count(*) FROM _alk_job_unique");
SQL(live_total, 6, "SELECT live FROM _alk_queue_total WHERE queue = 'q0'");
SQL(honker_claim, 7, "UPDATE _honker_live SET state = 'processing', "
    "worker_id = 'w', claim_expires_at = 9000000000, attempts = attempts + 1 "
    "WHERE id = ?1");
SQL(honker_delete, 8, "DELETE FROM _honker_live WHERE id = ?1");
SQL(honker_bury, 9, "INSERT INTO _honker_dead (id, queue, payload, attempts, "
    "max_attempts) VALUES (?1, 'q' || ?2, 'p', 1, 100000)");

/* ---- the model ---- */

enum state { WAITS, RUNS, DEAD, GONE };

struct model_job {
	enum state state;
	bool is_held;
	bool has_row;
	int queue;
	int key;
	int unique;
	int batch;      /* 0: none */
	bool has_ended; /* for its batch */
	int64_t run_at; /* its own */
	int64_t due_ms; /* 0: none to come */
};

struct model_batch {
	bool is_closed;
	bool is_ended;
	int jobs;
	int completed;
	int dead;
	int cancelled;
};

struct model_unique {
	int64_t id; /* 0: nobody's */
	enum job_unique_scope scope;
};

static const char *const names[] = { "q0", "q1", "q2" };
static const char *const keys[] = { NULL, "a", "b", "c" };
static const char *const uniques[] = { NULL, "u", "v", "x", "y" };
static const int limits[] = { 1, 2, 0 };

static struct model_job jobs[JOBS_MAX];
static struct model_batch batches[BATCHES_MAX];
static struct model_unique owners[QUEUES][UNIQUES];
static int64_t last_job;
static int last_batch;
static int completions;
static int64_t now_ms;
static uint64_t seed;

static int
pick(int n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int)((seed >> 11) % (uint64_t)n);
}

static bool
is_live(const struct model_job *j)
{
	return j->state == WAITS || j->state == RUNS;
}

static bool
is_full(int queue, int key)
{
	int active = 0;

	for (int64_t i = 1; i <= last_job; i++)
		active += is_live(&jobs[i]) && !jobs[i].is_held &&
		    jobs[i].queue == queue && jobs[i].key == key;
	return key != 0 && limits[queue] != 0 && active >= limits[queue];
}

static void
end_batch(struct model_batch *b)
{
	if (!b->is_closed || b->is_ended ||
	    b->completed + b->dead + b->cancelled < b->jobs)
		return;
	b->is_ended = true;
	completions++;
}

static void
end_job(int64_t id, enum state state, bool is_honkers)
{
	struct model_job *j = &jobs[id];
	bool was_running = j->state == RUNS;
	struct model_unique *u = &owners[j->queue][j->unique];

	j->state = state;
	j->is_held = false;
	j->due_ms = 0;
	if (j->has_row && j->unique != 0 && u->id == id)
		u->id = 0;
	if (j->has_row && j->key != 0 && !is_full(j->queue, j->key)) {
		for (int64_t i = 1; i <= last_job; i++) {
			if (!is_live(&jobs[i]) || !jobs[i].is_held ||
			    jobs[i].queue != j->queue || jobs[i].key != j->key)
				continue;
			jobs[i].is_held = false;
			break;
		}
	}
	if (j->batch != 0) {
		struct model_batch *b = &batches[j->batch];
		b->dead += state == DEAD;
		b->completed += state == GONE && was_running;
		b->cancelled += state == GONE && !was_running;
		end_batch(b);
	} else if (state == GONE || is_honkers ||
	    (j->key == 0 && j->unique == 0)) {
		j->has_row = false; /* and with it key and uniqueness */
	}
}

/* ---- random calls, and what the model says to them ---- */

static int64_t
random_job(enum state state)
{
	int64_t start = last_job > 400 ? last_job - 400 : 0;

	for (int tries = 0; tries < 60 && last_job > start; tries++) {
		int64_t id = start + 1 + pick((int)(last_job - start));
		if (jobs[id].state == state)
			return id;
	}
	return 0;
}

static int
live_count(void)
{
	int n = 0;

	for (int64_t i = 1; i <= last_job; i++)
		n += is_live(&jobs[i]);
	return n;
}

static bool
stands(const struct model_unique *u)
{
	return u->id != 0 && (u->scope != JOB_UNIQUE_UNTIL_CLAIMED ||
	    jobs[u->id].state == WAITS);
}

static struct model_job
imagine(struct job_new *new)
{
	struct model_job j = { .queue = pick(QUEUES), .key = pick(KEYS),
		.unique = pick(3) == 0 ? pick(UNIQUES) : 0,
		.batch = last_batch > 0 && pick(3) == 0 &&
		    !batches[last_batch].is_closed ? last_batch : 0 };

	*new = job_of(names[j.queue], "p");
	new->base.max_attempts = 100000;
	new->base.run_at = j.run_at = now_ms / 1000 + pick(3) - 1;
	if (pick(4) == 0) {
		new->due_ms = now_ms + pick(3000);
		j.run_at = (new->due_ms + 999) / 1000;
		if (new->due_ms == now_ms)
			j.run_at = now_ms / 1000;
		else if (new->due_ms % 1000 != 0)
			j.due_ms = new->due_ms;
	}
	if (j.key != 0)
		new->key = TEXT(keys[j.key]);
	if (j.unique != 0)
		new->unique = TEXT(uniques[j.unique]);
	new->scope = pick(2) ? JOB_UNIQUE_UNTIL_CLAIMED :
	    JOB_UNIQUE_UNTIL_ENDED;
	new->batch = j.batch;
	j.has_row = j.key != 0 || j.unique != 0 || j.batch != 0 ||
	    j.due_ms != 0;
	return j;
}

static void
enqueue_one(void)
{
	struct job_new new;
	struct model_job j = imagine(&new);
	struct model_unique *u = &owners[j.queue][j.unique];
	enum job_outcome outcome;
	int64_t id;

	OK(job_enqueue(db, &new, now_ms, &id, &outcome));
	if (j.unique != 0 && stands(u)) {
		assert_int_equal(outcome, JOB_EXISTS);
		assert_int_equal(id, u->id);
		return;
	}
	assert_int_equal(outcome, JOB_ADDED);
	assert_in_range(id, last_job + 1, JOBS_MAX - 1);
	for (last_job++; last_job < id; last_job++)
		jobs[last_job].state = GONE; /* a completion took the id */
	j.is_held = is_full(j.queue, j.key);
	jobs[id] = j;
	if (j.unique != 0)
		*u = (struct model_unique){ id, new.scope };
	batches[j.batch].jobs += j.batch != 0;
}

/* What the claim does to due times. */
static void
promote(int queue)
{
	for (int64_t i = 1; i <= last_job; i++) {
		struct model_job *j = &jobs[i];
		if (!is_live(j) || j->queue != queue || j->due_ms == 0 ||
		    j->due_ms > now_ms)
			continue;
		j->due_ms = 0;
		if (j->is_held || (j->state == WAITS &&
		    j->run_at > now_ms / 1000))
			j->run_at = now_ms / 1000;
	}
}

static int64_t
first_ready(int queue)
{
	int64_t best = 0;

	for (int64_t i = 1; i <= last_job; i++)
		if (jobs[i].state == WAITS && !jobs[i].is_held &&
		    jobs[i].queue == queue && jobs[i].run_at <= now_ms / 1000 &&
		    (best == 0 || jobs[i].run_at < jobs[best].run_at))
			best = i;
	return best;
}

static void
claim_some(void)
{
	int queue = pick(QUEUES);
	int n = 1 + pick(CLAIMED_MAX);
	char expected[sizeof(seen)] = "";

	promote(queue);
	for (int i = 0; i < n; i++) {
		int64_t id = first_ready(queue);
		size_t used = strlen(expected);
		if (id == 0)
			break;
		jobs[id].state = RUNS;
		snprintf(expected + used, sizeof(expected) - used, "%s%lld",
		    used ? " " : "", (long long)id);
	}
	seen[0] = '\0';
	OK(queue_claim_ms(db, TEXT(names[queue]), TEXT("w"), n, 1000000,
	    now_ms, see, NULL));
	assert_string_equal(seen, expected);
}

static void
finish_ours(int64_t id)
{
	bool done = false;
	int how = pick(4);

	if (how == 0) {
		OK(queue_fail(db, id, TEXT("w"), TEXT("e"), now_ms / 1000,
		    &done));
	} else if (how == 1) {
		int64_t delay = pick(4) * 700;
		int64_t due = now_ms + delay;
		OK(job_retry(db, id, TEXT("w"), delay, TEXT("e"), now_ms,
		    &done));
		jobs[id].state = WAITS;
		jobs[id].run_at = due / 1000;
		if (delay > 0 && due % 1000 != 0) {
			jobs[id].run_at++;
			jobs[id].due_ms = due;
			jobs[id].has_row = true;
		}
	} else {
		OK(job_complete(db, id, TEXT("w"), (struct span){ 0 }, 0,
		    now_ms, &done));
	}
	assert_true(done);
	if (how != 1)
		end_job(id, how == 0 ? DEAD : GONE, false);
}

static void
finish_one(void)
{
	int64_t id = random_job(pick(6) == 0 ? WAITS : RUNS);
	bool is_death = pick(3) == 0;
	bool done;

	if (id == 0)
		return;
	if (pick(2) == 0 && jobs[id].state == RUNS) {
		finish_ours(id);
	} else if (pick(2) == 0) {
		OK(queue_cancel(db, id, &done));
		assert_true(done);
		end_job(id, GONE, false);
	} else {
		OK(db_exec(db, &honker_delete, "i", id));
		if (is_death)
			OK(db_exec(db, &honker_bury, "ii", id,
			    (int64_t)jobs[id].queue));
		end_job(id, is_death ? DEAD : GONE, true);
	}
}

static void
claim_as_honker(void)
{
	int64_t id = random_job(WAITS);

	if (id == 0 || jobs[id].is_held || jobs[id].run_at > now_ms / 1000)
		return;
	OK(db_exec(db, &honker_claim, "i", id));
	jobs[id].state = RUNS;
}

static void
redrive_one(void)
{
	int64_t id = random_job(DEAD);
	struct model_job *j = &jobs[id];
	bool done;

	if (id == 0)
		return;
	OK(dead_redrive(db, id, now_ms, NULL, &done));
	assert_true(done);
	if (!j->has_row)
		j->key = j->unique = j->batch = 0;
	if (j->batch != 0 && batches[j->batch].is_ended)
		j->batch = 0;
	if (j->batch != 0)
		batches[j->batch].dead--;
	j->is_held = is_full(j->queue, j->key);
	j->state = WAITS;
	j->run_at = now_ms / 1000;
	if (j->unique != 0 && owners[j->queue][j->unique].id == 0)
		owners[j->queue][j->unique] = (struct model_unique){ id,
		    JOB_UNIQUE_UNTIL_ENDED };
}

static void
next_batch(void)
{
	struct batch_new b = { .queue = TEXT("done"), .max_attempts = 3 };
	int64_t id;
	bool done;

	if (last_batch > 0 && !batches[last_batch].is_closed) {
		OK(batch_close(db, last_batch, now_ms, &done));
		assert_true(done);
		batches[last_batch].is_closed = true;
		end_batch(&batches[last_batch]);
		return;
	}
	OK(batch_open(db, &b, now_ms, &id));
	assert_int_equal(id, ++last_batch);
	assert_true(last_batch < BATCHES_MAX);
}

static void
step(void)
{
	int what = pick(100);

	if (what < 34 && live_count() < LIVE_MAX)
		enqueue_one();
	else if (what < 55)
		claim_some();
	else if (what < 85)
		finish_one();
	else if (what < 89)
		claim_as_honker();
	else if (what < 93)
		redrive_one();
	else if (what < 95)
		next_batch();
	else
		now_ms += pick(1500);
}

/* ---- whether file and model agree ---- */

static void
compare_jobs(void)
{
	struct db_rows *rows = db_query(db, &live_state, "");
	int64_t id = 0;

	while (db_next(db, rows)) {
		while (!is_live(&jobs[++id]))
			assert_true(id < last_job);
		assert_int_equal(db_int(rows, 0), id);
		assert_int_equal(db_int(rows, 1), jobs[id].state == RUNS);
		if (jobs[id].state == WAITS)
			assert_int_equal(db_int(rows, 2), jobs[id].is_held ?
			    JOB_HELD_RUN_AT : jobs[id].run_at);
	}
	db_end(db, rows);
	while (++id <= last_job)
		assert_false(is_live(&jobs[id]));
}

static void
compare_counts(void)
{
	int rows = 0, dues = 0, kept = 0, live = 0;

	for (int64_t i = 1; i <= last_job; i++) {
		rows += jobs[i].has_row &&
		    (jobs[i].state != GONE || jobs[i].batch != 0);
		dues += is_live(&jobs[i]) && jobs[i].due_ms != 0;
		live += is_live(&jobs[i]) && jobs[i].queue == 0;
	}
	for (int i = 0; i < QUEUES * UNIQUES; i++)
		kept += owners[i / UNIQUES][i % UNIQUES].id != 0;
	assert_int_equal(db_number(db, &row_count, -1, ""), rows);
	assert_int_equal(db_number(db, &due_count, -1, ""), dues);
	assert_int_equal(db_number(db, &unique_count, -1, ""), kept);
	assert_int_equal(db_number(db, &live_total, -1, ""), live);
	assert_int_equal(db_number(db, &completion_count, -1, ""),
	    completions);
}

static void
compare_batches(void)
{
	for (int i = 1; i <= last_batch; i++) {
		struct batch b;
		OK(batch_get(db, i, &b));
		assert_int_equal(b.jobs, batches[i].jobs);
		assert_int_equal(b.completed, batches[i].completed);
		assert_int_equal(b.dead, batches[i].dead);
		assert_int_equal(b.cancelled, batches[i].cancelled);
		assert_int_equal(b.is_ended, batches[i].is_ended);
	}
}

static void
forget(void)
{
	memset(jobs, 0, sizeof(jobs));
	memset(batches, 0, sizeof(batches));
	memset(owners, 0, sizeof(owners));
	jobs[0].state = GONE;
	last_job = last_batch = completions = 0;
	now_ms = NOW_MS;
}

static void
random_calls_agree_with_the_model(void **state)
{
	(void)state;
	seed = 0x9e3779b97f4a7c15;
	forget();
	for (int i = 0; i < QUEUES; i++) {
		struct queue_settings s = { .key_jobs = limits[i],
			.depth_max = i == 0 ? 1000 : 0 };
		OK(queue_settings_set(db, TEXT(names[i]), &s));
	}
	for (int i = 0; i < STEPS; i++) {
		struct db_unit u;
		OK(db_unit_begin(db, &u));
		step();
		OK(db_unit_end(db, &u));
		if (i % 50 != 0 && i + 1 < STEPS)
			continue;
		compare_jobs();
		compare_counts();
		compare_batches();
	}
	/* The walk went through what it is for. */
	assert_true(last_job > 2000);
	assert_true(completions > 20);
}

/* ---- memory ---- */

static int
ignore(void *arg, const struct queue_job *j)
{
	(void)j;
	return arg != NULL;
}

static void
use_all(void)
{
	struct queue_settings s = { .key_jobs = 1, .has_metrics = true,
		.history_s = 60, .rate_jobs = 10, .rate_per_ms = 1000 };
	struct batch_new b = { .queue = TEXT("done"), .max_attempts = 3 };
	struct queue_share shares[] = { { TEXT("q"), 1, 0 },
		{ TEXT("r"), 1, 0 } };
	struct span tags[] = { TEXT("t") };
	struct job_new j = job_of("q", "p");
	struct buf out = { 0 };
	int64_t count, id;
	bool done;

	(void)queue_settings_set(db, TEXT("q"), &s);
	(void)batch_open(db, &b, NOW_MS, &j.batch);
	j.key = j.unique = TEXT("k");
	j.scope = JOB_UNIQUE_WINDOW;
	j.window_ms = 1;
	j.tags = tags;
	j.tag_count = 1;
	j.metadata = TEXT("{}");
	(void)job_enqueue(db, &j, NOW_MS, &id, NULL);
	j.due_ms = NOW_MS + 5;
	(void)job_enqueue(db, &j, NOW_MS + 2, &id, NULL);
	(void)batch_close(db, 1, NOW_MS, &done);
	(void)job_claim_several(db, shares, 2, false, TEXT("w"), 4, 60,
	    NOW_MS + 10, ignore, NULL);
	(void)job_progress(db, 1, TEXT("w"), 5, TEXT("x"), NOW_MS, &done);
	(void)job_retry(db, 1, TEXT("w"), 5, TEXT("e"), NOW_MS, &done);
	(void)queue_claim_ms(db, TEXT("q"), TEXT("w"), 1, 60, NOW_MS + 20,
	    ignore, NULL);
	(void)queue_fail(db, 1, TEXT("w"), TEXT("e"), NOW, &done);
	(void)dead_redrive_all(db, TEXT("q"), -1, NOW_MS, &count);
	(void)queue_claim_ms(db, TEXT("q"), TEXT("w"), 1, 60, NOW_MS + 30,
	    ignore, NULL);
	(void)job_complete(db, 2, TEXT("w"), TEXT("r"), 5, NOW_MS, &done);
	(void)job_cancel_tagged(db, TEXT("q"), TEXT("t"), &count);
	(void)job_history_sweep(db, TEXT("q"), NOW_MS, &count);
	(void)job_history_purge(db, TEXT("q"), NOW_MS, &count);
	(void)queue_stats_prometheus(db, NOW, &out);
	buf_fini(&out);
}

SQL(all_rows, 10, "SELECT (SELECT count(*) FROM _honker_live) + "
    "(SELECT count(*) FROM _honker_dead) + (SELECT count(*) FROM _alk_job) + "
    "(SELECT count(*) FROM _alk_batch) + (SELECT count(*) FROM _alk_queue) + "
    "(SELECT count(*) FROM _alk_feature)");

/*
 * One run on a file of its own; whether memory failed. SQLite can do without
 * some of what it asks for: then all is there, as it was with all memory.
 */
static bool
run_short_of_memory(int64_t n, int64_t rows_with_all)
{
	struct db_unit u;

	assert_int_equal(set_up(NULL), 0);
	(void)db_unit_begin(db, &u);
	memory_fail_at(n, n % 2 == 0);
	use_all();
	memory_heal();
	bool has_failed = memory_fired();
	bool is_undone = err.code != ALK_OK;
	if (is_undone)
		assert_int_equal(err.code, ALK_NOMEM);
	(void)db_unit_end(db, &u);
	error_clear(&err);
	assert_true(has_failed || !is_undone);
	assert_int_equal(db_number(db, &all_rows, -1, ""),
	    is_undone ? 0 : rows_with_all);
	tear_down(NULL);
	return has_failed;
}

static void
without_memory_nothing_is_done_by_half(void **state)
{
	(void)state;
	int64_t step_by = getenv("ALK_TEST_FULL") != NULL ? 1 : 97;
	int64_t n = 0;

	assert_int_equal(set_up(NULL), 0);
	use_all();
	assert_ok(err.code, "with all memory");
	int64_t rows = db_number(db, &all_rows, -1, "");
	tear_down(NULL);
	assert_true(rows > 5);
	while (run_short_of_memory(n, rows))
		n += step_by;
	assert_true(n > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(random_calls_agree_with_the_model),
		cmocka_unit_test(without_memory_nothing_is_done_by_half),
	};

	memory_install();
	return cmocka_run_group_tests_name("events/side", tests, NULL, NULL);
}
