/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * value_convert(): scalars that say the same in another type. A union keeps
 * what some variant accepts; else the first variant counts for which the
 * converted value is valid. The members of an intersection convert in turn.
 */
#include "value/parts.h"

#include "schema/text.h"

static void convert_at(struct run *r, uint32_t form, yyjson_val *v);

/* ---- Scalars ----------------------------------------------------------- */

enum kind
kind_of_value(yyjson_val *v)
{
	static const enum kind kinds[8] = {
		[YYJSON_TYPE_RAW] = KIND_NUMBER,
		[YYJSON_TYPE_NULL] = KIND_NULL,
		[YYJSON_TYPE_BOOL] = KIND_BOOLEAN,
		[YYJSON_TYPE_NUM] = KIND_NUMBER,
		[YYJSON_TYPE_STR] = KIND_STRING,
		[YYJSON_TYPE_ARR] = KIND_ARRAY,
		[YYJSON_TYPE_OBJ] = KIND_OBJECT
	};

	return kinds[unsafe_yyjson_get_type(v) & 7];
}

static bool
is_word(yyjson_val *v, const char *word)
{
	return unsafe_yyjson_is_str(v) && text_is_nocase(
	    unsafe_yyjson_get_str(v), unsafe_yyjson_get_len(v), word);
}

static bool
is_int(yyjson_val *v, uint64_t n)
{
	return unsafe_yyjson_is_int(v) && unsafe_yyjson_get_uint(v) == n;
}

/* 1 true, 0 false, -1 neither. */
static int
truth(yyjson_val *v)
{
	if (unsafe_yyjson_is_bool(v))
		return unsafe_yyjson_get_bool(v);
	if (is_int(v, 1) || is_word(v, "true") || is_word(v, "1"))
		return 1;
	if (is_int(v, 0) || is_word(v, "false") || is_word(v, "0") ||
	    is_word(v, "-0"))
		return 0;
	return -1;
}

static bool
to_string(struct run *r, yyjson_val *v, yyjson_val *out)
{
	if (json_is_number(v))
		return number_to_text(r, v, out);
	if (!unsafe_yyjson_is_bool(v))
		return false;
	*out = unsafe_yyjson_get_bool(v) ?
	    value_of_text("true", 4, YYJSON_TYPE_STR) :
	    value_of_text("false", 5, YYJSON_TYPE_STR);
	return true;
}

static bool
to_number(struct run *r, yyjson_val *v, yyjson_val *out)
{
	if (json_is_number(v))
		return false;
	if (unsafe_yyjson_is_str(v) && number_of_text(r,
	    unsafe_yyjson_get_str(v), unsafe_yyjson_get_len(v), out))
		return true;
	int yes = truth(v);
	if (yes >= 0)
		*out = value_of_int(yes);
	return yes >= 0;
}

static bool
to_integer(struct run *r, yyjson_val *v, yyjson_val *out)
{
	yyjson_val number;

	if (json_is_number(v))
		return number_truncate(r, v, out);
	if (!to_number(r, v, &number))
		return false;
	if (!number_truncate(r, &number, out))
		*out = number;
	return true;
}

bool
convert_scalar(struct run *r, enum kind kind, yyjson_val *v, yyjson_val *out)
{
	switch (kind) {
	case KIND_STRING:
		return to_string(r, v, out);
	case KIND_NUMBER:
		return to_number(r, v, out);
	case KIND_INTEGER:
		return to_integer(r, v, out);
	case KIND_BOOLEAN:
		if (unsafe_yyjson_is_bool(v) || truth(v) < 0)
			return false;
		*out = value_of_bool(truth(v) == 1);
		return true;
	case KIND_NULL:
		if (!is_word(v, "null"))
			return false;
		*out = value_of_null();
		return true;
	default:
		return false;
	}
}

static void
convert_to(struct run *r, enum kind kind, yyjson_val *v)
{
	yyjson_val other;

	if (convert_scalar(r, kind, v, &other))
		run_put(r, other);
	else
		run_copy(r, v);
}

/* ---- Constants --------------------------------------------------------- */

static bool
converts_to(struct run *r, yyjson_val *v, yyjson_val *constant)
{
	yyjson_val other;

	return convert_scalar(r, kind_of_value(constant), v, &other) &&
	    json_equal(&other, constant);
}

static void
convert_enum(struct run *r, yyjson_val *list, yyjson_val *v)
{
	size_t i, count;
	yyjson_val *item;

	run_spend(r, yyjson_arr_size(list));
	yyjson_arr_foreach(list, i, count, item) {
		if (json_equal(item, v)) {
			run_copy(r, v);
			return;
		}
	}
	yyjson_arr_foreach(list, i, count, item) {
		if (converts_to(r, v, item)) {
			run_copy_schema(r, item);
			return;
		}
	}
	run_copy(r, v);
}

