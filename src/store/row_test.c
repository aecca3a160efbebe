/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Rows as JSON: of the store, and made by hand. */
#include "store/store.h"

#include "fixture_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMES "\"createdAt\":\"2020-01-02T03:04:05Z\"," \
	"\"updatedAt\":\"2020-01-02T03:04:05Z\""

static int
set_up(void **state)
{
	(void)state;
	/* 2020-01-02T03:04:05.678Z */
	return with_session(fixture_set_up_at(1577934245678));
}

static const char *
json_of(const alk_row *row)
{
	const char *json = NULL;
	size_t bytes = 0;

	assert_int_equal(alk_row_json(s, row, &json, &bytes), ALK_OK);
	assert_int_equal(strlen(json), bytes);
	return json;
}

static void
a_node_has_its_members(void **state)
{
	(void)state;
	alk_row row;

	fixture_ok(s, alk_node_create(s, "g", "a \"b\"", "{\"n\":1}"), "node");
	fixture_ok(s, alk_node_get(s, "g", "a \"b\"", &row), "get");
	assert_string_equal(json_of(&row), "{\"kind\":\"node\","
	    "\"id\":\"node-1\",\"key\":\"a \\\"b\\\"\",\"attributes\":"
	    "{\"nodeType\":\"ThingNode\",\"n\":1},\"metadata\":{}," TIMES "}");
}

static void
an_edge_has_its_end_points(void **state)
{
	(void)state;
	alk_row row;

	fixture_ok(s, alk_node_create(s, "g", "a", NULL), "node");
	alk_item item = { .op = ALK_CREATE, .kind = ALK_EDGE, .source = "a",
		.target = "a", .direction = ALK_UNDIRECTED, .id = "mine",
		.metadata = "{\"_x.y\": [1]}" };
	fixture_ok(s, alk_write(s, "g", &item, 1, NULL, NULL), "edge");
	fixture_ok(s, alk_edge_get(s, "g", "mine", &row), "get");
	assert_string_equal(json_of(&row), "{\"kind\":\"edge\","
	    "\"id\":\"mine\",\"key\":null,\"sourceNodeKey\":\"a\","
	    "\"targetNodeKey\":\"a\",\"undirected\":true,\"attributes\":"
	    "{\"edgeType\":\"LinkEdge\"},\"metadata\":{\"_x.y\":[1]}," TIMES
	    "}");
	fixture_ok(s, alk_edge_create(s, "g", "k", "a", "a", NULL), "edge");
	fixture_ok(s, alk_edge_get(s, "g", "k", &row), "get");
	const char *json = json_of(&row);
	assert_non_null(strstr(json, "\"key\":\"k\""));
	assert_non_null(strstr(json, "\"undirected\":false"));
}

static int
take_json(void *arg, const alk_row *row)
{
	(void)snprintf(arg, 600, "%s", json_of(row));
	return 0;
}

static void
a_visitor_may_write_rows_as_json(void **state)
{
	(void)state;
	char json[600] = "";
	alk_walk_options o = { .direction = ALK_OUT, .depth_max = 3 };

	fixture_ok(s, alk_node_create(s, "g", "a", NULL), "a");
	fixture_ok(s, alk_node_create(s, "g", "b", NULL), "b");
	fixture_ok(s, alk_edge_create(s, "g", NULL, "a", "b", NULL), "edge");
	fixture_ok(s, alk_walk(s, "g", "a", &o, take_json, json, NULL), "walk");
	assert_string_equal(json, "{\"kind\":\"node\",\"id\":\"node-2\","
	    "\"key\":\"b\",\"attributes\":{\"nodeType\":\"ThingNode\"},"
	    "\"metadata\":{}," TIMES ",\"number\":1}");
}

static void
a_graph_has_its_columns(void **state)
{
	(void)state;
	alk_row row;
	alk_graph_new g = { .name = "named", .id = "H", .type = "plain",
		.description = "two\nlines", .status = "active",
		.owner_id = "me", .metadata = "{\"a\":1}" };

	fixture_ok(s, alk_graph_create(s, &g, &row), "graph");
	const char *json = json_of(&row);
	static const char *const parts[] = { "{\"kind\":\"graph\",\"id\":\"H\","
	    "\"name\":\"named\",\"graphType\":\"plain\"",
	    ",\"description\":\"two\\nlines\"", ",\"status\":\"active\"",
	    ",\"ownerId\":\"me\"", ",\"projectId\":null",
	    ",\"metadata\":{\"a\":1}," TIMES };
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strstr(json, parts[i]) == NULL)
			fail_msg("%s in %s", parts[i], json);
}

