/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_API_CALLS_H
#define TEST_API_CALLS_H

/* For the tests of call graphs: one, and a clock that stands. */

#include "fixture_session.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEST(f) \
	cmocka_unit_test_setup_teardown(f, set_up, fixture_tear_down)

static inline void
make_graph(const char *name)
{
	alk_graph_new g = { .name = name, .type = "call-graph" };

	fixture_ok(s, alk_graph_create(s, &g, NULL), "graph");
}

static inline int
set_up(void **state)
{
	(void)state;
	seed = 20261125;
	/* 2026-11-25T12:00:00Z */
	(void)with_session(fixture_set_up_at(INT64_C(1795608000000)));
	make_graph("calls");
	return 0;
}

static inline alk_call_result
ingest(const char *graph, const char *events)
{
	alk_call_result r = { 0 };

	fixture_ok(s, alk_call_ingest(s, graph, events, ALK_NUL, NULL, &r),
	    "ingest");
	return r;
}

#endif
