/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Memory that fails on demand, under the library (alk_set_allocator) and under
 * SQLite (SQLITE_CONFIG_MALLOC). A block of the library is one of malloc, so
 * that a sanitizer sees its ends; one of SQLite has its size in front, which
 * SQLite asks for. SQLite's lookaside is switched off, so that every allocation
 * is a point where memory can be missing.
 */
#include "memory.h"

#include <alkstore.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define HEAD 16 /* keeps malloc's alignment */
/* No test asks for so much in earnest; a sanitizer would end the program. */
#define REFUSED_BYTES ((size_t)1 << 30)

static bool is_installed;
static _Atomic int64_t countdown = -1; /* -1: nothing fails */
static _Atomic bool is_persistent;
static _Atomic bool is_paused;
static _Atomic bool has_fired;
static _Atomic int64_t seen;
static _Atomic int64_t live;
static _Atomic size_t largest;

/* Whether this allocation is refused. */
static bool
refuse(size_t bytes)
{
	int64_t left;
	size_t most = largest;

	if (bytes >= REFUSED_BYTES)
		return true;
	if (is_paused)
		return false;
	seen++;
	while (bytes > most
	    && !atomic_compare_exchange_weak(&largest, &most, bytes))
		continue;
	left = countdown;
	if (left < 0)
		return false;
	if (left > 0) {
		countdown = left - 1;
		return false;
	}
	has_fired = true;
	if (!is_persistent)
		countdown = -1;
	return true;
}

static void *
take(void *arg, size_t bytes)
{
	void *block;

	(void)arg;
	block = refuse(bytes) ? NULL : malloc(bytes);
	live += block != NULL;
	return block;
}

static void *
resize(void *arg, void *old, size_t bytes)
{
	if (old == NULL)
		return take(arg, bytes);
	return refuse(bytes) ? NULL : realloc(old, bytes);
}

static void
give(void *arg, void *old)
{
	(void)arg;
	live -= old != NULL;
	free(old);
}

/* The same with a head: its block, and what SQLite sees of one. */

static void *
head_of(void *seen_by_sqlite)
{
	return seen_by_sqlite == NULL ? NULL : (char *)seen_by_sqlite - HEAD;
}

static void *
behind_head(size_t *block, size_t bytes)
{
	if (block == NULL)
		return NULL;
	*block = bytes;
	return (char *)block + HEAD;
}

static void *
sqlite_take(int bytes)
{
	return behind_head(take(NULL, (size_t)bytes + HEAD), (size_t)bytes);
}

static void
sqlite_give(void *old)
{
	give(NULL, head_of(old));
}

static void *
sqlite_resize(void *old, int bytes)
{
	return behind_head(resize(NULL, head_of(old), (size_t)bytes + HEAD),
	    (size_t)bytes);
}

static int
sqlite_size(void *block)
{
	if (block == NULL)
		return 0;
	return (int)*(size_t *)head_of(block);
}

static int
sqlite_round(int bytes)
{
	return (bytes + 7) & ~7;
}

static int
sqlite_start(void *arg)
{
	(void)arg;
	return SQLITE_OK;
}

static void
sqlite_stop(void *arg)
{
	(void)arg;
}

void
memory_install(void)
{
	static const sqlite3_mem_methods methods = { sqlite_take, sqlite_give,
		sqlite_resize, sqlite_size, sqlite_round, sqlite_start,
		sqlite_stop, NULL };
	static const alk_allocator allocator = { take, resize, give, NULL };

	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK
	    || sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) != SQLITE_OK
	    || alk_set_allocator(&allocator) != ALK_OK) {
		fputs("the test's memory functions were refused\n", stderr);
		exit(2);
	}
	is_installed = true;
}

void
memory_fail_at(int64_t n, bool persistent)
{
	if (!is_installed) {
		fputs("memory_fail_at() without memory_install()\n", stderr);
		exit(2);
	}
	is_persistent = persistent;
	has_fired = false;
	seen = 0;
	largest = 0;
	countdown = n;
}

void
memory_heal(void)
{
	countdown = -1;
	seen = 0;
	largest = 0;
}

void
memory_pause(bool paused)
{
	is_paused = paused;
}

int64_t
memory_count(void)
{
	return seen;
}

size_t
memory_largest(void)
{
	return largest;
}

bool
memory_fired(void)
{
	return has_fired;
}

int64_t
memory_live(void)
{
	return live;
}
