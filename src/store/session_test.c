/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Calls within calls: whose error it is, what is undone, what is seen. */
#include "fixture_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
set_up(void **state)
{
	(void)session_set_up(state);
	for (int i = 0; i < 5; i++) {
		char key[32];
		(void)snprintf(key, sizeof(key), "node %d", i);
		fixture_ok(s, alk_node_create(s, "g", key, NULL), "node");
	}
	return 0;
}

static bool
has(alk_session *as, const char *key)
{
	alk_row row;
	int code = alk_node_get(as, "g", key, &row);

	assert_true(code == ALK_OK || code == ALK_NOTFOUND);
	return code == ALK_OK;
}

static int64_t
rev(void)
{
	alk_row row;

	fixture_ok(s, alk_graph_get(s, "g", &row), "graph");
	return row.number;
}

static int
count(void *arg, const alk_row *row)
{
	(void)row;
	++*(int *)arg;
	return 0;
}

static int
count_change(void *arg, const alk_change *c)
{
	(void)c;
	++*(int *)arg;
	return 0;
}

/* ---- errors ---- */

static int
fail_within(void *arg, const alk_row *row)
{
	alk_row other;

	++*(int *)arg;
	assert_true(row->key[0] != '\0');
	assert_int_equal(alk_node_get(s, "g", "none", &other), ALK_NOTFOUND);
	assert_int_equal(alk_session_error(s)->code, ALK_NOTFOUND);
	assert_int_equal(alk_node_create(s, "no graph", "x", NULL),
	    ALK_NOTFOUND);
	return 0;
}

static void
an_error_in_a_visitor_is_not_that_of_the_list(void **state)
{
	(void)state;
	int n = 0;

	assert_int_equal(alk_node_list(s, "g", NULL, fail_within, &n, NULL),
	    ALK_OK);
	assert_int_equal(n, 5);
	assert_int_equal(alk_session_error(s)->code, ALK_OK);
	assert_string_equal(alk_session_error(s)->text, "");
}

static int
answer(alk_session *session, void *arg)
{
	(void)session;
	return *(int *)arg;
}

static void
an_answer_of_the_callers_own_is_given_back_with_a_line(void **state)
{
	(void)state;
	int own = 42;

	assert_int_equal(alk_transact(s, 0, answer, &own), 42);
	assert_int_equal(alk_session_error(s)->code, 42);
	assert_string_equal(alk_session_error(s)->text, "the work answered 42");
	own = ALK_DENIED;
	assert_int_equal(alk_snapshot(s, answer, &own), ALK_DENIED);
	assert_string_equal(alk_session_error(s)->text,
	    "the work answered -11");
}

static int
hand_on(alk_session *session, void *arg)
{
	(void)arg;
	return alk_node_create(session, "g", "node 1", NULL);
}

static void
an_error_handed_on_keeps_its_place_and_text(void **state)
{
	(void)state;
	assert_int_equal(alk_transact(s, 0, hand_on, NULL), ALK_EXISTS);
	assert_string_equal(alk_session_error(s)->entry, "node node 1");
	assert_non_null(strstr(alk_session_error(s)->text, "already there"));
}

/* ---- transactions within transactions ---- */

static int
create_two_and_fail(alk_session *session, void *arg)
{
	(void)arg;
	fixture_ok(session, alk_node_create(session, "g", "inner 1", NULL),
	    "inner");
	fixture_ok(session, alk_edge_create(session, "g", "inner edge",
	    "inner 1", "outer", NULL), "inner edge");
	return alk_node_create(session, "g", "node 1", NULL);
}

