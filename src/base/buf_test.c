/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "base/buf.h"

#include "memory.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int
set_up(void **state)
{
	(void)state;
	memory_heal();
	return 0;
}

static void
a_zeroed_buffer_is_empty_text(void **state)
{
	(void)state;
	struct buf b = { 0 };

	assert_string_equal(buf_text(&b), "");
	buf_add(&b, "x", 0);
	assert_string_equal(buf_text(&b), "");
	assert_null(b.data);
	buf_fini(&b);
}

static void
bytes_stay_as_they_were_while_it_grows(void **state)
{
	(void)state;
	struct buf b = { 0 };
	size_t bytes = 0;

	for (size_t piece = 0; piece < 700; piece++) {
		for (size_t i = 0; i < piece; i++)
			buf_char(&b, (char)((bytes + i) * 31 % 251));
		bytes += piece;
		assert_int_equal(b.bytes, bytes);
	}
	assert_false(b.failed);
	for (size_t i = 0; i < bytes; i++)
		assert_int_equal(b.data[i], (char)(i * 31 % 251));
	buf_fini(&b);
	assert_null(b.data);
	assert_int_equal(b.room, 0);
}

static void
a_nul_stands_behind_the_bytes_at_every_length(void **state)
{
	(void)state;
	struct buf b = { 0 };

	for (size_t n = 1; n < 300; n++) {
		buf_char(&b, 'x');
		assert_int_equal(strlen(buf_text(&b)), n);
		assert_true(b.room > b.bytes);
	}
	buf_fini(&b);
}

static void
nuls_among_the_bytes_are_kept(void **state)
{
	(void)state;
	struct buf b = { 0 };

	buf_add(&b, "a\0b\0", 4);
	buf_char(&b, '\0');
	buf_str(&b, "c");
	assert_int_equal(b.bytes, 6);
	assert_memory_equal(buf_text(&b), "a\0b\0\0c", 7);
	buf_fini(&b);
}

static void
clearing_keeps_the_memory(void **state)
{
	(void)state;
	struct buf b = { 0 };

	buf_str(&b, "first");
	const char *data = b.data;
	size_t room = b.room;
	buf_clear(&b);
	assert_string_equal(buf_text(&b), "");
	buf_str(&b, "2nd");
	assert_string_equal(buf_text(&b), "2nd");
	assert_ptr_equal(b.data, data);
	assert_int_equal(b.room, room);
	buf_fini(&b);
}

static void
after_a_failure_every_call_does_nothing(void **state)
{
	(void)state;
	struct buf b = { 0 };

	buf_str(&b, "kept");
	memory_fail_at(0, true);
	assert_false(buf_reserve(&b, 1000));
	memory_heal();
	assert_true(b.failed);
	buf_str(&b, "more");
	buf_char(&b, 'c');
	buf_int(&b, 1);
	buf_printf(&b, "%d", 1);
	assert_false(buf_reserve(&b, 1));
	assert_int_equal(b.bytes, 4);
	assert_null(buf_text(&b));
	buf_fini(&b);
}

static void
clearing_forgets_a_failure(void **state)
{
	(void)state;
	struct buf b = { 0 };

	memory_fail_at(0, true);
	buf_str(&b, "lost");
	memory_heal();
	assert_null(buf_text(&b));
	buf_clear(&b);
	buf_str(&b, "found");
	assert_string_equal(buf_text(&b), "found");
	buf_fini(&b);
}

static void
each_missing_allocation_is_told_and_none_is_lost(void **state)
{
	(void)state;
	int64_t before = memory_live();
	bool is_done = false;

	for (int n = 0; !is_done; n++) {
		struct buf b = { 0 };
		memory_fail_at(n, true);
		for (int i = 0; i < 1000; i++)
			buf_printf(&b, "%d,", i);
		memory_heal();
		is_done = !b.failed;
		assert_true((buf_text(&b) == NULL) == b.failed);
		assert_true(n < 20);
		buf_fini(&b);
		assert_int_equal(memory_live(), before);
	}
}

static void
a_size_that_overflows_fails(void **state)
{
	(void)state;
	static const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 64,
		SIZE_MAX / 2 + 1, SIZE_MAX / 2, SIZE_MAX / 4 + 1,
		SIZE_MAX / 4 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct buf b = { 0 };
		assert_false(buf_reserve(&b, sizes[i]));
		assert_true(b.failed);
		buf_clear(&b);
		buf_str(&b, "in use");
		assert_false(buf_reserve(&b, sizes[i]));
		assert_true(b.failed);
		buf_fini(&b);
	}
}

static void
reserved_room_can_be_filled_from_outside(void **state)
{
	(void)state;
	struct buf b = { 0 };

	for (size_t n = 1; n < 5000; n = n * 3 / 2 + 1) {
		assert_true(buf_reserve(&b, n));
		memset(b.data + b.bytes, 'y', n);
		b.bytes += n;
		assert_int_equal(strlen(buf_text(&b)), b.bytes);
	}
	buf_fini(&b);
}

static void
check_int(int64_t n)
{
	struct buf b = { 0 };
	char want[32];

	(void)snprintf(want, sizeof(want), "%" PRId64, n);
	buf_int(&b, n);
	assert_string_equal(buf_text(&b), want);
	buf_fini(&b);
}

static void
integers_are_written_as_printf_writes_them(void **state)
{
	(void)state;
	check_int(0);
	check_int(INT64_MAX);
	check_int(INT64_MIN);
	check_int(INT64_MIN + 1);
	for (int64_t n = 1; n <= INT64_MAX / 10; n *= 10)
		for (int64_t d = -1; d <= 1; d++) {
			check_int(n + d);
			check_int(-n + d);
		}
}

static void
formatted_text_fits_at_every_length(void **state)
{
	(void)state;
	char text[301];

	for (size_t n = 0; n < sizeof(text); n++) {
		struct buf b = { 0 };
		memset(text, 'z', n);
		text[n] = '\0';
		buf_printf(&b, "%s", text);
		assert_int_equal(b.bytes, n);
		buf_printf(&b, "<%s>", text);
		assert_int_equal(b.bytes, 2 * n + 2);
		assert_int_equal(buf_text(&b)[n], '<');
		assert_int_equal(strlen(buf_text(&b)), 2 * n + 2);
		buf_fini(&b);
	}
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_zeroed_buffer_is_empty_text),
		TEST(bytes_stay_as_they_were_while_it_grows),
		TEST(a_nul_stands_behind_the_bytes_at_every_length),
		TEST(nuls_among_the_bytes_are_kept),
		TEST(clearing_keeps_the_memory),
		TEST(after_a_failure_every_call_does_nothing),
		TEST(clearing_forgets_a_failure),
		TEST(each_missing_allocation_is_told_and_none_is_lost),
		TEST(a_size_that_overflows_fails),
		TEST(reserved_room_can_be_filled_from_outside),
		TEST(integers_are_written_as_printf_writes_them),
		TEST(formatted_text_fits_at_every_length),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
