/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Bulk load against single writes: random items, many of them wrong, given to
 * alk_load() in one store and to alk_write() in another. The answers are the
 * same, to the letter of the error, and so is every row. Files are looked at by
 * SQLite itself: each index has been filled apart from its table.
 */
#include "aftermath.h"
#include "child.h"
#include "fixture.h"
#include "invariants.h"

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

static int
set_up(void **state)
{
	(void)state;
	memset(&p, 0, sizeof(p));
	p.seed = 7;
	fixture_init(&p.bulk, NULL);
	fixture_init(&p.single, NULL);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fixture_fini(&p.bulk);
	fixture_fini(&p.single);
	return 0;
}

static int
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

static void
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

static struct shape
some_shape(void)
{
	return (struct shape){ below(3), below(2) == 0, below(2) == 0, false,
		false };
}

/* ---- items ---- */

/* Attributes; what is to be unique is that, but for slips. */
static void
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
static void
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

static void
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
static void
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

static void
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

static int
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

/* ---- both ways ---- */

static void
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

static int
load_within(alk_session *s, void *arg)
{
	struct nested *n = arg;

	return alk_load(s, n->graph, n->options, next_item, &p.source,
	    &n->result);
}

/* Loads the items both ways; whether it went well. */
static bool
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

/* ---- tests ---- */

static void
compare_rounds(int rounds, int slips, int others, bool is_nested)
{
	int good = 0, bad = 0;

	for (int i = 0; i < rounds; i++) {
		struct shape shape = some_shape();
		char name[16];
		/* A graph of few nodes has parallel edges, one of many few. */
		int nodes = i % 2 == 0 ? 5 + below(20) : 300 + below(300);
		(void)snprintf(name, sizeof(name), "g%d", i);
		make_graph(&p.bulk, &shape, name);
		make_graph(&p.single, &shape, name);
		for (int part = 0; part < 3; part++) {
			make_items(nodes, below(i % 4 == 1 ? 900 : 12), slips,
			    others);
			if (part > 0) /* onto what is there */
				for (size_t n = 0; n < p.source.count; n++)
					if (p.source.items[n].kind == ALK_NODE
					    && below(200) != 0)
						p.source.items[n].op = ALK_PUT;
			if (load_both(name, NULL, is_nested))
				good++;
			else
				bad++;
		}
		if (i % 10 == 9)
			expect_same_rows();
	}
	expect_same_rows();
	assert_true(good > rounds / 4);
	assert_true(bad > rounds / 8);
}

static void
a_load_is_the_same_as_single_writes(void **state)
{
	(void)state;
	compare_rounds(60, 100, 0, false);
}

static void
items_that_go_one_by_one_change_nothing_of_that(void **state)
{
	(void)state;
	compare_rounds(40, 100, 20, false);
}

static void
a_load_within_a_transaction_is_the_same_too(void **state)
{
	(void)state;
	compare_rounds(40, 100, 5, true);
}

/* In a graph of few nodes one is often there, and then perhaps not settled. */
static void
edges_are_put_by_their_ends(void **state)
{
	(void)state;
	p.source.puts = 5;
	compare_rounds(60, 100, 3, false);
}

static void
edges_are_put_by_their_ends_within_a_transaction(void **state)
{
	(void)state;
	p.source.puts = 5;
	compare_rounds(40, 100, 3, true);
}

static void
the_first_item_that_is_wrong_is_told(void **state)
{
	(void)state;
	compare_rounds(60, 800, 0, false);
}

/* Neither takes nodes away nor fails. */
static void
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
static void
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

/* Writes of as many items as a batch has; the first error. */
static int
write_batches(const char *graph, size_t batch_items)
{
	int code = ALK_OK;

	for (size_t done = 0; code == ALK_OK && done < p.source.count;) {
		size_t count = p.source.count - done;
		if (count > batch_items)
			count = batch_items;
		code = alk_write(p.single.session, graph,
		    p.source.items + done, count, NULL, NULL);
		done += count;
	}
	return code;
}

static void
compare_batches(int rounds, const struct shape *base, int slips, int nodes)
{
	int good = 0;

	p.source.is_acyclic = base->acyclic;
	p.source.is_indexed = base->indexed;
	for (int i = 0; i < rounds; i++) {
		struct shape shape = some_shape();
		alk_load_options o = { .batch_items =
			(size_t)(10 + below(nodes / 2)) };
		char name[16];
		(void)snprintf(name, sizeof(name), "b%d", i);
		shape.acyclic = base->acyclic;
		shape.indexed = base->indexed;
		if (base->acyclic)
			shape.direction = 0;
		shape.multi = shape.multi || nodes < 100;
		make_graph(&p.bulk, &shape, name);
		make_graph(&p.single, &shape, name);
		p.source.puts = shape.multi ? 0 : 1;
		make_many(nodes + below(nodes / 4), 50 + below(400),
		    i % 4 * slips, 0);
		p.source.at = 0;
		int code = alk_load(p.bulk.session, name, &o, next_item,
		    &p.source, NULL);
		int expected = write_batches(name, o.batch_items);
		assert_int_equal(code, expected);
		assert_string_equal(alk_session_error(p.bulk.session)->text,
		    alk_session_error(p.single.session)->text);
		good += code == ALK_OK;
		if (i % 10 == 9)
			expect_same_rows();
	}
	assert_in_range(good, rounds / 4, rounds - 1);
}

