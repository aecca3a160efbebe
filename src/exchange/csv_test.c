/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* CSV: records, headers, values, places of errors, round trips. */
#include "child.h"
#include "fixture.h"

#include "exchange/csv.h"
#include "exchange/testing.h"

/* ---- records ---- */

/* The records of a text as |field|field|\n, whatever the pieces are. */
static void
check_records(const char *text, char separator, const char *want)
{
	for (size_t piece = 1; piece < 12; piece++) {
		struct testing_input in = { text, strlen(text), piece };
		struct testing_text got = { 0 };
		alk_error err = { 0 };
		struct csv c;
		int more;

		csv_init(&c, testing_give, &in, separator, 1000);
		testing_append(&got, "", 0);
		while ((more = csv_next(&c, &err)) == 1) {
			for (size_t i = 0; i < c.fields_count; i++) {
				testing_add(&got, "|");
				testing_append(&got, c.fields[i].text,
				    c.fields[i].bytes);
				testing_add(&got, "%s", c.fields[i].is_quoted ?
				    "\"" : "");
			}
			testing_add(&got, "|%d\n", (int)c.line);
		}
		if (more < 0)
			testing_add(&got, "%s: %s\n", err.entry, err.text);
		else
			assert_int_equal(c.bytes, strlen(text));
		assert_string_equal(got.data, want);
		mem_release(got.data);
		csv_fini(&c);
	}
}

static void
records_are_found_wherever_the_input_is_cut(void **state)
{
	(void)state;

	check_records("", ',', "");
	check_records("\n\r\n\n", ',', "");
	check_records("a,b\n1,2", ',', "|a|b|1\n|1|2|2\n");
	check_records("a,b\r\n,\r\n", ',', "|a|b|1\n|||2\n");
	check_records("\"a\",\"\"\n\n\"x\ny\",\"p\"\"q\"\n1,2\n", ',',
	    "|a\"|\"|1\n|x\ny\"|p\"q\"|3\n|1|2|5\n");
	check_records("a;b,\"c\";5\" pipe\n", ';', "|a|b,\"c\"|5\" pipe|1\n");
	check_records("a\n\"b\n", ',', "|a|1\nline 2: field 1 begins with a "
	    "quote that does not end\n");
	check_records("a,\"b\"c\n", ',',
	    "line 1: field 2 goes on behind its closing quote\n");
}

static void
a_quote_that_is_not_closed_takes_bounded_memory(void **state)
{
	(void)state;
	alk_import_options o = { .format = ALK_FORMAT_CSV };
	struct testing_flood flood = { .head = "key:ID\n\"", .left = 1 << 30 };

	assert_int_equal(alk_import(testing.session, "g", &o,
	    testing_read_flood, &flood, NULL), ALK_LIMIT);
	assert_non_null(strstr(alk_session_error(testing.session)->text,
	    "quote"));
	assert_true(flood.left > (1 << 30) - (4 << 20));
}

/* ---- values ---- */

static void
import_ok(const char *text, const alk_import_options *given)
{
	alk_import_options o = { 0 };

	if (given != NULL)
		o = *given;
	o.format = ALK_FORMAT_CSV;
	fixture_ok(testing.session, testing_import("g", text, &o, NULL),
	    "import");
}

static void
check_node(const char *key, const char *attributes)
{
	alk_row row;

	fixture_ok(testing.session, alk_node_get(testing.session, "g", key,
	    &row), key);
	assert_string_equal(row.attributes, attributes);
}

static void
headers_say_the_types_of_values(void **state)
{
	(void)state;

	import_ok("\xef\xbb\xbfkey:ID,:LABEL,name,age:int,w:double,ok:boolean,"
	    "j:json,dc:title:string,list:int[],words:string[],x:IGNORE\n"
	    "a,ThingNode,\"A, \"\"x\"\"\",007,.5,TRUE,\"{\"\"p\"\":[1]}\",t,"
	    "1;2;3,a;;b,zz\n"
	    "b,,\"\",+3,1.,0,null,,,\"\",\n"
	    "c,,,,,,,,,,\n", NULL);
	check_node("a", "{\"nodeType\":\"ThingNode\",\"name\":\"A, \\\"x\\\"\","
	    "\"age\":7,\"w\":0.5,\"ok\":true,\"j\":{\"p\":[1]},"
	    "\"dc:title\":\"t\",\"list\":[1,2,3],\"words\":[\"a\",\"\",\"b\"]"
	    "}");
	check_node("b", "{\"nodeType\":\"ThingNode\",\"name\":\"\",\"age\":3,"
	    "\"w\":1,\"ok\":false,\"j\":null,\"words\":[\"\"]}");
	check_node("c", "{\"nodeType\":\"ThingNode\"}");
	import_ok(":START_ID(Thing)\t:END_ID\t:TYPE\t:ID\t:UNDIRECTED\t"
	    "w:float\t:ROW_ID\t:METADATA\n"
	    "a\tb\tLinkEdge\tk\ttrue\tNaN\tmy/id\t\"{\"\"_a.b\"\":1}\"\n"
	    "a\tb\t\t\t\t-1E+2\t\t\n",
	    &(alk_import_options){ .separator = '\t' });
	alk_row row;
	fixture_ok(testing.session, alk_edge_get(testing.session, "g", "k",
	    &row), "k");
	assert_string_equal(row.id, "my/id");
	assert_string_equal(row.metadata, "{\"_a.b\":1}");
	assert_int_equal(row.undirected, 1);
	assert_string_equal(row.attributes, "{\"edgeType\":\"LinkEdge\"}");
	char *text = testing_export("g", NULL);
	assert_non_null(strstr(text, "\"edgeType\":\"LinkEdge\",\"w\":-100}"));
	mem_release(text);
}

