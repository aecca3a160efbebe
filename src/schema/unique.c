/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* uniqueItems, and the hash of a value (see unique.h). */
#include "schema/unique.h"

#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#define FEW 8               /* items that are simply compared with each other */
#define SLOTS 8192          /* of the table on the stack: 32 KiB */
#define ITEMS_A_PASS 4096
#define HASH_DEPTH_MAX 64   /* what lies deeper does not count */

static uint64_t
hash_double(double x)
{
	return map_hash(&x, sizeof(x), 3);
}

/* By value: 1, 1.0 and a long decimal that rounds to 1 meet. */
static uint64_t
hash_number(yyjson_val *v)
{
	if (yyjson_is_raw(v))
		return hash_double(strtod(yyjson_get_raw(v), NULL));
	double x = yyjson_get_num(v);
	return hash_double(x == 0 ? 0 : x);
}

static uint64_t hash_at(yyjson_val *v, int depth);

static uint64_t
hash_array(yyjson_val *v, int depth)
{
	uint64_t hash = 5;
	size_t i, count;
	yyjson_val *item;

	yyjson_arr_foreach(v, i, count, item) {
		uint64_t h = hash_at(item, depth + 1);
		hash = (hash ^ h) * 0x9e3779b97f4a7c15u;
		hash ^= hash >> 29;
	}
	return hash;
}

/* Members in any order give the same sum. */
static uint64_t
hash_object(yyjson_val *v, int depth)
{
	uint64_t hash = 7;
	size_t i, count;
	yyjson_val *key, *member;

	yyjson_obj_foreach(v, i, count, key, member) {
		uint64_t h = map_hash(yyjson_get_str(key), yyjson_get_len(key),
		    11);
		h = (h ^ hash_at(member, depth + 1)) * 0x9e3779b97f4a7c15u;
		hash += h ^ h >> 31;
	}
	return hash;
}

static uint64_t
hash_at(yyjson_val *v, int depth)
{
	if (depth > HASH_DEPTH_MAX)
		return 0;
	uint8_t kind = yyjson_get_tag(v);
	switch (yyjson_get_type(v)) {
	case YYJSON_TYPE_STR:
		return map_hash(yyjson_get_str(v), yyjson_get_len(v), 13);
	case YYJSON_TYPE_NUM:
	case YYJSON_TYPE_RAW:
		return hash_number(v);
	case YYJSON_TYPE_ARR:
		return hash_array(v, depth);
	case YYJSON_TYPE_OBJ:
		return hash_object(v, depth);
	default:
		return map_hash(&kind, 1, 17);
	}
}

uint64_t
unique_hash(yyjson_val *v)
{
	return hash_at(v, 0);
}

/* Values within v, itself included. */
static int64_t
values_in(yyjson_val *v)
{
	return unsafe_yyjson_get_next(v) - v;
}

static enum unique_answer
check_few(yyjson_val *array, yyjson_val **twin)
{
	size_t i, count;
	yyjson_val *item;

	yyjson_arr_foreach(array, i, count, item) {
		yyjson_val *other = yyjson_arr_get_first(array);
		for (size_t j = 0; j < i; j++) {
			if (json_equal(item, other)) {
				*twin = item;
				return UNIQUE_NO;
			}
			other = unsafe_yyjson_get_next(other);
		}
	}
	return UNIQUE_YES;
}

/* Whether item is in the table already; puts it there if not. */
static bool
meet(uint32_t *slots, yyjson_val *array, yyjson_val *item, uint64_t hash,
    int64_t *steps)
{
	size_t at = (size_t)(hash >> 32) & (SLOTS - 1);

	while (slots[at] != 0) {
		yyjson_val *other = array + slots[at];
		*steps -= values_in(other);
		if (*steps < 0 || json_equal(item, other))
			return true;
		at = (at + 1) & (SLOTS - 1);
	}
	slots[at] = (uint32_t)(item - array);
	return false;
}

/*
 * Items whose hash falls to this pass. A part that is fuller than the table,
 * which takes hashes made for it, counts as too costly.
 */
static enum unique_answer
check_pass(yyjson_val *array, uint64_t pass, uint64_t passes, int64_t *steps,
    yyjson_val **twin)
{
	uint32_t slots[SLOTS];
	size_t i, count;
	yyjson_val *item;
	size_t used = 0;

	memset(slots, 0, sizeof(slots));
	*steps -= values_in(array);
	yyjson_arr_foreach(array, i, count, item) {
		if (*steps < 0)
			return UNIQUE_COSTLY;
		uint64_t hash = unique_hash(item);
		if ((hash & 0xffffffff) % passes != pass)
			continue;
		if (used == SLOTS - 1)
			return UNIQUE_COSTLY;
		if (meet(slots, array, item, hash, steps)) {
			*twin = item;
			return *steps < 0 ? UNIQUE_COSTLY : UNIQUE_NO;
		}
		used++;
	}
	return UNIQUE_YES;
}

enum unique_answer
unique_check(yyjson_val *array, int64_t *steps, yyjson_val **twin)
{
	size_t count = yyjson_arr_size(array);

	if (count < 2)
		return UNIQUE_YES;
	if (count <= FEW)
		return check_few(array, twin);
	if (values_in(array) > UINT32_MAX)
		return UNIQUE_COSTLY;
	uint64_t passes = (count + ITEMS_A_PASS - 1) / ITEMS_A_PASS;
	for (uint64_t i = 0; i < passes; i++) {
		enum unique_answer a = check_pass(array, i, passes, steps,
		    twin);
		if (a != UNIQUE_YES)
			return a;
	}
	return UNIQUE_YES;
}
