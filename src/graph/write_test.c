/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Random batches of items against a model: what each call answers, what it
 * counts, and what is in the graph afterwards. A batch that fails leaves
 * nothing.
 */
#include "fixture_each.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODES 8
#define EDGES 10

/* Attributes: members "n" and "m", -1 for none, and their order. */
struct attributes {
	int n;
	int m;
	bool is_m_first; /* where both are there */
};

struct model {
	struct {
		bool is_there;
		struct attributes a;
		int metadata; /* 0: {} */
	} nodes[NODES];
	struct {
		bool is_there;
		struct attributes a;
		int metadata;
		int source;
		int target;
	} edges[EDGES];
	int64_t rev;
};

static int
set_up(void **state)
{
	seed = 13;
	return fixture_set_up(state);
}

/* ---- an item and its texts ---- */

struct random_item {
	alk_item item;
	int place; /* of the node or edge */
	int source;
	int target;
	struct attributes a; /* -2: null, in a merge */
	int metadata;        /* -1: not given */
	char key[16];
	char from[16];
	char to[16];
	char attributes[64];
	char meta[32];
};

static void
write_member(char *into, const char *name, int value)
{
	char text[32];

	if (value == -1)
		return;
	(void)snprintf(text, sizeof(text), "%s\"%s\":", into[1] != '\0' ? "," :
	    "", name);
	strcat(into, text);
	(void)snprintf(text, sizeof(text), "%d", value);
	strcat(into, value == -2 ? "null" : text);
}

static void
make_item(struct random_item *r)
{
	static const int ops[] = { ALK_PUT, ALK_PUT, ALK_PUT, ALK_PUT,
		ALK_MERGE, ALK_MERGE, ALK_REPLACE, ALK_CREATE, ALK_DELETE };
	bool is_edge = below(2) == 0;
	alk_item *i = &r->item;

	memset(r, 0, sizeof(*r));
	i->op = ops[below(9)];
	i->kind = is_edge ? ALK_EDGE : ALK_NODE;
	r->place = below(is_edge ? EDGES : NODES);
	(void)snprintf(r->key, sizeof(r->key), is_edge ? "edge %d" : "node %d",
	    r->place);
	i->key = r->key;
	r->a.n = below(3) - 1;
	r->a.m = below(3) - 1;
	if (i->op == ALK_MERGE) {
		r->a.n = below(4) - 2;
		r->a.m = below(4) - 2;
	}
	strcpy(r->attributes, "{");
	write_member(r->attributes, "n", r->a.n);
	write_member(r->attributes, "m", r->a.m);
	strcat(r->attributes, "}");
	i->attributes = r->attributes;
	i->attributes_bytes = strlen(r->attributes);
	r->metadata = below(4) - 1;
	(void)snprintf(r->meta, sizeof(r->meta), r->metadata == 0 ? "{}" :
	    "{ \"x\": %d }", r->metadata);
	if (r->metadata != -1)
		i->metadata = r->meta;
	r->source = r->target = -1;
	if (!is_edge || (i->op != ALK_CREATE && i->op != ALK_PUT))
		return;
	/* Mostly the end points that the edge had before. */
	r->source = below(8) != 0 ? r->place % NODES : below(NODES);
	r->target = below(8) != 0 ? r->place * 3 % NODES : below(NODES);
	(void)snprintf(r->from, sizeof(r->from), "node %d", r->source);
	(void)snprintf(r->to, sizeof(r->to), "node %d", r->target);
	i->source = r->from;
	i->target = r->to;
}

/* ---- what an item does to the model ---- */

static struct attributes
put_on(const struct random_item *r, struct attributes old)
{
	if (r->item.op != ALK_MERGE)
		return r->a;
	/* What a merge adds goes behind what was there. */
	if (old.n == -1 || old.m == -1)
		old.is_m_first = old.m != -1 && r->a.m != -2;
	if (r->a.n != -1)
		old.n = r->a.n == -2 ? -1 : r->a.n;
	if (r->a.m != -1)
		old.m = r->a.m == -2 ? -1 : r->a.m;
	return old;
}

/* The same for nodes and edges that are there. */
static void
update(const struct random_item *r, struct attributes *a, int *metadata,
    alk_write_result *result)
{
	struct attributes next = put_on(r, *a);
	int meta = r->metadata == -1 ? *metadata : r->metadata;

	bool is_turned = next.n != -1 && next.m != -1 &&
	    next.is_m_first != a->is_m_first;
	if (next.n == a->n && next.m == a->m && !is_turned && meta == *metadata)
		result->unchanged++;
	else
		result->updated++;
	*a = next;
	*metadata = meta;
}

