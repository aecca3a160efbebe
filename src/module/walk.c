/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Which keywords of JSON Schema hold schemas, and the walk over them. */
#include "module/parts.h"

#include <string.h>

enum holds {
	HOLDS_OTHER,
	HOLDS_SCHEMA, /* or an array of them */
	HOLDS_MAP     /* names to schemas */
};

struct keyword {
	const char *name;
	enum holds holds;
};

static const struct keyword keywords[] = {
	{ "$anchor", HOLDS_OTHER },
	{ "$comment", HOLDS_OTHER },
	{ "$defs", HOLDS_MAP },
	{ "$dynamicAnchor", HOLDS_OTHER },
	{ "$dynamicRef", HOLDS_OTHER },
	{ "$id", HOLDS_OTHER },
	{ "$recursiveAnchor", HOLDS_OTHER },
	{ "$recursiveRef", HOLDS_OTHER },
	{ "$ref", HOLDS_OTHER },
	{ "$schema", HOLDS_OTHER },
	{ "$vocabulary", HOLDS_OTHER },
	{ "additionalItems", HOLDS_SCHEMA },
	{ "additionalProperties", HOLDS_SCHEMA },
	{ "allOf", HOLDS_SCHEMA },
	{ "anyOf", HOLDS_SCHEMA },
	{ "const", HOLDS_OTHER },
	{ "contains", HOLDS_SCHEMA },
	{ "contentEncoding", HOLDS_OTHER },
	{ "contentMediaType", HOLDS_OTHER },
	{ "contentSchema", HOLDS_SCHEMA },
	{ "default", HOLDS_OTHER },
	{ "definitions", HOLDS_MAP },
	{ "dependencies", HOLDS_MAP },
	{ "dependentRequired", HOLDS_OTHER },
	{ "dependentSchemas", HOLDS_MAP },
	{ "deprecated", HOLDS_OTHER },
	{ "description", HOLDS_OTHER },
	{ "else", HOLDS_SCHEMA },
	{ "enum", HOLDS_OTHER },
	{ "examples", HOLDS_OTHER },
	{ "exclusiveMaximum", HOLDS_OTHER },
	{ "exclusiveMinimum", HOLDS_OTHER },
	{ "format", HOLDS_OTHER },
	{ "if", HOLDS_SCHEMA },
	{ "items", HOLDS_SCHEMA },
	{ "maxContains", HOLDS_OTHER },
	{ "maxItems", HOLDS_OTHER },
	{ "maxLength", HOLDS_OTHER },
	{ "maxProperties", HOLDS_OTHER },
	{ "maximum", HOLDS_OTHER },
	{ "minContains", HOLDS_OTHER },
	{ "minItems", HOLDS_OTHER },
	{ "minLength", HOLDS_OTHER },
	{ "minProperties", HOLDS_OTHER },
	{ "minimum", HOLDS_OTHER },
	{ "multipleOf", HOLDS_OTHER },
	{ "not", HOLDS_SCHEMA },
	{ "oneOf", HOLDS_SCHEMA },
	{ "pattern", HOLDS_OTHER },
	{ "patternProperties", HOLDS_MAP },
	{ "prefixItems", HOLDS_SCHEMA },
	{ "properties", HOLDS_MAP },
	{ "propertyNames", HOLDS_SCHEMA },
	{ "readOnly", HOLDS_OTHER },
	{ "required", HOLDS_OTHER },
	{ "then", HOLDS_SCHEMA },
	{ "title", HOLDS_OTHER },
	{ "type", HOLDS_OTHER },
	{ "unevaluatedItems", HOLDS_SCHEMA },
	{ "unevaluatedProperties", HOLDS_SCHEMA },
	{ "uniqueItems", HOLDS_OTHER },
	{ "writeOnly", HOLDS_OTHER },
};

