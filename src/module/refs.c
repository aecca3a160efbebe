/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What refers to what in a module.
 *
 * A TypeBox reference is the bare $id of its target. It is looked for in the
 * entry that holds it, then among the names of entries, then among the $ids
 * within other entries; a pointer "#/$defs/Name" is followed to the entry too.
 * Other fragments and URIs are left to schema_compile(), which sees the entry
 * with all that it reaches.
 *
 * Modules within modules repeat definitions. Equal ones are one; where two
 * differ, TypeBox 0.34, TypeBox 1.x and Ajv each take another one, so that is
 * an error.
 *
 * Beside the names of entries (scope -1) module_entries.names holds the scopes
 * below.
 */
#include "module/parts.h"

#include "base/error.h"

#include <string.h>

#define VALUE_SCOPE (-2)  /* $id -> the schema that has it first */
#define OWNER_SCOPE (-3)  /* $id -> index of the entry that holds it first */
#define TWICE_SCOPE (-4)  /* $ids that are defined more than once */
/* 0, 1, ...: the $ids within the entry of that index */

struct reader {
	struct module_entries *e;
	size_t index;       /* of the entry that is walked */
	struct intmap seen; /* references that are noted: from * count + to */
	alk_error *err;
};

static struct module_entry *
current(const struct reader *r)
{
	return &r->e->list[r->index];
}

/* Fails at a place within the current entry. */
static int
fail_at(const struct reader *r, const struct module_place *at,
    const char *keyword, const char *text, const char *name, const char *hint)
{
	struct buf below = { 0 };

	module_place_write(at, &below);
	buf_str(&below, keyword);
	const char *pointer = buf_text(&below);
	int rc = pointer == NULL ? error_nomem(r->err) :
	    module_fail(r->e, current(r), pointer, r->err, text, name, hint);
	buf_fini(&below);
	return rc;
}

/* ---- $id ---- */

struct search {
	const yyjson_val *wanted;
	struct buf *out;
};

static int
write_if_wanted(void *arg, yyjson_val *schema, const struct module_place *at)
{
	struct search *s = arg;

	if (schema != s->wanted)
		return ALK_OK;
	module_place_write(at, s->out);
	return ALK_MISUSE; /* found: ends the walk */
}

/* Two schemas with one $id that differ: names both places. */
static int
fail_twice(const struct reader *r, const struct module_place *at,
    yyjson_val *id, const yyjson_val *first)
{
	struct buf other = { 0 };
	struct search s = { first, &other };
	const int64_t *owner = textmap_find(&r->e->names, OWNER_SCOPE,
	    yyjson_get_str(id), yyjson_get_len(id));
	const struct module_entry *entry = &r->e->list[*owner];

	module_entries_pointer(r->e, entry, &other);
	(void)module_walk(entry->schema, NULL, write_if_wanted, &s);
	const char *text = buf_text(&other);
	int rc = text == NULL ? error_nomem(r->err) : fail_at(r, at, "", "this "
	    "definition and the one at %s have the same $id but differ; make "
	    "them equal or rename one%s", text, "");
	buf_fini(&other);
	return rc;
}

static int
index_id(void *arg, yyjson_val *schema, const struct module_place *at)
{
	struct reader *r = arg;
	struct textmap *m = &r->e->names;
	yyjson_val *id = module_text(schema, "$id");

	if (id == NULL)
		return ALK_OK;
	const char *name = yyjson_get_str(id);
	size_t bytes = yyjson_get_len(id);
	const int64_t *first = textmap_find(m, VALUE_SCOPE, name, bytes);
	int rc;
	if (first != NULL) {
		yyjson_val *other = (yyjson_val *)(intptr_t)*first;
		if (!json_equal(schema, other))
			return fail_twice(r, at, id, other);
		rc = textmap_add(m, TWICE_SCOPE, name, bytes, 0);
	} else {
		rc = textmap_add(m, VALUE_SCOPE, name, bytes,
		    (int64_t)(intptr_t)schema);
		if (rc >= 0)
			rc = textmap_add(m, OWNER_SCOPE, name, bytes,
			    (int64_t)r->index);
	}
	if (rc >= 0)
		rc = textmap_add(m, (int64_t)r->index, name, bytes, 0);
	return rc < 0 ? error_nomem(r->err) : ALK_OK;
}

/* ---- $ref ---- */

static bool
defines(const struct reader *r, size_t index, const char *name, size_t bytes)
{
	return textmap_find(&r->e->names, (int64_t)index, name, bytes) != NULL;
}

