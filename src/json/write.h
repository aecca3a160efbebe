/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef JSON_WRITE_H
#define JSON_WRITE_H

#include "base/buf.h"

#include <stdbool.h>
#include <yyjson.h>

/*
 * As json_write(). Nothing is nested deeper than depth_max (at most
 * JSON_DEPTH_OWN), or else false, with part of it written. Inside the room
 * only.
 */
bool write_bounded(struct buf *out, yyjson_val *v, size_t depth_max);
/* A member's name and its colon. */
void write_key(struct buf *out, yyjson_val *key);

#endif
