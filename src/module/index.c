/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The annotation "x-indexes" of a node or edge type:
 *
 *   "x-indexes": [{"name": "byEmail", "on": ["/email", "/address/city"],
 *                  "unique": true, "where": "status = 'active'"}]
 *
 * name and on are needed. on has one JSON Pointer or a list of them, into the
 * attributes, members only. A path that the schema does not know is an error
 * where the schema allows no other members, else worth a warning.
 */
#include "module/parts.h"

#include "base/error.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAME_BYTES_MAX 64
#define WHERE_BYTES_MAX 1024

static const char *const members[] = { "name", "on", "unique", "where" };

/* The annotation being read: where, for errors. */
struct indexes {
	const struct module_entries *e;
	const struct module_entry *entry;
	struct module *m;
	struct module_type *t;
	size_t index; /* within "x-indexes" */
	alk_error *err;
};

/* Fails at /x-indexes/N and what is below. */
static int __attribute__((format(printf, 3, 4)))
fail(const struct indexes *r, const char *below, const char *format, ...)
{
	char pointer[128];
	char text[512];

	va_list ap;
	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	(void)snprintf(pointer, sizeof(pointer), "/x-indexes/%zu%s", r->index,
	    below);
	return module_fail(r->e, r->entry, pointer, r->err, "%s", text);
}

/* ---- Names ---- */

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_same_name(const char *a, const char *b)
{
	for (; *a != '\0' && *b != '\0'; a++, b++) {
		char x = *a >= 'A' && *a <= 'Z' ? (char)(*a - 'A' + 'a') : *a;
		char y = *b >= 'A' && *b <= 'Z' ? (char)(*b - 'A' + 'a') : *b;
		if (x != y)
			return false;
	}
	return *a == *b;
}

static int
read_name(struct indexes *r, yyjson_val *v, struct module_index *x)
{
	const char *text = yyjson_get_str(v);
	size_t bytes = yyjson_get_len(v);
	bool is_right = yyjson_is_str(v) && bytes > 0 &&
	    bytes <= NAME_BYTES_MAX && is_letter(text[0]);

	for (size_t i = 0; is_right && i < bytes; i++)
		is_right = is_letter(text[i]) ||
		    (text[i] >= '0' && text[i] <= '9');
	if (!is_right)
		return fail(r, v != NULL ? "/name" : "", "an index needs a "
		    "name of 1 to %d letters a-z, A-Z, digits and _, not a "
		    "digit first", NAME_BYTES_MAX);
	x->name = mem_copy(text, bytes);
	if (x->name == NULL)
		return error_nomem(r->err);
	for (size_t i = 0; i + 1 < r->t->indexes_count; i++)
		if (is_same_name(r->t->indexes[i].name, x->name))
			return fail(r, "/name", "the type has an index '%s' "
			    "already, and case does not tell them apart",
			    r->t->indexes[i].name);
	return ALK_OK;
}

/* ---- Paths ---- */

/* One token of a pointer, decoded. *at is put behind it. false: no pointer. */
static bool
next_token(const char **at, struct buf *token)
{
	const char *p = *at;

	buf_clear(token);
	if (*p++ != '/')
		return false;
	for (; *p != '\0' && *p != '/'; p++) {
		if (*p == '~' && p[1] != '0' && p[1] != '1')
			return false;
		if (*p == '~')
			buf_char(token, *++p == '0' ? '~' : '/');
		else
			buf_char(token, *p);
	}
	*at = p;
	return true;
}

static bool
is_closed(const struct module_entries *e, yyjson_val *schema)
{
	schema = module_entries_follow(e, schema);
	return yyjson_is_false(yyjson_obj_get(schema,
	    "additionalProperties")) && yyjson_obj_get(schema, "properties") !=
	    NULL && yyjson_obj_get(schema, "patternProperties") == NULL;
}

static const char *
hint_of_member(const struct module_entries *e, yyjson_val *schema,
    const char *token, struct nearest *n)
{
	yyjson_val *properties = yyjson_obj_get(module_entries_follow(e,
	    schema), "properties");
	size_t i, count;
	yyjson_val *name, *v;

	nearest_init(n, token);
	yyjson_obj_foreach(module_some(properties), i, count, name, v)
		nearest_try(n, yyjson_get_str(name));
	return nearest_hint(n);
}

/*
 * A member that the schema does not know: *schema becomes NULL where it may be
 * there all the same.
 */
