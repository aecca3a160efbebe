/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Call graphs from C: single events, what is told of each, lines. */
#include "calls.h"

static void
refused(const char *events, int code, const char *pointer)
{
	alk_call_result r = { .rev = -1 };

	if (alk_call_ingest(s, "calls", events, ALK_NUL, NULL, &r) == ALK_OK)
		fail_msg("%s is taken", events);
	const alk_error *err = alk_session_error(s);
	if (err->code != code || strcmp(err->pointer, pointer) != 0)
		fail_msg("%s: %s at %s: %s", events,
		    alk_error_name(err->code), err->pointer, err->text);
	assert_int_equal(r.rev, -1);
}

/* ---- single events ---- */

static int
see_attributes(void *arg, const alk_call *c)
{
	text_clear(arg);
	text_add(arg, c->attributes, c->attributes_bytes);
	return 0;
}

static void
has_attributes(const char *request, const char *wanted)
{
	struct text t = { 0 };

	fixture_ok(s, alk_call_get(s, "calls", request, see_attributes, &t),
	    "get");
	assert_string_equal(text_get(&t), wanted);
	text_fini(&t);
}

static void
attributes_have_one_order(void **state)
{
	static const char request[] = "{\"type\":\"call.requested\",\"id\":"
	    "\"e1\",\"payload\":{\"requestId\":\"a\",\"operationId\":\"op\","
	    "\"input\":[1],\"identity\":{\"id\":\"me\",\"scopes\":[\"x\"]},"
	    "\"deadline\":\"2026-11-25T14:00:00.5+01:00\","
	    "\"timestamp\":\"2026-11-25T12:00:00Z\"}}";
	static const char wanted[] = "{\"nodeType\":\"CallNode\","
	    "\"requestId\":\"a\",\"operationId\":\"op\",\"status\":"
	    "\"completed\",\"input\":[1],\"output\":null,\"identity\":"
	    "{\"id\":\"me\",\"scopes\":[\"x\"]},"
	    "\"deadline\":\"2026-11-25T13:00:00.500Z\","
	    "\"startedAt\":\"2026-11-25T12:00:00Z\","
	    "\"completedAt\":\"2026-11-25T12:00:01Z\"%s}";
	static const char answer[] = "{\"type\":\"call.responded\","
	    "\"requestId\":\"a\",\"output\":null,"
	    "\"timestamp\":\"2026-11-25T12:00:01Z\"}";
	char text[1024];

	(void)state;
	assert_int_equal(ingest("calls", answer).waiting, 1);
	assert_int_equal(ingest("calls", request).applied, 1);
	snprintf(text, sizeof(text), wanted, "");
	has_attributes("a", text);
	/* What others put there stays, behind. */
	fixture_ok(s, alk_node_merge(s, "calls", "a", "{\"x\\u0000y\":1,"
	    "\"completedAt\":null,\"status\":\"running\"}"), "merge");
	assert_int_equal(ingest("calls", answer).applied, 1);
	snprintf(text, sizeof(text), wanted, ",\"x\\u0000y\":1");
	has_attributes("a", text);
}

