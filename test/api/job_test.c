/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What becomes of jobs, in lists: batches, attempts, tags, dead letters. */
#include "queues.h"

struct ids {
	int64_t at[4];
	size_t count;
};

static int
keep_id(void *arg, const alk_job *j)
{
	struct ids *ids = arg;

	ids->at[ids->count++] = j->id;
	return 0;
}

static int
see_info(void *arg, const alk_job_info *i)
{
	assert_string_equal(i->queue, "q");
	assert_string_equal(i->standing, "queued");
	assert_string_equal(i->progress_text, "half");
	assert_int_equal(i->progress, 50);
	assert_null(i->key);
	++*(int *)arg;
	return 0;
}

static int
see_attempt(void *arg, const alk_attempt *a)
{
	assert_int_equal(a->attempt, 1);
	assert_string_equal(a->worker, "w");
	assert_string_equal(a->error, "no");
	assert_int_equal(a->ended_at, START);
	++*(int *)arg;
	return 0;
}

static int
see_done(void *arg, const alk_job_done *d)
{
	assert_int_equal(d->id, 1);
	assert_int_equal(d->attempts, 2);
	assert_string_equal(d->payload, "1");
	assert_string_equal(d->result, "ok");
	assert_int_equal(d->ended_ms, now_ms);
	++*(int *)arg;
	return 0;
}

static int
see_tag(void *arg, const char *tag)
{
	assert_string_equal(tag, "red");
	++*(int *)arg;
	return 0;
}

