/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The keywords, one row each: which drafts have them, and what the value of
 * each must be. TypeBox writes some values that JSON could not carry ({} for a
 * RegExp, null for Infinity), so that a message says what may have been meant.
 */
#include "schema/keyword.h"

#include "base/error.h"
#include "schema/text.h"
#include "schema/unique.h"

/* Keywords in the columns of the tables below. */
#define IN_2020 (DIALECT_T | DIALECT_2020)
#define IN_2019 (DIALECT_T | DIALECT_2019)
#define FROM_2019 DIALECT_FROM_2019
#define FROM_7 DIALECT_FROM_7
#define FROM_6 DIALECT_FROM_6
#define ANY DIALECT_ANY
#define BUT_2020 (DIALECT_ANY & ~DIALECT_2020)
#define V(word) VOCABULARY_##word

const struct keyword_row keyword_rows[KW_COUNT] = {
	{ "$id", KW_ID, SHAPE_STRING, false, FROM_6, V(CORE) },
	{ "$schema", KW_SCHEMA, SHAPE_STRING, false, ANY, V(CORE) },
	{ "$anchor", KW_ANCHOR, SHAPE_STRING, false, FROM_2019, V(CORE) },
	{ "$ref", KW_REF, SHAPE_STRING, true, ANY, V(CORE) },
	{ "$dynamicRef", KW_DYNAMIC_REF, SHAPE_STRING, true, IN_2020, V(CORE) },
	{ "$dynamicAnchor", KW_DYNAMIC_ANCHOR, SHAPE_STRING,
	    false, IN_2020, V(CORE) },
	{ "$recursiveRef", KW_RECURSIVE_REF, SHAPE_STRING,
	    true, IN_2019, V(CORE) },
	{ "$recursiveAnchor", KW_RECURSIVE_ANCHOR, SHAPE_BOOLEAN,
	    false, IN_2019, V(CORE) },
	{ "$vocabulary", KW_VOCABULARY, SHAPE_OBJECT,
	    false, FROM_2019, V(CORE) },
	{ "$comment", KW_COMMENT, SHAPE_TEXT, false, FROM_7, V(CORE) },
	{ "$defs", KW_DEFS, SHAPE_SCHEMA_MAP, false, FROM_2019, V(CORE) },
	{ "definitions", KW_DEFINITIONS, SHAPE_SCHEMA_MAP,
	    false, ANY, V(CORE) },
	{ "type", KW_TYPE, SHAPE_TYPE, true, ANY, V(VALIDATION) },
	{ "const", KW_CONST, SHAPE_ANY, true, FROM_6, V(VALIDATION) },
	{ "enum", KW_ENUM, SHAPE_LIST, true, ANY, V(VALIDATION) },
	{ "minLength", KW_MIN_LENGTH, SHAPE_COUNT, true, ANY, V(VALIDATION) },
	{ "maxLength", KW_MAX_LENGTH, SHAPE_COUNT, true, ANY, V(VALIDATION) },
	{ "pattern", KW_PATTERN, SHAPE_STRING, true, ANY, V(VALIDATION) },
	{ "format", KW_FORMAT, SHAPE_STRING, true, ANY, V(FORMAT) },
	{ "minimum", KW_MINIMUM, SHAPE_NUMBER, true, ANY, V(VALIDATION) },
	{ "maximum", KW_MAXIMUM, SHAPE_NUMBER, true, ANY, V(VALIDATION) },
	{ "exclusiveMinimum", KW_EXCLUSIVE_MINIMUM, SHAPE_NUMBER,
	    true, FROM_6, V(VALIDATION) },
	{ "exclusiveMaximum", KW_EXCLUSIVE_MAXIMUM, SHAPE_NUMBER,
	    true, FROM_6, V(VALIDATION) },
	{ "multipleOf", KW_MULTIPLE_OF, SHAPE_POSITIVE,
	    true, ANY, V(VALIDATION) },
	{ "prefixItems", KW_PREFIX_ITEMS, SHAPE_SCHEMAS,
	    true, IN_2020, V(APPLICATOR) },
	{ "items", KW_ITEMS, SHAPE_SCHEMA_OR_LIST,
	    true, BUT_2020, V(APPLICATOR) },
	{ "additionalItems", KW_ADDITIONAL_ITEMS, SHAPE_SCHEMA,
	    true, BUT_2020, V(APPLICATOR) },
	{ "minItems", KW_MIN_ITEMS, SHAPE_COUNT, true, ANY, V(VALIDATION) },
	{ "maxItems", KW_MAX_ITEMS, SHAPE_COUNT, true, ANY, V(VALIDATION) },
	{ "uniqueItems", KW_UNIQUE_ITEMS, SHAPE_BOOLEAN,
	    true, ANY, V(VALIDATION) },
	{ "contains", KW_CONTAINS, SHAPE_SCHEMA, true, FROM_6, V(APPLICATOR) },
	{ "minContains", KW_MIN_CONTAINS, SHAPE_COUNT,
	    true, FROM_2019, V(VALIDATION) },
	{ "maxContains", KW_MAX_CONTAINS, SHAPE_COUNT,
	    true, FROM_2019, V(VALIDATION) },
	{ "unevaluatedItems", KW_UNEVALUATED_ITEMS, SHAPE_SCHEMA,
	    true, FROM_2019, V(UNEVALUATED) },
	{ "properties", KW_PROPERTIES, SHAPE_SCHEMA_MAP,
	    true, ANY, V(APPLICATOR) },
	{ "required", KW_REQUIRED, SHAPE_STRINGS, true, ANY, V(VALIDATION) },
	{ "additionalProperties", KW_ADDITIONAL_PROPERTIES, SHAPE_SCHEMA,
	    true, ANY, V(APPLICATOR) },
	{ "patternProperties", KW_PATTERN_PROPERTIES, SHAPE_SCHEMA_MAP,
	    true, ANY, V(APPLICATOR) },
	{ "propertyNames", KW_PROPERTY_NAMES, SHAPE_SCHEMA,
	    true, FROM_6, V(APPLICATOR) },
	{ "minProperties", KW_MIN_PROPERTIES, SHAPE_COUNT,
	    true, ANY, V(VALIDATION) },
	{ "maxProperties", KW_MAX_PROPERTIES, SHAPE_COUNT,
	    true, ANY, V(VALIDATION) },
	{ "dependentRequired", KW_DEPENDENT_REQUIRED, SHAPE_STRINGS_MAP,
	    true, FROM_2019, V(VALIDATION) },
	{ "dependentSchemas", KW_DEPENDENT_SCHEMAS, SHAPE_SCHEMA_MAP,
	    true, FROM_2019, V(APPLICATOR) },
	{ "dependencies", KW_DEPENDENCIES, SHAPE_DEPENDENCIES,
	    true, ANY, V(APPLICATOR) },
	{ "unevaluatedProperties", KW_UNEVALUATED_PROPERTIES, SHAPE_SCHEMA,
	    true, FROM_2019, V(UNEVALUATED) },
	{ "allOf", KW_ALL_OF, SHAPE_SCHEMAS, true, ANY, V(APPLICATOR) },
	{ "anyOf", KW_ANY_OF, SHAPE_SCHEMAS, true, ANY, V(APPLICATOR) },
	{ "oneOf", KW_ONE_OF, SHAPE_SCHEMAS, true, ANY, V(APPLICATOR) },
	{ "not", KW_NOT, SHAPE_SCHEMA, true, ANY, V(APPLICATOR) },
	{ "if", KW_IF, SHAPE_SCHEMA, true, FROM_7, V(APPLICATOR) },
	{ "then", KW_THEN, SHAPE_SCHEMA, true, FROM_7, V(APPLICATOR) },
	{ "else", KW_ELSE, SHAPE_SCHEMA, true, FROM_7, V(APPLICATOR) },
	{ "title", KW_TITLE, SHAPE_TEXT, false, ANY, V(META_DATA) },
	{ "description", KW_DESCRIPTION, SHAPE_TEXT, false, ANY, V(META_DATA) },
	{ "default", KW_DEFAULT, SHAPE_ANY, false, ANY, V(META_DATA) },
	{ "examples", KW_EXAMPLES, SHAPE_LIST, false, FROM_6, V(META_DATA) },
	{ "readOnly", KW_READ_ONLY, SHAPE_BOOLEAN,
	    false, FROM_7, V(META_DATA) },
	{ "writeOnly", KW_WRITE_ONLY, SHAPE_BOOLEAN,
	    false, FROM_7, V(META_DATA) },
	{ "deprecated", KW_DEPRECATED, SHAPE_BOOLEAN,
	    false, FROM_2019, V(META_DATA) },
	{ "contentEncoding", KW_CONTENT_ENCODING, SHAPE_STRING,
	    false, FROM_7, V(CONTENT) },
	{ "contentMediaType", KW_CONTENT_MEDIA_TYPE, SHAPE_STRING,
	    false, FROM_7, V(CONTENT) },
	{ "contentSchema", KW_CONTENT_SCHEMA, SHAPE_SCHEMA,
	    false, FROM_2019, V(CONTENT) }
};

