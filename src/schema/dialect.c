/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * $schema: which dialect a schema is in. It names a draft, or a meta-schema of
 * somebody's own, which says by $vocabulary which parts of a draft are on; one
 * without $vocabulary is written in a dialect itself, and means that one.
 */
#include "schema/compile.h"

#include "base/error.h"
#include "schema/meta.h"
#include "schema/registry.h"
#include "schema/text.h"
#include "schema/uri.h"

#define META_HOPS_MAX 16 /* meta-schemas that are described by others */

#define VOCAB_2020_12 "https://json-schema.org/draft/2020-12/vocab/"
#define VOCAB_2019_09 "https://json-schema.org/draft/2019-09/vocab/"

static const struct vocabulary {
	const char *uri;
	enum schema_dialect draft;
	unsigned bits;
} vocabularies[] = {
	{ VOCAB_2020_12 "core", SCHEMA_2020_12, VOCABULARY_CORE },
	{ VOCAB_2020_12 "applicator", SCHEMA_2020_12, VOCABULARY_APPLICATOR },
	{ VOCAB_2020_12 "unevaluated", SCHEMA_2020_12,
	    VOCABULARY_UNEVALUATED },
	{ VOCAB_2020_12 "validation", SCHEMA_2020_12, VOCABULARY_VALIDATION },
	{ VOCAB_2020_12 "meta-data", SCHEMA_2020_12, VOCABULARY_META_DATA },
	{ VOCAB_2020_12 "format-annotation", SCHEMA_2020_12,
	    VOCABULARY_FORMAT },
	{ VOCAB_2020_12 "format-assertion", SCHEMA_2020_12,
	    VOCABULARY_FORMAT },
	{ VOCAB_2020_12 "content", SCHEMA_2020_12, VOCABULARY_CONTENT },
	{ VOCAB_2019_09 "core", SCHEMA_2019_09, VOCABULARY_CORE },
	{ VOCAB_2019_09 "applicator", SCHEMA_2019_09,
	    VOCABULARY_APPLICATOR | VOCABULARY_UNEVALUATED },
	{ VOCAB_2019_09 "validation", SCHEMA_2019_09, VOCABULARY_VALIDATION },
	{ VOCAB_2019_09 "meta-data", SCHEMA_2019_09, VOCABULARY_META_DATA },
	{ VOCAB_2019_09 "format", SCHEMA_2019_09, VOCABULARY_FORMAT },
	{ VOCAB_2019_09 "content", SCHEMA_2019_09, VOCABULARY_CONTENT }
};

struct dialect
dialect_of_draft(enum schema_dialect draft, enum schema_format format)
{
	struct dialect d = { .draft = draft, .vocabularies = VOCABULARY_ALL };

	d.asserts_format = format == SCHEMA_FORMAT_ASSERT ||
	    (format == SCHEMA_FORMAT_BY_DIALECT && draft != SCHEMA_2020_12 &&
	    draft != SCHEMA_2019_09);
	return d;
}

static const struct vocabulary *
find_vocabulary(yyjson_val *uri)
{
	const size_t count = sizeof(vocabularies) / sizeof(vocabularies[0]);

	for (size_t i = 0; i < count; i++)
		if (text_is(yyjson_get_str(uri), yyjson_get_len(uri),
		    vocabularies[i].uri))
			return &vocabularies[i];
	return NULL;
}

/*
 * Whether format is an assertion where this vocabulary is listed: always in
 * format-assertion, and in 2019-09 where it is required.
 */
static bool
asserts(const struct vocabulary *v, bool required)
{
	if (v->bits != VOCABULARY_FORMAT)
		return false;
	return v->draft == SCHEMA_2019_09 ? required :
	    strcmp(v->uri, VOCAB_2020_12 "format-assertion") == 0;
}

/* One line of $vocabulary. */
static int
add_vocabulary(struct compile *c, yyjson_val *name, yyjson_val *uri,
    yyjson_val *required, struct dialect *d)
{
	const struct vocabulary *v = find_vocabulary(uri);

	if (!yyjson_is_bool(required))
		return compile_fail(c, name, ALK_SCHEMA, "meta-schema '%s': "
		    "in $vocabulary '%s' must be true or false",
		    yyjson_get_str(name), yyjson_get_str(uri));
	if (v == NULL && yyjson_is_true(required))
		return compile_fail(c, name, ALK_SCHEMA, "meta-schema '%s' "
		    "requires the vocabulary '%s', which is not known; known "
		    "are those of 2019-09 and 2020-12", yyjson_get_str(name),
		    yyjson_get_str(uri));
	if (v == NULL)
		return ALK_OK;
	if (d->vocabularies != 0 && d->draft != v->draft)
		return compile_fail(c, name, ALK_SCHEMA, "meta-schema '%s' "
		    "lists vocabularies of two drafts", yyjson_get_str(name));
	d->draft = v->draft;
	d->vocabularies |= v->bits;
	if (c->options->format == SCHEMA_FORMAT_BY_DIALECT &&
	    asserts(v, yyjson_is_true(required)))
		d->asserts_format = true;
	return ALK_OK;
}

