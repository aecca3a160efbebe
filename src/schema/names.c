/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Building the tables of names.h: a few multipliers are tried on tables of
 * growing size until no two names meet; then a lookup is one probe. With more
 * names than luck is good for, a few probes are let pass. Names whose first and
 * last eight bytes and lengths agree can never be told apart that way: tables
 * with many of these hash every byte and probe on.
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
		uint32_t at = names_slot(n, n->list[i].text, n->list[i].bytes);
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

/* False: some name is too far from its slot. */
static bool
place_near(struct names *n, uint32_t size)
{
	n->way = NAMES_NEAR;
	n->mask = size - 1;
	n->multiplier = 0x9e3779b97f4a7c15u;
	memset(n->slots, 0, size * sizeof(n->slots[0]));
	for (uint32_t i = 0; i < n->count; i++) {
		uint32_t at = names_slot(n, n->list[i].text, n->list[i].bytes);
		unsigned probes = 1;
		for (; n->slots[at] != 0; at = (at + 1) & n->mask)
			if (probes++ == NAMES_PROBES)
				return false;
		n->slots[at] = i + 1;
	}
	return true;
}

static void
place_probing(struct names *n, uint32_t size)
{
	n->way = NAMES_WHOLE;
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
	uint32_t most = n->count <= PERFECT_MAX ? size * 8 : size * 2;
	n->slots = pool_alloc(pool, most * sizeof(n->slots[0]));
	if (n->slots == NULL)
		return false;
	if (n->count <= PERFECT_MAX)
		for (uint32_t s = size; s <= most; s *= 2)
			if (try_perfect(n, s))
				return true;
	if (!place_near(n, most))
		place_probing(n, size);
	return true;
}

static uint32_t
find_near(const struct names *n, const char *text, size_t bytes)
{
	uint32_t at = names_slot(n, text, bytes);

	for (int i = 0; i < NAMES_PROBES && n->slots[at] != 0; i++) {
		if (names_is(&n->list[n->slots[at] - 1], text, bytes))
			return n->slots[at] - 1;
		at = (at + 1) & n->mask;
	}
	return NAMES_NONE;
}

uint32_t
names_find_slow(const struct names *n, const char *text, size_t bytes)
{
	if (n->way == NAMES_NEAR)
		return find_near(n, text, bytes);
	uint32_t at = (uint32_t)map_hash(text, bytes, 0) & n->mask;
	while (n->slots[at] != 0) {
		if (names_is(&n->list[n->slots[at] - 1], text, bytes))
			return n->slots[at] - 1;
		at = (at + 1) & n->mask;
	}
	return NAMES_NONE;
}
