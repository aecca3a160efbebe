/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

#define NEAREST_BYTES_MAX 64

/* Looks for the candidate that a mistyped word was meant to be. */
struct nearest {
	const char *word;
	const char *best; /* NULL: nothing is near enough */
	size_t distance;  /* of best */
	char hint[NEAREST_BYTES_MAX + 20];
};

void nearest_init(struct nearest *n, const char *word);
/* candidate is borrowed for as long as n. */
void nearest_try(struct nearest *n, const char *candidate);
/* "; did you mean 'best'?", to end a message with, or "". Within n. */
const char *nearest_hint(struct nearest *n);

/*
 * How many letters must be put in, left out, changed, or changed over with the
 * next. Words longer than NEAREST_BYTES_MAX are far from everything.
 */
size_t nearest_distance(const char *a, const char *b);

#endif
