/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Three lines: a schema and two values; what is missing or unreadable is left
 * out. Aborts where a promise of src/value/value.h is broken:
 *
 *   - a patch made by a diff leads from the one value to the other, and equal
 *     values, and only those here, have equal hashes;
 *   - the second value as edits does not harm;
 *   - clean, default, convert, create and cast end in an answer or an error; an
 *     answer can be written and read again; one of cast is valid, and casting
 *     it again changes nothing;
 *   - a report tells something exactly where something changed.
 */
#include "value/value.h"

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

/* Takes a line off the input; NULL: there is none, or it is not JSON. */
static yyjson_val *
read_line(struct json_reader *r, const char **at, const char *end)
{
	const char *line = *at;
	size_t bytes = (size_t)(end - line);
	const char *stop = bytes == 0 ? NULL : memchr(line, '\n', bytes);
	alk_error err = { 0 };

	if (stop != NULL)
		bytes = (size_t)(stop - line);
	*at = line + bytes + (stop != NULL);
	return json_read(r, line, bytes, &bounds, &err);
}

static void
check_answer(int rc, const alk_error *err)
{
	EXPECT(rc == ALK_OK || rc == ALK_VALUE || rc == ALK_LIMIT);
	EXPECT(rc == err->code && (rc == ALK_OK) == (err->text[0] == '\0'));
}

/* ---- Without a schema -------------------------------------------------- */

static void
check_patch_of_diff(yyjson_val *a, yyjson_val *b)
{
	struct json_reader r = { 0 };
	struct value_work work = { 0 };
	struct buf text = { 0 };
	alk_error err = { 0 };
	yyjson_val *out = NULL;

	EXPECT(value_diff(&text, a, b, &err) == ALK_OK);
	EXPECT((text.bytes == 2) == json_equal(a, b));
	yyjson_val *edits = json_read_own(&r, buf_text(&text), text.bytes,
	    &err);
	EXPECT(edits != NULL);
	EXPECT(value_patch(&work, a, edits, &out, &err) == ALK_OK);
	EXPECT(json_equal(out, b));
	value_work_fini(&work);
	buf_fini(&text);
	json_reader_fini(&r);
}

static void
check_edits(yyjson_val *a, yyjson_val *edits)
{
	struct value_work work = { 0 };
	struct buf text = { 0 };
	alk_error err = { 0 };
	yyjson_val *out = NULL;
	int rc = value_patch(&work, a, edits, &out, &err);

	EXPECT(rc == ALK_OK || rc == ALK_INVALID || rc == ALK_CONFLICT ||
	    rc == ALK_LIMIT);
	EXPECT(rc == err.code);
	if (rc == ALK_OK) {
		json_write(&text, out);
		EXPECT(buf_text(&text) != NULL);
	}
	value_work_fini(&work);
	buf_fini(&text);
}

static void
check_hashes(yyjson_val *a, yyjson_val *b)
{
	uint8_t x[VALUE_HASH_BYTES];
	uint8_t y[VALUE_HASH_BYTES];
	uint64_t other;

	EXPECT(value_hash(a, x, NULL) == ALK_OK);
	EXPECT(value_hash(b, y, NULL) == ALK_OK);
	EXPECT((memcmp(x, y, sizeof(x)) == 0) == json_equal(a, b));
	EXPECT(value_hash_typebox(a, &other, NULL) == ALK_OK);
}

/* ---- With a schema ----------------------------------------------------- */

static int
count_steps(void *arg, const struct value_step *step)
{
	EXPECT(step->pointer[0] == '\0' || step->pointer[0] == '/');
	++*(int *)arg;
	return 0;
}

