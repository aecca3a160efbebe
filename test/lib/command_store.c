/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Commands on the store itself: files, sessions, transactions, the clock,
 * checking, and SQL as another program would run it.
 */
#include "scene.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Opening ----------------------------------------------------------- */

static int64_t
now_ms(void *arg)
{
	return *(int64_t *)arg;
}

static void
read_limits(struct args *a, alk_limits *l)
{
	l->attributes_bytes = (size_t)args_number(a, "attributes_bytes", 0);
	l->depth = (size_t)args_number(a, "depth", 0);
	l->key_bytes = (size_t)args_number(a, "key_bytes", 0);
	l->name_bytes = (size_t)args_number(a, "name_bytes", 0);
	l->types = (size_t)args_number(a, "types", 0);
	l->schema_bytes = (size_t)args_number(a, "schema_bytes", 0);
	l->batch_rows = (size_t)args_number(a, "batch_rows", 0);
	l->page_rows = (size_t)args_number(a, "page_rows", 0);
	l->snapshot_bytes = (size_t)args_number(a, "snapshot_bytes", 0);
	l->visited = (size_t)args_number(a, "visited", 0);
	l->traverse_ms = (int)args_number(a, "traverse_ms", 0);
}

static int
open_store(struct scene *sc, const alk_options *o)
{
	int rc = alk_open(sc->path, o, &sc->store, &sc->err);

	if (rc != ALK_OK) {
		sc->store = NULL;
		return rc;
	}
	rc = alk_session_open(sc->store, NULL, &sc->sessions[0].session,
	    &sc->err);
	if (rc != ALK_OK) {
		alk_close(sc->store);
		sc->store = NULL;
		return rc;
	}
	snprintf(sc->sessions[0].name, sizeof(sc->sessions[0].name), "main");
	sc->session_count = 1;
	return rc;
}

static int
open_with(struct scene *sc, struct args *a, unsigned flags)
{
	alk_options o = { 0 };
	int rc;

	o.flags = flags;
	if (args_has(a, 1, "readonly"))
		o.flags |= ALK_OPEN_READONLY;
	if (args_has(a, 1, "exclusive"))
		o.flags |= ALK_OPEN_EXCLUSIVE;
	if (args_has(a, 1, "full_sync"))
		o.flags |= ALK_OPEN_FULL_SYNC;
	if (args_has(a, 1, "system"))
		o.kind = ALK_FILE_SYSTEM;
	o.busy_ms = (int)args_number(a, "busy_ms", sc->env->busy_ms);
	o.clock.now_ms = now_ms;
	o.clock.arg = &sc->now_ms;
	read_limits(a, &o.limits);
	if (sc->store != NULL) {
		rc = scene_close(sc);
		if (rc != ALK_OK)
			return scene_slip(sc, "the store does not close");
	}
	return open_store(sc, &o);
}

/* open|create|existing tenant|system [file=NAME] [readonly] [LIMIT=N] ... */
static int
run_open(struct scene *sc, struct args *a)
{
	const char *how = args_word(a, 0);
	const char *file = args_get(a, "file");
	bool is_tenant = args_has(a, 1, "tenant");
	unsigned flags = strcmp(how, "existing") == 0 ? 0 : ALK_OPEN_CREATE;

	if (!is_tenant && !args_has(a, 1, "system"))
		return scene_slip(sc, "tenant or system?");
	scratch_path(sc->path, sc->env->dir,
	    file == NULL ? SCENARIO_FILE : file);
	if (is_tenant && strcmp(how, "open") == 0 && sc->env->fresh != NULL
	    && !scratch_exists(sc->path))
		scratch_copy(sc->env->fresh, sc->path);
	return open_with(sc, a, flags);
}

static int
run_reopen(struct scene *sc, struct args *a)
{
	if (sc->path[0] == '\0')
		return scene_slip(sc, "nothing was opened yet");
	return open_with(sc, a, 0);
}

static int
run_close(struct scene *sc, struct args *a)
{
	(void)a;
	return scene_close(sc);
}

/* file NAME: makes it of the input. */
static int
run_file(struct scene *sc, struct args *a)
{
	struct text input = { 0 };
	char path[SCRATCH_PATH];
	const char *name = args_word(a, 1);

	if (name == NULL)
		return scene_slip(sc, "which file?");
	if (scene_input(sc, a, &input)) {
		scratch_path(path, sc->env->dir, name);
		scratch_write(path, text_get(&input), input.bytes);
	}
	text_fini(&input);
	return ALK_OK;
}

/* ---- Sessions and transactions ----------------------------------------- */

