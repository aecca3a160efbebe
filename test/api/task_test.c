/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Task graphs from C. Random plans are held against slow and simple answers:
 * the order by choosing the best of all that could come next, times by trying
 * each dependency until nothing moves, what blocks by searching a matrix.
 */
#include "fixture_session.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEST(f) \
	cmocka_unit_test_setup_teardown(f, set_up, fixture_tear_down)

#define TASKS 24

static const char *const statuses[] = { "pending", "in-progress",
	"completed", "failed", "blocked", NULL };
static const char *const priorities[] = { "low", "medium", "high", "critical",
	NULL };

static int
set_up(void **state)
{
	seed = 20261125;
	return session_set_up(state);
}

static void
make_graph(const char *name, const char *type)
{
	alk_graph_new g = { .name = name, .type = type };

	fixture_ok(s, alk_graph_create(s, &g, NULL), "graph");
}

/* ---- the model ---- */

/* Task i has the key "k" and a number that is not i, so that orders differ. */
struct plan {
	int count;
	int number[TASKS];
	const char *status[TASKS];
	const char *priority[TASKS];
	int hours[TASKS]; /* -1: none given */
	bool waits[TASKS][TASKS];
	bool is_left_out[TASKS];
};

static int
rank_of(const struct plan *p, int i)
{
	for (int r = 0; r < 4; r++)
		if (p->priority[i] != NULL &&
		    strcmp(p->priority[i], priorities[r]) == 0)
			return r;
	return 1;
}

static bool
is_before(const struct plan *p, int a, int b)
{
	return rank_of(p, a) != rank_of(p, b) ?
	    rank_of(p, a) > rank_of(p, b) : p->number[a] < p->number[b];
}

static bool
is_status(const struct plan *p, int i, const char *status)
{
	const char *own = p->status[i] != NULL ? p->status[i] : "pending";

	return strcmp(own, status) == 0;
}

static void
add_member(struct text *t, const char *name, const char *value)
{
	if (value != NULL)
		text_printf(t, ",\"%s\":\"%s\"", name, value);
}

static void
plan_write(const struct plan *p, const char *graph)
{
	char source[16];
	char target[16];

	for (int i = 0; i < p->count; i++) {
		struct text t = { 0 };
		snprintf(source, sizeof(source), "k%02d", p->number[i]);
		text_printf(&t, "{\"name\":\"task %d\"", i);
		add_member(&t, "status", p->status[i]);
		add_member(&t, "priority", p->priority[i]);
		if (p->hours[i] >= 0)
			text_printf(&t, ",\"hours\":%d", p->hours[i]);
		text_str(&t, "}");
		fixture_ok(s, alk_node_create(s, graph, source, text_get(&t)),
		    "task");
		text_fini(&t);
	}
	for (int i = 0; i < p->count; i++)
		for (int j = 0; j < p->count; j++) {
			if (!p->waits[i][j])
				continue;
			snprintf(source, sizeof(source), "k%02d",
			    p->number[i]);
			snprintf(target, sizeof(target), "k%02d",
			    p->number[j]);
			fixture_ok(s, alk_edge_create(s, graph, NULL, source,
			    target, NULL), "edge");
		}
}

static void
plan_make(struct plan *p)
{
	*p = (struct plan){ .count = 1 + below(TASKS) };
	for (int i = 0; i < p->count; i++)
		p->number[i] = i;
	for (int i = p->count - 1; i > 0; i--) {
		int j = below(i + 1);
		int t = p->number[i];
		p->number[i] = p->number[j];
		p->number[j] = t;
	}
	for (int i = 0; i < p->count; i++) {
		p->status[i] = statuses[below(6)];
		p->priority[i] = priorities[below(5)];
		p->hours[i] = below(6) - 1;
		for (int j = 0; j < i; j++)
			p->waits[i][j] = below(p->count) < 3;
	}
}

static int
hours_of(const struct plan *p, int i)
{
	return p->hours[i] >= 0 ? p->hours[i] : 1;
}

