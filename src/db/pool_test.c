/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "db/pool.h"

#include "base/clock.h"
#include "base/error.h"
#include "db/slots.h"

#include "scratch.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ID 0x616c6b31

static const struct sql make_t = { "make_t", "CREATE TABLE t (a)", 0 };
static const struct sql insert = { "insert", "INSERT INTO t VALUES (1)",
	SQL_SLOTS - 1 };
static const struct sql count = { "count", "SELECT count(*) FROM t",
	SQL_SLOTS - 2 };
static const struct sql *const scripts[] = { &make_t, NULL };
static const struct db_migration migrations[] = {
	{ .version = 1, .scripts = scripts },
};
static const struct db_format format = { .application_id = ID, .other_id = 1,
	.name = "file", .other_name = "other", .migrations = migrations,
	.count = 1 };

static char dir[SCRATCH_PATH];
static char path[SCRATCH_PATH];
static struct db_pool *pool;
static alk_error err;

static int
open_with(struct db_pool_options o, const char *at, struct db_pool **out)
{
	o.db.path = at;
	o.db.busy_ms = 1000;
	error_clear(&err);
	return db_pool_open(&o, &format, out, &err);
}

static void
open_pool(int readers)
{
	struct db_pool_options o = { .db = { .create = true },
		.readers_max = readers };

	if (open_with(o, path, &pool) != ALK_OK)
		fail_msg("%s", err.text);
}

static int
set_up(void **state)
{
	(void)state;
	scratch_make(dir);
	scratch_path(path, dir, "t.db");
	pool = NULL;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (pool != NULL)
		db_pool_close(pool);
	scratch_remove(dir);
	return 0;
}

/* ---- readers ---- */

static void
readers_are_opened_up_to_their_bound(void **state)
{
	(void)state;
	struct db *r[3];
	struct db *none = NULL;

	open_pool(3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(db_pool_reader(pool, 0, &r[i], &err), ALK_OK);
		for (int j = 0; j < i; j++)
			assert_ptr_not_equal(r[i], r[j]);
	}
	assert_int_equal(db_pool_reader(pool, 0, &none, &err), ALK_BUSY);
	assert_null(none);
	assert_non_null(strstr(err.text, "all 3 readers"));
	for (int i = 0; i < 3; i++)
		db_pool_give_back(pool, r[i]);
}

static void
a_reader_given_back_is_used_again(void **state)
{
	(void)state;
	struct db *first = NULL;
	struct db *again = NULL;

	open_pool(2);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(db_pool_reader(pool, 0, &again, &err), ALK_OK);
		if (i > 0)
			assert_ptr_equal(again, first);
		first = again;
		db_pool_give_back(pool, again);
	}
}

static void
who_finds_no_reader_waits_as_long_as_told(void **state)
{
	(void)state;
	struct db *r = NULL;
	struct db *none = NULL;

	open_pool(1);
	assert_int_equal(db_pool_reader(pool, 0, &r, &err), ALK_OK);
	int64_t before = clock_steady_ms();
	assert_int_equal(db_pool_reader(pool, 150, &none, &err), ALK_BUSY);
	assert_in_range(clock_steady_ms() - before, 140, 5000);
	assert_non_null(strstr(err.text, "150 ms"));
	before = clock_steady_ms();
	error_clear(&err);
	assert_int_equal(db_pool_reader(pool, -1, &none, &err), ALK_BUSY);
	assert_in_range(clock_steady_ms() - before, 0, 1000);
	db_pool_give_back(pool, r);
}

static void *
give_back_soon(void *arg)
{
	clock_sleep_us(50000);
	db_pool_give_back(pool, arg);
	return NULL;
}

