/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "exchange/lines.h"

#include "base/error.h"

#include "child.h"
#include "memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A stream that gives what it has in pieces, and may fail at a place. */
struct stream {
	const char *data;
	size_t bytes;
	size_t at;
	size_t piece;    /* bytes at a time; 0: as many as fit */
	size_t fails_at; /* SIZE_MAX: never */
	bool gives_too_much;
	int calls_after_end;
};

static long
give(void *arg, char *into, size_t room)
{
	struct stream *s = arg;
	size_t n = s->bytes - s->at;

	if (s->at >= s->fails_at)
		return -1;
	if (s->gives_too_much)
		return (long)room + 1;
	if (n == 0)
		s->calls_after_end++;
	if (s->piece != 0 && n > s->piece)
		n = s->piece;
	if (n > room)
		n = room;
	if (n > s->fails_at - s->at)
		n = s->fails_at - s->at;
	memcpy(into, s->data + s->at, n);
	s->at += n;
	return (long)n;
}

/* All lines, each in angle brackets. Checks the numbers on the way. */
static char *
all_lines(struct stream *s, size_t line_bytes_max, int *code, alk_error *err)
{
	struct buf out = { 0 };
	struct lines l;
	const char *line;
	size_t bytes;
	int64_t number = 0;

	lines_init(&l, give, s, line_bytes_max);
	while ((*code = lines_next(&l, &line, &bytes, err)) == 1) {
		buf_char(&out, '<');
		buf_add(&out, line, bytes);
		buf_char(&out, '>');
		assert_int_equal(l.number, ++number);
	}
	if (*code == 0) {
		assert_int_equal(l.bytes, s->bytes);
		/* The end stays the end. */
		assert_int_equal(lines_next(&l, &line, &bytes, err), 0);
		assert_int_equal(l.number, number);
	}
	lines_fini(&l);
	char *text = malloc(out.bytes + 1);
	memcpy(text, buf_text(&out), out.bytes + 1);
	buf_fini(&out);
	return text;
}

static void
check_lines(const char *data, size_t bytes, const char *want)
{
	for (size_t piece = 0; piece <= bytes + 1; piece++) {
		struct stream s = { .data = data, .bytes = bytes,
			.piece = piece, .fails_at = SIZE_MAX };
		alk_error err = { 0 };
		int code;
		char *got = all_lines(&s, 100, &code, &err);
		assert_int_equal(code, 0);
		assert_string_equal(got, want);
		free(got);
	}
}

#define CHECK(data, want) check_lines(data, sizeof(data) - 1, want)

static void
lines_come_without_their_ends_whatever_the_pieces(void **state)
{
	(void)state;
	CHECK("one\ntwo\nthree\n", "<one><two><three>");
}

static void
the_last_line_needs_no_end(void **state)
{
	(void)state;
	CHECK("one\ntwo", "<one><two>");
	CHECK("x", "<x>");
}

static void
an_empty_stream_has_no_lines(void **state)
{
	(void)state;
	CHECK("", "");
}

static void
empty_lines_are_lines(void **state)
{
	(void)state;
	CHECK("\n", "<>");
	CHECK("\n\na\n\n", "<><><a><>");
}

static void
a_carriage_return_before_it_belongs_to_the_end(void **state)
{
	(void)state;
	CHECK("one\r\ntwo\r\n\r\n", "<one><two><>");
	CHECK("one\r\ntwo\r", "<one><two>");
}

static void
a_byte_order_mark_is_read_over_at_the_beginning_only(void **state)
{
	(void)state;
	CHECK("\xef\xbb\xbfone\r\n\xef\xbb\xbftwo\n",
	    "<one><\xef\xbb\xbftwo>");
	CHECK("\xef\xbb\xbf", "<>");
	CHECK("\xef\xbb\xbf\r\n", "<>");
	CHECK("\xef\xbb", "<\xef\xbb>");
}

