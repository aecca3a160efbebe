/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Opening and closing, as a C program does it: paths and files that are not
 * what they should be, and files that are used by others.
 */
#include "child.h"
#include "fixture.h"
#include "text.h"

#include <alkstore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[SCRATCH_PATH];
static char path[SCRATCH_PATH];

static int
make_folder(void **state)
{
	(void)state;
	scratch_make(dir);
	scratch_path(path, dir, "store.db");
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	scratch_remove(dir);
	return 0;
}

/* Opens with flags and a kind and closes again; what went wrong is in *err. */
static int
try_open(const char *file, unsigned flags, int kind, alk_error *err)
{
	alk_store *st = (alk_store *)(void *)err; /* must stay on failure */
	alk_options o = { 0 };
	int rc;

	o.flags = flags;
	o.kind = kind;
	o.busy_ms = 100;
	memset(err, 0, sizeof(*err));
	rc = alk_open(file, &o, &st, err);
	if (rc == ALK_OK) {
		assert_int_equal(alk_close(st), ALK_OK);
	} else {
		assert_ptr_equal(st, err);
		assert_int_equal(err->code, rc);
		assert_true(strlen(err->text) > 0);
	}
	return rc;
}

static void
exec_sql(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
a_missing_file_is_not_made_unasked(void **state)
{
	alk_error err;

	(void)state;
	assert_int_equal(try_open(path, 0, 0, &err), ALK_NOTFOUND);
	assert_false(scratch_exists(path));
	assert_int_equal(alk_open(path, NULL, &(alk_store *){ NULL }, NULL),
	    ALK_NOTFOUND);
	assert_int_equal(try_open(path, ALK_OPEN_READONLY, 0, &err),
	    ALK_NOTFOUND);
	assert_false(scratch_exists(path));
}

static void
a_new_file_is_a_store_and_opens_again(void **state)
{
	alk_error err;

	(void)state;
	assert_int_equal(try_open(path, ALK_OPEN_CREATE, 0, &err), ALK_OK);
	assert_int_equal(try_open(path, 0, 0, &err), ALK_OK);
	assert_int_equal(try_open(path, ALK_OPEN_CREATE, 0, &err), ALK_OK);
	assert_int_equal(try_open(path, ALK_OPEN_READONLY, 0, &err), ALK_OK);
	assert_int_equal(try_open(path, ALK_OPEN_FULL_SYNC, 0, &err), ALK_OK);
	assert_int_equal(try_open(path, ALK_OPEN_CREATE | ALK_OPEN_EXCLUSIVE,
	    0, &err), ALK_EXISTS);
}

static void
nothing_is_left_beside_a_closed_store(void **state)
{
	char beside[SCRATCH_PATH];
	alk_error err;

	(void)state;
	assert_int_equal(try_open(path, ALK_OPEN_CREATE, 0, &err), ALK_OK);
	scratch_path(beside, dir, "store.db-wal");
	assert_false(scratch_exists(beside));
	scratch_path(beside, dir, "store.db-shm");
	assert_false(scratch_exists(beside));
}

static void
memory_and_empty_paths_are_refused(void **state)
{
	alk_error err;

	(void)state;
	assert_int_equal(try_open(":memory:", ALK_OPEN_CREATE, 0, &err),
	    ALK_INVALID);
	assert_int_equal(try_open("", ALK_OPEN_CREATE, 0, &err), ALK_INVALID);
	assert_int_equal(try_open(NULL, ALK_OPEN_CREATE, 0, &err),
	    ALK_INVALID);
	assert_int_equal(alk_open(path, NULL, NULL, &err), ALK_INVALID);
}

static void
a_colon_makes_no_uri_of_a_path(void **state)
{
	char uri[SCRATCH_PATH];
	alk_error err;

	(void)state;
	snprintf(uri, sizeof(uri), "file:%.400s?mode=memory", path);
	assert_int_not_equal(try_open(uri, ALK_OPEN_CREATE, 0, &err), ALK_OK);
	assert_false(scratch_exists(path));
}

static void
a_path_that_is_too_long_is_an_error(void **state)
{
	char *longest = malloc(10001);
	alk_error err;

	(void)state;
	assert_non_null(longest);
	memset(longest, 'x', 10000);
	longest[10000] = '\0';
	assert_true(try_open(longest, ALK_OPEN_CREATE, 0, &err) < 0);
	free(longest);
}

static void
a_folder_is_no_store(void **state)
{
	char folder[SCRATCH_PATH];
	alk_error err;
	int rc;

	(void)state;
	scratch_path(folder, dir, "folder");
	assert_int_equal(mkdir(folder, 0700), 0);
	rc = try_open(folder, ALK_OPEN_CREATE, 0, &err);
	assert_true(rc == ALK_NOTSTORE || rc == ALK_IO);
	rc = try_open(folder, 0, 0, &err);
	assert_true(rc == ALK_NOTSTORE || rc == ALK_IO);
}

static void
other_files_are_no_stores_and_stay_as_they_are(void **state)
{
	static const char text[] = "just some text, and more than a hundred "
	    "bytes of it, because that is where a database would have its "
	    "header; so this is longer";
	struct text after = { 0 };
	alk_error err;

	(void)state;
	scratch_write(path, text, sizeof(text));
	assert_int_equal(try_open(path, 0, 0, &err), ALK_NOTSTORE);
	assert_int_equal(try_open(path, ALK_OPEN_CREATE, 0, &err),
	    ALK_NOTSTORE);
	assert_true(text_file(&after, path));
	assert_int_equal(after.bytes, sizeof(text));
	assert_memory_equal(after.data, text, sizeof(text));
	text_fini(&after);
}

static void
a_database_of_another_program_is_no_store(void **state)
{
	alk_error err;

	(void)state;
	exec_sql("CREATE TABLE theirs(x); INSERT INTO theirs VALUES (1);");
	assert_int_equal(try_open(path, 0, 0, &err), ALK_NOTSTORE);
	assert_int_equal(try_open(path, ALK_OPEN_CREATE, 0, &err),
	    ALK_NOTSTORE);
	exec_sql("PRAGMA application_id = 1234;");
	assert_int_equal(try_open(path, ALK_OPEN_CREATE, 0, &err),
	    ALK_NOTSTORE);
	exec_sql("SELECT x FROM theirs;");
}

static void
a_newer_file_is_refused(void **state)
{
	alk_error err;

	(void)state;
	assert_int_equal(try_open(path, ALK_OPEN_CREATE, 0, &err), ALK_OK);
	exec_sql("PRAGMA user_version = 1000000;");
	assert_int_equal(try_open(path, 0, 0, &err), ALK_NEWER);
	assert_int_equal(try_open(path, ALK_OPEN_READONLY, 0, &err),
	    ALK_NEWER);
	assert_int_equal(try_open(path, ALK_OPEN_CREATE, 0, &err), ALK_NEWER);
}

static void
the_other_kind_of_file_is_refused_by_name(void **state)
{
	alk_error err;

	(void)state;
	assert_int_equal(try_open(path, ALK_OPEN_CREATE, ALK_FILE_SYSTEM,
	    &err), ALK_OK);
	assert_int_equal(try_open(path, 0, ALK_FILE_SYSTEM, &err), ALK_OK);
	assert_int_equal(try_open(path, 0, ALK_FILE_TENANT, &err),
	    ALK_NOTSTORE);
	assert_non_null(strstr(err.text, "system"));
}

static void
a_damaged_file_is_told_apart(void **state)
{
	struct text file = { 0 };
	alk_error err;
	int rc;

	(void)state;
	assert_int_equal(try_open(path, ALK_OPEN_CREATE, 0, &err), ALK_OK);
	assert_true(text_file(&file, path));
	memset(file.data + 100, 0x55, 4000);
	scratch_write(path, file.data, file.bytes);
	rc = try_open(path, 0, 0, &err);
	assert_true(rc == ALK_CORRUPT || rc == ALK_NOTSTORE);
	scratch_write(path, file.data, 600);
	rc = try_open(path, 0, 0, &err);
	assert_true(rc == ALK_CORRUPT || rc == ALK_NOTSTORE);
	text_fini(&file);
}

/* The header is whole, so that it is opened. */
static void
damage_behind_the_header_is_told_by_the_first_read(void **state)
{
	struct text file = { 0 };
	alk_store *store = NULL;
	alk_session *s;
	alk_error err;
	alk_row row;

	(void)state;
	assert_int_equal(try_open(path, ALK_OPEN_CREATE, 0, &err), ALK_OK);
	assert_true(text_file(&file, path));
	memset(file.data + 4096, 0x55, file.bytes - 4096);
	scratch_write(path, file.data, file.bytes);
	assert_int_equal(alk_open(path, NULL, &store, &err), ALK_OK);
	assert_int_equal(alk_session_open(store, NULL, &s, &err), ALK_OK);
	assert_int_equal(alk_graph_get(s, "g", &row), ALK_CORRUPT);
	const char *told = alk_session_error(s)->text;
	assert_non_null(strstr(told, path));
	assert_non_null(strstr(told, "is damaged: "));
	assert_non_null(strstr(told, "restore a copy"));
	assert_int_equal(alk_check(s, 0, NULL, NULL, NULL, NULL, NULL),
	    ALK_CORRUPT);
	alk_session_close(s);
	alk_close(store);
	text_fini(&file);
}

/* As root nothing is write-protected, so that the test says nothing there. */
#define NOBODY 65534

struct attempt {
	unsigned flags;
	int code;
	const char *text; /* part of the error's, or NULL */
};

/* A child_fn: as somebody whom permissions bind. */
static int
open_as_nobody(void *arg, int to)
{
	const struct attempt *a = arg;
	alk_error err;

	(void)to;
	if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
		return 2;
	int rc = try_open(path, a->flags, 0, &err);
	if (rc == a->code && (a->text == NULL || strstr(err.text, a->text)))
		return 0;
	fprintf(stderr, "%s: %s\n", alk_error_name(rc), err.text);
	return 1;
}

static void
nobody_gets(unsigned flags, int code, const char *text)
{
	struct attempt a = { flags, code, text };
	struct child c;

	child_start(&c, open_as_nobody, &a);
	assert_int_equal(child_wait(&c), 0);
}

static void
permissions_are_told_as_such(void **state)
{
	alk_error err;

	(void)state;
	assert_int_equal(try_open(path, ALK_OPEN_CREATE, 0, &err), ALK_OK);
	if (geteuid() == 0)
		assert_int_equal(chown(path, NOBODY, NOBODY), 0);
	assert_int_equal(chmod(path, 0400), 0);
	assert_int_equal(chmod(dir, 0555), 0);
	nobody_gets(ALK_OPEN_READONLY, ALK_READONLY, "the folder '");
	nobody_gets(0, ALK_READONLY, "cannot be written");
	assert_int_equal(chmod(dir, 0777), 0);
	nobody_gets(0, ALK_READONLY, "cannot be written");
	nobody_gets(ALK_OPEN_READONLY, ALK_OK, NULL);
	assert_int_equal(chmod(path, 0), 0);
	nobody_gets(ALK_OPEN_READONLY, ALK_DENIED, "cannot be read");
	scratch_clear(dir);
	assert_int_equal(chmod(dir, 0555), 0);
	nobody_gets(ALK_OPEN_CREATE | ALK_OPEN_EXCLUSIVE, ALK_DENIED,
	    "cannot be made");
	nobody_gets(ALK_OPEN_CREATE, ALK_READONLY, "the folder '");
	assert_int_equal(chmod(dir, 0755), 0);
}

static void
a_store_with_open_sessions_does_not_close(void **state)
{
	alk_store *st;
	alk_session *s;

	(void)state;
	fixture_make(path);
	fixture_open(path, NULL, &st, &s);
	assert_int_equal(alk_close(st), ALK_MISUSE);
	assert_int_equal(alk_node_create(s, "g", "still", NULL), ALK_OK);
	alk_session_close(s);
	alk_session_close(NULL);
	assert_int_equal(alk_close(st), ALK_OK);
	assert_int_equal(alk_close(NULL), ALK_OK);
}

static void
two_stores_of_one_process_share_a_file(void **state)
{
	alk_store *st[2];
	alk_session *s[2];
	alk_row row;

	(void)state;
	fixture_make(path);
	fixture_open(path, NULL, &st[0], &s[0]);
	fixture_open(path, NULL, &st[1], &s[1]);
	assert_int_equal(alk_node_create(s[0], "g", "a", NULL), ALK_OK);
	assert_int_equal(alk_node_get(s[1], "g", "a", &row), ALK_OK);
	fixture_close(st[0], s[0]);
	assert_int_equal(alk_node_create(s[1], "g", "b", NULL), ALK_OK);
	fixture_close(st[1], s[1]);
}

/* ---- Other processes --------------------------------------------------- */

static int
write_in_child(void *arg, int to)
{
	alk_store *st;
	alk_session *s;

	fixture_open(arg, NULL, &st, &s);
	fixture_ok(s, alk_node_create(s, "g", "child", NULL), "child");
	child_say(to, 1);
	fixture_close(st, s);
	return 0;
}

static void
what_another_process_commits_is_seen(void **state)
{
	struct child c;
	alk_store *st;
	alk_session *s;
	alk_row row;

	(void)state;
	fixture_make(path);
	child_start(&c, write_in_child, path);
	assert_int_equal(child_wait(&c), 0);
	fixture_open(path, NULL, &st, &s);
	assert_int_equal(alk_node_get(s, "g", "child", &row), ALK_OK);
	fixture_close(st, s);
}

static int
hold_in_child(void *arg, int to)
{
	sqlite3 *db;

	if (sqlite3_open(arg, &db) != SQLITE_OK
	    || sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL)
	    != SQLITE_OK)
		return 4;
	child_say(to, 1);
	sleep(30);
	return 0;
}

