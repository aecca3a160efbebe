/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_CRON_H
#define EVENTS_CRON_H

#include "events/zone.h"

/*
 * Schedule expressions: "@every 5m", and cron fields. Five fields are minute,
 * hour, day of month, month, day of week; a sixth before them is the second. A
 * field is a list of '*', n, a-b, each with an optional /step.
 *
 * With CRON_HONKER the grammar is that of the Honker contract, no more: no
 * names, Sunday is 0, "5/15" is 5, and a day must match both day fields. Times
 * that clocks jump over fire at the first instant behind the jump; those that
 * they show twice fire the second time.
 *
 * CRON_EXTENDED reads all of that with the same meaning, and besides JAN to DEC
 * and SUN to SAT in either case, 7 for Sunday, ranges of days to Sunday as in
 * FRI-SUN, and @yearly (@annually), @monthly, @weekly, @daily (@midnight),
 * @hourly. Two flags change what an expression means:
 *
 * CRON_EITHER_DAY  where neither day field begins with '*', a day need match
 *                  only one of them, as in Unix cron
 * CRON_ELAPSED     where the hour field is '*', time counts as it passes: what
 *                  clocks show twice fires twice, what they jump over does not
 *                  fire. So "every minute" is one.
 */
#define CRON_HONKER 0u
#define CRON_EXTENDED 1u
#define CRON_EITHER_DAY 2u
#define CRON_ELAPSED 4u
#define CRON_DIALECTS 8u /* dialects are below */

/* How far ahead is looked. */
#define CRON_YEARS_MAX 100
/* Longer expressions are refused. */
#define CRON_BYTES_MAX 1024

/* A read expression: a plain value that holds no memory. A bit for each n. */
struct cron {
	int64_t every_s; /* not 0: "@every", and nothing else counts */
	uint64_t seconds;
	uint64_t minutes;
	uint32_t hours;
	uint32_t days;   /* bits 1 to 31 */
	uint16_t months; /* bits 1 to 12 */
	uint8_t weekdays;
	bool is_either_day;
	bool is_elapsed;
};

/* ALK_OK; ALK_INVALID not an expression, or no such dialect. */
int cron_parse(const char *text, size_t bytes, unsigned dialect,
    struct cron *out, alk_error *err);

/*
 * The first time after `from` by the clocks of a zone. Takes about a
 * microsecond and no memory. ALK_OK; ALK_INVALID none within CRON_YEARS_MAX, or
 * from out of range.
 */
int cron_next(const struct cron *c, const struct zone *z, int64_t from,
    int64_t *next, alk_error *err);

#endif
