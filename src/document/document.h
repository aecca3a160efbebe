/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef DOCUMENT_DOCUMENT_H
#define DOCUMENT_DOCUMENT_H

#include "json/json.h"
#include "schema/schema.h"
#include "value/value.h"

#include <alkstore.h>
#include <stdatomic.h>

/*
 * Behind the sections of alkstore.h that need no store: JSON values, schemas,
 * and what is done to values. Each public call is a few lines over the rooms
 * that do the work; what they borrow is copied here, once, into memory that the
 * caller owns.
 */

/*
 * One block of memory: this, then the values side by side, then their texts.
 * Never changes. Made by document_json_copy(), freed by alk_json_free().
 */
struct alk_json {
	yyjson_val *root;
};

/* Made by alk_schemas_new(), freed by alk_schemas_free(). */
struct alk_schemas {
	struct schema_registry *registry;
};

/*
 * Made by alk_schema_compile(). Only the plan comes later, when a function that
 * makes values first needs it: whoever makes it first publishes it.
 */
struct alk_schema {
	struct schema *program;
	_Atomic(struct value_plan *) plan; /* NULL until it is needed */
};

/* ALK_OK or ALK_NOMEM. v is borrowed for the call. */
int document_json_copy(yyjson_val *v, alk_json **out, alk_error *err);
/* As json_read(), with the bounds of the public header. bytes may be ALK_NUL.
   Also ALK_INVALID: no text. */
yyjson_val *document_read(struct json_reader *r, const char *text,
    size_t bytes, alk_error *err);
/* Makes a schema of the caller. On an error program is still the caller's. */
int document_schema_wrap(struct schema *program, alk_schema **out,
    alk_error *err);
/* ALK_INVALID where a value or a schema is NULL, with what it is called. */
int document_need(const void *given, const char *noun, alk_error *err);
/* What a place to put an answer in is called. */
#define DOCUMENT_PLACE "place for the answer is"

#endif