/* The longest way down from i, in hours or in tasks, itself left out. */
static int
longest_below(const struct plan *p, int i, bool in_tasks)
{
	int most = 0;

	for (int j = 0; j < p->count; j++) {
		if (!p->waits[i][j] || p->is_left_out[j])
			continue;
		int n = longest_below(p, j, in_tasks) +
		    (in_tasks ? 1 : hours_of(p, j));
		if (n > most)
			most = n;
	}
	return most;
}

static int
longest_above(const struct plan *p, int i)
{
	int most = 0;

	for (int j = 0; j < p->count; j++) {
		if (!p->waits[j][i] || p->is_left_out[j])
			continue;
		int n = longest_above(p, j) + hours_of(p, j);
		if (n > most)
			most = n;
	}
	return most;
}

static int
length_of(const struct plan *p)
{
	int most = 0;

	for (int i = 0; i < p->count; i++) {
		int n = longest_below(p, i, false) + hours_of(p, i);
		if (!p->is_left_out[i] && n > most)
			most = n;
	}
	return most;
}

/* ---- what the library tells ---- */

struct heard {
	const struct plan *p;
	int tasks[TASKS];
	alk_task told[TASKS];
	int count;
};

static int
hear(void *arg, const alk_task *t)
{
	struct heard *h = arg;
	int number = atoi(t->key + 1);
	int i = 0;

	assert_true(h->count < TASKS);
	while (h->p->number[i] != number)
		i++;
	assert_string_equal(t->status, h->p->status[i] != NULL ?
	    h->p->status[i] : "pending");
	assert_int_equal(atoi(t->name + 5), i);
	assert_non_null(strstr(t->attributes, "\"nodeType\":\"TaskNode\""));
	h->told[h->count] = *t;
	h->tasks[h->count++] = i;
	return 0;
}

static void
check_times(const struct plan *p, const struct heard *h)
{
	int length = length_of(p);

	for (int n = 0; n < h->count; n++) {
		int i = h->tasks[n];
		const alk_task *t = &h->told[n];
		int start = longest_below(p, i, false);
		assert_int_equal(t->group, longest_below(p, i, true));
		assert_true(t->weight == hours_of(p, i));
		assert_true(t->start == start);
		assert_true(t->finish == start + hours_of(p, i));
		assert_true(t->slack == length - start - hours_of(p, i) -
		    longest_above(p, i));
	}
}

/* Of all that could come next the best. */
static void
check_order(const struct plan *p, const struct heard *h)
{
	bool is_done[TASKS];

	memcpy(is_done, p->is_left_out, sizeof(is_done));
	for (int n = 0; n < h->count; n++) {
		int best = -1;
		for (int i = 0; i < p->count; i++) {
			bool is_free = !is_done[i];
			for (int j = 0; j < p->count; j++)
				is_free = is_free &&
				    (!p->waits[i][j] || is_done[j]);
			if (is_free && (best < 0 || is_before(p, i, best)))
				best = i;
		}
		assert_int_equal(h->tasks[n], best);
		is_done[best] = true;
	}
	for (int i = 0; i < p->count; i++)
		assert_true(is_done[i]);
}

static void
check_groups(const struct plan *p, const struct heard *h)
{
	for (int n = 1; n < h->count; n++) {
		const alk_task *a = &h->told[n - 1];
		const alk_task *b = &h->told[n];
		assert_true(a->group < b->group || (a->group == b->group &&
		    is_before(p, h->tasks[n - 1], h->tasks[n])));
	}
}

static void
check_critical(const struct plan *p, const struct heard *h, double length)
{
	double sum = 0;

	assert_true(length == length_of(p));
	for (int n = 0; n < h->count; n++) {
		assert_true(h->told[n].slack == 0);
		assert_true(h->told[n].start == sum);
		sum += h->told[n].weight;
		if (n > 0)
			assert_true(p->waits[h->tasks[n]][h->tasks[n - 1]]);
	}
	assert_true(sum == length);
}

