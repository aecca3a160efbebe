/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The maps against a model: the n-th key is a bijective function of n, so that
 * the model is an array.
 */
#include "base/map.h"

#include "child.h"
#include "memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define KEYS 200000

static int64_t model[KEYS]; /* value, 0: not in the map */

static int
set_up(void **state)
{
	(void)state;
	memory_heal();
	memset(model, 0, sizeof(model));
	return 0;
}

/* ---- intmap ---- */

/* Keys near zero, spread over all 64 bits, and equal in their low bits. */
static int64_t
near(size_t n)
{
	return (int64_t)n - KEYS / 2;
}

static int64_t
spread(size_t n)
{
	return (int64_t)(n * 0x9e3779b97f4a7c15u);
}

static int64_t
high(size_t n)
{
	return (int64_t)((uint64_t)n << 40);
}

static void
check_against_model(int64_t (*key)(size_t), uint64_t seed, int steps)
{
	struct intmap m = { 0 };
	size_t count = 0;

	for (int i = 0; i < steps; i++) {
		size_t n = child_random(&seed) % KEYS;
		if ((child_random(&seed) & 3) != 0) {
			int64_t value = (int64_t)(child_random(&seed) >> 1) + 1;
			bool is_new = model[n] == 0;
			assert_int_equal(intmap_add(&m, key(n), value), is_new);
			count += is_new;
			if (is_new)
				model[n] = value;
		}
		const int64_t *found = intmap_find(&m, key(n));
		assert_true((found != NULL) == (model[n] != 0));
		if (found != NULL)
			assert_true(*found == model[n]);
		assert_int_equal(m.count, count);
	}
	for (size_t n = 0; n < KEYS; n++) {
		const int64_t *found = intmap_find(&m, key(n));
		assert_true((found != NULL ? *found : 0) == model[n]);
	}
	intmap_fini(&m);
}

static void
numbers_near_zero_are_found_as_the_model_says(void **state)
{
	(void)state;
	check_against_model(near, 1, 300000);
}

static void
numbers_of_all_64_bits_are_found_as_the_model_says(void **state)
{
	(void)state;
	check_against_model(spread, 2, 300000);
}

static void
numbers_with_equal_low_bits_are_found_as_the_model_says(void **state)
{
	(void)state;
	check_against_model(high, 3, 300000);
}

static void
an_empty_map_has_nothing(void **state)
{
	(void)state;
	struct intmap m = { 0 };
	struct textmap t = { 0 };

	assert_null(intmap_find(&m, 0));
	assert_null(textmap_find(&t, 0, "", 0));
	intmap_fini(&m);
	textmap_fini(&t);
}

static void
the_outermost_numbers_are_keys_like_others(void **state)
{
	(void)state;
	static const int64_t keys[] = { INT64_MAX, INT64_MIN + 1, 0, -1, 1 };
	struct intmap m = { 0 };

	for (int64_t i = 0; i < 5; i++)
		assert_int_equal(intmap_add(&m, keys[i], i), 1);
	for (int64_t i = 0; i < 5; i++)
		assert_int_equal(*intmap_find(&m, keys[i]), i);
	assert_null(intmap_find(&m, 2));
	intmap_fini(&m);
}

static void
a_found_value_can_be_changed_in_place(void **state)
{
	(void)state;
	struct intmap m = { 0 };

	assert_int_equal(intmap_add(&m, 7, 1), 1);
	*intmap_find(&m, 7) = 2;
	assert_int_equal(intmap_add(&m, 7, 3), 0);
	assert_int_equal(*intmap_find(&m, 7), 2);
	intmap_fini(&m);
}

static void
a_cleared_map_is_empty_and_keeps_its_slots(void **state)
{
	(void)state;
	struct intmap m = { 0 };

	for (int64_t i = 0; i < 1000; i++)
		assert_int_equal(intmap_add(&m, i, i), 1);
	size_t room = m.room;
	intmap_clear(&m);
	assert_int_equal(m.count, 0);
	assert_int_equal(m.room, room);
	for (int64_t i = 0; i < 1000; i++)
		assert_null(intmap_find(&m, i));
	assert_int_equal(intmap_add(&m, 5, 6), 1);
	assert_int_equal(*intmap_find(&m, 5), 6);
	intmap_fini(&m);
}

static void
slots_are_a_power_of_two_and_never_full(void **state)
{
	(void)state;
	struct intmap m = { 0 };

	for (int64_t i = 0; i < 5000; i++) {
		assert_int_equal(intmap_add(&m, i * 64, i), 1);
		assert_int_equal(m.room & (m.room - 1), 0);
		assert_true(m.count * 3 <= m.room * 2 + 3);
	}
	intmap_fini(&m);
}

