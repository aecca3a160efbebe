/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Kinds: what TypeBox knows of a type by a hidden mark, and what its JSON tells
 * just as well.
 *
 *   $ref -> REF, const -> LITERAL, anyOf -> UNION, allOf -> INTERSECT,
 *   not: {} -> NEVER, not -> NOT, enum -> ENUM, type object -> OBJECT (with
 *   patternProperties alone a record), type array -> TUPLE where items is an
 *   array, or there are none and at most 0; else ARRAY; the scalar types by
 *   their names; no type -> ANY.
 *
 * TypeBox writes one of these into one schema. Others write several at once:
 * then the schema is an intersection of parts, a form each. What is none of
 * these (oneOf, if, dynamic references, a list of types) is checked like all
 * else but not taken apart: nothing is dropped that it may know of.
 */
#include "value/parts.h"

#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "schema/program.h"

struct planning {
	struct value_plan *plan;
	struct intmap forms; /* address of a schema: its form */
	struct textmap ids;  /* $id as written: its form, or AMBIGUOUS */
	alk_error *err;
};

#define AMBIGUOUS (-1)
#define TARGETS_MAX 1000 /* references that lead to references */

yyjson_val *
form_get(const struct form *f, const char *keyword)
{
	return f->source != NULL ? yyjson_obj_get(f->source, keyword) : NULL;
}

uint64_t
form_count(const struct form *f, const char *keyword, uint64_t otherwise)
{
	yyjson_val *v = form_get(f, keyword);

	if (v == NULL)
		return otherwise;
	return yyjson_is_uint(v) ? yyjson_get_uint(v) : UINT64_MAX;
}

uint32_t
form_target(const struct value_plan *p, uint32_t form)
{
	for (int i = 0; i < TARGETS_MAX; i++) {
		if (p->forms[form].kind != KIND_REF)
			break;
		form = p->forms[form].rest;
	}
	return form;
}

/* ---- Which kind -------------------------------------------------------- */

static bool
is_own_object(yyjson_val *v)
{
	return yyjson_equals_str(yyjson_obj_get(v, "type"), "object") &&
	    (yyjson_obj_get(v, "properties") != NULL ||
	    yyjson_obj_get(v, "patternProperties") != NULL);
}

static bool
says_more(yyjson_val *v)
{
	static const char *const keywords[] = {
		"oneOf", "if", "dependentSchemas", "dependencies",
		"$dynamicRef", "$recursiveRef"
	};

	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (yyjson_obj_get(v, keywords[i]) != NULL)
			return true;
	return false;
}

/* What a schema that has several kinds says at once. */
static size_t
list_parts(yyjson_val *v, enum kind kinds[4])
{
	size_t count = 0;

	if (is_own_object(v))
		kinds[count++] = KIND_OBJECT;
	if (yyjson_obj_get(v, "$ref") != NULL)
		kinds[count++] = KIND_REF;
	if (yyjson_obj_get(v, "allOf") != NULL)
		kinds[count++] = KIND_INTERSECT;
	if (yyjson_obj_get(v, "anyOf") != NULL)
		kinds[count++] = KIND_UNION;
	return count;
}

static bool
is_tuple(yyjson_val *v)
{
	yyjson_val *items = yyjson_obj_get(v, "items");
	yyjson_val *most = yyjson_obj_get(v, "maxItems");

	return yyjson_is_arr(items) ||
	    yyjson_is_arr(yyjson_obj_get(v, "prefixItems")) ||
	    (items == NULL && yyjson_is_uint(most) &&
	    yyjson_get_uint(most) == 0);
}