/* Names that mean something else in some draft, or are written otherwise. */
static const struct keyword_row variants[] = {
	{ "items", KW_ITEMS, SHAPE_SCHEMA, true, DIALECT_2020, V(APPLICATOR) },
	{ "id", KW_ID, SHAPE_STRING, false, DIALECT_4, V(CORE) },
	/* True or false; what they add to is the other keyword's number. */
	{ "exclusiveMinimum", KW_EXCLUSIVE_MINIMUM, SHAPE_BOOLEAN, false,
	    DIALECT_4, V(VALIDATION) },
	{ "exclusiveMaximum", KW_EXCLUSIVE_MAXIMUM, SHAPE_BOOLEAN, false,
	    DIALECT_4, V(VALIDATION) }
};

static const struct keyword_row *
find_in(const struct keyword_row *rows, size_t count, const struct dialect *d,
    const char *name, size_t bytes)
{
	for (size_t i = 0; i < count; i++) {
		const char *known = rows[i].name;
		/* Mostly settled by the first character and one more. */
		if (known[0] == name[0] && strncmp(known, name, bytes) == 0 &&
		    known[bytes] == '\0' &&
		    (rows[i].dialects & DIALECT_BIT(d->draft)) != 0)
			return (rows[i].vocabulary & d->vocabularies) != 0 ?
			    &rows[i] : NULL;
	}
	return NULL;
}

