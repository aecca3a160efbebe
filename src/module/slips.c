/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What a module says that cannot be meant: settings where no schema has its
 * members, members of Config and *EdgeConstraints that nobody reads, and types
 * that no row could ever have. All of it is sound JSON Schema, so that
 * schema_compile() finds nothing wrong with it.
 */
#include "module/parts.h"

#include "base/error.h"
#include "base/nearest.h"

#include <stdio.h>
#include <string.h>

#define LOOKS_MAX 4096 /* at parts and members of one entry; beyond: no word */
#define VALUE_SHOWN_MAX 100 /* bytes of a value within a message */

static const char *const settings[] = { "type", "multi", "allowSelfLoops",
	"acyclic", NULL };
static const char *const constraints[] = { "edgeType", "allowedSourceTypes",
	"allowedTargetTypes", NULL };
/* What says something about the whole and is left alone. */
static const char *const notes[] = { "$schema", "$id", "$comment", "name",
	"title", "description", NULL };

static bool
is_among(const char *const *names, yyjson_val *name)
{
	for (; *names != NULL; names++)
		if (yyjson_equals_str(name, *names))
			return true;
	return false;
}

/* Into n; one letter in three may be wrong, so that `time` is no `type`. */
static void
find_near(struct nearest *n, const char *const *names, yyjson_val *name)
{
	nearest_init(n, yyjson_get_str(name));
	if (n->distance > 0)
		n->distance--;
	for (; *names != NULL; names++)
		nearest_try(n, *names);
}

/* ---- Members of an object type ---- */

struct slips {
	const struct module_entries *e;
	const struct module_entry *entry;
	struct module *m;
	alk_error *err;
	int looks; /* that are left */
	/* Told of each member; is_own: not by reference or allOf. */
	int (*visit)(struct slips *s, yyjson_val *name, yyjson_val *schema,
	    bool is_own);
};

static int
visit_properties(struct slips *s, yyjson_val *schema)
{
	yyjson_val *properties = yyjson_obj_get(schema, "properties");
	size_t i, count;
	yyjson_val *name, *v;
	int rc = ALK_OK;

	yyjson_obj_foreach(module_some(properties), i, count, name, v)
		if (rc == ALK_OK && --s->looks >= 0)
			rc = s->visit(s, name, v, schema == s->entry->schema);
	return rc;
}

/* The members that a schema has itself, by $ref and by allOf. */
static int
visit_members(struct slips *s, yyjson_val *schema)
{
	yyjson_val *target = module_entries_follow(s->e, schema);
	yyjson_val *all = yyjson_obj_get(schema, "allOf");
	size_t i, count;
	yyjson_val *part;

	if (--s->looks < 0)
		return ALK_OK;
	int rc = visit_properties(s, schema);
	if (rc == ALK_OK && target != schema)
		rc = visit_members(s, target);
	yyjson_arr_foreach(module_some(all), i, count, part)
		if (rc == ALK_OK)
			rc = visit_members(s, part);
	return rc;
}

/* Fails at a member; at the entry where it comes by reference. */
static int
fail_member(struct slips *s, yyjson_val *name, bool is_own, const char *text)
{
	struct buf below = { 0 };

	if (is_own) {
		buf_str(&below, "/properties");
		json_pointer_add(&below, yyjson_get_str(name),
		    yyjson_get_len(name));
	}
	const char *pointer = buf_text(&below);
	int rc = pointer == NULL ? error_nomem(s->err) :
	    module_fail(s->e, s->entry, pointer, s->err, "%s", text);
	buf_fini(&below);
	return rc;
}

/* ---- Beside "properties" ---- */

static int
fail_plain(const struct slips *s, yyjson_val *name, yyjson_val *v)
{
	const char *member = yyjson_get_str(name);
	bool is_schema = yyjson_is_obj(v);
	struct buf value = { 0 };
	char below[32];
	char typebox[VALUE_SHOWN_MAX + 80] = "";

	json_write(&value, v);
	const char *text = buf_text(&value);
	if (text == NULL) {
		buf_fini(&value);
		return error_nomem(s->err);
	}
	if (value.bytes > VALUE_SHOWN_MAX)
		text = "...";
	if (yyjson_is_bool(v) || yyjson_is_str(v))
		(void)snprintf(typebox, sizeof(typebox),
		    "Type.Object({ %s: Type.Literal(%s) }), in JSON ", member,
		    text);
	(void)snprintf(below, sizeof(below), "/%s", member);
	int rc = module_fail(s->e, s->entry, below, s->err, "%.*s is a schema, "
	    "whose members stand in its properties, %s does not; write it as "
	    "%s{\"type\":\"object\",\"properties\":{\"%s\":%s%s%s}}",
	    (int)s->entry->bytes, s->entry->name, member, typebox, member,
	    is_schema ? "" : "{\"const\":", text, is_schema ? "" : "}");
	buf_fini(&value);
	return rc;
}

