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
 * The map: scope 0, $id as written -> place of the schema in the copy;
 *          scope 1, URI -> resource;
 *          scope 2 + r, anchor of resource r -> place;
 *          scope -1 - p, member of the large object at place p -> place.
 */
#include "schema/compile.h"

#include "base/error.h"
#include "base/mem.h"
#include "schema/text.h"
#include "schema/uri.h"

#define SCOPE_ID 0
#define SCOPE_URI 1
#define SCOPE_ANCHOR 2
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
    yyjson_val *name)
{
	struct buf first = { 0 };

	program_locate(&first, c->root, other);
	const char *place = buf_text(&first);
	int rc = place == NULL ? nomem(c) : compile_fail(c, v, ALK_SCHEMA,
	    "%s '%s' names a different schema at '%s'", what,
	    yyjson_get_str(name), place);
	buf_fini(&first);
	return rc;
}

/* Notes the $id as it stands. */
static int
add_exact(struct compile *c, yyjson_val *v, yyjson_val *id)
{
	int rc = put(c, SCOPE_ID, yyjson_get_str(id), yyjson_get_len(id),
	    v - c->root);

	if (rc < 0)
		return rc;
	if (rc == 0) {
		int64_t *known = textmap_find(&c->map, SCOPE_ID,
		    yyjson_get_str(id), yyjson_get_len(id));
		if (*known != AMBIGUOUS && !json_equal(c->root + *known, v))
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

int
refs_add_resource(struct compile *c, yyjson_val *v, uint32_t outer,
    yyjson_val *id, uint32_t *out)
{
	struct resource r = { .uri = "", .root = v };

	if (id == NULL)
		return add_entry(c, r, out);
	const char *text = yyjson_get_str(id);
	size_t bytes = yyjson_get_len(id);
	size_t plain = uri_without_fragment(text, bytes);
	int rc = add_exact(c, v, id);
	if (rc != ALK_OK)
		return rc;
	if (plain == 0) {
		/* "#name" is an anchor, as in draft 7. */
		*out = outer;
		return bytes < 2 ? ALK_OK : put(c, SCOPE_ANCHOR + outer,
		    text + 1, bytes - 1, v - c->root) < 0 ? ALK_NOMEM : ALK_OK;
	}
	struct resource *base = &c->resources[outer];
	buf_clear(&c->scratch);
	uri_resolve(&c->scratch, base->uri, base->bytes, text, plain);
	r.uri = buf_text(&c->scratch);
	r.bytes = c->scratch.bytes;
	if (r.uri != NULL)
		r.uri = pool_text(&c->s->pool, r.uri, r.bytes);
	if (r.uri == NULL)
		return nomem(c);
	rc = put(c, SCOPE_URI, r.uri, r.bytes, c->resources_count);
	if (rc < 0)
		return rc;
	int64_t *known = textmap_find(&c->map, SCOPE_URI, r.uri, r.bytes);
	if (rc == 0 && !json_equal(c->resources[*known].root, v))
		return differ(c, v, c->resources[*known].root, "$id", id);
	return add_entry(c, r, out);
}

int
refs_add_anchor(struct compile *c, yyjson_val *v, uint32_t resource,
    yyjson_val *name)
{
	int64_t scope = SCOPE_ANCHOR + (int64_t)resource;
	int rc = put(c, scope, yyjson_get_str(name), yyjson_get_len(name),
	    v - c->root);

	if (rc != 0)
		return rc < 0 ? rc : ALK_OK;
	int64_t *known = textmap_find(&c->map, scope, yyjson_get_str(name),
	    yyjson_get_len(name));
	if (*known != v - c->root && !json_equal(c->root + *known, v))
		return differ(c, v, c->root + *known, "anchor", name);
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
		.node = c->node_of[v - c->root] - 1, .resource = resource
	};
	return ALK_OK;
}

bool
refs_is_dynamic(const struct compile *c, yyjson_val *v, const char *name,
    size_t bytes)
{
	uint32_t node = c->node_of[v - c->root] - 1;

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

/* A member of an object that may hold thousands, each looked up by somebody. */
static int
find_member(struct compile *c, yyjson_val *v, const char *name, size_t bytes,
    yyjson_val **out)
{
	int64_t scope = -1 - (v - c->root);
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
			    yyjson_get_len(key), member - c->root);
			if (rc < 0)
				return rc;
		}
	}
	int64_t *known = textmap_find(&c->map, scope, name, bytes);
	if (known != NULL)
		*out = c->root + *known;
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
		uint32_t node = *v != NULL ? c->node_of[*v - c->root] : 0;
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
		*out = c->root + *known;
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

int
refs_resolve(struct compile *c, yyjson_val *reference, uint32_t resource,
    yyjson_val **out)
{
	const char *text = yyjson_get_str(reference);
	size_t bytes = yyjson_get_len(reference);
	int64_t *known = textmap_find(&c->map, SCOPE_ID, text, bytes);

	if (known != NULL && *known != AMBIGUOUS) {
		*out = c->root + *known;
		return ALK_OK;
	}
	size_t plain = uri_without_fragment(text, bytes);
	if (plain > 0) {
		const struct resource *base = &c->resources[resource];
		buf_clear(&c->scratch);
		uri_resolve(&c->scratch, base->uri, base->bytes, text, plain);
		const char *uri = buf_text(&c->scratch);
		if (uri == NULL)
			return nomem(c);
		int64_t *found = textmap_find(&c->map, SCOPE_URI, uri,
		    c->scratch.bytes);
		if (found == NULL)
			return dangling(c, reference, known != NULL ?
			    "several schemas have that $id" :
			    "no schema here has that $id");
		resource = (uint32_t)*found;
	}
	size_t skip = plain < bytes ? plain + 1 : plain;
	return resolve_fragment(c, reference, resource, text + skip,
	    bytes - skip, out);
}