/* Notes that the current entry refers to entry `to`. */
static int
add_ref(struct reader *r, size_t to)
{
	int64_t pair = (int64_t)(r->index * r->e->count + to);
	int rc = intmap_add(&r->seen, pair, 0);

	if (rc == 0)
		return ALK_OK;
	if (rc == 1)
		buf_add(&r->e->refs, &to, sizeof(to));
	if (rc < 0 || r->e->refs.failed)
		return error_nomem(r->err);
	current(r)->refs_count++;
	return ALK_OK;
}

/* 1 the name is known, 0 it is not, or an error. */
static int
refer_to_name(struct reader *r, const char *name, size_t bytes)
{
	if (defines(r, r->index, name, bytes))
		return 1;
	size_t to = module_entries_find(r->e, name, bytes);
	if (to != SIZE_MAX) {
		if (!defines(r, to, name, bytes))
			r->e->list[to].needs_id = true;
	} else {
		const int64_t *owner = textmap_find(&r->e->names, OWNER_SCOPE,
		    name, bytes);
		if (owner == NULL)
			return 0;
		to = (size_t)*owner;
	}
	int rc = to == r->index ? ALK_OK : add_ref(r, to);
	return rc == ALK_OK ? 1 : rc;
}

/* One token of a JSON Pointer, ~1 and ~0 undone. */
static void
add_token(struct buf *out, const char *p, const char *end)
{
	for (; p < end; p++) {
		if (*p == '~' && p + 1 < end && (p[1] == '0' || p[1] == '1'))
			buf_char(out, *++p == '0' ? '~' : '/');
		else
			buf_char(out, *p);
	}
}

/* "#/$defs/Name..." or "#/definitions/Name...". */
static int
refer_to_pointer(struct reader *r, const char *fragment, const char *end)
{
	static const char *const heads[] = { "#/$defs/", "#/definitions/" };
	struct buf name = { 0 };

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(heads[i]);
		if ((size_t)(end - fragment) <= n ||
		    memcmp(fragment, heads[i], n) != 0)
			continue;
		const char *from = fragment + n;
		const char *to = memchr(from, '/', (size_t)(end - from));
		add_token(&name, from, to != NULL ? to : end);
	}
	const char *text = buf_text(&name);
	int rc = text == NULL ? error_nomem(r->err) : ALK_OK;
	size_t index = rc == ALK_OK && name.bytes > 0 ?
	    module_entries_find(r->e, text, name.bytes) : SIZE_MAX;
	yyjson_val *own = yyjson_obj_get(current(r)->schema, "$defs");
	if (index != SIZE_MAX && yyjson_obj_getn(own, text, name.bytes) != NULL)
		index = SIZE_MAX;
	if (index == r->index)
		current(r)->needs_import = true;
	else if (index != SIZE_MAX)
		rc = add_ref(r, index);
	buf_fini(&name);
	return rc;
}

static int
follow_ref(void *arg, yyjson_val *schema, const struct module_place *at)
{
	struct reader *r = arg;
	yyjson_val *ref = module_text(schema, "$ref");

	if (ref == NULL)
		return ALK_OK;
	const char *text = yyjson_get_str(ref);
	size_t bytes = yyjson_get_len(ref);
	/* A $id may hold any character, so the whole of it comes first. */
	int known = refer_to_name(r, text, bytes);
	if (known != 0)
		return known < 0 ? known : ALK_OK;
	const char *hash = memchr(text, '#', bytes);
	if (hash == text)
		return refer_to_pointer(r, text, text + bytes);
	if (hash != NULL)
		known = refer_to_name(r, text, (size_t)(hash - text));
	if (known != 0)
		return known < 0 ? known : ALK_OK;
	if (memchr(text, ':', bytes) != NULL)
		return ALK_OK; /* a URI */
	struct nearest n;
	return fail_at(r, at, "/$ref", "the $ref '%s' leads nowhere; add an "
	    "entry of that name to the module, or correct the reference%s",
	    text, module_entries_hint(r->e, -1, text, &n));
}

int
module_refs_read(struct module_entries *e, alk_error *err)
{
	struct reader r = { .e = e, .err = err };
	int rc = ALK_OK;

	for (r.index = 0; r.index < e->count && rc == ALK_OK; r.index++)
		rc = module_walk(current(&r)->schema, NULL, index_id, &r);
	if (rc == ALK_OK && !buf_reserve(&e->refs, 1))
		rc = error_nomem(err);
	for (r.index = 0; r.index < e->count && rc == ALK_OK; r.index++) {
		struct module_entry *entry = current(&r);
		entry->refs = e->refs.bytes / sizeof(size_t);
		rc = module_walk(entry->schema, NULL, follow_ref, &r);
		if (textmap_find(&e->names, TWICE_SCOPE, entry->name,
		    entry->bytes) != NULL)
			entry->needs_import = true;
	}
	intmap_fini(&r.seen);
	return rc;
}
