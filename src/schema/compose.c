/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The walk, continued: literals, and schemas that apply other schemas to one
 * value.
 */
#include "schema/walk.h"

#include "schema/unique.h"

static bool
is_other(const struct literal_rules *r, yyjson_val *v)
{
	uint32_t low = 0;
	uint32_t high = r->others_count;

	if (r->hashes == NULL) {
		for (uint32_t i = 0; i < high; i++)
			if (json_equal(r->others[i], v))
				return true;
		return false;
	}
	uint64_t hash = unique_hash(v);
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (r->hashes[middle] < hash)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < r->others_count && r->hashes[low] == hash; low++)
		if (json_equal(r->others[low], v))
			return true;
	return false;
}

bool
walk_literals(struct walk *w, const struct node *n, yyjson_val *v)
{
	bool ok = true;

	for (const struct literal_rules *r = n->literal; r != NULL;
	    r = r->next) {
		bool is_one;
		if (unsafe_yyjson_is_str(v))
			is_one = names_have(&r->strings,
			    unsafe_yyjson_get_str(v), unsafe_yyjson_get_len(v));
		else
			is_one = r->others_count > 0 && is_other(r, v);
		DEMAND(is_one, r->keyword, v, NULL);
	}
	return ok;
}

bool
walk_attempt(struct walk *w, uint32_t node, yyjson_val *v, struct marks *marks)
{
	struct teller *teller = w->teller;
	struct marks own;
	bool passed;

	if (node == NODE_ANY)
		return true;
	w->teller = NULL;
	if (marks == NULL) {
		passed = walk_node(w, node, v, NULL);
	} else {
		own = (struct marks){ .from = marks->from };
		passed = walk_node(w, node, v, &own);
		for (size_t i = 0; passed && i < MARKS_MEMBERS / 64; i++)
			marks->bits[i] |= own.bits[i];
	}
	w->teller = teller;
	return passed;
}

uint32_t
walk_variant(const struct discriminator *d, const struct node_list *list,
    yyjson_val *v)
{
	yyjson_val *member = yyjson_obj_getn(v, d->name, d->bytes);

	if (!yyjson_is_str(member))
		return NODE_ANY;
	uint32_t at = names_find(&d->values, unsafe_yyjson_get_str(member),
	    unsafe_yyjson_get_len(member));
	return at == NAMES_NONE ? NODE_ANY :
	    list->nodes[d->values.list[at].value];
}

/* anyOf and oneOf, when a property tells the variants apart. */
static bool
walk_told_apart(struct walk *w, const struct node *n, enum keyword k,
    const struct discriminator *d, const struct node_list *list,
    yyjson_val *v, struct marks *marks)
{
	uint32_t node = yyjson_is_obj(v) ? walk_variant(d, list, v) : NODE_ANY;

	w->steps -= (int64_t)unsafe_yyjson_get_len(v) / 8;
	if (node != NODE_ANY)
		return walk_node(w, node, v, marks);
	if (w->teller != NULL)
		tell_union(w, n, k, v);
	return false;
}

static bool
walk_any_of(struct walk *w, const struct node *n, yyjson_val *v,
    struct marks *marks)
{
	const struct compose_rules *r = n->more->compose;
	bool found = false;

	if (r->any_by != NULL)
		return walk_told_apart(w, n, KW_ANY_OF, r->any_by, &r->any_of,
		    v, marks);
	/* All of them are wanted only for what they evaluate. */
	for (uint32_t i = 0; i < r->any_of.count; i++) {
		if (walk_attempt(w, r->any_of.nodes[i], v, marks))
			found = true;
		if (found && marks == NULL)
			break;
	}
	if (!found && w->teller != NULL)
		tell_union(w, n, KW_ANY_OF, v);
	return found;
}

static bool
walk_one_of(struct walk *w, const struct node *n, yyjson_val *v,
    struct marks *marks)
{
	const struct compose_rules *r = n->more->compose;
	int found = 0;
	bool ok = true;

	if (r->one_by != NULL)
		return walk_told_apart(w, n, KW_ONE_OF, r->one_by, &r->one_of,
		    v, marks);
	for (uint32_t i = 0; i < r->one_of.count && found < 2; i++)
		found += walk_attempt(w, r->one_of.nodes[i], v, marks);
	if (found == 0 && w->teller != NULL)
		tell_union(w, n, KW_ONE_OF, v);
	else if (found > 1)
		DEMAND(false, KW_ONE_OF, v, v);
	return ok && found == 1;
}

/* The anchor of a resource that a dynamic reference may lead to, or NULL. */
static const struct dynamic_anchor *
find_anchor(const struct schema *s, uint32_t resource,
    const struct compose_rules *r)
{
	for (uint32_t i = 0; i < s->anchors_count; i++) {
		const struct dynamic_anchor *a = &s->anchors[i];
		if (a->resource == resource && a->bytes == r->dynamic_bytes &&
		    memcmp(a->name, r->dynamic_name, a->bytes) == 0)
			return a;
	}
	return NULL;
}

/* The outermost resource on the way here that has the anchor. */
static uint32_t
find_dynamic(struct walk *w, const struct compose_rules *r)
{
	const struct schema *s = w->s;

	if (r->dynamic_name == NULL || w->scope == NULL)
		return r->dynamic;
	for (const struct scope *o = w->outermost;; o = o->inner) {
		const struct dynamic_anchor *a = find_anchor(s, o->resource, r);
		w->steps -= 1 + s->anchors_count / 8;
		if (a != NULL)
			return a->node;
		if (o == w->scope)
			return r->dynamic;
	}
}

static bool
walk_if(struct walk *w, const struct compose_rules *r, yyjson_val *v,
    struct marks *marks)
{
	bool held = walk_attempt(w, r->if_node, v, marks);
	uint32_t node = held ? r->then_node : r->else_node;

	/* What is not said is node 0, which everything passes. */
	return node == NODE_ANY || walk_node(w, node, v, marks);
}

bool
walk_compose(struct walk *w, const struct node *n, yyjson_val *v,
    struct marks *marks)
{
	const struct compose_rules *r = n->more->compose;
	bool ok = true;

	w->slot = SLOT_NONE;
	if (r->has_ref && r->ref != NODE_ANY)
		PASS(walk_node(w, r->ref, v, marks));
	if (r->has_dynamic)
		PASS(walk_node(w, find_dynamic(w, r), v, marks));
	for (uint32_t i = 0; i < r->all_of.count; i++) {
		w->slot = i;
		if (r->all_of.nodes[i] != NODE_ANY)
			PASS(walk_node(w, r->all_of.nodes[i], v, marks));
	}
	w->slot = SLOT_NONE;
	if (r->has_any_of)
		PASS(walk_any_of(w, n, v, marks));
	if (r->has_one_of)
		PASS(walk_one_of(w, n, v, marks));
	if (r->has_not)
		DEMAND(!walk_attempt(w, r->not_node, v, NULL), KW_NOT, v, NULL);
	if (r->has_if)
		PASS(walk_if(w, r, v, marks));
	return ok;
}
