/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_ZONE_H
#define EVENTS_ZONE_H

#include <alkstore.h>
#include <stdbool.h>

/*
 * Time zones: what the clocks on the wall show at an instant, and when they
 * show a given time. An instant is in Unix seconds; a wall time is the seconds
 * that an instant would have if the wall were in UTC.
 *
 * A zone never changes once it is open, so any number of threads may share it.
 */
struct zone; /* made by zone_open() and its kin, freed by zone_close() */

#define ZONE_NAME_MAX 64            /* bytes; the longest of IANA's has 32 */
#define ZONE_FILE_MAX (256 * 1024)  /* bytes; the largest of IANA's: 4 KiB */

/*
 * A zone by its name, from the folder $TZDIR or /usr/share/zoneinfo. NULL and
 * "": the zone of this process, which is what $TZ says (a name, a path, a POSIX
 * rule as in "CET-1CEST,M3.5.0,M10.5.0/3", any of them behind a colon), else
 * /etc/localtime; where neither can be had it is UTC, as for the C library.
 * "UTC" needs no files. Reads the environment and a file anew each time: keep
 * the zone where many answers are wanted.
 *
 * ALK_OK; ALK_INVALID not a name, or a file that is no TZif (RFC 8536) or
 * counts leap seconds; ALK_NOTFOUND no such zone; ALK_IO; ALK_NOMEM.
 */
int zone_open(const char *name, struct zone **out, alk_error *err);
/* NULL is allowed. */
void zone_close(struct zone *z);

/*
 * From the bytes of a TZif file, version 1 to 4, and from a POSIX rule. ALK_OK,
 * ALK_INVALID, ALK_NOMEM.
 */
int zone_read(const void *data, size_t bytes, struct zone **out,
    alk_error *err);
int zone_rule(const char *text, size_t bytes, struct zone **out,
    alk_error *err);

/* Seconds east of UTC at an instant; is_dst may be NULL. */
int32_t zone_offset(const struct zone *z, int64_t at, bool *is_dst);

/* The instants at which clocks show a wall time. */
struct zone_instants {
	/* 0: they jump over it. 1. 2: they show it before and after being set
	   back. */
	int count;
	int64_t first; /* count 0: the first instant behind the jump */
	int64_t last;  /* count 2: the later one; else the same as first */
};

void zone_instants(const struct zone *z, int64_t wall,
    struct zone_instants *out);

/* The first instant after `at` with another offset; INT64_MAX: never again. */
int64_t zone_change(const struct zone *z, int64_t at);

#endif
