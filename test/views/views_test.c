/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Two graphs of one type in one file: "lib" is written through the library,
 * "sql" by a plain SQLite connection through the views. The same random changes
 * are asked of both; both take them or both refuse them, and rows and change
 * feed stay the same.
 */
#include "child.h"
#include "fixture.h"

#include <alkstore.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NODES 7
#define EDGES 9
#define STEPS 250

static struct fixture f;
static sqlite3 *raw;
static uint64_t seed;
static int64_t begun; /* offset in the feed when the graphs were made */

static int
set_up(void **state)
{
	(void)state;
	seed = 17;
	fixture_init(&f, NULL);
	if (sqlite3_open(f.path, &raw) != SQLITE_OK)
		return 1;
	return sqlite3_exec(raw, "PRAGMA foreign_keys=ON; "
	    "PRAGMA recursive_triggers=ON", NULL, NULL, NULL);
}

static int
tear_down(void **state)
{
	(void)state;
	(void)sqlite3_close(raw);
	fixture_fini(&f);
	return 0;
}

static int
below(int n)
{
	return (int)(child_random(&seed) % (uint64_t)n);
}

static void
make_graphs(const char *kind, bool multi, bool loops, bool acyclic)
{
	static const char *const names[] = { "lib", "sql" };
	char module[1200];
	alk_type_options o = { .scope = "tenant" };

	(void)snprintf(module, sizeof(module),
	    "{\"Config\":{\"type\":\"object\",\"properties\":{"
	    "\"type\":{\"const\":\"%s\"},\"multi\":{\"const\":%s},"
	    "\"allowSelfLoops\":{\"const\":%s},\"acyclic\":{\"const\":%s}}},"
	    "\"ANode\":{\"type\":\"object\"},\"BNode\":{\"type\":\"object\"},"
	    "\"XEdge\":{\"type\":\"object\"},\"ABEdge\":{\"type\":\"object\"},"
	    "\"ABEdgeConstraints\":{\"type\":\"object\",\"properties\":{"
	    "\"edgeType\":{\"const\":\"ABEdge\"},\"allowedSourceTypes\":{"
	    "\"const\":[\"ANode\"]},\"allowedTargetTypes\":{"
	    "\"const\":[\"BNode\"]}}}}", kind, multi ? "true" : "false",
	    loops ? "true" : "false", acyclic ? "true" : "false");
	fixture_ok(f.session, alk_types_load(f.session, "two", &o, module,
	    ALK_NUL, NULL), "types");
	for (int i = 0; i < 2; i++) {
		alk_graph_new g = { .name = names[i], .id = names[i],
			.type = "two" };
		fixture_ok(f.session, alk_graph_create(f.session, &g, NULL),
		    "graph");
	}
	fixture_ok(f.session, alk_stream_read(f.session, "changes", -1, 0, NULL,
	    NULL, &begun), "stream");
}

/* ---- one change, both ways ---- */

struct change {
	int op; /* ALK_CREATE, ALK_REPLACE, ALK_DELETE */
	int kind;
	char key[16];
	const char *type;
	char source[16];
	char target[16];
	bool undirected;
	int n; /* attribute, another each time */
	const char *metadata;
};

static void
make_change(struct change *c, int step)
{
	static const int ops[] = { ALK_CREATE, ALK_CREATE, ALK_CREATE,
		ALK_REPLACE, ALK_DELETE };
	static const char *const metadata[] = { "{}", "{\"_a.b\":1}" };

	memset(c, 0, sizeof(*c));
	c->op = ops[below(5)];
	c->kind = below(3) == 0 ? ALK_NODE : ALK_EDGE;
	c->n = step;
	c->metadata = metadata[below(2)];
	(void)snprintf(c->key, sizeof(c->key), c->kind == ALK_NODE ? "n%d" :
	    "e%d", below(c->kind == ALK_NODE ? NODES : EDGES));
	/* One node always has one type, so that a change keeps it. */
	c->type = c->kind == ALK_NODE ? c->key[1] % 2 != 0 ? "ANode" : "BNode" :
	    c->key[1] % 2 != 0 ? "XEdge" : "ABEdge";
	/* Now and then a type or an end point that is not there. */
	if (c->op == ALK_CREATE && below(30) == 0)
		c->type = "NoneType";
	(void)snprintf(c->source, sizeof(c->source), "n%d", below(NODES));
	(void)snprintf(c->target, sizeof(c->target), "n%d", below(NODES));
	c->undirected = below(2) == 0;
}

