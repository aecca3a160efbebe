/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What alk_walk_explain() says of a graph that is not small; the rest is in
 * test/scenario/walk_explain.txt, and test/index holds it against what is done.
 */
#include "fixture_each.h"

#include <stdio.h>
#include <string.h>

#define NODES 5000

static const char module[] =
    "{\"$defs\":{\"JobNode\":{\"type\":\"object\",\"properties\":{"
    "\"state\":{\"type\":\"string\"},\"due\":{\"type\":\"integer\"}},"
    "\"x-indexes\":[{\"name\":\"byState\",\"on\":\"/state\"},"
    "{\"name\":\"byDue\",\"on\":\"/due\",\"unique\":true}]},"
    "\"NextEdge\":{\"type\":\"object\"}}}";

/* A path of jobs, all of them open. */
static int
fill(alk_session *s, void *arg)
{
	char key[16], before[16] = "", text[64];
	int code = ALK_OK;

	(void)arg;
	for (int i = 0; i < NODES && code == ALK_OK; i++) {
		snprintf(key, sizeof(key), "%d", i);
		snprintf(text, sizeof(text), "{\"state\":\"open\",\"due\":%d}",
		    i);
		code = alk_node_create(s, "jobs", key, text);
		if (code == ALK_OK && i > 0)
			code = alk_edge_create(s, "jobs", NULL, before, key,
			    NULL);
		memcpy(before, key, sizeof(key));
	}
	return code;
}

static int
set_up(void **state)
{
	(void)fixture_set_up(state);
	fixture_graph(f.session, "jobs", module);
	fixture_ok(f.session, alk_transact(f.session, 0, fill, NULL), "rows");
	return 0;
}

struct steps {
	int count;
	int stop; /* after so many */
	char last[300];
	char index[20];
	long long rows;
	int is_unique;
	char unnamed[20];
};

static int
see(void *arg, const alk_step *step)
{
	struct steps *seen = arg;

	snprintf(seen->last, sizeof(seen->last), "%s", step->text);
	snprintf(seen->index, sizeof(seen->index), "%s", step->index == NULL ?
	    "-" : step->index);
	snprintf(seen->unnamed, sizeof(seen->unnamed), "%s",
	    step->unnamed == NULL ? "-" : step->unnamed);
	seen->rows = step->rows;
	seen->is_unique = step->is_unique;
	return ++seen->count == seen->stop;
}

static struct steps
explain(const alk_walk_options *o, int stop)
{
	struct steps seen = { .stop = stop };

	fixture_ok(f.session, alk_walk_explain(f.session, "jobs", o, see,
	    &seen), "explain");
	return seen;
}

static void
a_snapshot_comes_when_enough_was_read(void **state)
{
	alk_walk_options o = { .depth_max = ALK_NUL };
	size_t found;

	(void)state;
	assert_non_null(strstr(explain(NULL, 0).last, "one hop makes no"));
	assert_non_null(strstr(explain(&o, 0).last,
	    "a snapshot is made once about"));
	fixture_ok(f.session, alk_walk(f.session, "jobs", "0", &o, NULL, NULL,
	    &found), "walk");
	assert_int_equal(found, NODES - 1);
	assert_non_null(strstr(explain(&o, 0).last, "which is made first"));
	fixture_ok(f.session, alk_walk(f.session, "jobs", "0", &o, NULL, NULL,
	    &found), "walk");
	assert_non_null(strstr(explain(NULL, 0).last, "from the snapshot"));
}

static void
an_index_with_many_rows_is_left_aside(void **state)
{
	alk_walk_options o = { .node_filter = "state = 'open'" };
	struct steps seen = explain(&o, 0);

	(void)state;
	assert_int_equal(seen.count, 2);
	assert_string_equal(seen.index, "-");
	assert_int_equal(seen.rows, -1);
	assert_non_null(strstr(seen.last, "more than 4096 rows with /state = "
	    "\"open\""));
	o.node_filter = "due < 10";
	seen = explain(&o, 0);
	assert_string_equal(seen.index, "byDue");
	assert_true(seen.is_unique);
	assert_int_equal(seen.rows, 11); /* up to it: an index narrows only */
}

static void
a_visitor_may_stop_and_names_are_told(void **state)
{
	alk_walk_options o = { .node_filter = "stat = 'open'",
		.edge_filter = "a = 1", .order = "deu" };

	(void)state;
	assert_int_equal(explain(&o, 0).count, 4);
	assert_string_equal(explain(&o, 1).unnamed, "-");
	/* Edges here name nothing: any name may be right. */
	assert_string_equal(explain(&o, 2).unnamed, "-");
	assert_string_equal(explain(&o, 3).unnamed, "stat");
	assert_string_equal(explain(&o, 4).unnamed, "deu");
	assert_int_equal(alk_walk_explain(f.session, "none", &o, see, NULL),
	    ALK_NOTFOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_snapshot_comes_when_enough_was_read),
		cmocka_unit_test(an_index_with_many_rows_is_left_aside),
		cmocka_unit_test(a_visitor_may_stop_and_names_are_told)
	};

	return cmocka_run_group_tests_name("explain", tests, set_up,
	    fixture_tear_down);
}
