/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The entries of a module: which of the shapes it has, and what each entry is.
 *
 *   {"$defs": {"CallNode": {...}, ...}}                 a TypeBox 0.34 module
 *   {"$defs": {...}, "$ref": "CallNode"}                Import or Cyclic
 *   {"CallNode": {...}, ...}                            a TypeBox 1.x module
 *   {"$id": "CallNode", "type": "object", ...}          one schema
 *
 * Roles follow from names, tested in this order: Config; *EdgeConstraints;
 * BaseNode, BaseEdge; *Node; *Edge; any other is shared.
 */
#include "module/parts.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAMES_SCOPE (-1) /* in module_entries.names: entry to index */

static bool
ends_with(const char *name, size_t bytes, const char *end)
{
	size_t n = strlen(end);

	return bytes >= n && memcmp(name + bytes - n, end, n) == 0;
}

static bool
is_name(const char *name, size_t bytes, const char *other)
{
	return bytes == strlen(other) && memcmp(name, other, bytes) == 0;
}

static enum module_role
role_of(const char *name, size_t bytes)
{
	if (is_name(name, bytes, "Config"))
		return ROLE_CONFIG;
	if (ends_with(name, bytes, "EdgeConstraints"))
		return ROLE_CONSTRAINTS;
	if (is_name(name, bytes, "BaseNode") ||
	    is_name(name, bytes, "BaseEdge"))
		return ROLE_BASE;
	if (ends_with(name, bytes, "Node"))
		return ROLE_NODE;
	if (ends_with(name, bytes, "Edge"))
		return ROLE_EDGE;
	return ROLE_SHARED;
}

size_t
module_entries_find(const struct module_entries *e, const char *name,
    size_t bytes)
{
	const int64_t *at = textmap_find(&e->names, NAMES_SCOPE, name, bytes);

	return at != NULL ? (size_t)*at : SIZE_MAX;
}

const size_t *
module_entries_refs(const struct module_entries *e,
    const struct module_entry *entry)
{
	return (const size_t *)(const void *)e->refs.data + entry->refs;
}

void
module_entries_pointer(const struct module_entries *e,
    const struct module_entry *entry, struct buf *out)
{
	if (e->shape == SHAPE_SINGLE)
		return;
	if (e->shape == SHAPE_DEFS)
		buf_str(out, "/$defs");
	json_pointer_add(out, entry->name, entry->bytes);
}

yyjson_val *
module_entries_follow(const struct module_entries *e, yyjson_val *schema)
{
	for (int hops = 0; hops < 32; hops++) {
		yyjson_val *ref = module_text(schema, "$ref");
		if (ref == NULL)
			return schema;
		const char *name = yyjson_get_str(ref);
		size_t bytes = yyjson_get_len(ref);
		yyjson_val *defs = yyjson_obj_get(schema, "$defs");
		yyjson_val *own = yyjson_obj_getn(defs, name, bytes);
		size_t i = module_entries_find(e, name, bytes);
		if (own == NULL && i == SIZE_MAX)
			return schema;
		schema = own != NULL ? own : e->list[i].schema;
	}
	return schema;
}

const char *
module_entries_hint(const struct module_entries *e, int role, const char *name,
    struct nearest *n)
{
	nearest_init(n, name);
	for (size_t i = 0; i < e->count; i++)
		if (role < 0 || (int)e->list[i].role == role)
			nearest_try(n, e->list[i].name);
	return nearest_hint(n);
}

int
module_fail(const struct module_entries *e, const struct module_entry *entry,
    const char *below, alk_error *err, const char *format, ...)
{
	struct buf pointer = { 0 };
	char text[512]; /* more than fits, so that error_set() cuts it */

	va_list ap;
	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	module_entries_pointer(e, entry, &pointer);
	buf_str(&pointer, below);
	/* An error without its place would be another answer. */
	if (buf_text(&pointer) == NULL) {
		buf_fini(&pointer);
		return error_nomem(err);
	}
	error_entry(err, "%.*s", (int)entry->bytes, entry->name);
	error_pointer(err, buf_text(&pointer), pointer.bytes);
	buf_fini(&pointer);
	return error_set(err, ALK_SCHEMA, "%s", text);
}

const char *
module_type_member(int kind)
{
	return kind == ALK_NODE ? "nodeType" : "edgeType";
}

