/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Runs the rows of vectors made with TypeBox 0.34's Value.*: Default, Clean,
 * Convert, Cast, Create, Parse, Diff, Patch, Equal and Hash.
 *
 *   values FILE     one JSON object a line: id, op, schema, input, and one of
 *                   output, undefined, nonFinite, throws
 *
 * Where we answer otherwise on purpose, `differences` says what, and why.
 */
#include "support.h"

#include "value/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a row may come to, besides a value. */
#define THROWS "throws"
#define UNDEFINED "undefined"

/* ours: JSON, THROWS or UNDEFINED. */
static const struct support_difference differences[] = {
	{ "Clean-206", "{\"a\":\"x\",\"z\":1}",
	    "additionalProperties: true is a schema that accepts all, as in "
	    "1.x; nothing is lost that was allowed" },
	{ "Convert-235", "16",
	    "0x10 is 16, as in 1.x; a silent 0 would be wrong" },
	{ "Convert-238", "\"Infinity\"",
	    "JSON has no infinity; it is left, as in 1.x" },
	{ "Convert-248", "9007199254740993",
	    "integers of 64 bits are exact" },
	{ "Cast-376", THROWS,
	    "a result that is not valid is refused, as in 1.x" },
	{ "Diff-482", "[{\"type\":\"update\",\"path\":\"/a~1b\",\"value\":2}]",
	    "pointers are escaped (RFC 6901)" },
	{ "Diff-483", "[{\"type\":\"update\",\"path\":\"/m~0n\",\"value\":2}]",
	    "pointers are escaped (RFC 6901)" },
	{ "Diff-484", "[{\"type\":\"update\",\"path\":\"/~01\",\"value\":2}]",
	    "pointers are escaped (RFC 6901)" },
	{ "Diff-485", "[{\"type\":\"insert\",\"path\":\"/a~1b\",\"value\":1}]",
	    "pointers are escaped (RFC 6901)" },
	{ "Diff-486", "[{\"type\":\"delete\",\"path\":\"/a~1b\"}]",
	    "pointers are escaped (RFC 6901)" },
	{ "Diff-493", "[{\"type\":\"update\",\"path\":\"/a\",\"value\":[]}]",
	    "{} and [] differ, as in 1.x" },
	{ "Patch-505", THROWS, "a missing parent is an error, as in 1.x" },
	{ "Patch-506", THROWS,
	    "deleting what is not there is an error, as in 1.x" },
	{ "Patch-507", "{}", "members that are null can be deleted, as in "
	    "1.x" },
	{ "Patch-511", THROWS,
	    "'-' is no index of an array; nothing would be set" },
	{ "Patch-517", THROWS, "a path begins with /" },
	{ "Equal-525", "false", "{} and [] differ, as in 1.x" },
	{ "Hash-536", "\"8750168172674097106\"",
	    "-0 is 0 in the vectors' JSON, as it is to us" },
	{ NULL, NULL, NULL }
};

/* What we answer: JSON text in `text`, or THROWS or UNDEFINED. */
struct answer {
	struct buf text;
	char why[800]; /* err, for messages */
};

static void
answer_value(struct answer *a, int rc, yyjson_val *v, const alk_error *err)
{
	snprintf(a->why, sizeof(a->why), "%s %s", err->pointer, err->text);
	buf_clear(&a->text);
	if (rc != ALK_OK)
		buf_str(&a->text, THROWS);
	else if (v == NULL)
		buf_str(&a->text, UNDEFINED);
	else
		json_write(&a->text, v);
}

/* ---- Operations -------------------------------------------------------- */

static int
parse_pipeline(struct value_work *w, const struct value_plan *p,
    yyjson_val *v, yyjson_val **out, alk_error *err)
{
	int rc = value_clean(w, p, v, &v, err);

	if (rc == ALK_OK)
		rc = value_default(w, p, v, &v, err);
	if (rc == ALK_OK)
		rc = value_convert(w, p, v, &v, err);
	return rc == ALK_OK ? value_cast(w, p, v, out, err) : rc;
}

static int
create(struct value_work *w, const struct value_plan *p, yyjson_val *v,
    yyjson_val **out, alk_error *err)
{
	(void)v;
	return value_create(w, p, out, err);
}

static const struct operation {
	const char *name;
	int (*run)(struct value_work *w, const struct value_plan *p,
	    yyjson_val *v, yyjson_val **out, alk_error *err);
} operations[] = {
	{ "Default", value_default }, { "Clean", value_clean },
	{ "Convert", value_convert }, { "Cast", value_cast },
	{ "Create", create }, { "Parse", parse_pipeline }
};

