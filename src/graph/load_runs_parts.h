/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_LOAD_RUNS_PARTS_H
#define GRAPH_LOAD_RUNS_PARTS_H

#include <stdint.h>

/* What load_runs.c writes and load_merge.c reads. */

/* A part of the temporary file. */
struct load_run {
	int64_t at;
	int64_t end;
};

/* The items (4 bytes each) of rows with numbers one behind the other. */
struct load_items {
	int kind; /* ALK_NODE, ALK_EDGE */
	uint32_t first;
	uint32_t count;
	int64_t at;
};

#define LOAD_KEY_HEAD (sizeof(uint32_t) + sizeof(uint16_t))

#endif
