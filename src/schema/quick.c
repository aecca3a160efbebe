/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The walk in its quick form (quick.h): says whether a value is valid, and
 * nothing else. It must say what check.c says.
 */
#include "schema/quick.h"

#include "schema/walk.h"

static inline bool
is_one_of(const struct names *strings, yyjson_val *v)
{
	const char *text = unsafe_yyjson_get_str(v);
	size_t bytes = unsafe_yyjson_get_len(v);

	if (strings->count > 4)
		return names_find(strings, text, bytes) != NAMES_NONE;
	for (uint32_t i = 0; i < strings->count; i++)
		if (names_is(&strings->list[i], text, bytes))
			return true;
	return false;
}

/* Yes, no, or not for us to say. */
enum verdict {
	VERDICT_NO,
	VERDICT_YES,
	VERDICT_OPEN
};

static inline enum verdict
quick_string(const struct quick_leaf *l, yyjson_val *v)
{
	size_t bytes = unsafe_yyjson_get_len(v);

	if (l->strings != NULL)
		return is_one_of(l->strings, v) ? VERDICT_YES : VERDICT_NO;
	if (l->is_length && bytes >= l->bytes_min && bytes <= l->bytes_max)
		return VERDICT_YES;
	return VERDICT_OPEN;
}

static inline enum verdict
quick_number(const struct quick_leaf *l, yyjson_val *v)
{
	if (!l->is_range)
		return VERDICT_OPEN;
	if (unsafe_yyjson_is_real(v)) {
		double x = unsafe_yyjson_get_real(v);
		if (l->integers_only)
			return VERDICT_OPEN;
		return x >= l->least && x <= l->most && x > l->above &&
		    x < l->below ? VERDICT_YES : VERDICT_NO;
	}
	int64_t n = unsafe_yyjson_get_sint(v);
	if (n < 0 && unsafe_yyjson_is_uint(v))
		return VERDICT_OPEN;
	return n >= l->low && n <= l->high ? VERDICT_YES : VERDICT_NO;
}

/* ---- Objects ------------------------------------------------------------- */

#define ALWAYS_INLINE inline __attribute__((always_inline))

static inline bool
is_property(const struct quick_property *p, yyjson_val *key)
{
	return (key->tag & ~(uint64_t)0xff) == p->tag &&
	    names_same(p->text, unsafe_yyjson_get_str(key),
		(size_t)(p->tag >> YYJSON_TAG_BIT));
}

/* A member that does not come as expected. NULL: there is no such name. */
static NOINLINE const struct quick_property *
find_property(const struct quick_object *o, yyjson_val *key)
{
	uint32_t at = names_find(o->names, unsafe_yyjson_get_str(key),
	    unsafe_yyjson_get_len(key));

	return at == NAMES_NONE ? NULL : &o->properties[at];
}

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
				if (!quick_check(w, o->others, member))
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
		if ((p->pass >> QUICK_KIND(member->tag) & 1) == 0 &&
		    !quick_check(w, p->node, member))
			return VERDICT_NO;
		p++;
		key = unsafe_yyjson_get_next(member);
	}
	if (many && !in_order)
		return VERDICT_OPEN;
	return (many ? found == o->required_count : seen == o->required) ?
	    VERDICT_YES : VERDICT_NO;
}

static NOINLINE enum verdict
quick_many(struct walk *w, const struct quick_object *o, yyjson_val *v)
{
	return quick_members(w, o, v, true);
}

/* A container costs a step, and one for each of its members or items. */
static inline bool
enter(struct walk *w, const struct quick *q, yyjson_val *v, size_t steps)
{
	const struct node *n = &w->nodes[q - w->quick];

	w->steps -= (int64_t)steps;
	if (w->steps < 0)
		return walk_give_up(w, n, v, STOP_STEPS);
	if (++w->frames > SCHEMA_FRAMES_MAX)
		return walk_give_up(w, n, v, STOP_FRAMES);
	return true;
}

