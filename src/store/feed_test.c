/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Records, revisions and notifications of the change feed. */
#include "store/store.h"

#include "base/error.h"
#include "db/slots.h"

#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct sql notifications = { "notifications",
	"SELECT channel, payload FROM _honker_notifications WHERE id > ?1 "
	"ORDER BY id", SQL_SLOTS - 1 };
static const struct sql newest = { "newest",
	"SELECT max(id) FROM _honker_notifications", SQL_SLOTS - 2 };

static struct fixture f;
static alk_session *s;
static struct db *db; /* to see the notifications */
static alk_error err;
static int64_t begun;    /* offset of the last record before the test */
static int64_t notified; /* id of the last notification before it */
static int64_t rev;      /* of graph g then */

static void
make_graph(const char *id)
{
	alk_graph_new g = { .name = id, .id = id, .type = "plain" };

	fixture_ok(s, alk_graph_create(s, &g, NULL), "graph");
}

static int64_t
rev_of(const char *graph)
{
	alk_row row;

	fixture_ok(s, alk_graph_get(s, graph, &row), "graph");
	return row.number;
}

static int
set_up(void **state)
{
	(void)state;
	fixture_init(&f, NULL);
	s = f.session;
	make_graph("h");
	fixture_ok(s, alk_node_create(s, "g", "here", NULL), "node");
	fixture_ok(s, alk_stream_read(s, "changes", -1, 0, NULL, NULL, &begun),
	    "last");
	error_clear(&err);
	if (db_pool_extra(f.store->pool, &db, &err) != ALK_OK)
		return 1;
	db_use(db, &err, NULL);
	notified = db_number(db, &newest, 0, "");
	rev = rev_of("g");
	return err.code;
}

static int
tear_down(void **state)
{
	(void)state;
	db_close(db);
	fixture_fini(&f);
	return 0;
}

/* ---- what the feed tells ---- */

struct record {
	char key[64];
	char head[200]; /* of the payload, up to the changes */
	char first[300]; /* change */
	int changes;
};

static struct record records[20];
static int records_count;

static int
take_record(void *arg, const alk_row *row)
{
	struct record *r = &records[records_count++];
	const char *changes = strstr(row->attributes, ",\"changes\":[");

	(void)arg;
	assert_true(records_count <= 20);
	assert_non_null(changes);
	assert_string_equal(row->attributes + row->attributes_bytes - 2, "]}");
	*r = (struct record){ .changes = 0 };
	(void)snprintf(r->key, sizeof(r->key), "%s", row->type);
	(void)snprintf(r->head, sizeof(r->head), "%.*s",
	    (int)(changes - row->attributes), row->attributes);
	for (const char *at = changes; (at = strstr(at, "{\"op\":")) != NULL;
	     at++) {
		if (r->changes++ == 0)
			(void)snprintf(r->first, sizeof(r->first), "%.*s",
			    (int)strcspn(at, "}") + 1, at);
	}
	return 0;
}

static void
read_feed(void)
{
	records_count = 0;
	fixture_ok(s, alk_stream_read(s, "changes", begun, ALK_NUL, take_record,
	    NULL, NULL), "stream");
}

/* The notifications since the start, "channel payload" and a line end each. */
static const char *
read_notifications(void)
{
	static char all[2000];
	struct db_rows *rows = db_query(db, &notifications, "i", notified);
	size_t n = 0;

	all[0] = '\0';
	while (db_next(db, rows))
		n += (size_t)snprintf(all + n, sizeof(all) - n, "%s %s\n",
		    db_text(rows, 0, NULL), db_text(rows, 1, NULL));
	db_end(db, rows);
	return all;
}

static void
expect_notification(const char *graph, int64_t at)
{
	char want[200];

	(void)snprintf(want, sizeof(want),
	    "graph:%s {\"rev\":%lld,\"graphId\":\"%s\"}\n", graph,
	    (long long)at, graph);
	assert_string_equal(read_notifications(), want);
}

