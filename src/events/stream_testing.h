/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_STREAM_TESTING_H
#define EVENTS_STREAM_TESTING_H

/*
 * For the tests of groups and retention. Who includes it includes "scratch.h"
 * of test/lib before.
 */
#include "events/file_testing.h"
#include "events/stream_group.h"
#include "events/stream_trim.h"

#include <stdlib.h>

static char shown[4000]; /* what a visitor was told */

/* Publishes count events "<n>" at a time; returns the last offset. */
static int64_t
publish(const char *topic, int count, int64_t now)
{
	int64_t offset = 0;
	char text[32];

	for (int i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "%d", i);
		assert_int_equal(events_publish(db, span_of(topic),
		    span_of(NULL), span_of(text), now, &offset), ALK_OK);
	}
	return offset;
}

static void
show(const char *text)
{
	size_t used = strlen(shown);

	assert_true(used + strlen(text) < sizeof(shown));
	memcpy(shown + used, text, strlen(text) + 1);
}

#endif
