/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Opening: the store of a command with the options that every command has.
 * Commands that only read open the file read-only, so that they need no right
 * to write it.
 */
#include "cli/cli.h"

#include "base/error.h"
#include "cli/hints.h"
#include "cli/signals.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LIMIT(name) { #name, offsetof(alk_limits, name) }

static const struct {
	const char *name;
	size_t at;
} limits[] = {
	LIMIT(attributes_bytes), LIMIT(depth), LIMIT(key_bytes),
	LIMIT(name_bytes), LIMIT(types), LIMIT(schema_bytes),
	LIMIT(batch_rows), LIMIT(page_rows), LIMIT(visited),
	LIMIT(snapshot_bytes), LIMIT(cache_bytes)
};

#define LIMITS (sizeof(limits) / sizeof(limits[0]))

static int
set_limit(alk_limits *to, const char *text, alk_error *err)
{
	const char *equals = strchr(text, '=');
	size_t bytes = equals != NULL ? (size_t)(equals - text) : 0, i;
	unsigned long long n;
	char *end;

	if (strncmp(text, "limits.", 7) == 0) /* as messages call them */
		return set_limit(to, text + 7, err);
	errno = 0;
	n = equals != NULL ? strtoull(equals + 1, &end, 10) : 0;
	if (n == 0 || equals[1] == '-' || *end != '\0' || errno != 0 ||
	    n > SIZE_MAX / 2)
		return error_set(err, ALK_INVALID, "--max needs NAME=N with a "
		    "number from 1, not '%.80s'", text);
	for (i = 0; i < LIMITS; i++)
		if (strlen(limits[i].name) == bytes &&
		    memcmp(limits[i].name, text, bytes) == 0) {
			*(size_t *)((char *)to + limits[i].at) = (size_t)n;
			return ALK_OK;
		}
	if (bytes == 11 && memcmp(text, "traverse_ms", 11) == 0 &&
	    n <= INT_MAX) {
		to->traverse_ms = (int)n;
		return ALK_OK;
	}
	return error_set(err, ALK_INVALID, "no limit is called '%.*s': there "
	    "are attributes_bytes, depth, key_bytes, name_bytes, types, "
	    "schema_bytes, batch_rows, page_rows, visited, "
	    "snapshot_bytes, cache_bytes, traverse_ms",
	    (int)(bytes < 40 ? bytes : 40), text);
}

int
open_options(struct cli *c, alk_options *o, alk_error *err)
{
	int64_t busy = args_count(&c->args, "busy", 5000);
	size_t i;
	int rc = ALK_OK;

	memset(o, 0, sizeof(*o));
	if (args_has(&c->args, "full-sync"))
		o->flags |= ALK_OPEN_FULL_SYNC;
	o->busy_ms = busy == 0 ? -1 : busy > INT_MAX ? INT_MAX : (int)busy;
	o->log = report_log;
	o->log_arg = c;
	for (i = 0; rc == ALK_OK && i < c->args.options_count; i++)
		if (strcmp(c->args.options[i].option->name, "max") == 0)
			rc = set_limit(&o->limits, c->args.options[i].text,
			    err);
	return rc;
}

/* Which kind of file it is, the file knows: a tenant's is tried first. */
static int
open_either(const char *path, alk_options *o, alk_store **out, alk_error *err)
{
	alk_error second;
	int rc;

	rc = alk_open(path, o, out, err);
	if (rc != ALK_NOTSTORE || o->kind != ALK_FILE_TENANT ||
	    (o->flags & ALK_OPEN_CREATE) != 0)
		return rc;
	memset(&second, 0, sizeof(second));
	o->kind = ALK_FILE_SYSTEM;
	return alk_open(path, o, out, &second) == ALK_OK ? ALK_OK : rc;
}

/* Where there is no store yet, says how the command line makes one. */
static void
explain(struct cli *c, const char *path, alk_error *err)
{
	struct buf b = { 0 };
	struct stat st;
	int code = err->code;

	if (code == ALK_NOTFOUND)
		buf_printf(&b, "no file '%.150s'; this makes a store: alk init",
		    path);
	else if (code == ALK_NOTSTORE && stat(path, &st) == 0 &&
	    S_ISREG(st.st_mode) && st.st_size == 0)
		buf_printf(&b, "the file '%.150s' is empty; remove it, and "
		    "this makes a store: alk init", path);
	if (b.bytes == 0)
		return;
	hints_store(&b, &c->args);
	if (buf_text(&b) != NULL) {
		error_clear(err);
		error_set(err, code, "%s", buf_text(&b));
	}
	buf_fini(&b);
}

int
open_store(struct cli *c, const char *path, unsigned flags, int kind)
{
	alk_error err;
	alk_options o;
	int rc;

	memset(&err, 0, sizeof(err));
	rc = open_options(c, &o, &err);
	if (rc != ALK_OK)
		return report_error(c, &err);
	o.flags |= flags;
	o.kind = kind;
	rc = open_either(path, &o, &c->store, &err);
	if (rc != ALK_OK && (flags & ALK_OPEN_CREATE) == 0)
		explain(c, path, &err);
	if (rc == ALK_OK)
		rc = alk_session_open(c->store, NULL, &c->session, &err);
	if (rc != ALK_OK)
		return report_error(c, &err);
	signals_watch(c->session, false);
	return EXIT_OK;
}

void
open_close(struct cli *c)
{
	signals_watch(NULL, false);
	alk_session_close(c->session);
	alk_close(c->store);
	c->session = NULL;
	c->store = NULL;
}
