/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "schema/locate.h"

#include "base/mem.h"
#include "json/json.h"

void
locator_fini(struct locator *l)
{
	mem_release(l->levels);
	*l = (struct locator){ 0 };
}

static bool
reserve(struct locator *l)
{
	if (l->count < l->room)
		return true;
	size_t room = l->room == 0 ? 16 : l->room * 2;
	struct level *levels = mem_resize(l->levels, room * sizeof(levels[0]));
	if (levels == NULL)
		return false;
	for (size_t i = l->room; i < room; i++)
		levels[i] = (struct level){ 0 };
	l->levels = levels;
	l->room = room;
	return true;
}

/* Moves level to the child of container that target is, or is in. */
static void
advance(struct locator *l, struct level *level, yyjson_val *container,
    yyjson_val *target)
{
	size_t key = yyjson_is_obj(container) ? 1 : 0;

	if (level->container != container || level->at > target)
		*level = (struct level){ .container = container,
			.at = unsafe_yyjson_get_first(container) };
	for (;;) {
		yyjson_val *next = unsafe_yyjson_get_next(level->at + key);
		if (target < next)
			return;
		level->at = next;
		level->index++;
		l->steps++;
	}
}

bool
locator_find(struct locator *l, yyjson_val *root, yyjson_val *target)
{
	yyjson_val *at = root;

	l->count = 0;
	l->is_key = false;
	while (at != target && !l->is_key) {
		if (!reserve(l))
			return false;
		struct level *level = &l->levels[l->count++];
		advance(l, level, at, target);
		at = level->at;
		if (yyjson_is_obj(level->container)) {
			l->is_key = at == target;
			at++;
		}
	}
	return true;
}

void
locator_write_level(struct buf *out, const struct level *level)
{
	if (yyjson_is_obj(level->container))
		json_pointer_add(out, yyjson_get_str(level->at),
		    yyjson_get_len(level->at));
	else
		json_pointer_index(out, level->index);
}

void
locator_write(struct buf *out, const struct locator *l)
{
	for (size_t i = 0; i < l->count; i++)
		locator_write_level(out, &l->levels[i]);
}
