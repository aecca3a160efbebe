/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_ZONE_PARTS_H
#define EVENTS_ZONE_PARTS_H

#include "events/zone.h"

#include <stddef.h>

/* Within zone*.c: how a zone is kept. */

#define ZONE_OFFSET_MAX (26 * 3600) /* seconds; real ones stay below 16 h */

/* The Gregorian calendar, and so a rule, repeats after 400 years. */
#define ZONE_CYCLE_SECONDS (INT64_C(146097) * 86400)

/* A rule is worked out for so many years: 400, and some on both sides. */
#define ZONE_RULE_YEARS 408

struct zone_span {
	int64_t from; /* until the next one's */
	int32_t offset;
	bool is_dst;
};

struct zone {
	/*
	 * Instants from cycle_from on are looked up whole cycles earlier, and
	 * where is_endless those before it later. The spans reach a year
	 * further than the cycle on both sides.
	 */
	bool has_cycle;
	bool is_endless;
	int64_t cycle_from;
	size_t count; /* at least 1 */
	size_t room;
	struct zone_span spans[]; /* the first from INT64_MIN */
};

/* Spans for `room` changes and those of a rule; NULL: no memory. */
struct zone *zone_new(size_t room, struct zone_span first);
/* Leaves out what changes nothing. from must not go back. */
void zone_add(struct zone *z, struct zone_span span);

/* A day of the year, as a POSIX rule names it. */
struct zone_day {
	enum { ZONE_JULIAN, ZONE_ORDINAL, ZONE_WEEKDAY } kind;
	int month;      /* WEEKDAY: 1 to 12 */
	int week;       /* WEEKDAY: 1 to 5, 5 is the last */
	int day;        /* WEEKDAY: 0 to 6; JULIAN: 1 to 365, without Feb 29;
	                   ORDINAL: 0 to 365 */
	int32_t second; /* after the midnight that begins the day */
};

struct zone_rule {
	struct zone_span standard; /* from: not used */
	struct zone_span summer;
	bool has_summer;
	struct zone_day start;
	struct zone_day end;
};

bool zone_rule_parse(const char *text, size_t bytes, struct zone_rule *out);
/* Goes on by a rule behind the last change, at `last` (INT64_MIN: none). */
void zone_rule_add(struct zone *z, const struct zone_rule *rule, int64_t last);

#endif
