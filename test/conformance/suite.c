/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Runs the official JSON Schema test suite against the room `schema`.
 *
 *   suite SUITE DIALECT [NAME...]
 *
 * SUITE holds tests/ and remotes/. DIALECT is 2020-12, 2019-09, 7, 6 or 4: all
 * files of tests/draft<DIALECT>, or those named ("optional/format/uri"). Or it
 * is typebox: those files of 2019-09 that hold in our own dialect too.
 *
 * A test that is in `missed` may fail, and is counted as not passed. One that
 * is there and holds is told of, so that the table stays true.
 */
#include "support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- What does not hold, and why --------------------------------------- */

static const struct miss {
	const char *dialects; /* between spaces */
	const char *file;
	const char *group; /* its description */
	const char *test;  /* NULL: the whole group */
	const char *reason;
} missed[] = {
	{ " 4 ", "optional/zeroTerminatedFloats",
	    "some languages do not distinguish between different types of "
	    "numeric value", NULL,
	    "numbers are kept by value: 1.0 is 1 once it is read" },
	{ " 7 ", "optional/content",
	    "validation of string-encoded content based on media type",
	    "an invalid JSON document", "content is told, never decoded" },
	{ " 7 ", "optional/content",
	    "validation of binary string-encoding",
	    "an invalid base64 string (% is not a valid character)",
	    "content is told, never decoded" },
	{ " 7 ", "optional/content",
	    "validation of binary-encoded media type documents", NULL,
	    "content is told, never decoded" }
};

/* Files of 2019-09 that part from the TypeBox dialect. */
static const struct {
	const char *file;
	const char *reason;
} not_typebox[] = {
	{ "vocabulary", "our dialect has all of them" }
};

/* ---- Counting ---------------------------------------------------------- */

enum part {
	REQUIRED,
	OPTIONAL,
	FORMAT,
	PARTS
};

struct run {
	const char *suite;
	const char *dialect;
	char folder[512];
	struct schema_options options;
	int passed[PARTS];
	int all[PARTS];
	int failed; /* and not among `missed` */
	int files;
	bool used[sizeof(missed) / sizeof(missed[0])];
};

static enum part
part_of(const char *file)
{
	if (strncmp(file, "optional/format/", 16) == 0)
		return FORMAT;
	return strncmp(file, "optional/", 9) == 0 ? OPTIONAL : REQUIRED;
}

static const char *
description(yyjson_val *v)
{
	const char *text = yyjson_get_str(yyjson_obj_get(v, "description"));

	return text != NULL ? text : "";
}

static bool
is_missed(struct run *r, const char *file, yyjson_val *group,
    yyjson_val *test)
{
	char word[32];

	(void)snprintf(word, sizeof(word), " %s ", r->dialect);
	for (size_t i = 0; i < sizeof(missed) / sizeof(missed[0]); i++) {
		const struct miss *m = &missed[i];
		if (strstr(m->dialects, word) != NULL &&
		    strcmp(m->file, file) == 0 &&
		    strcmp(m->group, description(group)) == 0 &&
		    (m->test == NULL ||
		    strcmp(m->test, description(test)) == 0)) {
			r->used[i] = true;
			return true;
		}
	}
	return false;
}

static void
run_group(struct run *r, const char *file, yyjson_val *group)
{
	enum part part = part_of(file);
	struct schema_options o = r->options;
	alk_error err = { 0 };
	size_t i, count;
	yyjson_val *test;

	/* These are for those who assert it; one asks for format "regex". */
	if (part == FORMAT || strcmp(file, "optional/ecmascript-regex") == 0)
		o.format = SCHEMA_FORMAT_ASSERT;
	struct schema *s = NULL;
	(void)schema_compile_with(yyjson_obj_get(group, "schema"), &o, &s,
	    &err);
	yyjson_arr_foreach(yyjson_obj_get(group, "tests"), i, count, test) {
		bool valid = yyjson_get_bool(yyjson_obj_get(test, "valid"));
		int verdict = s == NULL ? -2 :
		    support_verdict(s, yyjson_obj_get(test, "data"));
		r->all[part]++;
		if (verdict == (int)valid) {
			r->passed[part]++;
			continue;
		}
		if (is_missed(r, file, group, test))
			continue;
		r->failed++;
		printf("FAILED %s: %s: %s: %s %s %s%s %s\n", file,
		    description(group), description(test),
		    verdict == -2 ? "not compiled:" : verdict == -1 ?
		    "check and errors disagree" : valid ? "should be valid" :
		    "should not be valid", err.entry, err.pointer,
		    err.text[0] != '\0' ? ":" : "", err.text);
	}
	schema_free(s);
}

static bool
run_file(struct run *r, const char *name)
{
	char path[1024];
	struct json_reader reader = { 0 };
	size_t bytes, i, count;
	yyjson_val *group;

	(void)snprintf(path, sizeof(path), "%s/%s.json", r->folder, name);
	char *text = support_file(path, &bytes);
	if (text == NULL)
		return false;
	yyjson_val *groups = support_parse(&reader, text, bytes, path);
	yyjson_arr_foreach(groups, i, count, group)
		run_group(r, name, group);
	r->files++;
	json_reader_fini(&reader);
	free(text);
	return true;
}

