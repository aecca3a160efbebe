/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

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

static int
ignore(void *arg, const struct schema_failure *f)
{
	(void)arg;
	(void)f;
	return 0;
}

int
support_verdict(const struct schema *s, yyjson_val *v)
{
	bool valid = schema_check(s, v);
	alk_error err = { 0 };

	if ((schema_errors(s, v, 100, ignore, NULL) == 0) != valid)
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