static int
apply_node(struct model *m, const struct random_item *r,
    alk_write_result *result)
{
	int op = r->item.op;
	bool *is_there = &m->nodes[r->place].is_there;

	if (op == ALK_CREATE && *is_there)
		return ALK_EXISTS;
	if (op != ALK_CREATE && op != ALK_PUT && !*is_there)
		return ALK_NOTFOUND;
	if (op == ALK_DELETE) {
		*is_there = false;
		result->deleted++;
		for (int i = 0; i < EDGES; i++) {
			if (!m->edges[i].is_there ||
			    (m->edges[i].source != r->place &&
				m->edges[i].target != r->place))
				continue;
			m->edges[i].is_there = false;
			result->deleted++;
		}
		return ALK_OK;
	}
	if (*is_there) {
		update(r, &m->nodes[r->place].a, &m->nodes[r->place].metadata,
		    result);
		return ALK_OK;
	}
	*is_there = true;
	m->nodes[r->place].a = r->a;
	m->nodes[r->place].metadata = r->metadata == -1 ? 0 : r->metadata;
	result->created++;
	return ALK_OK;
}

static int
apply_edge(struct model *m, const struct random_item *r,
    alk_write_result *result)
{
	int op = r->item.op;
	bool is_there = m->edges[r->place].is_there;

	if (op != ALK_CREATE && op != ALK_PUT && !is_there)
		return ALK_NOTFOUND;
	if (op == ALK_DELETE) {
		m->edges[r->place].is_there = false;
		result->deleted++;
		return ALK_OK;
	}
	if (is_there && op != ALK_CREATE) {
		if (op == ALK_PUT && (m->edges[r->place].source != r->source ||
			m->edges[r->place].target != r->target))
			return ALK_CONFLICT;
		update(r, &m->edges[r->place].a, &m->edges[r->place].metadata,
		    result);
		return ALK_OK;
	}
	if (!m->nodes[r->source].is_there || !m->nodes[r->target].is_there)
		return ALK_NOTFOUND;
	if (is_there)
		return ALK_EXISTS;
	m->edges[r->place].is_there = true;
	m->edges[r->place].a = r->a;
	m->edges[r->place].metadata = r->metadata == -1 ? 0 : r->metadata;
	m->edges[r->place].source = r->source;
	m->edges[r->place].target = r->target;
	result->created++;
	return ALK_OK;
}

static int
apply(struct model *m, const struct random_item *r, alk_write_result *result)
{
	return r->item.kind == ALK_NODE ? apply_node(m, r, result) :
					  apply_edge(m, r, result);
}

/* ---- the graph against the model ---- */

static void
check_members(const alk_row *row, const char *type, struct attributes a,
    int metadata)
{
	char text[100];
	char meta[32];

	(void)snprintf(text, sizeof(text), "{\"%s\":\"%s\"",
	    row->kind == ALK_NODE ? "nodeType" : "edgeType", type);
	write_member(text, a.is_m_first ? "m" : "n", a.is_m_first ? a.m : a.n);
	write_member(text, a.is_m_first ? "n" : "m", a.is_m_first ? a.n : a.m);
	strcat(text, "}");
	assert_string_equal(row->attributes, text);
	assert_int_equal(row->attributes_bytes, strlen(row->attributes));
	(void)snprintf(meta, sizeof(meta), metadata == 0 ? "{}" :
	    "{\"x\":%d}", metadata);
	assert_string_equal(row->metadata, meta);
}

struct comparison {
	const struct model *m;
	int rows;
};

static int
compare_row(void *arg, const alk_row *row)
{
	struct comparison *c = arg;
	int i = atoi(row->key + 5);

	c->rows++;
	if (row->kind == ALK_NODE) {
		assert_true(c->m->nodes[i].is_there);
		check_members(row, "ThingNode", c->m->nodes[i].a,
		    c->m->nodes[i].metadata);
		return 0;
	}
	assert_true(c->m->edges[i].is_there);
	check_members(row, "LinkEdge", c->m->edges[i].a,
	    c->m->edges[i].metadata);
	assert_int_equal(atoi(row->source + 5), c->m->edges[i].source);
	assert_int_equal(atoi(row->target + 5), c->m->edges[i].target);
	return 0;
}

