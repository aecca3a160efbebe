/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Unique indexes against a model that compares JSON values: written by the
 * library, in batches, and by the views, with every conflict clause; changed,
 * deleted and written by the index. What is refused leaves all as it was.
 */
#include "child.h"
#include "fixture.h"

#include "json/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#define ROWS 40
#define STEPS 800

static const char module[] =
    "{\"ANode\":{\"type\":\"object\",\"x-indexes\":["
    "{\"name\":\"one\",\"on\":\"/a\",\"unique\":true},"
    "{\"name\":\"two\",\"on\":[\"/b\",\"/c/d\"],\"unique\":true,"
    "\"where\":\"s != 'gone'\"}]},"
    "\"LEdge\":{\"type\":\"object\"}}";

static struct fixture f;
static sqlite3 *db;
static uint64_t seed;

/* The attributes of each row, "" where there is none. */
static char rows[ROWS][600];

static const char *const values[] = { "0", "1", "1.0", "10e-1", "2", "2.5",
	"true", "false", "null", "\"1\"", "\"true\"", "\"a\"",
	"\"a\\u0000\"", "\"\\u0061\"", "12345678901234567890",
	"12345678901234567891", "12345678901234567890.0", "1e400", "1e401",
	"10e399", "[1]", "{\"x\":1}", "0.1", "0.10",
	"0.1000000000000000055511151231257827" };
#define VALUES (sizeof(values) / sizeof(values[0]))

static uint64_t
below(uint64_t n)
{
	return child_random(&seed) % n;
}

static const char *const ways[] = { "", "OR REPLACE", "OR IGNORE", "OR FAIL",
	"OR ABORT" };
#define WAYS 5

/*
 * The statements of the views, prepared once: to compile all that a trigger
 * says takes many times as long as to run it.
 */
static sqlite3_stmt *inserts[WAYS];
static sqlite3_stmt *updates[WAYS];
static sqlite3_stmt *deletion;

static sqlite3_stmt *
prepare(const char *format, const char *way)
{
	sqlite3_stmt *stmt = NULL;
	char *text = sqlite3_mprintf(format, way);

	if (sqlite3_prepare_v2(db, text, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(db));
	sqlite3_free(text);
	return stmt;
}

static void
prepare_all(void)
{
	for (int i = 0; i < WAYS; i++) {
		inserts[i] = prepare("INSERT %s INTO nodes (graph_id, key, "
		    "attributes) VALUES ('u', ?1, ?2)", ways[i]);
		updates[i] = prepare("UPDATE %s nodes SET attributes = ?2 "
		    "WHERE graph_id = 'u' AND key = ?1", ways[i]);
	}
	deletion = prepare("DELETE FROM nodes WHERE graph_id = 'u' AND "
	    "key = ?1%s", "");
}

static void
finalize_all(void)
{
	for (int i = 0; i < WAYS; i++) {
		sqlite3_finalize(inserts[i]);
		sqlite3_finalize(updates[i]);
	}
	sqlite3_finalize(deletion);
}

static int
set_up(void **state)
{
	(void)state;
	seed = 11;
	memset(rows, 0, sizeof(rows));
	fixture_init(&f, NULL);
	fixture_graph(f.session, "u", module);
	assert_int_equal(sqlite3_open(f.path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL,
	    NULL, NULL), SQLITE_OK);
	prepare_all();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	finalize_all();
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	fixture_fini(&f);
	return 0;
}

/* ---- The model ---- */

static bool
is_equal_at(yyjson_val *a, yyjson_val *b, const char *pointer)
{
	yyjson_val *x = yyjson_ptr_get(a, pointer);
	yyjson_val *y = yyjson_ptr_get(b, pointer);

	return x != NULL && y != NULL && !yyjson_is_null(x) &&
	    !yyjson_is_null(y) && json_equal(x, y);
}

static bool
is_in_two(yyjson_val *v)
{
	return !yyjson_equals_str(yyjson_obj_get(v, "s"), "gone");
}

static bool
is_conflict(const char *a, const char *b)
{
	struct json_reader r[2] = { { 0 }, { 0 } };
	alk_error err = { 0 };
	yyjson_val *x = json_read_own(&r[0], a, strlen(a), &err);
	yyjson_val *y = json_read_own(&r[1], b, strlen(b), &err);

	assert_non_null(x);
	assert_non_null(y);
	bool is = is_equal_at(x, y, "/a") || (is_in_two(x) && is_in_two(y) &&
	    is_equal_at(x, y, "/b") && is_equal_at(x, y, "/c/d"));
	json_reader_fini(&r[0]);
	json_reader_fini(&r[1]);
	return is;
}

/* The row that these attributes cannot stand beside; -1: none. */
static int
find_conflict(int n, const char *attributes)
{
	for (int i = 0; i < ROWS; i++)
		if (i != n && rows[i][0] != '\0' &&
		    is_conflict(rows[i], attributes))
			return i;
	return -1;
}

static void
make_attributes(char *out)
{
	const char *separator = "";

	out += sprintf(out, "{");
	if (below(2) == 0) {
		out += sprintf(out, "\"a\":%s", values[below(VALUES)]);
		separator = ",";
	}
	/* Long texts that differ at their end. */
	if (below(4) == 0) {
		out += sprintf(out, "%s\"b\":\"%0*d%d\"", separator,
		    (int)(250 + below(10)), 0, (int)below(2));
		separator = ",";
	} else if (below(2) == 0) {
		out += sprintf(out, "%s\"b\":%s", separator,
		    values[below(VALUES)]);
		separator = ",";
	}
	if (below(3) > 0) {
		out += sprintf(out, "%s\"c\":{\"d\":%s}", separator,
		    values[below(6)]);
		separator = ",";
	}
	if (below(3) == 0)
		out += sprintf(out, "%s\"s\":\"gone\"", separator);
	(void)sprintf(out, "}");
}

/* ---- Steps ---- */

/* attributes: NULL, it has none. */
static bool
run_sql(sqlite3_stmt *stmt, const char *key, const char *attributes)
{
	sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC);
	if (attributes != NULL)
		sqlite3_bind_text(stmt, 2, attributes, -1, SQLITE_STATIC);
	int rc = sqlite3_step(stmt);
	const char *why = sqlite3_errmsg(db);

	if (rc != SQLITE_DONE && strstr(why, "unique index") == NULL &&
	    strstr(why, "UNIQUE constraint failed: index") == NULL)
		fail_msg("%s: %s", sqlite3_sql(stmt), why);
	sqlite3_reset(stmt);
	return rc == SQLITE_DONE;
}

