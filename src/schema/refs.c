/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What references lead to.
 *
 * TypeBox refers to an entry of a module by its exact $id, and such an $id may
 * be anything ("Person", "a/b", "x y", "#h"). So a reference is first looked up
 * as it stands among all $ids as they stand; only then is it resolved as a URI
 * against the base of the schema resource around it. Where one text is the $id
 * of several schemas whose bases make different URIs of it, the URI decides.
 *
 * That is so in the TypeBox dialect; in all others only the URI counts. Where
 * no schema here has it, the registry is asked for the document.
 */
#include "schema/compile.h"

#include "base/error.h"
#include "base/mem.h"
#include "schema/text.h"
#include "schema/uri.h"

#define AMBIGUOUS (-1)
#define SEARCHED_MAX 32 /* members that are looked through one by one */

static int
nomem(struct compile *c)
{
	return error_nomem(c->err);
}

static int
put(struct compile *c, int64_t scope, const char *text, size_t bytes,
    int64_t value)
{
	if (bytes > UINT32_MAX)
		return error_set(c->err, ALK_LIMIT, "a name of over 4 GiB");
	int rc = textmap_add(&c->map, scope, text, bytes, value);
	return rc < 0 ? nomem(c) : rc;
}

static int
differ(struct compile *c, yyjson_val *v, yyjson_val *other, const char *what,
    const char *name)
{
	struct buf first = { 0 };

	program_place(&first, c->s, other);
	const char *place = buf_text(&first);
	int rc = place == NULL ? nomem(c) : compile_fail(c, v, ALK_SCHEMA,
	    "%s '%s' names a different schema at '%s'", what, name, place);
	buf_fini(&first);
	return rc;
}

/* Notes the $id as it stands. */
static int
add_exact(struct compile *c, yyjson_val *v, yyjson_val *id)
{
	int rc = put(c, SCOPE_ID, yyjson_get_str(id), yyjson_get_len(id),
	    (int64_t)documents_place(c, v));

	if (rc < 0)
		return rc;
	if (rc == 0) {
		int64_t *known = textmap_find(&c->map, SCOPE_ID,
		    yyjson_get_str(id), yyjson_get_len(id));
		if (*known != AMBIGUOUS &&
		    !json_equal(documents_value(c, *known), v))
			*known = AMBIGUOUS;
	}
	return ALK_OK;
}

static int
add_entry(struct compile *c, struct resource r, uint32_t *out)
{
	if (c->resources_count == c->resources_room) {
		uint32_t room = c->resources_room == 0 ? 8 :
		    c->resources_room * 2;
		struct resource *list = mem_resize(c->resources,
		    room * sizeof(list[0]));
		if (list == NULL)
			return nomem(c);
		c->resources = list;
		c->resources_room = room;
	}
	c->resources[c->resources_count] = r;
	*out = c->resources_count++;
	return ALK_OK;
}

/* $id resolved against a base, in the program's memory. */
static int
resolve_id(struct compile *c, const char *base, size_t base_bytes,
    yyjson_val *id, size_t plain, struct resource *r)
{
	buf_clear(&c->scratch);
	uri_resolve(&c->scratch, base, base_bytes, yyjson_get_str(id), plain);
	const char *uri = buf_text(&c->scratch);
	if (uri != NULL)
		uri = pool_text(&c->s->pool, uri, c->scratch.bytes);
	if (uri == NULL)
		return nomem(c);
	r->uri = uri;
	r->bytes = c->scratch.bytes;
	return ALK_OK;
}

/* Notes which resource has the URI; another one may have it, if it is equal. */
static int
add_uri(struct compile *c, const struct resource *r, uint32_t index,
    const char *id)
{
	int rc = put(c, SCOPE_URI, r->uri, r->bytes, index);

	if (rc != 0)
		return rc < 0 ? rc : ALK_OK;
	int64_t *known = textmap_find(&c->map, SCOPE_URI, r->uri, r->bytes);
	if (*known == index)
		return ALK_OK; /* a document that was found by its $id */
	yyjson_val *other = c->resources[*known].root;
	return json_equal(other, r->root) ? ALK_OK :
	    differ(c, r->root, other, "$id", id);
}

/* "#name" in an $id: an anchor, up to draft 7 and in TypeBox. */
static int
add_fragment(struct compile *c, yyjson_val *v, yyjson_val *id, size_t plain,
    const struct dialect *d, uint32_t resource)
{
	const char *text = yyjson_get_str(id);
	size_t bytes = yyjson_get_len(id);

	if (bytes < plain + 2)
		return ALK_OK;
	if (d->draft == SCHEMA_2020_12 || d->draft == SCHEMA_2019_09)
		return compile_fail(c, id, ALK_SCHEMA, "an '$id' has no "
		    "fragment in this draft: use '$anchor'");
	if (d->draft == SCHEMA_TYPEBOX && plain > 0)
		return ALK_OK;
	int rc = put(c, SCOPE_ANCHOR + (int64_t)resource, text + plain + 1,
	    bytes - plain - 1, (int64_t)documents_place(c, v));
	return rc < 0 ? rc : ALK_OK;
}

