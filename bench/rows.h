/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

#include "feed.h"

/*
 * All rows in memory, parsed and with end points resolved: what the plain cases
 * need before their clock starts.
 */
struct row {
	const char *type;
	const char *key;        /* nodes */
	size_t source;          /* edges: places in rows, from 0 */
	size_t target;
	const char *attributes; /* without nodeType or edgeType */
	const char *full;       /* with it */
};

struct rows {
	struct row *row; /* nodes, then edges */
	size_t nodes;
	size_t count;
};

void rows_read(struct rows *out, struct feed *f);

#endif
