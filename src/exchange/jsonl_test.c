/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Graphs out as JSON Lines and in again. */
#include "child.h"
#include "fixture.h"

#include "exchange/testing.h"

static alk_session *s;

static int
set_up(void **state)
{
	(void)testing_set_up(state);
	s = testing.session;
	return 0;
}

/* ---- random graphs ---- */

static void
fill(const char *graph, uint64_t seed, int nodes, int edges)
{
	for (int i = 0; i < nodes; i++) {
		char key[64], attributes[64];
		(void)snprintf(key, sizeof(key), "%d \"\\\xc3\xa9%s", i,
		    i % 3 == 0 ? " of three" : "");
		(void)snprintf(attributes, sizeof(attributes),
		    "{\"n\":%d,\"t\":\"\\u00e9\\n\",\"x\":[1.5,null]}", i);
		alk_item item = { .op = ALK_CREATE, .kind = ALK_NODE,
			.key = key, .attributes = attributes,
			.attributes_bytes = ALK_NUL,
			.metadata = i % 5 == 0 ? "{\"_m.m\":{\"a\":1}}" :
						 NULL };
		fixture_ok(s, alk_write(s, graph, &item, 1, NULL, NULL), "n");
	}
	for (int i = 0; i < edges; i++) {
		char a[64], b[64], key[32];
		int from = (int)testing_below(&seed, (uint64_t)nodes);
		int to = (int)testing_below(&seed, (uint64_t)nodes);
		(void)snprintf(a, sizeof(a), "%d \"\\\xc3\xa9%s", from,
		    from % 3 == 0 ? " of three" : "");
		(void)snprintf(b, sizeof(b), "%d \"\\\xc3\xa9%s", to,
		    to % 3 == 0 ? " of three" : "");
		(void)snprintf(key, sizeof(key), "edge key %d", i);
		alk_item item = { .op = ALK_CREATE, .kind = ALK_EDGE,
			.key = i % 2 == 0 ? key : NULL, .source = a,
			.target = b, .direction = i % 3 == 0 ? ALK_UNDIRECTED :
			ALK_DIRECTED,
			.metadata = i % 7 == 0 ? "{\"w\":[]}" : NULL };
		fixture_ok(s, alk_write(s, graph, &item, 1, NULL, NULL), "e");
	}
}

static void
what_was_exported_and_imported_is_exported_the_same(void **state)
{
	(void)state;
	alk_import_result result = { 0 };

	fill("g", 21, 40, 80);
	testing_make_graph("copy");
	char *first = testing_export("g", NULL);
	fixture_ok(s, testing_import("copy", first, NULL, &result), "import");
	assert_int_equal(result.nodes, 40);
	assert_int_equal(result.edges, 80);
	assert_int_equal(result.lines, 120);
	assert_int_equal(result.unchanged, 0);
	char *second = testing_export("copy", NULL);
	assert_string_equal(first, second);
	mem_release(first);
	mem_release(second);
}

static void
pieces_of_every_size_are_imported_the_same(void **state)
{
	(void)state;
	fill("g", 22, 4, 6);
	char *text = testing_export("g", NULL);
	size_t bytes = strlen(text);

	for (size_t piece = 1; piece < bytes + 2; piece += 1 + piece / 6) {
		char id[32];
		struct testing_input in = { text, bytes, piece };
		(void)snprintf(id, sizeof(id), "copy %zu", piece);
		testing_make_graph(id);
		fixture_ok(s, alk_import(s, id, NULL, testing_give, &in, NULL),
		    "import");
		char *copy = testing_export(id, NULL);
		assert_string_equal(copy, text);
		mem_release(copy);
	}
	mem_release(text);
}

static void
batches_of_every_size_end_the_same(void **state)
{
	(void)state;
	fill("g", 23, 5, 7);
	char *text = testing_export("g", NULL);

	for (size_t rows = 1; rows < 14; rows++) {
		char id[32];
		alk_import_options o = { .batch_rows = rows };
		alk_import_result result = { 0 };
		alk_row row;
		(void)snprintf(id, sizeof(id), "copy %zu", rows);
		testing_make_graph(id);
		fixture_ok(s, testing_import(id, text, &o, &result), "import");
		assert_int_equal(result.lines, 12);
		char *copy = testing_export(id, NULL);
		assert_string_equal(copy, text);
		mem_release(copy);
		/* A revision a batch, and one when the graph was made. */
		fixture_ok(s, alk_graph_get(s, id, &row), "graph");
		assert_int_equal(row.number, 1 + (12 + rows - 1) / rows);
	}
	mem_release(text);
}

