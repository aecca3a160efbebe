/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Runs the official JSON Schema test suite, draft 2019-09, against the room
 * `schema`.
 *
 *   suite FOLDER [NAME...]    FOLDER/NAME.json, or all of `files`
 *
 * Our dialect is 2019-09 with additions, so that all tests hold but for those
 * in `excluded`. A test in there that holds counts as passed all the same, so
 * that the number of excluded ones is what is really missing.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const files[] = {
	"additionalItems", "additionalProperties", "allOf", "anchor", "anyOf",
	"boolean_schema", "const", "contains", "content", "default", "defs",
	"dependentRequired", "dependentSchemas", "enum", "exclusiveMaximum",
	"exclusiveMinimum", "format", "id", "if-then-else",
	"infinite-loop-detection", "items", "maxContains", "maxItems",
	"maxLength", "maxProperties", "maximum", "minContains", "minItems",
	"minLength", "minProperties", "minimum", "multipleOf", "not", "oneOf",
	"pattern", "patternProperties", "properties", "propertyNames",
	"recursiveRef", "ref", "refRemote", "required", "type",
	"unevaluatedItems", "unevaluatedProperties", "uniqueItems",
	"unknownKeyword", "vocabulary",
	"optional/bignum", "optional/content", "optional/cross-draft",
	"optional/dependencies-compatibility", "optional/ecmascript-regex",
	"optional/float-overflow", "optional/no-schema",
	"optional/non-bmp-regex", "optional/refOfUnknownKeyword",
	"optional/unicode",
	"optional/format/date-time", "optional/format/date",
	"optional/format/duration", "optional/format/ecmascript-regex",
	"optional/format/email", "optional/format/hostname",
	"optional/format/idn-email", "optional/format/idn-hostname",
	"optional/format/ipv4", "optional/format/ipv6",
	"optional/format/iri-reference", "optional/format/iri",
	"optional/format/json-pointer", "optional/format/regex",
	"optional/format/relative-json-pointer", "optional/format/time",
	"optional/format/unknown", "optional/format/uri-reference",
	"optional/format/uri-template", "optional/format/uri",
	"optional/format/uuid"
};

#define META "refers to the meta-schema, which is not built in"
#define REMOTE "refers to other documents, which are not fetched"

static const struct exclusion {
	const char *file;
	const char *group; /* its description; NULL: the whole file */
	const char *test;  /* NULL: the whole group */
	const char *reason;
} excluded[] = {
	{ "anchor", "invalid anchors", NULL, META },
	{ "defs", "validate definition against metaschema", NULL, META },
	{ "id", "Invalid use of fragments in location-independent $id", NULL,
	    META },
	{ "id", "Valid use of empty fragments in location-independent $id",
	    NULL, META },
	{ "id", "Unnormalized $ids are allowed but discouraged", NULL, META },
	{ "ref", "remote ref, containing refs itself", NULL, META },
	{ "ref", "URN base URI with f-component", NULL, META },
	{ "refRemote", NULL, NULL, REMOTE },
	{ "vocabulary",
	    "schema that uses custom metaschema with with no validation "
	    "vocabulary", "no validation: invalid number, but it still "
	    "validates", "one dialect: meta-schemas switch nothing off" },
	{ "optional/cross-draft", NULL, NULL, REMOTE }
};

struct counts {
	int passed;
	int failed;
	int excluded;
};

static const char *
description(yyjson_val *v)
{
	const char *text = yyjson_get_str(yyjson_obj_get(v, "description"));

	return text != NULL ? text : "";
}

/* NULL: to be run. */
static const char *
reason_not_to(const char *file, const char *group, const char *test)
{
	for (size_t i = 0; i < sizeof(excluded) / sizeof(excluded[0]); i++) {
		const struct exclusion *e = &excluded[i];
		if (strcmp(e->file, file) == 0 &&
		    (e->group == NULL || strcmp(e->group, group) == 0) &&
		    (e->test == NULL || strcmp(e->test, test) == 0))
			return e->reason;
	}
	return NULL;
}

