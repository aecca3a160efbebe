/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Commands that read nodes and edges: get, list, and going through the graph.
 */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

typedef int (*get_fn)(alk_session *s, const char *graph, const char *key,
    alk_row *row);

static int
get_row(struct scene *sc, struct args *a, get_fn get)
{
	alk_session *s = scene_session(sc);
	struct show v;
	alk_row row;
	int rc;

	show_init(&v, sc, a);
	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, get(s, args_word(a, 2), args_word(a, 3), &row));
	if (rc == ALK_OK)
		show_one(&v, &row);
	return show_end(&v, rc);
}

static int
run_node_get(struct scene *sc, struct args *a)
{
	return get_row(sc, a, alk_node_get);
}

static int
run_edge_get(struct scene *sc, struct args *a)
{
	return get_row(sc, a, alk_edge_get);
}

/* ---- Lists ------------------------------------------------------------- */

typedef int (*list_fn)(alk_session *s, const char *graph, const alk_query *q,
    alk_row_fn fn, void *arg, alk_page *page);

/* cursor=NAME: a saved one; cursor=text:TEXT is the text itself. */
static const char *
read_cursor(struct scene *sc, struct args *a)
{
	const char *name = args_get(a, "cursor");
	const struct text *kept;

	if (name == NULL)
		return NULL;
	if (strncmp(name, "text:", 5) == 0)
		return name + 5;
	kept = scene_saved(sc, name);
	return kept == NULL || kept->bytes == 0 ? NULL : kept->data;
}

static void
read_query(struct scene *sc, struct args *a, alk_query *q)
{
	const char *limit = args_get(a, "limit");

	memset(q, 0, sizeof(*q));
	q->type = args_get(a, "type");
	q->source = args_get(a, "source");
	q->target = args_get(a, "target");
	q->filter = args_get(a, "where");
	q->order = args_get(a, "order");
	q->descending = args_has(a, 3, "descending");
	q->cursor = read_cursor(sc, a);
	if (limit != NULL)
		q->limit = strcmp(limit, "all") == 0 ? ALK_NUL
		    : (size_t)strtoull(limit, NULL, 10);
}

static void
show_page(struct scene *sc, struct args *a, const alk_page *page)
{
	const char *name = args_get(a, "save");
	struct text *kept = name == NULL ? NULL : scene_saved(sc, name);

	if (page->cursor != NULL)
		text_str(&sc->out, "more\n");
	if (kept == NULL)
		return;
	text_clear(kept);
	if (page->cursor != NULL)
		text_str(kept, page->cursor);
}

/*
 * node|edge list GRAPH [type=] [source=] [target=] [where=] [order=]
 * [descending] [limit=N|all] [cursor=NAME] [save=NAME]; "more" says that there
 * is a cursor.
 */
static int
list_rows(struct scene *sc, struct args *a, list_fn list)
{
	alk_session *s = scene_session(sc);
	alk_page page = { 0 };
	alk_query q;
	struct show v;
	int rc;

	show_init(&v, sc, a);
	read_query(sc, a, &q);
	if (s == NULL)
		return SCENE_SLIP;
	rc = show_end(&v, scene_told(sc,
	    list(s, args_word(a, 2), &q, show_row, &v, &page)));
	if (rc == ALK_OK && (long long)page.rows != v.rows)
		return scene_slip(sc, "page.rows is %zu", page.rows);
	args_get(a, "save");
	if (rc == ALK_OK)
		show_page(sc, a, &page);
	return rc;
}

static int
run_node_list(struct scene *sc, struct args *a)
{
	return list_rows(sc, a, alk_node_list);
}

static int
run_edge_list(struct scene *sc, struct args *a)
{
	return list_rows(sc, a, alk_edge_list);
}

static int
show_step(void *arg, const alk_step *step)
{
	text_str(arg, step->text);
	text_str(arg, "\n");
	return 0;
}

/* explain node|edge|walk GRAPH and the options of a list or walk */
static int
run_explain(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *kind = args_word(a, 1);
	alk_query q;
	struct way w;

	if (s == NULL || kind == NULL)
		return SCENE_SLIP;
	if (strcmp(kind, "walk") == 0) {
		way_init(&w, a, 3);
		int rc = alk_walk_explain(s, args_word(a, 2), &w.o, show_step,
		    &sc->out);
		free(w.copy);
		return scene_told(sc, rc);
	}
	read_query(sc, a, &q);
	return scene_told(sc, alk_explain(s, strcmp(kind, "edge") == 0 ?
	    ALK_EDGE : ALK_NODE, args_word(a, 2), &q, show_step, &sc->out));
}

/* ---- Going through ----------------------------------------------------- */