static void
another_writer_that_holds_the_file_makes_it_busy(void **state)
{
	struct child c;
	alk_options o = { 0 };
	alk_session_options so = { 0 };
	alk_store *st;
	alk_session *s;
	alk_session *quick;
	alk_row row;

	(void)state;
	fixture_make(path);
	child_start(&c, hold_in_child, path);
	while (c.said < 0)
		child_listen(&c, 10000);
	o.busy_ms = 50;
	fixture_open(path, &o, &st, &s);
	assert_int_equal(alk_node_create(s, "g", "a", NULL), ALK_BUSY);
	assert_int_equal(alk_session_error(s)->code, ALK_BUSY);
	assert_int_equal(alk_graph_get(s, "g", &row), ALK_OK);
	so.busy_ms = -1;
	assert_int_equal(alk_session_open(st, &so, &quick, NULL), ALK_OK);
	assert_int_equal(alk_node_create(quick, "g", "a", NULL), ALK_BUSY);
	alk_session_close(quick);
	child_kill(&c);
	assert_int_equal(alk_node_create(s, "g", "a", NULL), ALK_OK);
	fixture_close(st, s);
}

/* ---- Paths of organizations -------------------------------------------- */

static void
an_organization_has_its_path(void **state)
{
	char out[64];
	alk_error err = { 0 };

	(void)state;
	assert_int_equal(alk_tenant_path("/srv", "acme_1-X", out, sizeof(out),
	    &err), ALK_OK);
	assert_string_equal(out, "/srv/tenant-acme_1-X.db");
	assert_int_equal(alk_tenant_path(NULL, "a", out, sizeof(out), &err),
	    ALK_OK);
	assert_int_equal(strcmp(out + strlen(out) - 11, "tenant-a.db"), 0);
}

