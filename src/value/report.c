/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * value_report(): what became of a value, from what is there before and after.
 * So nothing that was tried and taken back on the way is ever told.
 */
#include "value/parts.h"

#include "base/error.h"

struct report {
	struct run run; /* for conversions; makes no value */
	value_step_fn fn;
	void *arg;
	struct buf pointer;
	int stop; /* what fn returned, or ALK_NOMEM */
};

static void report_values(struct report *p, const struct place *place,
    yyjson_val *before, yyjson_val *after);

static void
tell(struct report *p, const struct place *place, enum value_change change,
    yyjson_val *before, yyjson_val *after)
{
	struct value_step step = { .before = before, .after = after,
		.change = change };

	if (p->stop != 0)
		return;
	buf_clear(&p->pointer);
	place_write(&p->pointer, place);
	step.pointer = buf_text(&p->pointer);
	step.is_lossy = change == VALUE_TRUNCATED ||
	    change == VALUE_REPLACED || change == VALUE_DROPPED;
	p->stop = step.pointer == NULL ? ALK_NOMEM : p->fn(p->arg, &step);
}

/* ---- Scalars ----------------------------------------------------------- */

/* The number that a scalar is or says; false: none. */
static bool
number_in(struct report *p, yyjson_val *v, yyjson_val *out)
{
	if (json_is_number(v)) {
		*out = *v;
		return true;
	}
	return convert_scalar(&p->run, KIND_NUMBER, v, out);
}

static bool
is_same_number(struct report *p, yyjson_val *a, yyjson_val *b)
{
	yyjson_val x;
	yyjson_val y;

	return number_in(p, a, &x) && number_in(p, b, &y) &&
	    json_equal(&x, &y);
}

static bool
is_truncated(struct report *p, yyjson_val *before, yyjson_val *after)
{
	yyjson_val x;
	yyjson_val whole;

	return json_is_number(after) && number_in(p, before, &x) &&
	    number_truncate(&p->run, &x, &whole) && json_equal(&whole, after);
}

static enum value_change
change_of(struct report *p, yyjson_val *before, yyjson_val *after)
{
	yyjson_val other;
	enum kind kind = kind_of_value(after);

	if (unsafe_yyjson_is_ctn(before) || unsafe_yyjson_is_ctn(after) ||
	    kind == kind_of_value(before))
		return is_truncated(p, before, after) ? VALUE_TRUNCATED :
		    VALUE_REPLACED;
	if (convert_scalar(&p->run, kind, before, &other) &&
	    json_equal(&other, after))
		return VALUE_CONVERTED;
	if (is_same_number(p, before, after))
		return VALUE_CONVERTED;
	return is_truncated(p, before, after) ? VALUE_TRUNCATED :
	    VALUE_REPLACED;
}

/* ---- Containers -------------------------------------------------------- */

static void
report_objects(struct report *p, const struct place *outer, yyjson_val *before,
    yyjson_val *after)
{
	struct finder in_before;
	struct finder in_after;
	size_t i, count;
	yyjson_val *key, *member;

	finder_begin(&in_before, before);
	finder_begin(&in_after, after);
	yyjson_obj_foreach(before, i, count, key, member) {
		struct place place = { .outer = outer, .key = key };
		yyjson_val *other = finder_find(&in_after, key);
		if (other != NULL)
			report_values(p, &place, member, other + 1);
		else
			tell(p, &place, VALUE_DROPPED, member, NULL);
	}
	yyjson_obj_foreach(after, i, count, key, member) {
		struct place place = { .outer = outer, .key = key };
		if (finder_find(&in_before, key) == NULL)
			tell(p, &place, VALUE_FILLED, NULL, member);
	}
	finder_end(&in_before);
	finder_end(&in_after);
}

/* Tells what is missing in after, or with fn off, whether nothing else is. */
static bool
report_missing(struct report *p, const struct place *outer, yyjson_val *before,
    yyjson_val *after, bool is_told)
{
	size_t i, count;
	yyjson_val *item;
	size_t left = unsafe_yyjson_get_len(after);
	yyjson_val *kept = unsafe_yyjson_get_first(after);

	yyjson_arr_foreach(before, i, count, item) {
		struct place place = { .outer = outer, .index = i };
		if (left > 0 && json_equal(item, kept)) {
			left--;
			kept = unsafe_yyjson_get_next(kept);
		} else if (is_told) {
			tell(p, &place, VALUE_DROPPED, item, NULL);
		}
	}
	return left == 0;
}

static void
report_arrays(struct report *p, const struct place *outer, yyjson_val *before,
    yyjson_val *after)
{
	size_t a_count = unsafe_yyjson_get_len(before);
	size_t b_count = unsafe_yyjson_get_len(after);
	yyjson_val *a = unsafe_yyjson_get_first(before);
	yyjson_val *b = unsafe_yyjson_get_first(after);
	struct place place = { .outer = outer };

	if (b_count < a_count &&
	    report_missing(p, outer, before, after, false)) {
		(void)report_missing(p, outer, before, after, true);
		return;
	}
	for (; place.index < a_count || place.index < b_count; place.index++) {
		if (place.index >= b_count) {
			tell(p, &place, VALUE_DROPPED, a, NULL);
		} else if (place.index >= a_count) {
			tell(p, &place, VALUE_FILLED, NULL, b);
		} else {
			report_values(p, &place, a, b);
		}
		if (place.index < a_count)
			a = unsafe_yyjson_get_next(a);
		if (place.index < b_count)
			b = unsafe_yyjson_get_next(b);
	}
}

/* What is not an array and became the only item of one. */
static bool
is_wrapped(yyjson_val *before, yyjson_val *after)
{
	return !unsafe_yyjson_is_arr(before) && unsafe_yyjson_is_arr(after) &&
	    unsafe_yyjson_get_len(after) == 1;
}

static enum value_change
change_of_any(struct report *p, yyjson_val *before, yyjson_val *after)
{
	/* Texts of the last conversion are not needed any more. */
	pool_fini(&p->run.work->pool);
	p->run.work->pool_bytes = 0;
	if (!is_wrapped(before, after))
		return change_of(p, before, after);
	yyjson_val *item = unsafe_yyjson_get_first(after);
	return json_equal(before, item) ? VALUE_CONVERTED :
	    change_of(p, before, item);
}

static void
report_values(struct report *p, const struct place *place, yyjson_val *before,
    yyjson_val *after)
{
	if (p->stop != 0)
		return;
	if (unsafe_yyjson_is_obj(before) && unsafe_yyjson_is_obj(after))
		report_objects(p, place, before, after);
	else if (unsafe_yyjson_is_arr(before) && unsafe_yyjson_is_arr(after))
		report_arrays(p, place, before, after);
	else if (!json_equal(before, after))
		tell(p, place, change_of_any(p, before, after), before,
		    after);
}

int
value_report(yyjson_val *before, yyjson_val *after, value_step_fn fn,
    void *arg, alk_error *err)
{
	struct value_work work = { 0 };
	struct report p = { .fn = fn, .arg = arg };

	run_begin(&p.run, &work, NULL, NULL, err);
	p.run.steps = INT64_MAX; /* the work is bounded by the values */
	report_values(&p, NULL, before, after);
	if (p.stop == 0)
		p.stop = p.run.rc;
	else if (p.stop == ALK_NOMEM)
		(void)error_nomem(err);
	buf_fini(&p.pointer);
	value_work_fini(&work);
	return p.stop;
}
