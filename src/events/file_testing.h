/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_FILE_TESTING_H
#define EVENTS_FILE_TESTING_H

/*
 * For tests of what lies in tables: a new file with all those of this room.
 * "scratch.h" of test/lib is included before.
 */
#include "events/events.h"

#include "db/file_testing.h"

#define TEXT(s) ((struct span){ s, strlen(s) })

static inline int
set_up(void **state)
{
	(void)state;
	if (open_file() != ALK_OK)
		return err.code;
	return events_bootstrap(db);
}

#endif
