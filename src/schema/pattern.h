/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_PATTERN_H
#define SCHEMA_PATTERN_H

#include "base/map.h"
#include "schema/dfa.h"
#include "schema/pool.h"
#include "schema/runs.h"

#include <alkstore.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Regular expressions of ECMA-262 (unicode mode). Each is matched by the
 * cheapest of four ways that can:
 *
 *	runs   a row of texts and classes behind ^ (runs.h)
 *	dfa    any other regular one, a look-up a byte (dfa.h)
 *	nfa    a regular one whose table would be too large (nfa.h)
 *	pcre2  look-arounds, back-references, \p{...}, and automata beyond
 *	       NFA_STATES_MAX
 *
 * The first three are linear. PCRE2 backtracks: its work is limited, and paid
 * for with the steps of the check.
 *
 * All patterns of a schema are kept in one `patterns`, each text once. Matching
 * changes nothing in them: what a match writes to is in a `matcher`, which
 * lives on the stack of the call that checks a value. So any number of threads
 * may match the same pattern at once without locks, and a match allocates
 * nothing, but for two cases of PCRE2: a pattern that outgrows the 32 KiB of
 * stack that JIT code has by itself is given a larger one, mapped until the
 * check ends; and where the system allows no JIT code, its interpreter takes
 * memory as it needs it.
 */

#define PATTERN_BYTES_MAX 32768
#define PATTERN_CODE_MAX ((size_t)4 << 20) /* bytes of one schema's code */
#define PATTERN_STEPS_MAX 100000 /* PCRE2's match limit */
/* For all automata of one schema; then PCRE2 takes what is not runs. */
#define PATTERNS_WORK_MAX ((int64_t)1 << 24)

enum pattern_way {
	PATTERN_RUNS, PATTERN_DFA, PATTERN_NFA, PATTERN_PCRE2
};

struct pattern {
	enum pattern_way way;
	bool has_jit;
	bool is_anchored;
	const void *program; /* struct runs, dfa or nfa */
	void *code;          /* pcre2_code */
	const char *text;
	size_t bytes;
	const struct patterns *home;
};

/* Zeroed it is empty and ready; pool is that of the schema. */
struct patterns {
	struct textmap index; /* text -> pattern */
	struct pattern **all;
	size_t count;
	size_t room;
	size_t code_bytes; /* of all programs */
	struct pattern_builder *builder; /* until it is sealed */
	unsigned without; /* ways not to go, 1 << way; for tests */
	void *general; /* pcre2_general_context: memory through base/mem.h */
	void *limits[4]; /* pcre2_match_contexts, each with a higher limit */
	bool no_memory; /* an allocation failed inside PCRE2 */
};

/*
 * Finds or compiles one. On failure err has ALK_SCHEMA and the reason, without
 * place; ALK_LIMIT; ALK_NOMEM.
 */
int patterns_add(struct patterns *p, struct pool *pool, const char *text,
    size_t bytes, const struct pattern **out, alk_error *err);
/* What is needed only while compiling may go. */
void patterns_seal(struct patterns *p);
void patterns_fini(struct patterns *p);

/* What matching writes to. Made by pattern_begin(), ended by pattern_end(). */
struct matcher {
	int64_t *steps; /* of the check; a costly match takes some away */
	void *data;  /* pcre2_match_data within room, or NULL: not made yet */
	void *stack; /* a larger JIT stack and the context that names it */
	void *large;
	size_t used;
	alignas(max_align_t) char room[512];
};

static inline void
pattern_begin(struct matcher *m, int64_t *steps)
{
	m->steps = steps;
	m->data = m->stack = m->large = NULL;
	m->used = 0;
}

void pattern_end(struct matcher *m);

enum {
	PATTERN_NO = 0,
	PATTERN_YES = 1,
	PATTERN_COSTLY = 2,   /* gave up: steps or stack used up */
	PATTERN_NO_MEMORY = 3
};

/* The ways that are not fast. */
int pattern_match_slow(const struct pattern *p, struct matcher *m,
    const char *text, size_t bytes);

static inline int
pattern_match(const struct pattern *p, struct matcher *m, const char *text,
    size_t bytes)
{
	if (p->way == PATTERN_RUNS)
		return runs_match(p->program, text, bytes);
	if (p->way == PATTERN_DFA)
		return dfa_match(p->program, text, bytes);
	return pattern_match_slow(p, m, text, bytes);
}

#endif
