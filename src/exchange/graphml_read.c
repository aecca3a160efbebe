/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * GraphML in, as yEd, Gephi, networkx, igraph and an export write it:
 *
 *   <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
 *     <key id="d0" for="node" attr.name="size" attr.type="int">
 *       <default>1</default></key>
 *     <graph edgedefault="directed">
 *       <node id="a"><data key="d0">3</data></node>
 *       <edge id="e" source="a" target="a" directed="false"/>
 *
 * Keys have a type, and so do the values: text of a key without a type, or of
 * one that is no type of GraphML, is a string. What an export could not say in
 * GraphML it says in a namespace of ours: xml_row.h has what keys say, and
 * alk:null="true" of data is null.
 *
 * Read over and told: ports, hyperedges, XML in data (the graphics of yEd),
 * more graphs than the first. Nodes inside of nodes become nodes beside them.
 */
#include "exchange/xml_row.h"

#include "base/error.h"

#include <string.h>

enum domain { FOR_NODE = 1, FOR_EDGE = 2, FOR_GRAPH = 4, FOR_ALL = 7 };

struct graphml {
	struct xml_reader x;
	struct members_out graph; /* its attributes */
	bool has_attributes;
	/* Depths of elements that are open; 0: none is. */
	size_t row_depth;
	size_t key_depth;
	size_t data_depth;
	size_t graph_depth; /* the first graph */
	size_t skip_depth;  /* what is read over */
	struct xml_key *data; /* of the data that is open */
	bool data_is_null;
	bool data_has_xml;
	bool is_directed;   /* edges that do not tell */
	bool is_done;       /* the first graph has ended */
};

static struct graphml *
of(struct xml *x)
{
	return x->owner;
}

static int
lose(struct graphml *g, enum loss kind, const char *what)
{
	return xml_row_lose(&g->x.row, kind, what);
}

/* ---- keys ---- */

static unsigned
domain_of(const char *name)
{
	if (name == NULL || strcmp(name, "all") == 0)
		return FOR_ALL;
	if (strcmp(name, "node") == 0)
		return FOR_NODE;
	if (strcmp(name, "edge") == 0)
		return FOR_EDGE;
	return strcmp(name, "graph") == 0 ? FOR_GRAPH : 0;
}

static int
start_key(struct graphml *g, const char **attributes)
{
	g->key_depth = g->x.xml.depth;
	return xml_row_declare(&g->x.row, 0,
	    domain_of(xml_attribute(attributes, "for")),
	    xml_attribute(attributes, "attr.name"),
	    xml_attribute(attributes, "attr.type"), attributes) != NULL ?
	    ALK_OK : g->x.xml.err->code;
}

/* ---- data ---- */

static void
want_text(struct graphml *g)
{
	buf_clear(&g->x.xml.text);
	g->x.xml.wants_text = true;
}

static int
end_default(struct graphml *g)
{
	g->x.xml.wants_text = false;
	return xml_row_default(&g->x.row);
}

static int
start_data(struct graphml *g, const char **attributes)
{
	const char *id = xml_attribute(attributes, "key");
	const char *null = xml_alk_attribute(attributes, "null");

	g->data = xml_row_key(&g->x.row, 0, id);
	if (g->data == NULL)
		return xml_wrong(&g->x.xml, "there is no key '%.60s'",
		    id != NULL ? id : "");
	g->data_depth = g->x.xml.depth;
	g->data_is_null = null != NULL && strcmp(null, "true") == 0;
	g->data_has_xml = false;
	want_text(g);
	return ALK_OK;
}

static int
end_data(struct graphml *g)
{
	struct xml_key *k = g->data;
	struct members_out *m = g->row_depth == 0 ? &g->graph : NULL;
	const char *text = buf_text(&g->x.xml.text);

	g->data_depth = 0;
	g->x.xml.wants_text = false;
	if (m == NULL)
		k->row = g->x.row.count;
	if (g->data_has_xml || k->name == NULL)
		return lose(g, LOSS_MARKUP, k->name != NULL ? k->name :
		    "data without a name");
	if (m != NULL)
		g->has_attributes = true;
	if (g->data_is_null) {
		members_null(m != NULL ? m : &g->x.row.members, k->name,
		    k->name_bytes);
		return ALK_OK;
	}
	return text == NULL ? error_nomem(g->x.xml.err) :
	    xml_row_value(&g->x.row, m, k, text, g->x.xml.text.bytes);
}

