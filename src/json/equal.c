/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Comparing values. Recursion goes as deep as the values do, which the readers
 * bound; beyond that bound nothing is equal.
 */
#include "json/json.h"

#include "json/check.h"
#include "json/decimal.h"
#include "json/members.h"

#include <string.h>

#define DOUBLE_EXACT 9007199254740992 /* 2^53: all integers to here */

bool
json_is_number(yyjson_val *v)
{
	return unsafe_yyjson_is_num(v) || unsafe_yyjson_is_raw(v);
}

bool
json_is_integral(yyjson_val *v)
{
	if (unsafe_yyjson_is_int(v))
		return true;
	if (!json_is_number(v))
		return false;
	struct decimal d;
	struct digits room;
	decimal_of(&d, &room, v);
	return decimal_is_integral(&d);
}

static bool
is_negative(yyjson_val *v)
{
	return unsafe_yyjson_is_sint(v) && unsafe_yyjson_get_sint(v) < 0;
}

static int
compare_integers(yyjson_val *a, yyjson_val *b)
{
	uint64_t x = unsafe_yyjson_get_uint(a);
	uint64_t y = unsafe_yyjson_get_uint(b);

	if (is_negative(a) != is_negative(b))
		return is_negative(a) ? -1 : 1;
	/* The bits of two negative numbers are in order too. */
	return (x > y) - (x < y);
}

static int
compare_reals(double x, double y)
{
	return (x > y) - (x < y);
}

/* As a double, if it is exactly one. */
static bool
is_double(yyjson_val *v, double *out)
{
	if (unsafe_yyjson_is_real(v)) {
		*out = unsafe_yyjson_get_real(v);
		return true;
	}
	if (!unsafe_yyjson_is_int(v))
		return false;
	int64_t n = unsafe_yyjson_get_sint(v);
	if (n < -DOUBLE_EXACT || n > DOUBLE_EXACT ||
	    (n < 0 && !unsafe_yyjson_is_sint(v)))
		return false;
	*out = (double)n;
	return true;
}

int
json_compare_numbers(yyjson_val *a, yyjson_val *b)
{
	double x;
	double y;

	if (unsafe_yyjson_is_int(a) && unsafe_yyjson_is_int(b))
		return compare_integers(a, b);
	if (is_double(a, &x) && is_double(b, &y))
		return compare_reals(x, y);
	struct decimal d;
	struct decimal e;
	struct digits room;
	struct digits more;
	decimal_of(&d, &room, a);
	decimal_of(&e, &more, b);
	return decimal_compare(&d, &e);
}

static bool equal(yyjson_val *a, yyjson_val *b, size_t depth);

static bool
equal_arrays(yyjson_val *a, yyjson_val *b, size_t depth)
{
	size_t left = unsafe_yyjson_get_len(a);

	if (left != unsafe_yyjson_get_len(b))
		return false;
	for (a++, b++; left > 0; left--) {
		if (!equal(a, b, depth))
			return false;
		a = unsafe_yyjson_get_next(a);
		b = unsafe_yyjson_get_next(b);
	}
	return true;
}

/* The key in an object, by index if it is large and there is memory for one. */
static yyjson_val *
look_up(struct members *m, yyjson_val *object, yyjson_val *key)
{
	yyjson_val *twice;

	if (unsafe_yyjson_get_len(object) <= MEMBERS_FEW)
		return members_scan(object, key);
	if (m->object == NULL && !members_index(m, object, &twice))
		return members_scan(object, key);
	return members_find(m, key);
}

static bool
equal_objects(yyjson_val *a, yyjson_val *b, size_t depth)
{
	size_t left = unsafe_yyjson_get_len(a);
	struct members m = { 0 };
	bool same = true;

	if (left != unsafe_yyjson_get_len(b))
		return false;
	yyjson_val *key = members_first(a);
	yyjson_val *likely = members_first(b); /* mostly in the same order */
	for (; left > 0 && same; left--, key = members_next(key)) {
		yyjson_val *other = likely;
		if (!members_same(key, other))
			other = look_up(&m, b, key);
		same = other != NULL && equal(key + 1, other + 1, depth);
		if (left > 1 && same)
			likely = members_next(likely);
	}
	buf_fini(&m.slots);
	return same;
}

static bool
equal(yyjson_val *a, yyjson_val *b, size_t depth)
{
	if (json_is_number(a))
		return json_is_number(b) && json_compare_numbers(a, b) == 0;
	if (unsafe_yyjson_get_type(a) != unsafe_yyjson_get_type(b))
		return false;
	switch (unsafe_yyjson_get_type(a)) {
	case YYJSON_TYPE_STR:
		return members_same(a, b);
	case YYJSON_TYPE_BOOL:
		return unsafe_yyjson_get_bool(a) == unsafe_yyjson_get_bool(b);
	case YYJSON_TYPE_ARR:
		return depth > 0 && equal_arrays(a, b, depth - 1);
	case YYJSON_TYPE_OBJ:
		return depth > 0 && equal_objects(a, b, depth - 1);
	default:
		return true;
	}
}

bool
json_equal(yyjson_val *a, yyjson_val *b)
{
	return equal(a, b, JSON_DEPTH_OWN);
}