static void
compare_graph(const struct model *m)
{
	struct comparison c = { .m = m };
	alk_row row;
	int rows = 0;

	for (int i = 0; i < NODES; i++)
		rows += m->nodes[i].is_there;
	for (int i = 0; i < EDGES; i++)
		rows += m->edges[i].is_there;
	fixture_ok(f.session, alk_node_list(f.session, "g", NULL, compare_row,
	    &c, NULL), "nodes");
	fixture_ok(f.session, alk_edge_list(f.session, "g", NULL, compare_row,
	    &c, NULL), "edges");
	assert_int_equal(c.rows, rows);
	fixture_ok(f.session, alk_graph_get(f.session, "g", &row), "graph");
	assert_int_equal(row.number, m->rev);
}

/* ---- tests ---- */

struct batch {
	struct random_item items[6];
	alk_item list[6];
	size_t count;
	int want;
	alk_write_result result;
};

/* Runs the batch on the model; where it fails the model stays. */
static void
foretell(struct model *m, struct batch *b)
{
	struct model next = *m;

	b->want = ALK_OK;
	b->result = (alk_write_result){ 0 };
	for (size_t i = 0; i < b->count && b->want == ALK_OK; i++)
		b->want = apply(&next, &b->items[i], &b->result);
	if (b->want != ALK_OK)
		return;
	next.rev += b->result.created + b->result.updated +
	    b->result.deleted > 0;
	b->result.rev = next.rev;
	*m = next;
}

static void
make_batch(struct batch *b)
{
	b->count = 1 + (size_t)below(6);
	for (size_t i = 0; i < b->count; i++) {
		make_item(&b->items[i]);
		b->list[i] = b->items[i].item;
	}
}

static void
check_result(const struct batch *b, const alk_write_result *got)
{
	assert_int_equal(got->created, b->result.created);
	assert_int_equal(got->updated, b->result.updated);
	assert_int_equal(got->unchanged, b->result.unchanged);
	assert_int_equal(got->deleted, b->result.deleted);
	assert_int_equal(got->rev, b->result.rev);
}

static void
start(struct model *m)
{
	alk_row row;

	memset(m, 0, sizeof(*m));
	fixture_ok(f.session, alk_graph_get(f.session, "g", &row), "graph");
	m->rev = row.number;
}

static void
batches_do_what_the_model_says_or_nothing(void **state)
{
	(void)state;
	struct model m;
	int failed = 0;

	start(&m);
	for (int i = 0; i < 3000; i++) {
		struct batch b;
		alk_write_result got = { .rev = -1 };
		make_batch(&b);
		foretell(&m, &b);
		int code = alk_write(f.session, "g", b.list, b.count, NULL,
		    &got);
		assert_int_equal(code, b.want);
		if (code == ALK_OK)
			check_result(&b, &got);
		else
			assert_int_equal(got.rev, -1);
		failed += code != ALK_OK;
		if (i % 5 == 0)
			compare_graph(&m);
	}
	assert_in_range(failed, 500, 2500);
	compare_graph(&m);
}

static void
dry_runs_answer_the_same_and_keep_nothing(void **state)
{
	(void)state;
	struct model m;

	start(&m);
	for (int i = 0; i < 600; i++) {
		struct batch b;
		struct model after = m;
		alk_write_result got;
		alk_write_options dry = { .flags = ALK_TX_DRY_RUN };
		make_batch(&b);
		foretell(&after, &b);
		assert_int_equal(alk_write(f.session, "g", b.list, b.count,
		    &dry, &got), b.want);
		if (b.want == ALK_OK)
			check_result(&b, &got);
		compare_graph(&m);
		assert_int_equal(alk_write(f.session, "g", b.list, b.count,
		    NULL, NULL), b.want);
		m = after;
	}
	compare_graph(&m);
}

struct work {
	struct model *m;
	struct batch batches[8];
	int count;
};

static int
write_batches(alk_session *s, void *arg)
{
	struct work *w = arg;

	for (int i = 0; i < w->count; i++)
		assert_int_equal(alk_write(s, "g", w->batches[i].list,
		    w->batches[i].count, NULL, NULL), w->batches[i].want);
	return ALK_OK;
}

static void
batches_of_one_transaction_make_one_revision(void **state)
{
	(void)state;
	static struct work w;
	struct model m;

	start(&m);
	for (int i = 0; i < 300; i++) {
		struct model next = m;
		size_t changed = 0;
		w.count = 1 + below(8);
		for (int j = 0; j < w.count; j++) {
			struct batch *b = &w.batches[j];
			make_batch(b);
			foretell(&next, b);
			if (b->want == ALK_OK)
				changed += b->result.created +
				    b->result.updated + b->result.deleted;
			for (size_t k = 0; k < b->count; k++)
				b->list[k] = b->items[k].item;
		}
		next.rev = m.rev + (changed > 0);
		fixture_ok(f.session, alk_transact(f.session, 0, write_batches,
		    &w), "transaction");
		m = next;
		compare_graph(&m);
	}
}

