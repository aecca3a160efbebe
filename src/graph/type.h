/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_TYPE_H
#define GRAPH_TYPE_H

#include "module/module.h"
#include "schema/schema.h"

#include <alkstore.h>
#include <stdbool.h>

/*
 * Graph types as the file holds them, compiled. A session keeps those it has
 * met; when the file's counter of type changes moves, all are read again.
 */
struct graph;
struct type_index;

/* A node or edge type. Belongs to its graph_type. */
struct entry_type {
	int64_t tid;
	int kind;    /* ALK_NODE, ALK_EDGE */
	char *name;
	char *schema_text;      /* until it is compiled */
	size_t schema_bytes;
	struct schema *schema;  /* NULL until first needed: type_schema() */
	bool declares_member;   /* its schema has nodeType or edgeType */
	int64_t *sources;       /* tids of allowed end points; none: any */
	size_t sources_count;
	int64_t *targets;
	size_t targets_count;
	struct type_index *indexes; /* on its attributes (index.h) */
	size_t indexes_count;
};

struct graph_type {
	char *id;
	char *name;
	char *scope;
	int64_t version;
	struct module_config config;
	struct entry_type *entries; /* by tid */
	size_t count;
	bool limits_ends;           /* some edge type does by node types */
	struct graph_type *next;    /* in the cache */
};

/* Zeroed it is empty. */
struct type_cache {
	int64_t stamp; /* of the file when they were read */
	unsigned cleared; /* how often */
	struct graph_type *first;
	struct graph_type *retired; /* a call further out may still hold them */
};

/* Nothing read so far is given again; it stays in memory until the sweep. */
void type_cache_clear(struct type_cache *c);
/* Frees what was cleared: when no call is running. */
void type_cache_sweep(struct type_cache *c);

/* The graph type with this id, read if need be. stamp is the file's counter.
   NULL and g->err filled on failure. */
struct graph_type *type_get(struct graph *g, const char *id, int64_t stamp);
/* By name; NULL and ALK_NOTFOUND if there is none. */
struct graph_type *type_get_named(struct graph *g, const char *name);
/* Its program, compiled at first need; NULL and g->err filled on failure. */
const struct schema *type_schema(struct graph *g, struct entry_type *t);

struct entry_type *type_entry(const struct graph_type *t, int64_t tid);
struct entry_type *type_entry_named(const struct graph_type *t, int kind,
    const char *name, size_t bytes);
/*
 * ALK_NOTFOUND: t has no type of that name; with the one that may have been
 * meant. t may be NULL, of a graph without a type.
 */
int type_entry_unknown(const struct graph_type *t, int kind, const char *name,
    size_t bytes, alk_error *err);
/* The one type of a kind, or NULL if there are none or several. */
struct entry_type *type_entry_only(const struct graph_type *t, int kind);
/* Whether a node of type tid may be an end point; no tids: each may. */
bool type_allows(const int64_t *tids, size_t count, int64_t tid);
/* "node" or "edge" */
const char *type_noun(int kind);

/* ---- loading modules and looking at types (types.c) ---- */

int types_load(struct graph *g, const char *name, const alk_type_options *o,
    const char *module, size_t bytes, alk_types_result *result);
/* Seeds the reference types in a new file; scope system. */
int types_seed(struct graph *g);
int types_list(struct graph *g, alk_row_fn fn, void *arg);
/* The whole of a graph type as JSON, appended. */
int types_write(struct graph *g, const char *name, struct buf *out);
int types_delete(struct graph *g, const char *name);
/* Compiles the schema of a type, for the caller. */
int types_schema(struct graph *g, const char *name, int kind, const char *type,
    struct schema **out);
struct module_limits types_limits(const struct graph *g);
/* A stored type as a module, to be freed with module_fini() in any case. */
int types_stored(struct graph *g, const struct graph_type *t,
    struct module *out);
/* How a module differs from the stored type of that name (types_diff.c). */
int types_diff(struct graph *g, const char *name, const char *text,
    size_t bytes, module_change_fn fn, void *arg);
int types_check(struct graph *g, const char *name, int kind, const char *type,
    const char *attributes, size_t bytes);

#endif
