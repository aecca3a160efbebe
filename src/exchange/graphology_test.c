/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Graphology's JSON: places of errors, any order, bounds, round trips. */
#include "child.h"
#include "fixture.h"

#include "exchange/spool.h"
#include "exchange/testing.h"

/* ---- errors ---- */

static const struct {
	const char *text;
	int code;
	const char *entry;
	const char *pointer;
	const char *words;
} wrongs[] = {
	{ "", ALK_JSON, "line 1, column 1", "", "the input ends" },
	{ "[]", ALK_JSON, "line 1, column 1", "", "object" },
	{ "{} x", ALK_JSON, "line 1, column 4", "", "nothing behind" },
	{ "{\n \"nodes\":{}}", ALK_JSON, "line 2, column 10", "/nodes",
	    "array" },
	{ "{\"nodes\":[{\"key\":\"a\"}\n {\"key\":\"b\"}]}", ALK_JSON,
	    "line 2, column 2", "", "',' or ']'" },
	{ "{\"nodes\":[{\"key\":\"a\"},\n]}", ALK_JSON, "line 2, column 1",
	    "/nodes/1", "a value" },
	{ "{\"nodes\":[{\"key\":\"a\"", ALK_JSON, "line 1, column 11",
	    "/nodes/0", "ends within" },
	{ "{\"nodes\":[{\"key\":\"a\"}", ALK_JSON, "line 1, column 22", "",
	    "the input ends" },
	{ "{\"nodes\":[3]}", ALK_JSON, "line 1, column 11", "/nodes/0",
	    "object" },
	{ "{\"nodes\":[{}]}", ALK_JSON, "line 1, column 11", "/nodes/0",
	    "key" },
	{ "{\"nodes\":[{\"key\":true}]}", ALK_JSON, "line 1, column 11",
	    "/nodes/0/key", "string or number" },
	{ "{\"nodes\":[{\"key\":\"a\\u0000\"}]}", ALK_JSON,
	    "line 1, column 11", "/nodes/0/key", "U+0000" },
	{ "{\"nodes\":[{\"key\":\"a\",\"attributes\":null}]}", ALK_JSON,
	    "line 1, column 11", "/nodes/0/attributes", "object" },
	{ "{\"nodes\":[{\"key\":\"a\"},{\"key\":\"a\"}]}", ALK_EXISTS,
	    "line 1: node a", "", "already" },
	{ "{\"nodes\":[{\"key\":\"a\",\"attributes\":{\"x\":1,\"x\":2}}]}",
	    ALK_JSON, "line 1, column 11", "/nodes/0/attributes/x", "" },
	{ "{\"nodes\":[],\"nodes\":[]}", ALK_JSON, "line 1, column 13", "",
	    "twice" },
	{ "{\"nodes\" 1}", ALK_JSON, "line 1, column 10", "", "':'" },
	{ "{nodes:[]}", ALK_JSON, "line 1, column 2", "", "" },
	{ "{\"options\":{\"multi\":1}}", ALK_JSON, "line 1, column 12",
	    "/options/multi", "true or false" },
	{ "{\"options\":{\"type\":\"x\"}}", ALK_JSON, "line 1, column 12",
	    "/options/type", "mixed" },
	{ "{\"attributes\":[]}", ALK_JSON, "line 1, column 15", "/attributes",
	    "object" },
	{ "{\"edges\":[{\"target\":\"a\"}]}", ALK_JSON, "line 1, column 11",
	    "/edges/0", "source" },
	{ "{\"edges\":[{\"source\":\"a\"}]}", ALK_JSON, "line 1, column 11",
	    "/edges/0", "target" },
	{ "{\"edges\":[\n{\"source\":\"a\",\"target\":\"b\"}],"
	  "\"nodes\":[{\"key\":\"a\"}]}", ALK_NOTFOUND,
	    "line 2: edge a -> b", "", "target node 'b'" },
	{ "{\"edges\":[{\"source\":\"a\",\"target\":\"a\","
	  "\"attributes\":{\"n\":\"x\"}}],\"nodes\":[{\"key\":\"a\"}]}",
	    ALK_VALUE, "line 1: edge a -> a", "/edges/0/attributes/n",
	    "integer" },
	{ "{\"foo\":[}]}", ALK_JSON, "line 1, column 8", "", "" },
};

