/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * In what two modules differ, entry by entry: what is new, what is gone, what
 * changed, and whether rows that were valid stay so (additive.c).
 *
 * Two texts that have no node type are compared as schemas: entry by entry
 * where both are maps of names to schemas, else as a whole. To judge an entry
 * with all that it reaches, it is compared as {"$defs": all entries, "$ref":
 * the entry}.
 */
#include "module/parts.h"

#include "base/error.h"

#include <string.h>

struct diff {
	module_change_fn fn;
	void *arg;
	struct json_reader before; /* of stored schemas, one at a time */
	struct json_reader after;
	bool is_stopped;
	alk_error *err;
};

static void
tell(struct diff *d, const struct module_change *c)
{
	if (!d->is_stopped && d->err->code == ALK_OK)
		d->is_stopped = d->fn(d->arg, c) != 0;
}

/* ---- Types ------------------------------------------------------------- */

/* Where memory is missing err says so. */
static bool
is_additive(struct diff *d, yyjson_val *a, yyjson_val *b)
{
	int answer = module_is_additive(a, b);

	if (answer < 0)
		error_nomem(d->err);
	return answer > 0;
}

static bool
only_adds(struct diff *d, const struct module_type *a,
    const struct module_type *b)
{
	yyjson_val *x = json_read_own(&d->before, a->schema, a->schema_bytes,
	    d->err);
	yyjson_val *y = json_read_own(&d->after, b->schema, b->schema_bytes,
	    d->err);

	return x != NULL && y != NULL && is_additive(d, x, y);
}

/* "[]" allows all; else the new list must hold every name of the old. */
static bool
ends_only_widen(struct diff *d, const char *before, const char *after)
{
	yyjson_val *a = json_read_own(&d->before, before, strlen(before),
	    d->err);
	yyjson_val *b = json_read_own(&d->after, after, strlen(after), d->err);
	size_t i, j, max;
	yyjson_val *x, *y;

	if (yyjson_arr_size(b) == 0)
		return true;
	if (yyjson_arr_size(a) == 0)
		return false;
	yyjson_arr_foreach(a, i, max, x) {
		bool found = false;
		size_t count;
		yyjson_arr_foreach(b, j, count, y)
			found = found || json_equal(x, y);
		if (!found)
			return false;
	}
	return true;
}

static void
compare_types(struct diff *d, const struct module_type *a,
    const struct module_type *b)
{
	struct module_change c = { .op = ALK_REPLACE, .kind = b->kind,
		.name = b->name, .type = b, .before = a->schema,
		.after = b->schema };
	bool same_schema = a->schema_bytes == b->schema_bytes &&
	    memcmp(a->schema, b->schema, a->schema_bytes) == 0;
	bool same_ends = strcmp(a->sources, b->sources) == 0 &&
	    strcmp(a->targets, b->targets) == 0;

	if (same_schema && same_ends &&
	    strcmp(a->description, b->description) == 0)
		return;
	if (!same_schema && !only_adds(d, a, b)) {
		c.is_breaking = true;
		c.why = "its schema does not only add";
	} else if (!same_ends &&
	    (!ends_only_widen(d, a->sources, b->sources) ||
	    !ends_only_widen(d, a->targets, b->targets))) {
		c.is_breaking = true;
		c.why = "it allows fewer end points";
	} else {
		c.why = !same_schema ? "its schema only adds" :
		    !same_ends ? "it allows more end points" :
		    "its description is another";
	}
	tell(d, &c);
}

static const struct module_type *
find_type(const struct module *m, const struct module_type *like)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->types[i].kind == like->kind &&
		    strcmp(m->types[i].name, like->name) == 0)
			return &m->types[i];
	return NULL;
}

static bool
config_only_widens(const struct module_config *a, const struct module_config *b)
{
	return (a->direction == b->direction ||
		   b->direction == MODULE_MIXED) &&
	    (b->multi || !a->multi) &&
	    (b->allow_self_loops || !a->allow_self_loops) &&
	    (a->acyclic || !b->acyclic);
}

static bool
config_is_equal(const struct module_config *a, const struct module_config *b)
{
	return a->direction == b->direction && a->multi == b->multi &&
	    a->allow_self_loops == b->allow_self_loops &&
	    a->acyclic == b->acyclic;
}

