/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* GEXF: files of others, places of errors, hostile input, round trips. */
#include "child.h"
#include "fixture.h"

#include "exchange/testing.h"

#define HEAD "<gexf xmlns=\"http://gexf.net/1.3\" version=\"1.3\">"
#define GRAPH HEAD "<graph defaultedgetype=\"directed\">"
#define END "</graph></gexf>"

static int
import(const char *text, unsigned flags, int64_t *lost)
{
	return testing_import_as(ALK_FORMAT_GEXF, text, flags, lost);
}

static void
a_file_as_gephi_writes_it(void **state)
{
	(void)state;
	int64_t lost = 0;
	const char *text =
	    "<?xml version='1.0' encoding='UTF-8'?>\n"
	    "<gexf xmlns=\"http://www.gexf.net/1.3\" version=\"1.3\" "
	    "xmlns:viz=\"http://www.gexf.net/1.3/viz\" "
	    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n"
	    "<meta lastmodifieddate=\"2026-01-01\"><creator>Gephi</creator>"
	    "<description></description></meta>\n"
	    "<graph defaultedgetype=\"directed\" mode=\"static\">\n"
	    "<attributes class=\"node\" mode=\"static\">\n"
	    "<attribute id=\"modularity\" title=\"Modularity\" "
	    "type=\"integer\"><default>7</default></attribute>\n"
	    "</attributes>\n<nodes>\n"
	    "<node id=\"11.0\" label=\"Valjean\"><attvalues>"
	    "<attvalue for=\"modularity\" value=\"1\"></attvalue></attvalues>"
	    "<viz:size value=\"100.0\"></viz:size>"
	    "<viz:position x=\"-87\" y=\"120\"></viz:position>"
	    "<viz:color r=\"245\" g=\"91\" b=\"91\"></viz:color></node>\n"
	    "<node id=\"48\" label=\"Gavroche\"/>\n"
	    "</nodes>\n<edges>\n"
	    "<edge id=\"13\" source=\"11.0\" target=\"48\" weight=\"2.0\"/>\n"
	    "<edge id=\"14\" source=\"11.0\" target=\"48\" "
	    "type=\"undirected\" label=\"x\"><attvalues/></edge>\n"
	    "</edges>\n</graph>\n</gexf>\n";

	fixture_ok(testing.session, import(text, 0, &lost), "Gephi");
	assert_int_equal(lost, 3);
	testing_holds("g", "{\"kind\":\"node\",\"key\":\"11.0\",\"attributes\":"
	    "{\"nodeType\":\"ThingNode\",\"label\":\"Valjean\","
	    "\"Modularity\":1}}\n"
	    "{\"kind\":\"node\",\"key\":\"48\",\"attributes\":{\"nodeType\":"
	    "\"ThingNode\",\"label\":\"Gavroche\",\"Modularity\":7}}\n"
	    "{\"kind\":\"edge\",\"key\":\"13\",\"source\":\"11.0\","
	    "\"target\":\"48\",\"attributes\":{\"edgeType\":\"LinkEdge\","
	    "\"weight\":2}}\n"
	    "{\"kind\":\"edge\",\"key\":\"14\",\"source\":\"11.0\","
	    "\"target\":\"48\",\"undirected\":true,\"attributes\":"
	    "{\"edgeType\":\"LinkEdge\",\"label\":\"x\"}}\n");
	assert_int_equal(import(text, ALK_IMPORT_STRICT | ALK_IMPORT_PUT,
	    NULL), ALK_LOSS);
}

static void
times_groups_and_mutual_edges_are_told(void **state)
{
	(void)state;
	int64_t lost = 0;

	fixture_ok(testing.session, import(
	    "<gexf xmlns=\"http://www.gexf.net/1.2draft\" version=\"1.2\">"
	    "<graph mode=\"dynamic\" defaultedgetype=\"mutual\">"
	    "<attributes class=\"node\" mode=\"dynamic\">"
	    "<attribute id=\"p\" title=\"price\" type=\"float\"/></attributes>"
	    "<nodes><node id=\"a\" start=\"2009-03-01\"><attvalues>"
	    "<attvalue for=\"p\" value=\"12\" end=\"2011\"/>"
	    "<attvalue for=\"p\" value=\"15\"/></attvalues>"
	    "<spells><spell start=\"1\"/></spells>"
	    "<nodes><node id=\"b\" pid=\"a\"/></nodes></node></nodes>"
	    "<edges><edge source=\"a\" target=\"b\"/></edges></graph></gexf>",
	    0, &lost), "dynamic");
	/* start, end, the second value, spells; nodes, pid; mutual. */
	assert_int_equal(lost, 7);
	testing_holds("g", "{\"kind\":\"node\",\"key\":\"a\",\"attributes\":"
	    "{\"nodeType\":\"ThingNode\",\"price\":12}}\n"
	    "{\"kind\":\"node\",\"key\":\"b\",\"attributes\":{\"nodeType\":"
	    "\"ThingNode\"}}\n"
	    "{\"kind\":\"edge\",\"source\":\"a\",\"target\":\"b\","
	    "\"undirected\":true,\"attributes\":{\"edgeType\":\"LinkEdge\"}}"
	    "\n");
}