static void
another_encoding_is_told_in_whatever_pieces(void **state)
{
	static const char text[] = "\xff\xfeo\0n\0e\0\n\0";

	(void)state;
	for (size_t piece = 1; piece < sizeof(text); piece++) {
		struct stream s = { .data = text, .bytes = sizeof(text) - 1,
			.piece = piece, .fails_at = SIZE_MAX };
		struct lines l;
		alk_error err = { 0 };
		const char *line;
		size_t bytes;
		lines_init(&l, give, &s, 100);
		assert_int_equal(lines_next(&l, &line, &bytes, &err),
		    ALK_JSON);
		assert_string_equal(err.entry, "line 1");
		assert_non_null(strstr(err.text, "is UTF-16, and only UTF-8"));
		lines_fini(&l);
	}
}

static void
a_carriage_return_elsewhere_is_a_byte_of_the_line(void **state)
{
	(void)state;
	CHECK("o\rne\n\rtwo\r\r\n", "<o\rne><\rtwo\r>");
}

static void
bytes_of_a_line_are_not_looked_at(void **state)
{
	(void)state;
	struct stream s = { .data = "a\0b\xff\n\0\n", .bytes = 7,
		.fails_at = SIZE_MAX };
	struct lines l;
	const char *line;
	size_t bytes;
	alk_error err = { 0 };

	lines_init(&l, give, &s, 100);
	assert_int_equal(lines_next(&l, &line, &bytes, &err), 1);
	assert_int_equal(bytes, 4);
	assert_memory_equal(line, "a\0b\xff", 4);
	assert_int_equal(lines_next(&l, &line, &bytes, &err), 1);
	assert_int_equal(bytes, 1);
	assert_int_equal(line[0], 0);
	lines_fini(&l);
}

static void
lines_of_random_lengths_come_through_whole(void **state)
{
	(void)state;
	uint64_t seed = 11;
	size_t room = 3000000;
	char *data = malloc(room);
	char *want = malloc(2 * room);
	size_t n = 0;
	size_t w = 0;

	/* More than several pieces of what the reader asks for. */
	while (n + 60000 < room) {
		size_t bytes = child_random(&seed) % 3 == 0 ?
		    child_random(&seed) % 50000 : child_random(&seed) % 50;
		want[w++] = '<';
		for (size_t i = 0; i < bytes; i++) {
			data[n] = (char)('a' + child_random(&seed) % 26);
			want[w++] = data[n++];
		}
		want[w++] = '>';
		data[n++] = '\n';
	}
	want[w] = '\0';
	static const size_t pieces[] = { 0, 1000, 65536, 262144, 777777 };
	for (size_t i = 0; i < 5; i++) {
		struct stream s = { .data = data, .bytes = n,
			.piece = pieces[i], .fails_at = SIZE_MAX };
		alk_error err = { 0 };
		int code;
		char *got = all_lines(&s, 50000, &code, &err);
		assert_int_equal(code, 0);
		assert_true(strcmp(got, want) == 0);
		free(got);
	}
	free(data);
	free(want);
}

/* A line of n bytes behind a short one; the code it ends with. */
static int
long_line(size_t n, size_t line_bytes_max, size_t piece, alk_error *err)
{
	char *data = malloc(n + 3);
	int code;

	memset(data, 'x', n + 3);
	data[1] = '\n';
	data[n + 2] = '\n';
	struct stream s = { .data = data, .bytes = n + 3, .piece = piece,
		.fails_at = SIZE_MAX };
	char *got = all_lines(&s, line_bytes_max, &code, err);
	free(got);
	free(data);
	return code;
}

static void
a_line_too_long_is_an_error_with_its_number(void **state)
{
	(void)state;
	alk_error err = { 0 };

	assert_int_equal(long_line(2000000, 1000, 0, &err), ALK_LIMIT);
	assert_string_equal(err.entry, "line 2");
	assert_non_null(strstr(err.text, "1000"));
	assert_non_null(strstr(err.text, "limits.attributes_bytes"));
}

