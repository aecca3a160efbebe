/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_TEXT_TESTING_H
#define SCHEMA_TEXT_TESTING_H

/* For tests that write long schemas and values: a text, piece by piece. */
#include "schema/testing.h"

static struct buf text;

static inline int
teardown(void **state)
{
	(void)state;
	buf_fini(&text);
	return 0;
}

static inline const char *
take(void)
{
	assert_non_null(buf_text(&text));
	return buf_text(&text);
}

static inline void
repeat(const char *what, int times)
{
	for (int i = 0; i < times; i++)
		buf_str(&text, what);
}

#endif
