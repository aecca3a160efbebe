/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_FIXTURE_EACH_H
#define TEST_FIXTURE_EACH_H

/*
 * For a program of cmocka: a fixture that is new for each test, with a clock
 * that stands where one is asked for, and random numbers, the same in each run.
 */
#include "child.h"
#include "fixture.h"

#include <alkstore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct fixture f;
static uint64_t seed;
static _Atomic int64_t now_ms; /* what the clock says */

/* From 0 to n - 1. */
static inline int
below(int n)
{
	return (int)(child_random(&seed) % (uint64_t)n);
}

static inline int64_t
fixture_now(void *arg)
{
	(void)arg;
	return now_ms;
}

static inline int
fixture_set_up_with(const alk_options *o)
{
	fixture_init(&f, o);
	return 0;
}

static inline int
fixture_set_up(void **state)
{
	(void)state;
	return fixture_set_up_with(NULL);
}

static inline int
fixture_set_up_at(int64_t ms)
{
	alk_options o = { .clock = { .now_ms = fixture_now } };

	now_ms = ms;
	return fixture_set_up_with(&o);
}

/* Where traversals go by the indexes, as a snapshot has no room. */
static inline int
fixture_set_up_file(void **state)
{
	alk_options o = { .limits = { .snapshot_bytes = 1 } };

	(void)state;
	return fixture_set_up_with(&o);
}

static inline int
fixture_tear_down(void **state)
{
	(void)state;
	fixture_fini(&f);
	return 0;
}

#endif