/* ---- The shape ---- */

/* Whether some member is an entry by its name, and a schema. */
static bool
has_entry(yyjson_val *root)
{
	size_t i, count;
	yyjson_val *name, *v;

	yyjson_obj_foreach(root, i, count, name, v)
		if (module_is_schema(v) && role_of(yyjson_get_str(name),
		    yyjson_get_len(name)) != ROLE_SHARED)
			return true;
	return false;
}

static bool
has_keyword(yyjson_val *root)
{
	size_t i, count;
	yyjson_val *name, *v;

	yyjson_obj_foreach(root, i, count, name, v)
		if (module_is_keyword(yyjson_get_str(name),
		    yyjson_get_len(name)))
			return true;
	return false;
}

/* {"$defs"} with nothing that would make it a schema of its own. */
static bool
is_defs(yyjson_val *root)
{
	static const char *const beside[] = { "$defs", "$ref", "$id", "$schema",
		"$comment", "title", "description" };
	size_t i, count;
	yyjson_val *name, *v;

	if (yyjson_obj_get(root, "$defs") == NULL)
		return false;
	yyjson_obj_foreach(root, i, count, name, v) {
		size_t k = 0;
		while (k < sizeof(beside) / sizeof(beside[0]) &&
		    !yyjson_equals_str(name, beside[k]))
			k++;
		if (k == sizeof(beside) / sizeof(beside[0]))
			return false;
	}
	return true;
}

yyjson_val *
module_plain_entries(yyjson_val *root)
{
	if (!yyjson_is_obj(root))
		return NULL;
	if (is_defs(root))
		return yyjson_obj_get(root, "$defs");
	return has_entry(root) || !has_keyword(root) ? root : NULL;
}

bool
module_has_nodes(yyjson_val *root)
{
	yyjson_val *entries = module_plain_entries(root);
	yyjson_val *id = module_text(root, "$id");
	size_t i, count;
	yyjson_val *name, *v;

	if (entries == NULL)
		return id != NULL && role_of(yyjson_get_str(id),
		    yyjson_get_len(id)) == ROLE_NODE;
	yyjson_obj_foreach(module_some(entries), i, count, name, v)
		if (role_of(yyjson_get_str(name), yyjson_get_len(name)) ==
		    ROLE_NODE)
			return true;
	return false;
}

/* ---- The entries ---- */

static int
check_entry(struct module_entries *e, const struct module_entry *entry,
    const struct module_limits *limits, alk_error *err)
{
	if (!module_is_schema(entry->schema))
		return module_fail(e, entry, "", err, "an entry must be a "
		    "schema: an object, or true or false");
	yyjson_val *id = yyjson_obj_get(entry->schema, "$id");
	if (e->shape != SHAPE_SINGLE && yyjson_is_str(id) &&
	    !yyjson_equals_strn(id, entry->name, entry->bytes))
		return module_fail(e, entry, "/$id", err, "the $id '%s' "
		    "differs from the entry's name; take the $id out or make "
		    "them equal", yyjson_get_str(id));
	if (entry->role != ROLE_NODE && entry->role != ROLE_EDGE)
		return ALK_OK;
	int rc = utf8_name(entry->name, entry->bytes, limits->name_bytes_max,
	    "type name", "limits.name_bytes", err);
	if (rc != ALK_OK)
		error_entry(err, "%.*s", (int)entry->bytes, entry->name);
	return rc;
}

static int
add_entry(struct module_entries *e, const char *name, size_t bytes,
    yyjson_val *schema, const struct module_limits *limits, alk_error *err)
{
	struct module_entry *entry = &e->list[e->count];

	*entry = (struct module_entry){ .name = name, .bytes = bytes,
		.schema = schema, .role = role_of(name, bytes) };
	entry->has_id = module_text(schema, "$id") != NULL;
	int rc = check_entry(e, entry, limits, err);
	if (rc != ALK_OK)
		return rc;
	rc = textmap_add(&e->names, NAMES_SCOPE, name, bytes,
	    (int64_t)e->count);
	if (rc < 0)
		return error_nomem(err);
	assert(rc == 1); /* json_read() refuses a member that is there twice */
	e->count++;
	return ALK_OK;
}

