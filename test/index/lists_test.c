/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Lists by an index against lists without one: two graphs with the same rows,
 * the type of one of them with indexes chosen at random; rows written by the
 * library and by the views in turn, changed and deleted; filters, orders and
 * pages at random. And what a unique index refuses, against the values.
 */
#include "child.h"
#include "fixture.h"

#include <alkstore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#define ROUNDS 5
#define ROWS 120
#define QUERIES 120
#define KEYS_MAX 400

static struct fixture f;
/*
 * A connection that has nothing of the library. Its statements are prepared
 * once: to compile what the views do takes many times as long as to do it.
 */
static sqlite3 *stock;
static sqlite3_stmt *inserts[2]; /* of a node, of an edge */
static uint64_t seed;

static uint64_t
below(uint64_t n)
{
	return child_random(&seed) % n;
}

/* ---- Types ---- */

static const char *const paths[] = { "/n", "/s", "/v", "/deep/x",
	"/deep/odd name" };
static const char *const members[] = { "n", "s", "v", "deep.x",
	"deep.\"odd name\"" };
#define PATHS 5

/* Values that some rows have; the filters ask for the same. */
static const char *const values[] = { "0", "1", "1.0", "2", "-3.5", "0.25",
	"1e3", "1e-7", "9007199254740993", "12345678901234567890",
	"0.1000000000000000055511151231257827", "\"\"", "\"a\"", "\"ab\"",
	"\"abc\"", "\"\xc3\xa9\"", "\"b\"", "\"a\\u0000b\"", "true", "false",
	"null", "\"1\"" };
#define VALUES (sizeof(values) / sizeof(values[0]))
static const char *const where[] = { "s = 'a'", "exists(n)", "v != 1",
	"not exists(v) and s = 'b'", "n in (0, 1, true)" };

static void
write_module(char *out, bool has_indexes)
{
	static const char *const kinds[] = { "ANode", "BNode", "LEdge" };

	out += sprintf(out, "{\"$defs\":{\"Config\":{\"type\":\"object\","
	    "\"properties\":{\"multi\":{\"const\":true}}}");
	for (int k = 0; k < 3; k++) {
		out += sprintf(out, ",\"%s\":{\"type\":\"object\"", kinds[k]);
		uint64_t count = has_indexes ? 1 + below(3) : 0;
		for (uint64_t i = 0; i < count; i++) {
			uint64_t first = below(PATHS);
			out += sprintf(out, "%s{\"name\":\"x%d\",\"on\":[",
			    i == 0 ? ",\"x-indexes\":[" : ",", (int)i);
			uint64_t on = 1 + below(3);
			for (uint64_t p = 0; p < on; p++)
				out += sprintf(out, "%s\"%s\"", p > 0 ? "," :
				    "", paths[(first + p) % PATHS]);
			out += sprintf(out, "]");
			if (below(3) == 0)
				out += sprintf(out, ",\"where\":\"%s\"",
				    where[below(5)]);
			out += sprintf(out, "}%s", i + 1 == count ? "]" : "");
		}
		out += sprintf(out, "}");
	}
	(void)sprintf(out, "}}");
}

static void
load(const char *name, bool has_indexes)
{
	alk_type_options o = { .scope = "tenant" };
	char module[4000];

	write_module(module, has_indexes);
	fixture_ok(f.session, alk_types_load(f.session, name, &o, module,
	    ALK_NUL, NULL), module);
}

static void
open_stock(void)
{
	static const char *const texts[] = {
		"INSERT INTO nodes (graph_id, key, attributes) "
		"VALUES (?1, ?2, ?3)",
		"INSERT INTO edges (graph_id, key, source_node_key, "
		"target_node_key, attributes) "
		"VALUES (?1, ?2, 'end', 'end', ?3)" };

	assert_int_equal(sqlite3_open(f.path, &stock), SQLITE_OK);
	for (int i = 0; i < 2; i++)
		if (sqlite3_prepare_v2(stock, texts[i], -1, &inserts[i], NULL)
		    != SQLITE_OK)
			fail_msg("%s: %s", texts[i], sqlite3_errmsg(stock));
}

static void
close_stock(void)
{
	for (int i = 0; i < 2; i++)
		sqlite3_finalize(inserts[i]);
	assert_int_equal(sqlite3_close(stock), SQLITE_OK);
}

