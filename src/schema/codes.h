/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_CODES_H
#define SCHEMA_CODES_H

/*
 * What kind of failure it is, by TypeBox's numbers. Where TypeBox has no name
 * for what JSON Schema can say, the nearest one is taken:
 *
 *   enum, oneOf                           UNION
 *   dependentRequired, dependencies       OBJECT_REQUIRED_PROPERTY
 *   the schema false, not: {}             NEVER
 *   a wrong type where a constant is said LITERAL
 *   items past the end of a tuple         TUPLE_LENGTH
 *
 * and none, SCHEMA_CODE_NONE, for a list of types, items that are not allowed
 * elsewhere, and for limits of checking.
 */
enum schema_code {
	SCHEMA_CODE_NONE = -1,
#define SCHEMA_CODE(number, name, text) SCHEMA_CODE_##name = number,
#include "schema/codes.def"
#undef SCHEMA_CODE
	SCHEMA_CODES_COUNT
};

/* "ObjectRequiredProperty"; "" for SCHEMA_CODE_NONE and what is no code. */
const char *schema_code_name(int code);

#endif
