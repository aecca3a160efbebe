/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Commands that run the algorithms over graphs. */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

#define KEYS_MAX 16

/* A command under way: session, options, what shows rows. */
struct asked {
	alk_session *s;
	struct show v;
	struct way w;
	const char *graph;
};

static bool
ask(struct asked *k, struct scene *sc, struct args *a, int options)
{
	memset(k, 0, sizeof(*k));
	k->s = scene_session(sc);
	if (k->s == NULL)
		return false;
	show_init(&k->v, sc, a);
	k->v.is_numbered = true;
	way_init(&k->w, a, options);
	k->graph = args_word(a, 1);
	return true;
}

static int
answered(struct asked *k, struct scene *sc, int rc)
{
	free(k->w.copy);
	return show_end(&k->v, scene_told(sc, rc));
}

/* In front of a row: the path or component, and the cost. */
static int
show_visit(void *arg, const alk_visit *v)
{
	struct asked *k = arg;

	text_printf(&k->v.sc->out, "%zu %g ", v->group, v->value);
	return show_row(&k->v, v->row);
}

/* Ranks by themselves: their last digits are for the tests in src. */
static int
show_rank(void *arg, const alk_visit *v)
{
	struct asked *k = arg;

	text_printf(&k->v.sc->out, "%.4f ", v->value);
	return show_row(&k->v, v->row);
}

/* paths GRAPH FROM TO [best|all|next] [weight=PATH] [limit=N] [parallel] */
static int
run_paths(struct scene *sc, struct args *a)
{
	alk_paths_options o = { .weight = args_get(a, "weight"),
		.limit = (size_t)args_number(a, "limit", 0) };
	alk_paths_result r = { 0 };
	struct asked k;
	int rc;

	if (!ask(&k, sc, a, 4))
		return SCENE_SLIP;
	args_has(a, 4, "best");
	if (args_has(a, 4, "all"))
		o.which = ALK_PATHS_ALL;
	if (args_has(a, 4, "next"))
		o.which = ALK_PATHS_NEXT;
	if (args_has(a, 4, "parallel"))
		o.flags = ALK_PATHS_PARALLEL;
	o.walk = k.w.o;
	rc = answered(&k, sc, alk_paths(k.s, k.graph, args_word(a, 2),
	    args_word(a, 3), &o, show_visit, &k, &r));
	if (rc == ALK_OK)
		text_printf(&sc->out, "%zu paths%s\n", r.paths, r.has_more ?
		    ", and more" : "");
	return rc;
}

/* The keys from=KEY,KEY cut up; copy is for free(). */
static size_t
read_keys(struct args *a, char **copy, const char *keys[KEYS_MAX])
{
	const char *from = args_get(a, "from");
	size_t count = 0;
	char *rest = NULL;

	*copy = NULL;
	if (from == NULL)
		return 0;
	*copy = text_copy(from, strlen(from));
	for (char *t = strtok_r(*copy, ",", &rest);
	    t != NULL && count < KEYS_MAX; t = strtok_r(NULL, ",", &rest))
		keys[count++] = t;
	return count;
}

/* reachable GRAPH from=KEY,KEY [...] */
static int
run_reachable(struct scene *sc, struct args *a)
{
	const char *keys[KEYS_MAX];
	struct asked k;
	size_t found = 0;
	char *copy;
	int rc;

	if (!ask(&k, sc, a, 2))
		return SCENE_SLIP;
	size_t count = read_keys(a, &copy, keys);
	rc = answered(&k, sc, alk_reachable(k.s, k.graph, keys, count,
	    &k.w.o, show_row, &k.v, &found));
	free(copy);
	if (rc == ALK_OK)
		text_printf(&sc->out, "found %zu\n", found);
	return rc;
}

static int
run_descendants(struct scene *sc, struct args *a)
{
	struct asked k;

	if (!ask(&k, sc, a, 3))
		return SCENE_SLIP;
	return answered(&k, sc, alk_descendants(k.s, k.graph,
	    args_word(a, 2), &k.w.o, show_row, &k.v, NULL));
}

static int
run_ancestors(struct scene *sc, struct args *a)
{
	struct asked k;

	if (!ask(&k, sc, a, 3))
		return SCENE_SLIP;
	return answered(&k, sc, alk_ancestors(k.s, k.graph, args_word(a, 2),
	    &k.w.o, show_row, &k.v, NULL));
}