void
way_init(struct way *w, struct args *a, int from)
{
	const char *along = args_get(a, "along");
	char *rest = NULL;

	memset(w, 0, sizeof(*w));
	args_has(a, from, "out");
	if (args_has(a, from, "in"))
		w->o.direction = ALK_IN;
	if (args_has(a, from, "both"))
		w->o.direction = ALK_BOTH;
	const char *depth = args_get(a, "depth");
	if (depth != NULL)
		w->o.depth_max = strcmp(depth, "all") == 0 ? ALK_NUL :
		    (size_t)strtoull(depth, NULL, 10);
	w->o.order = args_get(a, "order");
	w->o.order_edges = args_has(a, from, "by_edge");
	w->o.descending = args_has(a, from, "desc");
	w->o.limit = (size_t)args_number(a, "first", 0);
	if (args_has(a, from, "keys"))
		w->o.flags = ALK_WALK_KEYS;
	w->o.visited_max = (size_t)args_number(a, "visited", 0);
	w->o.time_ms = (int)args_number(a, "time", 0);
	w->o.node_filter = args_get(a, "where");
	w->o.edge_filter = args_get(a, "edge_where");
	w->to = args_get(a, "to");
	w->o.node_types = w->to != NULL ? &w->to : NULL;
	w->o.node_types_count = w->to != NULL;
	if (along == NULL)
		return;
	w->copy = text_copy(along, strlen(along));
	for (char *t = strtok_r(w->copy, ",", &rest);
	    t != NULL && w->o.edge_types_count < WAY_TYPES;
	    t = strtok_r(NULL, ",", &rest))
		w->types[w->o.edge_types_count++] = t;
	w->o.edge_types = w->types;
}

static int
run_neighbors(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	struct show v;
	struct way w;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	show_init(&v, sc, a);
	way_init(&w, a, 3);
	rc = scene_told(sc, alk_neighbors(s, args_word(a, 1), args_word(a, 2),
	    &w.o, show_row, &v));
	free(w.copy);
	return show_end(&v, rc);
}

/* walk GRAPH KEY [...] [edges|paths] [count]: with count only how many */
static int
run_walk(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	struct show v;
	struct way w;
	size_t found = 0;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	show_init(&v, sc, a);
	v.is_numbered = true;
	way_init(&w, a, 3);
	if (args_has(a, 3, "edges"))
		w.o.flags |= ALK_WALK_EDGES;
	if (args_has(a, 3, "paths"))
		w.o.flags |= ALK_WALK_PATHS;
	rc = scene_told(sc, alk_walk(s, args_word(a, 1), args_word(a, 2),
	    &w.o, args_has(a, 3, "count") ? NULL : show_row, &v, &found));
	free(w.copy);
	rc = show_end(&v, rc);
	if (rc == ALK_OK && v.stop < 0)
		text_printf(&sc->out, "found %zu\n", found);
	return rc;
}

/* path GRAPH FROM TO [...] */
static int
run_path(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	struct show v;
	struct way w;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	show_init(&v, sc, a);
	way_init(&w, a, 4);
	rc = scene_told(sc, alk_path(s, args_word(a, 1), args_word(a, 2),
	    args_word(a, 3), &w.o, show_row, &v));
	free(w.copy);
	return show_end(&v, rc);
}

/* degree GRAPH [...] limit=N */
static int
run_degree(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	struct show v;
	struct way w;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	show_init(&v, sc, a);
	v.is_numbered = true;
	way_init(&w, a, 2);
	rc = scene_told(sc, alk_degree_top(s, args_word(a, 1), &w.o,
	    (size_t)args_number(a, "limit", 10), show_row, &v));
	free(w.copy);
	return show_end(&v, rc);
}

static int
show_count(void *arg, const alk_row *row)
{
	struct show *v = arg;

	text_printf(&v->sc->out, "%lld %s %s\n", (long long)row->number,
	    row->kind == ALK_EDGE ? "edge" : "node", row->type);
	return 0;
}

static int
run_stats(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	struct show v;

	if (s == NULL)
		return SCENE_SLIP;
	show_init(&v, sc, a);
	return scene_told(sc, alk_stats(s, args_word(a, 1), show_count, &v));
}

const struct command read_commands[] = {
	{ "node get", 2, run_node_get },
	{ "edge get", 2, run_edge_get },
	{ "node list", 2, run_node_list },
	{ "edge list", 2, run_edge_list },
	{ "explain", 1, run_explain },
	{ "neighbors", 1, run_neighbors },
	{ "walk", 1, run_walk },
	{ "path", 1, run_path },
	{ "degree", 1, run_degree },
	{ "stats", 1, run_stats },
	{ NULL, 0, NULL }
};
