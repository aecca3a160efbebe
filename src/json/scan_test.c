/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The fast way must give what the slow way gives, or nothing. Texts are changed
 * at random, always alike, and read both ways.
 */
#include "json/scan.h"

#include "base/mem.h"
#include "json/check.h"
#include "json/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CHANGES 6000 /* of each text */
#define TEXT_MAX 2048
#define DEPTH 40

static const char *const texts[] = {
	"{\"id\":\"person_1\",\"age\":85,\"score\":0.9875,\"geo\":[38.8,-77.5]"
	",\"on\":true,\"off\":false,\"none\":null,\"in\":{\"a\":{},\"b\":[]}}",
	"[1,-1,0,-0,0.0,1.0,1.50,1e3,1E+2,1e-7,123456789012345,"
	"1234567890123456789,12345678901234567890,0.1234567890123456789,"
	"1e400,-9223372036854775808,18446744073709551615,5e-324,0.30,"
	"-0.0,-0.00,-3.00,120.50,10.10,0.000,123456789012.000,"
	"99999999999999.0]",
	" [ \"\\u00e9\\ud83d\\ude00\\n\\t\\\\\\/\" , \"\xc3\xa9\xe6\x97\xa5"
	"\xf0\x9f\x98\x80 plain \xd0\x9f\xd1\x80\" ,\r\n{ \"a\" : 1 } ] ",
	"[{\"a\":1,\"b\":2},{\"a\":1,\"b\":2},{\"b\":2,\"a\":1},{\"a\":1},"
	"{\"a\":1,\"c\":3,\"b\":2},{\"a\":1,\"b\":2,\"a\":3}]",
	"[{\"a name that is longer than an outline holds\":1,"
	"\"12345678901234567890123456789\":{\"1234567890123\":[{\"x\":1}],"
	"\"12345678901234\":[{\"x\":1,\"y\":[{\"z\":2}]}]}},{\"\":{\"\":0}}]",
	"\"a string that is long enough for more than one load of bytes\"",
};

static unsigned seed;

static unsigned
random_below(unsigned n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 8) % n;
}

static struct members members;
static struct outline *outline;
static char room[64 * 1024];

/* What read.c does without scan.c. */
static yyjson_doc *
read_slowly(const char *text, size_t bytes, bool may_be_twice)
{
	static const yyjson_read_flag flags[2] = { YYJSON_READ_BIGNUM_AS_RAW,
		YYJSON_READ_NUMBER_AS_RAW };
	yyjson_doc *doc = NULL;

	for (int pass = 0; pass < 2; pass++) {
		struct check c = { .depth_max = DEPTH,
			.members = may_be_twice ? NULL : &members };
		yyjson_doc_free(doc);
		doc = yyjson_read_opts((char *)(uintptr_t)text, bytes,
		    flags[pass], NULL, NULL);
		if (doc == NULL || check_values(&c, doc) != ALK_OK) {
			yyjson_doc_free(doc);
			return NULL;
		}
		if (!c.has_real ||
		    !check_text_is_finer(text, bytes, c.has_tiny))
			break;
	}
	return doc;
}

/* The same types, too, and nothing escaped where NOESC says so. */
static void
assert_same(yyjson_val *a, yyjson_val *b, const char *text)
{
	uint64_t mask = ~(uint64_t)YYJSON_SUBTYPE_MASK;
	struct buf of_a = { 0 }, of_b = { 0 };
	size_t count = (size_t)(unsafe_yyjson_get_next(b) - b);

	assert_int_equal(unsafe_yyjson_get_next(a) - a, count);
	for (size_t i = 0; i < count; i++) {
		bool is_text = unsafe_yyjson_is_str(&b[i]);
		uint64_t compared = is_text ? mask : UINT64_MAX;
		if ((a[i].tag & compared) != (b[i].tag & compared))
			fail_msg("other types: %s", text);
		if (is_text)
			assert_int_equal(a[i].uni.str[unsafe_yyjson_get_len(
			    &a[i])], '\0');
	}
	json_write(&of_a, a);
	json_write(&of_b, b);
	assert_string_equal(buf_text(&of_a), buf_text(&of_b));
	buf_fini(&of_a);
	buf_fini(&of_b);
}

/* Whether the fast way was sure. */
static bool
read_both_ways(const char *text, size_t bytes, bool may_be_twice)
{
	assert_true(scan_room(bytes) <= sizeof(room));
	yyjson_val *fast = scan_text(room, text, bytes, DEPTH,
	    may_be_twice ? NULL : &members, outline);
	if (fast == NULL)
		return false;
	yyjson_doc *doc = read_slowly(text, bytes, may_be_twice);
	if (doc == NULL)
		fail_msg("the slow way refuses: %s", text);
	assert_same(fast, yyjson_doc_get_root(doc), text);
	yyjson_doc_free(doc);
	return true;
}

