/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * value_diff(). Nothing is written, not even a pointer, until something
 * differs: the way to a value is a chain of frames on the stack. Recursion
 * goes as deep as the values do, which the readers bound.
 */
#include "value/parts.h"

#include "base/error.h"

struct diff {
	struct buf *out;
	struct buf pointer;
	bool comma;
};

static void diff_values(struct diff *d, const struct place *place,
    yyjson_val *a, yyjson_val *b);

/* value NULL: the edit has none. */
static void
put_edit(struct diff *d, const struct place *place, const char *type,
    yyjson_val *value)
{
	buf_clear(&d->pointer);
	place_write(&d->pointer, place);
	const char *text = buf_text(&d->pointer);
	if (text == NULL) {
		d->out->failed = true;
		return;
	}
	buf_str(d->out, d->comma ? ",{\"type\":\"" : "{\"type\":\"");
	buf_str(d->out, type);
	buf_str(d->out, "\",\"path\":");
	json_write_string(d->out, text, d->pointer.bytes);
	if (value != NULL) {
		buf_str(d->out, ",\"value\":");
		json_write(d->out, value);
	}
	buf_char(d->out, '}');
	d->comma = true;
}

/* Returns how many members of next are in current. */
static size_t
diff_inserts(struct diff *d, const struct place *outer, struct finder *current,
    yyjson_val *next)
{
	size_t left = unsafe_yyjson_get_len(next);
	yyjson_val *key = unsafe_yyjson_get_first(next);
	size_t found = 0;

	for (; left > 0; left--, key = unsafe_yyjson_get_next(key + 1)) {
		struct place place = { .outer = outer, .key = key };
		if (finder_find(current, key) != NULL)
			found++;
		else
			put_edit(d, &place, "insert", key + 1);
	}
	return found;
}

static void
diff_updates(struct diff *d, const struct place *outer, yyjson_val *current,
    struct finder *next)
{
	size_t left = unsafe_yyjson_get_len(current);
	yyjson_val *key = unsafe_yyjson_get_first(current);

	for (; left > 0; left--, key = unsafe_yyjson_get_next(key + 1)) {
		struct place place = { .outer = outer, .key = key };
		yyjson_val *other = finder_find(next, key);
		if (other != NULL && !is_same_scalar(key + 1, other + 1))
			diff_values(d, &place, key + 1, other + 1);
	}
}

static void
diff_deletes(struct diff *d, const struct place *outer, yyjson_val *current,
    struct finder *next)
{
	size_t i, count;
	yyjson_val *key, *member;

	yyjson_obj_foreach(current, i, count, key, member) {
		struct place place = { .outer = outer, .key = key };
		if (finder_find(next, key) == NULL)
			put_edit(d, &place, "delete", NULL);
	}
}

static void
diff_objects(struct diff *d, const struct place *place, yyjson_val *current,
    yyjson_val *next)
{
	struct finder in_current;
	struct finder in_next;

	finder_begin(&in_current, current);
	finder_begin(&in_next, next);
	size_t found = diff_inserts(d, place, &in_current, next);
	if (found > 0)
		diff_updates(d, place, current, &in_next);
	if (found < unsafe_yyjson_get_len(current))
		diff_deletes(d, place, current, &in_next);
	finder_end(&in_current);
	finder_end(&in_next);
}

static void
diff_arrays(struct diff *d, const struct place *outer, yyjson_val *current,
    yyjson_val *next)
{
	size_t a_count = unsafe_yyjson_get_len(current);
	size_t b_count = unsafe_yyjson_get_len(next);
	yyjson_val *a = unsafe_yyjson_get_first(current);
	yyjson_val *b = unsafe_yyjson_get_first(next);
	struct place place = { .outer = outer };

	for (; place.index < b_count; place.index++) {
		if (place.index >= a_count) {
			put_edit(d, &place, "insert", b);
		} else {
			if (!is_same_scalar(a, b))
				diff_values(d, &place, a, b);
			a = unsafe_yyjson_get_next(a);
		}
		b = unsafe_yyjson_get_next(b);
	}
	for (place.index = a_count; place.index-- > b_count;)
		put_edit(d, &place, "delete", NULL);
}

static void
diff_values(struct diff *d, const struct place *place, yyjson_val *a,
    yyjson_val *b)
{
	if (unsafe_yyjson_is_obj(a) && unsafe_yyjson_is_obj(b))
		diff_objects(d, place, a, b);
	else if (unsafe_yyjson_is_arr(a) && unsafe_yyjson_is_arr(b))
		diff_arrays(d, place, a, b);
	else if (!json_equal(a, b))
		put_edit(d, place, "update", b);
}

int
value_diff(struct buf *out, yyjson_val *current, yyjson_val *next,
    alk_error *err)
{
	struct diff d = { .out = out };

	buf_char(out, '[');
	diff_values(&d, NULL, current, next);
	buf_char(out, ']');
	buf_fini(&d.pointer);
	return out->failed ? error_nomem(err) : ALK_OK;
}
