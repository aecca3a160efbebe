/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The map of keys against an array; growing; memory that is not there. */
#include "base/keymap.h"

#include "child.h"
#include "memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define KEYS 50000

static struct keymap m;

static int
set_up(void **state)
{
	(void)state;
	m = (struct keymap){ 0 };
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	keymap_fini(&m);
	return 0;
}

static size_t
print_key(char *out, int i)
{
	/* Short and long ones, many with a common head. */
	return (size_t)sprintf(out, "%s%d", i % 3 == 0 ? "" : i % 3 == 1 ?
	    "a-common-head-of-all-" : "x", i);
}

static void
keys_are_found_as_the_model_says(void **state)
{
	static bool is_there[KEYS];
	uint64_t seed = 5;
	char key[64];
	size_t count = 0;

	(void)state;
	memset(is_there, 0, sizeof(is_there));
	for (int i = 0; i < KEYS; i++) {
		int k = (int)(child_random(&seed) % KEYS);
		uint32_t place = UINT32_MAX;
		size_t bytes = print_key(key, k);
		int added = keymap_add(&m, key, bytes, (uint32_t)k * 7,
		    (uint16_t)k, &place);
		assert_int_equal(added, !is_there[k]);
		count += !is_there[k];
		if (!is_there[k])
			assert_int_equal(keymap_at(&m, place)->number, k * 7);
		is_there[k] = true;
	}
	assert_int_equal(m.count, count);
	for (int k = 0; k < KEYS; k++) {
		size_t bytes = print_key(key, k);
		const struct keymap_entry *e = keymap_find(&m, key, bytes);
		assert_int_equal(e != NULL, is_there[k]);
		if (e == NULL)
			continue;
		assert_int_equal(e->number, k * 7);
		assert_int_equal(e->tag, (uint16_t)k);
		assert_int_equal(e->bytes, bytes);
		assert_memory_equal(e->text, key, bytes);
	}
}

static void
an_empty_map_has_nothing(void **state)
{
	(void)state;
	assert_null(keymap_find(&m, "", 0));
	assert_int_equal(keymap_add(&m, "", 0, 1, 2, NULL), 1);
	assert_non_null(keymap_find(&m, "", 0));
	assert_null(keymap_find(&m, "\0", 1));
}

static void
the_longest_texts_have_room(void **state)
{
	char *text = calloc(1, KEYMAP_TEXT_MAX);

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < 40; i++) {
		text[0] = (char)i;
		assert_int_equal(keymap_add(&m, text, KEYMAP_TEXT_MAX,
		    (uint32_t)i, 0, NULL), 1);
	}
	for (int i = 0; i < 40; i++) {
		text[0] = (char)i;
		assert_int_equal(keymap_find(&m, text, KEYMAP_TEXT_MAX)->number,
		    i);
	}
	assert_null(keymap_find(&m, text, KEYMAP_TEXT_MAX - 1));
	free(text);
}

static void
a_map_without_memory_loses_nothing(void **state)
{
	char key[64];
	size_t known = 0;
	int refused = 0;

	(void)state;
	for (int i = 0; i < KEYS; i++) {
		size_t bytes = print_key(key, i);
		memory_fail_at(i % 3, true);
		int added = keymap_add(&m, key, bytes, (uint32_t)i, 0, NULL);
		memory_heal();
		refused += added == ALK_NOMEM;
		if (added == ALK_NOMEM)
			added = keymap_add(&m, key, bytes, (uint32_t)i, 0,
			    NULL);
		assert_int_equal(added, 1);
		assert_int_equal(m.count, ++known);
	}
	assert_true(refused > 5);
	for (int i = 0; i < KEYS; i++)
		assert_int_equal(keymap_find(&m, key,
		    print_key(key, i))->number, i);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keys_are_found_as_the_model_says),
		TEST(an_empty_map_has_nothing),
		TEST(the_longest_texts_have_room),
		TEST(a_map_without_memory_loses_nothing),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
