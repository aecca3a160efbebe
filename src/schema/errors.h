/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_ERRORS_H
#define SCHEMA_ERRORS_H

#include "schema/schema.h"
#include "schema/trail.h"

/* Told of each failure, and by which way it was reached. 0 goes on. */
typedef int (*errors_fn)(void *arg, const struct schema_failure *f,
    struct way *way);

struct errors_options {
	errors_fn fn;
	void *arg;
	int failures_max;
	bool is_whole; /* of a union every variant is told */
	int64_t *spent; /* NULL, or receives the steps that telling took */
};

/* As schema_errors(). */
int errors_walk(const struct schema *s, yyjson_val *v,
    const struct errors_options *o);

#define SCORING_STEPS 1000000 /* for all that one call scores */

/* Who listens to a walk, and what it has found so far. */
struct teller {
	const struct errors_options *options;
	int left; /* failures to tell */
	int told;
	bool no_memory;
	struct way way;
	struct buf location;
	struct buf message;
	/* While a variant is scored (nearest.c): */
	bool is_scoring;
	int64_t steps; /* left for that */
	int base; /* depth of the union's value */
	int rank; /* of the worst failure */
	int failures;
};

/* nearest.c: notes a failure of the variant that is scored. */
void teller_score(struct teller *t, const struct walk *w, enum keyword k,
    yyjson_val *v);

#endif