static enum kind
kind_of_type(yyjson_val *v)
{
	static const struct {
		const char *type;
		enum kind kind;
	} types[] = {
		{ "string", KIND_STRING }, { "number", KIND_NUMBER },
		{ "integer", KIND_INTEGER }, { "boolean", KIND_BOOLEAN },
		{ "null", KIND_NULL }, { "object", KIND_OBJECT },
		{ "array", KIND_ARRAY }
	};
	yyjson_val *type = yyjson_obj_get(v, "type");

	if (type == NULL)
		return says_more(v) ? KIND_OTHER : KIND_ANY;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!yyjson_equals_str(type, types[i].type))
			continue;
		return types[i].kind == KIND_ARRAY && is_tuple(v) ?
		    KIND_TUPLE : types[i].kind;
	}
	return KIND_OTHER;
}

static enum kind
kind_of(yyjson_val *v)
{
	enum kind kinds[4];
	yyjson_val *not = yyjson_obj_get(v, "not");

	if (yyjson_is_bool(v))
		return yyjson_get_bool(v) ? KIND_ANY : KIND_NEVER;
	if (list_parts(v, kinds) > 1)
		return KIND_INTERSECT;
	if (yyjson_obj_get(v, "$ref") != NULL)
		return KIND_REF;
	if (yyjson_obj_get(v, "const") != NULL)
		return KIND_LITERAL;
	if (yyjson_obj_get(v, "anyOf") != NULL)
		return KIND_UNION;
	if (yyjson_obj_get(v, "allOf") != NULL)
		return KIND_INTERSECT;
	if (not != NULL)
		return yyjson_is_true(not) || (yyjson_is_obj(not) &&
		    yyjson_obj_size(not) == 0) ? KIND_NEVER : KIND_NOT;
	if (yyjson_obj_get(v, "enum") != NULL)
		return KIND_ENUM;
	return kind_of_type(v);
}

/* ---- What a form needs ------------------------------------------------- */

/* The form of a schema within; all have one. */
static uint32_t
find_form(const struct planning *p, yyjson_val *v)
{
	int64_t *known = intmap_find(&p->forms, (int64_t)(uintptr_t)v);

	return known != NULL ? (uint32_t)*known : FORM_ANY;
}

static uint32_t
find_optional(const struct planning *p, yyjson_val *v)
{
	return v != NULL ? find_form(p, v) : FORM_NONE;
}

static void *
take(struct planning *p, size_t bytes)
{
	void *at = pool_alloc(&p->plan->pool, bytes);

	if (at == NULL)
		(void)error_nomem(p->err);
	return at;
}

static int
make_list(struct planning *p, struct form *f, yyjson_val *list)
{
	size_t i, count = yyjson_arr_size(list);
	yyjson_val *item;
	uint32_t *parts = take(p, count * sizeof(parts[0]));

	if (parts == NULL)
		return ALK_NOMEM;
	yyjson_arr_foreach(list, i, count, item)
		parts[i] = find_form(p, item);
	f->parts = parts;
	f->count = (uint32_t)count;
	return ALK_OK;
}

static bool
is_required(const struct object_rules *r, yyjson_val *key)
{
	uint32_t at = r == NULL ? NAMES_NONE : names_find(&r->names,
	    yyjson_get_str(key), yyjson_get_len(key));

	return at != NAMES_NONE && r->properties[at].required;
}

static int
make_properties(struct planning *p, struct form *f, yyjson_val *map)
{
	const struct object_rules *r = p->plan->schema->nodes[f->node].object;
	size_t i, count = yyjson_obj_size(map);
	yyjson_val *key, *member;
	struct form_property *list = take(p, count * sizeof(list[0]));
	struct name *names = take(p, count * sizeof(names[0]));

	if (list == NULL || names == NULL)
		return ALK_NOMEM;
	yyjson_obj_foreach(map, i, count, key, member) {
		list[i] = (struct form_property){ .key = key,
			.form = find_form(p, member),
			.is_required = is_required(r, key) };
		names[i] = (struct name){ .text = yyjson_get_str(key),
			.bytes = (uint32_t)yyjson_get_len(key) };
	}
	f->properties = list;
	f->count = (uint32_t)count;
	f->names.list = names;
	f->names.count = (uint32_t)count;
	return names_build(&f->names, &p->plan->pool) ? ALK_OK :
	    error_nomem(p->err);
}

