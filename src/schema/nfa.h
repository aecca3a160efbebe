/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_NFA_H
#define SCHEMA_NFA_H

#include "schema/ecma.h"
#include "schema/pool.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The automaton of a regular pattern, over the bytes of well-formed UTF-8. A
 * state reads one byte out of a set, or checks where it stands (^ $ \b \B);
 * state 0 is the match. Sets of states are rows of bits. Matching is a search:
 * a match may begin at each character.
 */

#define NFA_STATES_MAX 1024
#define NFA_WORDS_MAX (NFA_STATES_MAX / 64)
#define NFA_STEPS_MAX 2048         /* states, forks and jumps while building */
#define PATTERN_WORK_MAX (1 << 19) /* of building one; see nfa_build() */

enum nfa_check {
	NFA_START, NFA_FINISH, NFA_EDGE, NFA_NO_EDGE, NFA_CHECKS
};

struct nfa {
	unsigned count;
	unsigned words; /* of a row */
	unsigned checks; /* bits by nfa_check: which there are */
	uint64_t *start;
	uint64_t *follow;       /* a row for each state: what comes behind it */
	uint64_t *checking;     /* a row for each nfa_check: those states */
	uint64_t (*bytes)[4];   /* of each state: what it reads */
};

/* A place between two bytes of a text. */
struct nfa_place {
	bool at_start;
	bool behind_word;
};

/* Memory for building, used again for each pattern of a schema; 300 KiB. */
struct nfa_builder {
	const struct ecma_pattern *pattern;
	unsigned count;
	bool failed;
	int64_t work; /* left */
	struct nfa_step {
		uint8_t op;
		uint8_t check;
		uint16_t next;
		uint16_t other;
		uint16_t state;
		uint64_t bytes[4];
	} steps[NFA_STEPS_MAX];
	struct nfa_tail {
		uint8_t low;
		uint8_t high;
		uint16_t target;
		uint16_t step;
	} tails[64];
	struct ecma_ranges ranges;
	uint16_t stack[NFA_STEPS_MAX];
	uint16_t seen[NFA_STEPS_MAX];
	uint64_t bytes[NFA_STATES_MAX][4];
	uint64_t rows[(NFA_STATES_MAX + 1 + NFA_CHECKS) * NFA_WORDS_MAX];
};

/*
 * The result lies in b, until the next one. work counts down with what is done,
 * about a nanosecond a unit. False: too large, or not regular, or work used up.
 */
bool nfa_build(struct nfa_builder *b, const struct ecma_pattern *p,
    int64_t *work, struct nfa *out);
/* Bytes of a copy; it is NULL without memory. */
size_t nfa_bytes(const struct nfa *n);
const struct nfa *nfa_copy(struct pool *pool, const struct nfa *n);

/*
 * Where the states `from` lead to over a byte; also what begins there. Returns
 * whether a match has been found: then `to` may be anything. *work counts down.
 */
bool nfa_next(const struct nfa *n, const uint64_t *from,
    struct nfa_place place, unsigned byte, uint64_t *to, int64_t *work);
/* Whether they match if the text ends here. */
bool nfa_ends(const struct nfa *n, const uint64_t *from,
    struct nfa_place place, int64_t *work);

/* 1, 0, or -1: work used up. */
int nfa_match(const struct nfa *n, const char *text, size_t bytes,
    int64_t *work);

static inline bool
nfa_is_word(unsigned byte)
{
	return (byte >= '0' && byte <= '9') || byte == '_' ||
	    ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

#endif
