/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Loading a module into the type tables, and showing what is there.
 *
 * A module is compared with what is stored, entry by entry: module/diff.c. What
 * is new is added, what only adds is replaced, anything else (a narrower
 * schema, an entry that is gone, another config) is breaking: it is stored only
 * where no graph of the type exists, or refused with ALK_DRIFT. Migrating rows
 * to a breaking version is not built yet.
 */
#include "base/error.h"
#include "base/random.h"
#include "base/utf8.h"
#include "graph/attributes.h"
#include "graph/graph.h"
#include "graph/index.h"
#include "graph/index.sql.h"
#include "graph/type.sql.h"

#include <string.h>

/* One load in progress. */
struct load {
	struct graph *g;
	const struct module *m;
	char id[UUID_TEXT + 220];
	const char *name;
	int64_t version;
	bool is_used;       /* graphs of the type exist */
	bool is_breaking;
	bool is_config_changed;
	size_t gone;        /* entries that the module no longer has */
	alk_types_result result;
};

/* How many graphs of a type there are; in a system file there is no table. */
static int64_t
count_graphs(struct graph *g, const char *type_id)
{
	return g->has_graphs ?
	    db_number(g->db, &sql_type_graph_count, 0, "s", type_id) : 0;
}

static int
note_change(struct graph *g, int op, const char *name)
{
	struct change c = { .op = op, .kind = ALK_TYPE };
	struct change_texts texts = { .key = name };

	if (changes_add(&g->changes, c, &texts) != ALK_OK)
		return error_nomem(g->err);
	return ALK_OK;
}

static int
new_id(struct graph *g, char out[UUID_TEXT])
{
	if (random_uuid7(g->now_ms, out) != ALK_OK)
		return error_set(g->err, ALK_IO,
		    "the system gives no random bytes");
	return ALK_OK;
}

static void
insert_entry(struct load *l, const struct module_type *t)
{
	struct graph *g = l->g;
	char id[UUID_TEXT];

	if (new_id(g, id) != ALK_OK)
		return;
	if (t->kind == ALK_NODE)
		db_exec(g->db, &sql_node_type_insert, "ssssti", id, l->id,
		    t->name, t->description, t->schema, t->schema_bytes,
		    g->now);
	else
		db_exec(g->db, &sql_edge_type_insert, "sssstssi", id, l->id,
		    t->name, t->description, t->schema, t->schema_bytes,
		    t->sources, t->targets, g->now);
	l->result.created++;
}

static void
update_entry(struct load *l, const struct module_type *t)
{
	struct graph *g = l->g;

	if (t->kind == ALK_NODE)
		db_exec(g->db, &sql_node_type_update, "sssti", l->id, t->name,
		    t->description, t->schema, t->schema_bytes, g->now);
	else
		db_exec(g->db, &sql_edge_type_update, "ssstssi", l->id,
		    t->name, t->description, t->schema, t->schema_bytes,
		    t->sources, t->targets, g->now);
	l->result.changed++;
}

static void
delete_entry(struct load *l, const struct module_change *c)
{
	struct graph *g = l->g;

	if (g->has_graphs)
		(void)index_drop_type(g, db_number(g->db, &sql_index_tid, 0,
		    "sis", l->id, (int64_t)c->kind, c->name));
	db_exec(g->db, c->kind == ALK_NODE ? &sql_node_type_delete :
	    &sql_edge_type_delete, "ss", l->id, c->name);
	l->result.changed++;
	l->gone++;
}

/* Also where no type changed: what a bulk load or another program dropped. */
static void
apply_indexes(struct load *l)
{
	struct graph *g = l->g;

	if (!g->has_graphs || g->err->code != ALK_OK ||
	    index_sweep(g) != ALK_OK)
		return;
	for (size_t i = 0; i < l->m->count && g->err->code == ALK_OK; i++)
		(void)index_apply(g, l->id, &l->m->types[i]);
}

static void
breaking(struct load *l, const char *entry, const char *why)
{
	if (l->is_breaking)
		return;
	l->is_breaking = true;
	if (!l->is_used)
		return;
	error_entry(l->g->err, "%s", entry);
	error_set(l->g->err, ALK_DRIFT,
	    "%s, and graphs of type '%s' exist; load it under another type "
	    "name, or delete those graphs", why, l->name);
}

/* A module_change_fn: brings what is stored to what the module has. */
static int
store_change(void *arg, const struct module_change *c)
{
	struct load *l = arg;
	struct graph *g = l->g;

	if (c->is_breaking)
		breaking(l, c->name, c->why);
	if (c->kind == ALK_GRAPH) {
		l->is_config_changed = true;
	} else if (c->op == ALK_DELETE) {
		delete_entry(l, c);
	} else if (c->op == ALK_CREATE) {
		insert_entry(l, c->type);
	} else {
		update_entry(l, c->type);
	}
	return g->err->code;
}

static void
load_over(struct load *l, const struct graph_type *old, const char *config,
    const alk_type_options *o)
{
	struct graph *g = l->g;
	struct module stored = { 0 };

	l->is_used = count_graphs(g, l->id) > 0;
	if (types_stored(g, old, &stored) == ALK_OK)
		(void)module_diff(&stored, l->m, store_change, l, g->err);
	module_fini(&stored);
	bool is_changed = l->result.created + l->result.changed > 0 ||
	    l->is_config_changed;
	l->result.unchanged = l->m->count - l->result.created -
	    (l->result.changed - l->gone);
	int64_t version = old->version + (l->is_breaking ? 1 : 0);
	if (o->version != 0 && o->version != version)
		error_set(g->err, ALK_DRIFT,
		    "version %lld was asked for, the next is %lld",
		    (long long)o->version, (long long)version);
	l->result.version = version;
	if (g->err->code != ALK_OK || !is_changed)
		return;
	db_exec(g->db, &sql_type_update, "sssii", l->id, o->description != NULL
	    ? o->description : l->m->description, config, version, g->now);
	note_change(g, ALK_REPLACE, l->name);
}

