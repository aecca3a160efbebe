/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A store file after a test: two opinions on it.
 */
#include "aftermath.h"

#include "invariants.h"
#include "scratch.h"

#include <alkstore.h>

static int
tell_problem(void *arg, const alk_error *problem)
{
	(void)arg;
	fprintf(stderr, "  alk_check: %s %s: %s\n",
	    alk_error_name(problem->code), problem->entry, problem->text);
	return 0;
}

/* A system file is opened as one. */
static int
open_either(const char *path, alk_store **st, alk_error *err)
{
	alk_options o = { 0 };
	int rc = alk_open(path, &o, st, err);

	if (rc != ALK_NOTSTORE)
		return rc;
	o.kind = ALK_FILE_SYSTEM;
	return alk_open(path, &o, st, err);
}

static int
check_by_library(const char *path)
{
	alk_store *st = NULL;
	alk_session *s = NULL;
	alk_error err = { 0 };
	size_t problems = 1;
	int rc = open_either(path, &st, &err);

	if (rc == ALK_OK)
		rc = alk_session_open(st, NULL, &s, &err);
	if (rc == ALK_OK) {
		rc = alk_check(s, 0, tell_problem, NULL, NULL, NULL,
		    &problems);
		err = *alk_session_error(s);
	}
	if (rc != ALK_OK)
		fprintf(stderr, "  does not open or check: %s %s\n",
		    alk_error_name(rc), err.text);
	alk_session_close(s);
	if (alk_close(st) != ALK_OK)
		fprintf(stderr, "  does not close\n");
	return rc == ALK_OK ? (int)problems : 1;
}

int
aftermath_check(const char *path, const char *name, const char *context)
{
	int found;

	if (!scratch_exists(path))
		return 0;
	found = invariants_check(path, stderr);
	if (found >= 0)
		found += check_by_library(path);
	else
		fprintf(stderr, "  not a database\n");
	if (found != 0)
		fprintf(stderr, "%s: %d findings in %s%s%s\n", name, found,
		    path, context == NULL ? "" : " ",
		    context == NULL ? "" : context);
	return found != 0 ? 1 : 0;
}
