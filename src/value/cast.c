/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * value_cast(). What is valid stays. Objects, arrays and tuples that are not
 * are cast part by part; any other value that is not is made anew. A union
 * casts to the variant that the value comes nearest to.
 */
#include "value/parts.h"

#include "base/error.h"
#include "base/map.h"
#include "schema/unique.h"

#include <string.h>

/* v may be NULL: nothing is there. Appends one value. */
static void cast_at(struct run *r, uint32_t form, yyjson_val *v);

static void
cast_within(struct run *r, uint32_t form, yyjson_val *v, struct place place)
{
	place.outer = r->place;
	r->place = &place;
	cast_at(r, form, v);
	r->place = place.outer;
}

/* ---- Objects ----------------------------------------------------------- */

static bool
is_record(const struct form *f)
{
	return f->properties == NULL && f->patterns_count > 0;
}

/* The form of a member that no property names; FORM_NONE: it goes. */
static uint32_t
form_of_other(struct run *r, const struct form *f, yyjson_val *key)
{
	uint32_t form = run_pattern_form(r, f, key);

	if (form != FORM_NONE)
		return form;
	if (f->rest != FORM_NONE)
		return r->forms[f->rest].kind == KIND_NEVER ? FORM_NONE :
		    f->rest;
	return is_record(f) || f->is_partial ? FORM_ANY : FORM_NONE;
}

static size_t
cast_properties(struct run *r, const struct form *f, yyjson_val *v)
{
	struct finder found;
	size_t count = 0;

	finder_begin(&found, v);
	for (uint32_t i = 0; i < f->count && r->rc == ALK_OK; i++) {
		const struct form_property *p = &f->properties[i];
		yyjson_val *key = finder_find(&found, p->key);
		if (key == NULL && !p->is_required)
			continue;
		run_put(r, *p->key);
		cast_within(r, p->form, key != NULL ? key + 1 : NULL,
		    (struct place){ .key = p->key });
		count++;
	}
	finder_end(&found);
	return count;
}

static size_t
cast_others(struct run *r, const struct form *f, yyjson_val *v)
{
	size_t i, n;
	yyjson_val *key, *member;
	uint32_t guess = 0;
	size_t count = 0;

	yyjson_obj_foreach(v, i, n, key, member) {
		if (form_property_at(f, key, &guess) != NAMES_NONE)
			continue;
		uint32_t form = form_of_other(r, f, key);
		if (form == FORM_NONE)
			continue;
		run_put(r, *key);
		cast_within(r, form, member, (struct place){ .key = key });
		count++;
	}
	return count;
}

static void
cast_object(struct run *r, uint32_t form, yyjson_val *v)
{
	const struct form *f = &r->forms[form];

	if (!yyjson_is_obj(v)) {
		create_at(r, form);
		return;
	}
	size_t mark = run_open(r);
	size_t count = cast_properties(r, f, v);
	count += cast_others(r, f, v);
	run_close(r, mark, YYJSON_TYPE_OBJ, count);
}

/* ---- Arrays ------------------------------------------------------------ */

/* An array without the scalars in it that were there before. */
static void
put_once(struct run *r, yyjson_val *array)
{
	struct intmap seen = { 0 }; /* hash: place of the first */
	size_t i, n;
	yyjson_val *item;
	size_t count = 0;
	size_t mark = run_open(r);

	yyjson_arr_foreach(array, i, n, item) {
		if (!unsafe_yyjson_is_ctn(item)) {
			int64_t hash = (int64_t)(unique_hash(item) >> 1);
			int64_t *first = intmap_find(&seen, hash);
			if (first != NULL && json_equal(array + *first, item))
				continue;
			if (first == NULL &&
			    intmap_add(&seen, hash, item - array) < 0)
				run_nomem(r);
		}
		run_copy(r, item);
		count++;
	}
	run_close(r, mark, YYJSON_TYPE_ARR, count);
	intmap_fini(&seen);
}

static void
make_unique(struct run *r, uint32_t form, size_t mark)
{
	if (r->rc != ALK_OK || run_check(r, form, run_at(r, mark)))
		return;
	yyjson_val *array = run_stash(r, mark);
	if (array == NULL)
		return;
	put_once(r, array);
	if (r->rc == ALK_OK && !run_check(r, form, run_at(r, mark)))
		run_fail(r, ALK_VALUE, "the items cannot be made unique");
}

