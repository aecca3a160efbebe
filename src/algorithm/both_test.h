/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ALGORITHM_BOTH_TEST_H
#define ALGORITHM_BOTH_TEST_H

/*
 * A model and its store, set up to be asked with a snapshot of the topology
 * or, by set_up_file(), from the file's indexes. After fixture.h.
 */

#include "graph/model_test.h"

/* The same without a snapshot of the topology: from the file's indexes. */
static alk_store *file_store;
static alk_session *usual_session;

static int
set_up_file(void **state)
{
	alk_options o = { .limits = { .snapshot_bytes = 1 } };

	(void)set_up(state);
	usual_session = m.f.session;
	fixture_open(m.f.path, &o, &file_store, &m.f.session);
	return 0;
}

static int
tear_down_file(void **state)
{
	fixture_close(file_store, m.f.session);
	m.f.session = usual_session;
	return tear_down(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define FROM_FILE(name) \
	cmocka_unit_test_setup_teardown(name, set_up_file, tear_down_file)

#endif
