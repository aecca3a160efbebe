/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Neighbours with whole rows. In a snapshot they are told as one statement
 * joins them, in a transaction edge by edge: both have to tell the same, which
 * is what the model says.
 */
#include "child.h"
#include "fixture.h"

#include "graph/model_test.h"
#include "store/store.h"

#include <sqlite3.h>

#define TOLD_BYTES 65536

/* ---- what is told ---- */

struct asked {
	char key[16];
	alk_walk_options o;
	int stop_after; /* rows; 0: never */
	bool nests;
	int rc;
	char told[TOLD_BYTES];
	size_t bytes;
	int rows;
	bool was_joined;
};

static void
put(struct asked *a, const char *text)
{
	int n = snprintf(a->told + a->bytes, sizeof(a->told) - a->bytes,
	    "%s ", text != NULL ? text : "-");

	assert_true(n > 0 && a->bytes + (size_t)n < sizeof(a->told));
	a->bytes += (size_t)n;
}

static int
count(void *arg, const alk_row *row)
{
	(void)row;
	++*(int *)arg;
	return 0;
}

/* Another hop, with rows where the first had its own. */
static void
hop_elsewhere(void)
{
	alk_walk_options o = { .direction = ALK_BOTH };
	char key[16];
	int rows = 0;

	for (int i = 0; i < 3; i++) {
		(void)snprintf(key, sizeof(key), "%d",
		    model_below(&m, m.nodes));
		assert_int_equal(alk_neighbors(m.f.session, m.graph, key, &o,
		    count, &rows), ALK_OK);
	}
}

static int
see(void *arg, const alk_row *row)
{
	struct asked *a = arg;
	char numbers[100];

	(void)snprintf(numbers, sizeof(numbers), "%d %d %lld %lld %lld %zu",
	    row->kind, row->undirected, (long long)row->number,
	    (long long)row->created_at, (long long)row->updated_at,
	    row->attributes_bytes);
	put(a, numbers);
	put(a, row->id);
	put(a, row->key);
	put(a, row->type);
	put(a, row->source);
	put(a, row->target);
	put(a, row->attributes);
	put(a, row->metadata);
	a->was_joined |= m.f.session->graph.is_streaming;
	if (a->nests)
		hop_elsewhere();
	return ++a->rows == a->stop_after;
}

static int
ask(alk_session *s, void *arg)
{
	struct asked *a = arg;

	a->rc = alk_neighbors(s, m.graph, a->key, &a->o, see, a);
	return ALK_OK;
}

/* Whether both ways tell the same. */
static void
compare(const struct asked *what)
{
	static struct asked joined, single;

	joined = single = *what;
	fixture_ok(m.f.session, alk_snapshot(m.f.session, ask, &joined),
	    "joined");
	fixture_ok(m.f.session, alk_transact(m.f.session, 0, ask, &single),
	    "single");
	assert_int_equal(joined.rc, single.rc);
	assert_string_equal(joined.told, single.told);
	assert_int_equal(joined.rows, single.rows);
	assert_true(joined.was_joined == (joined.rows > 0));
	assert_false(single.was_joined);
}

/* How many edges the model has there, each with a node behind it. */
static int
rows_at(const struct asked *a)
{
	int key = atoi(a->key);
	int rows = 0;

	for (int i = 0; i < m.edges_count; i++) {
		const struct model_edge *e = &m.edges[i];
		bool is_along = e->source == key && model_goes_along(e, &a->o);
		bool is_against = e->target == key &&
		    model_goes_against(e, &a->o);
		rows += is_along || is_against ? 2 : 0;
	}
	return rows;
}

static struct asked
random_asked(const char *types[3])
{
	struct asked a = { .o = model_options(&m, types) };

	(void)snprintf(a.key, sizeof(a.key), "%d", model_below(&m, m.nodes));
	return a;
}

static void
make(int number, const char *kind)
{
	model_make(&m, number, kind, MODEL_NODES, MODEL_EDGES);
}

/* ---- the tests ---- */

static void
a_hop_tells_every_edge_once_with_its_node(void **state)
{
	static struct asked a;
	const char *types[3];

	(void)state;
	for (int kind = 0; kind < 3; kind++) {
		make(kind, model_kinds[kind]);
		for (int i = 0; i < 100; i++) {
			a = random_asked(types);
			compare(&a);
			fixture_ok(m.f.session, alk_snapshot(m.f.session, ask,
			    &a), "ask");
			assert_int_equal(a.rows, rows_at(&a));
		}
	}
}

static void
a_hop_ends_where_enough_is_told(void **state)
{
	static struct asked a;
	const char *types[3];

	(void)state;
	make(0, "mixed");
	for (int i = 0; i < 100; i++) {
		a = random_asked(types);
		a.o.limit = (size_t)model_below(&m, 4);
		a.stop_after = model_below(&m, 8);
		compare(&a);
	}
}

static void
a_visitor_may_hop_itself(void **state)
{
	static struct asked plain, nested;
	const char *types[3];

	(void)state;
	make(0, "directed");
	for (int i = 0; i < 30; i++) {
		nested = random_asked(types);
		plain = nested;
		nested.nests = true;
		compare(&nested);
		fixture_ok(m.f.session, alk_snapshot(m.f.session, ask, &plain),
		    "plain");
		fixture_ok(m.f.session, alk_snapshot(m.f.session, ask,
		    &nested), "nested");
		assert_string_equal(plain.told, nested.told);
	}
}

static void
run(const char *sql)
{
	sqlite3 *raw;

	assert_int_equal(sqlite3_open(m.f.path, &raw), SQLITE_OK);
	assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(raw), SQLITE_OK);
}

static void
a_node_that_is_missing_is_told(void **state)
{
	static struct asked a = { .key = "0", .o.direction = ALK_BOTH };

	(void)state;
	make(0, "directed");
	run("PRAGMA foreign_keys=OFF; DELETE FROM alk_nodes WHERE nid IN "
	    "(SELECT dst FROM alk_edges WHERE src = "
	    "(SELECT nid FROM alk_nodes WHERE key = '0')) AND key <> '0'");
	compare(&a);
	(void)ask(m.f.session, &a);
	assert_int_equal(a.rc, ALK_CORRUPT);
	assert_non_null(strstr(alk_session_error(m.f.session)->text,
	    "is referred to but not there"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_hop_tells_every_edge_once_with_its_node),
		TEST(a_hop_ends_where_enough_is_told),
		TEST(a_visitor_may_hop_itself),
		TEST(a_node_that_is_missing_is_told),
	};

	return cmocka_run_group_tests_name("hop", tests, NULL, NULL);
}