static void
a_type_has_its_columns(void **state)
{
	(void)state;
	char json[600] = "";

	fixture_ok(s, alk_types_list(s, take_json, json), "list");
	fixture_ok(s, alk_types_delete(s, "call-graph") == ALK_DENIED ?
	    ALK_OK : ALK_MISUSE, "system types stay");
	assert_memory_equal(json, "{\"kind\":\"type\",", 15);
	assert_non_null(strstr(json, "\"name\":"));
	assert_non_null(strstr(json, "\"scope\":"));
	assert_non_null(strstr(json, "\"version\":1"));
	assert_non_null(strstr(json, "\"createdAt\":"));
}

/* ---- events ---- */

static void
check_event(const char *payload, const char *key, const char *want)
{
	char json[600] = "";
	int64_t offset = 0;

	fixture_ok(s, alk_stream_publish(s, "t", key, payload, ALK_NUL,
	    &offset), "publish");
	fixture_ok(s, alk_stream_read(s, "t", offset - 1, 1, take_json, json,
	    NULL), "read");
	char whole[700];
	(void)snprintf(whole, sizeof(whole), "{\"offset\":%lld,%s,"
	    "\"createdAt\":\"2020-01-02T03:04:05Z\"}", (long long)offset, want);
	assert_string_equal(json, whole);
}

static void
a_payload_that_is_json_is_shown_as_it_is(void **state)
{
	(void)state;
	check_event("{\"a\": [1.50, null]}", "k", "\"topic\":\"t\","
	    "\"key\":\"k\",\"payload\":{\"a\": [1.50, null]}");
	check_event("\"text\"", NULL,
	    "\"topic\":\"t\",\"key\":null,\"payload\":\"text\"");
	check_event("12", NULL, "\"topic\":\"t\",\"key\":null,\"payload\":12");
}

static void
another_payload_is_shown_as_a_string(void **state)
{
	(void)state;
	check_event("not json", NULL,
	    "\"topic\":\"t\",\"key\":null,\"payload\":\"not json\"");
	check_event("", NULL, "\"topic\":\"t\",\"key\":null,\"payload\":\"\"");
	check_event("{\"a\":1,\"a\":2}", NULL, "\"topic\":\"t\",\"key\":null,"
	    "\"payload\":\"{\\\"a\\\":1,\\\"a\\\":2}\"");
	check_event("1 2", NULL,
	    "\"topic\":\"t\",\"key\":null,\"payload\":\"1 2\"");
	check_event("a\nb", NULL,
	    "\"topic\":\"t\",\"key\":null,\"payload\":\"a\\nb\"");
}

static void
a_payload_that_is_no_text_is_null(void **state)
{
	(void)state;
	const alk_row row = { .kind = ALK_EVENT, .key = "t", .type = "",
		.attributes = "\xff\xfe", .attributes_bytes = 2, .number = 3 };

	assert_string_equal(json_of(&row), "{\"offset\":3,\"topic\":\"t\","
	    "\"key\":null,\"payload\":null,"
	    "\"createdAt\":\"1970-01-01T00:00:00Z\"}");
}

static void
a_problem_is_told_with_its_row(void **state)
{
	(void)state;
	const alk_row row = { .kind = ALK_NODE, .id = "node-1", .key = "k",
		.type = "T", .attributes = "{\"n\":\"x\"}",
		.attributes_bytes = 9, .metadata = "{}", .status = ALK_VALUE,
		.problem = "/n: expected \"integer\"" };

	assert_string_equal(json_of(&row), "{\"kind\":\"node\","
	    "\"id\":\"node-1\",\"key\":\"k\",\"attributes\":{\"n\":\"x\"},"
	    "\"metadata\":{},\"createdAt\":\"1970-01-01T00:00:00Z\","
	    "\"updatedAt\":\"1970-01-01T00:00:00Z\","
	    "\"problem\":\"/n: expected \\\"integer\\\"\"}");
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, fixture_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_node_has_its_members),
		TEST(an_edge_has_its_end_points),
		TEST(a_visitor_may_write_rows_as_json),
		TEST(a_graph_has_its_columns),
		TEST(a_type_has_its_columns),
		TEST(a_payload_that_is_json_is_shown_as_it_is),
		TEST(another_payload_is_shown_as_a_string),
		TEST(a_payload_that_is_no_text_is_null),
		TEST(a_problem_is_told_with_its_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
