/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Memory that fails on demand, under the library (alk_set_allocator) and under
 * SQLite (SQLITE_CONFIG_MALLOC). Each block has its size in front, as SQLite
 * asks for it. SQLite's lookaside is switched off, so that every allocation is
 * a point where memory can be missing.
 */
#include "memory.h"

#include <alkstore.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define HEAD 16 /* keeps malloc's alignment */

static _Atomic int64_t countdown = -1; /* -1: nothing fails */
static _Atomic bool is_persistent;
static _Atomic bool is_paused;
static _Atomic bool has_fired;
static _Atomic int64_t seen;
static _Atomic int64_t live;

/* Whether this allocation is refused. */
static bool
refuse(void)
{
	int64_t left;

	if (is_paused)
		return false;
	seen++;
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
	size_t *block;

	(void)arg;
	block = refuse() ? NULL : malloc(bytes + HEAD);
	if (block == NULL)
		return NULL;
	*block = bytes;
	live++;
	return (char *)block + HEAD;
}

static void
give(void *arg, void *old)
{
	(void)arg;
	if (old == NULL)
		return;
	live--;
	free((char *)old - HEAD);
}

static void *
resize(void *arg, void *old, size_t bytes)
{
	size_t *block;

	if (old == NULL)
		return take(arg, bytes);
	block = refuse() ? NULL : realloc((char *)old - HEAD, bytes + HEAD);
	if (block == NULL)
		return NULL;
	*block = bytes;
	return (char *)block + HEAD;
}

static void *
sqlite_take(int bytes)
{
	return take(NULL, (size_t)bytes);
}

static void
sqlite_give(void *old)
{
	give(NULL, old);
}

static void *
sqlite_resize(void *old, int bytes)
{
	return resize(NULL, old, (size_t)bytes);
}

static int
sqlite_size(void *block)
{
	if (block == NULL)
		return 0;
	return (int)*(size_t *)(void *)((char *)block - HEAD);
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
}

void
memory_fail_at(int64_t n, bool persistent)
{
	is_persistent = persistent;
	has_fired = false;
	seen = 0;
	countdown = n;
}

void
memory_heal(void)
{
	countdown = -1;
	seen = 0;
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