static void
expect_head(const struct record *r, const char *graph, int64_t at)
{
	char want[200];

	(void)snprintf(want, sizeof(want), "{\"rev\":%lld,\"graphId\":\"%s\"",
	    (long long)at, graph);
	assert_string_equal(r->head, want);
	assert_string_equal(r->key, graph);
}

/* ---- tests ---- */

static void
a_change_is_told_with_everything_that_names_it(void **state)
{
	(void)state;
	fixture_ok(s, alk_node_create(s, "g", "a", "{\"n\":1}"), "a");
	fixture_ok(s, alk_edge_create(s, "g", NULL, "a", "here", NULL), "e");
	fixture_ok(s, alk_node_put(s, "g", "a", "{\"n\":2}"), "put");
	fixture_ok(s, alk_edge_create(s, "g", "key\"", "a", "a", NULL), "k");
	fixture_ok(s, alk_node_delete(s, "g", "a"), "delete");
	read_feed();
	assert_int_equal(records_count, 5);
	assert_string_equal(records[0].first, "{\"op\":\"create\","
	    "\"kind\":\"node\",\"key\":\"a\",\"type\":\"ThingNode\"}");
	assert_string_equal(records[1].first, "{\"op\":\"create\","
	    "\"kind\":\"edge\",\"key\":null,\"type\":\"LinkEdge\","
	    "\"id\":\"edge-1\",\"source\":\"a\",\"target\":\"here\"}");
	assert_string_equal(records[2].first, "{\"op\":\"update\","
	    "\"kind\":\"node\",\"key\":\"a\",\"type\":\"ThingNode\"}");
	assert_string_equal(records[3].first, "{\"op\":\"create\","
	    "\"kind\":\"edge\",\"key\":\"key\\\"\",\"type\":\"LinkEdge\","
	    "\"id\":\"edge-2\",\"source\":\"a\",\"target\":\"a\"}");
	assert_int_equal(records[4].changes, 3); /* the edges first */
	assert_string_equal(records[4].first, "{\"op\":\"delete\","
	    "\"kind\":\"edge\",\"key\":null,\"type\":\"LinkEdge\","
	    "\"id\":\"edge-1\",\"source\":\"a\",\"target\":\"here\"}");
	for (int i = 0; i < 5; i++)
		expect_head(&records[i], "g", rev + 1 + i);
	assert_int_equal(rev_of("g"), rev + 5);
}

struct many {
	const char *graph;
	int count;
};

static int
create_many(alk_session *session, void *arg)
{
	const struct many *m = arg;
	char key[32];

	for (int i = 0; i < m->count; i++) {
		(void)snprintf(key, sizeof(key), "many %d", i);
		fixture_ok(session, alk_node_create(session, m->graph, key,
		    NULL), "node");
	}
	return ALK_OK;
}

static void
check_many(int n)
{
	struct many m = { "g", n };
	int full = n / 1000;

	fixture_ok(s, alk_transact(s, 0, create_many, &m), "many");
	assert_int_equal(rev_of("g"), rev + 1);
	read_feed();
	assert_int_equal(records_count, full + (n % 1000 != 0));
	for (int i = 0; i < records_count; i++) {
		char first[300];
		expect_head(&records[i], "g", rev + 1);
		assert_int_equal(records[i].changes, i < full ? 1000 :
							       n % 1000);
		(void)snprintf(first, sizeof(first), "{\"op\":\"create\","
		    "\"kind\":\"node\",\"key\":\"many %d\","
		    "\"type\":\"ThingNode\"}", 1000 * i);
		assert_string_equal(records[i].first, first);
	}
	expect_notification("g", rev + 1);
}

static void
a_transaction_is_one_revision_and_one_record(void **state)
{
	(void)state;
	check_many(999);
}

