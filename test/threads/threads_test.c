/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One store, several threads, a session for each: run under the thread
 * sanitizer (cmake --preset tsan), and everywhere else for the answers. Threads
 * count what went wrong; the test's own thread asserts.
 */
#include "fixture.h"
#include "pause.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS_MAX 8
#define WRITES 150

struct shared {
	struct fixture f;
	atomic_int wrong;
	atomic_int done;  /* writers that have ended */
	atomic_int ready; /* a call that is to be cancelled is about to begin */
};

struct worker {
	struct shared *shared;
	pthread_t thread;
	int number;
};

static void
wrong(struct shared *sh, alk_session *s, const char *what, int rc)
{
	fprintf(stderr, "%s: %s %s\n", what, alk_error_name(rc),
	    alk_session_error(s)->text);
	atomic_fetch_add(&sh->wrong, 1);
}

static long long
n_of(const char *attributes)
{
	const char *at = strstr(attributes, "\"n\":");

	return at == NULL ? -1 : strtoll(at + 4, NULL, 10);
}

static alk_session *
begin(struct shared *sh)
{
	alk_error err = { 0 };
	alk_session *s = NULL;

	if (alk_session_open(sh->f.store, NULL, &s, &err) != ALK_OK) {
		fprintf(stderr, "session: %s\n", err.text);
		atomic_fetch_add(&sh->wrong, 1);
	}
	return s;
}

static void
run_threads(struct shared *sh, void *(*run)(void *), int from, int count,
    struct worker *workers)
{
	for (int i = from; i < from + count; i++) {
		workers[i].shared = sh;
		workers[i].number = i;
		assert_int_equal(pthread_create(&workers[i].thread, NULL, run,
		    &workers[i]), 0);
	}
}

static void
join_threads(struct worker *workers, int count)
{
	for (int i = 0; i < count; i++)
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
}

/* ---- Writers and readers ----------------------------------------------- */

/* One more in both counters; a reader must never see them differ. */
static int
count_up(alk_session *s, void *arg)
{
	static const char *const keys[] = { "left", "right" };
	alk_row row;
	char text[48];
	int rc = ALK_OK;

	(void)arg;
	for (int i = 0; rc == ALK_OK && i < 2; i++) {
		rc = alk_node_get(s, "g", keys[i], &row);
		if (rc != ALK_OK)
			return rc;
		snprintf(text, sizeof(text), "{\"n\":%lld}",
		    n_of(row.attributes) + 1);
		rc = alk_node_merge(s, "g", keys[i], text);
	}
	return rc;
}

static void *
write_on(void *arg)
{
	struct worker *w = arg;
	struct shared *sh = w->shared;
	alk_session *s = begin(sh);
	char key[32];

	for (int i = 0; s != NULL && i < WRITES; i++) {
		int rc = alk_transact(s, 0, count_up, NULL);

		if (rc != ALK_OK)
			wrong(sh, s, "transaction", rc);
		snprintf(key, sizeof(key), "w%d-%d", w->number, i);
		rc = alk_node_create(s, "g", key, "{\"n\":1}");
		if (rc != ALK_OK)
			wrong(sh, s, "create", rc);
	}
	alk_session_close(s);
	atomic_fetch_add(&sh->done, 1);
	return NULL;
}

static int
compare(alk_session *s, void *arg)
{
	long long *n = arg;
	alk_row row;
	int rc = alk_node_get(s, "g", "left", &row);

	if (rc != ALK_OK)
		return rc;
	n[0] = n_of(row.attributes);
	rc = alk_node_get(s, "g", "right", &row);
	if (rc == ALK_OK)
		n[1] = n_of(row.attributes);
	return rc;
}

static int
count_row(void *arg, const alk_row *row)
{
	(void)row;
	++*(long long *)arg;
	return 0;
}

