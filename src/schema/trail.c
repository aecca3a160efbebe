/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "schema/trail.h"

#include "base/mem.h"
#include "json/json.h"
#include "schema/keyword.h"
#include "schema/text.h"

#include <string.h>

#define HOPS_MAX 100000 /* no schema has more: a chain of them ends */

void
trail_enter(struct walk *w, struct trail *own, const struct node *n,
    yyjson_val *v)
{
	const struct trail *outer = w->trail;

	*own = (struct trail){ .outer = outer, .node = n, .value = v,
		.keyword = KW_COUNT, .slot = w->slot };
	if (outer != NULL)
		own->depth = outer->depth + (v != outer->value);
	w->trail = own;
}

void
way_fini(struct way *way)
{
	buf_fini(&way->keyword);
	buf_fini(&way->instance);
	locator_fini(&way->values);
	locator_fini(&way->schemas);
	mem_release(way->steps);
}

/* ---- From one schema to the next --------------------------------------- */

/* What is looked for: the place in `from` that leads to `to`. */
struct search {
	struct way *way;
	const struct schema *s;
	const struct trail *from;
	const struct trail *to;
	uint32_t node; /* of to */
	const struct level *level; /* of to's value, if it is another one */
	bool is_key;
};

/* Each of these appends what it found and returns the schema there. */

static yyjson_val *
put_keyword(const struct search *q, enum keyword k)
{
	const char *name = keyword_rows[k].name;

	buf_char(&q->way->keyword, '/');
	buf_str(&q->way->keyword, name);
	return yyjson_obj_get(q->from->node->source, name);
}

static yyjson_val *
put_item(const struct search *q, yyjson_val *list, size_t i)
{
	json_pointer_index(&q->way->keyword, i);
	q->way->cost += (int64_t)i / 8;
	return yyjson_arr_get(list, i);
}

static yyjson_val *
put_member(const struct search *q, yyjson_val *map, const char *name,
    size_t bytes)
{
	json_pointer_add(&q->way->keyword, name, bytes);
	q->way->cost += (int64_t)yyjson_obj_size(map) / 8;
	return yyjson_obj_getn(map, name, bytes);
}

/* Where the node is in a list; the slot is tried first. */
static bool
is_listed(const struct search *q, const struct node_list *list, uint32_t *i)
{
	uint32_t slot = q->to->slot;

	if (slot < list->count && list->nodes[slot] == q->node) {
		*i = slot;
		return true;
	}
	for (*i = 0; *i < list->count; ++*i)
		if (list->nodes[*i] == q->node)
			return true;
	q->way->cost += list->count / 8;
	return false;
}

static yyjson_val *
put_list(const struct search *q, enum keyword k, uint32_t i)
{
	return put_item(q, put_keyword(q, k), i);
}

static yyjson_val *
find_conditional(const struct search *q, const struct compose_rules *r)
{
	if (r->has_then && r->then_node == q->node)
		return put_keyword(q, KW_THEN);
	if (r->has_else && r->else_node == q->node)
		return put_keyword(q, KW_ELSE);
	return NULL;
}

static yyjson_val *
find_composed(const struct search *q, const struct compose_rules *r)
{
	uint32_t i;

	if (q->to->slot != SLOT_NONE && is_listed(q, &r->all_of, &i))
		return put_list(q, KW_ALL_OF, i);
	if (r->has_ref && r->ref == q->node) {
		(void)put_keyword(q, KW_REF);
		return hops_find(q->s, q->from->node->source);
	}
	yyjson_val *found = find_conditional(q, r);
	if (found != NULL)
		return found;
	if (is_listed(q, &r->any_of, &i))
		return put_list(q, KW_ANY_OF, i);
	if (is_listed(q, &r->one_of, &i))
		return put_list(q, KW_ONE_OF, i);
	if (is_listed(q, &r->all_of, &i))
		return put_list(q, KW_ALL_OF, i);
	if (r->has_dynamic) {
		/* Whatever the anchor was that the walk came upon. */
		(void)put_keyword(q, r->dynamic_keyword);
		return q->to->node->source;
	}
	return NULL;
}

static yyjson_val *
find_dependent(const struct search *q, const struct object_rules *r)
{
	for (uint32_t i = 0; i < r->dependents_count; i++) {
		const struct dependent *d = &r->dependents[i];
		const char *name = yyjson_get_str(d->trigger);
		size_t bytes = yyjson_get_len(d->trigger);
		if (d->node == q->node && yyjson_obj_getn(q->from->value, name,
		    bytes) != NULL)
			return put_member(q, put_keyword(q, d->keyword), name,
			    bytes);
	}
	return NULL;
}

