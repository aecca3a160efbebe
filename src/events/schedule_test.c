/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Tasks and their jobs, second by second. Times are in UTC. */
#include "memory.h"
#include "scratch.h"

#include "events/file_testing.h"
#include "events/queue.h"
#include "events/schedule.h"

#include <stdlib.h>

SQL(count_live, 1, "SELECT count(*) FROM _honker_live");
SQL(last_live, 2, "SELECT queue || ' ' || payload || ' ' || priority || ' ' || "
    "run_at || ' ' || max_attempts || ' ' || created_at || ' ' || "
    "COALESCE(expires_at, 'NULL') FROM _honker_live ORDER BY id DESC");
SQL(set_expr, 3, "UPDATE _honker_scheduler_tasks SET cron_expr = ?1");
SQL(count_wishes, 4, "SELECT count(*) FROM _alk_schedule");
SQL(put_by_honker, 5, "INSERT INTO _honker_scheduler_tasks (name, queue, "
    "cron_expr, payload, next_fire_at) "
    "VALUES ('h', 'q', '* * * * *', 'p', ?1)");
SQL(set_next, 6, "UPDATE _honker_scheduler_tasks SET next_fire_at = ?1");
SQL(set_wish_dialect, 7, "UPDATE _alk_schedule SET dialect = ?1");

#define MINUTE INT64_C(28333333)
#define NOW (MINUTE * 60) /* 2023-11-14 22:13:00 */

static struct schedule
task(const char *name, const char *expr)
{
	return (struct schedule){ .name = span_of(name),
		.queue = span_of("q"), .expr = span_of(expr),
		.payload = span_of("p"), .max_attempts = 3 };
}

static void
put_task(const char *name, const char *expr)
{
	struct schedule s = task(name, expr);

	assert_int_equal(schedule_register(db, &s, NOW), ALK_OK);
}

static void
put_wishes(const char *name, const char *expr,
    const struct schedule_wishes *wishes)
{
	struct schedule s = task(name, expr);

	s.has_wishes = true;
	s.wishes = *wishes;
	assert_int_equal(schedule_register(db, &s, NOW), ALK_OK);
}

struct seen {
	char text[4000];
	int count;
};

static void
see_fire(void *arg, const struct schedule_fire *f)
{
	struct seen *s = arg;
	size_t used = strlen(s->text);

	(void)snprintf(s->text + used, sizeof(s->text) - used,
	    "%.*s+%lld#%lld ", (int)f->name.bytes, f->name.at,
	    (long long)(f->fire_at - NOW), (long long)f->job_id);
	s->count++;
}

/* What fires at a time, as "name+seconds#job ". */
static const char *
tick(int64_t after_s)
{
	static struct seen s;

	s = (struct seen){ .count = 0 };
	if (schedule_tick(db, NOW + after_s, NOW + after_s, see_fire, &s) !=
	    ALK_OK)
		fail_msg("%s", err.text);
	return s.text;
}

static int
see_task(void *arg, const struct schedule *s)
{
	struct seen *seen = arg;
	size_t used = strlen(seen->text);

	(void)snprintf(seen->text + used, sizeof(seen->text) - used,
	    "%.*s %.*s %.*s %.*s %lld %s%lld %lld %d +%lld", (int)s->name.bytes,
	    s->name.at, (int)s->queue.bytes, s->queue.at, (int)s->expr.bytes,
	    s->expr.at, (int)s->payload.bytes, s->payload.at,
	    (long long)s->priority, s->expires ? "x" : "-",
	    (long long)s->expires_s, (long long)s->max_attempts, s->is_enabled,
	    (long long)(s->next_fire_at - NOW));
	used = strlen(seen->text);
	if (s->has_wishes)
		(void)snprintf(seen->text + used, sizeof(seen->text) - used,
		    " {%.*s %u %d%d %lld runs %lld}", (int)s->wishes.zone.bytes,
		    s->wishes.zone.at, s->wishes.dialect, s->wishes.skip_missed,
		    s->wishes.skip_if_running, (long long)s->wishes.max_runs,
		    (long long)s->runs);
	strcat(seen->text, ";");
	return ++seen->count == 100;
}

