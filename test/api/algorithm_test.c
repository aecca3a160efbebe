/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The algorithms as a C program uses them, also within a transaction and a
 * snapshot; what they find is compared with models in src/algorithm.
 */
#include "fixture_session.h"

#include <stdio.h>
#include <string.h>

static void
edge(const char *key, const char *from, const char *to, double n)
{
	char attributes[40];

	snprintf(attributes, sizeof(attributes), "{\"n\":%g}", n);
	assert_int_equal(alk_edge_create(s, "g", key, from, to, attributes),
	    ALK_OK);
}

/* a -> b -> c -> d, a -> c; d alone has a way back, to c. */
static int
set_up(void **state)
{
	static const char *const keys[] = { "a", "b", "c", "d" };

	(void)session_set_up(state);
	for (int i = 0; i < 4; i++)
		assert_int_equal(alk_node_create(s, "g", keys[i], NULL),
		    ALK_OK);
	edge("ab", "a", "b", 1);
	edge("bc", "b", "c", 1);
	edge("ac", "a", "c", 5);
	edge("cd", "c", "d", 1);
	edge("dc", "d", "c", 1);
	return 0;
}

/* Rows as "key " in a row. */
struct seen {
	char keys[400];
	int rows;
	double value; /* of the last visit */
	size_t group;
};

static int
see(void *arg, const alk_row *row)
{
	struct seen *seen = arg;
	size_t used = strlen(seen->keys);

	snprintf(seen->keys + used, sizeof(seen->keys) - used, "%s ",
	    row->key == NULL ? row->id : row->key);
	seen->rows++;
	return 0;
}

static int
see_visit(void *arg, const alk_visit *v)
{
	struct seen *seen = arg;

	seen->value = v->value;
	seen->group = v->group;
	return see(arg, v->row);
}

static void
paths_are_told_with_their_cost(void **state)
{
	alk_paths_options o = { .weight = "n" };
	alk_paths_result r = { 0 };
	struct seen seen = { .rows = 0 };

	(void)state;
	assert_int_equal(alk_paths(s, "g", "a", "d", NULL, see_visit, &seen,
	    &r), ALK_OK);
	assert_string_equal(seen.keys, "a ac c cd d ");
	assert_true(seen.value > 1.9 && seen.value < 2.1);
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(alk_paths(s, "g", "a", "d", &o, see_visit, &seen,
	    &r), ALK_OK);
	assert_string_equal(seen.keys, "a ab b bc c cd d ");
	assert_true(seen.value > 2.9 && seen.value < 3.1);
	memset(&seen, 0, sizeof(seen));
	o.which = ALK_PATHS_NEXT;
	assert_int_equal(alk_paths(s, "g", "a", "d", &o, see_visit, &seen,
	    &r), ALK_OK);
	assert_string_equal(seen.keys, "a ab b bc c cd d a ac c cd d ");
	assert_int_equal(seen.group, 1);
	assert_int_equal(r.paths, 2);
	assert_int_equal(r.has_more, 0);
	o.which = ALK_PATHS_ALL;
	o.weight = NULL;
	assert_int_equal(alk_paths(s, "g", "a", "d", &o, see_visit, &seen,
	    &r), ALK_OK);
	assert_int_equal(r.paths, 1);
	/* Without a visitor they are searched for only. */
	assert_int_equal(alk_paths(s, "g", "a", "d", &o, NULL, NULL, NULL),
	    ALK_OK);
}

static void
what_stands_before_and_behind_is_told(void **state)
{
	const char *keys[] = { "b", "d" };
	struct seen seen = { .rows = 0 };
	size_t found = 0;

	(void)state;
	assert_int_equal(alk_reachable(s, "g", keys, 2, NULL, see, &seen,
	    &found), ALK_OK);
	assert_string_equal(seen.keys, "c ");
	assert_int_equal(found, 1);
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(alk_descendants(s, "g", "b", NULL, see, &seen, NULL),
	    ALK_OK);
	assert_string_equal(seen.keys, "c d ");
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(alk_ancestors(s, "g", "b", NULL, see, &seen, NULL),
	    ALK_OK);
	assert_string_equal(seen.keys, "a ");
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(alk_lineage(s, "g", "b", NULL, see, &seen), ALK_OK);
	assert_string_equal(seen.keys, "b c d bc cd dc ");
}

static void
whole_graphs_are_looked_at(void **state)
{
	alk_pagerank_options o = { .limit = 1 };
	alk_pagerank_result r = { 0 };
	struct seen seen = { .rows = 0 };
	size_t found = 0, degree = 0;

	(void)state;
	assert_int_equal(alk_order(s, "g", NULL, see, &seen), ALK_STRUCTURE);
	assert_int_equal(alk_cycle(s, "g", NULL, see, &seen), ALK_OK);
	assert_string_equal(seen.keys, "c cd d dc c ");
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(alk_components(s, "g", ALK_STRONG, NULL, see_visit,
	    &seen, &found), ALK_OK);
	assert_string_equal(seen.keys, "c d a b ");
	assert_int_equal(found, 3);
	assert_int_equal(alk_degree(s, "g", "c", NULL, &degree), ALK_OK);
	assert_int_equal(degree, 1);
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(alk_pagerank(s, "g", &o, see_visit, &seen, &r),
	    ALK_OK);
	assert_string_equal(seen.keys, "c ");
	assert_int_equal(r.nodes, 4);
	assert_int_equal(r.has_converged, 1);
	assert_int_equal(alk_edge_delete(s, "g", "dc"), ALK_OK);
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(alk_order(s, "g", NULL, see, &seen), ALK_OK);
	assert_string_equal(seen.keys, "a b c d ");
	assert_int_equal(alk_cycle(s, "g", NULL, see, &seen), ALK_NOTFOUND);
}

