/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Schemas of the caller: compiling, checking, telling what is wrong. */
#include "document/document.h"

#include "base/error.h"
#include "base/mem.h"

#include <limits.h>
#include <string.h>

#define FAILURES_USUAL 100

static int
check_options(const alk_schema_options *o, alk_error *err)
{
	if (o == NULL || o->dialect == ALK_DIALECT_TYPEBOX)
		return ALK_OK;
	return error_set(err, ALK_INVALID, "dialect %d is none", o->dialect);
}

static int
compile(yyjson_val *root, alk_schema **out, alk_error *err)
{
	alk_schema *s = mem_alloc(sizeof(*s));

	if (s == NULL)
		return error_nomem(err);
	int rc = schema_compile(root, &s->program, err);
	if (rc != ALK_OK) {
		mem_release(s);
		return rc;
	}
	atomic_init(&s->plan, NULL);
	*out = s;
	return ALK_OK;
}

int
alk_schema_compile(const char *text, size_t bytes,
    const alk_schema_options *o, alk_schema **out, alk_error *err)
{
	struct json_reader r = { 0 };
	alk_error own;

	if (err == NULL)
		err = &own;
	error_clear(err);
	if (check_options(o, err) != ALK_OK)
		return err->code;
	yyjson_val *root = document_read(&r, text, bytes, err);
	int rc = root != NULL ? compile(root, out, err) : err->code;
	json_reader_fini(&r);
	return rc;
}

void
alk_schema_free(alk_schema *s)
{
	if (s == NULL)
		return;
	value_plan_free(atomic_load_explicit(&s->plan, memory_order_acquire));
	schema_free(s->program);
	mem_release(s);
}

/* ---- Checking ---------------------------------------------------------- */

static int
check(const alk_schema *s, yyjson_val *v, alk_error *err)
{
	/* false may also stand for memory that was missing. */
	if (schema_check(s->program, v))
		return ALK_OK;
	return schema_explain(s->program, v, err);
}

int
alk_schema_check(const alk_schema *s, const char *text, size_t bytes,
    alk_error *err)
{
	char stack[JSON_STACK_BYTES];
	struct json_reader r = { 0 };
	alk_error own;

	if (err == NULL)
		err = &own;
	error_clear(err);
	if (document_need(s, "schema is", err) != ALK_OK)
		return ALK_INVALID;
	json_reader_lend(&r, stack, sizeof(stack));
	yyjson_val *v = document_read(&r, text, bytes, err);
	int rc = v != NULL ? check(s, v, err) : err->code;
	json_reader_fini(&r);
	return rc;
}

int
alk_schema_check_json(const alk_schema *s, const alk_json *j, alk_error *err)
{
	error_clear(err);
	if (document_need(s, "schema is", err) != ALK_OK ||
	    document_need(j, "value is", err) != ALK_OK)
		return ALK_INVALID;
	return check(s, j->root, err);
}

/* ---- Telling failures -------------------------------------------------- */

struct telling {
	alk_failure_fn fn;
	void *arg;
	alk_error *err;
};

static int
tell(void *arg, const struct schema_failure *f)
{
	const struct telling *t = arg;
	alk_failure told = {
		.instance = f->instance,
		.location = f->keyword,
		.message = f->message,
	};

	/* The first one stays. */
	(void)error_set(t->err, ALK_VALUE, "%s", f->message);
	error_pointer(t->err, f->instance, strlen(f->instance));
	return t->fn(t->arg, &told);
}

int
alk_schema_errors(const alk_schema *s, const alk_json *j, size_t max,
    alk_failure_fn fn, void *arg, alk_error *err)
{
	struct telling t = { .fn = fn, .arg = arg, .err = err };

	error_clear(err);
	if (document_need(s, "schema is", err) != ALK_OK ||
	    document_need(j, "value is", err) != ALK_OK ||
	    document_need(fn != NULL ? s : NULL, "function to tell is", err) !=
	    ALK_OK)
		return ALK_INVALID;
	if (max == 0)
		max = FAILURES_USUAL;
	int told = schema_errors(s->program, j->root,
	    max < INT_MAX ? (int)max : INT_MAX, tell, &t);
	if (told >= 0)
		return told == 0 ? ALK_OK : ALK_VALUE;
	error_clear(err);
	return error_nomem(err);
}
