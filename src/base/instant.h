/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BASE_INSTANT_H
#define BASE_INSTANT_H

#include <alkstore.h>
#include <stdbool.h>

/*
 * Instants as text: Unix milliseconds, and ISO 8601 as RFC 3339 has it. The
 * years 0001 to 9999, as four digits can say them.
 */

#define INSTANT_MIN INT64_C(-62135596800000)
#define INSTANT_MAX INT64_C(253402300799999)

#define INSTANT_TEXT 32 /* "2026-11-25T12:00:00.250Z" and a NUL */

/* In UTC, with milliseconds only where there are some; ms is within bounds. */
void instant_write(int64_t ms, char out[INSTANT_TEXT]);

/*
 * A date-time with its offset, "2026-11-25T13:00:00.25+01:00"; what is finer
 * than a millisecond is cut off, a leap second is the second behind. false: it
 * is none, or out of bounds.
 */
bool instant_read(const char *text, size_t bytes, int64_t *ms);

#endif
