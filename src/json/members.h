/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef JSON_MEMBERS_H
#define JSON_MEMBERS_H

#include "base/buf.h"

#include <alkstore.h>
#include <stdbool.h>
#include <string.h>
#include <yyjson.h>

/*
 * The members of one large object by name: a hash set over the object's own
 * keys. Inside the room only. Zeroed it is empty; buf_fini(&m.slots) at the
 * end.
 *
 * The hash is keyed, so that nobody who does not know the key can choose names
 * that collide.
 */
struct members {
	yyjson_val *object;
	struct buf slots;  /* struct members_slot[mask + 1] */
	size_t mask;
	uint64_t secret[2]; /* chosen at first use */
};

/* Objects up to this size are faster to look through than to index. */
#define MEMBERS_FEW 64

/*
 * Enters the members of object. The first key that is there twice goes to
 * *twice, else NULL. false: no memory.
 */
bool members_index(struct members *m, yyjson_val *object, yyjson_val **twice);
/* The key, or NULL; its value stands behind it. */
yyjson_val *members_find(const struct members *m, yyjson_val *key);

/* The same two by looking through. */
yyjson_val *members_scan(yyjson_val *object, yyjson_val *key);
/* The first key of a small object that is there twice, or NULL. */
yyjson_val *members_twice(yyjson_val *object);

/* Whether two keys, or any two strings, have the same bytes. */
static inline bool
members_same(yyjson_val *a, yyjson_val *b)
{
	size_t bytes = unsafe_yyjson_get_len(a);

	return bytes == unsafe_yyjson_get_len(b) &&
	    memcmp(unsafe_yyjson_get_str(a), unsafe_yyjson_get_str(b),
		bytes) == 0;
}

static inline yyjson_val *
members_first(yyjson_val *object)
{
	return object + 1;
}

static inline yyjson_val *
members_next(yyjson_val *key)
{
	return unsafe_yyjson_get_next(key + 1);
}

#endif
