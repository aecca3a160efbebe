/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * graph_fault ALKSTORE_EXT.so STORE [STEP]
 *
 * A host on the system's SQLite loads the extension, walks, checks and writes,
 * again and again, with the first, the second, ... allocation failing: the
 * host's, the extension's and SQLite's, for malloc() is this program's own. Each
 * time every call has to do its work or say that memory is missing; what was
 * written is taken back; the connection closes; nothing stays allocated.
 */
#include <sqlite3.h>

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What glibc calls its own. */
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *old, size_t bytes);
void __libc_free(void *block);

static atomic_long live;
static atomic_long left = -1; /* allocations until one fails; -1: none does */
static atomic_bool has_fired;

static bool
fails(void)
{
	if (left < 0 || left-- != 0)
		return false;
	has_fired = true;
	left = -1;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t bytes)
{
	void *block = fails() ? NULL : __libc_malloc(bytes);

	live += block != NULL;
	return block;
}

void *
calloc(size_t count, size_t bytes)
{
	void *block = fails() ? NULL : __libc_calloc(count, bytes);

	live += block != NULL;
	return block;
}

void *
realloc(void *old, size_t bytes)
{
	if (fails())
		return NULL;
	void *block = __libc_realloc(old, bytes);
	live += old == NULL && block != NULL;
	return block;
}

void
free(void *block)
{
	live -= block != NULL;
	__libc_free(block);
}

/* ---- what the host does ---- */

static const char *const work[] = {
	"BEGIN",
	"SELECT alk_node_create('g', 'x', '{\"nodeType\":\"PersonNode\","
	    "\"name\":\"x\"}')",
	"SELECT alk_edge_create('g', NULL, 'a', 'x', "
	    "'{\"edgeType\":\"KnowsEdge\"}')",
	"SELECT key, attributes FROM alk_neighbors('g', 'a', 'both')",
	"SELECT key, attributes FROM alk_walk('g', 'a', 3)",
	"SELECT * FROM alk_path('g', 'a', 'c')",
	"SELECT * FROM alk_components('g', 'strong')",
	"SELECT * FROM alk_walk WHERE graph = 'g' AND node = 'a' "
	    "AND depth = 2 AND edge_types = '[\"KnowsEdge\"]' "
	    "AND node_filter = 'name != \"q\"'",
	"SELECT alk_validate('people', 'PersonNode', '{\"name\":7}')",
	"SELECT alk_node_merge('g', 'a', '{\"age\":8}')",
	"SELECT alk_node_delete('g', 'b')",
	"ROLLBACK",
};

#define WORKS (sizeof(work) / sizeof(work[0]))

static bool
is_missing_memory(int rc)
{
	return rc == SQLITE_NOMEM || rc == SQLITE_IOERR_NOMEM;
}

/* Returns how much went wrong. */
static int
run(sqlite3 *db, const char *library, bool is_whole)
{
	char *error = NULL;
	int rc = sqlite3_load_extension(db, library, NULL, &error);
	int wrong = 0;

	sqlite3_free(error); /* the loader's own words, of any failure */
	if (rc != SQLITE_OK)
		return is_whole;
	for (size_t i = 0; i < WORKS; i++) {
		if (i > 0 && sqlite3_get_autocommit(db))
			break; /* SQLite has ended the transaction */
		rc = sqlite3_exec(db, work[i], NULL, NULL, NULL);
		if (rc == SQLITE_OK)
			continue;
		if (!is_whole && is_missing_memory(rc))
			break; /* what follows needs it */
		fprintf(stderr, "%s: %d %s\n", work[i], rc,
		    sqlite3_errmsg(db));
		wrong++;
	}
	if (!sqlite3_get_autocommit(db))
		(void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return wrong;
}

static int
run_once(const char *library, const char *path, long fail_at)
{
	sqlite3 *db = NULL;
	int wrong = 0;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		return 1;
	sqlite3_enable_load_extension(db, 1);
	has_fired = false;
	left = fail_at;
	wrong += run(db, library, fail_at < 0);
	left = -1;
	if (sqlite3_close(db) != SQLITE_OK) {
		fprintf(stderr, "the connection does not close\n");
		wrong++;
	}
	return wrong;
}

static long
count_rows(const char *path)
{
	sqlite3 *db;
	sqlite3_stmt *st;
	long rows = -1;

	if (sqlite3_open(path, &db) == SQLITE_OK && sqlite3_prepare_v2(db,
	    "SELECT (SELECT count(*) FROM nodes) + (SELECT count(*) FROM "
	    "edges) + (SELECT count(*) FROM _honker_stream)", -1, &st, NULL)
	    == SQLITE_OK) {
		if (sqlite3_step(st) == SQLITE_ROW)
			rows = sqlite3_column_int64(st, 0);
		sqlite3_finalize(st);
	}
	sqlite3_close(db);
	return rows;
}

int
main(int argc, char **argv)
{
	long step = argc > 3 ? atol(argv[3]) : 1;
	long runs = 0;
	int wrong;

	if (argc < 3)
		return 2;
	long rows = count_rows(argv[2]);
	/* What is kept for good is there behind the second. */
	wrong = run_once(argv[1], argv[2], -1);
	wrong += run_once(argv[1], argv[2], -1);
	long before = live;
	has_fired = true;
	for (long n = 0; has_fired && wrong == 0; n += step, runs++) {
		wrong += run_once(argv[1], argv[2], n);
		if (live != before) {
			fprintf(stderr, "allocation %ld failing: %ld stay\n",
			    n, live - before);
			wrong++;
		}
	}
	if (count_rows(argv[2]) != rows) {
		fprintf(stderr, "something was written\n");
		wrong++;
	}
	printf("%ld runs, %d wrong\n", runs, wrong);
	return wrong != 0;
}