static void
a_map_that_cannot_grow_loses_nothing(void **state)
{
	(void)state;
	struct intmap m = { 0 };
	int64_t n = 0;
	int refused = 0;

	while (refused < 5) {
		memory_fail_at(0, true);
		int rc = intmap_add(&m, n, n);
		memory_heal();
		if (rc == 1) {
			n++;
			continue;
		}
		assert_int_equal(rc, ALK_NOMEM);
		assert_int_equal(m.count, n);
		assert_null(intmap_find(&m, n));
		for (int64_t i = 0; i < n; i++)
			assert_int_equal(*intmap_find(&m, i), i);
		assert_int_equal(intmap_add(&m, n, n), 1);
		n++;
		refused++;
	}
	intmap_fini(&m);
}

/* ---- textmap ---- */

struct text {
	int64_t scope;
	char data[40];
	size_t bytes;
};

/* The n-th key: 8 scopes, texts of 2 to 34 bytes, NULs among them. */
static struct text
text_of(size_t n)
{
	struct text t = { .scope = (int64_t)(n % 8) - 3 };
	uint32_t number = (uint32_t)(n / 8);

	t.bytes = 4 + number % 31;
	memset(t.data, 'k', sizeof(t.data));
	memcpy(t.data, &number, sizeof(number));
	return t;
}

static void
texts_are_found_as_the_model_says(void **state)
{
	(void)state;
	struct textmap m = { 0 };
	uint64_t seed = 4;
	size_t count = 0;

	for (int i = 0; i < 400000; i++) {
		size_t n = child_random(&seed) % KEYS;
		struct text t = text_of(n);
		if ((child_random(&seed) & 3) != 0) {
			int64_t value = (int64_t)(child_random(&seed) >> 1) + 1;
			bool is_new = model[n] == 0;
			assert_int_equal(textmap_add(&m, t.scope, t.data,
			    t.bytes, value), is_new);
			count += is_new;
			if (is_new)
				model[n] = value;
		}
		assert_int_equal(m.count, count);
	}
	for (size_t n = 0; n < KEYS; n++) {
		struct text t = text_of(n);
		const int64_t *found = textmap_find(&m, t.scope, t.data,
		    t.bytes);
		assert_true((found != NULL ? *found : 0) == model[n]);
	}
	textmap_fini(&m);
}

static void
a_text_belongs_to_its_scope(void **state)
{
	(void)state;
	struct textmap m = { 0 };

	for (int64_t scope = -50; scope < 50; scope++)
		assert_int_equal(textmap_add(&m, scope, "same", 4, scope), 1);
	for (int64_t scope = -50; scope < 50; scope++)
		assert_int_equal(*textmap_find(&m, scope, "same", 4), scope);
	assert_null(textmap_find(&m, 50, "same", 4));
	textmap_fini(&m);
}

static void
length_and_nuls_are_part_of_a_text(void **state)
{
	(void)state;
	static const char bytes[] = "a\0b";
	struct textmap m = { 0 };

	for (size_t n = 0; n <= 3; n++)
		assert_int_equal(textmap_add(&m, 0, bytes, n, (int64_t)n), 1);
	for (size_t n = 0; n <= 3; n++)
		assert_int_equal(*textmap_find(&m, 0, bytes, n), n);
	assert_null(textmap_find(&m, 0, "a\0c", 3));
	textmap_fini(&m);
}

static void
texts_are_copied(void **state)
{
	(void)state;
	struct textmap m = { 0 };
	char text[] = "one";

	assert_int_equal(textmap_add(&m, 0, text, 3, 1), 1);
	memcpy(text, "two", 3);
	assert_null(textmap_find(&m, 0, text, 3));
	assert_int_equal(*textmap_find(&m, 0, "one", 3), 1);
	textmap_fini(&m);
}

static void
a_text_longer_than_a_chunk_has_a_chunk_of_its_own(void **state)
{
	(void)state;
	struct textmap m = { 0 };
	size_t bytes = 300 * 1024;
	char *text = calloc(1, bytes);

	for (char c = 'a'; c < 'f'; c++) {
		text[bytes - 1] = c;
		assert_int_equal(textmap_add(&m, 0, text, bytes, c), 1);
		assert_int_equal(textmap_add(&m, 0, &c, 1, -c), 1);
	}
	for (char c = 'a'; c < 'f'; c++) {
		text[bytes - 1] = c;
		assert_int_equal(*textmap_find(&m, 0, text, bytes), c);
		assert_int_equal(*textmap_find(&m, 0, &c, 1), -c);
	}
	assert_true(m.held >= 5 * bytes);
	free(text);
	textmap_fini(&m);
}