static void
a_thousand_changes_are_one_record(void **state)
{
	(void)state;
	check_many(1000);
}

static void
more_than_a_thousand_changes_are_several_records(void **state)
{
	(void)state;
	check_many(2001);
}

static int
change_in_turn(alk_session *session, void *arg)
{
	int *n = arg;
	char key[32];

	for (int i = 0; i < *n; i++) {
		(void)snprintf(key, sizeof(key), "in turn %d", i);
		fixture_ok(session, alk_node_create(session, i % 2 == 0 ? "h" :
		    "g", key, NULL), "node");
	}
	return ALK_OK;
}

static void
each_graph_of_a_transaction_has_its_revision_and_records(void **state)
{
	(void)state;
	int n = 2401;
	int64_t rev_h = rev_of("h");
	char want[300];

	fixture_ok(s, alk_transact(s, 0, change_in_turn, &n), "in turn");
	assert_int_equal(rev_of("g"), rev + 1);
	assert_int_equal(rev_of("h"), rev_h + 1);
	read_feed();
	assert_int_equal(records_count, 4);
	for (int i = 0; i < 4; i++)
		expect_head(&records[i], i < 2 ? "h" : "g",
		    i < 2 ? rev_h + 1 : rev + 1);
	assert_int_equal(records[0].changes, 1000);
	assert_int_equal(records[1].changes, 201);
	assert_int_equal(records[2].changes, 1000);
	assert_int_equal(records[3].changes, 200);
	(void)snprintf(want, sizeof(want),
	    "graph:h {\"rev\":%lld,\"graphId\":\"h\"}\n"
	    "graph:g {\"rev\":%lld,\"graphId\":\"g\"}\n",
	    (long long)rev_h + 1, (long long)rev + 1);
	assert_string_equal(read_notifications(), want);
}

static void
what_changes_nothing_is_not_told(void **state)
{
	(void)state;
	alk_row row;

	fixture_ok(s, alk_node_put(s, "g", "here", NULL), "put the same");
	fixture_ok(s, alk_node_merge(s, "g", "here", "{}"), "merge nothing");
	assert_int_equal(alk_node_create(s, "g", "here", NULL), ALK_EXISTS);
	assert_int_equal(alk_node_get(s, "g", "here", &row), ALK_OK);
	read_feed();
	assert_int_equal(records_count, 0);
	assert_string_equal(read_notifications(), "");
	assert_int_equal(rev_of("g"), rev);
}

static int
fail_after_one(alk_session *session, void *arg)
{
	(void)arg;
	fixture_ok(session, alk_node_create(session, "h", "undone", NULL), "u");
	return 3;
}

static int
keep_one(alk_session *session, void *arg)
{
	assert_int_equal(alk_transact(session, 0, fail_after_one, arg), 3);
	fixture_ok(session, alk_node_create(session, "g", "kept", NULL), "k");
	assert_int_equal(alk_transact(session, 0, fail_after_one, arg), 3);
	return ALK_OK;
}

static void
what_was_undone_is_not_told(void **state)
{
	(void)state;
	int64_t rev_h = rev_of("h");

	fixture_ok(s, alk_transact(s, 0, keep_one, NULL), "keep one");
	assert_int_equal(alk_transact(s, 0, fail_after_one, NULL), 3);
	read_feed();
	assert_int_equal(records_count, 1);
	expect_head(&records[0], "g", rev + 1);
	assert_int_equal(records[0].changes, 1);
	assert_int_equal(rev_of("h"), rev_h);
	expect_notification("g", rev + 1);
}