/* Whose pages are met forwards and backwards by turns. */
static void
batches_are_the_same_as_writes_of_as_many(void **state)
{
	static const struct shape plain;

	(void)state;
	compare_batches(40, &plain, 1, 400);
}

/* Into an order that is kept, or all of it anew. */
static void
batches_of_acyclic_graphs_are_the_same_too(void **state)
{
	static const struct shape acyclic = { .acyclic = true };
	static const struct shape both = { .acyclic = true, .indexed = true };

	compare_batches(12, &acyclic, 30, 400);
	assert_int_equal(tear_down(state), 0);
	assert_int_equal(set_up(state), 0);
	compare_batches(6, &both, 40, 400);
}

/* Among few nodes, so that edges go against the order and close cycles. */
static void
batches_that_close_cycles_are_the_same_too(void **state)
{
	static const struct shape acyclic = { .acyclic = true };

	(void)state;
	compare_batches(40, &acyclic, 150, 40);
}

/* With so little memory that runs are merged, and that keys are forgotten. */
static void
compare_large(int rounds, int slips, int others, bool is_nested)
{
	static const alk_load_options small = { .memory_bytes = 1 << 20 };
	int good = 0;

	for (int i = 0; i < rounds; i++) {
		struct shape shape = some_shape();
		char name[16];
		(void)snprintf(name, sizeof(name), "l%d", i);
		make_graph(&p.bulk, &shape, name);
		make_graph(&p.single, &shape, name);
		for (int part = 0; part < 2; part++) {
			p.source.prefix = (i + part) % 2 == 0 ? "k" :
			    "a-key-that-is-so-long-that-not-many-have-room-"
			    "in-the-map-of-keys-";
			make_many(5000 + below(1000), 4500 + below(2000),
			    slips, others);
			good += load_both(name, &small, is_nested);
		}
	}
	expect_same_rows();
	assert_in_range(good, rounds / 3, 2 * rounds - 2);
}

static void
what_memory_does_not_hold_is_sorted_in_a_file(void **state)
{
	(void)state;
	compare_large(6, 3, 0, false);
}

static void
single_items_may_come_in_between(void **state)
{
	(void)state;
	p.source.puts = 2;
	compare_large(3, 1, 2, false);
}

static void
a_large_load_within_a_transaction_is_the_same_too(void **state)
{
	(void)state;
	compare_large(4, 2, 1, true);
}

static void
compare_shape(int rounds, const struct shape *base, int slips, bool is_nested)
{
	static const alk_load_options small = { .memory_bytes = 1 << 20 };
	int good = 0;

	p.source.is_indexed = base->indexed;
	p.source.is_acyclic = base->acyclic;
	for (int i = 0; i < rounds; i++) {
		struct shape shape = some_shape();
		bool is_large = i % 5 == 4;
		char name[16];
		(void)snprintf(name, sizeof(name), "s%d", i);
		shape.indexed = base->indexed;
		shape.acyclic = base->acyclic;
		if (base->acyclic)
			shape.direction = 0;
		make_graph(&p.bulk, &shape, name);
		make_graph(&p.single, &shape, name);
		for (int part = 0; part < 3; part++) {
			int edges = is_large ? 4500 : below(150);
			make_many(is_large ? 5000 : 200 + below(100), edges,
			    is_large ? slips / 20 : slips, 0);
			for (size_t n = 0; part > 0 && n < p.source.count; n++)
				if (p.source.items[n].kind == ALK_NODE ||
				    p.source.items[n].key != NULL)
					p.source.items[n].op = ALK_PUT;
			good += load_both(name, is_large ? &small : NULL,
			    is_nested);
		}
		if (i % 5 == 4)
			expect_same_rows();
	}
	expect_same_rows();
	assert_in_range(good, rounds / 2, 3 * rounds - rounds / 4);
}

static void
indexes_on_attributes_are_the_same_too(void **state)
{
	static const struct shape indexed = { .indexed = true };

	(void)state;
	compare_shape(10, &indexed, 100, false);
}

static void
acyclic_graphs_are_the_same_too(void **state)
{
	static const struct shape acyclic = { .acyclic = true };

	(void)state;
	compare_shape(10, &acyclic, 100, false);
}

