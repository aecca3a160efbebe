/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_REGISTRY_H
#define SCHEMA_REGISTRY_H

#include "schema/pool.h"
#include "schema/schema.h"

/* What the compiler sees of a registry; see schema.h. */
struct registry_document {
	const char *uri;
	yyjson_val *root; /* the registry's own copy */
};

/*
 * The document that has that URI, or else one that may have a schema with that
 * $id within it; NULL: none. r may be NULL.
 */
const struct registry_document *registry_find(const struct schema_registry *r,
    const char *uri, size_t bytes);

/*
 * A copy of a value and all within it, in p; *values is how many there are,
 * side by side. NULL: no memory.
 */
yyjson_val *registry_copy(struct pool *p, yyjson_val *root, size_t *values);

#endif
