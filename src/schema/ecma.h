/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_ECMA_H
#define SCHEMA_ECMA_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads a regular expression of ECMA-262 (2018 and later, with the u flag) as a
 * row of tokens in the order of the text. PCRE2's text is made of them
 * (ecma_pcre.c) and so are our own programs (runs.c, nfa.c).
 */

enum ecma_op {
	ECMA_CHAR,      /* a: the code point, no surrogate */
	ECMA_CLASS,     /* flag: negated; b: the place of its end */
	ECMA_RANGE,     /* in a class: a to b, no surrogates */
	ECMA_SET,       /* in a class: flag is one of "dDsSwW." */
	ECMA_PROPERTY,  /* in a class: name at text + a, b bytes; negated */
	ECMA_CLASS_END,
	ECMA_OPEN,      /* flag: enum ecma_group; b: the place of its end */
	ECMA_CLOSE,
	ECMA_OR,
	ECMA_REPEAT,    /* what stands before: a to b times; flag: lazy */
	ECMA_START,     /* ^ */
	ECMA_FINISH,    /* $ */
	ECMA_EDGE,      /* \b */
	ECMA_NO_EDGE,   /* \B */
	ECMA_BACK       /* a: the number of a group */
};

enum ecma_group {
	ECMA_GROUP, ECMA_CAPTURE,
	ECMA_AHEAD, ECMA_NOT_AHEAD, ECMA_BEHIND, ECMA_NOT_BEHIND
};

#define ECMA_OPEN_END UINT32_MAX /* of a repetition without upper bound */

struct ecma_token {
	uint8_t op;
	uint8_t flag;
	uint32_t a;
	uint32_t b;
};

enum {
	ECMA_HAS_AROUND = 1, /* look-arounds */
	ECMA_HAS_BACK = 2    /* back-references */
};

/* Zeroed it is ready, and may be used again. Whoever holds it ends it. */
struct ecma_pattern {
	const char *text; /* that was read last; not owned */
	struct ecma_token *tokens;
	size_t count;
	size_t room;
	unsigned has;
	bool failed; /* no memory; stays so */
};

/*
 * @param text   Well-formed UTF-8.
 * @param out    Receives the tokens; see out->failed. NULL: only look whether
 *               it is ECMA-262, which allocates nothing.
 * @param why    Receives one line on what is wrong, static; may be NULL.
 * @param where  Receives the offset of that in bytes; may be NULL.
 * @return Whether text is such an expression.
 */
bool ecma_parse(const char *text, size_t bytes, struct ecma_pattern *out,
    const char **why, size_t *where);
void ecma_fini(struct ecma_pattern *p);

/*
 * Writes it as PCRE2 understands it, to be compiled with PCRE2_UTF,
 * PCRE2_DOLLAR_ENDONLY and PCRE2_MATCH_UNSET_BACKREF.
 */
void ecma_write_pcre(const struct ecma_pattern *p, struct buf *out);

/* A set of code points: ranges in order that do not touch. */
#define ECMA_RANGES_MAX 256

struct ecma_ranges {
	unsigned count;
	struct ecma_range {
		uint32_t low;
		uint32_t high;
	} list[ECMA_RANGES_MAX];
};

/*
 * The set of a class, or of a character, at tokens[at]. Surrogates may be in it
 * or not. False: it needs more ranges, or names a property.
 */
bool ecma_read_set(const struct ecma_pattern *p, size_t at,
    struct ecma_ranges *out);

#endif