static int
outlive_a_failure(alk_session *session, void *arg)
{
	int changes = 0;
	alk_row row;

	(void)arg;
	fixture_ok(session, alk_node_create(session, "g", "outer", NULL), "o");
	assert_int_equal(alk_transact(session, 0, create_two_and_fail, NULL),
	    ALK_EXISTS);
	assert_true(has(session, "outer"));
	assert_false(has(session, "inner 1"));
	assert_int_equal(alk_edge_get(session, "g", "inner edge", &row),
	    ALK_NOTFOUND);
	fixture_ok(session, alk_changes(session, count_change, &changes), "c");
	assert_int_equal(changes, 1);
	/* What the undone part had in memory is gone too. */
	assert_int_equal(alk_edge_create(session, "g", NULL, "outer", "inner 1",
	    NULL), ALK_NOTFOUND);
	fixture_ok(session, alk_edge_create(session, "g", NULL, "outer",
	    "node 0", NULL), "edge");
	return ALK_OK;
}

static void
of_a_failed_inner_transaction_only_its_own_work_is_undone(void **state)
{
	(void)state;
	int edges = 0;
	int64_t before = rev();

	assert_int_equal(alk_transact(s, 0, outlive_a_failure, NULL), ALK_OK);
	assert_true(has(s, "outer"));
	assert_false(has(s, "inner 1"));
	fixture_ok(s, alk_edge_list(s, "g", NULL, count, &edges, NULL), "e");
	assert_int_equal(edges, 1);
	assert_int_equal(rev(), before + 1);
}

static int
nest(alk_session *session, void *arg)
{
	int *depth = arg;
	int mine = *depth;
	char key[32];

	(void)snprintf(key, sizeof(key), "depth %d", mine);
	fixture_ok(session, alk_node_create(session, "g", key, NULL), "node");
	if (mine == 6)
		return 99;
	*depth = mine + 1;
	int code = alk_transact(session, 0, nest, depth);
	/* The failure goes up to 4 and is forgotten there. */
	return mine == 3 ? ALK_OK : code;
}

static void
a_failure_undoes_as_far_as_it_is_handed_on(void **state)
{
	(void)state;
	int depth = 0;

	assert_int_equal(alk_transact(s, 0, nest, &depth), ALK_OK);
	for (int i = 0; i <= 6; i++) {
		char key[32];
		(void)snprintf(key, sizeof(key), "depth %d", i);
		assert_int_equal(has(s, key), i <= 3);
	}
}

static int
try_inside(alk_session *session, void *arg)
{
	alk_write_options dry = { .flags = ALK_TX_DRY_RUN };
	alk_write_result result = { 0 };
	alk_item item = { .op = ALK_CREATE, .kind = ALK_NODE, .key = "dry" };
	int changes = 0;

	(void)arg;
	fixture_ok(session, alk_node_create(session, "g", "wet", NULL), "wet");
	fixture_ok(session, alk_write(session, "g", &item, 1, &dry, &result),
	    "dry");
	assert_int_equal(result.created, 1);
	assert_false(has(session, "dry"));
	assert_int_equal(alk_edge_create(session, "g", NULL, "wet", "dry",
	    NULL), ALK_NOTFOUND);
	fixture_ok(session, alk_changes(session, count_change, &changes), "c");
	assert_int_equal(changes, 1);
	return ALK_OK;
}

static void
a_dry_run_within_a_transaction_undoes_only_itself(void **state)
{
	(void)state;
	assert_int_equal(alk_transact(s, 0, try_inside, NULL), ALK_OK);
	assert_true(has(s, "wet"));
	assert_false(has(s, "dry"));
}

static int
do_everything(alk_session *session, void *arg)
{
	alk_type_options o = { .scope = "tenant" };
	alk_graph_new g = { .name = "new", .type = "new type" };
	int *changes = arg;

	fixture_ok(session, alk_types_load(session, "new type", &o,
	    fixture_module, ALK_NUL, NULL), "types");
	fixture_ok(session, alk_graph_create(session, &g, NULL), "graph");
	fixture_ok(session, alk_node_create(session, "new", "a", NULL), "a");
	fixture_ok(session, alk_edge_create(session, "new", NULL, "a", "a",
	    NULL), "edge");
	fixture_ok(session, alk_node_delete(session, "g", "node 3"), "delete");
	fixture_ok(session, alk_stream_publish(session, "t", NULL, "p", 1,
	    NULL), "publish");
	fixture_ok(session, alk_notify(session, "c", "p", 1, NULL), "notify");
	fixture_ok(session, alk_changes(session, count_change, changes), "c");
	return ALK_OK;
}