static int
read_vocabularies(struct compile *c, yyjson_val *name, yyjson_val *map,
    struct dialect *d)
{
	size_t i, count;
	yyjson_val *uri, *required;
	struct dialect own = {
		.asserts_format = c->options->format == SCHEMA_FORMAT_ASSERT
	};
	int rc = ALK_OK;

	if (!yyjson_is_obj(map))
		return compile_fail(c, name, ALK_SCHEMA, "meta-schema '%s': "
		    "'$vocabulary' must be an object", yyjson_get_str(name));
	yyjson_obj_foreach(map, i, count, uri, required) {
		rc = add_vocabulary(c, name, uri, required, &own);
		if (rc != ALK_OK)
			return rc;
	}
	if ((own.vocabularies & VOCABULARY_CORE) == 0)
		return compile_fail(c, name, ALK_SCHEMA, "meta-schema '%s' "
		    "does not list the core vocabulary of 2019-09 or 2020-12",
		    yyjson_get_str(name));
	*d = own;
	return ALK_OK;
}

/*
 * A draft, or a meta-schema of the registry. That which a meta-schema without
 * $vocabulary is written in is looked up likewise, in *next.
 */
static int
read_meta(struct compile *c, yyjson_val *name, yyjson_val *uri,
    struct dialect *d, yyjson_val **next)
{
	const char *text = yyjson_get_str(uri);
	size_t bytes = uri_without_fragment(text, yyjson_get_len(uri));
	const struct registry_document *found;
	enum schema_dialect draft;

	*next = NULL;
	if (bytes + 1 < yyjson_get_len(uri))
		return compile_fail(c, name, ALK_SCHEMA,
		    "a meta-schema's URI has no fragment: '%s'", text);
	if (meta_draft(text, bytes, &draft)) {
		*d = dialect_of_draft(draft, c->options->format);
		return ALK_OK;
	}
	found = registry_find(c->options->registry, text, bytes);
	if (found == NULL)
		return compile_fail(c, name, ALK_SCHEMA,
		    "there is no meta-schema '%s': add it to the registry, or "
		    "name a draft, as "
		    "https://json-schema.org/draft/2020-12/schema", text);
	yyjson_val *map = yyjson_obj_get(found->root, "$vocabulary");
	if (map != NULL)
		return read_vocabularies(c, name, map, d);
	*next = yyjson_obj_get(found->root, "$schema");
	if (!yyjson_is_str(*next))
		return compile_fail(c, name, ALK_SCHEMA,
		    "meta-schema '%s' has neither $vocabulary nor $schema",
		    text);
	return ALK_OK;
}

static int
read_dialect(struct compile *c, yyjson_val *name, struct dialect *d)
{
	yyjson_val *at = name;

	for (int hops = 0; hops < META_HOPS_MAX; hops++) {
		yyjson_val *next;
		int rc = read_meta(c, name, at, d, &next);
		if (rc != ALK_OK || next == NULL)
			return rc;
		at = next;
	}
	return compile_fail(c, name, ALK_SCHEMA, "meta-schema '%s' leads to no "
	    "draft: it is described by itself or by others, %d times on",
	    yyjson_get_str(name), META_HOPS_MAX);
}

int
dialect_find(struct compile *c, yyjson_val *name, const struct dialect **out)
{
	const char *uri = yyjson_get_str(name);
	size_t bytes = yyjson_get_len(name);
	int64_t *known = textmap_find(&c->map, SCOPE_DIALECT, uri, bytes);

	if (known != NULL) {
		*out = (const struct dialect *)(intptr_t)*known;
		return ALK_OK;
	}
	struct dialect *d = build_alloc(c, sizeof(*d));
	if (d == NULL)
		return ALK_NOMEM;
	int rc = read_dialect(c, name, d);
	if (rc != ALK_OK)
		return rc;
	if (textmap_add(&c->map, SCOPE_DIALECT, uri, bytes,
	    (int64_t)(intptr_t)d) < 0)
		return error_nomem(c->err);
	*out = d;
	return ALK_OK;
}
