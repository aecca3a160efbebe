/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Members in the order of their keys: a merge sort that starts with pairs. */
#include "value/parts.h"

#include "base/mem.h"

/*
 * Among UTF-8's bytes, those that begin U+E000..U+FFFF stand below those that
 * begin what UTF-16 writes with surrogates (U+D800..U+DFFF); there it is the
 * other way round.
 */
static int
compare_units(unsigned char a, unsigned char b)
{
	bool high_a = a == 0xee || a == 0xef;
	bool high_b = b == 0xee || b == 0xef;

	if (high_a && b >= 0xf0)
		return 1;
	if (high_b && a >= 0xf0)
		return -1;
	return a - b;
}

static int
compare_keys(yyjson_val *a, yyjson_val *b, bool as_utf16)
{
	size_t a_bytes = unsafe_yyjson_get_len(a);
	size_t b_bytes = unsafe_yyjson_get_len(b);
	const unsigned char *x =
	    (const unsigned char *)unsafe_yyjson_get_str(a);
	const unsigned char *y =
	    (const unsigned char *)unsafe_yyjson_get_str(b);
	size_t least = a_bytes < b_bytes ? a_bytes : b_bytes;
	size_t i = 0;

	if (!as_utf16) {
		int order = memcmp(x, y, least);
		if (order != 0)
			return order;
		i = least;
	}
	while (i < least && x[i] == y[i])
		i++;
	if (i < least)
		return compare_units(x[i], y[i]);
	return (a_bytes > b_bytes) - (a_bytes < b_bytes);
}

static void
insertion(yyjson_val **keys, size_t count, bool as_utf16)
{
	for (size_t i = 1; i < count; i++) {
		yyjson_val *key = keys[i];
		size_t at = i;
		while (at > 0 &&
		    compare_keys(keys[at - 1], key, as_utf16) > 0) {
			keys[at] = keys[at - 1];
			at--;
		}
		keys[at] = key;
	}
}

static void
merge_runs(yyjson_val **to, yyjson_val **from, size_t middle, size_t count,
    bool as_utf16)
{
	size_t a = 0;
	size_t b = middle;

	for (size_t i = 0; i < count; i++) {
		bool first = b == count || (a < middle &&
		    compare_keys(from[a], from[b], as_utf16) <= 0);
		to[i] = first ? from[a++] : from[b++];
	}
}

/* keys has room for as many again. */
static void
merge_sort(yyjson_val **keys, size_t count, bool as_utf16)
{
	yyjson_val **from = keys;
	yyjson_val **to = keys + count;
	const size_t run = 8;

	for (size_t i = 0; i < count; i += run)
		insertion(keys + i, count - i < run ? count - i : run,
		    as_utf16);
	for (size_t width = run; width < count; width *= 2) {
		for (size_t i = 0; i < count; i += 2 * width) {
			size_t n = count - i < 2 * width ? count - i :
			    2 * width;
			merge_runs(to + i, from + i, n < width ? n : width, n,
			    as_utf16);
		}
		yyjson_val **other = from;
		from = to;
		to = other;
	}
	if (from != keys)
		memcpy(keys, from, count * sizeof(keys[0]));
}

bool
sorted_begin(struct sorted *s, yyjson_val *object, bool as_utf16)
{
	const size_t few = sizeof(s->few) / sizeof(s->few[0]);
	size_t count = unsafe_yyjson_get_len(object);
	yyjson_val *key = unsafe_yyjson_get_first(object);

	s->keys = s->few;
	if (count > few)
		s->keys = mem_alloc(count * 2 * sizeof(s->keys[0]));
	if (s->keys == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		s->keys[i] = key;
		key = unsafe_yyjson_get_next(key + 1);
	}
	if (count > few)
		merge_sort(s->keys, count, as_utf16);
	else
		insertion(s->keys, count, as_utf16);
	return true;
}

void
sorted_end(struct sorted *s)
{
	if (s->keys != s->few)
		mem_release(s->keys);
}
