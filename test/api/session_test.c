/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Sessions: errors, transactions, cancelling, waiting, information.
 */
#include "fixture_each.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
versions_and_errors_have_names(void **state)
{
	(void)state;
	assert_string_equal(alk_version(), ALK_VERSION);
	assert_int_equal(strncmp(alk_sqlite_version(), "3.", 2), 0);
	for (int code = 0; code >= ALK_TRIMMED; code--) {
		assert_int_equal(strncmp(alk_error_name(code), "ALK_", 4), 0);
		assert_string_not_equal(alk_error_name(code), "ALK_UNKNOWN");
		assert_true(strlen(alk_error_text(code)) > 1);
		assert_true((alk_error_exit(code) == 0) == (code == ALK_OK));
	}
	assert_string_equal(alk_error_name(ALK_NOTFOUND), "ALK_NOTFOUND");
	assert_string_equal(alk_error_name(ALK_TRIMMED - 1), "ALK_UNKNOWN");
	assert_string_equal(alk_error_name(1), "ALK_UNKNOWN");
	assert_non_null(alk_error_text(12345));
	assert_true(alk_error_exit(-12345) > 0);
}

static void
an_error_lasts_until_the_next_call(void **state)
{
	alk_row row;

	(void)state;
	assert_int_equal(alk_session_error(f.session)->code, ALK_OK);
	assert_int_equal(alk_node_get(f.session, "g", "none", &row),
	    ALK_NOTFOUND);
	assert_int_equal(alk_session_error(f.session)->code, ALK_NOTFOUND);
	assert_non_null(strstr(alk_session_error(f.session)->text, "none"));
	assert_int_equal(alk_node_create(f.session, "g", "a", NULL), ALK_OK);
	assert_int_equal(alk_session_error(f.session)->code, ALK_OK);
	assert_string_equal(alk_session_error(f.session)->text, "");
}

static void
info_is_json_about_the_file(void **state)
{
	const char *json = NULL;
	size_t bytes = 0;

	(void)state;
	assert_int_equal(alk_info(f.session, &json, &bytes), ALK_OK);
	assert_int_equal(strlen(json), bytes);
	assert_int_equal(json[0], '{');
	assert_int_equal(json[bytes - 1], '}');
	assert_non_null(strstr(json, f.path));
	assert_non_null(strstr(json, "\"tenant\""));
	assert_int_equal(alk_info(f.session, &json, NULL), ALK_OK);
}

/* ---- Transactions ------------------------------------------------------ */

static int
create_and_return(alk_session *s, void *arg)
{
	int rc = alk_node_create(s, "g", "a", NULL);

	return rc == ALK_OK ? *(int *)arg : rc;
}

static bool
has_node(const char *key)
{
	alk_row row;

	return alk_node_get(f.session, "g", key, &row) == ALK_OK;
}

static void
what_the_work_returns_decides(void **state)
{
	int answer = 42;

	(void)state;
	assert_int_equal(alk_transact(f.session, 0, create_and_return,
	    &answer), 42);
	assert_false(has_node("a"));
	answer = ALK_CONFLICT;
	assert_int_equal(alk_transact(f.session, 0, create_and_return,
	    &answer), ALK_CONFLICT);
	assert_false(has_node("a"));
	answer = ALK_OK;
	assert_int_equal(alk_transact(f.session, ALK_TX_DRY_RUN,
	    create_and_return, &answer), ALK_OK);
	assert_false(has_node("a"));
	assert_int_equal(alk_transact(f.session, 0, create_and_return,
	    &answer), ALK_OK);
	assert_true(has_node("a"));
}

static int
use_session_badly(alk_session *s, void *arg)
{
	(void)arg;
	assert_int_equal(alk_wait(s, 0), ALK_MISUSE);
	return alk_node_create(s, "g", "b", NULL);
}

static void
a_transaction_survives_misuse_inside(void **state)
{
	(void)state;
	assert_int_equal(alk_transact(f.session, 0, use_session_badly, NULL),
	    ALK_OK);
	assert_true(has_node("b"));
}

/* What is written inside is not seen inside. */
static int
write_in_snapshot(alk_session *s, void *arg)
{
	alk_row row;

	if (alk_node_get(s, "g", "c", &row) != ALK_NOTFOUND)
		return 1;
	if (alk_node_create(s, "g", "c", NULL) != ALK_OK)
		return 2;
	*(int *)arg = alk_node_get(s, "g", "c", &row);
	return 7;
}

