/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef STORE_LOAD_AHEAD_H
#define STORE_LOAD_AHEAD_H

#include "base/buf.h"

#include <alkstore.h>

/*
 * Items of a load that are taken together, so that what they need of the map of
 * keys is fetched at once (load_foresee()): copies, as a source keeps one item
 * only.
 */
#define AHEAD_ITEMS 16
#define AHEAD_TEXTS 8

struct ahead {
	alk_item items[AHEAD_ITEMS];
	size_t count;
	size_t at[AHEAD_ITEMS][AHEAD_TEXTS]; /* of its texts; SIZE_MAX: NULL */
	struct buf texts;
};

void ahead_clear(struct ahead *a);
void ahead_fini(struct ahead *a);
/* Where there is room for it. */
void ahead_add(struct ahead *a, const alk_item *item);
/* The items can be used from here on; ALK_NOMEM. */
int ahead_finish(struct ahead *a);

#endif
