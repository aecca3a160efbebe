/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The documents of a program: the schema that is compiled, and behind it those
 * of the registry that references lead to, each copied when one first does.
 * Values of all documents are numbered on, so that arrays and maps can be
 * indexed by them.
 */
#include "schema/compile.h"

#include "base/error.h"
#include "base/mem.h"
#include "schema/meta.h"
#include "schema/registry.h"

static bool
holds(const struct document *d, const yyjson_val *v)
{
	return v >= d->root && v < d->root + d->values;
}

size_t
documents_place(struct compile *c, yyjson_val *v)
{
	const struct document *list = c->s->documents;

	/* Mostly it is in the one where the last was. */
	for (uint32_t i = 0; !holds(&list[c->last], v); i++)
		c->last = i;
	return list[c->last].first + (size_t)(v - list[c->last].root);
}

yyjson_val *
documents_value(const struct compile *c, int64_t place)
{
	const struct document *list = c->s->documents;
	uint32_t low = 0;
	uint32_t high = c->s->documents_count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (list[middle].first <= (size_t)place)
			low = middle;
		else
			high = middle;
	}
	return list[low].root + ((size_t)place - list[low].first);
}

const struct document *
program_document(const struct schema *s, yyjson_val *v)
{
	uint32_t i = 0;

	while (!holds(&s->documents[i], v))
		i++;
	return &s->documents[i];
}

void
program_place(struct buf *out, const struct schema *s, yyjson_val *v)
{
	const struct document *d = program_document(s, v);

	if (d != s->documents) {
		buf_str(out, d->uri);
		buf_char(out, '#');
	}
	program_locate(out, d->root, v);
}

static int
make_room(struct compile *c)
{
	struct schema *s = c->s;
	uint32_t room = c->documents_room == 0 ? 1 : c->documents_room * 2;

	if (s->documents_count < c->documents_room)
		return ALK_OK;
	struct document *list = mem_resize(s->documents,
	    room * sizeof(list[0]));
	if (list == NULL)
		return error_nomem(c->err);
	s->documents = list;
	c->documents_room = room;
	return ALK_OK;
}

/* node_of for that many values more, without nodes. */
static int
make_places(struct compile *c, size_t values)
{
	uint32_t *list = mem_resize(c->node_of,
	    (c->values + values) * sizeof(list[0]));

	if (list == NULL)
		return error_nomem(c->err);
	memset(list + c->values, 0, values * sizeof(list[0]));
	c->node_of = list;
	return ALK_OK;
}

static int
copy(struct compile *c, const char *uri, yyjson_val *root)
{
	struct schema *s = c->s;
	size_t values = (size_t)(unsafe_yyjson_get_next(root) - root);

	if (values > SCHEMA_VALUES_MAX - c->values)
		return error_set(c->err, ALK_LIMIT, "a schema of over %d JSON "
		    "values (limit schema values)", SCHEMA_VALUES_MAX);
	int rc = make_room(c);
	if (rc == ALK_OK)
		rc = make_places(c, values);
	if (rc != ALK_OK)
		return rc;
	struct document d = { .first = c->values };
	d.uri = pool_text(&s->pool, uri, strlen(uri));
	d.root = registry_copy(&s->pool, root, &d.values);
	if (d.uri == NULL || d.root == NULL)
		return error_nomem(c->err);
	s->documents[s->documents_count++] = d;
	c->values += values;
	return ALK_OK;
}

int
documents_add(struct compile *c, const char *uri, yyjson_val *root)
{
	struct schema *s = c->s;
	uint32_t resource = 0;
	int rc = copy(c, uri, root);

	if (rc != ALK_OK)
		return rc;
	const struct document d = s->documents[s->documents_count - 1];
	rc = refs_add_document(c, d.root, d.uri, &resource);
	return rc == ALK_OK ? scan_schema(c, d.root, resource, 0) : rc;
}

static int
load_meta(struct compile *c, const char *uri, const char *text)
{
	struct json_reader reader = { 0 };
	yyjson_val *root = json_read_own(&reader, text, strlen(text), c->err);
	int rc = root != NULL ? documents_add(c, uri, root) : ALK_NOMEM;

	json_reader_fini(&reader);
	return rc;
}

int
documents_load(struct compile *c, yyjson_val *at, const char *uri,
    size_t bytes, bool *found)
{
	const struct registry_document *d = registry_find(
	    c->options->registry, uri, bytes);
	const char *text = d == NULL ? meta_text(uri, bytes) : NULL;

	*found = d != NULL || text != NULL;
	/* One that is here already does not have it after all. */
	if (d != NULL && textmap_find(&c->map, SCOPE_URI, d->uri,
	    strlen(d->uri)) != NULL)
		*found = false;
	if (!*found)
		return ALK_OK;
	if (c->s->documents_count >= SCHEMA_DOCUMENTS_MAX)
		return compile_fail(c, at, ALK_LIMIT,
		    "more than %d documents (limit schema documents)",
		    SCHEMA_DOCUMENTS_MAX);
	return d != NULL ? documents_add(c, d->uri, d->root) :
	    load_meta(c, uri, text);
}
