/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * schema_output(): failures in the forms of the JSON Schema specification
 * (2019-09 section 10, 2020-12 section 12).
 *
 *   flag      {"valid":false}
 *   basic     all failures in one list, as they are told
 *   detailed  a tree: a unit for each schema within which several things failed
 *
 * Failures within one schema, applied to one value, are told in a row. So the
 * tree is there in the list already: those whose ways begin with the same steps
 * belong together.
 */
#include "schema/errors.h"

#include "base/error.h"
#include "base/mem.h"
#include "json/push.h"
#include "schema/keyword.h"

#include <string.h>

#define NESTING_MAX 200 /* of units; what is deeper stands in a list */

struct text {
	size_t at; /* in texts */
	size_t bytes;
};

/* A failure, kept until all are known. */
struct unit {
	struct text path;
	struct text instance;
	struct text location;
	struct text message;
	size_t steps; /* place of the first one */
	size_t steps_count;
};

struct output {
	const struct schema *s;
	struct json_out json;
	alk_error *err;
	int told;
	/* Detailed only: */
	struct buf texts;
	struct buf units;
	struct buf steps;
	struct way way; /* to find places of schemas by */
	struct buf location;
	bool no_memory;
};

static void
write_unit(struct json_out *o, const struct schema_failure *f)
{
	json_out_begin_object(o);
	json_out_key(o, "valid");
	json_out_bool(o, false);
	json_out_member(o, "keywordLocation", f->path);
	json_out_member(o, "absoluteKeywordLocation", f->location);
	json_out_member(o, "instanceLocation", f->instance);
	json_out_member(o, "error", f->message);
	json_out_end_object(o);
}

static void
begin_root(struct json_out *o, bool valid)
{
	json_out_begin_object(o);
	json_out_key(o, "valid");
	json_out_bool(o, valid);
	json_out_member(o, "keywordLocation", "");
	json_out_member(o, "instanceLocation", "");
}

/* The first failure is the one that the error tells. */
static void
note_first(struct output *p, const struct schema_failure *f)
{
	if (p->told++ > 0)
		return;
	(void)error_set(p->err, ALK_VALUE, "%s", f->message);
	error_pointer(p->err, f->instance, strlen(f->instance));
}

static int
take_basic(void *arg, const struct schema_failure *f, struct way *way)
{
	struct output *p = arg;

	(void)way;
	if (p->told == 0) {
		begin_root(&p->json, false);
		json_out_key(&p->json, "errors");
		json_out_begin_array(&p->json);
	}
	note_first(p, f);
	write_unit(&p->json, f);
	return p->json.out->bytes > SCHEMA_OUTPUT_BYTES_MAX;
}

/* ---- Detailed ---------------------------------------------------------- */

static struct text
keep(struct output *p, const char *text)
{
	struct text t = { .at = p->texts.bytes, .bytes = strlen(text) };

	buf_add(&p->texts, text, t.bytes + 1);
	return t;
}

static int
take_detailed(void *arg, const struct schema_failure *f, struct way *way)
{
	struct output *p = arg;
	struct unit u = {
		.path = keep(p, f->path),
		.instance = keep(p, f->instance),
		.location = keep(p, f->location),
		.message = keep(p, f->message),
		.steps = p->steps.bytes / sizeof(struct step),
		.steps_count = way->steps_count
	};

	note_first(p, f);
	if (way->steps_count > 0)
		buf_add(&p->steps, way->steps,
		    way->steps_count * sizeof(way->steps[0]));
	buf_add(&p->units, &u, sizeof(u));
	p->no_memory = p->texts.failed || p->units.failed || p->steps.failed;
	return p->no_memory || p->texts.bytes + p->units.bytes +
	    p->steps.bytes > SCHEMA_OUTPUT_BYTES_MAX;
}

static const struct unit *
unit_at(const struct output *p, size_t i)
{
	return (const struct unit *)(const void *)p->units.data + i;
}

static const struct step *
step_at(const struct output *p, const struct unit *u, size_t level)
{
	return (const struct step *)(const void *)p->steps.data + u->steps +
	    level;
}

static bool
has_same(const struct output *p, struct text a, struct text b, size_t from,
    size_t to)
{
	return a.bytes >= to && b.bytes >= to &&
	    memcmp(p->texts.data + a.at + from, p->texts.data + b.at + from,
	    to - from) == 0;
}

/* Whether a and b, the same down to level, are at that level too. */
static bool
share(const struct output *p, const struct unit *a, const struct unit *b,
    size_t level)
{
	if (level >= a->steps_count || level >= b->steps_count)
		return false;
	const struct step *x = step_at(p, a, level);
	const struct step *y = step_at(p, b, level);
	size_t path = level > 0 ? x[-1].keyword_bytes : 0;
	size_t instance = level > 0 ? x[-1].instance_bytes : 0;

	return x->node == y->node && x->keyword == y->keyword &&
	    x->keyword_bytes == y->keyword_bytes &&
	    x->instance_bytes == y->instance_bytes &&
	    has_same(p, a->path, b->path, path, x->keyword_bytes) &&
	    has_same(p, a->instance, b->instance, instance, x->instance_bytes);
}

static void
write_leaf(struct output *p, const struct unit *u)
{
	const char *texts = p->texts.data;
	const struct schema_failure f = {
		.path = texts + u->path.at,
		.instance = texts + u->instance.at,
		.location = texts + u->location.at,
		.message = texts + u->message.at
	};

	write_unit(&p->json, &f);
}

