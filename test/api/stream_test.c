/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Streams, notifications, import and export through callbacks that behave and
 * callbacks that do not.
 */
#include "fixture_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
keep_payload(void *arg, const alk_row *row)
{
	char *out = arg;

	assert_int_equal(row->kind, ALK_EVENT);
	assert_int_equal(row->attributes_bytes, strlen(row->attributes));
	strncat(out, row->attributes, 100);
	return 0;
}

static void
streams_are_read_from_where_one_was(void **state)
{
	char out[200] = "";
	int64_t first = 0;
	int64_t last = 0;

	(void)state;
	assert_int_equal(alk_stream_publish(s, "t", "k", "onetwo", 3, &first),
	    ALK_OK);
	assert_int_equal(alk_stream_publish(s, "t", NULL, "two", ALK_NUL,
	    NULL), ALK_OK);
	assert_int_equal(alk_stream_read(s, "t", 0, 0, keep_payload, out,
	    &last), ALK_OK);
	assert_string_equal(out, "onetwo");
	assert_int_equal(last, first + 1);
	out[0] = '\0';
	assert_int_equal(alk_stream_read(s, "t", first, 10, keep_payload, out,
	    NULL), ALK_OK);
	assert_string_equal(out, "two");
	assert_int_equal(alk_stream_read(s, "t", -1, 10, NULL, NULL, &last),
	    ALK_OK);
	assert_int_equal(last, first + 1);
	assert_int_equal(alk_stream_publish(s, "changes", NULL, "x", ALK_NUL,
	    NULL), ALK_INVALID);
	assert_int_equal(alk_stream_publish(s, NULL, NULL, "x", ALK_NUL,
	    NULL), ALK_INVALID);
	assert_int_equal(alk_stream_publish(s, "t", NULL, NULL, 0, NULL),
	    ALK_INVALID);
}

static void
notifications_have_ids(void **state)
{
	int64_t a = 0;
	int64_t b = 0;

	(void)state;
	assert_int_equal(alk_notify(s, "room", "hi there", 2, &a), ALK_OK);
	assert_int_equal(alk_notify(s, "room", "again", ALK_NUL, &b), ALK_OK);
	assert_true(a > 0 && b > a);
	assert_int_equal(alk_notify(s, "", "x", ALK_NUL, NULL), ALK_INVALID);
	assert_int_equal(alk_notify(s, NULL, "x", ALK_NUL, NULL),
	    ALK_INVALID);
}

/* ---- Import ------------------------------------------------------------ */

struct lines {
	int next;
	int count;
	long fail_at; /* line before which reading fails; -1 never */
};

static long
read_nodes(void *arg, char *into, size_t room)
{
	struct lines *l = arg;
	char line[80];
	int bytes;

	if (l->next == l->fail_at)
		return -1;
	if (l->next == l->count)
		return 0;
	bytes = snprintf(line, sizeof(line),
	    "{\"kind\":\"node\",\"key\":\"k%d\"}\n", l->next);
	assert_true((size_t)bytes <= room);
	memcpy(into, line, (size_t)bytes);
	l->next++;
	return bytes;
}

static int
stop_later(void *arg, int64_t done, int64_t total)
{
	int *calls = arg;

	assert_true(done > 0);
	assert_int_equal(total, 12345);
	return ++*calls == 3;
}

static int
count_row(void *arg, const alk_row *row)
{
	*(int64_t *)arg += row->kind == ALK_NODE;
	return 0;
}

static int64_t
count_nodes(void)
{
	alk_query q = { .limit = ALK_NUL };
	int64_t count = 0;

	assert_int_equal(alk_node_list(s, "g", &q, count_row, &count, NULL),
	    ALK_OK);
	return count;
}

static void
an_import_stops_at_the_edge_of_a_batch(void **state)
{
	struct lines l = { .count = 100, .fail_at = -1 };
	alk_import_options o = { 0 };
	alk_import_result r = { 0 };
	int calls = 0;

	(void)state;
	o.batch_rows = 10;
	o.progress = stop_later;
	o.progress_arg = &calls;
	o.total_bytes = 12345;
	assert_int_equal(alk_import(s, "g", &o, read_nodes, &l, &r),
	    ALK_CANCELLED);
	assert_true(r.lines > 0 && r.lines < 100);
	assert_int_equal(r.lines % 10, 0);
	assert_int_equal(r.nodes, r.lines);
	assert_int_equal(count_nodes(), r.lines);
	/* And goes on from there. */
	memset(&l, 0, sizeof(l));
	l.count = 100;
	l.fail_at = -1;
	o.progress = NULL;
	o.skip_lines = r.lines;
	assert_int_equal(alk_import(s, "g", &o, read_nodes, &l, &r), ALK_OK);
	assert_int_equal(r.lines, 100);
	assert_int_equal(count_nodes(), 100);
}

static void
a_source_that_fails_ends_the_import(void **state)
{
	struct lines l = { .count = 100, .fail_at = 25 };
	alk_import_options o = { 0 };
	alk_import_result r = { 0 };

	(void)state;
	o.batch_rows = 10;
	assert_int_equal(alk_import(s, "g", &o, read_nodes, &l, &r), ALK_IO);
	assert_int_equal(r.lines, count_nodes());
	assert_int_equal(r.lines, 20);
	assert_int_equal(alk_import(s, "g", NULL, NULL, NULL, &r),
	    ALK_INVALID);
}

static int
take_and_count(void *arg, const char *data, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		*(int *)arg += data[i] == '\n';
	return 0;
}

static int
take_nothing(void *arg, const char *data, size_t bytes)
{
	(void)arg;
	(void)data;
	(void)bytes;
	return 1;
}

static void
an_export_gives_lines_until_nobody_takes_them(void **state)
{
	struct lines l = { .count = 50, .fail_at = -1 };
	int lines = 0;

	(void)state;
	assert_int_equal(alk_import(s, "g", NULL, read_nodes, &l, NULL),
	    ALK_OK);
	assert_int_equal(alk_export(s, "g", NULL, take_and_count, &lines), ALK_OK);
	assert_int_equal(lines, 50);
	assert_int_equal(alk_export(s, "g", NULL, take_nothing, NULL),
	    ALK_IO);
	assert_int_equal(alk_export(s, "none", NULL, take_and_count, &lines), ALK_NOTFOUND);
}

#define TEST(t) \
	cmocka_unit_test_setup_teardown(t, session_set_up, fixture_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(streams_are_read_from_where_one_was),
		TEST(notifications_have_ids),
		TEST(an_import_stops_at_the_edge_of_a_batch),
		TEST(a_source_that_fails_ends_the_import),
		TEST(an_export_gives_lines_until_nobody_takes_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
