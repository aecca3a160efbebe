/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Tags, metadata, progress, completion, history. */
#include "scratch.h"

#include "events/job_info.h"
#include "events/lease.h"
#include "events/side_testing.h"

#include <time.h>

SQL(beside, 1, "SELECT (SELECT count(*) FROM _alk_job) || ' ' || "
    "(SELECT count(*) FROM _alk_job_tag) || ' ' || "
    "(SELECT count(*) FROM _alk_done) || ' ' || "
    "(SELECT count(*) FROM _alk_attempt)");

static int64_t
add_tagged(const char *queue, const char *tag, const char *other)
{
	struct span tags[] = { TEXT(tag), TEXT(other) };
	struct job_new j = job_of(queue, "p");

	j.tags = tags;
	j.tag_count = 2;
	j.metadata = TEXT("{\"by\":\"me\"}");
	return add(j);
}

#define NONE ((struct span){ 0 })

static void
put(struct span s)
{
	size_t used = strlen(seen);

	snprintf(seen + used, sizeof(seen) - used, "%.*s ", (int)s.bytes,
	    s.at != NULL ? s.at : "");
}

static int
put_text(void *arg, struct span text)
{
	(void)arg;
	put(text);
	return 0;
}

static void
show(void *arg, const struct job_info *info)
{
	(void)arg;
	put(info->queue);
	put(info->metadata);
	put(info->progress_text);
	size_t used = strlen(seen);
	snprintf(seen + used, sizeof(seen) - used, "%d %d", info->standing,
	    (int)info->progress);
}

static const char *
info_of(int64_t id)
{
	seen[0] = '\0';
	OK(job_info_get(db, id, show, NULL));
	return seen;
}

static const char *
find(struct span queue, const char *tag, int64_t after, int64_t limit)
{
	seen[0] = '\0';
	OK(job_find(db, queue, TEXT(tag), after, limit, see, NULL));
	return seen;
}

static void
jobs_are_found_and_cancelled_by_tag(void **state)
{
	(void)state;
	struct span all = { 0 };
	int64_t count;

	add_tagged("q", "a", "b");
	add_tagged("r", "a", "a");
	add_tagged("q", "a", "c");
	assert_string_equal(find(all, "a", 0, -1), "1 2 3");
	assert_string_equal(find(all, "a", 1, 1), "2");
	assert_string_equal(find(TEXT("q"), "a", 0, -1), "1 3");
	assert_string_equal(find(all, "x", 0, -1), "");
	seen[0] = '\0';
	OK(job_tags(db, 1, put_text, NULL));
	assert_string_equal(seen, "a b ");
	OK(job_cancel_tagged(db, TEXT("q"), TEXT("a"), &count));
	assert_int_equal(count, 2);
	assert_string_equal(find(all, "a", 0, -1), "2");
	assert_string_equal(ask(&beside), "1 1 0 0\n");
}

static void
progress_is_told_by_who_holds_the_job(void **state)
{
	(void)state;
	bool done;

	add_tagged("q", "a", "b");
	assert_string_equal(info_of(1), "q {\"by\":\"me\"}  0 -1");
	add(job_of("q", "plain"));
	assert_string_equal(info_of(2), "");
	OK(job_progress(db, 1, TEXT("w"), 5, TEXT("x"), NOW_MS, &done));
	assert_false(done);
	claim(-1);
	OK(job_progress(db, 1, TEXT("w"), 5, TEXT("half"), NOW_MS, &done));
	assert_true(done);
	assert_string_equal(info_of(1), "q {\"by\":\"me\"} half 0 5");
	OK(job_progress(db, 2, TEXT("w"), 100, (struct span){ 0 }, NOW_MS,
	    &done));
	assert_string_equal(info_of(2), "q   0 100");
	OK(job_progress(db, 1, TEXT("w"), 6, TEXT("late"), NOW_MS + 61000,
	    &done));
	assert_false(done);
	OK(job_progress(db, 1, TEXT("other"), 6, TEXT("x"), NOW_MS, &done));
	assert_false(done);
	assert_int_equal(job_progress(db, 1, TEXT("w"), 101, TEXT("x"),
	    NOW_MS, &done), ALK_INVALID);
	error_clear(&err);
	assert_true(ack(1));
	assert_true(ack(2));
	assert_string_equal(ask(&beside), "0 0 0 0\n");
}