static int
by_library(const struct change *c)
{
	char attributes[64];
	alk_item item = { .op = c->op, .kind = c->kind, .key = c->key };

	(void)snprintf(attributes, sizeof(attributes), "{\"n\":%d}", c->n);
	if (c->op != ALK_DELETE) {
		item.type = c->type;
		item.attributes = attributes;
		item.attributes_bytes = ALK_NUL;
		item.metadata = c->metadata;
	}
	if (c->op == ALK_CREATE && c->kind == ALK_EDGE) {
		item.source = c->source;
		item.target = c->target;
		item.direction = c->undirected ? ALK_UNDIRECTED :
						 ALK_DIRECTION_DEFAULT;
	}
	return alk_write(f.session, "lib", &item, 1, NULL, NULL);
}

static const char *
sql_of(const struct change *c)
{
	bool is_edge = c->kind == ALK_EDGE;

	if (c->op == ALK_DELETE)
		return is_edge ?
		    "DELETE FROM edges WHERE graph_id = 'sql' AND key = ?1" :
		    "DELETE FROM nodes WHERE graph_id = 'sql' AND key = ?1";
	if (c->op == ALK_REPLACE)
		return is_edge ?
		    "UPDATE edges SET attributes = ?2, metadata = ?3 "
		    "WHERE graph_id = 'sql' AND key = ?1" :
		    "UPDATE nodes SET attributes = ?2, metadata = ?3 "
		    "WHERE graph_id = 'sql' AND key = ?1";
	return is_edge ?
	    "INSERT INTO edges (graph_id, key, attributes, metadata, "
	    "source_node_key, target_node_key, undirected) "
	    "VALUES ('sql', ?1, ?2, ?3, ?4, ?5, ?6)" :
	    "INSERT INTO nodes (graph_id, key, attributes, metadata) "
	    "VALUES ('sql', ?1, ?2, ?3)";
}