static void
a_dry_run_leaves_nothing(void **state)
{
	(void)state;
	alk_row row;
	const char *json;
	int changes = 0;
	int events = 0;
	int64_t before = rev();
	int64_t last = 0;
	int64_t last_after = 0;

	fixture_ok(s, alk_stream_read(s, NULL, -1, 0, count, &events, &last),
	    "last");
	for (int i = 0; i < 2; i++) {
		changes = 0;
		assert_int_equal(alk_transact(s, ALK_TX_DRY_RUN, do_everything,
		    &changes), ALK_OK);
		assert_true(changes >= 5);
		assert_int_equal(rev(), before);
		assert_true(has(s, "node 3"));
		assert_int_equal(alk_graph_get(s, "new", &row), ALK_NOTFOUND);
		assert_int_equal(alk_types_get(s, "new type", &json, NULL),
		    ALK_NOTFOUND);
	}
	fixture_ok(s, alk_stream_read(s, NULL, -1, 0, count, &events,
	    &last_after), "last");
	assert_int_equal(last, last_after);
	assert_int_equal(events, 0);
	/* And it can be done in earnest. */
	assert_int_equal(alk_transact(s, 0, do_everything, &changes), ALK_OK);
	assert_false(has(s, "node 3"));
	assert_int_equal(alk_graph_get(s, "new", &row), ALK_OK);
}

static int
load_types_and_fail(alk_session *session, void *arg)
{
	alk_type_options o = { .scope = "tenant" };

	(void)arg;
	fixture_ok(session, alk_types_load(session, "lost", &o, fixture_module,
	    ALK_NUL, NULL), "types");
	alk_graph_new g = { .name = "lost", .id = "lost", .type = "lost" };
	fixture_ok(session, alk_graph_create(session, &g, NULL), "graph");
	fixture_ok(session, alk_node_create(session, "lost", "a", NULL), "a");
	return 7;
}

static int
use_lost_types(alk_session *session, void *arg)
{
	alk_graph_new g = { .name = "lost", .id = "lost", .type = "lost" };

	(void)arg;
	assert_int_equal(alk_transact(session, 0, load_types_and_fail, NULL),
	    7);
	assert_int_equal(alk_graph_create(session, &g, NULL), ALK_NOTFOUND);
	assert_int_equal(alk_node_create(session, "lost", "a", NULL),
	    ALK_NOTFOUND);
	return ALK_OK;
}

static void
types_of_an_undone_part_are_forgotten(void **state)
{
	(void)state;
	assert_int_equal(alk_transact(s, 0, use_lost_types, NULL), ALK_OK);
	assert_int_equal(alk_transact(s, 0, load_types_and_fail, NULL), 7);
	assert_int_equal(alk_transact(s, 0, use_lost_types, NULL), ALK_OK);
}

static int
create_and_fail(alk_session *session, void *arg)
{
	alk_row row;

	fixture_ok(session, alk_node_create(session, "g", "gone", NULL), "c");
	fixture_ok(session, alk_node_get(session, "g", "gone", &row), "get");
	(void)snprintf(arg, 64, "%s", row.id);
	return 5;
}

static void
an_undone_node_is_not_found_as_an_end_point(void **state)
{
	(void)state;
	char id[64];

	assert_int_equal(alk_transact(s, 0, create_and_fail, id), 5);
	assert_int_equal(alk_edge_create(s, "g", NULL, "gone", "node 0", NULL),
	    ALK_NOTFOUND);
	assert_int_equal(alk_edge_create(s, "g", NULL, "node 0", "gone", NULL),
	    ALK_NOTFOUND);
}

