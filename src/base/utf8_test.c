/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * UTF-8 against a second decoder that goes the other way: it decodes what looks
 * like a sequence, and asks whether encoding the number gives the same bytes.
 */
#include "base/utf8.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* As RFC 3629 defines it: the encoding of U+0000..U+10FFFF but surrogates. */
static bool
is_one_character(const unsigned char *p, size_t bytes)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	static const unsigned char lead[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	static const unsigned char mark[] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };

	if ((p[0] & ~lead[bytes]) != mark[bytes])
		return false;
	uint32_t c = p[0] & lead[bytes];
	for (size_t i = 1; i < bytes; i++) {
		if (p[i] >> 6 != 2)
			return false;
		c = c << 6 | (p[i] & 63u);
	}
	return c >= least[bytes] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
}

/* Every way to cut n bytes into characters is tried. */
static bool
is_text(const unsigned char *p, size_t bytes)
{
	if (bytes == 0)
		return true;
	for (size_t n = 1; n <= 4 && n <= bytes; n++)
		if (is_one_character(p, n) && is_text(p + n, bytes - n))
			return true;
	return false;
}

static bool
agrees(const unsigned char *p, size_t bytes)
{
	return utf8_is_valid((const char *)p, bytes) == is_text(p, bytes);
}

static void
every_text_of_up_to_three_bytes_is_judged_rightly(void **state)
{
	(void)state;
	unsigned char p[3];

	for (uint32_t n = 0; n < 1 << 24; n++) {
		p[0] = (unsigned char)(n >> 16);
		p[1] = (unsigned char)(n >> 8);
		p[2] = (unsigned char)n;
		/* ASCII in front or behind changes nothing. */
		if (p[0] < 0x80 && p[0] != 'a')
			continue;
		if (p[2] < 0x80 && p[2] != 'a')
			continue;
		if (!agrees(p, 3))
			fail_msg("%02x %02x %02x", p[0], p[1], p[2]);
		if (p[2] == 'a' && (!agrees(p, 2) || !agrees(p, 1)))
			fail_msg("%02x %02x", p[0], p[1]);
	}
}

static void
four_byte_sequences_are_judged_rightly(void **state)
{
	(void)state;
	static const unsigned char edges[] = { 0x00, 0x7f, 0x80, 0x8f, 0x90,
		0x9f, 0xa0, 0xbf, 0xc0, 0xff };
	unsigned char p[4];

	for (unsigned a = 0xe0; a < 0x100; a++)
		for (unsigned b = 0; b < 0x100; b++)
			for (size_t i = 0; i < 100; i++) {
				p[0] = (unsigned char)a;
				p[1] = (unsigned char)b;
				p[2] = edges[i / 10];
				p[3] = edges[i % 10];
				if (!agrees(p, 4))
					fail_msg("%02x %02x %02x %02x", p[0],
					    p[1], p[2], p[3]);
			}
}

static void
every_code_point_is_written_as_one_character(void **state)
{
	(void)state;
	char text[4];

	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		size_t n = utf8_put(text, c);
		size_t want = c < 0x80 ? 1 : c < 0x800 ? 2 :
		    c < 0x10000 ? 3 : 4;
		bool is_surrogate = c >= 0xd800 && c <= 0xdfff;
		assert_int_equal(n, want);
		assert_true(utf8_is_valid(text, n) == !is_surrogate);
		assert_int_equal(utf8_length(text, n), 1);
	}
}

static void
a_bad_byte_is_found_wherever_it_stands(void **state)
{
	(void)state;
	char text[41];

	/* ASCII is gone through eight bytes at a time. */
	for (size_t bytes = 1; bytes < sizeof(text); bytes++)
		for (size_t at = 0; at < bytes; at++) {
			memset(text, 'a', sizeof(text));
			assert_true(utf8_is_valid(text, bytes));
			text[at] = (char)0xff;
			assert_false(utf8_is_valid(text, bytes));
			text[at] = (char)0x80;
			assert_false(utf8_is_valid(text, bytes));
		}
}

static void
a_character_cut_short_is_found_wherever_it_stands(void **state)
{
	(void)state;
	static const char *const characters[] = { "\xc3\xa9", "\xe2\x82\xac",
		"\xf0\x9f\x98\x80" };
	char text[64];

	for (size_t c = 0; c < 3; c++)
		for (size_t before = 0; before < 20; before++) {
			size_t whole = strlen(characters[c]);
			memset(text, 'a', before);
			memcpy(text + before, characters[c], whole);
			assert_true(utf8_is_valid(text, before + whole));
			for (size_t n = 1; n < whole; n++)
				assert_false(utf8_is_valid(text, before + n));
		}
}

