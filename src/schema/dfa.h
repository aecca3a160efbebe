/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_DFA_H
#define SCHEMA_DFA_H

#include "schema/nfa.h"

/*
 * A pattern as a table: a row for each state, a column for each kind of byte
 * and one for the end of the text. States are the places of their rows. One
 * look-up a byte; immutable once made.
 */

#define DFA_ENTRIES_MAX 32768 /* of 2 bytes each */
#define DFA_STATES_MAX 4096

struct dfa {
	uint16_t start;
	uint16_t accept; /* nothing more to read; below it: no match any more */
	uint16_t end;    /* the column */
	uint8_t kinds[256];
	uint16_t table[];
};

/* Memory for building, used again for each pattern of a schema; 340 KiB. */
struct dfa_builder {
	const struct nfa *nfa;
	unsigned columns; /* with that of the end */
	unsigned count;   /* of states */
	uint8_t kinds[256];
	uint8_t sample[256]; /* a byte of each kind */
	uint16_t slots[2 * DFA_STATES_MAX]; /* states by hash; 0: none */
	uint16_t table[DFA_ENTRIES_MAX];
	uint64_t sets[DFA_ENTRIES_MAX]; /* of each state: place, states */
};

/*
 * False: it takes more states or entries or work. The table lies in b;
 * dfa_copy() takes it, NULL without memory.
 */
bool dfa_build(struct dfa_builder *b, const struct nfa *n, int64_t *work);
size_t dfa_bytes(const struct dfa_builder *b);
const struct dfa *dfa_copy(struct pool *pool, const struct dfa_builder *b);

static inline bool
dfa_match(const struct dfa *d, const char *text, size_t bytes)
{
	const unsigned char *p = (const unsigned char *)text;
	const unsigned char *end = p + bytes;
	unsigned state = d->start;

	while (p < end && state > d->accept)
		state = d->table[state + d->kinds[*p++]];
	if (state <= d->accept)
		return state == d->accept;
	return d->table[state + d->end] != 0;
}

#endif
