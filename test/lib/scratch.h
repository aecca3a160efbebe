/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_SCRATCH_H
#define TEST_SCRATCH_H

#include <stdbool.h>

/*
 * A folder of its own for each test, under TMPDIR, else in memory (/dev/shm)
 * or under /tmp. Failures of the harness itself end the program with status 2.
 */

#define SCRATCH_PATH 512

/* Makes the folder; free it with scratch_remove(). */
void scratch_make(char dir[SCRATCH_PATH]);
/* Removes the folder with its files (it holds no folders but empty ones). */
void scratch_remove(const char *dir);
/* Removes its files and keeps the folder. */
void scratch_clear(const char *dir);

/* "DIR/NAME" into out. */
void scratch_path(char out[SCRATCH_PATH], const char *dir, const char *name);
void scratch_copy(const char *from, const char *to);
void scratch_write(const char *path, const void *data, unsigned long bytes);
bool scratch_exists(const char *path);

#endif
