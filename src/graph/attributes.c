/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Attributes in and out. On every face a node carries its type as the member
 * nodeType, an edge as edgeType; in the file the type is an integer column. The
 * member comes first when it is put on, so that what was read can be written
 * back at no cost.
 */
#include "graph/attributes.h"

#include "base/error.h"
#include "json/drop.h"

#include <string.h>

static struct json_bounds
bounds_of(const struct graph *g)
{
	return (struct json_bounds){
		.bytes_max = g->limits->attributes_bytes,
		.depth_max = g->limits->depth,
		.bytes_name = "limits.attributes_bytes",
		.depth_name = "limits.depth",
	};
}

/* The type that the member of the attributes names. */
static struct entry_type *
type_of_member(struct graph *g, const struct graph_type *gt, int kind,
    yyjson_val *member)
{
	char pointer[16] = "/";

	(void)strncat(pointer, module_type_member(kind), sizeof(pointer) - 2);
	if (!yyjson_is_str(member)) {
		error_pointer(g->err, pointer, strlen(pointer));
		error_set(g->err, ALK_VALUE,
		    "expected string, the name of the %s's type",
		    type_noun(kind));
		return NULL;
	}
	const char *name = yyjson_get_str(member);
	size_t bytes = yyjson_get_len(member);
	struct entry_type *t = type_entry_named(gt, kind, name, bytes);
	if (t == NULL) {
		error_pointer(g->err, pointer, strlen(pointer));
		type_entry_unknown(gt, kind, name, bytes, g->err);
	}
	return t;
}

/*
 * By the name given, the member, the stored row, or because there is one only.
 */
static struct entry_type *
find_type(struct graph *g, const struct graph_type *gt, int kind,
    const char *name, yyjson_val *member, struct entry_type *known)
{
	struct entry_type *t = NULL;

	if (name != NULL) {
		t = type_entry_named(gt, kind, name, strlen(name));
		if (t == NULL)
			type_entry_unknown(gt, kind, name, strlen(name),
			    g->err);
	}
	if (member != NULL && g->err->code == ALK_OK) {
		struct entry_type *m = type_of_member(g, gt, kind, member);
		if (m != NULL && t != NULL && m != t)
			error_set(g->err, ALK_INVALID,
			    "the type given is '%s', but %s says '%s'",
			    t->name, module_type_member(kind), m->name);
		t = m;
	}
	if (g->err->code != ALK_OK)
		return NULL;
	if (t == NULL)
		t = known != NULL ? known : type_entry_only(gt, kind);
	if (t == NULL)
		error_set(g->err, ALK_INVALID,
		    "no type given, and graph type '%s' has not exactly one "
		    "%s type; add the member \"%s\"", gt->name,
		    type_noun(kind), module_type_member(kind));
	else if (known != NULL && t != known)
		error_set(g->err, ALK_CONFLICT,
		    "it is a '%s' and stays one; delete it to make a '%s'",
		    known->name, t->name);
	return g->err->code == ALK_OK ? t : NULL;
}

/* Parses text again without, or with, the type member. Slow and seldom. */
static yyjson_val *
read_again(struct graph *g, yyjson_val *root, struct entry_type *t, bool with)
{
	const char *member = module_type_member(t->kind);

	buf_clear(&g->merged);
	json_write_without(&g->merged, root, member);
	if (with) {
		buf_clear(&g->attributes);
		attributes_write(&g->attributes, t, t->kind, g->merged.data,
		    g->merged.bytes);
		return json_read_own(&g->reader, g->attributes.data,
		    g->attributes.bytes, g->err);
	}
	return json_read_own(&g->reader, g->merged.data, g->merged.bytes,
	    g->err);
}

/* Checks root by its type and writes what is to be stored. */
static int
accept(struct graph *g, yyjson_val *root, yyjson_val *member,
    struct entry_type *t)
{
	const struct schema *schema = type_schema(g, t);