/* ---- reading and writing at once ---- */

static int
delete_seen(void *arg, const alk_row *row)
{
	char key[64];

	++*(int *)arg;
	(void)snprintf(key, sizeof(key), "%s", row->key);
	fixture_ok(s, alk_node_delete(s, "g", key), "delete");
	return 0;
}

static int
delete_all(alk_session *session, void *arg)
{
	return alk_node_list(session, "g", NULL, delete_seen, arg, NULL);
}

static void
a_visitor_may_delete_what_it_sees(void **state)
{
	(void)state;
	int n = 0;
	int left = 0;

	assert_int_equal(alk_transact(s, 0, delete_all, &n), ALK_OK);
	assert_int_equal(n, 5);
	fixture_ok(s, alk_node_list(s, "g", NULL, count, &left, NULL), "list");
	assert_int_equal(left, 0);
}

static int
fail_to_write(void *arg, const alk_row *row)
{
	char key[64];
	alk_item items[2] = {
		{ .op = ALK_PUT, .kind = ALK_NODE, .key = key,
		    .attributes = "{\"n\":1}", .attributes_bytes = ALK_NUL },
		{ .op = ALK_CREATE, .kind = ALK_NODE, .key = key },
	};

	++*(int *)arg;
	(void)snprintf(key, sizeof(key), "%s", row->key);
	assert_int_equal(alk_write(s, "g", items, 2, NULL, NULL), ALK_EXISTS);
	return 0;
}

static int
list_and_fail_to_write(alk_session *session, void *arg)
{
	alk_query by_key = { .order = "@key" };
	alk_query by_n = { .order = "n" };

	fixture_ok(session, alk_node_list(session, "g", NULL, fail_to_write,
	    arg, NULL), "list");
	fixture_ok(session, alk_node_list(session, "g", &by_key, fail_to_write,
	    arg, NULL), "list");
	return alk_node_list(session, "g", &by_n, fail_to_write, arg, NULL);
}

static void
writes_that_fail_in_a_visitor_do_not_end_the_list(void **state)
{
	(void)state;
	int n = 0;
	int64_t before = rev();

	assert_int_equal(alk_transact(s, 0, list_and_fail_to_write, &n),
	    ALK_OK);
	assert_int_equal(n, 15);
	assert_int_equal(rev(), before);
}

static int
write_seen(void *arg, const alk_row *row)
{
	char key[64];

	++*(int *)arg;
	(void)snprintf(key, sizeof(key), "new of %s", row->key);
	fixture_ok(s, alk_node_create(s, "g", key, NULL), "create");
	/* It is committed, but the read that goes on began before. */
	assert_false(has(s, key));
	return 0;
}

static void
a_list_does_not_see_what_its_visitor_commits(void **state)
{
	(void)state;
	int n = 0;
	int all = 0;

	assert_int_equal(alk_node_list(s, "g", NULL, write_seen, &n, NULL),
	    ALK_OK);
	assert_int_equal(n, 5);
	fixture_ok(s, alk_node_list(s, "g", NULL, count, &all, NULL), "list");
	assert_int_equal(all, 10);
}

static int
look_twice(alk_session *session, void *arg)
{
	alk_session *other = arg;
	int n = 0;

	fixture_ok(session, alk_node_list(session, "g", NULL, count, &n, NULL),
	    "first");
	assert_int_equal(n, 5);
	fixture_ok(other, alk_node_create(other, "g", "meanwhile", NULL), "o");
	assert_false(has(session, "meanwhile"));
	assert_true(has(other, "meanwhile"));
	n = 0;
	fixture_ok(session, alk_node_list(session, "g", NULL, count, &n, NULL),
	    "second");
	assert_int_equal(n, 5);
	return ALK_OK;
}

static void
a_snapshot_is_one_state_of_the_file(void **state)
{
	(void)state;
	alk_session *other;
	alk_error err = { 0 };

	assert_int_equal(alk_session_open(f.store, NULL, &other, &err), ALK_OK);
	assert_int_equal(alk_snapshot(s, look_twice, other), ALK_OK);
	assert_true(has(s, "meanwhile"));
	alk_session_close(other);
}

