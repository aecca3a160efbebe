/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_PROGRAM_H
#define SCHEMA_PROGRAM_H

#include "json/json.h"
#include "schema/format.h"
#include "schema/names.h"
#include "schema/number.h"
#include "schema/pattern.h"
#include "schema/pool.h"
#include "schema/schema.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The program that a schema is compiled to: a flat array of nodes, one for each
 * (sub)schema, that name each other by index. What a node says about one type
 * of value is apart, so that a node fills one cache line. Made by compile.c and
 * link.c, run by check.c, explained by errors.c; immutable once made.
 */

/* Types of values, one bit each. */
enum {
	TYPE_NULL = 1,
	TYPE_BOOLEAN = 2,
	TYPE_INTEGER = 4,  /* any number without a fraction */
	TYPE_FRACTION = 8, /* any other number */
	TYPE_STRING = 16,
	TYPE_ARRAY = 32,
	TYPE_OBJECT = 64,
	TYPE_NUMBER = TYPE_INTEGER | TYPE_FRACTION,
	TYPE_ALL = 127
};

/* Limits, by the names that messages give them. */
#define SCHEMA_NODES_MAX 100000   /* "schema nodes" */
#define SCHEMA_NESTING_MAX 512    /* "schema nesting" */
#define SCHEMA_PATTERNS_MAX 4096  /* "schema patterns": different ones */
#define SCHEMA_DOCUMENTS_MAX 1024 /* "schema documents": in one program */
#define SCHEMA_VALUES_MAX 16000000 /* "schema values": JSON values in it */
#define SCHEMA_FRAMES_MAX 2048    /* "check depth": nodes entered at one time */
#define SCHEMA_STEPS 10000000     /* "check steps": for any value ... */
#define SCHEMA_STEPS_A_VALUE 32   /* ... and more for each value within it */

/*
 * Every keyword that is told apart; the order is that of the table in
 * keyword.c.
 */
enum keyword {
	KW_ID, KW_SCHEMA, KW_ANCHOR, KW_REF, KW_DYNAMIC_REF, KW_DYNAMIC_ANCHOR,
	KW_RECURSIVE_REF, KW_RECURSIVE_ANCHOR, KW_VOCABULARY, KW_COMMENT,
	KW_DEFS, KW_DEFINITIONS,
	KW_TYPE, KW_CONST, KW_ENUM,
	KW_MIN_LENGTH, KW_MAX_LENGTH, KW_PATTERN, KW_FORMAT,
	KW_MINIMUM, KW_MAXIMUM, KW_EXCLUSIVE_MINIMUM, KW_EXCLUSIVE_MAXIMUM,
	KW_MULTIPLE_OF,
	KW_PREFIX_ITEMS, KW_ITEMS, KW_ADDITIONAL_ITEMS, KW_MIN_ITEMS,
	KW_MAX_ITEMS, KW_UNIQUE_ITEMS, KW_CONTAINS, KW_MIN_CONTAINS,
	KW_MAX_CONTAINS, KW_UNEVALUATED_ITEMS,
	KW_PROPERTIES, KW_REQUIRED, KW_ADDITIONAL_PROPERTIES,
	KW_PATTERN_PROPERTIES, KW_PROPERTY_NAMES, KW_MIN_PROPERTIES,
	KW_MAX_PROPERTIES,
	KW_DEPENDENT_REQUIRED, KW_DEPENDENT_SCHEMAS, KW_DEPENDENCIES,
	KW_UNEVALUATED_PROPERTIES,
	KW_ALL_OF, KW_ANY_OF, KW_ONE_OF, KW_NOT, KW_IF, KW_THEN, KW_ELSE,
	KW_TITLE, KW_DESCRIPTION, KW_DEFAULT, KW_EXAMPLES, KW_READ_ONLY,
	KW_WRITE_ONLY, KW_DEPRECATED, KW_CONTENT_ENCODING,
	KW_CONTENT_MEDIA_TYPE, KW_CONTENT_SCHEMA,
	KW_COUNT,
	/* Not keywords, but failures. */
	KW_NEVER = KW_COUNT, /* the schema false */
	KW_LIMIT             /* work or depth used up */
};

