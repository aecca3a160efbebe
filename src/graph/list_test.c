/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Lists page by page while rows come and go: every order, either way, with and
 * without a filter, a type and end points. A row that stays is seen exactly
 * once, and no row twice.
 */
#include "child.h"
#include "fixture.h"

#include <alkstore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS_MAX 400
#define STAYING 60
#define ENDS 4 /* nodes that all edges join */

static const char module[] =
    "{\"Config\":{\"type\":\"object\",\"properties\":{"
    "\"type\":{\"const\":\"mixed\"},\"multi\":{\"const\":true},"
    "\"allowSelfLoops\":{\"const\":true}}},"
    "\"ANode\":{\"type\":\"object\"},\"BNode\":{\"type\":\"object\"},"
    "\"CNode\":{\"type\":\"object\"},\"XEdge\":{\"type\":\"object\"},"
    "\"YEdge\":{\"type\":\"object\"},\"ZEdge\":{\"type\":\"object\"}}";

static struct fixture f;
static uint64_t seed;

/* What a list can be asked for. */
static const char *const orders[] = { NULL, "@key", "n", "s", "deep.x[0]" };
static const char *const filters[] = { NULL, "n >= 2", "exists(s)" };

/* A row that the test made. */
struct made {
	char id[64];
	char key[64];
	int type;     /* 0..2 */
	int n;        /* the attribute, -1: none */
	bool has_s;
	int source;   /* edges */
	int target;
	bool stays;   /* all the time */
	bool is_gone; /* deleted meanwhile */
	int seen;
};

static struct made rows[ROWS_MAX];
static int rows_count;
static int kind;
static int named; /* to give keys that were never given */

static int
set_up(void **state)
{
	(void)state;
	seed = 3;
	named = 0;
	fixture_init(&f, NULL);
	fixture_graph(f.session, "many", module);
	for (int i = 0; i < ENDS; i++) {
		char key[16];
		(void)snprintf(key, sizeof(key), "end %d", i);
		fixture_ok(f.session, alk_node_create(f.session, "many", key,
		    "{\"nodeType\":\"ANode\",\"n\":0}"), "end");
	}
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fixture_fini(&f);
	return 0;
}

static uint64_t
below(uint64_t n)
{
	return child_random(&seed) % n;
}

static const char *
type_name(int type)
{
	static const char *const names[2][3] = { { "ANode", "BNode", "CNode" },
		{ "XEdge", "YEdge", "ZEdge" } };

	return names[kind == ALK_EDGE][type];
}

static void
make_key(struct made *m)
{
	static const char *const begins[] = { "", "a", "\xc3\xa9", "Z", "~",
		"a long beginning that takes more room than others do " };

	(void)snprintf(m->key, sizeof(m->key), "%s%d", begins[below(6)],
	    ++named * 7919 % 10007);
	/* Edges often have none. */
	if (kind == ALK_EDGE && below(3) == 0)
		m->key[0] = '\0';
}

static void
make_attributes(struct made *m, char *out, size_t room)
{
	m->n = (int)below(6) - 1;
	m->has_s = below(2) == 0;
	char n[32] = "";
	char s[64] = "";
	if (m->n >= 0)
		(void)snprintf(n, sizeof(n), ",\"n\":%d%s", m->n,
		    below(2) == 0 ? ".0" : "");
	if (m->has_s)
		(void)snprintf(s, sizeof(s), ",\"s\":\"%.*s\"",
		    (int)below(40), "the quick brown fox jumps over the lazy");
	(void)snprintf(out, room, "{\"m\":0%s%s,\"deep\":{\"x\":[%d]}}", n, s,
	    (int)below(3));
}

static void
note_id(struct made *m, const alk_row *row)
{
	(void)snprintf(m->id, sizeof(m->id), "%s", row->id);
}

static int
take_id(void *arg, const alk_change *c)
{
	(void)snprintf(arg, 64, "%s", c->id);
	return 0;
}

static int
create_and_note(alk_session *s, void *arg)
{
	struct { const alk_item *item; char *id; } *a = arg;
	int code = alk_write(s, "many", a->item, 1, NULL, NULL);

	if (code == ALK_OK && a->item->kind == ALK_EDGE)
		code = alk_changes(s, take_id, a->id);
	return code;
}

