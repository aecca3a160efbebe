/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The order of tasks: A. B. Kahn, "Topological sorting of large networks"
 * (1962), with a heap for those that are free, so that of those the one of the
 * highest priority, then of the first key, comes next. Times by the critical
 * path method: the earliest start forwards, the slack backwards.
 */
#include "workflow/task_parts.h"

#include "base/error.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- a heap of tasks ---- */

struct heap {
	struct tasks *t;
	uint32_t *list;
	size_t count;
};

static void
swap(struct heap *h, size_t a, size_t b)
{
	uint32_t x = h->list[a];

	h->list[a] = h->list[b];
	h->list[b] = x;
}

static bool
is_before(const struct heap *h, size_t a, size_t b)
{
	return tasks_is_before(h->t, h->list[a], h->list[b]);
}

static void
heap_add(struct heap *h, uint32_t task)
{
	size_t at = h->count++;

	h->list[at] = task;
	for (; at > 0 && is_before(h, at, (at - 1) / 2); at = (at - 1) / 2)
		swap(h, at, (at - 1) / 2);
}

static uint32_t
heap_take(struct heap *h)
{
	uint32_t first = h->list[0];
	size_t at = 0;

	h->list[0] = h->list[--h->count];
	for (;;) {
		size_t least = at;
		for (size_t k = 2 * at + 1; k <= 2 * at + 2; k++)
			if (k < h->count && is_before(h, k, least))
				least = k;
		if (least == at)
			return first;
		swap(h, at, least);
		at = least;
	}
}

/* ---- the order ---- */

/* From a task that cannot be reached down to one that comes again. */
static void
tell_circle(struct tasks *t, const uint32_t *left)
{
	struct buf way = { 0 };
	uint32_t *seen = tasks_numbers(t, t->count);
	size_t at = 0;
	uint32_t step = 0;

	while (at < t->count && left[at] == 0)
		at++;
	/* Each that is left waits for another that is left. */
	while (seen != NULL && seen[at] < 2) {
		if (++seen[at] == 2 && step++ < 8) {
			buf_str(&way, tasks_key(t, at));
			buf_str(&way, " -> ");
		}
		size_t k = t->down_at[at];
		while (left[t->down[k]] == 0)
			k++;
		at = t->down[k];
	}
	if (seen != NULL)
		buf_str(&way, step > 8 ? "..." : tasks_key(t, at));
	const char *text = buf_text(&way);
	if (text != NULL)
		error_set(t->g->err, ALK_STRUCTURE,
		    "tasks wait for each other in a circle: %.300s", text);
	else
		error_nomem(t->g->err);
	buf_fini(&way);
	mem_release(seen);
}

/* Behind all that it waits for: its group and its earliest start. */
static void
place(struct tasks *t, size_t i)
{
	struct task *task = &t->list[i];

	for (size_t k = t->down_at[i]; k < t->down_at[i + 1]; k++) {
		const struct task *below = &t->list[t->down[k]];
		if (below->group + 1 > task->group)
			task->group = below->group + 1;
		if (below->start + below->weight > task->start)
			task->start = below->start + below->weight;
	}
}

/* Backwards: by how much each may be late without making the whole longer. */
static void
find_slack(struct tasks *t, const uint32_t *order, double length)
{
	for (size_t n = t->count; n-- > 0;) {
		size_t i = order[n];
		struct task *task = &t->list[i];
		task->slack = length - task->start - task->weight;
		for (size_t k = t->up_at[i]; k < t->up_at[i + 1]; k++) {
			const struct task *above = &t->list[t->up[k]];
			double most = above->start + above->slack -
			    task->start - task->weight;
			if (most < task->slack)
				task->slack = most;
		}
		if (task->slack < 0) /* by rounding */
			task->slack = 0;
	}
}