/* as NAME: another session of the same store, opened at first use. */
static int
run_as(struct scene *sc, struct args *a)
{
	const char *name = args_word(a, 1);
	struct scene_session *made;
	int rc;

	if (scene_session(sc) == NULL || name == NULL)
		return SCENE_SLIP;
	for (int i = 0; i < sc->session_count; i++)
		if (strcmp(sc->sessions[i].name, name) == 0) {
			sc->current = i;
			return ALK_OK;
		}
	if (sc->session_count == SCENE_NAMES)
		return scene_slip(sc, "too many sessions");
	made = &sc->sessions[sc->session_count];
	rc = alk_session_open(sc->store, NULL, &made->session, &sc->err);
	if (rc != ALK_OK)
		return rc;
	snprintf(made->name, sizeof(made->name), "%s", name);
	sc->current = sc->session_count++;
	return ALK_OK;
}

struct block {
	struct scene *sc;
	int first; /* the step behind "begin" or "snapshot" */
	int depth; /* 1: a fault inside undoes the whole */
	int snapshots; /* 1: a fault inside may end it */
};

static int
run_body(alk_session *s, void *arg)
{
	struct block *b = arg;
	int rc;

	(void)s;
	b->sc->has_begun = true;
	b->sc->at = b->first;
	b->sc->depth += b->depth;
	b->sc->snapshots += b->snapshots;
	rc = scene_run_block(b->sc);
	b->sc->snapshots -= b->snapshots;
	b->sc->depth -= b->depth;
	b->sc->judged = b->sc->at;
	return rc;
}

/* What alk_transact() or alk_snapshot() returned, as the result of a step. */
static int
end_block(struct scene *sc, const struct block *b, int rc)
{
	if (!sc->has_begun) {
		sc->judged = b->first - 1;
		sc->at = scene_block_end(sc, b->first - 1);
	}
	sc->has_begun = true;
	if (rc == SCENE_ROLLBACK)
		return ALK_OK;
	return rc > 0 ? rc : scene_told(sc, rc);
}

static int
run_begin(struct scene *sc, struct args *a)
{
	struct block b = { sc, sc->at + 1, 1, 0 };
	alk_session *s = scene_session(sc);
	unsigned flags = args_has(a, 1, "dry") ? ALK_TX_DRY_RUN : 0;

	if (s == NULL)
		return SCENE_SLIP;
	if (scene_block_end(sc, sc->at) < 0)
		return scene_slip(sc, "begin without commit or rollback");
	sc->has_begun = false;
	return end_block(sc, &b, alk_transact(s, flags, run_body, &b));
}

static int
run_snapshot(struct scene *sc, struct args *a)
{
	struct block b = { sc, sc->at + 1, 0, 1 };
	alk_session *s = scene_session(sc);

	(void)a;
	if (s == NULL)
		return SCENE_SLIP;
	if (scene_block_end(sc, sc->at) < 0)
		return scene_slip(sc, "snapshot without end");
	sc->has_begun = false;
	return end_block(sc, &b, alk_snapshot(s, run_body, &b));
}

static int
show_change(void *arg, const alk_change *c)
{
	static const char *const ops[] = { "?", "create", "put", "merge",
		"update", "delete" };
	static const char *const kinds[] = { "?", "node", "edge", "graph",
		"type" };
	struct text *out = arg;

	text_printf(out, "%s %s %s", ops[c->op], kinds[c->kind],
	    c->key == NULL ? "-" : c->key);
	if (c->type != NULL)
		text_printf(out, " %s", c->type);
	if (c->source != NULL)
		text_printf(out, " %s -> %s", c->source, c->target);
	text_str(out, "\n");
	return 0;
}

static int
run_changes(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	(void)a;
	if (s == NULL)
		return SCENE_SLIP;
	return scene_told(sc, alk_changes(s, show_change, &sc->out));
}

static int
run_cancel(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);

	(void)a;
	if (s == NULL)
		return SCENE_SLIP;
	alk_session_cancel(s);
	return ALK_OK;
}

/* clock +SECONDS */
static int
run_clock(struct scene *sc, struct args *a)
{
	const char *by = args_word(a, 1);

	if (by == NULL)
		return scene_slip(sc, "by how many seconds?");
	sc->now_ms += 1000 * strtoll(by, NULL, 10);
	return ALK_OK;
}

/* ---- Looking at the store ---------------------------------------------- */

