/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Keys of values: those that are made here against those of SQLite's own
 * expression, and both against the filter language: what is less has no greater
 * key, what is equal the same, and with the rest of a unique index equal is
 * what is equal to json_equal(), and nothing else.
 */
#include "child.h"

#include "graph/index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#define VALUES 2500

struct value {
	char text[1600];       /* JSON of the value */
	struct json_reader reader;
	yyjson_val *v;
	struct buf sort_key;
	sqlite3_value *key;
	char *rest;
};

static struct value values[VALUES];
static int count;
static sqlite3 *db;
static sqlite3_stmt *keys;    /* key, rest, equal to ?2, text of key */
static sqlite3_stmt *compare; /* ?1 < ?2, ?1 IS ?2 */
static uint64_t seed;

static uint64_t
below(uint64_t n)
{
	return child_random(&seed) % n;
}

static int
set_up(void **state)
{
	struct type_index x = { .name = (char *)(uintptr_t)"x", .count = 1 };
	struct buf text = { 0 };
	alk_error err = { 0 };

	(void)state;
	seed = 7;
	x.paths[0] = (char *)(uintptr_t)"/x";
	assert_int_equal(index_prepare(&x, &err), ALK_OK);
	buf_str(&text, "WITH v(a) AS (SELECT ?1) SELECT ");
	index_write_key(&x, 0, "v.a", &text);
	buf_str(&text, ", ");
	index_write_rest(&x, 0, "v.a", &text);
	buf_str(&text, " FROM v");
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, buf_text(&text), -1, &keys,
	    NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT ?1 < ?2, ?1 IS ?2", -1,
	    &compare, NULL), SQLITE_OK);
	buf_fini(&text);
	free(x.sql_name);
	x.sql_name = NULL;
	buf_fini(&x.tokens);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < count; i++) {
		json_reader_fini(&values[i].reader);
		buf_fini(&values[i].sort_key);
		sqlite3_value_free(values[i].key);
		sqlite3_free(values[i].rest);
	}
	count = 0;
	sqlite3_finalize(keys);
	sqlite3_finalize(compare);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return 0;
}

static void
add(const char *text)
{
	struct value *v = &values[count++];
	alk_error err = { 0 };
	char object[1700];

	assert_true(count <= VALUES);
	(void)snprintf(v->text, sizeof(v->text), "%s", text);
	v->v = json_read_own(&v->reader, v->text, strlen(v->text), &err);
	assert_non_null(v->v);
	filter_sort_key(&v->sort_key, v->v);
	(void)snprintf(object, sizeof(object), "{\"x\":%s}", text);
	sqlite3_reset(keys);
	sqlite3_bind_text(keys, 1, object, -1, SQLITE_TRANSIENT);
	assert_int_equal(sqlite3_step(keys), SQLITE_ROW);
	v->key = sqlite3_value_dup(sqlite3_column_value(keys, 0));
	v->rest = sqlite3_mprintf("%s", sqlite3_column_text(keys, 1));
}

static void
digits(char *out, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		out[i] = (char)('0' + below(10));
	out[n] = '\0';
}

/* A number written in one of many ways. */
static void
add_number(void)
{
	static const char *const edges[] = { "0", "-0", "0.0", "-0.0e5",
		"0e-30", "1", "1.0", "10e-1", "0.1e1", "9007199254740992",
		"9007199254740993", "9007199254740993.0",
		"9223372036854775807", "9223372036854775808",
		"9223372036854775807.0", "9223372036854775807.5",
		"-9223372036854775808", "-9223372036854775809",
		"-9.223372036854775808e18", "1e400", "1e-400", "10e399",
		"999999999999999.9", "1000000000000000.1",
		"1000000000000000", "0.000000000000001", "1e-15", "1.0E-15",
		"1e-16", "18446744073709551615", "1e23", "0.1",
		"0.1000000000000000055511151231257827", "0.10" };
	static const char *const signs[] = { "", "+", "-" };
	char whole[32], fraction[32], text[128];

	digits(whole, 1 + below(21));
	digits(fraction, 1 + below(21));
	char *w = whole;
	while (w[0] == '0' && w[1] != '\0')
		w++;
	const char *minus = below(2) == 0 ? "-" : "";
	switch (below(5)) {
	case 0:
		(void)snprintf(text, sizeof(text), "%s%s", minus, w);
		break;
	case 1:
		(void)snprintf(text, sizeof(text), "%s%s.%s", minus, w,
		    fraction);
		break;
	case 2:
		(void)snprintf(text, sizeof(text), "%s%d.%d%c%s%d", minus,
		    (int)below(20), (int)below(50), "eE"[below(2)],
		    signs[below(3)], (int)below(25));
		break;
	case 3:
		(void)snprintf(text, sizeof(text), "%s%d.%02d%.*s", minus,
		    (int)below(9), (int)below(99), (int)below(20),
		    "00000000000000000000");
		break;
	default:
		(void)snprintf(text, sizeof(text), "%s",
		    edges[below(sizeof(edges) / sizeof(edges[0]))]);
	}
	add(text);
}

