/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What to tell of a union that failed.
 *
 * A union has as many reasons to fail as it has variants. Each variant is tried
 * once more with its failures only scored, not told, and the one that came
 * nearest is told: the one whose shallowest failure lies deepest, then the one
 * with the fewest. A wrong type counts as far away, and so does a wrong
 * constant in a property, because that is how variants are told apart; it is
 * told where no other variant has come as far.
 */
#include "schema/errors.h"

#include <limits.h>

#define SCORED_VARIANTS_MAX 64 /* unions of more only say that they failed */
#define RANK_CONSTANT 1        /* of a wrong constant in a property */

/* How deep v lies: it is what the trail ends at, or a part of that. */
static int
depth_of(const struct walk *w, yyjson_val *v)
{
	const struct trail *t = w->trail;

	return t == NULL ? 0 : t->depth + (v != t->value);
}

/* Higher is nearer to a match. */
static int
rank_of(int depth, enum keyword k)
{
	switch (k) {
	case KW_TYPE:
	case KW_NEVER:
	case KW_ANY_OF:
		return 4 * depth;
	case KW_CONST:
	case KW_ENUM:
		return depth == 0 ? 0 : 4 * (depth - 1) + RANK_CONSTANT;
	case KW_ADDITIONAL_PROPERTIES:
	case KW_UNEVALUATED_PROPERTIES:
		return 4 * depth - 2;
	default:
		return 4 * depth + 2;
	}
}

void
teller_score(struct teller *t, const struct walk *w, enum keyword k,
    yyjson_val *v)
{
	int rank = rank_of(depth_of(w, v) - t->base, k);

	if (rank < t->rank)
		t->rank = rank;
	t->failures++;
}

struct score {
	int rank;
	int failures;
};

/* Unions within the variant are not scored: where they are says enough. */
static struct score
score_variant(struct walk *w, uint32_t node, yyjson_val *v)
{
	struct teller *t = w->teller;
	int64_t steps = w->steps;

	t->is_scoring = true;
	t->base = depth_of(w, v);
	t->rank = INT_MAX;
	t->failures = 0;
	w->steps = t->steps;
	(void)walk_node(w, node, v, NULL);
	t->steps = w->steps;
	w->steps = steps;
	t->is_scoring = false;
	if (w->stop == STOP_NONE)
		return (struct score){ t->rank, t->failures };
	/* No more steps, or something else: not the near one. */
	if (w->stop != STOP_MEMORY)
		w->stop = STOP_NONE;
	return (struct score){ INT_MIN, 0 };
}

/* The nearest variant, or NODE_ANY: none came near. */
static uint32_t
find_nearest(struct walk *w, const struct node_list *list, yyjson_val *v)
{
	struct score best = { .rank = 0 };
	uint32_t nearest = NODE_ANY;
	bool is_alone = true;

	if (list->count == 1)
		return list->nodes[0];
	if (list->count > SCORED_VARIANTS_MAX || w->teller->is_scoring)
		return NODE_ANY;
	for (uint32_t i = 0; i < list->count && w->teller->steps > 0; i++) {
		struct score s = score_variant(w, list->nodes[i], v);
		is_alone = s.rank > best.rank ||
		    (is_alone && s.rank < best.rank);
		if (s.rank > best.rank ||
		    (s.rank == best.rank && s.failures < best.failures)) {
			best = s;
			nearest = list->nodes[i];
		}
	}
	return best.rank > RANK_CONSTANT || is_alone ? nearest : NODE_ANY;
}

/* Every variant, for those who want it all. */
static void
tell_variants(struct walk *w, const struct node_list *list, yyjson_val *v)
{
	for (uint32_t i = 0; i < list->count && w->teller != NULL; i++) {
		w->slot = i;
		(void)walk_node(w, list->nodes[i], v, NULL);
	}
}

void
tell_union(struct walk *w, const struct node *n, enum keyword k, yyjson_val *v)
{
	const struct compose_rules *r = n->more->compose;
	const struct node_list *list = k == KW_ANY_OF ? &r->any_of : &r->one_of;
	const struct discriminator *d = k == KW_ANY_OF ? r->any_by : r->one_by;
	const struct trail *outer = w->trail;
	bool is_whole = w->teller->options->is_whole && !w->teller->is_scoring;
	uint32_t nearest = NODE_ANY;
	struct trail own;

	trail_enter(w, &own, n, v);
	own.list = list;
	own.keyword = k;
	if ((d == NULL || !yyjson_is_obj(v)) && !is_whole)
		nearest = find_nearest(w, list, v);
	if (nearest != NODE_ANY)
		(void)walk_node(w, nearest, v, NULL);
	else if (is_whole && d == NULL && list->count > 0)
		tell_variants(w, list, v);
	w->trail = outer;
	if (nearest == NODE_ANY && (!is_whole || d != NULL ||
	    list->count == 0))
		tell(w, n, k, v, NULL);
}
