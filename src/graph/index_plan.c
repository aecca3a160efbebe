/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Choosing an index for a filter and an order.
 *
 * Of a filter only the conditions count without which it is false
 * (filter/conjuncts.c). Those on the first path of an index bound it, and as
 * long as that is to single values, those on the next path. An index that is
 * made of some rows only is of use where the filter has all its conditions.
 */
#include "graph/index_plan.h"

#include "base/error.h"
#include "base/mem.h"

#include <string.h>

#define CONJUNCTS_MAX 64 /* of a filter; those behind it bound nothing */

struct chooser {
	struct filter_conjunct conjuncts[CONJUNCTS_MAX];
	size_t count;
	const struct filter_step *order;
	size_t order_count;
	bool has_order;
	alk_error *err;
};

/* ---- Partial indexes ---- */

static bool
is_same_conjunct(const struct filter_conjunct *a,
    const struct filter_conjunct *b)
{
	if (a->operator != b->operator || a->is_turned != b->is_turned ||
	    a->steps_count != b->steps_count || a->count != b->count)
		return false;
	for (size_t i = 0; i < a->steps_count; i++)
		if (!b->steps[i].is_member ||
		    a->steps[i].bytes != b->steps[i].bytes ||
		    memcmp(a->steps[i].name, b->steps[i].name,
			a->steps[i].bytes) != 0)
			return false;
	for (size_t i = 0; i < a->count; i++)
		if (!json_equal(a->values[i], b->values[i]))
			return false;
	return true;
}

/* Whether a filter with these conditions holds in rows of the index only. */
static bool
is_implied(const struct chooser *c, const struct type_index *x)
{
	struct filter_conjunct wanted[MODULE_INDEX_WHERE_MAX];
	bool is_all;

	if (x->filter == NULL)
		return true;
	size_t count = filter_conjuncts(x->filter, wanted,
	    MODULE_INDEX_WHERE_MAX, &is_all);
	for (size_t i = 0; i < count; i++) {
		size_t k = 0;
		while (k < c->count &&
		    !is_same_conjunct(&wanted[i], &c->conjuncts[k]))
			k++;
		if (k == c->count)
			return false;
	}
	return is_all;
}

/* ---- Bounds ---- */

static bool
add_value(struct chooser *c, struct index_plan *p, yyjson_val *v)
{
	if (index_key(v, &p->values[p->values_count])) {
		p->origins[p->values_count++] = v;
		return true;
	}
	error_nomem(c->err);
	return false;
}

/* One value or several; what it is bound to, or BOUND_NONE. */
static enum plan_bound
bind_values(struct chooser *c, struct index_plan *p,
    const struct filter_conjunct *j)
{
	size_t first = p->values_count;

	if (j->operator->says == SAYS_EQUAL && yyjson_is_null(j->values[0]))
		return BOUND_NULL;
	if (j->count > PLAN_AMONG_MAX || first + j->count > PLAN_VALUES_MAX)
		return BOUND_NONE;
	for (size_t i = 0; i < j->count; i++) {
		/* IN finds no NULL. */
		if (yyjson_is_null(j->values[i]) ||
		    !add_value(c, p, j->values[i])) {
			p->values_count = first;
			return BOUND_NONE;
		}
	}
	return j->count == 1 ? BOUND_EQUAL : BOUND_AMONG;
}

/* The text behind all that begin with v's, in p->ends. */
static struct db_value
end_of_prefix(struct index_plan *p, const struct db_value *key)
{
	buf_clear(&p->ends);
	buf_add(&p->ends, key->text, key->bytes);
	buf_char(&p->ends, (char)(unsigned char)0xff);
	return (struct db_value){ .kind = 't', .text = buf_text(&p->ends),
		.bytes = p->ends.bytes };
}

/* What the conditions on one path leave between two ends, of one JSON type. */
struct range {
	yyjson_val *low;
	yyjson_val *high;
	yyjson_val *prefix;
};

static bool
is_of_type(const struct range *r, yyjson_val *v)
{
	yyjson_val *have = r->low != NULL ? r->low : r->high;

	return have == NULL || yyjson_is_str(have) == yyjson_is_str(v);
}