uint32_t *
tasks_sort(struct tasks *t, double *length)
{
	uint32_t *order = tasks_numbers(t, t->count);
	uint32_t *left = tasks_numbers(t, t->count);
	struct heap free = { t, tasks_numbers(t, t->count), 0 };
	size_t done = 0;

	*length = 0;
	if (t->g->err->code != ALK_OK)
		goto end;
	for (size_t i = 0; i < t->count; i++) {
		left[i] = (uint32_t)(t->down_at[i + 1] - t->down_at[i]);
		if (left[i] == 0)
			heap_add(&free, (uint32_t)i);
	}
	while (free.count > 0) {
		uint32_t i = heap_take(&free);
		order[done++] = i;
		place(t, i);
		double finish = t->list[i].start + t->list[i].weight;
		if (finish > *length)
			*length = finish;
		for (size_t k = t->up_at[i]; k < t->up_at[i + 1]; k++)
			if (--left[t->up[k]] == 0)
				heap_add(&free, t->up[k]);
	}
	if (done < t->count)
		tell_circle(t, left);
	else
		find_slack(t, order, *length);
end:
	mem_release(left);
	mem_release(free.list);
	if (t->g->err->code == ALK_OK)
		return order;
	mem_release(order);
	return NULL;
}

/* ---- by group ---- */

/* Counts each group, then puts its tasks behind those of the one before. */
static uint32_t *
by_group(struct tasks *t, const uint32_t *order)
{
	uint32_t *at = tasks_numbers(t, t->count + 1);
	uint32_t *out = tasks_numbers(t, t->count);
	struct heap h = { t, tasks_numbers(t, t->count), 0 };
	size_t placed = 0;

	if (t->g->err->code == ALK_OK) {
		for (size_t i = 0; i < t->count; i++)
			at[t->list[i].group + 1]++;
		for (size_t i = 0; i < t->count; i++)
			at[i + 1] += at[i];
		/* In the order, so that what comes first is seen first. */
		for (size_t n = 0; n < t->count; n++)
			out[at[t->list[order[n]].group]++] = order[n];
	}
	/* Within a group by priority and key. */
	for (size_t from = 0; t->g->err->code == ALK_OK && from < t->count;) {
		size_t group = t->list[out[from]].group;
		size_t to = from;
		while (to < t->count && t->list[out[to]].group == group)
			heap_add(&h, out[to++]);
		while (h.count > 0)
			out[placed++] = heap_take(&h);
		from = to;
	}
	mem_release(at);
	mem_release(h.list);
	return out;
}

int
tasks_order(struct graph *g, const char *graph, const alk_task_options *o,
    alk_task_fn fn, void *arg)
{
	struct tasks t;
	uint32_t *order = NULL;
	double length;

	if (tasks_open(&t, g, graph, o, fn, arg) == ALK_OK)
		order = tasks_sort(&t, &length);
	if (order != NULL && (t.o->flags & ALK_TASK_GROUPS) != 0) {
		uint32_t *grouped = by_group(&t, order);
		mem_release(order);
		order = grouped;
	}
	for (size_t n = 0; g->err->code == ALK_OK && n < t.count; n++)
		if (!tasks_tell(&t, order[n]))
			break;
	mem_release(order);
	tasks_close(&t);
	return g->err->code;
}

/* ---- the critical path ---- */

/*
 * The task that ends last among those given (NULL: all); of several the first
 * by priority and key.
 */
static size_t
last_to_end(const struct tasks *t, const uint32_t *among, size_t count)
{
	size_t best = SIZE_MAX;
	double latest = 0;

	for (size_t n = 0; n < count; n++) {
		size_t i = among != NULL ? among[n] : n;
		double finish = t->list[i].start + t->list[i].weight;
		if (best == SIZE_MAX || finish > latest ||
		    (finish == latest && tasks_is_before(t, i, best))) {
			best = i;
			latest = finish;
		}
	}
	return best;
}

static void
tell_critical(struct tasks *t)
{
	uint32_t *way = tasks_numbers(t, t->count);
	size_t count = 0;
	size_t at = last_to_end(t, NULL, t->count);

	while (way != NULL && at != SIZE_MAX) {
		way[count++] = (uint32_t)at;
		at = last_to_end(t, t->down + t->down_at[at],
		    t->down_at[at + 1] - t->down_at[at]);
	}
	while (count-- > 0)
		if (!tasks_tell(t, way[count]))
			break;
	mem_release(way);
}

int
tasks_critical(struct graph *g, const char *graph, const alk_task_options *o,
    alk_task_fn fn, void *arg, double *length)
{
	struct tasks t;
	uint32_t *order = NULL;
	double found = 0;

	if (tasks_open(&t, g, graph, o, fn, arg) == ALK_OK)
		order = tasks_sort(&t, &found);
	if (order != NULL)
		tell_critical(&t);
	if (g->err->code == ALK_OK && length != NULL)
		*length = found;
	mem_release(order);
	tasks_close(&t);
	return g->err->code;
}
