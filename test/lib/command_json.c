/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Commands that need no store: schemas and values. A value is a word, or the
 * input of the step.
 */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

/* The error is the caller's own here: it must say what was returned. */
static int
told(struct scene *sc, int rc)
{
	if (sc->err.code != rc)
		return scene_slip(sc, "%s was returned, the error is %s",
		    alk_error_name(rc), alk_error_name(sc->err.code));
	return rc;
}

static const char *
text_at(struct scene *sc, struct args *a, int i)
{
	const struct step *step = &sc->script.steps[sc->at];
	const char *word = args_word(a, i);

	return word != NULL || step->input.data == NULL ? word :
	    step->input.data;
}

static int
read_at(struct scene *sc, struct args *a, int i, alk_json **out)
{
	const char *text = text_at(sc, a, i);

	if (text == NULL)
		return scene_slip(sc, "a value is missing");
	return told(sc, alk_json_read(text, ALK_NUL, out, &sc->err));
}

static int
show_value(struct scene *sc, const alk_json *j)
{
	char *text = NULL;
	int rc;

	if (j == NULL) {
		text_str(&sc->out, "nothing\n");
		return ALK_OK;
	}
	rc = told(sc, alk_json_write(j, 0, &text, NULL, &sc->err));
	if (rc == ALK_OK)
		text_printf(&sc->out, "%s\n", text);
	alk_free(text);
	return rc;
}

/* ---- Schemas ----------------------------------------------------------- */

/* schema compile SCHEMA */
static int
run_compile(struct scene *sc, struct args *a)
{
	const char *text = text_at(sc, a, 2);
	alk_schema *made = NULL;
	int rc;

	if (text == NULL)
		return scene_slip(sc, "schema compile SCHEMA");
	rc = told(sc, alk_schema_compile(text, ALK_NUL, NULL, &made,
	    &sc->err));
	if (rc == ALK_OK) {
		alk_schema_free(sc->schema);
		sc->schema = made;
	}
	return rc;
}

/* schema check VALUE */
static int
run_check(struct scene *sc, struct args *a)
{
	const char *text = text_at(sc, a, 2);

	return told(sc, alk_schema_check(sc->schema, text, ALK_NUL,
	    &sc->err));
}

static int
show_failure(void *arg, const alk_failure *f)
{
	struct scene *sc = arg;

	text_printf(&sc->out, "%s %s: %s\n",
	    f->instance[0] == '\0' ? "-" : f->instance, f->path,
	    f->message);
	return 0;
}

/* schema errors VALUE [max=N] */
static int
run_errors(struct scene *sc, struct args *a)
{
	size_t max = (size_t)args_number(a, "max", 0);
	alk_json *j = NULL;
	int rc;

	rc = read_at(sc, a, 2, &j);
	if (rc == ALK_OK)
		rc = told(sc, alk_schema_errors(sc->schema, j, max,
		    show_failure, sc, &sc->err));
	alk_json_free(j);
	return rc;
}

/* schema output flag|basic|detailed VALUE */
static int
run_output(struct scene *sc, struct args *a)
{
	const char *form = args_word(a, 2);
	alk_json *j = NULL;
	char *text = NULL;
	int rc;

	if (form == NULL)
		return scene_slip(sc, "schema output FORM VALUE");
	rc = read_at(sc, a, 3, &j);
	if (rc == ALK_OK)
		rc = told(sc, alk_schema_output(sc->schema, j,
		    strcmp(form, "flag") == 0 ? ALK_OUTPUT_FLAG :
		    strcmp(form, "basic") == 0 ? ALK_OUTPUT_BASIC :
		    ALK_OUTPUT_DETAILED, 0, &text, NULL, &sc->err));
	if (text != NULL)
		text_printf(&sc->out, "%s\n", text);
	alk_free(text);
	alk_json_free(j);
	return rc;
}

/* schema of NAME node|edge TYPE: that of a stored type */
static int
run_stored(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *name = args_word(a, 2), *kind = args_word(a, 3);
	const char *type = args_word(a, 4);
	alk_schema *made = NULL;
	int rc;

	if (s == NULL || type == NULL)
		return scene_slip(sc, "schema of NAME node|edge TYPE");
	rc = scene_told(sc, alk_types_schema(s, name,
	    strcmp(kind, "edge") == 0 ? ALK_EDGE : ALK_NODE, type, &made));
	if (rc == ALK_OK) {
		alk_schema_free(sc->schema);
		sc->schema = made;
	}
	return rc;
}

/* ---- Values ------------------------------------------------------------ */

typedef int (*join_fn)(const alk_json *a, const alk_json *b, alk_json **out,
    alk_error *err);

static int
join(struct scene *sc, struct args *a, join_fn fn)
{
	alk_json *one = NULL, *two = NULL, *made = NULL;
	int rc;

	(void)args_word(a, 3); /* also where the first cannot be read */
	rc = read_at(sc, a, 2, &one);
	if (rc == ALK_OK)
		rc = read_at(sc, a, 3, &two);
	if (rc == ALK_OK)
		rc = told(sc, fn(one, two, &made, &sc->err));
	if (rc == ALK_OK)
		rc = show_value(sc, made);
	alk_json_free(one);
	alk_json_free(two);
	alk_json_free(made);
	return rc;
}

