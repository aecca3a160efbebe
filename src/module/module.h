/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef MODULE_MODULE_H
#define MODULE_MODULE_H

#include "json/json.h"
#include "schema/schema.h"

#include <alkstore.h>
#include <stdbool.h>

/*
 * A graph type module as TypeBox serialises it, taken apart: which entry is
 * what, and for each node and edge type a schema that stands alone. Knows no
 * database.
 */

enum module_direction {
	MODULE_MIXED,
	MODULE_DIRECTED,
	MODULE_UNDIRECTED
};

struct module_config {
	enum module_direction direction;
	bool multi;
	bool allow_self_loops;
	bool acyclic;
};

#define MODULE_INDEXES_MAX 16     /* of one type */
#define MODULE_INDEX_PATHS_MAX 4  /* of one index */
#define MODULE_INDEX_DEPTH_MAX 8  /* members of one path */
#define MODULE_INDEX_WHERE_MAX 8  /* conditions of a partial index */

/* The member of attributes that names the type: "nodeType", "edgeType". */
const char *module_type_member(int kind);

/* An index on attributes that a type declares by "x-indexes". */
struct module_index {
	char *name;
	char *paths[MODULE_INDEX_PATHS_MAX]; /* JSON Pointers */
	size_t count;
	bool is_unique;
	char *where;         /* filter; NULL: all rows */
};

struct module_type {
	int kind;            /* ALK_NODE or ALK_EDGE */
	char *name;          /* the entry's name */
	char *description;   /* the entry's "description", or "" */
	char *schema;        /* JSON text: the entry, with $defs it reaches */
	size_t schema_bytes;
	char *sources;       /* edges: JSON array of names, "[]" = any */
	char *targets;
	struct module_index *indexes;
	size_t indexes_count;
};

/* Made by module_load(), freed by module_fini(). All texts are its own. */
struct module {
	struct module_config config;
	char *description; /* of Config, or "" */
	struct module_type *types; /* nodes first, then edges, as written */
	size_t count;
	char **warnings; /* one line each: what is allowed, but likely a slip */
	size_t warnings_count; /* at most MODULE_WARNINGS_MAX */
};

#define MODULE_WARNINGS_MAX 32

struct module_limits {
	size_t schema_bytes_max;
	size_t depth_max;
	size_t name_bytes_max;
	size_t types_max;
};

/*
 * Takes a module apart. On an error out is untouched and err has the entry's
 * name, the JSON pointer within the module text and the reason: ALK_JSON,
 * ALK_SCHEMA, ALK_LIMIT, ALK_NOMEM. Every schema is compiled once to be sure
 * that it can be used.
 */
int module_load(const char *text, size_t bytes,
    const struct module_limits *limits, struct module *out, alk_error *err);
void module_fini(struct module *m);

/* {"type":"directed","multi":false,"allowSelfLoops":false,"acyclic":true} */
void module_config_write(struct buf *out, const struct module_config *c);
/* Reads what module_config_write() wrote. ALK_OK or ALK_CORRUPT. */
int module_config_read(const char *text, struct module_config *out,
    alk_error *err);

/*
 * schema_compile() as modules want it: what is stored is read in one dialect,
 * TypeBox's, whatever $schema says (which is warned of).
 */
int module_compile(yyjson_val *root, struct schema **out, alk_error *err);

/*
 * Whether going from schema a to schema b only adds (the rules are told in
 * additive.c): 1 it does, 0 it does not, or ALK_NOMEM.
 */
int module_is_additive(yyjson_val *a, yyjson_val *b);

/* One entry in which two modules differ. Borrowed. */
struct module_change {
	int op;             /* ALK_CREATE new, ALK_REPLACE, ALK_DELETE gone */
	int kind;           /* ALK_NODE, ALK_EDGE; ALK_GRAPH: the Config;
	                       ALK_TYPE: a schema that is neither */
	const char *name;
	const struct module_type *type; /* as it is now; NULL where gone, or no
	                                   type */
	const char *before; /* JSON of the schema, or of the config; or NULL */
	const char *after;
	bool is_breaking;   /* what was valid may not be any more */
	const char *why;    /* one line */
};

/* Returns 0 to go on. */
typedef int (*module_change_fn)(void *arg, const struct module_change *c);

/*
 * Tells how b differs from a: the Config, then b's entries in their order, then
 * those of a that are gone. ALK_OK also where fn stopped it; ALK_NOMEM.
 */
int module_diff(const struct module *a, const struct module *b,
    module_change_fn fn, void *arg, alk_error *err);

struct module_text {
	const char *data;
	size_t bytes;
};

/*
 * The same of two texts; where neither has a node type, of two schemas or maps
 * of schemas. Errors as module_load(), the text says which of the two.
 */
int module_compare(const struct module_text *before,
    const struct module_text *after, const struct module_limits *limits,
    module_change_fn fn, void *arg, alk_error *err);

/* The graph types that every store is made with, as module texts. */
struct module_reference {
	const char *name; /* "call-graph" */
	const char *text; /* JSON of the module */
};

extern const struct module_reference module_references[];
extern const size_t module_references_count;

#endif
