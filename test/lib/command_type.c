/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Commands on graph types and graphs.
 */
#include "scene.h"

#include <string.h>

static int
show_text(struct scene *sc, int rc, const char *json, size_t bytes)
{
	if (rc != ALK_OK)
		return rc;
	text_add(&sc->out, json, bytes);
	text_str(&sc->out, "\n");
	return rc;
}

/* types load NAME [@FILE] [scope=] [version=] [description=] */
static int
run_load(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_type_options o = { 0 };
	alk_types_result r = { 0 };
	struct text module = { 0 };
	const char *scope = args_get(a, "scope");
	const char *name = args_word(a, 2);
	int rc = SCENE_SLIP;

	o.scope = scope == NULL ? "tenant" : scope;
	o.description = args_get(a, "description");
	o.version = args_number(a, "version", 0);
	if (s != NULL && scene_input(sc, a, &module))
		rc = scene_told(sc, alk_types_load(s, name, &o,
		    text_get(&module), module.bytes, &r));
	if (rc == ALK_OK)
		text_printf(&sc->out, "created %zu, changed %zu, "
		    "unchanged %zu, version %lld\n", r.created, r.changed,
		    r.unchanged, (long long)r.version);
	text_fini(&module);
	return rc;
}

static int
run_types_list(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	struct show v;

	show_init(&v, sc, a);
	if (s == NULL)
		return SCENE_SLIP;
	return show_end(&v, scene_told(sc, alk_types_list(s, show_row, &v)));
}

static int
run_types_get(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *json;
	size_t bytes;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, alk_types_get(s, args_word(a, 2), &json, &bytes));
	return show_text(sc, rc, json, bytes);
}

static int
run_types_delete(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_types_delete(s, args_word(a, 2)));
}

/* types check NAME node|edge TYPE|- ATTRIBUTES, or the input */
static int
run_types_check(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *name = args_word(a, 2);
	const char *kind = args_word(a, 3);
	const char *type = args_word(a, 4);
	const char *given = args_word(a, 5);
	struct text input = { 0 };
	int rc = SCENE_SLIP;

	if (type == NULL)
		return scene_slip(sc, "types check NAME node|edge TYPE");
	if (given != NULL)
		text_str(&input, given);
	if (s != NULL && (given != NULL || scene_input(sc, a, &input)))
		rc = scene_told(sc, alk_types_check(s, name,
		    strcmp(kind, "edge") == 0 ? ALK_EDGE : ALK_NODE,
		    strcmp(type, "-") == 0 ? NULL : type, text_get(&input),
		    input.bytes));
	text_fini(&input);
	return rc;
}

/* ---- Graphs ------------------------------------------------------------ */

static void
read_graph(struct args *a, alk_graph_new *g)
{
	memset(g, 0, sizeof(*g));
	g->id = args_get(a, "id");
	g->name = args_get(a, "name");
	g->description = args_get(a, "description");
	g->status = args_get(a, "status");
	g->owner_id = args_get(a, "owner");
	g->project_id = args_get(a, "project");
	g->metadata = args_get(a, "metadata");
}

/* graph create NAME TYPE [id=] [description=] [status=] [owner=] [project=]
 * [metadata={...}] */
static int
run_graph_create(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	struct show v;
	alk_graph_new g;
	alk_row row;
	int rc;

	show_init(&v, sc, a);
	read_graph(a, &g);
	g.name = args_word(a, 2);
	g.type = args_word(a, 3);
	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, alk_graph_create(s, &g, &row));
	if (rc == ALK_OK)
		show_one(&v, &row);
	return show_end(&v, rc);
}

static int
run_graph_get(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	struct show v;
	alk_row row;
	int rc;

	show_init(&v, sc, a);
	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, alk_graph_get(s, args_word(a, 2), &row));
	if (rc == ALK_OK)
		show_one(&v, &row);
	return show_end(&v, rc);
}

static int
run_graph_update(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	alk_graph_new g;

	read_graph(a, &g);
	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_graph_update(s, args_word(a, 2), &g));
}

static int
run_graph_delete(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_graph_delete(s, args_word(a, 2)));
}

/* graph list [TYPE] */
static int
run_graph_list(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	struct show v;

	show_init(&v, sc, a);
	if (s == NULL)
		return SCENE_SLIP;
	return show_end(&v, scene_told(sc,
	    alk_graph_list(s, args_word(a, 2), show_row, &v)));
}

const struct command type_commands[] = {
	{ "types load", 2, run_load },
	{ "types list", 2, run_types_list },
	{ "types get", 2, run_types_get },
	{ "types delete", 2, run_types_delete },
	{ "types check", 2, run_types_check },
	{ "graph create", 2, run_graph_create },
	{ "graph get", 2, run_graph_get },
	{ "graph update", 2, run_graph_update },
	{ "graph delete", 2, run_graph_delete },
	{ "graph list", 2, run_graph_list },
	{ NULL, 0, NULL }
};