const struct keyword_row *
keyword_find(const struct dialect *d, const char *name, size_t bytes)
{
	const struct keyword_row *row = find_in(keyword_rows, KW_COUNT, d, name,
	    bytes);

	if (row != NULL || d->draft == SCHEMA_TYPEBOX)
		return row;
	return find_in(variants, sizeof(variants) / sizeof(variants[0]), d,
	    name, bytes);
}

/* ---- Types ------------------------------------------------------------- */

static const struct type_name {
	const char *name;
	uint8_t types;
	const char *remedy; /* for types that JSON does not have */
} type_names[] = {
	{ "null", TYPE_NULL, NULL },
	{ "boolean", TYPE_BOOLEAN, NULL },
	{ "integer", TYPE_INTEGER, NULL },
	{ "number", TYPE_NUMBER, NULL },
	{ "string", TYPE_STRING, NULL },
	{ "array", TYPE_ARRAY, NULL },
	{ "object", TYPE_OBJECT, NULL },
	/* What is absent cannot be a value: nothing matches. TypeBox only. */
	{ "undefined", 0, NULL },
	{ "void", 0, NULL },
	{ "Date", 0, "use Type.String({format:'date-time'})" },
	{ "Uint8Array", 0, "use Type.String({contentEncoding:'base64'})" },
	{ "RegExp", 0, "use Type.String({pattern:'...'})" },
	{ "bigint", 0, "use Type.Integer() or Type.String()" },
	{ "symbol", 0, "use Type.String()" },
	{ "Function", 0, "leave it out" },
	{ "Constructor", 0, "leave it out" },
	{ "Promise", 0, "use the type that it resolves to" },
	{ "Iterator", 0, "use Type.Array()" },
	{ "AsyncIterator", 0, "use Type.Array()" }
};

