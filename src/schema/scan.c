/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The first walk over a schema: finds where schemas stand, checks the value of
 * every keyword, notes $id and anchors. Unknown keywords are left alone: a
 * schema within them exists only if a reference leads there.
 */
#include "schema/compile.h"

#include "base/error.h"
#include "base/mem.h"

static int
add_node(struct compile *c, yyjson_val *v, uint32_t resource)
{
	struct schema *s = c->s;

	if (s->count == SCHEMA_NODES_MAX)
		return compile_fail(c, v, ALK_LIMIT,
		    "more than %d schemas in one (limit schema nodes)",
		    SCHEMA_NODES_MAX);
	if (s->count == c->room) {
		uint32_t room = c->room == 0 ? 16 : c->room * 2;
		struct node *nodes = mem_resize(s->nodes,
		    room * sizeof(nodes[0]));
		if (nodes == NULL)
			return error_nomem(c->err);
		s->nodes = nodes;
		c->room = room;
	}
	s->nodes[s->count] = (struct node){ .types = TYPE_ALL,
		.resource = resource, .source = v };
	c->node_of[documents_place(c, v)] = ++s->count;
	return ALK_OK;
}

static int
scan_list(struct compile *c, yyjson_val *list, uint32_t resource, int nesting)
{
	size_t i, count;
	yyjson_val *item;

	yyjson_arr_foreach(list, i, count, item) {
		int rc = scan_schema(c, item, resource, nesting);
		if (rc != ALK_OK)
			return rc;
	}
	return ALK_OK;
}

static int
scan_map(struct compile *c, yyjson_val *map, uint32_t resource, int nesting)
{
	size_t i, count;
	yyjson_val *key, *member;

	yyjson_obj_foreach(map, i, count, key, member) {
		/* In `dependencies` an array names properties. */
		if (yyjson_is_arr(member))
			continue;
		int rc = scan_schema(c, member, resource, nesting);
		if (rc != ALK_OK)
			return rc;
	}
	return ALK_OK;
}

/* The schemas within one keyword's value. */
static int
scan_value(struct compile *c, enum shape shape, yyjson_val *value,
    uint32_t resource, int nesting)
{
	switch (shape) {
	case SHAPE_SCHEMA_OR_LIST:
		if (!yyjson_is_arr(value))
			return scan_schema(c, value, resource, nesting);
		return scan_list(c, value, resource, nesting);
	case SHAPE_SCHEMA:
		return scan_schema(c, value, resource, nesting);
	case SHAPE_SCHEMAS:
		return scan_list(c, value, resource, nesting);
	case SHAPE_SCHEMA_MAP:
	case SHAPE_DEPENDENCIES:
		return scan_map(c, value, resource, nesting);
	default:
		return ALK_OK;
	}
}

/*
 * Values of patternProperties etc. must be schemas even where an array would be
 * a list of names in `dependencies`.
 */
static int
check_map(struct compile *c, yyjson_val *map)
{
	size_t i, count;
	yyjson_val *key, *member;

	yyjson_obj_foreach(map, i, count, key, member)
		if (!yyjson_is_obj(member) && !yyjson_is_bool(member))
			return compile_fail(c, member, ALK_SCHEMA,
			    "a schema is an object, true or false");
	return ALK_OK;
}

/* Draft 4 has true and false for schemas in two places only. */
static bool
may_be_boolean(const struct keyword_row *row)
{
	return row->id == KW_ADDITIONAL_ITEMS ||
	    row->id == KW_ADDITIONAL_PROPERTIES;
}

static int
scan_keyword(struct compile *c, const struct keyword_row *row,
    yyjson_val *value, uint32_t resource, int nesting)
{
	const struct dialect *d = c->resources[resource].dialect;
	yyjson_val *where;
	int rc = keyword_check(d, row, value, &where, c->err);

	if (rc != ALK_OK)
		return compile_place(c, where, rc);
	if (row->id == KW_DYNAMIC_REF || row->id == KW_RECURSIVE_REF)
		c->is_dynamic = true;
	if (row->shape == SHAPE_SCHEMA_MAP) {
		rc = check_map(c, value);
		if (rc != ALK_OK)
			return rc;
	}
	if (row->id == KW_ITEMS && row->shape == SHAPE_SCHEMA &&
	    yyjson_is_arr(value))
		return compile_fail(c, value, ALK_SCHEMA, "'items' is one "
		    "schema in 2020-12; a list of them is 'prefixItems'");
	if (d->draft == SCHEMA_4 && yyjson_is_bool(value) &&
	    may_be_boolean(row))
		return compile_node(c, value) != 0 ? ALK_OK :
		    add_node(c, value, resource);
	return scan_value(c, row->shape, value, resource, nesting + 1);
}