static int
run_diff(struct scene *sc, struct args *a)
{
	return join(sc, a, alk_value_diff);
}

static int
run_patch(struct scene *sc, struct args *a)
{
	return join(sc, a, alk_value_patch);
}

static int
run_merge(struct scene *sc, struct args *a)
{
	return join(sc, a, alk_value_merge);
}

typedef int (*make_fn)(const alk_schema *s, const alk_json *j, alk_json **out,
    alk_error *err);

static int
show_step(void *arg, const alk_value_step *step)
{
	static const char *const names[] = {
		"filled", "converted", "truncated", "replaced", "dropped"
	};
	struct scene *sc = arg;

	text_printf(&sc->out, "%s%s %s\n", names[step->change],
	    step->is_lossy ? ", lossy:" : ":", step->pointer);
	return 0;
}

/* value clean|default|convert|cast VALUE|- [steps]; -: nothing is there */
static int
make(struct scene *sc, struct args *a, make_fn fn)
{
	const char *word = args_word(a, 2);
	bool has_steps = args_has(a, 3, "steps");
	alk_json *j = NULL, *made = NULL;
	int rc = ALK_OK;

	if (word == NULL || strcmp(word, "-") != 0)
		rc = read_at(sc, a, 2, &j);
	if (rc == ALK_OK)
		rc = told(sc, fn(sc->schema, j, &made, &sc->err));
	if (rc == ALK_OK)
		rc = show_value(sc, made);
	if (rc == ALK_OK && has_steps)
		rc = told(sc, alk_value_report(j, made, show_step, sc,
		    &sc->err));
	alk_json_free(j);
	alk_json_free(made);
	return rc;
}

static int
run_clean(struct scene *sc, struct args *a)
{
	return make(sc, a, alk_value_clean);
}

static int
run_default(struct scene *sc, struct args *a)
{
	return make(sc, a, alk_value_default);
}

static int
run_convert(struct scene *sc, struct args *a)
{
	return make(sc, a, alk_value_convert);
}

static int
run_cast(struct scene *sc, struct args *a)
{
	return make(sc, a, alk_value_cast);
}

static int
run_create(struct scene *sc, struct args *a)
{
	alk_json *made = NULL;
	int rc;

	(void)a;
	rc = told(sc, alk_value_create(sc->schema, &made, &sc->err));
	if (rc == ALK_OK)
		rc = show_value(sc, made);
	alk_json_free(made);
	return rc;
}

/* value hash VALUE */
static int
run_hash(struct scene *sc, struct args *a)
{
	uint8_t hash[ALK_HASH_BYTES];
	alk_json *j = NULL;
	uint64_t n = 0;
	int rc, i;

	rc = read_at(sc, a, 2, &j);
	if (rc == ALK_OK)
		rc = told(sc, alk_value_hash(j, hash, &sc->err));
	if (rc == ALK_OK)
		rc = told(sc, alk_value_hash_typebox(j, &n, &sc->err));
	for (i = 0; rc == ALK_OK && i < ALK_HASH_BYTES; i++)
		text_printf(&sc->out, "%02x", hash[i]);
	if (rc == ALK_OK)
		text_printf(&sc->out, " %llu\n", (unsigned long long)n);
	alk_json_free(j);
	return rc;
}

/* ---- Modules ----------------------------------------------------------- */

static int
show_change(void *arg, const alk_type_change *c)
{
	struct scene *sc = arg;

	text_printf(&sc->out, "%s %s%s: %s\n", c->op == ALK_CREATE ? "new" :
	    c->op == ALK_DELETE ? "gone" : "changed",
	    c->name[0] == '\0' ? "-" : c->name,
	    c->is_breaking ? ", breaking" : "", c->text);
	return 0;
}

/* types compare MODULE MODULE */
static int
run_compare(struct scene *sc, struct args *a)
{
	const char *before = args_word(a, 2), *after = args_word(a, 3);

	if (after == NULL)
		return scene_slip(sc, "types compare MODULE MODULE");
	return told(sc, alk_types_compare(before, ALK_NUL, after, ALK_NUL,
	    show_change, sc, &sc->err));
}

/* types diff NAME [@FILE] */
static int
run_types_diff(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *name = args_word(a, 2);
	struct text module = { 0 };
	int rc = SCENE_SLIP;

	if (s != NULL && scene_input(sc, a, &module))
		rc = scene_told(sc, alk_types_diff(s, name, text_get(&module),
		    module.bytes, show_change, sc));
	text_fini(&module);
	return rc;
}

const struct command json_commands[] = {
	{ "schema compile", 2, run_compile },
	{ "schema of", 2, run_stored },
	{ "schema check", 2, run_check },
	{ "schema errors", 2, run_errors },
	{ "schema output", 2, run_output },
	{ "value diff", 2, run_diff },
	{ "value patch", 2, run_patch },
	{ "value merge", 2, run_merge },
	{ "value clean", 2, run_clean },
	{ "value default", 2, run_default },
	{ "value convert", 2, run_convert },
	{ "value cast", 2, run_cast },
	{ "value create", 2, run_create },
	{ "value hash", 2, run_hash },
	{ "types compare", 2, run_compare },
	{ "types diff", 2, run_types_diff },
	{ NULL, 0, NULL }
};
