/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Two lines: a schema, then a value. Either may be anything. A schema that
 * compiles answers the same in all ways of asking, twice, and does not read the
 * document that it was compiled from. Aborts where a promise of
 * src/schema/schema.h is broken.
 *
 * A byte of 1 to 6 before them, which no JSON begins with, chooses the dialect
 * from enum schema_dialect, and puts the schema into a registry as "s", so that
 * it can be its own other document and meta-schema.
 */
#include "schema/schema.h"
#include "schema/walk.h"

#include "base/error.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
			    #condition); \
			abort(); \
		} \
	} while (0)

/* libFuzzer's entry; its own header is C++ only. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static const struct json_bounds bounds = { .bytes_max = (size_t)1 << 20,
	.depth_max = 128 };

static int
look(void *arg, const struct schema_failure *f)
{
	int *told = arg;

	EXPECT(f->message[0] != '\0');
	EXPECT(strchr(f->message, '\n') == NULL);
	EXPECT(f->instance[0] == '\0' || f->instance[0] == '/');
	EXPECT(f->path[0] == '\0' || f->path[0] == '/');
	EXPECT(strchr(f->location, '#') != NULL);
	EXPECT(f->value != NULL);
	++*told;
	return 0;
}

/* The walk without its quick form says the same, unless it stops sooner. */
static void
check_slowly(const struct schema *s, yyjson_val *v, bool valid)
{
	struct walk w;

	walk_begin(&w, s, v);
	w.quick = NULL;
	bool ok = walk_node(&w, s->root, v, NULL);
	EXPECT(ok == valid || w.stop != STOP_NONE);
	walk_end(&w);
}

static void
check_value(const struct schema *s, yyjson_val *v)
{
	alk_error err = { 0 };
	int told = 0;
	int one = 0;

	bool valid = schema_check(s, v);
	EXPECT(schema_check(s, v) == valid);
	check_slowly(s, v, valid);
	EXPECT(schema_errors(s, v, 16, look, &told) == told);
	EXPECT((told == 0) == valid && told <= 16);
	EXPECT(schema_errors(s, v, 1, look, &one) == !valid);
	EXPECT((schema_explain(s, v, &err) == ALK_OK) == valid);
	EXPECT((err.code == ALK_VALUE) == !valid);
	EXPECT((err.text[0] == '\0') == valid);
}

static struct schema_registry *
make_registry(yyjson_val *v)
{
	struct schema_registry *registry = NULL;
	alk_error err = { 0 };

	EXPECT(schema_registry_new(&registry, &err) == ALK_OK);
	int rc = schema_registry_add(registry, "s", v, &err);
	EXPECT(rc == err.code);
	EXPECT(rc == ALK_OK || rc == ALK_SCHEMA || rc == ALK_EXISTS);
	return registry;
}

static struct schema *
compile(const char *text, size_t bytes, enum schema_dialect dialect,
    bool is_registered)
{
	struct json_reader r = { 0 };
	struct schema *s = NULL;
	alk_error err = { 0 };
	yyjson_val *v = json_read(&r, text, bytes, &bounds, &err);

	if (v != NULL) {
		struct schema_registry *registry = is_registered ?
		    make_registry(v) : NULL;
		const struct schema_options o = { .dialect = dialect,
			.registry = registry };
		int rc = schema_compile_with(v, &o, &s, &err);
		schema_registry_free(registry);
		EXPECT((rc == ALK_OK) == (s != NULL));
		EXPECT(rc == ALK_OK || rc == ALK_SCHEMA || rc == ALK_LIMIT);
		EXPECT(rc == err.code && (rc == ALK_OK) == (err.text[0] == 0));
	}
	json_reader_fini(&r);
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	bool chooses = bytes > 0 && data[0] >= 1 && data[0] <= 6;
	enum schema_dialect dialect = chooses ?
	    (enum schema_dialect)(data[0] - 1) : SCHEMA_TYPEBOX;
	data += chooses;
	bytes -= chooses;
	const char *text = (const char *)data;
	const char *line = bytes == 0 ? NULL : memchr(text, '\n', bytes);
	size_t first = line == NULL ? bytes : (size_t)(line - text);
	struct json_reader r = { 0 };
	alk_error err = { 0 };

	struct schema *s = compile(text, first, dialect, chooses);
	if (s == NULL)
		return 0;
	if (line != NULL) {
		yyjson_val *v = json_read(&r, line + 1, bytes - first - 1,
		    &bounds, &err);
		if (v != NULL)
			check_value(s, v);
	}
	(void)schema_declares(s, "a");
	json_reader_fini(&r);
	schema_free(s);
	return 0;
}
