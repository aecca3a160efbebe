/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_SCHEMA_H
#define SCHEMA_SCHEMA_H

#include "json/json.h"

#include <alkstore.h>
#include <stdbool.h>

/*
 * JSON Schema: compiled once into a flat program, then run over parsed values.
 *
 * A compiled schema is immutable and may be used by several threads at once.
 * Made by schema_compile(), freed by schema_free(). The document it was
 * compiled from is not needed afterwards.
 */
struct schema;

/* How a schema is read. */
enum schema_dialect {
	/*
	 * What TypeBox writes: 2019-09 with array-form items, prefixItems,
	 * $dynamicRef, format asserted, and $ref by exact $id first, by URI
	 * second.
	 */
	SCHEMA_TYPEBOX,
	SCHEMA_2020_12,
	SCHEMA_2019_09,
	SCHEMA_7,
	SCHEMA_6,
	SCHEMA_4
};

enum schema_format {
	/*
	 * Asserted in TYPEBOX, 7, 6 and 4; told and no more in 2020-12 and
	 * 2019-09, unless the meta-schema requires it.
	 */
	SCHEMA_FORMAT_BY_DIALECT,
	SCHEMA_FORMAT_ASSERT,
	SCHEMA_FORMAT_ANNOTATE
};

/*
 * Documents that schemas may refer to, by URI. Nothing is ever fetched; the
 * meta-schemas of the drafts are known without it. May be used by several
 * threads once nothing is added any more.
 */
struct schema_registry;

int schema_registry_new(struct schema_registry **out, alk_error *err);
void schema_registry_free(struct schema_registry *r);
/*
 * Adds a copy of root.
 *
 * @param uri      What references call it, without fragment. NULL: its $id,
 *                 which must be an absolute URI. A document with both is known
 *                 by both; so are the schemas within it that have an $id.
 * @return ALK_OK, also for one that is there and equal; ALK_EXISTS an unequal
 *         one has that URI, and nothing is changed; ALK_INVALID the URI;
 *         ALK_SCHEMA root is no schema; ALK_LIMIT; ALK_NOMEM. After the last
 *         two the document may be known in part: free the registry.
 */
int schema_registry_add(struct schema_registry *r, const char *uri,
    yyjson_val *root, alk_error *err);

struct schema_options {
	/* Of documents that name none by $schema. */
	enum schema_dialect dialect;
	enum schema_format format;
	/* Needed for the call only; may be NULL. */
	const struct schema_registry *registry;
	/* $schema is read over: all is of `dialect`. */
	bool is_fixed;
};

/*
 * Compiles a schema. Its $schema says which draft it is, and so does that of
 * each schema within that has an $id of its own. What references lead to in the
 * registry becomes a part of the program.
 *
 * Every keyword's value is checked. A $ref that leads nowhere, two unequal
 * definitions with one $id, a pattern that is not ECMA-262, a type without JSON
 * form, a $schema that is not known, or a chain of references that never makes
 * progress is an error here, not later.
 *
 * To hold a schema against the meta-schema of a draft, compile
 * {"$ref": "https://json-schema.org/draft/2020-12/schema"} and check it.
 *
 * @param root     The schema: an object or a boolean. Borrowed for the call.
 * @param o        NULL: the TypeBox dialect and no registry.
 * @param out      Receives the program, owned by the caller.
 * @param err      ALK_SCHEMA with err->pointer within root, or within the
 *                 document whose URI is err->entry, and the text of what is
 *                 wrong and what helps; ALK_LIMIT; ALK_NOMEM.
 */
int schema_compile_with(yyjson_val *root, const struct schema_options *o,
    struct schema **out, alk_error *err);
/* The same with o NULL. */
int schema_compile(yyjson_val *root, struct schema **out, alk_error *err);
void schema_free(struct schema *s);

/*
 * Whether v is valid. Stops at the first failure; allocates nothing, but for
 * patterns in two rare cases (see pattern.h). Work is bounded: past the bound
 * the answer is false, and schema_explain() names the limit. v must be within a
 * document made by parsing: its values are expected side by side.
 */
bool schema_check(const struct schema *s, yyjson_val *v);

/*
 * One failure: where in the value, which keyword, what was wrong. All of it is
 * borrowed until the function that is told returns. Without a keyword ("") are
 * the schema false, which path and location name then, and limits of checking,
 * whose path is "": how the walk came to one is not known.
 */