static bool
by_view(bool is_new, const char *key, const char *attributes)
{
	uint64_t way = below(WAYS);

	return run_sql(is_new ? inserts[way] : updates[way], key, attributes);
}

static bool
by_library(bool is_new, const char *key, const char *attributes)
{
	alk_item items[2] = {
		{ .op = ALK_PUT, .kind = ALK_NODE, .key = "other",
		    .attributes = "{}" },
		{ .op = is_new ? ALK_CREATE : ALK_PUT, .kind = ALK_NODE,
		    .key = key, .attributes = attributes },
	};
	size_t from = below(2);
	int rc = alk_write(f.session, "u", items + from, 2 - from, NULL, NULL);

	if (rc != ALK_OK)
		assert_int_equal(rc, ALK_EXISTS);
	return rc == ALK_OK;
}

static void
delete_row(const char *key)
{
	if (below(2) == 0)
		assert_true(run_sql(deletion, key, NULL));
	else
		fixture_ok(f.session, alk_node_delete(f.session, "u", key),
		    key);
}

static void
step(void)
{
	int n = (int)below(ROWS);
	char key[16], attributes[600];
	bool is_new = rows[n][0] == '\0';

	(void)snprintf(key, sizeof(key), "k%d", n);
	if (!is_new && below(3) == 0) {
		delete_row(key);
		rows[n][0] = '\0';
		return;
	}
	make_attributes(attributes);
	int other = find_conflict(n, attributes);
	bool is_by_view = below(2) == 0;
	bool is_done = is_by_view ? by_view(is_new, key, attributes) :
				    by_library(is_new, key, attributes);
	if (is_done != (other < 0))
		fail_msg("%s is %s beside %s, by the %s", attributes,
		    is_done ? "taken" : "refused", other < 0 ? "all" :
		    rows[other], is_by_view ? "view" : "library");
	if (!is_done && !is_by_view) {
		char name[24];
		const char *text = alk_session_error(f.session)->text;
		(void)snprintf(name, sizeof(name), "'k%d'", other);
		if (strstr(text, name) == NULL &&
		    find_conflict(other, attributes) < 0)
			fail_msg("%s names not %s", text, name);
	}
	if (is_done)
		(void)snprintf(rows[n], sizeof(rows[n]), "%s", attributes);
}

static int
count(void *arg, const alk_row *row)
{
	*(int *)arg += strcmp(row->key, "other") != 0;
	return 0;
}

static void
assert_as_model(void)
{
	alk_query q = { .limit = ALK_NUL };
	size_t problems = 0;
	int found = 0;
	int wanted = 0;

	for (int i = 0; i < ROWS; i++)
		wanted += rows[i][0] != '\0';
	fixture_ok(f.session, alk_node_list(f.session, "u", &q, count, &found,
	    NULL), "list");
	assert_int_equal(found, wanted);
	fixture_ok(f.session, alk_check(f.session, 0, NULL, NULL, NULL, NULL,
	    &problems), "check");
	assert_int_equal(problems, 0);
}

static void
rows_are_refused_where_values_are_equal(void **state)
{
	int there = 0;

	(void)state;
	for (int i = 0; i < STEPS; i++) {
		step();
		if (i % 100 == 0)
			assert_as_model();
	}
	assert_as_model();
	for (int i = 0; i < ROWS; i++)
		there += rows[i][0] != '\0';
	assert_true(there > 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    rows_are_refused_where_values_are_equal, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
