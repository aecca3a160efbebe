/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * GEXF in (1.1 to 1.3), as Gephi, networkx and an export write it:
 *
 *   <gexf xmlns="http://gexf.net/1.3" version="1.3">
 *     <graph defaultedgetype="directed">
 *       <attributes class="node">
 *         <attribute id="0" title="size" type="integer"/></attributes>
 *       <nodes><node id="a" label="A"><attvalues>
 *         <attvalue for="0" value="3"/></attvalues></node></nodes>
 *       <edges><edge id="e" source="a" target="a" weight="2"/></edges>
 *
 * label and weight are members of that name, unless an attribute of that title
 * is declared, which then tells. Mutual edges are undirected. Read over and
 * told: times (spells, start, end), positions, colours and sizes. Nodes inside
 * of nodes become nodes beside them.
 */
#include "exchange/xml_row.h"

#include "base/error.h"

#include <string.h>

enum domain { FOR_NODE = 1, FOR_EDGE = 2 };

/* Whether label or weight are declared, by how many keys there were (and 1). */
struct plain {
	size_t keys_count;
	bool is_declared;
};

struct gexf {
	struct xml_reader x;
	unsigned class; /* of the <attributes> that is open, or 0 */
	/* Depths of elements that are open; 0: none is. */
	size_t graph_depth;
	size_t attribute_depth;
	size_t row_depth;
	size_t skip_depth; /* what is read over */
	int direction;     /* of edges that do not tell */
	bool was_mutual;
	bool has_graph;
	struct plain plain[2][2]; /* of nodes and edges: label, weight */
};

static struct gexf *
of(struct xml *x)
{
	return x->owner;
}

static int
lose(struct gexf *g, enum loss kind, const char *what)
{
	return xml_row_lose(&g->x.row, kind, what);
}

static unsigned
domain_of(const struct gexf *g)
{
	return g->x.row.item.kind == ALK_NODE ? FOR_NODE : FOR_EDGE;
}

/* ---- what is declared ---- */

static int
start_attributes(struct gexf *g, const char **attributes)
{
	const char *class = xml_attribute(attributes, "class");

	g->class = class != NULL && strcmp(class, "edge") == 0 ? FOR_EDGE :
								 FOR_NODE;
	return ALK_OK;
}

static int
start_attribute(struct gexf *g, const char **attributes)
{
	g->attribute_depth = g->x.xml.depth;
	return xml_row_declare(&g->x.row, (int64_t)g->class, g->class,
	    xml_attribute(attributes, "title"),
	    xml_attribute(attributes, "type"), attributes) != NULL ? ALK_OK :
	    g->x.xml.err->code;
}

/* ---- rows ---- */

static int
set_direction(struct gexf *g, const char *type, int *out, bool *is_mutual)
{
	*is_mutual = false;
	if (strcmp(type, "directed") == 0) {
		*out = ALK_DIRECTED;
		return ALK_OK;
	}
	*out = ALK_UNDIRECTED;
	*is_mutual = strcmp(type, "mutual") == 0;
	return *is_mutual || strcmp(type, "undirected") == 0 ? ALK_OK :
	    xml_wrong(&g->x.xml, "an edge is directed, undirected or mutual, "
		"not '%.60s'", type);
}

