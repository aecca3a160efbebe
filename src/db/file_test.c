/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Creating files and bringing them up to date. */
#include "db/db_internal.h"

#include "base/error.h"

#include "child.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ID 0x616c6b31
#define OTHER_ID 0x616c6b32

/* ---- a format of three versions ---- */

static const struct sql make_log = { "make_log",
	"CREATE TABLE log (what TEXT)", 0 };
static const struct sql log_1 = { "log_1", "INSERT INTO log VALUES ('1')", 0 };
static const struct sql log_2 = { "log_2", "INSERT INTO log VALUES ('2')", 0 };
static const struct sql log_3 = { "log_3", "INSERT INTO log VALUES ('3')", 0 };
static const struct sql fails = { "fails", "INSERT INTO none VALUES (1)", 0 };

static const struct sql *const first[] = { &make_log, &log_1, NULL };
static const struct sql *const second[] = { &log_2, NULL };
static const struct sql *const third[] = { &log_3, NULL };
static const struct sql *const broken[] = { &log_3, &fails, NULL };

static int
fill(struct db *db, void *arg)
{
	static const struct sql filled = { "filled",
		"INSERT INTO log VALUES ('fill')", 0 };

	(void)arg;
	return db_script(db, &filled);
}

static int
fill_badly(struct db *db, void *arg)
{
	(void)fill(db, arg);
	return db_fail(db, ALK_LIMIT, "too much of it");
}

static struct db_migration migrations[] = {
	{ .version = 1, .scripts = first },
	{ .version = 2, .scripts = second, .fill = fill },
	{ .version = 3, .scripts = third },
};

static struct db_format
format_until(size_t count)
{
	return (struct db_format){ .application_id = ID, .other_id = OTHER_ID,
		.name = "first file", .other_name = "second file",
		.migrations = migrations, .count = count };
}

/* ---- the file ---- */

static char dir[SCRATCH_PATH];
static char path[SCRATCH_PATH];
static alk_error err;

static int
set_up(void **state)
{
	(void)state;
	scratch_make(dir);
	scratch_path(path, dir, "t.db");
	error_clear(&err);
	migrations[1].fill = fill;
	migrations[2].scripts = third;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	scratch_remove(dir);
	return 0;
}

static int
prepare(size_t versions, bool create, bool readonly)
{
	struct db_format f = format_until(versions);
	struct db_options o = { .path = path, .create = create,
		.readonly = readonly, .busy_ms = 10000 };
	struct db *db = NULL;

	error_clear(&err);
	if (db_open(&o, NULL, 0, &db, &err) != ALK_OK)
		return err.code;
	db_use(db, &err, NULL);
	int code = db_prepare(db, &f, create);
	assert_false(db_in_transaction(db));
	db_close(db);
	return code;
}

/* What another program sees or does. The rows joined with a comma. */
static const char *
ask(const char *sql)
{
	static char answer[500];
	sqlite3 *c;
	sqlite3_stmt *st;

	answer[0] = '\0';
	assert_int_equal(sqlite3_open(path, &c), SQLITE_OK);
	if (sqlite3_prepare_v2(c, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(c));
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *t = (const char *)sqlite3_column_text(st, 0);
		if (answer[0] != '\0')
			strcat(answer, ",");
		strcat(answer, t != NULL ? t : "NULL");
	}
	assert_int_equal(sqlite3_finalize(st), SQLITE_OK);
	assert_int_equal(sqlite3_close(c), SQLITE_OK);
	return answer;
}

static void
check_version_3(void)
{
	assert_string_equal(ask("SELECT what FROM log ORDER BY rowid"),
	    "1,2,fill,3");
	assert_string_equal(ask("PRAGMA user_version"), "3");
}

/* ---- tests ---- */

static void
an_empty_file_becomes_the_newest_version(void **state)
{
	(void)state;
	assert_int_equal(prepare(3, true, false), ALK_OK);
	check_version_3();
	char id[16];
	(void)snprintf(id, sizeof(id), "%d", ID);
	assert_string_equal(ask("PRAGMA application_id"), id);
	assert_string_equal(ask("PRAGMA journal_mode"), "wal");
}

static void
an_empty_file_stays_empty_unless_asked(void **state)
{
	(void)state;
	scratch_write(path, "", 0);
	assert_int_equal(prepare(3, false, false), ALK_NOTSTORE);
	assert_non_null(strstr(err.text, "empty"));
	struct stat s;
	assert_int_equal(stat(path, &s), 0);
	assert_int_equal(s.st_size, 0);
}

static void
a_current_file_is_left_alone(void **state)
{
	(void)state;
	assert_int_equal(prepare(3, true, false), ALK_OK);
	assert_int_equal(prepare(3, true, false), ALK_OK);
	assert_int_equal(prepare(3, false, false), ALK_OK);
	assert_int_equal(prepare(3, false, true), ALK_OK);
	check_version_3();
}