struct schema_failure {
	const char *instance; /* JSON Pointer into the value */
	const char *path;     /* to the keyword, through references: a JSON
	                         Pointer, "/items/$ref/type" */
	const char *location; /* where it stands: "#/$defs/T/type", or behind
	                         the URI of its resource, if it has one that is
	                         absolute: "https://x/s#/$defs/T/type" */
	const char *keyword;  /* "type" */
	const char *message;  /* "expected required property 'id'" */
	int code;             /* enum schema_code (schema/codes.h) */
	yyjson_val *value;    /* what stands at instance; a key, if its name
	                         failed */
	yyjson_val *expected; /* the keyword's own value; NULL: no keyword */
	yyjson_val *property; /* name that is missing or not allowed, or NULL */
};

/* Returns 0 to go on. */
typedef int (*schema_failure_fn)(void *arg, const struct schema_failure *f);

/*
 * The failures of v, at most failures_max (below 1 counts as 1). A union tells
 * those of the variant that came nearest, or, where none came near, its own.
 * Returns how many were told, or ALK_NOMEM. 0 exactly where schema_check() says
 * true.
 *
 * Order: of one schema first type, and nothing else of it if that is wrong;
 * then const and enum; then what there is for the type (counts, members or
 * items in the order of the value, then required in the order of the schema,
 * contains, uniqueItems); then $ref, allOf, anyOf, oneOf, not, if; what is
 * unevaluated last, and only if nothing else is wrong. Work is bounded as that
 * of schema_check(): where it ends early, so do the failures.
 */
int schema_errors(const struct schema *s, yyjson_val *v, int failures_max,
    schema_failure_fn fn, void *arg);

/* How much of the specification's output is wanted. */
enum schema_form {
	SCHEMA_FLAG,    /* {"valid": ...} */
	SCHEMA_BASIC,   /* the failures in a list, as schema_errors() tells */
	SCHEMA_DETAILED /* as a tree, with all variants of failed unions */
};

#define SCHEMA_OUTPUT_FAILURES_MAX 10000
#define SCHEMA_OUTPUT_BYTES_MAX 16777216 /* of texts; the last may pass it */

/*
 * Appends what is wrong with v to out as JSON, in a form of the JSON Schema
 * specification (2019-09 section 10.4, 2020-12 section 12.4). The root is a
 * unit too, with the locations "" and the failures as its `errors`; below it, a
 * unit with a single one in it is left out for that one. Each location of a
 * keyword is told both ways; the absolute one is a URI where the schema has an
 * absolute $id, else the fragment within the document. Past failures_max, or
 * the two limits above, no more are told.
 *
 * @return ALK_OK valid; ALK_VALUE not, with err as schema_explain() fills it
 *         for the first failure told; out is written in both cases. ALK_NOMEM:
 *         out is as before, or failed.
 */
int schema_output(const struct schema *s, yyjson_val *v, enum schema_form form,
    int failures_max, struct buf *out, alk_error *err);

/*
 * schema_check(), and on failure err filled with ALK_VALUE, the instance
 * pointer and the message of the most telling failure (for unions: of the
 * variant that came nearest).
 */
int schema_explain(const struct schema *s, yyjson_val *v, alk_error *err);

/* That of the schema itself, not of schemas within it. */
enum schema_dialect schema_dialect_of(const struct schema *s);

/*
 * Whether the top level of the schema, its $ref, allOf included, names
 * property.
 */
bool schema_declares(const struct schema *s, const char *property);
/*
 * Whether anything in the schema names property at the top level, alternatives
 * included, or names properties by pattern or all others. Where it does not,
 * property is at best one that the schema lets pass unsaid.
 */
bool schema_has_room_for(const struct schema *s, const char *property);

/* One step of a path into a value: a member, or an index, which has no name. */
struct schema_step {
	const char *name;
	size_t bytes;
};

/*
 * Whether no value that the schema accepts has anything at the path, as far as
 * that can be told without a value: a member of a closed object that does not
 * name it, or of what is no object. Then *step is the place of the step that
 * fails. Open schemas, patterns and conditions refuse nothing.
 */
bool schema_refuses(const struct schema *s, const struct schema_step *steps,
    size_t count, size_t *step);

/* JSON's types, a bit each. */
enum {
	SCHEMA_NULL = 1,
	SCHEMA_BOOLEAN = 2,
	SCHEMA_NUMBER = 4,
	SCHEMA_STRING = 8,
	SCHEMA_ARRAY = 16,
	SCHEMA_OBJECT = 32,
	SCHEMA_ALL = 63
};
/* Those that what is at the path can have, as far as that can be told. */
unsigned schema_types_at(const struct schema *s,
    const struct schema_step *steps, size_t count);

/* Names that are written down for members of what is at the path; one may come
   several times. Borrowed from the schema. */
typedef void (*schema_name_fn)(void *arg, const char *name);
void schema_name_members(const struct schema *s,
    const struct schema_step *steps, size_t count, schema_name_fn fn,
    void *arg);

#endif
