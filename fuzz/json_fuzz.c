/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Any bytes as JSON text. What is refused is refused for a reason that yyjson
 * alone agrees with; what is accepted survives being written and read, and
 * merges with itself. Aborts where a promise of src/json/json.h is broken.
 */
#include "json/json.h"

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

/* libFuzzer's entry; its own header is C++ only. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static const struct json_bounds bounds = { .bytes_max = (size_t)1 << 20,
	.depth_max = 64, .bytes_name = "limits.bytes",
	.depth_name = "limits.depth" };

static const struct json_bounds wider = { .bytes_max = (size_t)1 << 24,
	.depth_max = 65 };

static void
check_refusal(const char *text, size_t bytes, const alk_error *err)
{
	EXPECT(err->code == ALK_JSON || err->code == ALK_LIMIT);
	EXPECT(err->text[0] != '\0');
	EXPECT(strchr(err->text, '\n') == NULL);
	yyjson_doc *doc = yyjson_read(text, bytes, YYJSON_READ_BIGNUM_AS_RAW);
	if (doc != NULL)
		EXPECT(err->code == ALK_LIMIT ||
		    strstr(err->text, "is there twice") != NULL);
	yyjson_doc_free(doc);
}

/* What was written reads as equal to v, and is written the same again. */
static void
check_round(yyjson_val *v, struct buf *written, bool same_text)
{
	struct json_reader r = { 0 };
	struct buf again = { 0 };
	alk_error err = { 0 };

	yyjson_val *w = json_read(&r, written->data, written->bytes, &wider,
	    &err);
	EXPECT(w != NULL);
	EXPECT(json_equal(v, w) && json_equal(w, v));
	json_write(&again, w);
	EXPECT(!same_text || (again.bytes == written->bytes &&
	    memcmp(again.data, written->data, again.bytes) == 0));
	w = json_read_own(&r, written->data, written->bytes, &err);
	EXPECT(w != NULL && json_equal(v, w));
	buf_fini(&again);
	json_reader_fini(&r);
}

/* A number finer than a double beside it has all parsed as text: no matter. */
static void
check_other_way(const char *text, size_t bytes, const struct buf *written)
{
	struct json_reader r = { 0 };
	struct buf both = { 0 };
	struct buf again = { 0 };
	alk_error err = { 0 };

	buf_char(&both, '[');
	buf_add(&both, text, bytes);
	buf_str(&both, ",0.10000000000000001]");
	yyjson_val *v = json_read(&r, both.data, both.bytes, &wider, &err);
	EXPECT(v != NULL);
	json_write(&again, yyjson_arr_get_first(v));
	EXPECT(again.bytes == written->bytes &&
	    memcmp(again.data, written->data, again.bytes) == 0);
	buf_fini(&again);
	buf_fini(&both);
	json_reader_fini(&r);
}

/* A value on itself, and on nothing: both times nulls in objects are gone. */
static void
check_merge(yyjson_val *v)
{
	struct json_reader r = { 0 };
	struct buf self = { 0 };
	struct buf fresh = { 0 };
	struct buf again = { 0 };
	alk_error err = { 0 };

	EXPECT(json_merge(&self, v, v, bounds.depth_max));
	EXPECT(json_merge(&fresh, NULL, v, bounds.depth_max));
	EXPECT(self.bytes == fresh.bytes &&
	    memcmp(self.data, fresh.data, self.bytes) == 0);
	yyjson_val *w = json_read(&r, self.data, self.bytes, &wider, &err);
	EXPECT(w != NULL);
	EXPECT(json_merge(&again, w, w, bounds.depth_max));
	EXPECT(self.bytes == again.bytes &&
	    memcmp(self.data, again.data, self.bytes) == 0);
	buf_fini(&again);
	buf_fini(&fresh);
	buf_fini(&self);
	json_reader_fini(&r);
}

/* Left out, the first member is gone and the others are there. */
static void
check_without(yyjson_val *v)
{
	struct json_reader r = { 0 };
	struct buf rest = { 0 };
	alk_error err = { 0 };

	if (!yyjson_is_obj(v) || yyjson_obj_size(v) == 0)
		return;
	const char *name = yyjson_get_str(v + 1);
	if (strlen(name) != yyjson_get_len(v + 1))
		return; /* a NUL in it: not to be named so */
	json_write_without(&rest, v, name);
	yyjson_val *w = json_read(&r, rest.data, rest.bytes, &wider, &err);
	EXPECT(w != NULL && yyjson_obj_size(w) == yyjson_obj_size(v) - 1);
	EXPECT(yyjson_obj_get(w, name) == NULL);
	buf_fini(&rest);
	json_reader_fini(&r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	/* Kept from one input to the next, as sessions keep theirs. */
	static struct json_reader r;
	const char *text = (const char *)data;
	alk_error err = { 0 };
	struct buf written = { 0 };
	struct buf pretty = { 0 };

	yyjson_val *v = json_read(&r, text, bytes, &bounds, &err);
	if (v == NULL) {
		check_refusal(text, bytes, &err);
		return 0;
	}
	EXPECT(err.code == ALK_OK);
	json_write(&written, v);
	json_write_pretty(&pretty, v);
	EXPECT(!written.failed && !pretty.failed);
	check_round(v, &written, true);
	check_round(v, &pretty, false);
	check_other_way(text, bytes, &written);
	check_merge(v);
	check_without(v);
	buf_fini(&pretty);
	buf_fini(&written);
	return 0;
}