static void
a_snapshot_stays_as_it_was(void **state)
{
	int seen = ALK_OK;

	(void)state;
	assert_int_equal(alk_snapshot(f.session, write_in_snapshot, &seen),
	    7);
	assert_int_equal(seen, ALK_NOTFOUND);
	assert_true(has_node("c"));
}

static int
keep_change(void *arg, const alk_change *c)
{
	char *out = arg;

	snprintf(out + strlen(out), 200 - strlen(out), "%d:%d:%s:%s ", c->op,
	    c->kind, c->graph, c->key == NULL ? c->id : c->key);
	return 0;
}

static int
change_things(alk_session *s, void *arg)
{
	assert_int_equal(alk_node_create(s, "g", "x", NULL), ALK_OK);
	assert_int_equal(alk_node_put(s, "g", "x", "{\"n\":1}"), ALK_OK);
	assert_int_equal(alk_node_put(s, "g", "x", "{\"n\":1}"), ALK_OK);
	assert_int_equal(alk_edge_create(s, "g", NULL, "x", "x", NULL),
	    ALK_OK);
	assert_int_equal(alk_node_delete(s, "g", "x"), ALK_OK);
	return alk_changes(s, keep_change, arg);
}

static void
changes_are_told_in_order(void **state)
{
	char out[200] = "";

	(void)state;
	assert_int_equal(alk_changes(f.session, keep_change, out),
	    ALK_MISUSE);
	assert_int_equal(alk_transact(f.session, 0, change_things, out),
	    ALK_OK);
	assert_string_equal(out, "1:1:g:x 4:1:g:x 1:2:g:edge-1 "
	    "5:2:g:edge-1 5:1:g:x ");
}

/* ---- Cancelling and waiting -------------------------------------------- */

static int
cancel_at_first(void *arg, const alk_row *row)
{
	(void)row;
	alk_session_cancel(f.session);
	++*(int *)arg;
	return 0;
}

static void
a_visitor_may_cancel_its_own_call(void **state)
{
	char key[16];
	int rows = 0;

	(void)state;
	for (int i = 0; i < 50; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		assert_int_equal(alk_node_create(f.session, "g", key, NULL),
		    ALK_OK);
	}
	assert_int_equal(alk_node_list(f.session, "g", NULL, cancel_at_first,
	    &rows, NULL), ALK_CANCELLED);
	assert_int_equal(rows, 1);
	assert_true(has_node("k1"));
}

static void
waiting_sees_the_commit_of_another_session(void **state)
{
	alk_session *other;

	(void)state;
	assert_int_equal(alk_session_open(f.store, NULL, &other, NULL),
	    ALK_OK);
	assert_int_equal(alk_wait(f.session, 0), ALK_TIMEOUT);
	assert_int_equal(alk_wait(f.session, 10), ALK_TIMEOUT);
	assert_int_equal(alk_node_create(other, "g", "w", NULL), ALK_OK);
	assert_int_equal(alk_wait(f.session, 1000), ALK_OK);
	assert_int_equal(alk_wait(f.session, 0), ALK_TIMEOUT);
	alk_session_close(other);
}

static void
a_session_takes_options(void **state)
{
	alk_session_options o = { 0 };
	alk_session *s = NULL;
	alk_error err = { 0 };

	(void)state;
	o.actor = "account-1";
	o.busy_ms = 10;
	assert_int_equal(alk_session_open(f.store, &o, &s, &err), ALK_OK);
	assert_int_equal(alk_node_create(s, "g", "by", NULL), ALK_OK);
	alk_session_close(s);
	assert_int_equal(alk_session_open(NULL, &o, &s, &err), ALK_INVALID);
	assert_int_equal(alk_session_open(f.store, &o, NULL, &err),
	    ALK_INVALID);
}

#define TEST(t) \
	cmocka_unit_test_setup_teardown(t, fixture_set_up, fixture_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_and_errors_have_names),
		TEST(an_error_lasts_until_the_next_call),
		TEST(info_is_json_about_the_file),
		TEST(what_the_work_returns_decides),
		TEST(a_transaction_survives_misuse_inside),
		TEST(a_snapshot_stays_as_it_was),
		TEST(changes_are_told_in_order),
		TEST(a_visitor_may_cancel_its_own_call),
		TEST(waiting_sees_the_commit_of_another_session),
		TEST(a_session_takes_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