/* By halving: the table is in the order of strcmp(). */
static const struct keyword *
find_keyword(const char *name, size_t bytes)
{
	size_t low = 0;
	size_t high = sizeof(keywords) / sizeof(keywords[0]);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *word = keywords[middle].name;
		size_t n = strlen(word);
		int order = memcmp(name, word, bytes < n ? bytes : n);
		if (order == 0 && bytes == n)
			return &keywords[middle];
		if (order < 0 || (order == 0 && bytes < n))
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

bool
module_is_keyword(const char *name, size_t bytes)
{
	return find_keyword(name, bytes) != NULL;
}

/*
 * Short words lie close together by chance, and `example` is what OpenAPI has
 * for `examples`.
 */
const char *
module_near_keyword(const char *name)
{
	size_t bytes = strlen(name);
	struct nearest n;

	if (bytes < 3 || strcmp(name, "example") == 0)
		return NULL;
	nearest_init(&n, name);
	size_t slips_max = bytes < 8 ? 1 : 2;
	if (n.distance > slips_max + 1)
		n.distance = slips_max + 1;
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
		size_t known = strlen(keywords[i].name);
		if (known > 3 && known <= bytes + slips_max &&
		    bytes <= known + slips_max)
			nearest_try(&n, keywords[i].name);
	}
	return n.best;
}

bool
module_is_schema(yyjson_val *v)
{
	return yyjson_is_obj(v) || yyjson_is_bool(v);
}

yyjson_val *
module_some(yyjson_val *v)
{
	static const yyjson_val nothing[2]; /* yyjson looks one beyond */

	return v != NULL ? v : (yyjson_val *)(uintptr_t)nothing;
}

yyjson_val *
module_text(yyjson_val *object, const char *name)
{
	yyjson_val *v = yyjson_obj_get(object, name);

	return yyjson_is_str(v) ? v : NULL;
}

void
module_place_write(const struct module_place *at, struct buf *out)
{
	if (at == NULL)
		return;
	module_place_write(at->up, out);
	if (at->token != NULL)
		json_pointer_add(out, at->token, at->bytes);
	else
		json_pointer_index(out, at->index);
}

static int
walk_map(yyjson_val *map, const struct module_place *at, module_visit_fn fn,
    void *arg)
{
	size_t i, count;
	yyjson_val *name, *v;

	if (!yyjson_is_obj(map))
		return ALK_OK;
	yyjson_obj_foreach(map, i, count, name, v) {
		const struct module_place below = { at, yyjson_get_str(name),
			yyjson_get_len(name), 0 };
		int rc = module_walk(v, &below, fn, arg);
		if (rc != ALK_OK)
			return rc;
	}
	return ALK_OK;
}

static int
walk_list(yyjson_val *list, const struct module_place *at, module_visit_fn fn,
    void *arg)
{
	size_t i, count;
	yyjson_val *v;

	yyjson_arr_foreach(list, i, count, v) {
		const struct module_place below = { at, NULL, 0, i };
		int rc = module_walk(v, &below, fn, arg);
		if (rc != ALK_OK)
			return rc;
	}
	return ALK_OK;
}

int
module_walk(yyjson_val *schema, const struct module_place *at,
    module_visit_fn fn, void *arg)
{
	size_t i, count;
	yyjson_val *name, *v;

	if (!module_is_schema(schema))
		return ALK_OK;
	int rc = fn(arg, schema, at);
	if (rc != ALK_OK || !yyjson_is_obj(schema))
		return rc;
	yyjson_obj_foreach(schema, i, count, name, v) {
		const struct module_place below = { at, yyjson_get_str(name),
			yyjson_get_len(name), 0 };
		const struct keyword *k = find_keyword(below.token,
		    below.bytes);
		if (k == NULL || k->holds == HOLDS_OTHER)
			continue;
		if (k->holds == HOLDS_MAP)
			rc = walk_map(v, &below, fn, arg);
		else if (yyjson_is_arr(v))
			rc = walk_list(v, &below, fn, arg);
		else
			rc = module_walk(v, &below, fn, arg);
		if (rc != ALK_OK)
			return rc;
	}
	return ALK_OK;
}
