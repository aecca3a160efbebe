/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Counts of queues, and their totals. */
#include "scratch.h"

#include "events/dead.h"
#include "events/queue_stats.h"
#include "events/side_testing.h"

#include <time.h>

static int
show(void *arg, const struct queue_stats *s)
{
	size_t used = strlen(seen);

	(void)arg;
	snprintf(seen + used, sizeof(seen) - used,
	    "%.*s%s %d %d %d %d %d %d\n", (int)s->queue.bytes, s->queue.at,
	    s->is_paused ? " paused" : "", (int)s->ready, (int)s->delayed,
	    (int)s->held, (int)s->in_flight, (int)s->dead,
	    (int)s->oldest_ready_s);
	return 0;
}

static const char *
stats(int64_t now)
{
	seen[0] = '\0';
	OK(queue_stats_list(db, now, show, NULL));
	return seen;
}

static void
kill_job(int64_t id)
{
	bool done;

	OK(queue_fail(db, id, TEXT("w"), TEXT("e"), NOW, &done));
	assert_true(done);
}

static void
jobs_are_counted_by_state(void **state)
{
	(void)state;
	struct queue_settings s = { .key_jobs = 1 };
	struct job_new j = job_of("q", "p");
	bool done;

	assert_string_equal(stats(NOW), "");
	OK(queue_settings_set(db, TEXT("q"), &s));
	for (int i = 0; i < 4; i++)
		add(j);
	claim(2);
	kill_job(2);
	add_keyed("k");
	add_keyed("k");
	j.base.run_at = NOW + 90;
	add(j);
	OK(queue_pause(db, TEXT("r"), true, &done));
	run("INSERT INTO _honker_dead (id, queue, payload) VALUES "
	    "(77, 'gone', 'p')");
	assert_string_equal(stats(NOW + 7),
	    "gone 0 0 0 0 1 0\nq 3 1 1 1 1 7\nr paused 0 0 0 0 0 0\n");
}

static void
a_file_of_honker_alone_is_counted_too(void **state)
{
	(void)state;
	struct job_new j = job_of("q", "p");

	add(j);
	add(j);
	j.base.run_at = NOW + 90;
	add(j);
	claim(1);
	run("INSERT INTO _honker_dead (id, queue, payload) VALUES "
	    "(77, 'gone', 'p')");
	const char *was = "gone 0 0 0 0 1 0\nq 1 1 0 1 0 7\n";
	assert_string_equal(stats(NOW + 7), was);
	run("DROP TABLE _alk_queue_total; DROP TABLE _alk_queue");
	assert_string_equal(stats(NOW + 7), was);
}

static struct queue_stats last;

static int
keep(void *arg, const struct queue_stats *s)
{
	(void)arg;
	last = *s;
	return 0;
}

static void
assert_totals(int enqueued, int claimed, int completed, int failed, int died,
    int cancelled)
{
	OK(queue_stats_list(db, NOW, keep, NULL));
	assert_true(last.has_totals);
	assert_int_equal(last.enqueued, enqueued);
	assert_int_equal(last.claimed, claimed);
	assert_int_equal(last.completed, completed);
	assert_int_equal(last.failed, failed);
	assert_int_equal(last.died, died);
	assert_int_equal(last.cancelled, cancelled);
}

static void
set_metrics(bool has_metrics, int64_t depth_max)
{
	struct queue_settings s = { .has_metrics = has_metrics,
		.depth_max = depth_max };

	OK(queue_settings_set(db, TEXT("q"), &s));
}

static void
totals_are_kept_where_they_are_wanted(void **state)
{
	(void)state;
	bool done;

	add(job_of("q", "p"));
	OK(queue_stats_list(db, NOW, keep, NULL));
	assert_false(last.has_totals);
	set_metrics(true, 0);
	for (int i = 0; i < 4; i++)
		add(job_of("q", "p"));
	assert_totals(4, 0, 0, 0, 0, 0);
	assert_string_equal(claim_ms(4, NOW_MS + 250), "1 2 3 4");
	assert_int_equal((OK(queue_stats_list(db, NOW, keep, NULL)),
	    last.wait_ms), 1000);
	assert_true(ack(1));
	OK(queue_retry(db, 2, TEXT("w"), 0, TEXT("e"), NOW, &done));
	kill_job(3);
	OK(queue_cancel(db, 5, &done));
	assert_totals(4, 4, 1, 2, 1, 1);
	OK(dead_redrive(db, 3, NOW_MS, NULL, &done));
	assert_totals(5, 4, 1, 2, 1, 1);
}

