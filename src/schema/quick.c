/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The walk in its quick form (quick.h): says whether a value is valid, and
 * nothing else. It must say what check.c says.
 *
 * Which function looks at a value follows from its type, and is jumped to, so
 * that a leaf saves no registers; whoever goes through members or items first
 * tests the bit that lets most of them pass.
 */
#include "schema/quick.h"

#include "schema/length.h"
#include "schema/walk.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

/* A value that does not pass at once. */
static NOINLINE bool look(struct walk *w, const struct quick *q, yyjson_val *v);

static ALWAYS_INLINE bool
is_valid(struct walk *w, uint32_t pass, uint32_t node, yyjson_val *v)
{
	return (pass >> QUICK_KIND(v->tag) & 1) != 0 ||
	    look(w, &w->quick[node], v);
}

/* Not for us to say. */
static NOINLINE bool
leave(struct walk *w, const struct quick *q, yyjson_val *v)
{
	return walk_slowly(w, (uint32_t)(q - w->quick), v, NULL);
}

/* ---- Strings and numbers ------------------------------------------------- */

static NOINLINE bool
is_one_of(const struct names *strings, yyjson_val *v)
{
	return names_have(strings, unsafe_yyjson_get_str(v),
	    unsafe_yyjson_get_len(v));
}

static NOINLINE bool
is_long_enough(const struct quick_leaf *l, yyjson_val *v)
{
	size_t bytes = unsafe_yyjson_get_len(v);

	/* One to four bytes are a character. */
	if (bytes < l->length_min || bytes / 4 > l->length_max)
		return false;
	uint64_t count = length_count(unsafe_yyjson_get_str(v), bytes);
	return count >= l->length_min && count <= l->length_max;
}

static NOINLINE bool
has_form(struct walk *w, const struct quick_leaf *l, yyjson_val *v)
{
	const char *text = unsafe_yyjson_get_str(v);
	size_t bytes = unsafe_yyjson_get_len(v);

	if ((bytes < l->bytes_min || bytes > l->bytes_max) &&
	    !is_long_enough(l, v))
		return false;
	w->steps -= (int64_t)(bytes / 16);
	if (l->pattern != NULL &&
	    pattern_match(l->pattern, &w->matcher, text, bytes) != PATTERN_YES)
		return false;
	if (l->format == NULL)
		return true;
	w->steps -= (int64_t)(bytes / 16);
	return l->format(text, bytes);
}

static NOINLINE bool
quick_string(struct walk *w, const struct quick *q, yyjson_val *v)
{
	const struct quick_leaf *l = q->leaf;
	size_t bytes = unsafe_yyjson_get_len(v);

	if (l->is_length)
		return (bytes >= l->bytes_min && bytes <= l->bytes_max) ||
		    is_long_enough(l, v);
	if (l->strings != NULL)
		return is_one_of(l->strings, v);
	return l->is_string ? has_form(w, l, v) : leave(w, q, v);
}

static NOINLINE bool
quick_number(struct walk *w, const struct quick *q, yyjson_val *v)
{
	const struct quick_leaf *l = q->leaf;

	if (!l->is_range)
		return leave(w, q, v);
	if (unsafe_yyjson_is_real(v)) {
		double x = unsafe_yyjson_get_real(v);
		if (l->integers_only)
			return leave(w, q, v);
		return x >= l->least && x <= l->most && x > l->above &&
		    x < l->below;
	}
	int64_t n = unsafe_yyjson_get_sint(v);
	if (n < 0 && unsafe_yyjson_is_uint(v))
		return leave(w, q, v);
	return n >= l->low && n <= l->high;
}

/* ---- Objects ------------------------------------------------------------- */

static ALWAYS_INLINE bool
is_property(const struct quick_property *p, yyjson_val *key)
{
	const char *text = unsafe_yyjson_get_str(key);
	const uint64_t byte = UINT64_C(1) << YYJSON_TAG_BIT;

	if ((key->tag & ~(byte - 1)) != p->tag)
		return false;
	if (p->tag >= 8 * byte && p->tag <= 16 * byte)
		return ((names_load8(text) ^ p->name) |
		    (names_load8(text + p->last) ^ p->tail)) == 0;
	if (p->tag >= 3 * byte && p->tag < 8 * byte)
		return ((names_load4(text) ^ (uint32_t)p->name) |
		    (names_load4(text + p->last) ^ (uint32_t)p->tail)) == 0;
	return names_same(p->text, text, (size_t)(p->tag >> YYJSON_TAG_BIT));
}

/* A member that does not come as expected. NULL: there is no such name. */
static NOINLINE const struct quick_property *
find_property(const struct quick_object *o, yyjson_val *key)
{
	uint32_t at = names_find(o->names, unsafe_yyjson_get_str(key),
	    unsafe_yyjson_get_len(key));

	return at == NAMES_NONE ? NULL : &o->properties[at];
}

