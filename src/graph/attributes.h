/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef GRAPH_ATTRIBUTES_H
#define GRAPH_ATTRIBUTES_H

#include "graph/graph.h"

/*
 * From the attributes of a caller to what is stored, and back: the type member
 * is taken off and put on, the type's schema is run, the text made compact.
 */

/*
 * Reads attributes, finds their type, checks them. On success the text to be
 * stored is in g->attributes and *type says which type it is. On failure g->err
 * has the JSON pointer.
 *
 * @param name  Type given beside the attributes, or NULL.
 * @param known The type that the stored row has, or NULL: then another is
 *              ALK_CONFLICT.
 */
int attributes_read(struct graph *g, const struct graph_type *gt, int kind,
    const char *name, struct entry_type *known, const char *text, size_t bytes,
    struct entry_type **type);

/*
 * The same for attributes that are parsed, with bounds and duplicates checked.
 */
int attributes_take(struct graph *g, const struct graph_type *gt, int kind,
    const char *name, struct entry_type *known, yyjson_val *root,
    struct entry_type **type);

/* Only which type is meant; nothing is checked. NULL with g->err filled. */
struct entry_type *attributes_type(struct graph *g, const struct graph_type *gt,
    int kind, const char *name, yyjson_val *root);
/* Parsed into g->reader, nothing checked but bounds and duplicates. */
yyjson_val *attributes_parse(struct graph *g, const char *text, size_t bytes);

/* The same for a merge patch over the stored text. */
int attributes_merge(struct graph *g, const struct graph_type *gt, int kind,
    const char *name, struct entry_type *known, const char *stored,
    size_t stored_bytes, const char *patch, size_t patch_bytes,
    struct entry_type **type);

/*
 * The same for members that are put over those of the stored text; root is
 * parsed, with bounds and duplicates checked, and not in g->stored.
 */
int attributes_assign(struct graph *g, const struct graph_type *gt, int kind,
    const char *name, struct entry_type *known, const char *stored,
    size_t stored_bytes, yyjson_val *root, struct entry_type **type);

/* Checks text that is stored without trust. ALK_OK or ALK_VALUE, in err. */
int attributes_check_stored(struct graph *g, struct entry_type *t,
    const char *text, size_t bytes, alk_error *err);

/* Appends the stored text with the type member put on; t may be NULL. */
void attributes_write(struct buf *out, const struct entry_type *t, int kind,
    const char *text, size_t bytes);

/* Metadata: a JSON object made compact in g->metadata. NULL gives NULL. */
int attributes_metadata(struct graph *g, const char *text, const char **out);

#endif
