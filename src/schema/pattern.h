/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_PATTERN_H
#define SCHEMA_PATTERN_H

#include "base/map.h"
#include "schema/pool.h"

#include <alkstore.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Regular expressions of ECMA-262 (unicode mode), compiled by PCRE2.
 *
 * All patterns of a schema are kept in one `patterns`, each text once. Matching
 * changes nothing in them: what a match writes to is in a `matcher`, which
 * lives on the stack of the call that checks a value. So any number of threads
 * may match the same pattern at once without locks, and a match allocates
 * nothing, but for two cases: a pattern that outgrows the 32 KiB of stack that
 * JIT code has by itself is given a larger one, mapped until the check ends;
 * and where the system allows no JIT code, PCRE2's interpreter takes its memory
 * as it needs it.
 */

#define PATTERN_BYTES_MAX 32768
#define PATTERN_CODE_MAX ((size_t)4 << 20) /* bytes of one schema's code */
#define PATTERN_STEPS_MAX 100000 /* PCRE2's match limit */

struct pattern {
	const char *text;
	size_t bytes;
	void *code;   /* pcre2_code; NULL: only "no line break", as in ^.*$ */
	bool has_jit;
	const struct patterns *home;
};

/* Zeroed it is empty and ready; pool is that of the schema. */
struct patterns {
	struct textmap index; /* text -> pattern */
	struct pattern **all;
	size_t count;
	size_t room;
	size_t code_bytes; /* PCRE2's, of all */
	void *general; /* pcre2_general_context: memory through base/mem.h */
	void *limits;  /* pcre2_match_context: the match limit */
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
	void *data;  /* pcre2_match_data within room, or NULL: not made yet */
	void *stack; /* a larger JIT stack and the context that names it */
	void *large;
	size_t used;
	alignas(max_align_t) char room[512];
};

static inline void
pattern_begin(struct matcher *m)
{
	m->data = m->stack = m->large = NULL;
	m->used = 0;
}

void pattern_end(struct matcher *m);

enum {
	PATTERN_NO = 0,
	PATTERN_YES = 1,
	PATTERN_COSTLY = 2,   /* gave up: match limit or stack used up */
	PATTERN_NO_MEMORY = 3
};

int pattern_match(const struct pattern *p, struct matcher *m, const char *text,
    size_t bytes);

#endif
