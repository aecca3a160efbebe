/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_MEMORY_H
#define TEST_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Memory functions for the library and for SQLite together, which count blocks
 * and fail on demand. Any thread may allocate; one thread gives orders. They
 * serve every room: where SQLite has no part, it is not started.
 */

/*
 * Before anything else of the library or of SQLite. Ends the program on
 * failure.
 */
void memory_install(void);

/*
 * The n-th allocation from now (0: the next) fails; with persistent all later
 * ones too. Forgets what was counted and whether anything failed. Ends the
 * program when memory_install() was not called, as then nothing would fail.
 */
void memory_fail_at(int64_t n, bool persistent);
/* Nothing fails from here on; memory_fired() is kept. */
void memory_heal(void);
/* While paused nothing is counted and nothing fails. */
void memory_pause(bool paused);

/* Allocations since memory_fail_at() or memory_heal(). */
int64_t memory_count(void);
/* The bytes of the largest of those. */
size_t memory_largest(void);
/* Whether one was refused since memory_fail_at(). */
bool memory_fired(void);
/* Blocks that are not released yet. */
int64_t memory_live(void);

#endif
