/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <alkstore.h>

/* Milliseconds since 1970 UTC, from c or the machine. */
int64_t clock_wall_ms(const alk_clock *c);
/* Milliseconds that only go forward, for time-outs. */
int64_t clock_steady_ms(void);
int64_t clock_steady_us(void);
void clock_sleep_us(long us);

#define CLOCK_ISO 32 /* "2026-11-25T12:00:00Z" and a NUL, and longer years */

/* Unix seconds as ISO 8601 in UTC. */
void clock_iso(int64_t seconds, char out[CLOCK_ISO]);

#endif