static void
a_part_is_told_and_copied(void **state)
{
	const char *keys[] = { "b", "a" };
	alk_graph_new g = { .name = "h", .type = "plain" };
	alk_write_result r = { 0 };
	struct seen seen = { .rows = 0 };
	alk_row row;

	(void)state;
	assert_int_equal(alk_subgraph(s, "g", keys, 2, NULL, see, &seen),
	    ALK_OK);
	assert_string_equal(seen.keys, "b a ab ");
	assert_int_equal(alk_graph_create(s, &g, NULL), ALK_OK);
	assert_int_equal(alk_subgraph_copy(s, "g", keys, 2, NULL, "h",
	    ALK_CREATE, &r), ALK_OK);
	assert_int_equal(r.created, 3);
	assert_int_equal(r.rev, 2);
	assert_int_equal(alk_edge_get(s, "h", "ab", &row), ALK_OK);
	assert_string_equal(row.source, "a");
	assert_non_null(strstr(row.attributes, "\"n\":1"));
	assert_int_equal(alk_subgraph_copy(s, "g", keys, 2, NULL, "h",
	    ALK_PUT, NULL), ALK_OK);
}

static void
what_filters_leave_out_is_not_there(void **state)
{
	static const char *const other[] = { "OtherNode" };
	alk_walk_options light = { .edge_filter = "n < 5" };
	alk_walk_options named = { .node_filter = "n >= 1" };
	alk_pagerank_options ranked = { .walk = { .node_filter = "n >= 1" } };
	alk_paths_options path = { .walk = { .edge_filter = "n < 5" } };
	struct seen seen = { .rows = 0 };
	size_t found = 0;

	(void)state;
	assert_int_equal(alk_paths(s, "g", "a", "c", &path, see_visit, &seen,
	    NULL), ALK_OK);
	assert_string_equal(seen.keys, "a ab b bc c ");
	assert_int_equal(alk_degree(s, "g", "a", &light, &found), ALK_OK);
	assert_int_equal(found, 1);
	/* No node has an attribute yet, then two have. */
	assert_int_equal(alk_components(s, "g", ALK_WEAK, &named, NULL, NULL,
	    &found), ALK_OK);
	assert_int_equal(found, 0);
	assert_int_equal(alk_cycle(s, "g", &named, see, &seen), ALK_NOTFOUND);
	assert_int_equal(alk_node_merge(s, "g", "a", "{\"n\":1}"), ALK_OK);
	assert_int_equal(alk_node_merge(s, "g", "c", "{\"n\":2}"), ALK_OK);
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(alk_order(s, "g", &named, see, &seen), ALK_OK);
	assert_string_equal(seen.keys, "a c ");
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(alk_pagerank(s, "g", &ranked, see_visit, &seen,
	    NULL), ALK_OK);
	assert_string_equal(seen.keys, "c a ");
	/* Those that the caller names are there all the same. */
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(alk_lineage(s, "g", "b", &named, see, &seen),
	    ALK_OK);
	assert_string_equal(seen.keys, "b c bc ");
	named.node_types = other;
	named.node_types_count = 1;
	assert_int_equal(alk_order(s, "g", &named, see, &seen),
	    ALK_NOTFOUND);
	light.edge_filter = "n <";
	assert_int_equal(alk_order(s, "g", &light, see, &seen), ALK_FILTER);
}

static void
a_call_may_have_narrower_limits(void **state)
{
	alk_walk_options o = { .visited_max = 3 };
	alk_pagerank_options p = { .walk = { .visited_max = 3 } };
	alk_paths_options path = { .walk = { .visited_max = 2 } };
	struct seen seen = { .rows = 0 };

	(void)state;
	assert_int_equal(alk_order(s, "g", &o, see, &seen), ALK_LIMIT);
	assert_int_equal(alk_components(s, "g", ALK_WEAK, &o, NULL, NULL,
	    NULL), ALK_LIMIT);
	assert_int_equal(alk_pagerank(s, "g", &p, NULL, NULL, NULL),
	    ALK_LIMIT);
	assert_int_equal(alk_lineage(s, "g", "a", &o, see, &seen), ALK_LIMIT);
	assert_int_equal(alk_paths(s, "g", "a", "d", &path, see_visit, &seen,
	    NULL), ALK_LIMIT);
	assert_int_equal(seen.rows, 0);
	o.visited_max = 4;
	assert_int_equal(alk_lineage(s, "g", "a", &o, see, &seen), ALK_OK);
	assert_int_equal(seen.rows, 4 + 5);
}

