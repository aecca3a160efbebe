/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Telling failures: schema_errors() and schema_explain().
 *
 * A union has as many reasons to fail as it has variants. Each variant is tried
 * once more with its failures only scored, not told, and the one that came
 * nearest is told: the one whose shallowest failure lies deepest, then the one
 * with the fewest. A wrong type counts as far away, and so does a wrong
 * constant in a property, because that is how variants are told apart.
 *
 * Places are not kept on the way: the values of a document lie side by side, so
 * that a pointer is found from the root when there is something to tell.
 */
#include "schema/walk.h"

#include "base/error.h"
#include "schema/keyword.h"
#include "schema/message.h"
#include "schema/schema.h"

#include <assert.h>
#include <limits.h>

#define SCORED_VARIANTS_MAX 64 /* unions of more only say that they failed */
#define SCORING_STEPS 1000000  /* for all that one call scores */
#define TELLING_FACTOR 16      /* steps to tell, against those to check */

struct teller {
	schema_failure_fn fn;
	void *arg;
	int left; /* failures to tell */
	int told;
	bool no_memory;
	struct buf instance;
	struct buf keyword;
	struct buf message;
	/* While a variant is scored: */
	bool scoring;
	int64_t steps; /* left for that */
	int base; /* depth of the union's value */
	int rank; /* of the worst failure */
	int failures;
};

/* How deep v lies in root. */
static int
depth_of(yyjson_val *root, yyjson_val *v)
{
	int depth = 0;

	for (yyjson_val *at = root; at != v; depth++) {
		yyjson_val *child = unsafe_yyjson_get_first(at);
		while (v >= unsafe_yyjson_get_next(child))
			child = unsafe_yyjson_get_next(child);
		at = child;
	}
	return depth;
}

/* Higher is nearer to a match. */
static int
rank_of(const struct teller *t, const struct walk *w, enum keyword k,
    yyjson_val *v)
{
	int depth = depth_of(w->root, v) - t->base;

	switch (k) {
	case KW_TYPE:
	case KW_NEVER:
	case KW_ANY_OF:
		return 4 * depth;
	case KW_CONST:
	case KW_ENUM:
		return depth == 0 ? 1 : 4 * depth - 3;
	case KW_ADDITIONAL_PROPERTIES:
	case KW_UNEVALUATED_PROPERTIES:
		return 4 * depth - 2;
	default:
		return 4 * depth + 2;
	}
}

static void
tell_place(struct teller *t, const struct walk *w, const struct node *n,
    enum keyword k)
{
	if (n == NULL || n->source == NULL)
		return;
	program_locate(&t->keyword, w->s->source, n->source);
	if (k == KW_LIMIT && w->stop == STOP_PATTERN &&
	    yyjson_obj_get(n->source, "pattern") != NULL)
		k = KW_PATTERN;
	if (k >= KW_COUNT)
		return;
	buf_char(&t->keyword, '/');
	buf_str(&t->keyword, keyword_rows[k].name);
}

void
tell(struct walk *w, const struct node *n, enum keyword k, yyjson_val *v,
    yyjson_val *detail)
{
	struct teller *t = w->teller;

	if (t == NULL)
		return; /* enough was told in the same breath */
	if (t->scoring) {
		int rank = rank_of(t, w, k, v);
		if (rank < t->rank)
			t->rank = rank;
		t->failures++;
		return;
	}
	/* Once given up, what fails on the way back fails because of that. */
	if (w->stop != STOP_NONE && k != KW_LIMIT)
		return;
	if (t->left == 0 || t->no_memory)
		return;
	buf_clear(&t->instance);
	buf_clear(&t->keyword);
	buf_clear(&t->message);
	program_locate(&t->instance, w->root, v);
	tell_place(t, w, n, k);
	message_write(&t->message, w, n, k, v, detail);
	struct schema_failure f = {
		.instance = buf_text(&t->instance),
		.keyword = buf_text(&t->keyword),
		.message = buf_text(&t->message)
	};
	if (f.instance == NULL || f.keyword == NULL || f.message == NULL) {
		t->no_memory = true;
		return;
	}
	t->told++;
	t->left--;
	if (t->fn(t->arg, &f) != 0)
		t->left = 0;
	/* Enough: the rest of the walk ends at its next failure. */
	if (t->left == 0)
		w->teller = NULL;
}

