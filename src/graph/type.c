/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The cache of compiled graph types, and looking things up in one. */
#include "graph/type.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "graph/graph.h"
#include "graph/index.h"
#include "module/module.h"
#include "graph/type.sql.h"

#include <stdio.h>
#include <string.h>

static void
entry_fini(struct entry_type *e)
{
	mem_release(e->name);
	mem_release(e->schema_text);
	schema_free(e->schema);
	mem_release(e->sources);
	mem_release(e->targets);
	for (size_t i = 0; i < e->indexes_count; i++)
		index_fini(&e->indexes[i]);
	mem_release(e->indexes);
}

static void
type_free(struct graph_type *t)
{
	for (size_t i = 0; i < t->count; i++)
		entry_fini(&t->entries[i]);
	mem_release(t->entries);
	mem_release(t->id);
	mem_release(t->name);
	mem_release(t->scope);
	mem_release(t);
}

void
type_cache_clear(struct type_cache *c)
{
	while (c->first != NULL) {
		struct graph_type *t = c->first;
		c->first = t->next;
		t->next = c->retired;
		c->retired = t;
	}
	c->stamp = 0;
	c->cleared++;
}

void
type_cache_sweep(struct type_cache *c)
{
	while (c->retired != NULL) {
		struct graph_type *next = c->retired->next;
		type_free(c->retired);
		c->retired = next;
	}
}

bool
type_allows(const int64_t *tids, size_t count, int64_t tid)
{
	for (size_t i = 0; i < count; i++)
		if (tids[i] == tid)
			return true;
	return count == 0;
}

const char *
type_noun(int kind)
{
	return kind == ALK_NODE ? "node" : "edge";
}

/* ---- reading one ---- */

static bool
add_entry(struct graph *g, struct graph_type *t, struct db_rows *rows)
{
	struct entry_type *list = mem_resize(t->entries,
	    (t->count + 1) * sizeof(list[0]));

	if (list == NULL) {
		error_nomem(g->err);
		return false;
	}
	t->entries = list;
	struct entry_type *e = &list[t->count++];
	*e = (struct entry_type){ .tid = db_int(rows, 0),
		.kind = (int)db_int(rows, 1) };
	e->name = mem_text(db_text(rows, 2, NULL));
	const char *schema = db_text(rows, 3, &e->schema_bytes);
	if (schema == NULL)
		schema = "true";
	e->schema_text = mem_copy(schema, schema[0] == 't' ? 4 :
	    e->schema_bytes);
	if (e->name == NULL || e->schema_text == NULL) {
		error_nomem(g->err);
		return false;
	}
	return true;
}

/* The tids of the node types that a JSON array names. */
static void
read_ends(struct graph *g, const struct graph_type *t, const char *json,
    size_t bytes, int64_t **tids, size_t *count)
{
	yyjson_val *list = json_read_own(&g->stored, json, bytes, g->err);
	size_t n = yyjson_arr_size(list);

	if (n == 0)
		return;
	*tids = mem_alloc(n * sizeof(**tids));
	if (*tids == NULL) {
		error_nomem(g->err);
		return;
	}
	size_t i, max;
	yyjson_val *v;
	yyjson_arr_foreach(list, i, max, v) {
		const struct entry_type *e = yyjson_is_str(v) ?
		    type_entry_named(t, ALK_NODE, yyjson_get_str(v),
			yyjson_get_len(v)) : NULL;
		/* A name that is no node type matches none. */
		(*tids)[(*count)++] = e != NULL ? e->tid : -1;
	}
}

static void
read_entries(struct graph *g, struct graph_type *t)
{
	struct db_rows *rows = db_query(g->db, &sql_type_entries, "s", t->id);

	while (db_next(g->db, rows) && add_entry(g, t, rows))
		continue;
	db_end(g->db, rows);
	/* End points name node types, so all must be there first. */
	rows = db_query(g->db, &sql_type_entries, "s", t->id);
	for (size_t i = 0; db_next(g->db, rows) && i < t->count; i++) {
		struct entry_type *e = &t->entries[i];
		size_t bytes;
		const char *json = db_text(rows, 4, &bytes);
		read_ends(g, t, json, bytes, &e->sources, &e->sources_count);
		json = db_text(rows, 5, &bytes);
		read_ends(g, t, json, bytes, &e->targets, &e->targets_count);
		t->limits_ends |= e->sources_count + e->targets_count > 0;
	}
	db_end(g->db, rows);
}

static struct graph_type *
type_read(struct graph *g, const char *id)
{
	struct graph_type *t = mem_zero(sizeof(*t));

	if (t == NULL) {
		error_nomem(g->err);
		return NULL;
	}
	struct db_rows *rows = db_query(g->db, &sql_type_by_id, "s", id);
	if (db_next(g->db, rows)) {
		t->id = mem_text(db_text(rows, 0, NULL));
		t->name = mem_text(db_text(rows, 1, NULL));
		t->scope = mem_text(db_text(rows, 2, NULL));
		t->version = db_int(rows, 3);
		if (t->id == NULL || t->name == NULL || t->scope == NULL)
			error_nomem(g->err);
		else
			module_config_read(db_text(rows, 4, NULL), &t->config,
			    g->err);
	} else if (!db_failed(g->db)) {
		error_set(g->err, ALK_NOTFOUND, "no graph type with id '%s'",
		    id);
	}
	db_end(g->db, rows);
	if (g->err->code == ALK_OK)
		read_entries(g, t);
	if (g->err->code == ALK_OK && index_read(g, t) == ALK_OK)
		return t;
	type_free(t);
	return NULL;
}

