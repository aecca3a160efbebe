/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_TESTING_H
#define EVENTS_TESTING_H

/* For the tests of schedules: times as text, and zones by name. */
#include "events/civil.h"
#include "events/cron.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* "2026-11-25 12:00:00" in UTC, as Unix seconds. */
static inline int64_t
testing_time(const char *text)
{
	int year, month, day, hour, minute, second;

	if (sscanf(text, "%d-%d-%d %d:%d:%d", &year, &month, &day, &hour,
	    &minute, &second) != 6)
		fail_msg("%s: not a time", text);
	return civil_days(year, month, day) * CIVIL_DAY_SECONDS + hour * 3600 +
	    minute * 60 + second;
}

/* The other way. */
static inline const char *
testing_text(int64_t at)
{
	static char texts[4][CIVIL_TEXT];
	static unsigned next;
	char *text = texts[next++ % 4];

	civil_text(at, text);
	*strchr(text, 'T') = ' ';
	return text;
}

/* By name, or behind '=' a rule. The test is skipped where there is none. */
static inline struct zone *
testing_zone(const char *name)
{
	struct zone *z = NULL;
	alk_error err = { 0 };
	int code = name[0] == '=' ?
	    zone_rule(name + 1, strlen(name + 1), &z, &err) :
	    zone_open(name, &z, &err);

	if (code == ALK_NOTFOUND) {
		print_message("no time zones on this machine: %s\n", err.text);
		skip();
	}
	if (code != ALK_OK)
		fail_msg("%s: %s", name, err.text);
	return z;
}

#endif