static void
length_counts_characters(void **state)
{
	(void)state;
	const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z";

	assert_int_equal(utf8_length("", 0), 0);
	assert_int_equal(utf8_length(text, strlen(text)), 5);
}

/* ---- names ---- */

static int
name(const char *text, size_t bytes, alk_error *err)
{
	error_clear(err);
	return utf8_name(text, bytes, 16, "the key", "limits.key_bytes", err);
}

static void
a_name_holds_no_control_character(void **state)
{
	(void)state;
	alk_error err = { 0 };

	for (uint32_t c = 0; c < 0x3000; c++) {
		bool is_control = c < 0x20 || (c >= 0x7f && c < 0xa0);
		for (size_t before = 0; before < 3; before++) {
			char text[16] = "ab";
			size_t n = before + utf8_put(text + before, c);
			text[n++] = 'z';
			assert_int_equal(name(text, n, &err),
			    is_control ? ALK_INVALID : ALK_OK);
			if (is_control)
				assert_string_equal(err.text,
				    "the key holds a control character");
		}
	}
}

static void
a_name_is_not_empty(void **state)
{
	(void)state;
	alk_error err = { 0 };

	assert_int_equal(name("", 0, &err), ALK_INVALID);
	assert_string_equal(err.text, "the key is empty");
	assert_int_equal(name(NULL, 0, &err), ALK_INVALID);
	assert_string_equal(err.text, "the key is empty");
}

static void
a_name_is_utf8(void **state)
{
	(void)state;
	alk_error err = { 0 };

	assert_int_equal(name("a\xe9", 2, &err), ALK_INVALID);
	assert_string_equal(err.text, "the key is not UTF-8");
	assert_int_equal(name("a\xc3\xa9", 3, &err), ALK_OK);
	assert_int_equal(err.code, ALK_OK);
}

static void
a_name_too_long_says_which_limit(void **state)
{
	(void)state;
	alk_error err = { 0 };
	const char text[] = "seventeen bytes..";

	assert_int_equal(name(text, 16, &err), ALK_OK);
	assert_int_equal(name(text, 17, &err), ALK_LIMIT);
	assert_string_equal(err.text, "the key has 17 bytes, more than 16 "
	    "(limit limits.key_bytes)");
	error_clear(&err);
	assert_int_equal(utf8_name(text, 17, 16, "the id", NULL, &err),
	    ALK_LIMIT);
	assert_string_equal(err.text, "the id has 17 bytes, more than 16 "
	    "(limit of the format)");
}

static void
check_other(const char *text, size_t bytes, const char *expected)
{
	const char *other = utf8_other(text, bytes);

	if (expected == NULL)
		assert_null(other);
	else
		assert_string_equal(other, expected);
}

static void
another_encoding_is_seen_by_its_first_bytes(void **state)
{
	alk_error err = { 0 };

	(void)state;
	check_other("\xff\xfe" "a\0", 4, "UTF-16");
	check_other("\xff\xfe", 2, "UTF-16");
	check_other("\xfe\xff\0a", 4, "UTF-16");
	check_other("\xff\xfe\0\0a\0\0\0", 8, "UTF-32");
	check_other("\0\0\xfe\xff\0\0\0a", 8, "UTF-32");
	check_other("{\0}\0", 4, "UTF-16LE");
	check_other("\0{\0}", 4, "UTF-16BE");
	check_other("", 0, NULL);
	check_other("\xff", 1, NULL);
	check_other("\xef\xbb\xbf{", 4, NULL);
	check_other("{}\n\0", 4, NULL);
	check_other("\0\0\0\0", 4, NULL);
	check_other("a\0bc", 4, NULL);
	assert_int_equal(utf8_refuse_other(&err, ALK_JSON, "UTF-16"),
	    ALK_JSON);
	assert_non_null(strstr(err.text, "iconv -f UTF-16 -t UTF-8"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_text_of_up_to_three_bytes_is_judged_rightly),
		cmocka_unit_test(four_byte_sequences_are_judged_rightly),
		cmocka_unit_test(every_code_point_is_written_as_one_character),
		cmocka_unit_test(a_bad_byte_is_found_wherever_it_stands),
		cmocka_unit_test(
		    a_character_cut_short_is_found_wherever_it_stands),
		cmocka_unit_test(length_counts_characters),
		cmocka_unit_test(a_name_holds_no_control_character),
		cmocka_unit_test(a_name_is_not_empty),
		cmocka_unit_test(a_name_is_utf8),
		cmocka_unit_test(a_name_too_long_says_which_limit),
		cmocka_unit_test(another_encoding_is_seen_by_its_first_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
