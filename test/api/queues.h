/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef TEST_API_QUEUES_H
#define TEST_API_QUEUES_H

/* For the tests of queues: a store whose clock they set. */

#include "fixture_each.h"

#include <string.h>

#define TEST(f) \
	cmocka_unit_test_setup_teardown(f, set_up, fixture_tear_down)
#define START 1000000

static inline int
set_up(void **state)
{
	(void)state;
	return fixture_set_up_at(INT64_C(1000) * START);
}

static inline int64_t
enqueue(const char *payload)
{
	alk_job_new j = { .queue = "q", .payload = payload, .bytes = ALK_NUL };
	int64_t id = 0;

	fixture_ok(f.session, alk_queue_enqueue(f.session, &j, 1, &id),
	    "enqueue");
	return id;
}

static inline int
stop_it(void *arg, const alk_job *j)
{
	*(int64_t *)arg = j->id;
	return 1;
}

#endif
