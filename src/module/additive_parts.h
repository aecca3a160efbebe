/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef MODULE_ADDITIVE_PARTS_H
#define MODULE_ADDITIVE_PARTS_H

#include "module/parts.h"

/*
 * What additive.c, which walks two schemas side by side, and additive_rules.c,
 * which knows the keywords, have of each other.
 */

struct pair {
	yyjson_val *a;
	yyjson_val *b;
};

/* Two schemas to be compared, and the ones that "#" means in them. */
struct target {
	struct pair pair;
	struct pair base;
};

struct comparison {
	struct pair base;     /* of the schemas at hand */
	struct textmap ids;   /* scope 0, 1: $id -> schema, of a and of b */
	struct textmap seen;  /* pairs that were compared */
	struct buf targets;   /* of struct target, still to be compared */
	bool is_counting;     /* unevaluated... occurs */
	bool is_nomem;        /* then there is no answer */
	long work;            /* comparisons that are left */
};

/* ---- additive.c ---- */

/* Whether going from a to b only adds. */
bool additive_holds(struct comparison *c, yyjson_val *a, yyjson_val *b);

/* ---- additive_rules.c ---- */

/*
 * The same of one keyword of the schemas at; a or b is NULL where it is
 * missing. A keyword that no rule is for must stay the same.
 */
bool additive_member(struct comparison *c, yyjson_val *keyword, yyjson_val *a,
    yyjson_val *b, const struct pair *at);
bool additive_same(struct comparison *c, yyjson_val *a, yyjson_val *b,
    const struct pair *at);
/* Whether whatever it says means nothing for what is valid. */
bool additive_is_annotation(yyjson_val *keyword);
/* One more comparison: false when there were too many, or memory is missing. */
bool additive_may_go_on(struct comparison *c);
/* The element of a list that is equal, or NULL. */
yyjson_val *additive_find_equal(struct comparison *c, yyjson_val *list,
    yyjson_val *wanted);
/* Whether going from a to one of the variants only adds. */
bool additive_has_variant(struct comparison *c, yyjson_val *a,
    yyjson_val *variants);

#endif
