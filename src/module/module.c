/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Taking a module apart, in this order: entries and their roles
 * (entries.c), references (refs.c), Config and constraints
 * (config.c), and here the schemas that stand alone. What is sound but
 * cannot be meant is found by slips.c, what most likely is not meant by
 * warn.c.
 *
 * A stored schema is the entry, with "$defs" behind its other members: those of
 * its own, then the entries that it reaches, as written in the module and in
 * that order. References stay as TypeBox writes them; what is referred to by
 * name and has no $id is given one. An entry that refers to itself by pointer,
 * or whose $id is defined again somewhere, is stored as {"$defs": {...},
 * "$ref": its name} instead.
 */
#include "module/parts.h"

#include "base/error.h"
#include "base/mem.h"

#include <string.h>

/* All stored schemas together, in units of the longest module. */
#define STORED_FACTOR 64

struct loader {
	struct module_entries e;
	const struct module_limits *limits;
	struct module m;            /* in the making */
	struct json_reader reader;  /* of stored schemas */
	struct buf text;            /* of one stored schema */
	size_t stored;              /* bytes of all so far */
	bool *is_reached;           /* by the type at hand; one per entry */
	size_t *queue;
	alk_error *err;
};

/* ---- What an entry reaches ---- */

/* Spreads l->is_reached from what is set in it. */
static void
find_reached(struct loader *l)
{
	size_t count = 0;

	for (size_t i = 0; i < l->e.count; i++)
		if (l->is_reached[i])
			l->queue[count++] = i;
	for (size_t at = 0; at < count; at++) {
		const struct module_entry *entry = &l->e.list[l->queue[at]];
		const size_t *refs = module_entries_refs(&l->e, entry);
		for (size_t i = 0; i < entry->refs_count; i++) {
			if (l->is_reached[refs[i]])
				continue;
			l->is_reached[refs[i]] = true;
			l->queue[count++] = refs[i];
		}
	}
}

/* ---- Writing ---- */

static void
write_name(struct buf *out, const char *name, size_t bytes)
{
	json_write_string(out, name, bytes);
	buf_char(out, ':');
}

/*
 * The members of an entry's schema, the $id that it needs first; without
 * braces.
 */
static void
write_members(struct buf *out, const struct module_entry *entry, bool with_defs,
    bool *any)
{
	size_t i, count;
	yyjson_val *name, *v;

	if (entry->needs_id) {
		buf_str(out, "\"$id\":");
		json_write_string(out, entry->name, entry->bytes);
		*any = true;
	}
	yyjson_obj_foreach(entry->schema, i, count, name, v) {
		if (!with_defs && yyjson_equals_str(name, "$defs"))
			continue;
		if (*any)
			buf_char(out, ',');
		*any = true;
		write_name(out, yyjson_get_str(name), yyjson_get_len(name));
		json_write(out, v);
	}
}

static void
write_definition(struct buf *out, const struct module_entry *entry)
{
	bool any = false;

	write_name(out, entry->name, entry->bytes);
	if (!yyjson_is_obj(entry->schema) || !entry->needs_id) {
		json_write(out, entry->schema);
		return;
	}
	buf_char(out, '{');
	write_members(out, entry, true, &any);
	buf_char(out, '}');
}

/*
 * The reached entries but `but`, each with a comma before it where any says so.
 */
static int
write_reached(struct loader *l, const struct module_entry *root,
    yyjson_val *own, size_t but, bool *any)
{
	for (size_t i = 0; i < l->e.count; i++) {
		const struct module_entry *entry = &l->e.list[i];
		if (!l->is_reached[i] || i == but)
			continue;
		yyjson_val *same = yyjson_obj_getn(own, entry->name,
		    entry->bytes);
		if (same != NULL && json_equal(same, entry->schema))
			continue;
		if (same != NULL)
			return module_fail(&l->e, root, "/$defs", l->err,
			    "its own $defs and the module both define '%.*s', "
			    "but not equally; make them equal or rename one",
			    (int)entry->bytes, entry->name);
		if (*any)
			buf_char(&l->text, ',');
		*any = true;
		write_definition(&l->text, entry);
	}
	return ALK_OK;
}