struct node_list {
	const uint32_t *nodes;
	uint32_t count;
};

struct string_rules {
	uint64_t min_length; /* code points */
	uint64_t max_length;
	const struct pattern *pattern;
	format_fn format;
};

/* A bound on a number. */
struct bound {
	yyjson_val *value; /* NULL: none */
	double exact;      /* the same, if is_exact */
	bool is_exact;
};

struct number_rules {
	struct bound minimum;
	struct bound maximum;
	struct bound exclusive_minimum;
	struct bound exclusive_maximum;
	struct multiple multiple_of; /* mantissa 0: none */
};

struct array_rules {
	uint64_t min_items;
	uint64_t max_items;
	struct node_list prefix; /* array-form items, or prefixItems */
	uint32_t rest;           /* node of items behind them, or NODE_ANY */
	uint32_t contains;
	uint64_t min_contains;
	uint64_t max_contains;
	bool has_rest; /* rest was said, so that it evaluates */
	bool contains_marks; /* what contains found is evaluated: 2020-12 */
	bool has_contains;
	bool unique;
	enum keyword prefix_keyword;
	enum keyword rest_keyword;
};

/* Property i of `names` is list[i] here too. */
struct property {
	uint32_t node;
	bool declared; /* in `properties`, not only in `required` */
	bool required;
};

struct pattern_property {
	const struct pattern *pattern;
	uint32_t node;
};

/*
 * dependentRequired, dependentSchemas, dependencies: if `trigger` is there ...
 */
struct dependent {
	yyjson_val *trigger;
	yyjson_val *required; /* ... these are too, or NULL ... */
	uint32_t node;        /* ... and this holds */
	enum keyword keyword;
};

struct object_rules {
	struct names names;
	const struct property *properties;
	uint64_t required;       /* bits of the first 64 names */
	uint32_t required_count; /* all of them */
	uint32_t additional;     /* node, or NODE_ANY */
	uint32_t property_names;
	bool has_additional;
	bool has_property_names;
	uint32_t patterns_count;
	uint32_t dependents_count;
	const struct pattern_property *patterns;
	const struct dependent *dependents;
	uint64_t min_properties;
	uint64_t max_properties;
};

/* const, enum, or an anyOf of nothing but constants. */
struct literal_rules {
	const struct literal_rules *next; /* all must hold */
	struct names strings;
	yyjson_val *const *others; /* sorted by hash when there are many */
	const uint64_t *hashes;    /* of others; NULL: few, look at each */
	uint32_t others_count;
	enum keyword keyword;
};

/*
 * One property, a required constant string in every variant, tells them apart.
 */
struct discriminator {
	const char *name;
	size_t bytes;
	struct names values; /* value: place in the list of variants */
};

struct compose_rules {
	uint32_t ref;
	uint32_t dynamic; /* node that $dynamicRef leads to at first */
	const char *dynamic_name; /* NULL: stays there; "" for $recursiveRef */
	uint32_t dynamic_bytes;
	enum keyword dynamic_keyword;
	struct node_list all_of;
	struct node_list any_of;
	struct node_list one_of;
	const struct discriminator *any_by;
	const struct discriminator *one_by;
	bool has_ref, has_dynamic, has_any_of, has_one_of, has_not;
	bool has_if, has_then, has_else;
	uint32_t not_node;
	uint32_t if_node;
	uint32_t then_node;
	uint32_t else_node;
};

struct unevaluated_rules {
	uint32_t properties;
	uint32_t items;
	bool has_properties;
	bool has_items;
};

enum {
	NODE_IS_NEVER = 1,      /* the schema false */
	NODE_IS_COMPOSED = 2,   /* applies other nodes to the same value */
	NODE_HAS_UNEVALUATED = 4,
	NODE_IS_SCOPED = 8,     /* the program has dynamic references */
	NODE_IS_EMPTY = 16,     /* says nothing */
	NODE_IS_REFERENCE = 32  /* says $ref and nothing else */
};

#define NODE_ANY 0u /* the node that everything passes */

