/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Counts what goes through it; arg is this. */
struct counts {
	int taken;
	int resized;
	int given;
	size_t bytes; /* asked for last */
};

static void *
take(void *arg, size_t bytes)
{
	struct counts *c = arg;

	c->taken++;
	c->bytes = bytes;
	return malloc(bytes);
}

static void *
resize(void *arg, void *old, size_t bytes)
{
	struct counts *c = arg;

	c->resized++;
	c->bytes = bytes;
	return realloc(old, bytes);
}

static void
give(void *arg, void *old)
{
	struct counts *c = arg;

	assert_non_null(old);
	c->given++;
	free(old);
}

static void *
refuse(void *arg, size_t bytes)
{
	(void)arg;
	(void)bytes;
	return NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	return alk_set_allocator(NULL);
}

static void
a_block_of_no_bytes_is_a_block(void **state)
{
	(void)state;
	void *p = mem_alloc(0);
	void *q = mem_zero(0);

	assert_non_null(p);
	assert_non_null(q);
	assert_ptr_not_equal(p, q);
	p = mem_resize(p, 0);
	assert_non_null(p);
	mem_release(p);
	mem_release(q);
}

static void
zeroed_memory_is_zero(void **state)
{
	(void)state;
	char *dirty = mem_alloc(4096);

	memset(dirty, 0xa5, 4096);
	mem_release(dirty);
	char *p = mem_zero(4096);
	for (int i = 0; i < 4096; i++)
		assert_int_equal(p[i], 0);
	mem_release(p);
}

static void
a_copy_has_its_bytes_and_a_nul(void **state)
{
	(void)state;
	char *p = mem_copy("a\0bc", 3);
	char *q = mem_text("text");
	char *r = mem_copy("", 0);

	assert_memory_equal(p, "a\0b", 4);
	assert_string_equal(q, "text");
	assert_string_equal(r, "");
	mem_release(p);
	mem_release(q);
	mem_release(r);
}

static void
the_copy_of_null_is_null(void **state)
{
	(void)state;
	assert_null(mem_copy(NULL, 5));
	assert_null(mem_text(NULL));
	mem_release(NULL);
}

static void
a_set_of_functions_is_used_for_everything(void **state)
{
	(void)state;
	struct counts c = { 0 };
	const alk_allocator own = { take, resize, give, &c };

	assert_int_equal(alk_set_allocator(&own), ALK_OK);
	void *p = mem_alloc(10);
	p = mem_resize(p, 20);
	assert_int_equal(c.bytes, 20);
	void *q = mem_zero(30);
	void *r = mem_text("four");
	assert_int_equal(c.bytes, 5);
	mem_release(p);
	mem_release(q);
	mem_release(r);
	mem_release(NULL);
	assert_int_equal(c.taken, 3);
	assert_int_equal(c.resized, 1);
	assert_int_equal(c.given, 3);
}

static void
null_goes_back_to_malloc(void **state)
{
	(void)state;
	struct counts c = { 0 };
	const alk_allocator own = { take, resize, give, &c };

	assert_int_equal(alk_set_allocator(&own), ALK_OK);
	assert_int_equal(alk_set_allocator(NULL), ALK_OK);
	mem_release(mem_resize(mem_alloc(1), 2));
	assert_int_equal(c.taken + c.resized + c.given, 0);
}

static void
an_incomplete_set_is_refused_and_changes_nothing(void **state)
{
	(void)state;
	struct counts c = { 0 };
	const alk_allocator own = { take, resize, give, &c };

	assert_int_equal(alk_set_allocator(&own), ALK_OK);
	for (int i = 0; i < 3; i++) {
		alk_allocator part = { refuse, resize, give, NULL };
		if (i == 0)
			part.alloc = NULL;
		else if (i == 1)
			part.resize = NULL;
		else
			part.release = NULL;
		assert_int_equal(alk_set_allocator(&part), ALK_INVALID);
	}
	mem_release(mem_alloc(1));
	assert_int_equal(c.taken, 1);
	assert_int_equal(c.given, 1);
}

static void
missing_memory_is_null(void **state)
{
	(void)state;
	struct counts c = { 0 };
	const alk_allocator none = { refuse, resize, give, &c };

	assert_int_equal(alk_set_allocator(&none), ALK_OK);
	assert_null(mem_alloc(1));
	assert_null(mem_zero(1));
	assert_null(mem_copy("x", 1));
	assert_null(mem_text("x"));
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_block_of_no_bytes_is_a_block),
		TEST(zeroed_memory_is_zero),
		TEST(a_copy_has_its_bytes_and_a_nul),
		TEST(the_copy_of_null_is_null),
		TEST(a_set_of_functions_is_used_for_everything),
		TEST(null_goes_back_to_malloc),
		TEST(an_incomplete_set_is_refused_and_changes_nothing),
		TEST(missing_memory_is_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
