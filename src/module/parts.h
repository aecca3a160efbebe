/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef MODULE_PARTS_H
#define MODULE_PARTS_H

#include "base/map.h"
#include "base/nearest.h"
#include "filter/filter.h"
#include "module/module.h"

/*
 * What the files of this room share: a walk over the schemas within a schema,
 * the entries of a module and the references between them. Nobody else includes
 * it.
 */

/* ---- Walking (walk.c) ---- */

/* A step of the way to a value; the steps are on the stack of who walks. */
struct module_place {
	const struct module_place *up; /* NULL at the top */
	const char *token;             /* member; NULL: an element */
	size_t bytes;
	size_t index;
};

/* Appends the JSON Pointer of the place. */
void module_place_write(const struct module_place *at, struct buf *out);

/*
 * Called for a schema before those within it. Other than ALK_OK stops the walk.
 */
typedef int (*module_visit_fn)(void *arg, yyjson_val *schema,
    const struct module_place *at);

/*
 * Visits schema and all schemas within, as written. What only looks like a
 * schema, as in const, enum, default and examples, is passed over.
 */
int module_walk(yyjson_val *schema, const struct module_place *at,
    module_visit_fn fn, void *arg);
/* Whether JSON Schema knows a keyword of this name. */
bool module_is_keyword(const char *name, size_t bytes);
/* The keyword that this was most likely meant to be, or NULL. */
const char *module_near_keyword(const char *name);
bool module_is_schema(yyjson_val *v); /* an object or a boolean */
/* v; or where it is NULL, a value to loop over that holds nothing. */
yyjson_val *module_some(yyjson_val *v);
/* The string that member `name` of an object is, or NULL. */
yyjson_val *module_text(yyjson_val *object, const char *name);

/* ---- Entries (entries.c) ---- */

enum module_role {
	ROLE_SHARED,
	ROLE_BASE, /* BaseNode, BaseEdge */
	ROLE_CONFIG,
	ROLE_CONSTRAINTS,
	ROLE_NODE,
	ROLE_EDGE
};

enum module_shape {
	SHAPE_DEFS,  /* {"$defs": entries}, perhaps with "$ref" */
	SHAPE_MAP,   /* entries */
	SHAPE_SINGLE /* one entry, named by its $id or title */
};

struct module_entry {
	const char *name;
	size_t bytes;
	yyjson_val *schema;
	enum module_role role;
	bool has_id;       /* an own "$id" */
	bool needs_id;     /* is referred to by name but defines no such $id */
	bool needs_import; /* stored as {"$defs", "$ref"}: refers to itself by
	                      pointer, or its $id is defined twice */
	bool is_used;      /* by a type */
	size_t refs;       /* first in module_entries.refs */
	size_t refs_count;
};

/*
 * Made by module_entries_read(), ended by module_entries_fini(). Borrows the
 * JSON.
 */
struct module_entries {
	enum module_shape shape;
	struct module_entry *list; /* as written */
	size_t count;
	struct textmap names; /* scopes: see entries.c */
	struct buf refs;      /* size_t: what an entry refers to, each once */
};

int module_entries_read(yyjson_val *root, const struct module_limits *limits,
    struct module_entries *out, alk_error *err);
void module_entries_fini(struct module_entries *e);
/* Whether root has an entry that is a node type by its name. */
bool module_has_nodes(yyjson_val *root);
/* The entries where root is a map of schemas, with "$defs" or without, else
   NULL: root is a schema. */
yyjson_val *module_plain_entries(yyjson_val *root);
/* SIZE_MAX: none. */
size_t module_entries_find(const struct module_entries *e, const char *name,
    size_t bytes);
const size_t *module_entries_refs(const struct module_entries *e,
    const struct module_entry *entry);
/* Appends the pointer of an entry within the module's text. */
void module_entries_pointer(const struct module_entries *e,
    const struct module_entry *entry, struct buf *out);
/*
 * The schema behind a chain of $ref; schema itself where it is none, or
 * dangling.
 */
yyjson_val *module_entries_follow(const struct module_entries *e,
    yyjson_val *schema);
/*
 * "; did you mean 'X'?" with the entry of that role (or of any: -1) that is
 * nearest to name, or "". Within n, which borrows name.
 */
const char *module_entries_hint(const struct module_entries *e, int role,
    const char *name, struct nearest *n);
/*
 * Fails with ALK_SCHEMA at an entry; below is the pointer within it. Returns
 * what error_set() does.
 */
int module_fail(const struct module_entries *e,
    const struct module_entry *entry, const char *below, alk_error *err,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* ---- References (refs.c) ---- */

/*
 * Indexes every $id, and fills refs, needs_id and needs_import of each entry.
 * Fails where a $ref leads nowhere or one $id means two things.
 */
int module_refs_read(struct module_entries *e, alk_error *err);

/* ---- Config and constraints (config.c) ---- */

int module_config_load(const struct module_entries *e, struct module *m,
    alk_error *err);
/* The schema of a member of an object type, or NULL. */
yyjson_val *module_member(const struct module_entries *e,
    const struct module_entry *entry, const char *name);
/* What a schema is frozen to, or NULL. */
yyjson_val *module_frozen(const struct module_entries *e, yyjson_val *schema);
/* Puts sources and targets of the edge types into m->types. */
int module_constraints_load(const struct module_entries *e, struct module *m,
    alk_error *err);

/* ---- Indexes (index.c) ---- */

/* Reads "x-indexes" of an entry into t. */
int module_indexes_load(const struct module_entries *e,
    const struct module_entry *entry, struct module *m, struct module_type *t,
    alk_error *err);
void module_indexes_fini(struct module_type *t);

/* Whether a member of that name may stand in a path (where.c). */
bool module_index_is_name(const char *name, size_t bytes);
/* NULL where a filter is one that `where` may be, else why not. */
const char *module_where_fault(const struct filter *f);
/* The schema of a member of an object type's schema, or NULL. */
yyjson_val *module_property(const struct module_entries *e, yyjson_val *schema,
    const char *name, size_t bytes);

/* ---- Slips (slips.c) ---- */

/* ALK_SCHEMA where it is certain, a warning in m where it is likely. */
int module_slips_config(const struct module_entries *e,
    const struct module_entry *entry, struct module *m, alk_error *err);
int module_slips_constraints(const struct module_entries *e,
    const struct module_entry *entry, alk_error *err);
/* ALK_SCHEMA for node and edge types that no row could have. */
int module_slips_types(const struct module_entries *e, alk_error *err);

/* ---- Warnings (warn.c) ---- */

/* Adds one; those beyond MODULE_WARNINGS_MAX are dropped. ALK_OK, ALK_NOMEM. */
int module_warn(struct module *m, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Warns of the traps of composing types with TypeBox. ALK_OK, ALK_NOMEM. */
int module_warn_composition(const struct module_entries *e, struct module *m);
/*
 * Warns of keywords that are nearly known ones, and of a $schema that means
 * another draft. ALK_OK, ALK_NOMEM.
 */
int module_warn_keywords(const struct module_entries *e, yyjson_val *root,
    struct module *m);

#endif
