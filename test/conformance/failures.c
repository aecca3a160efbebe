/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Runs the Check rows of vectors made with TypeBox 0.34 for what they say on
 * failures: the set of places and codes must be TypeBox's.
 *
 *   failures FILE    one JSON object a line: id, schema, input, firstError,
 *                    allErrors
 *
 * Where TypeBox tells one thing in several failures, only the first is wanted:
 *
 * - what a missing property lacks beyond being there (its type, ...)
 * - Intersect, for an allOf in which something failed
 *
 * `differences` has the other rows in which we part, and why.
 */
#include "support.h"

#include "schema/codes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ours: NULL: not valid there, valid here, or refused. */
static const struct support_difference differences[] = {
	{ "Check-043", NULL, "patterns are read in unicode mode" },
	{ "Check-047", NULL, "patterns are read in unicode mode" },
	{ "Check-064", NULL, "multipleOf is exact in decimal" },
	{ "Check-099", " ArrayMinContains\n",
	    "that too few items match is one failure, not two" },
	{ "Check-100", NULL, "minContains: 0 asks for nothing" },
	{ "Check-136", NULL, "unevaluatedProperties sees through $ref" },
	{ "Check-137", "/z IntersectUnevaluatedProperties\n",
	    "unevaluatedProperties sees through $ref" },
	{ "Check-143", NULL, "only a value's own members count" },
	{ "Check-149", NULL, "bigint has no JSON form" },
	{ NULL, NULL, NULL }
};

/* ---- Sets of lines "PATH CODE" ----------------------------------------- */

#define LINES_MAX 256

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorts the lines of text, each once. */
static void
normalise(struct buf *text)
{
	char *lines[LINES_MAX];
	size_t count = 0;
	struct buf sorted = { 0 };

	if (text->bytes > 0)
		for (char *at = strtok(text->data, "\n"); at != NULL &&
		    count < LINES_MAX; at = strtok(NULL, "\n"))
			lines[count++] = at;
	qsort(lines, count, sizeof(lines[0]), compare);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(lines[i], lines[i - 1]) != 0)
			buf_printf(&sorted, "%s\n", lines[i]);
	buf_fini(text);
	*text = sorted;
}

static bool
is_missing(yyjson_val *errors, const char *path)
{
	size_t i, count;
	yyjson_val *e;

	yyjson_arr_foreach(errors, i, count, e) {
		const char *at = yyjson_get_str(yyjson_obj_get(e, "path"));
		size_t bytes = strlen(at);
		if (yyjson_equals_str(yyjson_obj_get(e, "type"),
		    "ObjectRequiredProperty") &&
		    strncmp(path, at, bytes) == 0 &&
		    (path[bytes] == '\0' || path[bytes] == '/'))
			return true;
	}
	return false;
}

static void
write_theirs(struct buf *out, yyjson_val *errors)
{
	size_t i, count;
	yyjson_val *e;

	yyjson_arr_foreach(errors, i, count, e) {
		const char *path = yyjson_get_str(yyjson_obj_get(e, "path"));
		const char *type = yyjson_get_str(yyjson_obj_get(e, "type"));
		if (strcmp(type, "Intersect") == 0 ||
		    (strcmp(type, "ObjectRequiredProperty") != 0 &&
		    is_missing(errors, path)))
			continue;
		buf_printf(out, "%s %s\n", path, type);
	}
	normalise(out);
}

/* TypeBox's place of a missing property is where it should be. */
static int
write_ours(void *arg, const struct schema_failure *f)
{
	struct buf *out = arg;

	buf_str(out, f->instance);
	if (f->code == SCHEMA_CODE_OBJECT_REQUIRED_PROPERTY)
		json_pointer_add(out, yyjson_get_str(f->property),
		    yyjson_get_len(f->property));
	buf_printf(out, " %s\n", schema_code_name(f->code));
	return 0;
}

/* ---- Rows -------------------------------------------------------------- */

/* 1 as expected, 0 not. */
static int
run_errors(yyjson_val *row, const struct schema *s)
{
	const char *id = yyjson_get_str(yyjson_obj_get(row, "id"));
	const struct support_difference *d = support_find(differences, id);
	struct buf ours = { 0 };
	struct buf theirs = { 0 };

	if (s != NULL)
		(void)schema_errors(s, yyjson_obj_get(row, "input"), LINES_MAX,
		    write_ours, &ours);
	normalise(&ours);
	if (d == NULL)
		write_theirs(&theirs, yyjson_obj_get(row, "allErrors"));
	else if (d->ours != NULL)
		buf_str(&theirs, d->ours);
	int ok = strcmp(buf_text(&ours), buf_text(&theirs)) == 0;
	if (!ok)
		printf("FAILED %s: expected\n%sgot\n%s", id, buf_text(&theirs),
		    buf_text(&ours));
	buf_fini(&ours);
	buf_fini(&theirs);
	return ok;
}

/* The number that TypeBox gave is that of its name here. */
static bool
has_our_number(yyjson_val *row)
{
	yyjson_val *e = yyjson_obj_get(row, "firstError");

	return yyjson_obj_get(e, "code") == NULL ||
	    yyjson_equals_str(yyjson_obj_get(e, "type"), schema_code_name(
	    yyjson_get_int(yyjson_obj_get(e, "code"))));
}

static bool
is_wanted(yyjson_val *row)
{
	return yyjson_equals_str(yyjson_obj_get(row, "op"), "Check") &&
	    yyjson_obj_get(row, "input") != NULL &&
	    yyjson_arr_size(yyjson_obj_get(row, "allErrors")) > 0;
}

static int
run_row(yyjson_val *row)
{
	alk_error err = { 0 };

	if (!is_wanted(row))
		return -1;
	struct schema *s = support_compile(yyjson_obj_get(row, "schema"), &err);
	int ok = run_errors(row, s);
	schema_free(s);
	if (!has_our_number(row)) {
		printf("FAILED %s: another number for the code\n",
		    yyjson_get_str(yyjson_obj_get(row, "id")));
		return 0;
	}
	return ok;
}

int
main(int argc, char **argv)
{
	return support_vectors(argc, argv, differences, run_row);
}
