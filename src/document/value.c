/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What is done to values. The functions of the room `value` answer with values
 * that borrow from all that went in; here the answer is copied, and stands
 * alone.
 */
#include "document/document.h"

#include "base/error.h"

/* ---- Without a schema -------------------------------------------------- */

int
alk_value_equal(const alk_json *a, const alk_json *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return json_equal(a->root, b->root);
}

/* Text that was just written, as a value. Ends the buffer. */
static int
read_back(struct buf *b, alk_json **out, alk_error *err)
{
	const char *text = buf_text(b);
	int rc = text != NULL ? alk_json_read(text, b->bytes, out, err) :
	    error_nomem(err);

	buf_fini(b);
	return rc;
}

int
alk_value_diff(const alk_json *current, const alk_json *next,
    alk_json **edits, alk_error *err)
{
	struct buf b = { 0 };

	error_clear(err);
	if (document_need(current, "current value is", err) != ALK_OK ||
	    document_need(next, "next value is", err) != ALK_OK)
		return ALK_INVALID;
	(void)value_diff(&b, current->root, next->root, NULL);
	return read_back(&b, edits, err);
}

int
alk_value_merge(const alk_json *target, const alk_json *patch, alk_json **out,
    alk_error *err)
{
	struct buf b = { 0 };

	error_clear(err);
	if (document_need(patch, "patch is", err) != ALK_OK)
		return ALK_INVALID;
	if (!json_merge(&b, target != NULL ? target->root : NULL, patch->root,
	    ALK_JSON_DEPTH_MAX)) {
		buf_fini(&b);
		return error_set(err, ALK_LIMIT,
		    "nested deeper than %u levels", ALK_JSON_DEPTH_MAX);
	}
	return read_back(&b, out, err);
}

int
alk_value_hash(const alk_json *j, uint8_t *hash, alk_error *err)
{
	error_clear(err);
	if (document_need(j, "value is", err) != ALK_OK ||
	    document_need(hash, DOCUMENT_PLACE, err) != ALK_OK)
		return ALK_INVALID;
	return value_hash(j->root, hash, err);
}

int
alk_value_hash_typebox(const alk_json *j, uint64_t *hash, alk_error *err)
{
	error_clear(err);
	if (document_need(j, "value is", err) != ALK_OK ||
	    document_need(hash, DOCUMENT_PLACE, err) != ALK_OK)
		return ALK_INVALID;
	return value_hash_typebox(j->root, hash, err);
}

/* Keeps what a call made; made is NULL where nothing came of it. */
static int
finish(struct value_work *w, int rc, yyjson_val *made, alk_json **out,
    alk_error *err)
{
	if (rc == ALK_OK && made != NULL)
		rc = document_json_copy(made, out, err);
	else if (rc == ALK_OK &&
	    (rc = document_need(out, DOCUMENT_PLACE, err)) == ALK_OK)
		*out = NULL;
	value_work_fini(w);
	return rc;
}

int
alk_value_patch(const alk_json *current, const alk_json *edits,
    alk_json **out, alk_error *err)
{
	struct value_work w = { 0 };
	yyjson_val *made = NULL;

	error_clear(err);
	if (document_need(current, "value is", err) != ALK_OK ||
	    document_need(edits, "edits are", err) != ALK_OK)
		return ALK_INVALID;
	int rc = value_patch(&w, current->root, edits->root, &made, err);
	return finish(&w, rc, made, out, err);
}

/* ---- With a schema ----------------------------------------------------- */

/*
 * The plan of a schema, made by the first thread that needs it. Two may make
 * one at the same time: the second throws its own away.
 */
static int
plan_of(const alk_schema *s, const struct value_plan **out, alk_error *err)
{
	/* The plan is the one part that comes later; see struct alk_schema. */
	_Atomic(struct value_plan *) *place =
	    &((alk_schema *)(uintptr_t)s)->plan;
	struct value_plan *plan = atomic_load_explicit(place,
	    memory_order_acquire);
	struct value_plan *first = NULL;

	if (plan == NULL) {
		int rc = value_plan_new(s->program, &plan, err);
		if (rc != ALK_OK)
			return rc;
		if (!atomic_compare_exchange_strong_explicit(place, &first,
		    plan, memory_order_acq_rel, memory_order_acquire)) {
			value_plan_free(plan);
			plan = first;
		}
	}
	*out = plan;
	return ALK_OK;
}

