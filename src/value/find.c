/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Members of an object by name, and the way to a value as a pointer. */
#include "value/parts.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/random.h"

#define FEW 24 /* members: looking through them is faster than an index */

void
place_write(struct buf *pointer, const struct place *place)
{
	if (place == NULL)
		return;
	place_write(pointer, place->outer);
	if (place->key != NULL)
		json_pointer_add(pointer, unsafe_yyjson_get_str(place->key),
		    unsafe_yyjson_get_len(place->key));
	else
		json_pointer_index(pointer, place->index);
}

uint64_t
finder_seed(void)
{
	uint64_t seed;

	if (random_bytes(&seed, sizeof(seed)) != ALK_OK)
		seed = 0;
	return seed;
}

void
finder_begin(struct finder *f, yyjson_val *object)
{
	*f = (struct finder){ .object = object,
		.likely = unsafe_yyjson_get_first(object) };
}

void
finder_end(struct finder *f)
{
	mem_release(f->slots);
}

static yyjson_val *
scan(yyjson_val *object, const char *text, size_t bytes)
{
	size_t left = unsafe_yyjson_get_len(object);
	yyjson_val *key = unsafe_yyjson_get_first(object);

	for (; left > 0; left--) {
		if (key_is(key, text, bytes))
			return key;
		key = unsafe_yyjson_get_next(key + 1);
	}
	return NULL;
}

/* The slot that holds the key, or would. */
static uint32_t *
probe(const struct finder *f, const char *text, size_t bytes)
{
	size_t at = (size_t)map_hash(text, bytes, f->seed) & f->mask;

	while (f->slots[at] != 0 &&
	    !key_is(f->object + f->slots[at], text, bytes))
		at = (at + 1) & f->mask;
	return &f->slots[at];
}

static bool
build_index(struct finder *f)
{
	size_t count = unsafe_yyjson_get_len(f->object);
	size_t room = 64;
	size_t i;
	yyjson_val *key, *member;

	/* Where distances do not fit, there is no index. */
	if (unsafe_yyjson_get_next(f->object) - f->object > UINT32_MAX)
		return false;
	while (room < count * 2)
		room *= 2;
	f->slots = mem_zero(room * sizeof(f->slots[0]));
	if (f->slots == NULL)
		return false;
	f->mask = room - 1;
	f->seed = finder_seed();
	yyjson_obj_foreach(f->object, i, count, key, member)
		*probe(f, unsafe_yyjson_get_str(key),
		    unsafe_yyjson_get_len(key)) = (uint32_t)(key - f->object);
	return true;
}

yyjson_val *
finder_find_slow(struct finder *f, const char *text, size_t bytes)
{
	yyjson_val *key = NULL;

	if (f->slots == NULL && !f->no_index)
		f->no_index = unsafe_yyjson_get_len(f->object) <= FEW ||
		    !build_index(f);
	if (f->slots == NULL) {
		key = scan(f->object, text, bytes);
	} else {
		uint32_t distance = *probe(f, text, bytes);
		if (distance != 0)
			key = f->object + distance;
	}
	if (key != NULL)
		f->likely = unsafe_yyjson_get_next(key + 1);
	return key;
}
