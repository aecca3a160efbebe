/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_LOAD_TESTING_H
#define GRAPH_LOAD_TESTING_H

/*
 * For the tests of bulk loads: random items, many of them wrong, and two stores
 * which get them in different ways and must answer alike. The test includes
 * aftermath.h, child.h, fixture.h and invariants.h first.
 */
#include <alkstore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ITEMS_MAX 13000
#define TEXT 96
#define SLIPS_OF 100000

struct source {
	alk_item items[ITEMS_MAX];
	char texts[ITEMS_MAX][4][TEXT];
	size_t count;
	size_t at;
	size_t stops_at; /* there it answers with a code; 0: never */
	const char *prefix; /* of the keys */
	bool is_indexed;    /* there are values for the indexes */
	bool is_acyclic;    /* edges go from a smaller to a larger number */
	int puts;           /* of 10 edges without a key so many are put */
};

struct pair {
	struct fixture bulk;
	struct fixture single;
	uint64_t seed;
	struct source source;
};

static struct pair p;

static inline int
set_up(void **state)
{
	(void)state;
	memset(&p, 0, sizeof(p));
	p.seed = 7;
	fixture_init(&p.bulk, NULL);
	fixture_init(&p.single, NULL);
	return 0;
}

static inline int
tear_down(void **state)
{
	(void)state;
	fixture_fini(&p.bulk);
	fixture_fini(&p.single);
	return 0;
}

static inline int
below(int n)
{
	return (int)(child_random(&p.seed) % (uint64_t)n);
}

/* ---- graph types ---- */

static const char *const directions[] = { "directed", "undirected", "mixed" };

struct shape {
	int direction;
	bool multi;
	bool loops;
	bool acyclic;
	bool indexed;
};

/* Of ANode and XEdge. */
#define INDEXES "\"x-indexes\":[" \
	"{\"name\":\"byU\",\"on\":\"/u\",\"unique\":true}," \
	"{\"name\":\"byNU\",\"on\":[\"/n\",\"/u\"]}," \
	"{\"name\":\"some\",\"on\":\"/u\",\"where\":\"n = 7\"}],"

static inline void
make_graph(struct fixture *f, const struct shape *s, const char *name)
{
	const char *indexes = s->indexed ? INDEXES : "";
	char module[2000];
	alk_type_options o = { .scope = "tenant" };
	alk_graph_new g = { .id = name, .name = name, .type = name };

	(void)snprintf(module, sizeof(module),
	    "{\"Config\":{\"type\":\"object\",\"properties\":{"
	    "\"type\":{\"const\":\"%s\"},\"multi\":{\"const\":%s},"
	    "\"acyclic\":{\"const\":%s},"
	    "\"allowSelfLoops\":{\"const\":%s}}},"
	    "\"ANode\":{%s\"type\":\"object\",\"properties\":{"
	    "\"n\":{\"type\":\"integer\",\"maximum\":99}}},"
	    "\"BNode\":{\"type\":\"object\"},"
	    "\"XEdge\":{%s\"type\":\"object\",\"properties\":{"
	    "\"n\":{\"type\":\"integer\",\"maximum\":99}}},"
	    "\"YEdge\":{\"type\":\"object\"},"
	    "\"YEdgeConstraints\":{\"type\":\"object\",\"properties\":{"
	    "\"edgeType\":{\"const\":\"YEdge\"},"
	    "\"allowedSourceTypes\":{\"const\":[\"ANode\"]},"
	    "\"allowedTargetTypes\":{\"const\":[]}}}}",
	    directions[s->direction], s->multi ? "true" : "false",
	    s->acyclic ? "true" : "false", s->loops ? "true" : "false",
	    indexes, indexes);
	fixture_ok(f->session, alk_types_load(f->session, name, &o, module,
	    ALK_NUL, NULL), "types");
	fixture_ok(f->session, alk_graph_create(f->session, &g, NULL),
	    "graph");
}

static inline struct shape
some_shape(void)
{
	return (struct shape){ below(3), below(2) == 0, below(2) == 0, false,
		false };
}

/* ---- items ---- */