static void *
read_on(void *arg)
{
	struct worker *w = arg;
	struct shared *sh = w->shared;
	long long last = 0;

	while (atomic_load(&sh->done) < 2 && atomic_load(&sh->wrong) == 0) {
		alk_session *s = begin(sh);
		long long n[2] = { -1, -2 };
		long long rows = 0;
		int rc;

		if (s == NULL)
			return NULL;
		rc = alk_snapshot(s, compare, n);
		if (rc != ALK_OK || n[0] != n[1] || n[0] < last)
			wrong(sh, s, "snapshot", rc);
		last = n[0];
		rc = alk_node_list(s, "g", NULL, count_row, &rows, NULL);
		if (rc != ALK_OK || rows < 2)
			wrong(sh, s, "list", rc);
		alk_session_close(s);
	}
	return NULL;
}

static void
writers_and_readers_of_one_store_do_not_disturb_each_other(void **state)
{
	struct shared sh;
	struct worker workers[THREADS_MAX];
	alk_row row;

	(void)state;
	memset(&sh, 0, sizeof(sh));
	fixture_init(&sh.f, NULL);
	fixture_ok(sh.f.session, alk_node_create(sh.f.session, "g", "left",
	    "{\"n\":0}"), "left");
	fixture_ok(sh.f.session, alk_node_create(sh.f.session, "g", "right",
	    "{\"n\":0}"), "right");
	run_threads(&sh, write_on, 0, 2, workers);
	run_threads(&sh, read_on, 2, 5, workers);
	join_threads(workers, 7);
	assert_int_equal(sh.wrong, 0);
	fixture_ok(sh.f.session, alk_node_get(sh.f.session, "g", "left",
	    &row), "left");
	assert_int_equal(n_of(row.attributes), 2 * WRITES);
	fixture_ok(sh.f.session, alk_graph_get(sh.f.session, "g", &row), "g");
	assert_int_equal(row.number, 3 + 4 * WRITES);
	fixture_fini(&sh.f);
}

/* ---- More readers than connections ------------------------------------- */

static int
hold(alk_session *s, void *arg)
{
	struct shared *sh = arg;
	alk_row row;

	atomic_fetch_add(&sh->ready, 1);
	pause_ms(30);
	return alk_node_get(s, "g", "a", &row);
}

static void *
hold_snapshot(void *arg)
{
	struct worker *w = arg;
	alk_session *s = begin(w->shared);
	int rc;

	if (s == NULL)
		return NULL;
	rc = alk_snapshot(s, hold, w->shared);
	if (rc != ALK_OK)
		wrong(w->shared, s, "snapshot", rc);
	alk_session_close(s);
	return NULL;
}

static void
more_readers_than_connections_take_turns(void **state)
{
	struct shared sh;
	struct worker workers[THREADS_MAX];
	alk_options o = { 0 };

	(void)state;
	memset(&sh, 0, sizeof(sh));
	o.readers = 2;
	fixture_init(&sh.f, &o);
	fixture_ok(sh.f.session, alk_node_create(sh.f.session, "g", "a",
	    NULL), "a");
	run_threads(&sh, hold_snapshot, 0, 6, workers);
	join_threads(workers, 6);
	assert_int_equal(sh.wrong, 0);
	assert_int_equal(sh.ready, 6);
	fixture_fini(&sh.f);
}

/* ---- Cancelling -------------------------------------------------------- */

static void *
cancel_waiting(void *arg)
{
	struct worker *w = arg;

	while (atomic_load(&w->shared->ready) == 0)
		pause_ms(1);
	pause_ms(20);
	alk_session_cancel(w->shared->f.session);
	return NULL;
}

static void
a_wait_ends_when_another_thread_cancels_it(void **state)
{
	struct shared sh;
	struct worker w;
	int rc;

	(void)state;
	memset(&sh, 0, sizeof(sh));
	fixture_init(&sh.f, NULL);
	alk_wait(sh.f.session, 0);
	run_threads(&sh, cancel_waiting, 0, 1, &w);
	atomic_store(&sh.ready, 1);
	do
		rc = alk_wait(sh.f.session, 20000);
	while (rc == ALK_OK);
	join_threads(&w, 1);
	assert_int_equal(rc, ALK_CANCELLED);
	assert_int_equal(alk_wait(sh.f.session, 0), ALK_TIMEOUT);
	fixture_fini(&sh.f);
}