static void
find_range(const struct chooser *c, const struct type_index *x, size_t i,
    struct range *r)
{
	*r = (struct range){ .low = NULL };
	for (size_t k = 0; k < c->count; k++) {
		const struct filter_conjunct *j = &c->conjuncts[k];
		if (j->is_turned ||
		    !index_is_path(x, i, j->steps, j->steps_count))
			continue;
		if (j->operator->says == SAYS_PREFIX)
			r->prefix = j->values[0];
		if (j->operator->says == SAYS_GREATER && r->low == NULL &&
		    is_of_type(r, j->values[0]))
			r->low = j->values[0];
		if (j->operator->says == SAYS_LESS && r->high == NULL &&
		    is_of_type(r, j->values[0]))
			r->high = j->values[0];
	}
}

static enum plan_bound
bind_range(struct chooser *c, struct index_plan *p, size_t i)
{
	struct range r;

	find_range(c, p->index, i, &r);
	if (p->values_count + 2 > PLAN_VALUES_MAX)
		return BOUND_NONE;
	if (r.prefix != NULL) {
		if (!add_value(c, p, r.prefix))
			return BOUND_NONE;
		struct db_value end = end_of_prefix(p,
		    &p->values[p->values_count - 1]);
		if (end.text == NULL)
			error_nomem(c->err);
		p->values[p->values_count++] = end;
		return BOUND_BETWEEN;
	}
	if ((r.low != NULL && !add_value(c, p, r.low)) ||
	    (r.high != NULL && !add_value(c, p, r.high)))
		return BOUND_NONE;
	if (r.low != NULL && r.high != NULL)
		return BOUND_BETWEEN;
	if (r.low != NULL)
		return yyjson_is_str(r.low) ? BOUND_LOW_STRING :
					      BOUND_LOW_NUMBER;
	if (r.high != NULL)
		return yyjson_is_str(r.high) ? BOUND_HIGH_STRING : BOUND_HIGH;
	return BOUND_NONE;
}

/* Of several the one to a single value. */
static const struct filter_conjunct *
find_values(const struct chooser *c, const struct type_index *x, size_t i)
{
	const struct filter_conjunct *found = NULL;

	for (size_t k = 0; k < c->count; k++) {
		const struct filter_conjunct *j = &c->conjuncts[k];
		bool is_equal = j->operator->says == SAYS_EQUAL;
		if (j->is_turned ||
		    (!is_equal && j->operator->says != SAYS_AMONG) ||
		    !index_is_path(x, i, j->steps, j->steps_count))
			continue;
		if (is_equal)
			return j;
		found = j;
	}
	return found;
}

static enum plan_bound
bind_column(struct chooser *c, struct index_plan *p, size_t i)
{
	const struct filter_conjunct *j = find_values(c, p->index, i);
	enum plan_bound bound = j != NULL ? bind_values(c, p, j) : BOUND_NONE;

	return bound != BOUND_NONE ? bound : bind_range(c, p, i);
}

static bool
is_single(enum plan_bound bound)
{
	return bound == BOUND_EQUAL || bound == BOUND_NULL;
}

/* ---- Choosing ---- */

static int
score_of(const struct index_plan *p)
{
	const struct type_index *x = p->index;
	int score = x->filter != NULL ? 20 : 0;

	for (size_t i = 0; i < x->count; i++) {
		enum plan_bound bound = p->columns[i].bound;
		score += is_single(bound) ? 100 : bound == BOUND_AMONG ? 90 :
		    bound != BOUND_NONE ? 30 : 0;
	}
	if (p->order < x->count)
		score += 50;
	if (x->is_unique && p->equal == x->count)
		score += 1000;
	return score;
}

