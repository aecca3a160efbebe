/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef DB_TESTING_H
#define DB_TESTING_H

/*
 * What the tests of connections share: a file with a table t, and statements.
 * "memory.h" and "scratch.h" of test/lib are included before it.
 */
#include "db/db_internal.h"
#include "db/file_testing.h"

#include <stdlib.h>

SQL(make_t, 1, "CREATE TABLE t (a INTEGER PRIMARY KEY, b UNIQUE)");
SQL(insert, 2, "INSERT INTO t (b) VALUES (?1)");
SQL(insert_both, 3, "INSERT INTO t (a, b) VALUES (?1, ?2)");
SQL(list, 4, "SELECT a, b FROM t WHERE a > ?1 ORDER BY a");
SQL(count, 5, "SELECT count(*) FROM t");
SQL(type_of, 6, "SELECT typeof(?1), length(CAST(?1 AS BLOB)), hex(?1)");
SQL(endless, 7, "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL "
    "SELECT i + 1 FROM n) SELECT count(*) FROM n");
SQL(numbers, 8, "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL "
    "SELECT i + 1 FROM n) SELECT i FROM n");
SQL(two_inserts, 9, "INSERT INTO t (b) VALUES (1); "
    "INSERT INTO t (b) VALUES (2)");
SQL(half_bad, 10, "INSERT INTO t (b) VALUES (8); INSERT INTO none VALUES (1)");
SQL(bad, 11, "SELECT nothing FROM nowhere");
SQL(update_all, 12, "UPDATE t SET b = -a - 1");
SQL(huge, 13, "SELECT zeroblob(2000000000)");
SQL(no_growth, 14, "PRAGMA max_page_count=1");
SQL(add_many, 15, "INSERT INTO t (b) SELECT hex(zeroblob(?1))");
SQL(two_columns, 16, "SELECT NULL, 'x'");
SQL(make_wal, 17, "PRAGMA journal_mode=WAL");
SQL(empty_t, 18, "DELETE FROM t");

static inline struct db *
open_again(int busy_ms)
{
	struct db_options o = { .path = path, .create = true,
		.busy_ms = busy_ms };
	struct db *out = NULL;
	alk_error e = { 0 };

	if (db_open(&o, NULL, 0, &out, &e) != ALK_OK)
		fail_msg("%s", e.text);
	return out;
}

static inline int
set_up(void **state)
{
	(void)state;
	if (open_file() != ALK_OK)
		return err.code;
	return db_script(db, &make_t);
}

static inline int64_t
rows_of_t(void)
{
	return db_number(db, &count, -1, "");
}

static inline void
insert_numbers(int64_t n)
{
	for (int64_t i = 1; i <= n; i++)
		assert_int_equal(db_exec(db, &insert, "i", i), ALK_OK);
}

#endif