static const char *
list(void)
{
	static struct seen s;

	s = (struct seen){ .count = 0 };
	assert_int_equal(schedule_list(db, see_task, &s), ALK_OK);
	return s.text;
}

static int64_t
live(void)
{
	return db_number(db, &count_live, -1, "");
}

/* ---- As Honker's ------------------------------------------------------- */

static void
a_task_fires_first_after_it_was_registered(void **state)
{
	(void)state;
	put_task("a", "* * * * *");
	assert_int_equal(schedule_soonest(db), NOW + 60);
	assert_false(schedule_has_due(db, NOW + 59));
	assert_string_equal(tick(59), "");
	assert_true(schedule_has_due(db, NOW + 60));
	assert_string_equal(tick(60), "a+60#1 ");
	assert_string_equal(tick(60), "");
	assert_int_equal(schedule_soonest(db), NOW + 120);
	assert_int_equal(live(), 1);
}

static void
a_job_is_what_its_task_says(void **state)
{
	(void)state;
	struct schedule s = task("a", "@every 10s");
	struct db_rows *rows;

	s.payload = (struct span){ "pay load", 3 };
	s.priority = -4;
	s.max_attempts = 0;
	s.expires = true;
	s.expires_s = 30;
	assert_int_equal(schedule_register(db, &s, NOW), ALK_OK);
	/* The real time is another than the one that counts. */
	assert_int_equal(schedule_tick(db, NOW + 10, NOW + 77, NULL, NULL),
	    ALK_OK);
	rows = db_query(db, &last_live, "");
	assert_true(db_next(db, rows));
	char want[100];
	(void)snprintf(want, sizeof(want), "q pay -4 %lld 1 %lld %lld",
	    (long long)NOW + 77, (long long)NOW + 77, (long long)NOW + 107);
	assert_string_equal(db_text(rows, 0, NULL), want);
	db_end(db, rows);
}

static void
what_was_missed_is_caught_up_with(void **state)
{
	(void)state;
	put_task("a", "* * * * *");
	put_task("b", "@every 100s");
	assert_string_equal(tick(250), "a+60#1 a+120#2 a+180#3 a+240#4 "
	    "b+100#5 b+200#6 ");
	assert_string_equal(list(), "a q * * * * * p 0 -0 3 1 +300;"
	    "b q @every 100s p 0 -0 3 1 +300;");
}

static void
a_tick_fires_a_task_64_times_and_leaves_out_the_rest(void **state)
{
	(void)state;
	struct seen s = { .count = 0 };

	put_task("a", "* * * * *");
	put_task("b", "@every 7s");
	(void)schedule_tick(db, NOW + 86405, NOW, see_fire, &s);
	assert_int_equal(s.count, 128);
	assert_non_null(strstr(s.text, "a+3840#"));
	assert_null(strstr(s.text, "a+3900#"));
	assert_string_equal(list(), "a q * * * * * p 0 -0 3 1 +86460;"
	    "b q @every 7s p 0 -0 3 1 +86412;");
	/* Just 64 are no more than that. */
	tear_down(NULL);
	set_up(NULL);
	put_task("c", "* * * * *");
	s = (struct seen){ .count = 0 };
	(void)schedule_tick(db, NOW + 64 * 60, NOW, see_fire, &s);
	assert_int_equal(s.count, 64);
	assert_int_equal(schedule_soonest(db), NOW + 65 * 60);
}

static void
registering_again_replaces_all_but_the_pause(void **state)
{
	(void)state;
	bool done;
	struct schedule s = task("a", "@every 5s");

	put_task("a", "* * * * *");
	assert_int_equal(schedule_pause(db, span_of("a"), &done), ALK_OK);
	s.queue = span_of("other");
	s.payload = span_of("new");
	s.priority = 9;
	s.expires = true;
	s.expires_s = 4;
	s.max_attempts = -7;
	assert_int_equal(schedule_register(db, &s, NOW + 1), ALK_OK);
	assert_string_equal(list(), "a other @every 5s new 9 x4 1 0 +6;");
	assert_int_equal(schedule_soonest(db), 0);
	assert_string_equal(tick(100), "");
}