static const struct testing_wrong wrongs[] = {
	{ "", ALK_SYNTAX, "line 1, column 1", "no element" },
	{ "<graphml/>", ALK_SYNTAX, "line 1, column 1", "<gexf>" },
	{ GRAPH "<nodes>\n<node label='x'/></nodes>" END, ALK_SYNTAX,
	    "line 2, column 1", "no id" },
	{ GRAPH "<edges>\n<edge source='a'/></edges>" END, ALK_SYNTAX,
	    "line 2, column 1", "no target" },
	{ GRAPH "<edges>\n<edge source='a' target='b' type='both'/>" END,
	    ALK_SYNTAX, "line 2, column 1", "'both'" },
	{ GRAPH "<edges>\n<edge source='a' target='b' weight='x'/>" END,
	    ALK_SYNTAX, "line 2, column 1", "a number, not 'x'" },
	{ GRAPH "<nodes>\n<node id='a'><attvalues>\n"
	  "<attvalue for='0' value='1'/></attvalues></node></nodes>" END,
	    ALK_SYNTAX, "line 3, column 1", "no attribute '0'" },
	{ GRAPH "<attributes class='node'><attribute id='0' title='n' "
	  "type='integer'/></attributes><nodes>\n<node id='a'><attvalues>\n"
	  "<attvalue for='0' value='1.5'/></attvalues></node></nodes>" END,
	    ALK_SYNTAX, "line 3, column 1", "an integer, not '1.5'" },
	{ GRAPH "<attributes class='node'><attribute id='0' title='n' "
	  "type='string'/></attributes><nodes>\n<node id='a'><attvalues>\n"
	  "<attvalue for='0' value='1'/></attvalues></node></nodes>" END,
	    ALK_VALUE, "line 2: node a", "integer" },
	{ GRAPH "<attributes class='edge'><attribute id='0'/>"
	  "<attribute id='0'/></attributes>" END, ALK_SYNTAX, NULL, "twice" },
	{ GRAPH "<edges><edge source='a' target='b'/></edges><nodes>"
	  "<node id='a'/></nodes>" END, ALK_NOTFOUND, "line 1: edge a -> b",
	    "'b'" },
	{ "<!DOCTYPE g [<!ENTITY a \"x\">]>" GRAPH END, ALK_SYNTAX, NULL,
	    "declarations" },
};

static void
what_is_wrong_is_told_and_changes_nothing(void **state)
{
	(void)state;
	alk_import_options o = { .format = ALK_FORMAT_GEXF };

	TESTING_WRONGS(&o, wrongs);
}

static void
random_graphs_come_back_as_they_were(void **state)
{
	(void)state;
	testing_round_trips(ALK_FORMAT_GEXF, TESTING_NO_ATTRIBUTES, 40);
}

static void
what_is_written_is_what_viewers_read(void **state)
{
	(void)state;
	int64_t lost = 0;
	alk_export_options o = { .format = ALK_FORMAT_GEXF,
		.flags = ALK_EXPORT_BARE, .loss = testing_count_loss };

	o.loss_arg = &lost;
	fixture_ok(testing.session, testing_import("g",
	    "{\"kind\":\"graph\",\"attributes\":{\"x\":1}}\n"
	    "{\"kind\":\"node\",\"key\":\"a\",\"attributes\":{\"label\":\"<A>"
	    "\\n\"}}\n{\"kind\":\"edge\",\"source\":\"a\",\"target\":\"a\","
	    "\"undirected\":true,\"attributes\":{\"weight\":2.5,"
	    "\"z\":null}}\n", NULL, NULL), "import");
	char *text = testing_export("g", &o);
	assert_string_equal(text,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<gexf xmlns=\"http://www.gexf.net/1.2draft\" "
	    "xmlns:alk=\"urn:alkstore:exchange\" version=\"1.2\">\n"
	    "<graph defaultedgetype=\"directed\" idtype=\"string\" "
	    "mode=\"static\">\n"
	    "<attributes class=\"node\" mode=\"static\">\n"
	    "<attribute id=\"0\" title=\"n\" type=\"long\"/>\n"
	    "<attribute id=\"1\" title=\"label\" type=\"string\"/>\n"
	    "</attributes>\n"
	    "<attributes class=\"edge\" mode=\"static\">\n"
	    "<attribute id=\"0\" title=\"n\" type=\"long\"/>\n"
	    "<attribute id=\"1\" title=\"weight\" type=\"double\"/>\n"
	    "<attribute id=\"2\" title=\"z\" type=\"string\" "
	    "alk:type=\"json\"/>\n"
	    "</attributes>\n<nodes>\n"
	    "<node id=\"a\" label=\"&lt;A&gt;&#10;\"><attvalues>"
	    "<attvalue for=\"1\" value=\"&lt;A&gt;&#10;\"/></attvalues>"
	    "</node>\n</nodes>\n<edges>\n"
	    "<edge id=\"edge-1\" source=\"a\" target=\"a\" type=\"undirected\""
	    " weight=\"2.5\"><attvalues><attvalue for=\"1\" value=\"2.5\"/>"
	    "<attvalue for=\"2\" value=\"null\"/></attvalues></edge>\n"
	    "</edges>\n</graph>\n</gexf>\n");
	assert_int_equal(lost, 1);
	mem_release(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TESTING(a_file_as_gephi_writes_it),
		TESTING(times_groups_and_mutual_edges_are_told),
		TESTING(what_is_wrong_is_told_and_changes_nothing),
		TESTING(random_graphs_come_back_as_they_were),
		TESTING(what_is_written_is_what_viewers_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