static void
compare_configs(struct diff *d, const struct module_config *a,
    const struct module_config *b)
{
	struct module_change c = { .op = ALK_REPLACE, .kind = ALK_GRAPH,
		.name = "Config" };
	struct buf before = { 0 };
	struct buf after = { 0 };

	if (config_is_equal(a, b))
		return;
	module_config_write(&before, a);
	module_config_write(&after, b);
	c.before = buf_text(&before);
	c.after = buf_text(&after);
	c.is_breaking = !config_only_widens(a, b);
	c.why = c.is_breaking ? "its config allows less" :
	    "its config allows more";
	if (c.before == NULL || c.after == NULL)
		error_nomem(d->err);
	tell(d, &c);
	buf_fini(&before);
	buf_fini(&after);
}

static void
diff_end(struct diff *d)
{
	json_reader_fini(&d->before);
	json_reader_fini(&d->after);
}

int
module_diff(const struct module *a, const struct module *b,
    module_change_fn fn, void *arg, alk_error *err)
{
	struct diff d = { .fn = fn, .arg = arg, .err = err };

	compare_configs(&d, &a->config, &b->config);
	for (size_t i = 0; i < b->count && !d.is_stopped; i++) {
		const struct module_type *t = &b->types[i];
		const struct module_type *old = find_type(a, t);
		if (old != NULL)
			compare_types(&d, old, t);
		else
			tell(&d, &(struct module_change){ .op = ALK_CREATE,
			    .kind = t->kind, .name = t->name, .type = t,
			    .after = t->schema, .why = "it is new" });
	}
	for (size_t i = 0; i < a->count && !d.is_stopped; i++) {
		const struct module_type *t = &a->types[i];
		if (find_type(b, t) == NULL)
			tell(&d, &(struct module_change){ .op = ALK_DELETE,
			    .kind = t->kind, .name = t->name,
			    .before = t->schema, .is_breaking = true,
			    .why = "the module no longer has it" });
	}
	diff_end(&d);
	return err->code;
}

/* ---- Schemas ----------------------------------------------------------- */

/* {"$defs": entries, "$ref": "#/$defs/NAME"}, read by r. */
static yyjson_val *
reach(struct diff *d, struct json_reader *r, yyjson_val *entries,
    yyjson_val *name)
{
	struct buf text = { 0 };
	struct buf ref = { 0 };
	yyjson_val *v = NULL;

	buf_str(&ref, "#/$defs");
	json_pointer_add(&ref, yyjson_get_str(name), yyjson_get_len(name));
	buf_str(&text, "{\"$defs\":");
	json_write(&text, entries);
	buf_str(&text, ",\"$ref\":");
	if (buf_text(&ref) != NULL)
		json_write_string(&text, ref.data, ref.bytes);
	buf_char(&text, '}');
	if (buf_text(&text) == NULL || ref.failed)
		error_nomem(d->err);
	else
		v = json_read_own(r, text.data, text.bytes, d->err);
	buf_fini(&text);
	buf_fini(&ref);
	return v;
}

/* One schema; a or b is NULL where there is none. */
static void
tell_schema(struct diff *d, const char *name, yyjson_val *a, yyjson_val *b,
    bool is_breaking)
{
	struct buf before = { 0 };
	struct buf after = { 0 };

	if (a != NULL)
		json_write(&before, a);
	if (b != NULL)
		json_write(&after, b);
	struct module_change c = { .kind = ALK_TYPE, .name = name,
		.is_breaking = is_breaking,
		.op = a == NULL ? ALK_CREATE : b == NULL ? ALK_DELETE :
		    ALK_REPLACE,
		.before = a != NULL ? buf_text(&before) : NULL,
		.after = b != NULL ? buf_text(&after) : NULL };
	c.why = a == NULL ? "it is new" : b == NULL ?
	    "the module no longer has it" : is_breaking ?
	    "its schema does not only add" : "its schema only adds";
	if (before.failed || after.failed)
		error_nomem(d->err);
	tell(d, &c);
	buf_fini(&before);
	buf_fini(&after);
}