static void
a_task_is_paused_resumed_and_dropped_once(void **state)
{
	(void)state;
	bool done;

	put_task("a", "* * * * *");
	(void)schedule_resume(db, span_of("a"), NOW, &done);
	assert_false(done);
	(void)schedule_pause(db, span_of("a"), &done);
	assert_true(done);
	(void)schedule_pause(db, span_of("a"), &done);
	assert_false(done);
	(void)schedule_pause(db, span_of("none"), &done);
	assert_false(done);
	assert_string_equal(tick(120), "");
	(void)schedule_resume(db, span_of("a"), NOW + 120, &done);
	assert_true(done);
	assert_string_equal(tick(120), "a+60#1 a+120#2 ");
	(void)schedule_unregister(db, span_of("a"), &done);
	assert_true(done);
	(void)schedule_unregister(db, span_of("a"), &done);
	assert_false(done);
	assert_string_equal(list(), "");
}

static bool
update(const char *name, const struct schedule_change *change)
{
	bool done;

	assert_int_equal(schedule_update(db, span_of(name), change, NOW + 30,
	    &done), ALK_OK);
	return done;
}

static void
an_update_changes_what_it_names(void **state)
{
	(void)state;
	struct schedule_change change = { .payload = span_of("new") };

	put_task("a", "* * * * *");
	assert_false(update("a", &(struct schedule_change){ 0 }));
	assert_false(update("none", &change));
	assert_true(update("a", &change));
	assert_string_equal(list(), "a q * * * * * new 0 -0 3 1 +60;");
	change = (struct schedule_change){ .sets_priority = true,
		.priority = 5, .sets_expires = true, .expires = true,
		.expires_s = 8 };
	assert_true(update("a", &change));
	assert_string_equal(list(), "a q * * * * * new 5 x8 3 1 +60;");
	change = (struct schedule_change){ .sets_expires = true,
		.sets_max_attempts = true, .max_attempts = 0,
		.expr = span_of("@every 5s") };
	assert_true(update("a", &change));
	assert_string_equal(list(), "a q @every 5s new 5 -0 1 1 +35;");
}

static void
an_update_that_cannot_be_read_changes_nothing(void **state)
{
	(void)state;
	struct schedule_change change = { .expr = span_of("junk"),
		.payload = span_of("new") };
	bool done = true;

	put_task("a", "* * * * *");
	assert_int_equal(schedule_update(db, span_of("a"), &change, NOW, &done),
	    ALK_INVALID);
	assert_false(done);
	assert_string_equal(err.text, "schedule expression requires 5 or 6 "
	    "cron fields, or '@every <n><unit>'; got 1: \"junk\"");
	error_clear(&err);
	assert_string_equal(list(), "a q * * * * * p 0 -0 3 1 +60;");
}

static void
what_never_fires_is_not_registered(void **state)
{
	(void)state;
	struct schedule s = task("a", "0 0 30 2 *");

	assert_int_equal(schedule_register(db, &s, NOW), ALK_INVALID);
	assert_non_null(strstr(err.text, "within 100 years"));
	error_clear(&err);
	assert_string_equal(list(), "");
}

static void
a_task_that_cannot_be_read_is_named(void **state)
{
	(void)state;
	put_task("broken", "* * * * *");
	assert_int_equal(db_exec(db, &set_expr, "s", "junk"), ALK_OK);
	assert_int_equal(schedule_tick(db, NOW + 60, NOW, NULL, NULL),
	    ALK_INVALID);
	assert_string_equal(err.entry, "task broken");
	assert_non_null(strstr(err.text, "got 1: \"junk\""));
	error_clear(&err);
	assert_int_equal(live(), 0);
}

static void
a_task_of_another_program_fires_as_its_own(void **state)
{
	(void)state;
	assert_int_equal(db_exec(db, &put_by_honker, "i", NOW + 60), ALK_OK);
	assert_string_equal(tick(180), "h+60#1 h+120#2 h+180#3 ");
	assert_int_equal(db_number(db, &count_wishes, -1, ""), 0);
}

