/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include "json/members.h"
#include "json/outline.h"

#include <stdbool.h>
#include <stddef.h>
#include <yyjson.h>

/*
 * The fast way from text to values, for text that is in order: parsing, and
 * what check.h does, in one pass. Whatever is unusual it leaves to the slow way
 * without telling why. Inside the room only.
 */

/* Bytes of memory that scan_text() needs for so many bytes of text. */
size_t scan_room(size_t bytes);

/*
 * The root of the values, as yyjson lays them out and check_values() leaves
 * them; or NULL: not sure. room has scan_room(bytes), aligned for values.
 * members: for large objects; NULL: members that are there twice are not
 * looked for. outline: may be NULL.
 */
yyjson_val *scan_text(void *room, const char *text, size_t bytes,
    size_t depth_max, struct members *members, struct outline *outline);

#endif
