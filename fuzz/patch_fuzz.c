/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Two lines: a document, and edits for it. Either may be anything. Aborts where
 * a promise of value_patch() in src/value/value.h is broken:
 *
 *   - it ends in an answer or an error that names its place, all or none;
 *   - what it makes can be written and read again, and the document it was
 *     given is as it was;
 *   - the edits that a diff finds between the two lead there as well;
 *   - edits one at a time lead to the same, and fail at the same edit.
 */
#include "value/value.h"

#include "base/error.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
			    #condition); \
			abort(); \
		} \
	} while (0)

#define SINGLES_MAX 64 /* edits that are also made one at a time */

/* libFuzzer's entry; its own header is C++ only. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static const struct json_bounds bounds = { .bytes_max = (size_t)1 << 20,
	.depth_max = 128 };
static const struct json_bounds wide = { .bytes_max = SIZE_MAX,
	.depth_max = JSON_DEPTH_MAX };

/* What patching made, read again; freed with json_reader_fini(&a->reader). */
struct answer {
	struct json_reader reader;
	yyjson_val *value; /* NULL: rc says why */
	int rc;
	alk_error err;
};

static void
write_value(struct buf *out, yyjson_val *v)
{
	buf_clear(out);
	json_write(out, v);
	EXPECT(buf_text(out) != NULL);
}

static void
check_error(const struct answer *a)
{
	EXPECT(a->rc == ALK_INVALID || a->rc == ALK_CONFLICT ||
	    a->rc == ALK_LIMIT);
	EXPECT(a->err.code == a->rc && a->err.text[0] != '\0');
	EXPECT(strchr(a->err.text, '\n') == NULL);
	EXPECT(a->err.pointer[0] == '\0' || a->err.pointer[0] == '/');
}

static void
patch(struct answer *a, yyjson_val *document, yyjson_val *edits)
{
	struct value_work work = { 0 };
	struct buf before = { 0 };
	struct buf after = { 0 };
	yyjson_val *out = NULL;

	write_value(&before, document);
	a->rc = value_patch(&work, document, edits, &out, &a->err);
	EXPECT((a->rc == ALK_OK) == (out != NULL));
	write_value(&after, document);
	EXPECT(before.bytes == after.bytes &&
	    memcmp(before.data, after.data, after.bytes) == 0);
	if (a->rc == ALK_OK) {
		write_value(&after, out);
		a->value = json_read(&a->reader, after.data, after.bytes,
		    &wide, &a->err);
		EXPECT(a->value != NULL && json_equal(a->value, out));
	} else {
		check_error(a);
	}
	value_work_fini(&work);
	buf_fini(&before);
	buf_fini(&after);
}

/* A diff's own edits lead from the one to the other. */
static void
check_diff(yyjson_val *from, yyjson_val *to)
{
	struct json_reader r = { 0 };
	struct answer a = { 0 };
	struct buf text = { 0 };

	EXPECT(value_diff(&text, from, to, &a.err) == ALK_OK);
	yyjson_val *edits = json_read(&r, buf_text(&text), text.bytes, &wide,
	    &a.err);
	EXPECT(edits != NULL);
	patch(&a, from, edits);
	EXPECT(a.rc == ALK_OK && json_equal(a.value, to));
	json_reader_fini(&a.reader);
	json_reader_fini(&r);
	buf_fini(&text);
}

/* An update of the whole counts only where it is the first edit. */
static bool
has_update_of_whole(yyjson_val *edits)
{
	size_t i, count;
	yyjson_val *edit;

	yyjson_arr_foreach(edits, i, count, edit)
		if (yyjson_equals_str(yyjson_obj_get(edit, "path"), ""))
			return true;
	return false;
}

static void
patch_with(struct answer *a, yyjson_val *document, yyjson_val *edit)
{
	struct json_reader r = { 0 };
	struct buf text = { 0 };
	alk_error err = { 0 };

	buf_char(&text, '[');
	json_write(&text, edit);
	buf_char(&text, ']');
	yyjson_val *one = json_read(&r, buf_text(&text), text.bytes, &wide,
	    &err);
	EXPECT(one != NULL);
	patch(a, document, one);
	json_reader_fini(&r);
	buf_fini(&text);
}

static void
check_singles(yyjson_val *document, yyjson_val *edits, const struct answer *all)
{
	struct answer a = { .value = document };
	char place[32];
	size_t i, count;
	yyjson_val *edit;

	if (!yyjson_is_arr(edits) || yyjson_arr_size(edits) > SINGLES_MAX ||
	    all->rc == ALK_LIMIT || has_update_of_whole(edits))
		return;
	yyjson_arr_foreach(edits, i, count, edit) {
		struct answer next = { 0 };
		patch_with(&next, a.value, edit);
		json_reader_fini(&a.reader);
		a = next;
		if (a.rc != ALK_OK)
			break;
	}
	EXPECT(a.rc == all->rc);
	if (a.rc == ALK_OK) {
		EXPECT(json_equal(a.value, all->value));
	} else {
		int bytes = snprintf(place, sizeof(place), "/%zu", i);
		EXPECT(strncmp(all->err.pointer, place, (size_t)bytes) == 0);
	}
	json_reader_fini(&a.reader);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct json_reader readers[2] = { 0 };
	struct answer a = { 0 };
	const char *text = (const char *)data;
	const char *line = bytes == 0 ? NULL : memchr(text, '\n', bytes);
	alk_error err = { 0 };

	if (line == NULL)
		return 0;
	yyjson_val *document = json_read(&readers[0], text,
	    (size_t)(line - text), &bounds, &err);
	yyjson_val *edits = document == NULL ? NULL : json_read(&readers[1],
	    line + 1, bytes - (size_t)(line + 1 - text), &bounds, &err);
	if (edits != NULL) {
		patch(&a, document, edits);
		if (a.rc == ALK_OK) {
			check_diff(document, a.value);
			check_diff(a.value, document);
		}
		check_singles(document, edits, &a);
	}
	json_reader_fini(&a.reader);
	json_reader_fini(&readers[0]);
	json_reader_fini(&readers[1]);
	return 0;
}