static void
write_text(struct output *p, const char *name, struct text t, size_t bytes)
{
	json_out_key(&p->json, name);
	json_out_string(&p->json, p->texts.data + t.at, bytes);
}

/* A unit for the schema, or the union, at the level above. */
static void
begin_branch(struct output *p, const struct unit *u, size_t level)
{
	const struct step *step = step_at(p, u, level - 1);

	buf_clear(&p->location);
	if (!way_locate(&p->way, p->s, step->node, &p->location)) {
		p->no_memory = true;
		return;
	}
	if (step->keyword < KW_COUNT) {
		buf_char(&p->location, '/');
		buf_str(&p->location, keyword_rows[step->keyword].name);
	}
	json_out_begin_object(&p->json);
	json_out_key(&p->json, "valid");
	json_out_bool(&p->json, false);
	write_text(p, "keywordLocation", u->path, step->keyword_bytes);
	json_out_member(&p->json, "absoluteKeywordLocation",
	    buf_text(&p->location));
	write_text(p, "instanceLocation", u->instance, step->instance_bytes);
}

static void write_units(struct output *p, size_t from, size_t to, size_t level,
    int nesting);

/* Units that are the same above level: no unit for what all of them share. */
static void
write_branch(struct output *p, size_t from, size_t to, size_t level,
    int nesting)
{
	const struct unit *first = unit_at(p, from);
	bool same = true;

	while (same) {
		for (size_t i = from + 1; i < to && same; i++)
			same = share(p, first, unit_at(p, i), level);
		level += same;
	}
	begin_branch(p, first, level);
	if (p->no_memory)
		return;
	write_units(p, from, to, level, nesting + 1);
	json_out_end_object(&p->json);
}

static void
write_units(struct output *p, size_t from, size_t to, size_t level,
    int nesting)
{
	json_out_key(&p->json, "errors");
	json_out_begin_array(&p->json);
	for (size_t i = from, next; i < to && !p->no_memory; i = next) {
		const struct unit *u = unit_at(p, i);
		for (next = i + 1; next < to && nesting < NESTING_MAX &&
		    share(p, u, unit_at(p, next), level);)
			next++;
		if (next == i + 1)
			write_leaf(p, u);
		else
			write_branch(p, i, next, level + 1, nesting);
	}
	json_out_end_array(&p->json);
}

/* What all share is the root: it stays. */
static void
write_detailed(struct output *p)
{
	size_t count = p->units.bytes / sizeof(struct unit);
	size_t level = count > 0 && unit_at(p, 0)->steps_count > 0 &&
	    step_at(p, unit_at(p, 0), 0)->keyword_bytes == 0;

	begin_root(&p->json, false);
	write_units(p, 0, count, level, 0);
	json_out_end_object(&p->json);
}

/* ---- The call ---------------------------------------------------------- */

static void
write_flag(struct json_out *o, bool valid)
{
	json_out_begin_object(o);
	json_out_key(o, "valid");
	json_out_bool(o, valid);
	json_out_end_object(o);
}

static void
output_fini(struct output *p)
{
	buf_fini(&p->texts);
	buf_fini(&p->units);
	buf_fini(&p->steps);
	buf_fini(&p->location);
	way_fini(&p->way);
}

/* The failures, in basic or detailed form; how many, or ALK_NOMEM. */
static int
write_failures(struct output *p, yyjson_val *v, enum schema_form form,
    int failures_max)
{
	const struct errors_options o = {
		.fn = form == SCHEMA_BASIC ? take_basic : take_detailed,
		.arg = p,
		.failures_max = failures_max < SCHEMA_OUTPUT_FAILURES_MAX ?
		    failures_max : SCHEMA_OUTPUT_FAILURES_MAX,
		.is_whole = form == SCHEMA_DETAILED
	};
	int told = errors_walk(p->s, v, &o);

	if (told <= 0 || p->no_memory)
		return told < 0 || p->no_memory ? ALK_NOMEM : 0;
	if (form == SCHEMA_BASIC) {
		json_out_end_array(&p->json);
		json_out_end_object(&p->json);
	} else {
		write_detailed(p);
	}
	return p->no_memory ? ALK_NOMEM : told;
}

int
schema_output(const struct schema *s, yyjson_val *v, enum schema_form form,
    int failures_max, struct buf *out, alk_error *err)
{
	alk_error own = { 0 };
	struct output p = { .s = s, .json = { .out = out },
		.err = err != NULL ? err : &own };
	size_t before = out->bytes;
	int told;

	if (form == SCHEMA_FLAG) {
		told = schema_explain(s, v, p.err);
		if (told == ALK_OK || told == ALK_VALUE)
			write_flag(&p.json, told == ALK_OK);
		told = told == ALK_VALUE ? 1 : told;
	} else {
		told = write_failures(&p, v, form, failures_max);
		if (told == 0) {
			begin_root(&p.json, true);
			json_out_end_object(&p.json);
		}
	}
	output_fini(&p);
	if (told >= 0 && !out->failed)
		return told == 0 ? ALK_OK : ALK_VALUE;
	if (!out->failed)
		out->bytes = before;
	error_clear(p.err);
	return error_nomem(p.err);
}