static void
honkers_deaths_are_told_apart_from_its_acks(void **state)
{
	(void)state;
	set_metrics(true, 0);
	for (int i = 0; i < 4; i++)
		add(job_of("q", "p"));
	claim(3);
	run("DELETE FROM _honker_live WHERE id IN (1, 2, 4)");
	assert_totals(4, 3, 2, 0, 0, 1);
	run("INSERT INTO _honker_dead (id, queue, payload, attempts, "
	    "last_error) VALUES (2, 'q', 'p', 1, 'x'), "
	    "(4, 'q', 'p', 0, 'expired')");
	assert_totals(4, 3, 1, 0, 2, 0);
}

static void
switching_off_forgets_and_a_depth_goes_on(void **state)
{
	(void)state;
	set_metrics(true, 2);
	add(job_of("q", "p"));
	set_metrics(false, 2);
	OK(queue_stats_list(db, NOW, keep, NULL));
	assert_false(last.has_totals);
	add(job_of("q", "p"));
	struct job_new j = job_of("q", "p");
	assert_int_equal(job_enqueue(db, &j, NOW_MS, NULL, NULL), ALK_LIMIT);
	error_clear(&err);
	set_metrics(true, 2);
	assert_totals(0, 0, 0, 0, 0, 0);
}

static void
the_time_of_a_run_is_counted(void **state)
{
	(void)state;
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	int64_t now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	set_metrics(true, 0);
	add(job_of("q", "p"));
	claim_ms(1, now - 5000);
	run("DELETE FROM _honker_live");
	OK(queue_stats_list(db, NOW, keep, NULL));
	assert_in_range(last.run_ms, 4990, 15000);
}

static void
prometheus_reads_names_types_and_escaped_labels(void **state)
{
	(void)state;
	struct queue_settings s = { .has_metrics = true };
	struct buf out = { 0 };

	OK(queue_stats_prometheus(db, NOW, &out));
	assert_string_equal(buf_text(&out), "");
	OK(queue_settings_set(db, TEXT("q"), &s));
	add(job_of("q", "p"));
	add(job_of("a \"b\" \\ \n", "p"));
	claim_ms(1, NOW_MS + 1234);
	OK(queue_stats_prometheus(db, NOW + 3, &out));
	const char *text = buf_text(&out);
	const char *jobs = "# HELP alk_queue_jobs Jobs by state.\n"
	    "# TYPE alk_queue_jobs gauge\n"
	    "alk_queue_jobs{queue=\"a \\\"b\\\" \\\\ \\n\","
	    "state=\"ready\"} 1\n";
	assert_memory_equal(text, jobs, strlen(jobs));
	assert_non_null(strstr(text, "# TYPE alk_queue_enqueued_total counter\n"
	    "alk_queue_enqueued_total{queue=\"q\"} 1\n# HELP"));
	assert_non_null(strstr(text,
	    "alk_queue_oldest_ready_seconds{queue=\"a \\\"b\\\" \\\\ \\n\"} 3\n"
	    "alk_queue_oldest_ready_seconds{queue=\"q\"} 0\n"));
	assert_non_null(strstr(text,
	    "alk_queue_wait_seconds_total{queue=\"q\"} 1.234\n"));
	assert_non_null(strstr(text,
	    "alk_queue_jobs{queue=\"q\",state=\"in_flight\"} 1\n"));
	assert_int_equal(text[strlen(text) - 1], '\n');
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(jobs_are_counted_by_state),
		TEST(a_file_of_honker_alone_is_counted_too),
		TEST(totals_are_kept_where_they_are_wanted),
		TEST(honkers_deaths_are_told_apart_from_its_acks),
		TEST(switching_off_forgets_and_a_depth_goes_on),
		TEST(the_time_of_a_run_is_counted),
		TEST(prometheus_reads_names_types_and_escaped_labels),
	};

	return cmocka_run_group_tests_name("events/queue_stats", tests, NULL,
	    NULL);
}
