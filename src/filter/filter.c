/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Running the flat program of a filter over one value. */
#include "filter/parts.h"

static bool
run_test(const struct filter *f, const struct filter_op *op,
    yyjson_val *attributes)
{
	yyjson_val *v = filter_steps_get(f->steps + op->step, op->steps_count,
	    attributes);

	return op->operator->test(v, f->constants + op->constant,
	    op->constants_count);
}

bool
filter_match(const struct filter *f, yyjson_val *attributes)
{
	bool is_true = true;
	size_t i = 0;

	while (i < f->ops_count) {
		const struct filter_op *op = &f->ops[i++];
		switch (op->code) {
		case FILTER_TEST:
			is_true = run_test(f, op, attributes);
			break;
		case FILTER_NOT:
			is_true = !is_true;
			break;
		case FILTER_JUMP_TRUE:
			if (is_true)
				i = op->target;
			break;
		case FILTER_JUMP_FALSE:
			if (!is_true)
				i = op->target;
			break;
		}
	}
	return is_true;
}

bool
filter_test_at(const struct filter *f, size_t i, struct filter_test *out)
{
	for (size_t k = 0; k < f->ops_count; k++) {
		const struct filter_op *op = &f->ops[k];

		if (op->code != FILTER_TEST || i-- > 0)
			continue;
		*out = (struct filter_test){ f->steps + op->step,
			op->steps_count, op->operator,
			f->constants + op->constant, op->constants_count,
			op->at };
		return true;
	}
	return false;
}
