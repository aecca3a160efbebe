/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Schemas of the caller: compiling, checking, telling what is wrong. */
#include "document/document.h"

#include "base/error.h"
#include "base/mem.h"
#include "schema/codes.h"

#include <limits.h>
#include <string.h>

#define FAILURES_USUAL 100

_Static_assert((int)SCHEMA_FLAG == ALK_OUTPUT_FLAG &&
    (int)SCHEMA_BASIC == ALK_OUTPUT_BASIC &&
    (int)SCHEMA_DETAILED == ALK_OUTPUT_DETAILED, "the header has them too");

_Static_assert((int)SCHEMA_TYPEBOX == ALK_DIALECT_TYPEBOX &&
    (int)SCHEMA_2020_12 == ALK_DIALECT_2020_12 &&
    (int)SCHEMA_2019_09 == ALK_DIALECT_2019_09 &&
    (int)SCHEMA_7 == ALK_DIALECT_7 && (int)SCHEMA_6 == ALK_DIALECT_6 &&
    (int)SCHEMA_4 == ALK_DIALECT_4, "the header has them too");
_Static_assert((int)SCHEMA_FORMAT_BY_DIALECT == ALK_FORMAT_BY_DIALECT &&
    (int)SCHEMA_FORMAT_ASSERT == ALK_FORMAT_ASSERT &&
    (int)SCHEMA_FORMAT_ANNOTATE == ALK_FORMAT_ANNOTATE, "and these");

/* ---- Documents to refer to --------------------------------------------- */

int
alk_schemas_new(alk_schemas **out, alk_error *err)
{
	error_clear(err);
	if (document_need(out, DOCUMENT_PLACE, err) != ALK_OK)
		return ALK_INVALID;
	alk_schemas *r = mem_alloc(sizeof(*r));
	if (r == NULL)
		return error_nomem(err);
	int rc = schema_registry_new(&r->registry, err);
	if (rc == ALK_OK)
		*out = r;
	else
		mem_release(r);
	return rc;
}

void
alk_schemas_free(alk_schemas *r)
{
	if (r == NULL)
		return;
	schema_registry_free(r->registry);
	mem_release(r);
}

int
alk_schemas_add(alk_schemas *r, const char *uri, const char *text,
    size_t bytes, alk_error *err)
{
	struct json_reader reader = { 0 };
	alk_error own;

	if (err == NULL)
		err = &own;
	error_clear(err);
	if (document_need(r, "set is", err) != ALK_OK)
		return ALK_INVALID;
	yyjson_val *root = document_read(&reader, text, bytes, err);
	int rc = root == NULL ? err->code :
	    schema_registry_add(r->registry, uri, root, err);
	json_reader_fini(&reader);
	return rc;
}

/* ---- Compiling --------------------------------------------------------- */

static int
read_options(struct schema_options *to, const alk_schema_options *o,
    alk_error *err)
{
	*to = (struct schema_options){ .dialect = SCHEMA_TYPEBOX };
	if (o == NULL)
		return ALK_OK;
	if (o->dialect < ALK_DIALECT_TYPEBOX || o->dialect > ALK_DIALECT_4)
		return error_set(err, ALK_INVALID, "dialect %d is none",
		    o->dialect);
	if (o->format < ALK_FORMAT_BY_DIALECT ||
	    o->format > ALK_FORMAT_ANNOTATE)
		return error_set(err, ALK_INVALID, "format %d is none",
		    o->format);
	to->dialect = (enum schema_dialect)o->dialect;
	to->format = (enum schema_format)o->format;
	to->registry = o->schemas != NULL ? o->schemas->registry : NULL;
	return ALK_OK;
}

int
document_schema_wrap(struct schema *program, alk_schema **out, alk_error *err)
{
	if (document_need(out, DOCUMENT_PLACE, err) != ALK_OK)
		return ALK_INVALID;
	alk_schema *s = mem_alloc(sizeof(*s));
	if (s == NULL)
		return error_nomem(err);
	s->program = program;
	atomic_init(&s->plan, NULL);
	*out = s;
	return ALK_OK;
}

static int
compile(yyjson_val *root, const struct schema_options *o, alk_schema **out,
    alk_error *err)
{
	struct schema *program;
	int rc = schema_compile_with(root, o, &program, err);

	if (rc != ALK_OK)
		return rc;
	rc = document_schema_wrap(program, out, err);
	if (rc != ALK_OK)
		schema_free(program);
	return rc;
}

int
alk_schema_compile(const char *text, size_t bytes,
    const alk_schema_options *o, alk_schema **out, alk_error *err)
{
	struct json_reader r = { 0 };
	struct schema_options options;
	alk_error own;

	if (err == NULL)
		err = &own;
	error_clear(err);
	if (read_options(&options, o, err) != ALK_OK)
		return err->code;
	yyjson_val *root = document_read(&r, text, bytes, err);
	int rc = root != NULL ? compile(root, &options, out, err) : err->code;
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

static int
failures_max(size_t max)
{
	if (max == 0)
		return FAILURES_USUAL;
	return max < INT_MAX ? (int)max : INT_MAX;
}

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
		.path = f->path,
		.location = f->location,
		.keyword = f->keyword,
		.message = f->message,
		.code = f->code,
		.name = schema_code_name(f->code),
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
	int told = schema_errors(s->program, j->root, failures_max(max), tell,
	    &t);
	if (told >= 0)
		return told == 0 ? ALK_OK : ALK_VALUE;
	error_clear(err);
	return error_nomem(err);
}

int
alk_schema_output(const alk_schema *s, const alk_json *j, int form, size_t max,
    char **text, size_t *bytes, alk_error *err)
{
	struct buf b = { 0 };

	error_clear(err);
	if (document_need(s, "schema is", err) != ALK_OK ||
	    document_need(j, "value is", err) != ALK_OK ||
	    document_need(text, DOCUMENT_PLACE, err) != ALK_OK)
		return ALK_INVALID;
	if (form < ALK_OUTPUT_FLAG || form > ALK_OUTPUT_DETAILED)
		return error_set(err, ALK_INVALID, "form %d is none", form);
	int rc = schema_output(s->program, j->root, (enum schema_form)form,
	    failures_max(max), &b, err);
	if ((rc != ALK_OK && rc != ALK_VALUE) || buf_text(&b) == NULL) {
		buf_fini(&b);
		error_clear(err);
		return error_nomem(err);
	}
	*text = b.data;
	if (bytes != NULL)
		*bytes = b.bytes;
	return rc;
}
