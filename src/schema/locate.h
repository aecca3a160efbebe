/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_LOCATE_H
#define SCHEMA_LOCATE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>
#include <yyjson.h>

/*
 * Finds the way from a root down to a value, again and again in one document.
 * Values lie side by side, so that only those before the target, level by
 * level, have to be passed over; each level begins where the last search left
 * it, so that targets in the order of the document cost one pass in all. Zeroed
 * it is ready; locator_fini() at the end.
 */
struct level {
	yyjson_val *container;
	yyjson_val *at; /* the member's key, or the item */
	size_t index;
};

struct locator {
	struct level *levels;
	size_t room;
	size_t count;  /* levels down to the last target */
	bool is_key;   /* that was a key, not a value */
	int64_t steps; /* what searching cost: one for each value passed over */
};

void locator_fini(struct locator *l);
/* target is a value or a key within root. false: no memory. */
bool locator_find(struct locator *l, yyjson_val *root, yyjson_val *target);
/* Appends one level, or all of them, as a JSON Pointer. */
void locator_write_level(struct buf *out, const struct level *level);
void locator_write(struct buf *out, const struct locator *l);

#endif
