/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Two lines: a pattern, then a text. All ways of matching that take the pattern
 * agree, twice, and with the end of the text at the end of its memory. Aborts
 * where they do not.
 */
#include "schema/ways.h"

#include "base/utf8.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
			    #condition); \
			abort(); \
		} \
	} while (0)

/* libFuzzer's entry; its own header is C++ only. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void
compare(const struct ways *w, const char *text, size_t bytes)
{
	EXPECT(ways_disagree(w, text, bytes) == 0);
	for (int i = 0; i < WAYS; i++)
		if (w->list[i] != NULL)
			EXPECT(ways_match(w->list[i], text, bytes) ==
			    ways_match(w->list[i], text, bytes));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	const char *text = (const char *)data;
	const char *line = bytes == 0 ? NULL : memchr(text, '\n', bytes);
	size_t first = line == NULL ? bytes : (size_t)(line - text);
	struct ways w;

	if (!utf8_is_valid(text, bytes))
		return 0;
	ways_init(&w, text, first);
	if (w.is_pattern) {
		compare(&w, "", 0);
		if (line != NULL)
			compare(&w, line + 1, bytes - first - 1);
		/* Its own text is as good as any other. */
		compare(&w, text, first);
	}
	ways_fini(&w);
	return 0;
}