static void
add_row(bool stays)
{
	struct made *m = &rows[rows_count++];
	char attributes[200];
	char source[16], target[16];

	assert_true(rows_count < ROWS_MAX);
	*m = (struct made){ .type = (int)below(3), .stays = stays,
		.source = (int)below(ENDS), .target = (int)below(ENDS) };
	make_key(m);
	make_attributes(m, attributes, sizeof(attributes));
	(void)snprintf(source, sizeof(source), "end %d", m->source);
	(void)snprintf(target, sizeof(target), "end %d", m->target);
	alk_item item = { .op = ALK_CREATE, .kind = kind,
		.key = m->key[0] != '\0' ? m->key : NULL,
		.type = type_name(m->type), .attributes = attributes,
		.attributes_bytes = ALK_NUL };
	if (kind == ALK_EDGE) {
		item.source = source;
		item.target = target;
	}
	struct { const alk_item *item; char *id; } a = { &item, m->id };
	fixture_ok(f.session, alk_transact(f.session, 0, create_and_note, &a),
	    "create");
	if (kind == ALK_NODE) {
		alk_row row;
		fixture_ok(f.session, alk_node_get(f.session, "many", m->key,
		    &row), "get");
		note_id(m, &row);
	}
}

static void
delete_row(struct made *m)
{
	alk_item item = { .op = ALK_DELETE, .kind = kind };

	if (kind == ALK_NODE)
		item.key = m->key;
	else
		item.id = m->id;
	m->is_gone = true;
	fixture_ok(f.session, alk_write(f.session, "many", &item, 1, NULL,
	    NULL), "delete");
}

static void
delete_all(void)
{
	for (int i = 0; i < rows_count; i++)
		if (!rows[i].is_gone)
			delete_row(&rows[i]);
	rows_count = 0;
}

static void
change_something(void)
{
	for (uint64_t i = below(4); i > 0; i--)
		add_row(false);
	for (int i = 0; i < rows_count; i++)
		if (!rows[i].stays && !rows[i].is_gone && below(8) == 0)
			delete_row(&rows[i]);
}

static bool
is_asked_for(const struct made *m, const alk_query *q)
{
	char end[16];

	if (q->type != NULL && strcmp(q->type, type_name(m->type)) != 0)
		return false;
	if (q->filter == filters[1] && m->n < 2)
		return false;
	if (q->filter == filters[2] && !m->has_s)
		return false;
	(void)snprintf(end, sizeof(end), "end %d", m->source);
	if (q->source != NULL && strcmp(q->source, end) != 0)
		return false;
	(void)snprintf(end, sizeof(end), "end %d", m->target);
	return q->target == NULL || strcmp(q->target, end) == 0;
}

static int
see(void *arg, const alk_row *row)
{
	const alk_query *q = arg;

	assert_int_equal(row->kind, kind);
	for (int i = 0; i < rows_count; i++)
		if (strcmp(rows[i].id, row->id) == 0) {
			rows[i].seen++;
			assert_true(is_asked_for(&rows[i], q));
			assert_string_equal(row->type,
			    type_name(rows[i].type));
			return 0;
		}
	/* The end points themselves. */
	assert_int_equal(kind, ALK_NODE);
	assert_memory_equal(row->key, "end ", 4);
	return 0;
}

static int
list(const alk_query *q, alk_row_fn fn, void *arg, alk_page *page)
{
	int code = kind == ALK_NODE ?
	    alk_node_list(f.session, "many", q, fn, arg, page) :
	    alk_edge_list(f.session, "many", q, fn, arg, page);

	fixture_ok(f.session, code, "list");
	return code;
}

/* One list from beginning to end, with changes between its pages. */
static void
check_paging(alk_query q)
{
	char cursor[4096];
	alk_page page = { 0 };

	for (int i = 0; i < rows_count; i++)
		rows[i].seen = 0;
	do {
		q.limit = 1 + below(9);
		list(&q, see, &q, &page);
		assert_true(page.rows <= q.limit);
		if (page.cursor == NULL)
			break;
		assert_int_equal(page.rows, q.limit);
		(void)snprintf(cursor, sizeof(cursor), "%s", page.cursor);
		q.cursor = cursor;
		change_something();
	} while (true);
	for (int i = 0; i < rows_count; i++) {
		if (rows[i].stays)
			assert_int_equal(rows[i].seen,
			    is_asked_for(&rows[i], &q));
		else
			assert_in_range(rows[i].seen, 0, 1);
	}
}

static void
start_with(int k)
{
	kind = k;
	rows_count = 0;
	for (int i = 0; i < STAYING + 20; i++)
		add_row(i % 4 != 3);
}

static alk_query
query(size_t i)
{
	return (alk_query){ .order = orders[i % 5],
		.filter = filters[i / 5 % 3], .descending = i / 15 % 2 != 0,
		.type = i / 30 % 2 != 0 ? type_name((int)below(3)) : NULL };
}