static void
acyclic_graphs_with_indexes_are_the_same_too(void **state)
{
	static const struct shape both = { .acyclic = true, .indexed = true };

	(void)state;
	p.source.puts = 3;
	compare_shape(5, &both, 100, false);
}

static void
within_a_transaction_they_are_the_same_too(void **state)
{
	static const struct shape both = { .acyclic = true, .indexed = true };

	(void)state;
	compare_shape(5, &both, 60, true);
}

/* One past ALK_DELETE, which stands for what imports do. */
static void
an_op_of_imports_is_refused_to_others(void **state)
{
	static const struct shape plain;

	(void)state;
	make_graph(&p.bulk, &plain, "o");
	make_items(3, 0, 0, 0);
	p.source.items[2].op = ALK_DELETE + 1;
	assert_int_equal(alk_load(p.bulk.session, "o", NULL, next_item,
	    &p.source, NULL), ALK_INVALID);
	assert_non_null(strstr(alk_session_error(p.bulk.session)->text,
	    "op 6 is none of"));
}

/* ---- many by one write ---- */

static int
write_within(alk_session *s, void *arg)
{
	struct nested *n = arg;

	return alk_write(s, n->graph, p.source.items, p.source.count, NULL,
	    &n->written);
}

/* By one call, which sorts them, and within a transaction, one by one. */
static bool
write_both(const char *graph)
{
	alk_session *a = p.bulk.session;
	alk_session *b = p.single.session;
	struct nested many = { .graph = graph }, each = { .graph = graph };
	int code = write_within(a, &many);
	int expected = alk_transact(b, 0, write_within, &each);

	assert_int_equal(code, expected);
	assert_string_equal(alk_session_error(a)->text,
	    alk_session_error(b)->text);
	assert_string_equal(alk_session_error(a)->entry,
	    alk_session_error(b)->entry);
	assert_string_equal(alk_session_error(a)->pointer,
	    alk_session_error(b)->pointer);
	assert_memory_equal(&many.written, &each.written,
	    sizeof(many.written));
	return code == ALK_OK;
}

static void
expect_same_feed(void)
{
	static const char query[] = "SELECT offset, topic, key, payload "
	    "FROM _honker_stream ORDER BY offset";

	assert_true(invariants_rows(p.bulk.path, query) ==
	    invariants_rows(p.single.path, query));
}

static void
put_one(struct fixture *f, const char *graph, int n)
{
	char attributes[64];

	(void)snprintf(attributes, sizeof(attributes),
	    "{\"nodeType\":\"BNode\",\"n\":%d}", n);
	fixture_ok(f->session, alk_node_put(f->session, graph, "one",
	    attributes), "put");
}

static void
many_new_items_are_the_same_as_one_by_one(void **state)
{
	int good = 0;

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct shape shape = some_shape();
		char name[16];
		(void)snprintf(name, sizeof(name), "m%d", i);
		shape.indexed = i % 3 == 2;
		p.source.is_indexed = shape.indexed;
		make_graph(&p.bulk, &shape, name);
		make_graph(&p.single, &shape, name);
		for (int part = 0; part < 3; part++) {
			p.source.prefix = part == 1 ? "l" : "k";
			make_many(part == 2 ? 0 : 3500 + below(1000),
			    part == 2 ? 0 : 500 + below(3000), 2, 0);
			for (int n = 0; part == 2 && n < 4200; n++)
				add_edge(&p.source, 3500, 1);
			good += write_both(name);
			put_one(&p.bulk, name, part);
			put_one(&p.single, name, part);
		}
		expect_same_rows();
		expect_same_feed();
	}
	assert_in_range(good, 3, 10);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_load_is_the_same_as_single_writes),
		TEST(items_that_go_one_by_one_change_nothing_of_that),
		TEST(a_load_within_a_transaction_is_the_same_too),
		TEST(batches_are_the_same_as_writes_of_as_many),
		TEST(batches_of_acyclic_graphs_are_the_same_too),
		TEST(batches_that_close_cycles_are_the_same_too),
		TEST(edges_are_put_by_their_ends),
		TEST(edges_are_put_by_their_ends_within_a_transaction),
		TEST(the_first_item_that_is_wrong_is_told),
		TEST(what_memory_does_not_hold_is_sorted_in_a_file),
		TEST(single_items_may_come_in_between),
		TEST(a_large_load_within_a_transaction_is_the_same_too),
		TEST(indexes_on_attributes_are_the_same_too),
		TEST(acyclic_graphs_are_the_same_too),
		TEST(acyclic_graphs_with_indexes_are_the_same_too),
		TEST(within_a_transaction_they_are_the_same_too),
		TEST(an_op_of_imports_is_refused_to_others),
		TEST(many_new_items_are_the_same_as_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
