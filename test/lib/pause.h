/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_PAUSE_H
#define TEST_PAUSE_H

#include <time.h>

/* A thread that does nothing for a while. */
static inline void
pause_us(long us)
{
	const struct timespec t = { us / 1000000, us % 1000000 * 1000 };

	nanosleep(&t, NULL);
}

static inline void
pause_ms(long ms)
{
	pause_us(1000 * ms);
}

#endif