static yyjson_val *
get_id(const struct dialect *d, yyjson_val *v)
{
	yyjson_val *id = yyjson_obj_get(v,
	    d->draft == SCHEMA_4 ? "id" : "$id");

	return yyjson_is_str(id) ? id : NULL;
}

static int
add_id(struct compile *c, yyjson_val *v, yyjson_val *id,
    const struct dialect *d, uint32_t *resource)
{
	size_t plain = uri_without_fragment(yyjson_get_str(id),
	    yyjson_get_len(id));
	struct resource *base = &c->resources[*resource];
	struct resource r = { .root = v, .dialect = d };
	int rc = ALK_OK;

	if (d->draft == SCHEMA_TYPEBOX)
		rc = add_exact(c, v, id);
	if (rc == ALK_OK && plain > 0) {
		rc = resolve_id(c, base->uri, base->bytes, id, plain, &r);
		if (rc == ALK_OK)
			rc = add_uri(c, &r, c->resources_count,
			    yyjson_get_str(id));
		if (rc == ALK_OK)
			rc = add_entry(c, r, resource);
	}
	return rc == ALK_OK ? add_fragment(c, v, id, plain, d, *resource) : rc;
}

/*
 * The root of a document counts as a resource whatever it says; its own $id is
 * its base, and what it is known by beside the URI that it was found with.
 */
int
refs_add_document(struct compile *c, yyjson_val *v, const char *uri,
    uint32_t *out)
{
	struct resource r = { .uri = uri, .bytes = strlen(uri), .root = v,
		.dialect = c->dialect };
	yyjson_val *schema = yyjson_obj_get(v, "$schema");
	uint32_t index = c->resources_count;
	int rc = ALK_OK;

	if (yyjson_is_str(schema) && !c->options->is_fixed)
		rc = dialect_find(c, schema, &r.dialect);
	yyjson_val *id = get_id(r.dialect, v);
	if (rc == ALK_OK && r.bytes > 0)
		rc = add_uri(c, &r, index, uri);
	size_t plain = id == NULL ? 0 :
	    uri_without_fragment(yyjson_get_str(id), yyjson_get_len(id));
	if (rc == ALK_OK && plain > 0) {
		rc = resolve_id(c, r.uri, r.bytes, id, plain, &r);
		if (rc == ALK_OK)
			rc = add_uri(c, &r, index, yyjson_get_str(id));
	}
	if (rc == ALK_OK)
		rc = add_entry(c, r, out);
	if (rc == ALK_OK && id != NULL && r.dialect->draft == SCHEMA_TYPEBOX)
		rc = add_exact(c, v, id);
	return rc != ALK_OK || id == NULL ? rc :
	    add_fragment(c, v, id, plain, r.dialect, *out);
}

int
refs_enter(struct compile *c, yyjson_val *v, uint32_t *resource)
{
	const struct dialect *d = c->resources[*resource].dialect;
	yyjson_val *schema = yyjson_obj_get(v, "$schema");

	if (c->resources[*resource].root == v)
		return ALK_OK;
	/* Only a schema with an $id of its own may be of another draft. */
	if (!c->options->is_fixed && yyjson_is_str(schema) &&
	    (yyjson_obj_get(v, "$id") != NULL ||
	    yyjson_obj_get(v, "id") != NULL)) {
		const struct dialect *own;
		int rc = dialect_find(c, schema, &own);
		if (rc != ALK_OK)
			return rc;
		if (get_id(own, v) != NULL)
			d = own;
	}
	yyjson_val *id = get_id(d, v);
	if (id == NULL || compile_has_ref(d, v))
		return ALK_OK;
	return add_id(c, v, id, d, resource);
}

int
refs_add_anchor(struct compile *c, yyjson_val *v, uint32_t resource,
    yyjson_val *name)
{
	int64_t scope = SCOPE_ANCHOR + (int64_t)resource;
	int64_t place = (int64_t)documents_place(c, v);
	int rc = put(c, scope, yyjson_get_str(name), yyjson_get_len(name),
	    place);

	if (rc != 0)
		return rc < 0 ? rc : ALK_OK;
	int64_t *known = textmap_find(&c->map, scope, yyjson_get_str(name),
	    yyjson_get_len(name));
	yyjson_val *other = documents_value(c, *known);
	if (*known != place && !json_equal(other, v))
		return differ(c, v, other, "anchor", yyjson_get_str(name));
	return ALK_OK;
}