static const struct type_name *
find_type(yyjson_val *name)
{
	for (size_t i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++)
		if (text_is(yyjson_get_str(name), yyjson_get_len(name),
		    type_names[i].name))
			return &type_names[i];
	return NULL;
}

const char *
keyword_type_name(unsigned type)
{
	for (size_t i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++)
		if (type_names[i].types == type)
			return type_names[i].name;
	return "nothing";
}

unsigned
keyword_types(yyjson_val *value)
{
	unsigned types = 0;
	size_t i, count;
	yyjson_val *item;

	if (yyjson_is_str(value))
		return find_type(value)->types;
	yyjson_arr_foreach(value, i, count, item)
		types |= find_type(item)->types;
	return types;
}

static int
check_type_name(const struct dialect *d, yyjson_val *name, alk_error *err)
{
	const struct type_name *t = find_type(name);

	if (t == NULL || (t->types == 0 && t->remedy == NULL &&
	    d->draft != SCHEMA_TYPEBOX))
		return error_set(err, ALK_SCHEMA, "there is no type '%s'; "
		    "JSON has null, boolean, integer, number, string, array "
		    "and object", yyjson_get_str(name));
	if (t->remedy != NULL)
		return error_set(err, ALK_SCHEMA,
		    "type '%s' has no JSON form; %s", t->name, t->remedy);
	return ALK_OK;
}

/* ---- Values ------------------------------------------------------------ */

static int
wrong(const struct keyword_row *row, yyjson_val *value, const char *expected,
    alk_error *err)
{
	const char *hint = "";

	if (row->id == KW_PATTERN && yyjson_is_obj(value))
		hint = " (a RegExp has no JSON form: give its source)";
	else if (row->shape == SHAPE_NUMBER && yyjson_is_null(value))
		hint = " (Infinity has no JSON form: leave the keyword out)";
	if (json_is_number(value))
		return error_set(err, ALK_SCHEMA, "'%s' must be %s", row->name,
		    expected);
	return error_set(err, ALK_SCHEMA, "'%s' must be %s, not %s%s",
	    row->name, expected, keyword_type_name(program_type(value)), hint);
}

static int
check_type(const struct dialect *d, const struct keyword_row *row,
    yyjson_val *value, yyjson_val **where, alk_error *err)
{
	size_t i, count;
	yyjson_val *item;

	if (yyjson_is_str(value))
		return check_type_name(d, value, err);
	if (!yyjson_is_arr(value))
		return wrong(row, value, "a type or an array of types", err);
	if (yyjson_arr_size(value) == 0)
		return error_set(err, ALK_SCHEMA, "'type' names no type");
	yyjson_arr_foreach(value, i, count, item) {
		*where = item;
		if (!yyjson_is_str(item))
			return wrong(row, item, "an array of type names", err);
		int rc = check_type_name(d, item, err);
		if (rc != ALK_OK)
			return rc;
	}
	return ALK_OK;
}