static void
nothing_is_done_after_a_failure(void **state)
{
	(void)state;
	struct schedule s = task("b", "* * * * *");
	struct schedule_change change = { .payload = span_of("new") };
	bool done;

	put_task("a", "* * * * *");
	db_fail(db, ALK_LIMIT, "earlier");
	assert_int_equal(schedule_register(db, &s, NOW), ALK_LIMIT);
	assert_int_equal(schedule_tick(db, NOW + 60, NOW, NULL, NULL),
	    ALK_LIMIT);
	assert_int_equal(schedule_unregister(db, span_of("a"), &done),
	    ALK_LIMIT);
	assert_int_equal(schedule_update(db, span_of("a"), &change, NOW, &done),
	    ALK_LIMIT);
	assert_false(done);
	error_clear(&err);
	assert_string_equal(list(), "a q * * * * * p 0 -0 3 1 +60;");
}

/* ---- Wishes ------------------------------------------------------------ */

static void
a_task_has_its_zone_and_dialect(void **state)
{
	(void)state;
	struct schedule_wishes w = { .dialect = CRON_EXTENDED };

	put_wishes("a", "@daily", &w);
	assert_int_equal(schedule_soonest(db), INT64_C(1700006400));
	w.zone = span_of("Nowhere/Land");
	struct schedule s = task("b", "0 0 * * MON");
	s.has_wishes = true;
	s.wishes = w;
	assert_int_equal(schedule_register(db, &s, NOW), ALK_NOTFOUND);
	assert_non_null(strstr(err.text, "no time zone 'Nowhere/Land'"));
	error_clear(&err);
	s.wishes.zone = (struct span){ "UTC\0x", 5 };
	assert_int_equal(schedule_register(db, &s, NOW), ALK_INVALID);
	error_clear(&err);
	s.wishes.zone = (struct span){ "UTCish", 3 };
	assert_int_equal(schedule_register(db, &s, NOW), ALK_OK);
	assert_string_equal(list(), "a q @daily p 0 -0 3 1 +6420 "
	    "{ 1 00 0 runs 0};b q 0 0 * * MON p 0 -0 3 1 +438420 "
	    "{UTC 1 00 0 runs 0};");
}

static void
a_zone_is_another_time_of_day(void **state)
{
	(void)state;
	struct schedule_wishes w = { .zone = span_of("Asia/Kathmandu") };
	struct zone *z;

	if (zone_open("Asia/Kathmandu", &z, NULL) != ALK_OK) {
		print_message("no time zones on this machine\n");
		skip();
	}
	zone_close(z);
	put_wishes("a", "0 6 * * *", &w);
	assert_int_equal(schedule_soonest(db), INT64_C(1700007300));
}

static void
with_the_wish_only_the_last_of_what_is_due_fires(void **state)
{
	(void)state;
	struct schedule_wishes w = { .skip_missed = true };

	put_wishes("a", "* * * * *", &w);
	put_wishes("b", "@every 7s", &w);
	put_wishes("c", "0 * * * *", &w); /* first at +2820 */
	assert_string_equal(tick(250), "b+245#1 a+240#2 ");
	assert_string_equal(tick(86400), "b+86394#3 a+86400#4 ");
	assert_string_equal(list(), "a q * * * * * p 0 -0 3 1 +86460 "
	    "{ 0 10 0 runs 2};b q @every 7s p 0 -0 3 1 +86401 "
	    "{ 0 10 0 runs 2};c q 0 * * * * p 0 -0 3 1 +89220 "
	    "{ 0 10 0 runs 0};");
	/* An hour that is a minute late was not missed. */
	assert_non_null(strstr(tick(89280), "c+89220#"));
}

static void
with_the_wish_a_pause_is_not_caught_up_with(void **state)
{
	(void)state;
	bool done;
	struct schedule_wishes w = { .skip_missed = true };

	put_wishes("a", "* * * * *", &w);
	(void)schedule_pause(db, span_of("a"), &done);
	(void)schedule_resume(db, span_of("a"), NOW + 605, &done);
	assert_true(done);
	assert_string_equal(tick(605), "");
	assert_string_equal(tick(660), "a+660#1 ");
}