/* ---- Containers -------------------------------------------------------- */

static uint32_t
form_of_other(struct run *r, const struct form *f, yyjson_val *key)
{
	uint32_t form = run_pattern_form(r, f, key);

	if (form == FORM_NONE)
		form = f->rest;
	return form == FORM_NONE ? FORM_ANY : form;
}

static void
convert_object(struct run *r, const struct form *f, yyjson_val *v)
{
	size_t i, count;
	yyjson_val *key, *member;
	size_t mark = run_open(r);
	uint32_t guess = 0;

	yyjson_obj_foreach(v, i, count, key, member) {
		uint32_t at = form_property_at(f, key, &guess);
		run_put(r, *key);
		convert_at(r, at != NAMES_NONE ? f->properties[at].form :
		    form_of_other(r, f, key), member);
	}
	run_close(r, mark, YYJSON_TYPE_OBJ, count);
}

static void
convert_array(struct run *r, const struct form *f, yyjson_val *v)
{
	uint32_t form = f->rest == FORM_NONE ? FORM_ANY : f->rest;
	size_t i, count;
	yyjson_val *item;
	size_t mark = run_open(r);

	if (!unsafe_yyjson_is_arr(v)) {
		r->is_deeper = true;
		convert_at(r, form, v);
		run_close(r, mark, YYJSON_TYPE_ARR, 1);
		return;
	}
	yyjson_arr_foreach(v, i, count, item)
		convert_at(r, form, item);
	run_close(r, mark, YYJSON_TYPE_ARR, count);
}

static void
convert_tuple(struct run *r, const struct form *f, yyjson_val *v)
{
	uint32_t rest = f->rest == FORM_NONE ? FORM_ANY : f->rest;
	size_t i, count;
	yyjson_val *item;
	size_t mark = run_open(r);

	yyjson_arr_foreach(v, i, count, item)
		convert_at(r, i < f->count ? f->parts[i] : rest, item);
	run_close(r, mark, YYJSON_TYPE_ARR, count);
}

static void
convert_union(struct run *r, const struct form *f, yyjson_val *v)
{
	for (uint32_t i = 0; i < f->count; i++) {
		if (run_check(r, f->parts[i], v)) {
			run_copy(r, v);
			return;
		}
	}
	for (uint32_t i = 0; i < f->count && r->rc == ALK_OK; i++) {
		size_t mark = run_mark(r);
		convert_at(r, f->parts[i], v);
		if (r->rc == ALK_OK &&
		    run_check(r, f->parts[i], run_at(r, mark)))
			return;
		run_take_back(r, mark);
	}
	run_copy(r, v);
}

static void
convert_intersect(struct run *r, const struct form *f, yyjson_val *v)
{
	for (uint32_t i = 0; i < f->count && r->rc == ALK_OK; i++) {
		size_t mark = run_mark(r);
		convert_at(r, f->parts[i], v);
		v = run_stash(r, mark);
	}
	if (r->rc == ALK_OK)
		run_copy(r, v);
}

static void
convert_kind(struct run *r, const struct form *f, yyjson_val *v)
{
	switch (f->kind) {
	case KIND_REF:
		convert_at(r, f->rest, v);
		return;
	case KIND_LITERAL:
		if (converts_to(r, v, form_get(f, "const")))
			run_copy_schema(r, form_get(f, "const"));
		else
			run_copy(r, v);
		return;
	case KIND_ENUM:
		convert_enum(r, form_get(f, "enum"), v);
		return;
	case KIND_UNION:
		convert_union(r, f, v);
		return;
	case KIND_INTERSECT:
		convert_intersect(r, f, v);
		return;
	case KIND_ARRAY:
		convert_array(r, f, v);
		return;
	case KIND_OBJECT:
		if (unsafe_yyjson_is_obj(v)) {
			convert_object(r, f, v);
			return;
		}
		break;
	case KIND_TUPLE:
		if (unsafe_yyjson_is_arr(v)) {
			convert_tuple(r, f, v);
			return;
		}
		break;
	default:
		break;
	}
	convert_to(r, f->kind, v);
}

static void
convert_at(struct run *r, uint32_t form, yyjson_val *v)
{
	if (run_enter(r))
		convert_kind(r, &r->forms[form], v);
	run_leave(r);
}

int
value_convert(struct value_work *w, const struct value_plan *p, yyjson_val *v,
    yyjson_val **out, alk_error *err)
{
	struct run r;

	run_begin(&r, w, p, v, err);
	convert_at(&r, p->root, v);
	return run_end(&r, out);
}
