/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Call graphs from C. Random calls and events are applied in random order and
 * number, and the graph is held against a model that knows no order: a call has
 * its own outcome; without one it is aborted if a call above it is; else it is
 * pending.
 */
#include "fixture_session.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEST(f) \
	cmocka_unit_test_setup_teardown(f, set_up, fixture_tear_down)

#define CALLS 40
#define EVENTS (4 * CALLS)

static void
make_graph(const char *name)
{
	alk_graph_new g = { .name = name, .type = "call-graph" };

	fixture_ok(s, alk_graph_create(s, &g, NULL), "graph");
}

static int
set_up(void **state)
{
	(void)state;
	seed = 20261125;
	/* 2026-11-25T12:00:00Z */
	(void)with_session(fixture_set_up_at(INT64_C(1795608000000)));
	make_graph("calls");
	return 0;
}

static alk_call_result
ingest(const char *graph, const char *events)
{
	alk_call_result r = { 0 };

	fixture_ok(s, alk_call_ingest(s, graph, events, ALK_NUL, NULL, &r),
	    "ingest");
	return r;
}

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

/* ---- the whole graph as text ---- */

static int
add_node(void *arg, const alk_row *row)
{
	text_printf(arg, "%s %s %s\n", row->key, row->type, row->attributes);
	return 0;
}

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
add_edge(void *arg, const alk_row *row)
{
	char line[256];
	char ***list = arg;

	snprintf(line, sizeof(line), "%s %s -> %s %s", row->type, row->source,
	    row->target, row->attributes);
	*(*list)++ = text_copy(line, strlen(line));
	return 0;
}

/* Without numbers and times of rows, in the order of keys. */
static struct text
dump(const char *graph)
{
	struct text t = { 0 };
	char *lines[2 * CALLS];
	char **end = lines;
	alk_query by_key = { .order = "@key", .limit = ALK_NUL };
	alk_query all = { .limit = ALK_NUL };

	fixture_ok(s, alk_node_list(s, graph, &by_key, add_node, &t, NULL),
	    "nodes");
	fixture_ok(s, alk_edge_list(s, graph, &all, add_edge, &end, NULL),
	    "edges");
	size_t count = (size_t)(end - lines);
	qsort(lines, count, sizeof(lines[0]), compare_lines);
	for (size_t i = 0; i < count; i++) {
		text_printf(&t, "%s\n", lines[i]);
		free(lines[i]);
	}
	return t;
}

/* ---- random calls and their events ---- */

struct model {
	int count;
	int parent[CALLS];         /* -1: none */
	const char *outcome[CALLS]; /* status; NULL: none of its own */
	char *events[EVENTS];
	int events_count;
};