static void
with_the_wish_jobs_do_not_overlap(void **state)
{
	(void)state;
	bool done;
	struct schedule_wishes w = { .skip_if_running = true };

	put_wishes("a", "* * * * *", &w);
	assert_string_equal(tick(120), "a+60#1 ");
	assert_string_equal(tick(180), "");
	(void)queue_cancel(db, 1, &done);
	assert_true(done);
	assert_string_equal(tick(239), "");
	assert_string_equal(tick(240), "a+240#2 ");
	assert_string_equal(list(), "a q * * * * * p 0 -0 3 1 +300 "
	    "{ 0 01 0 runs 2};");
}

static void
a_task_is_paused_after_its_last_run(void **state)
{
	(void)state;
	bool done;
	struct schedule_wishes w = { .max_runs = 3 };

	put_wishes("a", "* * * * *", &w);
	assert_string_equal(tick(120), "a+60#1 a+120#2 ");
	/* The count outlives a new registration. */
	put_wishes("a", "* * * * *", &w);
	assert_string_equal(tick(240), "a+60#3 ");
	assert_int_equal(schedule_soonest(db), 0);
	(void)schedule_resume(db, span_of("a"), NOW + 300, &done);
	assert_true(done);
	assert_string_equal(tick(600), "");
	assert_int_equal(schedule_soonest(db), 0);
	/* But not the task. */
	(void)schedule_unregister(db, span_of("a"), &done);
	put_wishes("a", "* * * * *", &w);
	assert_string_equal(tick(60), "a+60#4 ");
}

static void
nothing_fires_after_the_end(void **state)
{
	(void)state;
	struct schedule_wishes w = { .ends = true, .end_at = NOW + 120 };

	put_wishes("a", "* * * * *", &w);
	assert_string_equal(tick(600), "a+60#1 a+120#2 ");
	assert_int_equal(schedule_soonest(db), 0);
	w.end_at = NOW + 59;
	put_wishes("b", "* * * * *", &w);
	assert_string_equal(tick(600), "");
	assert_int_equal(schedule_soonest(db), 0);
}

static void
wishes_can_be_changed_and_end_with_a_task_without(void **state)
{
	(void)state;
	struct schedule_wishes w = { .dialect = CRON_EXTENDED | CRON_ELAPSED,
		.max_runs = 7 };
	struct schedule_change change = { .wishes = &w };

	put_task("a", "* * * * *");
	assert_true(update("a", &change));
	assert_string_equal(list(), "a q * * * * * p 0 -0 3 1 +60 "
	    "{ 5 00 7 runs 0};");
	change = (struct schedule_change){ .expr = span_of("@hourly") };
	assert_true(update("a", &change));
	assert_string_equal(list(), "a q @hourly p 0 -0 3 1 +2820 "
	    "{ 5 00 7 runs 0};");
	put_task("a", "* * * * *");
	assert_string_equal(list(), "a q * * * * * p 0 -0 3 1 +60;");
	assert_int_equal(db_number(db, &count_wishes, -1, ""), 0);
}

static void
wishes_do_not_outlive_an_expression_of_another_program(void **state)
{
	(void)state;
	struct schedule_wishes w = { .max_runs = 1 };

	put_wishes("a", "* * * * *", &w);
	assert_int_equal(db_exec(db, &set_expr, "s", "@every 60s"), ALK_OK);
	assert_string_equal(tick(120), "a+60#1 a+120#2 ");
}

static void
a_dialect_of_the_future_is_refused(void **state)
{
	(void)state;
	struct schedule_wishes w = { .max_runs = 1 };

	put_wishes("a", "* * * * *", &w);
	assert_int_equal(db_exec(db, &set_wish_dialect, "i",
	    INT64_C(4294967296)), ALK_OK);
	assert_int_equal(schedule_tick(db, NOW + 60, NOW, NULL, NULL),
	    ALK_INVALID);
	assert_non_null(strstr(err.text, "dialect"));
	error_clear(&err);
}