static void
check_all_pagings(void)
{
	for (size_t i = 0; i < 60; i++) {
		alk_query q = query(i);
		check_paging(q);
		/* Not too many of those that have gone. */
		if (rows_count > ROWS_MAX - 150) {
			delete_all();
			start_with(kind);
		}
		if (kind == ALK_NODE)
			continue;
		q.source = below(3) != 0 ? "end 1" : NULL;
		q.target = below(3) != 0 ? "end 2" : NULL;
		check_paging(q);
	}
}

static void
nodes_that_stay_are_seen_once_while_others_come_and_go(void **state)
{
	(void)state;
	start_with(ALK_NODE);
	check_all_pagings();
}

static void
edges_that_stay_are_seen_once_while_others_come_and_go(void **state)
{
	(void)state;
	start_with(ALK_EDGE);
	check_all_pagings();
}

/* ---- without changes ---- */

struct ids {
	char id[ROWS_MAX][64];
	char key[ROWS_MAX][64];
	int count;
	int stop_after;
};

static int
collect(void *arg, const alk_row *row)
{
	struct ids *all = arg;

	(void)snprintf(all->id[all->count], 64, "%s", row->id);
	(void)snprintf(all->key[all->count], 64, "%s",
	    row->key != NULL ? row->key : "");
	return ++all->count == all->stop_after;
}

static struct ids whole, other;

static void
check_same(const struct ids *a, const struct ids *b)
{
	assert_int_equal(a->count, b->count);
	for (int i = 0; i < a->count; i++)
		assert_string_equal(a->id[i], b->id[i]);
}

/* All of it, then page by page; or with a visitor that stops. */
static void
check_whole(alk_query q, size_t limit, int stop_after)
{
	alk_page page = { 0 };
	char cursor[4096];

	whole.count = whole.stop_after = 0;
	q.limit = ALK_NUL;
	list(&q, collect, &whole, &page);
	assert_null(page.cursor);
	assert_int_equal(page.rows, whole.count);
	other.count = 0;
	q.limit = limit;
	for (size_t pages = 0;; pages++) {
		other.stop_after = stop_after == 0 ? 0 :
		    other.count + stop_after;
		list(&q, collect, &other, &page);
		if (page.cursor == NULL)
			break;
		(void)snprintf(cursor, sizeof(cursor), "%s", page.cursor);
		q.cursor = cursor;
		assert_true(pages < ROWS_MAX);
	}
	check_same(&whole, &other);
}

static void
pages_together_are_the_whole_list(void **state)
{
	(void)state;
	for (int k = ALK_NODE; k <= ALK_EDGE; k++) {
		start_with(k);
		for (size_t i = 0; i < 60; i++)
			check_whole(query(i), 1 + below(9), 0);
	}
}

static void
behind_a_row_where_the_visitor_stopped_it_goes_on(void **state)
{
	(void)state;
	for (int k = ALK_NODE; k <= ALK_EDGE; k++) {
		start_with(k);
		for (size_t i = 0; i < 60; i++)
			check_whole(query(i), 5, 1 + (int)below(4));
	}
}

static void
descending_is_ascending_turned_round(void **state)
{
	(void)state;
	for (int k = ALK_NODE; k <= ALK_EDGE; k++) {
		start_with(k);
		for (size_t i = 0; i < 60; i++) {
			alk_query q = query(i);
			q.limit = ALK_NUL;
			whole = other = (struct ids){ .count = 0 };
			q.descending = 0;
			list(&q, collect, &whole, NULL);
			q.descending = 1;
			list(&q, collect, &other, NULL);
			assert_int_equal(whole.count, other.count);
			for (int j = 0; j < whole.count; j++)
				assert_string_equal(whole.id[j],
				    other.id[whole.count - 1 - j]);
		}
	}
}

static void
keys_are_ordered_by_their_bytes(void **state)
{
	(void)state;
	alk_query q = { .order = "@key", .limit = ALK_NUL };

	for (int k = ALK_NODE; k <= ALK_EDGE; k++) {
		start_with(k);
		whole.count = whole.stop_after = 0;
		list(&q, collect, &whole, NULL);
		assert_true(whole.count >= STAYING + 20);
		for (int i = 1; i < whole.count; i++)
			assert_true(strcmp(whole.key[i - 1], whole.key[i]) <=
			    0);
	}
}

/* ---- cursors that are none ---- */

static int
count_row(void *arg, const alk_row *row)
{
	(void)row;
	++*(int *)arg;
	return 0;
}

static int
go_on(const alk_query *q)
{
	int n = 0;

	return alk_node_list(f.session, "many", q, count_row, &n, NULL);
}