/* SQLITE_DONE, or SQLITE_NOTFOUND when no row was there, or an error. */
static int
by_sql(const struct change *c)
{
	char attributes[100];
	sqlite3_stmt *st;

	(void)snprintf(attributes, sizeof(attributes),
	    "{\"%s\":\"%s\",\"n\":%d}", c->kind == ALK_NODE ? "nodeType" :
	    "edgeType", c->type, c->n);
	if (sqlite3_prepare_v2(raw, sql_of(c), -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(raw));
	(void)sqlite3_bind_text(st, 1, c->key, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 2, attributes, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 3, c->metadata, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 4, c->source, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 5, c->target, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int(st, 6, c->undirected);
	int before = sqlite3_total_changes(raw);
	int rc = sqlite3_step(st);
	(void)sqlite3_finalize(st);
	if (rc == SQLITE_DONE && sqlite3_total_changes(raw) == before)
		return SQLITE_NOTFOUND;
	return rc;
}

/* ---- comparing ---- */

struct text {
	char *data;
	size_t bytes;
};

static void
add(struct text *t, const char *text)
{
	size_t n = strlen(text);

	t->data = realloc(t->data, t->bytes + n + 1);
	memcpy(t->data + t->bytes, text, n + 1);
	t->bytes += n;
}

static int
add_row(void *arg, const alk_row *row)
{
	struct text *t = arg;
	const char *parts[] = { row->key, row->type, row->source, row->target,
		row->undirected ? "--" : "->", row->attributes, row->metadata,
		row->problem };

	for (size_t i = 0; i < 8; i++) {
		add(t, parts[i] != NULL ? parts[i] : "-");
		add(t, " ");
	}
	add(t, "\n");
	return 0;
}

static void
compare_rows(void)
{
	struct text rows[2] = { 0 };
	static const char *const names[] = { "lib", "sql" };
	alk_query q = { .order = "@key", .limit = ALK_NUL };

	for (int i = 0; i < 2; i++) {
		add(&rows[i], "");
		fixture_ok(f.session, alk_node_list(f.session, names[i], &q,
		    add_row, &rows[i], NULL), "nodes");
		fixture_ok(f.session, alk_edge_list(f.session, names[i], &q,
		    add_row, &rows[i], NULL), "edges");
	}
	assert_string_equal(rows[0].data, rows[1].data);
	free(rows[0].data);
	free(rows[1].data);
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/*
 * A record with the graph's id and ids of edges left out and its changes
 * sorted: with a node its edges go in an order that is nobody's business.
 */
static void
add_record(struct text *out, const char *payload)
{
	char *copy = strdup(payload);
	char *parts[40];
	size_t n = 0;

	for (char *at = copy; (at = strstr(at, "\"id\":\"edge-")) != NULL;)
		memset(at, '.', strcspn(at, ","));
	for (char *at = copy; (at = strstr(at, "\"graphId\":\"")) != NULL;)
		memset(at, '.', strcspn(at, ","));
	/* The dots are of different lengths: one is enough. */
	char *to = copy;
	for (char *at = copy; *at != '\0'; at++)
		if (*at != '.' || to == copy || to[-1] != '.')
			*to++ = *at;
	*to = '\0';
	char *at = strstr(copy, "{\"op\"");
	char *end = strstr(copy, "]}");
	assert_non_null(at);
	assert_non_null(end);
	*end = '\0';
	while (at != NULL) {
		char *next = strstr(at + 1, ",{\"op\"");
		if (next != NULL)
			*next++ = '\0';
		assert_true(n < 40);
		parts[n++] = at;
		at = next;
	}
	qsort(parts, n, sizeof(parts[0]), compare_texts);
	*strstr(copy, "[") = '\0';
	add(out, copy);
	for (size_t i = 0; i < n; i++) {
		add(out, parts[i]);
		add(out, " ");
	}
	add(out, "\n");
	free(copy);
}

static int
take_record(void *arg, const alk_row *row)
{
	struct text *feeds = arg;

	if (strcmp(row->type, "lib") == 0)
		add_record(&feeds[0], row->attributes);
	else if (strcmp(row->type, "sql") == 0)
		add_record(&feeds[1], row->attributes);
	return 0;
}

static void
compare_feeds(void)
{
	struct text feeds[2] = { 0 };

	fixture_ok(f.session, alk_stream_read(f.session, "changes", begun,
	    ALK_NUL, take_record, feeds, NULL), "stream");
	assert_string_equal(feeds[0].data, feeds[1].data);
	free(feeds[0].data);
	free(feeds[1].data);
}

static int
show_problem(void *arg, const alk_error *problem)
{
	(void)arg;
	fprintf(stderr, "%s: %s\n", problem->entry, problem->text);
	return 0;
}

/* ---- tests ---- */

static void
check_same(const char *kind, bool multi, bool loops, bool acyclic)
{
	int taken = 0;
	int refused = 0;
	size_t problems = 1;

	make_graphs(kind, multi, loops, acyclic);
	for (int step = 0; step < STEPS; step++) {
		struct change c;
		make_change(&c, step);
		int code = by_library(&c);
		int rc = by_sql(&c);
		if ((code == ALK_OK) != (rc == SQLITE_DONE))
			fail_msg("op %d %s %s %s -> %s: %s, but %d %s", c.op,
			    c.key, c.type, c.source, c.target,
			    alk_session_error(f.session)->text, rc,
			    sqlite3_errmsg(raw));
		taken += code == ALK_OK;
		refused += code != ALK_OK;
		if (step % 10 == 0)
			compare_rows();
	}
	assert_true(taken > 20);
	assert_true(refused > 20);
	compare_rows();
	compare_feeds();
	fixture_ok(f.session, alk_check(f.session, ALK_CHECK_ATTRIBUTES,
	    show_problem, NULL, NULL, NULL, &problems), "check");
	assert_int_equal(problems, 0);
}

static void
directed_graphs_become_the_same(void **state)
{
	(void)state;
	check_same("directed", false, false, false);
}

static void
undirected_graphs_become_the_same(void **state)
{
	(void)state;
	check_same("undirected", false, true, false);
}

static void
mixed_graphs_become_the_same(void **state)
{
	(void)state;
	check_same("mixed", false, true, false);
}

static void
graphs_with_parallel_edges_become_the_same(void **state)
{
	(void)state;
	check_same("mixed", true, false, false);
}

static void
acyclic_graphs_become_the_same(void **state)
{
	(void)state;
	check_same("directed", true, true, true);
}

/* What the views refuse for themselves; the message says why. */
static void
check_refused(const char *sql, const char *why)
{
	char *text = NULL;

	assert_int_not_equal(sqlite3_exec(raw, sql, NULL, NULL, &text),
	    SQLITE_OK);
	if (strstr(text, why) == NULL)
		fail_msg("%s: %s", sql, text);
	sqlite3_free(text);
}

static void
rows_that_can_be_none_are_refused_with_a_reason(void **state)
{
	(void)state;
	make_graphs("directed", true, true, false);
	fixture_ok(f.session, alk_node_create(f.session, "sql", "a",
	    "{\"nodeType\":\"ANode\"}"), "a");
	fixture_ok(f.session, alk_edge_create(f.session, "sql", "k", "a", "a",
	    "{\"edgeType\":\"XEdge\"}"), "k");
#define NODE "INSERT INTO nodes (graph_id, key, attributes) VALUES "
	check_refused(NODE "('none', 'x', '{}')", "no such graph");
	check_refused(NODE "('sql', '', '{\"nodeType\":\"ANode\"}')", "empty");
	check_refused(NODE "('sql', NULL, '{\"nodeType\":\"ANode\"}')",
	    "empty");
	check_refused(NODE "('sql', 'x', 'no json')", "JSON object");
	check_refused(NODE "('sql', 'x', '[1]')", "JSON object");
	check_refused(NODE "('sql', 'x', '{}')", "nodeType");
	check_refused(NODE "('sql', 'a', '{\"nodeType\":\"ANode\"}')",
	    "already there");
	check_refused("UPDATE nodes SET graph_id = 'lib' WHERE key = 'a'",
	    "stays in its graph");
	check_refused("UPDATE nodes SET id = 'other' WHERE key = 'a'",
	    "id of a node stays");
	check_refused("UPDATE nodes SET "
	    "attributes = '{\"nodeType\":\"BNode\"}' WHERE key = 'a'",
	    "type of a node stays");
	check_refused("UPDATE edges SET target_node_key = 'b' WHERE key = 'k'",
	    "end points of an edge stay");
	check_refused("UPDATE edges SET undirected = 1 WHERE key = 'k'",
	    "end points of an edge stay");
	check_refused("UPDATE edges SET "
	    "attributes = '{\"edgeType\":\"ABEdge\"}' WHERE key = 'k'",
	    "type of an edge stays");
#define EDGE "INSERT INTO edges (graph_id, source_node_key, " \
	"target_node_key, attributes, id, key) VALUES "
	check_refused(EDGE "('sql', 'a', 'z', '{\"edgeType\":\"XEdge\"}', "
	    "NULL, NULL)", "no such target node");
	check_refused(EDGE "('sql', 'a', 'a', '{\"edgeType\":\"XEdge\"}', "
	    "'edge-7', NULL)", "derived");
	check_refused(EDGE "('sql', 'a', 'a', '{\"edgeType\":\"XEdge\"}', "
	    "NULL, 'edge-7')", "derived");
	alk_row row;
	fixture_ok(f.session, alk_graph_get(f.session, "sql", &row), "graph");
	assert_int_equal(row.number, 3); /* nothing of it was kept */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(directed_graphs_become_the_same),
		TEST(undirected_graphs_become_the_same),
		TEST(mixed_graphs_become_the_same),
		TEST(graphs_with_parallel_edges_become_the_same),
		TEST(acyclic_graphs_become_the_same),
		TEST(rows_that_can_be_none_are_refused_with_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