/* ---- Unions ------------------------------------------------------------ */

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

	t->scoring = true;
	t->base = depth_of(w->root, v);
	t->rank = INT_MAX;
	t->failures = 0;
	w->steps = t->steps;
	(void)walk_node(w, node, v, NULL);
	t->steps = w->steps;
	w->steps = steps;
	t->scoring = false;
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
	struct score best = { .rank = 1 };
	uint32_t nearest = NODE_ANY;

	if (list->count == 1)
		return list->nodes[0];
	if (list->count > SCORED_VARIANTS_MAX || w->teller->scoring)
		return NODE_ANY;
	for (uint32_t i = 0; i < list->count && w->teller->steps > 0; i++) {
		struct score s = score_variant(w, list->nodes[i], v);
		if (s.rank > best.rank ||
		    (s.rank == best.rank && s.failures < best.failures)) {
			best = s;
			nearest = list->nodes[i];
		}
	}
	return nearest;
}

void
tell_union(struct walk *w, const struct node *n, enum keyword k, yyjson_val *v)
{
	const struct compose_rules *r = n->more->compose;
	const struct node_list *list = k == KW_ANY_OF ? &r->any_of : &r->one_of;
	const struct discriminator *d = k == KW_ANY_OF ? r->any_by : r->one_by;
	uint32_t nearest = NODE_ANY;

	if (d == NULL || !yyjson_is_obj(v))
		nearest = find_nearest(w, list, v);
	if (nearest == NODE_ANY) {
		tell(w, n, k, v, NULL);
		return;
	}
	(void)walk_node(w, nearest, v, NULL);
}

/* ---- The two questions ------------------------------------------------- */

static void
teller_fini(struct teller *t)
{
	buf_fini(&t->instance);
	buf_fini(&t->keyword);
	buf_fini(&t->message);
}

/* The telling walk tries variants again and again: it may take more steps. */
static void
tell_all(struct walk *w, struct teller *t, yyjson_val *v)
{
	w->teller = t;
	w->steps = walk_steps(v) * TELLING_FACTOR;
	w->frames = 0;
	bool ok = walk_node(w, w->s->root, v, NULL);
	w->teller = t;
	if (t->told == 0 && w->stop != STOP_NONE)
		tell(w, w->stop_node, KW_LIMIT, w->stop_value, NULL);
	assert(!ok || w->stop != STOP_NONE);
	(void)ok;
}

int
schema_errors(const struct schema *s, yyjson_val *v, int failures_max,
    schema_failure_fn fn, void *arg)
{
	struct walk w;
	struct teller t = { .fn = fn, .arg = arg, .steps = SCORING_STEPS,
		.left = failures_max < 1 ? 1 : failures_max };

	walk_begin(&w, s, v);
	bool ok = walk_node(&w, s->root, v, NULL);
	if (w.stop != STOP_NONE) {
		w.teller = &t;
		tell(&w, w.stop_node, KW_LIMIT, w.stop_value, NULL);
	} else if (!ok) {
		tell_all(&w, &t, v);
		assert(t.told > 0 || t.no_memory);
	}
	int rc = t.no_memory || w.stop == STOP_MEMORY ? ALK_NOMEM : t.told;
	walk_end(&w);
	teller_fini(&t);
	return rc;
}

static int
fill(void *arg, const struct schema_failure *f)
{
	alk_error *err = arg;

	(void)error_set(err, ALK_VALUE, "%s", f->message);
	error_pointer(err, f->instance, strlen(f->instance));
	return 1;
}

int
schema_explain(const struct schema *s, yyjson_val *v, alk_error *err)
{
	alk_error own = { 0 };

	int rc = schema_errors(s, v, 1, fill, err != NULL ? err : &own);
	if (rc < 0)
		return error_nomem(err);
	return rc == 0 ? ALK_OK : ALK_VALUE;
}
