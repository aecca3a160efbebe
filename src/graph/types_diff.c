/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A stored graph type as a module, and how another module differs from it. */
#include "base/error.h"
#include "base/mem.h"
#include "graph/graph.h"
#include "graph/type.sql.h"

#include <string.h>

/* "" where another program left nothing. */
static char *
copy_text(struct db_rows *rows, int column, const char *otherwise)
{
	const char *text = db_text(rows, column, NULL);

	return mem_text(text != NULL ? text : otherwise);
}

/* Adds the row of type_show_nodes or type_show_edges. */
static bool
add_row(struct module *m, size_t room, int kind, struct db_rows *rows)
{
	if (m->count == room)
		return false;
	struct module_type *t = &m->types[m->count++];
	bool is_edge = kind == ALK_EDGE;

	*t = (struct module_type){
		.kind = kind,
		.name = copy_text(rows, 1, ""),
		.description = copy_text(rows, 2, ""),
		.schema = copy_text(rows, 3, "true"),
		.sources = is_edge ? copy_text(rows, 4, "[]") : mem_text("[]"),
		.targets = is_edge ? copy_text(rows, 5, "[]") : mem_text("[]"),
	};
	if (t->schema != NULL)
		t->schema_bytes = strlen(t->schema);
	return t->name != NULL && t->description != NULL &&
	    t->schema != NULL && t->sources != NULL && t->targets != NULL;
}

static void
add_rows(struct graph *g, const struct graph_type *t, int kind,
    struct module *m)
{
	struct db_rows *rows = db_query(g->db, kind == ALK_NODE ?
	    &sql_type_show_nodes : &sql_type_show_edges, "s", t->id);

	while (db_next(g->db, rows))
		if (!add_row(m, t->count, kind, rows)) {
			error_nomem(g->err);
			break;
		}
	db_end(g->db, rows);
}

int
types_stored(struct graph *g, const struct graph_type *t, struct module *out)
{
	*out = (struct module){ .config = t->config };
	if (t->count == 0)
		return g->err->code;
	out->types = mem_alloc(t->count * sizeof(out->types[0]));
	if (out->types == NULL)
		return error_nomem(g->err);
	add_rows(g, t, ALK_NODE, out);
	if (g->err->code == ALK_OK)
		add_rows(g, t, ALK_EDGE, out);
	return g->err->code;
}

int
types_diff(struct graph *g, const char *name, const char *text, size_t bytes,
    module_change_fn fn, void *arg)
{
	const struct module_limits limits = types_limits(g);
	struct graph_type *t = type_get_named(g, name);
	struct module stored = { 0 };
	struct module m = { 0 };

	if (t == NULL)
		return g->err->code;
	if (module_load(text, bytes, &limits, &m, g->err) != ALK_OK)
		return g->err->code;
	if (types_stored(g, t, &stored) == ALK_OK)
		(void)module_diff(&stored, &m, fn, arg, g->err);
	module_fini(&stored);
	module_fini(&m);
	return g->err->code;
}
