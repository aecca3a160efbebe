/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef WORKFLOW_TASK_PARTS_H
#define WORKFLOW_TASK_PARTS_H

#include "graph/topo.h"
#include "workflow/task.h"

/*
 * The tasks of a graph in memory, shared by task_order.c and task_block.c. A
 * task is known by its place in the list, which is the order of writing.
 */

#define TASK_NODE "TaskNode"
#define TASK_EDGE "DependencyEdge"

enum task_status {
	TASK_PENDING, /* or none given */
	TASK_IN_PROGRESS,
	TASK_COMPLETED,
	TASK_FAILED,
	TASK_BLOCKED
};

struct task {
	int64_t nid;
	size_t key;     /* offset in texts */
	enum task_status status;
	int rank;       /* of its priority, 3 critical to 0 low */
	double weight;
	size_t waits;   /* how many of its dependencies are not completed */
	size_t group;   /* the longest way down, in tasks */
	double start;   /* the earliest, from the beginning of the whole */
	double slack;   /* how much later it may start */
	int64_t hops;   /* -1: not met */
};

struct tasks {
	struct graph *g;
	struct topo topo;
	bool is_open;   /* the topology */
	const alk_task_options *o;
	struct filter_path *weight;
	int64_t node_type;
	struct task *list;
	size_t count;
	size_t room;
	struct buf texts;
	struct json_reader reader;
	/* Those that task i waits for: down[down_at[i]] ... down[down_at[i + 1]
	   - 1]; and those that wait for it. */
	size_t *down_at;
	uint32_t *down;
	size_t *up_at;
	uint32_t *up;
	size_t arcs;
	alk_task_fn fn;
	void *arg;
};

/*
 * Reads the tasks and their edges; tasks_close() is due in any case. o may be
 * NULL. With ALK_TASK_OPEN completed tasks are left out.
 */
int tasks_open(struct tasks *t, struct graph *g, const char *graph,
    const alk_task_options *o, alk_task_fn fn, void *arg);
void tasks_close(struct tasks *t);

const char *tasks_key(const struct tasks *t, size_t i);
/* The place of a key; false with ALK_NOTFOUND noted. */
bool tasks_find(struct tasks *t, const char *key, size_t *out);
/* Whether a comes before b: by priority, then by key. */
bool tasks_is_before(const struct tasks *t, size_t a, size_t b);
/* Hands one task to the visitor; false: it wants no more, or a failure. */
bool tasks_tell(struct tasks *t, size_t i);
/* Room for count numbers; NULL with the error noted. */
uint32_t *tasks_numbers(struct tasks *t, size_t count);

/*
 * The order in which tasks can be done, to be freed; sets group, start and
 * slack. NULL with the error noted, ALK_STRUCTURE: they wait in a circle.
 */
uint32_t *tasks_sort(struct tasks *t, double *length);

#endif