struct graph_type *
type_get(struct graph *g, const char *id, int64_t stamp)
{
	if (g->types.stamp != stamp) {
		type_cache_clear(&g->types);
		g->types.stamp = stamp;
	}
	for (struct graph_type *t = g->types.first; t != NULL; t = t->next)
		if (strcmp(t->id, id) == 0)
			return t;
	struct graph_type *t = type_read(g, id);
	if (t != NULL) {
		t->next = g->types.first;
		g->types.first = t;
	}
	return t;
}

static void
tell_unknown(struct graph *g, const char *name)
{
	struct db_rows *rows = db_query(g->db, &sql_type_list, "");
	char best[NEAREST_BYTES_MAX + 1];
	struct nearest n;

	nearest_init(&n, name);
	while (db_next(g->db, rows)) {
		const char *there = db_text(rows, 1, NULL);
		nearest_try(&n, there);
		if (n.best != there)
			continue;
		(void)snprintf(best, sizeof(best), "%s", there);
		n.best = best; /* the row goes */
	}
	db_end(g->db, rows);
	if (!db_failed(g->db))
		error_set(g->err, ALK_NOTFOUND, "no graph type '%s'%s", name,
		    n.best != NULL ? nearest_hint(&n) :
		    "; load its module first");
}

struct graph_type *
type_get_named(struct graph *g, const char *name)
{
	if (name == NULL) {
		error_set(g->err, ALK_INVALID, "no graph type given");
		return NULL;
	}
	struct db_rows *rows = db_query(g->db, &sql_type_by_name, "s", name);
	struct graph_type *t = NULL;
	bool is_there = db_next(g->db, rows);

	if (is_there)
		t = type_get(g, db_text(rows, 0, NULL), db_int(rows, 1));
	db_end(g->db, rows);
	if (!is_there && !db_failed(g->db))
		tell_unknown(g, name);
	return t;
}

const struct schema *
type_schema(struct graph *g, struct entry_type *t)
{
	if (t->schema != NULL)
		return t->schema;
	/* A reader of its own: others hold what is being checked. */
	struct json_reader reader = { 0 };
	yyjson_val *root = json_read_own(&reader, t->schema_text,
	    t->schema_bytes, g->err);
	if (root != NULL &&
	    module_compile(root, &t->schema, g->err) == ALK_OK)
		t->declares_member = schema_declares(t->schema,
		    module_type_member(t->kind));
	else
		error_entry(g->err, "%s", t->name);
	json_reader_fini(&reader);
	if (t->schema != NULL) {
		mem_release(t->schema_text);
		t->schema_text = NULL;
	}
	return t->schema;
}

/* ---- looking up ---- */

struct entry_type *
type_entry(const struct graph_type *t, int64_t tid)
{
	size_t low = 0;
	size_t high = t != NULL ? t->count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (t->entries[middle].tid == tid)
			return &t->entries[middle];
		if (t->entries[middle].tid < tid)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

struct entry_type *
type_entry_named(const struct graph_type *t, int kind, const char *name,
    size_t bytes)
{
	for (size_t i = 0; i < t->count; i++) {
		struct entry_type *e = &t->entries[i];
		if (e->kind == kind && strncmp(e->name, name, bytes) == 0 &&
		    e->name[bytes] == '\0')
			return e;
	}
	return NULL;
}

int
type_entry_unknown(const struct graph_type *t, int kind, const char *name,
    size_t bytes, alk_error *err)
{
	struct nearest n;
	char word[200];

	if (bytes >= sizeof(word)) {
		bytes = sizeof(word) - 1;
		while (((unsigned char)name[bytes] & 0xc0) == 0x80)
			bytes--; /* whole characters */
	}
	(void)snprintf(word, sizeof(word), "%.*s", (int)bytes, name);
	if (t == NULL)
		return error_set(err, ALK_NOTFOUND, "the graph has no type, "
		    "and so no %s type '%s'", type_noun(kind), word);
	nearest_init(&n, word);
	for (size_t i = 0; i < t->count; i++)
		if (t->entries[i].kind == kind)
			nearest_try(&n, t->entries[i].name);
	return error_set(err, ALK_NOTFOUND, "graph type '%s' has no %s type "
	    "'%s'%s", t->name, type_noun(kind), word, nearest_hint(&n));
}

struct entry_type *
type_entry_only(const struct graph_type *t, int kind)
{
	struct entry_type *only = NULL;

	for (size_t i = 0; i < t->count; i++) {
		if (t->entries[i].kind != kind)
			continue;
		if (only != NULL)
			return NULL;
		only = &t->entries[i];
	}
	return only;
}
