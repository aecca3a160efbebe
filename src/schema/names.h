/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_NAMES_H
#define SCHEMA_NAMES_H

#include "schema/pool.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * A set of texts known when a schema is compiled: property names, the strings
 * of an enumeration. Looked up by a hash of length, first and last eight bytes
 * that was tried out to put each name into a slot of its own; where names are
 * too many for that by the same hash and a little probing; where they are too
 * alike, by a hash of all bytes and probing.
 */
struct name {
	const char *text; /* NUL behind it; in the schema's own copy */
	uint32_t bytes;
	uint32_t value;   /* what the holder says about it */
};

struct names {
	struct name *list;
	uint32_t *slots; /* place in list + 1; 0: empty */
	uint64_t multiplier;
	uint32_t mask;
	uint32_t count;
	enum names_way {
		NAMES_PERFECT, /* a slot of its own */
		NAMES_NEAR,    /* or one of the next NAMES_PROBES */
		NAMES_WHOLE    /* hash all bytes */
	} way;
};

#define NAMES_NONE UINT32_MAX
#define NAMES_PROBES 8

/* Fills slots; list and count are given, the names are different. */
bool names_build(struct names *n, struct pool *pool);
uint32_t names_find_slow(const struct names *n, const char *text, size_t bytes);

static inline uint64_t
names_load8(const char *text)
{
	uint64_t word;

	memcpy(&word, text, sizeof(word));
	return word;
}

static inline uint32_t
names_load4(const char *text)
{
	uint32_t word;

	memcpy(&word, text, sizeof(word));
	return word;
}

/*
 * a and b have the same length, and a NUL behind them (so three bytes are
 * four).
 */
static inline bool
names_same(const char *a, const char *b, size_t bytes)
{
	if (bytes > 16)
		return memcmp(a, b, bytes) == 0;
	if (bytes >= 8)
		return ((names_load8(a) ^ names_load8(b)) |
		    (names_load8(a + bytes - 8) ^
		    names_load8(b + bytes - 8))) == 0;
	if (bytes >= 3) {
		size_t last = bytes == 3 ? 0 : bytes - 4;
		return ((names_load4(a) ^ names_load4(b)) |
		    (names_load4(a + last) ^ names_load4(b + last))) == 0;
	}
	return bytes == 0 || (a[0] == b[0] && a[bytes - 1] == b[bytes - 1]);
}

static inline bool
names_is(const struct name *n, const char *text, size_t bytes)
{
	return n->bytes == bytes && names_same(n->text, text, bytes);
}

static inline uint64_t
names_word(const char *text, size_t bytes)
{
	uint64_t word;

	if (bytes >= 8)
		word = names_load8(text) ^
		    names_load8(text + bytes - 8) * 0x9e3779b97f4a7c15u;
	else if (bytes >= 4)
		word = names_load4(text) |
		    (uint64_t)names_load4(text + bytes - 4) << 32;
	else if (bytes > 0)
		word = (uint64_t)(unsigned char)text[0] |
		    (uint64_t)(unsigned char)text[bytes / 2] << 8 |
		    (uint64_t)(unsigned char)text[bytes - 1] << 16;
	else
		word = 0;
	return word ^ bytes * 0xff51afd7ed558ccdu;
}

static inline uint32_t
names_slot(const struct names *n, const char *text, size_t bytes)
{
	return (uint32_t)(names_word(text, bytes) * n->multiplier >> 32) &
	    n->mask;
}

/* Where text is in the list, or NAMES_NONE. */
static inline uint32_t
names_find(const struct names *n, const char *text, size_t bytes)
{
	if (n->count == 0)
		return NAMES_NONE;
	if (n->way != NAMES_PERFECT)
		return names_find_slow(n, text, bytes);
	uint32_t at = n->slots[names_slot(n, text, bytes)];
	if (at == 0 || !names_is(&n->list[at - 1], text, bytes))
		return NAMES_NONE;
	return at - 1;
}

/* Whether text is in the list; a short one is gone through. */
static inline bool
names_have(const struct names *n, const char *text, size_t bytes)
{
	if (n->count > 4)
		return names_find(n, text, bytes) != NAMES_NONE;
	for (uint32_t i = 0; i < n->count; i++)
		if (names_is(&n->list[i], text, bytes))
			return true;
	return false;
}

#endif