static const struct testing_wrong wrongs[] = {
	{ "", ALK_SYNTAX, "line 1", "no header" },
	{ "a,b\n", ALK_SYNTAX, "line 1", "as key:ID,name,age:int" },
	{ "key:ID;b\n", ALK_SYNTAX, "line 1", "give that as separator" },
	{ "a\tb\n", ALK_SYNTAX, "line 1", "give the tab as separator" },
	{ "\xff\xfe" "a", ALK_SYNTAX, "line 1", "iconv -f UTF-16 " },
	{ "a:ID,b:what\n", ALK_SYNTAX, "line 1, column b:what", "none of" },
	{ "a:ID,b:ID\n", ALK_SYNTAX, "line 1", "twice" },
	{ "a:ID,\n", ALK_SYNTAX, "line 1", "neither" },
	{ ":START_ID,x\n", ALK_SYNTAX, "line 1", ":END_ID" },
	{ "a:ID,n:int\nx,1\ny\n", ALK_SYNTAX, "line 3", "1 fields" },
	{ "a:ID,n:int\nx,1.5\n", ALK_SYNTAX, "line 2, column n",
	    "an integer, not '1.5'" },
	{ "a:ID,n:int\nx,\"1\n,2\"\n", ALK_SYNTAX, "line 2, column n",
	    "an integer" },
	{ "a:ID,x:double\nx,0x10\n", ALK_SYNTAX, "line 2, column x",
	    "a number, not '0x10'" },
	{ "a:ID,x:boolean\nx,yes\n", ALK_SYNTAX, "line 2, column x",
	    "true or false" },
	{ "a:ID,x:json\nx,\"1,\"\"b\"\":2\"\n", ALK_JSON, "line 2, column x",
	    "" },
	{ "a:ID,x:string\nx,\xff\n", ALK_JSON, "line 2: node x", "" },
	{ "a:ID,n:string\nx,s\n", ALK_VALUE, "line 2: node x", "integer" },
	{ "a:ID\nx\n\n\nx\n", ALK_EXISTS, "line 5: node x", "already" },
	{ ":START_ID,:END_ID\nx,y\n", ALK_NOTFOUND, "line 2: edge x -> y",
	    "'x'" },
	{ "a:ID,b:int[]\nx,1;z\n", ALK_SYNTAX, "line 2, column b", "'z'" },
	{ "a:ID,x:METADATA\nx,3\n", ALK_VALUE, "line 2: node x", "metadata" },
};

static void
what_is_wrong_is_told_with_line_and_column(void **state)
{
	(void)state;
	alk_import_options o = { .format = ALK_FORMAT_CSV,
		.flags = ALK_IMPORT_ATOMIC };

	TESTING_WRONGS(&o, wrongs);
	assert_int_equal(testing_import("g", "a:ID\n",
	    &(alk_import_options){ .format = ALK_FORMAT_CSV,
	    .separator = '"' }, NULL), ALK_INVALID);
}

static void
an_import_goes_on_where_it_stopped(void **state)
{
	(void)state;
	alk_import_options o = { .format = ALK_FORMAT_CSV, .batch_rows = 2 };
	alk_import_result result;

	assert_int_equal(testing_import("g", "a:ID,n:int\na,1\nb,2\nc,3\n"
	    "d,x\n", &o, &result), ALK_SYNTAX);
	assert_int_equal(result.nodes, 2);
	assert_int_equal(result.lines, 3);
	o.skip_lines = result.lines;
	fixture_ok(testing.session, testing_import("g",
	    "a:ID,n:int\na,1\nb,2\nc,3\nd,4\n", &o, &result), "again");
	assert_int_equal(result.nodes, 2);
	assert_int_equal(result.lines, 5);
	check_node("d", "{\"nodeType\":\"ThingNode\",\"n\":4}");
}

