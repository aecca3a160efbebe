/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The engine of scenarios: finds the command of a step, holds output and error
 * against what is expected, and keeps transactions, which are blocks of steps
 * run from inside alk_transact().
 */
#include "scene.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- For the commands -------------------------------------------------- */

int
scene_slip(struct scene *sc, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(sc->slip, sizeof(sc->slip), format, args);
	va_end(args);
	return SCENE_SLIP;
}

alk_session *
scene_session(struct scene *sc)
{
	if (sc->store == NULL)
		scene_slip(sc, "no store is open");
	return sc->store == NULL ? NULL : sc->sessions[sc->current].session;
}

int
scene_told(struct scene *sc, int rc)
{
	const alk_error *err = alk_session_error(scene_session(sc));

	if (err->code != rc && rc < 0)
		return scene_slip(sc, "%s was returned, the session's error "
		    "is %s", alk_error_name(rc), alk_error_name(err->code));
	if (rc == ALK_OK && err->code != ALK_OK)
		return scene_slip(sc, "ALK_OK was returned, the session's "
		    "error is %s", alk_error_name(err->code));
	sc->err = *err;
	return rc;
}

struct text *
scene_saved(struct scene *sc, const char *name)
{
	for (int i = 0; i < SCENE_NAMES; i++) {
		struct scene_saved *kept = &sc->saved[i];

		if (kept->name[0] == '\0')
			snprintf(kept->name, sizeof(kept->name), "%s", name);
		if (strcmp(kept->name, name) == 0)
			return &kept->value;
	}
	scene_slip(sc, "too many saved values");
	return NULL;
}

static bool
input_file(struct scene *sc, const char *name, struct text *out)
{
	char path[SCRATCH_PATH];

	scratch_path(path, sc->env->data, name);
	if (text_file(out, path))
		return true;
	scene_slip(sc, "cannot read %s", name);
	return false;
}

bool
scene_input(struct scene *sc, struct args *a, struct text *out)
{
	const struct step *step = &sc->script.steps[sc->at];
	const char *from = args_get(a, "from");
	const struct text *kept;

	for (int i = 0; i < a->count; i++)
		if (a->words[i][0] == '@')
			return input_file(sc, args_word(a, i) + 1, out);
	if (from == NULL) {
		text_add(out, step->input.data, step->input.bytes);
		return true;
	}
	kept = scene_saved(sc, from);
	if (kept == NULL)
		return false;
	text_add(out, kept->data, kept->bytes);
	return true;
}

int
scene_close(struct scene *sc)
{
	int rc;

	for (int i = 0; i < sc->session_count; i++)
		alk_session_close(sc->sessions[i].session);
	sc->session_count = 0;
	sc->current = 0;
	rc = alk_close(sc->store);
	if (rc == ALK_OK)
		sc->store = NULL;
	return rc;
}

/* ---- Expectations ------------------------------------------------------ */

static bool
lines_match(const struct step *step, const char *out)
{
	char *copy = text_copy(out, strlen(out));
	char *line = copy;
	int i = 0;

	for (; *line != '\0'; i++) {
		char *end = strchr(line, '\n');

		if (i < step->wanted_count
		    && strcmp(step->wanted[i], "...") == 0) {
			free(copy);
			return true;
		}
		*end = '\0';
		if (i >= step->wanted_count
		    || !text_matches(step->wanted[i], line))
			break;
		line = end + 1;
	}
	i += i < step->wanted_count && strcmp(step->wanted[i], "...") == 0;
	i = *line == '\0' && i == step->wanted_count;
	free(copy);
	return i != 0;
}

static bool
output_matches(const struct step *step, const char *out)
{
	if (step->wanted_count == 0)
		return true;
	if (step->wanted_count == 1
	    && strcmp(step->wanted[0], "(nothing)") == 0)
		return out[0] == '\0';
	return lines_match(step, out);
}