/* $anchor and its dynamic relatives; their values may be wrong still. */
static int
note_anchors(struct compile *c, yyjson_val *v, uint32_t resource)
{
	yyjson_val *anchor = compile_get(c, v, KW_ANCHOR);
	yyjson_val *dynamic = compile_get(c, v, KW_DYNAMIC_ANCHOR);
	yyjson_val *recursive = compile_get(c, v, KW_RECURSIVE_ANCHOR);
	int rc = ALK_OK;

	if (yyjson_is_str(anchor))
		rc = refs_add_anchor(c, v, resource, anchor);
	if (rc == ALK_OK && yyjson_is_str(dynamic)) {
		rc = refs_add_anchor(c, v, resource, dynamic);
		if (rc == ALK_OK)
			rc = refs_add_dynamic(c, v, resource,
			    yyjson_get_str(dynamic), yyjson_get_len(dynamic));
	}
	if (rc == ALK_OK && yyjson_is_true(recursive))
		rc = refs_add_dynamic(c, v, resource, "", 0);
	return rc;
}

/*
 * Schemas that say nothing, or only $ref, need no node of their own when used.
 */
static void
note_effects(struct compile *c, yyjson_val *v, uint32_t effects, bool has_ref)
{
	struct node *n = &c->s->nodes[compile_node(c, v) - 1];

	if (effects == 0)
		n->flags |= NODE_IS_EMPTY;
	else if (effects == 1 && has_ref)
		n->flags |= NODE_IS_REFERENCE;
}

static int
scan_keywords(struct compile *c, yyjson_val *v, uint32_t resource, int nesting)
{
	const struct dialect *d = c->resources[resource].dialect;
	bool hidden = compile_has_ref(d, v);
	size_t i, count;
	yyjson_val *key, *value;
	uint32_t effects = 0;
	bool has_ref = false;

	yyjson_obj_foreach(v, i, count, key, value) {
		const struct keyword_row *row = compile_row(d, hidden, key);
		if (row == NULL)
			continue;
		effects += row->has_effect;
		has_ref = has_ref || row->id == KW_REF;
		int rc = scan_keyword(c, row, value, resource, nesting);
		if (rc != ALK_OK)
			return rc;
	}
	note_effects(c, v, effects, has_ref);
	return ALK_OK;
}

/* Neither an object nor what else a schema may be. */
static int
refuse(struct compile *c, yyjson_val *v)
{
	if (yyjson_is_bool(v))
		return compile_fail(c, v, ALK_SCHEMA, "a schema is an object "
		    "in draft 4: for true write {}, for false {\"not\": {}}");
	return compile_fail(c, v, ALK_SCHEMA,
	    "a schema is an object, true or false");
}

int
scan_schema(struct compile *c, yyjson_val *v, uint32_t resource, int nesting)
{
	const struct dialect *d = c->resources[resource].dialect;

	if (compile_node(c, v) != 0)
		return ALK_OK;
	if (nesting > SCHEMA_NESTING_MAX)
		return compile_fail(c, v, ALK_LIMIT,
		    "schemas are nested more than %d deep (limit schema "
		    "nesting)", SCHEMA_NESTING_MAX);
	if (yyjson_is_bool(v) && d->draft != SCHEMA_4)
		return add_node(c, v, resource);
	if (!yyjson_is_obj(v))
		return refuse(c, v);
	int rc = refs_enter(c, v, &resource);
	if (rc == ALK_OK)
		rc = add_node(c, v, resource);
	if (rc == ALK_OK)
		rc = note_anchors(c, v, resource);
	return rc == ALK_OK ? scan_keywords(c, v, resource, nesting) : rc;
}