/* What was made is as good as if it had been read. */
static void
check_made(yyjson_val *before, yyjson_val *made)
{
	struct json_reader r = { 0 };
	struct buf text = { 0 };
	alk_error err = { 0 };
	const struct json_bounds wide = { .bytes_max = SIZE_MAX,
		.depth_max = JSON_DEPTH_MAX };
	int steps = 0;

	json_write(&text, made);
	EXPECT(buf_text(&text) != NULL);
	yyjson_val *again = json_read(&r, buf_text(&text), text.bytes, &wide,
	    &err);
	EXPECT(again != NULL);
	EXPECT(json_equal(made, again));
	if (before != NULL) {
		EXPECT(value_report(before, made, count_steps, &steps, &err)
		    == ALK_OK);
		EXPECT((steps == 0) == json_equal(before, made));
	}
	buf_fini(&text);
	json_reader_fini(&r);
}

typedef int (*call)(struct value_work *w, const struct value_plan *p,
    yyjson_val *v, yyjson_val **out, alk_error *err);

static int
create(struct value_work *w, const struct value_plan *p, yyjson_val *v,
    yyjson_val **out, alk_error *err)
{
	(void)v;
	return value_create(w, p, out, err);
}

static void
check_call(const struct schema *s, const struct value_plan *p, call made_by,
    yyjson_val *v)
{
	struct value_work work = { 0 };
	alk_error err = { 0 };
	yyjson_val *out = NULL;
	yyjson_val *again = NULL;
	int rc = made_by(&work, p, v, &out, &err);

	check_answer(rc, &err);
	if (rc == ALK_OK && out != NULL)
		check_made(v, out);
	if (rc == ALK_OK && made_by == value_cast) {
		EXPECT(schema_check(s, out));
		EXPECT(value_cast(&work, p, out, &again, &err) == ALK_OK);
		EXPECT(again == out);
	}
	value_work_fini(&work);
}

/* One after the other, each with what the one before made. */
static void
check_pipeline(const struct schema *s, const struct value_plan *p,
    yyjson_val *v)
{
	static const call calls[] = {
		value_clean, value_default, value_convert, value_cast
	};
	struct value_work work = { 0 };
	alk_error err = { 0 };
	yyjson_val *before = v;
	int rc = ALK_OK;

	for (size_t i = 0; rc == ALK_OK && i < 4; i++)
		rc = calls[i](&work, p, v, &v, &err);
	check_answer(rc, &err);
	if (rc == ALK_OK) {
		EXPECT(schema_check(s, v));
		check_made(before, v);
	}
	value_work_fini(&work);
}

static void
check_schema(const struct schema *s, yyjson_val *a, yyjson_val *b)
{
	static const call calls[] = {
		value_clean, value_default, value_convert, value_cast, create
	};
	struct value_plan *p = NULL;
	alk_error err = { 0 };
	yyjson_val *values[] = { a, b };

	EXPECT(value_plan_new(s, &p, &err) == ALK_OK);
	for (size_t i = 0; i < 2; i++) {
		if (values[i] == NULL)
			continue;
		for (size_t j = 0; j < 4; j++)
			check_call(s, p, calls[j], values[i]);
		check_pipeline(s, p, values[i]);
	}
	check_call(s, p, value_default, NULL);
	check_call(s, p, value_cast, NULL);
	check_call(s, p, create, NULL);
	value_plan_free(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct json_reader readers[3] = { 0 };
	const char *at = (const char *)data;
	const char *end = at + bytes;
	struct schema *s = NULL;
	alk_error err = { 0 };

	yyjson_val *schema = read_line(&readers[0], &at, end);
	yyjson_val *a = read_line(&readers[1], &at, end);
	yyjson_val *b = read_line(&readers[2], &at, end);
	if (a != NULL && b != NULL) {
		check_patch_of_diff(a, b);
		check_hashes(a, b);
		check_edits(a, b);
	}
	if (schema != NULL && schema_compile(schema, &s, &err) == ALK_OK)
		check_schema(s, a, b);
	schema_free(s);
	for (size_t i = 0; i < 3; i++)
		json_reader_fini(&readers[i]);
	return 0;
}
