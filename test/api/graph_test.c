/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Types, graphs, nodes and edges through every function of the header, with
 * what a C program can do wrong; the rules themselves are in test/scenario.
 */
#include "fixture_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows as "key " in a row. */
struct seen {
	char keys[400];
	int rows;
	int stop; /* rows after which to stop; 0 never */
};

static int
see(void *arg, const alk_row *row)
{
	struct seen *seen = arg;
	size_t used = strlen(seen->keys);

	snprintf(seen->keys + used, sizeof(seen->keys) - used, "%s ",
	    row->key == NULL ? row->id : row->key);
	return ++seen->rows == seen->stop ? 1 : 0;
}

/* a -> b -> c, a -> c, keys ab, bc, ac */
static void
make_triangle(void)
{
	assert_int_equal(alk_node_create(s, "g", "a", "{\"n\":1}"), ALK_OK);
	assert_int_equal(alk_node_create(s, "g", "b", "{\"n\":2}"), ALK_OK);
	assert_int_equal(alk_node_create(s, "g", "c", "{\"n\":3}"), ALK_OK);
	assert_int_equal(alk_edge_create(s, "g", "ab", "a", "b", NULL),
	    ALK_OK);
	assert_int_equal(alk_edge_create(s, "g", "bc", "b", "c", NULL),
	    ALK_OK);
	assert_int_equal(alk_edge_create(s, "g", "ac", "a", "c", NULL),
	    ALK_OK);
}

/* ---- Types ------------------------------------------------------------- */

static void
types_are_loaded_listed_shown_and_deleted(void **state)
{
	static const char module[] = "{\"OneNode\":{\"type\":\"object\"}}...";
	alk_type_options o = { .scope = "user", .description = "one" };
	alk_types_result r = { 0 };
	struct seen seen = { 0 };
	const char *json;
	size_t bytes;

	(void)state;
	assert_int_equal(alk_types_load(s, "one", &o, module,
	    sizeof(module) - 4, &r), ALK_OK);
	assert_int_equal(r.created, 1);
	assert_int_equal(r.version, 1);
	assert_int_equal(alk_types_load(s, "two", &o, module, ALK_NUL, &r),
	    ALK_JSON);
	assert_int_equal(alk_types_list(s, see, &seen), ALK_OK);
	assert_non_null(strstr(seen.keys, "call-graph "));
	assert_non_null(strstr(seen.keys, " one "));
	assert_non_null(strstr(seen.keys, " plain "));
	memset(&seen, 0, sizeof(seen));
	seen.stop = 2;
	assert_int_equal(alk_types_list(s, see, &seen), ALK_OK);
	assert_int_equal(seen.rows, 2);
	assert_int_equal(alk_types_get(s, "one", &json, &bytes), ALK_OK);
	assert_int_equal(strlen(json), bytes);
	assert_non_null(strstr(json, "\"OneNode\""));
	assert_int_equal(alk_types_delete(s, "one"), ALK_OK);
	assert_int_equal(alk_types_get(s, "one", &json, &bytes),
	    ALK_NOTFOUND);
	assert_int_equal(alk_types_delete(s, "plain"), ALK_CONFLICT);
}

static void
attributes_are_checked_without_writing(void **state)
{
	(void)state;
	assert_int_equal(alk_types_check(s, "plain", ALK_NODE, NULL,
	    "{\"n\":1}", ALK_NUL), ALK_OK);
	assert_int_equal(alk_types_check(s, "plain", ALK_NODE, "ThingNode",
	    "{\"n\":\"1\"}", ALK_NUL), ALK_VALUE);
	assert_string_equal(alk_session_error(s)->pointer, "/n");
	assert_int_equal(alk_types_check(s, "plain", ALK_EDGE, "LinkEdge",
	    "{\"n\":1}tail", 7), ALK_OK);
	assert_int_equal(alk_types_check(s, "plain", ALK_GRAPH, NULL, "{}",
	    ALK_NUL), ALK_INVALID);
	assert_int_equal(alk_types_check(s, "none", ALK_NODE, NULL, "{}",
	    ALK_NUL), ALK_NOTFOUND);
}

