/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Building the tables of names.h: a few multipliers are tried on tables of
 * growing size until no two names meet; then a lookup is one probe. Names whose
 * first and last eight bytes and lengths agree can never be told apart that
 * way: these tables hash every byte and probe on.
 */
#include "schema/names.h"

#include "base/map.h"

#define TRIES 16
#define PERFECT_MAX 160 /* names; with more, luck is too rare */

static uint32_t
size_for(uint32_t count)
{
	uint32_t size = 4;

	while (size < count * 2)
		size *= 2;
	return size;
}

static bool
place_all(struct names *n)
{
	memset(n->slots, 0, ((size_t)n->mask + 1) * sizeof(n->slots[0]));
	for (uint32_t i = 0; i < n->count; i++) {
		uint64_t word = names_word(n->list[i].text, n->list[i].bytes);
		uint32_t at = (uint32_t)(word * n->multiplier >> 32) & n->mask;
		if (n->slots[at] != 0)
			return false;
		n->slots[at] = i + 1;
	}
	return true;
}

static bool
try_perfect(struct names *n, uint32_t size)
{
	n->mask = size - 1;
	n->multiplier = 0x9e3779b97f4a7c15u;
	for (int i = 0; i < TRIES; i++) {
		if (place_all(n))
			return true;
		n->multiplier = n->multiplier * 6364136223846793005u + 2;
	}
	return false;
}

static void
place_probing(struct names *n, uint32_t size)
{
	n->whole = true;
	n->mask = size - 1;
	memset(n->slots, 0, size * sizeof(n->slots[0]));
	for (uint32_t i = 0; i < n->count; i++) {
		uint64_t hash = map_hash(n->list[i].text, n->list[i].bytes, 0);
		uint32_t at = (uint32_t)hash & n->mask;
		while (n->slots[at] != 0)
			at = (at + 1) & n->mask;
		n->slots[at] = i + 1;
	}
}

bool
names_build(struct names *n, struct pool *pool)
{
	if (n->count == 0)
		return true;
	uint32_t size = size_for(n->count);
	uint32_t most = n->count <= PERFECT_MAX ? size * 8 : size;
	n->slots = pool_alloc(pool, most * sizeof(n->slots[0]));
	if (n->slots == NULL)
		return false;
	if (n->count <= PERFECT_MAX)
		for (uint32_t s = size; s <= most; s *= 2)
			if (try_perfect(n, s))
				return true;
	place_probing(n, size);
	return true;
}

uint32_t
names_find_slow(const struct names *n, const char *text, size_t bytes)
{
	uint32_t at = (uint32_t)map_hash(text, bytes, 0) & n->mask;

	while (n->slots[at] != 0) {
		if (names_is(&n->list[n->slots[at] - 1], text, bytes))
			return n->slots[at] - 1;
		at = (at + 1) & n->mask;
	}
	return NAMES_NONE;
}