static void
who_waits_is_woken_when_one_comes_free(void **state)
{
	(void)state;
	struct db *a = NULL;
	struct db *b = NULL;
	pthread_t thread;

	open_pool(1);
	assert_int_equal(db_pool_reader(pool, 0, &a, &err), ALK_OK);
	assert_int_equal(pthread_create(&thread, NULL, give_back_soon, a), 0);
	int64_t before = clock_steady_ms();
	assert_int_equal(db_pool_reader(pool, 20000, &b, &err), ALK_OK);
	assert_in_range(clock_steady_ms() - before, 0, 10000);
	assert_ptr_equal(a, b);
	(void)pthread_join(thread, NULL);
	db_pool_give_back(pool, b);
	/* And so is who waits for the writer. */
	assert_int_equal(db_pool_writer(pool, 0, &a, &err), ALK_OK);
	assert_int_equal(pthread_create(&thread, NULL, give_back_soon, a), 0);
	assert_int_equal(db_pool_writer(pool, 20000, &b, &err), ALK_OK);
	assert_ptr_equal(a, b);
	(void)pthread_join(thread, NULL);
	db_pool_give_back(pool, b);
}

static void
a_reader_that_cannot_be_opened_is_not_counted(void **state)
{
	(void)state;
	struct db *r = NULL;
	struct db *w = NULL;
	char away[SCRATCH_PATH];

	open_pool(1);
	assert_int_equal(db_pool_writer(pool, 0, &w, &err), ALK_OK);
	scratch_path(away, dir, "away.db");
	assert_int_equal(rename(path, away), 0);
	for (int i = 0; i < 3; i++) {
		error_clear(&err);
		assert_int_equal(db_pool_reader(pool, 0, &r, &err), ALK_IO);
	}
	assert_int_equal(rename(away, path), 0);
	error_clear(&err);
	assert_int_equal(db_pool_reader(pool, 0, &r, &err), ALK_OK);
	assert_ptr_not_equal(r, w);
	db_pool_give_back(pool, r);
	db_pool_give_back(pool, w);
}

static void
at_least_one_reader_is_allowed(void **state)
{
	(void)state;
	struct db *r = NULL;
	struct db *none = NULL;

	open_pool(0);
	assert_int_equal(db_pool_reader(pool, 0, &r, &err), ALK_OK);
	assert_int_equal(db_pool_reader(pool, 0, &none, &err), ALK_BUSY);
	db_pool_give_back(pool, r);
}

/* ---- the writer ---- */

static void
there_is_one_writer(void **state)
{
	(void)state;
	struct db *w = NULL;
	struct db *none = NULL;

	open_pool(2);
	assert_int_equal(db_pool_writer(pool, 0, &w, &err), ALK_OK);
	assert_int_equal(db_pool_writer(pool, 60, &none, &err), ALK_BUSY);
	assert_non_null(strstr(err.text, "60 ms"));
	db_pool_give_back(pool, w);
	error_clear(&err);
	assert_int_equal(db_pool_writer(pool, 0, &none, &err), ALK_OK);
	assert_ptr_equal(w, none);
	db_pool_give_back(pool, w);
}

static void
a_writer_that_cannot_be_opened_is_opened_later(void **state)
{
	(void)state;
	struct db *r = NULL;
	struct db *w = NULL;
	char away[SCRATCH_PATH];

	open_pool(1);
	assert_int_equal(db_pool_reader(pool, 0, &r, &err), ALK_OK);
	scratch_path(away, dir, "away.db");
	assert_int_equal(rename(path, away), 0);
	for (int i = 0; i < 3; i++) {
		error_clear(&err);
		assert_int_equal(db_pool_writer(pool, 0, &w, &err), ALK_IO);
		assert_null(w);
	}
	assert_int_equal(rename(away, path), 0);
	error_clear(&err);
	assert_int_equal(db_pool_writer(pool, 0, &w, &err), ALK_OK);
	assert_ptr_not_equal(r, w);
	db_pool_give_back(pool, w);
	db_pool_give_back(pool, r);
}

