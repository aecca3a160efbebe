/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "json/push.h"

#include <string.h>

/* What comes next is a value, or a key with what follows it. */
static void
begin(struct json_out *o)
{
	if (o->comma)
		buf_char(o->out, ',');
	o->comma = true;
}

static void
open_container(struct json_out *o, char c)
{
	begin(o);
	buf_char(o->out, c);
	o->comma = false;
}

static void
close_container(struct json_out *o, char c)
{
	buf_char(o->out, c);
	o->comma = true;
}

void
json_out_begin_object(struct json_out *o)
{
	open_container(o, '{');
}

void
json_out_end_object(struct json_out *o)
{
	close_container(o, '}');
}

void
json_out_begin_array(struct json_out *o)
{
	open_container(o, '[');
}

void
json_out_end_array(struct json_out *o)
{
	close_container(o, ']');
}

void
json_out_key(struct json_out *o, const char *name)
{
	begin(o);
	json_write_string(o->out, name, strlen(name));
	buf_char(o->out, ':');
	o->comma = false;
}

void
json_out_string(struct json_out *o, const char *text, size_t bytes)
{
	if (text == NULL) {
		json_out_null(o);
		return;
	}
	begin(o);
	if (bytes == ALK_NUL)
		bytes = strlen(text);
	json_write_string(o->out, text, bytes);
}

void
json_out_int(struct json_out *o, int64_t n)
{
	begin(o);
	buf_int(o->out, n);
}

void
json_out_bool(struct json_out *o, bool yes)
{
	begin(o);
	buf_str(o->out, yes ? "true" : "false");
}

void
json_out_null(struct json_out *o)
{
	begin(o);
	buf_str(o->out, "null");
}

void
json_out_raw(struct json_out *o, const char *json, size_t bytes)
{
	begin(o);
	buf_add(o->out, json, bytes == ALK_NUL ? strlen(json) : bytes);
}

void
json_out_value(struct json_out *o, yyjson_val *v)
{
	begin(o);
	json_write(o->out, v);
}

void
json_out_member(struct json_out *o, const char *name, const char *text)
{
	json_out_key(o, name);
	json_out_string(o, text, ALK_NUL);
}

void
json_out_member_int(struct json_out *o, const char *name, int64_t n)
{
	json_out_key(o, name);
	json_out_int(o, n);
}

void
json_out_member_raw(struct json_out *o, const char *name, const char *json,
    size_t bytes)
{
	json_out_key(o, name);
	json_out_raw(o, json, bytes);
}

void
json_out_splice(struct json_out *o, const char *object, size_t bytes)
{
	if (bytes > 2)
		json_out_raw(o, object + 1, bytes - 2);
}