static void
a_held_job_is_told_as_held(void **state)
{
	(void)state;
	struct queue_settings s = { .key_jobs = 1 };

	OK(queue_settings_set(db, TEXT("q"), &s));
	add_keyed("k");
	add_keyed("k");
	assert_string_equal(info_of(2), "q   1 -1");
}

static void
completing_saves_the_result_or_nothing(void **state)
{
	(void)state;
	struct buf out = { 0 };
	bool done;
	bool is_found;

	add(job_of("q", "p"));
	claim(-1);
	OK(job_complete(db, 1, TEXT("other"), TEXT("no"), 60, NOW_MS, &done));
	assert_false(done);
	OK(result_get(db, 1, NOW, &out, &is_found));
	assert_false(is_found);
	OK(job_complete(db, 1, TEXT("w"), TEXT("42"), 60, NOW_MS, &done));
	assert_true(done);
	OK(result_get(db, 1, NOW + 59, &out, &is_found));
	assert_true(is_found);
	assert_string_equal(buf_text(&out), "42");
	OK(result_get(db, 1, NOW + 60, &out, &is_found));
	assert_false(is_found);
	buf_fini(&out);
}

/* ---- history: ends are timed by the triggers, so by the real clock ---- */

static int64_t
real_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
keep_history(int64_t seconds)
{
	struct queue_settings s = { .history_s = seconds };

	OK(queue_settings_set(db, TEXT("q"), &s));
}

static int64_t started_ms;

static int
show_done(void *arg, const struct job_done *d)
{
	size_t used = strlen(seen);

	(void)arg;
	started_ms = d->started_ms;
	snprintf(seen + used, sizeof(seen) - used, "%lld %.*s %.*s %d [%.*s]\n",
	    (long long)d->id, (int)d->payload.bytes, d->payload.at,
	    (int)d->worker.bytes, d->worker.at, (int)d->attempts,
	    (int)d->result.bytes, d->result.at != NULL ? d->result.at : "");
	return 0;
}

static const char *
history(int64_t limit)
{
	struct job_history_page page = { INT64_MAX, 0, limit };

	seen[0] = '\0';
	OK(job_history(db, TEXT("q"), &page, show_done, NULL));
	return seen;
}

static void
acknowledged_jobs_are_kept_and_no_others(void **state)
{
	(void)state;
	int64_t now = real_ms();
	bool done;

	keep_history(60);
	for (int i = 0; i < 4; i++)
		add_at(job_of("q", "p"), now);
	add(job_of("plain", "p"));
	assert_string_equal(claim_ms(3, now), "1 2 3");
	OK(queue_ack(db, 1, TEXT("w"), now / 1000, &done));
	OK(job_complete(db, 2, TEXT("w"), TEXT("r"), 0, now + 10, &done));
	OK(queue_fail(db, 3, TEXT("w"), TEXT("e"), now / 1000, &done));
	/* Honker's way to die, and to cancel. */
	run("UPDATE _honker_live SET state = 'processing' WHERE id = 4; "
	    "DELETE FROM _honker_live WHERE id = 4; INSERT INTO _honker_dead "
	    "(id, queue, payload, attempts) VALUES (4, 'q', 'p', 1); "
	    "DELETE FROM _honker_live WHERE id = 5");
	seen[0] = '\0';
	struct job_history_page page = { now + 11, 0, 1 };
	OK(job_history(db, TEXT("q"), &page, show_done, NULL));
	assert_string_equal(seen, "2 p w 1 [r]\n");
	assert_true(strstr(history(-1), "1 p w 1 []\n") != NULL);
	assert_int_equal(started_ms, now);
	/* None has anything left to remember beside. */
	assert_string_equal(ask(&beside), "0 0 2 1\n");
}

static void
a_queue_in_use_forgets_by_itself(void **state)
{
	(void)state;
	int64_t now = real_ms();
	bool done;

	keep_history(60);
	for (int i = 1; i < 7; i++) {
		add_at(job_of("q", "p"), now);
		claim_ms(1, now);
		OK(job_complete(db, i, TEXT("w"), TEXT("r"), 0,
		    i < 6 ? now - 61000 : now, &done));
	}
	/* Each took away what was there before. */
	assert_string_equal(history(-1), "6 p w 1 [r]\n");
}

