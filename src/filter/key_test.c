/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "filter/filter.h"


#include "memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct item {
	struct json_reader reader;
	yyjson_val *v;
	struct buf key;
};

static void
item_init(struct item *i, const char *text)
{
	const struct json_bounds bounds = { 1 << 20, 100, NULL, NULL };
	alk_error err = { .code = ALK_OK };

	*i = (struct item){ .v = NULL };
	i->v = json_read(&i->reader, text, strlen(text), &bounds, &err);
	if (i->v == NULL)
		fail_msg("%.60s: %s", text, err.text);
	filter_sort_key(&i->key, i->v);
	assert_false(i->key.failed);
}

static void
item_fini(struct item *i)
{
	json_reader_fini(&i->reader);
	buf_fini(&i->key);
}

static int
sign(int n)
{
	return (n > 0) - (n < 0);
}

static int
compare_keys(const struct buf *a, const struct buf *b)
{
	size_t n = a->bytes < b->bytes ? a->bytes : b->bytes;
	int order = memcmp(a->data, b->data, n);

	/* No key is the beginning of another one. */
	assert_true(order != 0 || a->bytes == b->bytes);
	return sign(order);
}

/* The order of keys of each two of texts is that of their places. */
static void
assert_ascending(const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++) {
			struct item a, b;
			item_init(&a, texts[i]);
			item_init(&b, texts[j]);
			int order = compare_keys(&a.key, &b.key);
			if (order != (i > j) - (i < j))
				fail_msg("%s and %s: %d", texts[i], texts[j],
				    order);
			item_fini(&a);
			item_fini(&b);
		}
}

static void
types_have_their_places(void **state)
{
	static const char *const texts[] = { "null", "-1e999", "-1", "0", "1",
		"1e999", "\"\"", "\"a\"", "false", "true", "[1]", "[]",
		"{\"a\":1}", "{}" };

	(void)state;
	assert_ascending(texts, sizeof(texts) / sizeof(texts[0]));
}

static void
missing_is_as_null(void **state)
{
	struct buf key = { 0 };
	struct item null;

	(void)state;
	item_init(&null, "null");
	filter_sort_key(&key, NULL);
	assert_int_equal(compare_keys(&key, &null.key), 0);
	buf_fini(&key);
	item_fini(&null);
}

static void
strings_are_in_the_order_of_bytes(void **state)
{
	static const char *const texts[] = { "\"\"", "\"\\u0000\"",
		"\"\\u0000\\u0000\"", "\"\\u0000a\"", "\"\\u0001\"", "\"a\"",
		"\"a\\u0000\"", "\"a\\u0000b\"", "\"a\\u0001\"", "\"ab\"",
		"\"b\"", "\"\xc3\xa9\"", "\"\xf0\x9f\x98\x80\"" };

	(void)state;
	assert_ascending(texts, sizeof(texts) / sizeof(texts[0]));
}

static void
long_strings_are_cut(void **state)
{
	char text[1400];
	struct item a, b;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[0] = '"';
	memcpy(text + 1026, "y\"", 3);
	item_init(&a, text);
	text[1026] = 'z';
	item_init(&b, text);
	assert_int_equal(compare_keys(&a.key, &b.key), 0);
	item_fini(&b);
	text[1024] = 'a';
	item_init(&b, text);
	assert_int_equal(compare_keys(&a.key, &b.key), 1);
	assert_int_equal(a.key.bytes, 1 + 1024 + 2);
	item_fini(&a);
	item_fini(&b);
}

static void
numbers_at_the_edges_keep_their_order(void **state)
{
	static const char *const texts[] = {
		"-1e99999999999999999999", "-1e400", "-1.7976931348623157e308",
		"-18446744073709551616", "-9223372036854775809",
		"-9223372036854775808", "-9223372036854775807",
		"-9007199254740993", "-9007199254740992", "-9007199254740991.5",
		"-1e15", "-100.5", "-100", "-99.99", "-10",
		    "-1.0000000000000002",
		"-1", "-0.1", "-1e-7", "-5e-324", "-1e-400",
		"0", "1e-400", "5e-324", "1e-7", "0.1",
		    "0.10000000000000000001",
		"0.2", "0.99", "1", "1.0000000000000002", "1.5", "9", "10",
		    "11",
		"99", "99.99", "100", "100.5", "1e15", "9007199254740991.5",
		"9007199254740992", "9007199254740993", "9007199254740994",
		"9223372036854775807", "9223372036854775808",
		"18446744073709551614", "18446744073709551615",
		"18446744073709551616", "12345678901234567890123",
		"12345678901234567890124", "1e126", "1e127", "1e128", "1e300",
		"1.7976931348623157e308", "1e400", "1.5e400",
		"1e99999999999999999999" };

	(void)state;
	assert_ascending(texts, sizeof(texts) / sizeof(texts[0]));
}

