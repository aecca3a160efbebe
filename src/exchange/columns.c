/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "exchange/columns.h"

#include "base/error.h"
#include "base/mem.h"

#include <string.h>

/* What a column was seen to hold. */
#define SEEN_BOOLEAN 1u
#define SEEN_LONG 2u
#define SEEN_LARGE 4u /* integers that a double does not hold */
#define SEEN_DOUBLE 8u
#define SEEN_STRING 16u
#define SEEN_NULL 32u
#define SEEN_OTHER 64u

#define DOUBLE_INTEGERS_MAX ((int64_t)1 << 53)

void
columns_fini(struct columns *c)
{
	for (size_t i = 0; i < c->count; i++)
		mem_release(c->all[i].name);
	mem_release(c->all);
	textmap_fini(&c->by_name);
	json_reader_fini(&c->reader);
	*c = (struct columns){ 0 };
}

static int
add_column(struct columns *c, const char *text, size_t bytes, alk_error *err)
{
	if (c->count == COLUMNS_MAX)
		return error_set(err, ALK_LIMIT, "more than %d attributes "
		    "have different names: too many columns; JSON Lines have "
		    "none", COLUMNS_MAX);
	if (c->count == c->room) {
		size_t room = c->room == 0 ? 16 : 2 * c->room;
		struct column *all = mem_resize(c->all, room * sizeof(all[0]));
		if (all == NULL)
			return error_nomem(err);
		c->all = all;
		c->room = room;
	}
	char *copy = mem_copy(text, bytes);
	if (copy == NULL || textmap_add(&c->by_name, 0, text, bytes,
		(int64_t)c->count) < 0) {
		mem_release(copy);
		return error_nomem(err);
	}
	c->all[c->count++] = (struct column){ .name = copy,
		.name_bytes = bytes };
	return ALK_OK;
}

/* The column of a name, made if need be; NULL with err filled. */
static struct column *
column_of(struct columns *c, yyjson_val *name, alk_error *err)
{
	const char *text = yyjson_get_str(name);
	size_t bytes = yyjson_get_len(name);
	const int64_t *known = textmap_find(&c->by_name, 0, text, bytes);

	if (known != NULL)
		return &c->all[*known];
	return add_column(c, text, bytes, err) == ALK_OK ?
	    &c->all[c->count - 1] : NULL;
}

size_t
columns_find(const struct columns *c, yyjson_val *name)
{
	const int64_t *known = textmap_find(&c->by_name, 0,
	    yyjson_get_str(name), yyjson_get_len(name));

	return known != NULL ? (size_t)*known : 0;
}

/* ---- what schemas say ---- */

static unsigned
declared_by(yyjson_val *schema)
{
	yyjson_val *type = yyjson_obj_get(schema, "type");

	if (yyjson_equals_str(type, "boolean"))
		return SEEN_BOOLEAN;
	if (yyjson_equals_str(type, "integer"))
		return SEEN_LONG;
	if (yyjson_equals_str(type, "number"))
		return SEEN_DOUBLE;
	return yyjson_equals_str(type, "string") ? SEEN_STRING : 0;
}

static int
declare_type(struct columns *c, struct graph *g, const struct module_type *t)
{
	yyjson_val *root = json_read_own(&c->reader, t->schema,
	    t->schema_bytes, g->err);
	yyjson_val *properties = yyjson_obj_get(root, "properties");
	yyjson_obj_iter at = yyjson_obj_iter_with(properties);
	yyjson_val *name;

	while ((name = yyjson_obj_iter_next(&at)) != NULL) {
		struct column *column = column_of(c, name, g->err);
		if (column == NULL)
			break;
		column->seen |= declared_by(yyjson_obj_iter_get_val(name));
	}
	return g->err->code;
}