static void
an_organization_id_cannot_leave_the_folder(void **state)
{
	static const char *const bad[] = { "", "../x", "a/b", "a.b", "a b",
		"\xc3\xa9", "a\n", NULL };
	char id[66];
	char out[128] = "kept";
	alk_error err;

	(void)state;
	for (int i = 0; bad[i] != NULL; i++) {
		memset(&err, 0, sizeof(err));
		assert_int_equal(alk_tenant_path("/srv", bad[i], out,
		    sizeof(out), &err), ALK_INVALID);
		assert_string_equal(out, "kept");
	}
	memset(id, 'a', 65);
	id[65] = '\0';
	memset(&err, 0, sizeof(err));
	assert_int_equal(alk_tenant_path("/srv", id, out, sizeof(out), &err),
	    ALK_INVALID);
	id[64] = '\0';
	memset(&err, 0, sizeof(err));
	assert_int_equal(alk_tenant_path("/srv", id, out, sizeof(out), &err),
	    ALK_OK);
	memset(&err, 0, sizeof(err));
	assert_int_equal(alk_tenant_path("/srv", "abc", out, 10, &err),
	    ALK_LIMIT);
}

static void
options_out_of_range_are_refused(void **state)
{
	alk_options o = { 0 };
	alk_store *st = NULL;
	alk_error err = { 0 };

	(void)state;
	o.flags = ALK_OPEN_CREATE;
	o.kind = 7;
	assert_int_equal(alk_open(path, &o, &st, &err), ALK_INVALID);
	o.kind = 0;
	o.flags = 1u << 30;
	assert_int_equal(alk_open(path, &o, &st, &err), ALK_INVALID);
	o.flags = ALK_OPEN_CREATE;
	o.limits.attributes_bytes = (size_t)65 << 20;
	assert_int_equal(alk_open(path, &o, &st, &err), ALK_INVALID);
	o.limits.attributes_bytes = 0;
	o.limits.depth = 1001;
	assert_int_equal(alk_open(path, &o, &st, &err), ALK_INVALID);
	o.limits.depth = 0;
	o.vfs = "no-such-vfs";
	assert_int_equal(alk_open(path, &o, &st, &err), ALK_IO);
	assert_false(scratch_exists(path));
}