static int
take_times(struct gexf *g, const char **attributes)
{
	static const char *const names[] = { "start", "end", "startopen",
		"endopen", "timestamp" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (xml_attribute(attributes, names[i]) != NULL)
			return lose(g, LOSS_DYNAMICS, names[i]);
	return ALK_OK;
}

static int
take_plain(struct gexf *g, const char **attributes, const char *name,
    enum column_type type)
{
	const char *text = xml_attribute(attributes, name);
	unsigned domain = domain_of(g);
	struct plain *p = &g->plain[domain == FOR_EDGE][type == COLUMN_DOUBLE];

	if (text == NULL)
		return ALK_OK;
	if (p->keys_count != g->x.row.keys_count + 1) {
		p->keys_count = g->x.row.keys_count + 1;
		p->is_declared = xml_row_declares(&g->x.row, domain, name);
	}
	return p->is_declared ? ALK_OK :
	    xml_row_member(&g->x.row, name, type, text);
}

static int
start_edge(struct gexf *g, const char **attributes)
{
	const char *type = xml_attribute(attributes, "type");
	alk_item *item = &g->x.row.item;
	bool is_mutual = g->was_mutual;

	item->direction = g->direction;
	if (xml_row_keep(&g->x.row, XML_SOURCE, xml_attribute(attributes,
		"source"), &item->source) != ALK_OK ||
	    xml_row_keep(&g->x.row, XML_TARGET, xml_attribute(attributes,
		"target"), &item->target) != ALK_OK ||
	    (type != NULL && set_direction(g, type, &item->direction,
		&is_mutual) != ALK_OK) ||
	    take_plain(g, attributes, "weight", COLUMN_DOUBLE) != ALK_OK)
		return g->x.xml.err->code;
	if (item->source == NULL || item->target == NULL)
		return xml_wrong(&g->x.xml, "an edge has no %s",
		    item->source == NULL ? "source" : "target");
	return is_mutual ? lose(g, LOSS_MUTUAL, item->source) : ALK_OK;
}

static int
start_row(struct gexf *g, int kind, const char **attributes)
{
	const char *id = xml_attribute(attributes, "id");

	g->row_depth = g->x.xml.depth;
	xml_row_begin(&g->x.row, kind);
	if (kind == ALK_NODE && id == NULL)
		return xml_wrong(&g->x.xml, "a node has no id");
	if (xml_row_keep(&g->x.row, XML_KEY, id, &g->x.row.item.key) !=
	    ALK_OK || take_times(g, attributes) != ALK_OK ||
	    take_plain(g, attributes, "label", COLUMN_STRING) != ALK_OK)
		return g->x.xml.err->code;
	if (xml_attribute(attributes, "pid") != NULL &&
	    lose(g, LOSS_NESTING, "pid") != ALK_OK)
		return g->x.xml.err->code;
	return kind == ALK_EDGE ? start_edge(g, attributes) : ALK_OK;
}

static int
end_row(struct gexf *g)
{
	g->row_depth = 0;
	return xml_row_end(&g->x.row, domain_of(g));
}

static int
start_value(struct gexf *g, const char **attributes)
{
	const char *id = xml_attribute(attributes, "for");
	const char *text = xml_attribute(attributes, "value");

	if (id == NULL)
		id = xml_attribute(attributes, "id"); /* of 1.0 */
	struct xml_key *k = xml_row_key(&g->x.row, (int64_t)domain_of(g), id);
	if (k == NULL)
		return xml_wrong(&g->x.xml, "there is no attribute '%.60s'",
		    id != NULL ? id : "");
	if (text == NULL)
		return xml_wrong(&g->x.xml, "an attvalue has no value");
	if (take_times(g, attributes) != ALK_OK)
		return g->x.xml.err->code;
	/* The same again, for another time. */
	if (k->row == g->x.row.count)
		return lose(g, LOSS_DYNAMICS, id);
	k->row = g->x.row.count;
	if (k->name == NULL)
		return xml_wrong(&g->x.xml, "attribute '%.60s' has no title",
		    id);
	return xml_row_value(&g->x.row, NULL, k, text, strlen(text));
}

/* ---- elements ---- */

static bool
is_one_of(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

static int
skip(struct gexf *g, const char *name)
{
	static const char *const visual[] = { "color", "position", "size",
		"shape", "thickness", NULL };
	static const char *const times[] = { "spells", "spell", "slices",
		NULL };
	static const char *const parents[] = { "parents", NULL };

	g->skip_depth = g->x.xml.depth;
	return lose(g, is_one_of(name, visual) ? LOSS_VISUAL :
	    is_one_of(name, times) ? LOSS_DYNAMICS :
	    is_one_of(name, parents) ? LOSS_NESTING : LOSS_MEMBER, name);
}

static int
start_in_row(struct gexf *g, const char *name, const char **attributes)
{
	static const char *const inner[] = { "nodes", "edges", NULL };

	if (strcmp(name, "attvalues") == 0)
		return ALK_OK;
	if (strcmp(name, "attvalue") == 0)
		return start_value(g, attributes);
	if (!is_one_of(name, inner) || g->x.row.item.kind != ALK_NODE)
		return skip(g, name);
	if (lose(g, LOSS_NESTING, g->x.row.item.key) != ALK_OK)
		return g->x.xml.err->code;
	return end_row(g);
}

static int
start_in_graph(struct gexf *g, const char *name, const char **attributes)
{
	static const char *const lists[] = { "nodes", "edges", NULL };

	if (g->row_depth != 0)
		return start_in_row(g, name, attributes);
	if (strcmp(name, "node") == 0)
		return start_row(g, ALK_NODE, attributes);
	if (strcmp(name, "edge") == 0)
		return start_row(g, ALK_EDGE, attributes);
	if (strcmp(name, "attributes") == 0)
		return start_attributes(g, attributes);
	if (strcmp(name, "attribute") == 0 && g->class != 0)
		return start_attribute(g, attributes);
	if (is_one_of(name, lists))
		return ALK_OK;
	/* Of a node that was given when the first inside of it began. */
	if (strcmp(name, "attvalues") == 0) {
		g->skip_depth = g->x.xml.depth;
		return lose(g, LOSS_NESTING, name);
	}
	return skip(g, name);
}

static int
start_graph(struct gexf *g, const char **attributes)
{
	const char *type = xml_attribute(attributes, "defaultedgetype");

	if (g->has_graph) {
		g->skip_depth = g->x.xml.depth;
		return lose(g, LOSS_NESTING, "another graph");
	}
	g->has_graph = true;
	g->graph_depth = g->x.xml.depth;
	g->direction = ALK_UNDIRECTED;
	return type == NULL ? ALK_OK :
	    set_direction(g, type, &g->direction, &g->was_mutual);
}

static int
start_in_attribute(struct gexf *g, const char *name)
{
	if (strcmp(name, "default") == 0) {
		buf_clear(&g->x.xml.text);
		g->x.xml.wants_text = true;
	} else {
		g->skip_depth = g->x.xml.depth; /* options: schemas say more */
	}
	return ALK_OK;
}

static int
on_start(struct xml *x, const char *name, const char **attributes)
{
	struct gexf *g = of(x);

	if (g->skip_depth != 0)
		return ALK_OK;
	if (x->depth == 1)
		return strcmp(name, "gexf") == 0 ? ALK_OK :
		    xml_wrong(x, "expected <gexf>, not <%.60s>", name);
	if (g->attribute_depth != 0)
		return start_in_attribute(g, name);
	if (g->graph_depth != 0)
		return start_in_graph(g, name, attributes);
	if (strcmp(name, "graph") == 0)
		return start_graph(g, attributes);
	g->skip_depth = x->depth; /* meta */
	return strcmp(name, "meta") == 0 ? ALK_OK : lose(g, LOSS_MEMBER, name);
}

static int
on_end(struct xml *x, const char *name)
{
	struct gexf *g = of(x);
	size_t depth = x->depth + 1; /* of the element that ends */

	if (g->skip_depth != 0) {
		if (g->skip_depth == depth)
			g->skip_depth = 0;
		return ALK_OK;
	}
	if (g->attribute_depth == depth) {
		g->attribute_depth = 0;
	} else if (g->attribute_depth != 0) {
		g->x.xml.wants_text = false;
		return xml_row_default(&g->x.row);
	} else if (g->row_depth == depth) {
		return end_row(g);
	} else if (strcmp(name, "attributes") == 0) {
		g->class = 0;
	} else if (g->graph_depth == depth) {
		g->graph_depth = 0;
	}
	return ALK_OK;
}

static void
on_foreign(struct xml *x)
{
	struct gexf *g = of(x);

	if (g->skip_depth == 0)
		(void)lose(g, LOSS_MARKUP, "an element of another namespace");
}

/* ---- the reader ---- */

static const char *const namespaces[] = { "http://gexf.net/",
	"http://www.gexf.net/", "https://gexf.net/", "https://www.gexf.net/",
	"http://www.gephi.org/", NULL };

static const struct xml_form form = { .namespaces = namespaces,
	.start = on_start, .end = on_end, .foreign = on_foreign };

static int
gexf_open(struct exchange_reader *r, alk_error *err)
{
	return xml_reader_open(r, &form, err);
}

const struct exchange_form exchange_form_gexf = {
	.name = "GEXF",
	.is_atomic = true,
	.bytes = sizeof(struct gexf),
	.open = gexf_open,
	.close = xml_reader_close,
	.next = xml_reader_next,
	.place = xml_reader_place,
};