/* A schema for the same value. */
static yyjson_val *
find_beside(const struct search *q)
{
	const struct node *n = q->from->node;
	yyjson_val *found = NULL;
	uint32_t i;

	if (q->from->list != NULL)
		return is_listed(q, q->from->list, &i) ? put_item(q,
		    yyjson_obj_get(n->source,
		    keyword_rows[q->from->keyword].name), i) : NULL;
	if (n->object != NULL && n->object->dependents_count > 0 &&
	    yyjson_is_obj(q->from->value))
		found = find_dependent(q, n->object);
	if (found == NULL && n->more != NULL && n->more->compose != NULL)
		found = find_composed(q, n->more->compose);
	return found;
}

static yyjson_val *
find_unevaluated(const struct search *q, bool in_object)
{
	const struct more_rules *more = q->from->node->more;
	const struct unevaluated_rules *u = more != NULL ? more->unevaluated :
	    NULL;

	if (u == NULL)
		return NULL;
	if (in_object && u->has_properties && u->properties == q->node)
		return put_keyword(q, KW_UNEVALUATED_PROPERTIES);
	if (!in_object && u->has_items && u->items == q->node)
		return put_keyword(q, KW_UNEVALUATED_ITEMS);
	return NULL;
}

static yyjson_val *
find_pattern(const struct search *q, const struct object_rules *r)
{
	uint32_t i = q->to->slot;

	if (i >= r->patterns_count || r->patterns[i].node != q->node)
		for (i = 0; i < r->patterns_count; i++)
			if (r->patterns[i].node == q->node)
				break;
	if (i >= r->patterns_count)
		return NULL;
	yyjson_val *map = put_keyword(q, KW_PATTERN_PROPERTIES);
	size_t at, count;
	yyjson_val *key, *member;
	yyjson_obj_foreach(map, at, count, key, member) {
		if (at < i)
			continue;
		json_pointer_add(&q->way->keyword, yyjson_get_str(key),
		    yyjson_get_len(key));
		return member;
	}
	return NULL;
}

/* A schema for a member of the value. */
static yyjson_val *
find_member(const struct search *q)
{
	const struct object_rules *r = q->from->node->object;
	const char *name = yyjson_get_str(q->level->at);
	size_t bytes = yyjson_get_len(q->level->at);

	if (r == NULL)
		return find_unevaluated(q, true);
	if (q->is_key)
		return put_keyword(q, KW_PROPERTY_NAMES);
	uint32_t at = names_find(&r->names, name, bytes);
	if (at != NAMES_NONE && r->properties[at].declared &&
	    r->properties[at].node == q->node)
		return put_member(q, put_keyword(q, KW_PROPERTIES), name,
		    bytes);
	yyjson_val *found = find_pattern(q, r);
	if (found != NULL)
		return found;
	if (r->has_additional && r->additional == q->node)
		return put_keyword(q, KW_ADDITIONAL_PROPERTIES);
	return find_unevaluated(q, true);
}

static yyjson_val *
find_item(const struct search *q)
{
	const struct array_rules *r = q->from->node->array;
	size_t i = q->level->index;

	if (r == NULL)
		return find_unevaluated(q, false);
	if (i < r->prefix.count && r->prefix.nodes[i] == q->node)
		return put_item(q, put_keyword(q, r->prefix_keyword), i);
	if (r->has_rest && i >= r->prefix.count && r->rest == q->node)
		return put_keyword(q, r->rest_keyword);
	return find_unevaluated(q, false);
}

/* From schema `at` along references to where the node is. */
static void
put_hops(struct way *way, const struct schema *s, yyjson_val *at,
    const struct node *n)
{
	for (int i = 0; i < HOPS_MAX && at != n->source; i++) {
		at = hops_find(s, at);
		if (at == NULL)
			return;
		buf_str(&way->keyword, "/$ref");
		way->cost++;
	}
}

/* ---- The whole way ----------------------------------------------------- */

static void
put_step(struct way *way, const struct walk *w, const struct trail *from,
    const struct trail *to)
{
	struct search q = { .way = way, .s = w->s, .from = from, .to = to };
	yyjson_val *source;

	if (from == NULL) {
		put_hops(way, w->s, w->s->source, to->node);
		return;
	}
	if (to->list != NULL) {
		q.from = to;
		(void)put_keyword(&q, to->keyword);
		return;
	}
	q.node = (uint32_t)(to->node - w->nodes);
	if (from->value == to->value) {
		/* A schema with unevaluated members stands there twice. */
		if (from->node == to->node && from->list == NULL)
			return;
		source = find_beside(&q);
	} else {
		size_t level = (size_t)to->depth - 1;
		q.level = &way->values.levels[level];
		q.is_key = way->values.is_key &&
		    level + 1 == way->values.count;
		source = yyjson_is_obj(from->value) ? find_member(&q) :
		    find_item(&q);
	}
	if (source != NULL)
		put_hops(way, w->s, source, to->node);
}

