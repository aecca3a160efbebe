/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * value_create(): the default, or the simplest value that the keywords tell
 * without trying. Where they do not, there is no value without a default.
 */
#include "value/parts.h"

static void
create_string(struct run *r, const struct form *f)
{
	uint64_t bytes = form_count(f, "minLength", 0);

	if (form_get(f, "pattern") != NULL) {
		run_fail(r, ALK_VALUE, "no value can be made for a string with "
		    "a pattern; give its type a default");
		return;
	}
	if (form_get(f, "format") != NULL) {
		run_fail(r, ALK_VALUE, "no value can be made for a string with "
		    "a format; give its type a default");
		return;
	}
	if (bytes == 0) {
		run_put(r, value_of_text("", 0, YYJSON_TYPE_STR));
		return;
	}
	char *text = run_text(r, (size_t)(bytes < SIZE_MAX / 4 ? bytes :
	    SIZE_MAX / 4));
	if (text == NULL)
		return;
	memset(text, ' ', (size_t)bytes);
	run_put(r, value_of_text(text, (size_t)bytes, YYJSON_TYPE_STR));
}

static void
create_number(struct run *r, const struct form *f)
{
	yyjson_val *least = form_get(f, "minimum");

	run_put(r, least != NULL ? *least : value_of_int(0));
}

static void
create_array(struct run *r, const struct form *f)
{
	uint64_t count = form_count(f, "minItems", 0);

	if (yyjson_is_true(form_get(f, "uniqueItems")) ||
	    form_get(f, "contains") != NULL) {
		run_fail(r, ALK_VALUE, "no value can be made for an array with "
		    "uniqueItems or contains; give its type a default");
		return;
	}
	size_t mark = run_open(r);
	for (uint64_t i = 0; i < count && r->rc == ALK_OK; i++) {
		struct place place = { .outer = r->place, .index = (size_t)i };
		r->place = &place;
		create_at(r, f->rest == FORM_NONE ? FORM_ANY : f->rest);
		r->place = place.outer;
	}
	run_close(r, mark, YYJSON_TYPE_ARR, (size_t)count);
}

static void
create_tuple(struct run *r, const struct form *f)
{
	size_t mark = run_open(r);

	for (uint32_t i = 0; i < f->count && r->rc == ALK_OK; i++) {
		struct place place = { .outer = r->place, .index = i };
		r->place = &place;
		create_at(r, f->parts[i]);
		r->place = place.outer;
	}
	run_close(r, mark, YYJSON_TYPE_ARR, f->count);
}

static void
create_object(struct run *r, const struct form *f)
{
	size_t mark = run_open(r);
	size_t count = 0;

	for (uint32_t i = 0; i < f->count && r->rc == ALK_OK; i++) {
		const struct form_property *p = &f->properties[i];
		struct place place = { .outer = r->place, .key = p->key };
		if (!p->is_required)
			continue;
		r->place = &place;
		run_put(r, *p->key);
		create_at(r, p->form);
		r->place = place.outer;
		count++;
	}
	run_close(r, mark, YYJSON_TYPE_OBJ, count);
}

static void
create_union(struct run *r, const struct form *f)
{
	if (f->count > 0)
		create_at(r, f->parts[0]);
	else
		run_fail(r, ALK_VALUE, "no value can be made for a union "
		    "without variants");
}

static void
create_intersect(struct run *r, uint32_t form)
{
	const struct form *f = &r->forms[form];
	yyjson_val *all = NULL;
	size_t mark = run_mark(r);

	for (uint32_t i = 0; i < f->count && r->rc == ALK_OK; i++) {
		create_at(r, f->parts[i]);
		yyjson_val *one = run_stash(r, mark);
		if (one != NULL && all != NULL) {
			merge_values(r, all, one);
			one = run_stash(r, mark);
		}
		all = one;
	}
	if (r->rc != ALK_OK)
		return;
	if (all != NULL)
		run_copy(r, all);
	if (all == NULL || !run_check(r, form, all))
		run_fail(r, ALK_VALUE, "no value can be made for this "
		    "intersection; give its type a default");
}

static void
create_scalar(struct run *r, const struct form *f)
{
	switch (f->kind) {
	case KIND_STRING:
		create_string(r, f);
		return;
	case KIND_NUMBER:
	case KIND_INTEGER:
		create_number(r, f);
		return;
	case KIND_BOOLEAN:
		run_put(r, value_of_bool(false));
		return;
	case KIND_NULL:
		run_put(r, value_of_null());
		return;
	case KIND_LITERAL:
		run_copy_schema(r, form_get(f, "const"));
		return;
	case KIND_ANY:
		run_close(r, run_open(r), YYJSON_TYPE_OBJ, 0);
		return;
	case KIND_ENUM:
		if (yyjson_arr_size(form_get(f, "enum")) > 0) {
			run_copy_schema(r,
			    yyjson_arr_get_first(form_get(f, "enum")));
			return;
		}
		break;
	default:
		break;
	}
	run_fail(r, ALK_VALUE, f->kind == KIND_NEVER ?
	    "nothing is valid here" :
	    "no value can be made for this type; give it a default");
}

static void
create_kind(struct run *r, uint32_t form)
{
	const struct form *f = &r->forms[form];

	switch (f->kind) {
	case KIND_REF:
		create_at(r, f->rest);
		return;
	case KIND_UNION:
		create_union(r, f);
		return;
	case KIND_INTERSECT:
		create_intersect(r, form);
		return;
	case KIND_OBJECT:
		create_object(r, f);
		return;
	case KIND_ARRAY:
		create_array(r, f);
		return;
	case KIND_TUPLE:
		create_tuple(r, f);
		return;
	default:
		create_scalar(r, f);
	}
}

void
create_at(struct run *r, uint32_t form)
{
	const struct form *f = &r->forms[form];

	/* All that is made here is nested as the schema tells. */
	r->is_deeper = true;
	if (run_enter(r)) {
		if (f->otherwise != NULL)
			run_copy_schema(r, f->otherwise);
		else
			create_kind(r, form);
	}
	run_leave(r);
}

int
value_create(struct value_work *w, const struct value_plan *p,
    yyjson_val **out, alk_error *err)
{
	struct run r;

	run_begin(&r, w, p, NULL, err);
	create_at(&r, p->root);
	return run_end(&r, out);
}