static void
cast_items(struct run *r, const struct form *f, yyjson_val *v)
{
	uint64_t least = form_count(f, "minItems", 0);
	uint64_t most = form_count(f, "maxItems", UINT64_MAX);
	uint64_t given = unsafe_yyjson_get_len(v);
	uint64_t count = given < least ? least : given;
	yyjson_val *item = unsafe_yyjson_get_first(v);
	uint32_t form = f->rest == FORM_NONE ? FORM_ANY : f->rest;
	yyjson_val null = value_of_null();
	size_t mark = run_open(r);

	if (count > most)
		count = most;
	for (uint64_t i = 0; i < count && r->rc == ALK_OK; i++) {
		cast_within(r, form, i < given ? item : &null,
		    (struct place){ .index = (size_t)i });
		if (i < given)
			item = unsafe_yyjson_get_next(item);
	}
	run_close(r, mark, YYJSON_TYPE_ARR, (size_t)count);
}

static void
cast_array(struct run *r, uint32_t form, yyjson_val *v)
{
	const struct form *f = &r->forms[form];
	size_t mark = run_mark(r);

	if (!yyjson_is_arr(v)) {
		create_at(r, form);
		v = run_stash(r, mark);
		if (v == NULL)
			return;
		if (!unsafe_yyjson_is_arr(v)) { /* a default of another type */
			run_copy(r, v);
			return;
		}
	}
	cast_items(r, f, v);
	if (yyjson_is_true(form_get(f, "uniqueItems")))
		make_unique(r, form, mark);
}

static void
cast_tuple(struct run *r, uint32_t form, yyjson_val *v)
{
	const struct form *f = &r->forms[form];

	if (!yyjson_is_arr(v)) {
		create_at(r, form);
		return;
	}
	bool is_open = f->rest != FORM_NONE &&
	    r->forms[f->rest].kind != KIND_NEVER;
	size_t given = unsafe_yyjson_get_len(v);
	size_t count = is_open && given > f->count ? given : f->count;
	yyjson_val *item = unsafe_yyjson_get_first(v);
	size_t mark = run_open(r);
	for (size_t i = 0; i < count && r->rc == ALK_OK; i++) {
		cast_within(r, i < f->count ? f->parts[i] : f->rest,
		    i < given ? item : NULL, (struct place){ .index = i });
		if (i < given)
			item = unsafe_yyjson_get_next(item);
	}
	run_close(r, mark, YYJSON_TYPE_ARR, count);
}

/* ---- Unions ------------------------------------------------------------ */

/* What a property adds to how near an object is. */
static uint64_t
score_property(struct run *r, const struct form_property *p, yyjson_val *key)
{
	const struct form *f = &r->forms[p->form];
	uint64_t score = 0;

	if (key == NULL) /* anything is also nothing */
		return f->kind == KIND_ANY ? 10 : 0;
	if (f->kind == KIND_LITERAL &&
	    json_equal(form_get(f, "const"), key + 1))
		score += 100;
	if (run_check(r, p->form, key + 1))
		score += 10;
	return score + 1;
}

static uint64_t
score_object(struct run *r, const struct form *f, yyjson_val *v)
{
	struct finder found;
	uint64_t score = 0;

	finder_begin(&found, v);
	for (uint32_t i = 0; i < f->count && r->rc == ALK_OK; i++)
		score += score_property(r, &f->properties[i],
		    finder_find(&found, f->properties[i].key));
	finder_end(&found);
	return score;
}

static uint64_t
score(struct run *r, uint32_t form, yyjson_val *v)
{
	const struct form *f = &r->forms[form];
	uint64_t best = 0;

	if (run_enter(r)) {
		if (f->kind == KIND_OBJECT && yyjson_is_obj(v))
			best = score_object(r, f, v);
		else if (f->kind != KIND_UNION)
			best = run_check(r, form, v);
		for (uint32_t i = 0; f->kind == KIND_UNION && i < f->count;
		    i++) {
			uint64_t one = score(r,
			    form_target(r->plan, f->parts[i]), v);
			best = one > best ? one : best;
		}
	}
	run_leave(r);
	return best;
}