static int
set_up(void **state)
{
	static const char *const names[] = { "fast", "slow" };

	(void)state;
	fixture_init(&f, NULL);
	for (int i = 0; i < 2; i++) {
		alk_graph_new g = { .name = names[i], .id = names[i],
			.type = names[i] };
		load(names[i], i == 0);
		fixture_ok(f.session, alk_graph_create(f.session, &g, NULL),
		    "graph");
	}
	open_stock();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	close_stock();
	fixture_fini(&f);
	return 0;
}

/* ---- Rows ---- */

static void
write_attributes(char *out, const char *type)
{
	static const char *const names[] = { "n", "s", "v" };
	char *deep = out;

	out += sprintf(out, "{\"%s\":\"%s\"", type[1] == 'N' ? "nodeType" :
	    "edgeType", type);
	for (int i = 0; i < 3; i++)
		if (below(4) > 0)
			out += sprintf(out, ",\"%s\":%s", names[i],
			    values[below(VALUES)]);
	if (below(10) == 0)
		out += sprintf(out, ",\"v2\":[%d]", (int)below(3));
	if (below(3) > 0)
		out += sprintf(out, ",\"deep\":{\"x\":%s,\"odd name\":%s}",
		    values[below(VALUES)], below(8) == 0 ? "{\"a\":[1]}" :
		    values[below(VALUES)]);
	(void)sprintf(out, "}");
	(void)deep;
}

static void
by_view(const char *graph, int kind, const char *key, const char *attributes)
{
	sqlite3_stmt *stmt = inserts[kind == ALK_EDGE];

	sqlite3_bind_text(stmt, 1, graph, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 2, key, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 3, attributes, -1, SQLITE_STATIC);
	if (sqlite3_step(stmt) != SQLITE_DONE)
		fail_msg("%s: %s", attributes, sqlite3_errmsg(stock));
	sqlite3_reset(stmt);
}

static void
write_row(int op, int kind, int n, const char *attributes)
{
	static const char *const graphs[] = { "fast", "slow" };
	char key[16];

	(void)snprintf(key, sizeof(key), "k%d", n * 37 % 1009);
	bool is_by_view = op == ALK_CREATE && below(4) == 0;
	for (int i = 0; i < 2; i++) {
		alk_item item = { .op = op, .kind = kind, .key = key,
			.attributes = op == ALK_DELETE ? NULL : attributes,
			.source = kind == ALK_EDGE ? "end" : NULL,
			.target = kind == ALK_EDGE ? "end" : NULL };
		if (is_by_view)
			by_view(graphs[i], kind, key, attributes);
		else
			fixture_ok(f.session, alk_write(f.session, graphs[i],
			    &item, 1, NULL, NULL), attributes);
	}
}

static void
fill(int kind)
{
	static const char *const types[2][2] = { { "ANode", "BNode" },
		{ "LEdge", "LEdge" } };
	char attributes[400];
	char type_of[ROWS];

	for (int i = 0; i < ROWS; i++) {
		type_of[i] = (char)below(2);
		write_attributes(attributes, types[kind == ALK_EDGE]
		    [(int)type_of[i]]);
		write_row(ALK_CREATE, kind, i, attributes);
	}
	for (int i = 0; i < ROWS / 4; i++) {
		int n = (int)below(ROWS);
		write_attributes(attributes, types[kind == ALK_EDGE]
		    [(int)type_of[n]]);
		write_row(ALK_PUT, kind, n, attributes);
	}
	for (int i = 0; i < ROWS / 8; i++)
		write_row(ALK_DELETE, kind, i * 8, NULL);
}

/* ---- Questions ---- */

static char *
write_condition(char *out)
{
	static const char *const operators[] = { "=", "=", "=", "!=", "<",
		"<=", ">", ">=" };
	const char *member = members[below(PATHS)];
	uint64_t kind = below(12);

	if (kind == 0)
		return out + sprintf(out, "exists(%s)", member);
	if (kind == 1)
		return out + sprintf(out, "not exists(%s)", member);
	if (kind == 2)
		return out + sprintf(out, "%s prefix %s", member,
		    values[11 + below(7)]);
	if (kind == 3)
		return out + sprintf(out, "%s in (%s, %s)", member,
		    values[below(VALUES)], values[below(VALUES)]);
	const char *o = operators[below(8)];
	/* true, false and null have no order. */
	return out + sprintf(out, "%s %s %s", member, o, o[0] == '<' ||
	    o[0] == '>' ? values[below(18)] : values[below(VALUES)]);
}

