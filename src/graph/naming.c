/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "graph/naming.h"

#include "base/error.h"
#include "base/nearest.h"
#include "schema/schema.h"

#include <string.h>

#define STEPS_MAX 64  /* of a path; longer ones are let pass */
#define NAMES_SHOWN 8 /* that are there instead */

/* ---- types ---- */

static bool
is_met(const struct naming *n, const struct entry_type *e)
{
	if (e->kind != n->kind)
		return false;
	for (size_t i = 0; n->tids != NULL && i < n->tids_count; i++)
		if (n->tids[i] == e->tid)
			return true;
	return n->tids == NULL;
}

/* The next type that can be met, from place *i on; NULL: no more. */
static struct entry_type *
next_type(const struct naming *n, size_t *i)
{
	while (*i < n->type->count) {
		struct entry_type *e = &n->type->entries[(*i)++];
		if (is_met(n, e))
			return e;
	}
	return NULL;
}

static const char *
type_member(int kind)
{
	return kind == ALK_NODE ? "nodeType" : "edgeType";
}

/* ---- what is there instead ---- */

struct known {
	struct nearest nearest;
	const char *names[NAMES_SHOWN];
	size_t count;
	bool has_more;
};

/* A schema_name_fn. */
static void
note_name(void *arg, const char *name)
{
	struct known *k = arg;

	nearest_try(&k->nearest, name);
	for (size_t i = 0; i < k->count; i++)
		if (strcmp(k->names[i], name) == 0)
			return;
	if (k->count < NAMES_SHOWN)
		k->names[k->count++] = name;
	else
		k->has_more = true;
}

static void
write_known(struct buf *out, struct known *k)
{
	const char *hint = nearest_hint(&k->nearest);

	buf_str(out, hint);
	if (hint[0] != '\0' || k->count == 0)
		return;
	buf_str(out, "; there is");
	for (size_t i = 0; i < k->count; i++)
		buf_printf(out, "%s '%.60s'", i == 0 ? "" : i + 1 == k->count &&
		    !k->has_more ? " and" : ",", k->names[i]);
	if (k->has_more)
		buf_str(out, " and others");
}

static void
write_steps(struct buf *out, const struct filter_step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (steps[i].is_member)
			buf_printf(out, "%s%.100s", i > 0 ? "." : "",
			    steps[i].name);
		else
			buf_printf(out, "[%lld]", (long long)steps[i].index);
}

/* ---- refusing ---- */

/* A path, as schemas know it. */
struct path {
	const struct filter_step *steps;
	struct schema_step as[STEPS_MAX];
	size_t count;
	size_t step; /* the furthest that a schema refused */
};

static bool
path_take(struct path *p, const struct filter_step *steps, size_t count)
{
	if (count == 0 || count > STEPS_MAX)
		return false;
	p->steps = steps;
	p->count = count;
	p->step = 0;
	for (size_t i = 0; i < count; i++)
		p->as[i] = (struct schema_step){ steps[i].is_member ?
		    steps[i].name : NULL, steps[i].bytes };
	return true;
}

/* How many types can be met, if no row of any has something at the path; 0. */
static size_t
count_refusing(const struct naming *n, struct path *p)
{
	struct entry_type *e;
	size_t count = 0;

	for (size_t i = 0; (e = next_type(n, &i)) != NULL; count++) {
		const struct schema *s = type_schema(n->g, e);
		size_t step = 0;
		if (s == NULL || !schema_refuses(s, p->as, p->count, &step))
			return 0;
		if (step > p->step)
			p->step = step;
	}
	return count;
}

static int
tell_unknown(const struct naming *n, const struct path *p, size_t types)
{
	struct known known = { .count = 0 };
	struct entry_type *e, *first = NULL;
	struct buf text = { 0 };
	const char *word = p->as[p->step].name;

	nearest_init(&known.nearest, word != NULL ? word : "");
	for (size_t i = 0; (e = next_type(n, &i)) != NULL;) {
		const struct schema *s = type_schema(n->g, e);
		first = first == NULL ? e : first;
		if (s != NULL)
			schema_name_members(s, p->as, p->step, note_name,
			    &known);
	}
	if (types == 1)
		buf_printf(&text, "%s type '%.100s' has no attribute '",
		    type_noun(n->kind), first->name);
	else
		buf_printf(&text, "none of the %zu %s types here has an "
		    "attribute '", types, type_noun(n->kind));
	write_steps(&text, p->steps, p->step + 1);
	buf_str(&text, types == 1 ? "', and allows no others" :
	    "' or allows others");
	write_known(&text, &known);
	if (buf_text(&text) != NULL)
		error_set(n->g->err, ALK_FILTER, "%s", buf_text(&text));
	else
		error_nomem(n->g->err);
	buf_fini(&text);
	return n->g->err->code;
}

