/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "schema/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct pool pool;

static int
teardown(void **state)
{
	(void)state;
	pool_fini(&pool);
	return 0;
}

/* A set of `count` names that the format makes of a number. */
static struct names
make(const char *format, uint32_t count)
{
	struct names n = { .count = count };
	char text[64];

	n.list = pool_alloc(&pool, count * sizeof(n.list[0]));
	assert_non_null(n.list);
	for (uint32_t i = 0; i < count; i++) {
		int bytes = snprintf(text, sizeof(text), format, (unsigned)i);
		n.list[i] = (struct name){ .bytes = (uint32_t)bytes,
			.text = pool_text(&pool, text, (size_t)bytes) };
	}
	assert_true(names_build(&n, &pool));
	return n;
}

static void
check(const char *format, uint32_t count)
{
	struct names n = make(format, count);
	char text[64];

	for (uint32_t i = 0; i < count + 50; i++) {
		int bytes = snprintf(text, sizeof(text), format, (unsigned)i);
		uint32_t at = names_find(&n, text, (size_t)bytes);
		assert_int_equal(at, i < count ? i : NAMES_NONE);
	}
	assert_int_equal(names_find(&n, "", 0), NAMES_NONE);
}

static void
every_name_is_found_and_no_other(void **state)
{
	(void)state;
	static const uint32_t counts[] = { 1, 2, 5, 20, 64, 100, 160, 161,
		1000, 5000 };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		check("%u", counts[i]);
		check("a_name_that_is_long_%u", counts[i]);
		/* Alike at both ends, so that no hash of the ends helps. */
		check("same_front_%04u_same_back", counts[i]);
	}
}

static void
an_empty_set_holds_nothing(void **state)
{
	(void)state;
	struct names n = { 0 };

	assert_true(names_build(&n, &pool));
	assert_int_equal(names_find(&n, "a", 1), NAMES_NONE);
}

static void
texts_of_every_length_compare_to_the_last_byte(void **state)
{
	(void)state;
	char a[40] = "0123456789abcdefghijklmnopqrstuvwxyz";
	char b[40] = "0123456789abcdefghijklmnopqrstuvwxyz";

	for (size_t bytes = 0; bytes < 36; bytes++) {
		char keep_a = a[bytes];
		char keep_b = b[bytes];
		a[bytes] = b[bytes] = '\0';
		assert_true(names_same(a, b, bytes));
		for (size_t i = 0; i < bytes; i++) {
			b[i] ^= 1;
			assert_false(names_same(a, b, bytes));
			b[i] ^= 1;
		}
		a[bytes] = keep_a;
		b[bytes] = keep_b;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_is_found_and_no_other),
		cmocka_unit_test(an_empty_set_holds_nothing),
		cmocka_unit_test(texts_of_every_length_compare_to_the_last_byte)
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