static int
make_patterns(struct planning *p, struct form *f, yyjson_val *map)
{
	const struct object_rules *r = p->plan->schema->nodes[f->node].object;
	size_t i, count = yyjson_obj_size(map);
	yyjson_val *key, *member;

	if (r == NULL || r->patterns_count != count)
		return ALK_OK;
	struct form_pattern *list = take(p, count * sizeof(list[0]));
	if (list == NULL)
		return ALK_NOMEM;
	yyjson_obj_foreach(map, i, count, key, member)
		list[i] = (struct form_pattern){ r->patterns[i].pattern,
			find_form(p, member) };
	f->patterns = list;
	f->patterns_count = (uint32_t)count;
	return ALK_OK;
}

static int
make_object(struct planning *p, struct form *f)
{
	yyjson_val *properties = form_get(f, "properties");
	yyjson_val *patterns = form_get(f, "patternProperties");
	int rc = ALK_OK;

	f->rest = find_optional(p, form_get(f, "additionalProperties"));
	if (f->rest == FORM_NONE)
		f->rest = find_optional(p,
		    form_get(f, "unevaluatedProperties"));
	if (properties != NULL)
		rc = make_properties(p, f, properties);
	if (rc == ALK_OK && patterns != NULL)
		rc = make_patterns(p, f, patterns);
	return rc;
}

static int
make_tuple(struct planning *p, struct form *f)
{
	yyjson_val *items = form_get(f, "items");
	yyjson_val *slots = form_get(f, "prefixItems");
	yyjson_val *rest = slots != NULL ? items :
	    form_get(f, "additionalItems");

	if (slots == NULL && yyjson_is_arr(items))
		slots = items;
	f->rest = find_optional(p, rest);
	if (rest == NULL)
		f->rest = find_optional(p, form_get(f, "unevaluatedItems"));
	return slots != NULL ? make_list(p, f, slots) : ALK_OK;
}

/* ---- References -------------------------------------------------------- */

/*
 * By the exact $id, as a module's entries refer to each other; else what the
 * program found, which knows URIs but has left out schemas that only refer on.
 */
static uint32_t
find_target(const struct planning *p, const struct form *f)
{
	const struct node *n = &p->plan->schema->nodes[f->node];
	yyjson_val *ref = form_get(f, "$ref");
	int64_t *known = textmap_find(&p->ids, 0, yyjson_get_str(ref),
	    yyjson_get_len(ref));

	if (known != NULL && *known != AMBIGUOUS &&
	    p->plan->schema->dialect == SCHEMA_TYPEBOX)
		return (uint32_t)*known;
	return n->more != NULL && n->more->compose != NULL ?
	    n->more->compose->ref : FORM_ANY;
}

static int
make_form(struct planning *p, struct form *f)
{
	switch (f->kind) {
	case KIND_REF:
		f->rest = find_target(p, f);
		return ALK_OK;
	case KIND_UNION:
		return make_list(p, f, form_get(f, "anyOf"));
	case KIND_INTERSECT:
		f->rest = find_optional(p,
		    form_get(f, "unevaluatedProperties"));
		return f->count > 0 ? ALK_OK :
		    make_list(p, f, form_get(f, "allOf"));
	case KIND_OBJECT:
		return make_object(p, f);
	case KIND_ARRAY:
		f->rest = find_optional(p, form_get(f, "items"));
		return ALK_OK;
	case KIND_TUPLE:
		return make_tuple(p, f);
	default:
		return ALK_OK;
	}
}

/* ---- The plan ---------------------------------------------------------- */

static int
add_form(struct planning *p, struct form f)
{
	struct value_plan *plan = p->plan;

	if (plan->count == plan->room) {
		uint32_t room = plan->room == 0 ? 16 : plan->room * 2;
		struct form *forms = mem_resize(plan->forms,
		    room * sizeof(forms[0]));
		if (forms == NULL)
			return error_nomem(p->err);
		plan->forms = forms;
		plan->room = room;
	}
	plan->forms[plan->count++] = f;
	return ALK_OK;
}

