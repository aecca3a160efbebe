/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Many items by one alk_write() against the same within a transaction, where
 * they go one by one: answers, rows and the records in the feed are the same.
 */
#include "aftermath.h"
#include "child.h"
#include "fixture.h"
#include "invariants.h"

#include "graph/load_testing.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(many_new_items_are_the_same_as_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