static void
what_is_wrong_is_told_and_changes_nothing(void **state)
{
	(void)state;
	alk_import_options o = { .format = ALK_FORMAT_GRAPHOLOGY };

	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++)
		testing_refuses(&o, wrongs[i].text, wrongs[i].code,
		    wrongs[i].entry, wrongs[i].pointer, wrongs[i].words);
	testing_holds("g", "");
}

static void
a_row_that_is_too_large_is_refused_without_holding_it(void **state)
{
	(void)state;
	alk_import_options o = { .format = ALK_FORMAT_GRAPHOLOGY };
	struct testing_flood flood = { .head = "{\"nodes\":[{\"key\":\"",
		.left = 1 << 30 };

	assert_int_equal(alk_import(testing.session, "g", &o,
	    testing_read_flood, &flood, NULL), ALK_LIMIT);
	assert_non_null(strstr(alk_session_error(testing.session)->text,
	    "limits.attributes_bytes"));
	assert_true(flood.left > (1 << 30) - (4 << 20));
}

/* ---- edges first ---- */

static void
edges_may_stand_before_their_nodes_however_many(void **state)
{
	(void)state;
	enum { NODES = 300, EDGES = 30000 };
	struct testing_text text = { 0 };
	alk_import_options o = { .format = ALK_FORMAT_GRAPHOLOGY };
	alk_import_result result;

	testing_add(&text, "{\"edges\":[");
	for (int i = 0; i < EDGES; i++)
		testing_add(&text, "%s{\"key\":\"e%d\",\"source\":\"n%d\","
		    "\"target\":\"n%d\",\"attributes\":{\"n\":%d,\"pad\":"
		    "\"%0200d\"}}", i > 0 ? "," : "", i, i % NODES,
		    i * 7 % NODES, i, i);
	testing_add(&text, "],\"nodes\":[");
	for (int i = 0; i < NODES; i++)
		testing_add(&text, "%s{\"key\":\"n%d\"}", i > 0 ? "," : "", i);
	testing_add(&text, "]}");
	/* More than is held in memory. */
	assert_true(text.bytes > SPOOL_HELD_BYTES);
	fixture_ok(testing.session, testing_import("g", text.data, &o, &result),
	    "import");
	assert_int_equal(result.nodes, NODES);
	assert_int_equal(result.edges, EDGES);
	alk_row row;
	fixture_ok(testing.session, alk_edge_get(testing.session, "g", "e29999",
	    &row), "edge");
	assert_string_equal(row.source, "n299");
	assert_non_null(strstr(row.attributes, "\"n\":29999,"));
	mem_release(text.data);
}

static void
a_folder_for_temporary_files_that_is_not_there_is_told(void **state)
{
	(void)state;
	struct testing_text text = { 0 };
	alk_import_options o = { .format = ALK_FORMAT_GRAPHOLOGY };

	testing_add(&text, "{\"edges\":[");
	for (int i = 0; i < 30000; i++)
		testing_add(&text, "%s{\"source\":\"a\",\"target\":\"a\","
		    "\"attributes\":{\"pad\":\"%0200d\"}}", i > 0 ? "," : "",
		    i);
	testing_add(&text, "],\"nodes\":[{\"key\":\"a\"}]}");
	const char *old = getenv("TMPDIR");
	char *kept = old != NULL ? strdup(old) : NULL;
	assert_int_equal(setenv("TMPDIR", "/nonexistent/folder", 1), 0);
	assert_int_equal(testing_import("g", text.data, &o, NULL), ALK_IO);
	assert_non_null(strstr(alk_session_error(testing.session)->text,
	    "TMPDIR"));
	if (kept != NULL)
		assert_int_equal(setenv("TMPDIR", kept, 1), 0);
	else
		assert_int_equal(unsetenv("TMPDIR"), 0);
	free(kept);
	testing_holds("g", "");
	mem_release(text.data);
}

/* ---- round trips ---- */

