/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Which tasks can be begun, what keeps one from being done, and what one that
 * is not done keeps from being done. A completed task ends a search: what lies
 * behind it keeps nobody waiting.
 */
#include "workflow/task_parts.h"

#include "base/mem.h"

/* ---- ready ---- */

static bool
is_ready(const struct task *task)
{
	return task->status == TASK_PENDING && task->waits == 0;
}

/* By priority and key, by merging: qsort() takes no context. */
static void
sort(const struct tasks *t, uint32_t *list, uint32_t *spare, size_t count)
{
	for (size_t width = 1; width < count; width *= 2) {
		for (size_t from = 0; from < count; from += 2 * width) {
			size_t middle = from + width < count ? from + width :
							       count;
			size_t end = middle + width < count ? middle + width :
							      count;
			size_t a = from;
			size_t b = middle;
			for (size_t n = from; n < end; n++) {
				bool takes_b = a == middle || (b < end &&
				    tasks_is_before(t, list[b], list[a]));
				spare[n] = takes_b ? list[b++] : list[a++];
			}
		}
		for (size_t n = 0; n < count; n++)
			list[n] = spare[n];
	}
}

int
tasks_ready(struct graph *g, const char *graph, alk_task_fn fn, void *arg)
{
	struct tasks t;
	uint32_t *list = NULL;
	uint32_t *spare = NULL;
	size_t count = 0;

	if (tasks_open(&t, g, graph, NULL, fn, arg) == ALK_OK) {
		list = tasks_numbers(&t, t.count);
		spare = tasks_numbers(&t, t.count);
	}
	if (g->err->code == ALK_OK) {
		for (size_t i = 0; i < t.count; i++)
			if (is_ready(&t.list[i]))
				list[count++] = (uint32_t)i;
		sort(&t, list, spare, count);
		for (size_t n = 0; n < count; n++)
			if (!tasks_tell(&t, list[n]))
				break;
	}
	mem_release(list);
	mem_release(spare);
	tasks_close(&t);
	return g->err->code;
}

/* ---- blockers and blocked ---- */

struct search {
	struct tasks *t;
	const size_t *at; /* arcs: up or down */
	const uint32_t *to;
	uint32_t *queue;
	size_t count;
};

static void
begin_at(struct search *s, size_t i)
{
	s->t->list[i].hops = 0;
	s->queue[s->count++] = (uint32_t)i;
}

/* Nearest first; those of equal distance by priority and key. */
static void
search_on(struct search *s, uint32_t *spare)
{
	struct tasks *t = s->t;
	size_t from = 0;

	for (int64_t hops = 1; from < s->count; hops++) {
		size_t to = s->count;
		for (; from < to; from++) {
			size_t i = s->queue[from];
			for (size_t k = s->at[i]; k < s->at[i + 1]; k++) {
				struct task *next = &t->list[s->to[k]];
				if (next->hops >= 0 ||
				    next->status == TASK_COMPLETED)
					continue;
				next->hops = hops;
				s->queue[s->count++] = s->to[k];
			}
		}
		sort(t, s->queue + to, spare, s->count - to);
	}
}

static void
tell_found(struct search *s)
{
	for (size_t n = 0; n < s->count; n++) {
		size_t i = s->queue[n];
		if (s->t->list[i].hops > 0 && !tasks_tell(s->t, i))
			return;
	}
}

/* key NULL, upwards only: from each that has failed. */
static void
run(struct tasks *t, const char *key, bool is_up)
{
	struct search s = { .t = t, .at = is_up ? t->up_at : t->down_at,
		.to = is_up ? t->up : t->down };
	uint32_t *spare = tasks_numbers(t, t->count);
	size_t start = 0;

	s.queue = tasks_numbers(t, t->count);
	if (s.queue != NULL && spare != NULL &&
	    ((key == NULL && is_up) || tasks_find(t, key, &start))) {
		if (key != NULL &&
		    t->list[start].status != TASK_COMPLETED)
			begin_at(&s, start);
		for (size_t i = 0; key == NULL && i < t->count; i++)
			if (t->list[i].status == TASK_FAILED)
				begin_at(&s, i);
		search_on(&s, spare);
		tell_found(&s);
	}
	mem_release(s.queue);
	mem_release(spare);
}

int
tasks_blockers(struct graph *g, const char *graph, const char *key,
    alk_task_fn fn, void *arg)
{
	struct tasks t;

	if (tasks_open(&t, g, graph, NULL, fn, arg) == ALK_OK)
		run(&t, key, false);
	tasks_close(&t);
	return g->err->code;
}

int
tasks_blocked(struct graph *g, const char *graph, const char *key,
    alk_task_fn fn, void *arg)
{
	struct tasks t;

	if (tasks_open(&t, g, graph, NULL, fn, arg) == ALK_OK)
		run(&t, key, true);
	tasks_close(&t);
	return g->err->code;
}