/* ---- rows ---- */

static int
start_edge(struct graphml *g, const char **attributes)
{
	const char *directed = xml_attribute(attributes, "directed");
	alk_item *item = &g->x.row.item;

	item->direction = (directed != NULL ? strcmp(directed, "false") != 0 :
	    g->is_directed) ? ALK_DIRECTED : ALK_UNDIRECTED;
	if (xml_row_keep(&g->x.row, XML_SOURCE, xml_attribute(attributes,
		"source"), &item->source) != ALK_OK ||
	    xml_row_keep(&g->x.row, XML_TARGET, xml_attribute(attributes,
		"target"), &item->target) != ALK_OK)
		return g->x.xml.err->code;
	if (item->source == NULL || item->target == NULL)
		return xml_wrong(&g->x.xml, "an edge has no %s",
		    item->source == NULL ? "source" : "target");
	return xml_attribute(attributes, "sourceport") != NULL ||
	    xml_attribute(attributes, "targetport") != NULL ?
	    lose(g, LOSS_PORT, "ports of an edge") : ALK_OK;
}

static int
start_row(struct graphml *g, int kind, const char **attributes)
{
	const char *id = xml_attribute(attributes, "id");

	if (g->row_depth != 0)
		return xml_wrong(&g->x.xml, "a node or edge inside of an edge, "
		    "or of a node without a graph");
	g->row_depth = g->x.xml.depth;
	xml_row_begin(&g->x.row, kind);
	if (kind == ALK_NODE && id == NULL)
		return xml_wrong(&g->x.xml, "a node has no id");
	if (xml_row_keep(&g->x.row, XML_KEY, id, &g->x.row.item.key) != ALK_OK)
		return g->x.xml.err->code;
	return kind == ALK_EDGE ? start_edge(g, attributes) : ALK_OK;
}

static int
end_row(struct graphml *g)
{
	g->row_depth = 0;
	return xml_row_end(&g->x.row, g->x.row.item.kind == ALK_NODE ?
	    FOR_NODE : FOR_EDGE);
}

/* ---- graphs ---- */

static int
start_graph(struct graphml *g, const char **attributes)
{
	const char *usual = xml_attribute(attributes, "edgedefault");

	if (g->is_done) {
		g->skip_depth = g->x.xml.depth;
		return lose(g, LOSS_NESTING, "another graph");
	}
	if (g->graph_depth == 0) {
		g->graph_depth = g->x.xml.depth;
		g->is_directed = usual == NULL ||
		    strcmp(usual, "undirected") != 0;
		return ALK_OK;
	}
	if (g->row_depth == 0 || g->x.row.item.kind != ALK_NODE)
		return xml_wrong(&g->x.xml, "a graph that is not inside of a "
		    "node");
	if (lose(g, LOSS_NESTING, g->x.row.item.key) != ALK_OK)
		return g->x.xml.err->code;
	return end_row(g);
}

static int
end_graph(struct graphml *g)
{
	alk_error *err = g->x.xml.err;

	g->is_done = true;
	if (!g->has_attributes)
		return ALK_OK;
	const char *text = members_end(&g->graph);
	struct json_bounds bounds = {
		.bytes_max = g->x.base.from.limits->attributes_bytes,
		.depth_max = g->x.base.from.limits->depth };
	yyjson_val *v = text == NULL ? NULL : json_read(&g->graph.reader,
	    text, g->graph.text.bytes, &bounds, err);
	if (text == NULL)
		return error_nomem(err);
	return v == NULL ? xml_wrong(&g->x.xml, "%s", "") :
	    exchange_take_head(g->x.base.from.head, v, err);
}

/* ---- elements ---- */

