/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_NEAREST_H
#define CLI_NEAREST_H

#include <stddef.h>

/* Looks for the candidate that a mistyped word was meant to be. */
struct nearest {
	const char *word;
	const char *best; /* NULL: nothing is near enough */
	size_t distance;  /* of best */
};

void nearest_init(struct nearest *n, const char *word);
/* candidate is borrowed for as long as n. */
void nearest_try(struct nearest *n, const char *candidate);

/*
 * How many letters must be put in, left out, changed, or changed over with the
 * next. Words longer than 64 bytes are far from everything.
 */
size_t nearest_distance(const char *a, const char *b);

#endif