/* Attributes; what is to be unique is that, but for slips. */
static inline void
add_attributes(const struct source *s, char *out, int slips)
{
	int n = (int)(s->is_indexed && below(3) == 0 ? 7 : below(100));

	if (!s->is_indexed || below(10) == 0)
		(void)snprintf(out, TEXT, "{\"n\":%d}", n);
	else if (below(SLIPS_OF) < 2 * slips)
		(void)snprintf(out, TEXT, "{\"n\":%d,\"u\":\"v%d\"}", n,
		    below(3));
	else if (below(2) == 0)
		(void)snprintf(out, TEXT, "{\"n\":%d,\"u\":\"w%d\"}", n,
		    below(1 << 30));
	else
		(void)snprintf(out, TEXT, "{\"n\":%d,\"u\":%d.5}", n,
		    below(1 << 30));
}

/*
 * Wrong in one of some ways, seldom: in `slips` of SLIPS_OF. Nodes are "k0",
 * "k1", ..., in any order, edges sometimes have keys.
 */
static inline void
add_node(struct source *s, const int *order, int n, int slips)
{
	alk_item *i = &s->items[s->count];
	char(*t)[TEXT] = s->texts[s->count++];

	*i = (alk_item){ .op = ALK_CREATE, .kind = ALK_NODE };
	(void)snprintf(t[0], TEXT, "%s%d", s->prefix, order[n]);
	add_attributes(s, t[1], slips);
	i->key = t[0];
	i->type = below(2) == 0 ? "ANode" : "BNode";
	i->attributes = t[1];
	if (below(20) == 0)
		i->metadata = "{ \"_a.b\": 1 }";
	if (below(SLIPS_OF) >= slips)
		return;
	switch (below(5)) {
	case 0:
		(void)snprintf(t[1], TEXT, "{\"n\":%d,", below(100));
		break;
	case 1:
		i->type = "ANode";
		(void)snprintf(t[1], TEXT, "{\"n\":%d}", 100 + below(9));
		break;
	case 2:
		(void)snprintf(t[0], TEXT, "%s%d", s->prefix,
		    order[below(n + 1)]);
		break;
	case 3:
		i->key = "";
		break;
	default:
		i->type = "CNode";
	}
}

static inline void
add_edge(struct source *s, int nodes, int slips)
{
	alk_item *i = &s->items[s->count];
	char(*t)[TEXT] = s->texts[s->count];
	int number = (int)s->count++;

	*i = (alk_item){ .op = ALK_CREATE, .kind = ALK_EDGE };
	int from = below(nodes), to = below(nodes);
	if (s->is_acyclic && below(SLIPS_OF) >= 3 * slips) {
		int other = from;
		from = from < to ? from : to;
		to = other > to ? other : to;
		if (from == to && to < nodes - 1)
			to++;
	}
	(void)snprintf(t[0], TEXT, "%s%d", s->prefix, from);
	(void)snprintf(t[1], TEXT, "%s%d", s->prefix, to);
	add_attributes(s, t[2], slips);
	i->source = t[0];
	i->target = t[1];
	i->type = "XEdge";
	i->attributes = t[2];
	if (below(4) == 0) {
		(void)snprintf(t[3], TEXT, "e%s%d", s->prefix, number);
		i->key = t[3];
	}
	if (i->key == NULL && below(10) < s->puts)
		i->op = ALK_PUT;
	if (below(SLIPS_OF) >= slips)
		return;
	switch (below(6)) {
	case 0:
		(void)snprintf(t[0], TEXT, "%s%d", s->prefix,
		    nodes + below(9));
		break;
	case 1:
		i->direction = 1 + below(2);
		break;
	case 2:
		(void)snprintf(t[3], TEXT, "e%s%d", s->prefix,
		    below(number + 1));
		i->key = t[3];
		break;
	case 3:
		i->type = "YEdge";
		break;
	case 4:
		(void)snprintf(t[2], TEXT, "{\"n\":true}");
		break;
	default:
		i->target = NULL;
	}
}

/* What is not wrong goes the slow way: PUT, MERGE, DELETE, chosen ids. */
static inline void
add_other(struct source *s, int nodes)
{
	alk_item *i = &s->items[s->count];
	char(*t)[TEXT] = s->texts[s->count];
	int number = (int)s->count++;

	*i = (alk_item){ .op = ALK_PUT, .kind = ALK_NODE };
	(void)snprintf(t[0], TEXT, "%s%d", s->prefix, below(nodes));
	add_attributes(s, t[1], 0);
	i->key = t[0];
	i->attributes = t[1];
	switch (below(4)) {
	case 0:
		i->op = ALK_MERGE;
		break;
	case 1:
		i->op = ALK_DELETE;
		i->attributes = NULL;
		break;
	case 2:
		i->op = ALK_CREATE;
		i->type = "BNode";
		(void)snprintf(t[0], TEXT, "own%d", number);
		(void)snprintf(t[2], TEXT, "id-%d", number);
		i->id = t[2];
		break;
	default:
		i->type = "BNode";
	}
}