static void
compare_entries(struct diff *d, yyjson_val *a, yyjson_val *b)
{
	size_t i, count;
	yyjson_val *name, *v;

	yyjson_obj_foreach(b, i, count, name, v) {
		const char *text = yyjson_get_str(name);
		yyjson_val *old = yyjson_obj_getn(a, text,
		    yyjson_get_len(name));
		if (d->is_stopped || d->err->code != ALK_OK)
			return;
		if (old == NULL) {
			tell_schema(d, text, NULL, v, false);
		} else if (!json_equal(old, v)) {
			yyjson_val *x = reach(d, &d->before, a, name);
			yyjson_val *y = reach(d, &d->after, b, name);
			if (x != NULL && y != NULL)
				tell_schema(d, text, old, v,
				    !is_additive(d, x, y));
		}
	}
	yyjson_obj_foreach(a, i, count, name, v)
		if (yyjson_obj_getn(b, yyjson_get_str(name),
		    yyjson_get_len(name)) == NULL)
			tell_schema(d, yyjson_get_str(name), v, NULL, true);
}

/* A map with something else in it is no map of schemas. */
static int
check_entries(yyjson_val *entries, const char *side, alk_error *err)
{
	size_t i, count;
	yyjson_val *name, *v;

	yyjson_obj_foreach(entries, i, count, name, v)
		if (!module_is_schema(v))
			return error_set(err, ALK_SCHEMA, "%s: entry '%.200s' "
			    "is no schema: an object, or true or false", side,
			    yyjson_get_str(name));
	return ALK_OK;
}

static void
compare_schemas(struct diff *d, yyjson_val *a, yyjson_val *b)
{
	yyjson_val *a_entries = module_plain_entries(a);
	yyjson_val *b_entries = module_plain_entries(b);
	yyjson_val *id = module_text(b, "$id");

	if (check_entries(a_entries, "before", d->err) != ALK_OK ||
	    check_entries(b_entries, "after", d->err) != ALK_OK)
		return;
	if (a_entries != NULL && b_entries != NULL)
		compare_entries(d, a_entries, b_entries);
	else if (!json_equal(a, b))
		tell_schema(d, id != NULL ? yyjson_get_str(id) : "", a, b,
		    !is_additive(d, a, b));
}

/* ---- Texts ------------------------------------------------------------- */

/* Says in front of an error's text which of the two it is about. */
static int
name_side(alk_error *err, const char *side)
{
	alk_error was = *err;

	err->code = ALK_OK;
	return error_set(err, was.code, "%s: %s", side, was.text);
}

static const struct json_bounds *
bounds_of(struct json_bounds *b, const struct module_limits *limits)
{
	*b = (struct json_bounds){
		.bytes_max = limits->schema_bytes_max,
		.depth_max = limits->depth_max,
	};
	return b;
}

static int
compare_modules(const struct module_text *before,
    const struct module_text *after, const struct module_limits *limits,
    struct diff *d)
{
	struct module a = { 0 };
	struct module b = { 0 };

	if (module_load(before->data, before->bytes, limits, &a, d->err) !=
	    ALK_OK)
		return name_side(d->err, "before");
	int rc = module_load(after->data, after->bytes, limits, &b, d->err);
	if (rc != ALK_OK)
		rc = name_side(d->err, "after");
	else
		rc = module_diff(&a, &b, d->fn, d->arg, d->err);
	module_fini(&a);
	module_fini(&b);
	return rc;
}

int
module_compare(const struct module_text *before,
    const struct module_text *after, const struct module_limits *limits,
    module_change_fn fn, void *arg, alk_error *err)
{
	struct diff d = { .fn = fn, .arg = arg, .err = err };
	struct json_reader readers[2] = { { 0 }, { 0 } };
	struct json_bounds bounds;
	yyjson_val *a, *b = NULL;

	a = json_read(&readers[0], before->data, before->bytes,
	    bounds_of(&bounds, limits), err);
	if (a == NULL)
		(void)name_side(err, "before");
	if (a != NULL) {
		b = json_read(&readers[1], after->data, after->bytes, &bounds,
		    err);
		if (b == NULL)
			(void)name_side(err, "after");
	}
	if (a != NULL && b != NULL) {
		if (module_has_nodes(a) || module_has_nodes(b))
			(void)compare_modules(before, after, limits, &d);
		else if (!module_is_schema(a) || !module_is_schema(b))
			error_set(err, ALK_SCHEMA, "%s: a schema is an object, "
			    "or true or false", module_is_schema(a) ?
			    "after" : "before");
		else
			compare_schemas(&d, a, b);
	}
	json_reader_fini(&readers[0]);
	json_reader_fini(&readers[1]);
	diff_end(&d);
	return err->code;
}