static void
run_group(const char *file, yyjson_val *group, struct counts *c)
{
	alk_error err = { 0 };
	struct schema *s = support_compile(yyjson_obj_get(group, "schema"),
	    &err);
	size_t i, count;
	yyjson_val *test;

	yyjson_arr_foreach(yyjson_obj_get(group, "tests"), i, count, test) {
		bool valid = yyjson_get_bool(yyjson_obj_get(test, "valid"));
		int verdict = s == NULL ? -2 :
		    support_verdict(s, yyjson_obj_get(test, "data"));
		if (reason_not_to(file, description(group), description(test))
		    != NULL && verdict != (int)valid) {
			c->excluded++;
			continue;
		}
		if (verdict == (int)valid) {
			c->passed++;
			continue;
		}
		c->failed++;
		printf("FAILED %s: %s: %s: %s%s %s\n", file,
		    description(group), description(test),
		    verdict == -2 ? "not compiled: " : verdict == -1 ?
		    "check and errors disagree" : valid ? "should be valid" :
		    "should not be valid", err.pointer, err.text);
	}
	schema_free(s);
}

static bool
run_file(const char *folder, const char *name, struct counts *total)
{
	char path[1024];
	struct counts c = { 0 };
	struct json_reader reader = { 0 };
	size_t bytes, i, count;
	yyjson_val *group;

	(void)snprintf(path, sizeof(path), "%s/%s.json", folder, name);
	char *text = support_file(path, &bytes);
	if (text == NULL)
		return false;
	yyjson_val *groups = support_parse(&reader, text, bytes, path);
	yyjson_arr_foreach(groups, i, count, group)
		run_group(name, group, &c);
	printf("%-40s %4d passed %3d failed %3d excluded\n", name, c.passed,
	    c.failed, c.excluded);
	total->passed += c.passed;
	total->failed += c.failed;
	total->excluded += c.excluded;
	json_reader_fini(&reader);
	free(text);
	return true;
}

static void
print_reasons(void)
{
	for (size_t i = 0; i < sizeof(excluded) / sizeof(excluded[0]); i++)
		printf("excluded: %s%s%s%s%s: %s\n", excluded[i].file,
		    excluded[i].group != NULL ? ": " : "",
		    excluded[i].group != NULL ? excluded[i].group : "",
		    excluded[i].test != NULL ? ": " : "",
		    excluded[i].test != NULL ? excluded[i].test : "",
		    excluded[i].reason);
}

int
main(int argc, char **argv)
{
	struct counts required = { 0 };
	struct counts optional = { 0 };
	size_t found = 0;
	const size_t files_count = sizeof(files) / sizeof(files[0]);

	if (argc < 2) {
		fprintf(stderr, "usage: suite FOLDER [NAME...]\n");
		return 2;
	}
	for (int i = 2; i < argc; i++)
		if (!run_file(argv[1], argv[i], &required))
			return 1;
	for (size_t i = 0; argc == 2 && i < files_count; i++)
		found += run_file(argv[1], files[i],
		    strncmp(files[i], "optional/", 9) == 0 ? &optional :
		    &required);
	if (argc == 2 && found == 0) {
		printf("skipped: %s is not here; tools/fetch-suite fetches "
		    "it\n", argv[1]);
		return SKIPPED;
	}
	if (argc == 2 && found < files_count)
		printf("%zu of %zu files are not in this suite\n",
		    files_count - found, files_count);
	print_reasons();
	printf("required: %d passed, %d failed, %d excluded\n",
	    required.passed, required.failed, required.excluded);
	printf("optional: %d passed, %d failed, %d excluded\n",
	    optional.passed, optional.failed, optional.excluded);
	return required.failed + optional.failed == 0 &&
	    required.passed > 0 ? 0 : 1;
}
