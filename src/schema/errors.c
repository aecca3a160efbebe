/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Telling failures: schema_errors() and schema_explain().
 *
 * Places are not kept on the way: the values of a document lie side by side, so
 * that a pointer is found from the root when there is something to tell; and so
 * is the way through the schema, from the trail of those that apply (trail.c).
 */
#include "schema/errors.h"

#include "base/error.h"
#include "schema/codes.h"
#include "schema/keyword.h"
#include "schema/message.h"

#include <assert.h>

#define TELLING_FACTOR 16 /* steps to tell, against those to check */

/* The keyword that is named: for a limit none, but a pattern's. */
static enum keyword
named_keyword(const struct walk *w, const struct node *n, enum keyword k)
{
	if (k == KW_LIMIT && w->stop == STOP_PATTERN &&
	    yyjson_obj_get(n->source, "pattern") != NULL)
		return KW_PATTERN;
	return k;
}

static void
put_keyword(struct buf *out, enum keyword k)
{
	if (k >= KW_COUNT)
		return;
	buf_char(out, '/');
	buf_str(out, keyword_rows[k].name);
}

/* Fills the way and the two texts; false: no memory. */
static bool
describe(struct teller *t, const struct walk *w, const struct node *n,
    enum keyword k, yyjson_val *v, yyjson_val *detail)
{
	enum keyword named = named_keyword(w, n, k);

	buf_clear(&t->location);
	buf_clear(&t->message);
	/* By which way it came to a limit, nobody noted. */
	if (!way_find(&t->way, w, k == KW_LIMIT ? NULL : n, v) ||
	    !way_locate(&t->way, w->s, n, &t->location))
		return false;
	if (k != KW_LIMIT)
		put_keyword(&t->way.keyword, named);
	put_keyword(&t->location, named);
	message_write(&t->message, w, n, k, v, detail);
	return buf_text(&t->way.keyword) != NULL &&
	    buf_text(&t->location) != NULL && buf_text(&t->message) != NULL;
}

static void
deliver(struct teller *t, const struct walk *w, const struct node *n,
    enum keyword k, yyjson_val *v, yyjson_val *detail)
{
	enum keyword named = named_keyword(w, n, k);
	bool is_keyword = named < KW_COUNT;
	/* Of unions and sets, detail is something else. */
	bool is_name = k == KW_REQUIRED || k == KW_ADDITIONAL_PROPERTIES ||
	    k == KW_UNEVALUATED_PROPERTIES || k == KW_DEPENDENT_REQUIRED ||
	    k == KW_DEPENDENCIES;
	struct schema_failure f = {
		.instance = buf_text(&t->way.instance),
		.path = buf_text(&t->way.keyword),
		.location = buf_text(&t->location),
		.keyword = is_keyword ? keyword_rows[named].name : "",
		.message = buf_text(&t->message),
		.code = k == KW_LIMIT ? SCHEMA_CODE_NONE : code_find(n, k),
		.value = v,
		.expected = is_keyword ? yyjson_obj_get(n->source,
		    keyword_rows[named].name) : NULL,
		.property = is_name ? detail : NULL
	};

	t->told++;
	t->left--;
	if (t->options->fn(t->options->arg, &f, &t->way) != 0)
		t->left = 0;
}

void
tell(struct walk *w, const struct node *n, enum keyword k, yyjson_val *v,
    yyjson_val *detail)
{
	struct teller *t = w->teller;

	if (t == NULL)
		return; /* enough was told in the same breath */
	if (t->is_scoring) {
		teller_score(t, w, k, v);
		return;
	}
	/* Once given up, what fails on the way back fails because of that. */
	if (w->stop != STOP_NONE && k != KW_LIMIT)
		return;
	if (t->left == 0 || t->no_memory)
		return;
	if (!describe(t, w, n, k, v, detail)) {
		t->no_memory = true;
		return;
	}
	deliver(t, w, n, k, v, detail);
	/* Finding places is work too; what is left may not suffice. */
	w->steps -= t->way.cost;
	t->way.cost = 0;
	/* Enough: the rest of the walk ends at its next failure. */
	if (t->left == 0)
		w->teller = NULL;
}

/* ---- The two questions ------------------------------------------------- */

static void
teller_fini(struct teller *t)
{
	way_fini(&t->way);
	buf_fini(&t->location);
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
	if (t->options->spent != NULL)
		*t->options->spent = walk_steps(v) * TELLING_FACTOR - w->steps;
	if (t->told == 0 && w->stop != STOP_NONE)
		tell(w, w->stop_node, KW_LIMIT, w->stop_value, NULL);
	assert(!ok || w->stop != STOP_NONE);
	(void)ok;
}

int
errors_walk(const struct schema *s, yyjson_val *v,
    const struct errors_options *o)
{
	struct walk w;
	struct teller t = { .options = o, .steps = SCORING_STEPS,
		.left = o->failures_max < 1 ? 1 : o->failures_max };

	walk_begin(&w, s, v);
	bool ok = walk_node(&w, s->root, v, NULL);
	if (w.stop != STOP_NONE) {
		w.teller = &t;
		tell(&w, w.stop_node, KW_LIMIT, w.stop_value, NULL);
	} else if (!ok) {
		tell_all(&w, &t, v);
		assert(t.told > 0 || t.no_memory || w.stop == STOP_MEMORY);
	}
	int rc = t.no_memory || w.stop == STOP_MEMORY ? ALK_NOMEM : t.told;
	walk_end(&w);
	teller_fini(&t);
	return rc;
}

/* Who asked, behind errors_options. */
struct listener {
	schema_failure_fn fn;
	void *arg;
};

static int
pass_on(void *arg, const struct schema_failure *f, struct way *way)
{
	struct listener *l = arg;

	(void)way;
	return l->fn(l->arg, f);
}

int
schema_errors(const struct schema *s, yyjson_val *v, int failures_max,
    schema_failure_fn fn, void *arg)
{
	struct listener l = { .fn = fn, .arg = arg };
	const struct errors_options o = { .fn = pass_on, .arg = &l,
		.failures_max = failures_max };

	return errors_walk(s, v, &o);
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
