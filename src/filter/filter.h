/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef FILTER_FILTER_H
#define FILTER_FILTER_H

#include "json/json.h"

#include <alkstore.h>
#include <stdbool.h>

/*
 * The filter language on attributes, and the order of attribute values.
 *
 *   size > 1000 and (section = "libs" or section prefix "lib") and not
 *   exists(tags) status in ("pending", "running") and owner.name = 'Ada' and
 *   tags[0] != null
 *
 * A filter is parsed once into a flat program and run over the attributes of
 * each row. Values of different JSON types are never equal and never less or
 * greater; numbers compare by value, strings by their UTF-8 bytes.
 */

#define FILTER_BYTES_MAX 65536
#define FILTER_DEPTH_MAX 100  /* nesting of ( and not */
#define FILTER_NODES_MAX 4096

struct filter; /* made by filter_parse(), freed by filter_free(); immutable */

/*
 * @return ALK_OK; ALK_FILTER with err->entry "byte N" and text what was
 *         expected; ALK_LIMIT; ALK_NOMEM.
 */
int filter_parse(const char *text, size_t bytes, struct filter **out,
    alk_error *err);
void filter_free(struct filter *f);
bool filter_match(const struct filter *f, yyjson_val *attributes);

/* A path: members and indexes, as a.b[0]."odd name"[-1] or $.a.b. */
struct filter_path; /* filter_path_parse() makes, filter_path_free() frees */

int filter_path_parse(const char *text, size_t bytes, struct filter_path **out,
    alk_error *err);
void filter_path_free(struct filter_path *p);
/* The value there, or NULL. */
yyjson_val *filter_path_get(const struct filter_path *p, yyjson_val *root);

/*
 * Appends the sort key of a value (NULL: missing): bytes whose memcmp order is
 * missing and null < numbers by value < strings by bytes < false < true <
 * arrays and objects by their text. Long strings are cut at 1,024 bytes.
 */
void filter_sort_key(struct buf *out, yyjson_val *v);

#endif
