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

#include "graph/load_testing.h"

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
