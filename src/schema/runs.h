/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_RUNS_H
#define SCHEMA_RUNS_H

#include "schema/ecma.h"
#include "schema/pool.h"

#include <string.h>

/*
 * Patterns that are a row of pieces, each a text or a number of characters of
 * one class, and begin with ^: ^[a-z][a-z0-9_]*$, ^.{1,64}$, ^\d{4}-\d\d$,
 * ^x-. What follows a piece begins with none of its characters, so that taking
 * as many as there are is always right.
 */

#define RUNS_MAX 16         /* pieces */
#define RUNS_CLASSES_MAX 8  /* different ones; a bit of a byte each */
#define RUNS_RANGES_MAX 64  /* of a class */
#define RUNS_TEXT_MAX 256   /* bytes of all texts */

struct runs_piece {
	const char *text;     /* NULL: characters of a class */
	uint32_t text_bytes;
	uint32_t min;
	uint32_t max;         /* UINT32_MAX: any number */
	uint8_t bit;          /* the class in `classes` */
	uint16_t high_count;
	const struct ecma_range *high; /* of the class, beyond ASCII */
};

struct runs {
	uint8_t classes[256]; /* ASCII only */
	bool ends;            /* with $ */
	unsigned count;
	struct runs_piece list[];
};

/*
 * False: it is no such pattern. *out is NULL without memory. Tells the bytes
 * that it takes.
 */
bool runs_build(const struct ecma_pattern *p, struct pool *pool,
    const struct runs **out, size_t *bytes);

/*
 * A run with characters beyond ASCII, one by one from its start. Returns its
 * end; NULL: it is too short.
 */
const unsigned char *runs_count(const struct runs *r,
    const struct runs_piece *run, const unsigned char *at,
    const unsigned char *end);

static inline bool
runs_match(const struct runs *r, const char *text, size_t bytes)
{
	const unsigned char *at = (const unsigned char *)text;
	const unsigned char *end = at + bytes;

	for (unsigned i = 0; i < r->count; i++) {
		const struct runs_piece *run = &r->list[i];
		size_t left = (size_t)(end - at);
		if (run->text != NULL) {
			if (left < run->text_bytes ||
			    *at != (unsigned char)run->text[0] ||
			    (run->text_bytes > 1 && memcmp(at, run->text,
			    run->text_bytes) != 0))
				return false;
			at += run->text_bytes;
			continue;
		}
		const unsigned char *from = at;
		const unsigned char *stop = left > run->max ? at + run->max :
		    end;
		const uint8_t *c = r->classes;
		unsigned bit = run->bit;
		while (stop - at >= 4 &&
		    (c[at[0]] & c[at[1]] & c[at[2]] & c[at[3]] & bit) != 0)
			at += 4;
		while (at < stop && (c[*at] & bit) != 0)
			at++;
		if (at < stop && *at >= 0x80 && run->high_count > 0) {
			at = runs_count(r, run, from, end);
			if (at == NULL)
				return false;
		} else if ((size_t)(at - from) < run->min) {
			return false;
		}
	}
	return !r->ends || at == end;
}

#endif