/* ---- round trips ---- */

static char *
export_kind(const char *graph, int kind, char separator, int64_t *lost)
{
	alk_export_options o = { .format = ALK_FORMAT_CSV, .kind = kind,
		.separator = separator, .loss = testing_count_loss,
		.loss_arg = lost };

	return testing_export(graph, &o);
}

static void
random_graphs_come_back_as_they_were(void **state)
{
	(void)state;

	for (uint64_t seed = 1; seed <= 40; seed++) {
		char from[32], to[32];
		char separator = seed % 3 == 0 ? ';' : seed % 3 == 1 ? '\t' :
								       ',';
		int64_t lost = 0;
		alk_import_options o = { .format = ALK_FORMAT_CSV,
			.separator = separator };

		(void)snprintf(from, sizeof(from), "from%d", (int)seed);
		(void)snprintf(to, sizeof(to), "to%d", (int)seed);
		testing_make_graph(from);
		testing_make_graph(to);
		testing_fill(from, TESTING_NO_ATTRIBUTES, seed);
		char *nodes = export_kind(from, ALK_NODE, separator, &lost);
		char *edges = export_kind(from, ALK_EDGE, separator, &lost);
		char *a = testing_export(from, NULL);
		fixture_ok(testing.session, alk_graph_delete(testing.session,
		    from), "delete");
		if (testing_import(to, nodes, &o, NULL) != ALK_OK ||
		    testing_import(to, edges, &o, NULL) != ALK_OK)
			fail_msg("%s [%s]\n%s\n%s",
			    alk_session_error(testing.session)->text,
			    alk_session_error(testing.session)->entry, nodes,
			    edges);
		char *b = testing_export(to, NULL);
		testing_same_lines(a, b);
		mem_release(a);
		mem_release(b);
		mem_release(nodes);
		mem_release(edges);
		fixture_ok(testing.session, alk_graph_delete(testing.session,
		    to), "delete");
	}
}

static void
what_is_written_is_read_by_spreadsheets(void **state)
{
	(void)state;
	int64_t lost = 0;

	fixture_ok(testing.session, testing_import("g",
	    "{\"kind\":\"graph\",\"attributes\":{\"x\":1}}\n"
	    "{\"kind\":\"node\",\"key\":\"a\",\"attributes\":{\"n\":1,"
	    "\"s\":\"x,y\",\"d\":1.5}}\n"
	    "{\"kind\":\"node\",\"key\":\"b\",\"attributes\":{\"s\":\"\","
	    "\"n\":2,\"d\":3,\"j\":[\"p\"]}}\n"
	    "{\"kind\":\"edge\",\"source\":\"a\",\"target\":\"b\"}\n",
	    NULL, NULL), "import");
	char *text = export_kind("g", ALK_NODE, 0, &lost);
	assert_string_equal(text, "key:ID,:LABEL,n:int,s:string,d:double,j:json"
	    "\na,ThingNode,1,\"x,y\",1.5,\n"
	    "b,ThingNode,2,\"\",3,\"[\"\"p\"\"]\"\n");
	/* The graph's, and the order of b's. */
	assert_int_equal(lost, 2);
	mem_release(text);
	lost = 0;
	text = export_kind("g", ALK_EDGE, 0, &lost);
	assert_string_equal(text, ":START_ID,:END_ID,:TYPE,n:int\n"
	    "a,b,LinkEdge,\n");
	assert_int_equal(lost, 1);
	mem_release(text);
	alk_export_options o = { .format = ALK_FORMAT_CSV };
	struct testing_text out = { 0 };
	assert_int_equal(alk_export(testing.session, "g", &o, testing_take,
	    &out), ALK_INVALID);
	o.kind = ALK_NODE;
	o.flags = ALK_EXPORT_STRICT;
	assert_int_equal(alk_export(testing.session, "g", &o, testing_take,
	    &out), ALK_LOSS);
	assert_null(out.data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TESTING(records_are_found_wherever_the_input_is_cut),
		TESTING(a_quote_that_is_not_closed_takes_bounded_memory),
		TESTING(headers_say_the_types_of_values),
		TESTING(what_is_wrong_is_told_with_line_and_column),
		TESTING(an_import_goes_on_where_it_stopped),
		TESTING(random_graphs_come_back_as_they_were),
		TESTING(what_is_written_is_read_by_spreadsheets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
