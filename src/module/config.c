/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What a module says in its Config and *EdgeConstraints entries, which are
 * object types whose members are frozen to one value.
 *
 * A frozen value is a "const", an "enum" or "anyOf" of one, or a "default". A
 * frozen list is a "const" or "default" array, a tuple of frozen values, or the
 * "enum" or "anyOf" that its elements are taken from. The member may come
 * through $ref or allOf.
 */
#include "module/parts.h"

#include "base/error.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#define HOPS_MAX 16
#define PARTS_MAX 256 /* of allOf and $ref, looked into for one member */

/* ---- Frozen members ---- */

static yyjson_val *
find_within(const struct module_entries *e, yyjson_val *schema,
    const char *name, size_t bytes, int *parts)
{
	schema = module_entries_follow(e, schema);
	yyjson_val *properties = yyjson_obj_get(schema, "properties");
	yyjson_val *v = yyjson_obj_getn(properties, name, bytes);
	yyjson_val *all = yyjson_obj_get(schema, "allOf");
	size_t i, count;
	yyjson_val *part;

	if (v != NULL)
		return module_entries_follow(e, v);
	yyjson_arr_foreach(module_some(all), i, count, part) {
		if (--*parts < 0)
			return v;
		yyjson_val *found = find_within(e, part, name, bytes,
		    parts);
		if (found != NULL)
			v = found; /* the last one, as a subclass would */
	}
	return v;
}

yyjson_val *
module_member(const struct module_entries *e, const struct module_entry *entry,
    const char *name)
{
	return module_property(e, entry->schema, name, strlen(name));
}

yyjson_val *
module_property(const struct module_entries *e, yyjson_val *schema,
    const char *name, size_t bytes)
{
	int parts = PARTS_MAX;

	return find_within(e, schema, name, bytes, &parts);
}

yyjson_val *
module_frozen(const struct module_entries *e, yyjson_val *schema)
{
	for (int hops = 0; hops < HOPS_MAX; hops++) {
		schema = module_entries_follow(e, schema);
		yyjson_val *any = yyjson_obj_get(schema, "anyOf");
		yyjson_val *list = yyjson_obj_get(schema, "enum");
		yyjson_val *v = yyjson_obj_get(schema, "const");
		if (v == NULL && yyjson_arr_size(list) == 1)
			v = yyjson_arr_get_first(list);
		if (v == NULL)
			v = yyjson_obj_get(schema, "default");
		if (v != NULL || yyjson_arr_size(any) != 1)
			return v;
		schema = yyjson_arr_get_first(any);
	}
	return NULL;
}

/* ---- Config ---- */

static int
fail_member(const struct module_entries *e, const struct module_entry *entry,
    const char *name, alk_error *err, const char *text)
{
	char below[64] = "";

	yyjson_val *properties = yyjson_obj_get(entry->schema, "properties");
	if (yyjson_obj_get(properties, name) != NULL)
		(void)snprintf(below, sizeof(below), "/properties/%s", name);
	return module_fail(e, entry, below, err, "%s %s", name, text);
}

/*
 * The frozen value of a member of Config; NULL if there is none. Warns of a
 * slip.
 */
static int
config_member(const struct module_entries *e, const struct module_entry *entry,
    const char *name, struct module *m, yyjson_val **out)
{
	yyjson_val *member = module_member(e, entry, name);

	*out = module_frozen(e, member);
	if (member == NULL || *out != NULL)
		return ALK_OK;
	return module_warn(m, "Config: %s has neither const nor default, so "
	    "that its usual value is taken", name);
}

static int
config_flag(const struct module_entries *e, const struct module_entry *entry,
    const char *name, struct module *m, bool *out, alk_error *err)
{
	yyjson_val *v;

	if (config_member(e, entry, name, m, &v) != ALK_OK)
		return error_nomem(err);
	if (v == NULL)
		return ALK_OK;
	if (!yyjson_is_bool(v))
		return fail_member(e, entry, name, err, "must be true or "
		    "false");
	*out = yyjson_get_bool(v);
	return ALK_OK;
}

static bool
read_direction(yyjson_val *v, enum module_direction *out)
{
	static const char *const names[] = { "mixed", "directed",
	    "undirected" };

	for (int i = MODULE_MIXED; i <= MODULE_UNDIRECTED; i++)
		if (yyjson_equals_str(v, names[i])) {
			*out = (enum module_direction)i;
			return true;
		}
	return false;
}

static int
load_config(const struct module_entries *e, const struct module_entry *entry,
    struct module *m, alk_error *err)
{
	struct module_config *c = &m->config;
	yyjson_val *v;
	int rc = module_slips_config(e, entry, m, err);

	if (rc != ALK_OK)
		return rc;
	if (config_member(e, entry, "type", m, &v) != ALK_OK)
		return error_nomem(err);
	if (v != NULL && !read_direction(v, &c->direction))
		return fail_member(e, entry, "type", err,
		    "must be \"directed\", \"undirected\" or \"mixed\"");
	rc = config_flag(e, entry, "multi", m, &c->multi, err);
	if (rc == ALK_OK)
		rc = config_flag(e, entry, "allowSelfLoops", m,
		    &c->allow_self_loops, err);
	if (rc == ALK_OK)
		rc = config_flag(e, entry, "acyclic", m, &c->acyclic, err);
	if (rc == ALK_OK && c->acyclic && c->direction != MODULE_DIRECTED)
		return fail_member(e, entry, "acyclic", err, "needs the type "
		    "\"directed\"");
	return rc;
}