static bool
reserve(struct way *way, size_t count)
{
	if (count <= way->steps_room)
		return true;
	struct step *steps = mem_resize(way->steps, count * 2 *
	    sizeof(steps[0]));
	if (steps == NULL)
		return false;
	way->steps = steps;
	way->steps_room = count * 2;
	return true;
}

/* Fills the steps' trails, the outermost first. */
static bool
line_up(struct way *way, const struct trail *last)
{
	size_t count = 0;

	for (const struct trail *t = last; t != NULL; t = t->outer)
		count++;
	if (!reserve(way, count))
		return false;
	way->steps_count = count;
	for (const struct trail *t = last; t != NULL; t = t->outer)
		way->steps[--count] = (struct step){ .trail = t,
			.node = t->node, .keyword = t->keyword };
	way->cost += (int64_t)way->steps_count;
	return true;
}

static void
put_levels(struct way *way, size_t *written, size_t count)
{
	for (; *written < count; ++*written)
		locator_write_level(&way->instance,
		    &way->values.levels[*written]);
}

bool
way_find(struct way *way, const struct walk *w, const struct node *n,
    yyjson_val *v)
{
	const struct trail *top = w->trail;
	struct trail leaf = { .outer = top, .node = n, .value = v,
		.keyword = KW_COUNT, .slot = w->slot };
	size_t written = 0;

	buf_clear(&way->keyword);
	buf_clear(&way->instance);
	way->steps_count = 0;
	if (!locator_find(&way->values, w->root, v))
		return false;
	if (top != NULL)
		leaf.depth = top->depth + (v != top->value);
	bool is_leaf = n != NULL && (top == NULL || top->node != n ||
	    top->list != NULL);
	if (n != NULL && !line_up(way, is_leaf ? &leaf : top))
		return false;
	for (size_t i = 0; i < way->steps_count; i++) {
		struct step *step = &way->steps[i];
		put_step(way, w, i > 0 ? step[-1].trail : NULL, step->trail);
		put_levels(way, &written, (size_t)step->trail->depth);
		step->keyword_bytes = way->keyword.bytes;
		step->instance_bytes = way->instance.bytes;
	}
	put_levels(way, &written, way->values.count);
	way->cost += way->values.steps / 8 + (int64_t)(way->keyword.bytes +
	    way->instance.bytes) / 16;
	way->values.steps = 0;
	return buf_text(&way->keyword) != NULL &&
	    buf_text(&way->instance) != NULL;
}

/* ---- The place in the document ----------------------------------------- */

/* "scheme:" at the beginning. */
static bool
is_absolute(const char *uri)
{
	size_t i = 0;

	while (text_is_letter(uri[i]) || (i > 0 && (text_is_digit(uri[i]) ||
	    uri[i] == '+' || uri[i] == '-' || uri[i] == '.')))
		i++;
	return i > 0 && uri[i] == ':';
}

/* A pointer as the fragment of a URI. */
static void
put_fragment(struct buf *out, const char *text, size_t bytes)
{
	static const char plain[] = "/-._~!$&'()*+,;=:@?";

	for (size_t i = 0; i < bytes; i++) {
		char c = text[i];
		if (text_is_letter(c) || text_is_digit(c) ||
		    (c != '\0' && strchr(plain, c) != NULL))
			buf_char(out, c);
		else
			buf_printf(out, "%%%02X", (unsigned char)c);
	}
}

bool
way_locate(struct way *way, const struct schema *s, const struct node *n,
    struct buf *out)
{
	const struct resource *r = &s->resources[n->resource];
	const struct document *d = program_document(s, n->source);
	bool has_uri = is_absolute(r->uri);
	struct buf pointer = { 0 };

	if (!locator_find(&way->schemas, has_uri ? r->root : d->root,
	    n->source))
		return false;
	locator_write(&pointer, &way->schemas);
	if (has_uri)
		buf_add(out, r->uri, r->bytes);
	else
		buf_str(out, d->uri);
	buf_char(out, '#');
	if (pointer.bytes > 0)
		put_fragment(out, pointer.data, pointer.bytes);
	bool ok = !pointer.failed && buf_text(out) != NULL;
	way->cost += way->schemas.steps / 8 + (int64_t)out->bytes / 16;
	way->schemas.steps = 0;
	buf_fini(&pointer);
	return ok;
}