static int
run_info(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	const char *json;
	size_t bytes;
	int rc;

	(void)a;
	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, alk_info(s, &json, &bytes));
	if (rc != ALK_OK)
		return rc;
	text_add(&sc->out, json, bytes);
	text_str(&sc->out, "\n");
	return rc;
}

static int
show_problem(void *arg, const alk_error *problem)
{
	text_printf(arg, "%s %s %s %s\n", alk_error_name(problem->code),
	    problem->entry[0] == '\0' ? "-" : problem->entry,
	    problem->pointer[0] == '\0' ? "-" : problem->pointer,
	    problem->text);
	return 0;
}

/* check [attributes] */
static int
run_check(struct scene *sc, struct args *a)
{
	alk_session *s = scene_session(sc);
	unsigned flags = args_has(a, 1, "attributes")
	    ? ALK_CHECK_ATTRIBUTES : 0;
	size_t problems = 0;
	int rc;

	if (s == NULL)
		return SCENE_SLIP;
	rc = scene_told(sc, alk_check(s, flags, show_problem, &sc->out, NULL,
	    NULL, &problems));
	if (rc == ALK_OK)
		text_printf(&sc->out, "problems %zu\n", problems);
	return rc;
}

/* ---- SQL as another program runs it ------------------------------------ */

static int
show_sql_row(void *arg, int count, char **values, char **names)
{
	(void)names;
	for (int i = 0; i < count; i++)
		text_printf(arg, "%s%s", i > 0 ? "|" : "",
		    values[i] == NULL ? "NULL" : values[i]);
	text_str(arg, "\n");
	return 0;
}

static void
exec_sql(struct scene *sc, const char *sql)
{
	int rc = SQLITE_OK;

	if (sc->stock == NULL) {
		rc = sqlite3_open_v2(sc->path, &sc->stock,
		    SQLITE_OPEN_READWRITE, NULL);
		sqlite3_busy_timeout(sc->stock, 5000);
	}
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(sc->stock, sql, show_sql_row, &sc->out, NULL);
	if (rc != SQLITE_OK)
		text_printf(&sc->out, "error: %s\n", sqlite3_errmsg(sc->stock));
}

/*
 * The connection is that of the next step too, if that is SQL: to read the
 * schema takes longer than most steps. What a step left open ends with it.
 */
static void
close_sql(struct scene *sc)
{
	int next = sc->at + 1;

	if (next < sc->script.count && sqlite3_get_autocommit(sc->stock) &&
	    strcmp(sc->script.steps[next].command, "sql") == 0)
		return;
	sqlite3_close(sc->stock);
	sc->stock = NULL;
}

/* sql: the input, by a connection that has nothing of the library. */
static int
run_sql(struct scene *sc, struct args *a)
{
	struct text input = { 0 };

	if (sc->path[0] == '\0')
		return scene_slip(sc, "no file was opened yet");
	if (scene_input(sc, a, &input)) {
		if (sc->env->pause != NULL)
			sc->env->pause(sc->env->arg, true);
		exec_sql(sc, text_get(&input));
		close_sql(sc);
		if (sc->env->pause != NULL)
			sc->env->pause(sc->env->arg, false);
	}
	text_fini(&input);
	return ALK_OK;
}

static int
run_stray(struct scene *sc, struct args *a)
{
	(void)a;
	return scene_slip(sc, "no block is open");
}

const struct command store_commands[] = {
	{ "open", 1, run_open },
	{ "create", 1, run_open },
	{ "existing", 1, run_open },
	{ "reopen", 1, run_reopen },
	{ "close", 1, run_close },
	{ "file", 1, run_file },
	{ "as", 1, run_as },
	{ "begin", 1, run_begin },
	{ "commit", 1, run_stray },
	{ "rollback", 1, run_stray },
	{ "snapshot", 1, run_snapshot },
	{ "end", 1, run_stray },
	{ "changes", 1, run_changes },
	{ "cancel", 1, run_cancel },
	{ "clock", 1, run_clock },
	{ "info", 1, run_info },
	{ "check", 1, run_check },
	{ "sql", 1, run_sql },
	{ NULL, 0, NULL }
};

void
scenario_make_fresh(const char *path)
{
	static int64_t time = SCENARIO_TIME_MS;
	alk_options o = { 0 };
	alk_store *st;
	alk_error err;

	o.flags = ALK_OPEN_CREATE;
	o.clock.now_ms = now_ms;
	o.clock.arg = &time;
	if (alk_open(path, &o, &st, &err) != ALK_OK
	    || alk_close(st) != ALK_OK) {
		fprintf(stderr, "cannot make %s: %s\n", path, err.text);
		exit(2);
	}
}
