/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Graph types and graphs, as alkstore.h offers them. */
#include "store/store.h"

#include "base/error.h"
#include "document/document.h"

#include <string.h>

int
alk_types_load(alk_session *s, const char *graph_type,
    const alk_type_options *o, const char *module, size_t bytes,
    alk_types_result *result)
{
	struct call c;
	alk_types_result made = { 0 };

	if (call_write(s, &c, false) == ALK_OK) {
		if (module == NULL)
			error_set(&c.err, ALK_INVALID, "no module given");
		else
			(void)types_load(&s->graph, graph_type, o, module,
			    bytes == ALK_NUL ? strlen(module) : bytes, &made);
	}
	int code = call_end(s, &c);
	if (code == ALK_OK && result != NULL)
		*result = made;
	return code;
}

int
alk_types_list(alk_session *s, alk_row_fn fn, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)types_list(&s->graph, fn, arg);
	return call_end(s, &c);
}

int
alk_types_get(alk_session *s, const char *graph_type, const char **json,
    size_t *bytes)
{
	struct call c;

	buf_clear(&s->text);
	if (call_read(s, &c) == ALK_OK)
		(void)types_write(&s->graph, graph_type, &s->text);
	int code = call_end(s, &c);
	if (code == ALK_OK) {
		*json = buf_text(&s->text);
		if (bytes != NULL)
			*bytes = s->text.bytes;
	}
	return code;
}

int
alk_types_delete(alk_session *s, const char *graph_type)
{
	struct call c;

	if (call_write(s, &c, false) == ALK_OK)
		(void)types_delete(&s->graph, graph_type);
	return call_end(s, &c);
}

int
alk_types_check(alk_session *s, const char *graph_type, int kind,
    const char *type, const char *attributes, size_t bytes)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK) {
		if (kind != ALK_NODE && kind != ALK_EDGE)
			error_set(&c.err, ALK_INVALID,
			    "kind is neither ALK_NODE nor ALK_EDGE");
		else
			(void)types_check(&s->graph, graph_type, kind, type,
			    attributes, bytes);
	}
	return call_end(s, &c);
}

int
alk_types_schema(alk_session *s, const char *graph_type, int kind,
    const char *type, alk_schema **out)
{
	struct schema *program = NULL;
	alk_schema *made = NULL;
	struct call c;

	if (call_read(s, &c) == ALK_OK) {
		if (kind != ALK_NODE && kind != ALK_EDGE)
			error_set(&c.err, ALK_INVALID,
			    "kind is neither ALK_NODE nor ALK_EDGE");
		else if (type == NULL)
			error_set(&c.err, ALK_INVALID, "no type given");
		else if (types_schema(&s->graph, graph_type, kind, type,
		    &program) == ALK_OK &&
		    document_schema_wrap(program, &made, &c.err) != ALK_OK)
			schema_free(program);
	}
	int code = call_end(s, &c);
	if (code == ALK_OK)
		*out = made;
	else
		alk_schema_free(made);
	return code;
}

/* ---- differences ---- */

struct telling {
	alk_type_change_fn fn;
	void *arg;
};

static int
tell_change(void *arg, const struct module_change *c)
{
	const struct telling *t = arg;
	alk_type_change told = { .op = c->op, .kind = c->kind,
		.name = c->name, .before = c->before, .after = c->after,
		.is_breaking = c->is_breaking, .text = c->why };

	return t->fn(t->arg, &told);
}

int
alk_types_diff(alk_session *s, const char *graph_type, const char *module,
    size_t bytes, alk_type_change_fn fn, void *arg)
{
	struct telling t = { fn, arg };
	struct call c;

	if (call_read(s, &c) == ALK_OK) {
		if (module == NULL || fn == NULL)
			error_set(&c.err, ALK_INVALID, "no %s given",
			    module == NULL ? "module" : "function to tell");
		else
			(void)types_diff(&s->graph, graph_type, module,
			    bytes == ALK_NUL ? strlen(module) : bytes,
			    tell_change, &t);
	}
	return call_end(s, &c);
}

#define COMPARED_BYTES_MAX ((size_t)64 << 20)

int
alk_types_compare(const char *before, size_t before_bytes, const char *after,
    size_t after_bytes, alk_type_change_fn fn, void *arg, alk_error *err)
{
	const struct module_limits limits = {
		.schema_bytes_max = COMPARED_BYTES_MAX,
		.depth_max = ALK_JSON_DEPTH_MAX,
		.name_bytes_max = 256,
		.types_max = SIZE_MAX,
	};
	struct telling t = { fn, arg };
	alk_error own = { 0 };

	if (err == NULL)
		err = &own;
	error_clear(err);
	if (before == NULL || after == NULL || fn == NULL)
		return error_set(err, ALK_INVALID, "no %s given",
		    fn == NULL ? "function to tell" : before == NULL ?
		    "module before" : "module after");
	struct module_text a = { before, before_bytes == ALK_NUL ?
	    strlen(before) : before_bytes };
	struct module_text b = { after, after_bytes == ALK_NUL ?
	    strlen(after) : after_bytes };
	return module_compare(&a, &b, &limits, tell_change, &t, err);
}

/* ---- graphs ---- */

int
alk_graph_create(alk_session *s, const alk_graph_new *g, alk_row *row)
{
	struct call c;
	char id[257];
	alk_row made = { 0 };

	if (call_write(s, &c, false) == ALK_OK &&
	    graph_create(&s->graph, g, id) == ALK_OK && row != NULL) {
		/* Not after the commit, which no failure could undo. */
		(void)graph_get(&s->graph, id, &made);
		made.number++; /* the revision that the commit gives it */
	}
	int code = call_end(s, &c);
	if (code == ALK_OK && row != NULL)
		*row = made;
	return code;
}

int
alk_graph_get(alk_session *s, const char *graph, alk_row *row)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)graph_get(&s->graph, graph, row);
	return call_end(s, &c);
}

int
alk_graph_update(alk_session *s, const char *graph, const alk_graph_new *g)
{
	struct call c;

	if (call_write(s, &c, false) == ALK_OK)
		(void)graph_update(&s->graph, graph, g);
	return call_end(s, &c);
}

int
alk_graph_delete(alk_session *s, const char *graph)
{
	struct call c;

	if (call_write(s, &c, false) == ALK_OK)
		(void)graph_delete(&s->graph, graph);
	return call_end(s, &c);
}

int
alk_graph_list(alk_session *s, const char *graph_type, alk_row_fn fn,
    void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)graph_list(&s->graph, graph_type, fn, arg);
	return call_end(s, &c);
}

int
alk_stats(alk_session *s, const char *graph, alk_row_fn fn, void *arg)
{
	struct call c;

	if (call_read(s, &c) == ALK_OK)
		(void)graph_stats(&s->graph, graph, fn, arg);
	return call_end(s, &c);
}