static void
write_filter(char *out)
{
	uint64_t parts = 1 + below(3);

	if (below(3) == 0)
		out += sprintf(out, "%s and ", where[below(5)]);
	for (uint64_t i = 0; i < parts; i++) {
		bool is_or = below(6) == 0;
		if (i > 0)
			out += sprintf(out, " and ");
		if (is_or)
			out += sprintf(out, "(");
		else if (below(8) == 0)
			out += sprintf(out, "not ");
		out = write_condition(out);
		if (is_or) {
			out += sprintf(out, " or ");
			out = write_condition(out);
			out += sprintf(out, ")");
		}
	}
}

struct seen {
	char keys[KEYS_MAX][16];
	size_t count;
};

static int
see(void *arg, const alk_row *row)
{
	struct seen *s = arg;

	assert_true(s->count < KEYS_MAX);
	(void)snprintf(s->keys[s->count++], 16, "%s", row->key);
	return 0;
}

static void
read_all(const char *graph, int kind, alk_query q, struct seen *s)
{
	char cursor[4000];
	alk_page page = { 0 };

	s->count = 0;
	do {
		int rc = kind == ALK_NODE ? alk_node_list(f.session, graph, &q,
		    see, s, &page) : alk_edge_list(f.session, graph, &q, see,
		    s, &page);
		fixture_ok(f.session, rc, q.filter != NULL ? q.filter : "");
		if (page.cursor != NULL)
			(void)snprintf(cursor, sizeof(cursor), "%s",
			    page.cursor);
		q.cursor = page.cursor != NULL ? cursor : NULL;
	} while (q.cursor != NULL);
}

static size_t
compare(int kind)
{
	static struct seen fast, slow;
	static const char *const types[2][2] = { { "ANode", "BNode" },
		{ "LEdge", "LEdge" } };
	char filter[600] = "";
	alk_query q = { .limit = 1 + below(40) };

	if (below(8) > 0) {
		write_filter(filter);
		q.filter = filter;
	}
	if (below(4) > 0)
		q.type = types[kind == ALK_EDGE][below(2)];
	if (below(2) == 0)
		q.order = below(6) == 0 ? "@key" : members[below(PATHS)];
	q.descending = (int)below(2);
	read_all("fast", kind, q, &fast);
	read_all("slow", kind, q, &slow);
	bool is_same = fast.count == slow.count;
	for (size_t i = 0; is_same && i < fast.count; i++)
		is_same = strcmp(fast.keys[i], slow.keys[i]) == 0;
	if (!is_same)
		fail_msg("%s%s, ordered by %s%s, type %s, by %zu: %zu rows, "
		    "not the %zu without an index", kind == ALK_NODE ?
		    "nodes " : "edges ", filter, q.order != NULL ? q.order :
		    "nothing", q.descending ? " down" : "", q.type != NULL ?
		    q.type : "any", q.limit, fast.count, slow.count);
	return fast.count;
}

static void
assert_sound(void)
{
	size_t problems = 0;

	fixture_ok(f.session, alk_check(f.session, ALK_CHECK_ATTRIBUTES, NULL,
	    NULL, NULL, NULL, &problems), "check");
	assert_int_equal(problems, 0);
}

static void
lists_by_an_index_are_those_without(void **state)
{
	size_t found = 0;

	for (int round = 0; round < ROUNDS; round++) {
		seed = 100 + (uint64_t)round;
		if (round > 0) {
			(void)tear_down(state);
			(void)set_up(state);
		}
		fixture_ok(f.session, alk_node_create(f.session, "fast", "end",
		    "{\"nodeType\":\"BNode\"}"), "end");
		fixture_ok(f.session, alk_node_create(f.session, "slow", "end",
		    "{\"nodeType\":\"BNode\"}"), "end");
		fill(ALK_NODE);
		fill(ALK_EDGE);
		for (int i = 0; i < QUERIES; i++)
			found += compare(i % 3 == 0 ? ALK_EDGE : ALK_NODE);
		/* Other indexes over rows that are there. */
		load("fast", true);
		for (int i = 0; i < QUERIES; i++)
			found += compare(i % 3 == 0 ? ALK_EDGE : ALK_NODE);
		assert_sound();
	}
	assert_true(found > 2000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    lists_by_an_index_are_those_without, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