static void
imported_again_with_put_nothing_changes(void **state)
{
	(void)state;
	alk_import_options o = { .flags = ALK_IMPORT_PUT };
	alk_import_result result = { 0 };
	alk_row row;

	/* Edges without a key cannot be told from others: only with one. */
	fill("g", 24, 10, 0);
	fixture_ok(s, alk_edge_create(s, "g", "k", "1 \"\\\xc3\xa9",
	    "2 \"\\\xc3\xa9", NULL), "edge");
	fixture_ok(s, alk_graph_get(s, "g", &row), "graph");
	int64_t rev = row.number;
	char *text = testing_export("g", NULL);
	fixture_ok(s, testing_import("g", text, &o, &result), "import");
	assert_int_equal(result.unchanged, 11);
	assert_int_equal(result.lines, 11);
	char *again = testing_export("g", NULL);
	assert_string_equal(text, again);
	fixture_ok(s, alk_graph_get(s, "g", &row), "graph");
	assert_int_equal(row.number, rev);
	mem_release(text);
	mem_release(again);
}

/* ---- all that a graph has ---- */

static const char kinds[] =
    "{\"Config\":{\"type\":\"object\",\"properties\":{"
    "\"type\":{\"const\":\"mixed\"},\"multi\":{\"const\":true},"
    "\"allowSelfLoops\":{\"const\":true}}},"
    "\"CatNode\":{\"type\":\"object\"},\"DogNode\":{\"type\":\"object\"},"
    "\"SeesEdge\":{\"type\":\"object\"},\"BitesEdge\":{\"type\":\"object\"}}";

static const char *const values[] = {
	"{}", "{\"b\":1,\"a\":2}", "{\"n\":12345678901234567890123}",
	"{\"n\":-0.0,\"m\":1e-300,\"o\":0.10}", "{\"\":{\"\":[[],{}]}}",
	"{\"z\":\"\\u0000\\u001f\\u007f\\u2028\\\"\\\\/\"}",
	"{\"\xc3\xa9\":\"\xf0\x9f\x90\xb1\",\"t\":true,\"f\":false,\"0\":null}",
	"{\"kind\":\"node\",\"key\":[{\"deep\":[[[[{\"x\":[1,2]}]]]]}]}",
};

#define PICK(list, seed) \
	(list)[child_random(seed) % (sizeof(list) / sizeof((list)[0]))]

static const char *
chosen_id(char *room, size_t bytes, uint64_t *seed, const char *what, int i)
{
	if (child_random(seed) % 3 != 0)
		return NULL;
	(void)snprintf(room, bytes, "%s \"%d\"", what, i);
	return room;
}

static void
fill_all(uint64_t seed, int nodes, int edges)
{
	static const char *const cats[] = { "CatNode", "DogNode" };
	static const char *const ways[] = { "SeesEdge", "BitesEdge" };
	char id[32], key[32], a[32], b[32];

	for (int i = 0; i < nodes; i++) {
		(void)snprintf(key, sizeof(key), "%d \xc3\xa9", i);
		alk_item item = { .op = ALK_CREATE, .kind = ALK_NODE,
			.key = key, .type = PICK(cats, &seed),
			.attributes = PICK(values, &seed),
			.id = chosen_id(id, sizeof(id), &seed, "n", i),
			.metadata = PICK(values, &seed) };
		fixture_ok(s, alk_write(s, "all", &item, 1, NULL, NULL), "n");
	}
	for (int i = 0; i < edges; i++) {
		(void)snprintf(key, sizeof(key), "e%d", i);
		(void)snprintf(a, sizeof(a), "%d \xc3\xa9",
		    (int)(child_random(&seed) % (uint64_t)nodes));
		(void)snprintf(b, sizeof(b), "%d \xc3\xa9",
		    (int)(child_random(&seed) % (uint64_t)nodes));
		alk_item item = { .op = ALK_CREATE, .kind = ALK_EDGE,
			.key = child_random(&seed) % 2 == 0 ? key : NULL,
			.type = PICK(ways, &seed), .source = a, .target = b,
			.attributes = PICK(values, &seed),
			.direction = child_random(&seed) % 2 == 0 ?
			    ALK_UNDIRECTED : ALK_DIRECTED,
			.id = chosen_id(id, sizeof(id), &seed, "e", i),
			.metadata = PICK(values, &seed) };
		fixture_ok(s, alk_write(s, "all", &item, 1, NULL, NULL), "e");
	}
}

