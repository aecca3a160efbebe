/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* From a keyword that failed to TypeBox's number for it. */
#include "schema/codes.h"

#include "schema/keyword.h"
#include "schema/message.h"

const char *
schema_code_name(int code)
{
	static const char *const names[SCHEMA_CODES_COUNT] = {
#define SCHEMA_CODE(number, name, text) [number] = text,
#include "schema/codes.def"
#undef SCHEMA_CODE
	};

	return code >= 0 && code < SCHEMA_CODES_COUNT ? names[code] : "";
}

static yyjson_val *
get(const struct node *n, enum keyword k)
{
	return yyjson_obj_get(n->source, keyword_rows[k].name);
}

/* As TypeBox writes tuples: a list of items, or none allowed. */
static bool
is_tuple(const struct node *n)
{
	yyjson_val *most = get(n, KW_MAX_ITEMS);
	yyjson_val *items = get(n, KW_ITEMS);

	if (n->array == NULL)
		return false;
	if (items == NULL && get(n, KW_PREFIX_ITEMS) == NULL)
		return yyjson_is_uint(most) && yyjson_get_uint(most) == 0;
	return n->array->prefix.count > 0;
}

static int
code_of_type(const struct node *n)
{
	static const struct {
		const char *name;
		int code;
	} rows[] = {
		{ "object", SCHEMA_CODE_OBJECT },
		{ "string", SCHEMA_CODE_STRING },
		{ "number", SCHEMA_CODE_NUMBER },
		{ "integer", SCHEMA_CODE_INTEGER },
		{ "boolean", SCHEMA_CODE_BOOLEAN },
		{ "null", SCHEMA_CODE_NULL },
		{ "undefined", SCHEMA_CODE_UNDEFINED },
		{ "void", SCHEMA_CODE_VOID }
	};
	yyjson_val *type = get(n, KW_TYPE);

	if (get(n, KW_CONST) != NULL)
		return SCHEMA_CODE_LITERAL;
	if (yyjson_equals_str(type, "array"))
		return is_tuple(n) ? SCHEMA_CODE_TUPLE : SCHEMA_CODE_ARRAY;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (yyjson_equals_str(type, rows[i].name))
			return rows[i].code;
	return SCHEMA_CODE_NONE;
}

static int
code_of_not(const struct node *n)
{
	yyjson_val *schema = get(n, KW_NOT);

	return yyjson_is_true(schema) || (yyjson_is_obj(schema) &&
	    yyjson_obj_size(schema) == 0) ? SCHEMA_CODE_NEVER :
	    SCHEMA_CODE_NOT;
}

static int
code_of_array(const struct node *n, enum keyword k)
{
	switch (k) {
	case KW_MIN_ITEMS:
		return is_tuple(n) ? SCHEMA_CODE_TUPLE_LENGTH :
		    SCHEMA_CODE_ARRAY_MIN_ITEMS;
	case KW_MAX_ITEMS:
		return is_tuple(n) ? SCHEMA_CODE_TUPLE_LENGTH :
		    SCHEMA_CODE_ARRAY_MAX_ITEMS;
	case KW_ITEMS:
	case KW_ADDITIONAL_ITEMS:
		return is_tuple(n) ? SCHEMA_CODE_TUPLE_LENGTH :
		    SCHEMA_CODE_NONE;
	default:
		return SCHEMA_CODE_NONE;
	}
}

/* Numbers that integers have of their own. */
static int
code_of_number(const struct node *n, enum keyword k)
{
	bool whole = n->types == TYPE_INTEGER;

	switch (k) {
	case KW_MINIMUM:
		return whole ? SCHEMA_CODE_INTEGER_MINIMUM :
		    SCHEMA_CODE_NUMBER_MINIMUM;
	case KW_MAXIMUM:
		return whole ? SCHEMA_CODE_INTEGER_MAXIMUM :
		    SCHEMA_CODE_NUMBER_MAXIMUM;
	case KW_EXCLUSIVE_MINIMUM:
		return whole ? SCHEMA_CODE_INTEGER_EXCLUSIVE_MINIMUM :
		    SCHEMA_CODE_NUMBER_EXCLUSIVE_MINIMUM;
	case KW_EXCLUSIVE_MAXIMUM:
		return whole ? SCHEMA_CODE_INTEGER_EXCLUSIVE_MAXIMUM :
		    SCHEMA_CODE_NUMBER_EXCLUSIVE_MAXIMUM;
	case KW_MULTIPLE_OF:
		return whole ? SCHEMA_CODE_INTEGER_MULTIPLE_OF :
		    SCHEMA_CODE_NUMBER_MULTIPLE_OF;
	default:
		return code_of_array(n, k);
	}
}

int
code_find(const struct node *n, enum keyword k)
{
	static const struct {
		enum keyword keyword;
		int code;
	} rows[] = {
		{ KW_NEVER, SCHEMA_CODE_NEVER },
		{ KW_CONST, SCHEMA_CODE_LITERAL },
		{ KW_ENUM, SCHEMA_CODE_UNION },
		{ KW_ANY_OF, SCHEMA_CODE_UNION },
		{ KW_ONE_OF, SCHEMA_CODE_UNION },
		{ KW_MIN_LENGTH, SCHEMA_CODE_STRING_MIN_LENGTH },
		{ KW_MAX_LENGTH, SCHEMA_CODE_STRING_MAX_LENGTH },
		{ KW_PATTERN, SCHEMA_CODE_STRING_PATTERN },
		{ KW_FORMAT, SCHEMA_CODE_STRING_FORMAT },
		{ KW_UNIQUE_ITEMS, SCHEMA_CODE_ARRAY_UNIQUE_ITEMS },
		{ KW_CONTAINS, SCHEMA_CODE_ARRAY_CONTAINS },
		{ KW_MIN_CONTAINS, SCHEMA_CODE_ARRAY_MIN_CONTAINS },
		{ KW_MAX_CONTAINS, SCHEMA_CODE_ARRAY_MAX_CONTAINS },
		{ KW_MIN_PROPERTIES, SCHEMA_CODE_OBJECT_MIN_PROPERTIES },
		{ KW_MAX_PROPERTIES, SCHEMA_CODE_OBJECT_MAX_PROPERTIES },
		{ KW_REQUIRED, SCHEMA_CODE_OBJECT_REQUIRED_PROPERTY },
		{ KW_DEPENDENT_REQUIRED,
		    SCHEMA_CODE_OBJECT_REQUIRED_PROPERTY },
		{ KW_DEPENDENCIES, SCHEMA_CODE_OBJECT_REQUIRED_PROPERTY },
		{ KW_ADDITIONAL_PROPERTIES,
		    SCHEMA_CODE_OBJECT_ADDITIONAL_PROPERTIES },
		{ KW_UNEVALUATED_PROPERTIES,
		    SCHEMA_CODE_INTERSECT_UNEVALUATED_PROPERTIES }
	};

	if (k == KW_TYPE)
		return code_of_type(n);
	if (k == KW_NOT)
		return code_of_not(n);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].keyword == k)
			return rows[i].code;
	return code_of_number(n, k);
}