static void
try_index(struct chooser *c, const struct type_index *x, struct index_plan *p)
{
	bool goes_on = true;

	*p = (struct index_plan){ .index = x, .order = x->count };
	for (size_t i = 0; i < x->count; i++) {
		struct plan_column *column = &p->columns[i];
		column->bound = BOUND_NONE;
		column->first = p->values_count;
		if (goes_on)
			column->bound = bind_column(c, p, i);
		column->count = p->values_count - column->first;
		if (column->bound != BOUND_NONE)
			p->bounds = i + 1;
		if (p->equal == i && is_single(column->bound))
			p->equal = i + 1;
		goes_on = goes_on && (is_single(column->bound) ||
		    column->bound == BOUND_AMONG);
		if (c->has_order && p->equal >= i &&
		    column->bound != BOUND_AMONG && p->order == x->count &&
		    index_is_path(x, i, c->order, c->order_count))
			p->order = i;
	}
	p->is_by_number = p->equal == x->count;
	p->is_in_parts = p->order < x->count &&
	    p->columns[p->order].bound == BOUND_NONE;
	p->score = score_of(p);
}

int
plan_choose(const struct entry_type *t, const struct filter *filter,
    const struct filter_path *order, struct index_plan *out, alk_error *err)
{
	struct chooser c = { .err = err };
	bool is_all;

	*out = (struct index_plan){ .index = NULL };
	if (t == NULL || t->indexes_count == 0)
		return ALK_OK;
	if (filter != NULL)
		c.count = filter_conjuncts(filter, c.conjuncts, CONJUNCTS_MAX,
		    &is_all);
	if (order != NULL) {
		c.has_order = true;
		c.order = filter_path_steps(order, &c.order_count);
	}
	for (size_t i = 0; i < t->indexes_count && err->code == ALK_OK; i++) {
		struct index_plan p;
		if (!is_implied(&c, &t->indexes[i]))
			continue;
		try_index(&c, &t->indexes[i], &p);
		if (p.score > out->score) {
			plan_fini(out);
			*out = p;
		} else {
			plan_fini(&p);
		}
	}
	return err->code;
}

void
plan_fini(struct index_plan *p)
{
	buf_fini(&p->ends);
	p->index = NULL;
}

/* ---- Pages ---- */

static void
set_bound(struct plan_column *column, enum plan_bound bound, size_t count)
{
	column->bound = bound;
	column->count = count;
}

/* The column is not bound: the NULLs, and all others. */
static bool
start_part(struct index_plan *p, struct plan_column *column,
    enum plan_part part, bool down, const struct db_value *key)
{
	bool is_of_nulls = (part == PART_FIRST) != down;
	bool is_null = key != NULL && key->kind == 0;

	column->first = p->values_count;
	if (is_of_nulls) {
		set_bound(column, BOUND_NULL, 0);
		return key == NULL || is_null || down;
	}
	set_bound(column, BOUND_THERE, 0);
	if (key == NULL || (is_null && !down))
		return true;
	if (is_null)
		return false;
	p->values[p->values_count++] = *key;
	set_bound(column, down ? BOUND_HIGH : BOUND_LOW, 1);
	return true;
}

bool
plan_start(struct index_plan *p, enum plan_part part, bool down,
    const struct db_value *key)
{
	struct plan_column *column = &p->columns[p->order];
	struct db_value ends[2];

	if (p->values_count + 2 > PLAN_VALUES_MAX)
		return true; /* it is not narrowed more */
	if (p->is_in_parts)
		return start_part(p, column, part, down, key);
	if (key == NULL || key->kind == 0 || is_single(column->bound))
		return true;
	bool has_low = column->bound == BOUND_LOW_NUMBER ||
	    column->bound == BOUND_LOW_STRING ||
	    column->bound == BOUND_BETWEEN;
	bool has_high = column->bound != BOUND_LOW_NUMBER &&
	    column->bound != BOUND_LOW_STRING;
	ends[0] = has_low ? p->values[column->first] : *key;
	ends[1] = has_high ? p->values[column->first + column->count - 1] :
	    *key;
	ends[down] = *key;
	/* The type's own end stays where it had none. */
	if (!down && !has_high) {
		p->values[column->first] = *key;
		return true;
	}
	if (down && !has_low) {
		p->values[column->first] = *key;
		return true;
	}
	column->first = p->values_count;
	p->values[p->values_count++] = ends[0];
	p->values[p->values_count++] = ends[1];
	set_bound(column, BOUND_BETWEEN, 2);
	return true;
}