static void
load_new(struct load *l, const char *config, const alk_type_options *o)
{
	struct graph *g = l->g;

	if (new_id(g, l->id) != ALK_OK)
		return;
	if (o->version > 1) {
		error_set(g->err, ALK_DRIFT,
		    "version %lld was asked for, but the type is new: 1",
		    (long long)o->version);
		return;
	}
	db_exec(g->db, &sql_type_insert, "sssssi", l->id, l->name,
	    o->description != NULL ? o->description : l->m->description,
	    config, o->scope, g->now);
	for (size_t i = 0; i < l->m->count && g->err->code == ALK_OK; i++)
		insert_entry(l, &l->m->types[i]);
	l->result.version = 1;
	note_change(g, ALK_CREATE, l->name);
}

/* The stored type of that name, or NULL without an error. */
static struct graph_type *
find_stored(struct graph *g, const char *name)
{
	struct graph_type *t = type_get_named(g, name);

	if (t == NULL && g->err->code == ALK_NOTFOUND)
		error_clear(g->err);
	return t;
}

static void
load_module(struct load *l, const alk_type_options *o)
{
	struct graph *g = l->g;
	struct graph_type *old = find_stored(g, l->name);
	struct buf config = { 0 };

	module_config_write(&config, &l->m->config);
	if (config.failed)
		error_nomem(g->err);
	if (old != NULL && strcmp(old->scope, "system") == 0 &&
	    strcmp(o->scope, "system") != 0)
		error_set(g->err, ALK_DENIED, "'%s' is a system type: only "
		    "the library changes it; use another name", l->name);
	if (g->err->code == ALK_OK && old != NULL) {
		(void)strncpy(l->id, old->id, sizeof(l->id) - 1);
		load_over(l, old, buf_text(&config), o);
	} else if (g->err->code == ALK_OK) {
		load_new(l, buf_text(&config), o);
	}
	apply_indexes(l);
	buf_fini(&config);
	/* The stamp of this transaction may be given again after a rollback. */
	type_cache_clear(&g->types);
}

struct module_limits
types_limits(const struct graph *g)
{
	return (struct module_limits){
		.schema_bytes_max = g->limits->schema_bytes,
		.depth_max = g->limits->depth,
		.name_bytes_max = g->limits->name_bytes,
		.types_max = g->limits->types,
	};
}

static int
load_text(struct graph *g, const char *name, const alk_type_options *o,
    const char *module, size_t bytes, alk_types_result *result)
{
	const struct module_limits limits = types_limits(g);
	struct module m = { 0 };
	struct load l = { .g = g, .m = &m, .name = name };

	if (module_load(module, bytes, &limits, &m, g->err) != ALK_OK)
		return g->err->code;
	for (size_t i = 0; i < m.warnings_count && g->log != NULL; i++)
		g->log(g->log_arg, ALK_SCHEMA, m.warnings[i]);
	load_module(&l, o);
	module_fini(&m);
	if (g->err->code == ALK_OK && result != NULL)
		*result = l.result;
	return g->err->code;
}

int
types_load(struct graph *g, const char *name, const alk_type_options *o,
    const char *module, size_t bytes, alk_types_result *result)
{
	if (utf8_name(name, name != NULL ? strlen(name) : 0,
		g->limits->name_bytes, "the graph type name",
		"limits.name_bytes", g->err) != ALK_OK)
		return g->err->code;
	if (o == NULL || o->scope == NULL ||
	    (strcmp(o->scope, "tenant") != 0 && strcmp(o->scope, "user") != 0))
		return error_set(g->err, ALK_INVALID,
		    "the scope must be \"tenant\" or \"user\"");
	if (module == NULL)
		return error_set(g->err, ALK_INVALID, "no module given");
	return load_text(g, name, o, module, bytes == ALK_NUL ?
	    strlen(module) : bytes, result);
}

int
types_seed(struct graph *g)
{
	for (size_t i = 0; i < module_references_count; i++) {
		const struct module_reference *r = &module_references[i];
		alk_type_options o = { .scope = "system" };
		if (load_text(g, r->name, &o, r->text, strlen(r->text), NULL) !=
		    ALK_OK)
			break;
	}
	return g->err->code;
}

int
types_delete(struct graph *g, const char *name)
{
	struct graph_type *t = type_get_named(g, name);

	if (t == NULL)
		return g->err->code;
	if (strcmp(t->scope, "system") == 0)
		return error_set(g->err, ALK_DENIED, "'%s' is a system type",
		    name);
	int64_t graphs = count_graphs(g, t->id);
	if (graphs > 0)
		return error_set(g->err, ALK_CONFLICT, "%lld graphs are of "
		    "type '%s'; delete them first", (long long)graphs, name);
	for (size_t i = 0; i < t->count && g->has_graphs; i++)
		(void)index_drop_type(g, t->entries[i].tid);
	db_exec(g->db, &sql_type_delete, "s", t->id);
	type_cache_clear(&g->types);
	return g->err->code == ALK_OK ? note_change(g, ALK_DELETE, name) :
					g->err->code;
}

int
types_check(struct graph *g, const char *name, int kind, const char *type,
    const char *attributes, size_t bytes)
{
	struct graph_type *t = type_get_named(g, name);
	struct entry_type *found;

	if (t == NULL)
		return g->err->code;
	return attributes_read(g, t, kind, type, NULL, attributes, bytes,
	    &found);
}
