/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

int64_t
clock_wall_ms(const alk_clock *c)
{
	if (c != NULL && c->now_ms != NULL)
		return c->now_ms(c->arg);
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
clock_steady_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
clock_steady_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void
clock_sleep_us(long us)
{
	struct timespec t = { us / 1000000, us % 1000000 * 1000 };

	(void)nanosleep(&t, NULL); /* woken early is as good */
}

/* Days to a date by the civil calendar (Howard Hinnant, "chrono-compatible
   low-level date algorithms", 2013). */
void
clock_iso(int64_t seconds, char out[CLOCK_ISO])
{
	int64_t days = seconds / 86400;
	int64_t rest = seconds % 86400;

	if (rest < 0) {
		rest += 86400;
		days--;
	}
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;
	int64_t year = yoe + era * 400 + (month <= 2);
	(void)snprintf(out, CLOCK_ISO, "%04lld-%02d-%02dT%02d:%02d:%02dZ",
	    (long long)(year % 1000000), (int)month,
	    (int)(doy - (153 * mp + 2) / 5 + 1), (int)(rest / 3600),
	    (int)(rest / 60 % 60), (int)(rest % 60));
}