/* `type` is a keyword as well, so it is looked at: "directed" is no type. */
static bool
is_plain(yyjson_val *name, yyjson_val *v, const char *const *names)
{
	if (!is_among(names, name))
		return false;
	return !yyjson_equals_str(name, "type") ||
	    yyjson_equals_str(v, "directed") ||
	    yyjson_equals_str(v, "undirected") ||
	    yyjson_equals_str(v, "mixed");
}

static int
refuse_plain(const struct slips *s, const char *const *names)
{
	size_t i, count;
	yyjson_val *name, *v;

	yyjson_obj_foreach(module_some(s->entry->schema), i, count, name, v)
		if (is_plain(name, v, names))
			return fail_plain(s, name, v);
	return ALK_OK;
}

/* ---- Config and constraints ---- */

/*
 * A Config may hold what is nobody's business. A name near to that of a
 * setting, or one that is switched on or off, was most likely meant to be one.
 */
static int
look_at_setting(struct slips *s, yyjson_val *name, yyjson_val *schema,
    bool is_own)
{
	struct nearest n;

	(void)is_own;
	if (is_among(settings, name) || is_among(notes, name) ||
	    yyjson_get_len(name) > NEAREST_BYTES_MAX)
		return ALK_OK;
	find_near(&n, settings, name);
	if (n.best == NULL && !yyjson_is_bool(module_frozen(s->e, schema)))
		return ALK_OK;
	int rc = module_warn(s->m, "Config: '%s' is no setting and does "
	    "nothing%s", yyjson_get_str(name), n.best != NULL ?
	    nearest_hint(&n) : "; there are type, multi, allowSelfLoops and "
	    "acyclic");
	return rc == ALK_OK ? ALK_OK : error_nomem(s->err);
}

int
module_slips_config(const struct module_entries *e,
    const struct module_entry *entry, struct module *m, alk_error *err)
{
	struct slips s = { e, entry, m, err, LOOKS_MAX, look_at_setting };
	int rc = refuse_plain(&s, settings);

	return rc != ALK_OK ? rc : visit_members(&s, entry->schema);
}

static int
look_at_constraint(struct slips *s, yyjson_val *name, yyjson_val *schema,
    bool is_own)
{
	struct nearest n;
	char text[256];

	(void)schema;
	if (is_among(constraints, name) || is_among(notes, name))
		return ALK_OK;
	find_near(&n, constraints, name);
	(void)snprintf(text, sizeof(text), "'%.80s' says nothing about edges"
	    "%s", yyjson_get_str(name), n.best != NULL ? nearest_hint(&n) :
	    "; there are edgeType, allowedSourceTypes and allowedTargetTypes");
	return fail_member(s, name, is_own, text);
}

int
module_slips_constraints(const struct module_entries *e,
    const struct module_entry *entry, alk_error *err)
{
	struct slips s = { e, entry, NULL, err, LOOKS_MAX, look_at_constraint };
	int rc = refuse_plain(&s, constraints);

	if (rc != ALK_OK || module_frozen(e, module_member(e, entry,
	    "edgeType")) == NULL)
		return rc;
	return visit_members(&s, entry->schema);
}

/* ---- Types that nothing can have ---- */

static bool may_be_object(const struct module_entries *e, yyjson_val *schema,
    int *looks);

static bool
type_allows(yyjson_val *type)
{
	size_t i, count;
	yyjson_val *v;

	if (!yyjson_is_arr(type))
		return type == NULL || yyjson_equals_str(type, "object");
	yyjson_arr_foreach(type, i, count, v)
		if (yyjson_equals_str(v, "object"))
			return true;
	return false;
}

static bool
enum_allows(yyjson_val *list)
{
	size_t i, count;
	yyjson_val *v;

	yyjson_arr_foreach(module_some(list), i, count, v)
		if (yyjson_is_obj(v))
			return true;
	return !yyjson_is_arr(list);
}

/* Whether one of a union's variants may be an object; or it is no union. */
static bool
variants_allow(const struct module_entries *e, yyjson_val *list, int *looks)
{
	size_t i, count;
	yyjson_val *v;

	yyjson_arr_foreach(module_some(list), i, count, v)
		if (may_be_object(e, v, looks))
			return true;
	return !yyjson_is_arr(list);
}

