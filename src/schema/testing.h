/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SCHEMA_TESTING_H
#define SCHEMA_TESTING_H

/* For the tests of this room only: schemas and values from text. */

#include "json/testing.h"
#include "schema/schema.h"

/* NULL with err filled: it does not compile. The text is gone by then. */
static inline struct schema *
testing_try_with(const char *text, const struct schema_options *o,
    alk_error *err)
{
	struct json_reader r = { 0 };
	struct schema *s = NULL;
	yyjson_val *v = testing_read(&r, text);

	error_clear(err);
	int rc = schema_compile_with(v, o, &s, err);
	assert_int_equal(rc, err->code);
	json_reader_fini(&r);
	return s;
}

static inline struct schema *
testing_try(const char *text, alk_error *err)
{
	return testing_try_with(text, NULL, err);
}

static inline struct schema_registry *
testing_registry(void)
{
	struct schema_registry *r = NULL;

	assert_int_equal(schema_registry_new(&r, NULL), ALK_OK);
	return r;
}

/* The text is gone when this returns. */
static inline int
testing_try_add(struct schema_registry *r, const char *uri, const char *text,
    alk_error *err)
{
	struct json_reader reader = { 0 };
	yyjson_val *v = testing_read(&reader, text);

	error_clear(err);
	int rc = schema_registry_add(r, uri, v, err);
	assert_int_equal(rc, err->code);
	json_reader_fini(&reader);
	return rc;
}

static inline void
testing_add(struct schema_registry *r, const char *uri, const char *text)
{
	alk_error err = { 0 };

	if (testing_try_add(r, uri, text, &err) != ALK_OK)
		fail_msg("%s: %s", text, err.text);
}

static inline struct schema *
testing_compile(const char *text)
{
	alk_error err = { 0 };
	struct schema *s = testing_try(text, &err);

	if (s == NULL)
		fail_msg("%s: %s: %s", text, err.pointer, err.text);
	return s;
}

static int
testing_ignore(void *arg, const struct schema_failure *f)
{
	(void)arg;
	assert_true(f->message[0] != '\0');
	return 0;
}

/* Whether value is valid, asked in all ways. */
static inline bool
testing_accepts(const struct schema *s, const char *value)
{
	struct json_reader r = { 0 };
	alk_error err = { 0 };
	yyjson_val *v = testing_read(&r, value);
	bool valid = schema_check(s, v);

	assert_int_equal(schema_errors(s, v, 50, testing_ignore, NULL) == 0,
	    valid);
	assert_int_equal(schema_explain(s, v, &err),
	    valid ? ALK_OK : ALK_VALUE);
	json_reader_fini(&r);
	return valid;
}

/* All failures, each of which fn writes into a struct buf, its arg. */
static inline void
testing_tells(const char *schema, const char *value, schema_failure_fn fn,
    const char *expected)
{
	struct json_reader r = { 0 };
	struct buf got = { 0 };
	struct schema *s = testing_compile(schema);

	(void)testing_accepts(s, value);
	(void)schema_errors(s, testing_read(&r, value), 50, fn, &got);
	assert_string_equal(buf_text(&got), expected);
	buf_fini(&got);
	schema_free(s);
	json_reader_fini(&r);
}

struct testing_row {
	const char *schema; /* NULL: that of the row before */
	const char *value;
	bool valid;
};

static inline void
testing_rows(const struct testing_row *rows, size_t count)
{
	struct schema *s = NULL;
	const char *text = "";

	for (size_t i = 0; i < count; i++) {
		if (rows[i].schema != NULL) {
			schema_free(s);
			text = rows[i].schema;
			s = testing_compile(text);
		}
		if (testing_accepts(s, rows[i].value) != rows[i].valid)
			fail_msg("%s should%s accept %s", text,
			    rows[i].valid ? "" : " not", rows[i].value);
	}
	schema_free(s);
}

#define TESTING_ROWS(rows) testing_rows(rows, sizeof(rows) / sizeof((rows)[0]))

/*
 * The schema must be refused, at the pointer, with a text that holds `words`.
 */
static inline void
testing_refused(const char *schema, int code, const char *pointer,
    const char *words)
{
	alk_error err = { 0 };
	struct schema *s = testing_try(schema, &err);

	if (s != NULL)
		fail_msg("%s was not refused", schema);
	assert_int_equal(err.code, code);
	assert_string_equal(err.pointer, pointer);
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
}

#endif
