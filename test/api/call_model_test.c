/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Random calls and events are applied in random order and number, and the graph
 * is held against a model that knows no order: a call has its own outcome;
 * without one it is aborted if a call above it is; else it is pending.
 */
#include "calls.h"

#define CALLS 40
#define EVENTS (4 * CALLS)

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_order_and_number_of_events_do_not_matter),
		TEST(a_replay_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
