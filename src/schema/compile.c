/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* schema_compile_with(): the steps of compile.h, one after the other. */
#include "schema/compile.h"

#include "base/error.h"
#include "base/mem.h"
#include "schema/schema.h"

#include <stdarg.h>
#include <stdio.h>

int
compile_place(struct compile *c, yyjson_val *at, int code)
{
	const struct document *d = program_document(c->s, at);
	struct buf pointer = { 0 };

	if (d != c->s->documents)
		error_entry(c->err, "%s", d->uri);
	program_locate(&pointer, d->root, at);
	const char *text = buf_text(&pointer);
	if (text != NULL) {
		error_pointer(c->err, text, pointer.bytes);
	} else {
		/* An error without its place would mislead. */
		error_clear(c->err);
		code = error_nomem(c->err);
	}
	buf_fini(&pointer);
	return code;
}

int
compile_fail(struct compile *c, yyjson_val *at, int code,
    const char *format, ...)
{
	char text[sizeof(((alk_error *)0)->text)];
	va_list ap;

	va_start(ap, format);
	int bytes = vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	/* Longer by one, so that error_set() sees what is cut. */
	bool cut = bytes >= (int)sizeof(text);
	return compile_place(c, at,
	    error_set(c->err, code, cut ? "%s." : "%s", text));
}

/* ---- What is known of a schema ----------------------------------------- */

uint32_t
compile_node(struct compile *c, yyjson_val *v)
{
	return c->node_of[documents_place(c, v)];
}

const struct dialect *
compile_dialect(struct compile *c, yyjson_val *v)
{
	uint32_t index = compile_node(c, v) - 1;

	return c->resources[c->s->nodes[index].resource].dialect;
}

bool
compile_has_ref(const struct dialect *d, yyjson_val *v)
{
	return dialect_hides_siblings(d) && yyjson_obj_get(v, "$ref") != NULL;
}

const struct keyword_row *
compile_row(const struct dialect *d, bool has_ref, yyjson_val *key)
{
	const struct keyword_row *row = keyword_find(d, yyjson_get_str(key),
	    yyjson_get_len(key));

	/* Definitions assert nothing; references may lead into them. */
	if (row != NULL && has_ref && row->id != KW_REF &&
	    row->id != KW_DEFINITIONS)
		return NULL;
	return row;
}

yyjson_val *
compile_get(struct compile *c, yyjson_val *v, enum keyword k)
{
	const struct dialect *d = compile_dialect(c, v);
	const char *name = keyword_rows[k].name;
	yyjson_val *value = yyjson_obj_get(v, name);

	if (value == NULL || keyword_find(d, name, strlen(name)) == NULL)
		return NULL;
	return k == KW_REF || !compile_has_ref(d, v) ? value : NULL;
}

/* ---- The steps --------------------------------------------------------- */

/* Node 0 passes everything; it stands for `true`, {} and what is not said. */
static int
add_any(struct compile *c)
{
	c->s->nodes = mem_alloc(16 * sizeof(c->s->nodes[0]));
	if (c->s->nodes == NULL)
		return error_nomem(c->err);
	c->room = 16;
	c->s->nodes[0] = (struct node){ .types = TYPE_ALL,
		.kinds = program_kinds(TYPE_ALL) };
	c->s->count = 1;
	return ALK_OK;
}

/* All nodes, also those that references add on the way. */
static int
build(struct compile *c)
{
	bool was_dynamic;
	int rc = ALK_OK;

	do {
		/* What is built without dynamic references is so once only. */
		was_dynamic = c->is_dynamic;
		c->s->hops_count = 0;
		for (uint32_t i = 1; rc == ALK_OK && i < c->s->count; i++)
			rc = build_node(c, i);
	} while (rc == ALK_OK && c->is_dynamic != was_dynamic);
	return rc;
}

static int
run(struct compile *c, yyjson_val *root)
{
	struct schema *s = c->s;
	struct dialect *usual = build_alloc(c, sizeof(*usual));
	int rc = usual != NULL ? add_any(c) : ALK_NOMEM;

	if (rc != ALK_OK)
		return rc;
	*usual = dialect_of_draft(c->options->dialect, c->options->format);
	c->dialect = usual;
	rc = documents_add(c, "", root);
	if (rc == ALK_OK)
		rc = build(c);
	if (rc != ALK_OK)
		return rc;
	s->source = s->documents[0].root;
	s->dialect = compile_dialect(c, s->source)->draft;
	rc = build_child(c, s->source, &s->root);
	return rc == ALK_OK ? link_program(c) : rc;
}

int
schema_compile_with(yyjson_val *root, const struct schema_options *o,
    struct schema **out, alk_error *err)
{
	static const struct schema_options usual = { .registry = NULL };
	alk_error own = { 0 };
	struct compile c = { .err = err != NULL ? err : &own };

	if (root == NULL)
		return error_set(c.err, ALK_INVALID, "no schema is given");
	if (o == NULL)
		o = &usual;
	c.options = o;
	c.s = mem_zero(sizeof(*c.s));
	if (c.s == NULL)
		return error_nomem(c.err);
	int rc = run(&c, root);
	patterns_seal(&c.s->patterns);
	textmap_fini(&c.map);
	buf_fini(&c.scratch);
	c.s->resources = c.resources;
	c.s->resources_count = c.resources_count;
	hops_sort(c.s);
	mem_release(c.node_of);
	if (rc == ALK_OK)
		*out = c.s;
	else
		schema_free(c.s);
	return rc;
}

int
schema_compile(yyjson_val *root, struct schema **out, alk_error *err)
{
	return schema_compile_with(root, NULL, out, err);
}

enum schema_dialect
schema_dialect_of(const struct schema *s)
{
	return s->dialect;
}

void
schema_free(struct schema *s)
{
	if (s == NULL)
		return;
	patterns_fini(&s->patterns);
	pool_fini(&s->pool);
	mem_release(s->anchors);
	mem_release(s->resources);
	mem_release(s->hops);
	mem_release(s->documents);
	mem_release(s->nodes);
	mem_release(s);
}

void
program_locate(struct buf *out, yyjson_val *root, yyjson_val *target)
{
	yyjson_val *at = root;

	while (at != target) {
		bool in_object = yyjson_is_obj(at);
		size_t count = unsafe_yyjson_get_len(at);
		yyjson_val *v = unsafe_yyjson_get_first(at);
		for (size_t i = 0; i < count; i++) {
			yyjson_val *key = v;
			if (in_object)
				v = key + 1;
			yyjson_val *next = unsafe_yyjson_get_next(v);
			if (target < next) {
				if (in_object)
					json_pointer_add(out,
					    yyjson_get_str(key),
					    yyjson_get_len(key));
				else
					json_pointer_index(out, i);
				at = target == key ? target : v;
				break;
			}
			v = next;
		}
	}
}
