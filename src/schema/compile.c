/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* schema_compile(): the steps of compile.h, one after the other. */
#include "schema/compile.h"

#include "base/error.h"
#include "base/mem.h"
#include "schema/schema.h"

#include <stdarg.h>
#include <stdio.h>

#define VALUES_MAX 16000000 /* JSON values in one schema */

int
compile_place(struct compile *c, yyjson_val *at, int code)
{
	struct buf pointer = { 0 };

	program_locate(&pointer, c->root, at);
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

yyjson_val *
compile_get(yyjson_val *object, enum keyword k)
{
	return yyjson_obj_get(object, keyword_rows[k].name);
}

/*
 * A copy of a value and all within it: yyjson keeps them side by side, with
 * distances instead of addresses, and only texts have to be moved.
 */
static int
copy_source(struct compile *c, yyjson_val *root)
{
	struct pool *pool = &c->s->pool;

	c->values = (size_t)(unsafe_yyjson_get_next(root) - root);
	if (c->values > VALUES_MAX)
		return error_set(c->err, ALK_LIMIT,
		    "a schema of over %d JSON values", VALUES_MAX);
	c->root = pool_alloc(pool, c->values * sizeof(*root));
	c->node_of = mem_zero(c->values * sizeof(c->node_of[0]));
	if (c->root == NULL || c->node_of == NULL)
		return error_nomem(c->err);
	memcpy(c->root, root, c->values * sizeof(*root));
	size_t bytes = 0;
	for (size_t i = 0; i < c->values; i++)
		if (yyjson_is_str(&c->root[i]) || yyjson_is_raw(&c->root[i]))
			bytes += yyjson_get_len(&c->root[i]) + 1;
	char *texts = pool_alloc(pool, bytes);
	if (texts == NULL)
		return error_nomem(c->err);
	for (size_t i = 0; i < c->values; i++) {
		yyjson_val *v = &c->root[i];
		if (!yyjson_is_str(v) && !yyjson_is_raw(v))
			continue;
		size_t length = yyjson_get_len(v);
		memcpy(texts, v->uni.str, length);
		v->uni.str = texts;
		texts += length + 1;
	}
	c->s->source = c->root;
	return ALK_OK;
}

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

static int
run(struct compile *c, yyjson_val *root)
{
	uint32_t document;
	int rc = copy_source(c, root);

	if (rc == ALK_OK)
		rc = add_any(c);
	if (rc == ALK_OK)
		rc = refs_add_resource(c, c->root, 0, NULL, &document);
	if (rc == ALK_OK)
		rc = scan_schema(c, c->root, document, 0);
	for (uint32_t i = 1; rc == ALK_OK && i < c->s->count; i++)
		rc = build_node(c, i);
	if (rc == ALK_OK)
		rc = build_child(c, c->root, &c->s->root);
	return rc == ALK_OK ? link_program(c) : rc;
}

int
schema_compile(yyjson_val *root, struct schema **out, alk_error *err)
{
	alk_error own = { 0 };
	struct compile c = { .err = err != NULL ? err : &own };

	if (root == NULL)
		return error_set(c.err, ALK_INVALID, "no schema is given");
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
