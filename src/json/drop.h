/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef JSON_DROP_H
#define JSON_DROP_H

#include "json/json.h"

/*
 * The object without its first member, if that is `name` with a string, number,
 * bool or null; else NULL. The document is changed: the object given is gone,
 * the answer stands in its place for the life of the document. Costs nothing,
 * whatever the size.
 */
yyjson_val *json_drop_first(yyjson_val *object, const char *name);

#endif