static int
step_down(struct indexes *r, const char *below, const char *token,
    size_t bytes, yyjson_val **schema)
{
	struct nearest n;
	yyjson_val *at = *schema;

	if (at == NULL)
		return ALK_OK;
	*schema = module_property(r->e, at, token, bytes);
	if (*schema != NULL || yyjson_obj_get(module_entries_follow(r->e, at),
	    "properties") == NULL)
		return ALK_OK;
	const char *hint = hint_of_member(r->e, at, token, &n);
	if (is_closed(r->e, at))
		return fail(r, below, "the schema has no member '%s', and "
		    "allows no others%s", token, hint);
	int rc = module_warn(r->m, "the index %zu of '%s' is on '%s', which "
	    "its schema does not name%s", r->index, r->t->name, token, hint);
	return rc == ALK_OK ? rc : error_nomem(r->err);
}

static int
check_path(struct indexes *r, const char *below, const char *path)
{
	struct buf token = { 0 };
	yyjson_val *schema = r->entry->schema;
	const char *at = path;
	int depth = 0;
	int rc = ALK_OK;

	while (rc == ALK_OK && (*at != '\0' || depth == 0)) {
		bool is_first = depth++ == 0;
		if (!next_token(&at, &token))
			rc = fail(r, below, "'%s' is no JSON Pointer to a "
			    "member; write \"/name\" or \"/address/city\"",
			    path);
		else if (buf_text(&token) == NULL)
			rc = error_nomem(r->err);
		else if (depth > MODULE_INDEX_DEPTH_MAX)
			rc = fail(r, below, "a path has at most %d members",
			    MODULE_INDEX_DEPTH_MAX);
		else if (!module_index_is_name(token.data, token.bytes))
			rc = fail(r, below, "members on the path of an index "
			    "are not empty and have no \", \\ and control "
			    "characters");
		else if (is_first && strcmp(token.data,
		    module_type_member(r->t->kind)) == 0)
			rc = fail(r, below, "%s is the type itself, which "
			    "needs no index", token.data);
		else
			rc = step_down(r, below, token.data, token.bytes,
			    &schema);
	}
	buf_fini(&token);
	return rc;
}

static int
add_path(struct indexes *r, const char *below, yyjson_val *v,
    struct module_index *x)
{
	if (!yyjson_is_str(v) || strlen(yyjson_get_str(v)) !=
	    yyjson_get_len(v))
		return fail(r, below, "a path is a JSON Pointer such as "
		    "\"/name\"");
	int rc = check_path(r, below, yyjson_get_str(v));
	if (rc != ALK_OK)
		return rc;
	for (size_t i = 0; i < x->count; i++)
		if (strcmp(x->paths[i], yyjson_get_str(v)) == 0)
			return fail(r, below, "the path '%s' is there twice",
			    x->paths[i]);
	x->paths[x->count] = mem_text(yyjson_get_str(v));
	return x->paths[x->count++] != NULL ? ALK_OK : error_nomem(r->err);
}

static int
read_paths(struct indexes *r, yyjson_val *on, struct module_index *x)
{
	size_t i, count;
	yyjson_val *v;
	int rc = ALK_OK;

	if (yyjson_is_str(on))
		return add_path(r, "/on", on, x);
	if (yyjson_arr_size(on) == 0)
		return fail(r, on != NULL ? "/on" : "", "an index needs "
		    "\"on\", a JSON Pointer or a list of them");
	if (yyjson_arr_size(on) > MODULE_INDEX_PATHS_MAX)
		return fail(r, "/on", "an index is on at most %d paths",
		    MODULE_INDEX_PATHS_MAX);
	yyjson_arr_foreach(on, i, count, v) {
		char below[32];
		(void)snprintf(below, sizeof(below), "/on/%zu", i);
		if (rc == ALK_OK)
			rc = add_path(r, below, v, x);
	}
	return rc;
}

/* ---- The rest ---- */

