/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_COMPILE_H
#define SCHEMA_COMPILE_H

#include "base/map.h"
#include "schema/keyword.h"
#include "schema/program.h"

/*
 * One compilation, in four steps, each over flat arrays so that no schema can
 * exhaust the stack:
 *
 *   copy    the schema becomes the program's own (compile.c)
 *   scan    every place where a schema stands gets a node; values of keywords
 *           are checked, $id and anchors noted (scan.c, refs.c)
 *   build   node by node the rules are made (build*.c); a $ref to a place that
 *           was no schema so far scans that, which adds nodes at the end
 *   link    cycles are refused, unions told apart by a property (link.c)
 */
struct compile {
	struct schema *s;
	yyjson_val *root;   /* s->source */
	size_t values;      /* of the copy */
	uint32_t *node_of;  /* by value: its node + 1, 0 none */
	uint32_t room;      /* of s->nodes */
	bool is_dynamic;    /* $dynamicRef or $recursiveRef occurs */
	uint32_t anchors_room;
	uint32_t hops_room;
	struct textmap map; /* see refs.c */
	struct resource *resources; /* become s->resources */
	uint32_t resources_count;
	uint32_t resources_room;
	struct buf scratch;
	alk_error *err;
};

/* A failure at a value of the copy; returns the code. */
int compile_fail(struct compile *c, yyjson_val *at, int code,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Adds the place to an error that was set without one; returns its code. */
int compile_place(struct compile *c, yyjson_val *at, int code);
/* A member of an object, or NULL. */
yyjson_val *compile_get(yyjson_val *object, enum keyword k);

/* scan.c: gives v, and every schema within it, a node. */
int scan_schema(struct compile *c, yyjson_val *v, uint32_t resource,
    int nesting);

/* refs.c */
/* A new resource for v, whose $id is given (NULL: the document). */
int refs_add_resource(struct compile *c, yyjson_val *v, uint32_t outer,
    yyjson_val *id, uint32_t *out);
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
bool refs_is_dynamic(const struct compile *c, yyjson_val *v, const char *name,
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
