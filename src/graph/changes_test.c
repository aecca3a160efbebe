/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "graph/changes.h"

#include "memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct changes c;

static int
set_up(void **state)
{
	(void)state;
	memory_heal();
	c = (struct changes){ 0 };
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	changes_fini(&c);
	return 0;
}

/* ---- tests ---- */

static int
add(const char *graph, const char *key)
{
	struct change_texts texts = { .graph_id = graph, .key = key,
		.type = "T" };

	return changes_add(&c, (struct change){ .op = ALK_CREATE,
	    .kind = ALK_NODE, .rev = 5 }, &texts);
}

static const char *
key_of(size_t i)
{
	return changes_text(&c, c.list[i].key);
}

static const char *
graph_of(size_t i)
{
	return changes_text(&c, c.list[i].graph_id);
}

static void
changes_keep_their_order_and_texts(void **state)
{
	(void)state;
	char key[32];

	for (int i = 0; i < 2000; i++) {
		(void)snprintf(key, sizeof(key), "key %d", i);
		assert_int_equal(add(i % 3 == 0 ? "a" : "b", key), ALK_OK);
	}
	assert_int_equal(c.count, 2000);
	for (size_t i = 0; i < 2000; i++) {
		(void)snprintf(key, sizeof(key), "key %zu", i);
		assert_string_equal(key_of(i), key);
		assert_string_equal(graph_of(i), i % 3 == 0 ? "a" : "b");
		assert_int_equal(c.list[i].rev, 5);
	}
}

static void
a_text_that_is_not_there_is_null(void **state)
{
	(void)state;
	struct change_texts texts = { .source = "", .target = "t" };

	assert_int_equal(changes_add(&c, (struct change){ .op = ALK_DELETE },
	    &texts), ALK_OK);
	assert_null(graph_of(0));
	assert_null(key_of(0));
	assert_null(changes_text(&c, c.list[0].id));
	assert_null(changes_text(&c, c.list[0].type));
	assert_string_equal(changes_text(&c, c.list[0].source), "");
	assert_string_equal(changes_text(&c, c.list[0].target), "t");
	assert_null(changes_text(&c, CHANGE_NONE));
	assert_null(changes_text(&c, c.text.bytes));
}

static void
the_texts_are_copied(void **state)
{
	(void)state;
	char key[] = "one";

	assert_int_equal(add("g", key), ALK_OK);
	memcpy(key, "two", 3);
	assert_string_equal(key_of(0), "one");
}

static void
a_graph_told_again_takes_no_room(void **state)
{
	(void)state;
	assert_int_equal(add("graph", "k"), ALK_OK);
	size_t bytes = c.text.bytes;
	assert_int_equal(add("graph", "k"), ALK_OK);
	assert_int_equal(c.text.bytes, bytes + strlen("k") + strlen("T") + 2);
	assert_string_equal(graph_of(1), "graph");
}

static void
going_back_forgets_what_came_since(void **state)
{
	(void)state;
	assert_int_equal(add("a", "1"), ALK_OK);
	struct changes_mark mark = changes_mark(&c);
	assert_int_equal(add("b", "2"), ALK_OK);
	assert_int_equal(add("b", "3"), ALK_OK);
	changes_back_to(&c, mark);
	assert_int_equal(c.count, 1);
	/* The graph that was forgotten is told anew. */
	assert_int_equal(add("b", "4"), ALK_OK);
	assert_int_equal(add("a", "5"), ALK_OK);
	assert_int_equal(c.count, 3);
	assert_string_equal(key_of(0), "1");
	assert_string_equal(graph_of(0), "a");
	assert_string_equal(key_of(1), "4");
	assert_string_equal(graph_of(1), "b");
	assert_string_equal(graph_of(2), "a");
}

static void
going_back_to_the_start_forgets_all(void **state)
{
	(void)state;
	struct changes_mark mark = changes_mark(&c);

	assert_int_equal(add("a", "1"), ALK_OK);
	changes_back_to(&c, mark);
	assert_int_equal(c.count, 0);
	assert_int_equal(add("a", "2"), ALK_OK);
	assert_string_equal(graph_of(0), "a");
	assert_string_equal(key_of(0), "2");
}

static void
marks_nest(void **state)
{
	(void)state;
	struct changes_mark marks[10];
	char key[32];

	for (int i = 0; i < 10; i++) {
		marks[i] = changes_mark(&c);
		(void)snprintf(key, sizeof(key), "%d", i);
		assert_int_equal(add(i % 2 == 0 ? "a" : "b", key), ALK_OK);
	}
	for (size_t i = 10; i-- > 0;) {
		changes_back_to(&c, marks[i]);
		assert_int_equal(c.count, i);
		for (size_t j = 0; j < i; j++) {
			(void)snprintf(key, sizeof(key), "%zu", j);
			assert_string_equal(key_of(j), key);
		}
	}
}

static void
cleared_it_is_empty(void **state)
{
	(void)state;
	assert_int_equal(add("a", "1"), ALK_OK);
	changes_clear(&c);
	assert_int_equal(c.count, 0);
	assert_int_equal(add("a", "2"), ALK_OK);
	assert_string_equal(graph_of(0), "a");
	assert_string_equal(key_of(0), "2");
}

static void
missing_memory_is_told_and_going_back_heals_it(void **state)
{
	(void)state;
	bool is_done = false;

	for (int n = 0; !is_done; n++) {
		int code = ALK_OK;
		changes_fini(&c);
		assert_int_equal(add("a", "first"), ALK_OK);
		struct changes_mark mark = changes_mark(&c);
		memory_fail_at(n, true);
		for (int i = 0; i < 100 && code == ALK_OK; i++)
			code = add("b", "some text to grow with");
		is_done = code == ALK_OK;
		memory_heal();
		if (!is_done) {
			assert_int_equal(code, ALK_NOMEM);
			changes_back_to(&c, mark);
			assert_int_equal(add("c", "second"), ALK_OK);
			assert_string_equal(key_of(0), "first");
			assert_string_equal(key_of(1), "second");
			assert_string_equal(graph_of(1), "c");
		}
		assert_true(n < 20);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(changes_keep_their_order_and_texts),
		TEST(a_text_that_is_not_there_is_null),
		TEST(the_texts_are_copied),
		TEST(a_graph_told_again_takes_no_room),
		TEST(going_back_forgets_what_came_since),
		TEST(going_back_to_the_start_forgets_all),
		TEST(marks_nest),
		TEST(cleared_it_is_empty),
		TEST(missing_memory_is_told_and_going_back_heals_it),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