/* "CODE entry=E pointer=P WORDS OF THE TEXT" */
static bool
error_matches(const struct scene *sc, const char *wanted, int rc)
{
	struct args a;
	struct text words = { 0 };
	const char *entry;
	const char *pointer;
	bool ok;

	args_init(&a, wanted);
	entry = args_get(&a, "entry");
	pointer = args_get(&a, "pointer");
	text_str(&words, "*");
	for (int i = 1; i < a.count; i++)
		text_printf(&words, "%s%s", i > 1 ? " " : "", a.words[i]);
	text_str(&words, "*");
	ok = a.count > 0 && strcmp(a.words[0], alk_error_name(rc)) == 0
	    && (entry == NULL || text_matches(entry, sc->err.entry))
	    && (pointer == NULL || text_matches(pointer, sc->err.pointer))
	    && text_matches(text_get(&words), sc->err.text);
	text_fini(&words);
	args_fini(&a);
	return ok;
}

/* One line, no full stop: what every error has to be. */
static bool
error_is_well_made(const alk_error *err)
{
	size_t bytes = strlen(err->text);

	return bytes > 0 && strchr(err->text, '\n') == NULL
	    && (err->text[bytes - 1] != '.' || (bytes > 3
	    && strcmp(err->text + bytes - 3, "...") == 0));
}

static bool
is_as_expected(struct scene *sc, const struct step *step, int rc)
{
	if (rc > 0)
		return false;
	if (sc->is_loose && (rc == ALK_OK || rc == ALK_TIMEOUT))
		return true;
	if (!output_matches(step, text_get(&sc->out)))
		return false;
	if (step->error == NULL || rc == ALK_OK)
		return step->error == NULL && rc == ALK_OK;
	return error_matches(sc, step->error, rc)
	    && error_is_well_made(&sc->err);
}

static void
tell(const struct scene *sc, const struct step *step, int rc)
{
	fprintf(stderr, "%s.txt:%d: %s%s%s\n", sc->name, step->line,
	    step->command, sc->env->context == NULL ? "" : " -- ",
	    sc->env->context == NULL ? "" : sc->env->context);
	if (rc == SCENE_SLIP)
		fprintf(stderr, "  %s\n", sc->slip);
	for (int i = 0; i < step->wanted_count; i++)
		fprintf(stderr, "  expected > %s\n", step->wanted[i]);
	if (step->error != NULL)
		fprintf(stderr, "  expected ! %s\n", step->error);
	if (sc->out.bytes > 0)
		fprintf(stderr, "  got:\n%s", sc->out.data);
	if (rc < 0)
		fprintf(stderr, "  got ! %s entry=\"%s\" pointer=\"%s\" %s\n",
		    alk_error_name(rc), sc->err.entry, sc->err.pointer,
		    sc->err.text);
	else if (step->error != NULL && rc == ALK_OK)
		fprintf(stderr, "  got no error\n");
}

/* ---- Steps ------------------------------------------------------------- */

static const struct command *const tables[] = { store_commands, type_commands,
	write_commands, read_commands, stream_commands, json_commands,
	queue_commands,
	group_commands,
	schedule_commands, workflow_commands, algorithm_commands };

static const struct command *
find_command(struct args *a)
{
	char two[64] = "";

	if (a->count > 1)
		snprintf(two, sizeof(two), "%s %s", a->words[0], a->words[1]);
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (const struct command *c = tables[t]; c->name; c++)
			if (a->count > 0 && strcmp(c->name,
			    c->words == 2 ? two : a->words[0]) == 0)
				return c;
	return NULL;
}

static int
call(struct scene *sc, const struct step *step)
{
	struct args a;
	const struct command *c;
	int rc;

	args_init(&a, step->command);
	c = find_command(&a);
	if (a.fault != NULL) {
		rc = scene_slip(sc, "%s", a.fault);
	} else if (c == NULL) {
		rc = scene_slip(sc, "no such command");
	} else {
		for (int i = 0; i < c->words; i++)
			args_word(&a, i);
		rc = c->run(sc, &a);
		if (rc <= 0 && args_unused(&a) != NULL)
			rc = scene_slip(sc, "what is '%s'?", args_unused(&a));
	}
	args_fini(&a);
	return rc;
}

/* Within a transaction also that it was ended, while a call was undone. */
static bool
is_excused(const struct scene *sc, int rc)
{
	return rc < 0 && (rc != ALK_MISUSE || sc->depth > 0)
	    && sc->env->excuse != NULL
	    && sc->env->excuse(sc->env->arg, rc);
}

