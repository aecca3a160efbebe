/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The conditions that a filter cannot do without, read off its program.
 *
 * A condition is one of them if it is always come to, unless the filter is
 * false already, and if the filter is false when it is false: a TEST, perhaps
 * turned round by NOTs, behind which the program ends or jumps to its end when
 * false, and which no jump to elsewhere passes over.
 */
#include "filter/parts.h"

/* Where a jump leads at last: one that jumps when false may lead to another. */
static size_t
target_of(const struct filter *f, const struct filter_op *op)
{
	size_t at = op->target;

	while (at < f->ops_count && f->ops[at].code == op->code)
		at = f->ops[at].target;
	return at;
}

static bool
ends_when_false(const struct filter *f, size_t i)
{
	return i == f->ops_count ||
	    (f->ops[i].code == FILTER_JUMP_FALSE &&
	    target_of(f, &f->ops[i]) == f->ops_count);
}

size_t
filter_conjuncts(const struct filter *f, struct filter_conjunct *out,
    size_t room, bool *is_all)
{
	size_t passed = 0; /* what stands before may be passed over */
	size_t count = 0;
	size_t i = 0;

	*is_all = true;
	while (i < f->ops_count) {
		const struct filter_op *op = &f->ops[i++];
		bool is_turned = false;
		if (op->code != FILTER_TEST) {
			size_t to = target_of(f, op);
			bool is_end = op->code == FILTER_JUMP_FALSE &&
			    to == f->ops_count;
			if (op->code == FILTER_NOT || !is_end)
				*is_all = false;
			if (op->code != FILTER_NOT && !is_end && to > passed)
				passed = to;
			continue;
		}
		bool is_sure = i > passed;
		for (; i < f->ops_count && f->ops[i].code == FILTER_NOT; i++)
			is_turned = !is_turned;
		if (!is_sure || !ends_when_false(f, i) || count == room) {
			*is_all = false;
			continue;
		}
		out[count++] = (struct filter_conjunct){
			.steps = f->steps + op->step,
			.steps_count = op->steps_count,
			.operator = op->operator,
			.values = f->constants + op->constant,
			.count = op->constants_count,
			.is_turned = is_turned,
		};
	}
	return count;
}