static int
many_nodes(alk_session *s, void *arg)
{
	char key[16];
	int code = ALK_OK;

	(void)arg;
	for (int i = 0; i < 3000 && code == ALK_OK; i++) {
		(void)snprintf(key, sizeof(key), "%d", i);
		code = alk_node_create(s, "g", key, NULL);
	}
	return code;
}

/* So little that pages are written and read again within a transaction. */
static void
a_store_does_with_little_memory_for_pages(void **state)
{
	alk_options o = { .limits.cache_bytes = 16384 };
	alk_store *st = NULL;
	alk_session *s = NULL;
	alk_row row;

	(void)state;
	fixture_make(path);
	fixture_open(path, &o, &st, &s);
	assert_int_equal(alk_transact(s, 0, many_nodes, NULL), ALK_OK);
	assert_int_equal(alk_node_get(s, "g", "2999", &row), ALK_OK);
	assert_int_equal(alk_node_get(s, "g", "0", &row), ALK_OK);
	assert_int_equal(alk_check(s, 0, NULL, NULL, NULL, NULL, NULL),
	    ALK_OK);
	fixture_close(st, s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_missing_file_is_not_made_unasked),
		TEST(a_new_file_is_a_store_and_opens_again),
		TEST(nothing_is_left_beside_a_closed_store),
		TEST(memory_and_empty_paths_are_refused),
		TEST(a_colon_makes_no_uri_of_a_path),
		TEST(a_path_that_is_too_long_is_an_error),
		TEST(a_folder_is_no_store),
		TEST(other_files_are_no_stores_and_stay_as_they_are),
		TEST(a_database_of_another_program_is_no_store),
		TEST(a_newer_file_is_refused),
		TEST(the_other_kind_of_file_is_refused_by_name),
		TEST(a_damaged_file_is_told_apart),
		TEST(damage_behind_the_header_is_told_by_the_first_read),
		TEST(permissions_are_told_as_such),
		TEST(a_store_with_open_sessions_does_not_close),
		TEST(two_stores_of_one_process_share_a_file),
		TEST(what_another_process_commits_is_seen),
		TEST(another_writer_that_holds_the_file_makes_it_busy),
		TEST(an_organization_has_its_path),
		TEST(an_organization_id_cannot_leave_the_folder),
		TEST(options_out_of_range_are_refused),
		TEST(a_store_does_with_little_memory_for_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