static int
write_imported(struct loader *l, const struct module_entry *root)
{
	struct buf *out = &l->text;
	bool any = false;

	buf_str(out, "{\"$defs\":{");
	int rc = write_reached(l, root, NULL, SIZE_MAX, &any);
	buf_str(out, "},\"$ref\":");
	if (root->has_id || root->needs_id) {
		json_write_string(out, root->name, root->bytes);
	} else {
		struct buf ref = { 0 };
		buf_str(&ref, "#/$defs");
		json_pointer_add(&ref, root->name, root->bytes);
		if (ref.failed)
			out->failed = true;
		else
			json_write_string(out, ref.data, ref.bytes);
		buf_fini(&ref);
	}
	buf_char(out, '}');
	return rc;
}

static int
write_alone(struct loader *l, size_t index)
{
	struct module_entry *root = &l->e.list[index];
	yyjson_val *own = yyjson_obj_get(root->schema, "$defs");
	struct buf *out = &l->text;
	bool any = false;

	if (!yyjson_is_obj(root->schema)) {
		json_write(out, root->schema);
		return ALK_OK;
	}
	buf_char(out, '{');
	write_members(out, root, false, &any);
	size_t before = out->bytes;
	buf_str(out, any ? ",\"$defs\":{" : "\"$defs\":{");
	size_t head = out->bytes;
	any = false;
	size_t i, count;
	yyjson_val *name, *v;
	yyjson_obj_foreach(module_some(own), i, count, name, v) {
		if (any)
			buf_char(out, ',');
		any = true;
		write_name(out, yyjson_get_str(name), yyjson_get_len(name));
		json_write(out, v);
	}
	int rc = write_reached(l, root, own, index, &any);
	if (out->bytes == head)
		out->bytes = before; /* no definitions: no $defs */
	else
		buf_char(out, '}');
	buf_char(out, '}');
	return rc;
}

/* Writes the stored schema of an entry into l->text. */
static int
write_stored(struct loader *l, size_t index)
{
	struct module_entry *root = &l->e.list[index];

	memset(l->is_reached, 0, l->e.count * sizeof(l->is_reached[0]));
	l->is_reached[index] = true;
	find_reached(l);
	buf_clear(&l->text);
	int rc = root->needs_import ? write_imported(l, root) :
	    write_alone(l, index);
	if (rc != ALK_OK)
		return rc;
	if (l->text.failed)
		return error_nomem(l->err);
	return ALK_OK;
}

/* ---- Compiling ---- */

/* One token of a pointer, decoded; what follows it is *rest. */
static void
first_token(const char *pointer, struct buf *token, const char **rest)
{
	const char *p = pointer;

	for (; *p != '\0' && *p != '/'; p++) {
		if (p[0] == '~' && (p[1] == '0' || p[1] == '1'))
			buf_char(token, *++p == '0' ? '~' : '/');
		else
			buf_char(token, *p);
	}
	*rest = p;
}

/*
 * Whose fault it is that a stored schema is bad at pointer; *below is where in
 * it. own are the $defs that root has itself.
 */
static const struct module_entry *
blame(const struct loader *l, const struct module_entry *root, yyjson_val *own,
    const char *pointer, const char **below)
{
	static const char head[] = "/$defs/";
	struct buf token = { 0 };
	const char *rest;
	size_t found = SIZE_MAX;

	*below = pointer;
	if (strncmp(pointer, head, sizeof(head) - 1) != 0)
		return root;
	first_token(pointer + sizeof(head) - 1, &token, &rest);
	const char *name = buf_text(&token);
	if (name != NULL && yyjson_obj_getn(own, name, token.bytes) == NULL)
		found = module_entries_find(&l->e, name, token.bytes);
	buf_fini(&token);
	if (found == SIZE_MAX)
		return root;
	*below = rest;
	return &l->e.list[found];
}

int
module_compile(yyjson_val *root, struct schema **out, alk_error *err)
{
	const struct schema_options o = { .dialect = SCHEMA_TYPEBOX,
		.is_fixed = true };

	return schema_compile_with(root, &o, out, err);
}