static void
a_graph_is_told_when_it_comes_and_goes(void **state)
{
	(void)state;
	make_graph("new");
	assert_int_equal(rev_of("new"), 1);
	fixture_ok(s, alk_graph_delete(s, "new"), "delete");
	read_feed();
	assert_int_equal(records_count, 2);
	expect_head(&records[0], "new", 1);
	assert_string_equal(records[0].first, "{\"op\":\"create\","
	    "\"kind\":\"graph\",\"key\":\"new\",\"type\":\"plain\"}");
	expect_head(&records[1], "new", 2);
	assert_memory_equal(records[1].first, "{\"op\":\"delete\","
	    "\"kind\":\"graph\",\"key\":\"new\"", 41);
	assert_string_equal(read_notifications(),
	    "graph:new {\"rev\":1,\"graphId\":\"new\"}\n"
	    "graph:new {\"rev\":2,\"graphId\":\"new\"}\n");
}

static int
make_fill_and_delete(alk_session *session, void *arg)
{
	(void)arg;
	make_graph("short");
	fixture_ok(session, alk_node_create(session, "short", "a", NULL), "a");
	return alk_graph_delete(session, "short");
}

static void
a_graph_made_and_deleted_at_once_is_told_in_one_record(void **state)
{
	(void)state;
	alk_row row;

	fixture_ok(s, alk_transact(s, 0, make_fill_and_delete, NULL), "short");
	assert_int_equal(alk_graph_get(s, "short", &row), ALK_NOTFOUND);
	read_feed();
	assert_int_equal(records_count, 1);
	expect_head(&records[0], "short", 1);
	assert_int_equal(records[0].changes, 3);
}

static void
types_are_told_without_a_graph(void **state)
{
	(void)state;
	alk_type_options o = { .scope = "tenant" };

	fixture_ok(s, alk_types_load(s, "other", &o, fixture_module, ALK_NUL,
	    NULL), "types");
	read_feed();
	assert_int_equal(records_count, 1);
	assert_string_equal(records[0].key, "");
	assert_non_null(strstr(records[0].head, "\"graphId\":null"));
	assert_non_null(strstr(records[0].first, "\"kind\":\"type\""));
	assert_non_null(strstr(records[0].first, "\"key\":\"other\""));
	assert_memory_equal(read_notifications(), "graph-types ", 12);
	assert_int_equal(rev_of("g"), rev);
}

static const char *input;

static long
give(void *arg, char *into, size_t room)
{
	size_t n = strlen(input);

	(void)arg;
	n = n < room ? n : room;
	memcpy(into, input, n);
	input += n;
	return (long)n;
}

static void
an_import_is_told_as_a_load(void **state)
{
	(void)state;
	alk_import_result result = { 0 };
	alk_import_options o = { .batch_rows = 2 };

	input = "{\"kind\":\"node\",\"key\":\"i1\"}\n"
	    "{\"kind\":\"node\",\"key\":\"i2\"}\n"
	    "{\"kind\":\"edge\",\"source\":\"i1\",\"target\":\"i2\"}\n";
	fixture_ok(s, alk_import(s, "g", &o, give, NULL, &result), "import");
	read_feed();
	assert_int_equal(records_count, 2);
	expect_head(&records[0], "g", rev + 1);
	assert_string_equal(records[0].first,
	    "{\"op\":\"load\",\"nodes\":2,\"edges\":0,\"lines\":2}");
	expect_head(&records[1], "g", rev + 2);
	assert_string_equal(records[1].first,
	    "{\"op\":\"load\",\"nodes\":0,\"edges\":1,\"lines\":3}");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_is_told_with_everything_that_names_it),
		TEST(a_transaction_is_one_revision_and_one_record),
		TEST(a_thousand_changes_are_one_record),
		TEST(more_than_a_thousand_changes_are_several_records),
		TEST(each_graph_of_a_transaction_has_its_revision_and_records),
		TEST(what_changes_nothing_is_not_told),
		TEST(what_was_undone_is_not_told),
		TEST(a_graph_is_told_when_it_comes_and_goes),
		TEST(a_graph_made_and_deleted_at_once_is_told_in_one_record),
		TEST(types_are_told_without_a_graph),
		TEST(an_import_is_told_as_a_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