static void
one_connection_reads_and_writes_by_turns(void **state)
{
	(void)state;
	struct db *first = NULL;
	struct db *again = NULL;

	open_pool(2);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(i % 2 == 0 ?
		    db_pool_reader(pool, 0, &again, &err) :
		    db_pool_writer(pool, 0, &again, &err), ALK_OK);
		if (i > 0)
			assert_ptr_equal(again, first);
		first = again;
		db_pool_give_back(pool, again);
	}
}

static void
of_two_connections_one_is_left_for_writing(void **state)
{
	(void)state;
	struct db *r = NULL;
	struct db *w = NULL;
	struct db *again = NULL;

	open_pool(2);
	assert_int_equal(db_pool_reader(pool, 0, &r, &err), ALK_OK);
	assert_int_equal(db_pool_writer(pool, 0, &w, &err), ALK_OK);
	assert_ptr_not_equal(w, r);
	for (int i = 0; i < 4; i++) {
		/* In either order. */
		db_pool_give_back(pool, i % 2 == 0 ? r : w);
		db_pool_give_back(pool, i % 2 == 0 ? w : r);
		assert_int_equal(db_pool_reader(pool, 0, &again, &err),
		    ALK_OK);
		assert_ptr_equal(again, r);
		assert_int_equal(db_pool_writer(pool, 0, &again, &err),
		    ALK_OK);
		assert_ptr_equal(again, w);
	}
	db_pool_give_back(pool, w);
	db_pool_give_back(pool, r);
}

/* The one that wrote last is out to read, so another writes from now on. */
static void
a_writer_may_be_lent_for_reading(void **state)
{
	(void)state;
	struct db *lent = NULL;
	struct db *w = NULL;
	struct db *again = NULL;

	open_pool(1);
	assert_int_equal(db_pool_writer(pool, 0, &w, &err), ALK_OK);
	db_pool_give_back(pool, w);
	assert_int_equal(db_pool_reader(pool, 0, &lent, &err), ALK_OK);
	assert_ptr_equal(lent, w);
	assert_int_equal(db_pool_writer(pool, 0, &w, &err), ALK_OK);
	assert_ptr_not_equal(lent, w);
	db_pool_give_back(pool, lent);
	assert_int_equal(db_pool_writer(pool, 0, &again, &err), ALK_BUSY);
	error_clear(&err);
	assert_int_equal(db_pool_reader(pool, 0, &again, &err), ALK_OK);
	assert_ptr_equal(again, lent);
	db_pool_give_back(pool, again);
	db_pool_give_back(pool, w);
}

static void
readers_see_what_the_writer_committed(void **state)
{
	(void)state;
	struct db *w = NULL;
	struct db *r = NULL;

	open_pool(2);
	assert_int_equal(db_pool_writer(pool, 0, &w, &err), ALK_OK);
	assert_int_equal(db_pool_reader(pool, 0, &r, &err), ALK_OK);
	db_use(w, &err, NULL);
	db_use(r, &err, NULL);
	assert_int_equal(db_begin_write(w), ALK_OK);
	assert_int_equal(db_exec(w, &insert, ""), ALK_OK);
	assert_int_equal(db_number(r, &count, -1, ""), 0);
	assert_int_equal(db_commit(w), ALK_OK);
	assert_int_equal(db_number(r, &count, -1, ""), 1);
	db_pool_give_back(pool, w);
	db_pool_give_back(pool, r);
}

static void
a_pool_for_reading_has_no_writer(void **state)
{
	(void)state;
	struct db_pool_options o = { .db = { .readonly = true },
		.readers_max = 2 };
	struct db *db = NULL;

	open_pool(1);
	db_pool_close(pool);
	pool = NULL;
	assert_int_equal(open_with(o, path, &pool), ALK_OK);
	assert_int_equal(db_pool_writer(pool, 0, &db, &err), ALK_READONLY);
	error_clear(&err);
	assert_int_equal(db_pool_reader(pool, 0, &db, &err), ALK_OK);
	db_use(db, &err, NULL);
	assert_int_equal(db_exec(db, &insert, ""), ALK_READONLY);
	db_pool_give_back(pool, db);
}

