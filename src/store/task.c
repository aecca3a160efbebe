/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Task graphs, as alkstore.h offers them. */
#include "store/store.h"

#include "workflow/task.h"

int
alk_task_order(alk_session *s, const char *graph, const alk_task_options *o,
    alk_task_fn fn, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)tasks_order(&s->graph, graph, o, fn, arg);
	return call_end(s, &c);
}

int
alk_task_critical(alk_session *s, const char *graph,
    const alk_task_options *o, alk_task_fn fn, void *arg, double *length)
{
	struct call c;
	double found = 0;

	if (call_read(s, &c) == ALK_OK)
		(void)tasks_critical(&s->graph, graph, o, fn, arg, &found);
	int code = call_end(s, &c);
	if (code == ALK_OK && length != NULL)
		*length = found;
	return code;
}

int
alk_task_ready(alk_session *s, const char *graph, alk_task_fn fn, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)tasks_ready(&s->graph, graph, fn, arg);
	return call_end(s, &c);
}

int
alk_task_blockers(alk_session *s, const char *graph, const char *key,
    alk_task_fn fn, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)tasks_blockers(&s->graph, graph, key, fn, arg);
	return call_end(s, &c);
}

int
alk_task_blocked(alk_session *s, const char *graph, const char *key,
    alk_task_fn fn, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)tasks_blocked(&s->graph, graph, key, fn, arg);
	return call_end(s, &c);
}
