/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Learning costs a few nanoseconds a name, so it is done on credit: each object
 * that fits gives some, each that had to be learnt takes more. Where every
 * object is different learning soon stops, but for one object in LEARN_AGAIN.
 */
#include "json/outline.h"

#include "base/mem.h"

#include <string.h>

#define CREDIT_MAX 64
#define CREDIT_LEARNT 4 /* taken by an object that is learnt */
#define LEARN_AGAIN 64

struct outline *
outline_new(void)
{
	struct outline *o = mem_alloc(sizeof(*o));

	if (o == NULL)
		return NULL;
	o->names_used = 0;
	o->lists_used = 1;
	o->top = 0;
	o->credit = CREDIT_MAX;
	return o;
}

void
outline_free(struct outline *o)
{
	mem_release(o);
}

void
outline_begin(struct outline *o)
{
	if (o->names_used <= OUTLINE_NAMES_MAX - OUTLINE_MEMBERS_MAX &&
	    o->lists_used < OUTLINE_LISTS_MAX)
		return;
	o->names_used = 0;
	o->lists_used = 1;
	o->top = 0;
}

/* Whether an object that did not fit may be learnt. */
static bool
has_credit(struct outline *o)
{
	if (o->credit > CREDIT_MAX)
		o->credit = CREDIT_MAX;
	if (o->credit > 0) {
		o->credit -= CREDIT_LEARNT;
		return true;
	}
	if (--o->credit > -LEARN_AGAIN)
		return false;
	o->credit = 0;
	return true;
}

static bool
is_fit(yyjson_val *key)
{
	return unsafe_yyjson_get_subtype(key) == YYJSON_SUBTYPE_NOESC &&
	    unsafe_yyjson_get_len(key) + 3 <= OUTLINE_BYTES_MAX;
}

static bool
are_fit(yyjson_val *object)
{
	size_t i, count;
	yyjson_val *key, *member;

	yyjson_obj_foreach(object, i, count, key, member)
		if (!is_fit(key))
			return false;
	return true;
}

static void
set_name(struct outline_name *n, yyjson_val *key)
{
	size_t bytes = unsafe_yyjson_get_len(key);

	memset(n, 0, sizeof(*n));
	n->text[0] = '"';
	memcpy(n->text + 1, unsafe_yyjson_get_str(key), bytes);
	memcpy(n->text + 1 + bytes, "\":", 2);
	bytes += 3;
	n->tag = key->tag;
	n->bytes = (uint16_t)bytes;
	n->masks[0] = (uint16_t)(bytes >= 16 ? 0xffff : (1u << bytes) - 1);
	n->masks[1] = (uint16_t)(bytes <= 16 ? 0 :
	    bytes == 32 ? 0xffff : (1u << (bytes - 16)) - 1);
}

/* A list at *place with room for so many names, or NULL. */
static struct outline_list *
list_at(struct outline *o, uint16_t *place, uint16_t count)
{
	if (*place == 0 && o->lists_used == OUTLINE_LISTS_MAX)
		return NULL;
	struct outline_list *l = &o->lists[*place];
	if (*place != 0 && l->room >= count)
		return l;
	if (o->names_used + count > OUTLINE_NAMES_MAX)
		return NULL;
	if (*place == 0) {
		*place = o->lists_used++;
		l = &o->lists[*place];
	}
	l->first = o->names_used;
	l->room = count;
	l->count = 0;
	o->names_used = (uint16_t)(o->names_used + count);
	return l;
}

void
outline_learn(struct outline *o, uint16_t *place, yyjson_val *object)
{
	size_t i, count;
	yyjson_val *key, *member;

	count = unsafe_yyjson_get_len(object);
	if (count > OUTLINE_MEMBERS_MAX || !has_credit(o) ||
	    !are_fit(object))
		return;
	struct outline_list *l = list_at(o, place, (uint16_t)count);
	if (l == NULL)
		return;
	struct outline_name *names = &o->names[l->first];
	yyjson_obj_foreach(object, i, count, key, member) {
		uint16_t below = i < l->count ? names[i].below : 0;
		bool same = i < l->count && names[i].tag == key->tag &&
		    memcmp(names[i].text + 1, unsafe_yyjson_get_str(key),
			unsafe_yyjson_get_len(key)) == 0;
		set_name(&names[i], key);
		names[i].below = same ? below : 0;
	}
	l->count = (uint16_t)count;
}
