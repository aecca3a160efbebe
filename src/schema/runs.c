/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Recognises the patterns of runs.h among the tokens. */
#include "schema/runs.h"

#include "base/utf8.h"
#include "schema/text.h"

#define ANY_NUMBER UINT32_MAX

/* A pattern being read. */
struct reader {
	const struct ecma_pattern *pattern;
	size_t at;
	size_t end;
	bool ends;
	unsigned count;
	unsigned classes_count;
	struct piece {
		uint32_t min;
		uint32_t max;
		uint32_t first; /* of a text: its first character */
		uint16_t text;  /* where in texts[] */
		uint16_t text_bytes; /* 0: a class */
		uint8_t set;    /* in classes[] */
	} pieces[RUNS_MAX];
	struct set {
		unsigned count;
		struct ecma_range list[RUNS_RANGES_MAX];
	} classes[RUNS_CLASSES_MAX];
	unsigned texts_bytes;
	char texts[RUNS_TEXT_MAX];
};

/* ---- Reading ----------------------------------------------------------- */

static bool
set_has(const struct ecma_range *list, unsigned count, uint32_t c)
{
	unsigned low = 0;
	unsigned high = count;

	while (low < high) {
		unsigned middle = (low + high) / 2;
		if (list[middle].high < c)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && list[low].low <= c;
}

static bool
sets_meet(const struct set *a, const struct set *b)
{
	unsigned i = 0;
	unsigned j = 0;

	while (i < a->count && j < b->count) {
		if (a->list[i].high < b->list[j].low)
			i++;
		else if (b->list[j].high < a->list[i].low)
			j++;
		else
			return true;
	}
	return false;
}

/* The place of a class, that of an equal one if there was one. */
static bool
find_class(struct reader *r, size_t at, uint8_t *out)
{
	struct ecma_ranges ranges;

	if (!ecma_read_set(r->pattern, at, &ranges) ||
	    ranges.count > RUNS_RANGES_MAX)
		return false;
	size_t bytes = ranges.count * sizeof(ranges.list[0]);
	for (unsigned i = 0; i < r->classes_count; i++) {
		if (r->classes[i].count == ranges.count &&
		    memcmp(r->classes[i].list, ranges.list, bytes) == 0) {
			*out = (uint8_t)i;
			return true;
		}
	}
	if (r->classes_count == RUNS_CLASSES_MAX)
		return false;
	*out = (uint8_t)r->classes_count;
	struct set *s = &r->classes[r->classes_count++];
	s->count = ranges.count;
	memcpy(s->list, ranges.list, bytes);
	return true;
}

static struct piece *
add_piece(struct reader *r)
{
	if (r->count == RUNS_MAX)
		return NULL;
	r->pieces[r->count] = (struct piece){ .min = 1, .max = 1 };
	return &r->pieces[r->count++];
}

/* Characters that are not repeated make one text. */
static bool
add_character(struct reader *r, uint32_t c)
{
	struct piece *p = r->count > 0 ? &r->pieces[r->count - 1] : NULL;

	if (p == NULL || p->text_bytes == 0) {
		p = add_piece(r);
		if (p == NULL)
			return false;
		p->first = c;
		p->text = (uint16_t)r->texts_bytes;
	}
	if (r->texts_bytes + 4 > RUNS_TEXT_MAX)
		return false;
	size_t bytes = utf8_put(r->texts + r->texts_bytes, c);
	r->texts_bytes += (unsigned)bytes;
	p->text_bytes = (uint16_t)(p->text_bytes + bytes);
	return true;
}

/* An atom with what repeats it. */
static bool
add_atom(struct reader *r)
{
	const struct ecma_token *tokens = r->pattern->tokens;
	const struct ecma_token *t = &tokens[r->at];
	size_t next = t->op == ECMA_CLASS ? t->b + 1 : r->at + 1;
	const struct ecma_token *repeat = next < r->end &&
	    tokens[next].op == ECMA_REPEAT ? &tokens[next] : NULL;
	size_t at = r->at;
	uint8_t set;

	r->at = next + (repeat != NULL);
	if (t->op == ECMA_CHAR && repeat == NULL)
		return add_character(r, t->a);
	if (!find_class(r, at, &set))
		return false;
	struct piece *p = add_piece(r);
	if (p == NULL)
		return false;
	p->set = set;
	if (repeat != NULL) {
		p->min = repeat->a;
		p->max = repeat->b;
	}
	return true;
}

/* Groups around a part of the row change nothing, if they are not repeated. */
static bool
may_ignore(const struct reader *r)
{
	const struct ecma_token *tokens = r->pattern->tokens;
	const struct ecma_token *t = &tokens[r->at];
	size_t next = r->at + 1;

	if (t->op == ECMA_OPEN)
		return t->flag <= ECMA_CAPTURE;
	return t->op == ECMA_CLOSE && (next >= r->pattern->count ||
	    tokens[next].op != ECMA_REPEAT);
}

static bool
read_pieces(struct reader *r)
{
	const struct ecma_token *tokens = r->pattern->tokens;

	if (r->end == 0 || tokens[0].op != ECMA_START)
		return false;
	r->ends = tokens[r->end - 1].op == ECMA_FINISH;
	r->at = 1;
	r->end -= r->ends;
	while (r->at < r->end) {
		unsigned op = tokens[r->at].op;
		bool is_atom = op == ECMA_CHAR || op == ECMA_CLASS;
		if (is_atom ? !add_atom(r) : !may_ignore(r))
			return false;
		r->at += !is_atom;
	}
	return true;
}

/* ---- Judging ----------------------------------------------------------- */

/*
 * Whether piece i, of which there may be more or fewer, ends where its class
 * does: nothing that may follow begins with a character of it.
 */
static bool
is_clear(const struct reader *r, unsigned i)
{
	const struct piece *p = &r->pieces[i];
	const struct set *own = &r->classes[p->set];

	if (p->text_bytes > 0 || p->min == p->max)
		return true;
	for (i++; i < r->count; i++) {
		const struct piece *q = &r->pieces[i];
		if (q->text_bytes > 0)
			return !set_has(own->list, own->count, q->first);
		if (q->max > 0 && sets_meet(own, &r->classes[q->set]))
			return false;
		if (q->min > 0)
			return true;
	}
	return true;
}

/* Without $ the row may stop as soon as it can. */
static void
shorten(struct reader *r)
{
	while (!r->ends && r->count > 0) {
		struct piece *p = &r->pieces[r->count - 1];
		p->max = p->min;
		if (p->text_bytes > 0 || p->min > 0)
			return;
		r->count--;
	}
}

/* ---- Making ------------------------------------------------------------ */

/* The part beyond ASCII. */
static unsigned
high_of(const struct set *s, const struct ecma_range **from)
{
	unsigned i = 0;

	while (i < s->count && s->list[i].high < 0x80)
		i++;
	*from = s->list + i;
	return s->count - i;
}

static void
fill_classes(const struct reader *r, uint8_t classes[256])
{
	for (unsigned k = 0; k < r->classes_count; k++) {
		const struct set *s = &r->classes[k];
		for (unsigned i = 0; i < s->count; i++)
			for (uint32_t c = s->list[i].low;
			    c <= s->list[i].high && c < 0x80; c++)
				classes[c] |= (uint8_t)(1u << k);
	}
}

static bool
fill_run(const struct reader *r, const struct piece *p, struct pool *pool,
    struct runs_piece *out, size_t *bytes)
{
	*out = (struct runs_piece){ .min = p->min, .max = p->max };
	if (p->text_bytes > 0) {
		out->text_bytes = p->text_bytes;
		out->text = pool_text(pool, r->texts + p->text, p->text_bytes);
		*bytes += p->text_bytes + 1u;
		return out->text != NULL;
	}
	const struct ecma_range *from;
	out->high_count = (uint16_t)high_of(&r->classes[p->set], &from);
	out->bit = (uint8_t)(1u << p->set);
	if (out->high_count == 0)
		return true;
	size_t high_bytes = out->high_count * sizeof(from[0]);
	struct ecma_range *high = pool_alloc(pool, high_bytes);
	if (high == NULL)
		return false;
	memcpy(high, from, high_bytes);
	out->high = high;
	*bytes += high_bytes;
	return true;
}

bool
runs_build(const struct ecma_pattern *p, struct pool *pool,
    const struct runs **out, size_t *bytes)
{
	struct reader r;

	r.pattern = p;
	r.end = p->count;
	r.count = r.classes_count = r.texts_bytes = 0;
	if (p->has != 0 || !read_pieces(&r))
		return false;
	shorten(&r);
	for (unsigned i = 0; i < r.count; i++)
		if (!is_clear(&r, i))
			return false;
	*bytes = sizeof(struct runs) + r.count * sizeof(struct runs_piece);
	struct runs *made = pool_alloc(pool, *bytes);
	*out = NULL;
	if (made == NULL)
		return true;
	made->count = r.count;
	made->ends = r.ends;
	fill_classes(&r, made->classes);
	for (unsigned i = 0; i < r.count; i++)
		if (!fill_run(&r, &r.pieces[i], pool, &made->list[i], bytes))
			return true;
	*out = made;
	return true;
}

const unsigned char *
runs_count(const struct runs *r, const struct runs_piece *run,
    const unsigned char *at, const unsigned char *end)
{
	uint32_t count = 0;

	for (; at < end && count < run->max; count++) {
		const char *next = (const char *)at;
		if (*at < 0x80) {
			if ((r->classes[*at] & run->bit) == 0)
				break;
			at++;
			continue;
		}
		if (!set_has(run->high, run->high_count, text_next(&next)))
			break;
		at = (const unsigned char *)next;
	}
	return count >= run->min ? at : NULL;
}
