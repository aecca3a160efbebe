/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Random schemas and values, with what two other validators and a literal
 * reading of the specification say about them (generate.mjs), against ours.
 *
 *   differential FILE     "-": standard input
 *
 * Ours must give the reference's answer. Where another validator gives a
 * different one, that has to be a deviation that `deviations` knows, with its
 * reason; one that nothing explains fails. On the way, for each schema and
 * value: check, errors and explain agree; clean and default done twice are as
 * done once; what cast makes is valid; the edits between two values lead
 * from the one to the other.
 */
#include "support.h"

#include "base/error.h"
#include "value/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOUBLES "reads numbers as doubles; ours are exact"
#define MEMBERS \
	"takes what JavaScript's objects inherit for members (constructor)"

static struct deviation {
	const char *oracle;
	const char *why; /* as generate.mjs names it; "text*": begins so */
	const char *reason;
	int seen;
} deviations[] = {
	{ "ajv", "numbers", DOUBLES, 0 },
	{ "typebox", "numbers", DOUBLES, 0 },
	{ "ajv", "multipleOf", "divides doubles and asks for a whole quotient; "
	    "ours is decimal", 0 },
	{ "typebox", "multipleOf", "divides doubles and allows a tolerance; "
	    "ours is decimal", 0 },
	{ "typebox", "inherited members", MEMBERS, 0 },
	{ "ajv", "a.toString is not a function", MEMBERS, 0 },
	{ "ajv", "const", MEMBERS, 0 },
	{ "ajv", "enum", MEMBERS, 0 },
	{ "ajv", "uniqueItems", MEMBERS, 0 },
	{ "ajv", "empty name", "overlooks a required member named ''", 0 },
	{ "ajv", "Cannot set properties of undefined*",
	    "loses what a union evaluated, and fails", 0 },
	{ "ajv", "without unevaluatedItems",
	    "does not see all that subschemas evaluated", 0 },
	{ "ajv", "without unevaluatedProperties", "takes inherited names for "
	    "evaluated, and loses what dependentSchemas evaluated", 0 },
	{ "typebox", "without unevaluatedItems",
	    "counts what the schema around a condition evaluated", 0 },
	{ "typebox", "without unevaluatedProperties",
	    "counts what the schema around a condition evaluated", 0 },
	{ "ajv", "without $dynamicRef",
	    "takes the document's root for that of the resource", 0 },
	{ "ajv", "without $recursiveRef",
	    "takes the document's root for that of the resource", 0 },
	{ "typebox", "without $dynamicRef", "does not know a resource that "
	    "was entered by an anchor", 0 },
	{ "ajv", "URN without nid*",
	    "cannot resolve a name where the root is a URN", 0 },
	{ "ajv", "without contains",
	    "lets contains: true pass in an array without items", 0 },
	{ "typebox", "uniqueItems", "tells 0 and -0 apart", 0 },
	{ "typebox", "format idn-hostname", "takes ASCII characters that no "
	    "host name has", 0 },
	{ "typebox", "format email", "takes characters beyond ASCII between "
	    "quotes", 0 },
	{ "typebox", "format idn-email", "asks for less than RFC 6531", 0 },
	{ "typebox", "array keys",
	    "applies unevaluatedProperties to arrays", 0 },
	{ "typebox", "without references into resources", "does not find "
	    "each anchor or part of a resource from within another one", 0 },
	{ "ajv", "format date-time", "takes a blank for the T, and offsets "
	    "without a colon", 0 },
	{ "ajv", "format time", "takes offsets without a colon", 0 },
	{ "ajv", "format duration", "lets a unit be left out between others "
	    "(RFC 3339 does not)", 0 },
	{ "ajv", "format hostname", "takes a dot at the end", 0 },
	{ "ajv", "format email", "knows no quoted or single names and no "
	    "addresses (RFC 5321 does)", 0 },
	{ "ajv", "format uri", "asks for more than a scheme, and takes "
	    "any text for a port", 0 },
	{ "ajv", "format uri-reference", "takes a colon in the first segment, "
	    "and quotes", 0 },
	{ "typebox", "format uri-reference", "takes a colon in the first "
	    "segment", 0 },
	{ "ajv", "format uri-template", "knows no dots in names", 0 },
	{ "typebox", "format uri-template", "takes an apostrophe (RFC 6570 "
	    "does not)", 0 },
	{ "ajv", "format uuid", "takes urn:uuid: before it", 0 },
	{ "ajv", "format regex", "reads patterns without unicode mode", 0 },
	{ "ajv", "format iri", "does not know it", 0 },
	{ "ajv", "format iri-reference", "does not know it", 0 },
	{ "ajv", "format idn-email", "does not know it", 0 },
	{ "ajv", "format idn-hostname", "does not know it", 0 },
	{ "typebox", "format iri", "takes control characters beyond ASCII", 0 },
	{ "typebox", "format iri-reference", "takes a colon in the first "
	    "segment", 0 }
};

