/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CONFORMANCE_SUPPORT_H
#define CONFORMANCE_SUPPORT_H

#include "json/json.h"
#include "schema/schema.h"

#include <stdbool.h>

#define SKIPPED 77

/* The whole file, freed with free(); NULL: it cannot be read. */
char *support_file(const char *path, size_t *bytes);

/* Parses a text; on failure says why on standard error and ends the program. */
yyjson_val *support_parse(struct json_reader *r, const char *text, size_t bytes,
    const char *what);

/*
 * What the room says about a value: 1 valid, 0 not. -1: schema_errors() and
 * schema_check() disagree.
 */
int support_verdict(const struct schema *s, yyjson_val *v);

/* A compiled schema, or NULL with the reason in err. */
struct schema *support_compile(yyjson_val *schema, alk_error *err);

/* 1 as expected, 0 not (told on standard output), -1 not a row for us. */
typedef int (*support_row_fn)(yyjson_val *row);

/* A row of others' answers in which we part on purpose. */
struct support_difference {
	const char *id; /* NULL ends a list */
	const char *ours; /* what is right; each program says how it is read */
	const char *reason;
};

/* NULL: there is none. */
const struct support_difference *support_find(
    const struct support_difference *list, const char *id);

/*
 * Tells the differences (NULL: there are none), and runs fn on each line of the
 * file that the one argument names; tells how many passed and returns the
 * program's exit status.
 */
int support_vectors(int argc, char **argv,
    const struct support_difference *differences, support_row_fn fn);

#endif