static bool
parts_allow(const struct module_entries *e, yyjson_val *list, int *looks)
{
	size_t i, count;
	yyjson_val *v;

	yyjson_arr_foreach(module_some(list), i, count, v)
		if (!may_be_object(e, v, looks))
			return false;
	return true;
}

static bool
is_anything(yyjson_val *schema)
{
	return yyjson_is_true(schema) ||
	    (yyjson_is_obj(schema) && yyjson_obj_size(schema) == 0);
}

/* False only where it is certain. */
static bool
may_be_object(const struct module_entries *e, yyjson_val *schema, int *looks)
{
	yyjson_val *fixed = yyjson_obj_get(schema, "const");

	if (!yyjson_is_obj(schema))
		return !yyjson_is_false(schema);
	if (--*looks < 0)
		return true;
	if ((fixed != NULL && !yyjson_is_obj(fixed)) ||
	    is_anything(yyjson_obj_get(schema, "not")) ||
	    !type_allows(yyjson_obj_get(schema, "type")) ||
	    !enum_allows(yyjson_obj_get(schema, "enum")) ||
	    !variants_allow(e, yyjson_obj_get(schema, "anyOf"), looks) ||
	    !variants_allow(e, yyjson_obj_get(schema, "oneOf"), looks) ||
	    !parts_allow(e, yyjson_obj_get(schema, "allOf"), looks))
		return false;
	yyjson_val *target = module_entries_follow(e, schema);
	return target == schema || may_be_object(e, target, looks);
}

/* Whether the schema of nodeType or edgeType lets the entry's name through. */
static bool
may_be_name(const struct slips *s, yyjson_val *schema)
{
	const struct module_entry *entry = s->entry;
	size_t i, count;
	yyjson_val *v;

	schema = module_entries_follow(s->e, schema);
	yyjson_val *fixed = yyjson_obj_get(schema, "const");
	yyjson_val *list = yyjson_obj_get(schema, "enum");
	yyjson_val *any = yyjson_obj_get(schema, "anyOf");
	if (fixed != NULL)
		return yyjson_equals_strn(fixed, entry->name, entry->bytes);
	yyjson_arr_foreach(module_some(list), i, count, v)
		if (yyjson_equals_strn(v, entry->name, entry->bytes))
			return true;
	if (yyjson_is_arr(list))
		return false;
	yyjson_arr_foreach(module_some(any), i, count, v) {
		v = module_entries_follow(s->e, v);
		fixed = yyjson_obj_get(v, "const");
		if (fixed == NULL || yyjson_equals_strn(fixed, entry->name,
		    entry->bytes))
			return true;
	}
	return !yyjson_is_arr(any);
}

static int
look_at_type_member(struct slips *s, yyjson_val *name, yyjson_val *schema,
    bool is_own)
{
	const struct module_entry *entry = s->entry;
	const char *member = module_type_member(entry->role == ROLE_NODE ?
	    ALK_NODE : ALK_EDGE);
	char text[448];

	if (!yyjson_equals_str(name, member) || may_be_name(s, schema))
		return ALK_OK;
	(void)snprintf(text, sizeof(text), "%s is always the entry's name, "
	    "'%.*s', which is not allowed here, so that nothing could be "
	    "stored; make the two equal", member,
	    (int)(entry->bytes < 200 ? entry->bytes : 200), entry->name);
	return fail_member(s, name, is_own, text);
}

static int
check_type(const struct module_entries *e, const struct module_entry *entry,
    alk_error *err)
{
	struct slips s = { e, entry, NULL, err, LOOKS_MAX,
		look_at_type_member };
	int looks = LOOKS_MAX;

	if (!may_be_object(e, entry->schema, &looks))
		return module_fail(e, entry, "", err, "no object is valid by "
		    "it, and attributes always are one; make it a Type.Object, "
		    "or give the entry a name that does not end in %s",
		    entry->role == ROLE_NODE ? "Node" : "Edge");
	return visit_members(&s, entry->schema);
}

int
module_slips_types(const struct module_entries *e, alk_error *err)
{
	int rc = ALK_OK;

	for (size_t i = 0; i < e->count && rc == ALK_OK; i++)
		if (e->list[i].role == ROLE_NODE ||
		    e->list[i].role == ROLE_EDGE)
			rc = check_type(e, &e->list[i], err);
	return rc;
}