int
refs_add_dynamic(struct compile *c, yyjson_val *v, uint32_t resource,
    const char *name, size_t bytes)
{
	struct schema *s = c->s;

	if (s->anchors_count == c->anchors_room) {
		uint32_t room = c->anchors_room == 0 ? 4 : c->anchors_room * 2;
		struct dynamic_anchor *list = mem_resize(s->anchors,
		    room * sizeof(list[0]));
		if (list == NULL)
			return nomem(c);
		s->anchors = list;
		c->anchors_room = room;
	}
	s->anchors[s->anchors_count++] = (struct dynamic_anchor){
		.name = name, .bytes = (uint32_t)bytes,
		.node = compile_node(c, v) - 1, .resource = resource
	};
	return ALK_OK;
}

bool
refs_is_dynamic(struct compile *c, yyjson_val *v, const char *name,
    size_t bytes)
{
	uint32_t node = compile_node(c, v) - 1;

	for (uint32_t i = 0; i < c->s->anchors_count; i++) {
		const struct dynamic_anchor *a = &c->s->anchors[i];
		if (a->node == node && a->bytes == bytes &&
		    memcmp(a->name, name, bytes) == 0)
			return true;
	}
	return false;
}

/* ---- Resolving --------------------------------------------------------- */

static int
dangling(struct compile *c, yyjson_val *reference, const char *why)
{
	return compile_fail(c, reference, ALK_SCHEMA,
	    "reference '%s' leads nowhere: %s", yyjson_get_str(reference), why);
}

/* The URI is told where the $id around the reference made another of it. */
static int
unknown_uri(struct compile *c, yyjson_val *reference, size_t plain,
    uint32_t resource)
{
	const struct resource *base = &c->resources[resource];
	const char *text = yyjson_get_str(reference);
	const char *where = c->options->registry != NULL ?
	    "here or in the registry" : "here";

	buf_clear(&c->scratch);
	uri_resolve(&c->scratch, base->uri, base->bytes, text, plain);
	const char *uri = buf_text(&c->scratch);
	if (uri == NULL)
		return nomem(c);
	if (c->scratch.bytes == plain && memcmp(uri, text, plain) == 0)
		return compile_fail(c, reference, ALK_SCHEMA, "reference '%s' "
		    "leads nowhere: no schema %s has that $id", text, where);
	return compile_fail(c, reference, ALK_SCHEMA, "reference '%s' leads "
	    "nowhere: no schema %s has the $id '%s'", text, where, uri);
}

/* A member of an object that may hold thousands, each looked up by somebody. */
static int
find_member(struct compile *c, yyjson_val *v, const char *name, size_t bytes,
    yyjson_val **out)
{
	int64_t scope = -1 - (int64_t)documents_place(c, v);
	size_t i, count;
	yyjson_val *key, *member;

	*out = NULL;
	if (yyjson_obj_size(v) <= SEARCHED_MAX) {
		*out = yyjson_obj_getn(v, name, bytes);
		return ALK_OK;
	}
	key = unsafe_yyjson_get_first(v);
	/* All are noted when the first one is. */
	if (textmap_find(&c->map, scope, yyjson_get_str(key),
	    yyjson_get_len(key)) == NULL) {
		yyjson_obj_foreach(v, i, count, key, member) {
			int rc = put(c, scope, yyjson_get_str(key),
			    yyjson_get_len(key),
			    (int64_t)documents_place(c, member));
			if (rc < 0)
				return rc;
		}
	}
	int64_t *known = textmap_find(&c->map, scope, name, bytes);
	if (known != NULL)
		*out = documents_value(c, *known);
	return ALK_OK;
}

/* The item that one token of a JSON Pointer names; NULL: none. */
static yyjson_val *
find_item(yyjson_val *v, const char *token, size_t bytes)
{
	if (!yyjson_is_arr(v) || bytes == 0 || bytes > 9 ||
	    (token[0] == '0' && bytes > 1))
		return NULL;
	size_t index = 0;
	for (size_t i = 0; i < bytes; i++) {
		if (!text_is_digit(token[i]))
			return NULL;
		index = index * 10 + (size_t)(token[i] - '0');
	}
	return yyjson_arr_get(v, index);
}

/* Undoes ~1 and ~0 in place; returns the new length. */
static size_t
unescape(char *token, size_t bytes)
{
	size_t to = 0;

	for (size_t i = 0; i < bytes; i++) {
		char ch = token[i];
		if (ch == '~' && i + 1 < bytes &&
		    (token[i + 1] == '0' || token[i + 1] == '1'))
			ch = token[++i] == '0' ? '~' : '/';
		token[to++] = ch;
	}
	return to;
}