static void
malformed_events_are_refused_with_their_place(void **state)
{
	(void)state;
	refused("7", ALK_VALUE, "");
	refused("{\"type\":7}", ALK_VALUE, "/type");
	refused("{\"type\":\"call.paused\",\"id\":\"a\"}", ALK_VALUE, "/type");
	refused("{\"type\":\"call.aborted\"}", ALK_VALUE, "/requestId");
	refused("{\"type\":\"call.aborted\",\"id\":\"\"}", ALK_VALUE, "/id");
	refused("{\"type\":\"call.aborted\",\"payload\":[]}", ALK_VALUE,
	    "/payload");
	refused("{\"type\":\"call.aborted\",\"payload\":{\"requestId\":1}}",
	    ALK_VALUE, "/payload/requestId");
	refused("{\"type\":\"call.aborted\",\"id\":\"a\\nb\"}", ALK_INVALID,
	    "/requestId");
	refused("{\"type\":\"call.aborted\",\"id\":\"a\",\"timestamp\":"
	    "\"noon\"}", ALK_VALUE, "/timestamp");
	refused("{\"type\":\"call.aborted\",\"id\":\"a\",\"timestamp\":1e300}",
	    ALK_VALUE, "/timestamp");
	refused("{\"type\":\"call.requested\",\"id\":\"a\"}", ALK_VALUE,
	    "/operationId");
	refused("{\"type\":\"call.requested\",\"id\":\"a\",\"payload\":"
	    "{\"operationId\":\"o\",\"parentRequestId\":\"a\"}}", ALK_VALUE,
	    "/payload/parentRequestId");
	refused("{\"type\":\"call.requested\",\"id\":\"a\",\"payload\":"
	    "{\"operationId\":\"o\",\"deadline\":true}}", ALK_VALUE,
	    "/payload/deadline");
	refused("{\"type\":\"call.requested\",\"id\":\"a\",\"payload\":"
	    "{\"operationId\":\"o\",\"identity\":{\"id\":\"x\"}}}", ALK_VALUE,
	    "/payload/identity");
	refused("{\"type\":\"call.error\",\"id\":\"a\",\"payload\":{\"error\":"
	    "{\"code\":\"x\"}}}", ALK_VALUE, "/payload/error/message");
	refused("{\"type\":\"call.error\",\"id\":\"a\"}", ALK_VALUE, "/code");
	refused("[{\"type\":\"other\"},{\"type\":\"call.aborted\"}]",
	    ALK_VALUE, "/requestId");
	assert_string_equal(alk_session_error(s)->entry, "event 1");
	refused("{\"type\":\"call.aborted\",", ALK_JSON, "");
	assert_int_equal(alk_call_ingest(s, "g", "[]", 2, NULL, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_call_ingest(s, "none", "[]", 2, NULL, NULL),
	    ALK_NOTFOUND);
}

struct told {
	int outcomes[8];
	int count;
	int explained;
};

static int
tell(void *arg, const alk_call_told *t)
{
	struct told *told = arg;

	assert_int_equal(t->index, told->count);
	told->outcomes[told->count++] = t->outcome;
	told->explained += t->why != NULL;
	return 0;
}

static void
each_event_is_told_with_what_became_of_it(void **state)
{
	static const char events[] = "["
	    "{\"type\":\"call.requested\",\"id\":\"a\",\"operationId\":\"o\"},"
	    "{\"type\":\"call.requested\",\"id\":\"a\",\"operationId\":\"o\"},"
	    "{\"type\":\"call.requested\",\"id\":\"a\",\"operationId\":\"p\"},"
	    "{\"type\":\"call.completed\",\"id\":\"a\"},"
	    "{\"type\":\"call.aborted\",\"id\":\"a\"},"
	    "{\"type\":\"call.aborted\",\"id\":\"b\"},"
	    "{\"type\":\"session.started\"}]";
	static const int wanted[] = { ALK_CALL_APPLIED, ALK_CALL_DUPLICATE,
		ALK_CALL_DIFFERS, ALK_CALL_APPLIED, ALK_CALL_LATE,
		ALK_CALL_WAITING, ALK_CALL_FOREIGN };
	struct told told = { .count = 0 };
	alk_call_options o = { .fn = tell, .arg = &told };
	alk_call_result r;

	(void)state;
	fixture_ok(s, alk_call_ingest(s, "calls", events, ALK_NUL, &o, &r),
	    "ingest");
	assert_int_equal(told.count, 7);
	assert_memory_equal(told.outcomes, wanted, sizeof(wanted));
	assert_int_equal(told.explained, 3);
	assert_int_equal(r.applied, 2);
	assert_int_equal(r.duplicate, 1);
	assert_int_equal(r.differing, 1);
	assert_int_equal(r.late, 1);
	assert_int_equal(r.waiting, 1);
	assert_int_equal(r.foreign, 1);
	assert_int_equal(r.calls, 1);
	assert_int_equal(r.rev, 2); /* the graph itself was 1 */
}

static const char family[] = "["
    "{\"type\":\"call.requested\",\"id\":\"a\",\"operationId\":\"o\","
    "\"deadline\":\"2026-11-25T12:00:10Z\"},"
    "{\"type\":\"call.requested\",\"id\":\"b\",\"operationId\":\"p\","
    "\"parentRequestId\":\"a\"},"
    "{\"type\":\"call.requested\",\"id\":\"c\",\"operationId\":\"p\","
    "\"parentRequestId\":\"b\"},"
    "{\"type\":\"call.completed\",\"id\":\"b\"},"
    "{\"type\":\"call.requested\",\"id\":\"d\",\"operationId\":\"o\"}]";

static void
an_abort_goes_through_calls_that_have_ended(void **state)
{
	alk_call_result r;

	(void)state;
	ingest("calls", family);
	fixture_ok(s, alk_call_abort(s, "calls", "a", &r), "abort");
	assert_int_equal(r.applied, 1);
	assert_int_equal(r.aborted, 1);
	has_attributes("c", "{\"nodeType\":\"CallNode\",\"requestId\":\"c\","
	    "\"operationId\":\"p\",\"status\":\"aborted\","
	    "\"parentRequestId\":\"b\","
	    "\"completedAt\":\"2026-11-25T12:00:00Z\"}");
	/* One that comes later, below one that was completed. */
	ingest("calls", "{\"type\":\"call.requested\",\"id\":\"e\","
	    "\"operationId\":\"p\",\"parentRequestId\":\"b\"}");
	has_attributes("e", "{\"nodeType\":\"CallNode\",\"requestId\":\"e\","
	    "\"operationId\":\"p\",\"status\":\"aborted\","
	    "\"parentRequestId\":\"b\","
	    "\"completedAt\":\"2026-11-25T12:00:00Z\"}");
	fixture_ok(s, alk_call_abort(s, "calls", "a", &r), "again");
	assert_int_equal(r.duplicate, 1);
	assert_int_equal(alk_call_abort(s, "calls", "b", &r), ALK_CONFLICT);
	assert_int_equal(alk_call_abort(s, "calls", "x", &r), ALK_NOTFOUND);
	assert_int_equal(alk_call_abort(s, "calls", NULL, &r), ALK_INVALID);
}

static int
add_request(void *arg, const alk_call *c)
{
	text_printf(arg, "%s%lld ", c->request, (long long)c->hops);
	return 0;
}

static void
lists(alk_call_query q, const char *wanted)
{
	struct text t = { 0 };

	fixture_ok(s, alk_call_list(s, "calls", &q, add_request, &t, NULL),
	    "list");
	assert_string_equal(text_get(&t), wanted);
	text_fini(&t);
}

static void
calls_are_listed_by_what_is_asked_for(void **state)
{
	alk_call_query no = { .status = "lost" };
	alk_page page = { 0 };
	struct text t = { 0 };

	(void)state;
	ingest("calls", family);
	lists((alk_call_query){ 0 }, "a0 b0 c0 d0 ");
	lists((alk_call_query){ .status = "completed" }, "b0 ");
	lists((alk_call_query){ .status = "open" }, "a0 c0 d0 ");
	lists((alk_call_query){ .status = "ended" }, "b0 ");
	lists((alk_call_query){ .operation = "p" }, "b0 c0 ");
	lists((alk_call_query){ .is_root = 1 }, "a0 d0 ");
	lists((alk_call_query){ .is_overdue = 1 }, "");
	lists((alk_call_query){ .stuck_ms = 11000 }, "");
	now_ms += 11000;
	lists((alk_call_query){ .is_overdue = 1 }, "a0 ");
	lists((alk_call_query){ .stuck_ms = 11000 }, "a0 c0 d0 ");
	alk_call_query q = { .limit = 3 };
	fixture_ok(s, alk_call_list(s, "calls", &q, add_request, &t, &page),
	    "page");
	assert_int_equal(page.rows, 3);
	q.cursor = page.cursor;
	fixture_ok(s, alk_call_list(s, "calls", &q, add_request, &t, &page),
	    "page");
	assert_string_equal(text_get(&t), "a0 b0 c0 d0 ");
	assert_null(page.cursor);
	assert_int_equal(alk_call_list(s, "calls", &no, add_request, &t, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_call_list(s, "calls", NULL, NULL, NULL, NULL),
	    ALK_INVALID);
	text_clear(&t);
	fixture_ok(s, alk_call_lineage(s, "calls", "c", ALK_IN, 0,
	    add_request, &t), "up");
	fixture_ok(s, alk_call_lineage(s, "calls", "a", ALK_OUT, 1,
	    add_request, &t), "down");
	assert_string_equal(text_get(&t), "b1 a2 b1 ");
	assert_int_equal(alk_call_lineage(s, "calls", "a", ALK_BOTH, 0,
	    add_request, &t), ALK_INVALID);
	assert_int_equal(alk_call_get(s, "calls", "x", add_request, &t),
	    ALK_NOTFOUND);
	text_fini(&t);
}

/* ---- lines ---- */

struct source {
	const char *at;
	size_t piece;
};

static long
give(void *arg, char *into, size_t room)
{
	struct source *from = arg;
	size_t n = strlen(from->at);

	n = n < from->piece ? n : from->piece;
	n = n < room ? n : room;
	memcpy(into, from->at, n);
	from->at += n;
	return (long)n;
}

static void
lines_come_in_batches_and_again(void **state)
{
	static const char lines[] =
	    "{\"type\":\"call.requested\",\"id\":\"a\",\"operationId\":\"o\"}\n"
	    "\n"
	    "{\"type\":\"call.requested\",\"id\":\"b\",\"operationId\":\"o\","
	    "\"parentRequestId\":\"a\"}\r\n"
	    "{\"type\":\"call.completed\",\"id\":\"a\"}\n"
	    "{\"type\":\"call.requested\"}\n";
	struct source from = { lines, 7 };
	alk_call_options o = { .batch_events = 2 };
	alk_call_result r;

	(void)state;
	assert_int_equal(alk_call_import(s, "calls", &o, give, &from, &r),
	    ALK_VALUE);
	assert_string_equal(alk_session_error(s)->entry, "line 5");
	assert_int_equal(r.lines, 4);
	assert_int_equal(r.applied, 3);
	assert_int_equal(r.edges, 1);
	from.at = lines;
	o.flags = ALK_TX_DRY_RUN;
	assert_int_equal(alk_call_import(s, "calls", &o, give, &from, &r),
	    ALK_VALUE);
	assert_int_equal(r.lines, 0);
	o.flags = 64;
	assert_int_equal(alk_call_import(s, "calls", &o, give, &from, &r),
	    ALK_INVALID);
	assert_int_equal(alk_call_import(s, "calls", NULL, NULL, NULL, &r),
	    ALK_INVALID);
}

static void
a_dry_run_and_a_stamp(void **state)
{
	static const char event[] = "{\"type\":\"call.requested\","
	    "\"id\":\"a\",\"operationId\":\"o\"}";
	alk_call_options o = { .flags = ALK_TX_DRY_RUN };
	alk_call_stats st;
	alk_call_result r;

	(void)state;
	fixture_ok(s, alk_call_ingest(s, "calls", event, ALK_NUL, &o, &r),
	    "dry");
	assert_int_equal(r.calls, 1);
	fixture_ok(s, alk_call_stats_get(s, "calls", &st), "stats");
	assert_int_equal(st.calls, 0);
	o.flags = ALK_CALL_STAMP;
	fixture_ok(s, alk_call_ingest(s, "calls", event, ALK_NUL, &o, &r),
	    "stamp");
	fixture_ok(s, alk_call_stats_get(s, "calls", &st), "stats");
	assert_int_equal(st.oldest_open_ms, now_ms);
	has_attributes("a", "{\"nodeType\":\"CallNode\",\"requestId\":\"a\","
	    "\"operationId\":\"o\",\"status\":\"pending\","
	    "\"startedAt\":\"2026-11-25T12:00:00Z\"}");
}

/* What waits for calls of a graph goes with it. */
static void
a_graph_takes_along_what_waits_in_it(void **state)
{
	alk_call_stats st;

	(void)state;
	ingest("calls", "[{\"type\":\"call.aborted\",\"id\":\"x\"},"
	    "{\"type\":\"call.requested\",\"id\":\"a\",\"operationId\":\"o\","
	    "\"parentRequestId\":\"x\"}]");
	fixture_ok(s, alk_call_stats_get(s, "calls", &st), "stats");
	assert_int_equal(st.waiting_parents, 1);
	assert_int_equal(st.waiting_outcomes, 1);
	fixture_ok(s, alk_graph_delete(s, "calls"), "delete");
	make_graph("calls");
	fixture_ok(s, alk_call_stats_get(s, "calls", &st), "stats");
	assert_int_equal(st.waiting_parents + st.waiting_outcomes, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(attributes_have_one_order),
		TEST(malformed_events_are_refused_with_their_place),
		TEST(each_event_is_told_with_what_became_of_it),
		TEST(an_abort_goes_through_calls_that_have_ended),
		TEST(calls_are_listed_by_what_is_asked_for),
		TEST(lines_come_in_batches_and_again),
		TEST(a_dry_run_and_a_stamp),
		TEST(a_graph_takes_along_what_waits_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
