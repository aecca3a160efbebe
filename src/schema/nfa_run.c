/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Sets of states over a text. dfa.c runs this once for each set that there is;
 * where there are too many, nfa_match() runs it over the text itself.
 */
#include "schema/nfa.h"

#include <string.h>

static void
add_row(uint64_t *to, const uint64_t *row, unsigned words)
{
	for (unsigned i = 0; i < words; i++)
		to[i] |= row[i];
}

/* Adds what comes behind those states of bits[] that are in which[]. */
static bool
pass(const struct nfa *n, uint64_t *bits, const uint64_t *which,
    uint64_t *done, int64_t *work)
{
	bool passed = false;

	for (unsigned i = 0; i < n->words; i++) {
		uint64_t left = bits[i] & which[i] & ~done[i];
		done[i] |= left;
		while (left != 0) {
			unsigned state = i * 64 +
			    (unsigned)__builtin_ctzll(left);
			left &= left - 1;
			add_row(bits, n->follow + state * n->words, n->words);
			*work -= n->words;
			passed = true;
		}
	}
	return passed;
}

/* Goes through the checks that hold; `holds` has bits by nfa_check. */
static void
resolve(const struct nfa *n, uint64_t *bits, unsigned holds, int64_t *work)
{
	uint64_t done[NFA_WORDS_MAX] = { 0 };
	bool passed = (holds & n->checks) != 0;

	while (passed) {
		passed = false;
		for (unsigned k = 0; k < NFA_CHECKS; k++)
			if ((holds >> k & 1) != 0)
				passed = pass(n, bits,
				    n->checking + k * n->words, done, work) ||
				    passed;
	}
}

static unsigned
holding(struct nfa_place place, bool before_word, bool at_end)
{
	return (place.at_start ? 1u << NFA_START : 0) |
	    (at_end ? 1u << NFA_FINISH : 0) |
	    (place.behind_word != before_word ? 1u << NFA_EDGE :
	    1u << NFA_NO_EDGE);
}

bool
nfa_next(const struct nfa *n, const uint64_t *from, struct nfa_place place,
    unsigned byte, uint64_t *to, int64_t *work)
{
	uint64_t bits[NFA_WORDS_MAX];
	unsigned words = n->words;

	memcpy(bits, from, words * sizeof(bits[0]));
	memcpy(to, n->start, words * sizeof(to[0]));
	*work -= 1 + words;
	/* Within a character no check can hold. */
	if (n->checks != 0 && (byte & 0xc0) != 0x80) {
		resolve(n, bits, holding(place, nfa_is_word(byte), false),
		    work);
		if ((bits[0] & 1) != 0)
			return true;
	}
	for (unsigned i = 0; i < words; i++) {
		for (uint64_t left = bits[i]; left != 0; left &= left - 1) {
			unsigned state = i * 64 +
			    (unsigned)__builtin_ctzll(left);
			--*work;
			if ((n->bytes[state][byte / 64] >> byte % 64 & 1) == 0)
				continue;
			add_row(to, n->follow + state * words, words);
			*work -= words;
		}
	}
	/* ^ holds nowhere but at the start. */
	for (unsigned i = 0; i < words; i++)
		to[i] &= ~n->checking[NFA_START * words + i];
	return (to[0] & 1) != 0;
}

bool
nfa_ends(const struct nfa *n, const uint64_t *from, struct nfa_place place,
    int64_t *work)
{
	uint64_t bits[NFA_WORDS_MAX];

	memcpy(bits, from, n->words * sizeof(bits[0]));
	resolve(n, bits, holding(place, false, true), work);
	return (bits[0] & 1) != 0;
}

int
nfa_match(const struct nfa *n, const char *text, size_t bytes, int64_t *work)
{
	uint64_t sets[2][NFA_WORDS_MAX];
	struct nfa_place place = { .at_start = true };

	memcpy(sets[0], n->start, n->words * sizeof(sets[0][0]));
	if ((sets[0][0] & 1) != 0)
		return 1;
	for (size_t i = 0; i < bytes; i++) {
		unsigned byte = (unsigned char)text[i];
		if (nfa_next(n, sets[i & 1], place, byte, sets[~i & 1], work))
			return 1;
		if (*work < 0)
			return -1;
		place.at_start = false;
		place.behind_word = nfa_is_word(byte);
	}
	return nfa_ends(n, sets[bytes & 1], place, work);
}
