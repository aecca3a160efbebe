/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_COMPILE_H
#define SCHEMA_COMPILE_H

#include "base/map.h"
#include "schema/keyword.h"
#include "schema/program.h"

/*
 * One compilation, in steps, each over flat arrays so that no schema can
 * exhaust the stack:
 *
 *   copy    a document becomes the program's own (documents.c)
 *   scan    every place where a schema stands gets a node; values of keywords
 *           are checked, $id and anchors noted (scan.c, refs.c)
 *   build   node by node the rules are made (build*.c); a $ref to a place that
 *           was no schema so far scans that, and one to another document copies
 *           and scans that, which adds nodes at the end
 *   link    cycles are refused, unions told apart by a property (link.c)
 */
struct compile {
	struct schema *s;
	const struct schema_options *options;
	const struct dialect *dialect; /* where there is no $schema */
	size_t values;      /* of all documents */
	uint32_t *node_of;  /* by place: its node + 1, 0 none */
	uint32_t last;      /* document that a value was found in */
	uint32_t documents_room;
	uint32_t room;      /* of s->nodes */
	bool is_dynamic;    /* $dynamicRef or $recursiveRef occurs */
	uint32_t anchors_room;
	uint32_t hops_room;
	struct textmap map; /* see SCOPE_ */
	struct resource *resources; /* become s->resources */
	uint32_t resources_count;
	uint32_t resources_room;
	struct buf scratch;
	alk_error *err;
};

/*
 * Scopes of compile.map. A place is the number of a value among those of all
 * documents.
 */
#define SCOPE_ID 0      /* $id as written, TypeBox: place or AMBIGUOUS */
#define SCOPE_URI 1     /* URI: resource */
#define SCOPE_DIALECT 2 /* $schema: address of the struct dialect */
#define SCOPE_ANCHOR 3  /* and the resource added: anchor: place */
/* -1 - p: member of the large object at place p: place */

/* documents.c: the number of a value or key, and back. */
size_t documents_place(struct compile *c, yyjson_val *v);
yyjson_val *documents_value(const struct compile *c, int64_t place);
/* A copy of root, known as uri, all of it scanned. */
int documents_add(struct compile *c, const char *uri, yyjson_val *root);
/*
 * The same for the one that has that URI in the registry, or is a meta-schema
 * of a draft. *found says whether there is one; `at` is what refers to it.
 */
int documents_load(struct compile *c, yyjson_val *at, const char *uri,
    size_t bytes, bool *found);

/* The node of a schema + 1, or 0. */
uint32_t compile_node(struct compile *c, yyjson_val *v);
/* The dialect that the schema v, which has a node, is read by. */
const struct dialect *compile_dialect(struct compile *c, yyjson_val *v);
/*
 * What a member of a schema says: its keyword, or NULL where the dialect has
 * none of that name, or a $ref beside it takes its meaning away.
 */
const struct keyword_row *compile_row(const struct dialect *d, bool has_ref,
    yyjson_val *key);
/* Whether v has a $ref that takes the meaning of all beside it. */
bool compile_has_ref(const struct dialect *d, yyjson_val *v);
/* A failure at a value of the copy; returns the code. */
int compile_fail(struct compile *c, yyjson_val *at, int code,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Adds the place to an error that was set without one; returns its code. */
int compile_place(struct compile *c, yyjson_val *at, int code);
/* What the schema v, which has a node, says by a keyword, or NULL. */
yyjson_val *compile_get(struct compile *c, yyjson_val *v, enum keyword k);

/* scan.c: gives v, and every schema within it, a node. */
int scan_schema(struct compile *c, yyjson_val *v, uint32_t resource,
    int nesting);

/* refs.c */
/* The resource of a whole document, whose root is v. */
int refs_add_document(struct compile *c, yyjson_val *v, const char *uri,
    uint32_t *out);
/*
 * Where the schema v has an $id that makes it a resource, *resource becomes
 * that.
 */
int refs_enter(struct compile *c, yyjson_val *v, uint32_t *resource);
int refs_add_anchor(struct compile *c, yyjson_val *v, uint32_t resource,
    yyjson_val *name);
int refs_add_dynamic(struct compile *c, yyjson_val *v, uint32_t resource,
    const char *name, size_t bytes);
/*
 * The schema that a reference within `resource` leads to; it has a node then.
 */
int refs_resolve(struct compile *c, yyjson_val *reference, uint32_t resource,
    yyjson_val **out);
/* Whether v is a dynamic anchor of that name. */
bool refs_is_dynamic(struct compile *c, yyjson_val *v, const char *name,
    size_t bytes);

/* hops.c: notes that the reference in schema `from` leads to `to`. */
int hops_add(struct compile *c, yyjson_val *from, yyjson_val *to);
void hops_sort(struct schema *s);

/* build.c */
int build_node(struct compile *c, uint32_t index);
/* The node that stands for the schema v: past plain references. */
int build_child(struct compile *c, yyjson_val *v, uint32_t *out);

/* build_rules.c: each makes one part of a node from its keywords' values. */
int build_string(struct compile *c, struct node *n, yyjson_val **kv);
int build_number(struct compile *c, struct node *n, yyjson_val **kv);
int build_array(struct compile *c, struct node *n, yyjson_val **kv);
int build_object(struct compile *c, struct node *n, yyjson_val **kv);
int build_literals(struct compile *c, struct node *n, yyjson_val **kv);
int build_compose(struct compile *c, struct node *n, yyjson_val **kv);
int build_list(struct compile *c, yyjson_val *schemas, struct node_list *out);
/* Zeroed memory of the program; NULL with the error set. */
void *build_alloc(struct compile *c, size_t bytes);
/* A checked value of minLength and its like. */
uint64_t build_count(yyjson_val *value, uint64_t missing);
/* build_union.c: an anyOf of nothing but constants; false: it is not. */
int build_union(struct compile *c, struct node *n, yyjson_val *any_of,
    bool *done);

/* link.c */
int link_program(struct compile *c);

#endif