	if (schema == NULL)
		return g->err->code;
	yyjson_val *bare = root;
	if (t->declares_member) {
		if (member == NULL)
			root = read_again(g, root, t, true);
		if (root == NULL ||
		    schema_explain(schema, root, g->err) != ALK_OK)
			return g->err->code;
		bare = root;
		member = yyjson_obj_get(root, module_type_member(t->kind));
	}
	if (member != NULL) {
		yyjson_val *all = bare;
		bare = json_drop_first(all, module_type_member(t->kind));
		if (bare == NULL)
			bare = read_again(g, all, t, false);
	}
	if (bare == NULL || (!t->declares_member &&
		schema_explain(schema, bare, g->err) != ALK_OK))
		return g->err->code;
	buf_clear(&g->attributes);
	json_write(&g->attributes, bare);
	if (g->attributes.failed)
		return error_nomem(g->err);
	if (g->attributes.bytes > g->limits->attributes_bytes)
		return error_set(g->err, ALK_LIMIT,
		    "attributes have %zu bytes, more than %zu "
		    "(limits.attributes_bytes)", g->attributes.bytes,
		    g->limits->attributes_bytes);
	return ALK_OK;
}

static yyjson_val *
read_object(struct graph *g, struct json_reader *reader, const char *text,
    size_t bytes)
{
	struct json_bounds bounds = bounds_of(g);

	if (text == NULL) {
		text = "{}";
		bytes = 2;
	}
	if (bytes == ALK_NUL || bytes == 0) /* empty text is never JSON */
		bytes = strlen(text);
	return json_read(reader, text, bytes, &bounds, g->err);
}

struct entry_type *
attributes_type(struct graph *g, const struct graph_type *gt, int kind,
    const char *name, yyjson_val *root)
{
	return find_type(g, gt, kind, name, yyjson_obj_get(root,
	    module_type_member(kind)), NULL);
}

yyjson_val *
attributes_parse(struct graph *g, const char *text, size_t bytes)
{
	return read_object(g, &g->reader, text, bytes);
}

int
attributes_take(struct graph *g, const struct graph_type *gt, int kind,
    const char *name, struct entry_type *known, yyjson_val *root,
    struct entry_type **type)
{
	if (!yyjson_is_obj(root))
		return error_set(g->err, ALK_VALUE,
		    "expected object, attributes are a JSON object");
	yyjson_val *member = yyjson_obj_get(root, module_type_member(kind));
	struct entry_type *t = find_type(g, gt, kind, name, member, known);
	if (t == NULL || accept(g, root, member, t) != ALK_OK)
		return g->err->code;
	*type = t;
	return ALK_OK;
}

int
attributes_read(struct graph *g, const struct graph_type *gt, int kind,
    const char *name, struct entry_type *known, const char *text, size_t bytes,
    struct entry_type **type)
{
	yyjson_val *root = read_object(g, &g->reader, text, bytes);

	return root == NULL ? g->err->code :
	    attributes_take(g, gt, kind, name, known, root, type);
}

/* What merging left in g->merged, as if the caller had given it. */
static int
take_merged(struct graph *g, const struct graph_type *gt, int kind,
    const char *name, struct entry_type *known, bool fits,
    struct entry_type **type)
{
	struct json_bounds bounds = bounds_of(g);

	if (!fits)
		return error_set(g->err, ALK_LIMIT,
		    "the merged attributes are nested more than %zu deep "
		    "(limits.depth)", g->limits->depth);
	if (g->merged.failed)
		return error_nomem(g->err);
	/* merged is written again while its text is read: keep it apart. */
	struct buf text = g->merged;
	g->merged = (struct buf){ 0 };
	yyjson_val *root = json_read(&g->reader, text.data, text.bytes,
	    &bounds, g->err);
	int code = root == NULL ? g->err->code :
	    attributes_take(g, gt, kind, name, known, root, type);
	buf_fini(&g->merged);
	g->merged = text;
	return code;
}

