/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A second copy of SQLite in the process on the same file: closing one's
 * descriptor drops the other's locks, so that commits get lost. Where the
 * system lists a process's descriptors the library refuses. A descriptor of the
 * test's own stands in for the other copy: that is all that a copy looks like
 * from outside.
 */
#include "fixture.h"

#include <alkstore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static char dir[SCRATCH_PATH];
static char path[SCRATCH_PATH];

static int
set_up(void **state)
{
	(void)state;
	scratch_make(dir);
	scratch_path(path, dir, "store.db");
	fixture_make(path);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	scratch_remove(dir);
	return 0;
}

static void
a_file_that_is_open_elsewhere_in_the_process_is_refused(void **state)
{
	int fd = open(path, O_RDWR);
	alk_store *st = NULL;
	alk_error err = { 0 };

	(void)state;
	assert_true(fd >= 0);
	if (access("/proc/self/fd", R_OK) != 0)
		skip();
	assert_int_equal(alk_open(path, NULL, &st, &err), ALK_COPY);
	assert_null(st);
	assert_non_null(strstr(err.text, "SQLite"));
	close(fd);
	memset(&err, 0, sizeof(err));
	assert_int_equal(alk_open(path, NULL, &st, &err), ALK_OK);
	assert_int_equal(alk_close(st), ALK_OK);
}

static void
another_name_of_the_file_does_not_hide_it(void **state)
{
	char alias[SCRATCH_PATH];
	alk_store *st = NULL;
	alk_error err = { 0 };
	int fd;

	(void)state;
	scratch_path(alias, dir, "alias.db");
	assert_int_equal(symlink(path, alias), 0);
	fd = open(alias, O_RDONLY);
	assert_true(fd >= 0);
	if (access("/proc/self/fd", R_OK) != 0)
		skip();
	assert_int_equal(alk_open(path, NULL, &st, &err), ALK_COPY);
	close(fd);
}

static void
the_librarys_own_descriptors_are_none(void **state)
{
	alk_store *st[2] = { NULL, NULL };
	alk_error err = { 0 };

	(void)state;
	assert_int_equal(alk_open(path, NULL, &st[0], &err), ALK_OK);
	assert_int_equal(alk_open(path, NULL, &st[1], &err), ALK_OK);
	assert_int_equal(alk_close(st[0]), ALK_OK);
	assert_int_equal(alk_open(path, NULL, &st[0], &err), ALK_OK);
	assert_int_equal(alk_close(st[1]), ALK_OK);
	assert_int_equal(alk_close(st[0]), ALK_OK);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_that_is_open_elsewhere_in_the_process_is_refused),
		TEST(another_name_of_the_file_does_not_hide_it),
		TEST(the_librarys_own_descriptors_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