/* ---- within transactions and snapshots ---- */

static int
look_inside(alk_session *session, void *arg)
{
	struct seen seen = { .rows = 0 };

	assert_int_equal(alk_node_create(session, "g", "e", NULL), ALK_OK);
	assert_int_equal(alk_edge_create(session, "g", "de", "d", "e",
	    "{\"n\":2}"), ALK_OK);
	assert_int_equal(alk_descendants(session, "g", "c", NULL, see, &seen,
	    NULL), ALK_OK);
	assert_string_equal(seen.keys, "d e ");
	assert_int_equal(alk_edge_delete(session, "g", "cd"), ALK_OK);
	assert_int_equal(alk_descendants(session, "g", "c", NULL, see, &seen,
	    NULL), ALK_OK);
	assert_string_equal(seen.keys, "d e ");
	*(int *)arg += 1;
	return 77;
}

static void
a_transaction_sees_what_it_wrote(void **state)
{
	struct seen seen = { .rows = 0 };
	int times = 0;

	(void)state;
	assert_int_equal(alk_transact(s, 0, look_inside, &times), 77);
	assert_int_equal(times, 1);
	assert_int_equal(alk_descendants(s, "g", "c", NULL, see, &seen, NULL),
	    ALK_OK);
	assert_string_equal(seen.keys, "d ");
}

static int
ask_again(void *arg, const alk_visit *v)
{
	struct seen inner = { .rows = 0 };
	char key[8];

	snprintf(key, sizeof(key), "%s", v->row->key);
	assert_int_equal(alk_pagerank(s, "g", NULL, see_visit, &inner, NULL),
	    ALK_OK);
	assert_int_equal(inner.rows, 4);
	strcat(arg, key);
	return 0;
}

static void
a_visitor_may_ask_again(void **state)
{
	char keys[20] = "";

	(void)state;
	assert_int_equal(alk_components(s, "g", ALK_STRONG, NULL, ask_again,
	    keys, NULL), ALK_OK);
	assert_string_equal(keys, "cdab");
	keys[0] = '\0';
	assert_int_equal(alk_paths(s, "g", "a", "d", NULL, ask_again, keys,
	    NULL), ALK_OK);
	assert_string_equal(keys, "aacccdd");
}

static int
write_then_go_on(void *arg, const alk_row *row)
{
	int *count = arg;
	char key[16];

	(void)row;
	snprintf(key, sizeof(key), "new %d", ++*count);
	assert_int_equal(alk_node_create(s, "g", key, NULL), ALK_OK);
	assert_int_equal(alk_edge_create(s, "g", NULL, "a", key, NULL),
	    ALK_OK);
	return 0;
}

static int
write_while_told(alk_session *session, void *arg)
{
	return alk_lineage(session, "g", "a", NULL, write_then_go_on, arg);
}

static void
a_visitor_may_write(void **state)
{
	int count = 0;
	size_t found = 0;

	(void)state;
	assert_int_equal(alk_transact(s, 0, write_while_told, &count),
	    ALK_OK);
	assert_int_equal(count, 4 + 5);
	assert_int_equal(alk_descendants(s, "g", "a", NULL, NULL, NULL,
	    &found), ALK_OK);
	assert_int_equal(found, 3 + 9);
}

static void
missing_pointers_are_invalid_not_a_crash(void **state)
{
	struct seen seen = { .rows = 0 };

	(void)state;
	assert_int_equal(alk_paths(s, NULL, "a", "b", NULL, see_visit, &seen,
	    NULL), ALK_INVALID);
	assert_int_equal(alk_paths(s, "g", NULL, "b", NULL, see_visit, &seen,
	    NULL), ALK_INVALID);
	assert_int_equal(alk_reachable(s, "g", NULL, 1, NULL, see, &seen,
	    NULL), ALK_INVALID);
	assert_int_equal(alk_descendants(s, "g", NULL, NULL, see, &seen,
	    NULL), ALK_INVALID);
	assert_int_equal(alk_order(s, NULL, NULL, see, &seen), ALK_INVALID);
	assert_int_equal(alk_subgraph_copy(s, "g", NULL, 0, NULL, "g",
	    ALK_CREATE, NULL), ALK_INVALID);
	assert_int_equal(alk_subgraph_copy(s, "g", NULL, 0, NULL, NULL,
	    ALK_CREATE, NULL), ALK_INVALID);
	assert_int_equal(seen.rows, 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, fixture_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(paths_are_told_with_their_cost),
		TEST(what_stands_before_and_behind_is_told),
		TEST(whole_graphs_are_looked_at),
		TEST(a_part_is_told_and_copied),
		TEST(what_filters_leave_out_is_not_there),
		TEST(a_call_may_have_narrower_limits),
		TEST(a_transaction_sees_what_it_wrote),
		TEST(a_visitor_may_ask_again),
		TEST(a_visitor_may_write),
		TEST(missing_pointers_are_invalid_not_a_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