static int
run_lineage(struct scene *sc, struct args *a)
{
	struct asked k;

	if (!ask(&k, sc, a, 3))
		return SCENE_SLIP;
	return answered(&k, sc, alk_lineage(k.s, k.graph, args_word(a, 2),
	    &k.w.o, show_row, &k.v));
}

static int
run_order(struct scene *sc, struct args *a)
{
	struct asked k;

	if (!ask(&k, sc, a, 2))
		return SCENE_SLIP;
	return answered(&k, sc, alk_order(k.s, k.graph, &k.w.o, show_row,
	    &k.v));
}

static int
run_cycle(struct scene *sc, struct args *a)
{
	struct asked k;

	if (!ask(&k, sc, a, 2))
		return SCENE_SLIP;
	return answered(&k, sc, alk_cycle(k.s, k.graph, &k.w.o, show_row,
	    &k.v));
}

/* components GRAPH [strong|weak] [...] */
static int
run_components(struct scene *sc, struct args *a)
{
	struct asked k;
	size_t found = 0;
	int rc;

	if (!ask(&k, sc, a, 2))
		return SCENE_SLIP;
	args_has(a, 2, "strong");
	rc = answered(&k, sc, alk_components(k.s, k.graph,
	    args_has(a, 2, "weak") ? ALK_WEAK : ALK_STRONG, &k.w.o,
	    show_visit, &k, &found));
	if (rc == ALK_OK)
		text_printf(&sc->out, "found %zu\n", found);
	return rc;
}

static int
run_edges_of(struct scene *sc, struct args *a)
{
	struct asked k;
	size_t degree = 0;
	int rc;

	if (!ask(&k, sc, a, 3))
		return SCENE_SLIP;
	rc = answered(&k, sc, alk_degree(k.s, k.graph, args_word(a, 2),
	    &k.w.o, &degree));
	if (rc == ALK_OK)
		text_printf(&sc->out, "%zu edges\n", degree);
	return rc;
}

static int
run_pagerank(struct scene *sc, struct args *a)
{
	alk_pagerank_options o = { .limit = (size_t)args_number(a, "limit",
	    0) };
	struct asked k;

	if (!ask(&k, sc, a, 2))
		return SCENE_SLIP;
	o.walk = k.w.o;
	return answered(&k, sc, alk_pagerank(k.s, k.graph, &o, show_rank, &k,
	    NULL));
}

/* subgraph GRAPH from=KEY,KEY [...] */
static int
run_subgraph(struct scene *sc, struct args *a)
{
	const char *keys[KEYS_MAX];
	struct asked k;
	char *copy;
	int rc;

	if (!ask(&k, sc, a, 2))
		return SCENE_SLIP;
	size_t count = read_keys(a, &copy, keys);
	rc = answered(&k, sc, alk_subgraph(k.s, k.graph, keys, count, &k.w.o,
	    show_row, &k.v));
	free(copy);
	return rc;
}

/* copy GRAPH TO from=KEY,KEY [put] [...] */
static int
run_copy(struct scene *sc, struct args *a)
{
	alk_write_result r = { 0 };
	const char *keys[KEYS_MAX];
	struct asked k;
	char *copy;
	int rc;

	if (!ask(&k, sc, a, 3))
		return SCENE_SLIP;
	size_t count = read_keys(a, &copy, keys);
	rc = answered(&k, sc, alk_subgraph_copy(k.s, k.graph, keys, count,
	    &k.w.o, args_word(a, 2), args_has(a, 3, "put") ? ALK_PUT :
	    ALK_CREATE, &r));
	free(copy);
	if (rc == ALK_OK)
		text_printf(&sc->out, "rev %lld: created %zu, updated %zu, "
		    "unchanged %zu\n", (long long)r.rev, r.created, r.updated,
		    r.unchanged);
	return rc;
}

const struct command algorithm_commands[] = {
	{ "paths", 1, run_paths },
	{ "reachable", 1, run_reachable },
	{ "descendants", 1, run_descendants },
	{ "ancestors", 1, run_ancestors },
	{ "lineage", 1, run_lineage },
	{ "order", 1, run_order },
	{ "cycle", 1, run_cycle },
	{ "components", 1, run_components },
	{ "edges", 1, run_edges_of },
	{ "pagerank", 1, run_pagerank },
	{ "subgraph", 1, run_subgraph },
	{ "copy", 1, run_copy },
	{ NULL, 0, NULL }
};