/* asks: whether there is anything, which may be asked of any path. */
static int
check_steps(const struct naming *n, const struct filter_step *steps,
    size_t count, bool asks)
{
	struct path p;

	if (!path_take(&p, steps, count))
		return ALK_OK;
	if (steps[0].is_member &&
	    strcmp(steps[0].name, type_member(n->kind)) == 0)
		return error_set(n->g->err, ALK_FILTER, "'%s' is the type of "
		    "a row and no attribute that filters or orders see; ask "
		    "for it by %s", steps[0].name, n->remedy);
	size_t types = asks ? 0 : count_refusing(n, &p);
	return types == 0 ? n->g->err->code : tell_unknown(n, &p, types);
}

int
naming_check(const struct naming *n, const struct filter *filter,
    const struct filter_path *order)
{
	alk_error *err = n->g->err;
	struct filter_test t;
	size_t count;

	if (n->type == NULL || err->code != ALK_OK)
		return err->code;
	for (size_t i = 0; filter != NULL && filter_test_at(filter, i, &t); i++)
		if (check_steps(n, t.steps, t.steps_count,
		    t.operator->says == SAYS_EXISTS) != ALK_OK) {
			error_entry(err, "byte %zu", t.at + 1);
			return err->code;
		}
	if (order == NULL)
		return ALK_OK;
	const struct filter_step *steps = filter_path_steps(order, &count);
	if (check_steps(n, steps, count, false) != ALK_OK)
		error_entry(err, "order");
	return err->code;
}

/* ---- what open schemas do not name ---- */

static bool
is_named(const struct naming *n, const struct filter_step *steps,
    size_t count)
{
	struct entry_type *e;

	if (count == 0 || !steps[0].is_member)
		return true;
	for (size_t i = 0; (e = next_type(n, &i)) != NULL;) {
		const struct schema *s = type_schema(n->g, e);
		if (s == NULL || schema_has_room_for(s, steps[0].name))
			return true;
	}
	return false;
}

/* Types that name nothing leave all to those who write. */
static bool
names_something(const struct naming *n)
{
	struct known known = { .count = 0 };
	struct entry_type *e;

	nearest_init(&known.nearest, "");
	for (size_t i = 0; (e = next_type(n, &i)) != NULL;) {
		const struct schema *s = type_schema(n->g, e);
		if (s != NULL)
			schema_name_members(s, NULL, 0, note_name, &known);
	}
	return known.count > 0;
}

const char *
naming_unnamed(const struct naming *n, const struct filter *filter,
    const struct filter_path *order)
{
	struct filter_test t;
	size_t count;

	if (n->type == NULL || !names_something(n))
		return NULL;
	for (size_t i = 0; filter != NULL && filter_test_at(filter, i, &t); i++)
		if (!is_named(n, t.steps, t.steps_count))
			return t.steps[0].name;
	if (order == NULL)
		return NULL;
	const struct filter_step *steps = filter_path_steps(order, &count);
	return is_named(n, steps, count) ? NULL : steps[0].name;
}

/* ---- types of values ---- */

static const struct {
	unsigned type;
	const char *noun;
} nouns[] = { { SCHEMA_NULL, "null" }, { SCHEMA_BOOLEAN, "true or false" },
	{ SCHEMA_NUMBER, "a number" }, { SCHEMA_STRING, "text" },
	{ SCHEMA_ARRAY, "a list" }, { SCHEMA_OBJECT, "an object" } };
#define NOUNS (sizeof(nouns) / sizeof(nouns[0]))

static unsigned
type_of_value(yyjson_val *v)
{
	return yyjson_is_null(v) ? SCHEMA_NULL :
	    yyjson_is_bool(v)	 ? SCHEMA_BOOLEAN :
	    yyjson_is_str(v)	 ? SCHEMA_STRING : SCHEMA_NUMBER;
}

static unsigned
types_met(const struct naming *n, const struct path *p)
{
	struct entry_type *e;
	unsigned types = 0;

	for (size_t i = 0; (e = next_type(n, &i)) != NULL;) {
		const struct schema *s = type_schema(n->g, e);
		types |= s == NULL ? (unsigned)SCHEMA_ALL :
		    schema_types_at(s, p->as, p->count);
	}
	return types;
}

static void
write_nouns(struct buf *out, unsigned types)
{
	const char *between = "";

	for (size_t i = 0; i < NOUNS; i++)
		if ((types & nouns[i].type) != 0) {
			buf_printf(out, "%s%s", between, nouns[i].noun);
			between = " or ";
		}
}

void
naming_mismatch(const struct naming *n, const struct filter *filter,
    struct buf *out)
{
	struct filter_test t;
	struct path p;

	for (size_t i = 0; n->type != NULL && filter != NULL &&
	     filter_test_at(filter, i, &t); i++) {
		unsigned asked = 0;
		for (size_t k = 0; k < t.count; k++)
			asked |= type_of_value(t.values[k]);
		if (asked == 0 || t.operator->says == SAYS_DIFFERENT ||
		    !path_take(&p, t.steps, t.steps_count))
			continue;
		unsigned types = types_met(n, &p);
		if (types == 0 || (types & asked) != 0)
			continue;
		buf_char(out, '\'');
		write_steps(out, t.steps, t.steps_count);
		buf_str(out, "' is ");
		write_nouns(out, types);
		buf_str(out, " in the schemas here, never ");
		write_nouns(out, asked);
		return;
	}
}