int
columns_declare(struct columns *c, struct graph *g, const struct graph_type *t,
    int kind, bool has_type)
{
	struct module stored = { 0 };
	const char *member = module_type_member(kind);

	/* It stands first in every row. */
	if (t != NULL && has_type) {
		if (add_column(c, member, strlen(member), g->err) != ALK_OK)
			return g->err->code;
		c->all[0].seen = SEEN_STRING;
	}
	if (t != NULL && types_stored(g, t, &stored) == ALK_OK)
		for (size_t i = 0; i < stored.count; i++)
			if (stored.types[i].kind == kind &&
			    declare_type(c, g, &stored.types[i]) != ALK_OK)
				break;
	module_fini(&stored);
	return g->err->code;
}

/* ---- what rows have ---- */

/* XML and spreadsheets have no place for some characters. */
static bool
is_plain(const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		unsigned char b = (unsigned char)text[i];
		if (b < ' ' && b != '\t' && b != '\n' && b != '\r')
			return false;
		if (b == 0xef && i + 2 < bytes &&
		    (unsigned char)text[i + 1] == 0xbf &&
		    (unsigned char)text[i + 2] >= 0xbe)
			return false; /* U+FFFE, U+FFFF */
	}
	return true;
}

static unsigned
seen_in_number(yyjson_val *v)
{
	if (yyjson_is_real(v))
		return SEEN_DOUBLE;
	if (yyjson_is_sint(v) || yyjson_get_uint(v) <= INT64_MAX) {
		int64_t n = yyjson_get_sint(v);
		return n > DOUBLE_INTEGERS_MAX || n < -DOUBLE_INTEGERS_MAX ?
		    SEEN_LONG | SEEN_LARGE : SEEN_LONG;
	}
	return SEEN_OTHER;
}

static unsigned
seen_in(yyjson_val *v)
{
	switch (yyjson_get_type(v)) {
	case YYJSON_TYPE_BOOL:
		return SEEN_BOOLEAN;
	case YYJSON_TYPE_NUM:
		return seen_in_number(v);
	case YYJSON_TYPE_STR:
		return is_plain(yyjson_get_str(v), yyjson_get_len(v)) ?
		    SEEN_STRING : SEEN_OTHER;
	case YYJSON_TYPE_NULL:
		return SEEN_NULL;
	default:
		return SEEN_OTHER;
	}
}

int
columns_look_value(struct columns *c, yyjson_val *object, bool *is_ordered,
    alk_error *err)
{
	yyjson_obj_iter at = yyjson_obj_iter_with(object);
	yyjson_val *name;
	size_t least = 0;

	*is_ordered = true;
	while ((name = yyjson_obj_iter_next(&at)) != NULL) {
		struct column *column = column_of(c, name, err);
		if (column == NULL)
			return err->code;
		size_t index = (size_t)(column - c->all);
		*is_ordered = *is_ordered && index >= least;
		least = index + 1;
		column->seen |= seen_in(yyjson_obj_iter_get_val(name));
	}
	return ALK_OK;
}

int
columns_look(struct columns *c, const char *attributes, size_t bytes,
    bool *is_ordered, alk_error *err)
{
	yyjson_val *root = json_read_own(&c->reader, attributes, bytes, err);

	return root == NULL ? err->code :
	    columns_look_value(c, root, is_ordered, err);
}

static enum column_type
type_for(unsigned seen)
{
	switch (seen) {
	case SEEN_BOOLEAN:
		return COLUMN_BOOLEAN;
	case SEEN_LONG:
	case SEEN_LONG | SEEN_LARGE:
		return COLUMN_LONG;
	case SEEN_DOUBLE:
	case SEEN_DOUBLE | SEEN_LONG:
		return COLUMN_DOUBLE;
	case SEEN_STRING:
		return COLUMN_STRING;
	default:
		return COLUMN_JSON;
	}
}

void
columns_settle(struct columns *c, bool has_null)
{
	for (size_t i = 0; i < c->count; i++)
		c->all[i].type = type_for(has_null ?
		    c->all[i].seen & ~SEEN_NULL : c->all[i].seen);
}

void
columns_value(struct buf *out, enum column_type type, yyjson_val *v)
{
	if (type == COLUMN_STRING)
		buf_add(out, yyjson_get_str(v), yyjson_get_len(v));
	else
		json_write(out, v);
}