static int
check_strings(const struct keyword_row *row, yyjson_val *value,
    yyjson_val **where, alk_error *err)
{
	size_t i, count;
	yyjson_val *item, *twin;
	int64_t steps = SCHEMA_STEPS;

	*where = value;
	if (!yyjson_is_arr(value))
		return wrong(row, value, "an array of strings", err);
	yyjson_arr_foreach(value, i, count, item) {
		*where = item;
		if (!yyjson_is_str(item))
			return wrong(row, item, "an array of strings", err);
	}
	switch (unique_check(value, &steps, &twin)) {
	case UNIQUE_NO:
		*where = twin;
		return error_set(err, ALK_SCHEMA, "'%s' names '%s' twice",
		    row->name, yyjson_get_str(twin));
	case UNIQUE_COSTLY:
		*where = value;
		return error_set(err, ALK_LIMIT, "'%s' has too many names to "
		    "compare (check steps)", row->name);
	default:
		return ALK_OK;
	}
}

/* A map whose members that are not schemas are arrays of strings. */
static int
check_strings_map(const struct keyword_row *row, yyjson_val *value,
    yyjson_val **where, alk_error *err)
{
	size_t i, count;
	yyjson_val *key, *member;
	bool or_schema = row->shape == SHAPE_DEPENDENCIES;

	if (!yyjson_is_obj(value))
		return wrong(row, value, "an object", err);
	yyjson_obj_foreach(value, i, count, key, member) {
		if (or_schema && !yyjson_is_arr(member))
			continue; /* whoever reads the schema looks at it */
		int rc = check_strings(row, member, where, err);
		if (rc != ALK_OK)
			return rc;
	}
	return ALK_OK;
}

static bool
is_count(yyjson_val *value)
{
	if (yyjson_is_uint(value))
		return true;
	if (!json_is_number(value) || !json_is_integral(value))
		return false;
	return yyjson_is_raw(value) ? yyjson_get_raw(value)[0] != '-' :
	    yyjson_get_num(value) >= 0;
}

static bool
is_positive(yyjson_val *value)
{
	struct multiple m;

	if (!json_is_number(value))
		return false;
	if (yyjson_is_raw(value))
		return yyjson_get_raw(value)[0] != '-' &&
		    multiple_init(&m, value);
	return yyjson_get_num(value) > 0 && multiple_init(&m, value);
}

int
keyword_check(const struct dialect *d, const struct keyword_row *row,
    yyjson_val *value, yyjson_val **where, alk_error *err)
{
	bool ok = true;
	const char *expected = "";

	*where = value;
	switch (row->shape) {
	case SHAPE_STRING:
	case SHAPE_TEXT:
		ok = yyjson_is_str(value);
		expected = "a string";
		break;
	case SHAPE_BOOLEAN:
		ok = yyjson_is_bool(value);
		expected = "true or false";
		break;
	case SHAPE_NUMBER:
		ok = json_is_number(value);
		expected = "a number";
		break;
	case SHAPE_POSITIVE:
		ok = is_positive(value);
		expected = "a number above 0 of at most 19 digits";
		break;
	case SHAPE_COUNT:
		ok = is_count(value);
		expected = "an integer that is not negative";
		break;
	case SHAPE_LIST:
	case SHAPE_SCHEMAS:
		ok = yyjson_is_arr(value);
		expected = "an array";
		break;
	case SHAPE_OBJECT:
	case SHAPE_SCHEMA_MAP:
		ok = yyjson_is_obj(value);
		expected = "an object";
		break;
	case SHAPE_STRINGS:
		return check_strings(row, value, where, err);
	case SHAPE_STRINGS_MAP:
	case SHAPE_DEPENDENCIES:
		return check_strings_map(row, value, where, err);
	case SHAPE_TYPE:
		return check_type(d, row, value, where, err);
	case SHAPE_ANY:
	case SHAPE_SCHEMA:
	case SHAPE_SCHEMA_OR_LIST:
		break;
	}
	return ok ? ALK_OK : wrong(row, value, expected, err);
}