static enum verdict
quick_object(struct walk *w, const struct quick *q, yyjson_val *v)
{
	const struct quick_object *o = q->object;
	size_t count = unsafe_yyjson_get_len(v);
	enum verdict verdict;

	if (count < o->count_min || count > o->count_max)
		return VERDICT_NO;
	if (!enter(w, q, v, count + 1))
		return VERDICT_NO;
	verdict = o->names->count > 64 ? quick_many(w, o, v) :
	    quick_members(w, o, v, false);
	w->frames--;
	return verdict;
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
	uint32_t pass = w->quick[node].pass;

	while (left > 0) {
		if ((pass >> QUICK_KIND(item->tag) & 1) == 0) {
			if (!quick_check(w, node, item))
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

static bool
quick_items(struct walk *w, const struct quick_array *a, yyjson_val *v)
{
	size_t left = unsafe_yyjson_get_len(v);
	yyjson_val *item = unsafe_yyjson_get_first(v);

	for (size_t i = 0; i < a->prefix_count && left > 0; i++, left--) {
		if (!quick_check(w, a->prefix[i], item))
			return false;
		item = unsafe_yyjson_get_next(item);
	}
	return a->rest == NODE_ANY || quick_rest(w, a->rest, item, left);
}

static enum verdict
quick_array(struct walk *w, const struct quick *q, yyjson_val *v)
{
	const struct quick_array *a = q->array;
	size_t count = unsafe_yyjson_get_len(v);

	if (count < a->count_min || count > a->count_max)
		return VERDICT_NO;
	if (!enter(w, q, v, count + 1))
		return VERDICT_NO;
	bool ok = quick_items(w, a, v);
	w->frames--;
	return ok ? VERDICT_YES : VERDICT_NO;
}

/* ---- Unions -------------------------------------------------------------- */

static enum verdict
quick_union(struct walk *w, const struct quick *q, yyjson_val *v)
{
	const struct quick_union *u = q->any_of;
	bool ok = false;

	if (u->by != NULL && !unsafe_yyjson_is_obj(v))
		return VERDICT_NO;
	/* A union may stand in a union for one and the same value. */
	if (!enter(w, q, v, 1 + (u->by == NULL ? u->list->count :
	    unsafe_yyjson_get_len(v) / 8)))
		return VERDICT_NO;
	if (u->by != NULL) {
		uint32_t node = walk_variant(u->by, u->list, v);
		ok = node != NODE_ANY && quick_check(w, node, v);
	}
	for (uint32_t i = 0; u->by == NULL && i < u->list->count && !ok; i++)
		ok = quick_check(w, u->list->nodes[i], v);
	w->frames--;
	return ok ? VERDICT_YES : VERDICT_NO;
}

/* ---- Any ----------------------------------------------------------------- */

static enum verdict
look(struct walk *w, const struct quick *q, yyjson_val *v)
{
	if (q->any_of != NULL)
		return quick_union(w, q, v);
	switch (unsafe_yyjson_get_type(v)) {
	case YYJSON_TYPE_OBJ:
		return q->object != NULL ? quick_object(w, q, v) : VERDICT_OPEN;
	case YYJSON_TYPE_ARR:
		return q->array != NULL ? quick_array(w, q, v) : VERDICT_OPEN;
	case YYJSON_TYPE_STR:
		return q->leaf != NULL ? quick_string(q->leaf, v) :
		    VERDICT_OPEN;
	case YYJSON_TYPE_NUM:
		return q->leaf != NULL ? quick_number(q->leaf, v) :
		    VERDICT_OPEN;
	default:
		return VERDICT_OPEN;
	}
}

bool
quick_check(struct walk *w, uint32_t node, yyjson_val *v)
{
	const struct quick *q = &w->quick[node];
	unsigned kind = QUICK_KIND(v->tag);

	if ((q->pass >> kind & 1) != 0)
		return true;
	if ((q->look >> kind & 1) == 0)
		return false;
	enum verdict verdict = look(w, q, v);
	return verdict == VERDICT_OPEN ? walk_slowly(w, node, v, NULL) :
	    verdict == VERDICT_YES;
}