enum verdict {
	VERDICT_NO,
	VERDICT_YES,
	VERDICT_OPEN
};

/*
 * many: more names than `seen` has bits. Then what is required is counted,
 * which is right while members come in the order of the properties.
 */
static ALWAYS_INLINE enum verdict
quick_members(struct walk *w, const struct quick_object *o, yyjson_val *v,
    const bool many)
{
	const struct quick_property *p = o->properties;
	const struct quick_property *end = p + o->names->count;
	yyjson_val *key = unsafe_yyjson_get_first(v);
	uint64_t seen = 0;
	uint32_t found = 0;
	bool in_order = true;

	for (size_t left = unsafe_yyjson_get_len(v); left > 0; left--) {
		yyjson_val *member = key + 1;
		if (p == end || !is_property(p, key)) {
			const struct quick_property *other =
			    find_property(o, key);
			if (other == NULL) {
				if (o->others != NODE_ANY &&
				    !quick_check(w, o->others, member))
					return VERDICT_NO;
				key = unsafe_yyjson_get_next(member);
				continue;
			}
			if (many)
				in_order &= other >= p;
			p = other;
		}
		if (many)
			found += p->required;
		else
			seen |= p->bit;
		if (!is_valid(w, p->pass, p->node, member))
			return VERDICT_NO;
		p++;
		key = unsafe_yyjson_get_next(member);
	}
	if (many && !in_order)
		return VERDICT_OPEN;
	return (many ? found == o->required_count : seen == o->required) ?
	    VERDICT_YES : VERDICT_NO;
}

static NOINLINE bool
give_up(struct walk *w, const struct quick *q, yyjson_val *v)
{
	return walk_give_up(w, &w->nodes[q - w->quick], v,
	    w->steps < 0 ? STOP_STEPS : STOP_FRAMES);
}

/* A container costs a step, and one for each of its members or items. */
static ALWAYS_INLINE bool
enter(struct walk *w, size_t steps)
{
	w->steps -= (int64_t)steps;
	return w->steps >= 0 && w->frames++ < SCHEMA_FRAMES_MAX;
}

static NOINLINE bool
quick_many(struct walk *w, const struct quick *q, yyjson_val *v)
{
	enum verdict verdict = quick_members(w, q->object, v, true);

	w->frames--;
	return verdict == VERDICT_OPEN ? leave(w, q, v) :
	    verdict == VERDICT_YES;
}

static NOINLINE bool
quick_object(struct walk *w, const struct quick *q, yyjson_val *v)
{
	const struct quick_object *o = q->object;
	size_t count = unsafe_yyjson_get_len(v);

	if (count < o->count_min || count > o->count_max)
		return false;
	if (!enter(w, count + 1))
		return give_up(w, q, v);
	if (o->names->count > 64)
		return quick_many(w, q, v);
	bool ok = quick_members(w, o, v, false) == VERDICT_YES;
	w->frames--;
	return ok;
}

static bool
has_name(const struct pattern *p, struct walk *w, yyjson_val *key)
{
	size_t bytes = unsafe_yyjson_get_len(key);

	w->steps -= (int64_t)(bytes / 16);
	return pattern_match(p, &w->matcher, unsafe_yyjson_get_str(key),
	    bytes) == PATTERN_YES;
}

static NOINLINE bool
quick_record(struct walk *w, const struct quick *q, yyjson_val *v)
{
	const struct quick_record *r = q->record;
	size_t count = unsafe_yyjson_get_len(v);
	yyjson_val *key = unsafe_yyjson_get_first(v);
	bool ok = true;

	if (count < r->count_min || count > r->count_max)
		return false;
	if (!enter(w, count * 2 + 1))
		return give_up(w, q, v);
	for (; count > 0 && ok; count--) {
		yyjson_val *member = key + 1;
		if (has_name(r->pattern, w, key))
			ok = is_valid(w, r->pass, r->node, member);
		else
			ok = quick_check(w, r->others, member);
		key = unsafe_yyjson_get_next(member);
	}
	w->frames--;
	return ok;
}

/* ---- Arrays -------------------------------------------------------------- */

/* Items that are the same but for their value, as numbers are: at once. */
static inline yyjson_val *
skip_alike(yyjson_val *item, size_t *left)
{
	uint64_t tag = item->tag;

	for (; *left >= 4; *left -= 4, item += 4)
		if (((item[0].tag ^ tag) | (item[1].tag ^ tag) |
		    (item[2].tag ^ tag) | (item[3].tag ^ tag)) != 0)
			break;
	for (; *left > 0 && item->tag == tag; --*left)
		item++;
	return item;
}

