/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One object that comes as JSON text: printed as it is in the JSON formats,
 * taken apart into columns for the others.
 */
#include "cli/output_table.h"

#include "base/error.h"
#include "base/mem.h"
#include "json/json.h"

#include <string.h>

/*
 * Names and texts are offsets until all of them are written: the buffer moves.
 */
struct object {
	struct column columns[OUTPUT_COLUMNS];
	struct cell cells[OUTPUT_COLUMNS];
	size_t name_at[OUTPUT_COLUMNS];
	size_t text_at[OUTPUT_COLUMNS];
	size_t count;
	struct buf texts;
};

static void
add_member(struct object *into, const char *prefix, const char *name,
    yyjson_val *v)
{
	size_t i = into->count;

	if (i == OUTPUT_COLUMNS)
		return;
	into->name_at[i] = into->texts.bytes;
	buf_printf(&into->texts, "%s%s%s", prefix, prefix[0] != '\0' ? "." : "",
	    name);
	buf_char(&into->texts, '\0');
	into->text_at[i] = into->texts.bytes;
	if (yyjson_is_str(v))
		buf_add(&into->texts, yyjson_get_str(v), yyjson_get_len(v));
	else
		json_write(&into->texts, v);
	into->cells[i].kind = yyjson_is_str(v) ? CELL_TEXT : CELL_JSON;
	into->cells[i].bytes = into->texts.bytes - into->text_at[i];
	buf_char(&into->texts, '\0');
	into->count++;
}

static void
add_members(struct object *into, const char *prefix, yyjson_val *object,
    bool is_flat)
{
	yyjson_obj_iter at = yyjson_obj_iter_with(object);
	yyjson_val *name, *v;

	while ((name = yyjson_obj_iter_next(&at)) != NULL) {
		v = yyjson_obj_iter_get_val(name);
		if (is_flat && yyjson_is_obj(v))
			add_members(into, yyjson_get_str(name), v, false);
		else
			add_member(into, prefix, yyjson_get_str(name), v);
	}
}

static size_t
resolve(struct object *o, const char *id)
{
	size_t i, id_column = 0;

	for (i = 0; i < o->count; i++) {
		o->columns[i].name = o->texts.data + o->name_at[i];
		o->cells[i].text = o->texts.data + o->text_at[i];
		if (strcmp(o->columns[i].name, id) == 0)
			id_column = i;
	}
	return id_column;
}

static void
put_columns(struct output *o, yyjson_val *root, const char *id, bool is_flat)
{
	struct object *made = mem_zero(sizeof(*made));
	size_t id_column;

	if (made == NULL) {
		o->is_nomem = true;
		return;
	}
	add_members(made, "", root, is_flat);
	if (made->texts.failed) {
		o->is_nomem = true;
	} else if (made->count > 0) {
		id_column = resolve(made, id);
		output_record(o, made->columns, made->count, id_column,
		    made->cells);
	}
	buf_fini(&made->texts);
	mem_release(made);
}

void
output_object(struct output *o, const char *json, size_t bytes, const char *id,
    bool is_flat)
{
	struct json_reader reader = { 0 };
	yyjson_val *root;

	if (o->format == FORMAT_JSON || o->format == FORMAT_JSONL) {
		output_record_json(o, NULL, json, bytes);
		return;
	}
	root = json_read_own(&reader, json, bytes, NULL);
	if (root != NULL && yyjson_is_obj(root))
		put_columns(o, root, id, is_flat);
	else
		o->is_nomem = true;
	json_reader_fini(&reader);
}
