/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef EVENTS_STREAM_TESTING_H
#define EVENTS_STREAM_TESTING_H

/*
 * For the tests of groups and retention: an empty file with all tables. Who
 * includes it includes "scratch.h" of test/lib before.
 */
#include "events/stream_group.h"
#include "events/stream_trim.h"

#include "base/error.h"
#include "db/slots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A statement of a test's own; n from 1 on. */
#define TEST_SQL(noun, n, text) \
	static const struct sql noun = { #noun, text, SQL_SLOTS - (n) }

static struct db *db;
static alk_error err;
static char dir[SCRATCH_PATH];
static char shown[4000]; /* what a visitor was told */

static int
set_up(void **state)
{
	char path[SCRATCH_PATH];
	struct db_options o = { .path = path, .create = true };

	(void)state;
	scratch_make(dir);
	scratch_path(path, dir, "t.db");
	error_clear(&err);
	if (db_open(&o, NULL, 0, &db, &err) != ALK_OK)
		return 1;
	db_use(db, &err, NULL);
	for (size_t i = 0; events_scripts[i] != NULL; i++)
		db_script(db, events_scripts[i]);
	for (size_t i = 0; events_side_scripts[i] != NULL; i++)
		db_script(db, events_side_scripts[i]);
	return err.code;
}

static int
tear_down(void **state)
{
	(void)state;
	db_close(db);
	scratch_remove(dir);
	return 0;
}

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
