/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_FIXTURE_SESSION_H
#define TEST_FIXTURE_SESSION_H

/*
 * As fixture_each.h, with the session of the fixture under a short name: for
 * programs whose functions are not given one.
 */
#include "fixture_each.h"

static alk_session *s;

/* Behind one of the set-ups of a fixture, whose answer it takes. */
static inline int
with_session(int code)
{
	s = f.session;
	return code;
}

static inline int
session_set_up(void **state)
{
	return with_session(fixture_set_up(state));
}

#endif
