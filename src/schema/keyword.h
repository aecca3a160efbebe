/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_KEYWORD_H
#define SCHEMA_KEYWORD_H

#include "schema/dialect.h"
#include "schema/program.h"

/* What a keyword's value must be, and where schemas are within it. */
enum shape {
	SHAPE_ANY,
	SHAPE_STRING,
	SHAPE_TEXT,          /* a string that is no more than told */
	SHAPE_BOOLEAN,
	SHAPE_NUMBER,
	SHAPE_POSITIVE,
	SHAPE_COUNT,         /* an integer from 0 on */
	SHAPE_LIST,
	SHAPE_STRINGS,       /* an array of different strings */
	SHAPE_STRINGS_MAP,
	SHAPE_TYPE,          /* a type or an array of types */
	SHAPE_OBJECT,
	SHAPE_SCHEMA,
	SHAPE_SCHEMAS,       /* an array of schemas */
	SHAPE_SCHEMA_OR_LIST,
	SHAPE_SCHEMA_MAP,
	SHAPE_DEPENDENCIES   /* a map of schemas or arrays of strings */
};

struct keyword_row {
	const char *name;
	enum keyword id;
	enum shape shape;
	bool has_effect; /* on what is valid, by itself */
	uint8_t dialects; /* where it means that */
	uint8_t vocabulary;
};

/* In the order of enum keyword. */
extern const struct keyword_row keyword_rows[KW_COUNT];

/* NULL: not a keyword there, to be ignored. */
const struct keyword_row *keyword_find(const struct dialect *d,
    const char *name, size_t bytes);

/*
 * Looks at a keyword's own value, not into the schemas within it. ALK_SCHEMA
 * with the text of what is wrong; *where is the value that is, which the caller
 * points to.
 */
int keyword_check(const struct dialect *d, const struct keyword_row *row,
    yyjson_val *value, yyjson_val **where, alk_error *err);

/* TYPE_ bits of a checked value of `type`. */
unsigned keyword_types(yyjson_val *value);
/* "string" ..., for one TYPE_ bit; TYPE_NUMBER is "number". */
const char *keyword_type_name(unsigned type);

#endif