/* Compiles l->text; on failure err names the place in the module. */
static int
compile(struct loader *l, const struct module_entry *root, yyjson_val *own,
    alk_error *err)
{
	struct schema *program = NULL;
	alk_error problem = { .code = ALK_OK };

	yyjson_val *v = json_read_own(&l->reader, l->text.data, l->text.bytes,
	    &problem);
	int rc = v == NULL ? problem.code :
	    module_compile(v, &program, &problem);
	schema_free(program);
	if (rc == ALK_OK)
		return ALK_OK;
	if (rc == ALK_NOMEM)
		return error_nomem(err);
	const char *below;
	const struct module_entry *entry = blame(l, root, own, problem.pointer,
	    &below);
	struct buf pointer = { 0 };
	module_entries_pointer(&l->e, entry, &pointer);
	buf_str(&pointer, below);
	error_entry(err, "%.*s", (int)entry->bytes, entry->name);
	if (buf_text(&pointer) != NULL)
		error_pointer(err, buf_text(&pointer), pointer.bytes);
	rc = buf_text(&pointer) == NULL ? ALK_NOMEM : rc;
	buf_fini(&pointer);
	return rc == ALK_NOMEM ? error_nomem(err) :
				 error_set(err, rc, "%s", problem.text);
}

/* ---- Types ---- */

static int
add_type(struct loader *l, size_t index)
{
	struct module_entry *entry = &l->e.list[index];
	yyjson_val *text = module_text(entry->schema, "description");
	struct module_type *t = &l->m.types[l->m.count++];

	*t = (struct module_type){
		.kind = entry->role == ROLE_NODE ? ALK_NODE : ALK_EDGE,
		.name = mem_copy(entry->name, entry->bytes),
		.description = text == NULL ? mem_text("") :
		    mem_copy(yyjson_get_str(text), yyjson_get_len(text)),
		.sources = mem_text("[]"),
		.targets = mem_text("[]"),
	};
	bool is_whole = t->name != NULL && t->description != NULL &&
	    t->sources != NULL && t->targets != NULL;
	return is_whole ? ALK_OK : error_nomem(l->err);
}

static int
add_types(struct loader *l)
{
	l->m.types = mem_alloc(l->e.count * sizeof(l->m.types[0]));
	if (l->m.types == NULL)
		return error_nomem(l->err);
	int rc = ALK_OK;
	for (int role = ROLE_NODE; role <= ROLE_EDGE; role++)
		for (size_t i = 0; i < l->e.count && rc == ALK_OK; i++)
			if ((int)l->e.list[i].role == role)
				rc = add_type(l, i);
	return rc;
}

static int
add_schema(struct loader *l, struct module_type *t)
{
	size_t index = module_entries_find(&l->e, t->name, strlen(t->name));
	size_t one_max = l->limits->schema_bytes_max;
	size_t all_max = one_max > SIZE_MAX / STORED_FACTOR ? SIZE_MAX :
	    one_max * STORED_FACTOR;
	const struct module_entry *entry = &l->e.list[index];
	yyjson_val *own = entry->needs_import ? NULL :
	    yyjson_obj_get(entry->schema, "$defs");
	int rc = write_stored(l, index);

	if (rc == ALK_OK)
		rc = compile(l, entry, own, l->err);
	if (rc == ALK_OK)
		rc = module_indexes_load(&l->e, entry, &l->m, t, l->err);
	if (rc != ALK_OK)
		return rc;
	l->stored += l->text.bytes;
	if (l->stored > all_max) {
		error_entry(l->err, "%s", t->name);
		return error_set(l->err, ALK_LIMIT, "with all that they refer "
		    "to, the schemas of the types take more than %zu bytes; "
		    "raise limits.schema_bytes or share less", all_max);
	}
	for (size_t i = 0; i < l->e.count; i++)
		l->e.list[i].is_used |= l->is_reached[i];
	t->schema = mem_copy(l->text.data, l->text.bytes);
	t->schema_bytes = l->text.bytes;
	return t->schema != NULL ? ALK_OK : error_nomem(l->err);
}

/*
 * Entries that no type uses are not stored: that one is bad is worth a warning.
 * They are compiled all at once, so that the work stays in proportion to the
 * module.
 */
