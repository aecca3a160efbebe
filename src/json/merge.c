/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * JSON Merge Patch (RFC 7396), written straight from the two values:
 *
 *   the members of the target in their order, each merged with the patch's
 *   member of that name; then the members that only the patch has.
 *
 * json_assign() goes the same way at the top, and there takes the patch's
 * values as they are.
 *
 * Recursion goes as deep as the patch does, at most depth_max.
 */
#include "json/json.h"

#include "json/check.h"
#include "json/members.h"
#include "json/write.h"

/* One object to be written. */
struct merge {
	struct buf *out;
	struct members target; /* by name, if both are large */
	struct members patch;
	bool indexed;
	bool comma;
	bool assigns; /* values are not merged, and null is one */
};

static bool merge_objects(struct merge *m, yyjson_val *target,
    yyjson_val *patch, size_t depth_max);

static bool
merge_values(struct buf *out, yyjson_val *target, yyjson_val *patch,
    size_t depth_max)
{
	if (!unsafe_yyjson_is_obj(patch))
		return write_bounded(out, patch, depth_max);
	if (target != NULL && !unsafe_yyjson_is_obj(target))
		target = NULL;
	struct merge m = { .out = out };
	return merge_objects(&m, target, patch, depth_max);
}

/* Looking through each for members of the other is slow if both are large. */
static bool
index_large(struct merge *m, yyjson_val *target, yyjson_val *patch)
{
	size_t few = (size_t)MEMBERS_FEW * MEMBERS_FEW;
	size_t a = unsafe_yyjson_get_len(target);
	size_t b = unsafe_yyjson_get_len(patch);
	yyjson_val *twice;

	if (a == 0 || b == 0 || a <= few / b)
		return true;
	m->indexed = members_index(&m->target, target, &twice) &&
	    members_index(&m->patch, patch, &twice);
	return m->indexed;
}

static void
begin_member(struct merge *m, yyjson_val *key)
{
	if (m->comma)
		buf_char(m->out, ',');
	m->comma = true;
	write_key(m->out, key);
}

static bool
merge_kept(struct merge *m, yyjson_val *target, yyjson_val *patch,
    size_t depth_max)
{
	size_t left = unsafe_yyjson_get_len(target);
	yyjson_val *key = members_first(target);
	bool fits = true;

	for (; left > 0 && fits; left--, key = members_next(key)) {
		yyjson_val *change = m->indexed ?
		    members_find(&m->patch, key) : members_scan(patch, key);
		if (change != NULL && !m->assigns &&
		    unsafe_yyjson_is_null(change + 1))
			continue;
		begin_member(m, key);
		if (change == NULL || m->assigns)
			fits = write_bounded(m->out,
			    (change != NULL ? change : key) + 1, depth_max);
		else
			fits = merge_values(m->out, key + 1, change + 1,
			    depth_max);
	}
	return fits;
}

static bool
has_member(const struct merge *m, yyjson_val *target, yyjson_val *key)
{
	if (target == NULL)
		return false;
	return (m->indexed ? members_find(&m->target, key) :
			     members_scan(target, key)) != NULL;
}

static bool
merge_added(struct merge *m, yyjson_val *target, yyjson_val *patch,
    size_t depth_max)
{
	size_t left = unsafe_yyjson_get_len(patch);
	yyjson_val *key = members_first(patch);
	bool fits = true;

	for (; left > 0 && fits; left--, key = members_next(key)) {
		if ((!m->assigns && unsafe_yyjson_is_null(key + 1)) ||
		    has_member(m, target, key))
			continue;
		begin_member(m, key);
		fits = m->assigns ?
		    write_bounded(m->out, key + 1, depth_max) :
		    merge_values(m->out, NULL, key + 1, depth_max);
	}
	return fits;
}

static bool
merge_objects(struct merge *m, yyjson_val *target, yyjson_val *patch,
    size_t depth_max)
{
	struct buf *out = m->out;
	bool fits = true;

	if (depth_max == 0)
		return false;
	buf_char(out, '{');
	if (target != NULL && !index_large(m, target, patch))
		out->failed = true;
	if (target != NULL && !out->failed)
		fits = merge_kept(m, target, patch, depth_max - 1);
	if (fits && !out->failed)
		fits = merge_added(m, target, patch, depth_max - 1);
	buf_char(out, '}');
	buf_fini(&m->target.slots);
	buf_fini(&m->patch.slots);
	return fits;
}

bool
json_merge(struct buf *out, yyjson_val *target, yyjson_val *patch,
    size_t depth_max)
{
	size_t before = out->bytes;

	if (depth_max > JSON_DEPTH_MAX)
		depth_max = JSON_DEPTH_MAX;
	bool fits = merge_values(out, target, patch, depth_max);
	if (!fits)
		out->bytes = before;
	return fits;
}

bool
json_assign(struct buf *out, yyjson_val *target, yyjson_val *other,
    size_t depth_max)
{
	struct merge m = { .out = out, .assigns = true };
	size_t before = out->bytes;

	if (depth_max > JSON_DEPTH_MAX)
		depth_max = JSON_DEPTH_MAX;
	bool fits = merge_objects(&m, target, other, depth_max);
	if (!fits)
		out->bytes = before;
	return fits;
}
