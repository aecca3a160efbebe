/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Our side of bench_schema and of the instruction counts. */
#include "ours.h"

#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const work_names[WORK_COUNT] = { "check", "parse", "compile",
	"diff", "patch", "cast", "clean" };

static const struct json_bounds bounds = { .bytes_max = (size_t)64 << 20,
	.depth_max = JSON_DEPTH_MAX };

static void
must(bool ok, const struct ours *o, const alk_error *err)
{
	if (ok)
		return;
	fprintf(stderr, "%s: %s\n", o->shape->name, err->text);
	exit(2);
}

static yyjson_val *
read_text(struct ours *o, struct json_reader *r, struct buf *text)
{
	alk_error err = { 0 };
	const char *chars = buf_text(text);
	yyjson_val *v = json_read(r, chars, text->bytes, &bounds, &err);

	must(v != NULL, o, &err);
	return v;
}

void
ours_init(struct ours *o, const struct shape *shape)
{
	alk_error err = { 0 };

	o->shape = shape;
	shape->schema(&o->schema_text);
	o->schema_source = read_text(o, &o->schema_reader, &o->schema_text);
	must(schema_compile(o->schema_source, &o->schema, &err) == ALK_OK, o,
	    &err);
	for (unsigned i = 0; i < INSTANCES; i++) {
		shape->document(&o->texts[i], i);
		o->values[i] = read_text(o, &o->readers[i], &o->texts[i]);
		if (schema_check(o->schema, o->values[i]) == shape->is_valid)
			continue;
		fprintf(stderr, "%s: instance %u is not what it should be\n",
		    shape->name, i);
		exit(2);
	}
}

/* The document with another age, as text. */
static void
change_age(struct buf *out, struct buf *text)
{
	const char *all = buf_text(text);
	const char *age = strstr(all, "\"age\":");

	if (age == NULL)
		exit(2);
	buf_add(out, all, (size_t)(age - all));
	buf_str(out, "\"age\":7");
	buf_str(out, strchr(age, ','));
}

void
ours_init_values(struct ours *o)
{
	alk_error err = { 0 };
	struct buf text = { 0 };

	must(value_plan_new(o->schema, &o->plan, &err) == ALK_OK, o, &err);
	for (unsigned i = 0; i < INSTANCES; i++) {
		buf_clear(&text);
		change_age(&text, &o->texts[i]);
		o->changed[i] = read_text(o, &o->changed_readers[i], &text);
		must(value_diff(&o->edit_texts[i], o->values[i],
		    o->changed[i], &err) == ALK_OK, o, &err);
		o->edits[i] = read_text(o, &o->edit_readers[i],
		    &o->edit_texts[i]);
	}
	buf_fini(&text);
}

void
ours_fini(struct ours *o)
{
	for (unsigned i = 0; i < INSTANCES; i++) {
		buf_fini(&o->texts[i]);
		buf_fini(&o->edit_texts[i]);
		json_reader_fini(&o->readers[i]);
		json_reader_fini(&o->changed_readers[i]);
		json_reader_fini(&o->edit_readers[i]);
	}
	value_plan_free(o->plan);
	value_work_fini(&o->work);
	schema_free(o->schema);
	json_reader_fini(&o->schema_reader);
	json_reader_fini(&o->reader);
	buf_fini(&o->schema_text);
	buf_fini(&o->out);
	*o = (struct ours){ 0 };
}

/* ---- The works ----------------------------------------------------------- */

static unsigned long
run_check(struct ours *o, unsigned long n)
{
	unsigned long sum = 0;

	for (unsigned long i = 0; i < n; i++)
		sum += schema_check(o->schema, o->values[i % INSTANCES]);
	return sum;
}

static unsigned long
run_parse(struct ours *o, unsigned long n)
{
	alk_error err = { 0 };
	unsigned long sum = 0;

	for (unsigned long i = 0; i < n; i++) {
		const struct buf *text = &o->texts[i % INSTANCES];
		yyjson_val *v = json_read(&o->reader, text->data, text->bytes,
		    &bounds, &err);
		sum += v != NULL && schema_check(o->schema, v);
	}
	return sum;
}

static unsigned long
run_compile(struct ours *o, unsigned long n)
{
	alk_error err = { 0 };
	unsigned long sum = 0;

	for (unsigned long i = 0; i < n * 20; i++) {
		struct schema *s = NULL;
		must(schema_compile(o->schema_source, &s, &err) == ALK_OK, o,
		    &err);
		sum += schema_check(s, o->values[0]);
		schema_free(s);
	}
	return sum;
}

static unsigned long
run_diff(struct ours *o, unsigned long n)
{
	alk_error err = { 0 };
	unsigned long sum = 0;

	for (unsigned long i = 0; i < n; i++) {
		buf_clear(&o->out);
		must(value_diff(&o->out, o->values[i % INSTANCES],
		    o->changed[i % INSTANCES], &err) == ALK_OK, o, &err);
		sum += o->out.bytes;
	}
	return sum;
}

static int
make(struct ours *o, enum work work, unsigned long i, yyjson_val **out,
    alk_error *err)
{
	yyjson_val *v = o->values[i];

	if (work == WORK_PATCH)
		return value_patch(&o->work, v, o->edits[i], out, err);
	if (work == WORK_CAST)
		return value_cast(&o->work, o->plan, v, out, err);
	return value_clean(&o->work, o->plan, v, out, err);
}

static unsigned long
run_values(struct ours *o, enum work work, unsigned long n)
{
	alk_error err = { 0 };
	unsigned long sum = 0;

	for (unsigned long i = 0; i < n; i++) {
		yyjson_val *v = NULL;
		must(make(o, work, i % INSTANCES, &v, &err) == ALK_OK, o,
		    &err);
		sum += unsafe_yyjson_get_len(v);
	}
	return sum;
}

unsigned long
ours_run(struct ours *o, enum work work, unsigned long n)
{
	switch (work) {
	case WORK_CHECK:
		return run_check(o, n);
	case WORK_PARSE:
		return run_parse(o, n);
	case WORK_COMPILE:
		return run_compile(o, n);
	case WORK_DIFF:
		return run_diff(o, n);
	default:
		return run_values(o, work, n);
	}
}
