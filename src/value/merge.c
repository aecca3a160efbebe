/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Two values as one. */
#include "value/parts.h"

static void
merge_objects(struct run *r, yyjson_val *a, yyjson_val *b, bool deeply);

static void
merge_member(struct run *r, yyjson_val *a, yyjson_val *b, bool deeply)
{
	if (deeply && unsafe_yyjson_is_obj(a) && unsafe_yyjson_is_obj(b))
		merge_objects(r, a, b, true);
	else
		run_copy(r, b);
}

static void
merge_objects(struct run *r, yyjson_val *a, yyjson_val *b, bool deeply)
{
	struct finder in_a;
	struct finder in_b;
	size_t i, n;
	yyjson_val *key, *member;
	size_t count = 0;

	if (!run_enter(r)) {
		run_leave(r);
		return;
	}
	finder_begin(&in_a, a);
	finder_begin(&in_b, b);
	size_t mark = run_open(r);
	yyjson_obj_foreach(a, i, n, key, member) {
		yyjson_val *other = finder_find(&in_b, key);
		run_put(r, *key);
		if (other != NULL)
			merge_member(r, member, other + 1, deeply);
		else
			run_copy(r, member);
		count++;
	}
	yyjson_obj_foreach(b, i, n, key, member) {
		if (finder_find(&in_a, key) != NULL)
			continue;
		run_put(r, *key);
		run_copy(r, member);
		count++;
	}
	run_close(r, mark, YYJSON_TYPE_OBJ, count);
	run_spend(r, count);
	finder_end(&in_a);
	finder_end(&in_b);
	run_leave(r);
}

void
merge_values(struct run *r, yyjson_val *a, yyjson_val *b)
{
	merge_member(r, a, b, true);
}

void
merge_over(struct run *r, yyjson_val *a, yyjson_val *b)
{
	merge_objects(r, a, b, false);
}
