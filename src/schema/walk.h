/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_WALK_H
#define SCHEMA_WALK_H

#include "schema/program.h"
#include "schema/quick.h"

/*
 * A program running over a value. One walk serves both ways of asking: without
 * a teller it stops at the first failure; with one it goes on, and each failure
 * is told to errors.c. So the two can never disagree on what is valid. Where
 * nobody is told, quick.c goes ahead, node by node, where it has a form;
 * quick_test.c and the fuzzer hold it against this walk.
 */

enum walk_stop {
	STOP_NONE,
	STOP_STEPS,
	STOP_FRAMES,
	STOP_PATTERN,
	STOP_MEMORY
};

#define MARKS_MEMBERS 512

/*
 * Which members or items of one value have been evaluated, from the from-th on,
 * for unevaluatedProperties and -Items. Kept only under these keywords; larger
 * values are gone through part by part, so that no memory is needed.
 */
struct marks {
	size_t from;
	uint64_t bits[MARKS_MEMBERS / 64];
};

/*
 * The schema resources entered on the way, for dynamic references: the
 * outermost one that has the anchor is what they lead to, so that it is where
 * they look first.
 */
struct scope {
	const struct scope *inner; /* up to walk.scope */
	uint32_t resource;
};

struct teller;

/*
 * A schema that is being applied to a value; or only its union, keyword then
 * and list. Kept while there is a teller, for all that is not a leaf.
 */
struct trail {
	const struct trail *outer;
	const struct node *node;
	yyjson_val *value;
	const struct node_list *list;
	enum keyword keyword;
	uint32_t slot; /* by which place of a list, if by one */
	int depth;     /* of value below the root */
};

#define SLOT_NONE UINT32_MAX

struct walk {
	const struct schema *s;
	const struct node *nodes;
	const struct quick *quick; /* NULL: not to be used */
	yyjson_val *root;
	int64_t steps; /* left; below 0 everything fails */
	int frames;
	enum walk_stop stop; /* not STOP_NONE: the value is not valid */
	const struct node *stop_node; /* where that happened */
	yyjson_val *stop_value;
	struct scope *scope; /* the innermost; NULL: none is kept */
	const struct scope *outermost;
	struct teller *teller; /* NULL: stop at the first failure */
	const struct trail *trail; /* with a teller only */
	uint32_t slot; /* place in allOf or patternProperties entered last */
	struct matcher matcher;
};

/* That checking v may take. */
int64_t walk_steps(yyjson_val *v);
void walk_begin(struct walk *w, const struct schema *s, yyjson_val *v);
void walk_end(struct walk *w);
/* marks: NULL unless somebody asks what was evaluated. */
bool walk_slowly(struct walk *w, uint32_t index, yyjson_val *v,
    struct marks *marks);
/* quick.c: the same where nobody is told anything. */
bool quick_check(struct walk *w, uint32_t node, yyjson_val *v);

/* A node and all below it. */
static inline bool
walk_node(struct walk *w, uint32_t index, yyjson_val *v, struct marks *marks)
{
	if (w->teller == NULL && marks == NULL && w->quick != NULL)
		return quick_check(w, index, v);
	return walk_slowly(w, index, v, marks);
}
/* The variant that a discriminator picks for v, or NODE_ANY: none. */
uint32_t walk_variant(const struct discriminator *d,
    const struct node_list *list, yyjson_val *v);

/* Without telling; what a failed attempt evaluated does not count. */
bool walk_attempt(struct walk *w, uint32_t node, yyjson_val *v,
    struct marks *marks);
/* The parts of a node, each of which tells its own failures. */
bool walk_literals(struct walk *w, const struct node *n, yyjson_val *v);
bool walk_compose(struct walk *w, const struct node *n, yyjson_val *v,
    struct marks *marks);
/* Ends the walk with the value not valid. Returns false. */
bool walk_give_up(struct walk *w, const struct node *n, yyjson_val *v,
    enum walk_stop why);

/* Puts a schema on the trail; who calls sets w->trail back. */
void trail_enter(struct walk *w, struct trail *own, const struct node *n,
    yyjson_val *v);

/*
 * errors.c; both are called only with a teller. detail depends on k, may be
 * NULL.
 */
void tell(struct walk *w, const struct node *n, enum keyword k, yyjson_val *v,
    yyjson_val *detail);
/* None of the variants matched: tells what is wrong with the nearest one. */
void tell_union(struct walk *w, const struct node *n, enum keyword k,
    yyjson_val *v);

/*
 * In a function with `ok`, w and n: what must hold, or else fails by keyword k
 * at v.
 */
#define DEMAND(condition, k, v, detail) \
	do { \
		if (!(condition)) { \
			ok = false; \
			if (w->teller == NULL) \
				return false; \
			tell(w, n, k, v, detail); \
		} \
	} while (0)

/* The same for a part that tells its failures itself. */
#define PASS(call) \
	do { \
		if (!(call)) { \
			ok = false; \
			if (w->teller == NULL) \
				return false; \
		} \
	} while (0)

/* Rare or large: kept out of the code around, which is run for every value. */
#define NOINLINE __attribute__((noinline))

#endif