#define DEVIATIONS (sizeof(deviations) / sizeof(deviations[0]))

static struct {
	int schemas;
	int pairs;
	int valid;
	int failed;
	int cast;    /* values that cast made */
	int changed; /* schemas that still compile after a change */
	int deviations;
} counts;

/* The line under way, for messages; and whether its schema has a union. */
static yyjson_val *line_number;
static bool has_union;

static void
complain(int place, const char *what, const char *more)
{
	if (++counts.failed > 20)
		return;
	printf("FAILED schema %lld, value %d: %s %s\n",
	    (long long)yyjson_get_sint(line_number), place, what, more);
}

/* ---- What the others say ----------------------------------------------- */

/* Behind what of `why` the deviation names; NULL: it is another one. */
static const char *
match(const struct deviation *d, const char *oracle, const char *why)
{
	size_t bytes = strlen(d->why);
	bool open = d->why[bytes - 1] == '*';

	bytes -= open;
	if (strcmp(d->oracle, oracle) != 0 || strncmp(d->why, why, bytes) != 0)
		return NULL;
	if (open)
		return why + strlen(why);
	return why[bytes] == '\0' || why[bytes] == '+' ? why + bytes : NULL;
}

/* Whether all of why, "this+that", is known. */
static bool
is_known(const char *oracle, const char *why)
{
	for (;;) {
		const char *behind = NULL;
		for (size_t i = 0; i < DEVIATIONS && behind == NULL; i++) {
			behind = match(&deviations[i], oracle, why);
			deviations[i].seen += behind != NULL;
		}
		if (behind == NULL || *behind == '\0')
			return behind != NULL;
		why = behind + 1;
	}
}

static void
check_deviation(yyjson_val *row)
{
	const char *oracle = yyjson_get_str(yyjson_arr_get(row, 1));
	const char *why = yyjson_get_str(yyjson_arr_get(row, 2));

	counts.deviations++;
	if (why == NULL)
		why = "gives another answer, and nothing explains it";
	if (!is_known(oracle, why))
		complain(yyjson_get_int(yyjson_arr_get(row, 0)), oracle, why);
}

/* ---- Values ------------------------------------------------------------ */

static yyjson_val *
write_and_read(struct json_reader *r, yyjson_val *v)
{
	struct buf text = { 0 };
	alk_error err = { 0 };

	json_write(&text, v);
	yyjson_val *again = buf_text(&text) == NULL ? NULL :
	    json_read_own(r, text.data, text.bytes, &err);
	buf_fini(&text);
	return again;
}

