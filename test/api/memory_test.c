/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The allocator that a program may give: everything goes through it and comes
 * back, and memory stays bounded while rows pass by.
 */
#include "fixture.h"
#include "memory.h"

#include <alkstore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
no_alloc(void *arg, size_t bytes)
{
	(void)arg;
	(void)bytes;
	return NULL;
}

static void *
no_resize(void *arg, void *old, size_t bytes)
{
	(void)arg;
	(void)old;
	(void)bytes;
	return NULL;
}

static void
no_release(void *arg, void *old)
{
	(void)arg;
	(void)old;
}

static void
an_allocator_has_three_functions(void **state)
{
	alk_allocator a = { no_alloc, no_resize, no_release, NULL };

	(void)state;
	a.alloc = NULL;
	assert_int_equal(alk_set_allocator(&a), ALK_INVALID);
	a.alloc = no_alloc;
	a.resize = NULL;
	assert_int_equal(alk_set_allocator(&a), ALK_INVALID);
	a.resize = no_resize;
	a.release = NULL;
	assert_int_equal(alk_set_allocator(&a), ALK_INVALID);
}

static void
all_memory_comes_back_when_a_store_closes(void **state)
{
	struct fixture f;
	int64_t before;

	(void)state;
	fixture_init(&f, NULL);
	fixture_fini(&f);
	before = memory_live();
	memory_heal();
	fixture_init(&f, NULL);
	assert_true(memory_count() > 100);
	assert_true(memory_live() > before);
	assert_int_equal(alk_node_create(f.session, "g", "a", NULL), ALK_OK);
	fixture_fini(&f);
	assert_int_equal(memory_live(), before);
}

static void
a_store_without_memory_says_so(void **state)
{
	struct fixture f;
	alk_store *st = NULL;
	alk_error err = { 0 };
	int rc;

	(void)state;
	fixture_init(&f, NULL);
	memory_fail_at(0, true);
	rc = alk_open(f.path, NULL, &st, &err);
	memory_heal();
	assert_int_equal(rc, ALK_NOMEM);
	assert_int_equal(err.code, ALK_NOMEM);
	assert_null(st);
	fixture_fini(&f);
}

struct deep {
	int64_t rows;
	int64_t live_max;
};

static int
watch_memory(void *arg, const alk_row *row)
{
	struct deep *d = arg;

	(void)row;
	d->rows++;
	if (memory_live() > d->live_max)
		d->live_max = memory_live();
	return 0;
}

static long
read_many(void *arg, char *into, size_t room)
{
	int *next = arg;
	size_t bytes = 0;

	while (*next < 20000 && bytes + 80 < room)
		bytes += (size_t)snprintf(into + bytes, room - bytes,
		    "{\"kind\":\"node\",\"key\":\"k%d\"}\n", (*next)++);
	return (long)bytes;
}

static void
a_list_holds_no_rows(void **state)
{
	struct fixture f;
	struct deep d = { 0, 0 };
	alk_query q = { .limit = ALK_NUL };
	int64_t before;
	int next = 0;

	(void)state;
	fixture_init(&f, NULL);
	fixture_ok(f.session, alk_import(f.session, "g", NULL, read_many,
	    &next, NULL), "import");
	fixture_ok(f.session, alk_node_list(f.session, "g", &q, watch_memory,
	    &d, NULL), "list");
	before = memory_live();
	d.live_max = 0;
	fixture_ok(f.session, alk_node_list(f.session, "g", &q, watch_memory,
	    &d, NULL), "list");
	assert_int_equal(d.rows, 40000);
	/*
	 * Pages that SQLite caches come one block each; rows would be 20,000.
	 */
	assert_true(d.live_max - before < 1000);
	fixture_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_allocator_has_three_functions),
		cmocka_unit_test(all_memory_comes_back_when_a_store_closes),
		cmocka_unit_test(a_store_without_memory_says_so),
		cmocka_unit_test(a_list_holds_no_rows),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
