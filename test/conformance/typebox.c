/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Runs the Check rows of vectors made with TypeBox 0.34, TypeBox 1.x and Ajv.
 *
 *   typebox FILE     one JSON object a line: id, schema, input, output (0.34),
 *                    jsonSchema (Ajv, 2019-09), typebox1
 *
 * Where the three agree, so must we. Where they do not, `differences` says whom
 * we follow, and why.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INVALID "invalid"
#define VALID "valid"
#define REFUSED "refused" /* the schema does not compile */

static const struct support_difference differences[] = {
	{ "Check-033", INVALID, "lengths count code points, not UTF-16 units" },
	{ "Check-043", VALID, "patterns are read in unicode mode" },
	{ "Check-047", VALID, "patterns are read in unicode mode" },
	{ "Check-064", VALID, "multipleOf is exact in decimal" },
	{ "Check-100", VALID, "minContains: 0 asks for nothing" },
	{ "Check-136", VALID, "unevaluatedProperties sees through $ref" },
	{ "Check-143", VALID, "only a value's own members count" },
	{ "Check-149", REFUSED, "bigint has no JSON form" },
	{ NULL, NULL, NULL }
};

static bool
is_check(yyjson_val *row)
{
	/* An absent value cannot be given to us. */
	return yyjson_equals_str(yyjson_obj_get(row, "op"), "Check") &&
	    yyjson_obj_get(row, "input") != NULL;
}

static int
run_row(yyjson_val *row)
{
	const char *id = yyjson_get_str(yyjson_obj_get(row, "id"));
	const struct support_difference *d = support_find(differences, id);
	bool agree = yyjson_get_bool(yyjson_obj_get(row, "agree"));
	alk_error err = { 0 };
	const char *got = REFUSED;

	if (!is_check(row))
		return -1;
	if (!agree && d == NULL) {
		printf("FAILED %s: the oracles disagree, and no row of "
		    "`differences` says whom to follow\n", id);
		return 0;
	}
	const char *expected = !agree ? d->ours :
	    yyjson_get_bool(yyjson_obj_get(row, "output")) ? VALID : INVALID;
	struct schema *s = support_compile(yyjson_obj_get(row, "schema"), &err);
	if (s != NULL) {
		int verdict = support_verdict(s, yyjson_obj_get(row, "input"));
		got = verdict == 1 ? VALID : verdict == 0 ? INVALID :
		    "check and errors that disagree";
	}
	schema_free(s);
	if (strcmp(got, expected) == 0)
		return 1;
	printf("FAILED %s (%s): expected %s, got %s %s %s\n", id,
	    yyjson_get_str(yyjson_obj_get(row, "name")), expected, got,
	    err.pointer, err.text);
	return 0;
}

int
main(int argc, char **argv)
{
	return support_vectors(argc, argv, differences, run_row);
}