/* A form for each thing that a schema of several kinds says. */
static int
add_parts(struct planning *p, uint32_t index)
{
	struct form whole = p->plan->forms[index];
	enum kind kinds[4];
	size_t count = list_parts(whole.source, kinds);
	int rc = ALK_OK;

	if (count < 2)
		return ALK_OK;
	uint32_t *parts = take(p, count * sizeof(parts[0]));
	if (parts == NULL)
		return ALK_NOMEM;
	for (size_t i = 0; i < count && rc == ALK_OK; i++) {
		struct form part = { .kind = kinds[i], .node = whole.node,
			.source = whole.source, .rest = FORM_NONE };
		part.is_partial = whole.is_partial;
		parts[i] = p->plan->count;
		rc = add_form(p, part);
	}
	p->plan->forms[index].parts = parts;
	p->plan->forms[index].count = (uint32_t)count;
	return rc;
}

static int
note_id(struct planning *p, uint32_t index, yyjson_val *v)
{
	yyjson_val *id = yyjson_obj_get(v, "$id");

	if (!yyjson_is_str(id) || yyjson_get_len(id) > UINT32_MAX)
		return ALK_OK;
	int rc = textmap_add(&p->ids, 0, yyjson_get_str(id),
	    yyjson_get_len(id), index);
	if (rc < 0)
		return error_nomem(p->err);
	if (rc == 0) {
		int64_t *known = textmap_find(&p->ids, 0, yyjson_get_str(id),
		    yyjson_get_len(id));
		if (*known != AMBIGUOUS &&
		    !json_equal(p->plan->forms[*known].source, v))
			*known = AMBIGUOUS;
	}
	return ALK_OK;
}

static int
add_node_form(struct planning *p, uint32_t index)
{
	yyjson_val *v = p->plan->schema->nodes[index].source;
	struct form f = { .kind = KIND_ANY, .node = index, .rest = FORM_NONE,
		.source = v };

	if (v == NULL)
		return add_form(p, f);
	f.kind = kind_of(v);
	f.is_partial = says_more(v);
	f.otherwise = yyjson_obj_get(v, "default");
	int rc = add_form(p, f);
	if (rc == ALK_OK)
		rc = note_id(p, index, v);
	if (rc == ALK_OK &&
	    intmap_add(&p->forms, (int64_t)(uintptr_t)v, index) < 0)
		rc = error_nomem(p->err);
	return rc;
}

static int
make_plan(struct planning *p)
{
	struct value_plan *plan = p->plan;
	uint32_t count = plan->schema->count;
	int rc = ALK_OK;

	for (uint32_t i = 0; i < count && rc == ALK_OK; i++)
		rc = add_node_form(p, i);
	for (uint32_t i = 0; i < count && rc == ALK_OK; i++)
		if (plan->forms[i].kind == KIND_INTERSECT)
			rc = add_parts(p, i);
	for (uint32_t i = 0; i < plan->count && rc == ALK_OK; i++)
		rc = make_form(p, &plan->forms[i]);
	plan->root = find_form(p, plan->schema->source);
	return rc;
}

int
value_plan_new(const struct schema *s, struct value_plan **out, alk_error *err)
{
	alk_error own = { 0 };
	struct planning p = { .err = err != NULL ? err : &own };

	p.plan = mem_zero(sizeof(*p.plan));
	if (p.plan == NULL)
		return error_nomem(p.err);
	p.plan->schema = s;
	int rc = make_plan(&p);
	intmap_fini(&p.forms);
	textmap_fini(&p.ids);
	if (rc == ALK_OK)
		*out = p.plan;
	else
		value_plan_free(p.plan);
	return rc;
}

void
value_plan_free(struct value_plan *p)
{
	if (p == NULL)
		return;
	pool_fini(&p->pool);
	mem_release(p->forms);
	mem_release(p);
}