static void
check_patch_of_diff(int place, yyjson_val *a, yyjson_val *b)
{
	struct json_reader r = { 0 };
	struct value_work work = { 0 };
	struct buf text = { 0 };
	alk_error err = { 0 };
	yyjson_val *out = NULL;
	yyjson_val *edits = NULL;

	if (value_diff(&text, a, b, &err) == ALK_OK)
		edits = json_read_own(&r, buf_text(&text), text.bytes, &err);
	if (edits == NULL ||
	    value_patch(&work, a, edits, &out, &err) != ALK_OK ||
	    !json_equal(out, b))
		complain(place, "diff and patch do not lead to the next value:",
		    err.text);
	value_work_fini(&work);
	buf_fini(&text);
	json_reader_fini(&r);
}

typedef int (*operation)(struct value_work *w, const struct value_plan *p,
    yyjson_val *v, yyjson_val **out, alk_error *err);

#define ROUNDS_MAX 16

/* One operation on what it made itself, until that changes no more. */
struct rounds {
	struct json_reader readers[2];
	struct value_work work;
	yyjson_val *before;
	yyjson_val *after;
	alk_error err;
};

/* Another round; what was made can be written and read. */
static int
do_round(struct rounds *r, operation op, const struct value_plan *p, int n)
{
	int rc = op(&r->work, p, r->before, &r->after, &r->err);

	if (rc == ALK_OK) {
		yyjson_val *again = write_and_read(&r->readers[n % 2],
		    r->after);
		if (again == NULL || !json_equal(again, r->after))
			return ALK_CORRUPT;
		r->after = again;
	}
	return rc;
}

/*
 * Done twice it is as done once. But clean may take more rounds, and comes to
 * an end, where what it leaves is not valid (a required member of an additional
 * property is gone, say), or fits an earlier variant of a union than before.
 */
static void
check_rounds(int place, const char *name, operation op,
    const struct schema *s, const struct value_plan *p, yyjson_val *v)
{
	struct rounds r = { .before = v };
	bool at_rest = false;
	int rc = ALK_OK;

	for (int n = 0; n < ROUNDS_MAX && !at_rest && rc == ALK_OK; n++) {
		rc = do_round(&r, op, p, n);
		if (rc != ALK_OK)
			break;
		at_rest = n > 0 && json_equal(r.before, r.after);
		if (n == 1 && !at_rest &&
		    (op != value_clean ||
		    (!has_union && schema_check(s, r.before))))
			complain(place, name, "done twice changes more");
		r.before = r.after;
	}
	if (rc == ALK_CORRUPT)
		complain(place, name, "makes what cannot be read");
	else if (rc != ALK_OK && rc != ALK_VALUE && rc != ALK_LIMIT)
		complain(place, name, r.err.text);
	else if (rc == ALK_OK && !at_rest)
		complain(place, name, "does not come to an end");
	value_work_fini(&r.work);
	json_reader_fini(&r.readers[0]);
	json_reader_fini(&r.readers[1]);
}

static void
check_cast(int place, const struct schema *s, const struct value_plan *p,
    yyjson_val *v, bool valid)
{
	struct value_work work = { 0 };
	alk_error err = { 0 };
	yyjson_val *out = NULL;
	int rc = value_cast(&work, p, v, &out, &err);

	if (rc == ALK_OK) {
		counts.cast++;
		if (!schema_check(s, out))
			complain(place, "cast", "makes what is not valid");
		if (valid && !json_equal(out, v))
			complain(place, "cast", "changes what is valid");
	} else if (valid || (rc != ALK_VALUE && rc != ALK_LIMIT)) {
		complain(place, "cast", err.text);
	}
	value_work_fini(&work);
}

/* ---- Lines ------------------------------------------------------------- */

static void
check_value(const struct schema *s, const struct value_plan *p, int place,
    yyjson_val *v, bool expected)
{
	alk_error err = { 0 };
	int got = support_verdict(s, v);

	(void)schema_explain(s, v, &err);
	counts.pairs++;
	counts.valid += expected;
	if (got < 0)
		complain(place, "check, errors and explain", "disagree");
	else if (got != expected)
		complain(place, got ? "valid here, not elsewhere" :
		    "valid elsewhere, but not here:", err.text);
	check_rounds(place, "clean", value_clean, s, p, v);
	check_rounds(place, "default", value_default, s, p, v);
	check_cast(place, s, p, v, got == 1);
}

