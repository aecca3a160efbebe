/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * "Did you mean": Damerau-Levenshtein distance (adjacent letters changed over
 * count once), with three rows of the table kept.
 */
#include "base/nearest.h"

#include <stdio.h>
#include <string.h>

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

size_t
nearest_distance(const char *a, const char *b)
{
	size_t rows[3][NEAREST_BYTES_MAX + 1];
	size_t a_bytes = strlen(a), b_bytes = strlen(b);
	size_t *before = rows[0], *above = rows[1], *row = rows[2], *spare;
	size_t i, j;

	if (a_bytes > NEAREST_BYTES_MAX || b_bytes > NEAREST_BYTES_MAX)
		return NEAREST_BYTES_MAX;
	memset(rows, 0, sizeof(rows));
	for (j = 0; j <= b_bytes; j++)
		above[j] = j;
	for (i = 1; i <= a_bytes; i++) {
		row[0] = i;
		for (j = 1; j <= b_bytes; j++) {
			row[j] = least(above[j] + 1, row[j - 1] + 1,
			    above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] < row[j])
				row[j] = before[j - 2] + 1;
		}
		spare = before;
		before = above;
		above = row;
		row = spare;
	}
	return above[b_bytes];
}

void
nearest_init(struct nearest *n, const char *word)
{
	n->word = word;
	n->best = NULL;
	/* One letter in three may be wrong, and one always. */
	size_t bytes = strlen(word);
	n->distance = bytes > NEAREST_BYTES_MAX ? 0 : bytes / 3 + 2;
}

void
nearest_try(struct nearest *n, const char *candidate)
{
	size_t d = nearest_distance(n->word, candidate);

	if (d < n->distance && d < strlen(candidate)) {
		n->distance = d;
		n->best = candidate;
	}
}

const char *
nearest_hint(struct nearest *n)
{
	n->hint[0] = '\0';
	if (n->best != NULL)
		(void)snprintf(n->hint, sizeof(n->hint),
		    "; did you mean '%s'?", n->best);
	return n->hint;
}