/* An alk_row_fn: every column that the format holds. arg: a testing_text. */
static int
note_row(void *arg, const alk_row *row)
{
	bool is_derived = strncmp(row->id, "node-", 5) == 0 ||
	    strncmp(row->id, "edge-", 5) == 0;

	testing_add(arg, "%d %s %s %s %s>%s %d %s %s\n",
	    row->kind, is_derived ? "-" : row->id,
	    row->key != NULL ? row->key : "(none)", row->type,
	    row->source != NULL ? row->source : "",
	    row->target != NULL ? row->target : "", row->undirected,
	    row->attributes, row->metadata);
	return 0;
}

/* Read by other calls than those that export. */
static char *
rows_of(const char *graph)
{
	struct testing_text out = { 0 };
	alk_query by_key = { .limit = ALK_NUL, .order = "@key" };
	alk_query all = { .limit = ALK_NUL };
	alk_row row;

	fixture_ok(s, alk_graph_get(s, graph, &row), "graph");
	testing_append(&out, row.metadata, strlen(row.metadata));
	fixture_ok(s, alk_node_list(s, graph, &by_key, note_row, &out, NULL),
	    "nodes");
	fixture_ok(s, alk_edge_list(s, graph, &all, note_row, &out, NULL),
	    "edges");
	return out.data;
}

static void
every_column_of_a_row_comes_back(void **state)
{
	(void)state;
	alk_type_options user = { .scope = "user" };
	alk_import_options create = { .create_type = "kinds" };
	alk_graph_new g = { .name = "all", .type = "kinds",
		.metadata = "{\"_graph.attributes\":"
			    "{\"t\":\"\\u0000\",\"n\":[1,{}]}}" };

	fixture_ok(s, alk_types_load(s, "kinds", &user, kinds, ALK_NUL, NULL),
	    "types");
	for (uint64_t seed = 31; seed < 36; seed++) {
		fixture_ok(s, alk_graph_create(s, &g, NULL), "graph");
		fill_all(seed, 30, 60);
		char *rows = rows_of("all");
		char *text = testing_export("all", NULL);
		/* Chosen ids are in a file once. */
		fixture_ok(s, alk_graph_delete(s, "all"), "delete");
		fixture_ok(s, testing_import("copy", text, &create, NULL),
		    "import");
		char *again = rows_of("copy");
		assert_string_equal(rows, again);
		fixture_ok(s, alk_graph_delete(s, "copy"), "delete");
		mem_release(rows);
		mem_release(text);
		mem_release(again);
	}
}

/* ---- lines ---- */

static void
blank_lines_and_either_line_end_are_allowed(void **state)
{
	(void)state;
	alk_import_result result = { 0 };

	fixture_ok(s, testing_import("g",
	    "\n{\"kind\":\"node\",\"key\":\"a\"}\r\n \t\n"
	    "\r\n{\"kind\":\"node\",\"key\":\"b\"}", NULL, &result), "import");
	assert_int_equal(result.nodes, 2);
	assert_int_equal(result.lines, 5);
}

