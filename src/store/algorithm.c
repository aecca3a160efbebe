/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The algorithms, as alkstore.h offers them: each call is one read transaction,
   or part of the one that is open. */
#include "algorithm/algorithm.h"

#include "store/store.h"

int
alk_paths(alk_session *s, const char *graph, const char *from, const char *to,
    const alk_paths_options *o, alk_visit_fn fn, void *arg,
    alk_paths_result *result)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)algorithm_paths(&s->graph, graph, from, to, o, fn, arg,
		    result);
	return call_end(s, &c);
}

int
alk_reachable(alk_session *s, const char *graph, const char *const *keys,
    size_t count, const alk_walk_options *o, alk_row_fn fn, void *arg,
    size_t *found)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)algorithm_reachable(&s->graph, graph, keys, count, o, fn,
		    arg, found);
	return call_end(s, &c);
}

static int
reachable_in(alk_session *s, int direction, const char *graph, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg, size_t *found)
{
	alk_walk_options turned = { 0 };

	if (o != NULL)
		turned = *o;
	turned.direction = direction;
	return alk_reachable(s, graph, &key, 1, &turned, fn, arg, found);
}

int
alk_descendants(alk_session *s, const char *graph, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg, size_t *found)
{
	return reachable_in(s, ALK_OUT, graph, key, o, fn, arg, found);
}

int
alk_ancestors(alk_session *s, const char *graph, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg, size_t *found)
{
	return reachable_in(s, ALK_IN, graph, key, o, fn, arg, found);
}

int
alk_lineage(alk_session *s, const char *graph, const char *key,
    const alk_walk_options *o, alk_row_fn fn, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)algorithm_lineage(&s->graph, graph, key, o, fn, arg);
	return call_end(s, &c);
}

int
alk_order(alk_session *s, const char *graph, const alk_walk_options *o,
    alk_row_fn fn, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)algorithm_order(&s->graph, graph, o, fn, arg);
	return call_end(s, &c);
}

int
alk_cycle(alk_session *s, const char *graph, const alk_walk_options *o,
    alk_row_fn fn, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)algorithm_cycle(&s->graph, graph, o, fn, arg);
	return call_end(s, &c);
}

int
alk_components(alk_session *s, const char *graph, int kind,
    const alk_walk_options *o, alk_visit_fn fn, void *arg, size_t *found)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)algorithm_components(&s->graph, graph, kind, o, fn, arg,
		    found);
	return call_end(s, &c);
}

int
alk_degree(alk_session *s, const char *graph, const char *key,
    const alk_walk_options *o, size_t *degree)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)algorithm_degree(&s->graph, graph, key, o, degree);
	return call_end(s, &c);
}

int
alk_pagerank(alk_session *s, const char *graph, const alk_pagerank_options *o,
    alk_visit_fn fn, void *arg, alk_pagerank_result *result)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)algorithm_pagerank(&s->graph, graph, o, fn, arg, result);
	return call_end(s, &c);
}

int
alk_subgraph(alk_session *s, const char *graph, const char *const *keys,
    size_t count, const alk_walk_options *o, alk_row_fn fn, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)algorithm_subgraph(&s->graph, graph, keys, count, o, fn,
		    arg);
	return call_end(s, &c);
}

int
alk_subgraph_copy(alk_session *s, const char *graph, const char *const *keys,
    size_t count, const alk_walk_options *o, const char *to, int op,
    alk_write_result *result)
{
	struct call c;
	alk_write_result made = { 0 };

	if (call_write(s, &c, false) == ALK_OK)
		(void)algorithm_subgraph_copy(&s->graph, graph, keys, count, o,
		    to, op, &made);
	int code = call_end(s, &c);
	if (code == ALK_OK && result != NULL)
		*result = made;
	return code;
}
