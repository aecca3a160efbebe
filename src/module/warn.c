/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Warnings: what a module may say, but most likely does not mean.
 *
 * Type.Composite, Partial, Pick and Omit over Type.Ref() or Import() lose the
 * base without a word, and what is left is a fine schema. Nothing in it proves
 * the loss: a type need not build on BaseNode. So it is told, not refused.
 */
#include "module/parts.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LOOKS_MAX 4096 /* at unknown keywords of a module */
#define BASE_PROPERTIES_MAX 1000 /* larger ones are not looked for in types */

int
module_warn(struct module *m, const char *format, ...)
{
	char text[512];

	if (m->warnings_count == MODULE_WARNINGS_MAX)
		return ALK_OK;
	if (m->warnings == NULL)
		m->warnings = mem_zero(MODULE_WARNINGS_MAX * sizeof(char *));
	if (m->warnings == NULL)
		return ALK_NOMEM;
	va_list ap;
	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	char *copy = mem_text(text);
	if (copy == NULL)
		return ALK_NOMEM;
	m->warnings[m->warnings_count++] = copy;
	return ALK_OK;
}

/* ---- The lost base ---- */

/* An object type by itself, so that all it has must be among its properties. */
static bool
is_plain_object(yyjson_val *schema)
{
	return yyjson_equals_str(yyjson_obj_get(schema, "type"), "object") &&
	    yyjson_obj_get(schema, "allOf") == NULL &&
	    yyjson_obj_get(schema, "$ref") == NULL &&
	    yyjson_obj_get(schema, "anyOf") == NULL;
}

static bool
shares_property(yyjson_val *a, yyjson_val *b)
{
	size_t i, count;
	yyjson_val *name, *v;

	yyjson_obj_foreach(module_some(b), i, count, name, v)
		if (yyjson_obj_getn(a, yyjson_get_str(name),
		    yyjson_get_len(name)) != NULL)
			return true;
	return false;
}

static int
warn_of_base(const struct module_entries *e, struct module *m,
    const char *base_name, size_t base_bytes, enum module_role role)
{
	size_t at = module_entries_find(e, base_name, base_bytes);
	yyjson_val *base = at == SIZE_MAX ? NULL : e->list[at].schema;
	yyjson_val *properties = yyjson_obj_get(base, "properties");

	if (yyjson_arr_size(yyjson_obj_get(base, "required")) == 0 ||
	    yyjson_obj_size(properties) > BASE_PROPERTIES_MAX)
		return ALK_OK;
	for (size_t i = 0; i < e->count; i++) {
		const struct module_entry *entry = &e->list[i];
		yyjson_val *own = yyjson_obj_get(entry->schema, "properties");
		if (entry->role != role || !is_plain_object(entry->schema) ||
		    shares_property(own, properties))
			continue;
		int rc = module_warn(m, "%.*s has no property of %s: "
		    "Type.Composite, Partial, Pick and Omit lose it when given "
		    "Type.Ref or Import; if it is meant to have them, use "
		    "Type.Intersect or give them %s as a value",
		    (int)entry->bytes, entry->name, base_name, base_name);
		if (rc != ALK_OK)
			return rc;
	}
	return ALK_OK;
}

/* ---- The property that nothing can be ---- */

struct warner {
	const struct module_entries *e;
	const struct module_entry *entry;
	struct module *m;
	int looks;         /* at unknown keywords that are left */
	bool has_draft;    /* the warning of it was given */
};

static bool
is_never(yyjson_val *schema)
{
	yyjson_val *not = yyjson_obj_get(schema, "not");

	return yyjson_obj_size(schema) == 1 && yyjson_is_obj(not) &&
	    yyjson_obj_size(not) == 0;
}

static bool
is_property(const struct module_place *at)
{
	return at != NULL && at->up != NULL && at->token != NULL &&
	    at->up->token != NULL && at->up->bytes == 10 &&
	    memcmp(at->up->token, "properties", 10) == 0;
}

static int
warn_of_never(void *arg, yyjson_val *schema, const struct module_place *at)
{
	struct warner *w = arg;
	struct buf pointer = { 0 };

	if (!is_never(schema) || !is_property(at))
		return ALK_OK;
	module_entries_pointer(w->e, w->entry, &pointer);
	module_place_write(at, &pointer);
	const char *text = buf_text(&pointer);
	int rc = text == NULL ? ALK_NOMEM : module_warn(w->m, "no value can be "
	    "the property at %s: two types that contradict each other were "
	    "intersected, or it is Type.Never", text);
	buf_fini(&pointer);
	return rc;
}

int
module_warn_composition(const struct module_entries *e, struct module *m)
{
	int rc = warn_of_base(e, m, "BaseNode", 8, ROLE_NODE);

	if (rc == ALK_OK)
		rc = warn_of_base(e, m, "BaseEdge", 8, ROLE_EDGE);
	for (size_t i = 0; i < e->count && rc == ALK_OK; i++) {
		struct warner w = { .e = e, .entry = &e->list[i], .m = m };
		rc = module_walk(e->list[i].schema, NULL, warn_of_never, &w);
	}
	return rc;
}

/* ---- Keywords ---- */

static int
warn_of_keyword(struct warner *w, const char *name, size_t bytes,
    const struct module_place *at)
{
	const struct module_place place = { at, name, bytes, 0 };
	const char *meant = module_near_keyword(name);
	struct buf pointer = { 0 };

	if (meant == NULL)
		return ALK_OK;
	module_entries_pointer(w->e, w->entry, &pointer);
	module_place_write(&place, &pointer);
	const char *text = buf_text(&pointer);
	int rc = text == NULL ? ALK_NOMEM : module_warn(w->m, "there is no "
	    "keyword '%s', at %s, so it does nothing; did you mean '%s'?", name,
	    text, meant);
	buf_fini(&pointer);
	return rc;
}

/* Once a module: what makes them writes the same into all of its schemas. */
static int
warn_of_draft(struct warner *w, yyjson_val *schema)
{
	yyjson_val *v = module_text(schema, "$schema");

	if (v == NULL || w->has_draft)
		return ALK_OK;
	const char *draft = yyjson_get_str(v);
	if (strstr(draft, "json-schema.org/") == NULL ||
	    strstr(draft, "/draft/2019-09/") != NULL)
		return ALK_OK;
	w->has_draft = true;
	return module_warn(w->m, "the $schema '%.100s' is another draft; its "
	    "keywords mean here what they do in draft 2019-09", draft);
}

static int
look_at_keywords(void *arg, yyjson_val *schema, const struct module_place *at)
{
	struct warner *w = arg;
	size_t i, count;
	yyjson_val *name, *v;

	int rc = warn_of_draft(w, schema);
	yyjson_obj_foreach(module_some(schema), i, count, name, v) {
		const char *text = yyjson_get_str(name);
		size_t bytes = yyjson_get_len(name);
		if (rc != ALK_OK)
			break;
		if (!module_is_keyword(text, bytes) && --w->looks >= 0)
			rc = warn_of_keyword(w, text, bytes, at);
	}
	return rc;
}

int
module_warn_keywords(const struct module_entries *e, yyjson_val *root,
    struct module *m)
{
	struct warner w = { .e = e, .m = m, .looks = LOOKS_MAX };
	int rc = e->shape == SHAPE_DEFS ? warn_of_draft(&w, root) : ALK_OK;

	for (size_t i = 0; i < e->count && rc == ALK_OK; i++) {
		w.entry = &e->list[i];
		rc = module_walk(w.entry->schema, NULL, look_at_keywords, &w);
	}
	return rc;
}
