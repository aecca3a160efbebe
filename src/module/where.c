/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What an index may be declared for: names on its paths, and the filter of a
 * partial one. Both are written into SQL, so they are few.
 */
#include "filter/parts.h"
#include "module/parts.h"

#include <string.h>

bool
module_index_is_name(const char *name, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f ||
		    name[i] == '"' || name[i] == '\\')
			return false;
	return bytes > 0;
}

/*
 * Whether a constant may stand in `where`: one that can be written as SQL, and
 * of which the key says all.
 */
static bool
may_be_constant(yyjson_val *v)
{
	if (yyjson_is_str(v))
		return yyjson_get_len(v) <= 256 &&
		    memchr(yyjson_get_str(v), '\0', yyjson_get_len(v)) == NULL;
	if (yyjson_is_uint(v))
		return yyjson_get_uint(v) < 1000000000000000;
	if (yyjson_is_sint(v))
		return yyjson_get_sint(v) > -1000000000000000;
	return yyjson_is_bool(v) || yyjson_is_null(v);
}

static const char *
conjunct_fault(const struct filter_conjunct *c)
{
	enum filter_says says = c->operator->says;

	if (says != SAYS_EQUAL && says != SAYS_DIFFERENT &&
	    says != SAYS_AMONG && says != SAYS_EXISTS)
		return "it may compare by =, !=, in and exists only";
	for (size_t i = 0; i < c->count; i++)
		if (!may_be_constant(c->values[i]))
			return "its values may be text of 256 bytes, whole "
			    "numbers of 15 digits, true, false and null";
	if (c->steps_count == 0 || c->steps_count > MODULE_INDEX_DEPTH_MAX)
		return "its paths have 1 to 8 members";
	for (size_t i = 0; i < c->steps_count; i++)
		if (!c->steps[i].is_member ||
		    !module_index_is_name(c->steps[i].name, c->steps[i].bytes))
			return "its paths may have members only, without \", "
			    "\\ and control characters in their names";
	return NULL;
}

const char *
module_where_fault(const struct filter *f)
{
	struct filter_conjunct c[MODULE_INDEX_WHERE_MAX];
	bool is_all;
	size_t count = filter_conjuncts(f, c, MODULE_INDEX_WHERE_MAX, &is_all);

	for (size_t i = 0; i < count; i++)
		if (conjunct_fault(&c[i]) != NULL)
			return conjunct_fault(&c[i]);
	return is_all ? NULL : "it may join at most 8 conditions by and, "
	    "without or; not before one of them only";
}