/* Slow on purpose, until it has been cancelled. */
static int
dawdle(void *arg, const alk_row *row)
{
	struct shared *sh = arg;

	(void)row;
	atomic_store(&sh->ready, 1);
	pause_ms(1);
	return 0;
}

static void
a_list_ends_when_another_thread_cancels_it(void **state)
{
	struct shared sh;
	struct worker w;
	alk_query q = { 0 };
	alk_item item = { .op = ALK_CREATE, .kind = ALK_EDGE, .source = "a",
		.target = "a" };
	alk_session *s;

	(void)state;
	memset(&sh, 0, sizeof(sh));
	fixture_init(&sh.f, NULL);
	s = sh.f.session;
	fixture_ok(s, alk_node_create(s, "g", "a", NULL), "a");
	for (int i = 0; i < 2000; i++)
		fixture_ok(s, alk_write(s, "g", &item, 1, NULL, NULL), "edge");
	q.limit = ALK_NUL;
	run_threads(&sh, cancel_waiting, 0, 1, &w);
	assert_int_equal(alk_edge_list(s, "g", &q, dawdle, &sh, NULL),
	    ALK_CANCELLED);
	join_threads(&w, 1);
	assert_int_equal(alk_session_error(s)->code, ALK_CANCELLED);
	fixture_fini(&sh.f);
}

/* ---- Types that change under a session --------------------------------- */

static void *
load_types(void *arg)
{
	struct worker *w = arg;
	alk_session *s = begin(w->shared);
	alk_type_options o = { .scope = "tenant" };
	char module[512];

	for (int i = 0; s != NULL && i < 40; i++) {
		int rc;

		snprintf(module, sizeof(module), "{\"Config\":{\"properties\":"
		    "{\"type\":{\"const\":\"mixed\"},\"multi\":{\"const\":"
		    "true},\"allowSelfLoops\":{\"const\":true}}},"
		    "\"ThingNode\":{\"type\":\"object\",\"title\":\"%d\","
		    "\"properties\":{\"n\":{\"type\":\"integer\"}}},"
		    "\"LinkEdge\":{\"type\":\"object\",\"properties\":{"
		    "\"n\":{\"type\":\"integer\"}}}}", i);
		rc = alk_types_load(s, "plain", &o, module, ALK_NUL, NULL);
		if (rc != ALK_OK)
			wrong(w->shared, s, "types", rc);
	}
	alk_session_close(s);
	atomic_fetch_add(&w->shared->done, 1);
	return NULL;
}

static void *
check_values(void *arg)
{
	struct worker *w = arg;
	alk_session *s = begin(w->shared);
	char key[32];

	for (int i = 0; s != NULL && i < WRITES; i++) {
		int rc;

		snprintf(key, sizeof(key), "t%d-%d", w->number, i);
		rc = alk_node_create(s, "g", key, "{\"n\":\"no\"}");
		if (rc != ALK_VALUE)
			wrong(w->shared, s, "a bad value", rc);
		rc = alk_node_create(s, "g", key, "{\"n\":1}");
		if (rc != ALK_OK)
			wrong(w->shared, s, "a good value", rc);
	}
	alk_session_close(s);
	return NULL;
}

static void
types_may_be_loaded_while_others_write(void **state)
{
	struct shared sh;
	struct worker workers[THREADS_MAX];

	(void)state;
	memset(&sh, 0, sizeof(sh));
	fixture_init(&sh.f, NULL);
	run_threads(&sh, load_types, 0, 1, workers);
	run_threads(&sh, check_values, 1, 3, workers);
	join_threads(workers, 4);
	assert_int_equal(sh.wrong, 0);
	fixture_fini(&sh.f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    writers_and_readers_of_one_store_do_not_disturb_each_other),
		cmocka_unit_test(more_readers_than_connections_take_turns),
		cmocka_unit_test(a_wait_ends_when_another_thread_cancels_it),
		cmocka_unit_test(a_list_ends_when_another_thread_cancels_it),
		cmocka_unit_test(types_may_be_loaded_while_others_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
