/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* GraphML: files of others, places of errors, hostile input, round trips. */
#include "child.h"
#include "fixture.h"

#include "exchange/testing.h"

#define HEAD "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">"
#define GRAPH HEAD "<graph edgedefault=\"directed\">"
#define END "</graph></graphml>"

static int
import(const char *text, unsigned flags, int64_t *lost)
{
	return testing_import_as(ALK_FORMAT_GRAPHML, text, flags, lost);
}

/* ---- files of others ---- */

static void
a_file_as_networkx_writes_it(void **state)
{
	(void)state;
	int64_t lost = 0;

	fixture_ok(testing.session, import(
	    "<?xml version='1.0' encoding='utf-8'?>\n"
	    "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" "
	    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
	    "xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns "
	    "http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">"
	    "<key id=\"d3\" for=\"edge\" attr.name=\"weight\" "
	    "attr.type=\"double\"/>\n"
	    "<key id=\"d2\" for=\"node\" attr.name=\"n\" attr.type=\"long\"/>\n"
	    "<key id=\"d1\" for=\"node\" attr.name=\"ok\" "
	    "attr.type=\"boolean\"><default>false</default></key>\n"
	    "<key id=\"d0\" for=\"graph\" attr.name=\"title\" "
	    "attr.type=\"string\"/>\n"
	    "<graph edgedefault=\"undirected\"><data key=\"d0\">T &amp; "
	    "t</data>\n"
	    "<node id=\"0\"><data key=\"d2\">5</data>"
	    "<data key=\"d1\">True</data></node>\n<node id=\"1\"/>\n"
	    "<edge source=\"0\" target=\"1\" id=\"e\">"
	    "<data key=\"d3\">1.0</data></edge>\n"
	    "<edge source=\"1\" target=\"0\" directed=\"true\"/>\n"
	    "</graph></graphml>", 0, &lost), "networkx");
	assert_int_equal(lost, 0);
	testing_holds("g", "{\"kind\":\"graph\",\"attributes\":{\"title\":"
	    "\"T & t\"}}\n"
	    "{\"kind\":\"node\",\"key\":\"0\",\"attributes\":{\"nodeType\":"
	    "\"ThingNode\",\"n\":5,\"ok\":true}}\n"
	    "{\"kind\":\"node\",\"key\":\"1\",\"attributes\":{\"nodeType\":"
	    "\"ThingNode\",\"ok\":false}}\n"
	    "{\"kind\":\"edge\",\"key\":\"e\",\"source\":\"0\",\"target\":"
	    "\"1\",\"undirected\":true,\"attributes\":{\"edgeType\":"
	    "\"LinkEdge\",\"weight\":1}}\n"
	    "{\"kind\":\"edge\",\"source\":\"1\",\"target\":\"0\","
	    "\"attributes\":{\"edgeType\":\"LinkEdge\"}}\n");
}