static void
random_graphs_come_back_as_they_were(void **state)
{
	(void)state;
	testing_round_trips(ALK_FORMAT_GRAPHOLOGY, TESTING_NO_IDS, 25);
}

static void
an_import_that_progress_stops_changes_nothing(void **state)
{
	(void)state;
	struct testing_text text = { 0 };
	int calls = 2;
	alk_import_options o = { .format = ALK_FORMAT_GRAPHOLOGY,
		.progress = testing_stop, .progress_arg = &calls };

	testing_add(&text, "{\"nodes\":[");
	for (int i = 0; i < 20000; i++)
		testing_add(&text, "%s{\"key\":\"n%d\"}", i > 0 ? "," : "", i);
	testing_add(&text, "]}");
	assert_int_equal(testing_import("g", text.data, &o, NULL),
	    ALK_CANCELLED);
	assert_int_equal(calls, 0);
	testing_holds("g", "");
	mem_release(text.data);
}

static void
put_replaces_and_counts_what_is_as_it_was(void **state)
{
	(void)state;
	alk_import_options o = { .format = ALK_FORMAT_GRAPHOLOGY,
		.flags = ALK_IMPORT_PUT };
	alk_import_result result;
	const char *text = "{\"nodes\":[{\"key\":\"a\",\"attributes\":"
	    "{\"n\":1}},{\"key\":\"b\"}],\"edges\":[{\"key\":\"k\","
	    "\"source\":\"a\",\"target\":\"b\"}]}";

	fixture_ok(testing.session, testing_import("g", text, &o, &result),
	    "import");
	assert_int_equal(result.nodes, 2);
	fixture_ok(testing.session, testing_import("g", text, &o, &result),
	    "import");
	assert_int_equal(result.unchanged, 3);
	assert_int_equal(result.nodes + result.edges, 0);
	o.flags |= ALK_IMPORT_MERGE;
	assert_int_equal(testing_import("g", text, &o, NULL), ALK_INVALID);
	o.format = 77;
	o.flags = 0;
	assert_int_equal(testing_import("g", text, &o, NULL), ALK_INVALID);
}

static void
a_byte_order_mark_is_passed_over_in_whatever_pieces(void **state)
{
	static const char text[] = "\xef\xbb\xbf{\"nodes\":[{\"key\":\"a\"}]}";
	alk_import_options o = { .format = ALK_FORMAT_GRAPHOLOGY,
		.flags = ALK_IMPORT_PUT };

	(void)state;
	for (size_t piece = 1; piece < sizeof(text); piece++) {
		alk_import_result result = { 0 };
		struct testing_input in = { text, strlen(text), piece };
		fixture_ok(testing.session, alk_import(testing.session, "g",
		    &o, testing_give, &in, &result), text);
		assert_int_equal(result.nodes + result.unchanged, 1);
	}
	static const char wide[] = "\xff\xfe{\0}\0";
	for (size_t piece = 1; piece < sizeof(wide); piece++) {
		struct testing_input in = { wide, sizeof(wide) - 1, piece };
		assert_int_equal(alk_import(testing.session, "g", &o,
		    testing_give, &in, NULL), ALK_JSON);
		assert_non_null(strstr(alk_session_error(testing.session)->text,
		    "UTF-16, and only UTF-8"));
	}
	/* There is one. */
	char twice[sizeof(text) + 3];
	(void)snprintf(twice, sizeof(twice), "\xef\xbb\xbf%s", text);
	assert_int_equal(testing_import("g", twice, &o, NULL), ALK_JSON);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TESTING(what_is_wrong_is_told_and_changes_nothing),
		TESTING(a_row_that_is_too_large_is_refused_without_holding_it),
		TESTING(edges_may_stand_before_their_nodes_however_many),
		TESTING(a_folder_for_temporary_files_that_is_not_there_is_told),
		TESTING(random_graphs_come_back_as_they_were),
		TESTING(an_import_that_progress_stops_changes_nothing),
		TESTING(put_replaces_and_counts_what_is_as_it_was),
		TESTING(a_byte_order_mark_is_passed_over_in_whatever_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