static void
check_ready(const struct plan *p, const struct heard *h)
{
	int count = 0;

	for (int i = 0; i < p->count; i++) {
		bool is_ready = is_status(p, i, "pending");
		for (int j = 0; j < p->count; j++)
			is_ready = is_ready && (!p->waits[i][j] ||
			    is_status(p, j, "completed"));
		count += is_ready;
		for (int n = 0; n < h->count; n++)
			assert_true(h->tasks[n] != i || is_ready);
	}
	assert_int_equal(h->count, count);
	for (int n = 1; n < h->count; n++)
		assert_true(is_before(p, h->tasks[n - 1], h->tasks[n]));
}

/* Hops over tasks that are not completed, by trying until nothing moves. */
static void
measure(const struct plan *p, bool is_up, int hops[TASKS])
{
	for (bool moves = true; moves;) {
		moves = false;
		for (int i = 0; i < p->count; i++)
			for (int j = 0; j < p->count; j++) {
				bool joins = is_up ? p->waits[j][i] :
						     p->waits[i][j];
				if (!joins || hops[i] < 0 ||
				    is_status(p, j, "completed") ||
				    (hops[j] >= 0 && hops[j] <= hops[i] + 1))
					continue;
				hops[j] = hops[i] + 1;
				moves = true;
			}
	}
}

static void
check_found(const struct plan *p, const struct heard *h,
    const int hops[TASKS])
{
	int count = 0;

	for (int i = 0; i < p->count; i++)
		count += hops[i] > 0;
	assert_int_equal(h->count, count);
	for (int n = 0; n < h->count; n++) {
		assert_int_equal(h->told[n].hops, hops[h->tasks[n]]);
		if (n > 0 && h->told[n - 1].hops == h->told[n].hops)
			assert_true(is_before(p, h->tasks[n - 1],
			    h->tasks[n]));
		else if (n > 0)
			assert_true(h->told[n - 1].hops < h->told[n].hops);
	}
}

static void
check_blocks(const struct plan *p, const char *graph)
{
	char key[16];

	for (int i = -1; i < p->count; i++) {
		struct heard h = { .p = p };
		int up[TASKS];
		int down[TASKS];
		for (int j = 0; j < TASKS; j++)
			up[j] = down[j] = -1;
		for (int j = 0; j < p->count; j++) {
			if (i < 0 ? is_status(p, j, "failed") : j == i &&
			    !is_status(p, j, "completed"))
				up[j] = down[j] = 0;
		}
		measure(p, true, up);
		measure(p, false, down);
		snprintf(key, sizeof(key), "k%02d", i < 0 ? 0 : p->number[i]);
		fixture_ok(s, alk_task_blocked(s, graph, i < 0 ? NULL : key,
		    hear, &h), "blocked");
		check_found(p, &h, up);
		if (i < 0)
			continue;
		h.count = 0;
		fixture_ok(s, alk_task_blockers(s, graph, key, hear, &h),
		    "blockers");
		check_found(p, &h, down);
	}
}

static void
check_plan(struct plan *p, const char *graph, unsigned flags)
{
	alk_task_options o = { .flags = flags, .weight = "hours" };
	struct heard h = { .p = p };
	double length = -1;

	for (int i = 0; i < p->count; i++)
		p->is_left_out[i] = (flags & ALK_TASK_OPEN) != 0 &&
		    is_status(p, i, "completed");
	fixture_ok(s, alk_task_order(s, graph, &o, hear, &h), "order");
	check_order(p, &h);
	check_times(p, &h);
	o.flags |= ALK_TASK_GROUPS;
	int count = h.count;
	h.count = 0;
	fixture_ok(s, alk_task_order(s, graph, &o, hear, &h), "groups");
	assert_int_equal(h.count, count);
	check_groups(p, &h);
	o.flags = flags;
	h.count = 0;
	fixture_ok(s, alk_task_critical(s, graph, &o, hear, &h, &length),
	    "critical");
	check_critical(p, &h, length);
}

static void
random_plans_are_as_the_model_says(void **state)
{
	(void)state;
	for (int round = 0; round < 60; round++) {
		struct plan p;
		struct heard h = { .p = &p };
		char graph[16];
		plan_make(&p);
		snprintf(graph, sizeof(graph), "plan%d", round);
		make_graph(graph, "task");
		plan_write(&p, graph);
		check_plan(&p, graph, 0);
		check_plan(&p, graph, ALK_TASK_OPEN);
		fixture_ok(s, alk_task_ready(s, graph, hear, &h), "ready");
		check_ready(&p, &h);
		check_blocks(&p, graph);
	}
}