static bool
run_with_schema(struct answer *a, const char *op, yyjson_val *row)
{
	const struct operation *o = NULL;
	struct value_work work = { 0 };
	struct value_plan *plan = NULL;
	alk_error err = { 0 };
	yyjson_val *out = NULL;
	yyjson_val *v = yyjson_obj_get(row, "inputUndefined") != NULL ? NULL :
	    yyjson_obj_get(row, "input");

	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (strcmp(operations[i].name, op) == 0)
			o = &operations[i];
	if (o == NULL)
		return false;
	struct schema *s = support_compile(yyjson_obj_get(row, "schema"), &err);
	int rc = s != NULL ? value_plan_new(s, &plan, &err) : err.code;
	if (rc == ALK_OK)
		rc = o->run(&work, plan, v, &out, &err);
	answer_value(a, rc, out, &err);
	value_work_fini(&work);
	value_plan_free(plan);
	schema_free(s);
	return true;
}

/* What is asked of every row: applied to current, the edits give next. */
static bool
comes_back(yyjson_val *row, const char *text, size_t bytes)
{
	struct json_reader reader = { 0 };
	struct value_work work = { 0 };
	alk_error err = { 0 };
	yyjson_val *out = NULL;
	yyjson_val *edits = support_parse(&reader, text, bytes, "edits");
	int rc = value_patch(&work, yyjson_obj_get(row, "current"), edits,
	    &out, &err);
	bool same = rc == ALK_OK &&
	    json_equal(out, yyjson_obj_get(row, "next"));

	value_work_fini(&work);
	json_reader_fini(&reader);
	return same;
}

static bool
run_without(struct answer *a, const char *op, yyjson_val *row)
{
	struct value_work work = { 0 };
	alk_error err = { 0 };
	yyjson_val *out = NULL;
	uint64_t hash = 0;

	buf_clear(&a->text);
	if (strcmp(op, "Diff") == 0) {
		int rc = value_diff(&a->text, yyjson_obj_get(row, "current"),
		    yyjson_obj_get(row, "next"), &err);
		if (rc != ALK_OK ||
		    !comes_back(row, a->text.data, a->text.bytes)) {
			buf_clear(&a->text);
			buf_str(&a->text, "\"does not come back\"");
		}
	} else if (strcmp(op, "Patch") == 0) {
		int rc = value_patch(&work, yyjson_obj_get(row, "current"),
		    yyjson_obj_get(row, "edits"), &out, &err);
		answer_value(a, rc, out, &err);
	} else if (strcmp(op, "Equal") == 0) {
		buf_str(&a->text, json_equal(yyjson_obj_get(row, "left"),
		    yyjson_obj_get(row, "right")) ? "true" : "false");
	} else if (strcmp(op, "Hash") == 0) {
		(void)value_hash_typebox(yyjson_obj_get(row, "input"), &hash,
		    &err);
		buf_printf(&a->text, "\"%llu\"", (unsigned long long)hash);
	} else {
		return false;
	}
	value_work_fini(&work);
	return true;
}

/* ---- Rows -------------------------------------------------------------- */

/* Into text: what the row expects. */
static void
expected_of(struct buf *text, yyjson_val *row)
{
	const struct support_difference *d = support_find(differences,
	    yyjson_get_str(yyjson_obj_get(row, "id")));
	yyjson_val *serialised = yyjson_obj_get(row, "fromSerialisedSchema");

	if (d != NULL) {
		buf_str(text, d->ours);
		return;
	}
	if (serialised != NULL)
		row = serialised;
	if (yyjson_obj_get(row, "throws") != NULL)
		buf_str(text, THROWS);
	else if (yyjson_obj_get(row, "output") != NULL)
		json_write(text, yyjson_obj_get(row, "output"));
	else
		buf_str(text, UNDEFINED);
}

static bool
is_same(struct buf *expected, struct buf *got)
{
	struct json_reader a = { 0 };
	struct json_reader b = { 0 };
	bool same;

	if (strcmp(buf_text(expected), buf_text(got)) == 0)
		return true;
	if (expected->data[0] == 't' || expected->data[0] == 'u' ||
	    got->data[0] == 't' || got->data[0] == 'u')
		return false;
	same = json_equal(
	    support_parse(&a, expected->data, expected->bytes, "expected"),
	    support_parse(&b, got->data, got->bytes, "answer"));
	json_reader_fini(&a);
	json_reader_fini(&b);
	return same;
}

static int
run_row(yyjson_val *row)
{
	const char *id = yyjson_get_str(yyjson_obj_get(row, "id"));
	const char *op = yyjson_get_str(yyjson_obj_get(row, "op"));
	struct answer a = { 0 };
	struct buf expected = { 0 };
	int passed = -1;

	if (run_with_schema(&a, op, row) || run_without(&a, op, row)) {
		expected_of(&expected, row);
		passed = is_same(&expected, &a.text);
		if (!passed)
			printf("FAILED %s (%s): expected %s, got %s %s\n", id,
			    yyjson_get_str(yyjson_obj_get(row, "name")),
			    buf_text(&expected), buf_text(&a.text), a.why);
	}
	buf_fini(&expected);
	buf_fini(&a.text);
	return passed;
}

int
main(int argc, char **argv)
{
	return support_vectors(argc, argv, differences, run_row);
}
