/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "value/testing.h"

#include "value/parts.h"

static void
hash_of(const char *text, uint8_t out[VALUE_HASH_BYTES])
{
	struct json_reader r = { 0 };
	alk_error err = { 0 };

	assert_int_equal(value_hash(testing_read(&r, text), out, &err),
	    ALK_OK);
	json_reader_fini(&r);
}

static bool
is_same_hash(const char *a, const char *b)
{
	uint8_t x[VALUE_HASH_BYTES];
	uint8_t y[VALUE_HASH_BYTES];

	hash_of(a, x);
	hash_of(b, y);
	return memcmp(x, y, sizeof(x)) == 0;
}

/* From the reference implementation's table: key 00..0f, message 00..n-1. */
static void
siphash_is_that_of_its_authors(void **state)
{
	(void)state;
	static const struct {
		size_t bytes;
		uint8_t hash[16];
	} rows[] = {
		{ 0, { 0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d,
		    0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93 } },
		{ 1, { 0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44, 0x34,
		    0x76, 0x59, 0x11, 0x9b, 0x22, 0xfc, 0x45 } },
		{ 63, { 0x51, 0x50, 0xd1, 0x77, 0x2f, 0x50, 0x83, 0x4a, 0x50,
		    0x3e, 0x06, 0x9a, 0x97, 0x3f, 0xbd, 0x7c } }
	};
	uint8_t bytes[64];
	uint8_t out[16];
	struct sip s;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	for (size_t i = 0; i < COUNT(rows); i++) {
		sip_begin(&s, bytes);
		sip_add(&s, bytes, rows[i].bytes);
		sip_end(&s, out);
		assert_memory_equal(out, rows[i].hash, 16);
	}
}

static void
pieces_do_not_matter_to_siphash(void **state)
{
	(void)state;
	uint8_t bytes[40] = { 1, 2, 3 };
	uint8_t whole[16];
	uint8_t parts[16];
	struct sip s;

	for (size_t cut = 0; cut <= sizeof(bytes); cut++) {
		sip_begin(&s, bytes);
		sip_add(&s, bytes, sizeof(bytes));
		sip_end(&s, whole);
		sip_begin(&s, bytes);
		sip_add(&s, bytes, cut);
		sip_add(&s, bytes + cut, sizeof(bytes) - cut);
		sip_end(&s, parts);
		assert_memory_equal(whole, parts, 16);
	}
}

static void
equal_values_have_equal_hashes(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "1", "1.0" }, { "1000", "1e3" }, { "0", "-0.0" },
		{ "0", "0e999999999999999999999999" },
		{ "1e400", "10e399" }, { "1e-400", "0.001e-397" },
		{ "1e999999999999999999999", "0.1e1000000000000000000000" },
		{ "1e-1000000000000000000000",
		    "10e-1000000000000000000001" },
		{ "12e100000000000000000000000000",
		    "1.2e100000000000000000000000001" },
		{ "123456789012345678901234567890",
		    "12345678901234567890123456789e1" },
		{ "1e+00005", "100000" },
		{ "{\"a\":1,\"b\":[]}", "{\"b\":[],\"a\":1.0}" },
		{ "\"\\u0041\"", "\"A\"" }
	};
	struct json_reader a = { 0 };
	struct json_reader b = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (!json_equal(testing_read(&a, rows[i][0]),
		    testing_read(&b, rows[i][1])))
			fail_msg("%s and %s differ", rows[i][0], rows[i][1]);
		if (!is_same_hash(rows[i][0], rows[i][1]))
			fail_msg("hashes of %s and %s differ", rows[i][0],
			    rows[i][1]);
	}
	json_reader_fini(&a);
	json_reader_fini(&b);
}

/* Among them those that meet in TypeBox's hash. */
static void
different_values_have_different_hashes(void **state)
{
	(void)state;
	static const char *const values[] = {
		"null", "false", "true", "0", "1", "-1", "10", "0.1", "\"\"",
		"\"0\"", "\"1\"", "[]", "{}", "[[]]", "[{}]", "[1,2]",
		"[[1],2]", "[[1,2]]", "[1,[2]]", "[\"ab\"]", "[\"a\",\"b\"]",
		"{\"a\":1}",
		"{\"a\":\"1\"}", "{\"a\":{\"b\":1}}", "{\"a\":1,\"b\":1}",
		"{\"ab\":1}", "9007199254740993", "9007199254740992",
		"1e400", "1e401", "-1e400", "1e-400",
		"1e1000000000000000000000", "1e-1000000000000000000000",
		"1e1000000000000000000001"
	};

	for (size_t i = 0; i < COUNT(values); i++)
		for (size_t j = 0; j < i; j++)
			if (is_same_hash(values[i], values[j]))
				fail_msg("%s and %s have one hash", values[i],
				    values[j]);
}

