/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "base/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void
each_kind_of_slip_counts_once(void **state)
{
	(void)state;
	assert_int_equal(nearest_distance("limit", "limit"), 0);
	assert_int_equal(nearest_distance("limt", "limit"), 1);
	assert_int_equal(nearest_distance("limiit", "limit"), 1);
	assert_int_equal(nearest_distance("lomit", "limit"), 1);
	assert_int_equal(nearest_distance("limti", "limit"), 1);
	assert_int_equal(nearest_distance("", "limit"), 5);
	assert_int_equal(nearest_distance("node", "edge"), 3);
}

static void
the_best_of_several_is_found(void **state)
{
	struct nearest n;

	(void)state;
	nearest_init(&n, "exprt");
	nearest_try(&n, "import");
	nearest_try(&n, "export");
	nearest_try(&n, "event");
	assert_string_equal(n.best, "export");
}

static void
nothing_is_found_far_off(void **state)
{
	char endless[300];
	struct nearest n;

	(void)state;
	nearest_init(&n, "frobnicate");
	nearest_try(&n, "node");
	nearest_try(&n, "edge");
	assert_null(n.best);
	memset(endless, 'a', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	nearest_init(&n, endless);
	nearest_try(&n, "node");
	nearest_try(&n, endless + 200);
	assert_null(n.best);
}

static void
a_hint_ends_a_message_or_is_empty(void **state)
{
	char longest[NEAREST_BYTES_MAX + 1] = "";
	struct nearest n;

	(void)state;
	nearest_init(&n, "TaskNod");
	assert_string_equal(nearest_hint(&n), "");
	nearest_try(&n, "TaskNode");
	assert_string_equal(nearest_hint(&n), "; did you mean 'TaskNode'?");
	memset(longest, 'a', NEAREST_BYTES_MAX);
	nearest_init(&n, longest + 1);
	nearest_try(&n, longest);
	const char *hint = nearest_hint(&n);
	assert_string_equal(hint + strlen(hint) - 3, "a'?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_slip_counts_once),
		cmocka_unit_test(the_best_of_several_is_found),
		cmocka_unit_test(nothing_is_found_far_off),
		cmocka_unit_test(a_hint_ends_a_message_or_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