int
module_config_load(const struct module_entries *e, struct module *m,
    alk_error *err)
{
	size_t at = module_entries_find(e, "Config", 6);
	yyjson_val *text = at == SIZE_MAX ? NULL :
	    module_text(e->list[at].schema, "description");

	m->config = (struct module_config){ .direction = MODULE_MIXED,
		.allow_self_loops = true };
	m->description = text == NULL ? mem_text("") :
	    mem_copy(yyjson_get_str(text), yyjson_get_len(text));
	if (m->description == NULL)
		return error_nomem(err);
	return at == SIZE_MAX ? ALK_OK : load_config(e, &e->list[at], m, err);
}

/* ---- Edge constraints ---- */

struct list_reader {
	const struct module_entries *e;
	const struct module_entry *entry; /* the constraints */
	const char *member;
	struct buf out; /* JSON array without its end */
	size_t count;
	alk_error *err;
};

static int
add_name(struct list_reader *r, yyjson_val *name)
{
	if (!yyjson_is_str(name))
		return fail_member(r->e, r->entry, r->member, r->err,
		    "must be a list of node type names");
	const char *text = yyjson_get_str(name);
	size_t bytes = yyjson_get_len(name);
	size_t at = module_entries_find(r->e, text, bytes);
	if (at == SIZE_MAX || r->e->list[at].role != ROLE_NODE) {
		char below[64];
		struct nearest n;
		(void)snprintf(below, sizeof(below), "/properties/%s",
		    r->member);
		return module_fail(r->e, r->entry, below, r->err,
		    "%s names '%s', which is no node type of the module; leave "
		    "the list empty to allow any%s", r->member, text,
		    module_entries_hint(r->e, ROLE_NODE, text, &n));
	}
	buf_char(&r->out, r->count++ == 0 ? '[' : ',');
	json_write_string(&r->out, text, bytes);
	return ALK_OK;
}

static int
add_names(struct list_reader *r, yyjson_val *list)
{
	size_t i, count;
	yyjson_val *v;
	int rc = ALK_OK;

	yyjson_arr_foreach(module_some(list), i, count, v)
		if (rc == ALK_OK)
			rc = add_name(r, v);
	return rc;
}

/* Each of a list of schemas is frozen to a name. */
static int
add_frozen(struct list_reader *r, yyjson_val *schemas)
{
	size_t i, count;
	yyjson_val *v;
	int rc = ALK_OK;

	yyjson_arr_foreach(module_some(schemas), i, count, v)
		if (rc == ALK_OK)
			rc = add_name(r, module_frozen(r->e, v));
	return rc;
}

/* The names that a schema of elements leaves to choose from. */
static int
add_choices(struct list_reader *r, yyjson_val *items)
{
	items = module_entries_follow(r->e, items);
	yyjson_val *any = yyjson_obj_get(items, "anyOf");
	yyjson_val *list = yyjson_obj_get(items, "enum");
	yyjson_val *one = yyjson_obj_get(items, "const");

	if (any != NULL)
		return add_frozen(r, any);
	if (list != NULL)
		return add_names(r, list);
	return one != NULL ? add_name(r, one) : ALK_OK;
}

static int
add_list(struct list_reader *r, yyjson_val *member)
{
	yyjson_val *fixed = yyjson_obj_get(member, "const");
	yyjson_val *usual = yyjson_obj_get(member, "default");
	yyjson_val *items = yyjson_obj_get(member, "items");
	yyjson_val *prefix = yyjson_obj_get(member, "prefixItems");

	if (fixed == NULL && !yyjson_is_arr(items) && !yyjson_is_arr(prefix))
		fixed = usual;
	if (fixed != NULL && !yyjson_is_arr(fixed))
		return fail_member(r->e, r->entry, r->member, r->err,
		    "must be a list of node type names");
	if (fixed != NULL)
		return add_names(r, fixed);
	if (yyjson_is_arr(prefix))
		return add_frozen(r, prefix);
	return yyjson_is_arr(items) ? add_frozen(r, items) :
	    add_choices(r, items);
}

/*
 * Reads member into *out, a JSON array of names; leaves "[]" where there is
 * none.
 */
static int
read_list(const struct module_entries *e, const struct module_entry *entry,
    const char *member, char **out, alk_error *err)
{
	struct list_reader r = { .e = e, .entry = entry, .member = member,
		.err = err };
	int rc = add_list(&r, module_member(e, entry, member));

	buf_str(&r.out, r.count == 0 ? "[]" : "]");
	char *copy = NULL;
	if (rc == ALK_OK && !r.out.failed)
		copy = mem_copy(r.out.data, r.out.bytes);
	if (rc == ALK_OK && copy == NULL)
		rc = error_nomem(err);
	buf_fini(&r.out);
	if (rc != ALK_OK)
		return rc;
	mem_release(*out);
	*out = copy;
	return ALK_OK;
}