/* Graphics, ports, groups and edges inside of groups. */
static void
a_file_as_yed_writes_it(void **state)
{
	(void)state;
	int64_t lost = 0;
	const char *text =
	    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n"
	    "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" "
	    "xmlns:y=\"http://www.yworks.com/xml/graphml\">\n"
	    "<!--Created by yEd-->\n"
	    "<key for=\"port\" id=\"d1\" yfiles.type=\"portgraphics\"/>\n"
	    "<key attr.name=\"description\" attr.type=\"string\" "
	    "for=\"node\" id=\"d5\"/>\n"
	    "<key for=\"node\" id=\"d6\" yfiles.type=\"nodegraphics\"/>\n"
	    "<key for=\"graphml\" id=\"d7\" yfiles.type=\"resources\"/>\n"
	    "<graph edgedefault=\"directed\" id=\"G\">\n"
	    "<node id=\"n0\" yfiles.foldertype=\"group\">\n"
	    "<data key=\"d5\"/><data key=\"d6\"><y:ShapeNode><y:Geometry "
	    "height=\"3\"/></y:ShapeNode></data>\n"
	    "<graph edgedefault=\"directed\" id=\"n0:\">\n"
	    "<node id=\"n0::n0\"><port name=\"p\"/></node>\n"
	    "<edge id=\"e0\" source=\"n0::n0\" target=\"n1\"/>\n</graph>\n"
	    "</node>\n"
	    "<node id=\"n1\"/>\n"
	    "<hyperedge><endpoint node=\"n1\"/></hyperedge>\n"
	    "</graph>\n<data key=\"d7\"><y:Resources/></data>\n</graphml>\n";

	fixture_ok(testing.session, import(text, 0, &lost), "yEd");
	/* Group, graphics, port, hyperedge, resources. */
	assert_int_equal(lost, 5);
	testing_holds("g", "{\"kind\":\"node\",\"key\":\"n0\",\"attributes\":"
	    "{\"nodeType\":\"ThingNode\",\"description\":\"\"}}\n"
	    "{\"kind\":\"node\",\"key\":\"n0::n0\",\"attributes\":"
	    "{\"nodeType\":\"ThingNode\"}}\n"
	    "{\"kind\":\"node\",\"key\":\"n1\",\"attributes\":"
	    "{\"nodeType\":\"ThingNode\"}}\n"
	    "{\"kind\":\"edge\",\"key\":\"e0\",\"source\":\"n0::n0\","
	    "\"target\":\"n1\",\"attributes\":{\"edgeType\":\"LinkEdge\"}}\n");
	assert_int_equal(import(text, ALK_IMPORT_STRICT | ALK_IMPORT_PUT,
	    NULL), ALK_LOSS);
}

static void
encodings_are_those_of_xml(void **state)
{
	(void)state;
	static const char utf16[] = "\xff\xfe<\0g\0r\0a\0p\0h\0m\0l\0>\0<\0g\0r"
	    "\0a\0p\0h\0>\0<\0n\0o\0d\0e\0 \0i\0d\0=\0\"\0\xac\x20\"\0/\0>\0<\0"
	    "/\0g\0r\0a\0p\0h\0>\0<\0/\0g\0r\0a\0p\0h\0m\0l\0>\0";
	struct testing_input in = { utf16, sizeof(utf16) - 1, 3 };
	alk_import_options o = { .format = ALK_FORMAT_GRAPHML };
	alk_row row;

	fixture_ok(testing.session, alk_import(testing.session, "g", &o,
	    testing_give, &in, NULL), "UTF-16");
	fixture_ok(testing.session, alk_node_get(testing.session, "g",
	    "\xe2\x82\xac", &row), "node");
	fixture_ok(testing.session, import("<?xml version=\"1.0\" "
	    "encoding=\"ISO-8859-1\"?><graphml><graph><node id=\"\xe9\"/>"
	    "</graph></graphml>", 0, NULL), "latin 1");
	fixture_ok(testing.session, alk_node_get(testing.session, "g",
	    "\xc3\xa9", &row), "node");
	assert_int_equal(import("<?xml version=\"1.0\" encoding=\"EBCDIC\"?>"
	    "<graphml/>", 0, NULL), ALK_SYNTAX);
}

/* ---- errors ---- */