static void
what_the_other_surfaces_write_is_read(void **state)
{
	(void)state;
	alk_import_result result = { 0 };
	alk_row row;

	fixture_ok(s, testing_import("g",
	    "{\"kind\":\"node\",\"id\":\"node-77\",\"key\":\"a\","
	    "\"type\":\"x\",\"createdAt\":\"then\",\"updatedAt\":null,"
	    "\"attributes\":{\"nodeType\":\"ThingNode\"}}\n"
	    "{\"kind\":\"edge\",\"key\":null,\"sourceNodeKey\":\"a\","
	    "\"targetNodeKey\":\"a\",\"undirected\":true,\"number\":3}\n",
	    NULL, &result), "import");
	assert_int_equal(result.nodes, 1);
	assert_int_equal(result.edges, 1);
	/* A derived id is derived anew. */
	fixture_ok(s, alk_node_get(s, "g", "a", &row), "node");
	assert_string_equal(row.id, "node-1");
	fixture_ok(s, alk_edge_get(s, "g", "edge-1", &row), "edge");
	assert_int_equal(row.undirected, 1);
}

static void
check_refused(const char *line, int code, const char *pointer, const char *text)
{
	alk_import_result result = { .lines = -1 };
	const alk_error *err = alk_session_error(s);
	char whole[700];

	(void)snprintf(whole, sizeof(whole), "%s\n%s\n%s\n",
	    "{\"kind\":\"node\",\"key\":\"ok\"}", line,
	    "{\"kind\":\"node\",\"key\":\"later\"}");
	assert_int_equal(testing_import("g", whole, NULL, &result), code);
	assert_string_equal(err->entry, "line 2");
	if (pointer != NULL)
		assert_string_equal(err->pointer, pointer);
	if (strstr(err->text, text) == NULL)
		fail_msg("%s: %s", line, err->text);
	assert_int_equal(result.lines, 0);
	assert_int_equal(result.nodes, 0);
}

static void
a_line_that_is_none_is_refused_with_its_place(void **state)
{
	(void)state;
	alk_row row;

	check_refused("nonsense", ALK_JSON, NULL, "");
	check_refused("[]", ALK_JSON, NULL, "object");
	check_refused("{}", ALK_JSON, "/kind", "\"node\" or \"edge\"");
	check_refused("{\"kind\":\"type\"}", ALK_JSON, "/kind",
	    "\"edge\" or \"graph\"");
	check_refused("{\"kind\":\"node\",\"key\":5}", ALK_JSON, "/key",
	    "string");
	check_refused("{\"kind\":\"node\",\"key\":\"a\\u0000b\"}", ALK_JSON,
	    "/key", "U+0000");
	check_refused("{\"kind\":\"node\"}", ALK_INVALID, NULL, "key");
	check_refused("{\"kind\":\"node\",\"key\":\"k\",\"colour\":1}",
	    ALK_JSON, NULL, "'colour'");
	check_refused("{\"kind\":\"node\",\"key\":\"k\",\"key\":\"l\"}",
	    ALK_JSON, NULL, "");
	check_refused("{\"kind\":\"node\",\"key\":\"k\",\"attributes\":[]}",
	    ALK_VALUE, NULL, "object");
	check_refused("{\"kind\":\"node\",\"key\":\"k\",\"attributes\":"
	    "{\"n\":\"x\"}}", ALK_VALUE, "/attributes/n", "integer");
	check_refused("{\"kind\":\"node\",\"key\":\"k\",\"metadata\":3}",
	    ALK_VALUE, NULL, "metadata");
	check_refused("{\"kind\":\"edge\",\"source\":\"ok\"}", ALK_INVALID,
	    NULL, "target");
	check_refused("{\"kind\":\"edge\",\"source\":\"ok\","
	    "\"target\":\"later\"}", ALK_NOTFOUND, NULL, "'later'");
	check_refused("{\"kind\":\"edge\",\"source\":\"ok\",\"target\":\"ok\","
	    "\"undirected\":1}", ALK_JSON, "/undirected", "true or false");
	check_refused("{\"kind\":\"node\",\"key\":\"ok\"}", ALK_EXISTS, NULL,
	    "already there");
	check_refused("{\"kind\":\"node\",\"key\":\"k\"} {}", ALK_JSON, NULL,
	    "");
	assert_int_equal(alk_node_get(s, "g", "ok", &row), ALK_NOTFOUND);
}

/* ---- errors on the way, and going on ---- */

#define LINES 20