static void
a_cursor_belongs_to_its_query(void **state)
{
	(void)state;
	char cursor[4096];
	alk_page page = { 0 };
	const alk_query first = { .type = "ANode", .filter = "n >= 0",
		.order = "n", .limit = 3 };

	start_with(ALK_NODE);
	alk_query q = first;
	list(&q, see, &q, &page);
	assert_non_null(page.cursor);
	(void)snprintf(cursor, sizeof(cursor), "%s", page.cursor);
	q.cursor = cursor;
	q.limit = 100; /* the size of a page may change */
	assert_int_equal(go_on(&q), ALK_OK);
	q.descending = 1;
	assert_int_equal(go_on(&q), ALK_CURSOR);
	q.descending = 0;
	q.order = "m";
	assert_int_equal(go_on(&q), ALK_CURSOR);
	q.order = "n";
	q.filter = "n > 0";
	assert_int_equal(go_on(&q), ALK_CURSOR);
	q.filter = first.filter;
	q.type = "BNode";
	assert_int_equal(go_on(&q), ALK_CURSOR);
	q.type = first.type;
	assert_int_equal(go_on(&q), ALK_OK);
	int n = 0;
	assert_int_equal(alk_edge_list(f.session, "many", &q, count_row, &n,
	    NULL), ALK_NOTFOUND); /* no such edge type */
	assert_int_equal(alk_node_list(f.session, "g", &q, count_row, &n,
	    NULL), ALK_NOTFOUND);
	assert_int_equal(n, 0);
}

static void
text_that_is_no_cursor_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "x", "v1", "v1-", "v1-0-0-0",
		"v1-0-0-0-", "v2-0-0-0-", "v1-zz-0-0-", "v1--1--1--1-",
		"v1-0000000000000000-99999999999999999999999-0-",
		"v1-0-0-0-0", "v1-0-0-0-zz" };
	alk_query q = { .limit = 3 };

	start_with(ALK_NODE);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		q.cursor = bad[i];
		assert_int_equal(go_on(&q), ALK_CURSOR);
	}
}

static void
a_damaged_cursor_is_refused_or_a_place_but_no_harm(void **state)
{
	(void)state;
	char cursor[4096];
	char damaged[4096];
	alk_page page = { 0 };
	int refused = 0;

	start_with(ALK_NODE);
	for (size_t o = 0; o < 5; o++) {
		alk_query q = { .order = orders[o], .limit = 3 };
		list(&q, see, &q, &page);
		(void)snprintf(cursor, sizeof(cursor), "%s", page.cursor);
		for (size_t at = 0; at < strlen(cursor); at++)
			for (int c = 0; c < 6; c++) {
				strcpy(damaged, cursor);
				damaged[at] = "0f-\x01 \xff"[c];
				q.cursor = damaged;
				int code = go_on(&q);
				assert_true(code == ALK_OK ||
				    code == ALK_CURSOR);
				refused += code == ALK_CURSOR;
			}
		q.cursor = damaged;
		damaged[strlen(cursor) / 2] = '\0';
		assert_int_equal(go_on(&q), ALK_CURSOR);
	}
	assert_true(refused > 300);
}

/* ---- lists within lists ---- */

struct nested {
	alk_query q;
	int depth;
	int seen;
};

static int
list_within(void *arg, const alk_row *row)
{
	struct nested *n = arg;
	struct nested inner = { .q = n->q, .depth = n->depth - 1 };
	char id[64];

	n->seen++;
	(void)snprintf(id, sizeof(id), "%s", row->id);
	if (n->depth == 0)
		return 0;
	assert_int_equal(alk_node_list(f.session, "many", &inner.q, list_within,
	    &inner, NULL), ALK_OK);
	assert_int_equal(inner.seen, 5);
	return 0;
}

static void
a_visitor_may_list_too(void **state)
{
	(void)state;
	start_with(ALK_NODE);
	for (size_t i = 0; i < 10; i++) {
		struct nested n = { .depth = 2 };
		n.q = (alk_query){ .order = orders[i % 5], .limit = 5,
			.descending = i >= 5, .filter = "n >= 0" };
		assert_int_equal(alk_node_list(f.session, "many", &n.q,
		    list_within, &n, NULL), ALK_OK);
		assert_int_equal(n.seen, 5);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nodes_that_stay_are_seen_once_while_others_come_and_go),
		TEST(edges_that_stay_are_seen_once_while_others_come_and_go),
		TEST(pages_together_are_the_whole_list),
		TEST(behind_a_row_where_the_visitor_stopped_it_goes_on),
		TEST(descending_is_ascending_turned_round),
		TEST(keys_are_ordered_by_their_bytes),
		TEST(a_cursor_belongs_to_its_query),
		TEST(text_that_is_no_cursor_is_refused),
		TEST(a_damaged_cursor_is_refused_or_a_place_but_no_harm),
		TEST(a_visitor_may_list_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
