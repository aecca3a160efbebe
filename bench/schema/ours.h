/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BENCH_SCHEMA_OURS_H
#define BENCH_SCHEMA_OURS_H

#include "cases.h"
#include "json/json.h"
#include "schema/schema.h"
#include "value/value.h"

/* What is measured of a shape. The first two are for all shapes. */
enum work {
	WORK_CHECK,   /* a value, parsed before */
	WORK_PARSE,   /* text: parse, then check */
	WORK_COMPILE, /* twenty times the schema */
	WORK_DIFF,    /* against the same with another age */
	WORK_PATCH,   /* with what diff tells */
	WORK_CAST,    /* of what is valid */
	WORK_CLEAN,
	WORK_COUNT
};

extern const char *const work_names[WORK_COUNT];

/* A shape made ready: zeroed, then ours_init(); ends the program on failure. */
struct ours {
	const struct shape *shape;
	struct buf schema_text;
	struct json_reader schema_reader;
	yyjson_val *schema_source;
	struct schema *schema;
	struct buf texts[INSTANCES];
	struct json_reader readers[INSTANCES];
	yyjson_val *values[INSTANCES];
	struct json_reader reader; /* of WORK_PARSE */
	/* For the works on values. */
	struct json_reader changed_readers[INSTANCES];
	yyjson_val *changed[INSTANCES];
	struct buf edit_texts[INSTANCES];
	struct json_reader edit_readers[INSTANCES];
	yyjson_val *edits[INSTANCES];
	struct value_plan *plan;
	struct value_work work;
	struct buf out;
};

void ours_init(struct ours *o, const struct shape *shape);
/* What the works on values need; the shape is an object with an age. */
void ours_init_values(struct ours *o);
void ours_fini(struct ours *o);
/* Does it n times, instances in turn. Returns something of the answers. */
unsigned long ours_run(struct ours *o, enum work work, unsigned long n);

#endif
