/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef VALUE_TESTING_H
#define VALUE_TESTING_H

/* For the tests of this room only: values, plans and answers from text. */

#include "json/testing.h"
#include "value/value.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* A schema with its plan, and memory to work in. */
struct testing {
	struct schema *schema;
	struct value_plan *plan;
	struct value_work work;
	struct json_reader reader; /* of the schema, then of values */
	struct buf text;           /* the last answer, written */
	alk_error err;
};

static inline void
testing_begin(struct testing *t, const char *schema)
{
	*t = (struct testing){ 0 };
	if (schema_compile(testing_read(&t->reader, schema), &t->schema,
	    &t->err) != ALK_OK ||
	    value_plan_new(t->schema, &t->plan, &t->err) != ALK_OK)
		fail_msg("%.200s: %s %s", schema, t->err.pointer, t->err.text);
}

static inline void
testing_end(struct testing *t)
{
	value_work_fini(&t->work);
	value_plan_free(t->plan);
	schema_free(t->schema);
	json_reader_fini(&t->reader);
	buf_fini(&t->text);
}

typedef int (*testing_call)(struct value_work *w, const struct value_plan *p,
    yyjson_val *v, yyjson_val **out, alk_error *err);

/* As the others, but for the value, which it needs not. */
static inline int
testing_create(struct value_work *w, const struct value_plan *p, yyjson_val *v,
    yyjson_val **out, alk_error *err)
{
	(void)v;
	return value_create(w, p, out, err);
}

/*
 * The answer as text: JSON; "nothing" where no value came of it; or else the
 * name of the code, with the place of the error behind it. value "nothing":
 * NULL is given.
 */
static inline const char *
testing_answer(struct testing *t, testing_call call, const char *value)
{
	yyjson_val *out = NULL;
	yyjson_val *v = strcmp(value, "nothing") == 0 ? NULL :
	    testing_read(&t->reader, value);

	error_clear(&t->err);
	buf_clear(&t->text);
	int rc = call(&t->work, t->plan, v, &out, &t->err);
	assert_int_equal(rc, t->err.code);
	assert_int_equal(rc == ALK_OK, t->err.text[0] == '\0');
	if (rc != ALK_OK)
		buf_printf(&t->text, "%s %s", alk_error_name(rc),
		    t->err.pointer);
	else if (out == NULL)
		buf_str(&t->text, "nothing");
	else
		json_write(&t->text, out);
	return buf_text(&t->text);
}

struct testing_row {
	const char *schema; /* NULL: that of the row before */
	const char *value;
	const char *answer;
};

static inline void
testing_rows(testing_call call, const struct testing_row *rows, size_t count)
{
	struct testing t = { 0 };
	const char *schema = "";

	for (size_t i = 0; i < count; i++) {
		if (rows[i].schema != NULL) {
			testing_end(&t);
			schema = rows[i].schema;
			testing_begin(&t, schema);
		}
		const char *got = testing_answer(&t, call, rows[i].value);
		if (strcmp(got, rows[i].answer) != 0)
			fail_msg("%s: of %s came %s, not %s (%s)", schema,
			    rows[i].value, got, rows[i].answer, t.err.text);
	}
	testing_end(&t);
}

#define TESTING_ROWS(call, rows) testing_rows(call, rows, COUNT(rows))

#endif