/* ---- slips ---- */

static int
stop_at_once(void *arg, const alk_task *t)
{
	assert_string_equal(t->key, "b");
	++*(int *)arg;
	return 1;
}

static void
what_is_no_task_graph_is_refused(void **state)
{
	alk_task_options o = { .weight = "hours" };
	int seen = 0;

	(void)state;
	make_graph("plan", "task");
	fixture_ok(s, alk_node_create(s, "plan", "a",
	    "{\"name\":\"a\",\"hours\":-1}"), "a");
	assert_int_equal(alk_task_order(s, "plan", &o, stop_at_once, &seen),
	    ALK_VALUE);
	assert_string_equal(alk_session_error(s)->entry, "node a");
	o.weight = "hours[";
	assert_int_equal(alk_task_order(s, "plan", &o, stop_at_once, &seen),
	    ALK_FILTER);
	o = (alk_task_options){ .flags = 64 };
	assert_int_equal(alk_task_order(s, "plan", &o, stop_at_once, &seen),
	    ALK_INVALID);
	assert_int_equal(alk_task_order(s, "plan", NULL, NULL, NULL),
	    ALK_INVALID);
	assert_int_equal(alk_task_order(s, "g", NULL, stop_at_once, &seen),
	    ALK_INVALID);
	assert_int_equal(alk_task_ready(s, "none", stop_at_once, &seen),
	    ALK_NOTFOUND);
	assert_int_equal(alk_task_blockers(s, "plan", "x", stop_at_once,
	    &seen), ALK_NOTFOUND);
	assert_int_equal(alk_task_blockers(s, "plan", NULL, stop_at_once,
	    &seen), ALK_INVALID);
	assert_int_equal(seen, 0);
	fixture_ok(s, alk_node_create(s, "plan", "b",
	    "{\"name\":\"b\",\"priority\":\"critical\"}"), "b");
	fixture_ok(s, alk_task_order(s, "plan", NULL, stop_at_once, &seen),
	    "stop");
	assert_int_equal(seen, 1);
}

/* A type of one's own need not be acyclic. */
static void
a_circle_is_named(void **state)
{
	static const char module[] = "{\"$defs\":{"
	    "\"TaskNode\":{\"type\":\"object\"},"
	    "\"DependencyEdge\":{\"type\":\"object\"},"
	    "\"OtherNode\":{\"type\":\"object\"}}}";
	alk_type_options o = { .scope = "tenant" };
	int seen = 0;

	(void)state;
	fixture_ok(s, alk_types_load(s, "loose", &o, module, ALK_NUL, NULL),
	    "load");
	make_graph("l", "loose");
	for (const char *key = "abcd"; *key != '\0'; key++) {
		const char text[] = { *key, '\0' };
		fixture_ok(s, alk_node_create(s, "l", text,
		    "{\"nodeType\":\"TaskNode\"}"), "task");
	}
	fixture_ok(s, alk_node_create(s, "l", "x",
	    "{\"nodeType\":\"OtherNode\"}"), "other");
	fixture_ok(s, alk_edge_create(s, "l", NULL, "a", "x", NULL), "a-x");
	fixture_ok(s, alk_edge_create(s, "l", NULL, "a", "b", NULL), "a-b");
	fixture_ok(s, alk_edge_create(s, "l", NULL, "b", "c", NULL), "b-c");
	fixture_ok(s, alk_edge_create(s, "l", NULL, "c", "d", NULL), "c-d");
	fixture_ok(s, alk_edge_create(s, "l", NULL, "d", "b", NULL), "d-b");
	assert_int_equal(alk_task_order(s, "l", NULL, stop_at_once, &seen),
	    ALK_STRUCTURE);
	assert_non_null(strstr(alk_session_error(s)->text,
	    "b -> c -> d -> b"));
	assert_int_equal(seen, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(random_plans_are_as_the_model_says),
		TEST(what_is_no_task_graph_is_refused),
		TEST(a_circle_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
