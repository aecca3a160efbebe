/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef JSON_PUSH_H
#define JSON_PUSH_H

#include "json/json.h"

#include <alkstore.h>
#include <stdbool.h>

/*
 * Writing JSON piece by piece: commas come by themselves.
 *
 *   struct json_out o = { .out = &buf };
 *   json_out_begin_object(&o);
 *   json_out_key(&o, "name");
 *   json_out_string(&o, name, ALK_NUL);
 *   json_out_end_object(&o);
 *
 * Begin and end must match and each member needs its key: that is for the
 * caller to get right. Missing memory shows in the buffer (buf_text() is NULL).
 */
struct json_out {
	struct buf *out; /* borrowed */
	bool comma;      /* one is due before the next key or value */
};

void json_out_begin_object(struct json_out *o);
void json_out_end_object(struct json_out *o);
void json_out_begin_array(struct json_out *o);
void json_out_end_array(struct json_out *o);
void json_out_key(struct json_out *o, const char *name);
/* bytes may be ALK_NUL; text may be NULL: null. */
void json_out_string(struct json_out *o, const char *text, size_t bytes);
void json_out_int(struct json_out *o, int64_t n);
void json_out_bool(struct json_out *o, bool yes);
void json_out_null(struct json_out *o);
/* Text that is JSON already; bytes may be ALK_NUL. */
void json_out_raw(struct json_out *o, const char *json, size_t bytes);
void json_out_value(struct json_out *o, yyjson_val *v);

/* A key and its value at once. text NULL: null. */
void json_out_member(struct json_out *o, const char *name, const char *text);
void json_out_member_int(struct json_out *o, const char *name, int64_t n);
void json_out_member_raw(struct json_out *o, const char *name,
    const char *json, size_t bytes);
/* The members of an object that is JSON text already, without its braces. */
void json_out_splice(struct json_out *o, const char *object, size_t bytes);

#endif