static void
add_string(void)
{
	static const char *const pieces[] = { "a", "b", "\xc3\xa9", "\\u0000",
		"\\u0001", "\\\"", "\\n", " ", "\xf0\x9f\x98\x80", "z" };
	char text[1600] = "\"";
	uint64_t pieces_count = below(4);

	/* Some are alike for 250 characters, of 1 to 4 bytes each. */
	if (below(3) == 0)
		for (uint64_t i = 0; i < 250; i++)
			(void)strcat(text, pieces[below(20) == 0 ? 8 : 2]);
	if (below(3) == 0)
		for (uint64_t i = 0; i < 254; i++)
			(void)strcat(text, "a");
	for (uint64_t i = 0; i < pieces_count; i++)
		(void)strcat(text, pieces[below(10)]);
	(void)strcat(text, "\"");
	add(text);
}

static void
add_other(void)
{
	static const char *const others[] = { "null", "true", "false", "{}",
		"[]", "[1,2]", "{\"a\":1}", "\"\"", "\"true\"", "\"1\"" };

	add(others[below(sizeof(others) / sizeof(others[0]))]);
}

/* ?1 and ?2 bound; what is asked for is in the columns. */
static bool
ask(sqlite3_value *a, sqlite3_value *b, int column)
{
	sqlite3_reset(compare);
	sqlite3_bind_value(compare, 1, a);
	sqlite3_bind_value(compare, 2, b);
	assert_int_equal(sqlite3_step(compare), SQLITE_ROW);
	return sqlite3_column_int(compare, column) != 0;
}

static void
bind_value(int i, const struct db_value *v)
{
	if (v->kind == 'i')
		sqlite3_bind_int64(compare, i, v->number);
	else if (v->kind == 'd')
		sqlite3_bind_double(compare, i, v->real);
	else if (v->kind == 't')
		sqlite3_bind_text(compare, i, v->text, (int)v->bytes,
		    SQLITE_STATIC);
	else if (v->kind == 'b')
		sqlite3_bind_blob(compare, i, v->text, (int)v->bytes,
		    SQLITE_STATIC);
	else
		sqlite3_bind_null(compare, i);
}

static void
assert_key(const struct value *v, const struct db_value *key)
{
	sqlite3_reset(compare);
	sqlite3_bind_value(compare, 1, v->key);
	bind_value(2, key);
	assert_int_equal(sqlite3_step(compare), SQLITE_ROW);
	if (sqlite3_column_int(compare, 1) == 0)
		fail_msg("%s has another key in SQLite", v->text);
}

static void
keys_made_here_are_those_of_sqlite(void **state)
{
	struct buf scratch = { 0 };

	(void)state;
	for (int i = 0; i < 2000; i++)
		i % 5 == 0 ? add_other() : i % 2 == 0 ? add_string() :
							add_number();
	for (int i = 0; i < count; i++) {
		struct db_value key;
		assert_true(index_key(values[i].v, &key));
		assert_key(&values[i], &key);
		assert_true(index_key_of_sort_key(values[i].sort_key.data,
		    values[i].sort_key.bytes, &scratch, &key));
		assert_key(&values[i], &key);
	}
	buf_fini(&scratch);
}

static int
by_sort_key(const void *a, const void *b)
{
	const struct buf *x = &((const struct value *)a)->sort_key;
	const struct buf *y = &((const struct value *)b)->sort_key;
	size_t bytes = x->bytes < y->bytes ? x->bytes : y->bytes;
	int order = memcmp(x->data, y->data, bytes);

	return order != 0 ? order : (x->bytes > y->bytes) -
	    (x->bytes < y->bytes);
}

static void
what_is_less_has_no_greater_key(void **state)
{
	(void)state;
	for (int i = 0; i < 2400; i++)
		i % 6 == 0 ? add_other() : i % 2 == 0 ? add_string() :
							add_number();
	qsort(values, (size_t)count, sizeof(values[0]), by_sort_key);
	for (int i = 1; i < count; i++) {
		struct value *a = &values[i - 1];
		struct value *b = &values[i];
		if (ask(b->key, a->key, 0))
			fail_msg("%s is before %s, but not its key", a->text,
			    b->text);
		if (by_sort_key(a, b) == 0 && !ask(a->key, b->key, 1))
			fail_msg("%s and %s are alike, but not their keys",
			    a->text, b->text);
	}
}

static void
key_and_rest_are_equal_where_the_values_are(void **state)
{
	int pairs = 0;

	(void)state;
	for (int i = 0; i < 2000; i++)
		i % 3 == 0 ? add_string() : i % 20 == 0 ? add_other() :
							  add_number();
	qsort(values, (size_t)count, sizeof(values[0]), by_sort_key);
	for (int i = 0; i < count; i++) {
		for (int k = i + 1; k < count && k < i + 40; k++) {
			struct value *a = &values[i];
			struct value *b = &values[k];
			bool is_same = ask(a->key, b->key, 1) &&
			    strcmp(a->rest, b->rest) == 0;
			bool is_equal = json_equal(a->v, b->v);
			pairs += is_equal;
			if (is_same != is_equal)
				fail_msg("%s and %s are %s, but not to a "
				    "unique index", a->text, b->text,
				    is_equal ? "equal" : "not equal");
		}
	}
	assert_true(pairs > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    keys_made_here_are_those_of_sqlite, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    what_is_less_has_no_greater_key, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    key_and_rest_are_equal_where_the_values_are, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