static void
times_at_the_end_of_time_do_not_overflow(void **state)
{
	(void)state;
	struct schedule s = task("a", "@every 1s");
	struct schedule_wishes w = { .skip_missed = true };

	s.expires = true;
	s.expires_s = INT64_MAX;
	assert_int_equal(schedule_register(db, &s, NOW), ALK_OK);
	assert_string_equal(tick(1), "a+1#1 ");
	put_wishes("a", "* * * * *", &w);
	assert_int_equal(db_exec(db, &set_next, "i", INT64_MIN), ALK_OK);
	assert_string_equal(tick(60), "a+60#2 ");
	put_wishes("a", "@every 7s", &w);
	assert_int_equal(db_exec(db, &set_next, "i", INT64_MIN), ALK_OK);
	(void)tick(60);
	assert_true(schedule_soonest(db) > NOW + 60);
}

/* ---- Memory ------------------------------------------------------------ */

static int
try_all(void)
{
	struct schedule_wishes w = { .zone = span_of("UTC"),
		.dialect = CRON_EXTENDED, .skip_missed = true,
		.skip_if_running = true };
	struct schedule s = task("a", "*/5 * * * MON-SUN");
	struct schedule_change change = { .expr = span_of("* * * * *") };
	struct seen seen = { .count = 0 };
	struct db_unit u;
	bool done;

	s.has_wishes = true;
	s.wishes = w;
	if (db_unit_begin(db, &u) == ALK_OK) {
		(void)schedule_register(db, &s, NOW);
		(void)schedule_update(db, span_of("a"), &change, NOW, &done);
		(void)schedule_tick(db, NOW + 60, NOW, see_fire, &seen);
		(void)schedule_list(db, see_task, &seen);
		(void)schedule_unregister(db, span_of("a"), &done);
	}
	return db_unit_end(db, &u);
}

static void
without_memory_nothing_is_changed_and_nothing_leaks(void **state)
{
	(void)state;
	assert_int_equal(try_all(), ALK_OK);
	int64_t jobs = live();
	int64_t before = memory_live();
	int64_t n = 0;

	assert_int_equal(jobs, 1);
	for (bool fired = true; fired; n++) {
		memory_fail_at(n, false);
		int code = try_all();
		fired = memory_fired();
		memory_heal();
		if (code != ALK_OK) {
			assert_int_equal(code, ALK_NOMEM);
			error_clear(&err);
			assert_int_equal(live(), jobs);
			assert_string_equal(list(), "");
		} else {
			jobs++;
			assert_int_equal(live(), jobs);
		}
	}
	assert_true(n > 5);
	/* SQLite keeps pages and statements; they do not grow with n. */
	assert_true(memory_live() < before + 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_task_fires_first_after_it_was_registered),
		TEST(a_job_is_what_its_task_says),
		TEST(what_was_missed_is_caught_up_with),
		TEST(a_tick_fires_a_task_64_times_and_leaves_out_the_rest),
		TEST(registering_again_replaces_all_but_the_pause),
		TEST(a_task_is_paused_resumed_and_dropped_once),
		TEST(an_update_changes_what_it_names),
		TEST(an_update_that_cannot_be_read_changes_nothing),
		TEST(what_never_fires_is_not_registered),
		TEST(a_task_that_cannot_be_read_is_named),
		TEST(a_task_of_another_program_fires_as_its_own),
		TEST(nothing_is_done_after_a_failure),
		TEST(a_task_has_its_zone_and_dialect),
		TEST(a_zone_is_another_time_of_day),
		TEST(with_the_wish_only_the_last_of_what_is_due_fires),
		TEST(with_the_wish_a_pause_is_not_caught_up_with),
		TEST(with_the_wish_jobs_do_not_overlap),
		TEST(a_task_is_paused_after_its_last_run),
		TEST(nothing_fires_after_the_end),
		TEST(wishes_can_be_changed_and_end_with_a_task_without),
		TEST(wishes_do_not_outlive_an_expression_of_another_program),
		TEST(a_dialect_of_the_future_is_refused),
		TEST(times_at_the_end_of_time_do_not_overflow),
		TEST(without_memory_nothing_is_changed_and_nothing_leaks),
	};

	memory_install();
	(void)setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