static void
cast_union(struct run *r, uint32_t form, yyjson_val *v)
{
	const struct form *f = &r->forms[form];
	uint32_t select = 0;
	uint64_t best = 0;

	if (f->otherwise != NULL || f->count == 0) {
		create_at(r, form);
		return;
	}
	for (uint32_t i = 0; i < f->count && r->rc == ALK_OK; i++) {
		uint64_t one = score(r, form_target(r->plan, f->parts[i]), v);
		if (one > best) {
			best = one;
			select = i;
		}
	}
	cast_at(r, f->parts[select], v);
}

/* ---- Intersections ----------------------------------------------------- */

/* created, with those of v's members that it has too, of the same type. */
static void
overlay(struct run *r, yyjson_val *created, yyjson_val *v)
{
	struct finder found;
	size_t i, count;
	yyjson_val *key, *member;
	size_t mark = run_open(r);

	finder_begin(&found, v);
	yyjson_obj_foreach(created, i, count, key, member) {
		yyjson_val *other = finder_find(&found, key);
		bool fits = other != NULL &&
		    kind_of_value(other + 1) == kind_of_value(member);
		run_put(r, *key);
		run_copy(r, fits ? other + 1 : member);
	}
	run_close(r, mark, YYJSON_TYPE_OBJ, count);
	finder_end(&found);
}

static void
cast_intersect(struct run *r, uint32_t form, yyjson_val *v)
{
	size_t mark = run_mark(r);

	create_at(r, form);
	if (r->rc != ALK_OK || !yyjson_is_obj(v) ||
	    !unsafe_yyjson_is_obj(run_at(r, mark)))
		return;
	yyjson_val *created = run_stash(r, mark);
	if (created == NULL)
		return;
	overlay(r, created, v);
	if (r->rc == ALK_OK && !run_check(r, form, run_at(r, mark))) {
		run_take_back(r, mark);
		run_copy(r, created);
	}
}

/* ---- All --------------------------------------------------------------- */

static void
cast_kind(struct run *r, uint32_t form, yyjson_val *v)
{
	switch (r->forms[form].kind) {
	case KIND_REF:
		cast_at(r, r->forms[form].rest, v);
		return;
	case KIND_UNION:
		cast_union(r, form, v);
		return;
	case KIND_INTERSECT:
		cast_intersect(r, form, v);
		return;
	case KIND_OBJECT:
		cast_object(r, form, v);
		return;
	case KIND_ARRAY:
		cast_array(r, form, v);
		return;
	case KIND_TUPLE:
		cast_tuple(r, form, v);
		return;
	default:
		create_at(r, form);
	}
}

static void
cast_at(struct run *r, uint32_t form, yyjson_val *v)
{
	if (run_enter(r)) {
		if (run_check(r, form, v))
			run_copy(r, v);
		else
			cast_kind(r, form, v);
	}
	run_leave(r);
}

/* What was made is not valid either: tells where in it, and why. */
static void
fail_at_last(struct run *r, const struct value_plan *p)
{
	alk_error why = { 0 };

	if (schema_explain(p->schema, run_at(r, 0), &why) == ALK_NOMEM) {
		run_fail(r, ALK_NOMEM, "out of memory");
		return;
	}
	run_fail(r, ALK_VALUE, "the value cannot be cast to its type: %s; a "
	    "default in the type may help", why.text);
	if (r->rc == ALK_VALUE)
		error_pointer(r->err, why.pointer, strlen(why.pointer));
}

int
value_cast(struct value_work *w, const struct value_plan *p, yyjson_val *v,
    yyjson_val **out, alk_error *err)
{
	uint32_t root = p->root;
	struct run r;

	run_begin(&r, w, p, v, err);
	if (run_check(&r, root, v))
		return run_end_with(&r, v, out);
	cast_at(&r, root, v);
	if (r.rc == ALK_OK && !run_check(&r, root, run_at(&r, 0)))
		fail_at_last(&r, p);
	return run_end(&r, out);
}
