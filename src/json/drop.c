/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * In yyjson's immutable documents an object is one slot with its size and the
 * distance to its next sibling, followed by key, value, key, value. Dropping a
 * first member of one slot each means to write the object's slot again, two
 * slots further on.
 */
#include "json/drop.h"

yyjson_val *
json_drop_first(yyjson_val *object, const char *name)
{
	size_t members = yyjson_obj_size(object);

	if (members == 0)
		return NULL;
	yyjson_val *key = object + 1;
	yyjson_val *value = object + 2;
	if (yyjson_is_ctn(value) || !yyjson_equals_str(key, name))
		return NULL;
	size_t distance = object->uni.ofs - 2 * sizeof(*object);
	value->tag = (uint64_t)(members - 1) << YYJSON_TAG_BIT |
	    YYJSON_TYPE_OBJ;
	value->uni.ofs = distance;
	return value;
}