static void
a_line_as_long_as_the_bound_is_none(void **state)
{
	(void)state;
	alk_error err = { 0 };
	static const size_t pieces[] = { 0, 999, 100000 };

	for (size_t i = 0; i < 3; i++)
		assert_int_equal(long_line(600000, 600000, pieces[i], &err), 0);
}

static void
a_line_without_end_does_not_take_memory_without_end(void **state)
{
	(void)state;
	alk_error err = { 0 };

	memory_heal();
	assert_int_equal(long_line(20000000, 100000, 0, &err), ALK_LIMIT);
	assert_in_range(memory_largest(), 100000, 2000000);
}

static void
a_stream_that_fails_is_told_with_the_line(void **state)
{
	(void)state;
	const char data[] = "one\ntwo\nthree\n";

	for (size_t at = 0; at < sizeof(data) - 1; at++) {
		struct stream s = { .data = data, .bytes = sizeof(data) - 1,
			.fails_at = at };
		alk_error err = { 0 };
		int code;
		char *got = all_lines(&s, 100, &code, &err);
		assert_int_equal(code, ALK_IO);
		assert_string_equal(got, at < 4 ? "" : at < 8 ? "<one>" :
								"<one><two>");
		assert_string_equal(err.entry, at < 4 ? "line 1" :
		    at < 8 ? "line 2" : "line 3");
		free(got);
	}
}

static void
a_stream_that_gives_more_than_there_is_room_fails(void **state)
{
	(void)state;
	struct stream s = { .data = "", .fails_at = SIZE_MAX,
		.gives_too_much = true };
	alk_error err = { 0 };
	int code;

	free(all_lines(&s, 100, &code, &err));
	assert_int_equal(code, ALK_IO);
}

static void
the_stream_is_not_read_behind_its_end(void **state)
{
	(void)state;
	struct stream s = { .data = "a\nb", .bytes = 3, .fails_at = SIZE_MAX };
	alk_error err = { 0 };
	int code;

	free(all_lines(&s, 100, &code, &err));
	assert_int_equal(code, 0);
	assert_int_equal(s.calls_after_end, 1);
}

static void
missing_memory_is_told(void **state)
{
	(void)state;
	struct stream s = { .data = "a\n", .bytes = 2, .fails_at = SIZE_MAX };
	struct lines l;
	const char *line;
	size_t bytes;
	alk_error err = { 0 };

	memory_fail_at(0, true);
	lines_init(&l, give, &s, 100);
	assert_int_equal(lines_next(&l, &line, &bytes, &err), ALK_NOMEM);
	lines_fini(&l);
	memory_heal();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    lines_come_without_their_ends_whatever_the_pieces),
		cmocka_unit_test(the_last_line_needs_no_end),
		cmocka_unit_test(an_empty_stream_has_no_lines),
		cmocka_unit_test(empty_lines_are_lines),
		cmocka_unit_test(
		    a_carriage_return_before_it_belongs_to_the_end),
		cmocka_unit_test(
		    a_carriage_return_elsewhere_is_a_byte_of_the_line),
		cmocka_unit_test(
		    a_byte_order_mark_is_read_over_at_the_beginning_only),
		cmocka_unit_test(another_encoding_is_told_in_whatever_pieces),
		cmocka_unit_test(another_encoding_is_told_in_whatever_pieces),
		cmocka_unit_test(bytes_of_a_line_are_not_looked_at),
		cmocka_unit_test(lines_of_random_lengths_come_through_whole),
		cmocka_unit_test(a_line_too_long_is_an_error_with_its_number),
		cmocka_unit_test(a_line_as_long_as_the_bound_is_none),
		cmocka_unit_test(
		    a_line_without_end_does_not_take_memory_without_end),
		cmocka_unit_test(a_stream_that_fails_is_told_with_the_line),
		cmocka_unit_test(
		    a_stream_that_gives_more_than_there_is_room_fails),
		cmocka_unit_test(the_stream_is_not_read_behind_its_end),
		cmocka_unit_test(missing_memory_is_told),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