/* ---- Files ------------------------------------------------------------- */

typedef void (*file_fn)(struct run *r, struct schema_registry *registry,
    const char *path, const char *name);

/* Each .json file below a folder, with its way from there as the name. */
static void
each_file(struct run *r, struct schema_registry *registry, const char *top,
    const char *below, file_fn fn)
{
	char path[1024], name[512];
	struct dirent *entry;

	(void)snprintf(path, sizeof(path), "%s%s", top, below);
	DIR *dir = opendir(path);
	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		const char *end = strrchr(entry->d_name, '.');
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(name, sizeof(name), "%s/%s", below,
		    entry->d_name);
		(void)snprintf(path, sizeof(path), "%s%s", top, name);
		if (end != NULL && strcmp(end, ".json") == 0)
			fn(r, registry, path, name + 1);
		else
			each_file(r, registry, top, name, fn);
	}
	(void)closedir(dir);
}

static bool
is_left_out(const struct run *r, const char *name)
{
	if (strcmp(r->dialect, "typebox") != 0)
		return false;
	for (size_t i = 0; i < sizeof(not_typebox) / sizeof(not_typebox[0]);
	    i++)
		if (strcmp(not_typebox[i].file, name) == 0) {
			printf("left out: %s: %s\n", name,
			    not_typebox[i].reason);
			return true;
		}
	return false;
}

static void
run_found(struct run *r, struct schema_registry *registry, const char *path,
    const char *name)
{
	char plain[512];
	size_t bytes = strlen(name) - strlen(".json");

	(void)registry;
	(void)path;
	(void)snprintf(plain, sizeof(plain), "%.*s", (int)bytes, name);
	if (!is_left_out(r, plain))
		(void)run_file(r, plain);
}

static void
register_found(struct run *r, struct schema_registry *registry,
    const char *path, const char *name)
{
	struct json_reader reader = { 0 };
	char uri[600];
	size_t bytes;
	alk_error err = { 0 };

	(void)r;
	char *text = support_file(path, &bytes);
	yyjson_val *v = support_parse(&reader, text, bytes, path);
	(void)snprintf(uri, sizeof(uri), "http://localhost:1234/%s", name);
	if (schema_registry_add(registry, uri, v, &err) != ALK_OK) {
		fprintf(stderr, "%s: %s\n", uri, err.text);
		exit(1);
	}
	json_reader_fini(&reader);
	free(text);
}

/* ---- All of it --------------------------------------------------------- */

static const struct {
	const char *name;
	enum schema_dialect dialect;
	const char *folder;
} dialects[] = {
	{ "typebox", SCHEMA_TYPEBOX, "draft2019-09" },
	{ "2020-12", SCHEMA_2020_12, "draft2020-12" },
	{ "2019-09", SCHEMA_2019_09, "draft2019-09" },
	{ "7", SCHEMA_7, "draft7" },
	{ "6", SCHEMA_6, "draft6" },
	{ "4", SCHEMA_4, "draft4" }
};

static bool
choose(struct run *r, const char *suite, const char *dialect)
{
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
		if (strcmp(dialects[i].name, dialect) != 0)
			continue;
		r->suite = suite;
		r->dialect = dialect;
		r->options.dialect = dialects[i].dialect;
		(void)snprintf(r->folder, sizeof(r->folder), "%s/tests/%s",
		    suite, dialects[i].folder);
		return true;
	}
	return false;
}

static int
report(const struct run *r)
{
	for (size_t i = 0; i < sizeof(missed) / sizeof(missed[0]); i++)
		if (r->used[i])
			printf("missed: %s: %s%s%s: %s\n", missed[i].file,
			    missed[i].group,
			    missed[i].test != NULL ? ": " : "",
			    missed[i].test != NULL ? missed[i].test : "",
			    missed[i].reason);
	printf("%s: required %d/%d, optional %d/%d, format %d/%d\n",
	    r->dialect, r->passed[REQUIRED], r->all[REQUIRED],
	    r->passed[OPTIONAL], r->all[OPTIONAL], r->passed[FORMAT],
	    r->all[FORMAT]);
	return r->failed == 0 && r->files > 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct run r = { 0 };
	struct schema_registry *registry = NULL;
	char remotes[512];
	alk_error err = { 0 };

	if (argc < 3 || !choose(&r, argv[1], argv[2])) {
		fprintf(stderr, "usage: suite SUITE DIALECT [NAME...]\n");
		return 2;
	}
	if (schema_registry_new(&registry, &err) != ALK_OK)
		return 1;
	(void)snprintf(remotes, sizeof(remotes), "%s/remotes", argv[1]);
	each_file(&r, registry, remotes, "", register_found);
	r.options.registry = registry;
	for (int i = 3; i < argc; i++)
		if (!run_file(&r, argv[i]))
			fprintf(stderr, "cannot read %s\n", argv[i]);
	if (argc == 3)
		each_file(&r, registry, r.folder, "", run_found);
	schema_registry_free(registry);
	if (argc == 3 && r.files == 0) {
		printf("skipped: %s is not here; tools/fetch-suite fetches "
		    "it\n", argv[1]);
		return SKIPPED;
	}
	return report(&r);
}