static char *
node_lines(int bad)
{
	struct testing_text t = { 0 };

	for (int i = 1; i <= LINES; i++)
		testing_add(&t, i == bad ? "bad\n" :
		    "{\"kind\":\"node\",\"key\":\"n%d\"}\n", i);
	return t.data;
}

static int
count(void *arg, const alk_row *row)
{
	(void)row;
	++*(int *)arg;
	return 0;
}

static void
what_earlier_batches_committed_stays_and_is_told(void **state)
{
	(void)state;
	for (int bad = 1; bad <= LINES; bad += 3) {
		char id[32];
		char *text = node_lines(bad);
		char *good = node_lines(0);
		alk_import_options o = { .batch_rows = 4 };
		alk_import_result result = { 0 };
		int n = 0;
		(void)snprintf(id, sizeof(id), "copy %d", bad);
		testing_make_graph(id);
		assert_int_equal(testing_import(id, text, &o, &result),
		    ALK_JSON);
		assert_int_equal(result.lines, (bad - 1) / 4 * 4);
		fixture_ok(s, alk_node_list(s, id, NULL, count, &n, NULL), "l");
		assert_int_equal(n, result.lines);
		assert_int_equal(result.nodes, n);
		/* And the same with the line put right goes on from there. */
		o.skip_lines = result.lines;
		fixture_ok(s, testing_import(id, good, &o, &result), "go on");
		assert_int_equal(result.lines, LINES);
		n = 0;
		fixture_ok(s, alk_node_list(s, id, NULL, count, &n, NULL), "l");
		assert_int_equal(n, LINES);
		mem_release(text);
		mem_release(good);
	}
}

static void
an_atomic_import_is_all_or_nothing(void **state)
{
	(void)state;
	alk_import_options o = { .batch_rows = 4, .flags = ALK_IMPORT_ATOMIC };
	alk_import_result result = { 0 };
	alk_row row;
	char *text = node_lines(18);
	int n = 0;

	assert_int_equal(testing_import("g", text, &o, &result), ALK_JSON);
	assert_int_equal(result.lines, 0);
	fixture_ok(s, alk_node_list(s, "g", NULL, count, &n, NULL), "list");
	assert_int_equal(n, 0);
	mem_release(text);
	text = node_lines(0);
	fixture_ok(s, testing_import("g", text, &o, &result), "import");
	assert_int_equal(result.nodes, LINES);
	fixture_ok(s, alk_graph_get(s, "g", &row), "graph");
	assert_int_equal(row.number, 2);
	mem_release(text);
}

static void
a_dry_import_checks_all_and_keeps_nothing(void **state)
{
	(void)state;
	alk_import_options o = { .batch_rows = 4, .flags = ALK_IMPORT_DRY_RUN };
	alk_import_result result = { 0 };
	char *text = node_lines(18);
	int n = 0;

	assert_int_equal(testing_import("g", text, &o, &result), ALK_JSON);
	assert_string_equal(alk_session_error(s)->entry, "line 18");
	mem_release(text);
	text = node_lines(0);
	fixture_ok(s, testing_import("g", text, &o, &result), "import");
	assert_int_equal(result.nodes, LINES);
	fixture_ok(s, alk_node_list(s, "g", NULL, count, &n, NULL), "list");
	assert_int_equal(n, 0);
	mem_release(text);
}

struct failing {
	struct testing_input in;
	long left; /* bytes until it fails */
};

static long
give_some(void *arg, char *into, size_t room)
{
	struct failing *f = arg;

	if (f->left <= 0)
		return -1;
	long n = testing_give(&f->in, into, room);
	f->left -= n;
	return n;
}

static void
input_that_fails_is_told_with_the_line(void **state)
{
	(void)state;
	char *text = node_lines(0);
	struct failing in = { .in = { text, strlen(text), 40 }, .left = 300 };
	alk_import_options o = { .batch_rows = 3 };
	alk_import_result result = { 0 };
	int n = 0;

	assert_int_equal(alk_import(s, "g", &o, give_some, &in, &result),
	    ALK_IO);
	assert_memory_equal(alk_session_error(s)->entry, "line ", 5);
	assert_int_equal(result.lines % 3, 0);
	assert_true(result.lines > 0);
	fixture_ok(s, alk_node_list(s, "g", NULL, count, &n, NULL), "list");
	assert_int_equal(n, result.lines);
	mem_release(text);
}

