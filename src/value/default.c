/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * value_default(). A value that is there stays, right or wrong; where nothing
 * is, the default of the schema comes. An object's default lies under the
 * object that is there. Of a union the first variant counts whose result is
 * valid; the members of an intersection are each filled in, then merged.
 */
#include "value/parts.h"

/* Appends one value, or nothing; says which. v may be NULL. */
static bool default_at(struct run *r, uint32_t form, yyjson_val *v);

/* v with the schema's own default, which may be NULL like v. */
static yyjson_val *
with_default(struct run *r, const struct form *f, yyjson_val *v)
{
	yyjson_val *d = f->otherwise;

	if (d == NULL)
		return v;
	r->is_deeper = r->is_deeper || unsafe_yyjson_is_ctn(d);
	if (v == NULL)
		return d;
	if (!unsafe_yyjson_is_obj(v) || !unsafe_yyjson_is_obj(d) ||
	    unsafe_yyjson_get_len(d) == 0)
		return v;
	size_t mark = run_mark(r);
	merge_over(r, d, v);
	return run_stash(r, mark);
}

/* The form whose default a member gets that no property names. */
static uint32_t
form_of_other(struct run *r, const struct form *f, yyjson_val *key)
{
	uint32_t form = run_pattern_form(r, f, key);

	if (form == FORM_NONE)
		form = f->rest;
	if (form == FORM_NONE || r->forms[form].otherwise == NULL)
		return FORM_ANY;
	return form;
}

static void
default_present(struct run *r, const struct form *f, yyjson_val *v)
{
	size_t i, n;
	yyjson_val *key, *member;
	uint32_t guess = 0;

	yyjson_obj_foreach(v, i, n, key, member) {
		struct place place = { .outer = r->place, .key = key };
		uint32_t at = form_property_at(f, key, &guess);
		r->place = &place;
		run_put(r, *key);
		(void)default_at(r, at != NAMES_NONE ? f->properties[at].form :
		    form_of_other(r, f, key), member);
		r->place = place.outer;
	}
}

static size_t
default_absent(struct run *r, const struct form *f, yyjson_val *v)
{
	struct finder found;
	size_t count = 0;

	finder_begin(&found, v);
	for (uint32_t i = 0; i < f->count && r->rc == ALK_OK; i++) {
		yyjson_val *key = f->properties[i].key;
		struct place place = { .outer = r->place, .key = key };
		size_t mark = run_mark(r);
		if (finder_find(&found, key) != NULL)
			continue;
		r->place = &place;
		run_put(r, *key);
		if (default_at(r, f->properties[i].form, NULL))
			count++;
		else
			run_take_back(r, mark);
		r->place = place.outer;
	}
	finder_end(&found);
	return count;
}

static void
default_object(struct run *r, const struct form *f, yyjson_val *v)
{
	size_t count = unsafe_yyjson_get_len(v);
	size_t mark = run_open(r);

	default_present(r, f, v);
	count += default_absent(r, f, v);
	run_close(r, mark, YYJSON_TYPE_OBJ, count);
}

/* The form of item i, and FORM_ANY where none is said. */
static uint32_t
form_of_item(const struct form *f, size_t i)
{
	if (f->kind == KIND_TUPLE)
		return i < f->count ? f->parts[i] : FORM_ANY;
	return f->rest == FORM_NONE ? FORM_ANY : f->rest;
}

static void
default_array(struct run *r, const struct form *f, yyjson_val *v)
{
	size_t count = unsafe_yyjson_get_len(v);
	size_t slots = f->kind == KIND_TUPLE ? f->count : 0;
	yyjson_val *item = unsafe_yyjson_get_first(v);
	size_t mark = run_open(r);
	size_t i = 0;

	for (; (i < count || i < slots) && r->rc == ALK_OK; i++) {
		struct place place = { .outer = r->place, .index = i };
		r->place = &place;
		/* A slot that stays empty is null in JSON. */
		if (!default_at(r, form_of_item(f, i),
		    i < count ? item : NULL))
			run_put(r, value_of_null());
		r->place = place.outer;
		if (i < count)
			item = unsafe_yyjson_get_next(item);
	}
	run_close(r, mark, YYJSON_TYPE_ARR, i);
}

static bool
default_union(struct run *r, const struct form *f, yyjson_val *v)
{
	for (uint32_t i = 0; i < f->count && r->rc == ALK_OK; i++) {
		size_t mark = run_mark(r);
		if (default_at(r, f->parts[i], v) && r->rc == ALK_OK &&
		    run_check(r, f->parts[i], run_at(r, mark)))
			return true;
		run_take_back(r, mark);
	}
	if (v != NULL)
		run_copy(r, v);
	return v != NULL;
}

static bool
default_intersect(struct run *r, const struct form *f, yyjson_val *v)
{
	yyjson_val *all = NULL;

	for (uint32_t i = 0; i < f->count && r->rc == ALK_OK; i++) {
		size_t mark = run_mark(r);
		yyjson_val *one = default_at(r, f->parts[i], v) ?
		    run_stash(r, mark) : NULL;
		if (one == NULL || all == NULL) {
			all = one;
			continue;
		}
		merge_values(r, all, one);
		all = run_stash(r, mark);
	}
	if (all != NULL)
		run_copy(r, all);
	return all != NULL;
}

static bool
default_kind(struct run *r, const struct form *f, yyjson_val *v)
{
	switch (f->kind) {
	case KIND_REF:
		return default_at(r, f->rest, v);
	case KIND_UNION:
		return default_union(r, f, v);
	case KIND_INTERSECT:
		return default_intersect(r, f, v);
	case KIND_OBJECT:
		if (!yyjson_is_obj(v))
			break;
		default_object(r, f, v);
		return true;
	case KIND_ARRAY:
	case KIND_TUPLE:
		if (!yyjson_is_arr(v))
			break;
		default_array(r, f, v);
		return true;
	default:
		break;
	}
	if (v != NULL)
		run_copy(r, v);
	return v != NULL;
}

static bool
default_at(struct run *r, uint32_t form, yyjson_val *v)
{
	const struct form *f = &r->forms[form];
	bool is_there = false;

	if (run_enter(r)) {
		v = with_default(r, f, v);
		if (r->rc == ALK_OK)
			is_there = default_kind(r, f, v);
	}
	run_leave(r);
	return is_there;
}

int
value_default(struct value_work *w, const struct value_plan *p, yyjson_val *v,
    yyjson_val **out, alk_error *err)
{
	struct run r;

	run_begin(&r, w, p, v, err);
	(void)default_at(&r, p->root, v);
	return run_end(&r, out);
}
