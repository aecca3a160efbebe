/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "base/buf.h"

#include <alkstore.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * A bar on standard error for work that takes longer than a second:
 *
 *   import  45% [#########-----------]  12.3 MB of 27.4 MB  5.1 MB/s  0:03 left
 *
 * Nothing is shown where is_enabled is false.
 */
struct progress {
	FILE *file;
	const char *label;
	bool is_enabled;
	bool is_bytes;     /* what is counted; else plain numbers */
	bool is_shown;
	int64_t start_ms;
	int64_t last_ms;
};

void progress_init(struct progress *p, FILE *file, const char *label,
    bool is_bytes, bool is_enabled);
/* total 0: unknown. Draws at most ten times a second. */
void progress_update(struct progress *p, int64_t done, int64_t total);
/* Takes the bar away. */
void progress_end(struct progress *p);

/* The line, for a test: after elapsed_ms. */
void progress_line(struct buf *out, const struct progress *p, int64_t done,
    int64_t total, int64_t elapsed_ms);

#endif
