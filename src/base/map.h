/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <alkstore.h>
#include <stdbool.h>

/*
 * Two hash maps with open addressing, power-of-two sizes and no removal of
 * single entries. Zeroed they are empty and ready; whoever holds one calls its
 * _fini().
 */

/* From int64 (any but INT64_MIN) to int64. */
struct intmap {
	struct intmap_slot {
		int64_t key;
		int64_t value;
	} *slots;
	size_t room;  /* slots allocated, a power of two, or 0 */
	size_t count; /* slots in use */
};

void intmap_fini(struct intmap *m);
void intmap_clear(struct intmap *m);
/* Where key's value is, or NULL. Valid until the next intmap_add(). */
int64_t *intmap_find(const struct intmap *m, int64_t key);
/* 1 added, 0 it was there (and is left alone), ALK_NOMEM. */
int intmap_add(struct intmap *m, int64_t key, int64_t value);

/* From (scope, text) to int64; the texts are copied. */
struct textmap {
	struct textmap_slot {
		uint64_t hash;
		const char *text; /* in chunks */
		int64_t scope;
		int64_t value;
		uint32_t bytes;
		bool used;
	} *slots;
	size_t room;
	size_t count;
	struct textmap_chunk *chunks; /* newest first */
	size_t held; /* bytes of memory in all */
};

void textmap_fini(struct textmap *m);
int64_t *textmap_find(const struct textmap *m, int64_t scope, const char *text,
    size_t bytes);
/* 1 added, 0 it was there (and is left alone), ALK_NOMEM. */
int textmap_add(struct textmap *m, int64_t scope, const char *text,
    size_t bytes,
    int64_t value);

/* 64 well-mixed bits of any bytes; not for secrets. */
uint64_t map_hash(const void *data, size_t bytes, uint64_t seed);

#endif