/* The encoding is for ever: a change here breaks what others have stored. */
static void
the_hash_stays_what_it_is(void **state)
{
	(void)state;
	static const char value[] =
	    "{\"b\":[1,-2.5,null,true],\"a\":\"x\",\"\":{}}";
	static const char expected[] = "913028bc6116cb6aa5dcd8b1fa1f33eb";
	uint8_t hash[VALUE_HASH_BYTES];
	char text[2 * VALUE_HASH_BYTES + 1];

	hash_of(value, hash);
	for (size_t i = 0; i < sizeof(hash); i++)
		snprintf(text + 2 * i, 3, "%02x", hash[i]);
	assert_string_equal(text, expected);
}

static void
members_in_any_order_and_number_are_sorted(void **state)
{
	(void)state;
	for (int count = 1; count < 400; count = count * 3 / 2 + 1) {
		struct buf up = { 0 };
		struct buf down = { 0 };
		for (int i = 0; i < count; i++) {
			buf_printf(&up, "%s\"k%d\":%d", i == 0 ? "{" : ",", i,
			    i);
			buf_printf(&down, "%s\"k%d\":%d", i == 0 ? "{" : ",",
			    count - 1 - i, count - 1 - i);
		}
		buf_char(&up, '}');
		buf_char(&down, '}');
		assert_true(is_same_hash(buf_text(&up), buf_text(&down)));
		buf_fini(&up);
		buf_fini(&down);
	}
}

static void
typebox_hashes_are_those_of_typebox(void **state)
{
	(void)state;
	static const struct {
		const char *value;
		uint64_t hash;
	} rows[] = {
		{ "false", 592597218053142079u },
		{ "1", 13875031758989313021u },
		{ "1.5", 16943069777296939733u },
		{ "\"\"", 12638148717648654611u },
		{ "\"abc\"", 325809897275227501u },
		{ "\"\xc3\xa9\xf0\x9f\x98\x80\xe4\xb8\xad\"",
		    5149269185928676342u },
		{ "{}", 12638147618137026400u },
		{ "[1,2]", 14477731832623404294u },
		{ "{\"b\":2,\"a\":1}", 1082432413110642370u },
		{ "{\"a\":[{\"b\":null},\"x\"]}", 12527329525897458263u }
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct json_reader r = { 0 };
		alk_error err = { 0 };
		uint64_t hash = 0;
		assert_int_equal(value_hash_typebox(testing_read(&r,
		    rows[i].value), &hash, &err), ALK_OK);
		assert_true(hash == rows[i].hash);
		json_reader_fini(&r);
	}
}

/* U+FFFF is above U+10000 in UTF-16 only. */
static void
typebox_sorts_keys_by_utf16(void **state)
{
	(void)state;
	struct json_reader r = { 0 };
	struct sorted s;
	yyjson_val *v = testing_read(&r,
	    "{\"\xef\xbf\xbf\":1,\"\xf0\x90\x80\x80\":2,\"a\":3}");

	assert_true(sorted_begin(&s, v, true));
	assert_int_equal(yyjson_get_int(s.keys[1] + 1), 2);
	assert_int_equal(yyjson_get_int(s.keys[2] + 1), 1);
	sorted_end(&s);
	assert_true(sorted_begin(&s, v, false));
	assert_int_equal(yyjson_get_int(s.keys[1] + 1), 1);
	sorted_end(&s);
	json_reader_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(siphash_is_that_of_its_authors),
		cmocka_unit_test(pieces_do_not_matter_to_siphash),
		cmocka_unit_test(equal_values_have_equal_hashes),
		cmocka_unit_test(different_values_have_different_hashes),
		cmocka_unit_test(the_hash_stays_what_it_is),
		cmocka_unit_test(members_in_any_order_and_number_are_sorted),
		cmocka_unit_test(typebox_hashes_are_those_of_typebox),
		cmocka_unit_test(typebox_sorts_keys_by_utf16)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