typedef int (*value_make_fn)(struct value_work *w, const struct value_plan *p,
    yyjson_val *v, yyjson_val **out, alk_error *err);

/* j may be NULL where fn allows it. */
static int
make(value_make_fn fn, const alk_schema *s, const alk_json *j,
    alk_json **out, alk_error *err)
{
	const struct value_plan *plan;
	struct value_work w = { 0 };
	yyjson_val *made = NULL;

	if (document_need(s, "schema is", err) != ALK_OK)
		return ALK_INVALID;
	int rc = plan_of(s, &plan, err);
	if (rc == ALK_OK)
		rc = fn(&w, plan, j != NULL ? j->root : NULL, &made, err);
	return finish(&w, rc, made, out, err);
}

static int
make_from(value_make_fn fn, const alk_schema *s, const alk_json *j,
    alk_json **out, alk_error *err)
{
	error_clear(err);
	if (document_need(j, "value is", err) != ALK_OK)
		return ALK_INVALID;
	return make(fn, s, j, out, err);
}

int
alk_value_default(const alk_schema *s, const alk_json *j, alk_json **out,
    alk_error *err)
{
	error_clear(err);
	return make(value_default, s, j, out, err);
}

int
alk_value_clean(const alk_schema *s, const alk_json *j, alk_json **out,
    alk_error *err)
{
	return make_from(value_clean, s, j, out, err);
}

int
alk_value_convert(const alk_schema *s, const alk_json *j, alk_json **out,
    alk_error *err)
{
	return make_from(value_convert, s, j, out, err);
}

int
alk_value_cast(const alk_schema *s, const alk_json *j, alk_json **out,
    alk_error *err)
{
	error_clear(err);
	return make(value_cast, s, j, out, err);
}

static int
create(struct value_work *w, const struct value_plan *p, yyjson_val *v,
    yyjson_val **out, alk_error *err)
{
	(void)v;
	return value_create(w, p, out, err);
}

int
alk_value_create(const alk_schema *s, alk_json **out, alk_error *err)
{
	error_clear(err);
	return make(create, s, NULL, out, err);
}

/* ---- Reports ----------------------------------------------------------- */

_Static_assert((int)VALUE_FILLED == ALK_VALUE_FILLED &&
    (int)VALUE_CONVERTED == ALK_VALUE_CONVERTED &&
    (int)VALUE_TRUNCATED == ALK_VALUE_TRUNCATED &&
    (int)VALUE_REPLACED == ALK_VALUE_REPLACED &&
    (int)VALUE_DROPPED == ALK_VALUE_DROPPED, "the header has them too");

struct report {
	alk_value_step_fn fn;
	void *arg;
	struct buf before;
	struct buf after;
};

/* What stops the walk, as what fn returned is not told apart from a code. */
#define STOPPED 1

static const char *
write_side(struct buf *b, yyjson_val *v)
{
	buf_clear(b);
	if (v != NULL)
		json_write(b, v);
	return buf_text(b);
}

static int
report_step(void *arg, const struct value_step *step)
{
	struct report *r = arg;
	const char *before = write_side(&r->before, step->before);
	const char *after = write_side(&r->after, step->after);
	alk_value_step told = {
		.pointer = step->pointer,
		.before = step->before != NULL ? before : NULL,
		.after = step->after != NULL ? after : NULL,
		.change = (int)step->change,
		.is_lossy = step->is_lossy,
	};

	if (before == NULL || after == NULL)
		return ALK_NOMEM;
	return r->fn(r->arg, &told) != 0 ? STOPPED : 0;
}

int
alk_value_report(const alk_json *before, const alk_json *after,
    alk_value_step_fn fn, void *arg, alk_error *err)
{
	struct report r = { .fn = fn, .arg = arg };

	error_clear(err);
	if (document_need(before, "value before is", err) != ALK_OK ||
	    document_need(after, "value after is", err) != ALK_OK ||
	    document_need(fn != NULL ? before : NULL, "function to tell is",
	    err) != ALK_OK)
		return ALK_INVALID;
	int rc = value_report(before->root, after->root, report_step, &r, err);
	buf_fini(&r.before);
	buf_fini(&r.after);
	if (rc == ALK_NOMEM)
		return error_nomem(err);
	return rc == STOPPED ? ALK_OK : rc;
}
