/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* JSON Pointers (RFC 6901). */
#include "json/json.h"

void
json_pointer_add(struct buf *pointer, const char *token, size_t bytes)
{
	size_t from = 0;

	buf_char(pointer, '/');
	for (size_t i = 0; i < bytes; i++) {
		if (token[i] != '~' && token[i] != '/')
			continue;
		buf_add(pointer, token + from, i - from);
		buf_add(pointer, token[i] == '~' ? "~0" : "~1", 2);
		from = i + 1;
	}
	buf_add(pointer, token + from, bytes - from);
}

void
json_pointer_index(struct buf *pointer, size_t index)
{
	buf_char(pointer, '/');
	buf_int(pointer, (int64_t)index);
}

/* The element of array that v is or is in, its token appended. */
static yyjson_val *
step_into_array(struct buf *pointer, yyjson_val *array, yyjson_val *v)
{
	yyjson_val *element = array + 1;
	size_t index = 0;

	while (unsafe_yyjson_get_next(element) <= v) {
		element = unsafe_yyjson_get_next(element);
		index++;
	}
	json_pointer_index(pointer, index);
	return element;
}

static yyjson_val *
step_into_object(struct buf *pointer, yyjson_val *object, yyjson_val *v)
{
	yyjson_val *key = object + 1;

	while (unsafe_yyjson_get_next(key + 1) <= v)
		key = unsafe_yyjson_get_next(key + 1);
	json_pointer_add(pointer, unsafe_yyjson_get_str(key),
	    unsafe_yyjson_get_len(key));
	return key + 1;
}

void
json_pointer_to(struct buf *pointer, yyjson_val *root, yyjson_val *v)
{
	while (root != v)
		root = unsafe_yyjson_is_arr(root) ?
		    step_into_array(pointer, root, v) :
		    step_into_object(pointer, root, v);
}