static int
check_unused(struct loader *l)
{
	alk_error problem = { .code = ALK_OK };
	size_t first = SIZE_MAX;
	bool any = false;

	for (size_t i = l->e.count; i-- > 0;) {
		l->is_reached[i] = !l->e.list[i].is_used;
		if (l->is_reached[i])
			first = i;
	}
	if (first == SIZE_MAX)
		return ALK_OK;
	find_reached(l);
	buf_clear(&l->text);
	buf_str(&l->text, "{\"$defs\":{");
	int rc = write_reached(l, NULL, NULL, SIZE_MAX, &any);
	buf_str(&l->text, "}}");
	if (rc == ALK_OK && l->text.failed)
		rc = error_nomem(l->err);
	if (rc != ALK_OK)
		return rc;
	rc = compile(l, &l->e.list[first], NULL, &problem);
	if (rc == ALK_NOMEM)
		return error_nomem(l->err);
	if (rc != ALK_OK && module_warn(&l->m, "%s is not valid at %s, though "
	    "no type uses it: %s", problem.entry, problem.pointer,
	    problem.text) != ALK_OK)
		return error_nomem(l->err);
	return ALK_OK;
}

static int
load(struct loader *l, yyjson_val *root)
{
	int rc = module_entries_read(root, l->limits, &l->e, l->err);

	if (rc == ALK_OK)
		rc = module_refs_read(&l->e, l->err);
	if (rc == ALK_OK)
		rc = module_config_load(&l->e, &l->m, l->err);
	if (rc == ALK_OK)
		rc = add_types(l);
	if (rc == ALK_OK)
		rc = module_constraints_load(&l->e, &l->m, l->err);
	if (rc != ALK_OK)
		return rc;
	l->is_reached = mem_alloc(l->e.count * sizeof(l->is_reached[0]));
	l->queue = mem_alloc(l->e.count * sizeof(l->queue[0]));
	if (l->is_reached == NULL || l->queue == NULL)
		return error_nomem(l->err);
	for (size_t i = 0; i < l->m.count && rc == ALK_OK; i++)
		rc = add_schema(l, &l->m.types[i]);
	if (rc == ALK_OK)
		rc = module_slips_types(&l->e, l->err);
	if (rc == ALK_OK)
		rc = check_unused(l);
	if (rc == ALK_OK && (module_warn_composition(&l->e, &l->m) != ALK_OK ||
	    module_warn_keywords(&l->e, root, &l->m) != ALK_OK))
		rc = error_nomem(l->err);
	return rc;
}

int
module_load(const char *text, size_t bytes, const struct module_limits *limits,
    struct module *out, alk_error *err)
{
	alk_error own = { .code = ALK_OK };
	struct json_reader reader = { 0 };
	struct loader l = { .limits = limits, .err = err != NULL ? err : &own };
	const struct json_bounds bounds = {
		.bytes_max = limits->schema_bytes_max,
		.depth_max = limits->depth_max,
		.bytes_name = "limits.schema_bytes",
		.depth_name = "limits.depth",
	};

	yyjson_val *root = json_read(&reader, text, bytes, &bounds, l.err);
	int rc = root == NULL ? l.err->code : load(&l, root);
	module_entries_fini(&l.e);
	json_reader_fini(&l.reader);
	json_reader_fini(&reader);
	buf_fini(&l.text);
	mem_release(l.is_reached);
	mem_release(l.queue);
	if (rc == ALK_OK)
		*out = l.m;
	else
		module_fini(&l.m);
	return rc;
}

static void
type_fini(struct module_type *t)
{
	mem_release(t->name);
	mem_release(t->description);
	mem_release(t->schema);
	mem_release(t->sources);
	mem_release(t->targets);
	module_indexes_fini(t);
}

void
module_fini(struct module *m)
{
	for (size_t i = 0; i < m->count; i++)
		type_fini(&m->types[i]);
	for (size_t i = 0; i < m->warnings_count; i++)
		mem_release(m->warnings[i]);
	mem_release(m->types);
	mem_release(m->warnings);
	mem_release(m->description);
	*m = (struct module){ .count = 0 };
}
