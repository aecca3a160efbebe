/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Rabin and Scott's construction (1959): each set of states that can be reached
 * becomes one state. Bytes that no state tells apart share a column, as in
 * Thompson's and Cox's programs. States 0 and 1 have nothing to read: the dead
 * one and the match.
 */
#include "schema/dfa.h"

#include <string.h>

enum { DEAD, ACCEPT, FIRST };

/* Which bytes are told apart ---------------------------------------------- */

/* Splits each kind by a set of bytes; kinds[] are sets too. */
static unsigned
refine(uint64_t kinds[256][4], unsigned count, const uint64_t set[4])
{
	unsigned before = count;

	for (unsigned k = 0; k < before; k++) {
		uint64_t in[4], rest[4];
		uint64_t any_in = 0, any_rest = 0;
		for (unsigned i = 0; i < 4; i++) {
			in[i] = kinds[k][i] & set[i];
			rest[i] = kinds[k][i] & ~set[i];
			any_in |= in[i];
			any_rest |= rest[i];
		}
		if (any_in == 0 || any_rest == 0)
			continue;
		memcpy(kinds[k], in, sizeof(in));
		memcpy(kinds[count++], rest, sizeof(rest));
	}
	return count;
}

/* What \b asks: words, and which bytes begin a character. */
static unsigned
refine_words(uint64_t kinds[256][4], unsigned count)
{
	uint64_t words[4] = { 0 };
	static const uint64_t inner[4] = { 0, 0, UINT64_MAX, 0 };

	for (unsigned c = 0; c < 128; c++)
		if (nfa_is_word(c))
			words[c / 64] |= UINT64_C(1) << c % 64;
	return refine(kinds, refine(kinds, count, words), inner);
}

static void
find_kinds(struct dfa_builder *b, const struct nfa *n, int64_t *work)
{
	uint64_t kinds[256][4];
	unsigned count = 1;

	memset(kinds[0], 0xff, sizeof(kinds[0]));
	for (unsigned i = 1; i < n->count; i++) {
		if (memcmp(n->bytes[i], n->bytes[i - 1],
		    sizeof(n->bytes[0])) == 0)
			continue;
		count = refine(kinds, count, n->bytes[i]);
		*work -= count;
	}
	if (n->checks >> NFA_EDGE != 0)
		count = refine_words(kinds, count);
	b->columns = count + 1;
	for (unsigned k = 0; k < count; k++) {
		for (unsigned i = 0; i < 4; i++) {
			for (uint64_t left = kinds[k][i]; left != 0;
			    left &= left - 1) {
				unsigned c = i * 64 +
				    (unsigned)__builtin_ctzll(left);
				b->kinds[c] = (uint8_t)k;
				b->sample[k] = (uint8_t)c;
			}
		}
	}
}

/* States ------------------------------------------------------------------ */

/* A set of the NFA's states, with a word in front that tells its place. */
static uint64_t *
set_of(struct dfa_builder *b, unsigned state)
{
	return b->sets + (size_t)state * (b->nfa->words + 1);
}

static struct nfa_place
place_of(uint64_t word)
{
	return (struct nfa_place){ .at_start = (word & 1) != 0,
		.behind_word = (word & 2) != 0 };
}

static unsigned
slot_of(const uint64_t *set, size_t words)
{
	uint64_t h = 0;

	for (size_t i = 0; i < words; i++) {
		h = (h ^ set[i]) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	return (unsigned)(h % (2 * DFA_STATES_MAX));
}

static bool
is_empty(const uint64_t *set, unsigned words)
{
	uint64_t any = 0;

	for (unsigned i = 0; i < words; i++)
		any |= set[i];
	return any == 0;
}

/* The state of the set behind the last one, which it takes if it is new. */
static bool
take_state(struct dfa_builder *b, unsigned *state)
{
	unsigned words = b->nfa->words + 1;
	uint64_t *set = set_of(b, b->count);

	*state = DEAD;
	if (is_empty(set + 1, words - 1))
		return true;
	unsigned at = slot_of(set, words);
	for (; b->slots[at] != 0; at = (at + 1) % (2 * DFA_STATES_MAX)) {
		*state = b->slots[at];
		if (memcmp(set_of(b, *state), set,
		    words * sizeof(set[0])) == 0)
			return true;
	}
	/* There is always room for one more set. */
	if (b->count == DFA_STATES_MAX ||
	    (b->count + 1) * b->columns > DFA_ENTRIES_MAX ||
	    (size_t)(b->count + 2) * words > DFA_ENTRIES_MAX)
		return false;
	b->slots[at] = (uint16_t)b->count;
	*state = b->count++;
	return true;
}

/* One row: where each kind of byte leads to. */
static bool
fill(struct dfa_builder *b, unsigned state, int64_t *work)
{
	const struct nfa *n = b->nfa;
	struct nfa_place place = place_of(set_of(b, state)[0]);
	uint16_t *row = b->table + state * b->columns;
	bool has_edges = n->checks >> NFA_EDGE != 0;

	for (unsigned k = 0; k + 1 < b->columns; k++) {
		uint64_t *to = set_of(b, b->count);
		unsigned next = ACCEPT;
		if (!nfa_next(n, set_of(b, state) + 1, place, b->sample[k],
		    to + 1, work)) {
			to[0] = has_edges && nfa_is_word(b->sample[k]) ? 2 : 0;
			if (!take_state(b, &next))
				return false;
		}
		row[k] = (uint16_t)(next * b->columns);
	}
	row[b->columns - 1] = nfa_ends(n, set_of(b, state) + 1, place,
	    work) ? (uint16_t)b->columns : 0;
	return *work >= 0;
}

bool
dfa_build(struct dfa_builder *b, const struct nfa *n, int64_t *work)
{
	int64_t share = *work < PATTERN_WORK_MAX ? *work : PATTERN_WORK_MAX;
	int64_t left = share;
	unsigned start;

	find_kinds(b, n, &left);
	memset(b->slots, 0, sizeof(b->slots));
	memset(b->table, 0, 2 * b->columns * sizeof(b->table[0]));
	b->nfa = n;
	b->count = FIRST;
	uint64_t *first = set_of(b, FIRST);
	first[0] = n->checks != 0;
	memcpy(first + 1, n->start, n->words * sizeof(first[0]));
	bool ok = take_state(b, &start);
	for (unsigned s = FIRST; s < b->count && ok; s++)
		ok = fill(b, s, &left);
	*work -= share - left;
	return ok;
}

size_t
dfa_bytes(const struct dfa_builder *b)
{
	return sizeof(struct dfa) + (size_t)b->count * b->columns *
	    sizeof(b->table[0]);
}

const struct dfa *
dfa_copy(struct pool *pool, const struct dfa_builder *b)
{
	struct dfa *d = pool_alloc(pool, dfa_bytes(b));
	bool matches_all = (b->nfa->start[0] & 1) != 0;

	if (d == NULL)
		return NULL;
	d->accept = (uint16_t)b->columns;
	d->end = (uint16_t)(b->columns - 1);
	d->start = (uint16_t)(matches_all ? d->accept : FIRST * b->columns);
	memcpy(d->kinds, b->kinds, sizeof(d->kinds));
	memcpy(d->table, b->table, (size_t)b->count * b->columns *
	    sizeof(d->table[0]));
	return d;
}