static void
missing_pointers_are_invalid_not_a_crash(void **state)
{
	alk_type_options o = { .scope = "tenant" };
	alk_graph_new g = { 0 };
	alk_item item = { .op = ALK_CREATE, .kind = ALK_NODE };
	alk_row row;

	(void)state;
	assert_int_equal(alk_types_load(s, NULL, &o, "{}", ALK_NUL, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_types_load(s, "t", &o, NULL, 0, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_types_load(s, "t", NULL, "{}", ALK_NUL, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_graph_create(s, &g, NULL), ALK_INVALID);
	assert_int_equal(alk_graph_get(s, NULL, &row), ALK_INVALID);
	assert_int_equal(alk_node_get(s, "g", NULL, &row), ALK_INVALID);
	assert_int_equal(alk_node_get(s, NULL, "a", &row), ALK_INVALID);
	assert_int_equal(alk_node_create(s, "g", NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_write(s, "g", NULL, 1, NULL, NULL), ALK_INVALID);
	assert_int_equal(alk_write(s, "g", &item, 0, NULL, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_write(s, "g", &item, 1, NULL, NULL),
	    ALK_INVALID);
	item.key = "k";
	item.op = 99;
	assert_int_equal(alk_write(s, "g", &item, 1, NULL, NULL),
	    ALK_INVALID);
	item.op = ALK_CREATE;
	item.kind = ALK_GRAPH;
	assert_int_equal(alk_write(s, "g", &item, 1, NULL, NULL),
	    ALK_INVALID);
	item.kind = ALK_EDGE;
	assert_int_equal(alk_write(s, "g", &item, 1, NULL, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_walk(s, "g", NULL, NULL, NULL, NULL, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_path(s, "g", NULL, "a", NULL, see, NULL),
	    ALK_INVALID);
}

/* ---- Graphs ------------------------------------------------------------ */

static void
graphs_have_columns_and_a_revision(void **state)
{
	alk_graph_new g = { .name = "h", .type = "plain",
		.status = "active", .metadata = "{\"_a.b\":1}" };
	struct seen seen = { 0 };
	alk_row row;

	(void)state;
	assert_int_equal(alk_graph_create(s, &g, &row), ALK_OK);
	assert_int_equal(row.kind, ALK_GRAPH);
	assert_string_equal(row.key, "h");
	assert_string_equal(row.type, "plain");
	assert_int_equal(strlen(row.id), 36);
	assert_int_equal(row.number, 1);
	memset(&g, 0, sizeof(g));
	g.description = "changed";
	assert_int_equal(alk_graph_update(s, "h", &g), ALK_OK);
	assert_int_equal(alk_graph_get(s, "h", &row), ALK_OK);
	assert_int_equal(row.number, 2);
	assert_non_null(strstr(row.attributes, "changed"));
	assert_string_equal(row.metadata, "{\"_a.b\":1}");
	assert_int_equal(alk_graph_list(s, NULL, see, &seen), ALK_OK);
	assert_string_equal(seen.keys, "g h ");
	assert_int_equal(alk_graph_delete(s, "h"), ALK_OK);
	assert_int_equal(alk_graph_get(s, "h", &row), ALK_NOTFOUND);
}

/* ---- Nodes and edges --------------------------------------------------- */

static void
single_calls_write_and_read(void **state)
{
	alk_row row;
	const char *json;
	size_t bytes;

	(void)state;
	make_triangle();
	assert_int_equal(alk_node_put(s, "g", "a", "{\"n\":7}"), ALK_OK);
	assert_int_equal(alk_node_merge(s, "g", "a", "{\"m\":8}"), ALK_OK);
	assert_int_equal(alk_node_get(s, "g", "a", &row), ALK_OK);
	assert_int_equal(row.kind, ALK_NODE);
	assert_string_equal(row.key, "a");
	assert_string_equal(row.type, "ThingNode");
	assert_string_equal(row.attributes,
	    "{\"nodeType\":\"ThingNode\",\"n\":7,\"m\":8}");
	assert_int_equal(row.attributes_bytes, strlen(row.attributes));
	assert_string_equal(row.metadata, "{}");
	assert_null(row.source);
	assert_int_equal(row.status, ALK_OK);
	assert_null(row.problem);
	assert_true(row.created_at > 1700000000);
	assert_int_equal(alk_row_json(s, &row, &json, &bytes), ALK_OK);
	assert_int_equal(strlen(json), bytes);
	assert_non_null(strstr(json, "\"createdAt\":"));
	assert_int_equal(alk_edge_get(s, "g", "ab", &row), ALK_OK);
	assert_string_equal(row.source, "a");
	assert_string_equal(row.target, "b");
	assert_int_equal(row.undirected, 0);
	assert_int_equal(alk_edge_delete(s, "g", "ab"), ALK_OK);
	assert_int_equal(alk_edge_get(s, "g", "ab", &row), ALK_NOTFOUND);
	assert_int_equal(alk_node_delete(s, "g", "c"), ALK_OK);
	assert_int_equal(alk_edge_get(s, "g", "bc", &row), ALK_NOTFOUND);
}

static void
out_parameters_stay_on_failure(void **state)
{
	alk_row row;
	alk_row before;
	alk_write_result r = { .rev = 77, .created = 78 };
	alk_item item = { .op = ALK_DELETE, .kind = ALK_NODE, .key = "no" };
	size_t found = 79;
	const char *json = "kept";

	(void)state;
	memset(&row, 0x5a, sizeof(row));
	before = row;
	assert_int_equal(alk_node_get(s, "g", "no", &row), ALK_NOTFOUND);
	assert_memory_equal(&row, &before, sizeof(row));
	assert_int_equal(alk_graph_get(s, "no", &row), ALK_NOTFOUND);
	assert_memory_equal(&row, &before, sizeof(row));
	assert_int_equal(alk_write(s, "g", &item, 1, NULL, &r),
	    ALK_NOTFOUND);
	assert_int_equal(r.rev, 77);
	assert_int_equal(r.created, 78);
	assert_int_equal(alk_walk(s, "g", "no", NULL, NULL, NULL, &found),
	    ALK_NOTFOUND);
	assert_int_equal(found, 79);
	assert_int_equal(alk_types_get(s, "no", &json, NULL), ALK_NOTFOUND);
	assert_string_equal(json, "kept");
}

static void
a_batch_tells_what_it_did(void **state)
{
	alk_item items[] = {
		{ .op = ALK_CREATE, .kind = ALK_NODE, .key = "x" },
		{ .op = ALK_PUT, .kind = ALK_NODE, .key = "y",
		    .attributes = "{\"n\":1}, and more",
		    .attributes_bytes = 7 },
		{ .op = ALK_CREATE, .kind = ALK_EDGE, .source = "x",
		    .target = "y", .direction = ALK_UNDIRECTED },
		{ .op = ALK_MERGE, .kind = ALK_NODE, .key = "y",
		    .attributes = "{\"n\":1}", .attributes_bytes = ALK_NUL },
		{ .op = ALK_DELETE, .kind = ALK_NODE, .key = "x" },
	};
	alk_write_options o = { .if_rev = 1 };
	alk_write_result r = { 0 };

	(void)state;
	o.flags = ALK_TX_DRY_RUN;
	assert_int_equal(alk_write(s, "g", items, 5, &o, &r), ALK_OK);
	assert_int_equal(r.rev, 2);
	o.flags = 0;
	memset(&r, 0, sizeof(r));
	assert_int_equal(alk_write(s, "g", items, 5, &o, &r), ALK_OK);
	assert_int_equal(r.rev, 2);
	assert_int_equal(r.created, 3);
	assert_int_equal(r.unchanged, 1);
	assert_int_equal(r.deleted, 2);
	assert_int_equal(alk_write(s, "g", items, 5, &o, &r), ALK_CONFLICT);
	items[4].key = "z";
	o.if_rev = 0;
	assert_int_equal(alk_write(s, "g", items + 4, 1, &o, &r),
	    ALK_NOTFOUND);
	assert_string_equal(alk_session_error(s)->entry, "node z");
}

/* ---- Reading ----------------------------------------------------------- */

static void
lists_go_page_by_page(void **state)
{
	alk_query q = { .limit = 2, .order = "n", .descending = 1 };
	alk_page page = { 0 };
	struct seen seen = { 0 };
	char cursor[512];

	(void)state;
	make_triangle();
	assert_int_equal(alk_node_list(s, "g", &q, see, &seen, &page),
	    ALK_OK);
	assert_string_equal(seen.keys, "c b ");
	assert_int_equal(page.rows, 2);
	assert_non_null(page.cursor);
	snprintf(cursor, sizeof(cursor), "%s", page.cursor);
	q.cursor = cursor;
	assert_int_equal(alk_node_list(s, "g", &q, see, &seen, &page),
	    ALK_OK);
	assert_string_equal(seen.keys, "c b a ");
	assert_null(page.cursor);
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(alk_edge_list(s, "g", NULL, see, &seen, NULL),
	    ALK_OK);
	assert_string_equal(seen.keys, "ab ac bc ");
}

static int
see_step(void *arg, const alk_step *step)
{
	alk_step *seen = arg;

	seen->rows += step->rows;
	seen->is_sorted += step->is_sorted;
	assert_null(step->index);
	assert_string_equal(step->bounds, "");
	assert_non_null(strstr(step->text, "scans all 3 nodes"));
	return 0;
}

static int
see_unnamed(void *arg, const alk_step *step)
{
	snprintf(arg, 32, "%s", step->unnamed != NULL ? step->unnamed : "-");
	return 0;
}

static void
an_attribute_that_no_schema_names_is_told(void **state)
{
	static const char *const asked[][3] = { /* filter, order, told */
		{ "n = 1", "n", "-" }, { "n = 1 and not m > 2", NULL, "m" },
		{ NULL, "k.n", "k" }, { "exists(n)", "@key", "-" } };
	char told[32];

	(void)state;
	make_triangle();
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		alk_query q = { .filter = asked[i][0], .order = asked[i][1] };
		assert_int_equal(alk_explain(s, ALK_NODE, "g", &q, see_unnamed,
		    told), ALK_OK);
		assert_string_equal(told, asked[i][2]);
	}
}

static int
see_mismatch(void *arg, const alk_step *step)
{
	snprintf(arg, 80, "%s", step->mismatch != NULL ? step->mismatch : "-");
	return 0;
}

static void
a_comparison_that_no_value_can_pass_is_told(void **state)
{
	static const char *const asked[][2] = {
		{ "n = 1", "-" }, { "not exists(n)", "-" }, { "n != 'a'", "-" },
		{ "k = 'a' or n < 'a'",
		    "'n' is a number in the schemas here, never text" },
		{ "n in (true, 'a')", "'n' is a number in the schemas here, "
		    "never true or false or text" } };
	alk_type_options o = { .scope = "tenant" };
	alk_graph_new g = { .name = "typed", .id = "typed", .type = "typed" };
	char told[80];

	(void)state;
	fixture_ok(s, alk_types_load(s, "typed", &o, "{\"ANode\":{\"type\":"
	    "\"object\",\"properties\":{\"n\":{\"type\":\"number\"}}}}",
	    ALK_NUL, NULL), "types");
	fixture_ok(s, alk_graph_create(s, &g, NULL), "graph");
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		alk_query q = { .filter = asked[i][0] };
		alk_walk_options w = { .node_filter = asked[i][0] };
		assert_int_equal(alk_explain(s, ALK_NODE, "typed", &q,
		    see_mismatch, told), ALK_OK);
		assert_string_equal(told, asked[i][1]);
		assert_int_equal(alk_walk_explain(s, "typed", &w, see_mismatch,
		    told), ALK_OK);
		assert_string_equal(told, asked[i][1]);
	}
}

static void
how_a_list_finds_its_rows_is_told(void **state)
{
	alk_query q = { .order = "n" };
	alk_step seen = { 0 };

	(void)state;
	make_triangle();
	assert_int_equal(alk_explain(s, ALK_NODE, "g", &q, see_step, &seen),
	    ALK_OK);
	assert_int_equal(seen.rows, 3);
	assert_int_equal(seen.is_sorted, 1);
	assert_int_equal(alk_explain(s, ALK_GRAPH, "g", &q, see_step, &seen),
	    ALK_INVALID);
	q.filter = "n >";
	assert_int_equal(alk_explain(s, ALK_NODE, "g", &q, see_step, &seen),
	    ALK_FILTER);
}

static void
a_visitor_that_stops_is_no_error(void **state)
{
	struct seen seen = { .stop = 1 };
	alk_page page = { 0 };
	alk_walk_options o = { .depth_max = 5 };

	(void)state;
	make_triangle();
	assert_int_equal(alk_node_list(s, "g", NULL, see, &seen, &page),
	    ALK_OK);
	assert_string_equal(seen.keys, "a ");
	assert_int_equal(page.rows, 1);
	assert_non_null(page.cursor);
	memset(&seen, 0, sizeof(seen));
	seen.stop = 1;
	assert_int_equal(alk_walk(s, "g", "a", &o, see, &seen, NULL), ALK_OK);
	assert_int_equal(seen.rows, 1);
	seen.rows = 0;
	assert_int_equal(alk_neighbors(s, "g", "a", &o, see, &seen), ALK_OK);
	assert_int_equal(seen.rows, 1);
	seen.rows = 0;
	assert_int_equal(alk_path(s, "g", "a", "c", NULL, see, &seen),
	    ALK_OK);
	assert_int_equal(seen.rows, 1);
	seen.rows = 0;
	assert_int_equal(alk_degree_top(s, "g", NULL, 3, see, &seen), ALK_OK);
	assert_int_equal(seen.rows, 1);
	seen.rows = 0;
	assert_int_equal(alk_graph_list(s, NULL, see, &seen), ALK_OK);
	assert_int_equal(seen.rows, 1);
	/* And the session is as good as before. */
	assert_int_equal(alk_node_create(s, "g", "after", NULL), ALK_OK);
}

static int
read_inside(void *arg, const alk_row *row)
{
	const char *json;
	size_t bytes;
	int *wrong = arg;

	if (alk_row_json(s, row, &json, &bytes) != ALK_OK
	    || strstr(json, row->key) == NULL)
		++*wrong;
	return 0;
}

static void
a_row_is_json_inside_a_visitor_too(void **state)
{
	int wrong = 0;

	(void)state;
	make_triangle();
	assert_int_equal(alk_node_list(s, "g", NULL, read_inside, &wrong,
	    NULL), ALK_OK);
	assert_int_equal(wrong, 0);
}

static int
count_number(void *arg, const alk_row *row)
{
	*(long long *)arg = *(long long *)arg * 10 + row->number;
	return 0;
}

static void
graphs_are_gone_through(void **state)
{
	static const char *const types[] = { "LinkEdge" };
	alk_walk_options o = { .direction = ALK_BOTH, .edge_types = types,
		.edge_types_count = 1, .depth_max = 3 };
	struct seen seen = { 0 };
	size_t found = 0;
	long long numbers = 0;

	(void)state;
	make_triangle();
	assert_int_equal(alk_walk(s, "g", "b", &o, NULL, NULL, &found),
	    ALK_OK);
	assert_int_equal(found, 2);
	o.direction = ALK_OUT;
	assert_int_equal(alk_walk(s, "g", "a", &o, count_number, &numbers,
	    &found), ALK_OK);
	assert_int_equal(numbers, 11);
	assert_int_equal(alk_neighbors(s, "g", "a", NULL, see, &seen),
	    ALK_OK);
	assert_int_equal(seen.rows, 4);
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(alk_path(s, "g", "a", "c", NULL, see, &seen),
	    ALK_OK);
	assert_string_equal(seen.keys, "a ac c ");
	memset(&seen, 0, sizeof(seen));
	o.direction = ALK_IN;
	assert_int_equal(alk_degree_top(s, "g", &o, 1, see, &seen), ALK_OK);
	assert_string_equal(seen.keys, "c ");
	numbers = 0;
	assert_int_equal(alk_stats(s, "g", count_number, &numbers), ALK_OK);
	assert_int_equal(numbers, 33);
}

static int
count_problem(void *arg, const alk_error *problem)
{
	(void)problem;
	++*(int *)arg;
	return 0;
}

static int
stop_at_once(void *arg, int64_t done, int64_t total)
{
	(void)done;
	(void)total;
	++*(int *)arg;
	return 1;
}

static void
a_check_counts_findings_and_can_be_stopped(void **state)
{
	size_t problems = 5;
	int told = 0;
	int asked = 0;

	(void)state;
	for (int i = 0; i < 1200; i++) {
		char key[16];

		snprintf(key, sizeof(key), "k%d", i);
		assert_int_equal(alk_node_create(s, "g", key, NULL), ALK_OK);
	}
	assert_int_equal(alk_check(s, ALK_CHECK_ATTRIBUTES, count_problem,
	    &told, NULL, NULL, &problems), ALK_OK);
	assert_int_equal(problems, 0);
	assert_int_equal(told, 0);
	assert_int_equal(alk_check(s, 0, NULL, NULL, NULL, NULL, NULL),
	    ALK_OK);
	assert_int_equal(alk_check(s, ALK_CHECK_ATTRIBUTES, count_problem,
	    &told, stop_at_once, &asked, &problems), ALK_CANCELLED);
	assert_true(asked >= 1);
}

#define TEST(t) \
	cmocka_unit_test_setup_teardown(t, session_set_up, fixture_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(types_are_loaded_listed_shown_and_deleted),
		TEST(attributes_are_checked_without_writing),
		TEST(missing_pointers_are_invalid_not_a_crash),
		TEST(graphs_have_columns_and_a_revision),
		TEST(single_calls_write_and_read),
		TEST(out_parameters_stay_on_failure),
		TEST(a_batch_tells_what_it_did),
		TEST(lists_go_page_by_page),
		TEST(an_attribute_that_no_schema_names_is_told),
		TEST(a_comparison_that_no_value_can_pass_is_told),
		TEST(how_a_list_finds_its_rows_is_told),
		TEST(a_visitor_that_stops_is_no_error),
		TEST(a_row_is_json_inside_a_visitor_too),
		TEST(graphs_are_gone_through),
		TEST(a_check_counts_findings_and_can_be_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