static void
an_error_of_one_call_does_not_stay_with_its_connection(void **state)
{
	(void)state;
	struct db *w = NULL;

	open_pool(1);
	assert_int_equal(db_pool_writer(pool, 0, &w, &err), ALK_OK);
	db_use(w, &err, NULL);
	db_fail(w, ALK_LIMIT, "of this call");
	db_pool_give_back(pool, w);
	assert_int_equal(db_pool_writer(pool, 0, &w, &err), ALK_OK);
	assert_false(db_failed(w));
	db_pool_give_back(pool, w);
}

static void
an_extra_connection_is_outside_of_the_bound(void **state)
{
	(void)state;
	struct db *r = NULL;
	struct db *extra = NULL;

	open_pool(1);
	assert_int_equal(db_pool_reader(pool, 0, &r, &err), ALK_OK);
	assert_int_equal(db_pool_extra(pool, &extra, &err), ALK_OK);
	db_use(extra, &err, NULL);
	assert_int_equal(db_number(extra, &count, -1, ""), 0);
	db_close(extra);
	db_pool_give_back(pool, r);
}

/* ---- a second copy of SQLite ---- */

static void
a_file_that_something_else_has_open_is_refused(void **state)
{
	(void)state;
	struct db_pool_options o = { .db = { .create = true } };

	open_pool(1);
	db_pool_close(pool);
	pool = NULL;
	int fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(open_with(o, path, &pool), ALK_COPY);
	assert_null(pool);
	assert_non_null(strstr(err.text, "ALK_OPEN_SHARED"));
	assert_int_equal(close(fd), 0);
	assert_int_equal(open_with(o, path, &pool), ALK_OK);
}

static void
another_name_of_the_file_does_not_hide_it(void **state)
{
	(void)state;
	struct db_pool_options o = { .db = { .create = true } };
	char link_path[SCRATCH_PATH];

	open_pool(1);
	db_pool_close(pool);
	pool = NULL;
	scratch_path(link_path, dir, "link.db");
	assert_int_equal(symlink(path, link_path), 0);
	int fd = open(path, O_RDWR);
	assert_int_equal(open_with(o, link_path, &pool), ALK_COPY);
	assert_int_equal(close(fd), 0);
}

static void
a_descriptor_of_another_file_is_no_danger(void **state)
{
	(void)state;
	char other[SCRATCH_PATH];

	scratch_path(other, dir, "other");
	int fd = open(other, O_RDWR | O_CREAT, 0600);
	assert_true(fd >= 0);
	open_pool(1);
	assert_int_equal(close(fd), 0);
}

static void
a_file_that_is_made_new_is_not_refused(void **state)
{
	(void)state;
	assert_false(scratch_exists(path));
	open_pool(1);
	assert_true(scratch_exists(path));
}

static void
a_file_that_another_pool_has_open_is_not_refused(void **state)
{
	(void)state;
	struct db_pool_options o = { .db = { .create = true } };
	struct db_pool *second = NULL;
	struct db_pool *third = NULL;

	open_pool(1);
	assert_int_equal(open_with(o, path, &second), ALK_OK);
	/* One of the two remains. */
	db_pool_close(pool);
	pool = NULL;
	assert_int_equal(open_with(o, path, &third), ALK_OK);
	db_pool_close(second);
	db_pool_close(third);
	/* None does: the rule holds again. */
	int fd = open(path, O_RDONLY);
	assert_int_equal(open_with(o, path, &pool), ALK_COPY);
	assert_int_equal(close(fd), 0);
}

