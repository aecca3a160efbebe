/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Classes as ranges of code points. */
#include "schema/ecma.h"

#include "schema/text.h"

#define LAST 0x10ffffu

static const struct ecma_range digits[] = { { '0', '9' } };
static const struct ecma_range words[] = {
	{ '0', '9' }, { 'A', 'Z' }, { '_', '_' }, { 'a', 'z' }
};
static const struct ecma_range spaces[] = {
	{ 0x9, 0xd }, { 0x20, 0x20 }, { 0xa0, 0xa0 }, { 0x1680, 0x1680 },
	{ 0x2000, 0x200a }, { 0x2028, 0x2029 }, { 0x202f, 0x202f },
	{ 0x205f, 0x205f }, { 0x3000, 0x3000 }, { 0xfeff, 0xfeff }
};
static const struct ecma_range breaks[] = {
	{ 0xa, 0xa }, { 0xd, 0xd }, { 0x2028, 0x2029 }
};
static const struct ecma_range ascii[] = { { 0, 0x7f } };

static bool
add(struct ecma_ranges *r, uint32_t low, uint32_t high)
{
	if (low > high)
		return true;
	if (r->count == ECMA_RANGES_MAX)
		return false;
	r->list[r->count++] = (struct ecma_range){ low, high };
	return true;
}

/* The list, or all that is not in it. */
static bool
add_list(struct ecma_ranges *r, const struct ecma_range *list, size_t count,
    bool negated)
{
	uint32_t from = 0;
	bool ok = true;

	for (size_t i = 0; i < count; i++) {
		if (!negated)
			ok = ok && add(r, list[i].low, list[i].high);
		else if (list[i].low > from)
			ok = ok && add(r, from, list[i].low - 1);
		from = list[i].high + 1;
	}
	return ok && (!negated || add(r, from, LAST));
}

#define ADD_LIST(r, list, negated) \
	add_list(r, list, sizeof(list) / sizeof((list)[0]), negated)

static bool
add_set(struct ecma_ranges *r, char set)
{
	switch (set) {
	case 'd':
	case 'D':
		return ADD_LIST(r, digits, set == 'D');
	case 'w':
	case 'W':
		return ADD_LIST(r, words, set == 'W');
	case 's':
	case 'S':
		return ADD_LIST(r, spaces, set == 'S');
	default:
		return ADD_LIST(r, breaks, true);
	}
}

static bool
add_property(struct ecma_ranges *r, const char *name, size_t bytes,
    bool negated)
{
	if (text_is(name, bytes, "Any"))
		return negated || add(r, 0, LAST);
	return text_is(name, bytes, "ASCII") && ADD_LIST(r, ascii, negated);
}

/* Insertion: classes are short and mostly written in order. */
static void
sort(struct ecma_ranges *r)
{
	for (unsigned i = 1; i < r->count; i++) {
		struct ecma_range one = r->list[i];
		unsigned at = i;
		for (; at > 0 && r->list[at - 1].low > one.low; at--)
			r->list[at] = r->list[at - 1];
		r->list[at] = one;
	}
}

/* Ranges that touch become one; so do those with only surrogates between. */
static void
merge(struct ecma_ranges *r)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < r->count; i++) {
		struct ecma_range one = r->list[i];
		struct ecma_range *last = &r->list[kept == 0 ? 0 : kept - 1];
		uint32_t next = last->high == 0xd7ff ? 0xe000 : last->high + 1;
		if (kept > 0 && one.low <= next) {
			if (one.high > last->high)
				last->high = one.high;
		} else {
			r->list[kept++] = one;
		}
	}
	r->count = kept;
}

static bool
negate(struct ecma_ranges *r)
{
	unsigned count = 0;
	uint32_t from = 0;

	/* At most one more than before; what is written was read already. */
	if (r->count == ECMA_RANGES_MAX)
		return false;
	for (unsigned i = 0; i < r->count; i++) {
		struct ecma_range one = r->list[i];
		if (one.low > from)
			r->list[count++] = (struct ecma_range){ from,
				one.low - 1 };
		from = one.high + 1;
	}
	if (from <= LAST)
		r->list[count++] = (struct ecma_range){ from, LAST };
	r->count = count;
	return true;
}

bool
ecma_read_set(const struct ecma_pattern *p, size_t at, struct ecma_ranges *out)
{
	const struct ecma_token *t = &p->tokens[at];

	out->count = 0;
	if (t->op == ECMA_CHAR)
		return add(out, t->a, t->a);
	for (const struct ecma_token *m = t + 1; m->op != ECMA_CLASS_END;
	    m++) {
		bool ok = m->op == ECMA_RANGE ? add(out, m->a, m->b) :
		    m->op == ECMA_SET ? add_set(out, (char)m->flag) :
		    add_property(out, p->text + m->a, m->b, m->flag != 0);
		if (!ok)
			return false;
	}
	sort(out);
	merge(out);
	return t->flag == 0 || negate(out);
}