/* The edge type that constraints are about, in m->types; NULL with err set. */
static struct module_type *
find_edge(const struct module_entries *e, const struct module_entry *entry,
    struct module *m, alk_error *err)
{
	yyjson_val *name = module_frozen(e, module_member(e, entry,
	    "edgeType"));

	if (!yyjson_is_str(name)) {
		fail_member(e, entry, "edgeType", err, "must be the name of an "
		    "edge type, as const or default");
		return NULL;
	}
	for (size_t i = 0; i < m->count; i++)
		if (m->types[i].kind == ALK_EDGE &&
		    yyjson_equals_str(name, m->types[i].name))
			return &m->types[i];
	struct nearest n;
	const char *text = yyjson_get_str(name);
	module_fail(e, entry, "/properties/edgeType", err, "edgeType names "
	    "'%s', which is no edge type of the module; name an entry that "
	    "ends in Edge%s", text, module_entries_hint(e, ROLE_EDGE, text,
	    &n));
	return NULL;
}

/* EdgeConstraints and BaseEdgeConstraints may be what others build on. */
static bool
is_base(const struct module_entries *e, const struct module_entry *entry)
{
	bool has_name = (entry->bytes == 15 &&
	    memcmp(entry->name, "EdgeConstraints", 15) == 0) ||
	    (entry->bytes == 19 &&
	    memcmp(entry->name, "BaseEdgeConstraints", 19) == 0);

	return has_name && module_frozen(e, module_member(e, entry,
	    "edgeType")) == NULL;
}

static int
load_constraints(const struct module_entries *e, size_t i,
    const struct module_entry **by_type, struct module *m, alk_error *err)
{
	const struct module_entry *entry = &e->list[i];
	int rc = module_slips_constraints(e, entry, err);

	if (rc != ALK_OK)
		return rc;
	struct module_type *t = find_edge(e, entry, m, err);
	if (t == NULL)
		return err != NULL ? err->code : ALK_SCHEMA;
	const struct module_entry **other = &by_type[t - m->types];
	if (*other != NULL)
		return module_fail(e, entry, "/properties/edgeType", err,
		    "the edge type '%s' has constraints already, in the entry "
		    "'%.*s'; keep one of the two", t->name,
		    (int)(*other)->bytes, (*other)->name);
	*other = entry;
	rc = read_list(e, entry, "allowedSourceTypes", &t->sources, err);
	return rc != ALK_OK ? rc :
	    read_list(e, entry, "allowedTargetTypes", &t->targets, err);
}

int
module_constraints_load(const struct module_entries *e, struct module *m,
    alk_error *err)
{
	const struct module_entry **by_type =
	    mem_zero(m->count * sizeof(*by_type));
	int rc = by_type == NULL ? error_nomem(err) : ALK_OK;

	for (size_t i = 0; i < e->count && rc == ALK_OK; i++)
		if (e->list[i].role == ROLE_CONSTRAINTS &&
		    !is_base(e, &e->list[i]))
			rc = load_constraints(e, i, by_type, m, err);
	mem_release(by_type);
	return rc;
}

/* ---- As text ---- */

void
module_config_write(struct buf *out, const struct module_config *c)
{
	static const char *const names[] = { "mixed", "directed",
	    "undirected" };

	buf_printf(out, "{\"type\":\"%s\",\"multi\":%s,\"allowSelfLoops\":%s,"
	    "\"acyclic\":%s}", names[c->direction], c->multi ? "true" : "false",
	    c->allow_self_loops ? "true" : "false",
	    c->acyclic ? "true" : "false");
}

static bool
read_flag(yyjson_val *config, const char *name, bool usual, bool *out)
{
	yyjson_val *v = yyjson_obj_get(config, name);

	*out = v == NULL ? usual : yyjson_get_bool(v);
	return v == NULL || yyjson_is_bool(v);
}

int
module_config_read(const char *text, struct module_config *out, alk_error *err)
{
	struct json_reader reader = { 0 };
	struct module_config c = { .direction = MODULE_MIXED };

	yyjson_val *v = json_read_own(&reader, text, strlen(text), err);
	if (v == NULL) {
		json_reader_fini(&reader);
		return err != NULL && err->code != ALK_OK ? err->code :
		    ALK_CORRUPT;
	}
	yyjson_val *type = yyjson_obj_get(v, "type");
	bool is_right = yyjson_is_obj(v) &&
	    (type == NULL || read_direction(type, &c.direction)) &&
	    read_flag(v, "multi", false, &c.multi) &&
	    read_flag(v, "allowSelfLoops", true, &c.allow_self_loops) &&
	    read_flag(v, "acyclic", false, &c.acyclic);
	json_reader_fini(&reader);
	if (!is_right)
		return error_set(err, ALK_CORRUPT, "the stored config of the "
		    "graph type is not one; restore the file from a backup");
	*out = c;
	return ALK_OK;
}