static int
read_map(struct module_entries *e, yyjson_val *map,
    const struct module_limits *limits, alk_error *err)
{
	size_t i, count;
	yyjson_val *name, *v;

	e->list = mem_alloc(yyjson_obj_size(map) * sizeof(e->list[0]));
	if (e->list == NULL)
		return error_nomem(err);
	yyjson_obj_foreach(map, i, count, name, v) {
		int rc = add_entry(e, yyjson_get_str(name),
		    yyjson_get_len(name), v, limits, err);
		if (rc != ALK_OK)
			return rc;
	}
	return ALK_OK;
}

static int
read_single(struct module_entries *e, yyjson_val *root,
    const struct module_limits *limits, alk_error *err)
{
	yyjson_val *name = module_text(root, "$id");

	if (name == NULL)
		name = module_text(root, "title");
	if (name == NULL)
		return error_set(err, ALK_SCHEMA, "a schema that stands alone "
		    "needs a name: give it an \"$id\" such as \"PersonNode\", "
		    "or send {\"PersonNode\": schema}");
	e->list = mem_alloc(sizeof(e->list[0]));
	if (e->list == NULL)
		return error_nomem(err);
	return add_entry(e, yyjson_get_str(name), yyjson_get_len(name), root,
	    limits, err);
}

static int
read_defs(struct module_entries *e, yyjson_val *root,
    const struct module_limits *limits, alk_error *err)
{
	yyjson_val *defs = yyjson_obj_get(root, "$defs");
	yyjson_val *ref = module_text(root, "$ref");

	if (!yyjson_is_obj(defs)) {
		error_pointer(err, "/$defs", 6);
		return error_set(err, ALK_SCHEMA, "\"$defs\" must be an object "
		    "of names and schemas");
	}
	int rc = read_map(e, defs, limits, err);
	if (rc != ALK_OK || ref == NULL || yyjson_get_str(ref)[0] == '#')
		return rc;
	if (module_entries_find(e, yyjson_get_str(ref), yyjson_get_len(ref)) !=
	    SIZE_MAX)
		return ALK_OK;
	error_pointer(err, "/$ref", 5);
	return error_set(err, ALK_SCHEMA, "the $ref '%s' names no entry of "
	    "$defs; add the entry or take the $ref out", yyjson_get_str(ref));
}

static int
check_counts(const struct module_entries *e, const struct module_limits *limits,
    alk_error *err)
{
	size_t nodes = 0;
	size_t edges = 0;

	for (size_t i = 0; i < e->count; i++) {
		nodes += e->list[i].role == ROLE_NODE;
		edges += e->list[i].role == ROLE_EDGE;
	}
	if (nodes == 0)
		return error_set(err, ALK_SCHEMA, "the module has no node "
		    "type; name an entry so that it ends in Node, as "
		    "PersonNode");
	if (nodes + edges > limits->types_max)
		return error_set(err, ALK_LIMIT, "the module has %zu node and "
		    "edge types, %zu are allowed; raise limits.types or split "
		    "it", nodes + edges, limits->types_max);
	return ALK_OK;
}

static int
read_shape(struct module_entries *e, yyjson_val *root,
    const struct module_limits *limits, alk_error *err)
{
	if (is_defs(root)) {
		e->shape = SHAPE_DEFS;
		return read_defs(e, root, limits, err);
	}
	if (has_entry(root) || !has_keyword(root)) {
		e->shape = SHAPE_MAP;
		return read_map(e, root, limits, err);
	}
	e->shape = SHAPE_SINGLE;
	return read_single(e, root, limits, err);
}

int
module_entries_read(yyjson_val *root, const struct module_limits *limits,
    struct module_entries *out, alk_error *err)
{
	*out = (struct module_entries){ .count = 0 };
	if (!yyjson_is_obj(root))
		return error_set(err, ALK_SCHEMA, "a module is a JSON object: "
		    "{\"$defs\": ...} or names and schemas");
	int rc = read_shape(out, root, limits, err);
	if (rc == ALK_OK)
		rc = check_counts(out, limits, err);
	if (rc != ALK_OK)
		module_entries_fini(out);
	return rc;
}

void
module_entries_fini(struct module_entries *e)
{
	mem_release(e->list);
	textmap_fini(&e->names);
	buf_fini(&e->refs);
	*e = (struct module_entries){ .count = 0 };
}