int
attributes_merge(struct graph *g, const struct graph_type *gt, int kind,
    const char *name, struct entry_type *known, const char *stored,
    size_t stored_bytes, const char *patch, size_t patch_bytes,
    struct entry_type **type)
{
	yyjson_val *p = read_object(g, &g->reader, patch, patch_bytes);
	if (p != NULL && !yyjson_is_obj(p))
		return error_set(g->err, ALK_VALUE,
		    "expected object, a patch of attributes is an object");
	yyjson_val *old = p == NULL ? NULL :
	    json_read_own(&g->stored, stored, stored_bytes, g->err);

	if (old == NULL)
		return g->err->code;
	buf_clear(&g->merged);
	bool fits = json_merge(&g->merged, old, p, g->limits->depth);
	return take_merged(g, gt, kind, name, known, fits, type);
}

int
attributes_assign(struct graph *g, const struct graph_type *gt, int kind,
    const char *name, struct entry_type *known, const char *stored,
    size_t stored_bytes, yyjson_val *root, struct entry_type **type)
{
	if (!yyjson_is_obj(root))
		return error_set(g->err, ALK_VALUE,
		    "expected object, attributes are a JSON object");
	yyjson_val *old = json_read_own(&g->stored, stored, stored_bytes,
	    g->err);

	if (old == NULL)
		return g->err->code;
	buf_clear(&g->merged);
	bool fits = json_assign(&g->merged, old, root, g->limits->depth);
	return take_merged(g, gt, kind, name, known, fits, type);
}

int
attributes_check_stored(struct graph *g, struct entry_type *t,
    const char *text, size_t bytes, alk_error *err)
{
	alk_error *caller = g->err;
	struct json_bounds bounds = bounds_of(g);
	const struct schema *schema;

	if (t == NULL)
		return error_set(err, ALK_VALUE, "the row has no type");
	g->err = err;
	schema = type_schema(g, t);
	g->err = caller;
	if (schema == NULL)
		return err->code;
	struct buf whole = { 0 };
	if (t->declares_member)
		attributes_write(&whole, t, t->kind, text, bytes);
	else
		buf_add(&whole, text, bytes);
	yyjson_val *root = whole.failed ? NULL : json_read(&g->stored,
	    whole.data, whole.bytes, &bounds, err);
	if (whole.failed)
		error_nomem(err);
	else if (root != NULL)
		schema_explain(schema, root, err);
	buf_fini(&whole);
	if (err->code != ALK_OK && err->code != ALK_NOMEM)
		err->code = ALK_VALUE;
	return err->code;
}

void
attributes_write(struct buf *out, const struct entry_type *t, int kind,
    const char *text, size_t bytes)
{
	if (t == NULL) {
		buf_add(out, text, bytes);
		return;
	}
	buf_str(out, kind == ALK_NODE ? "{\"nodeType\":" : "{\"edgeType\":");
	json_write_string(out, t->name, strlen(t->name));
	if (bytes > 2) {
		buf_char(out, ',');
		buf_add(out, text + 1, bytes - 1);
	} else {
		buf_char(out, '}');
	}
}

int
attributes_metadata(struct graph *g, const char *text, const char **out)
{
	*out = NULL;
	if (text == NULL)
		return ALK_OK;
	struct json_bounds bounds = bounds_of(g);
	yyjson_val *root = json_read(&g->stored, text, strlen(text), &bounds,
	    g->err);
	if (root == NULL)
		return g->err->code;
	if (!yyjson_is_obj(root))
		return error_set(g->err, ALK_VALUE,
		    "expected object, metadata is a JSON object");
	buf_clear(&g->metadata);
	json_write(&g->metadata, root);
	if (g->metadata.failed)
		return error_nomem(g->err);
	*out = buf_text(&g->metadata);
	return ALK_OK;
}