static int
read_where(struct indexes *r, yyjson_val *v, struct module_index *x)
{
	struct filter *f = NULL;
	alk_error problem = { 0 };

	if (v == NULL)
		return ALK_OK;
	if (!yyjson_is_str(v))
		return fail(r, "/where", "where is a filter, as text");
	if (yyjson_get_len(v) > WHERE_BYTES_MAX)
		return fail(r, "/where", "the filter has more than %d bytes",
		    WHERE_BYTES_MAX);
	int rc = filter_parse(yyjson_get_str(v), yyjson_get_len(v), &f,
	    &problem);
	if (rc == ALK_NOMEM)
		return error_nomem(r->err);
	if (rc != ALK_OK)
		return fail(r, "/where", "%s: %s", problem.entry,
		    problem.text);
	const char *fault = module_where_fault(f);
	filter_free(f);
	if (fault != NULL)
		return fail(r, "/where", "an index cannot be made for this "
		    "filter: %s", fault);
	x->where = mem_copy(yyjson_get_str(v), yyjson_get_len(v));
	return x->where != NULL ? ALK_OK : error_nomem(r->err);
}

static int
check_members(struct indexes *r, yyjson_val *v)
{
	size_t i, count;
	yyjson_val *name, *value;

	if (!yyjson_is_obj(v))
		return fail(r, "", "an index is an object with \"name\" and "
		    "\"on\"");
	yyjson_obj_foreach(v, i, count, name, value) {
		struct nearest n;
		size_t k = 0;
		nearest_init(&n, yyjson_get_str(name));
		for (; k < sizeof(members) / sizeof(members[0]); k++) {
			if (yyjson_equals_str(name, members[k]))
				break;
			nearest_try(&n, members[k]);
		}
		if (k == sizeof(members) / sizeof(members[0]))
			return fail(r, "", "an index has no member '%.100s'%s",
			    yyjson_get_str(name), n.best != NULL ?
			    nearest_hint(&n) : "; it has name, on, unique and "
			    "where");
	}
	return ALK_OK;
}

static int
read_index(struct indexes *r, yyjson_val *v, struct module_index *x)
{
	yyjson_val *unique = yyjson_obj_get(v, "unique");
	int rc = check_members(r, v);

	if (rc == ALK_OK)
		rc = read_name(r, yyjson_obj_get(v, "name"), x);
	if (rc == ALK_OK)
		rc = read_paths(r, yyjson_obj_get(v, "on"), x);
	if (rc == ALK_OK && unique != NULL && !yyjson_is_bool(unique))
		return fail(r, "/unique", "unique is true or false");
	x->is_unique = yyjson_is_true(unique);
	return rc == ALK_OK ? read_where(r, yyjson_obj_get(v, "where"), x) :
			      rc;
}

/* Another name near to that of the annotation does nothing, in any schema. */
static int
look_for_slip(struct indexes *r)
{
	size_t i, count;
	yyjson_val *name, *v;

	yyjson_obj_foreach(module_some(r->entry->schema), i, count, name, v) {
		struct nearest n;
		nearest_init(&n, yyjson_get_str(name));
		nearest_try(&n, "x-indexes");
		if (n.best != NULL && module_warn(r->m, "'%s' of '%s' declares "
			"nothing%s", yyjson_get_str(name), r->t->name,
			nearest_hint(&n)) != ALK_OK)
			return error_nomem(r->err);
	}
	return ALK_OK;
}

int
module_indexes_load(const struct module_entries *e,
    const struct module_entry *entry, struct module *m, struct module_type *t,
    alk_error *err)
{
	struct indexes r = { .e = e, .entry = entry, .m = m, .t = t,
		.err = err };
	yyjson_val *list = yyjson_obj_get(entry->schema, "x-indexes");
	size_t count = yyjson_arr_size(list);
	int rc = ALK_OK;

	if (list == NULL)
		return look_for_slip(&r);
	if (!yyjson_is_arr(list) || count > MODULE_INDEXES_MAX)
		return module_fail(e, entry, "/x-indexes", err, "\"x-indexes\" "
		    "is a list of at most %d indexes", MODULE_INDEXES_MAX);
	t->indexes = mem_zero((count + 1) * sizeof(t->indexes[0]));
	if (t->indexes == NULL)
		return error_nomem(err);
	for (; r.index < count && rc == ALK_OK; r.index++)
		rc = read_index(&r, yyjson_arr_get(list, r.index),
		    &t->indexes[t->indexes_count++]);
	return rc;
}

void
module_indexes_fini(struct module_type *t)
{
	for (size_t i = 0; i < t->indexes_count; i++) {
		struct module_index *x = &t->indexes[i];
		mem_release(x->name);
		mem_release(x->where);
		for (size_t k = 0; k < x->count; k++)
			mem_release(x->paths[k]);
	}
	mem_release(t->indexes);
	t->indexes = NULL;
	t->indexes_count = 0;
}
