/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Sorting for the indexes. Edges by radix, least digit first, which is stable:
 * they come by eid, and edges that are alike stay so. A digit that all have in
 * common costs a count and no move. Keys by merging, on eight bytes behind what
 * they have in common, so that the texts are seldom looked at.
 */
#include "base/mem.h"
#include "graph/load.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* ---- edges ---- */

#define DIGIT_BITS 11
#define DIGITS ((size_t)1 << DIGIT_BITS)

/* Bits of a member: those above shift, of which mask is left. */
struct word {
	size_t offset;
	unsigned shift;
	uint32_t mask;
};

static const struct word by_src = { offsetof(struct load_edge, src), 0,
	UINT32_MAX };
static const struct word by_dst = { offsetof(struct load_edge, dst), 0,
	UINT32_MAX };
static const struct word by_eid = { offsetof(struct load_edge, eid), 0,
	UINT32_MAX };
static const struct word by_type = { offsetof(struct load_edge, kind), 1,
	UINT32_MAX >> 1 };
static const struct word by_undirected = { offsetof(struct load_edge, kind), 0,
	1 };

static uint32_t
word_of(const struct load_edge *e, const struct word *word)
{
	uint32_t n;

	memcpy(&n, (const char *)e + word->offset, sizeof(n));
	return n >> word->shift & word->mask;
}

/* One pass; true if it moved them into `to`. */
static bool
sort_by_digit(const struct load_edge *from, struct load_edge *to, size_t count,
    struct word word)
{
	size_t places[DIGITS] = { 0 };
	size_t sum = 0;

	for (size_t i = 0; i < count; i++)
		places[word_of(&from[i], &word)]++;
	for (size_t d = 0; d < DIGITS; d++) {
		size_t n = places[d];
		if (n == count)
			return false;
		places[d] = sum;
		sum += n;
	}
	for (size_t i = 0; i < count; i++)
		to[places[word_of(&from[i], &word)]++] =
		    from[i];
	return true;
}

static void
sort_by_word(struct load_edge **edges, struct load_edge **spare, size_t count,
    const struct word *word)
{
	uint32_t most = 0;

	for (size_t i = 0; i < count; i++)
		most |= word_of(&(*edges)[i], word);
	for (unsigned shift = 0; shift < 32 && most >> shift != 0;
	     shift += DIGIT_BITS) {
		struct word digit = { word->offset, word->shift + shift,
			(DIGITS - 1) & word->mask };
		if (!sort_by_digit(*edges, *spare, count, digit))
			continue;
		struct load_edge *sorted = *spare;
		*spare = *edges;
		*edges = sorted;
	}
}

static int
sort_by_words(struct load_edge **edges, size_t count, size_t room,
    const struct word *const *words)
{
	if (count == 0)
		return ALK_OK;
	struct load_edge *spare = mem_alloc(room * sizeof(spare[0]));
	if (spare == NULL)
		return ALK_NOMEM;
	for (; *words != NULL; words++)
		sort_by_word(edges, &spare, count, *words);
	mem_release(spare);
	return ALK_OK;
}

int
load_sort_out(struct load_edge **edges, size_t count, size_t room)
{
	static const struct word *const words[] = { &by_undirected, &by_dst,
		&by_type, &by_src, NULL };

	return sort_by_words(edges, count, room, words);
}

int
load_sort_in(struct load_edge **edges, size_t count, size_t room)
{
	/* They are in the order of source, type, target, undirected. */
	static const struct word *const words[] = { &by_type, &by_dst, NULL };

	return sort_by_words(edges, count, room, words);
}

int
load_sort_by_eid(struct load_edge **edges, size_t count, size_t room)
{
	static const struct word *const words[] = { &by_eid, NULL };

	return sort_by_words(edges, count, room, words);
}

/* ---- types ---- */

static int
compare_types(const void *a, const void *b)
{
	const struct load_key *x = a;
	const struct load_key *y = b;

	if (x->head != y->head)
		return x->head < y->head ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

void
load_sort_types(struct load_keys *k)
{
	bool is_sorted = true;

	for (size_t i = 0; i < k->count; i++) {
		k->pending[i].head = keymap_at(&k->map,
		    k->pending[i].place)->tag;
		if (i > 0 && compare_types(&k->pending[i - 1], &k->pending[i]) >
		    0)
			is_sorted = false;
	}
	if (!is_sorted)
		qsort(k->pending, k->count, sizeof(k->pending[0]),
		    compare_types);
}

/* ---- keys ---- */

static size_t
in_common(const struct keymap_entry *a, size_t most,
    const struct keymap_entry *b)
{
	size_t n = 0;

	if (most > b->bytes)
		most = b->bytes;
	while (n < most && a->text[n] == b->text[n])
		n++;
	return n;
}

static void
set_heads(struct load_keys *k)
{
	const struct keymap_entry *first = keymap_at(&k->map,
	    k->pending[0].place);
	size_t common = first->bytes;

	for (size_t i = 1; i < k->count && common > 0; i++)
		common = in_common(first, common,
		    keymap_at(&k->map, k->pending[i].place));
	for (size_t i = 0; i < k->count; i++) {
		const struct keymap_entry *e = keymap_at(&k->map,
		    k->pending[i].place);
		uint64_t head = 0;
		for (size_t n = common; n < common + 8; n++)
			head = head << 8 | (n < e->bytes ?
			    (unsigned char)e->text[n] : 0u);
		k->pending[i].head = head;
	}
}

/* Whether b must not come before a. */
static bool
is_in_order(const struct load_keys *k, const struct load_key *a,
    const struct load_key *b)
{
	if (a->head != b->head)
		return a->head < b->head;
	const struct keymap_entry *x = keymap_at(&k->map, a->place);
	const struct keymap_entry *y = keymap_at(&k->map, b->place);
	size_t bytes = x->bytes < y->bytes ? x->bytes : y->bytes;
	int order = memcmp(x->text, y->text, bytes);

	return order != 0 ? order < 0 : x->bytes <= y->bytes;
}

static void
merge(const struct load_keys *k, const struct load_key *from, size_t middle,
    size_t end, struct load_key *to)
{
	size_t a = 0;
	size_t b = middle;

	for (size_t i = 0; i < end; i++)
		to[i] = b == end || (a < middle && is_in_order(k, &from[a],
		    &from[b])) ? from[a++] : from[b++];
}

static bool
are_in_order(const struct load_keys *k)
{
	for (size_t i = 1; i < k->count; i++)
		if (!is_in_order(k, &k->pending[i - 1], &k->pending[i]))
			return false;
	return true;
}

int
load_sort_keys(struct load_keys *k)
{
	if (k->count == 0)
		return ALK_OK;
	set_heads(k);
	if (are_in_order(k))
		return ALK_OK;
	struct load_key *spare = mem_alloc(k->room * sizeof(spare[0]));
	if (spare == NULL)
		return ALK_NOMEM;
	for (size_t run = 1; run < k->count; run *= 2) {
		for (size_t at = 0; at < k->count; at += 2 * run) {
			size_t left = k->count - at;
			size_t end = left < 2 * run ? left : 2 * run;
			merge(k, k->pending + at, end < run ? end : run, end,
			    spare + at);
		}
		struct load_key *sorted = spare;
		spare = k->pending;
		k->pending = sorted;
	}
	mem_release(spare);
	return ALK_OK;
}