static void
add_event(struct model *m, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
add_event(struct model *m, const char *format, ...)
{
	char line[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	assert_true(m->events_count < EVENTS);
	m->events[m->events_count++] = text_copy(line, strlen(line));
}

static void
model_free(struct model *m)
{
	for (int i = 0; i < m->events_count; i++)
		free(m->events[i]);
}

static int
aborted_above(const struct model *m, int i)
{
	for (i = m->parent[i]; i >= 0; i = m->parent[i])
		if (m->outcome[i] != NULL &&
		    strcmp(m->outcome[i], "aborted") == 0)
			return i;
	return -1;
}

static void
add_requested(struct model *m, int i)
{
	char parent[64] = "";

	if (m->parent[i] >= 0)
		snprintf(parent, sizeof(parent),
		    ",\"parentRequestId\":\"r%02d\"", m->parent[i]);
	add_event(m, "{\"type\":\"call.requested\",\"id\":\"r%02d\","
	    "\"timestamp\":%d,\"payload\":{\"operationId\":\"op%d\"%s,"
	    "\"input\":{\"n\":%d}}}", i, 1000 + i, i % 3, parent, i);
}

static void
add_outcome(struct model *m, int i)
{
	const char *o = m->outcome[i];
	int at = 5000 + 10 * i;

	if (strcmp(o, "aborted") == 0) {
		add_event(m, "{\"type\":\"call.aborted\",\"timestamp\":%d,"
		    "\"requestId\":\"r%02d\"}", at, i);
	} else if (strcmp(o, "failed") == 0) {
		add_event(m, "{\"type\":\"call.error\",\"timestamp\":%d,"
		    "\"payload\":{\"requestId\":\"r%02d\",\"code\":\"E\","
		    "\"message\":\"no %d\",\"details\":[%d]}}", at, i, i, i);
	} else {
		add_event(m, "{\"type\":\"call.responded\",\"timestamp\":%d,"
		    "\"payload\":{\"requestId\":\"r%02d\",\"output\":%d}}",
		    at, i, i);
		if (i % 2 == 0)
			add_event(m, "{\"type\":\"call.completed\","
			    "\"timestamp\":%d,\"id\":\"r%02d\"}",
			    at + 3 - i % 4 * 3, i);
	}
}

/*
 * Calls of a forest. Unless they may compete, a call below one that is aborted
 * has no outcome of its own.
 */
static void
model_make(struct model *m, bool may_compete)
{
	static const char *const outcomes[] = { "completed", "failed",
		"aborted", NULL, NULL };

	*m = (struct model){ .count = 2 + below(CALLS - 2) };
	for (int i = 0; i < m->count; i++) {
		m->parent[i] = i == 0 || below(6) == 0 ? -1 : below(i);
		m->outcome[i] = outcomes[below(5)];
		if (!may_compete && aborted_above(m, i) >= 0)
			m->outcome[i] = NULL;
		add_requested(m, i);
		if (m->outcome[i] != NULL)
			add_outcome(m, i);
	}
}

static void
shuffle(char **list, int count)
{
	for (int i = count - 1; i > 0; i--) {
		int j = below(i + 1);
		char *t = list[i];
		list[i] = list[j];
		list[j] = t;
	}
}

/* Events in batches of random size, some of them twice or more. */
static void
apply_all(const char *graph, char **events, int count, bool repeats)
{
	struct text t = { 0 };

	for (int i = 0; i < count;) {
		int size = 1 + below(8);
		text_clear(&t);
		text_str(&t, "[");
		for (int j = 0; j < size && i < count; j++) {
			text_printf(&t, "%s%s", j > 0 ? "," : "", events[i]);
			if (repeats && below(3) == 0)
				text_printf(&t, ",%s", events[below(i + 1)]);
			i++;
		}
		text_str(&t, "]");
		ingest(graph, text_get(&t));
	}
	text_fini(&t);
}

struct judged {
	const struct model *m;
	int seen;
};

static int
judge(void *arg, const alk_call *c)
{
	struct judged *j = arg;
	int i = atoi(c->request + 1);
	int above = aborted_above(j->m, i);
	const char *own = j->m->outcome[i];

	assert_string_equal(c->status, own != NULL ? own :
	    above >= 0 ? "aborted" : "pending");
	assert_int_equal(c->started_ms, 1000 + i);
	if (own == NULL)
		assert_int_equal(c->completed_ms,
		    above >= 0 ? 5000 + 10 * above : 0);
	if (j->m->parent[i] < 0)
		assert_null(c->parent);
	else
		assert_int_equal(atoi(c->parent + 1), j->m->parent[i]);
	j->seen++;
	return 0;
}

static void
judge_graph(const char *graph, const struct model *m)
{
	struct judged j = { .m = m };
	alk_call_query all = { .limit = ALK_NUL };
	alk_call_stats st;
	int children = 0;

	fixture_ok(s, alk_call_list(s, graph, &all, judge, &j, NULL), "list");
	assert_int_equal(j.seen, m->count);
	fixture_ok(s, alk_call_stats_get(s, graph, &st), "stats");
	assert_int_equal(st.calls, m->count);
	assert_int_equal(st.waiting_parents, 0);
	assert_int_equal(st.waiting_outcomes, 0);
	assert_int_equal(st.pending + st.completed + st.failed + st.aborted,
	    m->count);
	for (int i = 0; i < m->count; i++)
		children += m->parent[i] >= 0;
	struct text t = dump(graph);
	int edges = 0;
	for (const char *at = text_get(&t);
	    (at = strstr(at, "TriggeredEdge r")) != NULL; at++)
		edges++;
	text_fini(&t);
	assert_int_equal(edges, children);
}

static void
the_order_and_number_of_events_do_not_matter(void **state)
{
	(void)state;
	for (int round = 0; round < 40; round++) {
		struct model m;
		struct text first = { 0 };
		model_make(&m, false);
		for (int way = 0; way < 3; way++) {
			char name[32];
			snprintf(name, sizeof(name), "g%d-%d", round, way);
			make_graph(name);
			if (way > 0)
				shuffle(m.events, m.events_count);
			apply_all(name, m.events, m.events_count, way > 0);
			judge_graph(name, &m);
			struct text t = dump(name);
			if (way == 0)
				first = t;
			else
				assert_string_equal(text_get(&t),
				    text_get(&first));
			if (way > 0)
				text_fini(&t);
		}
		text_fini(&first);
		model_free(&m);
	}
}

/* Also where outcomes compete: what has happened stays. */
static void
a_replay_changes_nothing(void **state)
{
	alk_row g;

	(void)state;
	for (int round = 0; round < 40; round++) {
		struct model m;
		char name[32];
		model_make(&m, true);
		shuffle(m.events, m.events_count);
		snprintf(name, sizeof(name), "g%d", round);
		make_graph(name);
		apply_all(name, m.events, m.events_count, false);
		struct text before = dump(name);
		fixture_ok(s, alk_graph_get(s, name, &g), "get");
		int64_t rev = g.number;
		for (int i = 0; i < 3; i++) {
			if (i > 0)
				shuffle(m.events, m.events_count);
			apply_all(name, m.events, m.events_count, true);
		}
		struct text after = dump(name);
		assert_string_equal(text_get(&after), text_get(&before));
		fixture_ok(s, alk_graph_get(s, name, &g), "get");
		assert_int_equal(g.number, rev);
		text_fini(&before);
		text_fini(&after);
		model_free(&m);
	}
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
		TEST(the_order_and_number_of_events_do_not_matter),
		TEST(a_replay_changes_nothing),
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