static void
a_sweep_forgets_what_is_old(void **state)
{
	(void)state;
	int64_t now = real_ms();
	int64_t count;
	bool done;

	keep_history(60);
	for (int i = 1; i < 4; i++) {
		add_at(job_of("q", "p"), now);
		claim_ms(1, now);
		if (i == 2)
			OK(queue_retry(db, i, TEXT("w"), 0, TEXT("e"),
			    now / 1000, &done));
		claim_ms(1, now);
		OK(job_complete(db, i, TEXT("w"), TEXT("r"), 0, now + i,
		    &done));
	}
	assert_string_equal(ask(&beside), "0 0 3 1\n");
	OK(job_history_sweep(db, NONE, now + 60000, &count));
	assert_int_equal(count, 0);
	OK(job_history_sweep(db, TEXT("other"), now + 60003, &count));
	assert_int_equal(count, 0);
	OK(job_history_sweep(db, TEXT("q"), now + 60003, &count));
	assert_int_equal(count, 2);
	assert_string_equal(ask(&beside), "0 0 1 1\n");
	OK(job_history_sweep(db, NONE, now + 60003, &count));
	assert_int_equal(count, 0);
	assert_string_equal(history(-1), "3 p w 1 [r]\n");
	assert_string_equal(ask(&beside), "0 0 1 0\n");
	keep_history(0);
	OK(job_history_sweep(db, NONE, now + 60003, &count));
	assert_string_equal(ask(&beside), "0 0 0 0\n");
}

/* Jobs 1 to 6; 1, 2 and 3 ended in one millisecond, 6 is of another queue. */
static void
end_six(void)
{
	keep_history(60);
	run("WITH n(id) AS (VALUES (1), (2), (3), (4), (5), (6)) "
	    "INSERT INTO _alk_done (id, queue, payload, worker_id, attempts, "
	    "created_at, ended_ms) SELECT id, iif(id = 6, 'r', 'q'), 'p', 'w', "
	    "1, 0, 100 + max(0, id - 3) FROM n; "
	    "INSERT INTO _alk_attempt (job_id, attempt, worker_id, error, "
	    "ended_at) VALUES (1, 1, 'w', 'e', 0), (6, 1, 'w', 'e', 0), "
	    "(7, 1, 'w', 'e', 0)");
}

static int
keep_place(void *arg, const struct job_done *d)
{
	struct job_history_page *page = arg;
	size_t used = strlen(seen);

	snprintf(seen + used, sizeof(seen) - used, "%lld ", (long long)d->id);
	page->before_ms = d->ended_ms;
	page->before_id = d->id;
	return 0;
}

static void
pages_end_within_a_millisecond(void **state)
{
	(void)state;
	end_six();
	for (int64_t limit = 1; limit < 7; limit++) {
		struct job_history_page page = { INT64_MAX, 0, limit };

		seen[0] = '\0';
		for (int i = 0; i < 6; i++)
			OK(job_history(db, TEXT("q"), &page, keep_place,
			    &page));
		assert_string_equal(seen, "5 4 3 2 1 ");
	}
}

static void
a_purge_forgets_whatever_the_settings(void **state)
{
	(void)state;
	int64_t count;

	end_six();
	OK(job_history_purge(db, TEXT("q"), 101, &count));
	assert_int_equal(count, 3);
	assert_string_equal(history(-1), "5 p w 1 []\n4 p w 1 []\n");
	assert_string_equal(ask(&beside), "0 0 3 2\n");
	OK(job_history_purge(db, NONE, 102, &count));
	assert_int_equal(count, 1);
	OK(job_history_purge(db, NONE, INT64_MAX, &count));
	assert_int_equal(count, 2);
	/* The attempt of a job that is not in the history stays. */
	assert_string_equal(ask(&beside), "0 0 0 1\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(jobs_are_found_and_cancelled_by_tag),
		TEST(progress_is_told_by_who_holds_the_job),
		TEST(a_held_job_is_told_as_held),
		TEST(completing_saves_the_result_or_nothing),
		TEST(acknowledged_jobs_are_kept_and_no_others),
		TEST(a_queue_in_use_forgets_by_itself),
		TEST(a_sweep_forgets_what_is_old),
		TEST(pages_end_within_a_millisecond),
		TEST(a_purge_forgets_whatever_the_settings),
	};

	return cmocka_run_group_tests_name("events/job_info", tests, NULL,
	    NULL);
}