struct node {
	uint8_t types; /* allowed */
	uint8_t kinds; /* bit by yyjson_type: all values of it are allowed */
	uint8_t flags;
	uint32_t resource;
	yyjson_val *source;
	const struct string_rules *string;
	const struct number_rules *number;
	const struct array_rules *array;
	const struct object_rules *object;
	const struct literal_rules *literal;
	struct more_rules {
		struct compose_rules *compose;
		const struct unevaluated_rules *unevaluated;
	} *more;
};

/* A schema resource, as dynamic references need it. */
struct dynamic_anchor {
	const char *name; /* "": $recursiveAnchor */
	uint32_t bytes;
	uint32_t node;
	uint32_t resource;
};

/* A schema resource: what an $id names. The first is the document. */
struct resource {
	const char *uri; /* of its base, without fragment; "" none */
	size_t bytes;
	yyjson_val *root;
	const struct dialect *dialect;
};

/* A schema with $ref and the place that this names, for telling failures. */
struct hop {
	yyjson_val *from;
	yyjson_val *to;
};

/* What a program was made of: the schema, then what it refers to. */
struct document {
	const char *uri; /* "" where none was given */
	yyjson_val *root;
	size_t values; /* side by side from root on */
	size_t first;  /* place of root, where all documents' values count up */
};

struct schema {
	struct node *nodes;
	const struct quick *quick; /* one for each node: quick.h */
	uint32_t count;
	uint32_t root;
	yyjson_val *source; /* the schema's own copy: documents[0].root */
	enum schema_dialect dialect;
	struct document *documents;
	uint32_t documents_count;
	struct resource *resources;
	uint32_t resources_count;
	uint32_t hops_count;
	struct hop *hops; /* sorted by from */
	struct dynamic_anchor *anchors;
	uint32_t anchors_count;
	struct patterns patterns;
	struct pool pool;
};

/* Appends the JSON Pointer from root to target, a value or a key within it. */
void program_locate(struct buf *out, yyjson_val *root, yyjson_val *target);
/* The document that a value or key of the schema is in. */
const struct document *program_document(const struct schema *s,
    yyjson_val *v);
/* program_locate() in the schema, or with the URI of another document. */
void program_place(struct buf *out, const struct schema *s, yyjson_val *v);

/* node.kinds for types. */
static inline uint8_t
program_kinds(unsigned types)
{
	unsigned kinds = 0;

	kinds |= (types & TYPE_NULL) != 0 ? 1u << YYJSON_TYPE_NULL : 0;
	kinds |= (types & TYPE_BOOLEAN) != 0 ? 1u << YYJSON_TYPE_BOOL : 0;
	kinds |= (types & TYPE_STRING) != 0 ? 1u << YYJSON_TYPE_STR : 0;
	kinds |= (types & TYPE_ARRAY) != 0 ? 1u << YYJSON_TYPE_ARR : 0;
	kinds |= (types & TYPE_OBJECT) != 0 ? 1u << YYJSON_TYPE_OBJ : 0;
	if ((types & TYPE_NUMBER) == TYPE_NUMBER)
		kinds |= 1u << YYJSON_TYPE_NUM | 1u << YYJSON_TYPE_RAW;
	return (uint8_t)kinds;
}

/* Which TYPE_ bit v has. */
static inline unsigned
program_type(yyjson_val *v)
{
	static const uint8_t bits[8] = {
		[YYJSON_TYPE_NULL] = TYPE_NULL,
		[YYJSON_TYPE_BOOL] = TYPE_BOOLEAN,
		[YYJSON_TYPE_STR] = TYPE_STRING,
		[YYJSON_TYPE_ARR] = TYPE_ARRAY,
		[YYJSON_TYPE_OBJ] = TYPE_OBJECT
	};
	yyjson_type t = unsafe_yyjson_get_type(v);

	if (t == YYJSON_TYPE_NUM) {
		if (unsafe_yyjson_get_subtype(v) != YYJSON_SUBTYPE_REAL)
			return TYPE_INTEGER;
		double x = unsafe_yyjson_get_real(v);
		return trunc(x) == x ? TYPE_INTEGER : TYPE_FRACTION;
	}
	if (t == YYJSON_TYPE_RAW)
		return json_is_integral(v) ? TYPE_INTEGER : TYPE_FRACTION;
	return bits[t & 7];
}

#endif