static const struct testing_wrong wrongs[] = {
	{ "", ALK_SYNTAX, "line 1, column 1", "no element" },
	{ "<gexf/>", ALK_SYNTAX, "line 1, column 1", "<graphml>" },
	{ GRAPH "\n<node/>" END, ALK_SYNTAX, "line 2, column 1", "no id" },
	{ GRAPH "\n<node id='a'></edge>", ALK_SYNTAX, "line 2, column 16",
	    "mismatched" },
	{ GRAPH "<node id='a'>", ALK_SYNTAX, NULL, "no element" },
	{ GRAPH "\n<edge source='a'/>" END, ALK_SYNTAX, "line 2, column 1",
	    "no target" },
	{ GRAPH "\n<edge target='a'/>" END, ALK_SYNTAX, "line 2, column 1",
	    "no source" },
	{ GRAPH "\n<node id='a'>\n<data key='x'/></node>" END, ALK_SYNTAX,
	    "line 3, column 1", "no key 'x'" },
	{ HEAD "<key id='k' attr.name='n' attr.type='int'/>\n<graph>\n"
	  "<node id='a'><data key='k'>1.5</data></node>" END, ALK_SYNTAX,
	    "line 3, column 31", "an integer, not '1.5'" },
	{ HEAD "<key id='k' attr.name='n' attr.type='string'/>\n<graph>\n"
	  "<node id='a'><data key='k'>1</data></node>" END, ALK_VALUE,
	    "line 3: node a", "integer" },
	{ HEAD "<key id='k'/><key id='k'/></graphml>", ALK_SYNTAX, NULL,
	    "twice" },
	{ HEAD "<key/></graphml>", ALK_SYNTAX, NULL, "no id" },
	{ GRAPH "<node id='a'/>\n<node id='a'/>" END, ALK_EXISTS,
	    "line 2: node a", "already" },
	{ GRAPH "<node id='a'/>\n<edge source='a' target='b'/>" END,
	    ALK_NOTFOUND, "line 2: edge a -> b", "'b'" },
	{ GRAPH "<node id='a'><node id='b'/></node>" END, ALK_SYNTAX, NULL,
	    "inside" },
	{ GRAPH "<node id='a'>&lol;</node>" END, ALK_SYNTAX, NULL,
	    "undefined entity" },
	/* Nothing is expanded, nothing is fetched. */
	{ "<!DOCTYPE g [<!ENTITY a \"x\"><!ENTITY b \"&a;&a;\">]>\n" GRAPH
	  "<node id='&b;'/>" END, ALK_SYNTAX, NULL, "declarations" },
	{ "<!DOCTYPE g [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>\n" GRAPH
	  "<node id='a'>&a;</node>" END, ALK_SYNTAX, NULL, "declarations" },
	{ "<!DOCTYPE graphml SYSTEM \"http://x.invalid/g.dtd\">\n" GRAPH
	  "<desc>&a;</desc>" END, ALK_SYNTAX, NULL, "entities" },
};

static void
what_is_wrong_is_told_and_changes_nothing(void **state)
{
	(void)state;
	alk_import_options o = { .format = ALK_FORMAT_GRAPHML };

	TESTING_WRONGS(&o, wrongs);
	/* A document type that is only named is none of our business. */
	fixture_ok(testing.session, import("<!DOCTYPE graphml SYSTEM "
	    "\"http://x.invalid/g.dtd\">" GRAPH "<node id='a'/>" END, 0,
	    NULL), "document type");
}

static int
import_flood(const char *head, char byte)
{
	alk_import_options o = { .format = ALK_FORMAT_GRAPHML };
	struct testing_flood flood = { .head = head, .left = 1 << 30,
		.byte = byte };
	int rc = alk_import(testing.session, "g", &o, testing_read_flood,
	    &flood, NULL);

	assert_true(flood.left > (1 << 30) - (8 << 20));
	return rc;
}

static void
what_has_no_end_is_refused_without_holding_it(void **state)
{
	(void)state;

	assert_int_equal(import_flood(GRAPH "<node id='", 'x'), ALK_LIMIT);
	assert_int_equal(import_flood(GRAPH "<!--", 'x'), ALK_LIMIT);
	assert_int_equal(import_flood(HEAD "<key id='k' attr.name='n' "
	    "attr.type='string'/><graph><node id='a'><data key='k'>", 'x'),
	    ALK_LIMIT);
	struct testing_text text = { 0 };
	testing_add(&text, GRAPH);
	for (int i = 0; i < 2000; i++)
		testing_add(&text, "<node id='%d'><graph>", i);
	assert_int_equal(import(text.data, 0, NULL), ALK_LIMIT);
	assert_non_null(strstr(alk_session_error(testing.session)->text,
	    "limits.depth"));
	mem_release(text.data);
	testing_holds("g", "");
}