/*
 * Follows the pointer in scratch to *v, NULL where it leads nowhere; *resource
 * becomes the one around the target.
 */
static int
follow(struct compile *c, yyjson_val **v, uint32_t *resource)
{
	char *at = c->scratch.data;
	char *end = at + c->scratch.bytes;

	while (*v != NULL && at < end) {
		char *token = ++at;
		while (at < end && *at != '/')
			at++;
		size_t bytes = unescape(token, (size_t)(at - token));
		if (yyjson_is_obj(*v)) {
			int rc = find_member(c, *v, token, bytes, v);
			if (rc != ALK_OK)
				return rc;
		} else {
			*v = find_item(*v, token, bytes);
		}
		uint32_t node = *v != NULL ? compile_node(c, *v) : 0;
		if (node != 0)
			*resource = c->s->nodes[node - 1].resource;
	}
	return ALK_OK;
}

static int
resolve_fragment(struct compile *c, yyjson_val *reference, uint32_t resource,
    const char *fragment, size_t bytes, yyjson_val **out)
{
	yyjson_val *root = c->resources[resource].root;

	if (bytes == 0) {
		*out = root;
		return ALK_OK;
	}
	buf_clear(&c->scratch);
	uri_decode(&c->scratch, fragment, bytes);
	const char *text = buf_text(&c->scratch);
	if (text == NULL)
		return nomem(c);
	if (text[0] != '/') {
		int64_t *known = textmap_find(&c->map,
		    SCOPE_ANCHOR + (int64_t)resource, text, c->scratch.bytes);
		if (known == NULL)
			return dangling(c, reference, "no such $anchor");
		*out = documents_value(c, *known);
		return ALK_OK;
	}
	yyjson_val *v = root;
	int rc = follow(c, &v, &resource);
	if (rc != ALK_OK)
		return rc;
	if (v == NULL)
		return dangling(c, reference, "nothing is at that place");
	*out = v;
	return scan_schema(c, v, resource, 0);
}

/* The resource of a URI, from the registry if need be; *out stays -1: none. */
static int
find_resource(struct compile *c, yyjson_val *reference, const char *uri,
    size_t bytes, int64_t *out)
{
	int64_t *known = textmap_find(&c->map, SCOPE_URI, uri, bytes);
	bool found = false;

	if (known != NULL) {
		*out = *known;
		return ALK_OK;
	}
	/* Reading a document moves what the text lies in. */
	uri = pool_text(&c->s->pool, uri, bytes);
	if (uri == NULL)
		return nomem(c);
	int rc = documents_load(c, reference, uri, bytes, &found);
	known = rc == ALK_OK && found ?
	    textmap_find(&c->map, SCOPE_URI, uri, bytes) : NULL;
	if (known != NULL)
		*out = *known;
	return rc;
}

static int
resolve_uri(struct compile *c, yyjson_val *reference, size_t plain,
    bool is_ambiguous, uint32_t *resource)
{
	const struct resource *base = &c->resources[*resource];
	int64_t found = -1;

	buf_clear(&c->scratch);
	uri_resolve(&c->scratch, base->uri, base->bytes,
	    yyjson_get_str(reference), plain);
	const char *uri = buf_text(&c->scratch);
	if (uri == NULL)
		return nomem(c);
	int rc = find_resource(c, reference, uri, c->scratch.bytes, &found);
	if (rc != ALK_OK)
		return rc;
	if (found < 0)
		return is_ambiguous ? dangling(c, reference,
		    "several schemas have that $id") :
		    unknown_uri(c, reference, plain, *resource);
	*resource = (uint32_t)found;
	return ALK_OK;
}

int
refs_resolve(struct compile *c, yyjson_val *reference, uint32_t resource,
    yyjson_val **out)
{
	const char *text = yyjson_get_str(reference);
	size_t bytes = yyjson_get_len(reference);
	int64_t *known = NULL;
	int rc = ALK_OK;

	if (c->resources[resource].dialect->draft == SCHEMA_TYPEBOX)
		known = textmap_find(&c->map, SCOPE_ID, text, bytes);
	if (known != NULL && *known != AMBIGUOUS) {
		*out = documents_value(c, *known);
		return ALK_OK;
	}
	size_t plain = uri_without_fragment(text, bytes);
	if (plain > 0)
		rc = resolve_uri(c, reference, plain, known != NULL, &resource);
	if (rc != ALK_OK)
		return rc;
	size_t skip = plain < bytes ? plain + 1 : plain;
	return resolve_fragment(c, reference, resource, text + skip,
	    bytes - skip, out);
}