static void
an_older_file_takes_only_the_steps_it_lacks(void **state)
{
	(void)state;
	assert_int_equal(prepare(1, true, false), ALK_OK);
	assert_string_equal(ask("SELECT what FROM log"), "1");
	assert_string_equal(ask("PRAGMA user_version"), "1");
	ask("INSERT INTO log VALUES ('kept')");
	assert_int_equal(prepare(3, false, false), ALK_OK);
	assert_string_equal(ask("SELECT what FROM log ORDER BY rowid"),
	    "1,kept,2,fill,3");
	assert_string_equal(ask("PRAGMA user_version"), "3");
}

static void
an_older_file_cannot_be_read_before_it_is_migrated(void **state)
{
	(void)state;
	assert_int_equal(prepare(1, true, false), ALK_OK);
	assert_int_equal(prepare(3, false, true), ALK_READONLY);
	assert_non_null(strstr(err.text, "older format"));
	assert_string_equal(ask("PRAGMA user_version"), "1");
}

static void
a_newer_file_is_refused_and_left_alone(void **state)
{
	(void)state;
	assert_int_equal(prepare(3, true, false), ALK_OK);
	assert_int_equal(prepare(2, true, false), ALK_NEWER);
	assert_non_null(strstr(err.text, "format 3"));
	assert_non_null(strstr(err.text, "up to 2"));
	assert_int_equal(prepare(2, false, true), ALK_NEWER);
	check_version_3();
}

static void
a_file_of_another_program_is_refused_and_left_alone(void **state)
{
	(void)state;
	ask("CREATE TABLE theirs (a)");
	assert_int_equal(prepare(3, true, false), ALK_NOTSTORE);
	ask("PRAGMA application_id=77");
	assert_int_equal(prepare(3, true, false), ALK_NOTSTORE);
	assert_non_null(strstr(err.text, "77"));
	assert_string_equal(ask("SELECT name FROM sqlite_schema"), "theirs");
	assert_string_equal(ask("PRAGMA user_version"), "0");
	assert_string_equal(ask("PRAGMA journal_mode"), "delete");
}

static void
numbers_of_another_program_are_refused_without_tables_too(void **state)
{
	(void)state;
	ask("PRAGMA user_version=1");
	assert_int_equal(prepare(3, true, false), ALK_NOTSTORE);
	assert_string_equal(ask("SELECT count(*) FROM sqlite_schema"), "0");
}

static void
the_other_kind_of_file_is_told_by_its_name(void **state)
{
	(void)state;
	char sql[64];

	(void)snprintf(sql, sizeof(sql), "PRAGMA application_id=%d", OTHER_ID);
	ask(sql);
	assert_int_equal(prepare(3, true, false), ALK_NOTSTORE);
	assert_string_equal(err.text,
	    "the file is a second file, not a first file");
}

static void
a_step_that_fails_undoes_all_steps(void **state)
{
	(void)state;
	migrations[2].scripts = broken;
	assert_int_equal(prepare(3, true, false), ALK_IO);
	assert_string_equal(ask("SELECT count(*) FROM sqlite_schema"), "0");
	assert_string_equal(ask("PRAGMA user_version"), "0");
	assert_string_equal(ask("PRAGMA application_id"), "0");
	assert_int_equal(prepare(1, true, false), ALK_OK);
	assert_int_equal(prepare(3, false, false), ALK_IO);
	assert_string_equal(ask("SELECT what FROM log"), "1");
	assert_string_equal(ask("PRAGMA user_version"), "1");
	migrations[2].scripts = third;
	assert_int_equal(prepare(3, false, false), ALK_OK);
	check_version_3();
}

static void
filling_that_fails_undoes_all_steps(void **state)
{
	(void)state;
	migrations[1].fill = fill_badly;
	assert_int_equal(prepare(3, true, false), ALK_LIMIT);
	assert_string_equal(err.text, "too much of it");
	assert_string_equal(ask("SELECT count(*) FROM sqlite_schema"), "0");
}

static int
prepare_in_child(void *arg, int to)
{
	(void)to;
	int code = prepare(*(size_t *)arg, true, false);

	if (code != ALK_OK)
		fprintf(stderr, "%s\n", err.text);
	return code == ALK_OK ? 0 : 1;
}

static void
run_children(size_t versions)
{
	struct child c[4];
	int failed = 0;

	for (int i = 0; i < 4; i++)
		child_start(&c[i], prepare_in_child, &versions);
	for (int i = 0; i < 4; i++)
		failed += child_wait(&c[i]) != 0;
	assert_int_equal(failed, 0);
}