static void
a_node_deleted_in_the_same_batch_is_no_end_point(void **state)
{
	(void)state;
	alk_item items[] = {
		{ .op = ALK_CREATE, .kind = ALK_NODE, .key = "a" },
		{ .op = ALK_CREATE, .kind = ALK_EDGE, .key = "first",
		    .source = "a", .target = "a" },
		{ .op = ALK_DELETE, .kind = ALK_NODE, .key = "a" },
		{ .op = ALK_CREATE, .kind = ALK_EDGE, .key = "second",
		    .source = "a", .target = "a" },
	};

	assert_int_equal(alk_write(f.session, "g", items, 4, NULL, NULL),
	    ALK_NOTFOUND);
	assert_string_equal(alk_session_error(f.session)->entry,
	    "item 3: edge second");
}

static void
a_node_made_again_in_the_same_batch_is_the_new_end_point(void **state)
{
	(void)state;
	alk_item items[] = {
		{ .op = ALK_CREATE, .kind = ALK_NODE, .key = "a" },
		{ .op = ALK_CREATE, .kind = ALK_EDGE, .key = "first",
		    .source = "a", .target = "a" },
		{ .op = ALK_DELETE, .kind = ALK_NODE, .key = "a" },
		{ .op = ALK_CREATE, .kind = ALK_NODE, .key = "a" },
		{ .op = ALK_CREATE, .kind = ALK_EDGE, .key = "second",
		    .source = "a", .target = "a" },
	};
	size_t problems = 1;
	alk_row row;

	fixture_ok(f.session, alk_write(f.session, "g", items, 5, NULL, NULL),
	    "batch");
	assert_int_equal(alk_edge_get(f.session, "g", "first", &row),
	    ALK_NOTFOUND);
	fixture_ok(f.session, alk_edge_get(f.session, "g", "second", &row),
	    "second");
	assert_string_equal(row.source, "a");
	fixture_ok(f.session, alk_check(f.session, 0, NULL, NULL, NULL, NULL,
	    &problems), "check");
	assert_int_equal(problems, 0);
}

static void
an_edge_id_is_a_number_and_nothing_behind_it(void **state)
{
	(void)state;
	static const char *const other[] = { "edge-1x", "edge-+1", "edge- 1",
		"edge-", "edge-1.0", "edge-0x1", "edge-2",
		"edge-99999999999999999999" };
	alk_row row;

	fixture_ok(f.session, alk_node_create(f.session, "g", "a", NULL), "a");
	fixture_ok(f.session, alk_edge_create(f.session, "g", NULL, "a", "a",
	    NULL), "edge");
	assert_int_equal(alk_edge_get(f.session, "g", "edge-1", &row), ALK_OK);
	assert_string_equal(row.id, "edge-1");
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		assert_int_equal(alk_edge_get(f.session, "g", other[i], &row),
		    ALK_NOTFOUND);
		assert_int_equal(alk_edge_delete(f.session, "g", other[i]),
		    ALK_NOTFOUND);
	}
}

static void
a_number_is_never_given_again(void **state)
{
	(void)state;
	alk_row row;
	char before[64];

	for (int i = 0; i < 20; i++) {
		fixture_ok(f.session, alk_node_create(f.session, "g", "a",
		    NULL), "create");
		fixture_ok(f.session, alk_node_get(f.session, "g", "a", &row),
		    "get");
		if (i > 0)
			assert_true(atoi(row.id + 5) > atoi(before + 5));
		(void)snprintf(before, sizeof(before), "%s", row.id);
		fixture_ok(f.session, alk_node_delete(f.session, "g", "a"),
		    "delete");
	}
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, fixture_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(batches_do_what_the_model_says_or_nothing),
		TEST(dry_runs_answer_the_same_and_keep_nothing),
		TEST(batches_of_one_transaction_make_one_revision),
		TEST(a_node_deleted_in_the_same_batch_is_no_end_point),
		TEST(a_node_made_again_in_the_same_batch_is_the_new_end_point),
		TEST(an_edge_id_is_a_number_and_nothing_behind_it),
		TEST(a_number_is_never_given_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
