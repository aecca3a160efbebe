/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "schema/length.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BYTES_MAX 100

static const char *const characters[] = { "a", "\xc3\xa4", "\xe6\x97\xa5",
	"\xf0\x9f\x99\x82" };

/* Texts of every size, with nothing readable behind them. */
static void
characters_are_counted_not_bytes(void **state)
{
	(void)state;
	unsigned seed = 1;

	for (size_t most = 0; most <= BYTES_MAX; most++) {
		char *text = malloc(most + 1);
		size_t bytes = 0;
		uint64_t count = 0;
		assert_non_null(text);
		for (;;) {
			seed = seed * 1103515245u + 12345u;
			const char *c = characters[seed >> 16 & 3];
			if (bytes + strlen(c) > most)
				break;
			memcpy(text + bytes, c, strlen(c));
			bytes += strlen(c);
			count++;
		}
		char *exact = malloc(bytes + 1);
		assert_non_null(exact);
		char *at = exact + 1; /* at its very end */
		memcpy(at, text, bytes);
		assert_int_equal(length_count(at, bytes), count);
		free(exact);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_are_counted_not_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
