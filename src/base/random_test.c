/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "base/random.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MANY 50000

static void
exactly_the_bytes_asked_for_are_written(void **state)
{
	(void)state;
	unsigned char p[600];

	for (size_t bytes = 0; bytes < 500; bytes += 7) {
		memset(p, 0, sizeof(p));
		assert_int_equal(random_bytes(p + 50, bytes), ALK_OK);
		for (size_t i = 0; i < sizeof(p); i++)
			if (i < 50 || i >= 50 + bytes)
				assert_int_equal(p[i], 0);
	}
}

static void
bytes_are_random(void **state)
{
	(void)state;
	unsigned char p[65536]; /* more than one getrandom() need give */
	int counts[256] = { 0 };

	assert_int_equal(random_bytes(p, sizeof(p)), ALK_OK);
	for (size_t i = 0; i < sizeof(p); i++)
		counts[p[i]]++;
	/* 256 on average, 16 the standard deviation: ten of it either way. */
	for (int i = 0; i < 256; i++)
		assert_in_range(counts[i], 96, 416);
}

static void
a_uuid_is_36_characters_of_hex_and_hyphens(void **state)
{
	(void)state;
	char id[UUID_TEXT + 1];

	memset(id, '#', sizeof(id));
	assert_int_equal(random_uuid7(1, id), ALK_OK);
	assert_int_equal(strlen(id), 36);
	assert_int_equal(id[UUID_TEXT], '#');
	for (int i = 0; i < 36; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23)
			assert_int_equal(id[i], '-');
		else
			assert_true(isdigit((unsigned char)id[i]) ||
			    (id[i] >= 'a' && id[i] <= 'f'));
}

static void
version_is_7_and_variant_is_that_of_the_rfc(void **state)
{
	(void)state;
	char id[UUID_TEXT];
	bool seen[16] = { false };

	for (int i = 0; i < 1000; i++) {
		assert_int_equal(random_uuid7(i, id), ALK_OK);
		assert_int_equal(id[14], '7');
		assert_non_null(strchr("89ab", id[19]));
		seen[strtol((char[]){ id[19], '\0' }, NULL, 16)] = true;
	}
	assert_true(seen[8] && seen[9] && seen[10] && seen[11]);
}

static void
the_first_48_bits_are_the_time(void **state)
{
	(void)state;
	static const int64_t times[] = { 0, 1, 1700000000123,
		0x0123456789ab, (1LL << 48) - 1 };
	char id[UUID_TEXT];
	char want[40];

	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(random_uuid7(times[i], id), ALK_OK);
		(void)snprintf(want, sizeof(want), "%08llx-%04llx",
		    (unsigned long long)times[i] >> 16,
		    (unsigned long long)times[i] & 0xffff);
		assert_memory_equal(id, want, 13);
	}
}

static void
ids_of_later_times_sort_behind(void **state)
{
	(void)state;
	char before[UUID_TEXT];
	char id[UUID_TEXT];

	assert_int_equal(random_uuid7(0, before), ALK_OK);
	for (int64_t ms = 1; ms < 1LL << 47; ms = ms * 3 / 2 + 1) {
		assert_int_equal(random_uuid7(ms, id), ALK_OK);
		assert_true(strcmp(before, id) < 0);
		memcpy(before, id, sizeof(id));
	}
}

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
ids_of_one_moment_are_unique(void **state)
{
	(void)state;
	char(*ids)[UUID_TEXT] = malloc(MANY * sizeof(ids[0]));

	for (int i = 0; i < MANY; i++)
		assert_int_equal(random_uuid7(5, ids[i]), ALK_OK);
	qsort(ids, MANY, sizeof(ids[0]), compare);
	for (int i = 1; i < MANY; i++)
		assert_string_not_equal(ids[i - 1], ids[i]);
	free(ids);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exactly_the_bytes_asked_for_are_written),
		cmocka_unit_test(bytes_are_random),
		cmocka_unit_test(a_uuid_is_36_characters_of_hex_and_hyphens),
		cmocka_unit_test(version_is_7_and_variant_is_that_of_the_rfc),
		cmocka_unit_test(the_first_48_bits_are_the_time),
		cmocka_unit_test(ids_of_later_times_sort_behind),
		cmocka_unit_test(ids_of_one_moment_are_unique),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