static void
what_became_of_a_job_is_kept(void **state)
{
	const char *const tags[] = { "red" };
	alk_queue_settings set = { .history_s = 60 };
	alk_history_query before = { 0 };
	alk_job_new j = { .queue = "q", .payload = "1", .bytes = 1,
		.tags = tags, .tags_count = 1 };
	struct ids ids = { { 0 }, 0 };
	int64_t id = 0;
	int seen = 0;
	alk_session *s = f.session;

	(void)state;
	assert_int_equal(alk_queue_settings_set(s, "q", &set), ALK_OK);
	assert_int_equal(alk_queue_enqueue(s, &j, 1, NULL), ALK_OK);
	assert_int_equal(alk_job_tags(s, 1, see_tag, &seen), ALK_OK);
	assert_int_equal(seen, 1);
	assert_int_equal(alk_job_tags(s, 9, see_tag, &seen), ALK_OK);
	assert_int_equal(alk_job_tags(s, 1, NULL, NULL), ALK_INVALID);
	seen = 0;
	assert_int_equal(alk_job_find(s, NULL, "red", 0, 0, keep_id, &ids),
	    ALK_OK);
	assert_int_equal(alk_job_find(s, "q", "blue", 0, 0, keep_id, &ids),
	    ALK_OK);
	assert_int_equal(ids.count, 1);
	assert_int_equal(alk_job_find(s, "q", NULL, 0, 0, keep_id, &ids),
	    ALK_INVALID);
	assert_int_equal(alk_queue_claim(s, "q", "w", 1, 30, stop_it, &id),
	    ALK_OK);
	assert_int_equal(alk_job_progress(s, 1, "v", 50, "half"),
	    ALK_CONFLICT);
	assert_int_equal(alk_job_progress(s, 1, "w", 50, "half"), ALK_OK);
	assert_int_equal(alk_job_progress(s, 1, "w", 101, NULL), ALK_INVALID);
	assert_int_equal(alk_job_info_get(s, 1, see_info, &seen), ALK_OK);
	assert_int_equal(alk_job_info_get(s, 9, see_info, &seen),
	    ALK_NOTFOUND);
	assert_int_equal(alk_job_retry(s, 1, "w", 0, "no"), ALK_OK);
	assert_int_equal(alk_job_attempts(s, 1, see_attempt, &seen), ALK_OK);
	assert_int_equal(alk_queue_claim(s, "q", "w", 1, 30, stop_it, &id),
	    ALK_OK);
	assert_int_equal(alk_job_complete(s, 1, "w", "ok", 2, 0), ALK_OK);
	assert_int_equal(alk_queue_history(s, "q", NULL, see_done, &seen),
	    ALK_OK);
	before.before_ms = now_ms;
	assert_int_equal(alk_queue_history(s, "q", &before, see_done, &seen),
	    ALK_OK);
	assert_int_equal(seen, 3);
	before.before_id = 2;
	assert_int_equal(alk_queue_history(s, "q", &before, see_done, &seen),
	    ALK_OK);
	assert_int_equal(seen, 4);
	assert_int_equal(alk_queue_history(s, "q", NULL, NULL, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_queue_history_sweep(s, NULL, &id), ALK_OK);
	assert_int_equal(id, 0);
	assert_int_equal(alk_queue_history_purge(s, "q", now_ms, &id), ALK_OK);
	assert_int_equal(id, 0);
	assert_int_equal(alk_queue_history_purge(s, NULL, 0, &id), ALK_OK);
	assert_int_equal(id, 1);
	assert_int_equal(alk_queue_history_purge(s, "", 0, NULL), ALK_INVALID);
	assert_int_equal(alk_queue_history_sweep(s, "", NULL), ALK_INVALID);
	assert_int_equal(alk_job_attempts(s, 1, NULL, NULL), ALK_INVALID);
}

static void
a_batch_ends_with_its_last_job(void **state)
{
	alk_batch_new n = { .queue = "end", .payload = "{\"n\":1}",
		.bytes = ALK_NUL };
	alk_job_new jobs[2] = { { .queue = "q", .payload = "1", .bytes = 1 },
	    { .queue = "q", .payload = "2", .bytes = 1 } };
	struct ids ids = { { 0 }, 0 };
	alk_batch b;
	int64_t batch = 0;
	int64_t id = 0;
	int64_t count = -1;
	alk_session *s = f.session;

	(void)state;
	assert_int_equal(alk_batch_open(s, &n, &batch), ALK_OK);
	jobs[0].batch = jobs[1].batch = batch;
	assert_int_equal(alk_queue_enqueue(s, jobs, 2, NULL), ALK_OK);
	assert_int_equal(alk_batch_close(s, batch), ALK_OK);
	assert_int_equal(alk_queue_enqueue(s, jobs, 1, NULL), ALK_CONFLICT);
	assert_int_equal(alk_queue_claim(s, "q", "w", 1, 30, stop_it, &id),
	    ALK_OK);
	assert_int_equal(alk_job_complete(s, id, "w", NULL, 0, 0), ALK_OK);
	assert_int_equal(alk_batch_get(s, batch, &b), ALK_OK);
	assert_int_equal(b.is_ended, 0);
	assert_int_equal(b.completed, 1);
	assert_int_equal(alk_batch_cancel(s, batch, &count), ALK_OK);
	assert_int_equal(count, 1);
	assert_int_equal(alk_batch_get(s, batch, &b), ALK_OK);
	assert_int_equal(b.is_ended, 1);
	assert_int_equal(b.jobs, 2);
	assert_int_equal(b.cancelled, 1);
	assert_int_equal(alk_queue_list(s, "end", 0, 0, keep_id, &ids),
	    ALK_OK);
	assert_int_equal(ids.count, 1);
	assert_int_equal(ids.at[0], b.completion_id);
	assert_int_equal(alk_batch_close(s, 99), ALK_NOTFOUND);
	assert_int_equal(alk_batch_get(s, 99, &b), ALK_NOTFOUND);
}

static int
note_batch(void *arg, const alk_batch *b)
{
	int64_t *sum = arg;

	*sum = *sum * 10 + b->id;
	return b->id == 2;
}

static void
batches_are_listed_and_forgotten(void **state)
{
	alk_batch_new n = { .bytes = ALK_NUL };
	alk_session *s = f.session;
	int64_t id, ids = 0;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(alk_batch_open(s, &n, &id), ALK_OK);
	assert_int_equal(alk_batch_list(s, 0, 0, note_batch, &ids), ALK_OK);
	assert_int_equal(ids, 32);
	ids = 0;
	assert_int_equal(alk_batch_list(s, 2, 1, note_batch, &ids), ALK_OK);
	assert_int_equal(ids, 1);
	assert_int_equal(alk_batch_list(s, 0, 0, NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_batch_close(s, 2), ALK_OK);
	assert_int_equal(alk_batch_purge(s, 1, &id), ALK_OK);
	assert_int_equal(id, 0);
	assert_int_equal(alk_batch_purge(s, 0, &id), ALK_OK);
	assert_int_equal(id, 1);
	assert_int_equal(alk_batch_purge(s, 0, NULL), ALK_OK);
	ids = 0;
	assert_int_equal(alk_batch_list(s, 0, 0, note_batch, &ids), ALK_OK);
	assert_int_equal(ids, 31);
}

static int
keep_dead(void *arg, const alk_dead *d)
{
	struct ids *ids = arg;

	assert_string_equal(d->error, "no");
	assert_int_equal(d->died_at, START);
	ids->at[ids->count++] = d->id;
	return 0;
}

static void
jobs_are_listed_page_by_page(void **state)
{
	struct ids ids = { { 0 }, 0 };

	(void)state;
	for (int i = 0; i < 3; i++)
		enqueue("1");
	assert_int_equal(alk_queue_list(f.session, "q", 1, 1, keep_id, &ids),
	    ALK_OK);
	assert_int_equal(ids.count, 1);
	assert_int_equal(ids.at[0], 2);
	assert_int_equal(alk_queue_list(f.session, NULL, 2, 0, keep_id, &ids),
	    ALK_OK);
	assert_int_equal(ids.count, 2);
	assert_int_equal(ids.at[1], 3);
	assert_int_equal(alk_queue_list(f.session, "r", 0, 0, keep_id, &ids),
	    ALK_OK);
	assert_int_equal(ids.count, 2);
	assert_int_equal(alk_queue_list(f.session, "", 0, 0, keep_id, &ids),
	    ALK_INVALID);
	assert_int_equal(alk_queue_list(f.session, "q", 0, 0, NULL, NULL),
	    ALK_INVALID);
}

static void
kill_jobs(int n)
{
	int64_t id = 0;

	for (int i = 0; i < n; i++) {
		enqueue("1");
		assert_int_equal(alk_queue_claim(f.session, "q", "w", 1, 30,
		    stop_it, &id), ALK_OK);
		assert_int_equal(alk_job_fail(f.session, id, "w", "no"),
		    ALK_OK);
	}
}

static void
dead_letters_go_again_or_away(void **state)
{
	struct ids ids = { { 0 }, 0 };
	int64_t n = -1;

	(void)state;
	kill_jobs(4);
	assert_int_equal(alk_dead_list(f.session, "q", 0, 0, keep_dead, &ids),
	    ALK_OK);
	assert_int_equal(ids.count, 4);
	assert_int_equal(alk_dead_redrive(f.session, 2, &n), ALK_OK);
	assert_int_equal(n, 2);
	assert_int_equal(alk_dead_redrive(f.session, 2, NULL), ALK_NOTFOUND);
	assert_int_equal(alk_dead_redrive_all(f.session, "q", 1, &n), ALK_OK);
	assert_int_equal(n, 1);
	ids.count = 0;
	assert_int_equal(alk_queue_list(f.session, "q", 0, 0, keep_id, &ids),
	    ALK_OK);
	assert_int_equal(ids.count, 2);
	assert_int_equal(ids.at[0], 1);
	assert_int_equal(alk_dead_delete(f.session, 3), ALK_OK);
	assert_int_equal(alk_dead_delete(f.session, 3), ALK_NOTFOUND);
	assert_int_equal(alk_dead_purge(f.session, NULL, START, &n), ALK_OK);
	assert_int_equal(n, 0);
	assert_int_equal(alk_dead_purge(f.session, NULL, 0, &n), ALK_OK);
	assert_int_equal(n, 1);
	assert_int_equal(alk_dead_list(f.session, NULL, 0, 0, NULL, NULL),
	    ALK_INVALID);
}

static void
jobs_of_a_tag_are_cancelled_together(void **state)
{
	const char *red = "red";
	alk_job_new j = { .queue = "q", .payload = "1", .bytes = 1,
		.tags = &red, .tags_count = 1 };
	int64_t n = 0;

	(void)state;
	assert_int_equal(alk_queue_enqueue(f.session, &j, 1, NULL), ALK_OK);
	assert_int_equal(alk_queue_enqueue(f.session, &j, 1, NULL), ALK_OK);
	assert_int_equal(alk_job_cancel_tagged(f.session, "q", NULL, &n),
	    ALK_INVALID);
	assert_int_equal(alk_job_cancel_tagged(f.session, "p", red, &n),
	    ALK_OK);
	assert_int_equal(n, 0);
	assert_int_equal(alk_job_cancel_tagged(f.session, NULL, red, &n),
	    ALK_OK);
	assert_int_equal(n, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_became_of_a_job_is_kept),
		TEST(a_batch_ends_with_its_last_job),
		TEST(batches_are_listed_and_forgotten),
		TEST(jobs_are_listed_page_by_page),
		TEST(dead_letters_go_again_or_away),
		TEST(jobs_of_a_tag_are_cancelled_together),
	};

	return cmocka_run_group_tests_name("api/job", tests, NULL, NULL);
}
