/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *
support_file(const char *path, size_t *bytes)
{
	FILE *f = fopen(path, "rb");
	char *text = NULL;
	size_t used = 0;
	size_t room = 0;

	if (f == NULL)
		return NULL;
	for (;;) {
		if (used == room) {
			room = room == 0 ? 65536 : room * 2;
			text = realloc(text, room);
			if (text == NULL)
				abort();
		}
		size_t n = fread(text + used, 1, room - used, f);
		if (n == 0)
			break;
		used += n;
	}
	(void)fclose(f);
	*bytes = used;
	return text;
}

yyjson_val *
support_parse(struct json_reader *r, const char *text, size_t bytes,
    const char *what)
{
	const struct json_bounds bounds = { .bytes_max = (size_t)64 << 20,
		.depth_max = JSON_DEPTH_MAX };
	alk_error err = { 0 };
	yyjson_val *v = json_read(r, text, bytes, &bounds, &err);

	if (v == NULL) {
		fprintf(stderr, "%s: %s\n", what, err.text);
		exit(1);
	}
	return v;
}

/* Undoes %XX in place. */
static void
decode(char *text)
{
	char *to = text;

	for (; *text != '\0'; to++) {
		unsigned byte;
		if (*text == '%' && sscanf(text + 1, "%2x", &byte) == 1) {
			*to = (char)byte;
			text += 3;
		} else {
			*to = *text++;
		}
	}
	*to = '\0';
}

static bool
ends_with(const char *text, const char *end)
{
	size_t skip = strlen(text) - strlen(end);

	return strlen(text) >= strlen(end) && strcmp(text + skip, end) == 0;
}

/* What is left of a path behind the last reference that it goes through. */
static const char *
behind_references(const char *path)
{
	static const char *const names[] = {
		"/$ref", "/$dynamicRef", "/$recursiveRef"
	};
	const char *rest = path;

	for (size_t i = 0; i < 3; i++)
		for (const char *at = path;
		    (at = strstr(at, names[i])) != NULL;) {
			at += strlen(names[i]);
			if ((*at == '/' || *at == '\0') && at > rest)
				rest = at;
		}
	return rest;
}

/*
 * By which way a keyword was reached, and where it stands, are found in
 * different ways; but for references and resources within others they are the
 * same.
 */
static int
compare_places(void *arg, const struct schema_failure *f)
{
	bool *fits = arg;
	const char *fragment = strchr(f->location, '#');
	char *place = strdup(fragment != NULL ? fragment + 1 : "?");
	const char *path = behind_references(f->path);

	if (place == NULL)
		abort();
	decode(place);
	if (f->path[0] != '\0' && !ends_with(place, path) &&
	    !ends_with(path, place)) {
		printf("%s is not at %s\n", f->path, f->location);
		*fits = false;
	}
	free(place);
	return 0;
}

int
support_verdict(const struct schema *s, yyjson_val *v)
{
	bool valid = schema_check(s, v);
	alk_error err = { 0 };
	bool fits = true;

	if ((schema_errors(s, v, 100, compare_places, &fits) == 0) != valid)
		return -1;
	if (!fits)
		return -1;
	if ((schema_explain(s, v, &err) == ALK_OK) != valid)
		return -1;
	return valid;
}

struct schema *
support_compile(yyjson_val *schema, alk_error *err)
{
	struct schema *s = NULL;

	return schema_compile(schema, &s, err) == ALK_OK ? s : NULL;
}

const struct support_difference *
support_find(const struct support_difference *list, const char *id)
{
	while (list->id != NULL && strcmp(list->id, id) != 0)
		list++;
	return list->id != NULL ? list : NULL;
}

int
support_vectors(int argc, char **argv,
    const struct support_difference *differences, support_row_fn fn)
{
	const struct support_difference *d = differences;

	struct json_reader reader = { 0 };
	size_t bytes;
	int run = 0;
	int passed = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FILE\n", argv[0]);
		return 2;
	}
	for (; d != NULL && d->id != NULL; d++)
		printf("difference: %s: %s\n", d->id, d->reason);
	char *text = support_file(argv[1], &bytes);
	if (text == NULL) {
		printf("skipped: %s is not here\n", argv[1]);
		return SKIPPED;
	}
	for (char *line = text, *end = text + bytes; line < end;) {
		char *stop = memchr(line, '\n', (size_t)(end - line));
		if (stop == NULL)
			stop = end;
		int rc = fn(support_parse(&reader, line,
		    (size_t)(stop - line), argv[1]));
		run += rc >= 0;
		passed += rc > 0;
		line = stop + 1;
	}
	printf("%d of %d\n", passed, run);
	json_reader_fini(&reader);
	free(text);
	return run > 0 && passed == run ? 0 : 1;
}