static int
start_inner(struct graphml *g, const char *name, const char **attributes)
{
	if (strcmp(name, "node") == 0)
		return start_row(g, ALK_NODE, attributes);
	if (strcmp(name, "edge") == 0)
		return start_row(g, ALK_EDGE, attributes);
	if (strcmp(name, "graph") == 0)
		return start_graph(g, attributes);
	if (strcmp(name, "data") == 0 &&
	    (g->row_depth != 0 || g->x.xml.depth == g->graph_depth + 1))
		return start_data(g, attributes);
	g->skip_depth = g->x.xml.depth;
	if (strcmp(name, "hyperedge") == 0)
		return lose(g, LOSS_HYPEREDGE, name);
	if (strcmp(name, "port") == 0)
		return lose(g, LOSS_PORT, name);
	if (strcmp(name, "desc") == 0)
		return ALK_OK;
	return lose(g, strcmp(name, "data") == 0 ? LOSS_NESTING : LOSS_MEMBER,
	    name);
}

static int
on_start(struct xml *x, const char *name, const char **attributes)
{
	struct graphml *g = of(x);

	if (g->skip_depth != 0)
		return ALK_OK;
	if (x->depth == 1)
		return strcmp(name, "graphml") == 0 ? ALK_OK :
		    xml_wrong(x, "expected <graphml>, not <%.60s>", name);
	if (g->data_depth != 0) {
		g->data_has_xml = true;
		return ALK_OK;
	}
	if (g->key_depth != 0) {
		if (strcmp(name, "default") == 0)
			want_text(g);
		return ALK_OK;
	}
	if (g->graph_depth != 0 && !g->is_done)
		return start_inner(g, name, attributes);
	if (strcmp(name, "key") == 0)
		return start_key(g, attributes);
	if (strcmp(name, "graph") == 0)
		return start_graph(g, attributes);
	g->skip_depth = x->depth;
	return strcmp(name, "desc") == 0 ? ALK_OK :
	    lose(g, strcmp(name, "data") == 0 ? LOSS_MARKUP : LOSS_MEMBER,
		name);
}

static int
on_end(struct xml *x, const char *name)
{
	struct graphml *g = of(x);
	size_t depth = x->depth + 1; /* of the element that ends */

	if (g->skip_depth != 0) {
		if (g->skip_depth == depth)
			g->skip_depth = 0;
		return ALK_OK;
	}
	if (g->data_depth != 0)
		return g->data_depth == depth ? end_data(g) : ALK_OK;
	if (g->key_depth == depth) {
		g->key_depth = 0;
		return ALK_OK;
	}
	if (g->key_depth != 0)
		return strcmp(name, "default") == 0 ? end_default(g) : ALK_OK;
	if (g->row_depth == depth)
		return end_row(g);
	return g->graph_depth == depth ? end_graph(g) : ALK_OK;
}

/* Graphics and the like: what of them was inside data is told there. */
static void
on_foreign(struct xml *x)
{
	struct graphml *g = of(x);

	if (g->data_depth != 0)
		g->data_has_xml = true;
	else if (g->key_depth == 0 && g->skip_depth == 0)
		(void)lose(g, LOSS_MARKUP, "an element of another namespace");
}

/* ---- the reader ---- */

static const char *const namespaces[] = { "http://graphml.graphdrawing.org/",
	"https://graphml.graphdrawing.org/", NULL };

static const struct xml_form form = { .namespaces = namespaces,
	.start = on_start, .end = on_end, .foreign = on_foreign };

static int
graphml_open(struct exchange_reader *r, alk_error *err)
{
	members_begin(&((struct graphml *)r)->graph);
	return xml_reader_open(r, &form, err);
}

static void
graphml_close(struct exchange_reader *r)
{
	xml_reader_close(r);
	members_fini(&((struct graphml *)r)->graph);
}

const struct exchange_form exchange_form_graphml = {
	.name = "GraphML",
	.is_atomic = true,
	.bytes = sizeof(struct graphml),
	.open = graphml_open,
	.close = graphml_close,
	.next = xml_reader_next,
	.place = xml_reader_place,
};