static void
processes_that_create_at_once_create_once(void **state)
{
	(void)state;
	for (int round = 0; round < 20; round++) {
		run_children(3);
		check_version_3();
		scratch_clear(dir);
	}
}

static void
processes_that_migrate_at_once_migrate_once(void **state)
{
	(void)state;
	for (int round = 0; round < 20; round++) {
		assert_int_equal(prepare(1, true, false), ALK_OK);
		run_children(3);
		check_version_3();
		scratch_clear(dir);
	}
}

static void
a_file_is_described_as_members_of_an_object(void **state)
{
	(void)state;
	struct db_options o = { .path = path };
	struct buf json = { 0 };
	struct db *db = NULL;
	char want[64];

	assert_int_equal(prepare(3, true, false), ALK_OK);
	assert_int_equal(db_open(&o, NULL, 0, &db, &err), ALK_OK);
	db_use(db, &err, NULL);
	db_describe(db, &json);
	const char *text = buf_text(&json);
	(void)snprintf(want, sizeof(want), "\"applicationId\":%d,", ID);
	assert_memory_equal(text, want, strlen(want));
	assert_non_null(strstr(text, "\"format\":3,"));
	assert_non_null(strstr(text, "\"pageSize\":4096,"));
	assert_non_null(strstr(text, "\"synchronous\":1,"));
	assert_non_null(strstr(text, "\"journalMode\":\"wal\""));
	assert_int_not_equal(text[json.bytes - 1], ',');
	buf_fini(&json);
	db_close(db);
}

static int
count_problem(void *arg, const alk_error *problem)
{
	int *n = arg;

	assert_int_equal(problem->code, ALK_CORRUPT);
	assert_string_equal(problem->entry, "file");
	assert_true(problem->text[0] != '\0');
	return ++*n == 2;
}

/* Opens the file and has it checked. */
static size_t
quick_check(alk_problem_fn fn, void *arg)
{
	struct db_options o = { .path = path };
	struct db *db = NULL;

	error_clear(&err);
	assert_int_equal(db_open(&o, NULL, 0, &db, &err), ALK_OK);
	db_use(db, &err, NULL);
	size_t found = db_quick_check(db, fn, arg);
	db_close(db);
	return found;
}

static void
damage_is_found_and_told(void **state)
{
	(void)state;
	int told = 0;

	assert_int_equal(prepare(3, true, false), ALK_OK);
	ask("CREATE INDEX log_what ON log(what)");
	ask("INSERT INTO log WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL "
	    "SELECT i + 1 FROM n LIMIT 500) SELECT hex(randomblob(50)) FROM n");
	assert_int_equal(quick_check(count_problem, &told), 0);
	assert_int_equal(told, 0);
	/* A page of the table in the middle becomes nonsense. */
	FILE *f = fopen(path, "r+b");
	char junk[4096];
	memset(junk, 0x5a, sizeof(junk));
	assert_int_equal(fseek(f, 4096 * 4, SEEK_SET), 0);
	assert_int_equal(fwrite(junk, 1, sizeof(junk), f), sizeof(junk));
	assert_int_equal(fclose(f), 0);
	size_t found = quick_check(NULL, NULL);
	assert_true(found > 0);
	assert_int_equal(quick_check(count_problem, &told),
	    found < 2 ? found : 2);
	assert_int_equal(told, found < 2 ? found : 2);
}

static void
the_version_of_sqlite_has_its_source_id(void **state)
{
	(void)state;
	const char *text = alk_sqlite_version();
	size_t n = strlen(sqlite3_libversion());

	assert_memory_equal(text, sqlite3_libversion(), n);
	assert_int_equal(text[n], ' ');
	assert_string_equal(text + n + 1, sqlite3_sourceid());
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_file_becomes_the_newest_version),
		TEST(an_empty_file_stays_empty_unless_asked),
		TEST(a_current_file_is_left_alone),
		TEST(an_older_file_takes_only_the_steps_it_lacks),
		TEST(an_older_file_cannot_be_read_before_it_is_migrated),
		TEST(a_newer_file_is_refused_and_left_alone),
		TEST(a_file_of_another_program_is_refused_and_left_alone),
		TEST(numbers_of_another_program_are_refused_without_tables_too),
		TEST(the_other_kind_of_file_is_told_by_its_name),
		TEST(a_step_that_fails_undoes_all_steps),
		TEST(filling_that_fails_undoes_all_steps),
		TEST(processes_that_create_at_once_create_once),
		TEST(processes_that_migrate_at_once_migrate_once),
		TEST(a_file_is_described_as_members_of_an_object),
		TEST(damage_is_found_and_told),
		TEST(the_version_of_sqlite_has_its_source_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