static void
a_file_that_a_lone_connection_has_open_is_not_refused(void **state)
{
	(void)state;
	struct db_options lone = { .path = path, .is_bare = true };
	struct db_pool_options o = { .db = { .create = true } };
	struct db *db = NULL;

	open_pool(1);
	db_pool_close(pool);
	pool = NULL;
	assert_int_equal(db_alone_open(&lone, &db, &err), ALK_OK);
	db_use(db, &err, NULL);
	assert_int_equal(db_number(db, &count, -1, ""), 0);
	assert_string_equal(strrchr(db_file(db), '/'), "/t.db");
	assert_int_equal(open_with(o, path, &pool), ALK_OK);
	db_pool_close(pool);
	pool = NULL;
	db_alone_close(db);
	db_alone_close(NULL);
	/* It is no longer known. */
	int fd = open(path, O_RDONLY);
	assert_int_equal(open_with(o, path, &pool), ALK_COPY);
	assert_int_equal(close(fd), 0);
	lone.path = "no/such/folder/t.db";
	error_clear(&err);
	assert_int_equal(db_alone_open(&lone, &db, &err), ALK_IO);
}

static void
who_says_it_is_shared_is_believed(void **state)
{
	(void)state;
	struct db_pool_options o = { .db = { .create = true },
		.is_shared = true };

	open_pool(1);
	db_pool_close(pool);
	pool = NULL;
	int fd = open(path, O_RDONLY);
	assert_int_equal(open_with(o, path, &pool), ALK_OK);
	assert_int_equal(close(fd), 0);
}

static void
a_pool_that_does_not_open_leaves_nothing_behind(void **state)
{
	(void)state;
	struct db_pool_options o = { .db = { .create = false } };

	scratch_write(path, "not a database, but longer than its header would "
	    "be, which has a hundred bytes: so it cannot be one that is empty",
	    112);
	assert_int_equal(open_with(o, path, &pool), ALK_NOTSTORE);
	assert_null(pool);
	int fd = open(path, O_RDONLY);
	assert_int_equal(open_with(o, path, &pool), ALK_COPY);
	assert_int_equal(close(fd), 0);
}

/* ---- the place of the file ---- */

static void
a_file_moved_or_replaced_is_noticed(void **state)
{
	(void)state;
	char away[SCRATCH_PATH];

	open_pool(1);
	assert_true(db_pool_is_in_place(pool));
	scratch_path(away, dir, "away.db");
	assert_int_equal(rename(path, away), 0);
	assert_false(db_pool_is_in_place(pool));
	scratch_write(path, "new", 3);
	assert_false(db_pool_is_in_place(pool));
	assert_int_equal(rename(away, path), 0);
	assert_true(db_pool_is_in_place(pool));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(readers_are_opened_up_to_their_bound),
		TEST(a_reader_given_back_is_used_again),
		TEST(who_finds_no_reader_waits_as_long_as_told),
		TEST(who_waits_is_woken_when_one_comes_free),
		TEST(a_reader_that_cannot_be_opened_is_not_counted),
		TEST(at_least_one_reader_is_allowed),
		TEST(there_is_one_writer),
		TEST(a_writer_that_cannot_be_opened_is_opened_later),
		TEST(one_connection_reads_and_writes_by_turns),
		TEST(of_two_connections_one_is_left_for_writing),
		TEST(a_writer_may_be_lent_for_reading),
		TEST(readers_see_what_the_writer_committed),
		TEST(a_pool_for_reading_has_no_writer),
		TEST(an_error_of_one_call_does_not_stay_with_its_connection),
		TEST(an_extra_connection_is_outside_of_the_bound),
		TEST(a_file_that_something_else_has_open_is_refused),
		TEST(another_name_of_the_file_does_not_hide_it),
		TEST(a_descriptor_of_another_file_is_no_danger),
		TEST(a_file_that_is_made_new_is_not_refused),
		TEST(a_file_that_another_pool_has_open_is_not_refused),
		TEST(a_file_that_a_lone_connection_has_open_is_not_refused),
		TEST(who_says_it_is_shared_is_believed),
		TEST(a_pool_that_does_not_open_leaves_nothing_behind),
		TEST(a_file_moved_or_replaced_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