/*
 * ALK_OK, SCENE_AGAIN (inside a block), SCENE_FAILED. Within a transaction a
 * call that failed has undone what it did and no more: it is made again there,
 * and all of the block only where the fault has ended the transaction.
 */
static int
run_step(struct scene *sc)
{
	int first = sc->at;
	int current = sc->current; /* also when a block begins again */
	bool is_again = false;

	memset(&sc->imported, 0, sizeof(sc->imported));
	text_clear(&sc->heard);
	sc->heard_to = 0;
	for (;;) {
		const struct step *step;
		int rc;

		sc->at = sc->judged = first;
		if (current < sc->session_count)
			sc->current = current;
		sc->is_lost = sc->is_lost && sc->snapshots > 0;
		text_clear(&sc->out);
		memset(&sc->err, 0, sizeof(sc->err));
		sc->is_loose = false;
		rc = call(sc, &sc->script.steps[first]);
		step = &sc->script.steps[sc->judged];
		if (rc == SCENE_FAILED || is_as_expected(sc, step, rc))
			return rc == SCENE_FAILED ? rc : ALK_OK;
		if (rc == ALK_MISUSE && sc->is_lost)
			return ALK_OK;
		bool is_ended = rc == SCENE_AGAIN ||
		    (rc == ALK_MISUSE && is_again);
		if (!is_ended && !is_excused(sc, rc)) {
			tell(sc, step, rc);
			return SCENE_FAILED;
		}
		if (sc->depth > 0 && (is_ended || is_again))
			return SCENE_AGAIN;
		is_again = sc->depth > 0;
		sc->is_lost = sc->snapshots > 0;
	}
}

/* The first word of the step, for the ends of blocks. */
static bool
is_step(const struct scene *sc, int i, const char *word)
{
	const char *command = sc->script.steps[i].command;
	size_t bytes = strlen(word);

	return strncmp(command, word, bytes) == 0
	    && (command[bytes] == '\0' || command[bytes] == ' ');
}

static bool
is_block_end(const struct scene *sc, int i)
{
	return is_step(sc, i, "commit") || is_step(sc, i, "rollback")
	    || is_step(sc, i, "end");
}

int
scene_block_end(const struct scene *sc, int from)
{
	int depth = 0;

	for (int i = from; i < sc->script.count; i++) {
		depth += is_step(sc, i, "begin") || is_step(sc, i, "snapshot");
		depth -= is_block_end(sc, i);
		if (depth == 0)
			return i;
	}
	return -1;
}

int
scene_run_block(struct scene *sc)
{
	int rc = ALK_OK;

	while (rc == ALK_OK && !is_block_end(sc, sc->at)) {
		rc = run_step(sc);
		if (rc == ALK_OK)
			sc->at++;
	}
	text_clear(&sc->out);
	if (rc == ALK_OK && is_step(sc, sc->at, "rollback"))
		rc = SCENE_ROLLBACK;
	return rc;
}

static int
run_all(struct scene *sc)
{
	int rc = ALK_OK;

	for (sc->at = 0; rc == ALK_OK && sc->at < sc->script.count; sc->at++)
		rc = run_step(sc);
	if (scene_close(sc) != ALK_OK) {
		fprintf(stderr, "%s.txt: the store does not close\n", sc->name);
		rc = SCENE_FAILED;
	}
	return rc == ALK_OK ? 0 : 1;
}

int
scenario_run(const char *name, const char *text,
    const struct scenario_env *env)
{
	struct scene sc;
	int failed = 1;

	memset(&sc, 0, sizeof(sc));
	sc.name = name;
	sc.env = env;
	sc.now_ms = SCENARIO_TIME_MS;
	script_init(&sc.script, text);
	if (sc.script.fault_line > 0)
		fprintf(stderr, "%s.txt:%d: %s\n", name, sc.script.fault_line,
		    sc.script.fault);
	else
		failed = run_all(&sc);
	sqlite3_close(sc.stock); /* where a step failed */
	script_fini(&sc.script);
	alk_schema_free(sc.schema);
	text_fini(&sc.out);
	text_fini(&sc.heard);
	for (int i = 0; i < SCENE_NAMES; i++)
		text_fini(&sc.saved[i].value);
	return failed;
}