static void
defaults_do_not_make_a_large_graph_of_a_short_file(void **state)
{
	(void)state;
	struct testing_text text = { 0 };

	testing_add(&text, HEAD);
	for (int i = 0; i < 200; i++)
		testing_add(&text, "<key id='k%d' for='node' attr.name='n%d' "
		    "attr.type='string'><default>%0500d</default></key>", i, i,
		    0);
	testing_add(&text, "<graph>");
	for (int i = 0; i < 5000; i++)
		testing_add(&text, "<node id='%d'/>", i);
	testing_add(&text, END);
	assert_int_equal(import(text.data, 0, NULL), ALK_LIMIT);
	assert_non_null(strstr(alk_session_error(testing.session)->text,
	    "default values"));
	mem_release(text.data);
	testing_holds("g", "");
}

/* ---- out, and back ---- */

static void
random_graphs_come_back_as_they_were(void **state)
{
	(void)state;
	testing_round_trips(ALK_FORMAT_GRAPHML, 0, 40);
}

static void
keys_are_typed_as_the_schemas_say(void **state)
{
	(void)state;
	alk_export_options o = { .format = ALK_FORMAT_GRAPHML,
		.flags = ALK_EXPORT_BARE };

	fixture_ok(testing.session, testing_import("g",
	    "{\"kind\":\"node\",\"key\":\"a\",\"attributes\":{\"s\":\"<\\r>\","
	    "\"x\":null,\"l\":[1]}}\n{\"kind\":\"node\",\"key\":\"b\","
	    "\"attributes\":{\"x\":1.5}}\n", NULL, NULL), "import");
	char *text = testing_export("g", &o);
	assert_string_equal(text,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" "
	    "xmlns:alk=\"urn:alkstore:exchange\">\n"
	    "<key id=\"n0\" for=\"node\" attr.name=\"n\" attr.type=\"long\"/>\n"
	    "<key id=\"n1\" for=\"node\" attr.name=\"s\" "
	    "attr.type=\"string\"/>\n"
	    "<key id=\"n2\" for=\"node\" attr.name=\"x\" "
	    "attr.type=\"double\"/>\n"
	    "<key id=\"n3\" for=\"node\" attr.name=\"l\" attr.type=\"string\" "
	    "alk:type=\"json\"/>\n"
	    "<key id=\"e0\" for=\"edge\" attr.name=\"n\" attr.type=\"long\"/>\n"
	    "<graph edgedefault=\"directed\">\n"
	    "<node id=\"a\"><data key=\"n1\">&lt;&#13;&gt;</data>"
	    "<data key=\"n2\" alk:null=\"true\"/>"
	    "<data key=\"n3\">[1]</data></node>\n"
	    "<node id=\"b\"><data key=\"n2\">1.5</data></node>\n"
	    "</graph>\n</graphml>\n");
	mem_release(text);
}

static void
a_key_that_xml_has_not_is_refused(void **state)
{
	(void)state;
	alk_export_options o = { .format = ALK_FORMAT_GRAPHML };
	struct testing_text out = { 0 };

	fixture_ok(testing.session, testing_import("g",
	    "{\"kind\":\"node\",\"key\":\"a\xef\xbf\xbf\"}\n", NULL, NULL),
	    "import");
	assert_int_equal(alk_export(testing.session, "g", &o, testing_take,
	    &out), ALK_LOSS);
	mem_release(out.data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TESTING(a_file_as_networkx_writes_it),
		TESTING(a_file_as_yed_writes_it),
		TESTING(encodings_are_those_of_xml),
		TESTING(what_is_wrong_is_told_and_changes_nothing),
		TESTING(what_has_no_end_is_refused_without_holding_it),
		TESTING(defaults_do_not_make_a_large_graph_of_a_short_file),
		TESTING(random_graphs_come_back_as_they_were),
		TESTING(keys_are_typed_as_the_schemas_say),
		TESTING(a_key_that_xml_has_not_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
