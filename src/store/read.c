/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reading, traversal and checking, as alkstore.h offers them: each call is one
   read transaction, or part of the one that is open. */
#include "store/store.h"

#include "base/error.h"

static int
need_key(const char *key, alk_error *err)
{
	return key != NULL ? ALK_OK :
	    error_set(err, ALK_INVALID, "no key given");
}

int
alk_node_get(alk_session *s, const char *graph, const char *key, alk_row *row)
{
	struct call c;

	if (call_read_due(s, &c) == ALK_OK && need_key(key, &c.err) == ALK_OK)
		(void)graph_node_get(&s->graph, graph, key, row);
	return call_end(s, &c);
}

int
alk_edge_get(alk_session *s, const char *graph, const char *key, alk_row *row)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK && need_key(key, &c.err) == ALK_OK)
		(void)graph_edge_get(&s->graph, graph, key, row);
	return call_end(s, &c);
}

static int
list(alk_session *s, int kind, const char *graph, const alk_query *q,
    alk_row_fn fn, void *arg, alk_page *page)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)graph_rows_list(&s->graph, kind, graph, q, fn, arg, page);
	return call_end(s, &c);
}

int
alk_node_list(alk_session *s, const char *graph, const alk_query *q,
    alk_row_fn fn, void *arg, alk_page *page)
{
	return list(s, ALK_NODE, graph, q, fn, arg, page);
}

int
alk_edge_list(alk_session *s, const char *graph, const alk_query *q,
    alk_row_fn fn, void *arg, alk_page *page)
{
	return list(s, ALK_EDGE, graph, q, fn, arg, page);
}

int
alk_explain(alk_session *s, int kind, const char *graph, const alk_query *q,
    alk_step_fn fn, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK) {
		if (kind != ALK_NODE && kind != ALK_EDGE)
			error_set(&c.err, ALK_INVALID, "kind %d is neither "
			    "ALK_NODE nor ALK_EDGE", kind);
		else
			(void)graph_rows_explain(&s->graph, kind, graph, q, fn,
			    arg);
	}
	return call_end(s, &c);
}

int
alk_walk_explain(alk_session *s, const char *graph, const alk_walk_options *o,
    alk_step_fn fn, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)graph_walk_explain(&s->graph, graph, o, fn, arg);
	return call_end(s, &c);
}

int
alk_neighbors(alk_session *s, const char *graph, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg)
{
	struct call c;

	if (call_read_due(s, &c) == ALK_OK)
		(void)graph_neighbors(&s->graph, graph, key, o, fn, arg);
	return call_end(s, &c);
}

int
alk_walk(alk_session *s, const char *graph, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg, size_t *found)
{
	struct call c;

	if (call_read_due(s, &c) == ALK_OK)
		(void)graph_walk(&s->graph, graph, key, o, fn, arg, found);
	return call_end(s, &c);
}

int
alk_path(alk_session *s, const char *graph, const char *from, const char *to,
    const alk_walk_options *o, alk_row_fn fn, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)graph_path(&s->graph, graph, from, to, o, fn, arg);
	return call_end(s, &c);
}

int
alk_degree_top(alk_session *s, const char *graph, const alk_walk_options *o,
    size_t limit, alk_row_fn fn, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)graph_degree_top(&s->graph, graph, o, limit, fn, arg);
	return call_end(s, &c);
}

int
alk_check(alk_session *s, unsigned flags, alk_problem_fn fn, void *arg,
    alk_progress_fn progress, void *progress_arg, size_t *problems)
{
	struct call c;
	size_t found = 0;

	if (call_read(s, &c) == ALK_OK) {
		found = db_quick_check(s->graph.db, fn, arg);
		if (c.err.code == ALK_OK && s->store->kind == ALK_FILE_TENANT)
			(void)graph_check(&s->graph, flags, fn, arg, progress,
			    progress_arg, &found);
	}
	int code = call_end(s, &c);
	if (code == ALK_OK && problems != NULL)
		*problems = found;
	return code;
}