static int
write_within(alk_session *session, void *arg)
{
	(void)arg;
	/* The state is that of the first read. */
	assert_false(has(session, "w"));
	fixture_ok(session, alk_node_create(session, "g", "w", NULL), "w");
	assert_false(has(session, "w"));
	assert_int_equal(alk_node_create(session, "g", "w", NULL), ALK_EXISTS);
	assert_false(has(session, "w"));
	return 8;
}

static void
a_write_within_a_snapshot_is_seen_behind_it(void **state)
{
	(void)state;
	/* A snapshot undoes nothing, whatever its work answers. */
	assert_int_equal(alk_snapshot(s, write_within, NULL), 8);
	assert_true(has(s, "w"));
}

static int
look_from_outside(alk_session *session, void *arg)
{
	alk_session *other = arg;

	fixture_ok(session, alk_node_create(session, "g", "new", NULL), "new");
	assert_true(has(session, "new"));
	assert_false(has(other, "new"));
	assert_int_equal(alk_node_create(other, "g", "theirs", NULL),
	    ALK_BUSY);
	return ALK_OK;
}

static void
an_open_transaction_is_seen_by_its_own_session_only(void **state)
{
	(void)state;
	alk_session_options o = { .busy_ms = -1 };
	alk_session *other;
	alk_error err = { 0 };

	assert_int_equal(alk_session_open(f.store, &o, &other, &err), ALK_OK);
	assert_int_equal(alk_transact(s, 0, look_from_outside, other), ALK_OK);
	assert_true(has(other, "new"));
	fixture_ok(other, alk_node_create(other, "g", "theirs", NULL), "later");
	alk_session_close(other);
}

/* ---- at the wrong moment ---- */

static int
wait_inside(alk_session *session, void *arg)
{
	(void)arg;
	assert_int_equal(alk_wait(session, 0), ALK_MISUSE);
	return ALK_OK;
}

static void
waiting_inside_another_call_is_misuse(void **state)
{
	(void)state;
	assert_int_equal(alk_transact(s, 0, wait_inside, NULL), ALK_OK);
	assert_int_equal(alk_snapshot(s, wait_inside, NULL), ALK_OK);
	assert_int_equal(alk_wait(s, 0), ALK_TIMEOUT);
}

static void
changes_are_asked_for_within_a_transaction(void **state)
{
	(void)state;
	int n = 0;

	assert_int_equal(alk_changes(s, count_change, &n), ALK_MISUSE);
	assert_int_equal(n, 0);
}

static void
a_store_with_open_sessions_does_not_close(void **state)
{
	(void)state;
	assert_int_equal(alk_close(f.store), ALK_MISUSE);
	assert_true(has(s, "node 0"));
}

static void
a_file_open_elsewhere_is_opened_where_that_is_safe(void **state)
{
	(void)state;
	alk_options o = { .flags = ALK_OPEN_CREATE };
	alk_error err = { 0 };
	alk_store *st = NULL;
	char path[SCRATCH_PATH];

	scratch_path(path, f.dir, "other.db");
	FILE *elsewhere = fopen(path, "w+");
	assert_non_null(elsewhere);
	assert_int_equal(alk_open(path, &o, &st, &err), ALK_COPY);
	assert_null(st);
	o.flags |= ALK_OPEN_SHARED;
	assert_int_equal(alk_open(path, &o, &st, &err), ALK_OK);
	assert_int_equal(alk_close(st), ALK_OK);
	(void)fclose(elsewhere);
	o.flags = 1u << 31;
	assert_int_equal(alk_open(path, &o, &st, &err), ALK_INVALID);
}

