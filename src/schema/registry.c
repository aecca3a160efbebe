/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Documents by URI. Each is known by the URI it was added with and by its $id;
 * the $ids of objects within it are noted too, whether or not they turn out to
 * be schemas: the compiler loads the document and looks again.
 */
#include "schema/registry.h"

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "schema/meta.h"
#include "schema/program.h"
#include "schema/uri.h"

#define REGISTRY_DOCUMENTS_MAX 100000 /* "registry documents" */
#define REGISTRY_VALUES_MAX 64000000  /* "registry values": JSON values */

#define SCOPE_DOCUMENT 0
#define SCOPE_WITHIN 1

struct schema_registry {
	struct textmap uris; /* of documents, and of what is within them */
	struct registry_document *documents;
	uint32_t count;
	uint32_t room;
	size_t values;
	struct pool pool;
};

int
schema_registry_new(struct schema_registry **out, alk_error *err)
{
	struct schema_registry *r = mem_zero(sizeof(*r));

	if (r == NULL)
		return error_nomem(err);
	*out = r;
	return ALK_OK;
}

void
schema_registry_free(struct schema_registry *r)
{
	if (r == NULL)
		return;
	textmap_fini(&r->uris);
	pool_fini(&r->pool);
	mem_release(r->documents);
	mem_release(r);
}

const struct registry_document *
registry_find(const struct schema_registry *r, const char *uri, size_t bytes)
{
	int64_t *known;

	if (r == NULL)
		return NULL;
	known = textmap_find(&r->uris, SCOPE_DOCUMENT, uri, bytes);
	if (known == NULL)
		known = textmap_find(&r->uris, SCOPE_WITHIN, uri, bytes);
	return known != NULL ? &r->documents[*known] : NULL;
}

/*
 * yyjson keeps the values of a document side by side, with distances instead of
 * addresses, so that only texts have to be moved.
 */
yyjson_val *
registry_copy(struct pool *p, yyjson_val *root, size_t *values)
{
	size_t count = (size_t)(unsafe_yyjson_get_next(root) - root);
	yyjson_val *copy = pool_alloc(p, count * sizeof(*copy));
	size_t bytes = 0;

	if (copy == NULL)
		return NULL;
	memcpy(copy, root, count * sizeof(*copy));
	for (size_t i = 0; i < count; i++)
		if (yyjson_is_str(&copy[i]) || yyjson_is_raw(&copy[i]))
			bytes += yyjson_get_len(&copy[i]) + 1;
	char *texts = pool_alloc(p, bytes);
	if (texts == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		yyjson_val *v = &copy[i];
		if (!yyjson_is_str(v) && !yyjson_is_raw(v))
			continue;
		size_t length = yyjson_get_len(v);
		memcpy(texts, v->uni.str, length);
		v->uni.str = texts;
		texts += length + 1;
	}
	*values = count;
	return copy;
}

/* ---- Adding ------------------------------------------------------------ */

struct adding {
	struct schema_registry *r;
	alk_error *err;
};

/* The text of $id, or of what draft 4 calls it, but for its fragment; or "". */
static const char *
own_id(yyjson_val *v, size_t *bytes)
{
	yyjson_val *id = yyjson_obj_get(v, "$id");

	if (!yyjson_is_str(id))
		id = yyjson_obj_get(v, "id");
	if (!yyjson_is_str(id))
		id = NULL;
	*bytes = id == NULL ? 0 :
	    uri_without_fragment(yyjson_get_str(id), yyjson_get_len(id));
	return id == NULL ? "" : yyjson_get_str(id);
}

static int
note(struct adding *a, int64_t scope, const char *uri, size_t bytes)
{
	if (bytes > UINT32_MAX)
		return error_set(a->err, ALK_LIMIT, "a URI of over 4 GiB");
	return textmap_add(&a->r->uris, scope, uri, bytes, a->r->count) < 0 ?
	    error_nomem(a->err) : ALK_OK;
}

/* The $ids of objects within v, against the base around them. */
static int
note_within(struct adding *a, yyjson_val *v, const char *base, size_t bytes,
    int depth)
{
	struct buf uri = { 0 };
	size_t i, count, id_bytes;
	yyjson_val *key, *member;
	int rc = ALK_OK;

	if (!yyjson_is_ctn(v))
		return ALK_OK;
	if (depth > JSON_DEPTH_MAX)
		return error_set(a->err, ALK_LIMIT,
		    "nested more than %d deep", JSON_DEPTH_MAX);
	const char *id = own_id(v, &id_bytes);
	if (id_bytes > 0) {
		uri_resolve(&uri, base, bytes, id, id_bytes);
		base = buf_text(&uri);
		bytes = uri.bytes;
		rc = base == NULL ? error_nomem(a->err) :
		    note(a, SCOPE_WITHIN, base, bytes);
	}
	if (yyjson_is_obj(v)) {
		yyjson_obj_foreach(v, i, count, key, member)
			if (rc == ALK_OK)
				rc = note_within(a, member, base, bytes,
				    depth + 1);
	} else {
		yyjson_arr_foreach(v, i, count, member)
			if (rc == ALK_OK)
				rc = note_within(a, member, base, bytes,
				    depth + 1);
	}
	buf_fini(&uri);
	return rc;
}