static int
stop_later(void *arg, int64_t done, int64_t total)
{
	int *left = arg;

	assert_true(done > 0);
	assert_int_equal(total, 99);
	return --*left == 0;
}

static void
progress_may_stop_an_import_at_the_edge_of_a_batch(void **state)
{
	(void)state;
	char *text = node_lines(0);

	for (int n = 1; n <= 5; n++) {
		char id[32];
		int left = n;
		alk_import_options o = { .batch_rows = 4, .total_bytes = 99,
			.progress = stop_later, .progress_arg = &left };
		alk_import_result result = { 0 };
		(void)snprintf(id, sizeof(id), "copy %d", n);
		testing_make_graph(id);
		assert_int_equal(testing_import(id, text, &o, &result),
		    ALK_CANCELLED);
		assert_int_equal(result.lines, 4 * n);
		o.skip_lines = result.lines;
		o.progress = NULL;
		fixture_ok(s, testing_import(id, text, &o, &result), "go on");
		assert_int_equal(result.lines, LINES);
	}
	mem_release(text);
}

static void
a_node_of_an_undone_batch_is_no_end_point(void **state)
{
	(void)state;
	alk_import_options o = { .batch_rows = 100 };
	alk_import_result result = { 0 };

	assert_int_equal(testing_import("g",
	    "{\"kind\":\"node\",\"key\":\"a\"}\nbad\n", &o, &result),
	    ALK_JSON);
	assert_int_equal(testing_import("g",
	    "{\"kind\":\"edge\",\"source\":\"a\",\"target\":\"a\"}\n", &o,
	    &result), ALK_NOTFOUND);
	testing_holds("g", "");
}

/* ---- export ---- */

static int
take_none(void *arg, const char *data, size_t bytes)
{
	(void)data;
	(void)bytes;
	++*(int *)arg;
	return 1;
}

static void
output_that_stops_ends_the_export(void **state)
{
	(void)state;
	int calls = 0;

	fill("g", 25, 3, 3);
	assert_int_equal(alk_export(s, "g", NULL, take_none, &calls), ALK_IO);
	assert_int_equal(calls, 1);
}

struct late {
	struct testing_text text;
	int calls;
};

static int
delete_meanwhile(void *arg, const char *data, size_t bytes)
{
	struct late *late = arg;

	if (late->calls++ == 0)
		fixture_ok(s, alk_graph_delete(s, "big"), "delete");
	return testing_take(&late->text, data, bytes);
}

static void
an_export_is_one_state_of_the_file(void **state)
{
	(void)state;
	struct late late = { .calls = 0 };

	testing_make_graph("big");
	fill("big", 26, 700, 900); /* more than one piece of output */
	char *text = testing_export("big", NULL);
	fixture_ok(s, alk_export(s, "big", NULL, delete_meanwhile, &late),
	    "export");
	assert_true(late.calls > 1);
	assert_true(strcmp(text, late.text.data) == 0);
	assert_int_equal(alk_export(s, "big", NULL, testing_take, &late.text),
	    ALK_NOTFOUND);
	mem_release(text);
	mem_release(late.text.data);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, testing_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_exported_and_imported_is_exported_the_same),
		TEST(pieces_of_every_size_are_imported_the_same),
		TEST(batches_of_every_size_end_the_same),
		TEST(imported_again_with_put_nothing_changes),
		TEST(every_column_of_a_row_comes_back),
		TEST(blank_lines_and_either_line_end_are_allowed),
		TEST(what_the_other_surfaces_write_is_read),
		TEST(a_line_that_is_none_is_refused_with_its_place),
		TEST(what_earlier_batches_committed_stays_and_is_told),
		TEST(an_atomic_import_is_all_or_nothing),
		TEST(a_dry_import_checks_all_and_keeps_nothing),
		TEST(input_that_fails_is_told_with_the_line),
		TEST(progress_may_stop_an_import_at_the_edge_of_a_batch),
		TEST(a_node_of_an_undone_batch_is_no_end_point),
		TEST(output_that_stops_ends_the_export),
		TEST(an_export_is_one_state_of_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
