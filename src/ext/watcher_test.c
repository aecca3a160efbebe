/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The watcher as bindings see it: by handle and by number. */
#define _DEFAULT_SOURCE
#include "ext/watcher_abi.h"
#include "ext/watcher_table.h"

#include "base/clock.h"
#include "base/error.h"
#include "db/db.h"
#include "db/slots.h"

#include "scratch.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define LONG_MS 10000

static const struct sql make = { "make",
	"PRAGMA journal_mode=WAL; CREATE TABLE t (a);", 0 };
static const struct sql insert = { "insert", "INSERT INTO t VALUES (1)",
	SQL_SLOTS - 1 };

static char dir[SCRATCH_PATH];
static char path[SCRATCH_PATH];
static char text[200];
static struct db *db;
static alk_error err;

static int
set_up(void **state)
{
	(void)state;
	scratch_make(dir);
	scratch_path(path, dir, "t.db");
	struct db_options o = { .path = path, .create = true, .busy_ms = 5000 };
	error_clear(&err);
	if (db_open(&o, NULL, 0, &db, &err) != ALK_OK)
		fail_msg("%s", err.text);
	db_use(db, NULL, NULL);
	return db_script(db, &make);
}

static int
tear_down(void **state)
{
	(void)state;
	db_close(db);
	scratch_remove(dir);
	return 0;
}

static void
commit(void)
{
	assert_int_equal(db_exec(db, &insert, ""), ALK_OK);
}

/* ---- by handle ---- */

static void
a_handle_is_woken_by_commits(void **state)
{
	(void)state;
	void *h = honker_watcher_open(path, NULL, text, sizeof(text));
	assert_non_null(h);
	assert_int_equal(honker_watcher_wait(h, 0), 0);
	assert_int_equal(honker_watcher_wait(h, 20), 0);
	commit();
	assert_int_equal(honker_watcher_wait(h, LONG_MS), 1);
	commit();
	assert_int_equal(honker_watcher_wait(h, UINT64_MAX), 1);
	honker_watcher_close(h);
	h = honker_watcher_open_v2(path, "polling", 2, text, sizeof(text));
	assert_non_null(h);
	commit();
	assert_int_equal(honker_watcher_wait(h, LONG_MS), 1);
	honker_watcher_close(h);
}

static void
null_is_a_closed_handle(void **state)
{
	(void)state;
	assert_int_equal(honker_watcher_wait(NULL, 0), -1);
	honker_watcher_close(NULL);
}

static void
what_cannot_be_opened_gives_the_reason(void **state)
{
	(void)state;
	assert_null(honker_watcher_open(path, "x", text, sizeof(text)));
	assert_string_equal(text, "unknown watcher backend \"x\"; valid: None, "
	    "'polling', 'kernel', 'shm'");
	assert_null(honker_watcher_open_v2(path, "", 0, text, sizeof(text)));
	assert_string_equal(text, "watcher poll interval must be positive");
	assert_null(honker_watcher_open(NULL, NULL, text, sizeof(text)));
	assert_string_equal(text, "no path given");
	memset(text, '#', sizeof(text));
	assert_null(honker_watcher_open(path, "x", text, 8));
	assert_string_equal(text, "unknown");
	assert_int_equal(text[8], '#');
	assert_null(honker_watcher_open(path, "x", text, 0));
	assert_null(honker_watcher_open(path, "x", NULL, 0));
	/* "unknown watcher backend \"" and half of a character. */
	assert_null(honker_watcher_open(path, "\xc3\xa4", text, 27));
	assert_string_equal(text, "unknown watcher backend \"");
}

static void
a_handle_dies_with_its_file(void **state)
{
	(void)state;
	void *h = honker_watcher_open(path, NULL, text, sizeof(text));
	assert_non_null(h);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(honker_watcher_wait(h, LONG_MS), -1);
	honker_watcher_close(h);
}

/* ---- by number ---- */

static int64_t
open_number(void)
{
	int64_t id = 0;

	if (watcher_table_open(path, NULL, 0, &id, &err) != ALK_OK)
		fail_msg("%s", err.text);
	return id;
}

static void
numbers_are_given_once(void **state)
{
	(void)state;
	int64_t first = open_number();
	int64_t second = open_number();
	assert_true(second == first + 1);
	watcher_table_close(first);
	watcher_table_close(first);
	watcher_table_close(12345);
	assert_int_equal(watcher_table_wait(first, 0), -1);
	assert_int_equal(watcher_table_wait(12345, 0), -1);
	assert_true(open_number() == second + 1);
	commit();
	assert_int_equal(watcher_table_wait(second, LONG_MS), 1);
	assert_int_equal(watcher_table_wait(second, -5), 0);
	watcher_table_close(second);
	watcher_table_close(second + 1);
}

static void
a_number_that_is_not_opened_is_not_used_up(void **state)
{
	(void)state;
	int64_t id = open_number();
	int64_t none = -7;
	assert_int_equal(watcher_table_open(path, "no", 0, &none, &err),
	    ALK_INVALID);
	assert_true(none == -7);
	assert_non_null(strstr(err.text, "unknown watcher backend"));
	assert_true(open_number() == id + 1);
	watcher_table_close(id);
	watcher_table_close(id + 1);
}

struct waiter {
	int64_t id;
	pthread_t thread;
	atomic_int answer;
};

static void *
wait_long(void *arg)
{
	struct waiter *w = arg;

	atomic_store(&w->answer, watcher_table_wait(w->id, LONG_MS));
	return NULL;
}

static void
start(struct waiter *w, int64_t id)
{
	w->id = id;
	atomic_store(&w->answer, 99);
	assert_int_equal(pthread_create(&w->thread, NULL, wait_long, w), 0);
}

static int
ended(struct waiter *w)
{
	(void)pthread_join(w->thread, NULL);
	return atomic_load(&w->answer);
}

static void
several_may_wait_on_one_number(void **state)
{
	(void)state;
	struct waiter w[3];
	int64_t id = open_number();
	for (int i = 0; i < 3; i++)
		start(&w[i], id);
	clock_sleep_us(50000);
	commit();
	for (int i = 0; i < 3; i++)
		assert_int_equal(ended(&w[i]), 1);
	watcher_table_close(id);
}

static void
closing_a_number_wakes_who_waits_on_it(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		struct waiter w[2];
		int64_t id = open_number();
		start(&w[0], id);
		start(&w[1], id);
		clock_sleep_us(i * 300);
		int64_t before = clock_steady_ms();
		watcher_table_close(id);
		assert_int_equal(ended(&w[0]), -1);
		assert_int_equal(ended(&w[1]), -1);
		assert_in_range(clock_steady_ms() - before, 0, LONG_MS / 2);
	}
}

static void
a_forked_child_finds_no_numbers(void **state)
{
	(void)state;
	int status = -1;
	int64_t id = open_number();
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		watcher_table_close(id);
		_exit(watcher_table_wait(id, LONG_MS) == -1 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	commit();
	assert_int_equal(watcher_table_wait(id, LONG_MS), 1);
	watcher_table_close(id);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_handle_is_woken_by_commits),
		TEST(null_is_a_closed_handle),
		TEST(what_cannot_be_opened_gives_the_reason),
		TEST(a_handle_dies_with_its_file),
		TEST(numbers_are_given_once),
		TEST(a_number_that_is_not_opened_is_not_used_up),
		TEST(several_may_wait_on_one_number),
		TEST(closing_a_number_wakes_who_waits_on_it),
		TEST(a_forked_child_finds_no_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