static void
held_counts_the_memory_in_use(void **state)
{
	(void)state;
	struct textmap m = { 0 };
	char key[32];

	for (int i = 0; i < 20000; i++) {
		int n = snprintf(key, sizeof(key), "key number %d", i);
		assert_int_equal(textmap_add(&m, 0, key, (size_t)n, i), 1);
	}
	size_t least = m.room * sizeof(m.slots[0]) + 20000 * (size_t)12;
	assert_true(m.held >= least);
	assert_true(m.held < 2 * least);
	textmap_fini(&m);
	assert_int_equal(m.held, 0);
}

static void
a_textmap_without_memory_loses_nothing(void **state)
{
	(void)state;
	struct textmap m = { 0 };
	int refused = 0;

	/* Each step first finds no memory, then one allocation, then all. */
	for (size_t n = 0; n < 30000; n++) {
		struct text t = text_of(n);
		int rc = 0;
		for (int left = 0; left <= 1 && rc != 1; left++) {
			memory_fail_at(left, true);
			rc = textmap_add(&m, t.scope, t.data, t.bytes,
			    (int64_t)n);
			assert_true(rc == 1 || rc == ALK_NOMEM);
			refused += rc != 1;
		}
		memory_heal();
		if (rc != 1)
			assert_int_equal(textmap_add(&m, t.scope, t.data,
			    t.bytes, (int64_t)n), 1);
	}
	assert_true(refused > 10);
	assert_int_equal(m.count, 30000);
	for (size_t n = 0; n < 30000; n++) {
		struct text t = text_of(n);
		assert_int_equal(*textmap_find(&m, t.scope, t.data, t.bytes),
		    n);
	}
	textmap_fini(&m);
}

/* ---- map_hash ---- */

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void
hashes_of_similar_texts_differ(void **state)
{
	(void)state;
	uint64_t *all = malloc(KEYS * sizeof(all[0]));
	char text[32] = { 0 };

	for (size_t n = 0; n < KEYS; n++) {
		int bytes = snprintf(text, sizeof(text), "%zu", n / 2);
		/* With the NUL and without it are two texts. */
		all[n] = map_hash(text, (size_t)bytes + n % 2, 0);
	}
	qsort(all, KEYS, sizeof(all[0]), compare);
	for (size_t n = 1; n < KEYS; n++)
		assert_true(all[n - 1] != all[n]);
	free(all);
}

static void
low_bits_of_a_hash_are_spread_evenly(void **state)
{
	(void)state;
	int buckets[256] = { 0 };
	char text[32];

	for (int n = 0; n < 256 * 100; n++) {
		int bytes = snprintf(text, sizeof(text), "node-%d", n);
		buckets[map_hash(text, (size_t)bytes, 5) & 255]++;
	}
	for (int i = 0; i < 256; i++)
		assert_in_range(buckets[i], 50, 150);
}

static void
the_seed_and_every_byte_count(void **state)
{
	(void)state;
	char text[20] = "twenty bytes of text";

	for (size_t n = 1; n <= sizeof(text); n++) {
		uint64_t h = map_hash(text, n, 9);
		assert_true(h == map_hash(text, n, 9));
		assert_true(h != map_hash(text, n, 10));
		for (size_t i = 0; i < n; i++) {
			text[i] = (char)(text[i] ^ 1);
			assert_true(h != map_hash(text, n, 9));
			text[i] = (char)(text[i] ^ 1);
		}
	}
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers_near_zero_are_found_as_the_model_says),
		TEST(numbers_of_all_64_bits_are_found_as_the_model_says),
		TEST(numbers_with_equal_low_bits_are_found_as_the_model_says),
		TEST(an_empty_map_has_nothing),
		TEST(the_outermost_numbers_are_keys_like_others),
		TEST(a_found_value_can_be_changed_in_place),
		TEST(a_cleared_map_is_empty_and_keeps_its_slots),
		TEST(slots_are_a_power_of_two_and_never_full),
		TEST(a_map_that_cannot_grow_loses_nothing),
		TEST(texts_are_found_as_the_model_says),
		TEST(a_text_belongs_to_its_scope),
		TEST(length_and_nuls_are_part_of_a_text),
		TEST(texts_are_copied),
		TEST(a_text_longer_than_a_chunk_has_a_chunk_of_its_own),
		TEST(held_counts_the_memory_in_use),
		TEST(a_textmap_without_memory_loses_nothing),
		TEST(hashes_of_similar_texts_differ),
		TEST(low_bits_of_a_hash_are_spread_evenly),
		TEST(the_seed_and_every_byte_count),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
