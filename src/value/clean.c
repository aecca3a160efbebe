/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * value_clean(). Members go that no property, no pattern and no
 * additionalProperties that accepts them knows of; items behind a tuple's last
 * slot too. Values of the wrong type stay as they are, for others to judge.
 */
#include "value/parts.h"

static void clean_at(struct run *r, uint32_t form, yyjson_val *v);

/* The form by which a member stays that no property names, or FORM_NONE. */
static uint32_t
form_of_other(struct run *r, const struct form *f, yyjson_val *key)
{
	uint32_t form = run_pattern_form(r, f, key);

	if (form != FORM_NONE)
		return form;
	form = f->rest;
	if (form != FORM_NONE && r->forms[form].kind != KIND_NEVER &&
	    run_check(r, form, key + 1))
		return form;
	return f->is_partial ? FORM_ANY : FORM_NONE;
}

static void
clean_object(struct run *r, const struct form *f, yyjson_val *v)
{
	size_t left = unsafe_yyjson_get_len(v);
	yyjson_val *key = unsafe_yyjson_get_first(v);
	size_t mark = run_open(r);
	uint32_t guess = 0;
	size_t count = 0;

	for (; left > 0; left--, key = unsafe_yyjson_get_next(key + 1)) {
		uint32_t at = form_property_at(f, key, &guess);
		uint32_t form = at != NAMES_NONE ? f->properties[at].form :
		    form_of_other(r, f, key);
		if (form == FORM_NONE)
			continue;
		run_put(r, *key);
		clean_at(r, form, key + 1);
		count++;
	}
	run_close(r, mark, YYJSON_TYPE_OBJ, count);
}

static void
clean_array(struct run *r, uint32_t form, yyjson_val *v)
{
	size_t i, count;
	yyjson_val *item;
	size_t mark = run_open(r);

	yyjson_arr_foreach(v, i, count, item)
		clean_at(r, form, item);
	run_close(r, mark, YYJSON_TYPE_ARR, count);
}

static void
clean_tuple(struct run *r, const struct form *f, yyjson_val *v)
{
	size_t i, n;
	yyjson_val *item;
	size_t mark = run_open(r);
	size_t count = 0;
	bool is_open = f->rest != FORM_NONE &&
	    r->forms[f->rest].kind != KIND_NEVER;

	yyjson_arr_foreach(v, i, n, item) {
		if (i >= f->count && !is_open)
			break;
		clean_at(r, i < f->count ? f->parts[i] : f->rest, item);
		count++;
	}
	run_close(r, mark, YYJSON_TYPE_ARR, count);
}

static void
clean_union(struct run *r, const struct form *f, yyjson_val *v)
{
	for (uint32_t i = 0; i < f->count; i++) {
		if (run_check(r, f->parts[i], v)) {
			clean_at(r, f->parts[i], v);
			return;
		}
	}
	run_copy(r, v);
}

/* `kept`, and those of v's members besides that unevaluatedProperties takes. */
static void
add_unevaluated(struct run *r, uint32_t form, yyjson_val *kept, yyjson_val *v)
{
	struct finder found;
	size_t i, n;
	yyjson_val *key, *member;
	size_t mark = run_mark(r);
	size_t count = unsafe_yyjson_get_len(kept);

	finder_begin(&found, kept);
	run_copy(r, kept);
	yyjson_obj_foreach(v, i, n, key, member) {
		if (finder_find(&found, key) != NULL ||
		    !run_check(r, form, member))
			continue;
		run_put(r, *key);
		clean_at(r, form, member);
		count++;
	}
	run_close(r, mark, YYJSON_TYPE_OBJ, count);
	finder_end(&found);
}

static void
clean_intersect(struct run *r, const struct form *f, yyjson_val *v)
{
	yyjson_val *all = v;

	for (uint32_t i = 0; i < f->count && r->rc == ALK_OK; i++) {
		size_t mark = run_mark(r);
		clean_at(r, f->parts[i], v);
		yyjson_val *one = run_stash(r, mark);
		if (one != NULL && i > 0) {
			merge_values(r, all, one);
			one = run_stash(r, mark);
		}
		all = one;
	}
	if (r->rc != ALK_OK)
		return;
	if (f->rest != FORM_NONE && r->forms[f->rest].kind != KIND_NEVER &&
	    unsafe_yyjson_is_obj(all) && unsafe_yyjson_is_obj(v))
		add_unevaluated(r, f->rest, all, v);
	else
		run_copy(r, all);
}

static void
clean_kind(struct run *r, const struct form *f, yyjson_val *v)
{
	switch (f->kind) {
	case KIND_REF:
		clean_at(r, f->rest, v);
		return;
	case KIND_UNION:
		clean_union(r, f, v);
		return;
	case KIND_INTERSECT:
		clean_intersect(r, f, v);
		return;
	case KIND_OBJECT:
		if (unsafe_yyjson_is_obj(v)) {
			clean_object(r, f, v);
			return;
		}
		break;
	case KIND_ARRAY:
		if (unsafe_yyjson_is_arr(v) && f->rest != FORM_NONE) {
			clean_array(r, f->rest, v);
			return;
		}
		break;
	case KIND_TUPLE:
		if (unsafe_yyjson_is_arr(v)) {
			clean_tuple(r, f, v);
			return;
		}
		break;
	default:
		break;
	}
	run_copy(r, v);
}

static void
clean_at(struct run *r, uint32_t form, yyjson_val *v)
{
	const struct form *f = &r->forms[form];

	/* Most members are scalars: nothing within them can go. */
	if (f->kind >= KIND_STRING && !unsafe_yyjson_is_ctn(v)) {
		run_put(r, *v);
		return;
	}
	if (run_enter(r))
		clean_kind(r, f, v);
	run_leave(r);
}

int
value_clean(struct value_work *w, const struct value_plan *p, yyjson_val *v,
    yyjson_val **out, alk_error *err)
{
	struct run r;

	run_begin(&r, w, p, v, err);
	clean_at(&r, p->root, v);
	return run_end(&r, out);
}