static void
pointers_that_are_missing_are_not_valid(void **state)
{
	(void)state;
	static const char *const none[] = { NULL };
	alk_walk_options w = { .edge_types = none, .edge_types_count = 1 };
	alk_type_options o = { .scope = "tenant" };
	alk_types_result result = { .created = 77 };
	const char *json = NULL;
	alk_row row;

	assert_int_equal(alk_graph_create(s, NULL, &row), ALK_INVALID);
	assert_int_equal(alk_graph_update(s, "g", NULL), ALK_INVALID);
	assert_int_equal(alk_graph_get(s, NULL, &row), ALK_INVALID);
	assert_int_equal(alk_types_load(s, "t", &o, NULL, ALK_NUL, &result),
	    ALK_INVALID);
	assert_int_equal(result.created, 77);
	assert_int_equal(alk_types_get(s, NULL, &json, NULL), ALK_INVALID);
	assert_int_equal(alk_types_delete(s, NULL), ALK_INVALID);
	assert_int_equal(alk_types_check(s, NULL, ALK_NODE, NULL, "{}", 2),
	    ALK_INVALID);
	assert_int_equal(alk_walk(s, "g", "node 0", &w, NULL, NULL, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_node_get(s, "g", NULL, &row), ALK_INVALID);
	assert_int_equal(alk_write(s, "g", NULL, 1, NULL, NULL), ALK_INVALID);
}

/* ---- cancelling ---- */

static void
cancelled_between_calls_the_next_one_ends(void **state)
{
	(void)state;
	alk_row row;

	alk_session_cancel(s);
	assert_int_equal(alk_node_get(s, "g", "node 0", &row), ALK_CANCELLED);
	assert_int_equal(alk_node_get(s, "g", "node 0", &row), ALK_OK);
	alk_session_cancel(s);
	assert_int_equal(alk_node_create(s, "g", "x", NULL), ALK_CANCELLED);
	assert_false(has(s, "x"));
}

static int
cancel_and_write(alk_session *session, void *arg)
{
	(void)arg;
	fixture_ok(session, alk_node_create(session, "g", "before", NULL), "b");
	alk_session_cancel(session);
	return alk_node_create(session, "g", "after", NULL);
}

static void
a_transaction_that_is_cancelled_is_undone(void **state)
{
	(void)state;
	assert_int_equal(alk_transact(s, 0, cancel_and_write, NULL),
	    ALK_CANCELLED);
	assert_false(has(s, "before"));
	assert_false(has(s, "after"));
	fixture_ok(s, alk_node_create(s, "g", "before", NULL), "again");
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, fixture_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_error_in_a_visitor_is_not_that_of_the_list),
		TEST(an_answer_of_the_callers_own_is_given_back_with_a_line),
		TEST(an_error_handed_on_keeps_its_place_and_text),
		TEST(of_a_failed_inner_transaction_only_its_own_work_is_undone),
		TEST(a_failure_undoes_as_far_as_it_is_handed_on),
		TEST(a_dry_run_within_a_transaction_undoes_only_itself),
		TEST(a_dry_run_leaves_nothing),
		TEST(types_of_an_undone_part_are_forgotten),
		TEST(an_undone_node_is_not_found_as_an_end_point),
		TEST(a_visitor_may_delete_what_it_sees),
		TEST(writes_that_fail_in_a_visitor_do_not_end_the_list),
		TEST(a_list_does_not_see_what_its_visitor_commits),
		TEST(a_snapshot_is_one_state_of_the_file),
		TEST(a_write_within_a_snapshot_is_seen_behind_it),
		TEST(an_open_transaction_is_seen_by_its_own_session_only),
		TEST(waiting_inside_another_call_is_misuse),
		TEST(changes_are_asked_for_within_a_transaction),
		TEST(a_store_with_open_sessions_does_not_close),
		TEST(a_file_open_elsewhere_is_opened_where_that_is_safe),
		TEST(pointers_that_are_missing_are_not_valid),
		TEST(cancelled_between_calls_the_next_one_ends),
		TEST(a_transaction_that_is_cancelled_is_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