static void
one_number_has_one_key_however_written(void **state)
{
	static const char *const texts[][2] = { { "1", "1.0" }, { "100",
	    "1e2" },
		{ "1", "10e-1" }, { "0", "-0.0" }, { "0", "0e500" },
		{ "0.5", "5E-1" }, { "12345678901234567890123",
		"12345678901234567890123.0" }, { "1e400", "0.01e402" } };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct item a, b;
		item_init(&a, texts[i][0]);
		item_init(&b, texts[i][1]);
		assert_int_equal(compare_keys(&a.key, &b.key), 0);
		item_fini(&a);
		item_fini(&b);
	}
}

static uint64_t seed = 88172645463325252u;

/* Marsaglia's xorshift. */
static uint64_t
next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* A number of some kind; near says how often ones close to each other come. */
static void
make_number(char *text, size_t room)
{
	static const int64_t hubs[] = { 0, 1, 1000, (int64_t)1 << 53, INT64_MAX,
		INT64_MIN, -1000, -((int64_t)1 << 53) };
	uint64_t r = next();
	int64_t hub = hubs[next() % 8];
	int64_t small = (int64_t)(next() % 7) - 3;
	double d;

	switch (r % 7) {
	case 0: /* an integer near a hub; wraps on purpose */
		(void)snprintf(text, room, "%lld",
		    (long long)(int64_t)((uint64_t)hub + (uint64_t)small));
		break;
	case 1:
		(void)snprintf(text, room, "%llu",
		    (unsigned long long)(UINT64_MAX - next() % 5));
		break;
	case 2: /* a double near a hub, all digits */
		(void)snprintf(text, room, "%.17g",
		    (double)hub + (double)small / 2);
		break;
	case 3: /* any bits */
		r = next();
		memcpy(&d, &r, sizeof(d));
		(void)snprintf(text, room, "%.17g",
		    (r >> 52 & 0x7ff) == 0x7ff ? 0.5 : d);
		break;
	case 4: /* of people */
		(void)snprintf(text, room, "%lld.%02u", (long long)small * 37,
		    (unsigned)(next() % 100));
		break;
	case 5: /* finer than a double */
		(void)snprintf(text, room, "%lld.%018llu", (long long)small,
		    (unsigned long long)(next() % 1000000000000000000u));
		break;
	default:
		(void)snprintf(text, room, "%s%u.%ue%d", next() % 2 ? "-" : "",
		    (unsigned)(next() % 10), (unsigned)(next() % 100),
		    (int)(next() % 900) - 450);
		break;
	}
}

static void
keys_order_numbers_as_comparison_does(void **state)
{
	enum { COUNT = 700 };
	static struct item items[COUNT];
	char text[128];

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		make_number(text, sizeof(text));
		item_init(&items[i], text);
	}
	size_t equal = 0;
	for (size_t i = 0; i < COUNT; i++)
		for (size_t j = 0; j < COUNT; j++) {
			int order = json_compare_numbers(items[i].v,
			    items[j].v);
			equal += order == 0;
			if (compare_keys(&items[i].key, &items[j].key) ==
			    sign(order))
				continue;
			struct buf out = { 0 };
			json_write_number(&out, items[i].v);
			buf_char(&out, ' ');
			json_write_number(&out, items[j].v);
			fail_msg("%s: compared %d", buf_text(&out), order);
		}
	assert_true(equal > COUNT); /* some are alike */
	for (size_t i = 0; i < COUNT; i++)
		item_fini(&items[i]);
}

static void
keys_follow_one_another_in_a_buffer(void **state)
{
	struct item a;
	struct buf two = { 0 };

	(void)state;
	item_init(&a, "\"k\"");
	buf_str(&two, "before");
	filter_sort_key(&two, a.v);
	assert_int_equal(two.bytes, 6 + a.key.bytes);
	assert_memory_equal(two.data, "before", 6);
	assert_memory_equal(two.data + 6, a.key.data, a.key.bytes);
	buf_fini(&two);
	item_fini(&a);
}

static void
numbers_of_any_length_are_cut(void **state)
{
	char text[3001];
	struct item a;

	(void)state;
	memset(text, '7', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	item_init(&a, text);
	assert_true(a.key.bytes < 300);
	item_fini(&a);
}

static void
missing_memory_marks_the_buffer(void **state)
{
	static const char longest[] = "12345678901234567890123456789012345678"
		"90123456789012345678901234567890.5";
	static const char *const texts[] = { "1.5", "\"a\"", "null", "true",
		"[1]", longest };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct item a;
		struct buf key = { 0 };
		item_init(&a, texts[i]);
		memory_fail_at(0, true);
		filter_sort_key(&key, a.v);
		memory_heal();
		assert_true(key.failed);
		buf_fini(&key);
		item_fini(&a);
	}
}

#define T(name) cmocka_unit_test(name)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(types_have_their_places),
		T(missing_is_as_null),
		T(strings_are_in_the_order_of_bytes),
		T(long_strings_are_cut),
		T(numbers_at_the_edges_keep_their_order),
		T(one_number_has_one_key_however_written),
		T(keys_order_numbers_as_comparison_does),
		T(keys_follow_one_another_in_a_buffer),
		T(numbers_of_any_length_are_cut),
		T(missing_memory_marks_the_buffer),
	};

	memory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
