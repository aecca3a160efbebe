/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The second walk: from the keywords of one schema the rules of its node. */
#include "schema/compile.h"

#include "base/error.h"

#define HOPS_MAX 1000 /* references that only refer on, in a row */

void *
build_alloc(struct compile *c, size_t bytes)
{
	void *p = pool_alloc(&c->s->pool, bytes);

	if (p == NULL)
		(void)error_nomem(c->err);
	return p;
}

uint64_t
build_count(yyjson_val *value, uint64_t missing)
{
	if (value == NULL)
		return missing;
	if (yyjson_is_uint(value))
		return yyjson_get_uint(value);
	/* 2.0, or more than there can be of anything */
	double x = yyjson_is_real(value) ? yyjson_get_real(value) : 1e300;
	return x < 1e18 ? (uint64_t)x : UINT64_MAX;
}

int
build_child(struct compile *c, yyjson_val *v, uint32_t *out)
{
	for (int hops = 0; hops < HOPS_MAX; hops++) {
		uint32_t index = compile_node(c, v) - 1;
		const struct node *n = &c->s->nodes[index];
		if (yyjson_is_true(v) || (n->flags & NODE_IS_EMPTY) != 0) {
			*out = NODE_ANY;
			return ALK_OK;
		}
		if ((n->flags & NODE_IS_REFERENCE) == 0 || c->is_dynamic) {
			*out = index;
			return ALK_OK;
		}
		int rc = refs_resolve(c, compile_get(c, v, KW_REF), n->resource,
		    &v);
		if (rc != ALK_OK)
			return rc;
	}
	return compile_fail(c, v, ALK_SCHEMA,
	    "references lead to each other, or %d times on, without a schema",
	    HOPS_MAX);
}

int
build_list(struct compile *c, yyjson_val *schemas, struct node_list *out)
{
	size_t i, count = yyjson_arr_size(schemas);
	yyjson_val *item;
	uint32_t *nodes = build_alloc(c, count * sizeof(nodes[0]));
	int rc = nodes != NULL ? ALK_OK : ALK_NOMEM;

	yyjson_arr_foreach(schemas, i, count, item) {
		if (rc != ALK_OK)
			return rc;
		rc = build_child(c, item, &nodes[i]);
	}
	out->nodes = nodes;
	out->count = (uint32_t)count;
	return rc;
}

static int
build_unevaluated(struct compile *c, struct more_rules *more, yyjson_val **kv)
{
	struct unevaluated_rules *u = build_alloc(c, sizeof(*u));
	int rc = ALK_OK;

	if (u == NULL)
		return ALK_NOMEM;
	more->unevaluated = u;
	if (kv[KW_UNEVALUATED_PROPERTIES] != NULL) {
		u->has_properties = true;
		rc = build_child(c, kv[KW_UNEVALUATED_PROPERTIES],
		    &u->properties);
	}
	if (rc == ALK_OK && kv[KW_UNEVALUATED_ITEMS] != NULL) {
		u->has_items = true;
		rc = build_child(c, kv[KW_UNEVALUATED_ITEMS], &u->items);
	}
	return rc;
}

static bool
has_any(yyjson_val **kv, enum keyword first, enum keyword last)
{
	for (int k = (int)first; k <= (int)last; k++)
		if (kv[k] != NULL)
			return true;
	return false;
}

static int
build_more(struct compile *c, struct node *n, yyjson_val **kv)
{
	bool composed = has_any(kv, KW_ALL_OF, KW_ELSE) ||
	    kv[KW_REF] != NULL || kv[KW_DYNAMIC_REF] != NULL ||
	    kv[KW_RECURSIVE_REF] != NULL;
	bool unevaluated = kv[KW_UNEVALUATED_PROPERTIES] != NULL ||
	    kv[KW_UNEVALUATED_ITEMS] != NULL;
	int rc = build_literals(c, n, kv);

	if (rc != ALK_OK || (!composed && !unevaluated))
		return rc;
	n->more = build_alloc(c, sizeof(*n->more));
	if (n->more == NULL)
		return ALK_NOMEM;
	if (unevaluated) {
		n->flags |= NODE_HAS_UNEVALUATED;
		rc = build_unevaluated(c, n->more, kv);
	}
	return rc == ALK_OK && composed ? build_compose(c, n, kv) : rc;
}

static int
build_rules(struct compile *c, struct node *n, yyjson_val **kv)
{
	int rc = ALK_OK;

	if (kv[KW_TYPE] != NULL)
		n->types = (uint8_t)keyword_types(kv[KW_TYPE]);
	if (has_any(kv, KW_MIN_LENGTH, KW_FORMAT))
		rc = build_string(c, n, kv);
	if (rc == ALK_OK && has_any(kv, KW_MINIMUM, KW_MULTIPLE_OF))
		rc = build_number(c, n, kv);
	if (rc == ALK_OK && has_any(kv, KW_PREFIX_ITEMS, KW_MAX_CONTAINS))
		rc = build_array(c, n, kv);
	if (rc == ALK_OK && has_any(kv, KW_PROPERTIES, KW_DEPENDENCIES))
		rc = build_object(c, n, kv);
	if (rc == ALK_OK)
		rc = build_more(c, n, kv);
	if (n->more != NULL && n->more->compose != NULL)
		n->flags |= NODE_IS_COMPOSED;
	return rc;
}

static void
gather(const struct dialect *d, yyjson_val *schema, yyjson_val **kv)
{
	bool has_ref = compile_has_ref(d, schema);
	size_t i, count;
	yyjson_val *key, *value;

	yyjson_obj_foreach(schema, i, count, key, value) {
		const struct keyword_row *row = compile_row(d, has_ref, key);
		if (row != NULL)
			kv[row->id] = value;
	}
}

int
build_node(struct compile *c, uint32_t index)
{
	/* A copy, because references may add nodes and so move them all. */
	const struct node *old = &c->s->nodes[index];
	struct node n = { .types = TYPE_ALL, .resource = old->resource,
		.source = old->source };
	yyjson_val *kv[KW_COUNT] = { NULL };

	n.flags = old->flags & (NODE_IS_EMPTY | NODE_IS_REFERENCE);
	if (yyjson_is_false(n.source)) {
		n.types = 0;
		n.flags |= NODE_IS_NEVER;
	}
	if (c->is_dynamic)
		n.flags |= NODE_IS_SCOPED;
	if (yyjson_is_obj(n.source))
		gather(c->resources[n.resource].dialect, n.source, kv);
	int rc = build_rules(c, &n, kv);
	n.kinds = program_kinds(n.types);
	c->s->nodes[index] = n;
	return rc;
}