/* Whether a meta-schema of the drafts has that URI and is another document. */
static int
compare_with_meta(struct adding *a, yyjson_val *root, const char *uri,
    size_t bytes)
{
	const char *text = meta_text(uri, bytes);
	struct json_reader reader = { 0 };
	int rc = ALK_OK;

	if (text == NULL)
		return ALK_OK;
	yyjson_val *own = json_read_own(&reader, text, strlen(text), a->err);
	if (own == NULL)
		rc = ALK_NOMEM;
	else if (!json_equal(own, root))
		rc = error_set(a->err, ALK_EXISTS,
		    "'%s' is a meta-schema of json-schema.org's, and differs; "
		    "give yours a URI of its own", uri);
	json_reader_fini(&reader);
	return rc;
}

/* ALK_OK; ALK_EXISTS where another document has the URI; *known: this has. */
static int
look_up(struct adding *a, yyjson_val *root, const char *uri, size_t bytes,
    bool *known)
{
	int64_t *at = textmap_find(&a->r->uris, SCOPE_DOCUMENT, uri, bytes);

	*known = at != NULL;
	if (at != NULL && !json_equal(a->r->documents[*at].root, root))
		return error_set(a->err, ALK_EXISTS,
		    "a different document is known as '%.*s'", (int)bytes, uri);
	return compare_with_meta(a, root, uri, bytes);
}

static int
make_room(struct adding *a, size_t values)
{
	struct schema_registry *r = a->r;

	if (r->count >= REGISTRY_DOCUMENTS_MAX)
		return error_set(a->err, ALK_LIMIT, "more than %d documents "
		    "(limit registry documents)", REGISTRY_DOCUMENTS_MAX);
	if (values > REGISTRY_VALUES_MAX - r->values)
		return error_set(a->err, ALK_LIMIT, "more than %d JSON values "
		    "(limit registry values)", REGISTRY_VALUES_MAX);
	if (r->count < r->room)
		return ALK_OK;
	uint32_t room = r->room == 0 ? 8 : r->room * 2;
	struct registry_document *list = mem_resize(r->documents,
	    room * sizeof(list[0]));
	if (list == NULL)
		return error_nomem(a->err);
	r->documents = list;
	r->room = room;
	return ALK_OK;
}

/* Where all is well: uri, and id, which may be the same. */
static int
add(struct adding *a, yyjson_val *root, const char *uri, const char *id)
{
	struct schema_registry *r = a->r;
	size_t values = (size_t)(unsafe_yyjson_get_next(root) - root);
	int rc = make_room(a, values);

	if (rc != ALK_OK)
		return rc;
	struct registry_document d = {
		.uri = pool_text(&r->pool, uri, strlen(uri)),
		.root = registry_copy(&r->pool, root, &values)
	};
	if (d.uri == NULL || d.root == NULL)
		return error_nomem(a->err);
	r->documents[r->count] = d;
	rc = note(a, SCOPE_DOCUMENT, uri, strlen(uri));
	if (rc == ALK_OK)
		rc = note(a, SCOPE_DOCUMENT, id, strlen(id));
	if (rc == ALK_OK)
		rc = note_within(a, d.root, uri, strlen(uri), 0);
	/* What was noted refers to this one, whether or not all was. */
	r->count++;
	r->values += values;
	return rc;
}

static bool
is_absolute(const char *uri, size_t bytes)
{
	size_t colon = 0;

	while (colon < bytes && uri[colon] != ':' && uri[colon] != '/' &&
	    uri[colon] != '?')
		colon++;
	return colon > 0 && colon < bytes && uri[colon] == ':';
}

/* The two names of a document, without fragments. */
static int
name_document(struct adding *a, const char *uri, yyjson_val *root,
    struct buf *given, struct buf *id)
{
	size_t bytes;
	const char *text = own_id(root, &bytes);

	if (uri == NULL && !is_absolute(text, bytes))
		return error_set(a->err, ALK_INVALID,
		    "a document without an absolute $id: give its URI");
	if (uri != NULL) {
		size_t plain = uri_without_fragment(uri, strlen(uri));
		if (plain == 0 || uri[plain] != '\0')
			return error_set(a->err, ALK_INVALID, "a document's "
			    "URI has no fragment, and is not empty: '%s'", uri);
		buf_str(given, uri);
		uri_resolve(id, uri, plain, text, bytes);
	} else {
		uri_resolve(given, "", 0, text, bytes);
		uri_resolve(id, "", 0, text, bytes);
	}
	return buf_text(given) == NULL || buf_text(id) == NULL ?
	    error_nomem(a->err) : ALK_OK;
}

int
schema_registry_add(struct schema_registry *r, const char *uri,
    yyjson_val *root, alk_error *err)
{
	struct adding a = { .r = r, .err = err };
	struct buf given = { 0 };
	struct buf id = { 0 };
	bool is_known, is_known_by_id;

	if (!yyjson_is_obj(root) && !yyjson_is_bool(root))
		return error_set(err, ALK_SCHEMA,
		    "a schema is an object, true or false");
	int rc = name_document(&a, uri, root, &given, &id);
	if (rc == ALK_OK)
		rc = look_up(&a, root, given.data, given.bytes, &is_known);
	if (rc == ALK_OK)
		rc = look_up(&a, root, id.data, id.bytes, &is_known_by_id);
	if (rc == ALK_OK && !(is_known && is_known_by_id))
		rc = add(&a, root, given.data, id.data);
	buf_fini(&given);
	buf_fini(&id);
	return rc;
}