static bool
quick_rest(struct walk *w, uint32_t node, yyjson_val *item, size_t left)
{
	const struct quick *q = &w->quick[node];
	uint32_t pass = q->pass;

	while (left > 0) {
		if ((pass >> QUICK_KIND(item->tag) & 1) == 0) {
			if (!look(w, q, item))
				return false;
		} else if (!unsafe_yyjson_is_ctn(item)) {
			item = skip_alike(item, &left);
			continue;
		}
		item = unsafe_yyjson_get_next(item);
		left--;
	}
	return true;
}

static ALWAYS_INLINE bool
quick_items(struct walk *w, const struct quick_array *a, yyjson_val *v)
{
	size_t left = unsafe_yyjson_get_len(v);
	yyjson_val *item = unsafe_yyjson_get_first(v);
	size_t first = left < a->prefix_count ? left : a->prefix_count;

	left -= first;
	for (const struct quick_item *i = a->prefix; first > 0; first--, i++) {
		if (!is_valid(w, i->pass, i->node, item))
			return false;
		item = unsafe_yyjson_get_next(item);
	}
	return a->rest == NODE_ANY || quick_rest(w, a->rest, item, left);
}

static NOINLINE bool
quick_array(struct walk *w, const struct quick *q, yyjson_val *v)
{
	const struct quick_array *a = q->array;
	size_t count = unsafe_yyjson_get_len(v);

	if (count < a->count_min || count > a->count_max)
		return false;
	if (!enter(w, count + 1))
		return give_up(w, q, v);
	bool ok = quick_items(w, a, v);
	w->frames--;
	return ok;
}

/* ---- Unions -------------------------------------------------------------- */

/* Which of the names that the variants require v has. */
static uint64_t
names_had(const struct quick_needs *needs, yyjson_val *v)
{
	yyjson_val *key = unsafe_yyjson_get_first(v);
	uint64_t had = 0;

	for (size_t left = unsafe_yyjson_get_len(v); left > 0; left--) {
		uint32_t at = names_find(&needs->names,
		    unsafe_yyjson_get_str(key), unsafe_yyjson_get_len(key));
		if (at != NAMES_NONE)
			had |= UINT64_C(1) << at;
		key = unsafe_yyjson_get_next(key + 1);
	}
	return had;
}

static bool
is_any(struct walk *w, const struct quick_union *u,
    const struct node_list *list, yyjson_val *v)
{
	const struct quick_needs *needs = NULL;
	uint64_t had = 0;

	if (u->by != NULL) {
		uint32_t node = walk_variant(u->by, u->list, v);
		return node != NODE_ANY && quick_check(w, node, v);
	}
	if (unsafe_yyjson_is_obj(v) && u->needs != NULL) {
		needs = u->needs;
		had = names_had(needs, v);
	}
	for (uint32_t i = 0; i < list->count; i++)
		if ((needs == NULL || (needs->bits[i] & ~had) == 0) &&
		    quick_check(w, list->nodes[i], v))
			return true;
	return false;
}

static NOINLINE bool
quick_union(struct walk *w, const struct quick *q, yyjson_val *v)
{
	const struct quick_union *u = q->any_of;
	const struct node_list *list = &u->of[unsafe_yyjson_get_type(v)];
	size_t members = unsafe_yyjson_is_obj(v) ? unsafe_yyjson_get_len(v) : 0;

	if (u->by != NULL && !unsafe_yyjson_is_obj(v))
		return false;
	/* A union may stand in a union for one and the same value. */
	if (!enter(w, 1 + list->count + members / 8))
		return give_up(w, q, v);
	bool ok = is_any(w, u, list, v);
	w->frames--;
	return ok;
}

/* ---- Any ----------------------------------------------------------------- */

static NOINLINE bool
look_elsewhere(struct walk *w, const struct quick *q, yyjson_val *v)
{
	if (q->any_of != NULL)
		return quick_union(w, q, v);
	if (q->record != NULL && unsafe_yyjson_is_obj(v))
		return quick_record(w, q, v);
	return leave(w, q, v);
}

static NOINLINE bool
look(struct walk *w, const struct quick *q, yyjson_val *v)
{
	yyjson_type type = unsafe_yyjson_get_type(v);

	/* What the caller knows to pass may be less than what does. */
	if ((q->look >> QUICK_KIND(v->tag) & 1) == 0)
		return (q->pass >> QUICK_KIND(v->tag) & 1) != 0;
	if (type == YYJSON_TYPE_OBJ && q->object != NULL)
		return quick_object(w, q, v);
	if (type == YYJSON_TYPE_ARR && q->array != NULL)
		return quick_array(w, q, v);
	if (type == YYJSON_TYPE_STR && q->leaf != NULL)
		return quick_string(w, q, v);
	if (type == YYJSON_TYPE_NUM && q->leaf != NULL)
		return quick_number(w, q, v);
	return look_elsewhere(w, q, v);
}

bool
quick_check(struct walk *w, uint32_t node, yyjson_val *v)
{
	return is_valid(w, w->quick[node].pass, node, v);
}
