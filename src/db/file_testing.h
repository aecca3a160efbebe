/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef DB_FILE_TESTING_H
#define DB_FILE_TESTING_H

/*
 * For tests of this room and of those above it: a new file in a folder of its
 * own, a connection to it, SQL of the test's own. "scratch.h" of test/lib is
 * included before. A test's set_up() begins with open_file().
 */
#include "db/db.h"
#include "db/slots.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
/*
 * A statement: n, from 1 on, is another for each. It takes the slot of a room
 * that is not in use here, from the end.
 */
#define SQL(noun, n, text) \
	static const struct sql noun = { #noun, text, SQL_SLOTS - (n) }
#define OK(call) assert_ok(call, #call)

static char dir[SCRATCH_PATH];
static char path[SCRATCH_PATH];
static struct db *db;
static alk_error err; /* what a call by db tells */

static inline void
assert_ok(int code, const char *call)
{
	if (code != ALK_OK)
		fail_msg("%s: %d %s", call, code, err.text);
}

static inline int
open_file_with(const struct db_function *functions, size_t count)
{
	struct db_options o = { .path = path, .create = true };

	scratch_make(dir);
	scratch_path(path, dir, "t.db");
	error_clear(&err);
	if (db_open(&o, functions, count, &db, &err) != ALK_OK)
		return err.code;
	db_use(db, &err, NULL);
	return ALK_OK;
}

static inline int
open_file(void)
{
	return open_file_with(NULL, 0);
}

static inline int
tear_down(void **state)
{
	(void)state;
	db_close(db); /* NULL: closed by the test */
	scratch_remove(dir);
	return 0;
}

/* The first column of all rows, a line each; bound is a text for ?1. */
static inline const char *
ask_with(const struct sql *q, const char *bound)
{
	static char all[4000];
	struct db_rows *rows = db_query(db, q, bound != NULL ? "s" : "", bound);
	size_t used = 0;

	all[0] = '\0';
	while (db_next(db, rows)) {
		const char *text = db_text(rows, 0, NULL);
		int bytes = snprintf(all + used, sizeof(all) - used, "%s\n",
		    text != NULL ? text : "NULL");
		used += (size_t)bytes;
		assert_true(used < sizeof(all));
	}
	db_end(db, rows);
	assert_ok(err.code, q->text);
	return all;
}

static inline const char *
ask(const struct sql *q)
{
	return ask_with(q, NULL);
}

#endif