static void
change(char *text, size_t *bytes)
{
	static const char alphabet[] = "\"\\{}[]:,0123456789.eE+-untrfals ";
	size_t at = random_below((unsigned)*bytes);

	switch (random_below(4)) {
	case 0:
		text[at] = alphabet[random_below(sizeof(alphabet) - 1)];
		break;
	case 1:
		memmove(text + at, text + at + 1, *bytes - at);
		*bytes -= *bytes > 1;
		break;
	case 2:
		text[at] = (char)random_below(256);
		break;
	default:
		memmove(text + at + 1, text + at, *bytes - at);
		text[at] = alphabet[random_below(sizeof(alphabet) - 1)];
		++*bytes;
		break;
	}
	text[*bytes] = '\0';
}

static void
change_and_read(const char *original, unsigned *sure)
{
	char text[TEXT_MAX];

	for (int i = 0; i < CHANGES; i++) {
		size_t bytes = strlen(original);
		memcpy(text, original, bytes + 1);
		for (unsigned n = random_below(3); n > 0; n--)
			change(text, &bytes);
		*sure += read_both_ways(text, bytes, i % 5 == 4);
	}
}

static void
both_ways_agree_on_texts_changed_at_random(void **state)
{
	(void)state;
	unsigned sure = 0;

	seed = 1;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		change_and_read(texts[i], &sure);
	/* A third is not changed at all, and two texts are for the slow way. */
	assert_true(sure > CHANGES);
}

static void
what_is_usual_goes_the_fast_way(void **state)
{
	(void)state;
	static const char *const usual[] = { "{}", "[]", "1", "\"a\"", "null",
		" true ", "[1.5,-2,3e2,0.10,1e-5,\"\\u0041\\ud83d\\ude00\"]",
		"{\"a\":{\"b\":[{},[],[[1]]]},\"c\":\"\xc3\xa4\"}" };

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		assert_true(read_both_ways(usual[i], strlen(usual[i]), false));
}

static void
what_is_not_in_order_is_left(void **state)
{
	(void)state;
	static const char *const left[] = { "", " ", "{", "[1,]", "{\"a\"}",
		"01", "1.", "1e", "-", "+1", "nul", "truely", "[1]x",
		"\"\x01\"",
		"\"\\ud83d\"", "\"\\ude00\"", "\"\\x\"", "\"\xc0\x80\"",
		"\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe0\x9f\xbf\"",
		"{\"a\":1,\"a\":2}", "{\"a\":1,\"b\":2,\"\\u0061\":3}" };

	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		if (scan_text(room, left[i], strlen(left[i]), DEPTH, &members,
		    outline) != NULL)
			fail_msg("read: %s", left[i]);
}

/* An object of many members, in the order a, or with one more at the end. */
static size_t
write_wide(char *text, unsigned count, const char *more)
{
	size_t bytes = 0;

	for (unsigned i = 0; i < count; i++)
		bytes += (size_t)sprintf(text + bytes, "%c\"m%u\":%u",
		    i == 0 ? '{' : ',', i, i);
	bytes += (size_t)sprintf(text + bytes, "%s}", more);
	return bytes;
}

static void
a_member_twice_is_found_in_what_was_expected(void **state)
{
	(void)state;
	char text[8192];

	for (unsigned count = 2; count < 400; count += count / 2) {
		for (int i = 0; i < 4; i++) {
			size_t bytes = write_wide(text, count, "");
			assert_true(read_both_ways(text, bytes, false));
			bytes = write_wide(text, count, ",\"m1\":0");
			assert_false(read_both_ways(text, bytes, false));
			/* Nobody looks for it, nor may learn from it. */
			assert_true(read_both_ways(text, bytes, true));
		}
	}
}

static void
depth_is_bounded(void **state)
{
	(void)state;
	char text[2 * DEPTH + 8];

	for (int depth = DEPTH - 1; depth < DEPTH + 3; depth++) {
		memset(text, '[', (size_t)depth);
		memset(text + depth, ']', (size_t)depth);
		assert_int_equal(scan_text(room, text, (size_t)depth * 2, DEPTH,
		    &members, outline) != NULL, depth <= DEPTH);
	}
}

static int
setup(void **state)
{
	(void)state;
	outline = outline_new();
	return outline == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	outline_free(outline);
	buf_fini(&members.slots);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways_agree_on_texts_changed_at_random),
		cmocka_unit_test(what_is_usual_goes_the_fast_way),
		cmocka_unit_test(what_is_not_in_order_is_left),
		cmocka_unit_test(a_member_twice_is_found_in_what_was_expected),
		cmocka_unit_test(depth_is_bounded),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