static inline void
make_items(int nodes, int edges, int slips, int others)
{
	struct source *s = &p.source;
	int order[ITEMS_MAX];
	int made = 0;

	s->count = s->at = 0;
	if (s->prefix == NULL)
		s->prefix = "k";
	for (int i = 0; i < nodes; i++) {
		int j = below(i + 1);
		order[i] = order[j];
		order[j] = i;
	}
	for (int i = 0; i < edges || made < nodes;) {
		if (made < nodes && (made < 2 || below(3) > 0 || i == edges))
			add_node(s, order, made++, slips);
		else if (others > 0 && below(1000) < others)
			add_other(s, nodes);
		else if (made == nodes || below(9) == 0)
			add_edge(s, nodes, slips), i++;
	}
}

static inline int
next_item(void *arg, alk_item *item)
{
	struct source *s = arg;

	if (s->stops_at != 0 && s->at == s->stops_at)
		return ALK_CONFLICT;
	if (s->at == s->count)
		return 0;
	*item = s->items[s->at++];
	return 1;
}

/* Neither takes nodes away nor fails. */
static inline void
add_change(struct source *s, int nodes)
{
	alk_item *i = &s->items[s->count];

	add_other(s, nodes);
	if (i->op == ALK_CREATE)
		return;
	i->op = ALK_MERGE;
	i->type = NULL;
	i->attributes = s->texts[i - s->items][1];
}

/* Nodes first, then edges among them, few of them parallel. */
static inline void
make_many(int nodes, int edges, int slips, int others)
{
	struct source *s = &p.source;

	make_items(nodes, 0, slips, 0);
	while (edges-- > 0)
		if (below(1000) < others)
			add_change(s, nodes);
		else
			add_edge(s, nodes, slips);
}

/* ---- both ways ---- */

static inline void
expect_same_rows(void)
{
	static const char *const queries[] = {
		"SELECT nid, gid, type, key, attributes, updated_at IS NULL, "
		"unchecked, id, metadata FROM alk_nodes ORDER BY nid",
		"SELECT eid, gid, type, src, dst, undirected, attributes, "
		"updated_at IS NULL, unchecked, key, id, metadata "
		"FROM alk_edges ORDER BY eid",
		"SELECT name, seq FROM sqlite_sequence WHERE name GLOB 'alk_*' "
		"ORDER BY name",
		"SELECT gid, rev FROM alk_graphs",
	};

	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		assert_true(invariants_rows(p.bulk.path, queries[i]) ==
		    invariants_rows(p.single.path, queries[i]));
	assert_int_equal(aftermath_check(p.bulk.path, "load", NULL), 0);
}

struct nested {
	const char *graph;
	const alk_load_options *options;
	alk_load_result result;
	alk_write_result written;
};

static inline int
load_within(alk_session *s, void *arg)
{
	struct nested *n = arg;

	return alk_load(s, n->graph, n->options, next_item, &p.source,
	    &n->result);
}

/* Loads the items both ways; whether it went well. */
static inline bool
load_both(const char *graph, const alk_load_options *o, bool is_nested)
{
	alk_session *a = p.bulk.session;
	alk_session *b = p.single.session;
	struct nested n = { .graph = graph, .options = o };
	alk_write_result written = { 0 };

	p.source.at = 0;
	int code = is_nested ? alk_transact(a, 0, load_within, &n) :
			       load_within(a, &n);
	int expected = alk_write(b, graph, p.source.items, p.source.count,
	    NULL, &written);
	const alk_error *x = alk_session_error(a);
	const alk_error *y = alk_session_error(b);
	if (code != expected || strcmp(x->text, y->text) != 0)
		print_message("%s: %s | %s: %s\n", x->entry, x->text, y->entry,
		    y->text);
	assert_int_equal(code, expected);
	assert_string_equal(x->text, y->text);
	assert_string_equal(x->entry, y->entry);
	assert_string_equal(x->pointer, y->pointer);
	if (code != ALK_OK) {
		assert_int_equal(n.result.items, 0);
		return false;
	}
	assert_int_equal(n.result.items, p.source.count);
	assert_int_equal(n.result.rev, written.rev);
	assert_int_equal(n.result.unchanged, written.unchanged);
	return true;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