static void
check_values(yyjson_val *row, const struct schema *s,
    const struct value_plan *p)
{
	const char *valid = yyjson_get_str(yyjson_obj_get(row, "valid"));
	yyjson_val *last = NULL;
	size_t i, count;
	yyjson_val *v;

	yyjson_arr_foreach(yyjson_obj_get(row, "values"), i, count, v) {
		check_value(s, p, (int)i, v, valid[i] == '1');
		if (last != NULL)
			check_patch_of_diff((int)i, last, v);
		last = v;
	}
}

/* Nobody was asked about this schema: it must do no harm. */
static void
check_changed(yyjson_val *schema, yyjson_val *values)
{
	alk_error err = { 0 };
	size_t i, count;
	yyjson_val *v;
	struct schema *s = support_compile(schema, &err);

	if (s == NULL && err.code != ALK_SCHEMA)
		complain(-1, "a changed schema:", err.text);
	if (s == NULL)
		return;
	counts.changed++;
	yyjson_arr_foreach(values, i, count, v)
		if (support_verdict(s, v) < 0)
			complain((int)i, "check, errors and explain",
			    "disagree on a changed schema");
	schema_free(s);
}

static bool
mentions(yyjson_val *v, const char *word)
{
	struct buf text = { 0 };

	json_write(&text, v);
	bool found = buf_text(&text) != NULL && strstr(text.data, word) != NULL;
	buf_fini(&text);
	return found;
}

static void
check_row(yyjson_val *row)
{
	struct value_plan *p = NULL;
	alk_error err = { 0 };
	size_t i, count;
	yyjson_val *deviation;

	line_number = yyjson_obj_get(row, "n");
	has_union = mentions(yyjson_obj_get(row, "schema"), "\"anyOf\"");
	counts.schemas++;
	yyjson_arr_foreach(yyjson_obj_get(row, "differ"), i, count, deviation)
		check_deviation(deviation);
	struct schema *s = support_compile(yyjson_obj_get(row, "schema"), &err);
	if (s == NULL)
		complain(0, err.pointer, err.text);
	else if (value_plan_new(s, &p, &err) != ALK_OK)
		complain(0, "no plan:", err.text);
	else
		check_values(row, s, p);
	if (yyjson_obj_get(row, "changed") != NULL)
		check_changed(yyjson_obj_get(row, "changed"),
		    yyjson_obj_get(row, "values"));
	value_plan_free(p);
	schema_free(s);
}

static int
report(void)
{
	for (size_t i = 0; i < DEVIATIONS; i++)
		if (deviations[i].seen > 0)
			printf("%6d %s %s: %s\n", deviations[i].seen,
			    deviations[i].oracle, deviations[i].why,
			    deviations[i].reason);
	printf("%d schemas, %d pairs, %d %% valid; %d other answers; %d cast; "
	    "%d changed schemas; %d failed\n", counts.schemas, counts.pairs,
	    counts.pairs > 0 ? counts.valid * 100 / counts.pairs : 0,
	    counts.deviations, counts.cast, counts.changed, counts.failed);
	return counts.pairs == 0 || counts.failed > 0;
}

int
main(int argc, char **argv)
{
	struct json_reader reader = { 0 };
	char *line = NULL;
	size_t room = 0;
	ssize_t bytes;

	if (argc != 2) {
		fprintf(stderr, "usage: differential FILE\n");
		return 2;
	}
	FILE *f = strcmp(argv[1], "-") == 0 ? stdin : fopen(argv[1], "r");
	if (f == NULL) {
		perror(argv[1]);
		return 1;
	}
	while ((bytes = getline(&line, &room, f)) > 0)
		check_row(support_parse(&reader, line, (size_t)bytes, argv[1]));
	free(line);
	json_reader_fini(&reader);
	(void)fclose(f);
	return report();
}
